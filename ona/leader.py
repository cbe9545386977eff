"""What a leader may see of a study: groups of some size, everywhere the same ones, and no person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import metrics
from metrics import Comparison
from ona.gather import Gathered
from ona.measure import Tables, compared_columns, gap_tables, plan_tables
from ona.model import (
    DisclosurePlan,
    InfluenceGraph,
    StudyError,
    disclosure_plan,
    gives_away,
    leave_out_small,
)
from ona.settings import Study
from ona.views import map_group

SMALL_COUNTS = ("n_informative", "n_uninformative", "n_undefined")


@dataclass(frozen=True)
class LeaderView:
    """People a leader's numbers are about, and tables about their groups, made safe to show.

    Attributes
    ----------
    graph : InfluenceGraph
        Without the people in groups too small to show, so that nothing is left to subtract them from.
    access : DataFrame
        The access table of those who stay, as measured among everyone.
    gaps, exposure, sponsorship, plan : DataFrame
        As in `Tables`, about those who stay.
    candidates, assignment : DataFrame
        As in `Tables`, for totals only: protégés and sponsors who stay.
    disclosure : DisclosurePlan
        What all of the leader's files together may show.
    left_out : bool
        Whether anybody was left out.
    """

    graph: InfluenceGraph
    access: pd.DataFrame
    gaps: pd.DataFrame
    exposure: pd.DataFrame
    sponsorship: pd.DataFrame
    plan: pd.DataFrame
    candidates: pd.DataFrame
    assignment: pd.DataFrame
    disclosure: DisclosurePlan
    left_out: bool


def leader_view(study: Study, gathered: Gathered, tables: Tables) -> LeaderView:
    """Leave people in groups under ``min_group`` out of every number, and hide what tells of a few.

    What a person can reach is still measured in the whole network; those left out merely belong to no group in it, and
    are in no total. Comparisons are made again among those who stay, since sizes would otherwise tell how many were
    left out.
    """
    whole = gathered.roster_graph
    smaller = shown_people(study, whole)
    access = tables.access.set_axis(gathered.key.to_numpy()).sort_index()
    gaps, exposure, plan = tables.gaps, tables.exposure, tables.plan
    candidates, assignment = tables.candidates, tables.assignment
    grouped = whole
    if smaller.size < whole.size:
        columns = compared_columns(study, whole)
        grouped = without_groups(whole, smaller.persons, columns)
        stay = set(gathered.key.index[gathered.key.isin(smaller.persons)])
        candidates = candidates[candidates["protege"].isin(stay) & candidates["candidate"].isin(stay)]
        assignment = assignment[assignment["protege"].isin(stay) & assignment["sponsor"].isin(stay)]
        shown = without_groups(gathered.graph, pd.Index(sorted(stay)), columns)
        try:
            gaps, exposure = gap_tables(study, grouped, access)
            plan = plan_tables(study, shown, assignment)
        except StudyError:
            # What can be compared among everyone may leave nobody to compare with once small groups are out.
            gaps, exposure, plan = gaps.iloc[:0], exposure.iloc[:0], plan.iloc[:0]
    return LeaderView(
        graph=smaller,
        access=access.loc[smaller.persons],
        gaps=_safe_rows(gaps, study, grouped, access, sentence=metrics.gap_sentence),
        exposure=_safe_rows(exposure, study, grouped, access, sentence=metrics.exposure_sentence),
        sponsorship=_safe_sponsorship(study, smaller, access),
        plan=plan,
        candidates=candidates,
        assignment=assignment,
        disclosure=leader_plan(study, smaller),
        left_out=smaller.size < whole.size,
    )


def without_groups(graph: InfluenceGraph, stay: pd.Index, columns: list[str]) -> InfluenceGraph:
    """The same network in which whoever does not stay belongs to no group of these columns."""
    people = graph.people
    kept = people.index.isin(stay)
    return graph.with_people(people.assign(**{column: people[column].where(kept) for column in columns}))


def _safe_rows(
    rows: pd.DataFrame, study: Study, graph: InfluenceGraph, access: pd.DataFrame, *, sentence: Any
) -> pd.DataFrame:
    """Rows about two groups without those whose means tell of each member, and without counts of a few people.

    Where fewer than ``min_group`` people of a group have no value, the group's size stands in for the number of those
    who have one: the two together would tell the few.
    """
    least, plurals = study.study.min_group, study.gaps.plurals or None
    safe: list[dict[str, Any]] = []
    for row in rows.to_dict(orient="records"):
        reference = row["reference"] if isinstance(row["reference"], str) else None
        comparison = Comparison(row["column"], row["focal"], reference)
        groups = metrics.comparison_members(graph, comparison, among=study.gaps.among, min_group=least)
        values = access[row.get("measure", "leader_share")].to_numpy(float, na_value=np.nan)
        if any(gives_away(values[members], min_group=least) for members in groups):
            continue
        sizes = [int(members.sum()) for members in groups]
        if any(0 < size - row[name] < least for size, name in zip(sizes, ("n_focal", "n_reference"), strict=True)):
            row |= {"n_focal": sizes[0], "n_reference": sizes[1], "n_undefined": np.nan}
        informative = row.get("n_informative", np.nan)
        if 0 < sum(sizes) - informative < least or 0 < informative < least:
            row |= {"n_informative": np.nan, "n_uninformative": np.nan}
        safe.append({str(key): value for key, value in row.items()} | {"sentence": sentence(row, plurals=plurals)})
    return pd.DataFrame(safe, columns=list(rows.columns))


def _safe_sponsorship(study: Study, graph: InfluenceGraph, access: pd.DataFrame) -> pd.DataFrame:
    """Mentors and sponsors by group, without shares that tell of each member; see `gives_away`."""
    rows = metrics.sponsorship_table(graph, columns=compared_columns(study, graph))
    if rows.empty:
        return rows
    rows = rows[rows["level"] == "all"].reset_index(drop=True)
    people, held = graph.people, access.loc[graph.persons]
    facts = {
        ("mentors_per_head", "share_mentored"): held["mentors"] > 0,
        ("sponsors_per_head", "share_sponsored"): held["sponsors"] > 0,
        ("share_mentored_not_sponsored",): (held["mentors"] > 0) & (held["sponsors"] == 0),
    }
    for at, row in rows.iterrows():
        column = people[row["column"]]
        group = column.isna() if row["group"] == "not recorded" else column == row["group"]
        members = group.fillna(False).to_numpy(bool) & ~graph.is_leader
        for cells, fact in facts.items():
            if gives_away(fact.to_numpy(float)[members], min_group=study.study.min_group):
                rows.loc[at, list(cells)] = np.nan
    return rows


def leader_plan(study: Study, graph: InfluenceGraph) -> DisclosurePlan:
    """What all of a leader's files together may show of these people.

    Where every number is about people who are not leaders, so is the plan; where some are about everyone, groups are
    crossed with being a leader, since the two would tell it.
    """
    group = map_group(study, graph)
    tables: list[tuple[str, ...]] = [(column,) for column in compared_columns(study, graph)]
    tables.append(("function", group) if group else ("function",))
    people = graph.people
    if study.gaps.among == "everyone":
        return disclosure_plan(people, tables=[(*t, "leader") for t in tables], min_group=study.study.min_group)
    return disclosure_plan(people[~people["leader"]], tables=tables, min_group=study.study.min_group)


def shown_people(study: Study, graph: InfluenceGraph) -> InfluenceGraph:
    """The graph without people in a group under ``min_group``, of function or of any column compared or coloured by.

    Groups are counted with leaders and without, since most of a leader's numbers are about people who are not.
    """
    group = map_group(study, graph)
    columns = list(dict.fromkeys(["function", *compared_columns(study, graph), *([group] if group else [])]))
    people, size = graph.people, graph.size + 1
    while len(people) < size:
        size = len(people)
        people = leave_out_small(people, columns, min_group=study.study.min_group)
        led = leave_out_small(people[~people["leader"]], columns, min_group=study.study.min_group)
        people = people[people["leader"] | people.index.isin(led.index)]
    return graph if len(people) == graph.size else graph.among(people.index)
