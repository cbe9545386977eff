"""Edge lists: ties that somebody has already counted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ingest.columns import check_keys
from ingest.events import WIDE, counted, fetch, first_reason, identify, none_usable, set_aside_sql, workshop
from ingest.files import Layout
from ingest.read import Read, set_aside_table
from ingest.staging import quoted, stage
from ona.model import ties_table


def read_edges(
    path: str | Path,
    *,
    channel: str,
    columns: Mapping[str, str | int],
    ids: pd.Series,
    reverse: bool = False,
    delimiter: str | None = None,
    encoding: str | None = None,
    header: bool = True,
    header_rows: int = 1,
    skip_rows: int = 0,
    sheet: str | None = None,
) -> Read:
    r"""Read an edge list.

    An arc runs source → target: the source influences the target. Set `reverse` for lists drawn the other way, such as
    "asks for help", where influence runs from the one who is asked.

    Parameters
    ----------
    path : str or Path
        CSV (any separator), XLSX or Parquet; or a pattern.
    channel : str
        The channel's name.
    columns : mapping of str to str or int
        ``source``, ``target`` and optionally ``strength`` (a number above 0, larger is closer; 1 without the column or
        where the cell is empty) → the file's header, or the place counted from 1.
    ids : Series
        Person id by alias: ``aliases`` of the roster's `Read`.
    reverse : bool
        True when influence runs from target to source.
    delimiter, encoding, header, header_rows, skip_rows, sheet
        See `ingest.files.Layout`.

    Returns
    -------
    Read
        ``table`` is a ties table. Rows for the same source and target add up. Set aside: somebody who is not in the
        roster, ties to oneself, and strengths that are not numbers above 0.

    Raises
    ------
    InputError
        A file or column that is not there, or no row that can be used.
    StudyError
        Columns that edge lists do not have, or lack.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "edges.csv"
    >>> _ = file.write_text("Source,Target,Weight\na,b,2\na,b,1\nb,a,0\n")
    >>> read = read_edges(file, channel="ties", ids=pd.Series({"a": "a", "b": "b"}),
    ...                   columns={"source": "Source", "target": "Target", "strength": "Weight"})
    >>> read.table[["source", "target", "strength", "count"]].values.tolist(), dict(read.reasons)
    ([['a', 'b', 3.0, 2]], {'strength is not a number above 0': 1})
    """
    check_keys(columns, section=channel, required=("source", "target"), optional=("strength",))
    layout = Layout(delimiter, encoding, header, header_rows, skip_rows, sheet)
    with workshop() as (connection, folder):
        staged = stage(connection, path, columns=columns, section=channel, layout=layout, work=folder)
        raw = staged.relation
        identify(connection, f"SELECT source FROM {raw} UNION SELECT target FROM {raw}", ids)
        value = "s.strength" if "strength" in columns else "CAST(NULL AS VARCHAR)"
        reason = first_reason(
            [
                ("s.wide", WIDE),
                ("s.source IS NULL", "no source"),
                ("s.target IS NULL", "no target"),
                ("a.person IS NULL", "source not in the roster"),
                ("b.person IS NULL", "target not in the roster"),
                ("a.person = b.person", "tie to oneself"),
                ("given IS NULL OR NOT (isfinite(given) AND given > 0)", "strength is not a number above 0"),
            ]
        )
        connection.execute(
            f"""
            CREATE TABLE judged AS
            SELECT s.file_no, s.line, 0 AS part, s.file, a.person AS from_person, b.person AS to_person,
                   CASE WHEN {value} IS NULL THEN 1.0 ELSE TRY_CAST({value} AS DOUBLE) END AS given,
                   {reason} AS reason,
                   CASE reason WHEN 'source not in the roster' THEN s.source
                               WHEN 'target not in the roster' THEN s.target END AS culprit
            FROM {raw} AS s LEFT JOIN who AS a ON a.text = s.source LEFT JOIN who AS b ON b.text = s.target
            """
        )
        reasons = counted(connection)
        rows, accepted = sum(reasons.values()), reasons.pop(None, 0)
        aside = {str(word): count for word, count in reasons.items()}
        if not accepted:
            raise none_usable(connection, rows, aside, channel)
        sides = ("to_person", "from_person") if reverse else ("from_person", "to_person")
        ties = fetch(
            connection,
            f"""
            SELECT {sides[0]} AS source, {sides[1]} AS target, {quoted(channel)} AS channel, given AS strength
            FROM judged WHERE reason IS NULL ORDER BY file_no, line
            """,
        )
        set_aside = fetch(connection, set_aside_sql(raw))
    return Read(
        file=Path(path).name,
        rows=rows,
        accepted=accepted,
        table=ties_table(ties),
        set_aside_rows=set_aside_table(set_aside.itertuples(index=False, name=None)),
        reasons=aside,
        notes=staged.notes,
    )
