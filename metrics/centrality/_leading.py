"""The leading eigenvector of a matrix without negative entries, by products with vectors alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import schur

from metrics.centrality._nearing import Progress, nearing
from metrics.kernels.running import run, shared_out

Floats = NDArray[np.float64]

WIDTH = 24
"""Vectors of the basis at most."""

RESTARTS = 400
SETTLED = 1e-14
"""What the matrix may do to the vector beside making it longer, relative to how much longer."""


class Leading(NamedTuple):
    """The eigenvalue with the largest real part, its vector of length 1, and whether they were told from the next."""

    value: float
    vector: Floats
    settled: bool


def leading(apply: Callable[[Floats], Floats], start: Floats, *, progress: Progress = None) -> Leading:
    """The leading eigenvalue, and the part of ``start`` that belongs to it.

    Powers of the matrix applied to the start span a small space, and the matrix is solved within it (Arnoldi). Before
    the space outgrows `WIDTH` it is reduced to the half that leads (Krylov–Schur). Neither periods nor eigenvalues that
    are shared do harm: whatever is not in the start never enters the space.

    Parameters
    ----------
    apply : callable
        The matrix times a vector of length n. It may have to be scaled so that its entries are neither tiny nor huge.
    start : array, shape (n,)
        Not zero, nothing negative.
    progress : callable, optional
        Called as ``progress(done, of)`` after every product.

    References
    ----------
    Stewart 2002, *SIAM Journal on Matrix Analysis and Applications* 23(3), 601–614.
    """
    width = min(WIDTH, len(start))
    basis, small = np.zeros((width + 1, len(start))), np.zeros((width + 1, width))
    basis[0] = start / _length(start)
    tell, kept = nearing(progress, SETTLED), 0
    value, inside = 0j, np.zeros(0, complex)
    for restart in range(RESTARTS):
        if restart > 0:
            kept = _restart(basis, small, inside)
        for at in range(kept, width):
            fresh = apply(basis[at])
            before = _length(fresh)
            small[: at + 1, at] = _made_upright(basis, at + 1, fresh)
            length = small[at + 1, at] = _length(fresh)
            value, inside = _largest(small[: at + 1, : at + 1])
            beside = length * abs(inside[at])
            settled = beside <= SETTLED * abs(value)
            tell(SETTLED if settled else beside / abs(value))
            if settled or length <= SETTLED * before or at + 1 == len(start):
                return Leading(value.real, _oriented(_combined(basis, inside.real)), True)
            basis[at + 1] = fresh / length
    return Leading(value.real, _oriented(_combined(basis, inside.real)), False)


def _largest(small: Floats) -> tuple[complex, NDArray[np.complex128]]:
    values, vectors = np.linalg.eig(small)
    at = int(np.argmax(values.real))
    return complex(values[at]), np.asarray(vectors[:, at], complex)


def _restart(basis: Floats, small: Floats, inside: NDArray[np.complex128]) -> int:
    """Reduce the basis to the half that leads, and the next vector; how many were kept before that one."""
    width = small.shape[1]
    real = np.sort(np.linalg.eigvals(small[:width]).real)[::-1]
    # Cut where the gap is widest, so that rounding does not change who is on which side.
    least, most = width // 3, width - width // 3
    cut = least + int(np.argmax(real[least:most] - real[least + 1 : most + 1]))
    bound = (real[cut] + real[cut + 1]) / 2
    try:
        form, turn, kept = schur(small[:width], output="real", sort=lambda real, _: real > bound)
    except np.linalg.LinAlgError:  # It did all the same: what leads is kept alone.
        basis[0] = _oriented(_combined(basis, inside.real))
        small[:] = 0.0
        return 0
    last = small[width, width - 1]
    basis[:kept] = [_combined(basis, column) for column in turn[:, :kept].T]
    basis[kept] = basis[width]
    small[:] = 0.0
    small[:kept, :kept] = form[:kept, :kept]
    small[kept, :kept] = last * turn[width - 1, :kept]
    return int(kept)


def _made_upright(basis: Floats, count: int, vector: Floats) -> Floats:
    """Take from the vector what it shares with the basis, in place, twice for the rounding; what was taken."""
    from metrics.kernels.walks import BLOCK, combine, overlaps

    blocks = -(-len(vector) // BLOCK)
    taken = np.zeros(count)
    for _ in range(2):
        shared = np.empty((blocks, count))
        shared_out(lambda a, b: run(overlaps, basis, count, vector, a, b, shared), blocks, cost=BLOCK * count)  # noqa: B023
        weights = shared.sum(axis=0)
        shared_out(lambda a, b: run(combine, basis, -weights, a, b, vector), blocks, cost=BLOCK * count)  # noqa: B023
        taken += weights
    return taken


def _combined(basis: Floats, weights: Floats) -> Floats:
    from metrics.kernels.walks import BLOCK, combine

    made = np.zeros(basis.shape[1])
    blocks = -(-len(made) // BLOCK)
    known = np.ascontiguousarray(weights)
    shared_out(lambda a, b: run(combine, basis, known, a, b, made), blocks, cost=BLOCK * len(known))
    return made


def _oriented(vector: Floats) -> Floats:
    """Pointing to where everything is positive; what is negative then is rounding."""
    positive = np.maximum(vector if vector.sum() > 0 else -vector, 0.0)
    return positive / _length(positive)


def _length(vector: Floats) -> float:
    # Not a BLAS norm: its sums depend on the number of threads.
    return float(np.sqrt(np.sum(vector * vector)))
