"""Pairs of people: whether a tie depends on who the two are, once other things about the pair are held.

Ties of one person, and ties to one person, go together, so their standard errors cannot be those of independent rows.
Here the network is kept whole and people change places in it: multiple regression by the quadratic assignment
procedure, with double semi-partialling. Where people change places with people and leaders stay, what is compared is
the estimate over a standard error that lets all ties of a person go together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from metrics._arrays import group_codes
from metrics.gaps import Among, Comparison, comparison_members
from metrics.inference import benjamini_hochberg
from metrics.inference.cells import constant_term, regression_cells
from metrics.inference.semi_partialling import semi_partialled, who_takes_whose_place
from metrics.words.dyads import dyad_sentence
from ona.model import InfluenceGraph, StudyError
from ona.model.groups import BETWEEN, parts_of
from ona.model.people import level_rank

DYAD_COLUMNS = (
    "column", "focal", "reference", "term", "estimate", "t", "p", "q", "n_focal", "n_reference", "people",
    "drawn_from", "leaders", "dyads", "ties", "held", "among", "confidence", "permutations", "seed", "sentence",
)  # fmt: skip
"""Columns of a dyad table, in order."""

MOST_DYADS = 250_000
"""Pairs of a person and a leader that a dyad table looks at unless told otherwise."""

INTERCEPT = "intercept"


def mrqap(
    outcome: np.ndarray,
    predictors: Mapping[str, np.ndarray],
    *,
    permutations: int,
    seed: int,
    rows_only: bool = False,
    column_effects: bool = False,
    strata: np.ndarray | None = None,
) -> pd.DataFrame:
    """Regress a matrix on matrices, and test each against people changing places (double semi-partialling).

    Ordinary least squares over cells: y_ij = b_0 + Σ_k b_k x_kij. To test x_k, its residual e_k on all other predictors
    is what nothing else accounts for. Its rows and columns are permuted together, y is regressed on the permuted
    residual and the other predictors as they are, and p = (1 + #{|t| of a permutation ≥ |t| observed}) / (R + 1). The t
    statistic, unlike the coefficient, hardly depends on anything but the hypothesis (it is pivotal).

    Square matrices hold ordered pairs of the same people (row to column), and the diagonal is left out. The standard
    error in their t takes cells for independent, so t counts for its order alone.

    With ``rows_only`` rows and columns are different people, such as staff and leaders, and rows alone are permuted.
    Then t = b Σ e_ij² / √(Σ_i (Σ_j e_ij u_ij)²), e being what the other predictors leave of the permuted residual
    (taken out anew in each permutation) and u the residuals of that regression: its standard error lets the cells of a
    row go together (the sandwich, rows as clusters, no correction for their number). With the cells' own standard
    error, 30 people of whom a quarter are tied to most and the others to nobody are told from 150 of equal mean who are
    all alike in a third of studies instead of 5 %; with this one in 7 %, and nearer to 5 % where there are more people
    or they vary more alike. The t of few people with few ties has one long tail, so p is twice the smaller of the two
    one-sided p, at most 1: |t| would hardly see that they have more than others.

    What depends on the column alone never moves with the rows, and has no p. A predictor that differs between columns
    *and* within them is tested fairly only with ``column_effects``, which give every column a coefficient of its own:
    without them, the part of it that never moves stays in every permutation.

    A cell that is NaN in any matrix is missing. It counts in no regression, and where a permutation moves a missing
    cell's residual onto one that counts, that residual is 0, its mean: it says nothing for or against. So the same
    cells count throughout, and the permuted residual is the weaker for each such cell; few of them are meant.

    Parameters
    ----------
    outcome : array of float, shape (n, n), or (n, m) with ``rows_only``
        Numbers, or 1 and 0; NaN for a missing cell.
    predictors : mapping of str to array of float, same shape
        By the name of the term.
    permutations : int
        R.
    seed : int
    rows_only : bool
    column_effects : bool
        With ``rows_only`` alone.
    strata : array of int, shape (n,), optional
        People change places with people of the same code only.

    Returns
    -------
    DataFrame
        ``term``, the intercept first; ``estimate``; ``t``, with the standard errors above; ``p`` (the intercept has
        none, and is NaN throughout with column effects). A predictor without variation beyond the terms before it is
        dropped from the regression: NaN throughout. ``p`` is NaN where no permutation changes the statistic, ``t`` and
        ``p`` where as many terms as cells leave nothing over.

    Raises
    ------
    StudyError
        No predictor, matrices of different shapes, a matrix that is not square or column effects without
        ``rows_only``, one of the predictors called "intercept", or no cell that counts.

    References
    ----------
    Dekker, Krackhardt & Snijders 2007, *Psychometrika* 72, 563–581; Krackhardt 1988, *Social Networks* 10, 359–381;
    Liang & Zeger 1986, *Biometrika* 73, 13–22 (standard errors by row); Chung & Romano 2013, *Annals of Statistics* 41,
    484–507 (why what is permuted is divided by them).

    Examples
    --------
    Four people sit in a row; each turns to neighbours:

    >>> seats = np.arange(4)
    >>> apart = np.abs(np.subtract.outer(seats, seats))
    >>> turns = (apart == 1).astype(float)
    >>> table = mrqap(turns, {"apart": apart}, permutations=200, seed=1)
    >>> table[["term", "estimate"]].round(2).values.tolist()
    [['intercept', 1.5], ['apart', -0.6]]
    """
    y, names = np.asarray(outcome, float), list(predictors)
    matrices = [np.asarray(predictors[name], float) for name in names]
    if column_effects and not rows_only:
        raise StudyError("columns that are permuted cannot have effects of their own", cure="set rows_only=True")
    _check_matrices(y, names, matrices, rows_only=rows_only)
    counted: np.ndarray = ~np.isnan(np.array([y, *matrices])).any(axis=0)
    if not rows_only:
        np.fill_diagonal(counted, val=False)
    if not counted.any():
        raise StudyError(
            "no cell of the matrix counts, so there is nothing to regress", cure="give fewer missing cells"
        )
    cells = regression_cells(y, counted, np.ones((len(y), 1)), matrices, column_effects=column_effects)
    held = np.zeros(len(y), int) if strata is None else np.asarray(strata)
    orders = who_takes_whose_place(held, permutations=permutations, seed=seed)
    found = semi_partialled(cells, orders, rows_only=rows_only)
    table = pd.DataFrame([constant_term(cells, clustered=rows_only), *found])
    table.insert(0, "term", [INTERCEPT, *names])
    return table


def dyad_table(
    graph: InfluenceGraph,
    *,
    comparisons: Sequence[Comparison],
    seed: int,
    held: Sequence[str] = ("level", "function", "site"),
    among: Among = "non-leaders",
    permutations: int = 2000,
    min_group: int = 5,
    confidence: float = 0.95,
    most_dyads: int = MOST_DYADS,
    plurals: Mapping[str, str] | Mapping[tuple[str, str], str] | None = None,
) -> pd.DataFrame:
    """Whether ties to leaders depend on group, once what else is known of both ends is held.

    A dyad is one of the people counted and one leader; it is 1 if they are tied either way, whichever way the influence
    goes, and 0 if not. Dyads with a leader of the person's own management chain are left out. Dyads are regressed by
    `mrqap` with people (rows) changing places and leaders staying where they are:

    - ``focal``: the person is of the focal group. Its estimate is the difference in how likely a tie is, on average
      over the leaders there are, in shares (−0.02 is two percentage points less likely);
    - ``same``: person and leader are of the same group of that column, less what the group's share of leaders gives
      anyway (which is why ``focal`` stays the average over all leaders);
    - ``levels_apart``: by how many levels the two differ, where level is held;
    - ``same_function``, ``same_site``, …: both are of the same known group of every other column held.

    Held besides, without a row of their own: every value of the person's columns in `held`, unknown being one, each
    with a coefficient of its own, because a straight line over levels would leave its bend to be read as gender; and
    every leader, also with one each, so that what is common to all ties of a leader (level, function, group, mere
    popularity) counts for nothing. Where all leaders are above everybody, ``levels_apart`` is then known from the two
    people's levels and has no estimate. A level that is not known is taken to be as far apart as the average.

    Where there are more than `most_dyads`, people are drawn at random, as many of one group as of the other as far as
    they go; all leaders stay. Which people are drawn depends on the seed.

    In simulated studies without an effect (40 to 150 people, 10 to 20 leaders, clustered ties, popular leaders, groups
    at different levels and in different functions), 4 to 6 % of the p of ``focal`` and ``same`` were .05 or less.

    Parameters
    ----------
    graph : InfluenceGraph
    comparisons : sequence of Comparison
    seed : int
        Seed of the permutations, and of the draw.
    held : sequence of str
        Columns of the roster. The column of a comparison is not held in it, nor one in which nobody's value is known.
    among : {"non-leaders", "everyone"}
        Whose ties to leaders these are. A leader is not paired with themselves.
    permutations : int
    min_group : int
        The fewest people a group may have.
    confidence : float
        1 − the level at which the sentence finds a difference.
    most_dyads : int
    plurals : mapping, optional
        As in `metrics.gaps.gap_table`.

    Returns
    -------
    DataFrame
        One row for each comparison and term, in the order above. ``column``, ``focal``, ``reference``; ``term``;
        ``estimate``, ``t``, ``p``, NaN where nothing varies beyond what is held and the terms before; ``q``, over the
        p of all comparisons' term "focal" (Benjamini–Hochberg; NaN for other terms); ``n_focal``, ``n_reference`` and
        ``people``, their sum, in the dyads; ``drawn_from``, how many people they are of; ``leaders``; ``dyads`` and
        how many of them are ``ties``; ``held`` ("level × function"); ``among``, ``confidence``, ``permutations``,
        ``seed``; ``sentence`` (on the term "focal" only, else "").

    Raises
    ------
    StudyError
        Nobody is a leader, a comparison that `metrics.gaps.comparison_members` refuses, or an unknown column.

    References
    ----------
    Dekker, Krackhardt & Snijders 2007, *Psychometrika* 72, 563–581.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcdefgh"), "gender": ["woman"] * 4 + ["man"] * 4,
    ...                        "leader": [True, False, False, False] * 2})
    >>> ties = pd.DataFrame({"source": list("aeee"), "target": list("bcfg")})
    >>> table = dyad_table(influence_graph(people, ties), comparisons=[Comparison("gender", "woman", "man")], seed=1,
    ...                    held=(), min_group=3, permutations=50)
    >>> table[["term", "estimate", "dyads", "ties"]].round(3).values.tolist()
    [['focal', 0.0, 12, 4], ['same', 0.333, 12, 4]]
    """
    if not graph.is_leader.any():
        raise StudyError(
            "nobody in the roster is a leader, so there is nobody to be tied to",
            cure="set leaders.at_or_above to a level people hold, or leaders.people",
        )
    leaders = np.flatnonzero(graph.is_leader)
    recorded = [column for column in held if (group_codes(graph, column)[0] >= 0).any()]
    rows: list[dict[str, object]] = []
    for comparison in comparisons:
        members = comparison_members(graph, comparison, among=among, min_group=min_group)
        compared = (comparison.column, *parts_of(comparison.column))
        columns = [column for column in recorded if column not in compared]
        people = _drawn(*members, most_dyads // len(leaders), min_group, seed)
        tied, counted = _dyads(graph, people, leaders)
        terms = _terms(graph, comparison.column, members[0], people, leaders, columns)
        row: dict[str, object] = {
            "column": comparison.column,
            "focal": comparison.focal,
            "reference": comparison.reference,
            "n_focal": int(members[0][people].sum()),
            "n_reference": int(members[1][people].sum()),
            "people": len(people),
            "drawn_from": int(members[0].sum() + members[1].sum()),
            "leaders": len(leaders),
            "dyads": int(counted.sum()),
            "ties": int((tied & counted).sum()),
            "held": BETWEEN.join(columns) or "none",
        }
        found = [dict.fromkeys(("estimate", "t", "p"), np.nan) for _ in terms]
        if counted.any():
            attributes = np.hstack([np.ones((len(people), 1)), *(_values(graph, people, name) for name in columns)])
            cells = regression_cells(tied.astype(float), counted, attributes, list(terms.values()), column_effects=True)
            orders = who_takes_whose_place(np.zeros(len(people), int), permutations=permutations, seed=seed)
            found = semi_partialled(cells, orders, rows_only=True)
        rows += [{**row, "term": term, **numbers} for term, numbers in zip(terms, found, strict=True)]
    table = pd.DataFrame(rows, columns=list(DYAD_COLUMNS[:-1]))
    about = table["term"] == "focal"
    table["q"] = benjamini_hochberg(table["p"].where(about).to_numpy(float))
    table["among"], table["confidence"], table["permutations"], table["seed"] = among, confidence, permutations, seed
    table["sentence"] = [
        dyad_sentence(row, plurals=plurals) if said else ""
        for row, said in zip(table.to_dict(orient="records"), about, strict=True)
    ]
    return table


def _check_matrices(y: np.ndarray, names: list[str], matrices: list[np.ndarray], *, rows_only: bool) -> None:
    if not names:
        raise StudyError("no predictor is given", cure="give at least one matrix to regress on")
    if INTERCEPT in names:
        raise StudyError(f"a predictor is called '{INTERCEPT}', as the constant is", cure="give it another name")
    if y.ndim != 2 or not (rows_only or y.shape[0] == y.shape[1]):
        raise StudyError(
            f"the outcome is of shape {y.shape}", cure="give a square matrix, or permute rows only with rows_only=True"
        )
    for name, matrix in zip(names, matrices, strict=True):
        if matrix.shape != y.shape:
            raise StudyError(
                f"the matrix '{name}' is of shape {matrix.shape}", cure=f"make it {y.shape}, as the outcome"
            )


def _drawn(focal: np.ndarray, reference: np.ndarray, most: int, least: int, seed: int) -> np.ndarray:
    """Positions of the people in the dyads: all of both groups, or as many of each at random as there is room for."""
    groups = np.flatnonzero(focal), np.flatnonzero(reference)
    if sum(map(len, groups)) <= most:
        return np.sort(np.concatenate(groups))
    rng = np.random.default_rng(seed)
    room = max(most // 2, least), max(most - most // 2, least)
    taken = [
        min(len(group), max(share, most - len(other)))
        for group, share, other in zip(groups, room, groups[::-1], strict=True)
    ]
    return np.sort(
        np.concatenate([rng.choice(group, size, replace=False) for group, size in zip(groups, taken, strict=True)])
    )


def _dyads(graph: InfluenceGraph, people: np.ndarray, leaders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which people are tied to which leaders, either way; and which of these dyads count."""
    matrix = graph.matrix
    tied = (matrix[people][:, leaders] + matrix[leaders][:, people].T).toarray() > 0
    return tied, ~graph.chain[people][:, leaders].toarray() & (people[:, None] != leaders)


def _values(graph: InfluenceGraph, people: np.ndarray, column: str) -> np.ndarray:
    """A column of 1 and 0 for each value of a roster column among these people, unknown being one."""
    codes = group_codes(graph, column)[0][people]
    return np.asarray(codes[:, None] == np.unique(codes), float)


def _terms(
    graph: InfluenceGraph, column: str, focal: np.ndarray, people: np.ndarray, leaders: np.ndarray, held: Sequence[str]
) -> dict[str, np.ndarray]:
    """What is tested of each dyad, by name."""

    def both(name: str) -> np.ndarray:
        codes = group_codes(graph, name)[0]
        return np.asarray((codes[people][:, None] == codes[leaders]) & (codes[leaders] >= 0), float)

    same = both(column)
    terms = {
        "focal": np.broadcast_to(focal[people].astype(float)[:, None], same.shape),
        "same": same - same.mean(axis=1, keepdims=True),
    }
    for name in held:
        if name == "level":
            rank = level_rank(graph.people).to_numpy()
            apart = np.abs(rank[people][:, None] - rank[leaders])
            known = ~np.isnan(apart)
            terms["levels_apart"] = np.where(known, apart, apart[known].mean() if known.any() else 0.0)
        else:
            terms[f"same_{name}"] = both(name)
    return terms
