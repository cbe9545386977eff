"""The page about the network itself: what it says, what it leaves out, and how it behaves in Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
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
from viz.report.losses import brokers_missed, clear, roles_told
from viz.report.network_brief import MOST_SAID, in_short

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
    assert page.count("nobody left is cut off from the others or from leaders") == 1
    assert 'id="attack-1"' not in page
    assert 'id="attack-1"' in network_report(content).html


def test_the_picture_of_leaving_tells_its_last_point() -> None:
    names = ("largest", "reach_leaders")
    ends = {f"{name}{end}": [1.0, value] for name in names
            for end, value in (("", 0.25), ("_random_low", 0.75), ("_random_high", 0.9))}  # fmt: skip
    curve = pd.DataFrame({"removed": [0, 40], **ends})
    assert describe_attack(curve).startswith("With 40 people gone. Others who can reach a leader: 25.0 %, as many ")
    assert attack_lines(curve).count("<polyline") == 2
    unknown = curve.assign(reach_leaders=np.nan, reach_leaders_random_low=np.nan, reach_leaders_random_high=np.nan)
    assert attack_lines(unknown).count("<polyline") == 1
    assert describe_attack(curve.head(0)) == "Nobody is thought away."


def brief(content: NetworkContent, **others: pd.DataFrame | None) -> list[str]:
    given = {
        "silos": content.silos,
        "scan": content.community_scan,
        "removals": content.removals,
        "curve": content.attack_curve,
        "turnover": content.turnover,
        "newcomers": content.newcomer_groups,
    }
    return in_short(**(given | others))


def test_the_minute_has_at_most_five_sentences_each_of_which_is_on_the_page(content: NetworkContent) -> None:
    said = brief(content)
    assert len(said) == MOST_SAID
    page = network_report(content).html.split('id="loss"')[0]
    # Apostrophes and signs are escaped in the page.
    assert [sentence for sentence in said if sentence.split(":")[0].split("'")[0] not in page] == []
    assert in_short(silos=None, scan=None, removals=None, curve=None, turnover=None, newcomers=None) == []


def removals(*rows: dict[str, Any]) -> pd.DataFrame:
    """Departures of one person each; what is not given is lost by nobody."""
    plain = {
        "kind": "role", "removed": 1, "confidence": 0.95, "worse_than_random": 1.0, "q": 1.0,
        "reach_leaders_worse_than_random": 1.0, "reach_leaders_q": 1.0, "largest_worse_than_random": 1.0,
        "largest_q": 1.0, "leaders_within_2_before": 5.0, "leaders_within_2_after": 5.0, "sentence": "Said.",
    }  # fmt: skip
    return pd.DataFrame([{**plain, "name": f"role {at}", **row} for at, row in enumerate(rows)])


def test_only_what_stands_after_correction_is_called_clear() -> None:
    small = {"worse_than_random": 0.01}
    table = removals(small | {"q": 0.04}, small | {"q": 0.06}, {"reach_leaders_worse_than_random": 0.01})
    table.loc[2, "reach_leaders_q"] = 0.03
    assert clear(table).tolist() == [True, False, True]


def test_roles_are_named_with_how_many_were_tested() -> None:
    special = {"worse_than_random": 0.001, "q": 0.01}
    hits = [special | {"leaders_within_2_after": 5.0 - at} for at in range(4)]
    assert roles_told(removals(*hits, *[{}] * 36)) == (
        "Of 40 roles, 4 would be missed clearly more than as many people drawn by lot (corrected: about 2 of the 40 "
        "departures tested would seem so by chance): role 3; role 2; role 1 and 1 more."
    )
    assert roles_told(removals(*[{}] * 3)) == (
        "None of 3 roles would be missed clearly more than as many people drawn by lot."
    )
    assert roles_told(removals({"worse_than_random": 0.03, "q": 0.6}, *[{}] * 19)).endswith(
        "; 1 would without correction, where about 1 of the 20 departures tested do by chance."
    )
    untested = dict.fromkeys([name for name in removals({}) if "random" in name or name.endswith("q")], np.nan)
    assert roles_told(removals(untested)) == ""


def test_brokers_who_are_missed_are_told_beside_a_network_that_holds(content: NetworkContent) -> None:
    broker = {"kind": "brokers", "name": "top 1 by betweenness", "worse_than_random": 0.001, "q": 0.01}
    table = removals(broker | {"leaders_within_2_after": 4.5})
    assert brokers_missed(table) == (
        "without the person with the highest betweenness those left would have 0.50 fewer leaders within two steps on "
        "average, clearly more than chance takes"
    )
    curve = content.attack_curve.assign(largest=1.0, reach_leaders=1.0)
    assert "or from leaders; without the person" in brief(content, curve=curve, removals=table)[0]
    assert brief(content, curve=curve, removals=removals({"kind": "brokers"}))[0].endswith("or from leaders.")
    assert "hardly anybody left is" in brief(content, curve=curve.assign(largest=0.995))[0]


def test_newcomers_and_ties_kept_are_one_sentence_without_weeks(content: NetworkContent) -> None:
    row = {"outcome": "contacts", "column": None, "median_weeks": 3.0, "reached": 8, "newcomers": 9}
    told = brief(content, newcomers=pd.DataFrame([row]))[-1]
    assert told.startswith("From window to window")
    # In weeks it would follow the length of the steps more than it follows the newcomers.
    assert told.endswith("; 8 of 9 newcomers had as many contacts as their peers while they were seen.")
    alone = brief(content, turnover=None, newcomers=pd.DataFrame([row]))[-1]
    assert alone == "8 of 9 newcomers had as many contacts as their peers while they were seen."


def newcomers(*rows: dict[str, Any]) -> pd.DataFrame:
    """Newcomers by group, of whom half got there in the first step of 28 days."""
    plain = {
        "outcome": "contacts", "column": "gender", "newcomers": 9, "reached": 8, "median_weeks": 26 / 7,
        "median_earliest": 0.0, "median_low": 3.0, "median_high": 5.0, "p": 0.5,
    }  # fmt: skip
    return pd.DataFrame([{**plain, "sentence": f"Said of {row['group']}.", **row} for row in rows])


def newcomers_part(content: NetworkContent, rows: pd.DataFrame, **others: Any) -> str:
    page = network_report(replace(content, newcomer_groups=rows, step_days=28, **others)).html
    return page.split('<section id="newcomers"')[1].split("</section>")[0]


def test_newcomers_have_no_interval_finer_than_their_steps(content: NetworkContent) -> None:
    everyone = {"column": None, "group": "all newcomers"}
    part = newcomers_part(content, newcomers(everyone))
    assert "followed in steps of 28 days" in part
    assert ">3.7</td>" in part
    assert "3.0 to 5.0" not in part
    long = everyone | {"median_weeks": 9.0, "median_earliest": 5.0}
    assert ">3.0 to 5.0</td>" in newcomers_part(content, newcomers(long))
    assert ">3.0 or more</td>" in newcomers_part(content, newcomers(long | {"median_high": np.inf}))
    unknown = dict.fromkeys(("median_weeks", "median_low", "median_high", "median_earliest"), np.nan)
    assert "– to –" not in newcomers_part(content, newcomers(long | unknown))


def test_of_two_groups_one_is_told_and_of_few_people_no_sentence(content: NetworkContent) -> None:
    everyone = {"column": None, "group": "all newcomers", "newcomers": 3}
    two = [{"group": "man", "newcomers": 20}, {"group": "woman", "newcomers": 9}]
    sites = [
        {"column": "site", "group": group, "newcomers": size} for group, size in zip("abc", (4, 7, 9), strict=True)
    ]
    part = newcomers_part(content, newcomers(everyone, *two, *sites))
    assert re.findall(r"Said of (.+?)\.", part) == ["all newcomers", "woman", "b", "c"]
    assert [">man<" in part, ">woman<" in part, ">a<" in part] == [False, True, True]
    assert "Said of b." not in newcomers_part(content, newcomers(everyone, *sites), min_group=8)


def test_leaders_are_not_among_those_who_would_be_missed(content: NetworkContent) -> None:
    assert content.people is not None
    people = content.people.assign(leader=False)
    most = content.loss["leaders_lost_reach"].idxmax()
    people.loc[most, "leader"] = True

    def missed(people: pd.DataFrame) -> str:
        page = network_report(replace(content, people=people)).html
        return page.split("If one person leaves")[1].split("</details>")[0]

    name = str(people.loc[most, "name"])
    assert name in missed(people.assign(leader=False))
    assert name not in missed(people)
    assert "Pairs of a person and a leader no longer within two steps" in missed(people)


def test_one_division_is_told_and_the_others_lie_folded(content: NetworkContent) -> None:
    assert content.community_scan["resolution"].tolist() == [0.5, 1.0]
    told = network_report(content).html.split('<section id="communities"')[1].split("</section>")[0]
    points, folded = told.split("<details", 1)
    assert ("At resolution 1 " in points, "At resolution 0.5 " in points) == (True, False)
    assert "At resolution 0.5 " in folded


def test_only_the_overloaded_are_listed_or_a_few_under_a_plain_heading(content: NetworkContent) -> None:
    load = content.load.assign(overloaded=False)
    load.loc[load.index[0], "ratio"] = np.nan
    page = network_report(replace(content, load=load)).html.split('<section id="load"')[1].split("</section>")[0]
    assert page.split("nobody is overloaded")[1].count('<th scope="row">') == 5
    assert page.count("Recorded contact is not workload") == 1
    load.loc[load["ratio"].idxmax(), "overloaded"] = True
    page = network_report(replace(content, load=load)).html.split('<section id="load"')[1].split("</section>")[0]
    assert page.split("Who carries most")[1].count('<th scope="row">') == 1


def test_words_are_explained_pages_linked_and_a_roster_without_functions_told(content: NetworkContent) -> None:
    page = network_report(replace(content, links={"The <report>": 'report".html'})).html
    assert '<a href="report&#34;.html">The &lt;report&gt;</a>' in page
    assert [term for term in ("Betweenness", "Silo score", "Jaccard", "E–I") if f"<dt>{term}</dt>" not in page] == []
    assert content.people is not None
    bare = replace(content, silos=None, bridges=None, people=content.people.drop(columns="function"))
    assert "The roster records no function, so silos and bridges are not told." in network_report(bare).html


def test_what_nobody_loses_is_said_once_and_has_no_column(content: NetworkContent) -> None:
    calm = content.loss.assign(
        people_cut_from_leaders=0.0, people_cut_off=0.0, sole_contacts=0.0, leaders_lost_reach=1.0
    )
    page = network_report(replace(content, loss=calm)).html
    assert "alone would cut anybody off from all leaders, break the network apart or take anybody" in page
    assert '<th scope="col" class="n">Cut off</th>' not in page
    assert "Pairs of a person and a leader no longer within two steps" in page


def test_one_community_is_not_called_stable(content: NetworkContent) -> None:
    one = content.community_scan.head(1).assign(communities=1, stability=1.0, modularity=0.0)
    page = network_report(replace(content, community_scan=one)).html
    assert "–: one community is no division." in page
    assert "1.00</td>" not in page.split('id="communities"')[1].split("</section>")[0]
    assert f"At resolution {one['resolution'].iloc[0]:g} no division into communities can be told." in brief(
        content, scan=one
    )


def test_nobody_overloaded_is_one_sentence(content: NetworkContent) -> None:
    page = network_report(replace(content, overload=content.overload.assign(overloaded=0))).html
    assert "Nobody has at least twice the recorded contact" in page
    assert "Overload by group" not in page


def test_sections_stand_in_their_order_and_headings_go_down_by_one(content: NetworkContent) -> None:
    page = network_report(content).html
    order = re.findall(r'<section id="([a-z]+)"', page)
    assert order == ["findings", "loss", "bridges", "silos", "communities", "load", "change", "precision", "glossary"]
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_picture_has_its_numbers_and_dates_are_as_people_write_them(content: NetworkContent) -> None:
    page = network_report(content).html
    assert page.count("<figure id=") == page.count("The numbers behind this picture") == 2
    assert "1 Jan 2025 to 31 Jan 2025" in page
    assert re.search(r"\d{4}-\d\d-\d\d", page) is None
    assert ">among women<" in page


def test_hostile_names_of_groups_are_escaped(content: NetworkContent) -> None:
    bad = "<script>alert(2)</script>"

    def renamed(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
        return table.assign(**dict.fromkeys(columns, bad))

    hostile = replace(
        content,
        silos=renamed(content.silos, "group", "partner", "sentence"),
        bridges=renamed(content.bridges, "group_a", "group_b"),
        removals=renamed(content.removals, "name", "sentence", "groups_cut_off"),
        overload=renamed(content.overload, "column", "group"),
        turnover=renamed(content.turnover, "column"),
        access_flow=renamed(content.access_flow, "group"),
        column=bad,
    )
    page = network_report(hostile).html
    assert "<script" not in page.lower()
    assert "alert(2)" in page


def test_groups_without_ties_are_in_the_picture_of_silos_as_such() -> None:
    silos = pd.DataFrame(
        {"group": ["a", "<b>"], "share_inside": [0.8, np.nan], "expected_inside": [0.3, 0.2]}
    )  # fmt: skip
    drawn = silo_dots(silos)
    assert "a: 80 % stays inside, by chance 30 %." in drawn
    assert "&lt;b&gt;: no ties." in drawn


def test_leaders_are_not_told_as_those_who_would_be_missed(content: NetworkContent) -> None:
    assert content.people is not None
    leaders = content.people.index[content.people["leader"]]
    page = network_report(replace(content, removals=None, load=None, bridges=None)).html
    names = content.people.loc[leaders, "name"]
    assert len(names) > 0
    assert [name for name in names if name in page] == []


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
