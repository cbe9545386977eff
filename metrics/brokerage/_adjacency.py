"""Who is tied to whom, as the kernels of this room take it, and work told while it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from metrics.kernels.running import run, shared_out
from ona.model import InfluenceGraph

Progress = Callable[[int, int], None]
"""Called as ``progress(done, of)``."""

_STEPS_AT_ONCE = 200_000_000


@dataclass(frozen=True)
class Contacts:
    """Everybody's distinct contacts, sorted, and the strengths both ways added up."""

    starts: NDArray[np.int64]
    contacts: NDArray[np.int32]
    strength: NDArray[np.float64]

    @property
    def people(self) -> int:
        return len(self.starts) - 1

    @property
    def degrees(self) -> NDArray[np.int64]:
        return np.diff(self.starts)


@dataclass(frozen=True)
class Arcs:
    """Binary arcs in both directions; of the people with an arc to somebody, those of the same code come first."""

    starts: NDArray[np.int64]
    targets: NDArray[np.int32]
    starts_in: NDArray[np.int64]
    alike: NDArray[np.int64]
    sources: NDArray[np.int32]
    codes: NDArray[np.int32]

    @property
    def people(self) -> int:
        return len(self.starts) - 1


def contacts_of(graph: InfluenceGraph) -> Contacts:
    """Strengths symmetrised by sum, w_ij = a_ij + a_ji, row by row."""
    from metrics.kernels.contacts import both_directions

    indptr, indices, strength = _rows(graph.matrix)
    starts = np.empty(len(indptr), np.int64)
    contacts, both = np.empty(2 * len(indices), np.int32), np.empty(2 * len(indices))
    run(both_directions, indptr, indices, strength, starts, contacts, both)
    return Contacts(starts, contacts[: starts[-1]], both[: starts[-1]])


def arcs_of(graph: InfluenceGraph, *, threshold: float, codes: NDArray[np.int64] | None = None) -> Arcs:
    """Arcs above the threshold, among the people with a code of 0 or more, or among all."""
    from metrics.kernels.arcs import strong_arcs, turned_round

    known = np.zeros(graph.size, np.int32) if codes is None else codes.astype(np.int32)
    indptr, indices, strength = _rows(graph.matrix)
    starts, targets = np.empty(len(indptr), np.int64), np.empty(len(indices), np.int32)
    run(strong_arcs, indptr, indices, strength, float(threshold), known, starts, targets)
    del indptr, indices, strength
    targets = targets[: starts[-1]]
    starts_in, alike, sources = np.empty_like(starts), np.empty(graph.size, np.int64), np.empty_like(targets)
    run(turned_round, starts, targets, known, starts_in, alike, sources)
    return Arcs(starts, targets, starts_in, alike, sources, known)


def through_shorter(lengths: NDArray[np.int64]) -> int:
    """Roughly how many steps a person costs when for each pair in lists so long the shorter list is gone through."""
    people = max(len(lengths), 1)
    return int(lengths @ np.minimum(lengths, 2 * lengths.sum() // people)) // people + 1


def in_parts(work: Callable[[int, int], None], total: int, *, cost: int, progress: Progress | None) -> None:
    """Like `shared_out`, a part after the other, so that progress can be told every second or so."""
    parts = max(1, min(total, total * cost // _STEPS_AT_ONCE))
    bounds = [total * part // parts for part in range(parts + 1)]
    for done, (first, last) in enumerate(pairwise(bounds), start=1):
        shared_out(partial(_shifted, work, first), last - first, cost=cost)
        if progress is not None:
            progress(done, parts)


def _shifted(work: Callable[[int, int], None], first: int, start: int, stop: int) -> None:
    work(first + start, first + stop)


def _rows(matrix: csr_array) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    matrix.sort_indices()
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32, copy=False), matrix.data
