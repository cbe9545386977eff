"""What a study asks: which comparisons, of which columns, and what it names that does not exist."""

from __future__ import annotations

import difflib

from metrics import Comparison
from metrics.access import PAIRING_MEASURES, TWICE, WITH_CHAIN
from metrics.candidates import DEFAULT_WEIGHTS
from ona.model import InfluenceGraph, StudyError, group_columns
from ona.settings import Study

DEFAULT_FACTORS = ("level", "function", "tenure", "site")
"""What the decomposition of a gap looks at unless a study says otherwise, where the roster records it."""


def comparisons(study: Study, graph: InfluenceGraph) -> tuple[Comparison, ...]:
    """The comparisons a study asks for.

    Without any, each large enough group of every group column is set against everyone else; of two groups, the smaller.
    """
    if study.gaps.compare:
        return tuple(Comparison(c.column, c.focal, c.reference) for c in study.gaps.compare)
    people = graph.people
    if study.gaps.among == "non-leaders":
        people = people[~people["leader"]]
    asked: list[Comparison] = []
    for column in group_columns(people):
        sizes = people[column].value_counts()
        large = sizes >= study.study.min_group
        named = sorted(sizes.index[large & (sizes.sum() - sizes >= study.study.min_group)])
        if len(sizes) == 2:
            named = sorted(named, key=lambda group: (sizes[group], group))[:1]
        asked += [Comparison(column, str(group), None) for group in named]
    return tuple(asked)


def compared_columns(study: Study, graph: InfluenceGraph) -> list[str]:
    """The group columns that are compared, in the order asked."""
    return list(dict.fromkeys(c.column for c in comparisons(study, graph)))


def mixing_columns(study: Study, graph: InfluenceGraph) -> list[str]:
    """Columns whose groups' mixing is measured: those compared, function and site, where they hold two groups."""
    people = graph.people
    wanted = dict.fromkeys([*compared_columns(study, graph), "function", "site"])
    return [column for column in wanted if len(people[column].dropna().unique()) > 1]


def refuse_unknown(study: Study, graph: InfluenceGraph) -> None:
    """Stop before anything is measured when the study names a column, measure or weight that does not exist.

    Raises
    ------
    StudyError
        With the name that was probably meant.
    """
    people = graph.people
    columns = [c for c in people.columns if c not in ("name", "manager", "start", "leader")]
    tied = [name + ending for name in TWICE for ending in ("", WITH_CHAIN)]
    measures = [*PAIRING_MEASURES, *tied]
    asked = [
        ("gaps.strata", study.gaps.strata, columns),
        ("gaps.unit", [study.gaps.unit], columns),
        ("gaps.factors", study.gaps.factors or [], columns),
        ("gaps.measures", study.gaps.measures or [], measures),
        ("gaps.family", study.gaps.family or [], study.gaps.measures or measures),
        ("robustness.measures", study.robustness.measures, tied),
        ("trend.measures", study.trend.measures, tied),
        ("outputs.map_group", [study.outputs.map_group] if study.outputs.map_group else [], group_columns(people)),
        ("candidates.weights", list(study.candidates.weights or {}), list(DEFAULT_WEIGHTS)),
        ("candidates.focus", list(study.candidates.focus), group_columns(people)),
    ]
    for setting, names, known in asked:
        for name in names:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                cure = f"did you mean '{close[0]}'?" if close else f"use one of {', '.join(known) or '(there is none)'}"
                raise StudyError(f"{setting} names '{name}', which this study does not have", cure=cure)


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
        reasons["decomposition"] = (
            "The roster records no level, function, tenure or site for a gap to go along with."
        )
    if graph.pairings.empty:
        reasons["sponsorship"] = "No mentoring or sponsorship pairings were given, so who holds which is not known."
    return reasons


def factors(study: Study, graph: InfluenceGraph) -> tuple[str, ...]:
    """What a gap may go along with in its decomposition: the columns named, or all the roster records of these."""
    if study.gaps.factors is not None:
        return tuple(study.gaps.factors)
    people = graph.people
    return tuple(c for c in DEFAULT_FACTORS if c in people and people[c].nunique() > 1)
