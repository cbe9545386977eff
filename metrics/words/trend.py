"""Whether a gap changed over time, in a sentence."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from math import isfinite

from metrics.words._phrases import (
    Plurals,
    Row,
    Wording,
    alpha_of,
    amount,
    called,
    capital,
    caution_of,
    interval_across,
    interval_name,
    interval_sizes,
    joined,
    number,
    place_of,
    scaled,
    shared_decimals,
    signed,
    sizes_of,
    wording_of,
)

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def trend_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """One sentence for one row of a table of changes.

    With α = 1 − confidence, p that of the plain change and p' that of the change against the mean of all compared:

    - fewer than two windows, too few people in all of them, or all changed alike: it says so;
    - p' ≤ α and both changes point the same way: that the gap widened, narrowed or turned round, by how much, and from
      what to what; with q > α also that it could still be chance. *Turned round* only where both ends can be told from
      0; *shifted* where it changes sides and neither can;
    - p' ≤ α and the two point opposite ways: both, and that it depends on how one looks;
    - p ≤ α alone: from what to what, and that against the mean of all compared no change can be told;
    - otherwise: that the study cannot tell, with the change it would have found four times in five.

    Parameters
    ----------
    row : mapping
        A row of the second table of `metrics.trend.trend_table`, all but its sentence. Where ``mean_first`` is NaN, how
        much all compared have is not told.
    plurals : mapping, optional
        How to call a group's people: ``{"nurse": "nurses"}``, or ``{("job", "nurse"): "nurses"}``.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"measure": "leader_ties", "column": "gender", "focal": "woman", "reference": "man", "n_focal": 141,
    ...        "n_reference": 309, "first_day": "2024-07-01", "last_day": "2024-12-31", "windows": 6,
    ...        "left_out_windows": "", "gap_first": -0.3, "p_first": 0.2, "gap_last": -0.9, "p_last": 0.001,
    ...        "change": -0.6, "change_low": -1.0, "change_high": -0.2, "p": 0.004, "detectable": 0.5,
    ...        "mean_first": 4.0, "mean_last": 4.2, "change_relative": -0.15, "change_relative_low": -0.25,
    ...        "change_relative_high": -0.05, "change_relative_p": 0.005, "q": 0.02,
    ...        "detectable_relative": 0.13, "strata": "level", "confidence": 0.95}
    >>> trend_sentence(row)
    'Between July and December 2024, at the same level, the gap in ties to leaders between women and men widened by 0.6
    (95 % interval 0.2 to 1.0), from 0.3 fewer to 0.9 fewer for women, and against the average of all compared by 15 %
    of it (5 % to 25 %; 6 windows; 141 women, 309 men).'
    """
    focal, reference = called(row, "focal", plurals)[0], called(row, "reference", plurals)[0]
    wording = wording_of(str(row["measure"]))
    gap = f"the gap in {wording.what} between {focal} and {reference}"
    place = place_of(row)
    at, where = (f"{place}, ", f", {place},") if place else ("", "")
    when, sizes = _between(str(row["first_day"]), str(row["last_day"])), sizes_of(row, plurals)
    if row["windows"] < 2:
        return (
            f"Whether{where} {gap} changed {when} cannot be told: in fewer than two windows of time do enough people "
            "have ties to be compared."
        )
    sizes = f"{int(row['windows'])} windows{_left_out(row)}; {sizes}"
    if not isfinite(row["change"]):
        return f"Too few people can be compared in every window to say whether{where} {gap} changed {when} ({sizes})."
    if not isfinite(row["p"]):
        return f"{capital(when)}, {at}{wording.what} changed by as much for all {focal} and {reference} ({sizes})."
    alpha, change = alpha_of(row), float(row["change"])
    began = f"{capital(when)}, {at}{gap}"
    if row["change_relative_p"] <= alpha:
        caution = caution_of(float(row["q"])) if row["q"] > alpha else ""
        if change * row["change_relative"] > 0:
            return f"{began} {_moved(row, wording, focal, sizes, alpha=alpha)}{caution}."
        return (
            f"{began} went {_ends(row, wording, focal)}, but against the average of all compared{_means(row, wording)} "
            f"it moved the other way, by {_relative(row, of='it')}, so whether it widened depends on how it is looked "
            f"at ({sizes}){caution}."
        )
    if row["p"] <= alpha:
        told = ""
        if isfinite(row["change_relative_p"]):
            told = f"change {_relative_change(row, wording)}, {interval_name(row)} {_relative_across(row, wording)}; "
        return (
            f"{began} went {_ends(row, wording, focal)}, but against the average of all compared{_means(row, wording)} "
            f"no change can be told ({told}{sizes})."
        )
    low, high = (scaled(row[name], wording) for name in ("change_low", "change_high"))
    plain = scaled(change, wording)
    decimals = shared_decimals(plain, low, high, wording)
    against, power = "", ""
    if isfinite(row["change_relative_p"]):
        against = (
            f"against the average of all compared {_relative_change(row, wording)}, {_relative_across(row, wording)}; "
        )
    if isfinite(row["detectable_relative"]):
        least = _percent(row["detectable_relative"])
        power = f"; only a change of {least} of that average or more would have been found four times in five"
    return (
        f"The study cannot tell whether{where} {gap} changed {when} (change for {focal} "
        f"{signed(plain, wording, decimals)}, {interval_name(row)} {interval_across(low, high, wording, decimals)}; "
        f"{against}{sizes}){power}."
    )


def _moved(row: Row, wording: Wording, focal: str, sizes: str, *, alpha: float) -> str:
    """A clear change: "widened by 0.6 (…), from 0.3 fewer to 0.9 fewer for women, and against the average …"."""
    first, last = float(row["gap_first"]), float(row["gap_last"])
    clear_first, clear_last = row["p_first"] <= alpha, row["p_last"] <= alpha
    if first * last >= 0:
        moved = "widened by" if abs(last) > abs(first) else "narrowed by"
    elif clear_first and clear_last:
        moved = "turned round, a change of"
    elif clear_first or clear_last:
        moved = "widened by" if clear_last else "narrowed by"
    else:
        moved = "shifted by"
    if row["p"] > alpha:
        return (
            f"{moved} {_relative(row, of='the average of all compared')}; in itself it went "
            f"{_ends(row, wording, focal)}, which cannot be told from no change ({sizes})"
        )
    change, low, high = (scaled(row[name], wording) for name in ("change", "change_low", "change_high"))
    between = interval_sizes(low, high, wording, shared_decimals(change, low, high, wording))
    return (
        f"{moved} {amount(change, wording)} ({interval_name(row)} {between}), {_ends(row, wording, focal)}, "
        f"and against the average of all compared by {_percent(row['change_relative'])} of it "
        f"({_relative_sizes(row)}; {sizes})"
    )


def _ends(row: Row, wording: Wording, focal: str) -> str:
    """Both ends of the line: "from 0.3 fewer to 0.9 fewer for women"."""
    change, low, high, first, last = (
        scaled(row[name], wording) for name in ("change", "change_low", "change_high", "gap_first", "gap_last")
    )
    decimals = shared_decimals(change, low, high, wording)
    return f"from {signed(first, wording, decimals)} to {signed(last, wording, decimals)} for {focal}"


def _means(row: Row, wording: Wording) -> str:
    """What all compared had at both ends, where it is told: ", which went from 4.6 to 0.9,"."""
    if not (isfinite(row["mean_first"]) and isfinite(row["mean_last"])):
        return ""
    first, last = (
        _percent(row[name]) if wording.points else amount(row[name], wording) for name in ("mean_first", "mean_last")
    )
    return f", which stayed at {first}," if first == last else f", which went from {first} to {last},"


def _relative(row: Row, *, of: str) -> str:
    """The relative change with its interval: "15 % of it (95 % interval 5 % to 25 %)"."""
    return f"{_percent(row['change_relative'])} of {of} ({interval_name(row)} {_relative_sizes(row)})"


def _percent(share: float) -> str:
    return f"{number(100.0 * float(share), 0)} %"


def _relative_change(row: Row, wording: Wording) -> str:
    """The relative change with its direction: "15 % fewer"."""
    text = _percent(row["change_relative"])
    return text if text == "0 %" else f"{text} {wording.less if row['change_relative'] < 0 else wording.more}"


def _relative_sizes(row: Row) -> str:
    low, high = float(row["change_relative_low"]), float(row["change_relative_high"])
    near, far = sorted((abs(low), abs(high)))
    return f"{_percent(near)} to {_percent(far)}" if isfinite(far) else f"at least {_percent(near)}"


def _relative_across(row: Row, wording: Wording) -> str:
    in_percent = replace(wording, points=False, less=f"% {wording.less}", more=f"% {wording.more}")
    low, high = (100.0 * float(row[f"change_relative_{end}"]) for end in ("low", "high"))
    return interval_across(low, high, in_percent, 0)


def _left_out(row: Row) -> str:
    """The windows that are not among those compared: ", without March 2024 for want of ties"."""
    out = [_span(*stretch.split(" to ")) for stretch in str(row["left_out_windows"]).split("; ") if stretch]
    return f", without {joined(out)} for want of ties" if out else ""


def _span(first_day: str, last_day: str) -> str:
    """A stretch of time by itself: "March 2024", "July to August 2024", "3 July 2023 to 2 May 2024"."""
    text = _between(first_day, last_day)
    return text.removeprefix("within ").removeprefix("between ").replace(" and ", " to ")


def _between(first_day: str, last_day: str) -> str:
    """A stretch of time: "between July and December 2024" where it is whole months, or else its days."""
    first, last = dt.date.fromisoformat(first_day), dt.date.fromisoformat(last_day)
    whole = first.day == 1 and (last + dt.timedelta(days=1)).day == 1
    begin, end = (f"{'' if whole else f'{day.day} '}{_MONTHS[day.month - 1]}" for day in (first, last))
    if whole and begin == end and first.year == last.year:
        return f"within {end} {last.year}"
    return f"between {begin}{'' if first.year == last.year else f' {first.year}'} and {end} {last.year}"
