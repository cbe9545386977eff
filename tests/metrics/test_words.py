"""Sentences of exposure and bias, to the letter."""

from __future__ import annotations

import math

import pytest

from metrics.words import exposure_sentence

NAN = math.nan

EXPOSURE = {
    "column": "gender",
    "focal": "woman",
    "reference": "man",
    "unit": "office",
    "n_focal": 15,
    "n_reference": 20,
    "n_undefined": 0,
    "share_focal": 0.5416,
    "share_reference": 0.6281,
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


@pytest.mark.parametrize(("exposure", "bias", "verdict"), VERDICTS)
def test_an_exposure_sentence_says_only_what_its_intervals_show(exposure, bias, verdict):
    ends = {-1: (-0.3, -0.1), 0: (-0.1, 0.1), 1: (0.1, 0.3)}
    row = EXPOSURE | dict(zip(("exposure_low", "exposure_high"), ends[exposure], strict=True))
    row |= dict(zip(("bias_low", "bias_high"), ends[bias], strict=True))
    assert exposure_sentence(row).split(":")[0] == f"All levels together, {verdict}"


def test_exposure_sentences_where_there_is_little_to_say():
    assert exposure_sentence(EXPOSURE | {"gap": NAN}) == (
        "Too few people have a value for leader share to compare women and men (15 women, 20 men)."
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
