"""Exposure and bias: leaders who are not there to meet, against leaders who are there and ties that do not form.

Two different problems with two different remedies: other seats and rooms for the first, introductions and sponsors for
the second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from metrics._arrays import by_person, group_codes
from metrics.access import WITH_CHAIN
from metrics.gaps import Among, Comparison, comparison_members
from metrics.inference.parts import kept_strata, split_gap, varies
from metrics.inference.studentised import STUDENTISED
from metrics.words import exposure_sentence
from ona.model import InfluenceGraph

_PARTS = ("gap", "exposure", "bias")
_MEANS = ("share_focal", "share_reference", "present_focal", "present_reference")

EXPOSURE_COLUMNS = (
    "column", "focal", "reference", "unit", "strata", "n_focal", "n_reference", "n_undefined", "n_informative",
    "n_informative_focal", "n_informative_reference", "n_uninformative", *_MEANS,
    *(part + ending for part in _PARTS for ending in ("", "_low", "_high", "_p")),
    "interval", "among", "confidence", "permutations", "seed", "sentence",
)  # fmt: skip
"""Columns of an exposure table, in order."""


def leaders_around(graph: InfluenceGraph, *, unit: str = "function", with_chain: bool = False) -> pd.Series:
    """The share of leaders among the other people of a person's unit: whom there is to meet.

    Like the leader share it is held against, it leaves the own management chain out unless told otherwise: people above
    the person in the reporting tree count neither as leaders nor as people. Otherwise a unit whose only leader is
    everybody's manager would look full of leaders with whom no tie ever forms.

    Parameters
    ----------
    graph : InfluenceGraph
    unit : str
        The roster column that says where people meet.
    with_chain : bool
        Count the own management chain.

    Returns
    -------
    Series of float
        By person, 0 to 1; NaN where the unit is unknown or holds nobody else.

    Raises
    ------
    StudyError
        The roster has no such column.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcd"), "function": ["x"] * 3 + ["y"], "leader": [True] + [False] * 3})
    >>> leaders_around(influence_graph(people, pd.DataFrame({"source": [], "target": []}))).tolist()
    [0.0, 0.5, 0.5, nan]
    """
    codes = group_codes(graph, unit)[0]
    known = codes >= 0
    others = np.where(known, np.bincount(codes[known], minlength=1)[codes], 0) - 1.0
    leaders = np.bincount(codes[known], graph.is_leader[known], minlength=1)[codes] - graph.is_leader
    if not with_chain:
        chain = graph.chain.tocoo()
        same = known[chain.row] & (codes[chain.row] == codes[chain.col])
        person, above = chain.row[same], chain.col[same]
        others -= np.bincount(person, minlength=graph.size)
        leaders -= np.bincount(person, graph.is_leader[above], minlength=graph.size)
    share = np.divide(leaders, others, out=np.full(graph.size, np.nan), where=known & (others > 0))
    return by_person(graph, share, "leaders_around")


def exposure_table(
    graph: InfluenceGraph,
    access: pd.DataFrame,
    *,
    comparisons: Sequence[Comparison],
    seed: int,
    unit: str = "function",
    strata: Sequence[str] = ("level", "function"),
    among: Among = "non-leaders",
    with_chain: bool = False,
    hold_unit: bool = False,
    permutations: int = 2000,
    min_group: int = 5,
    confidence: float = 0.95,
    plurals: Mapping[str, str] | Mapping[tuple[str, str], str] | None = None,
) -> pd.DataFrame:
    """Each comparison's gap in leader share, split into exposure and bias: raw, and among people of the same stratum.

    E_g is the group's mean leader share, X_g its mean share of leaders around (`leaders_around`), φ_g = E_g / X_g.
    Then E_f − E_r = (X_f − X_r) φ̄ + (φ_f − φ_r) X̄ exactly, bars being plain averages of the two groups: the first
    term is exposure, the second bias (ties that form less readily than presence would give).

    Among people of the same stratum, the focal means are those over strata that hold both groups, and the reference
    means are taken stratum by stratum and weighted by the focal group's counts, as in the adjusted gap of
    `metrics.gaps.gap_table`; the identity is as exact. The unit itself is not held equal unless asked for: among people
    of one unit hardly anything is left to be exposed to, so the gap among them is all but bias.

    ``gap_p`` is that of the permutation test in `metrics.gaps.gap_table` among the same people. ``exposure_p`` and
    ``bias_p`` ask whether a part of this size could come about by chance where the true part is none. That there be no
    bias while there is exposure is not a statement that relabelling people makes true, so no exact test of it exists:
    the parts are linearised and tested with their own standard errors (`inference.parts.split_gap`), which is right in
    large groups. Intervals hold what the same tests do not reject. In simulated studies with known parts, groups of 8
    to 200 of unequal spread and strata with few focal people, they held exposure 93 to 97 % and bias 94 to 98 % of the
    time with shares of ordinary spread. Where nearly everybody's share was near 0 they held both 94 to 98 % of the time
    with 15 people or more in either group; with 8 in one, exposure 94 to 99 % and bias 86 to 100 %.

    Parameters
    ----------
    graph : InfluenceGraph
    access : DataFrame
        An access table; its ``leader_share`` (``leader_share_with_chain``) is used. Joined by id.
    comparisons : sequence of Comparison
    seed : int
        Seed of the permutations.
    unit : str
        The roster column that says where people meet.
    strata : sequence of str
        Roster columns to hold equal in the second row; the unit, the comparison's own column and columns nobody's
        value is known of are dropped.
    among : {"non-leaders", "everyone"}
        Whom the comparisons are about. Leaders are around in either case.
    with_chain : bool
        Count the own management chain, in the leader share and among the leaders around.
    hold_unit : bool
        Hold the unit equal too where it is among `strata`, to say what a gap among people of one unit comes from.
    permutations : int
        How many relabellings the intervals and p come from.
    min_group : int
        The fewest people a group may have; where fewer have both numbers, the rows are NaN.
    confidence : float
        Of the intervals.
    plurals : mapping, optional
        As in `metrics.gaps.gap_table`.

    Returns
    -------
    DataFrame
        Two rows a comparison, nothing held equal (``strata`` is "none") and within strata; one where no strata are
        left. ``column``, ``focal``, ``reference``, ``unit``, ``strata``; ``n_focal``, ``n_reference`` people who have
        both a leader share and others in their unit, and ``n_undefined`` who lack either and are left out of both;
        ``n_informative`` (``…_focal``, ``…_reference``), ``n_uninformative`` people in strata that hold both groups,
        or one; NaN where fewer than `min_group` of either group are informative; ``share_…`` (E),
        ``present_…`` (X); ``gap``, ``exposure``, ``bias``, each with ``_low``, ``_high`` (infinite where the study sets
        no limit) and ``_p``; ``interval``, ``among``, ``confidence``, ``permutations``, ``seed``, ``sentence``.
        Exposure and bias are NaN where a group has no leaders around at all, everything is where no stratum holds both
        groups, and limits and p of a part are where all people of a stratum stand for the same.

    Raises
    ------
    StudyError
        A comparison that `comparison_members` refuses, no such unit column, or an unknown stratum column.

    References
    ----------
    Chetty et al. 2022, *Nature* 608, 122–134 (Social capital II); Chung & Romano 2013, *Annals of Statistics* 41,
    484–507 (studentised permutations).

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcdef"), "function": ["x", "x", "x", "y", "y", "y"],
    ...                        "gender": ["man", "man", "woman"] * 2, "leader": [True, False, False] * 2})
    >>> ties = pd.DataFrame({"source": list("acbdef"), "target": list("bbceef"), "strength": [1, 1, 1, 3, 1, 1]})
    >>> graph = influence_graph(people, ties[ties.source != ties.target])
    >>> access = pd.DataFrame({"leader_share": [0, 0.5, 0.2, 0, 1.0, 0.4]}, index=graph.persons)
    >>> table = exposure_table(graph, access, comparisons=[Comparison("gender", "woman")], seed=1, min_group=2)
    >>> table[["strata", "gap", "exposure", "bias"]].round(3).values.tolist()
    [['none', -0.45, 0.0, -0.45]]
    """
    name = "leader_share" + WITH_CHAIN * with_chain
    values = np.column_stack(
        [access[name].reindex(graph.persons), leaders_around(graph, unit=unit, with_chain=with_chain)]
    )
    rows: list[dict[str, object]] = []
    for comparison in comparisons:
        groups = comparison_members(graph, comparison, among=among, min_group=min_group)
        who = {
            "column": comparison.column,
            "focal": comparison.focal,
            "reference": comparison.reference,
            "unit": unit,
        }
        compared = groups[0] | groups[1]
        within = kept_strata(
            graph, strata, column=comparison.column, compared=compared, unit=None if hold_unit else unit
        )
        levels = {"level_varies": varies(graph, "level", compared)}
        for held, called in ((np.zeros(graph.size, int), "none"), *([within] if within[1] != "none" else [])):
            numbers = _numbers(
                values, groups, held, permutations=permutations, seed=seed, confidence=confidence, least=min_group
            )
            rows.append({**who, "strata": called, **numbers, **levels})
    table = pd.DataFrame(rows).assign(
        interval=STUDENTISED, among=among, confidence=confidence, permutations=permutations, seed=seed
    )
    where = unit if graph.people[unit].notna().any() else None
    table["sentence"] = [
        exposure_sentence({**row, "unit": where, "with_chain": with_chain}, plurals=plurals)
        for row in table.to_dict(orient="records")
    ]
    return table.reindex(columns=list(EXPOSURE_COLUMNS))


def _numbers(
    values: np.ndarray,
    groups: tuple[np.ndarray, np.ndarray],
    strata: np.ndarray,
    *,
    permutations: int,
    seed: int,
    confidence: float,
    least: int,
) -> dict[str, object]:
    """One row's counts, means and parts, from leader shares and leaders around (people × 2)."""
    compared = groups[0] | groups[1]
    people = np.flatnonzero(compared & ~np.isnan(values).any(axis=1))
    focal = groups[0][people]
    sizes = int(focal.sum()), int((~focal).sum())
    parts = split_gap(
        values[people],
        focal,
        strata[people],
        _split,
        permutations=permutations,
        seed=seed,
        confidence=confidence,
        least=least,
    )
    numbers: dict[str, object] = {
        "n_focal": sizes[0],
        "n_reference": sizes[1],
        "n_undefined": int(compared.sum()) - len(people),
        "n_informative": parts.n_informative,
        "n_informative_focal": parts.n_informative_focal,
        "n_informative_reference": parts.n_informative_reference,
        "n_uninformative": parts.n_uninformative,
    }
    enough = min(sizes) >= max(least, 1)
    means = np.column_stack([parts.mean_focal, parts.mean_reference]).ravel()
    numbers |= dict(zip(_MEANS, means if enough else np.full(4, np.nan), strict=True))
    for ending, found in (("", parts.value), ("_low", parts.low), ("_high", parts.high), ("_p", parts.p)):
        shown = found if enough else np.full(3, np.nan)
        numbers |= {part + ending: float(number) for part, number in zip(_PARTS, shown, strict=True)}
    return numbers


def _split(focal: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Gap, exposure and bias from the means of (E, X) of each group."""
    (share_f, present_f), (share_r, present_r) = focal, reference
    ratio_f, ratio_r = share_f / present_f, share_r / present_r
    exposure = (present_f - present_r) * (ratio_f + ratio_r) / 2
    bias = (ratio_f - ratio_r) * (present_f + present_r) / 2
    return np.array([share_f - share_r, exposure, bias])
