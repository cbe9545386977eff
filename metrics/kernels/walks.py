"""Compiled steps of walks along ties: products of a matrix and a vector, sweeps of a linear system, and vectors' bases.

This module imports numba, which takes most of a second: import it inside functions. Every sum has one fixed order, so
nothing depends on threads: each row is one thread's, and inner products are added up in blocks of a fixed size. Where
entries are read in a row's innermost loop, indices are taken as unsigned: numba asks of every signed one whether it
counts from the end, which takes a third of the time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled

Floats = NDArray[np.float64]

BLOCK = 4096
"""Places of a vector whose terms of an inner product are added up together."""


@compiled
def product(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    data: Floats,
    vector: Floats,
    first: int,
    last: int,
    out: Floats,
) -> None:
    """Σ_j a_ij v_j for some of the rows."""
    for i in range(first, last):
        total = 0.0
        for e in range(np.uint64(indptr[i]), np.uint64(indptr[i + 1])):
            total += data[e] * vector[np.uint32(indices[e])]
        out[i] = total


@compiled
def sweep(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    data: Floats,
    factor: float,
    shares: Floats,
    values: Floats,
    passed: Floats,
    largest: Floats,
) -> None:
    """One Gauss–Seidel sweep of x_i = 1 + factor · Σ_j a_ij shares_j x_j; ``passed`` holds shares_j x_j.

    ``largest`` takes the largest change of a value, relative to the value.
    """
    change = 0.0
    for i in range(len(values)):
        total = 0.0
        for e in range(np.uint64(indptr[i]), np.uint64(indptr[i + 1])):
            total += data[e] * passed[np.uint32(indices[e])]
        value = 1.0 + factor * total
        change = max(change, abs(value - values[i]) / value)
        values[i] = value
        passed[i] = shares[i] * value
    largest[0] = change


@compiled
def overlaps(basis: Floats, count: int, vector: Floats, first: int, last: int, out: Floats) -> None:
    """Inner products of the first ``count`` rows with the vector: a row of ``out`` for each of some blocks."""
    for block in range(first, last):
        start, stop = block * BLOCK, min((block + 1) * BLOCK, len(vector))
        whole = start + (stop - start) // 4 * 4
        for k in range(count):
            row = basis[k]
            a, b, c, d = 0.0, 0.0, 0.0, 0.0
            # Four sums at a time: one alone would wait for each addition to end.
            for i in range(start, whole, 4):
                a += row[i] * vector[i]
                b += row[i + 1] * vector[i + 1]
                c += row[i + 2] * vector[i + 2]
                d += row[i + 3] * vector[i + 3]
            for i in range(whole, stop):
                a += row[i] * vector[i]
            out[block, k] = (a + b) + (c + d)


@compiled
def combine(basis: Floats, weights: Floats, first: int, last: int, vector: Floats) -> None:
    """Add Σ_k weights_k · row k to some blocks of the vector."""
    for block in range(first, last):
        start, stop = block * BLOCK, min((block + 1) * BLOCK, len(vector))
        for k in range(len(weights)):
            weight = weights[k]
            for i in range(start, stop):
                vector[i] += weight * basis[k, i]
