"""Gould–Fernandez roles by sparse matrix algebra, with scipy and with GraphBLAS: what the kernel is measured against.

Two-paths a → v → b are counted by the groups of their ends; those closed by an arc a → b are the sums of masked
products and are taken off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import util
from itertools import pairwise
from typing import Any

import numpy as np
from company import Company
from scipy.sparse import csr_array

TERMS_AT_ONCE = 20_000_000
HAS_GRAPHBLAS = util.find_spec("graphblas") is not None


@dataclass(frozen=True)
class Split:
    """Arcs within a function and arcs across, each as ones, for scipy and for GraphBLAS; and everybody's function."""

    within: csr_array
    across: csr_array
    function: np.ndarray
    held: dict[int, Any]


def split_arcs(made: Company) -> Split:
    inside = made.function[made.source] == made.function[made.target]
    shape = made.people, made.people

    def part(keep: np.ndarray) -> csr_array:
        return csr_array((np.ones(int(keep.sum()), np.int64), (made.source[keep], made.target[keep])), shape=shape)

    within, across = part(inside), part(~inside)
    return Split(within, across, made.function, {id(arcs): _graphblas(arcs) for arcs in (within, across)})


def by_scipy(arcs: Split) -> np.ndarray:
    """Coordinator, consultant, representative, gatekeeper and liaison of each person; a few rows at a time."""

    def closed(into: csr_array, out: csr_array, bridge: csr_array) -> np.ndarray:
        left = csr_array(into.T)
        terms = np.cumsum(left @ np.diff(bridge.indptr).astype(np.int64)) // TERMS_AT_ONCE
        bounds = np.flatnonzero(np.diff(terms, prepend=-1, append=-1))
        return np.concatenate([((left[a:b] @ bridge) * out[a:b]).sum(axis=1) for a, b in pairwise(bounds)])

    return _roles(arcs, closed)


def by_graphblas(arcs: Split) -> np.ndarray:
    """The same with masked products that never make what the mask leaves out."""
    from graphblas import Matrix, monoid, semiring

    def closed(into: csr_array, out: csr_array, bridge: csr_array) -> np.ndarray:
        found = Matrix(int, *into.shape)
        mask = arcs.held[id(out)].S
        found(mask) << arcs.held[id(into)].T.mxm(arcs.held[id(bridge)], semiring.plus_pair)
        return np.asarray(found.reduce_rowwise(monoid.plus).new().to_dense(fill_value=0), np.int64)

    return _roles(arcs, closed)


def _graphblas(arcs: csr_array) -> Any:
    if not HAS_GRAPHBLAS:
        return None
    from graphblas.io import from_scipy_sparse

    return from_scipy_sparse(arcs)


def _roles(arcs: Split, closed: Callable[[csr_array, csr_array, csr_array], np.ndarray]) -> np.ndarray:
    within, across, people = arcs.within, arcs.across, len(arcs.function)
    in_within, in_across = within.sum(axis=0), across.sum(axis=0)
    out_within, out_across = within.sum(axis=1), across.sum(axis=1)
    member = csr_array((np.ones(people, np.int64), (np.arange(people), arcs.function)))
    same_other = ((across.T @ member) * (across @ member)).sum(axis=1)

    def returning(arcs: csr_array) -> np.ndarray:
        return np.asarray((arcs * arcs.T).sum(axis=1))

    return np.column_stack(
        [
            in_within * out_within - returning(within) - closed(within, within, within),
            same_other - returning(across) - closed(across, across, within),
            in_within * out_across - closed(within, across, across),
            in_across * out_within - closed(across, within, across),
            in_across * out_across - same_other - closed(across, across, across),
        ]
    )
