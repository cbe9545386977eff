"""Mixing: how many ties run from each group to each group, against chance.

All indices here count arcs, whatever their strength, and keep their direction: a tie both ways is two arcs. N is the
number of people whose group is known and m the number of arcs among them; people whose group is unknown, and their
arcs, are left out. "Chance" is the groups' names shuffled among people, every arc staying where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import pandas as pd

from metrics._arrays import group_codes, strata_codes
from metrics._e_i import GroupTest, can_join, group_e_i, group_e_i_expected, group_e_i_test
from metrics._grouped import Grouped, divide, grouped
from metrics.inference import benjamini_hochberg
from metrics.words.mixing import homophily_sentence
from ona.model import InfluenceGraph
from ona.model.groups import BETWEEN

MIXING_COLUMNS = (
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
"""Columns of `mixing_table`, in order."""

HOMOPHILY_COLUMNS = (
    "column",
    "group",
    "people",
    "ties_out",
    "ties_in",
    "ties_within",
    "e_i",
    "e_i_expected",
    "p",
    "e_i_expected_within",
    "p_within",
    "q",
    "q_within",
    "e_i_expected_active",
    "p_active",
    "e_i_expected_active_within",
    "p_active_within",
    "q_active",
    "q_active_within",
    "coleman",
    "strata",
    "n_informative",
    "confidence",
    "permutations",
    "permutations_within",
    "permutations_active",
    "permutations_active_within",
    "seed",
    "sentence",
)
"""Columns of `homophily_table`, in order."""


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
    return _by_group(groups, group_e_i(groups.table()), "e_i")


def coleman_homophily(graph: InfluenceGraph, *, column: str) -> pd.Series:
    """Each group's preference for its own, between −1 (avoids) over 0 (chance) to 1 (only its own).

    With s_g arcs out of group g, m_gg of them to the own, and w = s_g(n_g − 1)/(N − 1) to be expected:
    (m_gg − w)/(s_g − w) where m_gg > w, else (m_gg − w)/w.

    What is expected goes by how many people there are, not by how active they are: so the index mixes choice with
    activity. A group to which many arcs run, from whomever, comes out above 0 without preferring its own; hold it
    beside ``e_i_expected_active`` and ``p_active`` of `homophily_table`.

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
    return _by_group(groups, _coleman(groups, groups.table()), "coleman")


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
        the four counts is 0). It has no interval: the usual one takes arcs for independent, which those of one person
        are not, and is far too short. `homophily_table` tests each group by shuffling instead.

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
    empty = pd.DataFrame(columns=list(MIXING_COLUMNS))
    parts = [_mixing_rows(graph, column) for column in columns]
    return pd.concat(parts, ignore_index=True) if parts else empty


def homophily_table(
    graph: InfluenceGraph,
    *,
    columns: Sequence[str],
    strata: Sequence[str] = ("level", "function"),
    permutations: int = 2000,
    seed: int,
    confidence: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """How far each group keeps to itself, against chance, against its people's activity, and both within strata.

    E–I by chance is that of the arcs to be expected: the group's external and internal arcs, each on average over all
    shuffles of the groups' names, exactly. Without strata that is (2(N − n) − (n − 1)) / (2(N − n) + (n − 1)) for a
    group of n people among N, which is near 1 for every small group: hold E–I against it, never against 0.

    p = (1 + #{E–I* ≤ E–I}) / (R + 1), one-sided: the question is whether ties cross *less* than by chance. It is low
    also for a group that is merely more active, because arcs between active people are more frequent whoever they are;
    it tells that name and place go together, not that anybody keeps to themselves. Read ``p_active`` for that.

    E–I by activity spreads the m_st arcs from stratum s to stratum t over the pairs of different people in proportion
    to o_i · a_j, the arcs out of the one times the arcs in of the other: I° = Σ_st m_st Σ_{i in g_s, j in g_t, i ≠ j}
    o_i a_j / Σ_{i in s, j in t, i ≠ j} o_i a_j arcs inside (without strata about out_g · in_g / m). ``p_active`` is of
    (I − I°) / √V, V = Σ_st m_st x_s(1 − x_s) y_t(1 − y_t) with x_s and y_t the group's part of the arcs out of s and
    into t, under the same shuffles, in which I° and V change too: dividing by √V puts more active and less active
    groups on one scale. In 60 simulated networks each of four kinds without homophily (150 people, 45 of them in a
    group twice as active; people alike or very unlike in activity, in clusters, or in teams that the group was unevenly
    spread over and that kept to themselves) it came out at or below .05 for either group in 2 to 5 %, p in 92 to 100 %
    for the active one; in teams that is ``p_active_within``, at 5 and 10 %. Where nearly everybody is tied to everybody
    active people cannot have as many arcs as it supposes: there it finds them less, and the others more, often.

    Clear cases stop early as in `metrics.segregation.e_i_p`. A shuffle in which the group has no arcs counts as
    extreme. A low ``p_active`` beside a high ``p_active_within`` means that the strata (say, who holds which level)
    account for it: report both.

    Parameters
    ----------
    columns : sequence of str
        Roster columns that hold groups.
    strata : sequence of str
        Roster columns held constant for the ``…_within`` columns; a column is never its own stratum.
    permutations : int
        R, the most shuffles to make for each p.
    seed : int
        Seed of the shuffles, the same for every group.
    confidence : float
        1 − the level at which the sentence calls a p clear.
    progress : callable, optional
        Called as ``progress(groups done, groups in all)``.

    Returns
    -------
    DataFrame
        One row for each column and group: ``column``, ``group``, ``people``, ``ties_out``, ``ties_in``,
        ``ties_within`` (arcs), ``e_i`` (`e_i_groups`), ``e_i_expected``, ``p``, ``e_i_expected_within``, ``p_within``,
        ``q`` and ``q_within`` (Benjamini–Hochberg over the rows of the table), ``e_i_expected_active`` (E–I with I°
        arcs inside), ``p_active``, ``e_i_expected_active_within``, ``p_active_within``, ``q_active`` and
        ``q_active_within`` (as q), ``coleman`` (`coleman_homophily`), ``strata`` (names, joined by " × "),
        ``n_informative`` (people in whose stratum some are of the group and some are not), ``confidence``,
        ``permutations``, ``permutations_within``, ``permutations_active`` and ``permutations_active_within`` (shuffles
        made for each p, 0 for none), ``seed``, ``sentence`` (`metrics.words.mixing.homophily_sentence`).
        NaN: ``e_i`` and what is tested or expected by activity of groups without arcs, ``e_i_expected`` without any
        arcs, p where everybody is of the group, p within where nobody can join or leave it, p by activity also where
        the group or everybody else sends nothing or receives nothing, the ``…_within`` values when no strata are left.

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Coleman 1958, *Human Organization* 17(4), 28–36; Krackhardt & Stern 1988, *Social Psychology Quarterly* 51, 123–140;
    Newman 2004, *Physical Review E* 70, 056131 (arcs expected by activity); Karrer & Newman 2011, *Physical Review E*
    83, 016107 (the same between blocks).

    Examples
    --------
    >>> table = homophily_table(_example(), columns=["gender"], strata=["gender"], permutations=99, seed=1)
    >>> table[["group", "people", "ties_out", "e_i", "e_i_expected"]].round(3).values.tolist()
    [['man', 2, 1, 1.0, 0.6], ['woman', 2, 3, 0.0, 0.6]]
    """
    total = sum(len(group_codes(graph, column)[1]) for column in columns)
    rows: list[dict[str, object]] = []
    for column in columns:
        for row in _homophily_rows(graph, column, tuple(strata), permutations=permutations, seed=seed):
            rows.append(row)
            if progress is not None:
                progress(len(rows), total)
    table = pd.DataFrame(rows, columns=list(HOMOPHILY_COLUMNS[:-1]))
    for name in ("", "_within", "_active", "_active_within"):
        table[f"q{name}"] = benjamini_hochberg(table[f"p{name}"].to_numpy(float))
    table["confidence"] = confidence
    table["sentence"] = [homophily_sentence(row) for row in table.to_dict(orient="records")]
    return table


def _homophily_rows(
    graph: InfluenceGraph, column: str, strata: tuple[str, ...], *, permutations: int, seed: int
) -> Iterator[dict[str, object]]:
    groups = grouped(graph, column)
    table = groups.table().astype(np.int64)
    e_i, coleman = group_e_i(table), _coleman(groups, table)
    held = tuple(name for name in strata if name != column)
    everyone = np.zeros(len(groups.codes), np.int64)
    stratum = strata_codes(graph, held)[groups.where]
    expected = group_e_i_expected(groups, everyone)
    expected_within = group_e_i_expected(groups, stratum) if held else np.full(len(e_i), np.nan)
    for group, name in enumerate(groups.names):
        test = partial(group_e_i_test, groups, group, observed=float(e_i[group]), permutations=permutations, seed=seed)
        overall = test(everyone)
        within = test(stratum) if held else GroupTest()
        yield {
            "column": column,
            "group": name,
            "people": int(groups.sizes[group]),
            "ties_out": table[group].sum(),
            "ties_in": table[:, group].sum(),
            "ties_within": table[group, group],
            "e_i": e_i[group],
            "e_i_expected": expected[group],
            "p": overall.p,
            "e_i_expected_within": expected_within[group],
            "p_within": within.p,
            "e_i_expected_active": overall.e_i_expected_active,
            "p_active": overall.p_active,
            "e_i_expected_active_within": within.e_i_expected_active,
            "p_active_within": within.p_active,
            "coleman": coleman[group],
            "strata": BETWEEN.join(held),
            "n_informative": int(can_join(groups.codes == group, stratum).sum()) if held else 0,
            "permutations": overall.made,
            "permutations_within": within.made,
            "permutations_active": overall.made_active,
            "permutations_active_within": within.made_active,
            "seed": seed,
        }


def _coleman(groups: Grouped, table: np.ndarray) -> np.ndarray:
    own, out = np.diag(table), table.sum(axis=1)
    by_chance = divide(out * (groups.sizes - 1), np.full(len(out), len(groups.codes) - 1.0))
    above = divide(own - by_chance, out - by_chance)
    below = divide(own - by_chance, by_chance)
    return np.where(own > by_chance, above, below)


def _mixing_rows(graph: InfluenceGraph, column: str) -> pd.DataFrame:
    groups, arcs = grouped(graph, column), graph.arcs
    ties, pairs = groups.table(), groups.pairs()
    count = groups.table(arcs["count"].to_numpy(float)[groups.arcs])
    strength = groups.table(arcs["strength"].to_numpy(float)[groups.arcs])
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
