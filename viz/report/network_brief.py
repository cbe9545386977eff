"""The page about the network in a minute: at most five sentences."""

from __future__ import annotations

from math import isfinite

import pandas as pd

from viz.numbers import is_absent, number, percent, records
from viz.report.losses import brokers_missed, clear, holding, holds, roles_told
from viz.report.sections import said_in
from viz.report.structure import at_one

MOST_SAID = 5
_TOO_DIFFERENT = 0.2
"""A Jaccard index under which it is doubtful that two windows show one network changing (Snijders et al. 2010)."""


def in_short(
    *,
    silos: pd.DataFrame | None,
    scan: pd.DataFrame | None,
    removals: pd.DataFrame | None,
    curve: pd.DataFrame | None,
    turnover: pd.DataFrame | None,
    newcomers: pd.DataFrame | None,
) -> list[str]:
    """What a reader takes away: what it hangs on, whom it would miss, how tight its groups are, and how it changes.

    Parameters
    ----------
    silos, scan, removals, curve, turnover, newcomers : DataFrame, optional
        The tables of the page; of those that are missing nothing is said.

    Returns
    -------
    list of str
        At most `MOST_SAID`.
    """
    said = [
        _hangs(removals, curve),
        "" if removals is None or removals.empty else roles_told(removals),
        _tightest(silos),
        _division(scan),
        _changing(turnover, newcomers),
    ]
    return [sentence for sentence in said if sentence][:MOST_SAID]


def _hangs(removals: pd.DataFrame | None, curve: pd.DataFrame | None) -> str:
    """Whether the network hangs on its brokers: that all hold together, or what is clearly lost, or that nothing is."""
    if holds(curve) and curve is not None:
        clause = "" if removals is None or removals.empty else brokers_missed(removals)
        return f"{holding(curve)}; {clause}." if clause else f"{holding(curve)}."
    if removals is None or removals.empty:
        return ""
    brokers = removals[removals["kind"] == "brokers"]
    missed = brokers[clear(removals).loc[brokers.index]]
    # The smallest top that is clearly missed says most: the network hangs on so few.
    return next(iter(said_in(missed.head(1)) or said_in(brokers.tail(1))), "")


def _tightest(silos: pd.DataFrame | None) -> str:
    """The most silo-like group, and how many are above chance."""
    if silos is None or silos.empty or silos["silo_score"].notna().sum() == 0:
        return ""
    most = records(silos.loc[[silos["silo_score"].idxmax()]])[0]
    known, above = int(silos["silo_score"].notna().sum()), int((silos["silo_score"] > 0).sum())
    if not above:
        return f"None of {number(known)} groups keeps more of its contact inside than activity alone would."
    others = "all" if above == known else f"{number(above)} of"
    share = f"{percent(most['share_inside'], decimals=0)} of its contact stays inside"
    chance = f"against {percent(most['expected_inside'], decimals=0)} if contacts followed activity alone"
    counted = f"; {others} {number(known)} groups are above chance" if known > 1 else ""
    return f"{most['group']} keeps most to itself: {share}, {chance}{counted}."


def _division(scan: pd.DataFrame | None) -> str:
    """The division into communities at resolution 1, and how far it is that of functions."""
    if scan is None or scan.empty:
        return ""
    row = records(at_one(scan))[0]
    resolution = f"{row['resolution']:g}"
    if row["communities"] <= 1 or row["communities"] >= row["people"] or is_absent(row["stability"]):
        return f"At resolution {resolution} no division into communities can be told."
    # The other tables hold the division of resolution 1 only.
    where = ", the one of tables/communities.csv and of the silos," if row["resolution"] == 1 else ""
    agreement = float(row.get("agreement_function", float("nan")))
    alike = f", agreement with functions {number(agreement, decimals=2)}" if isfinite(agreement) else ""
    return (
        f"The division at resolution {resolution}{where} is into {number(row['communities'])} communities "
        f"(where 1 is complete, stability {number(row['stability'], decimals=2)}{alike})."
    )


def _changing(turnover: pd.DataFrame | None, newcomers: pd.DataFrame | None) -> str:
    """Ties kept, and how many newcomers have theirs, in one sentence."""
    told = "; ".join(filter(None, (_kept(turnover), _newcomers(newcomers))))
    return f"{told}." if told else ""


def _kept(turnover: pd.DataFrame | None) -> str:
    """Which share of ties is kept from window to window."""
    if turnover is None or turnover.empty:
        return ""
    whole = turnover[turnover["pairs"] == "all"]
    kept = whole["survival"].dropna()
    if kept.empty:
        return ""
    told = f"From window to window {_range(kept)} of ties are kept"
    led = turnover.loc[turnover["pairs"] == "with leaders", "survival"].dropna()
    told += f", {_range(led)} of those with leaders" if len(led) else ""
    short = " (so few that the windows may be too short)" if (whole["jaccard"] < _TOO_DIFFERENT).any() else ""
    return f"{told}{short}"


def _newcomers(groups: pd.DataFrame | None) -> str:
    """How many newcomers had as many contacts as their peers; not when, which follows the steps they are seen in."""
    if groups is None or groups.empty:
        return ""
    everyone = groups[(groups["outcome"] == "contacts") & groups["column"].isna()]
    if everyone.empty:
        return ""
    row = records(everyone)[0]
    many = f"{number(row['reached'])} of {number(row['newcomers'])}"
    return f"{many} newcomers had as many contacts as their peers while they were seen"


def _range(shares: pd.Series) -> str:
    low, high = percent(shares.min(), decimals=0), percent(shares.max(), decimals=0)
    return low if low == high else f"{low.removesuffix(' %')} to {high}"
