"""Betweenness against igraph, networkx, every path listed, published values and what always holds."""

from __future__ import annotations

from functools import cache
from itertools import pairwise, permutations

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import triu

from metrics.centrality import betweenness, betweenness_estimate, closeness, path_estimates
from metrics.centrality._searches import arcs_of, path_sums_from
from metrics.kernels import blocks
from ona.model import StudyError, influence_graph

# No deadline: how long one example takes on a busy machine says nothing about the code.
MANY = settings(max_examples=200, deadline=None)
FEW = settings(max_examples=12, deadline=None)
CLOSE = {"rtol": 1e-9, "atol": 1e-9}


def drawn(data, *, most=40):
    """A directed network of 3 to 40 people whose strengths are any real numbers."""
    size = data.draw(st.integers(3, most))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    tied = rng.random((size, size)) < data.draw(st.sampled_from([0.03, 0.1, 0.3]))
    source, target = np.nonzero(tied)
    return network(size, source, target, rng.lognormal(0, 1, len(source)))


@cache
def people(size):
    ids = pd.DataFrame({"person": [f"p{i:05d}" for i in range(size)]})
    return influence_graph(ids, pd.DataFrame({"source": [], "target": []}, dtype="str"))


def network(size, source, target, strength):
    ids = people(size).persons.to_numpy()
    return people(size).with_ties(pd.DataFrame({"source": ids[source], "target": ids[target], "strength": strength}))


def in_igraph(graph, *, directed=True):
    """The network and its lengths, without what igraph does not need; two-way ties with their strengths added."""
    arcs = (graph.matrix if directed else triu(graph.matrix + graph.matrix.T)).tocoo()
    edges = np.stack([arcs.row, arcs.col], axis=1)
    return igraph.Graph(n=graph.size, edges=edges, directed=directed), (1 / arcs.data).tolist() or None


def with_hubs(size, *, seed=1, hubs=2):
    """A sparse network, some people tied to half the others; whole strengths, so that many ways are equally long."""
    rng = np.random.default_rng(seed)
    tied = rng.random((size, size)) < 4 / size
    tied[:hubs] |= rng.random((hubs, size)) < 0.5
    tied[:, :hubs] |= rng.random((size, hubs)) < 0.5
    source, target = np.nonzero(tied)
    return network(size, source, target, rng.integers(1, 4, len(source)).astype(float))


def by_igraph(graph, *, directed=True, weighted=True):
    known, lengths = in_igraph(graph, directed=directed)
    return known.betweenness(directed=directed, weights=lengths if weighted else None)


def by_networkx(graph):
    known = nx.from_scipy_sparse_array(graph.matrix, create_using=nx.DiGraph)
    found = nx.betweenness_centrality(known, weight=lambda u, v, arc: 1 / arc["weight"], normalized=False)
    return [found[person] for person in range(graph.size)]


def listed(graph):
    """Betweenness from a list of all paths there are."""
    arcs = graph.arcs.set_index(["source", "target"])["distance"].to_dict()
    people = graph.persons.tolist()
    worth = dict.fromkeys(people, 0.0)
    for start, end in permutations(people, 2):
        others = [person for person in people if person not in (start, end)]
        ways = [(start, *middle, end) for k in range(len(others) + 1) for middle in permutations(others, k)]
        long = {
            way: sum(arcs[arc] for arc in pairwise(way)) for way in ways if all(arc in arcs for arc in pairwise(way))
        }
        short = [way for way, length in long.items() if length <= min(long.values()) * (1 + 1e-12)]
        for way in short:
            for person in way[1:-1]:
                worth[person] += 1 / len(short)
    return pd.Series(worth)[graph.persons]


@MANY
@given(data=st.data())
def test_equals_igraph_and_networkx(data):
    graph = drawn(data)
    found = betweenness(graph)
    assert found.name == "betweenness"
    np.testing.assert_allclose(found, by_igraph(graph), **CLOSE)
    if graph.size < 20:
        np.testing.assert_allclose(found, by_networkx(graph), **CLOSE)
    np.testing.assert_allclose(betweenness(graph, steps=True), by_igraph(graph, weighted=False), **CLOSE)
    np.testing.assert_allclose(betweenness(graph, directed=False), by_igraph(graph, directed=False), **CLOSE)
    np.testing.assert_allclose(
        betweenness(graph, directed=False, steps=True), by_igraph(graph, directed=False, weighted=False), **CLOSE
    )


@FEW
@given(data=st.data())
def test_equals_networkx_where_many_ways_are_equally_long(graphs, data):
    graph = data.draw(graphs(most=12))
    np.testing.assert_allclose(betweenness(graph), by_networkx(graph), **CLOSE)


@FEW
@given(data=st.data())
def test_equals_all_paths_listed_though_sums_round(data):
    # Thirds, fifths and sixths: 1/3 + 1/6 is 1/2, but not their sums as numbers.
    size = data.draw(st.integers(3, 6))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    source, target = np.nonzero((rng.random((size, size)) < 0.6) & ~np.eye(size, dtype=bool))
    graph = network(size, source, target, rng.choice([1.0, 2.0, 3.0, 5.0, 6.0, 1.5, 10.0], len(source)))
    np.testing.assert_allclose(betweenness(graph), listed(graph), **CLOSE)


def test_ways_that_only_rounding_tells_apart_are_equal(build):
    # 0.1 + 0.2 against 0.3, and the same from either end.
    graph = build([("a", "b", 10), ("b", "d", 5), ("a", "c", 5), ("c", "d", 10), ("a", "e", 20), ("e", "d", 4)])
    assert betweenness(graph).tolist() == pytest.approx([0, 1 / 3, 1 / 3, 0, 1 / 3])


def test_medici(padgett):
    # Padgett's marriage network, undirected betweenness of the Medici 47.5 (Wasserman & Faust 1994, table 5.1, before
    # normalisation); with an arc each way every pair counts twice.
    for steps in (False, True):
        assert betweenness(padgett, steps=steps)["Medici"] == 2 * 47.5
        assert betweenness(padgett, steps=steps, directed=False)["Medici"] == 47.5
    assert betweenness(padgett).idxmax() == "Medici"


def test_strength_is_never_a_length(build):
    # The strong way a → b → c is 0.2 long, the weak one by d 2. Taking strength for length would turn this round.
    graph = build([("a", "b", 10), ("b", "c", 10), ("a", "d", 1), ("d", "c", 1)])
    assert betweenness(graph).to_dict() == {"a": 0.0, "b": 1.0, "c": 0.0, "d": 0.0}
    assert betweenness(graph, directed=False).to_dict() == {"a": 0.5, "b": 1.0, "c": 0.5, "d": 0.0}
    assert betweenness(graph, steps=True).to_dict() == {"a": 0.0, "b": 0.5, "c": 0.0, "d": 0.5}


@FEW
@given(data=st.data())
def test_relabelling_people_and_doubling_strengths(relabelled, doubled, data):
    graph = drawn(data, most=25) if data.draw(st.booleans()) else with_hubs(20, seed=data.draw(st.integers(0, 99)))
    other, new = relabelled(graph, data.draw(st.integers(0, 99)))
    for choice in ({}, {"directed": False}, {"steps": True}):
        found = betweenness(graph, **choice)
        np.testing.assert_allclose(betweenness(other, **choice), found.rename(index=new).sort_index(), **CLOSE)
        assert betweenness(doubled(graph), **choice).tolist() == found.tolist()


@FEW
@given(data=st.data())
def test_relabelling_where_strengths_are_worlds_apart(relabelled, data):
    # A length of 1e-12 is lost beside one of 1e12, and who comes first of two equally far people must not be their id.
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    size = data.draw(st.integers(3, 9))
    source, target = np.nonzero(rng.random((size, size)) < 0.5)
    graph = network(size, source, target, 10.0 ** rng.choice([-12, -11, 0, 11, 12], len(source)))
    other, new = relabelled(graph, data.draw(st.integers(0, 99)))
    np.testing.assert_allclose(betweenness(other), betweenness(graph).rename(index=new).sort_index(), **CLOSE)


def test_a_length_lost_in_a_sum_still_leads_on(build):
    # a → b is 1e12 long, what follows 1e-12 each: all of them as far as b, in numbers, and reached through it.
    graph = build([("a", "b", 1e-12), ("b", "c", 1e12), ("c", "d", 1e12), ("a", "c", 1e-13)])
    assert betweenness(graph).to_dict() == {"a": 0.0, "b": 2.0, "c": 2.0, "d": 0.0}
    graph = build([("z", "y", 1e-12), ("y", "x", 1e12), ("x", "w", 1e12), ("z", "x", 1e-13)])
    assert betweenness(graph).to_dict() == {"w": 0.0, "x": 2.0, "y": 2.0, "z": 0.0}


@pytest.mark.parametrize("unit", [1e-200, 1e-12, 1e11, 1e12, 3e30])
def test_the_unit_of_strength_changes_nothing(lazega, unit):
    scaled = lazega.with_ties(lazega.ties.assign(strength=lazega.ties["strength"] * unit))
    np.testing.assert_allclose(betweenness(scaled), betweenness(lazega), rtol=1e-12)
    few = with_hubs(60)
    scaled = few.with_ties(few.ties.assign(strength=few.ties["strength"] * unit))
    np.testing.assert_allclose(betweenness(scaled), betweenness(few), **CLOSE)


def test_isolates_loops_and_few_people(build):
    assert betweenness(build([("a", "b"), ("b", "b"), ("b", "c")], people=["a", "b", "c", "d"])).tolist() == [
        0,
        1,
        0,
        0,
    ]
    assert betweenness(build([], people=["a"])).tolist() == [0.0]
    assert betweenness(build([], people=["a", "b"])).tolist() == [0.0, 0.0]
    lone = betweenness_estimate(build([], people=["a"]), sources=1)
    assert (lone.exact, lone.epsilon, lone.error.tolist()) == (True, 0.0, [0.0])
    apart = build([("a", "b"), ("b", "c"), ("d", "e"), ("e", "f")])
    assert betweenness(apart).tolist() == [0, 1, 0, 0, 1, 0]


@pytest.mark.parametrize("steps", [False, True])
def test_more_ways_than_can_be_counted(steps):
    # Two ways at each fork, one fork after another: 2 to the 1,023rd is a number, 2 to the 1,024th is not any more.
    def forks(count):
        here = np.repeat(3 * np.arange(count), 2)
        middle = here + np.tile([1, 2], count)
        ends = np.concatenate([here, middle]), np.concatenate([middle, here + 3])
        return network(3 * count + 1, *ends, np.tile(np.repeat(1.0 + np.arange(count) % 2, 2), 2))

    # Before the two at the first fork is one person only; each of them is on half the ways from there to all behind.
    assert betweenness(forks(1023), steps=steps).iloc[1] == pytest.approx((3 * 1023 - 2) / 2)
    with pytest.raises(StudyError, match="more equally short ways than can be counted"):
        betweenness(forks(1024), steps=steps)


def test_same_digits_whatever_the_threads(monkeypatch):
    graph = with_hubs(300)
    found = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(blocks, "cores", lambda threads=threads: threads)
        monkeypatch.setattr(blocks, "WORTH_A_THREAD", 0)
        found.append([betweenness(graph, steps=steps).tolist() for steps in (False, True)])
        found[-1].append(betweenness_estimate(graph, sources=150).error.tolist())
    assert found[0] == found[1] == found[2]


def test_an_error_in_a_thread_is_heard(monkeypatch):
    monkeypatch.setattr(blocks, "cores", lambda: 2)
    monkeypatch.setattr(blocks, "WORTH_A_THREAD", 0)

    def work(start, stop, sums):
        raise ValueError(start)

    with pytest.raises(ValueError, match="0"):
        blocks.added_up(work, 10, length=2, like=np.zeros(1), cost=1)


def test_progress():
    seen = []
    betweenness(with_hubs(150), progress=lambda done, of: seen.append((done, of)))
    assert seen == [(64, 150), (128, 150), (150, 150)]


def test_searches_are_those_of_igraph_from_the_same_people():
    graph = with_hubs(120)
    known, lengths = in_igraph(graph)
    some = np.array([3, 50, 51, 119])
    arcs = arcs_of(graph, directed=True, steps=False)
    sums, _ = path_sums_from(arcs, arcs.reversed(), some, some[:0], scaled=False)
    theirs = known.betweenness(weights=lengths, sources=some.tolist(), targets=None)
    np.testing.assert_allclose(sums[0], theirs, **CLOSE)


@pytest.mark.parametrize("choice", [{}, {"steps": True}, {"directed": False}, {"directed": False, "steps": True}])
def test_all_scaled_searches_add_up_to_the_whole(choice):
    # All shares scaled by where a person stands, along and against, are the exact value: so a sample is unbiased.
    graph = with_hubs(40)
    directed, steps = choice.get("directed", True), choice.get("steps", False)
    arcs = arcs_of(graph, directed=directed, steps=steps)
    everybody = np.arange(graph.size)
    inward = everybody if directed else everybody[:0]
    sums, _ = path_sums_from(arcs, arcs.reversed(), everybody, inward, scaled=True)
    np.testing.assert_allclose(sums[0], betweenness(graph, **choice), **CLOSE)


@pytest.mark.parametrize("choice", [{}, {"steps": True}, {"directed": False, "steps": True}])
@pytest.mark.parametrize("hubs", [0, 1])
def test_the_bound_holds_for_everybody_at_once(hubs, choice):
    # In at least 1 − δ of 100 samples, δ = 0.1, everybody is within their error.
    graph = with_hubs(150, hubs=hubs)
    exact = betweenness(graph, **choice)
    pairs = 149 * 148 / (1 if choice.get("directed", True) else 2)
    held, total = 0, np.zeros(graph.size)
    for seed in range(100):
        found = betweenness_estimate(graph, sources=120, seed=seed, **choice)
        held += bool((abs(found.values - exact) <= found.error + 1e-9).all())
        assert found.epsilon == pytest.approx(found.error.max() / pairs)
        if hubs:
            # The bound says something about the hub: it is off by less than half, and nobody else comes near it.
            hub = exact.idxmax()
            assert found.error[hub] < found.values[hub] / 2
            assert found.values[hub] - found.error[hub] > (found.values + found.error).drop(hub).median()
        total += found.values.to_numpy()
    assert held >= 90
    # The mean of 100 samples is near the exact values: nobody's value is pulled one way.
    assert np.corrcoef(total, exact)[0, 1] > 0.995
    assert total.sum() / 100 == pytest.approx(exact.sum(), rel=0.03)


def test_no_bound_is_spent_on_people_who_can_stand_between_nobody(build):
    # a has nobody before, d nobody after, e only b on both sides.
    graph = build([("a", "b"), ("b", "c"), ("c", "d"), ("b", "e"), ("e", "b")])
    found = betweenness_estimate(graph, sources=2)
    assert found.error[["a", "d", "e"]].tolist() == [0, 0, 0]
    assert (found.error[["b", "c"]] > 0).all()


def test_estimate_says_what_it_is():
    graph = with_hubs(80)
    found = betweenness_estimate(graph, sources=30, delta=0.05, seed=3)
    assert (found.exact, found.sources, found.people, found.delta) == (False, 30, 80, 0.05)
    assert found.unit == "ordered pairs of people"
    again = betweenness_estimate(graph, sources=30, delta=0.05, seed=3)
    assert again.values.tolist() == found.values.tolist()
    assert betweenness(graph, sources=30, seed=4).tolist() != found.values.tolist()
    for exact in (betweenness_estimate(graph), betweenness_estimate(graph, sources=80)):
        assert (exact.exact, exact.sources, exact.epsilon) == (True, 80, 0.0)
        assert not exact.error.any()


def test_sampled_only_beyond_a_size(monkeypatch):
    monkeypatch.setattr("metrics.centrality.sampling.SOURCES", 20)
    graph = with_hubs(50)
    assert betweenness_estimate(graph).exact
    sampled = betweenness_estimate(graph, exact=False)
    assert (sampled.exact, sampled.sources) == (False, 20)
    assert betweenness_estimate(with_hubs(15), exact=False).exact


def test_betweenness_and_closeness_from_the_same_searches():
    graph = with_hubs(70)
    between, near = path_estimates(graph)
    assert between.values.tolist() == betweenness(graph).tolist()
    np.testing.assert_allclose(near.values, closeness(graph), **CLOSE)
    between, near = path_estimates(graph, sources=40, seed=2)
    assert between.values.tolist() == betweenness(graph, sources=40, seed=2).tolist()
    assert (abs(near.values - closeness(graph)) <= near.error).all()
    assert 0 < near.sources < 40
    assert not near.exact


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"sources": 0}, "0 sources say nothing"),
        ({"delta": 0.0}, "cannot fail with probability 0"),
        ({"exact": True, "sources": 5}, "what is exact needs all sources, not 5; leave out exact or sources"),
    ],
)
def test_choices_that_make_no_sense(build, choice, message):
    with pytest.raises(StudyError, match=message):
        betweenness(build([("a", "b")]), **choice)
