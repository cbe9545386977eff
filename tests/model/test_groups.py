"""Columns made from others: intersections and tenure."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ona.model import StudyError, disclosure_plan, group_columns, influence_graph, mark_leaders, people_table
from ona.model.groups import TENURE_YEARS, disclosure_cell, disclosure_table, parts_of, with_intersections, with_tenure

FEW = settings(max_examples=25, deadline=None)
LAST = pd.Timestamp("2024-02-29 17:30")


def roster(**columns: object) -> pd.DataFrame:
    size = len(next(iter(columns.values())))  # type: ignore[arg-type]
    return people_table(pd.DataFrame({"person": [f"p{i:03d}" for i in range(size)], **columns}))


PEOPLE = roster(
    gender=["woman", "man", "woman", ""], ethnicity=["Black", "White", "", "Black"], level=[1, 2, 2, 1], site=["x"] * 4
)


def test_an_intersection_is_a_group_column_of_text():
    crossed = with_intersections(PEOPLE, [("gender", "ethnicity"), ["level", "gender", "site"]])
    assert crossed["gender × ethnicity"].fillna("-").tolist() == ["woman × Black", "man × White", "-", "-"]
    assert crossed["level × gender × site"].fillna("-").tolist() == [
        "1 × woman × x",
        "2 × man × x",
        "2 × woman × x",
        "-",
    ]
    assert group_columns(crossed) == ["gender", "ethnicity", "gender × ethnicity", "level × gender × site"]
    assert "gender × ethnicity" not in PEOPLE
    assert crossed["gender × ethnicity"].dtype == PEOPLE["gender"].dtype
    again = influence_graph(crossed, pd.DataFrame({"source": [], "target": []})).people
    pd.testing.assert_frame_equal(again, crossed)


def test_no_intersection_asked_for_leaves_the_roster_as_it_is():
    pd.testing.assert_frame_equal(with_intersections(PEOPLE, []), PEOPLE)


def test_an_intersection_may_be_crossed_again():
    once = with_intersections(PEOPLE, [("gender", "ethnicity")])
    twice = with_intersections(once, [("gender × ethnicity", "site")])
    both = with_intersections(PEOPLE, [("gender", "ethnicity", "site")])
    assert twice["gender × ethnicity × site"].equals(both["gender × ethnicity × site"])


CROSSINGS = {
    "unknown column": (
        [("gendr", "ethnicity")],
        "the roster has no column 'gendr' to cross; did you mean 'gender'?",
    ),
    "no group": (
        [("gender", "start")],
        "the roster has no column 'start' to cross; use one of level, function, site, gender, ethnicity",
    ),
    "one column": (
        [("gender",)],
        "an intersection of 'gender' alone is none; name two columns or more, as ['gender', 'ethnicity']",
    ),
    "a text": (
        ["gender"],
        "an intersection of 'gender' alone is none; name two columns or more, as ['gender', 'ethnicity']",
    ),
    "nothing": (
        [()],
        "an intersection of no columns is none; name two columns or more, as ['gender', 'ethnicity']",
    ),
    "twice the same": (
        [("gender", "ethnicity", "gender")],
        "the intersection gender × ethnicity × gender names 'gender' twice; name each column once",
    ),
    "twice the same, once within": (
        [("gender", "ethnicity"), ("gender × ethnicity", "gender")],
        "the intersection gender × ethnicity × gender names 'gender' twice; name each column once",
    ),
    "there already": (
        [("gender", "ethnicity"), ("gender", "ethnicity")],
        "the roster has a column 'gender × ethnicity' already, so gender × ethnicity would be there twice; "
        "ask for it once",
    ),
    "there already, the other way round": (
        [("gender", "ethnicity"), ("ethnicity", "gender")],
        "the roster has a column 'gender × ethnicity' already, so ethnicity × gender would be there twice; "
        "ask for it once",
    ),
}


@pytest.mark.parametrize("case", CROSSINGS)
def test_intersections_that_are_refused(case):
    crossed, message = CROSSINGS[case]
    with pytest.raises(StudyError) as error:
        with_intersections(PEOPLE, crossed)
    assert str(error.value) == message


def test_groups_that_could_be_mistaken_for_an_intersection_are_refused():
    people = roster(gender=["woman", "man"], ethnicity=["White × Asian", "White"])
    with pytest.raises(StudyError, match="the group 'White × Asian' of ethnicity reads like an intersection itself; "
                                         "write it without '×'"):  # fmt: skip
        with_intersections(people, [("gender", "ethnicity")])


def test_parts_of_a_column():
    assert parts_of("gender × ethnicity × site") == ("gender", "ethnicity", "site")
    assert parts_of("a×b") == ()


def test_a_disclosure_plan_hides_what_the_parts_would_tell():
    # 3 Black women: the 20 women less 17 white ones, or the 12 Black people less 9 men, would tell them.
    ethnicity = ["Black"] * 3 + ["White"] * 17 + ["Black"] * 9 + ["White"] * 11
    people = with_intersections(
        roster(gender=["woman"] * 20 + ["man"] * 20, ethnicity=ethnicity), [("gender", "ethnicity")]
    )
    column = "gender × ethnicity"
    plan = disclosure_plan(people, tables=[("gender",), ("ethnicity",), disclosure_table(column)])
    for group in people[column].unique():
        assert not plan.may_show(disclosure_table(column), disclosure_cell(column, group))
    assert plan.groups("gender") == ["man", "woman"]
    assert disclosure_plan(people, tables=[("gender",), (column,)]).may_show(column, "woman × White")


def started(*days: str | None) -> pd.DataFrame:
    return roster(start=list(days))


def test_tenure_is_counted_by_the_calendar():
    people = started("2024-02-29", "2023-03-01", "2023-02-28", "2021-03-01", "2021-02-28", "2014-02-28", "1990-01-01")
    assert with_tenure(people, last_day=LAST)["tenure"].tolist() == [
        "under 1 year",
        "under 1 year",
        "1 to 3 years",
        "1 to 3 years",
        "3 to 5 years",
        "10 years and more",
        "10 years and more",
    ]


def test_who_had_not_begun_or_whose_start_is_unknown_has_no_tenure():
    people = with_tenure(started("2024-03-01", None, "2024-02-29"), last_day=LAST)
    assert people["tenure"].isna().tolist() == [True, True, False]


def test_tenure_is_ordered_and_not_compared_unless_asked_for():
    people = roster(gender=["woman", "man"], start=["2020-01-01", "2024-01-01"])
    people = with_tenure(people, last_day=LAST, years=(0.5, 1, 2))
    assert people["tenure"].cat.ordered
    assert people["tenure"].cat.categories.tolist() == [
        "under 0.5 years", "0.5 to 1 year", "1 to 2 years", "2 years and more",
    ]  # fmt: skip
    assert group_columns(people) == ["gender"]
    marked = mark_leaders(people, people_ids=["p000"])
    graph = influence_graph(marked, pd.DataFrame({"source": ["p000"], "target": ["p001"]}))
    assert graph.among(["p001"]).people["tenure"].tolist() == ["under 0.5 years"]


@FEW
@given(st.lists(st.dates(pd.Timestamp("1980-01-01").date(), LAST.date()), min_size=1, max_size=8))
def test_tenure_never_falls_with_an_earlier_start(days):
    people = with_tenure(started(*map(str, sorted(days))), last_day=LAST)
    assert people["tenure"].notna().all()
    assert people["tenure"].cat.codes.is_monotonic_decreasing
    # A band apart from leap days: completed years are those of a birthday.
    for start, band in zip(sorted(days), people["tenure"].cat.codes, strict=True):
        age = LAST.year - start.year - ((LAST.month, LAST.day) < (start.month, start.day))
        if (start.month, start.day) != (2, 28):
            assert band == sum(age >= years for years in TENURE_YEARS)


TENURES = {
    "no start": (
        roster(gender=["woman"]),
        {"last_day": LAST},
        "the roster does not say when anybody started, so nobody's tenure is known; "
        "name the column that does as start = '…' under [people]",
    ),
    "no last day": (
        started("2020-01-01"),
        {"last_day": None},
        "the data has no last day, so nobody's tenure is known; set ties.last_day to the day it was drawn up",
    ),
    "no years": (
        started("2020-01-01"),
        {"last_day": LAST, "years": ()},
        "the years of tenure are none, which is no list of bands; give years that increase, as 1, 3, 5",
    ),
    "years from 0": (
        started("2020-01-01"),
        {"last_day": LAST, "years": (0, 1)},
        "the years of tenure are 0, 1, which is no list of bands; give years that increase, as 1, 3, 5",
    ),
    "years that fall": (
        started("2020-01-01"),
        {"last_day": LAST, "years": (3, 2.5)},
        "the years of tenure are 3, 2.5, which is no list of bands; give years that increase, as 1, 3, 5",
    ),
    "there already": (
        roster(start=["2020-01-01"], tenure=["long"]),
        {"last_day": LAST},
        "the roster has a column 'tenure' already; give it another name under people.groups",
    ),
}


@pytest.mark.parametrize("case", TENURES)
def test_tenure_that_is_refused(case):
    people, options, message = TENURES[case]
    with pytest.raises(StudyError) as error:
        with_tenure(people, **options)
    assert str(error.value) == message
