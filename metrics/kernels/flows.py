"""Compiled searches for separate ways to leaders, each person's in a network of their own.

This module imports numba, which takes most of a second: import it inside functions. Ways are counted exactly, so
nothing depends on threads or on the order in which people are looked at; what is learnt about others on the way only
spares searches.

References
----------
Ford & Fulkerson 1956, *Canadian Journal of Mathematics* 8, 399–404, for augmenting paths.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part
from metrics.kernels.nearest import ahead

_NOBODY = -1

Indices = NDArray[np.int32]
Starts = NDArray[np.int64]


@part
def _further_way(
    indptr: Starts,
    indices: Indices,
    is_leader: NDArray[np.bool_],
    nearest: Indices,
    away: Indices,
    person: int,
    barred: Indices,
    spent: Indices,
    round_: int,
    before: Indices,
    seen: Indices,
    mark: int,
    came: Indices,
    waiting: Indices,
    nearer: Indices,
    exits: Indices,
) -> tuple[int, int]:
    """A leader at the end of a further way (−1: there is none), and how many exits were reached; ``exits`` has these.

    Everybody is an entry (state 2 v) and an exit (2 v + 1) joined by one unit; ``came`` says which state was reached
    from which. Whoever is nearer to a leader still free is looked at first, in depth.
    """
    start = 2 * person + 1
    waiting[0], exits[0], seen[start] = start, person, mark
    top, reached = 1, 1
    while top > 0:
        top -= 1
        state = waiting[top]
        v = state >> 1
        if state & 1 == 0:
            # Somebody on a way already: their unit is taken back as far as whoever comes before them.
            u = before[v]
            if barred[u] != round_ and seen[2 * u + 1] != mark:
                seen[2 * u + 1], came[2 * u + 1] = mark, state
                waiting[top], exits[reached] = 2 * u + 1, u
                top, reached = top + 1, reached + 1
            continue
        if v != person and before[v] != _NOBODY and seen[2 * v] != mark:
            seen[2 * v], came[2 * v] = mark, state
            waiting[top] = 2 * v
            top += 1
        here, many = ahead(v, nearest, away, spent, round_), 0
        for e in range(indptr[v], indptr[v + 1]):
            w = indices[e]
            if barred[w] == round_ or seen[2 * w] == mark or before[w] == v:
                continue
            seen[2 * w], came[2 * w] = mark, state
            if before[w] != _NOBODY:
                waiting[top] = 2 * w
                top += 1
                continue
            if is_leader[w]:
                return w, reached
            seen[2 * w + 1], came[2 * w + 1] = mark, 2 * w
            exits[reached] = w
            reached += 1
            if ahead(w, nearest, away, spent, round_) < here:
                nearer[many] = w
                many += 1
            else:
                waiting[top] = 2 * w + 1
                top += 1
        for at in range(many):
            waiting[top] = 2 * nearer[at] + 1
            top += 1
    return _NOBODY, reached


@compiled
def separate_ways(
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
    limit: Indices,
    counts: NDArray[np.int64],
) -> None:
    """How many ways lead from each person in ``order`` to leaders that share nobody but the person.

    Nobody in ``chain[above[i]:above[i + 1]]`` is on i's ways. ``limit`` is where counting stops. Whoever is on the near
    side of the people that wall i off is walled off by the same people, if all that are barred for i are barred for
    them too: those numbered from ``low[i]`` up to ``high[i]``. Their limit falls, to one more where i is a leader.
    """
    people = len(indptr) - 1
    before, touched = np.full(people, _NOBODY, np.int32), np.full(people, _NOBODY, np.int32)
    barred, spent = np.full(people, _NOBODY, np.int32), np.full(people, _NOBODY, np.int32)
    changed, nearer, exits = np.empty(people, np.int32), np.empty(people, np.int32), np.empty(people, np.int32)
    seen, came, waiting = np.zeros(2 * people, np.int32), np.empty(2 * people, np.int32), np.empty(2 * people, np.int32)
    mark = 0
    for round_ in range(len(order)):
        person = order[round_]
        barred[person], spent[person] = round_, round_
        for at in range(above[person], above[person + 1]):
            barred[chain[at]], spent[chain[at]] = round_, round_
        most, ties, count, changes = limit[person], 0, 0, 0
        for e in range(indptr[person], indptr[person + 1]):
            w = indices[e]
            if barred[w] == round_:
                continue
            ties += 1
            if is_leader[w] and count < most:
                before[w], touched[w], spent[w], changed[changes] = person, round_, round_, w
                count, changes = count + 1, changes + 1
        most = min(most, ties)
        while count < most:
            mark += 1
            leader, reached = _further_way(
                indptr,
                indices,
                is_leader,
                nearest,
                away,
                person,
                barred,
                spent,
                round_,
                before,
                seen,
                mark,
                came,
                waiting,
                nearer,
                exits,
            )
            if leader == _NOBODY:
                bound = count + is_leader[person]
                for at in range(reached):
                    w = exits[at]
                    if low[person] <= number[w] < high[person] and limit[w] > bound:
                        limit[w] = bound
                break
            spent[leader] = round_
            state = 2 * leader
            while state != 2 * person + 1:
                last = came[state]
                u, v = last >> 1, state >> 1
                if last & 1 == 1 and state & 1 == 0:
                    before[v] = _NOBODY if u == v else u
                    if touched[v] != round_:
                        touched[v], changed[changes] = round_, v
                        changes += 1
                state = last
            count += 1
        counts[person] = count
        for at in range(changes):
            before[changed[at]] = _NOBODY
