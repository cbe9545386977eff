"""How far groups keep to themselves: the E–I index against what chance gives."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pandas as pd

from viz.charts import draw
from viz.numbers import is_absent, number, records


def separation_dots(segregation: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "separation") -> str:
    """The E–I index by group column, from −1 (every tie within) to +1 (every tie between).

    Parameters
    ----------
    segregation : DataFrame
        A segregation table: ``column``, ``e_i``, ``e_i_expected``, ``e_i_expected_within``.
    width : float
        Width of the drawing; under `draw.SPLIT` labels stand above their rows.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG: a filled dot for what was found, a ring for shuffled labels, a diamond for labels shuffled within strata.
    """
    wide = width >= draw.SPLIT
    rows = records(segregation)
    entries = [(_found, "found"), (_ring, "by chance"), (_within, "by chance, like with like")]
    shapes, used = draw.legend(2, 14, entries, width - 4)
    left, right = (170.0, width - 90.0) if wide else (14.0, width - 14.0)
    place = draw.scale(-1, 1, left, right)
    top = 14 + used + 22
    tall = 38 if wide else 52
    bottom = top + tall * len(rows)
    ends = [("ties within the group", left, "start"), ("ties across groups", right, "end")]
    for caption, x, anchor in ends:
        shapes.append(
            draw.text(
                x,
                top - 8,
                draw.shorten(caption, (right - left) / 2 - 6, size=12),
                size=12,
                anchor=anchor,
                fill=draw.QUIET,
            )
        )
    for mark in (-1.0, -0.5, 0.0, 0.5, 1.0):
        shapes.append(draw.line(place(mark), top, place(mark), bottom, stroke=draw.QUIET if mark == 0 else draw.LINE))
        shapes.append(
            draw.text(
                place(mark),
                bottom + 16,
                number(mark, decimals=1, signed=True),
                size=12,
                anchor="middle",
                fill=draw.QUIET,
            )
        )
    for at, row in enumerate(rows):
        shapes += _row(row, top + tall * at, tall, place, width, wide=wide)
    return draw.picture(
        width,
        bottom + 26,
        shapes,
        ident=ident,
        title="E–I index by group column",
        description=describe_separation(segregation),
    )


def describe_separation(segregation: pd.DataFrame) -> str:
    """The picture in words."""
    return " ".join(
        f"{row['column']}: {number(row['e_i'], decimals=2)}, by chance {number(row['e_i_expected'], decimals=2)}, "
        f"by chance within strata {number(row.get('e_i_expected_within'), decimals=2)}."
        for row in records(segregation)
    )


def _row(
    row: dict[str, Any], y: float, tall: float, place: Callable[[float], float], width: float, *, wide: bool
) -> list[ET.Element]:
    middle = y + tall / 2 if wide else y + 36
    shapes = [draw.line(0, y, width, y)]
    if wide:
        shapes += draw.block(0, middle, row["column"], 158)
        shapes.append(draw.text(width - 2, middle + 4.5, number(row["e_i"], decimals=2), size=12, anchor="end"))
    else:
        shapes.append(draw.text(0, y + 17, draw.shorten(row["column"], width - 60, size=13), size=13, weight=600))
        shapes.append(draw.text(width - 2, y + 17, number(row["e_i"], decimals=2), size=12, anchor="end"))
    for key, shape in (("e_i_expected", _ring), ("e_i_expected_within", _within), ("e_i", _found)):
        value = row.get(key)
        if value is not None and not is_absent(value):
            shapes += shape(place(value), middle)
    return shapes


def _found(x: float, y: float) -> list[ET.Element]:
    return [draw.dot(x, y, 5.5, fill=draw.BLUE)]


def _ring(x: float, y: float) -> list[ET.Element]:
    return [draw.dot(x, y, 5.5, fill=draw.PAPER, stroke=draw.QUIET, width=1.75)]


def _within(x: float, y: float) -> list[ET.Element]:
    return [draw.diamond(x, y, 6.5, fill=draw.PAPER, stroke=draw.RED)]
