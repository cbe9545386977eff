"""Compiled searches for the nearest leaders, each person's in a network of their own.

This module imports numba, which takes most of a second: import it inside functions. Steps and counts are exact, so
nothing depends on threads or on the order in which people are looked at.

**A network of one's own.** For person i some people are barred: i's ways neither end at them nor lead through them.
Searching afresh for everybody takes as many searches of the whole network as there are people. So one search tells the
few leaders nearest to everybody in the network of all, by ways that lead through no other leader. The nearest of these
whom i may go to is as near as a leader who is not barred can be, and only that far if nobody barred stands in
between. A search that looks first where a leader may be nearest (A*) then goes almost straight there; it is exact
because the bounds of two people who are tied are at most one step apart.

References
----------
Hart, Nilsson & Raphael 1968, *IEEE Transactions on Systems Science and Cybernetics* 4, 100–107, for A*.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part
from metrics.kernels.growing import longer

_NOBODY = -1
_FAR = 2**30

Indices = NDArray[np.int32]
Starts = NDArray[np.int64]


@compiled
def nearest_leaders(
    indptr: Starts, indices: Indices, leaders: Starts, is_leader: NDArray[np.bool_], nearest: Indices, away: Indices
) -> None:
    """Some of the leaders nearest to each person (columns), nearest first, and the steps to them.

    Ways do not lead through other leaders. A leader is their own nearest. −1 stands for nobody.
    """
    people, most = nearest.shape
    nearest[:] = _NOBODY
    away[:] = _FAR
    known = np.zeros(people, np.int32)
    person, found = np.empty(people * most, np.int32), np.empty(people * most, np.int32)
    count = 0
    for at in range(len(leaders)):
        nearest[leaders[at], 0], away[leaders[at], 0], known[leaders[at]] = leaders[at], 0, 1
        person[count], found[count] = leaders[at], leaders[at]
        count += 1
    at, step = 0, 0
    while at < count:
        step, end = step + 1, count
        while at < end:
            v, leader = person[at], found[at]
            at += 1
            if is_leader[v] and v != leader:
                continue
            for e in range(indptr[v], indptr[v + 1]):
                w = indices[e]
                held = known[w]
                new = held < most
                for k in range(held):
                    new = new and nearest[w, k] != leader
                if new:
                    nearest[w, held], away[w, held] = leader, step
                    known[w] = held + 1
                    person[count], found[count] = w, leader
                    count += 1


@part
def ahead(v: int, nearest: Indices, away: Indices, spent: Indices, round_: int) -> int:
    """Steps at least from somebody to a leader who is not spent in this round; _FAR where there is no way at all."""
    for k in range(nearest.shape[1]):
        leader = nearest[v, k]
        if leader == _NOBODY:
            return _FAR
        if spent[leader] != round_:
            return int(away[v, k])
    return int(away[v, nearest.shape[1] - 1])


@compiled
def steps_to(
    indptr: Starts,
    indices: Indices,
    is_leader: NDArray[np.bool_],
    nearest: Indices,
    away: Indices,
    above: Starts,
    chain: Indices,
    number: Indices,
    low: Indices,
    high: Indices,
    order: Starts,
    cut: NDArray[np.bool_],
    steps: NDArray[np.float64],
) -> None:
    """Steps from each person in ``order`` to the nearest leader; what ``steps`` holds stays where there is no way.

    Nobody in ``chain[above[i]:above[i + 1]]`` is on i's ways. Where i reaches no leader, neither does anybody whom i
    reaches and for whom all are barred that are barred for i (those numbered from ``low[i]`` up to ``high[i]``), and
    ``cut`` tells so, unless i is a leader they might reach.
    """
    people = len(indptr) - 1
    barred, opened, closed = np.full(people, -1, np.int32), np.full(people, -1, np.int32), np.full(people, -1, np.int32)
    gone, met = np.empty(people, np.int32), np.empty(people, np.int32)
    newest = np.full(people + 1, _NOBODY, np.int32)
    waiting, earlier = np.empty(people + 1, np.int32), np.empty(people + 1, np.int32)
    for round_ in range(len(order)):
        person = order[round_]
        if cut[person]:
            continue
        barred[person] = round_
        for at in range(above[person], above[person + 1]):
            barred[chain[at]] = round_
        least = ahead(person, nearest, away, barred, round_)
        if least >= people:
            continue
        gone[person], opened[person], met[0] = 0, round_, person
        reached, used, length, most, found = 1, 1, least, least, 0
        waiting[0], earlier[0], newest[length] = person, _NOBODY, 0
        while length <= most and found == 0:
            entry = newest[length]
            if entry == _NOBODY:
                length += 1
                continue
            newest[length] = earlier[entry]
            v = waiting[entry]
            if closed[v] == round_:
                continue
            closed[v] = round_
            for e in range(indptr[v], indptr[v + 1]):
                w = indices[e]
                if barred[w] == round_ or (opened[w] == round_ and gone[w] <= gone[v] + 1):
                    continue
                if is_leader[w]:
                    found = gone[v] + 1
                    break
                if opened[w] != round_:
                    opened[w], met[reached] = round_, w
                    reached += 1
                gone[w] = gone[v] + 1
                whole = gone[w] + ahead(w, nearest, away, barred, round_)
                if whole < people:
                    if used == len(waiting):
                        waiting, earlier = longer(waiting), longer(earlier)
                    waiting[used], earlier[used] = w, newest[whole]
                    newest[whole] = used
                    used, most = used + 1, max(most, whole)
        newest[least : most + 1] = _NOBODY
        if found > 0:
            steps[person] = found
        elif not is_leader[person]:
            for at in range(reached):
                if low[person] <= number[met[at]] < high[person]:
                    cut[met[at]] = True


@compiled
def leaders_around(
    indptr: Starts,
    indices: Indices,
    is_leader: NDArray[np.bool_],
    starts: Starts,
    leaders: Indices,
    above: Starts,
    chain: Indices,
    steps: int,
    first: int,
    last: int,
    counts: NDArray[np.int64],
) -> None:
    """Fill ``counts`` (person, without and with the own chain) with the leaders one step, or two, away.

    ``leaders[starts[v]:starts[v + 1]]`` are those tied to v. Without the chain nobody in
    ``chain[above[i]:above[i + 1]]`` counts or leads on.
    """
    people = len(indptr) - 1
    barred = np.full(people, -1, np.int32)
    met, met_free = np.full(people, -1, np.int32), np.full(people, -1, np.int32)
    for person in range(first, last):
        met[person], met_free[person] = person, person
        for at in range(above[person], above[person + 1]):
            barred[chain[at]] = person
        count, free = 0, 0
        for e in range(indptr[person], indptr[person + 1]):
            v = indices[e]
            open_ = barred[v] != person
            if is_leader[v]:
                if met[v] != person:
                    met[v] = person
                    count += 1
                if open_ and met_free[v] != person:
                    met_free[v] = person
                    free += 1
            if steps < 2:
                continue
            for at in range(starts[v], starts[v + 1]):
                leader = leaders[at]
                if met[leader] != person:
                    met[leader] = person
                    count += 1
                if open_ and met_free[leader] != person and barred[leader] != person:
                    met_free[leader] = person
                    free += 1
        counts[person, 0], counts[person, 1] = free, count
