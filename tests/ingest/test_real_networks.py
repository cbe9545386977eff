"""Two published networks, read from the files their authors gave."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ingest import read_messages, read_roster, read_survey


def test_enron_recipients_by_gender(datasets: Path, tmp_path: Path) -> None:
    """Perry & Wolfe (2013), Point process modelling for directed interaction networks: 21,635 messages, 38,388
    recipients, 156 employees; counts by gender from the same files."""
    folder = datasets / "enron-perry-wolfe"
    roster = read_roster(
        folder / "employees_noname.csv",
        columns={"person": "id", "level": "seniority", "function": "department"},
        groups={"gender": "gender"},
        levels=["Junior", "Senior"],
    )
    assert roster.rows == 156
    read = read_messages(
        folder / "messages_id_time_sender.tsv",
        channel="email",
        columns={"event": 1, "time": 2, "sender": 3},
        header=False,
        time_format="epoch_s",
        recipients_file=folder / "recipients.tsv",
        recipients_columns={"event": 1, "recipient": 3},
        ids=roster.aliases,
        work=tmp_path,
    )
    # No message is sent to its own sender and no recipient is named twice, so every row is accepted.
    assert (read.rows, read.accepted, dict(read.reasons)) == (38_388, 38_388, {})
    assert read.events is not None
    assert roster.table is not None
    events = pd.read_parquet(read.events)
    gender = roster.table["gender"].str[0]
    counts = pd.crosstab(events["sender"].map(gender), events["recipient"].map(gender))
    assert counts.loc[["F", "M"], ["F", "M"]].values.tolist() == [[7529, 8061], [5310, 17488]]
    assert events["event"].nunique() == 21_635
    # The set's own description: a message has 1 to 57 recipients.
    assert (events["size"].min(), events["size"].max()) == (2, 58)
    assert (events.groupby("event")["size"].first() - 1).sum() == 38_388
    assert [str(t) for t in (events["time"].iloc[0], events["time"].min())] == ["1998-11-13 04:07:00"] * 2


def test_enron_weighted_edges(datasets: Path, tmp_path: Path) -> None:
    """The set's own table of recipients per ordered pair: 2,715 pairs."""
    folder = datasets / "enron-perry-wolfe"
    pairs = pd.read_csv(folder / "edges_weighted.csv", dtype="str")
    read = read_messages(
        folder / "messages_id_time_sender.tsv",
        channel="email",
        columns={"event": 1, "time": 2, "sender": 3},
        header=False,
        time_format="epoch_s",
        recipients_file=folder / "recipients.tsv",
        recipients_columns={"event": 1, "recipient": 3},
        ids=pd.Series({str(i): str(i) for i in range(1, 157)}),
        work=tmp_path,
    )
    assert read.events is not None
    counted = pd.read_parquet(read.events).groupby(["sender", "recipient"]).size()
    expected = pairs.set_index(["sender", "to"])["weight"].astype(int)
    assert len(counted) == 2715
    assert counted.sort_index().tolist() == expected.sort_index().tolist()


def test_lazega_advice(datasets: Path) -> None:
    """Lazega (2001), The Collegial Phenomenon: 71 lawyers, 892 advice arcs."""
    folder = datasets / "lazega-law"
    roster = read_roster(
        folder / "nodes.csv",
        columns={"person": "id", "level": "status"},
        groups={"gender": "gender"},
        levels=["associate", "partner"],
        values={"level": {"1": "partner", "2": "associate"}, "gender": {"1": "man", "2": "woman"}},
    )
    assert roster.table is not None
    assert roster.table["level"].value_counts().to_dict() == {"partner": 36, "associate": 35}
    assert roster.table["gender"].value_counts().to_dict() == {"man": 53, "woman": 18}
    read = read_survey(
        folder / "advice.csv", channel="advice", columns={"respondent": "from", "named": "to"}, ids=roster.aliases
    )
    assert read.table is not None
    assert (read.rows, read.accepted, len(read.table)) == (892, 892, 892)
    # Lawyer 1 asked lawyer 2, so lawyer 2 influences lawyer 1. One lawyer named nobody.
    assert ((read.table["source"] == "2") & (read.table["target"] == "1")).any()
    assert read.notes == ("70 of 71 people answered (99 %)",)
