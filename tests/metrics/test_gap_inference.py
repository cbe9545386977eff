"""The test and the interval of a gap against full enumeration, and in simulated studies."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest

from metrics.gaps import Comparison, gap_table
from metrics.inference.contrasts import compare
from ona.model import influence_graph, people_table

DRAWS = 20_000


def tiny_study(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seven to ten people in two strata that hold both groups, one of them two of each at least."""
    rng = np.random.default_rng(seed)
    sizes = [int(rng.integers(4, 6)), int(rng.integers(3, 6))]
    focal = [2, int(rng.integers(1, sizes[1]))]
    level = np.repeat([1, 2], sizes)
    woman = np.concatenate([np.arange(size) < members for size, members in zip(sizes, focal, strict=True)])
    # Whole numbers at times, so that arrangements tie.
    values = rng.normal(size=sum(sizes)) * 3.0 + level - 2.0 * woman
    return (np.round(values) if seed % 2 else values), woman, level


def arrangements(woman: np.ndarray, level: np.ndarray) -> list[np.ndarray]:
    """Every way to place the labels that keeps their number in each stratum."""
    places = [np.flatnonzero(level == here) for here in np.unique(level)]
    chosen = [list(combinations(here, int(woman[here].sum()))) for here in places]
    return [np.isin(np.arange(len(level)), [*first, *second]) for first, second in product(*chosen)]


def adjusted(values: np.ndarray, woman: np.ndarray, level: np.ndarray) -> float:
    """Σ_s m_s (ȳ_fs − ȳ_rs) / M, stratum by stratum."""
    total = 0.0
    for here in np.unique(level):
        inside = level == here
        total += (woman & inside).sum() * (values[woman & inside].mean() - values[~woman & inside].mean())
    return float(total / woman.sum())


def studentised(values: np.ndarray, woman: np.ndarray, level: np.ndarray) -> float:
    """The adjusted gap over √Σ w² e²: w the weight in the mean of one's group, e the distance from the stratum's."""
    variance = 0.0
    for here in np.unique(level):
        inside = level == here
        share = (woman & inside).sum() / woman.sum()
        squared = (values - values[inside].mean()) ** 2
        variance += sum(
            (share / group.sum()) ** 2 * squared[group].sum() for group in (woman & inside, ~woman & inside)
        )
    return adjusted(values, woman, level) / float(np.sqrt(variance))


STATISTICS = {"inverted permutation test": adjusted, "inverted studentised permutation test": studentised}


def exact_p(values: np.ndarray, woman: np.ndarray, level: np.ndarray, *, interval: str) -> float:
    statistic = STATISTICS[interval]
    seen = statistic(values, woman, level)
    every = np.array([statistic(values, other, level) for other in arrangements(woman, level)])
    tie = 1e-9 * np.abs(every).max()
    if statistic is studentised:
        return float(min(1.0, 2.0 * min(np.mean(every >= seen - tie), np.mean(every <= seen + tie))))
    return float(np.mean(np.abs(every) >= abs(seen) - tie))


def enumerated_end(values: np.ndarray, woman: np.ndarray, level: np.ndarray, *, alpha: float, side: int) -> float:
    """How far a gap may be taken off the focal values before full enumeration rejects, found by bisection."""

    def kept(gap: float) -> bool:
        return exact_p(values - gap * woman, woman, level, interval="inverted permutation test") > alpha

    inside = adjusted(values, woman, level)
    outside = inside + side * 1e4
    if kept(outside):
        return side * np.inf
    for _ in range(45):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if kept(middle) else (inside, middle)
    return inside


@pytest.mark.parametrize("interval", STATISTICS)
@pytest.mark.parametrize("seed", range(6))
def test_p_and_interval_are_those_of_all_arrangements(seed, interval):
    values, woman, level = tiny_study(seed)
    count = len(arrangements(woman, level))
    # Half way between two p that can be: draws then find the same end as enumeration does.
    alpha = (round(0.2 * count) + 0.5) / count
    people = pd.DataFrame({"person": [f"p{i}" for i in range(len(values))], "level": level})
    people["gender"] = np.where(woman, "woman", "man")
    graph = influence_graph(people_table(people), pd.DataFrame({"source": [], "target": []}))
    row = gap_table(
        graph,
        pd.DataFrame({"x": values}, index=graph.persons),
        comparisons=[Comparison("gender", "woman", "man")],
        measures=["x"],
        strata=("level",),
        seed=seed,
        permutations=DRAWS,
        min_group=1,
        confidence=1.0 - alpha,
        interval=interval,
    ).iloc[0]
    p = exact_p(values, woman, level, interval=interval)
    assert row["adjusted"] == pytest.approx(adjusted(values, woman, level))
    # Twice a share of the draws, where tails are counted apart.
    assert row["p"] == pytest.approx(p, abs=8 * np.sqrt(p * (1 - p / 2) / 2 / DRAWS) + 2 / DRAWS)
    found = np.array([row["adjusted_low"], row["adjusted_high"]])
    if interval == "inverted permutation test":
        ends = [enumerated_end(values, woman, level, alpha=alpha, side=side) for side in (-1, 1)]
        assert found == pytest.approx(ends, abs=1e-5)
        return
    # The studentised p need not fall all the way; where it says an end is, it crosses α.
    for end, step in zip(found, (-1e-5, 1e-5), strict=True):
        if np.isfinite(end):
            inside, outside = (
                exact_p(values - gap * woman, woman, level, interval=interval) for gap in (end - step, end + step)
            )
            assert outside <= alpha < inside


def one_study(seed: int, *, gap: float) -> tuple[dict[str, object], float]:
    """A focal group of 8 to 120 in unequal strata, counts that depend on the stratum, and the true adjusted gap."""
    rng = np.random.default_rng(seed)
    focal, other = int(np.exp(rng.uniform(np.log(8), np.log(120)))), int(rng.integers(40, 200))
    strata = int(rng.integers(3, 15))
    level = np.concatenate(
        [rng.choice(strata, focal, p=rng.dirichlet(np.full(strata, 2.0))), rng.choice(strata, other)]
    )
    woman = np.arange(focal + other) < focal
    expected = rng.lognormal(1.0, 0.6, strata)[level] + 2.0 - gap * woman
    both = np.column_stack([rng.poisson(expected), expected])
    options = {"permutations": 299, "seed": seed, "confidence": 0.95, "least": 1}
    found, true = compare(both, woman, level, **options)  # type: ignore[arg-type]
    return found, float(true["adjusted"])  # type: ignore[arg-type]


@pytest.mark.parametrize("gap", [0.0, 1.0])
def test_calibration(gap):
    # Of 150 studies a 95 % interval misses 7.5 on average; more than 16 has a chance below .002.
    rows = [one_study(seed, gap=gap) for seed in range(150)]
    missed = sum(not row["adjusted_low"] <= truth <= row["adjusted_high"] for row, truth in rows)
    assert 1 <= missed <= 16
    if gap:
        assert sum(row["p"] <= 0.05 for row, _ in rows) > 75
    else:
        assert sum(row["p"] <= 0.05 for row, _ in rows) == missed
    error = np.array([row["adjusted"] - truth for row, truth in rows])
    assert abs(error.mean()) < 3 * error.std() / np.sqrt(len(error))


def test_a_gap_of_the_detectable_size_is_found_four_times_in_five():
    rng, found = np.random.default_rng(3), []
    options = {"permutations": 199, "confidence": 0.95, "least": 1}
    for seed in range(200):
        size, strata = int(rng.integers(60, 200)), int(rng.integers(2, 8))
        level = rng.integers(strata, size=size)
        woman = rng.random(size) < 0.2 + 0.4 * rng.random(strata)[level]
        expected = rng.lognormal(1.0, 0.5, strata)[level]
        first = compare(rng.poisson(expected)[:, None].astype(float), woman, level, seed=seed, **options)[0]
        again = rng.poisson(expected) + float(first["detectable"]) * woman  # type: ignore[arg-type]
        found.append(compare(again[:, None], woman, level, seed=seed, **options)[0]["p"] <= 0.05)
    # Of 200 studies 160 on average, with standard error 5.7.
    assert 140 <= sum(found) <= 180


def test_the_bootstrap_holds_where_a_small_group_is_the_more_spread_out():
    woman, nowhere = np.arange(180) < 30, np.zeros(180, int)
    held = 0
    for seed in range(150):
        values = np.random.default_rng(seed).normal(size=180) * np.where(woman, 3.0, 1.0)
        options = {"permutations": 199, "seed": seed, "confidence": 0.95, "least": 1}
        row = compare(values[:, None], woman, nowhere, interval="stratified bootstrap", **options)[0]  # type: ignore[arg-type]
        held += row["adjusted_low"] <= 0 <= row["adjusted_high"]  # type: ignore[operator]
    # 95 % of 150 is 142.5; the inverted test holds about 107.
    assert held >= 134
