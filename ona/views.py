"""What the pages of a study say about where they come from."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from ona.gather import Gathered
from ona.model import InfluenceGraph, group_columns
from ona.settings import Study

Audience = Literal["analyst", "leader"]


def map_group(study: Study, graph: InfluenceGraph) -> str | None:
    """The group column that colours the map: the one named, the first compared, or the first there is."""
    if study.outputs.map_group is not None:
        return study.outputs.map_group
    if study.gaps.compare:
        return study.gaps.compare[0].column
    return next(iter(group_columns(graph.people)), None)


def provenance(study: Study, gathered: Gathered, graph: InfluenceGraph, *, audience: Audience) -> dict[str, str]:
    """What a page was made from, in a few words each; `graph` holds the people its audience is told of."""
    made = gathered.made
    facts = {
        "Made from": ", ".join(dict.fromkeys(str(entry["file"]) for entry in gathered.inputs)),
        "Channels": ", ".join(graph.channels),
    }
    if made is not None and made.first_day is not None and made.last_day is not None:
        facts["Dates"] = f"{_day(made.first_day)} to {_day(made.last_day)}"
    if audience == "leader":
        facts["People"] = _people_for_leaders(study, graph)
        return facts
    rows = sum(read.rows for read in gathered.reads)
    aside = rows - sum(read.accepted for read in gathered.reads)
    facts["People"] = f"{graph.size:,}, of them {len(graph.leaders):,} leaders"
    facts["Ties"] = f"{pairs_in_touch(graph):,} pairs of people in touch"
    facts["Rows"] = f"{rows:,} read, {aside:,} set aside"
    if made is not None and made.broadcasts:
        facts["Broadcasts left out"] = f"{made.broadcasts:,}, to more than {study.ties.broadcast_cap} recipients"
    return facts


def _people_for_leaders(study: Study, graph: InfluenceGraph) -> str:
    """How many people there are; where few of them are leaders, only the others, whose groups are told anyway.

    Where everyone is compared, groups hold leaders too, so that it is everyone who is counted.
    """
    staff = graph.size - len(graph.leaders)
    if len(graph.leaders) >= study.study.min_group:
        return f"{graph.size:,}, of them {len(graph.leaders):,} leaders"
    return f"{graph.size:,}" if study.gaps.among == "everyone" else f"{staff:,} who are not leaders"


def pairs_in_touch(graph: InfluenceGraph) -> int:
    """How many pairs of people have a tie, in one direction or both."""
    arcs = graph.arcs
    ends = pd.DataFrame({"a": graph.positions(arcs["source"]), "b": graph.positions(arcs["target"])})
    return len(pd.DataFrame({"low": ends.min(axis=1), "high": ends.max(axis=1)}).drop_duplicates())


def _day(value: Any) -> str:
    day = pd.Timestamp(value)
    return f"{day.day} {day:%B %Y}"


def set_aside_counts(gathered: Gathered) -> pd.DataFrame:
    """One row for each file and reason; a file with nothing set aside has one row with an empty reason."""
    rows = [
        {"file": read.file, "rows": read.rows, "accepted": read.accepted, "reason": reason, "count": count}
        for read in gathered.reads
        for reason, count in (read.reasons.items() or [("", 0)])
    ]
    return pd.DataFrame(rows)


def reading_notes(gathered: Gathered) -> tuple[str, ...]:
    """What the readers remarked, and what became of events on the way to ties."""
    notes = [f"{read.file}: {note}" for read in gathered.reads for note in read.notes]
    if gathered.made is not None:
        notes += [f"{count:,} event rows left out: {why}" for why, count in gathered.made.left_out.items() if count]
        if gathered.made.undated:
            notes.append(f"{gathered.made.undated:,} event rows have no time and count as if they were new")
    dropped = gathered.roster_graph.self_loops_dropped
    if dropped:
        notes.append(f"{dropped:,} ties of people to themselves dropped")
    return tuple(notes)
