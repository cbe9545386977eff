"""Where a composition and a bias were planted, are both found, without leaning to one side? And is the power as told?

Three hundred made-up studies: the roster is fixed, contacts are drawn anew. Each part's mean error is held against the
standard error of one study. Then a gap of the size that the table calls detectable is planted, again and again.

    python benchmarks/recovery.py --studies 300
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from made_up import organisation, planted

import metrics
from metrics import Comparison

WOMEN = (Comparison("gender", "woman", "man"),)
ROSTER = 7
FIRST_SEED = 50_000
PERMUTATIONS = 999
RESULTS = Path(__file__).resolve().parent / "results" / "recovery.md"


def recovered(number: int) -> list[dict[str, object]]:
    """What one study found, what was planted, and whether the interval holds it."""
    truth = planted(FIRST_SEED + number, roster=ROSTER)
    access = pd.DataFrame({"leader_share": metrics.leader_share(truth.graph)})
    options = {"comparisons": WOMEN, "seed": 1, "permutations": PERMUTATIONS}
    parts = metrics.exposure_table(truth.graph, access, strata=(), **options).iloc[0]
    gap = metrics.gap_table(truth.graph, access, measures=["leader_share"], strata=("function",), **options).iloc[0]
    rows = [
        {
            "part": name,
            "planted": getattr(truth, name),
            "found": float(parts[name]),
            "holds": bool(parts[f"{name}_low"] <= getattr(truth, name) <= parts[f"{name}_high"]),
        }
        for name in ("gap", "exposure", "bias")
    ]
    holds = bool(gap["adjusted_low"] <= truth.adjusted <= gap["adjusted_high"])
    rows.append({"part": "adjusted gap", "planted": truth.adjusted, "found": float(gap["adjusted"]), "holds": holds})
    return rows


def found_when_detectable(number: int) -> dict[str, object]:
    """Whether a gap is found once it has the size that the table of the same study calls detectable."""
    focal = (20, 50, 100)[number % 3]
    graph = organisation(FIRST_SEED + number, network="clustered", focal=focal).graph
    access = pd.DataFrame({"leaders_within_2": metrics.leaders_within(graph).astype(float)})
    options = {"comparisons": WOMEN, "seed": 1, "permutations": PERMUTATIONS, "measures": ["leaders_within_2"]}
    detectable = float(metrics.gap_table(graph, access, **options)["detectable"].iloc[0])
    women = (graph.people["gender"] == "woman").to_numpy()
    moved = access.assign(leaders_within_2=access["leaders_within_2"] - detectable * women)
    return {"focal": focal, "found": float(metrics.gap_table(graph, moved, **options)["p"].iloc[0]) <= 0.05}


def summarised(found: pd.DataFrame) -> pd.DataFrame:
    """Mean error and standard error of each part, and how often its interval held what was planted."""
    error = found.assign(error=found["found"] - found["planted"]).groupby("part", sort=False)
    table = error.agg(planted=("planted", "mean"), found=("found", "mean"), sd=("found", "std"), held=("holds", "mean"))
    return table.assign(leans=(table["found"] - table["planted"]) / table["sd"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=300)
    studies = parser.parse_args().studies
    with ProcessPoolExecutor() as pool:
        rows = [row for study in pool.map(recovered, range(studies), chunksize=5) for row in study]
        power = pd.DataFrame(pool.map(found_when_detectable, range(studies), chunksize=5))
    table = summarised(pd.DataFrame(rows))
    shares = power.groupby("focal")["found"].mean()
    by_size = ", ".join(f"{share:.0%} with {size} people in the focal group" for size, share in shares.items())
    lines = [
        "# Is what was planted found?",
        "",
        f"{studies} studies of one roster, contacts drawn anew. With so many studies a mean error of up to",
        f"{1.96 / np.sqrt(studies):.2f} standard errors of one study is chance.",
        "",
        "| part | planted | found on average | standard error (SE) of a study | mean error in SE | interval holds it |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {name} | {row['planted']:+.4f} | {row['found']:+.4f} | {row['sd']:.4f} | {row['leans']:+.3f} "
            f"| {row['held']:.1%} |"
            for name, row in table.iterrows()
        ),
        "",
        f"A gap of the size called *detectable* was found in {power['found'].mean():.1%} of {studies} studies",
        f"(80 % is meant): {by_size}.",
        "",
    ]
    print("\n".join(lines))
    RESULTS.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
