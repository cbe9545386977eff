"""Exposure and bias in a sentence."""

from __future__ import annotations

from math import isfinite, isinf, isnan

from metrics.words._phrases import (
    PLACES,
    Plurals,
    Row,
    called,
    held_equal,
    interval_name,
    joined,
    points,
    sizes_of,
    spaced,
)

ALIKE = 0.1
"""Two presences are "about" the same where they differ by no more than this share of the larger."""


def exposure_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """One sentence for one row of an exposure table.

    It first says what is known of the two parts, exposure (who is there to meet) and bias (which ties form), then the
    numbers.

    - Leaders are "less" or "more" present where the interval of exposure leaves 0 out, "slightly" so where the two
      presences are within a tenth of the larger.
    - They are "about as present" where the interval holds 0 and the presences are within a tenth of the larger. That
      is no test: who is in a unit is known of everybody from the roster, so the two presences are counted, not
      estimated.
    - Otherwise the study cannot tell.
    - Ties form "less" or "more readily" where the interval of bias leaves 0 out; otherwise the study cannot tell. It is
      never said that they form as readily.

    Where level is not held equal, the sentence says so: ties that form less readily may be ties of more junior people.

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
    >>> row = {"column": "gender", "focal": "woman", "reference": "man", "unit": "office", "strata": "none",
    ...        "n_focal": 15, "n_reference": 20, "share_focal": 0.5416, "share_reference": 0.6281,
    ...        "present_focal": 0.5099, "present_reference": 0.4927, "gap": -0.0866, "gap_low": -0.2, "gap_high": 0.03,
    ...        "exposure": 0.0201, "exposure_low": -0.003, "exposure_high": 0.04, "bias": -0.1066, "bias_low": -0.22,
    ...        "bias_high": -0.004, "confidence": 0.95}
    >>> exposure_sentence(row)
    'All levels together, leaders are about as present around women as around men, but ties to them form less readily:
    on average 54.2 % of the influence on women comes from leaders, against 62.8 % for men, a gap of −8.7 percentage
    points (95 % interval −20.0 to +3.0), of which +2.0 (−0.3 to +4.0) lie in who is around them in the same office and
    −10.7 (−22.0 to −0.4) in which ties form, level not held equal (15 women, 20 men).'
    """
    focal, reference = called(row, "focal", plurals)[0], called(row, "reference", plurals)[0]
    sizes = sizes_of(row, plurals)
    unit = PLACES.get(str(row["unit"]), f"in the same {spaced(str(row['unit']))}")
    held = held_equal(row)
    place = joined([PLACES.get(column, f"with the same {spaced(column)}") for column in held])
    where = f" {place}" if place else ""
    if row["unit"] is None:
        return (
            f"The roster does not say where people could meet leaders, so the gap in leader share between {focal} and "
            f"{reference} cannot be split into who is there to meet and which ties form."
        )
    if not isfinite(row["gap"]):
        if place and row.get("n_informative") == 0 and min(row["n_focal"], row["n_reference"]) > 0:
            return (
                f"The study cannot compare the leader share of {focal} and {reference}{where}, because no two of them "
                f"share a place ({sizes})."
            )
        return f"Too few people have a value for leader share to compare {focal} and {reference}{where} ({sizes})."
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
    together = "" if row["unit"] == "level" else "all levels together"
    if place:
        # Otherwise it would seem to contradict what is said of people in one unit.
        together = f"{place}, whatever the {spaced(str(row['unit']))}"
    opened = f"{together}, {verdict}" if together else verdict
    unheld = "" if "level" in (*held, row["unit"]) else ", level not held equal"
    parts = [f"{points(row[part])}{_inside(row, part)}" for part in ("exposure", "bias")]
    return (
        f"{opened[0].upper()}{opened[1:]}: on average {100 * row['share_focal']:.1f} % of the influence on {focal} "
        f"comes from leaders, against {100 * row['share_reference']:.1f} % for {reference}, a gap of "
        f"{points(row['gap'])} percentage points{_inside(row, 'gap', named=True)}, of which "
        f"{parts[0]} lie in who is around them {unit} and {parts[1]} in which ties form{unheld} ({sizes})."
    )


def why_clause(row: Row, *, plurals: Plurals | None = None) -> str:
    """What a row of an exposure table adds to the sentence of a gap: whether leaders are there, and ties form.

    By the same rules as `exposure_sentence`. What the study cannot tell is asked in the direction of the gap.

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
    present, readily = _presence(row), {-1: "less readily", 1: "more readily", 0: ""}[_side(row, "bias")]
    there = f"leaders are {present} around them {_than(present)} around {than}" if present else ""
    if there and readily:
        linked = ", and" if _agree(row, present) else ","
        return f"{there}{linked} ties form {readily}"
    if there:
        return f"{there}; whether ties form {fewer} readily, the study cannot tell"
    asked = f"whether leaders are {fewer} present around them than around {than}"
    if readily:
        return f"ties form {readily}; {asked}, the study cannot tell"
    return f"{asked} or ties form {fewer} readily, the study cannot tell"


def _verdict(row: Row, focal: str, reference: str) -> str:
    """What can be said of the two parts."""
    present, bias = _presence(row), _side(row, "bias")
    readily = {-1: "less readily", 1: "more readily", 0: "less or more readily"}[bias]
    shown = present or "less or more present"
    there = f"leaders are {shown} around {focal} {_than(shown)} around {reference}"
    if present and bias:
        return f"{there}, {'and' if _agree(row, present) else 'but'} ties to them form {readily}"
    if present:
        return f"{there}; whether ties to them form {readily}, the study cannot tell"
    if bias:
        return (
            f"ties to leaders form {readily} for {focal} than for {reference}; "
            f"whether leaders are {shown} around them, the study cannot tell"
        )
    return f"the study cannot tell whether {there}, nor whether ties to them form {readily}"


def _presence(row: Row) -> str:
    """How present leaders are around the focal group; empty where the study cannot tell."""
    first, second = float(row["present_focal"]), float(row["present_reference"])
    alike = abs(first - second) <= ALIKE * max(first, second)
    side = _side(row, "exposure")
    if side:
        return f"{'slightly ' if alike else ''}{'less' if side < 0 else 'more'} present"
    return "about as present" if alike else ""


def _than(present: str) -> str:
    return "as" if present.startswith("about") else "than"


def _agree(row: Row, present: str) -> bool:
    """Whether both parts are told and point the same way."""
    return not present.startswith("about") and _side(row, "exposure") == _side(row, "bias")


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
