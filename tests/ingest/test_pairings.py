"""Pairings: mentor and sponsor are never guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ingest import read_pairings
from ona.model import InputError, StudyError

Write = Callable[..., Path]
COLUMNS = {"senior": "Mentor Email Address", "junior": "Mentee Email Address", "kind": "Type"}
HEADER = "Mentor Email Address,Mentee Email Address,Type,From,To,State\n"
FULL = {**COLUMNS, "start": "From", "end": "To", "status": "State"}


def _error(path: Path, ids: pd.Series, **options: Any) -> str:
    with pytest.raises((InputError, StudyError)) as error:
        read_pairings(path, ids=ids, **{"columns": FULL, **options})
    return str(error.value)


def test_what_is_kept_and_what_is_set_aside(write: Write, ids: pd.Series) -> None:
    rows = [
        "Ann@x.com,bob@x.com,Mentor,2024-01-01,2024-06-30,Completed",
        "ann@x.com,cem@x.com,SPONSOR,2024-01-01,,",
        "ann@x.com,zoe@x.com,mentor,,,active",
        "zoe@x.com,bob@x.com,mentor,,,active",
        "ann@x.com,a,mentor,,,active",
        "bob@x.com,cem@x.com,mentor,2024-02-01,2024-01-01,active",
        "ann@x.com,cem@x.com,sponsor,2024-01-01,,active",
    ]
    read = read_pairings(write("pairs.csv", HEADER + "\n".join(rows) + "\n"), columns=FULL, ids=ids)
    assert read.table is not None
    kept = read.table[["senior", "junior", "kind", "status"]].values.tolist()
    assert kept == [["a", "b", "mentor", "completed"], ["a", "c", "sponsor", "active"]]
    assert (read.rows, read.accepted) == (7, 2)
    assert read.set_aside.values.tolist() == [
        ["pairs.csv", 4, "junior not in the roster", f"junior 'zoe@x.com' is not in the roster | {rows[2]}"],
        ["pairs.csv", 5, "senior not in the roster", f"senior 'zoe@x.com' is not in the roster | {rows[3]}"],
        ["pairs.csv", 6, "paired with oneself", rows[4]],
        ["pairs.csv", 7, "ends before it starts", rows[5]],
        ["pairs.csv", 8, "repeated row", rows[6]],
    ]


def test_one_kind_for_the_whole_file(write: Write, ids: pd.Series) -> None:
    read = read_pairings(write("p.csv", "s;j\na;b\n"), columns={"senior": "s", "junior": "j"}, kind="sponsor", ids=ids)
    assert read.table is not None
    assert read.table["kind"].tolist() == ["sponsor"]


def test_a_workbook(workbook: Write, ids: pd.Series) -> None:
    path = workbook("p.xlsx", [["s", "j", "k"], ["a", "b", "Career sponsor"]])
    columns = {"senior": "s", "junior": "j", "kind": "k"}
    read = read_pairings(path, columns=columns, values={"kind": {"career sponsor": "sponsor"}}, ids=ids)
    assert read.table is not None
    assert read.table["kind"].tolist() == ["sponsor"]


def test_kinds_and_statuses_that_are_not_known(write: Write, ids: pd.Series) -> None:
    assert _error(write("p.csv", HEADER + "a,b,mentor,,,\na,c,Coach,,,\n"), ids) == (
        "p.csv line 3: kind 'Coach' is not one of mentor, sponsor, peer, reverse, group; "
        "fix it, or recode it under pairings.values.kind"
    )
    assert _error(write("p.csv", HEADER + "a,b,,,,\n"), ids) == (
        "p.csv line 2: the kind is empty; fix it, or recode it under pairings.values.kind"
    )
    assert _error(write("p.csv", HEADER + "a,b,mentor,,,Matched\n"), ids) == (
        "p.csv line 2: status 'Matched' is not one of active, completed, cancelled, pending; "
        "fix it, or recode it under pairings.values.status"
    )


def test_dates_that_could_be_either(write: Write, ids: pd.Series) -> None:
    path = write("p.csv", HEADER + "a,b,mentor,01/04/2023,,\n")
    assert _error(path, ids) == (
        "p.csv line 2: start date '01/04/2023' could be 1 April or 4 January; "
        "set pairings.date_format = '%d/%m/%Y' or '%m/%d/%Y'"
    )
    read = read_pairings(path, columns=FULL, ids=ids, date_format="%d/%m/%Y")
    assert read.table is not None
    assert read.table["start"].tolist() == [pd.Timestamp("2023-04-01")]


def test_nobody_known(write: Write, ids: pd.Series) -> None:
    assert _error(write("p.csv", HEADER + "a,b9,mentor,,,\nx,b,mentor,,,\na,b8,mentor,,,\n"), ids) == (
        "p.csv line 2: none of its 3 rows can be used, most often because: junior not in the roster; "
        "check that the roster holds these ids, or name the column that does in people.aliases"
    )


def test_neither_kind_nor_column(write: Write, ids: pd.Series) -> None:
    path = write("p.csv", "s;j\na;b\n")
    assert _error(path, ids, columns={"senior": "s", "junior": "j"}) == (
        "pairings need either a column for their kind or one kind for all; give one of the two"
    )
