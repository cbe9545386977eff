"""Silos and bridges: how far a function keeps to itself, and on whom the ties between two of them hang.

People whose group is unknown, and their ties, are left out, as in `metrics.mixing`. Strengths are symmetrised by sum:
influence in either direction is contact. High values are no verdict: a group may keep to itself because its work does,
and a single contact between two groups may be what they agreed on.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics._arrays import group_codes
from metrics._bridges import across, carried, hanging, pair_of
from metrics._grouped import Grouped, divide, grouped
from metrics.words.silos import bridge_sentence, silo_sentence
from ona.model import InfluenceGraph, StudyError

SILO_COLUMNS = (
    "column",
    "group",
    "people",
    "ties",
    "strength",
    "share_inside",
    "expected_inside",
    "silo_score",
    "partner",
    "partner_share",
    "communities_spanned",
    "main_community",
    "share_in_main",
    "share_of_main",
    "sentence",
)
"""Columns of `silo_table`, in order."""

BRIDGE_COLUMNS = (
    "column",
    "group_a",
    "group_b",
    "people_a",
    "people_b",
    "ties",
    "strength",
    "expected",
    "ratio",
    "carriers_a",
    "carriers_b",
    "people_for_half",
    "share_of_busiest",
    "busiest",
    "sentence",
)
"""Columns of `bridges_table`, in order."""

BRIDGING_COLUMNS = ("ties_across", "groups_bridged", "strength_across", "share_across", "sole_bridge_of")
"""Columns of `bridging`, in order."""


def silo_table(
    graph: InfluenceGraph, *, column: str = "function", communities: pd.Series | None = None
) -> pd.DataFrame:
    """How much of each group's tie strength stays inside it, against what its people's and others' activity would make.

    With k_i person i's strength both ways, K_g that of group g's people together and 2w that of everybody:
    share inside = strength between two of the group, counted at both ends / K_g; expected inside =
    Σ_{i in g} k_i (K_g − k_i) / (2w − k_i) / K_g, each person spreading their strength over all others in proportion to
    theirs. The score is (share − expected) / (1 − expected) above chance and (share − expected) / expected below:
    Coleman's index, read on strengths. 1: nothing leaves; 0: as expected; −1: nothing stays.

    Expected by activity, not by head count (n − 1)/(N − 1): a group that talks much would stay inside more by that
    alone. Whether a difference could be chance is asked of arcs in `metrics.mixing.homophily_table`; strengths are not
    tested here.

    Parameters
    ----------
    column : str
        The roster column that holds the groups.
    communities : Series, optional
        Index ``person``: `metrics.communities.communities`; 0 is no community.

    Returns
    -------
    DataFrame
        One row a group: ``column``, ``group``, ``people``, ``ties`` (arcs with an end in the group), ``strength``
        (K_g: ties inside count at both ends), ``share_inside``, ``expected_inside``, ``silo_score``; ``partner``, the
        group with most of the strength that leaves (of equals the first), and ``partner_share`` of that strength;
        ``communities_spanned``, the effective number (Σ n)² / Σ n² of communities its people are in (inverse Simpson),
        ``main_community``, where most of them are (of equals the largest community), ``share_in_main`` of its people in
        any, and ``share_of_main``, which part of that community they are; ``sentence``
        (`metrics.words.silos.silo_sentence`).
        NaN: shares and score without ties, the score also of a group of one and where nobody else has ties; partner
        where nothing leaves; the columns on communities where none are given or nobody of the group is in one.

    Raises
    ------
    StudyError
        The roster has no such column, or somebody has no entry in ``communities``.

    References
    ----------
    Coleman 1958, *Human Organization* 17(4), 28–36; Newman 2004, *Physical Review E* 70, 056131, for strengths expected
    by activity; Simpson 1949, *Nature* 163, 688.

    Examples
    --------
    >>> table = silo_table(_example())
    >>> table[["group", "share_inside", "expected_inside", "silo_score"]].round(3).values.tolist()
    [['law', 0.8, 0.209, 0.747], ['sales', 0.889, 0.562, 0.747]]
    """
    groups = grouped(graph, column)
    strength = graph.matrix.data[groups.arcs]
    ties, weight = groups.table(), groups.table(strength)
    inside = 2 * np.diag(weight)
    leaving = weight + weight.T
    np.fill_diagonal(leaving, 0.0)
    away = leaving.sum(axis=1)
    share = divide(inside, inside + away)
    expected = _expected_inside(groups, strength)
    above, below = divide(share - expected, 1 - expected), divide(share - expected, expected)
    table = pd.DataFrame(
        {
            "column": column,
            "group": groups.names,
            "people": groups.sizes.astype(np.int64),
            "ties": (ties.sum(axis=0) + ties.sum(axis=1) - np.diag(ties)).astype(np.int64),
            "strength": inside + away,
            "share_inside": share,
            "expected_inside": expected,
            "silo_score": np.where((share > expected) | (expected == 1), above, below),
            **_partners(groups.names, leaving, away),
            **_spans(graph, groups, communities),
        },
        columns=list(SILO_COLUMNS[:-1]),
    )
    table["sentence"] = [silo_sentence(row) for row in table.to_dict(orient="records")]
    return table


def bridges_table(graph: InfluenceGraph, *, column: str = "function", least_expected: float = 5.0) -> pd.DataFrame:
    """What joins each two groups, against chance, and on how few people it hangs.

    Parameters
    ----------
    column : str
        The roster column that holds the groups.
    least_expected : float
        Two groups without any tie have a row if chance alone would give them so many arcs: below 5 or so their having
        none says little (chance leaves none in e⁻⁵, or one case of 150, where 5 are expected).

    Returns
    -------
    DataFrame
        One row for each two groups, in their order: ``column``, ``group_a``, ``group_b``, ``people_a``, ``people_b``,
        ``ties`` (arcs either way), ``strength`` (theirs), ``expected`` (arcs when groups are shuffled among people:
        2 m n_a n_b / (N(N − 1)), exact), ``ratio`` (ties / expected), ``carriers_a`` and ``carriers_b`` (people on
        either side with any of the ties), ``people_for_half`` (at most so many people, of both sides, have half of the
        strength between them: taken one by one, next whoever brings most that is not held yet, a tie being held by
        either of its ends; there may be a smaller set of people who do, which only trying all of them would find),
        ``share_of_busiest`` and ``busiest`` (the part of the strength that runs through the person who carries most,
        and their id), ``sentence`` (`metrics.words.silos.bridge_sentence`, which names nobody).
        Without ties the last of these are NaN or missing.

    Raises
    ------
    StudyError
        The roster has no such column.

    Notes
    -----
    ``busiest`` is about a person: not for anybody who may see groups only.

    References
    ----------
    Cross & Parker 2004, *The Hidden Power of Social Networks*, chapters 2 and 5.

    Examples
    --------
    >>> table = bridges_table(_example())
    >>> table[["group_a", "group_b", "ties", "carriers_a", "carriers_b", "busiest"]].values.tolist()
    [['law', 'sales', 1, 1, 1, 'b']]
    """
    groups = grouped(graph, column)
    codes = np.full(graph.size, -1)
    codes[groups.where] = groups.codes
    found = hanging(carried(graph, codes, len(groups.names)))
    table, count = groups.table(), len(groups.names)
    ties = table + table.T
    weight = groups.table(graph.matrix.data[groups.arcs])
    chance = divide(2 * table.sum() * np.outer(groups.sizes, groups.sizes), np.array(groups.possible))
    a, b = np.triu_indices(count, 1)
    shown = (ties[a, b] > 0) | (chance[a, b] >= least_expected)
    a, b = a[shown], b[shown]
    at = np.searchsorted(found.pair, pair_of(a, b, count))
    tied = ties[a, b] > 0
    names, sizes = np.array(groups.names, dtype=object), groups.sizes.astype(np.int64)

    def of_tied(values: NDArray[np.float64] | NDArray[np.int64], without: float) -> NDArray[np.float64]:
        held = np.full(len(a), without)
        held[tied] = values[at[tied]]
        return held

    busiest = np.full(len(a), None, dtype=object)
    busiest[tied] = graph.persons.to_numpy()[found.busiest[at[tied]]]
    rows = pd.DataFrame(
        {
            "column": column,
            "group_a": names[a],
            "group_b": names[b],
            "people_a": sizes[a],
            "people_b": sizes[b],
            "ties": ties[a, b].astype(np.int64),
            "strength": weight[a, b] + weight[b, a],
            "expected": chance[a, b],
            "ratio": divide(ties[a, b], chance[a, b]),
            "carriers_a": of_tied(found.carriers_low, 0).astype(np.int64),
            "carriers_b": of_tied(found.carriers_high, 0).astype(np.int64),
            "people_for_half": of_tied(found.people_for_half, np.nan),
            "share_of_busiest": of_tied(found.share_of_busiest, np.nan),
            "busiest": busiest,
        },
        columns=list(BRIDGE_COLUMNS[:-1]),
    )
    rows["sentence"] = [bridge_sentence(row) for row in rows.to_dict(orient="records")]
    return rows


def bridging(graph: InfluenceGraph, *, column: str = "function") -> pd.DataFrame:
    """What each person carries between their own group and others.

    Parameters
    ----------
    column : str
        The roster column that holds the groups.

    Returns
    -------
    DataFrame
        Index ``person``: ``ties_across`` (distinct people of other groups with a tie either way), ``groups_bridged``
        (distinct other groups), ``strength_across`` (both ways), ``share_across`` (its part of the strength of ties to
        people whose group is known), ``sole_bridge_of`` (other groups to which nobody else of the person's own group
        has a tie).
        All NaN where the person's group is unknown; ``share_across`` also without ties.

    Raises
    ------
    StudyError
        The roster has no such column.

    Notes
    -----
    A sole bridge is a person whom two groups would miss, and often one who has too much to do; it is not a measure of
    their standing, and says nothing of whether the two groups need one another.

    References
    ----------
    Cross & Parker 2004, *The Hidden Power of Social Networks*, chapter 5.

    Examples
    --------
    >>> bridging(_example()).loc["b"].round(3).tolist()
    [1.0, 1.0, 1.0, 0.333, 1.0]
    """
    codes, names = group_codes(graph, column)
    found = across(carried(graph, codes, len(names)))
    values = {name: np.where(codes >= 0, found[name], np.nan) for name in BRIDGING_COLUMNS}
    return pd.DataFrame(values, index=graph.persons)


def _expected_inside(groups: Grouped, strength: NDArray[np.float64]) -> NDArray[np.float64]:
    people = len(groups.codes)
    held = np.bincount(groups.source, strength, minlength=people)
    held += np.bincount(groups.target, strength, minlength=people)
    together = np.bincount(groups.codes, held, minlength=len(groups.names))
    everybody = together.sum()
    rest = divide(np.maximum(together[groups.codes] - held, 0.0), everybody - held)
    return divide(np.bincount(groups.codes, held * rest, minlength=len(groups.names)), together)


def _partners(
    names: list[str], leaving: NDArray[np.float64], away: NDArray[np.float64]
) -> dict[str, NDArray[np.object_] | NDArray[np.float64]]:
    busiest = leaving.argmax(axis=1) if len(names) else np.empty(0, np.int64)
    partner = np.array(names, dtype=object)[busiest]
    partner[away == 0] = None
    return {"partner": partner, "partner_share": divide(leaving.max(axis=1, initial=0.0), away)}


def _spans(graph: InfluenceGraph, groups: Grouped, communities: pd.Series | None) -> dict[str, NDArray[np.float64]]:
    """Over how many communities each group's people are spread, and where most of them are."""
    unknown = np.full(len(groups.names), np.nan)
    spans = {
        name: unknown.copy() for name in ("communities_spanned", "main_community", "share_in_main", "share_of_main")
    }
    if communities is None:
        return spans
    given = communities.reindex(graph.persons)
    if given.isna().any():
        raise StudyError(
            f"person '{given.index[given.isna()][0]}' has no entry in communities",
            cure="pass the communities of this graph, 0 for people without ties",
        )
    labels = given.to_numpy(np.int64)
    sizes = np.bincount(labels)
    own = labels[groups.where]
    width = len(sizes)
    cells, held = np.unique((groups.codes * width + own)[own > 0], return_counts=True)
    group, label = np.divmod(cells, max(width, 1))
    total = np.bincount(group, held, minlength=len(unknown))
    spans["communities_spanned"] = divide(total**2, np.bincount(group, held**2, minlength=len(unknown)))
    order = np.lexsort((label, -held, group))
    main = order[np.unique(group[order], return_index=True)[1]]
    where = group[main]
    spans["main_community"][where] = label[main]
    spans["share_in_main"][where] = held[main] / total[where]
    spans["share_of_main"][where] = held[main] / sizes[label[main]]
    return spans


def _example() -> InfluenceGraph:
    """Two lawyers, one of them with a tie to sales; four sellers. For the doctests above."""
    from ona.model import influence_graph

    people = pd.DataFrame({"person": list("abcdef"), "function": ["law", "law", "sales", "sales", "sales", "sales"]})
    ties = pd.DataFrame({"source": ["a", "b", "b", "c", "d", "e"], "target": ["b", "a", "c", "d", "e", "f"]})
    return influence_graph(people, ties.assign(strength=[1.0, 1.0, 1.0, 2.0, 1.0, 1.0]))
