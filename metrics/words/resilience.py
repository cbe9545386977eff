"""What is lost when people leave, in a sentence."""

from __future__ import annotations

from math import isfinite

from metrics.words._phrases import Row, alpha_of, number, shared_decimals, wording_of

_SMALLEST = 0.01
"""How much smaller the largest part's share must be to be told: a person more or less is no news."""


def removal_sentence(row: Row) -> str:
    """One sentence for one row of a removal table.

    It says what those left would lose before any new tie forms, and of each loss, with α = 1 − confidence, whether at
    most the share α of random removals of as many leaders and others took as much: then it is more than chance takes.
    In order:

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
        The removal's name as it stands: it may be a person's.

    Examples
    --------
    >>> row = {"name": "top 5 by betweenness", "kind": "brokers", "removed": 5, "leaders_within_2_before": 7.1,
    ...        "leaders_within_2_after": 6.3, "leaders_within_2_random_low": 6.8, "leaders_within_2_random_high": 7.0,
    ...        "worse_than_random": 0.0099, "reach_leaders_before": 1.0, "reach_leaders_after": 0.96,
    ...        "reach_leaders_random_low": 0.99, "reach_leaders_random_high": 1.0,
    ...        "reach_leaders_worse_than_random": 0.0099, "largest_before": 1.0, "largest_after": 1.0,
    ...        "largest_worse_than_random": 1.0, "groups_cut_off": "Legal", "groups_isolated": "", "draws": 100,
    ...        "confidence": 0.95}
    >>> removal_sentence(row)
    'Without the top 5 by betweenness (5 people), and before any new tie forms, those left would have 0.8 fewer leaders
    within two steps (6.3 instead of 7.1 on average), more than chance takes (6.8 to 7.0 left when as many leave at
    random); 4.0 % of those left would lose every way to a leader, more than chance takes (0 to 1.0 %); nobody left in
    Legal would have a way to a leader.'
    """
    removed = int(row["removed"])
    who = f"{_WHO.get(str(row['kind']), '')}{row['name']} ({removed:,} {'person' if removed == 1 else 'people'})"
    losses = [*_near(row), *_ways(row), *_part(row), *_groups(row)]
    led = isfinite(row["reach_leaders_after"])
    if not losses:
        losses = [f"those left would keep {_ALL_KEPT if led else 'together, and every group its ties to others'}"]
    unled = "" if led else "; of ways to leaders nothing can be said, for want of leaders or of anybody else"
    return f"Without {who}, and before any new tie forms, {'; '.join(losses)}{unled}."


_WHO = {"brokers": "the ", "role": "everybody of "}
_ALL_KEPT = "together, and every way to a leader they had"


def _near(row: Row) -> list[str]:
    before, after = float(row["leaders_within_2_before"]), float(row["leaders_within_2_after"])
    if not before - after > 0:
        return []
    lost = before - after
    # As many decimals as show the loss, or both averages would read alike.
    decimals = shared_decimals(lost, lost, lost, wording_of("leaders_within_2"))
    low, high = (number(float(row[f"leaders_within_2_random_{end}"]), decimals) for end in ("low", "high"))
    chance = _chance(row, "worse_than_random", f"{_range(low, high)} left when as many leave at random")
    averages = f"{number(after, decimals)} instead of {number(before, decimals)} on average"
    return [f"those left would have {number(lost, decimals)} fewer leaders within two steps ({averages}){chance}"]


def _ways(row: Row) -> list[str]:
    before, after = float(row["reach_leaders_before"]), float(row["reach_leaders_after"])
    if not before - after > 0:
        return []
    low, high = (_percent(before - float(row[f"reach_leaders_random_{end}"])) for end in ("high", "low"))
    chance = _chance(row, "reach_leaders_worse_than_random", f"{_range(low, high)} %")
    return [f"{_percent(before - after)} % of those left would lose every way to a leader{chance}"]


def _part(row: Row) -> list[str]:
    before, after = float(row["largest_before"]), float(row["largest_after"])
    if before - after < _SMALLEST:
        return []
    chance = _chance(row, "largest_worse_than_random", "")
    shares = f"{_percent(after)} % of those left, not {_percent(before)} % of all"
    return [f"the largest connected part would hold {shares}{chance}"]


def _groups(row: Row) -> list[str]:
    told = {"groups_cut_off": "have a way to a leader", "groups_isolated": "be tied to another group"}
    return [f"nobody left in {row[name]} would {what}" for name, what in told.items() if row[name]]


def _chance(row: Row, worse: str, band: str) -> str:
    """Whether chance takes as much; nothing without draws."""
    if not isfinite(row[worse]):
        return ""
    clear = "more than chance takes" if row[worse] <= alpha_of(row) else "which chance may take too"
    return f", {clear} ({band})" if band else f", {clear}"


def _percent(share: float) -> str:
    return number(100 * share, 1) if share > 0 else "0"


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"
