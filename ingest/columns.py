"""The columns of a file by header name or by place, with an error that says which name was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path

from ona.model import InputError, StudyError
from ona.model.text import legible

SHOWN = 12
SEPARATORS = (",", ";", "\t", "|", ":")


def positions(
    columns: Mapping[str, str | int],
    header: tuple[str, ...] | None,
    *,
    width: int,
    file: str | Path,
    section: str,
) -> dict[str, int]:
    """Where each of our columns stands in the file, counted from 0.

    Parameters
    ----------
    columns : mapping of str to str or int
        Our name → the file's header, or the place counted from 1.
    header : tuple of str or None
        The file's header; None for a file without one.
    width : int
        How many columns the file has.
    file : str or Path
        For errors.
    section : str
        What the columns belong to, for errors: ``"people"`` gives ``people.level``.

    Raises
    ------
    InputError
        No such column, a name that occurs twice, or a name in a file without a header.

    Examples
    --------
    >>> positions({"person": "id", "level": 3}, ("id", "name", "grade"), width=3, file="r.csv", section="people")
    {'person': 0, 'level': 2}
    """
    return {
        ours: position(theirs, header, width=width, file=file, key=f"{section}.{ours}")
        for ours, theirs in columns.items()
    }


def position(theirs: str | int, header: tuple[str, ...] | None, *, width: int, file: str | Path, key: str) -> int:
    """Where one column stands in the file, counted from 0; see `positions`."""
    if isinstance(theirs, int):
        if not 1 <= theirs <= width:
            there_is = _one_name(header) or f"the file has {width} {'column' if width == 1 else 'columns'}"
            raise InputError(f"no column {theirs} for {key}", file=file, cure=there_is)
        return theirs - 1
    if header is None:
        raise InputError(
            f"{key} names the column '{legible(theirs)}', but the file is read without a header",
            file=file,
            cure="give its place, counted from 1, or set header = true",
        )
    wanted = theirs.strip()
    if header.count(wanted) > 1:
        places = " and ".join(str(i + 1) for i, name in enumerate(header) if name == wanted)
        raise InputError(
            f"the column '{legible(wanted)}' for {key} occurs more than once",
            file=file,
            cure=f"give its place: {places}",
        )
    if wanted not in header:
        raise InputError(f"no column '{legible(wanted)}' for {key}", file=file, cure=_what_there_is(wanted, header))
    return header.index(wanted)


def _what_there_is(wanted: str, header: tuple[str, ...]) -> str:
    if suspect := _one_name(header):
        return suspect
    named = [name for name in header if name]
    listed = ", ".join([*map(legible, named[:SHOWN]), *(["…"] if len(named) > SHOWN else [])])
    close = closest(wanted, named)
    return f"the file has {listed}" + (f"; did you mean '{legible(close)}'?" if close else "")


def _one_name(header: tuple[str, ...] | None) -> str:
    """The cure for a header read as a single name that holds a separator; empty for any other."""
    if header is None or len(header) != 1:
        return ""
    mark = max(SEPARATORS, key=header[0].count)
    if mark not in header[0]:
        return ""
    return f"the header reads as one name, '{legible(header[0])}': set delimiter = '{legible(mark)}'"


def closest(wanted: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant: the same but for capitals, or the most alike.

    Examples
    --------
    >>> closest("grade", ["Grade", "trade"]), closest("gender", ["sex"])
    ('Grade', None)
    """
    words = list(known)
    folded = {word.casefold(): word for word in reversed(words)}
    if wanted.casefold() in folded:
        return folded[wanted.casefold()]
    near = difflib.get_close_matches(wanted.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def check_keys(
    columns: Mapping[str, str | int], *, section: str, required: Iterable[str], optional: Iterable[str] = ()
) -> None:
    """Check that the columns named are the ones a source has.

    Parameters
    ----------
    columns : mapping
        Our name → the file's.
    section : str
        The channel or section they are named under, for errors.
    required, optional : iterable of str
        Our names; ``"a|b"`` asks for one of the two.

    Raises
    ------
    StudyError
        A column that the source does not have, or lacks one that it needs.
    """
    choices = [name.split("|") for name in required]
    known = [*(name for choice in choices for name in choice), *optional]
    for ours in columns:
        if ours not in known:
            close = closest(ours, known)
            raise StudyError(
                f"'{ours}' is not a column of '{section}'",
                cure=f"did you mean '{close}'?" if close else f"use {', '.join(known)}",
            )
    for choice in choices:
        named = [name for name in choice if name in columns]
        if len(named) != 1:
            words = " or ".join(f"'{name}'" for name in choice)
            what = "both " + " and ".join(f"'{n}'" for n in named) if named else "no " + words
            raise StudyError(f"'{section}' names {what}", cure=f"name the column for {words} under columns")
