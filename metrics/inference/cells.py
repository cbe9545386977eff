"""A regression over the cells of a matrix: what it needs of its terms, its constant, and what it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

TOLERANCE = 1e-9
"""What is smaller than this share of the whole is rounding."""


@dataclass(frozen=True, eq=False)
class Cells:
    """A regression over the cells of a matrix: numbers of the row, matrices, and all their sums of products.

    ``matrices`` (in standard deviations) and ``outcome`` are taken from their means, and 0 where a cell does not count
    (``counted`` is 1 or 0); ``rows`` are numbers of the row alone, the first of them 1. ``products`` are sums of
    products of rows and matrices, in that order, ``of_outcome`` theirs with the outcome and ``variation`` the outcome's
    with itself. Where every column has an effect of its own, these are sums about the column's mean; ``across`` then
    holds each column's sums of all three over the root of its count, and is empty otherwise. ``kept`` are the rows and
    matrices that vary beyond those before them.
    """

    counted: np.ndarray
    rows: np.ndarray
    matrices: np.ndarray
    outcome: np.ndarray
    means: np.ndarray
    spreads: np.ndarray
    total: float
    across: np.ndarray
    products: np.ndarray
    of_outcome: np.ndarray
    variation: float
    kept: np.ndarray
    freedom: int


def regression_cells(
    y: np.ndarray,
    counted: np.ndarray,
    rows: np.ndarray,
    matrices: Sequence[np.ndarray],
    *,
    column_effects: bool = False,
) -> Cells:
    """Prepare the regression of a matrix on numbers of its rows and other matrices, over the cells that count."""
    size = int(counted.sum())
    means, spreads = np.zeros(len(matrices)), np.ones(len(matrices))
    scaled = np.zeros((len(matrices), *y.shape))
    for at, matrix in enumerate(matrices):
        values = matrix[counted]
        spread = float(values.std())
        means[at] = values.mean()
        if spread > TOLERANCE * np.abs(values).max():
            spreads[at] = spread
            scaled[at, counted] = (values - means[at]) / spread
    total = float(y[counted].sum())
    outcome = np.where(counted, y - total / size, 0.0)
    flat = scaled.reshape(len(scaled), -1)
    weights = counted.astype(float)
    with_rows = rows.T @ scaled.sum(axis=2).T
    products = np.block([[(rows.T * weights.sum(axis=1)) @ rows, with_rows], [with_rows.T, flat @ flat.T]])
    of_outcome = np.concatenate([rows.T @ outcome.sum(axis=1), flat @ outcome.ravel()])
    count = weights.sum(axis=0) if column_effects else np.zeros(0)
    sums = np.vstack([rows.T @ weights, scaled.sum(axis=1), outcome.sum(axis=0)])[:, : len(count)]
    across = sums / np.sqrt(np.maximum(count, 1.0))
    left = products - across[:-1] @ across[:-1].T
    kept = _varying(left, products.diagonal())
    return Cells(
        counted=weights,
        rows=rows,
        matrices=scaled,
        outcome=outcome,
        means=means,
        spreads=spreads,
        total=total,
        across=across,
        products=left,
        of_outcome=of_outcome - across[:-1] @ across[-1],
        variation=float((outcome**2).sum() - across[-1] @ across[-1]),
        kept=kept,
        freedom=size - len(kept) - int((count > 0).sum()),
    )


def _varying(products: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Which columns vary, as measured by their whole sum of squares, beyond the columns before them."""
    kept: list[int] = []
    root = np.zeros(products.shape)
    for at, column in enumerate(products):
        found = len(kept)
        beside = solve_triangular(root[:found, :found], column[kept], lower=True) if kept else np.zeros(0)
        left = column[at] - beside @ beside
        if left > TOLERANCE * whole[at]:
            root[found, : found + 1] = *beside, np.sqrt(left)
            kept.append(at)
    return np.array(kept, int)


def constant_term(cells: Cells, *, clustered: bool) -> dict[str, float]:
    """The constant of a regression whose only number of the row is 1, at predictors of 0 as they were given.

    NaN where columns have effects of their own, of which it is then a part.
    """
    if cells.across.size:
        return dict.fromkeys(("estimate", "t", "p"), np.nan)
    inverse = np.linalg.inv(cells.products[np.ix_(cells.kept, cells.kept)])
    of_outcome = cells.of_outcome[cells.kept]
    effects = inverse @ of_outcome
    places = cells.kept[1:] - 1
    at_zero = np.concatenate([[1.0], -cells.means[places] / cells.spreads[places]])
    estimate = cells.total / cells.counted.sum() + at_zero @ effects
    left = cells.variation - effects @ of_outcome
    if cells.freedom < 1 or left <= TOLERANCE * cells.variation:
        return {"estimate": float(estimate), "t": np.nan, "p": np.nan}
    if clustered:
        weight = cells.counted - left_over(cells, cells.counted, cells.kept, inverse @ at_zero)
        scores = (weight * left_over(cells, cells.outcome, cells.kept, effects)).sum(axis=1)
        error = np.sqrt((scores**2).sum())
    else:
        error = np.sqrt(left / cells.freedom * (at_zero @ inverse @ at_zero))
    return {"estimate": float(estimate), "t": float(estimate / error), "p": np.nan}


def left_over(cells: Cells, values: np.ndarray, columns: np.ndarray, effects: np.ndarray) -> np.ndarray:
    """What these columns, with these effects, and effects of columns if any, leave of a matrix; 0 where none counts."""
    width = cells.rows.shape[1]
    of_rows = columns < width
    left: np.ndarray = values - (cells.rows[:, columns[of_rows]] @ effects[of_rows])[:, None]
    for other, effect in zip(columns[~of_rows] - width, effects[~of_rows], strict=True):
        left -= effect * cells.matrices[other]
    left *= cells.counted
    if cells.across.size:
        left -= cells.counted * column_means(left, cells.counted)
    return left


def column_means(values: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Each column's mean over its cells that count."""
    return np.asarray(values.sum(axis=0) / np.maximum(counted.sum(axis=0), 1.0))
