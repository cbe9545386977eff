"""Direct ties with leaders: how many, which way, how strong, and what share of all influence they are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from metrics._arrays import arc_ends, by_person
from metrics._chain import in_chain
from ona.model import InfluenceGraph


def leader_ties(graph: InfluenceGraph, *, with_chain: bool = False) -> pd.Series:
    """How many distinct leaders a person is tied to, whichever way the influence goes.

    Parameters
    ----------
    graph : InfluenceGraph
    with_chain : bool
        Count leaders above the person in the reporting tree.

    Returns
    -------
    Series of int
        By person; 0 for somebody without ties.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc"), "manager": ["", "", "a"], "leader": [True, True, False]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a", "c"], "target": ["c", "b"]}))
    >>> leader_ties(graph).tolist(), leader_ties(graph, with_chain=True).tolist()
    ([0, 0, 1], [0, 0, 2])
    """
    return _leaders_met(graph, with_chain=with_chain).rename("leader_ties")


def from_leaders(graph: InfluenceGraph, *, with_chain: bool = False) -> pd.Series:
    """How many distinct leaders influence a person (arcs leader → person); as `leader_ties` otherwise.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("ab"), "leader": [True, False]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["b"]}))
    >>> from_leaders(graph).tolist(), to_leaders(graph).tolist()
    ([0, 1], [0, 0])
    """
    return _leaders_met(graph, with_chain=with_chain, seen=False).rename("from_leaders")


def to_leaders(graph: InfluenceGraph, *, with_chain: bool = False) -> pd.Series:
    """How many distinct leaders a person's own work reaches (arcs person → leader): being seen.

    As `leader_ties` otherwise.
    """
    return _leaders_met(graph, with_chain=with_chain, heard=False).rename("to_leaders")


def _leaders_met(graph: InfluenceGraph, *, with_chain: bool, heard: bool = True, seen: bool = True) -> pd.Series:
    """For each person, how many distinct leaders they hear, or are seen by, or either."""
    person, leader, _ = _with_leaders(graph, with_chain=with_chain, heard=heard, seen=seen)
    pairs = np.unique(person.astype(np.int64) * graph.size + leader)
    counts = np.bincount(pairs // graph.size, minlength=graph.size)
    return pd.Series(counts, index=graph.persons)


def _with_leaders(
    graph: InfluenceGraph, *, with_chain: bool, heard: bool = True, seen: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Person, leader and place among the arcs of every arc to a leader (seen) or from one (heard) who counts."""
    source, target = arc_ends(graph)
    to, of = (np.flatnonzero(graph.is_leader[end] & wanted) for end, wanted in ((target, seen), (source, heard)))
    person, leader = np.concatenate([source[to], target[of]]), np.concatenate([target[to], source[of]])
    arc = np.concatenate([to, of])
    if not with_chain:
        counted = ~in_chain(graph, person, leader)
        person, leader, arc = person[counted], leader[counted], arc[counted]
    return person, leader, arc


def leader_strength(graph: InfluenceGraph, *, with_chain: bool = False) -> pd.Series:
    """How strong a person's ties with leaders are in all: Σ_{j a leader} (a_ij + a_ji), both directions added.

    The unit is that of strength, which depends on how the study weights and fades its events: compare people and groups
    of one study, never two studies.

    Parameters
    ----------
    graph : InfluenceGraph
    with_chain : bool
        Count leaders above the person in the reporting tree.

    Returns
    -------
    Series of float
        By person; 0 for somebody without a tie to a leader.

    References
    ----------
    Granovetter 1973, *American Journal of Sociology* 78, 1360–1380, on how strong a tie is.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc"), "leader": [True, False, False]})
    >>> ties = pd.DataFrame({"source": ["a", "b", "b"], "target": ["b", "a", "c"], "strength": [1.0, 3.0, 8.0]})
    >>> leader_strength(influence_graph(people, ties)).tolist()
    [0.0, 4.0, 0.0]
    """
    person, _, arc = _with_leaders(graph, with_chain=with_chain)
    strength = graph.arcs["strength"].to_numpy()[arc]
    return by_person(graph, np.bincount(person, strength, minlength=graph.size), "leader_strength")


def leader_share(graph: InfluenceGraph, *, with_chain: bool = False) -> pd.Series:
    """The share of the influence on a person that comes from leaders directly.

    s_i = Σ_{j a leader} a_ji / Σ_j a_ji, over incoming strength. A share hides isolation: read it beside `leader_ties`.

    Parameters
    ----------
    graph : InfluenceGraph
    with_chain : bool
        Count arcs from people above the person in the reporting tree; without it they leave numerator and denominator.

    Returns
    -------
    Series of float
        By person, 0 to 1; NaN where there is no incoming strength to share out.

    References
    ----------
    Chetty et al. 2022, *Nature* 608, 122–134, on the share of high-status friends.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc"), "leader": [True, False, False]})
    >>> ties = pd.DataFrame({"source": ["a", "b"], "target": ["c", "c"], "strength": [1.0, 3.0]})
    >>> leader_share(influence_graph(people, ties)).tolist()
    [nan, nan, 0.25]
    """
    source, target = arc_ends(graph)
    counted = np.ones(len(source), bool) if with_chain else ~in_chain(graph, target, source)
    strength = np.where(counted, graph.arcs["strength"].to_numpy(), 0.0)
    received = np.bincount(target, strength, minlength=graph.size)
    of_leaders = np.bincount(target, strength * graph.is_leader[source], minlength=graph.size)
    share = np.divide(of_leaders, received, out=np.full(graph.size, np.nan), where=received > 0)
    return by_person(graph, share, "leader_share")
