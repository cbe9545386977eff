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

from metrics.access import leader_share, leader_ties
from metrics.gaps import Comparison, gap_table
from metrics.inference import benjamini_hochberg
from metrics.trend import CHANGE_COLUMNS, TREND_COLUMNS, Window, _course, _lines, trend_table
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
    ),
    gap=st.integers(0, 3),
)
def test_lines_are_those_of_numpy_and_reach_no_further_than_their_windows(values, gap):
    at = np.arange(len(values), dtype=float)
    at[1:] += gap  # windows left out after the first
    change, first, last = _lines(values, at)
    for person, y in enumerate(values.T):
        found = [change[person], first[person], last[person]]
        if np.isnan(y).any():
            assert np.isnan(found).all()
            continue
        slope, start = np.polyfit(at, y, 1)
        np.testing.assert_allclose(found, [slope * at[-1], start, start + slope * at[-1]], atol=1e-9)
        if len(set(y)) == 1:
            assert change[person] == 0
    assert np.isnan(_lines(values[:1], at[:1])).all()


def test_nothing_is_told_of_people_without_the_measure_in_every_window():
    people = roster(12)
    counts = np.full((3, 12), 2.0)
    counts[1:, 0] = 0  # nobody influences p000 in two windows, p001 in one: no share of influence there
    counts[0, 1] = 0
    trend, changes = changed(windows_of(counts, people), measures=["leader_share", "leader_ties"])
    share = changes.set_index("measure").loc["leader_share"]
    assert (share["n_focal"], share["n_reference"], share["n_undefined"]) == (5, 5, 2)
    assert (share["windows"], share["left_out_windows"]) == (3, "")
    assert trend.loc[trend["measure"] == "leader_share", ["n_focal", "n_reference"]].to_numpy().tolist() == [
        [6, 5],
        [5, 6],
        [5, 6],
    ]
    assert changes.set_index("measure").loc["leader_ties", "n_undefined"] == 0


def test_a_window_without_ties_is_left_out_and_named():
    """Four windows, one without a tie and one in which nobody has a tie to a leader: a gap of none there is no gap."""
    people = roster(40)
    counts = course(40, 4, women=-1, rng=np.random.default_rng(3))
    counts[1], counts[3] = 0, 0
    windows = windows_of(counts, people)
    among_peers = influence_graph(people, pd.DataFrame({"source": ["p000"], "target": ["p001"]}))
    windows[3] = Window(windows[3].first_day, windows[3].last_day, among_peers)
    trend, changes = changed(windows)
    row = changes.iloc[0]
    assert (row["windows"], row["first_day"], row["last_day"]) == (2, "2024-01-01", "2024-03-31")
    assert row["left_out_windows"] == "2024-02-01 to 2024-02-29; 2024-04-01 to 2024-04-30"
    assert "2 windows, without February 2024 and April 2024 for want of ties; 20 women, 20 men" in row["sentence"]
    assert trend["adjusted"].isna().tolist() == [False, True, False, True]
    assert row["change"] == pytest.approx(trend["adjusted"][2] - trend["adjusted"][0])
    # The kept windows by themselves say the same.
    pd.testing.assert_series_equal(
        changed([windows[0], windows[2]])[1].iloc[0].drop(["left_out_windows", "sentence"]),
        row.drop(["left_out_windows", "sentence"]),
    )


def test_no_line_reaches_beyond_the_windows_in_which_people_have_the_measure():
    """Shares of .3 and .4 in the last two of four windows are a change of .1, not of .3 over all four."""
    people = roster(20)
    everyone = people["person"].to_numpy()
    rows = []
    for leaders in ((0, 0), (0, 0), (3, 7), (4, 6)):
        led, peers = leaders
        ties = [(everyone[20 + x], p) for p in everyone[:20] for x in range(led)]
        ties += [(everyone[(at + 1 + x) % 20], p) for at, p in enumerate(everyone[:20]) for x in range(peers)]
        rows.append(influence_graph(people, pd.DataFrame(ties, columns=["source", "target"])))
    days = [(w.first_day, w.last_day) for w in windows_of(np.zeros((4, 20)), people)]
    windows = [Window(*when, graph) for when, graph in zip(days, rows, strict=True)]
    course = _course(
        np.stack([leader_share(w.graph).to_numpy() for w in windows]),
        np.arange(20 + LEADERS) % 2 == 0,
        np.arange(20 + LEADERS) < 20,
        np.zeros(20 + LEADERS, int),
        least=5,
    )
    assert course.kept.tolist() == [False, False, True, True]
    np.testing.assert_allclose(course.lines["change"][:20], 0.1)
    np.testing.assert_allclose(course.lines["first"][:20], 0.3)
    assert (changed(windows, measures=["leader_share"])[1]["change"] == 0).all()


def test_less_of_everything_is_no_change_of_the_gap():
    """Women have half of what men have throughout, and ever less is recorded: the gap shrinks, and nothing changed."""
    people = roster(160)
    rng = np.random.default_rng(4)
    usual = np.where(np.arange(160) % 2 == 0, 5.0, 10.0) * np.array([1.0, 0.8, 0.6, 0.2])[:, None]
    windows = windows_of(np.clip(rng.poisson(usual), 0, LEADERS), people)
    row = changed(windows)[1].iloc[0]
    assert row["p"] <= 0.01 < 0.05 < row["change_relative_p"]
    assert row["mean_first"] > 4 * row["mean_last"]
    assert "widened" not in row["sentence"]
    assert "narrowed" not in row["sentence"]
    assert "against the average of all compared, which went from 7." in row["sentence"]
    assert "no change can be told" in row["sentence"]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), volume=st.lists(st.floats(0.01, 9), min_size=2, max_size=5), women=st.floats(0, 3))
def test_the_relative_change_is_that_of_everything_in_proportion(seed, volume, women):
    """However much is recorded in each window, lines against the window's mean stay as they are."""
    rng = np.random.default_rng(seed)
    focal, strata = np.arange(12) % 2 == 0, np.arange(12) // 6
    usual = rng.poisson(5, 12) + 1.0 + focal * women
    course = _course(np.array(volume)[:, None] * usual, focal, np.ones(12, bool), strata, least=1)
    assert (course.lines["relative"] == 0).all()
    # The mean weighs strata by their focal people, and does not depend on who these are within a stratum.
    shuffled = focal.reshape(2, 6)[:, rng.permutation(6)].ravel()
    other = _course(np.array(volume)[:, None] * usual, shuffled, np.ones(12, bool), strata, least=1)
    np.testing.assert_allclose(other.means, course.means)
    np.testing.assert_allclose(course.means, np.array(volume) * usual.reshape(2, 6).mean(axis=1).mean())


def test_q_is_over_the_table():
    people = roster(80)
    windows = windows_of(course(80, 4, women=-1.2, rng=np.random.default_rng(5)), people)
    two = [WOMEN, Comparison("gender", "man", "woman")]
    changes = changed(windows, comparisons=two, measures=["leader_ties", "from_leaders"])[1]
    p = changes["change_relative_p"].to_numpy()
    np.testing.assert_allclose(changes["q"], benjamini_hochberg(p))


def test_when_all_change_alike_there_is_nothing_to_test():
    people = roster(20)
    row = changed(windows_of(np.array([[2] * 20, [3] * 20]), people))[1].iloc[0]
    assert row["change"] == 0
    assert np.isnan(row["p"])
    assert row["sentence"] == (
        "Between January and February 2024, at the same level, ties to leaders changed by as much for all women and "
        "men (2 windows; 10 women, 10 men)."
    )


def test_too_few_with_the_measure():
    people = roster(12)
    row = changed(windows_of(np.zeros((2, 12)), people), measures=["leader_share"])[1].iloc[0]
    assert np.isnan(row["change"])
    assert row["sentence"] == (
        "Whether, at the same level, the gap in the share of influence that comes from leaders between women and men "
        "changed between January and February 2024 cannot be told: in fewer than two windows of time do enough people "
        "have ties to be compared."
    )
    assert row["windows"] == 0
    assert row["left_out_windows"] == "2024-01-01 to 2024-01-31; 2024-02-01 to 2024-02-29"


def test_too_few_with_the_measure_in_both_windows():
    people = roster(20)
    counts = np.full((2, 20), 2.0)
    counts[0, :8], counts[1, 10:18] = 0, 0
    row = changed(windows_of(counts, people), measures=["leader_share"])[1].iloc[0]
    assert (row["windows"], row["n_focal"], row["n_reference"], row["n_undefined"]) == (2, 2, 2, 16)
    assert row["sentence"] == (
        "Too few people can be compared in every window to say whether, at the same level, the gap in the share of "
        "influence that comes from leaders between women and men changed between January and February 2024 (2 windows; "
        "2 women, 2 men; 16 without a value left out)."
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
    "left_out_windows": "",
    "gap_first": -0.3,
    "p_first": 0.2,
    "gap_last": -0.9,
    "p_last": 0.001,
    "change": -0.6,
    "change_low": -1.0,
    "change_high": -0.2,
    "p": 0.004,
    "detectable": 0.5,
    "mean_first": 4.0,
    "mean_last": 4.2,
    "change_relative": -0.15,
    "change_relative_low": -0.25,
    "change_relative_high": -0.05,
    "change_relative_p": 0.005,
    "q": 0.02,
    "detectable_relative": 0.13,
    "strata": "none",
    "confidence": 0.95,
}
NAN = float("nan")
GAP = "the gap in ties to leaders between women and men"
UNTIL = f"Between July and December 2024, {GAP}"
SIZES = "6 windows; 141 women, 309 men"
AGAINST = "and against the average of all compared by 15 % of it (5 % to 25 %; "
CLOSED = {
    "change": 0.6, "change_low": 0.2, "change_high": 1.0, "gap_first": -0.9, "gap_last": -0.3,
    "change_relative": 0.15, "change_relative_low": 0.05, "change_relative_high": 0.25,
}  # fmt: skip
UNTOLD = {"change_relative_p": 0.3, "change_relative_high": 0.04}
SENTENCES = {
    "widened": (
        {},
        f"{UNTIL} widened by 0.6 (95 % interval 0.2 to 1.0), from 0.3 fewer to 0.9 fewer for women, {AGAINST}{SIZES}).",
    ),
    "narrowed": (
        {**CLOSED, "n_undefined": 3},
        f"{UNTIL} narrowed by 0.6 (95 % interval 0.2 to 1.0), from 0.9 fewer to 0.3 fewer for women, {AGAINST}{SIZES}; "
        "3 without a value left out).",
    ),
    "widened, among many differences": (
        {"q": 0.08, "left_out_windows": "2024-03-01 to 2024-03-31; 2024-05-02 to 2024-06-30", "windows": 4},
        f"{UNTIL} widened by 0.6 (95 % interval 0.2 to 1.0), from 0.3 fewer to 0.9 fewer for women, {AGAINST}4 "
        "windows, without March 2024 and 2 May to 30 June 2024 for want of ties; 141 women, 309 men); among all the "
        "differences looked at, this one could still be chance (q = 0.08).",
    ),
    "a p of exactly .1 at confidence .9": (
        {"p": 0.1, "change_relative_p": 0.1, "q": 0.1, "confidence": 0.9},
        f"{UNTIL} widened by 0.6 (90 % interval 0.2 to 1.0), from 0.3 fewer to 0.9 fewer for women, {AGAINST}{SIZES}).",
    ),
    "turned": (
        {"gap_first": 0.2, "p_first": 0.01, "gap_last": -0.4, "strata": "level × function"},
        f"Between July and December 2024, at the same level and in the same function, {GAP} turned round, a change of "
        f"0.6 (95 % interval 0.2 to 1.0), from 0.2 more to 0.4 fewer for women, {AGAINST}{SIZES}).",
    ),
    "from nothing to speak of, on the other side": (
        {"gap_first": 0.002, "p_first": 0.9, "gap_last": -0.598},
        f"{UNTIL} widened by 0.6 (95 % interval 0.2 to 1.0), from 0.002 more to 0.6 fewer for women, {AGAINST}"
        f"{SIZES}).",
    ),
    "to nothing to speak of, on the other side": (
        {**CLOSED, "gap_first": -0.5, "p_first": 0.001, "gap_last": 0.1, "p_last": 0.7},
        f"{UNTIL} narrowed by 0.6 (95 % interval 0.2 to 1.0), from 0.5 fewer to 0.1 more for women, {AGAINST}{SIZES}).",
    ),
    "neither end can be told from none": (
        {"gap_first": 0.3, "gap_last": -0.3, "p_last": 0.2},
        f"{UNTIL} shifted by 0.6 (95 % interval 0.2 to 1.0), from 0.3 more to 0.3 fewer for women, {AGAINST}{SIZES}).",
    ),
    "against the average alone": (
        {"p": 0.2, "change_high": 0.1},
        f"{UNTIL} widened by 15 % of the average of all compared (95 % interval 5 % to 25 %); in itself it went from "
        f"0.3 fewer to 0.9 fewer for women, which cannot be told from no change ({SIZES}).",
    ),
    "against the average without limit": (
        {"p": 0.2, "change_high": 0.1, "change_relative_low": -float("inf")},
        f"{UNTIL} widened by 15 % of the average of all compared (95 % interval at least 5 %); in itself it went from "
        f"0.3 fewer to 0.9 fewer for women, which cannot be told from no change ({SIZES}).",
    ),
    "opposite": (
        {
            **CLOSED,
            "change": -0.6,
            "change_low": -1.0,
            "change_high": -0.2,
            "gap_first": -1.0,
            "gap_last": -1.6,
            "mean_last": 12.0,
            "q": 0.3,
        },
        f"{UNTIL} went from 1.0 fewer to 1.6 fewer for women, but against the average of all compared, which went from "
        "4.0 to 12.0, it moved the other way, by 15 % of it (95 % interval 5 % to 25 %), so whether it widened depends "
        f"on how it is looked at ({SIZES}); among all the differences looked at, this one could still be chance (q = "
        "0.3).",
    ),
    "fell with all ties": (
        {**UNTOLD, "gap_first": -0.9, "gap_last": -0.3, "mean_last": 1.3},
        f"{UNTIL} went from 0.9 fewer to 0.3 fewer for women, but against the average of all compared, which went from "
        "4.0 to 1.3, no change can be told (change 15 % fewer, 95 % interval 25 % fewer to 4 % more; "
        f"{SIZES}).",
    ),
    "in exact proportion, and averages kept back": (
        {**UNTOLD, "change_relative_p": NAN, "mean_first": NAN, "mean_last": NAN},
        f"{UNTIL} went from 0.3 fewer to 0.9 fewer for women, but against the average of all compared no change can be "
        f"told ({SIZES}).",
    ),
    "a share, whose average stayed": (
        {**UNTOLD, "measure": "leader_share", "mean_first": 0.42, "mean_last": 0.422},
        "Between July and December 2024, the gap in the share of influence that comes from leaders between women and "
        "men went from 30.0 percentage points lower to 90.0 percentage points lower for women, but against the average "
        "of all compared, which stayed at 42 %, no change can be told (change 15 % lower, 95 % interval 25 % lower to "
        f"4 % higher; {SIZES}).",
    ),
    "cannot tell": (
        {**UNTOLD, "p": 0.3, "change_high": 0.2, "strata": "level"},
        f"The study cannot tell whether, at the same level, {GAP} changed between July and December 2024 (change for "
        "women 0.6 fewer, 95 % interval 1.0 fewer to 0.2 more; against the average of all compared 15 % fewer, 25 % "
        f"fewer to 4 % more; {SIZES}); only a change of 13 % of that average or more would have been found four times "
        "in five.",
    ),
    "cannot tell, nor how much it could": (
        {"change_relative_p": NAN, "p": 0.3, "change_high": 0.2, "detectable_relative": NAN, "first_day": "2023-07-03"},
        f"The study cannot tell whether {GAP} changed between 3 July 2023 and 31 December 2024 (change for women 0.6 "
        f"fewer, 95 % interval 1.0 fewer to 0.2 more; {SIZES}).",
    ),
    "within a month": (
        {"p": NAN, "first_day": "2024-07-01", "last_day": "2024-07-31"},
        f"Within July 2024, ties to leaders changed by as much for all women and men ({SIZES}).",
    ),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_sentences_to_the_letter(case):
    altered, sentence = SENTENCES[case]
    assert trend_sentence({**ROW, **altered}) == sentence
