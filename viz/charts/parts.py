"""A whole and the parts that add up to it, as bars around zero: one panel a comparison.

The shape that exposure, reach and decomposition share. A hollow bar is a difference as it is, a filled one what is left
among people in the same place.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from viz.charts import draw
from viz.numbers import ABSENT, is_absent

LABEL_ROOM = 236


@dataclass(frozen=True)
class Bar:
    """A value with its interval, as drawn and as said; ends that are not known are NaN."""

    value: float
    low: float
    high: float
    said: str
    hollow: bool = False


@dataclass(frozen=True)
class Part:
    """A part of a whole, or the whole itself, as one bar or two."""

    label: str
    colour: str
    bars: tuple[Bar, ...]
    whole: bool = False


@dataclass(frozen=True)
class Panel:
    """Parts under a heading. Panels in a row with the same caption share an axis."""

    heading: str
    caption: str
    parts: tuple[Part, ...]


def bar(value: object, low: object, high: object, said: str, *, scale: float = 1.0, hollow: bool = False) -> Bar:
    """A bar from cells of a table, any of which may be missing.

    Examples
    --------
    >>> bar(0.5, None, 0.75, "half", scale=100)
    Bar(value=50.0, low=nan, high=75.0, said='half', hollow=False)
    """
    first, second, third = (math.nan if is_absent(v) else scale * float(str(v)) for v in (value, low, high))
    return Bar(first, second, third, said, hollow)


def part_bars(
    panels: Sequence[Panel],
    *,
    width: float,
    ident: str,
    title: str,
    description: str,
    filled: str = "among people in the same place",
) -> str:
    """Bars of every part with their intervals, panel under panel.

    Parameters
    ----------
    panels : sequence of Panel
        In the order drawn.
    width : float
        Width of the drawing; under `draw.SPLIT` labels stand above their bars.
    ident, title, description : str
        As in `draw.picture`.
    filled : str
        What a filled bar shows where there are hollow ones too.

    Returns
    -------
    str
        SVG. Where a panel has hollow bars a legend tells them from the filled ones.
    """
    wide = width >= draw.SPLIT
    shapes: list[ET.Element] = []
    y = 4.0
    if any(one.hollow for panel in panels for part in panel.parts for one in part.bars):
        entries = [(_hollow, "as it is"), (_filled, filled)]
        shapes, used = draw.legend(2, 14, entries, width - 4)
        y = 14 + used
    for _, together in groupby(panels, key=lambda panel: panel.caption):
        made, y = _axis_of(list(together), y, width, wide=wide)
        shapes += made
    return draw.picture(width, y, shapes, ident=ident, title=title, description=description)


def _axis_of(panels: list[Panel], y: float, width: float, *, wide: bool) -> tuple[list[ET.Element], float]:
    """Panels that share an axis, the axis under the last of them; returns the shapes and where the next begins."""
    bars = [one for panel in panels for part in panel.parts for one in part.bars]
    known = [end for one in bars for end in (one.value, one.low, one.high) if math.isfinite(end)]
    least, most = min([*known, 0.0]), max([*known, 0.0])
    marks = draw.ticks(*((least, most) if most > least else (-1.0, 1.0)), about=5 if wide else 4)
    left, right = (250.0, 550.0) if wide else (16.0, width - 16.0)
    place = draw.scale(marks[0], marks[-1], left, right)
    grid: list[ET.Element] = []
    shapes: list[ET.Element] = []
    for panel in panels:
        heading = draw.heading(0, y + 18, panel.heading, width, size=13.5, lines=3)
        shapes += heading
        top = y = y + 8 + 18 * len(heading) + (8 if wide else 4)
        for part in panel.parts:
            tall = _height(part, wide=wide)
            middles = _middles(part, y, wide=wide)
            strips = [] if wide else [(middle - 10, middle + 10) for middle in middles]
            for mark in marks:
                grid += [_gridline(place(mark), a, b, zero=mark == 0) for a, b in strips]
            shapes += _label(part, y, tall, width, wide=wide)
            for one, middle in zip(part.bars, middles, strict=True):
                shapes += _bar(one, part.colour, middle, place, width, wide=wide)
            y += tall
        if wide:
            grid += [_gridline(place(mark), top, y, zero=mark == 0) for mark in marks]
        y += 10
    for mark in marks:
        said = draw.tick_text(mark, marks)
        shapes.append(draw.centred(place(mark), y + 6, said, 0, width))
    caption, bottom = draw.caption(panels[0].caption, left, right, y + 24, width=width)
    return [*grid, *shapes, *caption], bottom + 14


def _gridline(x: float, top: float, bottom: float, *, zero: bool) -> ET.Element:
    return draw.line(x, top, x, bottom, stroke=draw.QUIET if zero else draw.LINE, width=1.5 if zero else 1.0)


def _height(part: Part, *, wide: bool) -> float:
    if wide:
        return 34.0 if len(part.bars) == 1 else 14.0 + 22.0 * len(part.bars)
    return 28.0 + 36.0 * len(part.bars)


def _middles(part: Part, y: float, *, wide: bool) -> list[float]:
    """Where the bars of a part that begins at `y` lie."""
    if wide:
        first = y + 17 if len(part.bars) == 1 else y + 18
        return [first + 22 * at for at in range(len(part.bars))]
    return [y + 32 + 36 * at for at in range(len(part.bars))]


def _label(part: Part, y: float, tall: float, width: float, *, wide: bool) -> list[ET.Element]:
    weight = 600 if part.whole else None
    if wide:
        return draw.block(0, y + tall / 2, part.label, LABEL_ROOM, weight=weight)
    return [draw.text(0, y + 16, draw.shorten(part.label, width, size=13), size=13, weight=weight)]


def _bar(one: Bar, colour: str, middle: float, place: draw.Scale, width: float, *, wide: bool) -> list[ET.Element]:
    shapes: list[ET.Element] = []
    said = one.said or ABSENT
    if wide:
        shapes.append(draw.text(width - 2, middle + 4.5, said, size=12, anchor="end"))
    else:
        shapes.append(draw.text(width - 2, middle + 22, said, size=12, anchor="end", fill=draw.QUIET))
    if not math.isnan(one.value):
        zero, end = place(0.0), place(one.value)
        half = 8 if one.hollow or not wide else 7.5
        stroke = colour if one.hollow else None
        fill = draw.PAPER if one.hollow else colour
        shapes.append(draw.box(min(zero, end), middle - half, abs(end - zero), 2 * half, fill=fill, stroke=stroke))
    if not (math.isnan(one.low) or math.isnan(one.high)):
        shapes += draw.whisker(place(one.low), place(one.high), middle, stroke=draw.INK, width=1.5)
    return shapes


def _hollow(x: float, y: float) -> list[ET.Element]:
    return [draw.box(x - 8, y - 5, 16, 10, fill=draw.PAPER, stroke=draw.GREY)]


def _filled(x: float, y: float) -> list[ET.Element]:
    return [draw.box(x - 8, y - 5, 16, 10, fill=draw.GREY)]
