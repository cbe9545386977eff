"""Text that no terminal obeys and every XML file can hold."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ona.model import printable

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë O'Brien", "Zoë O'Brien"),
        ("Ann\x0bLee", "Ann Lee"),
        ("\x1b]0;title\x07Ann", "]0;title Ann"),
        ("a\x9b31mb\x85c", "a 31mb c"),
        ("invoice\u202egnp.exe", "invoice gnp.exe"),
        ("\u2066a\u2069", "a"),
        ("one\r\ntwo\u2028three", "one two three"),
        ("\ud800x\udfff", "x"),
        ("क्‍ष \u200fא", "क्‍ष \u200fא"),
        ("\x07", ""),
        (7.5, "7.5"),
        (None, "None"),
    ],
)
def test_what_is_left_of_a_text(text: object, shown: str) -> None:
    assert printable(text) == shown


def test_what_is_to_be_kept() -> None:
    assert printable("a\x07\tb\r\nc\x1b", keep="\t\n") == "a\tb\nc"


@given(ANYTHING)
def test_every_text_becomes_one_line_of_xml(text: str) -> None:
    shown = printable(text)
    made = ET.Element("a")
    made.text = shown
    assert ET.fromstring(ET.tostring(made, encoding="utf-8")).text == (shown or None)
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown
