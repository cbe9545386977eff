"""The whole way, on a small organisation: what is written, that it is whole, the same every time, and safe."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

import ona
from ona.model import StudyError, pseudonyms, scan_for_persons
from ona.settings import read_study
from ona.study import candidates_of, check_study, draw_map, gaps_of, people_behind, run_study, summary

ANALYST = {"graph.graphml", "map.html", "report.html", "set_aside.csv", "study.json", "tables"}
TABLES = {
    "access",
    "assignment",
    "brokerage",
    "candidates",
    "centrality",
    "changes",
    "communities",
    "coverage",
    "decomposition",
    "dyads",
    "exposure",
    "gaps",
    "mixing",
    "plan",
    "reach",
    "representation",
    "robustness",
    "segregation",
    "sponsorship",
    "trend",
    "unassigned",
    "verdicts",
    "visibility",
    "visibility_curve",
    "without_candidates",
}


def digests(folder: Path) -> dict[str, str]:
    """Hash of every file of a folder by its path."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_everything_named_is_written(small_study: Path, tmp_path: Path) -> None:
    result = run_study(read_study(small_study), out=tmp_path / "out")
    assert {p.name for p in result.out.iterdir()} == ANALYST
    assert {p.stem for p in (result.out / "tables").iterdir()} == TABLES
    people = pd.read_csv(result.out / "tables" / "access.csv")["person"]
    assert len(people) == 29
    assert people.str.startswith("P-").all()
    network = nx.read_graphml(result.out / "graph.graphml")
    assert set(network.nodes) == set(people)
    edge = next(iter(network.edges(data=True)))[2]
    assert edge["strength"] * edge["distance"] == pytest.approx(1)
    record = json.loads((result.out / "study.json").read_text(encoding="utf-8"))
    assert record["settings"]["study"]["seed"] == 7
    assert {entry["file"] for entry in record["inputs"]} == {"people.csv", "pairings.csv", "email.csv"}
    sha = hashlib.sha256((small_study.parent / "email.csv").read_bytes()).hexdigest()
    assert sha in {entry["sha256"] for entry in record["inputs"]}


def test_two_runs_give_the_same_bytes(small_study: Path, tmp_path: Path) -> None:
    """In processes of their own, so that nothing is carried over."""
    for name, hashseed in (("one", "1"), ("two", "2")):
        command = [sys.executable, "-m", "ona", "run", str(small_study), "--out", str(tmp_path / name)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": hashseed})
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_numbers_do_not_depend_on_how_people_are_shown(small_study: Path, tmp_path: Path) -> None:
    text = small_study.read_text(encoding="utf-8")
    tables = []
    for people in ("pseudonyms", "ids", "names"):
        small_study.write_text(f'{text}\n[outputs]\npeople = "{people}"\n', encoding="utf-8")
        tables.append(gaps_of(read_study(small_study)))
    for found in tables[1:]:
        for name, table in found.items():
            pd.testing.assert_frame_equal(table, tables[0][name])


HELD_UP = """
import sys, time
import ona.present
ona.present.report = lambda *arguments, **options: time.sleep(120)
from ona.cli import main
sys.argv = ["ona", *sys.argv[1:]]
main()
"""
"""A run that stands still when the map has been written and the report has not."""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_run_killed_half_way_leaves_no_folder(how: signal.Signals, small_study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-c", HELD_UP, "run", str(small_study), "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 100
        while not list(tmp_path.glob(".out.partial-*/map.html")) and time.monotonic() < until:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(how)
        process.wait(timeout=60)
    assert process.returncode != 0
    assert not out.exists()
    if how is not signal.SIGKILL:
        assert not list(tmp_path.glob(".out.*"))
    run_study(read_study(small_study), out=out)
    assert (out / "report.html").is_file()
    assert not list(tmp_path.glob(".out.*"))


def test_a_leaders_folder_holds_no_person_in_any_byte(small_study: Path, tmp_path: Path) -> None:
    study = read_study(small_study)
    result = run_study(study, out=tmp_path / "out", audience="leader")
    people = result.gathered.roster_graph.people
    called = [*pseudonyms(people.index, seed=study.study.seed), *people["name"]]
    files = [p for p in result.out.rglob("*") if p.is_file()]
    assert {p.name for p in files} == {"map.html", "report.html", "study.json"}
    for file in files:
        data = file.read_bytes()
        assert scan_for_persons(data, people, aliases=called) == []
        for text in called:
            assert str(text).encode() not in data


def test_formulas_in_data_stay_text(small_study: Path, tmp_path: Path) -> None:
    people = small_study.parent / "people.csv"
    people.write_text(people.read_text(encoding="utf-8").replace("Ann 0", "=1+1"), encoding="utf-8")
    email = small_study.parent / "email.csv"
    email.write_text(email.read_text(encoding="utf-8") + "=cmd(),a1,2024-05-01T09:00:00\n", encoding="utf-8")
    text = small_study.read_text(encoding="utf-8") + '\n[outputs]\npeople = "names"\n'
    small_study.write_text(text, encoding="utf-8")
    run_study(read_study(small_study), out=tmp_path / "out")
    for file in [*(tmp_path / "out" / "tables").glob("*.csv"), tmp_path / "out" / "set_aside.csv"]:
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                assert not [cell for cell in row if cell[:1] in ("=", "+", "@", "\t")], file.name


def test_every_row_is_accounted_for(small_study: Path) -> None:
    email = small_study.parent / "email.csv"
    rows = len(email.read_text(encoding="utf-8").splitlines()) - 1
    email.write_text(
        email.read_text(encoding="utf-8") + "nobody,a1,2024-05-01T09:00:00\na1,a2,not a time\n", encoding="utf-8"
    )
    checked = check_study(read_study(small_study))
    row = checked.files.set_index("file").loc["email.csv"]
    assert (row["rows"], row["accepted"], row["set_aside"]) == (rows + 2, rows, 2)
    assert row["reasons"] == "sender not in the roster (1); time not understood (1)"


def test_an_analyst_can_tell_who_a_pseudonym_is(small_study: Path) -> None:
    study = read_study(small_study)
    shown = pseudonyms(["a3"], seed=7)["a3"]
    assert list(people_behind(study, [shown])) == [(shown, "a3")]
    with pytest.raises(StudyError, match="'P-XXXXX' is nobody in this study; check the pseudonym"):
        list(people_behind(study, ["P-XXXXX"]))


def test_candidates_of_one_person(small_study: Path) -> None:
    study = read_study(small_study)
    everyone, _ = candidates_of(study)
    person = everyone["protege"].iloc[0]
    pd.testing.assert_frame_equal(
        candidates_of(study, person=person)[0], everyone[everyone["protege"] == person].reset_index(drop=True)
    )
    with pytest.raises(StudyError, match="'Zed' is nobody in this study"):
        candidates_of(study, person="Zed")


@pytest.mark.parametrize("audience", ["analyst", "leader"])
def test_the_map_alone(small_study: Path, tmp_path: Path, audience: str) -> None:
    written = draw_map(read_study(small_study), out=tmp_path / "map.html", audience=audience)
    assert written.read_bytes().startswith(b"<!doctype html>")


def test_the_summary_says_what_was_found(small_study: Path, tmp_path: Path) -> None:
    lines = list(summary(run_study(read_study(small_study), out=tmp_path / "out")))
    assert lines[0] == "A small organisation"
    assert lines[1].startswith("29 people, 3 leaders, ")
    assert any("women" in line for line in lines)


def test_groups_are_compared_with_everyone_else_unless_asked(small_study: Path) -> None:
    text = small_study.read_text(encoding="utf-8")
    start, _, rest = text.partition("[[gaps.compare]]")
    small_study.write_text(start + rest[rest.index("[candidates]") :], encoding="utf-8")
    gaps = gaps_of(read_study(small_study))["gaps"]
    assert set(gaps["focal"]) == {"man"}
    assert gaps["reference"].isna().all()


def test_the_public_face_is_whole() -> None:
    assert set(ona.__all__) <= set(dir(ona))
    for name in ona.__all__:
        assert getattr(ona, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = ona.nothing


def test_a_hidden_room_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "metrics.py").write_text("x = 1\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "import ona"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"ImportError: another module named 'metrics' hides ona's own: {tmp_path / 'metrics.py'}; "
        "rename it, or run ona from another folder"
    )


def test_a_programme_may_be_for_a_group(small_study: Path, tmp_path: Path) -> None:
    """With a focus, nobody outside the group is paired while somebody inside is left who could be."""
    text = small_study.read_text(encoding="utf-8")
    small_study.write_text(
        text.replace("levels_up = 1", 'levels_up = 1\ncapacity = 1\nfocus = { gender = "woman" }'), encoding="utf-8"
    )
    result = run_study(read_study(small_study), out=tmp_path / "out")
    people = result.gathered.graph.people
    paired = result.tables.assignment["protege"]
    left = set(result.tables.candidates["protege"]) - set(paired)
    assert left
    assert set(people.loc[paired, "gender"]) == {"woman"}
    small_study.write_text(
        text.replace("levels_up = 1", 'levels_up = 1\nfocus = { gender = "women" }'), encoding="utf-8"
    )
    with pytest.raises(StudyError, match=r"candidates.focus: nobody is in the group 'women' of gender; correct it"):
        run_study(read_study(small_study), out=tmp_path / "out")
