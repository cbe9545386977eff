"""Compiled cascades: messages passed on at random from many people at once, and who hears them from others.

This module imports numba, which takes most of a second: import it inside functions. Draw r of a seed has a stream of
random numbers of its own, the a-th of which belongs to arc a, so nothing depends on threads or on where a search comes
first; and what is counted is a sum of ones.

**Who hears a message.** A live arc u → v brings v a message that did not come through v itself where some seed other
than v reaches u on live arcs without v. The search from all seeds leaves a tree. If u is not below v in it, the way to
u in the tree is such a way. If it is, any such way must enter the part of the tree below v on some live arc x → y, from
an x that is not below v, and then stay there until u. So it is enough to go back from u along live arcs among those
below v, and to stop as soon as one of them comes from elsewhere; where none does, v lies on every way to u (in the
terms of Lengauer & Tarjan, v dominates u). Each person is gone back from over no more than the arcs into those below
them, and all these together are at most the live arcs times the depth of the tree.

References
----------
Kempe, Kleinberg & Tardos 2003, *KDD*, 137–146, for cascades; Lengauer & Tarjan 1979, *ACM Transactions on Programming
Languages and Systems* 1, 121–141, for dominators; Steele, Lea & Flood 2014, *OOPSLA*, 453–472, for SplitMix64.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part
from metrics.kernels.drawing import _GAMMA, _mixed
from metrics.kernels.growing import longer

_S11 = np.uint64(11)
_UNIT = 2.0**-53
_NOBODY, _UNREACHED = -1, -2
_FEWEST = 1024

Indices = NDArray[np.int32]


@part
def _heard(
    person: int,
    outside: bool,
    newest: Indices,
    earlier: Indices,
    tail: Indices,
    enter: Indices,
    below: Indices,
    seen: NDArray[np.int64],
    mark: int,
    waiting: Indices,
) -> bool:
    """Whether a live arc brings the person a message that did not come through them; only ``outside`` arcs count last.

    The tail of an arc is 2 × its source, and 1 more where it comes from outside the target's chain.
    """
    first, last = enter[person], enter[person] + below[person]
    count, at = 0, newest[person]
    while at != _NOBODY:
        source = tail[at] >> 1
        if not outside or tail[at] & 1:
            if enter[source] < first or enter[source] >= last:
                return True
            if seen[source] != mark:
                seen[source] = mark
                waiting[count] = source
                count += 1
        at = earlier[at]
    while count > 0:
        count -= 1
        at = newest[waiting[count]]
        while at != _NOBODY:
            source = tail[at] >> 1
            if enter[source] < first or enter[source] >= last:
                return True
            if source != person and seen[source] != mark:
                seen[source] = mark
                waiting[count] = source
                count += 1
            at = earlier[at]
    return False


@compiled
def cascades(
    indptr: NDArray[np.int64],
    target: Indices,
    chance: NDArray[np.float64],
    outside: NDArray[np.bool_],
    seeds: NDArray[np.int64],
    key: np.uint64,
    every: bool,
    first: int,
    last: int,
    reached: NDArray[np.float64],
) -> None:
    """Add to ``reached`` (person, without and with the own chain) how often a message that all seeds start arrives.

    Arcs stand by source. Draws ``first`` to ``last`` count 1 each; if ``every``, draw r is the combination of live arcs
    whose bits r has, and counts with its probability.
    """
    people = len(indptr) - 1
    newest = np.full(people, _UNREACHED, np.int32)
    parent, order = np.empty(people, np.int32), np.empty(people, np.int32)
    enter, below, place = np.empty(people, np.int32), np.empty(people, np.int32), np.empty(people, np.int32)
    waiting, seen = np.empty(people, np.int32), np.full(people, -1, np.int64)
    tail, earlier = np.empty(_FEWEST, np.int32), np.empty(_FEWEST, np.int32)
    mark = 0
    for draw in range(first, last):
        state, weight = _mixed(key + np.uint64(draw) * _GAMMA), 1.0
        if every:
            for arc in range(len(target)):
                weight *= chance[arc] if (draw >> arc) & 1 else 1.0 - chance[arc]
        count, arcs = 0, 0
        for at in range(len(seeds)):
            newest[seeds[at]], parent[seeds[at]] = _NOBODY, _NOBODY
            order[count] = seeds[at]
            count += 1
        at = 0
        while at < count:
            source = order[at]
            at += 1
            for arc in range(indptr[source], indptr[source + 1]):
                if every:
                    live = (draw >> arc) & 1 == 1
                else:
                    live = np.float64(_mixed(state + np.uint64(arc + 1) * _GAMMA) >> _S11) * _UNIT < chance[arc]
                if not live:
                    continue
                person = target[arc]
                if newest[person] == _UNREACHED:
                    newest[person], parent[person] = _NOBODY, source
                    order[count] = person
                    count += 1
                if arcs == len(tail):
                    tail, earlier = longer(tail), longer(earlier)
                tail[arcs] = 2 * source + outside[arc]
                earlier[arcs] = newest[person]
                newest[person] = arcs
                arcs += 1
        # Number the tree so that everybody below a person stands in one row after them.
        for at in range(count):
            below[order[at]] = 1
        for at in range(count - 1, len(seeds) - 1, -1):
            below[parent[order[at]]] += below[order[at]]
        free = 0
        for at in range(count):
            person, above = order[at], parent[order[at]]
            if above == _NOBODY:
                enter[person] = free
                free += below[person]
            else:
                enter[person] = place[above]
                place[above] += below[person]
            place[person] = enter[person] + 1
        for at in range(count):
            person = order[at]
            if _heard(person, True, newest, earlier, tail, enter, below, seen, mark, waiting):
                reached[person, 0] += weight
                reached[person, 1] += weight
            elif _heard(person, False, newest, earlier, tail, enter, below, seen, mark + 1, waiting):
                reached[person, 1] += weight
            mark += 2
        for at in range(count):
            newest[order[at]] = _UNREACHED
