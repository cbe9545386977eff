"""How long until something happens, among people of whom some are not followed long enough to see it."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

from metrics.inference import permutation_p
from metrics.inference.contrasts import informative
from metrics.inference.permuting import focal_sums

CURVE_COLUMNS = ("time", "at_risk", "events", "survival", "error")
"""Columns of a survival curve, in order."""

_HALF = 1e-12
_ROUNDS, _NEAR = 2000, 1e-8
"""How often an estimate is made better, at most, and the change at which it is near enough."""


def kaplan_meier(times: np.ndarray, happened: np.ndarray) -> pd.DataFrame:
    """The share of people to whom it has not happened yet, at each time at which it happened to somebody.

    S(t) = Π_{t_j ≤ t} (1 − d_j / n_j), d_j events at t_j among n_j people still followed; who was followed up to t_j
    exactly is still at risk then. Its standard error is Greenwood's, S √Σ d_j / (n_j (n_j − d_j)).

    Parameters
    ----------
    times : array of float, shape (n,)
        When it happened, or up to when the person was followed.
    happened : array of bool, shape (n,)

    Returns
    -------
    DataFrame
        ``time`` increasing, ``at_risk``, ``events``, ``survival``, ``error``; NaN where S is 0. No rows where it
        happened to nobody.

    References
    ----------
    Kaplan & Meier 1958, *Journal of the American Statistical Association* 53, 457–481; Greenwood 1926, *Reports on
    Public Health and Medical Subjects* 33.

    Examples
    --------
    >>> kaplan_meier(np.array([1.0, 2.0, 2.0, 3.0]), np.array([True, True, False, True]))["survival"].tolist()
    [0.75, 0.5, 0.0]
    """
    when, events = np.unique(times[happened], return_counts=True)
    at_risk = len(times) - np.searchsorted(np.sort(times), when, side="left")
    survival = np.cumprod(1.0 - events / at_risk)
    left = at_risk - events
    spread = np.cumsum(np.divide(events, at_risk * left, out=np.full(len(when), np.nan), where=left > 0))
    error = survival * np.sqrt(spread)
    return pd.DataFrame(
        {"time": when, "at_risk": at_risk, "events": events, "survival": survival, "error": error},
        columns=list(CURVE_COLUMNS),
    )


class Limits(NamedTuple):
    """An estimate with its interval."""

    value: float
    low: float
    high: float


def median_time(curve: pd.DataFrame, *, confidence: float) -> Limits:
    """By when it had happened to half, with the interval of Brookmeyer & Crowley on the log-log scale.

    The median is the first time with S(t) ≤ ½. The interval holds the times at which a test of S(t) = ½ does not
    reject, |ln(−ln S) − ln(−ln ½)| ≤ z · error / (S |ln S|), from the first of them to the first time after the last.

    Parameters
    ----------
    curve : DataFrame
        From `kaplan_meier`.
    confidence : float

    Returns
    -------
    Limits
        The value is NaN where fewer than half are seen to get there; the upper limit is infinite where the data set
        none; both limits are NaN where no time at which it happened to somebody passes the test.

    References
    ----------
    Brookmeyer & Crowley 1982, *Biometrics* 38, 29–41; Klein & Moeschberger 2003, *Survival Analysis*, 2nd edition,
    section 4.5.

    Examples
    --------
    >>> curve = kaplan_meier(np.arange(1.0, 11.0), np.ones(10, bool))
    >>> tuple(median_time(curve, confidence=0.95))
    (5.0, 1.0, 8.0)
    """
    time, survival, error = (curve[name].to_numpy(float) for name in ("time", "survival", "error"))
    past = np.flatnonzero(survival <= 0.5 + _HALF)
    median = float(time[past[0]]) if len(past) else float("nan")
    inner = np.flatnonzero((survival > 0) & (survival < 1))
    apart = np.abs(np.log(-np.log(survival[inner])) - np.log(-np.log(0.5)))
    passes = inner[apart <= _z(confidence) * error[inner] / (survival[inner] * -np.log(survival[inner]))]
    if not len(passes):
        return Limits(median, float("nan"), float("nan"))
    after = passes[-1] + 1
    return Limits(median, float(time[passes[0]]), float(time[after]) if after < len(time) else float("inf"))


def share_by(curve: pd.DataFrame, time: float, *, followed: float, confidence: float) -> Limits:
    """The share to whom it had happened by a time, 1 − S, with the log-log interval.

    Parameters
    ----------
    curve : DataFrame
        From `kaplan_meier`.
    time : float
    followed : float
        How long whoever was followed longest was followed.
    confidence : float

    Returns
    -------
    Limits
        NaN where nobody was followed that long and S has not come to 0; the limits are NaN where S is 1 or 0, about
        which the formula says nothing.

    References
    ----------
    Kalbfleisch & Prentice 2002, *The Statistical Analysis of Failure Time Data*, 2nd edition, section 1.4.

    Examples
    --------
    >>> curve = kaplan_meier(np.arange(1.0, 11.0), np.ones(10, bool))
    >>> [round(value, 3) for value in share_by(curve, 4.0, followed=10.0, confidence=0.95)]
    [0.4, 0.173, 0.747]
    """
    at = int(np.searchsorted(curve["time"].to_numpy(float), time, side="right")) - 1
    survival = float(curve["survival"].iloc[at]) if at >= 0 else 1.0
    if time > followed and survival > 0:
        return Limits(*[float("nan")] * 3)
    if survival in (0.0, 1.0):
        return Limits(1.0 - survival, float("nan"), float("nan"))
    far = np.exp(_z(confidence) * float(curve["error"].iloc[at]) / (survival * np.log(survival)))
    low, high = sorted((1.0 - survival**far, 1.0 - survival ** (1.0 / far)))
    return Limits(1.0 - survival, float(low), float(high))


def interval_scores(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """How much sooner than everybody it happened to each person, where only an interval is known for each.

    c = (S(a) ln S(a) − S(b) ln S(b)) / (S(a) − S(b)) for somebody to whom it happened after a and by b, ln S(a) for
    somebody followed up to a: the derivative of the log-likelihood by the logarithm of the person's rate. S is the
    maximum-likelihood estimate for intervals (Turnbull). Whatever intervals somebody is looked at in, c is 0 on
    average where S is theirs too: so people who were looked at on different days can be held against each other.

    Parameters
    ----------
    low, high : array of float, shape (n,)
        After when and by when it happened, low < high; high is infinite for people to whom it had not up to low.

    Returns
    -------
    array of float, shape (n,)
        Above 0 for sooner; they add up to 0. All 0 where it happened to nobody.

    References
    ----------
    Turnbull 1976, *Journal of the Royal Statistical Society B* 38, 290–295; Finkelstein 1986, *Biometrics* 42, 845–854.

    Examples
    --------
    >>> interval_scores(np.array([0.0, 0.0, 4.0, 4.0]), np.array([4.0, 4.0, 8.0, np.inf])).round(3).tolist()
    [0.693, 0.693, -0.693, -0.693]
    """
    if not len(low):
        return np.zeros(0)
    ends = np.unique(np.concatenate([low, high]))
    first, last = np.searchsorted(ends, low), np.searchsorted(ends, high)
    # All that can be told apart is mass between a lower end and the next end of all, if that is an upper one.
    inner = np.isin(ends[:-1], low) & np.isin(ends[1:], high)
    mass = inner / inner.sum()
    for _ in range(_ROUNDS):
        below = np.concatenate([[0.0], np.cumsum(mass)])
        weight = 1.0 / (below[last] - below[first])
        size = len(ends)
        opened = np.bincount(first, weight, minlength=size) - np.bincount(last, weight, minlength=size)
        better = mass * np.maximum(np.cumsum(opened)[:-1], 0.0) / len(low)
        better /= better.sum()
        done = np.abs(better - mass).max() < _NEAR
        mass = better
        if done:
            break
    survival = np.concatenate([np.cumsum(mass[::-1])[::-1], [0.0]])
    held = survival * np.log(survival, out=np.zeros(len(ends)), where=survival > 0)
    return np.asarray((held[first] - held[last]) / (survival[first] - survival[last]))


class ScoreTest(NamedTuple):
    """A stratified test of scores.

    ``away``, by how much the focal people's scores add up to more than those of others in the same stratum would; its
    ``variance`` if labels are shuffled; ``p`` by permutation; and how many people of either group the strata that hold
    both have.
    """

    away: float
    variance: float
    p: float
    focal: int
    reference: int


def score_test(scores: np.ndarray, focal: np.ndarray, strata: np.ndarray, *, permutations: int, seed: int) -> ScoreTest:
    """Whether focal people's scores are higher or lower than those of others of the same stratum.

    With r_i a person's score less the mean of their stratum, π the focal part of it: U = Σ_focal r_i, and U / √V with
    V = Σ_focal (1 − π)² r_i² + Σ_others π² r_i² is held against the same with labels shuffled within strata. The
    division by √V keeps the test right where scores of one group are more alike than those of the other, as they are
    where one was followed for less long or looked at on other days.

    Parameters
    ----------
    scores : array of float, shape (n,)
        From `interval_scores`.
    focal : array of bool, shape (n,)
    strata : array of int, shape (n,)
    permutations, seed : int

    Returns
    -------
    ScoreTest
        p is NaN where no permutation changes anything.

    References
    ----------
    Fay 1996, *Biometrics* 52, 811–822 (permutations of such scores); Neuhaus 1993, *Annals of Statistics* 21, 1760–1779
    (studentised).

    Examples
    --------
    >>> women = np.array([True, True, False, True, False, False])
    >>> found = score_test(np.array([0.8, 0.8, 0.1, 0.1, -0.6, -1.2]), women, np.zeros(6, int), permutations=99, seed=1)
    >>> round(found.away, 3), round(found.variance, 3)
    (1.7, 0.93)
    """
    counted = informative(focal, strata) if len(focal) else np.zeros(0, bool)
    of_focal = int((focal & counted).sum())
    sizes = of_focal, int(counted.sum()) - of_focal
    label, held = focal[counted], np.unique(strata[counted], return_inverse=True)[1]
    size = np.bincount(held, minlength=1)
    part = (np.bincount(held, label, minlength=1) / np.maximum(size, 1))[held]
    rest = scores[counted] - (np.bincount(held, scores[counted], minlength=1) / np.maximum(size, 1))[held]
    rest[np.abs(rest) < _HALF] = 0.0
    shuffled = float((part * (1.0 - part) * rest**2 * (size / np.maximum(size - 1, 1))[held]).sum())
    if not shuffled:
        return ScoreTest(0.0, 0.0, float("nan"), *sizes)
    # Both sums are over the focal people: the others' part of V is what all have, less theirs.
    weights = np.column_stack([rest, (1.0 - 2.0 * part) * rest**2])
    always = float((part**2 * rest**2).sum())
    observed, null = focal_sums(weights, label, held, permutations=permutations, seed=seed)
    drawn = null[:, 0] / np.sqrt(always + null[:, 1])
    moved = np.abs(drawn - drawn[0]).max() > _HALF * max(1.0, np.abs(drawn).max())
    value = observed[0] / np.sqrt(always + observed[1])
    p = float(permutation_p(value, drawn, centre=0.0)) if moved else float("nan")
    return ScoreTest(float(observed[0]), shuffled, p, *sizes)


def rate_ratio(test: ScoreTest, *, confidence: float) -> Limits:
    """How often it happens to focal people in a week, over the same of the others: exp(U / V), from one step.

    V is that of shuffled labels. The interval is exp((U ± z √V) / V). An approximation, good near 1 and off far from
    it.

    Parameters
    ----------
    test : ScoreTest
    confidence : float

    Returns
    -------
    Limits
        NaN where V is 0.

    References
    ----------
    Yusuf, Peto, Lewis, Collins & Sleight 1985, *Progress in Cardiovascular Diseases* 27, 335–371, appendix.

    Examples
    --------
    >>> [round(value, 2) for value in rate_ratio(ScoreTest(-4.0, 5.0, 0.07, 20, 30), confidence=0.95)]
    [0.45, 0.19, 1.08]
    """
    if not test.variance:
        return Limits(*[float("nan")] * 3)
    far = _z(confidence) * test.variance**0.5
    with np.errstate(over="ignore"):
        value, low, high = np.exp((test.away + np.array([0.0, -far, far])) / test.variance)
    return Limits(float(value), float(low), float(high))


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 2.0)
