"""The stratified bootstrap of an adjusted gap: people drawn with replacement within group and stratum."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, stdtrit

_BLOCK_CELLS = 2_000_000


def bootstrap_interval(
    values: np.ndarray, focal: np.ndarray, strata: np.ndarray, *, draws: int, seed: int, confidence: float
) -> np.ndarray:
    """Percentile interval of Σ_s (m_s / M)(ȳ_fs − ȳ_rs), everyone in a stratum that holds both groups.

    The percentiles lie further out for small groups, as Student's t lies outside the normal curve: at Φ(√(n / (n − 1))
    · t_{n−1}), n the smaller group's size.

    Parameters
    ----------
    values : array of float, shape (n, k)
        Measures side by side; none NaN.
    focal : array of bool, shape (n,)
    strata : array of int, shape (n,)
        Each holds focal people and others.
    draws : int
    seed : int
    confidence : float

    Returns
    -------
    array of float, shape (k, 2)
        Lower and upper limit; infinite where a group is one person or no draw differs from another, which says nothing
        about how far the gap could be from what was seen.

    References
    ----------
    Hesterberg 2015, *The American Statistician* 69, 371–386 (the expanded percentile interval).
    """
    size = int(min(focal.sum(), (~focal).sum()))
    limits = np.tile([-np.inf, np.inf], (values.shape[1], 1))
    if size < 2:
        return limits
    order = np.lexsort((focal, strata))
    y, z, held = values[order], focal[order], np.unique(strata[order], return_inverse=True)[1]
    members, others = np.bincount(held, z), np.bincount(held, ~z)
    share = np.where(z, 1.0, -(members / others)[held]) / members.sum()
    first, place, people = np.unique(2 * held + z, return_index=True, return_inverse=True, return_counts=True)[1:]
    start, there = first[place], people[place]
    drawn = np.empty((draws, y.shape[1]))
    rows = max(1, _BLOCK_CELLS // len(y))
    rng = np.random.default_rng(seed)
    for begin in range(0, draws, rows):
        block = min(rows, draws - begin)
        picked = start + rng.integers(there, size=(block, len(y)))
        times = np.bincount((picked + len(y) * np.arange(block)[:, None]).ravel(), minlength=block * len(y))
        drawn[begin : begin + block] = times.reshape(block, len(y)) @ (share[:, None] * y)
    tail = float(ndtr(np.sqrt(size / (size - 1.0)) * stdtrit(size - 1, 0.5 - confidence / 2)))
    moves = np.ptp(drawn, axis=0) > 1e-12 * np.abs(y).max(axis=0)
    limits[moves] = np.quantile(drawn[:, moves], [tail, 1.0 - tail], axis=0).T
    return limits
