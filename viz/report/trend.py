"""The trend: the same gap in one window of time after another, and whether it changed."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from viz import words
from viz.charts import trend_lines
from viz.charts.trend import span, split_comparisons
from viz.numbers import ABSENT, between, is_absent, number, percent, probability, records
from viz.report.blocks import Block, Fold, Heading, Note, Section, Table, blank, figure, table
from viz.report.content import ReportContent
from viz.report.sections import MOST_COMPARISONS, said_in, sentences

HEADING = "Over time"
MOST_MEASURES = 3
LEAD = (
    "The adjusted gap in one window of time after another. A dot stands in the middle of its window; the upright line "
    "is its interval."
)
CARE = (
    "Windows hold less data than the whole study, so their intervals are wider, and two of them that "
    "overlap do not show that nothing changed."
)


def trend_section(
    content: ReportContent, *, measures: int = MOST_MEASURES, drawn: int = MOST_COMPARISONS, means: bool = True
) -> list[Section]:
    """A picture a measure, with what changed in a sentence; no section where there is neither a table nor a reason.

    Without `means` the numbers leave out sizes and means: two windows that differ by a person would tell of them.
    """
    trend, changes = content.trend, content.changes
    if blank(trend) and blank(changes):
        said = dict.fromkeys(content.why_absent[name] for name in ("trend", "changes") if name in content.why_absent)
        return [Section("trend", HEADING, (), tuple(Note(each) for each in said))] if said else []
    blocks: list[Block] = []
    tables = [rows for rows in (trend, changes) if rows is not None and not rows.empty]
    same_strata = trend is not None and len(_held(trend)) == 1
    for at, name in enumerate(_measures(tables), start=1):
        changed = _of(changes, name)
        if at <= measures:
            blocks += _measure(_of(trend, name), changed, name, at, drawn=drawn, means=means, same_strata=same_strata)
        elif means:
            blocks += _folded(_of(trend, name), changed, name)
    if changes is not None and not changes.empty and means:
        blocks.append(Fold("Every change in numbers", change_numbers(changes)))
    lead = () if trend is None or trend.empty else (_lead(content, trend, means=means),)
    return [Section("trend", HEADING, lead, tuple(blocks))]


def _lead(content: ReportContent, trend: pd.DataFrame, *, means: bool) -> str:
    """How to read the pictures, what is held equal, and what the windows are made of."""
    said = [LEAD, *([CARE] if means else [])]
    if len(_held(trend)) == 1:
        said.append(_held_text(_held(trend)))
    if content.trend_channels:
        said.append(f"Made only of channels whose events have times: {', '.join(content.trend_channels)}.")
    return " ".join(said)


def _held(rows: pd.DataFrame) -> list[str]:
    """What is held equal, each once."""
    if "strata" not in rows:
        return []
    return [str(value) for value in rows["strata"].unique() if not is_absent(value)]


def _held_text(strata: list[str]) -> str:
    kept = [each for each in strata if each != "none"]
    return f"Compared within strata ({', '.join(kept)})." if kept else "As it is."


def _measures(tables: list[pd.DataFrame]) -> list[str]:
    """Measures of the findings first, in their order, then the tables'."""
    found = list(dict.fromkeys(str(name) for rows in tables for name in rows["measure"]))
    first = [name for name in words.HEADLINE_MEASURES if name in found]
    return [*first, *(name for name in found if name not in first)]


def _of(rows: pd.DataFrame | None, measure: str) -> pd.DataFrame:
    return pd.DataFrame() if rows is None else rows[rows["measure"] == measure].reset_index(drop=True)


def _measure(
    trend: pd.DataFrame, changes: pd.DataFrame, name: str, at: int, *, drawn: int, means: bool, same_strata: bool
) -> list[Block]:
    label = words.measure(name).label
    if trend.empty:
        return [Heading(label), *sentences(changes)]
    panels = split_comparisons(trend)
    shown = pd.concat([rows for _, rows in panels[:drawn]], ignore_index=True)
    cut = f"The first {drawn} comparisons are drawn." if len(panels) > drawn else ""
    # Said above all pictures where it is the same for all.
    held = "" if same_strata else _held_text(_held(shown))
    block = figure(
        f"trend-{at}",
        f"{label} over time",
        f"{held} {cut}".strip(),
        chart=partial(_draw, shown),
        numbers=trend_numbers(trend, name, means=means),
        printed=False,
        said=said_in(_of_those(changes, shown)),
    )
    return [block]


def _of_those(changes: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Changes of the comparisons that are drawn."""
    if changes.empty:
        return changes
    drawn = {heading for heading, _ in split_comparisons(shown)}
    kept = [words.versus(row["focal"], row["reference"]) in drawn for row in records(changes)]
    return changes[kept]


def _folded(trend: pd.DataFrame, changes: pd.DataFrame, name: str) -> list[Block]:
    if trend.empty:
        return sentences(changes)
    return [Fold(f"{words.measure(name).label} over time", trend_numbers(trend, name))]


def _draw(rows: pd.DataFrame, width: float, ident: str) -> str:
    return trend_lines(rows, width=width, ident=ident)


def change_numbers(changes: pd.DataFrame) -> Table:
    """How much each gap changed over all windows."""
    relative, corrected = "change_relative" in changes, "q" in changes
    headers = ["Comparison", "Measure", "Change (interval)", "p"]
    headers += ["Against the mean (interval)", "p, against the mean"] if relative else []
    headers += [*(["q"] if corrected else []), "Windows", "From and to", "n first", "n second"]
    cells = []
    for row in records(changes):
        name = str(row["measure"])
        cells.append(
            [
                words.versus(row["focal"], row["reference"]),
                words.measure(name).label,
                words.difference_text(name, row["change"], row["change_low"], row["change_high"]),
                probability(row.get("p")),
                *([_relative(row), probability(row["change_relative_p"])] if relative else []),
                *([probability(row["q"])] if corrected else []),
                _windows(row),
                span(row),
                number(row["n_focal"]),
                number(row["n_reference"]),
            ]
        )
    note = "Change of the adjusted gap from the first window to the last, along a straight line through all of them."
    if relative:
        note += (
            " Against the mean: the same once each window is divided by the mean of all compared in it, in percent of "
            "that mean, so that less being recorded is no change; q is about it."
        )
    in_words = (0, 1, headers.index("From and to"))
    return table("Changes of gaps", headers, cells, words=in_words, note=note)


def _windows(row: dict[str, Any]) -> str:
    """How many windows a change is made of, and which had to be left out."""
    out = row.get("left_out_windows")
    kept = number(row["windows"])
    return kept if is_absent(out) or not out else f"{kept}; left out: {out}"


def _relative(row: dict[str, Any]) -> str:
    """A change against the mean of all compared, in percent of it."""
    inside = between(row["change_relative_low"], row["change_relative_high"], decimals=0, scale=100)
    middle = percent(row["change_relative"], decimals=0, signed=True)
    return middle if inside == ABSENT else f"{middle} ({inside})"


def trend_numbers(trend: pd.DataFrame, name: str, *, means: bool = True) -> Table:
    """The numbers behind one picture over time."""
    headers = ["Comparison", "Window", *(["First, mean", "Second, mean"] if means else []), "Adjusted (interval)", "p"]
    headers += ["n first", "n second"] if means else []
    cells = []
    for heading, rows in split_comparisons(trend):
        for row in records(rows):
            values = [words.value_text(name, row.get(end)) for end in ("mean_focal", "mean_reference")]
            sizes = [number(row.get("n_focal")), number(row.get("n_reference"))]
            cells.append(
                [
                    heading,
                    span(row),
                    *(values if means else []),
                    words.difference_text(name, row["adjusted"], row["adjusted_low"], row["adjusted_high"]),
                    probability(row.get("p")),
                    *(sizes if means else []),
                ]
            )
    return table(f"{words.measure(name).label} over time", headers, cells, words=(0, 1))
