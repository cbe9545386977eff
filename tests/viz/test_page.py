"""The shell: what it seals, what it escapes, how it is written."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ona.model import OnaError
from viz.page import Page, embed_json, render_page

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script>",
    "a\u2028b\u2029c",
    "<!--<script>",
]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_embedded_json_reads_back_and_cannot_break_out(data: object) -> None:
    text = str(embed_json(data))
    assert json.loads(text) == data
    assert not re.search("[<>&\u2028\u2029\ud800-\udfff]", text)


def test_embedded_json_takes_numpy_and_refuses_nan() -> None:
    assert str(embed_json({"n": np.int64(3), "x": np.float32(0.5), "b": np.bool_(True)})) == '{"n":3,"x":0.5,"b":true}'
    assert str(embed_json([np.arange(3)])) == "[[0,1,2]]"
    with pytest.raises(ValueError, match="Out of range float"):
        embed_json([float("nan")])
    with pytest.raises(TypeError, match="a page cannot hold a set"):
        embed_json({1, 2})


def test_lone_surrogates_can_be_written() -> None:
    assert str(embed_json("\ud800")) == '"\\ud800"'


def _page(title: str = "A title", scripts: tuple[str, ...] = ("let a = 1;",)) -> Page:
    return render_page(
        "page.html.j2", {"title": title}, styles=["p { color: red }"], scripts=list(scripts), data={"d": HOSTILE}
    )


def test_policy_lists_the_hash_of_every_script_and_style() -> None:
    html = _page(scripts=("let a = 1;\r\nlet b;", "let c;")).html
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    allowed = policy[1].replace("&#39;", "'")
    parts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL) + re.findall(
        r"<style>(.*?)</style>", html, re.DOTALL
    )
    assert len(parts) == 3
    for part in parts:
        digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in allowed
    assert "\r" not in html
    assert "default-src 'none'" in allowed
    assert "connect-src 'none'" in allowed
    assert "unsafe" not in allowed


def test_policy_comes_before_anything_it_governs() -> None:
    html = _page().html
    assert html.index("Content-Security-Policy") < min(html.index(tag) for tag in ("<style", "<script", "<title"))


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


@pytest.mark.parametrize("title", HOSTILE)
def test_title_and_data_add_no_element(title: str) -> None:
    expected, found = _Elements(), _Elements()
    expected.feed(_page().html)
    found.feed(_page(title=title).html)
    assert found.tags == expected.tags


@pytest.mark.parametrize("text", ["</script>", "</SCRIPT >", "</style", "<!-- x"])
def test_a_script_that_would_end_its_element_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="may not hold"):
        _page(scripts=(text,))


def test_saved_as_utf8_whole_and_readable(tmp_path: Path) -> None:
    path = Page("<!doctype html>é→").save(tmp_path / "page.html")
    assert path.read_bytes() == "<!doctype html>é→".encode()
    assert [found.name for found in tmp_path.iterdir()] == ["page.html"]
    umask = os.umask(0o077)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("map", "map: that is a folder; give a file"),
        ("gone/map.html", "there is no folder '{}/gone'; make it first"),
        ("file/map.html", "there is no folder '{}/file'; make it first"),
        ("n" * 250 + ".html", "the page could not be written"),
    ],
)
def test_a_target_that_cannot_be_written_is_named(tmp_path: Path, target: str, said: str) -> None:
    (tmp_path / "map").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(OnaError) as raised:
        Page("<!doctype html>").save(tmp_path / target)
    assert said.format(tmp_path) in str(raised.value)
    assert ".part" not in str(raised.value)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["file", "map"]


def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        Page("\ud800").save(tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []
