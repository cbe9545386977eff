"""How exact measures are that may come from a sample: a table, and the sentence a report prints."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, Context

import pandas as pd

from metrics.centrality.sampling import Estimate

PRECISION_COLUMNS = ("measure", "method", "sources", "people", "epsilon", "delta", "unit", "sentence")
"""Columns of `precision_table`."""


def precision_table(estimates: Mapping[str, Estimate]) -> pd.DataFrame:
    """How exact each measure is.

    Parameters
    ----------
    estimates : mapping of str to Estimate
        By the measure's name.

    Returns
    -------
    DataFrame
        A row a measure; columns `PRECISION_COLUMNS`: ``measure``; ``method``, "exact" or "sampled"; ``sources``,
        searches made; ``people``; ``epsilon``, the largest error as a share of the largest value anybody could have, 0
        if exact; ``delta``, the chance that anybody's error is larger than told, 0 if exact; ``unit`` of the values;
        ``sentence``, all that in plain words.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> from metrics.centrality.betweenness import betweenness_estimate
    >>> precision_table({"betweenness": betweenness_estimate(line())})["sentence"].item()
    'Betweenness is exact: the shortest ways from all 3 people were searched.'
    """
    rows = [
        (
            name,
            "exact" if found.exact else "sampled",
            found.sources,
            found.people,
            found.epsilon,
            0.0 if found.exact else found.delta,
            found.unit,
            _sentence(name, found),
        )
        for name, found in estimates.items()
    ]
    types = {"measure": "str", "method": "str", "sources": "int64", "people": "int64", "epsilon": "float64"}
    types |= {"delta": "float64", "unit": "str", "sentence": "str"}
    return pd.DataFrame(rows, columns=list(PRECISION_COLUMNS)).astype(types)


def _sentence(name: str, found: Estimate) -> str:
    what = "–".join(part.capitalize() for part in name.split("_"))
    if found.exact:
        whom = "the only person" if found.people == 1 else f"all {found.people:,} people"
        return f"{what} is exact: the shortest ways from {whom} were searched."
    if found.error.isna().any():
        return f"{what} is not known: none of the searches drawn among {found.people:,} people tells it."
    searches = "1 search," if found.sources == 1 else f"{found.sources:,} searches, each"
    return (
        f"{what} is estimated from {searches} from a person drawn at random among {found.people:,}; with a probability "
        f"of at least {100 * (1 - found.delta):g} % every value is within {_rounded_up(100 * found.epsilon)} % of the "
        f"largest value possible of the exact one ({_rounded_up(float(found.error.max()))}, {found.unit}). That is a "
        "guarantee for everybody at once: typical errors are far smaller."
    )


def _rounded_up(value: float) -> str:
    """To three digits, never downwards: an error may not look smaller than it is."""
    rounded = Context(prec=3, rounding=ROUND_CEILING).create_decimal_from_float(value)
    return f"{rounded:,f}" if 1e-6 < value < 1e15 else f"{rounded:g}"
