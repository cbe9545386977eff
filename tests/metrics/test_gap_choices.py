"""What a gap table may be asked for: a family, another interval, what a gap comes from; and what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from metrics.gaps import Comparison, gap_table
from metrics.inference import benjamini_hochberg
from ona.model import InfluenceGraph, StudyError, influence_graph, people_table
from ona.model.groups import with_intersections

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


PAIRS = graph_of(gender=["woman", "man"] * 20, site=["north"] * 20 + ["south"] * 20)


def measured(**gaps: float) -> pd.DataFrame:
    """Measures of `PAIRS` in which women lack so much, with spread of about 1."""
    woman, rng = (PAIRS.people["gender"] == "woman").to_numpy(), np.random.default_rng(5)
    return pd.DataFrame({name: rng.normal(size=40) - gap * woman for name, gap in gaps.items()}, index=PAIRS.persons)


def test_q_is_about_the_family_alone():
    access = measured(a=1.5, b=2.0, c=0.0, d=1.5)
    options = {"comparisons": [WOMEN, Comparison("site", "north")], "strata": (), "seed": 1, "measures": list("abcd")}
    table = gap_table(PAIRS, access, family=["a", "c"], **options)
    assert table["family"].tolist() == [True, False, True, False] * 2
    assert table["q"].isna().tolist() == [False, True, False, True] * 2
    inside = table[table["family"]]
    assert inside["q"].tolist() == benjamini_hochberg(inside["p"]).tolist()
    assert "; this was not among the questions fixed beforehand" in table["sentence"][1]
    assert "fixed beforehand" not in table["sentence"][0]
    whole = gap_table(PAIRS, access, **options)
    assert whole["family"].all()
    assert whole["q"].tolist() == benjamini_hochberg(whole["p"]).tolist()
    pd.testing.assert_frame_equal(
        table.drop(columns=["q", "family", "sentence"]), whole.drop(columns=["q", "family", "sentence"])
    )


WHY = {
    ("gender", "woman", "man"): ("ties form less readily", -0.1),
    ("gender", "woman", None): ("leaders are not there", -0.1),
}


@pytest.mark.parametrize("reference", ["man", None])
def test_why_is_said_of_the_comparison_it_is_about(reference):
    graph = graph_of(gender=["woman", "man"] * 20)
    access = measured(leader_ties=2.0, sponsors=2.0)
    comparison = Comparison("gender", "woman", reference)
    table = gap_table(
        graph, access, comparisons=[comparison], measures=list(access), strata=(), seed=1, why=WHY
    ).set_index("measure")
    assert table["sentence"]["leader_ties"].endswith(f"; {WHY['gender', 'woman', reference][0]}.")
    assert table["sentence"]["sponsors"].endswith(").")


@pytest.mark.parametrize(("share", "said"), [(-0.1, True), (0.1, False), (0.0, False), (np.nan, False)])
def test_why_is_not_said_where_the_gap_it_is_about_points_the_other_way(share, said):
    why = {("gender", "woman", "man"): ("ties form less readily", share)}
    table = gap_table(PAIRS, measured(leader_ties=2.0), comparisons=[WOMEN], strata=(), seed=1, why=why,
                      measures=["leader_ties"])  # fmt: skip
    assert table["sentence"][0].endswith("; ties form less readily.") == said


def bootstrapped(values: np.ndarray, gender: list[str], level: list[int], **options: object) -> dict[str, object]:
    settled: dict[str, object] = {"strata": ("level",), "interval": "stratified bootstrap", "permutations": 4000}
    return one_gap(graph_of(gender=gender, level=level), values, **(settled | options))


def test_the_bootstrap_draws_within_group_and_stratum():
    rng = np.random.default_rng(8)
    level = np.repeat([1, 2], [120, 280])
    woman = rng.random(400) < np.where(level == 1, 0.7, 0.3)
    # Levels far apart: drawing across them would make the interval many times as wide.
    values = 50.0 * level + rng.normal(size=400) * np.where(woman, 3.0, 1.0)
    row = bootstrapped(values, np.where(woman, "woman", "man").tolist(), level.tolist())
    # Its variance in closed form: weight² times the variance of a mean of people drawn with replacement, cell by cell.
    variance = 0.0
    for here in (1, 2):
        weight = (woman & (level == here)).sum() / woman.sum()
        for group in (woman, ~woman):
            cell = values[group & (level == here)]
            variance += weight**2 * cell.var() / len(cell)
    assert row["interval"] == "stratified bootstrap"
    assert row["adjusted_high"] - row["adjusted_low"] == pytest.approx(2 * 1.96 * np.sqrt(variance), rel=0.05)
    assert (row["adjusted_low"] + row["adjusted_high"]) / 2 == pytest.approx(row["adjusted"], abs=0.1)
    assert "95 % bootstrap interval" in row["sentence"]
    plain = bootstrapped(
        values,
        np.where(woman, "woman", "man").tolist(),
        level.tolist(),
        interval="inverted studentised permutation test",
    )
    assert plain["p"] == row["p"]
    assert (plain["adjusted_low"], plain["adjusted_high"]) != (row["adjusted_low"], row["adjusted_high"])


def test_the_bootstrap_is_wider_for_small_groups():
    values = np.tile([0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 2)
    row = bootstrapped(values, ["woman"] * 6 + ["man"] * 6, [1] * 12)
    # Student's t with 5 degrees of freedom, from the unbiased variance of each group; percentiles are a little shorter.
    wide = 2 * 2.571 * np.sqrt(2 * np.var(np.arange(6.0), ddof=1) / 6)
    assert 0.85 * wide < row["adjusted_high"] - row["adjusted_low"] < 1.05 * wide


@pytest.mark.parametrize(
    ("values", "gender"),
    [
        ([1.0, 2.0, 3.0, 5.0], ["woman", "man", "man", "man"]),
        ([1.0, 1.0, 3.0, 3.0], ["woman", "woman", "man", "man"]),
    ],
)
def test_a_bootstrap_that_shows_no_spread_sets_no_limits(values, gender):
    row = bootstrapped(np.array(values), gender, [1] * 4)
    assert (row["adjusted_low"], row["adjusted_high"]) == (-np.inf, np.inf)


def test_the_bootstrap_leaves_out_strata_that_hold_one_group():
    values = np.array([1.0, 2.0, 3.0, 5.0, 100.0, 900.0])
    row = bootstrapped(values, ["woman", "woman", "man", "man", "man", "man"], [1] * 4 + [2] * 2)
    assert row["adjusted_low"] >= -4.0
    nobody = bootstrapped(
        np.array([1.0, 2.0, np.nan, np.nan, 3.0, 4.0]), ["woman"] * 4 + ["man"] * 2, [1, 1, 2, 2, 2, 2]
    )
    assert np.isnan(nobody["adjusted_low"])


REFUSALS = {
    "one value": (
        Comparison("site", "north"),
        {},
        "the column 'site' has only one value, 'north', so there is nobody to compare with; "
        "compare a column that holds at least two groups",
    ),
    "no column": (
        Comparison("gendr", "woman"),
        {},
        "the roster has no column 'gendr' to compare groups by; did you mean 'gender'?",
    ),
    "no group": (
        Comparison("gender", "Women", "man"),
        {},
        "there is no group 'Women' in gender; did you mean 'woman'?",
    ),
    "no reference": (
        Comparison("gender", "woman", "xyz"),
        {},
        "there is no group 'xyz' in gender; use one of man, other, woman",
    ),
    "itself": (
        Comparison("gender", "woman", "woman"),
        {},
        "gender 'woman' is compared with itself; name another reference group",
    ),
    "nobody": (
        Comparison("gender", "other"),
        {},
        "everyone in gender 'other' is a leader, so nobody is left to compare; set gaps.among = 'everyone'",
    ),
    "too small": (
        Comparison("gender", "woman", "man"),
        {"min_group": 4},
        "there are 3 people in gender 'woman', leaders not counted: fewer than min_group = 4; "
        "compare a larger group, or join groups",
    ),
    "too few others": (
        Comparison("level", "1"),
        {"min_group": 6, "among": "everyone"},
        "there are 3 people in level '1': fewer than min_group = 6; compare a larger group, or join groups",
    ),
    "nobody else": (
        Comparison("band", "low"),
        {},
        "everyone outside band 'low' is a leader, so nobody is left to compare; set gaps.among = 'everyone'",
    ),
    "an intersection of one person": (
        Comparison("gender × band", "man × low", "woman × low"),
        {"min_group": 5},
        "there are 4 people in gender × band 'man × low', leaders not counted: fewer than min_group = 5; "
        "compare a larger group, or join groups",
    ),
    "an intersection nobody is in": (
        Comparison("gender × band", "woman × high"),
        {},
        "there is no group 'woman × high' in gender × band; did you mean 'woman × low'?",
    ),
    "an intersection not asked for": (
        Comparison("gender × site", "woman × north"),
        {},
        "the roster has no column 'gender × site' to compare groups by; did you mean 'gender × band'?",
    ),
    "no stratum": (
        Comparison("gender", "woman", "man"),
        {"strata": ("level", "function")},
        "nobody in gender 'woman' has the same level as anybody in 'man', so nobody can be compared in the same place; "
        "hold fewer columns equal in gaps.strata",
    ),
    "no stratum, everyone else": (
        Comparison("gender", "woman"),
        {"strata": ("level",)},
        "nobody in gender 'woman' has the same level as anybody else, so nobody can be compared in the same place; "
        "hold fewer columns equal in gaps.strata",
    ),
    "no measure": (
        Comparison("gender", "woman", "man"),
        {"measures": ["y"]},
        "there is no measure 'y'; use one of x",
    ),
    "an empty column is not offered": (
        Comparison("sex", "woman"),
        {"empty": True},
        "the roster has no column 'sex' to compare groups by; use one of level, site, gender, band, gender × band",
    ),
    "an empty column is not offered for strata": (
        Comparison("gender", "woman", "man"),
        {"empty": True, "strata": ("job",)},
        "the roster has no column 'job'; use one of level, site, gender, band, gender × band",
    ),
    "no measures": (
        Comparison("gender", "woman", "man"),
        {"measures": []},
        "gaps.measures is empty; name a measure, or leave it out for all",
    ),
    "no family": (
        Comparison("gender", "woman", "man"),
        {"family": []},
        "gaps.family is empty; name a measure, or leave it out for all",
    ),
    "a family that is not compared": (
        Comparison("gender", "woman", "man"),
        {"family": ["x", "leader_ties"]},
        "gaps.family names 'leader_ties', which is not among the measures compared; use one of x",
    ),
    "no interval": (
        Comparison("gender", "woman", "man"),
        {"interval": "bootstrap"},
        "there is no interval 'bootstrap'; did you mean 'stratified bootstrap'?",
    ),
    "empty column": (
        Comparison("function", "sales"),
        {"empty": True},
        "the column 'function' is empty; compare a column that says which group people are in",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals_are_one_sentence_with_a_cure(case):
    comparison, options, message = REFUSALS[case]
    graph = graph_of(
        gender=["woman"] * 3 + ["man"] * 4 + ["other"],
        level=[1, 1, 1, 2, 2, 2, 2, 3],
        function=None if "empty" in options else ["sales"] * 8,
        site=["north"] * 8,
        band=["low"] * 7 + ["high"],
        leader=[False] * 7 + [True],
    )
    graph = graph.with_people(with_intersections(graph.people, [("gender", "band")]))
    settled = {"strata": ()} | {name: value for name, value in options.items() if name != "empty"}
    with pytest.raises(StudyError) as error:
        one_gap(graph, np.arange(8.0), comparisons=[comparison], **settled)
    assert str(error.value) == message
