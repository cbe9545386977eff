"""Mentored against sponsored: who gets advice, and whom somebody spends reputation on, by group and level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from metrics._arrays import group_codes
from metrics.access import leader_sponsors, pairings_held, sponsor_influence, sponsor_levels_up
from ona.model import InfluenceGraph, active_pairings

SPONSORSHIP_COLUMNS = (
    "column",
    "group",
    "level",
    "people",
    "mentors_per_head",
    "sponsors_per_head",
    "share_mentored",
    "share_sponsored",
    "share_mentored_not_sponsored",
    "leader_sponsors_per_head",
    "sponsor_levels_up",
    "sponsor_influence",
)
"""Columns of a sponsorship table, in order."""

NOT_RECORDED = "not recorded"
EVERY_LEVEL = "all"


def held_pairings(graph: InfluenceGraph, kind: str) -> pd.DataFrame:
    """Pairings of one kind that are held on the data's last day, each pair once.

    Parameters
    ----------
    graph : InfluenceGraph
        People and pairings.
    kind : {"mentor", "sponsor", "peer", "reverse", "group"}
        Which pairings.

    Returns
    -------
    DataFrame
        Columns ``senior`` and ``junior``, sorted. A pairing of somebody with themselves is left out.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": ["a", "b"]})
    >>> pairings = pd.DataFrame({"senior": ["a", "a"], "junior": ["b", "b"], "kind": ["sponsor", "mentor"]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": [], "target": []}), pairings=pairings)
    >>> held_pairings(graph, "sponsor").values.tolist()
    [['a', 'b']]
    """
    held = active_pairings(graph.pairings, on=graph.last_day)
    held = held.loc[(held["kind"] == kind) & (held["senior"] != held["junior"]), ["senior", "junior"]]
    return held.drop_duplicates().sort_values(["senior", "junior"], ignore_index=True)


def sponsorship_table(
    graph: InfluenceGraph,
    *,
    columns: Sequence[str],
    among: Literal["non-leaders", "everyone"] = "non-leaders",
    influence: pd.Series | None = None,
) -> pd.DataFrame:
    """Mentors and sponsors per head, by group and level.

    A mentor advises; a sponsor spends reputation to move someone's career. Women were found to be mentored more and
    sponsored less than men of the same standing (Ibarra, Carter & Silva 2010), so the two are counted side by side
    and never added up. For a group g of n people with m_i distinct mentors and s_i distinct sponsors held on the
    data's last day: mentors per head = Σ m_i / n, share mentored = #(m_i > 0) / n, sponsors likewise, and mentored
    but not sponsored = #(m_i > 0 and s_i = 0) / n.

    A sponsor without power is not one, so three columns say what the sponsors held can do: how many a head are leaders,
    how many levels above the person the highest of them stands, and how influential the most influential is among
    everyone (`metrics.access.sponsor_levels_up`, `metrics.access.sponsor_influence`). The last two are averages over
    the people who hold a sponsor, not over the group: read them beside the share sponsored. Influence follows the
    direction and strength of ties; nothing else here does.

    Parameters
    ----------
    graph : InfluenceGraph
        People and pairings.
    columns : sequence of str
        Columns of the roster whose groups are compared.
    among : {"non-leaders", "everyone"}
        Whom to count: the people who are not leaders (default), or everyone.
    influence : Series, optional
        `metrics.centrality.influence` by person where it is already at hand. Joined by id.

    Returns
    -------
    DataFrame
        One row for each column, group and level that has people: ``column``, ``group``, ``level`` (``"all"``, then
        each level, most junior first), ``people``, ``mentors_per_head``, ``sponsors_per_head``, ``share_mentored``,
        ``share_sponsored``, ``share_mentored_not_sponsored``, ``leader_sponsors_per_head``, ``sponsor_levels_up`` and
        ``sponsor_influence`` (0 to 1), both NaN where nobody of the cell holds a sponsor of known level, or of known
        influence. People whose group or level is missing are counted under ``"not recorded"``. No rows in a study
        without any pairing: who mentors or sponsors whom is then not known, and a table of noughts would say that
        nobody does. These are exact figures for groups of any size: whoever shows them to a leader applies disclosure
        control first.

    Raises
    ------
    StudyError
        A column that the roster does not have.

    References
    ----------
    Ibarra, Carter & Silva (2010), Why men still get more promotions than women, Harvard Business Review 88(9).
    Hewlett, Peraino, Sherbin & Sumberg (2010), The Sponsor Effect, Center for Work-Life Policy.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": ["a", "b", "c"], "gender": ["man", "man", "woman"]})
    >>> pairings = pd.DataFrame({"senior": ["a", "b"], "junior": ["b", "c"], "kind": ["sponsor", "mentor"]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": [], "target": []}), pairings=pairings)
    >>> table = sponsorship_table(graph, columns=["gender"])
    >>> table.loc[table["level"] == "all", ["group", "mentors_per_head", "sponsors_per_head"]].values.tolist()
    [['man', 0.0, 0.5], ['woman', 1.0, 0.0]]
    """
    groups = {column: _recorded(graph, column) for column in columns}
    if graph.pairings.empty:
        return _nothing_known()
    mentors = pairings_held(graph, "mentor").to_numpy()
    sponsors = pairings_held(graph, "sponsor").to_numpy()
    counted = ~graph.is_leader if among == "non-leaders" else np.ones(graph.size, bool)
    level_at, level = _recorded(graph, "level")
    facts = pd.DataFrame(
        {
            "level_at": level_at,
            "level": level,
            "people": 1,
            "mentors_per_head": mentors,
            "sponsors_per_head": sponsors,
            "share_mentored": mentors > 0,
            "share_sponsored": sponsors > 0,
            "share_mentored_not_sponsored": (mentors > 0) & (sponsors == 0),
            "leader_sponsors_per_head": leader_sponsors(graph).to_numpy(),
            "sponsor_levels_up": sponsor_levels_up(graph).to_numpy(),
            "sponsor_influence": sponsor_influence(graph, influence=influence).to_numpy(),
        }
    )
    parts: list[pd.DataFrame] = []
    for column, (group_at, group) in groups.items():
        by_level = facts.assign(column=column, group_at=group_at, group=group)[counted]
        whole = by_level.assign(level=EVERY_LEVEL, level_at=-1)
        parts.append(_averages(pd.concat([whole, by_level], ignore_index=True)))
    return pd.concat(parts, ignore_index=True) if parts else _nothing_known()


def _nothing_known() -> pd.DataFrame:
    kinds = {**dict.fromkeys(("column", "group", "level"), "object"), "people": "int64"}
    return pd.DataFrame({column: pd.Series(dtype=kinds.get(column, "float64")) for column in SPONSORSHIP_COLUMNS})


def _recorded(graph: InfluenceGraph, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Each person's group: its place in order, and its name. Missing ones come last, so nobody is lost."""
    codes, names = group_codes(graph, column)
    at = np.where(codes < 0, len(names), codes)
    return at, np.array([*names, NOT_RECORDED], dtype=object)[at]


def _averages(rows: pd.DataFrame) -> pd.DataFrame:
    """Means over the people of each cell who have a value, and how many people it holds."""
    keys = ["column", "group_at", "group", "level_at", "level"]
    measures = list(SPONSORSHIP_COLUMNS[4:])
    cells = rows.astype(dict.fromkeys(measures, float)).groupby(keys, sort=True)
    means = cells[measures].mean().assign(people=cells["people"].sum()).reset_index()
    return means[list(SPONSORSHIP_COLUMNS)]
