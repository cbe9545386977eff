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
from metrics.centrality import influence as influence_of
from metrics.paths import leaders_within, paths_to_leaders, steps_to_leader
from metrics.spread import DRAWS, cascade_reach_both, influence_from_leaders
from ona.model import InfluenceGraph, StudyError, active_pairings, level_rank

WITH_CHAIN = "_with_chain"
"""Ending of the columns in which the own management chain counts."""

TWICE = (
    "leader_ties",
    "has_leader_tie",
    "from_leaders",
    "to_leaders",
    "leader_strength",
    "leader_share",
    "steps_to_leader",
    "leaders_within_2",
    "paths_to_leaders",
    "influence_from_leaders",
    "cascade_reach",
)
"""Measures read with the own management chain excluded, and included."""

PAIRING_MEASURES = (
    "mentors",
    "sponsors",
    "mentored_not_sponsored",
    "leader_sponsors",
    "sponsor_levels_up",
    "sponsor_influence",
)
"""Measures of the pairings held, and of the power of the sponsors among them."""

_SAME = 12


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
    source, target = arc_ends(graph)
    person, other = np.concatenate([source, target]), np.concatenate([target, source])
    counted = graph.is_leader[other]
    if not with_chain:
        counted &= ~in_chain(graph, person, other)
    strength = np.tile(graph.arcs["strength"].to_numpy(), 2)
    return by_person(graph, np.bincount(person[counted], strength[counted], minlength=graph.size), "leader_strength")


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


def access_table(
    graph: InfluenceGraph,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    influence: pd.Series | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Everything a person can reach of those who decide, one row a person.

    Parameters
    ----------
    graph : InfluenceGraph
    draws, seed : int
        Simulated messages behind ``cascade_reach``, and their seed.
    influence : Series, optional
        `metrics.centrality.influence` by person where it is already at hand: ``sponsor_influence`` ranks sponsors by
        it.
    progress : callable, optional
        Called as ``progress(done, total)``.

    Returns
    -------
    DataFrame
        Indexed by person. The measures `TWICE`, each with the own management chain excluded and, ending in
        ``_with_chain``, included; then ``mentors`` and ``sponsors`` held, ``mentored_not_sponsored`` (true or false),
        and how much power the sponsors have: ``leader_sponsors``, ``sponsor_levels_up`` and ``sponsor_influence``, the
        last two NaN without a sponsor. All six are unknown, NaN as floats, for everybody in a study without any
        pairing. ``has_leader_tie`` is 1 or 0. ``steps_to_leader`` is NaN where no leader can be reached and
        ``leader_share`` where nobody influences the person.

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
            leader_strength(graph, with_chain=with_chain),
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
        table["leader_sponsors"] = leader_sponsors(graph)
        table["sponsor_levels_up"] = sponsor_levels_up(graph)
        table["sponsor_influence"] = sponsor_influence(graph, influence=influence)
    if progress:
        progress(2, 2)
    return table
