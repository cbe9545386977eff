"""The small organisation of the doctests."""

from __future__ import annotations

import pandas as pd

from ona.model import InfluenceGraph, influence_graph


def three() -> InfluenceGraph:
    """The ties b ↔ a → c, a and b in one function, b the leader."""
    people = pd.DataFrame({"person": ["a", "b", "c"], "function": ["x", "x", "y"], "leader": [False, True, False]})
    ties = pd.DataFrame({"source": ["a", "b", "a"], "target": ["b", "a", "c"], "strength": [1.0, 2.0, 3.0]})
    return influence_graph(people, ties)


def line() -> InfluenceGraph:
    """The ties 1 → 2 → 3, 1 and 2 in sales, 3 in legal."""
    people = pd.DataFrame({"person": ["1", "2", "3"], "function": ["sales", "sales", "legal"]})
    return influence_graph(people, pd.DataFrame({"source": ["1", "2"], "target": ["2", "3"]}))
