"""What tables of change need of their windows: that they can be compared, who was there, and ties as numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from metrics._chain import in_chain
from metrics.trend import Window
from ona.model import InfluenceGraph, StudyError

Progress = Callable[[int, int], None]
"""Called with how much is done, and how much there is."""

DAYS_A_WEEK = 7.0


def check_windows(windows: Sequence[Window], *, least: int) -> None:
    """Refuse too few windows, windows out of order, and windows of different people or leaders."""
    if len(windows) < least:
        asked = "one window" if least == 1 else f"{least} windows"
        raise StudyError(f"a change needs at least {asked} of time", cure="cut the study's days into shorter windows")
    first = windows[0].graph
    for window in windows:
        if _day(window.last_day) < _day(window.first_day):
            raise StudyError(
                f"the window from {window.first_day} ends on {window.last_day}, before it begins",
                cure="give its first day first",
            )
    for before, after in pairwise(windows):
        if _day(after.first_day) <= _day(before.last_day):
            raise StudyError(
                f"the window from {after.first_day} begins before the one until {before.last_day} has ended",
                cure="put windows in order, without overlap",
            )
        if not after.graph.persons.equals(first.persons) or (after.graph.is_leader != first.is_leader).any():
            raise StudyError(
                f"the window from {after.first_day} has other people or leaders than the first",
                cure="make every window from the same roster",
            )


def days_of(window: Window) -> int:
    """How many days a window has, both ends included."""
    return int((_day(window.last_day) - _day(window.first_day)).days) + 1


def weeks_between(one: Window, other: Window) -> float:
    """Weeks from the middle of a window to the middle of another."""
    begins = (_day(other.first_day) - _day(one.first_day)).days
    ends = (_day(other.last_day) - _day(one.last_day)).days
    return float((begins + ends) / 2.0 / DAYS_A_WEEK)


def started(graph: InfluenceGraph) -> np.ndarray:
    """The day each person began, as days; not a time where it is unknown."""
    return graph.people["start"].to_numpy("datetime64[D]")


def day_number(day: str) -> np.datetime64:
    """A window's day, to compare with those of `started`."""
    return np.datetime64(_day(day), "D")


def there_by(graph: InfluenceGraph, day: str) -> np.ndarray:
    """True for people who had begun by a day; whose start is unknown counts as there all along."""
    start = started(graph)
    return np.asarray(np.isnat(start) | (start <= day_number(day)))


def with_ties_among(graph: InfluenceGraph, there: np.ndarray) -> tuple[InfluenceGraph, int]:
    """The graph without the ties of people who are not there, and how many arcs that leaves out."""
    source, target = graph.arc_ends
    left_out = int((~(there[source] & there[target])).sum())
    if not left_out:
        return graph, 0
    ends = [graph.positions(graph.ties[end]) for end in ("source", "target")]
    return graph.keeping_ties(there[ends[0]] & there[ends[1]]), left_out


def arc_keys(graph: InfluenceGraph) -> np.ndarray:
    """Each arc as one number, source × people + target, increasing."""
    source, target = graph.arc_ends
    return np.asarray(source.astype(np.int64) * graph.size + target)


def contact_keys(graph: InfluenceGraph, there: np.ndarray) -> np.ndarray:
    """Each person's contacts, tied either way: person × people + contact, increasing, both of them there."""
    source, target = graph.arc_ends
    kept = there[source] & there[target]
    return _both_ways(source[kept], target[kept], graph.size)


def leader_keys(graph: InfluenceGraph, there: np.ndarray) -> np.ndarray:
    """Of `contact_keys` those whose contact is a leader outside the person's own management chain."""
    source, target = graph.arc_ends
    leader = graph.is_leader
    kept = there[source] & there[target] & (leader[source] | leader[target])
    person, other = np.divmod(_both_ways(source[kept], target[kept], graph.size), max(graph.size, 1))
    met = leader[other]
    person, other = person[met], other[met]
    outside = ~in_chain(graph, person, other)
    return np.asarray(person[outside] * graph.size + other[outside])


def held_in(keys: np.ndarray, others: np.ndarray) -> np.ndarray:
    """True for each key that is among others; both increasing, none twice."""
    if not len(others):
        return np.zeros(len(keys), bool)
    place = np.minimum(np.searchsorted(others, keys), len(others) - 1)
    return np.asarray(others[place] == keys)


def count_by_person(keys: np.ndarray, size: int) -> np.ndarray:
    """How many keys each person has."""
    return np.bincount(keys // max(size, 1), minlength=size)


def divided(above: float, below: float) -> float:
    """A share; NaN of nothing."""
    return float(above) / float(below) if below else float("nan")


def _both_ways(source: np.ndarray, target: np.ndarray, size: int) -> np.ndarray:
    """Keys of the arcs and of the arcs turned round, increasing, none twice."""
    # Adding two sparse matrices merges their sorted rows, which is many times as fast as sorting all keys.
    one_way = csr_array((np.ones(len(source), np.int8), (source, target)), shape=(size, size))
    tied = csr_array(one_way + one_way.T)
    tied.sort_indices()
    person = np.repeat(np.arange(size, dtype=np.int64), np.diff(tied.indptr))
    return np.asarray(person * size + tied.indices)


def _day(day: str) -> pd.Timestamp:
    return pd.Timestamp(day).normalize()
