"""Events on their way out: who is meant, what is set aside and why, and the two Parquet files that result."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.identity import people_named, person_finder, unknown_key
from ingest.read import Read, cure_for, most_common, nothing_usable
from ingest.staging import BATCH, Staged, database, quoted
from ona.model import InputError
from ona.model.text import legible

SHOWN = 500
"""How much of a row a set-aside file shows: a list of recipients can be the whole company."""

REPEATED = "repeated row"
WIDE = "more values than the header has names"
_NAMED = pa.schema([("file_no", pa.int32()), ("line", pa.int64()), ("part", pa.int32()), ("who", pa.string())])


@contextmanager
def workshop(work: Path | None = None) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A database and a folder for files on the way; both are gone afterwards."""
    if work is not None:
        work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="staging-", dir=work) as folder, database(Path(folder)) as connection:
        yield connection, Path(folder)


def name_lists(staged: Staged, column: str, target: Path, *, separator: str | None) -> str:
    """Split a column that lists people, batch by batch; SQL that reads the result.

    The result has ``file_no``, ``line``, ``part`` (place in the list, from 1) and ``who``. A row that lists nobody
    keeps one row with a null.
    """
    with pq.ParquetWriter(target, _NAMED, compression="zstd") as writer:
        for path in staged.paths:
            for batch in pq.ParquetFile(path).iter_batches(BATCH, columns=["file_no", "line", column]):
                numbers, lines, texts = (batch.column(i).to_pylist() for i in range(3))
                rows = [
                    (number, line, part, who)
                    for number, line, text in zip(numbers, lines, texts, strict=True)
                    for part, who in enumerate(people_named(text or "", separator=separator) or [None], start=1)
                ]
                columns = zip(*rows, strict=True)
                arrays = [pa.array(c, f.type) for c, f in zip(columns, _NAMED, strict=True)]
                writer.write_batch(pa.record_batch(arrays, schema=_NAMED))
    return f"read_parquet([{quoted(str(target))}])"


def identify(connection: duckdb.DuckDBPyConnection, texts: str, ids: pd.Series) -> None:
    """Make the table ``who`` (text, person, party): whom each distinct text means.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The database.
    texts : str
        SQL that gives one column of text.
    ids : Series
        Person id by alias.

    Notes
    -----
    ``person`` is null for somebody who is not in the roster; ``party`` is one number for each person, in the roster or
    not, for counting. Only distinct texts pass through Python, a batch at a time.
    """
    find = person_finder(ids)
    connection.execute("CREATE TABLE who (text VARCHAR, person VARCHAR, party INTEGER)")
    numbers: dict[str, int] = {}
    cursor = connection.cursor()
    distinct = cursor.execute(f"SELECT DISTINCT t FROM ({texts}) AS x(t) WHERE t IS NOT NULL")
    for batch in distinct.fetch_record_batch(BATCH):
        found = batch.column(0).to_pylist()
        people = [find(text) for text in found]
        # A person's id and an outsider's address may read alike, so they are told apart by a mark.
        parties = [f"+{p}" if p is not None else f"-{unknown_key(t)}" for p, t in zip(people, found, strict=True)]
        codes = pa.array([numbers.setdefault(party, len(numbers)) for party in parties], pa.int32())
        arrays = [pa.array(found, pa.string()), pa.array(people, pa.string()), codes]
        table = pa.Table.from_arrays(arrays, names=["text", "person", "party"])
        connection.register("batch_of_who", table)
        connection.execute("INSERT INTO who SELECT * FROM batch_of_who")
        connection.unregister("batch_of_who")
    cursor.close()


def first_reason(cases: Sequence[tuple[str, str]]) -> str:
    """SQL for the first of several reasons that holds; null where none does.

    Parameters
    ----------
    cases : sequence of (str, str)
        Condition in SQL, and the reason in words.
    """
    return "CASE " + " ".join(f"WHEN {condition} THEN {quoted(reason)}" for condition, reason in cases) + " END"


def finish(
    connection: duckdb.DuckDBPyConnection,
    *,
    raw: str,
    events: str,
    work: Path,
    channel: str,
    file: str,
    notes: tuple[str, ...],
) -> Read:
    """Write accepted events and set-aside rows, and account for every row.

    The table ``judged`` must hold ``file_no``, ``line``, ``part``, ``file``, ``reason`` (null for accepted) and
    ``culprit`` (the text at fault, or null), one row for each row read.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The database.
    raw : str
        SQL that reads the rows as text: ``file_no``, ``line``, ``row``.
    events : str
        SQL for the accepted events, with the columns of an events file, already in order.
    work : Path
        The folder to write into.
    channel, file : str
        The source's name and file.
    notes : tuple of str
        For the `Read`.

    Raises
    ------
    InputError
        No row can be used.
    """
    reasons = counted(connection)
    rows, accepted = sum(reasons.values()), reasons.pop(None, 0)
    aside = {str(reason): count for reason, count in reasons.items()}
    if not accepted:
        raise none_usable(connection, rows, aside, channel)
    stem = (
        f"{len(list(work.glob('events-*.parquet'))) + 1:02d}-{re.sub(r'[^a-z0-9]+', '-', channel.lower()).strip('-')}"
    )
    accepted_file, aside_file = work / f"events-{stem}.parquet", work / f"set-aside-{stem}.parquet"
    _write(connection, events, accepted_file)
    _write(connection, set_aside_sql(raw), aside_file)
    return Read(
        file=file,
        rows=rows,
        accepted=accepted,
        events=accepted_file,
        set_aside_file=aside_file,
        reasons=aside,
        notes=notes,
    )


def counted(connection: duckdb.DuckDBPyConnection) -> dict[str | None, int]:
    """How many rows of ``judged`` there are for each reason; None for the accepted."""
    found = connection.execute("SELECT reason, count(*) FROM judged GROUP BY reason ORDER BY reason").fetchall()
    return {reason: int(count) for reason, count in found}


def set_aside_sql(raw: str) -> str:
    """SQL for the set-aside rows of ``judged``, each with who or what was at fault before its text."""
    fault = f"replace(replace(reason, ' not in the roster', {_NAMING} || ' is not in the roster'), "
    fault += f"' not understood', {_NAMING} || ' is not understood')"
    text = f"CASE WHEN length(r.row) > {SHOWN} THEN left(r.row, {SHOWN}) || '…' ELSE r.row END"
    return f"""
        SELECT j.file AS file, j.line AS line, j.reason AS reason,
               CASE WHEN culprit IS NULL THEN {text} ELSE {fault} || ' | ' || {text} END AS row
        FROM judged AS j JOIN {raw} AS r ON r.file_no = j.file_no AND r.line = j.line
        WHERE reason IS NOT NULL
        ORDER BY j.file_no, j.line, j.part
    """


_NAMING = f"' ''' || left(culprit, {SHOWN}) || ''''"


def none_usable(connection: duckdb.DuckDBPyConnection, rows: int, reasons: dict[str, int], channel: str) -> InputError:
    """The error for a source of which no row can be used."""
    reason = most_common(reasons)
    first = connection.execute(
        "SELECT file, line, culprit FROM judged WHERE reason = ? ORDER BY file_no, line, part LIMIT 1", [reason]
    ).fetchone()
    file, line, culprit = first if first is not None else (None, None, None)
    example = f" ('{legible(culprit)}')" if culprit else ""
    return InputError(nothing_usable(rows, reasons) + example, file=file, line=line, cure=cure_for(reason, channel))


def fetch(connection: duckdb.DuckDBPyConnection, query: str) -> pd.DataFrame:
    """A small result as a DataFrame."""
    table: pd.DataFrame = connection.execute(query).fetch_arrow_table().to_pandas()
    return table


def _write(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    connection.execute(
        f"COPY ({query}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
    )
