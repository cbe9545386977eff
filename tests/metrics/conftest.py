"""Graphs that the tests of the metrics share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from ona.model import InfluenceGraph, from_networkx, influence_graph, mark_leaders, people_table

Arcs = Sequence[tuple[str, str] | tuple[str, str, float]]


def _build(
    arcs: Arcs, *, people: Sequence[str] | None = None, leaders: Sequence[str] = (), **columns: Sequence[str]
) -> InfluenceGraph:
    rows = [(arc[0], arc[1], float(arc[2]) if len(arc) > 2 else 1.0) for arc in arcs]
    ids = list(people) if people is not None else sorted({end for row in rows for end in row[:2]})
    roster = pd.DataFrame({"person": ids, **columns})
    roster["leader"] = roster["person"].isin(list(leaders))
    return influence_graph(roster, pd.DataFrame(rows, columns=["source", "target", "strength"]))


@pytest.fixture(scope="session")
def build() -> Callable[..., InfluenceGraph]:
    """Make a graph from (source, target[, strength]) arcs; columns of the roster in the order of the people given."""
    return _build


@st.composite
def _graphs(draw: st.DrawFn, *, least: int = 1, most: int = 9, symmetric: bool = False) -> InfluenceGraph:
    size = draw(st.integers(least, most))
    person = st.integers(0, size - 1)
    # Powers of two: lengths of paths add up without rounding, so that equally long paths are equal for every library.
    strength = st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0])
    pairs = draw(st.dictionaries(st.tuples(person, person), strength, max_size=4 * size))
    ids = [f"p{i:02d}" for i in range(size)]
    arcs = [(ids[i], ids[j], value) for (i, j), value in sorted(pairs.items())]
    if symmetric:
        arcs += [(j, i, value) for i, j, value in arcs]
    groups = draw(st.lists(st.sampled_from(["x", "y", "z"]), min_size=size, max_size=size))
    sites = draw(st.lists(st.sampled_from(["north", "south"]), min_size=size, max_size=size))
    leaders = draw(st.lists(st.sampled_from(ids), max_size=2, unique=True))
    return _build(arcs, people=ids, leaders=leaders, function=groups, site=sites)


@pytest.fixture(scope="session")
def graphs() -> Callable[..., st.SearchStrategy[InfluenceGraph]]:
    """A strategy for directed weighted graphs, self-loops and isolates included; columns function and site, leaders."""
    return _graphs


@pytest.fixture(scope="session")
def relabelled() -> Callable[[InfluenceGraph, int], tuple[InfluenceGraph, dict[str, str]]]:
    """The same graph under other ids in another order, and which id became which."""

    def relabel(graph: InfluenceGraph, seed: int) -> tuple[InfluenceGraph, dict[str, str]]:
        places = np.random.default_rng(seed).permutation(graph.size)
        new = {old: f"q{place:02d}" for old, place in zip(graph.persons, places, strict=True)}
        people = graph.people.rename(index=new).sort_index()
        ties = graph.ties.assign(source=graph.ties["source"].map(new), target=graph.ties["target"].map(new))
        return influence_graph(people.reset_index(), ties), new

    return relabel


@pytest.fixture(scope="session")
def doubled() -> Callable[[InfluenceGraph], InfluenceGraph]:
    """The same graph with every strength doubled."""
    return lambda graph: graph.with_ties(graph.ties.assign(strength=2 * graph.ties["strength"]))


@pytest.fixture(scope="session")
def padgett(datasets: Path) -> InfluenceGraph:
    """Marriage ties among 16 Florentine families (Padgett & Ansell 1993), an arc each way."""
    names = pd.read_csv(datasets / "padgett" / "flo_marriage_nodes.csv").set_index("id")["name"]
    edges = pd.read_csv(datasets / "padgett" / "flo_marriage_edges.csv")
    network: nx.Graph[str] = nx.Graph()
    network.add_nodes_from(names)
    network.add_edges_from(zip(edges["from"].map(names), edges["to"].map(names), strict=True))
    return from_networkx(network)


def _lazega_people(datasets: Path) -> pd.DataFrame:
    nodes = pd.read_csv(datasets / "lazega-law" / "nodes.csv")
    coded = {
        "level": {1: "partner", 2: "associate"},
        "gender": {1: "man", 2: "woman"},
        "office": {1: "Boston", 2: "Hartford", 3: "Providence"},
    }
    roster = pd.DataFrame({"person": nodes["id"], "level": nodes["status"], "gender": nodes["gender"]})
    roster["office"] = nodes["office"]
    roster = roster.assign(**{column: roster[column].map(names) for column, names in coded.items()})
    return mark_leaders(people_table(roster, levels=["associate", "partner"]), at_or_above="partner")


@pytest.fixture(scope="session")
def lazega_recorded(datasets: Path) -> InfluenceGraph:
    """Advice among 71 lawyers (Lazega 2001) with the arcs as recorded: i → j where i asks j."""
    advice = pd.read_csv(datasets / "lazega-law" / "advice.csv")
    return influence_graph(_lazega_people(datasets), advice.rename(columns={"from": "source", "to": "target"}))


@pytest.fixture(scope="session")
def lazega(datasets: Path) -> InfluenceGraph:
    """The same as influence: j → i where i asks j."""
    advice = pd.read_csv(datasets / "lazega-law" / "advice.csv")
    return influence_graph(_lazega_people(datasets), advice.rename(columns={"to": "source", "from": "target"}))


@pytest.fixture(scope="session")
def enron(datasets: Path) -> InfluenceGraph:
    """Who wrote to whom among 156 employees of Enron (Perry & Wolfe 2013): one event for every recipient."""
    folder = datasets / "enron-perry-wolfe"
    roster = pd.read_csv(folder / "employees_noname.csv").rename(columns={"id": "person"})
    messages = pd.read_csv(folder / "messages_id_time_sender.tsv", sep="\t", names=["message", "time", "source"])
    recipients = pd.read_csv(folder / "recipients.tsv", sep="\t", names=["message", "number", "target"])
    return influence_graph(
        people_table(roster[["person", "gender", "department", "seniority"]]),
        recipients.merge(messages, on="message")[["source", "target"]],
    )
