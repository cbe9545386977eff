"""Compiled attention walks: where walks from everybody end, for many leaders side by side.

This module imports numba, which takes most of a second: import it inside functions. The columns of a block are solved
together and added up in order, so nothing depends on threads.

With W where walks step to, d the damping and e_l the leader, h = (1 − d) Σ dᵏ Wᵏ e_l is the fixed point of
h ↦ (1 − d) e_l + d W h. Gauss–Seidel sweeps from 0 only ever add to it. In the largest norm each makes the error at
least d times smaller, so after one that changes it by at most c, no more than d c / (1 − d) is missing. The sum of a
block's columns is the fixed point for the sum of their leaders, and its missing part bounds all of theirs.

References
----------
Varga 2000, *Matrix Iterative Analysis*, 2nd edition, section 3.3, for Gauss–Seidel and matrices like this one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled

Floats = NDArray[np.float64]


@compiled
def settle(
    indptr: NDArray[np.int64],
    source: NDArray[np.int32],
    step: Floats,
    leaders: NDArray[np.int64],
    damping: float,
    missing: float,
    sweeps: int,
    h: Floats,
    settled: NDArray[np.bool_],
) -> None:
    """Sweep over ``h`` (person, leader) until no more than ``missing`` is missing, or for so many sweeps.

    A walk at i steps to ``source[e]`` with probability ``step[e]``, e from ``indptr[i]``; without arcs it stays.
    """
    people, width = len(indptr) - 1, len(leaders)
    column = np.full(people, -1, np.int32)
    for b in range(width):
        column[leaders[b]] = b
        if indptr[leaders[b]] == indptr[leaders[b] + 1]:
            h[leaders[b], b] = 1.0
    found = np.empty(width)
    for _ in range(sweeps):
        change = 0.0
        for i in range(people):
            if indptr[i] == indptr[i + 1]:
                continue
            found[:] = 0.0
            for e in range(indptr[i], indptr[i + 1]):
                chance, j = damping * step[e], source[e]
                for b in range(width):
                    found[b] += chance * h[j, b]
            if column[i] >= 0:
                found[column[i]] += 1.0 - damping
            more = 0.0
            for b in range(width):
                more += found[b] - h[i, b]
                h[i, b] = found[b]
            change = max(change, more)
        if damping * change <= missing * (1.0 - damping):
            settled[0] = True
            return


@compiled
def ends_at(
    indptr: NDArray[np.int64],
    source: NDArray[np.int32],
    step: Floats,
    outside: NDArray[np.bool_],
    scale: Floats,
    above: NDArray[np.int64],
    chain: NDArray[np.int32],
    leaders: NDArray[np.int64],
    h: Floats,
    total: Floats,
) -> None:
    """Fill ``total`` (person, without and with the own chain) with how likely their walk ends at one of these leaders.

    ``h`` has settled. Without the chain, ``chain[above[i]:above[i + 1]]``, the first step keeps to the arcs
    ``outside``, ``scale[i]`` times as likely, and stays where there are none. To end at oneself does not count, nor,
    without the chain, at somebody in it.
    """
    people, width = len(indptr) - 1, len(leaders)
    column = np.full(people, -1, np.int32)
    for b in range(width):
        column[leaders[b]] = b
    found, narrow = np.empty(width), np.empty(width)
    for i in range(people):
        found[:] = 0.0
        narrow[:] = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            chance, j = step[e], source[e]
            for b in range(width):
                found[b] += chance * h[j, b]
            if outside[e]:
                for b in range(width):
                    narrow[b] += chance * h[j, b]
        if scale[i] > 0.0:
            narrow *= scale[i]
        else:
            narrow[:] = h[i]
        if column[i] >= 0:
            found[column[i]] = 0.0
            narrow[column[i]] = 0.0
        for at in range(above[i], above[i + 1]):
            if column[chain[at]] >= 0:
                narrow[column[chain[at]]] = 0.0
        for b in range(width):
            total[i, 0] += narrow[b]
            total[i, 1] += found[b]
