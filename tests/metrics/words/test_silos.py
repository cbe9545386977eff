"""Sentences about silos and bridges: every case, word by word."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.words.silos import bridge_sentence, silo_sentence


def silo(**changes):
    row = {
        "column": "job_family", "group": "Legal", "people": 12, "share_inside": 0.62, "expected_inside": 0.08,
        "silo_score": 0.587, "partner": "Finance", "partner_share": 0.31, "communities_spanned": np.nan,
        "main_community": np.nan, "share_in_main": np.nan, "share_of_main": np.nan,
    }  # fmt: skip
    return silo_sentence(row | changes)


INSIDE = "Of the tie strength of Legal 62 % stays inside"
PARTNER = "Of what leaves, 31 % is with Finance."
SPREAD = {"communities_spanned": 2.34, "main_community": 1.0, "share_in_main": 0.6, "share_of_main": 0.4}
SILOS = [
    ({}, f"{INSIDE}, against 8 % if contacts followed activity alone (silo score 0.59); its work may call for that. "
     f"{PARTNER}"),
    ({"silo_score": -0.4, "expected_inside": 0.9}, f"{INSIDE}, against 90 % if contacts followed activity alone "
     f"(silo score −0.40). {PARTNER}"),
    ({"silo_score": -0.001, "expected_inside": 0.6201}, f"{INSIDE}, against 62 % if contacts followed activity alone "
     f"(silo score 0.00). {PARTNER}"),
    ({"silo_score": np.nan, "partner_share": np.nan, "partner": None}, f"{INSIDE}; nobody else has ties to compare "
     "with."),
    ({"people": 1, "share_inside": 0.0, "silo_score": np.nan}, "Legal is one person, so no tie can stay inside. "
     f"{PARTNER}"),
    ({"share_inside": np.nan, "silo_score": np.nan}, "Nobody in Legal has a tie to anybody whose job family is known."),
    ({"silo_score": -0.4, "expected_inside": 0.9} | SPREAD, f"{INSIDE}, against 90 % if contacts followed activity "
     f"alone (silo score −0.40). {PARTNER} Its people are spread over several communities, as if over 2.3 of "
     "equal size: 60 % of them are in one, of whose people they are 40 %."),
    ({"silo_score": -0.4, "expected_inside": 0.9} | SPREAD | {"share_in_main": 0.996, "share_of_main": 1.0},
     f"{INSIDE}, against 90 % if contacts followed activity alone (silo score −0.40). {PARTNER} Nearly all its "
     "people (more than 99 %) are in one community, which holds nobody else."),
    ({"silo_score": -0.4, "expected_inside": 0.004}, f"{INSIDE}, against less than 1 % if contacts followed activity "
     f"alone (silo score −0.40). {PARTNER}"),
    ({"silo_score": -0.4, "expected_inside": 0.9} | SPREAD | {"share_in_main": 1.0}, f"{INSIDE}, against 90 % if "
     f"contacts followed activity alone (silo score −0.40). {PARTNER} All its people who are in any community are in "
     "one, of whose people they are 40 %."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), SILOS)
def test_silos(changes, sentence):
    assert silo(**changes) == sentence


def bridge(**changes):
    row = {
        "group_a": "Legal", "group_b": "Sales", "ties": 1200, "expected": 2100.44, "carriers_a": 300, "carriers_b": 45,
        "share_of_busiest": 0.2, "people_for_half": 12.0, "busiest": "P17",
    }  # fmt: skip
    return bridge_sentence(row | changes)


BRIDGES = [
    ({}, "300 people in Legal and 45 in Sales carry what joins the two (1,200 ties, against 2,100 by chance); half "
     "of its strength is with at most 12 of them."),
    ({"share_of_busiest": 0.5}, "300 people in Legal and 45 in Sales carry what joins the two (1,200 ties, against "
     "2,100 by chance), but 50 % of its strength hangs on one person."),
    ({"carriers_b": 1}, "All that joins Legal and Sales (1,200 ties, against 2,100 by chance) hangs on one person in "
     "Sales."),
    ({"carriers_a": 1, "carriers_b": 1, "ties": 1}, "All that joins Legal and Sales (1 tie, against 2,100 by chance) "
     "hangs on one person in Legal and one in Sales."),
    ({"ties": 0, "expected": 3.14, "share_of_busiest": np.nan, "people_for_half": np.nan}, "No tie joins Legal and "
     "Sales, against 3.1 by chance."),
    ({"ties": 0, "share_of_busiest": np.nan, "people_for_half": np.nan}, "No tie joins Legal and Sales, against "
     "2,100 by chance."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), BRIDGES)
def test_bridges(changes, sentence):
    assert bridge(**changes) == sentence
    assert "P17" not in bridge(**changes)
