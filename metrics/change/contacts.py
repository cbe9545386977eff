"""What became of each person's contacts from window to window, as numbers that groups can be compared by."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from metrics._grouped import divide
from metrics.change._windows import (
    Progress,
    check_windows,
    contact_keys,
    count_by_person,
    held_in,
    leader_keys,
    there_by,
)
from metrics.trend import Window

PEOPLE_TURNOVER_COLUMNS = (
    "steps", "contacts", "kept", "lost", "formed", "survival", "leaders", "kept_leaders", "lost_leaders",
    "formed_leaders", "survival_leaders",
)  # fmt: skip
"""Columns of a table of people's turnover, in order."""


def turnover_people(windows: Sequence[Window], *, progress: Progress | None = None) -> pd.DataFrame:
    """How many contacts each person kept, lost and formed, added up over the steps from each window to the next.

    A contact is a person tied either way, since to somebody who keeps in touch it does not matter who wrote last; so
    these are not the arcs of `metrics.change.tie_turnover`. A step counts for people who had begun by the end of the
    window it starts from, and so do contacts. Nobody's departure is known: a contact who left is a contact lost.

    The table is one of measures by person, so groups are compared in it by `metrics.gaps.gap_table`, permutation test
    and all (see the example). Of the counts none says much alone: who has many contacts loses and forms many.
    ``survival`` is a share, and falls for everybody where less is recorded; the gap between groups does so far less.

    Parameters
    ----------
    windows : sequence of Window
        Earliest first, two or more.
    progress : callable, optional
        Called as ``progress(steps done, steps in all)``.

    Returns
    -------
    DataFrame of float
        Index ``person``: ``steps`` that count for the person; ``contacts`` at their beginnings; ``kept``, ``lost``
        (contacts = kept + lost) and ``formed``; ``survival`` = kept / contacts, NaN without contacts; the same of
        leaders outside the own management chain: ``leaders``, ``kept_leaders``, ``lost_leaders``, ``formed_leaders``,
        ``survival_leaders``. All but ``steps`` are NaN for people for whom no step counts.

    Raises
    ------
    StudyError
        Fewer than two windows, windows out of order or of different people or leaders.

    References
    ----------
    Burt 2000, *Social Networks* 22, 1–28.

    Examples
    --------
    >>> from metrics.gaps import Comparison, gap_table
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcd"), "gender": ["woman", "woman", "man", "man"]})
    >>> def window(first_day, last_day, *ties):
    ...     arcs = pd.DataFrame([tuple(tie) for tie in ties], columns=["source", "target"])
    ...     return Window(first_day, last_day, influence_graph(people, arcs))
    >>> windows = [window("2024-01-01", "2024-03-31", "ab", "ac", "cd"),
    ...            window("2024-04-01", "2024-06-30", "ca", "dc", "bd")]
    >>> turnover = turnover_people(windows)
    >>> turnover[["kept", "lost", "formed", "survival"]].values.tolist()
    [[1.0, 1.0, 0.0, 0.5], [0.0, 1.0, 1.0, 0.0], [2.0, 0.0, 0.0, 1.0], [1.0, 0.0, 1.0, 1.0]]
    >>> gaps = gap_table(windows[-1].graph, turnover, comparisons=[Comparison("gender", "woman", "man")], seed=1,
    ...                  measures=["survival"], strata=(), min_group=2)
    >>> gaps[["mean_focal", "mean_reference", "adjusted"]].values.tolist()
    [[0.25, 1.0, -0.75]]
    """
    check_windows(windows, least=2)
    size = windows[0].graph.size
    steps = np.zeros(size)
    counts = {name: np.zeros(size) for name in PEOPLE_TURNOVER_COLUMNS if not name.startswith(("steps", "survival"))}
    for done, (before, after) in enumerate(pairwise(windows)):
        if progress:
            progress(done, len(windows) - 1)
        there = there_by(before.graph, before.last_day)
        steps += there
        for keys, ending in ((contact_keys, ""), (leader_keys, "_leaders")):
            one, other = keys(before.graph, there), keys(after.graph, there)
            kept = held_in(one, other)
            counts[ending.removeprefix("_") or "contacts"] += count_by_person(one, size)
            counts[f"kept{ending}"] += count_by_person(one[kept], size)
            counts[f"lost{ending}"] += count_by_person(one[~kept], size)
            counts[f"formed{ending}"] += count_by_person(other[~held_in(other, one)], size)
    if progress:
        progress(len(windows) - 1, len(windows) - 1)
    counted = {name: np.where(steps > 0, count, np.nan) for name, count in counts.items()}
    table = pd.DataFrame(counted, index=windows[0].graph.persons)
    table["steps"] = steps
    table["survival"] = divide(table["kept"].to_numpy(), table["contacts"].to_numpy())
    table["survival_leaders"] = divide(table["kept_leaders"].to_numpy(), table["leaders"].to_numpy())
    return table[list(PEOPLE_TURNOVER_COLUMNS)]
