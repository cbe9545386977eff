"""Compiled kernels over people's contacts: who is tied to whom either way, in which part, and who is cut off by whom.

This module imports numba, which takes most of a second: import it inside functions.

References
----------
Hopcroft & Tarjan 1973, *Communications of the ACM* 16, 372–378, for what falls apart when one vertex is taken out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part

Starts = NDArray[np.int64]
Ends = NDArray[np.int32]
Floats = NDArray[np.float64]


@compiled
def both_directions(
    indptr: Starts, indices: Ends, strength: Floats, starts: Starts, contacts: Ends, both: Floats
) -> None:
    """Rows of a + aᵀ, sorted: fills ``starts``, and ``contacts`` and ``both`` as far as ``starts[-1]``.

    The last two have room for every arc twice. Each row first holds its arcs in, which come sorted from going through
    the senders in order; they are then merged with its arcs out, and the rows move up to close the gaps.
    """
    people = len(indptr) - 1
    filled = np.zeros(people + 1, np.int64)
    for e in range(len(indices)):
        filled[indices[e] + 1] += 1
    for i in range(people):
        filled[i + 1] += filled[i] + indptr[i + 1] - indptr[i]
    starts[:] = filled
    for i in range(people):
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            contacts[filled[j]] = i
            both[filled[j]] = strength[e]
            filled[j] += 1
    longest = 0
    for i in range(people):
        longest = max(longest, filled[i] - starts[i])
    from_whom, how_strong = np.empty(longest, np.int32), np.empty(longest)
    at = 0
    for i in range(people):
        first, senders = starts[i], filled[i] - starts[i]
        from_whom[:senders] = contacts[first : first + senders]
        how_strong[:senders] = both[first : first + senders]
        starts[i] = at
        k, e, last = 0, indptr[i], indptr[i + 1]
        while k < senders or e < last:
            if e == last or (k < senders and from_whom[k] < indices[e]):
                contacts[at] = from_whom[k]
                both[at] = how_strong[k]
                k += 1
            elif k == senders or indices[e] < from_whom[k]:
                contacts[at] = indices[e]
                both[at] = strength[e]
                e += 1
            else:
                contacts[at] = indices[e]
                both[at] = how_strong[k] + strength[e]
                k += 1
                e += 1
            at += 1
    starts[people] = at


@compiled
def sizes_of_parts(starts: Starts, contacts: Ends, sizes: NDArray[np.int64]) -> None:
    """How many people there are in everybody's connected part. ``sizes`` holds zeros before."""
    people = len(starts) - 1
    queue = np.empty(people, np.int32)
    for start in range(people):
        if sizes[start] != 0:
            continue
        sizes[start] = 1
        queue[0] = start
        at, length = 0, 1
        while at < length:
            v = queue[at]
            at += 1
            for e in range(starts[v], starts[v + 1]):
                w = contacts[e]
                if sizes[w] == 0:
                    sizes[w] = 1
                    queue[length] = w
                    length += 1
        for k in range(length):
            sizes[queue[k]] = length


@compiled
def cut_off(starts: Starts, contacts: Ends, wanted: NDArray[np.bool_], counts: NDArray[np.int64]) -> None:
    """How many people have a way to somebody wanted, and none any more without this person. ``counts`` holds zeros.

    One depth-first search from a root that is tied to everybody wanted. ``found`` is when somebody was come to, the
    root at 0; ``lowest`` the earliest that anybody below is tied to. Whoever is below a person and tied to nobody
    above depends on that person.
    """
    people = len(starts) - 1
    found, lowest = np.zeros(people, np.int32), np.empty(people, np.int32)
    above, below = np.empty(people, np.int32), np.empty(people, np.int32)
    ahead = starts[:-1].copy()
    clock = 0
    for start in range(people):
        if not wanted[start] or found[start] != 0:
            continue
        clock += 1
        found[start], lowest[start], above[start], below[start] = clock, 0, -1, 1
        v = start
        while v >= 0:
            if ahead[v] < starts[v + 1]:
                w = contacts[ahead[v]]
                ahead[v] += 1
                if found[w] == 0:
                    clock += 1
                    found[w], above[w], below[w] = clock, v, 1
                    lowest[w] = 0 if wanted[w] else clock
                    v = w
                else:
                    lowest[v] = min(lowest[v], found[w])
                continue
            u = above[v]
            if u >= 0:
                below[u] += below[v]
                lowest[u] = min(lowest[u], lowest[v])
                if lowest[v] >= found[u]:
                    counts[u] += below[v]
            v = u


@compiled
def stand_between(starts: Starts, contacts: Ends, between: NDArray[np.bool_]) -> None:
    """Whether two of a person's contacts are not tied to each other. ``between`` holds False before."""
    for i in range(len(starts) - 1):
        between[i] = _two_apart(starts, contacts, i)


@part
def _two_apart(starts: Starts, contacts: Ends, i: int) -> bool:
    for e in range(starts[i], starts[i + 1]):
        for f in range(e + 1, starts[i + 1]):
            one, other = contacts[e], contacts[f]
            if starts[one + 1] - starts[one] > starts[other + 1] - starts[other]:
                one, other = other, one
            row = contacts[starts[one] : starts[one + 1]]
            at = np.searchsorted(row, other)
            if at == len(row) or row[at] != other:
                return True
    return False
