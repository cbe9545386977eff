"""The map: one page that opens on groups, finds people, and shows candidate sponsors with the way to reach them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any, Literal

import numpy as np
import pandas as pd

from ona.model import DisclosureError, InfluenceGraph, StudyError, group_columns
from viz.layout import Layout, two_level_layout
from viz.map_facts import (
    COMPONENTS,
    GROUP_MEANS,
    Facet,
    candidate_facts,
    column_facet,
    everyone_shown,
    facets,
    labels,
    people_facts,
    seniority,
    tie_facts,
    title_of,
    typical,
)
from viz.map_groups import (
    MISSING,
    Groups,
    backbone,
    group_means,
    group_ties,
    groups_of,
    overall_means,
    place_groups,
    shown_cells,
)
from viz.page import Page, asset, render_page

Audience = Literal["analyst", "leader"]

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#555555")
"""The palette of Okabe and Ito, told apart by people with any colour vision."""
NO_COLOUR = "#9aa5b1"
SHAPES = ("dot", "diamond", "square", "triangle", "hexagon", "triangleDown", "star")

_VIS = "lib/vis-9.1.2/vis-network.min.js"
_SCRIPTS = ("map_data.js", "map_picture.js", "map_labels.js", "map_panel.js", "map_table.js", "map_search.js", "map_filters.js", "map.js")
_PERSON_SIZE, _LEADER_SIZE = 9, 14


def network_map(
    graph: InfluenceGraph,
    *,
    access: pd.DataFrame | None = None,
    candidates: pd.DataFrame | None = None,
    assignment: pd.DataFrame | None = None,
    group: str | None = "gender",
    columns: Sequence[str] | None = None,
    title: str = "Map of influence",
    provenance: Mapping[str, str] | None = None,
    audience: Audience = "analyst",
    min_group: int = 5,
    seed: int = 0,
    most_people: int = 1500,
    most_ties: int = 60_000,
) -> Page:
    """The organisation as one interactive page.

    The page opens on groups (function × `group`, area in proportion to people) and the strongest ties between them.
    People appear when a group is opened, when one is searched for, or as somebody's candidate sponsor. Positions are
    computed here and never move. Nearer the middle of a disc means more senior.

    Parameters
    ----------
    graph : InfluenceGraph
        People and ties.
    access : DataFrame, optional
        Access table indexed by person: what each person can reach of those who decide.
    candidates : DataFrame, optional
        Candidate sponsors, one row a protégé and candidate.
    assignment : DataFrame, optional
        The joint assignment (``protege``, ``sponsor``): these candidates are marked as proposed.
    group : str or None
        The group column people are told apart by; None for functions alone.
    columns : sequence of str, optional
        Columns to filter by. Without it: function, level, site and every group column with 2 to 60 values.
    title : str
        What the page is called.
    provenance : mapping of str to str, optional
        What the map was made from, its dates, what was left out: shown in this order at the foot of the page.
    audience : {"analyst", "leader"}
        ``"leader"`` makes a page of groups only: no id, name or value of any person is in the file.
    min_group : int
        The smallest group a leader may see; smaller ones, and those from which they would follow, are left out.
    seed : int
        Breaks ties between positions.
    most_people, most_ties : int
        How many people the view of everyone draws, and how many ties the page holds; the page says when there are more.

    Returns
    -------
    Page
        One HTML file that opens offline; the same input gives the same bytes.

    Raises
    ------
    StudyError
        `group` or one of `columns` is not a column of the roster.
    DisclosureError
        The audience is ``"leader"`` and no group is large enough to be shown.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": ["a", "b"], "function": ["Sales", "Sales"], "gender": ["woman", "man"]})
    >>> made = network_map(influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["b"]})), title="Map")
    >>> made.html.startswith("<!doctype html>"), "http://" in made.html.split("<body>")[0]
    (True, False)
    """
    facet = _group_facet(graph, group)
    for column in columns or ():
        if column not in graph.people:
            raise StudyError(f"the map cannot filter by '{column}'", cure="name columns of the roster")
    if audience == "leader":
        network, facts = _leader(graph, facet, access, min_group=min_group, seed=seed)
    else:
        found = facets(graph, group=group, columns=columns, candidates=candidates)
        network, facts = _analyst(
            graph, facet, found, access, candidates, assignment, seed=seed, most_people=most_people, most_ties=most_ties
        )
    facts |= {"audience": audience, "title": title, "group_title": facet.title if facet else "", "words": _words()}
    return render_page(
        "map.html.j2",
        {
            "title": title,
            "audience": audience,
            "subtitle": facts.pop("subtitle"),
            "provenance": list((provenance or {}).items()),
            "notes": facts.pop("notes"),
            "with_people": audience != "leader",
        },
        styles=[asset("house.css"), asset("map.css")],
        scripts=[vis_network(), map_script()],
        data={"network": network, "facts": facts},
    )


def _group_facet(graph: InfluenceGraph, group: str | None) -> Facet | None:
    if group is None:
        return None
    if group not in graph.people:
        known = ", ".join(group_columns(graph.people)) or "(the roster has none)"
        raise StudyError(f"the roster has no group column '{group}'", cure=f"use one of {known}")
    made = column_facet(graph.people, group)
    return made if made.values else None


def _analyst(
    graph: InfluenceGraph,
    facet: Facet | None,
    found: tuple[Facet, ...],
    access: pd.DataFrame | None,
    candidates: pd.DataFrame | None,
    assignment: pd.DataFrame | None,
    *,
    seed: int,
    most_people: int,
    most_ties: int,
) -> tuple[dict[str, Any], dict[str, Any]]:
    groups = groups_of(graph, facet)
    layout = two_level_layout(_disc_of(graph, groups), graph.matrix, rank=seniority(graph), seed=seed)
    ties, channels, left_out = tie_facts(graph, most=most_ties)
    cells, between = _group_picture(graph, groups, layout, seed)
    places = layout.people
    size = np.where(graph.is_leader, _LEADER_SIZE, _PERSON_SIZE).tolist()
    names = labels(graph.people)
    person_nodes = [
        {"id": f"p{k}", "label": names[k], "x": x, "y": y, "size": size[k], "disc": disc}
        for k, (x, y, disc) in enumerate(zip(*(places[c].tolist() for c in ("x", "y", "group")), strict=True))
    ]
    shown = everyone_shown(graph, most_people)
    facts = {
        "people": people_facts(graph, access, found),
        "facets": _facet_facts(found),
        "channels": channels,
        "candidates": candidate_facts(graph, candidates, assignment),
        "typical": typical(graph, access),
        "everyone": shown if len(shown) < graph.size else None,
        "group_of": groups.of_person.tolist(),
        **_group_facts(graph, groups, layout, access),
        "subtitle": _counted(graph),
        "notes": _left_out(graph, left_out, len(shown)),
    }
    return pyvis_network([*cells, *person_nodes], [*between, *ties]), facts


def _leader(
    graph: InfluenceGraph, facet: Facet | None, access: pd.DataFrame | None, *, min_group: int, seed: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Groups alone. Discs are sized and placed by what is shown, so that nothing hidden follows from the picture."""
    groups = groups_of(graph, facet)
    shown = shown_cells(groups, min_group=min_group)
    if not shown.any():
        raise DisclosureError(
            f"no group of the map has at least {min_group} people that can be shown safely",
            cure="choose a group column with fewer values, or none",
        )
    kept = np.flatnonzero(shown)
    renumber = np.full(len(shown), -1)
    renumber[kept] = np.arange(len(kept))
    cells = groups.cells.iloc[kept].reset_index(drop=True)
    discs = sorted(cells["disc"].unique())
    values = sorted(v for v in cells["value"].unique() if v >= 0)
    cells["disc"] = cells["disc"].map({d: at for at, d in enumerate(discs)})
    cells["value"] = cells["value"].map({v: at for at, v in enumerate(values)} | {-1: -1})
    published = Groups(
        cells=cells,
        of_person=renumber[groups.of_person],
        functions=tuple(groups.functions[d] for d in discs),
        values=tuple(groups.values[v] for v in values),
    )
    everyone = cells.loc[cells.index.repeat(cells["people"]), "disc"].reset_index(drop=True)
    names = pd.Series(published.functions, dtype=object)
    held = pd.Series(pd.Categorical(everyone.map(names), categories=names, ordered=True))
    layout = two_level_layout(held, seed=seed)
    visible = graph.persons[published.of_person >= 0]
    ties = graph.ties
    part = graph.with_ties(ties[ties["source"].isin(visible) & ties["target"].isin(visible)])
    nodes, between = _group_picture(part, published, layout, seed)
    for edge in between:
        edge.pop("strength")
    means = group_means(graph, groups, access, min_group=min_group, digits=2)
    hidden = int((~shown).sum())
    notes = ["Groups only: no person is in this file. Means are over people who are not leaders, rounded."]
    if hidden:
        notes.append(
            f"{hidden} groups are not shown: under {min_group} people, or kept back so that no smaller one can be "
            "worked out."
        )
    facts = {
        **_group_facts(part, published, layout, None),
        "means": [means[k] for k in kept],
        "overall": overall_means(graph, access, digits=2),
        "min_group": min_group,
        "subtitle": f"{len(cells)} groups of at least {min_group} people",
        "notes": notes,
    }
    return pyvis_network(nodes, between), facts


def _disc_of(graph: InfluenceGraph, groups: Groups) -> pd.Series:
    names = pd.Series(groups.functions, dtype=object)
    disc = groups.cells["disc"].to_numpy()[groups.of_person]
    order = pd.Categorical(names.iloc[disc], categories=names, ordered=True)
    return pd.Series(order, index=graph.persons)


def _group_picture(
    graph: InfluenceGraph, groups: Groups, layout: Layout, seed: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Group nodes and the ties between them, as vis-network takes them."""
    cells = groups.cells
    places = place_groups(cells, layout, seed=seed)
    disc = cells["disc"].tolist()
    columns = [cells["people"].tolist(), *(places[c].tolist() for c in ("x", "y", "size"))]
    nodes = [
        {"id": f"g{k}", "label": str(people), "disc": disc[k], "x": x, "y": y, "size": size}
        for k, (people, x, y, size) in enumerate(zip(*columns, strict=True))
    ]
    ties = group_ties(graph, groups)
    strong = backbone(ties)
    top = float(ties["strength"].max()) if len(ties) else 1.0
    edges = [
        {
            "from": f"g{a}",
            "to": f"g{b}",
            "width": round(1.0 + 9.0 * strength / top, 1),
            "strength": float(f"{strength:.3g}"),
            "strong": int(strong[k]),
        }
        for k, (a, b, strength) in enumerate(ties[["a", "b", "strength"]].itertuples(index=False))
    ]
    return nodes, edges


def _group_facts(graph: InfluenceGraph, groups: Groups, layout: Layout, access: pd.DataFrame | None) -> dict[str, Any]:
    discs = layout.discs
    return {
        "discs": [
            {"name": name, "x": int(x), "y": int(y), "r": int(r)}
            for name, x, y, r in zip(groups.functions, discs["x"], discs["y"], discs["radius"], strict=True)
        ],
        "groups": {c: groups.cells[c].tolist() for c in ("disc", "value", "people")},
        "values": _looks(groups.values),
        "means": group_means(graph, groups, access),
        "overall": overall_means(graph, access),
    }


def _facet_facts(found: Sequence[Facet]) -> list[dict[str, Any]]:
    return [{"key": f.key, "title": f.title, "values": _looks(f.values)} for f in found]


def _looks(values: Sequence[str]) -> list[dict[str, str]]:
    """A colour and a shape for each value: both, so that neither is needed alone."""
    return [
        {
            "name": name,
            "colour": NO_COLOUR if name == MISSING else COLOURS[at % len(COLOURS)],
            "shape": SHAPES[at % len(SHAPES)],
        }
        for at, name in enumerate(values)
    ]


def _words() -> dict[str, Any]:
    return {
        "means": [{"key": key, "title": text, "unit": unit} for key, text, unit in GROUP_MEANS],
        "components": [{"key": key, "title": title_of(key)} for key in COMPONENTS],
    }


def _counted(graph: InfluenceGraph) -> str:
    return f"{graph.size:,} people, {len(graph.leaders):,} of them leaders; {len(graph.arcs):,} ties"


def _left_out(graph: InfluenceGraph, ties: int, shown: int) -> list[str]:
    notes = []
    if ties:
        notes.append(f"{ties:,} of {len(graph.arcs):,} ties, the weakest, are not in this file.")
    if shown < graph.size:
        notes.append(
            f"The view of everyone draws {shown:,} of {graph.size:,} people: leaders, then those with the strongest "
            "ties. Search and groups reach all of them."
        )
    alone = graph.size - len(set(graph.arcs["source"]) | set(graph.arcs["target"]))
    if alone:
        notes.append(f"{alone:,} people have no recorded tie; they are on the map and count as having none.")
    return notes


def pyvis_network(nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> dict[str, Any]:
    """Nodes, edges and options of a pyvis network: positions given, straight edges, physics off.

    The lists are assigned, not added one by one: adding checks every edge against every other. pyvis writes no page
    here, since its own pages load parts from the network and run text found in names.
    """
    from pyvis.network import Network

    network = Network(directed=True)
    network.nodes, network.edges = nodes, edges
    network.toggle_physics(False)
    network.toggle_drag_nodes(False)
    network.options.edges.smooth = False
    made_nodes, made_edges, _, _, _, options = network.get_network_data()
    settings = json.loads(options)
    settings.pop("configure", None)
    settings["physics"] = {"enabled": False}
    return {"nodes": made_nodes, "edges": made_edges, "options": settings}


def vis_network() -> str:
    """vis-network as pyvis brings it, without the line that points to a source map."""
    text = resources.files("pyvis").joinpath(_VIS).read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("//# sourceMappingURL"))


def map_script() -> str:
    """The map's own scripts as one closed function: nothing of it is reachable from outside."""
    parts = "\n".join(asset(name) for name in _SCRIPTS)
    return f"(() => {{\n'use strict';\n{parts}\n}})();\n"
