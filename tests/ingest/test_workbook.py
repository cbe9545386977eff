"""Workbooks: cells as a person reads them; what could harm the machine is refused."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.files import Layout, read_sheet
from ona.model import InputError

Write = Callable[..., Path]


def test_cells_are_text_as_a_person_reads_it(workbook: Write) -> None:
    rows = [
        ["id", "start", "share", "active", "note", "at"],
        [1001.0, dt.datetime(2020, 1, 31), 0.5, True, None, dt.datetime(2020, 1, 31, 9, 30)],
        [None, None, None, None, None, None],
        [1002, dt.date(2021, 2, 1), 2, False, " M\u00a0", None],
    ]
    sheet = read_sheet(workbook("r.xlsx", rows), Layout())
    assert [record.fields for record in sheet.records] == [
        ("1001", "2020-01-31", "0.5", "TRUE", "", "2020-01-31 09:30:00"),
        ("1002", "2021-02-01", "2", "FALSE", "M"),
    ]
    assert sheet.lines == [2, 4]
    assert sheet.column(5) == ["2020-01-31 09:30:00", ""]


def test_a_sheet_by_name(workbook: Write) -> None:
    path = workbook("r.xlsx", [["id"], [1]], title="People")
    assert read_sheet(path, Layout(sheet="People")).column(0) == ["1"]
    with pytest.raises(InputError) as error:
        read_sheet(path, Layout(sheet="people"))
    assert str(error.value) == "r.xlsx: no sheet 'people'; the workbook has People"


def test_an_empty_workbook(workbook: Write) -> None:
    with pytest.raises(InputError, match="the file is empty"):
        read_sheet(workbook("r.xlsx", []), Layout())


@pytest.mark.parametrize("content", [b"id,name\n1,x\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_something_else_under_the_name_of_a_workbook(write: Write, content: bytes) -> None:
    with pytest.raises(InputError) as error:
        read_sheet(write("r.xlsx", content), Layout())
    assert str(error.value) == (
        "r.xlsx: this is not an XLSX workbook, or it is protected by a password; "
        "open it and save it again as .xlsx or .csv"
    )


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(InputError, match="this is not an XLSX workbook"):
        read_sheet(path, Layout())


def test_an_old_workbook(write: Write) -> None:
    with pytest.raises(InputError) as error:
        read_sheet(write("r.xls", b"\xd0\xcf"), Layout())
    assert str(error.value) == "r.xls: old .xls workbooks cannot be read; save it as .xlsx or .csv"


def test_an_archive_built_to_exhaust_the_machine(workbook: Write) -> None:
    path = workbook("r.xlsx", [["id"], [1]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", b"\0" * (32 << 20))
    with pytest.raises(InputError) as error:
        read_sheet(path, Layout())
    assert str(error.value) == (
        "r.xlsx: the workbook unpacks to far more than it should; save the one sheet that is needed as .csv"
    )


def test_entities_inside_a_workbook(workbook: Write, tmp_path: Path) -> None:
    path, bad = workbook("r.xlsx", [["id"], [1]]), tmp_path / "bad.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bad, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "b">]>' + content
            new.writestr(part, content)
    with pytest.raises(InputError, match=r"^bad\.xlsx: the file declares XML entities or a document type"):
        read_sheet(bad, Layout())
