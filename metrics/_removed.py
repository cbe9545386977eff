"""What is left of a network without some of its people: the searches behind `metrics.resilience`.

The network is undirected and simple here: two people are tied when an arc joins them either way, however strong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from itertools import islice
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from metrics.kernels.running import run, shared_out
from ona.model import InfluenceGraph

LANES = 64
"""Networks searched at once, one bit of a machine word each."""

_AT_ONCE = 2 * LANES  # networks taken up together
_LEADERS_AT_ONCE = 32 * LANES  # leaders between two reports of progress

Progress = Callable[[float], None] | None


@dataclass(frozen=True, eq=False)
class Network:
    """Who is tied to whom, as the kernels take it, and who leads."""

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    is_leader: NDArray[np.bool_]

    @property
    def size(self) -> int:
        """How many people there are."""
        return len(self.is_leader)

    @property
    def mean_ties(self) -> int:
        """Contacts of a person, on average, rounded up."""
        return -(-len(self.indices) // max(self.size, 1))

    @cached_property
    def leaders(self) -> NDArray[np.int32]:
        """Positions of the leaders."""
        return np.flatnonzero(self.is_leader).astype(np.int32)

    @cached_property
    def others(self) -> NDArray[np.int32]:
        """Positions of everybody else."""
        return np.flatnonzero(~self.is_leader).astype(np.int32)

    @cached_property
    def steps(self) -> NDArray[np.int32]:
        """Everybody's steps to the nearest leader, 0 for a leader, −1 where no way leads to one."""
        return self.steps_without(np.empty(0, np.int32))

    def steps_without(self, members: NDArray[np.integer]) -> NDArray[np.int32]:
        """The same when some people are gone; −1 for those."""
        from metrics.kernels.components import steps_to_any

        gone = np.zeros(self.size, bool)
        gone[members] = True
        steps = np.empty(self.size, np.int32)
        run(steps_to_any, self.indptr, self.indices, self.leaders, gone, steps)
        return steps


def network_of_ties(graph: InfluenceGraph) -> Network:
    """Every pair of people with a tie, both ways; strengths are left behind, which keeps it small."""
    arcs = graph.matrix
    arcs.data = np.ones(arcs.nnz, np.int8)
    tied = csr_array(arcs + arcs.T)
    return Network(
        indptr=np.asarray(tied.indptr, np.int64),
        indices=np.asarray(tied.indices, np.int32),
        is_leader=graph.is_leader,
    )


@dataclass(frozen=True)
class Left:
    """Whole numbers about several networks, each without some people; shape (networks,) throughout.

    All after ``largest`` are about people left who are no leaders. ``…_before`` is what the same people had in the
    whole network.
    """

    led: bool  # whether there are leaders at all
    people: NDArray[np.int64]
    largest: NDArray[np.int64]  # people in the largest connected part
    others: NDArray[np.int64]  # how many of those left are no leaders
    reaching_before: NDArray[np.int64]  # how many of them reach a leader
    reaching: NDArray[np.int64]
    steps_before: NDArray[np.int64]  # steps to the nearest leader in all, of those who reach one after
    steps: NDArray[np.int64]
    near_before: NDArray[np.int64]  # leaders within two steps in all; 0 where it was not asked for
    near: NDArray[np.int64]

    def __getitem__(self, which: slice) -> Left:
        return replace(self, **{name: getattr(self, name)[which] for name in _COUNTED})


_COUNTED = tuple(one.name for one in fields(Left) if one.name != "led")


def leaders_within_two(network: Network, *, progress: Progress = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Leaders within two steps of everybody who is none, and how many such pairs end when a person leaves.

    ``progress`` is called with the share of the work done.
    """
    from metrics.kernels.components import leaders_near

    near, lost = np.zeros((2, network.size), np.int64)
    adding = Lock()

    def work(begin: int, start: int, stop: int) -> None:
        part = np.zeros((2, network.size), np.int64)
        who = network.leaders[begin + start : begin + stop]
        run(leaders_near, network.indptr, network.indices, who, network.is_leader, part[0], part[1])
        # Whole numbers: the order in which parts are added changes nothing.
        with adding:
            np.add(near, part[0], out=near)
            np.add(lost, part[1], out=lost)

    for begin, count in _blocks(len(network.leaders), _LEADERS_AT_ONCE):
        shared_out(partial(work, begin), count, cost=network.mean_ties**2, step=LANES)
        if progress:
            progress((begin + count) / len(network.leaders))
    return near, lost


def what_is_left(
    network: Network,
    gone: Iterable[NDArray[np.integer]],
    *,
    near: NDArray[np.int64] | None,
    progress: Progress = None,
) -> Left:
    """Take each set of people (positions, each once) out of the whole network, one set at a time.

    Parameters
    ----------
    network : Network
    gone : iterable of array of int
        Taken up a few at a time, so that they need not all be there at once.
    near : array of int, optional
        Everybody's leaders within two steps; None to leave those out, which take the longest.
    progress : callable, optional
        Called with the number of sets done, parts of sets included.

    Returns
    -------
    Left
        Nobody reaches a leader where none is left.
    """
    waiting, parts, done = iter(gone), [], 0
    by_contacts = np.argsort(-np.diff(network.indptr), kind="stable").astype(np.int32)

    def within(share: float) -> None:
        if progress:
            progress(done + share * len(sets))

    while sets := list(islice(waiting, _AT_ONCE)):
        parts.append(_left(network, sets, by_contacts, near, within))
        done += len(sets)
    none = np.empty(0, np.int64)
    counted = {name: np.concatenate([none, *(getattr(part, name) for part in parts)]) for name in _COUNTED}
    return Left(led=bool(network.leaders.size), **counted)


def _left(
    network: Network,
    gone: Sequence[NDArray[np.integer]],
    by_contacts: NDArray[np.int32],
    near: NDArray[np.int64] | None,
    progress: Callable[[float], None],
) -> Left:
    from metrics.kernels.removals import largest_parts, pairs_near, steps_from_leaders

    sizes = np.array([len(members) for members in gone], np.int64)
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    members = np.concatenate(gone).astype(np.int32)
    largest, reaching, steps, steps_before, pairs = np.zeros((5, len(gone)), np.int64)
    ties, leads, before = (network.indptr, network.indices), network.is_leader, network.steps

    def parts_and_steps(first: int, last: int) -> None:
        run(largest_parts, *ties, by_contacts, bounds, members, first, last, largest)
        run(steps_from_leaders, *ties, leads, before, bounds, members, first, last, reaching, steps, steps_before)

    def within_two(who: NDArray[np.int32], first: int, last: int) -> None:
        run(pairs_near, *ties, who, leads, bounds, members, first, last, pairs)

    shared_out(parts_and_steps, len(gone), cost=network.size + len(network.indices) // LANES, step=LANES)
    blocks = _blocks(len(network.leaders), _LEADERS_AT_ONCE) if near is not None else []
    for begin, count in blocks:
        who = network.leaders[begin : begin + count]
        shared_out(partial(within_two, who), len(gone), cost=count * network.mean_ties**2, step=LANES)
        progress((begin + count) / len(network.leaders))
    if not blocks:
        progress(1.0)
    which = np.repeat(np.arange(len(gone)), sizes)

    def kept(values: NDArray[np.generic]) -> NDArray[np.int64]:
        """The sum of a value over those left who are no leaders."""
        counted = np.where(leads, 0, values).astype(np.int64)
        taken = np.zeros(len(gone), np.int64)
        np.add.at(taken, which, counted[members])
        return np.asarray(counted.sum() - taken, np.int64)

    return Left(
        led=bool(network.leaders.size),
        people=network.size - sizes,
        largest=largest,
        others=kept(np.ones(network.size)),
        reaching_before=kept(before >= 0),
        reaching=reaching,
        steps_before=steps_before,
        steps=steps,
        near_before=np.zeros(len(gone), np.int64) if near is None else kept(near),
        near=pairs,
    )


def _blocks(total: int, size: int) -> list[tuple[int, int]]:
    """Where each block begins, and how long it is."""
    return [(begin, min(size, total - begin)) for begin in range(0, total, size)]
