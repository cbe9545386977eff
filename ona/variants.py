"""The same study under other rules, and in windows of time: what robustness and trend are measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from metrics import Window
from ona.gather import Gathered, Progress, remade, together
from ona.model import InfluenceGraph
from ona.settings import Study

FACTORS = {"halved": 0.5, "doubled": 2.0}
"""What the thresholds that turn events into ties are multiplied by."""

_SHORTEST_WINDOW = 7


@dataclass(frozen=True)
class Variants:
    """The influence graph by other thresholds, by what was changed, and in windows of time.

    ``no_windows`` says in a sentence why there are none; it is empty where there are. ``steps`` are shorter windows, in
    which newcomers are followed; there are none where nobody's first day lies in the study's days.
    """

    thresholds: Mapping[str, InfluenceGraph]
    windows: tuple[Window, ...]
    no_windows: str = ""
    steps: tuple[Window, ...] = ()


def variants_of(study: Study, gathered: Gathered, *, progress: Progress | None = None) -> Variants:
    """Make the ties of a study again by other rules and in windows; needs the events that were gathered."""
    report = progress or (lambda what, done, of: None)
    report("Making ties by other rules", 0, 3)
    thresholds = threshold_variants(study, gathered)
    report("Making ties by other rules", 1, 3)
    no_windows = why_no_windows(study, gathered)
    windows = () if no_windows else time_windows(study, gathered)
    report("Making ties by other rules", 2, 3)
    steps = () if no_windows else newcomer_steps(study, gathered)
    report("Making ties by other rules", 3, 3)
    return Variants(thresholds=thresholds, windows=windows, no_windows=no_windows, steps=steps)


def threshold_variants(study: Study, gathered: Gathered) -> dict[str, InfluenceGraph]:
    """The influence graph remade with half and double the half-life and the broadcast cap, by what was changed.

    Nothing where ties did not come from events, and nothing for a rule that the study switched off.
    """
    if not gathered.events:
        return {}
    half_life, cap = study.ties.half_life_days, study.ties.broadcast_cap
    found: dict[str, InfluenceGraph] = {}
    for how, factor in FACTORS.items():
        if half_life is not None:
            found[f"half-life {how}"] = _remade(study, gathered, half_life_days=half_life * factor)
        if cap is not None:
            found[f"broadcast cap {how}"] = _remade(study, gathered, broadcast_cap=max(1, round(cap * factor)))
    return found


def _remade(study: Study, gathered: Gathered, **other: object) -> InfluenceGraph:
    made = remade(study, gathered.events, **other)
    return gathered.roster_graph.with_ties(together(gathered.ready, made))


def why_no_windows(study: Study, gathered: Gathered) -> str:
    """Why the days of a study cannot be cut into windows, in a sentence; empty where they can."""
    wanted, span = study.trend.windows, _span(study, gathered)
    if wanted < 2:
        return "The study asks for no windows of time (trend.windows), so no change is looked at."
    if span is None:
        return "No change over time can be seen, because no channel says when its events were."
    if span[1] < wanted * _SHORTEST_WINDOW:
        return (
            f"No change over time can be seen: {span[1]} days are too few for {wanted} windows of "
            f"{_SHORTEST_WINDOW} days or more (trend.windows)."
        )
    return ""


def _span(study: Study, gathered: Gathered) -> tuple[pd.Timestamp, int] | None:
    """The study's first day and how many days it has; None where no event has a time."""
    made = gathered.made
    if made is None or made.first_day is None or made.last_day is None:
        return None
    first = pd.Timestamp(study.ties.first_day or made.first_day).normalize()
    last = pd.Timestamp(study.ties.last_day or made.last_day).normalize()
    return first, (last - first).days + 1


def time_windows(study: Study, gathered: Gathered) -> tuple[Window, ...]:
    """The study's days cut into windows of equal length, each with the ties that its own events make.

    Age counts from each window's last day. Ties that came ready made have no days and are in none.
    """
    span = _span(study, gathered)
    if span is None:
        return ()
    (first, days), wanted = span, study.trend.windows
    return _cut(study, gathered, [first + pd.Timedelta(days=days * k // wanted) for k in range(wanted + 1)])


def newcomer_steps(study: Study, gathered: Gathered) -> tuple[Window, ...]:
    """The study's days cut into steps of ``trend.step_days``; what is left over at the end is no step.

    None where nobody's first day lies in those days, everybody's does, or they hold fewer than two steps.
    """
    span, started = _span(study, gathered), gathered.roster_graph.people["start"]
    if span is None:
        return ()
    (first, days), length = span, study.trend.step_days
    new = started.between(first, first + pd.Timedelta(days=days // length * length - 1))
    if days < 2 * length or not new.any() or not (started.isna() | (started < first)).any():
        return ()
    return _cut(study, gathered, [first + pd.Timedelta(days=length * k) for k in range(days // length + 1)])


def _cut(study: Study, gathered: Gathered, begins: Sequence[pd.Timestamp]) -> tuple[Window, ...]:
    """A window from each of these days to the day before the next."""
    windows = []
    for start, after in pairwise(begins):
        end = after - pd.Timedelta(days=1)
        ties = remade(study, gathered.events, first_day=start.date(), last_day=end.date()).ties
        days_of = (f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}")
        windows.append(Window(*days_of, graph=gathered.roster_graph.with_ties(ties)))
    return tuple(windows)
