"""The whole network in each window of time: how large, how dense, how closed, and how much leaders hold of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from metrics._arrays import both_ways, group_codes, masked_product, pattern
from metrics.brokerage import constraint
from metrics.change._windows import (
    DAYS_A_WEEK,
    Progress,
    check_windows,
    count_by_person,
    days_of,
    divided,
    leader_keys,
    there_by,
    with_ties_among,
)
from metrics.trend import Window
from ona.model import InfluenceGraph

NETWORK_COLUMNS = (
    "window", "first_day", "last_day", "days", "people", "active", "ties", "ties_set_aside", "strength", "events",
    "events_per_person_week", "strength_per_person_week", "density", "reciprocity", "mean_degree", "median_degree",
    "ties_per_person_same_volume", "largest_share", "leaders_share_of_strength", "mean_leader_ties", "clustering",
    "e_i", "median_constraint",
)  # fmt: skip
"""Columns of a table of the network over windows, in order."""

COMPARABLE = (
    "events_per_person_week", "strength_per_person_week", "ties_per_person_same_volume", "leaders_share_of_strength",
    "e_i",
)  # fmt: skip
"""Columns that do not grow merely because a window is longer."""


def network_over_windows(
    windows: Sequence[Window], *, column: str = "function", progress: Progress | None = None
) -> pd.DataFrame:
    """The whole network, window by window.

    Everything is about the people who are there by the roster: who began by the window's last day, or whose start is
    unknown. A roster does not tell who left, so nobody is taken out again. Ties of people who had not begun are set
    aside and counted.

    **What can be compared.** The longer a window, or the more is recorded in it, the more distinct ties are seen: ties,
    density, degrees, reciprocity, the largest part, clustering, constraint and leader ties all follow volume. Compare
    them between windows of equal length in which about as much is recorded. Five columns do not grow with length by
    themselves (`COMPARABLE`): events and strength *per person and week*, two shares, and
    ``ties_per_person_same_volume``, the ties that would be seen if every window had as many events a head as the
    quietest one. That is rarefaction: of M events on ties with c_1, c_2, … events, m drawn without replacement fall on
    Σ_k [1 − C(M − c_k, m) / C(M, m)] different ties on average. With a half-life in the ties' rules, events at the
    beginning of a long window count for less, so that strength a week falls with length; events a week does not.

    Parameters
    ----------
    windows : sequence of Window
        Earliest first; one or more.
    column : str
        The roster column of the E–I index.
    progress : callable, optional
        Called as ``progress(windows done, windows in all)``.

    Returns
    -------
    DataFrame
        One row a window:

        - ``window`` (from 1), ``first_day``, ``last_day``, ``days``;
        - ``people`` there; ``active``, those with any tie; ``ties``, arcs between people there; ``ties_set_aside``,
          arcs of others; ``strength``, the sum of the arcs' strengths; ``events`` behind them (a message to three
          people is three; ties that came ready made count as their own ``count`` says);
        - ``events_per_person_week`` and ``strength_per_person_week``;
        - ``density``, ties / (n (n − 1)); ``reciprocity``, the share of arcs that are returned; ``mean_degree`` and
          ``median_degree``, distinct people tied either way, over all there, those without ties included;
        - ``ties_per_person_same_volume``, as above, out-arcs a head; of windows without events none is the quietest;
        - ``largest_share``, the share of people in the largest connected part, ties taken both ways;
        - ``leaders_share_of_strength``, Σ strength of arcs leader → person / Σ strength of all arcs, arcs from somebody
          above in the own management chain left out of both, as in `metrics.access.leader_share`;
        - ``mean_leader_ties``, the mean of `metrics.access.leader_ties` over people there who are no leaders;
        - ``clustering``, global transitivity: 3 × triangles / paths of two ties, both ways, strength ignored;
        - ``e_i``, (external − internal) / (external + internal) arcs by `column`; compare it with
          `metrics.segregation.e_i_expected`, not with 0;
        - ``median_constraint``, the median of Burt's constraint over people with ties.

        Means and shares are NaN where they are of nothing: nobody there, no ties, no path of two ties, no known group.

    Raises
    ------
    StudyError
        No window, windows out of order or of different people or leaders, or no such column.

    References
    ----------
    Wasserman & Faust 1994, *Social Network Analysis*, chapters 4 and 13 (density, reciprocity, transitivity);
    Krackhardt & Stern 1988, *Social Psychology Quarterly* 51, 123–140 (E–I); Burt 1992, *Structural Holes*; Hurlbert
    1971, *Ecology* 52, 577–586 (rarefaction).

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc"), "start": pd.to_datetime(["2020-01-01", None, "2024-02-10"])})
    >>> def window(first_day, last_day, *ties):
    ...     arcs = pd.DataFrame([tuple(tie) for tie in ties], columns=["source", "target"])
    ...     return Window(first_day, last_day, influence_graph(people, arcs))
    >>> table = network_over_windows([window("2024-01-01", "2024-01-31", "ab", "ba"),
    ...                               window("2024-02-01", "2024-02-29", "ab", "bc", "ca")])
    >>> table[["people", "ties", "density", "reciprocity", "clustering"]].values.tolist()
    [[2.0, 2.0, 1.0, 1.0, nan], [3.0, 3.0, 0.5, 0.0, 1.0]]
    """
    check_windows(windows, least=1)
    rows, events = [], []
    for done, window in enumerate(windows):
        if progress:
            progress(done, len(windows))
        there = there_by(window.graph, window.last_day)
        graph, left_out = with_ties_among(window.graph, there)
        counts = graph.arcs["count"].to_numpy(np.int64)
        events.append(counts)
        days = {"window": done + 1, "first_day": window.first_day, "last_day": window.last_day}
        length = days_of(window)
        rows.append({**days, "days": length, "ties_set_aside": left_out, **_network(graph, there, column, length)})
    if progress:
        progress(len(windows), len(windows))
    table = pd.DataFrame(rows)
    table["ties_per_person_same_volume"] = _at_same_volume(events, table["people"].to_numpy())
    return table[list(NETWORK_COLUMNS)]


def _network(graph: InfluenceGraph, there: np.ndarray, column: str, days: int) -> dict[str, object]:
    """One window's numbers, all but those that need the other windows."""
    people = int(there.sum())
    matrix = graph.matrix
    tied = both_ways(graph)
    degree = np.diff(tied.indptr)
    ties, strength = int(matrix.nnz), float(matrix.sum())
    events = int(graph.arcs["count"].sum())
    person_weeks = people * days / DAYS_A_WEEK
    followers = there & ~graph.is_leader
    return {
        "people": people,
        "active": int((degree[there] > 0).sum()),
        "ties": ties,
        "strength": strength,
        "events": events,
        "events_per_person_week": divided(events, person_weeks),
        "strength_per_person_week": divided(strength, person_weeks),
        "density": divided(ties, people * (people - 1)),
        "reciprocity": divided(2 * ties - int(tied.nnz), ties),
        "mean_degree": divided(int(tied.nnz), people),
        "median_degree": float(np.median(degree[there])) if people else np.nan,
        "largest_share": divided(_largest_part(tied, there), people),
        "leaders_share_of_strength": _leaders_share(graph, matrix),
        "mean_leader_ties": divided(
            int(count_by_person(leader_keys(graph, there), graph.size)[followers].sum()), int(followers.sum())
        ),
        "clustering": _transitivity(tied),
        "e_i": _e_i(graph, column),
        "median_constraint": _median(constraint(graph).to_numpy(float)) if ties else np.nan,
    }


def _largest_part(tied: csr_array, there: np.ndarray) -> int:
    membership = connected_components(tied, directed=False)[1]
    return int(np.bincount(membership[there], minlength=1).max())


def _leaders_share(graph: InfluenceGraph, matrix: csr_array) -> float:
    """Of the strength of all arcs, but for those down a management chain, which part leaders are the source of."""
    down = csr_array(graph.chain.T, dtype=float)
    # What is taken away is the very number that is there, so that nothing but 0 is left of it.
    clear = np.asarray((matrix - matrix * down).sum(axis=1)).ravel()
    return divided(clear[graph.is_leader].sum(), clear.sum())


def _transitivity(tied: csr_array) -> float:
    """3 × triangles / paths of two ties."""
    degree = np.diff(tied.indptr).astype(np.int64)
    paths = int((degree * (degree - 1)).sum()) // 2
    if not paths:
        return float("nan")
    # Each tie points to the end with more ties, so that no person has many to point to: hubs cost no more than others.
    place = np.empty(len(degree), np.int64)
    place[np.lexsort((np.arange(len(degree)), degree))] = np.arange(len(degree))
    one, other = (place[end] for end in tied.nonzero())
    upward = one < other
    ends = (one[upward], other[upward])
    pointing = csr_array((np.ones(len(ends[0]), np.int64), ends), shape=tied.shape)
    return 3 * int(masked_product(pointing, pointing, pattern(pointing)).sum()) / paths


def _e_i(graph: InfluenceGraph, column: str) -> float:
    codes = group_codes(graph, column)[0]
    source, target = graph.arc_ends
    known = (codes[source] >= 0) & (codes[target] >= 0)
    within = int((codes[source[known]] == codes[target[known]]).sum())
    return divided(int(known.sum()) - 2 * within, int(known.sum()))


def _median(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _at_same_volume(events: Sequence[np.ndarray], people: np.ndarray) -> list[float]:
    """Ties a head that so many events would show as the quietest window has a head."""
    total = np.array([counts.sum() for counts in events], float)
    each = np.divide(total, people, out=np.full(len(total), np.nan), where=(total > 0) & (people > 0))
    if np.isnan(each).all():
        return [float("nan")] * len(events)
    least = np.nanmin(each)
    # Rounded before the part after the point goes: 3 / 7 × 7 are 3 events.
    drawn = np.floor(np.round(least * people, 9))
    return [
        divided(rarefied(counts, int(size)), here) if known else float("nan")
        for counts, size, here, known in zip(events, drawn, people, ~np.isnan(each), strict=True)
    ]


def rarefied(counts: np.ndarray, drawn: int) -> float:
    """How many different ties so many of their events fall on, on average, drawn without replacement.

    Σ_k [1 − C(M − c_k, m) / C(M, m)], M = Σ c_k.

    Parameters
    ----------
    counts : array of int, shape (ties,)
        c_k, the events of each tie.
    drawn : int
        m, at most M.

    Returns
    -------
    float

    References
    ----------
    Hurlbert 1971, *Ecology* 52, 577–586.

    Examples
    --------
    >>> rarefied(np.array([1, 1]), 1), round(rarefied(np.array([2, 1]), 2), 6)
    (1.0, 1.666667)
    """
    total = int(counts.sum())
    if drawn >= total:
        return float(len(counts))
    # What the first of a tie's events leaves untouched, then the second, and so on: exact also among many events.
    left = np.arange(total, total - int(counts.max(initial=0)), -1, dtype=float)
    with np.errstate(divide="ignore"):
        missed = np.cumsum(np.log1p(-np.minimum(drawn / left, 1.0)))
    size, times = np.unique(counts, return_counts=True)
    return float((times * -np.expm1(missed[size - 1])).sum())
