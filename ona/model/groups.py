"""Columns of the roster made from others: intersections of groups, and how long people have been there."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from itertools import pairwise

import numpy as np
import pandas as pd

from ona.model.cells import labels_of
from ona.model.errors import StudyError
from ona.model.text import legible

BETWEEN = " × "
"""What joins the columns, and the groups, of an intersection: ``gender × ethnicity``, ``woman × Black``."""

TENURE = "tenure"
"""The column that `with_tenure` adds."""

TENURE_YEARS = (1, 3, 5, 10)
"""Where its bands end unless told otherwise."""

NOT_GROUPS = ("name", "manager", "start", "leader")
"""Columns of a people table that put nobody into a group."""

_SHOWN = 12
_LONGEST = 1200


def with_intersections(people: pd.DataFrame, crossed: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Add a column for each intersection of groups: ``woman × Black`` in ``gender × ethnicity``.

    What women meet and what Black people meet does not add up to what Black women meet, so the intersection is a group
    of its own. The column is a group column like any other, with one exception: its groups add up to those of its
    parts, so a disclosure plan has to be made for `disclosure_table`, not for the column by itself.

    Parameters
    ----------
    people : DataFrame
        A people table.
    crossed : sequence of sequence of str
        The columns of each intersection, two or more, in the order they are to be read.

    Returns
    -------
    DataFrame
        A copy with a column of text for each, named by its columns and holding people's groups, joined by ``" × "``;
        missing where any part is.

    Raises
    ------
    StudyError
        A single column, a column named twice, one that the roster does not have or that holds no groups, groups whose
        names could be mistaken for an intersection, or an intersection that is there already in whatever order.

    References
    ----------
    Crenshaw 1989, *University of Chicago Legal Forum* 1989(1), 139–167.

    Examples
    --------
    >>> people = pd.DataFrame({"gender": ["woman", "man", None], "ethnicity": ["Black", "White", "Black"]})
    >>> with_intersections(people, [("gender", "ethnicity")])["gender × ethnicity"].fillna("-").tolist()
    ['woman × Black', 'man × White', '-']
    """
    table = people
    for columns in crossed:
        parts = (columns,) if isinstance(columns, str) else tuple(columns)
        _check_parts(table, parts)
        joined = _as_text(table[parts[0]])
        for column in parts[1:]:
            joined = joined + BETWEEN + _as_text(table[column])
        table = table.assign(**{BETWEEN.join(parts): joined})
    return table.copy() if table is people else table


def parts_of(column: str) -> tuple[str, ...]:
    """The columns an intersection is made of; none for any other column.

    Examples
    --------
    >>> parts_of("gender × ethnicity"), parts_of("gender")
    (('gender', 'ethnicity'), ())
    """
    parts = tuple(column.split(BETWEEN))
    return parts if len(parts) > 1 else ()


def disclosure_table(column: str) -> tuple[str, ...]:
    """The table that a disclosure plan must hold before a column's groups are shown: an intersection's parts, crossed.

    Black women and white women add up to women: where both columns are shown, a hidden group of an intersection can
    follow from the groups of its parts. A plan for the crossing sees that and hides what has to be hidden; a plan for
    the intersection as a column by itself does not.

    Examples
    --------
    >>> disclosure_table("gender × ethnicity"), disclosure_table("gender")
    (('gender', 'ethnicity'), ('gender',))
    """
    return parts_of(column) or (column,)


def disclosure_cell(column: str, group: str) -> tuple[str, ...]:
    """The cell of `disclosure_table` that is a group of a column.

    Examples
    --------
    >>> disclosure_cell("gender × ethnicity", "woman × Black"), disclosure_cell("gender", "woman")
    (('woman', 'Black'), ('woman',))
    """
    return tuple(group.split(BETWEEN)) if parts_of(column) else (group,)


def crossed_labels(people: pd.DataFrame, column: str) -> pd.Series:
    """Everybody's group of a column, each part of an intersection by itself: a missing part is ``"(not stated)"``.

    In the column of an intersection whoever lacks any part is missing alike; women whose ethnicity is not stated are
    told from men by their gender all the same, and are a group that can be as small as any other.

    Examples
    --------
    >>> people = pd.DataFrame({"gender": ["woman", "man"], "ethnicity": ["Black", None]})
    >>> crossed_labels(people, "gender × ethnicity").tolist()
    ['woman × Black', 'man × (not stated)']
    """
    parts = [labels_of(people[part]) for part in disclosure_table(column)]
    return pd.Series([BETWEEN.join(cell) for cell in zip(*parts, strict=True)], index=people.index, dtype="str")


def with_tenure(
    people: pd.DataFrame, *, last_day: pd.Timestamp | None, years: Sequence[float] = TENURE_YEARS
) -> pd.DataFrame:
    """Add how long people have been there on the data's last day, in bands: the column ``tenure``.

    Years are counted by the calendar, from the day people started to the same day of the month: who started on 2 March
    2020 has been there 3 years on 2 March 2023. It is a column to hold equal or to explain by, not one to compare by
    unless asked for: `ona.model.group_columns` leaves it out.

    Parameters
    ----------
    people : DataFrame
        A people table; its ``start`` is used.
    last_day : Timestamp or None
        The data's last day, as `ona.model.InfluenceGraph.last_day` gives it.
    years : sequence of float
        Where each band ends and the next begins, increasing; a part of a year counts in whole months.

    Returns
    -------
    DataFrame
        A copy with ``tenure``, an ordered categorical: "under 1 year", "1 to 3 years", …, "10 years and more". Missing
        where the start is unknown, and where it lies after the last day: who had not begun has no tenure.

    Raises
    ------
    StudyError
        Nobody's start is known, no last day, years that do not increase from above 0, or a column ``tenure`` that is
        there already.

    Examples
    --------
    >>> people = pd.DataFrame({"start": pd.to_datetime(["2023-09-01", "2020-01-01", None])})
    >>> with_tenure(people, last_day=pd.Timestamp("2024-01-01"), years=(1, 4))["tenure"].astype("str").tolist()
    ['under 1 year', '4 years and more', nan]
    """
    if TENURE in people:
        raise StudyError(f"the roster has a column '{TENURE}' already", cure="give it another name under people.groups")
    if "start" not in people or people["start"].isna().all():
        raise StudyError(
            "the roster does not say when anybody started, so nobody's tenure is known",
            cure="name the column that does as start = '…' under [people]",
        )
    if last_day is None:
        raise StudyError(
            "the data has no last day, so nobody's tenure is known", cure="set ties.last_day to the day it was drawn up"
        )
    months = [round(12 * end) for end in years]
    if not months or months[0] < 1 or months[-1] > _LONGEST or any(one >= after for one, after in pairwise(months)):
        shown = ", ".join(f"{end:g}" for end in years) or "none"
        raise StudyError(
            f"the years of tenure are {shown}, which is no list of bands", cure="give years that increase, as 1, 3, 5"
        )
    start, today = people["start"].dt.normalize(), pd.Timestamp(last_day).normalize()
    completed = sum((start <= today - pd.DateOffset(months=end)).astype(int) for end in months)
    codes = completed.where(start <= today, -1).to_numpy(np.int64)
    bands = pd.CategoricalDtype(_bands(years), ordered=True)
    return people.assign(**{TENURE: pd.Categorical.from_codes(codes, dtype=bands)})


def close_name(word: str, known: Sequence[str]) -> str:
    """The cure for a name that does not exist: the one probably meant, or the names there are.

    Examples
    --------
    >>> close_name("Gendr", ["gender", "site"]), close_name("x", ["gender", "site"])
    ("did you mean 'gender'?", 'use one of gender, site')
    """
    by_fold = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{legible(by_fold[near[0]])}'?"
    listed = [*map(legible, known[:_SHOWN]), *(["…"] if len(known) > _SHOWN else [])]
    return f"use one of {', '.join(listed)}" if known else "there is none to use"


def _check_parts(people: pd.DataFrame, parts: tuple[str, ...]) -> None:
    """Refuse an intersection that cannot be made, or cannot be read."""
    name = BETWEEN.join(parts)
    if len(parts) < 2:
        named = f"'{name}' alone" if parts else "no columns"
        raise StudyError(
            f"an intersection of {named} is none",
            cure="name two columns or more, as ['gender', 'ethnicity']",
        )
    known = [str(column) for column in people if column not in NOT_GROUPS]
    for column in parts:
        if column not in known:
            raise StudyError(f"the roster has no column '{column}' to cross", cure=close_name(column, known))
    single = name.split(BETWEEN)
    twice = next((column for column in single if single.count(column) > 1), None)
    if twice is not None:
        raise StudyError(f"the intersection {name} names '{twice}' twice", cure="name each column once")
    same = next((column for column in known if sorted(column.split(BETWEEN)) == sorted(single)), None)
    if same is not None:
        raise StudyError(
            f"the roster has a column '{same}' already, so {name} would be there twice", cure="ask for it once"
        )
    for column in parts:
        for group in _as_text(people[column]).dropna().unique():
            if group.count(BETWEEN) != column.count(BETWEEN):
                raise StudyError(
                    f"the group '{legible(group)}' of {column} reads like an intersection itself",
                    cure=f"write it without '{BETWEEN.strip()}'",
                )


def _as_text(values: pd.Series) -> pd.Series:
    """A column as text; missing stays missing."""
    return values.astype("object").where(values.notna()).map(str, na_action="ignore").astype("str")


def _bands(years: Sequence[float]) -> list[str]:
    """The bands' names, shortest first."""

    def counted(end: float) -> str:
        return f"{end:g} year" if end == 1 else f"{end:g} years"

    between = [f"{begin:g} to {counted(end)}" for begin, end in pairwise(years)]
    return [f"under {counted(years[0])}", *between, f"{counted(years[-1])} and more"]
