"""How a study's network changed: ties kept and lost, who gained and lost access, and how newcomers settle in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

import metrics
from metrics import Window
from metrics.change import (
    ACCESS_CHANGE_COLUMNS,
    ACCESS_FLOW_COLUMNS,
    MEASURE_CHANGE_COLUMNS,
    NETWORK_COLUMNS,
    NEWCOMER_COLUMNS,
    NEWCOMER_GROUP_COLUMNS,
    PEOPLE_TURNOVER_COLUMNS,
    STABILITY_COLUMNS,
    SURVIVAL_COLUMNS,
    TURNOVER_COLUMNS,
)
from ona.asked import compared_columns
from ona.gather import Progress
from ona.model import InfluenceGraph
from ona.settings import Study
from ona.variants import Variants

FOLLOWED = {
    "degree": metrics.degree,
    "influence": metrics.influence,
    "constraint": metrics.constraint,
    "leader_ties": metrics.leader_ties,
}
"""Measures of people that are followed from window to window: quick ones, of four kinds."""


WINDOW_TABLES = {
    "windows": NETWORK_COLUMNS,
    "turnover": TURNOVER_COLUMNS,
    "survival": SURVIVAL_COLUMNS,
    "turnover_people": ("person", *PEOPLE_TURNOVER_COLUMNS),
    "measure_changes": MEASURE_CHANGE_COLUMNS,
    "measure_stability": STABILITY_COLUMNS,
    "access_changes": ("person", *ACCESS_CHANGE_COLUMNS),
    "access_flow": ACCESS_FLOW_COLUMNS,
}
"""Tables made from windows, and their columns where there are none."""

NEWCOMER_TABLES = {"newcomers": ("person", *NEWCOMER_COLUMNS), "newcomer_groups": NEWCOMER_GROUP_COLUMNS}
"""Tables made from steps, and their columns where there are none."""


def _empty(tables: Mapping[str, tuple[str, ...]]) -> dict[str, pd.DataFrame]:
    return {name: pd.DataFrame(columns=list(columns)) for name, columns in tables.items()}


def change_tables(
    study: Study, graph: InfluenceGraph, variants: Variants, *, progress: Progress | None = None
) -> dict[str, pd.DataFrame]:
    """Every table about change, by the name of its file; without windows they have columns and no rows."""
    windows, column = variants.windows, study.structure.column
    columns = compared_columns(study, graph)
    report = progress or (lambda what, done, of: None)
    if not windows:
        return _empty(WINDOW_TABLES) | newcomer_tables(study, graph, variants.steps, progress=progress)
    report("Comparing windows", 0, 4)
    about = metrics.network_over_windows(windows, column=column)
    report("Comparing windows", 1, 4)
    turnover = metrics.tie_turnover(windows, columns=columns)
    survival = metrics.tie_survival(windows, columns=columns)
    report("Comparing windows", 2, 4)
    followed = metrics.measures_over_windows(windows, FOLLOWED)
    report("Comparing windows", 3, 4)
    changed = metrics.access_changes(windows)
    flow = metrics.access_flow_table(
        changed,
        windows[-1].graph,
        columns=columns,
        among=study.gaps.among,
        min_group=study.study.min_group,
        plurals=study.gaps.plurals or None,
    )
    report("Comparing windows", 4, 4)
    return {
        "windows": about,
        "turnover": turnover,
        "survival": survival,
        "turnover_people": metrics.turnover_people(windows),
        "measure_changes": metrics.measure_change(followed),
        "measure_stability": metrics.measure_stability(followed),
        "access_changes": changed,
        "access_flow": flow,
        **newcomer_tables(study, graph, variants.steps, progress=progress),
    }


def newcomer_tables(
    study: Study, graph: InfluenceGraph, steps: tuple[Window, ...], *, progress: Progress | None = None
) -> dict[str, pd.DataFrame]:
    """How long newcomers take to have their peers' contacts, by person and by group."""
    if not steps:
        return _empty(NEWCOMER_TABLES)
    strata = tuple(study.gaps.strata)
    newcomers = metrics.newcomers_table(steps, strata=strata)
    groups = metrics.newcomer_groups_table(
        newcomers,
        graph,
        columns=compared_columns(study, graph),
        strata=strata,
        seed=study.study.seed,
        min_group=study.study.min_group,
        permutations=study.gaps.permutations,
        confidence=study.gaps.confidence,
        plurals=study.gaps.plurals or None,
        progress=partial(progress, "Following newcomers") if progress else None,
    )
    return {"newcomers": newcomers, "newcomer_groups": groups}
