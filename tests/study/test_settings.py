from __future__ import annotations

from pathlib import Path

import pytest

from ona.model import InputError, OnaError
from ona.settings import Study, read_study

MINIMAL = """\
[study]
title = "t"
[people]
file = "people.csv"
person = "id"
groups = ["gender"]
[leaders]
at_or_above = "Director"
[[channels]]
name = "email"
kind = "messages"
file = "email.csv"
[[channels]]
name = "chat"
kind = "messages"
file = "chat.csv"
"""


def _read(tmp_path: Path, text: str) -> Study:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return read_study(path)


def test_defaults_and_a_list_of_groups(tmp_path: Path) -> None:
    study = _read(tmp_path, MINIMAL)
    assert study.people.groups == {"gender": "gender"}
    assert (study.ties.half_life_days, study.ties.broadcast_cap) == (60.0, 25)
    assert study.outputs.people == "pseudonyms"
    assert study.locate("email.csv") == tmp_path / "email.csv"


def test_none_is_a_word_in_toml(tmp_path: Path) -> None:
    study = _read(tmp_path, MINIMAL + '[ties]\nhalf_life_days = "none"\nbroadcast_cap = "none"\n')
    assert (study.ties.half_life_days, study.ties.broadcast_cap) == (None, None)


def test_files_may_lie_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(MINIMAL, encoding="utf-8")
    data = tmp_path / "exports"
    with pytest.raises(OnaError, match="there is no data folder"):
        read_study(tmp_path / "study.toml", data=data)
    data.mkdir()
    assert read_study(tmp_path / "study.toml", data=data).locate("email.csv") == data / "email.csv"


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(MINIMAL, encoding="utf-8-sig")
    assert read_study(path).study.title == "t"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("groups =", "gruops =", "study.toml line 6: unknown key 'gruops' in [people]; did you mean 'groups'?"),
        ("[people]", "[poeple]", "study.toml line 3: unknown key 'poeple' in the study file; did you mean 'people'?"),
        (
            'kind = "messages"\nfile = "chat.csv"',
            'knid = "messages"\nfile = "chat.csv"',
            "study.toml line 15: unknown key 'knid' in [[channels]] no. 2; did you mean 'kind'?",
        ),
        ('title = "t"', "", "study.toml: [study] needs the key 'title'; add title = … to it"),
        (
            'at_or_above = "Director"',
            "",
            "study.toml line 7: leaders: no rule says who the leaders are; "
            "set at_or_above to a level, or people to a list of ids",
        ),
        (
            'name = "chat"',
            'name = "email"',
            "study.toml: two channels are called 'email'; give each channel a name of its own",
        ),
        (
            "[people]",
            "path = 1\n[people]",
            "study.toml line 3: unknown key 'path' in [study]; it may hold title, question, seed, min_group",
        ),
        (
            "[study]",
            "path = 1\n[study]",
            "study.toml line 1: unknown key 'path' in the study file; "
            "it may hold study, people, leaders, pairings, channels, ties, gaps, robustness, trend, candidates, "
            "outputs",
        ),
    ],
)
def test_mistakes_are_named_with_line_and_cure(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        _read(tmp_path, MINIMAL.replace(old, new))
    assert str(caught.value) == sentence


def test_not_toml(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"study.toml: this is not TOML: .*line 7"):
        _read(tmp_path, MINIMAL.replace("[leaders]", "[leaders"))


def test_a_key_that_means_nothing_for_the_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        _read(tmp_path, MINIMAL.replace('file = "chat.csv"', 'file = "chat.csv"\nlargest = 8'))
    assert str(caught.value) == (
        "study.toml line 13: channels: 'largest' means nothing for kind = 'messages'; leave it out, it is for meetings"
    )
