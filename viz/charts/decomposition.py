"""How much of a gap goes along with where people are, and how much is left: explained and unexplained."""

from __future__ import annotations

from typing import Any

import pandas as pd

from viz import words
from viz.charts import draw
from viz.charts.exposure import WHO
from viz.charts.parts import Bar, Panel, Part, bar, part_bars
from viz.numbers import is_absent, records

TOTAL = "all"
CONSTANT = "constant"


def decomposition_bars(decomposition: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "decomposition") -> str:
    """The whole difference, what of it goes along with each factor, and what is left unexplained.

    Parameters
    ----------
    decomposition : DataFrame
        A decomposition table: ``focal``, ``reference``, ``measure``, ``factor`` (``"all"`` for the totals),
        ``difference``, ``explained``, ``unexplained`` and the last two's ``_low`` and ``_high``.
    width : float
        Width of the drawing; under `draw.SPLIT` labels stand above their bars.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG, in the measure's own unit.
    """
    return part_bars(
        [decomposition_panel(rows) for rows in decomposition_comparisons(decomposition)],
        width=width,
        ident=ident,
        title="A gap, explained and unexplained",
        description=describe_decomposition(decomposition),
    )


def decomposition_comparisons(decomposition: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """Rows of each comparison and measure, in the table's order."""
    return [records(rows) for _, rows in decomposition.groupby([*WHO, "measure"], sort=False, dropna=False)]


def decomposition_panel(rows: list[dict[str, Any]]) -> Panel:
    """One comparison's whole, what each factor explains where that is told, and what is left."""
    total = next((row for row in rows if row["factor"] == TOTAL), rows[0])
    name = str(total["measure"])
    factors = [row for row in rows if row["factor"] not in (TOTAL, CONSTANT)]
    parts = [
        Part("Whole difference", draw.GREY, (_bar(total, "difference"),), whole=True),
        Part("Goes along with all factors" if factors else EXPLAINED, draw.SKY, (_bar(total, "explained"),)),
    ]
    for row in factors:
        parts.append(Part(f"… with {row['factor']}", draw.SKY, (_bar(row, "explained"),)))
    parts.append(Part("Left unexplained", draw.ORANGE, (_bar(total, "unexplained"),)))
    caption = f"{words.measure(name).label}: difference of means; 0 = no difference"
    return Panel(words.versus(total["focal"], total["reference"]), caption, tuple(parts))


EXPLAINED = "Goes along with where people are"


def _bar(row: dict[str, Any], part: str) -> Bar:
    name = str(row["measure"])
    value, low, high = (row.get(f"{part}{end}") for end in ("", "_low", "_high"))
    return bar(value, low, high, words.difference_text(name, value, low, high), scale=words.scale_of(name))


def describe_decomposition(decomposition: pd.DataFrame) -> str:
    """The picture in words: the totals, which the factors add up to."""
    said = []
    for rows in decomposition_comparisons(decomposition):
        total = next((row for row in rows if row["factor"] == TOTAL), None)
        if total is None or is_absent(total.get("explained")):
            continue
        name = str(total["measure"])
        whole, explained, left = (
            words.difference_text(name, total.get(part), None, None)
            for part in ("difference", "explained", "unexplained")
        )
        said.append(
            f"{words.versus(total['focal'], total['reference'])}, {words.measure(name).label}: difference {whole}, "
            f"of which {explained} explained and {left} unexplained."
        )
    return " ".join(said) or "No difference could be split."
