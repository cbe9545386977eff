"""The analyst's page about the network itself: what would be lost, bridges, silos, and change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from viz.page import Page, asset, render_page
from viz.report.blocks import Block, Note, Points, Section, blank
from viz.report.losses import loss_section
from viz.report.network_brief import in_short
from viz.report.people import Label, labels
from viz.report.sections import said_in
from viz.report.structure import bridges_section, communities_section, load_section, silos_section
from viz.report.turnover import change_section, newcomers_section

HANDLING = "Confidential. Holds facts about persons: for those who run the programme, not to be passed on."


@dataclass(frozen=True, eq=False)
class NetworkContent:
    """Everything the page may show; tables as their makers in the metrics room return them, any may be missing.

    Attributes
    ----------
    title : str
        What the study is called.
    provenance : mapping of str to str
        Shown under the title in this order.
    people : DataFrame, optional
        The people table: names where it has them.
    column : str
        The roster column whose groups may be silos.
    precision, community_scan, silos, bridges, removals, attack_curve, overload : DataFrame, optional
        Tables about the network and its groups.
    loss, load : DataFrame, optional
        Tables about people.
    windows, turnover, measure_stability, access_flow, newcomer_groups : DataFrame, optional
        Tables about change.
    plurals : mapping of str to str
        How to call a group's people: ``{"nurse": "nurses"}``.
    why_absent : mapping of str to str
        For a part that is not there, by the name of its table: why, in a sentence.
    """

    title: str
    provenance: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    people: pd.DataFrame | None = None
    column: str = "function"
    precision: pd.DataFrame | None = None
    community_scan: pd.DataFrame | None = None
    silos: pd.DataFrame | None = None
    bridges: pd.DataFrame | None = None
    removals: pd.DataFrame | None = None
    attack_curve: pd.DataFrame | None = None
    overload: pd.DataFrame | None = None
    loss: pd.DataFrame | None = None
    load: pd.DataFrame | None = None
    windows: pd.DataFrame | None = None
    turnover: pd.DataFrame | None = None
    measure_stability: pd.DataFrame | None = None
    access_flow: pd.DataFrame | None = None
    newcomer_groups: pd.DataFrame | None = None
    plurals: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    why_absent: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def network_report(content: NetworkContent) -> Page:
    """The page about the network itself, for analysts: offline, without scripts, printable.

    Parameters
    ----------
    content : NetworkContent

    Returns
    -------
    Page
        The same content gives the same bytes.

    Examples
    --------
    >>> page = network_report(NetworkContent(title="Access <2024>"))
    >>> "Access &lt;2024&gt;" in page.html
    True
    """
    label = labels(content.people)
    context = {
        "title": content.title,
        "question": "The network itself: where it is tight, what it hangs on, and how it changes.",
        "provenance": list(content.provenance.items()),
        "edition": "Analyst's edition, the network",
        "handling": HANDLING,
        "sections": [section for section in _sections(content, label) if section is not None],
    }
    return render_page("report.html.j2", context, styles=[asset("house.css"), asset("report.css")])


def _sections(content: NetworkContent, label: Label) -> list[Section | None]:
    return [
        _in_short(content),
        loss_section(content.removals, content.attack_curve, _others_than_leaders(content), label),
        bridges_section(content.bridges, label),
        silos_section(content.silos, content.column),
        communities_section(content.community_scan),
        load_section(content.overload, content.load, label),
        change_section(
            content.windows,
            content.turnover,
            content.measure_stability,
            content.access_flow,
            content.why_absent,
            plurals=content.plurals,
        ),
        newcomers_section(content.newcomer_groups, content.why_absent),
        _precision(content.precision),
    ]


def _in_short(content: NetworkContent) -> Section:
    """The minute's reading."""
    said = in_short(
        silos=content.silos,
        scan=content.community_scan,
        removals=content.removals,
        curve=content.attack_curve,
        turnover=content.turnover,
        newcomers=content.newcomer_groups,
    )
    blocks: tuple[Block, ...] = (Points(tuple(said)),) if said else (Note("Nothing was measured."),)
    return Section("findings", "In short", (), blocks)


def _precision(precision: pd.DataFrame | None) -> Section | None:
    """Which measures are exact, and how far the others can be off."""
    if blank(precision) or precision is None:
        return None
    return Section("precision", "How exact the measures are", (), (Points(tuple(said_in(precision))),))


def _others_than_leaders(content: NetworkContent) -> pd.DataFrame | None:
    """What is lost with each person who is no leader: with a leader goes every way to that leader."""
    if content.loss is None or content.people is None or "leader" not in content.people:
        return content.loss
    leaders = content.people.index[content.people["leader"].to_numpy(bool)]
    return content.loss[~content.loss.index.isin(leaders)]
