"""Gaps, raw and within strata, against definitions worked out person by person."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.access import access_table
from metrics.gaps import GAP_COLUMNS, Comparison, comparison_members, default_measures, gap_table
from metrics.inference import benjamini_hochberg
from ona.model import InfluenceGraph, influence_graph, people_table
from ona.model.groups import with_intersections, with_tenure

FEW = settings(max_examples=25, deadline=None)
WOMEN = Comparison("gender", "woman", "man")


def graph_of(**columns: object) -> InfluenceGraph:
    """A roster without ties; the measures are given beside it."""
    size = len(next(iter(columns.values())))  # type: ignore[arg-type]
    ids = [f"p{i:03d}" for i in range(size)]
    return influence_graph(
        people_table(pd.DataFrame({"person": ids, **columns})), pd.DataFrame({"source": [], "target": []})
    )


def one_gap(graph: InfluenceGraph, values: object, **options: object) -> dict[str, object]:
    """The only row of a table with the only measure 'x'."""
    access = pd.DataFrame({"x": values}, index=graph.persons)
    settled: dict[str, object] = {"comparisons": [WOMEN], "measures": ["x"], "seed": 1, "min_group": 1} | options
    return gap_table(graph, access, **settled).iloc[0].to_dict()  # type: ignore[arg-type]


def test_a_study_worked_by_hand():
    graph = graph_of(
        gender=["woman", "man", "man", "woman", "woman", "man", "woman", "", "man"],
        level=[1, 1, 1, 2, 2, 2, 3, 1, 4],
    )
    values = [1.0, 2.0, 4.0, 5.0, 7.0, 9.0, 3.0, 100.0, 50.0]
    row = one_gap(graph, values, strata=("level",))
    # Women 1, 5, 7, 3; men 2, 4, 9, 50. Level 1: 1 − 3 = −2 for one woman; level 2: 6 − 9 = −3 for two.
    assert (row["n_focal"], row["n_reference"], row["n_undefined"]) == (4, 4, 0)
    assert (row["mean_focal"], row["mean_reference"]) == (4.0, 16.25)
    assert row["difference"] == -12.25
    assert row["ratio"] == pytest.approx(4 / 16.25)
    assert row["adjusted"] == pytest.approx((-2 * 1 + -3 * 2) / 3)
    assert (row["n_informative"], row["n_uninformative"]) == (6, 2)
    # Within cells: men of level 1 give 1 + 1, women of level 2 1 + 1; 6 people in 4 cells.
    assert row["standardised"] == pytest.approx((-8 / 3) / np.sqrt(4 / 2))
    assert row["strata"] == "level"


@pytest.mark.parametrize("interval", ["inverted studentised permutation test", "inverted permutation test"])
def test_p_is_that_of_all_permutations(interval):
    gender = ["woman", "woman", "man", "man", "woman", "man", "man"]
    level = [1, 1, 1, 1, 2, 2, 2]
    values = np.array([0.0, 3.0, 4.0, 5.0, 1.0, 2.0, 7.0])
    graph = graph_of(gender=gender, level=level)
    row = one_gap(graph, values, strata=("level",), permutations=20_000, interval=interval)
    observed = {0, 1, 4}

    def statistic(women, *places):
        """The adjusted difference by its definition, or divided by the root of Σ w² e², e from the stratum's mean."""
        difference = variance = 0.0
        for here in map(list, places):
            hers, his = ([i for i in here if (i in women) == is_hers] for is_hers in (True, False))
            share = len(hers) / len(women)
            difference += share * (values[hers].mean() - values[his].mean())
            distance = values - values[here].mean()
            variance += sum((share / len(group)) ** 2 * (distance[group] ** 2).sum() for group in (hers, his))
        return difference / np.sqrt(variance) if "studentised" in interval else difference

    def share_as_extreme(arrangements, *places):
        drawn, seen = np.array([statistic(set(women), *places) for women in arrangements]), statistic(observed, *places)
        if "studentised" in interval:
            return min(1.0, 2 * min(np.mean(drawn >= seen - 1e-12), np.mean(drawn <= seen + 1e-12)))
        return np.mean(np.abs(drawn) >= abs(seen) - 1e-12)

    within = [(*first, second) for first in combinations(range(4), 2) for second in range(4, 7)]
    for found, exact in (
        (row["p"], share_as_extreme(within, range(4), range(4, 7))),
        (row["p_raw"], share_as_extreme(combinations(range(7), 3), range(7))),
    ):
        assert found == pytest.approx(exact, abs=8 * np.sqrt(exact / 20_000))


@st.composite
def samples(draw: st.DrawFn) -> tuple[InfluenceGraph, np.ndarray]:
    size = draw(st.integers(6, 24))
    gender = [
        "woman",
        "man",
        *draw(st.lists(st.sampled_from(["woman", "man", "other"]), min_size=size - 2, max_size=size - 2)),
    ]
    level = [1, 1, *draw(st.lists(st.integers(1, 3), min_size=size - 2, max_size=size - 2))]
    values = draw(st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0, np.nan]), min_size=size - 2, max_size=size - 2))
    return graph_of(gender=gender, level=level), np.array([0.0, 1.0, *values])


@FEW
@given(sample=samples(), seed=st.integers(0, 9))
def test_the_interval_leaves_0_out_exactly_when_p_is_small(sample, seed):
    graph, values = sample
    row = one_gap(graph, values, strata=("level",), seed=seed, permutations=199, confidence=0.8)
    if not np.isnan(row["p"]):
        assert row["adjusted_low"] <= row["adjusted"] <= row["adjusted_high"]
        outside = row["adjusted_low"] > 1e-9 or row["adjusted_high"] < -1e-9
        assert outside == (row["p"] <= 0.2 + 1e-12)


@FEW
@given(sample=samples())
def test_without_strata_adjusted_is_raw_and_a_shift_of_the_focal_group_is_found(sample):
    graph, values = sample
    row = one_gap(graph, values, strata=(), permutations=99)
    assert row["adjusted"] == pytest.approx(row["difference"])
    assert row["p"] == row["p_raw"] or np.isnan(row["p"])
    shifted = one_gap(graph, values + 3.0 * (graph.people["gender"] == "woman"), strata=("level",), permutations=99)
    plain = one_gap(graph, values, strata=("level",), permutations=99)
    assert shifted["adjusted"] == pytest.approx(plain["adjusted"] + 3.0, nan_ok=True)
    assert shifted["detectable"] == pytest.approx(plain["detectable"], nan_ok=True, abs=1e-9) or np.isnan(plain["p"])


@FEW
@given(sample=samples(), seed=st.integers(0, 99))
def test_the_order_of_people_and_of_the_table_changes_no_effect(sample, seed):
    graph, values = sample
    order = np.random.default_rng(seed).permutation(graph.size)
    access = pd.DataFrame({"x": values}, index=graph.persons)
    options = {
        "comparisons": [WOMEN],
        "measures": ["x"],
        "strata": ("level",),
        "seed": 1,
        "min_group": 1,
        "permutations": 99,
    }
    table = gap_table(graph, access, **options)
    pd.testing.assert_frame_equal(gap_table(graph, access.iloc[order], **options), table)
    new = dict(zip(graph.persons, (f"q{place:03d}" for place in order), strict=True))
    again = gap_table(
        influence_graph(graph.people.rename(index=new).reset_index(), graph.ties), access.rename(index=new), **options
    )
    effects = ["n_focal", "n_reference", "difference", "adjusted", "standardised", "detectable", "n_informative"]
    pd.testing.assert_frame_equal(again[effects], table[effects])


def test_people_without_a_value_are_left_out_and_counted():
    graph = graph_of(gender=["woman"] * 4 + ["man"] * 4, level=[1, 1, 2, 2] * 2)
    row = one_gap(graph, [1.0, np.nan, 3.0, 4.0, 2.0, 3.0, np.nan, np.nan], strata=("level",))
    assert (row["n_focal"], row["n_reference"], row["n_undefined"]) == (3, 2, 3)
    assert (row["mean_focal"], row["mean_reference"]) == (pytest.approx(8 / 3), 2.5)
    # Only level 1 still holds both: 1 − 2.5.
    assert (row["adjusted"], row["n_informative"], row["n_uninformative"]) == (-1.5, 3, 2)


def test_a_measure_too_few_people_have_shows_no_number():
    graph = graph_of(gender=["woman"] * 4 + ["man"] * 4, level=[1] * 8)
    row = one_gap(graph, [1.0, 2.0, np.nan, np.nan, 2.0, 3.0, 4.0, 5.0], min_group=3)
    numbers = [
        "mean_focal",
        "mean_reference",
        "difference",
        "ratio",
        "adjusted",
        "adjusted_low",
        "p",
        "q",
        "p_raw",
        "detectable",
    ]
    assert all(np.isnan(row[name]) for name in numbers)
    assert row["n_focal"] == 2
    assert row["sentence"].startswith("Too few people have a value for 'x' to compare women and men")


def test_where_everybody_is_alike_there_is_nothing_to_test():
    graph = graph_of(gender=["woman"] * 4 + ["man"] * 4, level=[1, 1, 2, 2] * 2)
    row = one_gap(graph, [0.1] * 8, strata=("level",))
    assert (row["difference"], row["adjusted"]) == (0.0, 0.0)
    assert all(np.isnan(row[name]) for name in ("p", "q", "p_raw", "adjusted_low", "adjusted_high", "detectable"))
    by_level = one_gap(graph, [0.1, 0.1, 0.7, 0.7] * 2, strata=("level",))
    assert np.isnan(by_level["p"])
    assert not np.isnan(by_level["p_raw"])


def test_a_measure_nobody_has():
    graph = graph_of(gender=["woman"] * 4 + ["man"] * 4, level=[1, 1, 2, 2] * 2)
    row = one_gap(graph, [np.nan] * 8, strata=("level",))
    assert (row["n_focal"], row["n_reference"], row["n_undefined"]) == (0, 0, 8)
    assert (row["n_informative"], row["n_uninformative"]) == (0, 0)
    assert np.isnan(row["adjusted"])
    assert row["sentence"] == "Nobody compared has a value for 'x', so women and men cannot be compared in it."


def test_a_measure_nobody_comparable_has():
    graph = graph_of(gender=["woman"] * 4 + ["man"] * 4, level=[1, 1, 2, 2] * 2)
    row = one_gap(graph, [1.0, 1.0, np.nan, np.nan, np.nan, np.nan, 2.0, 3.0], strata=("level",))
    assert row["difference"] == -1.5
    assert np.isnan(row["adjusted"])
    assert np.isnan(row["p"])
    assert row["n_informative"] == 0
    assert row["sentence"] == (
        "The study cannot compare women and men at the same level in 'x', because no two of them share a place "
        "(2 women, 2 men; 4 without a value left out)."
    )


def test_too_few_permutations_set_no_limits():
    graph = graph_of(gender=["woman"] * 4 + ["man"] * 4, level=[1] * 8)
    row = one_gap(graph, [1.0, 2.0, 3.0, 9.0, 2.0, 3.0, 4.0, 5.0], permutations=10)
    assert (row["adjusted_low"], row["adjusted_high"]) == (-np.inf, np.inf)


def test_q_is_over_the_whole_table(lazega):
    table = gap_table(
        lazega,
        access_table(lazega),
        comparisons=[WOMEN, Comparison("office", "Hartford")],
        strata=("level",),
        permutations=199,
        seed=1,
    )
    assert list(table) == list(GAP_COLUMNS)
    assert table["q"].tolist() == pytest.approx(benjamini_hochberg(table["p"]).tolist(), nan_ok=True)
    assert table["measure"].tolist() == list(default_measures(lazega)) * 2
    assert not set(table["measure"]) & {"mentors", "sponsors", "mentored_not_sponsored"}


def test_lazega_associates_leader_share(lazega):
    # Mean share of advice sought from partners, computed independently (Lazega 2001): women .5416, men .6281.
    table = gap_table(
        lazega, access_table(lazega), comparisons=[WOMEN], measures=["leader_share"], strata=("level",), seed=1
    )
    row = table.iloc[0]
    assert (row["n_focal"], row["n_reference"]) == (15, 20)
    assert row[["mean_focal", "mean_reference", "difference"]].tolist() == pytest.approx(
        [0.5416, 0.6281, -0.0865], abs=5e-5
    )
    assert row["p"] > 0.05


def test_enron_ties_to_senior_staff(enron):
    people = enron.people.assign(leader=(enron.people["seniority"] == "Senior").to_numpy())
    graph = influence_graph(people, enron.ties)
    access = access_table(graph)
    table = gap_table(
        graph,
        access,
        comparisons=[Comparison("gender", "Female", "Male")],
        measures=["leader_ties"],
        strata=("department",),
        permutations=499,
        seed=1,
    )
    row = table.iloc[0]
    # The same from the list of messages with pandas alone.
    senior = set(people.index[people["leader"]])
    pairs = pd.concat(
        [enron.ties[["source", "target"]], enron.ties[["target", "source"]].set_axis(["source", "target"], axis=1)]
    )
    pairs = pairs[pairs["target"].isin(senior)].drop_duplicates()
    known = pairs.groupby("source").size().reindex(people.index, fill_value=0)
    junior = people[~people["leader"]].assign(known=known)
    means = junior.groupby("gender")["known"].mean()
    within = junior.groupby(["department", "gender"])["known"].mean().unstack()  # noqa: PD010
    women = junior[junior["gender"] == "Female"].groupby("department").size()
    expected = ((within["Female"] - within["Male"]) * women).sum() / women[within["Male"].notna()].sum()
    assert row["difference"] == pytest.approx(means["Female"] - means["Male"])
    assert row["adjusted"] == pytest.approx(expected)


def test_leaders_are_compared_only_when_asked_for():
    graph = graph_of(gender=["woman", "man"] * 3, level=[1] * 6, leader=[True, True, *[False] * 4])
    values = [9.0, 0.0, 1.0, 2.0, 1.0, 2.0]
    assert one_gap(graph, values)["difference"] == -1.0
    assert one_gap(graph, values, among="everyone")["difference"] == pytest.approx(11 / 3 - 4 / 3)


def test_everyone_else_leaves_out_people_whose_group_is_unknown():
    graph = graph_of(gender=["woman", "man", "", "other"])
    focal, reference = comparison_members(graph, Comparison("gender", "woman"), min_group=1)
    assert focal.tolist() == [True, False, False, False]
    assert reference.tolist() == [False, True, False, True]


def test_the_column_compared_is_not_held_equal():
    graph = graph_of(level=[1, 2, 1, 2, 1, 2], function=["x", "x", "x", "y", "y", "y"])
    row = one_gap(graph, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], comparisons=[Comparison("level", "2")])
    assert row["strata"] == "function"
    assert row["reference"] is None or np.isnan(row["reference"])


@pytest.mark.parametrize("reference", [None, "woman × y"])
def test_the_parts_of_an_intersection_are_not_held_equal(reference):
    graph = graph_of(
        gender=["woman", "woman", "man", "man", "woman", "woman"],
        ethnicity=["x", "y", "x", "y", "x", ""],
        level=[1, 1, 1, 1, 2, 2],
    )
    graph = graph.with_people(with_intersections(graph.people, [("gender", "ethnicity")]))
    comparison = Comparison("gender × ethnicity", "woman × x", reference)
    row = one_gap(
        graph, [1.0, 2.0, 4.0, 9.0, 5.0, 7.0], comparisons=[comparison], strata=("gender", "level", "ethnicity")
    )
    assert row["strata"] == "level"
    # Within level 1: 1 against 2, 4 and 9, or against 2 alone. Level 2 holds nobody else whose group is known.
    assert row["adjusted"] == (-1.0 if reference else -4.0)
    assert (row["n_focal"], row["n_uninformative"]) == (2, 1)


def test_tenure_may_be_held_equal():
    graph = graph_of(gender=["woman", "man"] * 3, start=["2023-06-01"] * 2 + ["2015-01-01"] * 2 + [None] * 2)
    graph = graph.with_people(with_tenure(graph.people, last_day=pd.Timestamp("2024-01-01"), years=(1, 5)))
    row = one_gap(graph, [1.0, 2.0, 4.0, 9.0, 5.0, 8.0], strata=("tenure",))
    # Unknown is a band of its own.
    assert (row["adjusted"], row["n_informative"], row["strata"]) == (-3.0, 6, "tenure")
    assert "with the same tenure" in row["sentence"]


def test_progress_is_told():
    told: list[tuple[int, int]] = []
    graph = graph_of(gender=["woman", "man"] * 3, level=[1] * 6)
    one_gap(graph, np.arange(6.0), progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 1), (1, 1)]
