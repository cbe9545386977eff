"""The inference engine's kernels against numpy, pandas and igraph, in one run.

    python benchmarks/inference.py --repeats 5

Three jobs, each done by every side in turn: stratified permutations of group means, of arcs between two groups, and
steps from leaders to everybody. The slow sides make fewer permutations and are extrapolated, as the table says. Before
anything is timed the answers are compared: sums and counts for the same labels, and spreads with their closed form.
Compilation is timed by itself, with an empty cache.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CACHE = tempfile.TemporaryDirectory(prefix="ona-benchmark-")
os.environ["NUMBA_CACHE_DIR"] = CACHE.name

import igraph  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from scipy.sparse import csr_array  # noqa: E402

from metrics._hops import hops  # noqa: E402
from metrics.inference import (  # noqa: E402
    difference_sd,
    difference_weights,
    permuted_differences,
    permuted_mixing,
    stratified_permutations,
    within_moments,
)

HERE = Path(__file__).resolve().parent
PEOPLE, STRATA, MEASURES, FOCAL = 100_000, 40, 12, 0.3
LEADERS, NEAR = 1_000, 20_000
NUMPY_SHARE, PANDAS_SHARE, MIXING_SHARE = 20, 500, 100
PANDAS_MEASURES = [f"m{k}" for k in range(MEASURES)]


@dataclass(frozen=True)
class Study:
    """A made-up organisation: values, focal people, strata (in no order), and arcs."""

    values: np.ndarray
    focal: np.ndarray
    strata: np.ndarray
    source: np.ndarray
    target: np.ndarray


@dataclass(frozen=True)
class Side:
    """One way to do a job; it does a `share`-th of it, and the time is multiplied."""

    name: str
    run: Callable[[], object]
    share: int = 1


def make_study(*, people: int, arcs: int, seed: int) -> Study:
    rng = np.random.default_rng(seed)
    strata = rng.integers(0, STRATA, people)
    source = rng.integers(0, people, arcs)
    # Most arcs stay within about fifty people, the rest go anywhere, some people being far better known than others.
    near = source // 50 * 50 + (50 * rng.random(arcs)).astype(int)
    anywhere = (people * rng.random(arcs) ** 2).astype(int)
    target = np.minimum(np.where(rng.random(arcs) < 0.85, near, anywhere), people - 1)
    pairs = np.unique(source[source != target] * people + target[source != target])
    source, target = np.divmod(pairs, people)
    values = rng.lognormal(size=(people, MEASURES)) + strata[:, None] / 10
    return Study(values, rng.random(people) < FOCAL, strata, source, target)


def by_stratum(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """People in the order of their strata, and where each stratum starts."""
    return np.argsort(study.strata, kind="stable"), np.r_[0, np.cumsum(np.bincount(study.strata))]


def numpy_differences(study: Study, *, permutations: int, seed: int) -> np.ndarray:
    """The usual way, made as good as it gets: shuffle slices in place, one matrix product for 32 permutations."""
    rng = np.random.default_rng(seed)
    order, starts = by_stratum(study)
    weights = difference_weights(study.values, study.focal, study.strata)[order]
    labels = study.focal[order].astype(float)
    null = []
    for at in range(0, permutations, 32):
        block = np.tile(labels, (min(32, permutations - at), 1))
        for row in block:
            for s in range(STRATA):
                rng.shuffle(row[starts[s] : starts[s + 1]])
        null.append(block @ weights)
    return np.concatenate(null)


def pandas_differences(study: Study, *, permutations: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(study.values, columns=PANDAS_MEASURES).assign(stratum=study.strata, focal=study.focal)
    null = []
    for _ in range(permutations):
        shuffled = table.groupby("stratum")["focal"].transform(lambda held: rng.permutation(held.to_numpy()))
        cells = table.assign(focal=shuffled).groupby(["stratum", "focal"])[PANDAS_MEASURES]
        means, size = cells.mean(), cells.size().xs(True, level="focal")
        gaps = means.xs(True, level="focal") - means.xs(False, level="focal")
        null.append(gaps.mul(size, axis=0).sum() / size.sum())
    return np.array(null)


def numpy_mixing(study: Study, *, permutations: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    order, starts = by_stratum(study)
    place = np.argsort(order)
    source, target = place[study.source], place[study.target]
    labels = study.focal[order].astype(np.int8)
    null = np.empty((permutations, 4), int)
    for r in range(permutations):
        for s in range(STRATA):
            rng.shuffle(labels[starts[s] : starts[s + 1]])
        null[r] = np.bincount(2 * labels[source] + labels[target], minlength=4)
    return null.reshape(-1, 2, 2)


def tied(study: Study) -> csr_array:
    people = len(study.focal)
    ends = np.r_[study.source, study.target], np.r_[study.target, study.source]
    matrix = csr_array((np.ones(2 * len(study.source)), ends), shape=(people, people))
    matrix.sum_duplicates()
    return matrix


def check(study: Study, near: Study, leaders: np.ndarray, network: igraph.Graph) -> list[str]:
    """Answers are compared before speed is."""
    some = 64
    options = {"permutations": some, "seed": 1}
    rows = np.concatenate(list(stratified_permutations(study.focal, study.strata, **options)))
    weights = difference_weights(study.values, study.focal, study.strata)
    _, null, _ = permuted_differences(study.values, study.focal, study.strata, **options)
    off = np.abs(null - rows @ weights).max() / np.abs(null).max()
    mixing = permuted_mixing(study.focal, study.strata, study.source, study.target, **options)
    counted = [np.bincount(2 * row[study.source] + row[study.target], minlength=4) for row in rows.astype(np.int8)]
    if off > 1e-10 or (mixing.reshape(-1, 4) != np.array(counted)).any():
        raise SystemExit("the engine and numpy do not agree on the same labels")
    expected = np.array(network.distances(source=leaders.tolist()))
    if (np.where(np.isinf(expected), -1, expected) != hops(tied(near), leaders)).any():
        raise SystemExit("the engine and igraph do not agree on steps")
    return [
        f"For the same {some} sets of labels differences of means agree within {off:.0e} of the largest; arcs and",
        "steps agree exactly.",
    ]


def spreads(study: Study, *, permutations: int) -> list[str]:
    """Each side's own draws against the closed forms."""
    null = {
        "ona": permuted_differences(study.values, study.focal, study.strata, permutations=permutations, seed=2)[1],
        "numpy": numpy_differences(study, permutations=500, seed=2),
    }
    sd = difference_sd(study.values, study.focal, study.strata)
    ratio = {name: draws.std(axis=0) / sd for name, draws in null.items()}
    mixing = permuted_mixing(study.focal, study.strata, study.source, study.target, permutations=permutations, seed=2)
    within = mixing[:, 0, 0] + mixing[:, 1, 1]
    mean, variance = within_moments(study.focal, study.strata, study.source, study.target)
    standard_error = np.sqrt(variance / permutations)
    return [
        f"Spread of the draws over its closed form: {ratio['ona'].min():.3f} to {ratio['ona'].max():.3f} over the "
        f"{MEASURES} measures (numpy with 500 draws {ratio['numpy'].min():.3f} to {ratio['numpy'].max():.3f}),",
        f"{np.sqrt(within.var() / variance):.3f} for arcs within groups, whose mean is "
        f"{abs(within.mean() - mean) / standard_error:.1f} standard errors from its closed form.",
    ]


def compile_times() -> dict[str, float]:
    """Seconds from the first call of each kernel with next to nothing to do; numba itself is loaded by the first."""
    people, arc = np.array([True, False]), np.array([0])
    one = {"permutations": 1, "seed": 1}
    jobs: dict[str, Callable[[], object]] = {
        "group means (and loading numba)": lambda: permuted_differences(
            [[1.0], [2.0]], people, np.zeros(2, int), **one
        ),
        "mixing": lambda: permuted_mixing(people, np.zeros(2, int), arc, arc + 1, **one),
        "steps": lambda: hops(csr_array(np.array([[0.0, 1.0], [1.0, 0.0]])), arc),
    }
    taken = {}
    for name, job in jobs.items():
        start = time.perf_counter()
        job()
        taken[name] = time.perf_counter() - start
    return taken


def timed(sides: list[Side], *, repeats: int) -> dict[str, float]:
    """Median seconds of each side for the whole job, the sides taken in turn."""
    taken: dict[str, list[float]] = {side.name: [] for side in sides}
    for repeat in range(repeats):
        for side in sides[repeat % len(sides) :] + sides[: repeat % len(sides)]:
            start = time.perf_counter()
            side.run()
            taken[side.name].append((time.perf_counter() - start) * side.share)
    return {name: statistics.median(times) for name, times in taken.items()}


def rows_of(title: str, sides: list[Side], seconds: dict[str, float], limits: dict[str, float]) -> list[str]:
    ours = seconds[sides[0].name]
    lines = [f"| {title} | {sides[0].name} | {ours:.3g} s | | |"]
    for side in sides[1:]:
        against = f"{ours / seconds[side.name]:.3f} ×"
        lines.append(f"| | {side.name} | {seconds[side.name]:.3g} s | {against} | {limits[side.name]:g} × |")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--permutations", type=int, default=10_000)
    parser.add_argument("--arcs", type=int, default=1_950_000, help="before repeats are dropped")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=HERE / "results" / "inference.md")
    options = parser.parse_args()
    compiling = compile_times()
    study = make_study(people=PEOPLE, arcs=options.arcs, seed=options.seed)
    near = make_study(people=NEAR, arcs=options.arcs // 5, seed=options.seed)
    leaders = np.sort(np.random.default_rng(options.seed).choice(NEAR, LEADERS, replace=False))
    matrix = tied(near)
    network = igraph.Graph(n=NEAR, edges=np.stack([near.source, near.target], axis=1).tolist()).simplify()
    notes = check(study, near, leaders, network) + spreads(study, permutations=options.permutations)
    total = options.permutations
    groups = study.focal, study.strata
    means = [
        Side("`permuted_differences`", lambda: permuted_differences(study.values, *groups, permutations=total, seed=1)),
        Side(
            f"numpy, shuffled stratum by stratum (from {total // NUMPY_SHARE:,})",
            lambda: numpy_differences(study, permutations=total // NUMPY_SHARE, seed=1),
            NUMPY_SHARE,
        ),
        Side(
            f"pandas, groupby and transform (from {total // PANDAS_SHARE:,})",
            lambda: pandas_differences(study, permutations=total // PANDAS_SHARE, seed=1),
            PANDAS_SHARE,
        ),
    ]
    mixing = [
        Side(
            "`permuted_mixing`",
            lambda: permuted_mixing(*groups, study.source, study.target, permutations=total, seed=1),
        ),
        Side(
            f"numpy, relabelled and counted by bincount (from {total // MIXING_SHARE:,})",
            lambda: numpy_mixing(study, permutations=total // MIXING_SHARE, seed=1),
            MIXING_SHARE,
        ),
    ]
    steps = [
        Side("`hops`", lambda: hops(matrix, leaders)),
        Side("igraph, one call of `distances`", lambda: network.distances(source=leaders.tolist())),
    ]
    limits = {means[1].name: 0.12, means[2].name: 0.02, mixing[1].name: 0.1, steps[1].name: 0.06}
    titles = (
        f"{total:,} permutations of {MEASURES} group means, {PEOPLE:,} people, {STRATA} strata",
        f"{total:,} permutations of two-group mixing, {len(study.source):,} arcs",
        f"steps from {LEADERS:,} leaders to {NEAR:,} people, {matrix.nnz // 2:,} ties",
    )
    lines = [
        "# Inference",
        "",
        f"2 cores; median of {options.repeats} runs each, taken in turn in one process. Seconds vary with the machine, "
        "ratios much less.",
        "",
        "| job | by | time | ours against it | at most |",
        "|---|---|---:|---:|---:|",
    ]
    met = True
    for title, sides in zip(titles, (means, mixing, steps), strict=True):
        seconds = timed(sides, repeats=options.repeats)
        met &= all(seconds[sides[0].name] <= limits[side.name] * seconds[side.name] for side in sides[1:])
        lines += rows_of(title, sides, seconds, limits)
    lines += [
        "",
        f"{100 * FOCAL:g} % of the people are focal. *From* so many permutations: timed with those and multiplied.",
        *notes,
        "",
        "Compiling is not in the times above; it is paid once on a machine:",
        ", ".join(f"{name} {seconds:.1f} s" for name, seconds in compiling.items()) + ".",
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(text, encoding="utf-8")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
