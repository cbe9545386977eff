"""The leader's edition: groups of some size, no person in any byte, and a page that takes a minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from ona.model import DisclosureError
from ona.model.disclosure import DisclosurePlan, disclosure_plan, scan_for_persons
from ona.model.groups import disclosure_cell, disclosure_table
from viz import words
from viz.charts.decomposition import TOTAL
from viz.charts.plan import gap_in, split_curves, split_measures
from viz.charts.power import CELLS as POWER
from viz.numbers import is_absent, number, records
from viz.report.blocks import Block, Note, Points, Section
from viz.report.content import ReportContent
from viz.report.people import totals
from viz.report.remedy import remedies
from viz.report.rounded import rounded
from viz.report.sections import comparisons, gaps_section, sponsorship_section
from viz.report.trend import trend_section
from viz.report.verdicts import verdict_of
from viz.report.why import why_in_brief

EVERY_LEVEL = "all"
NOT_RECORDED = "not recorded"
GROUP_TABLES = (
    "gaps", "exposure", "sponsorship", "plan", "reach", "decomposition", "verdicts", "trend", "changes",
)  # fmt: skip
"""Tables that a leader may see rows of."""
ANALYST_TABLES = (
    "candidates", "assignment", "unassigned", "segregation", "mixing", "dyads", "visibility", "visibility_curve",
    "representation", "robustness", "coverage",
)  # fmt: skip
"""Tables of which a leader sees nothing."""
TOO_SMALL = "Not shown: every row would be about a group too small to show, or give one away."
ROUNDING = (
    "Shares are rounded to a tenth of a percent, other numbers to two or three decimals. Counts of people are exact "
    "for the groups shown."
)


def for_leaders(
    content: ReportContent, *, min_group: int, disclosure: DisclosurePlan | None = None
) -> tuple[ReportContent, bool]:
    """The same content without anything a leader must not see.

    Tables about persons are taken out. Of the tables about groups only rows stay that a disclosure plan over all of
    them together allows. Counts of some of a group's people are hidden where they are small.

    Parameters
    ----------
    content : ReportContent
        Its ``people`` must be those the tables were made of: people left out of every number (see
        `ona.model.disclosure.leave_out_small`) must not be among them.
    min_group : int
        The smallest group that may be shown.
    disclosure : DisclosurePlan, optional
        A plan over everything this leader gets; each column compared must be in it.

    Returns
    -------
    tuple of ReportContent and bool
        What stays, and whether any group had to go.

    Raises
    ------
    DisclosureError
        There are tables about groups and no people table to check them against, or a column that `disclosure` was not
        made for.
    """
    tables = {name: getattr(content, name) for name in GROUP_TABLES}
    columns = sorted({str(c) for rows in tables.values() if rows is not None for c in rows["column"]})
    gone: dict[str, Any] = dict.fromkeys((*ANALYST_TABLES, "people"))
    bare = replace(content, settings={}, notes=_without_persons(content.notes, content.people), **gone)
    if not columns:
        return bare, False
    if content.people is None:
        raise DisclosureError(
            "a leader's report was asked for without the people table, so group sizes cannot be checked",
            cure="hand over the people its tables were made of",
        )
    may_show = _gate(content.people, columns, tables, min_group=min_group, disclosure=disclosure)
    kept = {name: _allowed(rows, may_show) for name, rows in tables.items()}
    shown: dict[str, Any] = {
        name: rows if rows is None else rounded(_hide_small_counts(rows, min_group)) for name, (rows, _) in kept.items()
    }
    emptied = [name for name, rows in shown.items() if rows is not None and rows.empty and not _blank(tables[name])]
    left = replace(bare, why_absent={**content.why_absent, **dict.fromkeys(emptied, TOO_SMALL)}, **shown)
    left = replace(
        left,
        sponsorship=_hide_few_sponsors(left.sponsorship, min_group),
        decomposition=_totals_only(left.decomposition),
        verdicts=_of_what_is_shown(left.verdicts, left.gaps),
    )
    return left, any(less for _, less in kept.values())


def _gate(
    people: pd.DataFrame,
    columns: Sequence[str],
    tables: Mapping[str, pd.DataFrame | None],
    *,
    min_group: int,
    disclosure: DisclosurePlan | None,
) -> Callable[[dict[str, Any]], bool]:
    """Whether a row may be shown: every group in it, and everyone else where that is the reference.

    Most tables are about people who are not leaders. Where nothing is about everyone, who is a leader plays no part;
    where something is, groups are crossed with being a leader, since the two would tell it.
    """
    known = [column for column in columns if column in people and set(disclosure_table(column)) <= set(people)]
    parts = [disclosure_table(column) for column in known]
    if any(rows is not None and "among" in rows and (rows["among"] == "everyone").any() for rows in tables.values()):
        plan, crossed = disclosure_plan(people, tables=[(*part, "leader") for part in parts], min_group=min_group), True
        counted = people
    else:
        counted, crossed = people[~people["leader"]], False
        plan = disclosure_plan(counted, tables=parts, min_group=min_group)

    def group(column: str, value: object) -> bool:
        table = disclosure_table(column)
        if value == NOT_RECORDED:
            # People who lack any part of an intersection are several groups, not one.
            if len(table) > 1:
                return False
            cell: tuple[str | None, ...] = (None,)
        else:
            cell = disclosure_cell(column, str(value))
        allowed = plan.may_show(table, cell)
        if crossed:
            allowed &= plan.may_show((*table, "leader"), (*cell, False))
        if disclosure is not None:
            allowed &= disclosure.may_show_below_leaders(table, cell)
        return allowed

    def gate(row: dict[str, Any]) -> bool:
        column = str(row["column"])
        sizes = [row[name] for name in ("people", "n_focal", "n_reference") if name in row]
        if column not in known or any(is_absent(size) or size < min_group for size in sizes):
            return False
        if "group" in row:
            return str(row.get("level", EVERY_LEVEL)) == EVERY_LEVEL and group(column, row["group"])
        if is_absent(row["reference"]) or row["reference"] == "":
            others = counted[column].notna() & (counted[column].astype("str") != str(row["focal"]))
            return group(column, row["focal"]) and plan.may_show((), ()) and int(others.sum()) >= min_group
        return group(column, row["focal"]) and group(column, row["reference"])

    return gate


def _blank(rows: pd.DataFrame | None) -> bool:
    return rows is None or rows.empty


def _without_persons(notes: Sequence[str], people: pd.DataFrame | None) -> tuple[str, ...]:
    """Notes that name nobody."""
    if people is None:
        return tuple(notes)
    return tuple(note for note in notes if not scan_for_persons(note.encode("utf-8", "replace"), people))


def _allowed(rows: pd.DataFrame | None, may: Callable[[dict[str, Any]], bool]) -> tuple[pd.DataFrame | None, bool]:
    """The rows that may be shown, and whether any group had to go."""
    if rows is None or rows.empty:
        return rows, False
    keep = [may(row) for row in records(rows)]
    group_rows = rows if "level" not in rows else rows[rows["level"].astype("str") == EVERY_LEVEL]
    kept = rows[keep].reset_index(drop=True)
    return kept, len(kept) < len(group_rows)


def _hide_small_counts(rows: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Without counts of fewer than `min_group` people, such as those who carry no information, nor what tells them.

    How many people can be compared goes too where few cannot: both group sizes are shown, so the rest would follow.
    """
    counts = [name for name in ("n_informative", "n_uninformative", "n_undefined", "n_outside") if name in rows]
    shown = rows.assign(**{name: rows[name].where(_sayable(rows[name], min_group)) for name in counts})
    if not {"n_informative", "n_focal", "n_reference"} <= set(rows):
        return shown
    others = rows["n_focal"] + rows["n_reference"] - rows["n_informative"]
    return shown.assign(n_informative=shown["n_informative"].where(_sayable(others, min_group)))


def _hide_few_sponsors(rows: pd.DataFrame | None, min_group: int) -> pd.DataFrame | None:
    """Without what is known of the sponsors of a group where few of it, or nobody knows how many, have one."""
    power = [] if rows is None else [name for name in POWER if name in rows]
    if rows is None or not power:
        return rows
    enough = (rows["share_sponsored"] * rows["people"]).round() >= min_group
    return rows.assign(**{name: rows[name].where(enough) for name in power})


def _totals_only(decomposition: pd.DataFrame | None) -> pd.DataFrame | None:
    if decomposition is None or decomposition.empty:
        return decomposition
    return decomposition[decomposition["factor"] == TOTAL].reset_index(drop=True)


def _of_what_is_shown(verdicts: pd.DataFrame | None, gaps: pd.DataFrame | None) -> pd.DataFrame | None:
    """Verdicts on gaps that are shown: a verdict on another would tell of it."""
    if verdicts is None or verdicts.empty:
        return verdicts
    shown = [] if gaps is None else records(gaps)
    kept = [any(verdict_of(verdicts.iloc[[at]], row) is not None for row in shown) for at in range(len(verdicts))]
    return verdicts[kept].reset_index(drop=True)


def _sayable(counts: pd.Series, min_group: int) -> pd.Series:
    return (counts >= min_group) | (counts == 0)


def leader_sections(left: ReportContent, whole: ReportContent, *, min_group: int, hidden: bool) -> list[Section]:
    """A few pictures, what to do next, and the small print.

    Parameters
    ----------
    left : ReportContent
        From `for_leaders`.
    whole : ReportContent
        Everything, for totals only.
    min_group : int
        The smallest count that is said.
    hidden : bool
        Whether any group had to go.
    """
    why = left.why_absent
    gaps = headline_measures(left.gaps)
    sections = [
        gaps_section(gaps, why, drawn=int(_drawable(gaps))),
        why_in_brief(left, why),
        _sponsorship(left, gaps, why),
        *trend_section(left, measures=1, drawn=2, means=False),
        _next(left, whole, min_group=min_group),
        _data(left, min_group=min_group, hidden=hidden),
    ]
    return sections


def _drawable(gaps: pd.DataFrame | None) -> bool:
    """Whether the first comparison has differences in standard deviations, which the picture's measures share."""
    return gaps is None or gaps.empty or bool(comparisons(gaps)[0][1]["standardised"].notna().any())


def headline_measures(gaps: pd.DataFrame | None) -> pd.DataFrame | None:
    """The measures of the findings only, all where there are none of them."""
    if gaps is None or gaps.empty:
        return gaps
    headline = gaps[gaps["measure"].isin(words.HEADLINE_MEASURES)]
    return gaps if headline.empty else headline.reset_index(drop=True)


def _sponsorship(left: ReportContent, gaps: pd.DataFrame | None, why: Any) -> Section:
    """Mentors and sponsors for the columns that are compared, else for all."""
    rows = left.sponsorship
    if rows is not None and gaps is not None and not gaps.empty:
        asked = rows[rows["column"].isin(gaps["column"].unique())]
        rows = rows if asked.empty else asked
    return sponsorship_section(rows, why, drawn=1, hidden_cells=True)


def _next(left: ReportContent, whole: ReportContent, *, min_group: int) -> Section:
    """What a leader can do on Monday, each step resting on a finding."""
    steps = [*remedies(left.exposure, left.gaps)]
    said = totals(whole.assignment, at_least=min_group)
    if said:
        steps.append(
            f"{' '.join(said)} The programme's analyst holds the list. They are suggestions: ask the people concerned, "
            "on both sides, before anything is promised."
        )
    steps += _effect(left.plan, min_group)
    steps.append(
        "Ask the same question of the same sources in half a year. What is uncertain now may be clear then, and what "
        "was begun now should show."
    )
    return Section("next", "What to do next", (), (Points(tuple(steps), ordered=True),))


def _effect(plan: pd.DataFrame | None, min_group: int) -> list[str]:
    """What the pairings would change, where they are enough not to point at anybody."""
    if plan is None or plan.empty:
        return []
    said = []
    for each in split_measures(plan):
        pair, rows = split_curves(each)[0]
        first, last = rows.iloc[0], rows.iloc[-1]
        if last["pairings"] >= min_group:
            within = ""
            if "gap_within" in rows and not is_absent(first["gap_within"]):
                within = f", and among people alike from {_gap(first['gap_within'])} to {_gap(last['gap_within'])}"
                if abs(last["gap_within"]) >= abs(first["gap_within"]):
                    within += ", which would not narrow it"
            said.append(
                f"If all {number(last['pairings'])} proposed pairings came about and nothing else changed, the "
                f"{gap_in(each)} ({words.versus(*pair)}) would go from {_gap(first['gap'])} to "
                f"{_gap(last['gap'])}{within}."
            )
    return said[:1]


def _gap(value: Any) -> str:
    return number(value, decimals=2, signed=True)


def _data(left: ReportContent, *, min_group: int, hidden: bool) -> Section:
    """What is not shown, and what to know of the data.

    Rows read are not told: those of the roster, less the people counted, would tell how many were left out.
    """
    missing = " Some comparisons or groups are missing for that reason." if hidden else ""
    said = (
        f"No person is in this file. Groups of fewer than {min_group} people, and groups from which such a one would "
        f"follow, are not in it either: no count, mean or share of theirs.{missing} Rows that would, with the others, "
        f"tell of a few people are not shown. {ROUNDING}"
    )
    blocks: list[Block] = [Note(said), *([Points(left.notes)] if left.notes else [])]
    return Section("data", "The data, and what is not shown", (), tuple(blocks))
