"""Coverage: how much of each group the data see at all, channel by channel.

A group that is on leave, works part-time or talks where nobody keeps a record looks poorly connected without being so.
A gap between groups whose coverage differs is to be read with that in mind.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from metrics._arrays import both_ways, group_codes
from metrics.sponsorship import NOT_RECORDED
from ona.model import InfluenceGraph

COVERAGE_COLUMNS = ("column", "group", "channel", "people", "share_seen", "ties_per_head")
"""Columns of a coverage table, in order."""

EVERY_CHANNEL = "all"
"""What the column ``channel`` says of all channels together."""


def coverage_table(graph: InfluenceGraph, *, columns: Sequence[str], min_group: int = 5) -> pd.DataFrame:
    """How many of each group's people have any tie, and how many, in every channel.

    Everyone counts, leaders too. A tie is another person one is tied to, whichever way the influence goes.

    Parameters
    ----------
    graph : InfluenceGraph
    columns : sequence of str
        Group columns of the roster.
    min_group : int
        The numbers of a group of fewer people are NaN.

    Returns
    -------
    DataFrame
        One row for each column, group and channel, in that order: ``column``; ``group``, ``"not recorded"`` for people
        whose group is unknown; ``channel``, ``"all"`` first; ``people`` in the group; ``share_seen``, the share with at
        least one tie in the channel; ``ties_per_head``, the mean number of distinct people they are tied to there,
        people without any counted as 0.

    Raises
    ------
    StudyError
        The roster has no such column.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcd"), "gender": ["woman", "woman", "man", "man"]})
    >>> ties = pd.DataFrame({"source": ["a", "c"], "target": ["c", "d"], "channel": ["mail", "chat"]})
    >>> coverage_table(influence_graph(people, ties), columns=["gender"], min_group=1).iloc[:, 1:].to_numpy().tolist()
    [['man', 'all', 2, 1.0, 1.5], ['man', 'chat', 2, 1.0, 1.0], ['man', 'mail', 2, 0.5, 0.5],
     ['woman', 'all', 2, 0.5, 0.5], ['woman', 'chat', 2, 0.0, 0.0], ['woman', 'mail', 2, 0.5, 0.5]]
    """
    layers = {EVERY_CHANNEL: graph} | {name: graph.layer(name) for name in graph.channels}
    contacts = {name: np.diff(both_ways(layer).indptr) for name, layer in layers.items()}
    rows: list[dict[str, object]] = []
    for column in columns:
        codes, names = group_codes(graph, column)
        for code, group in [*enumerate(names), (-1, NOT_RECORDED)]:
            members = codes == code
            people = int(members.sum())
            for channel, met in contacts.items():
                if people:
                    told = people >= min_group
                    rows.append(
                        {
                            "column": column,
                            "group": group,
                            "channel": channel,
                            "people": people,
                            "share_seen": float((met[members] > 0).mean()) if told else np.nan,
                            "ties_per_head": float(met[members].mean()) if told else np.nan,
                        }
                    )
    return pd.DataFrame(rows, columns=list(COVERAGE_COLUMNS))
