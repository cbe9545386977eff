"""Encodings, separators and true lines; the fast way and the careful way give the same rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.files import Layout, open_rows, read_sheet
from ingest.staging import database, stage
from ingest.text import Record, TextForm, text_form, text_records
from ona.model import InputError

Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("encoding", "mark", "found"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"),
        ("utf-16-le", b"\xff\xfe", "utf-16"),
        ("utf-16-be", b"\xfe\xff", "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
    ],
)
def test_encodings_are_found(write: Write, encoding: str, mark: bytes, found: str) -> None:
    path = write("r.csv", mark + "id;name\n1;Zoë\n".encode(encoding))
    assert text_form(path).encoding == found
    sheet = read_sheet(path, Layout())
    assert sheet.header == ("id", "name")
    assert [record.fields for record in sheet.records] == [("1", "Zoë")]
    assert sheet.notes == ()


def test_what_is_no_utf_8_is_read_as_windows_1252_and_said_so(write: Write) -> None:
    path = write("r.csv", "id,name\n1,Zoë – “x”\n".encode("cp1252"))
    sheet = read_sheet(path, Layout())
    assert sheet.records[0].fields == ("1", "Zoë – “x”")
    assert sheet.notes == ("r.csv is not UTF-8; it was read as Windows-1252",)


def test_one_bad_byte_far_into_the_file_counts(write: Write) -> None:
    path = write("r.csv", b"id,name\n" + b"1,x\n" * 400_000 + b"2,\xe9\n")
    assert text_form(path).encoding == "cp1252"


def test_an_encoding_that_is_wrong_or_unknown(write: Write) -> None:
    path = write("r.csv", b"id,name\n1,\xe9\n")
    with pytest.raises(InputError) as error:
        read_sheet(path, Layout(encoding="utf-8"))
    assert str(error.value) == "r.csv: the file is not utf-8 (invalid continuation byte); set its encoding"
    with pytest.raises(InputError) as error:
        read_sheet(path, Layout(encoding="utf-99"))
    assert str(error.value) == "r.csv: unknown encoding 'utf-99'; use a name such as 'utf-8'"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_separators_are_found(write: Write, delimiter: str) -> None:
    rows = [("id", "full name", "note"), ("1", "Smith Ann", "x"), ("2", "Lee Bo", "y")]
    path = write("r.csv", "\n".join(delimiter.join(row) for row in rows))
    assert text_form(path).delimiter == delimiter


def test_a_comma_inside_names_is_not_the_separator(write: Write) -> None:
    path = write("r.csv", "name;at\nSmith, Ann;1\nLee, Bo;2\nNoor;3\n")
    assert text_form(path).delimiter == ";"


def test_a_packed_file_is_no_text(write: Write) -> None:
    with pytest.raises(InputError) as error:
        read_sheet(write("r.csv", b"PK\x03\x04rest"), Layout())
    assert str(error.value) == "r.csv: this is packed, not text; unpack it, or name a workbook .xlsx"


BINARY = {
    "PDF": b"%PDF-1.7\n1 0 obj\n",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500,
    "program": b"\x7fELF\x02\x01\x01" + bytes(100),
    "noise": bytes(np.random.default_rng(1).integers(0, 256, 5000, dtype=np.uint8)),
}


@pytest.mark.parametrize("kind", BINARY)
@pytest.mark.parametrize("encoding", [None, "utf-8", "cp1252"])
def test_a_binary_file_is_no_text(write: Write, kind: str, encoding: str | None) -> None:
    with pytest.raises(InputError) as error:
        read_sheet(write("people.csv", BINARY[kind]), Layout(encoding=encoding))
    assert str(error.value) == (
        "people.csv: this is not a text file; check that it is the right file, or save it as .csv or .xlsx"
    )


def test_a_parquet_file_under_another_name_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "mail.csv"
    pq.write_table(pa.table({"from": ["a", "b"], "to": ["b", "a"]}), path)
    with pytest.raises(InputError, match=r"mail\.csv: this is not a text file"):
        text_form(path)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-32", "utf-8", "cp1252"])
def test_text_in_a_named_encoding_is_text(write: Write, encoding: str) -> None:
    path = write("r.csv", "id,name\n1,Zoë\x07\n2,Bo\n".encode(encoding))
    assert read_sheet(path, Layout(encoding=encoding)).column(1) == ["Zoë\x07", "Bo"]


def test_a_wrong_separator_is_suspected(write: Write) -> None:
    with pytest.raises(InputError) as error:
        read_sheet(write("r.csv", "id,name\n1,Bo;x\n"), Layout(delimiter=";"))
    assert str(error.value) == (
        "r.csv line 2: the row has 2 values where the header has 1 name; set delimiter if columns are not separated "
        "by ';', or put quotation marks around text that holds ';'"
    )


def test_a_separator_of_two_characters_is_refused(write: Write) -> None:
    with pytest.raises(InputError, match="the separator '::' is not one character"):
        text_form(write("r.csv", "a::b\n"), delimiter="::")


def test_lines_are_true_with_line_ends_inside_quotes_and_blank_rows(write: Write) -> None:
    path = write("r.csv", 'id,note\r\n1,"two\r\nlines"\r\n\r\n , \r\n2,x\r\n')
    records = list(text_records(path, text_form(path)))
    assert records == [
        Record(1, "id,note", ("id", "note")),
        Record(2, '1,"two\r\nlines"', ("1", "two\r\nlines")),
        Record(6, "2,x", ("2", "x")),
    ]


def test_a_quotation_mark_that_never_closes(write: Write) -> None:
    path = write("r.csv", 'id,note\n1,x\n2,"open\n3,y\n4,z\n')
    with pytest.raises(InputError) as error:
        read_sheet(path, Layout())
    assert str(error.value) == "r.csv line 3: a quotation mark opens here and never closes; close or remove it"


def test_a_cell_longer_than_the_csv_module_allows(write: Write) -> None:
    path = write("r.csv", f'id,note\n1,"{"x" * 200_000}"\n')
    assert len(read_sheet(path, Layout()).records[0].fields[1]) == 200_000


@pytest.mark.parametrize("content", ["", "\n\n", " , \n", "\ufeff"])
def test_an_empty_file(write: Write, content: str) -> None:
    path = write("roster.csv", content)
    with pytest.raises(InputError) as error:
        read_sheet(path, Layout())
    assert str(error.value) == "roster.csv: the file is empty; check that it is the right file"


def test_a_header_and_nothing_else(write: Write) -> None:
    with pytest.raises(InputError) as error:
        read_sheet(write("roster.csv", "id,name\n"), Layout())
    assert str(error.value) == "roster.csv: the file has no rows below its header; check that it is the right file"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for name in ("roster.csv", "mail-*.csv"):
        with pytest.raises(InputError) as error:
            read_sheet(tmp_path / name, Layout())
        assert str(error.value) == f"{name}: no such file; check the name, and the folder it is looked for in"
    with pytest.raises(InputError, match="this is a folder; name a file in it"):
        read_sheet(tmp_path, Layout())


def test_a_row_with_more_values_than_names(write: Write) -> None:
    with pytest.raises(InputError) as error:
        read_sheet(write("r.csv", "id,name\n1,Smith, Ann\n"), Layout())
    assert str(error.value) == (
        "r.csv line 2: the row has 3 values where the header has 2 names; "
        "put quotation marks around text that holds ','"
    )


def test_separators_that_trail_are_nothing(write: Write) -> None:
    sheet = read_sheet(write("r.csv", "id,name,,\n1,Ann,,\n2,Bo\n"), Layout())
    assert sheet.header == ("id", "name")
    assert sheet.column(1) == ["Ann", "Bo"]


def test_rows_before_and_after_the_names(write: Write) -> None:
    path = write("r.csv", "Export of May\nUSERID,MANAGER\nUser,Boss\n1,2\n")
    both = read_sheet(path, Layout(skip_rows=1, header_rows=2, delimiter=","))
    assert (both.header, both.lines) == (("USERID", "MANAGER"), [4])
    second = read_sheet(path, Layout(skip_rows=2, delimiter=","))
    assert (second.header, second.lines) == (("User", "Boss"), [4])


CELL = st.text(alphabet="ab\u00e9 |,0.#'=", max_size=6)


@given(rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=12), crlf=st.booleans())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_the_fast_way_and_the_careful_way_agree(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], crlf: bool
) -> None:
    folder = tmp_path_factory.mktemp("agree")
    path = folder / "r.csv"
    end = "\r\n" if crlf else "\n"
    path.write_bytes(("x;y;z" + end + end.join(";".join(row) for row in rows) + end).encode())
    layout = Layout(delimiter=";")
    if not any(cell.strip() for row in rows for cell in row):
        return
    assert text_form(path, delimiter=";").plain
    opened = open_rows(path, layout)
    careful = [(record.line, record.text, *record.fields[:3]) for record in opened.records]
    with database(folder) as connection:
        staged = stage(
            connection, path, columns={"x": "x", "y": "y", "z": "z"}, section="t", layout=layout, work=folder
        )
        query = f"SELECT line, row, coalesce(x, ''), coalesce(y, ''), coalesce(z, '') FROM {staged.relation}"
        fast = connection.execute(query).fetchall()
    assert fast == careful


def test_plain_files_take_the_fast_way_and_others_do_not(write: Write) -> None:
    assert text_form(write("a.csv", "x,y\n1,2\n")).plain
    assert text_form(write("b.csv", "x,y\r\n1,2\r\n")).plain
    for content in ('x,y\n"1",2\n', "x,y\r\n1,2\n", "x,y\r1,2\r", "x,y\n1\u00a0,2\n", "x,y\n1\t,2\n", "x,y\n1\0,2\n"):
        assert not text_form(write("c.csv", content)).plain


def test_a_file_name_with_brackets_is_no_pattern(write: Write, tmp_path: Path) -> None:
    path = write("mail [2024].csv", "x,y\n1,2\n")
    with database(tmp_path) as connection:
        staged = stage(connection, path, columns={"x": "x"}, section="t", layout=Layout(), work=tmp_path)
        assert connection.execute(f"SELECT file, line, x FROM {staged.relation}").fetchall() == [(path.name, 2, "1")]


def test_one_form_is_said_by_hand(write: Write) -> None:
    path = write("r.txt", "a b\n1 2\n")
    assert text_form(path, delimiter=" ") == TextForm("utf-8", " ", True)
    assert pd.Series(read_sheet(path, Layout(delimiter=" ")).column(1)).tolist() == ["2"]
