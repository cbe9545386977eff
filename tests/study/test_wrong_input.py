"""Each thing that goes wrong with real input gets one sentence, exit code 1 and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run_ona(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it: a process of its own."""
    command = [sys.executable, "-m", "ona", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False, timeout=120)


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


BROKEN = {
    "missing column": (
        ("study.toml", 'level = "grade"', 'level = "grad"'),
        "people.csv: no column 'grad' for people.level; the file has id, name, boss, grade, team, sex, joined; "
        "did you mean 'grade'?",
    ),
    "duplicate person": (
        ("people.csv", "a1,Ann 1,", "a0,Ann 1,"),
        "people.csv line 8: person 'a0' is already on line 7; keep one row for each person",
    ),
    "unknown manager": (
        ("people.csv", "a2,Ann 2,m2", "a2,Ann 2,m9"),
        "people.csv line 9: manager 'm9' is not in the roster; fix it, or set people.unknown_manager = 'ignore'",
    ),
    "reporting loop": (
        ("people.csv", "d1,Dana One,,", "d1,Dana One,m1,"),
        "people.csv line 2: the reporting line goes in a circle: d1 → m1 → d1; correct one manager in it",
    ),
    "bad date": (
        ("people.csv", "2022-01-03", "2022-31-03"),
        "people.csv line 9: start date '2022-31-03' is not a date; fix it, or set people.date_format",
    ),
    "unknown key": (
        ("study.toml", "[gaps]\nstrata", "[gaps]\nstarta"),
        "study.toml line 33: unknown key 'starta' in [gaps]; did you mean 'strata'?",
    ),
    "unknown group": (
        ("study.toml", 'focal = "woman"', 'focal = "women"'),
        "there is no group 'women' in gender; did you mean 'woman'?",
    ),
    "no leaders": (
        ("study.toml", 'at_or_above = "Director"', 'at_or_above = "Chief"'),
        "leaders.at_or_above = 'Chief' is not a level of the roster; use one of Analyst, Manager, Director",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("command", ["run", "check"])
def test_one_sentence_for_each_mistake(broken: str, command: str, small_study: Path, tmp_path: Path) -> None:
    (file, old, new), sentence = BROKEN[broken]
    _replace(small_study.parent / file, old, new)
    out = tmp_path / "out"
    options = ["--out", out] if command == "run" else []
    done = run_ona(command, small_study, *options)
    assert done.stderr == f"Error: {sentence}\n"
    assert (done.returncode, done.stdout) == (1, "")
    assert not out.exists()


def test_an_empty_file(small_study: Path) -> None:
    (small_study.parent / "people.csv").write_text("", encoding="utf-8")
    done = run_ona("check", small_study)
    assert done.stderr == "Error: people.csv: the file is empty; check that it is the right file\n"
    assert done.returncode == 1


def test_a_group_column_with_one_value(small_study: Path) -> None:
    people = small_study.parent / "people.csv"
    people.write_text(people.read_text(encoding="utf-8").replace(",man,", ",woman,"), encoding="utf-8")
    _replace(small_study, 'reference = "man"\n', "")
    for command in ("check", "gaps"):
        done = run_ona(command, small_study)
        assert done.stderr == (
            "Error: the column 'gender' has only one value, 'woman', so there is nobody to compare with; "
            "compare a column that holds at least two groups\n"
        )
        assert (done.returncode, done.stdout) == (1, "")


def test_levels_that_nobody_of_a_leader_holds(small_study: Path) -> None:
    people = small_study.parent / "people.csv"
    people.write_text(people.read_text(encoding="utf-8").replace("Director", "Manager"), encoding="utf-8")
    done = run_ona("check", small_study)
    assert done.stderr == ("Error: nobody in the roster is a leader; set leaders.at_or_above to a level people hold\n")
    assert done.returncode == 1


def test_no_ties(small_study: Path) -> None:
    """Everybody writes to everybody at once: rows that can be used, and no tie that counts."""
    lines = [f"m,a{n},2024-05-01T09:00:00,all" for n in range(2, 5)]
    (small_study.parent / "email.csv").write_text("from,to,sent,id\n" + "\n".join(lines).replace("m,", "a1,") + "\n")
    _replace(small_study, 'time = "sent" }', 'time = "sent", event = "id" }')
    _replace(small_study, "[gaps]", "[ties]\nbroadcast_cap = 2\n[gaps]")
    done = run_ona("check", small_study)
    assert done.stderr == (
        "Error: no tie between two people of the roster came out of email; check that the channels use the roster's "
        "ids, or name the address column under people.aliases\n"
    )
    assert (done.returncode, done.stdout) == (1, "")


def test_no_row_that_can_be_used(small_study: Path) -> None:
    (small_study.parent / "email.csv").write_text("from,to,sent\na1,a1,2024-05-01T09:00:00\n", encoding="utf-8")
    done = run_ona("check", small_study)
    assert done.stderr == (
        "Error: email.csv line 2: its only row cannot be used: sent to oneself; check the columns named for 'email'\n"
    )
    assert done.returncode == 1


def test_a_window_without_events(small_study: Path) -> None:
    _replace(small_study, "[gaps]", "[ties]\nfirst_day = 2030-01-01\n[gaps]")
    done = run_ona("check", small_study)
    assert done.stderr == (
        "Error: every event of email lies outside the days of the study; "
        "widen ties.first_day and ties.last_day, or leave them out\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('strata = ["function"]', 'strata = ["functoin"]', "gaps.strata names 'functoin'"),
        ("[gaps]", '[gaps]\nunit = "team"', "gaps.unit names 'team'"),
        ("[gaps]", '[gaps]\nmeasures = ["leader_tie"]', "gaps.measures names 'leader_tie'"),
        ("[candidates]", '[outputs]\nmap_group = "sex"\n[candidates]', "outputs.map_group names 'sex'"),
        ("levels_up = 1", "levels_up = 1\nweights = { powr = 1.0 }", "candidates.weights names 'powr'"),
    ],
)
def test_a_name_that_does_not_exist_is_refused_before_anything_is_measured(
    old: str, new: str, sentence: str, small_study: Path, tmp_path: Path
) -> None:
    _replace(small_study, old, new)
    for command in (["check", small_study], ["run", small_study, "--out", tmp_path / "out"]):
        done = run_ona(*command)
        assert done.stderr.startswith(f"Error: {sentence}, which this study does not have; ")
        assert (done.returncode, done.stdout) == (1, "")


def test_a_study_file_that_is_not_utf_8(small_study: Path) -> None:
    small_study.write_bytes(small_study.read_text(encoding="utf-8").replace("small", "kleine Über").encode("cp1252"))
    done = run_ona("check", small_study)
    assert done.stderr == "Error: study.toml: this is not UTF-8 text; save it as UTF-8\n"
    assert done.returncode == 1


def test_the_map_is_not_written_over_somebodys_file(small_study: Path) -> None:
    people = small_study.parent / "people.csv"
    before = people.read_bytes()
    done = run_ona("map", small_study, "--out", people)
    assert done.stderr == f"Error: '{people}' is a file that ona did not write; give another name with --out\n"
    assert people.read_bytes() == before


def test_results_are_not_written_over_their_own_input(small_study: Path) -> None:
    done = run_ona("run", small_study, "--out", small_study.parent)
    assert done.returncode == 1
    assert "which ona did not write" in done.stderr
    assert small_study.is_file()


def test_output_can_be_piped_where_the_console_has_few_letters(small_study: Path) -> None:
    command = [sys.executable, "-m", "ona", "gaps", str(small_study)]
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "−" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("command", ["run", "map"])
def test_a_leaders_file_that_would_name_somebody_is_refused(command: str, small_study: Path, tmp_path: Path) -> None:
    _replace(small_study, "A small organisation", "About Mia Four")
    out = tmp_path / ("out" if command == "run" else "map.html")
    done = run_ona(command, small_study, "--audience", "leader", "--out", out)
    assert done.returncode == 1
    assert "a leader's file must hold no person" in done.stderr
    assert not out.exists()


def test_a_study_file_that_is_not_there(tmp_path: Path) -> None:
    done = run_ona("run", tmp_path / "nothing.toml")
    assert done.stderr == (
        "Error: nothing.toml: no such study file; "
        "give the path of a study.toml; docs/tutorial.md shows how to write one\n"
    )
    assert done.returncode == 1


def test_an_output_folder_that_is_not_ours(small_study: Path, tmp_path: Path) -> None:
    out = tmp_path / "precious"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work", encoding="utf-8")
    done = run_ona("run", small_study, "--out", out)
    assert done.stderr == (
        f"Error: the folder '{out}' holds 'thesis.txt', which ona did not write; give an empty or new folder\n"
    )
    assert done.returncode == 1
    assert (out / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_debug_shows_where(small_study: Path) -> None:
    _replace(small_study.parent / "study.toml", "[leaders]\nat_or_above", "[leaders]\nat_or_abov")
    assert "Traceback" in run_ona("check", small_study, "--debug").stderr
