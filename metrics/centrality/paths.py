"""Shortest paths: who stands between others, who is near, and whom influence reaches in a few steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metrics._arrays import by_person, network_of
from ona.model import InfluenceGraph, StudyError

if TYPE_CHECKING:
    import igraph


def betweenness(graph: InfluenceGraph, *, network: igraph.Graph | None = None) -> pd.Series:
    """How often a person lies on the shortest ways along which influence can pass between two others.

    B_i = Σ_{s ≠ i ≠ t} σ_st(i) / σ_st over ordered pairs, σ_st the number of shortest directed paths and σ_st(i) those
    through i. Lengths are ``distance``; exact; not normalised.

    Parameters
    ----------
    network : igraph.Graph, optional
        ``graph.to_igraph()``, if already made.

    Returns
    -------
    Series
        Index ``person``; 0 for people on no shortest path. A network of two-way ties gives twice the undirected value.

    References
    ----------
    Freeman 1977, *Sociometry* 40, 35–41; Brandes 2001, *Journal of Mathematical Sociology* 25, 163–177.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> betweenness(line()).tolist()
    [0.0, 1.0, 0.0]
    """
    known = network_of(graph, network)
    values = known.betweenness(directed=True, weights=_near_one(known)[0])
    return by_person(graph, values, "betweenness")


def closeness(graph: InfluenceGraph, *, network: igraph.Graph | None = None) -> pd.Series:
    """How near a person is to those whose influence can reach them (harmonic closeness).

    H_i = Σ_j 1 / d(j, i) over everyone j from whom a directed path leads to i; d is the length of the shortest, on
    ``distance``. The plain sum, not divided by n − 1: a direct tie alone adds its strength, so the unit is strength.

    Parameters
    ----------
    network : igraph.Graph, optional
        ``graph.to_igraph()``, if already made.

    Returns
    -------
    Series
        Index ``person``; 0 for somebody nobody's influence reaches.

    References
    ----------
    Marchiori & Latora 2000, *Physica A* 285, 539–546; Rochat 2009, *Applications of Social Network Analysis*.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> closeness(line()).round(4).tolist()
    [0.0, 2.0, 5.3333]
    """
    known = network_of(graph, network)
    distances, exponent = _near_one(known)
    values = known.harmonic_centrality(mode="in", weights=distances, normalized=False)
    return by_person(graph, np.ldexp(values, -exponent), "closeness")


def reach(graph: InfluenceGraph, *, steps: int = 2, network: igraph.Graph | None = None) -> pd.Series:
    """What share of all other people a person's influence reaches within so many steps.

    Σ_j [1 ≤ hops(i, j) ≤ k] / (n − 1), hops counted along the direction of influence, strength ignored.

    Parameters
    ----------
    steps : int
        k, at least 1.
    network : igraph.Graph, optional
        ``graph.to_igraph()``, if already made.

    Returns
    -------
    Series
        Index ``person``, between 0 and 1; NaN when there are no other people.

    Raises
    ------
    StudyError
        Fewer than one step.

    References
    ----------
    Borgatti 2006, *Computational & Mathematical Organization Theory* 12, 21–34.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> reach(line(), steps=1).tolist(), reach(line(), steps=2).tolist()
    ([0.5, 0.5, 0.0], [1.0, 0.5, 0.0])
    """
    if steps < 1:
        raise StudyError(f"reach within {steps} steps says nothing", cure="use 1 or more steps")
    reached = network_of(graph, network).neighborhood_size(order=steps, mode="out", mindist=1)
    others = graph.size - 1 or np.nan
    return by_person(graph, np.array(reached) / others, f"reach_{steps}")


def _near_one(network: igraph.Graph) -> tuple[list[float], int]:
    """The distances divided by 2 to the power of a whole number, which makes their median about 1; and that number.

    Which path is shortest does not depend on the unit of strength, but igraph takes lengths below 1e-10 for equal. A
    power of two changes no digit.
    """
    distances = np.array(network.es["distance"], float)
    exponent = int(np.frexp(np.median(distances))[1]) if distances.size else 0
    return np.ldexp(distances, -exponent).tolist(), exponent
