"""XLSX workbooks: rows as text, exactly as a person reads them, and nothing hostile let in."""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.markup import refuse_entities
from ingest.text import Record, clean
from ona.model import InputError
from ona.model.text import legible

WORKBOOKS = (".xlsx", ".xlsm")
MOST_UNPACKED = 1 << 30
MOST_RATIO = 200
SMALL_PART = 1 << 22


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, by its name."""
    return path.suffix.lower() in (*WORKBOOKS, ".xls")


def workbook_records(path: Path, *, sheet: str | None = None) -> Iterator[Record]:
    """The rows of one sheet as text, blank ones left out; the line is the row's number in the sheet.

    Dates read as ISO dates, whole numbers without ``.0``, formulas as the value last computed.

    Parameters
    ----------
    path : Path
        An XLSX file.
    sheet : str, optional
        The sheet's name; the first one where not given.

    Raises
    ------
    InputError
        Not a workbook, protected by a password, no such sheet, or an archive built to exhaust the machine.
    """
    from openpyxl import load_workbook

    _check_archive(path)
    with warnings.catch_warnings():
        # openpyxl warns of styles and validation rules it passes over; neither changes a value.
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(path, read_only=True, data_only=True)
        except Exception as error:
            raise _not_a_workbook(path) from error
        try:
            names = book.sheetnames
            if sheet is not None and sheet not in names:
                raise InputError(
                    f"no sheet '{sheet}'", file=path, cure=f"the workbook has {', '.join(map(legible, names))}"
                )
            page = book[sheet if sheet is not None else names[0]]
            if hasattr(page, "reset_dimensions"):
                # Some programs write a wrong extent into the file; the cells themselves are the truth.
                page.reset_dimensions()
            for line, cells in enumerate(page.iter_rows(values_only=True), start=1):
                fields = tuple(map(cell_text, cells))
                if any(fields):
                    yield Record(line, ",".join(fields).rstrip(","), fields)
        finally:
            book.close()


def cell_text(value: Any) -> str:
    """A cell as text.

    Examples
    --------
    >>> cell_text(1001.0), cell_text(2.5), cell_text(dt.datetime(2020, 1, 31)), cell_text(True), cell_text(None)
    ('1001', '2.5', '2020-01-31', 'TRUE', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return clean(str(value))


def _check_archive(path: Path) -> None:
    if path.suffix.lower() == ".xls":
        raise InputError("old .xls workbooks cannot be read", file=path, cure="save it as .xlsx or .csv")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            swollen = any(
                part.file_size > SMALL_PART and part.file_size > MOST_RATIO * max(part.compress_size, 1)
                for part in parts
            )
            if swollen or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise InputError(
                    "the workbook unpacks to far more than it should",
                    file=path,
                    cure="save the one sheet that is needed as .csv",
                )
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        refuse_entities(stream, file=path)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        raise _not_a_workbook(path) from None


def _not_a_workbook(path: Path) -> InputError:
    return InputError(
        "this is not an XLSX workbook, or it is protected by a password",
        file=path,
        cure="open it and save it again as .xlsx or .csv",
    )
