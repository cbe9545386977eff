"""Why: who is there to meet, whom one's contacts know, what goes along with level and function, and pairs of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from viz import words
from viz.charts import decomposition_bars, exposure_bars, reach_bars, why_bars
from viz.charts.decomposition import CONSTANT, TOTAL
from viz.charts.exposure import exposure_comparisons, is_raw, no_unit
from viz.charts.reach import PARTS as REACH_PARTS
from viz.numbers import ABSENT, between, comparable, is_absent, number, percent, points, probability, records
from viz.report.blocks import Block, Fold, Heading, Note, Section, Table, blank, figure, table
from viz.report.content import ReportContent
from viz.report.sections import MOST_COMPARISONS, NO_COMPARISON, comparisons, missing, said_in, sentences

HEADING = "Why: not there to meet, or there and not tied?"
EXPOSURE_LEAD = (
    "A gap in the share of influence that comes from leaders has two parts that add up to it. Exposure: how many of "
    "the people around somebody, in the same unit, are leaders at all. Bias: how readily ties with them form for one "
    "group rather than the other, given that. The first asks for different seats; the second for introductions and "
    "sponsors, if it holds between people of one level too"
)
RECONCILED = (
    "Whether there is a gap is answered by the adjusted gap and its q, among the gaps in access. The parts below say "
    "where it may come from. Each holds different things equal, so they need not agree with it or with one another, "
    "and none is in the family of tests fixed beforehand."
)
NO_UNIT = (
    "The roster does not say where people could meet leaders, so no gap in leader share can be split into who is there "
    "to meet and which ties form."
)
ONLY_UNIT, BOTH_WAYS = ": only the unit is held equal here.", ", which is why both are shown where both are known."


def why_section(content: ReportContent) -> Section:
    """Everything that says where a gap comes from."""
    why = content.why_absent
    shown = [
        rows for rows in (content.exposure, content.reach, content.decomposition, content.dyads) if not blank(rows)
    ]
    lead: tuple[str, ...] = (RECONCILED,) if shown else ()
    if content.exposure is None or content.exposure.empty:
        blocks: list[Block] = [missing(why, "exposure", NO_COMPARISON)]
    elif no_unit(content.exposure):
        blocks = [Note(NO_UNIT)]
    else:
        lead = (*lead, exposure_lead(content.exposure))
        blocks = [_exposure(content.exposure)]
    blocks += _optional(content, "reach", _reach)
    blocks += _optional(content, "decomposition", _decomposition)
    blocks += _optional(content, "dyads", _dyads)
    return Section("why", HEADING, lead, tuple(blocks))


def _optional(content: ReportContent, name: str, make: Any) -> list[Block]:
    """Blocks of a table where it is there, why it is not where somebody said so, else nothing."""
    rows = getattr(content, name)
    if not blank(rows):
        return list(make(rows))
    return [Note(content.why_absent[name])] if name in content.why_absent else []


def exposure_lead(exposure: pd.DataFrame | None) -> str:
    """How to read exposure and bias, with or without rows within strata."""
    held = exposure is not None and any(not is_raw(row) for row in records(exposure))
    return EXPOSURE_LEAD + (BOTH_WAYS if held else ONLY_UNIT)


def _exposure(exposure: pd.DataFrame) -> Block:
    groups = exposure_comparisons(exposure)
    drawn = pd.DataFrame([row for rows in groups[:MOST_COMPARISONS] for row in rows])
    return figure(
        "exposure-1",
        "The gap and its two parts",
        "Bars are percentage points of leader share, thin lines their intervals. Exposure and bias add up to the "
        f"whole gap.{_cut(len(groups))}",
        chart=lambda width, ident: exposure_bars(drawn, width=width, ident=ident),
        numbers=exposure_numbers(exposure),
    )


def _cut(count: int) -> str:
    return f" The first {MOST_COMPARISONS} comparisons are drawn." if count > MOST_COMPARISONS else ""


def exposure_numbers(exposure: pd.DataFrame, *, counts: bool = True) -> Table:
    """The numbers behind the exposure picture; without `counts` not how many people can be compared."""
    counted = ["Comparable"] if counts and "n_informative" in exposure else []
    tested = [part for part in ("gap", "exposure", "bias") if f"{part}_p" in exposure]
    headers = [
        "Comparison", "Unit", "Leader share, first", "Leader share, second", "Leaders around, first",
        "Leaders around, second", "Gap, pts", "Exposure, pts", "Bias, pts", *(f"p, {part}" for part in tested),
        "n", *counted, "Not defined",
    ]  # fmt: skip
    cells = []
    for row in records(exposure):
        parts = []
        for part in ("gap", "exposure", "bias"):
            inside = between(row.get(f"{part}_low"), row.get(f"{part}_high"), decimals=1, scale=100)
            middle = points(row[part], unit=False)
            parts.append(middle if inside == ABSENT else f"{middle} ({inside})")
        shares = [
            percent(row.get(name)) for name in ("share_focal", "share_reference", "present_focal", "present_reference")
        ]
        people = [f"{number(row['n_focal'])} / {number(row['n_reference'])}", *([comparable(row)] if counted else [])]
        held = "" if is_raw(row) else f", same {row['strata']}"
        unit = "" if is_absent(row.get("unit")) else str(row["unit"])
        tests = [probability(row[f"{part}_p"]) for part in tested]
        cells.append([words.versus(row["focal"], row["reference"]), f"{unit}{held}", *shares, *parts, *tests, *people])
        cells[-1].append(number(row.get("n_undefined")))
    return table("Composition against bias", headers, cells, words=(0, 1))


def _reach(reach: pd.DataFrame) -> list[Block]:
    groups = [rows for _, rows in comparisons(reach)]
    drawn = pd.concat(groups[:MOST_COMPARISONS], ignore_index=True)
    return [
        figure(
            "reach-1",
            "How far one reaches: own ties, and those of the people one knows",
            "The gap in leaders within two steps, in leaders a head. The four parts add up to it: ties of one's own, "
            "how many contacts one has, how many leaders each of them brings, and how often they bring the same "
            f"ones.{_cut(len(groups))}",
            chart=lambda width, ident: reach_bars(drawn, width=width, ident=ident),
            numbers=reach_numbers(reach),
            said=said_in(drawn[drawn["part"] == "gap"]),
        ),
    ]


def reach_numbers(reach: pd.DataFrame, *, factors: bool = True) -> Table:
    """The numbers behind the reach picture; without `factors` the contributions only."""
    called = {part: label for part, label, _ in REACH_PARTS}
    headers = ["Comparison", "Part", *(["First group", "Second group"] if factors else []), "Contribution (interval)"]
    counted = ["Comparable"] if factors and "n_informative" in reach else []
    headers += ["p", "n first", "n second", *counted]
    cells = []
    for row in records(reach):
        means = [number(row.get(name), decimals=2) for name in ("factor_focal", "factor_reference")]
        name = str(row["measure"])
        cells.append(
            [
                words.versus(row["focal"], row["reference"]),
                called.get(str(row["part"]), str(row["part"])),
                *(means if factors else []),
                words.difference_text(name, row["contribution"], row["low"], row["high"]),
                probability(row.get("p")),
                number(row["n_focal"]),
                number(row["n_reference"]),
                *([comparable(row)] if counted else []),
            ]
        )
    return table("Parts of the gap in reach", headers, cells, words=(0, 1))


def term_in_words(row: dict[str, Any]) -> str:
    """What a term of the pairs' table is about.

    Examples
    --------
    >>> row = {"column": "gender", "focal": "women", "reference": None, "term": "focal"}
    >>> [term_in_words(row | {"term": term}) for term in ("focal", "same", "same_function", "levels_apart")]
    ['women rather than everyone else', 'same gender', 'same function', 'levels apart']
    """
    term = str(row["term"])
    if term == "focal":
        return f"{row['focal']} rather than {words.other(row['reference'])}"
    return f"same {row['column']}" if term == "same" else term.replace("_", " ")


def first_measure(rows: pd.DataFrame) -> str:
    """The measure to draw where there are several: the first of the headline measures, else the table's first.

    Examples
    --------
    >>> first_measure(pd.DataFrame({"measure": ["mentors", "leader_share", "leader_ties"]}))
    'leader_ties'
    """
    found = [str(name) for name in rows["measure"].unique()]
    return next((name for name in words.HEADLINE_MEASURES if name in found), found[0])


def _decomposition(decomposition: pd.DataFrame) -> list[Block]:
    chosen = first_measure(decomposition)
    of_it = decomposition[decomposition["measure"] == chosen]
    groups = [rows for _, rows in comparisons(of_it)]
    drawn = pd.concat(groups[:MOST_COMPARISONS], ignore_index=True)
    more = " The other measures are in the table." if len(of_it) < len(decomposition) else ""
    return [
        figure(
            "decomposition-1",
            f"{words.measure(chosen).label}: what goes along with level, function and the like",
            "A difference of means split in two: what goes along with where people are, factor by factor, and what is "
            "left when people in the same place are compared. Going along with is not being caused by: who gets to "
            f"which level may be part of the question.{_cut(len(groups))}{more}",
            chart=lambda width, ident: decomposition_bars(drawn, width=width, ident=ident),
            numbers=decomposition_numbers(decomposition),
            said=said_in(drawn[drawn["factor"] == TOTAL]),
        ),
    ]


def decomposition_numbers(decomposition: pd.DataFrame) -> Table:
    """Explained and unexplained by factor, the totals first."""
    headers = ["Comparison", "Measure", "Factor", "Difference", "Explained (interval)", "Unexplained (interval)"]
    headers += ["n first", "n second"]
    called = {TOTAL: "all together", CONSTANT: "constant"}
    cells = []
    for row in records(decomposition):
        name = str(row["measure"])
        cells.append(
            [
                words.versus(row["focal"], row["reference"]),
                words.measure(name).label,
                called.get(str(row["factor"]), str(row["factor"])),
                words.difference_text(name, row.get("difference"), None, None),
                *(
                    words.difference_text(name, row.get(part), row.get(f"{part}_low"), row.get(f"{part}_high"))
                    for part in ("explained", "unexplained")
                ),
                number(row["n_focal"]),
                number(row["n_reference"]),
            ]
        )
    note = "The factors add up to the totals. The constant belongs to no factor: it is the part that stays unexplained."
    only_totals = set(decomposition["factor"]) == {TOTAL}
    return table("Explained and unexplained", headers, cells, words=(0, 1, 2), note="" if only_totals else note)


def _dyads(dyads: pd.DataFrame) -> list[Block]:
    """Sentences, and a table a comparison, so that p stands beside its estimate on a phone too."""
    said: list[Block] = [Heading("Pairs of people: who is tied to which leader"), *sentences(dyads)]
    shown = dyads[dyads["estimate"].notna()]
    tables = [dyad_numbers(rows) for _, rows in comparisons(shown)]
    if not tables:
        return said
    first, folds = tables[:MOST_COMPARISONS], [Fold(made.caption, made) for made in tables[MOST_COMPARISONS:]]
    return [*said, *first[:-1], replace(first[-1], note=_dyad_note(dyads)), *folds]


def dyad_numbers(rows: pd.DataFrame) -> Table:
    """The terms of one comparison that have an estimate, and the pairs they come from."""
    first = records(rows.head(1))[0]
    asked = ["q"] if "q" in rows else []
    headers = ["Term", "Estimate", "p", *asked, "t", "People", "Leaders", "Pairs looked at", "Ties"]
    cells = [
        [
            term_in_words(row),
            number(row["estimate"], decimals=4, signed=True),
            *(probability(row.get(name)) for name in ("p", *asked)),
            number(row["t"], decimals=2, signed=True),
            *(number(row.get(name)) for name in ("people", "leaders", "dyads", "ties")),
        ]
        for row in records(rows)
    ]
    pair = words.versus(first["focal"], first["reference"])
    return table(f"Ties to leaders, pair by pair: {pair}", headers, cells)


def _dyad_note(dyads: pd.DataFrame) -> str:
    """How to read the estimates, and what has none."""
    said = [
        "Each person beside each leader: is there a tie, and does that go along with the group once the other terms "
        "are held? Estimates are differences in the chance of a tie. p comes from moving whole people, not single "
        "pairs (MRQAP), since all pairs of one person go together."
    ]
    if "q" in dyads:
        said.append("q allows for all comparisons of pairs, and for nothing else.")
    if any(row.get("drawn_from", row["people"]) > row["people"] for row in records(dyads)):
        said.append("Where there are very many pairs, people were drawn at random and all leaders kept.")
    absent = dyads[dyads["estimate"].isna() & ~dyads["term"].isin(("focal", "same"))]
    for term in dict.fromkeys(str(name) for name in absent["term"]):
        held = "level" if term == "levels_apart" else term.removeprefix("same_").replace("_", " ")
        said.append(f"Where “{term.replace('_', ' ')}” has no row, it follows from {held}, which is held.")
    return " ".join(said)


def why_in_brief(content: ReportContent, why: Mapping[str, str]) -> Section:
    """One picture for the first comparison, and the numbers of all: for somebody who has a minute."""
    tables = (content.exposure, content.reach, content.decomposition)
    if all(blank(rows) for rows in tables):
        return Section("why", HEADING, (), (missing(why, "exposure", NO_COMPARISON),))
    exposure, reach, decomposition = tables
    if exposure is not None and (exposure.empty or no_unit(exposure)):
        exposure = None
    totals = None if blank(decomposition) else _totals(decomposition)
    first = next(_who(rows) for rows in tables if rows is not None and not rows.empty)
    drawn = [None if rows is None else _of(rows, first) for rows in (exposure, reach, totals)]
    if all(blank(rows) for rows in drawn):
        return Section("why", HEADING, (), (Note(NO_UNIT),))
    pair = words.versus(first[1], first[2])
    said = [
        "Leader share: fewer leaders around to meet, or ties with those who are there form less readily?"
        if not blank(drawn[0])
        else "",
        "Leaders within two steps: through ties of one's own, or through the people one knows?"
        if not blank(drawn[1])
        else "",
        "Explained: what goes along with level, function and the like, which is not the same as caused by them."
        if not blank(drawn[2])
        else "",
    ]
    blocks: list[Block] = [
        figure(
            "why-1",
            f"Where the gaps come from: {pair}",
            " ".join(part for part in said if part),
            chart=partial(_brief, drawn),
        )
    ]
    if exposure is not None:
        blocks.append(Fold("The numbers: exposure and bias", exposure_numbers(exposure, counts=False)))
    if reach is not None and not reach.empty:
        blocks.append(Fold("The numbers: parts of the gap in reach", reach_numbers(reach, factors=False)))
    if totals is not None and not totals.empty:
        blocks.append(Fold("The numbers: explained and unexplained", decomposition_numbers(totals)))
    return Section("why", HEADING, (RECONCILED,), tuple(blocks))


def _brief(tables: list[pd.DataFrame | None], width: float, ident: str) -> str:
    return why_bars(*tables, width=width, ident=ident)


def _totals(decomposition: pd.DataFrame | None) -> pd.DataFrame:
    assert decomposition is not None
    chosen = decomposition["measure"] == first_measure(decomposition)
    return decomposition[chosen & (decomposition["factor"] == TOTAL)].reset_index(drop=True)


def _who(rows: pd.DataFrame) -> tuple[str, str, str | None]:
    row = records(rows.head(1))[0]
    return str(row["column"]), str(row["focal"]), None if is_absent(row["reference"]) else str(row["reference"])


def _of(rows: pd.DataFrame, who: tuple[str, str, str | None]) -> pd.DataFrame:
    """Rows of one comparison."""
    column, focal, reference = who
    other = rows["reference"].isna() if reference is None else rows["reference"] == reference
    return rows[(rows["column"] == column) & (rows["focal"] == focal) & other].reset_index(drop=True)
