"""Ties: who influences whom, through which channel, how strongly.

A ties table has the columns ``source``, ``target``, ``channel``, ``strength`` (greater than 0, larger is closer),
``count`` (events behind it) and ``last`` (the day of the latest). An arc reads *source influences target*.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ona.model.errors import InputError

TIE_COLUMNS = ("source", "target", "channel", "strength", "count", "last")


def ties_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Bring ties into the one shape the toolkit works on.

    Parameters
    ----------
    frame : DataFrame
        At least ``source`` and ``target``. ``channel`` defaults to ``"tie"``, ``strength`` and ``count`` to 1,
        ``last`` to missing. Rows for the same source, target and channel are added up.

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
    out["channel"] = table["channel"].astype("str") if "channel" in table else "tie"
    out["channel"] = out["channel"].astype("str")
    out["strength"] = table["strength"].astype(float) if "strength" in table else 1.0
    out["count"] = table["count"].astype("int64") if "count" in table else 1
    out["last"] = pd.to_datetime(table["last"]) if "last" in table else pd.Series(pd.NaT, index=table.index)
    strength = out["strength"].to_numpy()
    if not (np.isfinite(strength).all() and (strength > 0).all()):
        at = int(np.flatnonzero(~np.isfinite(strength) | (strength <= 0))[0])
        raise InputError(
            f"the tie {out['source'][at]} → {out['target'][at]} has strength {strength[at]:g}",
            cure="strength must be a number above 0",
        )
    keys = ["source", "target", "channel"]
    merged = out.groupby(keys, sort=True, as_index=False).agg({"strength": "sum", "count": "sum", "last": "max"})
    return merged[list(TIE_COLUMNS)]
