"""A gap's decomposition in a sentence."""

from __future__ import annotations

from math import isfinite, isnan

from metrics.words._phrases import (
    Plurals,
    Row,
    Wording,
    amount,
    called,
    clause,
    held_equal,
    interval_across,
    interval_name,
    interval_sizes,
    joined,
    number,
    scaled,
    shared_decimals,
    signed,
    sizes_of,
    spaced,
    wording_of,
)


def decomposition_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """One sentence for the row "all" of a decomposition.

    A part or the gap "can be told" where its interval leaves 0 out.

    - too few people, no factor in which they differ, factors that cannot be told apart, or everybody alike: it says so;
    - the gap cannot be told: that; if a part can, both parts, because they may pull in opposite ways;
    - it can, and both parts go its way: how much goes along with the factors and how much does not, and which of them
      cannot be told;
    - the explained part goes the other way, or beyond the whole gap: that first, then both parts.

    What "goes along" with level and function is not said to come from them.

    Parameters
    ----------
    row : mapping
        A row of `metrics.decompose.decomposition_table` whose factor is "all", all but its sentence.
    plurals : mapping, optional
        As in `metrics.words.gap_sentence`.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"measure": "leader_ties", "column": "gender", "focal": "woman", "reference": "man", "n_focal": 141,
    ...        "n_reference": 309, "n_outside": 0, "factors": "level × function", "difference": -1.2,
    ...        "difference_low": -1.7, "difference_high": -0.7, "explained": -0.4, "explained_low": -0.6,
    ...        "explained_high": -0.2, "unexplained": -0.8, "unexplained_low": -1.2, "unexplained_high": -0.4,
    ...        "confidence": 0.95}
    >>> decomposition_sentence(row)
    'Of the 1.2 fewer ties to leaders that women have than men, 0.4 go along with level and function (95 % interval 0.2
    to 0.6), 0.8 do not (0.4 to 1.2; 141 women, 309 men).'
    """
    focal, reference = called(row, "focal", plurals)[0], called(row, "reference", plurals)[0]
    wording = wording_of(str(row["measure"]))
    held = joined([spaced(column) for column in _factors(row)])
    sizes = _sizes(row, plurals)
    if not held:
        return (
            f"The roster says nothing about where people stand that differs among {focal} and {reference}, so the gap "
            f"in {wording.what} between them cannot be split ({sizes})."
        )
    if not isfinite(row["difference"]):
        shared = " and share their place with the other group" if _outside(row) else ""
        return f"Too few people have a value for {wording.what}{shared} to compare {focal} and {reference} ({sizes})."
    if row["difference_low"] == row["difference_high"]:
        return (
            f"{_start(focal)} and {reference} are all alike in {wording.what}, so there is no gap to split ({sizes})."
        )
    if not isfinite(row["explained"]):
        return (
            f"The gap in {wording.what} between {focal} and {reference} cannot be split into what goes along with "
            f"{held} and what does not, because too few of them hold the same ones ({sizes})."
        )
    gap, explained, rest = (scaled(row[part], wording) for part in ("difference", "explained", "unexplained"))
    if not _told(row, "difference"):
        return _untold(row, wording, focal, reference, held, sizes)
    lead, them = _start(clause(wording, gap, focal, reference)), "them" if len(_factors(row)) > 1 else "it"
    parts = f"{_part(row, 'explained', wording)}, the rest {_part(row, 'unexplained', wording, sizes)}"
    if explained * gap < 0 and _told(row, "explained"):
        return f"{lead}, although {held} would point the other way: the part that goes along with {them} is {parts}."
    if rest * gap < 0 and _told(row, "explained"):
        more = "and more than all of it goes" if _told(row, "unexplained") else "and all of it may go"
        return f"{lead}, {more} along with {held}: that part is {parts}."
    if explained * gap < 0 or rest * gap < 0:
        return (
            f"{lead}, and the study cannot tell whether any of that goes along with {held}: "
            f"the part that does is {parts}."
        )
    return _shares(row, wording, focal, reference, held, sizes)


def _shares(row: Row, wording: Wording, focal: str, reference: str, held: str, sizes: str) -> str:
    """Both parts go the gap's way: so much of it does, so much does not."""
    gap = scaled(row["difference"], wording)
    word = wording.less if gap < 0 else wording.more
    if wording.had:
        lead = f"Of the {amount(gap, wording)} {word} {wording.what} that {focal} have than {reference}"
    else:
        lead = f"Of the {amount(gap, wording)} by which {wording.what} is {word} among {focal} than among {reference}"
    along, rest = (_size(row, part, wording) for part in ("explained", "unexplained"))
    first = f"{interval_name(row)} {_interval(row, 'explained', wording)}"
    told = _told(row, "explained"), _told(row, "unexplained")
    caution = {
        (True, True): "",
        (True, False): "; the study cannot tell whether anything is left",
        (False, True): f"; the study cannot tell whether anything goes along with {held}",
        (False, False): "; the study cannot tell either part from none",
    }[told]
    return (
        f"{lead}, {along} go along with {held} ({first}), {rest} do not "
        f"({_interval(row, 'unexplained', wording)}; {sizes}){caution}."
    )


def _untold(row: Row, wording: Wording, focal: str, reference: str, held: str, sizes: str) -> str:
    """The gap itself may be none; a part of it may still be clear."""
    gap, low, high = _numbers(row, "difference", wording)
    decimals = shared_decimals(gap, low, high, wording)
    lead = (
        f"The study cannot tell whether {focal} and {reference} differ in {wording.what} (difference "
        f"{signed(gap, wording, decimals)}, {interval_name(row)} {interval_across(low, high, wording, decimals)}"
    )
    if not (_told(row, "explained") or _told(row, "unexplained")):
        return f"{lead}; {sizes}), so nothing can be said of what the difference is made of."
    opposite = row["explained"] * row["unexplained"] < 0
    ways = "it is made of two parts that pull in opposite ways" if opposite else "its two parts are not equally unsure"
    return (
        f"{lead}), but {ways}: {_part(row, 'explained', wording)} goes along with {held}, "
        f"{_part(row, 'unexplained', wording, sizes)} does not."
    )


def _part(row: Row, part: str, wording: Wording, more: str = "") -> str:
    """A part with its direction and interval: "0.4 more (95 % interval 0.1 to 0.7)"."""
    value, low, high = _numbers(row, part, wording)
    text = signed(value, wording, shared_decimals(value, low, high, wording))
    return f"{text} ({interval_name(row)} {_interval(row, part, wording)}{f'; {more}' if more else ''})"


def _size(row: Row, part: str, wording: Wording) -> str:
    value, low, high = _numbers(row, part, wording)
    return number(value, shared_decimals(value, low, high, wording))


def _interval(row: Row, part: str, wording: Wording) -> str:
    value, low, high = _numbers(row, part, wording)
    if not (isfinite(low) and isfinite(high)):
        return "unknown"
    decimals = shared_decimals(value, low, high, wording)
    return (interval_sizes if _told(row, part) else interval_across)(low, high, wording, decimals)


def _numbers(row: Row, part: str, wording: Wording) -> tuple[float, float, float]:
    """A part and its limits, in percentage points where it is told in them."""
    value, low, high = (scaled(row[f"{part}{end}"], wording) for end in ("", "_low", "_high"))
    return value, low, high


def _told(row: Row, part: str) -> bool:
    """Whether the interval leaves 0 out; an interval that is unknown does not."""
    return bool(row[f"{part}_low"] > 0 or row[f"{part}_high"] < 0)


def _factors(row: Row) -> list[str]:
    return held_equal({"strata": row["factors"]})


def _outside(row: Row) -> bool:
    """Whether anybody was left out for want of the other group; a count that is kept back is of somebody."""
    return isnan(float(row["n_outside"])) or float(row["n_outside"]) > 0


def _sizes(row: Row, plurals: Plurals | None) -> str:
    """Group sizes, and who had to be left out."""
    if not _outside(row):
        return sizes_of(row, plurals)
    outside = float(row["n_outside"])
    count = "a few" if isnan(outside) else f"{outside:,.0f}"
    place = " or ".join(spaced(column) for column in _factors(row))
    return f"{sizes_of(row, plurals)}; {count} whose {place} only one of the groups holds left out"


def _start(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
