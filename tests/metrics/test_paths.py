"""Steps and ways between people by compiled searches, against searches one at a time."""

from __future__ import annotations

from collections import deque

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from metrics import paths
from metrics._chain import in_chain
from metrics._hops import hops, nearest_wanted
from metrics.kernels import running
from metrics.paths import leaders_within, paths_to_leaders, steps_to_leader
from ona.model import InfluenceGraph, influence_graph

FEW = settings(max_examples=40, deadline=None)


def ties(size: int, ends: np.ndarray) -> csr_array:
    both = np.vstack([ends, ends[:, ::-1]])
    tied = csr_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(size, size))
    tied.sum_duplicates()
    return tied


def made_up(size: int, count: int, *, seed: int) -> csr_array:
    """A network with a few people who are tied to many."""
    rng = np.random.default_rng(seed)
    return ties(size, np.stack([rng.integers(0, size, count), (size * rng.random(count) ** 2).astype(int)], axis=1))


def search(tied: csr_array, start: int, barred: set[int]) -> dict[int, int]:
    """Breadth-first search from one person."""
    away, waiting = {start: 0}, deque([start])
    while waiting:
        person = waiting.popleft()
        for other in tied.indices[tied.indptr[person] : tied.indptr[person + 1]].tolist():
            if other not in away and other not in barred:
                away[other] = away[person] + 1
                waiting.append(other)
    return away


@pytest.mark.parametrize("count", [60, 150, 400, 6_000])
def test_hops_are_those_of_scipy(count):
    tied = made_up(150, count, seed=count)
    sources = np.random.default_rng(1).integers(0, 150, 140)
    found = hops(tied, sources)
    expected = shortest_path(tied, unweighted=True, indices=sources)
    assert found.tolist() == np.where(np.isinf(expected), -1, expected).tolist()
    assert hops(tied, sources, most=2).tolist() == np.where(expected > 2, -1, expected).tolist()


def test_hops_along_a_line_of_a_thousand():
    line = ties(1000, np.stack([np.arange(999), np.arange(1, 1000)], axis=1))
    assert hops(line, np.array([0, 999])).tolist() == [list(range(1000)), list(range(999, -1, -1))]


def test_hops_of_nobody_and_without_ties():
    assert hops(ties(3, np.empty((0, 2), int)), np.array([1])).tolist() == [[-1, 0, -1]]
    assert hops(ties(3, np.empty((0, 2), int)), np.array([], int)).shape == (0, 3)


@pytest.mark.parametrize("count", [100, 300, 5_000])
@pytest.mark.parametrize("within", [1, 2, 4])
def test_nearest_wanted_are_searches_one_at_a_time(count, within):
    size, rng = 200, np.random.default_rng(count + within)
    tied = made_up(size, count, seed=count)
    wanted = rng.random(size) < 0.05
    blocked = rng.random((size, size)) < 0.02
    nearest, counts = nearest_wanted(tied, wanted, barred=csr_array(blocked), within=within)
    for person in range(size):
        away = search(tied, person, set(np.flatnonzero(blocked[person]).tolist()) - {person})
        steps = [step for other, step in away.items() if wanted[other] and step]
        assert nearest[person] == pytest.approx(min(steps, default=np.nan), nan_ok=True)
        assert counts[person] == sum(step <= within for step in steps)


@FEW
@given(data=st.data())
def test_small_networks(data):
    size = data.draw(st.integers(1, 10))
    person = st.integers(0, size - 1)
    pairs = st.lists(st.tuples(person, person).filter(lambda pair: pair[0] != pair[1]), max_size=20)
    tied = ties(size, np.array(data.draw(pairs) if size > 1 else [], int).reshape(-1, 2))
    blocked = np.array(data.draw(st.lists(st.booleans(), min_size=size**2, max_size=size**2))).reshape(size, size)
    wanted = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    nearest, counts = nearest_wanted(tied, wanted, barred=csr_array(blocked), within=2)
    away = [search(tied, at, set(np.flatnonzero(blocked[at]).tolist()) - {at}) for at in range(size)]
    for at in range(size):
        steps = [step for other, step in away[at].items() if wanted[other] and step]
        assert nearest[at] == pytest.approx(min(steps, default=np.nan), nan_ok=True)
        assert counts[at] == sum(step <= 2 for step in steps)


def test_threads_change_nothing(monkeypatch):
    tied, wanted = made_up(300, 900, seed=5), np.arange(300) % 17 == 0
    blocked = csr_array(np.random.default_rng(0).random((300, 300)) < 0.01)
    alone = hops(tied, np.arange(300)), *nearest_wanted(tied, wanted, barred=blocked, within=2)
    monkeypatch.setattr(running, "WORTH_A_THREAD", 0)
    monkeypatch.setattr(running, "cores", lambda: 3)
    several = hops(tied, np.arange(300)), *nearest_wanted(tied, wanted, barred=blocked, within=2)
    for one, other in zip(alone, several, strict=True):
        np.testing.assert_array_equal(one, other)


def firm(seed: int) -> InfluenceGraph:
    """Three to forty people in a reporting tree that many ties follow, so that managers are often the only way out."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 41))
    ids = np.array([f"p{i:02d}" for i in range(size)])
    boss = np.array([rng.integers(max(0, i - 6), i) if i and rng.random() < 0.9 else -1 for i in range(size)])
    # Leaders at the top of the tree, at its foot, or anywhere.
    leader = rng.random(size) < rng.choice([0.1, 0.3]) * np.ones(size)
    leader |= np.arange(size) < rng.integers(0, 5)
    tied = np.flatnonzero((boss >= 0) & (rng.random(size) < rng.choice([0.5, 1.0])))
    pairs = np.vstack([np.column_stack([tied, boss[tied]]), rng.integers(0, size, (rng.integers(0, 2 * size), 2))])
    place = rng.permutation(size)
    people = pd.DataFrame(
        {"person": ids[place], "manager": np.where(boss >= 0, ids[place][boss], ""), "leader": leader}
    )
    ties = pd.DataFrame({"source": ids[place][pairs[:, 0]], "target": ids[place][pairs[:, 1]]})
    return influence_graph(people, ties)


Own = tuple[list[list[int]], set[int]]


def networks_of_their_own(graph: InfluenceGraph, *, with_chain: bool) -> list[Own]:
    """For each person, who is tied to whom as they may use it, and which leaders are there to be reached."""
    matrix = graph.matrix.toarray()
    tied = [np.flatnonzero(row).tolist() for row in matrix + matrix.T]
    leaders = set(np.flatnonzero(graph.is_leader).tolist())
    chain = graph.chain.toarray()
    found = []
    for person in range(graph.size):
        barred = set() if with_chain else set(np.flatnonzero(chain[person]).tolist())
        found.append(([[w for w in ties if w not in barred] for ties in tied], leaders - barred - {person}))
    return found


def steps_away(around: list[list[int]], person: int) -> dict[int, int]:
    away, waiting = {person: 0}, deque([person])
    while waiting:
        v = waiting.popleft()
        for w in around[v]:
            if w not in away:
                away[w] = away[v] + 1
                waiting.append(w)
    return away


def separate(around: list[list[int]], leaders: set[int], person: int, most: int) -> int:
    """Vertex-independent paths by augmenting breadth first, everybody split into an entry and an exit."""
    arcs: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for v, ties in enumerate(around):
        arcs[v, 0], arcs[v, 1] = {(v, 1)} if v != person else set(), {(w, 0) for w in ties}
    found = 0
    while found < most:
        came, waiting, goal = {(person, 1): (person, 1)}, deque([(person, 1)]), None
        while waiting and goal is None:
            state = waiting.popleft()
            if state[1] and state[0] in leaders:
                goal = state
            for to in sorted(arcs[state]):
                if to not in came:
                    came[to] = state
                    waiting.append(to)
        if goal is None:
            break
        leaders = leaders - {goal[0]}
        while goal != (person, 1):
            before = came[goal]
            arcs[before].remove(goal)
            arcs[goal].add(before)
            goal = before
        found += 1
    return found


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_steps_leaders_around_and_ways_of_firms(seed):
    graph = firm(seed)
    for with_chain in (False, True):
        steps, ways = (f(graph, with_chain=with_chain) for f in (steps_to_leader, paths_to_leaders))
        within = {k: leaders_within(graph, steps=k, with_chain=with_chain) for k in (1, 2, 3)}
        expected: list[list[float]] = []
        for person, (around, leaders) in enumerate(networks_of_their_own(graph, with_chain=with_chain)):
            away = steps_away(around, person)
            nearest = min((away[leader] for leader in leaders if leader in away), default=np.nan)
            expected.append([nearest, separate(around, leaders, person, 3)])
            expected[-1] += [sum(away.get(leader, 99) <= k for leader in leaders) for k in within]
        np.testing.assert_array_equal(np.column_stack([steps, ways, *within.values()]), expected)


@pytest.mark.parametrize("seed", range(30))
def test_all_ways_are_counted_and_other_ids_threads_and_fewer_known_leaders_change_nothing(seed, monkeypatch):
    graph = firm(seed)
    for with_chain in (False, True):
        counted = paths_to_leaders(graph, most=None, with_chain=with_chain)
        steps = steps_to_leader(graph, with_chain=with_chain)
        for person, (around, leaders) in enumerate(networks_of_their_own(graph, with_chain=with_chain)):
            assert counted.iloc[person] == separate(around, leaders, person, 99)
        new = {old: f"q{(7 * at) % 41:02d}" for at, old in enumerate(graph.persons)}
        other = graph.relabel(new)
        with monkeypatch.context() as patch:
            patch.setattr(running, "WORTH_A_THREAD", 0)
            patch.setattr(running, "cores", lambda: 3)
            patch.setattr(paths, "_MOST_NEAREST", 2)
            again = paths_to_leaders(other, most=None, with_chain=with_chain)
            assert again[counted.index.map(new)].tolist() == counted.tolist()
            again = steps_to_leader(other, with_chain=with_chain)
            np.testing.assert_array_equal(again[steps.index.map(new)].to_numpy(), steps.to_numpy())


@pytest.mark.parametrize("seed", range(30))
def test_who_is_above_whom_in_the_tree(seed):
    graph = firm(seed)
    person, other = np.indices((graph.size, graph.size)).reshape(2, -1)
    assert in_chain(graph, person, other).tolist() == graph.chain.toarray().ravel().tolist()


def test_a_leader_who_reaches_no_other_is_the_one_way_of_those_around_them():
    people = pd.DataFrame({"person": list("bcdef"), "leader": [False, True, False, True, False]})
    graph = influence_graph(people, pd.DataFrame({"source": list("bce"), "target": list("cdf")}))
    assert paths_to_leaders(graph).to_dict() == {"b": 1, "c": 0, "d": 1, "e": 0, "f": 1}
