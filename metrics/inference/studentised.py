"""A difference of two groups' means, tested and inverted where the two groups need not vary equally.

The plain permutation test asks whether a label could mean nothing at all. Where one group's values are more spread out
than the other's and the groups are of unequal size, its interval misses the true difference too often or too rarely.
Divided by its own standard error, a difference is compared on a common scale, and the test is about means alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from metrics.inference.differences import difference_weights, permuted_differences

STUDENTISED: Final = "inverted studentised permutation test"
"""How the interval that `studentised_test` gives is called in tables."""

_TIES = 1e-10
_HALVINGS = 50
_DOUBLINGS = 60
_FIRST_STEP = 1e-6


def studentised_test(
    values: np.ndarray,
    focal: np.ndarray,
    strata: NDArray[np.integer],
    *,
    permutations: int,
    seed: int,
    confidence: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Interval and p of the adjusted difference, by a studentised permutation test within strata.

    The difference is D of `metrics.inference.difference_weights`. For a hypothetical difference δ, δ is taken off the
    focal people's values, and D − δ is divided by its standard error, the root of V = Σ w_i² e_i² over the people of
    strata that hold both groups: w_i is a person's weight in the mean of their group (1 / M for each of the M focal
    people, m_s / (M r_s) for each of a stratum's r_s reference people beside m_s focal ones), e_i their distance from
    the mean of their stratum. Every permutation of labels within strata is treated in the same way; p is twice the
    smaller of the shares of permutations at least as high, and at least as low. The two tails are counted apart because
    with skewed values, such as counts that are mostly 0, a permutation that gives the focal group little also has a
    small standard error: the lower tail is far longer, and would hide what is clear in the upper one.

    The interval runs from what was observed outwards to where δ is first rejected, found by halving, and is infinite
    where δ is not rejected however far out. 0 lies in it exactly where p > 1 − confidence.

    Where the two groups' values are alike but for δ, the test is exact whatever the sizes. Where they are not, it is
    right in large groups, and the more skewed the values, the larger they have to be.

    Parameters
    ----------
    values : array of float, shape (n, k)
        Tested side by side; none NaN.
    focal : array of bool, shape (n,)
    strata : array of int, shape (n,)
    permutations, seed, confidence
        As in `metrics.gaps.gap_table`.

    Returns
    -------
    tuple of array of float, shape (k,) each
        Lower limit, upper limit (infinite where no limit can be set) and p. NaN where nothing varies within a stratum
        that holds both groups.

    References
    ----------
    Janssen 1997, *Statistics & Probability Letters* 36, 9–21; Chung & Romano 2013, *Annals of Statistics* 41, 484–507;
    inversion as in Rosenbaum 2002, *Observational Studies*, 2nd edition, section 2.6.

    Examples
    --------
    >>> values, focal = np.array([4.0, 6.0, 5.0, 1.0, 2.0, 3.0, 2.0, 1.0])[:, None], np.arange(8) < 3
    >>> low, high, p = studentised_test(values, focal, np.zeros(8, int), permutations=999, seed=1, confidence=0.9)
    >>> [round(float(x[0]), 2) for x in (low, high, p)]
    [2.0, 5.0, 0.03]
    """
    size = values.shape[1]
    weights = difference_weights(values, focal, strata)
    observed, moves = weights[focal].sum(axis=0), np.abs(weights).max(axis=0, initial=0.0) > 0
    # Measured from what was observed, so that no limit near it is lost in rounding.
    taken = values - np.outer(focal, observed)
    moments, expected, scale = _squared_errors(taken, focal, strata)
    seen, null, moved = permuted_differences(
        np.column_stack([taken, scale[:, None] * moments]), focal, strata, permutations=permutations, seed=seed
    )
    spread, spreads = expected + seen[size:], expected + null[:, size:]
    low, high, p = (np.full(size, np.nan) for _ in range(3))
    for at in np.flatnonzero(moves):
        terms = [at, size + at, 2 * size]
        reject = _test(null[:, at], moved, spread[terms], spreads[:, terms])
        p[at] = reject(-observed[at])
        alpha = 1.0 - confidence + 1e-9
        step = max(float(np.sqrt(max(expected[at], 0.0))), _FIRST_STEP * float(np.abs(values[:, at]).max()))
        low[at], high[at] = (
            observed[at] + _limit(reject, alpha, first=side * step, zero=-observed[at]) for side in (-1.0, 1.0)
        )
    return low, high, p


def standard_error(values: np.ndarray, focal: np.ndarray, strata: NDArray[np.integer]) -> np.ndarray:
    """The standard error of the adjusted difference, where the two groups need not vary equally.

    The root of V in `studentised_test`, with each stratum's squared distances scaled up by n_s / (n_s − 1), as for any
    variance from a sample. Where both groups vary alike it is close to `metrics.inference.difference_sd`.

    Parameters
    ----------
    values : array of float, shape (n, k)
        The adjusted difference must be taken off the focal people's.
    focal, strata
        As in `studentised_test`.

    Returns
    -------
    array of float, shape (k,)
        NaN where no stratum holds both groups.

    References
    ----------
    MacKinnon & White 1985, *Journal of Econometrics* 29, 305–325.

    Examples
    --------
    >>> float(standard_error(np.array([[1.0], [3.0]]), np.array([True, False]), np.zeros(2, int))[0])
    2.0
    """
    codes, people, of_focal, of_reference = _squared_weights(focal, strata)
    if not of_focal.any():
        return np.full(values.shape[1], np.nan)
    weight = np.where(focal, of_focal[codes], of_reference[codes])
    correction = people / np.maximum(people - 1.0, 1.0)
    return np.asarray(np.sqrt((weight * correction[codes]) @ _centred(values, codes, people) ** 2))


def _squared_weights(
    focal: np.ndarray, strata: NDArray[np.integer]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Stratum codes, people by stratum, and the squared weight of one focal and one reference person by stratum."""
    codes = np.unique(strata, return_inverse=True)[1]
    people = np.bincount(codes).astype(float)
    members = np.bincount(codes, focal)
    others = people - members
    both = (members > 0) & (others > 0)
    of_focal, of_reference = np.zeros(len(people)), np.zeros(len(people))
    of_focal[both] = 1.0 / members[both].sum() ** 2 if both.any() else 0.0
    of_reference[both] = of_focal[both] * (members[both] / others[both]) ** 2
    return codes, people, of_focal, of_reference


def _squared_errors(
    taken: np.ndarray, focal: np.ndarray, strata: NDArray[np.integer]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What makes V a difference of means, so that all permutations of it come from the one engine.

    V at D + h is V_uu − 2h V_uz + h² V_zz, u being the values once D is taken off and z the label, both from their
    stratum's mean. Each of the three is Σ w_i² c_i, c_i the product of the two. It splits into its mean over all
    permutations and Σ over the focal people of (v_f − v_rs)(c_i − c̄_s), v the squared weights. Returned are c times
    that difference (k columns uu, k columns uz, one column zz), the means over permutations, and the scale that turns
    the sum into the adjusted difference of `permuted_differences`.
    """
    codes, people, of_focal, of_reference = _squared_weights(focal, strata)
    members = np.bincount(codes, focal)
    others = people - members
    scale = np.divide(others, people * np.sqrt(of_focal), out=np.zeros(len(people)), where=of_focal > 0)
    u, z = _centred(taken, codes, people), _centred(focal[:, None].astype(float), codes, people)
    products = np.column_stack([u * u, u * z, z * z])
    typical = ((members * of_focal + others * of_reference) / people)[codes] @ products
    return (of_focal - of_reference)[codes][:, None] * products, typical, scale[codes]


def _centred(values: np.ndarray, codes: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Distances from the mean of the stratum; 0 where they are but rounding."""
    means = np.stack([np.bincount(codes, column) for column in values.T], axis=1) / people[:, None]
    within = np.asarray(values - means[codes])
    within[np.abs(within) <= 1e-12 * np.abs(values).max(axis=0, initial=0.0)] = 0.0
    return within


def _test(null: np.ndarray, moved: np.ndarray, spread: np.ndarray, spreads: np.ndarray) -> Callable[[float], float]:
    """How p depends on h, where D + h is taken for the true difference; h may be infinite."""

    def p(h: float) -> float:
        if np.isinf(h):
            # What is left when h outweighs everything else: the label itself, moved about.
            powers, seen_difference, differences = np.array([0.0, 0.0, 1.0]), -np.sign(h), -np.sign(h) * moved
        else:
            powers, seen_difference, differences = np.array([1.0, -2.0 * h, h * h]), -h, null - h * moved
        variance, variances = float(spread @ powers), spreads @ powers
        least = 1e-14 * max(variance, float(variances.max()), np.finfo(float).tiny)
        seen = seen_difference / np.sqrt(max(variance, least))
        drawn = differences / np.sqrt(np.maximum(variances, least))
        tie = _TIES * max(abs(seen), float(np.abs(drawn).max()))
        rarer = min(np.count_nonzero(drawn >= seen - tie), np.count_nonzero(drawn <= seen + tie))
        return float(min(1.0, 2.0 * (1 + rarer) / (len(null) + 1)))

    return p


def _limit(p: Callable[[float], float], alpha: float, *, first: float, zero: float) -> float:
    """How far from what was observed, in the direction of ``first``, a difference is no longer rejected.

    Where no difference at all (``zero``) lies on that side, the search begins there, so that it is inside the interval
    exactly where it is not rejected.
    """
    inside, outside = 0.0, first
    if zero * first > 0:
        if p(zero) <= alpha:
            outside = zero
        else:
            inside, outside = zero, zero + first
    if outside != zero and p(np.copysign(np.inf, first)) > alpha:
        return float(np.copysign(np.inf, first))
    for _ in range(_DOUBLINGS):
        if p(outside) <= alpha:
            break
        inside, outside = outside, outside + 2.0 * (outside - inside)
    else:
        return float(np.copysign(np.inf, first))
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        if p(middle) <= alpha:
            outside = middle
        else:
            inside = middle
    return outside
