"""Mixing between groups against published values and brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import mixing as m
from ona.model import StudyError

# No deadline: how long one example takes on a busy machine says nothing about the code.
FEW = settings(max_examples=25, deadline=None)


def arcs_between(sources, targets, count):
    pairs = ((a, b) for a in sources for b in targets if a != b)
    return list(itertools.islice(pairs, count))


@pytest.fixture
def coleman(build):
    """Sixty and forty people whose arcs mix as (45, 15; 20, 20)."""
    boys, girls = [f"b{i:02d}" for i in range(60)], [f"g{i:02d}" for i in range(40)]
    arcs = [
        *arcs_between(boys, boys, 45),
        *arcs_between(boys, girls, 15),
        *arcs_between(girls, boys, 20),
        *arcs_between(girls, girls, 20),
    ]
    return build(arcs, people=[*boys, *girls], gender=["boy"] * 60 + ["girl"] * 40)


def test_coleman_homophily(coleman):
    # Worked example of Coleman 1958's index as R's netseg documents it: 0.38125 and 0.175.
    assert m.mixing_matrix(coleman, column="gender").to_numpy().tolist() == [[45, 15], [20, 20]]
    assert m.coleman_homophily(coleman, column="gender").to_dict() == pytest.approx({"boy": 0.38125, "girl": 0.175})


def test_coleman_below_chance_and_undefined(build):
    avoids = build([("a", "c"), ("b", "c"), ("c", "d")], function=["x", "x", "y", "z"])
    values = m.coleman_homophily(avoids, column="function")
    assert values["x"] == -1.0
    assert np.isnan(values["y"])  # one person cannot have ties of their own kind
    assert np.isnan(values["z"])  # no arcs out


def test_enron_recipients_by_gender(enron):
    # Perry & Wolfe 2013: recipients of the 21,635 messages by gender of sender and receiver.
    table = m.mixing_table(enron, columns=["gender"]).set_index(["source_group", "target_group"])
    assert table["count"].to_dict() == {
        ("Female", "Female"): 7529,
        ("Female", "Male"): 8061,
        ("Male", "Female"): 5310,
        ("Male", "Male"): 17488,
    }
    assert table["ties"].sum() == len(enron.arcs)
    assert table["people_source"].to_dict()["Female", "Male"] == (enron.people["gender"] == "Female").sum()


@FEW
@given(data=st.data())
def test_table_equals_counting_arc_by_arc(graphs, data):
    graph = data.draw(graphs())
    group = graph.people["function"]
    people = group.value_counts()
    table = m.mixing_table(graph, columns=["function", "site"])
    assert table["column"].drop_duplicates().tolist() == ["function", "site"]
    rows = table[table["column"] == "function"].set_index(["source_group", "target_group"])
    assert rows.index.tolist() == list(itertools.product(sorted(set(group)), repeat=2))
    arcs = graph.arcs.assign(one=graph.arcs["source"].map(group), other=graph.arcs["target"].map(group))
    possible = graph.size * (graph.size - 1)
    for (one, other), row in rows.iterrows():
        here = arcs[(arcs["one"] == one) & (arcs["other"] == other)]
        pairs = people[one] * (people[other] - (one == other))
        assert (row["ties"], row["count"]) == (len(here), here["count"].sum())
        assert (row["people_source"], row["people_target"]) == (people[one], people[other])
        assert row["strength"] == pytest.approx(here["strength"].sum())
        expected = len(arcs) * pairs / possible if possible else np.nan
        assert row["expected"] == pytest.approx(expected, nan_ok=True)
        assert row["ratio"] == pytest.approx(len(here) / expected if expected > 0 else np.nan, nan_ok=True)
        four = (
            len(here) * (possible - pairs - (len(arcs) - len(here))),
            (len(arcs) - len(here)) * (pairs - len(here)),
        )
        log_odds = np.log(four[0] / four[1]) if all(four) else np.nan
        assert row["log_odds"] == pytest.approx(log_odds, nan_ok=True)


def test_expected_is_the_mean_over_all_shuffles(build):
    arcs = [("a", "b"), ("b", "a"), ("a", "c"), ("d", "e"), ("e", "a")]
    groups = list("xxyyy")
    shuffles = set(itertools.permutations(groups))
    tables = [m.mixing_matrix(build(arcs, function=list(s)), column="function").to_numpy() for s in shuffles]
    expected = m.mixing_table(build(arcs, function=groups), columns=["function"])["expected"]
    assert expected.tolist() == pytest.approx(np.mean(tables, axis=0).ravel().tolist())


def test_people_whose_group_is_unknown_are_left_out(build):
    with_unknown = build([("a", "b"), ("b", "c"), ("d", "a")], function=["x", "y", "y", ""])
    without = build([("a", "b"), ("b", "c")], function=["x", "y", "y"])
    pd.testing.assert_frame_equal(
        m.mixing_table(with_unknown, columns=["function"]), m.mixing_table(without, columns=["function"])
    )


def test_levels_keep_their_order(build):
    graph = build([("a", "b"), ("c", "b")], level=[10, 2, 10])
    assert m.mixing_table(graph, columns=["level"])["source_group"].tolist() == ["2", "2", "10", "10"]


def test_homophily_table(coleman):
    table = m.homophily_table(coleman, columns=["gender"]).set_index("group")
    assert table.loc["boy", ["people", "ties_out", "ties_in", "ties_within"]].tolist() == [60, 60, 65, 45]
    # External arcs 15 out and 20 in against 45 inside.
    assert table.loc["boy", "e_i"] == pytest.approx((35 - 45) / 80)
    assert m.e_i_groups(coleman, column="gender")["girl"] == pytest.approx((35 - 20) / 55)
    assert table["coleman"].tolist() == pytest.approx([0.38125, 0.175])


def test_no_columns_and_nobody_known(build):
    graph = build([("a", "b")])
    assert (
        m.mixing_table(graph, columns=[]).columns.tolist() == m.mixing_table(graph, columns=["site"]).columns.tolist()
    )
    assert m.mixing_table(graph, columns=["site"]).empty
    assert (
        m.homophily_table(graph, columns=["site"]).columns.tolist()
        == m.homophily_table(graph, columns=[]).columns.tolist()
    )


def test_one_person(build):
    row = m.mixing_table(build([], people=["a"], function=["x"]), columns=["function"]).iloc[0]
    assert (row["people_source"], row["ties"]) == (1, 0)
    assert row[["expected", "ratio", "log_odds"]].isna().all()


def test_unknown_column(build):
    with pytest.raises(StudyError, match=r"the roster has no column 'team'; name one under people.groups"):
        m.mixing_table(build([("a", "b")]), columns=["team"])
