"""Values from some of all searches, and how far they may be from the values of all.

A value is a sum over searches from everybody. Beyond some size only some are made, drawn at random without
replacement, and their sum is scaled up, which is right on average. How far it may be off is bounded for everybody at
once by inequalities that hold for any population of numbers between 0 and a largest: nothing is assumed about their
distribution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import rel_entr

from ona.model import StudyError

Floats = NDArray[np.float64]

EXACT_PEOPLE = 20_000
"""People up to whom values on lengths are exact unless asked otherwise: about a minute on two cores."""

EXACT_PEOPLE_STEPS = 100_000
"""The same for closeness in steps, where 64 searches are made at once."""

SOURCES = 1_024
"""Searches beyond, unless asked otherwise."""

BOUNDS = 3
"""Inequalities of which the narrowest counts; δ is split over them."""

_HALVINGS = 50


@dataclass(frozen=True)
class Estimate:
    """Everybody's value of a measure, and how far it may be from the exact one.

    Attributes
    ----------
    values : Series
        Index ``person``.
    error : Series
        Index ``person``: half-widths. Nobody's exact value is further from their value than this, for everybody at
        once, with probability at least 1 − ``delta`` over the draw of searches. In the unit of the values; 0 if exact.
    exact : bool
        Whether all searches were made.
    sources, people : int
        Searches made, and people.
    epsilon : float
        The largest error as a share of the largest value anybody could have.
    delta : float
        δ, as asked for.
    unit : str
        What values count.
    """

    values: pd.Series
    error: pd.Series
    exact: bool
    sources: int
    people: int
    epsilon: float
    delta: float
    unit: str


def sources_to_draw(
    people: int, *, exact: bool | None, sources: int | None, delta: float, most: int = EXACT_PEOPLE
) -> int | None:
    """How many searches to make, None for all.

    Raises
    ------
    StudyError
        Fewer than 1 source, a δ not between 0 and 1, or a number of sources for what shall be exact.
    """
    if not 0 < delta < 1:
        raise StudyError(f"a bound cannot fail with probability {delta}", cure="use a delta between 0 and 1, as 0.1")
    if sources is not None and sources < 1:
        raise StudyError(f"{sources} sources say nothing about anybody", cure="use 1 or more sources")
    if exact and sources is not None:
        raise StudyError(f"what is exact needs all sources, not {sources}", cure="leave out exact or sources")
    if exact or (exact is None and sources is None and people <= most):
        return None
    return min(sources or SOURCES, people) if people > (sources or SOURCES) else None


def half_widths(sums: Floats, squares: Floats, *, drawn: int, of: int, top: Floats, delta: float) -> Floats:
    """How far the mean of a sample may be from that of the population, for many populations at once.

    Parameters
    ----------
    sums, squares : array, shape (n,)
        Σ x and Σ x² over the sample, drawn without replacement.
    drawn, of : int
        Sizes k of the sample and N of the population.
    top : array, shape (n,)
        The population lies between 0 and this.
    delta : float
        The chance that any of the bounds fails.

    Returns
    -------
    array, shape (n,)
        |sample mean − population mean| is at most this, for all n at once, with probability at least 1 − δ.

    Notes
    -----
    Each person's interval is the overlap of three, each of which fails with probability at most δ / (3 n):

    * relative entropy: k · KL(x̄/top ‖ μ/top) ≤ log(2/δ') (Hoeffding 1963, theorems 1 and 4), narrow where the mean is
      far below the largest possible;
    * Hoeffding–Serfling: top √(ρ log(2/δ') / 2k) (Serfling 1974, with ρ of Bardenet & Maillard 2015, theorem 2.4);
    * empirical Bernstein–Serfling: s √(2ρ log(10/δ') / k) + κ top log(10/δ') / k, s the sample's standard deviation,
      κ = 7/3 + 3/√2 (Bardenet & Maillard 2015, theorem 4.3);

    ρ is 1 − (k − 1)/N up to half the population and (1 − k/N)(1 + 1/k) beyond. Besides, whoever is not in the sample
    adds at least 0 and at most ``top``, which is certain. Where ``top`` is 0 the half-width is 0, and no part of δ is
    spent.

    References
    ----------
    Hoeffding 1963, *Journal of the American Statistical Association* 58, 13–30; Serfling 1974, *Annals of Statistics*
    2, 39–48; Bardenet & Maillard 2015, *Bernoulli* 21, 1361–1385.
    """
    asked = top > 0
    if drawn >= of or not asked.any():
        return np.zeros(len(sums))
    high = top[asked]
    mean = np.clip(sums[asked] / (drawn * high), 0.0, 1.0)
    spread = np.sqrt(np.maximum(squares[asked] / (drawn * high**2) - mean**2, 0.0))
    each = delta / (BOUNDS * len(high))
    left = 1 - (drawn - 1) / of if 2 * drawn <= of else (1 - drawn / of) * (1 + 1 / drawn)
    low_entropy, high_entropy = _entropy_interval(mean, np.log(2 / each) / drawn)
    serfling = np.sqrt(left * np.log(2 / each) / (2 * drawn))
    bernstein = spread * np.sqrt(2 * left * np.log(10 / each) / drawn)
    bernstein += (7 / 3 + 3 / np.sqrt(2)) * np.log(10 / each) / drawn
    reach = np.minimum(serfling, bernstein)
    lowest = np.maximum.reduce([low_entropy, mean - reach, mean * drawn / of])
    highest = np.minimum.reduce([high_entropy, mean + reach, mean * drawn / of + (1 - drawn / of)])
    widths = np.zeros(len(sums))
    widths[asked] = np.maximum(highest - mean, mean - lowest) * high
    return widths


def _entropy_interval(mean: Floats, most: float) -> tuple[Floats, Floats]:
    """All q with KL(mean ‖ q) = p log(p/q) + (1 − p) log((1 − p)/(1 − q)) at most so much; ends on the wide side."""

    def end(outer: float) -> Floats:
        inside, outside = mean.copy(), np.full(len(mean), outer)
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            fits = rel_entr(mean, middle) + rel_entr(1 - mean, 1 - middle) <= most
            inside, outside = np.where(fits, middle, inside), np.where(fits, outside, middle)
        return outside

    return end(0.0), end(1.0)
