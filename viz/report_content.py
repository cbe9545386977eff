"""What goes into a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd


@dataclass(frozen=True, eq=False)
class ReportContent:
    """Everything a report may show. Tables join by the names of their columns; any may be missing.

    Attributes
    ----------
    title, question : str
        What the study is called, and what it asks.
    provenance : mapping of str to str
        Shown under the title in this order, such as ``{"People": "600", "Dates": "1 July to 31 December 2024"}``.
    people : DataFrame, optional
        The people table: names where it has them, and who must not appear in a leader's edition.
    gaps, exposure, sponsorship, segregation, mixing, plan : DataFrame, optional
        Tables about groups, as their makers in the metrics room return them.
    candidates, assignment, unassigned : DataFrame, optional
        Tables about people: ``candidate_table``, ``assign`` and ``unassigned``.
    set_aside : DataFrame, optional
        One row for each file and reason: ``file``, ``rows`` (read), ``accepted``, ``reason``, ``count``. A file with
        nothing set aside has one row with an empty reason and the count 0.
    settings : mapping
        The study's settings, nested or flat.
    notes : tuple of str
        What a reader should know of the data.
    limits : tuple of str
        What these data cannot say, beyond the limits every report names.
    why_absent : mapping of str to str
        For a table that is not there, by the name of its field: why, in a sentence.
    """

    title: str
    question: str = ""
    provenance: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    people: pd.DataFrame | None = None
    gaps: pd.DataFrame | None = None
    exposure: pd.DataFrame | None = None
    sponsorship: pd.DataFrame | None = None
    segregation: pd.DataFrame | None = None
    mixing: pd.DataFrame | None = None
    candidates: pd.DataFrame | None = None
    assignment: pd.DataFrame | None = None
    unassigned: pd.DataFrame | None = None
    plan: pd.DataFrame | None = None
    set_aside: pd.DataFrame | None = None
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    why_absent: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
