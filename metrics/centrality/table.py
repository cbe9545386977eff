"""Every centrality of everyone, in one table."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from metrics.centrality.cores import coreness
from metrics.centrality.degrees import degree, in_degree, in_strength, out_degree, out_strength
from metrics.centrality.paths import betweenness, closeness, reach
from metrics.centrality.walks import influence
from ona.model import InfluenceGraph


def centrality_table(
    graph: InfluenceGraph, *, steps: int = 2, progress: Callable[[int, int], None] | None = None
) -> pd.DataFrame:
    """Every centrality of everyone; the graph is converted once.

    Parameters
    ----------
    steps : int
        k of the reach column.
    progress : callable, optional
        Called as ``progress(measures done, measures in all)``.

    Returns
    -------
    DataFrame
        Index ``person``; columns ``in_strength``, ``out_strength``, ``in_degree``, ``out_degree``, ``degree``,
        ``betweenness``, ``closeness``, ``influence``, ``coreness``, ``reach_2`` (named after `steps`). Degrees and
        coreness are whole numbers.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> centrality_table(line()).loc["b", ["degree", "betweenness", "reach_2"]].tolist()
    [2.0, 1.0, 0.5]
    """
    network = graph.to_igraph()
    measures: tuple[Callable[[], pd.Series], ...] = (
        lambda: in_strength(graph),
        lambda: out_strength(graph),
        lambda: in_degree(graph),
        lambda: out_degree(graph),
        lambda: degree(graph),
        lambda: betweenness(graph, network=network),
        lambda: closeness(graph, network=network),
        lambda: influence(graph, network=network),
        lambda: coreness(graph, network=network),
        lambda: reach(graph, steps=steps, network=network),
    )
    columns = []
    for done, measure in enumerate(measures, start=1):
        columns.append(measure())
        if progress is not None:
            progress(done, len(measures))
    table = pd.concat(columns, axis=1)
    return table.astype(dict.fromkeys(("in_degree", "out_degree", "degree", "coreness"), "int64"))
