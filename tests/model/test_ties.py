"""Ties: one row for each source, target and channel, and a strength above nothing."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from ona.model import InputError, ties_table


def test_rows_for_the_same_pair_and_channel_add_up() -> None:
    frame = pd.DataFrame(
        {
            "source": list("baaa"),
            "target": list("abbb"),
            "channel": ["mail", "mail", "chat", "mail"],
            "strength": [1.0, 0.5, 2.0, 0.25],
            "count": [1, 2, 3, 4],
            "last": ["2024-01-01", "2024-01-02", None, "2024-01-03"],
        }
    )
    ties = ties_table(frame)
    assert ties[["source", "target", "channel", "strength", "count"]].values.tolist() == [
        ["a", "b", "chat", 2.0, 3],
        ["a", "b", "mail", 0.75, 6],
        ["b", "a", "mail", 1.0, 1],
    ]
    assert ties["last"].tolist()[1:] == [pd.Timestamp("2024-01-03"), pd.Timestamp("2024-01-01")]
    assert pd.isna(ties["last"][0])
    pd.testing.assert_frame_equal(ties, ties_table(ties))


def test_no_ties_is_an_empty_table_of_the_same_shape() -> None:
    ties = ties_table(pd.DataFrame({"source": [], "target": []}))
    assert ties.columns.tolist() == ["source", "target", "channel", "strength", "count", "last"]
    assert ties.empty


@pytest.mark.parametrize(("strength", "shown"), [(0, "0"), (-1.5, "-1.5"), (math.nan, "nan"), (math.inf, "inf")])
def test_a_strength_that_is_none(strength: float, shown: str) -> None:
    with pytest.raises(InputError) as caught:
        ties_table(pd.DataFrame({"source": ["a"], "target": ["b"], "strength": [strength]}))
    assert str(caught.value) == f"the tie a → b has strength {shown}; strength must be a number above 0"


def test_a_missing_channel_or_count_is_that_of_ties_without() -> None:
    frame = pd.DataFrame({"source": ["a", "b"], "target": ["b", "a"], "channel": ["mail", None], "count": [3, None]})
    assert ties_table(frame)[["channel", "count"]].values.tolist() == [["mail", 3], ["tie", 1]]


def test_a_tie_with_an_end_missing_is_not_lost_in_silence() -> None:
    with pytest.raises(InputError, match="a tie has no target; leave out rows that name nobody"):
        ties_table(pd.DataFrame({"source": ["a", "a"], "target": ["b", None]}))
    with pytest.raises(InputError, match="ties need the column 'target'"):
        ties_table(pd.DataFrame({"source": ["a"]}))


def test_strength_in_words_is_refused_in_a_sentence() -> None:
    with pytest.raises(InputError, match="a tie has the strength 'strong'"):
        ties_table(pd.DataFrame({"source": ["a"], "target": ["b"], "strength": ["strong"]}))


@pytest.mark.parametrize("name", ["weight", "value", "distance"])
def test_strengths_under_another_name_are_not_taken_for_all_alike(name: str) -> None:
    frame = pd.DataFrame({"source": ["a"], "target": ["b"], name: [9.0]})
    with pytest.raises(InputError, match=f"no column 'strength' but a column '{name}'"):
        ties_table(frame)
    assert ties_table(frame.assign(strength=2.0))["strength"].tolist() == [2.0]
