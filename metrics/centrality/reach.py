"""Reach: what share of all others a person's influence comes to in a few steps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from metrics._arrays import by_person
from metrics.centrality._searches import arcs_of, reached_within
from ona.model import InfluenceGraph, StudyError


def reach(graph: InfluenceGraph, *, steps: int = 2, progress: Callable[[int, int], None] | None = None) -> pd.Series:
    """What share of all other people a person's influence reaches within so many steps.

    Σ_j [1 ≤ hops(i, j) ≤ k] / (n − 1), hops counted along the direction of influence, strength ignored. Exact.

    Parameters
    ----------
    steps : int
        k, at least 1.
    progress : callable, optional
        Called as ``progress(people done, people in all)``.

    Returns
    -------
    Series
        Index ``person``, between 0 and 1; NaN when there are no other people.

    Raises
    ------
    StudyError
        Fewer than one step.

    References
    ----------
    Borgatti 2006, *Computational & Mathematical Organization Theory* 12, 21–34.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> reach(line(), steps=1).tolist(), reach(line(), steps=2).tolist()
    ([0.5, 0.5, 0.0], [1.0, 0.5, 0.0])
    """
    if steps < 1:
        raise StudyError(f"reach within {steps} steps says nothing", cure="use 1 or more steps")
    reached = reached_within(arcs_of(graph, directed=True, steps=True), steps, progress=progress)
    others = graph.size - 1 or np.nan
    return by_person(graph, reached / others, f"reach_{steps}")
