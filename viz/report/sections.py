"""Sections of a report about groups: gaps, composition against bias, mentors and sponsors, ties, data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from viz import words
from viz.charts import gap_dots, mixing_matrix, power_bars, separation_dots, sponsor_bars
from viz.charts.mixing import MOST_GROUPS, largest_groups
from viz.charts.power import has_power
from viz.numbers import ABSENT, comparable, is_absent, number, percent, probability, records
from viz.report.blocks import Block, Figure, Fold, Heading, Note, Points, Section, Table, figure, table

MOST_COMPARISONS = 6
"""Comparisons drawn; of those beyond only the numbers are given."""
NO_COMPARISON = "No comparison was made."
TOO_ALIKE = f"{ABSENT}: not shown, since too few people differ."


def missing(why: Mapping[str, str], name: str, default: str) -> Note:
    """Why a part of the report is not there."""
    return Note(why.get(name, default))


def sentences(rows: pd.DataFrame) -> list[Block]:
    """The sentences of a table as a list; nothing where it has none."""
    found = said_in(rows)
    return [Points(tuple(found))] if found else []


def said_in(rows: pd.DataFrame) -> list[str]:
    """Sentences of a table in its order, each once, without blank ones."""
    if "sentence" not in rows:
        return []
    values = [str(value).strip() for value in rows["sentence"] if not is_absent(value)]
    return [value for value in dict.fromkeys(values) if value]


def gaps_section(gaps: pd.DataFrame | None, why: Mapping[str, str], *, drawn: int = MOST_COMPARISONS) -> Section:
    """One picture a comparison, measures as rows, and every number under it; beyond `drawn` only the numbers."""
    if gaps is None or gaps.empty:
        return Section("gaps", "Gaps in access", (), (missing(why, "gaps", NO_COMPARISON),))
    lead = (
        "Each row is one measure. A hollow dot is the difference as it is; a filled dot is what is left when only "
        "people in the same place are compared, with its interval. Left of zero the first group has less. Ties to a "
        "person's own management chain are not counted. Measures share an axis in standard deviations; the text beside "
        "a row is in the measure's own unit.",
    )
    blocks: list[Block] = []
    for at, (heading, rows) in enumerate(comparisons(gaps)):
        if at >= drawn:
            blocks.append(Fold(heading, gap_numbers(rows), printed=True))
            continue
        plain = rows[~rows["measure"].astype("str").str.endswith(words.CHAIN_SUFFIX)]
        blocks.append(
            figure(
                f"gaps-{at + 1}",
                heading,
                "",
                chart=partial(_gaps, rows if plain.empty else plain),
                numbers=gap_numbers(rows),
            )
        )
    return Section("gaps", "Gaps in access", lead, tuple(blocks))


def _gaps(rows: pd.DataFrame, width: float, ident: str) -> str:
    return gap_dots(rows, width=width, ident=ident)


def comparisons(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Rows of each comparison with its heading, in the table's order."""
    keys = ["column", "focal", "reference"]
    return [
        (f"{str(key[0]).capitalize()}: {words.versus(key[1], key[2])}", part.reset_index(drop=True))
        for key, part in rows.groupby(keys, sort=False, dropna=False)
    ]


def gap_numbers(rows: pd.DataFrame) -> Table:
    """The numbers behind one comparison's picture."""
    focal, reference = str(rows["focal"].iloc[0]), words.other(rows["reference"].iloc[0])
    headers = [
        "Measure", f"{focal}, mean", f"{reference}, mean", "Difference (interval)", "Adjusted (interval)", "p", "q",
        "n", "Comparable", "Ratio", "In SDs",
    ]  # fmt: skip
    cells = []
    for row in records(rows):
        name = str(row["measure"])
        cells.append(
            [
                words.measure(name).label,
                words.value_text(name, row["mean_focal"]),
                words.value_text(name, row["mean_reference"]),
                words.difference_text(name, row["difference"], row.get("difference_low"), row.get("difference_high")),
                words.difference_text(name, row["adjusted"], row["adjusted_low"], row["adjusted_high"]),
                probability(row.get("p")),
                probability(row.get("q")),
                f"{number(row['n_focal'])} / {number(row['n_reference'])}",
                comparable(row),
                number(row.get("ratio"), decimals=2),
                number(row.get("standardised"), decimals=2),
            ]
        )
    note = (
        f"n: {focal} / {reference}. Comparable: how many of them are in strata that hold both groups; the adjusted "
        "difference rests on them. In SDs: the adjusted difference in standard deviations."
    )
    return table(f"Gaps by measure: {focal} against {reference}", headers, cells, note=note)


def sponsorship_section(
    sponsorship: pd.DataFrame | None,
    why: Mapping[str, str],
    *,
    drawn: int = MOST_COMPARISONS,
    hidden_cells: bool = False,
) -> Section:
    """Mentors and sponsors a head, a picture for each column; beyond `drawn` only the numbers.

    ``hidden_cells`` says that a value which is not there was kept back, and not that it does not exist.
    """
    if sponsorship is None or sponsorship.empty:
        default = "No mentoring or sponsorship pairings were given, so who has a mentor or a sponsor is not known."
        return Section("sponsorship", "Mentored, and sponsored", (), (missing(why, "sponsorship", default),))
    lead = (
        "A mentor advises. A sponsor spends their own standing to move someone's career. Being mentored does not "
        "stand in for being sponsored, so the two are counted apart.",
    )
    blocks: list[Block] = []
    for at, (column, rows) in enumerate(sponsorship.groupby("column", sort=False)):
        cells = [name for name in SPONSORSHIP_CELLS if name in rows]
        note = TOO_ALIKE if hidden_cells and rows[cells].isna().any(axis=None) else ""
        lead_in = "The number of people stands behind each group. Both halves share one scale." if at == 0 else ""
        numbers = sponsorship_numbers(rows, str(column), note=note)
        if at >= drawn:
            blocks.append(Fold(f"By {column}", numbers, printed=True))
            continue
        blocks.append(
            figure(
                f"sponsorship-{at + 1}",
                f"By {column}",
                f"{lead_in} {note}".strip(),
                chart=partial(_sponsors, rows),
                numbers=numbers,
                printed=False,
            )
        )
        if has_power(rows):
            blocks.append(_power(rows, str(column), at + 1, lead=not any(_is_power(block) for block in blocks)))
    return Section("sponsorship", "Mentored, and sponsored", lead, tuple(blocks))


def _sponsors(rows: pd.DataFrame, width: float, ident: str) -> str:
    return sponsor_bars(rows, width=width, ident=ident)


def _is_power(block: Block) -> bool:
    return isinstance(block, Figure) and block.ident.startswith("power-")


def _power(rows: pd.DataFrame, column: str, at: int, *, lead: bool) -> Block:
    """How much power the sponsors have; the numbers stand with the other numbers of the column."""
    return figure(
        f"power-{at}",
        f"By {column}: how much power the sponsors have",
        POWER_LEAD if lead else "",
        chart=partial(_powers, rows),
    )


def _powers(rows: pd.DataFrame, width: float, ident: str) -> str:
    return power_bars(rows, width=width, ident=ident)


POWER_LEAD = (
    "A sponsor without power is not one. Levels up and influence are averages over those who have a sponsor, of the "
    "highest and of the most influential they have; influence is the share of all others who have less."
)
SPONSORSHIP_CELLS = (
    "mentors_per_head", "sponsors_per_head", "share_mentored", "share_sponsored", "share_mentored_not_sponsored",
)  # fmt: skip


def sponsorship_numbers(rows: pd.DataFrame, column: str, *, note: str = "") -> Table:
    """The numbers behind one column's mentors and sponsors."""
    powers = has_power(rows)
    headers = [
        column, "Level", "People", "Mentors a head", "Sponsors a head", "Have a mentor", "Have a sponsor",
        "Mentor, no sponsor", *(["Leaders as sponsors", "Levels up", "Sponsor's influence"] if powers else []),
    ]  # fmt: skip
    cells = []
    for row in records(rows):
        power = [
            number(row.get("leader_sponsors_per_head"), decimals=2),
            number(row.get("sponsor_levels_up"), decimals=1),
            percent(row.get("sponsor_influence"), decimals=0),
        ]
        cells.append(
            [
                str(row["group"]),
                str(row.get("level", "all")),
                number(row["people"]),
                *(number(row.get(name), decimals=2) for name in SPONSORSHIP_CELLS[:2]),
                *(percent(row.get(name)) for name in SPONSORSHIP_CELLS[2:]),
                *(power if powers else []),
            ]
        )
    return table(f"Mentors and sponsors by {column}", headers, cells, words=(0, 1), note=note)


def mixing_section(mixing: pd.DataFrame | None, segregation: pd.DataFrame | None, why: Mapping[str, str]) -> Section:
    """Who influences whom between groups, and how far groups keep to themselves."""
    blocks: list[Block] = []
    if segregation is not None and not segregation.empty:
        blocks.append(
            figure(
                "separation-1",
                "How far groups keep to themselves",
                "The E–I index runs from −1, every tie within a group, to +1, every tie across. What counts is the "
                "distance from chance, and above all from chance among people of the same strata.",
                chart=lambda width, ident: separation_dots(segregation, width=width, ident=ident),
                numbers=separation_numbers(segregation),
                said=said_in(segregation),
            )
        )
    else:
        blocks.append(missing(why, "segregation", "No E–I index was calculated."))
    if mixing is not None and not mixing.empty:
        for at, (column, rows) in enumerate(mixing.groupby("column", sort=False)):
            few = len(largest_groups(rows)) < rows["source_group"].nunique()
            how = "Ties found over ties expected if labels were shuffled: 1 is chance, 2 is twice as many."
            cut = f"The {MOST_GROUPS} largest groups are drawn." if few else ""
            blocks.append(
                figure(
                    f"mixing-{at + 1}",
                    f"Ties between groups of {column}",
                    " ".join(filter(None, (how if at == 0 else "", cut))),
                    chart=partial(_mixing, rows),
                    numbers=mixing_numbers(rows, str(column)),
                    printed=False,
                )
            )
    else:
        blocks.append(missing(why, "mixing", "No matrix of ties between groups was made."))
    return Section("groups", "Ties between groups", (), tuple(blocks))


def _mixing(rows: pd.DataFrame, width: float, ident: str) -> str:
    return mixing_matrix(rows, width=width, ident=ident)


def separation_numbers(segregation: pd.DataFrame) -> Table:
    """The numbers behind the E–I picture."""
    overall, within = (["q"] if name in segregation else [] for name in ("q", "q_within"))
    headers = [
        "Column", "Groups", "People", "Ties (each way counted)", "E–I", "By chance", "p", *overall,
        "By chance within strata", "p within", *(f"{name} within" for name in within), "Assortativity",
    ]  # fmt: skip
    cells = [
        [
            str(row["column"]),
            *(number(row.get(name)) for name in ("groups", "people", "ties")),
            number(row["e_i"], decimals=3),
            number(row["e_i_expected"], decimals=3),
            *(probability(row.get(name)) for name in ("p", *overall)),
            number(row.get("e_i_expected_within"), decimals=3),
            *(probability(row.get(f"{name}_within")) for name in ("p", *within)),
            number(row.get("assortativity"), decimals=3),
        ]
        for row in records(segregation)
    ]
    return table("E–I index by group column", headers, cells)


def mixing_numbers(rows: pd.DataFrame, column: str) -> Table:
    """The numbers behind one matrix."""
    headers = [
        "Influences",
        "Influenced",
        "People",
        "People",
        "Ties (each way counted)",
        "Expected",
        "Found over expected",
    ]
    cells = [
        [
            str(row["source_group"]),
            str(row["target_group"]),
            number(row["people_source"]),
            number(row["people_target"]),
            number(row["ties"]),
            number(row["expected"], decimals=1),
            number(_ratio(row), decimals=2),
        ]
        for row in records(rows)
    ]
    return table(f"Ties between groups of {column}", headers, cells, words=(0, 1))


def _ratio(row: dict[str, Any]) -> float | None:
    expected = row["expected"]
    if is_absent(expected) or is_absent(row["ties"]) or expected <= 0:
        return None
    return float(row["ties"]) / float(expected)


def quality_section(set_aside: pd.DataFrame | None, notes: tuple[str, ...], why: Mapping[str, str]) -> Section:
    """What was read, what was set aside and why, and what a reader should know of the data."""
    blocks: list[Block] = []
    if set_aside is None or set_aside.empty:
        blocks.append(missing(why, "set_aside", "Nothing was read from files, so nothing was set aside."))
    else:
        blocks.append(set_aside_numbers(set_aside))
    lead = ("Every row read was either used or set aside with its reason; none was dropped in silence.",)
    if notes:
        blocks += [Heading("What to know about these data"), Points(notes)]
    return Section("data", "The data", lead, tuple(blocks))


def set_aside_numbers(set_aside: pd.DataFrame) -> Table:
    """Rows read, accepted and set aside by file, one line for each reason."""
    cells: list[list[str]] = []
    for file, rows in set_aside.groupby("file", sort=False):
        read, accepted = int(rows["rows"].iloc[0]), int(rows["accepted"].iloc[0])
        reasons = [row for row in records(rows) if row["count"] > 0]
        why = "; ".join(f"{number(row['count'])} {row['reason']}" for row in reasons)
        cells.append([str(file), number(read), number(accepted), number(read - accepted), why])
    return table(
        "Rows read, accepted and set aside", ["File", "Read", "Accepted", "Set aside", "Why"], cells, words=(0, 4)
    )
