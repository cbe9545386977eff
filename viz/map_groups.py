"""Groups on the map: function × attribute as nodes, their means, the ties between them, and which may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ona.model import InfluenceGraph
from viz.layout import SPACING, Layout, place_discs
from viz.map_facts import GROUP_MEANS, Facet, numbers

MISSING = "Not given"
_MOST_CELLS = 120
_FILL = 0.58


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of a map.

    Attributes
    ----------
    cells : DataFrame
        One row a group: ``disc`` (function), ``value`` (of the attribute, −1 when groups are functions), ``people``.
    of_person : ndarray
        The row of `cells` each person belongs to.
    functions : tuple of str
        Names of the discs.
    values : tuple of str
        Names of the attribute's values; empty when groups are functions.
    """

    cells: pd.DataFrame
    of_person: np.ndarray
    functions: tuple[str, ...]
    values: tuple[str, ...]


def groups_of(graph: InfluenceGraph, facet: Facet | None) -> Groups:
    """Everyone sorted into function × attribute; into functions alone where that would make too many groups to read."""
    functions, disc = _named(graph.people["function"])
    if not functions:
        functions, disc = ("Everyone",), np.zeros(graph.size, int)
    values: tuple[str, ...] = ()
    value = np.full(graph.size, -1)
    if facet is not None and len(functions) * len(facet.values) <= _MOST_CELLS:
        missing = facet.codes < 0
        values = (*facet.values, MISSING) if missing.any() else facet.values
        value = np.where(missing, len(facet.values), facet.codes)
    key = disc * (len(values) + 1) + value
    found, of_person, people = np.unique(key, return_inverse=True, return_counts=True)
    first = np.array([int(np.flatnonzero(of_person == k)[0]) for k in range(len(found))], dtype=int)
    cells = pd.DataFrame({"disc": disc[first], "value": value[first], "people": people})
    return Groups(cells=cells, of_person=of_person, functions=functions, values=values)


def _named(values: pd.Series) -> tuple[tuple[str, ...], np.ndarray]:
    names = sorted(values.dropna().astype(str).unique())
    codes = pd.Categorical(values, categories=names).codes.astype(int)
    if names and (codes < 0).any():
        return (*names, MISSING), np.where(codes < 0, len(names), codes)
    return tuple(names), codes


def shown_cells(groups: Groups, *, min_group: int) -> np.ndarray:
    """Which groups may be shown to an audience that must not know anybody: true for each that is safe.

    A group under `min_group` is hidden. So that no hidden count follows from the total of its function, of its
    attribute value, or of everybody, a line (row, column) that hides anything hides at least two groups and at least
    `min_group` people; the smallest shown group goes with it until that holds.

    Examples
    --------
    >>> cells = pd.DataFrame({"disc": [0, 0, 1, 1], "value": [0, 1, 0, 1], "people": [9, 2, 8, 7]})
    >>> made = Groups(cells=cells, of_person=np.zeros(0, int), functions=("a", "b"), values=("x", "y"))
    >>> shown_cells(made, min_group=5).tolist()
    [False, False, False, False]
    """
    cells = groups.cells
    people = cells["people"].to_numpy()
    shown = people >= min_group
    lines = [cells["disc"].to_numpy() == d for d in sorted(cells["disc"].unique())]
    if groups.values:
        lines += [cells["value"].to_numpy() == v for v in sorted(cells["value"].unique())]
    lines.append(np.ones(len(cells), bool))
    while True:
        before = shown.copy()
        for line in lines:
            hidden = line & ~shown
            safe = hidden.sum() >= 2 and people[hidden].sum() >= min_group
            if hidden.any() and not safe and (line & shown).any():
                rest = np.flatnonzero(line & shown)
                shown[rest[np.argmin(people[rest])]] = False
        if (shown == before).all():
            return np.asarray(shown, dtype=bool)


def group_means(
    graph: InfluenceGraph, groups: Groups, access: pd.DataFrame | None, *, min_group: int = 1, digits: int = 3
) -> list[dict[str, Any]]:
    """Means over the members of each group who are not leaders; None where fewer than `min_group` are behind one."""
    if access is None:
        return [{} for _ in range(len(groups.cells))]
    table = access.reindex(graph.persons)
    shown = [c for c, _, _ in GROUP_MEANS if c in table]
    frame = table[shown].astype(float)[~graph.is_leader]
    grouped = frame.groupby(groups.of_person[~graph.is_leader])
    means = grouped.mean().where(grouped.count() >= max(min_group, 1)).reindex(range(len(groups.cells)))
    columns = {c: numbers(means[c], digits) for c in shown}
    return [{c: columns[c][at] for c in shown} for at in range(len(groups.cells))]


def overall_means(graph: InfluenceGraph, access: pd.DataFrame | None, *, digits: int = 3) -> dict[str, Any]:
    """The same means over everyone who is not a leader."""
    if access is None:
        return {}
    table = access.reindex(graph.persons)[~graph.is_leader]
    return {c: numbers(np.array([table[c].astype(float).mean()]), digits)[0] for c, _, _ in GROUP_MEANS if c in table}


def group_ties(graph: InfluenceGraph, groups: Groups) -> pd.DataFrame:
    """Strength between groups, both directions added up: ``a`` < ``b`` (rows of cells), ``strength``; largest first."""
    arcs = graph.arcs
    a, b = (groups.of_person[graph.positions(arcs[end])] for end in ("source", "target"))
    pairs = pd.DataFrame({"a": np.minimum(a, b), "b": np.maximum(a, b), "strength": arcs["strength"].to_numpy()})
    apart = pairs[(pairs["a"] != pairs["b"]) & (pairs["a"] >= 0)]
    total = apart.groupby(["a", "b"], sort=True)["strength"].sum().reset_index()
    return total.sort_values(["strength", "a", "b"], ascending=[False, True, True], ignore_index=True)


def backbone(ties: pd.DataFrame, *, each: int = 2) -> np.ndarray:
    """True for ties among the strongest few of either of their groups; `ties` come strongest first."""
    seen: dict[int, int] = {}
    kept = []
    for a, b in zip(ties["a"].tolist(), ties["b"].tolist(), strict=True):
        keep = seen.get(a, 0) < each or seen.get(b, 0) < each
        kept.append(keep)
        if keep:
            seen[a], seen[b] = seen.get(a, 0) + 1, seen.get(b, 0) + 1
    return np.array(kept, dtype=bool)


def place_groups(cells: pd.DataFrame, layout: Layout, *, seed: int = 0) -> pd.DataFrame:
    """Where each group stands within its function's disc, and how large: area by people, one scale for all.

    Returns
    -------
    DataFrame
        Aligned with `cells`: ``x``, ``y``, ``size`` (radius), whole numbers.
    """
    discs = layout.discs
    radius = SPACING * 0.54 * np.sqrt(cells["people"].to_numpy(float)) * _FILL + 5.0
    x, y = np.zeros(len(cells)), np.zeros(len(cells))
    scale = 1.0
    members = {int(d): np.flatnonzero(cells["disc"].to_numpy() == d) for d in sorted(cells["disc"].unique())}
    for disc, rows in members.items():
        spots = place_discs(radius[rows], seed=seed, gap=12.0)
        reach = float((np.hypot(spots[:, 0], spots[:, 1]) + radius[rows]).max())
        scale = min(scale, 0.92 * float(discs["radius"].iloc[disc]) / reach)
        x[rows], y[rows] = spots[:, 0], spots[:, 1]
    at = cells["disc"].to_numpy()
    return pd.DataFrame(
        {
            "x": np.rint(x * scale + discs["x"].to_numpy()[at]).astype(int),
            "y": np.rint(y * scale + discs["y"].to_numpy()[at]).astype(int),
            "size": np.maximum(np.floor(radius * scale), 4).astype(int),
        }
    )
