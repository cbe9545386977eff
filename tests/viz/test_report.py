"""The report: what each audience finds in it, figures equal to the tables', and nobody in the leader's edition."""

from __future__ import annotations

import dataclasses
import math
import re
import xml.etree.ElementTree as ET
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from ona.model import DisclosureError, mark_leaders, people_table
from ona.model.disclosure import disclosure_plan, scan_for_persons
from viz.report import ReportContent, report
from viz.report.findings import CLEAR, PARTLY, UNSURE, headline_findings
from viz.report.method import flatten
from viz.report.people import sponsor_load

NAN = math.nan
MEASURES = (
    "leader_ties",
    "leader_share",
    "sponsors",
    "mentored_not_sponsored",
    "steps_to_leader",
    "leader_ties_with_chain",
)
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def people(*, small: int = 0) -> pd.DataFrame:
    """120 people, 20 of them leaders, women and men evenly; `small` of the rest are of a third gender."""
    genders = ["woman", "man"] * 60
    genders[20 : 20 + small] = ["third"] * small
    frame = pd.DataFrame(
        {
            "person": [f"EMP-{i:04d}" for i in range(120)],
            "name": [f"Quillon Vance{i}" for i in range(120)],
            "level": [5] * 20 + [1 + i % 4 for i in range(100)],
            "function": ["Legal", "Sales", "Product"] * 40,
            "gender": genders,
        }
    )
    return mark_leaders(people_table(frame), at_or_above="5")


def gaps(*pairs: tuple[str, str | None]) -> pd.DataFrame:
    rows = []
    for focal, reference in pairs or (("woman", "man"),):
        for at, name in enumerate(MEASURES):
            adjusted = -0.1 * (at + 1) + 0.003 * len(focal)
            rows.append(
                {
                    "measure": name,
                    "column": "gender",
                    "focal": focal,
                    "reference": reference,
                    "n_focal": 50,
                    "n_reference": 50,
                    "mean_focal": 0.31 + at / 10,
                    "mean_reference": 0.52 + at / 10,
                    "difference": -0.21,
                    "ratio": 0.6 + at / 100,
                    "adjusted": adjusted,
                    "adjusted_low": adjusted - 0.07,
                    "adjusted_high": adjusted + 0.25 * at,
                    "interval": "inverted permutation test",
                    "p": 0.0004 if at == 0 else 0.01 * at,
                    "q": 0.02 * at,
                    "n_informative": 90,
                    "n_uninformative": 3,
                    "strata": "level × function",
                    "standardised": adjusted * 2,
                    "among": "non-leaders",
                    "confidence": 0.95,
                    "permutations": 2000,
                    "seed": 1,
                    "sentence": f"Sentence of {name} for {focal}.",
                }
            )
    return pd.DataFrame(rows)


def exposure() -> pd.DataFrame:
    parts = {"gap": -0.0478, "exposure": -0.0258, "bias": -0.022}
    ends = {f"{k}_{end}": v + by for k, v in parts.items() for end, by in (("low", -0.012), ("high", 0.011))}
    who = {
        "column": "gender",
        "focal": "woman",
        "reference": "man",
        "unit": "function",
        "n_focal": 50,
        "n_reference": 50,
    }
    shares = {"share_focal": 0.036, "share_reference": 0.084, "present_focal": 0.047, "present_reference": 0.074}
    return pd.DataFrame([{**who, **shares, **parts, **ends, "n_undefined": 0, "sentence": "Sentence of exposure."}])


def sponsorship(*groups: tuple[str, int]) -> pd.DataFrame:
    rows = [
        ("gender", group, level, size if level == "all" else size // 4, 0.41, 0.12, 0.31, 0.11, 0.28)
        for group, size in groups or (("man", 50), ("woman", 50))
        for level in ("all", "1", "2")
    ]
    columns = ["column", "group", "level", "people", "mentors_per_head", "sponsors_per_head"]
    shares = ["share_mentored", "share_sponsored", "share_mentored_not_sponsored"]
    return pd.DataFrame(rows, columns=columns + shares)


def candidates(many: pd.DataFrame) -> pd.DataFrame:
    leaders, others = many.index[many["leader"]], many.index[~many["leader"]]
    rows: list[dict[str, Any]] = []
    for i, protege in enumerate(others[:30]):
        for rank in (1, 2):
            candidate, introducer = leaders[(i * rank) % len(leaders)], others[40 + i]
            rows.append(
                {
                    "protege": protege,
                    "rank": rank,
                    "candidate": candidate,
                    "score": 0.9 - i / 100 - rank / 10,
                    "power": 0.5,
                    "new_reach": 0.25,
                    "warm_path": NAN,
                    "function_fit": 1.0,
                    "spare_capacity": 0.67,
                    "introducer": introducer,
                    "path": f"{protege} → {introducer} → {candidate}",
                    "held": 1,
                    "capacity": 3,
                    "reasons": "three levels above",
                    "cautions": "",
                }
            )
    return pd.DataFrame(rows)


def content(**changes: Any) -> ReportContent:
    many = people()
    found = candidates(many)
    chosen = found[found["rank"] == 1].rename(columns={"candidate": "sponsor"}).reset_index(drop=True)
    plan = pd.DataFrame({"column": "gender", "focal": "woman", "reference": "man", "pairings": range(31)})
    sizes = {"people_source": 60, "people_target": 60}
    whole = ReportContent(
        title="Access to leaders",
        question="Who lacks access?",
        provenance={"People": "120"},
        people=many,
        gaps=gaps(),
        exposure=exposure(),
        sponsorship=sponsorship(),
        segregation=pd.DataFrame(
            [
                {
                    "column": "gender",
                    "groups": 2,
                    "people": 120,
                    "ties": 900,
                    "e_i": -0.13,
                    "e_i_expected": 0.01,
                    "p": 0.0005,
                }
            ]
        ),
        mixing=pd.DataFrame(
            [
                {"column": "gender", "source_group": a, "target_group": b, **sizes, "ties": 30, "expected": 20.0}
                for a in ("man", "woman")
                for b in ("man", "woman")
            ]
        ),
        candidates=found,
        assignment=chosen,
        unassigned=pd.DataFrame({"person": many.index[-2:], "reason": "none of their 5 candidates has room left"}),
        plan=plan.assign(gap=[-0.1 + k / 400 for k in range(31)], measure="sponsors"),
        set_aside=pd.DataFrame(
            [("mail.csv", 100, 93, "sender is not in the roster", 7), ("people.csv", 120, 120, "", 0)],
            columns=["file", "rows", "accepted", "reason", "count"],
        ),
        settings={"ties": {"half_life_days": 60.0}, "leaders": {"people": ["EMP-0001"]}},
        notes=("The survey was answered by 71% of those asked.",),
    )
    return dataclasses.replace(whole, **changes)


class Outline(HTMLParser):
    """Headings, ids, links, tables and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[tuple[int, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self._caption = ""
        self._at = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._at = tag if tag != "bdi" else self._at
        self.ids += [value for key, value in attrs if key == "id" and value]
        self.links += [value for key, value in attrs if key == "href" and value]
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append((int(tag[1]), ""))
        elif tag == "caption":
            self._caption = ""
        elif tag == "tr":
            self.tables.setdefault(self._caption, []).append([])
        elif tag in {"td", "th"}:
            self.tables[self._caption][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._at = self._at if tag == "bdi" else ""

    def handle_data(self, data: str) -> None:
        if self._at in {"h1", "h2", "h3", "h4"}:
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)
        elif self._at == "caption":
            self._caption += data
        elif self._at in {"td", "th"}:
            self.tables[self._caption][-1][-1] += data


def outline(html: str) -> Outline:
    found = Outline()
    found.feed(html)
    return found


def value(text: str) -> float:
    """The first number of a cell, as a number."""
    match = re.search(r"[−+]?[\d,]*\.?\d+", text)
    assert match, text
    return float(match[0].replace("−", "-").replace(",", ""))


def leader(**changes: Any) -> str:
    return report(content(**changes), audience="leader").html


def sections(html: str) -> list[str]:
    return re.findall(r'<section id="([a-z]+)"', html)


def test_analysts_find_everything_story_first() -> None:
    assert sections(report(content()).html) == [
        "findings", "gaps", "why", "sponsorship", "groups", "candidates", "pairings", "data", "method", "settings",
        "glossary",
    ]  # fmt: skip


def test_leaders_find_three_pictures_and_what_to_do() -> None:
    html = leader()
    assert sections(html) == ["findings", "gaps", "why", "sponsorship", "next", "data", "method", "glossary"]
    assert html.count("<figure") == 3
    assert "30 pairings are proposed." in html
    assert "Candidate sponsors were found" not in html
    assert "the gap in sponsors a head (women against men) would go from −0.10 to −0.03" in html


@pytest.mark.parametrize("audience", ["analyst", "leader"])
def test_the_page_is_well_built(audience: Any) -> None:
    html = report(content(), audience=audience).html
    found = outline(html)
    levels = [level for level, _ in found.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(text.strip() for _, text in found.headings)
    assert len(set(found.ids)) == len(found.ids)
    assert {link.removeprefix("#") for link in found.links} <= set(found.ids)
    assert not any(key == "style" or key.startswith("on") for key, _ in found.attributes)
    assert "script" not in found.tags
    assert "script-src 'none'" in unescape(html)
    for picture in re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL):
        ET.fromstring(picture)


@pytest.mark.parametrize("audience", ["analyst", "leader"])
def test_same_content_same_bytes(audience: Any) -> None:
    assert report(content(), audience=audience).html == report(content(), audience=audience).html


def test_every_gap_in_the_page_is_the_tables() -> None:
    rows = outline(report(content()).html).tables["Gaps by measure: women against men"]
    assert rows[0][:6] == [
        "Measure",
        "women, mean",
        "men, mean",
        "Difference (interval)",
        "Adjusted (interval)",
        "p",
    ]
    table = gaps()
    assert len(rows) == 1 + len(table)
    for cells, row in zip(rows[1:], table.to_dict(orient="records"), strict=True):
        share = "share" in row["measure"] or row["measure"].startswith("mentored")
        scale, close = (100, 0.051) if share else (1, 0.0051)
        for cell, name in zip(cells[1:4], ("mean_focal", "mean_reference", "difference"), strict=True):
            assert value(cell) == pytest.approx(row[name] * scale, abs=close)
        adjusted, low, high = re.findall(r"[−+]?\d+\.\d+", cells[4])
        for text, name in ((adjusted, "adjusted"), (low, "adjusted_low"), (high, "adjusted_high")):
            assert value(text) == pytest.approx(row[name] * scale, abs=close)
        assert value(cells[5].removeprefix("< ")) == pytest.approx(max(row["p"], 0.001), abs=0.00051)
        assert [cells[7], cells[8]] == ["50 / 50", "90"]


def test_other_tables_in_the_page_are_the_tables() -> None:
    tables = outline(report(content()).html).tables
    shares = tables["Composition against bias"][1]
    assert shares[2:9] == [
        "3.6 %", "8.4 %", "4.7 %", "7.4 %", "−4.8 (−6.0 to −3.7)", "−2.6 (−3.8 to −1.5)", "−2.2 (−3.4 to −1.1)",
    ]  # fmt: skip
    assert tables["Mentors and sponsors by gender"][1] == [
        "men", "all", "50", "0.41", "0.12", "31.0 %", "11.0 %", "28.0 %",
    ]  # fmt: skip
    assert tables["Ties between groups of gender"][1] == ["man", "man", "60", "60", "30", "20.0", "1.50"]
    assert tables["E–I index by group column"][1][4:8] == ["−0.130", "0.010", "< .001", "–"]
    assert tables["Rows read, accepted and set aside"][1] == [
        "mail.csv",
        "100",
        "93",
        "7",
        "7 sender is not in the roster",
    ]
    assert tables["Gap in sponsors a head by number of pairings"][-1][1:] == ["30", "−0.025"]
    assert tables["People without a proposed sponsor"][1] == ["none of their 5 candidates has room left", "2"]


def test_findings_follow_their_rule_whatever_the_results() -> None:
    made = headline_findings(gaps(("woman", "man"), ("third", None)), exposure())
    assert [finding.sentence for finding in made] == [
        "Sentence of leader_ties for woman.",
        "Sentence of leader_ties for third.",
        "Sentence of sponsors for woman.",
        "Sentence of sponsors for third.",
        "Sentence of exposure.",
    ]
    assert made[2].certainty == UNSURE
    assert "p < .001 · q = .000" not in made[0].evidence
    assert "p < .001 · q < .001" in made[0].evidence
    assert "woman n = 50, man n = 50" in made[0].evidence


def test_exposure_is_called_partly_clear_where_one_part_is() -> None:
    rows = exposure().assign(bias_high=0.01)
    assert headline_findings(None, rows)[0].certainty == PARTLY


def test_clear_goes_by_the_confidence_of_the_row() -> None:
    rows = gaps().head(1).assign(q=0.07, adjusted_high=-0.01)
    assert headline_findings(rows, None)[0].certainty == UNSURE
    assert headline_findings(rows.assign(confidence=0.9), None)[0].certainty == CLEAR
    assert "its q is at most .1; outside" in report(content(gaps=gaps().assign(confidence=0.9))).html


def test_leaders_not_compared_is_said_once_and_first() -> None:
    said = "Leaders are not among the people compared"
    for html in (report(content()).html, leader()):
        assert html.count(said) == 1
        assert html.index(said) < html.index("Sentence of leader_ties")
    everyone = report(content(gaps=gaps().assign(among="everyone"), exposure=None)).html
    assert said not in everyone
    assert "Everybody is compared, leaders too." in everyone


def test_the_method_says_how_each_interval_was_made() -> None:
    split = exposure().assign(interval="stratified bootstrap")
    html = report(content(exposure=split)).html
    assert "Intervals of gaps: inverted permutation test." in html
    assert "Exposure and bias have intervals (stratified bootstrap) but no test" in html
    assert "a sure result" not in html


def test_a_leader_is_not_told_the_seed() -> None:
    rows = gaps().assign(seed=987123)
    assert "987123" in report(content(gaps=rows)).html
    assert "987123" not in leader(gaps=rows)


@pytest.mark.parametrize(
    "absent",
    [{"sponsorship": None}, {"sponsorship": sponsorship().head(0), "why_absent": {"sponsorship": "None were given."}}],
)
def test_without_pairings_nothing_is_counted_as_zero(absent: dict[str, Any]) -> None:
    html = report(content(**absent)).html
    assert "whom they hold is not known" in html
    assert "everybody&#39;s room counts as free" in html
    assert {row[1] for row in outline(html).tables["Load of sponsors"][1:]} == {"–"}
    assert "held now" not in html.split('id="load-1"')[1].split("<details")[0]


def test_a_row_without_a_sentence_still_gets_one() -> None:
    made = headline_findings(gaps().drop(columns="sentence").head(1), None)
    assert made[0].sentence.startswith("woman against man, Ties to leaders: −0.08")


def test_candidates_show_components_introducer_and_reasons() -> None:
    html = report(content()).html
    rows = outline(html).tables["Candidate sponsors of Quillon Vance20"]
    assert rows[1][:7] == ["1. Quillon Vance0", "0.80", "0.50", "0.25", "–", "1.00", "0.67"]
    assert rows[1][7:] == ["through Quillon Vance60"]
    assert "<dd>For: three levels above</dd></div>" in html
    assert "Against:" not in html
    assert "tables/candidates.csv holds all" in html
    assert html.count(" candidates, first Quillon") == 20


def test_load_counts_held_and_proposed() -> None:
    whole = content()
    load = sponsor_load(whole.candidates, whole.assignment, str)
    assert load["assigned"].sum() == 30
    assert set(load["held"]) == {1}


def test_missing_tables_say_why() -> None:
    bare = ReportContent(title="Access", why_absent={"sponsorship": "The programme office sent no pairings."})
    html = report(bare).html
    assert "The programme office sent no pairings." in html
    assert "No comparison was made." in html
    assert "who has a mentor or a sponsor is not known" in report(ReportContent(title="Access")).html
    assert len(sections(html)) == 11
    assert report(bare, audience="leader").html.count("<section") == 8


def test_nothing_known_is_a_dash_and_explained() -> None:
    table = gaps().assign(adjusted=NAN, adjusted_low=NAN, adjusted_high=NAN, p=NAN, q=NAN, standardised=NAN, ratio=NAN)
    html = report(content(gaps=table)).html
    row = outline(html).tables["Gaps by measure: women against men"][1]
    assert [*row[4:7], *row[9:]] == ["–"] * 5
    assert "nan" not in re.sub("<[^>]+>", " ", html).lower().split()
    assert "Where a table shows – there is no value" in html


@pytest.mark.parametrize("audience", ["analyst", "leader"])
def test_hostile_text_stays_text(audience: Any) -> None:
    many = people().assign(name=[f"{HOSTILE}{i}" for i in range(120)])
    hostile = content(
        title=HOSTILE,
        question=HOSTILE,
        people=many,
        gaps=gaps(("woman", "man")).assign(sentence=HOSTILE),
        exposure=exposure().assign(unit=HOSTILE),
        provenance={HOSTILE: HOSTILE},
        notes=(HOSTILE,),
        settings={HOSTILE: [HOSTILE]},
        set_aside=pd.DataFrame([(HOSTILE, 2, 1, HOSTILE, 1)], columns=["file", "rows", "accepted", "reason", "count"]),
    )
    found = outline(report(hostile, audience=audience).html)
    assert "img" not in found.tags
    assert "script" not in found.tags
    assert not any(key.startswith("on") for key, _ in found.attributes)


def test_no_person_is_in_a_leaders_page() -> None:
    html = leader()
    many = people()
    assert scan_for_persons(html.encode(), many) == []
    assert "EMP-" not in html
    assert "Quillon" not in html
    for word in ("Candidate sponsors of", "Load of sponsors", "three levels above", "sender is not in the roster"):
        assert word not in html


def test_a_leader_cannot_tell_how_many_people_were_left_out() -> None:
    """124 people in the roster and 120 in the tables would say that a hidden group has four."""
    read = pd.DataFrame(
        [("people.csv", 124, 124, "", 0), ("mail.csv", 1000, 900, "unknown sender", 100)],
        columns=["file", "rows", "accepted", "reason", "count"],
    )
    html = leader(set_aside=read)
    assert ">124<" not in html
    assert "people.csv" not in html
    assert "1,124" not in html
    assert "set aside" not in html


def test_notes_that_name_somebody_stay_with_the_analyst() -> None:
    notes = ("Quillon Vance7 is their own manager.", "Chat begins in August.")
    html = leader(notes=notes)
    assert "Vance" not in html
    assert "Chat begins in August." in html


def test_a_leaders_title_must_not_name_anybody() -> None:
    with pytest.raises(DisclosureError, match="must hold no person"):
        leader(title="Why Quillon Vance7 left")


def test_a_leader_never_sees_a_small_group() -> None:
    many = people(small=4)
    rows = gaps(("third", "man"), ("woman", "man"), ("woman", None))
    rows.loc[rows["focal"] == "third", "n_focal"] = 4
    html = leader(people=many, gaps=rows, sponsorship=sponsorship(("man", 48), ("third", 4), ("woman", 48)))
    assert "third" not in html
    assert "Some comparisons or groups are missing for that reason." in html


def test_a_small_group_does_not_follow_from_what_a_leader_sees() -> None:
    """Women and men with everybody's total would tell the mean of the four others, so the smaller of them goes too."""
    html = leader(people=people(small=4), gaps=gaps(("woman", "man"), ("woman", None)))
    assert "Not shown: every row would be about a group too small to show, or give one away." in html
    kept = people(small=4)
    shown = leader(people=kept[kept["gender"] != "third"])
    assert "Sentence of leader_ties for woman." in shown


def test_a_plan_over_all_the_leaders_files_is_kept_to() -> None:
    many = people()
    other = many.assign(gender=["woman"] * 118 + ["man"] * 2)
    plan = disclosure_plan(other, tables=[("gender", "leader")])
    html = report(content(), audience="leader", disclosure=plan).html
    assert "Sentence of leader_ties" not in html


def test_how_many_could_not_be_compared_does_not_follow() -> None:
    """Both sizes are shown: 100 people of whom 97 can be compared would tell the other three."""
    rows = gaps().assign(n_informative=97)
    assert outline(leader(gaps=rows)).tables["Gaps by measure: women against men"][1][8] == "–"
    assert (
        outline(leader(gaps=rows.assign(n_informative=95))).tables["Gaps by measure: women against men"][1][8] == "95"
    )
    assert "comparable within strata" not in leader(gaps=rows)


def test_cells_kept_back_before_are_a_dash_with_its_reason() -> None:
    cells = sponsorship().assign(share_sponsored=NAN, sponsors_per_head=NAN)
    rows = gaps().assign(n_undefined=NAN, n_informative=NAN, n_uninformative=NAN)
    html = leader(sponsorship=cells, gaps=rows, exposure=exposure().assign(n_undefined=NAN))
    table = outline(html).tables["Mentors and sponsors by gender"]
    assert table[1][2:] == ["50", "0.41", "–", "31.0 %", "–", "28.0 %"]
    assert html.count("–: not shown, since too few people differ.") == 2
    assert outline(html).tables["Composition against bias"][1][-1] == "–"
    assert "–: not shown" not in leader()
    for name in ("gaps", "exposure", "sponsorship", "plan"):
        assert leader(**{name: None})


def test_counts_of_a_few_people_are_hidden_from_leaders() -> None:
    html = leader(gaps=gaps().assign(n_informative=3))
    assert outline(html).tables["Gaps by measure: women against men"][1][8] == "–"
    few = dataclasses.replace(content(), assignment=content().assignment.head(3))  # type: ignore[union-attr]
    assert "Fewer than 5 pairings are proposed." in report(few, audience="leader").html


def test_a_leaders_report_without_people_is_refused() -> None:
    with pytest.raises(DisclosureError, match="group sizes cannot be checked"):
        leader(people=None)


def test_plurals_of_the_study_come_first() -> None:
    html = report(content(plurals={"woman": "female colleagues"})).html
    assert "female colleagues against men" in html


def test_settings_are_flattened_in_words() -> None:
    nested = {"a": {"b": True, "c": [{"d": 1}, {"d": None}]}, "e": 0.5}
    assert flatten(nested) == [("a.b", "yes"), ("a.c[1].d", "1"), ("a.c[2].d", "none"), ("e", "0.5")]


def test_a_plan_with_two_measures_is_two_pictures() -> None:
    plan = content().plan
    assert plan is not None
    html = report(content(plan=pd.concat([plan, plan.assign(measure="leaders_within_2")]))).html
    assert 'id="plan-2"' in html
    points = re.findall(r'<polyline points="([^"]+)"', html)
    assert {len(path.split()) for path in points} == {31}
    assert "Gap in leaders within two steps a head" in html
