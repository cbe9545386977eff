"""Searches along shortest ways from some or all people: from an influence graph to the compiled kernels and back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from metrics._arrays import both_ways
from metrics.kernels.blocks import Progress, added_up
from metrics.kernels.running import run
from ona.model import InfluenceGraph

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

_BLOCK_PEOPLE = 2_000_000
_LONGEST_BLOCK = 64
_LANES_BLOCK = 512
_LOST = 2.0**-52


class Arcs(NamedTuple):
    """Arcs by their start: where each person's begin, where they lead, and how long they are."""

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    lengths: Floats

    @property
    def people(self) -> int:
        """How many people there are."""
        return len(self.indptr) - 1

    @property
    def even(self) -> bool:
        """Whether all arcs are equally long, so that steps say everything."""
        return len(self.lengths) == 0 or bool(self.lengths.min() == self.lengths.max())

    @property
    def may_lose(self) -> bool:
        """Whether some arc is so short beside others that adding it to a path of them may change nothing."""
        return len(self.lengths) > 0 and bool(self.lengths.min() < _LOST * self.people * self.lengths.max())

    def reversed(self) -> Arcs:
        """The same arcs by their end."""
        size = self.people
        back = csr_array((self.lengths, self.indices, self.indptr), shape=(size, size)).T.tocsr()
        return Arcs(np.asarray(back.indptr, np.int64), np.asarray(back.indices, np.int32), back.data)


def arcs_of(graph: InfluenceGraph, *, directed: bool, steps: bool) -> Arcs:
    """The arcs with length 1 / strength, or 1 each; without direction both ways, with the strengths of both added."""
    matrix = graph.matrix if directed else both_ways(graph)
    if steps:
        matrix.data[:] = 1.0
    else:
        np.divide(1.0, matrix.data, out=matrix.data)
    return Arcs(np.asarray(matrix.indptr, np.int64), np.asarray(matrix.indices, np.int32), matrix.data)


def path_sums_from(
    arcs: Arcs,
    back: Arcs,
    outward: Positions,
    inward: Positions,
    *,
    scaled: bool,
    near: bool = False,
    progress: Progress = None,
) -> tuple[Floats, Floats]:
    """What searches from some people, and back from some, find out about everybody.

    Parameters
    ----------
    arcs, back : Arcs
        By their start, and by their end.
    outward, inward : array of int
        From whom to search along the arcs, and from whom against them.
    scaled : bool
        Weigh a pair's share by how far along the way a person stands, seen from where the search began.
    near : bool
        Also add up nearness, from the searches outward.
    progress : callable, optional
        Called as ``progress(searches done, searches in all)``.

    Returns
    -------
    tuple of array, shapes (2, n) and (2, n) or (0, n)
        Sums of the shares and of their squares; sums of 1 / distance and of their squares.
    """
    from metrics.kernels.shortest import path_sums, step_sums

    starts, turn = np.concatenate([outward, inward]), len(outward)
    even, lost = arcs.even, arcs.may_lose
    unit = 1.0 / arcs.lengths[0] if even and len(arcs.lengths) else 1.0

    def searches(along: Arcs, against: Arcs, some: Positions, between: Floats, nearness: Floats) -> None:
        if even:
            run(step_sums, along.indptr, along.indices, some, scaled, between, nearness)
        else:
            run(path_sums, *along, *against, some, scaled, lost, between, nearness)

    def work(start: int, stop: int, sums: Floats) -> None:
        middle = min(max(turn, start), stop)
        searches(arcs, back, starts[start:middle], sums[:2], sums[2:])
        searches(back, arcs, starts[middle:stop], sums[:2], sums[:0])

    like = np.broadcast_to(0.0, (4 if near else 2, arcs.people))
    sums = added_up(
        work, len(starts), length=_block(arcs), like=like, cost=len(arcs.indices) + arcs.people, progress=progress
    )
    sums[2:] *= np.array([[unit], [unit**2]])[: len(sums) - 2]
    return sums[:2], sums[2:]


def nearness_from(arcs: Arcs, starts: Positions, *, progress: Progress = None) -> Floats:
    """Sums of 1 / distance from each of some people to everybody, and of its square, shape (2, n)."""
    from metrics.kernels.hops import arrival_sums
    from metrics.kernels.shortest import distance_sums

    cost = len(arcs.indices) + arcs.people
    like = np.broadcast_to(0.0, (2, arcs.people))
    if not arcs.even:

        def work(start: int, stop: int, near: Floats) -> None:
            run(distance_sums, *arcs, starts[start:stop], near)

        return added_up(work, len(starts), length=_block(arcs), like=like, cost=cost, progress=progress)
    back, unit = arcs.reversed(), 1.0 / arcs.lengths[0] if len(arcs.lengths) else 1.0

    def together(start: int, stop: int, near: Floats) -> None:
        run(arrival_sums, *arcs[:2], *back[:2], starts[start:stop], near)

    sums = added_up(together, len(starts), length=_LANES_BLOCK, like=like, cost=cost // 16, progress=progress)
    return np.asarray(sums * np.array([[unit], [unit**2]]))


def reached_within(arcs: Arcs, steps: int, *, progress: Progress = None) -> NDArray[np.int64]:
    """How many others each person comes to along the arcs in so many steps at most."""
    from metrics.kernels.hops import arrival_counts

    # Searched from the other end: each search adds 1 at everybody whose influence comes to where it began.
    back, starts = arcs.reversed(), np.arange(arcs.people)

    def work(start: int, stop: int, counts: NDArray[np.int64]) -> None:
        run(arrival_counts, *back[:2], *arcs[:2], starts[start:stop], steps, counts)

    like = np.broadcast_to(np.int64(0), arcs.people)
    cost = len(arcs.indices) // 16
    return added_up(work, arcs.people, length=_LANES_BLOCK, like=like, cost=cost, progress=progress)


def _block(arcs: Arcs) -> int:
    """Searches in a block: the more people, the fewer, so that progress shows. Never a matter of threads."""
    return min(max(_BLOCK_PEOPLE // max(arcs.people, 1), 1), _LONGEST_BLOCK)
