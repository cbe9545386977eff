"""What every reader hands back: what was accepted, and what was set aside with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

SET_ASIDE_COLUMNS = ("file", "line", "reason", "row")
"""Columns of a set-aside table: file name, line (counted from 1, as editors do), reason, and the row's text."""


@dataclass(frozen=True, eq=False)
class Read:
    """What one source gave: rows read = rows accepted + rows set aside, always.

    Parameters
    ----------
    file : str
        The file's name as the analyst knows it (for a pattern, the pattern).
    rows : int
        Rows read. A list of recipients or attendees counts one row for each person in it. Blank rows are not rows.
    accepted : int
        Rows that were used.
    table : DataFrame, optional
        The people, pairings or ties table, for sources that are small.
    events : Path, optional
        The Parquet file of events, for sources of events.
    set_aside_file : Path, optional
        The Parquet file of set-aside rows (`SET_ASIDE_COLUMNS`), for sources of events.
    set_aside_rows : DataFrame, optional
        The set-aside rows, for small sources.
    reasons : mapping of str to int
        How many rows were set aside for each reason, most frequent first.
    notes : tuple of str
        What a reader of the report should know. Notes never name a person.
    aliases : Series
        For a roster: person id by any text that identifies the person, casefolded.

    Raises
    ------
    ValueError
        The rows accepted and the rows set aside do not add up to the rows read.

    Examples
    --------
    >>> read = Read("mail.csv", rows=3, accepted=2, reasons={"no recipient": 1})
    >>> read.reasons["no recipient"], len(read.set_aside)
    (1, 0)
    """

    file: str
    rows: int
    accepted: int
    table: pd.DataFrame | None = None
    events: Path | None = None
    set_aside_file: Path | None = None
    set_aside_rows: pd.DataFrame | None = None
    reasons: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    aliases: pd.Series = field(default_factory=lambda: pd.Series(dtype="str"))

    def __post_init__(self) -> None:
        ordered = sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))
        object.__setattr__(self, "reasons", MappingProxyType(dict(ordered)))
        if self.rows != self.accepted + sum(self.reasons.values()):
            raise ValueError(f"{self.file}: {self.rows} rows are not {self.accepted} and {dict(self.reasons)}")

    @property
    def set_aside(self) -> pd.DataFrame:
        """The rows that could not be used, as a table with the columns `SET_ASIDE_COLUMNS`."""
        if self.set_aside_file is not None:
            return pd.read_parquet(self.set_aside_file)
        return set_aside_table(()) if self.set_aside_rows is None else self.set_aside_rows.copy(deep=False)


def set_aside_table(rows: Iterable[tuple[str, int, str, str]]) -> pd.DataFrame:
    """A set-aside table from rows of file, line, reason and text.

    Examples
    --------
    >>> set_aside_table([("mail.csv", 4, "no recipient", "ann;;2024-01-05")]).values.tolist()
    [['mail.csv', 4, 'no recipient', 'ann;;2024-01-05']]
    """
    table = pd.DataFrame(list(rows), columns=list(SET_ASIDE_COLUMNS))
    return table.astype({"file": "str", "line": "int64", "reason": "str", "row": "str"})


def count_reasons(reasons: Iterable[str]) -> dict[str, int]:
    """How often each reason occurs."""
    return dict(Counter(reasons))


def nothing_usable(rows: int, reasons: Mapping[str, int]) -> str:
    """The sentence for a source of which no row can be used; it names the most common reason.

    Examples
    --------
    >>> nothing_usable(3, {"no recipient": 1, "sender not in the roster": 2})
    'none of its 3 rows can be used, most often because: sender not in the roster'
    """
    reason = most_common(reasons)
    rows_text = "its only row cannot be used" if rows == 1 else f"none of its {rows:,} rows can be used"
    return f"{rows_text}, most often because: {reason}" if len(reasons) > 1 else f"{rows_text}: {reason}"


def most_common(reasons: Mapping[str, int]) -> str:
    """The most common reason; the first in the alphabet where several are."""
    return min(reasons, key=lambda reason: (-reasons[reason], reason))


def cure_for(reason: str, section: str) -> str:
    """What to do when every row of a source was set aside for this reason."""
    if "not in the roster" in reason:
        return "check that the roster holds these ids, or name the column that does in people.aliases"
    if reason.startswith("time"):
        return f"set time_format for '{section}'"
    return f"check the columns named for '{section}'"


def joined_notes(*groups: Sequence[str]) -> tuple[str, ...]:
    """Notes from several places, each said once, in order."""
    return tuple(dict.fromkeys(note for group in groups for note in group))
