"""What is lost when people leave, in a sentence."""

from __future__ import annotations

import re
from math import isfinite, isnan

from metrics.words._phrases import Row, alpha_of, number, shared_decimals, wording_of

_SMALLEST = 0.01
"""How much smaller the largest part's share must be to be told: a person more or less is no news."""
_MOST_DECIMALS = 4


def removal_sentence(row: Row) -> str:
    """One sentence for one row of a removal table.

    It says what those left would lose before any new tie forms, and of each loss, with α = 1 − confidence:

    - q ≤ α: that it is clearly more than chance takes;
    - p ≤ α, which is exactly where what is left lies below the row's band, and q > α: that it is more than chance takes
      but could still be chance among so many removals;
    - otherwise: that chance may take as much; or, with too few draws for any p ≤ α, that they cannot tell.

    The losses, in order:

    - leaders within two steps, on average;
    - the share of people who lose every way to a leader;
    - the largest connected part, where it is at least one percentage point less of those left than it was of all;
    - groups with no way to a leader any more, and groups with no tie to another group any more;
    - where nothing of that is lost, that nothing is;
    - without leaders, or without anybody else left, that nothing can be said of ways to leaders.

    Parameters
    ----------
    row : mapping
        A row of `metrics.resilience.removal_table`, all but its sentence.

    Returns
    -------
    str
        Tops of a measure in words; any other removal's name as it stands: it may be a person's.

    Examples
    --------
    >>> row = {"name": "top 5 by betweenness", "kind": "brokers", "removed": 5, "leaders_within_2_before": 7.1,
    ...        "leaders_within_2_after": 6.3, "leaders_within_2_random_low": 6.8, "leaders_within_2_random_high": 7.0,
    ...        "worse_than_random": 0.0099, "q": 0.02, "reach_leaders_before": 1.0, "reach_leaders_after": 0.96,
    ...        "reach_leaders_random_low": 0.99, "reach_leaders_random_high": 1.0,
    ...        "reach_leaders_worse_than_random": 0.0099, "reach_leaders_q": 0.09, "largest_before": 1.0,
    ...        "largest_after": 1.0, "largest_random_low": 1.0, "largest_random_high": 1.0,
    ...        "largest_worse_than_random": 1.0, "largest_q": 1.0, "groups_cut_off": "Legal", "groups_isolated": "",
    ...        "draws": 100, "confidence": 0.95}
    >>> removal_sentence(row)
    'Without the 5 people with the highest betweenness, and before any new tie forms, those left would have 0.8 fewer
    leaders within two steps (6.3 instead of 7.1 on average), clearly more than chance takes (6.8 to 7.0 left when as
    many leaders and others leave at random); 4 % of those left would lose every way to a leader, more than chance takes
    (0 to 1 %) but among so many departures perhaps by chance (q = 0.09); nobody left in Legal would have a way to a
    leader.'
    """
    losses = [*_near(row), *_ways(row), *_part(row), *_groups(row)]
    led = isfinite(row["reach_leaders_after"])
    if not losses:
        losses = [f"those left would keep {_ALL_KEPT if led else 'together, and every group its ties to others'}"]
    unled = "" if led else "; of ways to leaders nothing can be said, for want of leaders or of anybody else"
    return f"Without {_who(row)}, and before any new tie forms, {'; '.join(losses)}{unled}."


_AT_RANDOM = "when as many leaders and others leave at random"
_WHO = {"brokers": "the ", "role": "everybody of "}
_ALL_KEPT = "together, and every way to a leader they had"
_TOP = re.compile(r"top (?P<size>\S+(?: %)?) by (?P<score>.+?)(?P<ties> \(.* with the same score, by id\))?")


def _who(row: Row) -> str:
    """Who leaves: "the 5 people with the highest betweenness", "everybody of level 3 (12 people)"."""
    removed, name = int(row["removed"]), str(row["name"])
    people = f"{removed:,} {'person' if removed == 1 else 'people'}"
    top = _TOP.fullmatch(name) if row["kind"] == "brokers" else None
    if top is None:
        return f"{_WHO.get(str(row['kind']), '')}{name} ({people})"
    who = "the person" if removed == 1 else f"the {people}"
    return f"{who} with the highest {top['score']}{top['ties'] or ''}"


def _near(row: Row) -> list[str]:
    before, after = float(row["leaders_within_2_before"]), float(row["leaders_within_2_after"])
    if not before - after > 0:
        return []
    lost = before - after
    low, high = (float(row[f"leaders_within_2_random_{end}"]) for end in ("low", "high"))
    # As many decimals as show the loss, or both averages would read alike; and as tell it from the band.
    decimals = _telling(after, low, shared_decimals(lost, lost, lost, wording_of("leaders_within_2")))
    band = f"{_range(number(low, decimals), number(high, decimals))} left {_AT_RANDOM}"
    averages = f"{number(after, decimals)} instead of {number(before, decimals)} on average"
    told = f"those left would have {number(lost, decimals)} fewer leaders within two steps ({averages})"
    return [told + _chance(row, "worse_than_random", "q", band)]


def _ways(row: Row) -> list[str]:
    before, after = float(row["reach_leaders_before"]), float(row["reach_leaders_after"])
    if not before - after > 0:
        return []
    least, most = (before - float(row[f"reach_leaders_random_{end}"]) for end in ("high", "low"))
    decimals = _telling(100 * (before - after), 100 * most, _decimals(before - after))
    band = f"{_range(_percent(least, decimals), _percent(most, decimals))} %"
    told = f"{_percent(before - after, decimals)} % of those left would lose every way to a leader"
    return [told + _chance(row, "reach_leaders_worse_than_random", "reach_leaders_q", band)]


def _part(row: Row) -> list[str]:
    before, after = float(row["largest_before"]), float(row["largest_after"])
    if before - after < _SMALLEST:
        return []
    low, high = (float(row[f"largest_random_{end}"]) for end in ("low", "high"))
    decimals = _telling(100 * after, 100 * low, _telling(100 * after, 100 * before, 0))
    band = f"{_range(_percent(low, decimals), _percent(high, decimals))} % {_AT_RANDOM}"
    shares = f"{_percent(after, decimals)} % of those left, not {_percent(before, decimals)} % of all"
    chance = _chance(row, "largest_worse_than_random", "largest_q", band)
    return [f"the largest connected part would hold {shares}{chance}"]


def _groups(row: Row) -> list[str]:
    told = {"groups_cut_off": "have a way to a leader", "groups_isolated": "be tied to another group"}
    return [f"nobody left in {row[name]} would {what}" for name, what in told.items() if row[name]]


def _chance(row: Row, p: str, q: str, band: str) -> str:
    """Whether chance takes as much; nothing without draws."""
    if not isfinite(row[p]):
        return ""
    alpha = alpha_of(row)
    if 1 / (int(row["draws"]) + 1) > alpha:
        return f"; {int(row['draws'])} departures drawn by lot are too few to say whether chance takes as much"
    if row[p] > alpha:
        return f", which chance may take too ({band})"
    if row[q] > alpha:
        return (
            f", more than chance takes ({band}) but among so many departures perhaps by chance "
            f"(q = {float(row[q]):.2g})"
        )
    return f", clearly more than chance takes ({band})"


def _telling(value: float, limit: float, decimals: int) -> int:
    """So many decimals, or more where a value and the limit it is held against would read alike and are not."""
    while decimals < _MOST_DECIMALS and value != limit and f"{value:.{decimals}f}" == f"{limit:.{decimals}f}":
        decimals += 1
    return decimals


def _decimals(share: float) -> int:
    """Decimals of a percentage: one where it tells something, below ten per cent."""
    shown = f"{100 * share:.1f}"
    return 0 if isnan(share) or share >= 0.1 or (shown.endswith(".0") and shown != "0.0") else 1


def _percent(share: float, decimals: int) -> str:
    return number(100 * share, decimals) if share > 0 else "0"


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"
