"""The report in Chromium: it asks for nothing, complains of nothing, fits a phone, works by keyboard and prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import metrics
from metrics import Comparison
from metrics.coverage import coverage_table
from metrics.decompose import decomposition_table
from metrics.robustness import robustness_table, verdict_table
from metrics.trend import Window, trend_table
from metrics.visibility import representation_table, visibility_tables
from viz.report import ReportContent, report

pytestmark = pytest.mark.browser

PHONE, DESK = 390, 1280

PICTURE_LEAKS = """() => [...document.querySelectorAll('svg')].filter(s => s.clientWidth > 0).flatMap(svg => {
  const [x0, y0, w, h] = svg.getAttribute('viewBox').split(' ').map(Number);
  return [...svg.querySelectorAll('text')].filter(text => {
    const b = text.getBBox();
    return b.x < x0 - 1.5 || b.y < y0 - 1 || b.x + b.width > x0 + w + 1 || b.y + b.height > y0 + h + 1;
  }).map(text => text.textContent);
})"""
OVERLAPS = """() => [...document.querySelectorAll('svg')].filter(s => s.clientWidth > 0).flatMap(svg => {
  const boxes = [...svg.querySelectorAll('text')].map(t => [t.getBBox(), t.textContent]);
  return boxes.flatMap(([a, one], i) => boxes.slice(i + 1).filter(([b]) =>
    a.x + 1 < b.x + b.width && b.x + 1 < a.x + a.width && a.y + 3 < b.y + b.height && b.y + 3 < a.y + a.height
  ).map(([, two]) => `${one} / ${two}`));
})"""
SMALLEST_TYPE = """() => Math.min(...[...document.querySelectorAll('svg')].filter(s => s.clientWidth > 0).flatMap(svg =>
  [...svg.querySelectorAll('text')].map(t =>
    Number(t.getAttribute('font-size')) * svg.clientWidth / Number(svg.getAttribute('viewBox').split(' ')[2]))))"""


@pytest.fixture(scope="module")
def made(organisation: Any) -> ReportContent:
    """A report of real tables of the made-up organisation."""
    graph = organisation.graph
    access = metrics.access_table(graph, seed=1)
    asked = [Comparison("gender", "woman", "man"), Comparison("site", "North")]
    held = {"comparisons": asked, "seed": 1, "permutations": 99}
    mixing = metrics.mixing_table(graph, columns=["function", "gender"])
    return ReportContent(
        title="Access to leaders in a made-up organisation",
        question="Who lacks access?",
        provenance={"People": "60", "Dates": "1 January to 30 June"},
        people=graph.people,
        gaps=metrics.gap_table(graph, access, strata=("level",), **held),
        exposure=metrics.exposure_table(graph, access, comparisons=asked, seed=1),
        sponsorship=metrics.sponsorship_table(graph, columns=["gender", "site"]),
        mixing=mixing.replace({"Engineering": "Engineering, research and development of the north"}),
        segregation=metrics.segregation_table(graph, columns=["gender"], strata=("level",), permutations=99, seed=1),
        candidates=organisation.candidates,
        assignment=organisation.candidates.head(1).rename(columns={"candidate": "sponsor"}),
        **_more(graph, access),
        plan=metrics.plan_table(
            graph,
            organisation.candidates.head(1).rename(columns={"candidate": "sponsor"}),
            comparisons=asked,
            strata=("level",),
        ),
        set_aside=pd.DataFrame(
            [("mail.csv", 100, 93, "sender is not in the roster", 7)],
            columns=["file", "rows", "accepted", "reason", "count"],
        ),
        settings={"ties": {"half_life_days": 60.0}},
    )


def _more(graph: Any, access: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Where gaps come from, who is seen, whether it is the data, and over time."""
    asked = [Comparison("gender", "woman", "man"), Comparison("site", "North")]
    held: dict[str, Any] = {"comparisons": asked, "seed": 1, "permutations": 99, "strata": ("level",)}
    seen = visibility_tables(
        graph, metrics.influence(graph), columns=["gender", "function"], seed=1, strata=("level",), permutations=99
    )
    checks = robustness_table(graph, measures=["leader_ties"], draws=3, **held)
    halves = [
        Window(first, last, graph.with_ties(graph.ties[graph.ties["channel"] == channel]))
        for first, last, channel in (
            ("2024-01-01", "2024-03-31", "email"),
            ("2024-04-01", "2024-06-30", "meetings"),
        )
    ]
    trend, changes = trend_table(halves, measures=["leader_ties", "leader_share"], **held)
    return {
        "decomposition": decomposition_table(graph, access, comparisons=asked, factors=["level", "function"]),
        "visibility": seen.summary,
        "visibility_curve": seen.curve,
        "representation": representation_table(graph, columns=["gender", "function"]),
        "robustness": checks,
        "verdicts": verdict_table(checks),
        "coverage": coverage_table(graph, columns=["gender", "site"]),
        "trend": trend,
        "changes": changes,
    }


@pytest.fixture(scope="module", params=["analyst", "leader"])
def file(request: pytest.FixtureRequest, made: ReportContent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    return report(made, audience=request.param).save(folder / f"{request.param}.html")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_asks_for_nothing_and_complains_of_nothing(file: Path, visit: Callable[..., Any], width: int) -> None:
    seen = visit(file, width=width, ready=False)
    assert seen.requests == [file.as_uri()]
    assert seen.complaints == []


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_nothing_is_clipped(file: Path, visit: Callable[..., Any], width: int) -> None:
    page = visit(file, width=width, ready=False).page
    for fold in page.query_selector_all("details"):
        fold.evaluate("fold => { fold.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(PICTURE_LEAKS) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(SMALLEST_TYPE) >= 11.5


def test_a_keyboard_reaches_contents_folds_and_tables(file: Path, visit: Callable[..., Any]) -> None:
    page = visit(file, width=DESK, ready=False).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#findings"
    page.focus("details.numbers summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details.numbers').open")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "scroll"


def test_prints_to_a_clean_pdf(file: Path, visit: Callable[..., Any]) -> None:
    page = visit(file, width=DESK, ready=False).page
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf[:5] == b"%PDF-"
    page.emulate_media(media="print")
    assert not page.is_visible("nav.contents")
    assert not page.is_visible("details.numbers > summary")
    assert page.is_visible("#gaps-1 .wide svg")
    assert page.is_visible("#gaps-1 .numbers table")
