"""Whether a gap changed over time, in a sentence."""

from __future__ import annotations

import datetime as dt
from math import isfinite

from metrics.words._phrases import (
    PLACES,
    Plurals,
    Row,
    amount,
    called,
    held_equal,
    interval_across,
    interval_name,
    interval_sizes,
    joined,
    scaled,
    shared_decimals,
    signed,
    sizes_of,
    spaced,
    wording_of,
)

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def trend_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """One sentence for one row of a table of changes.

    - too few people have the measure, none can be compared, or all changed alike: it says so;
    - p ≤ 1 − confidence: that the gap widened, narrowed or turned round, by how much, and from what to what;
    - otherwise: that the study cannot tell, with the change it would have found four times in five.

    Parameters
    ----------
    row : mapping
        A row of the second table of `metrics.trend.trend_table`, all but its sentence.
    plurals : mapping, optional
        How to call a group's people: ``{"nurse": "nurses"}``, or ``{("job", "nurse"): "nurses"}``.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"measure": "leader_ties", "column": "gender", "focal": "woman", "reference": "man", "n_focal": 141,
    ...        "n_reference": 309, "first_day": "2024-07-01", "last_day": "2024-12-31", "windows": 6, "change": -0.6,
    ...        "change_low": -1.0, "change_high": -0.2, "gap_first": -0.3, "gap_last": -0.9, "p": 0.004,
    ...        "detectable": 0.5, "strata": "level", "confidence": 0.95}
    >>> trend_sentence(row)
    'Between July and December 2024, at the same level, the gap in ties to leaders between women and men widened by 0.6
    (95 % interval 0.2 to 1.0), from 0.3 fewer to 0.9 fewer for women (6 windows; 141 women, 309 men).'
    """
    focal, reference = called(row, "focal", plurals)[0], called(row, "reference", plurals)[0]
    wording = wording_of(str(row["measure"]))
    gap = f"the gap in {wording.what} between {focal} and {reference}"
    place = joined([PLACES.get(column, f"with the same {spaced(column)}") for column in held_equal(row)])
    at, where = (f"{place}, ", f", {place},") if place else ("", "")
    when, sizes = _between(str(row["first_day"]), str(row["last_day"])), sizes_of(row, plurals)
    if not isfinite(row["change"]):
        return (
            f"Too few people can be compared over at least two windows to say whether{where} {gap} changed {when} "
            f"({sizes})."
        )
    if not isfinite(row["p"]):
        return f"{_capital(when)}, {at}{wording.what} changed alike for all {focal} and {reference} ({sizes})."
    change, low, high = (scaled(row[name], wording) for name in ("change", "change_low", "change_high"))
    decimals = shared_decimals(change, low, high, wording)
    sizes = f"{int(row['windows'])} windows; {sizes}"
    if row["p"] <= 1.0 - float(row["confidence"]):
        first, last = (scaled(row[name], wording) for name in ("gap_first", "gap_last"))
        turned = first * last < 0
        moved = "turned round, a change of" if turned else "widened by" if abs(last) > abs(first) else "narrowed by"
        return (
            f"{_capital(when)}, {at}{gap} {moved} {amount(change, wording)} "
            f"({interval_name(row)} {interval_sizes(low, high, wording, decimals)}), "
            f"from {signed(first, wording, decimals)} to {signed(last, wording, decimals)} for {focal} ({sizes})."
        )
    power = ""
    if isfinite(row["detectable"]):
        power = f"; only a change of {amount(scaled(row['detectable'], wording), wording)} or more would have been "
        power += "found four times in five"
    return (
        f"The study cannot tell whether{where} {gap} changed {when} (change for {focal} "
        f"{signed(change, wording, decimals)}, {interval_name(row)} {interval_across(low, high, wording, decimals)}; "
        f"{sizes}){power}."
    )


def _between(first_day: str, last_day: str) -> str:
    """A stretch of time: "between July and December 2024" where it is whole months, or else its days."""
    first, last = dt.date.fromisoformat(first_day), dt.date.fromisoformat(last_day)
    whole = first.day == 1 and (last + dt.timedelta(days=1)).day == 1
    begin, end = (f"{'' if whole else f'{day.day} '}{_MONTHS[day.month - 1]}" for day in (first, last))
    if whole and begin == end and first.year == last.year:
        return f"within {end} {last.year}"
    return f"between {begin}{'' if first.year == last.year else f' {first.year}'} and {end} {last.year}"


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
