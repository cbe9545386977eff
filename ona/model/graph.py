"""The influence graph: people, the ties between them, and the rules that made both. It never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ona.model.errors import InputError, StudyError
from ona.model.pairings import active_pairings, pairings_table
from ona.model.people import people_table
from ona.model.ties import ties_table

if TYPE_CHECKING:
    import igraph
    import networkx as nx
    from scipy.sparse import csr_array

PAIRING_LAYERS = ("mentor", "sponsor")
REPORTING_LAYER = "reporting"


@dataclass(frozen=True, eq=False)
class InfluenceGraph:
    """Everyone in the roster, and who influences whom.

    Made by `influence_graph`, not by hand. An arc ``source → target`` means *source influences target*. People are in
    the order of `persons` (sorted ids) everywhere: rows and columns of `matrix`, vertices of `to_igraph`, and every
    metric's index. Tables handed out are copies on write: changing one changes nothing here.

    Examples
    --------
    >>> people = pd.DataFrame({"person": ["a", "b", "c"], "level": [3, 2, 1], "manager": ["", "a", "b"]})
    >>> graph = influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["c"], "strength": [4.0]}))
    >>> graph.size, graph.arcs[["strength", "distance"]].values.tolist()
    (3, [[4.0, 0.25]])
    >>> graph.chain_of("c")
    ('b', 'a')
    """

    _people: pd.DataFrame
    _ties: pd.DataFrame
    _pairings: pd.DataFrame
    self_loops_dropped: int = 0
    rules: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def people(self) -> pd.DataFrame:
        """The people table, one row a person, sorted by id."""
        return self._people.copy(deep=False)

    @property
    def ties(self) -> pd.DataFrame:
        """The ties table: one row for each source, target and channel."""
        return self._ties.copy(deep=False)

    @property
    def pairings(self) -> pd.DataFrame:
        """The pairings table, past and present."""
        return self._pairings.copy(deep=False)

    @property
    def persons(self) -> pd.Index[str]:
        """Everyone's id, sorted: the order of all rows, vertices and results."""
        return self._people.index

    @property
    def size(self) -> int:
        """How many people there are, with or without ties."""
        return len(self._people)

    @property
    def leaders(self) -> pd.Index[str]:
        """The people this study names as able to sponsor."""
        return self._people.index[self._people["leader"].to_numpy(bool)]

    @property
    def is_leader(self) -> np.ndarray:
        """True where the person is a leader, in the order of `persons`."""
        return self._people["leader"].to_numpy(bool, copy=True)

    def positions(self, ids: pd.Series | pd.Index) -> np.ndarray:
        """Where each id stands in `persons`; −1 for somebody who is not in the roster."""
        return _looked_up(self.persons, ids)

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels that ties came through, sorted."""
        return tuple(sorted(self._ties["channel"].unique()))

    @property
    def last_day(self) -> pd.Timestamp | None:
        """The data's last day, from the rules or the latest tie; None where ties carry no time."""
        day = self.rules.get("last_day")
        latest = self._ties["last"].max() if day is None else pd.Timestamp(day)
        return None if pd.isna(latest) else pd.Timestamp(latest)

    @property
    def arcs(self) -> pd.DataFrame:
        """One row for each ordered pair with a tie, channels added up.

        Columns ``source``, ``target``, ``strength`` (larger is closer), ``distance`` (= 1 / strength), ``count``,
        ``last``; sorted by source, then target.
        """
        return self._arcs.copy(deep=False)

    @cached_property
    def _tie_ends(self) -> tuple[np.ndarray, np.ndarray]:
        source, target = (self.positions(self._ties[end]).astype(np.int32) for end in ("source", "target"))
        return source, target

    @cached_property
    def _starts(self) -> np.ndarray:
        """Which rows of the ties begin a new pair: ties are sorted, so those of one pair stand together."""
        source, target = self._tie_ends
        new = np.ones(len(source), bool)
        new[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
        return new

    @cached_property
    def _strength(self) -> np.ndarray:
        """The strength of each arc, for `arcs` and `matrix` alike."""
        return np.asarray(self._added_up(self._ties[["strength"]], {"strength": "sum"})["strength"], float)

    @cached_property
    def _arcs(self) -> pd.DataFrame:
        source, target = self._arc_ends
        behind = self._added_up(self._ties[["count", "last"]], {"count": "sum", "last": "max"})
        ends = {"source": self.persons.take(source), "target": self.persons.take(target)}
        return pd.DataFrame({**ends, "strength": self._strength, "distance": 1.0 / self._strength}).join(behind)

    def _added_up(self, ties: pd.DataFrame, how: dict[str, str]) -> pd.DataFrame:
        """The ties with one row for each ordered pair, channels put together."""
        if self._starts.all():
            return ties
        return ties.groupby(np.cumsum(self._starts)).agg(how).reset_index(drop=True)

    @property
    def arc_ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Where the source and the target of each row of `arcs` stand in `persons`."""
        source, target = self._arc_ends
        return source.astype(np.int64), target.astype(np.int64)

    @cached_property
    def _arc_ends(self) -> tuple[np.ndarray, np.ndarray]:
        source, target = self._tie_ends
        return source[self._starts], target[self._starts]

    @property
    def matrix(self) -> csr_array:
        """Strengths as a sparse matrix: row influences column, in the order of `persons`. A copy, made each time.

        Column indices are sorted, and of 32 bits where there are fewer than 2³¹ arcs.
        """
        return self._matrix.copy()

    @cached_property
    def _matrix(self) -> csr_array:
        from scipy.sparse import csr_array

        source, target = self._arc_ends
        starts = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=self.size))])
        index = np.int32 if len(target) < 2**31 else np.int64
        parts = self._strength, target.astype(index, copy=False), starts.astype(index)
        return csr_array(parts, shape=(self.size, self.size))

    @property
    def chain(self) -> csr_array:
        """Own management chain as a sparse true/false matrix: row reports to column, directly or through others."""
        return self._chain.copy()

    @cached_property
    def _chain(self) -> csr_array:
        from scipy.sparse import csr_array

        manager = self.positions(self._people["manager"])
        rows: list[np.ndarray] = []
        columns: list[np.ndarray] = []
        person, above = np.arange(self.size), manager
        while (keep := above >= 0).any():
            person, above = person[keep], above[keep]
            rows.append(person)
            columns.append(above)
            above = manager[above]
        row = np.concatenate(rows) if rows else np.empty(0, int)
        column = np.concatenate(columns) if columns else np.empty(0, int)
        return csr_array((np.ones(len(row), bool), (row, column)), shape=(self.size, self.size))

    def chain_of(self, person: str) -> tuple[str, ...]:
        """One person's management chain, nearest manager first."""
        manager = self._people["manager"]
        chain: list[str] = []
        at = manager.get(person)
        while isinstance(at, str):
            chain.append(at)
            at = manager.get(at)
        return tuple(chain)

    def layer(self, name: str) -> InfluenceGraph:
        """The same people with the ties of one channel only.

        Parameters
        ----------
        name : str
            A channel; or ``"mentor"`` / ``"sponsor"``, the pairings held, senior → junior, strength 1; or
            ``"reporting"``, manager → report, strength 1.

        Raises
        ------
        StudyError
            No such layer.
        """
        if name in self.channels:
            ties = self._ties[self._ties["channel"] == name].reset_index(drop=True)
        elif name in PAIRING_LAYERS:
            held = active_pairings(self._pairings, on=self.last_day)
            held = held.loc[held["kind"] == name, ["senior", "junior"]].drop_duplicates()
            ties = ties_table(held.rename(columns={"senior": "source", "junior": "target"}).assign(channel=name))
        elif name == REPORTING_LAYER:
            manager = self._people["manager"].dropna()
            ties = ties_table(pd.DataFrame({"source": manager.array, "target": manager.index, "channel": name}))
        else:
            known = ", ".join([*self.channels, *PAIRING_LAYERS, REPORTING_LAYER])
            raise StudyError(f"there is no layer '{name}'", cure=f"use one of {known}")
        return replace(self, _ties=ties, self_loops_dropped=0)

    def with_people(self, people: pd.DataFrame) -> InfluenceGraph:
        """The same ties, pairings and rules with another people table, of the same people."""
        return influence_graph(people, self._ties, pairings=self._pairings, rules=self.rules)

    def with_ties(self, ties: pd.DataFrame) -> InfluenceGraph:
        """The same people, pairings and rules with other ties."""
        return influence_graph(self._people, ties, pairings=self._pairings, rules=self.rules)

    def keeping_ties(self, kept: np.ndarray) -> InfluenceGraph:
        """The same people, pairings and rules with some of the ties.

        Parameters
        ----------
        kept : array of bool
            Which rows of `ties` stay.

        Examples
        --------
        >>> people, ties = pd.DataFrame({"person": ["a", "b"]}), pd.DataFrame({"source": ["a"], "target": ["b"]})
        >>> len(influence_graph(people, ties).keeping_ties(np.array([False])).ties)
        0
        """
        fewer = replace(self, _ties=self._ties[kept].reset_index(drop=True), self_loops_dropped=0)
        # Looking people and their managers up again would cost more than all the rest.
        fewer.__dict__["_tie_ends"] = tuple(end[kept] for end in self._tie_ends)
        fewer.__dict__["_chain"] = self._chain
        return fewer

    def with_pairings(self, pairings: pd.DataFrame) -> InfluenceGraph:
        """The same people, ties and rules with other pairings."""
        return influence_graph(self._people, self._ties, pairings=pairings, rules=self.rules)

    def relabel(self, mapping: Mapping[str, str] | pd.Series) -> InfluenceGraph:
        """The same organisation under other ids: people, managers, ties and pairings, all sorted again.

        Names and group columns stay as they are, and so does the record of ``rules``.

        Parameters
        ----------
        mapping : mapping or Series
            The new id of every person, by old id. Entries for anybody else are ignored.

        Returns
        -------
        InfluenceGraph

        Raises
        ------
        StudyError
            Somebody has no new id, or two people have the same.

        Examples
        --------
        >>> people = pd.DataFrame({"person": ["a", "b"], "manager": ["b", ""]})
        >>> graph = influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["b"]}))
        >>> other = graph.relabel({"a": "z", "b": "y"})
        >>> other.persons.tolist(), other.chain_of("z"), other.arcs[["source", "target"]].values.tolist()
        (['y', 'z'], ('y',), [['z', 'y']])
        """
        given = mapping if isinstance(mapping, pd.Series) else pd.Series(dict(mapping), dtype="object")
        if given.index.has_duplicates:
            raise StudyError(f"person '{given.index[given.index.duplicated()][0]}' is given two new ids")
        new = given.reindex(self.persons)
        if new.isna().any():
            raise StudyError(f"person '{new.index[new.isna()][0]}' has no new id", cure="give every person one")
        new = new.astype("str")
        if new.duplicated().any():
            both = new.index[new == new[new.duplicated()].iloc[0]]
            raise StudyError(
                f"persons '{both[0]}' and '{both[1]}' would both be called '{new[both[0]]}'", cure="give each their own"
            )
        people = self._people.assign(manager=self._people["manager"].map(new).astype("str"))
        people.index = pd.Index(new.array, name="person")
        ties = self._ties.assign(**{end: self._ties[end].map(new) for end in ("source", "target")})
        pairings = self._pairings.assign(**{end: self._pairings[end].map(new) for end in ("senior", "junior")})
        return replace(
            self,
            _people=people.sort_index(),
            _ties=ties_table(ties),
            _pairings=pairings_table(pairings),
        )

    def among(self, persons: pd.Index | Sequence[str]) -> InfluenceGraph:
        """Some of the people, with the ties and pairings between them.

        Whoever is left out is nobody's manager any more: a chain that ran through them ends below.

        Examples
        --------
        >>> people = pd.DataFrame({"person": ["a", "b", "c"], "manager": ["b", "c", ""]})
        >>> graph = influence_graph(people, pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]}))
        >>> some = graph.among(["a", "b"])
        >>> some.persons.tolist(), len(some.arcs), some.chain_of("a")
        (['a', 'b'], 1, ('b',))
        """
        kept = self._people.loc[self._people.index.isin(persons)]
        people = kept.assign(manager=kept["manager"].where(kept["manager"].isin(kept.index)))
        ties, pairings = self._ties, self._pairings
        inside = ties["source"].isin(kept.index) & ties["target"].isin(kept.index)
        paired = pairings["senior"].isin(kept.index) & pairings["junior"].isin(kept.index)
        return influence_graph(people, ties[inside], pairings=pairings[paired], rules=self.rules)

    def to_igraph(self) -> igraph.Graph:
        """A directed igraph graph; vertices in the order of `persons`, arcs with ``strength`` and ``distance``."""
        from ona.model.exchange import to_igraph

        return to_igraph(self)

    def to_networkx(self) -> nx.DiGraph[str]:
        """A networkx DiGraph; every person a node, arcs with ``strength`` and ``distance``."""
        from ona.model.exchange import to_networkx

        return to_networkx(self)


def influence_graph(
    people: pd.DataFrame,
    ties: pd.DataFrame,
    *,
    pairings: pd.DataFrame | None = None,
    rules: Mapping[str, Any] | None = None,
) -> InfluenceGraph:
    """Build the influence graph from a roster and ties.

    Parameters
    ----------
    people : DataFrame
        A people table, or anything `people_table` accepts. The roster is the node list: nobody is added by a tie.
    ties : DataFrame
        A ties table, or anything `ties_table` accepts. Ties from a person to themselves are dropped and counted in
        ``self_loops_dropped``.
    pairings : DataFrame, optional
        A pairings table, or anything `pairings_table` accepts.
    rules : mapping, optional
        The rules that made the ties (half-life, weights, cap, ``last_day``), kept for the record.

    Returns
    -------
    InfluenceGraph

    Raises
    ------
    InputError
        A tie or pairing names somebody who is not in the roster.

    Examples
    --------
    >>> graph = influence_graph(pd.DataFrame({"person": ["a", "b"]}), pd.DataFrame({"source": ["a"], "target": ["a"]}))
    >>> graph.size, len(graph.arcs), graph.self_loops_dropped
    (2, 0, 1)
    """
    ready = (
        people.index.name == "person"
        and "leader" in people
        and people.index.is_monotonic_increasing
        and people.index.is_unique
    )
    roster = people if ready else people_table(people)
    checked = ties_table(ties)
    loops = (checked["source"] == checked["target"]).to_numpy(bool)
    kept = checked[~loops].reset_index(drop=True) if loops.any() else checked
    paired = pairings_table(pairings)
    tied = _in_roster(roster.index, kept, ("source", "target"), "tie")
    _in_roster(roster.index, paired, ("senior", "junior"), "pairing")
    made = InfluenceGraph(
        _people=roster.copy(),
        _ties=kept,
        _pairings=paired,
        self_loops_dropped=int(loops.sum()),
        rules=MappingProxyType(dict(rules or {})),
    )
    made.__dict__["_tie_ends"] = tied
    return made


def _in_roster(
    persons: pd.Index[str], table: pd.DataFrame, ends: tuple[str, str], what: str
) -> tuple[np.ndarray, np.ndarray]:
    """Positions of both ends of each row, all of whom must be in the roster."""
    first, second = (_looked_up(persons, table[end]).astype(np.int32) for end in ends)
    for end, positions in zip(ends, (first, second), strict=True):
        outside = positions < 0
        if outside.any():
            row = table[outside].iloc[0]
            raise InputError(
                f"the {what} {row[ends[0]]} → {row[ends[1]]} names '{row[end]}', who is not in the roster",
                cure="add the person to the roster or leave the row out",
            )
    return first, second


def _looked_up(persons: pd.Index[str], ids: pd.Series | pd.Index) -> np.ndarray:
    """Where each id stands among the persons, −1 for nobody."""
    # Each different id is looked up once: among millions of ties that is many times as fast.
    codes, different = pd.factorize(pd.Index(ids))
    return np.append(persons.get_indexer(pd.Index(different)), -1)[codes]
