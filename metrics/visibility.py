"""Visibility: who is among the most influential, and how much of each level a group holds, beside its number.

A group that is 40 % of people and 20 % of the most influential tenth is heard less than its number says. Part of that
may be that fewer of the group are senior; so chance is asked twice, once among all and once among people in the same
place. It describes; it does not prove a cause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from metrics._arrays import group_codes, strata_codes
from metrics._top_shares import TOPS, Chance, Ranked, chances_of, ranked_people
from metrics.access import without_noise
from metrics.inference import benjamini_hochberg
from metrics.words.visibility import visibility_sentence
from ona.model import InfluenceGraph
from ona.model.groups import BETWEEN, parts_of

VISIBILITY_COLUMNS = (
    "column", "group", "people", "share", "share_top_10", "expected_top_10_within", "strata", "mean_deviation",
    "mean_deviation_within", "outside_from", "outside_to", "outside_from_within", "outside_to_within", "p", "p_within",
    "q", "q_within", "n_informative", "among", "confidence", "permutations", "seed", "sentence",
)  # fmt: skip
"""Columns of a visibility table, in order."""

VISIBILITY_CURVE_COLUMNS = (
    "column", "group", "top", "places", "people_top", "share", "expected", "low", "high", "expected_within",
    "low_within", "high_within",
)  # fmt: skip
"""Columns of a visibility curve, in order."""

REPRESENTATION_COLUMNS = (
    "column", "group", "level", "people", "people_level", "share", "share_all", "low", "high",
)  # fmt: skip
"""Columns of a representation table, in order."""

LEADERS = "leaders"
"""The row of a representation table that is about the leaders, whatever their level."""


@dataclass(frozen=True, eq=False)
class Visibility:
    """How visible each group is, one row a group, and the curve behind it, one row a group and top k %."""

    summary: pd.DataFrame
    curve: pd.DataFrame


def visibility_tables(
    graph: InfluenceGraph,
    influence: pd.Series,
    *,
    columns: Sequence[str],
    seed: int,
    strata: Sequence[str] = ("level", "function"),
    among: Literal["non-leaders", "everyone"] = "everyone",
    permutations: int = 2000,
    min_group: int = 5,
    confidence: float = 0.95,
    plurals: Mapping[str, str] | Mapping[tuple[str, str], str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Visibility:
    """The share each group holds of the top k % by influence, k = 1 … 100, beside its share of all people.

    Of the n people counted, the top k % are the first k n / 100 by influence: that many places, a fraction of one where
    it is no whole number. People with equal influence share the places at the cut equally, so that neither ids nor the
    order of the roster decide who is in. With x_k places held by the group, its share is x_k / (k n / 100); at 100 % it
    is its share of all, n_g / n. ``mean_deviation`` is the mean over k of share − expected: 0 for a group as visible as
    its number says, −0.1 for one that lacks ten percentage points of the top on average.

    Chance shuffles the group's label, once among all people counted and once (``…_within``) among those of the same
    stratum. Expected shares are exact: n_g / n, and within strata Σ_s (n_gs / n_s) · places of stratum s / places. The
    two differ where fewer of a group are senior, and that is the point of having both. ``p`` is two-sided, for the mean
    deviation, with R random shuffles; ``q`` (Benjamini–Hochberg) is over all rows of the table, in which the two rows
    of a column of two groups count once, for they are the same finding seen from either side.

    The band is simultaneous: a curve that owes nothing to the label leaves it *anywhere* on its 100 points at most once
    in 20 times (at 95 %), since a reader looks at all of them. Each of the R + 1 curves, the observed one among them,
    is as extreme as its most extreme pointwise rank, then its second, and so on (extreme rank length); the band is the
    span of all but the most extreme 5 %. A mean deviation may be clear where the curve leaves the band in the middle of
    the ranking alone, or nowhere: the sentence says where it does.

    Parameters
    ----------
    graph : InfluenceGraph
    influence : Series
        `metrics.centrality.influence` by person, or any measure that ranks people. Joined by id; people without a value
        are not counted.
    columns : sequence of str
        Columns of the roster whose groups are looked at. In each, only people whose group is known are counted.
    seed : int
        Seed of the shuffles.
    strata : sequence of str
        Columns of the roster held equal; unknown is a value of its own. The column looked at, or what it is made of,
        is not held equal in it, nor is one that nobody has a value in.
    among : {"everyone", "non-leaders"}
        Who is ranked and counted.
    permutations : int
        R.
    min_group : int
        The fewest people a group, and everybody else, may have; groups for which that fails are left out.
    confidence : float
        Of the bands, and 1 − the level at which the sentence finds a difference.
    plurals : mapping, optional
        As in `metrics.gaps.gap_table`.
    progress : callable, optional
        Called as ``progress(done, total)``, in columns.

    Returns
    -------
    Visibility
        ``summary``, one row a column and group: ``column``, ``group``, ``people``; ``share`` of all people counted,
        ``share_top_10`` of the top 10 %, ``expected_top_10_within``; ``strata``; ``mean_deviation``,
        ``mean_deviation_within``; ``outside_from`` and ``outside_to``, the first and last top (percent) at which the
        curve lies outside its band on the side of the mean deviation, not necessarily at each between, NaN where
        nowhere; ``outside_from_within``, ``outside_to_within``; ``p``, ``p_within``, NaN where everybody who could be
        shuffled has the same influence; ``q``, ``q_within``; ``n_informative``, the people in strata that hold both the
        group and others, where 0 makes all ``…_within`` NaN; ``among``, ``confidence``, ``permutations``, ``seed``;
        ``sentence``, "" for the larger of exactly two groups (the second if they are equal), for which the other's
        speaks.

        ``curve``, one row a column, group and top: ``column``, ``group``, ``top`` (percent), ``places`` (people in the
        top), ``people_top`` (places the group holds), ``share``, ``expected``, ``low``, ``high``, ``expected_within``,
        ``low_within``, ``high_within``.

        Exact figures, and the steps of a curve tell whose place is whose: whoever shows them to a leader applies
        disclosure control first.

    Raises
    ------
    StudyError
        A column or stratum that the roster does not have.

    References
    ----------
    Myllymäki, Mrkvička, Grabarnik, Seijo & Hahn 2017, *Journal of the Royal Statistical Society B* 79, 381–404, and
    Mrkvička, Myllymäki, Jílek & Hahn 2020, *Kybernetika* 56, 432–458 (the band). Phipson & Smyth 2010 (p).

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcdefgh"), "gender": ["man"] * 4 + ["woman"] * 4})
    >>> graph = influence_graph(people, pd.DataFrame({"source": [], "target": []}))
    >>> influence = pd.Series([8, 7, 6, 2, 5, 3, 2, 1], index=graph.persons)
    >>> found = visibility_tables(graph, influence, columns=["gender"], seed=1, strata=(), min_group=4)
    >>> found.summary[["group", "people", "share", "share_top_10"]].values.tolist()
    [['man', 4, 0.5, 1.0], ['woman', 4, 0.5, 0.0]]
    >>> found.curve.loc[[49, 74, 149], ["group", "top", "places", "people_top", "share"]].values.tolist()
    [['man', 50, 4.0, 3.0, 0.75], ['man', 75, 6.0, 3.5, 0.583333333333], ['woman', 50, 4.0, 1.0, 0.25]]
    """
    values = without_noise(influence.reindex(graph.persons).to_numpy(float))
    counted = ~np.isnan(values) & (~graph.is_leader if among == "non-leaders" else True)
    settings = {"among": among, "confidence": confidence, "permutations": permutations, "seed": seed}
    rows: list[dict[str, object]] = []
    curves: list[pd.DataFrame] = []
    telling: list[bool] = []
    for done, column in enumerate(columns):
        if progress:
            progress(done, len(columns))
        kept = _held_equal(graph, column, strata)
        codes, names = group_codes(graph, column)
        held, known = strata_codes(graph, kept), counted & (codes >= 0)
        groups = _large_enough(codes[known], len(names), min_group)
        if not groups:
            continue
        ranked = ranked_people(values[known], codes[known], held[known])
        chances = [
            list(chances_of(ranked, groups, at, permutations=permutations, seed=seed, confidence=confidence))
            for at in ((ranked.anywhere, ranked.strata) if kept else (ranked.anywhere,))
        ]
        for place, group in enumerate(groups):
            plain, within = chances[0][place], chances[-1][place]
            who = {"column": column, "group": names[group]}
            numbers = _numbers(ranked, plain, within)
            rows.append({**who, **numbers, "strata": BETWEEN.join(kept) or "none", **settings})
            curves.append(_curve(ranked, plain, within).assign(**who))
        telling += _telling(np.bincount(codes[known], minlength=len(names)), groups)
    if progress:
        progress(len(columns), len(columns))
    summary = pd.DataFrame(rows, columns=list(VISIBILITY_COLUMNS[:-1]))
    tells = np.array(telling, bool)
    summary["q"], summary["q_within"] = _q(summary, "p", tells), _q(summary, "p_within", tells)
    summary["sentence"] = [
        visibility_sentence(row, plurals=plurals) if speaks else ""
        for row, speaks in zip(summary.to_dict(orient="records"), telling, strict=True)
    ]
    curve = pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=list(VISIBILITY_CURVE_COLUMNS))
    return Visibility(summary=summary, curve=curve[list(VISIBILITY_CURVE_COLUMNS)])


def _held_equal(graph: InfluenceGraph, column: str, strata: Sequence[str]) -> tuple[str, ...]:
    """The columns held equal for one column: neither itself nor its parts, nor a column that is empty."""
    people = graph.people
    own = {column, *parts_of(column)}
    return tuple(c for c in strata if c not in own and (c not in people or people[c].notna().any()))


def _large_enough(codes: np.ndarray, count: int, min_group: int) -> list[int]:
    """Groups that so many people are in, and so many are not."""
    sizes = np.bincount(codes, minlength=count)
    least = max(min_group, 1)
    return [int(group) for group in np.flatnonzero((sizes >= least) & (len(codes) - sizes >= least))]


def _telling(sizes: np.ndarray, groups: list[int]) -> list[bool]:
    """Whose rows tell something of their own: everybody's, or where there are two groups in all, the smaller's."""
    if np.count_nonzero(sizes) != len(groups) or len(groups) != 2:
        return [True] * len(groups)
    first = bool(sizes[groups[0]] <= sizes[groups[1]])
    return [first, not first]


def _q(summary: pd.DataFrame, p: str, tells: np.ndarray) -> np.ndarray:
    """False-discovery values over the rows that tell something; the other of two groups has its partner's."""
    found = benjamini_hochberg(np.where(tells, summary[p].to_numpy(float), np.nan))
    partner = dict(zip(summary["column"][tells], found[tells], strict=True))
    return np.where(tells, found, summary["column"].map(partner).to_numpy(float))


def _numbers(ranked: Ranked, plain: Chance, within: Chance) -> dict[str, object]:
    return {
        "people": round(plain.share[-1] * len(ranked.codes)),
        "share": float(plain.share[-1]),
        "share_top_10": float(plain.share[9]),
        "expected_top_10_within": float(within.expected[9]),
        "mean_deviation": plain.mean_deviation,
        "mean_deviation_within": within.mean_deviation,
        **_outside(plain, ""),
        **_outside(within, "_within"),
        "p": plain.p,
        "p_within": within.p,
        "n_informative": within.informative,
    }


def _outside(chance: Chance, which: str) -> dict[str, object]:
    """The first and last top at which a curve lies outside its band, on the side of its mean deviation."""
    beyond = chance.share < chance.low if chance.mean_deviation < 0 else chance.share > chance.high
    tops = TOPS[beyond]
    ends = (float(tops[0]), float(tops[-1])) if len(tops) else (np.nan, np.nan)
    return {f"outside_from{which}": ends[0], f"outside_to{which}": ends[1]}


def _curve(ranked: Ranked, plain: Chance, within: Chance) -> pd.DataFrame:
    places = TOPS * len(ranked.codes) / 100
    return pd.DataFrame(
        {
            "top": TOPS,
            "places": places,
            "people_top": np.round(plain.share * places, 9),
            "share": plain.share,
            "expected": plain.expected,
            "low": plain.low,
            "high": plain.high,
            "expected_within": within.expected,
            "low_within": within.low,
            "high_within": within.high,
        }
    )


def representation_table(
    graph: InfluenceGraph, *, columns: Sequence[str], confidence: float = 0.95, min_group: int = 5
) -> pd.DataFrame:
    """The share of each level that a group holds, beside its share of everyone.

    Among the n people whose group is known, of whom n_g are in group g, a level of m people with x of the group has the
    share x / m, against n_g / n of all. The band says where the share would be in the middle 95 % of random draws of m
    of the n people without replacement, in closed form: quantiles of the hypergeometric distribution, (1 ± confidence)
    / 2, over m. It is read level by level. Ties play no part.

    Parameters
    ----------
    graph : InfluenceGraph
    columns : sequence of str
        Columns of the roster whose groups are looked at; level itself has no rows.
    confidence : float
        Of each band.
    min_group : int
        The fewest people a group, and everybody else, may have; groups for which that fails are left out.

    Returns
    -------
    DataFrame
        One row a column, group and level, most junior level first, then a row ``"leaders"`` for the people able to
        sponsor, whatever their level: ``column``, ``group``, ``level``; ``people`` of the group in the level,
        ``people_level`` in it; ``share`` (their quotient), ``share_all``, ``low``, ``high``. A level that nobody with a
        known group holds has no row; people whose level is unknown count in ``share_all`` alone. Exact figures for
        levels of any size: whoever shows them to a leader applies disclosure control first.

    Raises
    ------
    StudyError
        A column that the roster does not have.

    References
    ----------
    Johnson, Kemp & Kotz, *Univariate Discrete Distributions*, 3rd edition, 2005, chapter 6.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcdef"), "gender": ["man", "woman"] * 3, "level": [2, 1, 2, 1, 1, 1]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": [], "target": []}))
    >>> table = representation_table(graph, columns=["gender"], min_group=3)
    >>> table.loc[table["group"] == "woman", ["level", "people", "share", "low", "high"]].values.tolist()
    [['1', 3, 0.75, 0.25, 0.75], ['2', 0, 0.0, 0.0, 1.0]]
    """
    from scipy.stats import hypergeom

    level, level_names = group_codes(graph, "level")
    cells = [(name, level == at) for at, name in enumerate(level_names)] + [(LEADERS, graph.is_leader)]
    rows: list[tuple[object, ...]] = []
    for column in columns:
        codes, names = group_codes(graph, column)
        known = codes >= 0
        groups = _large_enough(codes[known], len(names), min_group) if column != "level" else []
        for group in groups:
            of_group = codes == group
            for name, inside in cells:
                if size := int((inside & known).sum()):
                    counts = (int((inside & of_group).sum()), size, int(of_group.sum()), int(known.sum()))
                    rows.append((column, names[group], name, *counts))
    table = pd.DataFrame(rows, columns=[*REPRESENTATION_COLUMNS[:5], "group_size", "size"])
    drawn = hypergeom(table["size"].to_numpy(), table["group_size"].to_numpy(), table["people_level"].to_numpy())
    ends = {"low": (1.0 - confidence) / 2, "high": (1.0 + confidence) / 2}
    table["share"] = table["people"] / table["people_level"]
    table["share_all"] = table["group_size"] / table["size"]
    for name, quantile in ends.items():
        table[name] = drawn.ppf(quantile) / table["people_level"] if len(table) else np.nan
    return table[list(REPRESENTATION_COLUMNS)]
