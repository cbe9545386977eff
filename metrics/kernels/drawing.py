"""Compiled kernels of the inference engine: arrangements drawn within strata, and arcs counted in 64 of them at once.

This module imports numba, which takes most of a second: import it inside functions. Nothing here depends on threads,
on the machine, or on how permutations fall into blocks: permutation r of a seed has its own stream of random numbers,
and everything added up is a whole number.

In every stratum the most frequent label is the ground; places are drawn for the other labels only, by as many steps of
a Fisher–Yates shuffle, which are undone afterwards. Random numbers are those of SplitMix64, bounded without bias.

References
----------
Steele, Lea & Flood 2014, *OOPSLA*, 453–472, for SplitMix64; Lemire 2019, *ACM Transactions on Modeling and Computer
Simulation* 29(1), 3, for bounds; Durstenfeld 1964, *Communications of the ACM* 7, 420, for the shuffle.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_ZERO, _ONE, _ALL = np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)
_COUNTER_BITS = 48


@part
def _mixed(state: np.uint64) -> np.uint64:
    state = (state ^ (state >> _S30)) * _FIRST
    state = (state ^ (state >> _S27)) * _SECOND
    return state ^ (state >> _S31)


@part
def _states(key: np.uint64, first: int, count: int) -> NDArray[np.uint64]:
    """Where the random numbers of each permutation start."""
    states = np.empty(count, np.uint64)
    for at in range(count):
        states[at] = _mixed(key + np.uint64(first + at) * _GAMMA)
    return states


@part
def _draw(
    place: NDArray[np.int32], picks: NDArray[np.int32], size: int, count: int, states: NDArray[np.uint64], at: int
) -> None:
    """Bring ``count`` of the places below ``size`` to the front, in random order; keep what was swapped."""
    state = states[at]
    for j in range(count):
        left = np.uint64(size - j)
        state += _GAMMA
        product = (_mixed(state) >> _S32) * left
        if (product & _LOW) < left:
            least = ((_LOW - left) + _ONE) % left
            while (product & _LOW) < least:
                state += _GAMMA
                product = (_mixed(state) >> _S32) * left
        pick = j + np.int64(product >> _S32)
        picks[j] = pick
        taken = place[pick]
        place[pick] = place[j]
        place[j] = taken
    states[at] = state


@part
def _restore(place: NDArray[np.int32], picks: NDArray[np.int32], size: int, count: int) -> None:
    """Every place where it belongs: written down anew or, after few draws, by undoing them."""
    if count * 16 > size:
        for j in range(size):
            place[j] = j
        return
    for j in range(count - 1, -1, -1):
        pick = picks[j]
        taken = place[pick]
        place[pick] = place[j]
        place[j] = taken


@part
def _largest(bounds: NDArray[np.int64]) -> int:
    largest = 0
    for s in range(len(bounds) - 1):
        largest = max(largest, bounds[s + 1] - bounds[s])
    return largest


@compiled
def draw_sums(
    weights: NDArray[np.int64],
    bounds: NDArray[np.int64],
    drawn: NDArray[np.int64],
    key: np.uint64,
    first: int,
    out: NDArray[np.int64],
) -> None:
    """Add to each row of ``out`` (one a permutation, ``first`` on) the weights of the places drawn in it."""
    columns = weights.shape[1]
    states = _states(key, first, out.shape[0])
    place = np.arange(_largest(bounds)).astype(np.int32)
    picks = np.empty_like(place)
    # One stratum in all permutations before the next: its weights then stay in the processor's cache.
    for s in range(len(drawn)):
        low, count = bounds[s], drawn[s]
        size = bounds[s + 1] - low
        for row in range(out.shape[0]):
            _draw(place, picks, size, count, states, row)
            for j in range(count):
                person = low + place[j]
                for c in range(columns):
                    out[row, c] += weights[person, c]
            _restore(place, picks, size, count)


@compiled
def draw_labels(
    dealt: NDArray[np.int64],
    bounds: NDArray[np.int64],
    drawn: NDArray[np.int64],
    key: np.uint64,
    first: int,
    out: NDArray[np.int64],
) -> None:
    """Overwrite the ground, which fills ``out`` already, with the labels dealt out in each permutation (row)."""
    states = _states(key, first, out.shape[0])
    place = np.arange(_largest(bounds)).astype(np.int32)
    picks = np.empty_like(place)
    for s in range(len(drawn)):
        low, count = bounds[s], drawn[s]
        size = bounds[s + 1] - low
        for row in range(out.shape[0]):
            _draw(place, picks, size, count, states, row)
            for j in range(count):
                out[row, low + place[j]] = dealt[low + j]
            _restore(place, picks, size, count)


@compiled
def draw_planes(
    ground: NDArray[np.int64],
    dealt: NDArray[np.int64],
    bounds: NDArray[np.int64],
    drawn: NDArray[np.int64],
    key: np.uint64,
    first: int,
    lanes: int,
    planes: NDArray[np.uint64],
) -> None:
    """Labels of several permutations, bit by bit: bit r of ``planes[i, b]`` is bit b of person i's label in the r-th.

    ``planes`` holds everybody's observed or ground label in all lanes before.
    """
    states = _states(key, first, lanes)
    place = np.arange(_largest(bounds)).astype(np.int32)
    picks = np.empty_like(place)
    for s in range(len(drawn)):
        low, count = bounds[s], drawn[s]
        size = bounds[s + 1] - low
        for lane in range(lanes):
            here = _ONE << np.uint64(lane)
            _draw(place, picks, size, count, states, lane)
            for j in range(count):
                person = low + place[j]
                other = ground[person] ^ dealt[low + j]
                for b in range(planes.shape[1]):
                    if (other >> b) & 1:
                        planes[person, b] ^= here
            _restore(place, picks, size, count)


@part
def _alike(planes: NDArray[np.uint64], one: int, other: int) -> np.uint64:
    """Lanes in which two people have the same label."""
    same = _ALL
    for b in range(planes.shape[1]):
        same &= ~(planes[one, b] ^ planes[other, b])
    return same


@part
def _add(held: np.uint64, one: np.uint64, other: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Full adders, one a lane: the sum's own bit, and what is carried."""
    odd = held ^ one
    return odd ^ other, (held & one) | (odd & other)


@part
def _carry_on(counter: NDArray[np.uint64], carry: np.uint64, bit: int) -> None:
    while carry != _ZERO:
        onward = counter[bit] & carry
        counter[bit] ^= carry
        carry = onward
        bit += 1


@compiled
def count_alike(
    planes: NDArray[np.uint64], source: NDArray[np.int32], target: NDArray[np.int32], counts: NDArray[np.int64]
) -> None:
    """How many arcs join people of the same label, in each lane.

    Counters stand upright: bit r of word k is bit k of the count in lane r. Eight arcs go through a tree of adders
    before anything is carried on to the longer counters.
    """
    counter = np.zeros(_COUNTER_BITS, np.uint64)
    ones, twos, fours = _ZERO, _ZERO, _ZERO
    whole = len(source) // 8 * 8
    for e in range(0, whole, 8):
        ones, a = _add(ones, _alike(planes, source[e], target[e]), _alike(planes, source[e + 1], target[e + 1]))
        ones, b = _add(ones, _alike(planes, source[e + 2], target[e + 2]), _alike(planes, source[e + 3], target[e + 3]))
        twos, c = _add(twos, a, b)
        ones, a = _add(ones, _alike(planes, source[e + 4], target[e + 4]), _alike(planes, source[e + 5], target[e + 5]))
        ones, b = _add(ones, _alike(planes, source[e + 6], target[e + 6]), _alike(planes, source[e + 7], target[e + 7]))
        twos, d = _add(twos, a, b)
        fours, carry = _add(fours, c, d)
        _carry_on(counter, carry, 3)
    counter[0], counter[1], counter[2] = ones, twos, fours
    for e in range(whole, len(source)):
        _carry_on(counter, _alike(planes, source[e], target[e]), 0)
    for lane in range(len(counts)):
        total = np.int64(0)
        for bit in range(_COUNTER_BITS):
            total += np.int64((counter[bit] >> np.uint64(lane)) & _ONE) << bit
        counts[lane] = total
