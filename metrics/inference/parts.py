"""A gap split into parts: any smooth function of two groups' means, with the interval and p of one permutation test.

Exposure and bias, or direct ties and contacts, are such functions. Each part is linearised at what was observed, so
that it becomes a difference of means like any gap, and then tested and inverted like any gap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from metrics._arrays import strata_codes
from metrics.inference.contrasts import informative
from metrics.inference.studentised import studentised_test
from ona.model import InfluenceGraph
from ona.model.groups import BETWEEN, parts_of

_STEP = 1e-30
_SAME = 1e-12

Split = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From the focal group's means and the reference group's, shape (q,) each, to the parts, shape (k,).

It must be made of arithmetic alone (it is called with complex numbers to find its derivatives), without comparisons.
"""


@dataclass(frozen=True, eq=False)
class GapParts:
    """Parts of a gap and the means they come from.

    ``mean_focal`` and ``mean_reference`` have shape (q,); ``value``, ``low``, ``high`` and ``p`` have shape (k,).
    """

    mean_focal: np.ndarray
    mean_reference: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    n_informative: int
    n_informative_focal: int
    n_informative_reference: int
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
    least: int = 1,
) -> GapParts:
    """Split a gap, among people of the same stratum, and say how sure each part is.

    The focal mean is the plain mean over strata that hold both groups, the reference mean is taken stratum by stratum
    and weighted by the focal group's counts, as in the adjusted gap of `metrics.gaps.gap_table`. A part P(f, r) is
    linearised there: each focal person stands for ∂P/∂f · y_i, each reference person for −∂P/∂r · y_i, up to a constant
    that makes the difference of the two means P itself.

    All parts go through the test of every gap, `studentised_test`, with the same draws, so a part
    that is a plain difference of means has the same interval and p as in a gap table. In any other part the two groups
    stand for differently made numbers, which vary differently even where nothing tells the groups apart; the test
    allows for that, and is right in large groups only, because the derivatives are taken at what was observed.

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

    least : int
        The fewest people of either group that strata holding both may have.

    Returns
    -------
    GapParts
        NaN where fewer than that are left, where a part is undefined, and p and interval where no permutation
        changes anything.
    """
    counted = informative(focal, strata)
    y, z, held = values[counted], focal[counted], strata[counted]
    sizes = (len(y), int(z.sum()), int((~z).sum()), len(values) - len(y))
    with np.errstate(all="ignore"):
        if min(sizes[1:3]) < max(least, 1):
            blank = np.full(values.shape[1], np.nan)
            nothing = np.full(len(split(blank, blank)), np.nan)
            return GapParts(blank, blank, nothing, nothing, nothing, nothing, *sizes)
        mean_focal, mean_reference = y[z].mean(axis=0), _standardised_mean(y, z, held)
        value = np.asarray(split(mean_focal, mean_reference), float)
        by_focal, by_reference = _derivatives(split, mean_focal, mean_reference)
    derivatives = np.hstack([by_focal, by_reference])
    value = np.where(np.isfinite(value) & np.isfinite(derivatives).all(axis=1), value, np.nan)
    steepest = np.abs(derivatives).max(axis=1)
    low, high, p = (np.full(value.shape, np.nan) for _ in range(3))
    at = np.flatnonzero(np.isfinite(value))
    if at.size:
        constant = value[at] - by_focal[at] @ mean_focal - by_reference[at] @ mean_reference
        constant[np.abs(constant) <= _SAME * steepest[at] * np.abs(y).max()] = 0.0
        stands_for = np.where(focal[:, None], values @ by_focal[at].T + constant, -(values @ by_reference[at].T))
        low[at], high[at], p[at] = studentised_test(
            stands_for, focal, strata, permutations=permutations, seed=seed, confidence=confidence
        )
    return GapParts(mean_focal, mean_reference, value, low, high, p, *sizes)


def kept_strata(
    graph: InfluenceGraph, strata: Sequence[str], *, column: str, compared: np.ndarray, unit: str | None = None
) -> tuple[np.ndarray, str]:
    """Everybody's stratum for a comparison by ``column``, and how the strata are called.

    Neither the column compared, nor the parts of an intersection, nor the unit are held equal; nor is a column in which
    all people compared (``compared``, true or false for everyone) are the same, since there is nothing to hold.
    """
    left_out = (column, *parts_of(column), unit)
    kept = tuple(c for c in strata if c not in left_out and varies(graph, c, compared))
    return strata_codes(graph, kept), BETWEEN.join(kept) or "none"


def varies(graph: InfluenceGraph, column: str, among: np.ndarray) -> bool:
    """Whether these people differ in a column of the roster, unknown being a value of its own."""
    codes = strata_codes(graph, (column,))[among]
    return bool(codes.size and (codes != codes[0]).any())


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
    by_focal, by_reference = [], []
    for at in range(len(mean_focal)):
        step = np.zeros(len(mean_focal), complex)
        step[at] = 1j * _STEP
        by_focal.append(np.imag(split(mean_focal + step, mean_reference.astype(complex))) / _STEP)
        by_reference.append(np.imag(split(mean_focal.astype(complex), mean_reference + step)) / _STEP)
    return np.array(by_focal).T, np.array(by_reference).T
