"""Exposure and bias: the exact identity, published values, and who counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.access import access_table, leader_share
from metrics.exposure import EXPOSURE_COLUMNS, exposure_table, leaders_around
from metrics.gaps import Comparison, gap_table
from ona.model import InfluenceGraph, StudyError, influence_graph

WOMEN = Comparison("gender", "woman", "man")
NO_TIES = pd.DataFrame({"source": [], "target": []})
PARTS = ("gap", "exposure", "bias")
MEANS = ("share_focal", "share_reference", "present_focal", "present_reference")


@st.composite
def firms(draw: st.DrawFn) -> InfluenceGraph:
    size = draw(st.integers(6, 14))
    ids = [f"p{i:02d}" for i in range(size)]

    def each(values: list[str]) -> list[str]:
        return draw(st.lists(st.sampled_from(values), min_size=size, max_size=size))

    people = pd.DataFrame(
        {
            "person": ids,
            "manager": [draw(st.sampled_from(["", *ids[:i]])) for i in range(size)],
            "function": each(["x", "y", ""]),
            "level": each(["1", "2"]),
            "gender": ["woman", "man", "woman", "man", *each(["woman", "man"])[4:]],
            "leader": [False] * 4 + [draw(st.booleans()) for _ in ids[4:]],
        }
    )
    person = st.sampled_from(ids)
    pairs = draw(st.dictionaries(st.tuples(person, person), st.sampled_from([0.5, 1.0, 3.0]), max_size=40))
    rows = [(a, b, s) for (a, b), s in sorted(pairs.items())]
    return influence_graph(people, pd.DataFrame(rows, columns=["source", "target", "strength"]))


def test_lazega_exposure_and_bias(lazega):
    # Published values: men E .6281, X .4927; women E .5416, X .5099; gap −.0865 = exposure +.0201 + bias −.1066
    # (Lazega 2001; shares after Chetty et al. 2022, unit = office, partners among the others of the office).
    access = access_table(lazega)
    table = exposure_table(lazega, access, comparisons=[WOMEN], unit="office", seed=1)
    assert list(table) == list(EXPOSURE_COLUMNS)
    # Everybody who is not a partner is an associate: there is no level to hold equal.
    assert table["strata"].tolist() == ["none"]
    for _, row in table.iterrows():
        expected = [0.5416, 0.6281, 0.5099, 0.4927, -0.0865, 0.0201, -0.1066]
        assert row[[*MEANS, *PARTS]].tolist() == pytest.approx(expected, abs=6e-5)
        assert (row["n_focal"], row["n_reference"], row["n_undefined"]) == (15, 20, 0)
        assert (row["n_informative"], row["n_uninformative"]) == (35, 0)
        assert all(row[f"{part}_low"] < row[part] < row[f"{part}_high"] for part in PARTS)
        assert all((row[f"{part}_p"] <= 0.05) == (row[f"{part}_low"] > 0 or row[f"{part}_high"] < 0) for part in PARTS)


def test_the_gap_has_the_interval_and_p_of_the_gap_table(lazega):
    access = access_table(lazega)
    options = {"comparisons": [WOMEN], "seed": 7, "among": "everyone", "permutations": 500}
    raw, within = exposure_table(lazega, access, unit="office", strata=("level",), **options).to_dict(orient="records")
    gaps = [
        gap_table(lazega, access, measures=["leader_share"], strata=strata, **options).iloc[0]
        for strata in ((), ("level",))
    ]
    for row, gap in zip((raw, within), gaps, strict=True):
        assert row["gap"] == pytest.approx(gap["adjusted"], abs=1e-12)
        assert [row["gap_low"], row["gap_high"]] == pytest.approx([gap["adjusted_low"], gap["adjusted_high"]])
        assert (row["gap_p"], row["strata"]) == (gap["p"], gap["strata"])


@settings(max_examples=60, deadline=None)
@given(graph=firms(), with_chain=st.booleans())
def test_exposure_and_bias_add_up_exactly(graph, with_chain):
    share, around = leader_share(graph, with_chain=with_chain), leaders_around(graph, with_chain=with_chain)
    access = pd.DataFrame({"leader_share_with_chain" if with_chain else "leader_share": share})
    table = exposure_table(
        graph, access, comparisons=[WOMEN], with_chain=with_chain, seed=1, permutations=20, min_group=1
    )
    assert table["strata"].tolist() in (["none", "level"], ["none"])
    people = graph.people.assign(share=share, around=around)
    counted = people[share.notna() & around.notna() & ~graph.is_leader]
    for _, row in table.iterrows():
        assert row["n_focal"] + row["n_reference"] + row["n_undefined"] == (~graph.is_leader).sum()
        assert row["n_informative"] + row["n_uninformative"] == len(counted)
        if not np.isnan(row["bias"]):
            assert row["exposure"] + row["bias"] == pytest.approx(row["gap"], abs=1e-12)
        strata = counted["level"].astype("str") if row["strata"] == "level" else pd.Series("", counted.index)
        women = counted[counted["gender"] == "woman"]
        men = counted[counted["gender"] == "man"]
        if min(len(women), len(men)) < 1:
            assert np.isnan(row["gap"])
            continue
        shared = set(strata[women.index]) & set(strata[men.index])
        women = women[strata[women.index].isin(shared)]
        if women.empty:
            assert np.isnan(row["gap"])
            continue
        for name, mean in (("share", "share"), ("present", "around")):
            assert row[f"{name}_focal"] == pytest.approx(women[mean].mean())
            # Each woman stands beside the mean of the men of her stratum.
            like = [men.loc[strata[men.index] == stratum, mean].mean() for stratum in strata[women.index]]
            assert row[f"{name}_reference"] == pytest.approx(np.mean(like))


@pytest.mark.parametrize("with_chain", [False, True])
@settings(max_examples=20, deadline=None)
@given(graph=firms())
def test_leaders_around_are_counted_one_by_one(graph, with_chain):
    around = leaders_around(graph, with_chain=with_chain)
    people = graph.people
    for person in graph.persons:
        unit = people.loc[person, "function"]
        above = () if with_chain else graph.chain_of(person)
        others = [p for p in graph.persons if people.loc[p, "function"] == unit and p != person and p not in above]
        expected = people.loc[others, "leader"].mean() if isinstance(unit, str) and others else np.nan
        assert around[person] == pytest.approx(expected, nan_ok=True)


def firm(*, leaders: tuple[str, ...]) -> InfluenceGraph:
    people = pd.DataFrame(
        {
            "person": list("abcdefgh"),
            "gender": ["woman", "man"] * 4,
            "function": ["x"] * 4 + ["y"] * 4,
            "leader": [p in leaders for p in "abcdefgh"],
        }
    )
    return influence_graph(people, NO_TIES)


def test_without_leaders_around_one_group_the_gap_has_no_parts():
    graph = firm(leaders=("g",))
    access = pd.DataFrame({"leader_share": [0.0, np.nan, 0.5, np.nan, np.nan, 0.5, np.nan, 0.25]}, index=graph.persons)
    row = exposure_table(graph, access, comparisons=[WOMEN], seed=1, permutations=50, min_group=2).iloc[0]
    assert (row["present_focal"], row["gap"]) == (0.0, pytest.approx(0.25 - 0.375))
    assert np.isnan(row[["exposure", "bias", "exposure_low", "bias_high", "bias_p"]].tolist()).all()
    assert row["gap_low"] <= row["gap"] <= row["gap_high"]
    assert row["sentence"] == (
        "The gap in leader share between women and men cannot be split into who is there to meet and which ties form, "
        "because one of the groups has no leaders around it in the same function "
        "(2 women, 2 men; 3 without a value left out)."
    )


def test_too_few_people_with_both_numbers_show_none():
    graph = firm(leaders=("g",))
    access = pd.DataFrame({"leader_share": [0.5, *[np.nan] * 7]}, index=graph.persons)
    row = exposure_table(graph, access, comparisons=[WOMEN], seed=1, min_group=2).iloc[0]
    assert np.isnan(row[[*MEANS, *PARTS, "gap_p"]].tolist()).all()
    assert row["sentence"].startswith("Too few people have a value for leader share to compare women and men")


def test_the_unit_what_is_compared_and_empty_columns_are_not_held_equal(lazega):
    access = access_table(lazega)
    graph = lazega.with_people(lazega.people.assign(floor=None, practice=np.arange(lazega.size) % 2))
    options = {"comparisons": [WOMEN], "seed": 1, "permutations": 50}

    def strata(*columns: str, unit: str) -> list[str]:
        return exposure_table(graph, access, unit=unit, strata=columns, **options)["strata"].tolist()

    assert strata("practice", "office", unit="office") == ["none", "practice"]
    assert strata("practice", "office", unit="practice") == ["none", "office"]
    # All who are compared are of one level.
    assert strata("level", "gender", "floor", unit="office") == ["none"]
    assert strata("office", "gender", unit="office") == ["none"]
    with pytest.raises(StudyError, match="the roster has no column 'band'"):
        strata("band", unit="office")


def test_strata_of_which_none_holds_both_groups_leave_the_raw_row():
    graph = firm(leaders=("g",))
    graph = graph.with_people(graph.people.assign(site=["n", "s"] * 4))
    access = pd.DataFrame({"leader_share": np.linspace(0.1, 0.8, 8)}, index=graph.persons)
    table = exposure_table(
        graph, access, comparisons=[WOMEN], seed=1, strata=["site"], unit="gender", permutations=50, min_group=2
    )
    assert np.isfinite(table["gap"]).tolist() == [True, False]
    assert table["n_informative"].tolist() == [7, 0]
    assert table["sentence"][1] == (
        "The study cannot compare the leader share of women and men at the same site, because no two of them share a "
        "place (3 women, 4 men)."
    )


def test_results_repeat_with_the_seed(lazega):
    access = access_table(lazega)
    options = {"comparisons": [WOMEN], "unit": "office", "permutations": 300}
    first = exposure_table(lazega, access, seed=3, **options)
    pd.testing.assert_frame_equal(exposure_table(lazega, access, seed=3, **options), first)
    other = exposure_table(lazega, access, seed=4, **options)
    assert not other["bias_low"].equals(first["bias_low"])
    assert other["bias"].equals(first["bias"])


def test_no_comparison_makes_no_rows(lazega):
    table = exposure_table(lazega, access_table(lazega), comparisons=[], unit="office", seed=1)
    assert (len(table), list(table)) == (0, list(EXPOSURE_COLUMNS))


def test_an_unknown_unit_is_refused(lazega):
    with pytest.raises(StudyError, match="the roster has no column 'floor'"):
        exposure_table(lazega, access_table(lazega), comparisons=[WOMEN], unit="floor", seed=1)
