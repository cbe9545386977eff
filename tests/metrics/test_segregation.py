"""Indices of segregation against published values, libraries, brute force and exact enumeration of shuffles."""

from __future__ import annotations

import itertools

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import segregation as s
from metrics.words.segregation import segregation_sentence
from ona.model import StudyError

# No deadline: how long one example takes on a busy machine says nothing about the code.
MANY = settings(max_examples=200, deadline=None)
GROUPS, SITES = ["x", "y", "z"], ["north", "south"]

WHOLE = (
    s.e_i_whole,
    s.e_i_expected,
    s.assortativity,
    s.freeman_segregation,
    s.odds_ratio_within,
    s.yules_q,
)


@pytest.fixture(scope="module")
def drawn(build):
    """A random directed weighted graph of 3 to 40 people from a number; the roster of each size is made once."""
    rosters = {}

    def draw(number):
        rng = np.random.default_rng(number)
        size = int(rng.integers(3, 41))
        ids = np.array([f"p{k:02d}" for k in range(size)])
        if size not in rosters:
            groups, sites = (np.random.default_rng(size).choice(names, size).tolist() for names in (GROUPS, SITES))
            rosters[size] = build([], people=ids.tolist(), function=groups, site=sites)
        ends = np.unique(rng.integers(0, size, (rng.integers(0, 4 * size), 2)), axis=0)
        ties = pd.DataFrame(ids[ends], columns=["source", "target"])
        return rosters[size].with_ties(ties.assign(strength=rng.lognormal(0, 2, len(ends))))

    return draw


def test_lazega_advice_and_gender(lazega):
    # Lazega 2001, computed independently; the mean of all shuffles in closed form.
    assert s.e_i_whole(lazega, column="gender") == pytest.approx(-0.405830, abs=5e-7)
    assert s.e_i_expected(lazega, column="gender") == pytest.approx(-0.232193, abs=5e-7)
    men = (lazega.people["gender"] == "man").sum()
    sizes = np.array([men, 71 - men])
    assert s.e_i_expected(lazega, column="gender") == 1 - 2 * (sizes * (sizes - 1)).sum() / (71 * 70)


def test_lazega_gender_is_significant_until_status_is_held(lazega):
    # Computed independently, fewer arcs across than chance: p = .0017 unstratified, about .080 within status.
    # Four million shuffles by numpy alone give .00146 and .0781; the standard error of 50,000 is .00017.
    assert s.e_i_p(lazega, column="gender", permutations=50_000, seed=1) == pytest.approx(0.0015, abs=0.0006)
    within = s.e_i_p(lazega, column="gender", strata=["level"], permutations=20_000, seed=1)
    assert within == pytest.approx(0.080, abs=0.006)


def test_two_sided_is_about_twice_as_large(lazega):
    one, two = (
        s.e_i_p(lazega, column="gender", strata=["level"], alternative=way, permutations=5_000, seed=1)
        for way in ("less", "two-sided")
    )
    assert 1.6 < two / one < 2.4


def test_lazega_table_reports_both(lazega):
    row = s.segregation_table(lazega, columns=["gender"], strata=["level"], permutations=2_000, seed=1).iloc[0]
    assert row["e_i"] == pytest.approx(-0.405830, abs=5e-7)
    assert row["p"] < 0.01 < 0.05 < row["p_within"]
    assert (row["strata"], row["alternative"]) == ("level", "less")
    assert (row["people"], row["n_informative"], row["unknown"]) == (71, 71, 0)
    assert row["sentence"] == (
        "Ties stay among people of the same gender more often than chance alone would make them (70.3 % of 892 ties, "
        f"against 61.6 % by chance, p = {row['p']:.2g}); who has which level may account for it, because among people "
        "at the same level chance alone gives 67.1 %, and beyond that the study cannot tell "
        f"(p = {row['p_within']:.2g})."
    )


def test_spread_by_chance_is_that_of_the_shuffles(lazega):
    row = s.segregation_table(lazega, columns=["gender", "office"], strata=["level"], permutations=9, seed=1)
    # Four million shuffles counted one by one, by numpy alone: .05463 and .04351, standard error .00002.
    assert row["e_i_sd"].tolist() == pytest.approx([0.0546, np.nan], abs=2e-4, nan_ok=True)
    assert row["e_i_sd_within"].tolist() == pytest.approx([0.0435, np.nan], abs=2e-4, nan_ok=True)


def test_clear_cases_stop_early_and_the_others_do_not(lazega):
    row = s.segregation_table(lazega, columns=["gender"], strata=["level"], permutations=3_000, seed=1).iloc[0]
    assert (row["permutations"], row["permutations_within"]) == (3_000, 3_000)
    other = s.segregation_table(
        lazega, columns=["gender"], strata=["level"], alternative="greater", permutations=3_000, seed=1
    ).iloc[0]
    # A p near 1 needs hardly more than a tenth of them.
    assert 300 <= other["permutations"] < 310
    assert other["p"] == 300 / other["permutations"]


def test_direction_of_arcs_does_not_matter_to_e_i(lazega, lazega_recorded):
    assert s.e_i_whole(lazega, column="gender") == s.e_i_whole(lazega_recorded, column="gender")


@MANY
@given(number=st.integers(0, 2**32 - 1))
def test_indices_equal_networkx_igraph_and_looking_at_every_pair(drawn, number):
    graph = drawn(number)
    group = graph.people["function"].to_dict()
    there = set(zip(graph.arcs["source"], graph.arcs["target"], strict=True))
    check_assortativity(graph, group, there)
    cells = [[0, 0], [0, 0]]
    for a, b in itertools.permutations(group, 2):
        cells[group[a] != group[b]][(a, b) not in there] += 1
    (within, no_within), (across, no_across) = cells
    one, other = within * no_across, across * no_within
    ratio = one / other if other else np.nan
    q = (one - other) / (one + other) if one + other else np.nan
    assert s.odds_ratio_within(graph, column="function") == pytest.approx(ratio, abs=1e-9, rel=1e-9, nan_ok=True)
    assert s.yules_q(graph, column="function") == pytest.approx(q, abs=1e-9, nan_ok=True)
    defined = within + across > 0 and across + no_across > 0
    chance = (within + across) * (across + no_across) / (graph.size * (graph.size - 1)) if defined else np.nan
    freeman = max(0.0, 1 - across / chance) if defined else np.nan
    assert s.freeman_segregation(graph, column="function") == pytest.approx(freeman, abs=1e-9, nan_ok=True)
    e_i = (across - within) / (across + within) if across + within else np.nan
    assert s.e_i_whole(graph, column="function") == pytest.approx(e_i, abs=1e-9, nan_ok=True)


def check_assortativity(graph, group, there):
    value = s.assortativity(graph, column="function")
    ends = {(group[a], group[b]) for a, b in there}
    if not there or (len(ends) == 1 and all(one == other for one, other in ends)):
        assert np.isnan(value)
        return
    network = nx.DiGraph(there)
    nx.set_node_attributes(network, {person: group[person] for person in network}, "function")
    assert value == pytest.approx(nx.attribute_assortativity_coefficient(network, "function"), abs=1e-9)
    place, codes = {person: at for at, person in enumerate(group)}, sorted(set(group.values()))
    other = igraph.Graph(n=len(group), edges=[(place[a], place[b]) for a, b in sorted(there)], directed=True)
    types = [codes.index(name) for name in group.values()]
    assert value == pytest.approx(other.assortativity_nominal(types, directed=True), abs=1e-9)


def test_assortativity_of_a_real_network(lazega):
    expected = nx.attribute_assortativity_coefficient(lazega.to_networkx(), "office")
    assert s.assortativity(lazega, column="office") == pytest.approx(expected)


@pytest.mark.parametrize("factor", [2.0, 1e-12, 1e12])
def test_strength_does_not_matter(lazega, factor):
    other = lazega.with_ties(lazega.ties.assign(strength=factor * lazega.ties["strength"]))
    options = {"columns": ["gender", "office"], "strata": ["level"], "permutations": 50, "seed": 1}
    pd.testing.assert_frame_equal(s.segregation_table(other, **options), s.segregation_table(lazega, **options))


def test_freeman_is_cut_at_nothing_segregated(build):
    every_arc_crosses = build([("a", "c"), ("b", "d")], function=list("xxyy"))
    assert s.freeman_segregation(every_arc_crosses, column="function") == 0.0
    none_does = build([("a", "b"), ("c", "d")], function=list("xxyy"))
    assert s.freeman_segregation(none_does, column="function") == 1.0


def shuffles_within(groups, strata):
    """Every arrangement of the groups that keeps each stratum's, each as often as shuffling gives it."""
    places = [[i for i, other in enumerate(strata) if other == stratum] for stratum in sorted(set(strata))]
    for orders in itertools.product(*(itertools.permutations(place) for place in places)):
        arranged = list(groups)
        for place, order in zip(places, orders, strict=True):
            for at, taken in zip(place, order, strict=True):
                arranged[at] = groups[taken]
        yield arranged


@pytest.mark.parametrize("strata", ["ssssss", "nnnsss", "nnnnss", "nnsswe"])
def test_mean_and_p_equal_every_shuffle(build, strata):
    groups = list("xyyxyy")
    arcs = [("a", "d"), ("d", "a"), ("b", "c"), ("c", "f"), ("f", "e"), ("a", "e")]
    graph = build(arcs, function=groups, site=list(strata))
    people = list("abcdef")
    drawn = []
    for arranged in shuffles_within(groups, strata):
        internal = sum(arranged[people.index(a)] == arranged[people.index(b)] for a, b in arcs)
        drawn.append(1 - 2 * internal / len(arcs))
    mean = np.mean(drawn)
    assert s.e_i_expected(graph, column="function", strata=["site"]) == pytest.approx(mean)
    observed = s.e_i_whole(graph, column="function")
    sd = s.segregation_table(graph, columns=["function"], strata=["site"], permutations=9, seed=1)["e_i_sd_within"]
    assert sd.tolist() == pytest.approx([np.std(drawn)])
    exact = np.mean(np.abs(np.array(drawn) - mean) >= abs(observed - mean) - 1e-12)
    both = s.e_i_p(graph, column="function", strata=["site"], alternative="two-sided", permutations=40_000, seed=3)
    # At least 4,000 extreme shuffles or 40,000 in all: standard error below .008.
    assert both == pytest.approx(exact, abs=0.03)
    fewer = s.e_i_p(graph, column="function", strata=["site"], permutations=40_000, seed=3)
    assert fewer == pytest.approx(np.mean(np.array(drawn) <= observed + 1e-12), abs=0.03)


def test_same_seed_same_p(lazega):
    first, again, other = (
        s.e_i_p(lazega, column="office", strata=["level"], permutations=500, seed=seed) for seed in (4, 4, 5)
    )
    assert first == again
    assert 0 < first <= 1
    assert 0 < other <= 1


def test_undefined_without_arcs_or_with_nobody_who_can_move(build):
    no_arcs = build([], people=["a", "b"], function=["x", "y"])
    assert all(np.isnan(measure(no_arcs, column="function")) for measure in WHOLE)
    one_group = build([("a", "b")], function=["x", "x"])
    assert s.e_i_whole(one_group, column="function") == -1.0
    assert np.isnan(s.e_i_p(one_group, column="function", permutations=9, seed=1))
    assert np.isnan(s.freeman_segregation(one_group, column="function"))
    fixed = build([("a", "b")], function=["x", "y"], site=["north", "south"])
    row = s.segregation_table(fixed, columns=["function"], strata=["site"], permutations=9, seed=1).iloc[0]
    assert np.isnan(row["p_within"])
    assert (row["n_informative"], row["n_uninformative"]) == (0, 2)
    assert (row["permutations"], row["permutations_within"]) == (9, 0)


def test_table_holds_no_stratum_equal_to_its_column_and_counts_the_unknown(build):
    graph = build(
        [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")],
        function=["x", "x", "y", "y", ""],
        site=["north", "south", "north", "south", "south"],
    )
    seen = []
    table = s.segregation_table(
        graph,
        columns=["function", "site"],
        strata=["function", "site"],
        permutations=99,
        seed=1,
        progress=lambda done, total: seen.append((done, total)),
    ).set_index("column")
    assert table["strata"].tolist() == ["site", "function"]
    assert table.loc["function", ["groups", "people", "unknown", "ties"]].tolist() == [2, 4, 1, 3]
    # Of function "x" and "y" both sites are there; the one person of unknown function is a stratum alone.
    assert table.loc["site", ["n_informative", "n_uninformative"]].tolist() == [4, 1]
    assert seen == [(1, 2), (2, 2)]
    both = s.segregation_table(graph, columns=["site"], strata=["level", "function"], permutations=9, seed=1)
    assert both["strata"].tolist() == ["level × function"]
    none = s.segregation_table(graph, columns=["site"], strata=["site"], permutations=9, seed=1).iloc[0]
    assert none["strata"] == ""
    assert np.isnan(none["p_within"])
    assert np.isnan(none["e_i_expected_within"])


def test_table_agrees_with_the_measures(lazega):
    row = s.segregation_table(lazega, columns=["office"], strata=["level"], permutations=200, seed=7).iloc[0]
    assert row["e_i"] == s.e_i_whole(lazega, column="office")
    assert row["e_i_expected"] == s.e_i_expected(lazega, column="office")
    assert row["e_i_expected_within"] == s.e_i_expected(lazega, column="office", strata=["level"])
    assert row["p"] == s.e_i_p(lazega, column="office", permutations=200, seed=7)
    assert row["p_within"] == s.e_i_p(lazega, column="office", strata=["level"], permutations=200, seed=7)
    assert row["assortativity"] == s.assortativity(lazega, column="office")
    assert row["freeman"] == s.freeman_segregation(lazega, column="office")
    assert row["odds_ratio"] == s.odds_ratio_within(lazega, column="office")
    assert row["yules_q"] == s.yules_q(lazega, column="office")
    several = s.segregation_table(
        lazega, columns=["office", "gender"], strata=["level"], permutations=200, seed=7, confidence=0.9
    )
    # Benjamini & Hochberg 1995 over two tests: the smaller p doubled, but no larger than the larger.
    for name in ("", "_within"):
        low, high = np.sort(several[f"p{name}"])
        assert np.sort(several[f"q{name}"]).tolist() == [min(2 * low, high), high]
    assert several["confidence"].tolist() == [0.9, 0.9]
    assert s.segregation_table(lazega, columns=[], seed=1).columns.tolist() == row.index.tolist()
    assert tuple(row.index) == s.SEGREGATION_COLUMNS


def test_unknown_column(build):
    with pytest.raises(StudyError, match="the roster has no column 'team'; use one of site"):
        s.segregation_table(build([("a", "b")], site=["n", "s"]), columns=["site"], strata=["team"], seed=1)


def told(**changes):
    row = {
        "column": "gender", "groups": 2, "ties": 1200, "e_i": -0.4, "e_i_expected": 0.0, "p": 0.01,
        "alternative": "less", "e_i_expected_within": -0.1, "p_within": 0.02, "strata": "level × team",
        "n_uninformative": 0, "q": 0.03, "q_within": 0.04, "confidence": 0.95,
    }  # fmt: skip
    return segregation_sentence(row | changes, plurals={"woman": "women"})


STAY = "Ties stay among people of the same gender more often than chance alone would make them (70.0 % of 1,200 ties, "
CANNOT = (
    "The study cannot tell whether ties stay among people of the same gender more often than chance alone would make "
    "them (70.0 % of 1,200 ties, "
)
PLACE = "at the same level and with the same team"
SENTENCES = [
    ({}, f"{STAY}against 50.0 % by chance, p = 0.01), and they still do among people {PLACE} (against 55.0 % by "
         "chance, p = 0.02)."),
    ({"q": 0.06, "q_within": 0.2}, f"{STAY}against 50.0 % by chance, p = 0.01; among all the columns looked at, that "
         f"could still be chance, q = 0.06), and they still do among people {PLACE} (against 55.0 % by chance, "
         "p = 0.02; among all the columns looked at, that could still be chance, q = 0.2)."),
    ({"confidence": 0.985, "q": 0.01}, f"{STAY}against 50.0 % by chance, p = 0.01); who has which level and team may "
         f"account for it, because among people {PLACE} chance alone gives 55.0 %, and beyond that the study cannot "
         "tell (p = 0.02)."),
    ({"n_uninformative": 1}, f"{STAY}against 50.0 % by chance, p = 0.01), and they still do among people {PLACE} "
         "(against 55.0 % by chance, p = 0.02); one person says nothing about that, because all who share their place "
         "are of the same gender."),
    ({"p_within": 0.3, "n_uninformative": 1500}, f"{STAY}against 50.0 % by chance, p = 0.01); who has which level and "
         f"team may account for it, because among people {PLACE} chance alone gives 55.0 %, and beyond that the study "
         "cannot tell (p = 0.3); 1,500 people say nothing about that, because all who share their place are of the "
         "same gender."),
    ({"p_within": 0.3, "e_i_expected_within": 0.1}, f"{STAY}against 50.0 % by chance, p = 0.01); whether they do so "
         f"among people {PLACE}, the study cannot tell (against 45.0 % by chance, p = 0.3)."),
    ({"p_within": np.nan}, f"{STAY}against 50.0 % by chance, p = 0.01); whether they do so among people {PLACE} cannot "
         "be said, because those are always of the same gender."),
    ({"strata": "", "p_within": np.nan}, f"{STAY}against 50.0 % by chance, p = 0.01); nothing was held equal."),
    ({"p": 0.0004, "alternative": "two-sided", "e_i_expected_within": -0.6}, f"{STAY}against 50.0 % by chance, "
         f"p < 0.001), but among people {PLACE} they do so less often than chance (against 80.0 % by chance, "
         "p = 0.02)."),
    ({"p": 0.2}, f"Overall, t{CANNOT[1:]}against 50.0 % by chance, p = 0.2), but among people {PLACE} they stay more "
         "often than chance alone would make them (against 55.0 % by chance, p = 0.02)."),
    ({"p": 0.2, "p_within": 0.4}, f"{CANNOT}against 50.0 % by chance, p = 0.2), nor can it tell among people {PLACE} "
         "(against 55.0 % by chance, p = 0.4)."),
    ({"p": 0.2, "p_within": np.nan}, f"{CANNOT}against 50.0 % by chance, p = 0.2), and people {PLACE} cannot be "
         "compared, because they are always of the same gender."),
    ({"p": 0.9, "p_within": 0.4, "e_i_expected": -0.5}, "The study gives no sign that ties stay among people of the "
         "same gender more often than chance alone would make them (70.0 % of 1,200 ties, against 75.0 % by chance, "
         f"p = 0.9), nor can it tell among people {PLACE} (against 55.0 % by chance, p = 0.4)."),
    ({"alternative": "greater", "e_i": 0.5, "ties": 1, "column": "site", "strata": "", "p_within": np.nan},
     "Ties stay among people at the same site less often than chance alone would make them (25.0 % of 1 tie, against "
     "50.0 % by chance, p = 0.01); nothing was held equal."),
    ({"alternative": "two-sided", "p": 0.5, "strata": "", "p_within": np.nan, "column": "job_title"},
     "The study cannot tell whether ties stay among people of the same job title more or less often than chance alone "
     "would make them (70.0 % of 1,200 ties, against 50.0 % by chance, p = 0.5); nothing was held equal."),
    ({"e_i": np.nan, "ties": 0, "p": np.nan}, "No tie joins two people whose gender is known, so it cannot be said "
     "whether ties stay inside groups."),
    ({"p": np.nan, "groups": 1, "column": "function"}, "Everyone whose function is known is in the same function, so "
     "ties have no other group to go to."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), SENTENCES)
def test_sentences(changes, sentence):
    assert told(**changes) == sentence


def test_sentences_of_a_made_up_table(build):
    graph = build(
        [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")], function=list("xxyyz"), site=["n", "s", "n", "s", "s"]
    )
    table = s.segregation_table(graph, columns=["function", "site"], strata=["site"], permutations=40, seed=1)
    assert table["groups"].tolist() == [3, 2]
    assert table.loc[0, "sentence"].startswith(
        "The study cannot tell whether ties stay among people in the same function"
    )
    assert np.isnan(table.loc[0, "e_i_sd"])
