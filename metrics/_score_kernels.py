"""Compiled kernel of the regressions over people and leaders: how much each row, permuted, adds to an estimate's error.

This module imports numba, which takes most of a second: import it inside functions. Each permutation is added up alone
and in the same order, so nothing depends on threads or on how permutations fall into blocks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics._kernels import compiled

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

    e is the residual with its rows permuted, less what the other predictors account for of it (so much in each row,
    for each matrix and in each column); u what is left of the outcome after them (``outcome``) and e times its effect.
    """
    width = residual.shape[1]
    found = np.zeros(len(orders))
    left = np.empty(width)
    for at in range(len(orders)):
        for row in range(len(residual)):
            taken = orders[at, row]
            for column in range(width):
                left[column] = residual[taken, column] - of_row[at, row] - of_column[at, column]
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
