"""Errors a person can act on: what is wrong, where, and the cure, in one sentence."""

from __future__ import annotations

from pathlib import Path


class OnaError(Exception):
    """Something the person at the keyboard can put right.

    The message is one sentence of the form ``file line N: what is wrong; the cure``.

    Parameters
    ----------
    what : str
        What is wrong, in words.
    file : str or Path, optional
        The file it was found in; only its name is shown.
    line : int, optional
        The line of that file, counted from 1 as editors count.
    cure : str, optional
        What to do about it.

    Examples
    --------
    >>> str(OnaError("manager 'E99' is not in the roster", file="in/roster.csv", line=14, cure="fix it"))
    "roster.csv line 14: manager 'E99' is not in the roster; fix it"
    """

    def __init__(
        self, what: str, *, file: str | Path | None = None, line: int | None = None, cure: str | None = None
    ) -> None:
        self.what = what
        self.file = None if file is None else Path(file).name
        self.line = line
        self.cure = cure
        super().__init__(str(self))

    def __str__(self) -> str:
        where = " ".join(part for part in (self.file, f"line {self.line}" if self.line else None) if part)
        head = f"{where}: {self.what}" if where else self.what
        return f"{head}; {self.cure}" if self.cure else head


class InputError(OnaError):
    """A file that cannot be used as it stands."""


class StudyError(OnaError):
    """A study that asks for something that cannot be done with these people and ties."""


class DisclosureError(OnaError):
    """A request that would show a person, or a group small enough to know one, to an audience that must not see it."""
