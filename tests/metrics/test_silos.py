"""Silos and bridges against looking at every two people, and what must not change them."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.communities import communities
from metrics.silos import BRIDGE_COLUMNS, BRIDGING_COLUMNS, SILO_COLUMNS, bridges_table, bridging, silo_table
from ona.model import StudyError

# No deadline: how long one example takes on a busy machine says nothing about the code.
MANY = settings(max_examples=200, deadline=None)
GROUPS, SITES = ["x", "y", "z", ""], ["north", "south"]


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


def seen(graph):
    """Groups of the people whose group is known, and the arcs among them, as plain lists."""
    group = graph.people["function"].dropna().to_dict()
    arcs = graph.arcs[["source", "target", "strength"]].itertuples(index=False, name=None)
    return group, [arc for arc in arcs if arc[0] in group and arc[1] in group]


def close(value, expected):
    assert value == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


@MANY
@given(number=st.integers(0, 2**32 - 1))
def test_tables_equal_looking_at_every_tie(drawn, number):
    graph = drawn(number)
    group, arcs = seen(graph)
    labels = pd.Series(np.arange(graph.size) % 4, graph.persons)
    silos = silo_table(graph, communities=labels)
    assert tuple(silos.columns) == SILO_COLUMNS
    assert silos["group"].tolist() == sorted(set(group.values()))
    for row in silos.to_dict(orient="records"):
        check_silo(row, group, arcs)
        check_spread(row, [name for name in group if group[name] == row["group"]], labels.to_dict())
    bridges = bridges_table(graph, least_expected=3.0)
    assert tuple(bridges.columns) == BRIDGE_COLUMNS
    expected = [pair for pair in itertools.combinations(sorted(set(group.values())), 2) if shown(pair, group, arcs)]
    assert list(zip(bridges["group_a"], bridges["group_b"], strict=True)) == expected
    for row in bridges.to_dict(orient="records"):
        check_bridge(row, group, arcs)
    table = bridging(graph)
    assert tuple(table.columns) == BRIDGING_COLUMNS
    assert table.index.equals(graph.persons)
    assert table[~graph.persons.isin(list(group))].isna().all(axis=None)
    rows = table.to_dict(orient="index")
    for person in group:
        check_person(rows[person], person, group, arcs)


def check_silo(row, group, arcs):
    activity = dict.fromkeys(group, 0.0)
    touching, inside, to = 0, 0.0, {}
    for source, target, strength in arcs:
        activity[source] += strength
        activity[target] += strength
        ends = {group[source], group[target]}
        touching += row["group"] in ends
        inside += 2 * strength * (ends == {row["group"]})
        if row["group"] in ends and len(ends) == 2:
            (other,) = ends - {row["group"]}
            to[other] = to.get(other, 0.0) + strength
    members = [person for person in group if group[person] == row["group"]]
    everybody, own = sum(activity.values()), sum(activity[person] for person in members)
    assert (row["people"], row["ties"]) == (len(members), touching)
    close(row["strength"], own)
    close(row["share_inside"], inside / own if own else np.nan)
    met = sum(
        activity[one] * activity[other] / (everybody - activity[one])
        for one in members
        for other in members
        if one != other and own
    )
    close(row["expected_inside"], met / own if own else np.nan)
    share, chance = row["share_inside"], row["expected_inside"]
    room = 1 - chance if share > chance else chance
    # A group of one cannot keep anything inside; a group of all who have ties can do nothing else.
    close(row["silo_score"], (share - chance) / room if own and 1e-12 < chance < 1 - 1e-12 else np.nan)
    if to:
        assert row["partner"] == max(to, key=to.get)
        close(row["partner_share"], max(to.values()) / sum(to.values()))
    else:
        assert pd.isna(row["partner"])
        assert np.isnan(row["partner_share"])


def check_spread(row, members, labels):
    found = [labels[person] for person in members if labels[person] > 0]
    if not found:
        assert all(np.isnan(row[name]) for name in ("communities_spanned", "main_community", "share_in_main"))
        return
    counts = {label: found.count(label) for label in sorted(set(found))}
    close(row["communities_spanned"], 1 / sum((count / len(found)) ** 2 for count in counts.values()))
    main = max(counts, key=counts.get)
    assert row["main_community"] == main
    close(row["share_in_main"], counts[main] / len(found))
    close(row["share_of_main"], counts[main] / list(labels.values()).count(main))


def joining(pair, group, arcs):
    return [arc for arc in arcs if {group[arc[0]], group[arc[1]]} == set(pair)]


def by_chance(pair, group, arcs):
    sizes = [list(group.values()).count(name) for name in pair]
    return 2 * len(arcs) * sizes[0] * sizes[1] / (len(group) * (len(group) - 1))


def shown(pair, group, arcs):
    return bool(joining(pair, group, arcs)) or by_chance(pair, group, arcs) >= 3.0


def check_bridge(row, group, arcs):
    pair = row["group_a"], row["group_b"]
    joined = joining(pair, group, arcs)
    assert row["ties"] == len(joined)
    close(row["strength"], sum(arc[2] for arc in joined))
    close(row["expected"], by_chance(pair, group, arcs))
    close(row["ratio"], len(joined) / by_chance(pair, group, arcs))
    carry = {}
    for source, target, strength in joined:
        for person in (source, target):
            carry[person] = carry.get(person, 0.0) + strength
    for name, side in zip(pair, ("a", "b"), strict=True):
        assert row[f"people_{side}"] == list(group.values()).count(name)
        assert row[f"carriers_{side}"] == sum(group[person] == name for person in carry)
    if not joined:
        assert pd.isna(row["busiest"])
        assert np.isnan(row["people_for_half"])
        return
    total = row["strength"]
    assert row["busiest"] == max(sorted(carry), key=carry.get)
    close(row["share_of_busiest"], max(carry.values()) / total)
    half = total / 2 * (1 - 1e-9)

    def held(people):
        return sum(arc[2] for arc in joined if people & {*arc[:2]})

    taken = set()
    while held(taken) < half:
        # What differs by rounding alone is equal, and of equals the first is taken.
        taken.add(max(sorted(carry.keys() - taken), key=lambda name: round(held(taken | {name}) / total, 12)))
    assert row["people_for_half"] == len(taken)
    fewest = (
        next(
            size
            for size in itertools.count(1)
            if any(held({*some}) >= half for some in itertools.combinations(carry, size))
        )
        if len(carry) <= 8
        else len(taken)
    )
    assert fewest <= row["people_for_half"] <= fewest + 1


def check_person(row, person, group, arcs):
    own = group[person]
    others = {
        (target if source == person else source): group[target if source == person else source]
        for source, target, _ in arcs
        if person in (source, target)
    }
    away = {other for other, name in others.items() if name != own}
    assert row["ties_across"] == len(away)
    assert row["groups_bridged"] == len({others[other] for other in away})
    mine = [arc for arc in arcs if person in arc[:2]]
    crossing = sum(arc[2] for arc in mine if group[arc[0]] != group[arc[1]])
    close(row["strength_across"], crossing)
    close(row["share_across"], crossing / sum(arc[2] for arc in mine) if mine else np.nan)
    alone = 0
    for name in {others[other] for other in away}:
        side = {end for arc in joining((own, name), group, arcs) for end in arc[:2] if group[end] == own}
        alone += side == {person}
    assert row["sole_bridge_of"] == alone


def test_a_group_that_keeps_to_itself_and_one_that_stays_out(build):
    closed = build([("a", "b", 3), ("c", "d"), ("d", "c")], function=list("xxyy"))
    table = silo_table(closed)
    assert table["share_inside"].tolist() == [1.0, 1.0]
    assert table["silo_score"].tolist() == [1.0, 1.0]
    assert table["partner"].isna().all()
    out = silo_table(build([("a", "c"), ("d", "b", 7)], function=list("xxyy")))
    assert out["silo_score"].tolist() == [-1.0, -1.0]
    # Everybody alike and tied to everybody: each group has what activity gives it.
    even = silo_table(build(list(itertools.permutations("abcdef", 2)), function=list("xxxyyz")))
    assert even["share_inside"].tolist() == even["expected_inside"].tolist() == pytest.approx([0.4, 0.2, 0.0])
    assert even["silo_score"].tolist() == pytest.approx([0.0, 0.0, np.nan], abs=1e-12, nan_ok=True)


def test_one_group_one_person_and_no_ties(build):
    one = silo_table(build([("a", "b"), ("b", "c", 0.1)], function=list("xxx"))).iloc[0]
    assert (one["share_inside"], one["expected_inside"]) == (1.0, 1.0)
    assert np.isnan(one["silo_score"])
    assert "nobody else has ties to compare with" in one["sentence"]
    alone = build([], people=["a"], function=["x"])
    row = silo_table(alone, communities=communities(alone, seed=1)).iloc[0]
    unknown = [
        name for name in SILO_COLUMNS if name not in ("column", "group", "people", "ties", "strength", "sentence")
    ]
    assert row[unknown].isna().all()
    assert (row["people"], row["ties"], row["strength"]) == (1, 0, 0.0)
    assert bridges_table(alone).empty
    assert bridging(alone).iloc[0].tolist() == pytest.approx([0, 0, 0, np.nan, 0], nan_ok=True)
    nobody = build([("a", "b")])
    assert silo_table(nobody).empty
    assert tuple(silo_table(nobody).columns) == SILO_COLUMNS
    assert tuple(bridges_table(nobody).columns) == BRIDGE_COLUMNS
    assert bridging(nobody).isna().all(axis=None)


def test_a_bridge_that_hangs_on_one_person(build):
    arcs = [("a", "d", 5), ("d", "a", 1), ("a", "e", 2), ("b", "c"), ("d", "e")]
    row = bridges_table(build(arcs, function=list("xxxyy"))).iloc[0]
    assert row[["ties", "strength", "carriers_a", "carriers_b"]].tolist() == [3, 8.0, 1, 2]
    assert row[["people_for_half", "share_of_busiest", "busiest"]].tolist() == [1.0, 1.0, "a"]
    assert row["expected"] == 2 * 5 * 3 * 2 / 20
    people = bridging(build(arcs, function=list("xxxyy")))
    assert people["sole_bridge_of"].tolist() == [1, 0, 0, 0, 0]
    assert people.loc["a"].tolist() == [2, 1, 8, 1, 1]


def test_people_for_half_counts_what_each_brings_anew(build):
    """Five who know all of another five, who would all be taken by what they carry; and six who know four each."""
    ids = [f"p{k:02d}" for k in range(40)]
    groups, arcs = ["x", "y"] * 5, [(ids[i], ids[j]) for i in range(0, 10, 2) for j in range(1, 10, 2)]
    for centre in range(10, 40, 5):
        groups += ["x", "y", "y", "y", "y"]
        arcs += [(ids[centre], ids[centre + k]) for k in range(1, 5)]
    row = bridges_table(build(arcs, people=ids, function=groups)).iloc[0]
    # Of 49 ties five people have 25.
    assert row["people_for_half"] == 5


def test_groups_without_a_tie_are_shown_where_chance_would_make_some(build):
    ids = [f"p{k:02d}" for k in range(20)]
    arcs = [*itertools.permutations(ids[:10], 2), *itertools.permutations(ids[10:19], 2)]
    graph = build(arcs, people=ids, function=["x"] * 10 + ["y"] * 9 + ["z"])
    table = bridges_table(graph)
    # 162 arcs, of 380 pairs 2 · 90 between x and y, 20 between x and z, 18 between y and z.
    assert table["expected"].tolist() == pytest.approx([162 * 180 / 380, 162 * 20 / 380, 162 * 18 / 380])
    assert (table["ties"] == 0).all()
    assert table.loc[0, "sentence"] == "No tie joins x and y, against 77 by chance."
    assert len(bridges_table(graph, least_expected=10)) == 1


@pytest.mark.parametrize("power", [1, -40, 40])
def test_doubling_changes_no_digit_but_of_strength(lazega, power):
    other = lazega.with_ties(lazega.ties.assign(strength=2.0**power * lazega.ties["strength"]))
    for table in (
        lambda graph: silo_table(graph, column="office"),
        lambda graph: bridges_table(graph, column="office"),
    ):
        expected = table(lazega)
        pd.testing.assert_frame_equal(
            table(other), expected.assign(strength=2.0**power * expected["strength"]), check_exact=True
        )
    expected = bridging(lazega, column="office")
    found = bridging(other, column="office")
    pd.testing.assert_frame_equal(
        found, expected.assign(strength_across=2.0**power * expected["strength_across"]), check_exact=True
    )


@pytest.mark.parametrize("factor", [1e-12, 1e12])
def test_strengths_of_any_size(lazega, factor):
    other = lazega.with_ties(lazega.ties.assign(strength=factor * lazega.ties["strength"]))
    here, there = (bridges_table(graph, column="office") for graph in (lazega, other))
    np.testing.assert_allclose(there.pop("strength"), factor * here.pop("strength"), rtol=1e-12)
    pd.testing.assert_frame_equal(there, here)
    scores = silo_table(other, column="office")["silo_score"]
    np.testing.assert_allclose(scores, silo_table(lazega, column="office")["silo_score"], rtol=1e-12)


def test_strengths_that_differ_widely(build):
    arcs = [("a", "c", 1e12), ("b", "e", 1e-12), ("b", "f", 1e-12), ("a", "b", 1.0)]
    table = bridges_table(build(arcs, function=["x", "x", "y", "z", "z"])).set_index(["group_a", "group_b"])
    # What joins x and z is not lost beside what joins x and y.
    assert table.loc[("x", "z"), ["carriers_a", "carriers_b", "people_for_half"]].tolist() == [1, 2, 1.0]
    assert table.loc[("x", "z"), "share_of_busiest"] == 1.0


def test_new_ids_change_nothing(enron, relabelled):
    other, new = relabelled(enron, 5)
    labels = communities(enron, seed=1)
    moved = labels.rename(index=new).sort_index()
    one = silo_table(enron, column="department", communities=labels)
    pd.testing.assert_frame_equal(silo_table(other, column="department", communities=moved), one)
    bridges = bridges_table(enron, column="department")
    renamed = bridges.assign(busiest=bridges["busiest"].map(new))
    pd.testing.assert_frame_equal(bridges_table(other, column="department"), renamed)
    people = bridging(enron, column="department").rename(index=new).sort_index()
    pd.testing.assert_frame_equal(bridging(other, column="department"), people, check_names=False)


def test_loops_and_people_without_ties_change_nothing_of_ties(build):
    arcs = [("a", "b"), ("b", "c"), ("c", "d")]
    plain = build(arcs, function=list("xxyy"))
    more = build([*arcs, ("a", "a")], people=list("abcde"), function=list("xxyyy"))
    shares = ["share_inside", "expected_inside", "silo_score", "ties", "strength"]
    pd.testing.assert_frame_equal(silo_table(more)[shares], silo_table(plain)[shares])
    hung = ["ties", "strength", "carriers_a", "carriers_b", "busiest", "people_for_half"]
    pd.testing.assert_frame_equal(bridges_table(more)[hung], bridges_table(plain)[hung])
    pd.testing.assert_frame_equal(bridging(more).drop("e"), bridging(plain))


def test_communities_of_somebody_else(build):
    graph = build([("a", "b")], function=["x", "y"])
    with pytest.raises(StudyError, match="person 'b' has no entry in communities; pass the communities of this graph"):
        silo_table(graph, communities=pd.Series({"a": 1}))
    for table in (silo_table, bridges_table, bridging):
        with pytest.raises(StudyError, match="the roster has no column 'team'"):
            table(graph, column="team")
