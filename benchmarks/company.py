"""A made-up company of any size: communities, hubs, levels, functions, a reporting tree, about twenty ties a person.

Eight arcs in ten stay inside a community of about sixty people, the others go anywhere, to some people far more often
than to others; three people may be tied to half the company besides. Everything follows from the seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from ona.model import InfluenceGraph, influence_graph

COMMUNITY, LEVELS, FUNCTIONS, SPAN = 60, 6, 12, 8


@dataclass(frozen=True)
class Company:
    """Arcs by position, each pair once, sorted; and who people are."""

    people: int
    source: np.ndarray
    target: np.ndarray
    strength: np.ndarray
    function: np.ndarray
    level: np.ndarray
    manager: np.ndarray
    woman: np.ndarray

    @property
    def matrix(self) -> csr_array:
        """Strengths, row influences column; indices of 32 bits."""
        indptr = np.searchsorted(self.source, np.arange(self.people + 1)).astype(np.int32)
        return csr_array((self.strength, self.target.astype(np.int32), indptr), shape=(self.people, self.people))

    def graph(self) -> InfluenceGraph:
        """The same as an influence graph; the top two levels are leaders."""
        ids = np.array([f"P{k:07d}" for k in range(self.people)])
        people = pd.DataFrame(
            {
                "person": ids,
                "manager": np.where(self.manager >= 0, ids[self.manager], ""),
                "level": self.level,
                "function": np.array([f"F{k:02d}" for k in range(FUNCTIONS)])[self.function],
                "gender": np.where(self.woman, "woman", "man"),
                "leader": self.level >= LEVELS - 2,
            }
        )
        ties = pd.DataFrame({"source": ids[self.source], "target": ids[self.target], "strength": self.strength})
        return influence_graph(people, ties)


def company(people: int, *, ties: float = 20.0, hubs: int = 0, seed: int = 1) -> Company:
    """A company of so many people, with so many arcs a person, and so many people tied to half of it both ways."""
    rng = np.random.default_rng(seed)
    drawn = int(people * ties)
    source = rng.integers(0, people, drawn)
    community = source // COMMUNITY
    near = np.minimum(community * COMMUNITY + rng.integers(0, COMMUNITY, drawn), people - 1)
    known = rng.permutation(people)
    far = known[np.minimum((people * rng.random(drawn) ** 3).astype(np.int64), people - 1)]
    target = np.where(rng.random(drawn) < 0.8, near, far)
    half = rng.random((hubs, people)) < 0.5
    hub, other = np.nonzero(half)
    chosen = rng.choice(people, size=hubs, replace=False) if hubs else np.empty(0, np.int64)
    source = np.concatenate([source, chosen[hub], other])
    target = np.concatenate([target, other, chosen[hub]])
    pairs = np.unique(source[source != target] * np.int64(people) + target[source != target])
    source, target = np.divmod(pairs, people)
    manager = (np.arange(people) - 1) // SPAN
    rank = np.floor(np.log(np.arange(people) * (SPAN - 1) + 1) / np.log(SPAN) + 1e-9)
    level = (LEVELS - 1 - np.minimum(np.round(rank * (LEVELS - 1) / max(rank.max(), 1)), LEVELS - 1)).astype(np.int64)
    place = rng.permutation(people)
    return Company(
        people=people,
        source=source,
        target=target,
        strength=rng.lognormal(0.0, 0.8, len(source)),
        function=(np.arange(people) // COMMUNITY) % FUNCTIONS,
        level=level[place],
        manager=_moved(manager, place),
        woman=rng.random(people) < 0.35,
    )


def _moved(manager: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The tree with the person at position k standing for node place[k] of it."""
    where = np.empty_like(place)
    where[place] = np.arange(len(place))
    above = manager[place]
    return np.where(above >= 0, where[above], -1)
