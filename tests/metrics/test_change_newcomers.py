"""Newcomers followed window by window, and the survival analysis behind the table of groups."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from metrics.change import NEWCOMER_COLUMNS, NEWCOMER_GROUP_COLUMNS, newcomer_groups_table, newcomers_table
from metrics.change.survival import (
    interval_scores,
    kaplan_meier,
    median_time,
    rate_ratio,
    score_test,
    share_by,
)
from metrics.trend import Window
from ona.model import influence_graph

DAYS = [
    ("2024-01-01", "2024-01-28"),
    ("2024-01-29", "2024-02-25"),
    ("2024-02-26", "2024-03-24"),
    ("2024-03-25", "2024-04-21"),
]


def followed(seed: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Whole weeks, many of them equal, and whether it had happened by then."""
    rng = np.random.default_rng(seed)
    return rng.integers(1, 9, size).astype(float), rng.random(size) < rng.random()


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(1, 40))
def test_the_curve_its_median_and_limits_are_those_of_statsmodels(seed, size):
    times, happened = followed(seed, size)
    curve = kaplan_meier(times, happened)
    if not happened.any():
        assert len(curve) == 0
        assert np.isnan(median_time(curve, confidence=0.95)).all()
        return
    with np.errstate(all="ignore"):
        other = SurvfuncRight(times, happened.astype(int))
        low, high = other.quantile_ci(0.5, method="cloglog")
    rows = other.n_events > 0
    np.testing.assert_allclose(curve["time"], other.surv_times[rows])
    np.testing.assert_allclose(curve["survival"], other.surv_prob[rows], atol=1e-12)
    np.testing.assert_array_equal(curve["at_risk"], other.n_risk[rows])
    left = curve["survival"].to_numpy() > 0
    np.testing.assert_allclose(curve["error"][left], other.surv_prob_se[rows][left], atol=1e-12)
    found = median_time(curve, confidence=0.95)
    if not np.isclose(curve["survival"], 0.5).any():
        # Where S is ½ exactly, half are there: statsmodels goes on to the next time.
        np.testing.assert_equal(found.value, other.quantile(0.5))
    np.testing.assert_equal((found.low, found.high), (low, high))


def test_the_curve_of_the_paper():
    """Kaplan & Meier 1958, section 2: deaths at 0.8, 3.1, 5.4, 9.2, losses at 1.0, 2.7, 7.0, 12.1."""
    times = np.array([0.8, 1.0, 2.7, 3.1, 5.4, 7.0, 9.2, 12.1])
    died = np.array([True, False, False, True, True, False, True, False])
    np.testing.assert_allclose(kaplan_meier(times, died)["survival"], [7 / 8, 7 / 10, 21 / 40, 21 / 80])


def test_shares_by_a_time():
    curve = kaplan_meier(np.array([2.0, 4.0, 4.0, 6.0]), np.array([True, True, False, False]))
    assert share_by(curve, 1.0, followed=6.0, confidence=0.95).value == 0.0
    assert share_by(curve, 4.0, followed=6.0, confidence=0.95).value == pytest.approx(0.5)
    assert np.isnan(share_by(curve, 7.0, followed=6.0, confidence=0.95)).all()
    done = kaplan_meier(np.array([2.0, 4.0]), np.array([True, True]))
    assert share_by(done, 9.0, followed=4.0, confidence=0.95).value == 1.0
    # By hand: S = .6, its error .1549, 1.96 × .1549 / (.6 × |ln .6|) = .9906, and .6 to the power e^±.9906.
    share = share_by(kaplan_meier(np.arange(1.0, 11.0), np.ones(10, bool)), 4.0, followed=10.0, confidence=0.95)
    np.testing.assert_allclose(share, [0.4, 1 - 0.827, 1 - 0.253], atol=5e-4)


def windowed(seed: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Intervals of different grids, some of them open."""
    rng = np.random.default_rng(seed)
    wait, phase = 1 + rng.exponential(10.0, size), rng.integers(1, 5, size).astype(float)
    low = np.maximum(phase + 4 * np.floor((wait - phase) / 4), 0.0)
    high = phase + 4 * (np.floor((wait - phase) / 4) + 1)
    end = phase + 4 * rng.integers(1, 6, size)
    return np.where(high <= end, low, end), np.where(high <= end, high, np.inf)


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(2, 40))
def test_scores_on_one_grid_are_those_of_the_curve(seed, size):
    """Where all are looked at on the same days the estimate is Kaplan and Meier's, and everything is known of it."""
    times, happened = followed(seed, size)
    low, high = np.where(happened, times - 1, times), np.where(happened, times, np.inf)
    found = interval_scores(low, high)
    assert found.sum() == pytest.approx(0, abs=1e-4)
    curve = kaplan_meier(times, happened)

    def at(time: float) -> float:
        before = curve["survival"][curve["time"] <= time]
        return float(before.iloc[-1]) if len(before) else 1.0

    for score, start, end in zip(found, low, high, strict=True):
        one, other = at(start), at(end) if np.isfinite(end) else 0.0
        if one == 0:
            continue
        # By how much the logarithm of the likelihood rises with that of the person's rate.
        step = 1e-6
        up, down = (np.log(one ** np.exp(by) - other ** np.exp(by)) for by in (step, -step))
        assert score == pytest.approx((up - down) / (2 * step), abs=1e-3)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(2, 12))
def test_sooner_is_higher_and_scores_add_up_to_nothing(seed, size):
    low, high = windowed(seed, size)
    found = interval_scores(low, high)
    assert found.sum() == pytest.approx(0, abs=1e-3)
    # Who is known to have been sooner has the higher score.
    for a, b in combinations(range(size), 2):
        if high[a] <= low[b]:
            assert found[a] >= found[b] - 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_the_p_of_scores_is_that_over_every_arrangement(seed):
    scores = interval_scores(*windowed(seed, 10))
    focal, held = np.isin(np.arange(10), [0, 1, 2, 8]), np.arange(10) // 6
    found = score_test(scores, focal, held, permutations=20_000, seed=1)
    rest = scores - np.array([scores[held == s].mean() for s in held])
    part = np.array([focal[held == s].mean() for s in held])

    def statistic(members: np.ndarray) -> float:
        variance = (np.where(members, 1 - part, part) ** 2 * rest**2).sum()
        return abs(rest[members].sum()) / variance**0.5

    every = [np.isin(np.arange(10), [*first, other]) for first in combinations(range(6), 3) for other in range(6, 10)]
    values = np.array([statistic(members) for members in every])
    assert found.p == pytest.approx(np.mean(values >= statistic(focal) - 1e-10), abs=0.015)
    sums = np.array([rest[members].sum() for members in every])
    assert (found.away, found.variance) == pytest.approx((rest[focal].sum(), sums.var()))
    assert (found.focal, found.reference) == (4, 6)


@pytest.mark.parametrize("rising", [False, True])
@pytest.mark.parametrize("days", [((0, 28), (0, 28)), ((0, 2), (0, 28)), ((1, 4), (22, 27))])
def test_groups_that_do_not_differ_are_seldom_told_apart(days, rising):
    """Also where one group begins on other days of a window than the other."""
    found = []
    for seed in range(120):
        rng = np.random.default_rng(seed)
        focal = np.arange(60) < 30
        start = np.where(focal, rng.integers(*days[0], 60), rng.integers(*days[1], 60)) + 28 * rng.integers(0, 4, 60)
        wait = 70 * rng.weibull(2, 60) if rising else rng.exponential(60, 60)
        window = np.floor((start + np.floor(wait)) / 28)
        seen = window < 8
        low = np.where(seen, np.maximum(28 * window - start, 0), 224 - start) / 7
        scores = interval_scores(low, np.where(seen, (28 * (window + 1) - start) / 7, np.inf))
        found.append(score_test(scores, focal, np.zeros(60, int), permutations=99, seed=seed).p)
    # 5 % of 120 are 6, with a standard deviation of 2.4.
    assert np.sum(np.array(found) <= 0.05) <= 14


def test_nothing_to_shuffle_is_no_test():
    alike = interval_scores(np.zeros(6), np.ones(6))
    assert np.isnan(score_test(alike, np.arange(6) < 3, np.zeros(6, int), permutations=99, seed=1).p)
    assert not interval_scores(np.array([1.0, 2.0]), np.full(2, np.inf)).any()
    assert len(interval_scores(np.zeros(0), np.zeros(0))) == 0
    apart = score_test(np.arange(6.0), np.arange(6) < 3, np.arange(6) // 3, permutations=99, seed=1)
    assert (apart.focal, apart.reference) == (0, 0)
    assert np.isnan(apart.p)
    assert np.isnan(rate_ratio(apart, confidence=0.95)).all()


def company(newcomers: int, *, slow: int = 0, seed: int = 1) -> list[Window]:
    """Ten established people who all know one another, and newcomers who meet one of them a week, slow ones later."""
    rng = np.random.default_rng(seed)
    old, new = [f"a{i}" for i in range(10)], [f"n{i:02d}" for i in range(newcomers)]
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 56, newcomers), unit="D")
    people = pd.DataFrame(
        {
            "person": old + new,
            "start": [pd.Timestamp("2019-01-01")] * 10 + start.tolist(),
            "level": 1,
            "function": "f",
            "gender": ["man"] * 10 + ["woman" if i % 2 else "man" for i in range(newcomers)],
            "leader": [True] + [False] * (9 + newcomers),
            "manager": [""] * (10 + newcomers),
        }
    )
    known = [(a, b) for at, a in enumerate(old) for b in old[at + 1 :]]
    windows = []
    for first, last in DAYS:
        ties = list(known)
        for at, name in enumerate(new):
            weeks = (pd.Timestamp(last) - start[at]).days // 7 - (slow if at % 2 else 0)
            ties += [(name, other) for other in old[::-1][: max(min(weeks, 10), 0)]]
        windows.append(Window(first, last, influence_graph(people, pd.DataFrame(ties, columns=["source", "target"]))))
    return windows


@pytest.mark.parametrize("contacts", [0.5, 1.0])
def test_newcomers_are_those_of_a_walk_through_the_windows(contacts):
    windows = company(12)
    table = newcomers_table(windows, contacts=contacts)
    assert tuple(table.columns) == NEWCOMER_COLUMNS
    graph = windows[0].graph
    assert table.index.tolist() == [f"n{i:02d}" for i in range(12)]
    assert (table["peers"] == 10).all()
    reached: dict[str, int] = {}
    met: dict[str, int] = {}
    for at, window in enumerate(windows):
        around = {p: set() for p in graph.persons}
        there = graph.people["start"] <= window.last_day
        for a, b in zip(window.graph.arcs["source"], window.graph.arcs["target"], strict=True):
            if there[a] and there[b]:
                around[a].add(b)
                around[b].add(a)
        aim = contacts * np.median([len(around[f"a{i}"]) for i in range(10)])
        for person in table.index:
            if there[person] and len(around[person]) >= aim:
                reached.setdefault(person, at)
            if there[person] and "a0" in around[person]:
                met.setdefault(person, at)
    for person, row in table.iterrows():
        start, end = row["start"], pd.Timestamp(DAYS[-1][1])
        assert row["weeks_observed"] == ((end - start).days + 1) / 7
        for found, names in (
            (reached, ("integrated", "weeks_low", "weeks_high")),
            (met, ("leader_met", "leader_weeks_low", "leader_weeks_high")),
        ):
            happened, low, high = row[list(names)]
            assert happened == (person in found)
            if not happened:
                assert (low, high) == (row["weeks_observed"], np.inf)
                continue
            at = found[str(person)]
            assert high == ((pd.Timestamp(DAYS[at][1]) - start).days + 1) / 7
            before = (pd.Timestamp(DAYS[at - 1][1]) - start).days + 1 if at else 0
            assert low == max(before, 0) / 7
    assert table["window"].isna().tolist() == (~table["integrated"]).tolist()


def test_a_time_without_newcomers_has_an_empty_table():
    windows = company(4)[:2]
    later = [Window(f"2025-0{at}-01", f"2025-0{at}-28", w.graph) for at, w in enumerate(windows, start=1)]
    table = newcomers_table(later)
    assert (len(table), tuple(table.columns)) == (0, NEWCOMER_COLUMNS)


def test_peers_are_of_the_same_place_where_there_are_enough():
    people = pd.DataFrame(
        {
            "person": [f"a{i}" for i in range(9)] + ["n0", "n1", "n2"],
            "start": pd.to_datetime(["2019-01-01"] * 8 + [None] + ["2024-01-02"] * 3),
            "level": [1] * 6 + [2] * 3 + [1, 2, 1],
        }
    )
    # People of level 1 know nobody, those of level 2 one another.
    ties = pd.DataFrame({"source": ["a6", "a7", "a8", "n0"], "target": ["a7", "a8", "a6", "n1"]})
    windows = [Window(*when, influence_graph(people, ties)) for when in DAYS[:2]]
    table = newcomers_table(windows)
    assert table["peers"].tolist() == [6, 9, 6]
    assert table["peer_group"].tolist() == ["level", "everybody", "level"]
    # A median of none asks for one contact all the same.
    assert table["integrated"].tolist() == [True, True, False]
    assert newcomers_table(windows, strata=())["peer_group"].tolist() == ["everybody"] * 3
    assert newcomers_table(windows, fewest_peers=3)["integrated"].tolist() == [True, False, False]


def test_slower_newcomers_are_found():
    steps: list[tuple[int, int]] = []
    windows = company(40, slow=3)
    newcomers = newcomers_table(windows, contacts=0.1, progress=lambda *at: steps.append(at))
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    table = newcomer_groups_table(newcomers, windows[-1].graph, columns=["gender"], seed=1)
    assert tuple(table.columns) == NEWCOMER_GROUP_COLUMNS
    assert table["group"].tolist() == ["all newcomers", "man", "woman"] * 2
    men, women = (table[(table["outcome"] == "contacts") & (table["group"] == g)].iloc[0] for g in ("man", "woman"))
    assert (women["newcomers"], women["rest"]) == (20, 20)
    assert women["median_weeks"] > men["median_weeks"] == women["rest_median_weeks"]
    assert women["median_earliest"] < women["median_weeks"]
    assert women["p"] == men["p"] <= 0.01
    assert women["rate_ratio"] == pytest.approx(1 / men["rate_ratio"])
    assert women["rate_high"] < 1
    assert "They get there more slowly" in women["sentence"]
    again = newcomer_groups_table(newcomers, windows[-1].graph, columns=["gender"], seed=1)
    pd.testing.assert_frame_equal(table, again)


def test_few_newcomers_are_counted_and_not_compared():
    windows = company(8)
    newcomers = newcomers_table(windows)
    table = newcomer_groups_table(newcomers, windows[-1].graph, columns=["gender"], seed=1)
    women = table[table["group"] == "woman"].iloc[0]
    assert women["newcomers"] == 4
    assert women[["median_weeks", "share_by", "rest_median_weeks", "rate_ratio", "p"]].isna().all()
    assert "Too few can be compared" in women["sentence"]


def test_newcomers_under_other_names_and_stronger_ties():
    windows = company(10)
    expected = newcomers_table(windows, contacts=0.7)
    stronger = [Window(w.first_day, w.last_day, w.graph.with_ties(w.graph.ties.assign(strength=2e12))) for w in windows]
    pd.testing.assert_frame_equal(newcomers_table(stronger, contacts=0.7), expected)
    new = {old: f"q{len(windows[0].graph.persons) - at:02d}" for at, old in enumerate(windows[0].graph.persons)}
    others = [Window(w.first_day, w.last_day, w.graph.relabel(new)) for w in windows]
    found = newcomers_table(others, contacts=0.7)
    pd.testing.assert_frame_equal(found.loc[[new[old] for old in expected.index]], expected.rename(index=new))
