"""Strongly connected parts, in which everybody influences everybody else through others, and their eigenvalues."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from metrics.centrality._leading import Leading, leading
from metrics.centrality._rows import Floats, rows_of, times


def strong_parts(matrix: csr_array) -> NDArray[np.integer]:
    """The strongly connected part each person is in, as a code."""
    return np.asarray(connected_components(matrix, directed=True, connection="strong")[1])


def within(matrix: csr_array, parts: NDArray[np.integer]) -> csr_array:
    """The matrix with those arcs alone that join two people of one part; parts below 0 count as none."""
    own = np.repeat(parts, np.diff(matrix.indptr))
    inside = (own == parts[matrix.indices]) & (own >= 0)
    if inside.all():
        return matrix
    starts = np.concatenate([[0], np.cumsum(inside)])[matrix.indptr]
    return csr_array((matrix.data[inside], matrix.indices[inside], starts), shape=matrix.shape)


def largest_eigenvalue(matrix: csr_array, parts: NDArray[np.integer]) -> float:
    """The spectral radius: 0 where influence never comes back.

    Every eigenvalue belongs to one of the strongly connected parts. Arcs between parts are left out, because they make
    eigenvalues hard to compute and change none.
    """
    inside = within(matrix, parts)
    if inside.nnz == 0:
        return 0.0
    start = np.zeros(len(parts))
    start[inside.indices] = 1.0
    return leading_within(inside, start).value


def leading_within(matrix: csr_array, start: Floats) -> Leading:
    """The leading eigenvector of a matrix with at least one entry; strengths of any size."""
    rows, unit = rows_of(matrix), unit_of(matrix)
    found = leading(lambda vector: times(rows, vector) / unit, start)
    return found._replace(value=found.value * unit)


def unit_of(matrix: csr_array) -> float:
    """A power of two like the largest strength: dividing by it changes no digit."""
    return float(2.0 ** np.frexp(matrix.data.max())[1])
