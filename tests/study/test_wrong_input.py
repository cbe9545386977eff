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
    (small_study.parent / "email.csv").write_text(
        "from,to,sent\na1,a1,2024-05-01T09:00:00\na2,a2,2024-05-01T09:00:00\n", encoding="utf-8"
    )
    done = run_ona("check", small_study)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: email.csv")
    assert "Traceback" not in done.stderr


def test_a_study_file_that_is_not_there(tmp_path: Path) -> None:
    done = run_ona("run", tmp_path / "nothing.toml")
    assert done.stderr == (
        "Error: nothing.toml: no such study file; give the path of a study.toml; 'ona demo' makes one\n"
    )
    assert done.returncode == 1


def test_an_output_folder_that_is_not_ours(small_study: Path, tmp_path: Path) -> None:
    out = tmp_path / "precious"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work", encoding="utf-8")
    done = run_ona("run", small_study, "--out", out)
    assert done.stderr == (
        f"Error: the folder '{out}' holds files that ona did not write; give an empty or new folder\n"
    )
    assert done.returncode == 1
    assert (out / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_debug_shows_where(small_study: Path) -> None:
    _replace(small_study.parent / "study.toml", "[leaders]\nat_or_above", "[leaders]\nat_or_abov")
    assert "Traceback" in run_ona("check", small_study, "--debug").stderr
