"""Mixing: how many ties run from each group to each group, against chance.

All indices here count arcs, whatever their strength, and keep their direction: a tie both ways is two arcs. N is the
number of people whose group is known and m the number of arcs among them; people whose group is unknown, and their
arcs, are left out. "Chance" is the groups' names shuffled among people, every arc staying where it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from metrics._grouped import Grouped, divide, grouped
from ona.model import InfluenceGraph

_MIXING_COLUMNS = (
    "column",
    "source_group",
    "target_group",
    "people_source",
    "people_target",
    "ties",
    "count",
    "strength",
    "expected",
    "ratio",
    "log_odds",
)
_HOMOPHILY_COLUMNS = ("column", "group", "people", "ties_out", "ties_in", "ties_within", "e_i", "coleman")


def mixing_matrix(graph: InfluenceGraph, *, column: str) -> pd.DataFrame:
    """How many arcs run from each group (row) to each group (column).

    Parameters
    ----------
    column : str
        The roster column that holds the groups.

    Returns
    -------
    DataFrame
        Index and columns: the groups, sorted (levels in their order).

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Newman 2003, *Physical Review E* 67, 026126.

    Examples
    --------
    >>> mixing_matrix(_example(), column="gender").values.tolist()
    [[0, 1], [1, 2]]
    """
    groups = grouped(graph, column)
    return pd.DataFrame(
        groups.table().astype(np.int64),
        index=pd.Index(groups.names, name="source_group"),
        columns=pd.Index(groups.names, name="target_group"),
    )


def e_i_groups(graph: InfluenceGraph, *, column: str) -> pd.Series:
    """Each group's E–I index: (external − internal) / (external + internal).

    Internal are arcs with both ends in the group, each counted once; external those with one.

    Returns
    -------
    Series
        Index ``group``; NaN for groups without arcs.

    References
    ----------
    Krackhardt & Stern 1988, *Social Psychology Quarterly* 51, 123–140.

    Examples
    --------
    >>> e_i_groups(_example(), column="gender").to_dict()
    {'man': 1.0, 'woman': 0.0}
    """
    groups = grouped(graph, column)
    table = groups.table()
    internal = np.diag(table)
    external = table.sum(axis=0) + table.sum(axis=1) - 2 * internal
    return _by_group(groups, divide(external - internal, external + internal), "e_i")


def coleman_homophily(graph: InfluenceGraph, *, column: str) -> pd.Series:
    """Each group's preference for its own, between −1 (avoids) over 0 (chance) to 1 (only its own).

    With s_g arcs out of group g, m_gg of them to the own, and w = s_g(n_g − 1)/(N − 1) to be expected:
    (m_gg − w)/(s_g − w) where m_gg > w, else (m_gg − w)/w.

    Returns
    -------
    Series
        Index ``group``; NaN for groups without arcs out, and for groups of one person.

    References
    ----------
    Coleman 1958, *Human Organization* 17(4), 28–36.

    Examples
    --------
    >>> coleman_homophily(_example(), column="gender").round(4).to_dict()
    {'man': -1.0, 'woman': 0.5}
    """
    groups = grouped(graph, column)
    table = groups.table()
    own, out = np.diag(table), table.sum(axis=1)
    by_chance = divide(out * (groups.sizes - 1), np.full(len(out), len(groups.codes) - 1.0))
    above = divide(own - by_chance, out - by_chance)
    below = divide(own - by_chance, by_chance)
    return _by_group(groups, np.where(own > by_chance, above, below), "coleman")


def mixing_table(graph: InfluenceGraph, *, columns: Sequence[str]) -> pd.DataFrame:
    """Ties from each group to each group, against chance, for several columns of the roster.

    Parameters
    ----------
    columns : sequence of str
        Roster columns that hold groups.

    Returns
    -------
    DataFrame
        One row for each column, source group and target group: ``people_source``, ``people_target``, ``ties`` (arcs),
        ``count`` (events behind them, once for every recipient), ``strength``, ``expected`` (arcs when groups are
        shuffled: m · pairs / (N(N − 1)), exact), ``ratio`` (ties / expected; NaN where no pair exists or no arc), and
        ``log_odds`` (natural logarithm of the odds of an arc in this cell over those everywhere else; NaN where one of
        the four counts is 0).

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Newman 2003, *Physical Review E* 67, 026126.

    Examples
    --------
    >>> table = mixing_table(_example(), columns=["gender"])
    >>> table[["source_group", "target_group", "ties"]].values.tolist()
    [['man', 'man', 0], ['man', 'woman', 1], ['woman', 'man', 1], ['woman', 'woman', 2]]
    >>> table["ratio"].round(4).tolist()
    [0.0, 0.75, 0.75, 3.0]
    """
    empty = pd.DataFrame(columns=list(_MIXING_COLUMNS))
    parts = [_mixing_rows(graph, column) for column in columns]
    return pd.concat(parts, ignore_index=True) if parts else empty


def homophily_table(graph: InfluenceGraph, *, columns: Sequence[str]) -> pd.DataFrame:
    """Each group's size, arcs, E–I index and Coleman homophily, for several columns of the roster.

    Parameters
    ----------
    columns : sequence of str
        Roster columns that hold groups.

    Returns
    -------
    DataFrame
        One row for each column and group: ``column``, ``group``, ``people``, ``ties_out``, ``ties_in``,
        ``ties_within``, ``e_i`` (`e_i_groups`), ``coleman`` (`coleman_homophily`).

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Coleman 1958, *Human Organization* 17(4), 28–36; Krackhardt & Stern 1988, *Social Psychology Quarterly* 51, 123–140.

    Examples
    --------
    >>> homophily_table(_example(), columns=["gender"])[["group", "people", "ties_out", "e_i"]].values.tolist()
    [['man', 2, 1, 1.0], ['woman', 2, 3, 0.0]]
    """
    parts = []
    for column in columns:
        groups = grouped(graph, column)
        table = groups.table().astype(np.int64)
        rows = pd.DataFrame(
            {
                "column": column,
                "group": groups.names,
                "people": groups.sizes.astype(np.int64),
                "ties_out": table.sum(axis=1),
                "ties_in": table.sum(axis=0),
                "ties_within": np.diag(table),
                "e_i": e_i_groups(graph, column=column).to_numpy(),
                "coleman": coleman_homophily(graph, column=column).to_numpy(),
            }
        )
        parts.append(rows)
    empty = pd.DataFrame(columns=list(_HOMOPHILY_COLUMNS))
    return pd.concat(parts, ignore_index=True) if parts else empty


def _mixing_rows(graph: InfluenceGraph, column: str) -> pd.DataFrame:
    groups = grouped(graph, column)
    arcs = graph.arcs.iloc[groups.arcs]
    ties, pairs = groups.table(), groups.pairs()
    count = groups.table(arcs["count"].to_numpy(float))
    strength = groups.table(arcs["strength"].to_numpy(float))
    expected = divide(ties.sum() * pairs, np.array(groups.possible))
    source, target = np.indices(ties.shape).reshape(2, -1)
    sizes, names = groups.sizes.astype(np.int64), np.array(groups.names, dtype=object)
    values = {
        "column": column,
        "source_group": names[source],
        "target_group": names[target],
        "people_source": sizes[source],
        "people_target": sizes[target],
        "ties": ties.ravel().astype(np.int64),
        "count": count.ravel().astype(np.int64),
        "strength": strength.ravel(),
        "expected": expected.ravel(),
        "ratio": divide(ties, expected).ravel(),
        "log_odds": _log_odds(ties, pairs).ravel(),
    }
    return pd.DataFrame(values)


def _log_odds(ties: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Logarithm of the odds of an arc in each cell over the odds in all the others."""
    elsewhere, pairs_elsewhere = ties.sum() - ties, pairs.sum() - pairs
    above = ties * (pairs_elsewhere - elsewhere)
    below = elsewhere * (pairs - ties)
    ratio = divide(above, below)
    return np.asarray(np.log(ratio, out=np.full(ratio.shape, np.nan), where=ratio > 0))


def _by_group(groups: Grouped, values: np.ndarray, name: str) -> pd.Series:
    return pd.Series(values, index=pd.Index(groups.names, name="group"), name=name)


def _example() -> InfluenceGraph:
    """A woman tied both ways to a man and to another woman; a second man has no ties. For the doctests above."""
    from ona.model import influence_graph

    people = pd.DataFrame({"person": ["a", "b", "c", "d"], "gender": ["woman", "man", "woman", "man"]})
    return influence_graph(people, pd.DataFrame({"source": ["a", "b", "a", "c"], "target": ["b", "a", "c", "a"]}))
