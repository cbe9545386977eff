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
    taken as known to all. At worst every crossed table is withheld whole. Then nothing is known of a cell but the sizes
    of its groups, each of which is at least `min_group`: so a cell of fewer people might have more.
    """
    counts = count_cells(folded, tables)
    if len(folded) < min_group:
        return {table: set(cells) for table, cells in counts.items()}
    sums = equations(counts)
    hidden = {table: {cell for cell, n in cells.items() if n < min_group} for table, cells in counts.items()}
    follows: set[Key] = set()
    withheld: set[Table] = set()
    while True:
        stuck = _cover(sums, counts, hidden, follows, withheld, min_group)
        if stuck is None:
            told = identified(counts, hidden, withheld=withheld)
            small = [(table, cell) for table, cell in told if counts[table][cell] < min_group]
            large = [(table, cell) for table, cell in told if (table, cell) not in small and table not in withheld]
            if not small and not large:
                return hidden
            if not small:
                # Hiding what follows from the rest covers nothing: show it, and see what its sums leave over then.
                follows.update(large)
                for table, cell in large:
                    hidden[table].discard(cell)
                continue
            stuck = _hide_beside(small, sums, counts, hidden, follows)
        if stuck is not None:
            _withhold(stuck, counts, hidden, follows, withheld)


def _cover(
    sums: Sequence[Equation],
    counts: Counts,
    hidden: dict[Table, set[Cell]],
    follows: set[Key],
    withheld: set[Table],
    min_group: int,
) -> Table | None:
    """Hide until in every sum the hidden cells are two or more and hold `min_group` people together.

    The answer is None when that was done, else a table in which it cannot be.
    """
    sisters: dict[Key, int] = {}
    for equation in sums:
        for child in equation.children:
            sisters[child] = min(sisters.get(child, len(equation.children)), len(equation.children))
    again = True
    while again:
        again = _hide_finer(sums, hidden, follows)
        for equation in sums:
            parent_table, parent_cell = equation.parent
            finer = equation.children[0][0]
            if len(finer) < 2 or finer in withheld or parent_cell in hidden[parent_table]:
                continue
            inside = [(t, c) for t, c in equation.children if c in hidden[t]]
            if not inside or (len(inside) > 1 and sum(counts[t][c] for t, c in inside) >= min_group):
                continue
            beside = [(t, c) for t, c in equation.children if c not in hidden[t] and (t, c) not in follows]
            if beside:
                # A cell alone in another row follows from that row's sum and would cover nothing.
                table, cell = min(beside, key=lambda key: (sisters[key] == 1, counts[key[0]][key[1]], key))
                hidden[table].add(cell)
                again = True
            elif len(parent_table) > 1:
                hidden[parent_table].add(parent_cell)
                follows.discard(equation.parent)
                again = True
            elif sum(counts[t][c] for t, c in inside) < min_group:
                return finer
    return None


def _hide_finer(sums: Sequence[Equation], hidden: dict[Table, set[Cell]], follows: set[Key]) -> bool:
    """Hide what lies within a hidden cell; sums come coarse tables first, so one pass reaches the finest."""
    more = False
    for equation in sums:
        table, cell = equation.parent
        if cell in hidden[table]:
            for finer, child in equation.children:
                if child not in hidden[finer] and (finer, child) not in follows:
                    hidden[finer].add(child)
                    more = True
    return more


def _hide_beside(
    small: Sequence[Key], sums: Sequence[Equation], counts: Counts, hidden: dict[Table, set[Cell]], follows: set[Key]
) -> Table | None:
    """For each cell that can be told hide the smallest beside it; a table in which there is none is the answer."""
    for key in small:
        beside = sorted(
            (counts[t][c], t, c)
            for equation in sums
            if key in equation.children
            for t, c in equation.children
            if c not in hidden[t] and (t, c) not in follows
        )
        if not beside:
            return key[0]
        _, table, cell = beside[0]
        hidden[table].add(cell)
    return None


def _withhold(
    stuck: Table, counts: Counts, hidden: dict[Table, set[Cell]], follows: set[Key], withheld: set[Table]
) -> None:
    """Withhold a table and every finer one; if that is done already, the finest crossed table that is left."""
    left = [table for table in counts if len(table) > 1 and table not in withheld]
    inside = [table for table in left if set(table) <= set(stuck)] or left
    top = stuck if stuck in left else max(inside, key=lambda table: (len(table), table))
    for table in [table for table in left if set(top) <= set(table)]:
        withheld.add(table)
        hidden[table] |= set(counts[table])
        follows.difference_update({(table, cell) for cell in counts[table]})
