"""How far two divisions of the same people agree, from the table of how many are in which part of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Contingency:
    """Two divisions held against each other; parts that share nobody do not appear.

    ``shared[k]`` people are in part ``one[k]`` of the first division, which has ``size_one[k]`` people, and in part
    ``other[k]`` of the second, which has ``size_other[k]``; ``cell[i]`` is the k of person i.
    """

    shared: NDArray[np.int64]
    size_one: NDArray[np.int64]
    size_other: NDArray[np.int64]
    cell: NDArray[np.int64]
    parts_one: NDArray[np.int64]
    parts_other: NDArray[np.int64]


def contingency(one: NDArray[np.integer], other: NDArray[np.integer]) -> Contingency:
    """Cross two divisions given as codes from 0."""
    first, second = np.asarray(one, np.int64), np.asarray(other, np.int64)
    width = int(second.max(initial=-1)) + 1
    cells, cell, shared = np.unique(first * width + second, return_inverse=True, return_counts=True)
    here, there = np.divmod(cells, max(width, 1))
    parts_one, parts_other = np.bincount(first), np.bincount(second)
    return Contingency(shared, parts_one[here], parts_other[there], cell, parts_one, parts_other)


def adjusted_rand(crossed: Contingency) -> float:
    """The adjusted Rand index: 1 for the same division, 0 on average for divisions drawn at random.

    With T pairs of people, S of them together in both divisions, A together in the first and B in the second:
    (S − AB/T) / ((A + B)/2 − AB/T). 1 where both put everybody together, or everybody apart; NaN below two people.
    Hubert & Arabie 1985, *Journal of Classification* 2, 193–218.
    """
    together, first, second = (_pairs(sizes) for sizes in (crossed.shared, crossed.parts_one, crossed.parts_other))
    every = _pairs(crossed.shared.sum(keepdims=True))
    if not every:
        return float("nan")
    by_chance = first / every * second
    most = (first + second) / 2
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)


def variation(crossed: Contingency) -> float:
    """Variation of information over its largest possible value, ln n: 0 for the same division, 1 at most.

    −Σ (n_ij/n) [ln(n_ij/a_i) + ln(n_ij/b_j)] / ln n over cells; NaN below two people.
    Meilă 2007, *Journal of Multivariate Analysis* 98, 873–895.
    """
    count = int(crossed.shared.sum())
    if count < 2:
        return float("nan")
    spread = np.log(crossed.size_one / crossed.shared) + np.log(crossed.size_other / crossed.shared)
    return float((crossed.shared * spread).sum() / (count * np.log(count)))


def overlap(crossed: Contingency) -> NDArray[np.float64]:
    """For each person, the Jaccard overlap of the two parts they are in: shared / (all in either)."""
    shared = crossed.shared / (crossed.size_one + crossed.size_other - crossed.shared)
    return np.asarray(shared[crossed.cell], np.float64)


def _pairs(sizes: NDArray[np.int64]) -> float:
    return float((sizes * (sizes - 1) // 2).sum())
