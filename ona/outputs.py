"""Writing what a study found: whole or not at all, the same bytes every time, safe to open in a spreadsheet."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ona.model.errors import OnaError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MARKER = "study.json"
"""The file that tells a folder of ours from anybody else's, and lists what a run wrote into it."""
_LATER_START = re.compile(r"([;\t\n\r])([=+\-@])")
LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")


@contextmanager
def whole_folder(out: str | Path) -> Iterator[Path]:
    """A folder to write into that becomes `out` only when everything has been written.

    Files go to a hidden folder beside `out`, which is renamed at the end; on any error it is removed and `out` is as it
    was. An `out` that an earlier run left is replaced, provided that it holds that run's files and nothing else. What a
    run that was killed left behind is cleared away by the next.

    Raises
    ------
    OnaError
        `out` holds files that are not ours, or cannot be written.
    """
    target = Path(out).absolute()
    if target.exists() and not target.is_dir():
        raise OnaError(f"'{out}' is a file", cure="give a folder with --out")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _recover(target)
        refuse_foreign(target)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-{os.getpid()}-", dir=target.parent))
    except OSError as error:
        raise OnaError(f"cannot write to '{target.parent}': {error.strerror}", cure="give another folder") from error
    try:
        yield partial
        partial.chmod(0o755 & ~_umask())
        _swap(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def refuse_foreign(folder: Path) -> None:
    """Stop before a folder is replaced that holds anything an earlier run did not write there.

    A run lists its files under ``files`` in ``study.json``.

    Raises
    ------
    OnaError
        It holds something else.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    try:
        listed = set(json.loads((folder / MARKER).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        listed = set()
    foreign = sorted(set(files_in(folder)) - listed - {MARKER} if listed else files_in(folder))
    if foreign:
        raise OnaError(
            f"the folder '{folder}' holds '{foreign[0]}', which ona did not write", cure="give an empty or new folder"
        )


def files_in(folder: Path) -> list[str]:
    """Every file below a folder by its path from there, sorted; those that desktops leave about do not count."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name not in LITTER)
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _recover(target: Path) -> None:
    """Clear away what a run that was killed left beside its target, and put back what it had set aside."""
    for left in target.parent.glob(f".{target.name}.old-*"):
        if not target.exists() and (left / target.name).is_dir():
            (left / target.name).rename(target)
        shutil.rmtree(left, ignore_errors=True)
    for left in target.parent.glob(f".{target.name}.partial-*"):
        owner = left.name.removeprefix(f".{target.name}.partial-").partition("-")[0]
        if owner.isdigit() and not _is_running(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(process: int) -> bool:
    """Whether a process lives; taken to be so where that cannot be asked without harm."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _swap(fresh: Path, target: Path) -> None:
    """Put `fresh` in the place of `target`; the old one is set aside first and comes back if the rename fails."""
    if not target.exists():
        fresh.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent))
    target.rename(old / target.name)
    try:
        fresh.rename(target)
    except OSError:
        (old / target.name).rename(target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)


def neutral(text: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that could start one gets an apostrophe in front.

    Examples
    --------
    >>> neutral("=cmd()"), neutral("Ana"), neutral(-1.5)
    ("'=cmd()", 'Ana', -1.5)
    """
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA_STARTS) else text


def neutral_row(text: Any) -> Any:
    """A whole row kept as one cell: neutral wherever a spreadsheet that splits at ``;``, tab or a line end would begin.

    Examples
    --------
    >>> neutral_row("ann;=cmd()")
    "ann;'=cmd()"
    """
    return neutral(_LATER_START.sub(r"\1'\2", text)) if isinstance(text, str) else text


def write_table(table: pd.DataFrame, path: Path, *, index: bool | None = None) -> None:
    """Write a table as CSV: UTF-8, ten significant digits, neutral cells, missing values empty.

    Parameters
    ----------
    table : DataFrame
        A named index is written as the first column.
    path : Path
        Where to.
    index : bool, optional
        Whether the index is a column; by default when it has a name.
    """
    named = table.index.name is not None if index is None else index
    flat = table.reset_index() if named else table
    safe = flat.copy()
    for column in safe.columns:
        if not (pd.api.types.is_numeric_dtype(safe[column]) or pd.api.types.is_datetime64_any_dtype(safe[column])):
            safe[column] = [neutral(value) for value in safe[column].astype(object)]
    safe.columns = [neutral(str(column)) for column in safe.columns]
    safe.to_csv(path, index=False, float_format="%.10g", lineterminator="\n", date_format="%Y-%m-%d", encoding="utf-8")


def plain(value: Any) -> Any:
    """A value as JSON knows it: numpy numbers, dates and missing values included."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset | np.ndarray | pd.Index):
        return [plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if value is None or value is pd.NaT or (isinstance(value, float | np.floating) and not np.isfinite(value)):
        return None
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(f"{value:.10g}")
    return str(value)


def rows_as_json(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as a list of plain rows."""
    flat = table.reset_index() if table.index.name is not None else table
    return [{str(key): plain(value) for key, value in row.items()} for row in flat.to_dict(orient="records")]


def write_json(value: Any, path: Path) -> None:
    """Write plain JSON, keys in their order, one value a line, ending in a newline."""
    text = json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
