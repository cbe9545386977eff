"""One true sentence for each finding, for a reader who will not look at the table.

Which sentence is chosen follows the rules in `gap_sentence` and `exposure_sentence`; the numbers in it are those of the
row. Group labels come from the data and may be anything ("woman", "F", "3"), so no plural is guessed from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, isinf, isnan
from typing import Any

from metrics.access import WITH_CHAIN

Row = Mapping[Any, Any]
Plurals = Mapping[str, str] | Mapping[tuple[str, str], str]

DEFAULT_PLURALS = {"woman": "women", "women": "women", "female": "women", "man": "men", "men": "men", "male": "men"}
"""How to call the people of a group, by its label in lower case; a study's own plurals come first."""


@dataclass(frozen=True)
class _Wording:
    """What is compared, less and more of it, whether it is told in percentage points, and whether people *have* it."""

    what: str
    less: str = "fewer"
    more: str = "more"
    points: bool = False
    had: bool = True


def _share(what: str) -> _Wording:
    return _Wording(what, "lower", "higher", points=True, had=False)


_WORDINGS = {
    "leader_ties": _Wording("ties to leaders"),
    "from_leaders": _Wording("leaders who influence them"),
    "to_leaders": _Wording("leaders whom their work reaches"),
    "leaders_within_2": _Wording("leaders within two steps"),
    "paths_to_leaders": _Wording("separate ways to leaders (counted up to three)"),
    "mentors": _Wording("mentors"),
    "sponsors": _Wording("sponsors"),
    "steps_to_leader": _Wording("the number of steps to the nearest leader", "lower", "higher", had=False),
    "has_leader_tie": _share("the share of people with any tie to a leader"),
    "leader_share": _share("the share of influence that comes from leaders"),
    "influence_from_leaders": _share(
        "the share of influence, at first hand or through others, that comes from leaders"
    ),
    "cascade_reach": _share("the chance that a message from leaders arrives"),
    "mentored_not_sponsored": _share("the share of people who are mentored but not sponsored"),
}

_MOST_DECIMALS = 4
_NOTHING = 1e-9

_PLACES = {"level": "at the same level", "function": "in the same function", "site": "at the same site"}


def gap_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """One sentence for one row of a gap table.

    With α = 1 − confidence:

    - too few people have the measure, none can be compared, or all who can are alike: it says so;
    - p ≤ α: the adjusted gap, its interval and both group sizes; with q > α also that, among all the differences looked
      at, this one could still be chance;
    - p > α, p_raw ≤ α and the adjusted gap at most half the raw one: the raw gap, and that no difference can be told
      among people in the same place;
    - otherwise: that the study cannot tell, with the interval and the gap it would have found four times in five.

    Parameters
    ----------
    row : mapping
        A row of `metrics.gaps.gap_table`, all but its sentence.
    plurals : mapping, optional
        How to call a group's people: ``{"nurse": "nurses"}``, or ``{("job", "nurse"): "nurses"}``.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"measure": "leader_ties", "column": "gender", "focal": "woman", "reference": "man", "n_focal": 141,
    ...        "n_reference": 309, "difference": -1.0, "adjusted": -0.8, "adjusted_low": -1.3, "adjusted_high": -0.3,
    ...        "p": 0.002, "q": 0.01, "p_raw": 0.001, "strata": "level × function", "detectable": 0.7,
    ...        "confidence": 0.95}
    >>> gap_sentence(row)
    'At the same level and in the same function, women have 0.8 fewer ties to leaders than men (95 % interval 0.3 to
    1.3; 141 women, 309 men).'
    """
    focal, reference = _called(row, "focal", plurals)[0], _called(row, "reference", plurals)[0]
    wording = _wording(str(row["measure"]))
    held = _held(row)
    place = _joined([_PLACES.get(column, f"with the same {_spaced(column)}") for column in held])
    at = f"{place[0].upper()}{place[1:]}, " if place else "Overall, "
    sizes, alpha = _sizes(row, plurals), 1.0 - float(row["confidence"])
    if not isfinite(row["difference"]):
        return f"Too few people have a value for {wording.what} to compare {focal} and {reference} ({sizes})."
    if not isfinite(row["adjusted"]):
        where = f" {place}" if place else ""
        return (
            f"The study cannot compare {focal} and {reference}{where} in {wording.what}, "
            f"because no two of them share a place ({sizes})."
        )
    if not isfinite(row["p"]):
        return f"{at}{focal} and {reference} are all alike in {wording.what}, so there is no gap to test ({sizes})."
    adjusted, low, high = (_scaled(row[name], wording) for name in ("adjusted", "adjusted_low", "adjusted_high"))
    decimals = _shared_decimals(adjusted, low, high)
    named = _interval_name(row)
    if row["p"] <= alpha:
        between = _sizes_between(low, high, wording, decimals)
        caution = "" if row["q"] <= alpha else _caution(float(row["q"]))
        return f"{at}{_clause(wording, adjusted, focal, reference)} ({named} {between}; {sizes}){caution}."
    between = _between(low, high, wording, decimals)
    raw = _scaled(row["difference"], wording)
    if held and row["p_raw"] <= alpha and abs(adjusted) <= abs(raw) / 2:
        return (
            f"Overall, {_clause(wording, raw, focal, reference)}; {place} no difference can be told "
            f"({_signed(adjusted, wording, decimals)}, {named} {between}; {sizes})."
        )
    where = f", {place}," if place else ""
    power = ""
    if isfinite(row["detectable"]):
        power = (
            f"; only a gap of {_amount(_scaled(row['detectable'], wording), wording)} or more would have been found "
        )
        power += "four times in five"
    return (
        f"The study cannot tell whether{where} {focal} and {reference} differ in {wording.what} "
        f"(difference {_signed(adjusted, wording, decimals)}, {named} {between}; {sizes}){power}."
    )


def exposure_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """One sentence for one row of an exposure table.

    It first says which of the two parts, exposure (who is there to meet) and bias (which ties form), the study can tell
    from none: those whose interval leaves 0 out. Then the numbers. Only the unit is reckoned with, so it says that
    people of all levels are taken together: ties that form less readily may be ties of more junior people.

    Parameters
    ----------
    row : mapping
        A row of `metrics.exposure.exposure_table`, all but its sentence. ``unit`` is None where nobody's is known;
        ``with_chain`` is true where the own management chain counts.
    plurals : mapping, optional
        As in `gap_sentence`.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"column": "gender", "focal": "woman", "reference": "man", "unit": "office", "n_focal": 15,
    ...        "n_reference": 20, "share_focal": 0.5416, "share_reference": 0.6281, "gap": -0.0866, "gap_low": -0.2,
    ...        "gap_high": 0.03, "exposure": 0.0201, "exposure_low": 0.003, "exposure_high": 0.04, "bias": -0.1066,
    ...        "bias_low": -0.22, "bias_high": -0.004, "confidence": 0.95}
    >>> exposure_sentence(row)
    'All levels together, leaders are more present around women than around men, but ties to them form less readily: on
    average 54.2 % of the influence on women comes from leaders, against 62.8 % for men, a gap of −8.7 percentage points
    (95 % interval −20.0 to +3.0), of which +2.0 (+0.3 to +4.0) lie in who is around them in the same office and −10.7
    (−22.0 to −0.4) in which ties form, level not held equal (15 women, 20 men).'
    """
    focal, reference = _called(row, "focal", plurals)[0], _called(row, "reference", plurals)[0]
    sizes = _sizes(row, plurals)
    unit = _PLACES.get(str(row["unit"]), f"in the same {_spaced(str(row['unit']))}")
    if row["unit"] is None:
        return (
            f"The roster does not say where people could meet leaders, so the gap in leader share between {focal} and "
            f"{reference} cannot be split into who is there to meet and which ties form."
        )
    if not isfinite(row["gap"]):
        return f"Too few people have a value for leader share to compare {focal} and {reference} ({sizes})."
    if row["share_focal"] == row["share_reference"] == 0.0:
        aside = "" if row.get("with_chain", False) else ", own managers aside"
        return (
            f"No leader influences anyone of either group{aside}, so there is no gap in leader share between {focal} "
            f"and {reference} to split ({sizes})."
        )
    if not (isfinite(row["exposure"]) and isfinite(row["bias"])):
        return (
            f"The gap in leader share between {focal} and {reference} cannot be split into who is there to meet and "
            f"which ties form, because one of the groups has no leaders around it {unit} ({sizes})."
        )
    verdict = _verdict(_side(row, "exposure"), _side(row, "bias"), focal, reference)
    by_level = row["unit"] == "level"
    verdict = f"{verdict[0].upper()}{verdict[1:]}" if by_level else f"All levels together, {verdict}"
    held = "" if by_level else ", level not held equal"
    parts = [
        f"{_points(row[p])} ({_points(row[p + '_low'])} to {_points(row[p + '_high'])})" for p in ("exposure", "bias")
    ]
    return (
        f"{verdict}: on average {100 * row['share_focal']:.1f} % of the influence on {focal} comes from leaders, "
        f"against {100 * row['share_reference']:.1f} % for {reference}, a gap of {_points(row['gap'])} percentage "
        f"points ({_interval_name(row)} {_points(row['gap_low'])} to {_points(row['gap_high'])}), of which "
        f"{parts[0]} lie in who is around them {unit} and {parts[1]} in which ties form{held} ({sizes})."
    )


def _verdict(exposure: int, bias: int, focal: str, reference: str) -> str:
    """What can be said of the two parts: −1 clearly below 0, 1 clearly above, 0 neither."""
    present = {-1: "less present", 1: "more present", 0: "less or more present"}[exposure]
    readily = {-1: "less readily", 1: "more readily", 0: "less or more readily"}[bias]
    there = f"leaders are {present} around {focal} than around {reference}"
    if exposure and bias:
        return f"{there}, {'and' if exposure == bias else 'but'} ties to them form {readily}"
    if exposure:
        return f"{there}; whether ties to them form {readily}, the study cannot tell"
    if bias:
        return (
            f"ties to leaders form {readily} for {focal} than for {reference}; "
            f"whether leaders are {present} around them, the study cannot tell"
        )
    return f"the study cannot tell whether {there}, nor whether ties to them form {readily}"


def _side(row: Row, part: str) -> int:
    return -1 if row[part + "_high"] < 0 else int(row[part + "_low"] > 0)


def _points(share: float) -> str:
    text = f"{100 * share:+.1f}".replace("-", "−")
    return "0.0" if text in ("+0.0", "−0.0") else text


def _wording(measure: str) -> _Wording:
    plain = measure.removesuffix(WITH_CHAIN)
    wording = _WORDINGS.get(plain) or _Wording(f"'{plain}'", "lower", "higher", had=False)
    if plain == measure:
        return wording
    what = f"{wording.what}, own managers included,"
    return _Wording(what, wording.less, wording.more, points=wording.points, had=wording.had)


def _called(row: Row, side: str, plurals: Plurals | None) -> tuple[str, str | None]:
    """How a group's people are called in a sentence, and after their number; None where no plural is known."""
    group, column = row[side], str(row["column"])
    if not isinstance(group, str):
        return "everyone else", "others"
    own: Mapping[Any, str] = plurals or {}
    plural = own.get((column, group)) or own.get(group) or DEFAULT_PLURALS.get(group.casefold())
    return (plural, plural) if plural else (f"people whose {_spaced(column)} is {group}", None)


def _sizes(row: Row, plurals: Plurals | None) -> str:
    """Both group sizes, and how many people had to be left out."""
    focal, reference = int(row["n_focal"]), int(row["n_reference"])
    first, second = _called(row, "focal", plurals)[1], _called(row, "reference", plurals)[1]
    named = first and second and min(focal, reference) > 1
    sizes = f"{focal:,} {first}, {reference:,} {second}" if named else f"{focal:,} and {reference:,} people"
    undefined = float(row.get("n_undefined", 0))
    if isnan(undefined):
        # A small count that a leader's copy keeps back.
        return f"{sizes}; a few without a value left out"
    return f"{sizes}; {undefined:,.0f} without a value left out" if undefined else sizes


def _held(row: Row) -> list[str]:
    return [] if row["strata"] == "none" else str(row["strata"]).split(" × ")


def _interval_name(row: Row) -> str:
    return f"{100 * float(row['confidence']):g} % interval"


def _caution(q: float) -> str:
    return f"; among all the differences looked at, this one could still be chance (q = {q:.2g})"


def _clause(wording: _Wording, gap: float, focal: str, reference: str) -> str:
    """The comparison itself: "women have 0.8 fewer ties to leaders than men"."""
    word = wording.less if gap < 0 else wording.more
    if wording.had:
        return f"{focal} have {_amount(gap, wording)} {word} {wording.what} than {reference}"
    return f"{wording.what} is {_amount(gap, wording)} {word} among {focal} than among {reference}"


def _scaled(value: float, wording: _Wording) -> float:
    return float(value) * 100.0 if wording.points else float(value)


def _decimals(value: float) -> int:
    """One decimal, or as many as a small value needs to show."""
    decimals = 1
    while decimals < _MOST_DECIMALS and _NOTHING <= abs(value) < 0.95 * 10.0**-decimals:
        decimals += 1
    return decimals


def _shared_decimals(gap: float, low: float, high: float) -> int:
    """Decimals of a gap and its interval: those of the gap, but hardly more than a wide interval is worth."""
    ends = [abs(end) for end in (low, high) if isfinite(end)]
    return min(_decimals(gap), _decimals(max(ends)) + (max(ends) < 1.0)) if ends else _decimals(gap)


def _number(value: float, decimals: int) -> str:
    """A size with so many decimals, or more where it would read as nothing; "0" for nothing but a rounding error."""
    size = abs(value)
    if size < _NOTHING:
        return "0"
    text = f"{size:,.{decimals}f}"
    if float(text.replace(",", "")):
        return text
    text = f"{size:.{_decimals(size)}f}"
    return text if float(text) else f"less than {10.0**-_MOST_DECIMALS:.{_MOST_DECIMALS}f}"


def _amount(value: float, wording: _Wording) -> str:
    return f"{_number(value, _decimals(value))}{' percentage points' if wording.points else ''}"


def _signed(value: float, wording: _Wording, decimals: int) -> str:
    """A difference with its direction in words: "0.2 fewer"; "0" where there is none."""
    text = _number(value, decimals)
    if text == "0":
        return text
    unit = " percentage points" if wording.points else ""
    return f"{text}{unit} {wording.less if value < 0 else wording.more}"


def _between(low: float, high: float, wording: _Wording, decimals: int) -> str:
    """An interval on both sides of 0: "0.5 fewer to 0.1 more"."""
    plain = _Wording(wording.what, wording.less, wording.more)
    first = "no lower limit" if isinf(low) else _signed(low, plain, decimals)
    last = "no upper limit" if isinf(high) else _signed(high, plain, decimals)
    return f"{first} to {last}"


def _sizes_between(low: float, high: float, wording: _Wording, decimals: int) -> str:
    """An interval on one side of 0, as sizes: "0.3 to 1.3"."""
    if low < 0 < high:
        return _between(low, high, wording, decimals)
    near, far = sorted((abs(low), abs(high)))
    least = _number(near, decimals)
    if isinf(far):
        return "0 or more" if least == "0" else f"at least {least}"
    return f"{least} to {_number(far, decimals)}"


def _joined(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _spaced(name: str) -> str:
    return name.replace("_", " ")
