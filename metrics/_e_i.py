"""The E–I index of people whose group is known: its value, its moments by chance, and its test; whole and by group."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import tee
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array

from metrics._activity import Activity, activity
from metrics._grouped import Grouped, divide
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


class GroupTest(NamedTuple):
    """The two p of one group's index, and how many shuffles each rests on: against chance, and against activity."""

    p: float = float("nan")
    made: int = 0
    p_active: float = float("nan")
    made_active: int = 0
    e_i_expected_active: float = float("nan")


def group_e_i_test(
    groups: Grouped, group: int, strata: np.ndarray, *, observed: float, permutations: int, seed: int
) -> GroupTest:
    """Whether fewer arcs cross a group's border than by chance, and than its people's activity would make.

    All NaN and 0 where the group has no arcs; no p where nobody can join or leave it, and no p against activity where
    nobody else sends or nobody else receives. A shuffle that leaves the group without arcs, or nobody else with any,
    counts as extreme, so that the test never rejects too often.
    """
    focal = groups.codes == group
    if not np.isfinite(observed):
        return GroupTest()
    active = activity(groups, strata)
    held = active.held(focal)[None]
    inside = int((focal[groups.source] & focal[groups.target]).sum())
    expected, variance = (float(value[0]) for value in active.inside(held))
    touching = int(held[0, :, :2].sum())
    by_activity = (touching - 3 * expected) / (touching - expected)
    if not can_join(focal, strata).any():
        return GroupTest(e_i_expected_active=by_activity)
    # Both look at the same shuffles: what one has asked for is kept for the other.
    for_chance, for_activity = tee(_group_draws(groups, focal, strata, active, permutations=permutations, seed=seed))
    enough = max(_LEAST_EXTREME, permutations // 10)
    p, made = sequential_p(observed, (index for index, _ in for_chance), enough=enough, alternative="less")
    if not variance > 0:
        return GroupTest(p, made, e_i_expected_active=by_activity)
    excess = float(active.excess(np.array([inside]), held)[0])
    found = sequential_p(excess, (drawn for _, drawn in for_activity), enough=enough, alternative="greater")
    return GroupTest(p, made, *found, by_activity)


def can_join(focal: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """True for people in whose stratum some are of the group and some are not."""
    stratum = np.unique(strata, return_inverse=True)[1]
    size, held = np.bincount(stratum), np.bincount(stratum, focal)
    return np.asarray(((held > 0) & (held < size))[stratum])


def _group_draws(
    groups: Grouped, focal: np.ndarray, strata: np.ndarray, active: Activity, *, permutations: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The group's index and its arcs inside beyond its activity in each permutation, some at a time.

    With t ends of arcs at members, w arcs inside the group or among all others, and m arcs, (w − m + t) / 2 are inside.
    """
    done = 0
    for alike in arcs_within(
        focal.astype(np.int64), strata, groups.source, groups.target, permutations=permutations, seed=seed
    ):
        for held in active.drawn(focal, first=done, count=len(alike), seed=seed):
            at = held[:, :, :2].sum(axis=(1, 2))
            internal = (alike[: len(held)] - len(groups.source) + at) // 2
            alike = alike[len(held) :]
            done += len(held)
            index = np.divide(at - 3 * internal, at - internal, out=np.full(len(at), -np.inf), where=at > internal)
            yield index, active.excess(internal, held)
