"""Which of two problems a gap is, and so what to do about it: in words, and only as far as the numbers go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from viz import words
from viz.charts.exposure import exposure_comparisons, is_raw, same_place
from viz.charts.why import like_with_like
from viz.numbers import is_absent, records
from viz.report.findings import CLEAR, alpha_of, certainty

SAME = ("column", "focal", "reference")
"""What makes rows of two tables the same comparison."""


def remedies(exposure: pd.DataFrame | None, gaps: pd.DataFrame | None) -> list[str]:
    """What each comparison calls for, in at most two sentences; those that call for nothing yet share one.

    Introductions are named only where both tables point to them: the bias is clearly below zero, and so is the adjusted
    gap in leader share of the same comparison. Bias that holds only the unit equal may be a matter of level; where the
    table has a comparison within strata too, that row is gone by.

    Parameters
    ----------
    exposure : DataFrame or None
        An exposure table. A comparison whose gap could not be split is passed over.
    gaps : DataFrame or None
        The gap table of the same comparisons.

    Returns
    -------
    list of str

    Examples
    --------
    >>> split = {"column": "gender", "focal": "women", "reference": "men", "exposure": -0.03, "exposure_low": -0.05,
    ...          "exposure_high": -0.01, "bias": 0.0, "bias_low": -0.1, "bias_high": 0.1}
    >>> remedies(pd.DataFrame([split]), None)
    ['Women against men: look at who sits where. Fewer leaders are around women to meet.']
    """
    rows = [] if exposure is None or exposure.empty else [like_with_like(r) for r in exposure_comparisons(exposure)]
    split = [row for row in rows if not (is_absent(row.get("exposure")) or is_absent(row.get("bias")))]
    known = [_from_the_other_side(row) for row in split]
    said = [(row, _sentences(row, gaps)) for row in known]
    made = [f"{_capital(words.versus(row['focal'], row['reference']))}: {text}" for row, text in said if text]
    unsure = [words.versus(row["focal"], row["reference"]) for row, text in said if not text]
    return [*made, *([_not_yet(unsure)] if unsure else [])]


def _from_the_other_side(row: dict[str, Any]) -> dict[str, Any]:
    """The comparison as the group sees it that has less: turned round where one part is clearly above zero, none below.

    Which of two groups a study calls focal must not decide whether anything is to be done.
    """
    sides = (_side(row, "exposure"), _side(row, "bias"))
    if max(sides) <= 0 or min(sides) < 0:
        return row | {"asked": row, "turned": False}
    turned = {part: -row[part] for part in ("exposure", "bias")}
    for part in ("exposure", "bias"):
        turned |= {f"{part}_low": -row[f"{part}_high"], f"{part}_high": -row[f"{part}_low"]}
    both = {"focal": words.other(row["reference"]), "reference": row["focal"]}
    return row | turned | both | {"asked": row, "turned": True}


def _sentences(row: dict[str, Any], gaps: pd.DataFrame | None) -> str:
    """The remedy for one comparison; empty where neither part is clear."""
    there, formed = _side(row, "exposure"), _side(row, "bias")
    focal = row["focal"]
    if not there and not formed:
        return ""
    left = _still_there(row, gaps)
    if formed < 0 and left:
        first = "look at who sits where, and make introductions." if there < 0 else "make introductions."
        return (
            f"{first} Where leaders are around, ties with {focal} form less readily, and the gap in leader share is "
            "clear between people alike too."
        )
    if formed < 0 and not is_raw(row):
        first = "look at who sits where, and consider introductions." if there < 0 else "consider introductions."
        why = "it is not known here whether" if left is None else "it is not clear that"
        return (
            f"{first} {_capital(same_place(row))}, ties to leaders form less readily with {focal}, but {why} a gap in "
            "leader share is left between people alike in all that was compared."
        )
    if formed < 0:
        first = "look at who sits where, and at levels." if there < 0 else "look at levels before introductions."
        why = "it is not known here whether" if left is None else "it is not clear that"
        return (
            f"{first} Ties to leaders form less readily in the same unit, but {why} a gap in leader share is left "
            "between people alike."
        )
    return f"look at who sits where. Fewer leaders are around {focal} to meet."


def _side(row: dict[str, Any], part: str) -> int:
    """−1 clearly below zero, 1 clearly above, 0 neither."""
    low, high = row.get(f"{part}_low"), row.get(f"{part}_high")
    if certainty(low, high) != CLEAR:
        return 0
    return -1 if row[part] < 0 else 1


def _still_there(row: dict[str, Any], gaps: pd.DataFrame | None) -> bool | None:
    """Whether the adjusted gap in leader share of the same comparison is clearly below zero; None: not told."""
    if gaps is None:
        return None
    for gap in records(gaps[gaps["measure"] == "leader_share"]):
        if all(_same(gap.get(name), row["asked"].get(name)) for name in SAME) and _tested(gap):
            sure = certainty(gap["adjusted_low"], gap["adjusted_high"], q=gap["q"], alpha=alpha_of(gap))
            less = gap["adjusted_low"] > 0 if row["turned"] else gap["adjusted_high"] < 0
            return sure == CLEAR and bool(less)
    return None


def _tested(gap: dict[str, Any]) -> bool:
    """Whether a row was tested: it has a q, or it is no part of the family that q is about."""
    outside = gap.get("family")
    return not is_absent(gap.get("q")) or (outside is not None and not outside and not is_absent(gap.get("p")))


def _same(one: Any, other: Any) -> bool:
    return is_absent(other) if is_absent(one) else bool(one == other)


def _not_yet(pairs: Sequence[str]) -> str:
    return (
        f"Do not choose a remedy on these numbers alone ({'; '.join(pairs)}): they cannot tell yet whether leaders are "
        "not there to meet or ties do not form."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
