"""Exposure and bias in a sentence."""

from __future__ import annotations

from math import isfinite

from metrics.words._phrases import PLACES, Plurals, Row, called, interval_name, points, sizes_of, spaced


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
    focal, reference = called(row, "focal", plurals)[0], called(row, "reference", plurals)[0]
    sizes = sizes_of(row, plurals)
    unit = PLACES.get(str(row["unit"]), f"in the same {spaced(str(row['unit']))}")
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
        f"{points(row[p])} ({points(row[p + '_low'])} to {points(row[p + '_high'])})" for p in ("exposure", "bias")
    ]
    return (
        f"{verdict}: on average {100 * row['share_focal']:.1f} % of the influence on {focal} comes from leaders, "
        f"against {100 * row['share_reference']:.1f} % for {reference}, a gap of {points(row['gap'])} percentage "
        f"points ({interval_name(row)} {points(row['gap_low'])} to {points(row['gap_high'])}), of which "
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
