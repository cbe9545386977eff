"""Whether a division into communities may be named, in a sentence."""

from __future__ import annotations

from math import floor, isfinite

from metrics.words._phrases import Row, joined

NAMEABLE, PARTLY = 0.9, 0.65
"""Adjusted Rand indices from which agreement is excellent, and at least moderate (Steinley 2004)."""


_NOTHING = "so there is no division to name, nor one to be stable"


def scan_sentence(row: Row) -> str:
    """One sentence for one row of a scan of resolutions.

    It says how many communities there are and how large the largest is, and then, by the mean adjusted Rand index of
    runs from different seeds (bounds after Steinley 2004):

    - at least 0.9: that the runs agree, so the division may be named;
    - at least 0.65: that they agree on much, so communities may be spoken of, but nobody on a border be put into one;
    - less: that the division is one of many as good, and none of its communities should be named;
    - one run: that nothing is known about that;
    - one community, communities of one person each, or no ties: that there is nothing to name, nor to call stable.

    How far the division is that of functions and sites follows where they are known.

    Parameters
    ----------
    row : mapping
        A row of `metrics.communities.community_scan`, all but its sentence.

    Returns
    -------
    str

    References
    ----------
    Steinley 2004, *Psychological Methods* 9, 386–396.

    Examples
    --------
    >>> row = {"resolution": 1.0, "people": 154, "communities": 10, "largest_share": 0.19, "stability": 0.855,
    ...        "agreement_function": 0.3, "agreement_site": float("nan"), "seeds": 10}
    >>> scan_sentence(row)
    'At resolution 1 there are 10 communities, the largest with 19 % of the 154 people who have ties; 10 runs agree
    on much of this division, not on all of it (adjusted Rand index 0.85), so communities may be spoken of, but people
    on a border change from run to run. It agrees with functions at 0.30 (1 would be the same division, 0 is chance).'
    """
    at, people, count = f"At resolution {row['resolution']:g}", int(row["people"]), int(row["communities"])
    if not count:
        return "Nobody has a tie, so there are no communities."
    if count == 1:
        return f"{at} all {people:,} people who have ties are in one community, {_NOTHING}."
    if count == people:
        return f"{at} each of the {people:,} people who have ties is a community alone, {_NOTHING}."
    found = (
        f"{at} there are {count:,} communities, the largest with {_whole(row['largest_share'])} % of the {people:,} "
        "people who have ties"
    )
    return f"{found}; {_verdict(float(row['stability']), int(row['seeds']))}.{_like_the_roster(row)}"


def _verdict(stability: float, runs: int) -> str:
    if not isfinite(stability):
        return (
            "this is a single run, so it cannot be said whether another would find the same, and none should be named"
        )
    # Cut, not rounded: what falls short of a bound must not look as if it reached it.
    shown = f"(adjusted Rand index {floor(100 * stability + 1e-9) / 100:.2f})"
    if stability >= NAMEABLE:
        return f"{runs} runs agree on this division {shown}, so its communities may be named"
    if stability >= PARTLY:
        return (
            f"{runs} runs agree on much of this division, not on all of it {shown}, so communities may be spoken of, "
            "but people on a border change from run to run"
        )
    return (
        f"{runs} runs do not agree {shown}: this division is one of many that are as good, and none of its communities "
        "should be named"
    )


def _whole(share: float) -> str:
    """A percentage without decimals, but where it would read as nothing."""
    return f"{100 * share:.0f}" if share >= 0.005 else f"{100 * share:.2g}"


def _like_the_roster(row: Row) -> str:
    shown = [
        f"{name}s at {row[f'agreement_{name}']:.2f}".replace("-", "−")
        for name in ("function", "site")
        if isfinite(row[f"agreement_{name}"])
    ]
    return f" It agrees with {joined(shown)} (1 would be the same division, 0 is chance)." if shown else ""
