"""Ties: who influences whom, through which channel, how strongly.

A ties table has the columns ``source``, ``target``, ``channel``, ``strength`` (greater than 0, larger is closer),
``count`` (events behind it) and ``last`` (the day of the latest). An arc reads *source influences target*.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ona.model.errors import InputError

TIE_COLUMNS = ("source", "target", "channel", "strength", "count", "last")


_MEANT = ("weight", "value", "distance")
"""What strengths are called elsewhere; to take such ties for all alike would be wrong without a word."""


def ties_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Bring ties into the one shape the toolkit works on.

    Parameters
    ----------
    frame : DataFrame
        At least ``source`` and ``target``. ``channel`` defaults to ``"tie"`` and ``count`` to 1, also where a row has
        none; ``strength`` to 1, ``last`` to missing. Rows for the same source, target and channel are added up.

    Returns
    -------
    DataFrame
        Columns `TIE_COLUMNS`, one row for each source, target and channel, sorted by them.

    Raises
    ------
    InputError
        A missing column, a tie with an end missing, or a strength that is not a positive finite number.

    Examples
    --------
    >>> ties_table(pd.DataFrame({"source": ["a", "a"], "target": ["b", "b"]}))["strength"].tolist()
    [2.0]
    """
    table = frame.reset_index(drop=True)
    for column in ("source", "target"):
        if column not in table:
            raise InputError(f"ties need the column '{column}'")
        if table[column].isna().any():
            raise InputError(f"a tie has no {column}", cure="leave out rows that name nobody")
    out = pd.DataFrame({c: table[c].astype("str") for c in ("source", "target")})
    if "strength" not in table and (meant := next((name for name in _MEANT if name in table), None)):
        raise InputError(
            f"ties have no column 'strength' but a column '{meant}'",
            cure="rename it if larger is closer, or drop it if all ties are alike",
        )
    channel = table["channel"] if "channel" in table else pd.Series("tie", index=table.index)
    out["channel"] = channel.astype("str").fillna("tie")
    out["strength"] = _strengths(table["strength"]) if "strength" in table else 1.0
    out["count"] = table["count"].fillna(1).astype("int64") if "count" in table else 1
    out["last"] = pd.to_datetime(table["last"]) if "last" in table else pd.Series(pd.NaT, index=table.index)
    strength = out["strength"].to_numpy()
    if not (np.isfinite(strength).all() and (strength > 0).all()):
        at = int(np.flatnonzero(~np.isfinite(strength) | (strength <= 0))[0])
        raise InputError(
            f"the tie {out['source'][at]} → {out['target'][at]} has strength {strength[at]:g}",
            cure="strength must be a number above 0",
        )
    return _merged(out[list(TIE_COLUMNS)])


def _strengths(given: pd.Series) -> pd.Series:
    """Strengths as numbers.

    Raises
    ------
    InputError
        One is text that is no number.
    """
    found = pd.to_numeric(given, errors="coerce").astype(float)
    wrong = found.isna() & given.notna()
    if wrong.any():
        raise InputError(f"a tie has the strength '{given[wrong].iloc[0]}'", cure="strength must be a number above 0")
    return found


def _merged(ties: pd.DataFrame) -> pd.DataFrame:
    """One row for each source, target and channel, sorted by them."""
    # Sorted codes order like the text they stand for, and are many times as fast to sort and to group by.
    keys = ["source", "target", "channel"]
    codes, names = zip(*(pd.factorize(ties[key], sort=True) for key in keys), strict=True)
    shape = tuple(max(len(found), 1) for found in names)
    place = np.ravel_multi_index(codes, shape)
    if (np.diff(place) > 0).all():
        return ties
    merged = ties.groupby(place, sort=True).agg({"strength": "sum", "count": "sum", "last": "max"})
    at = np.unravel_index(merged.index.to_numpy(), shape)
    ends = {key: pd.Series(found[where]) for key, found, where in zip(keys, names, at, strict=True)}
    return pd.DataFrame(ends).join(merged.reset_index(drop=True))
