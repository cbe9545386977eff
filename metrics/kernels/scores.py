"""Compiled kernels of the regressions over people and leaders, whose rows change places.

This module imports numba, which takes most of a second: import it inside functions. Each permutation is added up alone
and in the same order, so nothing depends on threads or on how permutations fall into blocks. Orders have a row for each
row of the matrix and a column for each permutation, and so does whatever belongs to permutations: a row's numbers stay
at hand while its permutations go by, several in one instruction. A cell counts (1) or does not (0).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled

Floats = NDArray[np.float64]
Places = NDArray[np.int32]


@compiled
def moved_sums(
    residual: Floats,
    orders: Places,
    counted: Floats,
    matrices: Floats,
    kind: Places,
    of_kind: Floats,
    of_matrix: Floats,
    squares: Floats,
    of_column: Floats,
) -> None:
    """Add up the residual, its rows permuted, over the cells that count: by kind of row and by column, and its squares.

    ``of_matrix`` gets its sums of products with each of the matrices. All results have a column a permutation.
    """
    width, many = residual.shape[1], orders.shape[1]
    moved, whole = np.empty((width, many)), np.empty(many)
    for row in range(len(residual)):
        whole[:] = 0.0
        for column in range(width):
            counts, value, into = counted[row, column], moved[column], of_column[column]
            for at in range(many):
                value[at] = residual[orders[row, at], column] * counts
            for at in range(many):
                whole[at] += value[at]
                squares[at] += value[at] * value[at]
                into[at] += value[at]
        into = of_kind[kind[row]]
        for at in range(many):
            into[at] += whole[at]
        for matrix in range(len(matrices)):
            into = of_matrix[matrix]
            for column in range(width):
                factor, value = matrices[matrix, row, column], moved[column]
                for at in range(many):
                    into[at] += factor * value[at]


@compiled
def squared_scores(
    residual: Floats,
    orders: Places,
    counted: Floats,
    matrices: Floats,
    outcome: Floats,
    kind: Places,
    of_kind: Floats,
    of_matrix: Floats,
    of_column: Floats,
    effect: Floats,
    found: Floats,
) -> None:
    """Add Σ_i (Σ_j e_ij u_ij)² for each permutation to ``found``.

    e is the residual with its rows permuted, less what the other predictors account for of it: ``of_kind`` in each row
    of a kind, ``of_matrix`` times each matrix and ``of_column`` in each column. u is what they leave of the outcome
    (``outcome``), less e times its ``effect``.
    """
    width, many = residual.shape[1], orders.shape[1]
    value, along, spread = np.empty(many), np.empty(many), np.empty(many)
    for row in range(len(residual)):
        along[:] = 0.0
        spread[:] = 0.0
        of_row = of_kind[kind[row]]
        for column in range(width):
            if counted[row, column] == 0.0:
                continue
            for at in range(many):
                value[at] = residual[orders[row, at], column]
            here, beyond = of_column[column], outcome[row, column]
            for at in range(many):
                value[at] -= of_row[at] + here[at]
            for matrix in range(len(matrices)):
                factor, share = matrices[matrix, row, column], of_matrix[matrix]
                for at in range(many):
                    value[at] -= factor * share[at]
            for at in range(many):
                along[at] += value[at] * beyond
                spread[at] += value[at] * value[at]
        for at in range(many):
            score = along[at] - effect[at] * spread[at]
            found[at] += score * score
