"""Steps between people, from sparse matrices to the compiled searches and back, on every core."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from metrics.kernels.running import run, shared_out

LANES = 64
"""Searches made at once, one bit of a machine word each."""


def hops(tied: csr_array, sources: NDArray[np.integer], *, most: int | None = None) -> NDArray[np.integer]:
    """Ties along the shortest way from each source to everybody.

    Parameters
    ----------
    tied : csr_array, shape (n, n)
        An entry wherever a tie is, both ways; what it holds does not matter.
    sources : array of int, shape (k,)
        Positions.
    most : int, optional
        Look no further than so many steps.

    Returns
    -------
    array of int, shape (k, n)
        −1 where there is no way, or none of at most ``most`` steps. Of 16 bits each where that is enough for any way.
    """
    from metrics.kernels.hops import hops_from

    indptr, indices = _adjacency(tied)
    starts = np.array(sources, np.int64)
    far = len(indptr) if most is None else most
    people = len(indptr) - 1
    out = np.empty((len(starts), people), np.int16 if people < 2**15 else np.int32)

    def work(start: int, stop: int) -> None:
        run(hops_from, indptr, indices, starts[start:stop], far, out[start:stop])

    shared_out(work, len(starts), cost=people, step=LANES)
    return out


def nearest_wanted(
    tied: csr_array, wanted: NDArray[np.bool_], *, barred: csr_array, within: int
) -> tuple[np.ndarray, np.ndarray]:
    """Steps from each person to the nearest other one wanted, and how many of those are within so many steps.

    Parameters
    ----------
    tied : csr_array, shape (n, n)
        As in `hops`.
    wanted : array of bool, shape (n,)
    barred : csr_array, shape (n, n)
        An entry (i, j) wherever the way from i may neither end at j nor lead through j.
    within : int

    Returns
    -------
    tuple of array, shape (n,)
        Steps as floating-point numbers, NaN where nobody wanted can be reached; and counts.
    """
    from metrics.kernels.hops import nearest_of

    indptr, indices = _adjacency(tied)
    above, those = _adjacency(barred)
    looked_for = np.array(wanted, bool)
    nearest, counts = np.full(len(looked_for), np.nan), np.zeros(len(looked_for), np.int64)

    def work(start: int, stop: int) -> None:
        run(nearest_of, indptr, indices, looked_for, above, those, start, stop, within, nearest, counts)

    shared_out(work, len(looked_for), cost=len(indices) // LANES, step=LANES)
    return nearest, counts


def _adjacency(matrix: csr_array) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Where each row's entries start, and their columns, as the kernels take them."""
    return np.array(matrix.indptr, np.int64), np.array(matrix.indices, np.int32)
