"""Who belongs to whose own management chain, for many pairs at once."""

from __future__ import annotations

import numpy as np

from ona.model import InfluenceGraph


def in_chain(graph: InfluenceGraph, person: np.ndarray, other: np.ndarray) -> np.ndarray:
    """True where ``other`` is above ``person`` in the reporting tree; both are positions, pair by pair."""
    chain = graph.chain.tocoo()
    held = chain.row.astype(np.int64) * graph.size + chain.col
    return np.isin(np.asarray(person, np.int64) * graph.size + other, held)


def chains(graph: InfluenceGraph) -> list[np.ndarray]:
    """For each person, the positions of the people in their own management chain."""
    chain = graph.chain
    return np.split(chain.indices, chain.indptr[1:-1])
