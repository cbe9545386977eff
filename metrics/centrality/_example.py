"""What the doctests of this package are about."""

from __future__ import annotations

import pandas as pd

from ona.model import InfluenceGraph


def line() -> InfluenceGraph:
    """The line a → b → c with strengths 2 and 4, for the doctests of this package."""
    from ona.model import influence_graph

    ties = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "strength": [2.0, 4.0]})
    return influence_graph(pd.DataFrame({"person": ["a", "b", "c"]}), ties)
