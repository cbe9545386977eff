"""Structural holes, E–I, Everett–Valente and bridge dependence against published values, libraries and brute force."""

from __future__ import annotations

import itertools

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import brokerage as b
from metrics.roles import ROLES
from ona.model import StudyError, influence_graph

# No deadline: how long one example takes on a busy machine says nothing about the code.
FEW = settings(max_examples=25, deadline=None)

HOLES = {
    "constraint": b.constraint,
    "effective_size": b.effective_size,
    "efficiency": b.efficiency,
    "hierarchy": b.hierarchy,
}
MEASURES = {
    **HOLES,
    "e_i": lambda graph: b.e_i(graph, column="function"),
    "everett_valente": b.everett_valente,
    "bridge_dependence": b.bridge_dependence,
}


@pytest.fixture
def ego(build):
    """The ego network of Borgatti 1997, "Structural holes: unpacking Burt's redundancy measures", an arc each way."""
    pairs = ["AB", "AF", "AG", "AE", "EG", "FG", "BG", "BD", "DG", "GC"]
    return build([tuple(pair) for pair in pairs] + [tuple(pair[::-1]) for pair in pairs])


@pytest.fixture
def weighted_ego(build):
    """The same with the strengths of networkx's tests of structural holes."""
    pairs = {"AB": 2, "AF": 3, "AG": 5, "AE": 2, "EG": 8, "FG": 3, "BG": 4, "BD": 1, "DG": 3, "GC": 10}
    arcs = [(*pair, value) for pair, value in pairs.items()]
    return build([*arcs, *((target, source, value) for source, target, value in arcs)])


@pytest.fixture
def directed(build):
    """The directed graph of networkx's tests of structural holes."""
    return build([("0", "1"), ("0", "2"), ("1", "0"), ("2", "1")])


# The next three: values of networkx's tests, made with UCINET and igraph and checked there by hand.


def test_loops_are_dropped_before_constraint_is_taken():
    # A triangle with a loop: igraph 0.11 says 1.125, networkx 3 says 1.352. Without the loop both say 1.125, and so do
    # we, whose graphs drop loops first.
    arcs = [("a", "a"), *((x, y) for x, y in itertools.permutations("abc", 2))]
    network = nx.Graph(arcs)
    assert igraph.Graph.from_networkx(network).constraint()[0] == pytest.approx(1.125)
    assert nx.constraint(network)["a"] == pytest.approx(1.352, abs=5e-4)
    network.remove_edge("a", "a")
    assert nx.constraint(network)["a"] == pytest.approx(1.125)
    ties = pd.DataFrame(arcs, columns=["source", "target"])
    graph = influence_graph(pd.DataFrame({"person": list("abc")}), ties)
    assert b.constraint(graph).tolist() == pytest.approx([1.125] * 3)


def test_published_structural_holes(ego):
    assert b.constraint(ego)[["G", "A", "C"]].round(3).tolist() == [0.4, 0.595, 1.0]
    assert b.effective_size(ego)[["G", "A"]].round(2).tolist() == [4.67, 2.5]
    assert b.efficiency(ego)["G"] == pytest.approx(14 / 3 / 6)


def test_published_structural_holes_weighted(weighted_ego):
    assert b.constraint(weighted_ego)[["C", "G", "A"]].round(3).tolist() == [1.0, 0.299, 0.795]
    assert b.effective_size(weighted_ego)[["G", "A", "C"]].tolist() == pytest.approx([5.47, 2.47, 1.0], abs=0.01)
    # The same in exact fractions, worked out by hand.
    assert b.effective_size(weighted_ego)[["G", "A"]].tolist() == pytest.approx([5417 / 990, 99 / 40], abs=1e-12)


def test_published_structural_holes_directed(directed, build):
    assert b.constraint(directed).round(3).tolist() == [1.003, 1.003, 1.389]
    assert b.effective_size(directed).round(3).tolist() == [1.167, 1.167, 1.0]
    # Two distinct alters each: a tie both ways is one contact, not two.
    assert b.efficiency(directed).round(4).tolist() == [0.5833, 0.5833, 0.5]
    weighted = build([("0", "1", 2), ("0", "2", 2), ("1", "0", 1), ("2", "1", 1)])
    assert b.constraint(weighted).round(3).tolist() == [0.84, 1.143, 1.378]
    assert b.effective_size(weighted).round(3).tolist() == [1.567, 1.083, 1.0]


def test_hierarchy_computed_independently(ego):
    # Coleman–Theil disorder on c_ij, computed apart from this toolkit from Burt 1992, equation 2.9.
    expected = {"A": 0.167751, "G": 0.094749, "B": 0.073738, "D": 0.012748, "E": 0.003425, "F": 0.003425, "C": 1.0}
    assert b.hierarchy(ego).round(6).to_dict() == expected


def test_the_medici(padgett):
    # Padgett's marriage network; constraint as igraph and networkx give it, effective size and hierarchy computed
    # independently from Burt 1992.
    assert b.constraint(padgett)["Medici"] == pytest.approx(0.209877, abs=5e-7)
    assert b.effective_size(padgett)["Medici"] == pytest.approx(5.6667, abs=5e-5)
    assert b.hierarchy(padgett)["Medici"] == pytest.approx(0.022456, abs=5e-7)
    # Everett & Valente 2016 on betweenness 47.5, six ties and 15 connected families.
    assert b.everett_valente(padgett)["Medici"] == pytest.approx((2 * 47.5 + 14) / 6)
    # The Pucci have no marriage tie.
    assert padgett.arcs["source"].nunique() == 15
    assert b.constraint(padgett).isna().sum() == 1


def test_loops_are_dropped_before_constraint(build):
    # With loops left in, igraph and networkx disagree with each other.
    graph = build([("a", "a", 5), ("a", "b"), ("b", "c", 2), ("c", "a"), ("c", "c")])
    assert graph.self_loops_dropped == 2
    assert igraph_constraint(graph) == pytest.approx(nx.constraint(graph.to_networkx(), weight="strength"))
    assert b.constraint(graph).to_dict() == pytest.approx(igraph_constraint(graph))


def igraph_constraint(graph):
    arcs = zip(graph.positions(graph.arcs["source"]), graph.positions(graph.arcs["target"]), strict=True)
    network = igraph.Graph(n=graph.size, edges=list(arcs), directed=True)
    network.es["w"] = graph.arcs["strength"].tolist()
    both = network.as_undirected(combine_edges={"w": "sum"})
    return dict(zip(graph.persons, both.constraint(weights="w"), strict=True))


def dense(graph):
    """The four formulas of Burt 1992 as plain loops over dense matrices."""
    w = graph.matrix.toarray()
    w = w + w.T
    rows = {}
    for i, person in enumerate(graph.persons):
        alters = np.flatnonzero(w[i])
        p = w / np.where(w.sum(axis=1) > 0, w.sum(axis=1), 1)[:, None]
        m = w / np.where(w.max(axis=1) > 0, w.max(axis=1), 1)[:, None]
        others = range(len(w))
        c = np.array([(p[i, j] + sum(p[i, q] * p[q, j] for q in others if q not in (i, j))) ** 2 for j in alters])
        size = sum(1 - sum(p[i, q] * m[j, q] for q in others if q not in (i, j)) for j in alters)
        count = len(alters)
        relative = c / (c.sum() / count) if count else c
        spread = (relative * np.log(relative)).sum() / (count * np.log(count)) if count > 1 else 1.0
        values = (c.sum(), size, size / max(count, 1), spread) if count else (np.nan,) * 4
        rows[person] = dict(zip(HOLES, values, strict=True))
    return pd.DataFrame.from_dict(rows, orient="index")


@FEW
@given(data=st.data())
def test_structural_holes_equal_every_oracle(graphs, data):
    graph = data.draw(graphs())
    network = graph.to_networkx()
    expected = dense(graph)
    for name, measure in HOLES.items():
        np.testing.assert_allclose(measure(graph), expected[name], rtol=1e-9, atol=1e-12, err_msg=name)
    tied = expected.index[expected["constraint"].notna()]
    size = nx.effective_size(network, nodes=list(tied), weight="strength")
    for other in (igraph_constraint(graph), nx.constraint(network, weight="strength")):
        assert [other[person] for person in tied] == pytest.approx(expected.loc[tied, "constraint"].tolist(), abs=1e-9)
    # networkx calls people without outgoing arcs isolated; for them the dense formula alone is the oracle.
    sending = [person for person in tied if network.out_degree(person)]
    assert [size[person] for person in sending] == pytest.approx(expected.loc[sending, "effective_size"].tolist())


def test_people_without_ties(build):
    graph = build([("a", "b")], people=["a", "b", "c"], leaders=["a"], function=["x", "x", "y"])
    for name in (*HOLES, "e_i"):
        assert np.isnan(MEASURES[name](graph)["c"]), name
    assert b.everett_valente(graph)["c"] == 0
    assert b.bridge_dependence(graph)["c"] == 0
    lone = build([], people=["a"], function=["x"])
    assert all(np.isnan(measure(lone)["a"]) for name, measure in MEASURES.items() if name != "everett_valente")


def test_a_single_contact(build):
    graph = build([("a", "b", 3)])
    assert [measure(graph)["a"] for measure in HOLES.values()] == [1.0, 1.0, 1.0, 1.0]


def test_structural_holes_in_blocks_of_rows(lazega, monkeypatch):
    whole = [measure(lazega) for measure in HOLES.values()]
    monkeypatch.setattr("metrics._arrays._BLOCK_TERMS", 1000)
    for measure, expected in zip(HOLES.values(), whole, strict=True):
        pd.testing.assert_series_equal(measure(lazega), expected)


@FEW
@given(data=st.data())
def test_e_i_counts_arcs_in_and_out(graphs, data):
    graph = data.draw(graphs())
    group = graph.people["function"]
    for person, value in b.e_i(graph, column="function").items():
        other = [
            end for arc in graph.arcs[["source", "target"]].to_numpy() if person in arc for end in arc if end != person
        ]
        external = sum(group[end] != group[person] for end in other)
        expected = (2 * external - len(other)) / len(other) if other else np.nan
        assert value == pytest.approx(expected, nan_ok=True)


def test_e_i_leaves_out_people_whose_group_is_unknown(build):
    graph = build([("a", "b"), ("a", "c"), ("c", "b")], function=["x", "y", ""])
    assert b.e_i(graph, column="function").to_dict() == pytest.approx({"a": 1.0, "b": 1.0, "c": np.nan}, nan_ok=True)


@FEW
@given(data=st.data())
def test_everett_valente_equals_networkx(graphs, data):
    graph = data.draw(graphs())
    network = graph.to_networkx().to_undirected()
    between = nx.betweenness_centrality(network, normalized=False)
    part = {v: len(nodes) for nodes in nx.connected_components(network) for v in nodes}
    for person, value in b.everett_valente(graph).items():
        c_b, ties = between[person], network.degree(person)
        assert value == pytest.approx((2 * c_b + part[person] - 1) / ties if c_b > 1e-12 else 0.0)


def joined(network, leaders):
    """Everybody in a connected part that holds a leader."""
    parts = [nodes for nodes in nx.connected_components(network) if nodes & set(leaders)]
    return set().union(*parts)


@FEW
@given(data=st.data())
def test_bridge_dependence_equals_removal_and_recomputing(graphs, data):
    graph = data.draw(graphs(most=12))
    network = graph.to_networkx().to_undirected()
    before = joined(network, graph.leaders)
    for person, value in b.bridge_dependence(graph).items():
        without = network.copy()
        without.remove_node(person)
        lost = before - {person} - joined(without, graph.leaders)
        assert value == (len(lost) if len(graph.leaders) else pytest.approx(np.nan, nan_ok=True))


def test_bridge_dependence_when_the_only_leader_leaves(build):
    line = [("boss", "a"), ("a", "b"), ("b", "c")]
    assert b.bridge_dependence(build(line, leaders=["boss"])).to_dict() == {"a": 2, "b": 1, "boss": 3, "c": 0}
    # A second leader at the other end: only people in between could lose, and they have two ways out.
    assert b.bridge_dependence(build(line, leaders=["boss", "c"])).tolist() == [0, 0, 0, 0]
    # Somebody else's part of the network does not count, nor do people who had no way to a leader.
    apart = build([*line, ("x", "y")], leaders=["boss"])
    assert b.bridge_dependence(apart)[["boss", "x", "y"]].tolist() == [3, 0, 0]


def test_bridge_dependence_along_a_very_long_line(build):
    size = 20_000
    people = [f"{i:05d}" for i in range(size)]
    graph = build(list(itertools.pairwise(people)), leaders=[people[0]])
    assert b.bridge_dependence(graph).tolist() == list(range(size - 1, -1, -1))


def test_table(build):
    graph = build([("a", "b", 2), ("b", "a"), ("b", "c"), ("c", "d")], leaders=["a"], function=["x", "x", "y", "y"])
    seen = []
    table = b.brokerage_table(graph, progress=lambda done, total: seen.append((done, total)))
    assert table.columns.tolist() == [
        *HOLES,
        *ROLES,
        *(f"{role}_z" for role in ROLES),
        "e_i",
        "everett_valente",
        "bridge_dependence",
    ]
    assert table.index.equals(graph.persons)
    assert seen == [(done, 5) for done in range(1, 6)]
    for name, measure in MEASURES.items():
        np.testing.assert_array_equal(table[name], measure(graph))


def test_unknown_column(build):
    graph = build([("a", "b")], function=["x", "y"])
    with pytest.raises(StudyError) as error:
        b.brokerage_table(graph, column="team")
    assert str(error.value) == "the roster has no column 'team'; use one of function"
