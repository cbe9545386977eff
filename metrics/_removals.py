"""Who might leave together: a person, everybody in a role, the top of a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics._arrays import group_codes
from ona.model import InfluenceGraph, StudyError
from ona.model.text import legible

Kind = Literal["person", "role", "brokers", "random"]

TOPS = (1, 5, 10, 0.01, 0.05)
"""How many of the top leave: numbers of people, or shares of all people."""


@dataclass(frozen=True)
class Removal:
    """People who leave together.

    Parameters
    ----------
    name : str
        What to call them: "Ann Lee", "level 3, function Sales", "top 5 by betweenness".
    kind : {"person", "role", "brokers", "random"}
        Why these.
    people : tuple of str
        Their ids.

    Examples
    --------
    >>> Removal("Ann Lee", "person", ("P1",))
    Removal(name='Ann Lee', kind='person', people=('P1',))
    """

    name: str
    kind: Kind
    people: tuple[str, ...]


def role_removals(
    graph: InfluenceGraph,
    *,
    columns: Sequence[str] = ("level", "function"),
    min_group: int = 2,
    largest: float = 0.1,
) -> list[Removal]:
    """Everybody who holds the same role, one removal for each role.

    A role is a combination of the groups of `columns`; people with an unknown group hold none.

    Parameters
    ----------
    graph : InfluenceGraph
    columns : sequence of str
        Columns of the roster.
    min_group : int
        The fewest people of a role. With 1 the table that follows is about single people.
    largest : float
        The largest share of all people: whoever takes away half a company has asked another question.

    Returns
    -------
    list of Removal
        In the order of the first column's groups, then of the next. Kind "role"; named "level 3, function Sales".

    Raises
    ------
    StudyError
        No column, one that the roster does not have, a `min_group` below 1, or a share outside 0 to 1.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcd"), "function": ["x", "y", "x", "z"]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["b"]}))
    >>> role_removals(graph, columns=["function"], largest=0.5)
    [Removal(name='function x', kind='role', people=('a', 'c'))]
    """
    if isinstance(columns, str):
        raise StudyError(f"columns is the text '{columns}' and no list", cure=f"write ['{columns}']")
    if not columns:
        raise StudyError("a role is made of columns of the roster, and none is listed", cure="write ['function']")
    if min_group < 1:
        raise StudyError(f"a role of {min_group} people is none", cure="set min_group to 2 or more")
    if not 0 < largest < 1:
        raise StudyError(
            f"{largest:g} is no share of people to take away", cure="give one between 0 and 1, such as 0.1"
        )
    known = np.ones(graph.size, bool)
    combined = np.zeros(graph.size, np.int64)
    names: list[list[str]] = []
    for column in columns:
        codes, groups = group_codes(graph, column)
        known &= codes >= 0
        # Numbered anew after each column, so that many columns of many groups never overflow.
        combined = np.unique(combined * max(len(groups), 1) + np.maximum(codes, 0), return_inverse=True)[1]
        names.append([f"{column} {groups[code]}" if code >= 0 else "" for code in codes])
    roles = np.unique(combined[known])
    members = [np.flatnonzero(known & (combined == role)) for role in roles]
    return [
        Removal(", ".join(column[who[0]] for column in names), "role", tuple(graph.persons[who]))
        for who in members
        if min_group <= len(who) <= largest * graph.size
    ]


def broker_removals(
    graph: InfluenceGraph, scores: pd.Series | None = None, *, tops: Sequence[float] = TOPS
) -> list[Removal]:
    """The people who score highest, in steps that each include the one before.

    Parameters
    ----------
    graph : InfluenceGraph
    scores : Series, optional
        Any number by person, larger first; betweenness (`metrics.centrality.betweenness`, sampled in large networks)
        without it. Its name becomes part of the removals' names. People without a number, or with NaN, are in no top.
    tops : sequence of number
        How many people: whole numbers from 1, or shares of all people below 1, rounded up.

    Returns
    -------
    list of Removal
        Smallest first, each size once. Kind "brokers"; named "top 5 by betweenness". Among people with the same score
        the smaller id goes first; where a top ends within such a tie, its name says how many of how many went by id.
        Tops of more people than have a score, or of everybody, are left out.

    Raises
    ------
    StudyError
        A top that is neither a number of people nor a share, or a score of somebody who is not in the roster.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> graph = influence_graph(pd.DataFrame({"person": list("abc")}), pd.DataFrame({"source": ["a"], "target": ["b"]}))
    >>> scores = pd.Series({"a": 1.0, "b": 3.0, "c": 1.0}, name="influence")
    >>> [(removal.name, removal.people) for removal in broker_removals(graph, scores, tops=[1, 2])]
    [('top 1 by influence', ('b',)), ('top 2 by influence (1 of 2 with the same score, by id)', ('b', 'a'))]
    """
    if scores is None:
        from metrics.centrality import betweenness

        scores = betweenness(graph)
    order, values = ranked(graph, scores)
    asked: dict[int, str] = {}
    for top in tops:
        share = 0 < top < 1
        if not share and (top < 1 or top != int(top)):
            raise StudyError(f"the top {top:g} is no number of people and no share", cure="give 5, or 0.05 for 5 %")
        # The product of a share and a number may lie a rounding error above a whole number.
        size = ceil(round(top * graph.size, 9)) if share else int(top)
        asked.setdefault(size, f"{100 * top:g} %" if share else f"{size:,}")
    by = "score" if scores.name is None else str(scores.name)
    return [
        Removal(f"top {asked[size]} by {by}{_by_id(values, size)}", "brokers", tuple(graph.persons[order[:size]]))
        for size in sorted(asked)
        if size <= min(len(order), graph.size - 1)
    ]


def ranked(graph: InfluenceGraph, scores: pd.Series) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Positions of the people who have a score, highest first and by id among equals; and their scores."""
    strangers = ~scores.index.isin(graph.persons)
    if strangers.any():
        who = legible(scores.index[strangers][0])
        raise StudyError(f"the scores name '{who}', who is not in the roster", cure="leave those people out")
    if scores.index.has_duplicates:
        who = legible(scores.index[scores.index.duplicated()][0])
        raise StudyError(f"the scores name '{who}' twice", cure="give each person one score")
    values = scores.reindex(graph.persons).to_numpy(float, na_value=np.nan)
    order = np.argsort(-values, kind="stable")[: int((~np.isnan(values)).sum())]
    return order, values[order]


def positions_of(graph: InfluenceGraph, removals: Sequence[Removal]) -> list[NDArray[np.int64]]:
    """Where the people of each removal stand, sorted; refuses what cannot be taken away."""
    found = []
    for removal in removals:
        name = legible(removal.name)
        if removal.kind not in get_args(Kind):
            raise StudyError(
                f"the removal '{name}' is of kind '{legible(removal.kind)}'", cure=f"use {', '.join(get_args(Kind))}"
            )
        places = graph.positions(pd.Index(removal.people, dtype=object))
        if (places < 0).any():
            who = legible(removal.people[int(np.argmax(places < 0))])
            raise StudyError(f"the removal '{name}' names '{who}', who is not in the roster", cure="leave them out")
        taken = np.unique(places)
        if len(taken) < len(places):
            raise StudyError(f"the removal '{name}' names somebody twice", cure="name each person once")
        if not 0 < len(taken) < graph.size:
            who = "nobody" if not len(taken) else "everybody"
            raise StudyError(f"the removal '{name}' takes {who} away", cure="name some of the people")
        found.append(taken)
    return found


def _by_id(values: NDArray[np.float64], size: int) -> str:
    """How many of how many equals are in the top by their id alone; empty where the top ends between two scores."""
    if size >= len(values) or values[size] != values[size - 1]:
        return ""
    equal = values == values[size - 1]
    return f" ({int(equal[:size].sum()):,} of {int(equal.sum()):,} with the same score, by id)"
