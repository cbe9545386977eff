"""The map in Chromium: it opens alone, and mouse and keyboard reach everything on it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from viz import network_map

pytestmark = pytest.mark.browser

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script>",
    "\u202eabc\u202c שלום",
    "n" * 200,
]


@pytest.fixture(scope="module")
def analyst(organisation: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    provenance = {"Dates": "January to June", "Left out": "3 broadcasts"}
    page = network_map(organisation.graph, **organisation.tables(), title="Who opens doors", provenance=provenance)
    return page.save(tmp_path_factory.mktemp("map") / "map.html")


@pytest.fixture(scope="module")
def leader(organisation: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = network_map(organisation.graph, **organisation.tables(), audience="leader", title="Who opens doors")
    return page.save(tmp_path_factory.mktemp("leader") / "map.html")


def test_opens_from_a_file_and_asks_for_nothing_else(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst)
    page = seen.page
    page.click("#view-everyone")
    page.click("#tab-table")
    page.click("#tab-map")
    page.click("#fit")
    page.mouse.move(700, 450)
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(300)
    assert seen.requests == [analyst.as_uri()]
    assert seen.complaints == []
    assert page.is_hidden("#problem")
    assert page.locator("#waiting").count() == 0


def test_opens_on_groups_and_draws_everyone_on_demand(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst)
    assert (seen.mark("visible-people"), seen.mark("visible-groups")) == ("0", "6")
    seen.page.click("#view-everyone")
    assert (seen.mark("visible-people"), seen.mark("visible-groups")) == ("60", "0")
    seen.page.click("#crumbs >> text=All groups")
    assert seen.mark("visible-people") == "0"


def test_search_finds_a_person_by_name_and_by_id(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst)
    for words in ("given20", "S20x"):
        seen.page.fill("#search", words)
        first = seen.page.locator("#suggestions [role=option]").first
        assert "Given20 Family6" in first.inner_text()
        first.click()
        assert seen.mark("selected") == "S20x"
        assert seen.page.inner_text("#panel h2") == "Given20 Family6"
        seen.page.click("[aria-label='Close this person']")
        assert seen.mark("selected") == ""


def test_search_says_when_there_is_nothing(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst)
    seen.page.fill("#search", "nobody of this name")
    assert "Nothing found" in seen.page.inner_text("#suggestions")
    assert seen.page.inner_text("#live") == "Nothing found."


def test_a_click_on_the_map_selects_and_lists_candidates(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst, fragment="#person=S20x")
    cards = seen.page.locator("#panel .card")
    assert cards.count() == 3
    assert seen.page.locator("#panel .card").first.locator(".bar-name").all_inner_texts() == [
        "Power", "New reach", "Warm path", "Function fit", "Spare capacity",
    ]  # fmt: skip
    words = cards.first.inner_text()
    for piece in ("Two levels up.", "Holds one already.", "Proposed in the joint assignment", "0.80", "–"):
        assert piece in words
    assert "Tied to 2 leaders outside their own management chain (3 with it)." in seen.page.inner_text("#panel")
    # The camera puts the person somewhere on the canvas: find them by the pointer the map shows over a node.
    seen.page.click("[aria-label='Close this person']")
    box = seen.page.locator("#picture").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    seen.page.click("#panel >> text=Finance >> nth=0")
    assert seen.mark("visible-people") == "20"
    selected = ""
    for dx in range(-120, 121, 24):
        for dy in range(-120, 121, 24):
            seen.page.mouse.click(middle[0] + dx, middle[1] + dy)
            selected = seen.mark("selected")
            if selected:
                break
        if selected:
            break
    assert selected
    assert selected in seen.page.inner_text("#panel") or seen.page.inner_text("#panel h2").startswith("Given")


def test_the_introduction_path_lights(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst, fragment="#person=S20x")
    before = seen.page.locator("#picture canvas").screenshot()
    seen.page.click("text=Light the path >> nth=0")
    assert seen.mark("lit-path") == "S20x S09x S01x"
    assert "Path lit: Given20 Family6 → Given09 Family2 → Given01 Family1" in seen.page.inner_text("#live")
    assert "(email)" in seen.page.inner_text(".card.lit .path") or "(meetings)" in seen.page.inner_text(
        ".card.lit .path"
    )
    seen.page.wait_for_timeout(200)
    assert seen.page.locator("#picture canvas").screenshot() != before
    button = seen.page.locator(".card.lit .path button")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert seen.mark("lit-path") == ""


def test_filters_fade_and_hide(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst)
    seen.page.click("#view-everyone")
    seen.page.check("[data-key='f-gender-1']")
    assert (seen.mark("visible-people"), seen.mark("faded")) == ("60", "30")
    assert "30 people match of 60" in seen.page.inner_text("#status")
    seen.page.click("#mode-hide")
    assert (seen.mark("visible-people"), seen.mark("faded")) == ("30", "0")
    seen.page.check("[data-key='f-function-0']")
    assert seen.mark("visible-people") == "10"
    assert seen.page.inner_text("label:has([data-key='f-gender-0']) .number") == "10"  # what it would give instead
    seen.page.click("#clear")
    assert seen.mark("visible-people") == "60"


def test_counts_agree_with_what_they_open(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst)
    panel = seen.page.locator("#panel")
    seen.page.check("[data-key='f-gender-1']")
    assert "10 of 20" in panel.inner_text()
    seen.page.click("#panel >> text=Finance >> nth=0")
    assert "10 of 20 people match" in panel.inner_text()
    seen.page.click("[aria-label='Back to all groups']")
    seen.page.click("#clear")
    seen.page.click("[data-key='waiting']")
    assert seen.page.locator(".rows tbody tr").count() == 1
    seen.page.click("#tab-map")
    gender = seen.page.evaluate("JSON.parse(document.querySelector('#facts').textContent).people.codes.gender[20]")
    seen.page.check(f"[data-key='f-gender-{1 - gender}']")
    assert panel.locator("[data-key='waiting']").count() == 0  # person 20, the only one with candidates, does not match


def test_the_view_of_everyone_is_explained_as_people(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst)
    assert "each shape in it is a group" in seen.page.inner_text("#panel")
    assert "Each shape is a group." in seen.page.inner_text("#filters")
    seen.page.click("#view-everyone")
    assert "Each shape is a person; a larger one with a black ring is a leader." in seen.page.inner_text("#panel")
    assert "Each shape is a person; larger with a black ring: a leader." in seen.page.inner_text("#filters")


@pytest.mark.parametrize("audience", ["analyst", "leader"])
def test_a_study_without_functions_names_none(
    audience: Any, people: pd.DataFrame, redrawn: Callable[[pd.DataFrame], Any], tmp_path: Path,
    visit: Callable[..., Any],
) -> None:  # fmt: skip
    made = redrawn(people.drop(columns=["function"]))
    page = network_map(made.graph, access=made.access, group=None, audience=audience)
    seen = visit(page.save(tmp_path / "map.html"))
    words = seen.page.inner_text("body").lower()
    assert "function" not in words
    assert "1 groups" not in words
    assert "1 group" in words
    assert seen.complaints == []


def test_channel_filter_leaves_its_lines(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst, fragment="#person=S20x")
    lines = int(seen.mark("lines"))
    seen.page.click("[data-key='o-channel']")
    seen.page.check("[data-key='f-channel-0']")
    assert 0 < int(seen.mark("lines")) < lines


def test_table_holds_the_same_people_and_sorts(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst)
    seen.page.click("#tab-table")
    rows = seen.page.locator(".rows tbody tr")
    assert rows.count() == 50
    seen.page.click("text=Show all")
    assert rows.count() == 60
    assert rows.first.locator("th").inner_text() == "Given00 Family0"
    heading = seen.page.locator("th:has([data-key='slabel'])")
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.locator("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    assert rows.first.locator("th").inner_text() == "Given59 Family3"
    column = seen.page.locator(".rows thead button").all_inner_texts().index("Leader share ↕")
    for _ in ("ascending", "descending"):
        seen.page.click("[data-key='sleader_share']")
        assert rows.first.locator("td").nth(column - 1).inner_text() == "25 %"
        assert rows.last.locator("td").nth(column - 1).inner_text() == "–"  # the undefined stand last, whichever way
    rows.first.locator("button").click()
    assert seen.mark("selected") != ""


def test_keyboard_alone_does_all_of_it(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst)
    page = seen.page
    keys = page.keyboard

    def tab_to(test: str, most: int = 80) -> None:
        for _ in range(most):
            keys.press("Tab")
            if page.evaluate(f"() => {{ const on = document.activeElement; return {test}; }}"):
                return
        raise AssertionError(f"no way by Tab to {test}")

    tab_to("on.id === 'search'")
    keys.type("given2")
    assert page.get_attribute("#search", "aria-expanded") == "true"
    keys.press("ArrowDown")
    assert page.get_attribute("#search", "aria-activedescendant") == "option-1"
    keys.press("ArrowUp")
    keys.press("Enter")
    assert seen.mark("selected") == "S20x"
    assert page.evaluate("document.activeElement.tagName") == "H2"
    tab_to("on.textContent === 'Light the path'")
    keys.press("Enter")
    assert seen.mark("lit-path") == "S20x S09x S01x"
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"  # focus stays where it was
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    keys.press("Escape")
    assert seen.mark("lit-path") == ""
    keys.press("Escape")
    assert seen.mark("selected") == ""
    page.focus("body")
    page.evaluate("document.activeElement.blur()")
    tab_to("on.getAttribute('data-key') === 'f-gender-1'")
    keys.press("Space")
    assert seen.mark("faded") != "0"
    assert page.evaluate("document.activeElement.getAttribute('data-key')") == "f-gender-1"
    tab_to("on.id === 'tab-table'")
    keys.press("Enter")
    tab_to("on.getAttribute('data-key') === 'sfunction'")
    keys.press("Enter")
    assert page.locator("th:has([data-key='sfunction'])").get_attribute("aria-sort") == "ascending"
    page.focus("#tab-map")
    keys.press("Enter")
    tab_to("on.id === 'picture'")
    keys.press("+")
    keys.press("ArrowLeft")
    tab_to("(on.getAttribute('data-key') || '').startsWith('d')")
    keys.press("Enter")
    assert int(seen.mark("visible-people")) == 20
    tab_to("(on.getAttribute('data-key') || '').startsWith('g')")
    keys.press("Enter")
    assert "·" in page.inner_text("#panel h2")
    assert seen.complaints == []


def test_deep_links_open_a_person_and_follow_the_selection(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst, fragment="#person=S20x")
    assert seen.mark("selected") == "S20x"
    seen.page.evaluate("location.hash = 'function=Finance'")
    seen.page.wait_for_function("document.querySelector('#picture').getAttribute('data-visible-people') === '20'")
    seen.page.fill("#search", "S33x")
    seen.page.keyboard.press("Enter")
    assert seen.page.evaluate("location.hash") == "#person=S33x"
    for wrong in ("#person=nobody", "#person=%E0%A4%A", "#person"):
        assert visit(analyst, fragment=wrong).mark("selected") == ""


def test_the_picture_is_saved_as_png(analyst: Path, visit: Callable[..., Any], tmp_path: Path) -> None:
    seen = visit(analyst)
    with seen.page.expect_download() as waiting:
        seen.page.click("#png")
    waiting.value.save_as(tmp_path / "map.png")
    data = (tmp_path / "map.png").read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert data.startswith(b"\x89PNG")
    assert width > 500
    assert height > 500
    assert seen.complaints == []


def test_the_picture_is_labelled(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst)
    picture = seen.page.locator("#picture")
    assert picture.get_attribute("role") == "img"
    assert "60 people in 6 groups" in str(picture.get_attribute("aria-label"))
    assert seen.page.locator("html").get_attribute("lang") == "en"
    unnamed = seen.page.evaluate(
        "[...document.querySelectorAll('button, input, select')].filter((e) => !(e.textContent.trim() || "
        "e.getAttribute('aria-label') || e.labels && e.labels.length)).length"
    )
    assert unnamed == 0


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_nothing_sticks_out_and_the_panel_never_covers_the_map(
    width: int, height: int, analyst: Path, visit: Callable[..., Any]
) -> None:
    seen = visit(analyst, fragment="#person=S20x", width=width, height=height)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    picture, panel = (seen.page.locator(f"#{name}").bounding_box() for name in ("picture", "panel"))
    apart = (
        picture["x"] + picture["width"] <= panel["x"] + 1
        or picture["y"] + picture["height"] <= panel["y"] + 1
        or panel["y"] + panel["height"] <= picture["y"] + 1
    )
    assert apart
    assert picture["height"] > 250


def test_prints_the_picture_and_the_panel(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst, fragment="#person=S20x")
    seen.page.emulate_media(media="print")
    assert seen.page.is_hidden("#search")
    assert seen.page.is_visible("#picture")
    assert seen.page.is_visible("#panel .card >> nth=2")
    assert seen.page.is_visible(".foot-line")
    assert len(seen.page.pdf()) > 10_000


def test_leader_page_works_and_shows_groups_only(leader: Path, visit: Callable[..., Any]) -> None:
    seen = visit(leader)
    page = seen.page
    assert seen.requests == [leader.as_uri()]
    assert page.locator("#view-everyone").count() == 0
    page.fill("#search", "finance")
    page.keyboard.press("Enter")
    assert "Finance" in page.inner_text("#panel h2")
    assert "Has a tie to a leader" in page.inner_text("#panel")
    row = page.locator("#panel .means tr", has_text="Ties to leaders")
    assert float(row.locator("td").first.inner_text()) >= 0
    page.check("[data-key='f-group-0']")
    assert seen.mark("faded") == "3"
    page.click("#mode-hide")
    assert seen.mark("visible-groups") == "3"
    page.click("#tab-table")
    assert page.locator(".rows tbody tr").count() == 3
    assert seen.complaints == []


def test_hostile_names_are_shown_as_they_are(
    people: pd.DataFrame, redrawn: Callable[[pd.DataFrame], Any], tmp_path: Path, visit: Callable[..., Any]
) -> None:
    names = [HOSTILE[k % len(HOSTILE)] for k in range(len(people))]
    hostile = people.assign(name=names, function=people["function"].replace("Sales", HOSTILE[0]), site=HOSTILE[1])
    made = redrawn(hostile.assign(gender=[HOSTILE[2], "woman"] * 30))
    page = network_map(made.graph, **made.tables(), title=HOSTILE[0], provenance={HOSTILE[1]: HOSTILE[2]})
    seen = visit(page.save(tmp_path / "map.html"), fragment="#person=S20x")
    seen.page.click("text=Light the path >> nth=0")
    seen.page.fill("#search", "alert")
    assert HOSTILE[0] in seen.page.inner_text("#suggestions")
    seen.page.keyboard.press("Escape")
    seen.page.click("#tab-table")
    seen.page.click("#tab-map")
    seen.page.click("#view-everyone")
    assert seen.page.inner_text("h1") == HOSTILE[0]
    assert seen.page.locator("img").count() == 0
    assert seen.page.locator("script").count() == 4
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 1440
    assert seen.complaints == []
    assert len(seen.requests) == 1


def test_a_changed_script_does_not_run_and_the_page_says_so(
    analyst: Path, tmp_path: Path, visit: Callable[..., Any]
) -> None:
    changed = tmp_path / "changed.html"
    changed.write_text(analyst.read_text(encoding="utf-8").replace("'use strict';", "'use strict'; alert(1);"), "utf-8")
    seen = visit(changed, ready=False)
    assert seen.page.is_visible("#waiting")
    assert "Content Security Policy" in " ".join(seen.complaints)


def test_a_problem_is_shown(analyst: Path, visit: Callable[..., Any]) -> None:
    seen = visit(analyst)
    seen.page.evaluate("window.dispatchEvent(new ErrorEvent('error', { message: 'something broke' }))")
    assert "something broke" in seen.page.inner_text("#problem")
