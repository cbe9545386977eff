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
from scipy.linalg import block_diag
from scipy.sparse import csr_array

from metrics import brokerage as b
from metrics.brokerage import _adjacency
from metrics.brokerage._adjacency import contacts_of
from metrics.segregation import e_i_expected
from ona.model import StudyError, influence_graph

# No deadline: how long one example takes on a busy machine says nothing about the code.
FEW = settings(max_examples=25, deadline=None)
# Ten networks side by side in each of twenty examples.
TWENTY = settings(max_examples=20, deadline=None)
SIZES = st.lists(st.integers(3, 40), min_size=10, max_size=10)
SEEDS = st.integers(0, 2**32 - 1)

HOLES = {
    "constraint": b.constraint,
    "effective_size": b.effective_size,
    "efficiency": b.efficiency,
    "hierarchy": b.hierarchy,
}
MEASURES = {
    **HOLES,
    "broker_overlap": b.broker_overlap,
    "sole_brokerage": b.sole_brokerage,
    "partial_brokerage": b.partial_brokerage,
    "e_i": lambda graph: b.e_i(graph, column="function"),
    "e_i_expected": lambda graph: b.e_i_expected_people(graph, column="function"),
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
    """The four formulas of Burt 1992 over dense matrices."""
    w = graph.matrix.toarray()
    w = w + w.T
    rows = {}
    for i, person in enumerate(graph.persons):
        alters = np.flatnonzero(w[i])
        count = len(alters)
        p = w / np.where(w.sum(axis=1) > 0, w.sum(axis=1), 1)[:, None]
        m = w / np.where(w.max(axis=1) > 0, w.max(axis=1), 1)[:, None]
        # Nobody is tied to themselves: q = i and q = j add nothing.
        c = (p[i] + p[i] @ p)[alters] ** 2
        size = sum(1 - p[i] @ m[j] for j in alters)
        relative = c / (c.sum() / count) if count else c
        spread = (relative * np.log(relative)).sum() / (count * np.log(count)) if count > 1 else 1.0
        values = (c.sum(), size, size / max(count, 1), spread) if count else (np.nan,) * 4
        rows[person] = dict(zip(HOLES, values, strict=True))
    return pd.DataFrame.from_dict(rows, orient="index")


def made_up(*sizes, seed, spread=0.0):
    """Networks at random side by side; the first few people of each are tied to half of the others each way."""
    rng, parts = np.random.default_rng(seed), []
    for people in sizes:
        there = rng.random((people, people)) < rng.uniform(0, 12) / people
        hubs = rng.integers(3)
        there[:hubs] |= rng.random((hubs, people)) < 0.5
        there[:, :hubs] |= rng.random((people, hubs)) < 0.5
        np.fill_diagonal(there, False)
        parts.append(there)
    source, target = np.nonzero(block_diag(*parts))
    names = np.array([f"p{k:04d}" for k in range(sum(sizes))])
    roster = pd.DataFrame({"person": names, "function": rng.choice(["x", "y", "z"], len(names))})
    roster["leader"] = rng.random(len(names)) < 0.05
    strength = 10 ** (spread * rng.uniform(-1, 1, len(source)))
    ties = pd.DataFrame({"source": names[source], "target": names[target], "strength": strength})
    return influence_graph(roster, ties)


@TWENTY
@given(sizes=SIZES, seed=SEEDS)
def test_structural_holes_equal_dense_matrices_and_igraph(sizes, seed):
    graph = made_up(*sizes, seed=seed, spread=1.0)
    expected = dense(graph)
    np.testing.assert_allclose(b.structural_holes(graph), expected, rtol=1e-9, atol=1e-12)
    by_igraph = list(igraph_constraint(graph).values())
    np.testing.assert_allclose(by_igraph, expected["constraint"], rtol=1e-9, atol=1e-12)


@FEW
@given(data=st.data())
def test_each_structural_hole_is_a_column_of_the_table(graphs, data):
    graph = data.draw(graphs())
    table = b.structural_holes(graph)
    assert table.columns.tolist() == list(b.STRUCTURAL_HOLES_COLUMNS) == list(HOLES)
    for name, measure in HOLES.items():
        pd.testing.assert_series_equal(measure(graph), table[name])


@FEW
@given(data=st.data())
def test_structural_holes_equal_networkx(graphs, data):
    graph = data.draw(graphs(least=3, most=20))
    network, table = graph.to_networkx(), b.structural_holes(graph)
    constraint = nx.constraint(network, weight="strength")
    np.testing.assert_allclose(table["constraint"], [constraint[person] for person in graph.persons], rtol=1e-9)
    # networkx calls people without outgoing arcs isolated; for them the dense formula alone is the oracle.
    sending = [person for person in graph.persons if network.out_degree(person)]
    size = nx.effective_size(network, nodes=sending, weight="strength")
    np.testing.assert_allclose(table.loc[sending, "effective_size"], [size[person] for person in sending], rtol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_structural_holes_with_hubs_and_strengths_of_every_size(seed):
    graph = made_up(80, seed=seed, spread=12.0)
    np.testing.assert_allclose(b.structural_holes(graph), dense(graph), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("factor", [2.0, 2.0**40, 2.0**-40])
def test_strengths_times_a_power_of_two_change_no_digit(factor):
    graph = made_up(60, seed=1, spread=3.0)
    other = graph.with_ties(graph.ties.assign(strength=factor * graph.ties["strength"]))
    pd.testing.assert_frame_equal(b.brokerage_table(other), b.brokerage_table(graph), check_exact=True)


def test_strengths_near_the_largest_number_do_not_run_over(build):
    arcs = [("a", "b", 1.0), ("b", "c", 2.0), ("c", "a", 3.0), ("c", "d", 4.0)]
    graph, huge = build(arcs), build([(one, other, 2.0**1000 * value) for one, other, value in arcs])
    pd.testing.assert_frame_equal(b.structural_holes(huge), b.structural_holes(graph), check_exact=True)


def test_any_number_of_threads_gives_the_same_digits(monkeypatch):
    graph = made_up(200, seed=2, spread=3.0)
    monkeypatch.setattr("metrics.kernels.running.WORTH_A_THREAD", 0)
    monkeypatch.setattr(_adjacency, "_STEPS_AT_ONCE", 50_000)
    tables = []
    for cores in (1, 2, 5):
        monkeypatch.setattr("metrics.kernels.running.cores", lambda cores=cores: cores)
        tables.append(b.brokerage_table(graph))
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0], check_exact=True)


@FEW
@given(data=st.data())
def test_contacts_are_strengths_added_both_ways(graphs, data):
    graph = data.draw(graphs(most=20))
    held, expected = contacts_of(graph), csr_array(graph.matrix + graph.matrix.T)
    expected.sort_indices()
    np.testing.assert_array_equal(held.starts, expected.indptr)
    np.testing.assert_array_equal(held.contacts, expected.indices)
    np.testing.assert_array_equal(held.strength, expected.data)


def test_people_without_ties(build):
    graph = build([("a", "b")], people=["a", "b", "c"], leaders=["a"], function=["x", "x", "y"])
    for name in (*HOLES, "e_i"):
        assert np.isnan(MEASURES[name](graph)["c"]), name
    assert b.everett_valente(graph)["c"] == 0
    assert b.bridge_dependence(graph)["c"] == 0
    lone = build([], people=["a"], function=["x"])
    zero = ("everett_valente", "sole_brokerage", "partial_brokerage")
    for name, measure in MEASURES.items():
        assert measure(lone)["a"] == pytest.approx(0 if name in zero else np.nan, nan_ok=True), name


def test_a_single_contact(build):
    graph = build([("a", "b", 3)])
    assert [measure(graph)["a"] for measure in HOLES.values()] == [1.0, 1.0, 1.0, 1.0]


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


@pytest.mark.parametrize("groups", ["xxyyz", "xxxxy", "xyyyy", "xxyy?", "xxxxx"])
def test_chance_for_a_person_is_the_mean_over_all_ways_to_shuffle_the_others(build, groups):
    arcs = [("a", "b"), ("b", "a"), ("a", "c"), ("d", "a"), ("c", "b"), ("d", "e"), ("e", "b")]
    people = list("abcde")
    graph = build(arcs, function=[group.strip("?") for group in groups])
    expected = b.e_i_expected_people(graph, column="function")
    known = [person for person, group in zip(people, groups, strict=True) if group != "?"]
    for person in known:
        others = [other for other in known if other != person]
        held = dict(zip(people, groups, strict=True))
        ends = [end for arc in arcs if person in arc for end in arc if end != person and end in known]
        values = []
        for shuffled in itertools.permutations([held[other] for other in others]):
            group = dict(zip(others, shuffled, strict=True))
            values.append(np.mean([1 if group[end] != held[person] else -1 for end in ends]))
        assert expected[person] == pytest.approx(np.mean(values), abs=1e-12)
    pd.testing.assert_series_equal(expected, b.e_i_table(graph, column="function")["e_i_expected"], check_names=False)


def test_chance_is_undefined_where_the_index_is(build):
    graph = build([("a", "b"), ("c", "d")], people=list("abcde"), function=["x", "y", "x", "", "y"])
    table = b.e_i_table(graph, column="function")
    assert table["e_i"].isna().tolist() == table["e_i_expected"].isna().tolist() == [False, False, True, True, True]


def test_chance_over_everybody_is_that_of_the_whole_network():
    # Where everybody has as many arcs, the mean over people is the mean when everybody is shuffled.
    names = [f"p{k}" for k in range(7)]
    ties = pd.DataFrame({"source": names, "target": names[1:] + names[:1]})
    graph = influence_graph(pd.DataFrame({"person": names, "function": list("xxxyyzz")}), ties)
    expected = b.e_i_expected_people(graph, column="function")
    assert expected.mean() == pytest.approx(e_i_expected(graph, column="function"))


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
    assert (b.everett_valente_estimate(graph).error == 0).all()


def test_sampled_everett_valente_lies_within_its_error():
    graph = made_up(1100, 200, 200, 200, seed=4)
    sampled, exact = (b.everett_valente_estimate(graph, exact=exact, seed=1) for exact in (False, True))
    assert ((exact.values - sampled.values).abs() <= sampled.error + 1e-9).all()
    # Who is on no shortest path is known without a sample.
    nobody = exact.values == 0
    assert 0 < nobody.sum() < graph.size
    assert (sampled.values == 0).equals(nobody)
    assert ((sampled.error == 0) == nobody).all()
    assert (exact.error == 0).all()
    found = b.brokerages(graph, measures=b.EVERETT_VALENTE_COLUMNS, exact=False, seed=1)
    pd.testing.assert_frame_equal(found.values, pd.concat([sampled.values, sampled.error], axis=1))
    assert found.precision[["measure", "method", "sources"]].values.tolist() == [["everett_valente", "sampled", 1024]]
    few = b.brokerages(graph, measures=["everett_valente"], exact=False, sources=50, delta=0.2, seed=1)
    assert few.precision[["sources", "delta"]].values.tolist() == [[50, 0.2]]


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
    assert table.columns.tolist() == list(b.BROKERAGE_COLUMNS)
    assert table.columns.tolist() == [
        *HOLES,
        *b.ROLES,
        *(f"{role}_z" for role in b.ROLES),
        "broker_overlap",
        "sole_brokerage",
        "partial_brokerage",
        "e_i",
        "e_i_expected",
        "everett_valente",
        "everett_valente_error",
        "bridge_dependence",
    ]
    assert table.index.equals(graph.persons)
    assert seen == sorted(seen)
    assert seen[-1] == (100, 100)
    for name, measure in MEASURES.items():
        np.testing.assert_array_equal(table[name], measure(graph))
    pd.testing.assert_frame_equal(table[list(b.ROLES_COLUMNS)], b.role_table(graph, column="function"))


@pytest.mark.parametrize("name", b.BROKERAGE_COLUMNS)
def test_table_of_one_measure(build, name):
    graph = build([("a", "b", 2), ("b", "a"), ("b", "c"), ("c", "d")], leaders=["a"], function=["x", "x", "y", "y"])
    one = b.brokerage_table(graph, measures=[name])
    pd.testing.assert_frame_equal(one, b.brokerage_table(graph)[[name]])


def test_measures_in_the_order_of_the_table(build):
    graph = build([("a", "b")], function=["x", "y"])
    assert b.brokerage_table(graph, measures=["e_i", "hierarchy"]).columns.tolist() == ["hierarchy", "e_i"]
    assert b.brokerage_table(graph, measures=[]).shape == (2, 0)
    with pytest.raises(StudyError, match="there is no measure 'closeness'; use any of constraint, "):
        b.brokerage_table(graph, measures=["closeness"])


def test_unknown_column(build):
    graph = build([("a", "b")], function=["x", "y"])
    with pytest.raises(StudyError) as error:
        b.brokerage_table(graph, column="team")
    assert str(error.value) == "the roster has no column 'team'; use one of function"
