"""Numbers as people read them: sensible digits, a true minus sign, and a dash where there is no value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

MINUS = "−"
ABSENT = "–"
"""Stands where a value does not exist or cannot be known; every page that uses it says so."""


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as plain mappings from column to value.

    Examples
    --------
    >>> records(pd.DataFrame({"a": [1, 2]}))
    [{'a': 1}, {'a': 2}]
    """
    return [{str(column): value for column, value in row.items()} for row in table.to_dict(orient="records")]


def is_absent(value: Any) -> bool:
    """True for None, NaN and NaT.

    Examples
    --------
    >>> is_absent(float("nan")), is_absent(None), is_absent(0.0)
    (True, True, False)
    """
    if value is None or value is pd.NaT or value is pd.NA:
        return True
    return isinstance(value, float) and math.isnan(value)


def decimals_for(*values: Any) -> int:
    """How many decimals show about three digits of the largest of these values.

    Examples
    --------
    >>> decimals_for(0.0312), decimals_for(-1.234, 0.1), decimals_for(42.0), decimals_for(512.5)
    (3, 2, 1, 0)
    """
    known = [abs(float(value)) for value in values if not is_absent(value) and math.isfinite(value)]
    largest = max(known, default=0.0)
    if largest == 0:
        return 2
    return min(max(2 - math.floor(math.log10(largest)), 0), 3) if largest >= 0.001 else 5


def number(value: Any, *, decimals: int | None = None, signed: bool = False) -> str:
    """A number with sensible digits; whole numbers stay whole, thousands are set apart. No limit is ``∞``.

    Examples
    --------
    >>> number(-0.4217), number(12345), number(3.0, decimals=1), number(0.5, signed=True), number(float("nan"))
    ('−0.422', '12,345', '3.0', '+0.500', '–')
    """
    if is_absent(value):
        return ABSENT
    if math.isinf(value):
        return f"{MINUS if value < 0 else '+' if signed else ''}∞"
    if decimals is None:
        whole = isinstance(value, int) or float(value).is_integer()
        decimals = 0 if whole else decimals_for(value)
    text = f"{float(value):{'+' if signed else ''},.{decimals}f}"
    if not any(digit in text for digit in "123456789"):
        text = text.lstrip("+-")
    return text.replace("-", MINUS)


def percent(value: Any, *, decimals: int = 1, signed: bool = False) -> str:
    """A share as a percentage.

    Examples
    --------
    >>> percent(0.3125), percent(0.3125, decimals=0), percent(None)
    ('31.2 %', '31 %', '–')
    """
    return ABSENT if is_absent(value) else f"{number(100 * value, decimals=decimals, signed=signed)} %"


def points(value: Any, *, decimals: int = 1, signed: bool = True, unit: bool = True) -> str:
    """A difference between two shares, in percentage points.

    Examples
    --------
    >>> points(-0.0867), points(0.02, unit=False)
    ('−8.7 pts', '+2.0')
    """
    if is_absent(value):
        return ABSENT
    return number(100 * value, decimals=decimals, signed=signed) + (" pts" if unit else "")


def probability(value: Any) -> str:
    """A p or q value for a table cell: three decimals without the leading zero.

    Examples
    --------
    >>> probability(0.0031), probability(0.0002), probability(1.0), probability(float("nan"))
    ('.003', '< .001', '1.000', '–')
    """
    if is_absent(value):
        return ABSENT
    if value < 0.001:
        return "< .001"
    return f"{float(value):.3f}".removeprefix("0")


def p_text(value: Any, *, letter: str = "p") -> str:
    """A p or q value in a sentence.

    Examples
    --------
    >>> p_text(0.003), p_text(0.0004), p_text(0.02, letter="q"), p_text(None)
    ('p = .003', 'p < .001', 'q = .020', 'p –')
    """
    text = probability(value)
    return f"{letter} {text}" if text.startswith("<") or text == ABSENT else f"{letter} = {text}"


def between(low: Any, high: Any, *, decimals: int | None = None, scale: float = 1.0) -> str:
    """An interval of a difference in words: both ends with their sign and the same decimals.

    Examples
    --------
    >>> between(-0.71, -0.1342), between(-0.0131, 0.052, decimals=1, scale=100), between(None, 1.0)
    ('−0.710 to −0.134', '−1.3 to +5.2', '–')
    """
    if is_absent(low) or is_absent(high):
        return ABSENT
    places = decimals_for(low * scale, high * scale) if decimals is None else decimals
    first, last = (number(end * scale, decimals=places, signed=True) for end in (low, high))
    return f"{first} to {last}"


def comparable(row: Mapping[str, Any]) -> str:
    """How many people of either group are in strata that hold both, or of both together where that is all that is told.

    Examples
    --------
    >>> comparable({"n_informative": 90, "n_informative_focal": 40, "n_informative_reference": 50})
    '40 / 50'
    >>> comparable({"n_informative": 90}), comparable({"n_informative_focal": 40, "n_informative_reference": 50})
    ('90', '–')
    """
    together = row.get("n_informative")
    each = [row.get(f"n_informative_{side}") for side in ("focal", "reference")]
    if is_absent(together) or any(is_absent(count) for count in each):
        return number(together)
    return " / ".join(number(count) for count in each)
