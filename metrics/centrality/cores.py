"""Cores: how deep in the densely tied heart somebody is."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from metrics._arrays import by_person
from metrics.centrality._rows import rows_of
from metrics.kernels.running import run, shared_out
from ona.model import InfluenceGraph, StudyError

if TYPE_CHECKING:
    import igraph

_AT_ONCE = 65_536


def coreness(graph: InfluenceGraph, *, network: igraph.Graph | None = None) -> pd.Series:
    """How deep in the densely tied heart: the largest k for which a person is in the k-core.

    The k-core is the largest set of people each tied to at least k others in it. Undirected simple graph, strength
    ignored.

    Parameters
    ----------
    graph : InfluenceGraph
    network : igraph.Graph, optional
        `simple_network` of the graph, or `metrics.communities.undirected_network`, where it is made already: making it
        takes several times as long as the measure.

    Returns
    -------
    Series
        Index ``person``; 0 without ties.

    Raises
    ------
    StudyError
        The network is directed.

    References
    ----------
    Seidman 1983, *Social Networks* 5, 269–287.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> coreness(line()).tolist()
    [1.0, 1.0, 1.0]
    """
    if network is not None and network.is_directed():
        raise StudyError("coreness needs the undirected network", cure="pass simple_network(graph), or nothing")
    simple = simple_network(graph) if network is None else network
    return by_person(graph, simple.coreness(), "coreness")


def simple_network(graph: InfluenceGraph) -> igraph.Graph:
    """Who is tied to whom, as an undirected igraph network: one edge for a tie either way or both, nothing else.

    Vertices are in the order of ``graph.persons``, without names; edges carry no strength.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> simple_network(line()).get_edgelist()
    [(0, 1), (1, 2)]
    """
    return simple_pairs(graph.matrix)


def simple_pairs(matrix: csr_array) -> igraph.Graph:
    """`simple_network` from the strengths as a matrix."""
    import igraph

    from metrics.kernels.degrees import pairs, pairs_of_rows

    rows = rows_of(matrix)
    counts = np.empty(rows.size, np.int64)
    pattern = rows.indptr, rows.indices
    shared_out(lambda a, b: run(pairs_of_rows, *pattern, a, b, counts), rows.size, cost=4 * rows.cost)
    starts = np.concatenate([[0], np.cumsum(counts)])
    edges = np.empty((starts[-1], 2), np.int64)
    shared_out(lambda a, b: run(pairs, *pattern, starts, a, b, edges), rows.size, cost=4 * rows.cost)
    # igraph takes several times as long over an array, and lists of everything several times the memory.
    few = range(0, len(edges), _AT_ONCE)
    listed = (zip(*edges[at : at + _AT_ONCE].T.tolist(), strict=True) for at in few)
    return igraph.Graph(n=rows.size, edges=chain.from_iterable(listed))
