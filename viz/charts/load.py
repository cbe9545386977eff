"""How full each sponsor's hands are: protégés held and proposed, against capacity."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd

from viz.charts import draw
from viz.numbers import is_absent, number, records

MOST_SLOTS = 12


def load_slots(load: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "load") -> str:
    """One row a sponsor, one slot a place.

    Parameters
    ----------
    load : DataFrame
        ``label``, ``held`` (protégés now; NaN where nobody knows), ``assigned`` (proposed here), ``capacity``.
    width : float
        Width of the drawing; under `draw.SPLIT` labels stand above their slots.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG: squares are protégés held, dots those proposed, rings places left. Beyond `MOST_SLOTS` only the numbers
        in words remain.
    """
    wide = width >= draw.SPLIT
    entries = [(_held, "held now"), (_proposed, "proposed here"), (_free, "place left")]
    shapes, used = draw.legend(2, 14, entries if load["held"].notna().any() else entries[1:], width - 4)
    y = 14 + used
    tall = 28 if wide else 46
    left = 230.0 if wide else 4.0
    after = left + 20 * min(max((len(_slots(row)) for row in records(load)), default=0), MOST_SLOTS) + 16
    for row in records(load):
        shapes.append(draw.line(0, y, width, y))
        middle = y + tall / 2 if wide else y + 32
        room = left - 14 if wide else width
        shapes.append(
            draw.text(0, middle + 4.5 if wide else y + 16, draw.shorten(row["label"], room, size=13), size=13)
        )
        for at, key in enumerate(_slots(row)[:MOST_SLOTS]):
            shapes += key(left + 8 + 20 * at, middle)
        shapes.append(draw.text(after, middle + 4.5, _said(row), size=12, fill=draw.QUIET))
        y += tall
    return draw.picture(
        width, y + 4, shapes, ident=ident, title="Load of sponsors against capacity", description=describe_load(load)
    )


def describe_load(load: pd.DataFrame) -> str:
    """The picture in words."""
    return " ".join(f"{row['label']}: {_said(row)}." for row in records(load))


def _said(row: dict[str, Any]) -> str:
    return f"{number(_now(row) + row['assigned'])} of {number(row['capacity'])}"


def _now(row: dict[str, Any]) -> int:
    return 0 if is_absent(row["held"]) else int(row["held"])


def _slots(row: dict[str, Any]) -> list[Any]:
    held, assigned, capacity = _now(row), int(row["assigned"]), int(row["capacity"])
    return [_held] * held + [_proposed] * assigned + [_free] * max(capacity - held - assigned, 0)


def _held(x: float, y: float) -> list[ET.Element]:
    return [draw.box(x - 6.5, y - 6.5, 13, 13, fill=draw.GREY)]


def _proposed(x: float, y: float) -> list[ET.Element]:
    return [draw.dot(x, y, 6.5, fill=draw.BLUE)]


def _free(x: float, y: float) -> list[ET.Element]:
    return [draw.dot(x, y, 5.75, fill=draw.PAPER, stroke=draw.QUIET, width=1.5)]
