"""From a study's files to its influence graph: every reader called, every row accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import ingest
from ingest.files import find_files
from ingest.read import Read
from ona.model import InfluenceGraph, StudyError, influence_graph, mark_leaders, pairings_table, pseudonyms
from ona.model.groups import with_intersections, with_tenure
from ona.model.strength import OUTSIDE, TiesMade, ties_from_events
from ona.settings import ChannelSection, PairingsSection, Study

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

PEOPLE_COLUMNS = ("person", "name", "manager", "level", "function", "site", "start")
PAIRING_COLUMNS = ("senior", "junior", "kind", "start", "end", "status", "program")
TIE_RULES = ("half_life_days", "broadcast_cap", "first_day", "last_day")
EVENT_KINDS = ("messages", "meetings", "reviews")


@dataclass(frozen=True)
class Gathered:
    """What a study's files came to.

    Attributes
    ----------
    roster_graph : InfluenceGraph
        People under the roster's ids. Numbers come from it, so that they do not depend on how people are shown.
    graph : InfluenceGraph
        The same under the ids people are shown by.
    reads : tuple of Read
        One for each file or set of files, in the order of the study: what was accepted and what was set aside.
    made : TiesMade or None
        How events became ties; None when every channel brought ties ready made.
    inputs : tuple of mapping
        ``file``, ``bytes`` and ``sha256`` of everything that was read.
    aliases : tuple of str
        Every text that identifies a person in the files, such as an e-mail address.
    key : Series
        The roster's id of each id shown, sorted by the latter.
    events : tuple of Path
        The events as Parquet, one file a channel, for as long as the study runs.
    ready : DataFrame
        Ties that came ready made, from surveys, edge lists and networks, after their channels' weights.
    """

    roster_graph: InfluenceGraph
    graph: InfluenceGraph
    reads: tuple[Read, ...]
    made: TiesMade | None
    inputs: tuple[Mapping[str, Any], ...]
    aliases: tuple[str, ...]
    key: pd.Series
    events: tuple[Path, ...] = ()
    ready: pd.DataFrame | None = None


def gather(study: Study, *, work: Path, progress: Progress | None = None) -> Gathered:
    """Read everything a study names and build its influence graph.

    Parameters
    ----------
    study : Study
        From `ona.settings.read_study`.
    work : Path
        A folder for files on the way; events pass through it as Parquet and never all through memory.
    progress : callable, optional
        See `Progress`.

    Returns
    -------
    Gathered

    Raises
    ------
    InputError
        A file that cannot be used as it stands.
    StudyError
        No leaders, or no tie between two people of the roster.
    """
    total = 2 + len(study.pairings) + len(study.channels)
    report = progress or (lambda what, done, of: None)
    report(f"Reading {study.people.file}", 0, total)
    roster = read_people(study)
    reads = [roster]
    people = mark_leaders(_table(roster), at_or_above=study.leaders.at_or_above, people_ids=study.leaders.people)
    ids = roster.aliases
    pairings = []
    for section in study.pairings:
        report(f"Reading {section.file}", len(reads), total)
        read = _read_pairings(study, section, ids)
        reads.append(read)
        pairings.append(_table(read))
    ready: list[pd.DataFrame] = []
    events: list[Path] = []
    for channel in study.channels:
        report(f"Reading {channel.file}", len(reads), total)
        read = read_channel(study, channel, ids=ids, work=work)
        reads.append(read)
        if read.events is not None:
            events.append(read.events)
        else:
            ties = _table(read)
            ready.append(ties.assign(strength=ties["strength"] * channel.weight))
    report("Turning events into ties", total - 1, total)
    given = pd.concat(ready, ignore_index=True) if ready else None
    made = remade(study, events) if events else None
    graph = influence_graph(
        people,
        together(given, made),
        pairings=pairings_table(pd.concat(pairings, ignore_index=True)) if pairings else None,
        rules=_rules(study, made),
    )
    graph = graph.with_people(_with_derived_columns(study, graph))
    if graph.arcs.empty:
        names = ", ".join(channel.name for channel in study.channels)
        if made is not None and made.left_out.get(OUTSIDE, 0):
            raise StudyError(
                f"every event of {names} lies outside the days of the study",
                cure="widen ties.first_day and ties.last_day, or leave them out",
            )
        raise StudyError(
            f"no tie between two people of the roster came out of {names}",
            cure="check that the channels use the roster's ids, or name the address column under people.aliases",
        )
    shown, key = _as_shown(graph, study)
    report("Turning events into ties", total, total)
    return Gathered(
        roster_graph=graph,
        graph=shown,
        reads=tuple(reads),
        made=made,
        inputs=_inputs(study),
        aliases=tuple(ids.index),
        key=key,
        events=tuple(events),
        ready=given,
    )


def remade(study: Study, events: Sequence[Path], **other: Any) -> TiesMade:
    """A study's events turned into ties by its rules, or by others: ``half_life_days``, ``broadcast_cap``, days."""
    rules: dict[str, Any] = {name: getattr(study.ties, name) for name in TIE_RULES}
    weights = {channel.name: channel.weight for channel in study.channels if channel.kind in EVENT_KINDS}
    return ties_from_events(events, weights=weights, **(rules | other))


def together(given: pd.DataFrame | None, made: TiesMade | None) -> pd.DataFrame:
    """Ties that came ready made and ties made of events in one table."""
    parts = [part for part in (given, None if made is None else made.ties) if part is not None]
    return pd.concat(parts, ignore_index=True)


def _with_derived_columns(study: Study, graph: InfluenceGraph) -> pd.DataFrame:
    """The people table with the intersections asked for, and with tenure where the roster says when people began."""
    people = with_intersections(graph.people, study.gaps.crossed)
    if graph.last_day is None or people["start"].isna().all():
        return people
    return with_tenure(people, last_day=graph.last_day, years=study.gaps.tenure_years)


def _table(read: Read) -> pd.DataFrame:
    if read.table is None:
        raise TypeError(f"{read.file} was read without a table")
    return read.table


def _file_options(section: Any, *, dated: bool = False) -> dict[str, Any]:
    names = [
        "delimiter",
        "encoding",
        "header",
        "header_rows",
        "skip_rows",
        "sheet",
        *(["date_format"] if dated else []),
    ]
    return {name: getattr(section, name) for name in names}


def _named(section: Any, columns: tuple[str, ...]) -> dict[str, Any]:
    """The columns a section names: ours → theirs."""
    return {column: getattr(section, column) for column in columns if getattr(section, column) is not None}


def read_people(study: Study) -> Read:
    """Read a study's roster."""
    section = study.people
    return ingest.read_roster(
        study.locate(section.file),
        columns=_named(section, PEOPLE_COLUMNS),
        groups=section.groups,
        levels=section.levels,
        values=section.values,
        unknown_manager=section.unknown_manager,
        aliases=section.aliases,
        **_file_options(section, dated=True),
    )


def _read_pairings(study: Study, section: PairingsSection, ids: pd.Series) -> Read:
    return ingest.read_pairings(
        study.locate(section.file),
        columns=_named(section, PAIRING_COLUMNS),
        kind=section.all_are,
        values=section.values,
        ids=ids,
        **_file_options(section, dated=True),
    )


def read_channel(study: Study, channel: ChannelSection, *, ids: pd.Series, work: Path) -> Read:
    """Read one channel of a study with the reader of its kind."""
    path = study.locate(channel.file)
    common: dict[str, Any] = {"channel": channel.name, "columns": channel.columns, "ids": ids}
    options = _file_options(channel)
    if channel.kind == "messages":
        return ingest.read_messages(
            path,
            **common,
            work=work,
            recipients_file=study.locate(channel.recipients_file) if channel.recipients_file else None,
            recipients_columns=channel.recipients_columns,
            recipients_separator=channel.recipients_separator,
            time_format=channel.time_format,
            reverse=channel.reverse,
            **options,
        )
    if channel.kind == "meetings":
        return ingest.read_meetings(
            path,
            **common,
            work=work,
            attendees_separator=channel.attendees_separator,
            largest=channel.largest,
            time_format=channel.time_format,
            **options,
        )
    if channel.kind == "reviews":
        return ingest.read_reviews(
            path, **common, work=work, time_format=channel.time_format, reverse=channel.reverse, **options
        )
    if channel.kind == "survey":
        return ingest.read_survey(path, **common, form=channel.form, values=channel.values, **options)
    if channel.kind == "edges":
        return ingest.read_edges(path, **common, reverse=channel.reverse, **options)
    return ingest.read_network(path, channel=channel.name, strength=channel.strength, reverse=channel.reverse, ids=ids)


def _rules(study: Study, made: TiesMade | None) -> dict[str, Any]:
    """The rules that made the ties, for the graph's own record."""
    return {
        "half_life_days": study.ties.half_life_days,
        "broadcast_cap": study.ties.broadcast_cap,
        "weights": {channel.name: channel.weight for channel in study.channels},
        "leaders_at_or_above": study.leaders.at_or_above,
        "first_day": None if made is None else made.first_day,
        "last_day": study.ties.last_day if made is None else made.last_day,
    }


def _as_shown(graph: InfluenceGraph, study: Study) -> tuple[InfluenceGraph, pd.Series]:
    """People under the ids the outputs may show, and the key back to the roster."""
    if study.outputs.people == "names":
        return graph, pd.Series(graph.persons, index=graph.persons)
    nameless = influence_graph(
        graph.people.drop(columns="name", errors="ignore"), graph.ties, pairings=graph.pairings, rules=graph.rules
    )
    if study.outputs.people == "ids":
        return nameless, pd.Series(graph.persons, index=graph.persons)
    shown = pseudonyms(graph.persons, seed=study.study.seed)
    key = pd.Series(shown.index, index=pd.Index(shown.array)).sort_index()
    return nameless.relabel(shown), key


def _inputs(study: Study) -> tuple[Mapping[str, Any], ...]:
    """Size and hash of every file that was read, in the order of the study."""
    named = [study.people.file, *(p.file for p in study.pairings)]
    for channel in study.channels:
        named += [channel.file, *([channel.recipients_file] if channel.recipients_file else [])]
    found: list[Mapping[str, Any]] = []
    for name in named:
        for file in find_files(study.locate(name)):
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            found.append({"file": file.name, "bytes": file.stat().st_size, "sha256": digest})
    return tuple(found)
