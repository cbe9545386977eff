"""Communities: the parts of the organisation that mostly deal with themselves, whatever the chart says.

Strengths are symmetrised by sum, w_ij = a_ij + a_ji. A division found by Leiden is one of several that are nearly as
good; `community_scan` says how far runs from other seeds agree, and so whether a division may be named at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics._agreement import adjusted_rand, contingency, overlap, variation
from metrics._arrays import group_codes
from metrics._leiden import Pairs, division, mean_one, network_of_pairs, quality, tied_pairs
from metrics.words.communities import scan_sentence
from ona.model import InfluenceGraph, StudyError

if TYPE_CHECKING:
    import igraph

RESOLUTIONS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Resolutions that a scan looks at unless told otherwise."""

LARGE = 20_000
"""People beyond whom a scan makes fewer and shorter runs."""

SCAN_COLUMNS = (
    "resolution",
    "people",
    "communities",
    "largest_share",
    "median_size",
    "modularity",
    "quality",
    "stability",
    "variation",
    "agreement_function",
    "agreement_site",
    "seeds",
    "passes",
    "seed",
    "best_seed",
    "sentence",
)
"""Columns of `community_scan`, in order."""

_RUNS, _RUNS_LARGE, _PASSES_LARGE = 10, 5, 2


def communities(
    graph: InfluenceGraph,
    *,
    seed: int,
    resolution: float = 1.0,
    passes: int = 0,
    network: igraph.Graph | None = None,
) -> pd.Series:
    """Which community each person belongs to (Leiden, modularity).

    Maximises Σ_ij [w_ij − γ k_i k_j / 2w] δ(c_i, c_j) over assignments c, with w_ij = a_ij + a_ji (strengths
    symmetrised by sum), k_i = Σ_j w_ij and 2w = Σ_i k_i, until another pass changes nothing. Strengths are divided by
    their mean first: Leiden's refinement draws moves by exp(gain / 0.01), so what it finds would hang on their unit.

    Parameters
    ----------
    seed : int
        Seed of the order in which people are visited. Several divisions may be nearly as good: other seeds, and other
        ids, may give another one (`community_scan`).
    resolution : float
        γ > 0; larger makes more and smaller communities.
    passes : int
        Stop after so many passes; 0: when another changes nothing, and after a hundred at the latest.
    network : igraph.Graph, optional
        `undirected_network` of the graph, if already made.

    Returns
    -------
    Series
        Index ``person``; 1 is the largest community, those of equal size in the order of their smallest person id.
        0 for people without ties, who are in none. Doubling every strength changes nothing.

    Raises
    ------
    StudyError
        The resolution is not above 0, or the network is directed.

    References
    ----------
    Traag, Waltman & van Eck 2019, *Scientific Reports* 9, 5233; Reichardt & Bornholdt 2006, *Physical Review E* 74,
    016110, for γ.

    Examples
    --------
    >>> communities(_example(), seed=1).tolist()
    [1, 1, 1, 2, 2, 0]
    """
    _check(resolution)
    if network is None:
        pairs = tied_pairs(graph)
        network, strength = network_of_pairs(pairs), pairs.strength
    elif network.is_directed():
        raise StudyError("communities need the undirected network", cure="pass undirected_network(graph), or nothing")
    else:
        strength = np.array(network.es["strength"], float) if network.ecount() else np.empty(0)
    labels = division(network, mean_one(strength), resolution=resolution, seed=seed, passes=passes)
    return pd.Series(labels, graph.persons, name="community")


def communities_table(
    graph: InfluenceGraph,
    *,
    seed: int,
    resolution: float = 1.0,
    seeds: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Everyone's community in the best of several runs, how many people are in it, and how sure it is.

    Parameters
    ----------
    seed, resolution, seeds, progress
        See `community_scan`; the division is the one of ``best_seed`` there.

    Returns
    -------
    DataFrame
        Index ``person``; whole numbers ``community`` (1 = largest, 0 = no ties) and ``community_size`` (1 for people
        without ties, who stand alone); ``stability``, see `community_stability`.

    Raises
    ------
    StudyError
        The resolution is not above 0, or no runs.

    Examples
    --------
    >>> communities_table(_example(), seed=1)["community_size"].tolist()
    [3, 3, 3, 2, 2, 1]
    """
    found, stability = _best(graph, resolution, seeds, seed=seed, progress=progress)
    labels = pd.Series(found, graph.persons)
    size = labels.groupby(labels).transform("size").where(labels > 0, 1)
    return pd.DataFrame({"community": labels, "community_size": size, "stability": stability})


def undirected_network(graph: InfluenceGraph) -> igraph.Graph:
    """The undirected simple graph for igraph: one edge between two people with an arc either way.

    Returns
    -------
    igraph.Graph
        Vertices in the order of ``graph.persons``; edges carry ``strength``, w_ij = a_ij + a_ji, and are in the order
        of their two ends.

    Examples
    --------
    >>> undirected_network(_example()).get_edgelist()
    [(0, 1), (1, 2), (3, 4)]
    """
    pairs = tied_pairs(graph)
    network = network_of_pairs(pairs)
    network.es["strength"] = pairs.strength.tolist()
    return network


def community_scan(
    graph: InfluenceGraph,
    *,
    resolutions: Sequence[float] = RESOLUTIONS,
    seeds: int | None = None,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """What divisions there are at several resolutions, and whether runs from different seeds agree on them.

    Each resolution is run from the seeds ``seed``, ``seed + 1`` and so on. The division of the largest quality stands
    for it; how far all of them agree, pair by pair, is its stability. A division that changes with the seed is one of
    many equally good ones and should not be named.

    Parameters
    ----------
    resolutions : sequence of float
        Each above 0; see `communities`.
    seeds : int, optional
        How many runs to make at each. By default 10, and 5 beyond 20,000 people. Beyond 20,000 people a run also ends
        after two passes (Leiden's usual number) instead of when another changes nothing, which at 100,000 takes five to
        ten times as long and gains less than 0.0003 in quality; stability comes out a little lower for it.
    seed : int
        Seed of the first run.
    progress : callable, optional
        Called as ``progress(runs done, runs in all)``.

    Returns
    -------
    DataFrame
        One row a resolution, in the order given: ``resolution``; ``people`` with any tie, who are all that is divided;
        ``communities``, how many; ``largest_share`` of people in the largest; ``median_size``; ``modularity`` of the
        division at γ = 1, comparable between rows; ``quality``, its modularity at its own γ; ``stability``, the mean
        adjusted Rand index over pairs of runs (1: always the same division, 0: as chance); ``variation``, the mean
        variation of information over its largest possible value (0: always the same), which weighs communities by
        people where the Rand index weighs pairs and so the large ones; ``agreement_function`` and ``agreement_site``,
        the adjusted Rand index of the division and the roster's column, among people of known function or site;
        ``seeds`` and ``passes``, as used (0: until another changes nothing); ``seed``; ``best_seed``, with which
        `communities` gives this division; ``sentence`` (`metrics.words.communities.scan_sentence`).
        Without ties all but the counts and settings are NaN; stability and variation are NaN with one run, and
        agreement where fewer than two of those with ties have a known function or site.

    Raises
    ------
    StudyError
        A resolution that is not above 0, or no runs.

    Notes
    -----
    Modularity finds communities in random networks too (Guimerà et al. 2004); those are unstable as a rule. Stability
    says that there is an answer, not that the answer matters.

    References
    ----------
    Hubert & Arabie 1985, *Journal of Classification* 2, 193–218; Meilă 2007, *Journal of Multivariate Analysis* 98,
    873–895; Guimerà, Sales-Pardo & Amaral 2004, *Physical Review E* 70, 025101.

    Examples
    --------
    >>> scan = community_scan(_example(), resolutions=[1.0], seeds=3, seed=1)
    >>> scan[["people", "communities", "largest_share", "stability"]].values.tolist()
    [[5.0, 2.0, 0.6, 1.0]]
    """
    for resolution in resolutions:
        _check(resolution)
    work = _work(graph, seeds)
    columns = {name: group_codes(graph, name)[0] for name in ("function", "site") if name in graph.people}
    rows = []
    for at, resolution in enumerate(resolutions):
        before = at * work.runs, len(resolutions) * work.runs
        found, worth = _runs(work, resolution, seed=seed, progress=progress, before=before)
        best = int(np.argmax(worth))
        named = {name: _agreement(found[best], codes) for name, codes in columns.items()}
        rows.append(
            {
                "resolution": float(resolution),
                "people": int(work.anybody.sum()),
                **_sizes(found[best][work.anybody]),
                "modularity": quality(found[best], work.pairs, work.strength, 1.0),
                "quality": worth[best],
                **_stability([labels[work.anybody] for labels in found]),
                "agreement_function": named.get("function", np.nan),
                "agreement_site": named.get("site", np.nan),
                "seeds": work.runs,
                "passes": work.passes,
                "seed": seed,
                "best_seed": seed + best,
            }
        )
    table = pd.DataFrame(rows, columns=list(SCAN_COLUMNS[:-1]))
    table["sentence"] = [scan_sentence(row) for row in table.to_dict(orient="records")]
    return table


def community_stability(
    graph: InfluenceGraph,
    *,
    resolution: float = 1.0,
    seeds: int | None = None,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> pd.Series:
    """How much of a person's community stays together from run to run: low for people on a border.

    The division of the largest quality is the reference. For each other run, the person's community there and in the
    reference are compared: |both| / |either| (Jaccard). The value is the mean over those runs.

    Parameters
    ----------
    resolution, seeds, seed, progress
        See `community_scan`; the runs are the same, and the reference is the division of ``best_seed`` there.

    Returns
    -------
    Series
        Index ``person``; above 0 up to 1. NaN for people without ties, and for everybody with a single run.

    Raises
    ------
    StudyError
        The resolution is not above 0, or no runs.

    References
    ----------
    Hennig 2007, *Computational Statistics & Data Analysis* 52, 258–271, for judging clusters by their Jaccard overlap.

    Examples
    --------
    >>> community_stability(_example(), seeds=3, seed=1).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, nan]
    """
    stability = _best(graph, resolution, seeds, seed=seed, progress=progress)[1]
    return pd.Series(stability, graph.persons, name="community_stability")


def _best(
    graph: InfluenceGraph,
    resolution: float,
    seeds: int | None,
    *,
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The division of the largest quality, and how much of each person's community the other runs keep together."""
    _check(resolution)
    work = _work(graph, seeds)
    found, worth = _runs(work, resolution, seed=seed, progress=progress, before=(0, work.runs))
    best = int(np.argmax(worth))
    values = np.full(graph.size, np.nan)
    if work.runs > 1:
        others = (labels[work.anybody] for at, labels in enumerate(found) if at != best)
        overlaps = [overlap(contingency(found[best][work.anybody], labels)) for labels in others]
        values[work.anybody] = np.sum(overlaps, axis=0) / (work.runs - 1)
    return found[best], values


@dataclass(frozen=True, eq=False)
class _Work:
    """What all runs share: the pairs, their strengths of mean 1, igraph's network, and how many runs there are."""

    pairs: Pairs
    strength: NDArray[np.float64]
    network: igraph.Graph
    anybody: NDArray[np.bool_]
    runs: int
    passes: int


def _work(graph: InfluenceGraph, seeds: int | None) -> _Work:
    if seeds is not None and seeds < 1:
        raise StudyError(f"with {seeds} seeds there are no runs", cure="use 2 or more, so that runs can be compared")
    large = graph.size > LARGE
    pairs = tied_pairs(graph)
    return _Work(
        pairs=pairs,
        strength=mean_one(pairs.strength),
        network=network_of_pairs(pairs),
        anybody=pairs.anybody,
        runs=(_RUNS_LARGE if large else _RUNS) if seeds is None else seeds,
        passes=_PASSES_LARGE if large else 0,
    )


def _runs(
    work: _Work,
    resolution: float,
    *,
    seed: int,
    progress: Callable[[int, int], None] | None,
    before: tuple[int, int],
) -> tuple[list[NDArray[np.int64]], list[float]]:
    """The labels of every run at a resolution and their qualities; ``before`` holds the runs done, and those in all."""
    found = []
    for run in range(work.runs):
        found.append(division(work.network, work.strength, resolution=resolution, seed=seed + run, passes=work.passes))
        if progress is not None:
            progress(before[0] + run + 1, before[1])
    return found, [quality(labels, work.pairs, work.strength, resolution) for labels in found]


def _sizes(labels: NDArray[np.int64]) -> dict[str, float]:
    sizes = np.bincount(labels)[1:]
    if not len(sizes):
        return {"communities": 0, "largest_share": np.nan, "median_size": np.nan}
    return {
        "communities": len(sizes),
        "largest_share": float(sizes.max() / sizes.sum()),
        "median_size": float(np.median(sizes)),
    }


def _stability(found: list[NDArray[np.int64]]) -> dict[str, float]:
    crossed = [contingency(one, other) for one, other in combinations(found, 2)]
    if not crossed:
        return {"stability": np.nan, "variation": np.nan}
    return {
        "stability": float(np.mean([adjusted_rand(pair) for pair in crossed])),
        "variation": float(np.mean([variation(pair) for pair in crossed])),
    }


def _agreement(labels: NDArray[np.int64], codes: NDArray[np.int64]) -> float:
    """Adjusted Rand index of a division and a column, among people with ties whose group is known."""
    known = (labels > 0) & (codes >= 0)
    return adjusted_rand(contingency(labels[known], codes[known]))


def _check(resolution: float) -> None:
    if not resolution > 0:
        raise StudyError(f"a resolution of {resolution:g} finds no communities", cure="use a number above 0")


def _example() -> InfluenceGraph:
    """Three people in a row, two others, and one alone. For the doctests above."""
    from ona.model import influence_graph

    ties = pd.DataFrame({"source": ["a", "b", "d"], "target": ["b", "c", "e"]})
    return influence_graph(pd.DataFrame({"person": list("abcdef")}), ties)
