"""Cores: how deep in the densely tied heart somebody is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from metrics._arrays import by_person, network_of, undirected
from ona.model import InfluenceGraph

if TYPE_CHECKING:
    import igraph


def coreness(graph: InfluenceGraph, *, network: igraph.Graph | None = None) -> pd.Series:
    """How deep in the densely tied heart: the largest k for which a person is in the k-core.

    The k-core is the largest set of people each tied to at least k others in it. Undirected simple graph, strength
    ignored.

    Parameters
    ----------
    network : igraph.Graph, optional
        ``graph.to_igraph()``, if already made.

    Returns
    -------
    Series
        Index ``person``; 0 without ties.

    References
    ----------
    Seidman 1983, *Social Networks* 5, 269–287.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> coreness(line()).tolist()
    [1.0, 1.0, 1.0]
    """
    return by_person(graph, undirected(network_of(graph, network)).coreness(), "coreness")
