"""From an influence graph to every table of a study."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import Literal, TypeVar

import numpy as np
import pandas as pd

import metrics
from metrics import Comparison
from metrics.access import PAIRING_MEASURES, TWICE, WITH_CHAIN
from metrics.candidates import DEFAULT_WEIGHTS
from ona.gather import Gathered, Progress
from ona.model import InfluenceGraph, StudyError, group_columns
from ona.settings import Study

Indexed = TypeVar("Indexed", pd.DataFrame, pd.Series)


@dataclass(frozen=True)
class Tables:
    """Every table of a study, by the name of its file.

    Tables about people: ``centrality``, ``brokerage``, ``access``, ``communities``, ``candidates``,
    ``without_candidates``, ``assignment``, ``unassigned``. Tables about groups: ``gaps``, ``exposure``,
    ``sponsorship``, ``mixing``, ``segregation``, ``plan``.
    """

    centrality: pd.DataFrame
    brokerage: pd.DataFrame
    access: pd.DataFrame
    communities: pd.DataFrame
    gaps: pd.DataFrame
    exposure: pd.DataFrame
    sponsorship: pd.DataFrame
    mixing: pd.DataFrame
    segregation: pd.DataFrame
    candidates: pd.DataFrame
    without_candidates: pd.DataFrame
    assignment: pd.DataFrame
    unassigned: pd.DataFrame
    plan: pd.DataFrame

    def named(self) -> dict[str, pd.DataFrame]:
        """The tables by name, in order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def comparisons(study: Study, graph: InfluenceGraph) -> tuple[Comparison, ...]:
    """The comparisons a study asks for.

    Without any, each large enough group of every group column is set against everyone else; of two groups, the smaller.
    """
    if study.gaps.compare:
        return tuple(Comparison(c.column, c.focal, c.reference) for c in study.gaps.compare)
    people = graph.people
    if study.gaps.among == "non-leaders":
        people = people[~people["leader"]]
    asked: list[Comparison] = []
    for column in group_columns(people):
        sizes = people[column].value_counts()
        large = sizes >= study.study.min_group
        named = sorted(sizes.index[large & (sizes.sum() - sizes >= study.study.min_group)])
        if len(sizes) == 2:
            named = sorted(named, key=lambda group: (sizes[group], group))[:1]
        asked += [Comparison(column, str(group), None) for group in named]
    return tuple(asked)


def refuse_unknown(study: Study, graph: InfluenceGraph) -> None:
    """Stop before anything is measured when the study names a column, measure or weight that does not exist.

    Raises
    ------
    StudyError
        With the name that was probably meant.
    """
    people = graph.people
    columns = [c for c in people.columns if c not in ("name", "manager", "start", "leader")]
    measures = [*PAIRING_MEASURES, *(name + ending for name in TWICE for ending in ("", WITH_CHAIN))]
    asked = [
        ("gaps.strata", study.gaps.strata, columns),
        ("gaps.unit", [study.gaps.unit], columns),
        ("gaps.measures", study.gaps.measures or [], measures),
        ("outputs.map_group", [study.outputs.map_group] if study.outputs.map_group else [], group_columns(people)),
        ("candidates.weights", list(study.candidates.weights or {}), list(DEFAULT_WEIGHTS)),
        ("candidates.focus", list(study.candidates.focus), group_columns(people)),
    ]
    for setting, names, known in asked:
        for name in names:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                cure = f"did you mean '{close[0]}'?" if close else f"use one of {', '.join(known) or '(there is none)'}"
                raise StudyError(f"{setting} names '{name}', which this study does not have", cure=cure)


def why_absent(study: Study, graph: InfluenceGraph) -> dict[str, str]:
    """Why a table of the report is empty, in a sentence, by the table's name."""
    reasons: dict[str, str] = {}
    if not comparisons(study, graph):
        columns = group_columns(graph.people)
        text = (
            f"No comparison could be made: in {', '.join(columns)} no two groups have at least "
            f"{study.study.min_group} people{' who are not leaders' if study.gaps.among == 'non-leaders' else ''}."
            if columns
            else "No comparison could be made: the study names no group columns under people.groups."
        )
        reasons |= {"gaps": text, "exposure": text}
    if graph.pairings.empty:
        reasons["sponsorship"] = "No mentoring or sponsorship pairings were given, so who holds which is not known."
    return reasons


def gap_rows(
    study: Study, graph: InfluenceGraph, access: pd.DataFrame, *, progress: Progress | None = None
) -> pd.DataFrame:
    """The gaps a study asks for."""
    return metrics.gap_table(
        graph,
        access,
        comparisons=comparisons(study, graph),
        measures=study.gaps.measures,
        strata=tuple(study.gaps.strata),
        among=study.gaps.among,
        permutations=study.gaps.permutations,
        seed=study.study.seed,
        min_group=study.study.min_group,
        confidence=study.gaps.confidence,
        plurals=study.gaps.plurals or None,
        progress=partial(progress, "Comparing groups") if progress else None,
    )


def exposure_rows(study: Study, graph: InfluenceGraph, access: pd.DataFrame) -> pd.DataFrame:
    """The exposure and bias of each comparison a study asks for."""
    return metrics.exposure_table(
        graph,
        access,
        comparisons=comparisons(study, graph),
        unit=study.gaps.unit,
        among=study.gaps.among,
        seed=study.study.seed,
        min_group=study.study.min_group,
        confidence=study.gaps.confidence,
        plurals=study.gaps.plurals or None,
    )


LONGER = 5
"""How many times longer than what is shown the lists are that the joint assignment chooses from."""


def candidate_tables(
    study: Study, graph: InfluenceGraph, access: pd.DataFrame, influence: pd.Series, *, longer: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Candidate sponsors of everyone who lacks one, and the people for whom there is none.

    ``longer`` times as many are listed for each as the study shows: short lists leave sponsors' places empty when all
    are assigned together.
    """
    options = study.candidates
    found = metrics.candidate_table(
        graph,
        access=access,
        influence=influence,
        levels_up=options.levels_up,
        max_steps=options.max_steps,
        top=options.top * longer,
        capacity=options.capacity,
        weights=options.weights,
    )
    without = metrics.without_candidates(
        graph, found, access=access, max_steps=options.max_steps, capacity=options.capacity
    )
    return found, without


def listed(candidates: pd.DataFrame, assignment: pd.DataFrame, *, top: int) -> pd.DataFrame:
    """The candidates to show: the first ``top`` of each list, and whoever was assigned from further down."""
    assigned = set(zip(assignment["protege"], assignment["sponsor"], strict=True))
    pairs = zip(candidates["protege"], candidates["candidate"], strict=True)
    kept: np.ndarray = (candidates["rank"] <= top).to_numpy(bool) | np.array(
        [pair in assigned for pair in pairs], dtype=bool
    )
    return candidates[kept].reset_index(drop=True)


def measure(study: Study, gathered: Gathered, *, progress: Progress | None = None) -> Tables:
    """Compute every table of a study.

    Numbers come from the roster's own ids, so that the same study gives the same numbers whether people are shown as
    pseudonyms, ids or names; tables about people are then put under the ids shown.

    Parameters
    ----------
    study : Study
        What is asked.
    gathered : Gathered
        From `ona.gather.gather`.
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
    centrality = metrics.centrality_table(graph, progress=within("Measuring centrality"))
    brokerage = metrics.brokerage_table(graph, column="function", progress=within("Measuring brokerage"))
    communities = metrics.communities_table(graph, seed=seed)
    access = metrics.access_table(graph, seed=seed, progress=within("Measuring access to leaders"))
    gaps = gap_rows(study, graph, access, progress=progress)
    exposure = exposure_rows(study, graph, access)
    columns = mixing_columns(study, graph)
    mixing = metrics.mixing_table(graph, columns=columns)
    segregation = metrics.segregation_table(
        graph,
        columns=columns,
        strata=tuple(study.gaps.strata),
        permutations=study.gaps.permutations,
        seed=seed,
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
        brokerage=shown(brokerage),
        access=shown(access),
        communities=shown(communities),
        gaps=gaps,
        exposure=exposure,
        sponsorship=metrics.sponsorship_table(graph, columns=compared_columns(study, graph)),
        mixing=mixing,
        segregation=segregation,
        candidates=listed(longer, assignment, top=options.top),
        without_candidates=without,
        assignment=assignment,
        unassigned=metrics.unassigned(longer, assignment, without=without),
        plan=plan,
    )


def as_shown(gathered: Gathered, table: Indexed) -> Indexed:
    """A table or series about people, put under the ids people are shown by and into their order."""
    moved = table.loc[gathered.key.to_numpy()]
    moved.index = gathered.graph.persons
    return moved


def plan_tables(study: Study, graph: InfluenceGraph, assignment: pd.DataFrame) -> pd.DataFrame:
    """What the joint assignment would do to each gap: sponsors held, and leaders within two steps."""
    counted: tuple[Literal["sponsors", "leaders_within_2"], ...]
    counted = ("leaders_within_2",) if graph.pairings.empty else ("sponsors", "leaders_within_2")
    tables = [
        metrics.plan_table(
            graph,
            assignment,
            comparisons=comparisons(study, graph),
            measure=measure_name,
            strata=tuple(study.gaps.strata),
            among=study.gaps.among,
            min_group=study.study.min_group,
        )
        for measure_name in counted
    ]
    return pd.concat(tables, ignore_index=True)


def shortfall(graph: InfluenceGraph, access: pd.DataFrame) -> pd.Series:
    """How much access to leaders a person lacks: the share of leaders they do not reach within two steps, 0 to 1.

    Own management chain excluded. Where sponsors are scarce, the joint assignment goes first to those who lack most.
    """
    return (1 - access["leaders_within_2"] / max(len(graph.leaders), 1)).clip(0, 1).rename("shortfall")


def compared_columns(study: Study, graph: InfluenceGraph) -> list[str]:
    """The group columns that are compared, in the order asked."""
    return list(dict.fromkeys(c.column for c in comparisons(study, graph)))


def priorities(study: Study, graph: InfluenceGraph, access: pd.DataFrame) -> pd.Series:
    """Who goes first where sponsors are scarce, 0 to 1: by `shortfall`, a programme's own group before the others.

    With ``candidates.focus`` a person's priority is half their shortfall, plus one half for people in the group named.

    Raises
    ------
    StudyError
        A column or group of ``candidates.focus`` that the roster does not have.
    """
    lacking, people = shortfall(graph, access), graph.people
    if not study.candidates.focus:
        return lacking
    chosen = pd.Series(False, index=graph.persons)
    for column, group in study.candidates.focus.items():
        members = (people[column] == group).fillna(False)
        if not members.any():
            raise StudyError(f"candidates.focus: nobody is in the group '{group}' of {column}", cure="correct it")
        chosen |= members
    return (lacking + chosen) / 2


def mixing_columns(study: Study, graph: InfluenceGraph) -> list[str]:
    """Columns whose groups' mixing is measured: those compared, function and site, where they hold two groups."""
    people = graph.people
    wanted = dict.fromkeys([*compared_columns(study, graph), "function", "site"])
    return [column for column in wanted if len(people[column].dropna().unique()) > 1]
