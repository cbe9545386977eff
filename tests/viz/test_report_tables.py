"""Where gaps come from, who is seen, whether it is the data, and over time: what each audience finds of it."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Any

import pandas as pd
import pytest

from ona.model import mark_leaders, people_table
from viz import ReportContent, report
from viz.report.findings import headline_findings
from viz.report.leader import ANALYST_TABLES, GROUP_TABLES, for_leaders
from viz.report.verdicts import verdict_badge

NAN = math.nan
HOSTILE = '"><script>alert(1)</script>'
WHO = {"column": "gender", "focal": "woman", "reference": "man"}
SIZES = {"n_focal": 50, "n_reference": 50}
RUN = {"interval": "inverted permutation test", "among": "non-leaders", "confidence": 0.95, "permutations": 99}


def people() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "person": [f"EMP-{i:04d}" for i in range(120)],
            "level": [5] * 20 + [1 + i % 4 for i in range(100)],
            "function": ["Legal", "Sales", "Product"] * 40,
            "gender": ["woman", "man"] * 60,
        }
    )
    return mark_leaders(people_table(frame), at_or_above="5")


def gaps(**who: Any) -> pd.DataFrame:
    row = {
        **WHO,
        **who,
        **SIZES,
        "mean_focal": 1.0,
        "mean_reference": 1.5,
        "difference": -0.5,
        "adjusted": -0.4,
        "adjusted_low": -0.6,
        "adjusted_high": -0.2,
        "standardised": -0.3,
        "p": 0.001,
        "q": 0.002,
        "family": True,
        "n_informative": 90,
        "strata": "level × function",
        **RUN,
    }
    return pd.DataFrame([row | {"measure": name, "sentence": f"About {name}."} for name in ("leader_ties", "sponsors")])


def exposure(**who: Any) -> pd.DataFrame:
    rows = []
    for strata, times in (("none", 1.0), ("level", 0.5)):
        row = {**WHO, **who, **SIZES, "unit": "function", "strata": strata, "n_undefined": 0}
        for part, value in (("gap", -0.05), ("exposure", -0.03), ("bias", -0.02)):
            row |= {part: value * times, f"{part}_low": value * times - 0.01, f"{part}_high": value * times + 0.01}
            row |= {f"{part}_p": 0.003}
        rows.append(row | {"sentence": f"Exposure, {strata} held.", **RUN})
    return pd.DataFrame(rows)


def reach(**who: Any) -> pd.DataFrame:
    parts = {"gap": -4.0, "direct": -0.5, "contacts": -1.0, "known": -3.0, "overlap": 0.5}
    rows = [
        {**WHO, **who, **SIZES, "measure": "leaders_within_2", "part": part, "contribution": value, "p": 0.01}
        | {"low": value - 1, "high": value + 1, "factor_focal": 33.25, "factor_reference": 44.75}
        | {"n_informative": 90, "n_uninformative": 10, "sentence": "About reach." if part == "gap" else ""}
        for part, value in parts.items()
    ]
    return pd.DataFrame(rows)


def decomposition(**who: Any) -> pd.DataFrame:
    rows = []
    for name in ("leader_share", "leader_ties"):
        for factor, explained, left in (("all", -0.3, -0.2), ("tenure", -0.3, 0.0), ("constant", 0.0, -0.2)):
            row = {**WHO, **who, **SIZES, "measure": name, "factor": factor, "n_outside": 3, "n_undefined": 0}
            row |= {"explained": explained, "explained_low": explained - 0.1, "explained_high": explained + 0.1}
            row |= {"unexplained": left, "unexplained_low": left - 0.1, "unexplained_high": left + 0.1}
            row |= {"difference": -0.5 if factor == "all" else NAN, "coefficients": "pooled"}
            rows.append(row | {"sentence": f"Split of {name}." if factor == "all" else ""})
    return pd.DataFrame(rows)


def dyads(**who: Any) -> pd.DataFrame:
    rows = [
        {**WHO, **who, "term": term, "estimate": value, "t": -2.5, "p": 0.02, "sentence": said}
        | {"people": 100, "leaders": 20, "dyads": 2000, "ties": 150, "permutations": 99, "seed": 7}
        for term, value, said in (("focal", -0.011, "About pairs."), ("same_function", 0.09, ""))
    ]
    return pd.DataFrame(rows)


def visibility(group: str = "woman") -> pd.DataFrame:
    row = {"column": "gender", "group": group, "people": 60, "strata": "level × function", "mean_deviation": -0.1}
    row |= {"mean_deviation_within": -0.02, "p": 0.01, "p_within": 0.4, "n_informative": 100, "among": "everyone"}
    return pd.DataFrame([row | {"permutations": 99, "seed": 7, "sentence": f"Seen less: {group}."}])


def curve(group: str = "woman") -> pd.DataFrame:
    rows = [
        {"column": "gender", "group": group, "top": k, "places": 1.2 * k, "people_top": 0.5 * k, "share": 0.4123}
        | {"expected": 0.5, "low": 0.3, "high": 0.7, "expected_within": 0.45, "low_within": 0.35, "high_within": 0.55}
        for k in range(1, 101)
    ]
    return pd.DataFrame(rows)


def representation(group: str = "woman") -> pd.DataFrame:
    row = {"column": "gender", "group": group, "level": "5", "people": 2, "people_level": 20, "share": 0.1}
    return pd.DataFrame([row | {"share_all": 0.5, "low": 0.3, "high": 0.7}])


def robustness(**who: Any) -> pd.DataFrame:
    rows = [
        {**WHO, **who, **SIZES, "measure": "leader_ties", "kind": kind, "check": check, "adjusted": -0.4 * relative}
        | {"adjusted_low": -0.4 * relative - 0.1, "adjusted_high": -0.4 * relative + 0.1, "p": 0.01}
        | {"standardised": -0.3 * relative, "relative": relative, "holds": holds}
        for kind, check, relative, holds in (
            ("base", "as studied", 1.0, NAN),
            ("channel", "chat alone", 0.25, False),
            ("without_channel", "without chat", 0.9, True),
        )
    ]
    return pd.DataFrame(rows)


def verdicts(**who: Any) -> pd.DataFrame:
    row = {**WHO, "measure": "leader_ties", "verdict": "depends", "depends_on": "without chat", "checks": 3}
    row |= {"holding": 2, "tipping": 0.3, "sentence": "Depends on chat: less than half is left without it."}
    return pd.DataFrame([row | who])


def coverage(group: str = "woman") -> pd.DataFrame:
    row = {"column": "gender", "group": group, "people": 60, "ties_per_head": 4.26}
    return pd.DataFrame([row | {"channel": "chat", "share_seen": 0.812}, row | {"channel": "mail", "share_seen": NAN}])


def trend(**who: Any) -> pd.DataFrame:
    rows = [
        {**WHO, **who, **SIZES, "measure": "leader_ties", "window": at + 1, "first_day": first, "last_day": last}
        | {"mean_focal": 1.125, "mean_reference": 7.375, "adjusted": -0.4 + 0.1 * at, "adjusted_low": -0.6}
        | {"adjusted_high": 0.1, "p": 0.03, "strata": "level × function"}
        for at, (first, last) in enumerate((("2024-01-01", "2024-06-30"), ("2024-07-01", "2024-12-31")))
    ]
    return pd.DataFrame(rows)


def changes(**who: Any) -> pd.DataFrame:
    row = {**WHO, **who, **SIZES, "measure": "leader_ties", "windows": 2, "first_day": "2024-01-01", **RUN}
    row |= {"seed": 987123, "last_day": "2024-12-31", "change": 0.1, "change_low": -0.1, "change_high": 0.3, "p": 0.3}
    return pd.DataFrame([row | {"strata": "level × function", "sentence": "Whether it changed cannot be told."}])


def sponsorship(share: float = 0.2) -> pd.DataFrame:
    rows = [
        {"column": "gender", "group": group, "level": "all", "people": 50, "mentors_per_head": 0.4}
        | {"sponsors_per_head": 0.3, "share_mentored": 0.4, "share_sponsored": share}
        | {"share_mentored_not_sponsored": 0.3, "leader_sponsors_per_head": 0.27, "sponsor_levels_up": 2.6}
        | {"sponsor_influence": 0.87}
        for group in ("man", "woman")
    ]
    return pd.DataFrame(rows)


def content(**changed: Any) -> ReportContent:
    whole = ReportContent(
        title="Access to leaders",
        people=people(),
        gaps=gaps(),
        exposure=exposure(),
        sponsorship=sponsorship(),
        reach=reach(),
        decomposition=decomposition(),
        dyads=dyads(),
        visibility=visibility(),
        visibility_curve=curve(),
        representation=representation(),
        robustness=robustness(),
        verdicts=verdicts(),
        coverage=coverage(),
        trend=trend(),
        changes=changes(),
    )
    return dataclasses.replace(whole, **changed)


def sections(html: str) -> list[str]:
    return re.findall(r'<section id="([a-z]+)"', html)


def cells(html: str, caption: str) -> list[list[str]]:
    """Rows of the table with a caption, header first."""
    body = html.split(f"<caption>{caption}</caption>")[1].split("</table>")[0]
    return [
        [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", body)
    ]


def leader(**changed: Any) -> str:
    return report(content(**changed), audience="leader").html


def test_the_analyst_reads_the_story_in_order() -> None:
    assert sections(report(content()).html) == [
        "findings", "gaps", "why", "sponsorship", "visibility", "groups", "robustness", "trend", "candidates",
        "pairings", "data", "method", "settings", "glossary",
    ]  # fmt: skip


def test_the_leader_gets_why_and_trend_and_nothing_of_the_rest() -> None:
    html = leader()
    assert sections(html) == [
        "findings", "gaps", "why", "sponsorship", "trend", "next", "data", "method", "glossary",
    ]  # fmt: skip
    assert re.findall(r'<figure id="([a-z]+-\d)"', html) == ["gaps-1", "why-1", "sponsorship-1", "power-1", "trend-1"]


@pytest.mark.parametrize("audience", ["analyst", "leader"])
def test_same_content_same_bytes(audience: Any) -> None:
    assert report(content(), audience=audience).html == report(content(), audience=audience).html


def test_a_verdict_stands_under_its_gap_and_no_other() -> None:
    first, second, last = headline_findings(gaps(), exposure(), verdicts())
    assert (first.badge, first.verdict) == ("Depends on chat", "Less than half is left without it.")
    assert (second.badge, last.badge) == ("", "")
    html = report(content()).html
    assert html.count('<span class="verdict">Depends on chat</span> Less than half is left without it.') == 2
    assert leader().count('<span class="verdict">Depends on chat</span>') == 1


def test_badges_say_the_verdict_in_words() -> None:
    several = {"verdict": "depends", "depends_on": "without chat; half-life halved"}
    assert verdict_badge(several) == "Depends on how it is measured"
    assert verdict_badge({"verdict": "depends", "depends_on": "without " + "x" * 80}) == verdict_badge(several)
    assert verdict_badge({"verdict": "depends", "depends_on": NAN}) == verdict_badge(several)


def test_the_finding_about_exposure_is_the_one_at_the_same_level() -> None:
    said = headline_findings(None, exposure())[0]
    assert said.sentence == "Exposure, level held."
    assert "among people of the same level: gap −2.5 (−3.5 to −1.5)" in said.evidence
    untold = exposure()
    untold.loc[untold["strata"] == "level", ["gap", "exposure", "bias"]] = NAN
    assert headline_findings(None, untold)[0].sentence == "Exposure, none held."


def test_exposure_is_shown_as_it_is_and_at_the_same_level() -> None:
    rows = cells(report(content()).html, "Composition against bias")
    assert [row[1] for row in rows[1:]] == ["function", "function, same level"]
    assert [row[6] for row in rows[1:]] == ["−5.0 (−6.0 to −4.0)", "−2.5 (−3.5 to −1.5)"]
    assert rows[0][9:12] == ["p, gap", "p, exposure", "p, bias"]
    assert rows[1][9] == ".003"


def test_the_parts_of_reach_and_the_decomposition_are_the_tables() -> None:
    html = report(content()).html
    rows = cells(html, "Parts of the gap in reach")
    assert rows[3] == [
        "women against men", "Number of contacts", "33.25", "44.75", "−1.00 (−2.00 to 0.00)", ".010", "50", "50",
        "90",
    ]  # fmt: skip
    split = cells(html, "Explained and unexplained")
    assert len(split) == 1 + 6
    assert split[4][1:4] == ["Ties to leaders", "all together", "−0.50"]
    assert split[4][4:6] == ["−0.30 (−0.40 to −0.20)", "−0.20 (−0.30 to −0.10)"]
    assert "Split of leader_ties." in html
    assert "Split of leader_share." not in html  # one measure is drawn and told, the others stand in the table
    pairs = cells(html, "Ties to leaders, pair by pair: women against men")
    assert pairs[1] == ["women rather than men", "−0.0110", ".020", "−2.50", "100", "20", "2,000", "150"]


def test_what_is_seen_is_the_tables() -> None:
    html = report(content()).html
    assert "Seen less: woman." in html
    assert cells(html, "Visibility by gender")[1] == ["women", "60", "−10.0", ".010", "−2.0", ".400", "100"]
    top = cells(html, "Share of the most influential by gender")
    assert [row[1] for row in top[1:]] == ["1 %", "2 %", "5 %", "10 %", "20 %", "50 %"]
    assert top[4][2:5] == ["12", "5.0", "41.2 %"]
    assert cells(html, "Share of each level by gender")[1][2:] == [
        "2", "20", "10.0 %", "50.0 %", "30.0 % to 70.0 %", "fewer",
    ]  # fmt: skip
    assert "among people in the same place (level × function)" in html


def test_many_groups_keep_their_sentences_behind_the_table() -> None:
    rows = pd.concat([visibility(f"group {at}") for at in range(12)])
    html = report(content(visibility=rows)).html
    assert "and a sentence for each" in html
    assert "<dd>Seen less: group 11.</dd>" in html


def test_checks_and_coverage_are_the_tables() -> None:
    html = report(content()).html
    rows = cells(html, "Checks of Ties to leaders: women against men")
    assert [row[-1] for row in rows[1:]] == ["", "fails", "holds"]
    assert rows[2][1:3] == ["25 %", "−0.100 (−0.200 to 0.000)"]
    assert cells(html, "Coverage by gender")[0] == ["gender", "People", "chat", "mail"]
    assert cells(html, "Coverage by gender")[1] == ["women", "60", "81 % (4.3)", "–"]


def test_what_cannot_be_told_from_chance_is_not_drawn_again() -> None:
    silent = verdicts(verdict="not enough evidence", sentence="Not enough evidence: nothing to see.")
    html = report(content(verdicts=silent)).html
    assert 'id="robustness-1"' not in html
    assert "women against men – Not enough evidence: Ties to leaders" in html
    assert "<dd>Nothing to see.</dd>" in html


def test_what_cannot_be_told_stands_in_one_line_a_comparison() -> None:
    silent = verdicts(verdict="not enough evidence", sentence="Not enough evidence: nothing to see.")
    html = report(
        content(
            robustness=pd.concat([robustness(), robustness().assign(measure="sponsors")]),
            verdicts=pd.concat([silent, silent.assign(measure="sponsors")]),
        )
    ).html
    assert html.count("women against men – Not enough evidence") == 1
    rows = cells(html, "Checks: women against men")
    assert [row[0] for row in rows] == ["Measure", *["Ties to leaders"] * 3, *["Sponsors"] * 3]
    assert rows[2][1:3] == ["chat alone", "25 %"]


def test_pairs_have_p_beside_the_estimate_and_only_terms_with_one() -> None:
    known = dyads().assign(q=[0.04, NAN])
    gone = dyads().iloc[[1]].assign(term="levels_apart", estimate=NAN, t=NAN, p=NAN, q=NAN)
    html = report(content(dyads=pd.concat([known, gone]))).html
    rows = cells(html, "Ties to leaders, pair by pair: women against men")
    assert rows[0][:4] == ["Term", "Estimate", "p", "q"]
    assert [row[0] for row in rows[1:]] == ["women rather than men", "same function"]
    assert rows[1][1:4] == ["−0.0110", ".020", ".040"]
    assert "Where “levels apart” has no row, it follows from level, which is held." in html
    assert "levels apart" not in report(content()).html
    nothing = report(content(dyads=dyads().assign(estimate=NAN))).html
    assert "pair by pair: women" not in nothing
    assert "About pairs." in nothing


def test_what_is_uncertain_is_not_called_without_evidence_as_well() -> None:
    silent = verdicts(verdict="not enough evidence", sentence="Not enough evidence: nothing to see.")
    assert headline_findings(gaps().assign(adjusted_high=0.2), None, silent)[0].badge == ""
    assert headline_findings(gaps(), None, silent)[0].badge == "Not enough evidence"


def test_where_a_line_leaves_its_band_and_every_q_are_told() -> None:
    told = {"outside_from_within": 3.0, "outside_to_within": 12.0, "q": 0.02, "q_within": 0.6}
    html = report(content(visibility=visibility().assign(**told))).html
    rows = cells(html, "Visibility by gender")
    assert rows[0][3:] == [
        "p",
        "q",
        "Like with like",
        "p, like with like",
        "q, like with like",
        "Leaves the band",
        "Comparable",
    ]
    assert rows[1][3:] == [".010", ".020", "−2.0", ".400", ".600", "top 3 to 12 %", "100"]
    nowhere = report(content(visibility=visibility().assign(**told | {"outside_from_within": NAN}))).html
    assert cells(nowhere, "Visibility by gender")[1][8] == ""
    row = {"column": "gender", "groups": 2, "people": 120, "ties": 9, "e_i": -0.1, "e_i_expected": 0.0, "p": 0.01}
    ties = cells(
        report(content(segregation=pd.DataFrame([row | {"q": 0.03, "q_within": 0.5}]))).html,
        "E–I index by group column",
    )
    assert (ties[1][ties[0].index("q")], ties[1][ties[0].index("q within")]) == (".030", ".500")


def test_the_answers_are_told_apart() -> None:
    for html in (report(content()).html, leader()):
        assert html.count("Whether there is a gap is answered by the adjusted gap and its q") == 1
    bare = content(exposure=None, reach=None, decomposition=None, dyads=None)
    assert "answered by the adjusted gap" not in report(bare).html


def test_no_unit_is_said_once_and_nothing_is_drawn() -> None:
    unknown = exposure().assign(unit=None, gap=NAN, exposure=NAN, bias=NAN)
    for audience in ("analyst", "leader"):
        html = report(content(exposure=unknown), audience=audience).html
        assert 'id="exposure-1"' not in html
        assert "Exposure, none held." not in html
        assert "Composition against bias" not in html
    assert report(content(exposure=unknown)).html.count("The roster does not say where people could meet leaders") == 1
    alone = leader(exposure=unknown, reach=None, decomposition=None)
    assert alone.count("The roster does not say where people could meet leaders") == 1


def test_people_compared_are_counted_by_group() -> None:
    each = {"n_informative_focal": 41, "n_informative_reference": 49}
    ends = {"difference_low": -0.9, "difference_high": -0.1}
    html = report(
        content(gaps=gaps().assign(**each, **ends), exposure=exposure().assign(n_informative=90, **each))
    ).html
    rows = cells(html, "Gaps by measure: women against men")
    assert rows[1][rows[0].index("Comparable")] == "41 / 49"
    assert rows[1][rows[0].index("Difference (interval)")] == "−0.50 (−0.90 to −0.10)"
    split = cells(html, "Composition against bias")
    assert split[1][split[0].index("Comparable")] == "41 / 49"
    kept = gaps().assign(**each).assign(n_informative=NAN)
    assert "41 / 49" not in report(content(gaps=kept)).html


def test_groups_of_an_intersection_are_called_as_in_the_sentences() -> None:
    who = {"column": "gender × ethnicity", "focal": "woman × Black", "reference": "man × White"}
    html = report(content(gaps=gaps(**who), verdicts=None)).html
    assert "women whose ethnicity is Black against men whose ethnicity is White" in html
    assert "woman × Black" not in html
    assert "◂ less" in html
    called = report(content(gaps=gaps(**who), verdicts=None, plurals={"woman × Black": "Black women"})).html
    assert "Black women against men whose ethnicity is White" in called


def test_a_clear_gap_outside_the_family_is_a_lead() -> None:
    outside = headline_findings(gaps().assign(family=False, q=NAN), None)
    assert [finding.certainty for finding in outside] == ["a lead", "a lead"]
    assert [finding.certainty for finding in headline_findings(gaps(), None)] == ["clear", "clear"]


@pytest.mark.parametrize(
    ("interval", "said", "meant"),
    [
        ("inverted permutation test", "a difference at least as large, in either direction", "at least as large."),
        ("inverted studentised permutation test", "divided by its own standard error", "large for its standard error."),
        ("stratified bootstrap", "divided by its own standard error", "large for its standard error."),
    ],
)
def test_p_is_explained_by_its_test(interval: str, said: str, meant: str) -> None:
    html = report(content(gaps=gaps().assign(interval=interval))).html
    assert said in html
    assert f"within strata gives a difference at least as {meant.removeprefix('at least as ')}" in html


def test_over_time_is_the_tables() -> None:
    html = report(content()).html
    rows = cells(html, "Ties to leaders over time")
    assert rows[1] == [
        "women against men", "1 Jan 2024 to 30 Jun 2024", "1.12", "7.38", "−0.40 (−0.60 to +0.10)", ".030", "50", "50",
    ]  # fmt: skip
    assert cells(html, "Changes of gaps")[1][2] == "+0.10 (−0.10 to +0.30)"
    assert "Whether it changed cannot be told." in html
    assert html.count("Compared within strata (level × function).") == 1
    assert "Made only of channels" not in html
    assert "have times: chat, mail." in report(content(trend_channels=("chat", "mail"))).html
    many = [trend(measure=f"measure_{at}") for at in range(5)]
    assert 'id="trend-4"' not in report(content(trend=pd.concat(many))).html


def test_changes_against_the_mean_and_windows_left_out_are_told() -> None:
    told = {"change_relative": -0.15, "change_relative_low": -0.25, "change_relative_high": -0.05}
    told |= {"change_relative_p": 0.005, "q": 0.02, "left_out_windows": "2024-03-01 to 2024-03-31"}
    rows = cells(report(content(changes=changes().assign(**told))).html, "Changes of gaps")
    assert rows[0][4:7] == ["Against the mean (interval)", "p, against the mean", "q"]
    assert rows[1][7] == "2; left out: 2024-03-01 to 2024-03-31"
    assert rows[1][4:7] == ["−15 % (−25 to −5)", ".005", ".020"]


def test_power_of_sponsors_is_in_the_table() -> None:
    rows = cells(report(content()).html, "Mentors and sponsors by gender")
    assert rows[0][-3:] == ["Leaders as sponsors", "Levels up", "Sponsor&#39;s influence"]
    assert rows[1][-3:] == ["0.27", "2.6", "87 %"]


def test_segregation_says_its_sentence() -> None:
    row = {"column": "gender", "groups": 2, "people": 120, "ties": 9, "e_i": -0.1, "e_i_expected": 0.0, "p": 0.01}
    assert (
        "Ties keep to the group."
        in report(content(segregation=pd.DataFrame([row | {"sentence": "Ties keep to the group."}]))).html
    )


@pytest.mark.parametrize("name", ["reach", "decomposition", "dyads", "visibility", "robustness", "trend"])
def test_what_is_missing_says_why_or_is_left_out(name: str) -> None:
    together = {
        "visibility": ("visibility_curve", "representation"),
        "robustness": ("coverage",),
        "trend": ("changes",),
    }
    gone = dict.fromkeys((name, *together.get(name, ())))
    empty = {key: getattr(content(), key).head(0) for key in gone}
    assert "this time" not in report(content(**empty)).html
    assert "this time" in report(content(**gone, why_absent={name: "Not this time."})).html
    assert "this time" not in leader(**gone)


def test_words_are_explained_where_they_are_used() -> None:
    full, bare = report(content()).html, report(ReportContent(title="Access")).html
    for term in ("Verdict", "Band", "Top k %", "Goes along with", "Change of a gap", "MRQAP p", "Exposure at the same"):
        assert f"<dt>{term}" in full
        assert f"<dt>{term}" not in bare
    assert "Band" not in leader().split('id="glossary"')[1]
    assert "Exposure and bias have intervals (inverted permutation test) and a p each" in full


def test_tests_outside_the_family_are_told_apart() -> None:
    rows = pd.concat([gaps(), gaps().assign(family=False, q=NAN)])
    assert "The tests that the study named beforehand (2) are one family" in report(content(gaps=rows)).html
    assert "All tests of gaps (2) are one family" in report(content()).html


@pytest.mark.parametrize("audience", ["analyst", "leader"])
def test_hostile_labels_stay_text(audience: Any) -> None:
    who = {"focal": HOSTILE}
    hostile = content(
        people=people().assign(gender=[HOSTILE, "man"] * 60),
        gaps=gaps(**who),
        exposure=exposure(**who).assign(unit=HOSTILE),
        reach=reach(**who),
        decomposition=decomposition(**who).replace({"tenure": HOSTILE}),
        dyads=dyads(**who).assign(term=HOSTILE),
        visibility=visibility(HOSTILE),
        visibility_curve=curve(HOSTILE),
        representation=representation(HOSTILE).assign(level=HOSTILE),
        robustness=robustness(**who).assign(check=HOSTILE, kind=HOSTILE),
        verdicts=verdicts(**who).assign(depends_on=f"without {HOSTILE}", sentence=HOSTILE),
        coverage=coverage(HOSTILE).assign(channel=HOSTILE),
        trend=trend(**who),
        changes=changes(**who).assign(sentence=HOSTILE),
    )
    html = report(hostile, audience=audience).html
    assert "<script" not in html
    assert "alert(1)" in html


def test_every_table_about_groups_passes_the_leaders_gate_or_is_gone() -> None:
    tables = {field.name for field in dataclasses.fields(ReportContent) if "DataFrame" in str(field.type)}
    assert tables == {*GROUP_TABLES, *ANALYST_TABLES, "people", "set_aside"}
    left, _ = for_leaders(content(), min_group=5)
    assert all(getattr(left, name) is None for name in ANALYST_TABLES)


@pytest.mark.parametrize("name", ["gaps", "exposure", "reach", "decomposition", "trend", "changes"])
@pytest.mark.parametrize("size", ["n_focal", "n_reference"])
def test_no_row_about_a_few_reaches_a_leader(name: str, size: str) -> None:
    left, hidden = for_leaders(content(**{name: getattr(content(), name).assign(**{size: 4})}), min_group=5)
    assert getattr(left, name).empty
    assert hidden


def test_a_verdict_on_a_gap_that_is_not_shown_is_not_shown() -> None:
    left, _ = for_leaders(content(gaps=gaps().assign(n_focal=3)), min_group=5)
    assert left.verdicts is not None
    assert left.verdicts.empty
    kept, _ = for_leaders(content(), min_group=5)
    assert kept.verdicts is not None
    assert len(kept.verdicts) == 1


def test_a_leader_sees_totals_of_a_decomposition_and_no_means_over_time() -> None:
    html = leader()
    assert "tenure" not in html
    assert cells(html, "Explained and unexplained")[1][2] == "all together"
    assert ">3<" not in html  # left out of the decomposition
    for mean in ("33.25", "44.75", "7.38"):
        assert mean not in html
    assert cells(html, "Ties to leaders over time")[0] == ["Comparison", "Window", "Adjusted (interval)", "p"]
    assert "Changes of gaps" not in html


@pytest.mark.parametrize(("share", "shown"), [(0.2, True), (0.08, False), (NAN, False)])
def test_power_of_few_sponsors_is_not_told_to_a_leader(share: float, shown: bool) -> None:
    html = leader(sponsorship=sponsorship(share))
    assert ("87 %" in html) is shown
    assert ("0.27" in html) is shown


def test_a_leader_is_told_neither_seeds_nor_tables_of_the_analyst() -> None:
    marked = {name: getattr(content(), name) for name in ANALYST_TABLES}
    marked = {
        name: rows.assign(**{key: "MARKED" for key in ("group", "term", "check", "sentence", "level") if key in rows})
        for name, rows in marked.items()
        if rows is not None
    }
    html = leader(**marked)
    assert "MARKED" not in html
    assert "987123" not in html
    assert "MARKED" in report(content(**marked)).html
