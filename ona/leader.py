"""What a leader may see of a study: groups of some size, everywhere the same ones, and no person."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

import metrics
from ona.gather import Gathered
from ona.measure import Tables, compared_columns, gap_tables
from ona.model import DisclosurePlan, InfluenceGraph, disclosure_plan, leave_out_small
from ona.settings import Study
from ona.views import map_group


@dataclass(frozen=True)
class LeaderView:
    """People a leader's numbers are about, and the tables about their groups.

    Attributes
    ----------
    graph : InfluenceGraph
        Without the people in groups too small to show, so that nothing is left to subtract them from.
    access : DataFrame
        The access table of those who stay, as measured among everyone.
    gaps, exposure, sponsorship : DataFrame
        As in `Tables`, for those who stay.
    plan : DisclosurePlan
        What all of the leader's files together may show.
    """

    graph: InfluenceGraph
    access: pd.DataFrame
    gaps: pd.DataFrame
    exposure: pd.DataFrame
    sponsorship: pd.DataFrame
    plan: DisclosurePlan


def leader_view(study: Study, gathered: Gathered, tables: Tables) -> LeaderView:
    """Leave people in groups under ``min_group`` out of every number, and keep the tables about groups.

    What a person can reach is still measured in the whole network. Comparisons are made again among those who stay,
    since their sizes would otherwise tell how many were left out.
    """
    whole = gathered.roster_graph
    smaller = shown_people(study, whole)
    access = tables.access.set_axis(gathered.key.to_numpy()).loc[smaller.persons]
    gaps, exposure, sponsorship = tables.gaps, tables.exposure, tables.sponsorship
    if smaller.size < whole.size:
        gaps, exposure = gap_tables(study, smaller, access)
        sponsorship = metrics.sponsorship_table(smaller, columns=compared_columns(study, smaller))
    return LeaderView(smaller, access, gaps, exposure, sponsorship, plan=leader_plan(study, smaller))


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
