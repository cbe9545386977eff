"""The page about the network itself: what it says, what it leaves out, and how it behaves in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import metrics
from metrics import Window
from ona.model import InfluenceGraph
from viz.charts import attack_lines, silo_dots
from viz.charts.resilience import describe_attack
from viz.report import NetworkContent, network_report

PHONE, DESK = 390, 1280


def halves(graph: InfluenceGraph) -> list[Window]:
    """Every other tie in each of two windows."""
    odd = np.arange(len(graph.ties)) % 3
    return [
        Window("2025-01-01", "2025-01-31", graph.keeping_ties(odd != 0)),
        Window("2025-02-01", "2025-02-28", graph.keeping_ties(odd != 1)),
    ]


@pytest.fixture(scope="module")
def content(organisation: Any) -> NetworkContent:
    graph = organisation.graph
    scores = metrics.betweenness(graph)
    load = metrics.load_table(graph, strata=("level",))
    windows = halves(graph)
    removals = [*metrics.broker_removals(graph, scores, tops=(1, 5)), *metrics.role_removals(graph, columns=["level"])]
    followed = metrics.measures_over_windows(windows, {"degree": metrics.degree})
    return NetworkContent(
        title="Access <script>alert(1)</script>",
        provenance={"People": "60"},
        people=graph.people,
        precision=metrics.centralities(graph, measures=["betweenness"], exact=False, sources=20, seed=1).precision,
        community_scan=metrics.community_scan(graph, resolutions=(0.5, 1.0), seeds=3, seed=1),
        silos=metrics.silo_table(graph),
        bridges=metrics.bridges_table(graph),
        removals=metrics.removal_table(graph, removals, random_draws=20, seed=1),
        attack_curve=metrics.attack_curve(graph, scores, most=0.9, random_draws=20, seed=1),
        overload=metrics.overload_table(graph, load, columns=["gender"]),
        loss=metrics.loss_table(graph),
        load=load,
        windows=metrics.network_over_windows(windows),
        turnover=metrics.tie_turnover(windows, columns=["gender"]),
        measure_stability=metrics.measure_stability(followed),
        access_flow=metrics.access_flow_table(metrics.access_changes(windows), graph, columns=["gender"]),
    )


@pytest.fixture(scope="module")
def file(content: NetworkContent, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return network_report(content).save(tmp_path_factory.mktemp("network") / "network.html")


def test_what_is_measured_is_said(content: NetworkContent) -> None:
    page = network_report(content).html
    for name in ("silos", "removals", "turnover", "precision"):
        table = getattr(content, name)
        assert table["sentence"].str.len().gt(0).all(), name
    assert "estimated" in content.precision["sentence"].iloc[0]
    assert content.precision["sentence"].iloc[0] in page
    assert content.turnover["sentence"].iloc[0] in page


def test_titles_are_escaped_and_the_same_content_gives_the_same_bytes(content: NetworkContent) -> None:
    page = network_report(content).html
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "Content-Security-Policy" in page
    assert network_report(content).html == page


def test_parts_that_are_missing_leave_no_hole() -> None:
    bare = network_report(NetworkContent(title="t", why_absent={"trend": "No days.", "newcomers": "Nobody new."})).html
    assert "No days." in bare
    assert "Nobody new." in bare
    assert "Silos" not in bare
    assert "Nothing was measured." in bare


def test_a_network_that_holds_is_not_drawn_but_said(content: NetworkContent) -> None:
    curve = content.attack_curve.assign(largest=1.0, reach_leaders=1.0)
    page = network_report(replace(content, attack_curve=curve)).html
    assert "those who stay hang together and reach leaders" in page
    assert 'id="attack-1"' not in page
    assert 'id="attack-1"' in network_report(content).html


def test_the_picture_of_leaving_tells_its_last_point() -> None:
    names = ("largest", "reach_leaders")
    ends = {f"{name}{end}": [1.0, value] for name in names
            for end, value in (("", 0.25), ("_random_low", 0.75), ("_random_high", 0.9))}  # fmt: skip
    curve = pd.DataFrame({"removed": [0, 40], **ends})
    assert describe_attack(curve).startswith("With 40 people gone. Others who can reach a leader: 25.0 %, at random")
    assert attack_lines(curve).count("<polyline") == 2
    unknown = curve.assign(reach_leaders=np.nan, reach_leaders_random_low=np.nan, reach_leaders_random_high=np.nan)
    assert attack_lines(unknown).count("<polyline") == 1
    assert describe_attack(curve.head(0)) == "Nobody is thought away."


def test_groups_without_ties_are_in_the_picture_of_silos_as_such() -> None:
    silos = pd.DataFrame(
        {"group": ["a", "<b>"], "share_inside": [0.8, np.nan], "expected_inside": [0.3, 0.2]}
    )  # fmt: skip
    drawn = silo_dots(silos)
    assert "a: 80 % stays inside, by chance 30 %." in drawn
    assert "&lt;b&gt;: no ties." in drawn


@pytest.mark.browser
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_it_asks_for_nothing_and_fits(file: Path, visit: Callable[..., Any], width: int) -> None:
    seen = visit(file, width=width, ready=False)
    page = seen.page
    for fold in page.query_selector_all("details"):
        fold.evaluate("fold => { fold.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in seen.requests if not url.startswith("file:")] == []
    assert seen.complaints == []
    leaks = page.evaluate(
        """() => [...document.querySelectorAll('svg')].filter(s => s.clientWidth > 0).flatMap(svg => {
          const [x0, y0, w, h] = svg.getAttribute('viewBox').split(' ').map(Number);
          return [...svg.querySelectorAll('text')].filter(text => {
            const b = text.getBBox();
            return b.x < x0 - 1.5 || b.y < y0 - 1 || b.x + b.width > x0 + w + 1 || b.y + b.height > y0 + h + 1;
          }).map(text => text.textContent);
        })"""
    )
    assert leaks == []
