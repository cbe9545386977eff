"""The plan: how gaps in access would change as the assigned pairings are made, one after the other.

This is arithmetic on a measure and no forecast of careers: it says what the count would be once a sponsor is counted,
or once protégé and sponsor are in touch, if nothing else changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from metrics._arrays import both_ways, strata_codes
from metrics.access import pairings_held
from metrics.gaps import Among, Comparison, comparison_members
from metrics.paths import leaders_within
from metrics.sponsorship import held_pairings
from ona.model import InfluenceGraph, StudyError

PlanMeasure = Literal["sponsors", "leaders_within_2"]

PLAN_COLUMNS = (
    "column",
    "focal",
    "reference",
    "pairings",
    "gap",
    "gap_within",
    "mean_focal",
    "mean_reference",
    "pairings_focal",
    "pairings_reference",
    "measure",
)

Changes = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Which pairing (counted from 1), whose measure (position), by how much."""


def plan_table(
    graph: InfluenceGraph,
    assignment: pd.DataFrame,
    *,
    comparisons: Sequence[Comparison],
    measure: PlanMeasure = "sponsors",
    strata: Sequence[str] = ("level", "function"),
    among: Among = "non-leaders",
    min_group: int = 5,
) -> pd.DataFrame:
    """The gap between groups after each pairing, made in order of score.

    Pairings are taken one after the other, the highest score first (the protégé's id decides among equals). After k of
    them x_i is each person's measure, and

    - ``gap`` = mean of x over the focal group − mean over the reference group, as ``difference`` in the table of gaps;
    - ``gap_within`` = Σ_s (m_s / M)(x̄_fs − x̄_rs) over the strata s that hold both groups, m_s focal people in s and M
      their sum, as ``adjusted`` there.

    ``"sponsors"`` counts the distinct sponsors a person holds: a pairing adds one to the protégé.
    ``"leaders_within_2"`` counts the leaders within two ties, own management chain excluded both as destination and
    as stepping stone: a pairing ties protégé and sponsor to each other, which brings the sponsor's circle closer to the
    protégé and the sponsor closer to the protégé's contacts. Steps ignore strength and direction.

    The gap can move either way: pairings go to whoever the assignment chose. It is arithmetic on the measure, as if
    nothing else changed and every pairing held; it does not forecast promotions, nor what a sponsor will do.

    Parameters
    ----------
    graph : InfluenceGraph
        People, ties and pairings as they are.
    assignment : DataFrame
        What `assign` gave: ``protege``, ``sponsor`` and ``score``.
    comparisons : sequence of Comparison
        Which groups to compare.
    measure : {"sponsors", "leaders_within_2"}
        What to count.
    strata : sequence of str
        Columns of the roster held equal in ``gap_within``; unknown is a value of its own. Empty for none.
    among : {"non-leaders", "everyone"}
        Whom the comparisons are about.
    min_group : int
        The fewest people either group may have.

    Returns
    -------
    DataFrame
        For each comparison one row for 0, 1, 2, … pairings: ``column``, ``focal``, ``reference`` (None for everyone
        else), ``pairings``, ``gap``, ``gap_within`` (NaN where no stratum holds both groups), ``mean_focal``,
        ``mean_reference``, ``pairings_focal`` and ``pairings_reference`` (how many of the pairings so far have their
        protégé in the group), ``measure``. Nobody's id is in it; still, the steps between rows tell of single pairings,
        so disclosure control decides what a leader may see.

    Raises
    ------
    StudyError
        An unknown measure, a pairing with somebody who is not in the roster, or a comparison that
        `comparison_members` refuses.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcd"), "gender": ["woman", "woman", "man", "man"],
    ...                        "leader": [False, False, False, True]})
    >>> pairings = pd.DataFrame({"senior": ["d"], "junior": ["c"], "kind": ["sponsor"]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": [], "target": []}), pairings=pairings)
    >>> chosen = pd.DataFrame({"protege": ["a", "b"], "sponsor": ["d", "d"], "score": [0.4, 0.6]})
    >>> plan = plan_table(graph, chosen, comparisons=[Comparison("gender", "woman", "man")], strata=(), min_group=1)
    >>> plan[["pairings", "gap"]].values.tolist()
    [[0.0, -1.0], [1.0, -0.5], [2.0, 0.0]]
    """
    protege, sponsor = _in_order(graph, assignment)
    if measure == "sponsors":
        start = pairings_held(graph, "sponsor").to_numpy(float)
        changes = _new_sponsors(graph, protege, sponsor)
    elif measure == "leaders_within_2":
        start = leaders_within(graph, steps=2).to_numpy(float)
        changes = _new_reach(graph, protege, sponsor)
    else:
        raise StudyError(f"there is no plan for the measure '{measure}'", cure="use sponsors or leaders_within_2")
    stratum = strata_codes(graph, tuple(strata))
    parts: list[pd.DataFrame] = []
    for comparison in comparisons:
        focal, reference = comparison_members(graph, comparison, among=among, min_group=min_group)
        mean_focal = _course(start, focal / focal.sum(), changes, len(protege))
        mean_reference = _course(start, reference / reference.sum(), changes, len(protege))
        parts.append(
            pd.DataFrame(
                {
                    "column": comparison.column,
                    "focal": comparison.focal,
                    "reference": pd.Series([comparison.reference] * (len(protege) + 1), dtype="object"),
                    "pairings": np.arange(len(protege) + 1),
                    "gap": mean_focal - mean_reference,
                    "gap_within": _course(start, _within(focal, reference, stratum), changes, len(protege)),
                    "mean_focal": mean_focal,
                    "mean_reference": mean_reference,
                    "pairings_focal": np.r_[0, np.cumsum(focal[protege])],
                    "pairings_reference": np.r_[0, np.cumsum(reference[protege])],
                    "measure": measure,
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(PLAN_COLUMNS))


def _in_order(graph: InfluenceGraph, assignment: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Positions of protégé and sponsor, the highest score first."""
    made = assignment.sort_values(["score", "protege"], ascending=[False, True], kind="stable")
    ends = graph.positions(made["protege"]), graph.positions(made["sponsor"])
    for column, at in zip(("protege", "sponsor"), ends, strict=True):
        if (at < 0).any():
            raise StudyError(
                f"the assignment names '{made[column].iloc[int(np.flatnonzero(at < 0)[0])]}', who is not in the roster",
                cure="make the assignment from the same people",
            )
    return ends


def _course(start: np.ndarray, weights: np.ndarray, changes: Changes, pairings: int) -> np.ndarray:
    """A weighted sum of everyone's measure at the start and after each pairing."""
    step, person, change = changes
    moves = np.bincount(step, weights=weights[person] * change, minlength=pairings + 1).astype(float)
    moves[0] = weights @ start
    return np.cumsum(moves)


def _within(focal: np.ndarray, reference: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    """Each person's weight in the gap within strata; NaN throughout where no stratum holds both groups."""
    strata = int(stratum.max()) + 1
    of_focal = np.bincount(stratum[focal], minlength=strata)
    of_reference = np.bincount(stratum[reference], minlength=strata)
    both = (of_focal > 0) & (of_reference > 0)
    total = of_focal[both].sum()
    if not total:
        return np.full(len(focal), np.nan)
    against = np.divide(of_focal, of_reference, out=np.zeros(strata), where=both)
    weights = np.where(focal, 1.0, 0.0) - np.where(reference, against[stratum], 0.0)
    return np.asarray(np.where(both[stratum], weights, 0.0) / total)


def _new_sponsors(graph: InfluenceGraph, protege: np.ndarray, sponsor: np.ndarray) -> Changes:
    """One more for the protégé, unless the pair is held already."""
    held = held_pairings(graph, "sponsor")
    known = graph.positions(held["senior"]) * graph.size + graph.positions(held["junior"])
    new = ~np.isin(sponsor * graph.size + protege, known)
    return np.arange(1, len(protege) + 1), protege, new.astype(float)


def _new_reach(graph: InfluenceGraph, protege: np.ndarray, sponsor: np.ndarray) -> Changes:
    """Leaders who come within two ties of somebody with each new tie, the earlier ones in place.

    A tie a – b changes only what a, b and their contacts reach, so only that is counted again.
    """
    tie, chain = both_ways(graph), graph.chain
    leaders = set(np.flatnonzero(graph.is_leader).tolist())
    near: dict[int, set[int]] = {}
    above: dict[int, set[int]] = {}

    def contacts(person: int) -> set[int]:
        if person not in near:
            near[person] = _row(tie, person)
        return near[person]

    def bosses(person: int) -> set[int]:
        if person not in above:
            above[person] = _row(chain, person)
        return above[person]

    def reach(person: int) -> int:
        through = contacts(person) - bosses(person)
        within = set().union(through, *(contacts(other) for other in through)) - bosses(person) - {person}
        return len(within & leaders)

    found: list[tuple[int, int, float]] = []
    for step, (one, other) in enumerate(zip(protege.tolist(), sponsor.tolist(), strict=True), start=1):
        if one == other or other in contacts(one):
            continue
        before = {person: reach(person) for person in (one, other)}
        for a, b in ((one, other), (other, one)):
            # Contacts of a come within two ties of b, if b is a leader and a is not their boss.
            for person in sorted(contacts(a) if b in leaders else ()):
                shared = contacts(person) & contacts(b)
                boss = bosses(person)
                if person != b and b not in contacts(person) and not boss & {a, b} and not shared - boss:
                    found.append((step, person, 1.0))
        contacts(one).add(other)
        contacts(other).add(one)
        found.extend((step, person, float(reach(person) - was)) for person, was in before.items())
    steps, people, changes = zip(*found, strict=True) if found else ((), (), ())
    return np.array(steps, int), np.array(people, int), np.array(changes, float)


def _row(matrix: Any, at: int) -> set[int]:
    """Columns of one row of a CSR matrix."""
    return set(matrix.indices[matrix.indptr[at] : matrix.indptr[at + 1]].tolist())
