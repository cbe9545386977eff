"""Measures over windows, their change and stability; and what no table of change accepts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import linregress, rankdata, spearmanr

from metrics.centrality import degree, out_strength
from metrics.change import (
    MEASURE_CHANGE_COLUMNS,
    MEASURE_COLUMNS,
    STABILITY_COLUMNS,
    access_changes,
    access_flow_table,
    measure_change,
    measure_stability,
    measures_over_windows,
    network_over_windows,
    newcomer_groups_table,
    newcomers_table,
    tie_survival,
    tie_turnover,
    turnover_people,
)
from metrics.trend import Window
from ona.model import StudyError, influence_graph

DAYS = [("2024-01-01", "2024-03-31"), ("2024-04-01", "2024-06-30"), ("2024-07-01", "2024-09-30")]
PEOPLE = pd.DataFrame({"person": list("abcd"), "start": pd.to_datetime([None, "2019-01-01", None, "2024-05-01"])})


def window(at: int, *ties: str, people: pd.DataFrame = PEOPLE) -> Window:
    table = pd.DataFrame([tuple(tie) for tie in ties], columns=["source", "target"])
    return Window(*DAYS[at], influence_graph(people, table))


def test_measures_are_those_of_each_window_and_of_people_there():
    windows = [window(0, "ab", "ad"), window(1, "ab", "bc", "cd"), window(2)]
    told: list[tuple[int, int]] = []
    table = measures_over_windows(
        windows, {"degree": degree, "out_strength": out_strength}, progress=lambda *at: told.append(at)
    )
    assert tuple(table.columns) == MEASURE_COLUMNS
    assert told[0] == (0, 6)
    assert told[-1] == (6, 6)
    assert table["person"].tolist() == list("abcd") * 6
    assert table["window"].tolist() == [1] * 8 + [2] * 8 + [3] * 8
    assert table["measure"].tolist() == [*["degree"] * 4, *["out_strength"] * 4] * 3
    for at, each in enumerate(windows, start=1):
        found = table[(table["window"] == at) & (table["measure"] == "degree")].set_index("person")["value"]
        expected = degree(each.graph).where((each.graph.persons != "d") | (at > 1))
        pd.testing.assert_series_equal(found, expected, check_names=False)


def long(values: np.ndarray) -> pd.DataFrame:
    """A long table of windows × people."""
    windows, people = values.shape
    return pd.DataFrame(
        {
            "person": [f"p{i:02d}" for i in range(people)] * windows,
            "window": np.repeat(np.arange(1, windows + 1), people),
            "measure": "leader_ties",
            "value": values.ravel(),
        }
    )


@settings(max_examples=100, deadline=None)
@given(
    values=st.tuples(st.integers(2, 4), st.integers(1, 12)).flatmap(
        lambda shape: arrays(float, shape, elements=st.sampled_from([0.0, 0.1, 1.0, 2.5, 7.0, np.nan]))
    )
)
def test_changes_ranks_and_stability_are_those_of_scipy(values):
    table = long(values)
    changes = measure_change(table.sample(frac=1, random_state=1))
    assert tuple(changes.columns) == MEASURE_CHANGE_COLUMNS
    assert changes["person"].tolist() == sorted(set(table["person"]))
    first, last = values[0], values[-1]
    both = ~np.isnan(first) & ~np.isnan(last)
    np.testing.assert_allclose(changes["difference"], last - first)
    assert changes["rank_change"].isna().tolist() == (~both | (both.sum() < 2)).tolist()
    if both.sum() > 1:
        ranks = (rankdata(last[both]) - rankdata(first[both])) / (both.sum() - 1)
        np.testing.assert_allclose(changes["rank_change"][both], ranks, atol=1e-12)
    if both.sum() > 2 and np.ptp(first[both]) > 0:
        line = linregress(first[both], last[both])
        np.testing.assert_allclose(changes["expected_last"][both], line.intercept + line.slope * first[both], atol=1e-9)
        assert changes["beyond_expected"].sum() == pytest.approx(0, abs=1e-9)
    else:
        assert changes["beyond_expected"].isna().all()
    stability = measure_stability(table)
    assert tuple(stability.columns) == STABILITY_COLUMNS
    for at, row in stability.iterrows():
        one, other = values[at], values[at + 1]
        both = ~np.isnan(one) & ~np.isnan(other)
        assert row["people"] == both.sum()
        if both.sum() > 2 and np.ptp(one[both]) > 0 and np.ptp(other[both]) > 0:
            assert row["stability"] == pytest.approx(spearmanr(one[both], other[both]).statistic, abs=1e-9)
        else:
            assert np.isnan(row["stability"])


def test_extremes_fall_back_though_nothing_changes():
    """The same people measured twice with noise: the highest fall, and what is left of the line does not show it."""
    rng = np.random.default_rng(1)
    usual = rng.normal(10, 1, 4000)
    changes = measure_change(long(usual + rng.normal(0, 1, (2, 4000))))
    high = changes["first"] > changes["first"].quantile(0.9)
    assert changes.loc[high, "difference"].mean() < -0.8
    assert abs(changes.loc[high, "beyond_expected"].mean()) < 0.1


ONE = [window(0, "ab")]
TWO = [window(0, "ab"), window(1, "ab")]
OTHERS = influence_graph(PEOPLE.assign(leader=[True, False, False, False]), TWO[0].graph.ties)
FEW = influence_graph(PEOPLE.iloc[:3], TWO[0].graph.ties)


@pytest.mark.parametrize("build", [tie_turnover, tie_survival, turnover_people, access_changes, newcomers_table])
@pytest.mark.parametrize(
    ("windows", "why"),
    [
        ([], "at least 2 windows"),
        (ONE, "at least 2 windows"),
        (TWO[::-1], "before the one until 2024-06-30 has ended"),
        ([TWO[0], TWO[0]], "begins before the one until"),
        ([TWO[0], Window(*DAYS[1], OTHERS)], "other people or leaders"),
        ([TWO[0], Window(*DAYS[1], FEW)], "other people or leaders"),
        ([TWO[0], Window("2024-05-01", "2024-04-01", TWO[1].graph)], "ends on 2024-04-01, before it begins"),
    ],
)
def test_windows_that_cannot_be_compared_are_refused(build, windows, why):
    with pytest.raises(StudyError, match=why):
        build(windows)


def test_questions_that_cannot_be_answered_are_refused():
    with pytest.raises(StudyError, match="at least one window"):
        network_over_windows([])
    with pytest.raises(StudyError, match="at least one window"):
        measures_over_windows([], {"degree": degree})
    with pytest.raises(StudyError, match="no measure is named"):
        measures_over_windows(ONE, {})
    with pytest.raises(StudyError, match="'degree' gives no Series"):
        measures_over_windows(ONE, {"degree": lambda graph: degree(graph).to_numpy()})  # type: ignore[dict-item]
    with pytest.raises(StudyError, match="'degree' says nothing of person 'a'"):
        measures_over_windows(ONE, {"degree": lambda graph: degree(graph).iloc[1:]})
    for build in (measure_change, measure_stability):
        with pytest.raises(StudyError, match="at least 2 windows"):
            build(measures_over_windows(ONE, {"degree": degree}))
    with pytest.raises(StudyError, match="no column 'job'"):
        network_over_windows(ONE, column="job")
    with pytest.raises(StudyError, match="no column 'job'"):
        tie_turnover(TWO, columns=["job"])
    with pytest.raises(StudyError, match="'degree' is not a measure of ties"):
        access_changes(TWO, measures=["degree"])
    with pytest.raises(StudyError, match="no column 'job'"):
        access_flow_table(access_changes(TWO), TWO[0].graph, columns=["job"])
    with pytest.raises(StudyError, match="0 times the peers' contacts"):
        newcomers_table(TWO, contacts=0)
    unknown, new = PEOPLE.drop(columns="start"), PEOPLE.assign(start=pd.Timestamp("2024-02-01"))
    with pytest.raises(StudyError, match="does not say when anybody started"):
        newcomers_table([window(0, people=unknown), window(1, people=unknown)])
    with pytest.raises(StudyError, match="nobody in the roster started before 2024-01-01"):
        newcomers_table([window(0, people=new), window(1, people=new)])
    newcomers = newcomers_table(TWO)
    assert newcomers.index.tolist() == ["d"]
    with pytest.raises(StudyError, match="there are no newcomers"):
        newcomer_groups_table(newcomers.iloc[:0], TWO[0].graph, columns=[], seed=1)
    with pytest.raises(StudyError, match="newcomer 'd' is not in the roster"):
        newcomer_groups_table(newcomers, FEW, columns=[], seed=1)
