"""Text that can be shown anywhere: in a terminal, a page, a spreadsheet or an XML file."""

from __future__ import annotations

import re

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")
LONGEST = 60
"""Characters of somebody else's value that a message shows."""


def printable(text: object, *, keep: str = "") -> str:
    r"""Text without characters that a terminal obeys, that XML forbids, or that turn the direction of a line.

    Those are control characters (C0, DEL and C1, so also escape sequences, tabs and line ends), line and paragraph
    separators, direction embeddings, overrides and isolates, surrogates without their other half, U+FFFE and U+FFFF. A
    run of them becomes one space, so that words stay apart, and none is left at either end. Nothing else is touched:
    joiners and direction *marks*, which some scripts need, stay.

    Parameters
    ----------
    text : object
        Anything; it is turned into text first.
    keep : str
        Characters that stay all the same, such as ``"\t\n"`` for a text of several lines.

    Returns
    -------
    str

    Examples
    --------
    >>> printable("Ann\x1b[31m\u202e Lee\r\n")
    'Ann [31m  Lee'
    >>> printable("one\n\ttwo\x07", keep="\t\n")
    'one\n\ttwo'
    """
    if not keep:
        return _UNSAFE.sub(" ", str(text)).strip()
    return _UNSAFE.sub(lambda run: "".join(c for c in run[0] if c in keep) or " ", str(text)).strip()


def legible(value: object, *, longest: int = LONGEST) -> str:
    r"""A value on one line, with nothing in it that a terminal would obey, and cut where it is long.

    Parameters
    ----------
    value : object
        What the file holds, usually text.
    longest : int
        How many characters to show.

    Returns
    -------
    str
        Characters that cannot be seen, such as line breaks, bells and marks that turn the direction of writing, are
        spelled out as in Python; a cut is marked by ``…``.

    Examples
    --------
    >>> legible("first\nname\x07"), legible("Zoë"), legible("x" * 70, longest=5)
    ('first\\nname\\x07', 'Zoë', 'xxxxx…')
    """
    text = str(value)
    spelled = (c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text[: longest + 1])
    shown = "".join(spelled)
    return shown if len(shown) <= longest else f"{shown[:longest]}…"
