"""The map: one page that opens on groups, finds people, and shows candidate sponsors with the way to reach them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from ona.model import InfluenceGraph, StudyError, group_columns
from ona.model.disclosure import DisclosurePlan
from viz.map.facts import (
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
from viz.map.groups import disc_of, group_facts, group_picture, groups_of
from viz.map.groups import looks as value_looks
from viz.map.layout import two_level_layout
from viz.map.leader import leader_map
from viz.map.with_pyvis import map_script, pyvis_network, vis_network
from viz.page import Page, asset, render_page
from viz.words import counted, measure

Audience = Literal["analyst", "leader"]

PERSON_MEASURES = ("leader_ties", "leader_share", "steps_to_leader", "mentors", "sponsors")
"""Access columns in the map's table of people."""

_IN_TOUCH = ("pair of people in touch", "pairs of people in touch")
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
    plan: DisclosurePlan | None = None,
    looks: Sequence[str] | None = None,
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
        The smallest group a leader may see. People in smaller functions and smaller groups are not counted anywhere on
        a leader's page, so that nothing can be subtracted from.
    plan : DisclosurePlan, optional
        For a leader: what all of a study's files together may show. It must know the table function × `group` (or
        function), either of people who are not leaders or crossed with ``leader``. Without it the page is checked by
        itself alone.
    looks : sequence of str, optional
        All values of `group` in the order of the whole roster, from `viz.group_values`: colours and shapes go by a
        value's place in it, so that a group looks alike in two maps of which one leaves other groups out. Their names
        are in the file only where the group is. Without it the values of `graph` count.
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
    order = looks if looks is not None else facet.values if facet else ()
    if audience == "leader":
        network, facts = leader_map(graph, facet, access, plan, min_group=min_group, seed=seed, order=order)
    else:
        found = facets(graph, group=group, columns=columns, candidates=candidates)
        limits = {"most_people": most_people, "most_ties": most_ties}
        network, facts = _analyst(graph, facet, found, access, candidates, assignment, seed=seed, order=order, **limits)
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
    order: Sequence[str],
    most_people: int,
    most_ties: int,
) -> tuple[dict[str, Any], dict[str, Any]]:
    groups = groups_of(graph, facet)
    layout = two_level_layout(disc_of(graph, groups), graph.matrix, rank=seniority(graph), seed=seed)
    ties, channels, left_out = tie_facts(graph, most=most_ties)
    cells, between = group_picture(graph, groups, layout, seed)
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
        **group_facts(graph, groups, layout, access, order=order),
        "subtitle": _counted(graph),
        "notes": _left_out(graph, left_out, len(shown)),
    }
    return pyvis_network([*cells, *person_nodes], [*between, *ties]), facts


def _facet_facts(found: Sequence[Facet]) -> list[dict[str, Any]]:
    return [{"key": f.key, "title": f.title, "values": value_looks(f.values)} for f in found]


def _words() -> dict[str, Any]:
    return {
        "means": [_named(key) for key in GROUP_MEANS],
        "measures": [_named(key) for key in PERSON_MEASURES],
        "components": [{"key": key, "title": title_of(key)} for key in COMPONENTS],
    }


def _named(key: str) -> dict[str, str]:
    """A measure as every page calls it."""
    known = measure(key)
    return {"key": key, "title": known.label, "unit": "share" if known.kind == "share" else "number"}


def _counted(graph: InfluenceGraph) -> str:
    leaders = counted(len(graph.leaders), "leader")
    return f"{counted(graph.size, 'person', 'people')}, {leaders} among them; {counted(_pairs(graph), *_IN_TOUCH)}"


def _pairs(graph: InfluenceGraph) -> int:
    """How many pairs of people are in touch, whichever way."""
    source, target = graph.positions(graph.arcs["source"]), graph.positions(graph.arcs["target"])
    return len(np.unique(np.minimum(source, target) * graph.size + np.maximum(source, target)))


def _left_out(graph: InfluenceGraph, ties: int, shown: int) -> list[str]:
    notes = []
    if ties:
        notes.append(f"{ties:,} of {len(graph.arcs):,} ties (each way counted), the weakest, are not in this file.")
    if shown < graph.size:
        notes.append(
            f"The view of everyone draws {shown:,} of {graph.size:,} people: leaders, then those with the strongest "
            "ties. Search and groups reach all of them."
        )
    alone = graph.size - len(set(graph.arcs["source"]) | set(graph.arcs["target"]))
    if alone:
        said = f"{counted(alone, 'person', 'people')} without a recorded tie"
        notes.append(f"{said} {'is' if alone == 1 else 'are'} on the map too, and counted.")
    return notes
