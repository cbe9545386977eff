"""How visible a group is, in a sentence or two."""

from __future__ import annotations

from math import isfinite

from metrics.words._phrases import Plurals, Row, alpha_of, called, capital, caution_of, place_of

_TENTH = "of the places among the most influential tenth"
_NOT_THERE = ", but not in its top tenth"
_TOP = 10
"""The top, in percent, that sentences are about."""


def visibility_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """Two sentences for one row of a visibility table: overall, and among people in the same place.

    With α = 1 − confidence:

    - p ≤ α: that the group is more or less visible than its number, and its share of the top tenth; p > α: that the
      study cannot tell; no p: that everyone is as influential as everyone else;
    - then the same among people in the same place, with the share of the top tenth that an equal chance would give;
    - where the curve leaves its band nowhere in the top tenth, it says where it does, if anywhere; where the top tenth
      points the other way than the curve as a whole, that;
    - p ≤ α < q: that among all the differences looked at, this one could still be chance.

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
    ...        "mean_deviation_within": -0.04, "outside_from": 2, "outside_to": 60, "outside_from_within": 4,
    ...        "outside_to_within": 12, "p": 0.0005, "p_within": 0.01, "q": 0.001, "q_within": 0.02,
    ...        "n_informative": 430, "among": "everyone", "confidence": 0.95}
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
    start = f"{capital(group)} are {_percent(row['share'])} of {whom} ({size})"
    if not isfinite(row["p"]):
        return f"{start}; everyone counted is equally influential, so nobody is more visible than anybody else."
    side = _side(row, "")
    held = f"they hold {_percent(row['share_top_10'])} {_TENTH}"
    if not side:
        unsure = "whether they are more or less visible than that over the whole ranking, the study cannot tell"
        return f"{start}; {unsure} ({held})."
    where = _where(row, "", side, row["share_top_10"] - row["share"])
    chance = ", which may be chance" if where and not where.endswith(_NOT_THERE) else ""
    word = "less" if side < 0 else "more"
    return f"{start} and {word} visible than their number{where}: {held}{chance}{_caution(row, '')}."


def _within(row: Row) -> str:
    place = place_of(row)
    if not isfinite(row["p"]):
        return ""
    if not place:
        alone = "" if row["column"] == "level" else ", so this may be a matter of level alone"
        return f"Nothing is held equal here{alone}."
    among = f"mong people {place}"
    if not int(row["n_informative"]):
        return f"A{among}, the study cannot compare them with anybody, because no two of them share a place."
    if not isfinite(row["p_within"]):
        return f"A{among}, all are equally influential, so there is nothing to test."
    overall, side = _side(row, ""), _side(row, "_within")
    given = f"would give them {_percent(row['expected_top_10_within'])} of those places"
    if not side:
        either = "" if overall else " either"
        return f"A{among}, no difference can be told{either}: an equal chance {given}."
    where = _where(row, "_within", side, row["share_top_10"] - row["expected_top_10_within"])
    caution = _caution(row, "_within")
    if side == overall and not (where or _where(row, "", overall, row["share_top_10"] - row["share"])):
        return f"The same holds a{among}, where an equal chance {given}{caution}."
    word = f"{'less' if side < 0 else 'more'} visible than an equal chance would make them"
    return f"A{among}, they are {word}{where}: it {given}{caution}."


def _side(row: Row, which: str) -> int:
    """−1 clearly less visible, 1 clearly more, 0 neither."""
    if row[f"p{which}"] > alpha_of(row):
        return 0
    return -1 if row[f"mean_deviation{which}"] < 0 else 1


def _where(row: Row, which: str, side: int, tenth: float) -> str:
    """Where a clear difference is, unless it is clear in the most influential tenth and that tenth points its way."""
    first, last = row[f"outside_from{which}"], row[f"outside_to{which}"]
    if side * tenth > 0 and first <= _TOP:
        return ""
    if not isfinite(first):
        return " over the whole ranking, though nowhere in it clearly"
    if first == last:
        clear = f", clearly so only at the top {first:.0f} %"
    else:
        clear = f", clearly so only between the top {first:.0f} % and the top {last:.0f} %"
    return f" over the whole ranking{clear}{'' if side * tenth > 0 else _NOT_THERE}"


def _caution(row: Row, which: str) -> str:
    q = float(row[f"q{which}"])
    return caution_of(q) if q > alpha_of(row) else ""


def _percent(share: float) -> str:
    """A share in whole percent, with a decimal where it is small."""
    value = 100.0 * float(share)
    if 0 < value < 0.05:
        return "less than 0.1 %"
    return f"{value:.1f} %" if 0 < value < 9.95 else f"{value:.0f} %"
