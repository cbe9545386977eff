"""Finding the files of a source, and the header and rows of each, whether text or workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from ingest.text import Record, TextForm, text_form, text_records
from ingest.workbook import is_workbook, workbook_records
from ona.model import InputError

_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Layout:
    """How a file of rows is laid out, where the analyst has said so.

    Parameters
    ----------
    delimiter, encoding : str, optional
        Found out by looking at the file where not given.
    header : bool
        Whether the first row holds the columns' names.
    header_rows : int
        How many rows the header takes; the first of them names the columns, the others are passed over.
    skip_rows : int
        Rows to pass over before the header. Blank rows are never counted.
    sheet : str, optional
        The sheet of a workbook; the first one where not given.
    """

    delimiter: str | None = None
    encoding: str | None = None
    header: bool = True
    header_rows: int = 1
    skip_rows: int = 0
    sheet: str | None = None


@dataclass(frozen=True)
class Opened:
    """A file of rows, opened: its header, and its data rows one after another.

    ``first_line`` is the line of the first data row. ``form`` is known for text files only.
    """

    path: Path
    header: tuple[str, ...] | None
    width: int
    first_line: int
    records: Iterator[Record]
    form: TextForm | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A small file of rows, whole. Rows shorter than the header read as empty where they end."""

    file: str
    header: tuple[str, ...] | None
    width: int
    records: tuple[Record, ...]
    notes: tuple[str, ...]

    @property
    def lines(self) -> list[int]:
        """The line each row starts on."""
        return [record.line for record in self.records]

    def column(self, position: int) -> list[str]:
        """The values of one column, counted from 0."""
        return [record.fields[position] if position < len(record.fields) else "" for record in self.records]


def find_files(path: str | Path) -> list[Path]:
    """The files a path or pattern stands for, sorted.

    Parameters
    ----------
    path : str or Path
        A file, or a pattern with ``*``, ``?`` or ``[…]``.

    Raises
    ------
    InputError
        No such file, a folder, or a file without a byte in it.
    """
    path = Path(path)
    found = [path] if path.exists() else _matches(path)
    if not found:
        raise InputError("no such file", file=path, cure="check the name, and the folder it is looked for in")
    for file in found:
        if file.is_dir():
            raise InputError("this is a folder", file=file, cure="name a file in it, or a pattern such as '*.csv'")
        if file.stat().st_size == 0:
            raise empty(file)
    return found


def _matches(path: Path) -> list[Path]:
    first = next((i for i, part in enumerate(path.parts) if _MAGIC.search(part)), None)
    if first is None:
        return []
    folder = Path(*path.parts[:first])
    return sorted(file for file in folder.glob(str(Path(*path.parts[first:]))) if file.is_file())


def labels(files: list[Path]) -> list[str]:
    """A name for each file: its own, or with its folder where two files share one."""
    names = [file.name for file in files]
    return [str(file) if names.count(file.name) > 1 else file.name for file in files]


def empty(path: Path) -> InputError:
    """The error for a file with nothing in it."""
    return InputError("the file is empty", file=path, cure="check that it is the right file")


def open_rows(path: Path, layout: Layout, *, also_delimiters: tuple[str, ...] = ()) -> Opened:
    """Open a CSV file (any separator) or a workbook and read past its header.

    Parameters
    ----------
    path : Path
        One file that exists.
    layout : Layout
        What the analyst said about it.
    also_delimiters : tuple of str
        Separators to consider besides the usual.

    Raises
    ------
    InputError
        The file is empty, or is not what it seems.
    """
    form: TextForm | None = None
    if is_workbook(path):
        records: Iterator[Record] = workbook_records(path, sheet=layout.sheet)
    else:
        form = text_form(path, delimiter=layout.delimiter, encoding=layout.encoding, also=also_delimiters)
        records = text_records(path, form)
    passed = [next(records, None) for _ in range(layout.skip_rows)]
    top = [next(records, None) for _ in range(layout.header_rows if layout.header else 0)]
    first = next(records, None)
    if not any((*passed, *top, first)):
        raise empty(path)
    if first is None:
        raise InputError("the file has no rows below its header", file=path, cure="check that it is the right file")
    header = None
    if top and top[0] is not None:
        header = top[0].fields
        # Separators that trail the header name no column; a row may carry them too.
        while header and not header[-1]:
            header = header[:-1]
    return Opened(
        path=path,
        header=header,
        width=len(header) if header is not None else len(first.fields),
        first_line=first.line,
        records=chain([first], records),
        form=form,
        notes=form.notes if form else (),
    )


def read_sheet(path: str | Path, layout: Layout) -> Sheet:
    """Read a small file whole.

    Raises
    ------
    InputError
        As `open_rows`; and a row with more values than the header has names, since its values may stand under the
        wrong names.
    """
    file = find_files(path)[0]
    opened = open_rows(file, layout)
    records = tuple(opened.records)
    if opened.header is not None:
        for record in records:
            if too_wide(record, opened.width):
                separator = f" that holds {opened.form.delimiter!r}" if opened.form else ""
                cure = f"put quotation marks around text{separator}"
                if opened.form and opened.width == 1:
                    cure = f"set delimiter if columns are not separated by {opened.form.delimiter!r}, or {cure}"
                raise InputError(
                    f"the row has {len(record.fields)} values where the header has {counted(opened.width)}",
                    file=file,
                    line=record.line,
                    cure=cure,
                )
    return Sheet(file=file.name, header=opened.header, width=opened.width, records=records, notes=opened.notes)


def counted(names: int) -> str:
    """So many names, in words.

    Examples
    --------
    >>> counted(1), counted(3)
    ('1 name', '3 names')
    """
    return "1 name" if names == 1 else f"{names} names"


def too_wide(record: Record, width: int) -> bool:
    """Whether a row has values beyond the header's last name."""
    return len(record.fields) > width and any(record.fields[width:])


def companion(layout: Layout, columns: Mapping[str, str | int]) -> Layout:
    """The layout of a second file that goes with a first: its own separator, and a header unless places are given."""
    by_place = all(isinstance(value, int) for value in columns.values())
    return replace(layout, delimiter=None, header=not by_place, header_rows=1, skip_rows=0)
