"""A gap over time: one dot a window, with its interval, on a line of dates."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd

from viz import words
from viz.charts import draw
from viz.charts.exposure import WHO
from viz.numbers import is_absent, records

PLOT = 150.0
HEADING_LINES = 3
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY = 86_400.0


def trend_lines(trend: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "trend") -> str:
    """The adjusted gap in one measure over windows of time, a panel a comparison.

    Parameters
    ----------
    trend : DataFrame
        Rows of a trend table for one measure: ``column``, ``focal``, ``reference``, ``window``, ``first_day``,
        ``last_day``, ``adjusted``, ``adjusted_low``, ``adjusted_high``.
    width : float
        Width of the drawing.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG. A dot stands in the middle of its window, the thin line across it spans the window, the upright one is the
        interval. Panels share both axes; a window without a value breaks the line.
    """
    wide = width >= draw.SPLIT
    panels = split_comparisons(trend)
    room, places = draw.cell_places(len(panels), width, across=2 if wide and len(panels) > 1 else 1)
    scale = words.scale_of(str(trend["measure"].iloc[0]))
    names = ("adjusted", "adjusted_low", "adjusted_high")
    known = [scale * float(v) for name in names for v in trend[name] if not is_absent(v) and math.isfinite(v)]
    levels = draw.ticks(min([*known, 0.0]), max([*known, 0.0]), about=4)
    first, last = pd.to_datetime(trend["first_day"]).min(), pd.to_datetime(trend["last_day"]).max()
    what = words.measure(str(trend["measure"].iloc[0])).label
    unit = "percentage points" if scale == 100.0 else "adjusted difference"
    lines = draw.wrapped(f"{what}, {unit}; 0 = no gap", width, size=12)
    shapes = [draw.text(0, 14 + 16 * at, said, size=12, fill=draw.QUIET) for at, said in enumerate(lines)]
    named = max(len(draw.heading(0, 0, heading, room, lines=HEADING_LINES)) for heading, _ in panels)
    top, tall = 8.0 + 16 * len(lines), PLOT + 48 + 18 * named
    for (left, line), (heading, rows) in zip(places, panels, strict=True):
        corner = left, top + tall * line
        shapes += _panel(heading, rows, corner, room, levels, (first, last), scale, named=named)
    rows_of_panels = 1 + max((line for _, line in places), default=0)
    return draw.picture(
        width,
        top + tall * rows_of_panels,
        shapes,
        ident=ident,
        title=f"The gap over time: {what}",
        description=describe_trend(trend),
    )


def split_comparisons(trend: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Rows of each comparison in the order of their windows."""
    return [
        (words.versus(key[1], key[2]), rows.sort_values("window", kind="stable").reset_index(drop=True))
        for key, rows in trend.groupby(WHO, sort=False, dropna=False)
    ]


def describe_trend(trend: pd.DataFrame) -> str:
    """The picture in words: the gap in each window."""
    said = []
    for heading, rows in split_comparisons(trend):
        each = "; ".join(
            f"{span(row)} "
            + words.difference_text(str(row["measure"]), row["adjusted"], row["adjusted_low"], row["adjusted_high"])
            for row in records(rows)
        )
        said.append(f"{heading}: {each}.")
    return " ".join(said)


def span(row: dict[str, Any]) -> str:
    """From when to when a window reaches.

    Examples
    --------
    >>> span({"first_day": "2024-07-01", "last_day": "2024-09-30"})
    '1 Jul 2024 to 30 Sep 2024'
    """
    return f"{day_text(row['first_day'])} to {day_text(row['last_day'])}"


def day_text(day: Any) -> str:
    """A date as people write it, the same in every locale."""
    moment = pd.Timestamp(day)
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def date_marks(first: pd.Timestamp, last: pd.Timestamp, *, most: int = 4) -> list[tuple[pd.Timestamp, str]]:
    """First days of months, spread so that there are at most `most`; the two ends where no month begins between them.

    Examples
    --------
    >>> [said for _, said in date_marks(pd.Timestamp("2024-01-01"), pd.Timestamp("2024-12-31"))]
    ['Jan 2024', 'Apr 2024', 'Jul 2024', 'Oct 2024']
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    begins = pd.Timestamp(first.year, first.month, 1)
    starts = [begins + pd.DateOffset(months=k) for k in range(months + 1)]
    inside = [start for start in starts if first <= start <= last]
    for step in (1, 2, 3, 4, 6, 12, 24, 60, 120):
        marks = [start for start in inside if (start.month - 1 + 12 * start.year) % step == 0]
        if len(marks) <= most:
            break
    if len(marks) < 2:
        return [(day, day_text(day)) for day in dict.fromkeys((first, last))]
    return [(mark, f"{MONTHS[mark.month - 1]} {mark.year}") for mark in marks]


def _panel(
    heading: str,
    rows: pd.DataFrame,
    corner: tuple[float, float],
    room: float,
    levels: list[float],
    dates: tuple[pd.Timestamp, pd.Timestamp],
    scale: float,
    *,
    named: int,
) -> list[ET.Element]:
    left, y = corner
    labels = [draw.tick_text(level, levels) for level in levels]
    edge, end = left + max(draw.text_width(label, 12) for label in labels) + 10, left + room - 30
    top = y + 12 + 18 * named
    bottom = top + PLOT
    across = draw.scale(_days(dates[0]), _days(dates[1]) + 1, edge, end)
    down = draw.scale(levels[-1], levels[0], top, bottom)
    shapes = draw.heading(left, y + 18, heading, room, lines=HEADING_LINES)
    for level, label in zip(levels, labels, strict=True):
        thick = 1.5 if level == 0 else 1.0
        colour = draw.QUIET if level == 0 else draw.LINE
        shapes.append(draw.line(edge, down(level), end, down(level), stroke=colour, width=thick))
        shapes.append(draw.text(edge - 6, down(level) + 4.5, label, size=12, anchor="end", fill=draw.QUIET))
    for mark, said in date_marks(*dates, most=4):
        x = across(_days(mark))
        shapes.append(draw.line(x, bottom, x, bottom + 4, stroke=draw.QUIET))
        shapes.append(draw.centred(x, bottom + 19, said, left, left + room))
    shapes += _dots(records(rows), across, down, scale)
    return shapes


def _dots(rows: list[dict[str, Any]], across: draw.Scale, down: draw.Scale, scale: float) -> list[ET.Element]:
    """The windows, and a line through those that follow one another."""
    marks: list[ET.Element] = []
    runs: list[list[tuple[float, float]]] = [[]]
    for row in rows:
        begin, end = across(_days(row["first_day"])), across(_days(row["last_day"]) + 1)
        x = (begin + end) / 2
        if is_absent(row["adjusted"]):
            runs.append([])
            continue
        y = down(scale * float(row["adjusted"]))
        runs[-1].append((x, y))
        marks.append(draw.line(begin + 1, y, end - 1, y, stroke=draw.SKY, width=1.5))
        if not is_absent(row["adjusted_low"]) and not is_absent(row["adjusted_high"]):
            ends = [down(scale * float(row[name])) for name in ("adjusted_low", "adjusted_high")]
            marks.append(draw.line(x, ends[0], x, ends[1], stroke=draw.BLUE, width=2))
            marks += [draw.line(x - 4, tip, x + 4, tip, stroke=draw.BLUE, width=2) for tip in ends]
        marks.append(draw.dot(x, y, 5, fill=draw.BLUE))
    return [*(draw.polyline(run, stroke=draw.BLUE, width=1.5) for run in runs if len(run) > 1), *marks]


def _days(day: Any) -> float:
    return float(pd.Timestamp(day).timestamp()) / DAY
