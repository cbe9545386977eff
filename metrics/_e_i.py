"""The E–I index of people whose group is known: its value, its moments by chance, and its test."""

from __future__ import annotations

import numpy as np

from metrics._grouped import Grouped
from metrics.inference import Alternative, sequential_p, within_moments
from metrics.inference.permuting import arcs_within

_LEAST_EXTREME = 20


def e_i_of(groups: Grouped) -> float:
    """(External − internal) / (external + internal) arcs; NaN without arcs."""
    if not len(groups.arcs):
        return float("nan")
    internal = np.count_nonzero(groups.codes[groups.source] == groups.codes[groups.target])
    return float(1 - 2 * internal / len(groups.arcs))


def e_i_moments(groups: Grouped, strata: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation of the index over all shuffles within strata."""
    if not len(groups.arcs):
        return float("nan"), float("nan")
    mean, variance = within_moments(groups.codes, strata, groups.source, groups.target)
    return 1 - 2 * mean / len(groups.arcs), 2 * variance**0.5 / len(groups.arcs)


def e_i_test(
    groups: Grouped, strata: np.ndarray, *, alternative: Alternative, permutations: int, seed: int
) -> tuple[float, int]:
    """The p of the index and how many shuffles it rests on; NaN and 0 where nobody's group can change."""
    if not len(groups.arcs) or not can_move(groups, strata).any():
        return float("nan"), 0
    counts = arcs_within(groups.codes, strata, groups.source, groups.target, permutations=permutations, seed=seed)
    return sequential_p(
        e_i_of(groups),
        (1 - 2 * within / len(groups.arcs) for within in counts),
        enough=max(_LEAST_EXTREME, permutations // 10),
        alternative=alternative,
        centre=e_i_moments(groups, strata)[0],
    )


def can_move(groups: Grouped, strata: np.ndarray) -> np.ndarray:
    """True for people in whose stratum there is more than one group."""
    codes = np.unique(strata, return_inverse=True)[1]
    lowest = np.full(len(codes), len(groups.names))
    highest = np.full(len(codes), -1)
    np.minimum.at(lowest, codes, groups.codes)
    np.maximum.at(highest, codes, groups.codes)
    return np.asarray((lowest != highest)[codes])
