"""Sections about change: the network over windows, ties kept and lost, access gained and lost, and newcomers."""

from __future__ import annotations

from collections.abc import Mapping
from math import isinf
from typing import Any

import pandas as pd

from viz import words
from viz.charts.trend import span
from viz.numbers import ABSENT, is_absent, number, percent, probability, records
from viz.report.blocks import Block, Fold, Note, Points, Section, Table, blank, table
from viz.report.content import PLURALS
from viz.report.sections import said_in

FEWEST = 5
"""Of a group with fewer newcomers no sentence is said."""
WHOLE = ("all", "with leaders")
"""Classes of ties that are told in sentences; the others stand in the table."""


def change_section(
    windows: pd.DataFrame | None,
    turnover: pd.DataFrame | None,
    stability: pd.DataFrame | None,
    flow: pd.DataFrame | None,
    why: Mapping[str, str],
    *,
    plurals: Mapping[str, str],
) -> Section | None:
    """How the network itself changed from window to window."""
    if windows is None or windows.empty:
        return Section("change", "Over time", (), (Note(why["trend"]),)) if "trend" in why else None
    # Tables lie folded: on a phone they would reach beyond the screen.
    blocks: list[Block] = []
    if turnover is not None and not turnover.empty:
        blocks.append(Points(tuple(said_in(turnover[turnover["pairs"].isin(WHOLE)]))))
    blocks.append(Fold("Each window, in numbers", _windows(windows), printed=True))
    if turnover is not None and not turnover.empty:
        blocks.append(Fold("Ties kept, lost and formed, in numbers", _turnover(turnover, plurals)))
    if flow is not None and not flow.empty:
        everyone = Points(tuple(said_in(flow.head(1))))
        blocks += [everyone, Fold("Access gained and lost by group", _flow(flow))]
    if stability is not None and not stability.empty:
        blocks.append(_stability(stability))
    lead = (
        "What is recorded in each window. Volumes are not comparable where windows differ in length or more is "
        "recorded; ties a person at the same volume are. Ties here have a direction: A to B and B to A are two.",
    )
    return Section("change", "Over time", lead, tuple(blocks))


def _stability(stability: pd.DataFrame) -> Table:
    """How far the order of people holds from window to window, a row a measure."""
    steps = list(dict.fromkeys(zip(stability["before"], stability["after"], strict=True)))
    cells = []
    for measure, rows in stability.groupby("measure", sort=False):
        held = {(row["before"], row["after"]): row["stability"] for row in records(rows)}
        label = words.MEASURES[str(measure)].label if str(measure) in words.MEASURES else str(measure).capitalize()
        cells.append([label, *(number(held.get(step), decimals=2) for step in steps)])
    note = "Rank correlations; where one is well below .9, read rises and falls over many people, not one by one."
    headers = ["Measure", *(f"{before} → {after}" for before, after in steps)]
    return table("How far the order of people holds from window to window", headers, cells, note=note)


def _windows(windows: pd.DataFrame) -> Table:
    cells = [
        [
            number(row["window"]),
            span(row),
            f"{number(row['active'])} of {number(row['people'])}",
            number(row["ties"]),
            number(row["ties_per_person_same_volume"], decimals=1),
            percent(row["reciprocity"], decimals=0),
            number(row["mean_leader_ties"], decimals=2),
            number(row["e_i"], decimals=2),
        ]
        for row in records(windows)
    ]
    headers = [
        "Window", "Days", "Active", "Ties (one way)", "Ties a person, same volume", "Both ways", "Leaders a person",
        "E–I",
    ]  # fmt: skip
    note = "tables/windows.csv holds more about each window."
    return table("The network in each window", headers, cells, words=(0, 1), note=note)


def _class(row: dict[str, Any], plurals: Mapping[str, str]) -> str:
    """A class of ties: "all", "among women", "ethnicity: Black", "across gender"."""
    pairs, column = str(row["pairs"]), str(row["column"]).replace("_", " ")
    if pairs in WHOLE:
        return pairs
    if pairs == "across":
        return f"across {column}"
    group = pairs.removeprefix("same ")
    plural = plurals.get(group, PLURALS.get(group.casefold()))
    return f"among {plural}" if plural else f"{column}: {group}"


def _turnover(turnover: pd.DataFrame, plurals: Mapping[str, str]) -> Table:
    cells = [
        [
            f"{row['before']} → {row['after']}",
            _class(row, plurals),
            number(row["kept"]),
            number(row["lost"]),
            number(row["formed"]),
            percent(row["survival"], decimals=0),
            percent(row["survival_strong"], decimals=0),
            percent(row["survival_weak"], decimals=0),
            number(row["jaccard"], decimals=2),
        ]
        for row in records(turnover)
    ]
    headers = ["Windows", "Ties (one way)", "Kept", "Lost", "Formed", "Survive", "Strong ones", "Weak ones", "Jaccard"]
    note = "Strong and weak: above the median strength before, and not. Jaccard: kept ties among all of either window."
    return table("Ties from one window to the next", headers, cells, words=(0, 1), note=note)


def _flow(flow: pd.DataFrame) -> Table:
    cells = [
        [
            str(row["group"]),
            number(row["people"]),
            number(row["gained"]),
            number(row["lost"]),
            number(row["kept"]),
            number(row["turned_over"]),
            number(row["never"]),
            percent(row["share_gained"], decimals=0),
            percent(row["share_lost"], decimals=0),
        ]
        for row in records(flow)
    ]
    headers = [
        "Group", "People", "Gained", "Lost", "Kept", "Turned over", "Never", "Of those without, gained",
        "Of those with, lost",
    ]  # fmt: skip
    return table("Ties to leaders in the first window and in the last", headers, cells)


def newcomers_section(
    groups: pd.DataFrame | None, why: Mapping[str, str], *, step_days: int | None = None, min_group: int = FEWEST
) -> Section | None:
    """How long newcomers take to have as many contacts as their peers, followed in steps of so many days."""
    if blank(groups) or groups is None:
        return Section("newcomers", "Newcomers", (), (Note(why["newcomers"]),)) if "newcomers" in why else None
    shown = _one_of_two(groups)
    cells = [
        [
            str(row["outcome"]),
            str(row["group"]),
            number(row["newcomers"]),
            number(row["reached"]),
            number(row["median_weeks"], decimals=1),
            _interval(row, step_days),
            probability(row["p"]),
        ]
        for row in records(shown)
    ]
    headers = ["What", "Group", "Newcomers", "Got there", "Half after at most, weeks", "Interval", "p"]
    steps = "the steps" if step_days is None else f"steps of {step_days} days"
    note = (
        f"A dash: fewer than half got there, the group is too small, or {steps} are too long to tell. Of two groups "
        "the smaller is given, against the other."
    )
    followed = "" if step_days is None else f" They are followed in steps of {step_days} days, and told no finer."
    told = shown[shown["column"].isna() | (shown["newcomers"] >= max(min_group, FEWEST))]
    return Section(
        "newcomers",
        "Newcomers",
        (f"From a newcomer's first day until they have as many contacts as their peers in the same days.{followed}",),
        (
            Points(tuple(said_in(told))),
            Fold("In numbers", table("Newcomers by group", headers, cells, words=(0, 1), note=note)),
        ),
    )


def _one_of_two(groups: pd.DataFrame) -> pd.DataFrame:
    """Of a column with two groups the smaller: the other's row says the same the other way round."""
    kept = pd.Series(True, index=groups.index)
    for _, rows in groups[groups["column"].notna()].groupby(["outcome", "column"], sort=False):
        if len(rows) == 2:
            kept &= (groups.index == rows["newcomers"].idxmin()) | ~groups.index.isin(rows.index)
    return groups[kept]


def _interval(row: dict[str, Any], step_days: int | None) -> str:
    """The interval of when half got there; a dash where the steps are too long to tell."""
    low, high = row["median_low"], row["median_high"]
    # Weeks are whole days: less than half a day apart is rounding.
    told = step_days is not None and row["median_weeks"] - row["median_earliest"] > (step_days - 0.5) / 7
    if not told or is_absent(low):
        return ABSENT
    if is_absent(high) or isinf(high):
        return f"{number(low, decimals=1)} or more"
    return f"{number(low, decimals=1)} to {number(high, decimals=1)}"
