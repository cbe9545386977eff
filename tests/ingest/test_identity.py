"""Who is meant: ids, addresses in all their spellings, and lists of people."""

from __future__ import annotations

from email.utils import formataddr

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.identity import alias_series, people_named, person_finder, unknown_key, whole_ids
from ona.model import InputError


@pytest.mark.parametrize(
    "text",
    [
        "ann@x.com",
        " Ann@X.COM\u00a0",
        "Ann Smith <ann@x.com>",
        '"Smith, Ann" < ANN@x.com >',
        "mailto:ann@x.com",
        "MAILTO:Ann@x.com",
        "ann at x.com",
        "E1",
        "e1",
    ],
)
def test_one_person_in_many_spellings(text: str) -> None:
    assert person_finder(pd.Series({"e1": "E1", "ann@x.com": "E1"}))(text) == "E1"


@pytest.mark.parametrize("text", ["", "ann", "ann@y.com", "<>", "E1.5"])
def test_nobody_is_guessed(text: str) -> None:
    assert person_finder(pd.Series({"e1": "E1", "ann@x.com": "E1"}))(text) is None


def test_capitals_do_not_count() -> None:
    find = person_finder(alias_series(["aX", "B"], {}, lines=[2, 3], file="r.csv"))
    assert [find("aX"), find("AX"), find("b")] == ["aX", "aX", "B"]


def test_letters_that_lower_case_alone_does_not_join() -> None:
    known = alias_series(["STRASSE"], {"name": ["Straße"]}, lines=[2], file="r.csv")
    assert person_finder(known)("strasse") == "STRASSE"


def test_a_text_that_identifies_two_people_is_an_error() -> None:
    with pytest.raises(InputError) as error:
        alias_series(["1", "2"], {"mail": ["team@x.com", "Team@x.com"]}, lines=[2, 3], file="r.csv")
    assert str(error.value) == (
        "r.csv line 3: mail 'Team@x.com' already identifies the person on line 2; give each person their own"
    )


def test_whole_numbers_that_passed_through_a_spreadsheet() -> None:
    assert whole_ids(["1001.0", "1002.00", ""]) == ["1001", "1002", ""]
    assert whole_ids(["1001.0", "v1.0"]) == ["1001.0", "v1.0"]
    assert person_finder(pd.Series({"1001": "1001"}))("1001.0") == "1001"


def test_outsiders_count_once_however_they_are_written() -> None:
    assert len({unknown_key(t) for t in ("zoe@y.com", "Zoe <ZOE@y.com>", '"Z, Z" <zoe@y.com>', "zoe at y.com")}) == 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a@x, b@x", ["a@x", "b@x"]),
        ("a@x; b@x;", ["a@x", "b@x"]),
        ("a@x,, ,b@x", ["a@x", "b@x"]),
        ('"Smith, Ann" <a@x>, b@x', ['"Smith, Ann" <a@x>', "b@x"]),
        ("Smith, Ann <a@x>, Lee, Bo <b@x>", ["Smith, Ann <a@x>", "Lee, Bo <b@x>"]),
        ("Smith, Ann <a@x>; Lee, Bo <b@x>", ["Smith, Ann <a@x>", "Lee, Bo <b@x>"]),
        ("Smith, Ann; Lee, Bo", ["Smith, Ann", "Lee, Bo"]),
        ("a@x, b@x; c@x", ["a@x", "b@x", "c@x"]),
        ("ann, bob", ["ann", "bob"]),
        ("", []),
        ("undisclosed-recipients:;", []),
        ("Undisclosed recipients:;", []),
        ('"a \\" b, c" <a@x>, b@x', ['"a \\" b, c" <a@x>', "b@x"]),
    ],
)
def test_lists_by_the_rules_of_email(text: str, named: list[str]) -> None:
    assert people_named(text) == named


def test_a_separator_by_hand() -> None:
    assert people_named("Smith, Ann|Lee, Bo|", separator="|") == ["Smith, Ann", "Lee, Bo"]
    assert people_named("a b", separator=" ") == ["a", "b"]


NAME = st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=12)


@settings(deadline=None)
@given(st.lists(st.tuples(NAME, st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.com", fullmatch=True)), max_size=6))
def test_whatever_a_mail_program_writes_is_read_back(people: list[tuple[str, str]]) -> None:
    """The oracle is `email.utils.formataddr`: whatever the display names hold, each address is found once."""
    written = ", ".join(formataddr(person) for person in people)
    find = person_finder(pd.Series({address: address for _, address in people}, dtype="str"))
    assert [find(one) for one in people_named(written)] == [address for _, address in people]
