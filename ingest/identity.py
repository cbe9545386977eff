"""Who is meant: a person's id, an address, or any other text that the roster says identifies the person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pandas as pd

from ingest.text import clean
from ona.model import InputError
from ona.model.text import legible

_ANGLE = re.compile(r"<\s*([^<>\s]+)\s*>\s*$")
_AT = re.compile(r"^(\S+) (?:at|\(at\)|\[at\]) (\S+)$", re.IGNORECASE)
_WHOLE = re.compile(r"^(-?\d+)\.0+$")
_UNDISCLOSED = re.compile(r"undisclosed[- ]recipients?\s*:?", re.IGNORECASE)


def whole_ids(texts: Sequence[str]) -> list[str]:
    """Ids that a spreadsheet turned into numbers with a decimal point, as the whole numbers they were.

    Only a column of nothing but whole numbers is touched.

    Examples
    --------
    >>> whole_ids(["1001.0", "", "1002"]), whole_ids(["1.0", "x"])
    (['1001', '', '1002'], ['1.0', 'x'])
    """
    if all(not text or text.lstrip("-").isdigit() or _WHOLE.match(text) for text in texts):
        return [_WHOLE.sub(r"\1", text) for text in texts]
    return list(texts)


def alias_series(
    persons: Sequence[str], aliases: Mapping[str, Sequence[str]], *, lines: Sequence[int], file: str
) -> pd.Series:
    """Every text that identifies a person of the roster.

    Parameters
    ----------
    persons : sequence of str
        Person ids, in the roster's order.
    aliases : mapping of str to sequence of str
        Further columns that identify a person, such as addresses, each in the same order. Empty text is none.
    lines : sequence of int
        The line of each person, for errors.
    file : str
        For errors.

    Returns
    -------
    Series
        Person id by text, casefolded and sorted. Ids that differ in capitals only are refused by `people_table`.

    Raises
    ------
    InputError
        A text that identifies two people.

    Examples
    --------
    >>> alias_series(["E1"], {"email": ["Ann@X.com"]}, lines=[2], file="r.csv").to_dict()
    {'ann@x.com': 'E1', 'e1': 'E1'}
    """
    found = {person.casefold(): (person, line) for person, line in zip(persons, lines, strict=True)}
    for column, texts in aliases.items():
        for text, person, line in zip(texts, persons, lines, strict=True):
            if not text:
                continue
            owner, first = found.setdefault(text.casefold(), (person, line))
            if owner != person:
                raise InputError(
                    f"{legible(column)} '{legible(text)}' already identifies the person on line {first}",
                    file=file,
                    line=line,
                    cure="give each person their own",
                )
    texts = sorted(found)
    return pd.Series([found[t][0] for t in texts], index=pd.Index(texts, dtype="str", name="alias"), dtype="str")


def person_finder(ids: pd.Series) -> Callable[[str], str | None]:
    """A function from text to the person it identifies, or None.

    Parameters
    ----------
    ids : Series
        Person id by alias, as in ``Read.aliases`` of a roster.

    Returns
    -------
    callable
        It tries the text as it stands, then without regard to capitals, then the address in angle brackets,
        after ``mailto:``, or written with `` at ``, and last a whole number without its ``.0``.

    Examples
    --------
    >>> find = person_finder(pd.Series({"ann@x.com": "E1", "7": "E2"}))
    >>> find("ANN@X.com "), find('"Smith, Ann" <ann@x.com>'), find("7.0"), find("bob@x.com")
    ('E1', 'E1', 'E2', None)
    """
    known = {str(alias): str(person) for alias, person in ids.items()}
    for alias, person in list(known.items()):
        known.setdefault(alias.casefold(), person)

    def find(text: str) -> str | None:
        for form in _forms(text):
            person = known.get(form) or known.get(form.casefold())
            if person is not None:
                return person
        return None

    return find


def unknown_key(text: str) -> str:
    """One form for all ways to write an address that is not in the roster, so that people outside it count once.

    Examples
    --------
    >>> unknown_key("Zoe <ZOE@y.com>") == unknown_key("zoe@y.com")
    True
    """
    return list(_forms(text))[-1].casefold()


def _forms(text: str) -> Iterator[str]:
    bare = clean(text)
    yield bare
    if match := _ANGLE.search(bare):
        bare = match[1]
        yield bare
    if bare[:7].lower() == "mailto:":
        bare = bare[7:]
        yield bare
    if match := _AT.match(bare):
        bare = f"{match[1]}@{match[2]}"
        yield bare
    if match := _WHOLE.match(bare):
        yield match[1]


def people_named(text: str, *, separator: str | None = None) -> list[str]:
    """The people a list names, each as it is written there.

    Parameters
    ----------
    text : str
        A cell such as ``"Smith, Ann" <ann@x.com>, bob@x.com``.
    separator : str, optional
        What stands between two of them. Without it the rules of e-mail hold: a semicolon where there is one outside
        quotation marks and angle brackets, else a comma; a comma inside a display name separates nobody.

    Returns
    -------
    list of str
        Without blanks and empty places; none for undisclosed recipients.

    Examples
    --------
    >>> people_named('"Smith, Ann" <a@x>, b@x'), people_named("Smith, Ann <a@x>, b@x")
    (['"Smith, Ann" <a@x>', 'b@x'], ['Smith, Ann <a@x>', 'b@x'])
    >>> people_named("a@x; b@x;"), people_named("a|b", separator="|"), people_named("undisclosed-recipients:;")
    (['a@x', 'b@x'], ['a', 'b'], [])
    """
    if separator is not None:
        pieces: Iterable[str] = text.split(separator)
    else:
        between_semicolons = _split(text, ";")
        alone = len(between_semicolons) == 1
        pieces = [name for part in between_semicolons for name in _between_commas(part, alone=alone)]
    named = [clean(piece) for piece in pieces]
    return [piece for piece in named if piece and not _UNDISCLOSED.fullmatch(piece)]


def _split(text: str, separator: str) -> list[str]:
    """Split outside quotation marks and angle brackets."""
    if separator not in text:
        return [text]
    if '"' not in text and "<" not in text:
        return text.split(separator)
    pieces, start, legible, angle, at = [], 0, False, False, 0
    while at < len(text):
        mark = text[at]
        if mark == "\\" and legible:
            at += 1
        elif mark == '"':
            legible = not legible
        elif mark in "<>" and not legible:
            angle = mark == "<"
        elif mark == separator and not (legible or angle):
            pieces.append(text[start:at])
            start = at + 1
        at += 1
    return [*pieces, text[start:]]


def _between_commas(text: str, *, alone: bool) -> list[str]:
    """The names in a list, or in a part of one: between semicolons a comma separates addresses only."""
    pieces = _split(text, ",")
    if alone or sum("@" in piece for piece in pieces) > 1:
        return _with_their_names(pieces)
    return [text]


def _with_their_names(pieces: list[str]) -> list[str]:
    """Join display names that a comma cut: a piece without an address goes with the bracketed one that follows."""
    joined: list[str] = []
    held = ""
    for piece in pieces:
        if "@" not in piece and "<" not in piece:
            held = f"{held},{piece}" if held else piece
            continue
        if held and "<" in piece:
            joined.append(f"{held},{piece}")
        elif held:
            joined += [*held.split(","), piece]
        else:
            joined.append(piece)
        held = ""
    return [*joined, *(held.split(",") if held else [])]
