"""Communities: known divisions, names, seeds, agreement of runs against igraph, and igraph's generator left alone."""

from __future__ import annotations

import itertools
import random
import sys

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics._agreement import adjusted_rand, contingency, overlap, variation
from metrics._leiden import mean_one, quality, tied_pairs
from metrics.communities import (
    SCAN_COLUMNS,
    communities,
    communities_table,
    community_scan,
    community_stability,
    undirected_network,
)
from metrics.words.communities import PARTLY, scan_sentence
from ona.model import StudyError, from_networkx

# No deadline: how long one example takes on a busy machine says nothing about the code.
FEW = settings(max_examples=25, deadline=None)
MANY = settings(max_examples=200, deadline=None)


def clique(people):
    return list(itertools.permutations(people, 2))


def test_the_karate_club():
    # The largest modularity of Zachary's club without weights is 0.4198 (Brandes et al. 2008, IEEE TKDE 20, 172–188).
    club = nx.karate_club_graph()
    labels = communities(from_networkx(club, strength=None), seed=1)
    parts = [{int(person) for person in labels.index[labels == label]} for label in labels.unique()]
    assert nx.community.modularity(club, parts, weight=None) == pytest.approx(0.4198, abs=5e-5)


def test_largest_first_then_smallest_id(build):
    arcs = [*clique("xyz"), *clique("bce"), *clique("mnop"), ("z", "b", 0.1)]
    labels = communities(build(arcs, people=list("bcemnopxyzA")), seed=3)
    assert {label: "".join(labels.index[labels == label]) for label in sorted(set(labels))} == {
        0: "A",
        1: "mnop",
        2: "bce",
        3: "xyz",
    }


def test_strength_decides_not_distance(build):
    # A ring of four whose strong ties pair it one way; read as lengths they would pair it the other way.
    graph = build([("a", "b", 9), ("b", "c", 1), ("c", "d", 9), ("d", "a", 1)])
    assert communities(graph, seed=1).tolist() == [1, 1, 2, 2]


def test_a_larger_resolution_makes_more_communities(lazega):
    counts = [communities(lazega, seed=1, resolution=resolution).max() for resolution in (0.3, 1.0, 3.0)]
    assert counts[0] < counts[1] < counts[2]


@FEW
@given(data=st.data())
def test_labels_hold_together(graphs, doubled, data):
    graph = data.draw(graphs())
    seed = data.draw(st.integers(0, 9))
    table = communities_table(graph, seed=seed)
    labels = table["community"]
    tied = graph.persons.isin([*graph.arcs["source"], *graph.arcs["target"]])
    assert (labels[~tied] == 0).all()
    sizes = labels[tied].value_counts()
    assert sorted(sizes.index) == list(range(1, len(sizes) + 1))
    assert sizes.sort_index().is_monotonic_decreasing
    assert table.loc[tied, "community_size"].tolist() == labels[tied].map(sizes).tolist()
    assert (table.loc[~tied, "community_size"] == 1).all()
    network = graph.to_networkx().to_undirected()
    for label in sizes.index:  # what Leiden adds to Louvain: no community falls into pieces
        assert nx.is_connected(network.subgraph(labels.index[labels == label]))
    np.testing.assert_array_equal(communities_table(doubled(graph), seed=seed)["community"], labels)


def test_same_seed_same_communities_whatever_was_drawn_before(lazega):
    first = communities(lazega, seed=5)
    random.seed(99)
    igraph.Graph.Erdos_Renyi(n=50, p=0.1)
    again = communities(lazega, seed=5, network=undirected_network(lazega))
    assert first.tolist() == again.tolist()


def test_nobody_elses_random_numbers_are_touched(lazega):
    random.seed(7)
    untouched = igraph.Graph.Erdos_Renyi(n=40, p=0.2).get_edgelist(), random.random()
    random.seed(7)
    communities(lazega, seed=5)
    after = igraph.Graph.Erdos_Renyi(n=40, p=0.2).get_edgelist(), random.random()
    assert after == untouched


def test_nobody_tied(build):
    table = communities_table(build([], people=["a", "b"]), seed=1)
    assert table[["community", "community_size"]].to_numpy().tolist() == [[0, 1], [0, 1]]
    assert table["stability"].isna().all()
    assert [str(dtype) for dtype in table.dtypes] == ["int64", "int64", "float64"]


def test_resolution_must_be_above_nothing(build):
    graph = build([("a", "b")])
    for ask in (communities, community_stability):
        with pytest.raises(StudyError, match="a resolution of 0 finds no communities; use a number above 0"):
            ask(graph, seed=1, resolution=0)
    with pytest.raises(StudyError, match="a resolution of -1 finds no communities"):
        community_scan(graph, resolutions=[1, -1], seed=1)
    with pytest.raises(StudyError, match="with 0 seeds there are no runs; use 2 or more"):
        community_scan(graph, seeds=0, seed=1)
    with pytest.raises(StudyError, match="communities need the undirected network; pass undirected_network"):
        communities(graph, seed=1, network=graph.to_igraph())


@pytest.fixture(scope="module")
def drawn(build):
    """A random directed weighted graph of 3 to 40 people from a number; the roster of each size is made once."""
    rosters = {}

    def draw(number):
        rng = np.random.default_rng(number)
        size = int(rng.integers(3, 41))
        ids = np.array([f"p{k:02d}" for k in range(size)])
        if size not in rosters:
            rosters[size] = build([], people=ids.tolist())
        ends = np.unique(rng.integers(0, size, (rng.integers(0, 4 * size), 2)), axis=0)
        ties = pd.DataFrame(ids[ends], columns=["source", "target"])
        graph = rosters[size].with_ties(ties.assign(strength=rng.lognormal(0, 2, len(ends))))
        return graph, rng.integers(0, 6, size), float(rng.choice([0.5, 1.0, 2.0]))

    return draw


@MANY
@given(number=st.integers(0, 2**32 - 1))
def test_the_network_and_its_modularity_are_igraphs(drawn, number):
    graph, labels, resolution = drawn(number)
    network, pairs, matrix = undirected_network(graph), tied_pairs(graph), graph.matrix
    directed = igraph.Graph(n=graph.size, edges=np.column_stack(matrix.nonzero()).tolist(), directed=True)
    directed.es["strength"] = matrix.data.tolist()
    collapsed = directed.as_undirected(mode="collapse", combine_edges={"strength": "sum"})
    strengths = dict(zip(map(frozenset, collapsed.get_edgelist()), collapsed.es["strength"], strict=True))
    assert dict(zip(map(frozenset, network.get_edgelist()), network.es["strength"], strict=True)) == strengths
    assert network.get_edgelist() == sorted(network.get_edgelist())
    assert pairs.anybody.tolist() == [degree > 0 for degree in collapsed.degree()]
    expected = collapsed.modularity(labels.tolist(), weights="strength", resolution=resolution)
    found = quality(labels, pairs, mean_one(pairs.strength), resolution)
    assert found == pytest.approx(expected, abs=1e-9, nan_ok=True)


@MANY
@given(data=st.data())
def test_agreement_of_divisions_equals_igraph(data):
    size = data.draw(st.integers(2, 40))
    label = st.integers(0, data.draw(st.integers(0, 6)))
    one, other = (np.array(data.draw(st.lists(label, min_size=size, max_size=size))) for _ in range(2))
    crossed = contingency(one, other)
    vi = igraph.compare_communities(one.tolist(), other.tolist(), method="vi")
    assert variation(crossed) == pytest.approx(vi / np.log(size), abs=1e-9)
    # igraph gives NaN where both put everybody together or everybody apart; the two are then the same.
    parts = len(set(one)), len(set(other))
    if parts in ((1, 1), (size, size)):
        assert adjusted_rand(crossed) == 1.0
    else:
        expected = igraph.compare_communities(one.tolist(), other.tolist(), method="adjusted_rand")
        assert adjusted_rand(crossed) == pytest.approx(expected, abs=1e-9)
    for person, value in enumerate(overlap(crossed)):
        here, there = (set(np.flatnonzero(labels == labels[person])) for labels in (one, other))
        assert value == pytest.approx(len(here & there) / len(here | there))


def test_agreement_by_hand_and_of_nobody():
    # Hubert & Arabie 1985: pairs of 6 people 15; together 2, in the first 6, in the second 3, by chance 6 · 3 / 15.
    crossed = contingency(np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2]))
    assert adjusted_rand(crossed) == pytest.approx((2 - 1.2) / (4.5 - 1.2))
    # Meilă 2007: H(first | second) = ln 2 / 3, H(second | first) = H(2/3, 1/3).
    given_first = np.log(3) - 2 / 3 * np.log(2)
    assert variation(crossed) == pytest.approx((np.log(2) / 3 + given_first) / np.log(6))
    for size in (0, 1):
        alone = contingency(np.zeros(size, int), np.zeros(size, int))
        assert np.isnan(adjusted_rand(alone))
        assert np.isnan(variation(alone))


def many_people(build, seed=1, people=200, arcs=1200):
    """Random arcs with no communities meant, and strengths that differ."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, people, (arcs, 2))
    ids = [f"p{k:03d}" for k in range(people)]
    rows = {(ids[a], ids[b]): value for (a, b), value in zip(ends, rng.lognormal(0, 1, arcs), strict=True) if a != b}
    return build([(a, b, value) for (a, b), value in sorted(rows.items())], people=ids)


@pytest.mark.parametrize("factor", [2.0**-40, 2.0**40, 1e-12, 1e12])
def test_the_unit_of_strength_does_not_matter(build, factor):
    graph = many_people(build)
    other = graph.with_ties(graph.ties.assign(strength=factor * graph.ties["strength"]))
    pd.testing.assert_frame_equal(
        community_scan(other, resolutions=[1.0], seeds=3, seed=1),
        community_scan(graph, resolutions=[1.0], seeds=3, seed=1),
    )


def test_a_scan_of_a_ring_of_cliques_is_stable(build):
    # Fortunato & Barthélemy 2007, PNAS 104, 36–41: at γ = 1 cliques of a long ring merge two by two.
    names = [[f"{letter}{k}" for k in range(5)] for letter in "abcdefgh"]
    arcs = [arc for clique_of in names for arc in clique(clique_of)]
    arcs += [(one[0], other[1]) for one, other in itertools.pairwise([*names, names[0]])]
    flat = [name for clique_of in names for name in clique_of]
    function = [name[0] for name in flat]
    graph = build(arcs, people=flat, function=function)
    seen = []
    scan = community_scan(
        graph, resolutions=[1.0, 0.001, 100], seeds=4, seed=3, progress=lambda done, of: seen.append((done, of))
    )
    assert tuple(scan.columns) == SCAN_COLUMNS
    assert seen == [(k, 12) for k in range(1, 13)]
    row = scan.iloc[0]
    assert (row["people"], row["communities"], row["largest_share"], row["median_size"]) == (40, 8, 0.125, 5.0)
    assert (row["stability"], row["variation"], row["agreement_function"]) == (1.0, 0.0, 1.0)
    assert (row["seeds"], row["passes"], row["seed"], row["best_seed"]) == (4, 0, 3, 3)
    # Of strength 168 the cliques hold 160, tied both ways; an eighth of all strength is each one's.
    assert row["modularity"] == row["quality"] == pytest.approx(160 / 168 - 1 / 8)
    assert np.isnan(row["agreement_site"])
    assert scan["communities"].tolist() == [8, 1, 40]
    assert scan["modularity"].tolist()[1] == 0.0
    assert scan["stability"].tolist() == [1.0, 1.0, 1.0]
    assert scan["agreement_function"].tolist() == [1.0, 0.0, 0.0]
    assert (community_stability(graph, seeds=4, seed=3) == 1.0).all()


def test_communities_of_a_random_network_are_not_stable(build):
    # Guimerà et al. 2004: modularity is well above 0 all the same.
    row = community_scan(many_people(build, arcs=1000), resolutions=[1.0], seeds=6, seed=1).iloc[0]
    assert row["modularity"] > 0.25
    assert row["stability"] < PARTLY
    assert "none of its communities should be named" in row["sentence"]


def test_a_scan_holds_the_best_of_its_runs(enron):
    scan = community_scan(enron, resolutions=[0.5, 1.0], seeds=5, seed=11)
    network = undirected_network(enron)
    for row in scan.to_dict(orient="records"):
        runs = [communities(enron, seed=11 + k, resolution=row["resolution"], network=network) for k in range(5)]
        worth = [network.modularity(run.tolist(), weights="strength", resolution=row["resolution"]) for run in runs]
        best = int(np.argmax(worth))
        assert row["quality"] == pytest.approx(max(worth))
        assert worth[int(row["best_seed"]) - 11] == pytest.approx(max(worth))
        assert row["modularity"] == pytest.approx(network.modularity(runs[best].tolist(), weights="strength"))
        tied = [run[run > 0].tolist() for run in runs]
        pairs = list(itertools.combinations(tied, 2))
        agree = [igraph.compare_communities(one, other, method="adjusted_rand") for one, other in pairs]
        assert row["stability"] == pytest.approx(np.mean(agree))
        apart = [igraph.compare_communities(one, other, method="vi") for one, other in pairs]
        assert row["variation"] == pytest.approx(np.mean(apart) / np.log(len(tied[0])))


def test_stability_of_a_person_is_the_mean_overlap_with_the_best_run(lazega):
    scan = community_scan(lazega, resolutions=[2.0], seeds=4, seed=5).iloc[0]
    runs = [communities(lazega, seed=5 + k, resolution=2.0) for k in range(4)]
    best = int(scan["best_seed"]) - 5
    parts = [[set(run.index[run == label]) for label in run] for run in runs]
    expected = [
        np.mean([len(one & parts[k][i]) / len(one | parts[k][i]) for k in range(4) if k != best])
        for i, one in enumerate(parts[best])
    ]
    found = community_stability(lazega, resolution=2.0, seeds=4, seed=5)
    tied = (runs[0] > 0).to_numpy()
    assert found[tied].tolist() == pytest.approx(np.array(expected)[tied].tolist())
    assert found[~tied].isna().all()
    assert 0 < found.min() < found.max() <= 1
    assert found.equals(community_stability(lazega, resolution=2.0, seeds=4, seed=5))


def test_beyond_a_size_runs_are_fewer_and_shorter(lazega, monkeypatch):
    few = community_scan(lazega, resolutions=[1.0], seed=1)
    assert (few["seeds"].item(), few["passes"].item()) == (10, 0)
    monkeypatch.setattr(sys.modules["metrics.communities"], "LARGE", 70)
    many = community_scan(lazega, resolutions=[1.0], seed=1)
    assert (many["seeds"].item(), many["passes"].item()) == (5, 2)
    assert community_scan(lazega, resolutions=[1.0], seeds=3, seed=1)["seeds"].item() == 3
    best = communities(lazega, seed=int(many["best_seed"].item()), passes=2)
    assert best.max() == many["communities"].item()


@pytest.mark.parametrize("people", [["a"], ["a", "b"]])
def test_a_scan_of_people_without_ties(build, people):
    row = community_scan(build([], people=people, function=["x"] * len(people)), resolutions=[1.0], seed=1).iloc[0]
    assert (row["people"], row["communities"], row["seeds"]) == (0, 0, 10)
    unknown = ["largest_share", "median_size", "modularity", "quality", "stability", "variation", "agreement_function"]
    assert row[unknown].isna().all()
    assert row["sentence"] == "Nobody has a tie, so there are no communities."
    assert community_stability(build([], people=people), seed=1).isna().all()
    assert community_scan(build([], people=people), resolutions=[], seed=1).columns.tolist() == list(SCAN_COLUMNS)


def test_one_run_says_nothing_of_stability(lazega):
    row = community_scan(lazega, resolutions=[1.0], seeds=1, seed=1).iloc[0]
    assert row[["stability", "variation"]].isna().all()
    assert "this is a single run" in row["sentence"]
    assert community_stability(lazega, seeds=1, seed=1).isna().all()


def told(**changes):
    row = {
        "resolution": 0.5, "people": 1540, "communities": 10, "largest_share": 0.19, "stability": 0.95,
        "agreement_function": np.nan, "agreement_site": np.nan, "seeds": 10,
    }  # fmt: skip
    return scan_sentence(row | changes)


FOUND = "At resolution 0.5 there are 10 communities, the largest with 19 % of the 1,540 people who have ties; "
SENTENCES = [
    ({}, f"{FOUND}10 runs agree on this division (adjusted Rand index 0.95), so its communities may be named."),
    ({"stability": 0.9, "agreement_function": -0.014}, f"{FOUND}10 runs agree on this division (adjusted Rand index "
     "0.90), so its communities may be named. It agrees with functions at −0.01 (1 would be the same division, 0 is "
     "chance)."),
    ({"stability": 0.89999}, f"{FOUND}10 runs agree on much of this division, not on all of it (adjusted Rand index "
     "0.89), so communities may be spoken of, but people on a border change from run to run."),
    ({"stability": 0.3, "agreement_function": 0.5, "agreement_site": 0.25}, f"{FOUND}10 runs do not agree (adjusted "
     "Rand index 0.30): this division is one of many that are as good, and none of its communities should be named. "
     "It agrees with functions at 0.50 and sites at 0.25 (1 would be the same division, 0 is chance)."),
    ({"stability": np.nan, "seeds": 1}, f"{FOUND}this is a single run, so it cannot be said whether another would find "
     "the same, and none should be named."),
    ({"communities": 1}, "At resolution 0.5 all 1,540 people who have ties are in one community, so there is no "
     "division to name, nor one to be stable."),
    ({"communities": 1540}, "At resolution 0.5 each of the 1,540 people who have ties is a community alone, so there "
     "is no division to name, nor one to be stable."),
    ({"communities": 0, "people": 0}, "Nobody has a tie, so there are no communities."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), SENTENCES)
def test_sentences(changes, sentence):
    assert told(**changes) == sentence


GOES_ROUND = [
    ("p00", "p05", 1.0081754182180156),
    ("p00", "p09", 0.4412118085285696),
    ("p00", "p10", 0.685501215291651),
    ("p01", "p04", 1.3782964837521077),
    ("p02", "p06", 0.7591143111891411),
    ("p02", "p09", 0.9304902513631756),
    ("p02", "p10", 0.457531994967418),
    ("p03", "p02", 0.29306757819810314),
    ("p03", "p05", 0.6556091919279107),
    ("p03", "p09", 8.313151302150818),
    ("p04", "p08", 0.19241992787972095),
    ("p05", "p03", 2.0785120638046597),
    ("p05", "p09", 0.7732195552709782),
    ("p05", "p10", 0.5049849451271482),
    ("p05", "p11", 1.2381805423297374),
    ("p07", "p00", 0.9064041707331697),
    ("p07", "p11", 1.2427441156298626),
    ("p08", "p02", 0.5980945831788632),
    ("p08", "p03", 0.3887761219339405),
    ("p08", "p10", 2.7366220060256023),
    ("p10", "p00", 7.778413619173007),
    ("p10", "p01", 2.437972994967845),
    ("p10", "p05", 0.1512209531251737),
    ("p10", "p07", 3.647579563724723),
    ("p10", "p08", 0.8396483614967986),
    ("p10", "p09", 2.2824937552820916),
    ("p11", "p01", 1.8107625805779415),
    ("p11", "p05", 0.9316202286975463),
    ("p11", "p10", 1.1151780606602977),
]
"""Twelve people among whom moves of equal worth look like gains after rounding, so that Leiden never settles."""


@pytest.mark.parametrize("seed", [3, 6, 8, 10, 11])
def test_a_run_that_goes_round_in_circles_ends(build, seed):
    graph = build(GOES_ROUND, people=[f"p{k:02d}" for k in range(12)])
    found = communities(graph, seed=seed)
    assert found.nunique() == 3
    assert (found > 0).all()


def test_the_table_holds_the_division_of_the_best_run_and_its_stability(lazega):
    table = communities_table(lazega, seed=4, seeds=5)
    best = int(community_scan(lazega, resolutions=(1.0,), seeds=5, seed=4)["best_seed"].item())
    assert table["community"].tolist() == communities(lazega, seed=best).tolist()
    expected = community_stability(lazega, seeds=5, seed=4)
    np.testing.assert_array_equal(table["stability"].to_numpy(), expected.to_numpy())
