"""Visibility: the share of a group among the most influential, for every width of the top, against chance."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd

from viz.charts import draw
from viz.numbers import is_absent, percent, records

MOST_GROUPS = 12
TOPS = (1, 2, 5, 10, 20, 50, 100)
BAND = "#cfe3f1"
PLOT = 118.0


def visibility_curves(curve: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "visibility") -> str:
    """A panel a group: its share of the places in the top k % of influence, from the top 1 % to everybody.

    Parameters
    ----------
    curve : DataFrame
        A visibility curve for one group column: ``group``, ``top`` (percent), ``share``, ``expected`` and
        ``expected_within`` with ``low_within`` and ``high_within`` (shares between 0 and 1).
    width : float
        Width of the drawing.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG. The thick line is the share found, the shaded area what chance gives among people in the same place, the
        dashed line what chance gives overall. Each panel has its own height; at most `MOST_GROUPS` groups are drawn.
    """
    wide = width >= draw.SPLIT
    groups = split_groups(curve)[:MOST_GROUPS]
    entries = [(_found, "share found"), (_shade, "by chance, like with like"), (_dashes, "by chance, all alike")]
    shapes, used = draw.legend(2, 14, entries, width - 4)
    across = 1 if not wide else 2 if len(groups) in (2, 4) else 3
    room, places = draw.cell_places(len(groups), width, across=across)
    top, tall = 14 + used + 4, PLOT + 74
    for (left, line), (group, rows) in zip(places, groups, strict=True):
        shapes += _panel(group, rows, left, top + tall * line, room)
    lines = 1 + max((line for _, line in places), default=0)
    return draw.picture(
        width,
        top + tall * lines,
        shapes,
        ident=ident,
        title="Share of each group among the most influential",
        description=describe_curves(curve),
    )


def split_groups(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Rows of each group, in the table's order."""
    return [(str(group), part.reset_index(drop=True)) for group, part in rows.groupby("group", sort=False)]


def nearest(rows: pd.DataFrame, top: int) -> dict[str, Any] | None:
    """The row of a group for a width of the top; None where the curve does not hold it."""
    found = rows[rows["top"] == top]
    return None if found.empty else records(found.head(1))[0]


def describe_curves(curve: pd.DataFrame) -> str:
    """The picture in words: each group among the top 10 % against what chance gives."""
    said = []
    for group, rows in split_groups(curve)[:MOST_GROUPS]:
        row = nearest(rows, 10)
        if row is not None:
            said.append(
                f"{group}: {percent(row['share'])} of the places in the top 10 % of influence, by chance "
                f"{percent(row['expected'])} overall and {percent(row.get('low_within'))} to "
                f"{percent(row.get('high_within'))} like with like."
            )
    return " ".join(said) or "Share of each group among the most influential, against chance."


def _panel(group: str, rows: pd.DataFrame, left: float, y: float, room: float) -> list[ET.Element]:
    top, bottom = y + 30, y + 30 + PLOT
    names = ("share", "expected", "low_within", "high_within")
    known = [float(v) for name in names for v in rows[name] if not is_absent(v)]
    marks = draw.ticks(0.0, 100 * max([*known, 0.01]), about=3)
    edge = left + 46
    across = draw.scale(0.0, math.log10(100), edge, left + room - 12)
    down = draw.scale(marks[0], marks[-1], bottom, top)
    shapes = draw.heading(left, y + 16, group, room)
    shade = _within(rows)
    if shade:
        ks, low, high = (list(ends) for ends in zip(*shade, strict=True))
        places = [across(math.log10(k)) for k in ks]
        shapes.append(draw.band(places, [down(v) for v in low], [down(v) for v in high], fill=BAND))
    for mark in marks:
        shapes.append(draw.line(edge, down(mark), left + room - 12, down(mark), stroke=draw.LINE))
        said = f"{draw.tick_text(mark, marks, signed=False)} %"
        shapes.append(draw.text(edge - 6, down(mark) + 4.5, said, size=12, anchor="end", fill=draw.QUIET))
    for k in TOPS:
        x = across(math.log10(k))
        shapes.append(draw.line(x, bottom, x, bottom + 4, stroke=draw.QUIET))
        shapes.append(draw.text(x, bottom + 18, k, size=12, anchor="middle", fill=draw.QUIET))
    caption = draw.shorten("top … % by influence", room - 46, size=12)
    shapes.append(
        draw.text((edge + left + room - 12) / 2, bottom + 34, caption, size=12, anchor="middle", fill=draw.QUIET)
    )
    shapes += _line(rows, "expected", across, down, stroke=draw.QUIET, width=1.5, dash="5 4")
    shapes += _line(rows, "share", across, down, stroke=draw.BLUE, width=2.5)
    return shapes


def _within(rows: pd.DataFrame) -> list[tuple[float, float, float]]:
    return [
        (float(row["top"]), 100 * float(row["low_within"]), 100 * float(row["high_within"]))
        for row in records(rows[drawn_tops(rows)])
        if not is_absent(row["low_within"]) and not is_absent(row["high_within"])
    ]


def drawn_tops(rows: pd.DataFrame) -> pd.Series:
    """Which rows a line goes through: every one where the axis is wide, fewer where its steps fall together."""
    top = rows["top"]
    return (top <= 30) | ((top <= 60) & (top % 2 == 0)) | (top % 5 == 0)


def _line(
    rows: pd.DataFrame,
    name: str,
    across: draw.Scale,
    down: draw.Scale,
    *,
    stroke: str,
    width: float,
    dash: str | None = None,
) -> list[ET.Element]:
    places = [
        (across(math.log10(row["top"])), down(100 * row[name]))
        for row in records(rows[drawn_tops(rows)])
        if not is_absent(row[name])
    ]
    return [draw.polyline(places, stroke=stroke, width=width, dash=dash)] if places else []


def _found(x: float, y: float) -> list[ET.Element]:
    return [draw.line(x - 9, y, x + 9, y, stroke=draw.BLUE, width=2.5)]


def _shade(x: float, y: float) -> list[ET.Element]:
    return [draw.box(x - 9, y - 6, 18, 12, fill=BAND)]


def _dashes(x: float, y: float) -> list[ET.Element]:
    return [draw.line(x - 9, y, x + 9, y, stroke=draw.QUIET, width=1.5, dash="5 4")]
