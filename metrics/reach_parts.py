"""Why one group has fewer leaders within two steps: fewer ties to them, or contacts who know fewer.

Two more problems with two different remedies: introductions to leaders for the first, a wider or better placed circle
for the second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, eye_array

from metrics._arrays import both_ways, pattern
from metrics.gaps import Among, Comparison, comparison_members
from metrics.inference.parts import GapParts, kept_strata, split_gap
from metrics.inference.studentised import STUDENTISED
from metrics.words.reach import reach_sentence
from ona.model import InfluenceGraph, StudyError

REACH_PARTS = ("gap", "direct", "contacts", "known", "overlap")
"""The whole gap and the four contributions that add up to it."""

REACH_COLUMNS = (
    "column", "focal", "reference", "measure", "strata", "n_focal", "n_reference", "n_informative",
    "n_informative_focal", "n_informative_reference", "n_uninformative", "part", "factor_focal", "factor_reference",
    "contribution", "low", "high", "p", "interval", "among", "confidence",
    "permutations", "seed", "sentence",
)  # fmt: skip
"""Columns of a reach table, in order."""

_MEASURE = "leaders_within_2"
_BLOCK_TERMS = 10_000_000


@dataclass(frozen=True, eq=False)
class Reach:
    """How each person gets to leaders, own management chain excluded: four counts, in the order of ``graph.persons``.

    ``direct`` leaders tied to the person, ``contacts`` people tied to them, ``brought`` leaders exactly two steps away,
    counted once for each contact who is tied to them, and ``new`` the same leaders counted once. ``direct + new`` is
    `metrics.paths.leaders_within` two steps.
    """

    direct: np.ndarray
    contacts: np.ndarray
    brought: np.ndarray
    new: np.ndarray


def reach_counts(graph: InfluenceGraph) -> Reach:
    """Count leaders tied to each person, contacts, and the leaders whom the contacts bring.

    A tie counts in either direction. People above the person in the reporting tree are neither contacts nor leaders to
    get to; the contacts' own chains do not matter. Leaders leave themselves out.

    Parameters
    ----------
    graph : InfluenceGraph

    Returns
    -------
    Reach

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcd"), "leader": [True, False, False, False]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": list("abac"), "target": list("bdcd")}))
    >>> found = reach_counts(graph)
    >>> found.direct.tolist(), found.contacts.tolist(), found.brought.tolist(), found.new.tolist()
    ([0, 1, 1, 0], [2, 2, 2, 2], [0, 0, 0, 2], [0, 0, 0, 1])
    """
    tied = pattern(both_ways(graph))
    above = csr_array(graph.chain, dtype=np.int64)
    leaders = np.flatnonzero(graph.is_leader)
    to_leaders = tied[:, leaders]
    own = tied - tied * above
    own.eliminate_zeros()
    met = own[:, leaders]
    # Nobody is brought who is tied to the person already, above them, or the person.
    closed = pattern(csr_array((tied + above + eye_array(graph.size, dtype=np.int64, format="csr"))[:, leaders]))
    brought, new = np.zeros(graph.size, np.int64), np.zeros(graph.size, np.int64)
    terms = np.cumsum(own @ np.diff(to_leaders.indptr).astype(np.int64))
    bounds = np.flatnonzero(np.diff(terms // _BLOCK_TERMS, prepend=-1, append=-1))
    for start, end in pairwise(bounds):
        ways = csr_array(own[start:end] @ to_leaders)
        shut = csr_array(ways * closed[start:end])
        brought[start:end] = ways.sum(axis=1) - shut.sum(axis=1)
        new[start:end] = np.diff(ways.indptr) - np.diff(shut.indptr)
    return Reach(direct=np.diff(met.indptr), contacts=np.diff(own.indptr), brought=brought, new=new)


def reach_table(
    graph: InfluenceGraph,
    *,
    comparisons: Sequence[Comparison],
    seed: int,
    strata: Sequence[str] = ("level", "function"),
    among: Among = "non-leaders",
    permutations: int = 2000,
    min_group: int = 5,
    confidence: float = 0.95,
    plurals: Mapping[str, str] | Mapping[tuple[str, str], str] | None = None,
) -> pd.DataFrame:
    """Each comparison's gap in leaders within two steps, split into the ways by which leaders are reached.

    A person's leaders within two steps are those tied to them (``direct``) and those exactly two steps away (`Reach`).
    The group's mean of the latter is a product, K · Q · U: K contacts a head; Q leaders that each contact brings who
    are not tied to the person already (leaders brought, summed over the group, by its contacts); and U, the share of
    them that is left once a leader whom two contacts bring counts once: 1 where no two bring the same. So the gap is

    direct_f − direct_r + [contacts] + [known] + [overlap],

    where a change of K alone, of Q alone and of U alone, each averaged over the orders in which the three could be
    changed from one group's to the other's, add up to K_f Q_f U_f − K_r Q_r U_r exactly; with Δ for focal − reference,
    ``contacts`` is ΔK · ((Q_f U_f + Q_r U_r) / 3 + (Q_f U_r + Q_r U_f) / 6), and the other two likewise.

    Means are those of the adjusted gap in `metrics.gaps.gap_table`: focal people of strata that hold both groups, and
    reference people stratum by stratum, weighted by the focal group's counts. ``gap`` is that adjusted gap, with its
    interval and p; so is ``direct``, of ties to leaders. The other parts are linearised and tested with their own
    standard errors, which is right in large groups (`inference.parts.split_gap`). In simulated studies with known parts
    their intervals held them 92 to 97 % of the time with 20 people or more in either group and 90 to 99 % with 8 in
    one; where a few people have most of the contacts, 90 to 98 % and 81 to 100 %.

    It describes where the ways are missing, not what would open them: whoever gains contacts may gain different ones.

    Parameters
    ----------
    graph : InfluenceGraph
    comparisons : sequence of Comparison
    seed : int
        Seed of the permutations.
    strata : sequence of str
        Roster columns to hold equal; a comparison's own column and columns nobody's value is known of are dropped.
    among : {"non-leaders", "everyone"}
        Whom the comparisons are about; contacts and leaders are looked for among everyone.
    permutations : int
        How many relabellings the intervals and p come from.
    min_group : int
        The fewest people a group may have.
    confidence : float
        Of the intervals.
    plurals : mapping, optional
        As in `metrics.gaps.gap_table`.

    Returns
    -------
    DataFrame
        Five rows a comparison, by ``part``: the whole ``gap``, and ``direct``, ``contacts``, ``known``, ``overlap``.
        ``column``, ``focal``, ``reference``, ``measure`` ("leaders_within_2"), ``strata``; ``n_focal``,
        ``n_reference``; ``n_informative`` (``…_focal``, ``…_reference``), ``n_uninformative`` people in strata that
        hold both groups, or one; all parts are NaN where fewer than `min_group` of either group are informative;
        ``factor_focal``, ``factor_reference`` (leaders within two steps, leaders tied to, K, Q, U of the groups);
        ``contribution`` to the gap in leaders a head, with ``low``, ``high`` (infinite where the study sets no limit)
        and ``p``; ``interval``, ``among``, ``confidence``, ``permutations``, ``seed``; ``sentence`` on the row of the
        gap, empty on the others. Where nobody in a group has a contact who brings a leader, U (and without contacts Q)
        is undefined and the last three contributions are NaN; everything is where no stratum holds both groups; limits
        and p are where all people of a stratum count the same.

    Raises
    ------
    StudyError
        Nobody is a leader, a comparison that `comparison_members` refuses, or an unknown stratum column.

    References
    ----------
    Das Gupta 1993, *Standardization and Decomposition of Rates*, U.S. Bureau of the Census P23-186 (products of
    factors); Shapley 1953; Lin 1999, *Connections* 22(1), 28–51, on contacts as ways to those who hold resources.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcdef"), "gender": ["man", "man", "woman", "woman", None, None],
    ...                        "leader": [False] * 4 + [True, True]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": list("aaabc"), "target": list("ebcfd")}))
    >>> table = reach_table(graph, comparisons=[Comparison("gender", "woman", "man")], seed=1, min_group=2)
    >>> table.set_index("part")["contribution"].round(3).to_dict()
    {'gap': -1.5, 'direct': -1.0, 'contacts': -0.367, 'known': -0.133, 'overlap': 0.0}
    """
    if not graph.is_leader.any():
        raise StudyError(
            "nobody in the roster is a leader, so there is nobody to reach",
            cure="set leaders.at_or_above to a level people hold, or leaders.people",
        )
    found = reach_counts(graph)
    counts = np.column_stack([found.direct, found.contacts, found.brought, found.new]).astype(float)
    tables = []
    for comparison in comparisons:
        focal, reference = comparison_members(graph, comparison, among=among, min_group=min_group)
        people = np.flatnonzero(focal | reference)
        held, called = kept_strata(graph, strata, column=comparison.column, compared=focal | reference)
        parts = split_gap(
            counts[people],
            focal[people],
            held[people],
            _split,
            permutations=permutations,
            seed=seed,
            confidence=confidence,
            least=min_group,
        )
        rows = pd.DataFrame(_long(parts)).assign(
            column=comparison.column,
            focal=comparison.focal,
            reference=comparison.reference,
            measure=_MEASURE,
            strata=called,
            n_focal=int(focal.sum()),
            n_reference=int(reference.sum()),
            n_informative=parts.n_informative,
            n_informative_focal=parts.n_informative_focal,
            n_informative_reference=parts.n_informative_reference,
            n_uninformative=parts.n_uninformative,
            among=among,
            confidence=confidence,
            permutations=permutations,
            seed=seed,
        )
        rows["sentence"] = [reach_sentence(rows.to_dict(orient="records"), plurals=plurals), *[""] * (len(rows) - 1)]
        tables.append(rows[list(REACH_COLUMNS)])
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(REACH_COLUMNS))


def _long(parts: GapParts) -> dict[str, object]:
    """One row a part."""
    factors = np.column_stack([_factors(parts.mean_focal), _factors(parts.mean_reference)])
    return {
        "part": REACH_PARTS,
        "factor_focal": factors[:, 0],
        "factor_reference": factors[:, 1],
        "contribution": parts.value,
        "low": parts.low,
        "high": parts.high,
        "p": parts.p,
        "interval": STUDENTISED,
    }


def _factors(means: np.ndarray) -> np.ndarray:
    """Leaders within two steps, leaders tied to, contacts, leaders each contact brings, and the share left."""
    direct, contacts, brought, new = means
    with np.errstate(all="ignore"):
        return np.array([direct + new, direct, contacts, brought / contacts, new / brought])


def _split(focal: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """The gap and its four parts from the means of (direct, contacts, brought, new) of each group."""
    factors = [(contacts, brought / contacts, new / brought) for _, contacts, brought, new in (focal, reference)]
    direct_f, direct_r, new_f, new_r = focal[0], reference[0], focal[3], reference[3]
    turned = [_alone(factors[0][at:] + factors[0][:at], factors[1][at:] + factors[1][:at]) for at in range(3)]
    return np.array([direct_f + new_f - direct_r - new_r, direct_f - direct_r, *turned])


def _alone(focal: tuple[complex, ...], reference: tuple[complex, ...]) -> complex:
    """What the first of three factors contributes to the difference of their products."""
    (a_f, b_f, c_f), (a_r, b_r, c_r) = focal, reference
    return (a_f - a_r) * ((b_f * c_f + b_r * c_r) / 3 + (b_f * c_r + b_r * c_f) / 6)
