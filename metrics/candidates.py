"""Candidate sponsors: for each person who lacks one, who could open doors, for which reasons, and through whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from metrics._candidate_pairs import Ground, Pairs, blocks, compare, lay_ground, weighted_mean
from metrics._candidate_words import counted, for_and_against
from metrics.access import pairings_held
from ona.model import InfluenceGraph, StudyError

DEFAULT_WEIGHTS: Mapping[str, float] = {
    "power": 0.30,
    "new_reach": 0.30,
    "warm_path": 0.20,
    "function_fit": 0.10,
    "spare_capacity": 0.10,
}
"""Weights of the components when a study gives none. They express a judgement, not a measurement."""

CANDIDATE_COLUMNS = (
    "protege",
    "rank",
    "candidate",
    "score",
    *DEFAULT_WEIGHTS,
    "level_gap",
    "new_leaders",
    "steps",
    "introducer",
    "path",
    "held",
    "capacity",
    "reasons",
    "cautions",
)


def candidate_table(
    graph: InfluenceGraph,
    *,
    influence: pd.Series,
    access: pd.DataFrame | None = None,
    levels_up: int = 2,
    max_steps: int = 2,
    top: int | None = 5,
    capacity: int | pd.Series = 3,
    weights: Mapping[str, float] | None = None,
    proteges: Sequence[str] | None = None,
    require_path: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """The best candidate sponsors of each person who lacks a sponsor, with every component shown.

    A candidate is a suggestion for people to judge, never a verdict. Two people have a *tie* when either influences
    the other; its strength is both directions added up, larger is closer.

    A leader is a candidate for a protégé unless one of these filters holds. They are filters and not penalties: no
    score, however high, outweighs them.

    - one of the two is in the other's management chain;
    - an active sponsorship joins the two already (mentoring does not exclude: it may become a sponsorship);
    - the leader sponsors as many people as `capacity` allows;
    - the leader stands fewer than `levels_up` levels above. If that leaves a protégé with nobody, one level is enough
      and a caution says so. Where one of the levels is not known the pair stays, and a caution says so;
    - with `require_path`, no path of at most `max_steps` steps joins the two.

    The score is the weighted average of five components, each from 0 to 1:

    ``power``
        Plain average of three parts: levels above the protégé / levels from the protégé to the highest leader; rank
        by influence among leaders; rank among leaders by the number of other leaders tied to. A rank is the share of
        the other leaders with less, equal counted half.
    ``new_reach``
        New leaders / leader ties of the best-connected leader. New leaders are those tied to the candidate whom the
        protégé does not reach within two steps; the protégé's own management chain is not counted. Leaders who are
        reached already add nothing.
    ``warm_path``
        1 with a direct tie. With one introducer w / (w + m): w is the weaker of the two ties, m the median tie of the
        organisation, so that a median tie gives ½. The introducer is the person for whom w is largest, the smallest
        id among equals. 0 without a path.
    ``function_fit``
        1 in the same function; otherwise ½ when both are at the same site, else 0.
    ``spare_capacity``
        1 − active sponsorships held / capacity.

    What cannot be known is NaN and left out of the averages: a height where a level is missing, ``function_fit``
    where a function is.

    Two things that could be counted are not. *Constraint* (Burt's structural holes) is no factor: brokerage predicted
    early promotion for senior men and not for women (Burt 1998), so it would rank protégés by a rule that fits only
    some of them. *Promotions of past protégés* are no factor: counting them penalises women who sponsor (Academy of
    Management 2024).

    Parameters
    ----------
    graph : InfluenceGraph
        People with leaders marked, ties and pairings.
    influence : Series
        Influence of each person, indexed by person; only its order among leaders counts.
    access : DataFrame, optional
        The access table. Its ``sponsors`` column says who lacks a sponsor; without it the pairings do. Where it is not
        known whether somebody has one, they are taken to lack one.
    levels_up : int
        How many levels above the protégé a candidate should stand.
    max_steps : {1, 2}
        Longest introduction path; with 1 only people already in touch.
    top : int or None
        How many candidates to list for each person; None lists all who qualify.
    capacity : int or Series
        How many protégés a leader can sponsor: one number, or a Series indexed by person that has every leader.
    weights : mapping, optional
        Weights by component that replace those of `DEFAULT_WEIGHTS`; only their proportions matter.
    proteges : sequence of str, optional
        List candidates for exactly these people instead, whether or not they lack a sponsor.
    require_path : bool
        Keep only candidates somebody can introduce. `without_candidates` lists the people left with none.
    progress : callable, optional
        Called as ``progress(done, total)``, in people.

    Returns
    -------
    DataFrame
        One row for each protégé and candidate, sorted by protégé and rank (score, then id): ``protege``, ``rank`` (1 is
        the best), ``candidate``, ``score``, the five components, ``level_gap`` (levels, missing where unknown),
        ``new_leaders``, ``steps`` (1 or 2, missing without a path), ``introducer`` (id, or ``""``), ``path`` (ids
        joined by `` → ``), ``held``, ``capacity``, ``reasons`` and ``cautions`` (plain words, joined by ``"; "``).

    Raises
    ------
    StudyError
        Nobody is a leader, a protégé is not in the roster, or an option is out of its range.

    References
    ----------
    Burt 1998, The gender of social capital, *Rationality and Society* 10(1). Academy of Management 2024, on judging
    sponsors by their protégés' promotions. Seibert, Kraimer & Liden 2001, A social capital theory of career success,
    *Academy of Management Journal* 44(2). Hewlett et al. 2010, *The Sponsor Effect*. Ibarra, Carter & Silva 2010,
    *Harvard Business Review* 88(9). Baldiga & Coffman 2018, *Management Science* 64(2).

    Examples
    --------
    >>> from ona.model import influence_graph, mark_leaders, people_table
    >>> people = people_table(pd.DataFrame({"person": ["ann", "bob", "cy"], "level": [3, 2, 1]}))
    >>> ties = pd.DataFrame({"source": ["cy", "bob"], "target": ["bob", "ann"], "channel": "email"})
    >>> graph = influence_graph(mark_leaders(people, at_or_above="3"), ties)
    >>> table = candidate_table(graph, influence=pd.Series({"ann": 0.5}), proteges=["cy"])
    >>> table[["protege", "candidate", "warm_path", "path"]].values.tolist()
    [['cy', 'ann', 0.5, 'cy → bob → ann']]
    >>> table["reasons"][0].split("; ")[1]
    'warm path: cy e-mails bob, who e-mails ann'
    """
    _check_options(levels_up=levels_up, max_steps=max_steps, top=top)
    shares = _weights(weights)
    ground = lay_ground(graph, influence=influence, capacity=capacity)
    persons = _proteges(graph, access, proteges)
    parts: list[pd.DataFrame] = []
    done = 0
    for rows in blocks(ground, persons):
        pairs = compare(ground, rows, max_steps=max_steps, require_path=require_path)
        parts.append(_best(ground, pairs, levels_up=levels_up, top=top, weights=shares))
        done += len(rows)
        if progress is not None:
            progress(done, len(persons))
    if not parts:
        return _empty()
    picks = pd.concat(parts, ignore_index=True)
    return _written_out(graph, ground, picks, levels_up=levels_up)


def without_candidates(
    graph: InfluenceGraph,
    candidates: pd.DataFrame,
    *,
    access: pd.DataFrame | None = None,
    max_steps: int = 2,
    capacity: int | pd.Series = 3,
    proteges: Sequence[str] | None = None,
    require_path: bool = True,
) -> pd.DataFrame:
    """People who lack a sponsor and have no candidate, each with the filter that left nobody.

    Parameters
    ----------
    graph : InfluenceGraph
        People with leaders marked, ties and pairings.
    candidates : DataFrame
        What `candidate_table` gave.
    access, max_steps, capacity, proteges, require_path
        As given to `candidate_table`.

    Returns
    -------
    DataFrame
        ``person`` (sorted) and ``reason`` in plain words.

    Raises
    ------
    StudyError
        As `candidate_table`.

    Examples
    --------
    >>> from ona.model import influence_graph, mark_leaders, people_table
    >>> people = people_table(pd.DataFrame({"person": ["ann", "cy"], "level": [3, 1]}))
    >>> graph = influence_graph(mark_leaders(people, at_or_above="3"), pd.DataFrame({"source": [], "target": []}))
    >>> table = candidate_table(graph, influence=pd.Series({"ann": 1.0}))
    >>> without_candidates(graph, table).values.tolist()
    [['cy', 'has no tie to anybody, so nobody could introduce them']]
    """
    _check_options(levels_up=1, max_steps=max_steps, top=None)
    ground = lay_ground(graph, influence=None, capacity=capacity)
    persons = _proteges(graph, access, proteges)
    left = persons[~np.isin(persons, graph.positions(candidates["protege"]))]
    tied = np.diff(ground.tie.indptr) > 0
    found: list[tuple[str, str]] = []
    for rows in blocks(ground, left):
        pairs = compare(ground, rows, max_steps=max_steps, require_path=require_path)
        for at, person in enumerate(rows.tolist()):
            reason = _why_nobody({name: passes[at] for name, passes in pairs.filters.items()}, tied[person], max_steps)
            found.append((str(graph.persons[person]), reason))
    return pd.DataFrame(found, columns=["person", "reason"])


def _why_nobody(filters: Mapping[str, np.ndarray], tied: bool, max_steps: int) -> str:
    """The first filter, in order, after which nobody is left."""
    left = np.ones(len(filters["above"]), bool)
    for name, passes in filters.items():
        before = int(left.sum())
        left = left & passes
        if left.any():
            continue
        if name == "path" and not tied:
            return "has no tie to anybody, so nobody could introduce them"
        within = f"within {counted(max_steps, 'step')}"
        return {
            "above": "no leader stands above them",
            "chain": "every leader above them is in their own management chain",
            "sponsored": "every leader above them outside their chain sponsors them already",
            "room": "every leader who could sponsor them sponsors as many people as they can",
            "path": f"none of the {before} leaders who could sponsor them is {within}"
            if before > 1
            else f"the only leader who could sponsor them is not {within}",
        }[name]
    return "their candidates are not in the table given"


def _check_options(*, levels_up: int, max_steps: int, top: int | None) -> None:
    if levels_up < 1:
        raise StudyError(f"levels_up is {levels_up}", cure="a candidate stands at least 1 level above")
    if max_steps not in (1, 2):
        raise StudyError(f"max_steps is {max_steps}", cure="use 1 (already in touch) or 2 (one introducer)")
    if top is not None and top < 1:
        raise StudyError(f"top is {top}", cure="list at least 1 candidate for each person")


def _weights(weights: Mapping[str, float] | None) -> dict[str, float]:
    given = dict(weights or {})
    unknown = sorted(set(given) - set(DEFAULT_WEIGHTS))
    if unknown:
        raise StudyError(f"'{unknown[0]}' is not a component", cure=f"use {', '.join(DEFAULT_WEIGHTS)}")
    shares = {name: float(given.get(name, weight)) for name, weight in DEFAULT_WEIGHTS.items()}
    wrong = [name for name, weight in shares.items() if not (np.isfinite(weight) and weight >= 0)]
    if wrong or sum(shares.values()) == 0:
        raise StudyError("weights must be 0 or more, and one of them above 0", cure="correct the weights")
    return shares


def _proteges(graph: InfluenceGraph, access: pd.DataFrame | None, proteges: Sequence[str] | None) -> np.ndarray:
    """Positions of the people to find candidates for, in the order of ids."""
    if proteges is not None:
        at = graph.positions(pd.Index(list(proteges), dtype=graph.persons.dtype))
        if (at < 0).any():
            unknown = list(proteges)[int(np.flatnonzero(at < 0)[0])]
            raise StudyError(f"'{unknown}' is not in the roster", cure="correct the list of protégés")
        return np.unique(at)
    if access is None:
        sponsors = pairings_held(graph, "sponsor")
    elif "sponsors" in access:
        sponsors = access["sponsors"].reindex(graph.persons).fillna(0)
    else:
        raise StudyError("the access table has no column 'sponsors'", cure="give what access_table returns")
    return np.flatnonzero(~graph.is_leader & (sponsors.to_numpy() == 0))


def _best(
    ground: Ground, pairs: Pairs, *, levels_up: int, top: int | None, weights: Mapping[str, float]
) -> pd.DataFrame:
    """The best of a block, by position."""
    passes = np.logical_and.reduce(list(pairs.filters.values()))
    high = passes & ~(pairs.level_gap < levels_up)
    chosen = np.where(high.any(axis=1)[:, None], high, passes)
    score = weighted_mean([pairs.components[name] for name in weights], list(weights.values()))
    # Rounded, so that the last bit of a sum never decides; unknown scores come last; ids decide among equals.
    key = np.where(chosen, np.where(np.isnan(score), 1.0, -np.round(score, 12)), np.inf)
    order = np.argsort(key, axis=1, kind="stable")[:, :top]
    row = np.repeat(np.arange(len(pairs.rows)), order.shape[1])
    leader = order.ravel()
    rank = np.tile(np.arange(1, order.shape[1] + 1), len(pairs.rows))
    kept = chosen[row, leader]
    row, leader, rank = row[kept], leader[kept], rank[kept]
    components = {name: values[row, leader] for name, values in pairs.components.items()}
    return pd.DataFrame(
        {
            "protege": pairs.rows[row],
            "rank": rank,
            "leader": leader,
            "candidate": ground.leaders[leader],
            "score": score[row, leader],
            **components,
            "level_gap": pairs.level_gap[row, leader],
            "new_leaders": pairs.new_leaders[row, leader],
            "steps": pairs.steps[row, leader],
            "introducer": pairs.introducer[row, leader],
            "weaker": pairs.weaker[row, leader],
            "held": ground.held[leader],
            "capacity": ground.capacity[leader],
        }
    )


def _written_out(graph: InfluenceGraph, ground: Ground, picks: pd.DataFrame, *, levels_up: int) -> pd.DataFrame:
    """Positions become ids, and the numbers words."""
    ids = graph.persons.to_numpy(object)
    protege, candidate = ids[picks["protege"]], ids[picks["candidate"]]
    steps, at = picks["steps"].to_numpy(), picks["introducer"].to_numpy()
    introducer = np.where(at >= 0, ids[at], "")
    direct = protege + " → " + candidate
    path = np.where(steps == 2, protege + " → " + introducer + " → " + candidate, np.where(steps == 1, direct, ""))
    reasons, cautions = for_and_against(graph, ground, picks, levels_up=levels_up)
    table = picks.assign(
        protege=protege,
        candidate=candidate,
        introducer=introducer,
        path=path,
        level_gap=picks["level_gap"].astype("Int64"),
        steps=picks["steps"].where(steps > 0).astype("Int64"),
        reasons=reasons,
        cautions=cautions,
    )
    text = ["protege", "candidate", "introducer", "path", "reasons", "cautions"]
    return table[list(CANDIDATE_COLUMNS)].astype(dict.fromkeys(text, "str"))


def _empty() -> pd.DataFrame:
    kinds = {
        **dict.fromkeys(("protege", "candidate", "introducer", "path", "reasons", "cautions"), "str"),
        **dict.fromkeys(("rank", "new_leaders", "held", "capacity"), "int64"),
        **dict.fromkeys(("level_gap", "steps"), "Int64"),
        **dict.fromkeys(("score", *DEFAULT_WEIGHTS), "float64"),
    }
    return pd.DataFrame({column: pd.Series(dtype=kinds[column]) for column in CANDIDATE_COLUMNS})
