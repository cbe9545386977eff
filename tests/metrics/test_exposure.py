"""Exposure and bias: the exact identity, published values, and who counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.access import access_table, leader_share
from metrics.exposure import EXPOSURE_COLUMNS, exposure_table, leaders_around
from metrics.gaps import Comparison
from ona.model import InfluenceGraph, StudyError, influence_graph

WOMEN = Comparison("gender", "woman", "man")
NO_TIES = pd.DataFrame({"source": [], "target": []})
PARTS = ("share_focal", "share_reference", "present_focal", "present_reference", "gap", "exposure", "bias")


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
    table = exposure_table(lazega, access_table(lazega), comparisons=[WOMEN], unit="office", seed=1)
    row = table.iloc[0]
    expected = [0.5416, 0.6281, 0.5099, 0.4927, -0.0865, 0.0201, -0.1066]
    assert row[list(PARTS)].tolist() == pytest.approx(expected, abs=6e-5)
    assert (row["n_focal"], row["n_reference"], row["n_undefined"]) == (15, 20, 0)
    assert all(row[f"{part}_low"] < row[part] < row[f"{part}_high"] for part in PARTS)
    assert list(table) == list(EXPOSURE_COLUMNS)


@settings(max_examples=40, deadline=None)
@given(graph=firms(), with_chain=st.booleans())
def test_exposure_and_bias_add_up_exactly(graph, with_chain):
    access = pd.DataFrame(
        {
            "leader_share": leader_share(graph),
            "leader_share_with_chain": leader_share(graph, with_chain=True),
        }
    )
    row = exposure_table(graph, access, comparisons=[WOMEN], with_chain=with_chain, seed=1, draws=20, min_group=1).iloc[
        0
    ]
    if not np.isnan(row["bias"]):
        assert row["exposure"] + row["bias"] == pytest.approx(row["gap"], abs=1e-12)
    share = access["leader_share_with_chain" if with_chain else "leader_share"]
    around = leaders_around(graph, with_chain=with_chain)
    counted = graph.people[share.notna() & around.notna() & ~graph.is_leader]
    groups = {name: part.index for name, part in counted.groupby("gender")}
    if len(groups) == 2:
        assert row["share_focal"] == pytest.approx(share[groups["woman"]].mean())
        assert row["present_reference"] == pytest.approx(around[groups["man"]].mean())
    assert row["n_focal"] + row["n_reference"] + row["n_undefined"] == (~graph.is_leader).sum()


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
    row = exposure_table(graph, access, comparisons=[WOMEN], seed=1, draws=50, min_group=2).iloc[0]
    assert (row["present_focal"], row["gap"]) == (0.0, pytest.approx(0.25 - 0.375))
    assert np.isnan(row[["exposure", "bias", "exposure_low", "bias_high"]].tolist()).all()
    assert row["sentence"] == (
        "The gap in leader share between women and men cannot be split into who is there to meet and which ties form, "
        "because one of the groups has no leaders around it in the same function "
        "(2 women, 2 men; 3 without a value left out)."
    )


def test_too_few_people_with_both_numbers_show_none():
    graph = firm(leaders=("g",))
    access = pd.DataFrame({"leader_share": [0.5, *[np.nan] * 7]}, index=graph.persons)
    row = exposure_table(graph, access, comparisons=[WOMEN], seed=1, min_group=2).iloc[0]
    assert np.isnan(row[list(PARTS)].tolist()).all()
    assert row["sentence"].startswith("Too few people have a value for leader share to compare women and men")


def test_intervals_widen_for_small_groups_and_repeat_with_the_seed(lazega):
    access = access_table(lazega)
    options = {"comparisons": [WOMEN], "unit": "office"}
    first = exposure_table(lazega, access, seed=3, **options)
    pd.testing.assert_frame_equal(exposure_table(lazega, access, seed=3, **options), first)
    assert not exposure_table(lazega, access, seed=4, **options)["gap_low"].equals(first["gap_low"])
    # 15 women: mean ± t(14) × standard error, .5416 ± 2.145 × .0765, is nearly the same interval.
    share = access.loc[(lazega.people["gender"] == "woman") & ~lazega.is_leader, "leader_share"]
    error = share.std() / np.sqrt(15)
    half = (first["share_focal_high"] - first["share_focal_low"])[0] / 2
    assert half == pytest.approx(2.145 * error, rel=0.06)


def test_an_unknown_unit_is_refused(lazega):
    with pytest.raises(StudyError, match="the roster has no column 'floor'"):
        exposure_table(lazega, access_table(lazega), comparisons=[WOMEN], unit="floor", seed=1)
