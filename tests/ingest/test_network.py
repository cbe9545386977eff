"""GraphML and GEXF, and what hostile XML may not do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest

from ingest import Read, read_network
from ona.model import InputError

Write = Callable[..., Path]
GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="edge" attr.name="weight" attr.type="double"/>
  <key id="d1" for="node" attr.name="label" attr.type="string"/>
  <graph edgedefault="{kind}">
    <node id="n0"><data key="d1">Ann@x.com</data></node>
    <node id="b"/>
    <node id="zoe"/>
    <edge source="n0" target="b"><data key="d0">2</data></edge>
    <edge source="n0" target="b"><data key="d0">0.5</data></edge>
    <edge source="b" target="n0"/>
    <edge source="b" target="zoe"/>
    <edge source="b" target="b"/>
    <edge source="zoe" target="b"/>
  </graph>
</graphml>
"""


def _ties(read: Read) -> list[list[Any]]:
    assert read.table is not None
    return read.table[["source", "target", "strength"]].values.tolist()


def _error(path: Path, ids: pd.Series) -> str:
    with pytest.raises(InputError) as error:
        read_network(path, channel="net", ids=ids)
    return str(error.value)


def test_directed_graphml_with_parallel_edges(write: Write, ids: pd.Series) -> None:
    read = read_network(write("net.graphml", GRAPHML.format(kind="directed")), channel="net", ids=ids)
    assert _ties(read) == [["a", "b", 2.5], ["b", "a", 1.0]]
    assert (read.rows, read.accepted) == (6, 3)
    assert read.set_aside.values.tolist() == [
        ["net.graphml", 12, "target not in the roster", "target 'zoe' is not in the roster | b → zoe"],
        ["net.graphml", 13, "tie to oneself", "b → b"],
        ["net.graphml", 14, "source not in the roster", "source 'zoe' is not in the roster | zoe → b"],
    ]


def test_undirected_edges_run_both_ways(write: Write, ids: pd.Series) -> None:
    read = read_network(write("net.graphml", GRAPHML.format(kind="undirected")), channel="net", ids=ids)
    assert _ties(read) == [["a", "b", 3.5], ["b", "a", 3.5]]
    assert (read.rows, read.accepted) == (6, 3)


def test_gexf_with_labels(tmp_path: Path, ids: pd.Series) -> None:
    graph = nx.DiGraph()
    graph.add_node("0", label="bob@x.com")
    graph.add_node("1", label="c")
    graph.add_edge("0", "1", weight=3.0)
    nx.write_gexf(graph, tmp_path / "net.gexf")
    assert _ties(read_network(tmp_path / "net.gexf", channel="net", ids=ids)) == [["b", "c", 3.0]]
    turned = read_network(tmp_path / "net.gexf", channel="net", ids=ids, reverse=True)
    assert _ties(turned) == [["c", "b", 3.0]]


def test_an_attribute_that_no_edge_has_is_said(write: Write, ids: pd.Series) -> None:
    path = write("net.graphml", GRAPHML.format(kind="directed"))
    read = read_network(path, channel="net", ids=ids, strength="strength")
    assert read.notes == ("no edge has the attribute 'strength', so every tie counts 1",)
    assert _ties(read) == [["a", "b", 2.0], ["b", "a", 1.0]]


BOMB = '<?xml version="1.0"{encoding}?><!DOCTYPE g [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><graphml>&b;</graphml>'


@pytest.mark.parametrize("name", ["net.graphml", "net.gexf"])
@pytest.mark.parametrize(
    ("declared", "encoding"), [("", "utf-8"), ("", "utf-16"), (' encoding="cp037"', "cp037"), ("", "utf-8-sig")]
)
def test_entities_are_refused_in_any_encoding(
    write: Write, ids: pd.Series, name: str, declared: str, encoding: str
) -> None:
    assert _error(write(name, BOMB.format(encoding=declared), encoding=encoding), ids).startswith(f"{name}")
    plain = _error(write(name, BOMB.format(encoding=""), encoding="utf-8"), ids)
    assert plain == (
        f"{name}: the file declares XML entities or a document type, which can be used to attack the reader; "
        "export it again without a DOCTYPE"
    )


def test_files_outside_are_never_fetched(write: Write, ids: pd.Series) -> None:
    text = '<!DOCTYPE g SYSTEM "file:///etc/passwd"><graphml/>'
    assert "declares XML entities or a document type" in _error(write("net.graphml", text), ids)


def test_what_is_no_network_file(write: Write, ids: pd.Series) -> None:
    assert _error(write("net.net", "*Vertices 1\n"), ids) == (
        "net.net: network files are .graphml or .gexf; export it as one of the two"
    )
    assert _error(write("net.graphml", "id,name\n"), ids) == (
        "net.graphml line 1: this is not XML; check that it is the right file"
    )
    assert _error(write("net.graphml", GRAPHML.format(kind="directed")[:-30]), ids) == (
        "net.graphml line 14: the XML breaks off or is malformed here; export it again"
    )
    assert _error(write("net.gexf", "<other/>"), ids).startswith("net.gexf: networkx cannot read it as GEXF (")
    assert _error(write("net.graphml", "<graphml/>"), ids).startswith(
        "net.graphml: networkx cannot read it as GraphML ("
    )


def test_nothing_that_can_be_used(tmp_path: Path, ids: pd.Series) -> None:
    path = tmp_path / "net.graphml"
    nx.write_graphml(nx.DiGraph([("x", "y")]), path)
    assert _error(path, ids).endswith(
        ": its only row cannot be used: source not in the roster; "
        "check that the roster holds these ids, or name the column that does in people.aliases"
    )
    nx.write_graphml(nx.empty_graph(2), path)
    assert _error(path, ids) == "net.graphml: the network has no edges; check that it is the right file"
