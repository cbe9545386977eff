"""What each single person's leaving takes from others, for everybody at once: the counts behind `loss_table`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics._removed import Network
from metrics.kernels.running import run

Counts = NDArray[np.int64]


def cut_from_leaders(network: Network, codes: NDArray[np.int64], groups: int) -> tuple[Counts, Counts]:
    """People, and groups, whose every way to any leader leads through a person.

    Seen from one added root that is tied to every leader: whoever all ways from the root to somebody lead through
    *dominates* them, and those relations form a tree. A group hangs below the last person whom all ways to all of its
    people have in common.
    """
    from metrics.kernels.components import add_up, last_in_common

    order, _, above = _search(network, network.leaders, network.is_leader)
    people = np.zeros(network.size + 1, np.int64)
    people[order] = 1
    run(add_up, order, above, people)
    people[order] -= 1
    standing = np.zeros(network.size + 1, np.int64)
    run(last_in_common, order, above, codes, groups, standing)
    run(add_up, order, above, standing)
    return people[:-1], standing[:-1]


def cut_off(network: Network) -> Counts:
    """People of a person's connected part who are outside its largest piece once the person has left."""
    from metrics.kernels.components import people_split_off

    everyone = np.arange(network.size, dtype=np.int32)
    order, parent, above = _search(network, everyone, np.zeros(network.size, bool))
    lost = np.zeros(network.size, np.int64)
    run(people_split_off, order, parent, above, lost)
    return lost


def groups_isolated(network: Network, codes: NDArray[np.int64], groups: int) -> Counts:
    """Groups whose every tie to another group has the person at one of its ends, and that others belong to."""
    ends = _crossing(network, codes, groups)
    own, other = ends[:, 0] == ends[:, 1], ends[:, 2] == ends[:, 3]
    own &= np.bincount(codes[codes >= 0], minlength=groups) > 1
    people = np.concatenate([ends[own, 0], ends[other, 2]])
    return np.bincount(people, minlength=network.size).astype(np.int64)


def tied_outside(network: Network, codes: NDArray[np.int64], groups: int) -> NDArray[np.bool_]:
    """Groups with a tie to another group; people whose code is −1 count for neither."""
    return np.asarray(_crossing(network, codes, groups)[:, 1] >= 0)


def groups_lost(
    network: Network, codes: NDArray[np.int64], tied: NDArray[np.bool_], places: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Groups that lose their last way to a leader, and their last tie to another group, when some people leave.

    ``tied`` says which groups are tied to another in the whole network (`tied_outside`).
    """
    kept = codes.copy()
    kept[places] = -1
    some = np.bincount(kept[kept >= 0], minlength=len(tied)) > 0
    could = np.bincount(kept[(kept >= 0) & (network.steps >= 0)], minlength=len(tied)) > 0
    can = np.bincount(kept[(kept >= 0) & (network.steps_without(places) >= 0)], minlength=len(tied)) > 0
    isolated = some & tied & ~tied_outside(network, kept, len(tied))
    return np.flatnonzero(could & ~can), np.flatnonzero(isolated)


def sole_contacts(network: Network) -> Counts:
    """People tied to nobody but the person."""
    tied_once = np.flatnonzero(np.diff(network.indptr) == 1)
    return np.bincount(network.indices[network.indptr[tied_once]], minlength=network.size).astype(np.int64)


def _crossing(network: Network, codes: NDArray[np.int64], groups: int) -> Counts:
    """The first and the last of each group's people tied to another group, and of those they are tied to."""
    from metrics.kernels.components import crossing_ends

    ends = np.tile(np.array([network.size, -1], np.int64), (groups, 2))
    run(crossing_ends, network.indptr, network.indices, codes, ends)
    return ends


def _search(
    network: Network, starts: NDArray[np.int32], joined: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """People in the order a depth-first search meets them, from whom, and below whom."""
    from metrics.kernels.components import search_depth_first

    order, parent, above = (np.empty(network.size, np.int32) for _ in range(3))
    found = np.zeros(1, np.int64)
    run(search_depth_first, network.indptr, network.indices, starts, joined, order, parent, above, found)
    return order[: found[0]], parent, above
