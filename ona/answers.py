"""What a study's comparisons come to: each table about groups, by the study's own settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

import metrics
from metrics import Window
from metrics.decompose import DECOMPOSITION_COLUMNS
from metrics.trend import CHANGE_COLUMNS, TREND_COLUMNS
from ona.asked import comparisons, factors
from ona.gather import Progress
from ona.model import InfluenceGraph
from ona.model.groups import parts_of
from ona.settings import Study


def _settings(study: Study, graph: InfluenceGraph) -> dict[str, Any]:
    """What every table about comparisons is told."""
    return {
        "comparisons": comparisons(study, graph),
        "among": study.gaps.among,
        "min_group": study.study.min_group,
        "plurals": study.gaps.plurals or None,
    }


def _tested(study: Study, graph: InfluenceGraph) -> dict[str, Any]:
    """The same for tables whose numbers are tested by permutation within strata."""
    return _settings(study, graph) | {
        "strata": tuple(study.gaps.strata),
        "permutations": study.gaps.permutations,
        "seed": study.study.seed,
        "confidence": study.gaps.confidence,
    }


def gap_rows(
    study: Study, graph: InfluenceGraph, access: pd.DataFrame, *, progress: Progress | None = None
) -> pd.DataFrame:
    """The gaps a study asks for; clear ones say whether leaders are there to meet in the same place, and ties form."""
    return metrics.gap_table(
        graph,
        access,
        measures=study.gaps.measures,
        family=study.gaps.family,
        interval=study.gaps.interval,
        why=reasons_why(study, graph, access),
        progress=partial(progress, "Comparing groups") if progress else None,
        **_tested(study, graph),
    )


def reasons_why(
    study: Study, graph: InfluenceGraph, access: pd.DataFrame
) -> dict[tuple[str, str, str | None], tuple[str, float]]:
    """What exposure and bias say about each gap among people in the very place in which they are compared.

    Beside the clause stands the gap in leader share that it is about.
    """
    plurals = study.gaps.plurals or None
    table = metrics.exposure_table(graph, access, unit=study.gaps.unit, hold_unit=True, **_tested(study, graph))
    found: dict[tuple[str, str, str | None], tuple[str, float]] = {}
    for row in table.to_dict(orient="records"):
        reference = row["reference"] if isinstance(row["reference"], str) else None
        # The row among people of the same strata comes last, where there is one.
        found[str(row["column"]), str(row["focal"]), reference] = (
            metrics.why_clause(row, plurals=plurals),
            float(row["gap"]),
        )
    return found


def exposure_rows(study: Study, graph: InfluenceGraph, access: pd.DataFrame) -> pd.DataFrame:
    """The exposure and bias of each comparison a study asks for."""
    return metrics.exposure_table(graph, access, unit=study.gaps.unit, **_tested(study, graph))


def reach_rows(study: Study, graph: InfluenceGraph) -> pd.DataFrame:
    """What each gap in leaders within two steps is made of."""
    return metrics.reach_table(graph, **_tested(study, graph))


def decomposition_rows(study: Study, graph: InfluenceGraph, access: pd.DataFrame) -> pd.DataFrame:
    """How much of each gap goes along with level, function and what else the study names."""
    looked_at, settings = factors(study, graph), _settings(study, graph)
    settings["comparisons"] = [c for c in settings["comparisons"] if set(looked_at) - {c.column, *parts_of(c.column)}]
    if not settings["comparisons"]:
        return pd.DataFrame(columns=list(DECOMPOSITION_COLUMNS))
    return metrics.decomposition_table(
        graph,
        access,
        measures=study.gaps.measures,
        factors=looked_at,
        confidence=study.gaps.confidence,
        **settings,
    )


def dyad_rows(study: Study, graph: InfluenceGraph) -> pd.DataFrame:
    """Whether ties to leaders depend on the group once function, level and site are held."""
    return metrics.dyad_table(
        graph,
        permutations=study.gaps.permutations,
        seed=study.study.seed,
        confidence=study.gaps.confidence,
        **_settings(study, graph),
    )


def robustness_rows(
    study: Study,
    graph: InfluenceGraph,
    variants: Mapping[str, InfluenceGraph],
    *,
    gaps: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every gap put to the test of other channels, thresholds and missing ties, and the verdicts.

    `gaps` is the gap table of the same comparisons: what could be chance among all its differences is not robust.
    """
    options, tested = study.robustness, _tested(study, graph)
    plurals = tested.pop("plurals")
    table = metrics.robustness_table(
        graph,
        variants={name: graph.with_ties(variant.ties) for name, variant in variants.items()},
        measures=tuple(options.measures),
        hubs=options.hubs,
        missing=options.missing,
        draws=options.draws,
        progress=partial(progress, "Putting the gaps to the test") if progress else None,
        **tested,
    )
    verdicts = metrics.verdict_table(table, gaps=gaps, confidence=study.gaps.confidence, plurals=plurals)
    return table, verdicts


def trend_rows(study: Study, graph: InfluenceGraph, windows: Sequence[Window]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The gaps in each window of time, and how they changed."""
    if len(windows) < 2:
        return pd.DataFrame(columns=list(TREND_COLUMNS)), pd.DataFrame(columns=list(CHANGE_COLUMNS))
    about = [Window(w.first_day, w.last_day, graph.with_ties(w.graph.ties)) for w in windows]
    return metrics.trend_table(about, measures=tuple(study.trend.measures), **_tested(study, graph))
