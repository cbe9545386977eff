"""Decomposition of gaps: agreement with statsmodels, exact sums, who counts, and what is said."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t
from statsmodels.stats.oaxaca import OaxacaBlinder

from metrics.access import access_table
from metrics.decompose import DECOMPOSITION_COLUMNS, decomposition_table
from metrics.gaps import Comparison
from metrics.words.decompose import decomposition_sentence
from ona.model import InfluenceGraph, StudyError, influence_graph

WOMEN = Comparison("gender", "woman", "man")
NO_TIES = pd.DataFrame({"source": [], "target": []})
PARTS = ["explained", "unexplained"]
NOTHING_DIFFERS = "The roster says nothing about where people stand that differs among women and men, so the gap in "


def roster(columns: dict[str, list[object]]) -> InfluenceGraph:
    size = len(next(iter(columns.values())))
    return influence_graph(pd.DataFrame({"person": [f"p{i:03d}" for i in range(size)], **columns}), NO_TIES)


def study(seed: int, *, size: int = 120) -> tuple[InfluenceGraph, pd.DataFrame]:
    """People whose level and function go along with gender, and who have more contacts the higher they are."""
    rng = np.random.default_rng(seed)
    woman = rng.random(size) < 0.4
    level = np.clip(rng.integers(1, 5, size) - (woman & (rng.random(size) < 0.5)), 1, 4)
    function = np.where(rng.random(size) < 0.2 + 0.3 * woman, "care", rng.choice(["build", "sell", "plan"], size))
    contacts = 2.0 * level + 3.0 * (function == "sell") - 0.8 * woman + rng.normal(size=size)
    graph = roster(
        {"gender": np.where(woman, "woman", "man").tolist(), "level": level.tolist(), "function": function.tolist()}
    )
    return graph, pd.DataFrame({"contacts": contacts, "few": contacts**2}, index=graph.persons)


def table_of(graph: InfluenceGraph, values: pd.DataFrame, **options: object) -> pd.DataFrame:
    return decomposition_table(graph, values, **{"comparisons": [WOMEN], "measures": list(values), **options})


def dummies(graph: InfluenceGraph, factors: list[str]) -> pd.DataFrame:
    coded = pd.get_dummies(graph.people[factors].astype("str"), drop_first=True, dtype=float)
    return coded.assign(woman=(graph.people["gender"] == "woman").astype(float), one=1.0)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("coefficients", ["pooled", "reference", "focal"])
def test_agrees_with_statsmodels(seed, coefficients):
    graph, values = study(seed)
    x = dummies(graph, ["level", "function"])
    options = {
        "pooled": {"two_fold_type": "pooled"},
        "reference": {"two_fold_type": "self_submitted", "submitted_weight": 0.0},
        "focal": {"two_fold_type": "self_submitted", "submitted_weight": 1.0},
    }[coefficients]
    row = table_of(graph, values, coefficients=coefficients).query("factor == 'all'").set_index("measure")
    for name in values:
        # Its first group is the one whose indicator is smaller, men; the weight submitted is that group's.
        if coefficients != "pooled":
            options["submitted_weight"] = 1.0 if coefficients == "reference" else 0.0
        unexplained, explained, gap = OaxacaBlinder(values[name], x, "woman", swap=False).two_fold(**options).params
        found = row.loc[name, ["unexplained", "explained", "difference"]]
        assert found.tolist() == pytest.approx([-unexplained, -explained, -gap], abs=1e-9)


def test_pooled_unexplained_is_the_indicators_coefficient_with_its_hc3_variance():
    graph, values = study(7)
    fit = sm.OLS(values["contacts"], dummies(graph, ["level", "function"])).fit(cov_type="HC3")
    row = table_of(graph, values).iloc[0]
    freedom = min(row["n_focal"], row["n_reference"]) - 1
    half = (row["unexplained_high"] - row["unexplained_low"]) / 2
    assert row["unexplained"] == pytest.approx(fit.params["woman"], abs=1e-9)
    assert half == pytest.approx(t.ppf(0.975, freedom) * fit.bse["woman"], abs=1e-9)


@pytest.mark.parametrize("coefficients", ["pooled", "reference", "focal"])
def test_intervals_are_those_of_leaving_people_out_one_by_one(coefficients):
    # The delta method with HC3 is the first order of the jackknife, which here leaves people out in earnest.
    graph, values = study(3, size=90)
    options = {"measures": ["contacts"], "coefficients": coefficients, "factors": ["level"]}
    table = table_of(graph, values, **options).set_index("factor")
    left = [table_of(graph, values.drop(person), **options).set_index("factor") for person in values.index]
    quantile = t.ppf(0.975, min(table["n_focal"].iloc[0], table["n_reference"].iloc[0]) - 1)
    for factor, part in [("all", "difference"), *product(["all", "level", "constant"], PARTS)]:
        moved = np.array([one.loc[factor, part] for one in left]) - table.loc[factor, part]
        half = (table.loc[factor, f"{part}_high"] - table.loc[factor, f"{part}_low"]) / 2
        assert half == pytest.approx(quantile * np.sqrt((moved**2).sum()), rel=0.1)


def test_normalised_details_are_the_average_over_categories_left_out():
    # Yun 2005: normalised effects give what the decompositions average to as each category in turn is left out.
    graph, values = study(11)
    table = table_of(graph, values[["contacts"]], coefficients="reference").set_index("factor")
    people, woman = graph.people, (graph.people["gender"] == "woman").to_numpy()
    coded = {factor: pd.get_dummies(people[factor].astype("str"), dtype=float) for factor in ("level", "function")}
    found: dict[str, list[float]] = {"level": [], "function": [], "constant": []}
    for level, function in product(coded["level"], coded["function"]):
        blocks = {"level": coded["level"].drop(columns=level), "function": coded["function"].drop(columns=function)}
        x = pd.concat([*blocks.values(), pd.Series(1.0, people.index, name="constant")], axis=1)
        women, men = (sm.OLS(values["contacts"][who], x[who]).fit().params for who in (woman, ~woman))
        terms = x[woman].mean() * (women - men)
        found["constant"].append(terms["constant"])
        for factor, block in blocks.items():
            found[factor].append(terms[block.columns].sum())
    for factor, each in found.items():
        assert table.loc[factor, "unexplained"] == pytest.approx(np.mean(each), abs=1e-9)


@st.composite
def studies(draw: st.DrawFn) -> tuple[InfluenceGraph, pd.DataFrame]:
    size = draw(st.integers(8, 30))

    def each(values: list[str]) -> list[object]:
        return list(draw(st.lists(st.sampled_from(values), min_size=size, max_size=size)))

    gender = ["woman", "woman", "man", "man", *each(["woman", "man", ""])[4:]]
    graph = roster({"gender": gender, "level": each(["1", "2", "3", ""]), "function": each(["x", "y", "z"])})
    value = st.sampled_from([0.0, 1.0, 2.0, 5.0, 0.25, np.nan])
    contacts = draw(st.lists(value, min_size=size, max_size=size))
    return graph, pd.DataFrame({"contacts": contacts}, index=graph.persons)


@settings(max_examples=40, deadline=None)
@given(drawn=studies(), coefficients=st.sampled_from(["pooled", "reference", "focal"]))
def test_parts_add_up_and_everybody_is_counted(drawn, coefficients):
    graph, values = drawn
    table = table_of(graph, values, coefficients=coefficients, min_group=2).set_index("factor")
    whole = table.loc["all"]
    assert list(table.index[[0, -1]]) == ["all", "constant"]
    assert whole[["n_focal", "n_reference", "n_outside", "n_undefined"]].sum() == graph.people["gender"].notna().sum()
    if np.isfinite(whole["explained"]):
        assert whole["explained"] + whole["unexplained"] == pytest.approx(whole["difference"], abs=1e-12)
        # Wherever every factor can be told, details add up to the whole.
        for part in PARTS:
            details = table[part].drop("all")
            if details.notna().all():
                assert details.sum() == pytest.approx(whole[part], abs=1e-9)
    for part in (*PARTS, "difference"):
        known = table[table[f"{part}_low"].notna()]
        assert (known[f"{part}_low"] <= known[part]).all()
        assert (known[part] <= known[f"{part}_high"]).all()
    assert all(table["sentence"].astype(bool) == (table.index == "all"))


@settings(max_examples=15, deadline=None)
@given(drawn=studies(), seed=st.integers(0, 99))
def test_order_of_people_and_names_of_categories_change_nothing(drawn, seed):
    graph, values = drawn
    table = table_of(graph, values, min_group=2)
    places = np.random.default_rng(seed).permutation(graph.size)
    new = {old: f"q{place:03d}" for old, place in zip(graph.persons, places, strict=True)}
    renamed = graph.relabel(new)
    # The functions change places in the order of names; the levels keep theirs.
    names = renamed.people["function"].map({"x": "c", "y": "a", "z": "b"})
    renamed = renamed.with_people(renamed.people.assign(function=names))
    again = table_of(renamed, values.rename(index=new), min_group=2)
    numbers = [column for column in table if pd.api.types.is_numeric_dtype(table[column])]
    np.testing.assert_allclose(again[numbers], table[numbers], atol=1e-9)


def test_lazega_columns_and_two_measures(lazega):
    table = decomposition_table(
        lazega, access_table(lazega), comparisons=[WOMEN], measures=["leader_share", "leader_ties"], factors=["office"]
    )
    assert list(table) == list(DECOMPOSITION_COLUMNS)
    assert table["factor"].tolist() == ["all", "office", "constant"] * 2
    # Shares of advice sought from partners, computed independently (Lazega 2001): women .5416, men .6281.
    assert table["difference"].iloc[0] == pytest.approx(-0.0865, abs=6e-5)
    assert table["difference"].iloc[[1, 2]].isna().all()
    assert set(table["factors"]) == {"office"}


def people_of(
    women: str, men: str, *, contacts: list[float], **more: list[object]
) -> tuple[InfluenceGraph, pd.DataFrame]:
    gender: list[object] = ["woman"] * len(women) + ["man"] * len(men)
    graph = roster({"gender": gender, "function": list(women + men), **more})
    return graph, pd.DataFrame({"contacts": contacts}, index=graph.persons)


@pytest.mark.parametrize("coefficients", ["pooled", "reference", "focal"])
def test_people_in_categories_of_one_group_are_left_out_and_counted(coefficients):
    graph, values = people_of("xxyw", "xyyv", contacts=[1, 2, 3, 50, 2, 4, 6, 70])
    row = table_of(graph, values, factors=["function"], coefficients=coefficients, min_group=2).iloc[0]
    assert (row["n_focal"], row["n_reference"], row["n_outside"]) == (3, 3, 2)
    assert row["difference"] == pytest.approx(2 - 4)


def test_leaving_people_out_goes_on_until_every_category_holds_both_groups():
    # Only women are in w; without the woman in it only men are at site 2, and without them only women are in y.
    graph, values = people_of(
        "xxyyw", "xxxy", contacts=[1, 2, 3, 4, 5, 6, 7, 8, 9], site=["1", "1", "1", "1", "2", "1", "1", "1", "2"]
    )
    row = table_of(graph, values, factors=["function", "site"], min_group=2).iloc[0]
    assert (row["n_focal"], row["n_reference"], row["n_outside"]) == (2, 3, 4)


def test_unknown_is_a_category_of_its_own():
    graph, values = people_of("xx  ", "xx  ", contacts=[1, 2, 5, 6, 2, 3, 8, 9])
    named, same = people_of("xxyy", "xxyy", contacts=[1, 2, 5, 6, 2, 3, 8, 9])
    pd.testing.assert_frame_equal(
        table_of(graph, values, factors=["function"], min_group=2),
        table_of(named, same, factors=["function"], min_group=2),
    )


def test_factors_that_always_go_together_have_a_sum_and_no_details():
    graph, values = study(5)
    graph = graph.with_people(graph.people.assign(site=graph.people["function"].map(str.upper)))
    table = table_of(graph, values[["contacts"]], factors=["function", "site", "level"]).set_index("factor")
    alone = table_of(graph, values[["contacts"]], factors=["function", "level"]).set_index("factor")
    numbers = [f"{part}{end}" for part in PARTS for end in ("", "_low", "_high")]
    assert table.loc["all", numbers].tolist() == pytest.approx(alone.loc["all", numbers].tolist())
    assert table.loc["level", numbers].tolist() == pytest.approx(alone.loc["level", numbers].tolist())
    assert table.loc[["function", "site"], numbers].isna().all(axis=None)


def test_a_group_whose_own_effects_are_open_has_no_unexplained_details():
    # Every woman of function x is at site 1 and every other at site 2: their own effects cannot be told apart.
    graph, values = people_of(
        "xxxyyy", "xxxyyy", contacts=[1, 2, 2, 4, 5, 7, 3, 2, 4, 6, 6, 8], site=list("111222112122")
    )
    table = table_of(graph, values, factors=["function", "site"], min_group=2).set_index("factor")
    assert np.isfinite(table.loc["all", PARTS].tolist()).all()
    assert np.isfinite(table["explained"]).all()
    assert table.loc[["function", "site"], "unexplained"].isna().all()


def test_one_person_who_decides_a_part_leaves_it_without_limits():
    graph, values = people_of("xxxy", "xxyyy", contacts=[1, 2, 3, 9, 2, 4, 6, 7, 5])
    table = table_of(graph, values, factors=["function"], coefficients="focal", min_group=2).set_index("factor")
    assert np.isfinite(table.loc["all", PARTS].tolist()).all()
    assert table.loc["all", [f"{part}_low" for part in PARTS]].isna().all()
    assert table.loc["all", ["difference_low", "difference_high"]].notna().all()


def test_the_compared_column_and_empty_columns_are_no_factors():
    graph, values = study(2)
    table = table_of(graph, values, measures=["contacts"], factors=["gender", "site", "level"])
    assert table["factor"].tolist() == ["all", "level", "constant"]
    none = table_of(graph, values, measures=["contacts"], factors=["gender", "site"])
    assert none["factor"].tolist() == ["all", "constant"]
    assert none["difference"].isna().all()
    assert none["sentence"].iloc[0].startswith(NOTHING_DIFFERS)


def test_a_column_that_is_the_same_for_all_people_compared_is_no_factor():
    graph, values = study(2)
    people = graph.people
    other = np.where(people["gender"] == "man", "south", "north")
    # Everybody is at one site but the leaders, who are not compared; all are on one floor.
    leader = (people["level"] == "4").to_numpy()
    graph = graph.with_people(people.assign(leader=leader, site=np.where(leader, other, "north"), floor="1"))
    options = {"measures": ["contacts"], "factors": ["site", "level", "floor"]}
    table = table_of(graph, values, **options)
    assert table["factor"].tolist() == ["all", "level", "constant"]
    assert set(table["factors"]) == {"level"}
    assert "site" not in table["sentence"].iloc[0]
    assert table_of(graph, values, among="everyone", **options)["factor"].tolist() == [
        "all",
        "site",
        "level",
        "constant",
    ]
    alike = table_of(graph, values, **{**options, "factors": ["floor", "site"]})
    assert alike["factor"].tolist() == ["all", "constant"]
    assert alike["sentence"].iloc[0].startswith(NOTHING_DIFFERS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factors": []}, "no factor is given"),
        ({"factors": ["floor"]}, "the roster has no column 'floor'"),
        ({"coefficients": "mean"}, "coefficients cannot be 'mean'; use one of pooled, reference, focal"),
        ({"measures": []}, "gaps.measures is empty"),
        ({"measures": ["contact"]}, "there is no measure 'contact'; did you mean 'contacts'"),
        ({"min_group": 100}, "fewer than min_group = 100"),
    ],
)
def test_refusals_are_sentences(options, message):
    with pytest.raises(StudyError, match=message):
        table_of(*study(1), **options)


ROW = {
    "measure": "leader_ties", "column": "gender", "focal": "woman", "reference": "man", "n_focal": 141,
    "n_reference": 309, "n_outside": 0, "n_undefined": 0, "factors": "level × function", "confidence": 0.95,
    "difference": -1.2, "difference_low": -1.7, "difference_high": -0.7,
    "explained": -0.4, "explained_low": -0.6, "explained_high": -0.2,
    "unexplained": -0.8, "unexplained_low": -1.2, "unexplained_high": -0.4,
}  # fmt: skip


def said(**numbers: object) -> str:
    row = dict(ROW)
    for name, value in numbers.items():
        ends = (name, f"{name}_low", f"{name}_high") if isinstance(value, tuple) else (name,)
        row |= dict(zip(ends, value if isinstance(value, tuple) else (value,), strict=True))
    return decomposition_sentence(row)


def test_a_gap_with_both_parts_its_way():
    assert said() == (
        "Of the 1.2 fewer ties to leaders that women have than men, 0.4 go along with level and function "
        "(95 % interval 0.2 to 0.6), 0.8 do not (0.4 to 1.2; 141 women, 309 men)."
    )


def test_shares_are_told_in_percentage_points():
    numbers = {"difference": (-0.12, -0.17, -0.07), "explained": (-0.04, -0.06, -0.02), "measure": "has_leader_tie"}
    assert said(**numbers, unexplained=(-0.08, -0.12, -0.04)) == (
        "Of the 12.0 percentage points by which the share of people with any tie to a leader is lower among women than "
        "among men, 4.0 go along with level and function (95 % interval 2.0 to 6.0), 8.0 do not (4.0 to 12.0; "
        "141 women, "
        "309 men)."
    )


@pytest.mark.parametrize(
    ("explained", "unexplained", "caution"),
    [
        ((-0.4, -0.6, -0.2), (-0.8, -1.7, 0.1), "; the study cannot tell whether anything is left."),
        (
            (-0.1, -0.4, 0.2),
            (-1.1, -1.6, -0.6),
            "; the study cannot tell whether anything goes along with level and function.",
        ),
        ((-0.6, -1.3, 0.1), (-0.6, -1.3, 0.1), "; the study cannot tell either part from none."),
        (
            (-0.6, np.nan, np.nan),
            (-0.6, -1.0, -0.2),
            "; the study cannot tell whether anything goes along with level and function.",
        ),
    ],
)
def test_a_part_that_may_be_none_is_said_to_be_so(explained, unexplained, caution):
    assert said(explained=explained, unexplained=unexplained).endswith(f"309 men){caution}")


def test_a_part_has_the_decimals_of_its_interval():
    assert "0.04 do not (0.12 fewer to 0.03 more; " in said(unexplained=(-0.041, -0.116, 0.034))


def test_an_interval_that_is_not_known_is_said_to_be_unknown():
    assert "0.4 go along with level and function (95 % interval unknown)" in said(explained=(-0.4, np.nan, np.nan))


def test_composition_that_works_against_the_gap():
    assert said(explained=(0.4, 0.2, 0.6), unexplained=(-1.6, -2.0, -1.2)) == (
        "Women have 1.2 fewer ties to leaders than men, although level and function would point the other way: "
        "the part "
        "that goes along with them is 0.4 more (95 % interval 0.2 to 0.6), the rest 1.6 fewer (95 % interval "
        "1.2 to 2.0; "
        "141 women, 309 men)."
    )
    assert "although level would point the other way: the part that goes along with it is 0.4 more" in said(
        explained=(0.4, 0.2, 0.6), unexplained=(-1.6, -2.0, -1.2), factors="level"
    )


def test_composition_that_goes_beyond_the_gap():
    assert said(explained=(-1.5, -2.0, -1.0), unexplained=(0.3, 0.1, 0.5)) == (
        "Women have 1.2 fewer ties to leaders than men, and more than all of it goes along with level and "
        "function: that "
        "part is 1.5 fewer (95 % interval 1.0 to 2.0), the rest 0.3 more (95 % interval 0.1 to 0.5; 141 women, "
        "309 men)."
    )
    assert "men, and all of it may go along with level and function: that part is 1.5 fewer" in said(
        explained=(-1.5, -2.0, -1.0), unexplained=(0.3, -0.1, 0.7)
    )


@pytest.mark.parametrize(
    ("explained", "unexplained"),
    [((0.1, -0.2, 0.4), (-1.3, -1.8, -0.8)), ((-1.5, -3.1, 0.1), (0.3, -1.0, 1.6))],
)
def test_composition_that_cannot_be_told(explained, unexplained):
    assert said(explained=explained, unexplained=unexplained).startswith(
        "Women have 1.2 fewer ties to leaders than men, and the study cannot tell whether any of that goes along with "
        "level and function: the part that does is "
    )


def test_a_gap_that_cannot_be_told_is_not_split():
    numbers = {"difference": (-0.2, -0.9, 0.5), "explained": (0.1, -0.2, 0.4), "unexplained": (-0.3, -0.9, 0.3)}
    assert said(**numbers) == (
        "The study cannot tell whether women and men differ in ties to leaders (difference 0.2 fewer, 95 % "
        "interval 0.9 "
        "fewer to 0.5 more; 141 women, 309 men), so nothing can be said of what the difference is made of."
    )


def test_a_gap_that_cannot_be_told_may_hide_two_parts():
    numbers = {"difference": (-0.2, -0.9, 0.5), "explained": (0.7, 0.3, 1.1), "unexplained": (-0.9, -1.5, -0.3)}
    assert said(**numbers) == (
        "The study cannot tell whether women and men differ in ties to leaders (difference 0.2 fewer, 95 % "
        "interval 0.9 "
        "fewer to 0.5 more), but it is made of two parts that pull in opposite ways: 0.7 more (95 % interval "
        "0.3 to 1.1) "
        "goes along with level and function, 0.9 fewer (95 % interval 0.3 to 1.5; 141 women, 309 men) does not."
    )
    numbers |= {"explained": (-0.15, -0.25, -0.05), "unexplained": (-0.05, -0.7, 0.6)}
    assert "but its two parts are not equally unsure: 0.15 fewer" in said(**numbers)


def test_when_there_is_nothing_to_split():
    nothing = dict.fromkeys(("difference", *PARTS), (np.nan, np.nan, np.nan))
    assert said(**nothing, n_focal=3) == (
        "Too few people have a value for ties to leaders to compare women and men (3 women, 309 men)."
    )
    assert said(**nothing, n_focal=3, n_outside=138) == (
        "Too few people have a value for ties to leaders and share their place with the other group to compare "
        "women and "
        "men (3 women, 309 men; 138 whose level or function only one of the groups holds left out)."
    )
    assert said(difference=(0.0, 0.0, 0.0), explained=(0.0, 0.0, 0.0), unexplained=(0.0, 0.0, 0.0)) == (
        "Women and men are all alike in ties to leaders, so there is no gap to split (141 women, 309 men)."
    )
    assert said(explained=(np.nan, np.nan, np.nan), unexplained=(np.nan, np.nan, np.nan)) == (
        "The gap in ties to leaders between women and men cannot be split into what goes along with level and function "
        "and what does not, because too few of them hold the same ones (141 women, 309 men)."
    )


def test_counts_that_a_leaders_copy_keeps_back():
    assert said(n_outside=np.nan).endswith("; a few whose level or function only one of the groups holds left out).")
