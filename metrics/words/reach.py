"""The parts of a gap in reach in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from metrics.words._phrases import (
    Plurals,
    Row,
    alpha_of,
    amount,
    called,
    capital,
    clause,
    compared_of,
    interval_across,
    interval_name,
    interval_sizes,
    joined,
    nobody_comparable,
    place_of,
    shared_decimals,
    signed,
    sizes_of,
    too_few_comparable,
    wording_of,
)

SOURCES = {
    "direct": ("fewer leaders tied to them directly", "more leaders tied to them directly"),
    "contacts": ("fewer contacts", "more contacts"),
    "known": ("contacts who know fewer leaders", "contacts who know more leaders"),
    "overlap": (
        "contacts who more often know the same leaders",
        "contacts who less often know the same leaders",
    ),
}
"""What a part comes from where it takes leaders away, and where it adds them."""

ASKED = {
    "direct": "leaders tied to them directly",
    "contacts": "the number of contacts",
    "known": "how many leaders the contacts know",
    "overlap": "how often contacts know the same leaders",
}
"""The same where the study cannot tell."""


def reach_sentence(rows: Sequence[Row], *, plurals: Plurals | None = None) -> str:
    """One sentence for the five rows of one comparison in a reach table.

    With α = 1 − confidence:

    - no two people share a place, too few do, or all are alike: it says so;
    - the gap has p ≤ α: how much of it comes from each part whose p is ≤ α, and what goes the other way; of the other
      parts, that the study cannot tell;
    - otherwise: that the study cannot tell whether there is a gap, with its interval, and the parts with p ≤ α.

    Where not everybody has somebody of the other group in the same place, it says how many have.

    Parameters
    ----------
    rows : sequence of mapping
        The rows of `metrics.reach_parts.reach_table` for one comparison, in any order, all but the sentence.
    plurals : mapping, optional
        As in `gap_sentence`.

    Returns
    -------
    str

    Examples
    --------
    >>> who = {"column": "gender", "focal": "woman", "reference": "man", "measure": "leaders_within_2",
    ...        "strata": "level", "n_focal": 141, "n_reference": 309, "confidence": 0.95}
    >>> parts = {"gap": (-1.9, -2.8, -1.0, 0.001), "direct": (-0.5, -0.9, -0.1, 0.02),
    ...          "known": (-1.2, -1.9, -0.5, 0.001), "contacts": (-0.1, -0.5, 0.3, 0.6),
    ...          "overlap": (-0.1, -0.3, 0.1, 0.3)}
    >>> rows = [who | {"part": part} | dict(zip(("contribution", "low", "high", "p"), numbers))
    ...         for part, numbers in parts.items()]
    >>> reach_sentence(rows)
    'At the same level, of the 1.9 fewer leaders within two steps that women have than men (95 % interval 1.0 to 2.8;
    141 women, 309 men), 0.5 come from fewer leaders tied to them directly and 1.2 from contacts who know fewer leaders;
    how much comes from the number of contacts or from how often contacts know the same leaders, the study cannot tell.'
    """
    parts = {str(row["part"]): row for row in rows}
    row = parts["gap"]
    focal, reference = called(row, "focal", plurals)[0], called(row, "reference", plurals)[0]
    wording, sizes, place = wording_of(str(row["measure"])), compared_of(row, plurals), place_of(row)
    gap, low, high = (float(row[name]) for name in ("contribution", "low", "high"))
    alpha = alpha_of(row)
    at = f"{capital(place)}, " if place else "Overall, "
    if not isfinite(gap):
        if not nobody_comparable(row):
            return too_few_comparable(row, wording.what, plurals=plurals)
        return (
            f"The study cannot compare {focal} and {reference}{f' {place}' if place else ''} in {wording.what}, "
            f"because no two of them share a place ({sizes_of(row, plurals)})."
        )
    if not isfinite(row["p"]):
        return f"{at}{focal} and {reference} are all alike in {wording.what}, so there is no gap to split ({sizes})."
    decimals = shared_decimals(gap, low, high, wording)
    told = [part for part in SOURCES if parts[part]["p"] <= alpha]
    if row["p"] > alpha:
        between = interval_across(low, high, wording, decimals)
        where = f", {place}," if place else ""
        changes = [
            f"{_size(parts[part])} {wording.more if parts[part]['contribution'] > 0 else wording.less} "
            f"{'' if at else 'come '}from {_source(parts[part])}"
            for at, part in enumerate(told)
        ]
        return (
            f"The study cannot tell whether{where} {focal} and {reference} differ in {wording.what} "
            f"(difference {signed(gap, wording, decimals)}, {interval_name(row)} {between}; {sizes})"
            f"{f'; it can tell that {joined(changes)}' if told else ''}."
        )
    between = f"({interval_name(row)} {interval_sizes(low, high, wording, decimals)}; {sizes})"
    if not told:
        return (
            f"{at}{clause(wording, gap, focal, reference)} {between}; "
            f"how much of it comes from which way to leaders, the study cannot tell."
        )
    same_way = [part for part in told if parts[part]["contribution"] * gap > 0]
    against = [f"{_size(parts[part])} for {_source(parts[part])}" for part in told if part not in same_way]
    come = [
        f"{_size(parts[part])} {'' if at else 'come '}from {_source(parts[part])}" for at, part in enumerate(same_way)
    ]
    word = wording.less if gap < 0 else wording.more
    of_gap = f"of the {amount(gap, wording)} {word} {wording.what} that {focal} have than {reference} {between}, "
    found = joined(come) or "the study can tell no part, only what goes the other way"
    taken_off = f"{', less' if come else ':'} {joined(against)}" if against else ""
    return capital(f"{f'{place}, ' if place else ''}{of_gap}{found}{taken_off}{_unclear(parts, told)}.")


def _size(row: Row) -> str:
    """A contribution without its sign."""
    return amount(float(row["contribution"]), wording_of(str(row["measure"])))


def _source(row: Row) -> str:
    """What a contribution comes from."""
    return SOURCES[str(row["part"])][int(row["contribution"] > 0)]


def _unclear(parts: Mapping[str, Row], told: Sequence[str]) -> str:
    """The parts of which nothing is told, and why."""
    if not isfinite(parts["known"]["contribution"]):
        return "; the rest cannot be split, because nobody in one of the groups has a contact who brings a leader"
    asked = [ASKED[part] for part in SOURCES if part not in told]
    if not asked:
        return ""
    either = " or from ".join(filter(None, (", from ".join(asked[:-1]), asked[-1])))
    return f"; how much comes from {either}, the study cannot tell"
