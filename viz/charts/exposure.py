"""Composition against bias: how much of a gap is leaders not being there, and how much is ties not forming."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd

from viz import words
from viz.charts import draw
from viz.numbers import ABSENT, between, is_absent, points, records

PARTS = (
    ("gap", "Whole gap", draw.GREY),
    ("exposure", "Leaders are not there to meet", draw.SKY),
    ("bias", "They are there, ties do not form", draw.ORANGE),
)


def exposure_bars(exposure: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "exposure") -> str:
    """The gap in leader share, and the two parts that add up to it, with their intervals.

    Parameters
    ----------
    exposure : DataFrame
        An exposure table: ``focal``, ``reference``, ``unit``, ``gap``, ``exposure``, ``bias`` and their ``_low`` and
        ``_high`` (shares between −1 and 1).
    width : float
        Width of the drawing; under `draw.SPLIT` labels stand above their bars.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG, in percentage points.
    """
    wide = width >= draw.SPLIT
    rows = records(exposure)
    ends = [row.get(f"{part}{end}") for row in rows for part, _, _ in PARTS for end in ("", "_low", "_high")]
    known = [100 * float(value) for value in ends if value is not None and not is_absent(value)]
    marks = draw.ticks(min([*known, -1.0]), max([*known, 1.0]), about=5 if wide else 4)
    left, right = (250.0, 560.0) if wide else (16.0, width - 16.0)
    place = draw.scale(marks[0], marks[-1], left, right)
    tall, head = (34, 34) if wide else (64, 30)
    shapes: list[ET.Element] = []
    y = 4.0
    tops: list[tuple[float, float]] = []
    for row in rows:
        shapes.append(draw.text(0, y + 18, draw.shorten(_heading(row), width, size=13.5), size=13.5, weight=600))
        tops.append((y + head, y + head + tall * len(PARTS)))
        y += head + tall * len(PARTS) + 10
    grid = []
    for top, bottom in tops:
        strips = [(top, bottom)] if wide else [(top + tall * at + 22, top + tall * at + 42) for at in range(len(PARTS))]
        for mark in marks:
            colour, thick = (draw.QUIET, 1.5) if mark == 0 else (draw.LINE, 1.0)
            grid += [draw.line(place(mark), a, place(mark), b, stroke=colour, width=thick) for a, b in strips]
    for row, (top, _) in zip(rows, tops, strict=True):
        for at, (part, label, colour) in enumerate(PARTS):
            shapes += _bar(row, part, label, colour, top + tall * at, tall, place, width, wide=wide)
    for mark in marks:
        shapes.append(
            draw.text(place(mark), y + 6, draw.tick_text(mark, marks), size=12, anchor="middle", fill=draw.QUIET)
        )
    caption = "Percentage points; 0 = no difference"
    shapes.append(
        draw.text(
            (left + right) / 2,
            y + 24,
            draw.shorten(caption, width - 8, size=12),
            size=12,
            anchor="middle",
            fill=draw.QUIET,
        )
    )
    return draw.picture(
        width,
        y + 34,
        [*grid, *shapes],
        ident=ident,
        title="Composition against bias",
        description=describe_exposure(exposure),
    )


def describe_exposure(exposure: pd.DataFrame) -> str:
    """The picture in words."""
    return " ".join(
        f"{words.versus(row['focal'], row['reference'])}: gap {points(row['gap'])}, of which exposure "
        f"{points(row['exposure'])} and bias {points(row['bias'])}."
        for row in records(exposure)
    )


def _heading(row: dict[str, Any]) -> str:
    unit = row.get("unit")
    within = "" if is_absent(unit) or not unit else f", within {unit}"
    return f"{words.versus(row['focal'], row['reference'])}{within}"


def _bar(
    row: dict[str, Any],
    part: str,
    label: str,
    colour: str,
    y: float,
    tall: float,
    place: Any,
    width: float,
    *,
    wide: bool,
) -> list[ET.Element]:
    value, low, high = (row.get(f"{part}{end}") for end in ("", "_low", "_high"))
    inside = between(low, high, decimals=1, scale=100)
    said = points(value) if inside == ABSENT else f"{points(value, unit=False)} ({inside}) pts"
    middle = y + tall / 2 if wide else y + 32
    shapes: list[ET.Element] = []
    if wide:
        shapes += draw.block(0, middle, label, 236, weight=600 if part == "gap" else None)
        shapes.append(draw.text(width - 2, middle + 4.5, said, size=12, anchor="end"))
    else:
        shapes.append(
            draw.text(0, y + 16, draw.shorten(label, width, size=13), size=13, weight=600 if part == "gap" else None)
        )
        shapes.append(draw.text(width - 2, y + 54, said, size=12, anchor="end", fill=draw.QUIET))
    if value is not None and not is_absent(value):
        zero, end = place(0.0), place(100 * value)
        shapes.append(draw.box(min(zero, end), middle - 8, abs(end - zero), 16, fill=colour))
    if low is not None and high is not None and inside != ABSENT:
        shapes += draw.whisker(place(100 * low), place(100 * high), middle, stroke=draw.INK, width=1.5)
    return shapes
