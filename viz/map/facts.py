"""What the map page knows: people, ties, candidates and groups as plain lists that JSON can carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ona.model import InfluenceGraph, group_columns, level_rank

ACCESS_COLUMNS = (
    "leader_ties",
    "leader_ties_with_chain",
    "leader_share",
    "leader_share_with_chain",
    "from_leaders",
    "to_leaders",
    "steps_to_leader",
    "steps_to_leader_with_chain",
    "leaders_within_2",
    "paths_to_leaders",
    "mentors",
    "sponsors",
)
"""Columns of the access table the map shows, where the table has them."""

GROUP_MEANS = (
    "has_leader_tie",
    "leader_ties",
    "leader_share",
    "steps_to_leader",
    "mentors",
    "sponsors",
    "mentored_not_sponsored",
)
"""Access columns averaged over a group."""

HELD = ("mentors", "sponsors")
"""Access columns that say nothing where a study has no pairings."""

COMPONENTS = ("power", "new_reach", "warm_path", "function_fit", "spare_capacity")
_CANDIDATE_COLUMNS = ("rank", "score", *COMPONENTS, "level_gap", "new_leaders", "steps", "held", "capacity")
_MOST_VALUES = 60
_MOST_CHANNELS = 30
_OTHER = "other channels"


@dataclass(frozen=True)
class Facet:
    """One way to sort people into named values: a column of the roster, or a state such as *mentored, not sponsored*.

    ``codes`` holds the place of each person's value in ``values``, −1 where it is missing.
    """

    key: str
    title: str
    values: tuple[str, ...]
    codes: np.ndarray


def column_facet(people: pd.DataFrame, column: str) -> Facet:
    """A column of the roster as a facet; levels keep their order, other values are sorted."""
    values = people[column]
    if isinstance(values.dtype, pd.CategoricalDtype) and values.cat.ordered:
        kept = values.cat.remove_unused_categories()
        return Facet(column, title_of(column), tuple(map(str, kept.cat.categories)), kept.cat.codes.to_numpy(int))
    names = sorted(values.dropna().astype(str).unique())
    return Facet(column, title_of(column), tuple(names), pd.Categorical(values, categories=names).codes.astype(int))


def group_values(people: pd.DataFrame, column: str) -> tuple[str, ...]:
    """The values of a group column in the order a map gives them their looks; to hand over as its ``looks``.

    Examples
    --------
    >>> group_values(pd.DataFrame({"gender": ["woman", "man", None]}), "gender")
    ('man', 'woman')
    """
    return column_facet(people, column).values


def title_of(column: str) -> str:
    """A column's name as a heading.

    Examples
    --------
    >>> title_of("job_family")
    'Job family'
    """
    text = column.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def facets(
    graph: InfluenceGraph, *, group: str | None, columns: Sequence[str] | None, candidates: pd.DataFrame | None
) -> tuple[Facet, ...]:
    """The facets people can be filtered by, the map's own group column first.

    Columns with one value, or with too many to choose from, are left out unless they are named in `columns`.
    """
    people = graph.people
    offered = list(columns) if columns is not None else ["function", "level", "site", *group_columns(people)]
    ordered = [c for c in dict.fromkeys(([group] if group else []) + offered) if c in people]
    found = [column_facet(people, column) for column in ordered]
    if columns is None:
        found = [f for f in found if f.key in (group, "function") or 1 < len(f.values) <= _MOST_VALUES]
    states = [f for f in (_sponsorship(graph), _leading(graph), _listed(graph, candidates)) if f is not None]
    taken = {f.key for f in found}
    return tuple(f for f in found if f.values) + tuple(f for f in states if f.key not in taken)


def _sponsorship(graph: InfluenceGraph) -> Facet | None:
    if graph.pairings.empty:
        return None
    mentored, sponsored = (graph.persons.isin(graph.layer(kind).ties["target"]) for kind in ("mentor", "sponsor"))
    codes = np.where(sponsored, 0, np.where(mentored, 1, 2))
    return Facet("sponsorship", "Sponsorship", ("Sponsored", "Mentored, not sponsored", "Neither"), codes)


def _leading(graph: InfluenceGraph) -> Facet | None:
    if not 0 < len(graph.leaders) < graph.size:
        return None
    return Facet("leader", "Leader", ("Leader", "Not a leader"), np.where(graph.is_leader, 0, 1))


def _listed(graph: InfluenceGraph, candidates: pd.DataFrame | None) -> Facet | None:
    if candidates is None or candidates.empty:
        return None
    listed = graph.persons.isin(candidates["protege"])
    return Facet("listed", "Candidate sponsors", ("Has candidates", "None listed"), np.where(listed, 0, 1))


def numbers(values: pd.Series | np.ndarray, digits: int = 4) -> list[float | int | None]:
    """Numbers JSON can carry: rounded, whole where whole, None where undefined.

    Examples
    --------
    >>> numbers(np.array([1.0, float("nan"), 0.123456]))
    [1, None, 0.1235]
    """
    made: list[float | int | None] = []
    for value in np.round(np.asarray(values, dtype=float), digits).tolist():
        if not np.isfinite(value):
            made.append(None)
        else:
            made.append(int(value) if value == int(value) else value)
    return made


def labels(people: pd.DataFrame) -> list[str]:
    """What each person is called on the page: the name, or the id where there is no name."""
    ids = people.index.astype(str)
    if "name" not in people:
        return list(ids)
    return list(people["name"].astype(object).where(people["name"].notna().to_numpy(), ids).astype(str))


def people_facts(graph: InfluenceGraph, access: pd.DataFrame | None, found: Sequence[Facet]) -> dict[str, Any]:
    """One list a column, one entry a person, in the order of ``graph.persons``."""
    people = graph.people
    facts: dict[str, Any] = {
        "id": [str(p) for p in graph.persons],
        "label": labels(people),
        "leader": graph.is_leader.astype(int).tolist(),
        "manager": graph.positions(people["manager"]).tolist(),
        "codes": {facet.key: facet.codes.tolist() for facet in found},
        "access": {},
    }
    if access is not None:
        table = access.reindex(graph.persons)
        shown = [c for c in ACCESS_COLUMNS if c in table and not (c in HELD and table[c].isna().all())]
        facts["access"] = {c: numbers(table[c]) for c in shown}
    held = {kind: graph.layer(kind).arcs for kind in ("mentor", "sponsor")}
    facts["pairings"] = [
        [int(senior), int(junior), kind]
        for kind, arcs in held.items()
        for senior, junior in zip(graph.positions(arcs["source"]), graph.positions(arcs["target"]), strict=True)
    ]
    return facts


def typical(graph: InfluenceGraph, access: pd.DataFrame | None) -> dict[str, float | int | None]:
    """The middle value among people who are not leaders, to read one person's numbers against."""
    if access is None:
        return {}
    table = access.reindex(graph.persons)[~graph.is_leader]
    shown = [c for c in ACCESS_COLUMNS if c in table and table[c].notna().any()]
    return {c: numbers(np.array([table[c].median()]))[0] for c in shown}


def candidate_facts(
    graph: InfluenceGraph, candidates: pd.DataFrame | None, assignment: pd.DataFrame | None
) -> list[dict[str, Any]]:
    """One entry a candidate, people as places in ``graph.persons``; the best first for each protégé."""
    if candidates is None or candidates.empty:
        return []
    table = candidates.sort_values(["protege", "rank"], kind="stable").reset_index(drop=True)
    proteges, seniors = graph.positions(table["protege"]), graph.positions(table["candidate"])
    proposed = set()
    if assignment is not None:
        proposed = set(zip(assignment["protege"].astype(str), assignment["sponsor"].astype(str), strict=True))
    columns = {c: numbers(table[c]) for c in _CANDIDATE_COLUMNS if c in table}
    made = []
    for at, row in enumerate(table.to_dict(orient="records")):
        if proteges[at] < 0 or seniors[at] < 0:
            continue
        made.append(
            {
                "protege": int(proteges[at]),
                "candidate": int(seniors[at]),
                "path": _path(graph, row),
                "reasons": _words(row.get("reasons")),
                "cautions": _words(row.get("cautions")),
                "proposed": (str(row["protege"]), str(row["candidate"])) in proposed,
                **{c: values[at] for c, values in columns.items()},
            }
        )
    return made


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _path(graph: InfluenceGraph, row: dict[Any, Any]) -> list[int]:
    """The introduction path as places; rebuilt from its ends where an id itself holds an arrow."""
    written = _words(row.get("path")).split(" → ")
    ends = [str(row["protege"]), str(row["candidate"])]
    if len(written) >= 2 and [written[0], written[-1]] == ends and (graph.positions(pd.Index(written)) >= 0).all():
        return [int(at) for at in graph.positions(pd.Index(written))]
    introducer = _words(row.get("introducer"))
    steps = [ends[0], *([introducer] if introducer else []), ends[1]]
    steps = steps if introducer or row.get("steps") == 1 else []
    places = graph.positions(pd.Index(steps, dtype=object)) if steps else np.empty(0, int)
    return [int(at) for at in places] if (places >= 0).all() else []


def tie_facts(graph: InfluenceGraph, *, most: int) -> tuple[list[dict[str, Any]], list[str], int]:
    """Arcs to draw, the names of the channels behind their bits, and how many arcs were left out.

    An arc is *strong* when it belongs to the two strongest ties, both directions together, of either of its ends: the
    backbone the map draws by itself.
    """
    ties = graph.ties
    if ties.empty:
        return [], [], 0
    channels = list(graph.channels)
    if len(channels) > _MOST_CHANNELS:
        channels = [*channels[: _MOST_CHANNELS - 1], _OTHER]
    code = np.minimum(pd.Categorical(ties["channel"], categories=graph.channels).codes.astype(int), len(channels) - 1)
    bits = ties.assign(bits=np.left_shift(1, code)).groupby(["source", "target"], sort=True)["bits"]
    arcs = graph.arcs
    mask = bits.agg(lambda found: int(np.bitwise_or.reduce(found.to_numpy()))).to_numpy()
    source, target = graph.positions(arcs["source"]), graph.positions(arcs["target"])
    strength = arcs["strength"].to_numpy(float)
    strong = _strongest(source, target, strength, graph.size)
    order = np.lexsort((target, source, -strength, ~strong))
    kept = np.sort(order[:most])
    width, count = _widths(strength), arcs["count"].to_numpy(int)
    made = [
        {
            "from": f"p{source[k]}",
            "to": f"p{target[k]}",
            "width": width[k],
            "strength": float(f"{strength[k]:.3g}"),
            "count": int(count[k]),
            "bits": int(mask[k]),
            "strong": int(strong[k]),
        }
        for k in kept
    ]
    return made, channels, len(arcs) - len(kept)


def _strongest(source: np.ndarray, target: np.ndarray, strength: np.ndarray, size: int, each: int = 2) -> np.ndarray:
    low, high = np.minimum(source, target), np.maximum(source, target)
    pair, of_arc = np.unique(low * size + high, return_inverse=True)
    total = np.bincount(of_arc, weights=strength)
    ends = np.concatenate([pair // size, pair % size])
    pairs = np.tile(np.arange(len(pair)), 2)
    order = np.lexsort((pairs, -total[pairs], ends))
    first = np.concatenate([[0], np.flatnonzero(np.diff(ends[order])) + 1])
    position = np.arange(len(order)) - np.repeat(first, np.diff([*first, len(order)]))
    kept = np.zeros(len(pair), bool)
    kept[pairs[order[position < each]]] = True
    return kept[of_arc]


def _widths(strength: np.ndarray) -> list[float]:
    """Line widths from 1 to 4 by the rank of the strength, so that one giant tie does not flatten the rest."""
    if not len(strength):
        return []
    place = np.argsort(np.argsort(strength, kind="stable"), kind="stable") / max(len(strength) - 1, 1)
    return [float(w) for w in np.round(1.0 + 3.0 * place**2, 1)]


def everyone_shown(graph: InfluenceGraph, most: int) -> list[int]:
    """Whom the view of everyone shows: all people, or leaders first and then those with the strongest ties."""
    if graph.size <= most:
        return list(range(graph.size))
    matrix = graph.matrix
    total = matrix.sum(axis=0) + matrix.sum(axis=1)
    order = np.lexsort((np.arange(graph.size), -total, ~graph.is_leader))
    return sorted(int(at) for at in order[:most])


def seniority(graph: InfluenceGraph) -> np.ndarray:
    """Level as a number, half a level more for leaders; NaN where the level is unknown."""
    rank = level_rank(graph.people).to_numpy(float)
    return rank + 0.5 * graph.is_leader
