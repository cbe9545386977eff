"""Disclosure control: what may be shown, and an attack of the test's own on what is."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from ona.model import (
    DisclosureError,
    DisclosurePlan,
    StudyError,
    audit,
    disclosure_plan,
    gives_away,
    leave_out_small,
    pseudonyms,
    refuse_persons,
    safe_counts,
)


def crossed(cells: dict[tuple[str, ...], int], columns: tuple[str, ...]) -> pd.DataFrame:
    rows = [cell for cell, n in cells.items() for _ in range(n)]
    return pd.DataFrame(rows, columns=list(columns))


def can_be_told(people: pd.DataFrame, plan: DisclosurePlan) -> list[tuple[tuple[str, ...], tuple[str, ...], int]]:
    """Small groups whose count an attacker knows who sees `plan.counts` and the names of all groups.

    One unknown for every crossing of all columns, whole and at least 0; one equation for every cell shown. Empty cells
    are not known to be empty. A formulation apart from the one that made the plan.
    """
    columns = sorted({c for table in plan.tables for c in table})
    groups = {c: sorted(people[c].unique()) for c in columns}
    atoms = list(product(*(groups[c] for c in columns)))

    def within(table: tuple[str, ...], cell: tuple[str, ...]) -> np.ndarray:
        places = [columns.index(c) for c in table]
        return np.array([tuple(atom[i] for i in places) == cell for atom in atoms], float)

    rows, values = [np.zeros(len(atoms))], [0.0]
    for table in plan.tables:
        for *cell, n in plan.counts(table).itertuples(index=False):
            rows.append(within(table, tuple(cell)))
            values.append(float(n))
    limits = LinearConstraint(np.array(rows), np.array(values), np.array(values))
    told = []
    for table in plan.tables:
        if not table:
            continue
        for key, n in people.groupby(list(table)).size().items():
            cell = key if isinstance(key, tuple) else (key,)
            if n >= plan.min_group:
                continue
            goal = within(table, cell)
            ends = [
                milp(s * goal, constraints=limits, integrality=np.ones(len(atoms)), bounds=Bounds(0, 10 * len(people)))
                for s in (1, -1)
            ]
            low, high = (float(goal @ end.x) for end in ends)
            if high - low < 0.5:
                told.append((table, cell, n))
    return told


# --- which cells -----------------------------------------------------------------------------------------------------


def test_a_small_group_takes_the_next_smallest_with_it() -> None:
    people = crossed({("woman",): 40, ("man",): 50, ("other",): 3}, ("gender",))
    plan = disclosure_plan(people, tables=[("gender",)])
    assert plan.groups("gender") == ["man"]
    assert plan.total == 93
    audit(plan)


def test_small_groups_that_cover_one_another_cost_no_large_one() -> None:
    people = crossed({("a",): 3, ("b",): 4, ("c",): 20, ("d",): 30}, ("team",))
    assert disclosure_plan(people, tables=[("team",)]).groups("team") == ["c", "d"]


def test_hidden_groups_must_hold_min_group_people_together() -> None:
    # 1 and 2 people: their total, 3, is itself a group too small, so the 20 go too.
    people = crossed({("a",): 1, ("b",): 2, ("c",): 20, ("d",): 30}, ("team",))
    assert disclosure_plan(people, tables=[("team",)]).groups("team") == ["d"]


def test_a_missing_value_is_a_group_that_could_be_told_like_any_other() -> None:
    people = pd.DataFrame({"gender": ["woman"] * 9 + ["man"] * 8 + [None, np.nan]})
    plan = disclosure_plan(people, tables=[("gender",)])
    assert plan.groups("gender") == ["woman"]
    assert not plan.may_show("gender", [None])


def test_complementary_cells_in_a_table_of_two_columns() -> None:
    # The one small cell (woman, x) = 3 needs a second hidden cell in its row and in its column, and they need a fourth.
    people = crossed(
        {
            ("woman", "x"): 3,
            ("woman", "y"): 8,
            ("woman", "z"): 9,
            ("man", "x"): 6,
            ("man", "y"): 7,
            ("man", "z"): 7,
        },
        ("gender", "team"),
    )
    plan = disclosure_plan(people, tables=[("gender", "team")])
    shown = plan.counts(("gender", "team"))
    assert shown.values.tolist() == [["man", "z", 7], ["woman", "z", 9]]
    assert plan.counts("gender").values.tolist() == [["man", 20], ["woman", 20]]
    assert can_be_told(people, plan) == []


def test_a_cell_alone_in_its_row_covers_nothing_and_is_not_chosen() -> None:
    # (man, z) = 5 would be the smallest cover for (man, x), but z has nobody else: its total gives it away.
    people = crossed(
        {("woman", "x"): 12, ("woman", "y"): 9, ("man", "x"): 2, ("man", "y"): 6, ("man", "z"): 5}, ("gender", "team")
    )
    plan = disclosure_plan(people, tables=[("gender", "team")])
    assert plan.may_show(("team", "gender"), ("z", "man"))
    assert not plan.may_show(("gender", "team"), ("man", "y"))
    assert can_be_told(people, plan) == []


def test_where_empty_cells_would_give_it_away_the_whole_table_goes() -> None:
    # Rows 8 and 6, columns 9 and 5: knowing that one cell is empty tells the rest.
    people = crossed({("a", "x"): 3, ("a", "y"): 5, ("b", "x"): 6}, ("row", "column"))
    plan = disclosure_plan(people, tables=[("row", "column")])
    assert plan.counts(("row", "column")).empty
    assert plan.groups("row") == ["a", "b"]
    audit(plan)
    assert can_be_told(people, plan) == []


def test_two_tables_of_one_study_are_planned_together() -> None:
    # The women who are not leaders, taken from all women, are the three who are.
    people = crossed({("w", True): 3, ("w", False): 30, ("m", True): 20, ("m", False): 30}, ("gender", "leader"))
    assert disclosure_plan(people, tables=[("gender",)]).groups("gender") == ["m", "w"]
    both = disclosure_plan(people, tables=[("gender", "leader")])
    assert not both.may_show(("gender", "leader"), ("w", True))
    assert not both.may_show(("gender", "leader"), ("w", False))


def test_below_leaders_asks_for_the_crossing_where_there_is_one() -> None:
    people = crossed(
        {("w", True): 9, ("w", False): 30, ("m", True): 20, ("m", False): 30, ("x", False): 6}, ("g", "leader")
    )
    plan = disclosure_plan(people, tables=[("g", "leader")])
    assert plan.may_show_below_leaders("g", "w") == plan.may_show(("g", "leader"), ("w", False)) is True
    below = disclosure_plan(people[~people["leader"]], tables=[("g",)])
    assert below.may_show_below_leaders("g", "x")


def test_nothing_is_shown_crossed_that_is_hidden_uncrossed() -> None:
    people = crossed(
        {("woman", "x"): 20, ("woman", "y"): 20, ("man", "x"): 20, ("man", "y"): 25, ("other", "y"): 2},
        ("gender", "team"),
    )
    plan = disclosure_plan(people, tables=[("gender", "team")])
    assert plan.groups("gender") == ["man"]
    assert not plan.may_show(("gender", "team"), ("woman", "x"))


def test_an_organisation_smaller_than_min_group_shows_nothing() -> None:
    plan = disclosure_plan(crossed({("a", "x"): 4}, ("g", "t")), tables=[("g", "t")])
    assert plan.total is None
    assert plan.groups("g") == []
    audit(plan)


def test_leaving_small_groups_out_saves_the_large_ones() -> None:
    people = crossed(
        {("woman", "x"): 9, ("man", "x"): 9, ("man", "y"): 4, ("woman", "y"): 3, ("z", "x"): 1}, ("g", "t")
    )
    kept = leave_out_small(people, ["g", "t"], min_group=5)
    assert kept["g"].unique().tolist() == ["woman", "man"]
    assert disclosure_plan(kept, tables=[("g",), ("t",)]).groups("g") == ["man", "woman"]


def test_leaving_out_is_followed_to_the_end() -> None:
    people = crossed({("a", "x"): 3, ("b", "x"): 3, ("b", "y"): 9}, ("g", "t"))
    # a (3) goes; then x has 3 left and goes; b and y stay.
    assert leave_out_small(people, ["g", "t"]).drop_duplicates().values.tolist() == [["b", "y"]]
    missing = pd.DataFrame({"g": ["a"] * 9 + [None] * 9})
    assert len(leave_out_small(missing, ["g"])) == 18
    assert len(leave_out_small(missing, ["g"], missing=False)) == 9


def test_everyone_else_must_be_a_group_too() -> None:
    people = crossed({("a",): 40, ("b",): 5, ("c",): 5}, ("g",))
    plan = disclosure_plan(people, tables=[("g",)])
    assert plan.may_compare("g", "a")
    assert plan.may_compare("g", "a", "b")
    assert not plan.may_compare("g", "a", "nobody")
    lone = disclosure_plan(crossed({("a",): 40, ("b",): 4}, ("g",)), tables=[("g",)])
    assert not lone.may_compare("g", "a")


def test_a_table_that_was_not_planned_is_refused() -> None:
    plan = disclosure_plan(crossed({("a", "x"): 9}, ("g", "t")), tables=[("g",)])
    with pytest.raises(DisclosureError) as caught:
        plan.may_show(("t", "g"), ("x", "a"))
    assert str(caught.value) == (
        "the table g × t was not planned for; "
        "name it in the study's disclosure plan, so that it is checked against the other tables"
    )


def test_wrong_requests() -> None:
    people = crossed({("a", "x"): 9}, ("g", "t"))
    with pytest.raises(StudyError, match="'gender' is not a column of the people table; use one of g, t"):
        disclosure_plan(people, tables=[("gender",)])
    with pytest.raises(StudyError, match="min_group is 1; use 2 or more; 5 is usual"):
        disclosure_plan(people, tables=[("g",)], min_group=1)


def test_the_order_of_people_tables_and_columns_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    people = pd.DataFrame({c: rng.choice(list("pqr"), 90, p=[0.7, 0.2, 0.1]) for c in "abc"})
    one = disclosure_plan(people, tables=[("a", "b"), ("b", "c")])
    two = disclosure_plan(people.sample(frac=1, random_state=1)[["c", "a", "b"]], tables=[("c", "b"), ("b", "a")])
    for table in one.tables:
        pd.testing.assert_frame_equal(one.counts(table), two.counts(table))


def test_safe_counts_is_the_plan_of_one_table() -> None:
    people = crossed({("a",): 9, ("b",): 7, ("c",): 1}, ("g",))
    assert safe_counts(people, ["g"]).values.tolist() == [["a", 9]]


# --- attack ----------------------------------------------------------------------------------------------------------


def tampered(plan: DisclosurePlan, table: tuple[str, ...], cell: tuple[str, ...]) -> DisclosurePlan:
    shown = dict(plan._shown)
    shown[table] = shown[table] | {cell}
    return DisclosurePlan(plan.min_group, plan.tables, plan._counts, shown)


def test_the_audit_finds_what_a_careless_plan_lets_out() -> None:
    people = crossed({("woman",): 40, ("man",): 50, ("other",): 3}, ("gender",))
    plan = disclosure_plan(people, tables=[("gender",)])
    with pytest.raises(DisclosureError, match="the group gender = other is shown and has fewer than 5 people"):
        audit(tampered(plan, ("gender",), ("other",)))
    with pytest.raises(DisclosureError) as caught:
        audit(tampered(plan, ("gender",), ("woman",)))
    assert str(caught.value) == (
        "the group the total leaves fewer than 5 people when the cells shown are taken from it; "
        "hide another cell of that row, or the whole table"
    )


def test_the_audit_finds_a_chain_of_sums() -> None:
    # In no single row or column is one hidden cell alone, and yet y's column tells (a, y), which tells (a, x).
    people = crossed(
        {("a", "x"): 3, ("a", "y"): 5, ("a", "z"): 9, ("b", "x"): 6, ("b", "y"): 9, ("b", "z"): 9, ("c", "x"): 7},
        ("row", "column"),
    )
    plan = disclosure_plan(people, tables=[("row", "column")])
    table = ("column", "row")
    hidden = {("x", "a"), ("y", "a"), ("x", "b")}
    careless = dict(plan._shown) | {table: frozenset(plan._counts[table]) - hidden}
    with pytest.raises(DisclosureError, match="is hidden, but its count follows from what is shown"):
        audit(DisclosurePlan(5, plan.tables, plan._counts, careless))


@st.composite
def organisations(draw: st.DrawFn) -> tuple[pd.DataFrame, list[tuple[str, ...]], int]:
    columns = draw(st.sampled_from([("a", "b"), ("a", "b", "c")]))
    groups = [draw(st.integers(2, 4 if len(columns) == 2 else 3)) for _ in columns]
    cells = list(product(*(map(str, range(n)) for n in groups)))
    sizes = draw(st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 14]), min_size=len(cells), max_size=len(cells)))
    if sum(sizes) == 0:
        sizes[0] = 7
    pairs = list(combinations(columns, 2))
    tables = draw(st.sampled_from([[columns], pairs, [*pairs, columns], pairs[:1] + [(c,) for c in columns]]))
    return crossed(dict(zip(cells, sizes, strict=True)), columns), tables, draw(st.sampled_from([3, 5]))


@settings(max_examples=30, deadline=None)
@given(organisations())
def test_no_hidden_cell_can_be_told(made: tuple[pd.DataFrame, list[tuple[str, ...]], int]) -> None:
    people, tables, min_group = made
    plan = disclosure_plan(people, tables=tables, min_group=min_group)
    for table in plan.tables:
        assert (plan.counts(table)["people"] >= min_group).all()
    audit(plan)
    if plan.total is not None:
        assert can_be_told(people, plan) == []


@settings(max_examples=30, deadline=None)
@given(organisations())
def test_what_is_shown_is_true_and_what_a_row_leaves_is_no_small_group(
    made: tuple[pd.DataFrame, list[tuple[str, ...]], int],
) -> None:
    people, tables, min_group = made
    plan = disclosure_plan(people, tables=tables, min_group=min_group)
    for table in plan.tables:
        if not table:
            continue
        true = people.groupby(list(table)).size()
        for *cell, n in plan.counts(table).itertuples(index=False):
            assert true[cell[0] if len(table) == 1 else tuple(cell)] == n
        for column in table:
            rest = tuple(c for c in table if c != column)
            shown = plan.counts(table)
            for row in plan.counts(rest).itertuples(index=False) if rest else [(plan.total,)]:
                if row[-1] is None:
                    continue
                inside = shown
                for c, group in zip(rest, row[:-1], strict=True):
                    inside = inside[inside[c] == group]
                left = row[-1] - inside["people"].sum()
                assert left == 0 or left >= min_group


def test_examples_that_careless_versions_failed() -> None:
    # What follows from a sum anyway may leave fewer than five over in another: 9 less the 5 of b1 are 4.
    left_over = crossed({("0", "2"): 4, ("0", "3"): 2, ("1", "0"): 1, ("1", "1"): 5, ("1", "3"): 3}, ("a", "b"))
    audit(disclosure_plan(left_over, tables=[("a", "b")], min_group=5))
    # Several cells can be told at once and the only table is withheld for the first of them.
    all_small = crossed({("0", "2"): 2, ("0", "3"): 2, ("1", "0"): 1, ("1", "1"): 3, ("1", "3"): 1}, ("a", "b"))
    audit(disclosure_plan(all_small, tables=[("a", "b")], min_group=3))


# --- averages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "tells"),
    [
        ([], False),
        ([float("nan")] * 9, False),
        ([1] * 15, True),  # a fact about each of the 15
        ([1] + [0] * 6, True),  # a fact about the one
        ([1] * 4 + [0] * 50, True),
        ([1] * 5 + [0] * 50, False),
        ([3.5, 2.5], False),  # nobody is like anybody else
        ([3.5], False),
        ([2, 2, 1], True),
        ([1, 2, 3, 4, 5, 0, 0, 0], False),
        ([1, 2, 3, 4, 0, 0, 0], True),
        ([0.1 + 0.2, 0.3, float("nan")], True),  # alike but for rounding; missing ones do not count
        ([True, False, True], True),
    ],
)
def test_an_average_gives_away_where_fewer_than_five_differ(values: list[float], tells: bool) -> None:
    assert gives_away(values, min_group=5) is tells
    assert gives_away(reversed(values), min_group=5) is tells


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(2, 10))
def test_what_gives_away_is_that_nearly_all_are_alike(values: list[int], min_group: int) -> None:
    counts = [values.count(value) for value in set(values)]
    alike = max(counts, default=0)
    assert gives_away(values, min_group=min_group) == (alike >= 2 and len(values) - alike < min_group)
    if gives_away(values, min_group=min_group):
        assert gives_away(values, min_group=min_group + 1), "a stricter rule hides no less"


# --- pseudonyms ------------------------------------------------------------------------------------------------------


def test_a_pseudonym_depends_on_the_person_and_the_seed_alone() -> None:
    every = pseudonyms([f"E{i}" for i in range(500)], seed=1)
    assert every.str.fullmatch(r"P-[A-Z2-7]{5,}").all()
    assert every.is_unique
    assert every.index.name == "person"
    assert pseudonyms(["E7"], seed=1)["E7"] == every["E7"]
    assert pseudonyms(["E7"], seed=2)["E7"] != every["E7"]
    assert every.tolist() != sorted(every), "no order of the roster's"


def test_pseudonyms_that_would_be_alike_grow_longer() -> None:
    # Ten thousand of 32⁵ codes: about 1.5 pairs alike are expected; this seed has some.
    persons = [str(i) for i in range(10_000)]
    names = pseudonyms(persons, seed=0)
    assert names.is_unique
    assert (names.str.len() > 7).sum() in range(2, 20)
    assert names.equals(pseudonyms(persons[::-1], seed=0).reindex(persons))


def test_a_repeated_person_has_no_pseudonym() -> None:
    with pytest.raises(StudyError, match="a person id is repeated"):
        pseudonyms(["a", "a"], seed=1)


def test_a_leader_s_file_with_somebody_in_it_is_refused_without_repeating_who() -> None:
    people = pd.DataFrame({"name": ["Ada Byron"]}, index=["E101"])
    refuse_persons(b"<p>all of us</p>", people, file="map.html")
    with pytest.raises(DisclosureError) as caught:
        refuse_persons(b"<p>Ada Byron, e101</p>", people, file="map.html")
    assert str(caught.value) == (
        "map.html: a leader's file must hold no person, and this one holds 2; "
        "nothing was written; please report this with the study file"
    )
