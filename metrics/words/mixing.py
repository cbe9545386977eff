"""Whether a group keeps to itself, in a sentence."""

from __future__ import annotations

from math import isfinite

from metrics.words._phrases import PLACES, Plurals, Row, alpha_of, called, capital, held_equal, joined, spaced


def homophily_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """One sentence for one row of a homophily table.

    It says which share of a group's ties stay inside it and which would if contacts followed activity alone. With
    α = 1 − confidence, a p is clear where it is at most α and more stays inside than is to be expected:

    - p_active and p_active_within clear: that the group keeps to itself more than its people's activity would make it,
      and still does among people of the same strata;
    - p_active alone: that who has which level (or whatever was held equal) may account for it where what is to be
      expected within strata comes nearer to what is seen, and that within strata the study cannot tell;
    - p_active_within alone: that it shows only among people of the same strata;
    - neither, but p: that more stays inside than heads alone would make, and that activity may account for it where
      what is to be expected from it comes nearer to what is seen;
    - none: that the study cannot tell, or, where ties lie on the other side of what is expected, gives no sign of it;
    - p_active ≤ α < q_active, or the same within strata: that it could still be chance among all the groups looked at;
    - no ties, nobody else with any, no strata, or strata in which nobody differs: that.

    Parameters
    ----------
    row : mapping
        A row of `metrics.mixing.homophily_table`, all but its sentence.
    plurals : mapping, optional
        As in `gap_sentence`.

    Returns
    -------
    str
        Ties are counted as arcs: a tie both ways is two.

    Examples
    --------
    >>> row = {"column": "gender", "group": "woman", "ties_out": 235, "ties_in": 228, "ties_within": 95, "e_i": 0.4837,
    ...        "e_i_expected": 0.6667, "p": 0.01, "e_i_expected_active": 0.6512, "p_active": 0.02,
    ...        "e_i_expected_active_within": 0.55, "p_active_within": 0.2, "strata": "level", "q_active": 0.04,
    ...        "q_active_within": 0.2, "confidence": 0.95}
    >>> homophily_sentence(row)
    'Women keep to themselves more than their activity alone would make them (25.8 % of their 368 ties are with one
    another, against 17.4 % if contacts followed activity, p = 0.02); who has which level may account for it, because
    among people at the same level activity alone gives 22.5 %, and beyond that the study cannot tell (p = 0.2).'
    """
    who, name = called(row, "group", plurals)[0], spaced(str(row["column"]))
    if not isfinite(row["e_i"]):
        return f"{capital(who)} have no ties to anybody whose {name} is known: whether they keep to themselves is open."
    if not isfinite(row["p"]):
        return f"Everybody whose {name} is known is of this group ({who}), so their ties have no other to go to."
    count = int(row["ties_out"] + row["ties_in"] - row["ties_within"])
    ties = f"{count:,} ties are" if count != 1 else "one tie is"
    share = f"{_inside(row['e_i'])} of their {ties} with one another, against"
    if not isfinite(row["p_active"]):
        return (
            f"Of {who}, or of everybody else, nobody sends ties or nobody receives them ({share} "
            f"{_inside(row['e_i_expected_active'])} if contacts followed activity): whether they keep to themselves is "
            "open."
        )
    place = joined([PLACES.get(held, f"with the same {spaced(held)}") for held in held_equal(row) if held])
    numbers = f"{share} {_inside(row['e_i_expected_active'])} if contacts followed activity"
    more = "more than their activity alone would make them"
    if _clear(row, ""):
        told = f"{capital(who)} keep to themselves {more} ({numbers}, {_p(row['p_active'])}{_caution(row, '')})"
        return f"{told}{_still(row, place)}."
    other_side = row["e_i"] >= row["e_i_expected_active"]
    cannot = "gives no sign that" if other_side else "cannot tell whether"
    whether = f"{cannot} {who} keep to themselves {more} ({numbers}, {_p(row['p_active'])})"
    if _clear(row, "_within"):
        return f"Overall, the study {whether}, but among people {place} they do ({_chance_within(row)})."
    if row["p"] <= alpha_of(row) and row["e_i"] < row["e_i_expected"]:
        return f"{_more_active(row, who, share)}{_nor(row, place)}."
    return f"The study {whether}{_nor(row, place)}."


def _more_active(row: Row, who: str, share: str) -> str:
    """A group that has more ties inside than heads alone would make, and no more than can be told from activity."""
    told = (
        f"Ties of {who} stay among them more than their number alone would make them ({share} "
        f"{_inside(row['e_i_expected'])} by number, {_p(row['p'])})"
    )
    active = f"activity alone gives {_inside(row['e_i_expected_active'])}"
    nearer = abs(row["e_i"] - row["e_i_expected_active"]) < abs(row["e_i"] - row["e_i_expected"])
    if nearer:
        return (
            f"{told}; that they are more active may account for it, because {active}, and beyond that the study cannot "
            f"tell whether they keep to themselves ({_p(row['p_active'])})"
        )
    return f"{told}; {active}, and the study cannot tell whether they keep to themselves ({_p(row['p_active'])})"


def _still(row: Row, place: str) -> str:
    """What becomes of a clear finding among people of the same strata."""
    if not place:
        return "; nothing was held equal"
    if not isfinite(row["p_active_within"]):
        return f"; whether they do so among people {place} cannot be said, because those are always alike"
    if _clear(row, "_within"):
        return f", and they still do among people {place} ({_chance_within(row)})"
    nearer = abs(row["e_i"] - row["e_i_expected_active_within"]) < abs(row["e_i"] - row["e_i_expected_active"])
    if not nearer:
        return f"; whether they do so among people {place}, the study cannot tell ({_chance_within(row)})"
    held = joined([spaced(column) for column in held_equal(row)])
    return (
        f"; who has which {held} may account for it, because among people {place} activity alone gives "
        f"{_inside(row['e_i_expected_active_within'])}, and beyond that the study cannot tell "
        f"({_p(row['p_active_within'])})"
    )


def _nor(row: Row, place: str) -> str:
    """The rest of a sentence about a study that cannot tell."""
    if not place:
        return "; nothing was held equal"
    if not isfinite(row["p_active_within"]):
        return f", and people {place} cannot be compared, because they are always alike"
    return f", nor can it tell among people {place} ({_chance_within(row)})"


def _clear(row: Row, which: str) -> bool:
    p = float(row[f"p_active{which}"])
    return isfinite(p) and p <= alpha_of(row) and row["e_i"] < row[f"e_i_expected_active{which}"]


def _inside(e_i: float) -> str:
    """The share of arcs that stay inside, from their E–I index."""
    return f"{50 * (1 - e_i):.1f} %"


def _p(p: float) -> str:
    return f"p = {p:.2g}" if p >= 0.001 else "p < 0.001"


def _chance_within(row: Row) -> str:
    caution = _caution(row, "_within") if _clear(row, "_within") else ""
    return f"against {_inside(row['e_i_expected_active_within'])} by activity, {_p(row['p_active_within'])}{caution}"


def _caution(row: Row, which: str) -> str:
    q = float(row[f"q_active{which}"])
    return f"; among all the groups looked at, that could still be chance, q = {q:.2g}" if q > alpha_of(row) else ""
