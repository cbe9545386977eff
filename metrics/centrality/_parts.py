"""Strongly connected parts, in which everybody influences everybody else through others, and their eigenvalues."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from metrics.centrality._leading import Leading, leading
from metrics.centrality._nearing import Progress
from metrics.centrality._rows import Floats, Rows, rows_of, times

_EVEN, _TINY = 3.0, 1e-300
_ROUNDS, _WORK = (20, 2000), 1_000_000_000


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


def largest_eigenvalue(matrix: csr_array, parts: NDArray[np.integer], *, progress: Progress = None) -> float:
    """The spectral radius: 0 where influence never comes back.

    Every eigenvalue belongs to one of the strongly connected parts. Arcs between parts are left out, because they make
    eigenvalues hard to compute and change none.
    """
    inside = within(matrix, parts)
    return leading_within(inside, parts, progress=progress).value if inside.nnz else 0.0


def leading_within(matrix: csr_array, parts: NDArray[np.integer], *, progress: Progress = None) -> Leading:
    """The leading eigenvector of a matrix without arcs between parts; at least one arc, strengths of any size."""
    rows, unit = rows_of(matrix), unit_of(matrix)
    scale = _evened(rows, unit, parts)
    per = np.divide(1.0, scale * unit, out=np.zeros(len(scale)), where=scale > 0)
    found = leading(lambda vector: times(rows, scale * vector) * per, (scale > 0).astype(float), progress=progress)
    vector = scale * found.vector
    return Leading(found.value * unit, vector / np.sqrt(np.sum(vector * vector)), found.settled)


def unit_of(matrix: csr_array) -> float:
    """A power of two like the largest strength: dividing by it changes no digit."""
    return float(2.0 ** np.frexp(matrix.data.max())[1])


def _evened(rows: Rows, unit: float, parts: NDArray[np.integer]) -> Floats:
    """A scale for each person, by which rows of one part have sums of like size; 0 for people without arcs.

    The eigenvalue of a part lies between the smallest and the largest Σ_j a_ij d_j / d_i for any scale d (Collatz).
    Where these are far apart, products with vectors lose the eigenvalue to rounding; d_i ← √(d_i Σ_j a_ij d_j) brings
    them together whatever the strengths are.
    """
    scale = (np.diff(rows.indptr) > 0).astype(float)
    tied = np.flatnonzero(scale)
    part = np.unique(parts[tied], return_inverse=True)[1]
    for _ in range(int(np.clip(_WORK // len(rows.data), *_ROUNDS))):
        sums = (times(rows, scale) / unit)[tied] / scale[tied]
        least, most = np.full(part.max() + 1, np.inf), np.zeros(part.max() + 1)
        np.minimum.at(least, part, sums)
        np.maximum.at(most, part, sums)
        if (most <= _EVEN * least).all():
            break
        changed = scale[tied] * np.sqrt(sums)
        top = np.zeros(part.max() + 1)
        np.maximum.at(top, part, changed)
        scale[tied] = np.maximum(changed / top[part], _TINY)
    return scale
