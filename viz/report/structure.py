"""Sections about the network itself: silos, bridges, communities, who carries much."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from viz.charts import silo_dots
from viz.charts.silos import MOST_GROUPS, furthest
from viz.numbers import ABSENT, is_absent, number, percent, records
from viz.report.blocks import Block, Fold, Note, Points, Section, blank, figure, table
from viz.report.people import Label
from viz.report.sections import said_in

MOST_BRIDGES = 15
MOST_TOLD = 3
"""Pairs of groups told in sentences; the others stand in the table."""
MOST_PEOPLE = 15
MOST_AT_EASE = 5
"""People told where nobody is overloaded."""
_NO_WORKLOAD = "Recorded contact is not workload"
NARROW = 0.3
"""A pair of groups whose busiest person carries at least this share of what runs between them hangs on few."""


def silos_section(silos: pd.DataFrame | None, column: str, *, people: pd.DataFrame | None = None) -> Section | None:
    """How much of each group's contact stays inside it, against what activity alone would keep there.

    Where `people` has no such column, that is said instead.
    """
    if silos is None or silos.empty:
        if people is None or (column in people and people[column].notna().any()):
            return None
        why = f"The roster records no {column.replace('_', ' ')}, so silos and bridges are not told."
        return Section("silos", "Silos", (), (Note(why),))
    cut = f" The {MOST_GROUPS} furthest above chance are drawn." if len(silos) > MOST_GROUPS else ""
    cells = [
        [
            str(row["group"]),
            number(row["people"]),
            percent(row["share_inside"], decimals=0),
            percent(row["expected_inside"], decimals=0),
            number(row["silo_score"], decimals=2),
            ABSENT if is_absent(row["partner"]) else f"{row['partner']} ({percent(row['partner_share'], decimals=0)})",
            number(row["communities_spanned"], decimals=1),
        ]
        for row in records(furthest(silos))
    ]
    headers = [column.capitalize(), "People", "Inside", "By chance", "Silo score", "Main partner", "Communities"]
    block = figure(
        "silos-1",
        f"Contact that stays inside each {column.replace('_', ' ')}",
        "A dot is the share of a group's tie strength that stays inside it; the upright line is the share if contacts "
        f"followed activity alone. A silo may be right for its work.{cut}",
        chart=partial(_silos, silos),
        numbers=table(f"Silos by {column}", headers, cells, words=(0, 5)),
        printed=False,
    )
    return Section("silos", "Silos", (), (block,))


def _silos(silos: pd.DataFrame, width: float, ident: str) -> str:
    return silo_dots(silos, width=width, ident=ident)


def bridges_section(bridges: pd.DataFrame | None, label: Label) -> Section | None:
    """The pairs of groups whose contact hangs on few people, those that hang on fewest first."""
    if bridges is None or bridges.empty:
        return None
    tied = bridges[bridges["ties"] > 0]
    narrow = tied[tied["share_of_busiest"] >= NARROW]
    ordered = narrow.sort_values(["share_of_busiest", "group_a", "group_b"], ascending=[False, True, True])
    shown = ordered.head(MOST_BRIDGES)
    silent = int((bridges["ties"] == 0).sum())
    lead = [
        f"In {number(len(narrow)) if len(narrow) else 'none'} of {number(len(tied))} pairs of groups in contact one "
        f"person is at the end of {percent(NARROW, decimals=0)} or more of all that runs between the two."
    ]
    if silent:
        pairs = "1 further pair has" if silent == 1 else f"{number(silent)} further pairs have"
        lead.append(f"{pairs} no contact at all, though chance would give some.")
    cells = [
        [
            f"{row['group_a']} – {row['group_b']}",
            number(row["ties"]),
            number(row["ratio"], decimals=2),
            f"{number(row['carriers_a'])} / {number(row['carriers_b'])}",
            number(row["people_for_half"]),
            label(row["busiest"]),
            percent(row["share_of_busiest"], decimals=0),
        ]
        for row in records(shown)
    ]
    headers = ["Between", "Ties", "Against chance", "People who carry them", "Carry half", "Busiest", "Share"]
    note = "Against chance: ties for each tie expected if they fell anywhere. tables/bridges.csv holds every pair."
    blocks: tuple[Block, ...] = ()
    if cells:
        made = table("Contact that hangs on few people", headers, cells, words=(0, 5), note=note)
        said = said_in(shown.head(MOST_TOLD))
        blocks = (*([Points(tuple(said))] if said else []), Fold("With the people it hangs on", made, printed=True))
    return Section("bridges", "Bridges between groups", tuple(lead), blocks)


def communities_section(scan: pd.DataFrame | None) -> Section | None:
    """Communities at several resolutions, and whether a division is stable enough to be named."""
    if scan is None or scan.empty:
        return None
    cells = [
        [
            f"{row['resolution']:g}",
            number(row["communities"]),
            percent(row["largest_share"], decimals=0),
            *(_of_a_division(row, name) for name in ("modularity", "stability", "agreement_function")),
        ]
        for row in records(scan)
    ]
    headers = ["Resolution", "Communities", "Largest", "Modularity", "Stability", "Agreement with function"]
    note = f"{ABSENT}: one community is no division." if (scan["communities"] <= 1).any() else ""
    made = table("Communities by resolution", headers, cells, words=(), note=note)
    lead = (
        "Parts of the organisation that mostly deal with themselves, whatever the chart says. Stability and agreement "
        "are adjusted Rand indices: 1 the same division, 0 no more alike than by chance.",
    )
    named = at_one(scan)
    others = scan.drop(index=named.index)
    remarks = tuple((f"Resolution {row['resolution']:g}", *said_in(pd.DataFrame([row]))) for row in records(others))
    return Section(
        "communities",
        "Communities",
        lead,
        (Points(tuple(said_in(named))), Fold("Every resolution, in numbers", made, remarks, printed=True)),
    )


def at_one(scan: pd.DataFrame) -> pd.DataFrame:
    """The row of resolution 1, whose division the other tables hold, or of the resolution nearest to it."""
    return scan.loc[[(scan["resolution"] - 1.0).abs().idxmin()]]


def _of_a_division(row: dict[str, Any], name: str) -> str:
    """A number about a division; where everybody is in one community, there is none to be stable."""
    return ABSENT if row["communities"] <= 1 else number(row.get(name), decimals=2)


def load_section(overload: pd.DataFrame | None, load: pd.DataFrame | None, label: Label) -> Section | None:
    """Who carries much more recorded contact than people like them."""
    if blank(load) or load is None:
        return None
    blocks: list[Block] = []
    if overload is not None and not overload.empty:
        blocks += _overload(overload)
    told = load[load["ratio"].notna()].sort_values("ratio", ascending=False, kind="stable")
    over = told[[value is True or value == 1 for value in told["overloaded"]]]
    most = over.head(MOST_PEOPLE) if len(over) else told.head(MOST_AT_EASE)
    cells = [
        [
            label(person),
            number(row["contacts"]),
            number(row["ratio"], decimals=2),
            ABSENT if is_absent(row["percentile"]) else f"{number(row['percentile'], decimals=0)} %",
            number(row["peers"]),
        ]
        for person, row in zip(most.index, records(most), strict=True)
    ]
    headers = ["Person", "Contacts", "Times the peers' median", "Higher than … of peers", "Peers"]
    if cells:
        summary = "Who carries most, against their peers" if len(over) else "Who has most contact; nobody is overloaded"
        caption = "Overloaded people" if len(over) else "Most recorded contact against peers"
        cut = len(over) > len(most)
        note = f"{len(most)} of {number(len(over))}; tables/load.csv: all." if cut else "tables/load.csv: all."
        blocks.append(Fold(summary, table(caption, headers, cells, note=note)))
    if not blocks:
        return None
    lead = (f"Recorded contact against that of people of the same level and function. {_NO_WORKLOAD}.",)
    return Section("load", "Who carries much", lead, tuple(blocks))


def _overload(overload: pd.DataFrame) -> list[Block]:
    """How many people of each group carry far more than their peers."""
    over = overload[overload["overloaded"] > 0]
    if over.empty:
        return [Points(("Nobody has at least twice the recorded contact of a typical peer and is among the highest.",))]
    cells = [
        [
            f"{row['column']}: {row['group']}",
            number(row["people"]),
            number(row["overloaded"]),
            percent(row["share_overloaded"], decimals=1),
            number(row["median_ratio"], decimals=2),
        ]
        for row in records(overload)
    ]
    headers = ["Group", "People", "Overloaded", "Share", "Median of times the peers' median"]
    # The lead says it of all.
    said = tuple(sentence.replace(f". {_NO_WORKLOAD}", "") for sentence in said_in(over))
    return [Points(said), Fold("By group", table("Overload by group", headers, cells))]
