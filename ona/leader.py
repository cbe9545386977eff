"""What a leader may see of a study: groups of some size, everywhere the same ones, and no person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import metrics
from metrics import Comparison
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
from ona.measure import Tables
from ona.model import (
    DisclosurePlan,
    InfluenceGraph,
    StudyError,
    disclosure_plan,
    gives_away,
    leave_out_small,
)
from ona.model.groups import BETWEEN, parts_of
from ona.remedy import plan_tables
from ona.settings import Study
from ona.variants import Variants
from ona.views import map_group

NOT_RECORDED = "not recorded"
"""The group that a sponsorship table puts people in whose own is missing."""


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
    safe = {name: _safe_rows(_told(name, rows), study, grouped, access) for name, rows in found.items()}
    told = {(row["column"], row["focal"], row["reference"]) for row in safe["exposure"].to_dict(orient="records")}
    why = {who: words for who, words in reasons_why(study, grouped, access).items() if who in told}
    safe = {name: _said(name, rows, study, why=why) for name, rows in safe.items()}
    return LeaderView(
        graph=smaller,
        access=access.loc[smaller.persons],
        **safe,
        sponsorship=_safe_sponsorship(study, smaller, access, disclosure),
        plan=_safe_plan(plan, study, grouped, access),
        assignment=assignment,
        disclosure=disclosure,
        left_out=smaller.size < whole.size,
    )


COMPARED = ("gaps", "exposure", "reach", "decomposition", "verdicts", "trend", "changes")
"""Tables about two groups that a leader is told of."""


UNTOLD = ("leader_sponsors", "sponsor_levels_up", "sponsor_influence")
"""Measures that are about the few people who hold a sponsor, or beside ``sponsors`` would tell of them."""


def _said(name: str, rows: pd.DataFrame, study: Study, *, why: Mapping[Any, str]) -> pd.DataFrame:
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
    return rows.assign(sentence=[sentence(row, plurals=plurals) for row in rows.to_dict(orient="records")])


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
    return {
        "gaps": _where_possible(lambda: gap_rows(study, grouped, access), tables.gaps),
        "exposure": _where_possible(lambda: exposure_rows(study, placed, access), tables.exposure),
        "reach": _where_possible(lambda: reach_rows(study, grouped), tables.reach),
        "decomposition": _where_possible(lambda: decomposition_rows(study, grouped, access), tables.decomposition),
        "verdicts": _where_possible(lambda: robustness_rows(study, grouped, variants.thresholds)[1], tables.verdicts),
        "trend": _where_possible(lambda: trend_rows(study, grouped, variants.windows)[0], tables.trend),
        "changes": _where_possible(lambda: trend_rows(study, grouped, variants.windows)[1], tables.changes),
    }


def _told(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """What of a table a leader is told at all: differences, and no means behind them that no rule here looks at."""
    if "measure" in rows:
        rows = rows[~rows["measure"].isin(UNTOLD)]
    if name == "decomposition":
        return rows[rows["factor"] == "all"]
    hidden = {"reach": ["factor_focal", "factor_reference"], "trend": ["mean_focal", "mean_reference"]}.get(name, [])
    return rows.assign(**dict.fromkeys(hidden, np.nan))


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


def _tells(
    row: Mapping[Any, Any], values: np.ndarray, study: Study, graph: InfluenceGraph
) -> tuple[bool, tuple[np.ndarray, np.ndarray]]:
    """Whether the means of a row's two groups would tell of their members, and who these are; see `gives_away`.

    Where everyone is compared, the leaders of a group are looked at by themselves as well: other tables are about those
    who are not, and the two would tell of the leaders.
    """
    least, among = study.study.min_group, study.gaps.among
    reference = row["reference"] if isinstance(row["reference"], str) else None
    comparison = Comparison(str(row["column"]), str(row["focal"]), reference)
    groups = metrics.comparison_members(graph, comparison, among=among, min_group=least)
    looked_at = [*groups, *((g & graph.is_leader for g in groups) if among == "everyone" else ())]
    return any(gives_away(values[members], min_group=least) for members in looked_at), groups


def _safe_rows(rows: pd.DataFrame, study: Study, graph: InfluenceGraph, access: pd.DataFrame) -> pd.DataFrame:
    """Rows about two groups without those whose means tell of each member, and without counts of a few people.

    Where fewer than ``min_group`` people of a group have no value, the group's size stands in for the number of those
    who have one: the two together would tell the few.
    """
    least = study.study.min_group
    safe: list[dict[str, Any]] = []
    for row in rows.to_dict(orient="records"):
        measure = row.get("measure", "leader_share")
        tells, groups = _tells(row, access[measure].to_numpy(float, na_value=np.nan), study, graph)
        if measure == "mentored_not_sponsored":
            # Beside the share mentored it tells how many are both.
            tells = tells or _tells(row, _both(access), study, graph)[0]
        if tells or any(0 < row.get(name, 0) < least for name in ("n_focal", "n_reference")):
            continue
        sizes = [int(members.sum()) for members in groups]
        counted = zip(sizes, (row.get("n_focal", np.nan), row.get("n_reference", np.nan)), strict=True)
        if any(0 < size - count < least for size, count in counted):
            row |= {"n_focal": sizes[0], "n_reference": sizes[1], "n_undefined": np.nan}
        if _few_outside(row, groups, study, graph):
            if "share_focal" in row and row["strata"] != "none":
                # Beside the means of everybody these would tell of the few who are not counted here.
                continue
            row |= {"tipping": np.nan}
        informative = row.get("n_informative", np.nan)
        if 0 < sum(sizes) - informative < least or 0 < informative < least:
            row |= {"n_informative": np.nan, "n_uninformative": np.nan}
        safe.append({str(key): value for key, value in row.items()})
    return pd.DataFrame(safe, columns=list(rows.columns))


def _few_outside(
    row: Mapping[Any, Any], groups: tuple[np.ndarray, np.ndarray], study: Study, graph: InfluenceGraph
) -> bool:
    """Whether only a few people of either group stand in strata that hold no one of the other."""
    people = graph.people
    held = str(row.get("strata", BETWEEN.join(study.gaps.strata))).split(BETWEEN)
    held = [column for column in held if column in people and column not in (row["column"], *parts_of(row["column"]))]
    place = people.groupby(held, dropna=False, observed=True).ngroup().to_numpy() if held else np.zeros(graph.size, int)
    outside = [members & ~np.isin(place, place[other]) for members, other in (groups, groups[::-1])]
    return any(0 < few.sum() < study.study.min_group for few in outside)


def _both(access: pd.DataFrame) -> np.ndarray:
    """1 for people who have a mentor and a sponsor, 0 for others."""
    return ((access["mentors"] > 0) & (access["sponsors"] > 0)).to_numpy(float)


def _safe_plan(plan: pd.DataFrame, study: Study, graph: InfluenceGraph, access: pd.DataFrame) -> pd.DataFrame:
    """The plan without comparisons whose first row, the gap as it is, would tell of a group's members."""
    kept = [
        rows
        for _, rows in plan.groupby(["column", "focal", "reference", "measure"], sort=False, dropna=False)
        if not _tells(rows.iloc[0].to_dict(), access[rows["measure"].iloc[0]].to_numpy(float), study, graph)[0]
    ]
    return pd.concat(kept, ignore_index=True) if kept else plan.iloc[:0]


SPONSORSHIP_FACTS: Mapping[tuple[str, ...], Callable[[pd.DataFrame], pd.Series]] = {
    ("mentors_per_head", "share_mentored"): lambda held: held["mentors"] > 0,
    ("sponsors_per_head", "share_sponsored"): lambda held: held["sponsors"] > 0,
    ("share_mentored_not_sponsored",): lambda held: (held["mentors"] > 0) & (held["sponsors"] == 0),
}


def _safe_sponsorship(
    study: Study, graph: InfluenceGraph, access: pd.DataFrame, disclosure: DisclosurePlan
) -> pd.DataFrame:
    """Mentors and sponsors by group, without shares that tell of each member; see `gives_away`.

    What is hidden in a column is covered: the hidden groups together must not be told of either, since another column
    may give the total. The share mentored and not sponsored is shown only where those who are both are not told of by
    its difference from the share mentored.
    """
    rows = metrics.sponsorship_table(graph, columns=compared_columns(study, graph))
    # What sponsors can do is told by so few people that it would tell of them.
    rows = rows.drop(columns=["leader_sponsors_per_head", "sponsor_levels_up", "sponsor_influence"])
    if rows.empty:
        return rows
    rows = rows[rows["level"] == "all"].reset_index(drop=True)
    least, held = study.study.min_group, access.loc[graph.persons]
    members = [_members(graph, str(row["column"]), str(row["group"])) for _, row in rows.iterrows()]
    both = _both(held)
    for cells, fact in SPONSORSHIP_FACTS.items():
        values = fact(held).to_numpy(float)
        told = [values, both] if "share_mentored_not_sponsored" in cells else [values]
        for column in rows["column"].unique():
            at = [k for k in range(len(rows)) if rows["column"][k] == column]
            hidden = {
                k
                for k in at
                if not disclosure.may_show_below_leaders((column,), (_label(rows["group"][k]),))
                or any(gives_away(one[members[k]], min_group=least) for one in told)
            }
            while hidden and len(hidden) < len(at):
                together = np.any([members[k] for k in hidden], axis=0)
                if not any(gives_away(one[together], min_group=least) for one in told):
                    break
                hidden.add(min(set(at) - hidden, key=lambda k: (members[k].sum(), k)))
            rows.loc[sorted(hidden), list(cells)] = np.nan
    return rows


def _label(group: str) -> str | None:
    return None if group == NOT_RECORDED else group


def _members(graph: InfluenceGraph, column: str, group: str) -> np.ndarray:
    """Who of those who are not leaders is in a group of a sponsorship table."""
    values = graph.people[column]
    inside = values.isna() if group == NOT_RECORDED else (values == group).fillna(False)
    return np.asarray(inside.to_numpy(bool) & ~graph.is_leader)


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
