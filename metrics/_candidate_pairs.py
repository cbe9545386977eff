"""Every protégé against every leader, in blocks: filters and components of a candidate, as dense arrays.

Arithmetic only; meaning, defaults and words live in ``metrics.candidates``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from metrics._arrays import both_ways, pattern
from metrics.sponsorship import held_pairings
from ona.model import InfluenceGraph, StudyError, level_rank

BLOCK_CELLS = 2_000_000
"""About how many pairs, or steps over an introducer, are held in memory at a time."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What is the same for every protégé. Arrays over leaders follow ``leaders``; over people, ``graph.persons``."""

    leaders: np.ndarray  # positions of the leaders
    tie: Any  # people × people, strength both ways added up (CSR)
    tie_to_leader: Any  # people × leaders, the same
    leaders_tied: Any  # leaders × leaders, 1 where tied (CSR)
    leaders_above: Any  # people × leaders, true where the leader is in the person's chain (CSR)
    leaders_below: Any  # people × leaders, true where the person is in the leader's chain (CSR)
    sponsored: Any  # people × leaders, true where an active sponsorship joins the two (CSR)
    half_strength: float  # the median tie
    faint_strength: float  # the lower quartile of ties
    largest_circle: int  # leader ties of the best-connected leader
    influence_rank: np.ndarray  # share of the other leaders with less, equal counted half; NaN where unknown
    influence_below: np.ndarray  # how many other leaders have less
    tie_rank: np.ndarray
    level: np.ndarray  # 0 for the most junior, NaN where unknown
    function: np.ndarray  # codes, −1 where unknown
    site: np.ndarray
    held: np.ndarray
    capacity: np.ndarray


@dataclass(frozen=True, eq=False)
class Pairs:
    """One block of protégés (rows) against all leaders (columns)."""

    rows: np.ndarray
    filters: dict[str, np.ndarray]  # true where the pair passes, in the order they are applied
    level_gap: np.ndarray
    steps: np.ndarray  # 1, 2, or 0 where there is no path within two steps
    introducer: np.ndarray  # position of the introducer, −1 where none is needed or there is none
    weaker: np.ndarray  # the weaker tie on the path
    new_leaders: np.ndarray
    components: dict[str, np.ndarray]


def lay_ground(graph: InfluenceGraph, *, influence: pd.Series | None, capacity: int | pd.Series) -> Ground:
    """Gather what does not depend on the protégé.

    Raises
    ------
    StudyError
        Nobody is a leader, or capacity or influence does not fit the leaders.
    """
    from scipy.sparse import csr_array, triu

    leaders = np.flatnonzero(graph.is_leader)
    if not leaders.size:
        raise StudyError("nobody in the roster is a leader", cure="set leaders.at_or_above or leaders.people")
    tie = both_ways(graph)
    tie.sort_indices()
    to_leader = csr_array(tie[:, leaders])
    tied = csr_array((to_leader[leaders] > 0).astype(np.float32))
    circle = np.asarray(tied.sum(axis=1)).ravel()
    once = triu(tie, k=1).data
    power = np.full(len(leaders), np.nan) if influence is None else _influence_of(graph, leaders, influence)
    sponsor = held_pairings(graph, "sponsor")
    senior, junior = graph.positions(sponsor["senior"]), graph.positions(sponsor["junior"])
    both = (np.ones(2 * len(sponsor), bool), (np.r_[junior, senior], np.r_[senior, junior]))
    people = graph.people
    return Ground(
        leaders=leaders,
        tie=tie,
        tie_to_leader=to_leader,
        leaders_tied=tied,
        leaders_above=csr_array(graph.chain[:, leaders]),
        leaders_below=csr_array(graph.chain[leaders].T),
        sponsored=csr_array(csr_array(both, shape=(graph.size, graph.size))[:, leaders]),
        half_strength=float(np.median(once)) if once.size else np.nan,
        faint_strength=float(np.quantile(once, 0.25)) if once.size else np.nan,
        largest_circle=int(circle.max()),
        influence_rank=_rank_among(power),
        influence_below=_below(power),
        tie_rank=_rank_among(circle),
        level=level_rank(people).to_numpy(float),
        function=people["function"].astype("category").cat.codes.to_numpy(int),
        site=people["site"].astype("category").cat.codes.to_numpy(int),
        held=np.bincount(senior, minlength=graph.size)[leaders],
        capacity=_capacity_of(graph, leaders, capacity),
    )


def _influence_of(graph: InfluenceGraph, leaders: np.ndarray, influence: pd.Series) -> np.ndarray:
    values = influence.reindex(graph.persons[leaders]).to_numpy(float)
    if np.isnan(values).all():
        raise StudyError("influence is not known for any leader", cure="give influence as a Series indexed by person")
    return values


def _capacity_of(graph: InfluenceGraph, leaders: np.ndarray, capacity: int | pd.Series) -> np.ndarray:
    if isinstance(capacity, pd.Series):
        values = capacity.reindex(graph.persons[leaders]).to_numpy(float)
    else:
        values = np.full(len(leaders), float(capacity))
    if np.isnan(values).any():
        missing = graph.persons[leaders][np.isnan(values)][0]
        raise StudyError(f"no capacity is given for leader '{missing}'", cure="give one for every leader")
    if (values < 0).any() or (values % 1 != 0).any():
        raise StudyError("capacity must be a whole number of protégés, 0 or more", cure="correct capacity")
    return values.astype(int)


def _below(values: np.ndarray) -> np.ndarray:
    """How many of the others have less."""
    known = np.sort(values[~np.isnan(values)])
    return np.searchsorted(known, values, side="left")


def _rank_among(values: np.ndarray) -> np.ndarray:
    """Share of the others with less, equal counted half: 0 the least, 1 the most; NaN for one alone or unknown."""
    known = np.sort(values[~np.isnan(values)])
    less = np.searchsorted(known, values, side="left")
    equal = np.searchsorted(known, values, side="right") - less - 1
    others = len(known) - 1
    rank = (less + equal / 2) / others if others > 0 else np.full(len(values), np.nan)
    return np.where(np.isnan(values), np.nan, rank)


def blocks(ground: Ground, persons: np.ndarray) -> Iterator[np.ndarray]:
    """Cut protégés into blocks of about `BLOCK_CELLS` pairs and steps over an introducer."""
    steps = pattern(ground.tie) @ np.diff(ground.tie_to_leader.indptr).astype(np.int64)
    cost = np.cumsum(steps[persons] + len(ground.leaders))
    start = 0
    while start < len(persons):
        spent = cost[start - 1] if start else 0.0
        end = max(start + 1, int(np.searchsorted(cost, spent + BLOCK_CELLS, side="right")))
        yield persons[start:end]
        start = end


def best_introducers(ground: Ground, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each pair the introducer whose weaker tie, of the one to each side, is the strongest.

    A max–min product of two sparse matrices: for protégé p and leader s, max over q of min(w_pq, w_qs). The person
    with the smallest id wins among equals.

    Returns
    -------
    weaker : ndarray, rows × leaders
        Strength of the weaker tie; 0 where nobody knows both.
    introducer : ndarray, rows × leaders
        Position of the introducer; −1 where nobody knows both.
    """
    tie, onward = ground.tie, ground.tie_to_leader
    wide = len(ground.leaders)
    near = tie[rows]
    degree = np.diff(onward.indptr)[near.indices]
    ends = np.cumsum(degree)
    total = int(ends[-1]) if ends.size else 0
    entry = np.repeat(onward.indptr[near.indices] - (ends - degree), degree) + np.arange(total)
    row = np.repeat(np.repeat(np.arange(len(rows)), np.diff(near.indptr)), degree)
    cell = row * wide + onward.indices[entry]
    strength = np.minimum(np.repeat(near.data, degree), onward.data[entry])
    weaker = np.zeros(len(rows) * wide)
    np.maximum.at(weaker, cell, strength)
    best = strength == weaker[cell]
    introducer = np.full(len(rows) * wide, tie.shape[0])
    np.minimum.at(introducer, cell[best], np.repeat(near.indices, degree)[best].astype(introducer.dtype))
    introducer[introducer == tie.shape[0]] = -1
    return weaker.reshape(len(rows), wide), introducer.reshape(len(rows), wide)


def compare(ground: Ground, rows: np.ndarray, *, max_steps: int, require_path: bool) -> Pairs:
    """Filters and components for a block of protégés against every leader."""
    direct = ground.tie_to_leader[rows].toarray()
    weaker, introducer = best_introducers(ground, rows)
    themselves = rows[:, None] == ground.leaders[None, :]
    above = ground.leaders_above[rows].toarray()
    unreached = ~((direct > 0) | (weaker > 0) | above | themselves)
    new_leaders = np.rint(unreached.astype(np.float32) @ ground.leaders_tied).astype(int)

    by_introduction = (direct == 0) & (weaker > 0) & (max_steps == 2)
    steps = np.where(direct > 0, 1, np.where(by_introduction, 2, 0))
    weakest = np.where(direct > 0, direct, np.where(by_introduction, weaker, np.nan))
    level_gap = ground.level[ground.leaders][None, :] - ground.level[rows][:, None]
    filters = {
        "above": ~themselves & ~(level_gap < 1),
        "chain": ~(above | ground.leaders_below[rows].toarray()),
        "sponsored": ~ground.sponsored[rows].toarray(),
        "room": np.broadcast_to(ground.held < ground.capacity, above.shape),
        "path": (steps > 0) | (not require_path),
    }
    components = {
        "power": _power(ground, rows, level_gap),
        "new_reach": new_leaders / max(ground.largest_circle, 1),
        "warm_path": np.where(steps == 1, 1.0, np.where(steps == 2, weakest / (weakest + ground.half_strength), 0.0)),
        "function_fit": _function_fit(ground, rows),
        "spare_capacity": np.broadcast_to(1.0 - ground.held / np.maximum(ground.capacity, 1), above.shape),
    }
    return Pairs(
        rows=rows,
        filters=filters,
        level_gap=level_gap,
        steps=steps,
        introducer=np.where(by_introduction, introducer, -1),
        weaker=weakest,
        new_leaders=new_leaders,
        components=components,
    )


def _power(ground: Ground, rows: np.ndarray, level_gap: np.ndarray) -> np.ndarray:
    """Plain average of the three parts that are known; NaN where none is."""
    ladder = ground.level[ground.leaders]
    top = ladder[~np.isnan(ladder)].max() if not np.isnan(ladder).all() else np.nan
    room_above = (top - ground.level[rows])[:, None]
    height = np.full(level_gap.shape, np.nan)
    np.divide(level_gap, room_above, out=height, where=room_above > 0)
    height = np.clip(height, 0.0, 1.0)
    parts = [height, *(np.broadcast_to(r, height.shape) for r in (ground.influence_rank, ground.tie_rank))]
    return weighted_mean(parts, [1.0, 1.0, 1.0])


def _function_fit(ground: Ground, rows: np.ndarray) -> np.ndarray:
    function, site = ground.function, ground.site
    own, theirs = function[rows][:, None], function[ground.leaders][None, :]
    same_site = (site[rows][:, None] == site[ground.leaders][None, :]) & (site[rows][:, None] >= 0)
    otherwise = np.where(same_site, 0.5, 0.0)
    unknown = (own < 0) | (theirs < 0)
    return np.where(unknown, np.nan, np.where(own == theirs, 1.0, otherwise))


def weighted_mean(parts: list[np.ndarray], weights: list[float]) -> np.ndarray:
    """Weighted average of what is known; NaN where nothing with a weight is."""
    total = np.zeros(parts[0].shape)
    weight = np.zeros(parts[0].shape)
    for part, share in zip(parts, weights, strict=True):
        known = ~np.isnan(part)
        total += np.where(known, part, 0.0) * share
        weight += known * share
    mean = np.full(total.shape, np.nan)
    np.divide(total, weight, out=mean, where=weight > 0)
    return mean
