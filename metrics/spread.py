"""What comes from leaders through the whole network: their share of influence, and whether their messages arrive."""

from __future__ import annotations

import igraph
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from metrics._arrays import arc_ends, by_person
from metrics._chain import in_chain
from ona.model import InfluenceGraph

DAMPING = 0.85
"""How likely an attention walk is to go on after each step, as in PageRank."""

DRAWS = 500
"""Simulated messages behind `cascade_reach`; the standard error of one person's value is at most 0.5 / √500 = .022."""

EXACT_ARCS = 15
"""Networks of at most this many arcs are not simulated: every combination of arcs is gone through."""

_BLOCK_VERTICES = 1_000_000
_BLOCK_COLUMNS = 128
_TOLERANCE = 1e-12


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
        By person, 0 to 1; 0 for somebody whom nobody influences.

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
    if not 0 <= damping < 1:
        raise ValueError(f"damping must be at least 0 and below 1, not {damping}")
    source, target = arc_ends(graph)
    strength = graph.arcs["strength"].to_numpy()
    leaders = np.flatnonzero(graph.is_leader)
    walk = _attention(graph.size, source=source, target=target, strength=strength)
    first = walk
    if not with_chain:
        kept = ~in_chain(graph, target, source)
        first = _attention(graph.size, source=source[kept], target=target[kept], strength=strength[kept])
    total = np.zeros(graph.size)
    for start in range(0, len(leaders), _BLOCK_COLUMNS):
        total += _ends_at(graph, leaders[start : start + _BLOCK_COLUMNS], walk, first, damping, with_chain)
    return by_person(graph, total, "influence_from_leaders")


def _attention(size: int, *, source: np.ndarray, target: np.ndarray, strength: np.ndarray) -> csr_array:
    """Row: where a walk at this person steps to; somebody whom nobody influences stays where they are."""
    received = np.bincount(target, strength, minlength=size)
    alone = np.flatnonzero(received == 0)
    values = np.concatenate([strength / received[target], np.ones(len(alone))])
    rows, columns = np.concatenate([target, alone]), np.concatenate([source, alone])
    return csr_array((values, (rows, columns)), shape=(size, size))


def _ends_at(
    graph: InfluenceGraph,
    leaders: np.ndarray,
    walk: csr_array,
    first: csr_array,
    damping: float,
    with_chain: bool,
) -> np.ndarray:
    """For each person, the probability that their walk ends at one of these leaders who counts for them."""
    here = np.zeros((graph.size, len(leaders)))
    here[leaders, np.arange(len(leaders))] = 1.0
    ends = np.zeros_like(here)
    while True:
        following = walk @ ((1.0 - damping) * here + damping * ends)
        change = np.abs(following - ends).max()
        ends = following
        if change < _TOLERANCE:
            break
    ends = first @ ((1.0 - damping) * here + damping * ends)
    ends[leaders, np.arange(len(leaders))] = 0.0
    if not with_chain:
        ends[graph.chain[:, leaders].toarray()] = 0.0
    return np.asarray(ends.sum(axis=1))


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
        Seed of the simulation.

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
    graph: InfluenceGraph, *, probability: float | None = None, draws: int = DRAWS, seed: int = 0
) -> tuple[pd.Series, pd.Series]:
    """`cascade_reach` without and with the own management chain, at the price of one."""
    if probability is not None and not 0 <= probability <= 1:
        raise ValueError(f"probability must be from 0 to 1, not {probability}")
    if draws < 1:
        raise ValueError(f"draws must be at least 1, not {draws}")
    source, target = arc_ends(graph)
    passing = passing_probability(graph) if probability is None else np.full(len(source), float(probability))
    outside = ~in_chain(graph, target, source)
    # Only people with an arc take part, so that a small network in a large roster stays small.
    involved, ends = np.unique(np.concatenate([source, target]), return_inverse=True)
    source, target = ends[: len(source)], ends[len(source) :]
    seeds = np.flatnonzero(graph.is_leader[involved])
    reach = np.zeros((2, graph.size))
    rng = np.random.default_rng(seed)
    exact = len(source) <= EXACT_ARCS
    total = 2 ** len(source) if exact else draws
    rows = max(1, _BLOCK_VERTICES // max(1, len(involved)))
    for start in range(0, total if seeds.size else 0, rows):
        states = np.arange(start, min(start + rows, total))
        if exact:
            live = (states[:, None] >> np.arange(len(source)) & 1).astype(bool)
            weights = np.where(live, passing, 1.0 - passing).prod(axis=1)
        else:
            live = rng.random((len(states), len(source))) < passing
            weights = np.full(len(states), 1.0 / total)
        draw, arc = np.nonzero(live)
        arrives = _arrives(draw, source[arc], target[arc], seeds=seeds, size=len(involved))
        for row, counted in enumerate((arrives & outside[arc], arrives)):
            reached = np.zeros((len(states), len(involved)), bool)
            reached[draw[counted], target[arc[counted]]] = True
            reach[row, involved] += weights @ reached
    without, with_them = (by_person(graph, row.clip(max=1.0), "cascade_reach") for row in reach)
    return without, with_them


def _arrives(draw: np.ndarray, source: np.ndarray, target: np.ndarray, *, seeds: np.ndarray, size: int) -> np.ndarray:
    """True for each live arc that brings its target a message which did not come through the target itself.

    That is: a leader can reach the source on a way without the target. All draws stand side by side in one network
    with a root before every leader; the target lies on every way from the root to the source exactly when it dominates
    the source (Lengauer & Tarjan 1979). A leader who is the target is thereby not heard by themselves.
    """
    draws = int(draw[-1]) + 1 if draw.size else 0
    root = draws * size
    first = (np.arange(draws)[:, None] * size + seeds).ravel()
    tail, head = draw * size + source, draw * size + target
    edges = zip([root] * len(first) + tail.tolist(), first.tolist() + head.tolist(), strict=True)
    network = igraph.Graph(n=root + 1, edges=edges, directed=True)
    dominator = np.nan_to_num(np.array(network.dominator(root, mode="out"), float), nan=-2.0).astype(np.int64)
    arrives: np.ndarray = dominator[tail] >= 0
    climbing, at = np.flatnonzero(arrives), tail[arrives]
    while climbing.size:
        met = at == head[climbing]
        arrives[climbing[met]] = False
        at = dominator[at]
        onward = ~met & (at != root)
        climbing, at = climbing[onward], at[onward]
    return arrives
