"""The few shapes every chart is made of, as SVG elements with text as text and no style attribute.

Charts return SVG text. Each is drawn for a given width: at `NARROW` labels stand above what they name, so that a phone
shows type of a readable size. Nothing in a chart depends on a font being there: widths are estimated on the wide side.
"""

from __future__ import annotations

import math
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from ona.model.text import printable
from viz.numbers import number

WIDE = 720
NARROW = 350
SPLIT = 500
"""Below this width a chart is laid out for a phone."""

INK, QUIET, LINE, WASH, PAPER = "#1b2430", "#56616f", "#d7dde4", "#f5f7f9", "#ffffff"
BLUE, ORANGE, GREEN, PINK, SKY, RED, YELLOW, GREY = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#555555",
)  # fmt: skip
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"

Key = Callable[[float, float], Sequence[ET.Element]]
"""Draws a mark around a point."""
Scale = Callable[[float], float]
"""From a value to its place."""


def element(tag: str, *children: ET.Element, **attributes: object) -> ET.Element:
    """An SVG element; ``_`` in attribute names stands for ``-``, numbers are rounded, None is left out."""
    made = ET.Element(tag)
    for name, value in attributes.items():
        if value is not None:
            made.set(name.rstrip("_").replace("_", "-"), coordinate(value) if isinstance(value, float) else str(value))
    made.extend(children)
    return made


def coordinate(value: float) -> str:
    """A coordinate with at most two decimals, never ``-0``.

    Examples
    --------
    >>> coordinate(12.0), coordinate(0.3333), coordinate(-0.001)
    ('12', '0.33', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def text(
    x: float,
    y: float,
    words: object,
    *,
    size: float = 13,
    anchor: str = "start",
    fill: str = INK,
    weight: int | None = None,
) -> ET.Element:
    """A line of text whose baseline is at `y`."""
    made = element(
        "text",
        x=float(x),
        y=float(y),
        font_size=float(size),
        text_anchor=None if anchor == "start" else anchor,
        fill=fill,
        font_weight=weight,
    )
    made.text = printable(words)
    return made


def line(
    x1: float, y1: float, x2: float, y2: float, *, stroke: str = LINE, width: float = 1, dash: str | None = None
) -> ET.Element:
    """A straight line."""
    return element(
        "line",
        x1=float(x1),
        y1=float(y1),
        x2=float(x2),
        y2=float(y2),
        stroke=stroke,
        stroke_width=float(width),
        stroke_dasharray=dash,
    )


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str,
    stroke: str | None = None,
    radius: float | None = None,
) -> ET.Element:
    """A rectangle."""
    return element(
        "rect",
        x=float(x),
        y=float(y),
        width=float(max(width, 0)),
        height=float(height),
        fill=fill,
        stroke=stroke,
        rx=radius,
    )


def dot(
    x: float, y: float, radius: float, *, fill: str, stroke: str | None = None, width: float | None = None
) -> ET.Element:
    """A circle."""
    return element("circle", cx=float(x), cy=float(y), r=float(radius), fill=fill, stroke=stroke, stroke_width=width)


def diamond(x: float, y: float, radius: float, *, fill: str, stroke: str) -> ET.Element:
    """A diamond: the third shape, where dot and ring are taken."""
    corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
    return element("polygon", points=_points(corners), fill=fill, stroke=stroke, stroke_width=1.5)


def polyline(
    places: Iterable[tuple[float, float]], *, stroke: str, width: float = 2, dash: str | None = None
) -> ET.Element:
    """A line through points."""
    return element(
        "polyline", points=_points(places), fill="none", stroke=stroke, stroke_width=float(width), stroke_dasharray=dash
    )


def band(across: Sequence[float], low: Sequence[float], high: Sequence[float], *, fill: str) -> ET.Element:
    """The area between two lines over the same places."""
    round_trip = [*zip(across, high, strict=True), *zip(reversed(across), reversed(low), strict=True)]
    return element("polygon", points=_points(round_trip), fill=fill)


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in places)


def whisker(low: float, high: float, y: float, *, stroke: str = INK, width: float = 2) -> list[ET.Element]:
    """An interval: a line with a short end at either side."""
    ends = [line(x, y - 4, x, y + 4, stroke=stroke, width=width) for x in (low, high)]
    return [line(low, y, high, y, stroke=stroke, width=width), *ends]


def picture(
    width: float, height: float, children: Iterable[ET.Element], *, ident: str, title: str, description: str
) -> str:
    """The whole SVG as text: named and described for those who do not see it, usable as a file of its own.

    Parameters
    ----------
    width, height : float
        Size of the view box.
    children : iterable of Element
        What is drawn, back to front.
    ident : str
        Unique in its page; ids of the title and the description are made from it.
    title, description : str
        What the picture shows, and what it says.
    """
    root = element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {coordinate(width)} {coordinate(height)}",
        width=float(width),
        height=float(height),
        role="img",
        aria_labelledby=f"{ident}-title {ident}-desc",
        font_family=FONT,
    )
    for tag, words in (("title", title), ("desc", description)):
        named = element(tag, id=f"{ident}-{tag}")
        named.text = printable(words)
        root.append(named)
    root.extend(children)
    return ET.tostring(root, encoding="unicode")


def text_width(words: str, size: float) -> float:
    """About how wide a text is, on the wide side.

    Examples
    --------
    >>> text_width("ill", 10) < text_width("www", 10)
    True
    """
    return size * sum(_advance(character) for character in printable(words))


def _advance(character: str) -> float:
    if character in "iljI|.,:;'!()[]ft ":
        return 0.40
    if character in "mwMW@%—":
        return 0.98
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if unicodedata.combining(character):
        return 0.0
    return 0.72 if character.isupper() else 0.64


def shorten(words: object, room: float, *, size: float = 13) -> str:
    """Text cut to fit, with an ellipsis where something was cut.

    Examples
    --------
    >>> shorten("Research and development", 80, size=13)
    'Research…'
    """
    whole = printable(words)
    if text_width(whole, size) <= room:
        return whole
    for keep in range(len(whole) - 1, 0, -1):
        cut = whole[:keep].rstrip() + "…"
        if text_width(cut, size) <= room:
            return cut
    return "…"


def wrapped(words: object, room: float, *, size: float = 13, lines: int = 2) -> list[str]:
    """Text broken at blanks into at most `lines` lines, the last one shortened where need be."""
    rest = printable(words).split(" ")
    made: list[str] = []
    while rest and len(made) < lines - 1:
        take = 1
        while take < len(rest) and text_width(" ".join(rest[: take + 1]), size) <= room:
            take += 1
        made.append(shorten(" ".join(rest[:take]), room, size=size))
        rest = rest[take:]
    if rest:
        made.append(shorten(" ".join(rest), room, size=size))
    return made


def centred(x: float, y: float, words: object, left: float, right: float, *, size: float = 12) -> ET.Element:
    """A quiet label centred at `x`, moved where it would reach beyond either side."""
    half = text_width(str(words), size) / 2
    return text(min(max(x, left + half), right - half), y, words, size=size, anchor="middle", fill=QUIET)


def heading(x: float, y: float, words: object, room: float, *, size: float = 13, lines: int = 1) -> list[ET.Element]:
    """Bold text in one line or more, cut to fit: bold letters are about a tenth wider."""
    parts = wrapped(words, room / 1.1, size=size, lines=lines)
    return [text(x, y + 1.35 * size * at, part, size=size, weight=600) for at, part in enumerate(parts)]


def caption(words: object, left: float, right: float, y: float, *, width: float) -> tuple[list[ET.Element], float]:
    """What an axis counts, in one line or two under it; returns the lines and how far down they reach."""
    lines = wrapped(words, width - 8, size=12)
    most = max(text_width(part, 12) for part in lines)
    middle = min(max((left + right) / 2, most / 2), width - most / 2)
    made = [text(middle, y + 16 * at, part, size=12, anchor="middle", fill=QUIET) for at, part in enumerate(lines)]
    return made, y + 16 * (len(lines) - 1)


def block(
    x: float, middle: float, words: object, room: float, *, size: float = 13, weight: int | None = None
) -> list[ET.Element]:
    """A label of one or two lines around a middle height."""
    lines = wrapped(words, room, size=size)
    step = size * 1.25
    first = middle + 0.35 * size - step * (len(lines) - 1) / 2
    return [text(x, first + step * i, part, size=size, weight=weight) for i, part in enumerate(lines)]


def scale(low: float, high: float, left: float, right: float) -> Scale:
    """A straight line from values to positions; values outside are held at the edge.

    Examples
    --------
    >>> place = scale(0, 10, 100, 200)
    >>> place(5), place(99)
    (150.0, 200.0)
    """
    span = (high - low) or 1.0

    def place(value: float) -> float:
        share = min(max((value - low) / span, 0.0), 1.0)
        return left + share * (right - left)

    return place


def cell_places(count: int, width: float, *, across: int, gap: float = 28.0) -> tuple[float, list[tuple[float, int]]]:
    """Panels of equal width in rows: how wide each is, and for each its left edge and its row.

    Examples
    --------
    >>> cell_places(3, 228, across=2)
    (100.0, [(0.0, 0), (128.0, 0), (0.0, 1)])
    """
    wide = (width - gap * (across - 1)) / across
    return wide, [(at % across * (wide + gap), at // across) for at in range(count)]


def ticks(low: float, high: float, *, about: int = 5) -> list[float]:
    """Round numbers that cover a range.

    Examples
    --------
    >>> ticks(0, 1), ticks(-0.31, 0.12, about=4)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [-0.4, -0.2, 0.0, 0.2])
    """
    span = (high - low) or abs(high) or 1.0
    raw = span / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * i, 10) + 0.0 for i in range(first, last + 1)]


def tick_text(mark: float, marks: Sequence[float], *, signed: bool = True) -> str:
    """A tick in as many decimals as the steps between ticks need.

    Examples
    --------
    >>> [tick_text(mark, [-0.25, 0.0, 0.25]) for mark in (-0.25, 0.0)], tick_text(20, [10, 20])
    (['−0.25', '0'], '+20')
    """
    step = min((b - a for a, b in pairwise(sorted(marks))), default=abs(mark))
    decimals = next((places for places in range(4) if abs(step * 10**places - round(step * 10**places)) < 1e-6), 4)
    return "0" if mark == 0 else number(mark, decimals=decimals, signed=signed)


def legend(
    x: float,
    y: float,
    entries: Sequence[tuple[Key, str]],
    room: float,
    *,
    size: float = 12,
) -> tuple[list[ET.Element], float]:
    """Keys with their words, on as many lines as they need; returns the shapes and the height used."""
    made: list[ET.Element] = []
    at, baseline = x, y
    for key, words in entries:
        wide = 26 + text_width(words, size)
        if at > x and at + wide > x + room:
            at, baseline = x, baseline + size * 1.6
        made.extend(key(at + 8, baseline - size * 0.35))
        lines = wrapped(words, x + room - at - 22, size=size)
        made += [
            text(at + 22, baseline + size * 1.3 * down, line, size=size, fill=QUIET) for down, line in enumerate(lines)
        ]
        baseline += size * 1.3 * (len(lines) - 1)
        at += wide + 14
    return made, baseline - y + size * 1.6
