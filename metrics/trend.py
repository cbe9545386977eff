"""Gaps over time, and whether they changed.

A gap that is clear in one window and not in the next has not shown a change: the difference between the two is what
has to be told from chance. So the change is tested as a gap of its own, in each person's own line through the windows;
and because all gaps shrink where less is recorded, it is tested against the mean of each window as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from metrics._group_means import groups_of
from metrics._tie_measures import tie_measures
from metrics.gaps import Among, Comparison, gap_table
from metrics.inference import benjamini_hochberg
from metrics.inference.contrasts import informative
from metrics.words._phrases import held_equal
from metrics.words.trend import trend_sentence
from ona.model import InfluenceGraph, StudyError

TREND_COLUMNS = (
    "column", "focal", "reference", "measure", "window", "first_day", "last_day", "n_focal", "n_reference",
    "mean_focal", "mean_reference", "adjusted", "adjusted_low", "adjusted_high", "p", "strata",
)  # fmt: skip
"""Columns of a trend table, in order."""

CHANGE_COLUMNS = (
    "column", "focal", "reference", "measure", "windows", "left_out_windows", "first_day", "last_day", "n_focal",
    "n_reference", "n_undefined", "gap_first", "p_first", "gap_last", "p_last", "change", "change_low", "change_high",
    "p", "detectable", "mean_first", "mean_last", "change_relative", "change_relative_low", "change_relative_high",
    "change_relative_p", "q", "detectable_relative", "strata", "interval", "among", "confidence", "permutations",
    "seed", "sentence",
)  # fmt: skip
"""Columns of a table of changes, in order."""

_ENDS = ("change", "first", "last", "relative")
_TESTED = ("adjusted", "adjusted_low", "adjusted_high", "p")
_ROUNDING = 1e-12

_Row = dict[str, object]


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

    The change takes each person's measure y_w over the windows w and draws the least-squares line through it; what the
    line climbs from the first to the last window is how much the person's own access changed. This is a measure like
    any other, and its adjusted gap between the groups is ``change``, the change of the gap. It is exactly what the line
    through the windows' adjusted gaps of the same people climbs, because both are sums of the same numbers. Windows
    count as equally far apart.

    **Relative.** Where less is recorded, everybody has fewer ties and every gap is smaller, though nothing between the
    groups has changed. So the change is taken a second time, of y_w / ȳ_w, with ȳ_w the mean of everybody compared in
    window w: over strata that hold both groups, each weighted by its focal people, as in the gap. If all have the same
    part fewer, y_w / ȳ_w stays. This ``change_relative`` decides: a gap is said to have widened or narrowed only where
    it is clear and the plain change points the same way. A plain change that is clear alone may be no more than a
    change in how much is seen.

    **Windows.** A window is left out, for one comparison and measure, where fewer than `min_group` people of either
    group have the measure, or nobody compared has more than 0: without ties there is no gap to speak of, and to count
    it as none would look like progress. Everyone needs the measure in all windows that are kept; who has not is left
    out and counted. No line is ever drawn beyond the windows it is made of.

    Changes are tested as every gap is, people shuffled with all their windows, so that it does not matter how much
    the windows resemble one another; ȳ_w does not depend on who is in which group. That the test is the studentised one
    matters here: a gap that stays as it is leaves the group that has more also changing more, up and down, so even
    without a change the groups are not alike. In 400 simulated studies each of five kinds and three sizes without a
    change (30 to 400 people, a tenth to three tenths of them focal), it came out at p ≤ .05 in 4 to 6 %, with the focal
    group's courses twice as spread out as the other's included, but for 9 % of such studies of 30 people; the plain
    permutation test did in 2 to 27 %. Where the focal people had half or three tenths of what the others had and over
    four windows all fell to .8, .6 and .2 of it (400 studies each of 60, 150 and 300 people, a fifth or half of them
    focal, everyone's usual number the same or gamma distributed), ``p`` was at most .05 in 45 to 100 %, and
    ``change_relative_p`` in 1 to 5 %.

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
        ``window`` (from 1), ``first_day``, ``last_day``; ``n_focal`` … ``strata`` as in `metrics.gaps.gap_table`. In a
        window that is left out ``adjusted``, its limits and ``p`` are NaN.

        The changes, one row a comparison and measure: who and what; how many ``windows`` are kept, the
        ``left_out_windows`` ("2024-03-01 to 2024-03-31", with semicolons between), and ``first_day`` and ``last_day``
        of those kept (of all where fewer than two are); ``n_focal``, ``n_reference`` people with the measure in every
        window kept, and ``n_undefined`` without; ``gap_first`` and ``gap_last``, the adjusted gap at both ends of the
        lines, with ``p_first`` and ``p_last``; ``change``, the one taken from the other, with ``change_low``,
        ``change_high``, ``p``; ``detectable``, the smallest change this study would have found four times in five;
        ``mean_first`` and ``mean_last``, ȳ_w in the first and last window kept; ``change_relative`` (0.1 is a tenth of
        the mean) with ``change_relative_low``, ``change_relative_high``, ``change_relative_p``; ``q``,
        Benjamini–Hochberg over ``change_relative_p`` of all rows of the table; ``detectable_relative``; ``strata``,
        ``interval``, ``among``, ``confidence``, ``permutations``, ``seed``, ``sentence``. NaN where
        `metrics.gaps.gap_table` has NaN, and wherever fewer than two windows are kept.

    Raises
    ------
    StudyError
        Fewer than two windows, windows out of order, windows of different people or leaders, a measure that is not
        made of ties, or what `metrics.gaps.gap_table` refuses.

    References
    ----------
    Diggle, Heagerty, Liang & Zeger 2002, *Analysis of Longitudinal Data*, 2nd edition, section 6.3 (one number for each
    person's course); Chung & Romano 2013, *Annals of Statistics* 41, 484–507 (the studentised test); Benjamini &
    Hochberg 1995, *Journal of the Royal Statistical Society B* 57, 289–300.

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
    >>> trend["adjusted"].tolist(), changes[["change", "mean_first", "mean_last", "change_relative"]].iloc[0].tolist()
    ([0.0, -1.0], [-1.0, 1.0, 0.5, -2.0])
    """
    _check_windows(windows)
    names = list(dict.fromkeys(measures))
    people = windows[-1].graph
    measured = np.stack([tie_measures(window.graph, names).to_numpy(float) for window in windows])
    least = max(min_group, 1)

    def gaps(
        comparison: Comparison, columns: Mapping[tuple[str, int | str], np.ndarray]
    ) -> dict[tuple[str, Any], _Row]:
        """The gap table's row for each of these columns, by their names."""
        labels = [f"{at} {name}" for name, at in columns]
        table = gap_table(
            people,
            pd.DataFrame(dict(zip(labels, columns.values(), strict=True)), index=people.persons),
            comparisons=[comparison],
            seed=seed,
            measures=labels,
            strata=strata,
            among=among,
            permutations=permutations,
            min_group=min_group,
            confidence=confidence,
        )
        rows = [{str(key): value for key, value in row.items()} for row in table.to_dict(orient="records")]
        return dict(zip(columns, rows, strict=True))

    trend: list[_Row] = []
    changes: list[_Row] = []
    for comparison in comparisons:
        each = gaps(
            comparison, {(name, at): measured[at, :, m] for m, name in enumerate(names) for at in range(len(windows))}
        )
        held = held_equal(each[names[0], 0])
        groups = groups_of(people, comparison, held, among=among, min_group=min_group)
        courses = {name: _course(measured[:, :, m], *groups, least=least) for m, name in enumerate(names)}
        ends = gaps(comparison, {(name, end): values for name in names for end, values in courses[name].lines.items()})
        for name in names:
            course = courses[name]
            for at, window in enumerate(windows):
                when = {"window": at + 1, "first_day": window.first_day, "last_day": window.last_day}
                unknown = {} if course.kept[at] else dict.fromkeys(_TESTED, np.nan)
                trend.append({**each[name, at], "measure": name, **when, **unknown})
            changes.append(_change(name, course, windows, {end: ends[name, end] for end in _ENDS}))
    table = pd.DataFrame(changes, columns=[column for column in CHANGE_COLUMNS if column not in ("q", "sentence")])
    table["q"] = benjamini_hochberg(table["change_relative_p"].to_numpy(float))
    said = [trend_sentence(row, plurals=plurals) for row in table.to_dict(orient="records")]
    table["sentence"] = pd.Series(said, index=table.index, dtype=object)
    return pd.DataFrame(trend, columns=list(TREND_COLUMNS)), table[list(CHANGE_COLUMNS)]


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


@dataclass(frozen=True, eq=False)
class _Course:
    """What people have over the windows that are kept: lines by name, and the mean of all compared in each of these."""

    kept: np.ndarray
    lines: Mapping[str, np.ndarray]
    means: np.ndarray


def _course(values: np.ndarray, focal: np.ndarray, compared: np.ndarray, strata: np.ndarray, *, least: int) -> _Course:
    """The lines of one measure, windows × people, in one comparison."""
    known = compared & ~np.isnan(values)
    of_focal, of_all = (known & focal).sum(axis=1), known.sum(axis=1)
    kept = (np.minimum(of_focal, of_all - of_focal) >= least) & (known & (values > 0)).any(axis=1)
    at = np.flatnonzero(kept).astype(float)
    y = values[kept]
    complete = compared & ~np.isnan(y).any(axis=0)
    means = y[:, complete] @ _weights(focal[complete], strata[complete]) if complete.any() else np.full(len(y), np.nan)
    relative = y / np.where(means > 0, means, np.nan)[:, None]
    change, first, last = _lines(y, at)
    lines = {"change": change, "first": first, "last": last, "relative": _lines(relative, at)[0]}
    return _Course(kept, lines, means)


def _weights(focal: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """A weight for each person: the means of strata that hold both groups, each as heavy as its focal people.

    Whoever is focal within a stratum, the weights are the same: shuffled labels leave them as they are.
    """
    codes = np.unique(strata, return_inverse=True)[1]
    weights = np.where(informative(focal, strata), (np.bincount(codes, focal) / np.bincount(codes))[codes], 0.0)
    total = weights.sum()
    return np.asarray(weights / (total if total > 0 else np.nan))


def _lines(values: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Change, start and end of each person's least-squares line through windows that stand at these places.

    ``values`` is windows × people; NaN for people without a value in any of them, and for all with fewer than two.
    """
    if len(at) < 2:
        missing = np.full(values.shape[1], np.nan)
        return missing, missing, missing
    apart, mean = at - at.mean(), values.mean(axis=0)
    slope = apart @ (values - mean) / (apart @ apart)
    # What rounding leaves of somebody who did not change is no change.
    slope[np.abs(slope) <= _ROUNDING * np.abs(values).max(axis=0)] = 0.0
    return slope * (at[-1] - at[0]), mean + slope * apart[0], mean + slope * apart[-1]


def _change(name: str, course: _Course, windows: Sequence[Window], gaps: Mapping[str, _Row]) -> _Row:
    """One row of the table of changes, all but q and its sentence."""
    enough = course.kept.sum() >= 2
    kept = [window for window, stays in zip(windows, course.kept, strict=True) if stays or not enough]
    out = [window for window, stays in zip(windows, course.kept, strict=True) if not stays]
    change, relative = gaps["change"], gaps["relative"]
    return {
        **change,
        "measure": name,
        "windows": int(course.kept.sum()),
        "left_out_windows": "; ".join(f"{window.first_day} to {window.last_day}" for window in out),
        "first_day": kept[0].first_day,
        "last_day": kept[-1].last_day,
        "gap_first": gaps["first"]["adjusted"],
        "p_first": gaps["first"]["p"],
        "gap_last": gaps["last"]["adjusted"],
        "p_last": gaps["last"]["p"],
        "change": change["adjusted"],
        "change_low": change["adjusted_low"],
        "change_high": change["adjusted_high"],
        "mean_first": course.means[0] if enough else np.nan,
        "mean_last": course.means[-1] if enough else np.nan,
        "change_relative": relative["adjusted"],
        "change_relative_low": relative["adjusted_low"],
        "change_relative_high": relative["adjusted_high"],
        "change_relative_p": relative["p"],
        "detectable_relative": relative["detectable"],
    }
