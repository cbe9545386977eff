"""A small made-up organisation to draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from ona.model import InfluenceGraph, influence_graph, mark_leaders, people_table

FUNCTIONS = ("Engineering", "Finance", "Sales")


@dataclass(frozen=True)
class Drawn:
    """What a map is made from."""

    graph: InfluenceGraph
    access: pd.DataFrame
    candidates: pd.DataFrame
    assignment: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        return {"access": self.access, "candidates": self.candidates, "assignment": self.assignment}


def roster(size: int = 60) -> pd.DataFrame:
    """People S00, S01 … in three functions; every tenth a director, every function with women and men."""
    numbers = np.arange(size)
    return pd.DataFrame(
        {
            "person": [f"S{k:02d}x" for k in numbers],
            "name": [f"Given{k:02d} Family{k % 7}" for k in numbers],
            "manager": ["" if k < 3 else f"S{k % 3:02d}x" for k in numbers],
            "level": [3 if k < 6 else 2 if k < 20 else 1 for k in numbers],
            "function": [FUNCTIONS[k % 3] for k in numbers],
            "site": [("North", "South")[k % 2] for k in numbers],
            "gender": [("woman", "man")[(k // 3) % 2] for k in numbers],
        }
    )


def drawn(people: pd.DataFrame) -> Drawn:
    """Ties, access and candidates around a roster of at least 30 people; person 20 has three candidates."""
    table = mark_leaders(people_table(people), at_or_above="3")
    ids = list(people["person"])
    rng = np.random.default_rng(5)
    pairs = sorted({(int(a), int(b)) for a, b in rng.integers(0, len(ids), (400, 2)) if a != b} | {(20, 9), (9, 1)})
    ties = pd.DataFrame(
        {
            "source": [ids[a] for a, _ in pairs],
            "target": [ids[b] for _, b in pairs],
            "channel": [("email", "meetings")[(a + b) % 2] for a, b in pairs],
            "strength": [1.0 + (a * b) % 5 for a, b in pairs],
        }
    )
    pairings = pd.DataFrame({"senior": [ids[0], ids[1]], "junior": [ids[21], ids[22]], "kind": ["mentor", "sponsor"]})
    graph = influence_graph(table, ties, pairings=pairings)
    persons = graph.persons
    leader_ties = (np.arange(len(persons)) // 3 + 1) % 5
    access = pd.DataFrame(
        {
            "leader_ties": leader_ties,
            "leader_ties_with_chain": leader_ties + 1,
            "has_leader_tie": (leader_ties > 0).astype(int),
            "leader_share": np.where(np.arange(len(persons)) % 11 == 0, np.nan, 0.25),
            "steps_to_leader": np.where(np.arange(len(persons)) % 3 == 0, np.nan, 1.0),
            "paths_to_leaders": np.arange(len(persons)) % 3,
            "mentors": np.where(persons == ids[21], 1, 0),
            "sponsors": np.where(persons == ids[22], 1, 0),
            "mentored_not_sponsored": persons == ids[21],
        },
        index=persons,
    )
    candidates = pd.DataFrame(
        [
            {
                "protege": ids[20],
                "rank": rank,
                "candidate": ids[senior],
                "score": 0.9 - 0.1 * rank,
                "power": 0.8,
                "new_reach": 0.6,
                "warm_path": 0.5,
                "function_fit": float("nan"),
                "spare_capacity": np.float32(1.0),
                "level_gap": 2,
                "new_leaders": np.int64(4),
                "steps": 2 if senior == 1 else 1,
                "introducer": ids[9] if senior == 1 else "",
                "path": " → ".join([ids[20], ids[9], ids[1]] if senior == 1 else [ids[20], ids[senior]]),
                "held": 0,
                "capacity": 3,
                "reasons": "Two levels up.",
                "cautions": "" if rank > 1 else "Holds one already.",
            }
            for rank, senior in enumerate((1, 2, 4), start=1)
        ]
    )
    assignment = pd.DataFrame({"protege": [ids[20]], "sponsor": [ids[1]]})
    return Drawn(graph, access, candidates, assignment)


@pytest.fixture(scope="session")
def organisation() -> Drawn:
    return drawn(roster())


@pytest.fixture(scope="session")
def redrawn() -> Callable[[pd.DataFrame], Drawn]:
    """The same ties around another roster."""
    return drawn


@pytest.fixture(scope="session")
def people() -> pd.DataFrame:
    return roster()
