"""The analyst's page about the network itself: what would be lost, bridges, silos, and change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd
from markupsafe import Markup

from viz.page import Page, asset, render_page
from viz.report.blocks import Block, Note, Points, Section, Terms, blank
from viz.report.losses import loss_section
from viz.report.network_brief import in_short
from viz.report.people import Label, labels
from viz.report.sections import said_in
from viz.report.structure import bridges_section, communities_section, load_section, silos_section
from viz.report.turnover import change_section, newcomers_section

WORDS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "removals": (
            ("Betweenness", "How much of the shortest ways between all others leads through a person; ties are short "
             "where they are strong."),
        ),
        "silos": (
            ("Silo score", "The share of a group's contact that stays inside, above what activity alone would keep "
             "there, as a part of the most it could be: 1 all inside, 0 as by chance, below 0 less."),
        ),
        "community_scan": (
            ("Modularity", "How much more contact lies inside communities than would by chance; 0 is as by chance."),
            ("Resolution", "How fine a division is looked for: the higher, the more and smaller communities."),
            ("Stability", "How far runs from different starts find the same division: 1 the same, 0 as by chance."),
        ),
        "windows": (
            ("E–I", "Ties across groups minus ties within, over all ties: −1 all within, +1 all across."),
            ("Ties at the same volume", "How many ties a person would have if each window held as much recorded "
             "contact as the one that holds least, so that windows can be compared."),
        ),
        "turnover": (
            ("Jaccard", "Of the ties of either of two windows, the share that is in both: 1 the same, 0 none."),
        ),
    }
)  # fmt: skip
"""What the words of a table mean, by the name of the table."""
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
    step_days : int, optional
        The length of the steps in which newcomers were followed, in days.
    min_group : int
        Of a smaller group of newcomers no sentence is said.
    links : mapping of str to str
        Pages that lie beside this one: what each is called, and its file.
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
    step_days: int | None = None
    min_group: int = 5
    links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
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
        "provenance": [*content.provenance.items(), *_beside(content.links)],
        "edition": "Analyst's edition, the network",
        "handling": HANDLING,
        "sections": [section for section in _sections(content, label) if section is not None],
    }
    return render_page("report.html.j2", context, styles=[asset("house.css"), asset("report.css")])


def _beside(links: Mapping[str, str]) -> list[tuple[str, Markup]]:
    """Links to the pages beside this one, as a last row of what stands under the title."""
    made = [Markup('<a href="{}">{}</a>').format(file, name) for name, file in links.items()]
    return [("Beside this page", Markup(", ").join(made))] if made else []


def _sections(content: NetworkContent, label: Label) -> list[Section | None]:
    return [
        _in_short(content),
        loss_section(content.removals, content.attack_curve, content.loss, label, people=content.people),
        bridges_section(content.bridges, label),
        silos_section(content.silos, content.column, people=content.people),
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
        newcomers_section(
            content.newcomer_groups, content.why_absent, step_days=content.step_days, min_group=content.min_group
        ),
        _precision(content.precision),
        _glossary(content),
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


def _glossary(content: NetworkContent) -> Section | None:
    """What the words of the tables that are there mean."""
    used = [term for name, terms in WORDS.items() if not blank(getattr(content, name)) for term in terms]
    return Section("glossary", "What the words mean", (), (Terms(tuple(used)),)) if used else None
