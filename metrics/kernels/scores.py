"""Compiled kernel of the regressions over people and leaders: how much each row, permuted, adds to an estimate's error.

This module imports numba, which takes most of a second: import it inside functions. Each permutation is added up alone
and in the same order, so nothing depends on threads or on how permutations fall into blocks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled

Floats = NDArray[np.float64]


@compiled
def squared_scores(
    residual: Floats,
    orders: NDArray[np.int32],
    counted: Floats,
    matrices: Floats,
    outcome: Floats,
    of_row: Floats,
    of_matrix: Floats,
    of_column: Floats,
    effect: Floats,
) -> Floats:
    """Σ_i (Σ_j e_ij u_ij)² for each permutation.

    e is the residual with its rows permuted, less what the other predictors account for of it: ``of_row`` in each row,
    ``of_matrix`` times each matrix and ``of_column`` in each column. u is what they leave of the outcome (``outcome``),
    less e times its effect. ``orders`` and ``of_row`` have a row a row and a column a permutation.
    """
    width, many = residual.shape[1], orders.shape[1]
    found = np.zeros(many)
    left = np.empty(width)
    # A row's matrices stay at hand while its permutations go by.
    for row in range(len(residual)):
        for at in range(many):
            taken = orders[row, at]
            for column in range(width):
                left[column] = residual[taken, column] - of_row[row, at] - of_column[at, column]
            for matrix in range(len(matrices)):
                for column in range(width):
                    left[column] -= of_matrix[at, matrix] * matrices[matrix, row, column]
            along, spread = 0.0, 0.0
            for column in range(width):
                value = left[column] * counted[row, column]
                along += value * outcome[row, column]
                spread += value * value
            found[at] += (along - effect[at] * spread) ** 2
    return found
