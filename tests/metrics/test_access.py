"""Access, against its definitions computed one person at a time by other means."""

from __future__ import annotations

from itertools import product

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import spread
from metrics.access import (
    PAIRING_MEASURES,
    TWICE,
    access_table,
    from_leaders,
    leader_share,
    leader_sponsors,
    leader_strength,
    leader_ties,
    pairings_held,
    sponsor_influence,
    sponsor_levels_up,
    to_leaders,
)
from metrics.centrality import influence
from metrics.paths import leaders_within, paths_to_leaders, steps_to_leader
from metrics.spread import cascade_reach, cascade_reach_both, influence_from_leaders, passing_probability
from ona.model import InfluenceGraph, StudyError, influence_graph

FEW = settings(max_examples=25, deadline=None)
BOTH = pytest.mark.parametrize("with_chain", [False, True])


@st.composite
def organisations(draw: st.DrawFn, *, most: int = 8, arcs: int = 24) -> InfluenceGraph:
    """Directed weighted graphs with a reporting forest and at least one leader."""
    size = draw(st.integers(1, most))
    ids = [f"p{i}" for i in range(size)]
    managers = [draw(st.sampled_from(["", *ids[:i]])) for i in range(size)]
    person = st.integers(0, size - 1)
    pairs = draw(st.dictionaries(st.tuples(person, person), st.sampled_from([0.5, 1.0, 3.0]), max_size=arcs))
    leaders = draw(st.sets(st.sampled_from(ids), min_size=1, max_size=3))
    people = pd.DataFrame({"person": ids, "manager": managers, "leader": [i in leaders for i in ids]})
    rows = [(ids[i], ids[j], strength) for (i, j), strength in sorted(pairs.items()) if i != j]
    return influence_graph(people, pd.DataFrame(rows, columns=["source", "target", "strength"]))


def left_out(graph: InfluenceGraph, person: str, with_chain: bool) -> set[str]:
    return set() if with_chain else set(graph.chain_of(person))


def around(graph: InfluenceGraph, person: str, with_chain: bool) -> tuple[nx.Graph, set[str]]:
    """The undirected network as this person may use it, and the leaders in it."""
    network = graph.to_networkx().to_undirected()
    network.remove_nodes_from(left_out(graph, person, with_chain))
    return network, {leader for leader in graph.leaders if leader in network and leader != person}


@BOTH
@FEW
@given(graph=organisations())
def test_ties_to_leaders_are_counted_one_by_one(graph, with_chain):
    arcs = set(zip(graph.arcs["source"], graph.arcs["target"], strict=True))
    for person in graph.persons:
        leaders = set(graph.leaders) - left_out(graph, person, with_chain)
        heard = {leader for leader in leaders if (leader, person) in arcs}
        seen = {leader for leader in leaders if (person, leader) in arcs}
        assert from_leaders(graph, with_chain=with_chain)[person] == len(heard)
        assert to_leaders(graph, with_chain=with_chain)[person] == len(seen)
        assert leader_ties(graph, with_chain=with_chain)[person] == len(heard | seen)


@BOTH
@FEW
@given(graph=organisations())
def test_strength_of_ties_with_leaders_is_added_both_ways(graph, with_chain):
    matrix = graph.matrix.toarray()
    at = {person: place for place, person in enumerate(graph.persons)}
    found = leader_strength(graph, with_chain=with_chain)
    for person in graph.persons:
        leaders = [at[leader] for leader in set(graph.leaders) - left_out(graph, person, with_chain)]
        assert found[person] == pytest.approx((matrix + matrix.T)[at[person], leaders].sum())


@st.composite
def sponsored(draw: st.DrawFn) -> InfluenceGraph:
    """Organisations with levels, some unknown, and pairings of every state."""
    graph = draw(organisations())
    person = st.sampled_from(list(graph.persons))
    rows = draw(
        st.lists(
            st.tuples(person, person, st.sampled_from(["sponsor", "mentor"]), st.sampled_from(["active", "completed"])),
            min_size=1,
            max_size=8,
        )
    )
    level = draw(st.lists(st.sampled_from([1, 2, 3, None]), min_size=graph.size, max_size=graph.size))
    people = graph.people.assign(level=level).reset_index()
    pairings = pd.DataFrame(rows, columns=["senior", "junior", "kind", "status"])
    return influence_graph(people, graph.ties, pairings=pairings)


@FEW
@given(
    graph=sponsored(), values=st.lists(st.sampled_from([0.1, 0.2, 0.2 + 1e-15, 0.4, np.nan]), min_size=8, max_size=8)
)
def test_power_of_sponsors_one_person_at_a_time(graph, values):
    held = graph.pairings[(graph.pairings["kind"] == "sponsor") & (graph.pairings["status"] == "active")]
    level = graph.people["level"].cat.codes.astype(float).replace(-1.0, np.nan)
    by_id = pd.Series(values[: graph.size], index=graph.persons)
    rounded = by_id.round(9)
    leaders, up = leader_sponsors(graph), sponsor_levels_up(graph)
    heeded = sponsor_influence(graph, influence=by_id[::-1])
    for person in graph.persons:
        sponsors = set(held.loc[held["junior"] == person, "senior"]) - {person}
        assert leaders[person] == len(sponsors & set(graph.leaders))
        heights = [level[s] - level[person] for s in sponsors if not np.isnan(level[s] - level[person])]
        assert up[person] == pytest.approx(max(heights, default=np.nan), nan_ok=True)
        ranks = []
        for known in (s for s in sponsors if not np.isnan(by_id[s])):
            others = rounded.drop(known).dropna()
            beaten = (others < rounded[known]).sum() + (others == rounded[known]).sum() / 2
            ranks.append(beaten / max(len(others), 1))
        assert heeded[person] == pytest.approx(max(ranks, default=np.nan), nan_ok=True)


def test_a_sponsor_is_ranked_by_influence_on_the_network_unless_it_is_given(firm):
    # e sponsors d. Nobody heeds e; a and d are heeded by one person each.
    assert sponsor_influence(firm).equals(sponsor_influence(firm, influence=influence(firm)))
    given_low = pd.Series([3.0, 3.0, 3.0, 3.0, 1.0, 2.0], index=firm.persons)
    table = access_table(firm, draws=2, influence=given_low)
    assert table["sponsor_influence"].tolist() == pytest.approx([np.nan] * 3 + [0.0] + [np.nan] * 2, nan_ok=True)


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_influence_that_nobody_has_ranks_nobody(firm, value):
    rank = sponsor_influence(firm, influence=pd.Series(value, index=firm.persons))
    assert rank["d"] == pytest.approx(0.5 if value == 0 else np.nan, nan_ok=True)


@BOTH
@FEW
@given(graph=organisations())
def test_leader_share_is_a_ratio_of_sums(graph, with_chain):
    share = leader_share(graph, with_chain=with_chain)
    for person in graph.persons:
        received = graph.arcs[graph.arcs["target"] == person]
        received = received[~received["source"].isin(left_out(graph, person, with_chain))]
        total = received["strength"].sum()
        expected = received.loc[received["source"].isin(graph.leaders), "strength"].sum() / total if total else np.nan
        assert share[person] == pytest.approx(expected, nan_ok=True)


@BOTH
@FEW
@given(graph=organisations())
def test_steps_and_leaders_within_are_breadth_first_searches(graph, with_chain):
    steps = steps_to_leader(graph, with_chain=with_chain)
    within = {k: leaders_within(graph, steps=k, with_chain=with_chain) for k in (1, 2, 3)}
    for person in graph.persons:
        network, leaders = around(graph, person, with_chain)
        found = nx.single_source_shortest_path_length(network, person)
        distances = [found[leader] for leader in leaders if leader in found]
        assert steps[person] == pytest.approx(min(distances, default=np.nan), nan_ok=True)
        for k, counted in within.items():
            assert counted[person] == sum(d <= k for d in distances)


@BOTH
def test_steps_in_a_tree_of_ninety(with_chain):
    rng = np.random.default_rng(2)
    ids = [f"p{i:03d}" for i in range(90)]
    people = pd.DataFrame({"person": ids, "manager": ["", *(ids[i // 3] for i in range(89))]})
    people["leader"] = people.index < 4
    ties = pd.DataFrame({"source": rng.choice(ids, 150), "target": rng.choice(ids, 150)})
    graph = influence_graph(people, ties)
    steps, within = (f(graph, with_chain=with_chain) for f in (steps_to_leader, leaders_within))
    for person in ids:
        network, leaders = around(graph, person, with_chain)
        found = nx.single_source_shortest_path_length(network, person)
        distances = [found[leader] for leader in leaders if leader in found]
        assert steps[person] == pytest.approx(min(distances, default=np.nan), nan_ok=True)
        assert within[person] == sum(d <= 2 for d in distances)


def most_paths(graph: InfluenceGraph, person: str, with_chain: bool) -> int:
    """Vertex-independent paths to leaders as a maximum flow found by networkx."""
    network, leaders = around(graph, person, with_chain)
    flow: nx.DiGraph = nx.DiGraph()
    flow.add_nodes_from([(person, "out"), "leaders"])
    for node in network:
        flow.add_edge((node, "in"), (node, "out"), capacity=1)
        flow.add_edges_from(((node, "out"), (other, "in")) for other in network[node])
    flow.add_edges_from((((leader, "out"), "leaders") for leader in leaders), capacity=1)
    return int(nx.maximum_flow_value(flow, (person, "out"), "leaders"))


@BOTH
@settings(max_examples=40, deadline=None)
@given(graph=organisations(most=10, arcs=18))
def test_independent_paths_are_a_maximum_flow(graph, with_chain):
    every = paths_to_leaders(graph, most=None, with_chain=with_chain)
    capped = paths_to_leaders(graph, with_chain=with_chain)
    for person in graph.persons:
        assert every[person] == most_paths(graph, person, with_chain)
    assert capped.tolist() == every.clip(upper=3).tolist()


@pytest.mark.parametrize("seed", range(6))
def test_independent_paths_in_sparse_networks_where_a_first_choice_must_be_undone(seed):
    network = nx.gnm_random_graph(40, 58, seed=seed)
    people = pd.DataFrame({"person": [str(i) for i in range(40)], "leader": [i < 5 for i in range(40)]})
    ties = pd.DataFrame([(str(a), str(b)) for a, b in network.edges], columns=["source", "target"])
    graph = influence_graph(people, ties)
    counted = paths_to_leaders(graph, most=None)
    assert counted.to_dict() == {person: most_paths(graph, person, True) for person in graph.persons}


def walk_share(graph: InfluenceGraph, person: str, with_chain: bool) -> float:
    """The definition as a sum over steps, with dense matrices and the person's own first step."""
    damping, size = 0.85, graph.size
    received = graph.matrix.toarray().T
    at = graph.persons.get_loc(person)
    above = [graph.persons.get_loc(p) for p in left_out(graph, person, with_chain)]

    def stepping(rows: np.ndarray) -> np.ndarray:
        total = rows.sum(axis=1, keepdims=True)
        return np.where(total > 0, rows / np.where(total > 0, total, 1), np.eye(size))

    first = received.copy()
    first[at, above] = 0.0
    ends = (1 - damping) * stepping(first) @ np.linalg.inv(np.eye(size) - damping * stepping(received))
    counted = graph.is_leader.copy()
    counted[[at, *above]] = False
    return float(ends[at] @ counted)


@BOTH
@FEW
@given(graph=organisations())
def test_influence_from_leaders_is_where_attention_walks_end(graph, with_chain):
    found = influence_from_leaders(graph, with_chain=with_chain)
    assert found.tolist() == pytest.approx([walk_share(graph, p, with_chain) for p in graph.persons], abs=1e-10)


@BOTH
@FEW
@given(graph=organisations())
def test_influence_that_goes_no_further_is_the_leader_share(graph, with_chain):
    found = influence_from_leaders(graph, with_chain=with_chain, damping=0.0)
    share = leader_share(graph, with_chain=with_chain).fillna(0.0)
    assert found.tolist() == pytest.approx(share.tolist())


def reach_by_enumeration(graph: InfluenceGraph, person: str, with_chain: bool) -> float:
    """Every combination of live arcs, followed by networkx, arcs from the chain to the person taken out."""
    chances = zip(graph.arcs["source"], graph.arcs["target"], passing_probability(graph), strict=True)
    above = left_out(graph, person, with_chain)
    arcs = [(a, b, p) for a, b, p in chances if not (b == person and a in above)]
    total = 0.0
    for live in product((False, True), repeat=len(arcs)):
        network: nx.DiGraph = nx.DiGraph()
        network.add_nodes_from(graph.persons)
        network.add_edges_from((a, b) for (a, b, _), on in zip(arcs, live, strict=True) if on)
        weight = np.prod([p if on else 1 - p for (_, _, p), on in zip(arcs, live, strict=True)])
        reached = set().union(*(nx.descendants(network, leader) for leader in graph.leaders if leader != person))
        total += weight * (person in reached)
    return float(total)


@BOTH
@settings(max_examples=20, deadline=None)
@given(graph=organisations(most=5, arcs=7))
def test_cascades_are_exact_in_small_networks(graph, with_chain):
    reach = cascade_reach(graph, with_chain=with_chain)
    expected = [reach_by_enumeration(graph, person, with_chain) for person in graph.persons]
    assert reach.tolist() == pytest.approx(expected, abs=1e-12)


def test_cascades_that_are_simulated_agree_with_the_exact_ones(monkeypatch):
    people = pd.DataFrame(
        {"person": list("abcdef"), "manager": ["", "a", "b", "b", "", "e"], "leader": [True, True, *[False] * 3, True]}
    )
    arcs = ["ab", "ba", "bc", "cd", "dc", "da", "ac", "fc", "ef", "de", "bd", "db"]
    graph = influence_graph(people, pd.DataFrame([tuple(arc) for arc in arcs], columns=["source", "target"]))
    exact = cascade_reach_both(graph, probability=0.4)
    monkeypatch.setattr(spread, "EXACT_ARCS", 0)
    drawn = cascade_reach_both(graph, probability=0.4, draws=20_000, seed=4)
    for one, other in zip(exact, drawn, strict=True):
        error = np.sqrt(one * (1 - one) / 20_000)
        assert ((one - other).abs() <= 4.5 * error + 1e-12).all()


@BOTH
def test_simulated_cascades_agree_with_every_combination_followed_one_by_one(with_chain, monkeypatch):
    people = pd.DataFrame(
        {"person": list("abcde"), "manager": ["", "a", "b", "", "d"], "leader": [True, True, False, True, False]}
    )
    arcs = [*zip("abbcdeaedc", "bcacbdcebe", [3, 1, 2, 2, 1, 4, 1, 2, 5, 1], strict=True)]
    ties = pd.DataFrame(arcs, columns=["source", "target", "strength"])
    graph = influence_graph(people, ties[ties["source"] != ties["target"]])
    exact = np.array([reach_by_enumeration(graph, person, with_chain) for person in graph.persons])
    assert ((exact > 0) & (exact < 1)).sum() >= 3
    monkeypatch.setattr(spread, "EXACT_ARCS", 0)
    drawn = cascade_reach(graph, with_chain=with_chain, draws=40_000, seed=11).to_numpy()
    assert (np.abs(drawn - exact) <= 4 * np.sqrt(exact * (1 - exact) / 40_000) + 1e-12).all()


def test_a_path_passes_p_to_the_k_and_a_triangle_both_ways():
    people = pd.DataFrame({"person": list("abcde"), "leader": [True, *[False] * 4]})
    path = influence_graph(people, pd.DataFrame({"source": list("abcd"), "target": list("bcde")}))
    assert cascade_reach(path, probability=0.3).tolist() == pytest.approx([0, 0.3, 0.3**2, 0.3**3, 0.3**4])
    triangle = influence_graph(people, pd.DataFrame({"source": list("aab"), "target": list("bcc")}))
    assert cascade_reach(triangle, probability=0.3)["c"] == pytest.approx(0.3 + 0.7 * 0.3**2)


def test_a_message_does_not_come_back_through_oneself():
    # b hears the leader a, and c only from b: without the tie to their manager a nothing reaches b.
    people = pd.DataFrame({"person": list("abc"), "manager": ["", "a", ""], "leader": [True, False, False]})
    graph = influence_graph(people, pd.DataFrame({"source": list("abc"), "target": list("bcb")}))
    without, with_chain = cascade_reach_both(graph, probability=0.5)
    assert without.tolist() == [0.0, 0.0, 0.25]
    assert with_chain.tolist() == [0.0, 0.5, 0.25]


def test_the_median_receiver_hears_with_probability_1_minus_1_over_e():
    people = pd.DataFrame({"person": list("abcd"), "leader": [True, False, False, False]})
    ties = pd.DataFrame({"source": list("aaa"), "target": list("bcd"), "strength": [1.0, 5.0, 40.0]})
    graph = influence_graph(people, ties)
    expected = 1 - np.exp(-np.array([1, 5, 40]) / 5)
    assert passing_probability(graph).tolist() == pytest.approx(expected.tolist())
    assert cascade_reach(graph).tolist() == pytest.approx([0, *expected])


def test_numbers_out_of_range_are_refused():
    graph = influence_graph(pd.DataFrame({"person": ["a"]}), pd.DataFrame({"source": [], "target": []}))
    for call in (
        lambda: influence_from_leaders(graph, damping=1.0),
        lambda: cascade_reach(graph, probability=1.5),
        lambda: cascade_reach(graph, draws=0),
        lambda: leaders_within(graph, steps=0),
    ):
        with pytest.raises(ValueError, match="must be"):
            call()


@pytest.fixture
def firm() -> InfluenceGraph:
    """a leads b who leads c; e is another leader, tied to d only; f stands alone."""
    people = pd.DataFrame(
        {
            "person": list("abcdef"),
            "manager": ["", "a", "b", "", "", ""],
            "leader": [True, True, False, False, True, False],
        }
    )
    ties = pd.DataFrame({"source": list("abcd"), "target": list("bcde"), "strength": [1.0, 2.0, 1.0, 4.0]})
    ties = pd.concat([ties, pd.DataFrame({"source": ["d"], "target": ["c"], "strength": [2.0]})])
    pairings = pd.DataFrame(
        [
            ("a", "c", "mentor", "", "active"),
            ("e", "c", "mentor", "", "active"),
            ("a", "d", "mentor", "", "active"),
            ("e", "d", "sponsor", "", "active"),
            ("b", "f", "mentor", "2024-01-01", "active"),
            ("e", "f", "sponsor", "", "completed"),
        ],
        columns=["senior", "junior", "kind", "end", "status"],
    ).replace("", None)
    return influence_graph(people, ties, pairings=pairings, rules={"last_day": "2024-06-30"})


def test_a_firm_worked_by_hand(firm):
    table = access_table(firm)
    expected = {
        # a's only tie is to b; b's manager a is left out, so b reaches e by c and d in 3 steps.
        "leader_ties": [1, 0, 0, 1, 0, 0],
        "leader_ties_with_chain": [1, 1, 1, 1, 0, 0],
        "has_leader_tie": [1, 0, 0, 1, 0, 0],
        "from_leaders": [0, 0, 0, 0, 0, 0],
        "from_leaders_with_chain": [0, 1, 1, 0, 0, 0],
        "to_leaders": [1, 0, 0, 1, 0, 0],
        "leader_strength": [1, 0, 0, 4, 0, 0],
        "leader_strength_with_chain": [1, 1, 2, 4, 0, 0],
        "leader_share": [np.nan, np.nan, 0.0, 0.0, 0.0, np.nan],
        "leader_share_with_chain": [np.nan, 1.0, 0.5, 0.0, 0.0, np.nan],
        "steps_to_leader": [1, 3, 2, 1, 3, np.nan],
        "steps_to_leader_with_chain": [1, 1, 1, 1, 3, np.nan],
        "leaders_within_2": [1, 0, 1, 2, 0, 0],
        "leaders_within_2_with_chain": [1, 1, 3, 2, 0, 0],
        "paths_to_leaders": [1, 1, 1, 2, 1, 0],
        "paths_to_leaders_with_chain": [1, 2, 2, 2, 1, 0],
        "mentors": [0, 0, 2, 1, 0, 0],
        "sponsors": [0, 0, 0, 1, 0, 0],
        "mentored_not_sponsored": [False, False, True, False, False, False],
        "leader_sponsors": [0, 0, 0, 1, 0, 0],
        "sponsor_levels_up": [np.nan] * 6,
    }
    for name, values in expected.items():
        assert table[name].tolist() == pytest.approx(values, nan_ok=True), name
    assert list(table) == [name + e for name in TWICE for e in ("", "_with_chain")] + list(PAIRING_MEASURES)
    assert table.index.equals(firm.persons)


def test_mentors_and_sponsors_are_never_added_up(firm):
    assert pairings_held(firm, "mentor").tolist() == [0, 0, 2, 1, 0, 0]
    assert pairings_held(firm, "sponsor").tolist() == [0, 0, 0, 1, 0, 0]


def test_without_pairings_who_holds_one_is_not_known(firm):
    table = access_table(influence_graph(firm.people, firm.ties), draws=2)
    assert table[list(PAIRING_MEASURES)].isna().all(axis=None)
    assert table[list(PAIRING_MEASURES)].dtypes.unique().tolist() == [np.dtype(float)]
    held = access_table(firm, draws=2)
    assert [str(held[name].dtype) for name in PAIRING_MEASURES] == [
        *["int64", "int64", "bool", "int64", "float64", "float64"]
    ]


@FEW
@given(graph=organisations(), seed=st.integers(0, 99))
def test_other_ids_change_nothing_and_doubled_strengths_only_the_strength_of_ties(graph, seed):
    table = access_table(graph, seed=1)
    doubled = access_table(graph.with_ties(graph.ties.assign(strength=2 * graph.ties["strength"])), seed=1)
    strengths = [c for c in table if c.startswith("leader_strength")]
    pd.testing.assert_frame_equal(doubled.drop(columns=strengths), table.drop(columns=strengths))
    pd.testing.assert_frame_equal(doubled[strengths], 2 * table[strengths])
    places = np.random.default_rng(seed).permutation(graph.size)
    new = dict(zip(graph.persons, (f"q{place}" for place in places), strict=True))
    people = graph.people.rename(index=new).assign(manager=graph.people["manager"].map(new).to_numpy())
    ties = graph.ties.assign(source=graph.ties["source"].map(new), target=graph.ties["target"].map(new))
    again = access_table(influence_graph(people.reset_index(), ties), seed=1)
    # Simulated values follow the order of the arcs, so they are compared where they are exact.
    columns = [c for c in table if "cascade" not in c or len(graph.arcs) <= spread.EXACT_ARCS]
    pd.testing.assert_frame_equal(
        again.loc[[new[p] for p in graph.persons], columns].set_axis(graph.persons), table[columns]
    )


@FEW
@given(graph=organisations())
def test_people_without_ties_have_no_access_and_the_chain_never_takes_any_away(graph):
    table = access_table(graph)
    tied = set(graph.arcs["source"]) | set(graph.arcs["target"])
    alone = table.loc[[p for p in graph.persons if p not in tied]]
    assert alone["steps_to_leader"].isna().all()
    assert alone["leader_share"].isna().all()
    unknown = [c for c in alone if c.startswith(("steps", "leader_share"))] + list(PAIRING_MEASURES)
    assert (alone.drop(columns=unknown).astype(float) == 0).to_numpy().all()
    counts = ["leader_ties", "from_leaders", "to_leaders", "leader_strength"]
    counts += ["leaders_within_2", "paths_to_leaders", "cascade_reach"]
    for name in counts:
        assert (table[name] <= table[f"{name}_with_chain"] + 1e-12).all()
    shares = table[[c for c in table if c.startswith(("leader_share", "influence", "cascade"))]].to_numpy()
    assert ((shares >= 0) & (shares <= 1 + 1e-12) | np.isnan(shares)).all()


def test_leaders_nobody_can_reach():
    people = pd.DataFrame({"person": list("abc"), "leader": [True, False, False]})
    table = access_table(influence_graph(people, pd.DataFrame({"source": ["b"], "target": ["c"]})))
    assert table["steps_to_leader"].isna().all()
    assert table[["leader_ties", "paths_to_leaders", "influence_from_leaders", "cascade_reach"]].sum().sum() == 0
    assert table["leader_share"].tolist() == pytest.approx([np.nan, np.nan, 0.0], nan_ok=True)


def test_a_study_without_leaders_is_refused():
    graph = influence_graph(pd.DataFrame({"person": ["a", "b"]}), pd.DataFrame({"source": ["a"], "target": ["b"]}))
    with pytest.raises(StudyError) as error:
        access_table(graph)
    assert str(error.value) == (
        "nobody in the roster is a leader, so there is nobody to have access to; "
        "set leaders.at_or_above to a level people hold, or leaders.people"
    )


def test_the_same_seed_gives_the_same_table_and_progress_is_told(lazega):
    told: list[tuple[int, int]] = []
    first = access_table(lazega, seed=7, draws=50, progress=lambda done, total: told.append((done, total)))
    pd.testing.assert_frame_equal(access_table(lazega, seed=7, draws=50), first)
    assert told == sorted(told)
    assert {of for _, of in told} == {100}
    assert (told[0][0], told[-1][0]) == (0, 100)
    assert len({done for done, _ in told}) >= 8
    assert not access_table(lazega, seed=8, draws=50)["cascade_reach"].equals(first["cascade_reach"])
