"""Steps between people by compiled searches, against searches one at a time."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from metrics._hops import hops, nearest_wanted
from metrics.kernels import running

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
