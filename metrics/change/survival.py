"""How long until something happens, among people of whom some are not followed long enough to see it."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

from metrics.inference import permutation_p, stratified_permutations
from metrics.inference.contrasts import informative

CURVE_COLUMNS = ("time", "at_risk", "events", "survival", "error")
"""Columns of a survival curve, in order."""

_HALF = 1e-12


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


class LogRank(NamedTuple):
    """A stratified log-rank test.

    ``observed`` and ``expected`` events of the focal people in strata that hold both groups, the ``variance`` of their
    difference, ``p`` by permutation, and how many people of either group those strata hold.
    """

    observed: int
    expected: float
    variance: float
    p: float
    focal: int
    reference: int


def log_rank(
    times: np.ndarray,
    happened: np.ndarray,
    focal: np.ndarray,
    strata: np.ndarray,
    *,
    permutations: int,
    seed: int,
) -> LogRank:
    """Whether it happens sooner to focal people than to others of the same stratum.

    At each time t_j of a stratum d_j of the n_j people at risk, m_j of them focal, have it happen: e_j = d_j m_j / n_j
    focal ones are expected, with variance d_j (n_j − d_j) / (n_j − 1) · (m_j / n_j)(1 − m_j / n_j). The statistic is
    (O − E) / √V over all times and strata; labels are shuffled within strata and E and V taken anew each time. The
    division by √V keeps the test right where one group was followed for less long than the other, which a shuffle of
    O − E alone supposes away.

    Parameters
    ----------
    times, happened
        As in `kaplan_meier`.
    focal : array of bool, shape (n,)
    strata : array of int, shape (n,)
    permutations, seed : int

    Returns
    -------
    LogRank
        p is NaN where no permutation changes anything.

    References
    ----------
    Mantel 1966, *Cancer Chemotherapy Reports* 50, 163–170; Peto & Peto 1972, *Journal of the Royal Statistical Society
    A* 135, 185–207; Neuhaus 1993, *Annals of Statistics* 21, 1760–1779 (the studentised permutation test).

    Examples
    --------
    >>> weeks, women = np.array([2.0, 3.0, 3.0, 5.0, 6.0, 8.0]), np.array([True, True, False, True, False, False])
    >>> found = log_rank(weeks, np.ones(6, bool), women, np.zeros(6, int), permutations=999, seed=1)
    >>> found.observed, round(found.expected, 4)
    (3, 1.6333)
    """
    counted = informative(focal, strata) if len(focal) else np.zeros(0, bool)
    of_focal = int((focal & counted).sum())
    order = np.lexsort((times[counted], strata[counted]))
    time, seen, held, label = (array[counted][order] for array in (times, happened, strata, focal))
    risks = _risk_sets(time, seen, held)
    sizes = of_focal, int(counted.sum()) - of_focal
    if not len(risks.events):
        return LogRank(0, 0.0, 0.0, float("nan"), *sizes)
    observed = int((label & seen).sum())
    expected, variance = (float(value[0]) for value in _moments(label[None, :].astype(np.int64), risks))
    if not variance:
        return LogRank(observed, expected, variance, float("nan"), *sizes)
    null = []
    for block in stratified_permutations(label.astype(np.int64), held, permutations=permutations, seed=seed):
        e, v = _moments(block, risks)
        away = block @ seen.astype(np.int64) - e
        null.append(np.divide(away, np.sqrt(v), out=np.zeros(len(e)), where=v > 0))
    drawn = np.concatenate(null)
    moved = np.abs(drawn - drawn[0]).max() > _HALF * max(1.0, np.abs(drawn).max())
    p = float(permutation_p((observed - expected) / variance**0.5, drawn, centre=0.0)) if moved else float("nan")
    return LogRank(observed, expected, variance, p, *sizes)


def rate_ratio(test: LogRank, *, confidence: float) -> Limits:
    """How often it happens to focal people in a week, over the same of the others: exp((O − E) / V), from one step.

    The interval is exp((O − E ± z √V) / V). An approximation, good near 1 and off far from it.

    Parameters
    ----------
    test : LogRank
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
    >>> [round(value, 2) for value in rate_ratio(LogRank(8, 12.0, 5.0, 0.07, 20, 30), confidence=0.95)]
    [0.45, 0.19, 1.08]
    """
    if not test.variance:
        return Limits(*[float("nan")] * 3)
    far = _z(confidence) * test.variance**0.5
    away = test.observed - test.expected
    with np.errstate(over="ignore"):
        value, low, high = np.exp((away + np.array([0.0, -far, far])) / test.variance)
    return Limits(float(value), float(low), float(high))


class _Risks(NamedTuple):
    """Where the people at risk at each time of each stratum stand, in the order of stratum and time."""

    first: np.ndarray
    end: np.ndarray
    events: np.ndarray


def _risk_sets(time: np.ndarray, seen: np.ndarray, held: np.ndarray) -> _Risks:
    """One risk set for each stratum and time with an event; people are sorted by stratum, then time."""
    new_stratum = np.ones(len(time), bool)
    new_stratum[1:] = held[1:] != held[:-1]
    new_time = new_stratum.copy()
    new_time[1:] |= time[1:] != time[:-1]
    first = np.flatnonzero(new_time)
    stratum_ends = np.append(np.flatnonzero(new_stratum)[1:], len(time))
    end = stratum_ends[np.cumsum(new_stratum)[first] - 1] if len(first) else first
    events = np.add.reduceat(seen.astype(np.int64), first) if len(first) else first
    some = events > 0
    return _Risks(first[some], end[some], events[some])


def _moments(labels: np.ndarray, risks: _Risks) -> tuple[np.ndarray, np.ndarray]:
    """Expected events of the focal people, and the variance, for each arrangement of labels (one a row)."""
    ahead = np.zeros((len(labels), labels.shape[1] + 1), np.int64)
    np.cumsum(labels, axis=1, out=ahead[:, 1:])
    at_risk = (risks.end - risks.first).astype(float)
    share = (ahead[:, risks.end] - ahead[:, risks.first]) / at_risk
    spread = risks.events * (at_risk - risks.events) / np.maximum(at_risk - 1.0, 1.0)
    # Added up by numpy itself: a product of matrices may come out differently on another number of cores.
    return (share * risks.events).sum(axis=1), (share * (1.0 - share) * spread).sum(axis=1)


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 2.0)
