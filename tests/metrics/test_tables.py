"""What holds for every table alike: new ids change nothing, doubled strengths change only what is in strength.

`test_measures.py` asks this and more of every measure of people; here are tables, also on the smallest networks.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.brokerage import brokerage_table, role_totals
from metrics.centrality import centrality_table
from metrics.communities import communities_table
from metrics.mixing import HOMOPHILY_COLUMNS, homophily_table, mixing_table
from metrics.segregation import segregation_table
from ona.model import influence_graph

# No deadline: how long one example takes on a busy machine says nothing about the code.
FEW = settings(max_examples=25, deadline=None)
IN_STRENGTH = ["in_strength", "out_strength", "closeness", "strength"]


def about_people(graph):
    return pd.concat([centrality_table(graph), brokerage_table(graph, column="function")], axis=1)


def about_groups(graph):
    """Everything but what is drawn at random, which depends on the order of people."""
    drawn = ["p", "p_within", "q", "q_within", "sentence"]
    drawn += [name for name in HOMOPHILY_COLUMNS if name.startswith(("p_active", "q_active", "permutations"))]
    homophily = homophily_table(graph, columns=["function", "site"], strata=["site"], permutations=1, seed=1)
    segregation = segregation_table(graph, columns=["function", "site"], strata=["site"], permutations=1, seed=1)
    return [
        role_totals(graph, column="function"),
        mixing_table(graph, columns=["function", "site"]),
        homophily.drop(columns=drawn, errors="ignore"),
        segregation.drop(columns=drawn, errors="ignore"),
    ]


def times_two(table):
    scaled = [column for column in IN_STRENGTH if column in table]
    return table.assign(**{column: 2 * table[column] for column in scaled})


@FEW
@given(data=st.data())
def test_relabelling_people_and_doubling_strengths(graphs, relabelled, doubled, data):
    graph = data.draw(graphs())
    other, new = relabelled(graph, data.draw(st.integers(0, 99)))
    twice = doubled(graph)
    people, groups = about_people(graph), about_groups(graph)
    np.testing.assert_allclose(about_people(other), people.rename(index=new).sort_index(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(about_people(twice), times_two(people), rtol=1e-9, atol=1e-9)
    for table, renamed, scaled in zip(groups, about_groups(other), about_groups(twice), strict=True):
        pd.testing.assert_frame_equal(renamed, table)
        pd.testing.assert_frame_equal(scaled, times_two(table))


def test_order_of_input_rows_changes_no_byte(lazega):
    people = lazega.people.reset_index().sample(frac=1, random_state=1)
    shuffled = influence_graph(people, lazega.ties.sample(frac=1, random_state=2))
    for table in (
        centrality_table,
        lambda graph: brokerage_table(graph, column="office"),
        lambda graph: communities_table(graph, seed=3),
        lambda graph: mixing_table(graph, columns=["office", "gender"]),
        lambda graph: homophily_table(graph, columns=["office", "gender"], strata=["level"], permutations=50, seed=3),
        lambda graph: segregation_table(graph, columns=["gender"], strata=["level"], permutations=50, seed=3),
    ):
        assert table(shuffled).to_csv() == table(lazega).to_csv()
