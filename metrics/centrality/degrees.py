"""Degrees and strengths: how many people somebody is tied to, and how strongly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from metrics._arrays import both_ways, by_person, row_sums
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
    return by_person(graph, row_sums(graph.matrix.T), "in_strength")


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
    return by_person(graph, row_sums(graph.matrix), "out_strength")


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
    return by_person(graph, np.bincount(graph.matrix.indices, minlength=graph.size), "in_degree")


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
    return by_person(graph, np.diff(graph.matrix.indptr), "out_degree")


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
    return by_person(graph, np.diff(both_ways(graph).indptr), "degree")
