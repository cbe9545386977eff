from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from metrics.assignment import ASSIGNMENT_COLUMNS, assign, unassigned
from ona.model import StudyError


def listed(*pairs: tuple[str, str, float], held: int = 0, capacity: int = 1) -> pd.DataFrame:
    """A candidate table with ranks by score."""
    table = pd.DataFrame(pairs, columns=["protege", "candidate", "score"])
    table["rank"] = table.groupby("protege")["score"].rank(method="first", ascending=False).astype(int)
    return table.assign(
        held=held, capacity=capacity, introducer="", path="", reasons="because", cautions="but"
    ).sort_values(["protege", "rank"], ignore_index=True)


@st.composite
def problems(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """A small candidate table, capacity by sponsor, and priority by protégé, all exact to the millionth."""
    proteges = [f"p{i}" for i in range(draw(st.integers(1, 5)))]
    sponsors = [f"s{i}" for i in range(draw(st.integers(1, 4)))]
    worth = st.integers(0, 8).map(lambda i: i / 8)
    pairs = [(p, s, draw(worth)) for p, s in product(proteges, sponsors) if draw(st.booleans())]
    capacity = pd.Series({s: draw(st.integers(0, 2)) for s in sponsors})
    priority = pd.Series({p: draw(worth) for p in proteges})
    return listed(*pairs, capacity=9), capacity, priority


def total(assignment: pd.DataFrame, priority: pd.Series) -> float:
    return float(assignment["score"].sum() + priority.reindex(assignment["protege"]).sum())


def test_the_total_counts_and_not_each_ones_wish() -> None:
    table = listed(("cy", "ann", 0.8), ("cy", "bo", 0.6), ("di", "ann", 0.7))
    made = assign(table)
    assert tuple(made.columns) == ASSIGNMENT_COLUMNS
    assert made.values.tolist() == [
        ["cy", "bo", 0.6, 2, "", "", "because", "but"],
        ["di", "ann", 0.7, 1, "", "", "because", "but"],
    ]


def test_one_good_pairing_can_be_worth_more_than_two_poor_ones() -> None:
    table = listed(("cy", "ann", 0.9), ("cy", "bo", 0.1), ("di", "ann", 0.5))
    assert assign(table)[["protege", "sponsor"]].values.tolist() == [["cy", "ann"]]
    served = assign(table, priority=pd.Series({"di": 0.4}))
    assert served[["protege", "sponsor"]].values.tolist() == [["cy", "bo"], ["di", "ann"]]


def test_held_pairings_take_up_room() -> None:
    table = listed(("cy", "ann", 0.9), ("di", "ann", 0.5), held=2, capacity=3)
    assert assign(table)["protege"].tolist() == ["cy"]
    assert assign(table, capacity=4)["protege"].tolist() == ["cy", "di"]
    assert assign(table, capacity=pd.Series({"ann": 2})).empty
    assert assign(table, capacity=1).empty  # more held than allowed: no room, and no error


def test_a_pairing_worth_nothing_is_made_where_there_is_room() -> None:
    assert assign(listed(("cy", "ann", 0.0), ("di", "bo", 0.9)))["protege"].tolist() == ["cy", "di"]
    assert assign(listed(("cy", "ann", 0.0)).assign(score=np.nan))["protege"].tolist() == ["cy"]


@pytest.mark.parametrize("choices", [2, 3, 4])
@pytest.mark.parametrize("backwards", [False, True])
def test_equal_scores_are_settled_by_rank(choices: int, backwards: bool) -> None:
    # Whatever place the first choice has among the candidates, it is taken where there is room. With two choices the
    # flow picks the second when ranks cost nothing.
    ranks = sorted(range(1, choices + 1), reverse=backwards)
    table = listed(*(("cy", f"s{i}", 0.5) for i in range(choices))).sort_values("candidate").assign(rank=ranks)
    assert assign(table)["rank"].tolist() == [1]


def test_nobody_to_assign() -> None:
    made = assign(listed())
    assert made.empty
    assert tuple(made.columns) == ASSIGNMENT_COLUMNS
    assert unassigned(listed(), made).empty


def test_those_left_out_are_listed_with_the_reason() -> None:
    table = listed(("cy", "ann", 0.9), ("di", "ann", 0.5), ("ed", "ann", 0.4), ("ed", "bo", 0.3), ("fi", "bo", 0.8))
    without = pd.DataFrame({"person": ["dan"], "reason": ["has no tie to anybody"]})
    assert unassigned(table, assign(table), without=without).values.tolist() == [
        ["dan", "has no tie to anybody"],
        ["di", "their only candidate has no room left"],
        ["ed", "none of their 2 candidates has room left"],
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"priority": pd.Series({"cy": 1.5})}, "a priority is outside 0 to 1; scale priorities to 0 … 1"),
        ({"priority": pd.Series({"cy": np.nan})}, "a priority is outside 0 to 1; scale priorities to 0 … 1"),
        (
            {"capacity": pd.Series({"bo": 1})},
            "no capacity is given for candidate 'ann'; give one for every candidate",
        ),
    ],
)
def test_wrong_options(options: dict[str, pd.Series], message: str) -> None:
    with pytest.raises(StudyError) as error:
        assign(listed(("cy", "ann", 0.5)), **options)
    assert str(error.value) == message


def test_a_pair_listed_twice_is_refused() -> None:
    with pytest.raises(StudyError, match="the pair cy and ann is listed twice"):
        assign(listed(("cy", "ann", 0.5), ("cy", "ann", 0.4)))


@settings(max_examples=60, deadline=None)
@given(problems())
def test_total_equals_the_assignment_problem_on_replicated_sponsors(
    problem: tuple[pd.DataFrame, pd.Series, pd.Series],
) -> None:
    # Oracle: scipy's linear_sum_assignment, each sponsor a column for each place, and a column of 0 for staying out.
    table, capacity, priority = problem
    made = assign(table, capacity=capacity, priority=priority)
    proteges = sorted(priority.index)
    places = [s for s in capacity.index for _ in range(capacity[s])]
    worth = {(r.protege, r.candidate): r.score + priority[r.protege] for r in table.itertuples()}
    matrix = np.array([[worth.get((p, s), -10.0) for s in places] + [0.0] * len(proteges) for p in proteges])
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    assert total(made, priority) == pytest.approx(matrix[rows, columns].sum(), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_total_and_ranks_equal_brute_force(problem: tuple[pd.DataFrame, pd.Series, pd.Series]) -> None:
    table, capacity, priority = problem
    made = assign(table, capacity=capacity, priority=priority)
    choices = [[None, *rows.itertuples()] for _, rows in table.groupby("protege")]
    worst = table["rank"].max() + 1  # what staying without counts as
    totals: list[tuple[float, int]] = []
    for choice in product(*choices):
        rows = [row for row in choice if row is not None]
        load = pd.Series([row.candidate for row in rows], dtype="str").value_counts()
        if all(load.get(s, 0) <= capacity[s] for s in capacity.index):
            value = sum(row.score + priority[row.protege] for row in rows)
            totals.append((value, -sum(worst if row is None else row.rank for row in choice)))
    ranks = made["rank"].sum() + (len(choices) - len(made)) * (worst if choices else 0)
    assert (total(made, priority), -ranks) == max(totals)


@settings(max_examples=40, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_what_always_holds(problem: tuple[pd.DataFrame, pd.Series, pd.Series], random: object) -> None:
    table, capacity, priority = problem
    made = assign(table, capacity=capacity, priority=priority)
    assert not made["protege"].duplicated().any()
    load = made["sponsor"].value_counts()
    assert all(load.get(s, 0) <= capacity[s] for s in capacity.index)
    pairs = set(zip(table["protege"], table["candidate"], strict=True))
    assert set(zip(made["protege"], made["sponsor"], strict=True)) <= pairs
    # Whoever is left out has no candidate with room: the reason given is true.
    left = unassigned(table, made)
    for person in left["person"]:
        assert all(load.get(s, 0) == capacity[s] for s in table.loc[table["protege"] == person, "candidate"])
    assert sorted([*left["person"], *made["protege"]]) == sorted(table["protege"].unique())
    shuffled = table.sample(frac=1.0, random_state=random.randrange(1000))  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(assign(shuffled, capacity=capacity, priority=priority), made)
