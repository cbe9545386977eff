"""How much of a gap in reach comes from one's own ties to leaders, and how much from the people one knows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from viz import words
from viz.charts import draw
from viz.charts.exposure import WHO
from viz.charts.parts import Bar, Panel, Part, bar, part_bars
from viz.numbers import records

PARTS = (
    ("gap", "Whole gap", draw.GREY),
    ("direct", "Own ties to leaders", draw.BLUE),
    ("contacts", "Number of contacts", draw.SKY),
    ("known", "Leaders each contact brings", draw.ORANGE),
    ("overlap", "Overlap in what they bring", draw.PINK),
)


def reach_bars(reach: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "reach") -> str:
    """The gap in leaders within two steps, and the four contributions that add up to it, with their intervals.

    Parameters
    ----------
    reach : DataFrame
        A reach table: ``focal``, ``reference``, ``measure``, ``part``, ``contribution``, ``low``, ``high``.
    width : float
        Width of the drawing; under `draw.SPLIT` labels stand above their bars.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG, in leaders a head.
    """
    return part_bars(
        [reach_panel(rows) for rows in reach_comparisons(reach)],
        width=width,
        ident=ident,
        title="A gap in reach and its parts",
        description=describe_reach(reach),
    )


def reach_comparisons(reach: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """Rows of each comparison and measure, in the table's order."""
    return [records(rows) for _, rows in reach.groupby([*WHO, "measure"], sort=False, dropna=False)]


def reach_panel(rows: list[dict[str, Any]]) -> Panel:
    """One comparison's whole and parts; a part that the table does not hold is left out."""
    first = rows[0]
    name = str(first["measure"])
    known = {str(row["part"]): row for row in rows}
    parts = tuple(
        Part(label, colour, (_bar(known[part]),), whole=part == "gap") for part, label, colour in PARTS if part in known
    )
    caption = f"{words.measure(name).label}: difference of means; 0 = no difference"
    return Panel(words.versus(first["focal"], first["reference"]), caption, parts)


def _bar(row: dict[str, Any]) -> Bar:
    name, ends = str(row["measure"]), (row["contribution"], row["low"], row["high"])
    return bar(*ends, words.difference_text(name, *ends), scale=words.scale_of(name))


def describe_reach(reach: pd.DataFrame) -> str:
    """The picture in words."""
    said = []
    for rows in reach_comparisons(reach):
        first = rows[0]
        known = {str(row["part"]): row for row in rows}
        parts = "; ".join(
            f"{label.lower()} {words.difference_text(str(first['measure']), known[part]['contribution'], None, None)}"
            for part, label, _ in PARTS
            if part in known
        )
        said.append(f"{words.versus(first['focal'], first['reference'])}: {parts}.")
    return " ".join(said)
