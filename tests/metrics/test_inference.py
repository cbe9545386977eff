"""Permutations within strata, p-values, intervals by inversion, and their closed forms."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from metrics.inference import (
    benjamini_hochberg,
    difference_sd,
    difference_weights,
    differences,
    group_mean_moments,
    inverted_interval,
    permutation_p,
    sequential_p,
    stratified_permutations,
)

FEW = settings(max_examples=40, deadline=None)


def every_arrangement(labels: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """All label vectors reachable by permuting within strata, with their multiplicity."""
    places = [np.flatnonzero(strata == s) for s in np.unique(strata)]
    rows = []
    for chosen in product(*(list(permutations(p)) for p in places)):
        row = labels.copy()
        for place, source in zip(places, chosen, strict=True):
            row[place] = labels[list(source)]
        rows.append(row)
    return np.array(rows)


def adjusted(y: np.ndarray, z: np.ndarray, strata: np.ndarray) -> float:
    """The adjusted difference by its definition, stratum by stratum."""
    total, sum_of = 0.0, 0
    for s in np.unique(strata):
        focal, other = y[(strata == s) & (z == 1)], y[(strata == s) & (z == 0)]
        if len(focal) and len(other):
            total += len(focal) * (focal.mean() - other.mean())
            sum_of += len(focal)
    return total / sum_of


@st.composite
def studies(draw: st.DrawFn, *, most: int = 7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, membership and strata of a few people, with at least one stratum that holds both groups."""
    size = draw(st.integers(2, most))
    y = np.array(draw(st.lists(st.integers(-5, 5), min_size=size, max_size=size)), float)
    z = np.array([1, 0, *draw(st.lists(st.integers(0, 1), min_size=size - 2, max_size=size - 2))])
    strata = np.array([0, 0, *draw(st.lists(st.integers(0, 2), min_size=size - 2, max_size=size - 2))])
    return y, z, strata


@FEW
@given(study=studies(most=12), seed=st.integers(0, 99))
def test_permutations_keep_the_labels_of_each_stratum(study, seed):
    _, z, strata = study
    drawn = np.concatenate(list(stratified_permutations(z, strata, permutations=7, seed=seed)))
    assert drawn.shape == (7, len(z))
    for s in np.unique(strata):
        assert (np.sort(drawn[:, strata == s], axis=1) == np.sort(z[strata == s])).all()


def test_permutations_do_not_depend_on_their_blocks(monkeypatch):
    labels, strata = np.arange(6), np.array([0, 1, 0, 1, 1, 2])
    whole = np.concatenate(list(stratified_permutations(labels, strata, permutations=50, seed=3)))
    monkeypatch.setattr(differences, "_BLOCK_CELLS", 18)
    blocks = list(stratified_permutations(labels, strata, permutations=50, seed=3))
    assert [len(block) for block in blocks] == [3] * 16 + [2]
    assert (np.concatenate(blocks) == whole).all()


def test_every_arrangement_is_equally_likely():
    # 3! × 2! = 12 arrangements; 12,000 draws give each 1,000 with a standard deviation of 30.
    drawn = np.concatenate(
        list(stratified_permutations(np.arange(5), np.array([0, 1, 0, 1, 0]), permutations=12_000, seed=5))
    )
    counts = np.unique(drawn, axis=0, return_counts=True)[1]
    assert len(counts) == 12
    assert (abs(counts - 1000) < 150).all()


def test_permutations_refuse_what_makes_no_sense():
    with pytest.raises(ValueError, match="as long as each other"):
        next(stratified_permutations(np.arange(3), np.arange(2), permutations=1, seed=0))
    with pytest.raises(ValueError, match="at least 1"):
        next(stratified_permutations(np.arange(3), np.arange(3), permutations=0, seed=0))


def test_p_counts_the_observed_arrangement():
    null = np.array([-3.0, -1.0, 0.0, 1.0, 2.0])
    assert permutation_p(2.0, null, centre=0.0) == pytest.approx(3 / 6)
    assert permutation_p(2.0, null, alternative="greater") == pytest.approx(2 / 6)
    assert permutation_p(-1.0, null, alternative="less") == pytest.approx(3 / 6)


def test_p_takes_equal_values_as_equal_despite_rounding():
    assert permutation_p(0.3, [0.1 + 0.2, 0.1 + 0.2 - 1e-16, 0.0, -0.3], centre=0.0) == pytest.approx(4 / 5)


def test_p_of_several_statistics_and_of_unknown_ones():
    null = np.array([[0.0, np.nan], [1.0, 0.0], [-1.0, 0.0]])
    assert permutation_p([2.0, 1.0], null, centre=0.0).tolist() == pytest.approx([1 / 4, np.nan], nan_ok=True)
    assert np.isnan(permutation_p(np.nan, [0.0, 1.0]))


@FEW
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_q_is_that_of_scipy(p):
    assert benjamini_hochberg(p) == pytest.approx(false_discovery_control(p, method="bh"))


def test_q_of_no_tests():
    assert benjamini_hochberg([]).size == 0
    assert np.isnan(benjamini_hochberg([np.nan, np.nan])).all()


@FEW
@given(study=studies())
def test_moments_of_a_group_mean_are_those_of_all_permutations(study):
    y, z, strata = study
    means = np.array([y[row == 1].mean() for row in every_arrangement(z, strata)])
    mean, variance = group_mean_moments(y, z, strata, group=1)
    assert mean == pytest.approx(means.mean(), abs=1e-12)
    assert variance == pytest.approx(means.var(), abs=1e-12)


def test_moments_of_an_empty_group_are_unknown():
    assert np.isnan(group_mean_moments([1.0, 2.0], np.array([0, 0]), np.array([0, 0]), group=1)).all()


def test_moments_agree_with_the_permutations():
    rng = np.random.default_rng(8)
    y, z, strata = rng.lognormal(size=300), (rng.random(300) < 0.3).astype(int), rng.integers(0, 12, 300)
    drawn = np.concatenate(list(stratified_permutations(z, strata, permutations=20_000, seed=1)))
    means = drawn @ y / z.sum()
    mean, variance = group_mean_moments(y, z, strata, group=1)
    assert means.mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / 20_000))
    assert means.var() == pytest.approx(variance, rel=0.05)


@FEW
@given(study=studies())
def test_the_adjusted_difference_and_its_spread_are_those_of_all_permutations(study):
    y, z, strata = study
    weights = difference_weights(y, z, strata)
    assert z @ weights == pytest.approx(adjusted(y, z, strata), abs=1e-12)
    rows = every_arrangement(z, strata)
    differences = np.array([adjusted(y, row, strata) for row in rows])
    assert rows @ weights == pytest.approx(differences, abs=1e-12)
    assert differences.mean() == pytest.approx(0.0, abs=1e-12)
    assert difference_sd(y, z, strata) == pytest.approx(differences.std(), abs=1e-12)


def test_strata_with_one_group_carry_no_weight():
    weights = difference_weights(np.array([[1.0], [2.0], [9.0]]), np.array([1, 0, 1]), np.array([0, 0, 1]))
    assert weights[:, 0].tolist() == [-1.0, 1.0, 0.0]
    assert np.isnan(difference_sd([1.0, 2.0], np.array([1, 0]), np.array([0, 1])))


@FEW
@given(study=studies(most=10), seed=st.integers(0, 99), confidence=st.sampled_from([0.5, 0.8, 0.9]))
def test_the_interval_holds_exactly_the_gaps_the_test_does_not_reject(study, seed, confidence):
    y, z, strata = study
    drawn = np.concatenate(list(stratified_permutations(z, strata, permutations=39, seed=seed)))
    observed = z @ difference_weights(y, z, strata)
    null = drawn @ difference_weights(y, z, strata)
    shift = drawn @ difference_weights(z.astype(float), z, strata)
    low, high = inverted_interval([observed], null[:, None], shift, confidence=confidence)[0]

    def accepted(gap: float) -> bool:
        weights = difference_weights(y - gap * z, z, strata)
        return bool(permutation_p(z @ weights, drawn @ weights, centre=0.0) > 1 - confidence + 1e-9)

    assert low <= observed <= high
    inside = [observed, *(end + step for end, step in ((low, 1e-6), (high, -1e-6)) if np.isfinite(end))]
    assert all(accepted(gap) for gap in inside if low <= gap <= high)
    assert not any(accepted(gap) for gap in (low - 1e-6, high + 1e-6) if np.isfinite(gap))


def test_an_interval_needs_enough_permutations():
    assert inverted_interval([1.0], [[0.5], [-0.5]], [0.0, 0.0], confidence=0.95).tolist() == [[-np.inf, np.inf]]


@pytest.mark.parametrize("ranks", [(1, 2, 3, 4, 5, 6, 7), (1, 1, 2, 2, 2, 3, 3), (0, 0, 0, 0, 0, 0, 1)])
@pytest.mark.parametrize("enough", [1, 2, 3, 6])
def test_stopping_early_never_rejects_too_often(ranks, enough):
    # Under the hypothesis the observed value and the six draws are exchangeable: all 7! orders are equally likely.
    found = np.array(
        [sequential_p(order[0], [order[1:]], enough=enough, alternative="greater")[0] for order in permutations(ranks)]
    )
    for level in np.unique(found):
        assert np.mean(found <= level + 1e-12) <= level + 1e-12
    if len(set(ranks)) == 7:
        # Without ties it is exact at every p that can come out.
        assert all(np.mean(found <= level + 1e-12) == pytest.approx(level) for level in np.unique(found))


@FEW
@given(
    draws=st.lists(st.integers(-3, 3), min_size=1, max_size=40),
    observed=st.integers(-3, 3),
    enough=st.integers(1, 12),
    alternative=st.sampled_from(["two-sided", "greater", "less"]),
    length=st.integers(1, 45),
)
def test_a_sequential_p_does_not_depend_on_blocks(draws, observed, enough, alternative, length):
    blocks = [draws[at : at + length] for at in range(0, len(draws), length)]
    p, made = sequential_p(observed, blocks, enough=enough, alternative=alternative, centre=0.0)
    assert (p, made) == sequential_p(observed, [[d] for d in draws], enough=enough, alternative=alternative, centre=0.0)
    whole = {"greater": lambda d: d >= observed, "less": lambda d: d <= observed}
    extreme = [whole.get(alternative, lambda d: abs(d) >= abs(observed))(d) for d in draws]
    if sum(extreme) < enough:
        assert made == len(draws)
        assert p == pytest.approx(permutation_p(observed, draws, alternative=alternative, centre=0.0))
    else:
        assert sum(extreme[:made]) == enough
        assert extreme[made - 1]
        assert p == enough / made


def test_a_sequential_p_asks_for_no_more_blocks_than_it_needs():
    def blocks():
        yield [1.0, 5.0, 5.0]
        yield [5.0]
        raise AssertionError("one block too many")

    assert sequential_p(2.0, blocks(), enough=3, alternative="greater") == (3 / 4, 4)


def test_a_sequential_p_is_as_good_as_promised():
    # A true p of .3, found from 50 extreme draws: relative standard error √(.7 / 50) = .118, about 167 draws each.
    rng = np.random.default_rng(3)
    found = [sequential_p(0.7, rng.random((40, 50)), enough=50, alternative="greater") for _ in range(400)]
    p, made = np.array(found).T
    assert p.mean() == pytest.approx(0.3, abs=0.01)
    assert p.std() / 0.3 == pytest.approx(0.118, abs=0.02)
    assert made.mean() == pytest.approx(50 / 0.3, rel=0.05)
    assert made.max() < 2_000


def test_a_sequential_p_of_what_is_unknown_or_makes_no_sense():
    assert np.isnan(sequential_p(1.0, [[0.0, np.nan]], enough=1, alternative="greater")[0])
    assert np.isnan(sequential_p(1.0, [[np.nan, 2.0]], enough=1, alternative="greater")[0])
    assert sequential_p(1.0, [[2.0, np.nan]], enough=1, alternative="greater") == (1.0, 1)
    assert np.isnan(sequential_p(np.nan, [[0.0]], enough=1, alternative="greater")[0])
    with pytest.raises(ValueError, match="enough must be at least 1"):
        sequential_p(1.0, [[0.0]], enough=0, alternative="less")
    with pytest.raises(ValueError, match="needs its centre"):
        sequential_p(1.0, [[0.0]], enough=1)
    with pytest.raises(ValueError, match="at least one permutation"):
        sequential_p(1.0, [], enough=1, alternative="less")


def test_ties_by_rounding_are_ties_one_after_the_other_too():
    assert sequential_p(0.3, [[0.1 + 0.2 - 1e-16, 0.0]], enough=1, alternative="greater") == (1.0, 1)


def test_the_level_of_a_stopped_test_by_simulation():
    # 20,000 tests of nothing, at most 99 draws, 10 extreme ones enough: at most 5 % (+ 4 standard errors) below .05.
    rng = np.random.default_rng(12)
    tests = rng.random((20_000, 100))
    found = np.array([sequential_p(row[0], [row[1:]], enough=10, alternative="greater")[0] for row in tests])
    for level in (0.01, 0.05, 0.1, 0.5):
        assert np.mean(found <= level) < level + 4 * np.sqrt(level * (1 - level) / 20_000)
