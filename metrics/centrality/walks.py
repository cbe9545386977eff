"""Walks along ties: whose word carries, through whomever it passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from metrics._arrays import by_person, network_of
from ona.model import InfluenceGraph

if TYPE_CHECKING:
    import igraph


DAMPING = 0.85


def influence(graph: InfluenceGraph, *, damping: float = DAMPING, network: igraph.Graph | None = None) -> pd.Series:
    """Whose word carries: the share of all attention that settles on a person.

    Everyone splits one unit of attention over those who influence them, in proportion to strength, and passes on what
    they receive: PageRank on the influence arcs reversed. With a_ij the strength of i → j and damping c:
    x_i = (1 − c)/n + c Σ_j x_j a_ij / Σ_k a_kj. Somebody whom nobody influences spreads theirs evenly over everyone.

    Parameters
    ----------
    damping : float
        The chance c, in [0, 1), of following a tie rather than turning to anybody at random.
    network : igraph.Graph, optional
        ``graph.to_igraph()``, if already made.

    Returns
    -------
    Series
        Index ``person``; the values add up to 1. Doubling every strength changes nothing.

    References
    ----------
    Brin & Page 1998, *Computer Networks and ISDN Systems* 30, 107–117.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> influence(line()).round(4).tolist()
    [0.4744, 0.3412, 0.1844]
    """
    back = network_of(graph, network).copy()
    back.reverse_edges()
    return by_person(graph, back.pagerank(directed=True, damping=damping, weights="strength"), "influence")
