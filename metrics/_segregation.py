"""One column's segregation, from the people whose group is known and the arcs among them."""

from __future__ import annotations

from functools import partial

import numpy as np

from metrics._arrays import strata_codes
from metrics._e_i import can_move, e_i_moments, e_i_of, e_i_test
from metrics._grouped import Grouped, divide, grouped
from metrics.inference import Alternative
from ona.model import InfluenceGraph
from ona.model.groups import BETWEEN


def segregation_row(
    graph: InfluenceGraph,
    column: str,
    strata: tuple[str, ...],
    alternative: Alternative,
    permutations: int,
    seed: int,
) -> dict[str, object]:
    """All but what is corrected over the rows of a segregation table, for one column."""
    groups = grouped(graph, column)
    held = tuple(name for name in strata if name != column)
    everyone = np.zeros(len(groups.codes), np.int64)
    stratum = strata_codes(graph, held)[groups.where]
    informative = int(can_move(groups, stratum).sum()) if held else 0
    odds, q = odds_of(groups)
    unknown = float("nan")
    expected, sd = e_i_moments(groups, everyone)
    test = partial(e_i_test, groups, alternative=alternative, permutations=permutations, seed=seed)
    p, made = test(everyone)
    expected_within, sd_within = e_i_moments(groups, stratum) if held else (unknown, unknown)
    p_within, made_within = test(stratum) if held else (unknown, 0)
    return {
        "column": column,
        "groups": len(groups.names),
        "people": len(groups.codes),
        "unknown": graph.size - len(groups.codes),
        "ties": len(groups.arcs),
        "e_i": e_i_of(groups),
        "e_i_expected": expected,
        "e_i_sd": sd,
        "p": p,
        "e_i_expected_within": expected_within,
        "e_i_sd_within": sd_within,
        "p_within": p_within,
        "strata": BETWEEN.join(held),
        "alternative": alternative,
        "n_informative": informative,
        "n_uninformative": len(groups.codes) - informative,
        "assortativity": assortativity_of(groups),
        "freeman": freeman_of(groups),
        "odds_ratio": odds,
        "yules_q": q,
        "permutations": made,
        "permutations_within": made_within,
        "seed": seed,
    }


def assortativity_of(groups: Grouped) -> float:
    """Newman's r; NaN without arcs, and where all run inside one group."""
    table = groups.table()
    share = divide(table, np.array(table.sum()))
    met = (share.sum(axis=0) * share.sum(axis=1)).sum()
    return float(divide(np.trace(share) - met, 1 - met))


def freeman_of(groups: Grouped) -> float:
    """Freeman's segregation, cut at 0; NaN without arcs, and with one group."""
    table, pairs = groups.table(), groups.pairs()
    crossing = table.sum() - np.trace(table)
    across = pairs.sum() - np.trace(pairs)
    return float(np.maximum(1 - divide(crossing * groups.possible, table.sum() * across), 0.0))


def odds_of(groups: Grouped) -> tuple[float, float]:
    """The odds ratio of an arc within groups, and Yule's Q."""
    table, pairs = groups.table(), groups.pairs()
    within, pairs_within = np.trace(table), np.trace(pairs)
    across, pairs_across = table.sum() - within, pairs.sum() - pairs_within
    one, other = within * (pairs_across - across), across * (pairs_within - within)
    return float(divide(one, other)), float(divide(one - other, one + other))
