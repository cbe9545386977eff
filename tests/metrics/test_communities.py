"""Communities: known divisions, names of communities, seeds, and igraph's generator left as it was."""

from __future__ import annotations

import itertools
import random

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.communities import communities, communities_table
from ona.model import StudyError, from_networkx

# No deadline: how long one example takes on a busy machine says nothing about the code.
FEW = settings(max_examples=25, deadline=None)


def clique(people):
    return list(itertools.permutations(people, 2))


def test_the_karate_club():
    # The largest modularity of Zachary's club without weights is 0.4198 (Brandes et al. 2008, IEEE TKDE 20, 172–188).
    club = nx.karate_club_graph()
    labels = communities(from_networkx(club, strength=None), seed=1)
    parts = [{int(person) for person in labels.index[labels == label]} for label in labels.unique()]
    assert nx.community.modularity(club, parts, weight=None) == pytest.approx(0.4198, abs=5e-5)


def test_largest_first_then_smallest_id(build):
    arcs = [*clique("xyz"), *clique("bce"), *clique("mnop"), ("z", "b", 0.1)]
    labels = communities(build(arcs, people=list("bcemnopxyzA")), seed=3)
    assert {label: "".join(labels.index[labels == label]) for label in sorted(set(labels))} == {
        0: "A",
        1: "mnop",
        2: "bce",
        3: "xyz",
    }


def test_strength_decides_not_distance(build):
    # A ring of four whose strong ties pair it one way; read as lengths they would pair it the other way.
    graph = build([("a", "b", 9), ("b", "c", 1), ("c", "d", 9), ("d", "a", 1)])
    assert communities(graph, seed=1).tolist() == [1, 1, 2, 2]


def test_a_larger_resolution_makes_more_communities(lazega):
    counts = [communities(lazega, seed=1, resolution=resolution).max() for resolution in (0.3, 1.0, 3.0)]
    assert counts[0] < counts[1] < counts[2]


@FEW
@given(data=st.data())
def test_labels_hold_together(graphs, doubled, data):
    graph = data.draw(graphs())
    seed = data.draw(st.integers(0, 9))
    table = communities_table(graph, seed=seed)
    labels = table["community"]
    tied = graph.persons.isin([*graph.arcs["source"], *graph.arcs["target"]])
    assert (labels[~tied] == 0).all()
    sizes = labels[tied].value_counts()
    assert sorted(sizes.index) == list(range(1, len(sizes) + 1))
    assert sizes.sort_index().is_monotonic_decreasing
    assert table.loc[tied, "community_size"].tolist() == labels[tied].map(sizes).tolist()
    assert (table.loc[~tied, "community_size"] == 1).all()
    network = graph.to_networkx().to_undirected()
    for label in sizes.index:  # what Leiden adds to Louvain: no community falls into pieces
        assert nx.is_connected(network.subgraph(labels.index[labels == label]))
    np.testing.assert_array_equal(communities(doubled(graph), seed=seed), labels)


def test_same_seed_same_communities_whatever_was_drawn_before(lazega):
    first = communities(lazega, seed=5)
    random.seed(99)
    igraph.Graph.Erdos_Renyi(n=50, p=0.1)
    again = communities(lazega, seed=5, network=lazega.to_igraph())
    assert first.tolist() == again.tolist()


def test_nobody_elses_random_numbers_are_touched(lazega):
    random.seed(7)
    untouched = igraph.Graph.Erdos_Renyi(n=40, p=0.2).get_edgelist(), random.random()
    random.seed(7)
    communities(lazega, seed=5)
    after = igraph.Graph.Erdos_Renyi(n=40, p=0.2).get_edgelist(), random.random()
    assert after == untouched


def test_nobody_tied(build):
    table = communities_table(build([], people=["a", "b"]), seed=1)
    assert table.to_numpy().tolist() == [[0, 1], [0, 1]]
    assert [str(dtype) for dtype in table.dtypes] == ["int64", "int64"]


def test_resolution_must_be_above_nothing(build):
    with pytest.raises(StudyError, match="a resolution of 0 finds no communities; use a number above 0"):
        communities(build([("a", "b")]), seed=1, resolution=0)
