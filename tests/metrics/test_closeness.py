"""Harmonic closeness against igraph, networkx and what always holds."""

from __future__ import annotations

from functools import cache
from importlib import import_module

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import triu

from metrics.centrality import closeness, closeness_estimate
from metrics.centrality._searches import Arcs
from metrics.centrality.closeness import nearness_estimate
from metrics.centrality.sampling import half_widths
from metrics.kernels import blocks
from ona.model import StudyError, influence_graph

# No deadline: how long one example takes on a busy machine says nothing about the code.
MANY = settings(max_examples=200, deadline=None)
FEW = settings(max_examples=12, deadline=None)
CLOSE = {"rtol": 1e-9, "atol": 1e-9}


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


def made_up(size, *, density, seed, hubs=0):
    rng = np.random.default_rng(seed)
    tied = rng.random((size, size)) < density
    tied[:hubs] |= rng.random((hubs, size)) < 0.5
    tied[:, :hubs] |= rng.random((size, hubs)) < 0.5
    source, target = np.nonzero(tied)
    return network(size, source, target, rng.lognormal(0, 1, len(source)))


def drawn(data, *, most=40):
    density = data.draw(st.sampled_from([0.03, 0.1, 0.3]))
    return made_up(data.draw(st.integers(3, most)), density=density, seed=data.draw(st.integers(0, 2**32)))


@MANY
@given(data=st.data())
def test_equals_igraph_and_networkx(data):
    graph = drawn(data)
    known, lengths = in_igraph(graph)
    found = closeness(graph)
    assert found.name == "closeness"
    np.testing.assert_allclose(found, known.harmonic_centrality(mode="in", weights=lengths, normalized=False), **CLOSE)
    in_steps = known.harmonic_centrality(mode="in", normalized=False)
    np.testing.assert_allclose(closeness(graph, steps=True), in_steps, **CLOSE)
    both, lengths = in_igraph(graph, directed=False)
    np.testing.assert_allclose(
        closeness(graph, directed=False), both.harmonic_centrality(weights=lengths, normalized=False), **CLOSE
    )
    if graph.size < 15:
        theirs = nx.from_scipy_sparse_array(graph.matrix, create_using=nx.DiGraph)
        theirs = nx.harmonic_centrality(theirs, distance=lambda u, v, arc: 1 / arc["weight"])
        np.testing.assert_allclose(found, [theirs[person] for person in range(graph.size)], **CLOSE)


@pytest.mark.parametrize("density", [0.004, 0.02, 0.3])
def test_steps_of_more_people_than_a_word_has_bits(density):
    # Sparse, so that searches go along arcs; dense, so that they look back from those who are missing.
    graph = made_up(300, density=density, seed=1)
    expected = in_igraph(graph)[0].harmonic_centrality(mode="in", normalized=False)
    np.testing.assert_allclose(closeness(graph, steps=True), expected, **CLOSE)


def test_equal_strengths_are_searched_in_steps(lazega):
    # Every arc of the advice network has strength 1; with 3 each, everybody is three times as close.
    tripled = lazega.with_ties(lazega.ties.assign(strength=3.0))
    np.testing.assert_allclose(closeness(tripled), 3 * closeness(lazega, steps=True), **CLOSE)
    known, lengths = in_igraph(tripled)
    expected = known.harmonic_centrality(mode="in", weights=lengths, normalized=False)
    np.testing.assert_allclose(closeness(tripled), expected, **CLOSE)


def test_strength_is_never_a_length(build):
    # The strong way a → b → c is 0.2 long, the weak direct tie 1. Taking strength for length would turn this round.
    graph = build([("a", "b", 10), ("b", "c", 10), ("a", "c", 1)])
    assert closeness(graph).tolist() == pytest.approx([0, 10, 10 + 1 / 0.2])
    assert closeness(graph, steps=True).tolist() == [0, 1, 2]


def test_near_are_those_whom_influence_comes_to(build):
    assert closeness(build([("boss", "a"), ("boss", "b"), ("a", "b")])).idxmax() == "b"


@FEW
@given(data=st.data())
def test_relabelling_people_and_doubling_strengths(relabelled, doubled, data):
    graph = drawn(data, most=25)
    other, new = relabelled(graph, data.draw(st.integers(0, 99)))
    found = closeness(graph)
    np.testing.assert_allclose(closeness(other), found.rename(index=new).sort_index(), **CLOSE)
    assert closeness(doubled(graph)).tolist() == (2 * found).tolist()
    assert closeness(doubled(graph), steps=True).tolist() == closeness(graph, steps=True).tolist()


@pytest.mark.parametrize("unit", [1e-200, 1e-12, 1e11, 1e12, 3e30])
def test_the_unit_of_strength_is_the_unit_of_closeness(unit):
    graph = made_up(60, density=0.05, seed=2)
    scaled = graph.with_ties(graph.ties.assign(strength=graph.ties["strength"] * unit))
    np.testing.assert_allclose(closeness(scaled) / unit, closeness(graph), rtol=1e-12)


def test_isolates_loops_and_few_people(build):
    for steps in (False, True):
        assert closeness(build([("a", "b"), ("c", "c")], people=["a", "b", "c"]), steps=steps).tolist() == [0, 1, 0]
        assert closeness(build([], people=["a"]), steps=steps).tolist() == [0.0]
        apart = build([("a", "b", 2), ("b", "c", 2), ("d", "e", 2)])
        assert closeness(apart, steps=steps).tolist() == ([0, 1, 1.5, 0, 1] if steps else [0, 2, 3, 0, 2])


def test_same_digits_whatever_the_threads(monkeypatch):
    graph = made_up(1100, density=0.003, seed=3)
    found = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(blocks, "cores", lambda threads=threads: threads)
        monkeypatch.setattr(blocks, "WORTH_A_THREAD", 0)
        found.append([closeness(graph, steps=steps).tolist() for steps in (False, True)])
    assert found[0] == found[1] == found[2]


def test_progress():
    seen = []
    closeness(made_up(150, density=0.02, seed=1), progress=lambda done, of: seen.append((done, of)))
    assert seen == [(64, 150), (128, 150), (150, 150)]


@pytest.mark.parametrize("steps", [False, True])
@pytest.mark.parametrize("hubs", [0, 2])
def test_the_bound_holds_for_everybody_at_once(hubs, steps):
    # In at least 1 − δ of 100 samples, δ = 0.1, everybody is within their error.
    graph = made_up(150, density=0.03, seed=4, hubs=hubs)
    exact = closeness(graph, steps=steps)
    held, total = 0, np.zeros(graph.size)
    for seed in range(100):
        found = closeness_estimate(graph, sources=100, seed=seed, steps=steps)
        held += bool((abs(found.values - exact) <= found.error + 1e-9).all())
        assert not found.exact
        # It says something: the nearest person is off by less than half.
        assert not steps or found.error[exact.idxmax()] < exact.max() / 2
        total += found.values.to_numpy()
    assert held >= 90
    # The mean of 100 samples is near the exact values.
    np.testing.assert_allclose(total / 100, exact, rtol=0.05, atol=0.02 * exact.mean())


def test_estimate_says_what_it_is(monkeypatch):
    graph = made_up(80, density=0.05, seed=5)
    found = closeness_estimate(graph, sources=30, delta=0.05)
    assert (found.sources, found.people, found.delta, found.unit) == (30, 80, 0.05, "strength")
    strongest = graph.ties["strength"].max()
    assert found.epsilon == pytest.approx(found.error.max() / (79 * strongest))
    exact = closeness_estimate(graph)
    assert (exact.exact, exact.sources, exact.epsilon, exact.error.any()) == (True, 80, 0.0, False)
    # The function hides the file it is in.
    monkeypatch.setattr(import_module("metrics.centrality.closeness"), "EXACT_PEOPLE", 79)
    monkeypatch.setattr("metrics.centrality.sampling.SOURCES", 20)
    assert closeness_estimate(graph).sources == 20
    assert closeness_estimate(graph, steps=True).exact


def test_of_nobody_searched_nothing_is_known(build):
    graph = build([("a", "b")])
    arcs = Arcs(np.array([0, 1, 1]), np.array([1], np.int32), np.array([1.0]))
    found = nearness_estimate(graph, arcs, np.zeros((2, 2)), drawn=0, steps=False, delta=0.1)
    assert found.values.isna().all()
    assert found.error.isna().all()


def test_sources_must_make_sense(build):
    with pytest.raises(StudyError, match="0 sources say nothing about anybody; use 1 or more sources"):
        closeness(build([("a", "b")]), sources=0)


def test_half_widths_by_hand():
    # One person, all of 50 drawn of 1,000 are 0: μ ≤ 1 − (2/δ')^(−1/50) with δ' = 0.1/3, from (1 − μ)^50 ≥ δ'/2.
    nothing = half_widths(np.zeros(1), np.zeros(1), drawn=50, of=1000, top=np.array([4.0]), delta=0.1)
    assert nothing[0] == pytest.approx(4 * (1 - (0.1 / 6) ** (1 / 50)), rel=1e-9)
    # Half of them at the top, half of a small population: √(ρ log(60) / 2k) of Hoeffding and Serfling is narrower.
    half = half_widths(np.array([50.0]), np.array([50.0]), drawn=100, of=200, top=np.array([1.0]), delta=0.1)
    assert half[0] == pytest.approx(np.sqrt((1 - 99 / 200) * np.log(60) / 200), rel=1e-9)
    # All alike and many: empirical Bernstein–Serfling, (7/3 + 3/√2) log(300) / 40,000, is narrowest.
    alike = half_widths(np.array([2e4]), np.array([1e4]), drawn=40_000, of=10**6, top=np.array([1.0]), delta=0.1)
    assert alike[0] == pytest.approx((7 / 3 + 3 / np.sqrt(2)) * np.log(300) / 40_000, rel=1e-9)
    # All but one drawn: the one left out adds at most the top.
    last = half_widths(np.array([0.0]), np.array([0.0]), drawn=99, of=100, top=np.array([1.0]), delta=0.1)
    assert last[0] == pytest.approx(0.01)
