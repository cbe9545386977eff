"""Small files on disk, as analysts have them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write text (or bytes) under a name and return its path."""

    def _write(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return _write


@pytest.fixture
def workbook(tmp_path: Path) -> Write:
    """Write rows of cells as an XLSX file and return its path."""

    def _workbook(name: str, rows: Sequence[Sequence[Any]], title: str = "Sheet1") -> Path:
        from openpyxl import Workbook

        book = Workbook()
        page = book.active
        assert page is not None
        page.title = title
        for row in rows:
            page.append(list(row))
        book.properties.created = book.properties.modified = dt.datetime(2024, 1, 1)
        path = tmp_path / name
        book.save(path)
        return path

    return _workbook


@pytest.fixture
def ids() -> pd.Series:
    """Three people, known by id and by address."""
    return pd.Series(
        {"a": "a", "b": "b", "c": "c", "ann@x.com": "a", "bob@x.com": "b", "cem@x.com": "c"}, name="person"
    )


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder
