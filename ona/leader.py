"""What a leader may see of a study: groups of some size, everywhere the same ones, and no person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import metrics
from ona.answers import (
    decomposition_rows,
    exposure_rows,
    gap_rows,
    reach_rows,
    reasons_why,
    robustness_rows,
    trend_rows,
)
from ona.asked import compared_columns
from ona.gather import Gathered
from ona.leader_rows import Scope, safe_tables
from ona.measure import Tables
from ona.model import (
    DisclosurePlan,
    InfluenceGraph,
    StudyError,
    disclosure_plan,
    leave_out_small,
)
from ona.model.groups import crossed_labels, disclosure_table
from ona.remedy import plan_tables
from ona.settings import Study
from ona.variants import Variants
from ona.views import map_group


@dataclass(frozen=True)
class LeaderView:
    """People a leader's numbers are about, and tables about their groups, made safe to show.

    Attributes
    ----------
    graph : InfluenceGraph
        Without the people in groups too small to show, so that nothing is left to subtract them from.
    access : DataFrame
        The access table of those who stay, as measured among everyone.
    gaps, exposure, reach, decomposition, verdicts, trend, changes, sponsorship, plan : DataFrame
        As in `Tables`, about those who stay; of a decomposition the totals alone.
    assignment : DataFrame
        As in `Tables`, for its length only: protégés and sponsors who stay.
    disclosure : DisclosurePlan
        What all of the leader's files together may show.
    left_out : bool
        Whether anybody was left out.
    """

    graph: InfluenceGraph
    access: pd.DataFrame
    gaps: pd.DataFrame
    exposure: pd.DataFrame
    reach: pd.DataFrame
    decomposition: pd.DataFrame
    verdicts: pd.DataFrame
    trend: pd.DataFrame
    changes: pd.DataFrame
    sponsorship: pd.DataFrame
    plan: pd.DataFrame
    assignment: pd.DataFrame
    disclosure: DisclosurePlan
    left_out: bool


def leader_view(study: Study, gathered: Gathered, tables: Tables, variants: Variants) -> LeaderView:
    """Leave people in groups under ``min_group`` out of every number, and hide what tells of a few.

    What a person can reach is still measured in the whole network; those left out merely belong to no group in it, and
    are in no total. Comparisons are made again among those who stay, since sizes would otherwise tell how many were
    left out.
    """
    whole = gathered.roster_graph
    smaller = shown_people(study, whole)
    access = tables.access.set_axis(gathered.key.to_numpy()).sort_index()
    found = {name: getattr(tables, name) for name in COMPARED}
    plan, assignment = tables.plan, tables.assignment
    grouped = whole
    if smaller.size < whole.size:
        columns = compared_columns(study, whole)
        grouped = without_groups(whole, smaller.persons, columns)
        stay = set(gathered.key.index[gathered.key.isin(smaller.persons)])
        assignment = assignment[assignment["protege"].isin(stay) & assignment["sponsor"].isin(stay)]
        shown = without_groups(gathered.graph, pd.Index(sorted(stay)), columns)
        placed = without_groups(whole, smaller.persons, [*columns, study.gaps.unit])
        found = _compared_again(study, grouped, placed, access, tables, variants)
        plan = _where_possible(lambda: plan_tables(study, shown, assignment), plan)
    disclosure = leader_plan(study, smaller)
    scope = Scope(study, grouped, access, whole.persons.isin(smaller.persons), disclosure)
    told = {name: _told(name, rows) for name, rows in (found | {"plan": plan}).items()}
    safe, sponsorship = safe_tables(
        scope, told, _sponsorship(study, smaller), windows=[] if tables.trend.empty else variants.windows
    )
    split = {(row["column"], row["focal"], row["reference"]) for row in safe["exposure"].to_dict(orient="records")}
    why = {who: words for who, words in reasons_why(study, grouped, access).items() if who in split}
    counted = smaller.people["level"][~smaller.is_leader | (study.gaps.among == "everyone")]
    levels = {"level_varies": len(counted.unique()) > 1}
    safe = {name: _said(name, rows, study, why=why, levels=levels) for name, rows in safe.items()}
    return LeaderView(
        graph=smaller,
        access=access.loc[smaller.persons],
        **safe,
        sponsorship=sponsorship,
        assignment=assignment,
        disclosure=disclosure,
        left_out=smaller.size < whole.size,
    )


COMPARED = ("gaps", "exposure", "reach", "decomposition", "verdicts", "trend", "changes")
"""Tables about two groups that a leader is told of."""


POWER = ("leader_sponsors_per_head", "sponsor_levels_up", "sponsor_influence")
UNTOLD = ("leader_sponsors", "sponsor_levels_up", "sponsor_influence")
"""Measures that are about the few people who hold a sponsor, or beside ``sponsors`` would tell of them."""


def _said(
    name: str, rows: pd.DataFrame, study: Study, *, why: Mapping[Any, Any], levels: Mapping[str, bool]
) -> pd.DataFrame:
    """The rows with sentences that say no more than the rows now hold."""
    plurals = study.gaps.plurals or None
    if name == "gaps":
        return metrics.with_gap_sentences(rows, plurals=plurals, why=why)
    if name == "reach":
        return _reach_said(rows, study)
    sentence = {
        "exposure": metrics.exposure_sentence,
        "decomposition": metrics.decomposition_sentence,
        "verdicts": metrics.robustness_sentence,
        "changes": metrics.trend_sentence,
    }.get(name)
    if sentence is None:
        return rows
    facts = levels if name == "exposure" else {}
    return rows.assign(sentence=[sentence({**row, **facts}, plurals=plurals) for row in rows.to_dict(orient="records")])


def _reach_said(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The parts of a gap in reach, whose sentence stands on the first row and is made of all five."""
    said = rows.assign(sentence="")
    for _, parts in rows.groupby(["column", "focal", "reference"], sort=False, dropna=False):
        words = metrics.reach_sentence(parts.to_dict(orient="records"), plurals=study.gaps.plurals or None)
        said.loc[parts.index[0], "sentence"] = words
    return said


def _compared_again(
    study: Study,
    grouped: InfluenceGraph,
    placed: InfluenceGraph,
    access: pd.DataFrame,
    tables: Tables,
    variants: Variants,
) -> dict[str, pd.DataFrame]:
    """The tables about two groups, made again among those who stay."""
    gaps = _where_possible(lambda: gap_rows(study, grouped, access), tables.gaps)
    try:
        trend, changes = trend_rows(study, grouped, variants.windows)
    except StudyError:
        trend, changes = tables.trend.iloc[:0], tables.changes.iloc[:0]
    return {
        "gaps": gaps,
        "exposure": _where_possible(lambda: exposure_rows(study, placed, access), tables.exposure),
        "reach": _where_possible(lambda: reach_rows(study, grouped), tables.reach),
        "decomposition": _where_possible(lambda: decomposition_rows(study, grouped, access), tables.decomposition),
        "verdicts": _where_possible(
            lambda: robustness_rows(study, grouped, variants.thresholds, gaps=gaps)[1], tables.verdicts
        ),
        "trend": trend,
        "changes": changes,
    }


HIDDEN_MEANS = {
    "reach": ("factor_focal", "factor_reference"),
    "trend": ("mean_focal", "mean_reference"),
    "changes": ("mean_first", "mean_last"),
}
"""Means behind the differences of a table that no rule here looks at."""


def _told(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """What of a table a leader is told at all: differences, and no means behind them that no rule here looks at."""
    if "measure" in rows:
        rows = rows[~rows["measure"].isin(UNTOLD)]
    if name == "decomposition":
        return rows[rows["factor"] == "all"]
    return rows.assign(**dict.fromkeys(HIDDEN_MEANS.get(name, ()), np.nan))


def _where_possible(measured: Callable[[], pd.DataFrame], before: pd.DataFrame) -> pd.DataFrame:
    """A table made again, or an empty one: what compares among everyone may leave nobody alike once some are out."""
    try:
        return measured()
    except StudyError:
        return before.iloc[:0]


def without_groups(graph: InfluenceGraph, stay: pd.Index, columns: list[str]) -> InfluenceGraph:
    """The same network in which whoever does not stay belongs to no group of these columns."""
    people = graph.people
    kept = people.index.isin(stay)
    return graph.with_people(people.assign(**{column: people[column].where(kept) for column in columns}))


def _sponsorship(study: Study, graph: InfluenceGraph) -> pd.DataFrame:
    """Mentors and sponsors by group, over all levels.

    What sponsors can do is told by so few people that it would tell of them.
    """
    rows = metrics.sponsorship_table(graph, columns=compared_columns(study, graph)).drop(columns=list(POWER))
    return rows[rows["level"] == "all"].reset_index(drop=True)


def leader_plan(study: Study, graph: InfluenceGraph) -> DisclosurePlan:
    """What all of a leader's files together may show of these people.

    Where every number is about people who are not leaders, so is the plan; where some are about everyone, groups are
    crossed with being a leader, since the two would tell it.
    """
    group = map_group(study, graph)
    tables = [disclosure_table(column) for column in compared_columns(study, graph)]
    tables.append(("function", *disclosure_table(group)) if group else ("function",))
    people = graph.people
    if study.gaps.among == "everyone":
        return disclosure_plan(people, tables=[(*t, "leader") for t in tables], min_group=study.study.min_group)
    return disclosure_plan(people[~people["leader"]], tables=tables, min_group=study.study.min_group)


def shown_people(study: Study, graph: InfluenceGraph) -> InfluenceGraph:
    """The graph without people in a group under ``min_group``, of any column compared, coloured by or met in.

    Groups are counted with leaders and without, since most of a leader's numbers are about people who are not. Of an
    intersection people who lack one part are groups of their own, since the other part's table tells of them.
    """
    named = ["function", *compared_columns(study, graph), map_group(study, graph), study.gaps.unit]
    columns = list(dict.fromkeys(column for column in named if column is not None))
    people = graph.people
    crossed = pd.DataFrame({column: crossed_labels(people, column) for column in columns}).assign(
        leader=people["leader"]
    )
    size = len(crossed) + 1
    while len(crossed) < size:
        size = len(crossed)
        crossed = leave_out_small(crossed, columns, min_group=study.study.min_group)
        led = leave_out_small(crossed[~crossed["leader"]], columns, min_group=study.study.min_group)
        crossed = crossed[crossed["leader"] | crossed.index.isin(led.index)]
    return graph if len(crossed) == graph.size else graph.among(crossed.index)
