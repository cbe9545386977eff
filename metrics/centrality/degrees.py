"""Degrees and strengths: how many people somebody is tied to, and how strongly."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from metrics._arrays import by_person
from metrics.centrality._rows import Floats, rows_of
from metrics.kernels.running import run, shared_out
from ona.model import InfluenceGraph


def in_strength(graph: InfluenceGraph) -> pd.Series:
    """How strongly a person is influenced in all: Σ_j strength(j → i).

    Returns
    -------
    Series
        Index ``person``; 0 without incoming arcs.

    References
    ----------
    Barrat, Barthélemy, Pastor-Satorras & Vespignani 2004, *PNAS* 101, 3747–3752.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> in_strength(line()).tolist()
    [0.0, 2.0, 4.0]
    """
    return by_person(graph, received(graph.matrix), "in_strength")


def out_strength(graph: InfluenceGraph) -> pd.Series:
    """How strongly a person influences others in all: Σ_j strength(i → j).

    Returns
    -------
    Series
        Index ``person``; 0 without outgoing arcs.

    References
    ----------
    Barrat, Barthélemy, Pastor-Satorras & Vespignani 2004, *PNAS* 101, 3747–3752.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> out_strength(line()).tolist()
    [2.0, 4.0, 0.0]
    """
    return by_person(graph, given(graph.matrix), "out_strength")


def in_degree(graph: InfluenceGraph) -> pd.Series:
    """How many people influence a person, whatever the strength.

    Returns
    -------
    Series
        Index ``person``.

    References
    ----------
    Freeman 1979, *Social Networks* 1, 215–239.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> in_degree(line()).tolist()
    [0.0, 1.0, 1.0]
    """
    return by_person(graph, sources_of(graph.matrix), "in_degree")


def out_degree(graph: InfluenceGraph) -> pd.Series:
    """How many people a person influences, whatever the strength.

    Returns
    -------
    Series
        Index ``person``.

    References
    ----------
    Freeman 1979, *Social Networks* 1, 215–239.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> out_degree(line()).tolist()
    [1.0, 1.0, 0.0]
    """
    return by_person(graph, targets_of(graph.matrix), "out_degree")


def degree(graph: InfluenceGraph) -> pd.Series:
    """How many distinct people a person is tied to, in either direction.

    Somebody tied both ways counts once, so this is not in-degree plus out-degree.

    Returns
    -------
    Series
        Index ``person``.

    References
    ----------
    Freeman 1979, *Social Networks* 1, 215–239.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> degree(line()).tolist()
    [1.0, 2.0, 1.0]
    """
    return by_person(graph, others(graph.matrix), "degree")


def received(matrix: csr_array) -> Floats:
    """`in_strength` from the strengths as a matrix: the sum of each column."""
    return np.asarray(matrix.T @ np.ones(matrix.shape[0]))


def given(matrix: csr_array) -> Floats:
    """`out_strength` from the strengths as a matrix: the sum of each row."""
    return np.asarray(matrix @ np.ones(matrix.shape[0]))


def sources_of(matrix: csr_array) -> NDArray[np.int64]:
    """`in_degree` from the strengths as a matrix."""
    return np.bincount(matrix.indices, minlength=matrix.shape[0])


def targets_of(matrix: csr_array) -> NDArray[np.int64]:
    """`out_degree` from the strengths as a matrix."""
    return np.asarray(np.diff(matrix.indptr), np.int64)


def others(matrix: csr_array) -> NDArray[np.int64]:
    """`degree` from the strengths as a matrix: both degrees, less those who are in both."""
    from metrics.kernels.degrees import mutual

    rows = rows_of(matrix)
    both = np.empty(rows.size, np.int64)

    def work(first: int, last: int) -> None:
        run(mutual, rows.indptr, rows.indices, first, last, both)

    shared_out(work, rows.size, cost=4 * rows.cost)
    counts: NDArray[np.int64] = sources_of(matrix) + targets_of(matrix) - both
    return counts
