"""Dates of small tables: ISO as it stands, other orders only where the column leaves no doubt."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import pandas as pd

from ona.model import InputError
from ona.model.text import legible

ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](.+))?")
PARTS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})([T ].*)?")
SHORT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?:[T ].*)?")
NAMED_MONTH = ("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y")


def dates(
    texts: Sequence[str],
    *,
    lines: Sequence[int],
    what: str,
    file: str,
    key: str,
    date_format: str | None = None,
) -> pd.Series:
    """Read a column of dates.

    Parameters
    ----------
    texts : sequence of str
        Dates as written; empty text is a missing date.
    lines : sequence of int
        The line of each.
    what : str
        What the column holds, for errors: ``"start date"``.
    file : str
        For errors.
    key : str
        The setting that would tell the format: ``"people.date_format"``.
    date_format : str, optional
        A `datetime.strptime` pattern. ISO dates are read as well. Without it, ISO dates, dates with a month's English
        name, and dates by number whose order the column itself settles (some day is above 12) are read.

    Returns
    -------
    Series of datetime64
        Midnight of each day, without a zone: a time with an offset counts for its day in UTC.

    Raises
    ------
    InputError
        Text that is not a date; days and months that could be either; a year of two digits.

    Examples
    --------
    >>> dates(["2020-01-31", "", "5 Feb 2021"], lines=[2, 3, 4], what="start date", file="r.csv",
    ...       key="people.date_format").dt.strftime("%d.%m.%Y").fillna("-").tolist()
    ['31.01.2020', '-', '05.02.2021']
    """
    day_first = None
    if date_format is None:
        day_first = _day_first(texts, lines, what=what, file=file, key=key)
    found: list[dt.date | None] = []
    for text, line in zip(texts, lines, strict=True):
        day = _date(text, date_format, day_first) if text else None
        if text and day is None:
            raise InputError(
                f"{what} '{legible(text)}' is not a date", file=file, line=line, cure=f"fix it, or set {key}"
            )
        found.append(day)
    return pd.Series(pd.to_datetime(pd.Series(found, dtype="object")), dtype="datetime64[us]")


def _date(text: str, date_format: str | None, day_first: bool | None) -> dt.date | None:
    if date_format is not None:
        day = _strptime(text, date_format)
        if day is not None:
            return day
    if match := ISO.fullmatch(text):
        year, month, number, rest = match.groups()
        return _iso(f"{year}-{int(month):02d}-{int(number):02d}", rest)
    if date_format is not None:
        return None
    if match := PARTS.fullmatch(text):
        first, second, year = map(int, match.groups()[:3])
        number, month = (first, second) if day_first else (second, first)
        try:
            return dt.date(year, month, number)
        except ValueError:
            return None
    return next((day for pattern in NAMED_MONTH if (day := _strptime(text, pattern)) is not None), None)


def _strptime(text: str, pattern: str) -> dt.date | None:
    try:
        return _in_utc(dt.datetime.strptime(text, pattern))
    except ValueError:
        return None


def _iso(day: str, rest: str | None) -> dt.date | None:
    try:
        return _in_utc(dt.datetime.fromisoformat(f"{day}T{rest.strip()}" if rest else day))
    except ValueError:
        return None


def _in_utc(moment: dt.datetime) -> dt.date:
    return (moment if moment.tzinfo is None else moment.astimezone(dt.UTC)).date()


def _day_first(texts: Sequence[str], lines: Sequence[int], *, what: str, file: str, key: str) -> bool | None:
    """Whether dates by number put the day first; None where there are none of them."""
    seen: dict[bool, tuple[str, int]] = {}
    doubt: tuple[str, int] | None = None
    for text, line in zip(texts, lines, strict=True):
        if SHORT_YEAR.fullmatch(text):
            raise InputError(
                f"{what} '{legible(text)}' has a year of two digits",
                file=file,
                line=line,
                cure=f"set {key}, such as '%d/%m/%y'",
            )
        match = PARTS.fullmatch(text)
        if match is None:
            continue
        first, second = int(match[1]), int(match[2])
        if (first > 12) != (second > 12):
            seen.setdefault(first > 12, (text, line))
        elif first <= 12 and first != second and doubt is None:
            doubt = (text, line)
    if len(seen) == 2:
        text, line = max(seen.values(), key=lambda place: place[1])
        other = min(seen.values(), key=lambda place: place[1])
        raise InputError(
            f"{what} '{legible(text)}' puts day and month the other way round than '{legible(other[0])}' "
            f"on line {other[1]}",
            file=file,
            line=line,
            cure="write all dates as YYYY-MM-DD",
        )
    if not seen and doubt is not None:
        raise two_readings(what, doubt[0], file=file, line=doubt[1], key=key)
    return next(iter(seen), True)


def two_readings(what: str, text: str, *, file: str, line: int, key: str) -> InputError:
    """The error for a date that could be read day first or month first.

    Examples
    --------
    >>> print(two_readings("end", "01/04/2023", file="p.csv", line=2, key="pairings.date_format"))
    p.csv line 2: end '01/04/2023' could be 1 April or 4 January; set pairings.date_format = '%d/%m/%Y' or '%m/%d/%Y'
    """
    match = PARTS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a date by number")
    first, second = int(match[1]), int(match[2])
    months = [dt.date(2000, month, 1).strftime("%B") for month in (second, first)]
    mark = text[len(match[1])]
    times = (" %H:%M:%S", " %H:%M")
    time = next((pattern for pattern in times if _strptime(match[4] or "", pattern) is not None), "")
    patterns = [f"'{order.replace('/', mark)}{time}'" for order in ("%d/%m/%Y", "%m/%d/%Y")]
    return InputError(
        f"{what} '{legible(text)}' could be {first} {months[0]} or {second} {months[1]}",
        file=file,
        line=line,
        cure=f"set {key} = {' or '.join(patterns)}",
    )
