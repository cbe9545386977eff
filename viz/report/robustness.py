"""Could it be the data? Every finding again under other ways of looking, and who is seen through which channel."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from viz import words
from viz.charts import robustness_dots
from viz.charts.robustness import holding, split_kinds
from viz.numbers import ABSENT, is_absent, number, percent, probability, records
from viz.report.blocks import Block, Fold, Heading, Note, Section, Table, blank, figure, table
from viz.report.content import ReportContent
from viz.report.verdicts import NOT_ENOUGH, verdict_badge, verdict_of, verdict_text

HEADING = "Could it be the data?"
MOST_DRAWN = 4
"""Findings drawn; of those beyond, and of those that cannot be told from chance to begin with, only the numbers."""
LEAD = (
    "Each finding again, with one thing changed at a time: one channel alone or left out, without the best connected, "
    "under other thresholds, and with ties missing. A finding that hangs on one of these is a finding about the data "
    "until somebody has looked. Drawn is how much of the gap is left, beside the means of the two groups, since one "
    "channel alone has fewer ties than all together; 100 % is the gap as studied."
)


def robustness_section(content: ReportContent) -> list[Section]:
    """Checks by finding and coverage by channel; no section where there is neither a table nor a reason."""
    robustness, coverage = content.robustness, content.coverage
    if blank(robustness) and blank(coverage):
        said = [content.why_absent[name] for name in ("robustness", "coverage") if name in content.why_absent]
        notes = tuple(Note(each) for each in dict.fromkeys(said))
        return [Section("robustness", HEADING, (), notes)] if notes else []
    blocks: list[Block] = []
    if robustness is not None and not robustness.empty:
        blocks += _checks(robustness, content.verdicts)
    if coverage is not None and not coverage.empty:
        blocks += _coverage(coverage)
    return [Section("robustness", HEADING, (LEAD,) if not blank(robustness) else (), tuple(blocks))]


def _checks(robustness: pd.DataFrame, verdicts: pd.DataFrame | None) -> list[Block]:
    """Pictures of what can be told from chance; the numbers of the rest, a line a comparison."""
    blocks: list[Block] = []
    silent: dict[str, list[tuple[pd.DataFrame, str]]] = {}
    drawn = 0
    for rows in _findings(robustness):
        first = records(rows.head(1))[0]
        pair = words.versus(first["focal"], first["reference"])
        heading = f"{words.measure(str(first['measure'])).label}: {pair}"
        verdict = verdict_of(verdicts, first)
        badge, said = verdict_badge(verdict), verdict_text(verdict)
        if verdict is not None and verdict["verdict"] == NOT_ENOUGH:
            silent.setdefault(pair, []).append((rows, said))
        elif drawn == MOST_DRAWN:
            remarks = ((badge, said),) if badge and said else ()
            blocks.append(Fold(f"{heading}{f' – {badge}' if badge else ''}", robustness_numbers(rows), remarks))
        else:
            drawn += 1
            blocks.append(
                figure(
                    f"robustness-{drawn}",
                    heading,
                    said or "The same gap under each check.",
                    chart=partial(_draw, rows),
                    numbers=robustness_numbers(rows),
                    badge=badge,
                    printed=False,
                )
            )
    return [*blocks, *(_silent(pair, found) for pair, found in silent.items())]


def _silent(pair: str, found: list[tuple[pd.DataFrame, str]]) -> Fold:
    """What the checks of one comparison cannot say, measure by measure."""
    labels = [words.measure(str(rows["measure"].iloc[0])).label for rows, _ in found]
    made = robustness_numbers(*(rows for rows, _ in found))
    remarks = tuple((label, said) for label, (_, said) in zip(labels, found, strict=True) if said)
    return Fold(f"{pair} – Not enough evidence: {', '.join(labels)}", made, remarks)


def _findings(robustness: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows of each comparison and measure: measures of the findings first, in their order, then the table's."""
    keys = ["column", "focal", "reference", "measure"]
    groups = [
        (str(key[3]), rows.reset_index(drop=True)) for key, rows in robustness.groupby(keys, sort=False, dropna=False)
    ]
    order = list(words.HEADLINE_MEASURES)
    return [rows for name, rows in sorted(groups, key=lambda g: order.index(g[0]) if g[0] in order else len(order))]


def _draw(rows: pd.DataFrame, width: float, ident: str) -> str:
    return robustness_dots(rows, width=width, ident=ident)


def robustness_numbers(*findings: pd.DataFrame) -> Table:
    """The numbers behind the checks of one finding, or of several of one comparison."""
    several = len(findings) > 1
    headers = ["Check", "Left of the gap", "Adjusted (interval)", "p", "In SDs", "n first", "n second", "Holds"]
    cells = []
    for rows in findings:
        name = str(rows["measure"].iloc[0])
        cells += [
            [
                *([words.measure(name).label] if several else []),
                str(row["check"]),
                percent(row.get("relative"), decimals=0),
                words.difference_text(name, row["adjusted"], row["adjusted_low"], row["adjusted_high"]),
                probability(row.get("p")),
                number(row.get("standardised"), decimals=2),
                number(row["n_focal"]),
                number(row["n_reference"]),
                holding(row),
            ]
            for _, kind in split_kinds(rows)
            for row in kind
        ]
    first = records(findings[0].head(1))[0]
    pair = words.versus(first["focal"], first["reference"])
    if several:
        return table(f"Checks: {pair}", ["Measure", *headers], cells, words=(0, 1, 8))
    return table(f"Checks of {words.measure(str(first['measure'])).label}: {pair}", headers, cells, words=(0, 7))


def _coverage(coverage: pd.DataFrame) -> list[Block]:
    """A table a group column: who is seen through which channel at all."""
    groups = list(coverage.groupby("column", sort=False))
    tables = [
        coverage_numbers(rows, str(column), note=SEEN if at == len(groups) else "")
        for at, (column, rows) in enumerate(groups, start=1)
    ]
    return [Heading("Who is seen through which channel"), *tables]


SEEN = (
    "Share of a group's people who have any tie in a channel, and in brackets ties a head. A group that is seen less "
    "in a channel looks less connected there than it is."
)


def coverage_numbers(rows: pd.DataFrame, column: str, *, note: str = "") -> Table:
    """Groups as rows, channels as columns."""
    channels = list(dict.fromkeys(str(channel) for channel in rows["channel"]))
    cells = []
    for group, part in rows.groupby("group", sort=False):
        known = {str(row["channel"]): row for row in records(part)}
        cells.append([str(group), number(part["people"].max()), *(_seen(known.get(channel)) for channel in channels)])
    return table(f"Coverage by {column}", [column, "People", *channels], cells, note=note)


def _seen(row: dict[str, Any] | None) -> str:
    if row is None or is_absent(row["share_seen"]):
        return ABSENT
    return f"{percent(row['share_seen'], decimals=0)} ({number(row['ties_per_head'], decimals=1)})"
