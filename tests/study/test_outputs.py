from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ona.model import OnaError
from ona.outputs import (
    FORMULA_STARTS,
    MARKER,
    files_in,
    neutral,
    plain,
    rows_as_json,
    whole_folder,
    write_json,
    write_table,
)


def _fill(folder: Path, **files: str) -> None:
    """Write files and the list of them, as a run does."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / MARKER).write_text(json.dumps({"files": [*files, MARKER]}), encoding="utf-8")


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    with whole_folder(out) as folder:
        _fill(folder, page="x")
        assert not out.exists()
    assert files_in(out) == ["page", MARKER]
    assert [p.name for p in out.parent.iterdir()] == ["out"]


def test_a_failure_leaves_the_old_folder_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with whole_folder(out) as folder:
        _fill(folder, page="first")

    def fail_half_way() -> None:
        with whole_folder(out) as folder:
            _fill(folder, page="second")
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        fail_half_way()
    assert (out / "page").read_text(encoding="utf-8") == "first"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_earlier_run_is_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name in ("old", "new"):
        with whole_folder(out) as folder:
            _fill(folder, **{name: "x"})
    assert files_in(out) == ["new", MARKER]


def test_notes_put_beside_the_results_are_not_thrown_away(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with whole_folder(out) as folder:
        _fill(folder, page="x")
    (out / "my-notes.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(OnaError, match=r"holds 'my-notes\.txt', which ona did not write"), whole_folder(out):
        pass
    assert files_in(out) == ["my-notes.txt", "page", MARKER]


def test_what_a_killed_run_left_is_cleared_or_put_back(tmp_path: Path) -> None:
    """Killed while writing: the hidden folder goes. Killed between the two renames: the old results come back."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    partial = tmp_path / f".out.partial-{gone.pid}-x"
    partial.mkdir()
    alive = tmp_path / f".out.partial-{os.getpid()}-x"
    alive.mkdir()
    old = tmp_path / ".out.old-x" / "out"
    old.mkdir(parents=True)
    _fill(old, page="old results")

    def fail() -> None:
        with whole_folder(tmp_path / "out"):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (tmp_path / "out" / "page").read_text(encoding="utf-8") == "old results"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([alive.name, "out"])


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_not_ours_is_left_alone(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "mine"
    if kind == "file":
        out.write_text("mine", encoding="utf-8")
    else:
        out.mkdir()
        (out / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OnaError, match="is a file" if kind == "file" else "did not write"), whole_folder(out):
        pass
    assert out.exists()


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    with whole_folder(tmp_path) as folder:
        _fill(folder)
    assert (tmp_path / MARKER).is_file()


@given(st.text())
def test_no_text_cell_can_start_a_formula(text: str) -> None:
    assert not neutral(text).startswith(FORMULA_STARTS)
    assert neutral(text).endswith(text)


def test_tables_are_neutral_and_the_same_on_every_machine(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"name": ["=1+1", "Ana", None], "gap": [-1 / 3, np.nan, 2.0], "on": pd.to_datetime(["2024-01-02", None, None])},
        index=pd.Index(["@x", "b", "c"], name="person"),
    )
    write_table(table, tmp_path / "t.csv")
    data = (tmp_path / "t.csv").read_bytes()
    assert data == b"person,name,gap,on\n'@x,'=1+1,-0.3333333333,2024-01-02\nb,Ana,,\nc,,2,\n"


def test_commas_and_quotes_survive(tmp_path: Path) -> None:
    write_table(pd.DataFrame({"name": ['Smith, "Al"\nx']}), tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream)) == [["name"], ['Smith, "Al"\nx']]


def test_json_knows_no_nan(tmp_path: Path) -> None:
    write_json(
        {"a": np.float64("nan"), "b": np.int64(2), "c": {"x", "w"}, "d": pd.Timestamp("2024-01-02")}, tmp_path / "j"
    )
    text = (tmp_path / "j").read_text(encoding="utf-8")
    assert "null" in text
    assert "NaN" not in text
    assert plain((True, 0.1 + 0.2)) == [True, 0.3]
    assert rows_as_json(pd.DataFrame({"x": [np.nan, 1.5]})) == [{"x": None}, {"x": 1.5}]
