"""What the measures share: group codes, symmetrised strengths, and sparse products that stay small."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, diags_array, vstack

from ona.model import InfluenceGraph, StudyError
from ona.model.groups import NOT_GROUPS
from ona.model.text import legible

if TYPE_CHECKING:
    import igraph

_BLOCK_TERMS = 20_000_000


def by_person(graph: InfluenceGraph, values: object, name: str) -> pd.Series:
    """One number for each person, in the order of ``graph.persons``."""
    return pd.Series(np.asarray(values, dtype=float), index=graph.persons, name=name)


def group_codes(graph: InfluenceGraph, column: str) -> tuple[np.ndarray, list[str]]:
    """Each person's group in a roster column as a code, −1 where unknown, and the groups' names.

    Groups are sorted by name; an ordered column (level) keeps its order. Groups that nobody is in do not appear.
    """
    people = graph.people
    if column not in people:
        known = ", ".join(map(legible, grouping_columns(graph)))
        cure = f"use one of {known}" if known else "name one under people.groups"
        raise StudyError(f"the roster has no column '{column}'", cure=cure)
    values = people[column]
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.cat.remove_unused_categories()
        return values.cat.codes.to_numpy(np.int64), [str(name) for name in values.cat.categories]
    text = values.astype("str").where(values.notna())
    codes, names = pd.factorize(text, sort=True)
    return np.asarray(codes, np.int64), [str(name) for name in names]


def grouping_columns(graph: InfluenceGraph) -> list[str]:
    """Columns that say which group people are in, and hold anything."""
    people = graph.people
    return [str(c) for c in people if c not in NOT_GROUPS and people[c].notna().any()]


def strata_codes(graph: InfluenceGraph, columns: tuple[str, ...]) -> np.ndarray:
    """One code for each combination of the columns' groups; "unknown" counts as a group of its own."""
    combined = np.zeros(graph.size, np.int64)
    for column in columns:
        codes, names = group_codes(graph, column)
        combined = combined * (len(names) + 1) + codes + 1
    return np.asarray(np.unique(combined, return_inverse=True)[1], np.int64)


def arc_ends(graph: InfluenceGraph) -> tuple[np.ndarray, np.ndarray]:
    """Positions of each arc's source and target."""
    return graph.arc_ends


def both_ways(graph: InfluenceGraph) -> csr_array:
    """Strengths symmetrised by sum: a_ij + a_ji."""
    return csr_array(graph.matrix + graph.matrix.T)


def pattern(matrix: csr_array) -> csr_array:
    """One wherever the matrix has an entry, as whole numbers."""
    ones = np.ones(matrix.nnz, np.int64)
    return csr_array((ones, matrix.indices, matrix.indptr), shape=matrix.shape)


def scale_rows(matrix: csr_array, factors: np.ndarray) -> csr_array:
    """Each row times its factor."""
    return csr_array(diags_array(factors) @ matrix)


def masked_product(left: csr_array, right: csr_array, mask: csr_array) -> csr_array:
    """``(left @ right) * mask`` entry by entry, a few rows at a time.

    The full product of a graph with hubs has far more entries than the mask keeps, so it never exists as a whole.
    """
    if mask.nnz == 0:
        return mask
    terms = pattern(left) @ np.diff(right.indptr).astype(np.int64)
    block = np.cumsum(terms) // _BLOCK_TERMS
    bounds = np.flatnonzero(np.diff(block, prepend=-1, append=-1))
    parts = [(left[a:b] @ right) * mask[a:b] for a, b in pairwise(bounds)]
    return csr_array(vstack(parts, format="csr"))


def row_sums(matrix: csr_array) -> np.ndarray:
    """Sum of each row."""
    return np.asarray(matrix.sum(axis=1)).ravel()


def network_of(graph: InfluenceGraph, network: igraph.Graph | None) -> igraph.Graph:
    """The igraph network already made, or one made now."""
    return graph.to_igraph() if network is None else network


def undirected(network: igraph.Graph) -> igraph.Graph:
    """The undirected simple graph: one edge between two people with an arc either way, strengths added."""
    return network.as_undirected(mode="collapse", combine_edges={"strength": "sum"})
