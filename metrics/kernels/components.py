"""Compiled depth-first search: who stands between whom and a root, and into what pieces a network falls without them.

This module imports numba, which takes most of a second: import it inside functions. Every array over people is an
integer array, so nothing depends on the order of adding up. A search keeps its own stack (each person's parent), so a
line of a million people is no deeper than Python allows.

References
----------
Hopcroft & Tarjan 1973, *Communications of the ACM* 16, 372–378.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_LANES = 64


@compiled
def search_depth_first(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    starts: NDArray[np.int32],
    joined: NDArray[np.bool_],
    order: NDArray[np.int32],
    parent: NDArray[np.int32],
    above: NDArray[np.int32],
    found: NDArray[np.int64],
) -> None:
    """Go through an undirected simple network from a root that is tied to those joined, and to each start once.

    The root is number n. ``order`` becomes the people in the order they are met, ``found[0]`` how many those are,
    ``parent`` from whom each is met, and ``above`` the nearest person (or the root) whom every way from the root to
    them leads through; both are −1 for people who are not met.
    """
    root = len(indptr) - 1
    parent[:] = -1
    above[:] = -1
    when = np.zeros(root + 1, np.int32)
    low = np.zeros(root, np.int32)
    cursor = indptr[:-1].copy()
    clock = 0
    for start in starts:
        if when[start] != 0:
            continue
        order[clock] = start
        clock += 1
        when[start] = clock
        low[start] = 0
        parent[start] = root
        at = start
        while at != root:
            if cursor[at] < indptr[at + 1]:
                other = indices[cursor[at]]
                cursor[at] += 1
                if when[other] == 0:
                    order[clock] = other
                    clock += 1
                    when[other] = clock
                    low[other] = 0 if joined[other] else clock
                    parent[other] = at
                    at = other
                elif other != parent[at] and when[other] < low[at]:
                    low[at] = when[other]
            else:
                back = parent[at]
                if back != root and low[at] < low[back]:
                    low[back] = low[at]
                at = back
    found[0] = clock
    for k in range(clock):
        at = order[k]
        back = parent[at]
        # No tie leads from at, or from anybody met after it, past the one it was met from.
        above[at] = back if back == root or low[at] >= when[back] else above[back]


@compiled
def add_up(order: NDArray[np.int32], above: NDArray[np.int32], sums: NDArray[np.int64]) -> None:
    """Add to everybody's sum those of all who are below them; the last place is the root's."""
    for k in range(len(order) - 1, -1, -1):
        sums[above[order[k]]] += sums[order[k]]


@compiled
def people_split_off(
    order: NDArray[np.int32], parent: NDArray[np.int32], above: NDArray[np.int32], lost: NDArray[np.int64]
) -> None:
    """For each person, how many others of their part are outside the largest piece once they have left.

    All people must be met in this search, and nobody joined: each start begins a part.
    """
    people = len(lost)
    below = np.zeros(people, np.int64)
    apart = np.zeros(people, np.int64)
    largest = np.zeros(people, np.int64)
    for k in range(people - 1, -1, -1):
        at = order[k]
        below[at] += 1
        back = parent[at]
        if back == people:
            continue
        below[back] += below[at]
        if above[at] == back:
            apart[back] += below[at]
            largest[back] = max(largest[back], below[at])
    whole = 0
    for k in range(people):
        at = order[k]
        if parent[at] == people:
            whole = below[at]
        others = whole - 1
        lost[at] = others - max(largest[at], others - apart[at])


@compiled
def last_in_common(
    order: NDArray[np.int32],
    above: NDArray[np.int32],
    codes: NDArray[np.int64],
    groups: int,
    standing: NDArray[np.int64],
) -> None:
    """Count for each person the groups for which they are the last whom all ways from the root lead through.

    A group's people are those who are met. A group of a single one is counted for whoever is above that one: people do
    not cut themselves off. The last place of ``standing`` is the root's.
    """
    people = len(above)
    size = np.zeros(people + 1, np.int64)
    for k in range(len(order) - 1, -1, -1):
        at = order[k]
        size[at] += 1
        size[above[at]] += size[at]
    # Numbers in which everybody below a person follows that person without a break.
    place = np.zeros(people + 1, np.int64)
    onward = np.zeros(people + 1, np.int64)
    onward[people] = 1
    first = np.full(groups, -1, np.int32)
    last = np.zeros(groups, np.int64)
    for k in range(len(order)):
        at = order[k]
        place[at] = onward[above[at]]
        onward[above[at]] += size[at]
        onward[at] = place[at] + 1
        group = codes[at]
        if group < 0:
            continue
        if first[group] < 0 or place[at] < place[first[group]]:
            first[group] = at
        last[group] = max(last[group], place[at])
    for group in range(groups):
        at = first[group]
        if at < 0:
            continue
        if place[at] == last[group]:
            at = above[at]
        while at != people and place[at] + size[at] <= last[group]:
            at = above[at]
        standing[at] += 1


@compiled
def crossing_ends(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], codes: NDArray[np.int64], ends: NDArray[np.int64]
) -> None:
    """For each group (row) the first and last of its people tied to another group, and of those they are tied to.

    People of unknown group (−1) belong to none. Rows of ``ends`` hold n, −1, n, −1 where no tie leads out, and before.
    """
    for person in range(len(codes)):
        group = codes[person]
        if group < 0:
            continue
        for e in range(indptr[person], indptr[person + 1]):
            other = indices[e]
            if codes[other] >= 0 and codes[other] != group:
                ends[group, 0] = min(ends[group, 0], person)
                ends[group, 1] = max(ends[group, 1], person)
                ends[group, 2] = min(ends[group, 2], other)
                ends[group, 3] = max(ends[group, 3], other)


@compiled
def leaders_near(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    leaders: NDArray[np.int32],
    is_leader: NDArray[np.bool_],
    near: NDArray[np.int64],
    lost: NDArray[np.int64],
) -> None:
    """Leaders within two steps of each person who is none, and how many such pairs each person's leaving ends.

    The leaders given are added to ``near`` (for their people) and to ``lost`` (for themselves as leaders, and for the
    only middle of two steps), 64 at once, one bit each.
    """
    people = len(indptr) - 1
    direct = np.zeros(people, np.uint64)
    once = np.zeros(people, np.uint64)
    more = np.zeros(people, np.uint64)
    known = np.empty(people, np.int32)
    touched = np.empty(people, np.int32)
    for start in range(0, len(leaders), _LANES):
        lanes = min(_LANES, len(leaders) - start)
        knowing = 0
        for lane in range(lanes):
            leader = leaders[start + lane]
            for e in range(indptr[leader], indptr[leader + 1]):
                other = indices[e]
                if direct[other] == _ZERO:
                    known[knowing] = other
                    knowing += 1
                direct[other] |= _ONE << np.uint64(lane)
        reached = 0
        for k in range(knowing):
            middle = known[k]
            if once[middle] == _ZERO and not is_leader[middle]:
                touched[reached] = middle
                reached += 1
                once[middle] = direct[middle]
            more[middle] |= direct[middle]
        for k in range(knowing):
            middle = known[k]
            for e in range(indptr[middle], indptr[middle + 1]):
                other = indices[e]
                if is_leader[other]:
                    continue
                if once[other] == _ZERO:
                    touched[reached] = other
                    reached += 1
                more[other] |= once[other] & direct[middle]
                once[other] |= direct[middle]
        for k in range(reached):
            person = touched[k]
            bits, lane = once[person], 0
            while bits != _ZERO:
                if bits & _ONE:
                    near[person] += 1
                    lost[leaders[start + lane]] += 1
                bits >>= _ONE
                lane += 1
        for k in range(knowing):
            middle = known[k]
            for e in range(indptr[middle], indptr[middle + 1]):
                other = indices[e]
                if is_leader[other]:
                    continue
                # More than one way, or a tie of their own: then no middle is the only one.
                bits = direct[middle] & once[other] & ~more[other]
                while bits != _ZERO:
                    lost[middle] += 1
                    bits &= bits - _ONE
        for k in range(reached):
            once[touched[k]] = _ZERO
            more[touched[k]] = _ZERO
        for k in range(knowing):
            direct[known[k]] = _ZERO
            more[known[k]] = _ZERO


@compiled
def steps_to_any(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    starts: NDArray[np.int32],
    gone: NDArray[np.bool_],
    steps: NDArray[np.int32],
) -> None:
    """Steps from everybody to the nearest of several people, without those who are gone; −1 where no way leads."""
    steps[:] = -1
    waiting = np.empty(len(steps), np.int32)
    count = 0
    for start in starts:
        if not gone[start] and steps[start] < 0:
            steps[start] = 0
            waiting[count] = start
            count += 1
    done = 0
    while done < count:
        at = waiting[done]
        done += 1
        for e in range(indptr[at], indptr[at + 1]):
            other = indices[e]
            if steps[other] < 0 and not gone[other]:
                steps[other] = steps[at] + 1
                waiting[count] = other
                count += 1
