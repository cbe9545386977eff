"""Structural holes: how far a person's contacts are contacts of one another (Burt).

Strengths are symmetrised by sum, w_ij = a_ij + a_ji; a person's *contacts* are those with w_ij > 0, N of them, and
p_ij = w_ij / Σ_k w_ik is the share of a person's ties that goes to one of them. Doubling every strength changes none of
these measures. All four come from two sums over the common contacts q of people who are tied, Σ_q w_iq w_jq and
Σ_q w_iq w_jq / Σ_k w_qk, which are the same for both of them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics._arrays import by_person
from metrics.brokerage._adjacency import Contacts, Progress, contacts_of, in_parts, through_shorter
from metrics.kernels.running import run
from ona.model import InfluenceGraph

STRUCTURAL_HOLES_COLUMNS = ("constraint", "effective_size", "efficiency", "hierarchy")
"""Columns of `structural_holes`, in order."""


def constraint(graph: InfluenceGraph) -> pd.Series:
    """How far a person's contacts are contacts of one another, so that nothing new comes through them.

    C_i = Σ_j c_ij with c_ij = (p_ij + Σ_q p_iq p_qj)², over i's contacts j and everybody q but the two. High: few,
    mutually tied contacts. Strengths are symmetrised by sum.

    Parameters
    ----------
    graph : InfluenceGraph

    Returns
    -------
    Series
        Index ``person``; NaN for people without ties.

    Notes
    -----
    Never rank people who seek a sponsor by this: low constraint went with early promotion for senior men, not for
    women (Burt 1998).

    References
    ----------
    Burt 1992, *Structural Holes*, chapter 2; Burt 1998, *Rationality and Society* 10, 5–46.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> constraint(three()).tolist()
    [0.5, 1.0, 1.0]
    """
    return _one(graph, "constraint")


def effective_size(graph: InfluenceGraph) -> pd.Series:
    """How many contacts a person has, less those who only lead to one another.

    S_i = Σ_j (1 − Σ_q p_iq m_jq) over i's contacts j and everybody q but the two, with m_jq = w_jq / max_k w_jk.
    Strengths are symmetrised by sum.

    Parameters
    ----------
    graph : InfluenceGraph

    Returns
    -------
    Series
        Index ``person``; NaN for people without ties.

    References
    ----------
    Burt 1992, *Structural Holes*, chapter 2; Borgatti 1997, *Connections* 20(1), 35–38.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> effective_size(three()).tolist()
    [2.0, 1.0, 1.0]
    """
    return _one(graph, "effective_size")


def efficiency(graph: InfluenceGraph) -> pd.Series:
    """Which part of a person's contacts is not redundant: effective size / number of distinct contacts.

    Parameters
    ----------
    graph : InfluenceGraph

    Returns
    -------
    Series
        Index ``person``; NaN for people without ties.

    References
    ----------
    Burt 1992, *Structural Holes*, chapter 2.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> efficiency(three()).tolist()
    [1.0, 1.0, 1.0]
    """
    return _one(graph, "efficiency")


def hierarchy(graph: InfluenceGraph) -> pd.Series:
    """How far a person's constraint comes from a single contact (Coleman–Theil disorder).

    With r_j = c_ij / (C_i / N) over i's N contacts: H_i = Σ_j r_j ln r_j / (N ln N). 0: all contacts constrain alike;
    1: one does it all. Strengths are symmetrised by sum.

    Parameters
    ----------
    graph : InfluenceGraph

    Returns
    -------
    Series
        Index ``person``; 1 for people with one contact, NaN for people without ties.

    References
    ----------
    Burt 1992, *Structural Holes*, chapter 2.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> hierarchy(three()).tolist()
    [0.0, 1.0, 1.0]
    """
    return _one(graph, "hierarchy")


def structural_holes(graph: InfluenceGraph, *, progress: Progress | None = None) -> pd.DataFrame:
    """All four measures of structural holes from one pass over people who are tied.

    Parameters
    ----------
    graph : InfluenceGraph
    progress : callable, optional
        Called as ``progress(done, of)``.

    Returns
    -------
    DataFrame
        Index ``person``; columns ``constraint``, ``effective_size``, ``efficiency``, ``hierarchy``, each as the
        function of that name has it. NaN for people without ties.

    References
    ----------
    Burt 1992, *Structural Holes*, chapter 2.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> structural_holes(three()).loc["a"].tolist()
    [0.5, 2.0, 1.0, 0.0]
    """
    return pd.DataFrame(holes_of(contacts_of(graph), progress=progress), index=graph.persons)


def _one(graph: InfluenceGraph, name: str) -> pd.Series:
    return by_person(graph, holes_of(contacts_of(graph), ordered=name == "hierarchy")[name], name)


def holes_of(
    held: Contacts, *, ordered: bool = True, progress: Progress | None = None
) -> dict[str, NDArray[np.float64]]:
    """The columns of `structural_holes`, person by person; the last one only where it is asked for (``ordered``)."""
    degrees = held.degrees
    summed, redundancy, disorder = _sums(held, ordered=ordered, progress=progress)
    size = degrees - redundancy
    values = [summed, size, size / np.maximum(degrees, 1)]
    if ordered:
        many = np.maximum(degrees, 2)
        values.append(np.where(degrees > 1, disorder / (many * np.log(many)), 1.0))
    names = STRUCTURAL_HOLES_COLUMNS[: len(values)]
    return {name: np.where(degrees > 0, value, np.nan) for name, value in zip(names, values, strict=True)}


def _sums(held: Contacts, *, ordered: bool, progress: Progress | None) -> NDArray[np.float64]:
    """Everybody's Σ_j c_ij, Σ_j Σ_q p_iq m_jq and, if ordered, Σ_j r_j ln r_j."""
    from metrics.kernels.triads import common_contacts, disorder_of_rows, holes_of_rows, pairs_by_row

    tied = held.starts, held.contacts, held.strength
    total = _per_row(np.add, held)
    inverse, against_largest = 1 / total, 1 / _per_row(np.maximum, held)
    rows = np.empty_like(held.starts)
    run(pairs_by_row, held.starts, held.contacts, rows)
    shared, passed = np.empty(rows[-1]), np.empty(rows[-1])

    def work(first: int, last: int) -> None:
        run(common_contacts, *tied, inverse, rows, first, last, shared, passed)

    in_parts(work, held.people, cost=through_shorter(held.degrees), progress=progress)
    sums = np.zeros((3, held.people))
    run(holes_of_rows, *tied, total, inverse, against_largest, shared, passed, sums[0], sums[1])
    if ordered:
        run(disorder_of_rows, *tied, inverse, passed, sums[0], sums[2])
    return sums


def _per_row(gather: np.ufunc, held: Contacts) -> NDArray[np.float64]:
    """The sum or the largest of everybody's strengths; 1 for people without ties."""
    found, tied = np.ones(held.people), held.degrees > 0
    if tied.any():
        found[tied] = gather.reduceat(held.strength, held.starts[:-1][tied])
    return found
