"""Brokerage roles of Gould and Fernandez: between whom a person stands, told by the groups of the three.

A person v brokers an ordered pair (a, b) when influence passes a → v → b and there is no arc a → b. The groups of
(a, v, b) name the role, the broker's group being the one in the middle:

=============== ======= ==============================================================
coordinator      A A A   all three of one group
consultant       A B A   an outsider between two of one group
representative   A A B   passes on what comes from the own group to another
gatekeeper       A B B   lets in what comes from another group to the own
liaison          A B C   three different groups
brokerage        –       all of these together
=============== ======= ==============================================================

Arcs are directed and binary (strength above a threshold, 0 unless said otherwise). Only people whose group is known
take part; the others' arcs are left out and their rows are NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics._arrays import group_codes
from metrics.brokerage._adjacency import Arcs, Progress, arcs_of, in_parts, through_shorter
from metrics.brokerage._role_chances import moments, total_variances
from metrics.kernels.running import run
from ona.model import InfluenceGraph

ROLES = ("coordinator", "consultant", "representative", "gatekeeper", "liaison", "brokerage")
"""The five roles and their total, ``brokerage``."""

ROLES_COLUMNS = (*ROLES, *(f"{role}_z" for role in ROLES))
"""Columns of `role_table`, in order."""


@dataclass(frozen=True)
class _Known:
    """Everybody's group, −1 where unknown, and the binary arcs among those whose group is known."""

    codes: NDArray[np.int64]
    arcs: Arcs

    @property
    def where(self) -> NDArray[np.bool_]:
        return np.asarray(self.codes >= 0)

    @property
    def sizes(self) -> NDArray[np.int64]:
        return np.bincount(self.codes[self.where])

    @property
    def density(self) -> float:
        """Which part of the possible arcs there is; NaN when fewer than two people are known."""
        people = int(self.where.sum())
        return len(self.arcs.targets) / (people * (people - 1)) if people > 1 else np.nan


def role_counts(graph: InfluenceGraph, *, column: str, threshold: float = 0.0) -> pd.DataFrame:
    """How many ordered pairs each person brokers in each role.

    The number of (a, b), a ≠ b, with a → v, v → b and no a → b, by the groups of a, v and b (see the module).

    Parameters
    ----------
    graph : InfluenceGraph
    column : str
        The roster column that holds the groups.
    threshold : float
        Arcs count when their strength is above it.

    Returns
    -------
    DataFrame
        Index ``person``, columns `ROLES`; 0 for people without such pairs, NaN for people whose group is unknown.

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Gould & Fernandez 1989, *Sociological Methodology* 19, 89–126.

    Examples
    --------
    >>> from metrics.brokerage._example import line
    >>> role_counts(line(), column="function").loc["2"].to_dict()
    {'coordinator': 0.0, 'consultant': 0.0, 'representative': 1.0, 'gatekeeper': 0.0, 'liaison': 0.0, 'brokerage': 1.0}
    """
    known = _known(graph, column, threshold)
    return _table(graph, known, _counts(known))


def role_expectations(
    graph: InfluenceGraph, *, column: str, threshold: float = 0.0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What chance alone would give each person: mean and variance of the counts when arcs fall anywhere alike.

    Every possible arc is there with probability d = m / (N(N − 1)), independently, groups fixed. With q = d²(1 − d) and
    A = (d(1 − d))³: E = q · pairs and Var = E(1 − q) + A · couples, where ``pairs`` counts the ordered pairs (a, b)
    that would make the broker hold the role and ``couples`` the ordered couples of such pairs with one end in common.

    Parameters
    ----------
    graph : InfluenceGraph
    column : str
        The roster column that holds the groups.
    threshold : float
        Arcs count when their strength is above it.

    Returns
    -------
    tuple of DataFrame
        Means and variances; index ``person``, columns `ROLES`. NaN for people whose group is unknown, and for all when
        fewer than two people are known.

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Gould & Fernandez 1989, *Sociological Methodology* 19, 89–126.

    Examples
    --------
    >>> from metrics.brokerage._example import line
    >>> means, variances = role_expectations(line(), column="function")
    >>> means.loc["2", "representative"].round(4), variances.loc["2", "representative"].round(4)
    (np.float64(0.0741), np.float64(0.0686))
    """
    known = _known(graph, column, threshold)
    means, variances = _expectations(known)
    return _table(graph, known, means), _table(graph, known, variances)


def role_scores(graph: InfluenceGraph, *, column: str, threshold: float = 0.0) -> pd.DataFrame:
    """How many standard deviations each person's counts lie above what chance would give: (count − E) / √Var.

    Parameters
    ----------
    graph : InfluenceGraph
    column : str
        The roster column that holds the groups.
    threshold : float
        Arcs count when their strength is above it.

    Returns
    -------
    DataFrame
        Index ``person``, columns `ROLES`; NaN where the standard deviation is 0 (nobody could hold the role, or every
        arc or none is there) and for people whose group is unknown. Not a normal deviate in small groups.

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Gould & Fernandez 1989, *Sociological Methodology* 19, 89–126.

    Examples
    --------
    >>> from metrics.brokerage._example import line
    >>> role_scores(line(), column="function").loc["2", ["representative", "liaison"]].round(4).tolist()
    [3.5355, nan]
    """
    known = _known(graph, column, threshold)
    return _table(graph, known, _scores(_counts(known), *_expectations(known)))


def role_totals(graph: InfluenceGraph, *, column: str, threshold: float = 0.0) -> pd.DataFrame:
    """How much brokerage of each kind the whole network holds, against what chance would give.

    Counts and means are sums over brokers. The variance is exact under independent arcs of density d: besides couples
    of triples with the same broker it holds those with different brokers that share an arc, whether the arc is there in
    both (covariance A), missing in both (d⁵(1 − d)), or there in one and missing in the other (−q²).

    Parameters
    ----------
    graph : InfluenceGraph
    column : str
        The roster column that holds the groups.
    threshold : float
        Arcs count when their strength is above it.

    Returns
    -------
    DataFrame
        Index ``role`` (`ROLES`); columns ``count``, ``expected``, ``variance``, ``z``. NaN for z where the variance is
        0; all but the count NaN when fewer than two people are known.

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Gould & Fernandez 1989, *Sociological Methodology* 19, 89–126.

    Examples
    --------
    >>> from metrics.brokerage._example import line
    >>> role_totals(line(), column="function").loc["brokerage", ["count", "expected"]].round(4).tolist()
    [1.0, 0.4444]
    """
    known = _known(graph, column, threshold)
    totals = pd.DataFrame({"count": _counts(known)[known.where].sum(axis=0)}, index=pd.Index(ROLES, name="role"))
    # Undefined rather than 0 where nobody is known.
    totals["expected"] = _expectations(known)[0][known.where].sum(axis=0) if known.where.any() else np.nan
    totals["variance"] = total_variances(known.sizes, known.density)
    spread = np.sqrt(totals["variance"]).where(totals["variance"] > 0)
    totals["z"] = (totals["count"] - totals["expected"]) / spread
    return totals


def role_table(
    graph: InfluenceGraph, *, column: str, threshold: float = 0.0, progress: Progress | None = None
) -> pd.DataFrame:
    """How many ordered pairs each person brokers in each role, and how far that lies above chance.

    Parameters
    ----------
    graph : InfluenceGraph
    column : str
        The roster column that holds the groups.
    threshold : float
        Arcs count when their strength is above it.
    progress : callable, optional
        Called as ``progress(done, of)``.

    Returns
    -------
    DataFrame
        Index ``person``; columns `ROLES_COLUMNS`: the counts of `role_counts` (``coordinator``, ``consultant``,
        ``representative``, ``gatekeeper``, ``liaison``, ``brokerage``) and the z-scores of `role_scores` (the same
        with ``_z``). NaN where either has it.

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Gould & Fernandez 1989, *Sociological Methodology* 19, 89–126.

    Examples
    --------
    >>> from metrics.brokerage._example import line
    >>> role_table(line(), column="function").loc["2", ["brokerage", "brokerage_z"]].round(4).tolist()
    [1.0, 2.3]
    """
    known = _known(graph, column, threshold)
    counts = _counts(known, progress=progress)
    scores = _scores(counts, *_expectations(known))
    return _table(graph, known, counts).join(_table(graph, known, scores).add_suffix("_z"))


def _known(graph: InfluenceGraph, column: str, threshold: float) -> _Known:
    codes = group_codes(graph, column)[0]
    return _Known(codes=codes, arcs=arcs_of(graph, threshold=threshold, codes=codes))


def _table(graph: InfluenceGraph, known: _Known, values: NDArray[np.number]) -> pd.DataFrame:
    """The known people's values, NaN for the others."""
    shown = np.where(known.where[:, None], values, np.nan)
    return pd.DataFrame(shown, index=graph.persons, columns=list(ROLES))


def _counts(known: _Known, *, progress: Progress | None = None) -> NDArray[np.int64]:
    """Everybody's count of each role and of all."""
    from metrics.kernels.triads import brokered

    arcs, people = known.arcs, known.arcs.people
    groups = int(known.codes.max(initial=0)) + 1
    counts = np.zeros((people, len(ROLES)), np.int64)
    one_by_one = Lock()

    def work(first: int, last: int) -> None:
        part = np.zeros((people, len(ROLES) - 1), np.int64)
        inward = arcs.starts_in, arcs.alike, arcs.sources
        run(brokered, arcs.starts, arcs.targets, *inward, arcs.codes, groups, first, last, part)
        with one_by_one:
            counts[:, :-1] += part

    in_parts(work, people, cost=2 * through_shorter(np.diff(arcs.starts_in)), progress=progress)
    counts[:, -1] = counts[:, :-1].sum(axis=1)
    return counts


def _expectations(known: _Known) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and variance of each person's counts; those of people whose group is unknown mean nothing."""
    if not known.where.any():
        nothing = np.full((len(known.codes), len(ROLES)), np.nan)
        return nothing, nothing
    means, variances = moments(known.sizes, known.density)
    return means[known.codes], variances[known.codes]


def _scores(
    counts: NDArray[np.int64], means: NDArray[np.float64], variances: NDArray[np.float64]
) -> NDArray[np.float64]:
    spread = np.sqrt(np.where(variances > 0, variances, np.nan))
    return np.asarray((counts - means) / spread)
