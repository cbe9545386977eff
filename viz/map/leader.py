"""The leader's map: groups large enough to be shown, and nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ona.model import DisclosureError, InfluenceGraph, influence_graph
from ona.model.disclosure import DisclosurePlan, disclosure_plan, gives_away, leave_out_small
from viz.map.facts import Facet, column_facet
from viz.map.groups import (
    Groups,
    disc_of,
    group_facts,
    group_means,
    group_picture,
    groups_of,
    measured,
    overall_means,
    shown_cells,
    table_of,
)
from viz.map.layout import two_level_layout
from viz.map.with_pyvis import pyvis_network
from viz.words import counted as counted_as


def leader_map(
    graph: InfluenceGraph,
    facet: Facet | None,
    access: pd.DataFrame | None,
    plan: DisclosurePlan | None,
    *,
    min_group: int,
    seed: int,
    order: Sequence[str],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Groups of people who are not leaders, and nothing else.

    Only people who are not leaders are counted: it is their access the page is about, and a second count with the
    leaders in it would tell by subtraction how few those are. Discs are sized and placed by what is shown, so that
    nothing hidden follows from the picture.
    """
    columns = ["function", facet.key] if facet is not None else ["function"]
    counted = leave_out_small(graph.people[~graph.is_leader], columns, min_group=min_group)
    if counted.empty:
        raise _nothing(min_group)
    part = _among(graph, counted.index)
    groups = groups_of(part, column_facet(part.people, facet.key) if facet is not None else None)
    table = table_of(groups, facet.key if facet is not None else None)
    checked = disclosure_plan(part.people, tables=[table], min_group=min_group) if plan is None else plan
    shown = shown_cells(groups, checked, table=table)
    if not shown.any():
        raise _nothing(min_group)
    means, overall = _safe_means(part, groups, access, shown, min_group=min_group)
    kept = np.flatnonzero(shown)
    published = _published(groups, kept)
    visible = _among(part, part.persons[np.isin(groups.of_person, kept)])
    published = replace(published, of_person=published.of_person[np.isin(groups.of_person, kept)])
    layout = two_level_layout(disc_of(visible, published), seed=seed)
    nodes, between = group_picture(visible, published, layout, seed)
    for edge in between:
        edge.pop("strength")
    small = "Functions and groups" if visible.people["function"].notna().any() else "Groups"
    facts = {
        **group_facts(visible, published, layout, None, order=order),
        "means": [means[k] for k in kept],
        "overall": overall,
        "subtitle": f"{counted_as(len(kept), 'group')} of at least {min_group} people who are not leaders",
        "notes": [
            "Groups of people who are not leaders themselves; no person is in this file. Means are rounded, and not "
            "shown where nearly all of a group are alike.",
            f"{small} of fewer than {min_group} people are not counted; further groups are kept back so that no "
            "smaller one can be worked out.",
        ],
    }
    return pyvis_network(nodes, between), facts


def _nothing(min_group: int) -> DisclosureError:
    return DisclosureError(
        f"no group of the map has at least {min_group} people that can be shown safely",
        cure="choose a group column with fewer values, or none",
    )


def _among(graph: InfluenceGraph, persons: pd.Index) -> InfluenceGraph:
    """The graph of some people: they, and the ties between them."""
    ties = graph.ties
    between = ties[ties["source"].isin(persons) & ties["target"].isin(persons)]
    return influence_graph(graph.people.loc[graph.persons.isin(persons)], between, rules=graph.rules)


def _safe_means(
    part: InfluenceGraph, groups: Groups, access: pd.DataFrame | None, shown: np.ndarray, *, min_group: int
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Means of the groups and of everyone, None where one would tell of single members.

    A mean that is kept back must not follow from the others either: means of everyone, and of one value over all
    functions, may be known. So the people of all groups kept back within a value are looked at as one group, and
    further groups are kept back, the smallest first, until they too are of many kinds; then the same for everyone. The
    mean of everyone is kept back where that of a value has to be.
    """
    means, overall = group_means(part, groups, access, digits=2), overall_means(part, access, digits=2)
    if access is None:
        return means, overall
    frame = measured(part, access)
    of_person = groups.of_person[~part.is_leader]
    value = groups.cells["value"].to_numpy()
    cells = np.arange(len(groups.cells))
    scopes = [*(cells[value == v] for v in np.unique(value)), cells]
    for column in frame:
        members = [frame[column].to_numpy()[of_person == cell] for cell in cells]
        hidden = {int(cell) for cell in cells if not shown[cell] or _tells(members[cell], min_group)}
        for scope in scopes:
            hidden |= _cover([int(cell) for cell in scope], members, hidden, min_group)
        for cell in hidden:
            means[cell][str(column)] = None
        wholes = [[int(cell) for cell in scope] for scope in scopes] + ([sorted(hidden)] if hidden else [])
        if any(_tells(np.concatenate([members[cell] for cell in whole]), min_group) for whole in wholes):
            overall.pop(str(column), None)
    return means, overall


def _tells(values: np.ndarray, min_group: int) -> bool:
    """Whether a mean of these values says too much of somebody."""
    known = values[~np.isnan(values)]
    return len(known) < min_group or gives_away(known, min_group=min_group)


def _cover(scope: list[int], members: list[np.ndarray], hidden: set[int], min_group: int) -> set[int]:
    """What else has to be kept back within a scope, so that what is kept back tells nothing as a whole."""
    inside = {cell for cell in scope if cell in hidden}
    rest = sorted((cell for cell in scope if cell not in hidden), key=lambda cell: (len(members[cell]), cell))
    while inside and rest and _tells(np.concatenate([members[cell] for cell in sorted(inside)]), min_group):
        inside.add(rest.pop(0))
    return inside


def _published(groups: Groups, kept: np.ndarray) -> Groups:
    """The groups that are kept, numbered anew."""
    cells = groups.cells.iloc[kept].reset_index(drop=True)
    discs = sorted(cells["disc"].unique())
    values = sorted(int(v) for v in cells["value"].unique() if v >= 0)
    renumber = np.full(len(groups.cells), -1)
    renumber[kept] = np.arange(len(kept))
    cells["disc"] = cells["disc"].map({d: at for at, d in enumerate(discs)})
    cells["value"] = cells["value"].map({v: at for at, v in enumerate(values)} | {-1: -1})
    names = tuple(groups.functions[d] for d in discs)
    return Groups(
        cells=cells,
        of_person=renumber[groups.of_person],
        functions=names,
        values=tuple(groups.values[v] for v in values),
    )
