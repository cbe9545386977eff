"""Edge lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest import Read, read_edges
from ona.model import InputError

Write = Callable[..., Path]
COLUMNS = {"source": "Source", "target": "Target", "strength": "Weight"}


def _read(path: Path, ids: pd.Series, **options: Any) -> Read:
    return read_edges(path, channel="ties", ids=ids, **{"columns": COLUMNS, **options})


def _ties(read: Read) -> list[list[Any]]:
    assert read.table is not None
    return read.table[["source", "target", "channel", "strength"]].values.tolist()


def test_what_is_kept_and_what_is_set_aside(write: Write, ids: pd.Series) -> None:
    rows = [
        "Ann@x.com,b,2",
        "a,b,0.5",
        "b,c,",
        "a,zoe,1",
        "zoe,a,1",
        "a,a,1",
        "a,c,0",
        "a,c,-1",
        "a,c,strong",
        "a,c,inf",
    ]
    read = _read(write("edges.csv", "Source,Target,Weight\n" + "\n".join([*rows, ",b,1", "a,,1"])), ids)
    assert _ties(read) == [["a", "b", "ties", 2.5], ["b", "c", "ties", 1.0]]
    assert (read.rows, read.accepted) == (12, 3)
    assert read.set_aside[["line", "reason"]].values.tolist() == [
        [5, "target not in the roster"],
        [6, "source not in the roster"],
        [7, "tie to oneself"],
        *[[line, "strength is not a number above 0"] for line in (8, 9, 10, 11)],
        [12, "no source"],
        [13, "no target"],
    ]
    assert read.set_aside["row"].iloc[0] == "target 'zoe' is not in the roster | a,zoe,1"


def test_every_form_of_file(write: Write, workbook: Write, ids: pd.Series, tmp_path: Path) -> None:
    pq.write_table(pa.table({"Source": ["a"], "Target": ["b"], "Weight": [2.0]}), tmp_path / "e.parquet")
    for path in (
        write("e.csv", "Source;Target;Weight\na;b;2\n"),
        workbook("e.xlsx", [["Source", "Target", "Weight"], ["a", "b", 2]]),
        tmp_path / "e.parquet",
    ):
        assert _ties(_read(path, ids)) == [["a", "b", "ties", 2.0]]


def test_lists_drawn_the_other_way(write: Write, ids: pd.Series) -> None:
    read = _read(
        write("e.csv", "a b\n"), ids, columns={"source": 1, "target": 2}, header=False, delimiter=" ", reverse=True
    )
    assert _ties(read) == [["b", "a", "ties", 1.0]]


def test_no_tie_that_can_be_used(write: Write, ids: pd.Series) -> None:
    with pytest.raises(InputError) as error:
        _read(write("e.csv", "Source,Target,Weight\na,x,1\n"), ids)
    assert str(error.value) == (
        "e.csv line 2: its only row cannot be used: target not in the roster ('x'); "
        "check that the roster holds these ids, or name the column that does in people.aliases"
    )
