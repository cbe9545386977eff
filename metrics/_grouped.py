"""The people whose group is known and the arcs among them, as every measure of mixing needs them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics._arrays import arc_ends, group_codes
from ona.model import InfluenceGraph


@dataclass(frozen=True)
class Grouped:
    """The people whose group is known, renumbered, and the arcs among them."""

    names: list[str]
    where: np.ndarray  # positions among all people
    codes: np.ndarray  # their groups
    arcs: np.ndarray  # rows of graph.arcs that are kept
    source: np.ndarray  # ends of those arcs, renumbered
    target: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """How many people each group has."""
        return np.bincount(self.codes, minlength=len(self.names)).astype(float)

    def table(self, weights: np.ndarray | None = None) -> np.ndarray:
        """Sums over arcs by group of the source (row) and of the target (column); without weights, counts."""
        groups = len(self.names)
        cells = self.codes[self.source] * groups + self.codes[self.target]
        return np.bincount(cells, weights, minlength=groups * groups).astype(float).reshape(groups, groups)

    def pairs(self) -> np.ndarray:
        """Ordered pairs of different people by group of the first and of the second."""
        sizes = self.sizes
        return np.outer(sizes, sizes) - np.diag(sizes)

    @property
    def possible(self) -> float:
        """How many ordered pairs of different people there are: N(N − 1)."""
        count = float(len(self.codes))
        return count * (count - 1)


def grouped(graph: InfluenceGraph, column: str) -> Grouped:
    """Leave out the people whose group is unknown, and their arcs."""
    codes, names = group_codes(graph, column)
    where = np.flatnonzero(codes >= 0)
    place = np.full(graph.size, -1, np.int32)
    place[where] = np.arange(len(where), dtype=np.int32)
    source, target = (place[end] for end in arc_ends(graph))
    arcs = np.flatnonzero((source >= 0) & (target >= 0))
    if len(arcs) < len(source):
        source, target = source[arcs], target[arcs]
    return Grouped(names=names, where=where, codes=codes[where], arcs=arcs, source=source, target=target)


def divide(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Quotients; NaN where the divisor is 0."""
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0))
