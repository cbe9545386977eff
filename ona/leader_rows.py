"""Which rows of a study's tables about groups a leader may see: none that, with the others, tells of a few people.

A comparison in a measure is told in all tables or in none. Tables that count fewer people than the table of gaps are
told where those they leave out are not few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import metrics
from metrics import Comparison, Window
from metrics._tie_measures import tie_measures
from metrics.access import WITH_CHAIN
from ona.covering import Fact, Item, shown_items
from ona.model import DisclosurePlan, InfluenceGraph, gives_away
from ona.model.groups import BETWEEN, disclosure_cell, disclosure_table, parts_of
from ona.settings import Study
from viz import words

Groups = tuple[np.ndarray, np.ndarray]
Key = tuple[str, str, str | None, str]
"""Column, focal group, reference group and measure."""

REACH, SHARE, TIES, WITHIN_2 = "reach", "leader_share", "leader_ties", "leaders_within_2"
BOTH, MENTORED, SPONSORED = "mentored and sponsored", "mentored", "sponsored"
WIDE = 4
"""Of a group under so many times ``min_group`` nothing is told that the spread of its values follows from."""

_DETAILED = 3
"""Beside this many strata that hold both groups the means of a few people outside all of them stay open."""
_ALIKE = 0.1
_SPREAD = ("standardised", "detectable", "difference_low", "difference_high", "detectable_relative")
_LIMITS = ("adjusted", "change", "gap", "exposure", "bias")
_COUNTED = ("n_informative", "n_informative_focal", "n_informative_reference", "n_uninformative")


@dataclass(frozen=True, eq=False)
class Scope:
    """The people a leader's comparisons are about, and what is known of them.

    Attributes
    ----------
    study : Study
    graph : InfluenceGraph
        Whoever is left out belongs to no group in it.
    access : DataFrame
        The access table of the same people.
    stay : array of bool
        Who is not left out.
    disclosure : DisclosurePlan
    """

    study: Study
    graph: InfluenceGraph
    access: pd.DataFrame
    stay: np.ndarray
    disclosure: DisclosurePlan

    @property
    def least(self) -> int:
        """The fewest people a group may have."""
        return self.study.study.min_group

    def values(self, measure: str) -> np.ndarray:
        """Everybody's value of a measure."""
        return self.access[measure].reindex(self.graph.persons).to_numpy(float, na_value=np.nan)

    def groups(self, key: Key) -> Groups:
        """Who is compared with whom."""
        comparison = Comparison(key[0], key[1], key[2])
        return metrics.comparison_members(self.graph, comparison, among=self.study.gaps.among, min_group=self.least)

    def of(self, column: str, group: str) -> np.ndarray:
        """Who of those who are not leaders is in a group of a sponsorship table."""
        values = self.graph.people[column]
        inside = values.isna() if group == NOT_RECORDED else (values == group).fillna(False)
        return np.asarray(inside.to_numpy(bool) & self.stay & ~self.graph.is_leader)

    def may_show(self, column: str, group: str) -> bool:
        """Whether the plan lets a leader see the people of a group who are not leaders."""
        if group == NOT_RECORDED:
            # People who lack any part of an intersection are several groups, not one.
            return not parts_of(column) and self.disclosure.may_show_below_leaders((column,), (None,))
        return self.disclosure.may_show_below_leaders(disclosure_table(column), disclosure_cell(column, group))


NOT_RECORDED = "not recorded"
"""The group that a sponsorship table puts people in whose own is missing."""


def key_of(row: Mapping[Any, Any]) -> Key:
    """The comparison and measure a row is about; a row of exposure is about the leader share."""
    reference = row["reference"] if isinstance(row["reference"], str) else None
    return str(row["column"]), str(row["focal"]), reference, str(row.get("measure", SHARE))


def safe_tables(
    scope: Scope,
    found: Mapping[str, pd.DataFrame],
    sponsorship: pd.DataFrame,
    *,
    windows: Sequence[Window] = (),
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The rows of each table that may be told, and the sponsorship table with cells blank that may not.

    Parameters
    ----------
    scope : Scope
    found : mapping of str to DataFrame
        Tables about two groups by name, ``plan`` among them.
    sponsorship : DataFrame
        One row a group of those columns compared.
    windows : sequence of Window
        What the trend was measured on.
    """
    keys = list(dict.fromkeys(key_of(row) for rows in found.values() for row in rows.to_dict(orient="records")))
    names = {key[3] for key in keys}
    items: dict[tuple[Any, ...], Item] = {
        ("gap", *key): _gap_item(scope, key, names) for key in keys if not _thin(scope, key)
    }
    for name in ("exposure", "decomposition"):
        for row in found[name].to_dict(orient="records"):
            items[name, *key_of(row)] = _counted_item(scope, row)
    for row in found["reach"].to_dict(orient="records"):
        groups = scope.groups(key_of(row))
        items["reach", *key_of(row)] = Item(
            tuple((name, members) for name in (WITHIN_2, TIES) for members in groups), rank=1
        )
    items |= _sponsorship_items(scope, sponsorship)
    facts = {name: _fact(scope, name) for name in {name for item in items.values() for name, _ in item.told}}
    told = shown_items(list(items.values()), facts, known=_known(scope), min_group=scope.least)
    shown = {name for name, may in zip(items, told, strict=True) if may}
    changed = _changes_tell(scope, windows, [key for key in keys if key[3] in scope.study.trend.measures])
    safe = {}
    for name, rows in found.items():
        kept = [
            row if name == "plan" else _numbers(row, scope, name)
            for row in rows.to_dict(orient="records")
            if _told(name, row, shown, scope, keys) and not (name in ("trend", "changes") and key_of(row) in changed)
        ]
        safe[name] = pd.DataFrame(kept, columns=list(rows.columns))
    safe["plan"] = _safe_plan(safe["plan"], scope)
    return safe, _blanked(sponsorship, shown)


def _told(name: str, row: Mapping[Any, Any], shown: set[tuple[Any, ...]], scope: Scope, keys: Sequence[Key]) -> bool:
    """Whether a row may be told: its comparison in its measure, and what the table itself adds."""
    key = key_of(row)
    needs: list[tuple[Any, ...]] = [("gap", *key)]
    if name in ("exposure", "decomposition", "reach"):
        needs.append((name, *key))
    if name == "reach" and (ties := (*key[:3], TIES)) in keys:
        needs.append(("gap", *ties))
    if not shown.issuperset(needs):
        return False
    if any(0 < row.get(size, 0) < scope.least for size in ("n_focal", "n_reference")):
        return False
    if name == "exposure":
        few_leaders = int((scope.graph.is_leader & scope.stay).sum()) < scope.least
        # Beside the means of everybody those within strata would tell of the few who stand outside them.
        return not few_leaders and not (row["strata"] != "none" and _few(_outside(row, scope), scope))
    if name == "decomposition":
        return all(int(members.sum()) >= WIDE * scope.least for members in scope.groups(key))
    return True


def _gap_item(scope: Scope, key: Key, names: set[str]) -> Item:
    """What a comparison in a measure tells, beside the other measures that are told of the same people."""
    groups, measure = scope.groups(key), key[3]
    sets = [*groups]
    if scope.study.gaps.among == "everyone" and scope.may_show(key[0], key[1]):
        # Other tables are about those who are not leaders; the two would tell of the leaders.
        sets += [members & ~scope.graph.is_leader for members in groups]
    about = [measure]
    if measure == "mentored_not_sponsored":
        about.append(BOTH)
    if measure.endswith(WITH_CHAIN) and measure.removesuffix(WITH_CHAIN) in names:
        about.append(f"{measure} − {measure.removesuffix(WITH_CHAIN)}")
    if measure == "has_leader_tie" and TIES in names:
        about.append(f"{TIES} beyond one")
    for part in ("from_leaders", "to_leaders"):
        if measure == part and TIES in names:
            about.append(f"{TIES} − {part}")
    return Item(tuple((name, members) for name in about for members in sets), rank=int(measure.endswith(WITH_CHAIN)))


def _fact(scope: Scope, name: str) -> Fact:
    """Something known of everybody by its name."""
    held = scope.access
    if name in held:
        return Fact(scope.values(name))
    if name == BOTH:
        return Fact(((scope.values("mentors") > 0) & (scope.values("sponsors") > 0)).astype(float))
    if name in (MENTORED, SPONSORED):
        return Fact((scope.values({MENTORED: "mentors", SPONSORED: "sponsors"}[name]) > 0).astype(float))
    if name.endswith(" beyond one"):
        return Fact(np.maximum(scope.values(name.removesuffix(" beyond one")) - 1.0, 0.0), alike=False)
    whole, part = name.split(" − ")
    return Fact(scope.values(whole) - scope.values(part), alike=whole.endswith(WITH_CHAIN))


def _known(scope: Scope) -> list[np.ndarray]:
    """Sets of people of whom totals are told, such as beside the map."""
    staff = scope.stay & ~scope.graph.is_leader
    if scope.study.gaps.among == "non-leaders":
        return [staff]
    return [scope.stay, *([staff] if scope.disclosure.may_show(("leader",), (False,)) else [])]


def _counted_item(scope: Scope, row: Mapping[Any, Any]) -> Item:
    """The people that a row of exposure or decomposition counts, who may be fewer than those of the gap."""
    key = key_of(row)
    groups, defined = scope.groups(key), ~np.isnan(scope.values(key[3]))
    split = "factors" in row
    if split:
        kept = _supported(scope, [c for c in str(row["factors"]).split(BETWEEN) if c != "none"], groups, defined)
    else:
        around = metrics.leaders_around(scope.graph, unit=str(row["unit"]))
        kept = defined & around.notna().to_numpy()
    return Item(tuple((key[3], members & kept) for members in groups), rank=3 if split else 2)


def _supported(scope: Scope, factors: Sequence[str], groups: Groups, defined: np.ndarray) -> np.ndarray:
    """People all of whose categories hold both groups, once everybody else is left out."""
    people = scope.graph.people
    codes = [people.groupby(column, dropna=False, observed=True).ngroup().to_numpy() for column in factors]
    kept = np.asarray((groups[0] | groups[1]) & defined)
    while True:
        before = kept
        for code in codes:
            shared = np.intersect1d(code[kept & groups[0]], code[kept & groups[1]])
            kept = np.asarray(kept & np.isin(code, shared))
        if (kept == before).all():
            return kept


def _place(scope: Scope, held: Sequence[str]) -> np.ndarray:
    """Everybody's stratum."""
    people = scope.graph.people
    known = [column for column in held if column in people]
    if not known:
        return np.zeros(scope.graph.size, int)
    return np.asarray(people.groupby(known, dropna=False, observed=True).ngroup(), int)


def _outside(row: Mapping[Any, Any], scope: Scope) -> Groups:
    """Who of either group has the measure, and stands in a stratum that holds nobody of the other who has it."""
    key = key_of(row)
    defined = ~np.isnan(scope.values(key[3]))
    held = str(row.get("strata", BETWEEN.join(scope.study.gaps.strata))).split(BETWEEN)
    place = _place(scope, [c for c in held if c not in (key[0], *parts_of(key[0]))])
    focal, reference = (members & defined for members in scope.groups(key))
    return focal & ~np.isin(place, place[reference]), reference & ~np.isin(place, place[focal])


def _few(outside: Groups, scope: Scope) -> bool:
    return any(0 < members.sum() < scope.least for members in outside)


def _thin(scope: Scope, key: Key) -> bool:
    """Whether the means of groups, beside their gap within strata, tell of the few who stand outside these.

    With two strata or one, and where people of the reference group all weigh alike, the gap within strata is as good as
    another mean of a part of each group.
    """
    values = scope.values(key[3])
    focal, reference = (members & ~np.isnan(values) for members in scope.groups(key))
    place = _place(scope, [c for c in scope.study.gaps.strata if c not in (key[0], *parts_of(key[0]))])
    both = np.intersect1d(place[focal], place[reference])
    outside = [members & ~np.isin(place, both) for members in (focal, reference)]
    few = any(
        0 < members.sum() < scope.least or (members.any() and gives_away(values[members], min_group=scope.least))
        for members in outside
    )
    weights = [(place[focal] == at).sum() / (place[reference] == at).sum() for at in both]
    return few and (len(both) < _DETAILED or bool(np.ptp(weights) <= _ALIKE * np.max(weights)))


def _changes_tell(scope: Scope, windows: Sequence[Window], keys: Sequence[Key]) -> set[Key]:
    """Comparisons whose course tells of a few: all but a few are alike in a window, or stay as they are."""
    if len(windows) < 2 or not keys:
        return set()
    names = list(dict.fromkeys(key[3] for key in keys))
    each = np.stack([tie_measures(scope.graph.with_ties(one.graph.ties), names).to_numpy(float) for one in windows])
    # A window without any value is in no trend.
    each = each[~(np.nan_to_num(each) == 0).all(axis=(1, 2))]
    told = np.concatenate([each, np.diff(each, axis=0), each[-1:] - each[:1]]) if len(each) > 1 else each
    return {
        key
        for key in keys
        if any(
            gives_away(course[members, names.index(key[3])], min_group=scope.least)
            for members in scope.groups(key)
            for course in told
        )
    }


def _numbers(row: Mapping[Any, Any], scope: Scope, name: str) -> dict[str, Any]:
    """A row without counts of a few people, nor numbers that the values of a small group follow from.

    Where fewer than ``min_group`` people of a group have no value, the group's size stands in for the number of those
    who have one: the two together would tell the few.
    """
    safe = {str(column): value for column, value in row.items()}
    groups = scope.groups(key_of(row))
    sizes = [int(members.sum()) for members in groups]
    lack = [int((members & np.isnan(scope.values(key_of(row)[3]))).sum()) for members in groups]
    if any(0 < few < scope.least for few in lack) and "n_focal" in safe:
        safe |= {"n_focal": sizes[0], "n_reference": sizes[1]} | (
            {"n_undefined": np.nan} if "n_undefined" in safe else {}
        )
    informative = safe.get("n_informative", np.nan)
    if _few(_outside(row, scope), scope) or 0 < informative < scope.least:
        safe |= {count: np.nan for count in (*_COUNTED, "tipping") if count in safe}
    if min(sizes) < WIDE * scope.least:
        safe |= {spread: np.nan for spread in _SPREAD if spread in safe}
        tenth = 2 if _is_share(key_of(row)[3]) or name == "exposure" else 1
        ends = [f"{value}_{end}" for value in _LIMITS for end in ("low", "high")] + ["low", "high"]
        safe |= {end: round(float(safe[end]), tenth) for end in ends if end in safe}
    return safe


def _is_share(measure: str) -> bool:
    return words.measure(measure).kind == "share"


def _safe_plan(plan: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The plan without comparisons in which the last row tells of a few who are paired, or who are left without."""
    kept = []
    for _, rows in plan.groupby(["column", "focal", "reference", "measure"], sort=False, dropna=False):
        last = rows.iloc[-1]
        without = (scope.values("sponsors") == 0) & ~scope.graph.is_leader
        counts = []
        for members, paired in zip(
            scope.groups(key_of(last.to_dict())), (last["pairings_focal"], last["pairings_reference"]), strict=True
        ):
            lacking = int((members & without).sum())
            counts += [paired, lacking, lacking - paired, int(members.sum()) - lacking]
        if not any(0 < count < scope.least for count in counts):
            kept.append(rows)
    return pd.concat(kept, ignore_index=True) if kept else plan.iloc[:0]


SPONSORSHIP_CELLS: Mapping[str, tuple[str, ...]] = {
    "mentors_per_head": ("mentors", MENTORED),
    "sponsors_per_head": ("sponsors", SPONSORED),
    "share_mentored": (MENTORED, "mentors beyond one"),
    "share_sponsored": (SPONSORED, "sponsors beyond one"),
    "share_mentored_not_sponsored": ("mentored_not_sponsored", BOTH),
}
"""What each number of a group tells: beside the mean, a share tells who has two."""


def _sponsorship_items(scope: Scope, rows: pd.DataFrame) -> dict[tuple[Any, ...], Item]:
    items: dict[tuple[Any, ...], Item] = {}
    for row in rows.to_dict(orient="records"):
        column, group = str(row["column"]), str(row["group"])
        members, may = scope.of(column, group), scope.may_show(column, group)
        for cell, about in SPONSORSHIP_CELLS.items():
            if may:
                items[cell, column, group] = Item(tuple((name, members) for name in about), rank=1)
    return items


def _blanked(rows: pd.DataFrame, shown: set[tuple[Any, ...]]) -> pd.DataFrame:
    """The sponsorship table with cells blank that may not be told."""
    safe = rows.copy()
    for cell in SPONSORSHIP_CELLS:
        may = np.array(
            [(cell, str(c), str(g)) in shown for c, g in zip(rows["column"], rows["group"], strict=True)], bool
        )
        safe[cell] = rows[cell].where(np.array(may, bool))
    return safe
