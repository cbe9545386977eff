"""How far a person's ties lead out of the own group, and what chance would give: the E–I index of Krackhardt and Stern.

Arcs are counted, in and out alike and whatever their strength; a tie both ways is two arcs. Arcs with somebody whose
group is unknown are left out. The index of groups and of the whole network is in `metrics.mixing` and
`metrics.segregation`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from metrics._arrays import by_person, group_codes
from ona.model import InfluenceGraph

CROSSING_COLUMNS = ("e_i", "e_i_expected")
"""Columns of `e_i_table`, in order."""


def e_i(graph: InfluenceGraph, *, column: str) -> pd.Series:
    """How far a person's ties lead out of the own group: (external − internal) / (external + internal).

    Counts arcs, in and out alike and whatever their strength. −1: all ties inside the group; 1: all outside. What
    chance would give depends on the group's size, and is not 0: see `e_i_expected_people`.

    Parameters
    ----------
    graph : InfluenceGraph
    column : str
        The roster column that holds the groups. Arcs with somebody whose group is unknown are left out.

    Returns
    -------
    Series
        Index ``person``; NaN for people without such arcs.

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Krackhardt & Stern 1988, *Social Psychology Quarterly* 51, 123–140.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> e_i(three(), column="function").round(4).tolist()
    [-0.3333, -1.0, 1.0]
    """
    return e_i_table(graph, column=column)["e_i"]


def e_i_expected_people(graph: InfluenceGraph, *, column: str) -> pd.Series:
    """What chance gives a person's E–I index, exactly: 1 − 2 (n_g − 1) / (N − 1).

    The person's own group g, of n_g people, is kept, and the other N − 1 people's groups are shuffled among them, N
    being the people whose group is known; every arc stays where it is. Then each contact is of the own group with
    chance (n_g − 1) / (N − 1). The own group is kept because the question is how the ties of somebody *of this group*
    would fall: were it shuffled too, everybody would have the same expectation, and people of a small group, who meet
    few of their own by its size alone, would look outgoing. The mean over everybody's arcs is the expectation of the
    whole network when all are shuffled, if everybody has as many arcs.

    Parameters
    ----------
    graph : InfluenceGraph
    column : str
        The roster column that holds the groups.

    Returns
    -------
    Series
        Index ``person``; NaN where `e_i` is: for people without arcs to anyone whose group is known.

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Krackhardt & Stern 1988, *Social Psychology Quarterly* 51, 123–140, for the index.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> e_i_expected_people(three(), column="function").tolist()
    [0.0, 0.0, 1.0]
    """
    return e_i_table(graph, column=column)["e_i_expected"].rename("e_i_expected_people")


def e_i_table(graph: InfluenceGraph, *, column: str) -> pd.DataFrame:
    """Everybody's E–I index beside what chance gives.

    Parameters
    ----------
    graph : InfluenceGraph
    column : str
        The roster column that holds the groups.

    Returns
    -------
    DataFrame
        Index ``person``; columns ``e_i`` (`e_i`) and ``e_i_expected`` (`e_i_expected_people`), NaN for people without
        arcs to anyone whose group is known.

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Krackhardt & Stern 1988, *Social Psychology Quarterly* 51, 123–140.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> e_i_table(three(), column="function").loc["c"].tolist()
    [1.0, 1.0]
    """
    codes = group_codes(graph, column)[0]
    matrix = graph.matrix
    sender = np.repeat(np.arange(graph.size, dtype=np.int32), np.diff(matrix.indptr))
    known = (codes[sender] >= 0) & (codes[matrix.indices] >= 0)
    ends = sender[known], matrix.indices[known]
    crossing = codes[ends[0]] != codes[ends[1]]
    ties, external = (
        sum(np.bincount(end[kept], minlength=graph.size) for end in ends) for kept in (slice(None), crossing)
    )
    sizes = np.bincount(codes[codes >= 0], minlength=1)
    others = np.maximum(sizes.sum() - 1, 1)
    tied = ties > 0
    index = np.divide(2 * external - ties, ties, out=np.full(graph.size, np.nan), where=tied)
    expected = np.where(tied, 1 - 2 * (sizes[codes] - 1) / others, np.nan)
    return pd.concat([by_person(graph, index, "e_i"), by_person(graph, expected, "e_i_expected")], axis=1)
