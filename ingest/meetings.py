"""Meetings: everybody who meets influences everybody else there, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from ingest.columns import check_keys
from ingest.events import REPEATED, WIDE, finish, first_reason, identify, name_lists, workshop
from ingest.files import Layout
from ingest.read import Read
from ingest.staging import Staged, quoted, stage
from ingest.times import time_sql
from ona.model import StudyError

ABSENT = "participant not in the roster"
ALONE = "fewer than two participants from the roster"


def read_meetings(
    path: str | Path,
    *,
    channel: str,
    columns: Mapping[str, str | int],
    ids: pd.Series,
    work: str | Path,
    attendees_separator: str | None = ";",
    largest: int = 50,
    time_format: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    header: bool = True,
    header_rows: int = 1,
    skip_rows: int = 0,
    sheet: str | None = None,
) -> Read:
    r"""Read meetings from a list of calendar entries.

    Every ordered pair of a meeting's participants is an event: each influences the other. The organiser takes part,
    named among the attendees or not. A meeting stands in one row (``attendees``, several in a cell) or in one row for
    each participant (``attendee``, with ``event`` to hold them together). Rows with the same ``event`` and ``start``
    are one meeting, however many calendars it was exported from; the same ``event`` at another start is another
    occurrence.

    Parameters
    ----------
    path, channel, ids, work, time_format
        See `ingest.read_messages`.
    columns : mapping of str to str or int
        ``start`` and ``attendees`` or ``attendee``, and optionally ``organiser``, ``event``, ``minutes`` and ``end`` →
        the file's header, or the place counted from 1.
    attendees_separator : str, optional
        What separates the people in an ``attendees`` cell; None for the rules of e-mail.
    largest : int
        Meetings of more people, in the roster or not, are set aside: nobody meets a hall.
    delimiter, encoding, header, header_rows, skip_rows, sheet
        See `ingest.files.Layout`.

    Returns
    -------
    Read
        ``rows``, ``accepted`` and set-aside rows count *participants*: one for each person in each meeting. The
        Parquet file ``events`` has the columns of `ingest.read_messages`, two rows for each pair of accepted
        participants; ``size`` counts everybody in the meeting as recorded, ``minutes`` is its length (from
        ``minutes``, else from start to end; null where neither can be read).

        Set aside: a participant who is not in the roster or is named twice, everybody in a meeting of fewer than two
        people from the roster or of more than `largest`, and rows whose start is not understood.

    Raises
    ------
    InputError
        A file or column that is not there, days and months that could be either, or no row that can be used.
    StudyError
        Columns that meetings do not have, or lack.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "meet.csv").write_text("host,who,start\na,b;z,2024-05-01T09:00\nb,z,2024-05-02T09:00\n")
    >>> read = read_meetings(folder / "meet.csv", channel="meetings", ids=pd.Series({"a": "a", "b": "b"}), work=folder,
    ...                      columns={"organiser": "host", "attendees": "who", "start": "start"})
    >>> read.rows, read.accepted, sorted(read.reasons.items())
    (5, 2, [('fewer than two participants from the roster', 1), ('participant not in the roster', 2)])
    >>> pd.read_parquet(read.events)[["sender", "recipient", "size"]].values.tolist()
    [['a', 'b', 3], ['b', 'a', 3]]
    """
    optional = ("organiser", "event", "minutes", "end")
    check_keys(columns, section=channel, required=("start", "attendee|attendees"), optional=optional)
    if "attendee" in columns and "event" not in columns:
        raise StudyError(
            f"'{channel}' has one attendee a row and no event column to tell meetings apart",
            cure="name the column under columns as event",
        )
    layout = Layout(delimiter, encoding, header, header_rows, skip_rows, sheet)
    work = Path(work)
    with workshop(work) as (connection, folder):
        staged = stage(connection, path, columns=columns, section=channel, layout=layout, work=folder)
        connection.execute(f"CREATE VIEW rows_read AS SELECT * FROM {staged.relation}")
        listed = None
        if "attendees" in columns:
            listed = name_lists(staged, "attendees", folder / "listed.parquet", separator=attendees_separator)
        connection.execute(f"CREATE VIEW places AS {_places(staged, listed)}")
        identify(connection, "SELECT who FROM places", ids)
        start = time_sql(connection, "rows_read", "start", channel=channel, time_format=time_format)
        end = None
        if "end" in columns:
            end = time_sql(connection, "rows_read", '"end"', channel=channel, time_format=time_format)
        _judge(connection, staged, start=start, end=end, largest=largest)
        return finish(
            connection,
            raw="rows_read",
            events=f"""
                SELECT {quoted(channel)} AS source, a.event AS event, a.time AS time, a.person AS sender,
                       b.person AS recipient, CAST(a.size AS INTEGER) AS size, a.minutes AS minutes
                FROM judged AS a JOIN judged AS b ON a.meeting = b.meeting AND a.person <> b.person
                WHERE a.reason IS NULL AND b.reason IS NULL
                ORDER BY a.file_no, a.line, a.part, b.file_no, b.line, b.part
            """,
            work=work,
            channel=channel,
            file=Path(path).name,
            notes=staged.notes,
        )


def _places(staged: Staged, listed: str | None) -> str:
    """One row for each participant as written. The organiser has part 0."""
    if listed is None:
        attending = "SELECT file_no, line, 1 AS part, attendee AS who FROM rows_read"
    else:
        attending = f"SELECT file_no, line, part, who FROM {listed}"
    if "organiser" not in staged.columns:
        return attending
    hosts = "SELECT file_no, line, 0 AS part, organiser AS who FROM rows_read WHERE organiser IS NOT NULL"
    # A row that lists nobody but has an organiser is the organiser's row.
    return f"""
        SELECT * FROM ({attending}) AS a
        WHERE who IS NOT NULL OR (file_no, line) IN (SELECT (file_no, line) FROM rows_read WHERE organiser IS NULL)
        UNION ALL {hosts}
    """


def _judge(connection: duckdb.DuckDBPyConnection, staged: Staged, *, start: str, end: str | None, largest: int) -> None:
    """Make the table ``judged``: one row for each participant, with the meeting and why it is set aside if it is."""
    event = "coalesce(r.event, r.file || ':' || r.line)" if "event" in staged.columns else "r.file || ':' || r.line"
    minutes = "CAST(NULL AS DOUBLE)"
    if "minutes" in staged.columns:
        minutes = "CASE WHEN isfinite(TRY_CAST(r.minutes AS DOUBLE)) THEN TRY_CAST(r.minutes AS DOUBLE) END"
    until = end or "CAST(NULL AS TIMESTAMP)"
    connection.execute(
        f"""
        CREATE TABLE timed AS
        SELECT file_no, line, file, wide, start AS written, {event} AS event, {start} AS begins, {until} AS ends,
               {minutes} AS stated
        FROM rows_read AS r
        """
    )
    # An organiser who is also an attendee, or who is named again on each attendee's row, is one participant, not two.
    connection.execute(
        """
        CREATE TABLE present AS
        WITH known AS (
            SELECT p.file_no, p.line, p.part, p.who, t.file, t.wide, t.written, t.event, t.begins,
                   concat_ws(' ', t.event, coalesce(CAST(t.begins AS VARCHAR), t.file || ':' || t.line)) AS meeting,
                   nullif(greatest(coalesce(t.stated, date_diff('second', t.begins, t.ends) / 60.0), 0), 0) AS minutes,
                   w.person, w.party
            FROM places AS p JOIN timed AS t USING (file_no, line) LEFT JOIN who AS w ON w.text = p.who
        )
        SELECT * FROM (
            SELECT *, row_number() OVER (PARTITION BY meeting, party, wide
                                         ORDER BY part = 0, file_no, line, part) AS nth
            FROM known
        )
        WHERE part > 0 OR nth = 1
        """
    )
    reason = first_reason(
        [
            ("p.wide", WIDE),
            ("p.begins IS NULL", "time not understood"),
            ("p.who IS NULL", "no participant"),
            ("m.size > " + str(int(largest)), f"meeting of more than {int(largest)} people"),
            ("p.nth > 1", REPEATED),
            ("p.person IS NULL", ABSENT),
            ("m.here < 2", ALONE),
        ]
    )
    connection.execute(
        f"""
        CREATE TABLE judged AS
        WITH meetings AS (
            SELECT meeting, count(DISTINCT party) AS size, count(DISTINCT person) AS here, max(minutes) AS minutes
            FROM present WHERE NOT wide GROUP BY meeting
        )
        SELECT p.file_no, p.line, p.part, p.file, p.meeting, p.event, p.begins AS time, p.person, m.size, m.minutes,
               {reason} AS reason,
               CASE reason WHEN '{ABSENT}' THEN p.who WHEN 'time not understood' THEN p.written END AS culprit
        FROM present AS p LEFT JOIN meetings AS m USING (meeting)
        """
    )
