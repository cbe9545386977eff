"""The compiled engine against plain numpy and against every arrangement there is."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from itertools import combinations, permutations, product

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from metrics.inference import (
    difference_sd,
    difference_weights,
    differences,
    inverted_interval,
    permutation_p,
    permuted_differences,
    permuted_mixing,
    permuted_within,
    stratified_permutations,
    within_moments,
)
from metrics.kernels import running

FEW = settings(max_examples=60, deadline=None)


def arrangements(labels: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """All different label vectors that permuting within strata reaches; each is equally likely."""
    rows = [labels]
    for s in np.unique(strata):
        places = np.flatnonzero(strata == s)
        orders = sorted(set(permutations(labels[places].tolist())))
        rows = [np.where(strata == s, 0, row) for row in rows]
        rows = [row + np.bincount(places, order, len(labels)).astype(int) for row, order in product(rows, orders)]
    return np.array(rows)


def shuffled(labels: np.ndarray, strata: np.ndarray, *, times: int, seed: int) -> np.ndarray:
    return np.concatenate(list(stratified_permutations(labels, strata, permutations=times, seed=seed)))


def counts_of(rows: np.ndarray, possible: np.ndarray) -> np.ndarray:
    """How often each possible row was drawn; every row drawn must be possible."""
    place = {row.tobytes(): at for at, row in enumerate(possible)}
    return np.bincount([place[row.tobytes()] for row in rows], minlength=len(possible))


def assert_even(counts: np.ndarray) -> None:
    """Pearson's test of equal chances, which an even generator fails once in 10,000 seeds; the seeds are fixed."""
    expected = counts.sum() / counts.size
    assert ((counts - expected) ** 2 / expected).sum() < chi2.ppf(0.9999, counts.size - 1)


@st.composite
def networks(draw: st.DrawFn, *, groups: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Labels up to ``groups``, strata (some of one person or one group), and arcs, loops and repeats included."""
    size = draw(st.integers(1, 30))
    labels = np.array(draw(st.lists(st.integers(0, groups), min_size=size, max_size=size)))
    strata = np.array(draw(st.lists(st.integers(0, draw(st.integers(0, 6))), min_size=size, max_size=size)))
    arcs = draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=60))
    ends = np.array(arcs, int).reshape(-1, 2)
    return labels, strata, ends[:, 0], ends[:, 1]


@pytest.mark.parametrize(
    ("labels", "strata"),
    [
        ([0, 0, 0, 1, 1], [0, 0, 0, 0, 0]),
        ([1, 1, 1, 0, 1, 1], [0, 0, 0, 0, 0, 0]),
        ([1, 0, 1, 1, 0, 0, 1], [4, 2, 4, 2, 4, 2, 9]),
        ([0, 1, 2, 3], [1, 1, 1, 1]),
        ([2, 0, 2, 1, 0, 1, 1], [0, 0, 0, 1, 0, 1, 1]),
    ],
)
def test_every_arrangement_has_the_same_chance(labels, strata):
    labels, strata = np.array(labels), np.array(strata)
    possible = arrangements(labels, strata)
    assert_even(counts_of(shuffled(labels, strata, times=20_000, seed=11), possible))


def test_one_permutation_says_nothing_about_the_next():
    labels, strata = np.array([0, 0, 1, 1]), np.zeros(4, int)
    rows = shuffled(labels, strata, times=40_001, seed=2)
    possible = arrangements(np.tile(labels, 2), np.repeat([0, 1], 4))
    assert_even(counts_of(np.hstack([rows[:-1:2], rows[1::2]]), possible))


def test_everybody_in_a_large_stratum_is_drawn_equally_often():
    # 1,000 people, 300 drawn 4,000 times: 1,200 times each; drawn without replacement, so spread by 1 − 0.3.
    labels = (np.arange(1000) < 300).astype(int)
    drawn = shuffled(labels, np.zeros(1000, int), times=4_000, seed=3).sum(axis=0)
    assert drawn.sum() == 300 * 4_000
    assert ((drawn - 1200) ** 2 / (1200 * 0.7)).sum() < chi2.ppf(0.9999, 999)


PINNED = [[0, 1, 0, 2, 1, 0, 0, 1], [1, 0, 2, 1, 0, 1, 0, 0], [0, 0, 2, 1, 1, 1, 0, 0]]
PINNED_LARGE = [[15642, 59329, 19222], [15568, 31432, 4825]]


def test_the_draws_of_a_seed_are_the_same_on_every_machine():
    # Written down once: whole numbers all the way, so that no machine may give others.
    labels, strata = np.array([0, 1, 2, 0, 1, 0, 0, 1]), np.array([0, 0, 0, 0, 0, 1, 1, 1])
    assert shuffled(labels, strata, times=3, seed=2024).tolist() == PINNED
    large = shuffled(np.arange(70_000), np.zeros(70_000, int), times=2, seed=1)
    assert large[:, :3].tolist() == PINNED_LARGE


@FEW
@given(study=networks(groups=4), seed=st.integers(0, 99))
def test_arcs_within_groups_are_those_of_the_same_labels(study, seed):
    labels, strata, source, target = study
    rows = shuffled(labels, strata, times=70, seed=seed)
    within = permuted_within(labels, strata, source, target, permutations=70, seed=seed)
    assert within.tolist() == (rows[:, source] == rows[:, target]).sum(axis=1).tolist()


def test_arcs_within_many_groups_and_many_arcs():
    rng = np.random.default_rng(4)
    labels, strata = rng.integers(0, 70, 300), rng.integers(0, 3, 300)
    source, target = rng.integers(0, 300, (2, 5_003))
    target[:2_000] = source[:2_000]
    rows = shuffled(labels, strata, times=130, seed=6)
    within = permuted_within(labels, strata, source, target, permutations=130, seed=6)
    assert within.tolist() == (rows[:, source] == rows[:, target]).sum(axis=1).tolist()


@FEW
@given(study=networks(), seed=st.integers(0, 99))
def test_mixing_is_relabelling_and_bincount(study, seed):
    labels, strata, source, target = study
    rows = shuffled(labels, strata, times=70, seed=seed)
    counted = [np.bincount(2 * row[source] + row[target], minlength=4).reshape(2, 2) for row in rows]
    mixed = permuted_mixing(labels == 1, strata, source, target, permutations=70, seed=seed)
    assert mixed.tolist() == np.array(counted).tolist()


@FEW
@given(study=networks(), seed=st.integers(0, 99))
def test_differences_are_those_of_the_same_labels(study, seed):
    labels, strata, _, _ = study
    rng = np.random.default_rng(seed)
    values = np.column_stack([rng.normal(size=len(labels)), rng.integers(0, 3, len(labels))])
    rows = shuffled(labels, strata, times=40, seed=seed)
    weights = difference_weights(np.column_stack([values, labels]), labels == 1, strata)
    observed, null, moved = permuted_differences(values, labels == 1, strata, permutations=40, seed=seed)
    assert observed == pytest.approx(labels @ weights[:, :-1], abs=1e-12)
    assert np.column_stack([null, moved]) == pytest.approx(rows @ weights, abs=1e-12)


@FEW
@given(study=networks(groups=1), seed=st.integers(0, 99))
def test_sums_do_not_depend_on_their_order(study, seed):
    labels, strata, _, _ = study
    # A tenth is no binary fraction: sums of such values differ in the last digit with their order.
    values = np.random.default_rng(seed).integers(0, 4, (len(labels), 1)) / 10
    rows = shuffled(labels, strata, times=60, seed=seed)
    null = permuted_differences(values, labels == 1, strata, permutations=60, seed=seed)[1]
    found: dict[bytes, float] = {}
    for row, value in zip(rows, null[:, 0].tolist(), strict=True):
        assert found.setdefault(row.tobytes(), value) == value


def test_ties_count_as_ties():
    # Pairs of six people: 12 of 15 sums are .1 or more from their mean .2, 4 + 3 of them by exactly as much as the
    # .1 + .2 observed. Missing a tie by rounding would move p by .067 or more.
    values = np.array([0.1, 0.2, 0.3, 0.0, 0.0, 0.0])
    focal = np.array([True, True, False, False, False, False])
    chosen = [sum(pair) for pair in combinations([1, 2, 3, 0, 0, 0], 2)]
    exact = np.mean([abs(total - 2) >= 1 for total in chosen])
    observed, null, _ = permuted_differences(values[:, None], focal, np.zeros(6, int), permutations=20_000, seed=1)
    assert exact == 12 / 15
    assert permutation_p(observed, null, centre=np.zeros(1)) == pytest.approx([exact], abs=5 * 0.0029)


def test_p_interval_and_spread_are_those_of_every_arrangement():
    # 20 × 6 × 3 = 360 arrangements, against 40,000 draws. The standard error of p is √(p(1 − p) / 40,000) < .0025, and
    # that of the rank at which an interval ends 360 · √(.1 · .9 / 40,000) = 0.54; five of either are allowed.
    rng = np.random.default_rng(17)
    strata = np.repeat([0, 1, 2, 3], [6, 4, 3, 2])
    focal = np.array([1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 1, 1], bool)
    values = rng.normal(size=(15, 3)) + np.outer(focal, [0.0, 0.6, 1.5])
    every = arrangements(focal.astype(int), strata)
    assert len(every) == 360
    weights = difference_weights(np.column_stack([values, focal]), focal, strata)
    truth, shift = every @ weights[:, :-1], every @ weights[:, -1]
    observed, null, moved = permuted_differences(values, focal, strata, permutations=40_000, seed=5)
    exact = np.mean(np.abs(truth) >= np.abs(observed) - 1e-12, axis=0)
    p = permutation_p(observed, null, centre=np.zeros(3))
    assert (exact > 0.001).all()
    assert (exact < 0.2).any()
    assert (np.abs(p - exact) < 5 * np.sqrt(exact * (1 - exact) / 40_000) + 1e-4).all()
    spread = difference_sd(values, focal, strata)
    assert spread == pytest.approx(truth.std(axis=0))
    assert null.std(axis=0) == pytest.approx(spread, rel=0.02)
    low, high = inverted_interval(observed, null, moved, confidence=0.9).T
    one, other = (
        inverted_interval(observed, truth, shift, confidence=1 - rank / 361).T for rank in (36.5 - 3, 36.5 + 3)
    )
    assert (one[0] <= low).all()
    assert (low <= other[0]).all()
    assert (other[1] <= high).all()
    assert (high <= one[1]).all()


@FEW
@given(data=st.data())
def test_moments_of_arcs_within_groups_are_those_of_every_arrangement(data):
    size = data.draw(st.integers(1, 7))
    labels = np.array(data.draw(st.lists(st.integers(0, 1), min_size=size, max_size=size)))
    strata = np.array(data.draw(st.lists(st.integers(0, 2), min_size=size, max_size=size)))
    person = st.integers(0, size - 1)
    ends = np.array(data.draw(st.lists(st.tuples(person, person), max_size=30)), int).reshape(-1, 2)
    every = arrangements(labels, strata)
    within = (every[:, ends[:, 0]] == every[:, ends[:, 1]]).sum(axis=1)
    mean, variance = within_moments(labels, strata, ends[:, 0], ends[:, 1])
    assert mean == pytest.approx(within.mean(), abs=1e-12)
    assert variance == pytest.approx(within.var(), abs=1e-11)


@pytest.mark.parametrize("strata", [1, 4, 60])
def test_moments_agree_with_the_draws(strata):
    rng = np.random.default_rng(strata)
    labels, held = (rng.random(200) < 0.3).astype(int), rng.integers(0, strata, 200)
    # A few people have most of the ties, which is where a normal approximation would go wrong.
    source, target = (200 * rng.random((2, 3_000)) ** 3).astype(int)
    within = permuted_within(labels, held, source, target, permutations=20_000, seed=1)
    mean, variance = within_moments(labels, held, source, target)
    assert within.mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / 20_000))
    assert within.var() == pytest.approx(variance, rel=0.06)


def test_moments_with_three_groups_have_a_mean_only():
    labels, strata = np.array([0, 1, 2, 2]), np.zeros(4, int)
    mean, variance = within_moments(labels, strata, np.array([0, 1]), np.array([1, 2]))
    every = arrangements(labels, strata)
    assert mean == pytest.approx((every[:, [0, 1]] == every[:, [1, 2]]).sum(axis=1).mean())
    assert np.isnan(variance)


def test_nothing_depends_on_threads(monkeypatch):
    rng = np.random.default_rng(0)
    labels, strata = rng.integers(0, 3, 90), rng.integers(0, 5, 90)
    source, target = rng.integers(0, 90, (2, 400))
    values = rng.normal(size=(90, 2))

    def everything():
        return [
            shuffled(labels, strata, times=333, seed=9),
            permuted_within(labels, strata, source, target, permutations=333, seed=9),
            permuted_mixing(labels > 0, strata, source, target, permutations=333, seed=9),
            *permuted_differences(values, labels > 0, strata, permutations=333, seed=9),
        ]

    alone = everything()
    monkeypatch.setattr(running, "WORTH_A_THREAD", 0)
    monkeypatch.setattr(differences, "_BLOCK_CELLS", 90 * 50)
    for cores in (1, 2, 5):
        monkeypatch.setattr(running, "cores", lambda cores=cores: cores)
        for before, after in zip(alone, everything(), strict=True):
            np.testing.assert_array_equal(before, after)


def test_more_permutations_begin_with_the_fewer():
    labels, strata = np.arange(12) % 2, np.arange(12) % 3
    few, many = (
        permuted_differences(np.arange(12.0)[:, None], labels == 1, strata, permutations=r, seed=4)[1]
        for r in (70, 200)
    )
    assert (many[:70] == few).all()
    assert not (
        many[:70] == permuted_differences(np.arange(12.0)[:, None], labels == 1, strata, permutations=70, seed=5)[1]
    ).all()


def test_people_nobody_can_change_with_keep_their_label():
    labels, strata = np.array([1, 1, 1, 0, 0, 1]), np.array([0, 0, 1, 2, 2, 3])
    assert (shuffled(labels, strata, times=30, seed=0) == labels).all()
    observed, null, moved = permuted_differences(np.ones((6, 2)), labels == 1, strata, permutations=30, seed=0)
    assert not observed.any()
    assert not null.any()
    assert not moved.any()
    assert (
        permuted_within(labels, strata, np.array([0, 3]), np.array([1, 5]), permutations=3, seed=0).tolist() == [1] * 3
    )


def test_no_arcs_and_nobody():
    none = np.empty(0, int)
    assert permuted_within(np.array([0, 1]), np.zeros(2, int), none, none, permutations=2, seed=0).tolist() == [0, 0]
    assert within_moments(np.array([0, 1]), np.zeros(2, int), none, none) == (0.0, 0.0)
    assert next(stratified_permutations(none, none, permutations=2, seed=0)).shape == (2, 0)
    assert permuted_differences(np.empty((0, 1)), none == 1, none, permutations=2, seed=0)[1].tolist() == [[0.0], [0.0]]


def test_a_column_without_bounds_is_unknown_and_spoils_no_other():
    values = np.array([[1.0, np.inf], [2.0, 1.0], [4.0, 1.0]])
    focal = np.array([True, False, True])
    with np.errstate(invalid="ignore"):
        observed, null, _ = permuted_differences(values, focal, np.zeros(3, int), permutations=9, seed=0)
    assert np.isnan(observed).tolist() == [False, True]
    assert np.isnan(null).any(axis=0).tolist() == [False, True]


def test_very_large_and_very_small_values_side_by_side():
    values = np.array([[1e300, 1e-300, 5.0], [2e300, 3e-300, 5.0], [4e300, 4e-300, 5.0], [0.0, 1e-300, 5.0]])
    focal = np.array([True, False, True, False])
    weights = difference_weights(values, focal, np.zeros(4, int))
    rows = shuffled(focal.astype(int), np.zeros(4, int), times=50, seed=8)
    null = permuted_differences(values, focal, np.zeros(4, int), permutations=50, seed=8)[1]
    for column, unit in enumerate((1e300, 1e-300, 1.0)):
        assert null[:, column] / unit == pytest.approx(rows @ (weights[:, column] / unit), abs=1e-12)


def test_refusals():
    with pytest.raises(ValueError, match="as long as each other"):
        permuted_within(np.arange(3), np.arange(2), np.array([0]), np.array([1]), permutations=1, seed=0)
    with pytest.raises(ValueError, match="at least 1"):
        permuted_mixing(np.arange(3) > 1, np.zeros(3, int), np.array([0]), np.array([1]), permutations=0, seed=0)


def test_kernels_work_where_nothing_can_be_kept_on_disk(monkeypatch):
    from metrics.kernels import compiling

    compile_it = numba.njit

    def nowhere(**options):
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return compile_it(**options)

    monkeypatch.setattr(numba, "njit", nowhere)
    assert compiling.compiled(lambda a, b: a + b)(1, 2) == 3


def fives(out):
    out[:] = 5


class NotKept:
    """A kernel whose machine code cannot be written to disk, or not be read from it."""

    py_func = staticmethod(fives)

    def __init__(self, error):
        self.error = error

    def __call__(self, *arguments):
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        EOFError("Ran out of input"),
        pickle.UnpicklingError("pickle data was truncated"),
    ],
)
def test_a_full_disk_or_a_damaged_cache_stops_no_run(error):
    out = np.zeros(3)
    running.run(NotKept(error), out)
    assert out.tolist() == [5, 5, 5]


def test_an_alarm_is_not_taken_for_a_damaged_cache():
    out = np.zeros(3)
    with pytest.raises(TimeoutError):
        running.run(NotKept(TimeoutError()), out)
    assert out.tolist() == [0, 0, 0]


def test_a_damaged_cache_on_disk_stops_no_run(tmp_path):
    """In a process of its own, with the kernels' files cut short."""
    ask = "import numpy as np; from metrics import permuted_differences as p; "
    ask += "print(p(np.arange(4.0)[:, None], np.arange(4) < 2, np.zeros(4, int), permutations=9, seed=1)[1].sum())"
    told = []
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", ask.replace("metrics import", "metrics.inference import")],
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        told.append(run.stdout)
        kept = list(tmp_path.rglob("*.nb?"))
        assert kept
        for file in kept:
            file.write_bytes(file.read_bytes()[: 40 if file.suffix == ".nbc" else 0])
    assert told[0] == told[1] != ""
