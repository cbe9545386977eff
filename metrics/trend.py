"""Gaps over time, and whether they changed.

A gap that is clear in one window and not in the next has not shown a change: the difference between the two is what
has to be told from chance. So the change is tested as a gap of its own, in each person's own line through the windows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from metrics._tie_measures import tie_measures
from metrics.gaps import Among, Comparison, gap_table
from metrics.words.trend import trend_sentence
from ona.model import InfluenceGraph, StudyError

TREND_COLUMNS = (
    "column", "focal", "reference", "measure", "window", "first_day", "last_day", "n_focal", "n_reference",
    "mean_focal", "mean_reference", "adjusted", "adjusted_low", "adjusted_high", "p", "strata",
)  # fmt: skip
"""Columns of a trend table, in order."""

CHANGE_COLUMNS = (
    "column", "focal", "reference", "measure", "windows", "first_day", "last_day", "n_focal", "n_reference",
    "n_undefined", "gap_first", "gap_last", "change", "change_low", "change_high", "p", "detectable", "strata",
    "interval", "among", "confidence", "permutations", "seed", "sentence",
)  # fmt: skip
"""Columns of a table of changes, in order."""

_ENDS = ("change", "first", "last")
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Window:
    """A stretch of time and the ties of that time alone.

    Parameters
    ----------
    first_day, last_day : str
        Both included, such as ``"2024-07-01"``.
    graph : InfluenceGraph
        The same people in every window.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> graph = influence_graph(pd.DataFrame({"person": ["a"]}), pd.DataFrame({"source": [], "target": []}))
    >>> Window("2024-07-01", "2024-09-30", graph).last_day
    '2024-09-30'
    """

    first_day: str
    last_day: str
    graph: InfluenceGraph


def trend_table(
    windows: Sequence[Window],
    *,
    comparisons: Sequence[Comparison],
    seed: int,
    measures: Sequence[str] = ("leader_ties", "leader_share", "leaders_within_2"),
    strata: Sequence[str] = ("level", "function"),
    among: Among = "non-leaders",
    permutations: int = 2000,
    min_group: int = 5,
    confidence: float = 0.95,
    plurals: Mapping[str, str] | Mapping[tuple[str, str], str] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The gap in each window, and whether it changed over them.

    The change takes each person's measure y_w over the windows w = 1 … W and draws the least-squares line through it;
    b (W − 1), b its slope, is how much the person's own access changed from the first to the last window along that
    line. This is a measure like any other, and its adjusted gap between the groups is the change of the gap. Where
    everybody has the measure in every window it is exactly (W − 1) times the slope of the line through the windows'
    adjusted gaps, because both are sums of the same numbers. Windows count as equally far apart.

    The change is tested as every gap is, people shuffled with all their windows, so that it does not matter how much
    the windows resemble one another. That the test is the studentised one matters here: a gap that stays as it is
    leaves the group that has more also changing more, up and down, so even without a change the groups are not alike.
    In 400 simulated studies each of five kinds and three sizes without a change (30 to 400 people, a tenth to three
    tenths of them focal), it came out at p ≤ .05 in 4 to 6 %, with the focal group's courses twice as spread out as the
    other's included, but for 9 % of such studies of 30 people; the plain permutation test did in 2 to 27 %.

    Somebody without the measure in some windows gets a line through the others, if there are two; otherwise the person
    is left out and counted.

    Parameters
    ----------
    windows : sequence of Window
        At least two, earliest first.
    comparisons : sequence of Comparison
    seed : int
        Seed of the permutations.
    measures : sequence of str
        Measures made of ties: any of `metrics.access.TWICE`, with or without the own management chain.
    strata, among, permutations, min_group, confidence, plurals
        As in `metrics.gaps.gap_table`.

    Returns
    -------
    tuple of DataFrame
        The trend, one row a comparison, measure and window: ``column``, ``focal``, ``reference``, ``measure``,
        ``window`` (from 1), ``first_day``, ``last_day``; ``n_focal`` … ``strata`` as in `metrics.gaps.gap_table`.

        The changes, one row a comparison and measure: who and what; how many ``windows``, and the ``first_day`` and
        ``last_day`` of them all; ``n_focal``, ``n_reference`` people with a line, and ``n_undefined`` who have the
        measure in fewer than two windows; ``gap_first`` and ``gap_last``, the adjusted gap at both ends of the lines;
        ``change``, the one taken from the other, with ``change_low``, ``change_high``, ``p``; ``detectable``, the
        smallest change this study would have found four times in five; ``strata``, ``interval``, ``among``,
        ``confidence``, ``permutations``, ``seed``, ``sentence``. NaN where `metrics.gaps.gap_table` has NaN.

    Raises
    ------
    StudyError
        Fewer than two windows, windows out of order, windows of different people or leaders, a measure that is not
        made of ties, or what `metrics.gaps.gap_table` refuses.

    References
    ----------
    Diggle, Heagerty, Liang & Zeger 2002, *Analysis of Longitudinal Data*, 2nd edition, section 6.3 (one number for each
    person's course); Chung & Romano 2013, *Annals of Statistics* 41, 484–507 (the studentised test).

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcdef"), "gender": ["man", "man", "woman"] * 2,
    ...                        "leader": [True, False, False] * 2})
    >>> def window(first_day, last_day, *ties):
    ...     arcs = pd.DataFrame([tuple(tie) for tie in ties], columns=["source", "target"])
    ...     return Window(first_day, last_day, influence_graph(people, arcs))
    >>> windows = [window("2024-01-01", "2024-03-31", "ab", "ac", "de", "df"),
    ...            window("2024-04-01", "2024-06-30", "ab", "de")]
    >>> trend, changes = trend_table(windows, comparisons=[Comparison("gender", "woman", "man")], seed=1,
    ...                              measures=["leader_ties"], strata=(), min_group=2)
    >>> trend["adjusted"].tolist(), changes["change"].tolist()
    ([0.0, -1.0], [-1.0])
    """
    _check_windows(windows)
    names = list(dict.fromkeys(measures))
    people = windows[-1].graph
    measured = np.stack([tie_measures(window.graph, names).to_numpy(float) for window in windows])
    lines = {name: _lines(measured[:, :, at]) for at, name in enumerate(names)}
    columns: dict[tuple[str, int | str], np.ndarray]
    columns = {(name, at): measured[at, :, m] for m, name in enumerate(names) for at in range(len(windows))}
    columns |= {(name, end): values for name in names for end, values in zip(_ENDS, lines[name], strict=True)}
    labels = [f"{at} {name}" for name, at in columns]
    gaps = gap_table(
        people,
        pd.DataFrame(dict(zip(labels, columns.values(), strict=True)), index=people.persons),
        comparisons=comparisons,
        seed=seed,
        measures=labels,
        strata=strata,
        among=among,
        permutations=permutations,
        min_group=min_group,
        confidence=confidence,
    )
    rows = [{str(key): value for key, value in row.items()} for row in gaps.to_dict(orient="records")]
    trend: list[dict[str, object]] = []
    changes: list[dict[str, object]] = []
    for start in range(0, len(rows), len(columns)):
        gap = dict(zip(columns, rows[start : start + len(columns)], strict=True))
        for name in names:
            for at, window in enumerate(windows):
                when = {"window": at + 1, "first_day": window.first_day, "last_day": window.last_day}
                trend.append({**gap[name, at], "measure": name, **when})
            change = gap[name, "change"]
            row = {
                **change,
                "measure": name,
                "windows": len(windows),
                "first_day": windows[0].first_day,
                "last_day": windows[-1].last_day,
                "gap_first": gap[name, "first"]["adjusted"],
                "gap_last": gap[name, "last"]["adjusted"],
                "change": change["adjusted"],
                "change_low": change["adjusted_low"],
                "change_high": change["adjusted_high"],
            }
            row["sentence"] = trend_sentence(row, plurals=plurals)
            changes.append(row)
    return pd.DataFrame(trend, columns=list(TREND_COLUMNS)), pd.DataFrame(changes, columns=list(CHANGE_COLUMNS))


def _check_windows(windows: Sequence[Window]) -> None:
    """Refuse windows that cannot be compared with one another."""
    if len(windows) < 2:
        raise StudyError("a trend needs at least two windows", cure="choose shorter windows, or leave the trend out")
    first = windows[0].graph
    for before, after in pairwise(windows):
        if pd.Timestamp(after.first_day) <= pd.Timestamp(before.last_day):
            raise StudyError(
                f"the window from {after.first_day} begins before the one until {before.last_day} has ended",
                cure="put windows in order, without overlap",
            )
        if not after.graph.persons.equals(first.persons) or (after.graph.is_leader != first.is_leader).any():
            raise StudyError(
                f"the window from {after.first_day} has other people or leaders than the first",
                cure="make every window from the same roster",
            )


def _lines(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Change, start and end of each person's least-squares line through the windows where they have the measure.

    ``values`` is windows × people; NaN throughout for people with fewer than two windows.
    """
    window = np.arange(len(values), dtype=float)[:, None]
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=0), 1)
    y = np.where(known, values, 0.0)
    middle, mean = (window * known).sum(axis=0) / count, y.sum(axis=0) / count
    apart = np.where(known, window - middle, 0.0)
    square = (apart**2).sum(axis=0)
    slope = np.divide((apart * (y - mean)).sum(axis=0), square, out=np.full(y.shape[1], np.nan), where=square > 0)
    # What rounding leaves of somebody who did not change is no change.
    slope[np.abs(slope) <= _ROUNDING * np.abs(y).max(axis=0)] = 0.0
    return slope * (len(values) - 1), mean - slope * middle, mean + slope * (len(values) - 1 - middle)
