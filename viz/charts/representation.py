"""Representation: the share of a group at each level, beside what drawing each level at random would give."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd

from viz.charts import draw
from viz.charts.visibility import BAND, MOST_GROUPS, split_groups
from viz.numbers import is_absent, percent, records

TALL = 24.0


def representation_dots(representation: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "levels") -> str:
    """A panel a group, a row a level: the group's share of the level, and the band of random draws.

    Parameters
    ----------
    representation : DataFrame
        A representation table for one group column: ``group``, ``level``, ``share``, ``share_all``, ``low``, ``high``
        (shares between 0 and 1).
    width : float
        Width of the drawing.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG. A filled dot lies inside its band, a diamond beyond it. The line across is the group's share of everybody.
        Each panel has its own axis; at most `MOST_GROUPS` groups are drawn.
    """
    wide = width >= draw.SPLIT
    groups = split_groups(representation)[:MOST_GROUPS]
    entries = [
        (_inside, "share of the level"),
        (_outside, "beyond chance"),
        (_shade, "where random draws lie"),
        (_everybody, "share of everybody"),
    ]
    shapes, used = draw.legend(2, 14, entries, width - 4)
    room, places = draw.cell_places(len(groups), width, across=2 if wide else 1)
    levels = max((len(rows) for _, rows in groups), default=0)
    top, tall = 14 + used + 4, 30 + TALL * levels + 36
    for (left, line), (group, rows) in zip(places, groups, strict=True):
        shapes += _panel(group, rows, left, top + tall * line, room)
    lines = 1 + max((line for _, line in places), default=0)
    return draw.picture(
        width,
        top + tall * lines,
        shapes,
        ident=ident,
        title="Share of each group by level",
        description=describe_representation(representation),
    )


def describe_representation(representation: pd.DataFrame) -> str:
    """The picture in words: each group's share of everybody and of its levels."""
    said = []
    for group, rows in split_groups(representation)[:MOST_GROUPS]:
        each = ", ".join(f"{row['level']} {percent(row['share'])}" for row in records(rows))
        said.append(f"{group}: {percent(rows['share_all'].iloc[0])} of everybody; by level {each}.")
    return " ".join(said)


def lies_outside(row: dict[str, Any]) -> bool:
    """Whether a level's share lies outside the band of random draws.

    Examples
    --------
    >>> lies_outside({"share": 0.5, "low": 0.2, "high": 0.4}), lies_outside({"share": 0.5, "low": None, "high": None})
    (True, False)
    """
    if any(is_absent(row[name]) for name in ("share", "low", "high")):
        return False
    return not row["low"] <= row["share"] <= row["high"]


def _panel(group: str, rows: pd.DataFrame, left: float, y: float, room: float) -> list[ET.Element]:
    known = [100 * float(v) for name in ("share", "share_all", "low", "high") for v in rows[name] if not is_absent(v)]
    marks = draw.ticks(0.0, max([*known, 1.0]), about=3)
    edge, end = left + 0.42 * room, left + room - 60
    place = draw.scale(marks[0], marks[-1], edge, end)
    top, bottom = y + 28, y + 28 + TALL * len(rows)
    shapes = draw.heading(left, y + 16, group, room)
    for mark in marks:
        shapes.append(draw.line(place(mark), top, place(mark), bottom))
        said = f"{draw.tick_text(mark, marks, signed=False)} %"
        shapes.append(draw.text(place(mark), bottom + 16, said, size=12, anchor="middle", fill=draw.QUIET))
    for at, row in enumerate(records(rows)):
        shapes += _row(row, left, edge, top + TALL * (at + 0.5), place, left + room)
    everybody = rows["share_all"].iloc[0]
    if not is_absent(everybody):
        x = place(100 * float(everybody))
        shapes.insert(1, draw.line(x, top, x, bottom, stroke=draw.QUIET, width=1.5, dash="5 4"))
    return shapes


def _row(
    row: dict[str, Any], left: float, edge: float, middle: float, place: draw.Scale, right: float
) -> list[ET.Element]:
    shapes = [draw.text(left, middle + 4.5, draw.shorten(row["level"], edge - left - 12, size=12.5), size=12.5)]
    if not is_absent(row["low"]) and not is_absent(row["high"]):
        low, high = place(100 * row["low"]), place(100 * row["high"])
        shapes.append(draw.box(low, middle - 7, max(high - low, 1.5), 14, fill=BAND))
    if not is_absent(row["share"]):
        mark = _outside if lies_outside(row) else _inside
        shapes += mark(place(100 * row["share"]), middle)
    shapes.append(draw.text(right, middle + 4.5, percent(row["share"]), size=12, anchor="end"))
    return shapes


def _inside(x: float, y: float) -> list[ET.Element]:
    return [draw.dot(x, y, 4.5, fill=draw.BLUE)]


def _outside(x: float, y: float) -> list[ET.Element]:
    return [draw.diamond(x, y, 6.5, fill=draw.RED, stroke=draw.INK)]


def _shade(x: float, y: float) -> list[ET.Element]:
    return [draw.box(x - 9, y - 6, 18, 12, fill=BAND)]


def _everybody(x: float, y: float) -> list[ET.Element]:
    return [draw.line(x, y - 7, x, y + 7, stroke=draw.QUIET, width=1.5, dash="5 4")]
