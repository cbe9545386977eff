"""Communities: the parts of the organisation that mostly deal with themselves, whatever the chart says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import igraph
import numpy as np
import pandas as pd

from metrics._arrays import undirected
from ona.model import InfluenceGraph, StudyError


def communities(
    graph: InfluenceGraph, *, seed: int, resolution: float = 1.0, network: igraph.Graph | None = None
) -> pd.Series:
    """Which community each person belongs to (Leiden, modularity).

    Maximises Σ_ij [w_ij − γ k_i k_j / 2w] δ(c_i, c_j) over assignments c, with w_ij = a_ij + a_ji (strengths
    symmetrised by sum), k_i = Σ_j w_ij and 2w = Σ_i k_i, until another pass changes nothing.

    Parameters
    ----------
    seed : int
        Seed of the order in which people are visited. Several divisions may be nearly as good: other seeds, and other
        ids, may give another one.
    resolution : float
        γ > 0; larger makes more and smaller communities.
    network : igraph.Graph, optional
        ``graph.to_igraph()``, if already made.

    Returns
    -------
    Series
        Index ``person``; 1 is the largest community, those of equal size in the order of their smallest person id.
        0 for people without ties, who are in none. Doubling every strength changes nothing.

    Raises
    ------
    StudyError
        The resolution is not above 0.

    References
    ----------
    Traag, Waltman & van Eck 2019, *Scientific Reports* 9, 5233.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> ties = pd.DataFrame({"source": ["a", "b", "d"], "target": ["b", "c", "e"]})
    >>> communities(influence_graph(pd.DataFrame({"person": list("abcdef")}), ties), seed=1).tolist()
    [1, 1, 1, 2, 2, 0]
    """
    if not resolution > 0:
        raise StudyError(f"a resolution of {resolution:g} finds no communities", cure="use a number above 0")
    simple = undirected(graph.to_igraph() if network is None else network)
    with _seeded(seed):
        found = simple.community_leiden(
            objective_function="modularity", weights="strength", resolution=resolution, n_iterations=-1
        )
    return pd.Series(_by_size(np.array(found.membership), np.array(simple.degree())), graph.persons, name="community")


def communities_table(graph: InfluenceGraph, *, seed: int, resolution: float = 1.0) -> pd.DataFrame:
    """Everyone's community and how many people are in it.

    Parameters
    ----------
    seed, resolution
        See `communities`.

    Returns
    -------
    DataFrame
        Index ``person``; whole numbers ``community`` (1 = largest, 0 = no ties) and ``community_size`` (1 for people
        without ties, who stand alone).

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> ties = pd.DataFrame({"source": ["a", "b", "d"], "target": ["b", "c", "e"]})
    >>> graph = influence_graph(pd.DataFrame({"person": list("abcdef")}), ties)
    >>> communities_table(graph, seed=1)["community_size"].tolist()
    [3, 3, 3, 2, 2, 1]
    """
    labels = communities(graph, seed=seed, resolution=resolution)
    size = labels.groupby(labels).transform("size").where(labels > 0, 1)
    return pd.DataFrame({"community": labels, "community_size": size})


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Let igraph draw from a generator of our own, and give it back Python's, its default, afterwards."""
    igraph.set_random_number_generator(random.Random(seed))
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)


def _by_size(membership: np.ndarray, degree: np.ndarray) -> np.ndarray:
    """Labels from 1 by falling size, then by first member; 0 for people without ties."""
    labels = np.zeros(len(membership), np.int64)
    tied = np.flatnonzero(degree > 0)
    found, first, member, sizes = np.unique(
        membership[tied], return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(found), np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(1, len(found) + 1)
    labels[tied] = rank[member]
    return labels
