"""Sentences of change, to the letter."""

from __future__ import annotations

import math

import pytest

from metrics.words.change import (
    access_flow_sentence,
    network_sentence,
    newcomers_sentence,
    stability_sentence,
    turnover_sentence,
)

NETWORK = {
    "first_day": "2024-01-01",
    "last_day": "2024-03-31",
    "days": 91,
    "people": 400,
    "active": 380,
    "events_per_person_week": 20.0,
    "ties_per_person_same_volume": 9.0,
    "density": 0.03,
}
UNTIL = "From the window until 31 March 2024 to the one until 30 June 2024"
TURNOVER = {
    "before": 1,
    "after": 2,
    "column": None,
    "pairs": "all",
    "ties_before": 1000,
    "ties_after": 1100,
    "kept": 600,
    "lost_silent": 0,
    "formed": 500,
    "survival": 0.6,
    "survival_active": 0.6,
    "jaccard": 0.4,
    "overlap": 0.6,
}
NEWCOMERS = {
    "outcome": "leader",
    "column": "gender",
    "group": "woman",
    "newcomers": 34,
    "reached": 29,
    "median_weeks": 11.4,
    "median_low": 8.0,
    "median_high": math.inf,
    "median_earliest": 8.0,
    "by_weeks": 13.0,
    "share_by": 0.6,
    "rest": 61,
    "rest_reached": 57,
    "rest_median_weeks": 7.0,
    "rate_ratio": 0.55,
    "rate_low": 0.36,
    "rate_high": 0.85,
    "p": 0.008,
    "q": 0.03,
    "strata": "level",
    "confidence": 0.95,
}
FLOW = {
    "column": None,
    "group": "everyone",
    "people": 100,
    "newcomers": 0,
    "gained": 10,
    "lost": 6,
    "kept": 40,
    "turned_over": 4,
    "never": 40,
    "share_gained": 0.2,
    "share_lost": 0.12,
    "all_mean_first": 2.0,
    "all_mean_last": 2.04,
}


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            {"ties_per_person_same_volume": 9.0},
            f"{UNTIL}, at the same volume, ties a head stayed at 9.0 (380 of 400 people with any tie, then 380 of "
            "400).",
        ),
        (
            {"days": 30, "events_per_person_week": 26.0},
            f"{UNTIL}, at the same volume, ties a head stayed at 9.0 (380 of 400 people with any tie, then 380 of "
            "400); the windows have 91 and 30 days and 30 % more was "
            "recorded for each person and week, so the ties themselves, density and degrees cannot be compared.",
        ),
        (
            {"ties_per_person_same_volume": math.nan, "active": 0},
            f"{UNTIL} nothing can be told of the ties, because one of the two holds no "
            "events (380 of 400 people with any tie, then 0 of 400).",
        ),
    ],
)
def test_the_network(other, said):
    assert network_sentence(NETWORK, {**NETWORK, "last_day": "2024-06-30", **other}) == said


@pytest.mark.parametrize(
    ("stability", "said"),
    [
        (
            0.81,
            "From window 1 to window 2 the order of people in ties to leaders largely holds (rank correlation 0.81,",
        ),
        (0.5, "From window 1 to window 2 the order of people in ties to leaders partly holds (rank correlation 0.50,"),
        (-0.1, "From window 1 to window 2 the order of people in ties to leaders hardly holds (rank correlation −0.10"),
        (math.nan, "From window 1 to window 2 too few people differ in ties to leaders to say whether their order"),
    ],
)
def test_stability(stability, said):
    row = {"measure": "leader_ties", "before": 1, "after": 2, "people": 1400, "stability": stability}
    assert stability_sentence(row).startswith(said)
    assert "1,400 people)" in stability_sentence(row)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({}, "Of 1,000 ties in window 1, 60 % are there in window 2, and 500 are new."),
        ({"ties_before": 0}, "In window 1 there are no ties, so none could last."),
        (
            {"pairs": "with leaders", "jaccard": 0.1},
            "Of 1,000 ties with leaders in window 1, 60 % are there in window 2, and 500 are new.",
        ),
        (
            {"column": "function", "pairs": "same Sales"},
            "Of 1,000 ties among people whose function is Sales in window 1, 60 % are there in window 2, and 500 are "
            "new.",
        ),
        (
            {"column": "function", "pairs": "across"},
            "Of 1,000 ties between people whose function differs in window 1, 60 % are there in window 2, and 500 are "
            "new.",
        ),
        (
            {"column": "gender", "pairs": "same man", "ties_after": 999},
            "Of 1,000 ties among men in window 1, 60 % are there in window 2, and 500 are new.",
        ),
        (
            {"jaccard": 0.25, "ties_after": 900},
            "Of 1,000 ties in window 1, 60 % are there in window 2, and 500 are new; fewer ties were seen in the later "
            "window, so at most 90 % could be there; with a Jaccard index of 0.25 so much is different that change "
            "between them is hard to follow: longer windows hold more of the ties that last.",
        ),
        (
            {"jaccard": 0.1, "lost_silent": 9, "survival_active": 0.605},
            "Of 1,000 ties in window 1, 60 % are there in window 2, and 500 are new (60 % without those of people who "
            "have no tie in the later window and may have left); with a Jaccard index of 0.10 so much is different "
            "that change between them is doubtful: longer windows hold more of the ties that last.",
        ),
    ],
)
def test_turnover(other, said):
    assert turnover_sentence({**TURNOVER, **other}) == said


def test_the_class_of_ties_has_its_plural():
    row = {**TURNOVER, "column": "job", "pairs": "same nurse"}
    assert "ties among nurses in window 1" in turnover_sentence(row, plurals={"nurse": "nurses"})
    assert "ties among people whose job is nurse in window 1" in turnover_sentence(row)


@pytest.mark.parametrize(("measure", "called"), [("degree", "degree"), ("core_number", "core number")])
def test_a_measure_is_called_by_its_name(measure, called):
    row = {"measure": measure, "before": 1, "after": 2, "people": 9, "stability": 0.9}
    assert f"the order of people in {called} largely holds" in stability_sentence(row)


WHO = "Half of the newcomers who are women had a first tie to a leader outside their own line"
BEGAN = (
    f"{WHO} after at most 11.4 weeks; how much sooner cannot be told (29 of 34 got there while they were seen); half "
    "of the rest after at most 7 weeks (57 of 61). "
)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            {},
            f"{BEGAN}At the same level they get there more slowly: 0.55 times as often in a week (95 % interval 0.36 "
            "to 0.85).",
        ),
        (
            {"q": 0.2, "rate_ratio": 1.9, "rate_low": 1.1, "rate_high": math.inf, "strata": "none"},
            f"{BEGAN}They get there sooner: 1.9 times as often in a week (95 % interval 1.1 to any number of); among "
            "all the differences looked at, this one could still be chance (q = 0.2).",
        ),
        (
            {"p": 0.3},
            f"{BEGAN}At the same level no difference can be told: 0.55 times as often in a week (95 % interval 0.36 to "
            "0.85).",
        ),
        ({"p": math.nan}, f"{BEGAN}Too few can be compared at the same level to say whether they differ."),
        (
            {"column": None, "group": "all newcomers", "median_low": math.nan, "median_high": math.nan},
            "Half of the newcomers had a first tie to a leader outside their own line after at most 11.4 weeks; how "
            "much sooner cannot be told (29 of 34 got there while they were seen).",
        ),
        (
            {"column": None, "median_weeks": math.nan, "reached": 9, "share_by": 0.31},
            "Fewer than half of the newcomers had a first tie to a leader outside their own line while they were seen "
            "(9 of 34 got there while they were seen); 31 % within 13 weeks.",
        ),
        (
            dict.fromkeys(("median_weeks", "median_low", "median_high", "median_earliest", "share_by", "p"), math.nan)
            | {"newcomers": 3, "reached": 1, "rest_median_weeks": math.nan},
            "By when half of the newcomers who are women had a first tie to a leader outside their own line cannot be "
            "told (1 of 3 got there while they were seen), of the rest 57 of 61. Too few can be compared at the same "
            "level to say whether they differ.",
        ),
    ],
)
def test_newcomers(other, said):
    assert newcomers_sentence({**NEWCOMERS, **other}) == said


@pytest.mark.parametrize(
    ("latest", "earliest", "step", "said"),
    [
        # Half within the first step, whatever its length: the weeks are those of the step.
        (5 / 7, 0.0, 7, "by the end of their first 7-day step, after at most 0.7 weeks; sooner cannot be told"),
        (26 / 7, 0.0, 28, "by the end of their first 28-day step, after at most 3.7 weeks; sooner cannot be told"),
        (48 / 7, 0.0, 56, "by the end of their first 56-day step, after at most 6.9 weeks; sooner cannot be told"),
        (1.0, 0.0, 28, "by the end of their first 28-day step, after at most 1 week; sooner cannot be told"),
        (11.0, 8.0, 28, "by the end of a 28-day step, after at most 11 weeks; sooner cannot be told"),
        (12.0, 8.0, 28, "between 8 and 12 weeks after their first day, as far as steps of 28 days tell"),
        (12.0, math.nan, 28, "by the end of a 28-day step, after at most 12 weeks; sooner cannot be told"),
    ],
)
def test_weeks_are_told_no_finer_than_the_steps(latest, earliest, step, said):
    row = {**NEWCOMERS, "median_weeks": latest, "median_earliest": earliest}
    assert newcomers_sentence(row, step_days=step).startswith(f"{WHO} {said} (29 of 34 got there")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            {},
            "Of people without a tie to a leader 10 of 50 (20 %) gained one, and of those with any 6 of 50 (12 %) lost "
            "all, from the first window to the last. Ties to leaders of all compared stayed at 2.0 a head; some gain "
            "and some lose where nothing has changed, as extremes fall back.",
        ),
        (
            {"column": "job", "group": "nurse", "newcomers": 1, "all_mean_last": math.nan, "share_lost": math.nan},
            "Of nurses without a tie to a leader 10 of 50 (20 %) gained one, and of those with any 6 of 50 lost all, "
            "from the first window to the last; 1 newcomer is not counted. Some gain and some lose where nothing has "
            "changed, as extremes fall back.",
        ),
    ],
)
def test_access_flows(other, said):
    assert access_flow_sentence({**FLOW, **other}, plurals={"nurse": "nurses"}) == said
