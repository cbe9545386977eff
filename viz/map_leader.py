"""The leader's map: groups large enough to be shown, and nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ona.model import DisclosureError, InfluenceGraph, influence_graph
from ona.model.disclosure import DisclosurePlan, disclosure_plan, leave_out_small
from viz.layout import two_level_layout
from viz.map_facts import Facet, column_facet
from viz.map_groups import (
    Groups,
    disc_of,
    group_facts,
    group_means,
    group_picture,
    groups_of,
    looks,
    overall_means,
    shown_cells,
    table_of,
)
from viz.map_pyvis import pyvis_network


def leader_map(
    graph: InfluenceGraph,
    facet: Facet | None,
    access: pd.DataFrame | None,
    plan: DisclosurePlan | None,
    *,
    min_group: int,
    seed: int,
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
    means = group_means(part, groups, access, least=min_group, digits=2)
    kept = np.flatnonzero(shown)
    published, values = _published(groups, kept)
    visible = _among(part, part.persons[np.isin(groups.of_person, kept)])
    published = replace(published, of_person=published.of_person[np.isin(groups.of_person, kept)])
    layout = two_level_layout(disc_of(visible, published), seed=seed)
    nodes, between = group_picture(visible, published, layout, seed)
    for edge in between:
        edge.pop("strength")
    appearance = looks(groups.values)
    facts = {
        **group_facts(visible, published, layout, None),
        "values": [appearance[v] for v in values],
        "means": [means[k] for k in kept],
        "overall": overall_means(part, access, least=min_group, digits=2),
        "subtitle": f"{len(kept)} groups of at least {min_group} people who are not leaders",
        "notes": [
            "Groups of people who are not leaders themselves; no person is in this file. Means are rounded.",
            f"Functions and groups of fewer than {min_group} people are not counted; further groups are kept back so "
            "that no smaller one can be worked out.",
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


def _published(groups: Groups, kept: np.ndarray) -> tuple[Groups, list[int]]:
    """The groups that are kept, numbered anew, and which of the attribute's values are left."""
    cells = groups.cells.iloc[kept].reset_index(drop=True)
    discs = sorted(cells["disc"].unique())
    values = sorted(int(v) for v in cells["value"].unique() if v >= 0)
    renumber = np.full(len(groups.cells), -1)
    renumber[kept] = np.arange(len(kept))
    cells["disc"] = cells["disc"].map({d: at for at, d in enumerate(discs)})
    cells["value"] = cells["value"].map({v: at for at, v in enumerate(values)} | {-1: -1})
    names = tuple(groups.functions[d] for d in discs)
    made = Groups(
        cells=cells,
        of_person=renumber[groups.of_person],
        functions=names,
        values=tuple(groups.values[v] for v in values),
    )
    return made, values
