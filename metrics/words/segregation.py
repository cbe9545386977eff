"""Whether ties stay inside groups, in a sentence."""

from __future__ import annotations

from math import isfinite

from metrics.words._phrases import PLACES, Plurals, Row, alpha_of, held_equal, joined, spaced


def segregation_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """One sentence for one row of a segregation table.

    It says how many ties join people of the same group and how many would by chance, and then, with α = 1 − confidence:

    - p and p_within at most α: that ties stay inside more than chance would make them, and still do among people
      of the same strata;
    - p alone: that who has which level (or whatever was held equal) may account for it where chance within strata comes
      nearer to what is seen, and that within strata the study cannot tell;
    - p_within alone: that it shows only among people of the same strata;
    - neither: that the study cannot tell, or, where ties lie on the other side of chance, gives no sign of it;
    - p ≤ α < q, or the same within strata: that it could still be chance among all the columns looked at;
    - no ties, one group, no strata, or strata in which nobody differs: that.

    Parameters
    ----------
    row : mapping
        A row of `metrics.segregation.segregation_table`, all but its sentence.
    plurals : mapping, optional
        As in `gap_sentence`; no group is named here, so it changes nothing.

    Returns
    -------
    str
        Ties are counted as arcs: a tie both ways is two.

    Examples
    --------
    >>> row = {"column": "gender", "groups": 2, "ties": 892, "e_i": -0.4058, "e_i_expected": -0.2322, "p": 0.0016,
    ...        "e_i_expected_within": -0.3420, "p_within": 0.0802, "strata": "level", "alternative": "less",
    ...        "n_uninformative": 0, "q": 0.0032, "q_within": 0.0802, "confidence": 0.95}
    >>> segregation_sentence(row)
    'Ties stay among people of the same gender more often than chance alone would make them (70.3 % of 892 ties,
    against 61.6 % by chance, p = 0.0016); who has which level may account for it, because among people at the same
    level chance alone gives 67.1 %, and beyond that the study cannot tell (p = 0.08).'
    """
    name = spaced(str(row["column"]))
    like = PLACES.get(str(row["column"]), f"of the same {name}")
    if not isfinite(row["e_i"]):
        return f"No tie joins two people whose {name} is known, so it cannot be said whether ties stay inside groups."
    if not isfinite(row["p"]):
        return f"Everyone whose {name} is known is {like}, so ties have no other group to go to."
    place = joined([PLACES.get(held, f"with the same {spaced(held)}") for held in held_equal(row) if held])
    often = {"less": "more often", "greater": "less often", "two-sided": "more or less often"}[str(row["alternative"])]
    ties = f"{int(row['ties']):,} tie{'s' if row['ties'] != 1 else ''}"
    numbers = f"{_inside(row['e_i'])} of {ties}, against {_inside(row['e_i_expected'])} by chance"
    overall, within = _side(row, ""), _side(row, "_within")
    if overall:
        told = f"Ties stay among people {like} {_OFTEN[overall]} than chance alone would make them ({numbers}, "
        return f"{told}{_p(row['p'])}{_caution(row, '')}){_still(row, place, like, overall, within)}."
    whether = f"whether ties stay among people {like} {often} than chance alone would make them"
    if _other_side(row):
        whether = f"that{whether.removeprefix('whether')}"
    cannot = "gives no sign" if _other_side(row) else "cannot tell"
    if within:
        return (
            f"Overall, the study {cannot} {whether} ({numbers}, {_p(row['p'])}), but among people {place} they stay "
            f"{_OFTEN[within]} than chance alone would make them ({_chance_within(row)}){_silent(row, like)}."
        )
    return f"The study {cannot} {whether} ({numbers}, {_p(row['p'])}){_nor(row, place, like)}."


_OFTEN = {-1: "more often", 1: "less often"}


def _still(row: Row, place: str, like: str, overall: int, within: int) -> str:
    """What becomes of a clear finding among people of the same strata."""
    if not place:
        return "; nothing was held equal"
    if not isfinite(row["p_within"]):
        return f"; whether they do so among people {place} cannot be said, because those are always {like}"
    if within == overall:
        return f", and they still do among people {place} ({_chance_within(row)}){_silent(row, like)}"
    if within:
        return (
            f", but among people {place} they do so {_OFTEN[within]} than chance ({_chance_within(row)})"
            f"{_silent(row, like)}"
        )
    chance = _inside(row["e_i_expected_within"])
    nearer = abs(row["e_i"] - row["e_i_expected_within"]) < abs(row["e_i"] - row["e_i_expected"])
    if nearer:
        held = joined([spaced(column) for column in held_equal(row)])
        return (
            f"; who has which {held} may account for it, because among people {place} chance alone gives {chance}, "
            f"and beyond that the study cannot tell ({_p(row['p_within'])}){_silent(row, like)}"
        )
    return (
        f"; whether they do so among people {place}, the study cannot tell ({_chance_within(row)}){_silent(row, like)}"
    )


def _nor(row: Row, place: str, like: str) -> str:
    """The rest of a sentence about a study that cannot tell."""
    if not place:
        return "; nothing was held equal"
    if not isfinite(row["p_within"]):
        return f", and people {place} cannot be compared, because they are always {like}"
    return f", nor can it tell among people {place} ({_chance_within(row)}){_silent(row, like)}"


def _side(row: Row, which: str) -> int:
    """−1 where ties stay inside more than chance, 1 where less, 0 where neither can be told."""
    p = row[f"p{which}"]
    if not (isfinite(p) and p <= alpha_of(row)):
        return 0
    if row["alternative"] == "two-sided":
        return -1 if row["e_i"] < row[f"e_i_expected{which}"] else 1
    return -1 if row["alternative"] == "less" else 1


def _other_side(row: Row) -> bool:
    """True where the ties lie on the side of chance that was not asked about."""
    beyond = row["e_i"] - row["e_i_expected"]
    return bool({"less": beyond >= 0, "greater": beyond <= 0}.get(str(row["alternative"]), False))


def _inside(e_i: float) -> str:
    """The share of arcs that stay inside, from their E–I index."""
    return f"{50 * (1 - e_i):.1f} %"


def _p(p: float) -> str:
    return f"p = {p:.2g}" if p >= 0.001 else "p < 0.001"


def _chance_within(row: Row) -> str:
    caution = _caution(row, "_within") if _side(row, "_within") else ""
    return f"against {_inside(row['e_i_expected_within'])} by chance, {_p(row['p_within'])}{caution}"


def _caution(row: Row, which: str) -> str:
    q = float(row[f"q{which}"])
    return f"; among all the columns looked at, that could still be chance, q = {q:.2g}" if q > alpha_of(row) else ""


def _silent(row: Row, like: str) -> str:
    """People who say nothing of what happens within strata."""
    silent = int(row["n_uninformative"])
    if not silent:
        return ""
    people = "one person says" if silent == 1 else f"{silent:,} people say"
    return f"; {people} nothing about that, because all who share their place are {like}"
