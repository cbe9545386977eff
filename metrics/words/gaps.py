"""A gap in a sentence."""

from __future__ import annotations

from math import isfinite, isnan, nan

from metrics.words._phrases import (
    NOT_IN_FAMILY,
    Plurals,
    Row,
    Wording,
    alpha_of,
    amount,
    called,
    capital,
    caution_of,
    clause,
    compared_of,
    interval_across,
    interval_name,
    interval_sizes,
    nobody_comparable,
    place_of,
    scaled,
    shared_decimals,
    signed,
    sizes_of,
    too_few_comparable,
    wording_of,
)

EXPLAINED = ("leader_ties", "leader_share")
"""Measures that exposure and bias explain: whom a person is tied to, of those around them."""


def gap_sentence(row: Row, *, plurals: Plurals | None = None, why: str = "") -> str:
    """One sentence for one row of a gap table.

    With α = 1 − confidence:

    - nobody or too few people have the measure, none or too few of them can be compared, or all who can are alike: it
      says so;
    - p ≤ α: the adjusted gap, its interval and both group sizes; with q > α also that, among all the differences looked
      at, this one could still be chance, and outside the family that it was not among the questions fixed beforehand;
      with neither, also `why`;
    - p > α, p_raw ≤ α and the adjusted gap at most half the raw one: the raw gap with its interval, which q does not
      cover, and that no difference can be told among people in the same place;
    - otherwise: that the study cannot tell, with the interval and the gap it would have found four times in five.

    Where not everybody has somebody of the other group in the same place, it says how many have.

    Parameters
    ----------
    row : mapping
        A row of `metrics.gaps.gap_table`, all but its sentence.
    plurals : mapping, optional
        How to call a group's people: ``{"nurse": "nurses"}``, or ``{("job", "nurse"): "nurses"}``.
    why : str
        A clause that says what the gap comes from, added where the gap is clear and the measure is ties to leaders or
        leader share; other measures reach further than the people around, whom exposure and bias are about.

    Returns
    -------
    str
        Amounts have two significant digits, those in percentage points one decimal, a final 0 left out.

    Examples
    --------
    >>> row = {"measure": "leader_ties", "column": "gender", "focal": "woman", "reference": "man", "n_focal": 141,
    ...        "n_reference": 309, "difference": -1.0, "adjusted": -0.8, "adjusted_low": -1.3, "adjusted_high": -0.3,
    ...        "p": 0.002, "q": 0.01, "p_raw": 0.001, "strata": "level × function", "detectable": 0.7,
    ...        "confidence": 0.95}
    >>> gap_sentence(row, why="leaders are about as present around them, ties form less readily")
    'At the same level and in the same function, women have 0.8 fewer ties to leaders than men (95 % interval 0.3 to
    1.3; 141 women, 309 men); leaders are about as present around them, ties form less readily.'
    """
    focal, reference = called(row, "focal", plurals)[0], called(row, "reference", plurals)[0]
    wording = wording_of(str(row["measure"]))
    place = place_of(row)
    at = f"{capital(place)}, " if place else "Overall, "
    sizes, alpha = sizes_of(row, plurals), alpha_of(row)
    if row["n_focal"] == row["n_reference"] == 0:
        return f"Nobody compared has a value for {wording.what}, so {focal} and {reference} cannot be compared in it."
    if not isfinite(row["difference"]):
        return f"Too few people have a value for {wording.what} to compare {focal} and {reference} ({sizes})."
    if not isfinite(row["adjusted"]):
        if not nobody_comparable(row):
            return too_few_comparable(row, wording.what, plurals=plurals)
        where = f" {place}" if place else ""
        return (
            f"The study cannot compare {focal} and {reference}{where} in {wording.what}, "
            f"because no two of them share a place ({sizes})."
        )
    sizes = compared_of(row, plurals)
    if not isfinite(row["p"]):
        return f"{at}{focal} and {reference} are all alike in {wording.what}, so there is no gap to test ({sizes})."
    adjusted, low, high = (scaled(row[name], wording) for name in ("adjusted", "adjusted_low", "adjusted_high"))
    decimals = shared_decimals(adjusted, low, high, wording)
    named = interval_name(row)
    if row["p"] <= alpha:
        between = interval_sizes(low, high, wording, decimals)
        if not row.get("family", True):
            after = NOT_IN_FAMILY
        elif row["q"] > alpha:
            after = caution_of(float(row["q"]))
        else:
            after = f"; {why}" if why and row["measure"] in EXPLAINED else ""
        return f"{at}{clause(wording, adjusted, focal, reference)} ({named} {between}; {sizes}){after}."
    between = interval_across(low, high, wording, decimals)
    raw = scaled(row["difference"], wording)
    if place and row["p_raw"] <= alpha and abs(adjusted) <= abs(raw) / 2:
        return (
            f"Overall, {clause(wording, raw, focal, reference)} {_of_raw(row, wording)}; "
            f"{place} no difference can be told "
            f"({signed(adjusted, wording, decimals)}, {named} {between}; {sizes})."
        )
    where = f", {place}," if place else ""
    power = ""
    if isfinite(row["detectable"]):
        power = f"; only a gap of {amount(scaled(row['detectable'], wording), wording)} or more would have been found "
        power += "four times in five"
    return (
        f"The study cannot tell whether{where} {focal} and {reference} differ in {wording.what} "
        f"(difference {signed(adjusted, wording, decimals)}, {named} {between}; {sizes}){power}."
    )


def _of_raw(row: Row, wording: Wording) -> str:
    """How sure the raw gap is, in brackets."""
    raw, low, high = (
        scaled(row.get(name, nan), wording) for name in ("difference", "difference_low", "difference_high")
    )
    if isnan(low) or isnan(high):
        return "(not corrected for the number of comparisons)"
    between = interval_sizes(low, high, wording, shared_decimals(raw, low, high, wording))
    return f"({interval_name(row)} {between}, not corrected for the number of comparisons)"
