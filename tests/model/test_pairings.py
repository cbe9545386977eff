"""Pairings: mentor and sponsor are never mixed."""

from __future__ import annotations

import pandas as pd
import pytest

from ona.model import InputError, active_pairings, pairings_table


def test_no_pairings_is_an_empty_table_of_the_same_shape() -> None:
    table = pairings_table()
    assert table.empty
    assert table.columns.tolist() == ["senior", "junior", "kind", "start", "end", "status", "program"]


def test_sorted_and_active_unless_said_otherwise() -> None:
    table = pairings_table(
        pd.DataFrame(
            {"senior": ["b", "a"], "junior": ["c", "c"], "kind": ["sponsor", "mentor"], "status": [None, "completed"]}
        )
    )
    assert table[["senior", "kind", "status"]].values.tolist() == [
        ["a", "mentor", "completed"],
        ["b", "sponsor", "active"],
    ]
    pd.testing.assert_frame_equal(table, pairings_table(table))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"senior": ["a"], "kind": ["mentor"]},
            "pairings need the column 'junior'; name it under [[pairings]] as junior",
        ),
        (
            {"senior": ["a"], "junior": ["b"], "kind": ["coach"]},
            "pairing kind 'coach' is not one of mentor, sponsor, peer, reverse, group",
        ),
        (
            {"senior": ["a"], "junior": ["b"], "kind": ["mentor"], "status": ["over"]},
            "pairing status 'over' is not one of active, completed, cancelled, pending",
        ),
    ],
)
def test_what_is_wrong(columns: dict[str, list[str]], message: str) -> None:
    with pytest.raises(InputError) as caught:
        pairings_table(pd.DataFrame(columns))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("day", "held"), [("2023-12-31", 0), ("2024-01-01", 1), ("2024-06-30", 1), ("2024-07-01", 0), (None, 1)]
)
def test_held_from_the_first_to_the_last_day(day: str | None, held: int) -> None:
    table = pairings_table(
        pd.DataFrame(
            {"senior": ["a"], "junior": ["b"], "kind": ["mentor"], "start": ["2024-01-01"], "end": ["2024-06-30"]}
        )
    )
    assert len(active_pairings(table, on=None if day is None else pd.Timestamp(day))) == held


def test_only_active_ones_are_held() -> None:
    status = ["active", "completed", "cancelled", "pending"]
    table = pairings_table(pd.DataFrame({"senior": "a", "junior": list("bcde"), "kind": "sponsor", "status": status}))
    assert active_pairings(table)["junior"].tolist() == ["b"]
