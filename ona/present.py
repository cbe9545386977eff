"""From tables to pages and files, for the audience that may see them."""

from __future__ import annotations

import platform
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from metrics.words.change import newcomers_sentence
from ona.asked import left_out, why_absent
from ona.gather import Gathered
from ona.leader import COMPARED, LeaderView, leader_view
from ona.measure import Tables
from ona.model import DisclosureError, DisclosurePlan, InfluenceGraph, plain_people, refuse_persons
from ona.outputs import MARKER, files_in, neutral, neutral_row, write_json, write_table
from ona.settings import Study
from ona.variants import Variants
from ona.views import Audience, map_group, provenance, reading_notes, set_aside_counts
from viz import NetworkContent, Page, ReportContent, group_values, network_map, network_report, report

LIBRARIES = (
    "duckdb",
    "ibis-framework",
    "igraph",
    "networkx",
    "numpy",
    "numba",
    "ortools",
    "pandas",
    "pyvis",
    "scipy",
    "statsmodels",
)


def write_outputs(
    folder: Path, study: Study, gathered: Gathered, tables: Tables, variants: Variants, *, audience: Audience
) -> None:
    """Write every file an audience may see into a folder."""
    if audience == "leader":
        _write_leader(folder, study, gathered, tables, variants)
    else:
        _write_analyst(folder, study, gathered, tables, variants)


def _no_trend(variants: Variants) -> dict[str, str]:
    return {"trend": variants.no_windows} if variants.no_windows else {}


def _no_newcomers(study: Study, gathered: Gathered, variants: Variants) -> dict[str, str]:
    """Why no newcomer could be followed."""
    if variants.steps:
        return {}
    return {"newcomers": variants.no_windows or _why_nobody_new(study, gathered, variants)}


def _why_nobody_new(study: Study, gathered: Gathered, variants: Variants) -> str:
    """What is missing: first days, time, somebody who began in it, or somebody who did not."""
    started, length = gathered.roster_graph.people["start"], study.trend.step_days
    first, last = (pd.Timestamp(day) for day in (variants.windows[0].first_day, variants.windows[-1].last_day))
    days = (last - first).days + 1
    if started.isna().all():
        return "The roster holds no first days (people.start), so nobody is known to be new."
    if days < 2 * length:
        return (
            f"Fewer than two steps of {length} days (trend.step_days) fit into the {days} days of the study, so no "
            "newcomer can be followed."
        )
    if started.between(first, first + pd.Timedelta(days=days // length * length - 1)).any():
        return "Everybody in the roster began in these days, so newcomers have no established peers."
    return "Nobody in the roster began in these days, so there is no newcomer to follow."


def _newcomers_in_steps(study: Study, groups: pd.DataFrame) -> pd.DataFrame:
    """Newcomers by group with sentences that name the length of the steps they were followed in."""
    rows = groups.to_dict(orient="records")
    plurals, step_days = study.gaps.plurals or None, study.trend.step_days
    said = [newcomers_sentence(row, plurals=plurals, step_days=step_days) for row in rows]
    return groups.assign(sentence=pd.Series(said, index=groups.index, dtype=object))


def _timed(variants: Variants) -> tuple[str, ...]:
    """The channels whose events have times: those that any window has ties from."""
    return tuple(sorted({channel for window in variants.windows for channel in window.graph.channels}))


def _write_analyst(folder: Path, study: Study, gathered: Gathered, tables: Tables, variants: Variants) -> None:
    graph = gathered.graph
    tables = replace(tables, newcomer_groups=_newcomers_in_steps(study, tables.newcomer_groups))
    page = map_page(study, gathered, access=tables.access, candidates=tables.candidates, assignment=tables.assignment)
    page.save(folder / "map.html")
    content = ReportContent(
        title=study.study.title,
        question=study.study.question,
        provenance=provenance(study, gathered, graph, audience="analyst"),
        people=graph.people,
        settings=_shown_settings(study),
        plurals=study.gaps.plurals,
        trend_channels=_timed(variants),
        why_absent=why_absent(study, graph) | _no_trend(variants),
        set_aside=set_aside_counts(gathered),
        notes=(*reading_notes(gathered), *left_out(study, graph)),
        **{name: getattr(tables, name) for name in REPORT_TABLES},
    )
    report(content, min_group=study.study.min_group).save(folder / "report.html")
    network_report(
        NetworkContent(
            title=study.study.title,
            provenance=provenance(study, gathered, graph, audience="analyst"),
            people=graph.people,
            column=study.structure.column,
            plurals=study.gaps.plurals,
            step_days=study.trend.step_days,
            min_group=study.study.min_group,
            links={"The report": "report.html", "The map": "map.html"},
            why_absent=_no_trend(variants) | _no_newcomers(study, gathered, variants),
            **{name: getattr(tables, name) for name in NETWORK_TABLES},
        )
    ).save(folder / "network.html")
    (folder / "tables").mkdir()
    for name, table in tables.named().items():
        write_table(with_names(table, graph.people), folder / "tables" / f"{name}.csv")
    write_graphml(graph, folder / "graph.graphml")
    write_set_aside(gathered, folder / "set_aside.csv")
    record = _record(study, gathered, audience="analyst")
    write_json(record | {"files": [*files_in(folder), MARKER]}, folder / MARKER)


NETWORK_TABLES = (
    "precision",
    "community_scan",
    "silos",
    "bridges",
    "removals",
    "attack_curve",
    "overload",
    "loss",
    "load",
    "windows",
    "turnover",
    "measure_stability",
    "access_flow",
    "newcomer_groups",
)

REPORT_TABLES = (
    "gaps",
    "exposure",
    "reach",
    "decomposition",
    "dyads",
    "robustness",
    "verdicts",
    "coverage",
    "trend",
    "changes",
    "visibility",
    "visibility_curve",
    "representation",
    "sponsorship",
    "segregation",
    "mixing",
    "candidates",
    "assignment",
    "unassigned",
    "plan",
)


def _write_leader(folder: Path, study: Study, gathered: Gathered, tables: Tables, variants: Variants) -> None:
    """Pages and tables about groups; every file is looked through for persons before it counts as written."""
    view = leader_view(study, gathered, tables, variants)
    page = leader_map(study, gathered, view.graph, access=view.access, plan=view.disclosure)
    if page is not None:
        page.save(folder / "map.html")
    content = ReportContent(
        title=study.study.title,
        question=study.study.question,
        provenance=provenance(study, gathered, view.graph, audience="leader"),
        people=view.graph.people,
        **{name: getattr(view, name) for name in COMPARED},
        sponsorship=view.sponsorship,
        plurals=study.gaps.plurals,
        trend_channels=_timed(variants),
        assignment=view.assignment,
        plan=view.plan,
        why_absent=_leader_absent(study, gathered, view) | _no_trend(variants),
        notes=(*_leader_notes(study, view, drawn=page is not None), *left_out(study, gathered.roster_graph)),
    )
    min_group = study.study.min_group
    report(content, audience="leader", min_group=min_group, disclosure=view.disclosure).save(folder / "report.html")
    record = _record(study, gathered, audience="leader")
    write_json(record | {"files": [*files_in(folder), MARKER]}, folder / MARKER)
    for name in files_in(folder):
        refuse_named((folder / name).read_bytes(), gathered, file=name)


def with_names(table: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """A table about people with their names behind their ids, where names may be shown; other tables as they are."""
    if "name" not in people:
        return table
    flat = table.reset_index() if table.index.name == "person" else table.copy()
    for column in ("introducer", "sponsor", "candidate", "protege", "busiest", "person"):
        if column in flat:
            heading = "name" if column == "person" else f"{column}_name"
            flat.insert(list(flat.columns).index(column) + 1, heading, flat[column].map(people["name"]))
    return flat


def refuse_named(data: bytes, gathered: Gathered, *, file: str) -> None:
    """Stop a leader's file in which anybody of the study is named, by any name the study knows."""
    called = [*gathered.key.index, *gathered.aliases]
    refuse_persons(data, gathered.roster_graph.people, file=file, aliases=called)


def map_page(
    study: Study,
    gathered: Gathered,
    *,
    access: pd.DataFrame,
    candidates: pd.DataFrame,
    assignment: pd.DataFrame | None = None,
) -> Page:
    """The analyst's interactive map."""
    graph = gathered.graph
    return network_map(
        graph,
        access=access,
        candidates=candidates,
        assignment=assignment,
        group=map_group(study, graph),
        title=study.study.title,
        provenance=provenance(study, gathered, graph, audience="analyst"),
        min_group=study.study.min_group,
        seed=study.study.seed,
    )


def leader_map(
    study: Study, gathered: Gathered, graph: InfluenceGraph, *, access: pd.DataFrame, plan: DisclosurePlan
) -> Page | None:
    """The leader's map of groups; `graph` and `access` hold the people a leader's numbers are about.

    None where no group of it may be shown.
    """
    group = map_group(study, graph)
    try:
        return network_map(
            graph,
            # Beside mentors a head, the share mentored and not sponsored would tell how many are both.
            access=access.drop(columns="mentored_not_sponsored", errors="ignore"),
            group=group,
            looks=group_values(gathered.roster_graph.people, group) if group else None,
            title=study.study.title,
            provenance=provenance(study, gathered, graph, audience="leader"),
            audience="leader",
            min_group=study.study.min_group,
            plan=plan,
            seed=study.study.seed,
        )
    except DisclosureError:
        return None


def _leader_absent(study: Study, gathered: Gathered, view: LeaderView) -> dict[str, str]:
    """Why a table is empty in a leader's report."""
    text = (
        f"Once people in groups of fewer than {study.study.min_group} are left out, no comparison can be made or shown "
        "without telling of persons."
    )
    emptied = {name: text for name in ("gaps", "exposure") if getattr(view, name).empty}
    return emptied | why_absent(study, gathered.roster_graph)


def _leader_notes(study: Study, view: LeaderView, *, drawn: bool) -> tuple[str, ...]:
    """What a leader should know of how these figures differ from the analyst's."""
    notes = []
    if view.left_out:
        notes.append(
            f"People in groups of fewer than {study.study.min_group} are in no number here, so figures may differ a "
            "little from the analyst's."
        )
    if not drawn:
        notes.append("There is no map: no group of it is large enough to be shown safely.")
    return tuple(notes)


def _settings(study: Study) -> dict[str, Any]:
    return study.model_dump(mode="json", exclude_none=True, exclude={"path", "root"})


def _shown_settings(study: Study) -> dict[str, Any]:
    """The settings as a page may print them: leaders by their ids only where people are shown by their ids."""
    settings = _settings(study)
    if study.outputs.people == "pseudonyms" and study.leaders.people is not None:
        settings["leaders"]["people"] = f"{len(study.leaders.people)} people by name"
    return settings


def _record(study: Study, gathered: Gathered, *, audience: Audience) -> dict[str, Any]:
    """What it takes to run the study again and get the same; for a leader, what was asked and by which rules."""
    settings = _shown_settings(study)
    if audience == "leader":
        # Which columns and people the files name is nothing to a leader, and "sender = 3" reads like person 3.
        settings = {
            **{name: settings[name] for name in ("study", "ties", "gaps", "robustness", "trend", "candidates")},
            "leaders": {"at_or_above": study.leaders.at_or_above},
            "channels": [{"name": c.name, "kind": c.kind, "weight": c.weight} for c in study.channels],
        }
    record: dict[str, Any] = {
        "ona": metadata.version("ona"),
        "audience": audience,
        "settings": settings,
        "versions": {"python": platform.python_version(), **{name: metadata.version(name) for name in LIBRARIES}},
    }
    if audience == "leader":
        # Rows and bytes that were read would tell the size of the roster, and so of the groups kept back; the seed,
        # with the roster, whom a pseudonym stands for.
        del record["settings"]["study"]["seed"]
        return record
    made = gathered.made
    read = set_aside_counts(gathered).drop_duplicates("file")
    return record | {
        "inputs": gathered.inputs,
        "read": read[["file", "rows", "accepted"]].to_dict(orient="records"),
        "events": None
        if made is None
        else {"used": made.events, "left_out": dict(made.left_out), "broadcasts": made.broadcasts},
    }


def write_graphml(graph: InfluenceGraph, path: Path) -> None:
    """Write people and ties as GraphML: ``strength`` larger is closer, ``distance`` = 1 / strength."""
    import networkx as nx

    network: nx.DiGraph[str] = nx.DiGraph()
    for person, row in plain_people(graph).iterrows():
        network.add_node(str(person), **{str(k): bool(v) if k == "leader" else str(v) for k, v in row.items()})
    arcs = graph.arcs
    for source, target, strength, distance, count in arcs[
        ["source", "target", "strength", "distance", "count"]
    ].itertuples(index=False):
        network.add_edge(
            source, target, strength=float(f"{strength:.10g}"), distance=float(f"{distance:.10g}"), count=int(count)
        )
    nx.write_graphml(network, path, encoding="utf-8", named_key_ids=True)


def write_set_aside(gathered: Gathered, path: Path) -> None:
    """Write every row that could not be used, file by file, as it comes from each reader."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        header = True
        for read in gathered.reads:
            rows = read.set_aside
            if len(rows) or header:
                safe = rows.assign(file=rows["file"].map(neutral), row=rows["row"].map(neutral_row))
                safe.to_csv(stream, index=False, header=header, lineterminator="\n")
                header = False
