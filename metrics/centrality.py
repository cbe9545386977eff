"""Centrality: who is tied to many, who stands between, who is near, who is heeded.

``strength`` is larger for closer people; ``distance`` = 1 / strength is what paths are measured on. The two are never
passed for each other. Everyone in the roster has a value: a person without ties has degree 0, closeness 0, reach 0.
Converting to igraph costs more than some measures, so every measure that needs it takes ``network=graph.to_igraph()``
made once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from metrics._arrays import both_ways, by_person, row_sums, undirected
from ona.model import InfluenceGraph, StudyError

if TYPE_CHECKING:
    import igraph

DAMPING = 0.85


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
    >>> in_strength(_example()).tolist()
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
    >>> out_strength(_example()).tolist()
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
    >>> in_degree(_example()).tolist()
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
    >>> out_degree(_example()).tolist()
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
    >>> degree(_example()).tolist()
    [1.0, 2.0, 1.0]
    """
    return by_person(graph, np.diff(both_ways(graph).indptr), "degree")


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
    >>> betweenness(_example()).tolist()
    [0.0, 1.0, 0.0]
    """
    known = _network(graph, network)
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
    >>> closeness(_example()).round(4).tolist()
    [0.0, 2.0, 5.3333]
    """
    known = _network(graph, network)
    distances, exponent = _near_one(known)
    values = known.harmonic_centrality(mode="in", weights=distances, normalized=False)
    return by_person(graph, np.ldexp(values, -exponent), "closeness")


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
    >>> influence(_example()).round(4).tolist()
    [0.4744, 0.3412, 0.1844]
    """
    back = _network(graph, network).copy()
    back.reverse_edges()
    return by_person(graph, back.pagerank(directed=True, damping=damping, weights="strength"), "influence")


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
    >>> coreness(_example()).tolist()
    [1.0, 1.0, 1.0]
    """
    return by_person(graph, undirected(_network(graph, network)).coreness(), "coreness")


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
    >>> reach(_example(), steps=1).tolist(), reach(_example(), steps=2).tolist()
    ([0.5, 0.5, 0.0], [1.0, 0.5, 0.0])
    """
    if steps < 1:
        raise StudyError(f"reach within {steps} steps says nothing", cure="use 1 or more steps")
    reached = _network(graph, network).neighborhood_size(order=steps, mode="out", mindist=1)
    others = graph.size - 1 or np.nan
    return by_person(graph, np.array(reached) / others, f"reach_{steps}")


def centrality_table(
    graph: InfluenceGraph, *, steps: int = 2, progress: Callable[[int, int], None] | None = None
) -> pd.DataFrame:
    """Every centrality of everyone; the graph is converted once.

    Parameters
    ----------
    steps : int
        k of the reach column.
    progress : callable, optional
        Called as ``progress(measures done, measures in all)``.

    Returns
    -------
    DataFrame
        Index ``person``; columns ``in_strength``, ``out_strength``, ``in_degree``, ``out_degree``, ``degree``,
        ``betweenness``, ``closeness``, ``influence``, ``coreness``, ``reach_2`` (named after `steps`). Degrees and
        coreness are whole numbers.

    Examples
    --------
    >>> centrality_table(_example()).loc["b", ["degree", "betweenness", "reach_2"]].tolist()
    [2.0, 1.0, 0.5]
    """
    network = graph.to_igraph()
    measures: tuple[Callable[[], pd.Series], ...] = (
        lambda: in_strength(graph),
        lambda: out_strength(graph),
        lambda: in_degree(graph),
        lambda: out_degree(graph),
        lambda: degree(graph),
        lambda: betweenness(graph, network=network),
        lambda: closeness(graph, network=network),
        lambda: influence(graph, network=network),
        lambda: coreness(graph, network=network),
        lambda: reach(graph, steps=steps, network=network),
    )
    columns = []
    for done, measure in enumerate(measures, start=1):
        columns.append(measure())
        if progress is not None:
            progress(done, len(measures))
    table = pd.concat(columns, axis=1)
    return table.astype(dict.fromkeys(("in_degree", "out_degree", "degree", "coreness"), "int64"))


def _network(graph: InfluenceGraph, network: igraph.Graph | None) -> igraph.Graph:
    return graph.to_igraph() if network is None else network


def _near_one(network: igraph.Graph) -> tuple[list[float], int]:
    """The distances divided by 2 to the power of a whole number, which makes their median about 1; and that number.

    Which path is shortest does not depend on the unit of strength, but igraph takes lengths below 1e-10 for equal. A
    power of two changes no digit.
    """
    distances = np.array(network.es["distance"], float)
    exponent = int(np.frexp(np.median(distances))[1]) if distances.size else 0
    return np.ldexp(distances, -exponent).tolist(), exponent


def _example() -> InfluenceGraph:
    """The line a → b → c with strengths 2 and 4, for the doctests above."""
    from ona.model import influence_graph

    ties = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "strength": [2.0, 4.0]})
    return influence_graph(pd.DataFrame({"person": ["a", "b", "c"]}), ties)
