"""The rows of a robustness table: what is left of a gap under each check, and whether the check holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np
import pandas as pd

from metrics._group_means import relative_gap, scaled_gap
from metrics._other_networks import Check

LEAST_LEFT = 0.5
"""A check holds where at least this share of the gap is left, in the same direction."""

DRAWS_HOLDING = 0.8
"""Ties going missing at random is a check that holds where it would hold in at least this share of the draws."""

ROBUSTNESS_COLUMNS = (
    "column", "focal", "reference", "measure", "kind", "check", "n_focal", "n_reference", "mean_focal_within",
    "mean_reference_within", "adjusted", "adjusted_low", "adjusted_high", "p", "standardised", "relative",
    "share_holding", "holds",
)  # fmt: skip
"""Columns of a robustness table, in order."""


def check_rows(
    rows: pd.DataFrame, checks: Sequence[Check], means: np.ndarray, *, alpha: float
) -> list[dict[str, object]]:
    """One comparison and measure: a row for each check but that of missing ties."""
    relative = relative_gap(means, float(scaled_gap(means[0])))
    found: list[dict[str, object]] = []
    for row, check, pair, left in zip(rows.to_dict(orient="records"), checks, means, relative.tolist(), strict=True):
        extra = {
            "kind": check.kind,
            "check": check.name,
            "mean_focal_within": pair[0],
            "mean_reference_within": pair[1],
            "relative": left,
            "share_holding": np.nan,
            "holds": _holds(check, left, clear=bool(row["p"] <= alpha)),
        }
        found.append({str(key): value for key, value in (row | extra).items() if key in ROBUSTNESS_COLUMNS})
    return found


def _holds(check: Check, relative: float, *, clear: bool) -> bool | None:
    """Whether a check holds; None where it says nothing. The rules are those of `verdict_table`."""
    if check.kind == "base" or not isfinite(relative):
        return None
    if check.kind == "channel":
        return relative > 0 if clear else None
    if relative < LEAST_LEFT:
        return False
    return True if clear or not check.one_channel else None


def missing_row(
    block: Sequence[Mapping[str, object]], drawn: np.ndarray, *, missing: float, confidence: float
) -> dict[str, object]:
    """The row of ties gone missing at random, from the two groups' means in each draw."""
    base = block[0]
    start = scaled_gap(np.array([base["mean_focal_within"], base["mean_reference_within"]], float))
    left = relative_gap(drawn, float(start))
    gaps = drawn[:, 0] - drawn[:, 1]
    # A draw that leaves too few people to compare, or nothing to compare them by, does not hold.
    holding = float((left >= LEAST_LEFT).mean()) if np.isfinite(left).any() else np.nan
    known = gaps[np.isfinite(gaps)]
    tail = (1.0 - confidence) / 2
    low, high = np.quantile(known, (tail, 1.0 - tail)) if known.size else (np.nan, np.nan)
    means = drawn[np.isfinite(gaps)].mean(axis=0) if known.size else np.array([np.nan, np.nan])
    return {
        **base,
        "kind": "missing",
        "check": f"{100 * missing:g} % of ties missing at random",
        "mean_focal_within": means[0],
        "mean_reference_within": means[1],
        "adjusted": means[0] - means[1],
        "adjusted_low": float(low),
        "adjusted_high": float(high),
        "p": np.nan,
        "standardised": np.nan,
        "relative": float(np.nanmean(left)) if np.isfinite(left).any() else np.nan,
        "share_holding": holding,
        "holds": None if np.isnan(holding) else holding >= DRAWS_HOLDING,
    }
