"""Mentors and sponsors held, and how much power the sponsors have."""

from __future__ import annotations

import numpy as np
import pandas as pd

from metrics.centrality import influence as influence_of
from ona.model import InfluenceGraph, active_pairings, level_rank

_SAME = 12


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
    junior = _pairs_held(graph, kind)[1]
    return pd.Series(np.bincount(junior, minlength=graph.size), index=graph.persons, name=f"{kind}s")


def leader_sponsors(graph: InfluenceGraph) -> pd.Series:
    """How many of the sponsors a person holds are leaders, able to sponsor by the study's own rule.

    A sponsor spends influence on someone's advancement; one who has none to spend is a sponsor in name only.

    Parameters
    ----------
    graph : InfluenceGraph

    Returns
    -------
    Series of int
        By person, as the junior; at most the ``sponsors`` held.

    References
    ----------
    Hewlett, Peraino, Sherbin & Sumberg 2010, *The Sponsor Effect*, Center for Work-Life Policy.

    Examples
    --------
    >>> leader_sponsors(_sponsored()).tolist()
    [0, 0, 1]
    """
    senior, junior = _pairs_held(graph, "sponsor")
    counts = np.bincount(junior[graph.is_leader[senior]], minlength=graph.size)
    return pd.Series(counts, index=graph.persons, name="leader_sponsors")


def sponsor_levels_up(graph: InfluenceGraph) -> pd.Series:
    """How many levels above the person their highest sponsor stands.

    Parameters
    ----------
    graph : InfluenceGraph

    Returns
    -------
    Series of float
        By person, as the junior: level of the highest sponsor − own level, levels counted from the most junior up;
        below 0 where every sponsor is more junior. NaN without a sponsor, and where the own level or that of every
        sponsor is unknown; a sponsor of unknown level is passed over beside one whose level is known.

    References
    ----------
    Seibert, Kraimer & Liden 2001, *Academy of Management Journal* 44, 219–237, on contacts at higher levels.

    Examples
    --------
    >>> sponsor_levels_up(_sponsored()).tolist()
    [nan, nan, 2.0]
    """
    senior, junior = _pairs_held(graph, "sponsor")
    level = level_rank(graph.people).to_numpy(float)
    return _highest(graph, junior, level[senior] - level[junior]).rename("sponsor_levels_up")


def sponsor_influence(graph: InfluenceGraph, *, influence: pd.Series | None = None) -> pd.Series:
    """How influential a person's most influential sponsor is, as a rank among everyone.

    The rank is the share of all other people with less influence, those with as much counted half: (r − 1) / (n − 1)
    with mean ranks r. 1 is the most influential person of all.

    Parameters
    ----------
    graph : InfluenceGraph
    influence : Series, optional
        `metrics.centrality.influence` by person, or any other measure of it; computed without it. Joined by id.

    Returns
    -------
    Series of float
        By person, as the junior, 0 to 1; NaN without a sponsor whose influence is known.

    References
    ----------
    Brin & Page 1998, *Computer Networks* 30, 107–117 (the measure of influence); Hewlett et al. 2010.

    Examples
    --------
    >>> sponsor_influence(_sponsored(), influence=pd.Series([0.2, 0.3, 0.5], index=list("abc"))).tolist()
    [nan, nan, 0.5]
    """
    values = (influence_of(graph) if influence is None else influence).reindex(graph.persons).to_numpy(float)
    others = max(int((~np.isnan(values)).sum()) - 1, 1)
    rank = (pd.Series(without_noise(values)).rank().to_numpy(float) - 1.0) / others
    senior, junior = _pairs_held(graph, "sponsor")
    return _highest(graph, junior, rank[senior]).rename("sponsor_influence")


def without_noise(influence: np.ndarray) -> np.ndarray:
    """Influence in units of the largest, without the last digits.

    Two people in the same position may differ in them, depending on who comes first in the roster.
    """
    largest = float(np.nan_to_num(np.abs(influence)).max(initial=0.0))
    return np.round(influence / (largest or 1.0), _SAME)


def _pairs_held(graph: InfluenceGraph, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Positions of senior and junior of each pairing of a kind held on the data's last day, each pair once."""
    held = active_pairings(graph.pairings, on=graph.last_day)
    held = held.loc[(held["kind"] == kind) & (held["senior"] != held["junior"]), ["senior", "junior"]].drop_duplicates()
    return graph.positions(held["senior"]), graph.positions(held["junior"])


def _highest(graph: InfluenceGraph, junior: np.ndarray, values: np.ndarray) -> pd.Series:
    """The largest known value of each junior's pairings; NaN without any."""
    highest = np.full(graph.size, np.nan)
    np.fmax.at(highest, junior, values)
    return pd.Series(highest, index=graph.persons)


def _sponsored() -> InfluenceGraph:
    """Boss a and b sponsor c, for the doctests above."""
    from ona.model import influence_graph

    people = pd.DataFrame({"person": list("abc"), "level": [3, 2, 1], "leader": [True, False, False]})
    pairings = pd.DataFrame({"senior": ["a", "b"], "junior": ["c", "c"], "kind": ["sponsor", "sponsor"]})
    return influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["b"]}), pairings=pairings)
