"""Double semi-partialling: the terms of a regression over cells, each tested by people changing places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from metrics.inference.cells import TOLERANCE, Cells, column_means, left_over
from metrics.inference.differences import stratified_permutations
from metrics.inference.p_values import permutation_p
from metrics.kernels.running import run, shared_out

_BLOCK_CELLS = 4_000_000
_LANES = 12
"""The fewest permutations a thread takes in one go, so that a row's numbers serve several."""
_NOTHING = 1e-7
_TALL = 20
"""Rows for each column from which on it is quicker to move rows than to multiply every row by every other."""


@dataclass(frozen=True, eq=False)
class _Term:
    """One matrix beside everything else: what is reported of it, and where it can be tested what its test needs.

    ``residual`` is what the ``others`` (places among rows and matrices) leave of it, ``spread`` its sum of squares;
    ``rest`` what they leave of the outcome, ``accounted`` their coefficients in it, and ``left`` what is left over.
    """

    found: dict[str, float]
    tested: bool
    others: np.ndarray
    inverse: np.ndarray
    residual: np.ndarray
    spread: float
    rest: np.ndarray
    accounted: np.ndarray
    left: float
    observed: float


@dataclass(frozen=True, eq=False)
class _Kinds:
    """Rows that have the same numbers are of one kind: the numbers of each, and of which kind each row is."""

    rows: np.ndarray
    of_row: NDArray[np.int32]


def who_takes_whose_place(strata: np.ndarray, *, permutations: int, seed: int) -> Iterator[np.ndarray]:
    """Orders of people, each among those of the same stratum: one row a permutation, in blocks that stay small."""
    places = np.arange(len(strata), dtype=np.int32)
    yield from stratified_permutations(places, strata, permutations=permutations, seed=seed)


def semi_partialled(cells: Cells, orders: Iterable[np.ndarray], *, rows_only: bool) -> list[dict[str, float]]:
    """Estimate, t and p of each of the matrices beside everything else, from who takes whose place in each permutation.

    Orders come in blocks, of which one is in memory at a time. With rows alone permuted, cells of a row count as one
    another's kin: the standard error adds up each row's share of the estimate's error, whatever its cells have in
    common. Everything is NaN for a matrix that was not kept.
    """
    terms = [_term(cells, matrix, rows_only=rows_only) for matrix in range(len(cells.matrices))]
    tested = [term for term in terms if term.tested]
    if not tested:
        return [term.found for term in terms]
    kinds = _Kinds(*_kinds(cells.rows)) if rows_only else None
    null: list[list[np.ndarray]] = [[] for _ in tested]
    for block in orders:
        for term, drawn in zip(tested, null, strict=True):
            drawn.append(_drawn(cells, term, block, kinds))
    p = {
        id(term): _p(term, np.concatenate(drawn), rows_only=rows_only) for term, drawn in zip(tested, null, strict=True)
    }
    return [{**term.found, "p": p.get(id(term), np.nan)} for term in terms]


def _kinds(rows: np.ndarray) -> tuple[np.ndarray, NDArray[np.int32]]:
    different, of_row = np.unique(rows, axis=0, return_inverse=True)
    return different, of_row.astype(np.int32)


def _term(cells: Cells, matrix: int, *, rows_only: bool) -> _Term:
    column = cells.rows.shape[1] + matrix
    others = cells.kept[cells.kept != column]
    nothing = np.zeros(0)
    if len(others) == len(cells.kept):
        found = dict.fromkeys(("estimate", "t", "p"), np.nan)
        return _Term(found, False, others, nothing, nothing, np.nan, nothing, nothing, np.nan, np.nan)
    inverse = np.linalg.inv(cells.products[np.ix_(others, others)])
    residual = left_over(cells, cells.matrices[matrix], others, inverse @ cells.products[others, column])
    spread = float((residual**2).sum())
    along = float((residual * cells.outcome).sum())
    accounted = inverse @ cells.of_outcome[others]
    left = cells.variation - float(accounted @ cells.of_outcome[others])
    found = {"estimate": along / spread / float(cells.spreads[matrix]), "t": np.nan, "p": np.nan}
    if cells.freedom < 1 or left <= TOLERANCE * cells.variation:
        return _Term(found, False, others, inverse, residual, spread, nothing, accounted, left, np.nan)
    rest = left_over(cells, cells.outcome, others, accounted)
    if rows_only:
        error = float((((residual * rest).sum(axis=1) - along / spread * (residual**2).sum(axis=1)) ** 2).sum())
        observed, found["t"] = float(_bounded(along, error)), _ratio(along, np.sqrt(error))
    else:
        observed = along / np.sqrt(spread * left)
        found["t"] = _ratio(observed * np.sqrt(cells.freedom), np.sqrt(max(1.0 - observed**2, 0.0)))
    tested = not (rows_only and _of_column_alone(cells, matrix))
    return _Term(found, tested, others, inverse, residual, spread, rest, accounted, left, observed)


def _drawn(cells: Cells, term: _Term, orders: np.ndarray, kinds: _Kinds | None) -> np.ndarray:
    """The statistic in each permutation."""
    if kinds is None:
        sums, columns = _both_moved(cells, term.residual, orders)
    elif len(term.residual) > _TALL * term.residual.shape[1]:
        sums, columns = _tall_rows_moved(cells, term.residual, orders, kinds)
    else:
        sums, columns = _rows_moved(cells, term.residual, orders)
    sums[:, :-1] -= columns @ cells.across.T
    beside = sums[:, term.others]
    gone = beside @ term.inverse
    along = sums[:, -2] - beside @ term.accounted
    spread = sums[:, -1] - (columns**2).sum(axis=1) - (gone * beside).sum(axis=1)
    varies = spread > TOLERANCE * term.spread
    divisor = np.where(varies, spread, 1.0)
    if kinds is None:
        # With the same cells and terms throughout, t rises with the partial correlation and with nothing else.
        null = along / np.sqrt(divisor * term.left)
    else:
        null = _bounded(along, _moved_error(cells, term, orders, kinds, gone, columns, along / divisor))
    return np.where(varies, null, 0.0)


def _p(term: _Term, null: np.ndarray, *, rows_only: bool) -> float:
    """p, or NaN where no permutation changes the statistic."""
    if np.abs(null - term.observed).max() <= TOLERANCE:
        return np.nan
    return _either_tail(term.observed, null) if rows_only else float(permutation_p(term.observed, null, centre=0.0))


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


def _of_column_alone(cells: Cells, matrix: int) -> bool:
    """Whether a matrix is the same in every row, so that rows changing places say nothing about it."""
    values = cells.matrices[matrix]
    apart = (values - column_means(values, cells.counted)) * cells.counted
    return bool(np.abs(apart).max() < TOLERANCE)


def _moved_error(
    cells: Cells,
    term: _Term,
    orders: np.ndarray,
    kinds: _Kinds,
    gone: np.ndarray,
    columns: np.ndarray,
    effect: np.ndarray,
) -> np.ndarray:
    """Each permutation's Σ_i (Σ_j e_ij u_ij)², e the permuted residual less what the other predictors account for.

    ``gone`` are the coefficients of the others in the permuted residual, ``columns`` its columns' sums over the root of
    their count, and ``effect`` the outcome's coefficient on what is left of it.
    """
    from metrics.kernels.scores import squared_scores

    width, effects = cells.rows.shape[1], cells.across.shape[1]
    of_rows = term.others < width
    of_column = np.zeros((term.residual.shape[1], len(orders)))
    root = np.sqrt(np.maximum(cells.counted.sum(axis=0), 1.0))[:effects]
    of_column[:effects] = ((columns - gone @ cells.across[term.others]) / root).T
    of_kind = kinds.rows[:, term.others[of_rows]] @ gone[:, of_rows].T
    of_matrix, matrices = gone[:, ~of_rows].T, cells.matrices[term.others[~of_rows] - width]
    found = np.zeros(len(orders))

    def work(start: int, stop: int) -> None:
        run(
            squared_scores,
            term.residual,
            np.ascontiguousarray(orders[start:stop].T),
            cells.counted,
            matrices,
            term.rest,
            kinds.of_row,
            np.ascontiguousarray(of_kind[:, start:stop]),
            np.ascontiguousarray(of_matrix[:, start:stop]),
            np.ascontiguousarray(of_column[:, start:stop]),
            effect[start:stop],
            found[start:stop],
        )

    shared_out(work, len(orders), cost=term.residual.size * (len(matrices) + 2), step=_LANES)
    return found


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


def _tall_rows_moved(
    cells: Cells, residual: np.ndarray, orders: np.ndarray, kinds: _Kinds
) -> tuple[np.ndarray, np.ndarray]:
    """The same by moving every row: for many rows and few columns."""
    from metrics.kernels.scores import moved_sums

    width, effects = cells.rows.shape[1], cells.across.shape[1]
    stacked = np.array([*cells.matrices, cells.outcome])
    root = np.sqrt(np.maximum(cells.counted.sum(axis=0), 1.0))[:effects]
    sums, columns = np.empty((len(orders), width + len(stacked) + 1)), np.empty((len(orders), effects))

    def work(start: int, stop: int) -> None:
        many = stop - start
        of_kind, of_matrix = np.zeros((len(kinds.rows), many)), np.zeros((len(stacked), many))
        squares, of_column = np.zeros(many), np.zeros((residual.shape[1], many))
        taken = np.ascontiguousarray(orders[start:stop].T)
        run(moved_sums, residual, taken, cells.counted, stacked, kinds.of_row, of_kind, of_matrix, squares, of_column)
        sums[start:stop, :width] = of_kind.T @ kinds.rows
        sums[start:stop, width:-1] = of_matrix.T
        sums[start:stop, -1] = squares
        columns[start:stop] = of_column[:effects].T / root

    shared_out(work, len(orders), cost=residual.size * (len(stacked) + 2), step=_LANES)
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
