"""Composition against bias: how much of a gap is leaders not being there, and how much is ties not forming."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ona.model.groups import BETWEEN
from viz import words
from viz.charts import draw
from viz.charts.parts import Bar, Panel, Part, bar, part_bars
from viz.numbers import ABSENT, between, is_absent, points, records

PARTS = (
    ("gap", "Whole gap", draw.GREY),
    ("exposure", "Leaders are not there to meet", draw.SKY),
    ("bias", "They are there, ties do not form", draw.ORANGE),
)
CAPTION = "Percentage points of leader share; 0 = no difference"
WHO = ["column", "focal", "reference"]


def exposure_bars(exposure: pd.DataFrame, *, width: float = draw.WIDE, ident: str = "exposure") -> str:
    """The gap in leader share, and the two parts that add up to it, with their intervals.

    Parameters
    ----------
    exposure : DataFrame
        An exposure table: ``focal``, ``reference``, ``unit``, ``gap``, ``exposure``, ``bias`` and their ``_low`` and
        ``_high`` (shares between −1 and 1). With ``strata`` a comparison may have two rows, as it is (``"none"``) and
        within strata; they are drawn side by side.
    width : float
        Width of the drawing; under `draw.SPLIT` labels stand above their bars.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG, in percentage points.
    """
    held = [same_place(row) for row in records(exposure) if not is_raw(row)]
    return part_bars(
        [exposure_panel(rows) for rows in exposure_comparisons(exposure)],
        filled=held[0] if held else "",
        width=width,
        ident=ident,
        title="Composition against bias",
        description=describe_exposure(exposure),
    )


def exposure_comparisons(exposure: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """Rows of each comparison, in the table's order."""
    keys = [name for name in WHO if name in exposure]
    return [records(rows) for _, rows in exposure.groupby(keys, sort=False, dropna=False)]


def no_unit(exposure: pd.DataFrame) -> bool:
    """Whether nobody's unit is known, so that nothing tells whom there is to meet.

    Examples
    --------
    >>> no_unit(pd.DataFrame({"unit": [None]})), no_unit(pd.DataFrame({"unit": ["site"]}))
    (True, False)
    """
    return "unit" in exposure and bool(exposure["unit"].isna().all())


def is_raw(row: dict[str, Any]) -> bool:
    """Whether a row of an exposure table holds nothing equal but the unit.

    Examples
    --------
    >>> is_raw({"strata": "none"}), is_raw({"strata": "level"}), is_raw({})
    (True, False, True)
    """
    strata = row.get("strata")
    return is_absent(strata) or strata in ("", "none")


def exposure_panel(rows: list[dict[str, Any]]) -> Panel:
    """One comparison's whole and parts, as they are beside within strata where both are known."""
    first = rows[0]
    unit = first.get("unit")
    within = "" if is_absent(unit) or not unit else f", by leaders around them {in_the_same(str(unit))}"
    pair = len(rows) > 1
    parts = tuple(
        Part(label, colour, tuple(_bar(row, part, hollow=pair and is_raw(row)) for row in rows), whole=part == "gap")
        for part, label, colour in PARTS
    )
    return Panel(f"{words.versus(first['focal'], first['reference'])}{within}", CAPTION, parts)


def _bar(row: dict[str, Any], part: str, *, hollow: bool) -> Bar:
    value, low, high = (row.get(f"{part}{end}") for end in ("", "_low", "_high"))
    inside = between(low, high, decimals=1, scale=100)
    said = points(value) if inside == ABSENT else f"{points(value, unit=False)} ({inside}) pts"
    return bar(value, low, high, said, scale=100, hollow=hollow)


def describe_exposure(exposure: pd.DataFrame) -> str:
    """The picture in words."""
    said = []
    for rows in exposure_comparisons(exposure):
        for row in rows:
            held = "" if is_raw(row) else f", {same_place(row)}"
            said.append(
                f"{words.versus(row['focal'], row['reference'])}{held}: gap {points(row['gap'])}, of which exposure "
                f"{points(row['exposure'])} and bias {points(row['bias'])}."
            )
    return " ".join(said)


def in_the_same(unit: str) -> str:
    """Where people meet leaders, in words.

    Examples
    --------
    >>> in_the_same("function"), in_the_same("site")
    ('in the same function', 'at the same site')
    """
    return f"{'at' if unit == 'site' else 'in'} the same {unit.replace('_', ' ')}"


def same_place(row: dict[str, Any]) -> str:
    """What is held equal in a row, in words.

    Examples
    --------
    >>> same_place({"strata": "level × site"})
    'among people of the same level and site'
    """
    return "among people of the same " + str(row["strata"]).replace(BETWEEN, " and ")
