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
from urllib.parse import unquote

import pandas as pd

PERSON_KEYS = "person|sender|recipient|senior|junior|protege|candidate|introducer|manager"
"""Words that, before a bare number or letter, say that it is a person. (An ``id`` may be a group's.)"""

LONG_NUMBER = 6
DEEPEST = 3

_WORD = re.compile(r"[^\W_]+")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_DATA_URI = re.compile(rb"base64,([A-Za-z0-9+/=\s]{8,})")


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

    Text is looked at as it stands and with HTML, JSON and URL escapes undone; ``data:`` URIs in base 64, gzip and zip
    (XLSX) are opened. Pictures are not read.

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
    sought = {text for text in sought if text.strip()}
    found: set[str] = set()
    for text in {form for content in _contents(data, DEEPEST) for form in _forms(content)}:
        found |= _find(text, sought - found)
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
        plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), form)
        yield unicodedata.normalize("NFC", plain)


def _find(text: str, sought: set[str]) -> set[str]:
    words: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    found: set[str] = set()
    for needle in sorted(sought):
        shape = unicodedata.normalize("NFC", needle)
        kind = _kind(shape)
        if kind == "words":
            parts = tuple(_WORD.findall(shape.casefold()))
            words.setdefault(parts[0], []).append((parts, needle))
        elif kind == "unspaced":
            found |= {needle} if shape in text else set()
        elif _bare(shape, kind).search(text):
            found.add(needle)
    spelled = _WORD.findall(text)
    folded = [word.casefold() for word in spelled]
    for at, word in enumerate(folded):
        for parts, needle in words.get(word, ()):
            if needle in found or tuple(folded[at : at + len(parts)]) != parts:
                continue
            if len(parts) > 1 or not needle.isalpha() or spelled[at] == unicodedata.normalize("NFC", needle):
                found.add(needle)
    return found


def _kind(needle: str) -> str:
    """How a name is looked for: as ``words``, ``unspaced`` (scripts without spaces), a ``number``, or ``bare``."""
    if any(character.isalpha() and ord(character) >= 0x0E00 for character in needle):
        return "unspaced"
    signs = [character for character in needle if character.isalnum()]
    if len(signs) >= 3 and any(character.isalpha() for character in signs):
        return "words"
    return "number" if len(signs) >= LONG_NUMBER else "bare"


def _bare(needle: str, kind: str) -> re.Pattern[str]:
    literal = re.escape(needle)
    if kind == "number":
        return re.compile(rf"(?<![\w.,]){literal}(?![\w]|[.,]\d)")
    return re.compile(rf"(?<![A-Za-z])(?:{PERSON_KEYS})[\"']?\s*[:=]\s*[\"']?{literal}(?![\w%]|[.,-]\w)", re.IGNORECASE)
