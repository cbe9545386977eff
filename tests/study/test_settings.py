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
            "it may hold study, people, leaders, pairings, channels, ties, gaps, robustness, trend, measures, "
            "structure, resilience, candidates, outputs",
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


FORM = 'write intersections = [["gender", "ethnicity"]]'


@pytest.mark.parametrize(
    ("section", "setting", "sentence"),
    [
        ("gaps", 'intersections = [["gender"]]', f'gaps.intersections holds ["gender"], which is too short; {FORM}'),
        (
            "gaps",
            'intersections = ["gender", "ethnicity"]',
            f'gaps.intersections holds "gender", which is no list; {FORM}',
        ),
        (
            "gaps",
            "tenure_years = [-1, 5]",
            "gaps.tenure_years holds -1; write numbers above 0, such as [1, 3, 5, 10]",
        ),
        ("gaps", "tenure_years = 5", "gaps.tenure_years is 5, which is no list; write tenure_years = [1, 3, 5, 10]"),
        (
            "gaps",
            'family = "leader_ties"',
            'gaps.family is "leader_ties", which is no list; write family = ["leader_ties"]',
        ),
        (
            "robustness",
            "measures = []",
            "robustness.measures is [], which names nothing; "
            'write measures = ["leader_ties", "leader_share"], or leave it out',
        ),
        ("gaps", 'strata = ["level", "level"]', "gaps.strata: 'level' is there twice; name it once"),
        ("gaps", 'interval = "bootstrap"', "gaps.interval is \"bootstrap\"; did you mean 'stratified bootstrap'?"),
        ("gaps", "confidence = 95", "gaps.confidence is 95; write a number below 1, such as 0.95"),
        ("gaps", 'plurals = ["women"]', 'gaps.plurals is ["women"], which is no table; write plurals = { … = "…" }'),
        ("robustness", "hubs = 2", "robustness.hubs is 2; write a number below 0.5, such as 0.01"),
        (
            "robustness",
            "draws = 5",
            "robustness.draws: too few draws to tell anything by (it is 5); write 0 for none, or 10 and more",
        ),
        ("robustness", "draws = 20000", "robustness.draws is 20000; write a number of at most 10000, such as 50"),
        (
            "trend",
            "windows = 1",
            "trend.windows: a single window shows no change (it is 1); write 0 for no trend, or 2 and more",
        ),
        ("trend", "windows = 2.5", "trend.windows is 2.5; write a whole number, such as 4"),
        ("ties", 'first_day = "soon"', 'ties.first_day is "soon"; write a day, such as 2025-01-01'),
        ("gaps", 'compare = "gender"', "gaps.compare is no list of blocks; write [[gaps.compare]] over each of them"),
    ],
)
def test_a_value_of_another_form_is_told_its_form_and_line(
    tmp_path: Path, section: str, setting: str, sentence: str
) -> None:
    with pytest.raises(InputError) as caught:
        _read(tmp_path, f"{MINIMAL}[{section}]\n{setting}\n")
    assert str(caught.value) == f"study.toml line 18: {sentence}"


def test_a_column_is_named_by_header_or_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"people.person is 0; write the column's header, or its place counted from 1"):
        _read(tmp_path, MINIMAL.replace('person = "id"', "person = 0"))


@pytest.mark.parametrize(("confidence", "least"), [(0.99, 199), (0.999, 1999)])
def test_a_confidence_takes_enough_permutations(tmp_path: Path, confidence: float, least: int) -> None:
    """A two-sided permutation p is at least 2 / (permutations + 1)."""
    assert 2 / (least + 1) <= round(1 - confidence, 10) < 2 / least
    asked = f"{MINIMAL}[gaps]\nconfidence = {confidence}\npermutations = "
    assert _read(tmp_path, f"{asked}{least}\n").gaps.permutations == least
    with pytest.raises(InputError, match=f"at a confidence of {confidence}; it needs at least {least} permutations"):
        _read(tmp_path, f"{asked}{least - 1}\n")


def test_0_switches_checks_off(tmp_path: Path) -> None:
    study = _read(tmp_path, MINIMAL + "[robustness]\nhubs = 0\nmissing = 0\ndraws = 0\n[trend]\nwindows = 0\n")
    assert (study.robustness.hubs, study.robustness.missing, study.robustness.draws, study.trend.windows) == (
        0,
        0,
        0,
        0,
    )


BLOCK = """[[gaps.compare]]
column = ["ethnicity", "gender"]
focal = ["Black", "woman"]
reference = ["White", "man"]
"""


def test_an_intersection_may_be_written_in_another_order(tmp_path: Path) -> None:
    asked = _read(tmp_path, f'{MINIMAL}[gaps]\nintersections = [["gender", "ethnicity"]]\n{BLOCK}').gaps
    assert asked.crossed == (("gender", "ethnicity"),)
    only = asked.compare[0]
    assert (only.column, only.focal, only.reference) == ("gender × ethnicity", "woman × Black", "man × White")
    turned = BLOCK.replace('["ethnicity", "gender"]', '["gender", "ethnicity"]')
    turned = turned.replace('["Black", "woman"]', '["woman", "Black"]').replace('["White", "man"]', '["man", "White"]')
    with pytest.raises(InputError, match="is compared with the same people twice; ask for it once"):
        _read(tmp_path, MINIMAL + BLOCK + turned)


def test_exact_measures_take_no_sources(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="exact = true searches from everybody; leave out sources"):
        _read(tmp_path, MINIMAL + "\n[measures]\nexact = true\nsources = 50\n")
