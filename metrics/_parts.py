"""A gap split into parts: any smooth function of two groups' means, with the interval and p of one permutation test.

Exposure and bias, or direct ties and contacts, are such functions. Each part is linearised at what was observed, so
that it becomes a difference of means like any gap, and then tested and inverted like any gap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from metrics._contrasts import informative
from metrics.inference import inverted_interval, permutation_p, permuted_differences

PARTS_INTERVAL = "inverted permutation test of the linearised part"
"""How the interval of a part is made; see `split_gap`."""

_STEP = 1e-30

Split = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From the focal group's means and the reference group's, shape (q,) each, to the parts, shape (k,).

It must be made of arithmetic alone (it is called with complex numbers to find its derivatives), without comparisons.
"""


@dataclass(frozen=True, eq=False)
class GapParts:
    """Parts of a gap: their values, intervals and p (shape (k,)), and the means they come from (shape (q,))."""

    mean_focal: np.ndarray
    mean_reference: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    n_informative: int
    n_uninformative: int


def split_gap(
    values: np.ndarray,
    focal: np.ndarray,
    strata: np.ndarray,
    split: Split,
    *,
    permutations: int,
    seed: int,
    confidence: float,
) -> GapParts:
    """Split a gap, among people of the same stratum, and say how sure each part is.

    The focal mean is the plain mean over strata that hold both groups, the reference mean is taken stratum by stratum
    and weighted by the focal group's counts, as in the adjusted gap of `metrics.gaps.gap_table`. A part P(f, r) is
    linearised there: each focal person stands for ∂P/∂f · y_i, each reference person for −∂P/∂r · y_i, up to a constant
    that makes the difference of the two means P itself. That difference goes through the same stratified permutation
    test as every gap, and its inversion is the interval.

    Parameters
    ----------
    values : array of float, shape (n, q)
        What is averaged; none NaN.
    focal : array of bool, shape (n,)
        The others are the reference group.
    strata : array of int, shape (n,)
    split : callable
        See `Split`.
    permutations, seed, confidence
        As in `metrics.gaps.gap_table`.

    Returns
    -------
    GapParts
        NaN where no stratum holds both groups, where a part is undefined, and p and interval where no permutation
        changes anything.
    """
    counted = informative(focal, strata)
    y, z, held = values[counted], focal[counted], strata[counted]
    if not len(y):
        blank = np.full(values.shape[1], np.nan)
        nothing = np.full(len(np.asarray(split(blank, blank))), np.nan)
        return GapParts(blank, blank, nothing, nothing, nothing, nothing, 0, len(values))
    mean_focal = y[z].mean(axis=0)
    mean_reference = _standardised_mean(y, z, held)
    value = np.asarray(split(mean_focal, mean_reference), float)
    known = np.isfinite(value)
    low, high, p = (np.full(value.shape, np.nan) for _ in range(3))
    if known.any():
        by_focal, by_reference = _derivatives(split, mean_focal, mean_reference)
        stands_for = np.where(z[:, None], y @ by_focal[known].T, -(y @ by_reference[known].T))
        stands_for += z[:, None] * (value[known] - by_focal[known] @ mean_focal - by_reference[known] @ mean_reference)
        observed, null, moved = permuted_differences(stands_for, z, held, permutations=permutations, seed=seed)
        limits = inverted_interval(observed, null, moved, confidence=confidence)
        tested = np.ptp(null, axis=0) > 1e-12 * np.abs(stands_for).max(axis=0, initial=0.0)
        low[known], high[known] = np.where(tested[:, None], limits, np.nan).T
        p[known] = np.where(tested, permutation_p(observed, null, centre=np.zeros(len(observed))), np.nan)
    return GapParts(mean_focal, mean_reference, value, low, high, p, len(y), len(values) - len(y))


def _standardised_mean(y: np.ndarray, z: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """The reference group's mean, stratum by stratum, weighted by the focal group's counts."""
    codes = np.unique(strata, return_inverse=True)[1]
    members = np.bincount(codes, z)
    others = np.bincount(codes, ~z)
    weight = (members / (members.sum() * others))[codes[~z]]
    return np.asarray(weight @ y[~z])


def _derivatives(split: Split, mean_focal: np.ndarray, mean_reference: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Derivatives of each part by each mean, shape (k, q), exact to rounding by a complex step.

    Squire & Trapp 1998, *SIAM Review* 40, 110–112.
    """
    size = len(mean_focal)
    by_focal, by_reference = [], []
    for at in range(size):
        step = np.zeros(size, complex)
        step[at] = 1j * _STEP
        by_focal.append(np.imag(split(mean_focal + step, mean_reference.astype(complex))) / _STEP)
        by_reference.append(np.imag(split(mean_focal.astype(complex), mean_reference + step)) / _STEP)
    return np.array(by_focal).T, np.array(by_reference).T
