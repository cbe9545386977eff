"""Exposure and bias in a sentence."""

from __future__ import annotations

from math import ceil, isfinite, isinf, isnan, log10

from metrics.words._phrases import (
    PLACES,
    Plurals,
    Row,
    all_comparable,
    called,
    capital,
    compared_of,
    held_equal,
    interval_name,
    nobody_comparable,
    place_of,
    points,
    sizes_of,
    spaced,
    too_few_comparable,
)

ALIKE = 0.1
"""Two presences are "about" the same where they differ by no more than this share of the larger."""


def exposure_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """One sentence for one row of an exposure table.

    It first says what is known of the two parts, exposure (who is there to meet) and bias (which ties form), then the
    numbers.

    - Leaders are "less" or "more" present, by the two presences alone, and "about as present" where these are within a
      tenth of the larger. That is no test: who is in a unit is known of everybody from the roster, so presence is
      counted, not estimated.
    - What differing presence contributes to the gap is estimated: where the interval of exposure holds 0, the study
      cannot tell.
    - Ties form "less" or "more readily" where the interval of bias leaves 0 out; otherwise the study cannot tell. It is
      never said that they form as readily.

    Where level is not held equal, the sentence says so: ties that form less readily may be ties of more junior people.
    Where not everybody has somebody of the other group in the same place, it says how many have.

    Parameters
    ----------
    row : mapping
        A row of `metrics.exposure.exposure_table`, all but its sentence. ``unit`` is None where nobody's is known;
        ``with_chain`` is true where the own management chain counts, ``level_varies`` false where all who are compared
        are of one level.
    plurals : mapping, optional
        As in `gap_sentence`.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"column": "gender", "focal": "woman", "reference": "man", "unit": "office", "strata": "none",
    ...        "n_focal": 15, "n_reference": 20, "share_focal": 0.5416, "share_reference": 0.6281,
    ...        "present_focal": 0.5099, "present_reference": 0.4927, "gap": -0.0866, "gap_low": -0.2, "gap_high": 0.03,
    ...        "exposure": 0.0201, "exposure_low": -0.003, "exposure_high": 0.04, "bias": -0.1066, "bias_low": -0.22,
    ...        "bias_high": -0.004, "confidence": 0.95}
    >>> exposure_sentence(row)
    'All levels together, leaders are about as present around women as around men (51 % of the people around them,
    against 49 %), but ties to them form less readily: on average 54.2 % of the influence on women comes from leaders,
    against 62.8 % for men, a gap of −8.7 percentage points (95 % interval −20.0 to +3.0), of which +2.0 (−0.3 to +4.0)
    lie in who is around them in the same office and −10.7 (−22.0 to −0.4) in which ties form, level not held equal
    (15 women, 20 men).'
    """
    focal, reference = called(row, "focal", plurals)[0], called(row, "reference", plurals)[0]
    sizes = sizes_of(row, plurals)
    held, place = held_equal(row), place_of(row)
    unit = PLACES.get(str(row["unit"]), f"in the same {spaced(str(row['unit']))}")
    where = f" {place}" if place else ""
    if row["unit"] is None:
        return (
            f"The roster does not say where people could meet leaders, so the gap in leader share between {focal} and "
            f"{reference} cannot be split into who is there to meet and which ties form."
        )
    if not isfinite(row["gap"]):
        valued = min(row["n_focal"], row["n_reference"]) > 0
        if place and valued and nobody_comparable(row):
            return (
                f"The study cannot compare the leader share of {focal} and {reference}{where}, because no two of them "
                f"share a place ({sizes})."
            )
        if place and valued and not all_comparable(row):
            return too_few_comparable(row, "leader share", plurals=plurals)
        return f"Too few people have a value for leader share to compare {focal} and {reference}{where} ({sizes})."
    sizes = compared_of(row, plurals)
    if row["share_focal"] == row["share_reference"] == 0.0:
        aside = "" if row.get("with_chain", False) else ", own managers aside"
        return (
            f"No leader influences anyone of either group{where}{aside}, so there is no gap in leader share between "
            f"{focal} and {reference} to split ({sizes})."
        )
    if not (isfinite(row["exposure"]) and isfinite(row["bias"])):
        return (
            f"The gap in leader share between {focal} and {reference}{where} cannot be split into who is there to meet "
            f"and which ties form, because one of the groups has no leaders around it {unit} ({sizes})."
        )
    verdict = _verdict(row, focal, reference)
    level_equal = "level" in (*held, row["unit"]) or not row.get("level_varies", True)
    together = "" if level_equal else "all levels together"
    if place:
        # Otherwise it would seem to contradict what is said of people in one unit.
        together = f"{place}, whatever the {spaced(str(row['unit']))}"
    opened = f"{together}, {verdict}" if together else verdict
    unheld = "" if level_equal else ", level not held equal"
    parts = [f"{points(row[part])}{_inside(row, part)}" for part in ("exposure", "bias")]
    return (
        f"{capital(opened)}: on average {100 * row['share_focal']:.1f} % of the influence on {focal} "
        f"comes from leaders, against {100 * row['share_reference']:.1f} % for {reference}, a gap of "
        f"{points(row['gap'])} percentage points{_inside(row, 'gap', named=True)}, of which "
        f"{parts[0]} lie in who is around them {unit} and {parts[1]} in which ties form{unheld} ({sizes})."
    )


def why_clause(row: Row, *, plurals: Plurals | None = None) -> str:
    """What a row of an exposure table adds to the sentence of a gap: whether leaders are there, and ties form.

    By the same rules as `exposure_sentence`, the presences told only where they differ. What the study cannot tell is
    asked in the direction of the gap.

    Parameters
    ----------
    row : mapping
        As in `exposure_sentence`.
    plurals : mapping, optional
        As in `gap_sentence`.

    Returns
    -------
    str
        A clause about "them", the focal group, without capital or full stop; empty where there are no two parts.

    Examples
    --------
    >>> row = {"column": "gender", "focal": "woman", "reference": "man", "gap": -0.0866, "present_focal": 0.5099,
    ...        "present_reference": 0.4927, "exposure": 0.0201, "exposure_low": -0.003, "exposure_high": 0.04,
    ...        "bias": -0.1066, "bias_low": -0.22, "bias_high": -0.004}
    >>> why_clause(row)
    'leaders are about as present around them as around men, ties form less readily'
    """
    if not (isfinite(row["exposure"]) and isfinite(row["bias"])):
        return ""
    than = called(row, "reference", plurals)[0]
    fewer = "less" if row["gap"] < 0 else "more"
    presence, bias = _presence(row), _side(row, "bias")
    there = f"leaders are {_PRESENT[presence]} around them {'than' if presence else 'as'} around {than}"
    there += f" ({_counted(row)})" if presence else ""
    unsure = presence != 0 and not _side(row, "exposure")
    if bias:
        linked = ", and" if presence == bias else ","
        adds = "; what leaders' presence contributes to the gap, the study cannot tell" if unsure else ""
        return f"{there}{linked} ties form {_READILY[bias]}{adds}"
    asked = f"whether ties form {fewer} readily"
    return f"{there}; {f'what that contributes to the gap, and {asked}' if unsure else asked}, the study cannot tell"


_PRESENT = {-1: "less present", 0: "about as present", 1: "more present"}
_READILY = {-1: "less readily", 0: "less or more readily", 1: "more readily"}


def _verdict(row: Row, focal: str, reference: str) -> str:
    """What is counted of presence, and what can be said of the two parts."""
    presence, bias = _presence(row), _side(row, "bias")
    there = (
        f"leaders are {_PRESENT[presence]} around {focal} {'than' if presence else 'as'} around {reference} "
        f"({_counted(row)})"
    )
    form = f"ties to them form {_READILY[bias]}"
    unsure = presence != 0 and not _side(row, "exposure")
    if bias:
        adds = "; what leaders' presence contributes to the gap, the study cannot tell" if unsure else ""
        return f"{there}, {'and' if presence == bias else 'but'} {form}{adds}"
    return f"{there}; {'what that contributes to the gap, and ' if unsure else ''}whether {form}, the study cannot tell"


def _presence(row: Row) -> int:
    """−1 where leaders are less present around the focal group, 1 where more, 0 where about as present."""
    first, second = float(row["present_focal"]), float(row["present_reference"])
    if abs(first - second) <= ALIKE * max(first, second):
        return 0
    return -1 if first < second else 1


def _counted(row: Row) -> str:
    """The two presences, with as many decimals as show that they are not alike."""
    first, second = float(row["present_focal"]), float(row["present_reference"])
    decimals = max(0, ceil(-log10(max(first, second))) - 1)
    return f"{100 * first:.{decimals}f} % of the people around them, against {100 * second:.{decimals}f} %"


def _side(row: Row, part: str) -> int:
    """−1 clearly below 0, 1 clearly above, 0 neither."""
    return -1 if row[part + "_high"] < 0 else int(row[part + "_low"] > 0)


def _inside(row: Row, part: str, *, named: bool = False) -> str:
    """The interval of a part in brackets; empty where it has none."""
    low, high = float(row[part + "_low"]), float(row[part + "_high"])
    if isnan(low):
        return ""
    first = "no lower limit" if isinf(low) else points(low)
    last = "no upper limit" if isinf(high) else points(high)
    return f" ({f'{interval_name(row)} ' if named else ''}{first} to {last})"
