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

ANALYST = {"graph.graphml", "map.html", "network.html", "report.html", "set_aside.csv", "study.json", "tables"}
TABLES = {
    "access",
    "access_changes",
    "access_flow",
    "assignment",
    "attack_curve",
    "bridges",
    "bridging",
    "brokerage",
    "candidates",
    "centrality",
    "changes",
    "communities",
    "community_scan",
    "coverage",
    "decomposition",
    "dyads",
    "exposure",
    "gaps",
    "homophily",
    "load",
    "loss",
    "measure_changes",
    "measure_stability",
    "mixing",
    "newcomer_groups",
    "newcomers",
    "overload",
    "plan",
    "precision",
    "reach",
    "removals",
    "representation",
    "robustness",
    "segregation",
    "silos",
    "sponsorship",
    "survival",
    "trend",
    "turnover",
    "turnover_people",
    "unassigned",
    "verdicts",
    "visibility",
    "visibility_curve",
    "windows",
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
    with pytest.raises(
        StudyError, match=r"candidates.focus: nobody is in the group 'women' of gender; did you mean 'woman'"
    ):
        run_study(read_study(small_study), out=tmp_path / "out")


def changed(path: Path, *changes: tuple[str, str]) -> Path:
    """The study file with some of its text replaced."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


STRATA = 'strata = ["function"]'
PAIRINGS = '[[pairings]]\nfile = "pairings.csv"\nsenior = "senior"\njunior = "junior"\nkind = "kind"\n'


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            [(PAIRINGS, ""), (STRATA, f'{STRATA}\nfamily = ["leader_ties", "sponsors"]')],
            "gaps.family names 'sponsors', but no mentoring or sponsorship pairings are given; "
            "add them as [[pairings]], or leave it out",
        ),
        (
            [(STRATA, f'{STRATA}\nfamily = ["leader_ties_with_chain"]')],
            "gaps.family names 'leader_ties_with_chain', but it is not among the measures compared; "
            "name it in gaps.measures too, or take it out of gaps.family",
        ),
        (
            [(STRATA, 'strata = ["site"]')],
            "gaps.strata names 'site', but the roster records nobody's site; "
            "name the column that does in [people], or leave it out",
        ),
        (
            [('start = "joined"\n', ""), (STRATA, 'strata = ["tenure"]')],
            "gaps.strata names 'tenure', but the roster does not say when people started; "
            "name the column that does as people.start",
        ),
        (
            [(STRATA, f'{STRATA}\nfactors = ["site"]')],
            "gaps.factors names 'site', but the roster records nobody's site; "
            "name the column that does in [people], or leave it out",
        ),
        (
            [
                ('groups = { gender = "sex" }', 'groups = { gender = "sex", own = "name" }'),
                (STRATA, 'strata = ["own"]'),
            ],
            "nobody in gender 'woman' has the same own as anybody in 'man', so nobody can be compared in the same "
            "place; hold fewer columns equal in gaps.strata",
        ),
        (
            [("permutations = 200", 'plurals = { womn = "women" }')],
            "gaps.plurals names 'womn', and no group is called that; did you mean 'woman'?",
        ),
    ],
)
def test_check_refuses_what_run_would(small_study: Path, changes: list[tuple[str, str]], sentence: str) -> None:
    with pytest.raises(StudyError) as caught:
        check_study(read_study(changed(small_study, *changes)))
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("section", "why"), [("trend", "it comes from pairings"), ("robustness", "it comes from pair")]
)
def test_what_is_tried_on_other_ties_is_made_of_ties(small_study: Path, section: str, why: str) -> None:
    study = changed(small_study, ("[candidates]", f'[{section}]\nmeasures = ["sponsors"]\n[candidates]'))
    with pytest.raises(StudyError, match=f"{section}.measures names 'sponsors', but {why}"):
        check_study(read_study(study))


def test_every_measure_offered_for_other_ties_can_be_made_of_them(small_study: Path) -> None:
    from metrics._tie_measures import tie_measures
    from metrics.access import TWICE, WITH_CHAIN
    from ona.asked import BY_TIES
    from ona.model import influence_graph

    people = pd.DataFrame({"person": list("ab"), "leader": [True, False]})
    graph = influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["b"]}))
    names = [name + ending for name in BY_TIES for ending in ("", WITH_CHAIN)]
    assert list(tie_measures(graph, names)) == names
    for name in set(TWICE) - set(BY_TIES):
        with pytest.raises(StudyError, match="is not a measure of ties"):
            tie_measures(graph, [name])


def test_days_without_events_are_the_fault_though_a_survey_made_ties(small_study: Path) -> None:
    (small_study.parent / "survey.csv").write_text("who,whom\na1,d1\na2,d2\n", encoding="utf-8")
    survey = '[[channels]]\nname = "advice"\nkind = "survey"\nfile = "survey.csv"\n'
    survey += 'columns = { respondent = "who", named = "whom" }\n'
    study = changed(small_study, ("[gaps]", f"{survey}[ties]\nfirst_day = 2030-01-01\n[gaps]"))
    with pytest.raises(StudyError, match="every event of email lies outside the days of the study"):
        check_study(read_study(study))


def test_what_is_left_out_is_said(small_study: Path) -> None:
    """In check, with the gaps, and in the report: nothing that was asked for or is there by default goes in silence."""
    study = changed(small_study, ('function = "team"\n', ""), (STRATA, 'factors = ["gender"]'))
    text = study.read_text(encoding="utf-8") + "\n[trend]\nwindows = 20\n[robustness]\nhubs = 0\nmissing = 0\n"
    study.write_text(text, encoding="utf-8")
    lines = check_study(read_study(study)).lines
    assert "The roster records no function, so level alone is held equal." in lines
    assert "gaps.factors names nothing to look at besides the column compared, so no gap is decomposed." in lines
    assert any(line.startswith("No change over time can be seen: 24 days are too few") for line in lines)
    found = gaps_of(read_study(study))
    assert set(found["remarks"]["sentence"]) <= set(lines)
    assert len(found["remarks"]) == 3
    assert found["decomposition"].empty
    assert not {"hubs", "missing"} & set(found["robustness"]["kind"])


def test_no_factors_means_no_decomposition(small_study: Path) -> None:
    lines = check_study(read_study(changed(small_study, (STRATA, f"{STRATA}\nfactors = []")))).lines
    assert "The study names nothing for a gap to go along with (gaps.factors), so no gap is decomposed." in lines


def test_too_few_comparable_people_are_told_beforehand(small_study: Path) -> None:
    """Women in the one team and men in the other, but for one woman."""
    people = small_study.parent / "people.csv"
    rows = people.read_text(encoding="utf-8").splitlines()
    moved = [row.replace(",Tech,woman", ",Sales,woman").replace(",Sales,man", ",Tech,man") for row in rows]
    text = "\n".join(moved) + "\n"
    people.write_text(text.replace("a1,Ann 1,m1,Analyst,Sales", "a1,Ann 1,m1,Analyst,Tech"), encoding="utf-8")
    lines = check_study(read_study(small_study)).lines
    assert lines[-2] == (
        "gender: only 1 of 17 people in 'woman' and 9 of 9 in 'man' share the same function with anybody of the other "
        "group, fewer than min_group = 3: there will be no adjusted gap."
    )


def test_an_intersection_that_no_comparison_names_is_compared(small_study: Path) -> None:
    study = changed(small_study, ("permutations = 200", 'intersections = [["gender", "level"]]'))
    from ona.asked import comparisons
    from ona.gather import gather

    settings = read_study(study)
    graph = gather(settings, work=small_study.parent).roster_graph
    asked = [(c.column, c.focal, c.reference) for c in comparisons(settings, graph)]
    assert asked == [
        ("gender", "woman", "man"),
        ("gender × level", "man × Analyst", None),
        ("gender × level", "woman × Analyst", None),
    ]


def test_gaps_are_told_in_sentences(small_study: Path) -> None:
    from click.testing import CliRunner

    from ona.cli import ona as command

    study = changed(small_study, (STRATA, f'{STRATA}\nfamily = ["leader_ties"]'))
    done = CliRunner().invoke(command, ["gaps", str(study)])
    assert done.exit_code == 0
    found = gaps_of(read_study(study))
    said = {line.removeprefix("· ") for line in done.output.splitlines() if line.startswith("· ")}
    asked = found["gaps"][found["gaps"]["family"]]
    assert list(asked["measure"]) == ["leader_ties"]
    decomposed = found["decomposition"].query("measure == 'leader_ties'")
    told = [
        asked,
        decomposed,
        *(found[name] for name in ("exposure", "reach", "dyads", "verdicts", "changes", "remarks")),
    ]
    assert said == {sentence for table in told for sentence in table["sentence"] if sentence}
    assert "comparable" in done.output
