"""What a leader may see of a study: groups of some size, everywhere the same ones, and no person."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ona.gather import Gathered
from ona.measure import Tables, compared_columns, comparisons, gap_tables
from ona.model import InfluenceGraph, leave_out_small
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
    left_out : bool
        Whether anybody was left out.
    """

    graph: InfluenceGraph
    access: pd.DataFrame
    gaps: pd.DataFrame
    exposure: pd.DataFrame
    sponsorship: pd.DataFrame
    left_out: bool


def leader_view(study: Study, gathered: Gathered, tables: Tables) -> LeaderView:
    """Leave people in groups under ``min_group`` out of every number, and keep the tables about groups.

    What a person can reach is still measured in the whole network. A comparison with everyone else is made again among
    those who stay, since its sizes would otherwise tell how many were left out.
    """
    whole = gathered.roster_graph
    smaller = shown_people(study, whole)
    access = tables.access.set_axis(gathered.key.to_numpy()).loc[smaller.persons]
    if smaller.size == whole.size:
        return LeaderView(whole, access, tables.gaps, tables.exposure, tables.sponsorship, left_out=False)
    gaps, exposure = tables.gaps, tables.exposure
    if any(comparison.reference is None for comparison in comparisons(study, whole)):
        gaps, exposure = gap_tables(study, smaller, access)
    rows, people = tables.sponsorship, smaller.people
    shown = [group in set(people[column].dropna()) for column, group in zip(rows["column"], rows["group"], strict=True)]
    sponsorship = rows[pd.Series(shown, index=rows.index, dtype=bool)].reset_index(drop=True)
    return LeaderView(smaller, access, gaps, exposure, sponsorship, left_out=True)


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
