"""Who influences whom between groups, against what chance alone would give."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pandas as pd

from viz.charts import draw
from viz.numbers import ABSENT, is_absent, number, records

MORE, LESS = (0x00, 0x72, 0xB2), (0xE6, 0x9F, 0x00)
MOST_GROUPS = 12


def mixing_matrix(mixing: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "mixing") -> str:
    """A matrix of observed ties over expected ties: rows influence columns.

    Parameters
    ----------
    mixing : DataFrame
        Rows of a mixing table for one group column: ``source_group``, ``target_group``, ``people_source``, ``ties``,
        ``expected``.
    width : float
        Width of the drawing.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG. 1 is what shuffled labels would give; blue is more, orange is less, and every cell says its number. At
        most `MOST_GROUPS` groups are drawn, the largest.
    """
    groups = largest_groups(mixing)
    ratios = ratio_of(mixing)
    wide = width >= draw.SPLIT
    label = (200.0 if len(groups) <= 8 else 180.0) if wide else 112.0
    cell = min((width - label - 4) / max(len(groups), 1), 96.0)
    short = 34.0
    named = max(draw.text_width(group, 12) for group in groups) + 6 <= cell
    shapes: list[ET.Element] = [
        draw.text(0, 14, "row influences column", size=12, fill=draw.QUIET),
    ]
    top = 44.0
    for at, group in enumerate(groups):
        x = label + cell * (at + 0.5)
        head = group if named else str(at + 1)
        shapes.append(
            draw.text(x, top - 8, draw.shorten(head, cell - 2, size=12), size=12, anchor="middle", weight=600)
        )
    for i, source in enumerate(groups):
        y = top + short * i
        name = source if named else f"{i + 1}  {source}"
        shapes.append(draw.text(0, y + short / 2 + 4.5, draw.shorten(name, label - 10, size=13), size=13))
        for j, target in enumerate(groups):
            shapes += _cell(ratios.get((source, target)), label + cell * j, y, cell, short)
    foot = top + short * len(groups) + 20
    keys = [(_swatch(draw_colour(2.0)), "more than chance"), (_swatch(draw_colour(0.5)), "less than chance")]
    made, used = draw.legend(0, foot, [*keys, (_swatch("#ffffff"), "1.0 = as chance would have it")], width)
    return draw.picture(
        width,
        foot + used - 8,
        [*shapes, *made],
        ident=ident,
        title="Ties between groups against chance",
        description=describe_mixing(mixing),
    )


def largest_groups(mixing: pd.DataFrame) -> list[str]:
    """Groups by number of people, largest first, at most `MOST_GROUPS`."""
    sizes = mixing.drop_duplicates("source_group")[["source_group", "people_source"]]
    ordered = sizes.sort_values(["people_source", "source_group"], ascending=[False, True], kind="stable")
    return [str(group) for group in ordered["source_group"].head(MOST_GROUPS)]


def ratio_of(mixing: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Observed over expected ties for each pair of groups; NaN where none are expected."""
    return {
        (str(row["source_group"]), str(row["target_group"])): (
            float(row["ties"]) / float(row["expected"])
            if not is_absent(row["expected"]) and not is_absent(row["ties"]) and row["expected"] > 0
            else math.nan
        )
        for row in records(mixing)
    }


def describe_mixing(mixing: pd.DataFrame) -> str:
    """The picture in words: the most and the least likely direction, and how groups keep to themselves."""
    known = {pair: ratio for pair, ratio in ratio_of(mixing).items() if not is_absent(ratio)}
    if not known:
        return "No ratio of observed to expected ties can be told."
    most, least = max(known, key=lambda pair: known[pair]), min(known, key=lambda pair: known[pair])
    return (
        f"Observed over expected ties. Highest: {most[0]} influencing {most[1]}, {number(known[most], decimals=2)}. "
        f"Lowest: {least[0]} influencing {least[1]}, {number(known[least], decimals=2)}."
    )


def draw_colour(ratio: float) -> str:
    """A tint for a ratio: white at 1, full at 4 times more or less.

    Examples
    --------
    >>> draw_colour(1.0)
    '#ffffff'
    """
    strength = min(abs(math.log2(max(ratio, 1e-3))) / 2.0, 1.0) * 0.62
    full = MORE if ratio > 1 else LESS
    return "#" + "".join(f"{round(255 + (part - 255) * strength):02x}" for part in full)


def _swatch(colour: str) -> draw.Key:
    return lambda x, y: [draw.box(x - 7, y - 6, 14, 12, fill=colour, stroke=draw.QUIET)]


def _cell(ratio: float | None, x: float, y: float, width: float, height: float) -> list[ET.Element]:
    unknown = ratio is None or is_absent(ratio)
    fill = draw.WASH if unknown or ratio is None else draw_colour(ratio)
    said = ABSENT if unknown else number(ratio, decimals=1 if width < 40 else 2)
    return [
        draw.box(x + 1, y + 1, width - 2, height - 2, fill=fill, stroke=draw.LINE),
        draw.text(x + width / 2, y + height / 2 + 4.5, said, size=12, anchor="middle"),
    ]
