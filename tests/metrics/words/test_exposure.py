"""Sentences of exposure and bias, to the letter."""

from __future__ import annotations

import math

import pytest

from metrics.words.exposure import exposure_sentence, why_clause

NAN, INF = math.nan, math.inf

EXPOSURE = {
    "column": "gender",
    "focal": "woman",
    "reference": "man",
    "unit": "office",
    "strata": "none",
    "n_focal": 15,
    "n_reference": 20,
    "n_undefined": 0,
    "n_informative": 35,
    "n_informative_focal": 15,
    "n_informative_reference": 20,
    "share_focal": 0.5416,
    "share_reference": 0.6281,
    "present_focal": 0.3099,
    "present_reference": 0.4927,
    "gap": -0.0866,
    "gap_low": -0.2591,
    "gap_high": 0.0884,
    "exposure": 0.0201,
    "exposure_low": -0.0615,
    "exposure_high": 0.1058,
    "bias": -0.1066,
    "bias_low": -0.2743,
    "bias_high": 0.0699,
    "confidence": 0.95,
}
LESS = "leaders are less present around women than around men (30 % of the people around them, against 50 %)"
MORE = "leaders are more present around women than around men (50 % of the people around them, against 30 %)"
ALIKE = "leaders are about as present around women as around men (49 % of the people around them, against 50 %)"
READILY = "whether ties to them form less or more readily, the study cannot tell"
UNSURE = "; what leaders' presence contributes to the gap, the study cannot tell"
FEWER, MORE_OF_THEM, AS_MANY = (0.3, 0.5), (0.5, 0.3), (0.49, 0.5)
VERDICTS = [
    (FEWER, -1, -1, f"{LESS}, and ties to them form less readily"),
    (FEWER, -1, 1, f"{LESS}, but ties to them form more readily"),
    (FEWER, -1, 0, f"{LESS}; {READILY}"),
    (FEWER, 0, -1, f"{LESS}, and ties to them form less readily{UNSURE}"),
    (FEWER, 0, 1, f"{LESS}, but ties to them form more readily{UNSURE}"),
    (FEWER, 0, 0, f"{LESS}; what that contributes to the gap, and {READILY}"),
    (MORE_OF_THEM, 1, 1, f"{MORE}, and ties to them form more readily"),
    (MORE_OF_THEM, 1, -1, f"{MORE}, but ties to them form less readily"),
    (MORE_OF_THEM, 0, 0, f"{MORE}; what that contributes to the gap, and {READILY}"),
    (AS_MANY, 0, -1, f"{ALIKE}, but ties to them form less readily"),
    (AS_MANY, -1, 1, f"{ALIKE}, but ties to them form more readily"),
    (AS_MANY, 1, 0, f"{ALIKE}; {READILY}"),
    (AS_MANY, 0, 0, f"{ALIKE}; {READILY}"),
]


def test_an_exposure_sentence_in_full():
    assert exposure_sentence(EXPOSURE) == (
        "All levels together, leaders are less present around women than around men (31 % of the people around them, "
        "against 49 %); what that contributes to the gap, and whether ties to them form less or more readily, the "
        "study cannot tell: on average 54.2 % of the influence on women comes "
        "from leaders, against 62.8 % for men, a gap of −8.7 percentage points (95 % interval −25.9 to +8.8), of which "
        "+2.0 (−6.2 to +10.6) lie in who is around them in the same office and −10.7 (−27.4 to +7.0) in which ties "
        "form, level not held equal (15 women, 20 men)."
    )


ENDS = {-1: (-0.3, -0.1), 0: (-0.1, 0.1), 1: (0.1, 0.3)}


def changed(exposure: int, bias: int, *, present: tuple[float, float] = (0.3, 0.5)) -> dict[str, object]:
    """The row with parts clearly below 0, unclear, or clearly above."""
    row: dict[str, object] = dict(EXPOSURE)
    row |= dict(zip(("exposure_low", "exposure_high"), ENDS[exposure], strict=True))
    row |= dict(zip(("bias_low", "bias_high"), ENDS[bias], strict=True))
    return row | dict(zip(("present_focal", "present_reference"), present, strict=True))


@pytest.mark.parametrize(("present", "exposure", "bias", "verdict"), VERDICTS)
def test_presence_is_counted_and_what_it_contributes_is_tested(present, exposure, bias, verdict):
    row = changed(exposure, bias, present=present)
    assert exposure_sentence(row).split(":")[0] == f"All levels together, {verdict}"
    within = exposure_sentence(row | {"strata": "level × site"})
    assert within.split(":")[0] == f"At the same level and at the same site, whatever the office, {verdict}"
    assert within.endswith("in which ties form (15 women, 20 men).")
    assert exposure_sentence(row | {"strata": "band"}).endswith(", level not held equal (15 women, 20 men).")


@pytest.mark.parametrize(
    ("present", "said"),
    [
        ((0.45, 0.5), "about as present around women as around men (45 % of the people around them, against 50 %)"),
        ((0.5, 0.45), "about as present around women as around men (50 % of the people around them, against 45 %)"),
        ((0.44, 0.5), "less present around women than around men (44 % of the people around them, against 50 %)"),
        ((0.06, 0.068), "less present around women than around men (6.0 % of the people around them, against 6.8 %)"),
        ((0.1, 0.08), "more present around women than around men (10 % of the people around them, against 8 %)"),
        ((0.003, 0.0034), "less present around women than around men (0.30 % of the people around them, "
         "against 0.34 %)"),
        ((1.0, 1.0), "about as present around women as around men (100 % of the people around them, against 100 %)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("exposure", [-1, 0, 1])
def test_presence_within_a_tenth_is_about_the_same_and_counts_show_what_is_not(present, said, exposure):
    assert f"leaders are {said}" in exposure_sentence(changed(exposure, -1, present=present))


COUNTED = " (30 % of the people around them, against 50 %)"


@pytest.mark.parametrize(
    ("exposure", "bias", "present", "clause"),
    [
        (0, -1, AS_MANY, "leaders are about as present around them as around men, ties form less readily"),
        (1, 1, AS_MANY, "leaders are about as present around them as around men, ties form more readily"),
        (0, 0, AS_MANY, "leaders are about as present around them as around men; "
         "whether ties form less readily, the study cannot tell"),
        (-1, 0, FEWER, f"leaders are less present around them than around men{COUNTED}; "
         "whether ties form less readily, the study cannot tell"),
        (-1, -1, FEWER, f"leaders are less present around them than around men{COUNTED}, and ties form less readily"),
        (-1, 1, FEWER, f"leaders are less present around them than around men{COUNTED}, ties form more readily"),
        (1, -1, MORE_OF_THEM, "leaders are more present around them than around men (50 % of the people around them, "
         "against 30 %), ties form less readily"),
        (0, -1, FEWER, f"leaders are less present around them than around men{COUNTED}, and ties form less readily"
         f"{UNSURE}"),
        (0, 0, FEWER, f"leaders are less present around them than around men{COUNTED}; what that contributes to the "
         "gap, and whether ties form less readily, the study cannot tell"),
    ],
)  # fmt: skip
def test_why_a_gap_is_there(exposure, bias, present, clause):
    row = changed(exposure, bias, present=present)
    assert why_clause(row) == clause
    assert why_clause(row, plurals={"man": "gentlemen"}) == clause.replace("men", "gentlemen")
    unsure = why_clause(changed(0, 0) | {"gap": 0.1, "reference": None})
    assert unsure == (
        f"leaders are less present around them than around everyone else{COUNTED}; what that contributes to the gap, "
        "and whether ties form more readily, the study cannot tell"
    )


@pytest.mark.parametrize("part", ["exposure", "bias"])
def test_without_parts_there_is_no_why(part):
    assert why_clause(EXPOSURE | {part: NAN}) == ""


def test_limits_that_a_study_does_not_set():
    sentence = exposure_sentence(EXPOSURE | {"bias_low": -INF, "gap_high": INF, "gap_low": -INF})
    assert "a gap of −8.7 percentage points (95 % interval no lower limit to no upper limit)" in sentence
    assert "−10.7 (no lower limit to +7.0) in which ties form" in sentence
    alike = EXPOSURE | {"exposure": 0.0, "exposure_low": NAN, "exposure_high": NAN}
    assert "of which 0.0 lie in who is around them in the same office" in exposure_sentence(alike)


def test_exposure_sentences_where_there_is_little_to_say():
    assert exposure_sentence(EXPOSURE | {"gap": NAN}) == (
        "Too few people have a value for leader share to compare women and men (15 women, 20 men)."
    )
    assert exposure_sentence(EXPOSURE | {"gap": NAN, "strata": "level", "n_informative": 0}) == (
        "The study cannot compare the leader share of women and men at the same level, because no two of them share a "
        "place (15 women, 20 men)."
    )
    few = {"gap": NAN, "strata": "level", "n_focal": 2, "n_informative": 22, "n_informative_focal": 2}
    assert exposure_sentence(EXPOSURE | few) == (
        "Too few people have a value for leader share to compare women and men at the same level (2 women, 20 men)."
    )
    nobody = few | {"n_focal": 0, "n_informative": 0, "n_informative_focal": 0, "n_informative_reference": 0}
    assert exposure_sentence(EXPOSURE | nobody) == (
        "Too few people have a value for leader share to compare women and men at the same level (0 and 20 people)."
    )
    assert exposure_sentence(EXPOSURE | {"unit": None}) == (
        "The roster does not say where people could meet leaders, so the gap in leader share between women and men "
        "cannot be split into who is there to meet and which ties form."
    )
    row = EXPOSURE | {"exposure": NAN, "bias": NAN, "column": "site", "focal": "north", "reference": None}
    assert exposure_sentence(row) == (
        "The gap in leader share between people whose site is north and everyone else cannot be split into who is "
        "there to meet and which ties form, because one of the groups has no leaders around it in the same office "
        "(15 and 20 people)."
    )


def test_an_exposure_sentence_names_the_unit_and_claims_no_more_than_it_holds():
    at_site = exposure_sentence(EXPOSURE | {"unit": "site"})
    assert "who is around them at the same site and −10.7" in at_site
    by_level = exposure_sentence(EXPOSURE | {"unit": "level"})
    assert by_level.startswith("Leaders are less present around women than around men")
    assert by_level.endswith("lie in who is around them at the same level and −10.7 (−27.4 to +7.0) in which ties form "
                             "(15 women, 20 men).")  # fmt: skip
    assert "level not held equal" not in by_level
    one_level = exposure_sentence(EXPOSURE | {"level_varies": False})
    assert one_level.startswith("Leaders are less present around women than around men")
    assert one_level.endswith("in which ties form (15 women, 20 men).")
    assert exposure_sentence(EXPOSURE | {"level_varies": True}) == exposure_sentence(EXPOSURE)
    in_bands = exposure_sentence(EXPOSURE | {"level_varies": False, "strata": "band"})
    assert in_bands.startswith("With the same band, whatever the office, leaders are less present")
    assert in_bands.endswith("in which ties form (15 women, 20 men).")


def test_an_exposure_sentence_says_how_many_can_be_compared():
    some = {"strata": "level", "n_informative": 32, "n_informative_focal": 13, "n_informative_reference": 19}
    assert exposure_sentence(EXPOSURE | some).endswith(
        "in which ties form (13 of 15 women and 19 of 20 men have a counterpart)."
    )
    kept_back = some | {"n_informative_focal": NAN, "n_informative_reference": NAN, "n_informative": NAN}
    assert exposure_sentence(EXPOSURE | kept_back).endswith("(15 women, 20 men; not all have a counterpart).")
    assert exposure_sentence(EXPOSURE | some | {"gap": NAN, "n_informative_focal": 1, "n_undefined": 4}) == (
        "At the same level only 1 of 15 women and 19 of 20 men can be compared, too few to say anything about leader "
        "share (4 without a value left out)."
    )
    assert exposure_sentence(EXPOSURE | kept_back | {"gap": NAN}) == (
        "At the same level too few women and men can be compared to say anything about leader share (15 women, 20 men)."
    )


@pytest.mark.parametrize(("with_chain", "aside"), [({}, ", own managers aside"), ({"with_chain": True}, "")])
def test_leaders_who_influence_nobody(with_chain, aside):
    nothing = dict.fromkeys(("share_focal", "share_reference", "gap", "exposure", "bias"), 0.0)
    assert exposure_sentence(EXPOSURE | nothing | with_chain | {"n_undefined": NAN}) == (
        f"No leader influences anyone of either group{aside}, so there is no gap in leader share between women and men "
        "to split (15 women, 20 men; a few without a value left out)."
    )
