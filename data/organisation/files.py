"""One draw as the files an organisation would hand over: sorted, in UTC, with a few rows that nobody can use."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from organisation.draws import Array
from organisation.events import Events, Meetings, Messages, outsiders
from organisation.people import Organisation
from organisation.programmes import Row
from organisation.rhythm import as_text

BROKEN_EMAIL = (
    ("2025-02-30 10:12:00", "{a}", "{b}"),
    ("not recorded", "{b}", "{a}"),
    ("2025-04-02 08:15:41", "{a}", ""),
    ("2025-05-19 16:40:02", "", "{b}"),
)
BROKEN_MEETINGS = (("{a}", "", "2025-03-11 10:00:00", "30"), ("{b}", "{a}", "2025-13-02 09:30:00", "45"))
BROKEN_REVIEWS = (("2025-03-20 11:02:10", "{a}", ""), ("yesterday", "{b}", "{a}"))
BROKEN_CHATS = 2
"""Chat rows without a recipient."""


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _rows(messages: Messages) -> tuple[Array, Array, Array, Array]:
    """Rows in the order of time, events numbered from 1 in that order."""
    order = np.lexsort((messages.recipient, messages.event, messages.time))
    event = messages.event[order]
    number = np.cumsum(np.append(True, event[1:] != event[:-1]))
    return number, messages.time[order], messages.sender[order], messages.recipient[order]


def _scattered(rows: list[list[object]], broken: Iterable[Sequence[str]], names: Sequence[str]) -> list[list[object]]:
    """Rows with the broken ones among them, far apart, each an event of its own."""
    made = list(rows)
    last = int(str(rows[-1][0]))
    for at, row in enumerate(broken, start=1):
        filled = [cell.format(a=names[0], b=names[1]) for cell in row]
        made.insert(at * len(rows) // 7, [last + at, *filled])
    return made


def _write_messages(
    path: Path, header: Sequence[str], messages: Messages, names: Array, broken: Iterable[Sequence[str]]
) -> None:
    number, time, sender, recipient = _rows(messages)
    columns = (number.tolist(), as_text(time).tolist(), names[sender].tolist(), names[recipient].tolist())
    rows = [list(row) for row in zip(*columns, strict=True)]
    _write_csv(path, header, _scattered(rows, broken, names.tolist()))


def _write_chat(path: Path, messages: Messages, names: Array) -> None:
    """Parquet, since chat is bulky: whole numbers, times without a zone (UTC), ids as text."""
    number, time, sender, recipient = _rows(messages)
    # A broken row has the time and the sender of the row before it, and nobody it went to.
    rows = np.repeat(np.arange(len(number)), 1 + np.isin(np.arange(len(number)), _thirds(len(number))))
    broken = np.append(False, rows[1:] == rows[:-1])
    event = np.where(broken, number[-1] + np.cumsum(broken), number[rows])
    time, sender, recipient = time[rows], sender[rows], recipient[rows]
    table = pa.table(
        {
            "event": pa.array(event, pa.int32()),
            "time": pa.array(np.datetime64("2025-01-01", "ms") + (time * 1000).astype("timedelta64[ms]")),
            "sender": pa.array(names[sender], pa.string()),
            "recipient": pa.array(names[recipient], pa.string(), mask=broken),
        }
    )
    packed = {"event": "DELTA_BINARY_PACKED", "time": "DELTA_BINARY_PACKED"}
    pq.write_table(
        table,
        path,
        compression="zstd",
        use_dictionary=["sender", "recipient"],
        column_encoding=packed,
        store_schema=False,
    )


def _thirds(size: int) -> list[int]:
    return [(at + 1) * size // (BROKEN_CHATS + 1) for at in range(BROKEN_CHATS)]


def _write_meetings(path: Path, meetings: Meetings, names: Array) -> None:
    sizes = np.bincount(meetings.meeting)
    ends = np.cumsum(sizes)
    people = names[meetings.person].tolist()
    start = as_text(meetings.start).tolist()
    rows: list[list[object]] = []
    for number, at in enumerate(np.argsort(meetings.start, kind="stable"), start=1):
        organiser, *attendees = people[ends[at] - sizes[at] : ends[at]]
        rows.append([number, organiser, ";".join(attendees), start[at], int(meetings.minutes[at])])
    _write_csv(
        path,
        ["meeting", "organiser", "attendees", "start", "minutes"],
        _scattered(rows, BROKEN_MEETINGS, names.tolist()),
    )


def write_files(out: Path, org: Organisation, events: Events, pairings: list[Row], promotions: list[Row]) -> None:
    """Write all tables of one draw into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    mail, handles = outsiders(org)
    addresses = np.array([*org.table["email"], *mail], dtype=object)
    ids = np.array([*org.table["person"], *handles], dtype=object)
    _write_csv(out / "people.csv", list(org.table.columns), org.table.itertuples(index=False))
    for name, rows in (("pairings", pairings), ("promotions", promotions)):
        _write_csv(out / f"{name}.csv", list(rows[0]), (list(row.values()) for row in rows))
    header = ["message", "time", "sender", "recipient"]
    _write_messages(out / "email.csv", header, events.email, addresses, BROKEN_EMAIL)
    header = ["review", "time", "reviewer", "author"]
    _write_messages(out / "reviews.csv", header, events.reviews, ids, BROKEN_REVIEWS)
    _write_meetings(out / "meetings.csv", events.meetings, addresses)
    _write_chat(out / "chat.parquet", events.chat, ids)
