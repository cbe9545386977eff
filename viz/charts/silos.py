"""Silos: how much of each group's contact stays inside it, against what chance would keep there."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd

from viz.charts import draw
from viz.numbers import is_absent, percent, records

MOST_GROUPS = 20


def silo_dots(silos: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "silos") -> str:
    """One row a group: the share of its tie strength that stays inside, and where chance would put it.

    Parameters
    ----------
    silos : DataFrame
        A silo table of one column: ``group``, ``share_inside``, ``expected_inside`` (shares between 0 and 1).
    width : float
        Width of the drawing; under `draw.SPLIT` labels stand above their rows.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG: a dot where the share is, an upright line where chance would put it; the `MOST_GROUPS` groups furthest
        above chance, furthest first.
    """
    wide = width >= draw.SPLIT
    shown = furthest(silos).head(MOST_GROUPS)
    shapes, used = draw.legend(2, 14, [(_dot, "share that stays inside"), (_tick, "by chance")], width - 4)
    left, right = (170.0, width - 60.0) if wide else (20.0, width - 60.0)
    across = draw.scale(0.0, 1.0, left, right)
    top, tall = 14 + used + 14, 28 if wide else 44
    bottom = top + tall * len(shown)
    for mark in (0.0, 0.25, 0.5, 0.75, 1.0):
        shapes.append(draw.line(across(mark), top, across(mark), bottom, stroke=draw.LINE))
        shapes.append(
            draw.text(across(mark), bottom + 18, f"{mark:.0%}".replace("%", " %"), size=12, anchor="middle",
                      fill=draw.QUIET)
        )  # fmt: skip
    for at, row in enumerate(records(shown)):
        middle = top + tall * at + (tall / 2 if wide else 30)
        label = draw.shorten(row["group"], left - 16 if wide else width - 8, size=13)
        shapes.append(draw.text(2, middle + 4.5 if wide else middle - 14, label, size=13))
        share, chance = row["share_inside"], row["expected_inside"]
        if not is_absent(share) and not is_absent(chance):
            shapes.append(draw.line(across(chance), middle, across(share), middle, stroke=draw.SKY, width=3))
        if not is_absent(chance):
            shapes += _tick(across(chance), middle)
        if not is_absent(share):
            shapes += _dot(across(share), middle)
        shapes.append(draw.text(right + 12, middle + 4.5, percent(share, decimals=0), size=12, fill=draw.QUIET))
    return draw.picture(
        width, bottom + 26, shapes, ident=ident, title="Contact that stays inside each group, against chance",
        description=describe_silos(silos),
    )  # fmt: skip


def furthest(silos: pd.DataFrame) -> pd.DataFrame:
    """Groups by how far they are above chance, furthest first; those without ties last."""
    above = silos["share_inside"] - silos["expected_inside"]
    return silos.loc[above.sort_values(ascending=False, kind="stable", na_position="last").index]


def describe_silos(silos: pd.DataFrame) -> str:
    """The picture in words."""
    return " ".join(_said(row) for row in records(furthest(silos).head(MOST_GROUPS)))


def _said(row: dict[str, Any]) -> str:
    if is_absent(row["share_inside"]):
        return f"{row['group']}: no ties."
    inside, chance = percent(row["share_inside"], decimals=0), percent(row["expected_inside"], decimals=0)
    return f"{row['group']}: {inside} stays inside, by chance {chance}."


def _dot(x: float, y: float) -> list[ET.Element]:
    return [draw.dot(x, y, 6.0, fill=draw.BLUE)]


def _tick(x: float, y: float) -> list[ET.Element]:
    return [draw.line(x, y - 9, x, y + 9, stroke=draw.INK, width=2)]
