"""From a graph and its tables to pages: one file a picture. Reads as the room's table of contents."""

from viz.map import group_values, network_map
from viz.page import Page
from viz.report import NetworkContent, ReportContent, network_report, report

__all__ = ["NetworkContent", "Page", "ReportContent", "group_values", "network_map", "network_report", "report"]
