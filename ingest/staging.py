"""Sources of any size, on their way through DuckDB: read once as text with line numbers, kept as Parquet.

A plain text file (one row on every line) is split by DuckDB itself. Any other, and every workbook, goes through
Python's csv module or openpyxl in batches. Both give the same table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.columns import positions
from ingest.files import Layout, Opened, find_files, labels, open_rows, too_wide
from ingest.text import BLANKS
from ona.model import InputError
from ona.model.text import legible

BATCH = 1 << 16
LONGEST_LINE = 1 << 22
PARQUET = ".parquet"
_GLOB = re.compile(r"[*?\[\]{}]")


@dataclass(frozen=True)
class Staged:
    """A source as Parquet: ``file_no``, ``file``, ``line``, ``row``, ``wide`` and our columns, all text.

    ``file_no`` and ``line`` together say where a row stands, and order the source. ``wide`` marks rows with more
    values than the header has names. Empty text is null.
    """

    paths: tuple[Path, ...]
    columns: tuple[str, ...]
    files: int
    notes: tuple[str, ...]

    @property
    def relation(self) -> str:
        """SQL that reads all of it."""
        listed = ", ".join(quoted(str(path)) for path in self.paths)
        return f"read_parquet([{listed}])"


def quoted(text: str) -> str:
    """A text literal in SQL.

    Examples
    --------
    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def database(work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory that spills into `work`, keeps UTC, and loads nothing from a network."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "temp_directory": str(work),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        yield connection
    finally:
        connection.close()


def stage(
    connection: duckdb.DuckDBPyConnection,
    path: str | Path,
    *,
    columns: Mapping[str, str | int],
    section: str,
    layout: Layout,
    work: Path,
    also_delimiters: tuple[str, ...] = (),
    first_file: int = 0,
) -> Staged:
    """Read the files of a source as text with line numbers.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From `database`.
    path : str or Path
        A CSV, XLSX or Parquet file, or a pattern that stands for several.
    columns : mapping of str to str or int
        Our names → the file's, in every file.
    section : str
        What the columns belong to, for errors.
    layout : Layout
        What the analyst said about the files.
    work : Path
        The folder to write into.
    also_delimiters : tuple of str
        Separators to consider besides the usual.
    first_file : int
        Number of the first file, so that two sources can be ordered together.

    Returns
    -------
    Staged

    Raises
    ------
    InputError
        No such file or column, an empty file, or one that cannot be read.
    """
    files = find_files(path)
    made: list[Path] = []
    notes: list[str] = []
    for number, (file, label) in enumerate(zip(files, labels(files), strict=True), start=first_file):
        target = work / f"staged-{number:05d}{PARQUET}"
        common = (connection, file, label, number, target, columns, section)
        if file.suffix.lower() == PARQUET:
            _stage_parquet(*common)
        else:
            opened = open_rows(file, layout, also_delimiters=also_delimiters)
            where = positions(columns, opened.header, width=opened.width, file=file, section=section)
            notes += opened.notes
            if opened.form is not None and opened.form.plain and not _GLOB.search(str(file)):
                _stage_lines(connection, opened, label, number, target, where)
            else:
                _stage_records(opened, label, number, target, where)
        made.append(target)
    return Staged(paths=tuple(made), columns=tuple(columns), files=len(files), notes=tuple(dict.fromkeys(notes)))


def _stage_lines(
    connection: duckdb.DuckDBPyConnection, opened: Opened, label: str, number: int, target: Path, where: dict[str, int]
) -> None:
    """DuckDB reads whole lines, numbers them and splits them."""
    if opened.form is None:
        raise ValueError("a text file has a form")
    delimiter = quoted(opened.form.delimiter)
    filled = quoted(f"[^ {re.escape(opened.form.delimiter)}]")
    wide = "false"
    if opened.header is not None:
        wide = f"len(f) > {opened.width} AND regexp_matches(array_to_string(f[{opened.width + 1}:], ''), '[^ ]')"
    chosen = "".join(f", {_trimmed(f'f[{at + 1}]')} AS {ours}" for ours, at in where.items())
    _copy(
        connection,
        f"""
        SELECT {number}::INTEGER AS file_no, {quoted(label)} AS file, line, row, {wide} AS wide{chosen}
        FROM (
            SELECT line, row, string_split(row, {delimiter}) AS f
            FROM (
                SELECT row_number() OVER () AS line, row
                FROM read_csv(
                    {quoted(str(opened.path))}, columns = {{'row': 'VARCHAR'}}, header = false, auto_detect = false,
                    delim = chr(1), quote = '', escape = '', strict_mode = false, max_line_size = {LONGEST_LINE}
                )
            )
            WHERE line >= {opened.first_line} AND row <> ''
              AND (NOT (starts_with(row, ' ') OR starts_with(row, {delimiter})) OR regexp_matches(row, {filled}))
        )
        """,
        target,
        opened.path,
    )


def _trimmed(field: str) -> str:
    """A field without the spaces around it, null where nothing is left. Few need trimming, and trimming is slow."""
    spaced = f"starts_with({field}, ' ') OR ends_with({field}, ' ')"
    return f"nullif(CASE WHEN {spaced} THEN trim({field}) ELSE {field} END, '')"


def _stage_records(opened: Opened, label: str, number: int, target: Path, where: dict[str, int]) -> None:
    """Python reads the rows; they are written batch by batch."""
    schema = _schema(where)
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        while batch := list(islice(opened.records, BATCH)):
            size = len(batch)
            wide = [opened.header is not None and too_wide(record, opened.width) for record in batch]
            arrays = [
                pa.repeat(pa.scalar(number, pa.int32()), size),
                pa.repeat(pa.scalar(label, pa.string()), size),
                pa.array([record.line for record in batch], pa.int64()),
                pa.array([record.text for record in batch], pa.string()),
                pa.array(wide, pa.bool_()),
                *(
                    pa.array([(r.fields[at] or None) if at < len(r.fields) else None for r in batch], pa.string())
                    for at in where.values()
                ),
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _schema(where: Mapping[str, int] | Sequence[str]) -> pa.Schema:
    fixed = [
        ("file_no", pa.int32()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("row", pa.string()),
        ("wide", pa.bool_()),
    ]
    return pa.schema([*fixed, *((ours, pa.string()) for ours in where)])


def _stage_parquet(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    label: str,
    number: int,
    target: Path,
    columns: Mapping[str, str | int],
    section: str,
) -> None:
    """A Parquet file has no lines: the line is the row's number, counted from 1."""
    try:
        schema = pq.read_schema(file)
    except (pa.ArrowException, OSError):
        raise InputError("this is not a Parquet file", file=file, cure="check that it is the right file") from None
    names = tuple(schema.names)
    where = positions(columns, names, width=len(names), file=file, section=section)
    blanks = _sql_text(BLANKS)
    chosen, shown = [], []
    for ours, at in where.items():
        name = '"' + names[at].replace('"', '""') + '"'
        text = f"CAST({name} AS VARCHAR)"
        if pa.types.is_list(schema.types[at]) or pa.types.is_large_list(schema.types[at]):
            text = f"array_to_string({name}, ';')"
        chosen.append(f", nullif(trim({text}, {blanks}), '') AS {ours}")
        shown.append(f"coalesce({text}, '')")
    _copy(
        connection,
        f"""
        SELECT {number}::INTEGER AS file_no, {quoted(label)} AS file, file_row_number + 1 AS line,
               concat_ws(',', {", ".join(shown)}) AS row, false AS wide{"".join(chosen)}
        FROM read_parquet([{quoted(str(file))}], file_row_number = true)
        """,
        target,
        file,
    )


def _copy(connection: duckdb.DuckDBPyConnection, query: str, target: Path, source: Path) -> None:
    try:
        connection.execute(f"COPY ({query}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)")
    except duckdb.Error as error:
        reason = legible(str(error).splitlines()[0], longest=200)
        raise InputError(
            f"the file cannot be read ({reason})", file=source, cure="check that it is the right file"
        ) from error


def _sql_text(text: str) -> str:
    """A text as SQL that spells out what cannot be seen."""
    return "(" + " || ".join(f"chr({ord(mark)})" for mark in text) + ")"
