"""Who belongs to whose own management chain, for many pairs at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ona.model import InfluenceGraph


def in_chain(graph: InfluenceGraph, person: np.ndarray, other: np.ndarray) -> np.ndarray:
    """True where ``other`` is above ``person`` in the reporting tree; both are positions, pair by pair."""
    number, below = numbered(graph)
    behind = number[person] - number[other]
    above: np.ndarray = (behind > 0) & (behind < below[other])
    return above


def numbered(graph: InfluenceGraph) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """People numbered so that all below a person in the reporting tree come right after them; and how many, with them.

    Somebody is above a person exactly when the person's number is among those.
    """
    manager = managers(graph)
    level = levels_down(graph)
    by_level = np.lexsort((manager, level))
    bounds = np.searchsorted(level[by_level], np.arange(level.max(initial=0) + 2))
    tiers = np.split(by_level, bounds[1:-1])
    below = np.ones(graph.size, np.int32)
    for tier in reversed(tiers[1:]):
        np.add.at(below, manager[tier], below[tier])
    number = np.zeros(graph.size, np.int32)
    for depth, tier in enumerate(tiers):
        # People come side by side with those of the same manager; the roots as if somebody were above them all.
        before = np.cumsum(below[tier]) - below[tier]
        first = np.searchsorted(manager[tier], manager[tier])
        start = number[manager[tier]] + 1 if depth else 0
        number[tier] = start + before - before[first]
    return number, below


def managers(graph: InfluenceGraph) -> np.ndarray:
    """Where each person's manager stands in ``graph.persons``; −1 without one."""
    return graph.positions(graph.people["manager"])


def levels_down(graph: InfluenceGraph) -> np.ndarray:
    """How many people are above each person in the reporting tree."""
    return np.diff(graph.chain.indptr)
