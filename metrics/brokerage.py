"""Brokerage: who stands between people who do not meet, and who would be missed.

Structural holes (constraint, effective size, efficiency, hierarchy) are computed on strengths symmetrised by sum,
w_ij = a_ij + a_ji; a person's *alters* are those with w_ij > 0, and p_ij = w_ij / Σ_k w_ik is the share of a person's
ties that goes to one of them. Doubling every strength changes none of these measures. Gould–Fernandez roles are in
`metrics.roles`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from metrics._arrays import (
    arc_ends,
    both_ways,
    by_person,
    group_codes,
    masked_product,
    pattern,
    row_sums,
    scale_rows,
    undirected,
)
from metrics.roles import role_table
from ona.model import InfluenceGraph

if TYPE_CHECKING:
    import igraph


def constraint(graph: InfluenceGraph) -> pd.Series:
    """How far a person's contacts are contacts of one another, so that nothing new comes through them.

    C_i = Σ_j c_ij with c_ij = (p_ij + Σ_q p_iq p_qj)², over i's alters j. High: few, mutually tied contacts.

    Returns
    -------
    Series
        Index ``person``; NaN for people without ties.

    Notes
    -----
    Never rank people who seek a sponsor by this: low constraint went with early promotion for senior men, not for
    women (Burt 1998).

    References
    ----------
    Burt 1992, *Structural Holes*, chapter 2; Burt 1998, *Rationality and Society* 10, 5–46.

    Examples
    --------
    >>> constraint(_example()).tolist()
    [0.5, 1.0, 1.0]
    """
    return _constraint(graph, _local_constraint(graph))


def hierarchy(graph: InfluenceGraph) -> pd.Series:
    """How far a person's constraint comes from a single contact (Coleman–Theil disorder).

    With r_j = c_ij / (C_i / N) over i's N alters: H_i = Σ_j r_j ln r_j / (N ln N). 0: all contacts constrain alike;
    1: one does it all.

    Returns
    -------
    Series
        Index ``person``; 1 for people with one alter, NaN for people without ties.

    References
    ----------
    Burt 1992, *Structural Holes*, chapter 2.

    Examples
    --------
    >>> hierarchy(_example()).tolist()
    [0.0, 1.0, 1.0]
    """
    return _hierarchy(graph, _local_constraint(graph))


def effective_size(graph: InfluenceGraph) -> pd.Series:
    """How many contacts a person has, less those who only lead to one another.

    S_i = Σ_j (1 − Σ_q p_iq m_jq) over i's alters j, with m_jq = w_jq / max_k w_jk.

    Returns
    -------
    Series
        Index ``person``; NaN for people without ties.

    References
    ----------
    Burt 1992, *Structural Holes*, chapter 2; Borgatti 1997, *Connections* 20(1), 35–38.

    Examples
    --------
    >>> effective_size(_example()).tolist()
    [2.0, 1.0, 1.0]
    """
    both = both_ways(graph)
    mask = pattern(both)
    share = scale_rows(both, _inverse(row_sums(both)))
    against_largest = scale_rows(both, _inverse(both.max(axis=1).toarray().ravel()))
    redundancy = row_sums(masked_product(share, csr_array(against_largest.T), mask))
    alters = np.diff(both.indptr)
    return by_person(graph, np.where(alters > 0, alters - redundancy, np.nan), "effective_size")


def efficiency(graph: InfluenceGraph) -> pd.Series:
    """Which part of a person's contacts is not redundant: effective size / number of distinct alters.

    Returns
    -------
    Series
        Index ``person``; NaN for people without ties.

    References
    ----------
    Burt 1992, *Structural Holes*, chapter 2.

    Examples
    --------
    >>> efficiency(_example()).tolist()
    [1.0, 1.0, 1.0]
    """
    alters = by_person(graph, np.diff(both_ways(graph).indptr), "alters")
    return (effective_size(graph) / alters).rename("efficiency")


def e_i(graph: InfluenceGraph, *, column: str) -> pd.Series:
    """How far a person's ties lead out of the own group: (external − internal) / (external + internal).

    Counts arcs, in and out alike and whatever their strength; a tie both ways is two arcs. −1: all ties inside the
    group; 1: all outside. What chance would give depends on the group's size, and is not 0.

    Parameters
    ----------
    column : str
        The roster column that holds the groups. Arcs with somebody whose group is unknown are left out.

    Returns
    -------
    Series
        Index ``person``; NaN for people without such arcs.

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Krackhardt & Stern 1988, *Social Psychology Quarterly* 51, 123–140.

    Examples
    --------
    >>> e_i(_example(), column="function").round(4).tolist()
    [-0.3333, -1.0, 1.0]
    """
    codes = group_codes(graph, column)[0]
    source, target = arc_ends(graph)
    known = (codes[source] >= 0) & (codes[target] >= 0)
    ends = np.concatenate([source[known], target[known]])
    sign = np.where(codes[source[known]] != codes[target[known]], 1.0, -1.0)
    ties = np.bincount(ends, minlength=graph.size)
    balance = np.bincount(ends, np.tile(sign, 2), minlength=graph.size)
    return by_person(graph, np.divide(balance, ties, out=np.full(graph.size, np.nan), where=ties > 0), "e_i")


def everett_valente(graph: InfluenceGraph, *, network: igraph.Graph | None = None) -> pd.Series:
    """How much passing-on each of a person's contacts brings: betweenness shared over the contacts.

    V_i = (2 · C_B(i) + n_i − 1) / degree_i where C_B(i) > 0, else 0. C_B is the betweenness in the undirected simple
    graph, strength ignored, every pair once; n_i is the number of people in i's connected part (all n when connected).

    Parameters
    ----------
    network : igraph.Graph, optional
        ``graph.to_igraph()``, if already made.

    Returns
    -------
    Series
        Index ``person``; 0 for people on no shortest path, those without ties among them.

    References
    ----------
    Everett & Valente 2016, *Social Networks* 44, 202–208.

    Examples
    --------
    >>> everett_valente(_example()).tolist()
    [2.0, 0.0, 0.0]
    """
    simple = undirected(graph.to_igraph() if network is None else network)
    between = np.array(simple.betweenness(directed=False))
    parts = simple.connected_components()
    people = np.array(parts.sizes())[np.array(parts.membership)]
    contacts = np.maximum(np.array(simple.degree()), 1)
    return by_person(graph, np.where(between > 0, (2 * between + people - 1) / contacts, 0.0), "everett_valente")


def bridge_dependence(graph: InfluenceGraph) -> pd.Series:
    """How many people lose their only way to any leader if this person leaves.

    The number of other people who are joined to at least one leader by a path in the undirected simple graph, and to
    none once the person and their ties are gone. A leader is joined to a leader by being one, so leaders never count
    among those who lose. A leader who leaves is a leader fewer: when the only leader of a connected part leaves,
    everybody else in that part counts. People who have no way to a leader as it is have none to lose.

    Returns
    -------
    Series
        Index ``person``; NaN for everybody when the study names no leaders.

    Notes
    -----
    In the graph with one added vertex tied to every leader, somebody loses exactly when all their paths from that
    vertex pass through the person: the people whom the person dominates (Lengauer & Tarjan 1979, *ACM TOPLAS* 1,
    121–141), found for everybody at once in near-linear time.

    References
    ----------
    Hopcroft & Tarjan 1973, *Communications of the ACM* 16, 372–378.

    Examples
    --------
    >>> bridge_dependence(_example()).tolist()
    [1.0, 2.0, 0.0]
    """
    import igraph

    leaders = np.flatnonzero(graph.is_leader)
    if not leaders.size:
        return by_person(graph, np.full(graph.size, np.nan), "bridge_dependence")
    root = graph.size
    tied = both_ways(graph).tocoo()
    edges = np.column_stack([np.append(tied.row, np.full(leaders.size, root)), np.append(tied.col, leaders)])
    network = igraph.Graph(n=root + 1, edges=edges, directed=True)
    above = np.array(network.dominator(root, mode="out"), dtype=float)[:root]
    hops = np.array(network.distances(root, mode="out")[0])[:root]
    # A dominator is nearer to the root than those it dominates, so the furthest people hand on their counts first.
    depends = np.zeros(root + 1)
    for person in np.argsort(-hops, kind="stable"):
        if np.isfinite(hops[person]):
            depends[int(above[person])] += depends[person] + 1
    return by_person(graph, depends[:root], "bridge_dependence")


def brokerage_table(
    graph: InfluenceGraph, *, column: str = "function", progress: Callable[[int, int], None] | None = None
) -> pd.DataFrame:
    """Every brokerage measure of everyone.

    Parameters
    ----------
    column : str
        The roster column whose groups the Gould–Fernandez roles and the E–I index are about.
    progress : callable, optional
        Called as ``progress(parts done, parts in all)``.

    Returns
    -------
    DataFrame
        Index ``person``; columns ``constraint``, ``effective_size``, ``efficiency``, ``hierarchy``, the six of
        `metrics.roles.ROLES`, the same with ``_z``, ``e_i``, ``everett_valente``, ``bridge_dependence``.

    Raises
    ------
    StudyError
        The roster has no such column.

    Examples
    --------
    >>> brokerage_table(_example()).loc["a", ["constraint", "effective_size", "bridge_dependence"]].tolist()
    [0.5, 2.0, 1.0]
    """
    parts: tuple[Callable[[], pd.Series | pd.DataFrame], ...] = (
        lambda: _structural_holes(graph),
        lambda: role_table(graph, column=column),
        lambda: e_i(graph, column=column),
        lambda: everett_valente(graph),
        lambda: bridge_dependence(graph),
    )
    columns = []
    for done, part in enumerate(parts, start=1):
        columns.append(part())
        if progress is not None:
            progress(done, len(parts))
    return pd.concat(columns, axis=1)


def _inverse(values: np.ndarray) -> np.ndarray:
    """1 / value; 0 for people without ties, whose rows are empty anyway."""
    return np.asarray(np.divide(1.0, values, out=np.zeros(len(values)), where=values > 0))


def _structural_holes(graph: InfluenceGraph) -> pd.DataFrame:
    local = _local_constraint(graph)
    size = effective_size(graph)
    part = (size / by_person(graph, np.diff(local.indptr), "alters")).rename("efficiency")
    return pd.concat([_constraint(graph, local), size, part, _hierarchy(graph, local)], axis=1)


def _local_constraint(graph: InfluenceGraph) -> csr_array:
    """c_ij, for every person and alter."""
    both = both_ways(graph)
    share = scale_rows(both, _inverse(row_sums(both)))
    through_others = masked_product(share, share, pattern(both))
    return csr_array((share + through_others).power(2))


def _constraint(graph: InfluenceGraph, local: csr_array) -> pd.Series:
    alters = np.diff(local.indptr)
    return by_person(graph, np.where(alters > 0, row_sums(local), np.nan), "constraint")


def _hierarchy(graph: InfluenceGraph, local: csr_array) -> pd.Series:
    alters = np.diff(local.indptr)
    relative = scale_rows(local, alters * _inverse(row_sums(local)))
    relative.data *= np.log(relative.data)
    many = np.maximum(alters, 2)
    values = np.where(alters > 1, row_sums(relative) / (many * np.log(many)), 1.0)
    return by_person(graph, np.where(alters > 0, values, np.nan), "hierarchy")


def _example() -> InfluenceGraph:
    """The ties b ↔ a → c, a and b in one function, b the leader, for the doctests above."""
    from ona.model import influence_graph

    people = pd.DataFrame({"person": ["a", "b", "c"], "function": ["x", "x", "y"], "leader": [False, True, False]})
    ties = pd.DataFrame({"source": ["a", "b", "a"], "target": ["b", "a", "c"], "strength": [1.0, 2.0, 3.0]})
    return influence_graph(people, ties)
