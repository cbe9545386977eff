"""What the report tells a leader to do follows from both tables, and goes no further than they do."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from viz.report.remedy import remedies

NAN = math.nan
SIDES = {-1: (-0.03, -0.05, -0.01), 0: (0.0, -0.02, 0.02), 1: (0.03, 0.01, 0.05)}


def split(there: int, formed: int, **changes: Any) -> pd.DataFrame:
    row: dict[str, Any] = {"column": "gender", "focal": "women", "reference": "men"}
    for part, side in (("exposure", there), ("bias", formed)):
        row |= dict(zip((part, f"{part}_low", f"{part}_high"), SIDES[side], strict=True))
    return pd.DataFrame([row | changes])


def gap(high: float = -0.01, **changes: Any) -> pd.DataFrame:
    row: dict[str, Any] = {"measure": "leader_share", "column": "gender", "focal": "women", "reference": "men"}
    row |= {"adjusted": -0.03, "adjusted_low": -0.05, "adjusted_high": high, "q": 0.01, "confidence": 0.95}
    return pd.DataFrame([row | changes])


@pytest.mark.parametrize(
    ("there", "formed", "expected"),
    [
        (-1, -1, "look at who sits where, and make introductions."),
        (0, -1, "make introductions."),
        (1, -1, "make introductions."),
        (-1, 0, "look at who sits where."),
        (-1, 1, "look at who sits where."),
    ],
)
def test_each_pair_of_clear_parts_has_its_remedy(there: int, formed: int, expected: str) -> None:
    said = remedies(split(there, formed), gap())
    assert len(said) == 1
    assert said[0].startswith(f"Women against men: {expected}")
    assert said[0].count(". ") <= 1  # two sentences at most


@pytest.mark.parametrize(("there", "formed"), [(1, 0), (0, 1), (1, 1)])
def test_which_group_is_called_focal_decides_nothing(there: int, formed: int) -> None:
    """Men against women with every sign turned is women against men."""
    turned = gap(focal="men", reference="women", adjusted=0.03, adjusted_low=0.01, adjusted_high=0.05)
    said = remedies(split(there, formed, focal="men", reference="women"), turned)
    assert said == remedies(split(-there, -formed), gap())


def test_everyone_else_may_be_the_one_who_lacks() -> None:
    said = remedies(split(1, 0, focal="men", reference=None), None)
    assert said == [
        "Everyone else against men: look at who sits where. Fewer leaders are around everyone else to meet."
    ]


@pytest.mark.parametrize(
    "gaps",
    [
        None,
        gap(high=0.01),
        gap(q=0.2),
        gap(q=NAN),
        gap(q=0.08, confidence=0.95),
        gap(reference="others"),
        gap(measure="leader_ties"),
    ],
)
def test_introductions_need_a_clear_adjusted_gap_too(gaps: pd.DataFrame | None) -> None:
    """The split holds only the unit equal: without the adjusted gap it may be a matter of level."""
    said = remedies(split(0, -1), gaps)
    assert "make introductions" not in said[0]
    assert "look at levels before introductions" in said[0]


def test_a_gap_nobody_tells_is_not_called_unclear() -> None:
    assert "it is not known here whether a gap" in remedies(split(0, -1), None)[0]
    assert "it is not clear that a gap" in remedies(split(0, -1), gap(high=0.01))[0]


def test_alpha_comes_from_the_gap_itself() -> None:
    assert "make introductions" in remedies(split(0, -1), gap(q=0.08, confidence=0.9))[0]


def test_everyone_else_is_the_same_comparison_in_both_tables() -> None:
    assert "make introductions" in remedies(split(0, -1, reference=None), gap(reference=NAN))[0]


@pytest.mark.parametrize("part", ["exposure", "bias"])
def test_a_gap_that_could_not_be_split_calls_for_nothing(part: str) -> None:
    assert remedies(split(-1, -1, **{part: NAN, f"{part}_low": NAN, f"{part}_high": NAN}), gap()) == []
    assert remedies(None, gap()) == []


def test_every_comparison_is_looked_at_and_unsure_ones_share_a_sentence() -> None:
    rows = pd.concat([split(0, 0), split(-1, 0, focal="nurses", reference=None), split(0, 0, focal="Lagos")])
    assert remedies(rows, None) == [
        "Nurses against everyone else: look at who sits where. Fewer leaders are around nurses to meet.",
        "Do not choose a remedy on these numbers alone (women against men; Lagos against men): they cannot tell yet "
        "whether leaders are not there to meet or ties do not form.",
    ]
