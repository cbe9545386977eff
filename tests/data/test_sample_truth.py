"""The truth file: the draw in the files holds what it says, and fresh draws agree with its expectations."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from metrics.access import leader_share, leader_ties
from metrics.paths import leaders_within
from ona.model import influence_graph, mark_leaders, people_table

CHECKS = 40
READINGS = ("chain_excluded", "chain_excluded_there_too", "chain_left_in_denominator", "chain_included")


@pytest.fixture(scope="module")
def truth(sample: Path) -> dict:
    return json.loads((sample / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def fresh(make_sample, org) -> dict[str, np.ndarray]:
    from organisation.truth import redraw

    return redraw(org, make_sample.SEED, CHECKS, purpose="check")


def _quantities(tree: dict) -> Iterator[tuple[str, object]]:
    for comparison, measures in tree.items():
        for measure, quantities in measures.items():
            for quantity, value in quantities.items():
                yield f"{comparison}/{measure}/{quantity}", value


def _events(sample: Path, place: dict[str, int]) -> Iterator[tuple[list[int], list[int], str]]:
    """(from, to, time) of every sound event in the files, read one row at a time; −1 is somebody outside the roster."""

    def at(text: str) -> int:
        return place.get(text, -1)

    for name, event, sender, recipient in (
        ("email.csv", "message", "sender", "recipient"),
        ("reviews.csv", "review", "reviewer", "author"),
    ):
        together: dict[tuple[str, str, str], list[int]] = {}
        with (sample / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row[sender] and row[recipient]:
                    together.setdefault((row[event], row[sender], row["time"]), []).append(at(row[recipient]))
        yield from (([at(who)], to, time) for (_, who, time), to in together.items())
    for row in pd.read_parquet(sample / "chat.parquet").dropna().itertuples():
        yield [at(row.sender)], [at(row.recipient)], str(row.time)
    with (sample / "meetings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            people = [at(row["organiser"]), *(at(who) for who in row["attendees"].split(";") if who)]
            yield people, people, row["start"]


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def test_the_files_hold_the_strengths_that_the_redraws_compute(sample, strength):
    people = pd.read_csv(sample / "people.csv", dtype="str")
    place = {text: at for column in ("person", "email") for at, text in enumerate(people[column])}
    found = np.zeros_like(strength)
    for senders, recipients, text in _events(sample, place):
        meeting = senders is recipients
        others = len(recipients) - meeting
        if not 1 <= others <= 25 or (time := _moment(text)) is None:
            continue
        age = (dt.datetime(2025, 7, 1) - time) / dt.timedelta(days=1)
        for n, one in enumerate(senders):
            for m, other in enumerate(recipients):
                if one >= 0 and other >= 0 and not (meeting and n == m):
                    found[one, other] += 0.5 ** (age / 60) / others
    np.testing.assert_allclose(found, strength, rtol=1e-9)


def test_realised_values_are_those_of_the_draw_in_the_files(org, strength, truth):
    from organisation.estimands import estimands
    from organisation.truth import groups

    found = estimands(org, strength, groups(org))
    realised = dict(_quantities(truth["realised"]))
    assert found.keys() == realised.keys()
    assert found == pytest.approx(realised, rel=1e-5, abs=1e-9)


def test_the_toolkit_measures_the_same_things(sample, org, strength):
    from organisation.estimands import person_measures

    ids = org.table["person"].to_numpy()
    one, other = np.nonzero(strength)
    ties = pd.DataFrame({"source": ids[one], "target": ids[other], "strength": strength[one, other]})
    levels = ["Associate", "Senior Associate", "Manager", "Senior Manager", "Director", "Vice President"]
    people = people_table(pd.read_csv(sample / "people.csv", dtype="str"), levels=levels)
    graph = influence_graph(mark_leaders(people, at_or_above="Director"), ties)
    planted = person_measures(org, strength)
    staff = ~org.leader
    for name, theirs in (
        ("leader_ties", leader_ties(graph)),
        ("leaders_within_2", leaders_within(graph, steps=2)),
        ("leader_share", leader_share(graph)),
        ("share_chain_included", leader_share(graph, with_chain=True)),
    ):
        np.testing.assert_allclose(theirs.to_numpy(float)[staff], planted[name][staff], rtol=1e-9, err_msg=name)


def test_fresh_redraws_agree_with_the_expectations(fresh, truth):
    for name, expected in _quantities(truth["expected"]):
        error = np.hypot(fresh[name].std(ddof=1) / np.sqrt(CHECKS), expected["se"])
        assert abs(fresh[name].mean() - expected["mean"]) <= 4 * error + 1e-6, name


def test_the_expectations_rest_on_enough_redraws(truth):
    assert truth["redraws"] >= 200
    assert truth["redraws_without_bias"] >= 200


def test_gap_is_exposure_and_bias(truth):
    for part in (truth["realised"], *_means(truth["expected"])):
        for measures in part.values():
            for reading in READINGS:
                split = measures[reading]
                assert split["gap"] == pytest.approx(split["exposure"] + split["bias"], abs=2e-6)


def _means(tree: dict) -> Iterator[dict]:
    yield {
        comparison: {name: {k: v["mean"] for k, v in quantities.items()} for name, quantities in measures.items()}
        for comparison, measures in tree.items()
    }


def test_women_meet_both_composition_and_bias(truth):
    both, fair = truth["expected"]["gender"], truth["without_bias"]["gender"]
    for measure in ("leader_ties", "has_leader_tie", "leaders_within_2", "leader_share"):
        assert both[measure]["raw_gap"]["mean"] < fair[measure]["raw_gap"]["mean"] < -3 * fair[measure]["raw_gap"]["sd"]
        assert both[measure]["adjusted_gap"]["mean"] < -2 * both[measure]["adjusted_gap"]["sd"]
        assert abs(fair[measure]["adjusted_gap"]["mean"]) < 0.25 * abs(both[measure]["adjusted_gap"]["mean"])
    split = both["chain_excluded"]
    assert split["exposure"]["mean"] < 0
    assert split["bias"]["mean"] < 0


def test_ethnicity_is_composition_only(truth):
    expected = truth["expected"]["ethnicity"]
    for measure in ("leader_ties", "leader_share"):
        assert expected[measure]["raw_gap"]["mean"] < -3 * expected[measure]["raw_gap"]["sd"]
        assert abs(expected[measure]["adjusted_gap"]["mean"]) < 0.25 * expected[measure]["adjusted_gap"]["sd"]
    split = expected["chain_excluded"]
    assert split["exposure"]["mean"] < 4 * split["bias"]["mean"] < 0


def test_tenure_is_level_only(truth):
    expected = truth["expected"]["tenure"]["leader_ties"]
    assert expected["raw_gap"]["mean"] > 3 * expected["raw_gap"]["sd"]
    assert abs(expected["adjusted_gap"]["mean"]) < 0.25 * expected["adjusted_gap"]["sd"]


def test_the_chance_of_a_tie_with_a_leader_is_what_was_planted(org):
    from organisation.relations import BIAS, leader_chances, pair_chances

    chances = pair_chances(org)
    fair = pair_chances(org, bias=1.0)
    woman = org.gender == 0
    mixed = org.leader[chances.one] != org.leader[chances.other]
    junior = np.where(org.leader[chances.one], chances.other, chances.one)
    outside = ~(org.chain[chances.one, chances.other] | org.chain[chances.other, chances.one])
    held_back = mixed & outside & woman[junior]
    np.testing.assert_allclose(chances.chance[held_back], BIAS * fair.chance[held_back])
    np.testing.assert_array_equal(chances.chance[~held_back], fair.chance[~held_back])
    leaders = np.where(org.leader[chances.one], chances.one, chances.other)
    where = mixed & outside
    np.testing.assert_array_equal(chances.chance[where], leader_chances(org, junior[where], leaders[where]))


def test_poisson_counts_have_the_mean_and_variance_of_their_rates(make_sample):
    from organisation.draws import poisson, stream

    for rate in (0.05, 1.0, 7.5, 30.0):
        counts = poisson(stream(1, int(rate * 100)), np.full(40_000, rate))
        assert counts.mean() == pytest.approx(rate, abs=4 * np.sqrt(rate / 40_000))
        assert counts.var() == pytest.approx(rate, rel=0.08)
