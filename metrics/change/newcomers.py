"""How long newcomers take to have as many contacts as their peers, and to meet a leader outside their own line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from metrics._arrays import strata_codes
from metrics.change._windows import (
    DAYS_A_WEEK,
    Progress,
    check_windows,
    contact_keys,
    count_by_person,
    day_number,
    leader_keys,
    started,
    there_by,
)
from metrics.inference.parts import varies
from metrics.trend import Window
from ona.model import InfluenceGraph, StudyError
from ona.model.groups import BETWEEN

NEWCOMER_COLUMNS = (
    "start", "weeks_observed", "peers", "peer_group", "integrated", "window", "weeks_low", "weeks_high", "leader_met",
    "leader_weeks_low", "leader_weeks_high",
)  # fmt: skip
"""Columns of a table of newcomers, in order."""

EVERYBODY = "everybody"
"""The peer group of newcomers with too few peers in their own place."""


def newcomers_table(
    windows: Sequence[Window],
    *,
    contacts: float = 1.0,
    strata: Sequence[str] = ("level", "function"),
    fewest_peers: int = 5,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """For each newcomer, how many weeks it took to have as many contacts as established peers have.

    Newcomers began on a day of the windows, from the first day of the first to the last day of the last. Established
    people began before, or their start is unknown. A newcomer's *peers* are the established people of the same stratum;
    all established people where there are fewer than `fewest_peers` of them.

    Window by window, the newcomer's distinct contacts (people tied either way, who have begun) are held against the
    median of what the peers have in the same window, those without contacts included: so it does not matter how much is
    recorded in one window or another. A newcomer is *integrated* in the first window in which they have at least
    `contacts` times that median, and at least one. When exactly is not seen: it was after the end of the window before,
    ``weeks_low``, and by the end of this one, ``weeks_high``, counted from the start. Who never got there is *censored*
    at the last day seen. The window in which somebody begins gives them less time than their peers have, which makes
    integration look later by up to a window; what they had before their start counts too.

    The same is told of the first tie to a leader outside the own management chain.

    It counts contacts, and says nothing of how somebody fares. Nobody's departure is known: newcomers who left stay as
    people who never got there, and those who left before the roster was drawn up are not in it at all.

    Parameters
    ----------
    windows : sequence of Window
        Earliest first, two or more, short and without a break: four weeks each, say. All weeks are known only to within
        a window's length.
    contacts : float
        The part of the peers' median that counts as integrated, above 0.
    strata : sequence of str
        Roster columns that peers share; unknown is a value of its own. Empty for all established people.
    fewest_peers : int
        How few peers of the same stratum are too few.
    progress : callable, optional
        Called as ``progress(windows done, windows in all)``.

    Returns
    -------
    DataFrame
        Index ``person``, newcomers only, in the order of the roster; no rows where there are none:

        - ``start``; ``weeks_observed``, from the start to the end of the last window;
        - ``peers``, how many, and ``peer_group``: the strata, such as "level × function", or "everybody";
        - ``integrated``, true or false; ``window``, the number of the window it was in, NaN for never; ``weeks_low``
          and ``weeks_high``. For never, ``weeks_low`` is ``weeks_observed`` and ``weeks_high`` infinite;
        - ``leader_met``, ``leader_weeks_low``, ``leader_weeks_high``: the same of the first tie to a leader.

    Raises
    ------
    StudyError
        Fewer than two windows, windows out of order or of different people or leaders, nobody's start known, nobody
        established, no such column, or `contacts` not above 0.

    References
    ----------
    Rollag, Parise & Cross 2005, *MIT Sloan Management Review* 46(2), 35–41 (what sets quickly productive newcomers
    apart is how fast they build a network).

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcn"), "leader": [True, False, False, False],
    ...                        "start": pd.to_datetime(["2015-01-01"] * 3 + ["2024-01-08"])})
    >>> def window(first_day, last_day, *ties):
    ...     arcs = pd.DataFrame([tuple(tie) for tie in ties], columns=["source", "target"])
    ...     return Window(first_day, last_day, influence_graph(people, arcs))
    >>> windows = [window("2024-01-01", "2024-01-28", "ab", "bc", "ca", "bn"),
    ...            window("2024-01-29", "2024-02-25", "ab", "bc", "bn", "nc")]
    >>> newcomers_table(windows)[["integrated", "window", "weeks_low", "weeks_high", "leader_met"]].values.tolist()
    [[True, 2.0, 3.0, 7.0, False]]
    """
    check_windows(windows, least=2)
    if not contacts > 0:
        raise StudyError(f"{contacts:g} times the peers' contacts is no aim", cure="give a number above 0, such as 1")
    graph = windows[-1].graph
    start = started(graph)
    if np.isnat(start).all():
        raise StudyError(
            "the roster does not say when anybody started, so nobody is known to be new",
            cure="name the column that does as start = '…' under [people]",
        )
    begin, end = day_number(windows[0].first_day), day_number(windows[-1].last_day)
    established = np.isnat(start) | (start < begin)
    new = np.flatnonzero((start >= begin) & (start <= end))
    if not established.any():
        raise StudyError(
            f"nobody in the roster started before {windows[0].first_day}, so newcomers have no established peers",
            cure="begin with a later window",
        )
    peers = _peers(graph, established, new, strata, fewest_peers)
    reached = {"contacts": np.zeros(len(new), np.int64), "leader": np.zeros(len(new), np.int64)}
    for done, window in enumerate(windows, start=1):
        there = there_by(graph, window.last_day)
        counts = count_by_person(contact_keys(window.graph, there), graph.size)
        enough = {
            "contacts": counts[new] >= np.maximum(contacts * peers.medians(counts), 1.0),
            "leader": count_by_person(leader_keys(window.graph, there), graph.size)[new] > 0,
        }
        for what, first in reached.items():
            first[(first == 0) & there[new] & enough[what]] = done
        if progress:
            progress(done, len(windows))
    weeks = {what: _weeks(windows, start[new], first) for what, first in reached.items()}
    return pd.DataFrame(
        {
            "start": pd.Series(start[new].astype("datetime64[s]"), index=graph.persons[new]),
            "weeks_observed": _weeks_to(start[new], end),
            "peers": peers.sizes,
            "peer_group": pd.Series(peers.names, index=graph.persons[new], dtype="str"),
            "integrated": reached["contacts"] > 0,
            "window": np.where(reached["contacts"] > 0, reached["contacts"], np.nan),
            "weeks_low": weeks["contacts"][0],
            "weeks_high": weeks["contacts"][1],
            "leader_met": reached["leader"] > 0,
            "leader_weeks_low": weeks["leader"][0],
            "leader_weeks_high": weeks["leader"][1],
        },
        index=graph.persons[new],
    )[list(NEWCOMER_COLUMNS)]


@dataclass(frozen=True, eq=False)
class _Peers:
    """Each newcomer's established peers: how many, what they are called, and medians over them."""

    order: np.ndarray  # established people, cell by cell
    cells: np.ndarray  # their cells, increasing
    bounds: np.ndarray  # where each cell begins and the last one ends
    cell: np.ndarray  # of each newcomer; −1 for everybody
    name: str

    @property
    def sizes(self) -> np.ndarray:
        own = np.diff(self.bounds)[self.cell]
        return np.where(self.cell >= 0, own, len(self.order))

    @property
    def names(self) -> np.ndarray:
        return np.where(self.cell >= 0, self.name, EVERYBODY)

    def medians(self, counts: np.ndarray) -> np.ndarray:
        """The median of the counts over each newcomer's peers."""
        held = counts[self.order]
        held = held[np.lexsort((held, self.cells))]
        size, first = np.diff(self.bounds), self.bounds[:-1]
        # A cell without anybody in it is nobody's own.
        middle = [held[np.minimum(first + half, len(held) - 1)] for half in (np.maximum(size - 1, 0) // 2, size // 2)]
        own = (middle[0] + middle[1]) / 2.0
        return np.asarray(np.where(self.cell >= 0, own[self.cell], np.median(held)))


def _peers(
    graph: InfluenceGraph, established: np.ndarray, new: np.ndarray, strata: Sequence[str], fewest: int
) -> _Peers:
    held = tuple(column for column in strata if varies(graph, column, np.ones(graph.size, bool)))
    codes = strata_codes(graph, held)
    where = np.flatnonzero(established)
    order = where[np.argsort(codes[where], kind="stable")]
    sizes = np.bincount(codes[order], minlength=int(codes.max()) + 1)
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    own = (sizes[codes[new]] >= fewest) & bool(held)
    return _Peers(order, codes[order], bounds, np.where(own, codes[new], -1), BETWEEN.join(held))


def _weeks(windows: Sequence[Window], start: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """After how many weeks at least, and by how many, it had happened; ``first`` is the window, 0 for never."""
    ends = np.array([day_number(window.last_day) for window in windows])
    until = _weeks_to(start, ends[-1])
    before = np.maximum(_weeks_to(start, ends[np.maximum(first - 2, 0)]), 0.0)
    low = np.where(first > 1, before, 0.0)
    return np.where(first > 0, low, until), np.where(first > 0, _weeks_to(start, ends[first - 1]), np.inf)


def _weeks_to(start: np.ndarray, day: np.ndarray | np.datetime64) -> np.ndarray:
    """Weeks from a first day to the end of another, both included."""
    return np.asarray(((day - start).astype(np.int64) + 1) / DAYS_A_WEEK)
