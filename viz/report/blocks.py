"""What a report is made of: sections of findings, pictures with their numbers, tables and notes. Plain values only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from ona.model.text import printable
from viz.charts import draw


@dataclass(frozen=True)
class Table:
    """Rows of text under headers. The first cell of a row names the row."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    note: str = ""
    kind: str = "table"


@dataclass(frozen=True)
class Figure:
    """A picture drawn twice, for a desk and for a phone, and the numbers behind it.

    ``printed`` says whether the numbers go on paper too: not where the picture itself tells all of them. ``badge`` is
    a verdict in a word or two, shown before the lead; ``said`` are the table's own sentences, shown after it.
    """

    ident: str
    heading: str
    lead: str
    wide: Markup
    narrow: Markup
    numbers: Table | None
    printed: bool = True
    badge: str = ""
    said: tuple[str, ...] = ()
    kind: str = "figure"


@dataclass(frozen=True)
class Fold:
    """A table, and words on its rows, behind a line that opens them; ``printed`` says whether it is open on paper."""

    summary: str
    table: Table
    remarks: tuple[tuple[str, ...], ...] = ()
    printed: bool = False
    kind: str = "fold"


@dataclass(frozen=True)
class Note:
    """A paragraph that stands out: why something is missing, or what to beware of."""

    text: str
    kind: str = "note"


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str
    kind: str = "heading"


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]
    ordered: bool = False
    kind: str = "points"


@dataclass(frozen=True)
class Terms:
    """Words and what they mean here."""

    items: tuple[tuple[str, str], ...]
    kind: str = "terms"


@dataclass(frozen=True)
class Finding:
    """A sentence with how sure it is, the figures it stands on, and whether it survives other ways of looking."""

    sentence: str
    certainty: str
    evidence: str
    badge: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class Findings:
    """The sentences a reader takes away."""

    items: tuple[Finding, ...]
    kind: str = "findings"


Block = Table | Figure | Fold | Note | Heading | Points | Terms | Findings


@dataclass(frozen=True)
class Section:
    """A heading, a paragraph or two, and what follows."""

    ident: str
    heading: str
    lead: tuple[str, ...]
    blocks: tuple[Block, ...]


def blank(rows: pd.DataFrame | None) -> bool:
    """Whether a table is not there, or empty."""
    return rows is None or rows.empty


def figure(
    ident: str,
    heading: str,
    lead: str,
    *,
    chart: Callable[[float, str], str],
    numbers: Table | None = None,
    printed: bool = True,
    badge: str = "",
    said: Sequence[str] = (),
) -> Figure:
    """A picture in both widths.

    Parameters
    ----------
    ident : str
        Unique in the page.
    heading, lead : str
        What it is, and how to read it.
    chart : callable
        Draws SVG text for a width and an id.
    numbers : Table, optional
        The numbers behind it.
    printed : bool
        Whether they go on paper too.
    badge : str
        A verdict in a word or two.
    said : sequence of str
        What the table itself says in sentences.
    """
    wide = Markup(chart(draw.WIDE, f"{ident}-wide"))
    narrow = Markup(chart(draw.NARROW, f"{ident}-narrow"))
    return Figure(ident, heading, lead, wide, narrow, numbers, printed, badge, tuple(said))


def table(
    caption: str, headers: Sequence[str], rows: Iterable[Sequence[str]], *, words: Iterable[int] = (0,), note: str = ""
) -> Table:
    """A table whose columns are numbers, but for the places named in `words`.

    Examples
    --------
    >>> made = table("Sizes", ["group", "people"], [["a", "5"]])
    >>> sorted(made.numeric), made.rows
    ([1], (('a', '5'),))
    """
    numeric = frozenset(range(len(headers))) - frozenset(words)
    cleaned = tuple(tuple(printable(cell) for cell in row) for row in rows)
    return Table(caption, tuple(map(printable, headers)), cleaned, numeric, note)
