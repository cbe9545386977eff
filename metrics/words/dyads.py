"""Whether ties to leaders depend on group, in a sentence."""

from __future__ import annotations

from math import isfinite

from metrics.words._phrases import (
    Plurals,
    Row,
    alpha_of,
    called,
    capital,
    caution_of,
    held_equal,
    joined,
    number,
    sizes_of,
    spaced,
)


def dyad_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """One sentence for the row of a dyad table whose term is "focal".

    With α = 1 − confidence:

    - no leaders but own managers, nobody tied to any of them, everybody to every one, or groups that differ in nothing
      beyond what is held: so;
    - p ≤ α: how much more or less likely ties are, and what is held; with q > α also that, among all the differences
      looked at, this one could still be chance;
    - otherwise: that the study cannot tell.

    Parameters
    ----------
    row : mapping
        A row of `metrics.dyads.dyad_table` whose term is "focal", all but its sentence.
    plurals : mapping, optional
        As in `metrics.words.gap_sentence`.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"column": "gender", "focal": "woman", "reference": "man", "term": "focal", "estimate": -0.021,
    ...        "p": 0.0035, "q": 0.01, "n_focal": 141, "n_reference": 309, "people": 450, "drawn_from": 450,
    ...        "leaders": 52, "dyads": 23000, "ties": 1400, "held": "level × function × site", "confidence": 0.95}
    >>> dyad_sentence(row)
    'Once level, function and site are held, ties between women and leaders are 2.1 percentage points less likely than
    ties between men and leaders (p = 0.0035; 141 women, 309 men, 52 leaders).'
    """
    focal, reference = called(row, "focal", plurals)[0], called(row, "reference", plurals)[0]
    columns = [spaced(column) for column in held_equal({"strata": row["held"]})]
    held = f"{joined(columns)} {'is' if len(columns) == 1 else 'are'} held"
    sizes = _sizes(row, plurals)
    if row["dyads"] == 0:
        return (
            f"{capital(focal)} and {reference} have no leaders but their own managers, so there are no "
            f"ties to compare ({sizes})."
        )
    if row["ties"] in (0, row["dyads"]):
        tied = "nobody is tied to any leader" if row["ties"] == 0 else "everybody is tied to every leader"
        return f"Own managers aside, {tied} among {focal} and {reference}, so there is nothing to compare ({sizes})."
    compared = f"likely than ties between {reference} and leaders"
    if not (isfinite(row["estimate"]) and isfinite(row["p"])):
        once = f" once {held}" if columns else ""
        return (
            f"The study cannot compare ties between {focal} and leaders with ties between {reference} and leaders"
            f"{once}, because nothing is left in which the two groups differ ({sizes})."
        )
    start = f"Once {held}, " if columns else "With nothing held, "
    size, word = number(100 * row["estimate"], 1), "less" if row["estimate"] < 0 else "more"
    if row["p"] <= alpha_of(row):
        caution = caution_of(float(row["q"])) if row["q"] > alpha_of(row) else ""
        return (
            f"{start}ties between {focal} and leaders are {size} percentage points {word} {compared} "
            f"(p = {row['p']:.2g}; {sizes}){caution}."
        )
    return (
        f"{start}the study cannot tell whether ties between {focal} and leaders are more or less {compared} "
        f"({size} percentage points {word}, p = {row['p']:.2g}; {sizes})."
    )


def _sizes(row: Row, plurals: Plurals | None) -> str:
    """Both groups and the leaders, and of how many people these were drawn."""
    leaders = int(row["leaders"])
    sizes = f"{sizes_of(row, plurals)}, {leaders:,} {'leader' if leaders == 1 else 'leaders'}"
    drawn_from = float(row["drawn_from"])
    return sizes if drawn_from == row["people"] else f"{sizes}; people drawn at random from {drawn_from:,.0f}"
