"""Compiled looks at which ties are mutual, from one sparse matrix with sorted columns.

This module imports numba, which takes most of a second: import it inside functions. Everything is a whole number, so
nothing depends on threads.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part


@part
def _has(indptr: NDArray[np.int64], indices: NDArray[np.int32], row: int, column: int) -> bool:
    low, high = indptr[row], indptr[row + 1]
    while low < high:
        middle = (low + high) // 2
        if indices[middle] < column:
            low = middle + 1
        else:
            high = middle
    found: bool = low < indptr[row + 1] and indices[low] == column
    return found


@compiled
def mutual(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], first: int, last: int, out: NDArray[np.int64]
) -> None:
    """How many of a row's entries are answered by one the other way round."""
    for i in range(first, last):
        count = 0
        for e in range(indptr[i], indptr[i + 1]):
            if _has(indptr, indices, indices[e], i):
                count += 1
        out[i] = count


@compiled
def pairs(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    starts: NDArray[np.int64],
    first: int,
    last: int,
    out: NDArray[np.int64],
) -> None:
    """Each pair with an entry either way once, smaller position first; row i's from ``out[starts[i]]`` on.

    A pair stands with the row of its smaller position if that row has the entry, otherwise with the other's.
    """
    for i in range(first, last):
        at = starts[i]
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if i < j:
                out[at, 0], out[at, 1] = i, j
                at += 1
            elif not _has(indptr, indices, j, i):
                out[at, 0], out[at, 1] = j, i
                at += 1


@compiled
def pairs_of_rows(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], first: int, last: int, out: NDArray[np.int64]
) -> None:
    """How many pairs stand with each row, see `pairs`."""
    for i in range(first, last):
        count = 0
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if i < j or not _has(indptr, indices, j, i):
                count += 1
        out[i] = count
