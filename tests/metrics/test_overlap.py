"""Broker overlap against every ordered pair looked at, with and without hubs, and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import block_diag

from metrics.brokerage import overlap as module
from metrics.brokerage.overlap import (
    OVERLAP_COLUMNS,
    broker_overlap,
    overlap_table,
    partial_brokerage,
    sole_brokerage,
)
from metrics.brokerage.roles import role_counts

# No deadline: how long one example takes on a busy machine says nothing about the code.
FEW = settings(max_examples=25, deadline=None)
# Ten networks side by side in each of twenty examples.
TWENTY = settings(max_examples=20, deadline=None)
SIZES = st.lists(st.integers(3, 40), min_size=10, max_size=10)
SEEDS = st.integers(0, 2**32 - 1)


def every_pair(graph, threshold=0.0):
    """Every ordered pair looked at, broker by broker."""
    arc = graph.matrix.toarray() > threshold
    brokers = arc.astype(int) @ arc
    missing = ~arc & ~np.eye(len(arc), dtype=bool)
    rows = []
    for v in range(len(arc)):
        shared_by = brokers[np.outer(arc[:, v], arc[v]) & missing]
        sole = (shared_by == 1).sum()
        rows.append([1 - sole / len(shared_by) if len(shared_by) else np.nan, sole, (1 / shared_by).sum()])
    return pd.DataFrame(rows, index=graph.persons, columns=list(OVERLAP_COLUMNS))


def made_up(build, sizes, seed):
    """Networks at random side by side; the first few people of each are tied to half of the others each way."""
    rng, parts = np.random.default_rng(seed), []
    for people in sizes:
        there = rng.random((people, people)) < rng.uniform(0, 12) / people
        hubs = rng.integers(3)
        there[:hubs] |= rng.random((hubs, people)) < 0.5
        there[:, :hubs] |= rng.random((people, hubs)) < 0.5
        np.fill_diagonal(there, False)
        parts.append(there)
    names = [f"p{k:03d}" for k in range(sum(sizes))]
    return build([(names[a], names[b]) for a, b in np.argwhere(block_diag(*parts))], people=names)


def test_by_hand(build):
    # a reaches d through b and through c, e through c alone; nobody brokers a → b.
    graph = build([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("c", "e")])
    table = overlap_table(graph)
    assert table.columns.tolist() == list(OVERLAP_COLUMNS)
    assert table.loc["b"].tolist() == [1.0, 0.0, 0.5]
    assert table.loc["c"].tolist() == [0.5, 1.0, 1.5]
    assert table.loc["a"].tolist() == pytest.approx([np.nan, 0.0, 0.0], nan_ok=True)


def test_a_star_overlaps_with_nobody(build):
    graph = build([pair for leaf in "bcde" for pair in (("a", leaf), (leaf, "a"))])
    assert overlap_table(graph).loc["a"].tolist() == [0.0, 12.0, 12.0]


def test_two_who_do_the_same_can_replace_each_other(build):
    arcs = [("a", "x"), ("a", "y"), ("x", "b"), ("y", "b"), ("b", "a")]
    table = overlap_table(build(arcs))
    assert table.loc[["x", "y"]].to_numpy().tolist() == [[1.0, 0.0, 0.5]] * 2


@TWENTY
@given(sizes=SIZES, seed=SEEDS)
def test_equals_every_pair_looked_at(build, sizes, seed):
    graph = made_up(build, sizes, seed)
    np.testing.assert_allclose(overlap_table(graph), every_pair(graph), rtol=1e-9, atol=1e-12)


@FEW
@given(data=st.data())
def test_equals_every_pair_above_a_threshold(graphs, data):
    graph = data.draw(graphs())
    threshold = data.draw(st.sampled_from([0.0, 0.5, 1.0]))
    table = overlap_table(graph, threshold=threshold)
    np.testing.assert_allclose(table, every_pair(graph, threshold), rtol=1e-9, atol=1e-12)
    for name, measure in (("broker_overlap", broker_overlap), ("sole_brokerage", sole_brokerage)):
        pd.testing.assert_series_equal(measure(graph, threshold=threshold), table[name])
    pd.testing.assert_series_equal(partial_brokerage(graph, threshold=threshold), table["partial_brokerage"])


@FEW
@given(data=st.data())
def test_pairs_are_those_of_the_roles(graphs, data):
    graph = data.draw(graphs(least=1, most=20))
    table, counts = overlap_table(graph), role_counts(graph, column="function")["brokerage"]
    assert (table["broker_overlap"].isna() == (counts == 0)).all()
    np.testing.assert_allclose(table["sole_brokerage"], counts * (1 - table["broker_overlap"].fillna(1)), atol=1e-9)
    assert (table["sole_brokerage"] <= table["partial_brokerage"]).all()
    assert (table["partial_brokerage"] <= counts + 1e-12).all()


@pytest.mark.parametrize("seed", range(10))
def test_hubs_change_no_digit(build, monkeypatch, seed):
    graph = made_up(build, [60, 20], seed)
    expected = every_pair(graph)
    found = []
    for hubs in (0, 1, 2, 60):
        chosen = np.arange(hubs, dtype=np.int32)
        monkeypatch.setattr(module, "_hubs", lambda out, paths, chosen=chosen: chosen)
        found.append(overlap_table(graph))
        np.testing.assert_allclose(found[-1], expected, rtol=1e-9, atol=1e-12)
    for table in found[1:]:
        pd.testing.assert_frame_equal(table, found[0], check_exact=True)
