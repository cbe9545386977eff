"""Does a file name anybody? The last look before a leader's file is written."""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote

import pandas as pd

from ona.model.text import printable

PERSON_KEYS = "person|sender|recipient|senior|junior|protege|candidate|introducer|manager"
"""Words that, before a bare number or letter, say that it is a person. (An ``id`` may be a group's.)"""

LONG_NUMBER = 6
DEEPEST = 3

_WORD = re.compile(r"[^\W_]+")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_DATA_URI = re.compile(rb"base64,([A-Za-z0-9+/=\s]{8,})")
_KEY = re.compile(rf"(?<![A-Za-z])(?:{PERSON_KEYS})[\"']?\s*[:=]", re.IGNORECASE)
_BLANKS = re.compile(r"\s*")
_AFTER_NUMBER = re.compile(r"(?!\w|[.,]\d)")
_AFTER_BARE = re.compile(r"(?![\w%]|[.,-]\w)")


_Literals = dict[str, dict[int, dict[str, list[str]]]]


@dataclass(frozen=True)
class _Sought:
    """Everyone looked for, arranged so that a place in a text is looked up once, however many people there are.

    Attributes
    ----------
    names : dict
        By its folded words, each name, with the spelling it must have if it is a word that may mean something else.
    lengths : dict
        By a folded word, how many words the names have that begin with it.
    unspaced, numbers, bare : dict
        By first character, length, and all characters: the names that are looked for letter by letter.
    """

    names: dict[tuple[str, ...], list[tuple[str, str | None]]] = field(default_factory=dict)
    lengths: dict[str, set[int]] = field(default_factory=dict)
    unspaced: _Literals = field(default_factory=dict)
    numbers: _Literals = field(default_factory=dict)
    bare: _Literals = field(default_factory=dict)


def scan_for_persons(data: bytes, people: pd.DataFrame, *, aliases: Iterable[str] = ()) -> list[str]:
    r"""Every person id, name or alias that occurs in a file.

    *Words.* An id or name with a letter in it and at least three characters is found wherever its words stand one after
    the other, whatever is between them and in any case: ``ann.lee@x.com`` is found in "Ann Lee, X, com". A single word
    of letters only is found in its own case only: Mark is not found in "mark". Parts of words do not count: ``E10`` is
    not found in ``E101``, nor in a colour such as ``#fe10ab``.

    *Bare ids.* An id such as ``7`` or ``b`` is like any number or tag of a page, so it is found only where the file
    says that it is a person: after a key such as ``"person":``, ``#person=``, ``sender=`` (`PERSON_KEYS`). An id of
    six digits or more is found wherever it stands as a number of its own. A count of 7 people is therefore never taken
    for person 7; equally, a table that lists bare ids under a heading is *not* recognised. A test that a page holds no
    person should give its people ids with letters in them, or pseudonyms.

    *Scripts without spaces*, such as Chinese or Thai: a name is found wherever its characters stand in that order.

    Text is looked at as it stands and with HTML, JSON and URL escapes undone; ``data:`` URIs in base 64, gzip and zip
    (XLSX) are opened. Pictures are not read. The time it takes grows with the file, not with the number of people.

    Parameters
    ----------
    data : bytes
        The whole file.
    people : DataFrame
        A people table: its index, and its ``name`` column if there is one.
    aliases : iterable of str
        Further names of people: addresses, ids before pseudonyms.

    Returns
    -------
    list of str
        Those found, sorted.

    Examples
    --------
    >>> people = pd.DataFrame({"name": ["Zoë O'Brien", "Ann Lee"]}, index=["7", "E101"])
    >>> scan_for_persons(b"<td>7</td><td>17%</td><p>zo\\u00eb O&#39;Brien</p>", people)
    ["Zoë O'Brien"]
    >>> scan_for_persons(b'{"person": "7"}', people)
    ['7']
    """
    sought = {str(person) for person in people.index} | {str(alias) for alias in aliases}
    if "name" in people:
        sought |= {str(name) for name in people["name"].dropna()}
    arranged = _arrange(sought)
    found: set[str] = set()
    for text in {form for content in _contents(data, DEEPEST) for form in _forms(content)}:
        found |= _find(text, arranged)
    return sorted(found)


def _contents(data: bytes, depth: int) -> Iterator[bytes]:
    """The bytes themselves and whatever is packed into them."""
    yield data
    if depth == 0:
        return
    inner: list[bytes] = []
    if data[:2] == b"\x1f\x8b":
        with suppress(OSError, EOFError, zlib.error):
            inner.append(gzip.decompress(data))
    elif data[:4] == b"PK\x03\x04":
        with suppress(zipfile.BadZipFile, RuntimeError, zlib.error), zipfile.ZipFile(io.BytesIO(data)) as archive:
            inner += ["\n".join(archive.namelist()).encode(), *map(archive.read, archive.namelist())]
    for match in _DATA_URI.finditer(data):
        with suppress(binascii.Error):
            inner.append(base64.b64decode(match[1]))
    for content in inner:
        yield from _contents(content, depth - 1)


def _forms(content: bytes) -> Iterator[str]:
    """The text as it stands, and with the escapes of HTML, JSON and URLs undone."""
    text = content.decode("utf-8", errors="replace")
    for form in (text, html.unescape(text), unquote(text)):
        yield _plain(_ESCAPES.sub(_unescaped, form))


def _unescaped(run: re.Match[str]) -> str:
    r"""What a run of ``\uXXXX`` stands for; a character may take two of them."""
    return bytes.fromhex(run[0].replace("\\u", "")).decode("utf-16-be", errors="surrogatepass")


def _plain(text: str) -> str:
    """The form that text and needles are compared in; what `printable` changes on a page is changed here too."""
    return unicodedata.normalize("NFC", printable(text))


def _arrange(sought: Iterable[str]) -> _Sought:
    made = _Sought()
    folders = {"unspaced": made.unspaced, "number": made.numbers, "bare": made.bare}
    for needle in sorted(sought):
        shape = _plain(needle)
        if not shape:
            continue
        kind = _kind(shape)
        if kind == "words":
            words = tuple(word.casefold() for word in _WORD.findall(shape))
            own_case = shape if len(words) == 1 and shape.isalpha() else None
            made.names.setdefault(words, []).append((needle, own_case))
            made.lengths.setdefault(words[0], set()).add(len(words))
        else:
            literal = shape.casefold() if kind == "bare" else shape
            sizes = folders[kind].setdefault(literal[0], {})
            sizes.setdefault(len(shape), {}).setdefault(literal, []).append(needle)
    return made


def _find(text: str, sought: _Sought) -> set[str]:
    """One pass over the text for each way of looking."""
    found = set(_names(text, sought))
    if sought.unspaced:
        places = re.finditer(f"[{_any_of(sought.unspaced)}]", text)
        found.update(needle for at in places for needle, _ in _at(text, at.start(), sought.unspaced))
    if sought.numbers:
        places = re.finditer(rf"(?<![\w.,])[{_any_of(sought.numbers)}]", text)
        hits = (hit for at in places for hit in _at(text, at.start(), sought.numbers))
        found.update(needle for needle, end in hits if _AFTER_NUMBER.match(text, end))
    if sought.bare:
        hits = (hit for at in _after_keys(text) for hit in _at(text, at, sought.bare, folded=True))
        found.update(needle for needle, end in hits if _AFTER_BARE.match(text, end))
    return found


def _names(text: str, sought: _Sought) -> Iterator[str]:
    spelled = _WORD.findall(text)
    folded = [word.casefold() for word in spelled]
    begins = sought.lengths.keys() & set(folded)
    for at in [at for at, word in enumerate(folded) if word in begins]:
        for length in sought.lengths[folded[at]]:
            for needle, own_case in sought.names.get(tuple(folded[at : at + length]), ()):
                if own_case is None or spelled[at] == own_case:
                    yield needle


def _at(text: str, start: int, literals: _Literals, *, folded: bool = False) -> Iterator[tuple[str, int]]:
    """The needles that begin at a place of the text, and where each ends."""
    first = text[start : start + 1]
    for length, needles in literals.get(first.casefold()[:1] if folded else first, {}).items():
        part = text[start : start + length]
        for needle in needles.get(part.casefold() if folded else part, ()):
            yield needle, start + length


def _after_keys(text: str) -> Iterator[int]:
    """Where a bare id may begin: behind a person key, its sign, and perhaps spaces and a quotation mark."""
    for key in _KEY.finditer(text):
        blanks = _BLANKS.match(text, key.end())
        at = blanks.end() if blanks else key.end()
        yield at
        if text[at : at + 1] in ("'", '"'):
            yield at + 1


def _any_of(literals: _Literals) -> str:
    return "".join(re.escape(first) for first in sorted(literals))


def _kind(needle: str) -> str:
    """How a name is looked for: as ``words``, ``unspaced`` (scripts without spaces), a ``number``, or ``bare``."""
    if any(character.isalpha() and _unspaced(character) for character in needle):
        return "unspaced"
    signs = [character for character in needle if character.isalnum()]
    if len(signs) >= 3 and any(character.isalpha() for character in signs):
        return "words"
    return "number" if len(signs) >= LONG_NUMBER else "bare"


def _unspaced(letter: str) -> bool:
    """Whether a letter is of the scripts from Thai on, most of which put no spaces; not Vietnamese or old Greek."""
    return ord(letter) >= 0x0E00 and not 0x1E00 <= ord(letter) < 0x2000
