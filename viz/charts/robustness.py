"""Could it be the data? How much of a gap is left under every other way of looking."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd

from viz import words
from viz.charts import draw
from viz.numbers import ABSENT, is_absent, number, records

KINDS = {
    "base": "The study",
    "channel": "One channel alone",
    "without_channel": "One channel left out",
    "hubs": "Without the best connected",
    "threshold": "Other thresholds",
    "missing": "If ties were missing",
}
"""Headings of the kinds of check, in the order drawn; a kind that is not known comes last under its own name."""
FURTHEST = (-100.0, 250.0)
"""The axis never reaches further, in percent of the gap as studied; what lies beyond is drawn at the edge."""
BASE, HOLDS, FAILS, SILENT = "", "holds", "fails", "says nothing"


def robustness_dots(robustness: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "robustness") -> str:
    """How much of one gap is left under each check, with its interval.

    Parameters
    ----------
    robustness : DataFrame
        Rows of a robustness table for one comparison and measure: ``kind``, ``check``, ``adjusted``, ``adjusted_low``,
        ``adjusted_high``, ``relative`` (1 is the gap as studied), ``holds`` (True, False or missing).
    width : float
        Width of the drawing; under `draw.SPLIT` labels stand above their rows.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG. A filled dot is a check under which the finding holds, a diamond one under which it does not, a ring one
        that cannot tell; each says so in words too.
    """
    wide = width >= draw.SPLIT
    entries = [(_holds, HOLDS), (_fails, FAILS), (_silent, SILENT)]
    shapes, used = draw.legend(2, 14, entries, width - 4)
    kinds = split_kinds(robustness)
    ends = [relative_ends(row) for _, rows in kinds for row in rows]
    known = [v for end in ends for v in end if math.isfinite(v)]
    least = max(min([*known, 0.0]), FURTHEST[0])
    most = min(max([*known, 120.0]), FURTHEST[1])
    marks = [mark for mark in draw.ticks(least, most, about=5 if wide else 4) if least <= mark <= most]
    left, right = (256.0, 562.0) if wide else (16.0, width - 16.0)
    place = draw.scale(least, most, left, right)
    tall, head = (32.0, 26.0) if wide else (48.0, 26.0)
    y = 14 + used
    grid: list[ET.Element] = []
    for heading, rows in kinds:
        shapes.append(draw.text(0, y + 17, draw.shorten(heading, width, size=12.5), size=12.5, fill=draw.QUIET))
        y += head
        for row in rows:
            top, bottom = (y, y + tall) if wide else (y + 22, y + 44)
            grid += [_gridline(mark, place(mark), top, bottom) for mark in [*marks, 100.0]]
            shapes += _row(row, y, tall, place, width, wide=wide)
            y += tall
    for mark in marks:
        said = f"{draw.tick_text(mark, marks, signed=False)} %"
        shapes.append(draw.centred(place(mark), y + 18, said, 0, width))
    caption, bottom = draw.caption(
        "What is left of the gap; 100 % = as studied, 0 = none", left, right, y + 36, width=width
    )
    return draw.picture(
        width,
        bottom + 10,
        [*grid, *shapes, *caption],
        ident=ident,
        title="The same gap under other ways of looking",
        description=describe_robustness(robustness),
    )


def split_kinds(robustness: pd.DataFrame) -> list[tuple[str, list[dict[str, Any]]]]:
    """Rows of each kind of check under its heading, kinds in the order of `KINDS`."""
    rows = records(robustness)
    found = list(dict.fromkeys(str(row["kind"]) for row in rows))
    order = [kind for kind in KINDS if kind in found] + [kind for kind in found if kind not in KINDS]
    return [
        (KINDS.get(kind, kind.replace("_", " ").capitalize()), [row for row in rows if str(row["kind"]) == kind])
        for kind in order
    ]


def relative_ends(row: dict[str, Any]) -> tuple[float, float, float]:
    """What is left of the gap, and its interval's ends in order, in percent of it as studied; NaN where unknown.

    Examples
    --------
    >>> relative_ends({"relative": 0.5, "adjusted": -0.25, "adjusted_low": -0.5, "adjusted_high": 0.0})
    (50.0, 0.0, 100.0)
    """
    relative, adjusted, first, second = (
        math.nan if is_absent(row.get(name)) else float(row[name])
        for name in ("relative", "adjusted", "adjusted_low", "adjusted_high")
    )
    if math.isnan(relative) or math.isnan(adjusted) or adjusted == 0:
        return 100 * relative, math.nan, math.nan
    ends = [100 * relative / adjusted * end for end in (first, second)]
    return 100 * relative, min(ends) + 0.0, max(ends) + 0.0


def holding(row: dict[str, Any]) -> str:
    """Whether a check leaves the finding standing, in words; empty for the study itself.

    Examples
    --------
    >>> [holding({"holds": value}) for value in (True, False, None)]
    ['holds', 'fails', 'says nothing']
    """
    value = row.get("holds")
    if str(row.get("kind")) == "base":
        return BASE
    return SILENT if is_absent(value) or value == "" else HOLDS if bool(value) else FAILS


def describe_robustness(robustness: pd.DataFrame) -> str:
    """The picture in words: what is left under each check, and whether the finding holds."""
    first = records(robustness.head(1))[0]
    said = "; ".join(f"{row['check']} {_said(row)}" for _, rows in split_kinds(robustness) for row in rows)
    name = words.measure(str(first["measure"])).label
    return f"{words.versus(first['focal'], first['reference'])}, {name}, what is left of the gap: {said}."


def _said(row: dict[str, Any]) -> str:
    return ", ".join(part for part in (_percent(row), holding(row)) if part)


def _percent(row: dict[str, Any]) -> str:
    relative = row.get("relative")
    return ABSENT if is_absent(relative) else f"{number(100 * float(str(relative)), decimals=0)} %"


def _gridline(mark: float, x: float, top: float, bottom: float) -> ET.Element:
    if mark == 100.0:
        return draw.line(x, top, x, bottom, stroke=draw.BLUE, width=1.25, dash="3 3")
    return draw.line(x, top, x, bottom, stroke=draw.QUIET if mark == 0 else draw.LINE, width=1.5 if mark == 0 else 1)


def _row(
    row: dict[str, Any], y: float, tall: float, place: draw.Scale, width: float, *, wide: bool
) -> list[ET.Element]:
    middle = y + tall / 2 if wide else y + 33
    verdict = holding(row)
    said = _said(row)
    shapes: list[ET.Element] = []
    if wide:
        shapes += draw.block(0, middle, row["check"], 240, size=12.5)
        shapes.append(draw.text(width - 2, middle + 4.5, said, size=12, anchor="end"))
    else:
        room = width - draw.text_width(said, 12) - 14
        shapes.append(draw.text(0, y + 17, draw.shorten(row["check"], room, size=13), size=13))
        shapes.append(draw.text(width - 2, y + 17, said, size=12, anchor="end", fill=draw.QUIET))
    middle_at, low, high = relative_ends(row)
    mark = {BASE: _base, HOLDS: _holds, FAILS: _fails, SILENT: _silent}[verdict]
    if not (math.isnan(low) or math.isnan(high)):
        shapes += draw.whisker(place(low), place(high), middle, stroke=draw.QUIET, width=1.5)
    if not math.isnan(middle_at):
        shapes += mark(place(middle_at), middle)
    return shapes


def _base(x: float, y: float) -> list[ET.Element]:
    return [draw.dot(x, y, 5, fill=draw.INK)]


def _holds(x: float, y: float) -> list[ET.Element]:
    return [draw.dot(x, y, 5, fill=draw.BLUE)]


def _fails(x: float, y: float) -> list[ET.Element]:
    return [draw.diamond(x, y, 6.5, fill=draw.RED, stroke=draw.INK)]


def _silent(x: float, y: float) -> list[ET.Element]:
    return [draw.dot(x, y, 5, fill=draw.PAPER, stroke=draw.QUIET, width=1.75)]
