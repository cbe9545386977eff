"""Arcs inside a group to be expected from how active its people are, as observed and in shuffles of who is of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from metrics._grouped import Grouped, divide
from metrics.inference.permuting import deal_of, key_of
from metrics.kernels.running import run, shared_out

_AT_ONCE = 1 << 20
"""Strata times permutations held at one time."""


@dataclass(frozen=True, eq=False)
class Activity:
    """What everybody sends and receives, and how many arcs run from each stratum to each.

    ``weights`` are each person's arcs out, arcs in and the product of the two; ``between`` the arcs by stratum of the
    source (row) and of the target (column), those that occur.
    """

    stratum: NDArray[np.int64]
    weights: NDArray[np.int64]
    between: csr_array

    @cached_property
    def totals(self) -> NDArray[np.int64]:
        """The weights of everybody, by stratum."""
        return _by_stratum(self.weights, self.stratum, self.between.shape[0])

    def held(self, focal: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The weights of the focal people, by stratum."""
        return _by_stratum(self.weights[focal], self.stratum[focal], self.between.shape[0])

    def inside(self, held: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Arcs to be expected among the focal people of each arrangement, shape (R, strata, 3), and their variance.

        The arcs from stratum s to stratum t are spread over the pairs of different people in proportion to the source's
        arcs out times the target's arcs in. The variance is that of drawing without replacement, m x(1 − x) y(1 − y)
        with x and y the focal people's part of what s sends and t receives; it is there to put shuffles whose focal
        people are more active and less active on one scale.
        """
        out, into, both = np.moveaxis(held.astype(float), 2, 0)
        sent, received, alone = self.totals.astype(float).T
        ends = self.between.tocoo()
        pairs = sent[ends.row] * received[ends.col] - np.where(ends.row == ends.col, alone[ends.row], 0.0)
        spread = csr_array((divide(ends.data, pairs), (ends.row, ends.col)), shape=self.between.shape)
        expected = (_across(spread, out) * into).sum(axis=1) - (both * spread.diagonal()).sum(axis=1)
        part_out, part_in = (np.nan_to_num(divide(own, of)) for own, of in ((out, sent), (into, received)))
        sending, receiving = part_out * (1 - part_out), part_in * (1 - part_in)
        return expected, (_across(self.between, sending) * receiving).sum(axis=1)

    def excess(self, inside: NDArray[np.integer], held: NDArray[np.int64]) -> NDArray[np.float64]:
        """(Arcs inside − those expected) / √variance of each arrangement; infinite where the variance is 0."""
        expected, variance = self.inside(held)
        far = np.full(len(expected), np.inf)
        return np.asarray(np.divide(inside - expected, np.sqrt(variance), out=far, where=variance > 0))

    def drawn(self, focal: NDArray[np.bool_], *, first: int, count: int, seed: int) -> Iterator[NDArray[np.int64]]:
        """`held` in the permutations from ``first`` up to ``first + count``, some at a time."""
        from metrics.kernels.drawing_by_stratum import draw_stratum_sums

        deal = deal_of(focal.astype(np.int64), self.stratum)
        moving = np.zeros(len(focal), bool)
        moving[deal.people] = True
        always = self.held(focal & ~moving)
        starts = deal.bounds[:-1]
        where = self.stratum[deal.people[starts]] if len(starts) else starts
        # Where most of a stratum are focal the others are drawn: the sum is then that of the stratum less theirs.
        others = deal.ground[starts] == 1 if len(starts) else np.zeros(0, bool)
        sign = np.where(others, -1, 1)[:, None]
        always[where[others]] += self.totals[where[others]]
        weights = np.ascontiguousarray(self.weights[deal.people])
        step = max(1, _AT_ONCE // max(len(always), 1))
        for start in range(first, first + count, step):
            sums = np.zeros((min(step, first + count - start), len(where), 3), np.int64)

            def work(low: int, high: int, start: int = start, sums: NDArray[np.int64] = sums) -> None:
                run(draw_stratum_sums, weights, deal.bounds, deal.drawn, key_of(seed), start + low, sums[low:high])

            shared_out(work, len(sums), cost=int(deal.drawn.sum()))
            held = np.tile(always, (len(sums), 1, 1))
            held[:, where] += sign * sums
            yield held


def activity(groups: Grouped, strata: NDArray[np.integer]) -> Activity:
    """Count what everybody sends and receives, and the arcs between strata."""
    people = len(groups.codes)
    stratum = np.unique(strata, return_inverse=True)[1].astype(np.int64)
    count = int(stratum.max(initial=-1)) + 1
    out, into = (np.bincount(end, minlength=people).astype(np.int64) for end in (groups.source, groups.target))
    ends = (stratum[groups.source], stratum[groups.target])
    between = csr_array(coo_array((np.ones(len(groups.source)), ends), shape=(count, count)))
    return Activity(stratum, np.column_stack([out, into, out * into]), between)


def _by_stratum(weights: NDArray[np.int64], stratum: NDArray[np.int64], strata: int) -> NDArray[np.int64]:
    sums = np.zeros((strata, weights.shape[1]), np.int64)
    np.add.at(sums, stratum, weights)
    return sums


def _across(matrix: csr_array, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row times the matrix."""
    return np.asarray((matrix.T @ rows.T).T)
