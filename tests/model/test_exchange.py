"""To igraph and networkx and back: attributes by id, never by position."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from ona.model import (
    InfluenceGraph,
    InputError,
    from_igraph,
    from_networkx,
    influence_graph,
    mark_leaders,
    people_table,
    plain_people,
)

LEVELS = ["junior", "senior", "chief"]


def organisation() -> InfluenceGraph:
    people = people_table(
        pd.DataFrame(
            {
                "person": ["7", "11", "b", "a"],
                "name": ["Zoë", "", "Bo <b>", "Al"],
                "manager": ["b", "b", "", "b"],
                "level": ["junior", None, "chief", "senior"],
                "function": ["x", "y", "x", None],
                "start": ["2020-02-29", None, "2019-01-01", "2021-01-01"],
                "gender": ["w", "m", "w", "m"],
            }
        ),
        levels=LEVELS,
    )
    ties = pd.DataFrame(
        {
            "source": ["b", "7", "b"],
            "target": ["7", "11", "7"],
            "channel": ["mail", "mail", "chat"],
            "strength": [1.5, 3.0, 1.0],
        }
    )
    return influence_graph(mark_leaders(people, at_or_above="chief"), ties)


@pytest.mark.parametrize(
    "there_and_back",
    [
        lambda graph: from_networkx(graph.to_networkx(), levels=LEVELS),
        lambda graph: from_igraph(graph.to_igraph(), levels=LEVELS),
    ],
    ids=["networkx", "igraph"],
)
def test_there_and_back_again(there_and_back: Callable[[InfluenceGraph], InfluenceGraph]) -> None:
    graph = organisation()
    back = there_and_back(graph)
    pd.testing.assert_frame_equal(back.people, graph.people, check_dtype=False)
    columns = ["source", "target", "strength", "distance"]
    pd.testing.assert_frame_equal(back.arcs[columns], graph.arcs[columns])
    assert (back.matrix.toarray() == graph.matrix.toarray()).all()


def test_the_order_of_nodes_means_nothing() -> None:
    # Nodes come in an order that is neither sorted nor that of the arcs.
    network = nx.DiGraph()
    network.add_node("z", gender="w")
    network.add_node("a", gender="m")
    network.add_node("m", gender="x")
    network.add_edge("m", "z", strength=2.0)
    graph = from_networkx(network)
    assert graph.people["gender"].to_dict() == {"a": "m", "m": "x", "z": "w"}
    vertices = igraph.Graph(directed=True)
    vertices.add_vertices(3, {"name": ["z", "a", "m"], "gender": ["w", "m", "x"]})
    vertices.add_edges([(2, 0)], {"strength": [2.0]})
    other = from_igraph(vertices)
    pd.testing.assert_frame_equal(other.people, graph.people)
    pd.testing.assert_frame_equal(other.arcs, graph.arcs)


def test_igraph_vertices_stand_in_the_order_of_persons() -> None:
    graph = organisation()
    made = graph.to_igraph()
    assert made.vs["name"] == graph.persons.tolist() == ["11", "7", "a", "b"]
    assert made.vs["gender"] == ["m", "w", "m", "w"]
    by_name = {(made.vs[e.source]["name"], made.vs[e.target]["name"]): e["strength"] for e in made.es}
    assert by_name == {("7", "11"): 3.0, ("b", "7"): 2.5}
    assert np.allclose(np.array(made.es["strength"]) * np.array(made.es["distance"]), 1)


def test_isolates_travel() -> None:
    graph = organisation()
    assert graph.to_igraph().vcount() == graph.to_networkx().number_of_nodes() == 4
    assert graph.to_networkx().degree("a") == 0


def test_an_undirected_edge_is_an_arc_each_way_and_parallel_edges_add_up() -> None:
    network = nx.MultiGraph(
        [("a", "b", {"strength": 2.0}), ("b", "a", {"strength": 1.0}), ("a", "a", {"strength": 1.0})]
    )
    graph = from_networkx(network)
    assert graph.arcs[["source", "target", "strength"]].values.tolist() == [["a", "b", 3.0], ["b", "a", 3.0]]
    assert graph.self_loops_dropped == 1
    plain = from_igraph(igraph.Graph([(0, 1)]))
    assert plain.arcs[["source", "target", "strength"]].values.tolist() == [["0", "1", 1.0], ["1", "0", 1.0]]


def test_a_length_is_never_taken_for_a_strength() -> None:
    network = nx.DiGraph()
    network.add_edge("a", "b", weight=9.0, distance=0.1)
    assert from_networkx(network).arcs["strength"].tolist() == [1.0]
    assert from_networkx(network, strength="weight").arcs["strength"].tolist() == [9.0]


def test_two_vertices_of_one_name() -> None:
    network = igraph.Graph(2, directed=True)
    network.vs["name"] = ["a", "a"]
    with pytest.raises(
        InputError, match=r"two vertices of the igraph graph have the same name; make vs\['name'\] unique"
    ):
        from_igraph(network)


def test_plain_people_are_text_and_truth_only(tmp_path: Path) -> None:
    plain = plain_people(organisation())
    assert plain.loc["11", ["name", "level", "start"]].tolist() == ["", "", ""]
    assert plain.loc["7", "start"] == "2020-02-29"
    assert plain["leader"].tolist() == [False, False, False, True]
    nx.write_graphml(organisation().to_networkx(), tmp_path / "x.graphml")  # GraphML knows no missing values


def test_names_with_control_characters_make_a_file_that_can_be_read(tmp_path: Path) -> None:
    people = pd.DataFrame(
        {
            "person": ["a", "b", "c"],
            "name": ["Ann\x0bLee", "Bo\x07\x1b[31m", "\ufffeCy\x85"],
            "manager": ["b", "", "b"],
            "team": ["x\u202ey", "\ufffe", "&<>\"'"],
        }
    )
    graph = influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["b"], "strength": [2.0]}))
    nx.write_graphml(graph.to_networkx(), tmp_path / "hostile.graphml")
    read = nx.read_graphml(tmp_path / "hostile.graphml")
    assert dict(read.nodes(data="name")) == {"a": "Ann Lee", "b": "Bo [31m", "c": "Cy"}
    assert dict(read.nodes(data="team")) == {"a": "x y", "b": "", "c": "&<>\"'"}
    assert dict(read.nodes(data="manager"))["a"] == "b"
    assert read.edges["a", "b"]["strength"] == 2.0
    assert graph.to_igraph().vs["label"] == ["Ann Lee", "Bo [31m", "Cy"]
