"""Compiled breadth-first searches from 64 people at once, one bit of a machine word each.

This module imports numba, which takes most of a second: import it inside functions. Every search is one lane: bit b of
``frontier[v]`` says that search b has just come to v, bit b of ``closed[v]`` that it may not come to v (any more).

References
----------
Then et al. 2014, *Proceedings of the VLDB Endowment* 8(4), 449–460, for searches from many sources at once; Beamer,
Asanović & Patterson 2012, *SC '12*, for looking from either side.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part

_ZERO, _ONE, _ALL = np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)
_LANES = 64
_STEP_BITS = 32
_FEW = 8
_ODD, _PAIRS, _FOURS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_BYTES = np.uint64(0x0101010101010101)
_S1, _S2, _S4, _S56 = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)


@part
def advance(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    before: NDArray[np.int64],
    sources: NDArray[np.int32],
    frontier: NDArray[np.uint64],
    onward: NDArray[np.uint64],
    closed: NDArray[np.uint64],
    rows: NDArray[np.int32],
    count: int,
) -> int:
    """One step of all searches: ``onward`` becomes the new frontier and ``rows`` where it is, ``frontier`` empty.

    ``indptr, indices`` are the arcs by their start, ``before, sources`` by their end; the same where ties have no
    direction.
    """
    ties = 0
    for at in range(count):
        ties += indptr[rows[at] + 1] - indptr[rows[at]]
    if ties * _FEW < len(indices):
        # Few ties lead on: go along each of them.
        reached = 0
        fresh = np.empty(ties, np.int32)
        for at in range(count):
            v = rows[at]
            bits = frontier[v]
            frontier[v] = _ZERO
            for e in range(indptr[v], indptr[v + 1]):
                w = indices[e]
                new = bits & ~closed[w]
                if new != _ZERO:
                    if onward[w] == _ZERO:
                        fresh[reached] = w
                        reached += 1
                    onward[w] |= new
        for at in range(reached):
            rows[at] = fresh[at]
            closed[fresh[at]] |= onward[fresh[at]]
        return reached
    reached = 0
    for v in range(len(closed)):
        wanted = ~closed[v]
        found = _ZERO
        if wanted != _ZERO:
            for e in range(before[v], before[v + 1]):
                found |= frontier[sources[e]]
                if (found & wanted) == wanted:
                    break
            found &= wanted
        onward[v] = found
        closed[v] |= found
    for v in range(len(closed)):
        frontier[v] = _ZERO
        if onward[v] != _ZERO:
            rows[reached] = v
            reached += 1
    return reached


@part
def _blank(people: int) -> NDArray[np.uint64]:
    return np.zeros(people, np.uint64)


@compiled
def hops_from(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    sources: NDArray[np.int64],
    most: int,
    out: NDArray[np.signedinteger],
) -> None:
    """Steps from each source (row) to everybody; −1 where there is no way of at most ``most`` steps.

    Steps are kept upright, bit b of all lanes in one word, and laid flat when the searches are over.
    """
    people = len(indptr) - 1
    rows = np.empty(people, np.int32)
    planes = np.empty((_STEP_BITS, people), np.uint64)
    frontier, onward, closed = _blank(people), _blank(people), _blank(people)
    for start in range(0, len(sources), _LANES):
        lanes = min(_LANES, len(sources) - start)
        frontier[:] = _ZERO
        onward[:] = _ZERO
        count = 0
        for lane in range(lanes):
            source = sources[start + lane]
            if frontier[source] == _ZERO:
                rows[count] = source
                count += 1
            frontier[source] |= _ONE << np.uint64(lane)
        closed[:] = frontier
        step, used = 0, 0
        while count > 0 and step < most:
            step += 1
            if step >> used:
                planes[used] = _ZERO
                used += 1
            count = advance(indptr, indices, indptr, indices, frontier, onward, closed, rows, count)
            frontier, onward = onward, frontier
            for b in range(used):
                if (step >> b) & 1:
                    for at in range(count):
                        planes[b, rows[at]] |= frontier[rows[at]]
        for lane in range(lanes):
            shift = np.uint64(lane)
            row = out[start + lane]
            for v in range(people):
                row[v] = np.int32((closed[v] >> shift) & _ONE) - 1
            for b in range(used):
                plane = planes[b]
                for v in range(people):
                    row[v] += np.int32((plane[v] >> shift) & _ONE) << b


@compiled
def nearest_of(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    wanted: NDArray[np.bool_],
    above: NDArray[np.int64],
    barred: NDArray[np.int32],
    first: int,
    last: int,
    within: int,
    nearest: NDArray[np.float64],
    counts: NDArray[np.int64],
) -> None:
    """Steps from each person to the nearest one wanted, and how many of those are at most ``within`` steps away.

    Nobody is wanted by themselves, and person i's search never comes to ``barred[above[i]:above[i + 1]]``.
    """
    people = len(indptr) - 1
    rows = np.empty(people, np.int32)
    frontier, onward, closed = _blank(people), _blank(people), _blank(people)
    for start in range(first, last, _LANES):
        lanes = min(_LANES, last - start)
        frontier[:] = _ZERO
        onward[:] = _ZERO
        for lane in range(lanes):
            frontier[start + lane] = _ONE << np.uint64(lane)
            rows[lane] = start + lane
        closed[:] = frontier
        for lane in range(lanes):
            for at in range(above[start + lane], above[start + lane + 1]):
                closed[barred[at]] |= _ONE << np.uint64(lane)
        missing = _ALL >> np.uint64(_LANES - lanes)
        count, step = lanes, 0
        while count > 0 and (step < within or missing != _ZERO):
            step += 1
            count = advance(indptr, indices, indptr, indices, frontier, onward, closed, rows, count)
            frontier, onward = onward, frontier
            alive = _ZERO
            for at in range(count):
                bits = frontier[rows[at]]
                alive |= bits
                if not wanted[rows[at]]:
                    continue
                for lane in range(lanes):
                    here = _ONE << np.uint64(lane)
                    if bits & here:
                        if missing & here:
                            nearest[start + lane] = step
                            missing ^= here
                        if step <= within:
                            counts[start + lane] += 1
            # A search that has come to its end finds nobody any more, and must not keep the others going.
            missing &= alive


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
