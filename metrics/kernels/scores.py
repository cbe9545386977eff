"""Compiled kernels of the regressions over people and leaders, whose rows change places.

This module imports numba, which takes most of a second: import it inside functions. Each permutation is added up alone
and in the same order, so nothing depends on threads or on how permutations fall into blocks. Orders have a row for each
row of the matrix and a column for each permutation: a row's numbers stay at hand while its permutations go by.
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
    moved = np.empty(width)
    for row in range(len(residual)):
        into = of_kind[kind[row]]
        for at in range(many):
            taken = orders[row, at]
            whole, square = 0.0, 0.0
            for column in range(width):
                value = residual[taken, column] * counted[row, column]
                moved[column] = value
                whole += value
                square += value * value
                of_column[column, at] += value
            into[at] += whole
            squares[at] += square
            for matrix in range(len(matrices)):
                along = 0.0
                for column in range(width):
                    along += moved[column] * matrices[matrix, row, column]
                of_matrix[matrix, at] += along


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
    left = np.empty(width)
    for row in range(len(residual)):
        for at in range(many):
            taken = orders[row, at]
            of_row = of_kind[kind[row], at]
            for column in range(width):
                left[column] = residual[taken, column] - of_row - of_column[at, column]
            for matrix in range(len(matrices)):
                for column in range(width):
                    left[column] -= of_matrix[at, matrix] * matrices[matrix, row, column]
            along, spread = 0.0, 0.0
            for column in range(width):
                value = left[column] * counted[row, column]
                along += value * outcome[row, column]
                spread += value * value
            found[at] += (along - effect[at] * spread) ** 2
