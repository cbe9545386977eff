"""The report of a study: one file a part of it, put together in `viz.report.editions` and `viz.report.network`."""

from viz.report.content import ReportContent
from viz.report.editions import Audience, report
from viz.report.network import NetworkContent, network_report

__all__ = ["Audience", "NetworkContent", "ReportContent", "network_report", "report"]
