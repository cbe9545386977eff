"""What goes into a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from ona.model.groups import disclosure_cell, parts_of


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
    reach, decomposition, dyads : DataFrame, optional
        Where gaps come from: own ties and contacts' ties, explained and unexplained, pairs of people.
    visibility, visibility_curve, representation : DataFrame, optional
        Who is among the most influential, and at which level, against chance.
    robustness, verdicts, coverage : DataFrame, optional
        Each gap under other ways of looking, what follows in a word, and who is seen through which channel.
    trend, changes : DataFrame, optional
        Gaps by window of time, and whether they changed.
    candidates, assignment, unassigned : DataFrame, optional
        Tables about people: ``candidate_table``, ``assign`` and ``unassigned``.
    set_aside : DataFrame, optional
        One row for each file and reason: ``file``, ``rows`` (read), ``accepted``, ``reason``, ``count``. A file with
        nothing set aside has one row with an empty reason and the count 0.
    settings : mapping
        The study's settings, nested or flat.
    trend_channels : tuple of str
        The channels whose events have times, of which alone the windows of `trend` and `changes` are made.
    notes : tuple of str
        What a reader should know of the data.
    limits : tuple of str
        What these data cannot say, beyond the limits every report names.
    plurals : mapping of str to str
        How to call a group's people in headings and pictures: ``{"nurse": "nurses"}``.
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
    reach: pd.DataFrame | None = None
    decomposition: pd.DataFrame | None = None
    dyads: pd.DataFrame | None = None
    visibility: pd.DataFrame | None = None
    visibility_curve: pd.DataFrame | None = None
    representation: pd.DataFrame | None = None
    robustness: pd.DataFrame | None = None
    verdicts: pd.DataFrame | None = None
    coverage: pd.DataFrame | None = None
    trend: pd.DataFrame | None = None
    changes: pd.DataFrame | None = None
    set_aside: pd.DataFrame | None = None
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    trend_channels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    plurals: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    why_absent: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


CALLED = (
    "gaps", "exposure", "sponsorship", "plan", "reach", "decomposition", "dyads", "visibility", "visibility_curve",
    "representation", "robustness", "verdicts", "coverage", "trend", "changes",
)  # fmt: skip
"""Tables whose groups are called by their plural."""
PLURALS = {"woman": "women", "women": "women", "female": "women", "man": "men", "men": "men", "male": "men"}
"""How to call the people of a group, by its label in lower case; a study's own plurals come first."""


def in_plural(content: ReportContent) -> ReportContent:
    """The same content with groups of people called by their plural, where one is known.

    Groups compared are called as in the tables' sentences, those of an intersection by the first part that has a
    plural; where groups stand under one another by their column, an intersection's keep their short names.

    Examples
    --------
    >>> gaps = pd.DataFrame({"focal": ["woman", "nurse"], "reference": ["man", None]})
    >>> in_plural(ReportContent("Access", gaps=gaps, plurals={"nurse": "nurses"})).gaps.values.tolist()
    [['women', 'men'], ['nurses', None]]
    """

    def renamed(rows: pd.DataFrame | None) -> pd.DataFrame | None:
        if rows is None:
            return None
        made: dict[str, Any] = {}
        for name in ("focal", "reference", "group"):
            if name in rows:
                pairs = zip(rows.get("column", rows[name]), rows[name], strict=True)
                said = [_called(str(c), g, content.plurals, short=name == "group") for c, g in pairs]
                made[name] = pd.Series(said, index=rows.index, dtype=object)
        return rows.assign(**made)

    called_so: dict[str, Any] = {name: renamed(getattr(content, name)) for name in CALLED}
    return replace(content, **called_so)


def _called(column: str, group: object, plurals: Mapping[str, str], *, short: bool) -> str | None:
    """What a group's people are called: their plural, or "women whose ethnicity is Black"; None for no group."""
    if not isinstance(group, str):
        return None
    whole = _plural(group, plurals)
    columns, groups = parts_of(column), disclosure_cell(column, group)
    if short or whole or len(columns) != len(groups):
        return whole or group
    named = [_plural(part, plurals) for part in groups]
    first = next((at for at, name in enumerate(named) if name), None)
    parts = enumerate(zip(columns, groups, strict=True))
    rest = [f"{each.replace('_', ' ')} is {part}" for at, (each, part) in parts if at != first]
    return f"{'people' if first is None else named[first]} whose {' and whose '.join(rest)}"


def _plural(group: str, plurals: Mapping[str, str]) -> str | None:
    return plurals.get(group, PLURALS.get(group.lower()))
