"""Method and limits in plain words, settings as a table, and what the words mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from viz.numbers import ABSENT, is_absent, number
from viz.report_blocks import Block, Fold, Heading, Note, Points, Section, Terms, table
from viz.report_findings import RULE
from viz.words import MEASURES

LIMITS = (
    "Nothing here shows a cause. A gap says that groups differ, not why; an adjusted gap is what is left after the "
    "strata named, and something that was not measured may still lie behind it.",
    "Ties are seen through the channels that were read. What is said in corridors, on the phone or in channels left "
    "out is not there, and a group that uses those more looks less connected than it is.",
    "Many messages are not a good relationship. Strength counts contact, not its worth.",
    "An uncertain result is not a proof of equality: where groups are small, only large gaps could have been found.",
    "Group labels are those of the roster. People whose label is missing are in none of the groups compared.",
)
GLOSSARY = (
    ("Leader", "A person this study names as able to sponsor: a level and above, or a list."),
    ("Mentor", "Somebody who advises."),
    ("Sponsor", "Somebody who spends their own standing to move another person's career."),
    ("Tie", "A recorded contact between two people, with a direction: the first influences the second."),
    ("Own management chain", "A person's manager, that manager's manager, and so on; left out unless a row says so."),
    ("Leader share", "Of all the influence a person receives, the share that comes from leaders."),
    ("Raw difference", "Mean of the first group minus mean of the second, everybody counted."),
    ("Adjusted difference", "The same among people in the same place only, such as one level and function."),
    ("Exposure", "The part of a gap in leader share that is there because fewer leaders are around to meet."),
    ("Bias", "The rest of it: leaders are around, and ties with them form less readily. A pattern, not a motive."),
    ("p", "How often shuffling the group labels within strata gives a difference at least as large."),
    ("q", "p after allowing for all the comparisons of this report together (Benjamini–Hochberg)."),
    ("E–I index", "Ties across groups minus ties within, over all ties: −1 all within, +1 all across."),
    ("Candidate", "A person who could sponsor another, by stated criteria. For people to judge."),
)  # fmt: skip
DASH = (
    f"Where a table shows {ABSENT} there is no value: it is not defined for these people, or cannot be known from "
    "these data. An interval that ends in ∞ has no limit on that side."
)


def method_section(gaps: pd.DataFrame | None, limits: tuple[str, ...]) -> Section:
    """How the numbers came about, and what they cannot say."""
    steps = [
        "People come from the roster, with or without ties; a person without a tie counts with zero access.",
        "An event with many people binds each pair less, and an old one less than a recent one. Events that went to "
        "very many people at once are left out and counted. What remains is added up to the strength of ties.",
        "Each measure is taken without a person's own management chain, since everybody has a tie to their manager "
        "by office.",
        *_inference(gaps),
        RULE,
        "A finding is called clear where its interval excludes zero and its q, where there is one, is below .05. All "
        "else is called uncertain.",
        DASH,
    ]
    blocks: tuple[Block, ...] = (
        Points(tuple(steps)),
        Heading("What these numbers cannot say"),
        Points((*LIMITS, *limits)),
    )
    return Section("method", "Method and its limits", (), blocks)


def _inference(gaps: pd.DataFrame | None) -> list[str]:
    """How the gaps of this very table were tested."""
    if gaps is None or gaps.empty:
        return []
    strata, runs, seeds = (_each(gaps, name) for name in ("strata", "permutations", "seed"))
    within = f" ({strata})" if strata else ""
    often = f", {runs} times" if runs else ""
    seed = f" (seed {seeds})" if seeds else ""
    said = [
        f"Groups are compared within strata{within}: like with like. To see what chance would do, group labels are "
        f"shuffled among the people of one stratum{often}{seed}; p is the share of shuffles with a difference at least "
        "as large. People who share a stratum with nobody of the other group carry no information, and the tables say "
        "how many do."
    ]
    interval = _each(gaps, "interval")
    if interval:
        said.append(
            f"Intervals: {interval}. A narrow one is a sure result; one that spans zero leaves even the direction open."
        )
    if "p" in gaps:
        tests = int(gaps["p"].notna().sum())
        said.append(
            f"The {number(tests)} tests of gaps in this report are one family, fixed beforehand; q allows for all of "
            "them at once, whether or not a row is shown."
        )
    return said


def _each(rows: pd.DataFrame, column: str) -> str:
    """The values a column takes, in words; empty where there is no such column."""
    if column not in rows:
        return ""
    values = [value for value in rows[column].unique() if not is_absent(value) and value != ""]
    return ", ".join(
        number(value) if isinstance(value, (int, float)) and column != "seed" else str(value) for value in values
    )


def settings_section(settings: Mapping[str, Any], why: Mapping[str, str]) -> Section:
    """Every setting of the study, as a table."""
    flat = flatten(settings)
    if not flat:
        return Section("settings", "Settings", (), (Note(why.get("settings", "No settings were handed over.")),))
    made = table("Settings of the study", ["Setting", "Value"], flat, words=(0, 1))
    return Section("settings", "Settings", (), (Fold(f"All {len(flat)} settings of the study", made),))


def flatten(settings: Mapping[str, Any], *, prefix: str = "") -> list[tuple[str, str]]:
    """Nested settings as dotted keys and plain values.

    Examples
    --------
    >>> flatten({"ties": {"half_life_days": 60.0, "channels": ["a", "b"], "first_day": None}})
    [('ties.half_life_days', '60'), ('ties.channels', 'a, b'), ('ties.first_day', 'none')]
    """
    rows: list[tuple[str, str]] = []
    for key, value in settings.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            rows += flatten(value, prefix=f"{name}.")
        elif isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(v, Mapping) for v in value):
            for at, item in enumerate(value, start=1):
                inner = item if isinstance(item, Mapping) else {"value": item}
                rows += flatten(inner, prefix=f"{name}[{at}].")
        else:
            rows.append((name, _plain(value)))
    return rows


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_plain(item) for item in value)
    return str(value)


def glossary_section(gaps: pd.DataFrame | None) -> Section:
    """What the words mean here, and what each measure counts."""
    used = [] if gaps is None else list(dict.fromkeys(str(name) for name in gaps["measure"]))
    measures = tuple((MEASURES[name].label, MEASURES[name].meaning) for name in used if name in MEASURES)
    return Section("glossary", "What the words mean", (), (Terms((*GLOSSARY, *measures)),))
