"""Visibility and representation, against shares counted person by person and all arrangements of the labels."""

from __future__ import annotations

from itertools import combinations, product
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics._top_shares import chances_of, ranked_people, simultaneous_band
from metrics.centrality import influence as influence_of
from metrics.inference import stratified_permutations
from metrics.visibility import (
    REPRESENTATION_COLUMNS,
    VISIBILITY_COLUMNS,
    VISIBILITY_CURVE_COLUMNS,
    representation_table,
    visibility_tables,
)
from metrics.words.visibility import visibility_sentence
from ona.model import InfluenceGraph, StudyError, influence_graph, people_table

FEW = settings(max_examples=15, deadline=None)
NAN = float("nan")
NO_TIES = pd.DataFrame({"source": [], "target": []})


def study(**columns: object) -> InfluenceGraph:
    """People without ties, in the order of the columns given."""
    size = len(next(iter(columns.values())))
    return influence_graph(pd.DataFrame({"person": [f"p{i:04d}" for i in range(size)], **columns}), NO_TIES)


def series(graph: InfluenceGraph, values: object) -> pd.Series:
    return pd.Series(np.asarray(values, float), index=graph.persons)


def shares_of_places(values: np.ndarray, top: int) -> np.ndarray:
    """The share of the top's places that each person holds, from who stands above and who beside them."""
    places = top * len(values) / 100
    above = np.array([(values > value).sum() for value in values])
    equal = np.array([(values == value).sum() for value in values])
    return np.clip((places - above) / equal, 0.0, 1.0) / places


@st.composite
def rankings(draw: st.DrawFn, *, least: int = 2, most: int = 30) -> tuple[InfluenceGraph, pd.Series]:
    size = draw(st.integers(least, most))
    values = draw(st.lists(st.sampled_from([0.5, 1.0, 1.5, 2.0, 3.0, 4.5, 7.0]), min_size=size, max_size=size))
    groups = [draw(st.sampled_from(["x", "y", "z", None])) for _ in range(size)]
    graph = study(team=groups, site=[draw(st.sampled_from(["n", "s"])) for _ in range(size)])
    return graph, series(graph, values)


@FEW
@given(case=rankings())
def test_shares_are_counted_person_by_person(case):
    graph, influence = case
    found = visibility_tables(
        graph, influence, columns=["team"], seed=1, strata=["site"], permutations=3, min_group=1
    ).curve
    team = graph.people["team"]
    known = team.notna().to_numpy()
    values = influence.to_numpy()[known]
    for group, rows in found.groupby("group"):
        members = (team == group).to_numpy(bool)[known]
        assert rows["top"].tolist() == list(range(1, 101))
        for row in rows.iloc[[0, 1, 4, 9, 16, 24, 32, 49, 66, 74, 89, 99]].itertuples():
            assert row.share == pytest.approx(shares_of_places(values, row.top) @ members, abs=1e-9)
            assert row.places == pytest.approx(row.top * known.sum() / 100)
            assert row.people_top == pytest.approx(row.share * row.places, abs=1e-6)


def test_equals_share_the_last_places_by_hand():
    # Four places: the first for a woman; the next four people are equal, so each holds 3/4 of a place.
    graph = study(gender=["woman", "man", "man", "woman", "man", "woman", "man", "woman"])
    found = visibility_tables(
        graph, series(graph, [9, 5, 5, 5, 5, 1, 1, 1]), columns=["gender"], seed=1, strata=(), min_group=4
    ).curve
    half = found[found["top"] == 50].set_index("group")
    assert half["people_top"].tolist() == pytest.approx([9 / 4, 1 + 3 / 4])
    assert half["share"].tolist() == pytest.approx([9 / 16, 7 / 16])
    # Less than one place: it is the woman's alone.
    first = found[found["top"] == 12].set_index("group")
    assert first["places"].tolist() == pytest.approx([0.96, 0.96])
    assert first["share"].tolist() == [0.0, 1.0]


@FEW
@given(case=rankings())
def test_everybody_is_in_the_top_100_and_groups_add_up(case):
    graph, influence = case
    found = visibility_tables(graph, influence, columns=["team"], seed=1, strata=["site"], permutations=9, min_group=1)
    curve, people = found.curve, graph.people["team"].value_counts()
    if found.summary.empty:
        assert len(people) < 2
        return
    last = curve[curve["top"] == 100].set_index("group")
    for name in ("share", "expected", "low", "high"):
        assert last[name].tolist() == pytest.approx((people / people.sum())[last.index].tolist())
    assert curve.groupby("top")["share"].sum().tolist() == pytest.approx([1.0] * 100)
    assert (curve.groupby("group")["people_top"].diff().dropna() >= -1e-6).all()
    inside = curve[curve["expected_within"].notna()]
    assert (inside["low_within"] <= inside["high_within"]).all()
    assert inside.loc[inside["top"] == 100, "expected_within"].tolist() == pytest.approx(
        last.loc[inside.loc[inside["top"] == 100, "group"], "share"].tolist()
    )
    summary = found.summary.set_index("group")
    assert summary["people"].to_dict() == people[summary.index].to_dict()
    means = (curve["share"] - curve["expected"]).groupby(curve["group"]).mean()
    assert summary["mean_deviation"].tolist() == pytest.approx(means[summary.index].tolist(), abs=1e-9)
    at_ten = curve[curve["top"] == 10].set_index("group")
    for name, of_curve in {"share_top_10": "share", "expected_top_10_within": "expected_within"}.items():
        assert summary[name].tolist() == pytest.approx(at_ten.loc[summary.index, of_curve].tolist(), nan_ok=True)


def arrangements(members: np.ndarray, strata: np.ndarray) -> list[np.ndarray]:
    """Every way to shuffle a group's label within strata."""
    places = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    choices = [list(combinations(at, int(members[at].sum()))) for at in places]
    found = []
    for chosen in product(*choices):
        arrangement = np.zeros(len(members), bool)
        arrangement[[i for part in chosen for i in part]] = True
        found.append(arrangement)
    return found


@pytest.mark.parametrize("held", [(), ("site",)])
def test_chance_is_all_arrangements_of_the_labels(held):
    gender = ["woman", "man", "man", "woman", "man", "man", "woman", "woman", "man"]
    site = ["n", "n", "n", "n", "s", "s", "s", "s", "s"]
    values = np.array([5.0, 9.0, 7.0, 7.0, 2.0, 3.0, 1.0, 2.0, 8.0])
    graph = study(gender=gender, site=site)
    found = visibility_tables(
        graph, series(graph, values), columns=["gender"], seed=5, strata=held, permutations=2000, min_group=4
    )
    members = np.array(gender) == "woman"
    strata = np.array(site) if held else np.zeros(9)
    held_by = np.array([shares_of_places(values, top) for top in range(1, 101)])
    curves = np.array(arrangements(members, strata)) @ held_by.T
    women = found.curve[found.curve["group"] == "woman"]
    expected = women["expected_within"].to_numpy()
    np.testing.assert_allclose(expected, curves.mean(axis=0), atol=1e-9)
    deviations = (curves - expected).mean(axis=1)
    row = found.summary.set_index("group").loc["woman"]
    assert row["mean_deviation_within"] == pytest.approx((women["share"] - expected).mean())
    exact = (np.abs(deviations) >= abs(row["mean_deviation_within"]) - 1e-12).mean()
    assert row["p_within"] == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 2000) + 1e-3)
    # No arrangement lies outside the span of all, and no random band reaches further than that.
    assert (women["low_within"].to_numpy() >= curves.min(axis=0) - 1e-9).all()
    assert (women["high_within"].to_numpy() <= curves.max(axis=0) + 1e-9).all()


def test_two_groups_mirror_each_other():
    rng = np.random.default_rng(3)
    graph = study(gender=rng.choice(["woman", "man"], 80), level=rng.integers(1, 4, 80))
    found = visibility_tables(graph, series(graph, rng.random(80)), columns=["gender"], seed=2, permutations=199)
    man, woman = (found.summary.iloc[k] for k in (0, 1))
    for name in ("mean_deviation", "mean_deviation_within"):
        assert man[name] == pytest.approx(-woman[name])
    assert (man["p"], man["p_within"]) == (woman["p"], woman["p_within"])
    rows = [rows.reset_index(drop=True) for _, rows in found.curve.groupby("group")]
    for low, high in (("low", "high"), ("low_within", "high_within")):
        np.testing.assert_allclose(rows[0][low], 1 - rows[1][high], atol=1e-9)


def test_the_smaller_of_two_groups_tells_and_both_are_one_test():
    rng = np.random.default_rng(5)
    team, site = rng.choice(["x", "y", "z"], 90), rng.choice(["n", "s"], 90, p=[0.6, 0.4])
    graph = study(site=site, team=team)
    found = visibility_tables(
        graph, series(graph, rng.random(90)), columns=["site", "team"], seed=2, strata=["team"], permutations=199
    ).summary
    assert [sentence == "" for sentence in found["sentence"]] == [True, False, False, False, False]
    # Benjamini & Hochberg 1995 over four tests: sites once, three teams.
    p = found["p"].iloc[1:].to_numpy()
    order = np.argsort(p)
    expected = np.empty(4)
    expected[order] = np.minimum.accumulate((p[order] * 4 / np.arange(1, 5))[::-1])[::-1].clip(max=1.0)
    assert found["q"].tolist() == pytest.approx([expected[0], *expected])
    assert found["q_within"].iloc[0] == found["q_within"].iloc[1]
    # A third site, too small for a row, leaves both others with something of their own to tell.
    three = study(site=np.where(np.arange(90) < 2, "w", site))
    said = visibility_tables(three, series(three, rng.random(90)), columns=["site"], seed=2, permutations=19).summary
    assert (said["sentence"] != "").all()


def test_where_a_curve_leaves_its_band():
    rng = np.random.default_rng(1)
    level = np.repeat([1, 2], [200, 100])
    gender = np.where(rng.random(300) < np.where(level == 1, 0.6, 0.2), "woman", "man")
    graph = study(gender=gender, level=level)
    found = visibility_tables(
        graph, series(graph, rng.random(300) + 5 * (level == 2)), columns=["gender"], seed=3, permutations=199
    )
    for row in found.summary.itertuples():
        rows = found.curve[found.curve["group"] == row.group]
        for which, deviation in (("", row.mean_deviation), ("_within", row.mean_deviation_within)):
            below = rows["share"] < rows[f"low{which}"]
            tops = rows["top"][below if deviation < 0 else rows["share"] > rows[f"high{which}"]]
            ends = [tops.min(), tops.max()] if len(tops) else [NAN, NAN]
            assert [getattr(row, f"outside_{end}{which}") for end in ("from", "to")] == pytest.approx(ends, nan_ok=True)
    assert found.summary["outside_from"].notna().all()
    assert found.summary["outside_from_within"].isna().all()


def test_the_exact_expectation_is_what_shuffles_give_on_average():
    rng = np.random.default_rng(8)
    level, group = rng.integers(1, 5, 60), rng.choice(["x", "y", "z"], 60)
    values = rng.random(60) + level
    graph = study(team=group, level=level)
    found = visibility_tables(
        graph, series(graph, values), columns=["team"], seed=1, strata=["level"], permutations=9, min_group=5
    ).curve
    members = (group == "x").astype(int)
    draws = np.concatenate(list(stratified_permutations(members, level, permutations=400, seed=4)))
    for top in (1, 7, 10, 33, 80):
        shares = draws @ shares_of_places(values, top)
        row = found[(found["group"] == "x") & (found["top"] == top)].iloc[0]
        assert row["expected_within"] == pytest.approx(shares.mean(), abs=5 * shares.std() / 20 + 1e-9)
        assert row["expected"] == pytest.approx(members.mean())


def test_fewer_senior_women_are_no_difference_among_people_of_a_level():
    rng = np.random.default_rng(1)
    level = np.repeat([1, 2], [200, 100])
    gender = np.where(rng.random(300) < np.where(level == 1, 0.6, 0.2), "woman", "man")
    graph = study(gender=gender, level=level)
    influence = series(graph, rng.random(300) + 5 * (level == 2))
    found = visibility_tables(graph, influence, columns=["gender"], seed=3, permutations=999)
    woman = found.summary.set_index("group").loc["woman"]
    assert woman["p"] <= 0.002
    assert woman["mean_deviation"] < -0.1
    assert woman["p_within"] > 0.1
    assert abs(woman["mean_deviation_within"]) < 0.03
    rows = found.curve[found.curve["group"] == "woman"]
    assert (rows["share"] < rows["low"]).any()
    assert rows["share"].between(rows["low_within"], rows["high_within"]).all()


def test_a_band_and_a_test_that_are_wrong_one_time_in_twenty():
    rng = np.random.default_rng(11)
    left, small, studies = 0, 0, 400
    for seed in range(studies):
        level = rng.integers(1, 4, 40)
        group = (rng.random(40) < 0.2 + 0.15 * level).astype(int)
        ranked = ranked_people(rng.lognormal(size=40) * level, group, level)
        chance = next(chances_of(ranked, [1], ranked.strata, permutations=99, seed=seed, confidence=0.95))
        left += bool(((chance.share < chance.low) | (chance.share > chance.high)).any())
        small += chance.p <= 0.05
    spread = np.sqrt(0.05 * 0.95 / studies)
    assert left / studies <= 0.05 + 3 * spread
    assert 0.05 - 3 * spread <= small / studies <= 0.05 + 3 * spread


@FEW
@given(data=st.data(), alpha=st.sampled_from([0.05, 0.1, 0.25]), ties=st.booleans())
def test_as_many_curves_leave_the_band_as_it_says(data, alpha, ties):
    seed, size = data.draw(st.integers(0, 9999)), data.draw(st.integers(1, 60))
    rng = np.random.default_rng(seed)
    curves = rng.integers(0, 4, (size + 1, 6)) if ties else rng.random((size + 1, 6))
    low, high = simultaneous_band(curves[0], curves[1:], confidence=1 - alpha)
    left = int(((curves < low) | (curves > high)).any(axis=1).sum())
    most = int(np.floor(alpha * (size + 1) + 1e-9))
    assert left <= most
    if not ties:
        # Without equal values a curve that is left out of the span lies outside it (Mrkvička et al. 2020); curves with
        # equal ranks stay together.
        ranks = np.argsort(np.argsort(curves, axis=0), axis=0)
        nearest = [tuple(row) for row in np.sort(np.minimum(ranks, size - ranks), axis=1)]
        most_extreme = sorted(nearest)
        assert left == sum(1 for row in nearest if sum(other <= row for other in most_extreme) <= most)


@FEW
@given(case=rankings(least=6), seed=st.integers(0, 99))
def test_ids_have_no_part_in_it(case, seed):
    graph, influence = case
    options = {"columns": ["team"], "seed": 4, "strata": ["site"], "permutations": 19, "min_group": 2}
    before = visibility_tables(graph, influence, **options)
    places = np.random.default_rng(seed).permutation(graph.size)
    new = pd.Series([f"q{place:03d}" for place in places], index=graph.persons)
    after = visibility_tables(graph.relabel(new), influence.rename(index=new)[::-1], **options)
    pd.testing.assert_frame_equal(after.summary, before.summary)
    pd.testing.assert_frame_equal(after.curve, before.curve)
    scaled = visibility_tables(graph, 3 * influence, **options)
    pd.testing.assert_frame_equal(scaled.curve, before.curve)


def test_what_is_held_equal():
    people = pd.DataFrame({"person": [f"p{i:02d}" for i in range(24)], "gender": ["woman", "man"] * 12})
    people["site"] = ["n"] * 12 + ["s"] * 12
    people["gender × site"] = people["gender"] + " × " + people["site"]
    people["level"] = [1, 1, 2, 2] * 6
    graph = influence_graph(people, NO_TIES)
    found = visibility_tables(
        graph,
        series(graph, range(24)),
        columns=["gender", "site", "gender × site"],
        seed=1,
        strata=["level", "gender", "function"],
        permutations=19,
    ).summary
    assert found.groupby("column", sort=False)["strata"].first().to_dict() == {
        "gender": "level",
        "site": "level × gender",
        "gender × site": "level",
    }
    none = visibility_tables(graph, series(graph, range(24)), columns=["gender"], seed=1, strata=(), permutations=19)
    assert none.summary["strata"].tolist() == ["none", "none"]
    assert none.summary["p"].equals(none.summary["p_within"].rename("p"))
    assert none.curve["low"].equals(none.curve["low_within"].rename("low"))


def test_strata_that_leave_nobody_to_change_places_with():
    graph = study(gender=["woman"] * 5 + ["man"] * 5, level=[1] * 5 + [2] * 5)
    found = visibility_tables(graph, series(graph, range(10)), columns=["gender"], seed=1, permutations=99)
    assert found.summary["n_informative"].tolist() == [0, 0]
    unknown = ["expected_top_10_within", "mean_deviation_within", "p_within"]
    assert found.summary[unknown].isna().all(axis=None)
    assert found.curve[["expected_within", "low_within", "high_within"]].isna().all(axis=None)
    assert found.summary["p"].notna().all()


def test_everybody_alike_is_nothing_to_test():
    graph = study(gender=["woman"] * 5 + ["man"] * 15)
    found = visibility_tables(graph, influence_of(graph), columns=["gender"], seed=1, permutations=19)
    assert found.summary["mean_deviation"].tolist() == [0.0, 0.0]
    assert found.summary[["p", "p_within"]].isna().all(axis=None)
    assert found.curve["share"].tolist() == pytest.approx([0.75] * 100 + [0.25] * 100)
    assert found.summary[["outside_from", "outside_to", "q", "q_within"]].isna().all(axis=None)
    assert found.summary["sentence"].iloc[0] == ""
    assert "equally influential" in found.summary["sentence"].iloc[1]


def test_who_is_counted():
    gender = ["woman"] * 6 + ["man"] * 6 + ["other"] * 2 + [None] * 3
    graph = study(gender=gender, leader=[True] + [False] * 16)
    influence = series(graph, [*range(16), NAN])
    options = {"columns": ["gender"], "seed": 1, "permutations": 19}
    everyone = visibility_tables(graph, influence, **options).summary
    assert everyone[["group", "people"]].values.tolist() == [["man", 6], ["woman", 6]]
    assert everyone["share"].tolist() == pytest.approx([6 / 14, 6 / 14])
    below = visibility_tables(graph, influence, among="non-leaders", **options).summary
    assert below["people"].tolist() == [6, 5]
    assert "people who are not leaders" in below["sentence"].iloc[0]
    # Without a value by the measure somebody is not counted, and a group of all but a few has no row.
    fewer = visibility_tables(graph, influence[:11], **options).summary
    assert fewer["people"].tolist() == [5, 6]
    assert visibility_tables(graph, influence[:8], **options).summary.empty


def test_tables_without_rows_keep_their_columns():
    graph = study(gender=["woman"] * 3)
    found = visibility_tables(graph, series(graph, [1, 2, 3]), columns=["gender"], seed=1)
    assert tuple(found.summary) == VISIBILITY_COLUMNS
    assert tuple(found.curve) == VISIBILITY_CURVE_COLUMNS
    assert tuple(representation_table(graph, columns=["gender"])) == REPRESENTATION_COLUMNS
    assert len(found.summary) == len(found.curve) == 0


@pytest.mark.parametrize("options", [{"columns": ["sex"]}, {"columns": ["gender"], "strata": ["sex"]}])
def test_a_column_that_is_not_there_is_refused(options):
    graph = study(gender=["woman", "man"] * 5)
    with pytest.raises(StudyError, match=r"^the roster has no column 'sex'; use one of gender$"):
        visibility_tables(graph, series(graph, range(10)), seed=1, **options)


def test_columns_progress_and_the_same_seed(lazega):
    told: list[tuple[int, int]] = []
    influence = influence_of(lazega)
    options = {"columns": ["gender", "office"], "strata": ["level"], "permutations": 199}
    found = visibility_tables(lazega, influence, seed=7, progress=lambda *at: told.append(at), **options)
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert tuple(found.summary) == VISIBILITY_COLUMNS
    assert tuple(found.curve) == VISIBILITY_CURVE_COLUMNS
    again = visibility_tables(lazega, influence, seed=7, **options)
    pd.testing.assert_frame_equal(again.curve, found.curve)
    other = visibility_tables(lazega, influence, seed=8, **options)
    assert not other.curve["low_within"].equals(found.curve["low_within"])
    pd.testing.assert_series_equal(other.curve["expected_within"], found.curve["expected_within"])


def test_women_among_the_most_consulted_lawyers(lazega):
    influence = influence_of(lazega)
    women = (lazega.people["gender"] == "woman").to_numpy()
    found = visibility_tables(lazega, influence, columns=["gender"], seed=1, strata=["level"]).summary
    row = found.set_index("group").loc["woman"]
    assert (row["people"], row["share"]) == (18, pytest.approx(18 / 71))
    assert row["share_top_10"] == pytest.approx(shares_of_places(influence.round(15).to_numpy(), 10) @ women)
    # Fewer women are partners: most of what they lack among all is gone among lawyers of one status.
    assert row["mean_deviation"] < row["mean_deviation_within"] < 0
    assert row["p"] < 0.05 < row["p_within"]


def draws_between(population: int, marked: int, drawn: int, low: float, high: float) -> float:
    """How often a draw without replacement has a share from low to high, counted with binomial coefficients."""
    ways = sum(
        comb(marked, x) * comb(population - marked, drawn - x)
        for x in range(drawn + 1)
        if low - 1e-9 <= x / drawn <= high + 1e-9
    )
    return ways / comb(population, drawn)


def test_representation_by_level():
    people = pd.DataFrame({"person": [f"p{i:02d}" for i in range(30)], "gender": ["woman"] * 12 + ["man"] * 18})
    people["level"] = ["c"] * 9 + ["b"] * 2 + [None] + ["c"] * 6 + ["b"] * 8 + ["a"] * 4
    people["leader"] = (people["level"] == "a") | (people.index == 10)
    graph = influence_graph(people_table(people, levels=["c", "b", "a"]), NO_TIES)
    table = representation_table(graph, columns=["gender", "level"], min_group=5)
    assert tuple(table) == REPRESENTATION_COLUMNS
    women = table[table["group"] == "woman"]
    assert women[["level", "people", "people_level"]].values.tolist() == [
        ["c", 9, 15],
        ["b", 2, 10],
        ["a", 0, 4],
        ["leaders", 1, 5],
    ]
    assert women["share"].tolist() == [9 / 15, 0.2, 0.0, 0.2]
    assert women["share_all"].tolist() == [0.4] * 4
    assert set(table["column"]) == {"gender"}
    for row in women.itertuples():
        level, one = row.people_level, 1 / row.people_level
        assert draws_between(30, 12, level, row.low, row.high) >= 0.95
        # One more or one less at either end would be outside the middle 95 %.
        assert draws_between(30, 12, level, 0.0, row.low - one) < 0.025 <= draws_between(30, 12, level, 0.0, row.low)
        assert draws_between(30, 12, level, row.high + one, 1.0) <= 0.025
    men = table[table["group"] == "man"].reset_index(drop=True)
    np.testing.assert_allclose(men["share"], 1 - women["share"].to_numpy())
    np.testing.assert_allclose(men["low"], 1 - women["high"].to_numpy())


def test_representation_counts_people_whose_group_is_known():
    graph = study(gender=["woman"] * 5 + ["man"] * 5 + [None] * 5, level=[1] * 8 + [2] * 4 + [3] * 3)
    table = representation_table(graph, columns=["gender"])
    assert table.loc[table["group"] == "man", ["level", "people", "people_level"]].values.tolist() == [
        ["1", 3, 8],
        ["2", 2, 2],
    ]
    assert table["share_all"].tolist() == [0.5] * 4
    assert representation_table(graph, columns=["gender"], min_group=6).empty
    with pytest.raises(StudyError, match="the roster has no column 'sex'"):
        representation_table(graph, columns=["sex"])


ROW = {
    "column": "gender",
    "group": "woman",
    "people": 190,
    "share": 0.38,
    "share_top_10": 0.21,
    "expected_top_10_within": 0.3,
    "strata": "level × function",
    "mean_deviation": -0.09,
    "mean_deviation_within": -0.04,
    "outside_from": 2.0,
    "outside_to": 60.0,
    "outside_from_within": 4.0,
    "outside_to_within": 12.0,
    "p": 0.0005,
    "p_within": 0.01,
    "q": 0.001,
    "q_within": 0.02,
    "n_informative": 430,
    "among": "everyone",
    "confidence": 0.95,
}
LESS = (
    "Women are 38 % of people (190 women) and less visible than their number: they hold 21 % of the places among the "
    "most influential tenth."
)
PLACE = "mong people at the same level and in the same function"

SENTENCES = {
    "both": ({}, f"{LESS} The same holds a{PLACE}, where an equal chance would give them 30 % of those places."),
    "composition": (
        {"p_within": 0.4, "expected_top_10_within": 0.22},
        f"{LESS} A{PLACE}, no difference can be told: an equal chance would give them 22 % of those places.",
    ),
    "the other way": (
        {"mean_deviation_within": 0.02, "expected_top_10_within": 0.15},
        f"{LESS} A{PLACE}, they are more visible than an equal chance would make them: it would "
        "give them 15 % of those places.",
    ),
    "unsure": (
        {"p": 0.3, "p_within": 0.2},
        "Women are 38 % of people (190 women); whether they are more or less visible than that over the whole ranking, "
        "the study cannot tell (they hold 21 % of the places among the most influential tenth). "
        f"A{PLACE}, no difference can be told either: an equal chance would give them 30 % of those places.",
    ),
    "within alone": (
        {"p": 0.3},
        "Women are 38 % of people (190 women); whether they are more or less visible than that over the whole ranking, "
        "the study cannot tell (they hold 21 % of the places among the most influential tenth). "
        f"A{PLACE}, they are less visible than an equal chance would make them: it would "
        "give them 30 % of those places.",
    ),
    "not in the top tenth": (
        {"share_top_10": 0.4, "expected_top_10_within": 0.38, "outside_from": 29.0, "outside_from_within": NAN},
        "Women are 38 % of people (190 women) and less visible than their number over the whole ranking, clearly so "
        "only between the top 29 % and the top 60 %, but not in its top tenth: they hold 40 % of the places among the "
        f"most influential tenth. A{PLACE}, they are less visible than an equal chance would make them over the whole "
        "ranking, though nowhere in it clearly: it would give them 38 % of those places.",
    ),
    "clear in the middle alone": (
        {"outside_from": 29.0, "outside_to": 29.0, "outside_from_within": 31.0, "outside_to_within": 71.0},
        "Women are 38 % of people (190 women) and less visible than their number over the whole ranking, clearly so "
        "only at the top 29 %: they hold 21 % of the places among the most influential tenth, which may be chance. "
        f"A{PLACE}, they are less visible than an equal chance would make them over the whole ranking, clearly so only "
        "between the top 31 % and the top 71 %: it would give them 30 % of those places.",
    ),
    "clear nowhere": (
        {"outside_from": NAN, "outside_to": NAN},
        "Women are 38 % of people (190 women) and less visible than their number over the whole ranking, though "
        "nowhere in it clearly: they hold 21 % of the places among the most influential tenth, which may be chance. "
        f"A{PLACE}, they are less visible than an equal chance would make them: it would give them 30 % of those "
        "places.",
    ),
    "one of many": (
        {"q": 0.06, "q_within": 0.2},
        f"{LESS[:-1]}; among all the differences looked at, this one could still be chance (q = 0.06). The same holds "
        f"a{PLACE}, where an equal chance would give them 30 % of those places; among all the differences looked at, "
        "this one could still be chance (q = 0.2).",
    ),
    "a level that rounding would miss": (
        {"p": 0.1, "confidence": 0.9},
        f"{LESS} The same holds a{PLACE}, where an equal chance would give them 30 % of those places.",
    ),
    "nothing held equal": (
        {"strata": "none"},
        f"{LESS} Nothing is held equal here, so this may be a matter of level alone.",
    ),
    "level itself": (
        {"column": "level", "group": "partner", "strata": "none"},
        LESS.replace("Women", "People whose level is partner").replace("190 women", "190 people")
        + " Nothing is held equal here.",
    ),
    "nobody in the same place": (
        {"n_informative": 0, "p_within": NAN},
        f"{LESS} A{PLACE}, the study cannot compare them with anybody, because no two of them share a place.",
    ),
    "alike in place": (
        {"p_within": NAN},
        f"{LESS} A{PLACE}, all are equally influential, so there is nothing to test.",
    ),
    "alike": (
        {"p": NAN, "p_within": NAN},
        "Women are 38 % of people (190 women); everyone counted is equally influential, so nobody is more visible than "
        "anybody else.",
    ),
    "a label without a plural": (
        {"column": "site", "group": "3", "people": 1, "share": 0.004, "share_top_10": 0.0, "strata": "level",
         "among": "non-leaders"},
        "People whose site is 3 are 0.4 % of people who are not leaders (1 person) and less visible than their number: "
        "they hold 0 % of the places among the most influential tenth. The same holds among people at the same level, "
        "where an equal chance would give them 30 % of those places.",
    ),
    "more, and hardly anybody": (
        {"mean_deviation": 0.1, "mean_deviation_within": 0.1, "share": 0.0002, "people": 20},
        "Women are less than 0.1 % of people (20 women) and more visible than their number: they hold 21 % of the "
        f"places among the most influential tenth. A{PLACE}, they are more visible than an equal chance would make "
        "them over the whole ranking, clearly so only between the top 4 % and the top 12 %, but not in its top tenth: "
        "it would give them 30 % of those places.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SENTENCES)
def test_sentences(case):
    changes, sentence = SENTENCES[case]
    assert visibility_sentence(ROW | changes) == sentence


def test_a_study_may_name_its_groups():
    assert visibility_sentence(ROW | {"column": "job", "group": "F"}, plurals={("job", "F"): "fitters"}).startswith(
        "Fitters are 38 % of people (190 fitters)"
    )
