"""Columns by name and by place, and the sentence for one that is missing."""

from __future__ import annotations

import pytest

from ingest.columns import check_keys, positions
from ona.model import InputError, StudyError

HEADER = ("employee_id", "name", "Grade", "team", "team")


def _error(theirs: str | int, header: tuple[str, ...] | None = HEADER) -> str:
    with pytest.raises(InputError) as error:
        positions({"level": theirs}, header, width=5, file="in/roster.csv", section="people")
    return str(error.value)


def test_a_missing_column_names_what_there_is_and_what_was_meant() -> None:
    assert _error("grade", HEADER[:3]) == (
        "roster.csv: no column 'grade' for people.level; the file has employee_id, name, Grade; did you mean 'Grade'?"
    )
    assert _error("level", HEADER[:3]) == (
        "roster.csv: no column 'level' for people.level; the file has employee_id, name, Grade"
    )
    assert _error("employe_id", HEADER[:1]).endswith("did you mean 'employee_id'?")


def test_a_wide_file_is_not_listed_whole() -> None:
    header = tuple(f"q{i}" for i in range(40))
    assert _error("zzz", header).endswith("the file has q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, …")


def test_a_header_that_reads_as_one_name_suspects_the_separator() -> None:
    assert _error("grade", ("id,name,grade",)) == (
        "roster.csv: no column 'grade' for people.level; the header reads as one name, 'id,name,grade': "
        "set delimiter = ','"
    )
    assert _error("grade", ("id\tname\tgrade",)).endswith(
        "the header reads as one name, 'id\\tname\\tgrade': set delimiter = '\\t'"
    )
    assert _error("grade", ("full name",)).endswith("the file has full name")


def test_a_name_that_would_break_the_message_is_spelled_out() -> None:
    assert _error("first\nname", ("first\nnames", "a\x1b[31m", "x" * 100)) == (
        "roster.csv: no column 'first\\nname' for people.level; the file has first\\nnames, a\\x1b[31m, "
        + "x" * 60
        + "…; did you mean 'first\\nnames'?"
    )


def test_a_name_that_occurs_twice() -> None:
    assert _error("team") == (
        "roster.csv: the column 'team' for people.level occurs more than once; give its place: 4 and 5"
    )


def test_places() -> None:
    assert positions({"level": 5}, HEADER, width=5, file="r.csv", section="people") == {"level": 4}
    assert _error(6) == "roster.csv: no column 6 for people.level; the file has 5 columns"
    assert _error(0) == "roster.csv: no column 0 for people.level; the file has 5 columns"
    assert _error("grade", None) == (
        "roster.csv: people.level names the column 'grade', but the file is read without a header; "
        "give its place, counted from 1, or set header = true"
    )


def _study_error(columns: dict[str, str | int]) -> str:
    with pytest.raises(StudyError) as error:
        check_keys(columns, section="email", required=("sender", "recipient|recipients"), optional=("time",))
    return str(error.value)


def test_columns_a_source_does_not_have_or_lacks() -> None:
    assert _study_error({"sendr": 1, "recipient": 2}) == "'sendr' is not a column of 'email'; did you mean 'sender'?"
    assert _study_error({"xyz": 1}) == ("'xyz' is not a column of 'email'; use sender, recipient, recipients, time")
    assert _study_error({"recipient": 2}) == ("'email' names no 'sender'; name the column for 'sender' under columns")
    assert _study_error({"sender": 1}) == (
        "'email' names no 'recipient' or 'recipients'; name the column for 'recipient' or 'recipients' under columns"
    )
    assert _study_error({"sender": 1, "recipient": 2, "recipients": 3}) == (
        "'email' names both 'recipient' and 'recipients'; name the column for 'recipient' or 'recipients' under columns"
    )
