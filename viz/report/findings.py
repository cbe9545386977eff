"""The sentences of a report: chosen by rules fixed beforehand, sure and unsure ones alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from viz import words
from viz.charts.exposure import exposure_comparisons, is_raw, no_unit, same_place
from viz.charts.why import like_with_like
from viz.numbers import ABSENT, between, comparable, is_absent, number, p_text, records
from viz.report.blocks import Finding
from viz.report.verdicts import NOT_ENOUGH, verdict_badge, verdict_of, verdict_text

MOST = 5
CLEAR, PARTLY, LEAD, UNSURE, NO_INTERVAL = "clear", "partly clear", "a lead", "uncertain", "no interval"
RULE = (
    "Which sentences stand here was fixed before any result was known: the comparisons the study asked for, in its "
    "order, over a fixed list of measures. Unsure results are shown like sure ones."
)


def headline_findings(
    gaps: pd.DataFrame | None, exposure: pd.DataFrame | None, verdicts: pd.DataFrame | None = None
) -> tuple[Finding, ...]:
    """At most five findings: headline measures over the comparisons asked for, and composition against bias.

    One place is kept for the first comparison of the exposure table, among people of the same level where the table
    holds that, unless it is not known where people meet leaders. The others go to the measures of
    `words.HEADLINE_MEASURES` in that order, within a measure to the comparisons in the order of the gap table.

    Parameters
    ----------
    gaps, exposure, verdicts : DataFrame or None
        A gap table, an exposure table, and a table of verdicts on the first one's rows.

    Returns
    -------
    tuple of Finding
        Fewer than five, or none, where the tables hold less.
    """
    parts = []
    if exposure is not None and not exposure.empty and not no_unit(exposure):
        parts = [_exposure_finding(like_with_like(exposure_comparisons(exposure)[0]))]
    chosen: list[Finding] = []
    if gaps is not None:
        rows = records(gaps)
        for name in words.HEADLINE_MEASURES:
            chosen += [_gap_finding(row, verdicts) for row in rows if row["measure"] == name]
        if not chosen:
            chosen = [_gap_finding(row, verdicts) for row in rows]
    return (*chosen[: MOST - len(parts)], *parts)


def alpha_of(row: Mapping[str, Any]) -> float:
    """How rare chance must be to be ruled out: 1 − ``confidence`` of the row, .05 where it says none.

    Examples
    --------
    >>> alpha_of({"confidence": 0.9}), alpha_of({})
    (0.1, 0.05)
    """
    confidence = row.get("confidence")
    return 0.05 if confidence is None or is_absent(confidence) else round(1.0 - float(confidence), 10)


def certainty(low: Any, high: Any, *, q: Any = None, alpha: float = 0.05, family: bool = True) -> str:
    """How sure a difference is: clear where its interval excludes zero and q, where known, is at most `alpha`.

    Outside the family that q is about nothing allows for how many differences were looked at: there it is a lead.

    Examples
    --------
    >>> certainty(-2.0, -1.0, q=0.01), certainty(-2.0, -1.0, q=0.2), certainty(-1.0, 1.0), certainty(None, 1.0)
    ('clear', 'uncertain', 'uncertain', 'no interval')
    >>> certainty(-2.0, -1.0, family=False), certainty(-1.0, 1.0, family=False)
    ('a lead', 'uncertain')
    """
    if is_absent(low) or is_absent(high):
        return NO_INTERVAL
    excludes_zero = low > 0 or high < 0
    if not excludes_zero or not (is_absent(q) or q <= alpha):
        return UNSURE
    return CLEAR if family else LEAD


def in_family(row: Mapping[str, Any]) -> bool:
    """Whether a gap is one of the questions fixed beforehand; all are in a table that does not say.

    Examples
    --------
    >>> in_family({"family": True}), in_family({"family": False}), in_family({})
    (True, False, True)
    """
    value = row.get("family")
    return True if is_absent(value) else bool(value)


def _gap_finding(row: dict[str, Any], verdicts: pd.DataFrame | None) -> Finding:
    name = str(row["measure"])
    said = words.difference_text(name, row["adjusted"], row["adjusted_low"], row["adjusted_high"])
    adjusted = "not adjusted" if is_absent(row["adjusted"]) else f"adjusted {said}"
    evidence = (
        f"{words.measure(name).label}, {adjusted} · {p_text(row.get('p'))} · {p_text(row.get('q'), letter='q')} · "
        f"{sizes(row)}{_informative(row)}"
    )
    sentence = (
        _sentence(row)
        or f"{row['focal']} against {words.other(row['reference'])}, {words.measure(name).label}: {said}."
    )
    ends = row["adjusted_low"], row["adjusted_high"]
    sure = certainty(*ends, q=row.get("q"), alpha=alpha_of(row), family=in_family(row))
    verdict = verdict_of(verdicts, row)
    if verdict is not None and verdict["verdict"] == NOT_ENOUGH and sure == UNSURE:
        # The sentence says so already.
        verdict = None
    return Finding(sentence, sure, evidence, verdict_badge(verdict), verdict_text(verdict))


def _exposure_finding(row: dict[str, Any]) -> Finding:
    parts = []
    for part in ("gap", "exposure", "bias"):
        value, low, high = (row.get(f"{part}{end}") for end in ("", "_low", "_high"))
        inside = between(low, high, decimals=1, scale=100)
        middle = ABSENT if value is None or is_absent(value) else number(100 * value, decimals=1, signed=True)
        parts.append(f"{part} {middle}" + ("" if inside == ABSENT else f" ({inside})"))
    sentence = (
        _sentence(row) or f"{words.versus(row['focal'], row['reference'])}: {', '.join(parts)} points of leader share."
    )
    held = "" if is_raw(row) else f", {same_place(row)}"
    evidence = f"Percentage points of leader share{held}: {', '.join(parts)} · {sizes(row)}"
    known = [certainty(row.get(f"{part}_low"), row.get(f"{part}_high")) for part in ("exposure", "bias")]
    both = known[0] if known[0] == known[1] else PARTLY
    return Finding(sentence, both, evidence)


def sizes(row: dict[str, Any]) -> str:
    """Both group sizes in words.

    Examples
    --------
    >>> sizes({"focal": "women", "reference": None, "n_focal": 212, "n_reference": 1203})
    'women n = 212, everyone else n = 1,203'
    """
    reference = words.other(row["reference"])
    return f"{row['focal']} n = {number(row['n_focal'])}, {reference} n = {number(row['n_reference'])}"


def _informative(row: dict[str, Any]) -> str:
    count = comparable(row)
    return "" if count == ABSENT else f", {count} of them comparable within strata"


def _sentence(row: dict[str, Any]) -> str:
    value = row.get("sentence")
    return "" if is_absent(value) else str(value).strip()
