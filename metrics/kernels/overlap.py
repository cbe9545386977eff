"""Compiled kernel of broker overlap: who else brokers the pairs that a person brokers.

This module imports numba, which takes most of a second: import it inside functions. Everything is added up in whole
numbers, so nothing depends on threads or on the order of people: the share 1 / k of a pair that k people broker counts
as a whole number of steps of 2⁻⁵², and what fills up a whole pair is carried on.

People tied to very many (*hubs*, at most 64, a bit each) are not gone through again for every person tied to them:
whoever is tied to the same hubs finds the same pairs brokered by them, but for those that others broker as well or
that are closed. These are put right one by one. Where much is gone through, indices are unsigned, so that none need be
asked whether it counts from the end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part

STEP_BITS = 52
"""A whole pair is 2 to this power steps."""

_WHOLE = np.int64(1) << np.int64(STEP_BITS)
_AT_ONCE = 1024
_CLOSED = np.int32(-(2**30))
_ZERO, _ONE, _TWO, _FOUR = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(4)
_PAIRS, _FOURS, _NIBBLES = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_BYTES, _TOP = np.uint64(0x0101010101010101), np.uint64(56)

Starts = NDArray[np.int64]
Ends = NDArray[np.int32]
Masks = NDArray[np.uint64]
Counts = NDArray[np.int64]


@part
def _bits(mask: np.uint64) -> int:
    """How many bits are set."""
    mask = mask - ((mask >> _ONE) & _PAIRS)
    mask = (mask & _FOURS) + ((mask >> _TWO) & _FOURS)
    mask = (mask + (mask >> _FOUR)) & _NIBBLES
    return int((mask * _BYTES) >> _TOP)


@part
def _add(row: Counts, pairs: int, sole: int, steps: int) -> None:
    """Add to (pairs, sole, whole pairs, steps of the next one)."""
    row[0] += pairs
    row[1] += sole
    steps += row[3]
    row[2] += steps >> STEP_BITS
    row[3] = steps & (_WHOLE - 1)


@part
def _through_hubs(
    arcs: Starts, targets: Ends, hubs: Ends, here: np.uint64, reached: Masks, shares: Counts, found: Counts
) -> None:
    """What each of the hubs ``here`` brokers for somebody tied to these hubs and to nobody else."""
    for h in range(len(hubs)):
        found[h] = 0
        if not (here >> np.uint64(h)) & _ONE:
            continue
        for e in range(arcs[hubs[h]], arcs[hubs[h] + 1]):
            brokers = _bits(reached[targets[e]] & here)
            _add(found[h], 1, 1 if brokers == 1 else 0, shares[brokers])


@compiled
def broker_pairs(
    arcs: Starts,
    targets: Ends,
    order: Ends,
    hubs: Ends,
    is_hub: NDArray[np.bool_],
    tied: Masks,
    reached: Masks,
    shares: Counts,
    first: int,
    last: int,
    tallies: Counts,
) -> None:
    """Add up, over the pairs that begin with these people, what everybody brokers.

    Bit h of ``tied[a]`` says that a has an arc to hub h, of ``reached[b]`` that hub h has one to b; in ``order``,
    people tied to the same hubs stand together. ``shares[k]`` is 1 / k in steps. Columns of ``tallies``: pairs, those
    that nobody else brokers, and Σ 1 / (number of brokers) as whole pairs and steps.
    """
    # How many brokers who are no hubs there are for each b; below 0 where a may not be brokered to b.
    count = np.zeros(len(arcs) - 1, np.int32)
    through = np.zeros((len(hubs), 4), np.int64)
    known = _ZERO
    for at in range(first, last):
        a = order[at]
        here = tied[a]
        if here != known:
            _through_hubs(arcs, targets, hubs, here, reached, shares, through)
            known = here
        for h in range(len(hubs)):
            if (here >> np.uint64(h)) & _ONE:
                tally = tallies[hubs[h]]
                _add(tally, through[h, 0], through[h, 1], through[h, 3])
                tally[2] += through[h, 2]
        count[a] = _CLOSED
        for e in range(arcs[a], arcs[a + 1]):
            count[targets[e]] = _CLOSED
        for e in range(arcs[a], arcs[a + 1]):
            v = targets[e]
            if not is_hub[v]:
                for f in range(np.uint64(arcs[v]), np.uint64(arcs[v + 1])):
                    count[np.uint64(targets[f])] += 1
        for e in range(arcs[a], arcs[a + 1]):
            v = targets[e]
            if not is_hub[v]:
                _shared_out(arcs, targets, v, here, reached, shares, count, tallies)
        if here != _ZERO:
            _put_right(arcs, targets, a, is_hub, here, reached, shares, hubs, count, tallies)
        count[a] = 0
        for e in range(arcs[a], arcs[a + 1]):
            v = targets[e]
            count[v] = 0
            if not is_hub[v]:
                for f in range(np.uint64(arcs[v]), np.uint64(arcs[v + 1])):
                    count[np.uint64(targets[f])] = 0


@part
def _shared_out(
    arcs: Starts,
    targets: Ends,
    v: int,
    here: np.uint64,
    reached: Masks,
    shares: Counts,
    count: NDArray[np.int32],
    tallies: Counts,
) -> None:
    """Add to v the pairs that it brokers for this a."""
    # So few at a time that their steps cannot run over.
    for start in range(arcs[v], arcs[v + 1], _AT_ONCE):
        pairs, sole, steps = 0, 0, 0
        stop = min(start + _AT_ONCE, arcs[v + 1])
        if here == _ZERO:
            for e in range(np.uint64(start), np.uint64(stop)):
                many = np.uint64(max(count[np.uint64(targets[e])], 0))
                pairs += 1 if many > 0 else 0
                sole += 1 if many == 1 else 0
                steps += int(shares[many])
        else:
            for e in range(start, stop):
                b = targets[e]
                if count[b] > 0:
                    brokers = count[b] + _bits(reached[b] & here)
                    pairs += 1
                    sole += 1 if brokers == 1 else 0
                    steps += shares[brokers]
        _add(tallies[v], pairs, sole, steps)


@part
def _put_right(
    arcs: Starts,
    targets: Ends,
    a: int,
    is_hub: NDArray[np.bool_],
    here: np.uint64,
    reached: Masks,
    shares: Counts,
    hubs: Ends,
    count: NDArray[np.int32],
    tallies: Counts,
) -> None:
    """Take off hubs what they were credited with for pairs that are closed, or that others broker as well.

    Each b is forgotten once it is put right, so that it is put right once.
    """
    _for_one(a, here, reached, shares, hubs, count, tallies)
    for e in range(arcs[a], arcs[a + 1]):
        v = targets[e]
        if count[v] != 0:
            _for_one(v, here, reached, shares, hubs, count, tallies)
        if not is_hub[v]:
            for f in range(arcs[v], arcs[v + 1]):
                if count[targets[f]] != 0:
                    _for_one(targets[f], here, reached, shares, hubs, count, tallies)


@part
def _for_one(
    b: int,
    here: np.uint64,
    reached: Masks,
    shares: Counts,
    hubs: Ends,
    count: NDArray[np.int32],
    tallies: Counts,
) -> None:
    there = reached[b] & here
    brokers = _bits(there)
    sole = 1 if brokers == 1 else 0
    pairs, left = (1, 0) if count[b] < 0 else (0, shares[brokers + count[b]])
    count[b] = 0
    for h in range(len(hubs)):
        if (there >> np.uint64(h)) & _ONE:
            _add(tallies[hubs[h]], -pairs, -sole, left - shares[brokers])
