"""Events to ties: how strong an influence is, from how often, how directly and how lately it was seen.

One event adds to the tie sender → recipient

    weight(channel) · 1 / (size − 1) · ½ ^ (age / half-life)

where ``size − 1`` is the number of recipients and ``age`` is counted in whole seconds, shown in days, back from the
midnight that ends the data's last day. No clock is read: the same events give the same ties on any day.

The sum is taken in whole numbers. Sums of floats depend on the order in which threads reach the rows; each event's
share is therefore cut into a part counted in units of 2⁻²⁶ and a rest counted in units of 2⁻⁶², both are added as
integers, which any number of threads in any order add to the same total, and the two totals are joined at the end. A
share is rounded down by less than 2⁻⁶² (2·10⁻¹⁹); a share below that counts 2⁻⁶², so that a tie however old stays one.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from ona.model.errors import InputError, StudyError
from ona.model.ties import TIE_COLUMNS

EVENT_COLUMNS = ("source", "event", "time", "sender", "recipient", "size", "minutes")
"""Columns of an events file: see `ties_expression` for those that count."""

BROADCAST = "more recipients than the broadcast cap"
OUTSIDE = "outside the days of the study"
UNUSABLE = "no sender, no recipient, or a size below two"

COARSE, FINE = 2.0**26, 2.0**36
"""Units of the two integer sums: 2⁻²⁶, and 2⁻³⁶ of that. Both fit 64 bits for 2²⁷ events between two people."""

DAY = 86_400

Day = str | date | pd.Timestamp


@dataclass(frozen=True, eq=False)
class TiesMade:
    """Ties, and what became of every row they were made from.

    Attributes
    ----------
    ties : DataFrame
        Columns ``source, target, channel, strength, count, last``, sorted by the first three. ``strength`` > 0, larger
        is closer; ``count`` is the number of event rows behind it; ``last`` the day of the latest (missing where none
        has a time).
    events : int
        Event rows (one for each recipient) that made the ties.
    left_out : mapping of str to int
        Event rows that did not, by reason. Rows read = ``events`` + the sum of these.
    broadcasts : int
        How many events (not rows) went to more recipients than the cap.
    undated : int
        Rows among ``events`` that have no time and so do not fade.
    first_day, last_day : Timestamp or None
        First day with an event, and the day from whose end age is counted; None where no event has a time.
    """

    ties: pd.DataFrame
    events: int
    left_out: Mapping[str, int]
    broadcasts: int
    undated: int
    first_day: pd.Timestamp | None
    last_day: pd.Timestamp | None


def ties_expression(
    events: Any,
    *,
    weights: Mapping[str, float] | None = None,
    half_life_days: float | None = 60.0,
    broadcast_cap: int | None = 25,
    first_day: Day | None = None,
    last_day: Day | None,
) -> Any:
    """Ties from events, as one Ibis expression that any backend of Ibis can run.

    Each row adds ``weight · 1/(size − 1) · ½^(age/half-life)`` to the tie sender → recipient of its channel: a message
    to five counts a fifth for each, and half of that once a half-life has passed.

    Parameters
    ----------
    events : ibis Table
        Columns ``source`` (channel), ``event``, ``time`` (timestamp, UTC; may be null), ``sender``, ``recipient`` and
        ``size`` (people in the event, at least 2). On Spark and in warehouses the session's time zone must be UTC.
    weights : mapping of str to float, optional
        Weight of each channel; a channel not named weighs 1.
    half_life_days : float or None
        Days in which an event's share halves; None means that nothing fades.
    broadcast_cap : int or None
        Events with more *recipients* (``size − 1``) are left out; None keeps all.
    first_day : day, optional
        Earlier events are left out; events without a time stay.
    last_day : day or None
        Later events are left out, and age is counted from this day's end. None: nothing fades.

    Returns
    -------
    ibis Table
        Columns ``source, target, channel, strength, count, last``, sorted by the first three.

    Raises
    ------
    StudyError
        A weight or half-life that is not above 0, or a cap below 1.

    Examples
    --------
    >>> import ibis
    >>> events = ibis.memtable({"source": ["mail"], "event": ["1"], "time": [pd.Timestamp("2024-03-01 12:00")],
    ...                         "sender": ["a"], "recipient": ["b"], "size": [3], "minutes": [None]})
    >>> made = ties_expression(events, half_life_days=0.5, last_day="2024-03-01").to_pyarrow().to_pylist()
    >>> made[0]["strength"], made[0]["last"]
    (0.25, datetime.date(2024, 3, 1))
    """
    import ibis

    weights = _checked_weights(weights)
    _check_rules(half_life_days, broadcast_cap)
    rows = _with_state(events, broadcast_cap=broadcast_cap, first_day=first_day, last_day=last_day)
    rows = rows.filter(rows.state == "used")
    weight = rows.source.cases(*weights.items(), else_=1.0) if weights else ibis.literal(1.0)
    share = weight / (rows["size"] - 1).cast("float64")
    if half_life_days is not None and last_day is not None:
        age = (ibis.literal(_second(last_day, days=1)) - rows.second).cast("float64")
        fade = ibis.literal(0.5).cast("float64") ** (age / ibis.literal(half_life_days * DAY))
        share = share * ibis.coalesce(fade, ibis.literal(1.0))
    # One step at a time: each name becomes a column, so that no engine computes the power twice.
    rows = rows.mutate(share=share * COARSE)
    rows = rows.mutate(coarse=rows.share.floor().cast("int64"))
    rows = rows.mutate(fine=((rows.share - rows.coarse) * FINE).floor().cast("int64"))
    nothing = (rows.coarse == 0) & (rows.fine == 0)
    ties = rows.group_by(source=rows.sender, target=rows.recipient, channel=rows.source).aggregate(
        coarse=rows.coarse.sum(),
        fine=(rows.fine + nothing.cast("int64")).sum(),
        count=rows.count(),
        last=rows.time.max().cast("date"),
    )
    strength = (ties.coarse.cast("float64") + ties.fine.cast("float64") / FINE) / COARSE
    return ties.mutate(strength=strength).select(*TIE_COLUMNS).order_by("source", "target", "channel")


def ties_from_events(
    paths: Sequence[str | Path],
    *,
    weights: Mapping[str, float] | None = None,
    half_life_days: float | None = 60.0,
    broadcast_cap: int | None = 25,
    first_day: Day | None = None,
    last_day: Day | None = None,
    threads: int | None = None,
) -> TiesMade:
    """Ties from Parquet files of events, on DuckDB inside this process; events stream and are never all in memory.

    Parameters
    ----------
    paths : sequence of path
        Parquet files with the columns `EVENT_COLUMNS`.
    weights, half_life_days, broadcast_cap
        The rules; see `ties_expression`.
    first_day, last_day : day, optional
        The window, both days included. Without ``last_day`` it is the day of the latest event in the files. Events
        without a time belong to every window.
    threads : int, optional
        How many threads DuckDB may use; the result is the same to the last bit whatever it is.

    Returns
    -------
    TiesMade

    Raises
    ------
    InputError
        No files, or one without a column that is needed.
    StudyError
        A rule out of range, or a window that ends before it begins.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "mail.parquet"
    ...     pd.DataFrame({"source": "mail", "event": ["1", "2"], "time": [pd.NaT, pd.NaT], "sender": "a",
    ...                   "recipient": "b", "size": [2, 40], "minutes": 0.0}).to_parquet(file)
    ...     made = ties_from_events([file])
    >>> made.ties["strength"].tolist(), made.events, made.broadcasts, made.undated
    ([1.0], 1, 1, 1)
    """
    if first_day is not None and last_day is not None and _second(first_day) > _second(last_day):
        raise StudyError(f"the study ends on {_day(last_day)} before it begins on {_day(first_day)}")
    _checked_weights(weights)
    _check_rules(half_life_days, broadcast_cap)
    with _duckdb(threads) as connection:
        events = _events(connection, paths)
        tally = _tally(events, broadcast_cap=broadcast_cap, first_day=first_day, last_day=last_day)
        seen = tally[tally["state"] != OUTSIDE]
        latest = last_day if last_day is not None else _from_second(seen["latest"].max())
        expression = ties_expression(
            events,
            weights=weights,
            half_life_days=half_life_days,
            broadcast_cap=broadcast_cap,
            first_day=first_day,
            last_day=latest,
        )
        ties = expression.to_pyarrow().to_pandas()
    ties["last"] = pd.to_datetime(ties["last"]).astype("datetime64[us]")
    rows = tally.set_index("state")["rows"]
    return TiesMade(
        ties=ties.astype({"source": "str", "target": "str", "channel": "str", "count": "int64"}),
        events=int(rows.get("used", 0)),
        left_out=MappingProxyType({s: int(rows[s]) for s in (BROADCAST, OUTSIDE, UNUSABLE) if s in rows}),
        broadcasts=int(tally.loc[tally["state"] == BROADCAST, "events"].sum()),
        undated=int(tally.loc[tally["state"] == "used", "undated"].sum()),
        first_day=_from_second(seen["earliest"].min()),
        last_day=None if latest is None else pd.Timestamp(_day(latest)),
    )


def _with_state(events: Any, *, broadcast_cap: int | None, first_day: Day | None, last_day: Day | None) -> Any:
    """Events with ``second`` (whole seconds since 1970, UTC) and ``state``: used, or why not.

    Time is cut to whole seconds before it becomes a number: some engines keep the fraction and some drop it.
    """
    import ibis

    rows = events.mutate(
        time=events.time.cast("timestamp"),
        second=events.time.cast("timestamp").truncate("s").epoch_seconds().cast("int64"),
        size=events["size"].cast("int64"),
    )
    whole = ibis.coalesce((rows.sender != "") & (rows.recipient != "") & (rows["size"] >= 2), False)
    outside = ibis.literal(False)
    if first_day is not None:
        outside |= ibis.coalesce(rows.second < _second(first_day), False)
    if last_day is not None:
        outside |= ibis.coalesce(rows.second >= _second(last_day, days=1), False)
    broadcast = ibis.literal(False) if broadcast_cap is None else rows["size"] - 1 > broadcast_cap
    return rows.mutate(
        state=ibis.cases((~whole, UNUSABLE), (outside, OUTSIDE), (broadcast, BROADCAST), else_="used"),
    )


def _tally(events: Any, **rules: Any) -> pd.DataFrame:
    """How many rows are in each state, and their first and last second."""
    rows = _with_state(events, **rules)
    # Only broadcasts are counted as events: telling millions of other events apart would cost more than the ties.
    name = rows.source.concat("\x1f", rows.event)
    tally: pd.DataFrame = (
        rows.group_by("state")
        .aggregate(
            rows=rows.count(),
            events=name.nunique(where=rows.state == BROADCAST),
            undated=rows.count(where=rows.second.isnull()),  # noqa: PD003
            earliest=rows.second.min(),
            latest=rows.second.max(),
        )
        .to_pyarrow()
        .to_pandas()
    )
    return tally


def _events(connection: Any, paths: Sequence[str | Path]) -> Any:
    """All event files as one Ibis table."""
    if not paths:
        raise InputError("there are no event files to make ties from", cure="name at least one source of events")
    for path in map(Path, paths):
        if not path.is_file():
            raise InputError("the events file is not there", file=path)
    # DuckDB reads * ? [ as patterns; in brackets each stands for itself.
    plain = ["".join(f"[{c}]" if c in "*?[" else c for c in str(path)) for path in paths]
    events = connection.read_parquet(plain, union_by_name=True)
    for column in EVENT_COLUMNS[:-1]:
        if column not in events.columns:
            raise InputError(f"the events have no column '{column}'", file=Path(paths[0]))
    return events


@contextmanager
def _duckdb(threads: int | None) -> Iterator[Any]:
    """An embedded DuckDB in UTC, which spills to a folder of its own rather than beside the analyst's files."""
    import ibis

    with tempfile.TemporaryDirectory(prefix="ona-") as folder:
        settings: dict[str, Any] = {
            "temp_directory": folder,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,  # else DuckDB may ask a host for one
        }
        if threads is not None:
            settings["threads"] = threads
        connection = ibis.duckdb.connect(**settings)  # Ibis sets the session to UTC
        try:
            yield connection
        finally:
            connection.disconnect()


def _checked_weights(weights: Mapping[str, float] | None) -> dict[str, float]:
    checked = {str(channel): float(weight) for channel, weight in sorted((weights or {}).items())}
    for channel, weight in checked.items():
        if not (math.isfinite(weight) and weight > 0):
            raise StudyError(
                f"the weight of channel '{channel}' is {weight:g}",
                cure="use a number above 0, or leave the channel's files out of the study",
            )
    return checked


def _check_rules(half_life_days: float | None, broadcast_cap: int | None) -> None:
    if half_life_days is not None and not (math.isfinite(half_life_days) and half_life_days > 0):
        raise StudyError(f"the half-life is {half_life_days:g} days", cure="use a number above 0, or none to not fade")
    if broadcast_cap is not None and broadcast_cap < 1:
        raise StudyError(f"the broadcast cap is {broadcast_cap} recipients", cure="use 1 or more, or none for no cap")


def _day(day: Day) -> date:
    return pd.Timestamp(day).date()


def _second(day: Day, *, days: int = 0) -> int:
    """The second at which a day begins, UTC."""
    begin = datetime.combine(_day(day), datetime.min.time(), UTC) + timedelta(days=days)
    return int(begin.timestamp())


def _from_second(second: Any) -> pd.Timestamp | None:
    """The day a second lies in; None for no second."""
    return None if second is None or np.isnan(second) else pd.Timestamp(int(second) // DAY * DAY, unit="s")
