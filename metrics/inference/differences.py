"""Labels shuffled within strata, and what that does to the differences between groups."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from metrics.inference.arcs import checked
from metrics.inference.permuting import deal_of, focal_sums, label_rows

_BLOCK_CELLS = 2_000_000


def stratified_permutations(
    labels: NDArray[np.integer], strata: NDArray[np.integer], *, permutations: int, seed: int
) -> Iterator[np.ndarray]:
    """Shuffle labels among the people of each stratum, again and again.

    Every arrangement that keeps the number of each label in each stratum is equally likely. People alone in their
    stratum keep their label.

    Parameters
    ----------
    labels : array of int, shape (n,)
        A code for each person's group.
    strata : array of int, shape (n,)
        A code for each person's stratum; all the same code for no strata.
    permutations : int
        How many arrangements, R.
    seed : int
        The r-th arrangement depends on the seed and on r alone, not on how arrangements fall into blocks.

    Yields
    ------
    array of int, shape (b, n)
        Blocks of b arrangements, one a row, R rows in all; b is chosen so that a block stays small in memory.

    Raises
    ------
    ValueError
        Labels and strata of different length, or fewer than one permutation.

    References
    ----------
    Good, *Permutation, Parametric and Bootstrap Tests of Hypotheses*, 3rd edition, 2005.

    Examples
    --------
    >>> labels, strata = np.array([0, 1, 0, 1, 2]), np.array([0, 0, 1, 1, 2])
    >>> block = next(stratified_permutations(labels, strata, permutations=100, seed=1))
    >>> block.shape, np.unique(block[:, :2].sum(axis=1)).tolist(), np.unique(block[:, 4]).tolist()
    ((100, 5), [1], [2])
    """
    codes, held = checked(labels, strata, permutations)
    names = np.unique(labels)
    deal = deal_of(codes, held)
    rows = max(1, _BLOCK_CELLS // max(1, len(codes)))
    for start in range(0, permutations, rows):
        yield names[label_rows(codes, deal, start=start, stop=min(start + rows, permutations), seed=seed)]


def group_mean_moments(
    values: ArrayLike, labels: NDArray[np.integer], strata: NDArray[np.integer], *, group: int
) -> tuple[float, float]:
    """Mean and variance of a group's mean over all permutations of labels within strata, in closed form.

    With m_s members among the n_s people of stratum s, whose values have mean ȳ_s and variance S²_s (denominator
    n_s − 1), and M = Σ m_s: E = Σ m_s ȳ_s / M and Var = Σ m_s (1 − m_s / n_s) S²_s / M² (sampling without
    replacement). A stratum of one person adds nothing to the variance.

    Parameters
    ----------
    values : array of float, shape (n,)
        What is averaged.
    labels, strata : array of int, shape (n,)
        Group and stratum codes.
    group : int
        The group whose mean it is.

    Returns
    -------
    tuple of float
        Mean and variance; both NaN where nobody is in the group.

    References
    ----------
    Cochran, *Sampling Techniques*, 3rd edition, 1977, theorem 2.2.

    Examples
    --------
    >>> group_mean_moments([1.0, 3.0, 5.0], np.array([1, 0, 0]), np.array([0, 0, 1]), group=1)
    (2.0, 1.0)
    """
    y = np.asarray(values, float)
    codes = np.unique(strata, return_inverse=True)[1]
    members = (np.asarray(labels) == group).astype(float)
    size = np.bincount(codes).astype(float)
    held = np.bincount(codes, members)
    total = held.sum()
    if total == 0:
        return float("nan"), float("nan")
    mean = np.bincount(codes, y) / size
    spread = np.bincount(codes, (y - mean[codes]) ** 2) / np.maximum(size - 1.0, 1.0)
    return float((held * mean).sum() / total), float((held * (1.0 - held / size) * spread).sum() / total**2)


def difference_weights(values: ArrayLike, focal: ArrayLike, strata: NDArray[np.integer]) -> np.ndarray:
    """Weights w that make the adjusted difference a plain sum over the focal people: D = Σ_{i focal} w_i.

    D = Σ_s (m_s / M)(ȳ_fs − ȳ_rs) over strata that hold both groups, m_s focal and r_s reference people of n_s, M = Σ
    m_s. Then w_i = n_s / (r_s M) · (y_i − ȳ_s), and 0 in strata that hold one group only. The weights do not depend on
    who is focal within a stratum, so D of every permutation of labels is one product, and its mean over them is
    exactly 0.

    Parameters
    ----------
    values : array of float, shape (n,) or (n, k)
        One measure, or k side by side; none NaN.
    focal : array of bool, shape (n,)
    strata : array of int, shape (n,)

    Returns
    -------
    array of float, shape of `values`

    Examples
    --------
    >>> focal, strata = np.array([True, False, False, True]), np.array([0, 0, 0, 1])
    >>> float(focal @ difference_weights([5.0, 1.0, 2.0, 9.0], focal, strata))
    3.5
    """
    y = np.asarray(values, float)
    codes, size, members, both = _cells(focal, strata)
    total = members[both].sum()
    factor = np.zeros(len(size))
    factor[both] = size[both] / ((size - members)[both] * total)
    within = y - _stratum_means(y, codes, size)[codes]
    # What rounding leaves of equal values is no difference, and must not decide which permutation is the larger.
    largest = np.abs(y).max(axis=0, initial=0.0)
    within[np.abs(within) <= 1e-12 * largest] = 0.0
    weights: np.ndarray = (within.T * factor[codes]).T
    return weights


def difference_sd(values: ArrayLike, focal: ArrayLike, strata: NDArray[np.integer]) -> np.ndarray:
    """Standard deviation of the adjusted difference over all permutations within strata, in closed form.

    Var = Σ_s (m_s / M)² n_s S²_s / (m_s r_s), in the notation of `difference_weights`, S²_s with denominator n_s − 1.

    Parameters
    ----------
    values, focal, strata
        As in `difference_weights`.

    Returns
    -------
    array of float, shape () or (k,)
        NaN where no stratum holds both groups.

    References
    ----------
    Cochran, *Sampling Techniques*, 3rd edition, 1977, theorem 2.2.

    Examples
    --------
    >>> float(difference_sd([1.0, 3.0], np.array([True, False]), np.array([0, 0])))
    2.0
    """
    y = np.asarray(values, float)
    codes, size, members, both = _cells(focal, strata)
    total = members[both].sum()
    if total == 0:
        return np.full(y.shape[1:], np.nan)
    within = (y - _stratum_means(y, codes, size)[codes]) ** 2
    spread = np.zeros((len(size), *y.shape[1:]))
    np.add.at(spread, codes, within)
    factor = np.zeros(len(size))
    m, r = members[both], (size - members)[both]
    factor[both] = m * size[both] / (r * total**2 * (size[both] - 1.0))
    return np.asarray(np.sqrt(np.tensordot(factor, spread, axes=1)))


def permuted_differences(
    values: ArrayLike, focal: ArrayLike, strata: NDArray[np.integer], *, permutations: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The adjusted difference as observed, under each permutation of labels within strata, and how far each moves it.

    Parameters
    ----------
    values : array of float, shape (n, k)
        Measures side by side; none NaN.
    focal : array of bool, shape (n,)
    strata : array of int, shape (n,)
    permutations : int
        R.
    seed : int

    Returns
    -------
    tuple of array of float, shapes (k,), (R, k) and (R,)
        D of `difference_weights`; D of each permutation; and of each permutation the adjusted difference in the
        *observed* membership itself, which is 1 where nobody moved: `inverted_interval` needs it.

    Examples
    --------
    >>> focal, strata = np.array([True, False]), np.array([0, 0])
    >>> observed, null, moved = permuted_differences([[3.0], [1.0]], focal, strata, permutations=50, seed=1)
    >>> observed.tolist(), np.unique(null).tolist(), np.unique(moved).tolist()
    ([2.0], [-2.0, 2.0], [-1.0, 1.0])
    """
    members = np.asarray(focal, bool)
    weights = difference_weights(np.column_stack([values, members]), members, strata)
    observed, null = focal_sums(weights, members, strata, permutations=permutations, seed=seed)
    return observed[:-1], null[:, :-1], null[:, -1]


def inverted_interval(observed: ArrayLike, null: ArrayLike, shift: ArrayLike, *, confidence: float) -> np.ndarray:
    """The gaps that a permutation test of a difference does not reject, in closed form.

    Take a gap δ off the focal people's values and permute: a permutation with difference A, and difference B of the
    observed membership itself, then gives A − δB against the observed D − δ. It is at least as extreme, |A − δB| ≥ |D
    − δ|, exactly for δ between (D − A)/(1 − B) and (D + A)/(1 + B), and D lies between the two. So the p-value falls
    away from D on both sides, and the limits are the k-th smallest lower and k-th largest upper end, k = ⌊α(R + 1)⌋.

    Parameters
    ----------
    observed : array of float, shape (k,)
        D of k measures.
    null : array of float, shape (R, k)
        A of each permutation.
    shift : array of float, shape (R,)
        B of each permutation; 1 and −1 where it moves everybody or nobody, which says nothing about any δ.
    confidence : float
        1 − α.

    Returns
    -------
    array of float, shape (k, 2)
        Lower and upper limit; infinite where too few permutations, or arrangements, exist to set one.

    References
    ----------
    Rosenbaum 2002, *Observational Studies*, 2nd edition, section 2.6.
    """
    seen, draws, moved = np.asarray(observed, float), np.asarray(null, float), np.asarray(shift, float)[:, None]
    silent = np.abs(moved) > 1.0 - 1e-9
    moved = np.where(silent, 0.0, moved)
    ends = np.stack([(seen - draws) / (1.0 - moved), (seen + draws) / (1.0 + moved)])
    low = np.sort(np.where(silent, -np.inf, ends.min(axis=0)), axis=0)
    high = np.sort(np.where(silent, np.inf, ends.max(axis=0)), axis=0)
    # The tiny addition keeps 0.05 × 2000 from counting as 99.
    rank = int(np.floor((1.0 - confidence) * (len(draws) + 1) + 1e-9))
    if rank < 1:
        return np.tile([-np.inf, np.inf], (len(seen), 1))
    return np.stack([low[rank - 1], high[-rank]], axis=1)


def _cells(focal: ArrayLike, strata: NDArray[np.integer]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Stratum codes from 0, people and focal people in each stratum, and whether it holds both groups."""
    codes = np.unique(strata, return_inverse=True)[1]
    size = np.bincount(codes).astype(float)
    members = np.bincount(codes, np.asarray(focal, float))
    return codes, size, members, (members > 0) & (members < size)


def _stratum_means(y: np.ndarray, codes: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Mean of each stratum, one row each."""
    sums = np.zeros((len(size), *y.shape[1:]))
    np.add.at(sums, codes, y)
    return np.asarray((sums.T / size).T)
