"""Sections about the network itself: silos, bridges, communities, what would be lost, who carries much."""

from __future__ import annotations

from functools import partial

import pandas as pd

from viz.charts import attack_lines, silo_dots
from viz.charts.silos import MOST_GROUPS
from viz.numbers import is_absent, number, percent, probability, records
from viz.report.blocks import Block, Fold, Note, Points, Section, blank, figure, table
from viz.report.people import Label
from viz.report.sections import said_in

MOST_BRIDGES = 15
MOST_PEOPLE = 15
MOST_ROLES = 15
UNHARMED = 0.99
"""Where at least this share is still together and in reach of a leader, nothing is lost that a picture would show."""
_HOLDS = "However many of the best placed leave, those who stay hang together and reach leaders"
NARROW = 0.3
"""A pair of groups whose busiest person carries at least this share of what runs between them hangs on few."""


def silos_section(silos: pd.DataFrame | None, column: str) -> Section | None:
    """How much of each group's contact stays inside it, against what activity alone would keep there."""
    if silos is None or silos.empty:
        return None
    cut = f" The {MOST_GROUPS} furthest above chance are drawn." if len(silos) > MOST_GROUPS else ""
    cells = [
        [
            str(row["group"]),
            number(row["people"]),
            percent(row["share_inside"]),
            percent(row["expected_inside"]),
            number(row["silo_score"], decimals=2),
            "–" if is_absent(row["partner"]) else f"{row['partner']} ({percent(row['partner_share'], decimals=0)})",
            number(row["communities_spanned"], decimals=1),
        ]
        for row in records(silos)
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
        f"Of {number(len(tied))} pairs of groups in contact, {number(len(narrow))} have one person at the end of "
        f"{percent(NARROW, decimals=0)} or more of all that runs between them."
    ]
    if silent:
        lead.append(f"{number(silent)} further pairs have no contact at all, though chance would give them some.")
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
    blocks: tuple[Block, ...] = (
        (table("Contact that hangs on few people", headers, cells, words=(0, 5), note=note),) if cells else ()
    )
    return Section("bridges", "Bridges between groups", tuple(lead), blocks)


def communities_section(scan: pd.DataFrame | None) -> Section | None:
    """Communities at several resolutions, and whether a division is stable enough to be named."""
    if scan is None or scan.empty:
        return None
    cells = [
        [
            number(row["resolution"]),
            number(row["communities"]),
            percent(row["largest_share"], decimals=0),
            number(row["modularity"], decimals=2),
            number(row["stability"], decimals=2),
            number(row.get("agreement_function"), decimals=2),
        ]
        for row in records(scan)
    ]
    headers = ["Resolution", "Communities", "Largest", "Modularity", "Stability", "Agreement with function"]
    lead = (
        "Parts of the organisation that mostly deal with themselves, whatever the chart says. Stability and agreement "
        "are adjusted Rand indices: 1 the same division, 0 no more alike than by chance.",
    )
    return Section(
        "communities",
        "Communities",
        lead,
        (Points(tuple(said_in(scan))), table("Communities by resolution", headers, cells, words=())),
    )


def loss_section(
    removals: pd.DataFrame | None, curve: pd.DataFrame | None, loss: pd.DataFrame | None, label: Label
) -> Section | None:
    """What is lost when the best placed, a role, or one person leaves."""
    blocks: list[Block] = []
    if curve is not None and not curve.empty and _holds(curve):
        blocks.append(Points((f"{_HOLDS} ({number(curve['removed'].iloc[-1])} people by betweenness).",)))
    elif curve is not None and not curve.empty:
        blocks.append(
            figure(
                "attack-1",
                "As the best placed leave, one after another",
                "People leave in the order of their betweenness. The shaded area is where as many leavers drawn by "
                "lot would put those who stay; below it, the network hangs on its brokers.",
                chart=partial(_attack, curve),
                printed=False,
            )
        )
    if removals is not None and not removals.empty:
        blocks += _removals(removals)
    if loss is not None and not loss.empty:
        blocks.append(_people_missed(loss, label))
    if not blocks:
        return None
    lead = ("People are thought away, and what the others then reach is counted; reach includes the management chain.",)
    return Section("loss", "What would be lost", lead, tuple(blocks))


def _holds(curve: pd.DataFrame) -> bool:
    """Whether hardly anybody loses anything however many of these people leave: then there is nothing to draw."""
    return bool((curve[["largest", "reach_leaders"]].fillna(1.0) >= UNHARMED).all(axis=None))


def _attack(curve: pd.DataFrame, width: float, ident: str) -> str:
    return attack_lines(curve, width=width, ident=ident)


def _removals(removals: pd.DataFrame) -> list[Block]:
    """Brokers and the roles whose leaving costs most, in sentences and numbers."""
    brokers = removals[removals["kind"] == "brokers"]
    roles = removals[removals["kind"] != "brokers"]
    roles = roles.sort_values(["worse_than_random", "name"], kind="stable", na_position="last").head(MOST_ROLES)
    shown = pd.concat([brokers, roles])
    cells = [
        [
            str(row["name"]),
            number(row["removed"]),
            f"{percent(row['reach_leaders_before'])} → {percent(row['reach_leaders_after'])}",
            f"{number(row['leaders_within_2_before'], decimals=2)} → "
            f"{number(row['leaders_within_2_after'], decimals=2)}",
            probability(row["worse_than_random"]),
            str(row["groups_cut_off"]) or "none",
        ]
        for row in records(shown)
    ]
    headers = [
        "Who leaves", "People", "Others who reach a leader", "Leaders within two steps", "As bad at random",
        "Groups cut off",
    ]  # fmt: skip
    note = "As bad at random: the share of draws of as many leaders and others that cost the rest at least as much."
    numbers = table("What is lost when people leave together", headers, cells, words=(0, 5), note=note)
    return [Points(tuple(said_in(brokers))), Fold("By broker and role, in numbers", numbers, printed=True)]


def _people_missed(loss: pd.DataFrame, label: Label) -> Block:
    """The people whose own leaving would take most from others."""
    keys = ["people_cut_from_leaders", "people_cut_off", "leaders_lost_reach"]
    ordered = loss.sort_values(keys, ascending=False, kind="stable", na_position="last")
    shown = ordered[(ordered[keys].fillna(0) > 0).any(axis=1)].head(MOST_PEOPLE)
    if shown.empty:
        return Note("Nobody's leaving alone would cut anybody off from leaders or from one another.")
    cells = [
        [
            label(person),
            number(row["people_cut_from_leaders"]),
            number(row["people_cut_off"]),
            number(row["leaders_lost_reach"]),
            number(row["sole_contacts"]),
        ]
        for person, row in zip(shown.index, records(shown), strict=True)
    ]
    headers = ["Person", "Cut from leaders", "Cut off", "Ways of two steps to leaders lost", "Only contact of"]
    made = table(f"The {len(shown)} people who would be missed most", headers, cells, note="tables/loss.csv holds all.")
    return Fold("If one person leaves", made)


def load_section(overload: pd.DataFrame | None, load: pd.DataFrame | None, label: Label) -> Section | None:
    """Who carries much more recorded contact than people like them."""
    if blank(load) or load is None:
        return None
    blocks: list[Block] = []
    if overload is not None and not overload.empty:
        blocks += _overload(overload)
    most = load.sort_values("ratio", ascending=False, kind="stable", na_position="last").head(MOST_PEOPLE)
    cells = [
        [
            label(person),
            number(row["contacts"]),
            number(row["ratio"], decimals=2),
            "–" if is_absent(row["percentile"]) else f"{number(row['percentile'], decimals=0)} %",
            number(row["peers"]),
            "yes" if row["overloaded"] is True or row["overloaded"] == 1 else "no",
        ]
        for person, row in zip(most.index, records(most), strict=True)
    ]
    headers = ["Person", "Contacts", "Times the peers' median", "Higher than … of peers", "Peers", "Overloaded"]
    blocks.append(
        Fold("Who carries most", table("Recorded contact against peers", headers, cells, note="tables/load.csv: all."))
    )
    lead = ("Recorded contact against that of people of the same level and function. Contact is not workload.",)
    return Section("load", "Who carries much", lead, tuple(blocks))


def _overload(overload: pd.DataFrame) -> list[Block]:
    """How many people of each group carry far more than their peers."""
    over = overload[overload["overloaded"] > 0]
    said = said_in(over) or [
        "Nobody has at least twice the recorded contact of a typical peer and is among the highest."
    ]
    cells = [
        [
            f"{row['column']}: {row['group']}",
            number(row["people"]),
            number(row["overloaded"]),
            percent(row["share_overloaded"]),
            number(row["median_ratio"], decimals=2),
        ]
        for row in records(overload)
    ]
    headers = ["Group", "People", "Overloaded", "Share", "Median of times the peers' median"]
    return [Points(tuple(said)), Fold("By group", table("Overload by group", headers, cells))]
