"""Sentences of gaps, to the letter."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from metrics.access import PAIRING_MEASURES, TWICE
from metrics.gaps import with_gap_sentences
from metrics.words import gap_sentence
from metrics.words._phrases import alpha_of

GAP = {
    "measure": "leader_ties",
    "column": "gender",
    "focal": "woman",
    "reference": "man",
    "n_focal": 141,
    "n_reference": 309,
    "n_undefined": 0,
    "n_informative": 450,
    "n_informative_focal": 141,
    "n_informative_reference": 309,
    "difference": -1.0,
    "difference_low": -1.4,
    "difference_high": -0.6,
    "adjusted": -0.8,
    "adjusted_low": -1.3,
    "adjusted_high": -0.3,
    "p": 0.002,
    "q": 0.01,
    "p_raw": 0.001,
    "strata": "level × function",
    "detectable": 0.7,
    "confidence": 0.95,
}
UNSURE = {
    "difference": -0.3,
    "adjusted": -0.2,
    "adjusted_low": -0.5,
    "adjusted_high": 0.1,
    "p": 0.2,
    "q": 0.4,
    "p_raw": 0.1,
}
NONE = {"n_informative": 0, "n_informative_focal": 0, "n_informative_reference": 0}
SOME = {"n_informative": 300, "n_informative_focal": 130, "n_informative_reference": 170}
COMPOSITION = {
    "difference": -1.2,
    "difference_low": -1.6,
    "difference_high": -0.8,
    "adjusted": -0.1,
    "adjusted_low": -0.4,
    "adjusted_high": 0.2,
    "p": 0.5,
    "q": 0.6,
}
SHARE = {
    "measure": "leader_share",
    "difference": -0.1,
    "adjusted": -0.087,
    "adjusted_low": -0.16,
    "adjusted_high": -0.012,
}
NAN, INF = math.nan, math.inf

SENTENCES = {
    "a clear gap": (
        {},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men "
        "(95 % interval 0.3 to 1.3; 141 women, 309 men).",
    ),
    "the other way": (
        {"adjusted": 0.8, "adjusted_low": 0.3, "adjusted_high": 1.3, "strata": "none", "confidence": 0.9},
        "Overall, women have 0.8 more ties to leaders than men (90 % interval 0.3 to 1.3; 141 women, 309 men).",
    ),
    "not alone in the family": (
        {"p": 0.03, "q": 0.12, "strata": "level × function × site"},
        "At the same level, in the same function and at the same site, women have 0.8 fewer ties to leaders than men "
        "(95 % interval 0.3 to 1.3; 141 women, 309 men); among all the differences looked at, "
        "this one could still be chance (q = 0.12).",
    ),
    "no upper limit": (
        {"adjusted_low": -INF},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men "
        "(95 % interval at least 0.3; 141 women, 309 men).",
    ),
    "own managers included": (
        {"measure": "leader_ties_with_chain"},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders, own managers included, "
        "than men (95 % interval 0.3 to 1.3; 141 women, 309 men).",
    ),
    "a share": (
        SHARE,
        "At the same level and in the same function, the share of influence that comes from leaders is 8.7 percentage "
        "points lower among women than among men (95 % interval 1.2 to 16.0; 141 women, 309 men).",
    ),
    "a chance, own managers included": (
        SHARE | {"measure": "cascade_reach_with_chain", "strata": "band"},
        "With the same band, the chance that a message from leaders arrives, own managers included, is 8.7 percentage "
        "points lower among women than among men (95 % interval 1.2 to 16.0; 141 women, 309 men).",
    ),
    "steps, some without": (
        {"measure": "steps_to_leader", "adjusted": 0.34, "adjusted_low": 0.1, "adjusted_high": 0.6, "n_undefined": 12},
        "At the same level and in the same function, the number of steps to the nearest leader is 0.34 higher among "
        "women than among men (95 % interval 0.10 to 0.60; 141 women, 309 men; 12 without a value left out).",
    ),
    "a small number": (
        {"measure": "sponsors", "adjusted": -0.034, "adjusted_low": -0.061, "adjusted_high": -0.007},
        "At the same level and in the same function, women have 0.034 fewer sponsors than men "
        "(95 % interval 0.007 to 0.061; 141 women, 309 men).",
    ),
    "any other measure": (
        {"measure": "betweenness", "adjusted": -1234.5, "adjusted_low": -2000.0, "adjusted_high": -500.0},
        "At the same level and in the same function, 'betweenness' is 1,234.5 lower among women than among men "
        "(95 % interval 500.0 to 2,000.0; 141 women, 309 men).",
    ),
    "unsure": (
        UNSURE,
        "The study cannot tell whether, at the same level and in the same function, women and men differ in ties to "
        "leaders (difference 0.2 fewer, 95 % interval 0.5 fewer to 0.1 more; 141 women, 309 men); "
        "only a gap of 0.7 or more would have been found four times in five.",
    ),
    "unsure of a share, nothing held equal": (
        UNSURE
        | {
            "measure": "has_leader_tie",
            "strata": "none",
            "adjusted": -0.02,
            "adjusted_low": -0.05,
            "adjusted_high": 0.01,
        }
        | {"detectable": 0.041},
        "The study cannot tell whether women and men differ in the share of people with any tie to a leader "
        "(difference 2.0 percentage points lower, 95 % interval 5.0 lower to 1.0 higher; 141 women, 309 men); "
        "only a gap of 4.1 percentage points or more would have been found four times in five.",
    ),
    "unsure without limits": (
        UNSURE | {"adjusted": 0.0, "adjusted_low": -INF, "adjusted_high": INF, "detectable": NAN},
        "The study cannot tell whether, at the same level and in the same function, women and men differ in ties to "
        "leaders (difference 0, 95 % interval no lower limit to no upper limit; 141 women, 309 men).",
    ),
    "composition": (
        COMPOSITION,
        "Overall, women have 1.2 fewer ties to leaders than men (95 % interval 0.8 to 1.6, not corrected for "
        "the number of comparisons); at the same level and in the same function "
        "no difference can be told (0.1 fewer, 95 % interval 0.4 fewer to 0.2 more; 141 women, 309 men).",
    ),
    "composition of a share": (
        COMPOSITION
        | {
            "measure": "leader_share",
            "difference": -0.1,
            "difference_low": -0.14,
            "difference_high": -0.06,
            "adjusted": 0.004,
            "adjusted_low": -0.02,
            "adjusted_high": 0.028,
        }
        | {"strata": "level"},
        "Overall, the share of influence that comes from leaders is 10.0 percentage points lower among women than "
        "among men (95 % interval 6.0 to 14.0, not corrected for the number of comparisons); "
        "at the same level no difference can be told (0.4 percentage points higher, 95 % interval 2.0 lower "
        "to 2.8 higher; 141 women, 309 men).",
    ),
    "composition whose small rest points the other way": (
        COMPOSITION
        | {"column": "ethnicity", "focal": "Black", "reference": "White", "n_focal": 96, "n_reference": 231}
        | {"n_informative": 327, "n_informative_focal": 96, "n_informative_reference": 231}
        | {
            "difference": -0.5,
            "difference_low": -INF,
            "difference_high": -0.12,
            "adjusted": 0.09,
            "adjusted_low": -0.14,
            "adjusted_high": 0.33,
        },
        "Overall, people whose ethnicity is Black have 0.5 fewer ties to leaders than people whose ethnicity is White "
        "(95 % interval at least 0.1, not corrected for the number of comparisons); "
        "at the same level and in the same function no difference can be told "
        "(0.09 more, 95 % interval 0.14 fewer to 0.33 more; 96 and 231 people).",
    ),
    "a limit near 0 is not nothing": (
        {"adjusted_low": -INF, "adjusted_high": -0.0213},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men "
        "(95 % interval at least 0.02; 141 women, 309 men).",
    ),
    "a limit at 0": (
        {"adjusted_low": -INF, "adjusted_high": 0.0},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men "
        "(95 % interval 0 or more; 141 women, 309 men).",
    ),
    "values too small to show": (
        {"adjusted": -0.00003, "adjusted_low": -0.00005, "adjusted_high": -0.00001, "strata": "site"},
        "At the same site, women have less than 0.0001 fewer ties to leaders than men "
        "(95 % interval less than 0.0001 to 0.0001; 141 women, 309 men).",
    ),
    "a small difference in a wide interval": (
        UNSURE | {"adjusted": 0.0003, "adjusted_low": -1.21, "adjusted_high": 1.3, "detectable": 1.9},
        "The study cannot tell whether, at the same level and in the same function, women and men differ in ties to "
        "leaders (difference 0.0003 more, 95 % interval 1.21 fewer to 1.30 more; 141 women, 309 men); "
        "only a gap of 1.9 or more would have been found four times in five.",
    ),
    "nothing but a rounding error": (
        UNSURE | {"adjusted": -1e-17, "adjusted_low": -0.2, "adjusted_high": 0.2, "detectable": NAN},
        "The study cannot tell whether, at the same level and in the same function, women and men differ in ties to "
        "leaders (difference 0, 95 % interval 0.2 fewer to 0.2 more; 141 women, 309 men).",
    ),
    "a count kept back": (
        {"n_undefined": NAN},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men "
        "(95 % interval 0.3 to 1.3; 141 women, 309 men; a few without a value left out).",
    ),
    "nobody knows how sure a raw gap is": (
        COMPOSITION | {"difference_low": NAN, "difference_high": NAN},
        "Overall, women have 1.2 fewer ties to leaders than men (not corrected for the number of comparisons); at the "
        "same level and in the same function no difference can be told "
        "(0.1 fewer, 95 % interval 0.4 fewer to 0.2 more; 141 women, 309 men).",
    ),
    "not all can be compared": (
        SOME,
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men "
        "(95 % interval 0.3 to 1.3; 130 of 141 women and 170 of 309 men have a counterpart).",
    ),
    "all of one group can be compared": (
        SOME | {"n_informative_focal": 141, "n_undefined": 12},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men (95 % interval 0.3 "
        "to 1.3; 141 of 141 women and 170 of 309 men have a counterpart; 12 without a value left out).",
    ),
    "not all can be compared, in a large organisation": (
        {"n_focal": 3000, "n_reference": 4000, "column": "job", "focal": "3", "reference": "4"}
        | {"n_informative_focal": 2900, "n_informative_reference": 3900},
        "At the same level and in the same function, people whose job is 3 have 0.8 fewer ties to leaders than "
        "people whose job is 4 (95 % interval 0.3 to 1.3; 2,900 of 3,000 and 3,900 of 4,000 people have a "
        "counterpart).",
    ),
    "not all can be compared, and how many is kept back": (
        dict.fromkeys(SOME, NAN) | {"n_undefined": NAN},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men (95 % interval 0.3 "
        "to 1.3; 141 women, 309 men; a few without a value left out; not all have a counterpart).",
    ),
    "not all can be compared, unsure": (
        UNSURE | SOME,
        "The study cannot tell whether, at the same level and in the same function, women and men differ in ties to "
        "leaders (difference 0.2 fewer, 95 % interval 0.5 fewer to 0.1 more; 130 of 141 women and 170 of 309 men have "
        "a counterpart); only a gap of 0.7 or more would have been found four times in five.",
    ),
    "not all can be compared, composition": (
        COMPOSITION | SOME | {"strata": "level"},
        "Overall, women have 1.2 fewer ties to leaders than men (95 % interval 0.8 to 1.6, not corrected for the "
        "number of comparisons); at the same level no difference can be told (0.1 fewer, 95 % interval 0.4 fewer to "
        "0.2 more; 130 of 141 women and 170 of 309 men have a counterpart).",
    ),
    "not all can be compared, all alike": (
        SOME | {"measure": "sponsors", "difference": 0.0, "adjusted": 0.0, "p": NAN, "p_raw": NAN, "q": NAN},
        "At the same level and in the same function, women and men are all alike in sponsors, "
        "so there is no gap to test (130 of 141 women and 170 of 309 men have a counterpart).",
    ),
    "too few can be compared": (
        {"n_focal": 20, "n_reference": 40, "n_informative_focal": 1, "n_informative_reference": 40}
        | {"adjusted": NAN, "p": NAN, "q": NAN},
        "At the same level and in the same function only 1 of 20 women and 40 of 40 men can be compared, too few to "
        "say anything about ties to leaders.",
    ),
    "too few can be compared, some without, own managers included": (
        SOME
        | {"measure": "leader_ties_with_chain", "n_informative_focal": 4, "n_undefined": 3}
        | {"adjusted": NAN, "p": NAN, "q": NAN},
        "At the same level and in the same function only 4 of 141 women and 170 of 309 men can be compared, too few to "
        "say anything about ties to leaders, own managers included (3 without a value left out).",
    ),
    "too few can be compared, and how many is kept back": (
        dict.fromkeys(SOME, NAN) | {"adjusted": NAN, "p": NAN, "q": NAN},
        "At the same level and in the same function too few women and men can be compared to say anything about ties "
        "to leaders (141 women, 309 men).",
    ),
    "a difference that holding places equal leaves as it is": (
        COMPOSITION | {"adjusted": -0.9, "adjusted_low": -1.9, "adjusted_high": 0.1, "detectable": 1.4},
        "The study cannot tell whether, at the same level and in the same function, women and men differ in ties to "
        "leaders (difference 0.9 fewer, 95 % interval 1.9 fewer to 0.1 more; 141 women, 309 men); "
        "only a gap of 1.4 or more would have been found four times in five.",
    ),
    "all alike": (
        {"measure": "sponsors", "difference": 0.0, "adjusted": 0.0, "p": NAN, "p_raw": NAN, "q": NAN},
        "At the same level and in the same function, women and men are all alike in sponsors, "
        "so there is no gap to test (141 women, 309 men).",
    ),
    "nobody to compare": (
        NONE | {"adjusted": NAN, "p": NAN, "q": NAN},
        "The study cannot compare women and men at the same level and in the same function in ties to leaders, "
        "because no two of them share a place (141 women, 309 men).",
    ),
    "too few": (
        {"n_focal": 3, "difference": NAN, "adjusted": NAN, "n_undefined": 138},
        "Too few people have a value for ties to leaders to compare women and men "
        "(3 women, 309 men; 138 without a value left out).",
    ),
    "two significant digits": (
        {"adjusted": -0.448, "adjusted_low": -0.6149, "adjusted_high": -0.2814},
        "At the same level and in the same function, women have 0.45 fewer ties to leaders than men "
        "(95 % interval 0.28 to 0.61; 141 women, 309 men).",
    ),
    "two significant digits of less than the interval is wide": (
        UNSURE | {"adjusted": -0.0948, "adjusted_low": -0.3349, "adjusted_high": 0.1451},
        "The study cannot tell whether, at the same level and in the same function, women and men differ in ties to "
        "leaders (difference 0.09 fewer, 95 % interval 0.33 fewer to 0.15 more; 141 women, 309 men); "
        "only a gap of 0.7 or more would have been found four times in five.",
    ),
    "two significant digits of more than one": (
        {"adjusted": -1.284, "adjusted_low": -1.91, "adjusted_high": -0.66},
        "At the same level and in the same function, women have 1.3 fewer ties to leaders than men "
        "(95 % interval 0.7 to 1.9; 141 women, 309 men).",
    ),
    "a bootstrap interval": (
        {"interval": "stratified bootstrap"},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men "
        "(95 % bootstrap interval 0.3 to 1.3; 141 women, 309 men).",
    ),
    "a bootstrap interval that holds 0 though p is small": (
        {"interval": "stratified bootstrap", "adjusted_high": 0.1},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men "
        "(95 % bootstrap interval 1.3 fewer to 0.1 more; 141 women, 309 men).",
    ),
    "a bootstrap interval without 0 though p is not small": (
        UNSURE | {"interval": "stratified bootstrap", "adjusted_high": -0.1},
        "The study cannot tell whether, at the same level and in the same function, women and men differ in ties to "
        "leaders (difference 0.2 fewer, 95 % bootstrap interval 0.5 fewer to 0.1 fewer; 141 women, 309 men); "
        "only a gap of 0.7 or more would have been found four times in five.",
    ),
    "outside the family": (
        {"q": NAN, "family": False},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men "
        "(95 % interval 0.3 to 1.3; 141 women, 309 men); this was not among the questions fixed beforehand, "
        "so it is a lead to follow, not a finding.",
    ),
    "outside the family, unsure": (
        UNSURE | {"q": NAN, "family": False},
        "The study cannot tell whether, at the same level and in the same function, women and men differ in ties to "
        "leaders (difference 0.2 fewer, 95 % interval 0.5 fewer to 0.1 more; 141 women, 309 men); "
        "only a gap of 0.7 or more would have been found four times in five.",
    ),
    "an intersection": (
        {"column": "gender × ethnicity", "focal": "woman × Black", "reference": "man × White"},
        "At the same level and in the same function, women whose ethnicity is Black have 0.8 fewer ties to leaders "
        "than men whose ethnicity is White (95 % interval 0.3 to 1.3; 141 and 309 people).",
    ),
    "an intersection without plurals": (
        {"column": "job_family × site", "focal": "3 × Rome", "reference": None},
        "At the same level and in the same function, people whose job family is 3 and whose site is Rome have 0.8 "
        "fewer ties to leaders than everyone else (95 % interval 0.3 to 1.3; 141 and 309 people).",
    ),
    "an intersection of three": (
        {"column": "site × gender × ethnicity", "focal": "Rome × woman × Black", "reference": "Rome × man × Black"},
        "At the same level and in the same function, women whose site is Rome and whose ethnicity is Black have 0.8 "
        "fewer ties to leaders than men whose site is Rome and whose ethnicity is Black "
        "(95 % interval 0.3 to 1.3; 141 and 309 people).",
    ),
    "a column that looks like an intersection": (
        {"column": "day × night", "focal": "early", "reference": "late × long"},
        "At the same level and in the same function, people whose day × night is early have 0.8 fewer ties to leaders "
        "than people whose day is late and whose night is long (95 % interval 0.3 to 1.3; 141 and 309 people).",
    ),
    "nobody has a value": (
        {"n_focal": 0, "n_reference": 0, "difference": NAN, "adjusted": NAN, "n_undefined": 450},
        "Nobody compared has a value for ties to leaders, so women and men cannot be compared in it.",
    ),
    "labels that say little": (
        {"column": "job_family", "focal": "3", "reference": "4"},
        "At the same level and in the same function, people whose job family is 3 have 0.8 fewer ties to leaders "
        "than people whose job family is 4 (95 % interval 0.3 to 1.3; 141 and 309 people).",
    ),
    "everyone else": (
        {"reference": None},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than everyone else "
        "(95 % interval 0.3 to 1.3; 141 women, 309 others).",
    ),
    "everyone else, as a table holds it": (
        {"column": "office", "focal": "Hartford", "reference": NAN},
        "At the same level and in the same function, people whose office is Hartford have 0.8 fewer ties to leaders "
        "than everyone else (95 % interval 0.3 to 1.3; 141 and 309 people).",
    ),
    "capital letters": (
        {"focal": "Female", "reference": "MALE", "n_focal": 1, "n_informative_focal": 1},
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men "
        "(95 % interval 0.3 to 1.3; 1 and 309 people).",
    ),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_gap_sentences(case):
    changes, sentence = SENTENCES[case]
    assert gap_sentence(GAP | changes) == sentence


@pytest.mark.parametrize(("confidence", "p"), [(0.9, 0.1), (0.95, 0.05), (0.99, 0.01), (0.7, 0.3), (0.4, 0.6)])
def test_a_p_at_the_limit_is_a_clear_gap_whatever_the_confidence(confidence, p):
    # 1.0 − .9 is a little under .1 in a computer.
    assert alpha_of({"confidence": confidence}) == p
    row = GAP | {"confidence": confidence, "p": p, "q": p, "adjusted_high": 0.0}
    assert gap_sentence(row).startswith(
        "At the same level and in the same function, women have 0.8 fewer ties to leaders than men "
    )
    assert "still be chance" not in gap_sentence(row)
    raw = gap_sentence(row | COMPOSITION | {"p": 0.9, "p_raw": p})
    assert raw.startswith("Overall, women have 1.2 fewer ties")
    assert gap_sentence(row | {"p": p + 0.001, "p_raw": 1.0}).startswith("The study cannot tell")


def test_a_row_without_counts_of_those_who_can_be_compared():
    row = {name: value for name, value in GAP.items() if "informative" not in name}
    assert gap_sentence(row) == gap_sentence(GAP)


@pytest.mark.parametrize(
    ("gap", "told"), [(-0.05, ["leader_ties", "leader_share"]), (0.05, ["sideways"]), (NAN, []), (0.0, [])]
)
def test_a_reason_is_told_only_of_gaps_that_point_the_way_it_explains(gap, told):
    # With the reason's own gap at hand nothing hangs on whether leader share is in the table.
    rows = [
        GAP,
        GAP | SHARE,
        GAP | {"column": "grade", "reference": None},
        GAP | {"measure": "leader_ties", "adjusted": 0.8, "adjusted_low": 0.3, "adjusted_high": 1.3},
    ]
    names = ["leader_ties", "leader_share", "of others", "sideways"]
    why = {("gender", "woman", "man"): (WHY, gap)}
    for kept in ([0, 1, 2, 3], [0, 2, 3]):
        table = with_gap_sentences(pd.DataFrame([rows[k] for k in kept]), why=why)
        saying = [name for name, said in zip([names[k] for k in kept], table["sentence"], strict=True) if WHY in said]
        assert saying == [name for name in told if names.index(name) in kept]


def test_a_reason_is_told_of_everyone_else_and_without_reasons_none_is():
    table = pd.DataFrame([GAP | {"reference": None}])
    assert with_gap_sentences(table, why={("gender", "woman", None): (WHY, -1.0)})["sentence"][0].endswith(f"{WHY}.")
    assert with_gap_sentences(table)["sentence"][0] == gap_sentence(GAP | {"reference": None})


@pytest.mark.parametrize(
    "plurals", [{"nurse": "nurses", "F": "women"}, {("job", "nurse"): "nurses", ("job", "F"): "women"}]
)
def test_a_study_may_name_its_groups(plurals):
    row = GAP | {"column": "job", "focal": "nurse", "reference": "F"}
    assert gap_sentence(row, plurals=plurals) == (
        "At the same level and in the same function, nurses have 0.8 fewer ties to leaders than women "
        "(95 % interval 0.3 to 1.3; 141 nurses, 309 women)."
    )


@pytest.mark.parametrize(
    "plurals",
    [
        {"woman × Black": "Black women", "man × White": "white men"},
        {("gender × ethnicity", "woman × Black"): "Black women", ("gender × ethnicity", "man × White"): "white men"},
    ],
)
def test_a_study_may_name_its_intersections(plurals):
    row = GAP | {"column": "gender × ethnicity", "focal": "woman × Black", "reference": "man × White"}
    assert gap_sentence(row, plurals=plurals) == (
        "At the same level and in the same function, Black women have 0.8 fewer ties to leaders than white men "
        "(95 % interval 0.3 to 1.3; 141 Black women, 309 white men)."
    )


def test_an_intersection_is_called_by_the_first_part_that_has_a_plural():
    row = GAP | {"column": "job × gender", "focal": "3 × woman", "reference": "nurse × man"}
    assert gap_sentence(row, plurals={"nurse": "nurses"}).startswith(
        "At the same level and in the same function, women whose job is 3 have 0.8 fewer ties to leaders than "
        "nurses whose gender is man ("
    )


WHY = "leaders are about as present around them, ties form less readily"


def test_why_is_said_of_a_clear_gap_in_ties_and_share():
    assert gap_sentence(GAP, why=WHY) == gap_sentence(GAP)[:-1] + f"; {WHY}."
    assert gap_sentence(GAP | SHARE, why=WHY) == gap_sentence(GAP | SHARE)[:-1] + f"; {WHY}."


@pytest.mark.parametrize(
    "changes",
    [UNSURE, COMPOSITION, {"q": 0.2}, {"family": False, "q": NAN}, {"p": NAN}, {"adjusted": NAN}]
    + [{"measure": name} for name in ("leaders_within_2", "leader_ties_with_chain", "sponsors", "has_leader_tie")],
)
def test_why_is_not_said_of_anything_else(changes):
    assert gap_sentence(GAP | changes, why=WHY) == gap_sentence(GAP | changes)


@pytest.mark.parametrize(
    "measure", [name + end for name in TWICE for end in ("", "_with_chain")] + list(PAIRING_MEASURES)
)
@pytest.mark.parametrize("changes", [{}, UNSURE, COMPOSITION, {"p": NAN}, {"adjusted": NAN}, {"difference": NAN}])
def test_every_measure_of_access_has_its_words(measure, changes):
    sentence = gap_sentence(GAP | changes | {"measure": measure})
    assert f"'{measure.removesuffix('_with_chain')}'" not in sentence
    assert "nan" not in sentence
    assert sentence.endswith(".")
    assert ("own managers included" in sentence) == measure.endswith("_with_chain")
