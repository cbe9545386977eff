"""How far leaders are: steps to the nearest, how many within reach, and how many separate ways lead to them.

A step is a tie in either direction: whoever hears from me can take me to a leader as well as whoever I hear from. With
the own management chain excluded, the people above someone in the reporting tree are taken out of the network for that
person alone: they are neither a destination nor a stepping stone. Leaders leave themselves out: for them it is the way
to *another* leader that counts.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from metrics._arrays import both_ways, by_person
from metrics._chain import chains
from metrics._hops import hops, nearest_wanted
from ona.model import InfluenceGraph

PATHS_COUNTED = 3
"""Independent paths are counted up to this many; see `paths_to_leaders`."""

_BATCH_CELLS = 8_000_000  # steps from leaders to people held at once


def steps_to_leader(graph: InfluenceGraph, *, with_chain: bool = False) -> pd.Series:
    """Ties between a person and the nearest leader, along the shortest way; 1 is a leader one is tied to.

    Parameters
    ----------
    graph : InfluenceGraph
    with_chain : bool
        Count the own management chain, both as leaders and as people to go through.

    Returns
    -------
    Series of float
        By person; NaN where no (other) leader can be reached at all.

    References
    ----------
    Lin 1999, *Connections* 22(1), 28–51, on reaching those who hold resources as social capital.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcd"), "leader": [True, False, False, False]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a", "c"], "target": ["b", "b"]}))
    >>> steps_to_leader(graph).tolist()
    [nan, 1.0, 2.0, nan]
    """
    return by_person(graph, _hops(graph, with_chain=with_chain, within=1)[0], "steps_to_leader")


def leaders_within(graph: InfluenceGraph, *, steps: int = 2, with_chain: bool = False) -> pd.Series:
    """How many leaders a person can reach in at most so many steps.

    Parameters
    ----------
    graph : InfluenceGraph
    steps : int
        The most ties to go along.
    with_chain : bool
        Count the own management chain, both as leaders and as people to go through.

    Returns
    -------
    Series of int
        By person; 0 for somebody without ties.

    Raises
    ------
    ValueError
        Fewer than one step.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcd"), "leader": [True, False, False, True]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a", "c", "d"], "target": ["b", "b", "c"]}))
    >>> leaders_within(graph).tolist(), leaders_within(graph, steps=1).tolist()
    ([0, 2, 2, 0], [0, 1, 1, 0])
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1, not {steps}")
    counts = _hops(graph, with_chain=with_chain, within=steps)[1]
    return pd.Series(counts, index=graph.persons, name=f"leaders_within_{steps}")


def paths_to_leaders(graph: InfluenceGraph, *, most: int | None = PATHS_COUNTED, with_chain: bool = False) -> pd.Series:
    """How many ways lead to leaders that share nobody: 0 cut off, 1 fragile, 2 or more safe.

    The largest number of paths from the person to leaders of which no two have anybody in common but the person (each
    ends at a leader of its own). By Menger's theorem it is the number of people one would have to take away to cut the
    person off. Undirected, strengths ignored.

    Counting stops at `most`: what matters is whether losing one or two people would cut somebody off, and a capped
    count means the same in a firm of 60 and one of 60,000, where the plain count is little but the number of ties.

    Parameters
    ----------
    graph : InfluenceGraph
    most : int or None
        Stop counting here: 3 reads "three or more". None counts them all.
    with_chain : bool
        Count the own management chain, both as leaders and as people to go through.

    Returns
    -------
    Series of int
        By person.

    References
    ----------
    Menger 1927, *Fundamenta Mathematicae* 10; White & Harary 2001, *Sociological Methodology* 31, 305–359.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcd"), "leader": [True, True, False, False]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a", "b", "c"], "target": ["c", "c", "d"]}))
    >>> paths_to_leaders(graph).tolist()
    [1, 1, 2, 1]
    """
    if not graph.is_leader.any():
        return pd.Series(0, index=graph.persons, name="paths_to_leaders")
    neighbours = _neighbours(graph)
    around = _nearest_leader_first(neighbours, np.flatnonzero(graph.is_leader))
    leader: list[bool] = graph.is_leader.tolist()
    component = connected_components(neighbours, directed=False)[1]
    limit = np.bincount(component, graph.is_leader, minlength=1).astype(int)[component] - graph.is_leader
    if most is not None:
        limit = np.minimum(limit, most)
    counts = np.zeros(graph.size, int)
    for person in range(graph.size):
        counts[person], walled = _independent_paths(around, leader, blocked=set(), person=person, most=limit[person])
        # Whoever stands on the near side of the people that wall this person off is walled off by the same people,
        # though for them this person is one leader more if a leader.
        limit[walled] = np.minimum(limit[walled], counts[person] + leader[person])
    if not with_chain:
        for person, above in enumerate(chains(graph)):
            if above.size:
                blocked, bound = set(above.tolist()), counts[person]
                counts[person] = _independent_paths(around, leader, blocked=blocked, person=person, most=bound)[0]
    return pd.Series(counts, index=graph.persons, name="paths_to_leaders")


def _neighbours(graph: InfluenceGraph) -> csr_array:
    """Who is tied to whom, in either direction."""
    tied = both_ways(graph)
    tied.sort_indices()
    return tied


def _nearest_leader_first(tied: csr_array, leaders: np.ndarray) -> list[list[int]]:
    """Each person's neighbours, those nearest to a leader first, so that a search in depth goes straight there."""
    away = dijkstra(tied, indices=leaders, unweighted=True, min_only=True)
    row = np.repeat(np.arange(tied.shape[0]), np.diff(tied.indptr))
    ordered = tied.indices[np.lexsort((tied.indices, away[tied.indices], row))]
    return [part.tolist() for part in np.split(ordered, tied.indptr[1:-1])]


def _hops(graph: InfluenceGraph, *, with_chain: bool, within: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps to the nearest leader, and the number of leaders at most ``within`` steps away.

    Without the chain every person's search runs in a network of its own. With it the way back is as long as the way
    there, and it is enough to search from the leaders, of whom there are fewer.
    """
    tied = _neighbours(graph)
    if not with_chain:
        return nearest_wanted(tied, graph.is_leader, barred=graph.chain, within=within)
    leaders = np.flatnonzero(graph.is_leader)
    nearest, counts = np.full(graph.size, np.inf), np.zeros(graph.size, int)
    rows = max(1, _BATCH_CELLS // max(1, graph.size))
    for start in range(0, len(leaders), rows):
        some = leaders[start : start + rows]
        away = hops(tied, some)
        away[np.arange(len(some)), some] = -1
        found = away > 0
        nearest = np.minimum(nearest, np.where(found, away, np.inf).min(axis=0))
        counts += (found & (away <= within)).sum(axis=0)
    nearest[np.isinf(nearest)] = np.nan
    return nearest, counts


def _independent_paths(
    around: list[list[int]], leader: list[bool], *, blocked: set[int], person: int, most: int
) -> tuple[int, list[int]]:
    """Largest flow from a person to leaders when nobody may be passed twice, and who is behind the same people.

    ``before[v]`` is who comes before v on the path through v. Ties to leaders are paths already; each further one is an
    augmenting path (Ford & Fulkerson 1956) in the network where everybody is an entry and an exit joined by one unit.
    Counting stops at ``most``, and then nobody is known to be walled off.
    """
    before: dict[int, int] = {}
    for other in around[person]:
        if len(before) >= most:
            return most, []
        if leader[other] and other not in blocked:
            before[other] = person
    paths = len(before)
    while paths < most:
        trail, reached = _augmenting(around, leader, blocked=blocked, person=person, before=before)
        if not trail:
            return paths, reached
        for (u, u_exits), (v, v_exits) in pairwise(trail):
            if u_exits and not v_exits:
                if u == v:
                    del before[v]
                else:
                    before[v] = u
        paths += 1
    return paths, []


def _augmenting(
    around: list[list[int]], leader: list[bool], *, blocked: set[int], person: int, before: dict[int, int]
) -> tuple[list[tuple[int, bool]], list[int]]:
    """An augmenting path as (vertex, at its exit?) from the person's exit to a free leader's entry.

    Where there is none it is empty, and beside it stand the vertices whose exit was reached: all that lies before the
    smallest cut.
    """
    came: dict[tuple[int, bool], tuple[int, bool]] = {}
    stack = [(person, True)]
    while stack:
        state = vertex, exits = stack.pop()
        onward: list[tuple[int, bool]] = []
        if not exits:
            onward.append((before[vertex], True) if vertex in before else (vertex, True))
        else:
            if vertex in before:
                onward.append((vertex, False))
            onward.extend((w, False) for w in around[vertex] if w not in blocked and before.get(w) != vertex)
        for to in reversed(onward):
            if to[0] == person or to in came:
                continue
            came[to] = state
            if not to[1] and leader[to[0]] and to[0] not in before:
                trail = [to]
                while trail[-1] != (person, True):
                    trail.append(came[trail[-1]])
                return trail[::-1], []
            stack.append(to)
    return [], [vertex for vertex, exits in came if exits]
