"""From a graph and its tables to pages: one file a picture. Reads as the room's table of contents."""

from viz.map_facts import group_values
from viz.network_map import network_map
from viz.page import Page
from viz.report import report
from viz.report_content import ReportContent

__all__ = ["Page", "ReportContent", "group_values", "network_map", "report"]
