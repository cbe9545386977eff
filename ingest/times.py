"""Times of events, in SQL: ISO as it stands, epochs and patterns by setting, all to UTC."""

from __future__ import annotations

import duckdb

from ingest.dates import two_readings
from ingest.staging import quoted
from ona.model import InputError

EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}
BOUNDS = "TIMESTAMP '1900-01-01' AND TIMESTAMP '2200-01-01'"
REWRITES = (
    # Minutes without seconds before an offset, and ISO's form without marks, both of which DuckDB does not know.
    (r"^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2})\s*(Z|[-+]\d{2}.*)$", r"\1:00\2"),
    (r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3"),
    (r"^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(Z|[-+]\d{2}.*)?$", r"\1-\2-\3T\4:\5:\6\7"),
)
BY_NUMBER = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})([T ].*)?$"


def time_sql(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    column: str,
    *,
    channel: str,
    time_format: str | None = None,
) -> str:
    """The SQL expression that turns a column of text into UTC times; what it cannot read becomes null.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The database.
    relation : str
        Where the column can be looked at, with ``file``, ``file_no`` and ``line``.
    column : str
        The column of text.
    channel : str
        For errors.
    time_format : str, optional
        ``"epoch_s"``, ``"epoch_ms"``, ``"epoch_us"``, or a strptime pattern. Without it ISO 8601 is read, and dates by
        number (``31/01/2024 09:30``) if the column itself settles whether the day comes first.

    Returns
    -------
    str
        An expression of type TIMESTAMP, in UTC: offsets are taken off, times without one are UTC already. Times
        before 1900 or after 2200 are null: an epoch in the wrong unit, most likely.

    Raises
    ------
    InputError
        Days and months that could be either, or a pattern that DuckDB does not know.
    """
    if time_format in EPOCHS:
        number = f"TRY_CAST({column} AS DECIMAL(28, 6))"
        micros = f"TRY_CAST({number} * {EPOCHS[time_format]} AS BIGINT)"
        # make_timestamp fails on what it cannot hold, so the bounds come first: 1900 to 2200.
        return f"CASE WHEN {micros} BETWEEN -2208988800000000 AND 7258118400000000 THEN make_timestamp({micros}) END"
    if time_format is not None:
        moment = f"CAST(try_strptime({column}, {quoted(time_format)}) AS TIMESTAMPTZ)"
        try:
            connection.execute(f"SELECT {moment} FROM (SELECT '' AS {column}) AS t")
        except duckdb.Error:
            raise InputError(
                f"time_format '{time_format}' of '{channel}' is not a pattern of times",
                cure="use one such as '%d.%m.%Y %H:%M', or epoch_s",
            ) from None
        return _bounded(moment)
    iso = f"coalesce({', '.join([_moment(column), *(_moment(_rewritten(column, *way)) for way in REWRITES)])})"
    order = _order(connection, relation, column, iso, channel=channel)
    if order is None:
        return iso
    return f"coalesce({iso}, {_moment(_rewritten(column, BY_NUMBER, order))})"


def _rewritten(column: str, pattern: str, way: str) -> str:
    """The column in another form where the pattern holds, and null elsewhere."""
    matches = f"regexp_matches({column}, {quoted(pattern)})"
    return f"CASE WHEN {matches} THEN regexp_replace({column}, {quoted(pattern)}, {quoted(way)}) END"


def _moment(text: str) -> str:
    return _bounded(f"TRY_CAST({text} AS TIMESTAMPTZ)")


def _bounded(moment: str) -> str:
    utc = f"({moment} AT TIME ZONE 'UTC')"
    return f"CASE WHEN {utc} BETWEEN {BOUNDS} THEN {utc} END"


def _order(connection: duckdb.DuckDBPyConnection, relation: str, column: str, iso: str, *, channel: str) -> str | None:
    """How to rewrite dates by number as ISO; None where there are none of them."""
    first = f"TRY_CAST(regexp_extract({column}, {quoted(BY_NUMBER)}, 1) AS INTEGER)"
    second = f"TRY_CAST(regexp_extract({column}, {quoted(BY_NUMBER)}, 2) AS INTEGER)"
    found = connection.execute(
        f"""
        SELECT count(*), coalesce(bool_or(a > 12 AND b <= 12), false), coalesce(bool_or(b > 12 AND a <= 12), false),
               min_by((file, line, t), (file_no, line)) FILTER (a <= 12 AND b <= 12 AND a <> b)
        FROM (
            SELECT file, file_no, line, {column} AS t, {first} AS a, {second} AS b
            FROM {relation} WHERE {column} IS NOT NULL AND {iso} IS NULL
        )
        WHERE a IS NOT NULL
        """
    ).fetchone()
    if found is None or not found[0]:
        return None
    _, day_first, month_first, doubt = found
    if day_first == month_first and doubt is not None:
        file, line, text = doubt.values() if isinstance(doubt, dict) else doubt
        raise two_readings("time", text, file=file, line=line, key=f"time_format of '{channel}'")
    day, month = (r"\2", r"\1") if month_first and not day_first else (r"\1", r"\2")
    return rf"\3-{month}-{day}\4"
