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
    line. This is a measure like any other: its adjusted gap between the groups, with the same stratified permutation
    test and its inversion, is the change of the gap. Where everybody has the measure in every window it is exactly (W −
    1) times the slope of the line through the windows' adjusted gaps, because both are sums of the same numbers. That
    windows hold the same people, and resemble one another, is allowed for: people are shuffled with all their windows.
    Windows count as equally far apart.

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
    person's course); Rosenbaum 2002, *Observational Studies*, 2nd edition, section 2.6.

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
    labels = [f"{at} {name}" for at in range(len(windows)) for name in names]
    ends = [f"{name} {end}" for name in names for end in ("change", "first", "last")]
    lines = [line for at in range(len(names)) for line in _lines(measured[:, :, at])]
    values = pd.DataFrame(np.column_stack([*measured.transpose(0, 2, 1).reshape(len(labels), -1), *lines]))
    gaps = gap_table(
        people,
        values.set_axis([*labels, *ends], axis=1).set_axis(people.persons, axis=0),
        comparisons=comparisons,
        seed=seed,
        measures=[*labels, *ends],
        strata=strata,
        among=among,
        permutations=permutations,
        min_group=min_group,
        confidence=confidence,
    )
    trend: list[dict[str, object]] = []
    changes: list[dict[str, object]] = []
    size = len(labels) + len(ends)
    for start in range(0, len(gaps), size):
        rows = gaps.iloc[start : start + size].to_dict(orient="records")
        of = {
            label: {str(key): value for key, value in row.items()}
            for label, row in zip([*labels, *ends], rows, strict=True)
        }
        for name in names:
            for at, window in enumerate(windows):
                when = {"window": at + 1, "first_day": window.first_day, "last_day": window.last_day}
                trend.append({**of[f"{at} {name}"], "measure": name, **when})
            change, first, last = (of[f"{name} {end}"] for end in ("change", "first", "last"))
            changes.append(
                {
                    **change,
                    "measure": name,
                    "windows": len(windows),
                    "first_day": windows[0].first_day,
                    "last_day": windows[-1].last_day,
                    "gap_first": first["adjusted"],
                    "gap_last": last["adjusted"],
                    "change": change["adjusted"],
                    "change_low": change["adjusted_low"],
                    "change_high": change["adjusted_high"],
                }
            )
    for row in changes:
        row["sentence"] = trend_sentence(row, plurals=plurals)
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
