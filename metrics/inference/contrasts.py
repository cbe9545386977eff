"""The numbers of one comparison: raw and adjusted gaps of many measures from the same permutations."""

from __future__ import annotations

from statistics import NormalDist
from typing import Literal, TypedDict

import numpy as np
from scipy.special import gammaln

from metrics.inference.bootstrap import bootstrap_interval
from metrics.inference.differences import difference_sd, difference_weights, inverted_interval, permuted_differences
from metrics.inference.p_values import permutation_p
from metrics.inference.studentised import STUDENTISED, standard_error, studentised_test

Interval = Literal["inverted studentised permutation test", "inverted permutation test", "stratified bootstrap"]
"""How the interval of an adjusted gap is made."""

POWER = 0.8
"""How often a gap of the size in the column ``detectable`` would have been found."""

NUMBERS = (
    "n_focal", "n_reference", "n_undefined", "mean_focal", "mean_reference", "difference", "difference_low",
    "difference_high", "ratio", "adjusted", "adjusted_low", "adjusted_high", "p", "p_raw", "n_informative",
    "n_informative_focal", "n_informative_reference", "n_uninformative", "standardised", "detectable",
)  # fmt: skip
"""What `compare` finds for each measure."""

ADJUSTED = ("adjusted", "adjusted_low", "adjusted_high", "p", "standardised", "detectable")
"""Of these, the numbers about people in strata that hold both groups."""

_ROUNDING = 1e-12


class _Options(TypedDict):
    permutations: int
    seed: int
    confidence: float


def informative(focal: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """True for people whose stratum holds both groups."""
    codes = np.unique(strata, return_inverse=True)[1]
    members, size = np.bincount(codes, focal), np.bincount(codes)
    held: np.ndarray = ((members > 0) & (members < size))[codes]
    return held


def compare(
    values: np.ndarray,
    focal: np.ndarray,
    strata: np.ndarray,
    *,
    permutations: int,
    seed: int,
    confidence: float,
    least: int,
    interval: Interval = STUDENTISED,
) -> list[dict[str, object]]:
    """The numbers of one comparison, measure by measure; measures defined for the same people share permutations."""
    defined = ~np.isnan(values)
    patterns: dict[bytes, list[int]] = {}
    for at in range(values.shape[1]):
        patterns.setdefault(defined[:, at].tobytes(), []).append(at)
    found: list[dict[str, object]] = [{} for _ in range(values.shape[1])]
    for columns in patterns.values():
        people = defined[:, columns[0]]
        z = focal[people]
        counts: dict[str, object] = {
            "n_focal": int(z.sum()),
            "n_reference": int((~z).sum()),
            "n_undefined": int((~people).sum()),
        }
        there = strata[people]
        counted = informative(z, there) if people.any() else np.zeros(0, bool)
        of_focal, of_reference = int((counted & z).sum()), int((counted & ~z).sum())
        counts |= {
            "n_informative": of_focal + of_reference,
            "n_informative_focal": of_focal,
            "n_informative_reference": of_reference,
            "n_uninformative": int((~counted).sum()),
        }
        enough = min(z.sum(), (~z).sum()) >= least
        numbers = (
            _contrasts(values[people][:, columns], z, there, counted, permutations, seed, confidence, interval)
            if enough
            else {name: np.full(len(columns), np.nan) for name in NUMBERS if name not in counts}
        )
        if min(of_focal, of_reference) < least:
            # A gap among people in the same place that rests on hardly anybody is about those, not about the group.
            numbers |= {name: np.full(len(columns), np.nan) for name in ADJUSTED}
        for place, at in enumerate(columns):
            found[at] = {name: float(array[place]) for name, array in numbers.items()} | counts
    return found


def _contrasts(
    y: np.ndarray,
    z: np.ndarray,
    strata: np.ndarray,
    counted: np.ndarray,
    permutations: int,
    seed: int,
    confidence: float,
    interval: Interval,
) -> dict[str, np.ndarray]:
    """Everything about measures ``y`` (people × measures, none missing) for focal people ``z`` against the rest.

    ``counted`` are the people whose stratum holds both groups.
    """
    everyone = np.zeros(len(z), int)
    options: _Options = {"permutations": permutations, "seed": seed, "confidence": confidence}
    mean_focal, mean_reference = y[z].mean(axis=0), y[~z].mean(axis=0)
    adjusted = difference_weights(y, z, strata)[z].sum(axis=0) if counted.any() else np.full(y.shape[1], np.nan)
    test = _plain_test if interval == "inverted permutation test" else studentised_test
    raw_low, raw_high, p_raw = test(y, z, everyone, **options)
    low, high, p = test(y, z, strata, **options)
    if interval == "stratified bootstrap":
        low, high = bootstrap_interval(
            y[counted], z[counted], strata[counted], draws=permutations, seed=seed, confidence=confidence
        ).T
    largest = np.abs(y).max(axis=0)
    low, high, raw_low, raw_high = (
        np.where(np.abs(limit) <= _ROUNDING * largest, 0.0, limit) for limit in (low, high, raw_low, raw_high)
    )
    # Where everybody comparable has the same value, no permutation changes anything: there is nothing to test.
    tested = _varies(y[counted], strata[counted])
    unmoved = y - np.outer(z, adjusted)
    spread = difference_sd if test is _plain_test else standard_error
    error = spread(unmoved, z, strata)
    errors = _quantiles(z, strata, confidence)
    if _smallest_p(z, strata, permutations, tails=1 if test is _plain_test else 2) > 1.0 - confidence + _ROUNDING:
        errors = np.inf
    detectable = np.multiply(error, errors, out=np.full(len(error), np.nan), where=error > 0)
    return {
        "mean_focal": mean_focal,
        "mean_reference": mean_reference,
        "difference": mean_focal - mean_reference,
        "difference_low": np.where(_varies(y, everyone), raw_low, np.nan),
        "difference_high": np.where(_varies(y, everyone), raw_high, np.nan),
        "ratio": np.divide(mean_focal, mean_reference, out=np.full(len(adjusted), np.nan), where=mean_reference != 0),
        "adjusted": adjusted,
        "adjusted_low": np.where(tested, low, np.nan),
        "adjusted_high": np.where(tested, high, np.nan),
        "p": np.where(tested, p, np.nan),
        "p_raw": np.where(_varies(y, everyone), p_raw, np.nan),
        "standardised": _standardised(adjusted, y[counted], z[counted], strata[counted]),
        "detectable": np.where(tested, detectable, np.nan),
    }


def _quantiles(z: np.ndarray, strata: np.ndarray, confidence: float) -> float:
    """How many standard errors a gap must have to be found with probability `POWER`; infinite where none ever is.

    A gap D widens the standard error it is tested with to √(SE² + D² V_zz), V_zz being the label's own, because people
    are measured from the mean of their whole stratum. So D is found beyond c SE / √(1 − c² V_zz), c normal.
    """
    beyond = NormalDist().inv_cdf(0.5 + confidence / 2)
    left = 1.0 - (beyond * float(standard_error(z[:, None].astype(float), z, strata)[0])) ** 2
    return beyond / np.sqrt(left) + NormalDist().inv_cdf(POWER) if left > 0 else np.inf


def _smallest_p(z: np.ndarray, strata: np.ndarray, permutations: int, *, tails: int) -> float:
    """The smallest p there can be: so many arrangements of the labels exist, and so many are drawn."""
    codes = np.unique(strata, return_inverse=True)[1]
    people, members = np.bincount(codes).astype(float), np.bincount(codes, z)
    arrangements = float((gammaln(people + 1) - gammaln(members + 1) - gammaln(people - members + 1)).sum())
    return tails * max(1.0 / (permutations + 1), float(np.exp(-arrangements)))


def _plain_test(
    y: np.ndarray, z: np.ndarray, strata: np.ndarray, *, permutations: int, seed: int, confidence: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lower limit, upper limit and p of the permutation test that is not studentised."""
    observed, null, moved = permuted_differences(y, z, strata, permutations=permutations, seed=seed)
    limits = inverted_interval(observed, null, moved, confidence=confidence)
    return limits[:, 0], limits[:, 1], permutation_p(observed, null, centre=np.zeros(len(observed)))


def _varies(y: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """Whether anybody's value differs from that of somebody else in their stratum, measure by measure."""
    if not len(y):
        return np.zeros(y.shape[1], bool)
    order = np.argsort(strata, kind="stable")
    first = np.flatnonzero(np.diff(strata[order], prepend=strata[order[0]] - 1))
    widest = np.maximum.reduceat(y[order], first) - np.minimum.reduceat(y[order], first)
    return np.asarray(widest.max(axis=0) > _ROUNDING * np.abs(y).max(axis=0))


def _standardised(adjusted: np.ndarray, y: np.ndarray, z: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """The adjusted difference in standard deviations within group and stratum; NaN where those are 0."""
    cells = np.unique(2 * strata + z, return_inverse=True)[1]
    size = np.bincount(cells)
    freedom = len(y) - len(size)
    if freedom < 1:
        return np.full(y.shape[1], np.nan)
    means = np.stack([np.bincount(cells, column) for column in y.T], axis=1) / size[:, None]
    sd = np.sqrt(((y - means[cells]) ** 2).sum(axis=0) / freedom)
    moves = sd > _ROUNDING * np.abs(y).max(axis=0)
    return np.asarray(np.divide(adjusted, sd, out=np.full(y.shape[1], np.nan), where=moves))
