"""What follows from published tables: an attack on our own disclosure control, by integer programming."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from ona.model.cells import Cell, Counts, Key, Table, equations

LARGEST_JOINT = 4_000
"""All columns crossed at once join the tables; beyond this many cells they are joined by their common sums only."""

Hidden = Mapping[Table, Set[Cell]]
Unseen = Mapping[str, Set[str]]


@dataclass(frozen=True)
class Unknowns:
    """What an attacker does not know, and the equations that bind it.

    Attributes
    ----------
    at : mapping of (table, cell) to int
        The place of each unknown.
    least : array
        The least value each may have.
    whole : array
        1 where it must be a whole number.
    rows : list of (terms, value)
        Equations: the sum of sign · unknown over the terms is the value.
    """

    at: Mapping[Key, int]
    least: np.ndarray
    whole: np.ndarray
    rows: list[tuple[list[tuple[int, int]], int]]


def identified(
    counts: Counts, hidden: Hidden, *, withheld: Collection[Table] = (), unseen: Unseen | None = None
) -> list[Key]:
    """Hidden cells for which no other whole number fits what is shown.

    The unknowns are the hidden cells (at least 1 each), and every cell, empty or not, of a table in `withheld` or of a
    group in `unseen` (at least 0), since nothing shown says which of those are empty. The crossing of all columns, of
    which every table is a sum, joins them as unknown numbers of its own when it is not too large.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    targets = [(table, cell) for table, cells in hidden.items() for cell in sorted(cells) if cell in counts[table]]
    if not targets:
        return []
    unknown = _unknowns(counts, hidden, withheld, unseen or {})
    size = len(unknown.at)
    truth = np.zeros(size)
    for (table, cell), at in unknown.at.items():
        truth[at] = counts[table].get(cell, 0) if table in counts else 0
    entries = np.array([(r, at, sign) for r, (terms, _) in enumerate(unknown.rows) for at, sign in terms])
    entries = entries.reshape(-1, 3)
    matrix = csr_array((entries[:, 2].astype(float), (entries[:, 0], entries[:, 1])), shape=(len(unknown.rows), size))
    right = np.array([value for _, value in unknown.rows], float)
    # Some ceiling, so that nothing is unbounded. It takes ways out from the attacked, which errs on the careful side.
    most = np.full(size, 4.0 * counts[()][()] + 4.0)
    # Unknowns that no chain of equations joins are solved apart: many small programs instead of one large.
    _, part = connected_components(abs(matrix).T @ abs(matrix), directed=False)
    settled = np.zeros(size, bool)
    told: list[Key] = []
    for key in targets:
        goal_at = unknown.at[key]
        here = np.flatnonzero(part == part[goal_at])
        rows = matrix[:, here]
        used = np.flatnonzero(np.diff(rows.indptr))
        limits = LinearConstraint(rows[used], right[used], right[used])
        for sign in (-1.0, 1.0):
            if settled[goal_at]:
                break
            found = milp(
                np.where(here == goal_at, sign, 0.0),
                constraints=limits,
                integrality=unknown.whole[here],
                bounds=Bounds(unknown.least[here], most[here]),
            )
            if found.x is not None:  # another solution settles every cell it gives another value, not this one alone
                settled[here] |= np.abs(found.x - truth[here]) > 0.5
        if not settled[goal_at]:
            told.append(key)
    return told


def _unknowns(counts: Counts, hidden: Hidden, withheld: Collection[Table], unseen: Unseen) -> Unknowns:
    groups = {table[0]: sorted(cell[0] for cell in cells) for table, cells in counts.items() if len(table) == 1}

    def vague(table: Table, cell: Cell) -> bool:
        return len(table) > 1 and (
            table in withheld or any(group in unseen.get(column, ()) for column, group in zip(table, cell, strict=True))
        )

    listed: dict[Table, list[Cell]] = {}
    for table, cells in counts.items():
        partly = len(table) > 1 and (table in withheld or any(unseen.get(column) for column in table))
        every = product(*(groups[column] for column in table)) if partly else sorted(cells)
        listed[table] = [cell for cell in every if cell in cells or vague(table, cell)]
    at: dict[Key, int] = {}
    least: list[int] = []
    for table, cells_of_table in listed.items():
        for cell in cells_of_table:
            if cell in hidden[table] or vague(table, cell):
                at[table, cell] = len(at)
                least.append(0 if vague(table, cell) else 1)
    sums: dict[tuple[Table, Key], list[Key]] = {}
    for table, cells_of_table in listed.items():
        for out in range(len(table)):
            for cell in cells_of_table:
                parent = (table[:out] + table[out + 1 :], cell[:out] + cell[out + 1 :])
                sums.setdefault((table, parent), []).append((table, cell))
    whole = [1] * len(at)
    everything = tuple(sorted(groups))
    if everything not in counts and prod(map(len, groups.values())) <= LARGEST_JOINT:
        for key, parents in _joint(everything, groups, listed).items():
            at[key] = len(at)
            for parent in parents:
                sums.setdefault((everything, parent), []).append(key)
    extra = len(at) - len(whole)
    rows: list[tuple[list[tuple[int, int]], int]] = []
    for (_, parent), children in sums.items():
        terms = [(at[child], 1) for child in children if child in at]
        value = -sum(counts[table][cell] for table, cell in children if (table, cell) not in at)
        if parent in at:
            terms.append((at[parent], -1))
        else:
            value += counts[parent[0]].get(parent[1], 0)
        if terms:
            rows.append((terms, value))
    return Unknowns(at, np.array(least + [0] * extra), np.array(whole + [0] * extra), rows)


def _joint(
    everything: Table, groups: Mapping[str, list[str]], listed: Mapping[Table, list[Cell]]
) -> dict[Key, list[Key]]:
    """Cells of all columns crossed that no table calls empty, each with the cells of the finest tables it lies in."""
    finest = [table for table in listed if not any(set(table) < set(other) for other in listed)]
    places = [[everything.index(column) for column in table] for table in finest]
    possible = [set(listed[table]) for table in finest]
    found: dict[Key, list[Key]] = {}
    for cell in product(*(groups[column] for column in everything)):
        parts = [tuple(cell[i] for i in place) for place in places]
        if all(part in known for part, known in zip(parts, possible, strict=True)):
            found[everything, cell] = list(zip(finest, parts, strict=True))
    return found


def leaks(counts: Counts, shown: Mapping[Table, Set[Cell]], *, min_group: int) -> list[tuple[Table, Cell, str]]:
    """Everything wrong with showing these cells: small groups shown, left over by a sum, or found by attack."""
    hidden = {table: frozenset(cells) - shown[table] for table, cells in counts.items()}
    found = [
        (table, cell, f"is shown and has fewer than {min_group} people")
        for table, cells in shown.items()
        for cell in sorted(cells)
        if counts[table].get(cell, 0) < min_group
    ]
    for equation in equations(counts):
        table, cell = equation.parent
        over = [counts[t][c] for t, c in equation.children if c in hidden[t]]
        if cell in shown[table] and over and sum(over) < min_group:
            found.append((table, cell, f"leaves fewer than {min_group} people when the cells shown are taken from it"))
    unseen = {table[0]: {cell[0] for cell in hidden[table]} for table in counts if len(table) == 1}
    withheld = [table for table in counts if len(table) > 1 and not shown[table]]
    for table, cell in identified(counts, hidden, withheld=withheld, unseen=unseen):
        if counts[table][cell] < min_group or table not in withheld:
            found.append((table, cell, "is hidden, but its count follows from what is shown"))
    return found
