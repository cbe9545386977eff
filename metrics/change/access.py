"""Who gained access to leaders and who lost it, from the first window of time to the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from metrics._arrays import group_codes
from metrics._tie_measures import check_tie_measures, tie_measures
from metrics.change._windows import (
    Progress,
    check_windows,
    count_by_person,
    day_number,
    divided,
    held_in,
    leader_keys,
    started,
    there_by,
)
from metrics.gaps import Among
from metrics.trend import Window
from metrics.words.change import access_flow_sentence
from ona.model import InfluenceGraph

STATES = ("gained", "lost", "kept", "turned over", "never")
"""What became of a person's access: none, then some; some, then none; some of the same leaders; only others; none."""

ACCESS_CHANGE_COLUMNS = (
    "state", "newcomer", "leaders_first", "leaders_last", "leaders_kept", "leaders_lost", "leaders_gained",
    "gained_access", "lost_access",
)  # fmt: skip
"""Columns of a table of changes in access, in order; then first, last and change of each measure."""

ACCESS_FLOW_COLUMNS = (
    "column", "group", "people", "newcomers", *(state.replace(" ", "_") for state in STATES), "share_gained",
    "share_lost", "had_first", "had_last", "mean_first", "mean_last", "mean_lost", "mean_gained", "all_mean_first",
    "all_mean_last", "among", "sentence",
)  # fmt: skip
"""Columns of a table of access flows, in order."""

EVERYONE = "everyone"
"""The group of all people compared."""


def access_changes(
    windows: Sequence[Window], *, measures: Sequence[str] = ("leader_ties",), progress: Progress | None = None
) -> pd.DataFrame:
    """Which leaders each person was tied to in the first window and in the last, and what became of their access.

    Leaders are distinct people tied either way, those above the person in the own management chain left out. Only the
    first window and the last are looked at; a leader met between and gone again is not seen.

    Three cautions. Whoever has one leader by chance of what was recorded loses them by chance, and whoever has many
    has more to lose: extremes fall back (regression to the mean), so some gain and some lose access where nothing has
    changed. Where less is recorded in the last window everybody loses. And who only began in the first window or after
    it had less time, or none, to be seen there: they are flagged as ``newcomer``, and the two shares that groups are
    compared by leave them out.

    Whether one group gains or loses more than another is for `metrics.gaps.gap_table`, which takes this table for its
    measures (see the example), or for `metrics.trend.trend_table`, which uses every window and holds the change against
    that of all compared.

    Parameters
    ----------
    windows : sequence of Window
        Earliest first, two or more; first and last of equal length.
    measures : sequence of str
        Measures made of ties, any of `metrics.access.TWICE`, with or without the own management chain: their first and
        last values and the change. They count ties with everybody, as they do anywhere else.
    progress : callable, optional
        Called as ``progress(steps done, steps in all)``.

    Returns
    -------
    DataFrame
        Index ``person``:

        - ``state``, one of `STATES`; missing for people who had not begun by the last window's end;
        - ``newcomer``, true for people who began after the first window's first day. An unknown start is no newcomer's;
        - ``leaders_first``, NaN for people who had not begun by the first window's end, and ``leaders_last``;
          ``leaders_kept``, in both; ``leaders_lost`` and ``leaders_gained``, in one alone;
        - ``gained_access``, among people without a leader in the first window: 1 for one or more in the last, 0 for
          none; ``lost_access``, among people with any: 1 for none in the last, 0 for some, the same or not. NaN for
          everybody else, and for newcomers;
        - for each measure ``<measure>_first``, ``<measure>_last``, ``<measure>_change``: NaN where it is undefined or
          the person had not begun.

    Raises
    ------
    StudyError
        Fewer than two windows, windows out of order or of different people or leaders, no measure, or one that is not
        made of ties.

    References
    ----------
    Galton 1886, *Journal of the Anthropological Institute* 15, 246–263 (regression to the mean); Barnett, van der Pols
    & Dobson 2005, *International Journal of Epidemiology* 34, 215–220 (what to do about it).

    Examples
    --------
    >>> from metrics.gaps import Comparison, gap_table
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcdxy"), "gender": ["woman", "woman", "man", "man", "man", "woman"],
    ...                        "leader": [False] * 4 + [True] * 2})
    >>> def window(first_day, last_day, *ties):
    ...     arcs = pd.DataFrame([tuple(tie) for tie in ties], columns=["source", "target"])
    ...     return Window(first_day, last_day, influence_graph(people, arcs))
    >>> windows = [window("2024-01-01", "2024-03-31", "ax", "xd", "cx"),
    ...            window("2024-04-01", "2024-06-30", "xb", "dx", "yd", "yc")]
    >>> changes = access_changes(windows)
    >>> changes["state"].tolist()[:4], changes["leader_ties_change"].tolist()[:4]
    (['lost', 'gained', 'turned over', 'kept'], [-1.0, 1.0, 0.0, 1.0])
    >>> gaps = gap_table(windows[-1].graph, changes, comparisons=[Comparison("gender", "woman", "man")], seed=1,
    ...                  measures=["leaders_lost"], strata=(), min_group=2)
    >>> gaps[["mean_focal", "mean_reference"]].values.tolist()
    [[0.5, 0.5]]
    """
    check_windows(windows, least=2)
    names = list(dict.fromkeys(measures))
    check_tie_measures(names)
    first, last = windows[0], windows[-1]
    began, there = there_by(first.graph, first.last_day), there_by(last.graph, last.last_day)
    keys = []
    for done, (window, here) in enumerate(((first, began), (last, there))):
        if progress:
            progress(done, 4)
        keys.append(leader_keys(window.graph, here))
    size, persons = last.graph.size, last.graph.persons
    kept = count_by_person(keys[0][held_in(keys[0], keys[1])], size)
    had, has = (count_by_person(held, size) for held in keys)
    newcomer = started(last.graph) > day_number(first.first_day)
    known = there & ~newcomer
    state = np.select([(had == 0) & (has == 0), had == 0, has == 0, kept > 0], [4, 0, 1, 2], 3)
    table = pd.DataFrame(
        {
            "state": pd.Series(np.array(STATES)[state], index=persons, dtype="str").where(there),
            "newcomer": newcomer,
            "leaders_first": np.where(began, had, np.nan),
            "leaders_last": np.where(there, has, np.nan),
            "leaders_kept": np.where(there, kept, np.nan),
            "leaders_lost": np.where(there, had - kept, np.nan),
            "leaders_gained": np.where(there, has - kept, np.nan),
            "gained_access": np.where(known & (had == 0), has > 0, np.nan),
            "lost_access": np.where(known & (had > 0), has == 0, np.nan),
        },
        index=persons,
    )
    ends = []
    for done, (window, here) in enumerate(((first, began), (last, there)), start=2):
        if progress:
            progress(done, 4)
        measured = tie_measures(window.graph, names)
        ends.append({name: np.where(here, measured[name], np.nan) for name in names})
    if progress:
        progress(4, 4)
    for name in names:
        table[f"{name}_first"], table[f"{name}_last"] = ends[0][name], ends[1][name]
        table[f"{name}_change"] = ends[1][name] - ends[0][name]
    return table


def access_flow_table(
    changes: pd.DataFrame,
    graph: InfluenceGraph,
    *,
    columns: Sequence[str],
    among: Among = "non-leaders",
    min_group: int = 5,
    plurals: Mapping[str, str] | Mapping[tuple[str, str], str] | None = None,
) -> pd.DataFrame:
    """How many of each group gained access to leaders, and how many lost it.

    Two shares, because the two are open to different people: of those without a leader in the first window, how many
    have one in the last; and of those with any, how many have none. Newcomers are counted, and in neither. The table
    describes; it tests nothing. To hold a group against another among people in the same place, give ``gained_access``
    and ``lost_access`` of the table of changes to `metrics.gaps.gap_table`.

    Parameters
    ----------
    changes : DataFrame
        From `access_changes`. Joined by id.
    graph : InfluenceGraph
        Whose roster holds the columns; the last window's, say.
    columns : sequence of str
        Roster columns whose groups are told apart.
    among : {"non-leaders", "everyone"}
        Whom the table is about.
    min_group : int
        A share of fewer people than that is NaN, and so are the means.
    plurals : mapping, optional
        As in `metrics.gaps.gap_table`.

    Returns
    -------
    DataFrame
        One row a column and group, that of everyone first (its ``column`` is missing):

        - ``column``, ``group``; ``people`` there in both windows, newcomers not counted, and ``newcomers``;
        - ``gained``, ``lost``, ``kept``, ``turned_over``, ``never``: how many are in each state, newcomers left out;
        - ``share_gained`` = gained / (gained + never); ``share_lost`` = lost / (lost + kept + turned over);
        - ``had_first`` and ``had_last``, how many had any leader; ``mean_first`` and ``mean_last``, distinct leaders a
          head; ``mean_lost`` and ``mean_gained``, of them lost and gained a head;
        - ``all_mean_first`` and ``all_mean_last``, the means of everyone: how far the whole level moved, and with it
          what was recorded;
        - ``among``, ``sentence``.

    Raises
    ------
    StudyError
        No such column.

    References
    ----------
    Barnett, van der Pols & Dobson 2005, *International Journal of Epidemiology* 34, 215–220.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcdx"), "gender": ["woman", "woman", "man", "man", "man"],
    ...                        "leader": [False] * 4 + [True]})
    >>> def window(first_day, last_day, *ties):
    ...     arcs = pd.DataFrame([tuple(tie) for tie in ties], columns=["source", "target"])
    ...     return Window(first_day, last_day, influence_graph(people, arcs))
    >>> windows = [window("2024-01-01", "2024-03-31", "ax", "cx"), window("2024-04-01", "2024-06-30", "dx", "cx")]
    >>> flows = access_flow_table(access_changes(windows), windows[-1].graph, columns=["gender"], min_group=1)
    >>> flows[["group", "people", "gained", "lost", "share_gained", "share_lost"]].values.tolist()
    [['everyone', 4, 1, 1, 0.5, 0.5], ['man', 2, 1, 0, 1.0, 0.0], ['woman', 2, 0, 1, 0.0, 1.0]]
    """
    held = changes.reindex(graph.persons)
    about = ~graph.is_leader if among == "non-leaders" else np.ones(graph.size, bool)
    counted = held["state"].notna().to_numpy(bool) & about
    newcomer = held["newcomer"].eq(True).to_numpy(bool)
    groups: list[tuple[str | None, str, np.ndarray]] = [(None, EVERYONE, np.ones(graph.size, bool))]
    for asked in dict.fromkeys(columns):
        codes, names = group_codes(graph, asked)
        groups += [(asked, name, codes == code) for code, name in enumerate(names)]
    rows: list[dict[str, object]] = []
    for column, group, members in groups:
        numbers = _flows(held[counted & ~newcomer & members], least=max(min_group, 1))
        new = int((counted & newcomer & members).sum())
        rows.append({"column": column, "group": group, "newcomers": new, **numbers, "among": among})
    whole = {f"all_{name}": rows[0][name] for name in ("mean_first", "mean_last")}
    rows = [{**row, **whole} for row in rows]
    said = [access_flow_sentence(row, plurals=plurals) for row in rows]
    return pd.DataFrame(rows).assign(sentence=pd.Series(said, dtype=object))[list(ACCESS_FLOW_COLUMNS)]


def _flows(held: pd.DataFrame, *, least: int) -> dict[str, object]:
    """The numbers of one group of people who were there throughout."""
    counts = {state: int((held["state"] == state).sum()) for state in STATES}
    without, with_any = counts["gained"] + counts["never"], len(held) - counts["gained"] - counts["never"]
    means = {
        f"mean_{name}": float(held[f"leaders_{name}"].mean()) if len(held) >= least else np.nan
        for name in ("first", "last", "lost", "gained")
    }
    return {
        "people": len(held),
        **{state.replace(" ", "_"): count for state, count in counts.items()},
        "share_gained": divided(counts["gained"], without) if without >= least else np.nan,
        "share_lost": divided(counts["lost"], with_any) if with_any >= least else np.nan,
        "had_first": with_any,
        "had_last": len(held) - counts["lost"] - counts["never"],
        **means,
    }
