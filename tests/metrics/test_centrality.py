"""Degrees, strengths and cores against networkx and igraph, and what always holds."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import centrality as c
from ona.model import StudyError, influence_graph

# No deadline: how long one example takes on a busy machine says nothing about the code.
MANY = settings(max_examples=200, deadline=None)

MEASURES = {
    "in_strength": c.in_strength,
    "out_strength": c.out_strength,
    "in_degree": c.in_degree,
    "out_degree": c.out_degree,
    "degree": c.degree,
    "coreness": c.coreness,
}


def of_networkx(network):
    either_way = network.to_undirected()
    return {
        "in_strength": dict(network.in_degree(weight="strength")),
        "out_strength": dict(network.out_degree(weight="strength")),
        "in_degree": dict(network.in_degree()),
        "out_degree": dict(network.out_degree()),
        "degree": dict(either_way.degree()),
        "coreness": nx.core_number(either_way),
    }


def of_igraph(network):
    simple = network.as_undirected(mode="collapse")
    return {
        "in_strength": network.strength(mode="in", weights="strength"),
        "out_strength": network.strength(mode="out", weights="strength"),
        "in_degree": network.degree(mode="in"),
        "out_degree": network.degree(mode="out"),
        "degree": simple.degree(),
        "coreness": simple.coreness(),
    }


@MANY
@given(data=st.data())
def test_equals_networkx(graphs, data):
    graph = data.draw(graphs(most=40))
    network = graph.to_networkx()
    for name, theirs in of_networkx(network).items():
        expected = pd.Series(theirs).reindex(graph.persons).to_numpy(float)
        np.testing.assert_allclose(MEASURES[name](graph), expected, rtol=1e-9, err_msg=name)
    simple = c.simple_network(graph)
    edges = [(graph.persons[a], graph.persons[b]) for a, b in simple.get_edgelist()]
    assert sorted(edges) == sorted(tuple(sorted(edge)) for edge in network.to_undirected().edges)
    assert (simple.vcount(), simple.is_directed()) == (graph.size, False)


def test_equals_networkx_and_igraph_on_real_networks(lazega, enron):
    for graph in (lazega, enron):
        theirs, other = of_networkx(graph.to_networkx()), of_igraph(graph.to_igraph())
        for name, measure in MEASURES.items():
            expected = pd.Series(theirs[name]).reindex(graph.persons)
            np.testing.assert_allclose(measure(graph), expected, rtol=1e-9, err_msg=name)
            np.testing.assert_allclose(measure(graph), other[name], rtol=1e-9, err_msg=name)


@pytest.mark.parametrize("name", MEASURES)
def test_names_and_index(name, build):
    values = MEASURES[name](build([("b", "a"), ("c", "a", 3)], people=["c", "a", "b", "d"]))
    assert values.name == name
    assert values.index.tolist() == ["a", "b", "c", "d"]


@pytest.mark.parametrize("name", MEASURES)
def test_isolates_and_a_lone_person(name, build):
    # The tie from c to themselves is dropped.
    assert MEASURES[name](build([("a", "b"), ("c", "c")], people=["a", "b", "c"]))["c"] == 0.0
    assert MEASURES[name](build([], people=["a"]))["a"] == 0.0


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_new_ids_and_doubled_strengths(graphs, relabelled, doubled, data):
    graph = data.draw(graphs(most=20))
    other, new = relabelled(graph, data.draw(st.integers(0, 99)))
    twice = doubled(graph)
    for name, measure in MEASURES.items():
        values = measure(graph)
        renamed = values.rename(index=new).sort_index()
        np.testing.assert_array_equal(measure(other), renamed, err_msg=name)
        factor = 2 if name.endswith("strength") else 1
        np.testing.assert_array_equal(measure(twice), factor * values, err_msg=name)


def test_a_two_way_tie_counts_once(build):
    # a ⇄ b, and a → c, b → c: three ties, all in the 2-core; d hangs on c.
    graph = build([("a", "b"), ("b", "a"), ("a", "c"), ("b", "c"), ("c", "d")])
    assert c.degree(graph).to_dict() == {"a": 2, "b": 2, "c": 3, "d": 1}
    assert c.coreness(graph).to_dict() == {"a": 2, "b": 2, "c": 2, "d": 1}
    assert c.simple_network(graph).get_edgelist() == [(0, 1), (0, 2), (1, 2), (2, 3)]


def test_degrees_and_edges_are_the_same_with_any_number_of_threads(monkeypatch):
    rng = np.random.default_rng(5)
    ids = np.array([f"p{k:04d}" for k in range(3000)])
    ends = rng.integers(0, len(ids), (2, 20_000))
    people, ties = pd.DataFrame({"person": ids}), pd.DataFrame({"source": ids[ends[0]], "target": ids[ends[1]]})
    graph = influence_graph(people, ties.drop_duplicates())
    alone = c.degree(graph), c.simple_network(graph).get_edgelist()
    monkeypatch.setattr("metrics.kernels.running.cores", lambda: 3)
    monkeypatch.setattr("metrics.kernels.running.WORTH_A_THREAD", 1)
    pd.testing.assert_series_equal(c.degree(graph), alone[0])
    assert c.simple_network(graph).get_edgelist() == alone[1]


def test_coreness_of_a_network_made_before(lazega):
    made = c.simple_network(lazega)
    assert c.coreness(lazega, network=made).equals(c.coreness(lazega))
    with pytest.raises(StudyError, match="undirected"):
        c.coreness(lazega, network=lazega.to_igraph())
