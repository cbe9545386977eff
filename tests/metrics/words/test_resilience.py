"""What people read about what is lost when others leave."""

from __future__ import annotations

import pytest

from metrics.words.resilience import removal_sentence

NAN = float("nan")
ROW = {
    "name": "top 5 by betweenness",
    "kind": "brokers",
    "removed": 5,
    "leaders_within_2_before": 7.1,
    "leaders_within_2_after": 6.3,
    "leaders_within_2_random_low": 6.8,
    "leaders_within_2_random_high": 7.0,
    "worse_than_random": 1 / 101,
    "q": 2 / 101,
    "reach_leaders_before": 1.0,
    "reach_leaders_after": 1.0,
    "reach_leaders_random_low": 0.99,
    "reach_leaders_random_high": 1.0,
    "reach_leaders_worse_than_random": 1.0,
    "reach_leaders_q": 1.0,
    "largest_before": 1.0,
    "largest_after": 1.0,
    "largest_random_low": 0.95,
    "largest_random_high": 1.0,
    "largest_worse_than_random": 1.0,
    "largest_q": 1.0,
    "groups_cut_off": "",
    "groups_isolated": "",
    "draws": 100,
    "confidence": 0.95,
}
UNLED = {
    name: NAN for name in ROW if name.startswith(("reach", "leaders_within")) or name in ("worse_than_random", "q")
}
KEPT = {"leaders_within_2_after": 7.1, "worse_than_random": 1.0}
LOT = "left when as many leaders and others leave at random"
HEAD = "Without the 5 people with the highest betweenness, and before any new tie forms, "
PART = "the largest connected part would hold 90 % of those left, not 100 % of all"
PARTS = "95 to 100 % when as many leaders and others leave at random"
NEAR = "those left would have 0.8 fewer leaders within two steps (6.3 instead of 7.1 on average)"


@pytest.mark.parametrize(
    ("changes", "rest"),
    [
        (
            {},
            f"{NEAR}, clearly more than chance takes (6.8 to 7.0 {LOT}).",
        ),
        (
            {"q": 0.123},
            f"{NEAR}, more than chance takes (6.8 to 7.0 {LOT}) but among so many "
            "departures perhaps by chance (q = 0.12).",
        ),
        (
            {"worse_than_random": 0.2, "q": 0.3},
            f"{NEAR}, which chance may take too (6.8 to 7.0 {LOT}).",
        ),
        ({"worse_than_random": NAN, "q": NAN}, f"{NEAR}."),
        (
            {"draws": 18, "worse_than_random": 1 / 19, "leaders_within_2_random_low": NAN},
            f"{NEAR}; 18 departures drawn by lot are too few to say whether chance takes as much.",
        ),
        (KEPT, "those left would keep together, and every way to a leader they had."),
        (
            KEPT | {"reach_leaders_after": 0.96, "reach_leaders_worse_than_random": 0.01, "reach_leaders_q": 0.03},
            "4 % of those left would lose every way to a leader, clearly more than chance takes (0 to 1 %).",
        ),
        (
            KEPT
            | {
                "reach_leaders_after": 0.9511,
                "reach_leaders_random_low": 0.9513,
                "reach_leaders_worse_than_random": 0.01,
            }
            | {"reach_leaders_q": 0.03},
            "4.89 % of those left would lose every way to a leader, clearly more than chance takes (0 to 4.87 %).",
        ),
        (
            KEPT | {"reach_leaders_after": 0.36, "reach_leaders_random_low": 0.316, "reach_leaders_q": 0.4},
            "64 % of those left would lose every way to a leader, which chance may take too (0 to 68 %).",
        ),
        (
            KEPT | {"largest_after": 0.9, "largest_worse_than_random": 0.5},
            f"{PART}, which chance may take too ({PARTS}).",
        ),
        (KEPT | {"groups_cut_off": "Legal; Risk"}, "nobody left in Legal; Risk would have a way to a leader."),
        (KEPT | {"groups_isolated": "Legal"}, "nobody left in Legal would be tied to another group."),
        (
            UNLED,
            "those left would keep together, and every group its ties to others; of ways to leaders nothing can be "
            "said, for want of leaders or of anybody else.",
        ),
    ],
)
def test_each_loss_is_told(changes, rest):
    assert removal_sentence(ROW | changes) == HEAD + rest


def test_all_losses_at_once():
    changes = {
        "reach_leaders_after": 0.96,
        "reach_leaders_worse_than_random": 0.3,
        "largest_after": 0.9,
        "largest_worse_than_random": 0.01,
        "largest_q": 0.03,
        "groups_cut_off": "Legal",
        "groups_isolated": "Legal",
    }
    assert removal_sentence(ROW | changes) == (
        HEAD + f"{NEAR}, clearly more than chance takes (6.8 to 7.0 {LOT}); "
        "4 % of those left would lose every way to a leader, which chance may take too (0 to 1 %); "
        f"{PART}, clearly more than chance takes ({PARTS}); "
        "nobody left in Legal would have a way to a leader; nobody left in Legal would be tied to another group."
    )


@pytest.mark.parametrize(
    ("kind", "name", "removed", "begins"),
    [
        ("person", "Ann Lee", 1, "Without Ann Lee (1 person), and"),
        ("role", "level 3, function Sales", 1_200, "Without everybody of level 3, function Sales (1,200 people), and"),
        ("random", "draw 7", 2, "Without draw 7 (2 people), and"),
        ("person", "top 1 by nature", 1, "Without top 1 by nature (1 person), and"),
        ("brokers", "gatekeepers", 3, "Without the gatekeepers (3 people), and"),
        ("brokers", "top 1 by betweenness", 1, "Without the person with the highest betweenness, and"),
        ("brokers", "top 5 % by degree", 1_030, "Without the 1,030 people with the highest degree, and"),
        (
            "brokers",
            "top 2 by power (1 of 2 with the same score, by id)",
            2,
            "Without the 2 people with the highest power (1 of 2 with the same score, by id), and",
        ),
    ],
)
def test_who_leaves(kind, name, removed, begins):
    assert removal_sentence(ROW | {"kind": kind, "name": name, "removed": removed}).startswith(begins)


def test_a_gain_or_a_rounding_is_no_loss():
    # Isolates leave: those left are better connected, and that is not told as a loss.
    assert removal_sentence(ROW | KEPT | {"largest_before": 0.9, "largest_after": 0.95}).endswith(
        "way to a leader they had."
    )
    assert "connected part" not in removal_sentence(ROW | {"largest_after": 0.995})


def test_a_band_of_one_value_is_told_once():
    row = ROW | {"leaders_within_2_random_low": 7.0, "leaders_within_2_random_high": 7.0}
    assert "(7.0 left when" in removal_sentence(row)


def test_a_small_loss_has_the_decimals_that_show_it():
    small = {"leaders_within_2_before": 0.412, "leaders_within_2_after": 0.388, "leaders_within_2_random_low": 0.405}
    sentence = removal_sentence(ROW | small | {"leaders_within_2_random_high": 0.41})
    assert "0.024 fewer leaders within two steps (0.388 instead of 0.412 on average)" in sentence
    assert "(0.405 to 0.410 left when" in sentence
