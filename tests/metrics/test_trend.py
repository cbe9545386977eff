"""Gaps over windows and their change, on organisations where the change is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binom

from metrics.access import leader_ties
from metrics.gaps import Comparison, gap_table
from metrics.trend import CHANGE_COLUMNS, TREND_COLUMNS, Window, _lines, trend_table
from metrics.words.trend import trend_sentence
from ona.model import InfluenceGraph, StudyError, influence_graph

WOMEN = Comparison("gender", "woman", "man")
DAYS = [("2024-07-01", "2024-08-31"), ("2024-09-01", "2024-10-31"), ("2024-11-01", "2024-12-31")]
LEADERS = 15


def roster(size: int) -> pd.DataFrame:
    """People half women, half men on two levels, and leaders."""
    return pd.DataFrame(
        {
            "person": [f"p{i:03d}" for i in range(size)] + [f"x{i:02d}" for i in range(LEADERS)],
            "gender": [*np.where(np.arange(size) % 2 == 0, "woman", "man"), *["man"] * LEADERS],
            "level": [*np.where(np.arange(size) < size // 2, "1", "2"), *["3"] * LEADERS],
            "leader": [False] * size + [True] * LEADERS,
        }
    )


def tied(people: pd.DataFrame, counts: Sequence[int] | np.ndarray) -> InfluenceGraph:
    """A network in which the first people have so many ties to leaders."""
    ids = people["person"].to_numpy()
    size = len(ids) - LEADERS
    rows = [(ids[size + x], ids[i]) for i in range(size) for x in range(int(counts[i]))]
    return influence_graph(people, pd.DataFrame(rows, columns=["source", "target"]))


def windows_of(counts: np.ndarray, people: pd.DataFrame) -> list[Window]:
    starts = pd.date_range("2024-01-01", periods=len(counts) + 1, freq="MS")
    days = [(str(a.date()), str((b - pd.Timedelta(days=1)).date())) for a, b in pairwise(starts)]
    return [Window(*when, tied(people, row)) for when, row in zip(days, counts, strict=True)]


def course(size: int, windows: int, *, women: float, rng: np.random.Generator) -> np.ndarray:
    """Ties to leaders by window and person: everyone's own usual number, and a change for women over the windows."""
    usual = rng.poisson(4, size) + 2
    change = np.where(np.arange(size) % 2 == 0, women, 0.0) * np.linspace(0, 1, windows)[:, None]
    return np.clip(np.rint(usual + change + rng.normal(0, 1, (windows, size))), 0, LEADERS)


def changed(windows: Sequence[Window], **options: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    settled: dict[str, object] = {
        "comparisons": [WOMEN],
        "seed": 1,
        "measures": ["leader_ties"],
        "strata": ("level",),
        "permutations": 499,
    }
    return trend_table(windows, **(settled | options))  # type: ignore[arg-type]


def test_a_study_worked_by_hand():
    people = roster(4).assign(level="1")
    # Women p000, p002 have 4, 4 and 4, 6; then 3, 4 and 2, 3. Men p001, p003 have 5, 5; 5, 7; 5, 6.
    counts = np.array([[4, 5, 4, 5], [4, 5, 6, 7], [3, 5, 4, 6]])
    windows = [Window(*when, tied(people, row)) for when, row in zip(DAYS, counts, strict=True)]
    trend, changes = changed(windows, min_group=1)
    assert tuple(trend.columns) == TREND_COLUMNS
    assert tuple(changes.columns) == CHANGE_COLUMNS
    assert trend["window"].tolist() == [1, 2, 3]
    assert trend[["first_day", "last_day"]].to_numpy().tolist() == [list(when) for when in DAYS]
    assert trend[["n_focal", "n_reference"]].to_numpy().tolist() == [[2, 2]] * 3
    assert trend["mean_focal"].tolist() == [4.0, 5.0, 3.5]
    assert trend["adjusted"].tolist() == [-1.0, -1.0, -2.0]
    row = changes.iloc[0]
    # Over three windows the line's change is last − first: women −1 and 0, men 0 and 1.
    assert row["change"] == pytest.approx(-1.0)
    # Means of the windows' gaps ∓ half the change: −4/3 ± 1/2.
    assert (row["gap_first"], row["gap_last"]) == pytest.approx((-4 / 3 + 0.5, -4 / 3 - 0.5))
    assert (row["windows"], row["first_day"], row["last_day"]) == (3, "2024-07-01", "2024-12-31")
    assert (row["n_focal"], row["n_reference"], row["n_undefined"]) == (2, 2, 0)


def test_each_window_is_its_gap_table():
    people = roster(40)
    windows = windows_of(course(40, 3, women=-1, rng=np.random.default_rng(1)), people)
    trend, _ = changed(windows)
    for at, window in enumerate(windows):
        access = pd.DataFrame({"leader_ties": leader_ties(window.graph)})
        gap = gap_table(window.graph, access, comparisons=[WOMEN], seed=1, measures=["leader_ties"], strata=("level",))
        same = ["n_focal", "n_reference", "mean_focal", "mean_reference", "adjusted"]
        assert trend.iloc[at][same].tolist() == pytest.approx(gap.iloc[0][same].tolist())


def test_a_planted_change_is_found_and_told():
    people = roster(160)
    windows = windows_of(course(160, 6, women=-2, rng=np.random.default_rng(2)), people)
    row = changed(windows)[1].iloc[0]
    assert row["p"] <= 0.01
    assert row["change_low"] < -2 < row["change_high"] < 0
    assert row["gap_last"] - row["gap_first"] == pytest.approx(row["change"])
    assert row["sentence"].startswith("Between January and June 2024, at the same level, the gap in ties to leaders ")
    steady = windows_of(course(160, 6, women=0, rng=np.random.default_rng(2)), people)
    row = changed(steady)[1].iloc[0]
    assert row["p"] > 0.05
    assert row["sentence"].startswith("The study cannot tell whether, at the same level, the gap in ties to leaders ")
    assert 0 < row["detectable"] < 2


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 999), windows=st.integers(2, 5))
def test_the_change_of_the_gap_is_the_gap_of_the_changes(seed, windows):
    people = roster(12)
    counts = np.random.default_rng(seed).integers(0, LEADERS, (windows, 12))
    trend, changes = changed(windows_of(counts, people), permutations=19)
    slope, start = np.polyfit(np.arange(windows), trend["adjusted"], 1)
    assert changes["change"][0] == pytest.approx(slope * (windows - 1), abs=1e-9)
    assert changes["gap_first"][0] == pytest.approx(start, abs=1e-9)
    assert changes["gap_last"][0] == pytest.approx(start + slope * (windows - 1), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    values=st.tuples(st.integers(2, 6), st.integers(1, 5)).flatmap(
        lambda shape: arrays(float, shape, elements=st.sampled_from([0.0, 0.1, 1.0, 2.5, 7.0, np.nan]))
    )
)
def test_lines_are_those_of_numpy_through_what_is_known(values):
    change, first, last = _lines(values)
    for person, y in enumerate(values.T):
        known = np.flatnonzero(~np.isnan(y))
        if len(known) < 2:
            assert np.isnan([change[person], first[person], last[person]]).all()
            continue
        slope, start = np.polyfit(known, y[known], 1)
        end = start + slope * (len(values) - 1)
        found = [change[person], first[person], last[person]]
        np.testing.assert_allclose(found, [slope * (len(values) - 1), start, end], atol=1e-9)
        if len(set(y[known])) == 1:
            assert change[person] == 0


def test_people_without_the_measure_in_all_but_one_window_are_left_out_and_counted():
    people = roster(12)
    counts = np.full((3, 12), 2.0)
    counts[1:, 0] = 0  # nobody influences p000 in two windows: no share there, and so no line
    counts[0, 1] = 0  # p001 lacks one window only
    trend, changes = changed(windows_of(counts, people), measures=["leader_share", "leader_ties"])
    share = changes.set_index("measure").loc["leader_share"]
    assert (share["n_focal"], share["n_reference"], share["n_undefined"]) == (5, 6, 1)
    assert trend.loc[trend["measure"] == "leader_share", ["n_focal", "n_reference"]].to_numpy().tolist() == [
        [6, 5],
        [5, 6],
        [5, 6],
    ]
    assert changes.set_index("measure").loc["leader_ties", "n_undefined"] == 0


def test_when_all_change_alike_there_is_nothing_to_test():
    people = roster(20)
    row = changed(windows_of(np.array([[2] * 20, [3] * 20]), people))[1].iloc[0]
    assert row["change"] == 0
    assert np.isnan(row["p"])
    assert row["sentence"] == (
        "Between January and February 2024, at the same level, ties to leaders changed alike for all women and men "
        "(10 women, 10 men)."
    )


def test_too_few_with_the_measure():
    people = roster(12)
    row = changed(windows_of(np.zeros((2, 12)), people), measures=["leader_share"])[1].iloc[0]
    assert np.isnan(row["change"])
    assert row["sentence"] == (
        "Too few people can be compared over at least two windows to say whether, at the same level, the gap in the "
        "share of influence that comes from leaders between women and men changed between January and February 2024 "
        "(0 and 0 people; 12 without a value left out)."
    )


def other(first: Window, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Window:
    people = change(first.graph.people.reset_index())
    return Window("2025-01-01", "2025-01-31", influence_graph(people, pd.DataFrame({"source": [], "target": []})))


def test_refusals():
    people = roster(20)
    first, second = windows_of(np.full((2, 20), 2), people)
    with pytest.raises(StudyError, match="at least two windows"):
        changed([first])
    with pytest.raises(StudyError, match="begins before the one until 2024-02-29 has ended"):
        changed([second, first])
    with pytest.raises(StudyError, match="other people or leaders"):
        changed([first, other(first, lambda table: table.iloc[1:])])
    with pytest.raises(StudyError, match="other people or leaders"):
        changed([first, other(first, lambda table: table.assign(leader=table["person"] == "p001"))])
    with pytest.raises(StudyError, match="not a measure of ties"):
        changed([first, second], measures=["sponsors"])
    with pytest.raises(StudyError, match="no group 'other'"):
        changed([first, second], comparisons=[Comparison("gender", "other")])


def test_without_a_change_the_test_rejects_as_often_as_it_says():
    """A short calibration: p ≤ .1 in a share of studies that the binomial law allows with a chance of 99.9 %."""
    people, studies = roster(24), 50
    drawn = (course(24, 3, women=0, rng=np.random.default_rng(seed)) for seed in range(studies))
    found = [changed(windows_of(counts, people), permutations=199, seed=seed)[1] for seed, counts in enumerate(drawn)]
    p = pd.concat(found)["p"]
    low, high = binom.ppf([0.0005, 0.9995], studies, 0.1)
    assert low <= (p <= 0.1).sum() <= high


ROW = {
    "measure": "leader_ties",
    "column": "gender",
    "focal": "woman",
    "reference": "man",
    "n_focal": 141,
    "n_reference": 309,
    "n_undefined": 0,
    "first_day": "2024-07-01",
    "last_day": "2024-12-31",
    "windows": 6,
    "change": -0.6,
    "change_low": -1.0,
    "change_high": -0.2,
    "gap_first": -0.3,
    "gap_last": -0.9,
    "p": 0.004,
    "detectable": 0.5,
    "strata": "none",
    "confidence": 0.95,
}
GAP = "the gap in ties to leaders between women and men"
SENTENCES = {
    "widened": (
        {},
        f"Between July and December 2024, {GAP} widened by 0.6 (95 % interval 0.2 to 1.0), from 0.3 fewer to 0.9 fewer "
        "for women (6 windows; 141 women, 309 men).",
    ),
    "narrowed": (
        {"change": 0.6, "change_low": 0.2, "change_high": 1.0, "gap_first": -0.9, "gap_last": -0.3, "n_undefined": 3},
        f"Between July and December 2024, {GAP} narrowed by 0.6 (95 % interval 0.2 to 1.0), from 0.9 fewer to 0.3 "
        "fewer for women (6 windows; 141 women, 309 men; 3 without a value left out).",
    ),
    "turned": (
        {"gap_first": 0.2, "gap_last": -0.4, "strata": "level × function"},
        f"Between July and December 2024, at the same level and in the same function, {GAP} turned round, a change of "
        "0.6 (95 % interval 0.2 to 1.0), from 0.2 more to 0.4 fewer for women (6 windows; 141 women, 309 men).",
    ),
    "cannot tell": (
        {"p": 0.3, "change_high": 0.2, "strata": "level"},
        f"The study cannot tell whether, at the same level, {GAP} changed between July and December 2024 (change for "
        "women 0.6 fewer, 95 % interval 1.0 fewer to 0.2 more; 6 windows; 141 women, 309 men); only a change of 0.5 or "
        "more would have been found four times in five.",
    ),
    "cannot tell, nor how much it could": (
        {"p": 0.3, "change_high": 0.2, "detectable": float("nan"), "first_day": "2023-07-03"},
        f"The study cannot tell whether {GAP} changed between 3 July 2023 and 31 December 2024 (change for women 0.6 "
        "fewer, 95 % interval 1.0 fewer to 0.2 more; 6 windows; 141 women, 309 men).",
    ),
    "within a month": (
        {"p": float("nan"), "first_day": "2024-07-01", "last_day": "2024-07-31"},
        "Within July 2024, ties to leaders changed alike for all women and men (141 women, 309 men).",
    ),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_sentences_to_the_letter(case):
    altered, sentence = SENTENCES[case]
    assert trend_sentence({**ROW, **altered}) == sentence
