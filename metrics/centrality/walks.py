"""Walks along ties: whose word carries, through whomever it passes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from metrics._arrays import by_person
from metrics.centrality._nearing import Progress, halves, nearing
from metrics.centrality._parts import largest_eigenvalue, strong_parts
from metrics.centrality._rows import Floats, Rows, rows_of
from metrics.centrality.degrees import given, received
from metrics.kernels.running import run
from ona.model import InfluenceGraph, StudyError

DAMPING = 0.85
"""The chance of following a tie rather than turning to anybody at random."""

KATZ_SHARE = 0.85
"""What share of the largest possible attenuation `katz` takes if none is asked for."""

KATZ_LIMIT = 0.999
"""The largest share that it takes."""

_ERROR = 1e-12
_ROUNDING = 1e-15
_VANISHED = 1e-17
_PRINTED = 1e-5


def influence(graph: InfluenceGraph, *, damping: float = DAMPING, progress: Progress = None) -> pd.Series:
    """Whose word carries: the share of all attention that settles on a person.

    Everyone splits one unit of attention over those who influence them, in proportion to strength, and passes on what
    they receive: PageRank on the influence arcs reversed. With a_ij the strength of i → j and damping c:
    x_i = (1 − c)/n + c Σ_j x_j a_ij / Σ_k a_kj. Somebody whom nobody influences spreads theirs evenly over everyone.

    Parameters
    ----------
    damping : float
        The chance c, in [0, 1), of following a tie rather than turning to anybody at random. Time grows as 1/(1 − c).
    progress : callable, optional
        Called as ``progress(done, of)`` after every sweep.

    Returns
    -------
    Series
        Index ``person``; the values add up to 1. Doubling every strength changes nothing.

    Raises
    ------
    StudyError
        The damping is not in [0, 1).

    Notes
    -----
    Attention that is spread evenly is spread like the first term, so x is proportional to the solution of
    y_i = 1 + c Σ_j y_j a_ij / Σ_k a_kj over those j whom somebody influences. This is solved person by person in sweeps
    (Gauss–Seidel); between two sweeps all values are multiplied by the number that makes the sum of all equations true.
    A sweep that changes no value by more than the share ε of it leaves errors that add up to at most ε c/(1 − c) of the
    whole, and twice that once the values are made to add up to 1. Sweeps end at ε = 10⁻¹² (1 − c) / 2, so that all
    errors together are below 10⁻¹², but not below ε = 10⁻¹⁵, which is as far as double precision goes; and at the
    latest when c to the power of their number is 10⁻¹⁷.

    References
    ----------
    Brin & Page 1998, *Computer Networks and ISDN Systems* 30, 107–117; Langville & Meyer 2004, *Internet Mathematics*
    1(3), 335–380, sections 5.1 and 5.2, on the linear system and those who give no attention.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> influence(line()).round(4).tolist()
    [0.4744, 0.3412, 0.1844]
    """
    if not 0 <= damping < 1:
        raise StudyError(f"a damping of {damping} is no chance below 1", cure="use 0 or more, below 1, as 0.85")
    return by_person(graph, attention(graph.matrix, damping=damping, progress=progress), "influence")


def attention(matrix: csr_array, *, damping: float = DAMPING, progress: Progress = None) -> Floats:
    """`influence` from the strengths as a matrix."""
    heard = received(matrix)
    shares = np.divide(1.0, heard, out=np.zeros(len(heard)), where=heard > 0)
    passed_on = np.where(heard > 0, 1 - damping, 1.0)
    values = np.full(len(heard), 1 / (1 - damping))
    enough = max(_ERROR * (1 - damping) / 2, _ROUNDING)
    tell = nearing(progress, enough)
    rows, passed = rows_of(matrix), shares * values
    for _ in range(2 + int(np.log(_VANISHED) / np.log(damping)) if damping else 1):
        change = _swept(rows, damping, shares, values, passed)
        tell(change)
        if change <= enough:
            break
        # All equations added up: what is kept back, over everyone, is the number of people.
        balance = len(values) / np.sum(passed_on * values)
        values *= balance
        passed *= balance
    return np.asarray(values / values.sum())


def katz(graph: InfluenceGraph, *, alpha: float | None = None, progress: Progress = None) -> pd.Series:
    """Who has the ear of people who have the ear of others: all walks of influence from a person, long ones for less.

    x_i = 1 + α Σ_j a_ij x_j with a_ij the strength of i → j: one for being there, and for each person influenced the
    strength times what that person has, taken α times. Written out, x_i is Σ_k α^k times the strength of all walks of
    k steps from i. Every graph has it, also where `eigenvector` is not defined.

    Parameters
    ----------
    alpha : float, optional
        The attenuation α, from 0 to 0.999/λ, with λ the largest eigenvalue of the strengths; its unit is 1/strength. If
        not given, 0.85/λ. In a graph without a cycle of influence λ is 0 and every α is allowed; then it is 0.85 by the
        largest `out_strength`. From 1/λ on the sum has no end; close to it values say nothing but how close, and the
        time they take grows as 1/(1 − αλ).
    progress : callable, optional
        Called as ``progress(done, of)`` after every sweep, and every product that λ takes.

    Returns
    -------
    Series
        Index ``person``; at least 1, and exactly 1 for somebody who influences nobody, so for everybody in a graph
        without arcs. Values are not normalised: this way 1 means the same in every graph, and what is above it is what
        ties bring. Doubling every strength changes nothing unless `alpha` is given. NaN for all where a value is too
        large to be written as a number, which takes weak cycles at the end of very strong chains.

    Raises
    ------
    StudyError
        `alpha` is below 0, or above 0.999/λ; the message names the largest that is allowed.

    Notes
    -----
    Sweeps (Gauss–Seidel) start from 1 and only ever raise values. They end when none rises by more than the share
    10⁻¹² (1 − αλ) of it, or 10⁻¹⁵ if that is more. What is still missing then is about 10⁻¹² of a value.

    References
    ----------
    Katz 1953, *Psychometrika* 18, 39–43.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> katz(line(), alpha=0.5).tolist()
    [4.0, 3.0, 1.0]
    """
    matrix = graph.matrix
    return by_person(graph, attenuated(matrix, strong_parts(matrix), alpha=alpha, progress=progress), "katz")


def attenuated(
    matrix: csr_array, parts: NDArray[np.integer], *, alpha: float | None = None, progress: Progress = None
) -> Floats:
    """`katz` from the strengths as a matrix, and everyone's strongly connected part."""
    values = np.ones(matrix.shape[0])
    if alpha is not None and not 0 <= alpha < np.inf:
        raise StudyError(f"an attenuation of {alpha} is not possible", cure="use 0 or more")
    if matrix.nnz == 0:
        return values
    first, second = halves(progress)
    largest = largest_eigenvalue(matrix, parts, progress=first)
    if alpha is None:
        alpha = KATZ_SHARE / (largest or float(given(matrix).max()))
    elif alpha * largest > KATZ_LIMIT * (1 + _PRINTED):
        raise StudyError(
            f"with an attenuation of {alpha} the walks of influence add up without end, or nearly so",
            cure=f"use at most {KATZ_LIMIT / largest:.6g}",
        )
    enough = max(_ERROR * (1 - alpha * largest), _ROUNDING)
    tell = nearing(second, enough)
    rows, ones, passed = rows_of(matrix), np.ones(len(values)), values.copy()
    while (change := _swept(rows, alpha, ones, values, passed)) > enough:
        tell(change)
        if not np.isfinite(values).all():
            return np.full(len(values), np.nan)
    tell(change)
    return values


def _swept(rows: Rows, factor: float, shares: Floats, values: Floats, passed: Floats) -> float:
    """The largest relative change in one sweep over `values` and `passed`, which are changed in place."""
    from metrics.kernels.walks import sweep

    largest = np.empty(1)
    run(sweep, *rows, factor, shares, values, passed, largest)
    return float(largest[0])
