"""The roster: one row for each person, whatever the columns are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import pandas as pd

from ingest.columns import check_keys, closest, position, positions
from ingest.dates import dates
from ingest.files import Layout, Sheet, read_sheet
from ingest.identity import alias_series, person_finder, whole_ids
from ingest.read import Read, set_aside_table
from ona.model import StudyError, people_table

COLUMNS = ("name", "manager", "level", "function", "site", "start")
NO_MANAGER = frozenset({"no_manager", "no_mgr"})
"""How SuccessFactors writes that somebody has no manager."""

Recodes = Mapping[str, Mapping[str, str]]


def read_roster(
    path: str | Path,
    *,
    columns: Mapping[str, str | int],
    groups: Mapping[str, str | int] | None = None,
    levels: Sequence[str] | None = None,
    values: Recodes | None = None,
    unknown_manager: Literal["error", "ignore"] = "error",
    aliases: Sequence[str | int] = (),
    delimiter: str | None = None,
    encoding: str | None = None,
    header: bool = True,
    header_rows: int = 1,
    skip_rows: int = 0,
    sheet: str | None = None,
    date_format: str | None = None,
) -> Read:
    r"""Read the roster. It makes people, not arcs; who manages whom comes from here.

    Parameters
    ----------
    path : str or Path
        CSV (any separator) or XLSX.
    columns : mapping of str to str or int
        ``person``, and optionally ``name``, ``manager``, ``level``, ``function``, ``site`` and ``start`` → the file's
        header, or the place counted from 1.
    groups : mapping, optional
        Group columns, such as ``gender``: our name → the file's.
    levels : sequence of str, optional
        Level names, most junior first; without it levels are numbers.
    values : mapping, optional
        Recodes for each of our columns: ``{"gender": {"1": "man", "2": "woman"}}``. What is written in the file is
        matched as it stands, then without regard to capitals. A recode to empty text makes the value missing.
    unknown_manager : {"error", "ignore"}
        What to do about a manager who is not in the roster.
    aliases : sequence of str or int
        Further columns that identify a person, such as an address: managers, senders and recipients may be written so.
    delimiter, encoding, header, header_rows, skip_rows, sheet
        See `ingest.files.Layout`. A file with two header rows: ``header_rows=2`` uses the names in the first,
        ``skip_rows=1`` those in the second.
    date_format : str, optional
        A strptime pattern for ``start``.

    Returns
    -------
    Read
        ``table`` is a people table, ``aliases`` the person id by every text that identifies somebody. Nothing is set
        aside: a roster is right, or an error says where it is not.

        Managers may be written as any alias. ``NO_MANAGER`` and ``NO_MGR`` mean none; somebody who is their own
        manager has none either, and a note says how many there are.

    Raises
    ------
    InputError
        A missing column, a repeated or empty id, an unknown manager, a reporting loop, a bad date, a level that is not
        listed, a text that identifies two people, or a file that cannot be read.
    StudyError
        ``values`` or ``columns`` name something the study does not have.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "people.csv"
    >>> _ = file.write_text("id;boss;mail;sex\n1;1;Ann@x.com;F\n2;ann@x.com;bob@x.com;M \n")
    >>> read = read_roster(file, columns={"person": "id", "manager": "boss"}, groups={"gender": "sex"},
    ...                    aliases=["mail"], values={"gender": {"F": "woman", "M": "man"}})
    >>> read.table[["manager", "gender"]].fillna("-").values.tolist(), read.aliases["bob@x.com"]
    ([['-', 'woman'], ['1', 'man']], '2')
    """
    groups, values = groups or {}, values or {}
    check_keys(columns, section="people", required=("person",), optional=COLUMNS)
    clash = sorted(set(groups) & {*COLUMNS, "person", "leader"})
    if clash:
        raise StudyError(f"people.groups names '{clash[0]}', which has a meaning of its own", cure="rename the group")
    check_values(values, [*columns, *groups], section="people")
    content = read_sheet(path, Layout(delimiter, encoding, header, header_rows, skip_rows, sheet))
    place = {
        **_places(content, columns, "people"),
        **_places(content, groups, "people.groups"),
    }
    texts = {ours: content.column(at) for ours, at in place.items()}
    texts["person"] = whole_ids(texts["person"])
    notes = [*content.notes]
    for ours in place:
        if ours in values:
            texts[ours] = recode(texts[ours], values[ours])
    named = {str(theirs): whole_ids(_alias_column(content, theirs)) for theirs in aliases}
    known = alias_series(texts["person"], named, lines=content.lines, file=content.file)
    if "manager" in texts:
        texts["manager"], said = _managers(texts["manager"], texts["person"], known, unknown_manager)
        notes += said
    frame = pd.DataFrame({c: pd.Series(t, dtype="object") for c, t in texts.items() if c != "start"})
    if "start" in texts:
        frame["start"] = dates(
            texts["start"],
            lines=content.lines,
            what="start date",
            file=content.file,
            key="people.date_format",
            date_format=date_format,
        )
    people = people_table(frame, levels=levels, unknown_manager=unknown_manager, file=content.file, lines=content.lines)
    notes += [note for ours in (*groups, "function", "site") if (note := _capitals(ours, texts.get(ours, [])))]
    return Read(
        file=content.file,
        rows=len(people),
        accepted=len(people),
        table=people,
        set_aside_rows=set_aside_table(()),
        notes=tuple(notes),
        aliases=known,
    )


def check_values(values: Recodes, known: Sequence[str], *, section: str) -> None:
    """Check that recodes belong to columns the study has.

    Raises
    ------
    StudyError
        They do not.
    """
    for ours in values:
        if ours not in known:
            close = closest(ours, known)
            raise StudyError(
                f"{section}.values recodes '{ours}', which is not a column of the study",
                cure=f"did you mean '{close}'?" if close else f"use {', '.join(known)}",
            )


def recode(texts: Sequence[str], code: Mapping[str, str]) -> list[str]:
    """Values replaced as a study says: as they stand, else without regard to capitals, else kept.

    Examples
    --------
    >>> recode(["No", "no", "yes", ""], {"no": "N"})
    ['N', 'N', 'yes', '']
    """
    folded = {str(theirs).strip().casefold(): str(ours) for theirs, ours in code.items()}
    exact = {str(theirs).strip(): str(ours) for theirs, ours in code.items()}
    return [exact.get(text, folded.get(text.casefold(), text)) for text in texts]


def _places(content: Sheet, columns: Mapping[str, str | int], section: str) -> dict[str, int]:
    return positions(columns, content.header, width=content.width, file=content.file, section=section)


def _alias_column(content: Sheet, theirs: str | int) -> list[str]:
    at = position(theirs, content.header, width=content.width, file=content.file, key="people.aliases")
    return content.column(at)


def _managers(written: list[str], persons: list[str], known: pd.Series, unknown: str) -> tuple[list[str], list[str]]:
    """Managers as person ids, and what to say about them."""
    find = person_finder(known)
    texts = ["" if text.casefold() in NO_MANAGER else text for text in whole_ids(written)]
    found = [find(text) if text else None for text in texts]
    notes = []
    roots = sum(manager == person for manager, person in zip(found, persons, strict=True) if manager)
    if roots:
        notes.append(f"{_people(roots)} named as their own manager, and taken to have none")
    missing = sum(manager is None and text != "" for manager, text in zip(found, texts, strict=True))
    if missing and unknown == "ignore":
        notes.append(f"{_people(missing)} under a manager who is not in the roster, and taken to have none")
    return [manager or text for manager, text in zip(found, texts, strict=True)], notes


def _people(count: int) -> str:
    return "1 person is" if count == 1 else f"{count:,} people are"


def _capitals(ours: str, texts: Sequence[str]) -> str | None:
    """A note on a column whose values differ in capitals only: they count as different groups."""
    distinct = {text for text in texts if text}
    if len({text.casefold() for text in distinct}) == len(distinct):
        return None
    return f"'{ours}' has values that differ in capitals only and count as different; join them with people.values"
