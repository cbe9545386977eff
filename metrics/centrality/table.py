"""Several centralities of everyone in one call, which shares work between them, and how exact each is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from metrics.centrality._parts import strong_parts
from metrics.centrality.betweenness import betweenness_estimate, path_estimates
from metrics.centrality.closeness import closeness_estimate
from metrics.centrality.cores import simple_pairs
from metrics.centrality.degrees import given, others, received, sources_of, targets_of
from metrics.centrality.precision import precision_table
from metrics.centrality.reach import reach
from metrics.centrality.sampling import Estimate, sources_to_draw
from metrics.centrality.spectral import hubs_authorities, of_the_influential
from metrics.centrality.walks import attention, attenuated
from ona.model import InfluenceGraph, StudyError

CENTRALITIES: Mapping[str, str] = MappingProxyType(
    {
        "in_strength": "how strongly a person is influenced in all",
        "out_strength": "how strongly a person influences others in all",
        "in_degree": "how many people influence a person",
        "out_degree": "how many people a person influences",
        "degree": "how many people a person is tied to, either way",
        "betweenness": "how often a person lies on the shortest ways of influence between two others",
        "closeness": "how near a person is to everybody whose influence can come to them",
        "influence": "the share of all attention that settles on a person",
        "katz": "walks of influence from a person to everybody, long ones counting for less",
        "eigenvector": "who influences the influential, where everybody influences everybody else through others",
        "hubs": "who influences those whom many such people influence",
        "authorities": "whom the high hubs influence",
        "coreness": "how deep in the densely tied heart a person is",
        "reach": "what share of all others a person's influence comes to in a few steps",
    }
)
"""Everything `centralities` can measure, in its order, and what each says."""

CENTRALITY_COLUMNS = (
    "in_strength",
    "out_strength",
    "in_degree",
    "out_degree",
    "degree",
    "betweenness",
    "betweenness_error",
    "closeness",
    "closeness_error",
    "influence",
    "katz",
    "eigenvector",
    "hubs",
    "authorities",
    "coreness",
    "reach_2",
)
"""Columns of the values of `centralities`, if all are measured and reach is within 2 steps."""

SAMPLED = ("betweenness", "closeness")
"""What may be estimated from a sample; each has a column ``…_error`` and a row that says how exact it is."""

_IN_THE_TABLE = (
    "in_strength",
    "out_strength",
    "in_degree",
    "out_degree",
    "degree",
    "betweenness",
    "closeness",
    "influence",
    "coreness",
    "reach",
)

_PASSES = {
    "in_strength": 1,
    "out_strength": 1,
    "in_degree": 1,
    "out_degree": 1,
    "degree": 5,
    "influence": 60,
    "katz": 200,
    "eigenvector": 150,
    "hubs": 40,
    "authorities": 40,
    "coreness": 200,
}
_PASSES_A_SEARCH = 10
_LANES = 64

Progress = Callable[[int, int], None] | None
Job = tuple[tuple[str, ...], Callable[[Progress], Mapping[str, object]]]


class Centrality(NamedTuple):
    """What everybody's values are, and how exact: see `centralities`."""

    values: pd.DataFrame
    precision: pd.DataFrame


def centralities(
    graph: InfluenceGraph,
    *,
    measures: Sequence[str] | None = None,
    steps: int = 2,
    exact: bool | None = None,
    sources: int | None = None,
    delta: float = 0.1,
    seed: int = 0,
    progress: Progress = None,
) -> Centrality:
    """Several centralities of everyone, and how exact they are.

    What measures have in common is done once: the matrix, the searches behind betweenness and closeness, the strongly
    connected parts behind Katz and eigenvector, both sides of hubs and authorities.

    Parameters
    ----------
    measures : sequence of str, optional
        Names from `CENTRALITIES`, all of them unless given. Columns are always in the order of `CENTRALITIES`.
    steps : int
        k of reach, at least 1.
    exact, sources, delta, seed
        Of betweenness and closeness, as in `betweenness_estimate`: exact up to a stated number of people, from a sample
        beyond it, unless asked otherwise.
    progress : callable, optional
        Called as ``progress(done, of)``, in passes over all arcs as foreseen, after every step of what takes long.

    Returns
    -------
    Centrality
        ``values``: index ``person``; columns named like the measures, as in `CENTRALITY_COLUMNS`, but for reach, which
        is named after its steps (``reach_2``). After ``betweenness`` and ``closeness`` there is ``betweenness_error``
        and ``closeness_error``, how far each value may be from the exact one, 0 where it is exact. Degrees and coreness
        are whole numbers. NaN as each measure says.

        ``precision``: a row for each measure asked that can be sampled; columns `PRECISION_COLUMNS`: ``measure``;
        ``method``, "exact" or "sampled"; ``sources``, searches made; ``people``; ``epsilon``, the largest error as a
        share of the largest value anybody could have; ``delta``, the chance that an error is larger than told; ``unit``
        of the values; ``sentence``, all that in plain words.

    Raises
    ------
    StudyError
        A measure that is not known, no measure, fewer than one step, or as in `betweenness_estimate`.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> found = centralities(line(), measures=["degree", "betweenness", "reach"])
    >>> found.values.loc["b"].to_dict()
    {'degree': 2.0, 'betweenness': 1.0, 'betweenness_error': 0.0, 'reach_2': 0.5}
    >>> found.precision[["measure", "method", "sources"]].values.tolist()
    [['betweenness', 'exact', 3]]
    """
    asked = _asked(measures)
    if steps < 1 and "reach" in asked:
        raise StudyError(f"reach within {steps} steps says nothing", cure="use 1 or more steps")
    searches = sources_to_draw(graph.size, exact=exact, sources=sources, delta=delta) or graph.size
    passes = {
        **_PASSES,
        **dict.fromkeys(SAMPLED, _PASSES_A_SEARCH * searches),
        "reach": steps * (1 + graph.size // _LANES),
    }
    estimated = partial(_estimated, graph, exact=exact, sources=sources, delta=delta, seed=seed)
    jobs = chain(_from_matrix(graph, asked), _from_searches(graph, asked, steps=steps, estimated=estimated))
    found = _done(jobs, {name: passes[name] for name in asked}, progress)
    estimates = {name: value for name, value in found.items() if isinstance(value, Estimate)}
    columns: dict[str, object] = {}
    for name in asked:
        if name in estimates:
            columns |= {name: estimates[name].values, f"{name}_error": estimates[name].error}
        else:
            columns[f"reach_{steps}" if name == "reach" else name] = found[name]
    return Centrality(pd.DataFrame(columns, index=graph.persons), precision_table(estimates))


def centrality_table(graph: InfluenceGraph, *, steps: int = 2, progress: Progress = None) -> pd.DataFrame:
    """The centralities that a study's table of people holds, all of them exact; `centralities` has more.

    Parameters
    ----------
    steps : int
        k of the reach column.
    progress : callable, optional
        As in `centralities`.

    Returns
    -------
    DataFrame
        Index ``person``; columns ``in_strength``, ``out_strength``, ``in_degree``, ``out_degree``, ``degree``,
        ``betweenness``, ``closeness``, ``influence``, ``coreness``, ``reach_2`` (named after `steps`). Degrees and
        coreness are whole numbers.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> centrality_table(line()).loc["b", ["degree", "betweenness", "reach_2"]].tolist()
    [2.0, 1.0, 0.5]
    """
    values = centralities(graph, measures=_IN_THE_TABLE, steps=steps, exact=True, progress=progress).values
    return values.drop(columns=[f"{name}_error" for name in SAMPLED])


def _asked(measures: Sequence[str] | None) -> tuple[str, ...]:
    if measures is None:
        return tuple(CENTRALITIES)
    if unknown := [name for name in measures if name not in CENTRALITIES]:
        raise StudyError(f"there is no centrality '{unknown[0]}'", cure=f"use some of {', '.join(CENTRALITIES)}")
    if not measures:
        raise StudyError("no centrality is asked for", cure=f"use some of {', '.join(CENTRALITIES)}")
    return tuple(name for name in CENTRALITIES if name in measures)


def _from_matrix(graph: InfluenceGraph, asked: Sequence[str]) -> Iterator[Job]:
    """What needs nothing but the strengths, which are let go of when it is done."""
    matrix = graph.matrix
    parts = cache(partial(strong_parts, matrix))
    alone: Mapping[str, Callable[[Progress], object]] = {
        "in_strength": lambda _: received(matrix),
        "out_strength": lambda _: given(matrix),
        "in_degree": lambda _: sources_of(matrix),
        "out_degree": lambda _: targets_of(matrix),
        "degree": lambda _: others(matrix),
        "influence": lambda tell: attention(matrix, progress=tell),
        "katz": lambda tell: attenuated(matrix, parts(), progress=tell),
        "eigenvector": lambda tell: of_the_influential(matrix, parts(), progress=tell),
        "coreness": lambda _: np.array(simple_pairs(matrix).coreness(), np.int64),
    }
    for name in asked:
        if name in alone:
            yield (name,), partial(_alone, name, alone[name])
    if sides := tuple(name for name in ("hubs", "authorities") if name in asked):
        yield sides, lambda tell: hubs_authorities(matrix, progress=tell)._asdict()


def _alone(name: str, measure: Callable[[Progress], object], progress: Progress) -> Mapping[str, object]:
    return {name: measure(progress)}


def _from_searches(
    graph: InfluenceGraph, asked: Sequence[str], *, steps: int, estimated: Callable[..., Mapping[str, object]]
) -> Iterator[Job]:
    """What follows ties from person to person, and tells how far it is."""
    if names := tuple(name for name in SAMPLED if name in asked):
        yield names, partial(estimated, names)
    if "reach" in asked:
        yield ("reach",), lambda progress: {"reach": reach(graph, steps=steps, progress=progress)}


def _estimated(
    graph: InfluenceGraph, names: Sequence[str], progress: Progress, **sampling: Any
) -> Mapping[str, Estimate]:
    if len(names) == len(SAMPLED):
        return dict(zip(SAMPLED, path_estimates(graph, **sampling, progress=progress), strict=True))
    one = betweenness_estimate if names[0] == "betweenness" else closeness_estimate
    return {names[0]: one(graph, **sampling, progress=progress)}


def _done(jobs: Iterable[Job], passes: Mapping[str, int], progress: Progress) -> dict[str, object]:
    """What all jobs find, while progress is told of in passes."""
    total, before = sum(passes.values()), 0
    found: dict[str, object] = {}
    for names, work in jobs:
        share = sum(passes[name] for name in names)
        report = partial(_report, progress, before, share, total)
        found |= work(report)
        report(1, 1)
        before += share
    return found


def _report(progress: Progress, before: int, share: int, total: int, done: int, of: int) -> None:
    if progress is not None:
        progress(before + share * done // of, total)
