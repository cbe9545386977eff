"""Arcs within groups when labels are shuffled within strata: counted in each permutation, and their moments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from metrics.inference.permuting import arcs_within, whole_focal_sums


def permuted_within(
    codes: NDArray[np.integer],
    strata: NDArray[np.integer],
    source: NDArray[np.integer],
    target: NDArray[np.integer],
    *,
    permutations: int,
    seed: int,
) -> np.ndarray:
    """How many arcs join two people of one group, in each permutation of the groups within strata.

    The r-th permutation is the r-th of `stratified_permutations` with the same labels, strata and seed. Sixty-four are
    counted at once, each in a bit of its own.

    Parameters
    ----------
    codes : array of int, shape (n,)
        A code for each person's group.
    strata : array of int, shape (n,)
        A code for each person's stratum; all the same code for no strata.
    source, target : array of int, shape (m,)
        Positions of each arc's ends among the n people. Every arc counts once, whatever its strength or direction.
    permutations : int
        R.
    seed : int

    Returns
    -------
    array of int, shape (R,)

    Raises
    ------
    ValueError
        Labels and strata of different length, or fewer than one permutation.

    References
    ----------
    Harley's adders as in Warren, *Hacker's Delight*, 2nd edition, 2012, section 5–1.

    Examples
    --------
    >>> codes, strata = np.array([0, 0, 1, 1]), np.zeros(4, int)
    >>> np.unique(permuted_within(codes, strata, np.array([0, 2]), np.array([1, 3]), permutations=99, seed=1)).tolist()
    [0, 2]
    """
    labels, held = checked(codes, strata, permutations)
    counts = arcs_within(labels, held, source, target, permutations=permutations, seed=seed)
    return np.concatenate(list(counts))


def permuted_mixing(
    focal: NDArray[np.bool_],
    strata: NDArray[np.integer],
    source: NDArray[np.integer],
    target: NDArray[np.integer],
    *,
    permutations: int,
    seed: int,
) -> np.ndarray:
    """Arcs from each of two groups to each, in each permutation of the groups within strata.

    Only the arcs within groups are counted arc by arc. With o and i the arcs out of and into the focal people, w those
    within groups and m all, the arcs from focal to focal people are (w − m + o + i) / 2, and o and i are sums over
    people.

    Parameters
    ----------
    focal : array of bool, shape (n,)
        The others are the reference group.
    strata, source, target, permutations, seed
        As in `permuted_within`.

    Returns
    -------
    array of int, shape (R, 2, 2)
        By permutation, group of the source and group of the target: 0 the reference group, 1 the focal group.

    Raises
    ------
    ValueError
        Labels and strata of different length, or fewer than one permutation.

    Examples
    --------
    >>> focal, strata = np.array([True, False]), np.zeros(2, int)
    >>> np.unique(permuted_mixing(focal, strata, [0], [1], permutations=99, seed=1), axis=0).tolist()
    [[[0, 0], [1, 0]], [[0, 1], [0, 0]]]
    """
    members = np.asarray(focal, bool)
    within = permuted_within(members, strata, source, target, permutations=permutations, seed=seed)
    degrees = np.stack([np.bincount(ends, minlength=len(members)) for ends in (source, target)], axis=1)
    sums = whole_focal_sums(degrees.astype(np.int64), members, strata, permutations=permutations, seed=seed)
    out, into = sums[:, 0], sums[:, 1]
    both = (within - len(source) + out + into) // 2
    return np.stack([[within - both, into - both], [out - both, both]]).transpose(2, 0, 1)


def within_moments(
    codes: NDArray[np.integer],
    strata: NDArray[np.integer],
    source: NDArray[np.integer],
    target: NDArray[np.integer],
) -> tuple[float, float]:
    """Mean and variance of the number of arcs within groups over all permutations within strata, in closed form.

    Mean: an arc between strata s and t is within a group with chance Σ_g n_sg n_tg / (n_s n_t), one inside s with
    chance Σ_g n_sg(n_sg − 1) / (n_s(n_s − 1)), n_sg people of group g among the n_s of s.

    Variance, for two groups: let B count the arcs of each pair of people in either direction, and let each person's
    membership be their stratum's share plus a rest e. The number is then a constant plus gᵀe + eᵀBe. Rests of different
    strata are independent with covariance c_s P_s, P_s taking the mean off, c_s = m_s(n_s − m_s) / (n_s(n_s − 1)), m_s
    one group's people in s. So each pair of strata adds 4 c_s c_t ‖P_s B_st P_t‖², each stratum the variance of its own
    linear and quadratic part, and all of these are uncorrelated.

    Parameters
    ----------
    codes, strata, source, target
        As in `permuted_within`.

    Returns
    -------
    tuple of float
        The variance is NaN with more than two groups.

    Raises
    ------
    ValueError
        Labels and strata of different length.

    References
    ----------
    Krackhardt & Stern 1988, *Social Psychology Quarterly* 51, 123–140, for the mean without strata; Cliff & Ord,
    *Spatial Processes*, 1981, for the variance without strata.

    Examples
    --------
    >>> moments = within_moments(np.array([0, 0, 1, 1]), np.zeros(4, int), np.array([0, 2]), np.array([1, 3]))
    >>> [round(value, 4) for value in moments]
    [0.6667, 0.8889]
    """
    labels, held = checked(codes, strata)
    source, target = np.asarray(source), np.asarray(target)
    apart = source != target
    ends = source[apart], target[apart]
    mean = _mean(labels, held, *ends) + (len(source) - len(ends[0]))
    if labels.max(initial=0) > 1:
        return mean, float("nan")
    return mean, _variance(labels.astype(float), held, *ends)


def checked(
    codes: NDArray[np.integer] | NDArray[np.bool_], strata: NDArray[np.integer], permutations: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Labels and strata as codes from 0; a ValueError where they make no sense."""
    labels, held = np.asarray(codes), np.asarray(strata)
    if labels.shape != held.shape or labels.ndim != 1:
        raise ValueError(f"labels and strata must be as long as each other, not {labels.shape} and {held.shape}")
    if permutations < 1:
        raise ValueError(f"permutations must be at least 1, not {permutations}")
    return np.unique(labels, return_inverse=True)[1], np.unique(held, return_inverse=True)[1]


def _mean(labels: np.ndarray, strata: np.ndarray, source: np.ndarray, target: np.ndarray) -> float:
    if not len(source):
        return 0.0
    shape = (int(strata.max()) + 1, int(labels.max()) + 1)
    members = coo_array((np.ones(len(labels)), (strata, labels)), shape=shape).toarray()
    size = members.sum(axis=1)
    # Arcs are counted by the strata of their two ends first: there are far fewer of those than arcs.
    ends = coo_array((np.ones(len(source)), (strata[source], strata[target]))).tocsr().tocoo()
    one, other, arcs = ends.row, ends.col, ends.data
    same = one == other
    alike = (members[one] * (members[other] - same[:, None])).sum(axis=1)
    return float((arcs * alike / (size[one] * (size[other] - same))).sum())


def _variance(z: np.ndarray, strata: np.ndarray, source: np.ndarray, target: np.ndarray) -> float:
    if not len(source):
        return 0.0
    people, count = len(z), int(strata.max()) + 1
    size, held = np.bincount(strata).astype(float), np.bincount(strata, z)
    share = held / size
    ones = np.ones(2 * len(source))
    tied = csr_array((ones, (np.r_[source, target], np.r_[target, source])), shape=(people, people))
    tied.sum_duplicates()
    one, other = tied.tocoo().coords
    by_stratum = csr_array(tied @ csr_array((np.ones(people), (np.arange(people), strata)), shape=(people, count)))
    person, met = by_stratum.tocoo().coords
    ties = by_stratum.tocoo().data

    # Within a stratum: zᵀWz + hᵀz, both taken about their means, which changes neither's variance.
    inside = np.zeros(people)
    own = met == strata[person]
    inside[person[own]] = ties[own]
    linear = 2 * (by_stratum @ share) - tied.sum(axis=1) - 2 * share[strata] * inside
    total = np.bincount(strata, inside)
    d = inside - (total / size)[strata]
    h = linear - (np.bincount(strata, linear) / size)[strata]
    same = strata[one] == strata[other]
    pairs = np.maximum(size * (size - 1), 1)
    squares = np.bincount(strata[one[same]], tied.data[same] ** 2, minlength=count) - total**2 / pairs
    chance = _all_focal(held, size)
    fall = -np.diff(chance, axis=0)[1:]
    within = (
        np.bincount(strata, h * h) * fall[0]
        + 4 * np.bincount(strata, h * d) * fall[1]
        + 4 * np.bincount(strata, d * d) * fall[2]
        + 2 * squares * (fall[1] - fall[2])
    )

    # Between strata s and t: ‖P_s B P_t‖² is the sum of squares less those of the row and column means.
    c = held * (size - held) / pairs
    beyond = ~same
    entries = (c[strata[one]] * c[strata[other]] * tied.data**2)[beyond].sum()
    strangers = ~own
    rows = (c[strata[person]] * c[met] * ties**2 / size[met])[strangers].sum()
    blocks = coo_array((ties[strangers], (strata[person[strangers]], met[strangers])), shape=(count, count))
    summed = blocks.tocsr().tocoo()
    s, t = summed.coords
    grand = (c[s] * c[t] * summed.data**2 / (size[s] * size[t])).sum()
    return float(max(within.sum() + 2 * (entries - 2 * rows + grand), 0.0))


def _all_focal(held: np.ndarray, size: np.ndarray) -> list[np.ndarray]:
    """Chance that none, one, two, three, four given people of a stratum are all among those held."""
    chance = [np.ones(len(size))]
    for taken in range(4):
        left = np.maximum(held - taken, 0.0)
        chance.append(chance[-1] * left / np.maximum(size - taken, 1.0))
    return chance
