"""Newcomers followed window by window, and the survival analysis behind the table of groups."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from metrics.change import NEWCOMER_COLUMNS, NEWCOMER_GROUP_COLUMNS, newcomer_groups_table, newcomers_table
from metrics.change.survival import kaplan_meier, log_rank, median_time, rate_ratio, share_by
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


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**6), size=st.integers(4, 40), strata=st.integers(1, 3))
def test_the_log_rank_test_is_that_of_statsmodels_before_it_is_shuffled(seed, size, strata):
    times, happened = followed(seed, size)
    rng = np.random.default_rng(seed)
    focal, held = rng.random(size) < 0.5, rng.integers(0, strata, size)
    found = log_rank(times, happened, focal, held, permutations=1, seed=1)
    both = [s for s in range(strata) if 0 < focal[held == s].sum() < (held == s).sum()]
    counted = np.isin(held, both)
    assert (found.focal, found.reference) == ((focal & counted).sum(), (~focal & counted).sum())
    assert found.observed == (happened & focal & counted).sum()
    if not found.variance:
        assert np.isnan(found.p)
        assert np.isnan(rate_ratio(found, confidence=0.95)).all()
        return
    chi_square, _ = survdiff(
        times[counted], happened[counted].astype(int), focal[counted].astype(int), strata=held[counted]
    )
    assert (found.observed - found.expected) ** 2 / found.variance == pytest.approx(chi_square, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_the_p_of_the_log_rank_test_is_that_over_every_arrangement(seed):
    times, happened = followed(seed, 8)
    happened[:3] = True
    focal = np.arange(8) < 3
    found = log_rank(times, happened, focal, np.zeros(8, int), permutations=20_000, seed=1)

    def statistic(members: np.ndarray) -> float:
        one = log_rank(times, happened, members, np.zeros(8, int), permutations=1, seed=1)
        return (one.observed - one.expected) / one.variance**0.5 if one.variance else 0.0

    every = [abs(statistic(np.isin(np.arange(8), members))) for members in combinations(range(8), 3)]
    p = np.mean(np.array(every) >= abs(statistic(focal)) - 1e-10)
    assert found.p == pytest.approx(p, abs=0.015)


@pytest.mark.parametrize("longest", [40.0, 12.0])
def test_groups_that_do_not_differ_are_seldom_told_apart(longest):
    """Also where one group was followed for less long than the other."""
    found = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        focal, strata = rng.random(40) < 0.4, rng.integers(0, 3, 40)
        wait = 4 * np.ceil(rng.exponential(8.0 - strata) / 4)
        followed = 1 + rng.random(40) * np.where(focal, longest, 40.0)
        happened = wait <= followed
        found.append(
            log_rank(np.where(happened, wait, followed), happened, focal, strata, permutations=199, seed=seed).p
        )
    # 5 % of 200 are 10, with a standard deviation of 3.
    assert 2 <= np.sum(np.array(found) <= 0.05) <= 19


def test_nothing_to_shuffle_is_no_test():
    same = log_rank(np.ones(6), np.ones(6, bool), np.arange(6) < 3, np.zeros(6, int), permutations=99, seed=1)
    assert np.isnan(same.p)
    apart = log_rank(np.arange(6.0), np.ones(6, bool), np.arange(6) < 3, np.arange(6) // 3, permutations=99, seed=1)
    assert (apart.focal, apart.reference) == (0, 0)
    assert np.isnan(apart.p)


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
