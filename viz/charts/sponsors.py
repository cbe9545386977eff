"""Mentors and sponsors a head, by group and by level."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd

from viz.charts import draw
from viz.numbers import ABSENT, is_absent, number, records

EVERY_LEVEL = "all"
FACETS = (("mentors_per_head", "Mentors a head", draw.SKY), ("sponsors_per_head", "Sponsors a head", draw.BLUE))


def sponsor_bars(sponsorship: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "sponsors") -> str:
    """Mentors and sponsors a head side by side, a bar for each group, all levels first and then level by level.

    Parameters
    ----------
    sponsorship : DataFrame
        Rows of a sponsorship table for one group column: ``group``, ``level`` (``"all"`` or a level), ``people``,
        ``mentors_per_head``, ``sponsors_per_head``.
    width : float
        Width of the drawing; under `draw.SPLIT` labels stand above their bars.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG. Both halves share one scale, so that lengths compare across them.
    """
    wide = width >= draw.SPLIT
    rows = records(sponsorship)
    known = [float(row[name]) for row in rows for name, _, _ in FACETS if not is_absent(row[name])]
    most = max([*known, 0.1])
    left, gap = (190.0, 26.0) if wide else (0.0, 14.0)
    half = (width - left - gap) / 2
    starts = (left, left + half + gap)
    shapes: list[ET.Element] = []
    for start, (_, label, colour) in zip(starts, FACETS, strict=True):
        shapes.append(draw.box(start, 4, 12, 12, fill=colour))
        shapes.append(draw.text(start + 18, 15, draw.shorten(label, half - 18, size=13), size=13, weight=600))
    y = 28.0
    tall = 26 if wide else 44
    for level in _levels(rows):
        if len(_levels(rows)) > 1:
            heading = "All levels" if level == EVERY_LEVEL else f"Level {level}"
            shapes.append(draw.line(0, y, width, y))
            shapes.append(draw.text(0, y + 18, draw.shorten(heading, width, size=12.5), size=12.5, fill=draw.QUIET))
            y += 24
        for row in (row for row in rows if str(row.get("level", EVERY_LEVEL)) == level):
            middle = y + tall / 2 if wide else y + 30
            people = f" ({number(row['people'])})"
            room = left - 12 if wide else width
            name = draw.shorten(row["group"], room - draw.text_width(people, 13) - 6, size=13) + people
            shapes.append(draw.text(0, middle + 4.5 if wide else y + 16, name, size=13))
            for start, (measure, _, colour) in zip(starts, FACETS, strict=True):
                shapes += _bar(row[measure], start, half, most, middle, colour)
            y += tall
        y += 6
    return draw.picture(
        width,
        y + 4,
        shapes,
        ident=ident,
        title="Mentors and sponsors a head",
        description=describe_sponsors(sponsorship),
    )


def describe_sponsors(sponsorship: pd.DataFrame) -> str:
    """The picture in words, for all levels together."""
    rows = [row for row in records(sponsorship) if str(row.get("level", EVERY_LEVEL)) == EVERY_LEVEL]
    return " ".join(
        f"{row['group']} ({number(row['people'])} people): {number(row['mentors_per_head'], decimals=2)} mentors and "
        f"{number(row['sponsors_per_head'], decimals=2)} sponsors a head."
        for row in rows
    )


def _levels(rows: list[dict[str, Any]]) -> list[str]:
    """Levels in the table's order, all together first."""
    found = list(dict.fromkeys(str(row.get("level", EVERY_LEVEL)) for row in rows))
    return [level for level in found if level == EVERY_LEVEL] + [level for level in found if level != EVERY_LEVEL]


def _bar(value: Any, start: float, half: float, most: float, middle: float, colour: str) -> list[ET.Element]:
    if is_absent(value):
        return [draw.text(start, middle + 4.5, ABSENT, size=12, fill=draw.QUIET)]
    long = (half - 46) * float(value) / most
    return [
        draw.line(start, middle - 9, start, middle + 9, stroke=draw.QUIET),
        draw.box(start, middle - 7, long, 14, fill=colour),
        draw.text(start + long + 6, middle + 4.5, number(value, decimals=2), size=12),
    ]
