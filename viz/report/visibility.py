"""Visibility: who is among the most influential, and who is at which level, against chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from viz.charts import representation_dots, visibility_curves
from viz.charts.representation import lies_outside
from viz.charts.visibility import MOST_GROUPS
from viz.numbers import is_absent, number, percent, probability, records
from viz.report.blocks import Block, Fold, Note, Points, Section, Table, blank, figure, table
from viz.report.content import ReportContent
from viz.report.sections import MOST_COMPARISONS, said_in

TOPS = (1, 2, 5, 10, 20, 50)
"""Widths of the top, in percent, whose numbers stand under a picture."""
MOST_SENTENCES = 4
LEAD = (
    "Who is among the most influential people, for every width of the top? The thick line is the share of the places "
    "that a group holds. The shaded area is where chance alone would put the whole line, {} times in a hundred, if "
    "places were dealt out among people in the same place{}; the dashed line is the group's share if places were dealt "
    "out to all alike."
)


def visibility_section(content: ReportContent) -> list[Section]:
    """Curves and levels for each group column; no section where there is neither a table nor a reason."""
    names = ("visibility", "visibility_curve", "representation")
    if all(blank(getattr(content, name)) for name in names):
        said = tuple(dict.fromkeys(content.why_absent[name] for name in names if name in content.why_absent))
        return [Section("visibility", "Seen at the top", (), tuple(Note(each) for each in said))] if said else []
    curve, levels = content.visibility_curve, content.representation
    blocks: list[Block] = []
    for at, column in enumerate(_columns(content)):
        blocks += _summary(content.visibility, column)
        blocks += _drawn(curve, column, at + 1, _CURVES)
        blocks += _drawn(levels, column, at + 1, _LEVELS)
    lead = () if blank(curve) else (LEAD.format(_confidence(content.visibility), _strata(content.visibility)),)
    return [Section("visibility", "Seen at the top", lead, tuple(blocks))]


def _confidence(visibility: pd.DataFrame | None) -> str:
    """Of how many lines in a hundred that owe nothing to the group the band holds the whole."""
    if visibility is None or visibility.empty or "confidence" not in visibility:
        return "95"
    return number(round(100 * float(visibility["confidence"].iloc[0]), 1))


def _strata(visibility: pd.DataFrame | None) -> str:
    """What is held equal, in brackets; empty where columns hold different things equal or nobody says."""
    if visibility is None or "strata" not in visibility:
        return ""
    held = sorted({str(value) for value in visibility["strata"] if not is_absent(value)} - {"", "none"})
    return f" ({held[0]})" if len(held) == 1 else ""


def _columns(content: ReportContent) -> list[str]:
    tables = (content.visibility, content.visibility_curve, content.representation)
    return list(dict.fromkeys(str(c) for rows in tables if rows is not None for c in rows["column"]))


def _of(rows: pd.DataFrame | None, column: str) -> pd.DataFrame | None:
    if rows is None:
        return None
    found = rows[rows["column"] == column].reset_index(drop=True)
    return None if found.empty else found


def _summary(visibility: pd.DataFrame | None, column: str) -> list[Block]:
    """Sentences where there are few groups; where there are many, a table with the sentences behind it."""
    rows = _of(visibility, column)
    if rows is None:
        return []
    said = said_in(rows)
    made = visibility_numbers(rows, column)
    if len(said) <= MOST_SENTENCES:
        fold = Fold(f"By {column}: how far each group is from its share", made)
        return [Points(tuple(said)), fold] if said else [fold]
    remarks = tuple((str(row["group"]), str(row["sentence"])) for row in records(rows) if row.get("sentence"))
    return [Fold(f"By {column}: how far each group is from its share, and a sentence for each", made, remarks)]


def visibility_numbers(rows: pd.DataFrame, column: str) -> Table:
    """Mean deviation of each group, overall and like with like."""
    overall, within = (["q"] if name in rows else [] for name in ("q", "q_within"))
    headers = [column, "People", "Mean deviation", "p", *overall, "Like with like", "p, like with like"]
    left = "outside_from_within" in rows
    headers += [*(f"{name}, like with like" for name in within), *(["Leaves the band"] if left else []), "Comparable"]
    cells = [
        [
            str(row["group"]),
            number(row["people"]),
            number(100 * row["mean_deviation"], decimals=1, signed=True),
            *(probability(row.get(name)) for name in ("p", *overall)),
            number(100 * row["mean_deviation_within"], decimals=1, signed=True),
            *(probability(row.get(f"{name}_within")) for name in ("p", *within)),
            *([_outside(row)] if left else []),
            number(row.get("n_informative")),
        ]
        for row in records(rows)
    ]
    note = (
        "Mean deviation: how far the group's share of the places lies from what chance gives, on average over all "
        "widths of the top, in percentage points. Below zero it is seen less than its share."
    )
    if left:
        note += (
            " Leaves the band: the first and the last width of the top at which the line lies outside the band of "
            "chance among people in the same place, on the side of the mean deviation; it need not at each between."
        )
    return table(f"Visibility by {column}", headers, cells, note=note)


def _outside(row: dict[str, Any]) -> str:
    """At which widths of the top a group's line lies outside its band; nothing where it never does."""
    first, last = (row[f"outside_{end}_within"] for end in ("from", "to"))
    if is_absent(first) or is_absent(last):
        return ""
    return f"top {number(first)} %" if first == last else f"top {number(first)} to {number(last)} %"


@dataclass(frozen=True)
class _Kind:
    """A picture of each group column: its id, what it shows, how to read it, and what draws and counts it."""

    ident: str
    shows: str
    lead: str
    chart: Callable[[pd.DataFrame, float, str], str]
    numbers: Callable[[pd.DataFrame, str], Table]


def _drawn(rows: pd.DataFrame | None, column: str, at: int, kind: _Kind) -> list[Block]:
    """A picture for the first columns, the numbers alone for those beyond; how to read it is said once."""
    found = _of(rows, column)
    if found is None:
        return []
    numbers = kind.numbers(found, column)
    heading = f"By {column}: {kind.shows}"
    if at > MOST_COMPARISONS:
        return [Fold(heading, numbers)]
    cut = f"The first {MOST_GROUPS} groups are drawn." if found["group"].nunique() > MOST_GROUPS else ""
    assert rows is not None
    first = column == str(rows["column"].iloc[0])
    return [
        figure(
            f"{kind.ident}-{at}",
            heading,
            " ".join(filter(None, (kind.lead if first else "", cut))),
            chart=partial(kind.chart, found),
            numbers=numbers,
            printed=False,
        )
    ]


def _draw_curves(rows: pd.DataFrame, width: float, ident: str) -> str:
    return visibility_curves(rows, width=width, ident=ident)


def curve_numbers(rows: pd.DataFrame, column: str) -> Table:
    """The curve at a few widths of the top."""
    headers = [
        column, "Top", "Places", "Held by the group", "Share", "By chance", "Band, all alike",
        "By chance, like with like", "Band, like with like",
    ]  # fmt: skip
    cells = [
        [
            str(row["group"]),
            percent(row["top"] / 100, decimals=0),
            number(row["places"]),
            number(row["people_top"], decimals=1),
            percent(row["share"]),
            percent(row["expected"]),
            f"{percent(row['low'])} to {percent(row['high'])}",
            percent(row["expected_within"]),
            f"{percent(row['low_within'])} to {percent(row['high_within'])}",
        ]
        for row in records(rows[rows["top"].isin(TOPS)])
    ]
    note = (
        "People equally influential at the edge of the top share its places, so counts need not be whole. "
        "tables/visibility_curve.csv holds every width from 1 to 100 %."
    )
    return table(f"Share of the most influential by {column}", headers, cells, note=note)


def _draw_levels(rows: pd.DataFrame, width: float, ident: str) -> str:
    return representation_dots(rows, width=width, ident=ident)


def level_numbers(rows: pd.DataFrame, column: str) -> Table:
    """People and shares by group and level, with the band of random draws."""
    headers = [column, "Level", "Of the group", "At the level", "Share", "Share of everybody", "Random draws", "Beyond"]
    cells = [
        [
            str(row["group"]),
            str(row["level"]),
            number(row["people"]),
            number(row["people_level"]),
            percent(row["share"]),
            percent(row["share_all"]),
            f"{percent(row['low'])} to {percent(row['high'])}",
            ("fewer" if row["share"] < row["low"] else "more") if lies_outside(row) else "",
        ]
        for row in records(rows)
    ]
    return table(f"Share of each level by {column}", headers, cells, words=(0, 1, 7))


_CURVES = _Kind(
    "visibility",
    "share of the most influential",
    "From the top 1 % on the left to everybody on the right. A line below the shaded area: the group is seen less than "
    "chance among people in the same place would give. Each panel has its own height.",
    _draw_curves,
    curve_numbers,
)
_LEVELS = _Kind(
    "levels",
    "share of each level",
    "Where a group's share of a level lies, beside where it would lie if the people of the level had been drawn from "
    "everybody at random. The dashed line is its share of everybody.",
    _draw_levels,
    level_numbers,
)
