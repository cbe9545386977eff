"""What was planted, and what the toolkit should therefore find: means over redraws with the people held fixed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from organisation import events as event_rules
from organisation import files, people, programmes, relations
from organisation.draws import Array, stream
from organisation.estimands import CAP, HALF_LIFE_DAYS, estimands, strengths
from organisation.events import Events, draw_events
from organisation.people import ETHNICITIES, FOCAL_ETHNICITY, GENDERS, REFERENCE_ETHNICITY, Organisation
from organisation.relations import BIAS, draw_relations, pair_chances

LONG_SERVICE = "2020-07-01"
PURPOSE = {"sample": 2, "expected": 3, "without_bias": 4, "check": 7}
"""Streams of chance: the files, the redraws with and without bias, and redraws that tests make."""

Progress = Callable[[int, int], None]


def groups(org: Organisation) -> dict[str, tuple[Array, Array]]:
    """Focal and reference people of each comparison: those who are no leaders."""
    staff = ~org.leader
    long = (org.table["start"] < LONG_SERVICE).to_numpy()
    return {
        "gender": ((org.gender == GENDERS.index("woman")) & staff, (org.gender == GENDERS.index("man")) & staff),
        "ethnicity": (
            (org.ethnicity == ETHNICITIES.index(FOCAL_ETHNICITY)) & staff,
            (org.ethnicity == ETHNICITIES.index(REFERENCE_ETHNICITY)) & staff,
        ),
        "tenure": (long & staff, ~long & staff),
    }


def redraw(
    org: Organisation, seed: int, times: int, *, purpose: str, bias: float = BIAS, progress: Progress | None = None
) -> dict[str, Array]:
    """Draw relations and events anew, and collect every estimand of every draw."""
    pairs, compared = pair_chances(org, bias=bias), groups(org)
    found: list[dict[str, float]] = []
    for number in range(times):
        rng = stream(seed, PURPOSE[purpose], number)
        found.append(estimands(org, strengths(org, draw_events(rng, org, draw_relations(rng, org, pairs))), compared))
        if progress is not None:
            progress(number + 1, times)
    return {name: np.array([one[name] for one in found]) for name in found[0]}


def sample_events(org: Organisation, seed: int) -> Events:
    """The one draw that the files hold."""
    rng = stream(seed, PURPOSE["sample"])
    return draw_events(rng, org, draw_relations(rng, org, pair_chances(org)))


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def summary(draws: dict[str, Array]) -> dict[str, dict[str, float]]:
    """Mean, Monte-Carlo standard error of that mean, and standard deviation of a single draw."""
    found = {}
    for name, values in draws.items():
        # What rests on the people alone is the same in every draw but for rounding.
        spread = values.std(ddof=1) if np.ptp(values) > 1e-12 else 0.0
        found[name] = {
            "mean": _short(values.mean()),
            "se": _short(spread / math.sqrt(len(values))),
            "sd": _short(spread),
        }
    return found


def _nested(flat: dict[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        comparison, measure, quantity = name.split("/")
        tree.setdefault(comparison, {}).setdefault(measure, {})[quantity] = value
    return tree


def row_counts(org: Organisation, events: Events) -> dict[str, dict[str, int]]:
    """Rows of each file, how many of them are malformed, and how many name somebody outside the roster."""
    counts = {}
    for name, rows, broken in (
        ("email.csv", events.email, len(files.BROKEN_EMAIL)),
        ("chat.parquet", events.chat, files.BROKEN_CHATS),
        ("reviews.csv", events.reviews, len(files.BROKEN_REVIEWS)),
    ):
        outside = int(((rows.sender >= org.size) | (rows.recipient >= org.size)).sum())
        counts[name] = {"rows": len(rows.time) + broken, "malformed": broken, "outside_roster": outside}
    sizes = np.bincount(events.meetings.meeting)
    known = np.bincount(events.meetings.meeting, weights=events.meetings.person < org.size)
    counts["meetings.csv"] = {
        "rows": len(sizes) + len(files.BROKEN_MEETINGS),
        "malformed": len(files.BROKEN_MEETINGS),
        "fewer_than_two_of_the_roster": int((known < 2).sum()),
        "more_than_25_others": int((sizes - 1 > CAP).sum()),
    }
    return counts


def planted() -> dict[str, Any]:
    """The factors of the generator, in the words a reader of the report would use."""
    return {
        "leaders": "level Director and above",
        "bias": {
            "gender": BIAS,
            "meaning": "a woman's chance of a tie with a leader outside her own chain, as a share of the chance of "
            "somebody else at the same level, in the same function and at the same site",
        },
        "composition": {
            "leaders_by_function": {u.name: u.vice_presidents + u.directors for u in people.FUNCTIONS},
            "people_by_function": {u.name: u.size for u in people.FUNCTIONS},
            "women_by_function": {u.name: u.women for u in people.FUNCTIONS},
            "women_by_level_log_odds": dict(zip(people.LEVELS, people.WOMEN_BY_LEVEL, strict=True)),
            "focal_ethnicity_by_function": {u.name: u.focal_ethnicity for u in people.FUNCTIONS},
        },
        "ethnicity": "composition only: function decides, and no chance of a tie depends on ethnicity",
        "tenure": "nothing but the level: within level and function no chance depends on the start date",
        "ties_with_leaders_by_level": {
            "same_function": dict(zip(people.LEVELS, relations.SAME_FUNCTION, strict=False)),
            "other_functions": dict(zip(people.LEVELS, relations.OTHER_FUNCTIONS, strict=False)),
        },
        "site": {"same": relations.SAME_SITE, "other": relations.OTHER_SITE},
        "mentored": programmes.MENTORED,
        "sponsored": programmes.SPONSORED,
        "promotion_if_sponsored": programmes.SPONSORED_ODDS,
        "strength": {"half_life_days": HALF_LIFE_DAYS, "broadcast_cap": CAP, "weights": 1.0},
        "outside_roster": {"leavers": event_rules.LEAVERS, "external": event_rules.EXTERNALS},
    }


READ_ME: Sequence[str] = (
    "Everything is invented. 'expected' holds, for people who are no leaders, the mean over redraws of relations and "
    "events with the people held fixed, the Monte-Carlo standard error of that mean, and the standard deviation of "
    "one draw. 'realised' holds the same quantities in the files as they are. 'without_bias' holds expectations under "
    "the same generator with the bias taken out: what composition alone would make of the gap.",
    "raw_gap is focal mean minus reference mean; adjusted_gap is the same within level × function, weighted by the "
    "focal counts, where both groups are present. leader_ties: distinct leaders tied either way. leaders_within_2: "
    "leaders at most two ties away, whichever way the ties go. leader_share: incoming strength from leaders over all "
    "incoming strength. All of them leave the own management chain out: as leaders, as stepping stones, and in "
    "leader_share's denominator too.",
    "gap = exposure + bias is the split of the leader share with the function as unit; present is the share of leaders "
    "among the other people there. chain_excluded takes arcs from the own chain out of numerator and denominator, "
    "and chain_excluded_there_too also takes the chain out of the people present; chain_left_in_denominator takes "
    "arcs out of the numerator only, chain_included out of neither. The split knows functions, not levels: for gender "
    "its bias also holds the part of the gap that comes from women being more junior.",
)


def make_truth(
    org: Organisation, events: Events, *, seed: int, redraws: int, progress: Progress | None = None
) -> dict[str, Any]:
    """The whole truth file."""
    compared = groups(org)
    fair = max(redraws // 2, 2)
    both = redraws + fair

    def tell(done: int, of: int) -> None:
        if progress is not None:
            progress(done if of == redraws else done + redraws, both)

    expected = redraw(org, seed, redraws, purpose="expected", progress=tell)
    without = redraw(org, seed, fair, purpose="without_bias", bias=1.0, progress=tell)
    realised = estimands(org, strengths(org, events), compared)
    names = {
        "gender": {"column": "gender", "focal": "woman", "reference": "man"},
        "ethnicity": {"column": "ethnicity", "focal": FOCAL_ETHNICITY, "reference": REFERENCE_ETHNICITY},
        "tenure": {"focal": f"started before {LONG_SERVICE}", "reference": "started later"},
    }
    return {
        "about": list(READ_ME),
        "seed": seed,
        "redraws": redraws,
        "redraws_without_bias": fair,
        "planted": planted(),
        "comparisons": {
            name: {**names[name], "n_focal": int(focal.sum()), "n_reference": int(reference.sum())}
            for name, (focal, reference) in compared.items()
        },
        "expected": _nested(summary(expected)),
        "without_bias": {"gender": _nested(summary(without))["gender"]},
        "realised": _nested({name: _short(value) for name, value in realised.items()}),
        "rows": row_counts(org, events),
    }
