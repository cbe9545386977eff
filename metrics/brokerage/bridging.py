"""Bridging: how much passing-on each contact brings, and who would be cut off from every leader.

Ties are those of the undirected simple graph: two people are tied when there is an arc either way, whatever its
strength.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics._arrays import by_person
from metrics.brokerage._adjacency import Contacts, Progress, contacts_of
from metrics.centrality import Estimate, betweenness_estimate
from metrics.kernels.running import run
from ona.model import InfluenceGraph

EVERETT_VALENTE_COLUMNS = ("everett_valente", "everett_valente_error")
"""What a table calls `everett_valente` and how far it can be off."""


@dataclass(frozen=True)
class Surroundings:
    """What Everett and Valente's measure takes besides betweenness, person by person."""

    degrees: NDArray[np.int64]
    people: NDArray[np.int64]  # in the connected part
    between: NDArray[np.bool_]  # on a shortest path: two contacts are not tied to each other


def everett_valente(
    graph: InfluenceGraph,
    *,
    exact: bool | None = None,
    sources: int | None = None,
    delta: float = 0.1,
    seed: int = 0,
    progress: Progress | None = None,
) -> pd.Series:
    """How much passing-on each of a person's contacts brings: betweenness shared over the contacts.

    V_i = (2 · C_B(i) + n_i − 1) / degree_i where C_B(i) > 0, else 0. C_B is the betweenness in the undirected simple
    graph, strength ignored, every pair once; n_i is the number of people in i's connected part (all n when connected).

    Parameters
    ----------
    graph : InfluenceGraph
    exact, sources, delta, seed, progress
        See `everett_valente_estimate`.

    Returns
    -------
    Series
        Index ``person``; 0 for people on no shortest path, those without ties among them.

    References
    ----------
    Everett & Valente 2016, *Social Networks* 44, 202–208.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> everett_valente(three()).tolist()
    [2.0, 0.0, 0.0]
    """
    found = everett_valente_estimate(graph, exact=exact, sources=sources, delta=delta, seed=seed, progress=progress)
    return found.values


def everett_valente_estimate(
    graph: InfluenceGraph,
    *,
    exact: bool | None = None,
    sources: int | None = None,
    delta: float = 0.1,
    seed: int = 0,
    progress: Progress | None = None,
) -> Estimate:
    """Everett and Valente's measure, and how far the value may be from the true one where betweenness is sampled.

    Parameters
    ----------
    graph : InfluenceGraph
    exact : bool, optional
        Whether every shortest path is looked at, or a sample; left out, every one up to
        `metrics.centrality.EXACT_PEOPLE` people. The sample is that of `metrics.centrality.betweenness_estimate`.
    sources : int, optional
        Searches in the sample.
    delta : float
        δ: errors hold for everybody at once with probability at least 1 − δ.
    seed : int
        Seed of the sample, if there is one.
    progress : callable, optional
        Called as ``progress(done, of)``.

    Returns
    -------
    Estimate
        ``error`` is 2 · error of C_B / degree; 0 where the value is exact. Who gets 0 is exact in either case: C_B is
        above 0 just where two contacts of the person are not tied to each other. ``epsilon`` is the largest error as a
        share of the largest value anybody could have: that of C_B.

    Raises
    ------
    StudyError
        More than 10³⁰⁸ equally short ways between two people, or what `metrics.centrality.betweenness_estimate`
        refuses.

    Notes
    -----
    The bound holds for any network and is often wider than the value; ranks are far better than it proves.

    References
    ----------
    Everett & Valente 2016, *Social Networks* 44, 202–208.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> found = everett_valente_estimate(three())
    >>> found.values["a"], found.error["a"], found.exact
    (np.float64(2.0), np.float64(0.0), True)
    """
    around = surroundings_of(contacts_of(graph))
    return everett_valente_from(graph, around, exact=exact, sources=sources, delta=delta, seed=seed, progress=progress)


def surroundings_of(held: Contacts) -> Surroundings:
    """Degrees, sizes of connected parts, and who stands between contacts."""
    from metrics.kernels.contacts import sizes_of_parts, stand_between

    people, between = np.zeros(held.people, np.int64), np.zeros(held.people, bool)
    run(sizes_of_parts, held.starts, held.contacts, people)
    run(stand_between, held.starts, held.contacts, between)
    return Surroundings(degrees=held.degrees, people=people, between=between)


def everett_valente_from(
    graph: InfluenceGraph,
    around: Surroundings,
    *,
    exact: bool | None,
    sources: int | None,
    delta: float,
    seed: int,
    progress: Progress | None,
) -> Estimate:
    """As `everett_valente_estimate`, with what else it takes at hand."""
    passed = betweenness_estimate(
        graph, exact=exact, sources=sources, delta=delta, directed=False, steps=True, seed=seed, progress=progress
    )
    contacts = np.maximum(around.degrees, 1)
    values = np.where(around.between, (2 * passed.values.to_numpy() + around.people - 1) / contacts, 0.0)
    errors = np.where(around.between, 2 * passed.error.to_numpy() / contacts, 0.0)
    value, error = EVERETT_VALENTE_COLUMNS
    return replace(
        passed,
        values=by_person(graph, values, value),
        error=by_person(graph, errors, error),
        unit="pairs of people for each contact",
    )


def bridge_dependence(graph: InfluenceGraph) -> pd.Series:
    """How many people lose their only way to any leader if this person leaves.

    The number of other people who are joined to at least one leader by a path in the undirected simple graph, and to
    none once the person and their ties are gone. A leader is joined to a leader by being one, so leaders never count
    among those who lose. A leader who leaves is a leader fewer: when the only leader of a connected part leaves,
    everybody else in that part counts. People who have no way to a leader as it is have none to lose.

    Parameters
    ----------
    graph : InfluenceGraph

    Returns
    -------
    Series
        Index ``person``; NaN for everybody when the study names no leaders.

    Notes
    -----
    With one vertex more, tied to every leader, somebody loses exactly when all their paths from that vertex pass
    through the person. One depth-first search from it finds them for everybody at once, in time in proportion to the
    ties.

    References
    ----------
    Hopcroft & Tarjan 1973, *Communications of the ACM* 16, 372–378.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> bridge_dependence(three()).tolist()
    [1.0, 2.0, 0.0]
    """
    return bridge_dependence_from(graph, contacts_of(graph))


def bridge_dependence_from(graph: InfluenceGraph, held: Contacts) -> pd.Series:
    """As `bridge_dependence`, with everybody's contacts at hand."""
    from metrics.kernels.contacts import cut_off

    leaders, counts = graph.is_leader, np.zeros(graph.size, np.int64)
    run(cut_off, held.starts, held.contacts, leaders, counts)
    return by_person(graph, np.where(leaders.any(), counts, np.nan), "bridge_dependence")
