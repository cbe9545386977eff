"""The roster: everyone counts, whether or not any tie was seen.

A people table is a pandas DataFrame whose index is ``person`` (text, unique, sorted) and whose columns are ``manager``
(a person or missing), ``level`` (an ordered categorical, most junior first), ``function``, ``site``, ``start``,
optionally ``name``, any number of group columns, and ``leader`` (true for people able to sponsor).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from ona.model.errors import InputError, StudyError
from ona.model.text import legible

CORE_COLUMNS = ("name", "manager", "level", "function", "site", "start")
"""Columns with a meaning of their own; see `group_columns` for the others."""

UnknownManager = Literal["error", "ignore"]


def people_table(
    frame: pd.DataFrame,
    *,
    levels: Sequence[str] | None = None,
    unknown_manager: UnknownManager = "error",
    file: str | None = None,
    lines: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Check a roster and bring it into the one shape the toolkit works on.

    Parameters
    ----------
    frame : DataFrame
        One row a person, with a ``person`` column (or index) and any of `CORE_COLUMNS` and group columns. Ids are
        read as text; blanks around them are dropped. An empty text is a missing value.
    levels : sequence of str, optional
        Level names, most junior first. Without it levels must be numbers, larger being more senior.
    unknown_manager : {"error", "ignore"}
        What to do with a manager who is not in the roster: stop, or treat the person as having none.
    file, lines : optional
        The file's name and the line of each row, for error messages.

    Returns
    -------
    DataFrame
        Indexed by ``person``, sorted. Someone who is their own manager is a root: their ``manager`` is missing.

    Raises
    ------
    InputError
        No rows, a missing person id, one that is repeated or differs from another in capitals only, an unknown
        manager, a reporting loop, or a level not in `levels`.

    Examples
    --------
    >>> people = people_table(pd.DataFrame({"person": ["b", "a"], "manager": ["a", ""], "level": [1, 2]}))
    >>> people.index.tolist(), people["manager"].fillna("-").tolist()
    (['a', 'b'], ['-', 'a'])
    """
    table = frame.reset_index() if frame.index.name == "person" else frame.reset_index(drop=True)
    if "person" not in table.columns:
        raise InputError("no column holds the person id", file=file, cure="name it under [people] as person = '…'")
    if table.empty:
        raise InputError("the roster has no people in it", file=file, cure="check that it is the right file")
    line_of = np.arange(2, len(table) + 2) if lines is None else np.asarray(lines)
    columns: dict[str, pd.Series] = {"person": _text(table["person"])}
    for column in table.columns:
        if column not in ("person", "level", "start", "leader"):
            columns[str(column)] = _text(table[column])
    checked = pd.DataFrame(columns)
    _check_ids(checked["person"], file, line_of)
    for column in ("manager", "function", "site"):
        if column not in checked:
            checked[column] = pd.Series(np.nan, index=checked.index, dtype="str")
    checked["level"] = _levels(table.get("level"), levels, len(table), file, line_of)
    start = table.get("start")
    checked["start"] = pd.to_datetime(start) if start is not None else pd.NaT
    checked["leader"] = table["leader"].astype(bool) if "leader" in table else False
    checked["manager"] = _managers(checked, unknown_manager, file, line_of)
    order = np.argsort(checked["person"].to_numpy(dtype=object), kind="stable")
    people = checked.iloc[order].set_index("person")
    _check_loops(people["manager"], file, dict(zip(checked["person"], line_of, strict=True)))
    first = [c for c in CORE_COLUMNS if c in people]
    return people[[*first, *(c for c in people if c not in (*first, "leader")), "leader"]]


def _text(values: pd.Series) -> pd.Series:
    """Text without surrounding blanks; empty text is missing. Whole numbers read as floats lose their ``.0``."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    text = values.astype("str").str.strip()
    return text.where(values.notna().to_numpy() & (text != "").to_numpy())


def _check_ids(ids: pd.Series, file: str | None, line_of: np.ndarray) -> None:
    if ids.isna().any():
        at = int(np.flatnonzero(ids.isna())[0])
        raise InputError("the person id is empty", file=file, line=int(line_of[at]), cure="give every person an id")
    # Messages and pairings are matched without regard to capitals, so such ids could not be told apart.
    folded = ids.map(str.casefold)
    repeated = folded.duplicated()
    if repeated.any():
        at = int(np.flatnonzero(repeated)[0])
        first = int(np.flatnonzero(folded == folded.iloc[at])[0])
        same, there = ids.iloc[at] == ids.iloc[first], f"is already on line {line_of[first]}"
        raise InputError(
            f"person '{legible(ids.iloc[at])}' {there}"
            + ("" if same else f" as '{legible(ids.iloc[first])}' (capitals do not count)"),
            file=file,
            line=int(line_of[at]),
            cure="keep one row for each person",
        )


def _levels(
    values: pd.Series | None, levels: Sequence[str] | None, size: int, file: str | None, line_of: np.ndarray
) -> pd.Categorical:
    """Ordered levels, most junior first."""
    if values is None:
        return pd.Categorical([None] * size, categories=list(levels or []), ordered=True)
    if isinstance(values.dtype, pd.CategoricalDtype) and values.cat.ordered and levels is None:
        return pd.Categorical(values)
    text = _text(values)
    if levels is None:
        numbers = pd.to_numeric(text, errors="coerce")
        wrong = np.flatnonzero(numbers.isna() & text.notna())
        if wrong.size:
            at = int(wrong[0])
            raise InputError(
                f"level '{legible(text.iloc[at])}' is not a number",
                file=file,
                line=int(line_of[at]),
                cure="list the levels in order, most junior first, as people.levels = ['…', '…']",
            )
        found = text[text.notna()].unique()
        return pd.Categorical(text, categories=sorted(found, key=float), ordered=True)
    wrong = np.flatnonzero(~text.isin(list(levels)) & text.notna())
    if wrong.size:
        at = int(wrong[0])
        raise InputError(
            f"level '{legible(text.iloc[at])}' is not one of {', '.join(map(str, levels))}",
            file=file,
            line=int(line_of[at]),
            cure="add it to people.levels, most junior first",
        )
    return pd.Categorical(text, categories=list(levels), ordered=True)


def _managers(people: pd.DataFrame, unknown: UnknownManager, file: str | None, line_of: np.ndarray) -> pd.Series:
    manager = people["manager"]
    missing = ~manager.isin(people["person"]) & manager.notna()
    if missing.any() and unknown == "error":
        at = int(np.flatnonzero(missing)[0])
        raise InputError(
            f"manager '{legible(manager.iloc[at])}' is not in the roster",
            file=file,
            line=int(line_of[at]),
            cure="fix it, or set people.unknown_manager = 'ignore'",
        )
    return manager.mask(missing | (manager == people["person"]))


def _check_loops(manager: pd.Series, file: str | None, line_of: dict[str, int]) -> None:
    above = manager.dropna().to_dict()
    settled: set[str] = set()
    for person in manager.index:
        walk: dict[str, None] = {}
        at = person
        while at in above and at not in settled:
            if at in walk:
                trail = list(walk)
                loop = [*trail[trail.index(at) :], at]
                raise InputError(
                    f"the reporting line goes in a circle: {' → '.join(map(legible, loop))}",
                    file=file,
                    line=int(line_of[at]),
                    cure="correct one manager in it",
                )
            walk[at] = None
            at = above[at]
        settled.update(walk)


def group_columns(people: pd.DataFrame) -> list[str]:
    """Names of the group columns: every column of text that is not a core column.

    An ordered column made from another one, such as tenure, is held equal rather than compared, and is not among them.

    Examples
    --------
    >>> group_columns(people_table(pd.DataFrame({"person": ["a"], "gender": ["woman"]})))
    ['gender']
    """
    ordered = {c for c in people.columns if isinstance(people[c].dtype, pd.CategoricalDtype)}
    return [c for c in people.columns if c not in (*CORE_COLUMNS, "leader") and c not in ordered]


def level_rank(people: pd.DataFrame) -> pd.Series:
    """Each person's level as a number, 0 for the most junior; NaN where the level is unknown."""
    codes = people["level"].cat.codes.astype(float)
    return codes.where(codes >= 0).rename("level_rank")


def mark_leaders(
    people: pd.DataFrame, *, at_or_above: str | None = None, people_ids: Iterable[str] | None = None
) -> pd.DataFrame:
    """Say who is able to sponsor: everyone at a level or above, and/or a list of people.

    Parameters
    ----------
    people : DataFrame
        A people table.
    at_or_above : str, optional
        A level; everyone at it or above is a leader.
    people_ids : iterable of str, optional
        People who are leaders whatever their level.

    Returns
    -------
    DataFrame
        A copy with the ``leader`` column set.

    Raises
    ------
    StudyError
        Neither rule given, an unknown level or person, or nobody is a leader.

    Examples
    --------
    >>> people = people_table(pd.DataFrame({"person": ["a", "b"], "level": [1, 2]}))
    >>> mark_leaders(people, at_or_above="2")["leader"].tolist()
    [False, True]
    """
    if at_or_above is None and people_ids is None:
        raise StudyError("no rule says who the leaders are", cure="set leaders.at_or_above or leaders.people")
    leader = pd.Series(False, index=people.index)
    if at_or_above is not None:
        names = people["level"].cat.categories.astype(str).tolist()
        if str(at_or_above) not in names:
            raise StudyError(
                f"leaders.at_or_above = '{at_or_above}' is not a level of the roster",
                cure=f"use one of {', '.join(map(legible, names)) or '(the roster has no levels)'}",
            )
        leader |= level_rank(people) >= names.index(str(at_or_above))
    if people_ids is not None:
        named = [str(p) for p in people_ids]
        unknown = [p for p in named if p not in people.index]
        if unknown:
            raise StudyError(f"leader '{unknown[0]}' is not in the roster", cure="correct leaders.people")
        leader |= people.index.isin(named)
    if not leader.any():
        raise StudyError("nobody in the roster is a leader", cure="set leaders.at_or_above to a level people hold")
    return people.assign(leader=leader.to_numpy())
