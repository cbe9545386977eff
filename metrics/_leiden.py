"""Leiden by igraph: the network it divides, its runs from given seeds, and how good a division is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from metrics._arrays import both_ways
from ona.model import InfluenceGraph

if TYPE_CHECKING:
    import igraph

_EDGES_AT_ONCE = 65_536


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every two people with a tie, once, the one who comes first first, and their strength both ways."""

    people: int
    one: NDArray[np.integer]
    other: NDArray[np.integer]
    strength: NDArray[np.float64]

    @property
    def anybody(self) -> NDArray[np.bool_]:
        """True for people with any tie."""
        tied = np.zeros(self.people, bool)
        tied[self.one] = tied[self.other] = True
        return tied


def tied_pairs(graph: InfluenceGraph) -> Pairs:
    """Strengths symmetrised by sum; pairs in the order of their two ends."""
    both = both_ways(graph)
    one = np.repeat(np.arange(graph.size), np.diff(both.indptr))
    upper = both.indices > one
    return Pairs(graph.size, one[upper], both.indices[upper], both.data[upper])


def mean_one(strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """Strengths over their mean, so that their unit is of no account."""
    return strength / strength.mean() if len(strength) else strength


def network_of_pairs(pairs: Pairs) -> igraph.Graph:
    """An igraph network with these edges; handed over a block at a time, since Python's numbers take much room."""
    import igraph

    starts = range(0, len(pairs.one), _EDGES_AT_ONCE)
    blocks = (
        zip(pairs.one[at : at + _EDGES_AT_ONCE].tolist(), pairs.other[at : at + _EDGES_AT_ONCE].tolist(), strict=True)
        for at in starts
    )
    return igraph.Graph(n=pairs.people, edges=chain.from_iterable(blocks))


MOST_PASSES = 100
"""Passes after which a run ends though it goes round in circles."""


def division(
    network: igraph.Graph, strength: NDArray[np.float64], *, resolution: float, seed: int, passes: int
) -> NDArray[np.int64]:
    """Labels from 1 by falling size, then by first member; 0 for people without ties.

    ``strength`` is that of each edge, of mean 1; with 0 ``passes`` the run ends when another changes nothing, and after
    `MOST_PASSES` at the latest.
    """
    if not len(strength):
        return np.zeros(network.vcount(), np.int64)
    anybody = np.array(network.degree()) > 0
    labels, start = np.zeros(network.vcount(), np.int64), None
    with _seeded(seed):
        # igraph's own "until nothing changes" may never end: moves of equal worth can look like gains after rounding.
        for _ in range(1 if passes > 0 else MOST_PASSES):
            found = network.community_leiden(
                objective_function="modularity",
                weights=strength,
                resolution=resolution,
                n_iterations=max(passes, 1),
                initial_membership=start,
            )
            before, labels = labels, _by_size(np.array(found.membership), anybody)
            if np.array_equal(before, labels):
                break
            start = found.membership
    return labels


def quality(labels: NDArray[np.int64], pairs: Pairs, strength: NDArray[np.float64], resolution: float) -> float:
    """Modularity at γ: Σ_c [w_c / w − γ (K_c / 2w)²], w_c the strength inside community c, K_c that of its people."""
    if not len(strength):
        return float("nan")
    one, other = labels[pairs.one], labels[pairs.other]
    held = np.bincount(one, strength, minlength=labels.max() + 1)
    held += np.bincount(other, strength, minlength=labels.max() + 1)
    both_ends = held.sum()
    # What leaves, rather than what stays: so a single community has exactly what is to be expected of it.
    inside = 1 - 2 * strength[one != other].sum() / both_ends
    return float(inside - resolution * ((held / both_ends) ** 2).sum())


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Let igraph draw from a generator of our own, and give it back Python's, its default, afterwards."""
    import igraph

    igraph.set_random_number_generator(random.Random(seed))
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)


def _by_size(membership: NDArray[np.integer], anybody: NDArray[np.bool_]) -> NDArray[np.int64]:
    labels = np.zeros(len(membership), np.int64)
    tied = np.flatnonzero(anybody)
    found, first, member, sizes = np.unique(
        membership[tied], return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(found), np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(1, len(found) + 1)
    labels[tied] = rank[member]
    return labels
