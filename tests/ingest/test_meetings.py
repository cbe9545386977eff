"""Meetings: one event for each ordered pair, one row for each participant."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import Read, read_meetings
from ona.model import InputError, StudyError

Write = Callable[..., Path]
COLUMNS = {"organiser": "host", "attendees": "who", "start": "start"}
NINE = "2024-05-01T09:00"


def _read(path: Path, ids: pd.Series, work: Path, **options: Any) -> Read:
    return read_meetings(path, channel="meetings", ids=ids, work=work, **{"columns": COLUMNS, **options})


def _events(read: Read) -> pd.DataFrame:
    assert read.events is not None
    return pd.read_parquet(read.events)


def _pairs(read: Read) -> list[list[Any]]:
    return _events(read)[["sender", "recipient", "size"]].values.tolist()


def test_both_ways_between_all_who_met(write: Write, ids: pd.Series, work: Path) -> None:
    read = _read(write("meet.csv", f"host,who,start\na,b; Cem@x.com ;zoe@y.com,{NINE}\n"), ids, work)
    pairs = [["a", "b", 4], ["a", "c", 4], ["b", "a", 4], ["b", "c", 4], ["c", "a", 4], ["c", "b", 4]]
    assert _pairs(read) == pairs
    assert (read.rows, read.accepted) == (4, 3)
    assert read.set_aside.values.tolist() == [
        [
            "meet.csv",
            2,
            "participant not in the roster",
            f"participant 'zoe@y.com' is not in the roster | a,b; Cem@x.com ;zoe@y.com,{NINE}",
        ]
    ]
    assert _events(read)["time"].astype("str").unique().tolist() == ["2024-05-01 09:00:00"]


def test_an_organiser_among_the_attendees_is_one_participant(write: Write, ids: pd.Series, work: Path) -> None:
    read = _read(write("meet.csv", f"host,who,start\nAnn@x.com,a;b,{NINE}\n"), ids, work)
    assert (read.rows, read.accepted, dict(read.reasons)) == (2, 2, {})
    assert _pairs(read) == [["a", "b", 2], ["b", "a", 2]]


def test_one_row_for_each_participant(write: Write, ids: pd.Series, work: Path) -> None:
    text = f"uid,host,who,start\nu,a,b,{NINE}\nu,a,c,{NINE}\nu,a,b,2024-05-08T09:00\n"
    columns = {"event": "uid", "organiser": "host", "attendee": "who", "start": "start"}
    read = _read(write("meet.csv", text), ids, work, columns=columns)
    assert (read.rows, read.accepted, dict(read.reasons)) == (5, 5, {})
    events = _events(read)
    assert events.groupby("time")["size"].agg(["size", "first"]).values.tolist() == [[6, 3], [2, 2]]
    with pytest.raises(StudyError) as error:
        _read(write("meet.csv", text), ids, work, columns={"attendee": "who", "start": "start"})
    assert str(error.value) == (
        "'meetings' has one attendee a row and no event column to tell meetings apart; "
        "name the column under columns as event"
    )


def test_one_meeting_in_several_calendars(write: Write, ids: pd.Series, work: Path) -> None:
    text = f"uid,host,who,start\nu,a,a;b,{NINE}\nu,a,a;b;c,{NINE}:00Z\n"
    read = _read(write("meet.csv", text), ids, work, columns={**COLUMNS, "event": "uid"})
    assert len(_pairs(read)) == 6
    assert (read.rows, read.accepted, dict(read.reasons)) == (5, 3, {"repeated row": 2})


def test_too_few_and_too_many(write: Write, ids: pd.Series, work: Path) -> None:
    text = f"host,who,start\na,b,{NINE}\na,zoe,{NINE}\n,c,{NINE}\na,,{NINE}\n,,{NINE}\na,b;c;zoe,{NINE}\na,b,noon\n"
    read = _read(write("meet.csv", text), ids, work, largest=3)
    assert _pairs(read) == [["a", "b", 2], ["b", "a", 2]]
    assert read.set_aside[["line", "reason"]].values.tolist() == [
        [3, "fewer than two participants from the roster"],
        [3, "participant not in the roster"],
        [4, "fewer than two participants from the roster"],
        [5, "fewer than two participants from the roster"],
        [6, "no participant"],
        *[[7, "meeting of more than 3 people"]] * 4,
        *[[8, "time not understood"]] * 2,
    ]
    assert (read.rows, read.accepted) == (13, 2)


@pytest.mark.parametrize(
    ("minutes", "end", "found"),
    [
        ("45", "2024-05-01T10:00", 45.0),
        ("", "2024-05-01T10:30", 90.0),
        ("", "", None),
        ("long", "", None),
        ("nan", "", None),
        ("", "2024-05-01T08:00", None),
    ],
)
def test_how_long_it_was(minutes: str, end: str, found: float | None, write: Write, ids: pd.Series, work: Path) -> None:
    path = write("meet.csv", f"host,who,start,min,end\na,b,{NINE},{minutes},{end}\n")
    read = _read(path, ids, work, columns={**COLUMNS, "minutes": "min", "end": "end"})
    lengths = _events(read)["minutes"]
    assert lengths.isna().all() if found is None else (lengths == found).all()


def test_no_meeting_that_can_be_used(write: Write, ids: pd.Series, work: Path) -> None:
    with pytest.raises(InputError) as error:
        _read(write("meet.csv", f"host,who,start\na,zoe,{NINE}\n"), ids, work)
    assert str(error.value) == (
        "meet.csv line 2: none of its 2 rows can be used, most often because: "
        "fewer than two participants from the roster; check the columns named for 'meetings'"
    )


def test_separators(write: Write, ids: pd.Series, work: Path) -> None:
    path = write("meet.csv", f'host,who,start\na,"""Lee, Bo"" <bob@x.com>, cem@x.com",{NINE}\n')
    assert len(_pairs(_read(path, ids, work, attendees_separator=None))) == 6


WHO = st.sampled_from(["a", "b", "c", "zoe", ""])
ROW = st.tuples(st.sampled_from(["1", "2", ""]), WHO, st.lists(WHO, max_size=4), st.sampled_from([NINE, "soon"]))


@given(rows=st.lists(ROW, max_size=10))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rows_are_accepted_or_set_aside(rows: list[tuple[str, str, list[str], str]]) -> None:
    """Every pair occurs both ways and once, and only people of the roster who are not alone meet."""
    ids = pd.Series({"a": "a", "b": "b", "c": "c"})
    lines = ["uid,host,who,start", f"9,a,b,{NINE}", *(f"{e},{h},{';'.join(w)},{t}" for e, h, w, t in rows)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "meet.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        columns = {**COLUMNS, "event": "uid"}
        read = read_meetings(path, channel="m", columns=columns, ids=ids, work=Path(folder), delimiter=",")
        assert read.events is not None
        events = pd.read_parquet(read.events)
        assert read.rows - read.accepted == len(read.set_aside) == sum(read.reasons.values())
        key = ["event", "time", "sender", "recipient"]
        assert not events.duplicated(key).any()
        there = set(events[key].itertuples(index=False, name=None))
        assert there == {(event, time, two, one) for event, time, one, two in there}
        people = events.groupby(["event", "time"])["sender"].nunique()
        assert people.sum() == read.accepted
        assert (events.groupby(["event", "time"])["size"].first() >= people).all()
