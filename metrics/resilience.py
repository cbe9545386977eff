"""Resilience: what the organisation loses if a person, everybody in a role, or the top brokers leave.

Everything here is about the undirected simple network: two people are tied when an arc joins them either way, whatever
its strength. Only `removal_table`'s ``strength_lost`` looks at strengths. Leaders are the people the study names, and a
way to a leader may lead to and through anybody, the own management chain included: when a manager leaves, the way
through that manager is what is lost. (`metrics.access` leaves the own chain out, because it asks another question.)

These are the losses of the day after, before anybody has made a new tie or filled the place. They say where the
network hangs on few people; they are no forecast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from metrics._against_chance import drawn_alike, drawn_in_steps, outcome
from metrics._arrays import group_codes
from metrics._losses import cut_from_leaders, cut_off, groups_isolated, groups_lost, sole_contacts, tied_outside
from metrics._removals import TOPS, Kind, Removal, broker_removals, positions_of, ranked, role_removals
from metrics._removed import LANES, Network, leaders_within_two, network_of_ties, what_is_left
from metrics.inference import benjamini_hochberg
from metrics.words.resilience import removal_sentence
from ona.model import InfluenceGraph, StudyError

__all__ = [
    "ATTACK_COLUMNS",
    "LOSS_COLUMNS",
    "REMOVAL_COLUMNS",
    "TOPS",
    "Kind",
    "Removal",
    "attack_curve",
    "broker_removals",
    "loss_table",
    "removal_table",
    "role_removals",
]

DRAWS, MANY_TIES, DRAWS_OF_MANY = 100, 5_000_000, 40
"""Random removals made for each comparison, and beyond how many tied pairs so many are made instead."""

FEW_TIES, DRAWS_OF_FEW = 200_000, 2_000
"""Up to how many tied pairs `removal_table` makes so many: with a hundred no q among sixty removals could be small."""

LOSS_COLUMNS = (
    "people_cut_from_leaders",
    "people_cut_off",
    "groups_cut_off",
    "groups_isolated",
    "leaders_lost_reach",
    "sole_contacts",
)
"""Columns of `loss_table`, in order."""

REMOVAL_COLUMNS = (
    "name", "kind", "removed", "leaders_removed", "people_left",
    "largest_before", "largest_after", "largest_random_low", "largest_random_high", "largest_worse_than_random",
    "reach_leaders_before", "reach_leaders_after", "reach_leaders_random_low", "reach_leaders_random_high",
    "reach_leaders_worse_than_random",
    "leaders_within_2_before", "leaders_within_2_after", "leaders_within_2_random_low", "leaders_within_2_random_high",
    "worse_than_random",
    "steps_before", "steps_after", "groups_cut_off", "groups_isolated", "strength_lost",
    "largest_q", "reach_leaders_q", "q",
    "column", "draws", "confidence", "seed", "sentence",
)  # fmt: skip
"""Columns of `removal_table`, in order."""

ATTACK_COLUMNS = (
    "removed", "share_removed", "last_score",
    "largest", "largest_random_low", "largest_random_high",
    "reach_leaders", "reach_leaders_random_low", "reach_leaders_random_high",
    "draws", "confidence", "seed",
)  # fmt: skip
"""Columns of `attack_curve`, in order."""


def loss_table(
    graph: InfluenceGraph, *, column: str = "function", progress: Callable[[int, int], None] | None = None
) -> pd.DataFrame:
    """What each person's leaving would take from the others, if that person alone left.

    All counts are exact, found for everybody at once in time that grows with the number of ties. Undirected, strengths
    ignored. The person who leaves is never counted among those who lose.

    Parameters
    ----------
    graph : InfluenceGraph
    column : str
        The roster column that holds the groups. People whose group is unknown belong to none, but ways may lead through
        them.
    progress : callable, optional
        Called as ``progress(done, 1000)``, thousandths of the work.

    Returns
    -------
    DataFrame of float
        Indexed by person.

        - ``people_cut_from_leaders``: people who have a way to a leader, and none any more
          (`metrics.brokerage.bridge_dependence`). A leader has one by being one.
        - ``people_cut_off``: people of the same connected part who are then outside the largest of the pieces it falls
          into.
        - ``groups_cut_off``: groups of which somebody left had a way to a leader and nobody has any more. A group with
          a leader left in it has one.
        - ``groups_isolated``: groups with people left that were tied to another group, and every such tie had this
          person at one end.
        - ``leaders_lost_reach``: pairs of somebody who is no leader and a leader within two steps of them that are no
          such pair any more, because this person is that leader or the only middle of the two steps.
        - ``sole_contacts``: people who are tied to nobody else.

        NaN for everybody in the three columns about leaders when the study names none, and in the two about groups when
        nobody's group is known.

    Raises
    ------
    StudyError
        The roster has no such column.

    Notes
    -----
    One depth-first search with an added root tied to every leader gives the people whom all ways from the root to
    somebody lead through; a second search gives the pieces of each connected part (Hopcroft & Tarjan 1973).

    References
    ----------
    Hopcroft & Tarjan 1973, *Communications of the ACM* 16, 372–378; Lengauer & Tarjan 1979, *ACM TOPLAS* 1, 121–141.

    Examples
    --------
    >>> loss_table(_example()).loc["b"].to_dict()
    {'people_cut_from_leaders': 2.0, 'people_cut_off': 1.0, 'groups_cut_off': 1.0, 'groups_isolated': 2.0,
     'leaders_lost_reach': 1.0, 'sole_contacts': 1.0}
    """
    codes, names = group_codes(graph, column)
    network = network_of_ties(graph)
    led, grouped = bool(network.leaders.size), bool(names)
    told = _told(progress)
    from_leaders, groups_from_leaders = cut_from_leaders(network, codes, len(names))
    told(0.1)
    pieces, isolated, alone = cut_off(network), groups_isolated(network, codes, len(names)), sole_contacts(network)
    told(0.2)
    near = leaders_within_two(network, progress=lambda share: told(0.2 + 0.8 * share))[1]
    told(1.0)
    counts = (from_leaders, pieces, groups_from_leaders, isolated, near, alone)
    defined = (led, True, led and grouped, grouped, led, True)
    return pd.DataFrame(
        {
            name: np.where(known, values, np.nan)
            for name, values, known in zip(LOSS_COLUMNS, counts, defined, strict=True)
        },
        index=graph.persons,
        dtype=float,
    )


def removal_table(
    graph: InfluenceGraph,
    removals: Sequence[Removal],
    *,
    column: str = "function",
    random_draws: int | None = None,
    seed: int,
    confidence: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """What is lost when people leave together, and whether as many at random would be missed as much.

    Undirected; only ``strength_lost`` looks at strengths. Reach to leaders counts everybody, the own management chain
    included. Everything but the largest part is about those left who are no leaders, and what is called before is what
    *the same people* had: whoever leaves takes along their own reach, and that is no loss to anybody else.

    The same number of leaders and of others, drawn at random R times, shows what any such departure costs. With L what
    those left lose on average (before − after), ``worse_than_random`` is p = (1 + #{draws with L at least as large}) /
    (R + 1): small where hardly any draw takes as much. The band is one-sided at the same level α = 1 − confidence, so
    that the two never contradict each other: it runs from *before* − the largest L that is not clear to *before* − the
    least L of all draws, where those left would be, had they lost what chance takes. What is after lies below the band
    exactly where p ≤ α.

    ``q`` is p corrected for the number of removals in the table (Benjamini–Hochberg), for each of the three losses by
    itself. Only a loss with q ≤ α is called clear.

    Parameters
    ----------
    graph : InfluenceGraph
    removals : sequence of Removal
        See `role_removals` and `broker_removals`.
    column : str
        The roster column whose groups may be cut off.
    random_draws : int, optional
        R; 0 for no comparison. Without it 2,000 up to 200,000 tied pairs of people, 100 beyond, and 40 beyond five
        million. Removals of as many leaders and others are compared with the same draws.
    seed : int
        Seed of the draws.
    confidence : float
        1 − α, between 0 and 1: the level of the band, and at which the sentence calls a loss clear.
    progress : callable, optional
        Called as ``progress(done, 1000)``, thousandths of the work.

    Returns
    -------
    DataFrame
        One row a removal, in the order given. ``name``, ``kind``; ``removed`` people, ``leaders_removed`` of them,
        ``people_left``.

        - ``largest_before``: the share of all people in the largest connected part; ``largest_after``: of those left;
        - ``reach_leaders_before``, ``reach_leaders_after``: the share of those left, leaders aside, with a way to at
          least one leader (after: one who is left);
        - ``leaders_within_2_before``, ``leaders_within_2_after``: leaders within two steps of them, on average;
        - ``steps_before``, ``steps_after``: steps to the nearest leader, on average over those of them who reach one
          after; before, over the same people;
        - ``largest_random_low``, ``largest_random_high``, ``largest_worse_than_random``, the same three with
          ``reach_leaders``, and ``leaders_within_2_random_low``, ``leaders_within_2_random_high`` and
          ``worse_than_random``, which is about leaders within two steps: the comparison with chance;
        - ``groups_cut_off``: groups of which somebody left had a way to a leader and nobody has any more (a leader left
          in the group is one), names joined by "; ";
        - ``groups_isolated``: groups with people left that were tied to another group and are to none any more;
        - ``strength_lost``: the share of all strength that lies in arcs to or from those who leave;
        - ``largest_q``, ``reach_leaders_q``, ``q``: q of the three comparisons with chance over the rows of the table,
          in the same order; ``q`` by itself is about leaders within two steps;
        - ``column``, ``draws`` (R), ``confidence``, ``seed``, ``sentence``
          (`metrics.words.resilience.removal_sentence`).

        NaN: everything about leaders when the study names none or nobody else is left; the steps where nobody left
        reaches a leader; ``strength_lost`` without ties; all of the comparison without draws; the lower ends of bands
        with fewer than 1 / α − 1 draws, when nothing can be told from chance.

    Raises
    ------
    StudyError
        A removal of nobody, of everybody, of somebody who is not in the roster or named twice, or of an unknown kind;
        an unknown column; a negative number of draws, or a confidence outside 0 to 1.

    Notes
    -----
    Of n roles about n·α have p ≤ α though none is special; q takes that into account. No p is smaller than 1 / (R + 1),
    and so no q of a single role smaller than n / (R + 1): of sixty removals with a hundred draws, none could be clear.

    References
    ----------
    Albert, Jeong & Barabási 2000, *Nature* 406, 378–382 (attack against failure); Benjamini & Hochberg 1995, *Journal
    of the Royal Statistical Society B* 57, 289–300 (q); Borgatti 2006, *Computational &
    Mathematical Organization Theory* 12, 21–34 (removing people together, not one by one).

    Examples
    --------
    >>> table = removal_table(_example(), [Removal("b", "person", ("b",))], random_draws=0, seed=1)
    >>> table[["reach_leaders_before", "reach_leaders_after", "strength_lost"]].iloc[0].tolist()
    [1.0, 0.0, 0.75]
    >>> table["groups_cut_off"].tolist(), table["groups_isolated"].tolist()
    (['y'], ['x; y'])
    """
    network = network_of_ties(graph)
    draws = _checked(network, random_draws, confidence, few=DRAWS_OF_FEW)
    codes, names = group_codes(graph, column)
    gone = positions_of(graph, removals)
    leading = [int(network.is_leader[places].sum()) for places in gone]
    kinds = [(some, len(places) - some) for some, places in zip(leading, gone, strict=True)]
    asked = list(dict.fromkeys(kinds))
    sets: Iterable[NDArray[np.integer]] = chain(
        [np.empty(0, np.int64)],
        gone,
        *(drawn_alike(network, some, others, draws=draws, seed=seed) for some, others in asked),
    )
    # Counting leaders within two steps of everybody takes about as long as taking a word's worth of people away.
    told, total = _told(progress), LANES + 1 + len(gone) + draws * len(asked)
    near = leaders_within_two(network, progress=lambda share: told(share * LANES / total))[0]
    left = what_is_left(network, sets, near=near, progress=lambda done: told((LANES + done) / total))
    strengths = graph.matrix
    tied = tied_outside(network, codes, len(names))
    rows = []
    for at, (removal, places) in enumerate(zip(removals, gone, strict=True)):
        first = 1 + len(gone) + asked.index(kinds[at]) * draws
        numbers = outcome(left, 1 + at, left[first : first + draws], confidence=confidence)
        off, isolated = groups_lost(network, codes, tied, places)
        rows.append(
            {
                "name": removal.name,
                "kind": removal.kind,
                "removed": len(places),
                "leaders_removed": leading[at],
                "people_left": graph.size - len(places),
                "largest_before": left.largest[0] / graph.size,
                **numbers,
                "groups_cut_off": "; ".join(names[group] for group in off),
                "groups_isolated": "; ".join(names[group] for group in isolated),
                "strength_lost": _strength_lost(strengths, places),
            }
        )
    table = pd.DataFrame(rows, columns=list(REMOVAL_COLUMNS[:-8]))
    table = table.assign(**{name: benjamini_hochberg(table[p].to_numpy(float)) for name, p in _TESTS.items()})
    table = table.assign(column=column, draws=draws, confidence=confidence, seed=seed)
    sentences = [removal_sentence(row) for row in table.to_dict(orient="records")]
    return table.assign(sentence=pd.Series(sentences, index=table.index, dtype=object))


_TESTS = {
    "largest_q": "largest_worse_than_random",
    "reach_leaders_q": "reach_leaders_worse_than_random",
    "q": "worse_than_random",
}


def attack_curve(
    graph: InfluenceGraph,
    order: pd.Series,
    *,
    steps: int = 20,
    most: float = 0.2,
    random_draws: int | None = None,
    seed: int,
    confidence: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """What holds together as more and more of the top leave, beside as many leaving at random.

    A network in which everything hangs on few people falls apart when those go, and hardly notices when others do. The
    order is fixed beforehand: it is not computed anew after each departure.

    Parameters
    ----------
    graph : InfluenceGraph
    order : Series
        Any score by person; the highest leave first, by id among equals. People without one never leave.
    steps : int
        How many removals, at equal distances.
    most : float
        The largest share of all people that leaves.
    random_draws : int, optional
        Random orders; without it 100, or 40 where more than five million pairs of people are tied. Each step takes the
        first of a random order of the leaders and of one of the others, as many of each as are among the top.
    seed : int
        Seed of the orders.
    confidence : float
        1 − the level of the one-sided band, as in `removal_table`, between 0 and 1.
    progress : callable, optional
        Called as ``progress(done, 1000)``, thousandths of the work.

    Returns
    -------
    DataFrame
        One row a step, the first with nobody gone: ``removed`` people, ``share_removed`` of all, ``last_score`` of the
        last who left (NaN in the first row); ``largest``, the share of those left in the largest connected part, and
        ``reach_leaders``, the share of those left who are no leaders that have a way to a leader, each with
        ``…_random_low`` and ``…_random_high`` as in `removal_table`; ``draws``, ``confidence``, ``seed``.

        ``reach_leaders`` is NaN when the study names no leaders or nobody else is left; the bands without draws. In
        small organisations several steps come to the same number of people, which then stands once.

    Raises
    ------
    StudyError
        Scores of somebody who is not in the roster or twice of the same person, fewer than one step, a share or a
        confidence outside 0 to 1, or a negative number of draws.

    References
    ----------
    Albert, Jeong & Barabási 2000, *Nature* 406, 378–382, who give the largest part as a share of all people, those gone
    included.

    Examples
    --------
    >>> score = pd.Series([1.0, 3.0, 2.0, 0.0], index=list("abcd"))
    >>> curve = attack_curve(_example(), score, steps=2, most=0.5, random_draws=0, seed=1)
    >>> curve[["removed", "largest"]].values.tolist()
    [[0.0, 1.0], [1.0, 0.6666666666666666], [2.0, 0.5]]
    """
    if steps < 1:
        raise StudyError(f"a curve of {steps} steps shows nothing", cure="ask for 20")
    if not 0 < most < 1:
        raise StudyError(f"{most:g} is no share of people to take away", cure="give one between 0 and 1, such as 0.2")
    places, scores = ranked(graph, order)
    network = network_of_ties(graph)
    draws = _checked(network, random_draws, confidence, few=DRAWS)
    sizes = np.unique(np.round(np.linspace(0.0, most, steps + 1) * graph.size).astype(np.int64))
    sizes = sizes[sizes <= min(len(places), graph.size - 1)]
    leading = np.concatenate([[0], np.cumsum(network.is_leader[places])])[sizes]
    told, total = _told(progress), len(sizes) * (draws + 1)
    sets: Iterable[NDArray[np.integer]] = chain(
        (places[:size] for size in sizes), drawn_in_steps(network, leading, sizes - leading, draws=draws, seed=seed)
    )
    left = what_is_left(network, sets, near=None, progress=lambda done: told(done / total))
    rows = []
    for at, size in enumerate(sizes.tolist()):
        numbers = outcome(left, at, left[len(sizes) + at :: len(sizes)], confidence=confidence)
        score = scores[size - 1] if size else np.nan
        rows.append({"removed": size, "share_removed": size / graph.size, "last_score": score, **numbers})
    table = pd.DataFrame(rows).rename(columns={"largest_after": "largest", "reach_leaders_after": "reach_leaders"})
    return table.assign(draws=draws, confidence=confidence, seed=seed)[list(ATTACK_COLUMNS)]


def _checked(network: Network, random_draws: int | None, confidence: float, *, few: int) -> int:
    """How many random removals to make; so many in small networks, unless asked otherwise."""
    if not 0 < confidence < 1:
        raise StudyError(f"a confidence of {confidence:g} is no share", cure="give one between 0 and 1, such as 0.95")
    if random_draws is None:
        pairs = len(network.indices) // 2
        return few if pairs <= FEW_TIES else DRAWS if pairs <= MANY_TIES else DRAWS_OF_MANY
    if random_draws < 0:
        raise StudyError(f"{random_draws} random removals cannot be made", cure="ask for 100, or 0 for none")
    return random_draws


def _told(progress: Callable[[int, int], None] | None) -> Callable[[float], None]:
    """Tells shares of the work in thousandths."""

    def told(share: float) -> None:
        if progress:
            progress(round(1000 * share), 1000)

    return told


def _strength_lost(strengths: csr_array, places: NDArray[np.int64]) -> float:
    """The share of all strength in arcs from or to some people; added up in the order of people, nothing subtracted."""
    gone = np.zeros(strengths.shape[0])
    gone[places] = 1.0
    total = float((strengths @ np.ones(len(gone))).sum())
    lost = float((gone * (strengths @ np.ones(len(gone)))).sum() + ((1.0 - gone) * (strengths @ gone)).sum())
    return lost / total if total else float("nan")


def _example() -> InfluenceGraph:
    """The line a – b – c – d, led by a; a and b in one function, c and d in another. For the doctests above."""
    from ona.model import influence_graph

    people = pd.DataFrame({"person": list("abcd"), "function": list("xxyy"), "leader": [True, False, False, False]})
    ties = pd.DataFrame({"source": list("abd"), "target": list("bcc"), "strength": [1.0, 2.0, 1.0]})
    return influence_graph(people, ties)
