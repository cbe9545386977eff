"""How far a group keeps to itself, and on whom the ties between two groups hang, in a sentence."""

from __future__ import annotations

from math import isfinite

from metrics.words._phrases import Row, spaced

_HANGS = 0.5
_NEARLY_ALL = 0.9


def silo_sentence(row: Row) -> str:
    """One sentence or two for one row of a silo table.

    They say how much of the group's tie strength stays inside and how much would if everybody's contacts were spread by
    activity alone; who the busiest partner is; and, where communities are known, over how many its people are spread.
    Nothing was tested, so nothing is called clear; and a group may keep to itself because its work does.

    Parameters
    ----------
    row : mapping
        A row of `metrics.silos.silo_table`, all but its sentence.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"column": "function", "group": "Legal", "people": 12, "share_inside": 0.62, "expected_inside": 0.08,
    ...        "silo_score": 0.587, "partner": "Finance", "partner_share": 0.31, "communities_spanned": 1.3,
    ...        "main_community": 4, "share_in_main": 0.85, "share_of_main": 0.9}
    >>> silo_sentence(row)
    'Of the tie strength of Legal 62 % stays inside, against 8 % if contacts followed activity alone (silo score 0.59);
    its work may call for that. Of what leaves, 31 % is with Finance. Its people are spread over several communities, as
    if over 1.3 of equal size: 85 % of them are in one, of whose people they are 90 %.'
    """
    group = str(row["group"])
    if not isfinite(row["share_inside"]):
        return f"Nobody in {group} has a tie to anybody whose {spaced(str(row['column']))} is known."
    share = f"Of the tie strength of {group} {_percent(row['share_inside'])} stays inside"
    if row["people"] == 1:
        told = f"{group} is one person, so no tie can stay inside."
    elif not isfinite(row["silo_score"]):
        told = f"{share}; nobody else has ties to compare with."
    else:
        chance = f"against {_percent(row['expected_inside'])} if contacts followed activity alone"
        reason = "; its work may call for that" if row["silo_score"] > 0 else ""
        told = f"{share}, {chance} (silo score {_signed(row['silo_score'])}){reason}."
    if isfinite(row["partner_share"]):
        told += f" Of what leaves, {_percent(row['partner_share'])} is with {row['partner']}."
    return f"{told}{_spread(row)}"


def bridge_sentence(row: Row) -> str:
    """One sentence for one row of a table of bridges; it names groups, and nobody.

    - no tie: that there is none, and how many chance would make;
    - one person on either side, or on one: that everything between the two hangs on one person;
    - half or more of the strength with one person: that it largely does;
    - otherwise: how many people carry it, and with how few, at most, half of it is.

    Parameters
    ----------
    row : mapping
        A row of `metrics.silos.bridges_table`, all but its sentence.

    Returns
    -------
    str
        Ties are counted as arcs: a tie both ways is two.

    Examples
    --------
    >>> row = {"group_a": "Legal", "group_b": "Sales", "ties": 9, "expected": 21.4, "carriers_a": 1, "carriers_b": 5,
    ...        "share_of_busiest": 1.0, "people_for_half": 1}
    >>> bridge_sentence(row)
    'All that joins Legal and Sales (9 ties, against 21 by chance) hangs on one person in Legal.'
    """
    one, other = str(row["group_a"]), str(row["group_b"])
    expected = float(row["expected"])
    chance = f"against {expected:,.{0 if expected >= 9.95 else 1}f} by chance"
    if not row["ties"]:
        return f"No tie joins {one} and {other}, {chance}."
    ties = f"{int(row['ties']):,} tie{'s' if row['ties'] != 1 else ''}"
    here, there = int(row["carriers_a"]), int(row["carriers_b"])
    if 1 in (here, there):
        whom = f"one person in {one if here == 1 else other}"
        whom += f" and one in {other}" if here == there else ""
        return f"All that joins {one} and {other} ({ties}, {chance}) hangs on {whom}."
    carried = f"{here:,} people in {one} and {there:,} in {other} carry"
    if row["share_of_busiest"] >= _HANGS:
        return (
            f"{carried} what joins the two ({ties}, {chance}), but {_percent(row['share_of_busiest'])} of its strength "
            "hangs on one person."
        )
    few = int(row["people_for_half"])
    return f"{carried} what joins the two ({ties}, {chance}); half of its strength is with at most {few:,} of them."


def _spread(row: Row) -> str:
    """How a group's people lie over communities; those that are nearly all in one are not called spread."""
    if not isfinite(row["communities_spanned"]):
        return ""
    of_whom = f"of whose people they are {_percent(row['share_of_main'])}"
    if row["share_of_main"] == 1:
        of_whom = "which holds nobody else"
    if row["share_in_main"] == 1:
        return f" All its people who are in any community are in one, {of_whom}."
    if row["share_in_main"] >= _NEARLY_ALL:
        return f" Nearly all its people ({_percent(row['share_in_main'])}) are in one community, {of_whom}."
    return (
        f" Its people are spread over several communities, as if over {row['communities_spanned']:.1f} of equal size: "
        f"{_percent(row['share_in_main'])} of them are in one, {of_whom}."
    )


def _percent(share: float) -> str:
    """Whole percentages: a decimal of them would tell nothing here. What is neither none nor all never reads so."""
    percent = round(100 * share)
    if percent == 0 and share > 0:
        return "less than 1 %"
    if percent == 100 and share < 1:
        return "more than 99 %"
    return f"{percent} %"


def _signed(score: float) -> str:
    text = f"{score:.2f}".replace("-", "−")
    return "0.00" if text == "−0.00" else text
