"""Every brokerage measure in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import pandas as pd

from metrics._arrays import group_codes
from metrics.brokerage._adjacency import Progress, contacts_of
from metrics.brokerage.bridging import (
    EVERETT_VALENTE_COLUMNS,
    Surroundings,
    bridge_dependence_from,
    everett_valente_from,
    surroundings_of,
)
from metrics.brokerage.crossing import CROSSING_COLUMNS, e_i_table
from metrics.brokerage.holes import STRUCTURAL_HOLES_COLUMNS, holes_of
from metrics.brokerage.overlap import OVERLAP_COLUMNS, overlap_table
from metrics.brokerage.roles import ROLES_COLUMNS, role_table
from metrics.centrality.precision import precision_table
from ona.model import InfluenceGraph, StudyError

Columns = tuple[str, ...]

BRIDGE_COLUMNS = ("bridge_dependence",)
"""What `bridge_dependence` makes."""

BROKERAGE_COLUMNS = (
    *STRUCTURAL_HOLES_COLUMNS,
    *ROLES_COLUMNS,
    *OVERLAP_COLUMNS,
    *CROSSING_COLUMNS,
    *EVERETT_VALENTE_COLUMNS,
    *BRIDGE_COLUMNS,
)
"""Columns of the values of `brokerages`, in order."""

_TICKS: dict[Columns, int] = {
    STRUCTURAL_HOLES_COLUMNS: 8,
    BRIDGE_COLUMNS: 2,
    EVERETT_VALENTE_COLUMNS: 75,
    ROLES_COLUMNS: 6,
    OVERLAP_COLUMNS: 7,
    CROSSING_COLUMNS: 2,
}
"""What is computed together, in this order, and roughly how long it takes."""


class Brokerage(NamedTuple):
    """Brokerage measures of everyone, and how exact those are that may come from a sample."""

    values: pd.DataFrame
    precision: pd.DataFrame


def brokerages(
    graph: InfluenceGraph,
    *,
    column: str = "function",
    measures: Sequence[str] | None = None,
    exact: bool | None = None,
    sources: int | None = None,
    delta: float = 0.1,
    seed: int = 0,
    progress: Progress | None = None,
) -> Brokerage:
    """Every brokerage measure of everyone; what several measures stand on is made once.

    Parameters
    ----------
    graph : InfluenceGraph
    column : str
        The roster column whose groups the Gould–Fernandez roles and the E–I index are about.
    measures : sequence of str, optional
        Columns wanted, of `BROKERAGE_COLUMNS`; all unless said. What is not wanted is not computed.
    exact : bool, optional
        Whether Everett and Valente's measure looks at every shortest path; see
        `metrics.brokerage.bridging.everett_valente_estimate`.
    sources, delta, seed
        Of its sample, if there is one.
    progress : callable, optional
        Called as ``progress(done, of)``, in parts of the time that all will roughly take.

    Returns
    -------
    Brokerage
        ``precision``: a row for Everett and Valente's measure if it is wanted; columns
        `metrics.centrality.PRECISION_COLUMNS`. ``values``: index ``person``; those wanted of these columns, in this
        order:

        - ``constraint``, ``effective_size``, ``efficiency``, ``hierarchy``: see `structural_holes`;
        - ``coordinator``, ``consultant``, ``representative``, ``gatekeeper``, ``liaison``, ``brokerage``: ordered pairs
          brokered in each role and in all, see `role_counts`; the same with ``_z``: see `role_scores`;
        - ``broker_overlap``, ``sole_brokerage``, ``partial_brokerage``: see `overlap_table`;
        - ``e_i``, ``e_i_expected``: see `e_i_table`;
        - ``everett_valente``, ``everett_valente_error``: see `everett_valente_estimate`;
        - ``bridge_dependence``: see `bridge_dependence`.

        NaN where those functions have it.

    Raises
    ------
    StudyError
        The roster has no such column, or there is no such measure.

    References
    ----------
    Those of the functions named.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> found = brokerages(three(), measures=["constraint", "everett_valente"])
    >>> found.values.loc["a"].tolist(), found.precision["method"].tolist()
    ([0.5, 2.0], ['exact'])
    """
    wanted = _wanted(measures)
    # Before anything takes long.
    group_codes(graph, column)
    tell = _told(progress, [names for names in _TICKS if wanted & set(names)])
    around, tables = _from_contacts(graph, tell)
    estimates = {}
    if around is not None:
        ticks = tell[EVERETT_VALENTE_COLUMNS]
        found = everett_valente_from(
            graph, around, exact=exact, sources=sources, delta=delta, seed=seed, progress=ticks
        )
        estimates["everett_valente"] = found
        tables += [found.values, found.error]
        ticks(1, 1)
    if ROLES_COLUMNS in tell:
        tables.append(role_table(graph, column=column, progress=tell[ROLES_COLUMNS]))
    if OVERLAP_COLUMNS in tell:
        tables.append(overlap_table(graph, progress=tell[OVERLAP_COLUMNS]))
    if CROSSING_COLUMNS in tell:
        tables.append(e_i_table(graph, column=column))
        tell[CROSSING_COLUMNS](1, 1)
    computed = pd.concat([pd.DataFrame(index=graph.persons), *tables], axis=1)
    values = computed[[name for name in BROKERAGE_COLUMNS if name in wanted]]
    return Brokerage(values, precision_table(estimates))


def brokerage_table(
    graph: InfluenceGraph,
    *,
    column: str = "function",
    measures: Sequence[str] | None = None,
    exact: bool | None = None,
    sources: int | None = None,
    delta: float = 0.1,
    seed: int = 0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Every brokerage measure of everyone: the values of `brokerages`, which takes the same parameters.

    Examples
    --------
    >>> from metrics.brokerage._example import three
    >>> brokerage_table(three()).loc["a", ["constraint", "effective_size", "bridge_dependence"]].tolist()
    [0.5, 2.0, 1.0]
    """
    return brokerages(
        graph,
        column=column,
        measures=measures,
        exact=exact,
        sources=sources,
        delta=delta,
        seed=seed,
        progress=progress,
    ).values


def _from_contacts(
    graph: InfluenceGraph, tell: Mapping[Columns, Progress]
) -> tuple[Surroundings | None, list[pd.DataFrame | pd.Series]]:
    """What stands on everybody's contacts, which take much room and are let go with this function."""
    around: Surroundings | None = None
    tables: list[pd.DataFrame | pd.Series] = []
    if tell.keys() & {STRUCTURAL_HOLES_COLUMNS, BRIDGE_COLUMNS, EVERETT_VALENTE_COLUMNS}:
        held = contacts_of(graph)
        if STRUCTURAL_HOLES_COLUMNS in tell:
            holes = holes_of(held, progress=tell[STRUCTURAL_HOLES_COLUMNS])
            tables.append(pd.DataFrame(holes, index=graph.persons))
        if BRIDGE_COLUMNS in tell:
            tables.append(bridge_dependence_from(graph, held))
            tell[BRIDGE_COLUMNS](1, 1)
        if EVERETT_VALENTE_COLUMNS in tell:
            around = surroundings_of(held)
    return around, tables


def _wanted(measures: Sequence[str] | None) -> set[str]:
    wanted = set(BROKERAGE_COLUMNS if measures is None else measures)
    unknown = sorted(wanted - set(BROKERAGE_COLUMNS))
    if unknown:
        raise StudyError(f"there is no measure '{unknown[0]}'", cure=f"use any of {', '.join(BROKERAGE_COLUMNS)}")
    return wanted


def _told(progress: Progress | None, parts: Sequence[Columns]) -> dict[Columns, Progress]:
    """For each part, a function that takes its own progress and tells that of the whole."""
    total = sum(_TICKS[names] for names in parts)

    def telling(before: int, ticks: int) -> Progress:
        def tell(done: int, of: int) -> None:
            if progress is not None:
                progress(before + ticks * done // of, total)

        return tell

    before = accumulate((_TICKS[names] for names in parts), initial=0)
    return {names: telling(start, _TICKS[names]) for names, start in zip(parts, before, strict=False)}
