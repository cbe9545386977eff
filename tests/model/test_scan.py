"""Finding people in the bytes of a file, and not finding them in its numbers."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from urllib.parse import quote, unquote

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ona.model import printable, pseudonyms, scan_for_persons
from ona.model.scan import PERSON_KEYS

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


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("İnan Şahin", "so says İnan Şahin", True),  # İ folds to two characters, one of them no letter
        ("Nguyễn Văn An", "NGUYỄN, VĂN AN", True),  # Vietnamese has letters from U+1E00 on, and spaces
        ("Nguyễn", "Nguyễnova", False),
        ("𠮷田", json.dumps("𠮷田さん"), True),  # a character that JSON writes as two escapes
        ("Ann\x0bLee", "Ann Lee", True),  # as a page prints it
        ("李\x07雷", "李 雷", True),
        ("\x07\x07", "\x07\x07 person=", False),
        ("ß", "{person: 'ß'}", True),
        ("'7", "person=''7", True),
    ],
)
def test_names_that_are_easily_missed(name: str, text: str, found: bool) -> None:
    assert scan_for_persons(text.encode(), pd.DataFrame(index=[name])) == [name] * found


# --- the same answer as looking for one person after the other ------------------------------------------------------


def one_by_one(text: str, needles: Iterable[str]) -> list[str]:
    """The plain reading of the rules, with a search of the whole text for every name; slow."""
    text = unicodedata.normalize("NFC", printable(text))
    return sorted(needle for needle in set(needles) if printable(needle) and occurs(text, printable(needle)))


def occurs(text: str, needle: str) -> bool:
    shape = unicodedata.normalize("NFC", needle)
    signs = [c for c in shape if c.isalnum()]
    if any(c.isalpha() and (0x0E00 <= ord(c) < 0x1E00 or ord(c) >= 0x2000) for c in shape):
        return shape in text
    if len(signs) >= 3 and any(c.isalpha() for c in signs):
        words = re.findall(r"[^\W_]+", shape)
        spelled = re.findall(r"[^\W_]+", text)
        if shape.isalpha():
            return shape in spelled
        folded, wanted = [w.casefold() for w in spelled], [w.casefold() for w in words]
        return any(folded[at : at + len(wanted)] == wanted for at in range(len(folded)))
    literal = re.escape(shape)
    if len(signs) >= 6:
        return re.search(rf"(?<![\w.,]){literal}(?!\w|[.,]\d)", text) is not None
    key = rf"(?<![A-Za-z])(?:{PERSON_KEYS})[\"']?\s*[:=]\s*[\"']?"
    return re.search(rf"{key}{literal}(?![\w%]|[.,-]\w)", text, re.IGNORECASE) is not None


NEEDLES = [
    *["7", "71", "b", "B8", "-7", "'7", "a-b", "100234", "100-234", "100234.5", "+44-770-0900", "½", "é", "Nguyễn"],
    *["ann", "Ann", "ANN", "Mark", "E10", "E101", "emp_9", "Zoë", "ann.lee@x.org", "P-7QK2M", "P-7QK2MA"],
    *["李", "李雷", "李雷娜", "สม", "สมชาย"],
]
NAMES = ["Ann Lee", "Ann Lee Smith", "Lee Ann", "Zoë O'Brien", "Zoe\u0308", "李 雷", "İnan Lee", "Ann\x0bLee", "สม ชาย"]
GLUE = [
    *" .,;:=-_%\"'<>/\n\t\x07\r17aZ雷",
    "  ",
    "person",
    "person=",
    '"sender": "',
    "manager : '",
    "xperson=",
    "people: ",
]


@settings(deadline=None, max_examples=400)
@given(
    st.lists(st.sampled_from([*NEEDLES, *NAMES]), max_size=12),
    st.lists(st.one_of(st.sampled_from([*NEEDLES, *NAMES]), st.sampled_from(GLUE)), max_size=14),
    st.sampled_from([str, str.upper, str.lower]),
)
def test_one_pass_finds_what_looking_for_each_would(sought: list[str], parts: list[str], case: type[str]) -> None:
    text = case("".join(parts))
    expected = {needle for form in forms(text) for needle in one_by_one(form, sought)}
    assert scan_for_persons(text.encode(), pd.DataFrame(index=sought)) == sorted(expected)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.text(alphabet="aB7é李 .-_'\n", max_size=8), max_size=8), st.text(alphabet="aB7é李 .-_'=\n", max_size=60)
)
def test_one_pass_finds_what_looking_for_each_would_in_any_text(sought: list[str], text: str) -> None:
    for written in (text, f"person={text}"):
        assert scan_for_persons(written.encode(), pd.DataFrame(index=sought)) == one_by_one(written, sought)


def forms(text: str) -> set[str]:
    """No escapes are in these texts but the percent sign before two digits or letters."""
    return {text, unquote(text)}


def test_one_person_is_found_among_twenty_thousand() -> None:
    """Looking through the text for one after the other would take some ten minutes."""
    ids = [str(100_000 + 7 * k) for k in range(20_000)]
    people = pd.DataFrame({"name": [f"Given{k % 500} Family{k}" for k in range(20_000)]}, index=ids)
    text = " ".join(f'<td x="{k / 7:.3f}">{k}</td> Given{k % 500} p' for k in range(20_000))
    assert scan_for_persons((text + " 100007").encode(), people) == ["100007"]
