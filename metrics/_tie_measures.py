"""Measures of access by name, one at a time: for those who need a few of them on many networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from metrics.access import WITH_CHAIN, from_leaders, leader_share, leader_ties, to_leaders
from metrics.paths import leaders_within, paths_to_leaders, steps_to_leader
from metrics.spread import cascade_reach, influence_from_leaders
from ona.model import InfluenceGraph, StudyError


def _has_leader_tie(graph: InfluenceGraph, *, with_chain: bool) -> pd.Series:
    return (leader_ties(graph, with_chain=with_chain) > 0).astype(float)


_MEASURES: dict[str, Callable[..., pd.Series]] = {
    "leader_ties": leader_ties,
    "has_leader_tie": _has_leader_tie,
    "from_leaders": from_leaders,
    "to_leaders": to_leaders,
    "leader_share": leader_share,
    "steps_to_leader": steps_to_leader,
    "leaders_within_2": leaders_within,
    "paths_to_leaders": paths_to_leaders,
    "influence_from_leaders": influence_from_leaders,
    "cascade_reach": cascade_reach,
}


def tie_measures(graph: InfluenceGraph, names: Sequence[str]) -> pd.DataFrame:
    """Some columns of `metrics.access.access_table`, those that are made of ties, without computing the others.

    Parameters
    ----------
    graph : InfluenceGraph
    names : sequence of str
        Measures of `metrics.access.TWICE`, with or without the own management chain.

    Returns
    -------
    DataFrame of float
        Indexed by person, one column a measure.

    Raises
    ------
    StudyError
        No such measure, or one that is not made of ties.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("ab"), "leader": [True, False]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["b"]}))
    >>> tie_measures(graph, ["leader_ties", "leader_share_with_chain"]).to_numpy().tolist()
    [[0.0, nan], [1.0, 1.0]]
    """
    check_tie_measures(names)
    return pd.DataFrame(
        {
            name: _MEASURES[name.removesuffix(WITH_CHAIN)](graph, with_chain=name.endswith(WITH_CHAIN))
            for name in dict.fromkeys(names)
        },
        index=graph.persons,
        dtype=float,
    )


def check_tie_measures(names: Sequence[str]) -> None:
    """Refuse an empty list of measures, and measures that are not made of ties."""
    if not names:
        raise StudyError("no measure is named", cure=f"name one or more of {', '.join(_MEASURES)}")
    for name in names:
        if name.removesuffix(WITH_CHAIN) not in _MEASURES:
            raise StudyError(f"'{name}' is not a measure of ties", cure=f"use one of {', '.join(_MEASURES)}")
