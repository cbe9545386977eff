"""Compiled searches in 64 networks at once, each without some of its people: one bit of a machine word for each.

This module imports numba, which takes most of a second: import it inside functions. The people who are gone from
network k are ``members[bounds[k]:bounds[k + 1]]``. Everything counted is a whole number, and no network depends on
which others share its word, so nothing depends on threads.

References
----------
Then et al. 2014, *Proceedings of the VLDB Endowment* 8(4), 449–460, for searches at once; Beamer, Asanović & Patterson
2012, *SC '12*, for looking from either side.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part

_ZERO, _ONE, _ALL = np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)
_LANES = 64
_COUNTER_BITS = 62
_FEW = 8


@part
def _gone(
    bounds: NDArray[np.int64], members: NDArray[np.int32], start: int, lanes: int, gone: NDArray[np.uint64]
) -> None:
    """Who is gone from which of the networks; bits without a network count as everybody being gone."""
    gone[:] = _ZERO if lanes == _LANES else _ALL << np.uint64(lanes)
    for lane in range(lanes):
        for at in range(bounds[start + lane], bounds[start + lane + 1]):
            gone[members[at]] |= _ONE << np.uint64(lane)


@part
def _count(counter: NDArray[np.uint64], bits: np.uint64) -> None:
    """Add one in each network whose bit is set; counters stand upright, bit b of all counts in one word."""
    at = 0
    while bits != _ZERO:
        carry = counter[at] & bits
        counter[at] ^= bits
        bits = carry
        at += 1


@part
def _counted(counter: NDArray[np.uint64], lane: int) -> int:
    total = 0
    for bit in range(_COUNTER_BITS):
        total += int((counter[bit] >> np.uint64(lane)) & _ONE) << bit
    return total


@part
def _next_step(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    frontier: NDArray[np.uint64],
    onward: NDArray[np.uint64],
    closed: NDArray[np.uint64],
    rows: NDArray[np.int32],
    count: int,
) -> int:
    """One step of all searches: ``onward`` becomes where they are, ``rows`` who is there, ``frontier`` empty.

    ``onward`` must be empty before. Few people look at their contacts; of many, those not
    met yet look for one who was, and stop as soon as they are met in every network.
    """
    leading = 0
    for at in range(count):
        leading += indptr[rows[at] + 1] - indptr[rows[at]]
    met = 0
    if leading < len(indices) // _FEW:
        fresh = np.empty(leading, np.int32)
        for at in range(count):
            person = rows[at]
            bits, frontier[person] = frontier[person], _ZERO
            for e in range(indptr[person], indptr[person + 1]):
                other = indices[e]
                new = bits & ~(closed[other] | onward[other])
                if new == _ZERO:
                    continue
                if onward[other] == _ZERO:
                    fresh[met] = other
                    met += 1
                onward[other] |= new
        for at in range(met):
            rows[at] = fresh[at]
            closed[fresh[at]] |= onward[fresh[at]]
        return met
    for person in range(len(closed)):
        missing = ~closed[person]
        found = _ZERO
        if missing != _ZERO:
            for e in range(indptr[person], indptr[person + 1]):
                found |= frontier[indices[e]] & missing
                if found == missing:
                    break
        onward[person] = found
    for person in range(len(closed)):
        frontier[person] = _ZERO
        if onward[person] != _ZERO:
            closed[person] |= onward[person]
            rows[met] = person
            met += 1
    return met


@part
def _largest_left(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    gone: NDArray[np.uint64],
    lane: int,
    met: NDArray[np.bool_],
    waiting: NDArray[np.int32],
) -> int:
    """People in the largest part of one network, part by part."""
    here = _ONE << np.uint64(lane)
    largest = 0
    for person in range(len(gone)):
        met[person] = gone[person] & here != _ZERO
    for start in range(len(gone)):
        if met[start]:
            continue
        met[start] = True
        waiting[0] = start
        size, done = 1, 0
        while done < size:
            at = waiting[done]
            done += 1
            for e in range(indptr[at], indptr[at + 1]):
                other = indices[e]
                if not met[other]:
                    met[other] = True
                    waiting[size] = other
                    size += 1
        largest = max(largest, size)
    return largest


@compiled
def largest_parts(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    by_contacts: NDArray[np.int32],
    bounds: NDArray[np.int64],
    members: NDArray[np.int32],
    first: int,
    last: int,
    largest: NDArray[np.int64],
) -> None:
    """How many people the largest connected part of each network has.

    The search begins at the person left who comes first in ``by_contacts``. Where it meets half of those left who had
    any tie, that is the largest part: who never had one is a part of one. Otherwise the network is gone through part by
    part.
    """
    people = len(indptr) - 1
    rows = np.empty(people, np.int32)
    met = np.empty(people, np.bool_)
    gone, closed = np.empty(people, np.uint64), np.empty(people, np.uint64)
    frontier, onward = np.zeros(people, np.uint64), np.zeros(people, np.uint64)
    counter = np.empty(_COUNTER_BITS, np.uint64)
    tied = 0
    for person in range(people):
        tied += indptr[person] < indptr[person + 1]
    for start in range(first, last, _LANES):
        lanes = min(_LANES, last - start)
        _gone(bounds, members, start, lanes, gone)
        counter[:] = _ZERO
        frontier[:] = _ZERO
        onward[:] = _ZERO
        count = 0
        for lane in range(lanes):
            here = _ONE << np.uint64(lane)
            for person in by_contacts:
                if gone[person] & here == _ZERO:
                    if frontier[person] == _ZERO:
                        rows[count] = person
                        count += 1
                    frontier[person] |= here
                    break
        for person in range(people):
            closed[person] = gone[person] | frontier[person]
        while count > 0:
            for at in range(count):
                _count(counter, frontier[rows[at]])
            count = _next_step(indptr, indices, frontier, onward, closed, rows, count)
            frontier, onward = onward, frontier
        for lane in range(lanes):
            size = _counted(counter, lane)
            left = tied
            for at in range(bounds[start + lane], bounds[start + lane + 1]):
                left -= indptr[members[at]] < indptr[members[at] + 1]
            if 2 * size < left:
                size = _largest_left(indptr, indices, gone, lane, met, rows)
            largest[start + lane] = size


@compiled
def steps_from_leaders(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    is_leader: NDArray[np.bool_],
    before: NDArray[np.int32],
    bounds: NDArray[np.int64],
    members: NDArray[np.int32],
    first: int,
    last: int,
    reached: NDArray[np.int64],
    steps: NDArray[np.int64],
    steps_before: NDArray[np.int64],
) -> None:
    """In each network the people who are no leaders and reach one, their steps to the nearest, and those they had.

    ``before`` holds everybody's steps in the whole network.
    """
    people = len(indptr) - 1
    rows = np.empty(people, np.int32)
    closed, frontier = np.empty(people, np.uint64), np.empty(people, np.uint64)
    onward = np.empty(people, np.uint64)
    counter = np.empty(_COUNTER_BITS, np.uint64)
    for start in range(first, last, _LANES):
        lanes = min(_LANES, last - start)
        _gone(bounds, members, start, lanes, closed)
        onward[:] = _ZERO
        count = 0
        for person in range(people):
            frontier[person] = ~closed[person] if is_leader[person] else _ZERO
            if frontier[person] != _ZERO:
                rows[count] = person
                count += 1
                closed[person] = _ALL
        step = 0
        while count > 0:
            step += 1
            count = _next_step(indptr, indices, frontier, onward, closed, rows, count)
            frontier, onward = onward, frontier
            counter[:] = _ZERO
            for at in range(count):
                person = rows[at]
                bits = frontier[person]
                _count(counter, bits)
                nearer = step - before[person]
                lane = 0
                while nearer > 0 and bits != _ZERO:
                    if bits & _ONE:
                        steps_before[start + lane] -= nearer
                    bits >>= _ONE
                    lane += 1
            for lane in range(lanes):
                found = _counted(counter, lane)
                reached[start + lane] += found
                steps[start + lane] += step * found
                steps_before[start + lane] += step * found


@compiled
def pairs_near(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    leaders: NDArray[np.int32],
    is_leader: NDArray[np.bool_],
    bounds: NDArray[np.int64],
    members: NDArray[np.int32],
    first: int,
    last: int,
    pairs: NDArray[np.int64],
) -> None:
    """Add in each network the pairs of one of ``leaders`` and somebody who is no leader that are within two steps."""
    people = len(indptr) - 1
    gone, met = np.empty(people, np.uint64), np.zeros(people, np.uint64)
    touched = np.empty(people, np.int32)
    counter = np.empty(_COUNTER_BITS, np.uint64)
    for start in range(first, last, _LANES):
        lanes = min(_LANES, last - start)
        _gone(bounds, members, start, lanes, gone)
        counter[:] = _ZERO
        for leader in leaders:
            left = ~gone[leader]
            if left == _ZERO:
                continue
            reached = 0
            for e in range(indptr[leader], indptr[leader + 1]):
                middle = indices[e]
                if not is_leader[middle]:
                    if met[middle] == _ZERO:
                        touched[reached] = middle
                        reached += 1
                    met[middle] = _ALL
                through = ~gone[middle]
                if through == _ZERO:
                    continue
                for f in range(indptr[middle], indptr[middle + 1]):
                    other = indices[f]
                    if is_leader[other]:
                        continue
                    if met[other] == _ZERO:
                        touched[reached] = other
                        reached += 1
                    met[other] |= through
            for at in range(reached):
                person = touched[at]
                _count(counter, met[person] & left & ~gone[person])
                met[person] = _ZERO
        for lane in range(lanes):
            pairs[start + lane] += _counted(counter, lane)
