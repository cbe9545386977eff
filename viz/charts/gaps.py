"""Gaps between two groups, one row a measure: as they are, and adjusted with their interval."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pandas as pd

from viz import words
from viz.charts import draw
from viz.numbers import is_absent, percent, records

LARGEST = 3.0
"""The axis never reaches further than this many standard deviations; what lies beyond is drawn at the edge."""


def gap_dots(gaps: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "gaps") -> str:
    """Dots and intervals for one comparison, measures sharing an axis in standard deviations.

    Parameters
    ----------
    gaps : DataFrame
        Rows of a gap table for a single comparison: ``measure``, ``focal``, ``reference``, ``difference``,
        ``adjusted``, ``adjusted_low``, ``adjusted_high``, ``standardised``, ``strata``.
    width : float
        Width of the drawing; under `draw.SPLIT` labels stand above their rows.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG. A hollow dot is the raw difference, a filled dot the adjusted one, the line its interval. The text beside
        a row gives the adjusted difference in the measure's own unit.
    """
    rows = gaps.reset_index(drop=True)
    focal, reference = str(rows["focal"].iloc[0]), words.other(rows["reference"].iloc[0])
    wide = width >= draw.SPLIT
    values = [in_deviations(row) for row in records(rows)]
    place, marks, (left, right) = _axis(values, width, wide=wide)
    strata = rows["strata"].iloc[0] if "strata" in rows else ""
    adjusted = f"adjusted for {strata}" if strata and strata != "none" else "adjusted"
    interval = f"{percent(rows['confidence'].iloc[0], decimals=0)} interval" if "confidence" in rows else "interval"
    shapes, used = draw.legend(2, 14, [(_ring, "as it is"), (_filled, f"{adjusted}, with its {interval}")], width - 4)
    top = 14 + used + 20
    middle = place(0.0)
    room = min(middle - left, right - middle) + (0 if wide else -4)
    ends = [f"◂ {focal}: less", f"{focal}: more ▸"]
    if max(draw.text_width(end, 12) for end in ends) > room:
        # The heading says who; half a name would not.
        ends = ["◂ less", "more ▸"]
    for end, x, anchor in zip(ends, (middle - 8, middle + 8), ("end", "start"), strict=True):
        shapes.append(draw.text(x, top - 8, end, size=12, anchor=anchor, fill=draw.QUIET))
    tall = 40 if wide else 70
    bottom = top + tall * len(rows)
    for mark in marks:
        zero = mark == 0
        colour, thick = (draw.QUIET, 1.5) if zero else (draw.LINE, 1.0)
        strips = [(top, bottom)] if wide else [(top + tall * at + 24, top + tall * at + 46) for at in range(len(rows))]
        shapes += [draw.line(place(mark), a, place(mark), b, stroke=colour, width=thick) for a, b in strips]
        words_at = draw.tick_text(mark, marks)
        shapes.append(draw.text(place(mark), bottom + 16, words_at, size=12, anchor="middle", fill=draw.QUIET))
    axis = "Difference in standard deviations; 0 = no difference"
    caption, under = draw.caption(axis, left, right, bottom + 34, width=width)
    shapes += caption
    for at, (row, value) in enumerate(zip(records(rows), values, strict=True)):
        y = top + tall * at
        shapes.extend(_row(row, value, y, tall, place, width, wide=wide))
    return draw.picture(
        width,
        under + 10,
        shapes,
        ident=ident,
        title=f"Gaps in access: {focal} against {reference}",
        description=describe_gaps(rows),
    )


def in_deviations(row: dict[str, Any]) -> tuple[float, float, float, float]:
    """Raw difference, adjusted difference and its interval in standard deviations of the measure; NaN where unknown.

    The standard deviation is what turns ``adjusted`` into ``standardised``. Where both are 0 it cannot be known: then
    only the adjusted difference has a place, at zero.

    Examples
    --------
    >>> interval = {"adjusted_low": -1, "adjusted_high": 0}
    >>> in_deviations({"difference": -1, "adjusted": -0.5, "standardised": -0.25, **interval})
    (-0.5, -0.25, -0.5, 0.0)
    """
    names = ("difference", "adjusted", "adjusted_low", "adjusted_high")
    raw, adjusted, low, high = (_float(row.get(name)) for name in names)
    standardised = _float(row.get("standardised"))
    if adjusted == 0 or standardised == 0 or not math.isfinite(standardised) or not math.isfinite(adjusted):
        place = 0.0 if adjusted == 0 else math.nan
        return math.nan, place, math.nan, math.nan
    deviation = adjusted / standardised
    return raw / deviation, adjusted / deviation, low / deviation, high / deviation


def describe_gaps(rows: pd.DataFrame) -> str:
    """The picture in words: for each measure the adjusted difference and its interval, or the raw one."""
    parts = []
    for row in records(rows):
        name = words.measure(str(row["measure"])).label
        if is_absent(row["adjusted"]):
            parts.append(
                f"{name} {words.difference_text(str(row['measure']), row['difference'], None, None)} (not adjusted)"
            )
        else:
            said = words.difference_text(
                str(row["measure"]), row["adjusted"], row["adjusted_low"], row["adjusted_high"]
            )
            parts.append(f"{name} {said}")
    focal, reference = rows["focal"].iloc[0], words.other(rows["reference"].iloc[0])
    return f"Difference of {focal} from {reference}. {'; '.join(parts)}."


def _float(value: Any) -> float:
    return math.nan if is_absent(value) else float(value)


def _ring(x: float, y: float) -> list[ET.Element]:
    return [draw.dot(x, y, 5, fill=draw.PAPER, stroke=draw.QUIET, width=1.75)]


def _filled(x: float, y: float) -> list[ET.Element]:
    return [*draw.whisker(x - 9, x + 9, y, stroke=draw.BLUE), draw.dot(x, y, 5.5, fill=draw.BLUE)]


def _axis(
    values: list[tuple[float, float, float, float]], width: float, *, wide: bool
) -> tuple[Callable[[float], float], list[float], tuple[float, float]]:
    """A scale around zero, its marks, and where it begins and ends."""
    known = [abs(value) for row in values for value in row if math.isfinite(value)]
    reach = min(max(max(known, default=0.0), 0.25) * 1.04, LARGEST)
    left, right = (224.0, 516.0) if wide else (14.0, width - 14.0)
    marks = [mark for mark in draw.ticks(-reach, reach, about=5 if wide else 4) if abs(mark) <= reach]
    return draw.scale(-reach, reach, left, right), marks, (left, right)


def _row(
    row: dict[str, Any],
    value: tuple[float, float, float, float],
    y: float,
    tall: float,
    place: Callable[[float], float],
    width: float,
    *,
    wide: bool,
) -> list[ET.Element]:
    raw, adjusted, low, high = value
    name = words.measure(str(row["measure"]))
    label = name.label if name.more_is_better else f"{name.label} (fewer is better)"
    middle = y + tall / 2 if wide else y + 34
    shapes = [draw.line(0, y, width, y)]
    if wide:
        shapes += draw.block(0, middle, label, 212)
    else:
        shapes.append(draw.text(0, y + 17, draw.shorten(label, width, size=13), size=13, weight=600))
    if not is_absent(low) and not is_absent(high):
        shapes += draw.whisker(place(low), place(high), middle, stroke=draw.BLUE)
    if not is_absent(adjusted):
        shapes.append(draw.dot(place(adjusted), middle, 5.5, fill=draw.BLUE))
    if not is_absent(raw):
        shapes.append(
            draw.dot(
                place(raw), middle, 5, fill="none" if raw == adjusted else draw.PAPER, stroke=draw.QUIET, width=1.75
            )
        )
    said = words.difference_text(str(row["measure"]), row["adjusted"], row["adjusted_low"], row["adjusted_high"])
    if is_absent(row["adjusted"]):
        said = f"{words.difference_text(str(row['measure']), row['difference'], None, None)}, not adjusted"
    if wide:
        shapes.append(draw.text(width - 2, middle + 4.5, said, size=12, anchor="end"))
    else:
        shapes.append(draw.text(0, y + 60, said, size=12, fill=draw.QUIET))
    return shapes
