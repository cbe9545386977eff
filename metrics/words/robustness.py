"""Whether a gap could be the data, in a sentence."""

from __future__ import annotations

from math import isfinite

import numpy as np

from metrics.words._phrases import NOT_IN_FAMILY, Plurals, Row, alpha_of, called, joined, wording_of


def robustness_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """One sentence for one row of a table of verdicts.

    - not enough evidence: that there is nothing to test, that the plain comparison cannot tell the gap from chance,
      that it could be chance among all the differences looked at, or that too few checks say anything;
    - robust: the checks in which the gap stays, which say nothing, and the share of missing ties that would make it;
    - depends, on one check: what is left of the gap in it; on several: which they are.

    Of a gap outside the family, robust or not, it also says that it was not among the questions fixed beforehand.

    Parameters
    ----------
    row : mapping
        A row of `metrics.robustness.verdict_table`, all but its sentence.
    plurals : mapping, optional
        How to call a group's people: ``{"nurse": "nurses"}``, or ``{("job", "nurse"): "nurses"}``.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"measure": "leader_ties", "column": "gender", "focal": "woman", "reference": "man", "p": 0.001,
    ...        "q": 0.01, "family": True, "verdict": "robust", "depends_on": "", "checks": 3, "holding": 3,
    ...        "silent": "", "least": 0.8, "tipping": 0.31, "confidence": 0.95,
    ...        "holds_in": "each channel alone; without the best-connected 1 %"}
    >>> robustness_sentence(row)
    'Robust: the gap in ties to leaders between women and men stays in all 3 checks: each channel alone and without the
    best-connected 1 %; to make it, 31 % of the ties that women have to leaders would have to be missing from the data,
    and none of those of men.'
    """
    focal, reference = called(row, "focal", plurals)[0], called(row, "reference", plurals)[0]
    gap = f"the gap in {wording_of(str(row['measure'])).what} between {focal} and {reference}"
    if row["verdict"] == "not enough evidence":
        return f"Not enough evidence: {_not_enough(row, gap)}."
    lead = NOT_IN_FAMILY if _outside(row) else ""
    if row["verdict"] == "robust":
        tipping = _tipping(row, focal, reference)
        return f"Robust: {gap} stays in all {int(row['checks'])} checks: {_held(row)}{tipping}{lead}."
    fails = str(row["depends_on"]).split("; ")
    if len(fails) == 1:
        on = fails[0].removeprefix("without ") if fails[0].startswith("without ") else "how it is measured"
        return f"Depends on {on}: {_in(fails[0])}, {_left(fails[0], float(row['least']), gap)}{lead}."
    return (
        f"Depends on how it is measured: {gap} stays in {int(row['holding'])} of {int(row['checks'])} checks, but less "
        f"than half of it is left, or it points the other way, {joined([_in(name) for name in fails])}{lead}."
    )


def _not_enough(row: Row, gap: str) -> str:
    """Why nothing is said about a gap."""
    if not isfinite(row["p"]):
        return f"{gap} cannot be tested, because too few people can be compared or all who can are alike"
    if row["p"] > alpha_of(row):
        return f"even as studied, {gap} cannot be told from chance"
    if row["q"] > alpha_of(row):
        return f"among all the differences looked at, {gap} could still be chance (q = {row['q']:.2g})"
    if not row["holding"]:
        return f"{gap} could be checked in no other way{_silent(row)}"
    only = "the only check that says" if row["holding"] == 1 else f"the only {int(row['holding'])} checks that say"
    return f"{gap} stays in {only} anything, too few to call it robust: {_held(row)}"


def _outside(row: Row) -> bool:
    """Whether a gap is known to be outside the family; where no family is known it is missing."""
    return bool(isinstance(row["family"], (bool, np.bool_)) and not row["family"])


def _held(row: Row) -> str:
    """The checks in which a gap stays, and those that say nothing."""
    return f"{joined(str(row['holds_in']).split('; '))}{_silent(row)}"


def _silent(row: Row) -> str:
    silent = [_in(name) for name in str(row["silent"]).split("; ") if name]
    return f"; {joined(silent)}, there is too little to tell" if silent else ""


def _in(check: str) -> str:
    """A check as a place: "without email", "in email alone", "with half-life halved"."""
    if check.startswith("without "):
        return check
    return f"in {check}" if check.endswith(" alone") else f"with {check}"


def _left(check: str, least: float, gap: str) -> str:
    """What is left of a gap in the only check that fails.

    A channel alone fails only with a clear gap the other way. Elsewhere one that has just turned is nothing but chance.
    """
    if check.endswith(" alone") or least <= -0.5:
        return f"{gap} points the other way"
    if least < 0.5:
        return f"less than half of {gap} is left"
    return f"{gap} does not stay the same from draw to draw"


def _tipping(row: Row, focal: str, reference: str) -> str:
    """The missing ties that would make the gap, where that means anything."""
    share = float(row["tipping"])
    if not isfinite(share):
        return ""
    whole = "all" if share >= 1 else f"{max(100 * share, 1):.0f} %"
    return (
        f"; to make it, {whole} of the ties that {focal} have to leaders would have to be missing from the data, and "
        f"none of those of {reference}"
    )
