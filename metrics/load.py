"""Collaboration load: how much recorded contact a person carries, against peers who do the same kind of work.

Strength is the sum over all arcs to and from somebody, so a tie both ways counts both. It weighs channels as the study
does: a study that gives meetings ten times the weight of a message says that people in meetings carry more. Recorded
contact is not workload: it holds neither how hard a conversation was, nor work done alone, nor anything that no channel
records. A person with much of it may be overloaded, or may simply do a job that consists of talking to people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics._arrays import group_codes, row_sums
from metrics._removed import network_of_ties
from metrics.words.load import overload_sentence
from ona.model import InfluenceGraph, StudyError
from ona.model.groups import BETWEEN
from ona.model.text import legible

EVERYONE = "everyone"
"""What ``peers_of`` says where peers are all other people."""

TIMES_MEDIAN, TOP = 2, 20
"""Overloaded is who carries so many times the peers' median, and is among the highest one in so many."""

LOAD_COLUMNS = (
    "contacts", "strength", "incoming", "peers", "peers_of", "peer_median", "ratio", "percentile", "overloaded",
)  # fmt: skip
"""Columns of `load_table`, in order."""

OVERLOAD_COLUMNS = (
    "column", "group", "people", "unknown", "ungrouped", "overloaded", "share_overloaded", "share_of_all",
    "median_ratio", "sentence",
)  # fmt: skip
"""Columns of `overload_table`, in order."""


def load_table(
    graph: InfluenceGraph, *, strata: Sequence[str] = ("level", "function"), min_group: int = 5
) -> pd.DataFrame:
    """How much contact each person carries, and how much their peers do.

    Peers are the *other* people alike in all `strata`. Where those are fewer than `min_group`, or one of the columns is
    unknown, the last column is dropped, then the next, until peers are all other people.

    ``ratio`` = strength / the peers' median. **Overloaded** is who carries at least twice the peers' median and stands
    at or above their 95th percentile. Each half alone misleads: where everybody carries much the same, somebody is
    always at the top; where load is spread widely, many carry twice the median. The share follows Cross, Rebele & Grant
    (2016), who saw a fifth to a third of collaborations rest on 3 to 5 % of people. Tukey's (1977) fence, the third
    quartile + 1.5 × the interquartile range of logarithms, was tried and not taken: where load is spread widely, as
    contact is, it finds hardly anybody, and among five peers it flags one person in ten, however alike all of them are.

    Parameters
    ----------
    graph : InfluenceGraph
    strata : sequence of str
        Columns of the roster that make peers, the one to be dropped first last; empty for everybody.
    min_group : int
        The fewest peers.

    Returns
    -------
    DataFrame
        Indexed by person. ``contacts``: distinct people tied to them either way; ``strength``: the sum of all arcs from
        and to them; ``incoming``: of the arcs to them, what reaches them. ``peers``: how many people they are compared
        with; ``peers_of``: the columns in which those are alike, joined by " × ", or "everyone"; ``peer_median`` of the
        peers' strength; ``ratio``; ``percentile``: 100 × (peers with less + half of those with as much) / peers;
        ``overloaded``: true, false or missing.

        Somebody without ties has 0 contacts and strength 0, and counts among the peers of others. ``peer_median`` and
        ``percentile`` are NaN for a person who has no peers at all; ``ratio`` also where the median is 0, which is when
        most peers have no recorded contact. ``overloaded`` is missing where the ratio is, and where even everybody
        together are fewer than `min_group` peers. With fewer than twenty peers only the very highest can be overloaded:
        one in six of a group of six, against one in twenty of a large one. So compare groups by their ratio, below,
        rather than by who is overloaded, where they differ in how many peers they have.

    Raises
    ------
    StudyError
        The roster has no such column, or a `min_group` below 1.

    References
    ----------
    Cross, Rebele & Grant 2016, Collaborative overload, *Harvard Business Review* 94(1), 74–79; Tukey 1977,
    *Exploratory Data Analysis*, chapter 2 (fences).

    Examples
    --------
    Does load fall unequally on groups? The ratio is a measure like any other:

    >>> from metrics.gaps import Comparison, gap_table
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcdefgh"), "gender": ["woman", "man"] * 4})
    >>> ties = pd.DataFrame({"source": list("abcdefga"), "target": list("bcdefghc")})
    >>> graph = influence_graph(people, ties.assign(strength=[4.0, 1, 2, 1, 2, 1, 1, 5]))
    >>> load = load_table(graph, strata=())
    >>> load.loc["a", ["contacts", "strength", "peers", "peer_median", "ratio", "percentile"]].tolist()
    [2.0, 9.0, 7.0, 3.0, 3.0, 100.0]
    >>> gaps = gap_table(graph, load, comparisons=[Comparison("gender", "woman", "man")], measures=["ratio"], seed=1,
    ...                  strata=(), min_group=3, among="everyone")
    >>> gaps["difference"].round(2).tolist()
    [0.83]
    """
    if min_group < 1:
        raise StudyError(f"peers of {min_group} people are none", cure="set min_group to 5")
    if isinstance(strata, str):
        raise StudyError(
            f"the strata are the text '{legible(strata)}' and no list", cure=f"write ['{legible(strata)}']"
        )
    contacts = np.diff(network_of_ties(graph).indptr)
    matrix = graph.matrix
    incoming = np.asarray(matrix.sum(axis=0)).ravel()
    strength = row_sums(matrix) + incoming
    found = pd.DataFrame({"contacts": contacts, "strength": strength, "incoming": incoming}, index=graph.persons)
    codes = [group_codes(graph, column)[0] for column in strata]
    peers, equal, less = np.zeros((3, graph.size), np.int64)
    median = np.full(graph.size, np.nan)
    names = np.full(graph.size, EVERYONE, dtype=object)
    waiting = np.ones(graph.size, bool)
    for kept in range(len(codes), -1, -1):
        stratum = _together(codes[:kept], graph.size)
        numbers = _against_others(strength, stratum)
        taken = waiting & ((numbers[0] >= min_group) & (stratum >= 0) | (kept == 0))
        for into, values in zip((peers, less, equal, median), numbers, strict=True):
            into[taken] = values[taken]
        if kept:
            names[taken] = BETWEEN.join(strata[:kept])
        waiting &= ~taken
    alone = peers == 0
    halves = np.where(alone, np.nan, 2.0 * less + equal)
    ratio = np.divide(strength, median, out=np.full(graph.size, np.nan), where=median > 0)
    # Whole numbers, so that a person exactly at the 95th percentile is there.
    highest = TOP * (2 * less + equal) >= 2 * (TOP - 1) * peers
    overloaded = pd.array(highest & (strength >= TIMES_MEDIAN * median), dtype="boolean")
    overloaded[np.isnan(ratio) | (peers < min_group)] = pd.NA
    return found.assign(
        peers=peers,
        peers_of=pd.Series(names, index=graph.persons, dtype="str"),
        peer_median=median,
        ratio=ratio,
        percentile=100.0 * (halves / np.where(alone, 1, 2 * peers)),
        overloaded=overloaded,
    )[list(LOAD_COLUMNS)]


def overload_table(
    graph: InfluenceGraph,
    load: pd.DataFrame,
    *,
    columns: Sequence[str],
    plurals: Mapping[str, str] | Mapping[tuple[str, str], str] | None = None,
) -> pd.DataFrame:
    """How many people of each group are overloaded.

    It counts and tests nothing. Whether load falls unequally on groups is a question for `metrics.gaps.gap_table` with
    the measure ``ratio`` (see `load_table`). Small groups show single people: keep those from whoever must not see any.

    Parameters
    ----------
    graph : InfluenceGraph
    load : DataFrame
        A load table; its ``ratio`` and ``overloaded`` are used. Joined by id.
    columns : sequence of str
        Columns of the roster that hold groups.
    plurals : mapping, optional
        How to call a group's people in sentences, as in `metrics.gaps.gap_table`.

    Returns
    -------
    DataFrame
        One row a column and group, in the order of the groups. ``column``, ``group``; ``people`` of whom it is known
        whether they are overloaded, ``unknown`` others of the group, ``ungrouped`` people whose group is unknown;
        ``overloaded`` people, ``share_overloaded`` = overloaded / people, ``share_of_all`` the same over all groups of
        the column together; ``median_ratio`` of those who have one; ``sentence``
        (`metrics.words.load.overload_sentence`). Shares and medians of nobody are NaN.

    Raises
    ------
    StudyError
        The roster has no such column, none is named, or `load` is no load table.

    References
    ----------
    Cross, Rebele & Grant 2016, *Harvard Business Review* 94(1), 74–79.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc"), "gender": ["woman", "man", "man"]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a", "a", "b"], "target": ["b", "c", "c"]}))
    >>> table = overload_table(graph, load_table(graph, strata=(), min_group=2), columns=["gender"])
    >>> table[["group", "people", "overloaded", "median_ratio"]].to_numpy().tolist()
    [['man', 2, 0, 1.0], ['woman', 1, 0, 1.0]]
    """
    if isinstance(columns, str):
        raise StudyError(f"columns is the text '{columns}' and no list", cure=f"write ['{columns}']")
    if not len(columns):
        raise StudyError("no column of the roster is listed to group people by", cure="write ['gender']")
    for name in ("ratio", "overloaded"):
        if name not in load:
            raise StudyError(f"the load table has no column '{name}'", cure="make it with load_table")
    held = load.reindex(graph.persons)
    ratio = held["ratio"].to_numpy(float, na_value=np.nan)
    verdict = held["overloaded"].to_numpy(float, na_value=np.nan)
    rows: list[dict[str, object]] = []
    for column in columns:
        codes, names = group_codes(graph, column)
        overall = verdict[(codes >= 0) & ~np.isnan(verdict)]
        for code, name in enumerate(names):
            known = verdict[(codes == code) & ~np.isnan(verdict)]
            ratios = ratio[(codes == code) & ~np.isnan(ratio)]
            rows.append(
                {
                    "column": column,
                    "group": name,
                    "people": len(known),
                    "unknown": int((codes == code).sum()) - len(known),
                    "ungrouped": int((codes < 0).sum()),
                    "overloaded": int(known.sum()),
                    "share_overloaded": known.mean() if len(known) else np.nan,
                    "share_of_all": overall.mean() if len(overall) else np.nan,
                    "median_ratio": np.median(ratios) if len(ratios) else np.nan,
                }
            )
    table = pd.DataFrame(rows, columns=list(OVERLOAD_COLUMNS[:-1]))
    sentences = [overload_sentence(row, plurals=plurals) for row in table.to_dict(orient="records")]
    return table.assign(sentence=pd.Series(sentences, index=table.index, dtype=object))


def _together(codes: Sequence[NDArray[np.int64]], people: int) -> NDArray[np.int64]:
    """One code for each combination of groups, from 0; −1 where any of them is unknown."""
    combined, known = np.zeros(people, np.int64), np.ones(people, bool)
    for one in codes:
        known &= one >= 0
        # Numbered anew after each column, so that many columns of many groups never overflow.
        combined = np.unique(combined * (int(one.max(initial=0)) + 1) + np.maximum(one, 0), return_inverse=True)[1]
    return np.where(known, combined, -1)


def _against_others(
    values: NDArray[np.float64], stratum: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """For each person the others of the stratum: how many, with less, with as much, and their median."""
    order = np.lexsort((values, stratum))
    held, which = values[order], stratum[order]
    place = np.arange(len(order))
    opens = np.diff(which, prepend=-2) != 0
    rises = opens | (np.diff(held, prepend=np.nan) != 0)
    first = np.maximum.accumulate(np.where(opens, place, 0))
    begin = np.maximum.accumulate(np.where(rises, place, 0))
    size = np.bincount(np.cumsum(opens) - 1)[np.cumsum(opens) - 1]
    run = np.bincount(np.cumsum(rises) - 1)[np.cumsum(rises) - 1]
    others = size - 1

    def other(at: NDArray[np.int64]) -> NDArray[np.float64]:
        """The value of so-manieth of the others, in order: the person's own place is passed over."""
        at = first + np.clip(at, 0, None)
        return held[np.minimum(at + (at >= place), len(held) - 1)]

    median = np.where(others > 0, (other((others - 1) // 2) + other(others // 2)) / 2, np.nan)
    back = np.argsort(order)
    return others[back], (begin - first)[back], (run - 1)[back], median[back]
