"""Text files of rows: which encoding, which separator, and each row with its true line."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ona.model import InputError

BLANKS = " \t\r\n\u00a0\u200b\ufeff"
"""Characters that count as blank around a value: a no-break space or a byte-order mark is as invisible as a space."""

DELIMITERS = (",", ";", "\t", "|")
CHUNK = 1 << 20
FIELD_LIMIT = 1 << 24
SAMPLE_ROWS = 200


class Record(NamedTuple):
    """One row of a file: the line it starts on, its text as written, and its values without surrounding blanks."""

    line: int
    text: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class TextForm:
    """How a text file is written.

    ``plain`` files have one row on every line (no quotation mark, one kind of line end, UTF-8) and no blank but the
    space, so that they can be split by line and separator alone.
    """

    encoding: str
    delimiter: str
    plain: bool
    notes: tuple[str, ...] = ()


def clean(text: str) -> str:
    r"""The text without blanks around it.

    Examples
    --------
    >>> clean(" M\u00a0 ")
    'M'
    """
    return text.strip(BLANKS)


def text_form(
    path: Path, *, delimiter: str | None = None, encoding: str | None = None, also: tuple[str, ...] = ()
) -> TextForm:
    """Find out how a text file is written.

    The whole file is looked through once: a file is UTF-8 only if all of it is. UTF-16 is known by its byte-order
    mark or by its zero bytes. What is neither is read as Windows-1252, and a note says so.

    Parameters
    ----------
    path : Path
        The file.
    delimiter, encoding : str, optional
        Used instead of finding out.
    also : tuple of str
        Separators to consider besides comma, semicolon, tab and bar.

    Raises
    ------
    InputError
        An unknown encoding, a separator that is not one character, or a file that is packed or no text.
    """
    if delimiter is not None and len(delimiter) != 1:
        raise InputError(f"the separator {delimiter!r} is not one character", file=path, cure="give one, such as ';'")
    if encoding is not None:
        try:
            "".encode(encoding)
        except LookupError:
            raise InputError(f"unknown encoding '{encoding}'", file=path, cure="use a name such as 'utf-8'") from None
    look = _look_through(path, encoding=encoding)
    notes: tuple[str, ...] = ()
    if encoding is None:
        encoding = look.encoding
        if encoding == "cp1252":
            notes = (f"{path.name} is not UTF-8; it was read as Windows-1252",)
    elif codecs.lookup(encoding).name == "utf-8" and look.encoding == "utf-8-sig":
        encoding = "utf-8-sig"
    found = delimiter or _sniff(path, encoding, (*DELIMITERS, *also))
    plain = look.plain and (found == "\t" or not look.tabs) and codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
    return TextForm(encoding=encoding, delimiter=found, plain=plain, notes=notes)


class _Look(NamedTuple):
    encoding: str
    plain: bool
    tabs: bool


NOT_PLAIN = tuple(mark.encode() for mark in ('"', "\x00", "\x01", "\u00a0", "\u200b"))


NO_TEXT = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0", b"SQLite format 3\x00")
"""How files begin that are easily taken for a table: documents, pictures, old workbooks, databases."""

CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1a\x1b")
MOST_CONTROLS = 0.05
"""Text has hardly any control characters; of random bytes one in ten is one."""


def _look_through(path: Path, *, encoding: str | None = None) -> _Look:
    with path.open("rb") as handle:
        start = handle.read(4096)
        if start.startswith((b"\x1f\x8b", b"PK\x03\x04")):
            raise InputError("this is packed, not text", file=path, cure="unpack it, or name a workbook .xlsx")
        wide = _utf16(start)
        if _is_binary(start, encoding=wide or encoding):
            raise InputError(
                "this is not a text file",
                file=path,
                cure="check that it is the right file, or save it as .csv or .xlsx",
            )
        if wide:
            return _Look(wide, False, True)
        handle.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        plain, tabs, returns, feeds, pairs, last = True, False, 0, 0, 0, b""
        while chunk := handle.read(CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return _Look("cp1252", False, True)
            # A megabyte without a line end is not a table that can be split by line in a bounded space.
            plain &= b"\n" in chunk or len(chunk) < CHUNK
            plain &= not any(mark in last + chunk for mark in NOT_PLAIN)
            tabs |= b"\t" in chunk
            returns += chunk.count(b"\r")
            feeds += chunk.count(b"\n")
            pairs += chunk.count(b"\r\n") + (last[-1:] == b"\r" and chunk[:1] == b"\n")
            last = chunk[-2:]
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _Look("cp1252", False, True)
    one_line_end = returns == 0 or returns == feeds == pairs
    return _Look("utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8", plain and one_line_end, tabs)


def _is_binary(start: bytes, *, encoding: str | None) -> bool:
    """Whether a file begins as no text does; encodings of two or four bytes a character are full of zero bytes."""
    if start.startswith(NO_TEXT):
        return True
    wide = encoding is not None and len("ab".encode(encoding)) - len("a".encode(encoding)) > 1
    return not wide and sum(byte in CONTROLS for byte in start) > max(3, MOST_CONTROLS * len(start))


def _utf16(start: bytes) -> str | None:
    """The kind of UTF-16 a file begins in, known by its mark or by where its zero bytes stand."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(start) // 2
    if half and start[1::2].count(0) > 0.4 * half and start[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if half and start[::2].count(0) > 0.4 * half and start[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _sniff(path: Path, encoding: str, candidates: tuple[str, ...]) -> str:
    """The separator under which most of the first rows have the same number of values, and more than one."""
    best, best_score = ",", (0.0, 0)
    for candidate in candidates:
        try:
            records = islice(text_records(path, TextForm(encoding, candidate, False)), SAMPLE_ROWS)
            counts = Counter(len(record.fields) for record in records)
        except InputError:
            continue
        if not counts:
            continue
        width, times = max(counts.items(), key=lambda item: (item[1], item[0]))
        score = (times / counts.total(), width)
        if width > 1 and score > best_score:
            best, best_score = candidate, score
    return best


def text_records(path: Path, form: TextForm) -> Iterator[Record]:
    """The rows of a text file, blank ones left out, each with the line it starts on.

    Quoted values may hold line ends. A row whose values are all empty is blank.

    Raises
    ------
    InputError
        Bytes that are not in the encoding, or a quotation mark that is never closed.
    """
    errors = "replace" if form.encoding == "cp1252" else "strict"
    held: list[str] = []
    with path.open(encoding=form.encoding, errors=errors, newline="") as handle, _long_fields():

        def lines() -> Iterator[str]:
            for text in handle:
                held.append(text)
                yield text

        reader = csv.reader(lines(), delimiter=form.delimiter)
        line, text, lines_held = 1, "", 0
        try:
            for values in reader:
                text, lines_held = "".join(held), len(held)
                held.clear()
                fields = tuple(map(clean, values))
                if any(fields):
                    yield Record(line, text.rstrip("\r\n").lstrip("\ufeff"), fields)
                line = reader.line_num + 1
        except UnicodeDecodeError as error:
            raise InputError(
                f"the file is not {form.encoding} ({error.reason})", file=path, cure="set its encoding"
            ) from None
        except csv.Error:
            raise _never_closed(path, line) from None
        # The csv module takes the end of the file for the missing mark, and every row in between for text.
        if lines_held > 1 and text.count('"') % 2:
            raise _never_closed(path, line - lines_held)


def _never_closed(path: Path, line: int) -> InputError:
    return InputError("a quotation mark opens here and never closes", file=path, line=line, cure="close or remove it")


@contextmanager
def _long_fields() -> Iterator[None]:
    """Room for values longer than the csv module's 128 KB: a list of recipients can be the whole company."""
    before = csv.field_size_limit(FIELD_LIMIT)
    try:
        yield
    finally:
        csv.field_size_limit(before)
