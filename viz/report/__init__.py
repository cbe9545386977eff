"""The report of a study: one file a part of it, put together in `viz.report.editions`."""

from viz.report.content import ReportContent
from viz.report.editions import Audience, report

__all__ = ["Audience", "ReportContent", "report"]
