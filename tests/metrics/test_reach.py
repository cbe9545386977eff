"""Reach within some steps against breadth-first searches one at a time."""

from __future__ import annotations

from functools import cache

import igraph
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.centrality import reach
from metrics.kernels import blocks
from ona.model import StudyError, influence_graph

# No deadline: how long one example takes on a busy machine says nothing about the code.
MANY = settings(max_examples=200, deadline=None)


@cache
def people(size):
    ids = pd.DataFrame({"person": [f"p{i:05d}" for i in range(size)]})
    return influence_graph(ids, pd.DataFrame({"source": [], "target": []}, dtype="str"))


def made_up(size, density, seed):
    source, target = np.nonzero(np.random.default_rng(seed).random((size, size)) < density)
    ids = people(size).persons.to_numpy()
    return people(size).with_ties(pd.DataFrame({"source": ids[source], "target": ids[target]}))


def one_at_a_time(graph, steps):
    ends = np.stack(graph.arc_ends, axis=1)
    known = igraph.Graph(n=graph.size, edges=ends, directed=True)
    return np.array(known.neighborhood_size(order=steps, mode="out", mindist=1)) / (graph.size - 1)


@MANY
@given(
    size=st.integers(3, 40),
    density=st.sampled_from([0.03, 0.1, 0.3]),
    seed=st.integers(0, 2**32 - 1),
    steps=st.integers(1, 5),
)
def test_equals_searches_one_at_a_time(size, density, seed, steps):
    graph = made_up(size, density, seed)
    found = reach(graph, steps=steps)
    assert found.name == f"reach_{steps}"
    assert found.index.tolist() == graph.persons.tolist()
    np.testing.assert_array_equal(found, one_at_a_time(graph, steps))


@pytest.mark.parametrize("density", [0.002, 0.01, 0.2])
@pytest.mark.parametrize("steps", [1, 2, 7, 1000])
def test_more_people_than_a_word_has_bits(density, steps):
    graph = made_up(600, density, 1)
    np.testing.assert_array_equal(reach(graph, steps=steps), one_at_a_time(graph, steps))


def test_along_influence_and_strength_ignored(build):
    graph = build([("boss", "a", 9), ("boss", "b", 0.1), ("a", "b")])
    assert reach(graph, steps=1).to_dict() == {"a": 0.5, "b": 0.0, "boss": 1.0}


def test_isolates_loops_and_a_lone_person(build):
    assert reach(build([("a", "b"), ("c", "c")], people=["a", "b", "c"])).tolist() == [0.5, 0, 0]
    assert reach(build([], people=["a"])).isna().all()


def test_relabelling_people(relabelled, lazega):
    other, new = relabelled(lazega, 3)
    assert reach(other).tolist() == reach(lazega).rename(index=new).sort_index().tolist()


def test_threads_and_progress(monkeypatch):
    graph = made_up(1200, 0.004, 2)
    alone, seen = reach(graph), []
    monkeypatch.setattr(blocks, "cores", lambda: 3)
    monkeypatch.setattr(blocks, "WORTH_A_THREAD", 0)
    assert reach(graph, progress=lambda done, of: seen.append((done, of))).tolist() == alone.tolist()
    assert seen == [(512, 1200), (1024, 1200), (1200, 1200)]


def test_reach_needs_a_step(build):
    with pytest.raises(StudyError, match="reach within 0 steps says nothing; use 1 or more steps"):
        reach(build([("a", "b")]), steps=0)
