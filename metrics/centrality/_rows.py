"""A sparse matrix as the kernels take it, and what is done with it on every core."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from metrics.kernels.running import run, shared_out

Floats = NDArray[np.float64]


class Rows(NamedTuple):
    """Where each row's entries start, their columns, and what they hold."""

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    data: Floats

    @property
    def size(self) -> int:
        """Rows, which are as many as columns."""
        return len(self.indptr) - 1

    @property
    def cost(self) -> int:
        """Steps of work a row, on average."""
        return max(1, len(self.indices) // max(1, self.size))


def rows_of(matrix: csr_array) -> Rows:
    """The matrix's own arrays, converted only where they are of another type."""
    return Rows(
        np.asarray(matrix.indptr, np.int64), np.asarray(matrix.indices, np.int32), np.asarray(matrix.data, float)
    )


def times(rows: Rows, vector: Floats) -> Floats:
    """The matrix times a vector."""
    from metrics.kernels.walks import product

    out = np.empty(rows.size)

    def work(first: int, last: int) -> None:
        run(product, *rows, vector, first, last, out)

    shared_out(work, rows.size, cost=rows.cost)
    return out
