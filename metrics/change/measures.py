"""Any measure of people over windows of time: its values, who rose and fell, and how far the order of people holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from metrics.change._windows import Progress, check_windows, there_by
from metrics.trend import Window
from metrics.words.change import stability_sentence
from ona.model import InfluenceGraph, StudyError

Measure = Callable[[InfluenceGraph], pd.Series]
"""From a graph to a number for each person."""

MEASURE_COLUMNS = ("person", "window", "measure", "value")
"""Columns of a table of measures over windows, in order."""

MEASURE_CHANGE_COLUMNS = (
    "person", "measure", "window_first", "window_last", "first", "last", "difference", "rank_first", "rank_last",
    "rank_change", "expected_last", "beyond_expected",
)  # fmt: skip
"""Columns of a table of people's changes in measures, in order."""

STABILITY_COLUMNS = ("measure", "before", "after", "people", "stability", "sentence")
"""Columns of a table of stability, in order."""

_FEWEST = 3


def measures_over_windows(
    windows: Sequence[Window], measures: Mapping[str, Measure], *, progress: Progress | None = None
) -> pd.DataFrame:
    """Any measures of people, in each window.

    Parameters
    ----------
    windows : sequence of Window
        Earliest first; one or more.
    measures : mapping
        What each measure is called, and the function that takes a graph and gives a number for each person, such as
        ``{"degree": metrics.degree}``. Joined by id. A function with options becomes one without by
        `functools.partial`.
    progress : callable, optional
        Called as ``progress(measures done, measures in all windows)``.

    Returns
    -------
    DataFrame
        Long: ``person``, ``window`` (from 1), ``measure``, ``value``; by window, then measure, then person. The value
        is NaN where the measure is undefined, and for people who began after the window's last day: who is not there
        has no value, and not 0. The graph itself is handed over as it is, so that ties of people who had not begun
        count for those who had.

    Raises
    ------
    StudyError
        No measure, no window, windows out of order or of different people or leaders, or a function that gives no
        Series or says nothing of some person.

    Examples
    --------
    >>> from metrics.centrality import degree
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc"), "start": pd.to_datetime([None, None, "2024-02-10"])})
    >>> def window(first_day, last_day, *ties):
    ...     arcs = pd.DataFrame([tuple(tie) for tie in ties], columns=["source", "target"])
    ...     return Window(first_day, last_day, influence_graph(people, arcs))
    >>> windows = [window("2024-01-01", "2024-01-31", "ab"), window("2024-02-01", "2024-02-29", "ab", "bc")]
    >>> measures_over_windows(windows, {"degree": degree})["value"].tolist()
    [1.0, 1.0, nan, 1.0, 2.0, 1.0]
    """
    check_windows(windows, least=1)
    if not measures:
        raise StudyError("no measure is named", cure="name one or more, as {'degree': metrics.degree}")
    persons, total = windows[0].graph.persons, len(windows) * len(measures)
    values: list[np.ndarray] = []
    for window in windows:
        there = there_by(window.graph, window.last_day)
        for name, measure in measures.items():
            if progress:
                progress(len(values), total)
            values.append(np.where(there, _measured(name, measure, window.graph), np.nan))
    if progress:
        progress(total, total)
    size = len(persons)
    return pd.DataFrame(
        {
            "person": pd.Series(persons.take(np.tile(np.arange(size), total))),
            "window": np.repeat(np.arange(1, len(windows) + 1), len(measures) * size),
            "measure": pd.Series(pd.Index(list(measures)).take(np.tile(np.arange(len(measures)), len(windows))))
            .repeat(size)
            .reset_index(drop=True),
            "value": np.concatenate(values),
        }
    )[list(MEASURE_COLUMNS)]


def measure_change(table: pd.DataFrame) -> pd.DataFrame:
    """How each person's measures changed from the first window to the last.

    Three readings, because the plain one misleads. The *difference* follows volume: where less is recorded everybody
    falls. The *rank* does not: it is the share of the other people with a lower value, ties counted half, among people
    with a value in both windows. And whoever is far above the rest in one window is there partly by chance, and falls
    back in the next though nothing has changed (regression to the mean); so ``expected_last`` is what people with
    such a first value have on average in the last window, on the least-squares line of last on first, and
    ``beyond_expected`` what is left of the person's last value. A person's own change is hardly ever reliable: read it
    over many people, or over many windows (`metrics.trend.trend_table`).

    Parameters
    ----------
    table : DataFrame
        From `measures_over_windows`, of two windows or more.

    Returns
    -------
    DataFrame
        One row a person and measure, in the order of the table: ``person``, ``measure``; ``window_first`` and
        ``window_last``; ``first``, ``last``, ``difference``; ``rank_first`` and ``rank_last``, (r − 1) / (n − 1) with
        mean ranks r among the n people with both values, 0 to 1, and ``rank_change``; ``expected_last``,
        ``beyond_expected``. NaN where the person lacks either value; ranks also where nobody else has both, and the
        last two where fewer than three have or all began alike.

    Raises
    ------
    StudyError
        Fewer than two windows.

    References
    ----------
    Galton 1886, *Journal of the Anthropological Institute* 15, 246–263; Cronbach & Furby 1970, *Psychological Bulletin*
    74, 68–80 (why plain differences are unreliable, and what is left of the line instead).

    Examples
    --------
    >>> table = pd.DataFrame({"person": list("abcd") * 2, "window": [1] * 4 + [2] * 4, "measure": "degree",
    ...                       "value": [1.0, 2.0, 3.0, 6.0, 2.0, 1.0, 3.0, 4.0]})
    >>> changed = measure_change(table).set_index("person")
    >>> changed[["difference", "rank_change", "beyond_expected"]].round(2).values.tolist()
    [[1.0, 0.33, 0.5], [-1.0, -0.33, -1.0], [0.0, 0.0, 0.5], [-2.0, 0.0, 0.0]]
    """
    parts = []
    for name, wide in _by_measure(table):
        first, last = int(wide.columns[0]), int(wide.columns[-1])
        numbers = _changes(wide[first].to_numpy(float), wide[last].to_numpy(float))
        who = {"person": wide.index, "measure": name, "window_first": first, "window_last": last}
        parts.append(pd.DataFrame({**who, **numbers}))
    return pd.concat(parts, ignore_index=True)[list(MEASURE_CHANGE_COLUMNS)]


def measure_stability(table: pd.DataFrame) -> pd.DataFrame:
    """How far each measure puts people into the same order in one window as in the next.

    Spearman's rank correlation between consecutive windows, over people with a value in both. It holds two things
    together that cannot be told apart without more windows: that people really change, and that a short window
    measures them badly. A measure whose order hardly holds is no ground for saying that anybody in particular rose or
    fell.

    Parameters
    ----------
    table : DataFrame
        From `measures_over_windows`, of two windows or more.

    Returns
    -------
    DataFrame
        One row a measure and pair of consecutive windows: ``measure``; ``before`` and ``after``, the windows' numbers;
        ``people`` with both values; ``stability``, −1 to 1, NaN where fewer than three people have both or all are
        alike in either window; ``sentence``.

    Raises
    ------
    StudyError
        Fewer than two windows.

    References
    ----------
    Spearman 1904, *American Journal of Psychology* 15, 72–101.

    Examples
    --------
    >>> table = pd.DataFrame({"person": list("abc") * 2, "window": [1] * 3 + [2] * 3, "measure": "degree",
    ...                       "value": [1.0, 2.0, 3.0, 2.0, 1.0, 3.0]})
    >>> measure_stability(table)["stability"].tolist()
    [0.5]
    """
    rows: list[dict[str, object]] = []
    for name, wide in _by_measure(table):
        for before, after in pairwise(wide.columns):
            one, other = wide[before].to_numpy(float), wide[after].to_numpy(float)
            both = ~np.isnan(one) & ~np.isnan(other)
            pair = {"measure": name, "before": int(before), "after": int(after), "people": int(both.sum())}
            rows.append({**pair, "stability": _spearman(one[both], other[both])})
    found = pd.DataFrame(rows, columns=list(STABILITY_COLUMNS[:-1]))
    said = [stability_sentence(row) for row in found.to_dict(orient="records")]
    return found.assign(sentence=pd.Series(said, index=found.index, dtype=object))


def _measured(name: str, measure: Measure, graph: InfluenceGraph) -> np.ndarray:
    """One measure of everybody, in the order of the graph."""
    given = measure(graph)
    if not isinstance(given, pd.Series):
        raise StudyError(f"the measure '{name}' gives no Series", cure="give a function that returns one")
    values = given.to_numpy(float, na_value=np.nan)
    if given.index.equals(graph.persons):
        return np.asarray(values)
    place = given.index.get_indexer(graph.persons)
    if (place < 0).any():
        raise StudyError(
            f"the measure '{name}' says nothing of person '{graph.persons[place < 0][0]}'",
            cure="give a function with a value, or NaN, for everybody",
        )
    return np.asarray(values[place])


def _by_measure(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each measure with its values, people × windows."""
    if table["window"].nunique() < 2:
        raise StudyError("a change needs at least 2 windows of time", cure="cut the study's days into shorter windows")
    for name, part in table.groupby("measure", sort=False):
        person, persons = pd.factorize(part["person"], sort=True)
        window, windows = pd.factorize(part["window"], sort=True)
        values = np.full((len(persons), len(windows)), np.nan)
        values[person, window] = part["value"].to_numpy(float)
        yield str(name), pd.DataFrame(values, index=persons, columns=windows)


def _changes(first: np.ndarray, last: np.ndarray) -> dict[str, np.ndarray]:
    """The numbers of `measure_change`, in its order."""
    both = ~np.isnan(first) & ~np.isnan(last)
    one, other = first[both], last[both]
    expected = np.full(len(first), np.nan)
    # Asked of the values, since the mean of equal numbers may be rounded.
    if both.sum() >= _FEWEST and one.min() < one.max():
        apart = one - one.mean()
        spread = float((apart * apart).sum())
        expected[both] = other.mean() + apart * (float((apart * (other - other.mean())).sum()) / spread)
    ranks = {at: np.full(len(first), np.nan) for at in ("first", "last")}
    if both.sum() > 1:
        for at, values in (("first", one), ("last", other)):
            ranks[at][both] = (rankdata(values) - 1.0) / (len(values) - 1.0)
    return {
        "first": first,
        "last": last,
        "difference": last - first,
        "rank_first": ranks["first"],
        "rank_last": ranks["last"],
        "rank_change": ranks["last"] - ranks["first"],
        "expected_last": expected,
        "beyond_expected": last - expected,
    }


def _spearman(one: np.ndarray, other: np.ndarray) -> float:
    """The rank correlation; NaN of fewer than three people, or where either side is all alike."""
    if len(one) < _FEWEST:
        return float("nan")
    first, second = (rankdata(values) - (len(values) + 1) / 2.0 for values in (one, other))
    spread = float(np.sqrt((first * first).sum() * (second * second).sum()))
    return float((first * second).sum()) / spread if spread else float("nan")
