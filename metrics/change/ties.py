"""Which ties last from one window of time to the next, which go, and which are new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from metrics._arrays import group_codes
from metrics._chain import in_chain
from metrics.change._windows import (
    Progress,
    arc_keys,
    check_windows,
    days_of,
    divided,
    held_in,
    there_by,
    weeks_between,
)
from metrics.trend import Window
from metrics.words.change import turnover_sentence
from ona.model import InfluenceGraph

TURNOVER_COLUMNS = (
    "before", "after", "before_first_day", "before_last_day", "after_first_day", "after_last_day", "before_days",
    "after_days", "column", "pairs", "people", "ties_before", "ties_after", "kept", "lost", "lost_silent", "formed",
    "possible", "survival", "survival_active", "formation", "jaccard", "overlap", "strong", "weak", "survival_strong",
    "survival_weak", "sentence",
)  # fmt: skip
"""Columns of a table of tie turnover, in order."""

SURVIVAL_COLUMNS = (
    "window", "first_day", "last_day", "weeks", "column", "pairs", "ties", "there", "never_gone", "share_there",
    "share_never_gone",
)  # fmt: skip
"""Columns of a table of tie survival, in order."""

ALL, WITH_LEADERS, ACROSS = "all", "with leaders", "across"
"""Classes of pairs that are no group's own."""


def tie_turnover(
    windows: Sequence[Window], *, columns: Sequence[str] = (), threshold: float = 0.0, progress: Progress | None = None
) -> pd.DataFrame:
    """How many ties last from each window to the next, by class of pair.

    Ties are arcs, one direction each: influence that turned round is a tie lost and a tie formed. Only pairs of people
    who had both begun by the earlier window's last day count, or whose start is unknown: somebody who was not there yet
    had no tie to form. Nobody's departure is known, so ties of people who left are lost like any other; those of people
    without a tie in the later window, who may have left, are counted in ``lost_silent``, and ``survival_active`` leaves
    them out.

    ``survival`` falls where less is recorded in the later window, though the ties may live on: it can be at most
    ties_after / ties_before, and ``overlap`` is what is kept of that most. A tie that shows only now and then is lost
    and formed again and again in short windows. So compare survival between classes of the same two windows, rather
    than between pairs of windows.

    Parameters
    ----------
    windows : sequence of Window
        Earliest first, two or more; of equal length if pairs of windows are to be compared.
    columns : sequence of str
        Roster columns whose groups are told apart.
    threshold : float
        A tie is an arc with a strength above this. The more is recorded, the stronger arcs get, so a threshold above 0
        makes turnover depend on volume once more.
    progress : callable, optional
        Called as ``progress(pairs of windows done, pairs of windows in all)``.

    Returns
    -------
    DataFrame
        One row a pair of consecutive windows and class of pair:

        - ``before``, ``after`` (windows' numbers from 1), their first and last days, ``before_days``, ``after_days``;
        - ``column`` and ``pairs``, the class: "all" and "with leaders" (either end a leader who is not above the other
          in the own management chain) without a column; for each column "same <group>" and "across". Pairs with
          somebody whose group is unknown are in neither;
        - ``people`` there by the end of the earlier window, in the class (of "across", all whose group is known);
        - ``ties_before``, ``ties_after``, ``kept``, ``lost``, ``lost_silent``, ``formed``; ``possible``, ordered pairs
          of the class without a tie before;
        - ``survival`` = kept / ties_before; ``survival_active`` = kept / (ties_before − lost_silent); ``formation`` =
          formed / possible; ``jaccard`` = kept / (kept + lost + formed); ``overlap`` = kept / the smaller of
          ties_before and ties_after;
        - ``strong`` and ``weak``, ties before above the median strength of all ties before, and at or below it, with
          ``survival_strong`` and ``survival_weak``;
        - ``sentence``.

        Shares of nothing are NaN.

    Raises
    ------
    StudyError
        Fewer than two windows, windows out of order or of different people or leaders, or no such column.

    References
    ----------
    Burt 2000, *Social Networks* 22, 1–28 (decay: strong ties and those within groups last longer); Snijders, van de
    Bunt & Steglich 2010, *Social Networks* 32, 44–60, section 4 (a Jaccard index of .3 or more makes change easy to
    follow, below .2 it is doubtful that it is one network changing).

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc"), "gender": ["woman", "woman", "man"]})
    >>> def window(first_day, last_day, *ties):
    ...     arcs = pd.DataFrame([tuple(tie) for tie in ties], columns=["source", "target"])
    ...     return Window(first_day, last_day, influence_graph(people, arcs))
    >>> table = tie_turnover([window("2024-01-01", "2024-03-31", "ab", "bc", "ca"),
    ...                       window("2024-04-01", "2024-06-30", "ab", "ac")], columns=["gender"])
    >>> table[["pairs", "kept", "lost", "formed", "possible"]].values.tolist()
    [['all', 1, 2, 1, 3], ['with leaders', 0, 0, 0, 0], ['same man', 0, 0, 0, 0], ['same woman', 1, 0, 0, 1],
    ['across', 0, 2, 1, 2]]
    """
    check_windows(windows, least=2)
    classings = _classings(windows[-1].graph, columns)
    rows: list[dict[str, object]] = []
    for done, (before, after) in enumerate(pairwise(windows)):
        if progress:
            progress(done, len(windows) - 1)
        there = there_by(before.graph, before.last_day)
        when = {
            "before": done + 1,
            "after": done + 2,
            "before_first_day": before.first_day,
            "before_last_day": before.last_day,
            "after_first_day": after.first_day,
            "after_last_day": after.last_day,
            "before_days": days_of(before),
            "after_days": days_of(after),
        }
        change = _change(before.graph, after.graph, there, threshold)
        for classing in classings:
            rows += [{**when, **row} for row in _rows(change, classing, there)]
    if progress:
        progress(len(windows) - 1, len(windows) - 1)
    said = [turnover_sentence(row) for row in rows]
    return pd.DataFrame(rows).assign(sentence=pd.Series(said, dtype=object))[list(TURNOVER_COLUMNS)]


def tie_survival(windows: Sequence[Window], *, columns: Sequence[str] = (), threshold: float = 0.0) -> pd.DataFrame:
    """Of the ties of the first window, which part is there in each later one, and which part was never gone.

    Ties come back: one that rests in a window has not ended. So both readings stand side by side: *there* in window k,
    whatever was between; and *never gone*, there in every window up to k. The truth about how long ties live lies
    between them, and the further they are apart the shorter the windows are for the ties. Whose ties count, and what a
    tie is, as in `tie_turnover`, of people there by the first window's end.

    Parameters
    ----------
    windows : sequence of Window
        Earliest first, two or more, of equal length.
    columns, threshold
        As in `tie_turnover`.

    Returns
    -------
    DataFrame
        One row a window and class of pair: ``window`` (from 1), ``first_day``, ``last_day``; ``weeks`` from the middle
        of the first window to the middle of this one; ``column`` and ``pairs`` as in `tie_turnover`; ``ties`` of the
        first window; how many of them are ``there``, and ``never_gone``; ``share_there``, ``share_never_gone``, NaN of
        no ties. Window 1 itself is a row of 1s.

    Raises
    ------
    StudyError
        As in `tie_turnover`.

    References
    ----------
    Burt 2000, *Social Networks* 22, 1–28.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc")})
    >>> def window(first_day, last_day, *ties):
    ...     arcs = pd.DataFrame([tuple(tie) for tie in ties], columns=["source", "target"])
    ...     return Window(first_day, last_day, influence_graph(people, arcs))
    >>> table = tie_survival([window("2024-01-01", "2024-01-28", "ab", "bc"),
    ...                       window("2024-01-29", "2024-02-25", "ab"),
    ...                       window("2024-02-26", "2024-03-24", "ab", "bc")])
    >>> table.loc[table["pairs"] == "all", ["weeks", "share_there", "share_never_gone"]].values.tolist()
    [[0.0, 1.0, 1.0], [4.0, 0.5, 0.5], [8.0, 1.0, 0.5]]
    """
    check_windows(windows, least=2)
    first = windows[0].graph
    there = there_by(first, windows[0].last_day)
    keys = _ties(first, there, threshold)[0]
    never_gone = np.ones(len(keys), bool)
    codes = [(classing, classing.of(keys, first.size)) for classing in _classings(windows[-1].graph, columns)]
    rows: list[dict[str, object]] = []
    for number, window in enumerate(windows, start=1):
        held = held_in(keys, _ties(window.graph, there, threshold)[0])
        never_gone &= held
        when = {"window": number, "first_day": window.first_day, "last_day": window.last_day}
        when["weeks"] = weeks_between(windows[0], window)
        for classing, code in codes:
            counts = [classing.count(code, kept) for kept in (np.ones(len(keys), bool), held, never_gone)]
            for name, ties, seen, always in zip(classing.names, *counts, strict=True):
                shares = {"share_there": divided(seen, ties), "share_never_gone": divided(always, ties)}
                numbers = {"ties": int(ties), "there": int(seen), "never_gone": int(always)}
                rows.append({**when, "column": classing.column, "pairs": name, **numbers, **shares})
    return pd.DataFrame(rows)[list(SURVIVAL_COLUMNS)]


@dataclass(frozen=True, eq=False)
class _Classing:
    """A way to put ordered pairs of people into classes: all in one, those with leaders, or by the groups of a column.

    ``codes`` are people's groups in the column, −1 where unknown. ``graph`` says who leads, and who reports to whom.
    """

    column: str | None
    names: list[str]
    codes: np.ndarray
    graph: InfluenceGraph

    @property
    def of_leaders(self) -> bool:
        return self.names == [WITH_LEADERS] and self.column is None

    def of(self, keys: np.ndarray, size: int) -> np.ndarray:
        """The class of each arc, −1 for none."""
        source, target = np.divmod(keys, max(size, 1))
        if self.of_leaders:
            return np.where(_with_leader(self.graph, source, target), 0, -1)
        if self.column is None:
            return np.zeros(len(keys), np.int64)
        one, other = self.codes[source], self.codes[target]
        across = len(self.names) - 1
        return np.where((one < 0) | (other < 0), -1, np.where(one == other, one, across))

    def count(self, code: np.ndarray, counted: np.ndarray) -> np.ndarray:
        """How many of the arcs counted are in each class."""
        return np.bincount(code[counted] + 1, minlength=len(self.names) + 1)[1:]

    def people(self, there: np.ndarray) -> np.ndarray:
        """How many people there could be at the end of a tie of each class."""
        if self.column is None:
            return np.array([int(there.sum())])
        known = np.bincount(self.codes[there] + 1, minlength=len(self.names))[1:]
        return np.append(known, known.sum())

    def pairs(self, there: np.ndarray) -> np.ndarray:
        """How many ordered pairs of people there each class has."""
        people = self.people(there).astype(np.int64)
        if self.column is not None:
            inside = people[:-1] * (people[:-1] - 1)
            return np.append(inside, people[-1] * (people[-1] - 1) - inside.sum())
        pairs = people * (people - 1)
        return pairs - _without_leader(self.graph, there) if self.of_leaders else pairs


def _classings(graph: InfluenceGraph, columns: Sequence[str]) -> list[_Classing]:
    nobody = np.empty(0, np.int64)
    found = [_Classing(None, [name], nobody, graph) for name in (ALL, WITH_LEADERS)]
    for column in dict.fromkeys(columns):
        codes, names = group_codes(graph, column)
        found.append(_Classing(column, [*(f"same {name}" for name in names), ACROSS], codes, graph))
    return found


def _with_leader(graph: InfluenceGraph, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """True where either end is a leader who is not above the other in the own management chain."""
    leader = graph.is_leader
    found = np.zeros(len(source), bool)
    for person, other in ((source, target), (target, source)):
        met = np.flatnonzero(leader[other])
        found[met] |= ~in_chain(graph, person[met], other[met])
    return found


def _without_leader(graph: InfluenceGraph, there: np.ndarray) -> int:
    """Ordered pairs of people there of whom neither is a leader, or only one and above the other."""
    leader, chain = graph.is_leader, graph.chain.tocoo()
    others = int((there & ~leader).sum())
    own = there[chain.row] & there[chain.col] & leader[chain.col] & ~leader[chain.row]
    return others * (others - 1) + 2 * int(own.sum())


@dataclass(frozen=True, eq=False)
class _Change:
    """The arcs of two windows among people there in both, and what became of them."""

    size: int
    before: np.ndarray
    after: np.ndarray
    kept: np.ndarray  # of those before
    formed: np.ndarray  # of those after
    silent: np.ndarray  # of those before: lost, and one end has no tie afterwards
    strong: np.ndarray  # of those before


def _ties(graph: InfluenceGraph, there: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Arcs above the threshold among people there, as numbers, and their strengths."""
    source, target = graph.arc_ends
    strength = graph.arcs["strength"].to_numpy(float)
    counted = there[source] & there[target] & (strength > threshold)
    return arc_keys(graph)[counted], strength[counted]


def _change(one: InfluenceGraph, other: InfluenceGraph, there: np.ndarray, threshold: float) -> _Change:
    before, strength = _ties(one, there, threshold)
    after = _ties(other, there, threshold)[0]
    kept = held_in(before, after)
    source, target = other.arc_ends
    seen = np.zeros(one.size, bool)
    seen[source], seen[target] = True, True
    ends = np.divmod(before, max(one.size, 1))
    strong = strength > (np.median(strength) if len(strength) else 0.0)
    silent = ~kept & ~(seen[ends[0]] & seen[ends[1]])
    return _Change(one.size, before, after, kept, ~held_in(after, before), silent, strong)


def _rows(change: _Change, classing: _Classing, there: np.ndarray) -> list[dict[str, object]]:
    """A row for each class of one classing."""
    was, now = classing.of(change.before, change.size), classing.of(change.after, change.size)
    every = np.ones(len(was), bool)
    columns = zip(
        classing.names,
        classing.people(there),
        classing.pairs(there),
        classing.count(now, change.formed),
        classing.count(now, np.ones(len(now), bool)),
        *(
            classing.count(was, counted)
            for counted in (
                every,
                change.kept,
                change.silent,
                change.strong,
                change.strong & change.kept,
            )
        ),
        strict=True,
    )
    rows: list[dict[str, object]] = []
    for name, people, pairs, formed, after, before, kept, silent, strong, strong_kept in columns:
        lost, weak = before - kept, before - strong
        rows.append(
            {
                "column": classing.column,
                "pairs": name,
                "people": int(people),
                "ties_before": int(before),
                "ties_after": int(after),
                "kept": int(kept),
                "lost": int(lost),
                "lost_silent": int(silent),
                "formed": int(formed),
                "possible": int(pairs - before),
                "survival": divided(kept, before),
                "survival_active": divided(kept, before - silent),
                "formation": divided(formed, pairs - before),
                "jaccard": divided(kept, before + formed),
                "overlap": divided(kept, min(before, after)),
                "strong": int(strong),
                "weak": int(weak),
                "survival_strong": divided(strong_kept, strong),
                "survival_weak": divided(kept - strong_kept, weak),
            }
        )
    return rows
