"""Closeness: who is near to those whose influence can reach them, exact or from a sample with a proven bound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics._arrays import by_person
from metrics.centrality._searches import Arcs, arcs_of, nearness_from
from metrics.centrality.sampling import EXACT_PEOPLE, EXACT_PEOPLE_STEPS, Estimate, half_widths, sources_to_draw
from ona.model import InfluenceGraph

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None] | None


def closeness(
    graph: InfluenceGraph,
    *,
    exact: bool | None = None,
    sources: int | None = None,
    directed: bool = True,
    steps: bool = False,
    delta: float = 0.1,
    seed: int = 0,
    progress: Progress = None,
) -> pd.Series:
    """How near a person is to those whose influence can reach them (harmonic closeness).

    H_i = Σ_j 1 / d(j, i) over everyone j from whom a directed path leads to i; d is the length of the shortest, on
    ``distance``. The plain sum, not divided by n − 1: a direct tie alone adds its strength, so the unit is strength.
    Exact up to `EXACT_PEOPLE` (in steps `EXACT_PEOPLE_STEPS`), else from a sample.

    Parameters
    ----------
    exact, sources, directed, steps, delta, seed, progress
        As in `closeness_estimate`, whose values these are.

    Returns
    -------
    Series
        Index ``person``; 0 for somebody nobody's influence reaches.

    References
    ----------
    Marchiori & Latora 2000, *Physica A* 285, 539–546; Rochat 2009, *Applications of Social Network Analysis*.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> closeness(line()).round(4).tolist()
    [0.0, 2.0, 5.3333]
    """
    return closeness_estimate(
        graph,
        exact=exact,
        sources=sources,
        directed=directed,
        steps=steps,
        delta=delta,
        seed=seed,
        progress=progress,
    ).values


def closeness_estimate(
    graph: InfluenceGraph,
    *,
    exact: bool | None = None,
    sources: int | None = None,
    directed: bool = True,
    steps: bool = False,
    delta: float = 0.1,
    seed: int = 0,
    progress: Progress = None,
) -> Estimate:
    """Closeness with how far each value may be from the exact one.

    A sample is of the j in Σ_j 1 / d(j, i), the same for everybody, without replacement; the sum is scaled up.

    Parameters
    ----------
    exact : bool, optional
        Search from everybody, or from a sample; left out, exact up to `EXACT_PEOPLE` people, with ``steps``
        `EXACT_PEOPLE_STEPS`, unless ``sources`` are given.
    sources : int, optional
        People in the sample, `SOURCES` unless given. As many as there are, or more, are exact.
    directed : bool
        Along influence; else on the undirected graph, strengths of both directions added.
    steps : bool
        Every tie is one step long, whatever its strength: a person j steps away adds 1 / j.
    delta : float
        The chance that the bound fails for anybody.
    seed : int
        Of the sample.
    progress : callable, optional
        Called as ``progress(searches done, searches in all)``.

    Returns
    -------
    Estimate
        ``values`` and ``error`` in units of strength, with ``steps`` in people one step away.

    Raises
    ------
    StudyError
        Fewer than 1 source, δ not between 0 and 1, or both exact and sources.

    Notes
    -----
    Nobody adds more to a person than the strongest of their incoming ties, and nobody adds anything to a person
    without any; `half_widths` turns that and the sample into the error.

    References
    ----------
    Eppstein & Wang 2004, *Journal of Graph Algorithms and Applications* 8, 39–45, for sampling; those of `half_widths`;
    Then et al. 2014, *Proceedings of the VLDB Endowment* 8(4), 449–460, for many searches in steps at once.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> found = closeness_estimate(line(), steps=True)
    >>> found.values.tolist(), found.exact, found.unit
    ([0.0, 1.0, 1.5], True, 'people one step away')
    """
    most = EXACT_PEOPLE_STEPS if steps else EXACT_PEOPLE
    drawn = sources_to_draw(graph.size, exact=exact, sources=sources, delta=delta, most=most)
    arcs = arcs_of(graph, directed=directed, steps=steps)
    starts = np.arange(graph.size)
    if drawn is not None:
        starts = np.sort(np.random.default_rng(seed).choice(graph.size, drawn, replace=False, shuffle=False))
    near = nearness_from(arcs, starts, progress=progress)
    return nearness_estimate(graph, arcs, near, drawn=len(starts), steps=steps, delta=delta)


def nearness_estimate(
    graph: InfluenceGraph, arcs: Arcs, near: Floats, *, drawn: int, steps: bool, delta: float
) -> Estimate:
    """Closeness from sums of 1 / distance, and of its squares, over so many people drawn; NaN if that is nobody."""
    people = graph.size
    top = np.zeros(people)
    np.maximum.at(top, arcs.indices, 1.0 / arcs.lengths)
    factor, error = np.nan, np.full(people, np.nan)
    if drawn or not people:
        factor = people / max(drawn, 1)
        error = people * half_widths(*near, drawn=drawn, of=people, top=top, delta=delta)
    largest = (people - 1) * top.max(initial=0.0)
    return Estimate(
        values=by_person(graph, near[0] * factor, "closeness"),
        error=by_person(graph, error, "error"),
        exact=drawn == people,
        sources=drawn,
        people=people,
        epsilon=float(error.max(initial=0.0) / largest) if largest > 0 else 0.0,
        delta=delta,
        unit="people one step away" if steps else "strength",
    )
