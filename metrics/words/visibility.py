"""How visible a group is, in a sentence or two."""

from __future__ import annotations

from math import isfinite

from metrics.words._phrases import PLACES, Plurals, Row, called, held_equal, joined, spaced

_TENTH = "of the places among the most influential tenth"


def visibility_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """Two sentences for one row of a visibility table: overall, and among people in the same place.

    With α = 1 − confidence:

    - p ≤ α: that the group is more or less visible than its number, and its share of the top tenth; p > α: that the
      study cannot tell; no p: that everyone is as influential as everyone else;
    - then the same among people in the same place, with the share of the top tenth that an equal chance would give;
    - where the most influential tenth points the other way than the curve as a whole, it says so.

    Parameters
    ----------
    row : mapping
        A row of `metrics.visibility.visibility_tables`'s summary, all but its sentence.
    plurals : mapping, optional
        As in `gap_sentence`.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"column": "gender", "group": "woman", "people": 190, "share": 0.38, "share_top_10": 0.21,
    ...        "expected_top_10_within": 0.3, "strata": "level × function", "mean_deviation": -0.09,
    ...        "mean_deviation_within": -0.04, "p": 0.0005, "p_within": 0.01, "n_informative": 430,
    ...        "among": "everyone", "confidence": 0.95}
    >>> visibility_sentence(row)
    'Women are 38 % of people (190 women) and less visible than their number: they hold 21 % of the places among the
    most influential tenth. The same holds among people at the same level and in the same function, where an equal
    chance would give them 30 % of those places.'
    """
    return f"{_overall(row, plurals)} {_within(row)}".rstrip()


def _overall(row: Row, plurals: Plurals | None) -> str:
    group, counted = called(row, "group", plurals)
    people = int(row["people"])
    whom = "people who are not leaders" if row["among"] == "non-leaders" else "people"
    size = f"{people:,} {counted}" if counted and people > 1 else f"{people:,} {'person' if people == 1 else 'people'}"
    start = f"{group[0].upper()}{group[1:]} are {_percent(row['share'])} of {whom} ({size})"
    if not isfinite(row["p"]):
        return f"{start}; everyone counted is equally influential, so nobody is more visible than anybody else."
    side, tenth = _side(row, "p", "mean_deviation"), row["share_top_10"] - row["share"]
    held = f"they hold {_percent(row['share_top_10'])} {_TENTH}"
    if not side:
        unsure = "whether they are more or less visible than that over the whole ranking, the study cannot tell"
        return f"{start}; {unsure} ({held})."
    word = "less" if side < 0 else "more"
    if side * tenth > 0:
        return f"{start} and {word} visible than their number: {held}."
    return f"{start} and {word} visible than their number over the whole ranking, but not at its top: {held}."


def _within(row: Row) -> str:
    held = held_equal(row)
    if not isfinite(row["p"]):
        return ""
    if not held:
        alone = "" if row["column"] == "level" else ", so this may be a matter of level alone"
        return f"Nothing is held equal here{alone}."
    place = joined([PLACES.get(column, f"with the same {spaced(column)}") for column in held])
    among = f"mong people {place}"
    if not int(row["n_informative"]):
        return f"A{among}, the study cannot compare them with anybody, because no two of them share a place."
    if not isfinite(row["p_within"]):
        return f"A{among}, all are equally influential, so there is nothing to test."
    overall, side = _side(row, "p", "mean_deviation"), _side(row, "p_within", "mean_deviation_within")
    given = f"would give them {_percent(row['expected_top_10_within'])} of those places"
    if not side:
        either = "" if overall else " either"
        return f"A{among}, no difference can be told{either}: an equal chance {given}."
    word = f"{'less' if side < 0 else 'more'} visible than an equal chance would make them"
    if side * (row["share_top_10"] - row["expected_top_10_within"]) <= 0:
        return f"A{among}, they are {word} over the whole ranking, but not at its top: it {given}."
    if side == overall:
        return f"The same holds a{among}, where an equal chance {given}."
    return f"A{among}, they are {word}: it {given}."


def _side(row: Row, p: str, deviation: str) -> int:
    """−1 clearly less visible, 1 clearly more, 0 neither."""
    if row[p] > 1.0 - row["confidence"]:
        return 0
    return -1 if row[deviation] < 0 else 1


def _percent(share: float) -> str:
    """A share in whole percent, with a decimal where it is small."""
    value = 100.0 * float(share)
    if 0 < value < 0.05:
        return "less than 0.1 %"
    return f"{value:.1f} %" if 0 < value < 9.95 else f"{value:.0f} %"
