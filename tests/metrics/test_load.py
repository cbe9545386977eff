"""Collaboration load: every person against peers picked out one by one, and the words for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics import load as m
from metrics.gaps import Comparison, gap_table
from metrics.words.load import overload_sentence
from ona.model import StudyError, influence_graph

MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(max_examples=20, deadline=None)
STRATA = ("level", "function")


def plain(graph, strata, min_group):
    """One person after another, with everybody else looked at."""
    people = graph.people.astype(object).where(graph.people.notna(), None).to_dict(orient="index")
    contacts = {one: set() for one in people}
    strength, incoming = dict.fromkeys(people, 0.0), dict.fromkeys(people, 0.0)
    for source, target, value in graph.arcs[["source", "target", "strength"]].itertuples(index=False):
        contacts[source].add(target)
        contacts[target].add(source)
        strength[source] += value
        strength[target] += value
        incoming[target] += value
    rows = {}
    for one, own in people.items():
        for kept in range(len(strata), -1, -1):
            columns = strata[:kept]
            peers = [p for p in people if p != one and all(people[p][c] == own[c] for c in columns)]
            if kept == 0 or (all(own[c] is not None for c in columns) and len(peers) >= min_group):
                break
        held = np.array([strength[p] for p in peers])
        median = np.median(held) if peers else np.nan
        percentile = 100 * np.mean((held < strength[one]) + 0.5 * (held == strength[one])) if peers else np.nan
        ratio = strength[one] / median if median > 0 else np.nan
        verdict = ratio >= 2 and percentile >= 95 - 1e-9
        rows[one] = {
            "contacts": len(contacts[one]),
            "strength": strength[one],
            "incoming": incoming[one],
            "peers": len(peers),
            "peers_of": " × ".join(columns) or "everyone",
            "peer_median": median,
            "ratio": ratio,
            "percentile": percentile,
            "overloaded": verdict if len(peers) >= min_group and median > 0 else pd.NA,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


@st.composite
def companies(draw, build):
    """Few strengths, so that peers tie; unknown levels and functions; isolates."""
    size = draw(st.integers(3, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    ids = [f"p{k:02d}" for k in range(size)]
    pairs = np.unique(rng.integers(0, size, (int(size * draw(st.sampled_from([0.3, 1.0, 2.0]))), 2)), axis=0)
    arcs = [(ids[a], ids[b], float(2.0 ** rng.integers(-1, 5))) for a, b in pairs]
    level = rng.choice(np.array(["1", "2", ""]), size, p=[0.5, 0.4, 0.1])
    function = rng.choice(np.array(["x", "y", "z", ""]), size, p=[0.5, 0.3, 0.1, 0.1])
    return build(arcs, people=ids, level=level, function=function)


@given(data=st.data(), min_group=st.sampled_from([1, 3, 5]))
@MANY
def test_everybody_against_peers_picked_out_one_by_one(build, data, min_group):
    graph = data.draw(companies(build))
    table = m.load_table(graph, min_group=min_group)
    assert list(table) == list(m.LOAD_COLUMNS)
    expected = plain(graph, STRATA, min_group)
    for name in m.LOAD_COLUMNS:
        if name in ("peers_of", "overloaded"):
            assert table[name].astype(object).fillna("?").tolist() == expected[name].fillna("?").tolist()
        else:
            assert table[name].tolist() == pytest.approx(expected[name].tolist(), rel=1e-9, nan_ok=True)


@given(data=st.data(), seed=st.integers(0, 99))
@FEW
def test_what_must_change_nothing(build, doubled, relabelled, data, seed):
    graph = data.draw(companies(build))
    table = m.load_table(graph, min_group=3)
    twice = m.load_table(doubled(graph), min_group=3)
    for name in ("strength", "incoming", "peer_median"):
        assert twice[name].equals(2 * table[name])
    same = [name for name in m.LOAD_COLUMNS if name not in ("strength", "incoming", "peer_median")]
    pd.testing.assert_frame_equal(twice[same], table[same], check_exact=True)
    other, new = relabelled(graph, seed)
    pd.testing.assert_frame_equal(table.rename(index=new).sort_index(), m.load_table(other, min_group=3))
    loops = pd.DataFrame({"source": graph.persons, "target": graph.persons, "strength": 1.0})
    looped = graph.with_ties(pd.concat([graph.ties[["source", "target", "strength"]], loops]))
    pd.testing.assert_frame_equal(table, m.load_table(looped, min_group=3), check_exact=True)


def star(extra, *, leaves=40):
    """One person tied to everybody with the strength given besides a ring of ones."""
    ids = [f"p{k:02d}" for k in range(leaves)]
    ring = pd.DataFrame({"source": ids, "target": [*ids[1:], ids[0]], "strength": 1.0})
    more = pd.DataFrame({"source": ["p00"], "target": ["p05"], "strength": [extra]})
    return influence_graph(pd.DataFrame({"person": ids}), pd.concat([ring, more]))


def test_twice_the_median_and_the_top_twentieth():
    # In a ring everybody has strength 2. Two people with 2 more are at the top and at exactly twice the median.
    assert m.load_table(star(2.0), strata=())["overloaded"].sum() == 2
    # A little less is no longer twice; the top alone is not enough.
    assert m.load_table(star(2.0 - 1e-9), strata=())["overloaded"].sum() == 0
    # Two equals among nine people are each above 7.5 of 8 peers: not yet the top twentieth, however much they carry.
    assert m.load_table(star(9.0, leaves=9), strata=())["overloaded"].sum() == 0


def test_exactly_at_the_95th_percentile():
    # 21 people; twenty peers of the second highest: 19 have less, 1 has more: 95 % exactly.
    ids = [f"p{k:02d}" for k in range(21)]
    ties = pd.DataFrame({"source": ["p00", "p01"], "target": ["p02", "p03"], "strength": [9.0, 8.0]})
    ring = pd.DataFrame({"source": ids[4:], "target": [*ids[5:], ids[4]], "strength": 1.0})
    table = m.load_table(influence_graph(pd.DataFrame({"person": ids}), pd.concat([ties, ring])), strata=())
    assert table.loc["p00", "percentile"] == 100 * 19.5 / 20
    assert table.loc["p00", "overloaded"]
    assert table.loc["p01", "percentile"] == 100 * 17.5 / 20
    assert not table.loc["p01", "overloaded"]
    one = ties.assign(target=["p02", "p02"])
    table = m.load_table(influence_graph(pd.DataFrame({"person": ids}), pd.concat([one, ring])), strata=())
    # p02 17, p00 9, p01 8: nineteen peers of p00 have less.
    assert table.loc["p00", "percentile"] == 95
    assert table.loc["p00", "overloaded"]


def test_strengths_of_any_size(build):
    strengths = 10.0 ** np.linspace(-12, 12, 13)
    arcs = [(f"a{k:02d}", f"b{k:02d}", value) for k, value in enumerate(strengths)]
    table = m.load_table(build(arcs), strata=())
    # 25 others with two each of thirteen values: the median is a middle one.
    assert table["strength"].tolist() == [*strengths, *strengths]
    assert table.loc["a12", "ratio"] == pytest.approx(1e12)
    assert table.loc["a00", "ratio"] == pytest.approx(1e-12)


def test_one_person_and_nobody_with_ties(build):
    one = m.load_table(build([], people=["a"]), strata=()).loc["a"]
    assert one[["contacts", "strength", "peers"]].tolist() == [0, 0, 0]
    assert one[["peer_median", "ratio", "percentile", "overloaded"]].isna().all()
    assert one["peers_of"] == m.EVERYONE
    none = m.load_table(build([], people=list("abcdefgh")), strata=())
    assert none["percentile"].tolist() == [50.0] * 8
    assert none["peer_median"].tolist() == [0.0] * 8
    assert none[["ratio", "overloaded"]].isna().all(axis=None)


def test_peers_fall_back_a_column_at_a_time(build):
    people = [f"p{k:02d}" for k in range(14)]
    graph = build(
        [(people[0], people[1])],
        people=people,
        level=["1"] * 10 + ["2"] * 3 + [""],
        function=["x"] * 6 + ["y"] * 3 + [""] + ["x"] * 4,
    )
    table = m.load_table(graph)
    expected = ["level × function"] * 6 + ["level"] * 4 + ["everyone"] * 4
    assert table["peers_of"].tolist() == expected
    assert table["peers"].tolist() == [5] * 6 + [9] * 4 + [13] * 4
    # With everybody together still fewer than asked for, nobody is called overloaded or not.
    alone = m.load_table(graph, min_group=20)
    assert alone["overloaded"].isna().all()
    assert alone["percentile"].notna().all()


def test_the_ratio_is_a_measure_for_gaps(lazega):
    load = m.load_table(lazega, strata=("level", "office"))
    table = gap_table(
        lazega,
        load,
        comparisons=[Comparison("gender", "woman", "man")],
        measures=["ratio", "overloaded"],
        strata=("level", "office"),
        among="everyone",
        permutations=99,
        seed=1,
    )
    women = lazega.people["gender"] == "woman"
    assert table["mean_focal"][0] == pytest.approx(load["ratio"][women].mean())
    assert table["n_undefined"][0] == load["ratio"].isna().sum()


def test_groups_are_counted(lazega):
    load = m.load_table(lazega, strata=("level",))
    table = m.overload_table(lazega, load, columns=["gender", "office"])
    assert list(table) == list(m.OVERLOAD_COLUMNS)
    assert table["group"].tolist() == ["man", "woman", "Boston", "Hartford", "Providence"]
    for _, row in table.iterrows():
        some = load[lazega.people[row["column"]] == row["group"]]
        assert row["people"] == some["overloaded"].notna().sum()
        assert row["unknown"] == some["overloaded"].isna().sum()
        assert row["overloaded"] == some["overloaded"].sum()
        assert row["share_overloaded"] == pytest.approx(some["overloaded"].astype(float).mean())
        assert row["share_of_all"] == pytest.approx(load["overloaded"].astype(float).mean())
        assert row["median_ratio"] == pytest.approx(some["ratio"].median())
        assert row["sentence"] == overload_sentence(row)


def test_unknown_groups_and_people_who_are_not_in_the_load_table(build):
    graph = build([("a", "b"), ("b", "c"), ("c", "d")], function=["x", "x", "", "y"])
    load = m.load_table(graph, strata=(), min_group=2).drop(index="d")
    table = m.overload_table(graph, load, columns=["function"])
    assert table[["group", "people", "unknown", "ungrouped"]].to_numpy().tolist() == [["x", 2, 0, 1], ["y", 0, 1, 1]]
    assert table.loc[1, ["share_overloaded", "median_ratio"]].isna().all()
    assert table.loc[0, "share_of_all"] == 0


ROW = {
    "column": "gender",
    "group": "woman",
    "people": 226,
    "unknown": 0,
    "overloaded": 12,
    "share_overloaded": 12 / 226,
    "share_of_all": 0.041,
}
REST = "the highest of their peers; of all people compared, 4.1 % do. Recorded contact is not workload"


@pytest.mark.parametrize(
    ("changes", "begins", "ends"),
    [
        ({}, "Of 226 women, 12 (5.3 %) have at least twice", f"and are among {REST}."),
        ({"unknown": 2}, "Of 226 women, 12", f"{REST} (2 without enough peers left out)."),
        ({"overloaded": 1, "share_overloaded": 1 / 226}, "Of 226 women, 1 (0.4 %) has", f"and is among {REST}."),
        ({"overloaded": 0, "share_overloaded": 0.0}, "Of 226 women, nobody has", f"and is among {REST}."),
        ({"people": 1, "overloaded": 1, "share_overloaded": 1.0}, "Of the one person compared among women, 1 (", REST),
        ({"column": "site", "group": "north"}, "Of 226 people whose site is north, 12", REST),
        ({"people": 0, "unknown": 3, "share_overloaded": np.nan}, "Nobody among women (3) has enough peers", "with."),
    ],
)
def test_words(changes, begins, ends):
    sentence = overload_sentence(ROW | changes)
    assert sentence.startswith(begins)
    assert ends in sentence
    assert "nan" not in sentence


def test_what_is_refused(build):
    graph = build([("a", "b")], function=["x", "y"])
    load = m.load_table(graph, strata=())
    with pytest.raises(StudyError, match="no column 'team'"):
        m.load_table(graph, strata=("team",))
    with pytest.raises(StudyError, match="peers of 0 people"):
        m.load_table(graph, min_group=0)
    with pytest.raises(StudyError, match="the text 'function' and no list"):
        m.load_table(graph, strata="function")
    with pytest.raises(StudyError, match="no column of the roster is listed"):
        m.overload_table(graph, load, columns=[])
    with pytest.raises(StudyError, match="no column 'ratio'"):
        m.overload_table(graph, load[["strength"]], columns=["function"])
