"""Compiled searches from 64 people at once that only count who arrives: near people, and people within some steps.

This module imports numba, which takes most of a second: import it inside functions. What a search finds is added up at
whom it comes to, as the number of bits that arrive in one word; so nothing is kept for each pair.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part
from metrics.kernels.hops import advance

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_LANES = 64
_ODD, _PAIRS, _FOURS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_BYTES = np.uint64(0x0101010101010101)
_S1, _S2, _S4, _S56 = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)


@part
def _bits(word: np.uint64) -> np.int64:
    """How many bits are set. Compilers know these lines and put one instruction in their place."""
    word = word - ((word >> _S1) & _ODD)
    word = (word & _PAIRS) + ((word >> _S2) & _PAIRS)
    word = (word + (word >> _S4)) & _FOURS
    return np.int64((word * _BYTES) >> _S56)


@part
def _start(
    starts: NDArray[np.int64],
    frontier: NDArray[np.uint64],
    closed: NDArray[np.uint64],
    rows: NDArray[np.int32],
) -> None:
    """One lane for each of at most 64 different people."""
    for lane in range(len(starts)):
        frontier[starts[lane]] = _ONE << np.uint64(lane)
        closed[starts[lane]] = frontier[starts[lane]]
        rows[lane] = starts[lane]


@compiled
def arrival_sums(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    before: NDArray[np.int64],
    sources: NDArray[np.int32],
    starts: NDArray[np.int64],
    near: NDArray[np.float64],
) -> None:
    """Add up 1 / steps(s, v) over ``starts``, all different, in ``near[0, v]``, and its square in ``near[1, v]``."""
    people = len(indptr) - 1
    rows = np.empty(people, np.int32)
    frontier, onward = np.zeros(people, np.uint64), np.zeros(people, np.uint64)
    closed = np.zeros(people, np.uint64)
    for first in range(0, len(starts), _LANES):
        some = starts[first : first + _LANES]
        frontier[:] = _ZERO
        onward[:] = _ZERO
        closed[:] = _ZERO
        _start(some, frontier, closed, rows)
        count, step = len(some), 0
        while count > 0:
            step += 1
            count = advance(indptr, indices, before, sources, frontier, onward, closed, rows, count)
            frontier, onward = onward, frontier
            for at in range(count):
                arrived = _bits(frontier[rows[at]])
                near[0, rows[at]] += arrived / step
                near[1, rows[at]] += arrived / (step * step)


@compiled
def arrival_counts(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    before: NDArray[np.int64],
    sources: NDArray[np.int32],
    starts: NDArray[np.int64],
    most: int,
    counts: NDArray[np.int64],
) -> None:
    """Count in ``counts[v]`` how many of ``starts``, all different, come to v in 1 to ``most`` steps."""
    people = len(indptr) - 1
    rows, met = np.empty(people, np.int32), np.empty(people, np.int32)
    frontier, onward = np.zeros(people, np.uint64), np.zeros(people, np.uint64)
    closed = np.zeros(people, np.uint64)
    for first in range(0, len(starts), _LANES):
        some = starts[first : first + _LANES]
        _start(some, frontier, closed, rows)
        count, step, seen = len(some), 0, 0
        for at in range(count):
            met[seen] = rows[at]
            seen += 1
        while count > 0 and step < most:
            step += 1
            count = advance(indptr, indices, before, sources, frontier, onward, closed, rows, count)
            frontier, onward = onward, frontier
            for at in range(count):
                v = rows[at]
                counts[v] += _bits(frontier[v])
                if closed[v] == frontier[v]:
                    met[seen] = v
                    seen += 1
        # Few people are met within few steps, so only what they left behind is wiped.
        for at in range(seen):
            frontier[met[at]] = _ZERO
            onward[met[at]] = _ZERO
            closed[met[at]] = _ZERO
