"""Messages and reviews: one person acts towards others at a time.

An arc runs from the sender to each recipient: *the sender influences the recipient*. In a review it runs from the
reviewer to the author.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from ingest.columns import check_keys
from ingest.events import REPEATED, WIDE, finish, first_reason, identify, name_lists, workshop
from ingest.files import Layout, companion
from ingest.read import Read, joined_notes
from ingest.staging import Staged, quoted, stage
from ingest.times import time_sql

Columns = Mapping[str, str | int]


@dataclass(frozen=True)
class Roles:
    """What the two sides of an event are called in columns and reasons."""

    sender: str = "sender"
    recipient: str = "recipient"
    recipients: str = "recipients"
    alone: str = "sent to oneself"


MESSAGE = Roles()
REVIEW = Roles(sender="reviewer", recipient="author", recipients="authors", alone="reviewed oneself")


def read_messages(
    path: str | Path,
    *,
    channel: str,
    columns: Columns,
    ids: pd.Series,
    work: str | Path,
    recipients_file: str | Path | None = None,
    recipients_columns: Columns | None = None,
    recipients_separator: str | None = None,
    time_format: str | None = None,
    reverse: bool = False,
    delimiter: str | None = None,
    encoding: str | None = None,
    header: bool = True,
    header_rows: int = 1,
    skip_rows: int = 0,
    sheet: str | None = None,
) -> Read:
    r"""Read messages: e-mail, chat, anything sent by one person to others.

    An arc runs sender → recipient: the sender influences the recipient. Recipients stand one in a row
    (``recipient``), several in one cell (``recipients``), or in a second file joined by ``event``.

    Parameters
    ----------
    path : str or Path
        CSV (any separator), Parquet or XLSX; or a pattern such as ``mail-*.csv``.
    channel : str
        The channel's name, which becomes the events' ``source``.
    columns : mapping of str to str or int
        ``sender``, ``recipient`` or ``recipients``, and optionally ``event`` and ``time`` → the file's header, or the
        place counted from 1.
    ids : Series
        Person id by alias: ``aliases`` of the roster's `Read`.
    work : str or Path
        The folder the Parquet files are written into.
    recipients_file : str or Path, optional
        A second file with one recipient a row. Its separator is found out on its own, and it has a header unless its
        columns are given by place.
    recipients_columns : mapping, optional
        ``event`` and ``recipient`` in that file.
    recipients_separator : str, optional
        What separates the people in a ``recipients`` cell. Without it the rules of e-mail hold: semicolons, else
        commas, neither of which separates inside a display name.
    time_format : str, optional
        ``"epoch_s"``, ``"epoch_ms"``, ``"epoch_us"`` or a strptime pattern; ISO 8601 without it. Times without an
        offset are taken as UTC.
    reverse : bool
        True when influence runs from recipient to sender.
    delimiter, encoding, header, header_rows, skip_rows, sheet
        See `ingest.files.Layout`.

    Returns
    -------
    Read
        ``events`` is a Parquet file with ``source``, ``event``, ``time`` (UTC, null without a time column),
        ``sender``, ``recipient``, ``size`` and ``minutes`` (null), in the order of the files. One row is one
        recipient. ``size`` counts sender and recipients as recorded, in the roster or not; without an event column
        and without lists each row is an event of two, named after its file and line.

        Set aside: no sender, no recipient, time not understood, sender or recipient not in the roster, sent to
        oneself, the same recipient of the same sender's event again, a recipient whose message is missing, and rows
        with more values than the header has names. Without an event column rows that look alike all count.

    Raises
    ------
    InputError
        A file or column that is not there, days and months that could be either, or no row that can be used.
    StudyError
        Columns that messages do not have, or lack.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "mail.csv").write_text("from,to,at\na,b; c,2024-05-01T09:00Z\na,z,2024-05-02T10:00Z\n")
    >>> ids = pd.Series({"a": "a", "b": "b", "c": "c"})
    >>> read = read_messages(folder / "mail.csv", channel="email", ids=ids, work=folder,
    ...                      columns={"sender": "from", "recipients": "to", "time": "at"})
    >>> read.rows, read.accepted, dict(read.reasons)
    (3, 2, {'recipient not in the roster': 1})
    >>> pd.read_parquet(read.events)[["sender", "recipient", "size"]].values.tolist()
    [['a', 'b', 3], ['a', 'c', 3]]
    """
    layout = Layout(delimiter, encoding, header, header_rows, skip_rows, sheet)
    return _read_directed(
        path,
        roles=MESSAGE,
        channel=channel,
        columns=columns,
        ids=ids,
        work=Path(work),
        recipients_file=recipients_file,
        recipients_columns=recipients_columns,
        recipients_separator=recipients_separator,
        time_format=time_format,
        reverse=reverse,
        layout=layout,
    )


def read_reviews(
    path: str | Path,
    *,
    channel: str,
    columns: Columns,
    ids: pd.Series,
    work: str | Path,
    time_format: str | None = None,
    reverse: bool = False,
    delimiter: str | None = None,
    encoding: str | None = None,
    header: bool = True,
    header_rows: int = 1,
    skip_rows: int = 0,
    sheet: str | None = None,
) -> Read:
    r"""Read reviews of work: code, documents, designs.

    An arc runs reviewer → author: the reviewer influences the author. ``columns`` holds ``reviewer``, ``author`` (or
    ``authors``, several in one cell) and optionally ``event`` and ``time``; everything else is as in
    `read_messages`.

    Parameters
    ----------
    path, channel, columns, ids, work, time_format, reverse
        See `read_messages`.
    delimiter, encoding, header, header_rows, skip_rows, sheet
        See `ingest.files.Layout`.

    Returns
    -------
    Read
        As from `read_messages`, the reviewer as ``sender`` and the author as ``recipient``.

    Raises
    ------
    InputError, StudyError
        As `read_messages`.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "reviews.csv").write_text("who,whose\na,b\nb,b\n")
    >>> read = read_reviews(folder / "reviews.csv", channel="code", ids=pd.Series({"a": "a", "b": "b"}), work=folder,
    ...                     columns={"reviewer": "who", "author": "whose"})
    >>> read.accepted, dict(read.reasons)
    (1, {'reviewed oneself': 1})
    """
    return _read_directed(
        path,
        roles=REVIEW,
        channel=channel,
        columns=columns,
        ids=ids,
        work=Path(work),
        time_format=time_format,
        reverse=reverse,
        layout=Layout(delimiter, encoding, header, header_rows, skip_rows, sheet),
    )


def _read_directed(
    path: str | Path,
    *,
    roles: Roles,
    channel: str,
    columns: Columns,
    ids: pd.Series,
    work: Path,
    layout: Layout,
    time_format: str | None,
    reverse: bool,
    recipients_file: str | Path | None = None,
    recipients_columns: Columns | None = None,
    recipients_separator: str | None = None,
) -> Read:
    if recipients_file is None:
        wanted = (roles.sender, f"{roles.recipient}|{roles.recipients}")
        check_keys(columns, section=channel, required=wanted, optional=("event", "time"))
    else:
        check_keys(columns, section=channel, required=(roles.sender, "event"), optional=("time",))
        check_keys(recipients_columns or {}, section=f"{channel}.recipients", required=("event", roles.recipient))
    with workshop(work) as (connection, folder):
        staged = stage(connection, path, columns=columns, section=channel, layout=layout, work=folder)
        notes, raw = staged.notes, staged.relation
        if recipients_file is not None and recipients_columns is not None:
            seconds = stage(
                connection,
                recipients_file,
                columns=recipients_columns,
                section=f"{channel}.recipients",
                layout=companion(layout, recipients_columns),
                work=folder,
                also_delimiters=(layout.delimiter,) if layout.delimiter else (),
                first_file=staged.files,
            )
            notes = joined_notes(notes, seconds.notes)
            links = _companion_links(staged, seconds, roles)
            raw = f"(SELECT file_no, line, row FROM {raw} UNION ALL SELECT file_no, line, row FROM {seconds.relation})"
        elif roles.recipients in columns:
            listed = name_lists(staged, roles.recipients, folder / "listed.parquet", separator=recipients_separator)
            links = _links(staged, roles, "l.part, l.who", f"JOIN {listed} AS l USING (file_no, line)")
        else:
            links = _links(staged, roles, f"0, s.{roles.recipient}", "")
        connection.execute(f"CREATE VIEW links AS {links}")
        identify(connection, "SELECT sender FROM links UNION SELECT recipient FROM links", ids)
        time = None
        if "time" in columns:
            time = time_sql(connection, staged.relation, "time", channel=channel, time_format=time_format)
        _judge(connection, roles, time=time, grouped="event" in columns or roles.recipients in columns)
        sides = ("recipient_id", "sender_id") if reverse else ("sender_id", "recipient_id")
        return finish(
            connection,
            raw=raw,
            events=f"""
                SELECT {quoted(channel)} AS source, event, time, {sides[0]} AS sender, {sides[1]} AS recipient,
                       CAST(size AS INTEGER) AS size, CAST(NULL AS DOUBLE) AS minutes
                FROM judged WHERE reason IS NULL ORDER BY file_no, line, part
            """,
            work=work,
            channel=channel,
            file=Path(path).name,
            notes=notes,
        )


def _links(staged: Staged, roles: Roles, part_and_who: str, join: str) -> str:
    """One row for each recipient, from a single source."""
    time, event = (f"s.{c}" if c in staged.columns else "CAST(NULL AS VARCHAR)" for c in ("time", "event"))
    return f"""
        SELECT file_no, line, part, file, wide, CAST(NULL AS VARCHAR) AS forced, event, time, sender, recipient
        FROM (
            SELECT s.file_no, s.line, {part_and_who}, s.file, s.wide, {event}, {time}, s.{roles.sender}
            FROM {staged.relation} AS s {join}
        ) AS x(file_no, line, part, recipient, file, wide, event, time, sender)
    """


def _companion_links(staged: Staged, seconds: Staged, roles: Roles) -> str:
    """One row for each recipient row of the second file, and for each message that none of them belongs to."""
    time = "time" if "time" in staged.columns else "CAST(NULL AS VARCHAR)"
    return f"""
        WITH numbered AS (
            SELECT file_no, line, file, wide, event, {time} AS time, {roles.sender} AS sender,
                   row_number() OVER (PARTITION BY event ORDER BY file_no, line) AS nth
            FROM {staged.relation}
        ),
        seconds AS (SELECT file_no, line, file, wide, event, {roles.recipient} AS recipient FROM {seconds.relation})
        SELECT r.file_no, r.line, 0 AS part, r.file, r.wide OR coalesce(m.wide, false) AS wide,
               CASE WHEN m.event IS NULL THEN 'no message with this event id' END AS forced,
               r.event, m.time, m.sender, r.recipient
        FROM seconds AS r LEFT JOIN numbered AS m ON m.event = r.event AND m.nth = 1
        UNION ALL
        SELECT m.file_no, m.line, 0, m.file, m.wide,
               CASE WHEN m.nth > 1 AND m.event IS NOT NULL THEN '{REPEATED}' ELSE 'no recipient' END,
               m.event, m.time, m.sender, NULL
        FROM numbered AS m
        WHERE m.event IS NULL OR m.nth > 1 OR m.event NOT IN (SELECT event FROM seconds WHERE event IS NOT NULL)
    """


def _judge(connection: duckdb.DuckDBPyConnection, roles: Roles, *, time: str | None, grouped: bool) -> None:
    """Make the table ``judged``: each recipient row with its size, and why it is set aside if it is."""
    reason = first_reason(
        [
            ("wide", WIDE),
            ("sender IS NULL", f"no {roles.sender}"),
            ("recipient IS NULL", f"no {roles.recipient}"),
            *([("moment IS NULL", "time not understood")] if time else []),
            ("sender_id IS NULL", f"{roles.sender} not in the roster"),
            ("recipient_id IS NULL", f"{roles.recipient} not in the roster"),
            ("sender_id = recipient_id", roles.alone),
        ]
    )
    # What is at fault is kept for faulty rows only: the texts of all the others would fill the memory for nothing.
    connection.execute(
        f"""
        CREATE TABLE known AS
        SELECT l.file_no, l.line, l.part, l.file, coalesce(l.event, l.file || ':' || l.line) AS event,
               {time or "CAST(NULL AS TIMESTAMP)"} AS moment, s.person AS sender_id, s.party AS sender_party,
               r.person AS recipient_id, r.party AS recipient_party, coalesce(l.forced, {reason}) AS reason,
               CASE reason WHEN '{roles.sender} not in the roster' THEN l.sender
                           WHEN '{roles.recipient} not in the roster' THEN l.recipient
                           WHEN 'time not understood' THEN l.time END AS culprit
        FROM links AS l LEFT JOIN who AS s ON s.text = l.sender LEFT JOIN who AS r ON r.text = l.recipient
        """
    )
    size, join, again = "2", "", "false"
    if grouped:
        size, again = "z.size", "k.reason IS NULL AND k.nth > 1"
        join = "LEFT JOIN sizes AS z ON z.event = k.event AND z.sender_party = k.sender_party"
    connection.execute(
        f"""
        CREATE TABLE judged AS
        WITH sizes AS (
            SELECT event, sender_party,
                   1 + count(DISTINCT recipient_party) FILTER (recipient_party <> sender_party) AS size
            FROM known GROUP BY event, sender_party
        ),
        numbered AS (
            SELECT *, {_nth(grouped)} AS nth FROM known
        )
        SELECT k.file_no, k.line, k.part, k.file, k.event, k.moment AS time, k.sender_id, k.recipient_id,
               {size} AS size, CASE WHEN {again} THEN '{REPEATED}' ELSE k.reason END AS reason, k.culprit
        FROM numbered AS k {join}
        """
    )
    connection.execute("DROP TABLE known")


def _nth(grouped: bool) -> str:
    if not grouped:
        return "1"
    same = "event, sender_party, recipient_party, reason IS NULL"
    return f"row_number() OVER (PARTITION BY {same} ORDER BY file_no, line, part)"
