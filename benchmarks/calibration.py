"""Where there is no gap, how often is one found, and how often do the intervals hold the truth?

A thousand made-up studies in which the group means nothing once level and function are held: random, clustered and
hub-ridden networks, unequal levels, focal groups of 8 to 200 people. A sound test at 5 % finds something in about 5 %
of them, and a sound 95 % interval holds the true gap, 0, in about 95 %.

    python benchmarks/calibration.py --studies 1000
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from made_up import MadeUp, organisation

import metrics
from metrics import Comparison, Window

NETWORKS = ("random", "clustered", "hubs")
FOCAL = (8, 12, 20, 50, 100, 200)
WOMEN = (Comparison("gender", "woman", "man"),)
MEASURES = ("leader_ties", "leader_share", "leaders_within_2", "influence")
PERMUTATIONS = 999
ALPHA = 0.05
FIRST_SEED = 20_000
HALVES = (("2024-01-01", "2024-06-30"), ("2024-07-01", "2024-12-31"))
MOST_DYADS = 100_000
RESULTS = Path(__file__).resolve().parent / "results" / "calibration.md"


def measures_of(made: MadeUp) -> pd.DataFrame:
    """The measures whose gaps are tested, by person."""
    graph = made.graph
    return pd.DataFrame(
        {
            "leader_ties": metrics.leader_ties(graph),
            "leader_share": metrics.leader_share(graph),
            "leaders_within_2": metrics.leaders_within(graph),
            "influence": metrics.influence(graph),
        }
    )


def probed(made: MadeUp, *, strata: tuple[str, ...] = ("level", "function")) -> list[dict[str, object]]:
    """Every test of one study: what was tested, its p, and whether its interval holds 0."""
    graph, access = made.graph, measures_of(made)
    options = {"comparisons": WOMEN, "seed": 1, "strata": strata, "permutations": PERMUTATIONS}
    rows: list[dict[str, object]] = []

    def note(what: str, p: float, low: float = np.nan, high: float = np.nan) -> None:
        if np.isfinite(p):
            rows.append({"tested": what, "p": p, "holds": low <= 0.0 <= high if low == low else np.nan})

    for row in metrics.gap_table(graph, access, measures=MEASURES, **options).itertuples():
        note(f"gap in {row.measure}", row.p, row.adjusted_low, row.adjusted_high)
    # Teams lie inside functions, so within level and function who is around in the team is as good as drawn by lot.
    for row in metrics.exposure_table(graph, access, unit="team", **options).itertuples():
        if row.strata != "none":
            note("exposure (unit: team)", row.exposure_p, row.exposure_low, row.exposure_high)
            note("bias (unit: team)", row.bias_p, row.bias_low, row.bias_high)
    for row in metrics.reach_table(graph, **options).itertuples():
        if row.part != "gap":
            note(f"reach: {row.part}", row.p, row.low, row.high)
    for row in metrics.decomposition_table(graph, access, comparisons=WOMEN, measures=["leader_ties"]).itertuples():
        if row.factor == "all":
            # The table gives an interval and no p; an interval that leaves 0 out is a finding.
            outside = not row.unexplained_low <= 0.0 <= row.unexplained_high
            note("decomposition: unexplained", 0.0 if outside else 1.0, row.unexplained_low, row.unexplained_high)
    seen = metrics.visibility_tables(
        graph, access["influence"], columns=["gender"], seed=1, strata=strata, permutations=PERMUTATIONS
    ).summary
    note("visibility within strata", float(seen.loc[seen["group"] == "woman", "p_within"].iloc[0]))
    apart = metrics.segregation_table(graph, columns=["gender"], strata=strata, permutations=PERMUTATIONS, seed=1)
    note("E–I index within strata", float(apart["p_within"].iloc[0]))
    windows = [Window(first, last, half) for (first, last), half in zip(HALVES, made.halves, strict=True)]
    for row in metrics.trend_table(windows, measures=("leader_ties",), **options)[1].itertuples():
        note("change of the gap in leader_ties", row.p, row.change_low, row.change_high)
        note("change against the mean", row.change_relative_p, row.change_relative_low, row.change_relative_high)
    if graph.size * int(graph.is_leader.sum()) <= MOST_DYADS:
        dyads = metrics.dyad_table(graph, comparisons=WOMEN, seed=1, permutations=PERMUTATIONS)
        note("MRQAP: focal", float(dyads.loc[dyads["term"] == "focal", "p"].iloc[0]))
    return rows


def one_study(number: int, *, by_team: bool = False, strata: tuple[str, ...] = ("level", "function")) -> pd.DataFrame:
    """The tests of study no. `number`; networks and group sizes take turns."""
    network, focal = list(product(NETWORKS, FOCAL))[number % (len(NETWORKS) * len(FOCAL))]
    made = organisation(FIRST_SEED + number, network=network, focal=focal, by_team=by_team)
    return pd.DataFrame(probed(made, strata=strata)).assign(network=network, focal=focal)


def run(studies: int, probe: Callable[[int], pd.DataFrame]) -> pd.DataFrame:
    """Every test of every study; one process a core, in the same order whatever their number."""
    with ProcessPoolExecutor() as pool:
        return pd.concat(pool.map(probe, range(studies), chunksize=10), ignore_index=True)


def summarised(found: pd.DataFrame, by: str) -> pd.DataFrame:
    """How often something was found, and how often the interval held 0."""
    grouped = found.assign(rejected=found["p"] <= ALPHA).groupby(by, sort=False)
    return grouped.agg(tests=("p", "size"), rejected=("rejected", "mean"), held=("holds", "mean"))


def as_lines(table: pd.DataFrame, heading: str) -> list[str]:
    """The table in Markdown."""
    lines = [f"| {heading} | tests | p ≤ .05 | 95 % interval holds 0 |", "|---|---:|---:|---:|"]
    for name, row in table.iterrows():
        held = f"{row['held']:.1%}" if row["held"] == row["held"] else "–"
        lines.append(f"| {name} | {int(row['tests']):,} | {row['rejected']:.1%} | {held} |")
    return [*lines, ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--teams", type=int, default=300, help="studies in which groups follow teams")
    options = parser.parse_args()
    found = run(options.studies, one_study)
    gaps = found[found["tested"].str.startswith("gap in")]
    lines = [
        "# Where there is no gap, how often is one found?",
        "",
        f"{options.studies:,} studies without a gap within level and function; {PERMUTATIONS} permutations each. With",
        f"so many studies a share of 5 % is known to ± {1.96 * np.sqrt(0.05 * 0.95 / options.studies):.1%} (95 %).",
        "",
        *as_lines(summarised(found, "tested"), "tested"),
        "The four gaps, by the size of the focal group:",
        "",
        *as_lines(summarised(gaps, "focal"), "people in the focal group"),
        "and by network:",
        "",
        *as_lines(summarised(gaps, "network"), "network"),
    ]
    if options.teams:
        held = {"level × function": ("level", "function"), "level × function × team": ("level", "function", "team")}
        lines += [
            "## Where it is not calibrated",
            "",
            f"{options.teams:,} studies in which whole teams lean to one group *and* some teams sit nearer to leaders.",
            "Within level and function people are then not interchangeable. Holding the team equal mends it:",
            "",
        ]
        for name, strata in held.items():
            teams = run(options.teams, partial(one_study, by_team=True, strata=strata))
            lines += as_lines(summarised(teams[teams["tested"].str.startswith("gap in")], "tested"), f"strata {name}")
    print("\n".join(lines))
    RESULTS.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
