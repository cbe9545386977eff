"""What is told together, attacked by trying every set of people."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ona.covering import MOST_JOINED, Fact, Item, derivable, shown_items, tells_of_few

PEOPLE = 7
members = st.lists(st.booleans(), min_size=PEOPLE, max_size=PEOPLE).map(np.array)
numbers = st.lists(st.sampled_from([0.0, 1.0, 2.0, np.nan]), min_size=PEOPLE, max_size=PEOPLE).map(np.array)
EVERY_SET = np.array(list(product((False, True), repeat=PEOPLE))[1:])


def _followed(sets: list[np.ndarray]) -> set[bytes]:
    """Every set whose sum follows: least squares finds multiples of the known sums that give it."""
    known = np.array(sets, float)
    fit = np.linalg.lstsq(known.T, EVERY_SET.T.astype(float), rcond=None)[0]
    exact = np.abs(known.T @ fit - EVERY_SET.T).max(axis=0) < 1e-8
    return {one.tobytes() for one in EVERY_SET[exact]}


@given(st.lists(members, min_size=1, max_size=5))
def test_every_set_that_follows_is_found(sets: list[np.ndarray]) -> None:
    found = derivable(sets)
    assert found is not None
    assert {one.tobytes() for one in found} == _followed(sets)


@settings(deadline=None)
@given(st.lists(st.tuples(members, st.sampled_from(["a", "b"])), min_size=1, max_size=5), numbers, numbers)
def test_nothing_shown_tells_of_a_few(
    told: list[tuple[np.ndarray, str]], first: np.ndarray, second: np.ndarray
) -> None:
    facts = {"a": Fact(first), "b": Fact(second)}
    items = [Item(((name, one),)) for one, name in told]
    everyone = np.ones(PEOPLE, bool)
    shown = shown_items(items, facts, known=[everyone], min_group=3)
    for name, fact in facts.items():
        valued = ~np.isnan(fact.values)
        kept = [one & valued for (one, about), may in zip(told, shown, strict=True) if may and about == name]
        if kept:
            followed = np.array([np.frombuffer(one, bool) for one in _followed([*kept, everyone & valued])])
            assert not followed.size or not tells_of_few(fact, followed, min_group=3).any()


def test_too_many_sets_to_look_at_together_are_not_told() -> None:
    one_by_one = [np.arange(300) // 10 == k for k in range(MOST_JOINED + 3)]
    facts = {"ties": Fact(np.arange(300.0))}
    shown = shown_items([Item((("ties", one),)) for one in one_by_one], facts, known=[], min_group=5)
    assert sum(shown) == MOST_JOINED


def test_what_tells_by_itself_beside_the_others_goes_first() -> None:
    """All 20 people less 17 of them are three: the 17 go, or of several equal to them those of the highest rank."""
    facts = {"x": Fact(np.arange(20.0))}
    everyone, half, most = (np.arange(20) < size for size in (20, 9, 17))
    items = [Item((("x", half),)), Item((("x", most),))]
    assert shown_items(items, facts, known=[everyone], min_group=5) == [True, False]
    ranked = [Item((("x", everyone),)), Item((("x", most),), rank=1)]
    assert shown_items(ranked, facts, known=[], min_group=5) == [True, False]
    assert shown_items(ranked[::-1], facts, known=[], min_group=5) == [False, True]


def test_what_has_no_part_in_it_stays() -> None:
    facts = {"x": Fact(np.arange(30.0))}
    sets = [np.arange(30) < size for size in (28, 20, 18, 8)]
    shown = shown_items([Item((("x", one),)) for one in sets], facts, known=[np.ones(30, bool)], min_group=5)
    assert shown == [False, True, False, True]  # 30 − 28 and 20 − 18 are two people each


def test_nothing_beyond_one_tells_nothing() -> None:
    nobody, two = np.zeros(12), np.array([1.0, 1.0] + [0.0] * 10)
    everyone = np.ones((1, 12), bool)
    assert not tells_of_few(Fact(nobody, alike=False), everyone, min_group=5).any()
    assert tells_of_few(Fact(two, alike=False), everyone, min_group=5).all()
    assert tells_of_few(Fact(nobody), everyone, min_group=5).all()
