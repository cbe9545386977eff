"""Double semi-partialling: a regression over the cells of a matrix, its terms tested by people changing places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular
from scipy.sparse import csr_array

from metrics.inference.differences import stratified_permutations
from metrics.inference.p_values import permutation_p

_BLOCK_CELLS = 4_000_000
_TOLERANCE = 1e-9
_NOTHING = 1e-7
_TALL = 20
"""Rows for each column from which on it is quicker to move rows than to multiply every row by every other."""


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
        if spread > _TOLERANCE * np.abs(values).max():
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
        if left > _TOLERANCE * whole[at]:
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
    if cells.freedom < 1 or left <= _TOLERANCE * cells.variation:
        return {"estimate": float(estimate), "t": np.nan, "p": np.nan}
    if clustered:
        weight = cells.counted - _left_over(cells, cells.counted, cells.kept, inverse @ at_zero)
        scores = (weight * _left_over(cells, cells.outcome, cells.kept, effects)).sum(axis=1)
        error = np.sqrt((scores**2).sum())
    else:
        error = np.sqrt(left / cells.freedom * (at_zero @ inverse @ at_zero))
    return {"estimate": float(estimate), "t": float(estimate / error), "p": np.nan}


def semi_partialled(cells: Cells, matrix: int, orders: np.ndarray, *, rows_only: bool) -> dict[str, float]:
    """Estimate, t and p of one of the matrices beside everything else, from who takes whose place in each permutation.

    With rows alone permuted, cells of a row count as one another's kin: the standard error adds up each row's share of
    the estimate's error, whatever its cells have in common. Everything is NaN for a matrix that was not kept.
    """
    column = cells.rows.shape[1] + matrix
    others = cells.kept[cells.kept != column]
    if len(others) == len(cells.kept):
        return dict.fromkeys(("estimate", "t", "p"), np.nan)
    inverse = np.linalg.inv(cells.products[np.ix_(others, others)])
    residual = _left_over(cells, cells.matrices[matrix], others, inverse @ cells.products[others, column])
    spread = float((residual**2).sum())
    along = float((residual * cells.outcome).sum())
    accounted = inverse @ cells.of_outcome[others]
    left = cells.variation - float(accounted @ cells.of_outcome[others])
    estimate = along / spread / float(cells.spreads[matrix])
    if cells.freedom < 1 or left <= _TOLERANCE * cells.variation:
        return {"estimate": estimate, "t": np.nan, "p": np.nan}
    rest = _left_over(cells, cells.outcome, others, accounted)
    if rows_only:
        error = float((((residual * rest).sum(axis=1) - along / spread * (residual**2).sum(axis=1)) ** 2).sum())
        observed, t = float(_bounded(along, error)), _ratio(along, np.sqrt(error))
    else:
        observed = along / np.sqrt(spread * left)
        t = _ratio(observed * np.sqrt(cells.freedom), np.sqrt(max(1.0 - observed**2, 0.0)))
    if rows_only and _of_column_alone(cells, matrix):
        return {"estimate": estimate, "t": t, "p": np.nan}
    tall = len(residual) > _TALL * residual.shape[1]
    moved = (_tall_rows_moved if tall else _rows_moved) if rows_only else _both_moved
    sums, columns = moved(cells, residual, orders)
    sums[:, :-1] -= columns @ cells.across.T
    beside = sums[:, others]
    gone = beside @ inverse
    moved_along = sums[:, -2] - beside @ accounted
    moved_spread = sums[:, -1] - (columns**2).sum(axis=1) - (gone * beside).sum(axis=1)
    varies = moved_spread > _TOLERANCE * spread
    divisor = np.where(varies, moved_spread, 1.0)
    if rows_only:
        null = _bounded(
            moved_along, _moved_error(cells, residual, rest, orders, others, gone, columns, moved_along / divisor)
        )
    else:
        # With the same cells and terms throughout, t rises with the partial correlation and with nothing else.
        null = moved_along / np.sqrt(divisor * left)
    null = np.where(varies, null, 0.0)
    moves = np.abs(null - observed).max() > _TOLERANCE
    p = (
        (_either_tail(observed, null) if rows_only else float(permutation_p(observed, null, centre=0.0)))
        if moves
        else np.nan
    )
    return {"estimate": estimate, "t": t, "p": p}


def _either_tail(observed: float, null: np.ndarray) -> float:
    """Twice the smaller one-sided p: the t of few and skewed rows has one long tail, and |t| is blind to the other."""
    tails = [float(permutation_p(observed, null, alternative=side)) for side in ("less", "greater")]
    return min(1.0, 2.0 * min(tails))


def _ratio(numerator: float, divisor: float) -> float:
    """A quotient that is infinite where the divisor is nothing but rounding."""
    if divisor <= _NOTHING * abs(numerator):
        return float(np.copysign(np.inf, numerator))
    return float(numerator / divisor)


def _bounded(along: ArrayLike, error: ArrayLike) -> np.ndarray:
    """What rises with t = along / √error and with nothing else, between −1 and 1; 0 where both are 0."""
    numerator = np.asarray(along, float)
    whole = np.sqrt(numerator**2 + error)
    return np.asarray(np.divide(numerator, whole, out=np.zeros_like(whole), where=whole > 0.0))


def _moved_error(
    cells: Cells,
    residual: np.ndarray,
    rest: np.ndarray,
    orders: np.ndarray,
    others: np.ndarray,
    gone: np.ndarray,
    columns: np.ndarray,
    effect: np.ndarray,
) -> np.ndarray:
    """Each permutation's Σ_i (Σ_j e_ij u_ij)², e the permuted residual less what the other predictors account for.

    ``gone`` are the coefficients of the others in the permuted residual, ``columns`` its columns' sums over the root of
    their count, ``effect`` the outcome's coefficient on what is left of it, and ``rest`` what the others leave of the
    outcome.
    """
    from metrics.kernels.scores import squared_scores

    width, effects = cells.rows.shape[1], cells.across.shape[1]
    of_rows = others < width
    of_column = np.zeros((len(orders), residual.shape[1]))
    root = np.sqrt(np.maximum(cells.counted.sum(axis=0), 1.0))[:effects]
    of_column[:, :effects] = (columns - gone @ cells.across[others]) / root
    return squared_scores(
        residual,
        np.ascontiguousarray(orders.T),
        cells.counted,
        cells.matrices[others[~of_rows] - width],
        rest,
        cells.rows[:, others[of_rows]] @ gone[:, of_rows].T,
        np.ascontiguousarray(gone[:, ~of_rows]),
        of_column,
        effect,
    )


def who_takes_whose_place(strata: np.ndarray, *, permutations: int, seed: int) -> np.ndarray:
    """Orders of people, each among those of the same stratum: one row a permutation."""
    places = np.arange(len(strata), dtype=np.int32)
    return np.concatenate(list(stratified_permutations(places, strata, permutations=permutations, seed=seed)))


def _left_over(cells: Cells, values: np.ndarray, columns: np.ndarray, effects: np.ndarray) -> np.ndarray:
    """What these columns, with these effects, and effects of columns if any, leave of a matrix; 0 where none counts."""
    width = cells.rows.shape[1]
    of_rows = columns < width
    left: np.ndarray = values - (cells.rows[:, columns[of_rows]] @ effects[of_rows])[:, None]
    for other, effect in zip(columns[~of_rows] - width, effects[~of_rows], strict=True):
        left -= effect * cells.matrices[other]
    left *= cells.counted
    if cells.across.size:
        left -= cells.counted * _column_means(left, cells.counted)
    return left


def _column_means(values: np.ndarray, counted: np.ndarray) -> np.ndarray:
    return np.asarray(values.sum(axis=0) / np.maximum(counted.sum(axis=0), 1.0))


def _of_column_alone(cells: Cells, matrix: int) -> bool:
    """Whether a matrix is the same in every row, so that rows changing places say nothing about it."""
    values = cells.matrices[matrix]
    apart = (values - _column_means(values, cells.counted)) * cells.counted
    return bool(np.abs(apart).max() < _TOLERANCE)


def _rows_moved(cells: Cells, residual: np.ndarray, orders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums of products of the residual, its rows permuted, with all rows, matrices, the outcome, and itself.

    Beside them each column's sum of the permuted residual over the root of its count, if columns have effects. The
    product of every row of the residual with every row of a matrix is made once; a permutation then picks n of them,
    whatever the number of columns. Rows of the matrix are taken in blocks, so that memory stays small.
    """
    width = cells.rows.shape[1]
    sums = np.zeros((len(orders), width + len(cells.matrices) + 2))
    squared = residual**2
    step = max(1, _BLOCK_CELLS // max(orders.shape))
    for first in range(0, len(residual), step):
        block = slice(first, first + step)
        taken = orders[:, block].T
        sums[:, :width] += _picked(residual, cells.counted[block], taken).T @ cells.rows[block]
        for at, matrix in enumerate((*cells.matrices, cells.outcome)):
            sums[:, width + at] += _picked(residual, matrix[block], taken).sum(axis=0)
        sums[:, -1] += _picked(squared, cells.counted[block], taken).sum(axis=0)
    return sums, _column_sums(cells, residual, orders)


def _tall_rows_moved(cells: Cells, residual: np.ndarray, orders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same, a block of permutations at a time: for many rows and few columns."""
    width, effects = cells.rows.shape[1], cells.across.shape[1]
    stacked = np.array([*cells.matrices, cells.outcome]).reshape(len(cells.matrices) + 1, -1)
    root = np.sqrt(np.maximum(cells.counted.sum(axis=0), 1.0))[:effects]
    sums, columns = np.empty((len(orders), width + len(stacked) + 1)), np.empty((len(orders), effects))
    step = max(1, _BLOCK_CELLS // residual.size)
    for first in range(0, len(orders), step):
        block = slice(first, first + step)
        moved = residual.take(orders[block], axis=0) * cells.counted
        flat = moved.reshape(len(moved), -1)
        sums[block, :width] = (moved @ np.ones(residual.shape[1])) @ cells.rows
        sums[block, width:-1] = flat @ stacked.T
        sums[block, -1] = np.einsum("ij,ij->i", flat, flat)
        columns[block] = (np.ones(len(residual)) @ moved)[:, :effects] / root
    return sums, columns


def _picked(residual: np.ndarray, matrix: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """The product of each row of a matrix with the row of the residual that takes its place; a column a permutation."""
    return np.asarray(np.take_along_axis(matrix @ residual.T, taken, axis=1))


def _column_sums(cells: Cells, residual: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Each column's sum of the permuted residual where cells count, over the root of how many do.

    A column of the residual adds up to 0, so its sum is what moved onto cells that do not count, with the other sign.
    """
    effects = cells.across.shape[1]
    sums = np.zeros((len(orders), effects))
    row, column = np.nonzero(cells.counted[:, :effects] == 0.0)
    if not len(row):
        return sums
    root = np.sqrt(np.maximum(cells.counted.sum(axis=0), 1.0))
    to_column = csr_array((1.0 / root[column], (np.arange(len(row)), column)), shape=(len(row), effects))
    step = max(1, _BLOCK_CELLS // len(row))
    for first in range(0, len(orders), step):
        block = slice(first, first + step)
        sums[block] = -(residual[orders[block][:, row], column] @ to_column)
    return sums


def _both_moved(cells: Cells, residual: np.ndarray, orders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same with rows and columns permuted together; columns then have no effects."""
    beside = [*(cells.counted * values[:, None] for values in cells.rows.T), *cells.matrices, cells.outcome]
    stacked = np.array(beside).reshape(len(beside), -1)
    counted = cells.counted.ravel()
    sums = np.empty((len(orders), len(beside) + 1))
    for at, order in enumerate(orders):
        moved = residual.take(order, axis=0).take(order, axis=1).ravel()
        sums[at, :-1] = stacked @ moved
        sums[at, -1] = counted @ moved**2
    return sums, np.zeros((len(orders), 0))
