"""Positions: nothing overlaps, everyone is inside their disc, the same input gives the same map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from viz.map.layout import SPACING, place_discs, two_level_layout


def _ties(size: int, count: int, seed: int = 0) -> csr_array:
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, size, (2, count))
    return csr_array((rng.random(count), (ends[0], ends[1])), shape=(size, size))


def _gaps(discs: pd.DataFrame) -> np.ndarray:
    centres, radius = discs[["x", "y"]].to_numpy(float), discs["radius"].to_numpy(float)
    apart = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1)) - radius[:, None] - radius[None]
    np.fill_diagonal(apart, np.inf)
    return apart


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 11), min_size=1, max_size=150), st.integers(0, 3))
def test_nothing_overlaps_and_everyone_is_inside(labels: list[int], seed: int) -> None:
    groups = pd.Series([f"f{k}" for k in labels])
    made = two_level_layout(groups, _ties(len(labels), 3 * len(labels), seed), seed=seed)
    places = made.people[["x", "y"]].to_numpy(float)
    if len(places) > 1:
        assert cKDTree(places).query(places, k=2)[0][:, 1].min() > 0.75 * SPACING
    assert (_gaps(made.discs) > 0).all()
    centres = made.discs[["x", "y"]].to_numpy(float)[made.people["group"]]
    reach = np.hypot(*(places - centres).T)
    assert (reach <= made.discs["radius"].to_numpy()[made.people["group"]]).all()
    assert made.discs["people"].sum() == len(labels)
    assert made.people["x"].dtype.kind == "i"


def test_the_same_input_gives_the_same_map_and_a_seed_is_an_argument() -> None:
    groups = pd.Series(list("aabbbccc") * 5)
    ties = _ties(40, 100)
    first, second = (two_level_layout(groups, ties, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(first.people, second.people)
    pd.testing.assert_frame_equal(first.discs, second.discs)


def test_order_of_people_does_not_move_them() -> None:
    groups = pd.Series(["a"] * 5 + ["b"] * 5, index=[f"p{k}" for k in range(10)])
    rank = np.arange(10)  # no two people alike, so that nothing is left to the seed
    there = two_level_layout(groups, rank=rank).people
    turned = two_level_layout(groups[::-1], rank=rank[::-1]).people
    pd.testing.assert_frame_equal(there, turned.loc[there.index])


def test_senior_people_stand_nearer_the_middle() -> None:
    rank = np.array([1.0] * 30 + [2.0] * 8 + [3.0] * 2 + [np.nan] * 5)
    made = two_level_layout(pd.Series(["a"] * 45), _ties(45, 200), rank=rank)
    reach = np.hypot(made.people["x"] - made.discs["x"][0], made.people["y"] - made.discs["y"][0]).to_numpy()
    assert reach[rank == 3].max() < reach[rank == 2].min()
    assert reach[rank == 2].max() < reach[rank == 1].min()
    assert reach[rank == 1].max() < reach[np.isnan(rank)].min()


def test_strongly_tied_discs_stand_closer_than_others() -> None:
    strength = np.zeros((6, 6))
    strength[0, 1] = strength[1, 0] = 50.0
    strength += 1.0 - np.eye(6)
    centres = place_discs(np.full(6, 100.0), strength)
    apart = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    assert apart[0, 1] == pytest.approx(apart[apart > 0].min(), rel=0.02)


def test_people_without_a_group_have_a_disc_of_their_own() -> None:
    made = two_level_layout(pd.Series(["a", None, "a"], dtype="str"))
    assert made.discs["group"].tolist() == ["a", None]
    assert made.people["group"].tolist() == [0, 1, 0]


def test_categories_keep_their_order() -> None:
    groups = pd.Series(pd.Categorical(["a", "z", "a"], categories=["z", "a"]))
    assert two_level_layout(groups).discs["group"].tolist() == ["z", "a"]


def test_ten_thousand_people_keep_to_their_own_group() -> None:
    groups = pd.Series(np.random.default_rng(1).integers(0, 40, 10_000).astype(str))
    made = two_level_layout(groups, _ties(10_000, 120_000), rank=np.arange(10_000) % 7)
    discs = made.discs.set_index("group").loc[groups]
    away = np.hypot(
        made.people["x"].to_numpy() - discs["x"].to_numpy(), made.people["y"].to_numpy() - discs["y"].to_numpy()
    )
    assert (away <= discs["radius"].to_numpy()).all()
    assert (_gaps(made.discs) > 0).all()


def test_many_groups_stand_on_a_grid_without_overlap() -> None:
    made = two_level_layout(pd.Series(np.arange(900).astype(str)))
    assert (_gaps(made.discs) > 0).all()
