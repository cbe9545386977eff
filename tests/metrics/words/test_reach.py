"""Sentences of the parts of a gap in reach, to the letter."""

from __future__ import annotations

import math

import pytest

from metrics.words.reach import reach_sentence

NAN, INF = math.nan, math.inf
WHO = {
    "column": "gender",
    "focal": "woman",
    "reference": "man",
    "measure": "leaders_within_2",
    "strata": "level × function",
    "n_focal": 141,
    "n_reference": 309,
    "n_informative": 450,
    "n_informative_focal": 141,
    "n_informative_reference": 309,
    "confidence": 0.95,
}
UNCLEAR = (-0.1, -0.5, 0.3, 0.6)
PARTS = {
    "gap": (-1.9, -2.8, -1.0, 0.001),
    "direct": (-0.5, -0.9, -0.1, 0.02),
    "contacts": UNCLEAR,
    "known": (-1.2, -1.9, -0.5, 0.001),
    "overlap": UNCLEAR,
}
UP = (0.3, 0.1, 0.5, 0.01)
NOTHING = (NAN, NAN, NAN, NAN)
LIKE = "At the same level and in the same function"
GAP = (
    f"{LIKE}, of the 1.9 fewer leaders within two steps that women have than men "
    "(95 % interval 1.0 to 2.8; 141 women, 309 men), "
)

SENTENCES = {
    "some parts are clear": (
        {},
        GAP + "0.5 come from fewer leaders tied to them directly and 1.2 from contacts who know fewer leaders; how "
        "much comes from the number of contacts or from how often contacts know the same leaders, the study cannot "
        "tell.",
    ),
    "all parts are clear": (
        {"contacts": (-0.3, -0.5, -0.1, 0.01), "overlap": UP},
        GAP + "0.5 come from fewer leaders tied to them directly, 0.3 from fewer contacts and 1.2 from contacts who "
        "know fewer leaders, less 0.3 for contacts who less often know the same leaders.",
    ),
    "one part is clear": (
        {"direct": UNCLEAR, "known": UNCLEAR, "overlap": (-0.3, -0.5, -0.1, 0.01)},
        GAP + "0.3 come from contacts who more often know the same leaders; how much comes from leaders tied to them "
        "directly, from the number of contacts or from how many leaders the contacts know, the study cannot tell.",
    ),
    "only the other way": (
        {"direct": UNCLEAR, "known": UNCLEAR, "contacts": UP},
        GAP + "the study can tell no part, only what goes the other way: 0.3 for more contacts; how much comes from "
        "leaders tied to them directly, from how many leaders the contacts know or from how often contacts know the "
        "same leaders, the study cannot tell.",
    ),
    "no part is clear": (
        {"direct": UNCLEAR, "known": UNCLEAR},
        f"{LIKE}, women have 1.9 fewer leaders within two steps than men (95 % interval 1.0 to 2.8; 141 women, "
        "309 men); how much of it comes from which way to leaders, the study cannot tell.",
    ),
    "more": (
        {"gap": (1.9, 1.0, 2.8, 0.001), "direct": (0.5, 0.1, 0.9, 0.02), "known": (-1.2, -1.9, -0.5, 0.001),
         "overlap": UP, "contacts": (2.3, 1.0, INF, 0.001)},
        f"{LIKE}, of the 1.9 more leaders within two steps that women have than men (95 % interval 1.0 to 2.8; "
        "141 women, 309 men), 0.5 come from more leaders tied to them directly, 2.3 from more contacts and 0.3 from "
        "contacts who less often know the same leaders, less 1.2 for contacts who know fewer leaders.",
    ),
    "what contacts bring is undefined": (
        {"contacts": NOTHING, "known": NOTHING, "overlap": NOTHING},
        GAP + "0.5 come from fewer leaders tied to them directly; the rest cannot be split, because nobody in one of "
        "the groups has a contact who brings a leader.",
    ),
    "unsure": (
        {"gap": (-0.3, -1.0, 0.4, 0.4), "direct": UNCLEAR, "known": UNCLEAR},
        "The study cannot tell whether, at the same level and in the same function, women and men differ in leaders "
        "within two steps (difference 0.3 fewer, 95 % interval 1.0 fewer to 0.4 more; 141 women, 309 men).",
    ),
    "unsure of the whole, not of two parts": (
        {"gap": (-0.3, -INF, 0.4, 0.4), "known": UNCLEAR, "contacts": UP},
        "The study cannot tell whether, at the same level and in the same function, women and men differ in leaders "
        "within two steps (difference 0.3 fewer, 95 % interval no lower limit to 0.4 more; 141 women, 309 men); it can "
        "tell that 0.5 fewer come from fewer leaders tied to them directly and 0.3 more from more contacts.",
    ),
    "all alike": (
        {"gap": (0.0, NAN, NAN, NAN), "direct": (0.0, NAN, NAN, NAN)},
        f"{LIKE}, women and men are all alike in leaders within two steps, so there is no gap to split (141 women, "
        "309 men).",
    ),
}  # fmt: skip


def rows(changes: dict[str, tuple[float, ...]], **who: object) -> list[dict[str, object]]:
    names = ("contribution", "low", "high", "p")
    return [
        WHO | {"part": part} | dict(zip(names, numbers, strict=True)) | who
        for part, numbers in (PARTS | changes).items()
    ]


@pytest.mark.parametrize("case", SENTENCES)
def test_reach_sentences(case):
    changes, sentence = SENTENCES[case]
    assert reach_sentence(rows(changes)) == sentence
    assert reach_sentence(rows(changes)[::-1]) == sentence


def test_nothing_held_equal_and_a_studys_own_words():
    said = reach_sentence(rows({}, strata="none", reference=None), plurals={"woman": "ladies"})
    assert said.startswith("Of the 1.9 fewer leaders within two steps that ladies have than everyone else (95 %")
    alone = rows({"direct": UNCLEAR, "known": UNCLEAR}, strata="none")
    assert reach_sentence(alone).startswith("Overall, women have 1.9 fewer leaders within two steps than men")


NOBODY = {"n_informative": 0, "n_informative_focal": 0, "n_informative_reference": 0}
SOME = {"n_informative": 430, "n_informative_focal": 130, "n_informative_reference": 300}


def test_nobody_or_too_few_to_compare():
    nothing = dict.fromkeys(PARTS, NOTHING)
    assert reach_sentence(rows(nothing, **NOBODY)) == (
        "The study cannot compare women and men at the same level and in the same function in leaders within two "
        "steps, because no two of them share a place (141 women, 309 men)."
    )
    assert "compare women and men in leaders within two steps" in reach_sentence(rows(nothing, strata="none", **NOBODY))
    assert reach_sentence(rows(nothing, **SOME | {"n_informative_focal": 3})) == (
        f"{LIKE} only 3 of 141 women and 300 of 309 men can be compared, too few to say anything about leaders within "
        "two steps."
    )
    assert reach_sentence(rows(nothing, **dict.fromkeys(SOME, NAN))) == (
        f"{LIKE} too few women and men can be compared to say anything about leaders within two steps (141 women, "
        "309 men)."
    )


@pytest.mark.parametrize("case", SENTENCES)
def test_how_many_can_be_compared_is_said_where_not_all_can(case):
    changes, sentence = SENTENCES[case]
    some = sentence.replace("141 women, 309 men", "130 of 141 women and 300 of 309 men have a counterpart")
    assert reach_sentence(rows(changes, **SOME)) == some
    kept_back = sentence.replace("141 women, 309 men", "141 women, 309 men; not all have a counterpart")
    assert reach_sentence(rows(changes, **dict.fromkeys(SOME, NAN))) == kept_back


def test_a_limit_set_by_confidence_is_kept_to_rounding():
    # 1 − .9 is a little under .1 in a computer.
    said = reach_sentence(rows({"gap": (-1.9, -2.8, -1.0, 0.1)}, confidence=0.9))
    assert "1.9 fewer leaders within two steps that women have" in said
