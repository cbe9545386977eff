"""Segregation: whether ties stay within groups more than chance alone would have it, in one number a column.

All indices here count arcs, whatever their strength, and keep their direction: a tie both ways is two arcs. N is the
number of people whose group is known and m the number of arcs among them; people whose group is unknown, and their
arcs, are left out. "Chance" is the groups' names shuffled among people, every arc staying where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from metrics._arrays import strata_codes
from metrics._e_i import e_i_moments, e_i_of, e_i_test
from metrics._grouped import grouped
from metrics._segregation import assortativity_of, freeman_of, odds_of, segregation_row
from metrics.inference import Alternative, benjamini_hochberg
from metrics.words.segregation import segregation_sentence
from ona.model import InfluenceGraph

SEGREGATION_COLUMNS = (
    "column",
    "groups",
    "people",
    "unknown",
    "ties",
    "e_i",
    "e_i_expected",
    "e_i_sd",
    "p",
    "e_i_expected_within",
    "e_i_sd_within",
    "p_within",
    "q",
    "q_within",
    "strata",
    "alternative",
    "n_informative",
    "n_uninformative",
    "assortativity",
    "freeman",
    "odds_ratio",
    "yules_q",
    "confidence",
    "permutations",
    "permutations_within",
    "seed",
    "sentence",
)
"""Columns of `segregation_table`, in order."""


def e_i_whole(graph: InfluenceGraph, *, column: str) -> float:
    """How far ties cross groups in the whole network: (external − internal) / (external + internal) arcs.

    −1: no arc leaves its group; 1: every arc does. Compare it with `e_i_expected`, not with 0.

    Returns
    -------
    float
        NaN without arcs.

    References
    ----------
    Krackhardt & Stern 1988, *Social Psychology Quarterly* 51, 123–140.

    Examples
    --------
    >>> e_i_whole(_example(), column="gender")
    0.0
    """
    return e_i_of(grouped(graph, column))


def e_i_expected(graph: InfluenceGraph, *, column: str, strata: Sequence[str] = ()) -> float:
    """What chance gives the E–I index of the whole network, exactly.

    Without strata 1 − 2 Σ_g n_g(n_g − 1) / (N(N − 1)), n_g people in group g. With strata the shuffle stays inside
    them: an arc between strata s and t is internal with chance Σ_g n_sg n_tg / (n_s n_t), one inside s with chance
    Σ_g n_sg(n_sg − 1) / (n_s(n_s − 1)); the index is 1 − 2 × the mean of these over arcs.

    Parameters
    ----------
    column : str
        The roster column that holds the groups.
    strata : sequence of str
        Roster columns held constant: groups are shuffled among people alike in all of them. Where such a column is
        unknown, "unknown" is a value of its own.

    Returns
    -------
    float
        NaN without arcs.

    References
    ----------
    Krackhardt & Stern 1988, *Social Psychology Quarterly* 51, 123–140, for the index.

    Examples
    --------
    >>> round(e_i_expected(_example(), column="gender"), 4)
    0.3333
    """
    groups = grouped(graph, column)
    return e_i_moments(groups, strata_codes(graph, tuple(strata))[groups.where])[0]


def e_i_p(
    graph: InfluenceGraph,
    *,
    column: str,
    strata: Sequence[str] = (),
    alternative: Alternative = "less",
    permutations: int = 2000,
    seed: int,
) -> float:
    """How often shuffled groups give an E–I index at least as extreme as the one observed.

    p = (1 + #{E–I* ≤ E–I}) / (R + 1) by default: one-sided, since segregation means *fewer* arcs across than chance.
    Two-sided counts |E–I* − mean| ≥ |E–I − mean| instead, the mean exact (`e_i_expected`); it is about twice as large.

    A clear case stops early: once a tenth of R, and at least 20, shuffles were as extreme, after l of them, p is that
    number / l (`metrics.inference.sequential_p`). So only a p above about .1 rests on fewer than R shuffles.

    Parameters
    ----------
    column : str
        The roster column that holds the groups.
    strata : sequence of str
        Roster columns held constant.
    alternative : {"less", "two-sided", "greater"}
        Fewer arcs across than chance, a number far from it either way, or more.
    permutations : int
        R, the most shuffles to make.
    seed : int
        Seed of the shuffles.

    Returns
    -------
    float
        NaN without arcs, and where nobody's group can change: every stratum holds one group only.

    References
    ----------
    Besag & Clifford 1991, *Biometrika* 78, 301–304; Phipson & Smyth 2010, *Statistical Applications in Genetics and
    Molecular Biology* 9(1), 39.

    Examples
    --------
    >>> e_i_p(_example(), column="gender", permutations=99, seed=1) > 0.2
    True
    """
    groups = grouped(graph, column)
    stratum = strata_codes(graph, tuple(strata))[groups.where]
    return e_i_test(groups, stratum, alternative=alternative, permutations=permutations, seed=seed)[0]


def assortativity(graph: InfluenceGraph, *, column: str) -> float:
    """How strongly arcs join like with like, given how many each group sends and receives (Newman's r).

    With e_gh the share of arcs from g to h, a and b its row and column sums: (Σ e_gg − Σ a_g b_g) / (1 − Σ a_g b_g).
    1: all arcs stay in their group; 0: as if arcs met at random.

    Returns
    -------
    float
        NaN without arcs, and where all arcs run inside one group.

    References
    ----------
    Newman 2003, *Physical Review E* 67, 026126.

    Examples
    --------
    >>> round(assortativity(_example(), column="gender"), 4)
    -0.3333
    """
    return assortativity_of(grouped(graph, column))


def freeman_segregation(graph: InfluenceGraph, *, column: str) -> float:
    """Which part of the crossing arcs to be expected is missing: max(0, (E − x) / E).

    x arcs cross groups; E = m (1 − Σ n_g(n_g − 1) / (N(N − 1))) would under chance. Cut at 0: more crossing than chance
    is no segregation.

    Returns
    -------
    float
        NaN without arcs, and where there is one group only.

    References
    ----------
    Freeman 1978, *Sociological Methods & Research* 6, 411–429.

    Examples
    --------
    >>> freeman_segregation(_example(), column="gender")
    0.25
    """
    return freeman_of(grouped(graph, column))


def odds_ratio_within(graph: InfluenceGraph, *, column: str) -> float:
    """The odds of an arc between two people of one group against those between people of two groups.

    (arcs within · pairs across without an arc) / (arcs across · pairs within without an arc), over ordered pairs: the
    pairs without an arc count as much as those with one.

    Returns
    -------
    float
        NaN where the divisor is 0.

    References
    ----------
    Moody 2001, *American Journal of Sociology* 107, 679–716; Bojanowski & Corten 2014, *Social Networks* 39, 14–32.

    Examples
    --------
    >>> odds_ratio_within(_example(), column="gender")
    3.0
    """
    return odds_of(grouped(graph, column))[0]


def yules_q(graph: InfluenceGraph, *, column: str) -> float:
    """The same on a scale from −1 to 1: Q = (OR − 1)/(OR + 1), OR the odds ratio within groups.

    Returns
    -------
    float
        Computed from the four counts, so it is 1 where the odds ratio's divisor alone is 0; NaN where both products are
        0.

    References
    ----------
    Yule 1900, *Philosophical Transactions A* 194, 257–319.

    Examples
    --------
    >>> round(yules_q(_example(), column="gender"), 4)
    0.5
    """
    return odds_of(grouped(graph, column))[1]


def segregation_table(
    graph: InfluenceGraph,
    *,
    columns: Sequence[str],
    strata: Sequence[str] = ("level", "function"),
    alternative: Alternative = "less",
    permutations: int = 2000,
    confidence: float = 0.95,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Every index of segregation for several columns of the roster, against chance and against chance within strata.

    A low p beside a high `p_within` means that the strata (say, who holds which level) account for the segregation:
    report both, never the first alone.

    Parameters
    ----------
    columns : sequence of str
        Roster columns that hold groups.
    strata : sequence of str
        Roster columns held constant for the ``…_within`` columns; a column is never its own stratum.
    alternative : {"less", "two-sided", "greater"}
        Which E–I index is extreme; see `e_i_p`. "less" asks for segregation.
    permutations : int
        The most shuffles to make for each p; clear cases stop early, see `e_i_p`.
    confidence : float
        1 − the level at which the sentence calls a p clear.
    seed : int
        Seed of the shuffles, the same for every column.
    progress : callable, optional
        Called as ``progress(columns done, columns in all)``.

    Returns
    -------
    DataFrame
        One row a column: ``column``, ``groups``, ``people`` (group known), ``unknown`` (people left out), ``ties``
        (arcs among them), ``e_i``, ``e_i_expected`` and ``e_i_sd`` (mean and standard deviation over all shuffles,
        exact), ``p``, ``e_i_expected_within``, ``e_i_sd_within`` (the same within strata), ``p_within``, ``q`` and
        ``q_within`` (Benjamini–Hochberg over the rows of the table), ``strata`` (names, joined by " × "),
        ``alternative``, ``n_informative`` (people whose group can change within their stratum), ``n_uninformative``,
        ``assortativity``, ``freeman``, ``odds_ratio``, ``yules_q``, ``confidence``, ``permutations`` and
        ``permutations_within`` (shuffles made for each p, 0 for none), ``seed``, ``sentence``
        (`metrics.words.segregation.segregation_sentence`).
        NaN as in each measure; the standard deviations are NaN with more than two groups, the ``…_within`` values when
        no strata are left, and p where nobody can move.

    Raises
    ------
    StudyError
        The roster has no such column.

    References
    ----------
    Krackhardt & Stern 1988, *Social Psychology Quarterly* 51, 123–140.

    Examples
    --------
    >>> table = segregation_table(_example(), columns=["gender"], strata=["gender"], permutations=99, seed=1)
    >>> table[["people", "ties", "e_i", "freeman", "e_i_expected_within"]].iloc[0].tolist()
    [4.0, 4.0, 0.0, 0.25, nan]
    """
    rows = []
    for done, column in enumerate(columns, start=1):
        rows.append(segregation_row(graph, column, tuple(strata), alternative, permutations, seed))
        if progress is not None:
            progress(done, len(columns))
    table = pd.DataFrame(rows, columns=list(SEGREGATION_COLUMNS[:-1]))
    for name in ("", "_within"):
        table[f"q{name}"] = benjamini_hochberg(table[f"p{name}"].to_numpy(float))
    table["confidence"] = confidence
    table["sentence"] = [segregation_sentence(row) for row in table.to_dict(orient="records")]
    return table


def _example() -> InfluenceGraph:
    """A woman tied both ways to a man and to another woman; a second man has no ties. For the doctests above."""
    from ona.model import influence_graph

    people = pd.DataFrame({"person": ["a", "b", "c", "d"], "gender": ["woman", "man", "woman", "man"]})
    return influence_graph(people, pd.DataFrame({"source": ["a", "b", "a", "c"], "target": ["b", "a", "c", "a"]}))
