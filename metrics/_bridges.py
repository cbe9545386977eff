"""What each person carries between their group and every other, and how much hangs on few of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from metrics._arrays import both_ways
from metrics._grouped import divide
from metrics.kernels.running import run
from ona.model import InfluenceGraph

_HALF = 0.5 * (1 - 1e-12)


@dataclass(frozen=True, eq=False)
class Carried:
    """Ties across groups, added up by person and other group; and each two people tied across groups, once.

    Entry e says that ``person[e]`` has ties of ``strength[e]``, both ways together, to ``contacts[e]`` people of group
    ``other[e]``, and that they are part of what joins the groups of ``pair[e]``. ``own`` is each person's strength
    within their group.
    """

    people: int
    groups: int
    codes: NDArray[np.int64]
    person: NDArray[np.int64]
    other: NDArray[np.int64]
    strength: NDArray[np.float64]
    contacts: NDArray[np.int64]
    own: NDArray[np.float64]
    ends: tuple[NDArray[np.integer], NDArray[np.integer]]
    between: NDArray[np.float64]

    @property
    def pair(self) -> NDArray[np.int64]:
        """The two groups of each entry as one number, the lower code first."""
        return pair_of(self.codes[self.person], self.other, self.groups)


def pair_of(one: NDArray[np.int64], other: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    """Two groups as one number, whichever is named first."""
    return np.minimum(one, other) * groups + np.maximum(one, other)


def carried(graph: InfluenceGraph, codes: NDArray[np.int64], groups: int) -> Carried:
    """Look at everybody's ties across groups; codes are −1 where the group is unknown."""
    both = both_ways(graph)
    known = np.flatnonzero(codes >= 0)
    member = csr_array((np.ones(len(known)), (known, codes[known])), shape=(graph.size, groups))
    ends, between = _crossing(both, codes.astype(np.int32))
    strength = csr_array(both @ member)
    strength.sort_indices()
    both.data[:] = 1.0
    contacts = csr_array(both @ member)
    contacts.sort_indices()
    person, other = np.repeat(np.arange(graph.size), np.diff(strength.indptr)), strength.indices.astype(np.int64)
    at_home = codes[person] == other
    own = np.bincount(person[at_home], strength.data[at_home], minlength=graph.size)
    kept = ~at_home & (codes[person] >= 0)
    return Carried(
        people=graph.size,
        groups=groups,
        codes=codes,
        person=person[kept],
        other=other[kept],
        strength=strength.data[kept],
        contacts=contacts.data[kept].astype(np.int64),
        own=np.asarray(own, np.float64),
        ends=ends,
        between=between,
    )


def _crossing(
    both: csr_array, codes: NDArray[np.int32]
) -> tuple[tuple[NDArray[np.integer], NDArray[np.integer]], NDArray[np.float64]]:
    """Every two people of different known groups with a tie, once, and their strength."""
    one = np.repeat(np.arange(both.shape[0], dtype=both.indices.dtype), np.diff(both.indptr))
    kept = one < both.indices
    one, other, strength = one[kept], both.indices[kept], both.data[kept]
    first, second = codes[one], codes[other]
    kept = (first >= 0) & (second >= 0) & (first != second)
    return (one[kept], other[kept]), strength[kept]


@dataclass(frozen=True, eq=False)
class Hanging:
    """For each two groups with a tie: how many carry it on either side, who most, and on how few half hangs."""

    pair: NDArray[np.int64]
    carriers_low: NDArray[np.int64]
    carriers_high: NDArray[np.int64]
    busiest: NDArray[np.int64]
    share_of_busiest: NDArray[np.float64]
    people_for_half: NDArray[np.int64]


def hanging(ties: Carried) -> Hanging:
    """How much of what joins two groups hangs on few people.

    People are taken greedily: next is whoever brings most strength that nobody taken before has an end of; of equals
    the first in the order of ``persons``.
    """
    pair = ties.pair
    order = np.lexsort((ties.person, -ties.strength, pair))
    pairs, starts = np.unique(pair[order], return_index=True)
    low = ties.codes[ties.person] == pair // max(ties.groups, 1)
    place = np.searchsorted(pairs, pair)
    first, other = _entries(ties)
    together = np.bincount(place[first], ties.between, minlength=len(pairs)).astype(np.float64)
    return Hanging(
        pair=pairs,
        carriers_low=np.bincount(place[low], minlength=len(pairs)),
        carriers_high=np.bincount(place[~low], minlength=len(pairs)),
        busiest=ties.person[order[starts]],
        share_of_busiest=np.minimum(divide(ties.strength[order[starts]], together), 1.0),
        people_for_half=_people_for(_HALF * together, place, first, other, ties.between),
    )


def _entries(ties: Carried) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The entries of the two ends of each tie across groups."""
    keys = ties.person * ties.groups + ties.other
    one, other = ties.ends
    first, second = (
        np.searchsorted(keys, here.astype(np.int64) * ties.groups + ties.codes[there]).astype(np.int32)
        for here, there in ((one, other), (other, one))
    )
    return first, second


def _people_for(
    aims: NDArray[np.float64],
    place: NDArray[np.int64],
    first: NDArray[np.int32],
    other: NDArray[np.int32],
    strength: NDArray[np.float64],
) -> NDArray[np.int64]:
    """How many people, taken greedily, hold as much of each two groups' strength as is aimed at."""
    from metrics.kernels.covering import carriers_for

    order = np.argsort(place, kind="stable")
    bounds = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=len(aims)))]).astype(np.int64)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    carrier = np.concatenate([rank[first], rank[other]])
    indptr = np.concatenate([[0], np.cumsum(np.bincount(carrier, minlength=len(order)))]).astype(np.int64)
    ties = (np.argsort(carrier, kind="stable") % max(len(first), 1)).astype(np.int32)
    taken = np.zeros(len(aims), np.int64)
    run(carriers_for, bounds, indptr, ties, strength, aims, taken)
    return taken


def across(ties: Carried) -> dict[str, NDArray[np.float64]]:
    """Each person's contacts, groups and strength across, and for how many groups they alone carry their own's ties."""
    found = hanging(ties)
    place = np.searchsorted(found.pair, ties.pair)
    low = ties.codes[ties.person] == ties.pair // max(ties.groups, 1)
    alone = np.where(low, found.carriers_low[place], found.carriers_high[place]) == 1
    size = ties.people
    strength = np.asarray(np.bincount(ties.person, ties.strength, minlength=size), np.float64)
    return {
        "ties_across": np.bincount(ties.person, ties.contacts, minlength=size).astype(float),
        "groups_bridged": np.bincount(ties.person, minlength=size).astype(float),
        "strength_across": strength,
        "share_across": divide(strength, strength + ties.own),
        "sole_bridge_of": np.bincount(ties.person, alone, minlength=size).astype(float),
    }
