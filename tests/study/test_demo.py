"""The sample organisation, the whole way: what anybody who tries the toolkit sees first."""

from __future__ import annotations

import csv
import hashlib
import html
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ona.model import InfluenceGraph, active_pairings, leave_out_small, pairings_table, pseudonyms
from ona.study import StudyResult, run_demo

ROOT = Path(__file__).resolve().parents[2]
MIN_GROUP = 5
SEED = 2025
SOFIA = "P0004"
LEADER_FILES = {"map.html", "report.html", "study.json"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[StudyResult, StudyResult]:
    """The sample study, run once for both audiences."""
    return run_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def analyst(demo: tuple[StudyResult, StudyResult]) -> Path:
    return demo[0].out


@pytest.fixture(scope="module")
def leader(demo: tuple[StudyResult, StudyResult]) -> Path:
    return demo[1].out


@pytest.fixture(scope="module")
def roster() -> pd.DataFrame:
    """The sample's people as they stand in the file."""
    return pd.read_csv(ROOT / "data" / "sample" / "people.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def shown(demo: tuple[StudyResult, StudyResult]) -> InfluenceGraph:
    """Those who count for a leader: in no group of fewer than five, of everyone or of people who are not leaders."""
    graph = demo[1].gathered.roster_graph
    columns = ["function", "gender", "ethnicity"]
    people = leave_out_small(graph.people, columns, min_group=MIN_GROUP)
    below = leave_out_small(people[~people["leader"]], columns, min_group=MIN_GROUP)
    kept = people.index[people["leader"] | people.index.isin(below.index)]
    assert 0 < graph.size - len(kept) < 2 * MIN_GROUP, "the sample has a gender that is too small to show"
    return graph.among(kept)


@pytest.fixture(scope="module")
def sponsors(shown: InfluenceGraph) -> pd.Series:
    """How many sponsors everyone who counts and is no leader has now; sponsors of all the organisation count."""
    pairings = pd.read_csv(ROOT / "data" / "sample" / "pairings.csv", dtype=str)
    held = active_pairings(pairings_table(pairings), on=shown.last_day)
    counts = held.loc[held["kind"] == "sponsor", ["senior", "junior"]].drop_duplicates()["junior"].value_counts()
    return counts.reindex(shown.persons[~shown.is_leader], fill_value=0)


def files(folder: Path) -> dict[str, Path]:
    return {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}


def words(page: Path) -> str:
    """The text of a page, one piece a line, without its scripts and pictures."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", html.unescape(re.sub(r"<[^>]+>", "\n", text)))


# --- what is there --------------------------------------------------------------------------------------------------


def test_every_file_the_commands_page_names_is_there_and_no_other(analyst: Path, leader: Path) -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = page.split("## What `ona run` writes")[1]
    named = set(re.findall(r"^\| `([^`]+)` \|", section, flags=re.MULTILINE))
    pages = {"map.html", "report.html", "network.html"}
    assert named == pages | {"tables/*.csv", "graph.graphml", "set_aside.csv", "study.json"}
    there = set(files(analyst))
    for pattern in named:
        assert [name for name in there if Path(name).match(pattern)], pattern
    assert not [name for name in there if not any(Path(name).match(pattern) for pattern in named)]
    assert all(path.stat().st_size for path in files(analyst).values())
    assert set(files(leader)) == LEADER_FILES


@pytest.mark.slow
def test_the_same_bytes_every_time(demo: tuple[StudyResult, StudyResult], tmp_path: Path) -> None:
    """In processes of their own, with another order of sets and another number of threads."""
    for name, hashseed, threads in (("one", "0", "1"), ("two", "4242", "4")):
        command = [sys.executable, "-m", "ona", "demo", "--out", str(tmp_path / name), "--quiet"]
        env = {**os.environ, "PYTHONHASHSEED": hashseed, "OMP_NUM_THREADS": threads}
        subprocess.run(command, check=True, capture_output=True, env=env)
    digests = [
        {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files(folder).items()}
        for folder in (demo[0].out.parent, tmp_path / "one", tmp_path / "two")
    ]
    assert len(digests[0]) == len(files(demo[0].out)) + len(LEADER_FILES)
    assert digests[0] == digests[1] == digests[2]


def test_no_cell_is_a_formula(analyst: Path) -> None:
    tables = [path for name, path in files(analyst).items() if name.endswith(".csv")]
    assert len(tables) > 10
    for path in tables:
        with path.open(encoding="utf-8", newline="") as stream:
            for cell in (cell for row in csv.reader(stream) for cell in row):
                assert not cell.startswith(("=", "+", "@", "\t", "\r")), (path.name, cell)
                assert not cell.startswith("-") or re.fullmatch(r"-(\d+(\.\d+)?(e[+-]\d+)?|inf)", cell), (
                    path.name,
                    cell,
                )


# --- what a leader may see ------------------------------------------------------------------------------------------


def test_a_leader_s_files_hold_no_person_in_any_byte(leader: Path, roster: pd.DataFrame) -> None:
    """Looked for letter by letter, by no rule of the toolkit's own."""
    assert len(roster) == 600
    ids = roster["person"].tolist()
    sought = [*ids, *pseudonyms(ids, seed=SEED), *roster["email"], *(n for n in roster["name"] if len(n) >= 5)]
    assert len(sought) > 4 * 590
    for name, path in files(leader).items():
        text = path.read_bytes().decode("utf-8")
        unescaped = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), html.unescape(text))
        ways = [text.casefold(), unescaped.casefold()]
        assert [one for one in sought if any(one.casefold() in form for form in ways)] == [], name
        assert not re.search(r"@example\.(org|com|net)", text), f"{name} holds an address"


def test_a_leader_s_files_do_not_tell_what_pseudonyms_are_made_from(leader: Path) -> None:
    for name, path in files(leader).items():
        assert not re.search(r"seed\W{0,4}2025", path.read_text(encoding="utf-8"), flags=re.IGNORECASE), name


def test_a_leader_is_told_of_those_who_count_only(leader: Path, shown: InfluenceGraph, sponsors: pd.Series) -> None:
    text = words(leader / "report.html")
    planned = re.search(r"([\d,]+) pairings are proposed", text)
    assert planned is not None
    assert 0 < int(planned[1].replace(",", "")) <= (sponsors == 0).sum()
    assert "Candidate sponsors were found" not in text, "how many lack a sponsor would tell of the groups not shown"
    assert f"{shown.size:,}, of them {len(shown.leaders):,} leaders" in text
    assert "600" not in re.findall(r"\d+", text), "the size of the roster would tell how many are left out"


def test_the_plan_begins_where_the_gap_is(
    demo: tuple[StudyResult, StudyResult], shown: InfluenceGraph, sponsors: pd.Series
) -> None:
    group = shown.people.loc[sponsors.index, "gender"]
    gap = sponsors[group == "woman"].mean() - sponsors[group == "man"].mean()
    text = words(demo[1].out / "report.html").replace("−", "-")
    row = re.search(r"\nSponsors\n(-?[\d.]+)\n(-?[\d.]+)\n(-?[\d.]+) \(", text)
    assert row is not None
    assert float(row[3]) == pytest.approx(gap, abs=0.0005)
    begun = re.search(r"the gap in sponsors a head \(women against men\) would go from (-?[\d.]+) to", text)
    assert begun is not None
    assert float(begun[1]) == pytest.approx(gap, abs=0.005)


def test_the_analyst_s_plan_begins_where_the_gap_is(analyst: Path) -> None:
    gaps = pd.read_csv(analyst / "tables" / "gaps.csv").set_index(["measure", "column", "focal"])
    plan = pd.read_csv(analyst / "tables" / "plan.csv")
    begun = plan[plan["pairings"] == 0].set_index(["measure", "column", "focal"])
    assert len(begun) == 4
    both = begun.join(gaps[["difference", "adjusted"]], how="inner")
    assert set(both.index.get_level_values("measure")) >= {"sponsors"}
    pd.testing.assert_series_equal(both["gap"], both["difference"], check_names=False)
    pd.testing.assert_series_equal(both["gap_within"], both["adjusted"], check_names=False)


# --- in a browser ---------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("audience", ["analyst", "leader"])
@pytest.mark.parametrize("name", ["map.html", "report.html"])
def test_a_page_opens_by_itself(
    audience: str, name: str, demo: tuple[StudyResult, StudyResult], visit: Callable[..., Any]
) -> None:
    path = next(result.out for result in demo if result.out.name == audience) / name
    seen = visit(path, ready=name == "map.html")
    seen.page.wait_for_timeout(300)
    assert seen.requests == [path.as_uri()]
    assert seen.complaints == []
    assert "Alderbrook" in seen.page.title()
    assert "Alderbrook" in seen.page.inner_text("h1")


@pytest.mark.browser
def test_a_person_of_the_sample_is_found_and_their_way_to_a_sponsor_lit(
    analyst: Path, visit: Callable[..., Any]
) -> None:
    candidates = pd.read_csv(analyst / "tables" / "candidates.csv", dtype={"introducer": str})
    hers = candidates[candidates["protege"] == SOFIA].sort_values("rank")
    assert len(hers) >= 5
    seen = visit(analyst / "map.html")
    seen.page.fill("#search", "sofía gunawardena")
    first = seen.page.locator("#suggestions [role=option]").first
    assert "Sofía Gunawardena" in first.inner_text()
    first.click()
    assert seen.mark("selected") == SOFIA
    assert seen.page.inner_text("#panel h2") == "Sofía Gunawardena"
    assert seen.page.locator("#panel .card").count() == len(hers)
    assert seen.mark("lit-path") == ""
    seen.page.click("#panel >> text=Light the path >> nth=0")
    assert seen.mark("lit-path").split() == hers["path"].iloc[0].split(" → ")
    assert seen.complaints == []
