"""Which cells to hide so that no small group is shown and none follows from what is; see `ona.model.disclosure`."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ona.model.attack import identified
from ona.model.cells import Cell, Counts, Equation, Key, Table, count_cells, equations, labels_of

REST = "\x00rest"
"""Hidden groups of one column taken together: how many they are is the total less the groups shown."""


def fold_small(people: pd.DataFrame, counts: Counts, *, min_group: int) -> pd.DataFrame:
    """People with the hidden groups of each column made one: the small, and the next smallest that cover them."""
    folded: dict[str, list[str]] = {}
    for table, cells in counts.items():
        if len(table) != 1:
            continue
        by_size = sorted((n, cell[0]) for cell, n in cells.items())
        fold = {group for n, group in by_size if n < min_group}
        if fold:
            for _, group in by_size:
                if len(fold) >= 2 and sum(cells[(g,)] for g in fold) >= min_group:
                    break
                fold.add(group)
        folded[table[0]] = [REST if group in fold else group for group in labels_of(people[table[0]])]
    return pd.DataFrame(folded, index=range(len(people)), dtype="str")


def hidden_cells(folded: pd.DataFrame, tables: Sequence[Table], *, min_group: int) -> dict[Table, set[Cell]]:
    """Cells of the crossed tables to hide, small ones and those that cover them.

    One-column tables of `folded` have no small group left (unless everybody together is one), so that their counts are
    taken as known to all.
    """
    counts = count_cells(folded, tables)
    hidden: dict[Table, set[Cell]] = {table: set() for table in tables}
    if len(folded) < min_group:
        return {table: set(cells) for table, cells in counts.items()}
    sums = equations(counts)
    for table, cells in counts.items():
        hidden[table] |= {cell for cell, n in cells.items() if n < min_group}
    withheld: set[Table] = set()
    while True:
        _cover(sums, counts, hidden, min_group)
        told = identified(counts, hidden, withheld=withheld)
        small = [(table, cell) for table, cell in told if counts[table][cell] < min_group]
        if not small:
            for table, cell in told:
                if table not in withheld:  # hiding what follows anyway covers nothing
                    hidden[table].discard(cell)
            return hidden
        for table, cell in small:
            _hide_more(table, cell, sums=sums, counts=counts, hidden=hidden, withheld=withheld)


def _cover(sums: Sequence[Equation], counts: Counts, hidden: dict[Table, set[Cell]], min_group: int) -> None:
    """Hide until in every sum the hidden cells are two or more and hold `min_group` people together."""
    brothers: dict[Key, list[int]] = {}
    for equation in sums:
        for child in equation.children:
            brothers.setdefault(child, []).append(len(equation.children))
    again = True
    while again:
        again = _hide_finer(sums, hidden)
        for equation in sums:
            parent_table, parent_cell = equation.parent
            if len(equation.children[0][0]) < 2 or parent_cell in hidden[parent_table]:
                continue
            inside = [(t, c) for t, c in equation.children if c in hidden[t]]
            together = sum(counts[t][c] for t, c in inside)
            if not inside or (len(inside) > 1 and together >= min_group):
                continue
            open_cells = [(t, c) for t, c in equation.children if c not in hidden[t]]
            if open_cells:
                # A cell alone in another row follows from that row's sum and would cover nothing.
                table, cell = min(open_cells, key=lambda k: (min(brothers[k]) == 1, counts[k[0]][k[1]], k))
                hidden[table].add(cell)
                again = True
            elif len(parent_table) > 1:
                hidden[parent_table].add(parent_cell)
                again = True


def _hide_finer(sums: Sequence[Equation], hidden: dict[Table, set[Cell]]) -> bool:
    """Hide what lies within a hidden cell; sums come coarse tables first, so one pass reaches the finest."""
    more = False
    for equation in sums:
        table, cell = equation.parent
        if cell in hidden[table]:
            for finer, child in equation.children:
                more |= child not in hidden[finer]
                hidden[finer].add(child)
    return more


def _hide_more(
    table: Table,
    cell: Cell,
    *,
    sums: Sequence[Equation],
    counts: Counts,
    hidden: dict[Table, set[Cell]],
    withheld: set[Table],
) -> None:
    """One step further for a cell that can still be told: a brother, else its table, else the tables it adds up to."""
    open_cells = sorted(
        (counts[t][c], t, c)
        for equation in sums
        if (table, cell) in equation.children
        for t, c in equation.children
        if c not in hidden[t]
    )
    if open_cells:
        _, t, c = open_cells[0]
        hidden[t].add(c)
        return
    inside = [t for t in counts if len(t) > 1 and set(t) <= set(table) and t not in withheld]
    if not inside:
        inside = [t for t in counts if len(t) > 1 and t not in withheld]
    top = max(inside, key=lambda t: (len(t), t))
    withheld.add(top)
    hidden[top] |= set(counts[top])
