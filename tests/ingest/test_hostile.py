"""What a file holds never reaches the terminal as it stands: no bell, no escape, no line break, no page of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ingest import (
    read_edges,
    read_meetings,
    read_messages,
    read_network,
    read_pairings,
    read_reviews,
    read_roster,
    read_survey,
)
from ona.model import InputError, StudyError, mark_leaders

Write = Callable[..., Path]
BAD = "\x1b[31mx\x07\r\ny\u202ez" + "w" * 300
CELL = f'"{BAD}"'


def roster(file: Path, **options: Any) -> object:
    return read_roster(file, **{"columns": {"person": "id"}} | options)


def messages(file: Path, ids: pd.Series, work: Path) -> object:
    columns = {"sender": "one", "recipient": "other"}
    return read_messages(file, channel="email", columns=columns, ids=ids, work=work)


CASES: dict[str, tuple[str, Callable[[Path, pd.Series, Path], object]]] = {
    "a column's name": (f"{CELL},b\n1,2\n", lambda f, ids, work: roster(f)),
    "a repeated id": (f"id,n\n{CELL},1\n{CELL},2\n", lambda f, ids, work: roster(f)),
    "an id in other capitals": (f"id,n\n{CELL},1\n{CELL.upper()},2\n", lambda f, ids, work: roster(f)),
    "a manager": (f"id,m\n1,{CELL}\n", lambda f, ids, work: roster(f, columns={"person": "id", "manager": "m"})),
    "a level": (f"id,l\n1,{CELL}\n", lambda f, ids, work: roster(f, columns={"person": "id", "level": "l"})),
    "a level not listed": (
        f"id,l\n1,{CELL}\n",
        lambda f, ids, work: roster(f, columns={"person": "id", "level": "l"}, levels=["a"]),
    ),
    "a start date": (f"id,s\n1,{CELL}\n", lambda f, ids, work: roster(f, columns={"person": "id", "start": "s"})),
    "an alias of two people": (f"id,a\n1,{CELL}\n2,{CELL}\n", lambda f, ids, work: roster(f, aliases=["a"])),
    "a reporting loop": (
        f"id,m\n{CELL},2\n2,{CELL}\n",
        lambda f, ids, work: roster(f, columns={"person": "id", "manager": "m"}),
    ),
    "a sender": (f"one,other\n{CELL},b\n", messages),
    "a column of messages": (f"one,{CELL}\na,b\n", messages),
    "a reviewer": (
        f"one,other\n{CELL},b\n",
        lambda f, ids, work: read_reviews(
            f, channel="review", columns={"reviewer": "one", "author": "other"}, ids=ids, work=work
        ),
    ),
    "a time": (
        f"one,other,at\na,b,{CELL}\n",
        lambda f, ids, work: read_messages(
            f, channel="email", columns={"sender": "one", "recipient": "other", "time": "at"}, ids=ids, work=work
        ),
    ),
    "a date by number, and more": (
        f'one,other,at\na,b,"1/2/2024 {BAD}"\n',
        lambda f, ids, work: read_messages(
            f, channel="email", columns={"sender": "one", "recipient": "other", "time": "at"}, ids=ids, work=work
        ),
    ),
    "an attendee": (
        f"at,who\n2024-05-01,{CELL}\n",
        lambda f, ids, work: read_meetings(
            f, channel="meeting", columns={"start": "at", "attendees": "who"}, ids=ids, work=work
        ),
    ),
    "an edge": (
        f"s,t\n{CELL},b\n",
        lambda f, ids, work: read_edges(f, channel="ties", columns={"source": "s", "target": "t"}, ids=ids),
    ),
    "somebody named": (
        f"s,t\na,{CELL}\n",
        lambda f, ids, work: read_survey(f, channel="advice", columns={"respondent": "s", "named": "t"}, ids=ids),
    ),
    "a kind of pairing": (
        f"s,t,k\na,b,{CELL}\n",
        lambda f, ids, work: read_pairings(f, columns={"senior": "s", "junior": "t", "kind": "k"}, ids=ids),
    ),
    "a senior": (
        f"s,t,k\n{CELL},b,mentor\n",
        lambda f, ids, work: read_pairings(f, columns={"senior": "s", "junior": "t", "kind": "k"}, ids=ids),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_error_is_one_short_line_that_a_terminal_can_show(
    case: str, write: Write, ids: pd.Series, work: Path
) -> None:
    content, read = CASES[case]
    with pytest.raises((InputError, StudyError)) as error:
        read(write("in.csv", content), ids, work)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 400
    assert "w" * 61 not in str(error.value)


def test_a_network_file(write: Write, ids: pd.Series) -> None:
    long = "&#9;" + "w" * 300
    head = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed">'
    nodes = f'<node id="{long}"/><node id="b"/>'
    for edge in (f'<edge source="{long}" target="b"/>', f'<edge source="{long}"/>'):
        with pytest.raises(InputError) as error:
            read_network(write("n.graphml", f"{head}{nodes}{edge}</graph></graphml>"), channel="ties", ids=ids)
        assert str(error.value).isprintable()
        assert len(str(error.value)) < 400


def test_the_levels_of_a_roster(write: Write) -> None:
    read = roster(write("r.csv", f"id,l\n1,{CELL}\n"), columns={"person": "id", "level": "l"}, levels=[BAD])
    with pytest.raises(StudyError) as error:
        mark_leaders(read.table, at_or_above="director")  # type: ignore[attr-defined]
    assert str(error.value).isprintable()
