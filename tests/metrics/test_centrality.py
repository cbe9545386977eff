"""Centrality against networkx, igraph, published values and what always holds."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import centrality as c

# No deadline: how long one example takes on a busy machine says nothing about the code.
FEW = settings(max_examples=25, deadline=None)

MEASURES = {
    "in_strength": c.in_strength,
    "out_strength": c.out_strength,
    "in_degree": c.in_degree,
    "out_degree": c.out_degree,
    "degree": c.degree,
    "betweenness": c.betweenness,
    "closeness": c.closeness,
    "influence": c.influence,
    "coreness": c.coreness,
    "reach_2": c.reach,
}


def _reached(network, person, steps):
    return len(nx.single_source_shortest_path_length(network, person, cutoff=steps)) - 1


def _attention(network):
    return nx.pagerank(network.reverse(), alpha=0.85, weight="strength", tol=1e-15, max_iter=2000)


ORACLES = {
    "in_strength": lambda g: dict(g.in_degree(weight="strength")),
    "out_strength": lambda g: dict(g.out_degree(weight="strength")),
    "in_degree": lambda g: dict(g.in_degree()),
    "out_degree": lambda g: dict(g.out_degree()),
    "degree": lambda g: dict(g.to_undirected().degree()),
    "betweenness": lambda g: nx.betweenness_centrality(g, weight="distance", normalized=False),
    "closeness": lambda g: nx.harmonic_centrality(g, distance="distance"),
    "influence": _attention,
    "coreness": lambda g: nx.core_number(g.to_undirected()),
    "reach_2": lambda g: {v: _reached(g, v, 2) / (len(g) - 1) if len(g) > 1 else np.nan for v in g},
}


@FEW
@given(data=st.data())
def test_equals_networkx(graphs, data):
    graph = data.draw(graphs())
    network = graph.to_networkx()
    for name, measure in MEASURES.items():
        expected = pd.Series(ORACLES[name](network)).reindex(graph.persons).to_numpy(float)
        np.testing.assert_allclose(measure(graph), expected, rtol=1e-9, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("name", MEASURES)
def test_names_and_index(name, build):
    graph = build([("b", "a"), ("c", "a", 3)], people=["c", "a", "b", "d"])
    values = MEASURES[name](graph)
    assert values.name == name
    assert values.index.tolist() == ["a", "b", "c", "d"]


@pytest.mark.parametrize("name", MEASURES)
def test_isolates_and_a_lone_person(name, build):
    isolate = MEASURES[name](build([("a", "b"), ("c", "c")], people=["a", "b", "c"]))["c"]
    # Influence is a share of everybody's attention: 0.15/3 and a third of what a and c, whom nobody influences, spread.
    assert isolate == (pytest.approx(0.2597, abs=1e-4) if name == "influence" else 0.0)
    lone = MEASURES[name](build([], people=["a"]))["a"]
    assert {"influence": lone == 1.0, "reach_2": np.isnan(lone)}.get(name, lone == 0.0)


def test_a_length_is_never_a_strength(build):
    # c gives nine tenths of its attention to a. Taking distance for strength would turn this round.
    influence = c.influence(build([("a", "c", 9), ("b", "c", 1)]))
    base = influence["c"]
    assert influence["a"] - base == pytest.approx(0.85 * 0.9 * base)
    assert influence["b"] - base == pytest.approx(0.85 * 0.1 * base)


def test_influence_flows_from_source_to_target(build):
    graph = build([("boss", "a"), ("boss", "b"), ("a", "b")])
    assert c.influence(graph).idxmax() == "boss"


def test_influence_by_hand(build):
    # b gives all its attention to a; a, whom nobody influences, spreads evenly. With damping ½: b = ¼ + ½ · a/2 and
    # a + b = 1.
    influence = c.influence(build([("a", "b")]), damping=0.5)
    assert influence.to_dict() == pytest.approx({"a": 0.6, "b": 0.4})


def test_influence_adds_up_to_one_and_equals_networkx_on_a_real_network(lazega):
    network = lazega.to_networkx()
    assert c.influence(lazega).sum() == pytest.approx(1.0)
    for name, measure in MEASURES.items():
        expected = pd.Series(ORACLES[name](network)).reindex(lazega.persons)
        np.testing.assert_allclose(measure(lazega), expected, rtol=1e-9, atol=1e-9, err_msg=name)
