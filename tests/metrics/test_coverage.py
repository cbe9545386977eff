"""How much of each group the data see, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.coverage import COVERAGE_COLUMNS, EVERY_CHANNEL, coverage_table
from ona.model import InfluenceGraph, StudyError, influence_graph


@pytest.fixture
def graph() -> InfluenceGraph:
    people = pd.DataFrame(
        {
            "person": list("abcdef"),
            "gender": ["woman", "woman", "woman", "man", "man", None],
            "leader": [True, False, False, False, False, False],
        }
    )
    ties = pd.DataFrame(
        [
            ("a", "b", "email"),
            ("b", "a", "email"),  # the same contact, the other way
            ("a", "d", "email"),
            ("a", "d", "chat"),  # the same contact in another channel
            ("d", "e", "chat"),
            ("f", "d", "chat"),
        ],
        columns=["source", "target", "channel"],
    )
    return influence_graph(people, ties)


def test_every_row_by_hand(graph: InfluenceGraph) -> None:
    table = coverage_table(graph, columns=["gender"], min_group=1)
    assert tuple(table.columns) == COVERAGE_COLUMNS
    assert table.drop(columns="column").to_numpy().tolist() == [
        ["man", "all", 2, 1.0, 2.0],  # d knows a, e, f; e knows d
        ["man", "chat", 2, 1.0, 2.0],
        ["man", "email", 2, 0.5, 0.5],
        ["woman", "all", 3, 2 / 3, 1.0],  # a knows b and d; b knows a; c nobody
        ["woman", "chat", 3, 1 / 3, 1 / 3],
        ["woman", "email", 3, 2 / 3, 1.0],
        ["not recorded", "all", 1, 1.0, 1.0],
        ["not recorded", "chat", 1, 1.0, 1.0],
        ["not recorded", "email", 1, 0.0, 0.0],
    ]


def test_the_numbers_of_small_groups_are_kept_back(graph: InfluenceGraph) -> None:
    table = coverage_table(graph, columns=["gender"], min_group=3)
    numbers = table[["share_seen", "ties_per_head"]]
    assert numbers[table["group"] == "woman"].notna().all(axis=None)
    assert numbers[table["group"] != "woman"].isna().all(axis=None)
    assert table["people"].tolist() == [2] * 3 + [3] * 3 + [1] * 3


def test_an_unknown_column_is_refused(graph: InfluenceGraph) -> None:
    with pytest.raises(StudyError, match="no column 'team'"):
        coverage_table(graph, columns=["team"])


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_groups_add_up_to_everyone_and_no_channel_sees_more_than_all(graphs, data):
    graph = data.draw(graphs())
    table = coverage_table(graph, columns=["function"], min_group=1)
    everywhere = table[table["channel"] == EVERY_CHANNEL].set_index("group")
    assert everywhere["people"].sum() == graph.size
    neighbours = graph.matrix + graph.matrix.T
    assert (everywhere["people"] * everywhere["ties_per_head"]).sum() == pytest.approx(neighbours.nnz)
    seen = (everywhere["people"] * everywhere["share_seen"]).sum()
    assert seen == pytest.approx(np.count_nonzero(np.diff(neighbours.tocsr().indptr)))
    for _, row in table.iterrows():
        assert row["share_seen"] <= everywhere.loc[row["group"], "share_seen"]
        assert row["ties_per_head"] <= everywhere.loc[row["group"], "ties_per_head"]
