"""The numbers of one comparison: raw and adjusted gaps of many measures from the same permutations."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from metrics.inference import (
    difference_sd,
    difference_weights,
    inverted_interval,
    permutation_p,
    permuted_differences,
)

POWER = 0.8
"""How often a gap of the size in the column ``detectable`` would have been found."""

NUMBERS = (
    "n_focal", "n_reference", "n_undefined", "mean_focal", "mean_reference", "difference", "ratio", "adjusted",
    "adjusted_low", "adjusted_high", "p", "p_raw", "n_informative", "n_uninformative", "standardised", "detectable",
)  # fmt: skip
"""What `compare` finds for each measure."""

_ROUNDING = 1e-12


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
        enough = min(z.sum(), (~z).sum()) >= least
        numbers = (
            _contrasts(values[people][:, columns], z, strata[people], permutations, seed, confidence)
            if enough
            else {name: np.full(len(columns), np.nan) for name in NUMBERS if name not in counts}
        )
        moving = int(informative(z, strata[people]).sum()) if people.any() else 0
        counts |= {"n_informative": moving, "n_uninformative": int(people.sum()) - moving}
        for place, at in enumerate(columns):
            found[at] = {name: float(array[place]) for name, array in numbers.items()} | counts
    return found


def _contrasts(
    y: np.ndarray, z: np.ndarray, strata: np.ndarray, permutations: int, seed: int, confidence: float
) -> dict[str, np.ndarray]:
    """Everything about measures ``y`` (people × measures, none missing) for focal people ``z`` against the rest."""
    everyone = np.zeros(len(z), int)
    mean_focal, mean_reference = y[z].mean(axis=0), y[~z].mean(axis=0)
    raw, raw_null, _ = permuted_differences(y, z, everyone, permutations=permutations, seed=seed)
    adjusted, null, shift = permuted_differences(y, z, strata, permutations=permutations, seed=seed)
    comparable = bool(informative(z, strata).any())
    adjusted = adjusted if comparable else np.full(len(adjusted), np.nan)
    limits = inverted_interval(adjusted, null, shift, confidence=confidence)
    limits[np.abs(limits) <= _ROUNDING * np.abs(y).max(axis=0)[:, None]] = 0.0
    unsure = y - np.outer(z, adjusted)
    quantiles = NormalDist().inv_cdf(0.5 + confidence / 2) + NormalDist().inv_cdf(POWER)
    detectable = quantiles * difference_sd(unsure, z, strata)
    # Where everybody comparable has the same value, no permutation changes anything: there is nothing to test.
    tested = comparable & (np.abs(difference_weights(y, z, strata)).max(axis=0) > 0)
    tested_raw = np.abs(difference_weights(y, z, everyone)).max(axis=0) > 0
    return {
        "mean_focal": mean_focal,
        "mean_reference": mean_reference,
        "difference": mean_focal - mean_reference,
        "ratio": np.divide(mean_focal, mean_reference, out=np.full(len(raw), np.nan), where=mean_reference != 0),
        "adjusted": adjusted,
        "adjusted_low": np.where(tested, limits[:, 0], np.nan),
        "adjusted_high": np.where(tested, limits[:, 1], np.nan),
        "p": np.where(tested, permutation_p(adjusted, null, centre=np.zeros(len(raw))), np.nan),
        "p_raw": np.where(tested_raw, permutation_p(raw, raw_null, centre=np.zeros(len(raw))), np.nan),
        "standardised": _standardised(adjusted, y, z, strata),
        "detectable": np.where(tested, detectable, np.nan),
    }


def _standardised(adjusted: np.ndarray, y: np.ndarray, z: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """The adjusted difference in standard deviations within group and stratum; NaN where those are 0."""
    counted = informative(z, strata)
    cells = np.unique(strata[counted] * 2 + z[counted], return_inverse=True)[1]
    size = np.bincount(cells)
    freedom = int(counted.sum()) - len(size)
    if freedom < 1:
        return np.full(y.shape[1], np.nan)
    sums = np.zeros((len(size), y.shape[1]))
    np.add.at(sums, cells, y[counted])
    residual = y[counted] - (sums / size[:, None])[cells]
    sd = np.sqrt((residual**2).sum(axis=0) / freedom)
    moves = sd > _ROUNDING * np.abs(y).max(axis=0)
    return np.asarray(np.divide(adjusted, sd, out=np.full(y.shape[1], np.nan), where=moves))
