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
VERDICTS = [
    (0, 0, "the study cannot tell whether leaders are less or more present around women than around men, "
     "nor whether ties to them form less or more readily"),
    (0, -1, "ties to leaders form less readily for women than for men; "
     "whether leaders are less or more present around them, the study cannot tell"),
    (0, 1, "ties to leaders form more readily for women than for men; "
     "whether leaders are less or more present around them, the study cannot tell"),
    (-1, 0, "leaders are less present around women than around men; "
     "whether ties to them form less or more readily, the study cannot tell"),
    (-1, -1, "leaders are less present around women than around men, and ties to them form less readily"),
    (1, -1, "leaders are more present around women than around men, but ties to them form less readily"),
    (-1, 1, "leaders are less present around women than around men, but ties to them form more readily"),
    (1, 1, "leaders are more present around women than around men, and ties to them form more readily"),
]  # fmt: skip


def test_an_exposure_sentence_in_full():
    assert exposure_sentence(EXPOSURE) == (
        "All levels together, the study cannot tell whether leaders are less or more present around women than around "
        "men, nor whether ties to them form less or more readily: on average 54.2 % of the influence on women comes "
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


@pytest.mark.parametrize(("exposure", "bias", "verdict"), VERDICTS)
def test_an_exposure_sentence_says_only_what_its_intervals_show(exposure, bias, verdict):
    row = changed(exposure, bias)
    assert exposure_sentence(row).split(":")[0] == f"All levels together, {verdict}"
    within = exposure_sentence(row | {"strata": "level × site", "n_informative": 30})
    assert within.split(":")[0] == f"At the same level and at the same site, whatever the office, {verdict}"
    assert within.endswith("in which ties form (15 women, 20 men).")
    assert exposure_sentence(row | {"strata": "band"}).endswith(", level not held equal (15 women, 20 men).")


@pytest.mark.parametrize(
    ("exposure", "bias", "verdict"),
    [
        (0, -1, "leaders are about as present around women as around men, but ties to them form less readily"),
        (0, 1, "leaders are about as present around women as around men, but ties to them form more readily"),
        (0, 0, "leaders are about as present around women as around men; "
         "whether ties to them form less or more readily, the study cannot tell"),
        (-1, -1, "leaders are slightly less present around women than around men, and ties to them form less readily"),
        (1, 0, "leaders are slightly more present around women than around men; "
         "whether ties to them form less or more readily, the study cannot tell"),
    ],
)  # fmt: skip
def test_about_as_present_is_counted_not_tested(exposure, bias, verdict):
    for present in ((0.45, 0.5), (0.5, 0.45), (0.5, 0.5)):
        said = exposure_sentence(changed(exposure, bias, present=present))
        assert said.split(":")[0] == f"All levels together, {verdict}"
    further = exposure_sentence(changed(exposure, bias, present=(0.44, 0.5)))
    assert "about as present" not in further
    assert "slightly" not in further


@pytest.mark.parametrize(
    ("exposure", "bias", "present", "clause"),
    [
        (0, -1, (0.5, 0.49), "leaders are about as present around them as around men, ties form less readily"),
        (0, 0, (0.5, 0.49), "leaders are about as present around them as around men; "
         "whether ties form less readily, the study cannot tell"),
        (-1, 0, (0.3, 0.5), "leaders are less present around them than around men; "
         "whether ties form less readily, the study cannot tell"),
        (-1, -1, (0.3, 0.5), "leaders are less present around them than around men, and ties form less readily"),
        (1, -1, (0.5, 0.3), "leaders are more present around them than around men, ties form less readily"),
        (1, 1, (0.5, 0.49), "leaders are slightly more present around them than around men, "
         "and ties form more readily"),
        (0, -1, (0.3, 0.5), "ties form less readily; "
         "whether leaders are less present around them than around men, the study cannot tell"),
        (0, 0, (0.3, 0.5), "whether leaders are less present around them than around men or ties form less readily, "
         "the study cannot tell"),
    ],
)  # fmt: skip
def test_why_a_gap_is_there(exposure, bias, present, clause):
    row = changed(exposure, bias, present=present)
    assert why_clause(row) == clause
    assert why_clause(row, plurals={"man": "gentlemen"}) == clause.replace("men", "gentlemen")
    unsure = why_clause(changed(0, 0) | {"gap": 0.1, "reference": None})
    assert unsure == (
        "whether leaders are more present around them than around everyone else or ties form more readily, "
        "the study cannot tell"
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
    assert exposure_sentence(EXPOSURE | {"gap": NAN, "strata": "level", "n_informative": NAN, "n_focal": 2}) == (
        "Too few people have a value for leader share to compare women and men at the same level (2 women, 20 men)."
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
    assert by_level.startswith("The study cannot tell whether leaders are less or more present")
    assert by_level.endswith("lie in who is around them at the same level and −10.7 (−27.4 to +7.0) in which ties form "
                             "(15 women, 20 men).")  # fmt: skip
    assert "level not held equal" not in by_level


@pytest.mark.parametrize(("with_chain", "aside"), [({}, ", own managers aside"), ({"with_chain": True}, "")])
def test_leaders_who_influence_nobody(with_chain, aside):
    nothing = dict.fromkeys(("share_focal", "share_reference", "gap", "exposure", "bias"), 0.0)
    assert exposure_sentence(EXPOSURE | nothing | with_chain | {"n_undefined": NAN}) == (
        f"No leader influences anyone of either group{aside}, so there is no gap in leader share between women and men "
        "to split (15 women, 20 men; a few without a value left out)."
    )
