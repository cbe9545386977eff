"""How a gap would shrink as pairings are made."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pandas as pd

from viz import words
from viz.charts import draw
from viz.numbers import is_absent, number

STROKES = (
    (draw.BLUE, None),
    (draw.RED, "7 3"),
    (draw.GREEN, "2 3"),
    (draw.PINK, "9 3 2 3"),
    (draw.GREY, "12 4"),
    (draw.INK, "4 4"),
)


def plan_curve(plan: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "plan") -> str:
    """The gap that is left after each number of pairings, a line for each comparison.

    Parameters
    ----------
    plan : DataFrame
        Rows of a plan table for one measure: ``column``, ``focal``, ``reference``, ``pairings`` (0, 1, 2, …), ``gap``.
    width : float
        Width of the drawing.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG. Lines differ in colour and in dashes and are named in the legend; at most six comparisons are drawn.
    """
    wide = width >= draw.SPLIT
    curves = split_curves(plan)[: len(STROKES)]
    entries = [(_key(at), words.versus(*pair)) for at, (pair, _) in enumerate(curves)]
    shapes, used = draw.legend(2, 14, entries, width - 4)
    known = [float(gap) for _, rows in curves for gap in rows["gap"] if not is_absent(gap)]
    most = max((int(rows["pairings"].max()) for _, rows in curves), default=0)
    levels = draw.ticks(min([*known, 0.0]), max([*known, 0.0]), about=5)
    labels = [draw.tick_text(level, levels) for level in levels]
    left, right = max(draw.text_width(label, 12) for label in labels) + 12, width - 16.0
    top, tall = 14 + used + 30, 260.0 if wide else 210.0
    across, down = draw.scale(0, max(most, 1), left, right), draw.scale(levels[-1], levels[0], top, top + tall)
    for level, label in zip(levels, labels, strict=True):
        zero = level == 0
        shapes.append(
            draw.line(
                left,
                down(level),
                right,
                down(level),
                stroke=draw.QUIET if zero else draw.LINE,
                width=1.5 if zero else 1,
            )
        )
        shapes.append(draw.text(left - 6, down(level) + 4.5, label, size=12, anchor="end", fill=draw.QUIET))
    shapes.append(draw.text(0, top - 12, gap_in(plan).capitalize(), size=12, fill=draw.QUIET))
    shapes.append(_zero_label(right, down(0.0), below=levels[0] == 0))
    for mark in sorted({int(mark) for mark in draw.ticks(0, max(most, 1), about=6 if wide else 4) if mark <= most}):
        shapes.append(draw.text(across(mark), top + tall + 18, number(mark), size=12, anchor="middle", fill=draw.QUIET))
    shapes.append(
        draw.text((left + right) / 2, top + tall + 38, "pairings made", size=12, anchor="middle", fill=draw.QUIET)
    )
    for at, (_, rows) in enumerate(curves):
        colour, dash = STROKES[at]
        places = [(across(p), down(g)) for p, g in zip(rows["pairings"], rows["gap"], strict=True) if not is_absent(g)]
        path = " ".join(f"{draw.coordinate(x)},{draw.coordinate(y)}" for x, y in places)
        shapes.append(
            draw.element("polyline", points=path, fill="none", stroke=colour, stroke_width=2.5, stroke_dasharray=dash)
        )
        shapes += [draw.dot(x, y, 4, fill=colour) for x, y in places[:: max(len(places) - 1, 1)]]
    return draw.picture(
        width,
        top + tall + 46,
        shapes,
        ident=ident,
        title="The gap as pairings are made",
        description=describe_plan(plan),
    )


def split_measures(plan: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows for each measure the plan is weighed by, in the table's order."""
    if "measure" not in plan:
        return [plan]
    return [rows.reset_index(drop=True) for _, rows in plan.groupby("measure", sort=False)]


def gap_in(plan: pd.DataFrame) -> str:
    """What the gap is a gap in, for one measure."""
    if "measure" not in plan:
        return "gap"
    return f"gap in {words.measure(str(plan['measure'].iloc[0])).label.lower()} a head"


def split_curves(plan: pd.DataFrame) -> list[tuple[tuple[str, str | None], pd.DataFrame]]:
    """Rows for each comparison, in the table's order, by number of pairings."""
    keys = ["column", "focal", "reference"]
    return [
        ((str(key[1]), None if is_absent(key[2]) else str(key[2])), rows.sort_values("pairings", kind="stable"))
        for key, rows in plan.groupby(keys, sort=False, dropna=False)
    ]


def describe_plan(plan: pd.DataFrame) -> str:
    """The picture in words: where each line begins and ends."""
    said = []
    for pair, rows in split_curves(plan):
        first, last = rows.iloc[0], rows.iloc[-1]
        said.append(
            f"{words.versus(*pair)}: the {gap_in(plan)} goes from {number(first['gap'], decimals=2, signed=True)} "
            f"to {number(last['gap'], decimals=2, signed=True)} after {number(last['pairings'])} pairings."
        )
    return " ".join(said)


def _zero_label(right: float, y: float, *, below: bool) -> ET.Element:
    return draw.text(right, y - 6 if not below else y + 15, "no gap", size=12, anchor="end", fill=draw.QUIET)


def _key(at: int) -> draw.Key:
    colour, dash = STROKES[at]
    return lambda x, y: [draw.line(x - 10, y, x + 10, y, stroke=colour, width=2.5, dash=dash)]
