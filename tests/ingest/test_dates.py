"""Dates of small tables: nothing is guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import dates
from ona.model import InputError


def _read(*texts: str, date_format: str | None = None) -> list[str]:
    found = dates(
        texts,
        lines=range(2, len(texts) + 2),
        what="start date",
        file="roster.csv",
        key="people.date_format",
        date_format=date_format,
    )
    return found.dt.strftime("%Y-%m-%d").fillna("").tolist()


def _error(*texts: str, date_format: str | None = None) -> str:
    with pytest.raises(InputError) as error:
        _read(*texts, date_format=date_format)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-01-31", "2020-01-31"),
        ("2020/1/31", "2020-01-31"),
        ("2020-01-31T23:30:00-02:00", "2020-02-01"),
        ("2020-01-31 09:30", "2020-01-31"),
        ("2020-01-31T09:30:00Z", "2020-01-31"),
        ("31-Jan-2020", "2020-01-31"),
        ("31 January 2020", "2020-01-31"),
        ("Jan 31, 2020", "2020-01-31"),
        ("31/01/2020", "2020-01-31"),
        ("01/31/2020", "2020-01-31"),
        ("31.01.2020", "2020-01-31"),
        ("03/03/2020", "2020-03-03"),
        ("", ""),
    ],
)
def test_dates_without_doubt(text: str, day: str) -> None:
    assert _read(text) == [day]


def test_one_day_above_twelve_settles_the_column() -> None:
    assert _read("01/04/2023", "31/01/2023") == ["2023-04-01", "2023-01-31"]
    assert _read("01/04/2023", "01/31/2023") == ["2023-01-04", "2023-01-31"]


def test_a_column_that_does_not_settle_it_is_an_error() -> None:
    assert _error("2020-01-01", "01/04/2023", "03/04/2023") == (
        "roster.csv line 3: start date '01/04/2023' could be 1 April or 4 January; "
        "set people.date_format = '%d/%m/%Y' or '%m/%d/%Y'"
    )
    assert _error("01.04.2023 09:30").endswith("set people.date_format = '%d.%m.%Y %H:%M' or '%m.%d.%Y %H:%M'")


def test_a_format_settles_it() -> None:
    assert _read("01/04/2023", date_format="%d/%m/%Y") == ["2023-04-01"]
    assert _read("01/04/23", date_format="%m/%d/%y") == ["2023-01-04"]
    assert _read("2023-04-01", date_format="%d/%m/%Y") == ["2023-04-01"]


def test_two_orders_in_one_column() -> None:
    assert _error("25/12/2020", "12/31/2020") == (
        "roster.csv line 3: start date '12/31/2020' puts day and month the other way round than '25/12/2020' on line 2"
        "; write all dates as YYYY-MM-DD"
    )


def test_a_year_of_two_digits() -> None:
    assert _error("31/01/20") == (
        "roster.csv line 2: start date '31/01/20' has a year of two digits; set people.date_format, such as '%d/%m/%y'"
    )


@pytest.mark.parametrize("text", ["31/31/2020", "2020-02-30", "2022-31-03", "soon", "44197", "2020", "30/02/2020"])
def test_what_is_no_date(text: str) -> None:
    assert _error("2020-01-01", text) == (
        f"roster.csv line 3: start date '{text}' is not a date; fix it, or set people.date_format"
    )


def test_a_format_that_does_not_fit() -> None:
    assert _error("31/01/2020", date_format="%m/%d/%Y") == (
        "roster.csv line 2: start date '31/01/2020' is not a date; fix it, or set people.date_format"
    )


@given(st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)), st.sampled_from(["%d/%m/%Y", "%m-%d-%Y", "%d.%m.%y"]))
def test_a_date_written_by_a_format_is_read_by_it(day: dt.date, pattern: str) -> None:
    written = day.strftime(pattern)
    assert _read(written, date_format=pattern) == [dt.datetime.strptime(written, pattern).strftime("%Y-%m-%d")]
