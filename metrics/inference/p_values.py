"""p-values from permutations, all at once or one after the other, and false discovery rates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

Alternative = Literal["two-sided", "greater", "less"]

_TOLERANCE = 1e-10


def permutation_p(
    observed: ArrayLike,
    null: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
    centre: ArrayLike | None = None,
) -> np.ndarray:
    """How often chance alone is at least as extreme: p = (1 + #extreme) / (R + 1).

    The observed arrangement counts as one of the R + 1, so p is never 0 and the test never rejects too often. Two-sided
    extremeness is the distance from `centre`. Differences below one part in 10¹⁰ of the largest value count as ties,
    so that rounding never makes an equal value look smaller.

    Parameters
    ----------
    observed : float or array, shape (k,)
        The statistic as observed; k of them are tested side by side.
    null : array, shape (R,) or (R, k)
        The statistic under each permutation.
    alternative : {"two-sided", "greater", "less"}
        Which side is extreme.
    centre : float or array, optional
        What chance is expected to give, where it is known in closed form; without it the mean of the null values and
        the observed one together, under which all R + 1 are treated alike.

    Returns
    -------
    array, shape () or (k,)
        p-values; NaN where the observed or any null value is NaN.

    References
    ----------
    Phipson & Smyth 2010, *Statistical Applications in Genetics and Molecular Biology* 9(1), 39.

    Examples
    --------
    >>> float(permutation_p(3.0, [0.0, 1.0, -1.0, 0.5]))
    0.2
    >>> float(permutation_p(3.0, [0.0, 1.0, -1.0, 0.5], alternative="less"))
    1.0
    """
    seen = np.asarray(observed, float)
    draws = np.asarray(null, float)
    draws = draws[:, None] if draws.ndim == 1 and seen.ndim == 1 else draws
    middle = (draws.sum(axis=0) + seen) / (len(draws) + 1) if centre is None else np.asarray(centre, float)
    tolerance = _TOLERANCE * np.maximum(np.abs(seen), np.abs(draws).max(axis=0, initial=0.0))
    if alternative == "greater":
        extreme = draws >= seen - tolerance
    elif alternative == "less":
        extreme = draws <= seen + tolerance
    else:
        extreme = np.abs(draws - middle) >= np.abs(seen - middle) - tolerance
    p = (1.0 + extreme.sum(axis=0)) / (len(draws) + 1.0)
    unknown = np.isnan(seen) | np.isnan(draws).any(axis=0)
    return np.where(unknown, np.nan, p)


def sequential_p(
    observed: float,
    draws: Iterable[ArrayLike],
    *,
    enough: int,
    alternative: Alternative = "two-sided",
    centre: float | None = None,
) -> tuple[float, int]:
    """A p-value that stops drawing once the case is clear.

    Permutations are looked at one after the other until ``enough`` of them are at least as extreme as the observation,
    at the l-th: p = enough / l. If they run out before, after R with g extreme ones, p = (g + 1) / (R + 1) as in
    `permutation_p`. Either way the test never rejects too often: P(p ≤ a) ≤ a. A large p needs few draws, and its
    relative standard error is about 1 / √enough.

    Parameters
    ----------
    observed : float
    draws : iterable of array
        The statistic under each permutation, in blocks of any size; no block is asked for that is not needed.
    enough : int
        How many extreme permutations are enough, h.
    alternative : {"two-sided", "greater", "less"}
        As in `permutation_p`, ties taken as equal likewise.
    centre : float, optional
        What chance is expected to give, known beforehand; a two-sided test needs it.

    Returns
    -------
    tuple of float and int
        p, and how many permutations it rests on. p is NaN where the observed value, or one that was looked at, is NaN.

    Raises
    ------
    ValueError
        ``enough`` below 1, no draws, or no centre of a two-sided test.

    References
    ----------
    Besag & Clifford 1991, *Biometrika* 78, 301–304.

    Examples
    --------
    >>> sequential_p(1.0, [[3.0, 0.0, 2.0], [1.5, 4.0]], enough=2, alternative="greater")
    (0.6666666666666666, 3)
    >>> sequential_p(1.0, [[0.0, 0.5], [2.0, 0.0]], enough=2, alternative="greater")
    (0.4, 4)
    """
    if enough < 1:
        raise ValueError(f"enough must be at least 1, not {enough}")
    if alternative == "two-sided" and centre is None:
        raise ValueError("a two-sided test needs its centre")
    middle = 0.0 if centre is None else centre
    extreme = made = 0
    for block in draws:
        values = np.asarray(block, float)
        held = np.cumsum(_at_least_as_extreme(observed, values, middle, alternative)) + extreme
        if len(held) and held[-1] >= enough:
            last = int(np.searchsorted(held, enough)) + 1
            unknown = np.isnan(values[:last]).any()
            return float("nan") if unknown else enough / (made + last), made + last
        if np.isnan(values).any():
            return float("nan"), made + len(values)
        made += len(values)
        extreme = int(held[-1]) if len(held) else extreme
    if not made:
        raise ValueError("a p-value needs at least one permutation")
    return float("nan") if np.isnan(observed) else (extreme + 1) / (made + 1), made


def _at_least_as_extreme(observed: float, draws: np.ndarray, middle: float, alternative: Alternative) -> np.ndarray:
    """Draw by draw, so that it does not depend on which others there are."""
    tolerance = _TOLERANCE * np.maximum(abs(observed), np.abs(draws))
    if alternative == "greater":
        return np.asarray(draws >= observed - tolerance)
    if alternative == "less":
        return np.asarray(draws <= observed + tolerance)
    return np.asarray(np.abs(draws - middle) >= abs(observed - middle) - tolerance)


def benjamini_hochberg(p: ArrayLike) -> np.ndarray:
    """False-discovery q-values: q₍ᵢ₎ = min over j ≥ i of p₍ⱼ₎ · m / j, m the number of p-values that are known.

    Calling everything with q ≤ .05 a finding keeps the expected share of false findings at 5 % (for independent or
    positively dependent tests).

    Parameters
    ----------
    p : array, shape (m,)
        p-values of one family, fixed beforehand. NaN is no test: it stays NaN and does not count in m.

    Returns
    -------
    array, shape (m,)

    References
    ----------
    Benjamini & Hochberg 1995, *Journal of the Royal Statistical Society B* 57, 289–300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03, float("nan")]).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    values = np.asarray(p, float)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    scaled = values[order] * len(order) / np.arange(1, len(order) + 1)
    q = np.full(values.shape, np.nan)
    q[order] = np.minimum.accumulate(scaled[::-1])[::-1].clip(max=1.0)
    return q
