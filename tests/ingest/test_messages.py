"""Messages and reviews: every row accounted for, whatever form the file has."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import Read, read_messages, read_reviews
from ona.model import InputError, StudyError

Write = Callable[..., Path]
COLUMNS = {"sender": "from", "recipient": "to", "time": "at"}
DAY = "2024-05-01T09:00:00"


def _read(path: Path | str, ids: pd.Series, work: Path, **options: Any) -> Read:
    return read_messages(path, channel="email", ids=ids, work=work, **{"columns": COLUMNS, **options})


def _error(path: Path | str, ids: pd.Series, work: Path, **options: Any) -> str:
    with pytest.raises((InputError, StudyError)) as error:
        _read(path, ids, work, **options)
    return str(error.value)


def _pairs(read: Read) -> list[list[Any]]:
    assert read.events is not None
    return pd.read_parquet(read.events)[["event", "sender", "recipient", "size"]].values.tolist()


def test_one_recipient_a_row(write: Write, ids: pd.Series, work: Path) -> None:
    rows = [
        f"Ann@x.com,bob@x.com,{DAY}",
        f"ann@x.com,zoe@y.com,{DAY}",
        f"zoe@y.com,ann@x.com,{DAY}",
        f"a,ann@x.com,{DAY}",
        f",ann@x.com,{DAY}",
        f"b,,{DAY}",
        "b,c,yesterday",
        "b,c,",
        f"b,c,{DAY},extra",
        "",
        f"b,c,{DAY},",
    ]
    read = _read(write("mail.csv", "from,to,at\n" + "\n".join(rows) + "\n"), ids, work)
    assert _pairs(read) == [["mail.csv:2", "a", "b", 2], ["mail.csv:12", "b", "c", 2]]
    assert (read.file, read.rows, read.accepted) == ("mail.csv", 10, 2)
    assert read.set_aside.values.tolist() == [
        ["mail.csv", 3, "recipient not in the roster", f"recipient 'zoe@y.com' is not in the roster | {rows[1]}"],
        ["mail.csv", 4, "sender not in the roster", f"sender 'zoe@y.com' is not in the roster | {rows[2]}"],
        ["mail.csv", 5, "sent to oneself", rows[3]],
        ["mail.csv", 6, "no sender", rows[4]],
        ["mail.csv", 7, "no recipient", rows[5]],
        ["mail.csv", 8, "time not understood", "time 'yesterday' is not understood | b,c,yesterday"],
        ["mail.csv", 9, "time not understood", "b,c,"],
        ["mail.csv", 10, "more values than the header has names", rows[8]],
    ]


def test_the_events_file_has_its_columns(write: Write, ids: pd.Series, work: Path) -> None:
    read = _read(write("mail.csv", f"from,to,at\na,b,{DAY}\n"), ids, work)
    assert read.events is not None
    schema = pq.read_schema(read.events)
    assert [(field.name, str(field.type)) for field in schema] == [
        ("source", "string"),
        ("event", "string"),
        ("time", "timestamp[us]"),
        ("sender", "string"),
        ("recipient", "string"),
        ("size", "int32"),
        ("minutes", "double"),
    ]
    untimed = _read(write("chat.csv", "from,to\na,b\n"), ids, work, columns={"sender": "from", "recipient": "to"})
    assert untimed.events is not None
    assert pd.read_parquet(untimed.events)["time"].isna().all()
    assert sorted(path.name for path in work.iterdir()) == [
        "events-01-email.parquet",
        "events-02-email.parquet",
        "set-aside-01-email.parquet",
        "set-aside-02-email.parquet",
    ]


def test_size_counts_everybody_named_in_the_event(write: Write, ids: pd.Series, work: Path) -> None:
    text = "id,from,to\nm1,a,b\nm1,a,Bob@x.com\nm1,a,zoe@y.com\nm1,a,Zoe <zoe@y.com>\nm1,a,a\nm2,a,b\n,a,b\n,a,b\n"
    read = _read(write("mail.csv", text), ids, work, columns={"event": "id", "sender": "from", "recipient": "to"})
    assert _pairs(read) == [
        ["m1", "a", "b", 3],
        ["m2", "a", "b", 2],
        ["mail.csv:8", "a", "b", 2],
        ["mail.csv:9", "a", "b", 2],
    ]
    assert dict(read.reasons) == {"recipient not in the roster": 2, "repeated row": 1, "sent to oneself": 1}


def test_recipients_in_one_cell(write: Write, ids: pd.Series, work: Path) -> None:
    text = (
        "from;to\n"
        'a;"""Lee, Bo"" <bob@x.com>, cem@x.com, zoe@y.com"\n'
        "a;undisclosed-recipients:\n"
        "b;\n"
        "b;ann@x.com, ann@x.com, b\n"
    )
    read = _read(write("mail.csv", text), ids, work, columns={"sender": "from", "recipients": "to"})
    assert _pairs(read) == [
        ["mail.csv:2", "a", "b", 4],
        ["mail.csv:2", "a", "c", 4],
        ["mail.csv:5", "b", "a", 2],
    ]
    assert (read.rows, read.accepted) == (8, 3)
    assert dict(read.reasons) == {
        "no recipient": 2,
        "recipient not in the roster": 1,
        "repeated row": 1,
        "sent to oneself": 1,
    }


def test_a_separator_between_recipients_by_hand(write: Write, ids: pd.Series, work: Path) -> None:
    path = write("mail.csv", "from,to\na,b|c\n")
    read = _read(path, ids, work, columns={"sender": "from", "recipients": "to"}, recipients_separator="|")
    assert [row[2:] for row in _pairs(read)] == [["b", 3], ["c", 3]]


def test_a_long_row_is_cut_in_the_set_aside_file(write: Write, ids: pd.Series, work: Path) -> None:
    everyone = "; ".join(f"p{i}@y.com" for i in range(200))
    read = _read(
        write("mail.csv", f'from,to\na,"b; {everyone}"\n'), ids, work, columns={"sender": "from", "recipients": "to"}
    )
    assert (read.rows, read.accepted) == (201, 1)
    assert read.set_aside["row"].str.len().max() < 600
    assert read.set_aside["row"].iloc[7].startswith("recipient 'p7@y.com' is not in the roster | a,")
    assert _pairs(read)[0][3] == 202


def test_recipients_in_a_second_file_with_another_separator(write: Write, ids: pd.Series, work: Path) -> None:
    messages = write("messages.csv", f"id;who;at\n1;a;{DAY}\n2;b;{DAY}\n2;c;{DAY}\n3;zoe;{DAY}\n4;a;{DAY}\n;a;{DAY}\n")
    recipients = write("recipients.csv", "mid,to\n1,b\n1,c\n1,b\n2,a\n3,a\n9,a\n")
    read = _read(
        messages,
        ids,
        work,
        columns={"event": "id", "sender": "who", "time": "at"},
        recipients_file=recipients,
        recipients_columns={"event": "mid", "recipient": "to"},
    )
    assert _pairs(read) == [["1", "a", "b", 3], ["1", "a", "c", 3], ["2", "b", "a", 2]]
    aside = read.set_aside[["file", "line", "reason"]].values.tolist()
    assert aside == [
        ["messages.csv", 4, "repeated row"],
        ["messages.csv", 6, "no recipient"],
        ["messages.csv", 7, "no recipient"],
        ["recipients.csv", 4, "repeated row"],
        ["recipients.csv", 6, "sender not in the roster"],
        ["recipients.csv", 7, "no message with this event id"],
    ]
    assert (read.rows, read.accepted) == (9, 3)


def test_a_pattern_reads_its_files_in_order(write: Write, ids: pd.Series, work: Path, tmp_path: Path) -> None:
    write("mail-02.csv", f"from;to;at\nb;c;{DAY}\n")
    write("mail-01.csv", f"at,to,from\n{DAY},b,a\n{DAY},zoe,a\n")
    read = _read(tmp_path / "mail-*.csv", ids, work)
    assert read.file == "mail-*.csv"
    assert _pairs(read) == [["mail-01.csv:2", "a", "b", 2], ["mail-02.csv:2", "b", "c", 2]]
    assert read.set_aside[["file", "line"]].values.tolist() == [["mail-01.csv", 3]]


def test_files_of_one_name_keep_their_folders(write: Write, ids: pd.Series, work: Path, tmp_path: Path) -> None:
    for folder in ("jan", "feb"):
        write(f"{folder}/mail.csv", f"from,to,at\na,b,{DAY}\n")
    read = _read(tmp_path / "*" / "mail.csv", ids, work)
    events = [row[0] for row in _pairs(read)]
    assert [Path(event.rpartition(":")[0]).parent.name for event in events] == ["feb", "jan"]


@pytest.mark.parametrize("form", ["plain", "quoted", "utf-16", "xlsx", "parquet"])
def test_every_form_of_file_gives_the_same_events(
    form: str, write: Write, workbook: Write, ids: pd.Series, work: Path, tmp_path: Path
) -> None:
    rows = [["a", "b", DAY], ["ann@x.com", "zoe", DAY], ["b", "c", "2024-05-02T10:00:00"]]
    text = "from,to,at\n" + "".join(",".join(row) + "\n" for row in rows)
    if form == "plain":
        path = write("mail.csv", text)
    elif form == "quoted":
        path = write("mail.csv", text.replace("ann@x.com", '"ann@x.com"'))
    elif form == "utf-16":
        path = write("mail.csv", text, encoding="utf-16")
    elif form == "xlsx":
        path = workbook("mail.xlsx", [["from", "to", "at"], *rows])
    else:
        path = tmp_path / "mail.parquet"
        frame = pd.DataFrame(rows, columns=["from", "to", "at"])
        pq.write_table(pa.Table.from_pandas(frame.assign(at=pd.to_datetime(frame["at"]))), path)
    read = _read(path, ids, work)
    assert read.events is not None
    events = pd.read_parquet(read.events)[["time", "sender", "recipient", "size"]]
    assert events.astype("str").values.tolist() == [
        ["2024-05-01 09:00:00", "a", "b", "2"],
        ["2024-05-02 10:00:00", "b", "c", "2"],
    ]
    line = 2 if form == "parquet" else 3
    assert read.set_aside[["line", "reason"]].values.tolist() == [[line, "recipient not in the roster"]]


def test_lists_in_a_parquet_file(ids: pd.Series, work: Path, tmp_path: Path) -> None:
    path = tmp_path / "mail.parquet"
    pq.write_table(pa.table({"from": ["a"], "to": [["b", "c"]]}), path)
    read = _read(path, ids, work, columns={"sender": "from", "recipients": "to"})
    assert [row[2:] for row in _pairs(read)] == [["b", 3], ["c", 3]]


def test_lines_stay_true_in_files_with_quoted_line_ends(write: Write, ids: pd.Series, work: Path) -> None:
    path = write("mail.csv", 'from,to,note\na,b,"one\ntwo"\n\na,zoe,x\n')
    read = _read(path, ids, work, columns={"sender": "from", "recipient": "to"})
    assert read.set_aside["line"].tolist() == [5]


def test_without_a_header(write: Write, ids: pd.Series, work: Path) -> None:
    path = write("mail.tsv", "1\t910930020\ta\tb\n2\t910930021\ta\tc\n")
    columns = {"event": 1, "time": 2, "sender": 3, "recipient": 4}
    read = _read(path, ids, work, columns=columns, header=False, time_format="epoch_s")
    assert read.events is not None
    assert pd.read_parquet(read.events)["time"].astype("str").tolist() == ["1998-11-13 04:07:00", "1998-11-13 04:07:01"]


@pytest.mark.parametrize(
    ("written", "time_format", "utc"),
    [
        ("2024-05-01T09:00:00", None, "2024-05-01 09:00:00"),
        ("2024-05-01 09:00", None, "2024-05-01 09:00:00"),
        ("2024-05-01", None, "2024-05-01 00:00:00"),
        ("20240501", None, "2024-05-01 00:00:00"),
        ("20240501T090000Z", None, "2024-05-01 09:00:00"),
        ("2024-05-01T09:00Z", None, "2024-05-01 09:00:00"),
        ("2024-05-01 09:00+02:00", None, "2024-05-01 07:00:00"),
        ("2024-05-01T09:00:00+02:00", None, "2024-05-01 07:00:00"),
        ("2024-05-01T09:00:00.250-0500", None, "2024-05-01 14:00:00.250000"),
        ("31/05/2024 09:00", None, "2024-05-31 09:00:00"),
        ("05/31/2024 09:00:30", None, "2024-05-31 09:00:30"),
        ("31.5.2024", None, "2024-05-31 00:00:00"),
        ("01/04/2023 10:00", "%d/%m/%Y %H:%M", "2023-04-01 10:00:00"),
        ("Wed, 01 May 2024 09:00:00 +0200", "%a, %d %b %Y %H:%M:%S %z", "2024-05-01 07:00:00"),
        ("1714554000", "epoch_s", "2024-05-01 09:00:00"),
        ("1714554000.5", "epoch_s", "2024-05-01 09:00:00.500000"),
        ("1714554000000", "epoch_ms", "2024-05-01 09:00:00"),
        ("1714554000000000", "epoch_us", "2024-05-01 09:00:00"),
    ],
)
def test_times_are_utc(
    written: str, time_format: str | None, utc: str, write: Write, ids: pd.Series, work: Path
) -> None:
    read = _read(write("mail.csv", f'from,to,at\na,b,"{written}"\n'), ids, work, time_format=time_format)
    assert read.events is not None
    assert [str(t) for t in pd.read_parquet(read.events)["time"]] == [utc]


@pytest.mark.parametrize(
    ("written", "time_format"),
    [
        ("1714554000", None),
        ("1714554000000", "epoch_s"),
        ("9" * 40, "epoch_s"),
        ("nan", "epoch_s"),
        ("infinity", None),
        ("0001-01-01T00:00:00", None),
        ("2024-13-01", None),
        ("01/04/24", None),
        ("2024-05-01", "%d/%m/%Y"),
    ],
)
def test_times_that_are_not_understood(
    written: str, time_format: str | None, write: Write, ids: pd.Series, work: Path
) -> None:
    path = write("mail.csv", f"from,to,at\na,b,{written}\n")
    assert _error(path, ids, work, time_format=time_format) == (
        f"mail.csv line 2: its only row cannot be used: time not understood ('{written}'); set time_format for 'email'"
    )


def test_days_and_months_that_could_be_either(write: Write, ids: pd.Series, work: Path) -> None:
    path = write("mail.csv", "from,to,at\na,b,2024-05-01\na,b,01/04/2023 10:00\na,c,03/04/2023 11:30\n")
    assert _error(path, ids, work) == (
        "mail.csv line 3: time '01/04/2023 10:00' could be 1 April or 4 January; "
        "set time_format of 'email' = '%d/%m/%Y %H:%M' or '%m/%d/%Y %H:%M'"
    )


def test_one_day_above_twelve_settles_all_files(write: Write, ids: pd.Series, work: Path, tmp_path: Path) -> None:
    write("mail-1.csv", "from,to,at\na,b,01/04/2023\n")
    write("mail-2.csv", "from,to,at\na,b,30/04/2023\n")
    read = _read(tmp_path / "mail-*.csv", ids, work)
    assert read.events is not None
    assert pd.read_parquet(read.events)["time"].astype("str").tolist() == ["2023-04-01", "2023-04-30"]


def test_a_time_format_that_is_none(write: Write, ids: pd.Series, work: Path) -> None:
    path = write("mail.csv", f"from,to,at\na,b,{DAY}\n")
    assert _error(path, ids, work, time_format="%Q") == (
        "time_format '%Q' of 'email' is not a pattern of times; use one such as '%d.%m.%Y %H:%M', or epoch_s"
    )


def test_influence_that_runs_the_other_way(write: Write, ids: pd.Series, work: Path) -> None:
    read = _read(write("mail.csv", f"from,to,at\na,b,{DAY}\n"), ids, work, reverse=True)
    assert [row[1:3] for row in _pairs(read)] == [["b", "a"]]


def test_no_row_that_can_be_used(write: Write, ids: pd.Series, work: Path) -> None:
    path = write("mail.csv", f"from,to,at\nx@y,a,{DAY}\na,z@y,{DAY}\na,q@y,{DAY}\n")
    assert _error(path, ids, work) == (
        "mail.csv line 3: none of its 3 rows can be used, most often because: recipient not in the roster ('z@y'); "
        "check that the roster holds these ids, or name the column that does in people.aliases"
    )
    assert list(work.iterdir()) == []


def test_errors_of_files_and_settings(write: Write, ids: pd.Series, work: Path, tmp_path: Path) -> None:
    path = write("mail.csv", f"from,to,at\na,b,{DAY}\n")
    assert _error(path, ids, work, columns={**COLUMNS, "sender": "From"}) == (
        "mail.csv: no column 'From' for email.sender; the file has from, to, at; did you mean 'from'?"
    )
    assert _error(tmp_path / "none.csv", ids, work).startswith("none.csv: no such file; ")
    assert _error(write("no.parquet", "x"), ids, work) == (
        "no.parquet: this is not a Parquet file; check that it is the right file"
    )
    second = {"recipients_file": path, "recipients_columns": {"recipient": "to"}}
    assert _error(path, ids, work, columns={"event": "at", "sender": "from"}, **second) == (
        "'email.recipients' names no 'event'; name the column for 'event' under columns"
    )


def test_the_same_file_gives_the_same_bytes(write: Write, ids: pd.Series, tmp_path: Path) -> None:
    rows = [f"m{i // 3},{'abc'[i % 3]},{'bcaz'[i % 4]},2024-05-{i % 28 + 1:02d}T09:00:00" for i in range(5000)]
    path = write("mail.csv", "id,from,to,at\n" + "\n".join(rows) + "\n")
    made = []
    for run in ("one", "two"):
        read = _read(path, ids, tmp_path / run, columns={**COLUMNS, "event": "id"})
        assert read.events is not None
        assert read.set_aside_file is not None
        made.append((read.events.read_bytes(), read.set_aside_file.read_bytes()))
    assert made[0] == made[1]


def test_reviews_run_from_reviewer_to_author(write: Write, ids: pd.Series, work: Path) -> None:
    path = write("reviews.csv", f"pr,reviewer,author,at\n1,a,b,{DAY}\n1,c,b,{DAY}\n2,b,b,{DAY}\n3,zoe,b,{DAY}\n")
    columns = {"event": "pr", "reviewer": "reviewer", "author": "author", "time": "at"}
    read = read_reviews(path, channel="code", columns=columns, ids=ids, work=work)
    assert _pairs(read) == [["1", "a", "b", 2], ["1", "c", "b", 2]]
    assert dict(read.reasons) == {"reviewed oneself": 1, "reviewer not in the roster": 1}
    with pytest.raises(StudyError, match="'sender' is not a column of 'code'"):
        read_reviews(path, channel="code", columns={"sender": 1, "author": 2}, ids=ids, work=work)


WHO = st.sampled_from(["a", "b", "c", "zoe", "", " A ", "bob@x.com"])
ROW = st.tuples(
    st.sampled_from(["1", "2", "3", ""]),
    WHO,
    st.lists(WHO, max_size=4),
    st.sampled_from([DAY, "2024-05-02", "soon", ""]),
)


@given(rows=st.lists(ROW, min_size=1, max_size=15), quoted=st.booleans(), evented=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rows_are_accepted_or_set_aside(
    rows: list[tuple[str, str, list[str], str]], quoted: bool, evented: bool
) -> None:
    """Rows counted independently: one for each name in a list, one for a list that names nobody."""
    ids = pd.Series({"a": "a", "b": "b", "c": "c", "bob@x.com": "b"})
    mark = '"' if quoted else ""
    lines = ["event,from,to,at", f"{mark}9{mark},a,b,{DAY}"]
    lines += [f"{mark}{e}{mark},{s},{';'.join(r)},{t}" for e, s, r, t in rows]
    expected = 1 + sum(
        max(1, sum(bool(name.strip()) for name in r)) for e, s, r, t in rows if any((e, s.strip(), ";".join(r), t))
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mail.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        columns = {"sender": "from", "recipients": "to", "time": "at", **({"event": "event"} if evented else {})}
        read = read_messages(path, channel="email", columns=columns, ids=ids, work=Path(folder), delimiter=",")
        assert read.events is not None
        assert read.rows == expected
        assert read.accepted == len(pd.read_parquet(read.events))
        assert read.rows - read.accepted == len(read.set_aside) == sum(read.reasons.values())
        assert read.set_aside["line"].between(3, len(lines)).all()
        assert read.set_aside["reason"].value_counts().to_dict() == dict(read.reasons)
