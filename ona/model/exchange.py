"""The influence graph to and from igraph, networkx and plain tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ona.model.errors import InputError
from ona.model.graph import InfluenceGraph, influence_graph
from ona.model.people import people_table
from ona.model.text import printable

if TYPE_CHECKING:
    import igraph
    import networkx as nx


def to_igraph(graph: InfluenceGraph) -> igraph.Graph:
    """A directed igraph graph with the same people and arcs.

    Vertices are in the order of ``graph.persons`` and carry every attribute of the roster as text; ``name`` is the
    person id, as igraph has it, and people's own names are ``label``. Arcs carry ``strength`` (larger is closer) and
    ``distance`` (= 1 / strength).
    """
    import igraph

    arcs = graph.arcs
    made = igraph.Graph(n=graph.size, directed=True)
    made.vs["name"] = graph.persons.tolist()
    for column, values in plain_people(graph).items():
        made.vs["label" if column == "name" else str(column)] = values.tolist()
    source, target = graph.arc_ends
    made.add_edges(zip(source.tolist(), target.tolist(), strict=True))
    made.es["strength"] = arcs["strength"].tolist()
    made.es["distance"] = arcs["distance"].tolist()
    return made


def to_networkx(graph: InfluenceGraph) -> nx.DiGraph[str]:
    """A networkx DiGraph with the same people and arcs; the roster's attributes on the nodes."""
    import networkx as nx

    made: nx.DiGraph[str] = nx.DiGraph()
    plain = plain_people(graph)
    for person, row in zip(plain.index, plain.to_dict(orient="records"), strict=True):
        made.add_node(person, **{str(column): value for column, value in row.items()})
    columns = ["source", "target", "strength", "distance"]
    made.add_edges_from(
        (source, target, {"strength": strength, "distance": distance})
        for source, target, strength, distance in graph.arcs[columns].itertuples(index=False)
    )
    return made


def plain_people(graph: InfluenceGraph) -> pd.DataFrame:
    """The roster as text and true/false only, for formats that know nothing else; missing values are empty text.

    Text is `printable`, since XML and so GraphML forbids control characters even when escaped. Person ids, also
    managers', stay as they are, since ties refer to them.
    """
    people = graph.people
    plain = pd.DataFrame(index=people.index)
    for column in people:
        if column == "leader":
            plain[column] = people[column]
        elif column == "start":
            plain[column] = people[column].dt.strftime("%Y-%m-%d").fillna("")
        else:
            text = people[column].astype("object").where(people[column].notna(), "")
            plain[column] = (text if column == "manager" else text.map(printable)).astype("str")
    return plain


def from_networkx(
    network: nx.Graph[Any],
    *,
    strength: str | None = "strength",
    people: pd.DataFrame | None = None,
    levels: Sequence[str] | None = None,
) -> InfluenceGraph:
    """An influence graph from a networkx graph.

    Parameters
    ----------
    network : Graph or DiGraph
        Nodes are people, their attributes the roster's columns. An undirected edge becomes an arc each way. Parallel
        edges add up.
    strength : str or None
        The edge attribute that holds strength (larger is closer), never a length. None, or an edge without it,
        means 1.
    people : DataFrame, optional
        A roster that replaces the node attributes.
    levels : sequence of str, optional
        Level names, most junior first, when ``level`` is an attribute and not a number.

    Returns
    -------
    InfluenceGraph
        With one channel, ``tie``; counts, days, pairings and rules do not travel with a graph.
    """
    if people is None:
        people = pd.DataFrame([{"person": str(node), **data} for node, data in network.nodes(data=True)])
    if levels is not None:
        people = people_table(people, levels=levels)
    rows: list[dict[str, Any]] = []
    for source, target, data in network.edges(data=True):
        value = data.get(strength, 1.0) if strength else 1.0
        rows.append({"source": str(source), "target": str(target), "strength": value})
        if not network.is_directed() and source != target:
            rows.append({"source": str(target), "target": str(source), "strength": value})
    return influence_graph(people, pd.DataFrame(rows, columns=["source", "target", "strength"]))


def from_igraph(
    network: igraph.Graph,
    *,
    strength: str | None = "strength",
    people: pd.DataFrame | None = None,
    levels: Sequence[str] | None = None,
) -> InfluenceGraph:
    """An influence graph from an igraph graph; see `from_networkx`.

    Vertex ``name`` is the person id, ``label`` the person's name.
    """
    names = network.vs["name"] if "name" in network.vs.attributes() else list(range(network.vcount()))
    ids = [str(name) for name in names]
    if len(set(ids)) != len(ids):
        raise InputError("two vertices of the igraph graph have the same name", cure="make vs['name'] unique")
    if people is None:
        attributes = {"name" if a == "label" else a: network.vs[a] for a in network.vs.attributes() if a != "name"}
        people = pd.DataFrame({"person": ids, **attributes})
    if levels is not None:
        people = people_table(people, levels=levels)
    has_strength = strength is not None and strength in network.es.attributes()
    values = network.es[strength] if has_strength else [1.0] * network.ecount()
    rows = [(ids[e.source], ids[e.target], v) for e, v in zip(network.es, values, strict=True)]
    if not network.is_directed():
        rows += [(target, source, v) for source, target, v in rows if source != target]
    return influence_graph(people, pd.DataFrame(rows, columns=["source", "target", "strength"]))
