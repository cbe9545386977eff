"""The map of a study: facts and positions made here, drawn by the page's own script."""

from viz.map.facts import group_values
from viz.map.network import network_map

__all__ = ["group_values", "network_map"]
