"""The roster: what is checked, in which words, and what comes out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ona.model import InputError, StudyError, group_columns, level_rank, mark_leaders, people_table


def roster(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"person": ["c", "a", "b"], **columns})


def test_sorted_by_id_with_every_core_column() -> None:
    people = people_table(roster(gender=["x", " y ", ""], manager=["a", "", "a"], level=[1, 10, 2]))
    assert people.index.tolist() == ["a", "b", "c"]
    assert people.index.name == "person"
    assert people.columns.tolist() == ["manager", "level", "function", "site", "start", "gender", "leader"]
    assert people["gender"].fillna("-").tolist() == ["y", "-", "x"]
    assert people["level"].cat.categories.tolist() == ["1", "2", "10"], "by number, not by letter"
    assert people["manager"].isna().tolist() == [True, False, False]
    assert group_columns(people) == ["gender"]
    assert not people["leader"].any()


def test_ids_that_a_spreadsheet_made_floats_are_whole_numbers_again() -> None:
    people = people_table(pd.DataFrame({"person": [2, 1], "manager": [1.0, np.nan]}))
    assert people["manager"].fillna("-").tolist() == ["-", "1"]


def test_a_person_who_is_their_own_manager_is_a_root() -> None:
    assert people_table(roster(manager=["c", "c", "c"]))["manager"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("frame", "options", "message"),
    [
        (
            pd.DataFrame({"id": ["a"]}),
            {},
            "r.csv: no column holds the person id; name it under [people] as person = '…'",
        ),
        (
            pd.DataFrame({"person": []}),
            {},
            "r.csv: the roster has no people in it; check that it is the right file",
        ),
        (
            pd.DataFrame({"person": ["a", "b", "a"]}),
            {},
            "r.csv line 4: person 'a' is already on line 2; keep one row for each person",
        ),
        (
            pd.DataFrame({"person": ["x", "person06@x", " PERSON06@x "]}),
            {"lines": [7, 8, 9]},
            "r.csv line 9: person 'PERSON06@x' is already on line 8 as 'person06@x' (capitals do not count); "
            "keep one row for each person",
        ),
        (
            pd.DataFrame({"person": ["a", " a"]}),
            {},
            "r.csv line 3: person 'a' is already on line 2; keep one row for each person",
        ),
        (
            roster(manager=["a", "\x1b[31mE9\x07\n" + "9" * 100, "a"]),
            {},
            "r.csv line 3: manager '\\x1b[31mE9\\x07\\n" + "9" * 44 + "…' is not in the roster; fix it, or set "
            "people.unknown_manager = 'ignore'",
        ),
        (
            pd.DataFrame({"person": ["a", " "]}),
            {},
            "r.csv line 3: the person id is empty; give every person an id",
        ),
        (
            roster(manager=["a", "E99", "a"]),
            {},
            "r.csv line 3: manager 'E99' is not in the roster; fix it, or set people.unknown_manager = 'ignore'",
        ),
        (
            roster(manager=["a", "b", "c"]),
            {},
            "r.csv line 3: the reporting line goes in a circle: a → b → c → a; correct one manager in it",
        ),
        (
            roster(level=["1", "two", "3"]),
            {},
            "r.csv line 3: level 'two' is not a number; list the levels in order, most junior first, "
            "as people.levels = ['…', '…']",
        ),
        (
            roster(level=["junior", "senior", "chief"]),
            {"levels": ["junior", "senior"]},
            "r.csv line 4: level 'chief' is not one of junior, senior; add it to people.levels, most junior first",
        ),
        (
            pd.DataFrame({"person": ["a", "b"], "manager": ["x", ""]}),
            {"lines": [17, 18]},
            "r.csv line 17: manager 'x' is not in the roster; fix it, or set people.unknown_manager = 'ignore'",
        ),
    ],
)
def test_what_is_wrong_where_and_the_cure(frame: pd.DataFrame, options: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        people_table(frame, file="in/r.csv", **options)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_an_unknown_manager_can_be_ignored() -> None:
    assert people_table(roster(manager=["a", "E99", "a"]), unknown_manager="ignore").loc["a", "manager"] is not None
    assert people_table(roster(manager=["a", "E99", "a"]), unknown_manager="ignore")["manager"].isna()["a"]


def test_a_circle_below_a_tail_is_named_without_the_tail() -> None:
    frame = pd.DataFrame({"person": list("abcd"), "manager": ["b", "c", "b", "a"]})
    with pytest.raises(InputError, match="goes in a circle: b → c → b; correct"):
        people_table(frame)


def test_level_rank_counts_from_the_most_junior() -> None:
    people = people_table(roster(level=["chief", "junior", None]), levels=["junior", "senior", "chief"])
    ranks = level_rank(people)
    assert ranks.loc[["a", "c"]].tolist() == [0.0, 2.0]
    assert np.isnan(ranks["b"])


def test_leaders_by_level_by_list_and_by_both() -> None:
    people = people_table(roster(level=[1, 2, 3]))
    assert mark_leaders(people, at_or_above="2")["leader"].tolist() == [True, True, False]
    assert mark_leaders(people, people_ids=["c"])["leader"].tolist() == [False, False, True]
    assert mark_leaders(people, at_or_above="3", people_ids=["c"])["leader"].tolist() == [False, True, True]
    assert not people["leader"].any(), "the table given stays as it was"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({}, "no rule says who the leaders are; set leaders.at_or_above or leaders.people"),
        ({"at_or_above": "9"}, "leaders.at_or_above = '9' is not a level of the roster; use one of 1, 2"),
        ({"people_ids": ["zoe"]}, "leader 'zoe' is not in the roster; correct leaders.people"),
        ({"people_ids": []}, "nobody in the roster is a leader; set leaders.at_or_above to a level people hold"),
    ],
)
def test_leaders_that_are_nobody(rule: dict[str, object], message: str) -> None:
    with pytest.raises(StudyError) as caught:
        mark_leaders(people_table(roster(level=[1, 2, 2])), **rule)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_a_level_nobody_holds_has_no_leaders() -> None:
    people = people_table(roster(level=["j", "j", "j"]), levels=["j", "chief"])
    with pytest.raises(StudyError, match="nobody in the roster is a leader"):
        mark_leaders(people, at_or_above="chief")


@settings(deadline=None, max_examples=30)
@given(st.permutations(list("abcdef")), st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_the_order_of_rows_changes_nothing_and_a_checked_table_checks_again(order: list[str], above: list[int]) -> None:
    # Managers are always earlier letters, so there is no circle.
    manager = {p: "abcdef"[min(above[i], i)] for i, p in enumerate("abcdef")}
    frame = pd.DataFrame({"person": order, "manager": [manager[p] for p in order], "level": 1})
    people = people_table(frame)
    pd.testing.assert_frame_equal(people, people_table(frame.sort_values("person")))
    pd.testing.assert_frame_equal(people, people_table(people))
