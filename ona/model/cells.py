"""Tables that add up: what a group, a cell and a table are to disclosure control.

A *table* is a sorted tuple of columns, a *cell* one group for each. All tables of a study are linked by sums: a cell of
a table is the sum of the cells of a finer table that lie in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

Table = tuple[str, ...]
Cell = tuple[str, ...]
Key = tuple[Table, Cell]
Counts = Mapping[Table, Mapping[Cell, int]]

MISSING = "(not stated)"
"""The group of people who have no value in a column."""


@dataclass(frozen=True)
class Equation:
    """One cell of a table is the sum of cells of a finer one."""

    parent: Key
    children: tuple[Key, ...]


def label(value: Any) -> str:
    """A group's name as text; a missing value is the group `MISSING`."""
    return MISSING if pd.isna(value) else str(value)


def labels_of(values: pd.Series) -> list[str]:
    """The group of each person in one column."""
    codes, groups = pd.factorize(values.astype("object"), use_na_sentinel=True)
    names = np.array([*map(label, groups), MISSING], dtype=object)
    return [str(name) for name in names[codes]]


def closure(tables: Iterable[Table]) -> list[Table]:
    """The tables and all that follow from them by adding up, the total ``()`` first."""
    found = {part for table in tables for size in range(len(table) + 1) for part in combinations(table, size)}
    return sorted(found | {()}, key=lambda table: (len(table), table))


def count_cells(people: pd.DataFrame, tables: Sequence[Table]) -> dict[Table, dict[Cell, int]]:
    """How many people are in each cell that anybody is in."""
    columns = sorted({column for table in tables for column in table})
    labels = pd.DataFrame({c: labels_of(people[c]) for c in columns}, index=range(len(people)), dtype="str")
    counts: dict[Table, dict[Cell, int]] = {}
    for table in tables:
        if not table:
            counts[table] = {(): len(people)}
            continue
        sizes = labels.groupby(list(table), sort=True).size()
        keys = sizes.index if len(table) > 1 else ((key,) for key in sizes.index)
        counts[table] = {tuple(map(str, k)): int(n) for k, n in zip(keys, sizes, strict=True)}
    return counts


def equations(counts: Counts) -> list[Equation]:
    """Every sum of a table over one of its columns, in a fixed order."""
    found: list[Equation] = []
    for table, cells in counts.items():
        for left_out in range(len(table)):
            parent = table[:left_out] + table[left_out + 1 :]
            children: dict[Cell, list[Key]] = {}
            for cell in cells:
                children.setdefault(cell[:left_out] + cell[left_out + 1 :], []).append((table, cell))
            found += [Equation((parent, cell), tuple(kids)) for cell, kids in sorted(children.items())]
    return found
