"""Newcomers by group: by when half have as many contacts as their peers, and whether one group takes longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from metrics._arrays import group_codes
from metrics.change._windows import Progress
from metrics.change.survival import interval_scores, kaplan_meier, median_time, rate_ratio, score_test, share_by
from metrics.inference import benjamini_hochberg
from metrics.inference.parts import kept_strata
from metrics.words.change import newcomers_sentence
from ona.model import InfluenceGraph, StudyError

NEWCOMER_GROUP_COLUMNS = (
    "outcome", "column", "group", "newcomers", "reached", "median_weeks", "median_low", "median_high",
    "median_earliest", "by_weeks", "share_by", "share_low", "share_high", "rest", "rest_reached", "rest_median_weeks",
    "n_informative_focal", "n_informative_reference", "rate_ratio", "rate_low", "rate_high", "p", "q", "strata",
    "confidence", "permutations", "seed", "sentence",
)  # fmt: skip
"""Columns of a table of newcomers by group, in order."""

OUTCOMES = {"contacts": ("integrated", "weeks"), "leader": ("leader_met", "leader_weeks")}
"""What is waited for, and the columns of a newcomers table that tell it."""

EVERYONE = "all newcomers"
"""The group of everybody."""


def newcomer_groups_table(
    newcomers: pd.DataFrame,
    graph: InfluenceGraph,
    *,
    columns: Sequence[str],
    seed: int,
    strata: Sequence[str] = ("level", "function"),
    by_weeks: float = 13.0,
    min_group: int = 5,
    permutations: int = 2000,
    confidence: float = 0.95,
    plurals: Mapping[str, str] | Mapping[tuple[str, str], str] | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """How fast each group of newcomers gets there, and whether that differs from the rest.

    Two outcomes: as many contacts as established peers ("contacts"), and the first tie to a leader outside the own
    management chain ("leader"). Newcomers who never got there while they were seen are neither left out nor taken to
    need as long as they were seen: the Kaplan–Meier estimate counts them for as long as they were followed. The time
    taken is ``weeks_high``, by when it had surely happened; ``median_earliest`` is the same with ``weeks_low``, and the
    truth is somewhere between to within a window.

    Each group is held against all other newcomers whose group is known, by a log-rank test for intervals stratified by
    `strata`: scores that take nothing from ``weeks_low`` and ``weeks_high`` but that it happened in between
    (`metrics.change.survival.interval_scores`), with labels shuffled among newcomers of the same stratum
    (`metrics.change.survival.score_test`). So groups that begin on other days of a window, whose intervals lie
    elsewhere, can be compared. In 200 simulated studies each in which the groups did not differ (two of 30, or 20
    against 80; eight windows of four weeks; one stratum or three; waits exponential, or with a rising rate) it came out
    at p ≤ .05 in 5 to 8 % where both began on any day, in 2 to 6 % where one began on the first two days of a window
    and the other on any, and in 6 to 10 % where one began on days 1 to 3 and the other on days 22 to 26.

    Windows differ in more than their days: what peers have may rise, and with it what is asked of a newcomer. A group
    that began earlier within the time looked at, or within each window, then had longer to get there at a lower bar;
    the table tells that as a difference, which it is, but not one of the group's making.

    ``rate_ratio`` is how often it happens to the group in a week, among those to whom it has not happened yet, over the
    same of the rest: exp(U / V), below 1 for slower, with the interval exp((U ± z √V) / V), U the sum of the group's
    scores above those of their strata. It is an approximation, good near 1 and off far from it; p does not depend on
    it. It describes, and proves no cause.

    Parameters
    ----------
    newcomers : DataFrame
        From `metrics.change.newcomers_table`. Joined by id.
    graph : InfluenceGraph
        Whose roster holds the columns; the last window's, say.
    columns : sequence of str
        Roster columns whose groups are told apart.
    seed : int
        Seed of the permutations.
    strata : sequence of str
        Roster columns held equal in the test; unknown is a value of its own. The column itself is not held equal.
    by_weeks : float
        For ``share_by``: the share that is there by so many weeks.
    min_group : int
        A group of fewer newcomers, or with fewer in the rest, is not compared; nothing is told of one of fewer.
    permutations, confidence, plurals
        As in `metrics.gaps.gap_table`.
    progress : callable, optional
        Called as ``progress(groups done, groups in all)``.

    Returns
    -------
    DataFrame
        One row an outcome, column and group, that of all newcomers first (its ``column`` is missing): ``outcome``,
        ``column``, ``group``; ``newcomers``, and how many of them ``reached`` it; ``median_weeks`` with ``median_low``
        and ``median_high`` (`metrics.change.survival.median_time`; NaN where fewer than half are seen to get there),
        ``median_earliest``; ``by_weeks``, ``share_by`` with its limits (NaN where nobody was followed that long);
        ``rest``, ``rest_reached``, ``rest_median_weeks`` of the others; how many of either are in strata with both;
        ``rate_ratio``, ``rate_low``, ``rate_high``, ``p``; ``q``, Benjamini–Hochberg over the ``p`` of the table;
        ``strata``, ``confidence``, ``permutations``, ``seed``, ``sentence``.

        Medians, shares and the test are NaN in groups of fewer than `min_group`; what is of the rest, and the test,
        where the rest has fewer. The test is NaN also where strata that hold both groups have fewer than `min_group` of
        either, and where no shuffle changes anything.

    Raises
    ------
    StudyError
        No such column, newcomers who are not in the graph, or no newcomers at all.

    References
    ----------
    Kaplan & Meier 1958, *Journal of the American Statistical Association* 53, 457–481; Brookmeyer & Crowley 1982,
    *Biometrics* 38, 29–41; Finkelstein 1986, *Biometrics* 42, 845–854; Neuhaus 1993, *Annals of Statistics* 21,
    1760–1779; Yusuf, Peto, Lewis, Collins & Sleight
    1985, *Progress in Cardiovascular Diseases* 27, 335–371 (the ratio from one step); Rollag, Parise & Cross 2005, *MIT
    Sloan Management Review* 46(2), 35–41.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcdef"), "gender": ["woman", "man"] * 3})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["b"]}))
    >>> weeks = [8.0, 4.0, 8.0, 4.0, 12.0, 8.0]
    >>> newcomers = pd.DataFrame({"integrated": True, "weeks_low": 0.0, "weeks_high": weeks, "leader_met": False,
    ...                           "leader_weeks_low": 12.0, "leader_weeks_high": np.inf}, index=graph.persons)
    >>> table = newcomer_groups_table(newcomers, graph, columns=["gender"], seed=1, strata=(), min_group=3)
    >>> table.loc[table["outcome"] == "contacts", ["group", "newcomers", "median_weeks"]].values.tolist()
    [['all newcomers', 6, 8.0], ['man', 3, 4.0], ['woman', 3, 8.0]]
    """
    at = graph.positions(newcomers.index)
    if not len(at):
        raise StudyError("there are no newcomers", cure="leave the table out, or look at a longer time")
    if (at < 0).any():
        raise StudyError(
            f"newcomer '{newcomers.index[at < 0][0]}' is not in the roster", cure="use a graph of the same windows"
        )
    groups = _groups(graph, at, columns)
    rows: list[dict[str, object]] = []
    for outcome, (happened, weeks) in OUTCOMES.items():
        seen = newcomers[happened].to_numpy(bool)
        low, high = (newcomers[f"{weeks}_{end}"].to_numpy(float) for end in ("low", "high"))
        scores = interval_scores(low, high)
        for column, group, focal, known in groups:
            if progress:
                progress(len(rows), len(groups) * len(OUTCOMES))
            held, held_text = _strata(graph, at, strata, column, known)
            row: dict[str, Any] = {"outcome": outcome, "column": column, "group": group, "by_weeks": by_weeks}
            row |= _curve_numbers(seen, low, high, focal, by_weeks, min_group=min_group, confidence=confidence)
            rest = known & ~focal
            of_rest = _curve_numbers(seen, low, high, rest, by_weeks, min_group=min_group, confidence=confidence)
            row |= {
                "rest": of_rest["newcomers"],
                "rest_reached": of_rest["reached"],
                "rest_median_weeks": of_rest["median_weeks"],
            }
            test = score_test(scores[known], focal[known], held[known], permutations=permutations, seed=seed)
            enough = min(int(focal.sum()), int(rest.sum()), test.focal, test.reference) >= max(min_group, 1)
            ratio = rate_ratio(test, confidence=confidence)
            row |= {
                "n_informative_focal": test.focal,
                "n_informative_reference": test.reference,
                "rate_ratio": ratio.value if enough else np.nan,
                "rate_low": ratio.low if enough else np.nan,
                "rate_high": ratio.high if enough else np.nan,
                "p": test.p if enough else np.nan,
                "strata": held_text,
                "confidence": confidence,
                "permutations": permutations,
                "seed": seed,
            }
            rows.append(row)
    if progress:
        progress(len(rows), len(rows))
    table = pd.DataFrame(rows)
    table["q"] = benjamini_hochberg(table["p"].to_numpy(float))
    said = [newcomers_sentence(row, plurals=plurals) for row in table.to_dict(orient="records")]
    return table.assign(sentence=pd.Series(said, dtype=object))[list(NEWCOMER_GROUP_COLUMNS)]


_Group = tuple[str | None, str, np.ndarray, np.ndarray]


def _groups(graph: InfluenceGraph, at: np.ndarray, columns: Sequence[str]) -> list[_Group]:
    """Column, group, who is in it, and whose group is known, of newcomers; everybody first."""
    everyone = np.ones(len(at), bool)
    groups: list[_Group] = [(None, EVERYONE, everyone, everyone)]
    for column in dict.fromkeys(columns):
        codes, names = group_codes(graph, column)
        own = codes[at]
        groups += [(column, name, own == code, own >= 0) for code, name in enumerate(names) if (own == code).any()]
    return groups


def _strata(
    graph: InfluenceGraph, at: np.ndarray, strata: Sequence[str], column: str | None, known: np.ndarray
) -> tuple[np.ndarray, str]:
    """Newcomers' strata, and how they are called; nothing is held equal for everybody."""
    if column is None:
        return np.zeros(len(at), np.int64), "none"
    compared = np.zeros(graph.size, bool)
    compared[at[known]] = True
    held, text = kept_strata(graph, strata, column=column, compared=compared)
    return held[at], text


def _curve_numbers(
    seen: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    members: np.ndarray,
    by_weeks: float,
    *,
    min_group: int,
    confidence: float,
) -> dict[str, object]:
    """What the Kaplan–Meier curve of some newcomers tells; NaN of too few."""
    names = ("median_weeks", "median_low", "median_high", "median_earliest", "share_by", "share_low", "share_high")
    counts = {"newcomers": int(members.sum()), "reached": int((seen & members).sum())}
    if counts["newcomers"] < max(min_group, 1):
        return {**counts, **dict.fromkeys(names, np.nan)}
    happened = seen[members]
    latest = np.where(seen, high, low)[members]
    curve = kaplan_meier(latest, happened)
    earliest = median_time(kaplan_meier(low[members], happened), confidence=confidence)
    share = share_by(curve, by_weeks, followed=float(latest.max()), confidence=confidence)
    return {
        **counts,
        **dict(zip(names, (*median_time(curve, confidence=confidence), earliest.value, *share), strict=True)),
    }
