"""Broker overlap: whether others broker the same pairs, so that a broker can be replaced or passed by.

A person v brokers an ordered pair (a, b), a ≠ b, when influence passes a → v → b and there is no arc a → b. Arcs are
directed and binary (strength above a threshold, 0 unless said otherwise); groups do not matter, and everybody takes
part. k(a, b) is the number of people who broker a pair.

It takes time in proportion to Σ_v in(v) · out(v). A few people tied to half the company would make that
unbearable, so up to 64 of them are worked out together for everybody who is tied to the same of them, and only the
pairs that somebody else brokers or that are closed are put right one by one. That is exact, and quick as long as the
people differ little in which of these few they are tied to; with dozens of them everybody differs and it is slow again.
"""

from __future__ import annotations

from threading import Lock

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.brokerage._adjacency import Arcs, Progress, arcs_of, in_parts
from metrics.kernels.running import run
from ona.model import InfluenceGraph

OVERLAP_COLUMNS = ("broker_overlap", "sole_brokerage", "partial_brokerage")
"""Columns of `overlap_table`, in order."""

_MOST_HUBS = 64
_HUB_FACTOR = 4


def broker_overlap(graph: InfluenceGraph, *, threshold: float = 0.0) -> pd.Series:
    """Which part of the pairs a person brokers at least one other person brokers too: 1 − sole / pairs.

    ``pairs`` is the number of ordered pairs the person brokers and ``sole`` those with k(a, b) = 1. 1: the person can
    be replaced everywhere; 0: the only bridge between all whom they join. Arcs are directed and binary.

    Parameters
    ----------
    graph : InfluenceGraph
    threshold : float
        Arcs count when their strength is above it.

    Returns
    -------
    Series
        Index ``person``; NaN for people who broker no pair.

    References
    ----------
    Gould & Fernandez 1989, *Sociological Methodology* 19, 89–126, for the pairs; after the exclusivity of brokers in
    Hamilton, Hileman & Bodin 2020, *Social Networks* 61, 1–10.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> broker_overlap(three()).tolist()
    [0.0, nan, nan]
    """
    return overlap_table(graph, threshold=threshold)["broker_overlap"]


def sole_brokerage(graph: InfluenceGraph, *, threshold: float = 0.0) -> pd.Series:
    """How many ordered pairs this person brokers and nobody else does: those with k(a, b) = 1.

    Arcs are directed and binary.

    Parameters
    ----------
    graph : InfluenceGraph
    threshold : float
        Arcs count when their strength is above it.

    Returns
    -------
    Series
        Index ``person``; 0 for people who broker no pair alone.

    References
    ----------
    After the exclusivity of brokers in Hamilton, Hileman & Bodin 2020, *Social Networks* 61, 1–10.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> sole_brokerage(three()).tolist()
    [1.0, 0.0, 0.0]
    """
    return overlap_table(graph, threshold=threshold)["sole_brokerage"]


def partial_brokerage(graph: InfluenceGraph, *, threshold: float = 0.0) -> pd.Series:
    """How many ordered pairs a person brokers when brokers of the same pair share it: Σ 1 / k(a, b) over the pairs.

    Between `sole_brokerage` and the number of pairs. Summed over everybody, it is the number of pairs that have a
    broker at all. Arcs are directed and binary.

    Parameters
    ----------
    graph : InfluenceGraph
    threshold : float
        Arcs count when their strength is above it.

    Returns
    -------
    Series
        Index ``person``; 0 for people who broker no pair.

    References
    ----------
    Gould & Fernandez 1989, *Sociological Methodology* 19, 89–126, for the pairs; Borgatti, Everett & Freeman 2002,
    *UCINET 6 for Windows*, whose brokerage routine offers the same partial credit.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> partial_brokerage(three()).tolist()
    [1.0, 0.0, 0.0]
    """
    return overlap_table(graph, threshold=threshold)["partial_brokerage"]


def overlap_table(graph: InfluenceGraph, *, threshold: float = 0.0, progress: Progress | None = None) -> pd.DataFrame:
    """Broker overlap, sole and partial brokerage from one pass over two-paths.

    Parameters
    ----------
    graph : InfluenceGraph
    threshold : float
        Arcs count when their strength is above it.
    progress : callable, optional
        Called as ``progress(done, of)``.

    Returns
    -------
    DataFrame
        Index ``person``; columns ``broker_overlap`` (NaN for people who broker no pair), ``sole_brokerage`` and
        ``partial_brokerage`` (0 for them), as the functions of these names have them.

    Notes
    -----
    Shares of a pair are added up in steps of 2⁻⁵² as whole numbers, so that a sum does not depend on its order.

    References
    ----------
    Gould & Fernandez 1989, *Sociological Methodology* 19, 89–126; Hamilton, Hileman & Bodin 2020, *Social Networks* 61,
    1–10.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> overlap_table(three()).loc["a"].tolist()
    [0.0, 1.0, 1.0]
    """
    from metrics.kernels.overlap import STEP_BITS

    pairs, sole, whole, steps = _tallies(arcs_of(graph, threshold=threshold), progress=progress).T
    overlap = np.divide(pairs - sole, pairs, out=np.full(graph.size, np.nan), where=pairs > 0)
    values = (overlap, sole.astype(float), whole + np.ldexp(steps.astype(float), -STEP_BITS))
    return pd.DataFrame(dict(zip(OVERLAP_COLUMNS, values, strict=True)), index=graph.persons)


def _tallies(arcs: Arcs, *, progress: Progress | None) -> NDArray[np.int64]:
    """What everybody brokers, as `broker_pairs` adds it up."""
    from metrics.kernels.overlap import STEP_BITS, broker_pairs

    people, out = arcs.people, np.diff(arcs.starts)
    paths = np.diff(arcs.starts_in) * out
    hubs = _hubs(out, paths)
    is_hub = np.zeros(people, bool)
    is_hub[hubs] = True
    bits = np.uint64(1) << np.arange(len(hubs), dtype=np.uint64)
    tied, reached = np.zeros(people, np.uint64), np.zeros(people, np.uint64)
    for bit, hub in zip(bits, hubs, strict=True):
        tied[arcs.sources[arcs.starts_in[hub] : arcs.starts_in[hub + 1]]] |= bit
        reached[arcs.targets[arcs.starts[hub] : arcs.starts[hub + 1]]] |= bit
    order = np.argsort(tied, kind="stable").astype(np.int32)
    shares = np.zeros(int(out.max(initial=0)) + 1, np.int64)
    shares[1:] = np.rint(np.ldexp(1 / np.arange(1, len(shares)), STEP_BITS))
    tallies = np.zeros((people, 4), np.int64)
    one_by_one = Lock()

    def work(first: int, last: int) -> None:
        part = np.zeros_like(tallies)
        run(broker_pairs, arcs.starts, arcs.targets, order, hubs, is_hub, tied, reached, shares, first, last, part)
        with one_by_one:
            np.add(tallies, part, out=tallies)
            tallies[:, 2] += tallies[:, 3] >> STEP_BITS
            tallies[:, 3] &= (1 << STEP_BITS) - 1

    # Hubs are gone through once for everybody tied to the same of them.
    different = np.unique(tied)
    through_hubs = sum(
        int(out[hub]) * int(np.count_nonzero(different & bit)) for bit, hub in zip(bits, hubs, strict=True)
    )
    steps = 3 * (int(paths[~is_hub].sum()) + through_hubs)
    in_parts(work, people, cost=steps // max(people, 1) + 1, progress=progress)
    return tallies


def _hubs(out: NDArray[np.int64], paths: NDArray[np.int64]) -> NDArray[np.int32]:
    """The few people tied to so many that sharing the work pays: for more than all others together lead anybody to."""
    most = np.argsort(-paths, kind="stable")[:_MOST_HUBS]
    others = (paths.sum() - paths[most].sum()) / max(len(paths), 1)
    return np.sort(most[out[most] > _HUB_FACTOR * others]).astype(np.int32)
