"""Compiled kernels that pick arcs from a sparse matrix and turn them round.

This module imports numba, which takes most of a second: import it inside functions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled

Starts = NDArray[np.int64]
Ends = NDArray[np.int32]
Codes = NDArray[np.int32]


@compiled
def strong_arcs(
    indptr: Starts,
    indices: Ends,
    strength: NDArray[np.float64],
    threshold: float,
    codes: Codes,
    arcs: Starts,
    targets: Ends,
) -> None:
    """Arcs above the threshold between people with a code: fills ``arcs``, and ``targets`` as far as ``arcs[-1]``."""
    at = 0
    for i in range(len(indptr) - 1):
        arcs[i] = at
        if codes[i] < 0:
            continue
        for e in range(indptr[i], indptr[i + 1]):
            if strength[e] > threshold and codes[indices[e]] >= 0:
                targets[at] = indices[e]
                at += 1
    arcs[len(indptr) - 1] = at


@compiled
def turned_round(arcs: Starts, targets: Ends, codes: Codes, arcs_in: Starts, alike: Starts, sources: Ends) -> None:
    """Who has an arc to each person, first those of the same code, each part sorted; ``alike`` is where they end."""
    people = len(arcs) - 1
    arcs_in[:] = 0
    alike[:] = 0
    for i in range(people):
        for e in range(arcs[i], arcs[i + 1]):
            arcs_in[targets[e] + 1] += 1
            if codes[targets[e]] == codes[i]:
                alike[targets[e]] += 1
    for i in range(people):
        arcs_in[i + 1] += arcs_in[i]
        alike[i] += arcs_in[i]
    same, other = arcs_in[:-1].copy(), alike.copy()
    for i in range(people):
        for e in range(arcs[i], arcs[i + 1]):
            j = targets[e]
            if codes[j] == codes[i]:
                sources[same[j]] = i
                same[j] += 1
            else:
                sources[other[j]] = i
                other[j] += 1
