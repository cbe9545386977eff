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

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from metrics._arrays import group_codes, masked_product, row_sums
from ona.model import InfluenceGraph

ROLES = ("coordinator", "consultant", "representative", "gatekeeper", "liaison", "brokerage")
"""The five roles and their total, ``brokerage``."""


@dataclass(frozen=True)
class _Known:
    """The people whose group is known, and the binary arcs among them."""

    where: np.ndarray  # positions among all people
    codes: np.ndarray  # their groups
    within: csr_array  # arcs inside a group
    across: csr_array  # arcs between groups

    @property
    def arcs(self) -> int:
        return int(self.within.nnz + self.across.nnz)

    @property
    def sizes(self) -> np.ndarray:
        return np.bincount(self.codes)


def role_counts(graph: InfluenceGraph, *, column: str, threshold: float = 0.0) -> pd.DataFrame:
    """How many ordered pairs each person brokers in each role.

    The number of (a, b), a ≠ b, with a → v, v → b and no a → b, by the groups of a, v and b (see the module).

    Parameters
    ----------
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
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": ["1", "2", "3"], "function": ["sales", "sales", "legal"]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["1", "2"], "target": ["2", "3"]}))
    >>> role_counts(graph, column="function").loc["2"].to_dict()
    {'coordinator': 0.0, 'consultant': 0.0, 'representative': 1.0, 'gatekeeper': 0.0, 'liaison': 0.0, 'brokerage': 1.0}
    """
    known = _known(graph, column, threshold)
    return _spread(graph, known, _counts(known))


def role_expectations(
    graph: InfluenceGraph, *, column: str, threshold: float = 0.0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What chance alone would give each person: mean and variance of the counts when arcs fall anywhere alike.

    Every possible arc is there with probability d = m / (N(N − 1)), independently, groups fixed. With q = d²(1 − d) and
    A = (d(1 − d))³: E = q · pairs and Var = E(1 − q) + A · couples, where ``pairs`` counts the ordered pairs (a, b)
    that would make the broker hold the role and ``couples`` the ordered couples of such pairs with one end in common.

    Parameters
    ----------
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
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": ["1", "2", "3"], "function": ["sales", "sales", "legal"]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["1", "2"], "target": ["2", "3"]}))
    >>> means, variances = role_expectations(graph, column="function")
    >>> means.loc["2", "representative"].round(4), variances.loc["2", "representative"].round(4)
    (np.float64(0.0741), np.float64(0.0686))
    """
    known = _known(graph, column, threshold)
    means, variances = _expectations(known)
    return _spread(graph, known, means), _spread(graph, known, variances)


def role_scores(graph: InfluenceGraph, *, column: str, threshold: float = 0.0) -> pd.DataFrame:
    """How many standard deviations each person's counts lie above what chance would give: (count − E) / √Var.

    Parameters
    ----------
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
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": ["1", "2", "3"], "function": ["sales", "sales", "legal"]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["1", "2"], "target": ["2", "3"]}))
    >>> role_scores(graph, column="function").loc["2", ["representative", "liaison"]].round(4).tolist()
    [3.5355, nan]
    """
    known = _known(graph, column, threshold)
    return _spread(graph, known, _scores(_counts(known), *_expectations(known)))


def role_totals(graph: InfluenceGraph, *, column: str, threshold: float = 0.0) -> pd.DataFrame:
    """How much brokerage of each kind the whole network holds, against what chance would give.

    Counts and means are sums over brokers. The variance is exact under independent arcs of density d: besides couples
    of triples with the same broker it holds those with different brokers that share an arc, whether the arc is there in
    both (covariance A), missing in both (d⁵(1 − d)), or there in one and missing in the other (−q²).

    Parameters
    ----------
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
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": ["1", "2", "3"], "function": ["sales", "sales", "legal"]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["1", "2"], "target": ["2", "3"]}))
    >>> role_totals(graph, column="function").loc["brokerage", ["count", "expected"]].round(4).tolist()
    [1.0, 0.4444]
    """
    known = _known(graph, column, threshold)
    totals = pd.DataFrame({"count": _counts(known).sum(axis=0)}, index=pd.Index(ROLES, name="role"))
    totals["expected"] = _expectations(known)[0].sum(axis=0) if len(known.codes) else np.nan
    totals["variance"] = _total_variances(known)
    spread = np.sqrt(totals["variance"]).where(totals["variance"] > 0)
    totals["z"] = (totals["count"] - totals["expected"]) / spread
    return totals


def role_table(graph: InfluenceGraph, *, column: str, threshold: float = 0.0) -> pd.DataFrame:
    """Counts and z-scores side by side: columns `ROLES`, then each with ``_z``; see `role_counts` and `role_scores`.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": ["1", "2", "3"], "function": ["sales", "sales", "legal"]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["1", "2"], "target": ["2", "3"]}))
    >>> role_table(graph, column="function").loc["2", ["brokerage", "brokerage_z"]].round(4).tolist()
    [1.0, 2.3]
    """
    known = _known(graph, column, threshold)
    counts = _counts(known)
    scores = _scores(counts, *_expectations(known))
    return _spread(graph, known, counts).join(_spread(graph, known, scores).add_suffix("_z"))


def _known(graph: InfluenceGraph, column: str, threshold: float) -> _Known:
    codes = group_codes(graph, column)[0]
    where = np.flatnonzero(codes >= 0)
    codes = codes[where]
    arcs = graph.matrix[where][:, where].tocoo()
    strong = arcs.data > threshold
    rows, columns = arcs.row[strong], arcs.col[strong]
    inside = codes[rows] == codes[columns]
    shape = (len(where), len(where))

    def binary(keep: np.ndarray) -> csr_array:
        return csr_array((np.ones(int(keep.sum()), np.int64), (rows[keep], columns[keep])), shape=shape)

    return _Known(where=where, codes=codes, within=binary(inside), across=binary(~inside))


def _spread(graph: InfluenceGraph, known: _Known, values: np.ndarray) -> pd.DataFrame:
    """The known people's values, NaN for the others."""
    table = np.full((graph.size, len(ROLES)), np.nan)
    table[known.where] = values
    return pd.DataFrame(table, index=graph.persons, columns=list(ROLES))


def _counts(known: _Known) -> np.ndarray:
    """Two-paths by role, less those that end where they began, less those closed by an arc.

    A two-path a → v → b is closed when a → b exists; Σ_b (v → b) Σ_a (a → v)(a → b) counts them as the row sums of
    (IN' @ BRIDGE) * OUT. Which of the three arcs lie inside a group and which across follows from the role.
    """
    within, across = known.within, known.across
    in_within, in_across = row_sums(within.T), row_sums(across.T)
    out_within, out_across = row_sums(within), row_sums(across)
    count, groups = len(known.codes), int(known.codes.max(initial=-1)) + 1
    member = csr_array((np.ones(count, np.int64), (np.arange(count), known.codes)), shape=(count, max(groups, 1)))
    same_other = row_sums(csr_array((across.T @ member) * (across @ member)))  # a and b of one group, v outside it

    def closed(into: csr_array, out: csr_array, bridge: csr_array) -> np.ndarray:
        return row_sums(masked_product(csr_array(into.T), bridge, out))

    def returning(arcs: csr_array) -> np.ndarray:
        return row_sums(csr_array(arcs * arcs.T))

    roles = [
        in_within * out_within - returning(within) - closed(within, within, within),
        same_other - returning(across) - closed(across, across, within),
        in_within * out_across - closed(within, across, across),
        in_across * out_within - closed(across, within, across),
        in_across * out_across - same_other - closed(across, across, across),
    ]
    return np.column_stack([*roles, np.sum(roles, axis=0)])


def _expectations(known: _Known) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of each person's counts."""
    sizes, total = known.sizes.astype(float), float(len(known.codes))
    if total < 2:
        nothing = np.full((len(known.codes), len(ROLES)), np.nan)
        return nothing, nothing
    density = known.arcs / (total * (total - 1))
    q, shared = density**2 * (1 - density), (density * (1 - density)) ** 3
    others = ~np.eye(len(sizes), dtype=bool)
    rest = total - sizes[:, None] - sizes  # neither of the broker's group (row) nor of the end's (column)
    n = sizes
    one_out = (total - n) * (n - 1)
    one_out_couples = (n - 1) * (total - n) * (total - n - 1) + (total - n) * (n - 1) * (n - 2)
    pairs = [
        (n - 1) * (n - 2),
        (others * n * (n - 1)).sum(axis=1),
        one_out,
        one_out,
        (others * n * rest).sum(axis=1),
        np.full(len(n), (total - 1) * (total - 2)),
    ]
    couples = [
        2 * (n - 1) * (n - 2) * (n - 3),
        2 * (others * n * (n - 1) * (n - 2)).sum(axis=1),
        one_out_couples,
        one_out_couples,
        2 * (others * n * rest * (rest - 1)).sum(axis=1),
        np.full(len(n), 2 * (total - 1) * (total - 2) * (total - 3)),
    ]
    means = q * np.column_stack(pairs)
    variances = means * (1 - q) + shared * np.column_stack(couples)
    return means[known.codes], variances[known.codes]


def _scores(counts: np.ndarray, means: np.ndarray, variances: np.ndarray) -> np.ndarray:
    spread = np.sqrt(np.where(variances > 0, variances, np.nan))
    return np.asarray((counts - means) / spread)


def _total_variances(known: _Known) -> np.ndarray:
    """Variance of the whole network's count of each role.

    For an arc from group g to group h, ``there[g, h]`` is the number of the role's triples that need it and
    ``missing[g, h]`` the number that need it absent. Two triples on the same three people may share two arcs, each
    there in one and missing in the other: ``twins`` of them for each triple would count twice and come off once.
    """
    n, total = known.sizes.astype(float), float(len(known.codes))
    if total < 2:
        return np.full(len(ROLES), np.nan)
    density = known.arcs / (total * (total - 1))
    q, shared = density**2 * (1 - density), (density * (1 - density)) ** 3
    both_missing = density**5 * (1 - density)
    same = np.eye(len(n))
    other = 1 - same
    source, target = n[:, None] + 0 * other, n[None, :] + 0 * other
    arcs = source * (target - same)
    rest = total - source - target
    alike, outside = same * (source - 2), same * (total - source)
    there_missing_twins = [
        (2 * alike, alike, 2),
        (other * (source + target - 2), outside, 0),
        (outside + other * (source - 1), other * (source - 1), 1),
        (outside + other * (target - 1), other * (target - 1), 1),
        (2 * other * rest, other * rest, 2),
        (np.full_like(arcs, 2 * (total - 2)), np.full_like(arcs, total - 2), 2),
    ]
    variances = []
    for there, missing, twins in there_missing_twins:
        triples = (arcs * missing).sum()
        variances.append(
            triples * q * (1 - q)
            + shared * (arcs * there * (there - 1)).sum()
            + both_missing * (arcs * missing * (missing - 1)).sum()
            - q**2 * ((2 * arcs * there * missing).sum() - twins * triples)
        )
    return np.array(variances)
