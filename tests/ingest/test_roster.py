"""The roster, and everything real rosters break naive readers with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest import read_roster
from ona.model import InputError, StudyError

Write = Callable[..., Path]
COLUMNS = {"person": "id", "manager": "boss", "level": "grade"}
PLAIN = "id,boss,grade,sex,joined,mail\n1,,2,F,2020-01-31,ann@x.com\n2,1,1,M,2021-02-01,bob@x.com\n"


def _error(path: Path, **options: Any) -> str:
    with pytest.raises((InputError, StudyError)) as error:
        read_roster(path, **{"columns": COLUMNS, **options})
    return str(error.value)


def test_a_plain_roster(write: Write) -> None:
    read = read_roster(
        write("people.csv", PLAIN),
        columns={**COLUMNS, "start": "joined"},
        groups={"gender": "sex"},
        aliases=["mail"],
        values={"gender": {"f": "woman", "M": "man"}},
    )
    assert (read.file, read.rows, read.accepted, dict(read.reasons), read.notes) == ("people.csv", 2, 2, {}, ())
    assert read.table is not None
    assert read.table["gender"].to_dict() == {"1": "woman", "2": "man"}
    assert read.table["manager"].fillna("").to_dict() == {"1": "", "2": "1"}
    assert read.table["start"].dt.strftime("%Y-%m-%d").tolist() == ["2020-01-31", "2021-02-01"]
    assert read.aliases.to_dict() == {"1": "1", "2": "2", "ann@x.com": "1", "bob@x.com": "2"}
    assert read.set_aside.empty


def test_a_workbook_gives_the_same(write: Write, workbook: Write) -> None:
    cells = [
        ["id", "boss", "grade", "sex", "joined", "mail"],
        [1, None, 2, "F", dt.date(2020, 1, 31), "ann@x.com"],
        [2, 1.0, 1, "M", dt.date(2021, 2, 1), "bob@x.com"],
    ]
    options: dict[str, Any] = {"columns": {**COLUMNS, "start": "joined"}, "groups": {"gender": "sex"}}
    one = read_roster(write("people.csv", PLAIN), **options)
    two = read_roster(workbook("people.xlsx", cells), **options)
    assert one.table is not None
    assert one.table.equals(two.table)


def test_blanks_and_a_byte_order_mark(write: Write) -> None:
    text = "\ufeff id ;boss; grade;sex\n 1 ; ;2;M \n2\u00a0; 1;1;M\n"
    read = read_roster(write("people.csv", text), columns=COLUMNS, groups={"gender": "sex"})
    assert read.table is not None
    assert read.table["gender"].to_dict() == {"1": "M", "2": "M"}
    assert read.table["manager"].fillna("").tolist() == ["", "1"]


def test_two_header_rows_and_no_manager(write: Write) -> None:
    path = write("people.csv", "USERID,MANAGER\nUser,Manager\n1,NO_MANAGER\n2,no_mgr\n3,1\n")
    first = read_roster(path, columns={"person": "USERID", "manager": "MANAGER"}, header_rows=2)
    second = read_roster(path, columns={"person": "User", "manager": "Manager"}, skip_rows=1)
    for read in (first, second):
        assert read.table is not None
        assert read.table["manager"].fillna("").tolist() == ["", "", "1"]


def test_lines_of_errors_count_every_header_row(write: Write) -> None:
    path = write("people.csv", "USERID,MANAGER\nUser,Manager\n1,\n1,\n")
    assert _error(path, columns={"person": "User"}, skip_rows=1) == (
        "people.csv line 4: person '1' is already on line 3; keep one row for each person"
    )


def test_people_who_are_their_own_manager(write: Write) -> None:
    read = read_roster(write("people.csv", "id,boss,grade\n1,1,2\n2,1,1\n"), columns=COLUMNS)
    assert read.table is not None
    assert read.table["manager"].fillna("").tolist() == ["", "1"]
    assert read.notes == ("1 person is named as their own manager, and taken to have none",)


def test_managers_in_another_id_space(write: Write) -> None:
    text = "id,boss,grade,mail,badge\n1,,3,ann@x.com,B-7\n2,ANN@x.com,2,bob@x.com,B-8\n3,b-8,1,cem@x.com,B-9\n"
    path = write("people.csv", text)
    read = read_roster(path, columns=COLUMNS, aliases=["mail", 5])
    assert read.table is not None
    assert read.table["manager"].fillna("").tolist() == ["", "1", "2"]
    assert _error(path) == (
        "people.csv line 3: manager 'ANN@x.com' is not in the roster; fix it, or set people.unknown_manager = 'ignore'"
    )
    ignored = read_roster(path, columns=COLUMNS, unknown_manager="ignore")
    assert ignored.notes == ("2 people are under a manager who is not in the roster, and taken to have none",)


def test_ids_that_a_spreadsheet_made_numbers(write: Write) -> None:
    read = read_roster(write("people.csv", "id,boss,grade\n1001,,2\n1002,1001.0,1\n"), columns=COLUMNS)
    assert read.table is not None
    assert read.table["manager"].fillna("").tolist() == ["", "1001"]


def test_values_that_differ_in_capitals_only_are_noted(write: Write) -> None:
    path = write("people.csv", "id,boss,grade,parent\n1,,2,No\n2,1,1,no\n")
    read = read_roster(path, columns=COLUMNS, groups={"parent": "parent"})
    assert read.notes == (
        "'parent' has values that differ in capitals only and count as different; join them with people.values",
    )
    joined = read_roster(path, columns=COLUMNS, groups={"parent": "parent"}, values={"parent": {"no": "no"}})
    assert joined.table is not None
    assert (joined.notes, joined.table["parent"].unique().tolist()) == ((), ["no"])


def test_no_header(write: Write) -> None:
    read = read_roster(
        write("people.csv", "1\t\t2\n2\t1\t1\n"), columns={"person": 1, "manager": 2, "level": 3}, header=False
    )
    assert read.table is not None
    assert read.table["level"].astype("str").tolist() == ["2", "1"]


def test_a_missing_column(write: Write) -> None:
    path = write("people.csv", PLAIN)
    assert _error(path, columns={**COLUMNS, "level": "Grade"}) == (
        "people.csv: no column 'Grade' for people.level; the file has id, boss, grade, sex, joined, mail; "
        "did you mean 'grade'?"
    )
    assert "for people.groups.gender;" in _error(path, groups={"gender": "gendre"})
    assert "for people.aliases;" in _error(path, aliases=["email"])


def test_a_bad_date(write: Write) -> None:
    path = write("people.csv", PLAIN.replace("2021-02-01", "31/31/2020"))
    assert _error(path, columns={**COLUMNS, "start": "joined"}) == (
        "people.csv line 3: start date '31/31/2020' is not a date; fix it, or set people.date_format"
    )


def test_settings_that_do_not_fit(write: Write) -> None:
    path = write("people.csv", PLAIN)
    assert _error(path, values={"gendr": {}}, groups={"gender": "sex"}) == (
        "people.values recodes 'gendr', which is not a column of the study; did you mean 'gender'?"
    )
    assert _error(path, groups={"level": "sex"}) == (
        "people.groups names 'level', which has a meaning of its own; rename the group"
    )
    assert _error(path, columns={"manager": "boss"}) == (
        "'people' names no 'person'; name the column for 'person' under columns"
    )


def test_nothing_but_a_header(write: Write) -> None:
    assert _error(write("people.csv", "id,boss,grade\n")) == (
        "people.csv: the file has no rows below its header; check that it is the right file"
    )


def test_one_person_twice_is_the_models_error(write: Write) -> None:
    path = write("people.csv", "id,boss,grade,mail\n1,,2,a@x\n1,,2,a@x\n")
    assert _error(path, aliases=["mail"]) == (
        "people.csv line 3: person '1' is already on line 2; keep one row for each person"
    )
