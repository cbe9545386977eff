"""Events to ties: numbers worked out by hand, and a pandas oracle for everything else."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ona.model import InputError, StudyError, ties_expression, ties_from_events
from ona.model.strength import BROADCAST, OUTSIDE, UNUSABLE

COLUMNS = ["source", "event", "time", "sender", "recipient", "size", "minutes"]


def frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows of (channel, event, time, sender, recipient, size)."""
    table = pd.DataFrame([(*row, None) for row in rows], columns=COLUMNS)
    return table.assign(
        time=pd.Series([pd.Timestamp(t) for t in table["time"]], dtype="datetime64[us]"),
        size=table["size"].astype("int64"),
        minutes=table["minutes"].astype(float),
        **{c: table[c].astype("str") for c in ("source", "event", "sender", "recipient")},
    )


def save(folder: Path, rows: list[tuple[Any, ...]] | pd.DataFrame, name: str = "events.parquet") -> Path:
    path = folder / name
    (rows if isinstance(rows, pd.DataFrame) else frame(rows)).to_parquet(path)
    return path


def oracle(
    events: pd.DataFrame,
    *,
    weights: dict[str, float],
    half_life: float | None,
    cap: int | None,
    first_day: pd.Timestamp | None = None,
    last_day: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """The same sum the plain way."""
    rows = events[events["sender"].notna() & events["recipient"].notna() & (events["size"] >= 2)]
    if first_day is not None:
        rows = rows[rows["time"].isna() | (rows["time"] >= first_day)]
    if last_day is not None:
        rows = rows[rows["time"].isna() | (rows["time"] < last_day + pd.Timedelta(days=1))]
    end = (rows["time"].max() if last_day is None else last_day) + pd.Timedelta(days=1)
    end = end if pd.isna(end) else end.normalize()
    if cap is not None:
        rows = rows[rows["size"] - 1 <= cap]
    days = (end - rows["time"].dt.floor("s")).dt.total_seconds() / 86400
    fade = pd.Series(1.0, index=rows.index) if half_life is None else (0.5 ** (days / half_life)).fillna(1.0)
    rows = rows.assign(strength=rows["source"].map(weights).astype(float).fillna(1.0) / (rows["size"] - 1) * fade)
    return (
        rows.rename(columns={"sender": "source", "recipient": "target", "source": "channel"})
        .groupby(["source", "target", "channel"])
        .agg(strength=("strength", "sum"), count=("strength", "size"), last=("time", "max"))
        .reset_index()
    )


def test_one_message_to_one_person_at_the_end_of_the_last_day_counts_almost_one(tmp_path: Path) -> None:
    # One second before the midnight that ends the day: age 1/86400 day.
    made = ties_from_events([save(tmp_path, [("mail", "1", "2024-05-31 23:59:59", "a", "b", 2)])], half_life_days=1)
    assert made.ties["strength"].tolist() == pytest.approx([0.5 ** (1 / 86400)], abs=1e-15)
    assert made.last_day == pd.Timestamp("2024-05-31")


def test_worked_by_hand(tmp_path: Path) -> None:
    # The data end on 11 January, so age counts from 12 January 00:00. Half-life 2 days, mail weighs 3.
    rows = [
        ("mail", "1", "2024-01-10 00:00", "a", "b", 2),  # 2 days: 3 · 1 · ½ = 1.5
        ("mail", "2", "2024-01-08 00:00", "a", "b", 3),  # 4 days: 3 · ½ · ¼ = 0.375
        ("mail", "2", "2024-01-08 00:00", "a", "c", 3),  # the same event's other recipient: 0.375
        ("chat", "3", "2024-01-11 00:00", "a", "b", 5),  # 1 day: 1 · ¼ · 2^−½
        ("mail", "4", None, "b", "a", 4),  # no time, no fading: 3 · ⅓ = 1
    ]
    made = ties_from_events([save(tmp_path, rows)], weights={"mail": 3}, half_life_days=2)
    assert made.ties[["source", "target", "channel", "count"]].values.tolist() == [
        ["a", "b", "chat", 1],
        ["a", "b", "mail", 2],
        ["a", "c", "mail", 1],
        ["b", "a", "mail", 1],
    ]
    expected = [0.25 * 2**-0.5, 1.875, 0.375, 1.0]
    assert made.ties["strength"].tolist() == pytest.approx(expected, abs=1e-15)
    assert made.ties["last"].tolist()[:3] == list(map(pd.Timestamp, ["2024-01-11", "2024-01-10", "2024-01-08"]))
    assert pd.isna(made.ties["last"][3])
    assert (made.events, made.undated, dict(made.left_out)) == (5, 1, {})
    assert (made.first_day, made.last_day) == (pd.Timestamp("2024-01-08"), pd.Timestamp("2024-01-11"))


def test_the_cap_counts_recipients_not_people(tmp_path: Path) -> None:
    rows = [("mail", "1", None, "a", "b", 26), *(("mail", "2", None, "a", p, 27) for p in ("b", "c", "d"))]
    made = ties_from_events([save(tmp_path, rows)], broadcast_cap=25)
    assert made.ties["strength"].tolist() == [pytest.approx(1 / 25)]
    assert (made.events, dict(made.left_out), made.broadcasts) == (1, {BROADCAST: 3}, 1)
    assert ties_from_events([save(tmp_path, rows)], broadcast_cap=None).events == 4


def test_the_window_takes_both_its_days_and_whatever_has_no_time(tmp_path: Path) -> None:
    times = ["2024-01-01 23:59:59", "2024-01-02 00:00", "2024-01-03 23:59:59.9", "2024-01-04 00:00", None]
    rows = [("mail", str(i), t, "a", p, 2) for i, (t, p) in enumerate(zip(times, "vwxyz", strict=True))]
    made = ties_from_events([save(tmp_path, rows)], first_day="2024-01-02", last_day="2024-01-03", half_life_days=1)
    assert made.ties["target"].tolist() == ["w", "x", "z"]
    assert made.ties["strength"].tolist() == pytest.approx([0.25, 0.5 ** (1 / 86400), 1.0], abs=1e-15)
    assert dict(made.left_out) == {OUTSIDE: 2}
    assert (made.first_day, made.last_day) == (pd.Timestamp("2024-01-02"), pd.Timestamp("2024-01-03"))


def test_a_window_that_ends_after_the_data_counts_age_from_its_own_end(tmp_path: Path) -> None:
    path = save(tmp_path, [("mail", "1", "2024-01-01", "a", "b", 2)])
    assert ties_from_events([path], last_day="2024-01-02", half_life_days=2).ties["strength"].tolist() == [0.5]


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    rows = frame([("mail", str(i), "2024-01-01", "a", "b", s) for i, s in enumerate([2, 1, 0, 50, 2])])
    rows.loc[4, "recipient"] = None
    made = ties_from_events([save(tmp_path, rows)])
    assert (made.events, dict(made.left_out)) == (1, {BROADCAST: 1, UNUSABLE: 3})
    assert made.events + sum(made.left_out.values()) == len(rows)


def test_only_undated_events(tmp_path: Path) -> None:
    made = ties_from_events([save(tmp_path, [("mail", "1", None, "a", "b", 2)])])
    assert (made.first_day, made.last_day, made.undated) == (None, None, 1)
    assert made.ties["strength"].tolist() == [1.0]


def test_no_event_left_is_an_empty_table_not_an_error(tmp_path: Path) -> None:
    made = ties_from_events([save(tmp_path, [("mail", "1", "2024-01-01", "a", "b", 99)])])
    assert made.ties.columns.tolist() == ["source", "target", "channel", "strength", "count", "last"]
    assert made.ties.empty
    assert made.last_day == pd.Timestamp("2024-01-01")


def test_a_tie_however_old_stays_a_tie(tmp_path: Path) -> None:
    rows = [("mail", "1", "1999-01-01", "a", "b", 2), ("mail", "2", "2024-01-01", "b", "a", 2)]
    made = ties_from_events([save(tmp_path, rows)], half_life_days=1)
    assert made.ties["strength"].tolist()[0] == 2.0**-62


def test_several_files_and_names_that_look_like_patterns(tmp_path: Path) -> None:
    one = save(tmp_path, [("mail", "1", None, "a", "b", 2)], "mail [x] *.parquet")
    save(tmp_path, [("mail", "1", None, "a", "z", 2)], "mail x of others.parquet")
    two = save(tmp_path, [("chat", "1", None, "a", "b", 2)], "chat?.parquet")
    assert ties_from_events([one, two]).ties["channel"].tolist() == ["chat", "mail"]


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_the_machine_s_time_zone_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    events = frame([("mail", "1", "2024-01-01 23:30:00.7", "a", "b", 2), ("mail", "2", "2024-01-03", "a", "c", 2)])
    naive = save(tmp_path, events, "naive.parquet")
    aware = save(tmp_path, events.assign(time=events["time"].dt.tz_localize("UTC")), "aware.parquet")
    monkeypatch.setenv("TZ", zone)
    for path in (naive, aware):
        made = ties_from_events([path], half_life_days=1)
        assert made.ties["last"].tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-03")]
        assert made.ties["strength"].tolist() == pytest.approx([0.25 * 2 ** (-1800 / 86400), 0.5], abs=1e-15)


people = st.sampled_from(["a", "b", "c", "é", "Z"])
times = st.one_of(
    st.none(), st.datetimes(min_value=pd.Timestamp("2023-11-01"), max_value=pd.Timestamp("2024-03-01 23:59:59.999999"))
)
event_rows = st.lists(
    st.tuples(st.sampled_from(["mail", "chat", "call"]), st.just("e"), times, people, people, st.integers(2, 40)),
    min_size=1,
    max_size=40,
)


@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=event_rows, half_life=st.sampled_from([None, 0.5, 60.0]), cap=st.sampled_from([None, 1, 25]))
def test_the_same_as_pandas(
    tmp_path: Path, rows: list[tuple[Any, ...]], half_life: float | None, cap: int | None
) -> None:
    events = frame(rows)
    weights = {"mail": 1.0, "chat": 0.3}
    made = ties_from_events([save(tmp_path, events)], weights=weights, half_life_days=half_life, broadcast_cap=cap)
    expected = oracle(events, weights=weights, half_life=half_life, cap=cap)
    keys = ["source", "target", "channel", "count"]
    assert made.ties[keys].values.tolist() == expected[keys].values.tolist()
    # Each event's share is cut below 2⁻⁶², and the sums round like any double.
    np.testing.assert_allclose(made.ties["strength"], expected["strength"], rtol=1e-13, atol=len(rows) * 2.0**-62)
    pd.testing.assert_series_equal(made.ties["last"], expected["last"].dt.floor("D"), check_dtype=False)


def bytes_of(ties: pd.DataFrame) -> bytes:
    return ties["strength"].to_numpy().tobytes() + ties.drop(columns="strength").to_csv().encode()


def test_equal_to_the_last_bit_whatever_the_order_the_files_and_the_threads(tmp_path: Path) -> None:
    rng = np.random.default_rng(20240501)
    size = 60_000
    events = pd.DataFrame(
        {
            "source": rng.choice(["mail", "chat"], size),
            "event": np.arange(size).astype(str),
            "time": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 180 * 86400 * 1000, size), unit="ms"),
            "sender": rng.integers(0, 20, size).astype(str),
            "recipient": rng.integers(0, 20, size).astype(str),
            "size": rng.integers(2, 30, size),
            "minutes": np.nan,
        }
    )
    seen = set()
    for turn, threads in enumerate((1, 2, 4)):
        shuffled = events.iloc[rng.permutation(size)]
        paths = [
            save(tmp_path, part, f"{turn}-{i}.parquet") for i, part in enumerate((shuffled[:9_000], shuffled[9_000:]))
        ]
        seen.add(bytes_of(ties_from_events(paths, weights={"mail": 0.7}, threads=threads).ties))
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            {"weights": {"mail": 0}},
            "the weight of channel 'mail' is 0; use a number above 0, or leave the channel's files out of the study",
        ),
        ({"half_life_days": -1}, "the half-life is -1 days; use a number above 0, or none to not fade"),
        ({"broadcast_cap": 0}, "the broadcast cap is 0 recipients; use 1 or more, or none for no cap"),
        (
            {"first_day": "2024-02-01", "last_day": "2024-01-01"},
            "the study ends on 2024-01-01 before it begins on 2024-02-01",
        ),
    ],
)
def test_rules_out_of_range(tmp_path: Path, rules: dict[str, Any], message: str) -> None:
    path = save(tmp_path, [("mail", "1", None, "a", "b", 2)])
    with pytest.raises(StudyError) as caught:
        ties_from_events([path], **rules)
    assert str(caught.value) == message


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there are no event files to make ties from; name at least one source of"):
        ties_from_events([])
    with pytest.raises(InputError, match=r"none\.parquet: the events file is not there"):
        ties_from_events([tmp_path / "none.parquet"])
    path = save(tmp_path, frame([("mail", "1", None, "a", "b", 2)]).drop(columns="size"))
    with pytest.raises(InputError, match=r"events\.parquet: the events have no column 'size'"):
        ties_from_events([path])


def unbound() -> Any:
    import ibis

    schema = {
        "source": "string",
        "event": "string",
        "time": "timestamp",
        "sender": "string",
        "recipient": "string",
        "size": "int64",
        "minutes": "float64",
    }
    return ties_expression(
        ibis.table(schema, name="events"),
        weights={"mail": 2.0},
        half_life_days=30,
        broadcast_cap=9,
        last_day="2024-01-31",
    )


def test_the_same_expression_compiles_for_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    import ibis
    from ibis.config import Config

    if ibis.options.pyspark is None:  # set by the backend when pyspark is there; the compiler only reads this one

        class PySparkOptions(Config):
            treat_nan_as_null: bool = False

        ibis.options.pyspark = PySparkOptions()
    spark = str(ibis.to_sql(unbound(), dialect="pyspark")).upper()
    assert "UNIX_TIMESTAMP" in spark
    assert spark.index("DATE_TRUNC") > 0, "seconds are cut before they become a number"
    # The traps: unnesting zips on one engine and crosses on the other; Spark has no seeded sample.
    for trap in ("EXPLODE", "UNNEST", "TABLESAMPLE"):
        assert trap not in spark
    assert spark.count("POW") == str(ibis.to_sql(unbound(), dialect="duckdb")).upper().count("POW") == 1


@pytest.mark.slow
def test_the_same_ties_on_spark(tmp_path: Path) -> None:
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed; pip install ona[spark] to run the expression on Spark")
    if shutil.which("java") is None:
        pytest.skip("there is no java, which pyspark needs")
    import warnings

    import ibis

    rng = np.random.default_rng(4)
    rows = [
        ("mail", str(i), None if i % 9 == 0 else f"2024-0{1 + i % 6}-1{i % 10} 12:{i % 60:02d}:30.75", s, r, 2 + i % 12)
        for i, (s, r) in enumerate(rng.choice(list("abcde"), (500, 2)))
    ]
    path = save(tmp_path, rows)
    made = ties_from_events([path], half_life_days=30, broadcast_cap=9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyspark's own, about pandas and sockets
        from pyspark.sql import SparkSession

        session = (
            SparkSession.builder.master("local[1]")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()
        )
        try:
            events = ibis.pyspark.connect(session).read_parquet(str(path))
            ties = (
                ties_expression(events, half_life_days=30, broadcast_cap=9, last_day=made.last_day)
                .to_pyarrow()
                .to_pandas()
            )
        finally:
            session.stop()
    keys = ["source", "target", "channel", "count"]
    assert ties[keys].values.tolist() == made.ties[keys].values.tolist()
    np.testing.assert_allclose(ties["strength"], made.ties["strength"], rtol=1e-12)
    assert pd.to_datetime(ties["last"]).tolist() == made.ties["last"].tolist()
