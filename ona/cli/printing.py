"""What commands print: tables and progress for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd

    from ona.gather import Progress


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Progress | None]:
    """A progress bar on standard error when somebody is watching; nothing when piped."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("Starting", total=1)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)


def print_table(table: pd.DataFrame, *, columns: Mapping[str, str], title: str | None = None) -> None:
    """Print some columns of a table under the headings given; a missing value is a dash."""
    from rich.table import Table

    shown = Table(title=title, title_justify="left", header_style="bold")
    numeric = {name for name in columns if table[name].dtype.kind in "if" or name in ("p", "q")}
    for name, heading in columns.items():
        shown.add_column(heading, justify="right" if name in numeric else "left", overflow="fold")
    for row in table[list(columns)].itertuples(index=False):
        shown.add_row(*(_cell(value) for value in row))
    console().print(shown)


def _cell(value: Any) -> Any:
    """A cell's text; never read as markup, since names are data."""
    from rich.text import Text

    from ona.model.text import printable

    if value is None or value != value:
        return Text("–")
    if isinstance(value, float):
        size = abs(value)
        digits = 0 if size >= 1000 else 1 if size >= 100 else 3
        return Text(f"{value:,.{digits}f}".replace("-", "−"))
    if isinstance(value, int) and not isinstance(value, bool):
        return Text(f"{value:,}")
    return Text(printable(value))


def probability(value: float) -> str:
    """A p or q as it is written in papers; never exactly 0, which no permutation can show."""
    if value != value:
        return "–"
    return "<.001" if value < 0.001 else f"{value:.3f}".removeprefix("0")


def console() -> Any:
    """Standard output; wide when piped, so that nothing is cut where no terminal limits it."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 160, highlight=False, soft_wrap=False)


def say(text: str = "") -> None:
    """Print one line, without characters that a terminal would obey."""
    from ona.model.text import printable

    click.echo(printable(text))


def print_json(value: Any) -> None:
    """Print plain JSON."""
    from ona.outputs import plain

    click.echo(json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False))
