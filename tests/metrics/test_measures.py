"""What holds for every measure alike, whatever its family: one registry, one body for each property.

Every measure of people is in `MEASURES`, with what it must do where all measures are alike in kind: under other ids,
under doubled strengths, with arcs turned around, beside a copy of the organisation, for somebody without ties, and for
an organisation of one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache, partial

import numpy as np
import pandas as pd
import pytest

import metrics
from ona.model import InfluenceGraph, influence_graph

NAN = float("nan")


@dataclass(frozen=True)
class Measure:
    """A measure of people and how it must behave.

    ``turned`` names the measure it becomes when every arc is turned around: itself, another, or "" where it is simply
    not the same any more. With ``both_ways`` nothing but a_ij + a_ji counts, so symmetrising changes nothing.
    ``strong`` says whether it depends on strengths at all, and ``doubles`` whether it is in their unit. ``beside`` is
    what it is multiplied by beside a copy of the organisation; None where it depends on how many people there are.
    ``isolate`` and ``alone`` are its values for somebody without ties and for the one person of an organisation; None
    where that depends on the others. What is ``drawn`` at random, from everybody in the order of their ids, says
    nothing about the same people under other ids.
    """

    name: str
    of: Callable[[InfluenceGraph], pd.Series]
    exported: str
    turned: str
    both_ways: bool = False
    strong: bool = False
    doubles: bool = False
    beside: float | None = 1.0
    isolate: float | None = 0.0
    alone: float | None = 0.0
    drawn: bool = False


def single(name: str, *, turned: str | None = None, **rules: object) -> Measure:
    """A measure that is a function of the graph."""
    return Measure(name, getattr(metrics, name), name, turned=name if turned is None else turned, **rules)


def of_column(name: str, **rules: object) -> Measure:
    """A measure that is a function of the graph and of the column "function"."""
    return Measure(name, partial(getattr(metrics, name), column="function"), name, **{"turned": name, **rules})


def twice(name: str, *, turned: str | None = None, **rules: object) -> Iterator[Measure]:
    """A measure of access: without the own management chain, and with it."""
    for end, with_chain in (("", False), ("_with_chain", True)):
        way = name if turned is None else turned
        of = partial(getattr(metrics, name.removesuffix("_2")), with_chain=with_chain)
        yield Measure(name + end, of, name.removesuffix("_2"), turned=way and way + end, **rules)


def column(table: str, name: str, *, turned: str | None = None, label: str | None = None, **rules: object) -> Measure:
    """A column of a table with a row a person."""

    def of(graph: InfluenceGraph) -> pd.Series:
        return table_of(table, graph)[name]

    known = label or name
    return Measure(known, of, table, turned=known if turned is None else turned, **rules)


@lru_cache(maxsize=16)
def table_of(name: str, graph: InfluenceGraph) -> pd.DataFrame:
    """What a function of the graph gives, with what else it has to be told."""
    function = getattr(metrics, name)
    needed = {key: value for key, value in GIVEN.items() if key in required(function)}
    return function(graph, **needed, **FEWER.get(name, {}))


def required(function: Callable[..., object]) -> list[str]:
    return [p.name for p in inspect.signature(function).parameters.values() if p.default is p.empty]


GIVEN = {"column": "function", "seed": 1, "kind": "mentor"}
FEWER = {"community_stability": {"seeds": 2}, "community_scan": {"seeds": 1, "resolutions": (1.0,)}}
UNDIRECTED = {"both_ways": True}
OF_STRENGTH = {"both_ways": True, "strong": True}
DRAWN = {"both_ways": True, "strong": True, "beside": None, "drawn": True}
COMMUNITY = {"community": 0.0, "community_size": 1.0, "stability": NAN}
ROLES = {
    "coordinator": "coordinator",
    "consultant": "consultant",
    "representative": "gatekeeper",
    "gatekeeper": "representative",
    "liaison": "liaison",
}

MEASURES = (
    single("in_strength", turned="out_strength", strong=True, doubles=True),
    single("out_strength", turned="in_strength", strong=True, doubles=True),
    single("in_degree", turned="out_degree"),
    single("out_degree", turned="in_degree"),
    single("degree", **UNDIRECTED),
    single("betweenness", strong=True),
    single("closeness", turned="", strong=True, doubles=True),
    # Attention is shared out among all, also among two organisations.
    single("influence", turned="", strong=True, beside=0.5, isolate=None, alone=1.0),
    single("katz", turned="", strong=True, isolate=1.0, alone=1.0),
    # Undefined where several parts have as large an eigenvalue as any.
    single("eigenvector", turned="", strong=True, beside=None, alone=NAN),
    single("hubs", turned="authorities", strong=True, beside=0.5, alone=NAN),
    single("authorities", turned="hubs", strong=True, beside=0.5, alone=NAN),
    single("coreness", **UNDIRECTED),
    single("reach", turned="", beside=None, alone=NAN),
    single("constraint", **OF_STRENGTH, isolate=NAN, alone=NAN),
    single("effective_size", **OF_STRENGTH, isolate=NAN, alone=NAN),
    single("efficiency", **OF_STRENGTH, isolate=NAN, alone=NAN),
    single("hierarchy", **OF_STRENGTH, isolate=NAN, alone=NAN),
    of_column("e_i", isolate=NAN, alone=NAN),
    of_column("e_i_expected_people", **UNDIRECTED, beside=None, isolate=NAN, alone=NAN),
    single("everett_valente", **UNDIRECTED),
    column("brokerage_table", "everett_valente_error", **UNDIRECTED),
    single("bridge_dependence", **UNDIRECTED, alone=NAN),
    single("broker_overlap", isolate=NAN, alone=NAN),
    single("sole_brokerage"),
    single("partial_brokerage"),
    *(column("role_table", role, turned=other) for role, other in ROLES.items()),
    column("role_table", "brokerage"),
    # z depends on the density, and so on how many people there are.
    *(
        column("role_table", f"{role}_z", turned=f"{other}_z", beside=None, isolate=None, alone=NAN)
        for role, other in [*ROLES.items(), ("brokerage", "brokerage")]
    ),
    *twice("leader_ties", **UNDIRECTED),
    *twice("from_leaders", turned="to_leaders"),
    *twice("to_leaders", turned="from_leaders"),
    *twice("leader_strength", **OF_STRENGTH, doubles=True),
    *twice("leader_share", turned="", strong=True, isolate=NAN, alone=NAN),
    *twice("steps_to_leader", **UNDIRECTED, isolate=NAN, alone=NAN),
    *twice("leaders_within_2", **UNDIRECTED),
    *twice("paths_to_leaders", **UNDIRECTED),
    *twice("influence_from_leaders", turned="", strong=True),
    *twice("cascade_reach", turned="", strong=True, drawn=True),
    # A table of access without any leader is refused.
    *(
        column("access_table", name, **UNDIRECTED, alone=None)
        for name in ("has_leader_tie", "has_leader_tie_with_chain", "mentors", "sponsors", "mentored_not_sponsored")
    ),
    Measure("pairings_held", lambda graph: table_of("pairings_held", graph), "pairings_held", "pairings_held", True),
    single("leader_sponsors", **UNDIRECTED),
    single("sponsor_levels_up", **UNDIRECTED, isolate=NAN, alone=NAN),
    # A rank among everybody.
    single("sponsor_influence", turned="", strong=True, beside=None, isolate=NAN, alone=NAN),
    # Who else is in the person's unit, tied or not.
    single("leaders_around", **UNDIRECTED, beside=None, isolate=None, alone=NAN),
    column("bridging", "ties_across", **UNDIRECTED),
    column("bridging", "groups_bridged", **UNDIRECTED),
    column("bridging", "strength_across", **OF_STRENGTH, doubles=True),
    column("bridging", "share_across", **OF_STRENGTH, isolate=NAN, alone=NAN),
    # In two organisations of the same groups a second person may hold two groups together.
    column("bridging", "sole_bridge_of", **UNDIRECTED, beside=None),
    column("load_table", "contacts", **UNDIRECTED),
    column("load_table", "strength", label="load", **OF_STRENGTH, doubles=True),
    column("load_table", "incoming", turned="out_strength", strong=True, doubles=True),
    # Beside a copy the number of peers passes what is asked of a group of peers.
    column("load_table", "peers", **UNDIRECTED, beside=None, isolate=None),
    column("load_table", "peer_median", **OF_STRENGTH, doubles=True, beside=None, isolate=None, alone=NAN),
    column("load_table", "ratio", **OF_STRENGTH, beside=None, alone=NAN),
    column("load_table", "percentile", **OF_STRENGTH, beside=None, alone=NAN),
    column("load_table", "overloaded", **OF_STRENGTH, beside=None, alone=NAN),
    *(
        column("loss_table", name, **UNDIRECTED, alone=NAN)
        for name in ("people_cut_from_leaders", "groups_cut_off", "leaders_lost_reach")
    ),
    *(column("loss_table", name, **UNDIRECTED) for name in ("people_cut_off", "groups_isolated", "sole_contacts")),
    *(column("communities_table", name, **DRAWN, isolate=value, alone=value) for name, value in COMMUNITY.items()),
    Measure("communities", lambda graph: table_of("communities", graph), "communities", "communities", **DRAWN),
    Measure(
        "community_stability",
        lambda graph: table_of("community_stability", graph),
        "community_stability",
        "community_stability",
        **DRAWN,
        isolate=NAN,
        alone=NAN,
    ),
)
NAMES = [measure.name for measure in MEASURES]

ALSO = ("centrality_table", "brokerage_table", "access_table", "role_counts", "role_scores")
"""Tables of numbers that other functions give as well."""

LABELS = {
    ("centrality_table", "reach_2"): "reach",
    ("brokerage_table", "e_i_expected"): "e_i_expected_people",
    ("load_table", "strength"): "load",
    **{("role_scores", role): f"{role}_z" for role in [*ROLES, "brokerage"]},
}
"""Names in the registry of columns that have another name in their table."""


def organisation(seed: int, people: int, *, widely: bool = False) -> InfluenceGraph:
    """Arcs at random, a reporting tree, functions, sites, leaders at the top and two pairings."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"p{k:02d}" for k in range(people)])
    roster = pd.DataFrame(
        {
            "person": ids,
            "manager": ["", *(ids[rng.integers(0, k)] for k in range(1, people))],
            "level": [3, 2, 2, *[1] * (people - 3)],
            "function": rng.choice(["x", "y", "z"], people),
            "site": rng.choice(["north", "south"], people),
        }
    )
    roster["leader"] = roster["level"] > 1
    strength = 10 ** rng.uniform(-12, 12, 3 * people) if widely else rng.lognormal(0, 1, 3 * people)
    ties = pd.DataFrame({"source": rng.choice(ids, 3 * people), "target": rng.choice(ids, 3 * people)})
    pairings = pd.DataFrame({"senior": ids[:2], "junior": ids[-2:], "kind": ["sponsor", "mentor"]})
    return influence_graph(roster, ties.assign(strength=strength), pairings=pairings)


ORGANISATIONS = {"twelve": (1, 12), "twenty": (2, 20), "eight": (3, 8)}
ALONE = influence_graph(
    pd.DataFrame({"person": ["a"], "level": [1], "function": ["x"], "site": ["north"], "leader": [False]}),
    pd.DataFrame({"source": ["a"], "target": ["a"]}),
)


def renamed(graph: InfluenceGraph) -> InfluenceGraph:
    places = np.random.default_rng(5).permutation(graph.size)
    return graph.relabel({old: f"q{place:02d}" for old, place in zip(graph.persons, places, strict=True)})


def times(factor: float, graph: InfluenceGraph) -> InfluenceGraph:
    return graph.with_ties(graph.ties.assign(strength=factor * graph.ties["strength"]))


def turned(graph: InfluenceGraph) -> InfluenceGraph:
    return graph.with_ties(graph.ties.rename(columns={"source": "target", "target": "source"}))


def symmetrised(graph: InfluenceGraph) -> InfluenceGraph:
    halved = times(0.5, graph)
    return graph.with_ties(pd.concat([halved.ties, turned(halved).ties]))


def other_strengths(graph: InfluenceGraph) -> InfluenceGraph:
    strength = np.random.default_rng(6).lognormal(0, 1, len(graph.ties))
    return graph.with_ties(graph.ties.assign(strength=strength))


def with_loops(graph: InfluenceGraph) -> InfluenceGraph:
    loops = pd.DataFrame({"source": graph.persons, "target": graph.persons, "strength": 7.0})
    return graph.with_ties(pd.concat([graph.ties, loops]))


def with_isolate(graph: InfluenceGraph) -> InfluenceGraph:
    new = {"person": "zz", "level": 1, "function": "x", "site": "north", "leader": False}
    people = pd.concat([graph.people.astype({"level": "int64"}).reset_index(), pd.DataFrame([new])])
    return influence_graph(people, graph.ties, pairings=graph.pairings)


def beside_a_copy(graph: InfluenceGraph) -> InfluenceGraph:
    copy = graph.relabel({old: f"copy {old}" for old in graph.persons})
    both = (pd.concat([one, other]) for one, other in ((graph.ties, copy.ties), (graph.pairings, copy.pairings)))
    people = pd.concat([graph.people.reset_index(), copy.people.reset_index()])
    ties, pairings = both
    return influence_graph(people, ties, pairings=pairings)


WAYS: dict[str, Callable[[InfluenceGraph], InfluenceGraph]] = {
    "as it is": lambda graph: graph,
    "renamed": renamed,
    "doubled": partial(times, 2.0),
    "2 ** 40 times": partial(times, 2.0**40),
    "2 ** -40 times": partial(times, 2.0**-40),
    "turned": turned,
    "symmetrised": symmetrised,
    "other strengths": other_strengths,
    "with loops": with_loops,
    "with an isolate": with_isolate,
    "beside a copy": beside_a_copy,
}


@cache
def values(which: str, way: str = "as it is") -> pd.DataFrame:
    """All measures of an organisation after something was done to it; people in the order they had before."""
    before = organisation(*ORGANISATIONS[which])
    graph = WAYS[way](before)
    found = pd.DataFrame({measure.name: measure.of(graph).astype(float) for measure in MEASURES})
    if way == "renamed":
        places = np.random.default_rng(5).permutation(before.size)
        return found.loc[[f"q{place:02d}" for place in places]]
    return found.loc[before.persons] if way == "beside a copy" else found


every_measure = pytest.mark.parametrize("measure", MEASURES, ids=NAMES)


def same(ours: pd.Series, theirs: pd.Series) -> bool:
    return bool(np.allclose(ours.to_numpy(), theirs.to_numpy(), rtol=1e-9, atol=1e-12, equal_nan=True))


def to_the_digit(ours: pd.Series, theirs: pd.Series) -> bool:
    return np.array_equal(ours.to_numpy(), theirs.to_numpy(), equal_nan=True)


@every_measure
def test_other_ids_change_nothing(measure):
    if not measure.drawn:
        for which in ORGANISATIONS:
            assert same(values(which, "renamed")[measure.name], values(which)[measure.name])


@every_measure
@pytest.mark.parametrize(
    ("way", "factor"), [("doubled", 2.0), ("2 ** 40 times", 2.0**40), ("2 ** -40 times", 2.0**-40)]
)
def test_the_unit_of_strength_changes_no_digit_but_of_what_is_in_it(measure, way, factor):
    for which in ORGANISATIONS:
        expected = values(which)[measure.name] * (factor if measure.doubles else 1.0)
        assert to_the_digit(values(which, way)[measure.name], expected)


@every_measure
def test_loops_are_dropped(measure):
    for which in ORGANISATIONS:
        assert to_the_digit(values(which, "with loops")[measure.name], values(which)[measure.name])


@every_measure
def test_arcs_turned_around(measure):
    after = [(values(which, "turned")[measure.name], values(which)) for which in ORGANISATIONS]
    if measure.turned:
        assert all(same(found, before[measure.turned]) for found, before in after)
    if measure.turned != measure.name:
        assert not all(same(found, before[measure.name]) for found, before in after)


@every_measure
def test_directed_against_symmetrised(measure):
    """What looks at a_ij + a_ji alone does not tell them apart; everything else does."""
    found = [(values(which, "symmetrised")[measure.name], values(which)[measure.name]) for which in ORGANISATIONS]
    assert all(same(*pair) for pair in found) == measure.both_ways


@every_measure
def test_strengths_count_where_they_should(measure):
    found = [(values(which, "other strengths")[measure.name], values(which)[measure.name]) for which in ORGANISATIONS]
    if not measure.drawn:
        assert all(to_the_digit(*pair) for pair in found) == (not measure.strong)


@every_measure
def test_beside_a_copy_of_the_organisation(measure):
    if measure.beside is not None and not measure.drawn:
        for which in ORGANISATIONS:
            assert same(values(which, "beside a copy")[measure.name], measure.beside * values(which)[measure.name])


@every_measure
def test_somebody_without_ties(measure):
    if measure.isolate is not None:
        for which in ORGANISATIONS:
            assert values(which, "with an isolate").loc["zz", measure.name] == pytest.approx(
                measure.isolate, nan_ok=True
            )


@every_measure
def test_an_organisation_of_one(measure):
    if measure.alone is not None:
        found = measure.of(ALONE)
        assert found.index.tolist() == ["a"]
        assert float(found.astype(float).iloc[0]) == pytest.approx(measure.alone, nan_ok=True)


@pytest.mark.parametrize("name", sorted({*ALSO, *(measure.exported for measure in MEASURES)}))
def test_every_number_a_table_has_about_people_is_in_the_registry(name):
    table = table_of(name, organisation(*ORGANISATIONS["twelve"]))
    if isinstance(table, pd.DataFrame):
        for at in table.select_dtypes(["number", "bool", "boolean"]):
            assert to_the_digit(table[at].astype(float), values("twelve")[LABELS.get((name, at), at)]), at


def test_every_measure_of_people_is_in_the_registry():
    graph = organisation(*ORGANISATIONS["twelve"])
    known = {measure.exported for measure in MEASURES} | set(ALSO)
    found = set()
    for name in metrics.__all__:
        function = getattr(metrics, name)
        if inspect.isfunction(function):
            first, *others = [*required(function), ""]
            if first == "graph" and {*others} <= {*GIVEN, ""}:
                table = table_of(name, graph)
                if isinstance(table, pd.Series | pd.DataFrame) and table.index.equals(graph.persons):
                    found.add(name)
    assert found == known


def test_strength_is_never_used_as_distance(build):
    """Two strong ties are a shorter way than one weak one: 1/4 + 1/4 < 1, though 4 + 4 > 1."""
    graph = build([("a", "b", 1), ("a", "c", 4), ("c", "b", 4)])
    assert metrics.betweenness(graph)["c"] == 1
    assert metrics.closeness(graph)["b"] == 4 + 2
    table = metrics.centralities(graph).values
    assert (table.loc["c", "betweenness"], table.loc["b", "closeness"]) == (1, 6)
    sampled = metrics.betweenness_estimate(graph, sources=5).values["c"], metrics.closeness_estimate(graph, sources=2)
    assert sampled[0] > 0
    assert sampled[1].values["b"] >= 2
