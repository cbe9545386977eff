"""The report: what was asked, what was found and how sure it is, in one page that prints."""

from __future__ import annotations

from typing import Literal

from ona.model.disclosure import DisclosurePlan, refuse_persons
from viz.page import Page, asset, render_page
from viz.report.blocks import Findings, Note, Section
from viz.report.content import ReportContent, in_plural
from viz.report.findings import headline_findings
from viz.report.leader import for_leaders, headline_measures, leader_sections
from viz.report.method import compared_people, glossary_section, method_section, settings_section
from viz.report.people import candidates_section, pairings_section
from viz.report.robustness import robustness_section
from viz.report.sections import gaps_section, mixing_section, quality_section, sponsorship_section
from viz.report.trend import trend_section
from viz.report.visibility import visibility_section
from viz.report.why import why_section

__all__ = ["Audience", "ReportContent", "report"]

Audience = Literal["analyst", "leader"]
EDITIONS = {
    "analyst": (
        "Analyst's edition",
        "Confidential. Holds facts about persons: for those who run the programme, not to be passed on.",
    ),
    "leader": ("Leader's edition", "Confidential. Holds groups only, and no person."),
}


def report(
    content: ReportContent,
    *,
    audience: Audience = "analyst",
    min_group: int = 5,
    disclosure: DisclosurePlan | None = None,
) -> Page:
    """The report of a study as one HTML page: offline, without scripts, printable.

    Parameters
    ----------
    content : ReportContent
        What was asked and found.
    audience : {"analyst", "leader"}
        The analyst's edition shows candidates and pairings by person. The leader's holds no person in any byte and no
        group of fewer than `min_group` people, nor one from which such a group would follow; see
        `viz.report.leader.for_leaders`.
    min_group : int
        The smallest group a leader may see.
    disclosure : DisclosurePlan, optional
        A plan over everything this leader gets, where there is more than this page.

    Returns
    -------
    Page
        The same content gives the same bytes.

    Raises
    ------
    DisclosureError
        A leader's edition without the people table, or one that would name somebody: in its title, say.

    Examples
    --------
    >>> page = report(ReportContent(title="Access <2024>"))
    >>> "Access &lt;2024&gt;" in page.html
    True
    """
    if audience == "leader":
        left, hidden = for_leaders(content, min_group=min_group, disclosure=disclosure)
        left = in_plural(left)
        sections = leader_sections(left, content, min_group=min_group, hidden=hidden)
    else:
        left = in_plural(content)
        sections = _analyst_sections(left)
    edition, handling = EDITIONS[audience]
    context = {
        "title": content.title,
        "question": content.question,
        "provenance": list(content.provenance.items()),
        "edition": edition,
        "handling": handling,
        "sections": [_findings(left), *sections, _method(left, audience), *_last(left, audience)],
    }
    page = render_page("report.html.j2", context, styles=[asset("house.css"), asset("report.css")])
    if audience == "leader" and content.people is not None:
        refuse_persons(page.html.encode("utf-8"), content.people, file="report.html")
    return page


def _findings(content: ReportContent) -> Section:
    findings = headline_findings(content.gaps, content.exposure, content.verdicts)
    if not findings:
        note = content.why_absent.get("gaps", "No comparison was made, so there is no finding to report.")
        return Section("findings", "In short", (), (Note(note),))
    return Section("findings", "In short", (compared_people(content.gaps, content.exposure),), (Findings(findings),))


def _method(content: ReportContent, audience: Audience) -> Section:
    return method_section(content, details=audience == "analyst")


def _analyst_sections(content: ReportContent) -> list[Section]:
    why = content.why_absent
    return [
        gaps_section(content.gaps, why),
        why_section(content),
        sponsorship_section(content.sponsorship, why),
        *visibility_section(content),
        mixing_section(content.mixing, content.segregation, why),
        *robustness_section(content),
        *trend_section(content),
        candidates_section(content),
        pairings_section(content),
        quality_section(content.set_aside, content.notes, why),
    ]


def _last(content: ReportContent, audience: Audience) -> list[Section]:
    """Settings, for those who can use them, and the words."""
    if audience == "leader":
        return [glossary_section(content, headline_measures(content.gaps))]
    return [settings_section(content.settings, content.why_absent), glossary_section(content, content.gaps)]
