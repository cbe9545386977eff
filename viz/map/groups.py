"""Groups on the map: function × attribute as nodes, their means, the ties between them, and which may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ona.model import InfluenceGraph
from ona.model.disclosure import DisclosurePlan
from ona.model.groups import disclosure_cell, disclosure_table
from viz.map.facts import GROUP_MEANS, Facet, numbers
from viz.map.layout import SPACING, Layout, place_discs

MISSING = "(not stated)"
EVERYONE = "Everyone"
_MOST_CELLS = 120
_FILL = 0.58
_CORNER = 1.28  # a square of the area of a circle reaches this much further at its corners


COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#555555")
"""The palette of Okabe and Ito, told apart by people with any colour vision."""
NO_COLOUR = "#9aa5b1"
SHAPES = ("dot", "diamond", "square", "triangle", "hexagon", "triangleDown", "star")


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
        functions, disc = (EVERYONE,), np.zeros(graph.size, int)
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


def table_of(groups: Groups, column: str | None) -> tuple[str, ...]:
    """The columns whose crossing the groups are."""
    return ("function", column) if column is not None and groups.values else ("function",)


def shown_cells(groups: Groups, plan: DisclosurePlan, *, table: tuple[str, ...]) -> np.ndarray:
    """Which groups of people who are not leaders a disclosure plan lets a leader see: true for each.

    Parameters
    ----------
    groups : Groups
    plan : DisclosurePlan
        The plan of all the files a leader gets.
    table : tuple of str
        The columns crossed, from `table_of`.
    """
    answer = []
    for disc, value in groups.cells[["disc", "value"]].itertuples(index=False):
        names = [groups.functions[disc], *([groups.values[value]] if groups.values else [])]
        cell = tuple(MISSING if name == EVERYONE else name for name in names)
        answer.append(_may_show(plan, table, cell))
    return np.array(answer, dtype=bool)


def _may_show(plan: DisclosurePlan, table: tuple[str, ...], cell: tuple[str, ...]) -> bool:
    """Whether a cell may be shown; an intersection is asked for as its parts, where it is planned so."""
    parts = [disclosure_table(column) for column in table]
    asked = tuple(sum(parts, ()))
    if asked == table or not {tuple(sorted(asked)), tuple(sorted((*asked, "leader")))} & set(plan.tables):
        return plan.may_show_below_leaders(table, cell)
    if any(len(part) > 1 and group == MISSING for part, group in zip(parts, cell, strict=True)):
        # People who lack any of the parts are several groups, not one.
        return False
    groups = [disclosure_cell(column, group) for column, group in zip(table, cell, strict=True)]
    return plan.may_show_below_leaders(asked, tuple(sum(groups, ())))


def group_means(
    graph: InfluenceGraph, groups: Groups, access: pd.DataFrame | None, *, digits: int = 3
) -> list[dict[str, Any]]:
    """Means over the members of each group who are not leaders; None where none of them has a value."""
    if access is None:
        return [{} for _ in range(len(groups.cells))]
    frame = measured(graph, access)
    means = frame.groupby(groups.of_person[~graph.is_leader]).mean().reindex(range(len(groups.cells)))
    columns = {c: numbers(means[c], digits) for c in frame}
    return [{str(c): columns[c][at] for c in frame} for at in range(len(groups.cells))]


def overall_means(graph: InfluenceGraph, access: pd.DataFrame | None, *, digits: int = 3) -> dict[str, Any]:
    """The same means over everyone who is not a leader."""
    if access is None:
        return {}
    frame = measured(graph, access)
    return {str(c): numbers(np.array([frame[c].mean()]), digits)[0] for c in frame if frame[c].notna().any()}


def measured(graph: InfluenceGraph, access: pd.DataFrame) -> pd.DataFrame:
    """What is averaged, for those who are not leaders, in the order of ``graph.persons``."""
    table = access.reindex(graph.persons)[~graph.is_leader]
    return table[[c for c in GROUP_MEANS if c in table]].astype(float)


def group_ties(graph: InfluenceGraph, groups: Groups) -> pd.DataFrame:
    """Strength between groups, both directions added up: ``a`` < ``b`` (rows of cells), ``strength``; largest first."""
    arcs = graph.arcs
    a, b = (groups.of_person[graph.positions(arcs[end])] for end in ("source", "target"))
    pairs = pd.DataFrame({"a": np.minimum(a, b), "b": np.maximum(a, b), "strength": arcs["strength"].to_numpy()})
    apart = pairs[(pairs["a"] != pairs["b"]) & (pairs["a"] >= 0)]
    total = apart.groupby(["a", "b"], sort=True)["strength"].sum().reset_index()
    return total.sort_values(["strength", "a", "b"], ascending=[False, True, True], ignore_index=True)


def backbone(ties: pd.DataFrame, across: np.ndarray, *, each: int = 2) -> np.ndarray:
    """True for ties that count (`across` functions) among the strongest few of either group; strongest come first."""
    seen: dict[int, int] = {}
    kept = []
    for a, b, apart in zip(ties["a"].tolist(), ties["b"].tolist(), across.tolist(), strict=True):
        keep = apart and (seen.get(a, 0) < each or seen.get(b, 0) < each)
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
        spots = place_discs(radius[rows] * _CORNER, seed=seed, gap=6.0)
        reach = float((np.hypot(spots[:, 0], spots[:, 1]) + radius[rows] * _CORNER).max())
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


def disc_of(graph: InfluenceGraph, groups: Groups) -> pd.Series:
    """The disc of each person by name, in the order of the discs."""
    names = pd.Series(groups.functions, dtype=object)
    disc = groups.cells["disc"].to_numpy()[groups.of_person]
    order = pd.Categorical(names.iloc[disc], categories=names, ordered=True)
    return pd.Series(order, index=graph.persons)


def group_picture(
    graph: InfluenceGraph, groups: Groups, layout: Layout, seed: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Group nodes and the ties between them, as vis-network takes them."""
    cells = groups.cells
    places = place_groups(cells, layout, seed=seed)
    disc = cells["disc"].tolist()
    columns = [cells["people"].tolist(), *(places[c].tolist() for c in ("x", "y", "size"))]
    nodes = [
        {"id": f"g{k}", "label": str(people), "disc": disc[k], "x": x, "y": y, "size": size}
        for k, (people, x, y, size) in enumerate(zip(*columns, strict=True))
    ]
    ties = group_ties(graph, groups)
    where = cells["disc"].to_numpy()
    across = where[ties["a"].to_numpy(int)] != where[ties["b"].to_numpy(int)]
    strong = backbone(ties, across if across.any() else ~across)
    top = float(ties.loc[across, "strength"].max()) if across.any() else float(ties["strength"].max())
    edges = [
        {
            "from": f"g{a}",
            "to": f"g{b}",
            "width": round(1.0 + 8.0 * min(strength / top, 1.0), 1),
            "strength": float(f"{strength:.3g}"),
            "strong": int(strong[k]),
        }
        for k, (a, b, strength) in enumerate(ties[["a", "b", "strength"]].itertuples(index=False))
    ]
    return nodes, edges


def group_facts(
    graph: InfluenceGraph, groups: Groups, layout: Layout, access: pd.DataFrame | None, *, order: Sequence[str]
) -> dict[str, Any]:
    """What the page knows about discs and groups; values look as their place in `order` has it."""
    discs = layout.discs
    return {
        "discs": [
            {"name": name, "x": int(x), "y": int(y), "r": int(r)}
            for name, x, y, r in zip(groups.functions, discs["x"], discs["y"], discs["radius"], strict=True)
        ],
        "has_functions": bool(graph.people["function"].notna().any()),
        "groups": {c: groups.cells[c].tolist() for c in ("disc", "value", "people")},
        "values": looks(groups.values, order=order),
        "means": group_means(graph, groups, access),
        "overall": overall_means(graph, access),
    }


def looks(values: Sequence[str], *, order: Sequence[str] = ()) -> list[dict[str, str]]:
    """A colour and a shape for each value: both, so that neither is needed alone.

    They go by the value's place in `order`, then among those it does not name, so that a value looks the same in two
    files of which one leaves others out. Missing values come last.

    Examples
    --------
    >>> [look["shape"] for look in looks(["b", "c"], order=["a", "b", "c"])], looks(["b"])[0]["shape"]
    (['diamond', 'square'], 'dot')
    """
    named = [*dict.fromkeys(order), *(value for value in values if value not in set(order) | {MISSING})]
    places = {value: at for at, value in enumerate([*named, MISSING])}
    return [
        {
            "name": name,
            "colour": NO_COLOUR if name == MISSING else COLOURS[places[name] % len(COLOURS)],
            "shape": SHAPES[places[name] % len(SHAPES)],
        }
        for name in values
    ]
