"""Arrangements within strata, from arrays to the compiled kernels and back, on every core.

The r-th permutation of a seed is the same arrangement in every function here, whatever is made of it, and however many
threads there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.kernels import running
from metrics.kernels.running import run, shared_out

LANES = 64
"""Permutations counted in one go, one bit of a machine word each."""

_WHOLE_BITS = 62


@dataclass(frozen=True, eq=False)
class Deal:
    """What is dealt out anew in each permutation, in the strata that hold more than one label.

    ``people`` are the positions of those who may change, stratum by stratum; stratum s has those from ``bounds[s]`` up
    to ``bounds[s + 1]``. All of them hold the stratum's most frequent label, the ``ground``, but for ``drawn[s]`` drawn
    by lot, who get ``dealt[bounds[s]]`` and the labels after it.
    """

    people: NDArray[np.int64]
    bounds: NDArray[np.int64]
    drawn: NDArray[np.int64]
    ground: NDArray[np.int64]
    dealt: NDArray[np.int64]


def deal_of(codes: NDArray[np.integer], strata: NDArray[np.integer]) -> Deal:
    """What is dealt out when labels (codes from 0) are shuffled among the people of each stratum."""
    labels = np.asarray(codes, np.int64)
    stratum = np.unique(strata, return_inverse=True)[1].astype(np.int64)
    groups = int(labels.max(initial=0)) + 1
    cells, count = np.unique(stratum * groups + labels, return_counts=True)
    cell_stratum, cell_label = np.divmod(cells, groups)
    many = np.bincount(cell_stratum, minlength=1) > 1
    moving = np.flatnonzero(many[stratum])
    moving = moving[np.argsort(stratum[moving], kind="stable")]
    size = np.bincount(stratum, minlength=1)[many]
    bounds = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    cells_moving = many[cell_stratum]
    cell_stratum = (np.cumsum(many) - 1)[cell_stratum][cells_moving]
    cell_label, count = cell_label[cells_moving], count[cells_moving]
    # The most frequent label comes first in its stratum, the lower of two that are equally frequent.
    ranked = np.lexsort((cell_label, -count, cell_stratum))
    first = np.ones(len(ranked), bool)
    first[1:] = np.diff(cell_stratum[ranked]) > 0
    ground, others = ranked[first], np.sort(ranked[~first])
    drawn = np.bincount(cell_stratum[others], count[others], minlength=len(size)).astype(np.int64)
    dealt = np.zeros(len(moving), np.int64)
    ends = np.cumsum(drawn)
    places = np.arange(drawn.sum()) + np.repeat(bounds[:-1] - (ends - drawn), drawn)
    dealt[places] = np.repeat(cell_label[others], count[others])
    return Deal(moving, bounds, drawn, np.repeat(cell_label[ground], size), dealt)


def key_of(seed: int) -> np.uint64:
    """Sixty-four well-mixed bits of a seed."""
    return np.uint64(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0])


def sums_of_drawn(weights: NDArray[np.int64], deal: Deal, *, permutations: int, seed: int) -> NDArray[np.int64]:
    """Sums of the weights, shape (R, k), over the people who do not hold their stratum's ground label."""
    from metrics.kernels.drawing import draw_sums

    sums = np.zeros((permutations, weights.shape[1]), np.int64)
    held = np.ascontiguousarray(weights[deal.people])

    def work(start: int, stop: int) -> None:
        run(draw_sums, held, deal.bounds, deal.drawn, key_of(seed), start, sums[start:stop])

    shared_out(work, permutations, cost=int(deal.drawn.sum()))
    return sums


def whole_focal_sums(
    weights: NDArray[np.int64], focal: NDArray[np.bool_], strata: NDArray[np.integer], *, permutations: int, seed: int
) -> NDArray[np.int64]:
    """Sums of whole-number weights over the focal people of each permutation, shape (R, k)."""
    deal = deal_of(focal.astype(np.int64), strata)
    fixed = np.ones(len(focal), bool)
    fixed[deal.people] = False
    # Where most are focal the others are drawn: the sum is then that of the whole stratum less theirs.
    sign = 1 - 2 * deal.ground
    signed = weights.copy()
    signed[deal.people] *= sign[:, None]
    always = weights[fixed & focal].sum(axis=0) + weights[deal.people[sign < 0]].sum(axis=0)
    return np.asarray(sums_of_drawn(signed, deal, permutations=permutations, seed=seed) + always)


def focal_sums(
    weights: NDArray[np.float64], focal: NDArray[np.bool_], strata: NDArray[np.integer], *, permutations: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Sums of the weights over the focal people, as observed, shape (k,), and in each permutation, shape (R, k).

    Weights are rounded to whole multiples of 2^−62 of their total size and added up as whole numbers. So the order of
    the terms never matters: what is equal comes out equal. A column that holds anything infinite or NaN gives NaN.
    """
    total = np.abs(weights).sum(axis=0)
    finite = np.isfinite(total)
    exponent = _WHOLE_BITS - np.frexp(np.where(finite, total, 1.0))[1]
    whole = np.rint(np.ldexp(np.where(finite, weights, 0.0), exponent)).astype(np.int64)
    observed = whole[focal].sum(axis=0)
    null = whole_focal_sums(whole, focal, strata, permutations=permutations, seed=seed)
    back = np.where(finite, 1.0, np.nan)
    return np.ldexp(observed.astype(float), -exponent) * back, np.ldexp(null.astype(float), -exponent) * back


def label_rows(codes: NDArray[np.int64], deal: Deal, *, start: int, stop: int, seed: int) -> NDArray[np.int64]:
    """Everybody's label in the permutations from ``start`` up to ``stop``, one a row."""
    from metrics.kernels.drawing import draw_labels

    moved = np.tile(deal.ground, (stop - start, 1))

    def work(first: int, last: int) -> None:
        run(draw_labels, deal.dealt, deal.bounds, deal.drawn, key_of(seed), start + first, moved[first:last])

    shared_out(work, stop - start, cost=int(deal.drawn.sum()))
    rows = np.tile(codes, (stop - start, 1))
    rows[:, deal.people] = moved
    return rows


def arcs_within(
    codes: NDArray[np.integer],
    strata: NDArray[np.integer],
    source: NDArray[np.integer],
    target: NDArray[np.integer],
    *,
    permutations: int,
    seed: int,
) -> Iterator[NDArray[np.int64]]:
    """How many arcs join people of the same label in each permutation, a few permutations at a time, in order."""
    from metrics.kernels.drawing import count_alike, draw_planes

    deal, key = deal_of(codes, strata), key_of(seed)
    number = np.full(len(codes), -1)
    number[deal.people] = np.arange(len(deal.people))
    fixed = np.flatnonzero(number < 0)
    number[fixed] = np.arange(len(deal.people), len(codes))
    base = np.concatenate([deal.ground, np.asarray(codes, np.int64)[fixed]])
    bits = np.arange(max(1, int(np.max(codes, initial=0)).bit_length()))
    planes = np.where((base[:, None] >> bits) & 1, np.uint64(2**64 - 1), np.uint64(0))
    one, other = number[source].astype(np.int32), number[target].astype(np.int32)

    def work(start: int) -> NDArray[np.int64]:
        counts = np.zeros(min(LANES, permutations - start), np.int64)
        labels = planes.copy()
        run(draw_planes, deal.ground, deal.dealt, deal.bounds, deal.drawn, key, start, len(counts), labels)
        run(count_alike, labels, one, other, counts)
        return counts

    starts = range(0, permutations, LANES)
    workers = min(running.cores(), len(starts))
    if workers < 2 or permutations * len(one) < running.WORTH_A_THREAD:
        yield from map(work, starts)
        return
    with ThreadPoolExecutor(workers) as pool:
        for at in range(0, len(starts), workers):
            yield from pool.map(work, starts[at : at + workers])
