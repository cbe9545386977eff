"""Influence, Katz, eigenvector, hubs and authorities against igraph, networkx, dense algebra and values by hand."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.centrality import _leading, authorities, eigenvector, hubs, influence, katz
from metrics.centrality._parts import largest_eigenvalue, strong_parts
from ona.model import StudyError, influence_graph

# No deadline: how long one example takes on a busy machine says nothing about the code.
MANY = settings(max_examples=200, deadline=None)
SOME = settings(max_examples=30, deadline=None)

MEASURES = {
    "influence": influence,
    "katz": katz,
    "eigenvector": eigenvector,
    "hubs": hubs,
    "authorities": authorities,
}


def backwards(dense):
    """The arcs reversed, people as numbers; networkx.hits asks for strengths by the name of weight."""
    return nx.from_numpy_array(dense.T, create_using=nx.DiGraph)


def by_number(values):
    return pd.Series(values).sort_index().to_numpy(float)


def radius(dense, network):
    """Spectral radius, part by part: eigenvalues of a matrix whose parts hang on one another are hard to compute."""
    parts = [sorted(part) for part in nx.strongly_connected_components(network)]
    return max(np.abs(np.linalg.eigvals(dense[np.ix_(part, part)])).max() for part in parts)


def large(people=9000, seed=3):
    rng = np.random.default_rng(seed)
    ids = np.array([f"p{k:05d}" for k in range(people)])
    ends = rng.integers(0, people, (2, 6 * people))
    ties = pd.DataFrame({"source": ids[ends[0]], "target": ids[ends[1]], "strength": rng.lognormal(0, 1, 6 * people)})
    return influence_graph(pd.DataFrame({"person": ids}), ties.drop_duplicates(["source", "target"]))


def is_influence(graph, dense, back, damping):
    values = influence(graph, damping=damping)
    source, target = np.nonzero(dense)
    reverse = igraph.Graph(n=len(dense), edges=zip(target, source, strict=True), directed=True)
    theirs = reverse.pagerank(directed=True, damping=damping, weights=dense[source, target].tolist())
    np.testing.assert_allclose(values, theirs, rtol=1e-9, atol=1e-12)
    theirs = nx.pagerank(back, alpha=damping, tol=1e-14, max_iter=5000)
    np.testing.assert_allclose(values, by_number(theirs), rtol=1e-9, atol=1e-12)
    assert values.sum() == pytest.approx(1.0, abs=1e-14)


def is_katz(graph, dense, back, share):
    largest = radius(dense, back)
    alpha = share / (largest or 4.0)
    theirs = nx.katz_centrality_numpy(back, alpha=alpha, normalized=False, weight="weight")
    np.testing.assert_allclose(katz(graph, alpha=alpha), by_number(theirs), rtol=1e-9)
    np.testing.assert_allclose(largest_eigenvalue(graph.matrix, strong_parts(graph.matrix)), largest, rtol=1e-9)
    if largest:
        expected = np.linalg.solve(np.eye(len(dense)) - 0.85 / largest * dense, np.ones(len(dense)))
        np.testing.assert_allclose(katz(graph), expected, rtol=1e-9)


def is_hubs_and_authorities(graph, dense, back):
    left, lengths, _ = np.linalg.svd(dense)
    largest = left[:, lengths > lengths[0] * (1 - 1e-11)]
    # From the same for everybody, applying both equations over and over leaves what of it lies in this space.
    hub = largest @ (largest.T @ np.ones(len(dense)))
    authority = dense.T @ hub
    np.testing.assert_allclose(hubs(graph), hub / hub.sum(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(authorities(graph), authority / authority.sum(), rtol=1e-9, atol=1e-9)
    if largest.shape[1] == 1 and lengths[1] < 0.99 * lengths[0]:
        theirs = nx.hits(back, tol=1e-15, max_iter=10_000)
        np.testing.assert_allclose(hubs(graph), by_number(theirs[1]), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(authorities(graph), by_number(theirs[0]), rtol=1e-9, atol=1e-9)


def is_eigenvector(graph):
    dense = graph.matrix.toarray()
    values, vectors = np.linalg.eig(dense)
    order = np.argsort(-values.real)
    expected = np.abs(vectors[:, order[0]].real)
    found = eigenvector(graph)
    np.testing.assert_allclose(found, expected / np.linalg.norm(expected), rtol=1e-9, atol=1e-9)
    # networkx does not come to an end where a period gives other eigenvalues the same size.
    if np.abs(values[order[1:]]).max() < 0.99 * values[order[0]].real:
        theirs = nx.eigenvector_centrality_numpy(backwards(dense), weight="weight")
        np.testing.assert_allclose(found, by_number(theirs), rtol=1e-9, atol=1e-9)


@cache
def untied(size):
    ids = pd.DataFrame({"person": [f"p{k:02d}" for k in range(size)]})
    return influence_graph(ids, pd.DataFrame({"source": [], "target": []}, dtype="str"))


def drawn(data):
    """A directed network of 3 to 40 people, sparse or dense; whole strengths, or any."""
    size = data.draw(st.integers(3, 40))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    source, target = np.nonzero(rng.random((size, size)) < data.draw(st.sampled_from([0.03, 0.08, 0.3])))
    strength = rng.integers(1, 4, len(source)) if data.draw(st.booleans()) else rng.lognormal(0, 1, len(source))
    ids = untied(size).persons.to_numpy()
    return untied(size).with_ties(pd.DataFrame({"source": ids[source], "target": ids[target], "strength": strength}))


@MANY
@given(data=st.data())
def test_equals_igraph_networkx_and_dense_algebra(data):
    graph = drawn(data)
    dense = graph.matrix.toarray()
    back = backwards(dense)
    is_influence(graph, dense, back, data.draw(st.sampled_from([0.0, 0.5, 0.85, 0.95])))
    is_katz(graph, dense, back, data.draw(st.sampled_from([0.1, 0.5, 0.9])))
    if dense.any():
        is_hubs_and_authorities(graph, dense, back)
    # A ring through everybody makes one strongly connected part.
    ring = pd.DataFrame({"source": graph.persons, "target": np.roll(graph.persons, 1), "strength": 1.0})
    is_eigenvector(graph.with_ties(pd.concat([graph.ties[["source", "target", "strength"]], ring])))


def test_equals_igraph_networkx_and_dense_algebra_on_real_networks(lazega, enron):
    for graph in (lazega, enron):
        dense = graph.matrix.toarray()
        back = backwards(dense)
        is_influence(graph, dense, back, 0.85)
        is_katz(graph, dense, back, 0.85)
        is_hubs_and_authorities(graph, dense, back)


@pytest.mark.parametrize("name", MEASURES)
def test_name_and_index(name, build):
    values = MEASURES[name](build([("b", "a"), ("a", "b"), ("c", "a", 3)], people=["c", "a", "b", "d"]))
    assert values.name == name
    assert values.index.tolist() == ["a", "b", "c", "d"]


@SOME
@given(data=st.data())
def test_new_ids_change_rounding_alone_and_doubled_strengths_no_digit(graphs, relabelled, doubled, data):
    graph = data.draw(graphs(most=20))
    other, new = relabelled(graph, data.draw(st.integers(0, 99)))
    twice = doubled(graph)
    for name, measure in MEASURES.items():
        values = measure(graph)
        renamed = values.rename(index=new).sort_index()
        np.testing.assert_allclose(measure(other), renamed, rtol=1e-9, atol=1e-12, err_msg=name)
        np.testing.assert_array_equal(measure(twice), values, err_msg=name)


@pytest.mark.parametrize("unit", [1e-200, 1e-12, 1e12, 1e100])
def test_the_unit_of_strength_changes_nothing(lazega, unit):
    scaled = lazega.with_ties(lazega.ties.assign(strength=lazega.ties["strength"] * unit))
    for name, measure in MEASURES.items():
        np.testing.assert_allclose(measure(scaled), measure(lazega), rtol=1e-10, atol=1e-12, err_msg=name)


@SOME
@given(data=st.data())
def test_another_person_without_ties_changes_no_other(graphs, data):
    graph = data.draw(graphs(most=20))
    more = influence_graph(
        pd.DataFrame({"person": [*graph.persons, "z"]}), graph.ties[["source", "target", "strength", "channel"]]
    )
    for name in ("katz", "eigenvector", "hubs", "authorities"):
        before, after = MEASURES[name](graph), MEASURES[name](more)
        np.testing.assert_allclose(after.drop("z"), before, rtol=1e-9, atol=1e-12, err_msg=name)
        expected = np.nan if before.isna().all() else float(name == "katz")
        np.testing.assert_equal(after["z"], expected, err_msg=name)


@pytest.mark.parametrize(
    ("name", "alone", "untied"),
    [
        ("influence", 1.0, 0.5),
        ("katz", 1.0, 1.0),
        ("eigenvector", np.nan, np.nan),
        ("hubs", np.nan, np.nan),
        ("authorities", np.nan, np.nan),
    ],
)
def test_one_person_and_nobody_tied(name, alone, untied, build):
    np.testing.assert_equal(MEASURES[name](build([], people=["a"])).tolist(), [alone])
    # Ties of a person to themselves are dropped.
    np.testing.assert_equal(MEASURES[name](build([("a", "a")], people=["a", "b"])).tolist(), [untied, untied])


@pytest.mark.parametrize("name", MEASURES)
def test_the_same_digits_with_any_number_of_threads(name, monkeypatch):
    graph = large()
    monkeypatch.setattr("metrics.kernels.running.WORTH_A_THREAD", 1)
    found = []
    for workers in (1, 2, 5):
        monkeypatch.setattr("metrics.kernels.running.cores", lambda workers=workers: workers)
        found.append(MEASURES[name](graph).to_numpy())
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_a_length_is_never_a_strength(build):
    # c gives nine tenths of its attention to a. Taking distance for strength would turn all of this round.
    graph = build([("a", "c", 9), ("b", "c", 1)])
    attention = influence(graph)
    assert attention["a"] - attention["c"] == pytest.approx(0.85 * 0.9 * attention["c"])
    assert attention["b"] - attention["c"] == pytest.approx(0.85 * 0.1 * attention["c"])
    # Without cycles α is 0.85 by the largest sum of strengths, 9.
    assert katz(graph).to_dict() == pytest.approx({"a": 1.85, "b": 1 + 0.85 / 9, "c": 1.0})
    assert hubs(graph).to_dict() == pytest.approx({"a": 0.9, "b": 0.1, "c": 0.0})
    # a ⇄ b with 9 one way and 1 the other: λ = 3, x_a = 9 x_b / 3.
    assert eigenvector(build([("a", "b", 9), ("b", "a", 1)]))["a"] == pytest.approx(3 / np.sqrt(10))


def test_influence_flows_from_source_to_target(build):
    graph = build([("boss", "a"), ("boss", "b"), ("a", "b")])
    for measure in (influence, katz, hubs):
        assert measure(graph).idxmax() == "boss"
    assert authorities(graph).idxmax() == "b"


def test_influence_by_hand(build):
    # b gives all its attention to a; a, whom nobody influences, spreads evenly. With damping ½: b = ¼ + ½ · a/2 and
    # a + b = 1.
    assert influence(build([("a", "b")]), damping=0.5).to_dict() == pytest.approx({"a": 0.6, "b": 0.4})


@pytest.mark.parametrize("damping", [-0.1, 1.0, np.nan])
def test_influence_needs_a_chance_below_one(damping, build):
    with pytest.raises(StudyError, match=r"is no chance below 1; use 0 or more, below 1, as 0\.85"):
        influence(build([("a", "b")]), damping=damping)


def test_katz_counts_walks(build):
    # From a: one of no steps, 2 + 3 of one step, 2 · 4 of two; α = ½.
    graph = build([("a", "b", 2), ("b", "c", 4), ("a", "c", 3)])
    assert katz(graph, alpha=0.5).to_dict() == {"a": 1 + 5 / 2 + 8 / 4, "b": 3.0, "c": 1.0}
    assert katz(graph, alpha=0).tolist() == [1.0, 1.0, 1.0]


def test_katz_of_a_ring(build):
    # All alike: x = 1 + αλ x with αλ = 0.85.
    ring = build([("a", "b", 5), ("b", "c", 5), ("c", "a", 5)])
    np.testing.assert_allclose(katz(ring), 1 / 0.15, rtol=1e-11)
    np.testing.assert_allclose(katz(ring, alpha=0.999 / 5), 1000.0, rtol=1e-9)


def test_katz_refuses_an_attenuation_that_is_too_large(build):
    ring = build([("a", "b", 5), ("b", "a", 5)])
    with pytest.raises(StudyError, match=r"an attenuation of 0\.2 the walks of influence .* use at most 0\.1998"):
        katz(ring, alpha=0.2)
    assert np.isfinite(katz(ring, alpha=0.1998)).all()
    for impossible in (-0.1, np.inf, np.nan):
        with pytest.raises(StudyError, match="is not possible; use 0 or more"):
            katz(ring, alpha=impossible)
    # Nothing is too large where influence never comes back.
    assert katz(build([("a", "b", 5)]), alpha=1e6).tolist() == [5e6 + 1, 1.0]


def test_katz_beyond_numbers_is_not_given(build):
    # λ = 10⁻⁹ comes from two people at the end of a chain of 60 whose strengths are 1: α^60 is beyond all numbers.
    chain = [(f"p{k:02d}", f"p{k + 1:02d}") for k in range(60)]
    assert katz(build([*chain, ("p59", "q", 1e-9), ("q", "p59", 1e-9)])).isna().all()


def test_eigenvector_by_hand(build):
    # A two-way star: the middle has 1/√2, the four others share the other half of the squares.
    star = build([arc for k in range(4) for arc in (("m", f"p{k}"), (f"p{k}", "m"))])
    np.testing.assert_allclose(eigenvector(star), [np.sqrt(0.5)] + [np.sqrt(0.125)] * 4, rtol=1e-12)
    # A two-way line of 300: x_k ~ sin(kπ/301), and the next eigenvalue is 0.02 % smaller.
    ends = [f"p{k:03d}" for k in range(1, 301)]
    line = build([arc for a, b in pairwise(ends) for arc in ((a, b), (b, a))])
    expected = np.sin(np.arange(1, 301) * np.pi / 301)
    np.testing.assert_allclose(eigenvector(line), expected / np.linalg.norm(expected), rtol=1e-8)


def test_eigenvector_is_of_the_part_that_holds_most(build):
    # a, b, c influence one another; d only sends, e only receives, f has no ties.
    arcs = [("a", "b", 2), ("b", "c", 3), ("c", "a", 4), ("a", "c", 1)]
    alone = eigenvector(build(arcs))
    more = eigenvector(build([*arcs, ("d", "a"), ("c", "e")], people=list("abcdef")))
    np.testing.assert_allclose(more[list("abc")], alone, rtol=1e-12)
    assert more[["d", "e"]].isna().all()
    assert more["f"] == 0.0


@pytest.mark.parametrize(
    "arcs",
    [
        [("a", "b"), ("b", "c")],
        # Two parts of two: neither holds more than half.
        [("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"), ("b", "c")],
        [("a", "b"), ("b", "a"), ("b", "c"), ("b", "d")],
    ],
)
def test_eigenvector_is_not_defined_without_such_a_part(arcs, build):
    assert eigenvector(build(arcs, people=list("abcde"))).isna().all()


def test_what_cannot_be_told_from_the_next_is_not_given(build, monkeypatch):
    monkeypatch.setattr(_leading, "RESTARTS", 1)
    ends = [f"p{k:03d}" for k in range(200)]
    line = build([arc for a, b in pairwise(ends) for arc in ((a, b), (b, a))])
    for measure in (eigenvector, hubs, authorities):
        assert measure(line).isna().all()


def test_a_period_does_no_harm(build):
    # Powers of this matrix never settle: all walks go round a ring of three, or of two.
    assert eigenvector(build([("a", "b"), ("b", "c"), ("c", "a")])).tolist() == pytest.approx([np.sqrt(1 / 3)] * 3)
    assert eigenvector(build([("a", "b", 4), ("b", "a", 1)])).tolist() == pytest.approx([np.sqrt(0.8), np.sqrt(0.2)])


@pytest.mark.parametrize("seed", range(5))
def test_strengths_over_24_orders_of_magnitude(seed, build):
    # λ of a ring is the geometric mean of its strengths, and λ x_i = a_ij x_j for the one person j after i.
    strengths = 10.0 ** np.random.default_rng(seed).uniform(-12, 12, 20)
    ids = [f"p{k:02d}" for k in range(20)]
    ring = build([(ids[k], ids[(k + 1) % 20], strengths[k]) for k in range(20)])
    found = largest_eigenvalue(ring.matrix, strong_parts(ring.matrix))
    assert found == pytest.approx(np.exp(np.log(strengths).mean()), rel=1e-9)
    values = eigenvector(ring).to_numpy()
    expected = strengths * np.roll(values, -1) / found
    np.testing.assert_allclose(values, expected, rtol=1e-6)
    received = np.bincount(ring.matrix.indices, ring.matrix.data)
    attention = influence(ring).to_numpy()
    following = 0.15 / 20 + 0.85 * ring.matrix @ (attention / received)
    np.testing.assert_allclose(attention, following, rtol=1e-9)


def test_a_largest_singular_value_that_parts_share(build):
    # a → b, c with 1 each and d → e with √2: both parts have √2. From the same for everybody, a and d stay alike, and
    # their authorities get what they send.
    graph = build([("a", "b"), ("a", "c"), ("d", "e", np.sqrt(2)), ("f", "g", 1.2)])
    assert hubs(graph).to_dict() == pytest.approx({"a": 0.5, "d": 0.5} | dict.fromkeys("bcefg", 0.0))
    whole = 2 + np.sqrt(2)
    expected = {"b": 1 / whole, "c": 1 / whole, "e": np.sqrt(2) / whole} | dict.fromkeys("adfg", 0.0)
    assert authorities(graph).to_dict() == pytest.approx(expected)
    # The weaker part is exactly 0, whatever it is called.
    assert hubs(graph)["f"] == authorities(graph)["g"] == 0.0


@pytest.mark.parametrize("name", MEASURES)
def test_progress_never_goes_back_and_comes_to_an_end(name):
    seen = []
    MEASURES[name](large(people=300), progress=lambda done, of: seen.append(done / of))
    assert len(seen) > 5
    assert (np.diff(seen) >= 0).all()
    assert seen[-1] == 1.0
