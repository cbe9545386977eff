"""The E–I index of people whose group is known: its value, its moments by chance, and its test; whole and by group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array

from metrics._grouped import Grouped, divide
from metrics.inference import Alternative, sequential_p, within_moments
from metrics.inference.permuting import arcs_within, whole_focal_sums

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


def group_e_i(table: np.ndarray) -> np.ndarray:
    """Each group's index, from the arcs between groups; NaN for groups without arcs."""
    internal = np.diag(table)
    external = table.sum(axis=0) + table.sum(axis=1) - 2 * internal
    return divide(external - internal, external + internal)


def group_e_i_expected(groups: Grouped, strata: np.ndarray) -> np.ndarray:
    """Each group's index of the arcs to be expected: its external and internal arcs on average over all shuffles.

    An arc from stratum s to stratum t is internal to g with chance n_sg n_tg / (n_s n_t), one inside s with chance
    n_sg(n_sg − 1) / (n_s(n_s − 1)), and has a source in g with chance n_sg / n_s.
    """
    if not len(groups.source):
        return np.full(len(groups.names), np.nan)
    stratum = np.unique(strata, return_inverse=True)[1]
    size = np.bincount(stratum).astype(float)
    # Arcs are counted by the strata of their two ends first: there are far fewer of those than arcs.
    ends = coo_array((np.ones(len(groups.source)), (stratum[groups.source], stratum[groups.target])))
    ends = ends.tocsr().tocoo()
    one, other, arcs = ends.row, ends.col, ends.data
    same = one == other
    internal, touched = np.zeros(len(groups.names)), np.zeros(len(groups.names))
    for group in range(len(groups.names)):
        members = np.bincount(stratum[groups.codes == group], minlength=len(size)).astype(float)
        both = members[one] * (members[other] - same) / (size[one] * (size[other] - same))
        internal[group] = (arcs * both).sum()
        touched[group] = (arcs * (members[one] / size[one] + members[other] / size[other])).sum()
    return divide(touched - 3 * internal, touched - internal)


def group_e_i_test(
    groups: Grouped, group: int, strata: np.ndarray, *, observed: float, permutations: int, seed: int
) -> tuple[float, int]:
    """The p of one group's index, fewer arcs across than chance, and how many shuffles it rests on.

    NaN and 0 where the group has no arcs, or nobody can join or leave it. A shuffle that leaves the group without arcs
    counts as extreme, so that the test never rejects too often.
    """
    focal = groups.codes == group
    if not np.isfinite(observed) or not can_join(focal, strata).any():
        return float("nan"), 0
    return sequential_p(
        observed,
        _group_draws(groups, focal, strata, permutations=permutations, seed=seed),
        enough=max(_LEAST_EXTREME, permutations // 10),
        alternative="less",
    )


def can_join(focal: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """True for people in whose stratum some are of the group and some are not."""
    stratum = np.unique(strata, return_inverse=True)[1]
    size, held = np.bincount(stratum), np.bincount(stratum, focal)
    return np.asarray(((held > 0) & (held < size))[stratum])


def _group_draws(
    groups: Grouped, focal: np.ndarray, strata: np.ndarray, *, permutations: int, seed: int
) -> Iterator[np.ndarray]:
    """The group's index in each permutation, some at a time.

    With t ends of arcs at members, w arcs inside the group or among all others, and m arcs, (w − m + t) / 2 are inside.
    """
    people, arcs = len(focal), len(groups.source)
    ends = np.bincount(groups.source, minlength=people) + np.bincount(groups.target, minlength=people)
    weights = ends.astype(np.int64)[:, None]
    touching = whole_focal_sums(weights, focal, strata, permutations=permutations, seed=seed)[:, 0]
    done = 0
    for alike in arcs_within(
        focal.astype(np.int64), strata, groups.source, groups.target, permutations=permutations, seed=seed
    ):
        at = touching[done : done + len(alike)]
        internal = (alike - arcs + at) // 2
        done += len(alike)
        yield np.divide(at - 3 * internal, at - internal, out=np.full(len(at), -np.inf), where=at > internal)
