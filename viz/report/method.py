"""Method and limits in plain words, settings as a table, and what the words mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from viz.charts.exposure import is_raw
from viz.numbers import ABSENT, is_absent, number, probability, records
from viz.report.blocks import Block, Fold, Heading, Note, Points, Section, Terms, blank, table
from viz.report.content import ReportContent
from viz.report.findings import RULE, alpha_of
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
    ("Leader share", "Of all the influence a person receives at first hand, the share that comes from leaders."),
    ("Raw difference", "Mean of the first group minus mean of the second, over everybody compared who has a value."),
    ("Adjusted difference", "The same among people in the same place only, such as one level and function."),
    ("Exposure", "The part of a gap in leader share that is there because fewer leaders are around to meet."),
    (
        "Bias",
        "The rest of it: leaders are around, and ties with them form less readily. A pattern, not a motive. Unless the "
        "level is said to be held equal, part of it may be that the groups stand at different levels.",
    ),
    ("q", "p after allowing for all the tests of the family fixed beforehand together (Benjamini–Hochberg)."),
    ("Candidate", "A person who could sponsor another, by stated criteria. For people to judge."),
)
TERMS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "segregation": (
        ("E–I index", "Ties across groups minus ties within, over all ties: −1 all within, +1 all across."),
    ),
    "reach": (
        (
            "Parts of a gap in reach",
            "Leaders within two steps come from ties of one's own, from how many contacts one has, and from how many "
            "leaders each of them brings, less those whom several bring. The parts add up to the gap.",
        ),
    ),
    "decomposition": (
        (
            "Goes along with",
            "The part of a gap that people's level, function and the like would bring if both groups had the same "
            "access in the same place; also called explained. It is a description: who gets to which place may itself "
            "be unequal.",
        ),
        ("Unexplained", "What is left of the gap between people in the same place, and all that was not recorded."),
    ),
    "dyads": (
        (
            "MRQAP p",
            "How often a tie between a person and a leader goes along with the person's group as much as it does here, "
            "when people are shuffled whole, all their pairs together, and the other terms are held.",
        ),
    ),
    "visibility_curve": (
        (
            "Top k %",
            "The most influential people, k in a hundred of all; influence follows who attends to whom.",
        ),
        ("Band", "Where chance alone would put the whole line, all widths of the top at once."),
    ),
    "representation": (
        ("Random draws", "What share a group would have of a level if its people were drawn from everybody by lot."),
    ),
    "verdicts": (
        (
            "Verdict",
            "Robust: the finding stays under every check that says anything. Depends: it does not under the checks "
            "named. Not enough evidence: even as studied it cannot be told from chance, or nothing could be checked.",
        ),
    ),
    "coverage": (("Coverage", "The share of a group's people who have any tie in a channel."),),
    "changes": (
        (
            "Change of a gap",
            "How much the adjusted gap moves from the first window to the last along a straight line through all of "
            "them.",
        ),
    ),
}
"""Words that a report needs only where it holds the table they belong to."""
P_VALUE = "How often shuffling the group labels within strata gives a difference at least as {}."
PLAIN = "inverted permutation test"
"""The interval whose test compares differences as they are; all others compare them divided by their standard error."""
HELD_EQUAL = (
    "Exposure at the same level",
    "Exposure and bias among people of one level: who is senior plays no part in it.",
)


def compared_people(gaps: pd.DataFrame | None, exposure: pd.DataFrame | None) -> str:
    """Who is compared, in words; empty where nothing is.

    Examples
    --------
    >>> compared_people(pd.DataFrame({"among": ["everyone"]}), None)
    'Everybody is compared, leaders too.'
    """
    tables = [rows for rows in (gaps, exposure) if rows is not None and not rows.empty]
    if not tables:
        return ""
    if any("among" in rows and (rows["among"] == "everyone").any() for rows in tables):
        return "Everybody is compared, leaders too."
    return "Leaders are not among the people compared: it is other people's access to them that is measured."


def method_section(content: ReportContent, *, details: bool = True) -> Section:
    """How the numbers came about, and what they cannot say.

    Parameters
    ----------
    content : ReportContent
        What the report shows; its ``limits`` are those of these data, beyond those every report names.
    details : bool
        Whether the seed and the number of tests are said. Not to a leader: pseudonyms are made from the seed, and rows
        that are kept back were tested too.
    """
    gaps = content.gaps
    steps = [
        "People come from the roster, with or without ties. Somebody without a tie counts with no ties to leaders; "
        "their leader share and their steps to a leader are not defined, so they are left out of those two.",
        "An event with many people binds each pair less, and an old one less than a recent one. Events that went to "
        "very many people at once are left out and counted. What remains is added up to the strength of ties.",
        "Measures of ties, leader share and steps leave out a person's own management chain, since everybody has a "
        "tie to their manager by office. Mentors and sponsors are counted whoever they are.",
        *_inference(gaps, details=details),
        *_split(content.exposure),
        *(said for name, said in STEPS.items() if _given(content, name)),
        RULE,
        _clear(content),
        _dash(kept_back=not details),
    ]
    blocks: tuple[Block, ...] = (
        Points(tuple(steps)),
        Heading("What these numbers cannot say"),
        Points((*LIMITS, *content.limits)),
    )
    return Section("method", "Method and its limits", (), blocks)


STEPS: Mapping[str, str] = {
    "decomposition": (
        "A decomposition (Kitagawa, Oaxaca and Blinder) values the difference in where the groups' people stand by how "
        "the measure differs between places. It is arithmetic on averages, not an experiment."
    ),
    "dyads": (
        "For ties to leaders pair by pair, people are shuffled whole after all that the other terms tell has been "
        "taken out (MRQAP, double semi-partialling), since the pairs of one person are not independent."
    ),
    "visibility_curve": (
        "Influence follows who attends to whom through the whole network. Bands for the top are simultaneous: a line "
        "that owes nothing to the group leaves the shaded area anywhere at all only as rarely as is said there."
    ),
    "verdicts": (
        "Verdicts follow rules fixed beforehand: a check holds where at least half of the gap is left in the same "
        "direction. Checks that have too little data say nothing, for or against."
    ),
    "changes": (
        "A change of a gap is tested like a gap: each person's own line through the windows, compared between the "
        "groups by shuffling labels within strata, people with all their windows."
    ),
}
"""How a table came about, for reports that hold it."""


def _given(content: ReportContent, name: str) -> bool:
    rows = getattr(content, name)
    return rows is not None and not rows.empty


def _dash(*, kept_back: bool) -> str:
    why = ["it is not defined for these people", "cannot be known from these data"]
    why += ["is kept back since too few people differ"] if kept_back else []
    reasons = f"{', '.join(why[:-1])}, or {why[-1]}"
    return f"Where a table shows {ABSENT} there is no value: {reasons}. An interval that ends in ∞ has no limit there."


def _clear(content: ReportContent) -> str:
    """When a finding is called what it is called."""
    gaps = content.gaps
    row = {} if gaps is None or gaps.empty else records(gaps.head(1))[0]
    split = (
        ""
        if blank(content.exposure)
        else (
            " Exposure and bias are in no family: they are called clear where the intervals of both exclude zero, "
            "partly clear where one does."
        )
    )
    return (
        "A gap is called clear where it is in the family fixed beforehand, its interval excludes zero and its q is at "
        f"most {probability(alpha_of(row)).rstrip('0')}; outside the family it is no more than a lead.{split} All else "
        "is called uncertain."
    )


def _inference(gaps: pd.DataFrame | None, *, details: bool) -> list[str]:
    """How the gaps of this very table were tested."""
    if gaps is None or gaps.empty:
        return []
    strata, runs, seed = (_each(gaps, name) for name in ("strata", "permutations", "seed"))
    within = f" ({strata})" if strata else ""
    often = f", {runs} times" if runs else ""
    start = f" (seed {seed})" if seed and details else ""
    said = [
        f"Groups are compared within strata{within}: like with like. To see what chance would do, group labels are "
        f"shuffled among the people of one stratum{often}{start}. {_p_value(gaps)} People who share a stratum with "
        "nobody of the other group carry no information."
    ]
    interval = _each(gaps, "interval")
    if interval:
        said.append(
            f"Intervals of gaps: {interval}. A narrow one says that the size of a difference is known well, not that "
            "there is one; one that spans zero leaves even the direction open."
        )
    if "p" in gaps:
        said.append(_family(gaps, details=details))
    return said


def _p_value(gaps: pd.DataFrame) -> str:
    """What p is the share of, which depends on the test."""
    if _each(gaps, "interval") == PLAIN:
        return "p is the share of shuffles with a difference at least as large, in either direction."
    return (
        "Each difference is divided by its own standard error, since one group may vary more than the other; p is "
        "twice the smaller of two shares: of shuffles that come out at least as high, and at least as low."
    )


def _family(gaps: pd.DataFrame, *, details: bool) -> str:
    """Which tests q allows for."""
    inside = gaps["family"].fillna(False).astype(bool) if "family" in gaps else gaps["p"].notna()
    tests = f" ({number(int((inside & gaps['p'].notna()).sum()))})" if details else ""
    if bool((inside | gaps["p"].isna()).all()):
        return (
            f"All tests of gaps{tests} are one family, fixed beforehand; q allows for all of them at once, whether or "
            "not a row is shown."
        )
    return (
        f"The tests that the study named beforehand{tests} are one family; q allows for all of them at once, whether "
        "or not a row is shown. Other rows are there to look at: they have a p and no q."
    )


def _split(exposure: pd.DataFrame | None) -> list[str]:
    """How sure exposure and bias are."""
    if exposure is None or exposure.empty:
        return []
    made = _each(exposure, "interval")
    how = f" ({made})" if made else ""
    if "bias_p" in exposure:
        return [
            f"Exposure and bias have intervals{how} and a p each, but no q: nothing allows for how many comparisons "
            "there are."
        ]
    return [
        f"Exposure and bias have intervals{how} but no test, so they have neither p nor q, and nothing allows for how "
        "many comparisons there are."
    ]


def _each(rows: pd.DataFrame, column: str) -> str:
    """The values a column takes, in words; empty where there is no such column."""
    if column not in rows:
        return ""
    values = [value for value in rows[column].unique().tolist() if not is_absent(value) and value != ""]
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


def glossary_section(content: ReportContent, gaps: pd.DataFrame | None) -> Section:
    """What the words mean here, and what each measure of `gaps` counts."""
    used = [] if gaps is None else list(dict.fromkeys(str(name) for name in gaps["measure"]))
    known = [MEASURES[name] for name in used if name in MEASURES]
    held = content.exposure is not None and any(not is_raw(row) for row in records(content.exposure))
    large = "large" if gaps is None or _each(gaps, "interval") == PLAIN else "large for its standard error"
    terms = [*GLOSSARY[:-2], ("p", P_VALUE.format(large)), *GLOSSARY[-2:], *((HELD_EQUAL,) if held else ())]
    terms += [term for name, found in TERMS.items() if _given(content, name) for term in found]
    measures = tuple((each.label, each.meaning) for each in known if each.label not in dict(terms))
    return Section("glossary", "What the words mean", (), (Terms((*terms, *measures)),))
