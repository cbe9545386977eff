"""Charts are well-formed, described, bounded, escaped, and say the numbers of their tables."""

from __future__ import annotations

import datetime as dt
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ona.model.text import printable
from viz import charts, numbers, words
from viz.charts import draw
from viz.charts.gaps import in_deviations
from viz.charts.mixing import MOST_GROUPS, draw_colour, largest_groups
from viz.charts.plan import STROKES
from viz.charts.robustness import relative_ends
from viz.charts.trend import date_marks
from viz.charts.visibility import MOST_GROUPS as MOST_PANELS

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert(1)</script>"&\x00\u202e and a label that goes on and on without any end in sight'
NAN = math.nan


def gaps(focal: str = "woman", reference: str | None = "man") -> pd.DataFrame:
    rows = [
        ("leader_ties", -0.67, -0.5, -0.9, -0.1, -0.21),
        ("leader_share", -0.047, -0.035, -0.063, -0.007, -0.2),
        ("steps_to_leader", 0.3, 0.2, -math.inf, 0.4, 0.3),
        ("paths_to_leaders", -0.1, NAN, NAN, NAN, NAN),
        ("mentors", 0.0, 0.0, -0.1, 0.1, 0.0),
    ]
    columns = ["measure", "difference", "adjusted", "adjusted_low", "adjusted_high", "standardised"]
    return pd.DataFrame(rows, columns=columns).assign(
        focal=focal, reference=reference, strata="level × function", confidence=0.95
    )


def exposure(focal: str = "woman", reference: str | None = "man") -> pd.DataFrame:
    parts = {"gap": -0.0478, "exposure": -0.0258, "bias": -0.022}
    spread = {f"{k}_{end}": v + by for k, v in parts.items() for end, by in (("low", -0.012), ("high", 0.011))}
    one = {"focal": focal, "reference": reference, "unit": "function", **parts, **spread}
    return pd.DataFrame([one, {**one, "focal": "Black", "bias": NAN, "bias_low": NAN, "bias_high": NAN}])


def sponsorship(group: str = "woman") -> pd.DataFrame:
    rows = [
        (g, level, 40 + n, 0.4 + n / 10, n / 7)
        for level in ("all", "1", "2")
        for n, g in enumerate((group, "man", "not recorded"))
    ]
    rows.append(("empty", "all", 0, NAN, NAN))
    return pd.DataFrame(rows, columns=["group", "level", "people", "mentors_per_head", "sponsors_per_head"])


def mixing(*groups: str) -> pd.DataFrame:
    rows = [
        (a, b, 10 + i, 10 + j, 5.0 * (i + 1), 0.0 if i == j == 0 else 7.5)
        for i, a in enumerate(groups)
        for j, b in enumerate(groups)
    ]
    return pd.DataFrame(
        rows, columns=["source_group", "target_group", "people_source", "people_target", "ties", "expected"]
    )


def segregation(column: str = "gender") -> pd.DataFrame:
    return pd.DataFrame(
        [(column, -0.13, 0.013, -0.096), ("site", -0.9, 1.0, NAN)],
        columns=["column", "e_i", "e_i_expected", "e_i_expected_within"],
    )


def split_exposure(focal: str = "woman") -> pd.DataFrame:
    rows = exposure(focal).head(1)
    within = rows.assign(strata="level", gap=-0.03, exposure=-0.01, bias=-0.02)
    return pd.concat([rows.assign(strata="none"), within]).assign(column="gender")


def reach(focal: str = "woman", reference: str | None = "man") -> pd.DataFrame:
    parts = {"gap": -6.2, "direct": -0.4, "contacts": -2.1, "known": -4.6, "overlap": 0.9}
    rows = [(part, value, value - 1, math.inf if part == "known" else value + 1) for part, value in parts.items()]
    return pd.DataFrame(rows, columns=["part", "contribution", "low", "high"]).assign(
        column="gender", focal=focal, reference=reference, measure="leaders_within_2"
    )


def decomposition(focal: str = "woman", reference: str | None = "man") -> pd.DataFrame:
    rows = [("all", -0.5, -0.3, -0.8), ("level", -0.4, 0.1, NAN), (focal, -0.1, NAN, NAN), ("constant", 0, -0.4, NAN)]
    made = pd.DataFrame(rows, columns=["factor", "explained", "unexplained", "difference"])
    for part in ("explained", "unexplained"):
        made = made.assign(**{f"{part}_low": made[part] - 0.1, f"{part}_high": made[part] + 0.1})
    return made.assign(column="gender", focal=focal, reference=reference, measure="leader_share")


def curve(group: str = "woman", groups: int = 2) -> pd.DataFrame:
    rows = [
        (name, top, 0.3 + 0.2 * top / 100, 0.5, NAN if at else 0.2, 0.6)
        for at, name in enumerate([group, *(f"group {i}" for i in range(groups - 1))])
        for top in range(1, 101)
    ]
    columns = ["group", "top", "share", "expected", "low_within", "high_within"]
    return pd.DataFrame(rows, columns=columns).assign(column="gender")


def levels(group: str = "woman", groups: int = 2) -> pd.DataFrame:
    rows = [
        (name, level, share, 0.4, low, 0.5)
        for name in [group, *(f"group {i}" for i in range(groups - 1))]
        for level, share, low in (("Associate", 0.45, 0.3), (group, 0.1, 0.2), ("Head", NAN, NAN))
    ]
    return pd.DataFrame(rows, columns=["group", "level", "share", "share_all", "low", "high"]).assign(column="gender")


def power(group: str = "woman") -> pd.DataFrame:
    rows = [(group, 0.15, 3.2, 0.9), ("man", 0.3, -0.5, 0.95), ("other", 0.0, NAN, NAN)]
    columns = ["group", "leader_sponsors_per_head", "sponsor_levels_up", "sponsor_influence"]
    return pd.DataFrame(rows, columns=columns).assign(level="all", people=40)


def robustness(channel: str = "email", focal: str = "woman") -> pd.DataFrame:
    rows = [
        ("base", "as studied", -0.4, 1.0, NAN),
        ("channel", f"{channel} alone", -0.2, 0.5, True),
        ("without_channel", f"without {channel}", 0.1, -0.25, False),
        ("missing", "20 % of ties missing at random", NAN, NAN, NAN),
        ("something_new", channel, -4.0, 10.0, True),
    ]
    made = pd.DataFrame(rows, columns=["kind", "check", "adjusted", "relative", "holds"])
    return made.assign(
        adjusted_low=made["adjusted"] - 0.2,
        adjusted_high=made["adjusted"] + 0.2,
        column="gender",
        focal=focal,
        reference=None,
        measure="leader_ties",
    )


def trend(focal: str = "woman", reference: str | None = "man", measure: str = "leader_share") -> pd.DataFrame:
    days = [("2024-01-01", "2024-03-31"), ("2024-04-01", "2024-06-30"), ("2024-07-01", "2024-09-30")]
    rows = [
        (who, at + 1, *days[at], value, value - 0.02, value + 0.02)
        for who in (focal, "site")
        for at, value in enumerate((-0.05, NAN if who == "site" else -0.04, -0.01))
    ]
    columns = ["focal", "window", "first_day", "last_day", "adjusted", "adjusted_low", "adjusted_high"]
    return pd.DataFrame(rows, columns=columns).assign(column="gender", reference=reference, measure=measure)


def load(label: str = "Ana") -> pd.DataFrame:
    return pd.DataFrame(
        [(label, 1, 1, 3), ("Bo", 20, 3, 30), ("Cy", 4, 0, 3)], columns=["label", "held", "assigned", "capacity"]
    )


def plan(focal: str = "woman", reference: str | None = "man") -> pd.DataFrame:
    rows = [("gender", focal, reference, k, -0.11 + k / 400) for k in range(31)]
    rows += [("site", "Lagos", None, k, NAN if k == 3 else 0.02 + k / 900) for k in range(31)]
    return pd.DataFrame(rows, columns=["column", "focal", "reference", "pairings", "gap"])


Draw = Callable[..., str]
PICTURES: dict[str, tuple[Draw, Callable[[str], Any]]] = {
    "gaps": (charts.gap_dots, lambda name: gaps(name)),
    "gaps against everyone": (charts.gap_dots, lambda name: gaps(name, None)),
    "exposure": (charts.exposure_bars, lambda name: exposure(name)),
    "sponsors": (charts.sponsor_bars, lambda name: sponsorship(name)),
    "mixing": (charts.mixing_matrix, lambda name: mixing(name, "man", "other")),
    "many groups": (charts.mixing_matrix, lambda name: mixing(name, *(f"group {i}" for i in range(20)))),
    "separation": (charts.separation_dots, lambda name: segregation(name)),
    "load": (charts.load_slots, lambda name: load(name)),
    "plan": (charts.plan_curve, lambda name: plan(name)),
    "exposure at the same level": (charts.exposure_bars, lambda name: split_exposure(name)),
    "reach": (charts.reach_bars, lambda name: reach(name)),
    "decomposition": (charts.decomposition_bars, lambda name: decomposition(name)),
    "why": (
        lambda name, **how: charts.why_bars(split_exposure(name), reach(name), decomposition(name), **how),
        lambda name: name,
    ),
    "visibility": (charts.visibility_curves, lambda name: curve(name)),
    "visibility of many": (charts.visibility_curves, lambda name: curve(name, 14)),
    "levels": (charts.representation_dots, lambda name: levels(name)),
    "levels of many": (charts.representation_dots, lambda name: levels(name, 14)),
    "power": (charts.power_bars, lambda name: power(name)),
    "robustness": (charts.robustness_dots, lambda name: robustness(name, name)),
    "trend": (charts.trend_lines, lambda name: trend(name)),
    "trend against everyone": (charts.trend_lines, lambda name: trend(name, None)),
}
WIDTHS = (draw.WIDE, draw.NARROW)
every_picture = pytest.mark.parametrize(("picture", "width"), [(p, w) for p in PICTURES for w in WIDTHS])


def drawn(picture: str, width: int, name: str = "woman") -> ET.Element:
    chart, table = PICTURES[picture]
    return ET.fromstring(chart(table(name), width=width, ident="one"))


def said(picture: str, width: int = draw.WIDE) -> str:
    return " | ".join(text.text or "" for text in drawn(picture, width).iter(f"{SVG}text"))


@every_picture
def test_is_named_and_described(picture: str, width: int) -> None:
    root = drawn(picture, width)
    assert root.get("role") == "img"
    named = {child.get("id"): child.text for child in root[:2]}
    assert [child.tag for child in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert root.get("aria-labelledby") == " ".join(str(ident) for ident in named)
    assert all(words_ and len(words_) > 8 for words_ in named.values())


@every_picture
@pytest.mark.parametrize(
    "name", ["woman", "Research and development in the northern and western regions", "研究開発本部" * 6]
)
def test_everything_lies_inside_the_view_box(picture: str, width: int, name: str) -> None:
    root = drawn(picture, width, name)
    left, top, right, bottom = map(float, str(root.get("viewBox")).split())
    for element in root.iter(f"{SVG}text"):
        wide = draw.text_width(element.text or "", float(element.get("font-size", 13)))
        x, y = float(element.get("x", 0)), float(element.get("y", 0))
        start = {"end": x - wide, "middle": x - wide / 2}.get(element.get("text-anchor", ""), x)
        assert left - 1 <= start, element.text
        assert start + wide <= right + 1, element.text
        assert top < y <= bottom, element.text
    for element in root.iter():
        places = [
            (k, float(v)) for k, v in element.attrib.items() if k in {"x", "x1", "x2", "cx", "y", "y1", "y2", "cy"}
        ]
        assert all(0 <= place <= (right if key[0] in "xc" and key[-1] != "y" else bottom) for key, place in places)
        assert all(math.isfinite(place) for _, place in places)


@every_picture
def test_a_hostile_label_stays_text(picture: str, width: int) -> None:
    root = drawn(picture, width, HOSTILE)
    allowed = {"svg", "title", "desc", "text", "line", "rect", "circle", "polygon", "polyline"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    for element in root.iter():
        assert not any(key.startswith("on") or key in {"style", "href", "class"} for key in element.attrib)
        assert not re.search("[\x00-\x1f\u202e\ud800-\udfff]", element.text or "")


@every_picture
def test_same_table_same_bytes(picture: str, width: int) -> None:
    chart, table = PICTURES[picture]
    assert chart(table("woman"), width=width, ident="a") == chart(table("woman"), width=width, ident="a")


def test_gap_dots_say_the_adjusted_difference_and_its_interval() -> None:
    text = said("gaps")
    for expected in (
        "−0.50 (−0.90 to −0.10)",
        "−3.5 (−6.3 to −0.7) pts",
        "+0.20 (−∞ to +0.40)",
        "−0.100, not adjusted",
    ):
        assert expected in text
    assert "woman: less" in text
    assert "no difference" in text
    assert "95 % interval" in text


def test_gap_dots_are_placed_in_standard_deviations() -> None:
    root = drawn("gaps", draw.WIDE)
    marks = {
        t.text: float(t.get("x", 0)) for t in root.iter(f"{SVG}text") if re.fullmatch("[−+]?[0-9.]+", t.text or "")
    }
    mark = next(label for label in marks if str(label).startswith("+"))
    unit = (marks[mark] - marks["0"]) / float(str(mark))
    filled = [float(c.get("cx", 0)) for c in root.iter(f"{SVG}circle") if c.get("fill") == draw.BLUE][1:]
    assert [(x - marks["0"]) / unit for x in filled] == pytest.approx([-0.21, -0.2, 0.3, 0.0], abs=0.003)
    rings = [float(c.get("cx", 0)) for c in root.iter(f"{SVG}circle") if c.get("fill") != draw.BLUE][1:]
    assert (rings[0] - marks["0"]) / unit == pytest.approx(-0.67 * 0.21 / 0.5, abs=0.003)


def test_a_gap_without_a_known_deviation_has_no_place() -> None:
    raw, adjusted, low, high = in_deviations({"difference": 1.0, "adjusted": 0.0, "standardised": 0.0})
    assert adjusted == 0
    assert all(math.isnan(value) for value in (raw, low, high))


def test_exposure_bars_are_as_long_as_their_points() -> None:
    root = drawn("exposure", draw.WIDE)
    bars = [float(r.get("width", 0)) for r in root.iter(f"{SVG}rect")]
    assert [bar / bars[0] for bar in bars[1:3]] == pytest.approx([258 / 478, 220 / 478], abs=0.002)
    assert "−4.8 (−6.0 to −3.7) pts" in said("exposure")
    assert "–" in said("exposure").split(" | ")


def bars(picture: str) -> list[tuple[str | None, float, bool]]:
    """Fill, width and whether it is hollow of every bar after the legend."""
    found = [r for r in drawn(picture, draw.WIDE).iter(f"{SVG}rect") if float(r.get("x", 0)) > 240]
    return [(r.get("fill"), float(r.get("width", 0)), r.get("stroke") is not None) for r in found]


def test_exposure_as_it_is_is_hollow_beside_the_same_level() -> None:
    made = bars("exposure at the same level")
    assert [hollow for _, _, hollow in made] == [True, False] * 3
    assert made[1][1] / made[0][1] == pytest.approx(300 / 478, abs=0.002)
    text = said("exposure at the same level")
    for expected in ("as it is", "among people of the same level", "−3.0 (−6.0 to −3.7) pts"):
        assert expected in text
    assert text.count("woman against man") == 1


def test_reach_bars_are_as_long_as_their_parts_and_say_them() -> None:
    made = bars("reach")
    assert [width / made[0][1] for _, width, _ in made] == pytest.approx(
        [1, 0.4 / 6.2, 2.1 / 6.2, 4.6 / 6.2, 0.9 / 6.2], abs=0.002
    )
    text = said("reach")
    for expected in ("Own ties to leaders", "−0.40 (−1.40 to +0.60)", "−4.60 (−5.60 to +∞)", "+0.90 (−0.10 to +1.90)"):
        assert expected in text


def test_decomposition_draws_the_total_its_factors_and_the_rest() -> None:
    text = said("decomposition")
    for expected in ("Whole difference", "−80.0 pts", "… with level", "−40.0 (−50.0 to −30.0) pts", "Left unexplained"):
        assert expected in text
    assert "constant" not in text
    assert "difference −80.0 pts, of which −50.0 pts explained and −30.0 pts unexplained" in str(
        drawn("decomposition", draw.WIDE)[1].text
    )


def test_why_in_brief_draws_rows_within_strata_and_totals_only() -> None:
    text = said("why")
    assert "Leader share, among people of the same level" in text
    assert "as it is" not in text
    assert "… with level" not in text
    assert len(bars("why")) == 3 + 5 + 3


def test_a_visibility_panel_has_a_line_a_dashed_line_and_a_band_where_known() -> None:
    root = drawn("visibility", draw.WIDE)
    lines = list(root.iter(f"{SVG}polyline"))
    assert [line.get("stroke-dasharray") for line in lines] == ["5 4", None] * 2
    assert len(list(root.iter(f"{SVG}polygon"))) == 1
    found = [tuple(map(float, place.split(","))) for place in str(lines[1].get("points")).split()]
    xs = [x for x, _ in found]
    assert xs == sorted(xs)
    ten = next(k for k, x in enumerate(xs) if x == pytest.approx((xs[0] + xs[-1]) / 2, abs=0.02))
    assert ten == 9  # on an axis of logarithms the top 10 % is half way from 1 to 100 %
    assert found[0][1] > found[-1][1]  # the share rises
    assert len(list(drawn("visibility of many", draw.WIDE).iter(f"{SVG}polyline"))) == 2 * MOST_PANELS


def test_levels_beyond_chance_have_a_shape_of_their_own() -> None:
    root = drawn("levels", draw.WIDE)
    assert len(list(root.iter(f"{SVG}polygon"))) == 1 + 2  # legend, and one level of each group
    assert "45.0 %" in said("levels")
    assert "by level Associate 45.0 %, woman 10.0 %, Head –" in str(root[1].text)


def test_power_says_a_dash_where_nobody_has_a_sponsor() -> None:
    text = said("power").split(" | ")
    for expected in ("0.15", "3.2", "90 %", "−0.5"):
        assert expected in text
    assert text.count("–") == 2


def test_each_check_says_what_is_left_and_whether_it_holds() -> None:
    text = said("robustness").split(" | ")
    for expected in ("100 %", "50 %, holds", "−25 %, fails", "–, says nothing", "1,000 %, holds", "Something new"):
        assert expected in text
    root = drawn("robustness", draw.WIDE)
    assert len(list(root.iter(f"{SVG}polygon"))) == 2  # legend, and the one that fails
    assert relative_ends({"relative": -0.25, "adjusted": 0.1, "adjusted_low": -0.1, "adjusted_high": 0.3}) == (
        pytest.approx((-25.0, -75.0, 25.0))
    )


def test_a_window_without_a_value_breaks_the_line() -> None:
    root = drawn("trend", draw.WIDE)
    assert [len(str(line.get("points")).split()) for line in root.iter(f"{SVG}polyline")] == [3]
    assert len(list(root.iter(f"{SVG}circle"))) == 5
    assert "1 Jan 2024 to 31 Mar 2024 −5.0 (−7.0 to −3.0) pts" in str(root[1].text)
    assert "Apr 2024" in said("trend")


@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)), st.integers(0, 20_000))
def test_dates_on_an_axis_are_few_and_in_order(first: dt.date, days: int) -> None:
    ends = pd.Timestamp(first), pd.Timestamp(first) + pd.Timedelta(days=days)
    marks = date_marks(*ends)
    moments = [moment for moment, _ in marks]
    assert 1 <= len(marks) <= 6
    assert moments == sorted(set(moments))
    assert all(ends[0] <= moment <= ends[1] for moment in moments)


def test_sponsor_bars_say_people_and_rates() -> None:
    text = said("sponsors")
    for expected in ("All levels", "Level 1", "woman (40)", "man (41)", "0.50", "0.29"):
        assert expected in text
    assert "empty (0)" in text


def test_mixing_matrix_says_found_over_expected() -> None:
    text = said("mixing")
    assert "0.67" in text
    assert "1.33" in text
    assert "–" in text.split(" | ")
    assert draw_colour(1.0) == "#ffffff"
    assert len(largest_groups(mixing(*(f"g{i:02}" for i in range(20))))) == MOST_GROUPS


def test_load_slots_draw_one_mark_a_place() -> None:
    root = drawn("load", draw.WIDE)
    rects = list(root.iter(f"{SVG}rect"))
    assert "2 of 3" in said("load")
    assert "4 of 3" in said("load")
    assert len(rects) == 1 + 1 + 12 + 4


def test_plan_curve_draws_a_line_for_each_comparison_told_apart_without_colour() -> None:
    root = drawn("plan", draw.WIDE)
    lines = list(root.iter(f"{SVG}polyline"))
    assert [line.get("stroke-dasharray") for line in lines] == [None, "7 3"]
    assert len({dash for _, dash in STROKES}) == len(STROKES)
    assert [len(str(line.get("points")).split()) for line in lines] == [31, 30]
    assert "no gap" in said("plan")


@given(st.floats(allow_nan=True, allow_infinity=True, width=64))
def test_any_number_can_be_written(value: float) -> None:
    for text in (numbers.number(value), numbers.percent(value), numbers.points(value), numbers.probability(abs(value))):
        assert text
        assert "-" not in text
        assert "nan" not in text.lower()


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_a_number_reads_back_as_itself(value: float, decimals: int) -> None:
    text = numbers.number(value, decimals=decimals)
    assert float(text.replace("−", "-").replace(",", "")) == pytest.approx(value, abs=0.5001 * 10**-decimals)
    assert text.lstrip("−0.,") != "" or "−" not in text


@given(st.text(max_size=80), st.floats(20, 300))
def test_shortened_text_fits(words_: str, room: float) -> None:
    assert draw.text_width(draw.shorten(words_, room), 13) <= room


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e5))
def test_ticks_cover_the_range(low: float, span: float) -> None:
    marks = draw.ticks(low, low + span)
    assert marks[0] <= low + 1e-6 * span
    assert marks[-1] >= low + span - 1e-6 * span
    assert len(marks) < 15


def test_lone_surrogates_are_cleaned_away() -> None:
    assert printable("a\ud800b").encode("utf-8") == b"a b"


def test_measures_are_called_by_words() -> None:
    assert all(words.measure(name).label for name in words.MEASURES)
    assert set(words.HEADLINE_MEASURES) <= set(words.MEASURES)
    assert words.value_text("leader_share", 0.182) == "18.2 %"
    assert words.difference_text("leader_ties", NAN, None, None) == "–"
