"""One joint assignment: who sponsors whom, for everybody at once, within the sponsors' capacity."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ona.model import StudyError

ASSIGNMENT_COLUMNS = ("protege", "sponsor", "score", "rank", "introducer", "path", "reasons", "cautions")
SCALE = 1_000_000
"""Scores and priorities count to the millionth, as the flow needs whole numbers."""


def assign(
    candidates: pd.DataFrame,
    *,
    capacity: int | pd.Series | None = None,
    priority: pd.Series | None = None,
) -> pd.DataFrame:
    """Choose at most one sponsor for each protégé so that the total is the largest that capacity allows.

    Maximises Σ (score + priority) over the pairings made, subject to: at most one sponsor a protégé; for each sponsor
    at most capacity − held new protégés; only listed pairs. It is the total that counts and not the number of
    protégés served: two middling pairings are made instead of one good one only if together they are worth more. A
    pairing worth nothing is still made where there is room, so nobody is left out while one of their candidates has
    room. Among optima of equal total, the one with the smallest sum of ranks is taken (staying without counts as one
    rank below the worst), and the same table always gives the same answer whatever the order of its rows.

    Solved exactly, as a minimum-cost flow protégé → sponsor → out (Ahuja, Magnanti & Orlin 1993, *Network Flows*), in
    whole numbers: score and priority are rounded to the millionth.

    Parameters
    ----------
    candidates : DataFrame
        What `candidate_table` gave: ``protege``, ``candidate``, ``score``, ``rank``, ``held``, ``capacity``, and what
        is carried over.
    capacity : int or Series, optional
        How many protégés a sponsor can have, those held now included: one number, or a Series indexed by person that
        has every candidate. By default the table's own.
    priority : Series, optional
        How much it matters that a protégé is served, 0 to 1, indexed by person; 0 for people not in it. It weighs as
        much as a score of the same size.

    Returns
    -------
    DataFrame
        One row a pairing, sorted by protégé: ``protege``, ``sponsor``, ``score``, ``rank`` (the sponsor's place in the
        protégé's list), ``introducer``, ``path``, ``reasons``, ``cautions``.

    Raises
    ------
    StudyError
        A priority outside 0 to 1, a candidate without capacity, or a pair listed twice.

    Examples
    --------
    Ann has room for one. Cy alone would get her, and Di nobody; but both are served, and the total is larger.

    >>> table = pd.DataFrame({"protege": ["cy", "cy", "di"], "candidate": ["ann", "bo", "ann"], "rank": [1, 2, 1],
    ...     "score": [0.8, 0.6, 0.7], "held": 0, "capacity": 1, "introducer": "", "path": "", "reasons": "",
    ...     "cautions": ""})
    >>> assign(table)[["protege", "sponsor", "rank"]].values.tolist()
    [['cy', 'bo', 2], ['di', 'ann', 1]]
    """
    table = candidates.sort_values(["protege", "rank", "candidate"], kind="stable", ignore_index=True)
    repeated = table.duplicated(["protege", "candidate"])
    if repeated.any():
        pair = table[repeated].iloc[0]
        raise StudyError(f"the pair {pair['protege']} and {pair['candidate']} is listed twice", cure="list it once")
    room = _room(table, capacity)
    worth = np.rint((table["score"].fillna(0.0) + _priority(table, priority)).to_numpy(float) * SCALE).astype(np.int64)
    open_pair = table["candidate"].map(room).to_numpy() > 0
    chosen = table[open_pair][_largest_total(table[open_pair], worth[open_pair], room)]
    made = chosen.rename(columns={"candidate": "sponsor"})
    return made[list(ASSIGNMENT_COLUMNS)].reset_index(drop=True)


def unassigned(
    candidates: pd.DataFrame, assignment: pd.DataFrame, *, without: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Everyone who lacks a sponsor and gets none in the assignment, with the reason.

    Parameters
    ----------
    candidates : DataFrame
        What `candidate_table` gave.
    assignment : DataFrame
        What `assign` gave.
    without : DataFrame, optional
        What `without_candidates` gave, so that people with no candidate at all are listed as well.

    Returns
    -------
    DataFrame
        ``person`` (sorted) and ``reason``.

    Examples
    --------
    >>> table = pd.DataFrame({"protege": ["cy", "di"], "candidate": ["ann", "ann"], "rank": 1, "score": [0.8, 0.7],
    ...     "held": 0, "capacity": 1, "introducer": "", "path": "", "reasons": "", "cautions": ""})
    >>> unassigned(table, assign(table)).values.tolist()
    [['di', 'their only candidate has no room left']]
    """
    counts = candidates["protege"].value_counts().sort_index()
    counts = counts[~counts.index.isin(assignment["protege"])]
    reasons = [_why(int(number)) for number in counts]
    left = pd.DataFrame({"person": counts.index.astype("str"), "reason": pd.Series(reasons, dtype="str")})
    if without is None:
        return left
    both = pd.concat([left, without[["person", "reason"]]], ignore_index=True)
    return both.sort_values("person", kind="stable", ignore_index=True)


def _why(number: int) -> str:
    return (
        "their only candidate has no room left" if number == 1 else f"none of their {number} candidates has room left"
    )


def _room(table: pd.DataFrame, capacity: int | pd.Series | None) -> pd.Series:
    """How many new protégés each candidate can take, indexed by candidate, sorted."""
    each = table.drop_duplicates("candidate").set_index("candidate").sort_index()
    if capacity is None:
        total = each["capacity"]
    elif isinstance(capacity, pd.Series):
        total = capacity.reindex(each.index)
        if total.isna().any():
            raise StudyError(
                f"no capacity is given for candidate '{each.index[total.isna()][0]}'",
                cure="give one for every candidate",
            )
    else:
        total = pd.Series(capacity, index=each.index)
    return (total - each["held"]).clip(lower=0).astype("int64")


def _priority(table: pd.DataFrame, priority: pd.Series | None) -> pd.Series:
    if priority is None:
        return pd.Series(0.0, index=table.index)
    if priority.isna().any() or not priority.between(0.0, 1.0).all():
        raise StudyError("a priority is outside 0 to 1", cure="scale priorities to 0 … 1")
    return table["protege"].map(priority).fillna(0.0).astype(float)


def _largest_total(table: pd.DataFrame, worth: np.ndarray, room: pd.Series) -> np.ndarray:
    """True for the pairs that the best assignment makes."""
    if table.empty:
        return np.zeros(0, bool)
    from ortools.graph.python import min_cost_flow

    protege, protege_ids = pd.factorize(table["protege"], sort=True)
    sponsor = room.index.get_indexer(pd.Index(table["candidate"]))
    people, sponsors = len(protege_ids), len(room)
    outside = people + sponsors
    rank = table["rank"].to_numpy(np.int64)
    # Worth decides; ranks break ties, so one unit of worth must outweigh every rank together. Staying without a
    # sponsor costs one rank more than the worst: a pairing worth nothing is still made where there is room.
    worst = int(rank.max()) + 1
    unit = people * worst + 1
    most = int(worth.max())
    each = np.arange(people)
    tail = np.concatenate([people * 0 + protege, each, people + np.arange(sponsors)])
    head = np.concatenate([people + sponsor, np.full(people, outside), np.full(sponsors, outside)])
    limit = np.concatenate([np.ones(len(table), np.int64), np.ones(people, np.int64), room.to_numpy()])
    cost = np.concatenate([(most - worth) * unit + rank, np.full(people, most * unit + worst), np.zeros(sponsors)])
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tail, head, limit, cost.astype(np.int64))
    flow.set_nodes_supplies(
        np.arange(outside + 1), np.r_[np.ones(people, np.int64), np.zeros(sponsors, np.int64), -people]
    )
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise StudyError(f"the assignment could not be solved ({status.name})", cure="list fewer candidates a person")
    return np.asarray(flow.flows(arcs[: len(table)])) > 0
