"""One table of everything a person can reach of those who decide."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from metrics._turns import Progress, portion
from metrics.access.pairings import leader_sponsors, pairings_held, sponsor_influence, sponsor_levels_up
from metrics.access.ties import from_leaders, leader_share, leader_strength, leader_ties, to_leaders
from metrics.paths import PATHS_COUNTED, leaders_around, separate_ways, steps_from, ways_of
from metrics.spread import DRAWS, cascade_reach_both, influence_from_leaders_both
from ona.model import InfluenceGraph, StudyError

WITH_CHAIN = "_with_chain"
"""Ending of the columns in which the own management chain counts."""

TWICE = (
    "leader_ties",
    "has_leader_tie",
    "from_leaders",
    "to_leaders",
    "leader_strength",
    "leader_share",
    "steps_to_leader",
    "leaders_within_2",
    "paths_to_leaders",
    "influence_from_leaders",
    "cascade_reach",
)
"""Measures read with the own management chain excluded, and included."""

PAIRING_MEASURES = (
    "mentors",
    "sponsors",
    "mentored_not_sponsored",
    "leader_sponsors",
    "sponsor_levels_up",
    "sponsor_influence",
)
"""Measures of the pairings held, and of the power of the sponsors among them."""

# How far the whole work is, in hundredths, when each long part of it begins and ends.
_WHOLE = 100
_STEPS, _PATHS, _CASCADES, _INFLUENCE = (5, 15), (15, 40), (40, 60), (60, 100)


def access_table(
    graph: InfluenceGraph,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    influence: pd.Series | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Everything a person can reach of those who decide, one row a person.

    Parameters
    ----------
    graph : InfluenceGraph
    draws, seed : int
        Simulated messages behind ``cascade_reach``, and their seed.
    influence : Series, optional
        `metrics.centrality.influence` by person where it is already at hand: ``sponsor_influence`` ranks sponsors by
        it.
    progress : callable, optional
        Called as ``progress(done, total)``.

    Returns
    -------
    DataFrame
        Indexed by person. The measures `TWICE`, each with the own management chain excluded and, ending in
        ``_with_chain``, included; then ``mentors`` and ``sponsors`` held, ``mentored_not_sponsored`` (true or false),
        and how much power the sponsors have: ``leader_sponsors``, ``sponsor_levels_up`` and ``sponsor_influence``, the
        last two NaN without a sponsor. All six are unknown, NaN as floats, for everybody in a study without any
        pairing. ``has_leader_tie`` is 1 or 0. ``steps_to_leader`` is NaN where no leader can be reached and
        ``leader_share`` where nobody influences the person.

    Raises
    ------
    StudyError
        Nobody is a leader.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc"), "leader": [True, False, False]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]}))
    >>> access_table(graph)[["leader_ties", "steps_to_leader", "leaders_within_2"]].to_numpy().tolist()
    [[0.0, nan, 0.0], [1.0, 1.0, 1.0], [0.0, 2.0, 1.0]]
    """
    if not graph.is_leader.any():
        raise StudyError(
            "nobody in the roster is a leader, so there is nobody to have access to",
            cure="set leaders.at_or_above to a level people hold, or leaders.people",
        )
    table = pd.DataFrame(_of_ties(graph, draws=draws, seed=seed, progress=progress), index=graph.persons)
    if graph.pairings.empty:
        # Without a list of pairings nobody knows who mentors or sponsors whom; 0 would say that nobody does.
        table[list(PAIRING_MEASURES)] = np.nan
    else:
        table["mentors"] = pairings_held(graph, "mentor")
        table["sponsors"] = pairings_held(graph, "sponsor")
        table["mentored_not_sponsored"] = (table["mentors"] > 0) & (table["sponsors"] == 0)
        table["leader_sponsors"] = leader_sponsors(graph)
        table["sponsor_levels_up"] = sponsor_levels_up(graph)
        table["sponsor_influence"] = sponsor_influence(graph, influence=influence)
    if progress:
        progress(_WHOLE, _WHOLE)
    return table


def _of_ties(
    graph: InfluenceGraph, *, draws: int, seed: int, progress: Progress | None
) -> dict[str, pd.Series | np.ndarray]:
    """The measures `TWICE`, without and with the own management chain."""
    both: dict[str, tuple[pd.Series | np.ndarray, pd.Series | np.ndarray]] = {}
    if progress:
        progress(0, _WHOLE)
    for measure in (leader_ties, from_leaders, to_leaders, leader_strength, leader_share):
        both[measure.__name__] = measure(graph), measure(graph, with_chain=True)
    without, with_chain = both["leader_ties"]
    both["has_leader_tie"] = (without > 0).astype(int), (with_chain > 0).astype(int)
    ways = ways_of(graph)
    both["steps_to_leader"] = steps_from(ways, progress=portion(progress, *_STEPS, _WHOLE))
    both["leaders_within_2"] = leaders_around(ways, steps=2)
    both["paths_to_leaders"] = separate_ways(ways, most=PATHS_COUNTED, progress=portion(progress, *_PATHS, _WHOLE))
    del ways
    both["cascade_reach"] = cascade_reach_both(
        graph, draws=draws, seed=seed, progress=portion(progress, *_CASCADES, _WHOLE)
    )
    both["influence_from_leaders"] = influence_from_leaders_both(graph, progress=portion(progress, *_INFLUENCE, _WHOLE))
    return {
        name + ending: values for name in TWICE for ending, values in zip(("", WITH_CHAIN), both[name], strict=True)
    }
