"""How much power the sponsors have whom a group holds: a sponsor without power is not one."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd

from viz.charts import draw
from viz.numbers import ABSENT, is_absent, number, percent, records

EVERY_LEVEL = "all"
FACETS = (
    ("leader_sponsors_per_head", "Leaders as sponsors, a head", draw.BLUE),
    ("sponsor_levels_up", "Levels up to the sponsor", draw.ORANGE),
    ("sponsor_influence", "Influence of the sponsor", draw.GREEN),
)
CELLS = tuple(name for name, _, _ in FACETS)


def power_bars(sponsorship: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "power") -> str:
    """Three facets of the sponsors a group holds, a bar for each group, all levels together.

    Parameters
    ----------
    sponsorship : DataFrame
        Rows of a sponsorship table for one group column: ``group``, ``level``, ``people`` and the columns `CELLS`.
    width : float
        Width of the drawing; under `draw.SPLIT` the facets stand under one another.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG. Each facet has its own scale from zero; influence is the share of all others who have less.
    """
    wide = width >= draw.SPLIT
    rows = [row for row in records(sponsorship) if str(row.get("level", EVERY_LEVEL)) == EVERY_LEVEL]
    shapes: list[ET.Element] = []
    if wide:
        left, gap = 170.0, 18.0
        room = (width - left - 2 * gap) / 3
        for at, (name, label, colour) in enumerate(FACETS):
            start = left + at * (room + gap)
            shapes += draw.heading(start + 18, 15, label, room - 18, size=12.5, lines=2)
            shapes.append(draw.box(start, 4, 12, 12, fill=colour))
            shapes += _facet(rows, name, colour, (start, 44.0), room, 26.0)
        for at, row in enumerate(rows):
            shapes.append(draw.text(0, 44 + 26 * at + 17.5, draw.shorten(row["group"], left - 12, size=13), size=13))
        height = 44.0 + 26 * len(rows) + 6
    else:
        y = 4.0
        for name, label, colour in FACETS:
            shapes.append(draw.box(0, y, 12, 12, fill=colour))
            shapes += draw.heading(18, y + 11, label, width - 18)
            shapes += _facet(rows, name, colour, (130.0, y + 18), width - 130, 24.0)
            for at, row in enumerate(rows):
                words = draw.shorten(row["group"], 120, size=13)
                shapes.append(draw.text(0, y + 18 + 24 * at + 16.5, words, size=13))
            y += 18 + 24 * len(rows) + 16
        height = y
    return draw.picture(
        width, height, shapes, ident=ident, title="Power of sponsors", description=describe_power(sponsorship)
    )


def has_power(sponsorship: pd.DataFrame) -> bool:
    """Whether a sponsorship table tells anything of the sponsors' power."""
    held = [name for name in CELLS if name in sponsorship]
    return len(held) == len(CELLS) and bool(sponsorship[held].notna().any(axis=None))


def describe_power(sponsorship: pd.DataFrame) -> str:
    """The picture in words, for all levels together."""
    rows = [row for row in records(sponsorship) if str(row.get("level", EVERY_LEVEL)) == EVERY_LEVEL]
    return " ".join(
        f"{row['group']}: {_said('leader_sponsors_per_head', row)} leaders as sponsors a head; sponsors stand "
        f"{_said('sponsor_levels_up', row)} levels up, above {_said('sponsor_influence', row)} of people by influence."
        for row in rows
    )


def _said(name: str, row: dict[str, Any]) -> str:
    if name == "sponsor_influence":
        return percent(row.get(name), decimals=0)
    return number(row.get(name), decimals=2 if name == "leader_sponsors_per_head" else 1)


def _facet(
    rows: list[dict[str, Any]], name: str, colour: str, corner: tuple[float, float], room: float, tall: float
) -> list[ET.Element]:
    start, top = corner
    known = [float(row[name]) for row in rows if not is_absent(row.get(name))]
    most = 1.0 if name == "sponsor_influence" else max([*known, 0.1])
    shapes: list[ET.Element] = []
    for at, row in enumerate(rows):
        middle = top + tall * (at + 0.5)
        if is_absent(row.get(name)):
            shapes.append(draw.text(start, middle + 4.5, ABSENT, size=12, fill=draw.QUIET))
            continue
        value = max(float(row[name]), 0.0)
        long = (room - 44) * min(value / most, 1.0)
        shapes.append(draw.line(start, middle - 9, start, middle + 9, stroke=draw.QUIET))
        shapes.append(draw.box(start, middle - 7, long, 14, fill=colour))
        shapes.append(draw.text(start + long + 6, middle + 4.5, _said(name, row), size=12))
    return shapes
