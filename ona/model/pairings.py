"""Pairings: who mentors whom, and who sponsors whom. The two are never mixed.

A pairings table has the columns ``senior``, ``junior``, ``kind``, ``start``, ``end``, ``status`` and ``program``.
"""

from __future__ import annotations

import pandas as pd

from ona.model.errors import InputError

KINDS = ("mentor", "sponsor", "peer", "reverse", "group")
STATUSES = ("active", "completed", "cancelled", "pending")
PAIRING_COLUMNS = ("senior", "junior", "kind", "start", "end", "status", "program")


def pairings_table(frame: pd.DataFrame | None = None) -> pd.DataFrame:
    """Bring pairings into the one shape the toolkit works on.

    Parameters
    ----------
    frame : DataFrame, optional
        At least ``senior``, ``junior`` and ``kind``. ``status`` is taken to be ``active`` where absent. Without a
        frame the result is an empty table.

    Returns
    -------
    DataFrame
        Columns `PAIRING_COLUMNS`, sorted by senior, junior, kind and start.

    Raises
    ------
    InputError
        A missing column, a kind not in `KINDS`, or a status not in `STATUSES`.

    Examples
    --------
    >>> pairings_table(pd.DataFrame({"senior": ["a"], "junior": ["b"], "kind": ["sponsor"]}))["status"].tolist()
    ['active']
    """
    table = pd.DataFrame(columns=list(PAIRING_COLUMNS[:3])) if frame is None else frame.reset_index(drop=True)
    for column in ("senior", "junior", "kind"):
        if column not in table:
            raise InputError(f"pairings need the column '{column}'", cure=f"name it under [[pairings]] as {column}")
    unknown = set(table["kind"]) - set(KINDS)
    if unknown:
        raise InputError(f"pairing kind '{min(map(str, unknown))}' is not one of {', '.join(KINDS)}")
    out = pd.DataFrame({c: table[c].astype("str") for c in ("senior", "junior", "kind")})
    for column in ("start", "end"):
        out[column] = pd.to_datetime(table[column]) if column in table else pd.Series(pd.NaT, index=table.index)
    out["status"] = table["status"].astype("str").fillna("active") if "status" in table else "active"
    out["status"] = out["status"].astype("str")
    wrong = set(out["status"]) - set(STATUSES)
    if wrong:
        raise InputError(f"pairing status '{min(wrong)}' is not one of {', '.join(STATUSES)}")
    out["program"] = (table["program"] if "program" in table else pd.Series(index=table.index)).astype("str")
    ordered = out.sort_values(["senior", "junior", "kind", "start"], kind="stable", ignore_index=True)
    return ordered[list(PAIRING_COLUMNS)]


def active_pairings(pairings: pd.DataFrame, *, on: pd.Timestamp | None = None) -> pd.DataFrame:
    """Pairings held on a day: status ``active``, begun by then, and not ended before it.

    Parameters
    ----------
    pairings : DataFrame
        A pairings table.
    on : Timestamp, optional
        The day; without it only the status counts.

    Returns
    -------
    DataFrame
        The rows that are held.

    Examples
    --------
    >>> held = pairings_table(pd.DataFrame({"senior": ["a"], "junior": ["b"], "kind": ["mentor"],
    ...                                     "end": ["2024-01-31"]}))
    >>> len(active_pairings(held, on=pd.Timestamp("2024-02-01")))
    0
    """
    held = pairings["status"] == "active"
    if on is not None:
        held &= pairings["start"].isna() | (pairings["start"] <= on)
        held &= pairings["end"].isna() | (pairings["end"] >= on)
    return pairings[held]
