"""A group's share of the top k % for every k, and what shuffled labels give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from metrics.inference import group_mean_moments, permutation_p, stratified_permutations
from metrics.inference.contrasts import informative

TOPS = np.arange(1, 101)
"""The tops looked at, in percent."""

_DECIMALS = 12


@dataclass(frozen=True, eq=False)
class Ranked:
    """People from the most influential down, in segments between which the tops end."""

    codes: np.ndarray  # each person's group
    strata: np.ndarray
    starts: np.ndarray  # where each segment begins
    weights: np.ndarray  # segments × tops: the share of the top's places that each person of the segment holds

    @property
    def anywhere(self) -> np.ndarray:
        """Everyone in one stratum."""
        return np.zeros(len(self.codes), np.int64)


def ranked_people(values: np.ndarray, codes: np.ndarray, strata: np.ndarray) -> Ranked:
    """Rank people by value. Equals stand in an order that their ids have no part in, so that no result has."""
    order = np.lexsort((codes, strata, -values))
    return Ranked(codes[order], strata[order], *_segments(values[order]))


def _segments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut falling values where a top begins or ends; equals that a top ends among are a segment of their own.

    All of a segment are in a top, or none, or each the same fraction. Ends are reckoned in hundredths of a person,
    whole numbers, so that no rounding moves a cut.
    """
    size = len(values)
    ends = TOPS * size
    first = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
    last = np.append(first[1:], size)
    before = np.searchsorted(ends, 100 * first, side="right")
    split = np.searchsorted(ends, 100 * last, side="left") > before
    begins = np.append(True, (before[1:] != before[:-1]) | split[1:] | split[:-1])
    starts = first[begins]
    stops = np.append(starts[1:], size)
    filled = (ends - 100 * starts[:, None]) / (100 * (stops - starts))[:, None]
    return starts, filled.clip(0.0, 1.0) / (ends / 100)


@dataclass(frozen=True, eq=False)
class Chance:
    """A group's share of each top, and what shuffled labels give."""

    share: np.ndarray
    expected: np.ndarray
    low: np.ndarray
    high: np.ndarray
    mean_deviation: float
    p: float
    informative: int


def chances_of(
    ranked: Ranked, groups: list[int], strata: np.ndarray, *, permutations: int, seed: int, confidence: float
) -> Iterator[Chance]:
    """Each group against shuffles of all labels within strata; every group is read off the same shuffles."""
    blocks = [
        np.stack([np.add.reduceat(block == group, ranked.starts, axis=1, dtype=np.int64) for group in groups])
        for block in stratified_permutations(ranked.codes, strata, permutations=permutations, seed=seed)
    ]
    drawn = np.concatenate(blocks, axis=1)
    for place, group in enumerate(groups):
        yield _chance(ranked, ranked.codes == group, strata, drawn[place], confidence)


def _chance(ranked: Ranked, members: np.ndarray, strata: np.ndarray, drawn: np.ndarray, confidence: float) -> Chance:
    """One group; ``drawn`` holds how many of it each shuffle puts into each segment."""
    share = _shares(ranked, np.add.reduceat(members, ranked.starts, dtype=np.int64))
    moving = informative(members, strata)
    if not moving.any():
        # Nobody can change places with anybody: the strata leave no chance to hold the share against.
        unknown = np.full(len(share), np.nan)
        return Chance(share, unknown, unknown, unknown, float("nan"), float("nan"), 0)
    places = np.unique(strata, return_inverse=True)[1]
    held = np.bincount(places, members) / np.bincount(places)
    expected = _shares(ranked, np.add.reduceat(held[places], ranked.starts))
    null = _shares(ranked, drawn)
    low, high = simultaneous_band(share, null, confidence=confidence)
    deviation = (share - expected).mean()
    # The mean share of the tops is a sum over members, so whether any shuffle changes it is known without trying.
    scores = np.repeat(ranked.weights.mean(axis=1), np.diff(np.append(ranked.starts, len(members))))
    mean, variance = group_mean_moments(scores, members.astype(int), strata, group=1)
    differs = np.sqrt(variance) > 1e-9 * mean
    p = permutation_p(deviation, (null - expected).mean(axis=1), centre=0.0) if differs else np.nan
    return Chance(share, expected, low, high, float(deviation), float(p), int(moving.sum()))


def _shares(ranked: Ranked, members: np.ndarray) -> np.ndarray:
    """Shares of each top from how many members each segment has, without the last digits, so that equals are equal."""
    return np.asarray(np.round(members @ ranked.weights, _DECIMALS))


def simultaneous_band(observed: np.ndarray, null: np.ndarray, *, confidence: float = 0.95) -> tuple[np.ndarray, ...]:
    """The band that a whole curve stays in by chance, at every point at once.

    The observed and the R random curves are ordered by how extreme they are: each point has a rank, from below or from
    above, whichever is nearer; a curve's ranks are sorted, the most extreme first; curves are compared by the first
    rank, then the second, and so on. The band is the span of all curves but the most extreme, of which there are at
    most α(R + 1), α = 1 − confidence. So a curve that is one more random curve leaves it with probability at most α.
    Equal values have the less extreme of their ranks, and curves of equal ranks stay together.

    Parameters
    ----------
    observed : array of float, shape (k,)
    null : array of float, shape (R, k)
    confidence : float

    Returns
    -------
    tuple of array of float, shape (k,)
        Lower and upper end. With R + 1 < 1 / α curves none is extreme enough to be left out.

    References
    ----------
    Myllymäki et al. 2017, *Journal of the Royal Statistical Society B* 79, 381–404; Mrkvička et al. 2020, *Kybernetika*
    56, 432–458.

    Examples
    --------
    >>> null = np.array([[1.0, 3.0], [2.0, 4.0], [3.0, 5.0], [4.0, 2.0]])
    >>> [end.tolist() for end in simultaneous_band(np.array([9.0, 0.0]), null, confidence=0.8)]
    [[1.0, 2.0], [4.0, 5.0]]
    """
    curves = pd.DataFrame(np.vstack([observed, null]))
    ranks = np.minimum(curves.rank(method="max").to_numpy(), curves.rank(method="max", ascending=False).to_numpy())
    _, order, count = np.unique(np.sort(ranks, axis=1), axis=0, return_inverse=True, return_counts=True)
    as_extreme = np.cumsum(count)[order.ravel()]
    # The tiny addition keeps 0.05 × 2000 from counting as 99.
    kept = curves.to_numpy()[as_extreme > (1.0 - confidence) * len(curves) + 1e-9]
    return kept.min(axis=0), kept.max(axis=0)
