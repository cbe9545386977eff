"""How far leaders are: steps to the nearest, how many within reach, and how many separate ways lead to them.

A step is a tie in either direction: whoever hears from me can take me to a leader as well as whoever I hear from. With
the own management chain excluded, the people above someone in the reporting tree are taken out of the network for that
person alone: they are neither a destination nor a stepping stone. Leaders leave themselves out: for them it is the way
to *another* leader that counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from metrics._arrays import arc_ends, by_person
from metrics._chain import levels_down, managers, numbered
from metrics._hops import nearest_wanted
from metrics._turns import Progress, in_turns, portion
from metrics.kernels.running import run
from ona.model import InfluenceGraph

PATHS_COUNTED = 3
"""Independent paths are counted up to this many; see `paths_to_leaders`."""

_MOST_NEAREST = 8  # leaders known to be nearest to everybody; more of them make searches straighter, not other
_SPARE = 3
_AROUND = 2  # steps that are looked at tie by tie
_TURNS = 25
_SEARCH = 1_000  # people and ties that a search looks at


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
    return by_person(graph, steps_from(ways_of(graph))[int(with_chain)], "steps_to_leader")


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
    if steps <= _AROUND:
        counts = leaders_around(ways_of(graph), steps=steps)[int(with_chain)]
    else:
        barred = csr_array(graph.chain.shape, dtype=bool) if with_chain else graph.chain
        counts = nearest_wanted(_tied(graph), graph.is_leader, barred=barred, within=steps)[1]
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
    counts = separate_ways(ways_of(graph), most=most, narrow=not with_chain)[int(with_chain)]
    return pd.Series(counts, index=graph.persons, name="paths_to_leaders")


@dataclass(frozen=True)
class Ways:
    """The network people find their ways to leaders in, as the compiled searches take it.

    ``indptr`` and ``indices`` are ties in either direction; ``above`` and ``chain`` each person's management chain.
    ``nearest`` holds some of the leaders nearest to everybody, along ways through no other leader, and ``away`` the
    steps there. People are numbered so that all below somebody come right after them; those whose chain holds all of
    i's are ``low[i]`` up to ``high[i]``. ``order`` starts at the top of the tree.
    """

    is_leader: NDArray[np.bool_]
    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    above: NDArray[np.int64]
    chain: NDArray[np.int32]
    nearest: NDArray[np.int32]
    away: NDArray[np.int32]
    number: NDArray[np.int32]
    low: NDArray[np.int32]
    high: NDArray[np.int32]
    order: NDArray[np.int64]

    @property
    def size(self) -> int:
        """How many people there are."""
        return len(self.number)


def ways_of(graph: InfluenceGraph) -> Ways:
    """The network of ties with the leaders nearest to everybody."""
    from metrics.kernels.nearest import nearest_leaders

    tied, chain, is_leader = _tied(graph), graph.chain, graph.is_leader
    indptr, indices = tied.indptr.astype(np.int64), tied.indices.astype(np.int32)
    # With more leaders known than anybody has above them, one who counts is almost always among them.
    most = min(_MOST_NEAREST, int(_leaders_above(chain, is_leader).max(initial=0)) + _SPARE)
    nearest, away = (np.empty((graph.size, most), np.int32) for _ in range(2))
    run(nearest_leaders, indptr, indices, np.flatnonzero(is_leader), is_leader, nearest, away)
    number, below = numbered(graph)
    manager = managers(graph)
    return Ways(
        is_leader=is_leader,
        indptr=indptr,
        indices=indices,
        above=chain.indptr.astype(np.int64),
        chain=chain.indices.astype(np.int32),
        nearest=nearest,
        away=away,
        number=number,
        low=np.where(manager >= 0, number[manager] + 1, 0).astype(np.int32),
        high=np.where(manager >= 0, number[manager] + below[manager], graph.size).astype(np.int32),
        order=np.argsort(levels_down(graph), kind="stable"),
    )


def _tied(graph: InfluenceGraph) -> csr_array:
    """Who is tied to whom, in either direction."""
    source, target = (end.astype(np.int32) for end in arc_ends(graph))
    arcs = csr_array((np.ones(len(source), np.int8), (source, target)), shape=(graph.size, graph.size))
    tied = csr_array(arcs + arcs.T)
    tied.sort_indices()
    return tied


def _leaders_above(chain: csr_array, is_leader: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many leaders are above each person in the reporting tree."""
    row = np.repeat(np.arange(len(is_leader)), np.diff(chain.indptr))
    return np.bincount(row[is_leader[chain.indices]], minlength=len(is_leader))


def steps_from(ways: Ways, *, progress: Progress | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Steps from each person to the nearest leader, without and with the own management chain."""
    from metrics.kernels.nearest import steps_to

    own = ways.nearest[:, 0] == np.arange(ways.size)
    other = np.where(own, ways.nearest[:, 1], ways.nearest[:, 0])
    included = np.where(other >= 0, np.where(own, ways.away[:, 1], ways.away[:, 0]), np.nan)
    without, cut = np.full(ways.size, np.nan), np.zeros(ways.size, bool)

    def work(start: int, stop: int) -> None:
        run(
            steps_to,
            ways.indptr,
            ways.indices,
            ways.is_leader,
            ways.nearest,
            ways.away,
            ways.above,
            ways.chain,
            ways.number,
            ways.low,
            ways.high,
            ways.order[start:stop],
            cut,
            without,
        )

    in_turns(work, ways.size, turn=_turn(ways), cost=_SEARCH, progress=progress)
    return without, included


def leaders_around(ways: Ways, *, steps: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Leaders at most one step away, or two, from each person, without and with the own management chain."""
    from metrics.kernels.nearest import leaders_around as fill

    led = ways.is_leader[ways.indices]
    starts = np.concatenate([[0], np.cumsum(led)])[ways.indptr].astype(np.int64)
    leaders = ways.indices[led]
    counts = np.zeros((ways.size, 2), np.int64)

    def work(start: int, stop: int) -> None:
        run(
            fill,
            ways.indptr,
            ways.indices,
            ways.is_leader,
            starts,
            leaders,
            ways.above,
            ways.chain,
            steps,
            start,
            stop,
            counts,
        )

    in_turns(work, ways.size, turn=max(ways.size, 1), cost=_SEARCH)
    return counts[:, 0], counts[:, 1]


def separate_ways(
    ways: Ways, *, most: int | None, narrow: bool = True, progress: Progress | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Separate ways from each person to leaders without (unless not wanted: then 0) and with the own chain."""
    without, included = np.zeros(ways.size, np.int64), np.zeros(ways.size, np.int64)
    leaders = int(ways.is_leader.sum()) - ways.is_leader.astype(np.int64)
    limit = leaders if most is None else np.minimum(leaders, most)
    everyone = np.zeros(ways.size, np.int32), np.full(ways.size, ways.size, np.int32)
    nobody = np.zeros(ways.size + 1, np.int64)
    whole = 2 * ways.size
    _count(ways, nobody, *everyone, limit.astype(np.int32), included, portion(progress, 0, ways.size, whole))
    if narrow:
        # Who has no more than so many ways with the chain has no more without it.
        rest = portion(progress, ways.size, whole, whole)
        _count(ways, ways.above, ways.low, ways.high, included.astype(np.int32), without, rest)
    return without, included


def _count(
    ways: Ways,
    above: NDArray[np.int64],
    low: NDArray[np.int32],
    high: NDArray[np.int32],
    limit: NDArray[np.int32],
    counts: NDArray[np.int64],
    progress: Progress | None,
) -> None:
    """Fill ``counts`` with the separate ways that avoid these chains, none above its limit."""
    from metrics.kernels.flows import separate_ways as fill

    def work(start: int, stop: int) -> None:
        run(
            fill,
            ways.indptr,
            ways.indices,
            ways.is_leader,
            ways.nearest,
            ways.away,
            above,
            ways.chain,
            ways.number,
            low,
            high,
            ways.order[start:stop],
            limit,
            counts,
        )

    in_turns(work, ways.size, turn=_turn(ways), cost=_SEARCH, progress=progress)


def _turn(ways: Ways) -> int:
    return max(4_096, ways.size // _TURNS)
