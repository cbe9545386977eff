"""Gaps in access between groups: raw, and among people in the same place, with what chance alone could have done.

A gap is always a focal group against a reference group. The adjusted gap compares people of the same stratum only (the
same level and function, say), so it answers "is that not simply because fewer of them are senior?". It describes; it
does not prove a cause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from metrics._arrays import grouping_columns
from metrics.access import PAIRING_MEASURES, TWICE
from metrics.inference import benjamini_hochberg
from metrics.inference.contrasts import NUMBERS, Interval, compare, informative
from metrics.inference.parts import kept_strata
from metrics.inference.studentised import STUDENTISED
from metrics.words import gap_sentence
from ona.model import InfluenceGraph, StudyError
from ona.model.groups import NOT_GROUPS, close_name
from ona.model.text import legible

Among = Literal["non-leaders", "everyone"]

Who = tuple[str, str, str | None]
"""A comparison's column, focal group and reference group."""

GAP_COLUMNS = (
    "measure", "column", "focal", "reference", "n_focal", "n_reference", "n_undefined", "mean_focal", "mean_reference",
    "difference", "difference_low", "difference_high", "ratio", "adjusted", "adjusted_low", "adjusted_high", "interval",
    "p", "q", "family", "p_raw", "n_informative", "n_informative_focal", "n_informative_reference", "n_uninformative",
    "strata", "standardised", "detectable", "among", "confidence", "permutations", "seed", "sentence",
)  # fmt: skip
"""Columns of a gap table, in order."""


@dataclass(frozen=True)
class Comparison:
    """A focal group against a reference group, by a column of the roster.

    Parameters
    ----------
    column : str
        A column of the people table, such as ``gender``, or an intersection that `ona.model.groups.with_intersections`
        added, such as ``gender × ethnicity``.
    focal : str
        The group the question is about.
    reference : str or None
        The group it is held against; None is everyone else whose group is known.

    Examples
    --------
    >>> Comparison("gender", "woman", "man")
    Comparison(column='gender', focal='woman', reference='man')
    """

    column: str
    focal: str
    reference: str | None = None


def comparison_members(
    graph: InfluenceGraph, comparison: Comparison, *, among: Among = "non-leaders", min_group: int = 5
) -> tuple[np.ndarray, np.ndarray]:
    """Who is in the focal group and who in the reference group.

    Parameters
    ----------
    graph : InfluenceGraph
    comparison : Comparison
    among : {"non-leaders", "everyone"}
        Whom the comparison is about.
    min_group : int
        The fewest people either group may have.

    Returns
    -------
    tuple of array of bool, shape (people,)
        Focal and reference, in the order of ``graph.persons``. People whose group is unknown are in neither.

    Raises
    ------
    StudyError
        No such column or group, a column with one value, a group compared with itself, or a group with nobody or fewer
        than `min_group` people in it.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc"), "gender": ["woman", "man", "man"]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["b"]}))
    >>> [g.tolist() for g in comparison_members(graph, Comparison("gender", "woman"), min_group=1)]
    [[True, False, False], [False, True, True]]
    """
    column, focal, reference = comparison.column, comparison.focal, comparison.reference
    values = _column(graph, column)
    known = sorted(values.dropna().unique())
    if not known:
        raise StudyError(f"the column '{column}' is empty", cure="compare a column that says which group people are in")
    for group in (focal, reference):
        if group is not None and group not in known:
            raise StudyError(f"there is no group '{group}' in {column}", cure=close_name(group, known))
    if len(known) == 1:
        raise StudyError(
            f"the column '{column}' has only one value, '{legible(known[0])}', so there is nobody to compare with",
            cure="compare a column that holds at least two groups",
        )
    if focal == reference:
        raise StudyError(f"{column} '{focal}' is compared with itself", cure="name another reference group")
    counted = ~graph.is_leader if among == "non-leaders" else np.ones(graph.size, bool)
    is_focal = (values == focal).to_numpy(bool)
    is_reference = (
        (values == reference).to_numpy(bool) if reference is not None else ~is_focal & values.notna().to_numpy()
    )
    for members, group in ((is_focal, focal), (is_reference, reference)):
        who = f"in {column} '{group}'" if group is not None else f"outside {column} '{focal}'"
        size = int((members & counted).sum())
        if size == 0:
            raise StudyError(
                f"everyone {who} is a leader, so nobody is left to compare", cure="set gaps.among = 'everyone'"
            )
        if size < min_group:
            people = "is 1 person" if size == 1 else f"are {size} people"
            counted_as = ", leaders not counted" if among == "non-leaders" else ""
            raise StudyError(
                f"there {people} {who}{counted_as}: fewer than min_group = {min_group}",
                cure="compare a larger group, or join groups",
            )
    return is_focal & counted, is_reference & counted


def _column(graph: InfluenceGraph, column: str) -> pd.Series:
    """A roster column as text; missing stays missing."""
    people = graph.people
    if column in NOT_GROUPS or column not in people:
        raise StudyError(
            f"the roster has no column '{column}' to compare groups by",
            cure=close_name(column, grouping_columns(graph)),
        )
    values = people[column]
    return values.astype("object").where(values.notna()).map(str, na_action="ignore").astype("str")


def default_measures(graph: InfluenceGraph) -> tuple[str, ...]:
    """The measures compared unless a study names its own: all of access without the own management chain.

    Pairings are among them only if the study has any: without them everyone has none, and that says nothing.
    """
    return TWICE + (PAIRING_MEASURES if len(graph.pairings) else ())


def gap_table(
    graph: InfluenceGraph,
    access: pd.DataFrame,
    *,
    comparisons: Sequence[Comparison],
    seed: int,
    measures: Sequence[str] | None = None,
    strata: Sequence[str] = ("level", "function"),
    among: Among = "non-leaders",
    permutations: int = 2000,
    min_group: int = 5,
    confidence: float = 0.95,
    interval: Interval = STUDENTISED,
    family: Sequence[str] | None = None,
    why: Mapping[Who, tuple[str, float]] | None = None,
    plurals: Mapping[str, str] | Mapping[tuple[str, str], str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Every comparison on every measure: how large the gap is, and how sure.

    With m_s focal and r_s reference people in stratum s, M = Σ m_s over strata that hold both, the adjusted gap is
    Σ_s (m_s / M)(ȳ_fs − ȳ_rs): the mean gap a focal person has to reference people in the same place. People in strata
    that hold one group only carry no information; they are counted.

    ``p`` permutes the two groups' labels within strata (``p_raw`` among all) and counts how often the gap, divided by
    its own standard error, is at least as far from 0. Where the label means nothing that is exact, whatever the sizes;
    where means are alike and the groups vary differently it is right in large groups, which a test without the standard
    error is not (`inference.studentised.studentised_test`). ``q`` is Benjamini–Hochberg over the ``p`` of one family:
    the comparisons of this table on the measures fixed beforehand.

    A comparison holds neither its own column equal nor, if it is an intersection, any of its parts: Black women against
    everyone else within gender would be Black women against other women, which is a comparison of its own
    (``woman × Black`` with ``woman × White``).

    The interval holds every gap δ that the same test does not reject when δ is taken off the focal people's values, so
    it leaves 0 out exactly when p ≤ 1 − confidence. Two others may be asked for:

    - the *inverted permutation test* does not divide by the standard error, and p is then its p. It supposes that a gap
      is the same for everybody: with 30 focal people three times as spread out as 150 others it held the true gap 77 %
      of the time, the studentised test 94 %;
    - the *stratified bootstrap* draws people with replacement within group and stratum and takes percentiles of the
      adjusted gaps, further out for small groups as Student's t is. Drawing one or two people again shows hardly any
      spread: where strata held one or two focal people it held the true gap 85 % of the time, where they held eight to
      twenty 93 %. p stays that of the studentised test, so the two may disagree.

    Parameters
    ----------
    graph : InfluenceGraph
    access : DataFrame
        Measures by person: an access table, or any table of numbers indexed by person. Joined by id.
    comparisons : sequence of Comparison
    seed : int
        Seed of the permutations.
    measures : sequence of str, optional
        Columns of `access`; `default_measures` without it.
    strata : sequence of str
        Columns of the roster held equal; unknown is a value of its own. Empty for none: then adjusted = raw. The
        column of a comparison is not held equal in it.
    among : {"non-leaders", "everyone"}
        Whom the comparisons are about.
    permutations : int
    min_group : int
        The fewest people a group may have. A measure defined for fewer than that in a group has NaN throughout.
    confidence : float
        Of the interval, between 0 and 1.
    interval : {"inverted studentised permutation test", "inverted permutation test", "stratified bootstrap"}
        How the interval is made; the bootstrap makes as many draws as there are permutations.
    family : sequence of str, optional
        The measures whose gaps are the questions fixed beforehand; all of the table without it.
    why : mapping, optional
        What a comparison's gap comes from, by ``(column, focal, reference)``: a clause (see
        `metrics.words.gap_sentence`) and the gap in leader share that it is about. It is said of gaps that point the
        same way.
    plurals : mapping, optional
        How to call a group's people in sentences: ``{"nurse": "nurses"}``, or ``{("job", "nurse"): "nurses"}``.
    progress : callable, optional
        Called as ``progress(done, total)``.

    Returns
    -------
    DataFrame
        One row a comparison and measure, in that order. ``measure``, ``column``, ``focal``, ``reference`` (missing for
        everyone else); ``n_focal``, ``n_reference`` people who have the measure and ``n_undefined`` who do not;
        ``mean_focal``, ``mean_reference``, ``difference`` (focal − reference) with ``difference_low`` and
        ``difference_high``, ``ratio`` (NaN where the reference mean is 0); ``adjusted``, ``adjusted_low``,
        ``adjusted_high`` (infinite where the study sets no limit), ``interval`` (its method); ``p``, ``q``, ``family``
        (whether q is about it; q is NaN outside), ``p_raw`` (NaN where everybody has the same value);
        ``n_informative`` people in strata that hold both groups, of them ``n_informative_focal`` and
        ``n_informative_reference``, and ``n_uninformative`` others; ``strata`` held equal (a column in which all people
        compared are the same is not among them); ``standardised`` (adjusted gap in standard deviations within group and
        stratum); ``detectable``, the smallest gap this study would have found four times in five: (z at 1 − α/2 + z at
        .8) × the standard error once the gap is taken off (2.8 × at 95 %, more in small groups, in which a gap widens
        the standard error it is tested with; infinite where no gap would be found); ``among``, ``confidence``,
        ``permutations``, ``seed``, ``sentence``.

        Where fewer than `min_group` people of either group are in strata that hold both, ``adjusted`` and what comes of
        it are NaN: a gap that rests on a few is about those, not about the group.

    Raises
    ------
    StudyError
        A comparison that `comparison_members` refuses, no measure or an unknown one, an empty family or one with a
        measure that is not compared, an unknown interval or stratum column, strata of which none holds both groups,
        comparisons that are none, a confidence outside 0 to 1, or no permutation.

    References
    ----------
    Rosenbaum 2002, *Observational Studies*, 2nd edition, section 2.6 (inverting a randomisation test); Chung & Romano
    2013, *Annals of Statistics* 41, 484–507 (dividing by the standard error); Ernst 2004,
    *Statistical Science* 19, 676–685; Hesterberg 2015, *The American Statistician* 69, 371–386; Benjamini & Hochberg
    1995.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcdef"), "gender": ["woman"] * 3 + ["man"] * 3, "level": [1, 1, 2] * 2})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["b"]}))
    >>> values = pd.DataFrame({"contacts": [1.0, 2.0, 6.0, 3.0, 4.0, 9.0]}, index=graph.persons)
    >>> table = gap_table(graph, values, comparisons=[Comparison("gender", "woman", "man")], seed=1,
    ...                   measures=["contacts"], strata=("level",), min_group=3)
    >>> table[["difference", "adjusted"]].round(3).values.tolist()
    [[-2.333, -2.333]]
    """
    names = default_measures(graph) if measures is None else tuple(measures)
    asked = names if family is None else tuple(family)
    _check_asked(
        measures,
        family,
        names=names,
        known=[str(column) for column in access],
        comparisons=comparisons,
        interval=interval,
        confidence=confidence,
        permutations=permutations,
    )
    values = access.reindex(graph.persons)[list(names)].to_numpy(float, na_value=np.nan)
    rows: list[dict[str, object]] = []
    for done, comparison in enumerate(comparisons):
        if progress:
            progress(done, len(comparisons))
        focal, reference = comparison_members(graph, comparison, among=among, min_group=min_group)
        both = np.flatnonzero(focal | reference)
        held, held_text = kept_strata(graph, strata, column=comparison.column, compared=focal | reference)
        _check_comparable(focal[both], held[both], comparison, held_text)
        found = compare(
            values[both],
            focal[both],
            held[both],
            permutations=permutations,
            seed=seed,
            confidence=confidence,
            least=max(min_group, 1),
            interval=interval,
        )
        for name, numbers in zip(names, found, strict=True):
            who = {
                "measure": name,
                "column": comparison.column,
                "focal": comparison.focal,
                "reference": comparison.reference,
            }
            rows.append({**who, **numbers, "strata": held_text})
    if progress:
        progress(len(comparisons), len(comparisons))
    table = pd.DataFrame(rows, columns=["measure", "column", "focal", "reference", *NUMBERS, "strata"])
    table["family"] = table["measure"].isin(asked)
    table["q"] = benjamini_hochberg(table["p"].where(table["family"]).to_numpy(float))
    table["interval"] = interval
    for column, value in {"among": among, "confidence": confidence, "permutations": permutations, "seed": seed}.items():
        table[column] = value
    return with_gap_sentences(table, why=why, plurals=plurals)[list(GAP_COLUMNS)]


def _check_asked(
    measures: Sequence[str] | None,
    family: Sequence[str] | None,
    *,
    names: Sequence[str],
    known: Sequence[str],
    comparisons: Sequence[Comparison],
    interval: str,
    confidence: float,
    permutations: int,
) -> None:
    """Refuse measures that are not there, or are not compared, and arguments that mean nothing."""
    for setting, given in (("measures", measures), ("family", family)):
        if isinstance(given, str):
            raise StudyError(f"gaps.{setting} is the text '{given}' and no list", cure=f"write ['{given}']")
        if given is not None and len(given) == 0:
            raise StudyError(f"gaps.{setting} is empty", cure="name a measure, or leave it out for all")
    for name in names:
        if name not in known:
            raise StudyError(f"there is no measure '{name}'", cure=close_name(name, known))
    for name in () if family is None else family:
        if name not in names:
            raise StudyError(
                f"gaps.family names '{name}', which is not among the measures compared", cure=close_name(name, names)
            )
    if isinstance(comparisons, Comparison) or not all(isinstance(one, Comparison) for one in comparisons):
        raise StudyError(
            f"{comparisons!r} is no list of comparisons", cure="write [Comparison('gender', 'woman', 'man')], or more"
        )
    if interval not in get_args(Interval):
        raise StudyError(f"there is no interval '{interval}'", cure=close_name(interval, get_args(Interval)))
    if not 0 < confidence < 1:
        raise StudyError(f"a confidence of {confidence:g} is no share", cure="give one between 0 and 1, such as 0.95")
    if permutations < 1:
        raise StudyError(f"{permutations} permutations test nothing", cure="ask for 2000")


def with_gap_sentences(
    table: pd.DataFrame,
    *,
    why: Mapping[Who, tuple[str, float]] | None = None,
    plurals: Mapping[str, str] | Mapping[tuple[str, str], str] | None = None,
) -> pd.DataFrame:
    """A gap table with a sentence for each row, made of what the row holds; `why` and `plurals` as in `gap_table`.

    A reason comes with the gap in leader share that it explains, and is told only of gaps that point the same way.
    """
    reasons, sentences = why or {}, []
    for row in table.to_dict(orient="records"):
        who = row["column"], row["focal"], row["reference"] if isinstance(row["reference"], str) else None
        reason, explained = reasons.get(who, ("", np.nan))
        told = reason if explained * row["adjusted"] > 0 else ""
        sentences.append(gap_sentence(row, plurals=plurals, why=told))
    return table.assign(sentence=pd.Series(sentences, index=table.index, dtype=object))


def _check_comparable(focal: np.ndarray, strata: np.ndarray, comparison: Comparison, held: str) -> None:
    """Refuse strata of which none holds both groups."""
    if not informative(focal, strata).any():
        against = "anybody else" if comparison.reference is None else f"anybody in '{comparison.reference}'"
        raise StudyError(
            f"nobody in {comparison.column} '{comparison.focal}' has the same {held} as {against}, "
            "so nobody can be compared in the same place",
            cure="hold fewer columns equal in gaps.strata",
        )
