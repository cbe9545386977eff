"""Resilience: what holds together as the best placed leave one after another, beside as many by lot."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pandas as pd

from viz.charts import draw
from viz.numbers import is_absent, number, percent, records

PLOT = 170.0
BAND = "#cfe3f1"
PANELS = (("reach_leaders", "Others who can reach a leader"), ("largest", "Others in the largest connected part"))


def attack_lines(curve: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "attack") -> str:
    """Two panels: who still reaches a leader, and who is still in the largest connected part.

    Parameters
    ----------
    curve : DataFrame
        An attack curve: ``removed`` (people), and ``reach_leaders`` and ``largest`` (shares between 0 and 1), each with
        ``_random_low`` and ``_random_high``.
    width : float
        Width of the drawing; under `draw.SPLIT` the panels stand above one another.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG: a line for the top leaving, a shaded area for as many leaders and others drawn by lot.
    """
    entries = [(_line, "the best placed leave"), (_shade, "as many leaders and others at random")]
    shapes, used = draw.legend(2, 14, entries, width - 4)
    room, places = draw.cell_places(len(PANELS), width, across=2 if width >= draw.SPLIT else 1)
    top, tall = 14 + used + 6, PLOT + 78
    for (left, row), (name, caption) in zip(places, PANELS, strict=True):
        shapes += _panel(curve, name, caption, left, top + tall * row, room)
    lines = 1 + max(row for _, row in places)
    return draw.picture(
        width, top + tall * lines, shapes, ident=ident, title="What holds together as the best placed leave",
        description=describe_attack(curve),
    )  # fmt: skip


def describe_attack(curve: pd.DataFrame) -> str:
    """The picture in words: the last point of it."""
    if curve.empty:
        return "Nobody is thought away."
    last = records(curve.tail(1))[0]
    said = [
        f"{caption}: {percent(last[name])}, as many leaders and others at random "
        f"{percent(last[f'{name}_random_low'])} to {percent(last[f'{name}_random_high'])}."
        for name, caption in PANELS
    ]
    return f"With {number(last['removed'])} people gone. {' '.join(said)}"


def _panel(curve: pd.DataFrame, name: str, caption: str, left: float, y: float, room: float) -> list[ET.Element]:
    top, bottom = y + 30, y + 30 + PLOT
    edge, right = left + 50, left + room - 12
    most = float(curve["removed"].max()) if len(curve) else 1.0
    across = draw.scale(0.0, max(most, 1.0), edge, right)
    down = draw.scale(0.0, 1.0, bottom, top)
    shapes = draw.heading(left, y + 16, caption, room)
    band = [
        (across(row["removed"]), down(row[f"{name}_random_low"]), down(row[f"{name}_random_high"]))
        for row in records(curve)
        if not is_absent(row[f"{name}_random_low"]) and not is_absent(row[f"{name}_random_high"])
    ]
    if band:
        shapes.append(draw.band(*(list(ends) for ends in zip(*band, strict=True)), fill=BAND))
    for mark in (0.0, 0.25, 0.5, 0.75, 1.0):
        shapes.append(draw.line(edge, down(mark), right, down(mark), stroke=draw.LINE))
        shapes.append(
            draw.text(edge - 6, down(mark) + 4.5, f"{100 * mark:.0f} %", size=12, anchor="end", fill=draw.QUIET)
        )
    for mark in draw.ticks(0.0, max(most, 1.0), about=4):
        if mark <= most and float(mark).is_integer():
            x = across(mark)
            shapes.append(draw.line(x, bottom, x, bottom + 4, stroke=draw.QUIET))
            shapes.append(draw.text(x, bottom + 18, number(mark), size=12, anchor="middle", fill=draw.QUIET))
    shapes.append(
        draw.text((edge + right) / 2, bottom + 34, "people who leave", size=12, anchor="middle", fill=draw.QUIET)
    )
    known = [(across(row["removed"]), down(row[name])) for row in records(curve) if not is_absent(row[name])]
    if known:
        shapes.append(draw.polyline(known, stroke=draw.BLUE, width=2.5))
    return shapes


def _line(x: float, y: float) -> list[ET.Element]:
    return [draw.line(x - 9, y, x + 9, y, stroke=draw.BLUE, width=2.5)]


def _shade(x: float, y: float) -> list[ET.Element]:
    return [draw.box(x - 9, y - 6, 18, 12, fill=BAND)]
