"""Compiled kernel of bridges: how few people, taken greedily, hold half of what joins two groups.

This module imports numba, which takes most of a second: import it inside functions.
"""

from __future__ import annotations

from heapq import heapify, heappop, heapreplace

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part


@part
def _still(
    start: int, stop: int, ties: NDArray[np.int32], strength: NDArray[np.float64], held: NDArray[np.bool_]
) -> float:
    """Strength of a carrier's ties that nobody taken so far holds, always added up in the same order."""
    sum_of = 0.0
    for at in range(start, stop):
        if not held[ties[at]]:
            sum_of += strength[ties[at]]
    return sum_of


@compiled
def carriers_for(
    bounds: NDArray[np.int64],
    indptr: NDArray[np.int64],
    ties: NDArray[np.int32],
    strength: NDArray[np.float64],
    aims: NDArray[np.float64],
    out: NDArray[np.int64],
) -> None:
    """Take in each pair of groups whoever brings most strength not held yet, until the aim is met.

    The carriers of pair k are those from ``bounds[k]`` up to ``bounds[k + 1]``; of equals the first is taken. What
    somebody brings only falls as others are taken, so that a figure worked out earlier is a limit from above: it is
    worked out anew only for whoever comes to the front.
    """
    held = np.zeros(len(strength), np.bool_)
    for pair in range(len(out)):
        front = [(0.0, 0)]
        front.pop()
        for carrier in range(bounds[pair], bounds[pair + 1]):
            front.append((-_still(indptr[carrier], indptr[carrier + 1], ties, strength, held), carrier))
        heapify(front)
        made, taken = 0.0, 0
        while made < aims[pair] and len(front):
            brings, carrier = front[0]
            now = -_still(indptr[carrier], indptr[carrier + 1], ties, strength, held)
            if now > brings:
                heapreplace(front, (now, carrier))
                continue
            heappop(front)
            for at in range(indptr[carrier], indptr[carrier + 1]):
                held[ties[at]] = True
            made -= now
            taken += 1
        out[pair] = taken
