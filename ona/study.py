"""A study from its study.toml to its outputs: the one place that knows the whole way.

``gather`` (files → graph), ``measure`` (graph → tables) and ``present`` (tables → pages and files) are its three steps.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import metrics
from ona.answers import decomposition_rows, dyad_rows, exposure_rows, gap_rows, reach_rows, robustness_rows, trend_rows
from ona.asked import comparisons, left_out, refuse_unknown, why_absent
from ona.gather import Gathered, Progress, gather
from ona.leader import leader_plan, shown_people
from ona.measure import Tables, as_shown, measure
from ona.model import DisclosureError, InfluenceGraph, OnaError, StudyError, group_columns
from ona.outputs import rows_as_json, whole_folder
from ona.present import leader_map, map_page, refuse_named, with_names, write_outputs
from ona.remedy import candidate_tables
from ona.settings import Study, read_study
from ona.variants import variants_of, why_no_windows
from ona.views import Audience, pairs_in_touch


@dataclass(frozen=True)
class StudyResult:
    """A finished study: what was asked, what was read, what was found, and where it lies.

    Attributes
    ----------
    study : Study
    gathered : Gathered
        The influence graph, and every file's account.
    tables : Tables
    out : Path
        The output folder.
    """

    study: Study
    gathered: Gathered
    tables: Tables
    out: Path


@dataclass(frozen=True)
class Checked:
    """What ``ona check`` found: files read, groups seen, and remarks in words."""

    files: pd.DataFrame
    groups: pd.DataFrame
    lines: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "files": rows_as_json(self.files),
            "groups": rows_as_json(self.groups),
            "remarks": list(self.lines),
        }


@contextmanager
def _gathered(study: Study, progress: Progress | None) -> Iterator[Gathered]:
    """Everything a study's files came to, with the folder their events passed through."""
    with tempfile.TemporaryDirectory(prefix="ona-") as work:
        yield gather(study, work=Path(work), progress=progress)


def run_study(
    study: Study, *, out: str | Path, audience: Audience = "analyst", progress: Progress | None = None
) -> StudyResult:
    """Run a whole study and write its output folder.

    Parameters
    ----------
    study : Study
        From `ona.read_study`.
    out : str or Path
        The folder to write, whole or not at all; one that an earlier run wrote is replaced.
    audience : {"analyst", "leader"}
        A leader's folder holds groups of at least ``min_group`` people and no person at all.
    progress : callable, optional
        Called with what is being done, how much is done, and how much there is.

    Returns
    -------
    StudyResult

    Raises
    ------
    OnaError
        Input or settings that cannot be used, in one sentence with the cure.
    """
    with whole_folder(out) as folder, _gathered(study, progress) as gathered:
        refuse_unknown(study, gathered)
        variants = variants_of(study, gathered, progress=progress)
        tables = measure(study, gathered, variants, progress=progress)
        write_outputs(folder, study, gathered, tables, variants, audience=audience)
    return StudyResult(study=study, gathered=gathered, tables=tables, out=Path(out))


def sample_study() -> Study:
    """The study of the sample organisation that comes with the toolkit."""
    installed = Path(__file__).parent / "sample"
    checkout = Path(__file__).parent.parent / "data" / "sample"
    return read_study((installed if installed.is_dir() else checkout) / "study.toml")


def run_demo(out: str | Path, *, progress: Progress | None = None) -> tuple[StudyResult, StudyResult]:
    """Run the sample study once and write both audiences' folders, ``analyst`` and ``leader``, into `out`."""
    study = sample_study()
    root = Path(out)
    with (
        whole_folder(root / "analyst") as analyst,
        whole_folder(root / "leader") as leader,
        _gathered(study, progress) as gathered,
    ):
        variants = variants_of(study, gathered, progress=progress)
        tables = measure(study, gathered, variants, progress=progress)
        write_outputs(analyst, study, gathered, tables, variants, audience="analyst")
        write_outputs(leader, study, gathered, tables, variants, audience="leader")
    first = StudyResult(study=study, gathered=gathered, tables=tables, out=root / "analyst")
    return first, StudyResult(study=study, gathered=gathered, tables=tables, out=root / "leader")


def summary(result: StudyResult) -> Iterator[str]:
    """What a finished study found, in a few lines."""
    graph = result.gathered.graph
    aside = sum(read.rows - read.accepted for read in result.gathered.reads)
    rows = sum(read.rows for read in result.gathered.reads)
    yield result.study.study.title
    yield (
        f"{graph.size:,} people, {len(graph.leaders):,} leaders, {pairs_in_touch(graph):,} pairs in touch; "
        f"{rows:,} rows read, {aside:,} set aside, each with its reason."
    )
    for sentence in headlines(result.tables):
        yield f"· {sentence}"
    found = result.tables.candidates
    yield (
        f"Candidate sponsors for {found['protege'].nunique():,} people without one; "
        f"a joint plan pairs {len(result.tables.assignment):,} of them."
    )


def headlines(tables: Tables, *, most: int = 4) -> list[str]:
    """The first sentences of a study: ties to leaders for each comparison, then exposure and bias."""
    gaps = tables.gaps[tables.gaps["measure"] == "leader_ties"]
    return [*gaps["sentence"], *tables.exposure["sentence"]][:most]


def check_study(study: Study, *, progress: Progress | None = None) -> Checked:
    """Read everything a study names, and say what was understood, without measuring anything.

    Raises
    ------
    OnaError
        What `run_study` would raise for the same files and comparisons.
    """
    with _gathered(study, progress) as gathered:
        graph = gathered.graph
        refuse_unknown(study, gathered)
        files = pd.DataFrame(
            [
                {
                    "file": read.file,
                    "rows": read.rows,
                    "accepted": read.accepted,
                    "set_aside": read.rows - read.accepted,
                    "reasons": "; ".join(f"{reason} ({count:,})" for reason, count in sorted(read.reasons.items())),
                }
                for read in gathered.reads
            ]
        )
        few = _too_few(study, graph)
        people = graph.people
        columns = list(dict.fromkeys(c.column for c in comparisons(study, graph))) or group_columns(people)
        groups = [
            people.groupby(people[column].fillna("not recorded"))["leader"]
            .agg(people="size", leaders="sum")
            .rename_axis("group")
            for column in columns
        ]
        named = [table.reset_index().assign(column=column) for column, table in zip(columns, groups, strict=True)]
        absent = why_absent(study, gathered.roster_graph)
        lines = [
            f"{graph.size:,} people, {len(graph.leaders):,} leaders, {pairs_in_touch(graph):,} pairs in touch "
            f"({', '.join(graph.channels)}).",
            *(f"{read.file}: {note}" for read in gathered.reads for note in read.notes),
            *_remarks(study, gathered),
            *few,
            "Ready, but without gaps: ona run will measure the rest."
            if "gaps" in absent
            else "Ready: ona run will measure it.",
        ]
    table = (
        pd.concat(named, ignore_index=True) if named else pd.DataFrame(columns=["column", "group", "people", "leaders"])
    )
    return Checked(files=files, groups=table, lines=tuple(lines))


def _remarks(study: Study, gathered: Gathered) -> list[str]:
    """What a study leaves out that a reader may look for: each in a sentence."""
    graph = gathered.roster_graph
    said = [*left_out(study, graph), *why_absent(study, graph).values(), why_no_windows(study, gathered)]
    return [sentence for sentence in dict.fromkeys(said) if sentence]


def _too_few(study: Study, graph: InfluenceGraph) -> list[str]:
    """Comparisons that too few people can be compared in; made as the study's own are, of a measure with nothing in it.

    Raises
    ------
    StudyError
        What `metrics.gap_table` refuses, such as strata of which none holds both groups.
    """
    table = metrics.gap_table(
        graph,
        pd.DataFrame({"nothing": 0.0}, index=graph.persons),
        comparisons=comparisons(study, graph),
        measures=["nothing"],
        strata=tuple(study.gaps.strata),
        among=study.gaps.among,
        min_group=study.study.min_group,
        permutations=1,
        seed=study.study.seed,
    )
    found = []
    for row in table.to_dict(orient="records"):
        if min(row["n_informative_focal"], row["n_informative_reference"]) < study.study.min_group:
            other = f"'{row['reference']}'" if isinstance(row["reference"], str) else "everyone else"
            focal = f"{row['n_informative_focal']:,} of {row['n_focal']:,} people in '{row['focal']}'"
            reference = f"{row['n_informative_reference']:,} of {row['n_reference']:,} in {other}"
            found.append(
                f"{row['column']}: only {focal} and {reference} share the same {row['strata']} with anybody of the "
                f"other group, fewer than min_group = {study.study.min_group}: there will be no adjusted gap."
            )
    return found


def draw_map(
    study: Study, *, out: str | Path, audience: Audience = "analyst", progress: Progress | None = None
) -> Path:
    """Draw a study's interactive map alone and return where it lies.

    Raises
    ------
    OnaError
        As `run_study`, or `out` is a file that is no page: nothing but an earlier page is written over.
    """
    target = Path(out)
    if target.is_file() and not target.read_bytes()[:15].lower().startswith(b"<!doctype html>"):
        raise OnaError(f"'{out}' is a file that ona did not write", cure="give another name with --out")
    with _gathered(study, progress) as gathered:
        access = metrics.access_table(gathered.roster_graph, seed=study.study.seed)
        if audience == "leader":
            smaller = shown_people(study, gathered.roster_graph)
            plan = leader_plan(study, smaller)
            page = leader_map(study, gathered, smaller, access=access.loc[smaller.persons], plan=plan)
            if page is None:
                raise DisclosureError(
                    f"no group of the map has at least {study.study.min_group} people that can be shown safely",
                    cure="choose a group column with fewer values as outputs.map_group",
                )
            refuse_named(page.html.encode("utf-8"), gathered, file=Path(out).name)
        else:
            access = as_shown(gathered, access)
            found, _ = candidate_tables(study, gathered.graph, access, metrics.influence(gathered.graph))
            page = map_page(study, gathered, access=access, candidates=found)
    return page.save(out)


def gaps_of(study: Study, *, progress: Progress | None = None) -> dict[str, pd.DataFrame]:
    """A study's gaps, why they are there, whether it could be the data, and whether they change; tables by name.

    ``remarks`` says in a ``sentence`` each what is left out, and why.
    """
    with _gathered(study, progress) as gathered:
        graph = gathered.roster_graph
        refuse_unknown(study, gathered)
        variants = variants_of(study, gathered, progress=progress)
        access = metrics.access_table(graph, seed=study.study.seed)
        exposure = exposure_rows(study, graph, access)
        gaps = gap_rows(study, graph, access, progress=progress)
        robustness, verdicts = robustness_rows(study, graph, variants.thresholds, gaps=gaps, progress=progress)
        trend, changes = trend_rows(study, graph, variants.windows)
        return {
            "gaps": gaps,
            "exposure": exposure,
            "reach": reach_rows(study, graph),
            "decomposition": decomposition_rows(study, graph, access),
            "dyads": dyad_rows(study, graph),
            "robustness": robustness,
            "verdicts": verdicts,
            "trend": trend,
            "changes": changes,
            "remarks": pd.DataFrame({"sentence": pd.Series(_remarks(study, gathered), dtype=object)}),
        }


def candidates_of(
    study: Study, *, person: str | None = None, progress: Progress | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A study's candidate sponsors, of everyone or of one person, and who has none for what reason.

    Raises
    ------
    StudyError
        `person` is not in the roster, by the ids shown.
    """
    with _gathered(study, progress) as gathered:
        graph = gathered.graph
        if person is not None and person not in graph.persons:
            raise StudyError(
                f"'{person}' is nobody in this study", cure="use an id as it is shown, or add --people ids"
            )
        access = as_shown(gathered, metrics.access_table(gathered.roster_graph, seed=study.study.seed))
        found, without = candidate_tables(study, graph, access, metrics.influence(graph))
    if person is not None:
        found, without = found[found["protege"] == person], without[without["person"] == person]
    found, without = (with_names(table.reset_index(drop=True), graph.people) for table in (found, without))
    return found, without


def people_behind(study: Study, shown: Sequence[str], *, progress: Progress | None = None) -> list[tuple[str, str]]:
    """The person of the roster behind each pseudonym, capitals or not.

    Raises
    ------
    StudyError
        No such id in this study.
    """
    with _gathered(study, progress) as gathered:
        key = gathered.key.rename(index=str.upper)
    for name in shown:
        if name.upper() not in key.index:
            raise StudyError(f"'{name}' is nobody in this study", cure="check the pseudonym and the study's seed")
    return [(name.upper(), str(key[name.upper()])) for name in shown]
