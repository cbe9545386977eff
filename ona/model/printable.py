"""Values of somebody else's file, made fit to stand in a message."""

from __future__ import annotations

LONGEST = 60


def printable(value: object, *, longest: int = LONGEST) -> str:
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
    >>> printable("first\nname\x07"), printable("Zoë"), printable("x" * 70, longest=5)
    ('first\\nname\\x07', 'Zoë', 'xxxxx…')
    """
    text = str(value)
    spelled = (c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text[: longest + 1])
    shown = "".join(spelled)
    return shown if len(shown) <= longest else f"{shown[:longest]}…"
