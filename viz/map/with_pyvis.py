"""pyvis and the vis-network it brings: a network as plain lists, and the scripts of the map page."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from viz.page import asset

_VIS = "lib/vis-9.1.2/vis-network.min.js"
_SCRIPTS = (
    "map_data.js",
    "map_picture.js",
    "map_labels.js",
    "map_panel.js",
    "map_table.js",
    "map_search.js",
    "map_filters.js",
    "map.js",
)


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
    return "\n".join(line for line in text.split("\n") if not line.startswith("//# sourceMappingURL"))


def map_script() -> str:
    """The map's own scripts as one closed function: nothing of it is reachable from outside."""
    parts = "\n".join(asset(name) for name in _SCRIPTS)
    return f"(() => {{\n'use strict';\n{parts}\n}})();\n"
