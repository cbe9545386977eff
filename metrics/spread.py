"""What comes from leaders through the whole network: their share of influence, and whether their messages arrive."""

from __future__ import annotations

import math
from threading import Lock

import numpy as np
import pandas as pd

from metrics._arrays import arc_ends, by_person
from metrics._chain import in_chain
from metrics._turns import Progress, in_turns, portion
from metrics.inference.permuting import key_of
from metrics.kernels.running import cores, run, shared_out
from ona.model import InfluenceGraph

DAMPING = 0.85
"""How likely an attention walk is to go on after each step, as in PageRank."""

DRAWS = 500
"""Simulated messages behind `cascade_reach`; the standard error of one person's value is at most 0.5 / √500 = .022."""

EXACT_ARCS = 15
"""Networks of at most this many arcs are not simulated: every combination of arcs is gone through."""

MISSING = 1e-10
"""What may be missing from `influence_from_leaders`, whose walks are not followed for ever."""

_CELLS = 8_000_000  # people times leaders whose walks are solved together
_FEWEST, _MOST = 4, 32
_STEPS_A_TURN = 400_000_000  # arcs times leaders times sweeps
_PARTS = 100
_DRAWS_A_TURN = 32


def influence_from_leaders(graph: InfluenceGraph, *, with_chain: bool = False, damping: float = DAMPING) -> pd.Series:
    """The share of all influence on a person, at first hand or through others, that comes from leaders.

    An attention walk starts at the person and steps from whoever it is at to somebody who influences them, in
    proportion to strength; after each step it goes on with probability d. The value is the probability that it ends at
    a leader other than the person: Σ_{k ≥ 1} (1 − d) dᵏ⁻¹ Pr(at another leader after k steps). With d = 0 it is the
    leader share; with d > 0 it also counts leaders who influence those who influence me. A walk at somebody whom nobody
    influences stays there.

    Parameters
    ----------
    graph : InfluenceGraph
    with_chain : bool
        Count the own management chain. Without it the walk's *first* step never leads to somebody above the person (the
        others' probabilities are scaled up to 1), and ending at a leader above the person does not count; later steps
        may pass through them.
    damping : float
        d, at least 0 and below 1.

    Returns
    -------
    Series of float
        By person, 0 to 1; 0 for somebody whom nobody influences. At most 1e-10 (`MISSING`) too small, because walks are
        not followed for ever; exactly 0 where no leader who counts can be reached.

    Raises
    ------
    ValueError
        Damping outside [0, 1).

    References
    ----------
    Page, Brin, Motwani & Winograd 1999 (personalised PageRank); Katz 1953, *Psychometrika* 18, 39–43.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc"), "leader": [True, False, False]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]}))
    >>> influence_from_leaders(graph).round(6).tolist()
    [0.0, 1.0, 0.85]
    """
    return influence_from_leaders_both(graph, damping=damping)[int(with_chain)]


def influence_from_leaders_both(
    graph: InfluenceGraph, *, damping: float = DAMPING, progress: Progress | None = None
) -> tuple[pd.Series, pd.Series]:
    """`influence_from_leaders` without and with the own management chain, at the price of one."""
    if not 0 <= damping < 1:
        raise ValueError(f"damping must be at least 0 and below 1, not {damping}")
    walks = _walks_of(graph)
    leaders = np.flatnonzero(graph.is_leader)
    # Which leaders are solved together says when their solution is good enough: it must not depend on the machine.
    width = min(_MOST, max(_FEWEST, _CELLS // max(graph.size, 1)))
    blocks = [leaders[start : start + width] for start in range(0, len(leaders), width)]
    total = np.zeros((graph.size, 2))
    together = cores()
    turns = range(0, len(blocks), together)
    for turn, first in enumerate(turns):
        some = blocks[first : first + together]
        missing = [MISSING * len(block) / len(leaders) for block in some]
        told = portion(progress, _PARTS * turn, _PARTS * (turn + 1), _PARTS * len(turns))
        for found in _ends(walks, some, damping=damping, missing=missing, progress=told):
            total += found
    if progress:
        progress(_PARTS * len(turns), _PARTS * len(turns))
    without, with_them = (by_person(graph, column, "influence_from_leaders") for column in total.T)
    return without, with_them


def _ends(
    walks: tuple[np.ndarray, ...],
    blocks: list[np.ndarray],
    *,
    damping: float,
    missing: list[float],
    progress: Progress | None,
) -> list[np.ndarray]:
    """Where walks end, a block of leaders at a time: for each block people without and with their own chain."""
    from metrics.kernels.ends import ends_at, settle

    indptr, source, step = walks[:3]
    people, arcs = len(indptr) - 1, len(source)
    h = [np.zeros((people, len(block))) for block in blocks]
    settled = [np.zeros(1, bool) for _ in blocks]
    sweeps = max(1, _STEPS_A_TURN // max(1, arcs * len(blocks[0])))
    most = math.ceil(math.log(min(missing) * (1.0 - damping)) / math.log(damping)) if damping else 1
    done = 0
    while not all(settled):
        if progress:
            progress(min(done, most), most)

        def go_on(start: int, stop: int) -> None:
            for at in range(start, stop):
                if not settled[at]:
                    run(settle, indptr, source, step, blocks[at], damping, missing[at], sweeps, h[at], settled[at])

        shared_out(go_on, len(blocks), cost=sweeps * arcs)
        done += sweeps
    total = [np.zeros((people, 2)) for _ in blocks]

    def add_up(start: int, stop: int) -> None:
        for at in range(start, stop):
            run(ends_at, *walks, blocks[at], h[at], total[at])

    shared_out(add_up, len(blocks), cost=arcs)
    return total


def _walks_of(graph: InfluenceGraph) -> tuple[np.ndarray, ...]:
    """Where walks at each person step to, as `metrics.kernels.ends.ends_at` takes it: its first seven arrays."""
    source, target = arc_ends(graph)
    strength = graph.arcs["strength"].to_numpy()
    outside = ~in_chain(graph, target, source)
    received = np.bincount(target, strength, minlength=graph.size)
    counted = np.bincount(target, strength * outside, minlength=graph.size)
    scale = np.divide(received, counted, out=np.zeros(graph.size), where=counted > 0)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(target, minlength=graph.size))]).astype(np.int64)
    step = strength / received[target]
    by_target = np.argsort(target, kind="stable")
    chain = graph.chain
    above, those = chain.indptr.astype(np.int64), chain.indices.astype(np.int32)
    return indptr, source[by_target].astype(np.int32), step[by_target], outside[by_target], scale, above, those


def passing_probability(graph: InfluenceGraph) -> np.ndarray:
    """How likely each arc is to pass a message on: p = 1 − exp(−strength / W).

    W is the median strength a person receives in all, over people who receive any. So strengths may be in any unit, and
    a person who receives the median strength, all of whose contacts have the message, hears it with probability
    1 − 1/e ≈ .63, whether from one close contact or many distant ones.

    Parameters
    ----------
    graph : InfluenceGraph

    Returns
    -------
    array of float, shape (arcs,)
        In the order of ``graph.arcs``.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc")})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a", "b"], "target": ["c", "c"]}))
    >>> passing_probability(graph).round(4).tolist()
    [0.3935, 0.3935]
    """
    strength = graph.arcs["strength"].to_numpy()
    received = np.bincount(arc_ends(graph)[1], strength, minlength=graph.size)
    received = received[received > 0]
    return 1.0 - np.exp(-strength / np.median(received)) if received.size else strength


def cascade_reach(
    graph: InfluenceGraph,
    *,
    with_chain: bool = False,
    probability: float | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> pd.Series:
    """The probability that a message which all leaders start reaches a person.

    Independent cascade: whoever has the message passes it on along each of their arcs once, with that arc's
    probability. For a leader, the *other* leaders start the message.

    Parameters
    ----------
    graph : InfluenceGraph
    with_chain : bool
        Count the own management chain. Without it, arcs to the person from people above them do not count as the last
        step; anyone may have passed the message on before.
    probability : float, optional
        The same probability for every arc; without it, `passing_probability`.
    draws : int
        How many messages are simulated, unless the network has at most `EXACT_ARCS` arcs: then the value is exact. The
        standard error of a value r is √(r (1 − r) / draws). Both readings of `with_chain` come from the same draws.
    seed : int
        Seed of the simulation. Message r follows from the seed, r and the order of ``graph.arcs`` alone.

    Returns
    -------
    Series of float
        By person, 0 to 1; 0 for somebody whom nobody influences.

    Raises
    ------
    ValueError
        A probability outside 0 to 1, or fewer than one draw.

    References
    ----------
    Kempe, Kleinberg & Tardos 2003, *KDD*, 137–146; Goldenberg, Libai & Muller 2001, *Marketing Letters* 12, 211–223.

    Examples
    --------
    A path passes p², a triangle p + (1 − p) p²:

    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc"), "leader": [True, False, False]})
    >>> path = influence_graph(people, pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]}))
    >>> cascade_reach(path, probability=0.5).tolist()
    [0.0, 0.5, 0.25]
    >>> triangle = influence_graph(people, pd.DataFrame({"source": ["a", "a", "b"], "target": ["b", "c", "c"]}))
    >>> cascade_reach(triangle, probability=0.5).tolist()
    [0.0, 0.5, 0.625]
    """
    return cascade_reach_both(graph, probability=probability, draws=draws, seed=seed)[int(with_chain)]


def cascade_reach_both(
    graph: InfluenceGraph,
    *,
    probability: float | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[pd.Series, pd.Series]:
    """`cascade_reach` without and with the own management chain, at the price of one."""
    if probability is not None and not 0 <= probability <= 1:
        raise ValueError(f"probability must be from 0 to 1, not {probability}")
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    from metrics.kernels.cascade import cascades

    source, target = arc_ends(graph)
    passing = passing_probability(graph) if probability is None else np.full(len(source), float(probability))
    outside = ~in_chain(graph, target, source)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=graph.size))]).astype(np.int64)
    arcs = (indptr, target.astype(np.int32), passing, outside, np.flatnonzero(graph.is_leader), key_of(seed))
    reach, adding = np.zeros((graph.size, 2)), Lock()
    if len(source) <= EXACT_ARCS:
        run(cascades, *arcs, True, 0, 2 ** len(source), reach)
    else:

        def work(start: int, stop: int) -> None:
            counted = np.zeros_like(reach)
            run(cascades, *arcs, False, start, stop, counted)
            # Whole numbers: it does not matter who comes first.
            with adding:
                reach[:] += counted

        in_turns(work, draws, turn=_DRAWS_A_TURN, cost=len(source), progress=progress)
        reach /= draws
    without, with_them = (by_person(graph, column.clip(max=1.0), "cascade_reach") for column in reach.T)
    return without, with_them
