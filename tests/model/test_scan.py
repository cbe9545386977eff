"""Finding people in the bytes of a file, and not finding them in its numbers."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from urllib.parse import quote

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ona.model import pseudonyms, scan_for_persons

PEOPLE = pd.DataFrame(
    {"name": ["Zoë O'Brien", "Ann Lee", "Mark", "李雷"]}, index=["E101", "P-7QK2M", "100234", "emp_9"]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("asked E101 about it", ["E101"]),
        ("e101", ["E101"]),
        ("E1011, XE101, #fe101a", []),
        ("'P-7QK2M'", ["P-7QK2M"]),
        ("Zoë O&#39;Brien", ["Zoë O'Brien"]),
        (json.dumps("Zoë O'Brien"), ["Zoë O'Brien"]),
        (quote("Zoë O'Brien"), ["Zoë O'Brien"]),
        ("Zoe\u0308 O'Brien", ["Zoë O'Brien"]),
        ("ANN  LEE", ["Ann Lee"]),
        ("Annabel Leeds, Ann from Lee", []),
        ("Mark said", ["Mark"]),
        ("mark the date, Marked", []),
        ("会见李雷和韩梅梅", ["李雷"]),
        ("id emp_9", ["emp_9"]),
        ("emp_91", []),
        ("100234", ["100234"]),
        ("0.100234 1100234 100234.5 100,234", []),
        ("in all 100234.", ["100234"]),
    ],
)
def test_words_are_found_as_words(text: str, found: list[str]) -> None:
    assert scan_for_persons(text.encode(), PEOPLE) == found


NUMBERED = pd.DataFrame(index=[str(i) for i in range(1, 72)])


@pytest.mark.parametrize(
    "text",
    [
        "<td>7</td><td>17%</td>",
        'width="71" height="12" rowspan="2"',
        '{"people": 71, "share": 0.7, "id": 7, "source": 3, "target": 12}',
        "font: 12px/1.7 sans-serif; margin: 7px",
        "7 of 71 women, level 3",
    ],
)
def test_numbers_of_a_page_are_not_people(text: str) -> None:
    assert scan_for_persons(text.encode(), NUMBERED) == []


@pytest.mark.parametrize(
    "text",
    [
        '{"person":"7"}',
        '{"person": 7, "x": 1}',
        "map.html#person=7",
        '<li data-person="7">',
        "{sender: '7', recipient: '8x'}",
    ],
)
def test_a_bare_number_is_a_person_where_the_file_says_so(text: str) -> None:
    assert scan_for_persons(text.encode(), NUMBERED) == ["7"]


def test_packed_files_are_opened() -> None:
    plain = b"so says E101"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", plain)
    uri = b'<img src="data:text/plain;base64,' + base64.b64encode(plain) + b'">'
    for data in (gzip.compress(plain), packed.getvalue(), uri, gzip.compress(uri)):
        assert scan_for_persons(data, PEOPLE) == ["E101"]
    assert scan_for_persons(gzip.compress(plain)[:-9], PEOPLE) == [], "a broken file is text that says nothing"


def test_aliases_and_missing_names() -> None:
    people = pd.DataFrame({"name": [None, "  "]}, index=["E1A", "E2A"])
    assert scan_for_persons(b"mailto:ann.lee@x.com", people, aliases=["ann.lee@x.com"]) == ["ann.lee@x.com"]
    assert scan_for_persons(b"", people) == []


@settings(deadline=None)
@given(st.integers(0, 59), st.sampled_from([" ", '"', ">", "/", ",", "=", "\n", ";", "·", "_", "%"]))
def test_every_pseudonym_is_found_between_any_signs(at: int, sign: str) -> None:
    names = pseudonyms([f"E{i}" for i in range(100, 160)], seed=5)
    people = pd.DataFrame(index=pd.Index(names))
    assert scan_for_persons(f"x{sign}{names.iloc[at]}{sign}y".encode(), people) == [names.iloc[at]]
