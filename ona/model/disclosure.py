"""Two audiences. An analyst may see people, under pseudonyms; a leader sees groups of some size and no person at all.

`pseudonyms` names people for the analyst. `disclosure_plan` says, once for a whole study, which groups and which cells
of which tables a leader may see. `scan_for_persons` looks through a finished file for anybody it should not name.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from ona.model.attack import leaks
from ona.model.cells import Cell, Table, closure, count_cells, label, labels_of
from ona.model.errors import DisclosureError, StudyError
from ona.model.scan import scan_for_persons
from ona.model.suppression import fold_small, hidden_cells

__all__ = [
    "DisclosurePlan",
    "audit",
    "disclosure_plan",
    "gives_away",
    "leave_out_small",
    "pseudonyms",
    "refuse_persons",
    "safe_counts",
    "scan_for_persons",
]

SHORTEST = 5


def pseudonyms(persons: Iterable[str], *, seed: int | str) -> pd.Series:
    """Short names that say nothing by themselves, such as ``P-7QK2M``.

    Each is the start of a keyed hash (BLAKE2b, key = seed) of the id in base 32, so a person keeps theirs whoever else
    joins or leaves, and their order has nothing to do with the roster's. Where two would be alike both grow longer.

    They protect against a glance, not against effort. Whoever has the roster *and* the seed can compute them again, and
    the seed stands in ``study.json``: keep that file with the analyst. Nor do they hide somebody who can be known by
    what is shown beside them: the only director in Lyon, or the person with 212 ties.

    Parameters
    ----------
    persons : iterable of str
        Person ids.
    seed : int or str
        The study's seed. Another seed gives other pseudonyms.

    Returns
    -------
    Series
        Pseudonyms, named ``pseudonym``, indexed by ``person`` in the order given.

    Raises
    ------
    StudyError
        A person id is repeated.

    Examples
    --------
    >>> pseudonyms(["ada", "bo"], seed=7).tolist()
    ['P-DVTPI', 'P-KD6RO']
    """
    ids = [str(person) for person in persons]
    if len(set(ids)) != len(ids):
        raise StudyError("a person id is repeated, so pseudonyms would not tell people apart")
    key = hashlib.blake2b(str(seed).encode(), digest_size=32).digest()
    codes = [
        base64.b32encode(hashlib.blake2b(person.encode(), key=key, digest_size=30).digest()).decode() for person in ids
    ]
    length = dict.fromkeys(codes, SHORTEST)
    while True:
        shown: dict[str, list[str]] = {}
        for code, size in length.items():
            shown.setdefault(code[:size], []).append(code)
        alike = [code for group in shown.values() if len(group) > 1 for code in group]
        if not alike:
            break
        for code in alike:
            length[code] += 1
    names = [f"P-{code[: length[code]]}" for code in codes]
    return pd.Series(names, index=pd.Index(ids, name="person", dtype="str"), name="pseudonym", dtype="str")


@dataclass(frozen=True, eq=False)
class DisclosurePlan:
    """Which groups and cells the leader's files of one study may show. Made by `disclosure_plan`.

    Attributes
    ----------
    min_group : int
        No group of fewer people is shown.
    tables : tuple of tuple of str
        The tables planned for, with every table that follows from them by adding up.
    """

    min_group: int
    tables: tuple[Table, ...]
    _counts: Mapping[Table, Mapping[Cell, int]] = field(repr=False)
    _shown: Mapping[Table, frozenset[Cell]] = field(repr=False)

    @property
    def total(self) -> int | None:
        """How many people there are; None where even that is too few to say."""
        return self._counts[()][()] if self.may_show((), ()) else None

    def may_show(self, table: Sequence[str] | str, cell: Sequence[object] | str) -> bool:
        """Whether a cell may be shown: its count, and anything averaged over its people.

        Parameters
        ----------
        table : sequence of str
            The columns that are crossed, in any order; one column may be given as text.
        cell : sequence
            One group for each of them, in the same order. A missing value is the group ``"(not stated)"``.

        Returns
        -------
        bool
            False also for a cell nobody is in.

        Raises
        ------
        DisclosureError
            The table is not part of the plan, so nobody has checked it against the others.
        """
        columns = (table,) if isinstance(table, str) else tuple(table)
        groups = (cell,) if isinstance(cell, str) or not isinstance(cell, Sequence) else tuple(cell)
        by_column = dict(zip(columns, groups, strict=True))
        key = tuple(sorted(columns))
        return tuple(label(by_column[column]) for column in key) in self._shown[self._known(key)]

    def may_show_below_leaders(self, table: Sequence[str] | str, cell: Sequence[object] | str) -> bool:
        """Whether the people of a cell who are not leaders may be shown.

        A plan that crosses the table with ``leader`` is asked for that crossing; one that does not is taken to be about
        people who are not leaders in the first place.
        """
        columns = (table,) if isinstance(table, str) else tuple(table)
        groups = (cell,) if isinstance(cell, str) or not isinstance(cell, Sequence) else tuple(cell)
        if tuple(sorted((*columns, "leader"))) in self._shown:
            return self.may_show((*columns, "leader"), (*groups, False))
        return self.may_show(columns, groups)

    def groups(self, column: str) -> list[str]:
        """The groups of a column that may be named, in order of the alphabet."""
        return sorted(group for (group,) in self._shown[self._known((column,))])

    def may_compare(self, column: str, focal: str, reference: str | None = None) -> bool:
        """Whether one group may be set against another, or against everyone else where `reference` is None."""
        if reference is not None:
            return self.may_show(column, focal) and self.may_show(column, reference)
        if not (self.may_show(column, focal) and self.may_show((), ())):
            return False
        return self._counts[()][()] - self._counts[(column,)][(focal,)] >= self.min_group

    def counts(self, table: Sequence[str] | str) -> pd.DataFrame:
        """The cells of a table that may be shown, with how many people are in each.

        Returns
        -------
        DataFrame
            The table's columns, then ``people``; sorted. Hidden and empty cells are alike absent.
        """
        columns = [table] if isinstance(table, str) else list(table)
        key = self._known(tuple(sorted(columns)))
        rows = [dict(zip(key, cell, strict=True)) | {"people": self._counts[key][cell]} for cell in self._shown[key]]
        frame = pd.DataFrame(rows, columns=[*columns, "people"])
        return frame.sort_values(columns, ignore_index=True) if columns else frame

    def _known(self, key: Table) -> Table:
        if key not in self._shown:
            raise DisclosureError(
                f"the table {' × '.join(key)} was not planned for",
                cure="name it in the study's disclosure plan, so that it is checked against the other tables",
            )
        return key


def disclosure_plan(people: pd.DataFrame, *, tables: Iterable[Sequence[str]], min_group: int = 5) -> DisclosurePlan:
    """Decide for all the tables of one study together what a leader may see.

    1. A cell with fewer than `min_group` people is hidden. So is a cell nobody is in: the two look alike.
    2. *One column.* If a group is hidden, the next smallest is hidden with it until there are two of them with at least
       `min_group` people between them; else the total less the groups shown would tell the hidden one.
    3. *Columns crossed.* In every row and column of every table the hidden cells are at least two and hold at least
       `min_group` people together, the smallest other cell being hidden where they do not. Nothing is shown crossed
       that is hidden uncrossed.
    4. Then all the tables are attacked together: for each hidden cell a program looks for other whole numbers that fit
       everything shown. A cell that has none follows from what is shown, and more is hidden until every one has.

    The attacker is taken to know everything shown, which cells are empty (in a table of which anything is shown), and
    that people come in whole numbers. They are not taken to know this procedure, nor a person's own group: a woman who
    sees "women in Legal: not shown" knows one of them.

    Rule 2 hides the second smallest group for the smallest one's sake, which for a column of three may be half the
    organisation. `leave_out_small` is the other way out.

    Parameters
    ----------
    people : DataFrame
        A people table.
    tables : iterable of sequence of str
        Every crossing of columns that any of the leader's files shows, for instance
        ``[("gender",), ("gender", "function"), ("gender", "leader")]``. What follows by adding up is included. A
        table about non-leaders only is the crossing with ``leader``.
    min_group : int
        Least number of people in anything shown.

    Returns
    -------
    DisclosurePlan

    Raises
    ------
    StudyError
        A column that is not in the people table, or `min_group` below 2.

    Examples
    --------
    >>> teams = ["x"] * 3 + ["y"] * 8 + ["z"] * 9 + ["x"] * 6 + ["y"] * 7 + ["z"] * 7
    >>> people = pd.DataFrame({"gender": ["woman"] * 20 + ["man"] * 20, "team": teams})
    >>> plan = disclosure_plan(people, tables=[("gender", "team")])
    >>> plan.counts(("gender", "team")).values.tolist()  # the 3 women of x, covered by y and by the men of both
    [['man', 'z', 7], ['woman', 'z', 9]]
    """
    if min_group < 2:
        raise StudyError(f"min_group is {min_group}", cure="use 2 or more; 5 is usual")
    wanted = sorted({tuple(sorted(set(table))) for table in tables})
    for column in sorted({column for table in wanted for column in table}):
        if column not in people:
            raise StudyError(
                f"'{column}' is not a column of the people table", cure=f"use one of {', '.join(map(str, people))}"
            )
    planned = closure(wanted)
    counts = count_cells(people, planned)
    folded = fold_small(people, counts, min_group=min_group)
    hidden = hidden_cells(folded, planned, min_group=min_group)
    shown = {
        table: frozenset(
            cell for cell, people_in in cells.items() if people_in >= min_group and cell not in hidden[table]
        )
        for table, cells in count_cells(folded, planned).items()
    }
    real = {table: frozenset(cells) & frozenset(counts[table]) for table, cells in shown.items()}
    return DisclosurePlan(
        min_group=min_group,
        tables=tuple(planned),
        _counts=MappingProxyType({table: MappingProxyType(cells) for table, cells in counts.items()}),
        _shown=MappingProxyType(real),
    )


def audit(plan: DisclosurePlan) -> None:
    """Attack a plan with nothing but what it shows, and fail if a hidden group follows.

    Every hidden cell of every table becomes an unknown whole number, every sum over a column an equation, every shown
    cell a constant; integer programming (HiGHS) looks for two different values of each.

    Raises
    ------
    DisclosureError
        A group under ``min_group`` is shown, a hidden count follows exactly from what is shown, or the hidden cells of
        a row hold fewer than ``min_group`` people together.

    Examples
    --------
    >>> audit(disclosure_plan(pd.DataFrame({"gender": ["woman"] * 9 + ["man"] * 9 + ["x"]}), tables=[("gender",)]))
    """
    found = leaks(plan._counts, plan._shown, min_group=plan.min_group)
    if found:
        table, cell, why = found[0]
        where = ", ".join(f"{c} = {g}" for c, g in zip(table, cell, strict=True)) or "the total"
        raise DisclosureError(f"the group {where} {why}", cure="hide another cell of that row, or the whole table")


def leave_out_small(
    people: pd.DataFrame, columns: Sequence[str], *, min_group: int = 5, missing: bool = True
) -> pd.DataFrame:
    """The people a leader's tables can be about without hiding whole columns: those in no group too small to show.

    Counted among everyone, three people of a third gender can be found by taking women and men from the total, so
    `disclosure_plan` hides women too. Leaving the three out of *every* number a leader sees leaves nothing to subtract
    from. Use it for all of the leader's files or for none, say in words that people in groups of fewer than
    `min_group` are not counted, and do not print how many they are.

    Parameters
    ----------
    people : DataFrame
        A people table.
    columns : sequence of str
        Columns whose groups are looked at one by one. Leaving somebody out may make another group too small; this is
        followed to the end.
    min_group : int
        Least number of people in a group.
    missing : bool
        Whether people with a missing value form a group like any other. False leaves them out.

    Returns
    -------
    DataFrame
        The rows that stay.

    Examples
    --------
    >>> people = pd.DataFrame({"gender": ["woman"] * 9 + ["man"] * 9 + ["x"]})
    >>> leave_out_small(people, ["gender"])["gender"].value_counts().tolist()
    [9, 9]
    """
    kept = people if missing else people.dropna(subset=list(columns))
    while True:
        large = pd.Series(True, index=kept.index)
        for column in columns:
            labels = pd.Series(labels_of(kept[column]), index=kept.index)
            large &= labels.map(labels.value_counts()) >= min_group
        if large.all():
            return kept
        kept = kept[large]


def safe_counts(people: pd.DataFrame, columns: Sequence[str], *, min_group: int = 5) -> pd.DataFrame:
    """One table of counts that a leader may see, when it is the only one; see `disclosure_plan`.

    Examples
    --------
    >>> people = pd.DataFrame({"gender": ["woman"] * 9 + ["man"] * 12 + ["x"]})
    >>> safe_counts(people, ["gender"])
      gender  people
    0    man      12
    """
    return disclosure_plan(people, tables=[columns], min_group=min_group).counts(columns)


def gives_away(values: Iterable[float], *, min_group: int) -> bool:
    """Whether an average over a group would tell something of its members one by one.

    It would where nearly all of them are alike: when the most common value is shared by at least two people and fewer
    than `min_group` have another. "All of the 15 have a tie to a leader" is a fact about each of the 15, and "one in
    seven is sponsored" a fact about the one.

    Parameters
    ----------
    values : iterable of float
        One for each member; missing ones do not count.
    min_group : int
        Least number of people who must differ from the most common value.

    Returns
    -------
    bool
        False for a group without values.

    Examples
    --------
    >>> gives_away([1, 1, 1, 1, 1, 1, 0], min_group=5), gives_away([0, 1] * 9, min_group=5)
    (True, False)
    >>> gives_away([0.1, 0.2, 0.3, 0.4, 0.5], min_group=5)
    False
    """
    known = pd.Series(list(values), dtype=float).dropna().round(12)
    if known.empty:
        return False
    most = int(known.value_counts().iloc[0])
    return most >= 2 and len(known) - most < min_group


def refuse_persons(data: bytes, people: pd.DataFrame, *, file: str, aliases: Iterable[str] = ()) -> None:
    """Stop a leader's file that names somebody; see `scan_for_persons`.

    Raises
    ------
    DisclosureError
        Somebody is in it. The message does not repeat who.
    """
    found = scan_for_persons(data, people, aliases=aliases)
    if found:
        raise DisclosureError(
            f"a leader's file must hold no person, and this one holds {len(found)}",
            file=file,
            cure="nothing was written; please report this with the study file",
        )
