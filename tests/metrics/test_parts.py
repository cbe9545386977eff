"""Parts of a gap: means, derivatives, exactness, and tests that agree with brute force."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.exposure import _split as exposure_split
from metrics.inference import permutation_p, permuted_differences
from metrics.inference.parts import _derivatives, kept_strata, split_gap
from metrics.inference.studentised import studentised_test
from metrics.reach_parts import _split as reach_split

OPTIONS = {"permutations": 199, "seed": 1, "confidence": 0.9}


@st.composite
def studies(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People × 4 values above 0, who is focal, and strata of which some may hold one group only."""
    size = draw(st.integers(6, 30))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    strata = rng.integers(0, draw(st.integers(1, 5)), size)
    values = rng.gamma(draw(st.sampled_from([0.3, 2.0])), size=(size, 4)) + 0.01
    return values, rng.random(size) < draw(st.sampled_from([0.2, 0.5])), strata


def gap_and_ratios(focal: np.ndarray, reference: np.ndarray) -> np.ndarray:
    return np.array([focal[0] - reference[0], focal[0] / focal[1] - reference[0] / reference[1]])


@settings(max_examples=60, deadline=None)
@given(study=studies())
def test_means_are_those_of_people_beside_each_other(study):
    values, focal, strata = study
    parts = split_gap(values, focal, strata, gap_and_ratios, **OPTIONS)
    shared = [s for s in np.unique(strata) if len(set(focal[strata == s])) == 2]
    inside = np.isin(strata, shared)
    assert (parts.n_informative, parts.n_uninformative) == (inside.sum(), (~inside).sum())
    if not shared:
        assert np.isnan([*parts.mean_focal, *parts.value, *parts.low, *parts.high, *parts.p]).all()
        return
    assert parts.mean_focal == pytest.approx(values[focal & inside].mean(axis=0))
    beside = [values[~focal & (strata == s)].mean(axis=0) for s in strata[focal & inside]]
    assert parts.mean_reference == pytest.approx(np.mean(beside, axis=0))
    assert parts.value == pytest.approx(gap_and_ratios(parts.mean_focal, parts.mean_reference))
    told = (parts.low > 0) | (parts.high < 0)
    assert (told == (parts.p <= 0.1 + 1e-9)).all()
    assert ((parts.low <= parts.value + 1e-9) & (parts.value <= parts.high + 1e-9)).all()


@pytest.mark.parametrize(("split", "size"), [(exposure_split, 2), (reach_split, 4)])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_derivatives_are_those_of_small_steps(split, size, data):
    means = st.lists(st.floats(0.1, 5.0), min_size=size, max_size=size).map(np.array)
    focal, reference = data.draw(means), data.draw(means)
    by_focal, by_reference = _derivatives(split, focal, reference)
    step = 1e-6
    for at in range(size):
        h = step * np.eye(size)[at]
        steep_focal = (split(focal + h, reference) - split(focal - h, reference)) / (2 * step)
        steep_reference = (split(focal, reference + h) - split(focal, reference - h)) / (2 * step)
        assert by_focal[:, at] == pytest.approx(steep_focal, rel=1e-5, abs=1e-5)
        assert by_reference[:, at] == pytest.approx(steep_reference, rel=1e-5, abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(study=studies(), seed=st.integers(0, 1000))
def test_the_order_of_people_and_the_names_of_strata_change_no_part(study, seed):
    values, focal, strata = study
    parts = split_gap(values, focal, strata, gap_and_ratios, **OPTIONS)
    order = np.random.default_rng(seed).permutation(len(focal))
    again = split_gap(values[order], focal[order], 7 - strata[order], gap_and_ratios, **OPTIONS)
    for name in ("mean_focal", "mean_reference", "value"):
        assert getattr(again, name) == pytest.approx(getattr(parts, name), nan_ok=True)
    # Two runs of 199 draws: four standard deviations of twice the difference of two shares of a half at most.
    assert again.p == pytest.approx(parts.p, abs=8 * np.sqrt(0.5 / 199), nan_ok=True)


def every_labelling(focal: np.ndarray, strata: np.ndarray) -> list[np.ndarray]:
    """All ways to choose as many focal people in each stratum."""
    choices = [
        list(combinations(np.flatnonzero(strata == s), int(focal[strata == s].sum()))) for s in np.unique(strata)
    ]
    found = []
    for chosen in product(*choices):
        z = np.zeros(len(focal), bool)
        z[[person for part in chosen for person in part]] = True
        found.append(z)
    return found


def studentised(values: np.ndarray, z: np.ndarray, strata: np.ndarray) -> float:
    """The adjusted difference over the root of its variance, written out stratum by stratum."""
    gap, variance, total = 0.0, 0.0, z.sum()
    for s in np.unique(strata):
        y, focal = values[strata == s], z[strata == s]
        share, others = focal.sum() / total, (~focal).sum()
        error = (y - y.mean()) ** 2
        gap += share * (y[focal].mean() - y[~focal].mean())
        variance += error[focal].sum() / total**2 + error[~focal].sum() * (share / others) ** 2
    return gap / np.sqrt(variance)


def test_studentised_p_and_limits_agree_with_all_permutations():
    rng = np.random.default_rng(4)
    focal = np.array([1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0], bool)
    strata = np.array([0] * 6 + [1] * 3 + [2] * 3)
    values = rng.gamma(1.0, size=12) + 1.5 * focal
    everything = every_labelling(focal, strata)
    assert len(everything) == 15 * 3 * 3

    def p(delta: float) -> float:
        taken = values - delta * focal
        seen = studentised(taken, focal, strata)
        drawn = np.array([studentised(taken, z, strata) for z in everything])
        tie = 1e-9 * abs(seen)
        return float(min(1.0, 2 * min(np.mean(drawn >= seen - tie), np.mean(drawn <= seen + tie))))

    low, high, found = studentised_test(values[:, None], focal, strata, permutations=20_000, seed=2, confidence=0.8)
    # Exact p against a share of 20,000 draws: four standard errors of it.
    assert found[0] == pytest.approx(p(0.0), abs=8 * np.sqrt(0.25 / 20_000))
    for end, inward in ((low[0], 1.0), (high[0], -1.0)):
        assert p(end + inward * 0.02) > 0.2 - 0.02
        assert p(end - inward * 0.02) < 0.2 + 0.02


def test_equal_numbers_in_every_stratum_make_the_studentised_test_the_plain_one():
    rng = np.random.default_rng(3)
    strata = np.repeat(np.arange(10), 4)
    focal = np.tile([True, True, False, False], 10)
    values = rng.gamma(1.0, size=(40, 2))
    observed, null, _ = permuted_differences(values, focal, strata, permutations=500, seed=9)
    p = studentised_test(values, focal, strata, permutations=500, seed=9, confidence=0.95)[2]
    tails = [permutation_p(observed, null, alternative=side) for side in ("less", "greater")]
    assert p.tolist() == np.minimum(1.0, 2 * np.minimum(*tails)).tolist()


def test_pairs_too_few_to_set_a_limit():
    values, focal = np.array([[3.0], [1.0], [6.0], [5.0]]), np.array([True, False, True, False])
    low, high, p = studentised_test(values, focal, np.array([0, 0, 1, 1]), permutations=99, seed=1, confidence=0.95)
    # Four arrangements: no p under a half but for the share of draws.
    assert (low[0], high[0]) == (-np.inf, np.inf)
    assert p[0] > 0.35


def test_people_alike_within_strata_leave_nothing_to_test():
    focal, strata = np.tile([True, False], 8), np.repeat([0, 1], 8)
    values = np.column_stack([strata + 0.1, 0.3 * strata + 0.7])
    parts = split_gap(values, focal, strata, exposure_split, **OPTIONS)
    assert parts.value == pytest.approx(np.zeros(3))
    assert np.isnan([parts.low, parts.high, parts.p]).all()


def test_a_difference_without_noise_is_its_own_interval():
    focal = np.arange(40) < 16
    low, high, p = studentised_test(
        np.where(focal, 2.5, 1.0)[:, None], focal, np.zeros(40, int), permutations=999, seed=1, confidence=0.95
    )
    assert [low[0], high[0]] == pytest.approx([1.5, 1.5], abs=1e-4)
    assert p[0] == 0.002


def test_an_undefined_part_leaves_the_others():
    rng = np.random.default_rng(1)
    focal = np.arange(20) < 8
    values = np.column_stack([rng.random(20), np.where(focal, 0.0, 0.4)])
    parts = split_gap(values, focal, np.zeros(20, int), exposure_split, **OPTIONS)
    assert np.isnan(parts.value).tolist() == np.isnan(parts.p).tolist() == [False, True, True]


def test_groups_that_vary_differently_are_not_mistaken_for_different():
    # Equal means, the smaller group three times as spread out: the plain test rejects far too often.
    rng = np.random.default_rng(8)
    held, plain = 0, 0
    for seed in range(400):
        focal = np.arange(150) < 120
        values = np.where(focal, 1.0, 3.0)[:, None] * rng.normal(size=(len(focal), 1))
        strata = np.zeros(len(focal), int)
        held += studentised_test(values, focal, strata, permutations=199, seed=seed, confidence=0.9)[2][0] > 0.1
        observed, null, _ = permuted_differences(values, focal, strata, permutations=199, seed=seed)
        plain += permutation_p(observed, null, centre=np.zeros(1))[0] > 0.1
    # In 800 studies of 399 permutations .89; 400 draws lie within .05 of that (three standard errors).
    assert 0.84 <= held / 400 <= 0.94
    assert plain / 400 < 0.8


def test_a_gap_in_sparse_counts_is_found():
    # Twenty people with three times the rate of two hundred: with both tails counted together it is hardly ever found.
    rng = np.random.default_rng(3)
    found = 0
    for seed in range(100):
        focal = np.arange(220) < 20
        values = rng.poisson(np.where(focal, 0.31, 0.1)).astype(float)[:, None]
        p = studentised_test(values, focal, np.zeros(220, int), permutations=199, seed=seed, confidence=0.95)[2]
        found += p[0] <= 0.05
    # .43 in 300 studies of 399 permutations; 100 draws lie within .43 ± .15.
    assert 28 <= found <= 58


def test_strata_leave_out_what_is_compared_and_what_does_not_vary(lazega):
    graph = lazega.with_people(lazega.people.assign(floor=None))
    everyone = np.ones(graph.size, bool)
    columns = ("level", "office", "floor", "gender")
    codes, called = kept_strata(graph, columns, column="gender × level", compared=everyone, unit="office")
    assert (called, len(set(codes))) == ("none", 1)
    codes, called = kept_strata(graph, ("level", "office"), column="gender", compared=everyone)
    assert (called, len(set(codes))) == ("level × office", 6)
    assert kept_strata(graph, ("level", "office"), column="gender", compared=~graph.is_leader)[1] == "office"


def test_a_part_that_rests_on_a_few_is_not_told():
    focal = np.arange(60) < 20
    strata = np.where(focal, 0, 1)
    strata[:2] = 1
    values = np.random.default_rng(1).random((60, 2)) + 0.1
    few = split_gap(values, focal, strata, exposure_split, **OPTIONS, least=5)
    assert (few.n_informative_focal, few.n_informative_reference, few.n_uninformative) == (2, 40, 18)
    assert np.isnan([few.value, few.low, few.high, few.p]).all()
    assert np.isfinite(split_gap(values, focal, strata, exposure_split, **OPTIONS, least=2).value).all()
