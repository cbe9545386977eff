"""What a study asks: which comparisons, of which columns, and what it names that does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from metrics import Comparison
from metrics.access import PAIRING_MEASURES, TWICE, WITH_CHAIN
from metrics.candidates import DEFAULT_WEIGHTS
from metrics.gaps import default_measures
from ona.gather import EVENT_KINDS, Gathered
from ona.model import InfluenceGraph, StudyError, group_columns
from ona.model.groups import BETWEEN, NOT_GROUPS, TENURE, close_name, parts_of
from ona.model.strength import OUTSIDE
from ona.settings import DEFAULT_STRATA, Study

DEFAULT_FACTORS = ("level", "function", "tenure", "site")
"""What the decomposition of a gap looks at unless a study says otherwise, where the roster records it."""

BY_TIES = tuple(name for name in TWICE if name != "leader_strength")
"""Measures that are the same thing on other ties; a strength is in units that change with the rule that makes ties."""


def comparisons(study: Study, graph: InfluenceGraph) -> tuple[Comparison, ...]:
    """The comparisons a study asks for.

    Without any, each large enough group of every group column is set against everyone else; of two groups, the smaller.
    So are the groups of an intersection that is asked for and that no comparison names.
    """
    named = tuple(Comparison(c.column, c.focal, c.reference) for c in study.gaps.compare)
    people = graph.people
    if study.gaps.among == "non-leaders":
        people = people[~people["leader"]]
    compared = {comparison.column for comparison in named}
    asked = [BETWEEN.join(parts) for parts in study.gaps.crossed] if named else group_columns(people)
    rest = [column for column in asked if column in people and column not in compared]
    return (*named, *(one for column in rest for one in _against_everyone_else(study, people, column)))


def _against_everyone_else(study: Study, people: pd.DataFrame, column: str) -> list[Comparison]:
    """Every group of a column that is large enough and meets others in the same place, against everyone else."""
    sizes = people[column].value_counts()
    large = sizes >= study.study.min_group
    named = sorted(sizes.index[large & (sizes.sum() - sizes >= study.study.min_group)])
    if len(sizes) == 2:
        named = sorted(named, key=lambda group: (sizes[group], group))[:1]
    known = people[people[column].notna()]
    held = [c for c in study.gaps.strata if c in known and c not in (column, *parts_of(column))]
    if held:
        places = known.groupby(held, dropna=False, observed=True)[column]
        met = set(known.loc[places.transform("nunique") > 1, column])
        named = [group for group in named if group in met]
    return [Comparison(column, str(group), None) for group in named]


def compared_columns(study: Study, graph: InfluenceGraph) -> list[str]:
    """The group columns that are compared, in the order asked."""
    return list(dict.fromkeys(c.column for c in comparisons(study, graph)))


def mixing_columns(study: Study, graph: InfluenceGraph) -> list[str]:
    """Columns whose groups' mixing is measured: those compared, function and site, where they hold two groups."""
    people = graph.people
    wanted = dict.fromkeys([*compared_columns(study, graph), "function", "site"])
    return [column for column in wanted if len(people[column].dropna().unique()) > 1]


def refuse_unknown(study: Study, gathered: Gathered) -> None:
    """Stop before anything is measured when the study names what it does not have, or what is empty.

    Raises
    ------
    StudyError
        With the name that was probably meant, or the setting that would bring it.
    """
    graph = gathered.roster_graph
    _refuse_empty_days(study, gathered)
    _refuse_columns(study, graph)
    _refuse_measures(study, graph)
    _refuse_everybody(study, graph)
    people = graph.people
    groups = group_columns(people)
    if study.outputs.map_group is not None:
        _refuse("outputs.map_group", [study.outputs.map_group], groups)
    _refuse("candidates.weights", study.candidates.weights or {}, list(DEFAULT_WEIGHTS))
    _refuse("candidates.focus", study.candidates.focus, groups)
    for column, group in study.candidates.focus.items():
        if group not in (known := _groups_of(people, [column])):
            raise StudyError(
                f"candidates.focus: nobody is in the group '{group}' of {column}", cure=close_name(group, known)
            )
    for group in study.gaps.plurals:
        if group not in (known := _groups_of(people, [str(c) for c in people if c not in NOT_GROUPS])):
            raise StudyError(
                f"gaps.plurals names '{group}', and no group is called that", cure=close_name(group, known)
            )


def _refuse(
    setting: str, names: Iterable[str], known: Sequence[str], *, why: Mapping[str, tuple[str, str]] | None = None
) -> None:
    """Refuse the first name that is not known; ``why`` says what is the matter with a name that exists, and a cure."""
    for name in names:
        if name in known:
            continue
        if why and name in why:
            what, cure = why[name]
            raise StudyError(f"{setting} names '{name}', but {what}", cure=cure)
        raise StudyError(f"{setting} names '{name}', which this study does not have", cure=close_name(name, known))


def _groups_of(people: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Every group of some columns, by name."""
    return sorted({str(group) for column in columns for group in people[column].dropna().unique()})


def _refuse_empty_days(study: Study, gathered: Gathered) -> None:
    """Refuse days in which no event lies, though other channels may have made ties."""
    made = gathered.made
    if made is not None and not made.events and made.left_out.get(OUTSIDE, 0):
        names = ", ".join(channel.name for channel in study.channels if channel.kind in EVENT_KINDS)
        raise StudyError(
            f"every event of {names} lies outside the days of the study",
            cure="widen ties.first_day and ties.last_day, or leave them out",
        )


def _refuse_columns(study: Study, graph: InfluenceGraph) -> None:
    """Refuse columns to hold equal, to look at or to meet in that are not there or that the study names in vain."""
    people, gaps = graph.people, study.gaps
    recorded = [str(c) for c in people if c not in NOT_GROUPS and people[c].notna().any()]
    cure = "name the column that does in [people], or leave it out"
    why = {str(c): (f"the roster records nobody's {c}", cure) for c in people if c not in NOT_GROUPS}
    for section, key, names in (
        ("gaps", "strata", gaps.strata),
        ("gaps", "factors", gaps.factors or []),
        ("gaps", "unit", [gaps.unit]),
        ("structure", "column", [study.structure.column]),
        ("resilience", "roles", study.resilience.roles),
    ):
        if key in getattr(study, section).model_fields_set:
            # A default that the roster does not record is left out instead, and `left_out` says so.
            _refuse(f"{section}.{key}", names, recorded, why=why | {TENURE: _no_tenure(study, graph)})


def _refuse_everybody(study: Study, graph: InfluenceGraph) -> None:
    """Refuse to think as many people away as there are, where the study itself asks for it."""
    most = max(study.resilience.brokers, default=0)
    if "brokers" in study.resilience.model_fields_set and most >= graph.size:
        raise StudyError(
            f"resilience.brokers holds {most:,}, but there are {graph.size:,} people",
            cure=f"write numbers below {graph.size:,}",
        )


def _no_tenure(study: Study, graph: InfluenceGraph) -> tuple[str, str]:
    """Why nobody's tenure is known, and what would bring it."""
    if study.people.start is None:
        return "the roster does not say when people started", "name the column that does as people.start"
    if graph.people["start"].isna().all():
        return f"nobody has a date in the column '{study.people.start}' (people.start)", "fill it in, or leave it out"
    if graph.last_day is None:
        return "no event says which day the data ends on", "set ties.last_day to the day it was drawn up"
    return "everybody started after the data's last day", "correct people.start or ties.last_day"


def _refuse_measures(study: Study, graph: InfluenceGraph) -> None:
    """Refuse measures that do not exist, that cannot be told here, or that are outside what is compared."""
    gaps = study.gaps
    tied = [name + ending for name in TWICE for ending in ("", WITH_CHAIN)]
    without_pairings = "no mentoring or sponsorship pairings are given", "add them as [[pairings]], or leave it out"
    paired = () if graph.pairings.empty else PAIRING_MEASURES
    missing = {} if paired else dict.fromkeys(PAIRING_MEASURES, without_pairings)
    _refuse("gaps.measures", gaps.measures or [], [*tied, *paired], why=missing)
    compared = gaps.measures or list(default_measures(graph))
    besides = "it is not among the measures compared", "name it in gaps.measures too, or take it out of gaps.family"
    _refuse("gaps.family", gaps.family or [], compared, why=dict.fromkeys([*tied, *paired], besides) | missing)
    cure = f"use one of {', '.join(BY_TIES)}"
    why = dict.fromkeys(PAIRING_MEASURES, ("it comes from pairings and not from ties", cure))
    why |= dict.fromkeys(tied, ("its unit changes with the rule that makes ties", cure))
    known = [name + ending for name in BY_TIES for ending in ("", WITH_CHAIN)]
    _refuse("robustness.measures", study.robustness.measures, known, why=why)
    _refuse("trend.measures", study.trend.measures, known, why=why)


def left_out(study: Study, graph: InfluenceGraph) -> tuple[str, ...]:
    """What comparisons do not hold equal or look at, though a reader may think so: each in a sentence."""
    people, said = graph.people, []
    absent = [c for c in DEFAULT_STRATA if people[c].isna().all()]
    if absent and "strata" not in study.gaps.model_fields_set:
        held = [c for c in DEFAULT_STRATA if c not in absent]
        instead = f"{held[0]} alone is held equal" if held else "nothing is held equal"
        said.append(f"The roster records no {' and no '.join(absent)}, so {instead}.")
    looked_at = set(factors(study, graph))
    for column in compared_columns(study, graph):
        if looked_at and not looked_at - {column, *parts_of(column)}:
            said.append(f"{column}: gaps.factors names nothing to look at besides the column compared.")
    return tuple(said)


def why_absent(study: Study, graph: InfluenceGraph) -> dict[str, str]:
    """Why a table of the report is empty, in a sentence, by the table's name."""
    reasons: dict[str, str] = {}
    if not comparisons(study, graph):
        columns = group_columns(graph.people)
        text = (
            f"No comparison could be made: in {', '.join(columns)} no two groups have at least "
            f"{study.study.min_group} people{' who are not leaders' if study.gaps.among == 'non-leaders' else ''}."
            if columns
            else "No comparison could be made: the study names no group columns under people.groups."
        )
        reasons |= {"gaps": text, "exposure": text}
    elif not factors(study, graph):
        reasons["decomposition"] = _why_no_factors(study)
    if graph.pairings.empty:
        reasons["sponsorship"] = "No mentoring or sponsorship pairings were given, so who holds which is not known."
    return reasons


def _why_no_factors(study: Study) -> str:
    if study.gaps.factors is None:
        return "The roster records no level, function, tenure or site for a gap to go along with."
    if not study.gaps.factors:
        return "The study names nothing for a gap to go along with (gaps.factors), so no gap is decomposed."
    return "gaps.factors names nothing to look at besides the column compared, so no gap is decomposed."


def factors(study: Study, graph: InfluenceGraph) -> tuple[str, ...]:
    """What a gap may go along with in its decomposition: the columns named, or all the roster records of these.

    None where every comparison is by the very columns named.
    """
    people, named = graph.people, study.gaps.factors
    recorded = (c for c in DEFAULT_FACTORS if c in people and len(people[c].dropna().unique()) > 1)
    found = tuple(recorded if named is None else named)
    compared = [{column, *parts_of(column)} for column in compared_columns(study, graph)]
    return found if any(set(found) - columns for columns in compared) else ()
