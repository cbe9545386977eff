"""Phrases that all sentences are made of: what is compared, by how much, between whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, isinf, isnan, nan
from typing import Any

from metrics.access import WITH_CHAIN
from ona.model.groups import BETWEEN, disclosure_cell, parts_of

Row = Mapping[Any, Any]
Plurals = Mapping[str, str] | Mapping[tuple[str, str], str]

DEFAULT_PLURALS = {"woman": "women", "women": "women", "female": "women", "man": "men", "men": "men", "male": "men"}
"""How to call the people of a group, by its label in lower case; a study's own plurals come first."""


@dataclass(frozen=True)
class Wording:
    """What is compared, less and more of it, whether it is told in percentage points, and whether people *have* it."""

    what: str
    less: str = "fewer"
    more: str = "more"
    points: bool = False
    had: bool = True


def _share(what: str) -> Wording:
    return Wording(what, "lower", "higher", points=True, had=False)


WORDINGS = {
    "leader_ties": Wording("ties to leaders"),
    "from_leaders": Wording("leaders who influence them"),
    "to_leaders": Wording("leaders whom their work reaches"),
    "leaders_within_2": Wording("leaders within two steps"),
    "paths_to_leaders": Wording("separate ways to leaders (counted up to three)"),
    "mentors": Wording("mentors"),
    "sponsors": Wording("sponsors"),
    "leader_sponsors": Wording("sponsors who are leaders"),
    "leader_strength": Wording("the strength of ties to leaders", "lower", "higher", had=False),
    "steps_to_leader": Wording("the number of steps to the nearest leader", "lower", "higher", had=False),
    "has_leader_tie": _share("the share of people with any tie to a leader"),
    "leader_share": _share("the share of influence that comes from leaders"),
    "influence_from_leaders": _share(
        "the share of influence, at first hand or through others, that comes from leaders"
    ),
    "cascade_reach": _share("the chance that a message from leaders arrives"),
    "mentored_not_sponsored": _share("the share of people who are mentored but not sponsored"),
    "sponsor_levels_up": Wording("the number of levels up to the highest sponsor", "lower", "higher", had=False),
    "sponsor_influence": _share("the share of people less influential than the most influential sponsor"),
}

_MOST_DECIMALS = 4
_NOTHING = 1e-9

PLACES = {"level": "at the same level", "function": "in the same function", "site": "at the same site"}


def points(share: float) -> str:
    text = f"{100 * share:+.1f}".replace("-", "−")
    return "0.0" if text in ("+0.0", "−0.0") else text


def wording_of(measure: str) -> Wording:
    plain = measure.removesuffix(WITH_CHAIN)
    wording = WORDINGS.get(plain) or Wording(f"'{plain}'", "lower", "higher", had=False)
    if plain == measure:
        return wording
    what = f"{wording.what}, own managers included,"
    return Wording(what, wording.less, wording.more, points=wording.points, had=wording.had)


def called(row: Row, side: str, plurals: Plurals | None) -> tuple[str, str | None]:
    """How a group's people are called in a sentence, and after their number; None where no plural is known.

    People of an intersection are called by the first part that has a plural: "women whose ethnicity is Black".
    """
    group, column = row[side], str(row["column"])
    if not isinstance(group, str):
        return "everyone else", "others"
    plural = _plural(column, group, plurals)
    if plural:
        return plural, plural
    columns, groups = parts_of(column), disclosure_cell(column, group)
    if len(columns) != len(groups):
        columns, groups = (column,), (group,)
    named = [_plural(*part, plurals) for part in zip(columns, groups, strict=True)]
    first = next((at for at, name in enumerate(named) if name), None)
    rest = [f"{spaced(c)} is {g}" for at, (c, g) in enumerate(zip(columns, groups, strict=True)) if at != first]
    return f"{'people' if first is None else named[first]} whose {' and whose '.join(rest)}", None


def _plural(column: str, group: str, plurals: Plurals | None) -> str | None:
    own: Mapping[Any, str] = plurals or {}
    return own.get((column, group)) or own.get(group) or DEFAULT_PLURALS.get(group.casefold())


def alpha_of(row: Row) -> float:
    """1 − confidence, without the rounding error that would turn away a p of exactly .1."""
    return round(1.0 - float(row["confidence"]), 10)


def sizes_of(row: Row, plurals: Plurals | None) -> str:
    """Both group sizes, and how many people had to be left out: "141 women, 309 men; 12 without a value left out"."""
    counts = _counts(row, f"{int(row['n_focal']):,}", f"{int(row['n_reference']):,}", plurals=plurals, link=", ")
    return "; ".join(filter(None, (counts, _left_out(row))))


def compared_of(row: Row, plurals: Plurals | None) -> str:
    """As `sizes_of`, and where not everybody has somebody of the other group in the same place, how many have.

    Counts that a leader's copy keeps back are missing, which happens only where not everybody has.
    """
    first, second = informative_of(row)
    if isnan(first) or isnan(second):
        unsaid = "; not all have a counterpart" if "n_informative_focal" in row else ""
        return f"{sizes_of(row, plurals)}{unsaid}"
    if all_comparable(row):
        return sizes_of(row, plurals)
    return "; ".join(filter(None, (f"{_out_of(row, plurals)} have a counterpart", _left_out(row))))


def informative_of(row: Row) -> tuple[float, float]:
    """How many people of either group have somebody to be compared with; NaN where it is not told."""
    return float(row.get("n_informative_focal", nan)), float(row.get("n_informative_reference", nan))


def all_comparable(row: Row) -> bool:
    return informative_of(row) == (row["n_focal"], row["n_reference"])


def nobody_comparable(row: Row) -> bool:
    return row.get("n_informative") == 0 or min(informative_of(row)) == 0


def too_few_comparable(row: Row, what: str, *, plurals: Plurals | None) -> str:
    """That too few people share a place with somebody of the other group, as a sentence."""
    what = what.rstrip(",")
    if any(map(isnan, informative_of(row))):
        focal, reference = called(row, "focal", plurals)[0], called(row, "reference", plurals)[0]
        few = f"too few {focal} and {reference} can be compared to say anything about {what} ({sizes_of(row, plurals)})"
    else:
        few = f"only {_out_of(row, plurals)} can be compared, too few to say anything about {what}"
        few += f" ({_left_out(row)})" if _left_out(row) else ""
    return capital(f"{place_of(row)} {few}.".lstrip())


def _out_of(row: Row, plurals: Plurals | None) -> str:
    """Of how many people of either group how many can be compared: "276 of 281 women and 262 of 263 men"."""
    sizes = int(row["n_focal"]), int(row["n_reference"])
    told = [f"{few:,.0f} of {size:,}" for few, size in zip(informative_of(row), sizes, strict=True)]
    return _counts(row, told[0], told[1], plurals=plurals, link=" and ")


def _counts(row: Row, focal: str, reference: str, *, plurals: Plurals | None, link: str) -> str:
    """Two counts and what they count: "141 women, 309 men", or "141 and 309 people" without plurals."""
    first, second = called(row, "focal", plurals)[1], called(row, "reference", plurals)[1]
    if first and second and min(int(row["n_focal"]), int(row["n_reference"])) > 1:
        return f"{focal} {first}{link}{reference} {second}"
    return f"{focal} and {reference} people"


def _left_out(row: Row) -> str:
    """How many people have no value; empty where everybody has one."""
    undefined = float(row.get("n_undefined", 0))
    if isnan(undefined):
        # A small count that a leader's copy keeps back.
        return "a few without a value left out"
    return f"{undefined:,.0f} without a value left out" if undefined else ""


def held_equal(row: Row) -> list[str]:
    return [] if row["strata"] == "none" else str(row["strata"]).split(BETWEEN)


def place_of(row: Row) -> str:
    """Where people are compared: "at the same level and in the same function"; empty where nothing is held equal."""
    return joined([PLACES.get(column, f"with the same {spaced(column)}") for column in held_equal(row)])


def interval_name(row: Row) -> str:
    """The interval's name: "95 % interval", "95 % bootstrap interval"."""
    drawn = "bootstrap " if "bootstrap" in str(row.get("interval", "")) else ""
    return f"{100 * float(row['confidence']):g} % {drawn}interval"


NOT_IN_FAMILY = "; this was not among the questions fixed beforehand, so it is a lead to follow, not a finding"
"""Said of a small p outside the family that q is about."""


def caution_of(q: float) -> str:
    return f"; among all the differences looked at, this one could still be chance (q = {q:.2g})"


def clause(wording: Wording, gap: float, focal: str, reference: str) -> str:
    """The comparison itself: "women have 0.8 fewer ties to leaders than men"."""
    word = wording.less if gap < 0 else wording.more
    if wording.had:
        return f"{focal} have {amount(gap, wording)} {word} {wording.what} than {reference}"
    return f"{wording.what} is {amount(gap, wording)} {word} among {focal} than among {reference}"


def scaled(value: float, wording: Wording) -> float:
    return float(value) * 100.0 if wording.points else float(value)


def _decimals(value: float, digits: int = 1) -> int:
    """Decimals that show so many significant digits of a value, at least one; a final 0 does not count."""
    decimals = 1
    while decimals < _MOST_DECIMALS and _NOTHING <= abs(value) < (10.0**digits - 0.5) / 10.0 * 10.0**-decimals:
        decimals += 1
    while decimals > 1 and f"{value:.{decimals}f}".endswith("0") and round(value, decimals):
        decimals -= 1
    return decimals


def _digits(wording: Wording) -> int:
    """Significant digits of an amount: two, or a decimal of a percentage point, as tables beside the sentence have."""
    return 1 if wording.points else 2


def shared_decimals(gap: float, low: float, high: float, wording: Wording) -> int:
    """Decimals of a gap and its interval: those of the gap, but hardly more than a wide interval is worth."""
    digits = _digits(wording)
    ends = max((abs(end) for end in (low, high) if isfinite(end)), default=gap)
    return min(_decimals(gap, digits), max(digits, _decimals(ends, 2)))


def number(value: float, decimals: int) -> str:
    """A size with so many decimals, or more where it would read as nothing; "0" for nothing but a rounding error."""
    size = abs(value)
    if size < _NOTHING:
        return "0"
    text = f"{size:,.{decimals}f}"
    if float(text.replace(",", "")):
        return text
    text = f"{size:.{_decimals(size)}f}"
    return text if float(text) else f"less than {10.0**-_MOST_DECIMALS:.{_MOST_DECIMALS}f}"


def amount(value: float, wording: Wording) -> str:
    return f"{number(value, _decimals(value, _digits(wording)))}{' percentage points' if wording.points else ''}"


def signed(value: float, wording: Wording, decimals: int) -> str:
    """A difference with its direction in words: "0.2 fewer"; "0" where there is none."""
    text = number(value, decimals)
    if text == "0":
        return text
    unit = " percentage points" if wording.points else ""
    return f"{text}{unit} {wording.less if value < 0 else wording.more}"


def interval_across(low: float, high: float, wording: Wording, decimals: int) -> str:
    """An interval on both sides of 0: "0.5 fewer to 0.1 more"."""
    plain = Wording(wording.what, wording.less, wording.more)
    first = "no lower limit" if isinf(low) else signed(low, plain, decimals)
    last = "no upper limit" if isinf(high) else signed(high, plain, decimals)
    return f"{first} to {last}"


def interval_sizes(low: float, high: float, wording: Wording, decimals: int) -> str:
    """An interval on one side of 0, as sizes: "0.3 to 1.3"."""
    if low < 0 < high:
        return interval_across(low, high, wording, decimals)
    near, far = sorted((abs(low), abs(high)))
    least = number(near, decimals)
    if isinf(far):
        return "0 or more" if least == "0" else f"at least {least}"
    return f"{least} to {number(far, decimals)}"


def joined(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def spaced(name: str) -> str:
    return name.replace("_", " ")


def capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
