"""What the columns of the toolkit's tables are called in front of people, and how their values are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from viz import numbers

Kind = Literal["count", "share", "steps"]
CHAIN_SUFFIX = "_with_chain"


@dataclass(frozen=True)
class Measure:
    """A measure as people read it.

    Attributes
    ----------
    label : str
        A short name for axes and table rows.
    meaning : str
        One plain sentence.
    kind : {"count", "share", "steps"}
        Shares are written as percentages, the others as numbers.
    more_is_better : bool
        False where a larger value means less access.
    """

    label: str
    meaning: str
    kind: Kind = "count"
    more_is_better: bool = True


MEASURES: dict[str, Measure] = {
    "has_leader_tie": Measure(
        "Has a tie to a leader", "Share of people who have a tie with at least one leader, either way.", "share"
    ),
    "leader_ties": Measure("Ties to leaders", "How many different leaders a person has a tie with, either way."),
    "from_leaders": Measure("Leaders who reach them", "How many different leaders a person hears from."),
    "to_leaders": Measure("Leaders who see their work", "How many different leaders a person's own ties reach."),
    "leader_share": Measure(
        "Leader share", "Of all the influence a person receives at first hand, the share from leaders.", "share"
    ),
    "steps_to_leader": Measure(
        "Steps to the nearest leader", "Ties to cross from the nearest leader to the person.", "steps", False
    ),
    "leader_strength": Measure(
        "Strength of ties to leaders", "How strong a person's ties with leaders are, added up, either way."
    ),
    "leaders_within_2": Measure("Leaders within two steps", "How many leaders a person is two ties or fewer from."),
    "paths_to_leaders": Measure(
        "Separate paths to leaders", "Ways to leaders that share nobody, counted up to three: 0 cut off, 1 fragile."
    ),
    "influence_from_leaders": Measure(
        "Influence that stems from leaders",
        "Of all the influence a person receives, at first hand or through others, the share from leaders.",
        "share",
    ),
    "cascade_reach": Measure(
        "Hears what leaders start", "Chance that a message which leaders start arrives at the person.", "share"
    ),
    "mentors": Measure("Mentors", "Mentors a person has now."),
    "sponsors": Measure("Sponsors", "Sponsors a person has now."),
    "mentored_not_sponsored": Measure(
        "Mentored, not sponsored", "Share of people who have a mentor and no sponsor.", "share", False
    ),
    "leader_sponsors": Measure("Sponsors who are leaders", "Sponsors a person has now who are leaders."),
    "sponsor_levels_up": Measure(
        "Levels between them and their sponsor", "How many levels above a person their highest sponsor stands."
    ),
    "sponsor_influence": Measure(
        "Influence of their sponsor (percentile)",
        "The share of all others who have less influence than a person's most influential sponsor.",
        "share",
    ),
}

HEADLINE_MEASURES = ("leader_ties", "sponsors", "leader_share", "mentored_not_sponsored", "has_leader_tie")
"""The order in which a report picks its sentences: fixed beforehand, whatever the results."""


def measure(name: str) -> Measure:
    """How a measure is written; a measure that is not known here keeps its name with blanks for underscores.

    Examples
    --------
    >>> measure("leader_ties_with_chain").label, measure("my_own_score").label
    ('Ties to leaders (with own chain)', 'my own score')
    """
    base = name.removesuffix(CHAIN_SUFFIX)
    known = MEASURES.get(base)
    if known is None:
        return Measure(name.replace("_", " "), "")
    if base == name:
        return known
    return Measure(f"{known.label} (with own chain)", known.meaning, known.kind, known.more_is_better)


def value_text(name: str, value: Any) -> str:
    """A measure's mean in its natural unit."""
    return numbers.percent(value) if measure(name).kind == "share" else numbers.number(value, decimals=2)


def scale_of(name: str) -> float:
    """What a measure's values are multiplied by when drawn: shares are drawn in percentage points."""
    return 100.0 if measure(name).kind == "share" else 1.0


def difference_text(name: str, value: Any, low: Any, high: Any) -> str:
    """A measure's difference with its interval, in its natural unit.

    Examples
    --------
    >>> difference_text("leader_share", -0.0867, -0.14, -0.03)
    '−8.7 (−14.0 to −3.0) pts'
    >>> difference_text("leader_ties", -0.42, None, None)
    '−0.42'
    """
    if numbers.is_absent(value):
        return numbers.ABSENT
    scale, unit = (100.0, " pts") if measure(name).kind == "share" else (1.0, "")
    largest = max((abs(v) for v in (value, low, high) if not numbers.is_absent(v) and math.isfinite(v)), default=0.0)
    places = 1 if scale == 100.0 else 2 if largest >= 0.3 else 3
    inside = numbers.between(low, high, decimals=places, scale=scale)
    middle = numbers.number(value * scale, decimals=places, signed=True)
    return f"{middle}{unit}" if inside == numbers.ABSENT else f"{middle} ({inside}){unit}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    Examples
    --------
    >>> counted(1, "group"), counted(2000, "group"), counted(2, "person", "people")
    ('1 group', '2,000 groups', '2 people')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def versus(focal: Any, reference: Any) -> str:
    """A comparison in words.

    Examples
    --------
    >>> versus("woman", "man"), versus("woman", None)
    ('woman against man', 'woman against everyone else')
    """
    return f"{focal} against {other(reference)}"


def other(reference: Any) -> str:
    """The reference group in words; none named means everyone else."""
    return "everyone else" if numbers.is_absent(reference) or reference == "" else str(reference)
