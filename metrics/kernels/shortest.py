"""Compiled searches along shortest ways: who stands between others, and who is near.

This module imports numba, which takes most of a second: import it inside functions. A search from s finds the length
d(v) of the shortest way to everybody, then shares every pair (s, t) out over those on its shortest ways, from the
furthest person back to s (Brandes 2001).

Which ways are equally short is decided after all d(v) are known, so that it depends neither on the order in which
people are met nor on the unit of length: an arc u → w is on a shortest way from s when d(u) < d(w) and
d(u) + length ≤ d(w) · (1 + ``NEAR``). Sums of 1 / strength carry rounding; the margin is igraph's. Where a length is so
small beside another that it is lost in the sum and d(u) = d(w), whoever takes fewer such arcs comes first.

While searching, each person's last improvement is kept as their parent, and a mark where another way came within the
margin of it: where lengths are real numbers nearly all have one parent only, and no arc need be looked at again.

References
----------
Brandes 2001, *Journal of Mathematical Sociology* 25, 163–177; Geisberger, Sanders & Schultes 2008, *ALENEX '08*,
90–100, for contributions scaled by length.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part

Floats = NDArray[np.float64]
Starts = NDArray[np.int64]
People = NDArray[np.int32]

NEAR = 2e-10
"""Lengths closer than this share of themselves are equal: igraph's rule, 1e-10 of the sum of both."""

_BRANCHES = 4


@part
def _rise(keys: Floats, held: People, place: People, at: int, key: float, person: int) -> None:
    """Put a person into the heap at a free place, or nearer to its top."""
    while at > 0:
        above = (at - 1) // _BRANCHES
        if keys[above] <= key:
            break
        keys[at], held[at] = keys[above], held[above]
        place[held[at]] = at
        at = above
    keys[at], held[at] = key, person
    place[person] = at


@part
def _refill(keys: Floats, held: People, place: People, size: int) -> None:
    """Close the gap at the top of the heap with what lies at ``size``, just behind its end."""
    key, person = keys[size], held[size]
    at = 0
    while True:
        first = _BRANCHES * at + 1
        if first >= size:
            break
        best, least = first, keys[first]
        for k in range(first + 1, min(first + _BRANCHES, size)):
            if keys[k] < least:
                best, least = k, keys[k]
        if least >= key:
            break
        keys[at], held[at] = least, held[best]
        place[held[at]] = at
        at = best
    keys[at], held[at] = key, person
    place[person] = at


@part
def _search(
    indptr: Starts,
    indices: People,
    lengths: Floats,
    source: int,
    away: Floats,
    parent: People,
    more: NDArray[np.bool_],
    order: People,
    keys: Floats,
    held: People,
    place: People,
) -> int:
    """Lengths of the shortest ways from one person (Dijkstra): how many people are reached, nearest first in ``order``.

    ``away`` is infinite before. ``more`` marks those to whom several ways may be equally short.
    """
    away[source], parent[source], more[source] = 0.0, source, False
    keys[0], held[0], place[source] = 0.0, source, 0
    size, count = 1, 0
    while size > 0:
        u, so_far = held[0], keys[0]
        size -= 1
        if size > 0:
            _refill(keys, held, place, size)
        order[count] = u
        count += 1
        for e in range(indptr[u], indptr[u + 1]):
            w = indices[e]
            found, known = so_far + lengths[e], away[w]
            if found < known:
                at = place[w]
                if known == np.inf:
                    at = size
                    size += 1
                more[w] = known <= found * (1 + NEAR)
                away[w], parent[w] = found, u
                _rise(keys, held, place, at, found, w)
            elif found <= known * (1 + NEAR) and known < np.inf:
                more[w] = True
    return count


@part
def _in_order(
    before: Starts,
    sources: People,
    lengths: Floats,
    away: Floats,
    steps: People,
    more: NDArray[np.bool_],
    order: People,
    count: int,
) -> None:
    """Order people who are equally far because a length was lost in a sum: by how many such arcs lead to them.

    Without this, their order would depend on their ids, and with it who stands between whom.
    """
    start = 1
    while start < count:
        stop = start + 1
        while stop < count and away[order[stop]] == away[order[start]]:
            stop += 1
        group = order[start:stop]
        left = len(group) if len(group) > 1 else 0
        for w in group:
            more[w] |= left > 0
            steps[w] = -1 if left > 0 else 0
        step = 0
        while left > 0:
            for w in group:
                if steps[w] >= 0:
                    continue
                for e in range(before[w], before[w + 1]):
                    u = sources[e]
                    if away[u] + lengths[e] != away[w]:
                        continue
                    nearer = away[u] < away[w]
                    if nearer if step == 0 else not nearer and steps[u] == step - 1:
                        steps[w] = step
                        left -= 1
                        break
            step += 1
        order[start:stop] = group[np.argsort(steps[group], kind="mergesort")]
        start = stop


@compiled
def path_sums(
    indptr: Starts,
    indices: People,
    lengths: Floats,
    before: Starts,
    sources: People,
    back: Floats,
    starts: Starts,
    scaled: bool,
    lost: bool,
    between: Floats,
    near: Floats,
) -> None:
    """Add up what people are worth to the shortest ways from each of ``starts``, and its square.

    ``indptr, indices, lengths`` are the arcs by their start, ``before, sources, back`` the same by their end.
    ``between[0, v]`` gains Σ_t σ_st(v) / σ_st, each term times d(s, v) / d(s, t) if ``scaled``; ``near[0, v]`` gains
    1 / d(s, v); row 1 of each the squares. ``near`` may have no rows. ``lost`` says that lengths may differ so much
    that sums lose some of them.
    """
    people = len(indptr) - 1
    away, ways, share = np.full(people, np.inf), np.ones(people), np.zeros(people)
    parent, order, place = np.empty(people, np.int32), np.empty(people, np.int32), np.empty(people, np.int32)
    keys, held = np.empty(people), np.empty(people, np.int32)
    steps, more = np.zeros(people, np.int32), np.zeros(people, np.bool_)
    for source in starts:
        count = _search(indptr, indices, lengths, source, away, parent, more, order, keys, held, place)
        if lost:
            _in_order(before, sources, back, away, steps, more, order, count)
        ways[source] = 1.0
        for at in range(1, count):
            w = order[at]
            if not more[w]:
                ways[w] = ways[parent[w]]
                continue
            far, most, total = away[w], away[w] * (1 + NEAR), 0.0
            for e in range(before[w], before[w + 1]):
                u = sources[e]
                if away[u] + back[e] <= most and (away[u] < far or (away[u] == far and steps[u] < steps[w])):
                    total += ways[u]
            # More than can be counted spoils the whole sum, so that it is noticed.
            ways[w] = total if total < np.inf else np.nan
        for at in range(count - 1, 0, -1):
            w = order[at]
            far, value = away[w], share[w]
            between[0, w] += value
            between[1, w] += value * value
            if not more[w]:
                u = parent[w]
                share[u] += (1.0 + value) * (away[u] / far) if scaled else 1.0 + value
                continue
            most, each = far * (1 + NEAR), (1.0 + value) / ways[w]
            for e in range(before[w], before[w + 1]):
                u = sources[e]
                if away[u] + back[e] <= most and (away[u] < far or (away[u] == far and steps[u] < steps[w])):
                    share[u] += ways[u] * each * (away[u] / far) if scaled else ways[u] * each
        if len(near) > 0:
            _add_near(order, count, away, near)
        for at in range(count):
            away[order[at]] = np.inf
            share[order[at]] = 0.0


@part
def _add_near(order: People, count: int, away: Floats, near: Floats) -> None:
    for at in range(1, count):
        value = 1.0 / away[order[at]]
        near[0, order[at]] += value
        near[1, order[at]] += value * value


@compiled
def distance_sums(indptr: Starts, indices: People, lengths: Floats, starts: Starts, near: Floats) -> None:
    """Add up 1 / d(s, v) over ``starts`` in ``near[0, v]``, and its square in ``near[1, v]``."""
    people = len(indptr) - 1
    away, parent, more = np.full(people, np.inf), np.empty(people, np.int32), np.zeros(people, np.bool_)
    order, place = np.empty(people, np.int32), np.empty(people, np.int32)
    keys, held = np.empty(people), np.empty(people, np.int32)
    for source in starts:
        count = _search(indptr, indices, lengths, source, away, parent, more, order, keys, held, place)
        _add_near(order, count, away, near)
        for at in range(count):
            away[order[at]] = np.inf


@compiled
def step_sums(indptr: Starts, indices: People, starts: Starts, scaled: bool, between: Floats, near: Floats) -> None:
    """The same as `path_sums` where every arc is one step long: breadth-first searches."""
    people = len(indptr) - 1
    away, order = np.full(people, -1, np.int32), np.empty(people, np.int32)
    ways, each = np.zeros(people), np.zeros(people)
    for source in starts:
        away[source], ways[source], order[0] = 0, 1.0, source
        at, count = 0, 1
        while at < count:
            u = order[at]
            at += 1
            step, mine = away[u] + 1, ways[u]
            for e in range(indptr[u], indptr[u + 1]):
                w = indices[e]
                if away[w] < 0:
                    away[w], order[count] = step, w
                    count += 1
                    ways[w] = mine
                elif away[w] == step:
                    ways[w] += mine
        for at in range(count - 1, 0, -1):
            u = order[at]
            step, total = away[u] + 1, 0.0
            for e in range(indptr[u], indptr[u + 1]):
                w = indices[e]
                if away[w] == step:
                    total += each[w]
            value = total * ways[u]
            if scaled:
                value *= away[u] / step
            # More ways than can be counted spoil the whole sum, so that it is noticed.
            each[u] = (1.0 + value) / ways[u] if ways[u] < np.inf else np.nan
            between[0, u] += value
            between[1, u] += value * value
            if len(near) > 0:
                near[0, u] += 1.0 / away[u]
                near[1, u] += 1.0 / (away[u] * away[u])
        for at in range(count):
            away[order[at]] = -1
