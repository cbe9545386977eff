"""What comes from leaders through the whole network, against the definitions followed one person at a time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import spread
from metrics.inference.permuting import key_of
from metrics.kernels import running
from metrics.spread import (
    cascade_reach,
    cascade_reach_both,
    influence_from_leaders,
    influence_from_leaders_both,
    passing_probability,
)
from ona.model import InfluenceGraph, influence_graph

SEEDS = st.integers(0, 10_000)
MANY = settings(max_examples=200, deadline=None)
WORD = 2**64 - 1


def firm(seed: int, *, ties: float | None = None) -> InfluenceGraph:
    """Three to forty people under managers, some of them leaders, with few ties or many, weak ones and strong ones."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 41))
    ids = [f"p{i:02d}" for i in range(size)]
    manager = [ids[rng.integers(0, i)] if i and rng.random() < 0.8 else "" for i in range(size)]
    leader = rng.random(size) < rng.choice([0.05, 0.2, 0.6])
    leader[rng.integers(size)] = True
    pairs = rng.integers(0, size, (int(size * (ties or rng.choice([1.0, 2.0, 5.0]))), 2))
    if rng.random() < 0.5:
        # Ties between people and their managers are what leaving the chain out is about.
        bosses = [(i, ids.index(m)) for i, m in enumerate(manager) if m]
        pairs = np.vstack([pairs, np.array(bosses, int).reshape(-1, 2), np.array(bosses, int).reshape(-1, 2)[:, ::-1]])
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    strength = 10.0 ** rng.uniform(-12, 12, len(pairs)) if rng.random() < 0.2 else rng.lognormal(size=len(pairs))
    names = np.array(ids)
    return influence_graph(
        pd.DataFrame({"person": ids, "manager": manager, "leader": leader}),
        pd.DataFrame({"source": names[pairs[:, 0]], "target": names[pairs[:, 1]], "strength": strength}),
    )


def walks_end(graph: InfluenceGraph, *, with_chain: bool, damping: float) -> np.ndarray:
    """Where everybody's walk ends, from the inverse of a dense matrix, each person's first step their own."""
    received, chain = graph.matrix.toarray().T, graph.chain.toarray() & (not with_chain)

    def stepping(rows: np.ndarray) -> np.ndarray:
        total = rows.sum(axis=1, keepdims=True)
        return np.where(total > 0, rows / np.where(total > 0, total, 1), np.eye(graph.size))

    later = np.linalg.inv(np.eye(graph.size) - damping * stepping(received))
    ends = (1 - damping) * stepping(np.where(chain, 0.0, received)) @ later
    counted = graph.is_leader & ~chain & ~np.eye(graph.size, dtype=bool)
    return np.where(counted, ends, 0.0).sum(axis=1)


@MANY
@given(seed=SEEDS, damping=st.sampled_from([0.0, 0.3, 0.85, 0.97]))
def test_influence_is_where_walks_end(seed, damping):
    graph = firm(seed)
    for with_chain, found in enumerate(influence_from_leaders_both(graph, damping=damping)):
        expected = walks_end(graph, with_chain=bool(with_chain), damping=damping)
        assert np.abs(found.to_numpy() - expected).max() <= 1e-9
        assert (found.to_numpy() <= expected + 1e-13).all()


def test_leaders_solved_in_narrow_blocks_and_on_several_threads(monkeypatch):
    graph = firm(8, ties=4.0)
    assert graph.is_leader.sum() > 8
    wide = influence_from_leaders(graph), influence_from_leaders(graph, with_chain=True)
    monkeypatch.setattr(spread, "_MOST", 4)
    told: list[tuple[int, int]] = []
    narrow = influence_from_leaders_both(graph, progress=lambda done, of: told.append((done, of)))
    for one, other in zip(wide, narrow, strict=True):
        assert np.abs(one - other).max() <= 1e-10
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] > 2
    threads(monkeypatch)
    for one, other in zip(narrow, influence_from_leaders_both(graph), strict=True):
        assert one.equals(other)


def threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "WORTH_A_THREAD", 0)
    monkeypatch.setattr(running, "cores", lambda: 3)
    monkeypatch.setattr(spread, "cores", lambda: 3)


def mixed(state: int) -> int:
    """The output function of SplitMix64 (Steele, Lea & Flood 2014)."""
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & WORD
    state = (state ^ (state >> 27)) * 0x94D049BB133111EB & WORD
    return state ^ (state >> 31)


def live_arcs(chances: Iterable[float], *, seed: int, draw: int) -> list[bool]:
    """Which arcs are live in a draw: arc a has the a-th number of the draw's own stream."""
    gamma = 0x9E3779B97F4A7C15
    stream = mixed((int(key_of(seed)) + draw * gamma) & WORD)
    return [
        (mixed((stream + (arc + 1) * gamma) & WORD) >> 11) * 2.0**-53 < chance for arc, chance in enumerate(chances)
    ]


def hears(graph: InfluenceGraph, live: list[bool], *, with_chain: bool) -> np.ndarray:
    """Who hears a message: each person taken out in turn, and the live arcs to them from where it then arrives."""
    heard_by: list[list[int]] = [[] for _ in range(graph.size)]
    passes_to: list[list[int]] = [[] for _ in range(graph.size)]
    chain = graph.chain.toarray()
    for source, target in np.column_stack(graph.arc_ends)[np.array(live, bool)].tolist():
        passes_to[source].append(target)
        if with_chain or not chain[target, source]:
            heard_by[target].append(source)
    leaders = np.flatnonzero(graph.is_leader).tolist()
    heard = np.zeros(graph.size)
    for person in range(graph.size):
        have = {leader for leader in leaders if leader != person}
        waiting = list(have)
        while waiting:
            onward = set(passes_to[waiting.pop()]) - have - {person}
            have |= onward
            waiting += onward
        heard[person] = bool(have & set(heard_by[person]))
    return heard


@MANY
@given(seed=SEEDS, probability=st.sampled_from([None, 0.0, 0.3, 0.7, 1.0]))
def test_every_draw_of_a_cascade_is_heard_by_whom_a_search_without_them_finds(seed, probability):
    graph = firm(seed)
    draws = 6
    chances = passing_probability(graph) if probability is None else np.full(len(graph.arcs), probability)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spread, "EXACT_ARCS", -1)
        found = cascade_reach_both(graph, probability=probability, draws=draws, seed=seed)
    for with_chain, reach in enumerate(found):
        expected = sum(
            hears(graph, live_arcs(chances, seed=seed, draw=draw), with_chain=bool(with_chain)) for draw in range(draws)
        )
        assert reach.tolist() == (expected / draws).tolist()


def test_draws_do_not_depend_on_turns_or_threads(monkeypatch):
    graph = firm(8, ties=4.0)
    alone = cascade_reach_both(graph, draws=70, seed=5)
    threads(monkeypatch)
    monkeypatch.setattr(spread, "_DRAWS_A_TURN", 9)
    told: list[tuple[int, int]] = []
    turns = cascade_reach_both(graph, draws=70, seed=5, progress=lambda done, of: told.append((done, of)))
    for one, other in zip(alone, turns, strict=True):
        assert one.equals(other)
    assert told == [(min(9 * turn, 70), 70) for turn in range(9)]
    # The first 69 messages are the same ones whether or not a 70th follows.
    fewer = cascade_reach(graph, draws=69, seed=5)
    assert set((70 * alone[0] - 69 * fewer).round(9)) <= {0.0, 1.0}


@pytest.mark.parametrize("seed", range(40))
def test_doubled_strengths_change_no_digit(seed):
    graph = firm(seed)
    doubled = graph.with_ties(graph.ties.assign(strength=2 * graph.ties["strength"]))
    for measure in (influence_from_leaders_both, cascade_reach_both):
        for one, other in zip(measure(graph), measure(doubled), strict=True):
            assert one.equals(other)


@pytest.mark.parametrize("seed", range(20))
def test_influence_is_the_same_under_other_ids(seed):
    graph = firm(seed)
    new = {
        old: f"q{place}"
        for old, place in zip(graph.persons, np.random.default_rng(seed).permutation(99)[: graph.size], strict=True)
    }
    for one, other in zip(
        influence_from_leaders_both(graph), influence_from_leaders_both(graph.relabel(new)), strict=True
    ):
        assert np.abs(one.to_numpy() - other[one.index.map(new)].to_numpy()).max() <= 1e-10


def test_no_leader_who_counts_is_exactly_no_influence():
    # c hears only their manager b, who hears only the leader a above both; d hears nobody.
    people = pd.DataFrame(
        {"person": list("abcd"), "manager": ["", "a", "b", ""], "leader": [True, False, False, False]}
    )
    graph = influence_graph(people, pd.DataFrame({"source": ["a", "b", "c"], "target": ["b", "c", "a"]}))
    without, with_chain = influence_from_leaders_both(graph)
    assert without.tolist() == [0.0, 0.0, 0.0, 0.0]
    # Walks from b: to a, c, b, a, …, and of the ends 0.15 · 0.85³ᵏ at a.
    at_leader = 0.15 / (1 - 0.85**3)
    assert with_chain.tolist() == pytest.approx([0.0, at_leader, 0.85 * at_leader, 0.0], abs=1e-10)


def test_one_person_and_nobody_in_charge():
    alone = influence_graph(
        pd.DataFrame({"person": ["a"], "leader": [True]}), pd.DataFrame({"source": ["a"], "target": ["a"]})
    )
    headless = influence_graph(pd.DataFrame({"person": list("ab")}), pd.DataFrame({"source": ["a"], "target": ["b"]}))
    for graph in (alone, headless):
        for measure in (influence_from_leaders_both, cascade_reach_both):
            for values in measure(graph):
                assert values.tolist() == [0.0] * graph.size
