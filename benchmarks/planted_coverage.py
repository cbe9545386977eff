"""How often do the reported intervals hold the truth that was planted in the sample organisation?

Relations and events of the sample are drawn anew again and again, people held fixed; each draw is measured with the
toolkit, and the intervals are held against the expectations in data/sample/truth.json.

    python benchmarks/planted_coverage.py --draws 200
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from metrics import Comparison, exposure_table, gap_table, leader_share, leader_ties
from ona.model import InfluenceGraph, influence_graph

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "data"))

import make_sample  # noqa: E402
from organisation.draws import stream  # noqa: E402
from organisation.estimands import strengths  # noqa: E402
from organisation.events import draw_events  # noqa: E402
from organisation.people import Organisation, make_people  # noqa: E402
from organisation.relations import draw_relations, pair_chances  # noqa: E402
from organisation.truth import PURPOSE  # noqa: E402

COMPARISONS = (Comparison("gender", "woman", "man"), Comparison("ethnicity", "Black", "White"))
MEASURES = ("leader_ties", "leader_share")


def graph_of(org: Organisation, roster: pd.DataFrame, strength: np.ndarray) -> InfluenceGraph:
    """The influence graph of one draw; `roster` has leaders marked and people in the order of `org`."""
    source, target = np.nonzero(strength)
    ids = roster.index.to_numpy()
    ties = pd.DataFrame({"source": ids[source], "target": ids[target], "strength": strength[source, target]})
    return influence_graph(roster, ties)


def expectations() -> dict[tuple[str, str], float]:
    """What each quantity is expected to be, by comparison column and name."""
    expected = json.loads((ROOT / "data" / "sample" / "truth.json").read_text(encoding="utf-8"))["expected"]
    found: dict[tuple[str, str], float] = {}
    for comparison in COMPARISONS:
        mine = expected[comparison.column]
        for measure in MEASURES:
            found[comparison.column, measure] = mine[measure]["adjusted_gap"]["mean"]
        for name in ("gap", "exposure", "bias"):
            found[comparison.column, name] = mine["chain_excluded_there_too"][name]["mean"]
    return found


def held(graph: InfluenceGraph, expected: dict[tuple[str, str], float], *, permutations: int) -> dict[str, bool]:
    """Whether each reported interval of one draw holds its expectation."""
    access = pd.DataFrame({"leader_ties": leader_ties(graph), "leader_share": leader_share(graph)})
    options = {"comparisons": COMPARISONS, "seed": 1}
    gaps = gap_table(graph, access, measures=MEASURES, permutations=permutations, **options)
    exposure = exposure_table(graph, access, strata=(), permutations=permutations, **options)
    inside: dict[str, bool] = {}
    for row in gaps.itertuples():
        truth = expected[row.column, row.measure]
        inside[f"{row.column}: adjusted {row.measure}"] = row.adjusted_low <= truth <= row.adjusted_high
    for row in exposure.itertuples():
        for name in ("gap", "exposure", "bias"):
            low, high = getattr(row, f"{name}_low"), getattr(row, f"{name}_high")
            inside[f"{row.column}: {name}"] = low <= expected[row.column, name] <= high
    return inside


def sample_roster() -> pd.DataFrame:
    """The sample's people with leaders marked, as the toolkit reads them."""
    from ona.gather import read_people
    from ona.model import mark_leaders
    from ona.study import sample_study

    study = sample_study()
    read = read_people(study)
    return mark_leaders(read.table, at_or_above=study.leaders.at_or_above)


def coverage(draws: int, *, permutations: int = 500) -> pd.Series:
    """Share of draws in which each interval holds the truth."""
    org = make_people(make_sample.SEED)
    roster, pairs, expected = sample_roster(), pair_chances(org), expectations()
    found = []
    for number in range(draws):
        rng = stream(make_sample.SEED, PURPOSE["check"], number)
        strength = strengths(org, draw_events(rng, org, draw_relations(rng, org, pairs)))
        found.append(held(graph_of(org, roster, strength), expected, permutations=permutations))
    return pd.DataFrame(found).mean()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200)
    draws = parser.parse_args().draws
    shares = coverage(draws)
    lines = [
        "# Do the intervals hold the planted truth?",
        "",
        f"{draws} redraws of the sample organisation's relations and events, people held fixed; 95 % intervals.",
        "",
        "| quantity | intervals that hold the truth |",
        "|---|---|",
        *(f"| {name} | {share:.1%} |" for name, share in shares.items()),
        "",
    ]
    print("\n".join(lines))
    (ROOT / "benchmarks" / "results" / "planted_coverage.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
