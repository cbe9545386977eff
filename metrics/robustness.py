"""Could it be the data? Each gap again in single channels, without hubs, under other thresholds, with ties missing.

A gap that sits in one channel, in a handful of well-connected people or in the choice of a threshold is a fact about
the data as much as about the organisation. Each gap therefore gets a verdict, by rules that stand in `verdict_table`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from metrics._group_means import group_means, groups_of
from metrics._other_networks import checks_of, with_missing_ties
from metrics._robustness_rows import DRAWS_HOLDING, LEAST_LEFT, ROBUSTNESS_COLUMNS, check_rows, missing_row
from metrics._tie_measures import check_tie_measures, tie_measures
from metrics.access import WITH_CHAIN
from metrics.gaps import Among, Comparison, gap_table
from metrics.words._phrases import alpha_of, held_equal
from metrics.words.robustness import robustness_sentence
from ona.model import InfluenceGraph, StudyError

__all__ = [
    "COUNTS_OF_TIES",
    "DEPENDS",
    "DRAWS_HOLDING",
    "LEAST_CHECKS",
    "LEAST_LEFT",
    "NOT_ENOUGH",
    "ROBUST",
    "ROBUSTNESS_COLUMNS",
    "VERDICT_COLUMNS",
    "robustness_table",
    "verdict_table",
]

LEAST_CHECKS = 3
"""A gap is called robust where at least so many checks hold. One of them is missing ties, so two are others."""

ROBUST, DEPENDS, NOT_ENOUGH = "robust", "depends", "not enough evidence"
"""The verdicts."""

COUNTS_OF_TIES = tuple(name + end for name in ("leader_ties", "from_leaders", "to_leaders") for end in ("", WITH_CHAIN))
"""Measures for which a tipping point means something: each missing tie takes exactly one off."""

VERDICT_COLUMNS = (
    "column", "focal", "reference", "measure", "p", "q", "family", "verdict", "depends_on", "checks", "holding",
    "holds_in", "silent", "least", "tipping", "confidence", "sentence",
)  # fmt: skip
"""Columns of a table of verdicts, in order."""

_WHO = ["column", "focal", "reference", "measure"]


def robustness_table(
    graph: InfluenceGraph,
    *,
    comparisons: Sequence[Comparison],
    seed: int,
    variants: Mapping[str, InfluenceGraph] | None = None,
    measures: Sequence[str] = ("leader_ties", "leader_share", "leaders_within_2"),
    strata: Sequence[str] = ("level", "function"),
    among: Among = "non-leaders",
    permutations: int = 2000,
    min_group: int = 5,
    confidence: float = 0.95,
    hubs: float = 0.01,
    missing: float = 0.2,
    draws: int = 50,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Each gap as studied, and again under every check.

    Groups and strata are those of the study throughout. The checks:

    - **each channel alone**, and **without each channel**, where there is more than one. With two channels, without the
      one is the other alone: the network stands once, as the one without, and is judged by both rules;
    - **without the best-connected**: the share `hubs` of people (rounded up) with the most distinct contacts in either
      direction lose all their ties, and count neither as leaders to reach nor among the people compared. Everyone who
      ties at the cut goes too, unless that would more than double their number: then all who tie there stay;
    - **other thresholds**: the networks in `variants`, and the weakest quarter of ties left out: pairs of people by the
      strength of all channels and both directions, those exactly at the cut all kept;
    - **missing ties**: the share `missing` of tied pairs, both directions and all channels together, gone at random,
      `draws` times.

    A check that leaves everybody's value of a measure as it is, as another half-life leaves the number of ties, is no
    check of that measure and has no row.

    ``relative`` is how much of the gap is left: the adjusted gap over the mean of the two groups' means (within
    strata), divided by the same as studied. A channel alone has fewer ties than all together, and so smaller means and
    smaller gaps. Ties dropped at random shrink gap and mean alike, so their ratio stays, whereas the gap in
    standard deviations shrinks, because few ties are noisier than many. Both groups' mean is in the denominator rather
    than the reference group's alone, so that it is 0 only where nobody has any. Leaders within two steps are no such
    count: where all channels together lead everybody to nearly every leader, one alone can show a larger gap.

    Parameters
    ----------
    graph : InfluenceGraph
    comparisons : sequence of Comparison
    seed : int
        Seed of the permutations, and of the ties that go missing.
    variants : mapping of str to InfluenceGraph, optional
        Networks of the same people made with other thresholds, by a name that reads well after "with": ``"half-life
        halved"``, ``"ties of strength 2 or more only"``.
    measures : sequence of str
        Measures made of ties: any of `metrics.access.TWICE`, with or without the own management chain.
    strata, among, permutations, min_group, confidence
        As in `metrics.gaps.gap_table`.
    hubs : float
        The share of people left out as best-connected; 0 for no such check.
    missing : float
        The share of ties that go missing, between 0 and 1.
    draws : int
        How often; 0 for no such check.
    progress : callable, optional
        Called as ``progress(done, total)``, networks measured and to be measured.

    Returns
    -------
    DataFrame
        One row a comparison, measure and check, in that order. ``column``, ``focal``, ``reference``, ``measure``;
        ``kind`` (base, channel, without_channel, hubs, threshold, missing), ``check`` in words; ``n_focal``,
        ``n_reference`` people who have the measure; ``mean_focal_within``, ``mean_reference_within``, the means over
        strata that hold both groups, the reference group weighted like the focal group, and their difference
        ``adjusted``, with ``adjusted_low``, ``adjusted_high``, ``p`` and ``standardised`` as in
        `metrics.gaps.gap_table`; ``relative``; ``share_holding``; ``holds`` (true, false, or missing where the check
        says nothing; see `verdict_table`).

        For missing ties the means and ``adjusted`` are averages over the draws and the two limits hold the middle
        share, `confidence`, of the draws' adjusted gaps; ``p`` and ``standardised`` are NaN. ``share_holding`` is the
        share of draws that keep the gap's direction and at least `LEAST_LEFT` of its size; NaN for all other checks.
        Everything is NaN where a group has too few people with the measure, as without any tie, and ``relative`` also
        where both means are 0 or there is no gap as studied.

    Raises
    ------
    StudyError
        What `metrics.gaps.gap_table` refuses, a measure that is not made of ties, a network of other people, or a share
        outside its bounds.

    References
    ----------
    Kossinets 2006, *Social Networks* 28, 247–268 (missing data in networks); Borgatti, Carley & Krackhardt 2006,
    *Social Networks* 28, 124–136 (measures under ties removed at random).

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abcdefgh"), "gender": ["woman", "man"] * 4,
    ...                        "leader": [True] * 2 + [False] * 6})
    >>> ties = pd.DataFrame({"source": list("aaab"), "target": list("dfcd"), "channel": ["mail"] * 2 + ["chat"] * 2})
    >>> table = robustness_table(influence_graph(people, ties), comparisons=[Comparison("gender", "woman", "man")],
    ...                          seed=1, measures=["leader_ties"], strata=(), min_group=3, hubs=0, draws=0)
    >>> table[["check", "adjusted", "relative"]].round(2).to_numpy().tolist()
    [['as studied', -0.67, 1.0], ['without chat', -0.67, 2.0], ['without mail', 0.0, 0.0]]
    """
    check_tie_measures(measures)
    if not 0 <= hubs < 1 or not 0 <= missing < 1:
        raise StudyError("the shares of people and of ties left out must lie between 0 and 1", cure="use 0.01 and 0.2")
    names = list(dict.fromkeys(measures))
    checks = checks_of(graph, variants=variants or {}, hubs=hubs)
    total = len(checks) + (draws if missing else 0)
    measured = []
    for done, check in enumerate(checks):
        if progress:
            progress(done, total)
        table = tie_measures(check.network(), names)
        table.loc[check.left_out] = np.nan
        measured.append(table)
    columns = [f"{at} {name}" for at in range(len(checks)) for name in names]
    gaps = gap_table(
        graph,
        pd.concat(measured, axis=1).set_axis(columns, axis=1),
        comparisons=comparisons,
        seed=seed,
        measures=columns,
        strata=strata,
        among=among,
        permutations=permutations,
        min_group=min_group,
        confidence=confidence,
    )
    # gap_table has a row for each comparison, check and measure, in this order.
    by_place = np.arange(len(gaps)).reshape(len(comparisons), len(checks), len(names))
    groups = [
        groups_of(graph, comparison, held_equal(gaps.iloc[at].to_dict()), among=among, min_group=min_group)
        for comparison, at in zip(comparisons, by_place[:, 0, 0], strict=True)
    ]
    means = np.array([group_means(table, groups, min_group) for table in measured])
    # Half the half-life, say, changes nobody's number of ties: that a gap stays then is no evidence.
    changed = np.array([[not table[name].equals(measured[0][name]) for name in names] for table in measured])
    changed[0] = True
    drawn: list[np.ndarray] = []
    for thinned in with_missing_ties(graph, missing=missing, draws=total - len(checks), seed=seed):
        if progress:
            progress(len(checks) + len(drawn), total)
        drawn.append(group_means(tie_measures(thinned, names), groups, min_group))
    if progress:
        progress(total, total)
    blocks = []
    for c in range(len(comparisons)):
        for m, name in enumerate(names):
            rows = gaps.iloc[by_place[c, :, m]].assign(measure=name)
            block = check_rows(rows, checks, means[:, c, m], alpha=alpha_of({"confidence": confidence}))
            block = [row for row, other in zip(block, changed[:, m], strict=True) if other]
            if drawn:
                extra = missing_row(block, np.array(drawn)[:, c, m], missing=missing, confidence=confidence)
                block = [*block, extra]
            blocks += block
    table = pd.DataFrame(blocks, columns=list(ROBUSTNESS_COLUMNS))
    return table.assign(holds=table["holds"].astype("boolean"))


def verdict_table(
    robustness: pd.DataFrame,
    *,
    gaps: pd.DataFrame | None = None,
    confidence: float = 0.95,
    plurals: Mapping[str, str] | Mapping[tuple[str, str], str] | None = None,
) -> pd.DataFrame:
    """One verdict for each comparison and measure.

    - **not enough evidence**: as studied, p > 1 − confidence or undefined; or q > 1 − confidence, so that among all the
      differences looked at this one could be chance; or no check says anything; or none fails, but fewer than
      `LEAST_CHECKS` hold;
    - **depends**: a check fails;
    - **robust**: every check that says anything holds, and at least `LEAST_CHECKS` do.

    q is that of `gaps`, about the questions fixed beforehand. A gap outside that family has none and is judged by p
    alone, and so is every gap without `gaps`; of the former the sentence says that it is a lead and no finding.

    Without a channel, without hubs and under another threshold, a check *holds* where the gap keeps its direction and
    at least `LEAST_LEFT` of its size (``relative``); with ties missing at random, where it does so in at least
    `DRAWS_HOLDING` of the draws. These are other readings of the same data, so chance is no excuse. A channel alone is
    other, smaller data, in which half of the gap or its opposite may be chance: it holds where it has a clear gap of
    its own the same way (p ≤ 1 − confidence, so that its interval leaves out 0), fails where it has one the other way,
    and otherwise says nothing. Of two channels, without the one is the other alone: there it fails with less than
    `LEAST_LEFT`, and holds only where what is left is also clear by itself. A check that leaves nothing to compare says
    nothing.

    The tipping point is the share of the focal group's own ties to leaders that would have to be missing from the
    data, and none of the reference group's, to make the whole adjusted gap: with means f and r within strata, f / (1 −
    t) = r, so t = 1 − f / r. It means something for counts of ties (`COUNTS_OF_TIES`) of which the focal group has
    fewer. In a share of influence a missing tie changes numerator and denominator, and within two steps one tie may
    bring many leaders or none: there it is NaN.

    Parameters
    ----------
    robustness : DataFrame
        From `robustness_table`.
    gaps : DataFrame, optional
        From `metrics.gaps.gap_table`, of the same comparisons: ``column``, ``focal``, ``reference``, ``measure``,
        ``q``, ``family``.
    confidence : float
        As there.
    plurals : mapping, optional
        As in `metrics.gaps.gap_table`.

    Returns
    -------
    DataFrame
        One row a comparison and measure, in the order of `robustness`. ``column``, ``focal``, ``reference``,
        ``measure``; ``p`` as studied; ``q`` and ``family`` of `gaps` (NaN and missing where the gap is not in it, or
        without it); ``verdict``; ``depends_on``, the checks that fail, with semicolons between; ``checks`` that say
        anything and how many of them are ``holding``; ``holds_in``, which; ``silent``, the checks that say nothing;
        ``least``, the smallest ``relative`` among the checks that fail, or where none does among those that say
        anything (NaN without any); ``tipping``, 0 to 1 or NaN; ``confidence``; ``sentence``.

    Raises
    ------
    StudyError
        Two rows of `gaps` about the same comparison and measure.

    References
    ----------
    Rosenbaum 2002, *Observational Studies*, 2nd edition, chapter 4, on asking how large a hidden bias would have to be;
    Benjamini & Hochberg 1995, *Journal of the Royal Statistical Society B* 57, 289–300.

    Examples
    --------
    >>> base = {"column": "gender", "focal": "woman", "reference": "man", "measure": "leader_ties",
    ...         "mean_focal_within": 1.0, "mean_reference_within": 1.5, "p": 0.001}
    >>> table = pd.DataFrame([{**base, "kind": "base", "check": "as studied", "relative": 1.0, "holds": None},
    ...                       {**base, "kind": "without_channel", "check": "without email", "relative": 0.1,
    ...                        "holds": False}])
    >>> verdicts = verdict_table(table)
    >>> verdicts[["verdict", "depends_on", "tipping"]].round(2).to_numpy().tolist()
    [['depends', 'without email', 0.33]]
    >>> gaps = pd.DataFrame([{**base, "q": 0.2, "family": True}])
    >>> verdict_table(table, gaps=gaps)["verdict"].tolist()
    ['not enough evidence']
    """
    alpha = alpha_of({"confidence": confidence})
    corrected = _corrected(gaps)
    rows = []
    for who, block in robustness.groupby(_WHO, sort=False, dropna=False):
        base, checks = block.iloc[0], block.iloc[1:]
        spoke = checks[checks["holds"].notna()]
        held = spoke["holds"].astype(bool)
        fails = spoke.loc[~held, "check"]
        q, family = corrected.get(_key(who), (np.nan, None))
        chance = not base["p"] <= alpha or q > alpha
        row: dict[str, object] = {
            **{name: base[name] for name in _WHO},
            "p": float(base["p"]),
            "q": q,
            "family": family,
            "verdict": NOT_ENOUGH if chance else _verdict(int(held.sum()), len(fails)),
            "depends_on": "; ".join(fails),
            "checks": len(spoke),
            "holding": int(held.sum()),
            "holds_in": "; ".join(_named(spoke[held], checks)),
            "silent": "; ".join(checks.loc[checks["holds"].isna(), "check"]),
            "least": float((spoke[~held] if len(fails) else spoke)["relative"].min()),
            "tipping": _tipping(base),
            "confidence": confidence,
        }
        row["sentence"] = robustness_sentence(row, plurals=plurals)
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(VERDICT_COLUMNS))
    return table.assign(family=table["family"].astype("boolean"))


def _corrected(gaps: pd.DataFrame | None) -> dict[tuple[object, ...], tuple[float, bool]]:
    """By comparison and measure, the q of every gap and whether it is in the family."""
    if gaps is None:
        return {}
    keys = [_key(row) for row in gaps[_WHO].itertuples(index=False)]
    if len(set(keys)) < len(keys):
        raise StudyError("the gap table has a comparison and measure twice", cure="give the table of one study")
    return {key: (float(q), bool(family)) for key, q, family in zip(keys, gaps["q"], gaps["family"], strict=True)}


def _key(who: Iterable[object]) -> tuple[object, ...]:
    """A comparison and measure; no reference group may be written as None or NaN."""
    return tuple(value if isinstance(value, str) else None for value in who)


def _verdict(holding: int, failing: int) -> str:
    if failing:
        return DEPENDS
    return ROBUST if holding >= LEAST_CHECKS else NOT_ENOUGH


def _named(held: pd.DataFrame, checks: pd.DataFrame) -> list[str]:
    """Names of the checks that hold; "each channel alone" where there are several and all of them do."""
    together = {"channel": "each channel alone", "without_channel": "without each channel in turn"}
    full = {kind for kind in together if (held["kind"] == kind).sum() == (checks["kind"] == kind).sum() > 1}
    names = [together[kind] if kind in full else name for kind, name in zip(held["kind"], held["check"], strict=True)]
    return list(dict.fromkeys(names))


def _tipping(base: pd.Series) -> float:
    focal, reference = float(base["mean_focal_within"]), float(base["mean_reference_within"])
    return 1.0 - focal / reference if base["measure"] in COUNTS_OF_TIES and focal < reference else float("nan")
