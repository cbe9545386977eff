"""Access: what each person can reach of those who decide.

Leaders are the people a study names as able to sponsor. Every measure is read twice: with the person's own management
chain excluded (the plain name), because a tie to one's own manager comes with the job and opens no second door; and
included (``…_with_chain``). A leader's access is to *other* leaders.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from metrics._arrays import arc_ends, by_person
from metrics._chain import in_chain
from metrics.paths import leaders_within, paths_to_leaders, steps_to_leader
from metrics.spread import DRAWS, cascade_reach_both, influence_from_leaders
from ona.model import InfluenceGraph, StudyError, active_pairings

WITH_CHAIN = "_with_chain"
"""Ending of the columns in which the own management chain counts."""

TWICE = (
    "leader_ties",
    "has_leader_tie",
    "from_leaders",
    "to_leaders",
    "leader_share",
    "steps_to_leader",
    "leaders_within_2",
    "paths_to_leaders",
    "influence_from_leaders",
    "cascade_reach",
)
"""Measures read with the own management chain excluded, and included."""

PAIRING_MEASURES = ("mentors", "sponsors", "mentored_not_sponsored")
"""Measures of the pairings held."""


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
    source, target = arc_ends(graph)
    person, other = np.concatenate([source, target]), np.concatenate([target, source])
    return _leaders_met(graph, person, other, with_chain=with_chain).rename("leader_ties")


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
    source, target = arc_ends(graph)
    return _leaders_met(graph, target, source, with_chain=with_chain).rename("from_leaders")


def to_leaders(graph: InfluenceGraph, *, with_chain: bool = False) -> pd.Series:
    """How many distinct leaders a person's own work reaches (arcs person → leader): being seen.

    As `leader_ties` otherwise.
    """
    source, target = arc_ends(graph)
    return _leaders_met(graph, source, target, with_chain=with_chain).rename("to_leaders")


def _leaders_met(graph: InfluenceGraph, person: np.ndarray, other: np.ndarray, *, with_chain: bool) -> pd.Series:
    """For each person, how many distinct leaders stand opposite them in these pairs."""
    counted = graph.is_leader[other]
    if not with_chain:
        counted &= ~in_chain(graph, person, other)
    pairs = np.unique(person[counted].astype(np.int64) * graph.size + other[counted])
    counts = np.bincount(pairs // graph.size, minlength=graph.size)
    return pd.Series(counts, index=graph.persons)


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


def pairings_held(graph: InfluenceGraph, kind: str) -> pd.Series:
    """How many distinct seniors hold an active pairing of a kind with each person, on the data's last day.

    Parameters
    ----------
    graph : InfluenceGraph
    kind : {"mentor", "sponsor", …}
        A mentor advises; a sponsor spends reputation. The two are never added up.

    Returns
    -------
    Series of int
        By person, as the junior.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> pairings = pd.DataFrame({"senior": ["a"], "junior": ["b"], "kind": ["mentor"]})
    >>> ties = pd.DataFrame({"source": [], "target": []})
    >>> graph = influence_graph(pd.DataFrame({"person": list("ab")}), ties, pairings=pairings)
    >>> pairings_held(graph, "mentor").tolist(), pairings_held(graph, "sponsor").tolist()
    ([0, 1], [0, 0])
    """
    held = active_pairings(graph.pairings, on=graph.last_day)
    held = held.loc[(held["kind"] == kind) & (held["senior"] != held["junior"]), ["senior", "junior"]].drop_duplicates()
    counts = np.bincount(graph.positions(held["junior"]), minlength=graph.size)
    return pd.Series(counts, index=graph.persons, name=f"{kind}s")


def access_table(
    graph: InfluenceGraph,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Everything a person can reach of those who decide, one row a person.

    Parameters
    ----------
    graph : InfluenceGraph
    draws, seed : int
        Simulated messages behind ``cascade_reach``, and their seed.
    progress : callable, optional
        Called as ``progress(done, total)``.

    Returns
    -------
    DataFrame
        Indexed by person. The measures `TWICE`, each with the own management chain excluded and, ending in
        ``_with_chain``, included; then ``mentors`` and ``sponsors`` held, and ``mentored_not_sponsored`` (true or
        false); all three are unknown, NaN as floats, for everybody in a study without any pairing. ``has_leader_tie``
        is 1 or 0. ``steps_to_leader`` is NaN where no leader can be reached and ``leader_share`` where nobody
        influences the person.

    Raises
    ------
    StudyError
        Nobody is a leader.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc"), "leader": [True, False, False]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]}))
    >>> access_table(graph)[["leader_ties", "steps_to_leader", "leaders_within_2"]].to_numpy().tolist()
    [[0.0, nan, 0.0], [1.0, 1.0, 1.0], [0.0, 2.0, 1.0]]
    """
    if not graph.is_leader.any():
        raise StudyError(
            "nobody in the roster is a leader, so there is nobody to have access to",
            cure="set leaders.at_or_above to a level people hold, or leaders.people",
        )
    cascades = cascade_reach_both(graph, draws=draws, seed=seed)
    columns: dict[str, pd.Series] = {}
    for done, with_chain in enumerate((False, True)):
        if progress:
            progress(done, 2)
        ties = leader_ties(graph, with_chain=with_chain)
        measures = (
            ties,
            (ties > 0).astype(int),
            from_leaders(graph, with_chain=with_chain),
            to_leaders(graph, with_chain=with_chain),
            leader_share(graph, with_chain=with_chain),
            steps_to_leader(graph, with_chain=with_chain),
            leaders_within(graph, steps=2, with_chain=with_chain),
            paths_to_leaders(graph, with_chain=with_chain),
            influence_from_leaders(graph, with_chain=with_chain),
            cascades[int(with_chain)],
        )
        columns |= {name + WITH_CHAIN * with_chain: values for name, values in zip(TWICE, measures, strict=True)}
    order = [name + ending for name in TWICE for ending in ("", WITH_CHAIN)]
    table = pd.DataFrame(columns)[order]
    if graph.pairings.empty:
        # Without a list of pairings nobody knows who mentors or sponsors whom; 0 would say that nobody does.
        table[list(PAIRING_MEASURES)] = np.nan
    else:
        table["mentors"] = pairings_held(graph, "mentor")
        table["sponsors"] = pairings_held(graph, "sponsor")
        table["mentored_not_sponsored"] = (table["mentors"] > 0) & (table["sponsors"] == 0)
    if progress:
        progress(2, 2)
    return table
