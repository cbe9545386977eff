"""A leader's tables with no more digits than are printed: a picture's coordinates must not tell more than its text."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from viz import words
from viz.numbers import is_absent, records

_ANY = 3
"""Decimals of what is not named below."""
_TWO = ("ratio", "mentors_per_head", "sponsors_per_head", "tipping")
_TESTS = ("p", "q", "p_raw", "p_within")
_LEAST_P = 0.0005
_MEANS = ("mean_focal", "mean_reference")
_IN_UNITS = (
    ("difference", "difference_low", "difference_high"),
    ("adjusted", "adjusted_low", "adjusted_high"),
    ("change", "change_low", "change_high"),
    ("contribution", "low", "high"),
    ("explained", "explained_low", "explained_high"),
    ("unexplained", "unexplained_low", "unexplained_high"),
)
"""Differences in a measure's own unit, each with its limits, which are printed with the same digits."""


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """A table with every number rounded as the report prints it; whole columns of numbers only.

    The standard deviation that ``standardised`` stands for keeps three significant digits: a picture needs it.

    Parameters
    ----------
    rows : DataFrame

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> rows = pd.DataFrame({"measure": ["leader_ties"], "mean_focal": [2.4871], "adjusted": [-0.81264],
    ...                      "adjusted_low": [-1.30181], "adjusted_high": [-0.31111], "standardised": [-0.4444]})
    >>> rounded(rows).iloc[0, 1:].round(4).tolist()
    [2.49, -0.81, -1.3, -0.31, -0.4426]
    """
    numbers = [str(name) for name in rows if pd.api.types.is_float_dtype(rows[name])]
    if not numbers or rows.empty:
        return rows
    told = [_row(row, numbers) for row in records(rows)]
    return rows.assign(**{name: pd.Series([row[name] for row in told], rows.index, dtype=float) for name in numbers})


def _row(row: dict[str, Any], numbers: list[str]) -> dict[str, float]:
    measure = str(row.get("measure", ""))
    share = words.measure(measure).kind == "share"
    places = dict.fromkeys(numbers, _ANY) | dict.fromkeys(_TWO, 2) | dict.fromkeys(_MEANS, _ANY if share else 2)
    for value, *limits in _IN_UNITS:
        # A value stands with its limits in tables and by itself in pictures, where a small one has more digits.
        places[value] = _ANY if share else _places(row.get(value))
        places |= dict.fromkeys(limits, _ANY if share else _places(*(row.get(name) for name in (value, *limits))))
    told = {name: _round(row[name], places[name]) for name in numbers}
    # What is printed as "< .001" stays under it.
    told |= {name: _LEAST_P for name in numbers if name in _TESTS or name.endswith("_p") if row[name] < 0.001}
    if "standardised" in told and not is_absent(told["standardised"]):
        told["standardised"] = _in_deviations(float(row["adjusted"]), float(row["standardised"]), told["adjusted"])
    return told


def _places(*values: Any) -> int:
    """How many decimals of these differences are printed."""
    known = [abs(float(value)) for value in values if not is_absent(value)]
    return 2 if max((size for size in known if math.isfinite(size)), default=0.0) >= 0.3 else _ANY


def _in_deviations(adjusted: float, standardised: float, told: float) -> float:
    """The rounded difference in standard deviations of three significant digits."""
    if standardised == 0.0 or adjusted == 0.0:
        return 0.0
    deviation = adjusted / standardised
    return told / float(f"{deviation:.2e}")


def _round(value: Any, places: int) -> float:
    return math.nan if is_absent(value) else round(float(value), places)
