"""From an influence graph to every table of a study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, TypeVar

import pandas as pd

import metrics
from ona.answers import (
    decomposition_rows,
    dyad_rows,
    exposure_rows,
    gap_rows,
    reach_rows,
    robustness_rows,
    trend_rows,
)
from ona.asked import compared_columns, mixing_columns
from ona.changes import change_tables
from ona.gather import Gathered, Progress
from ona.remedy import LONGER, candidate_tables, listed, plan_tables, priorities
from ona.settings import Study
from ona.structure import structure_tables
from ona.variants import Variants

Indexed = TypeVar("Indexed", pd.DataFrame, pd.Series)


@dataclass(frozen=True)
class Tables:
    """Every table of a study, by the name of its file.

    Tables about people: ``centrality``, ``brokerage``, ``access``, ``communities``, ``bridging``, ``loss``, ``load``,
    ``turnover_people``, ``measure_changes``, ``access_changes``, ``newcomers``, ``candidates``,
    ``without_candidates``, ``assignment``, ``unassigned``. The others are about groups or the whole. ``gaps`` says how
    large a gap is and how sure; ``exposure``, ``reach``, ``decomposition`` and ``dyads`` why; ``robustness``,
    ``verdicts`` and ``coverage`` whether it could be the data; ``trend`` and ``changes`` whether it changes.
    ``precision`` says how exact measures of long paths are; from ``community_scan`` to ``overload`` it is about the
    network itself (`ona.structure`), and from ``windows`` to ``newcomer_groups`` about how it changes (`ona.changes`).
    """

    centrality: pd.DataFrame
    precision: pd.DataFrame
    brokerage: pd.DataFrame
    access: pd.DataFrame
    communities: pd.DataFrame
    gaps: pd.DataFrame
    exposure: pd.DataFrame
    reach: pd.DataFrame
    decomposition: pd.DataFrame
    dyads: pd.DataFrame
    robustness: pd.DataFrame
    verdicts: pd.DataFrame
    coverage: pd.DataFrame
    trend: pd.DataFrame
    changes: pd.DataFrame
    visibility: pd.DataFrame
    visibility_curve: pd.DataFrame
    representation: pd.DataFrame
    sponsorship: pd.DataFrame
    mixing: pd.DataFrame
    segregation: pd.DataFrame
    homophily: pd.DataFrame
    community_scan: pd.DataFrame
    silos: pd.DataFrame
    bridges: pd.DataFrame
    bridging: pd.DataFrame
    loss: pd.DataFrame
    removals: pd.DataFrame
    attack_curve: pd.DataFrame
    load: pd.DataFrame
    overload: pd.DataFrame
    windows: pd.DataFrame
    turnover: pd.DataFrame
    survival: pd.DataFrame
    turnover_people: pd.DataFrame
    measure_changes: pd.DataFrame
    measure_stability: pd.DataFrame
    access_changes: pd.DataFrame
    access_flow: pd.DataFrame
    newcomers: pd.DataFrame
    newcomer_groups: pd.DataFrame
    candidates: pd.DataFrame
    without_candidates: pd.DataFrame
    assignment: pd.DataFrame
    unassigned: pd.DataFrame
    plan: pd.DataFrame

    def named(self) -> dict[str, pd.DataFrame]:
        """The tables by name, in order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def measure(study: Study, gathered: Gathered, variants: Variants, *, progress: Progress | None = None) -> Tables:
    """Compute every table of a study.

    Numbers come from the roster's own ids, so that the same study gives the same numbers whether people are shown as
    pseudonyms, ids or names; tables about people are then put under the ids shown.

    Parameters
    ----------
    study : Study
        What is asked.
    gathered : Gathered
        From `ona.gather.gather`.
    variants : Variants
        The same ties by other rules, from `ona.variants.variants_of`.
    progress : callable, optional
        See `ona.gather.Progress`.

    Returns
    -------
    Tables
    """
    report = progress or (lambda what, done, of: None)

    def within(what: str) -> Callable[[int, int], None] | None:
        return partial(progress, what) if progress else None

    seed, graph = study.study.seed, gathered.roster_graph
    strata, permutations = tuple(study.gaps.strata), study.gaps.permutations
    exactly: dict[str, Any] = {
        "exact": None if study.measures.exact == "auto" else study.measures.exact,
        "sources": study.measures.sources,
        "delta": study.measures.delta,
        "seed": seed,
    }
    central = metrics.centralities(graph, progress=within("Measuring centrality"), **exactly)
    between = metrics.brokerages(
        graph, column=study.structure.column, progress=within("Measuring brokerage"), **exactly
    )
    centrality, brokerage = central.values, between.values
    precision = pd.concat([central.precision, between.precision], ignore_index=True)
    structure = structure_tables(study, graph, centrality["betweenness"], progress=progress)
    change = change_tables(study, graph, variants, progress=progress)
    access = metrics.access_table(
        graph, seed=seed, influence=centrality["influence"], progress=within("Measuring access to leaders")
    )
    exposure = exposure_rows(study, graph, access)
    gaps = gap_rows(study, graph, access, progress=progress)
    report("Asking why", 0, 3)
    reach = reach_rows(study, graph)
    report("Asking why", 1, 3)
    decomposition = decomposition_rows(study, graph, access)
    report("Asking why", 2, 3)
    dyads = dyad_rows(study, graph)
    report("Asking why", 3, 3)
    robustness, verdicts = robustness_rows(study, graph, variants.thresholds, gaps=gaps, progress=progress)
    trend, changes = trend_rows(study, graph, variants.windows)
    compared = compared_columns(study, graph)
    seen = metrics.visibility_tables(
        graph,
        centrality["influence"],
        columns=compared,
        seed=seed,
        strata=strata,
        permutations=permutations,
        min_group=study.study.min_group,
        confidence=study.gaps.confidence,
        plurals=study.gaps.plurals or None,
    )
    columns = mixing_columns(study, graph)
    mixing = metrics.mixing_table(graph, columns=columns)
    segregation = metrics.segregation_table(
        graph,
        columns=columns,
        strata=strata,
        permutations=permutations,
        seed=seed,
        confidence=study.gaps.confidence,
        progress=within("Measuring mixing between groups"),
    )
    report("Finding candidate sponsors", 0, 2)
    shown = partial(as_shown, gathered)
    options = study.candidates
    longer, without = candidate_tables(
        study, gathered.graph, shown(access), shown(centrality["influence"]), longer=LONGER
    )
    priority = priorities(study, gathered.graph, shown(access))
    assignment = metrics.assign(longer, capacity=options.capacity, priority=priority)
    report("Weighing the plan", 1, 2)
    plan = plan_tables(study, gathered.graph, assignment)
    report("Drawing map and report", 2, 2)
    return Tables(
        centrality=shown(centrality),
        precision=precision,
        brokerage=shown(brokerage),
        access=shown(access),
        **{name: shown_table(gathered, table) for name, table in (structure | change).items()},
        gaps=gaps,
        exposure=exposure,
        reach=reach,
        decomposition=decomposition,
        dyads=dyads,
        robustness=robustness,
        verdicts=verdicts,
        coverage=metrics.coverage_table(graph, columns=compared, min_group=study.study.min_group),
        trend=trend,
        changes=changes,
        visibility=seen.summary,
        visibility_curve=seen.curve,
        representation=metrics.representation_table(
            graph, columns=compared, min_group=study.study.min_group, confidence=study.gaps.confidence
        ),
        sponsorship=metrics.sponsorship_table(graph, columns=compared, influence=centrality["influence"]),
        mixing=mixing,
        segregation=segregation,
        candidates=listed(longer, assignment, top=options.top),
        without_candidates=without,
        assignment=assignment,
        unassigned=metrics.unassigned(longer, assignment, without=without),
        plan=plan,
    )


def shown_table(gathered: Gathered, table: pd.DataFrame) -> pd.DataFrame:
    """Any table about people or groups with people under the ids they are shown by.

    A table with a row for everybody comes into their order; one with rows for some, or with people in a column, is
    sorted as it was among the same keys.
    """
    if table.index.name == "person" and len(table) == len(gathered.key):
        return as_shown(gathered, table)
    shown = pd.Series(gathered.key.index, index=gathered.key.to_numpy())
    if table.index.name == "person":
        return table.set_axis(pd.Index(shown[table.index], name="person")).sort_index()
    for column in PERSON_COLUMNS:
        if column in table:
            table = table.assign(**{column: table[column].map(shown)})
    if "person" not in table:
        return table
    return table.sort_values([name for name in ("measure", "person") if name in table]).reset_index(drop=True)


PERSON_COLUMNS = ("person", "busiest")
"""Columns of tables about groups or measures that name people."""


def as_shown(gathered: Gathered, table: Indexed) -> Indexed:
    """A table or series about people, put under the ids people are shown by and into their order."""
    moved = table.loc[gathered.key.to_numpy()]
    moved.index = gathered.graph.persons
    return moved
