"""What is lost when people leave: against removal recomputed, networks known by hand, and what must change nothing."""

from __future__ import annotations

from functools import partial
from math import isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics import _removed
from metrics import resilience as r
from metrics._removed import leaders_within_two, network_of_ties, what_is_left
from metrics.brokerage import bridge_dependence
from metrics.inference import benjamini_hochberg
from metrics.kernels import running
from metrics.paths import leaders_within, steps_to_leader
from ona.model import StudyError, influence_graph

MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(max_examples=15, deadline=None)
ABOUT_LEADERS = ("people_cut_from_leaders", "groups_cut_off", "leaders_lost_reach")
ABOUT_GROUPS = ("groups_cut_off", "groups_isolated")


def contacts_of(graph):
    """Whom everybody is tied to, either way."""
    found = {one: set() for one in graph.persons}
    for source, target in zip(graph.arcs["source"], graph.arcs["target"], strict=True):
        found[source].add(target)
        found[target].add(source)
    return found


def without(contacts, gone):
    return {one: tied - set(gone) for one, tied in contacts.items() if one not in gone}


def steps_from(contacts, starts):
    """Steps to the nearest of some people, for everybody who has a way to one."""
    steps = dict.fromkeys(starts, 0)
    waiting = list(steps)
    for one in waiting:
        for other in contacts[one] - steps.keys():
            steps[other] = steps[one] + 1
            waiting.append(other)
    return steps


def parts_of(contacts):
    left, parts = set(contacts), []
    while left:
        parts.append(set(steps_from(contacts, [min(left)])))
        left -= parts[-1]
    return parts


def near_pairs(contacts, leaders):
    """Pairs of somebody who is no leader and a leader at most two steps away."""
    around = {one: contacts[one].union(*(contacts[other] for other in contacts[one])) for one in leaders}
    return {(one, leader) for leader, those in around.items() for one in those - leaders}


def across(contacts, group):
    """Groups of which somebody is tied to another group."""
    ends = {(group[a], group[b]) for a, tied in contacts.items() for b in tied}
    return {a for a, b in ends if isinstance(a, str) and isinstance(b, str) and a != b}


def groups_of(people, group):
    return {group[one] for one in people if isinstance(group[one], str)}


def lost_groups(contacts, left, *, leaders, group):
    before, after = steps_from(contacts, leaders).keys() & left.keys(), steps_from(left, leaders & left.keys())
    off = groups_of(before, group) - groups_of(after, group)
    isolated = (groups_of(left, group) & across(contacts, group)) - across(left, group)
    return off, isolated


def losses(graph, contacts, person):
    """One person taken away, and everything counted anew."""
    leaders, group = set(graph.leaders), graph.people["function"].to_dict()
    left, rest = without(contacts, [person]), leaders - {person}
    part = steps_from(contacts, [person]).keys() - {person}
    off, isolated = lost_groups(contacts, left, leaders=leaders, group=group)
    pairs = near_pairs(contacts, leaders) - near_pairs(left, rest)
    cut = steps_from(contacts, leaders).keys() - {person} - steps_from(left, rest).keys()
    return {
        "people_cut_from_leaders": len(cut),
        "people_cut_off": len(part) - max((len(piece & part) for piece in parts_of(left)), default=0),
        "groups_cut_off": len(off),
        "groups_isolated": len(isolated),
        "leaders_lost_reach": sum(one != person for one, _ in pairs),
        "sole_contacts": sum(contacts[one] == {person} for one in contacts[person]),
    }


def outcome(graph, gone):
    """The numbers of one removal, counted anew."""
    contacts, leaders = contacts_of(graph), set(graph.leaders)
    left, rest = without(contacts, gone), leaders - set(gone)
    others = left.keys() - leaders
    before, after = steps_from(contacts, leaders), steps_from(left, rest)
    who = others & after.keys()
    row = {
        "largest_before": max(map(len, parts_of(contacts))) / graph.size,
        "largest_after": max(map(len, parts_of(left))) / len(left),
    }
    for when, steps, pairs in (
        ("before", before, near_pairs(contacts, leaders)),
        ("after", after, near_pairs(left, rest)),
    ):
        led = len(others) if leaders and others else np.nan
        row[f"reach_leaders_{when}"] = len(others & steps.keys()) / led
        row[f"leaders_within_2_{when}"] = sum(one in others for one, _ in pairs) / led
        row[f"steps_{when}"] = np.mean([steps[one] for one in who]) if who else np.nan
    strength, ends = graph.arcs["strength"], graph.arcs["source"].isin(gone) | graph.arcs["target"].isin(gone)
    row["strength_lost"] = strength[ends].sum() / strength.sum() if len(strength) else np.nan
    return row


@st.composite
def companies(draw, build, *, least=3, most=40):
    """Sparse directed weighted graphs, with people whose function is unknown, and isolates."""
    size = draw(st.integers(least, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    ids = [f"p{k:02d}" for k in range(size)]
    pairs = np.unique(rng.integers(0, size, (int(size * draw(st.sampled_from([0.5, 0.9, 1.2, 2.0]))), 2)), axis=0)
    arcs = [(ids[a], ids[b], float(2.0 ** rng.integers(-3, 4))) for a, b in pairs]
    functions = rng.choice(np.array(["x", "y", "z", ""]), size, p=[0.4, 0.3, 0.2, 0.1])
    leaders = rng.choice(ids, draw(st.integers(0, 4)))
    return build(arcs, people=ids, leaders=leaders, function=functions)


@given(data=st.data())
@MANY
def test_everything_recomputed_with_people_taken_away(build, data):
    graph = data.draw(companies(build))
    contacts, group, leaders = contacts_of(graph), graph.people["function"].to_dict(), set(graph.leaders)
    table = r.loss_table(graph)
    assert list(table) == list(r.LOSS_COLUMNS)
    led, grouped = bool(leaders), graph.people["function"].notna().any()
    for person, row in table.to_dict(orient="index").items():
        for name, value in losses(graph, contacts, person).items():
            known = (led or name not in ABOUT_LEADERS) and (grouped or name not in ABOUT_GROUPS)
            assert row[name] == value if known else isnan(row[name]), (person, name)
    # Some people together: one of them, about half, and as many as were drawn.
    some = data.draw(st.permutations(list(graph.persons)))
    gone = [tuple(some[:size]) for size in (1, graph.size // 2, data.draw(st.integers(1, graph.size - 1)))]
    rows = r.removal_table(graph, [r.Removal("some", "random", ids) for ids in gone], random_draws=0, seed=1)
    for ids, row in zip(gone, rows.to_dict(orient="records"), strict=True):
        expected = outcome(graph, ids)
        assert {name: row[name] for name in expected} == pytest.approx(expected, abs=1e-9, nan_ok=True)
        off, isolated = lost_groups(contacts, without(contacts, ids), leaders=leaders, group=group)
        assert (row["groups_cut_off"], row["groups_isolated"]) == ("; ".join(sorted(off)), "; ".join(sorted(isolated)))
        assert row["removed"] + row["people_left"] == graph.size
        assert row["leaders_removed"] == len(leaders & set(ids))


@given(data=st.data())
@FEW
def test_people_cut_from_leaders_is_bridge_dependence(build, data):
    graph = data.draw(companies(build))
    found, other = r.loss_table(graph)["people_cut_from_leaders"], bridge_dependence(graph)
    pd.testing.assert_series_equal(found, other, check_names=False, check_exact=True)


def test_more_networks_than_fit_in_a_word_equal_each_by_itself(build):
    # A star with a tail, in two parts of equal size besides: the search from one person does not meet half of all.
    arcs = [(f"a{k}", f"a{k + 1}") for k in range(9)] + [("b0", f"b{k}") for k in range(1, 10)]
    graph = build(arcs, leaders=["a0", "b3", "b4"])
    network, rng = network_of_ties(graph), np.random.default_rng(5)
    gone = [np.sort(rng.choice(graph.size, rng.integers(1, 9), replace=False)) for _ in range(150)]
    near = leaders_within_two(network)[0]
    together = what_is_left(network, gone, near=near)
    for at, places in enumerate(gone):
        alone = what_is_left(network, [places], near=near)
        for name in ("people", "largest", "others", "reaching", "reaching_before", "steps", "steps_before", "near"):
            assert getattr(together, name)[at] == getattr(alone, name)[0]
        assert alone.largest[0] == max(map(len, parts_of(without(contacts_of(graph), graph.persons[places]))))


def test_people_who_never_had_a_tie_are_parts_of_one(build):
    ids = [f"p{k:02d}" for k in range(30)]
    graph = build([("p00", "p01"), ("p01", "p02"), ("p04", "p05")], people=ids)
    gone = [[0], [1], [0, 1], [1, 4], [20], [0, 1, 2, 4, 5]]
    left = what_is_left(network_of_ties(graph), [np.array(places) for places in gone], near=None)
    assert left.largest.tolist() == [2, 2, 2, 1, 3, 1]


def test_a_single_departure_costs_in_both_tables_the_same(lazega):
    table = r.loss_table(lazega, column="office")
    removals = [r.Removal(person, "person", (person,)) for person in lazega.persons]
    left = r.removal_table(lazega, removals, column="office", random_draws=0, seed=1)
    others = left["people_left"] - (len(lazega.leaders) - left["leaders_removed"])
    near = (left["leaders_within_2_before"] - left["leaders_within_2_after"]) * others
    assert near.tolist() == pytest.approx(table["leaders_lost_reach"].tolist(), abs=1e-9)
    ways = (left["reach_leaders_before"] - left["reach_leaders_after"]) * others
    assert ways.tolist() == pytest.approx(table["people_cut_from_leaders"].tolist(), abs=1e-9)


def test_before_is_what_access_says_with_the_own_chain(lazega):
    # The last person leaves, who is no leader: everybody else's reach before is that of metrics.paths.
    gone = str(lazega.persons[~lazega.is_leader][0])
    row = r.removal_table(lazega, [r.Removal("one", "person", (gone,))], random_draws=0, seed=1).iloc[0]
    others = lazega.persons[~lazega.is_leader].drop(gone)
    assert row["leaders_within_2_before"] == pytest.approx(leaders_within(lazega, with_chain=True)[others].mean())
    assert row["steps_before"] == pytest.approx(steps_to_leader(lazega, with_chain=True)[others].mean())


def test_the_medici(padgett):
    # Padgett & Ansell 1993: the marriage network's cut points are Medici, Albizzi, Guadagni and Salviati. Without the
    # Medici it falls into 1 (Acciaiuoli), 2 (Salviati, Pazzi) and 11 of the other 14 families; the Pucci have no tie.
    table = r.loss_table(padgett.with_people(padgett.people.assign(function="family")))
    cut = table["people_cut_off"]
    assert cut[cut > 0].to_dict() == {"Albizzi": 1, "Guadagni": 1, "Medici": 3, "Salviati": 1}
    assert table["people_cut_from_leaders"].isna().all()
    alone = table["sole_contacts"]
    assert alone[alone > 0].to_dict() == {"Albizzi": 1, "Guadagni": 1, "Medici": 1, "Salviati": 1}


def test_a_line_worked_out_by_hand(build):
    graph = build([("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")], leaders=["a"], function=list("xxxyy"))
    table = r.loss_table(graph)
    assert table["people_cut_from_leaders"].tolist() == [4, 3, 2, 1, 0]
    assert table["people_cut_off"].tolist() == [0, 1, 2, 1, 0]
    # y hangs on a, b, c and, for e, on d; x on its leader a.
    assert table["groups_cut_off"].tolist() == [2, 1, 1, 1, 0]
    # The only tie between x and y is c – d.
    assert table["groups_isolated"].tolist() == [0, 0, 2, 2, 0]
    # a: b and c lose their leader; b: c does.
    assert table["leaders_lost_reach"].tolist() == [2, 1, 0, 0, 0]
    assert table["sole_contacts"].tolist() == [0, 1, 0, 1, 0]


def test_a_very_long_line(build):
    size = 20_000
    ids = [f"p{k:05d}" for k in range(size)]
    people = pd.DataFrame(
        {"person": ids, "leader": [True] + [False] * (size - 1), "function": ["x", "y"] * (size // 2)}
    )
    graph = influence_graph(people, pd.DataFrame({"source": ids[:-1], "target": ids[1:]}))
    table = r.loss_table(graph)
    assert table["people_cut_from_leaders"].tolist() == list(range(size - 1, -1, -1))
    assert table["people_cut_off"].tolist() == [min(k, size - 1 - k) for k in range(size)]


def test_one_person_isolates_and_no_leaders(build):
    one = r.loss_table(build([], people=["a"], function=["x"], leaders=["a"]))
    assert one.loc["a"].tolist() == [0.0] * 6
    alone = r.loss_table(build([], people=["a", "b"], function=["x", "y"]))
    assert alone.loc["a"].isna().tolist() == [True, False, True, False, True, False]
    unknown = r.loss_table(build([("a", "b")], function=["", ""], leaders=["a"]))
    assert unknown.loc["a"].isna().tolist() == [False, False, True, True, False, False]
    graph = build([], people=["a", "b", "c"], function=["x", "y", "y"])
    row = r.removal_table(graph, [r.Removal("a", "person", ("a",))], random_draws=3, seed=1, confidence=0.7).iloc[0]
    assert row["largest_before"] == pytest.approx(1 / 3)
    assert row["largest_after"] == row["largest_random_low"] == row["largest_random_high"] == 1 / 2
    assert row["largest_worse_than_random"] == 1
    assert row[["reach_leaders_after", "worse_than_random", "steps_after", "strength_lost"]].isna().all()


def test_nobody_left_but_leaders(build):
    graph = build([("a", "b"), ("b", "c")], leaders=["a", "b"], function=list("xyy"))
    row = r.removal_table(graph, [r.Removal("c", "person", ("c",))], random_draws=2, seed=1).iloc[0]
    assert row[["reach_leaders_before", "leaders_within_2_after", "worse_than_random", "steps_before"]].isna().all()
    assert row["largest_after"] == 1


def test_all_leaders_gone(build):
    graph = build([("a", "b"), ("b", "c")], leaders=["a"], function=list("xyy"))
    row = r.removal_table(graph, [r.Removal("a", "person", ("a",))], random_draws=4, seed=1).iloc[0]
    assert (row["reach_leaders_before"], row["reach_leaders_after"], row["leaders_within_2_after"]) == (1, 0, 0)
    assert row["groups_cut_off"] == "y"
    # There is one leader only, so every draw takes the same one.
    assert row["worse_than_random"] == row["reach_leaders_worse_than_random"] == 1
    assert isnan(row["steps_after"])


def test_the_comparison_recomputed_from_its_own_draws(lazega):
    from metrics._against_chance import drawn_alike

    removal = r.broker_removals(lazega, tops=[6])[0]
    row = r.removal_table(lazega, [removal], column="office", random_draws=37, seed=3, confidence=0.8).iloc[0]
    some = len(set(removal.people) & set(lazega.leaders))
    drawn = list(drawn_alike(network_of_ties(lazega), some, 6 - some, draws=37, seed=3))
    assert len({tuple(sorted(places)) for places in drawn}) > 30
    assert all(lazega.is_leader[places].sum() == some and len(set(places)) == 6 for places in drawn)
    rows = [outcome(lazega, lazega.persons[places]) for places in drawn]
    for name, worse in (
        ("reach_leaders", "reach_leaders_worse_than_random"),
        ("leaders_within_2", "worse_than_random"),
    ):
        lost = np.array([one[f"{name}_before"] - one[f"{name}_after"] for one in rows])
        own = row[f"{name}_before"] - row[f"{name}_after"]
        assert row[worse] == pytest.approx((1 + (lost >= own - 1e-12).sum()) / 38)
        # With six draws that take as much p is 7 / 38, with seven 8 / 38, above .2: the seventh largest is the limit.
        low, high = row[f"{name}_before"] - np.sort(lost)[[-7, 0]]
        assert row[[f"{name}_random_low", f"{name}_random_high"]].tolist() == pytest.approx([low, high], abs=1e-9)
    largest = np.array([one["largest_after"] for one in rows])
    assert row[["largest_random_low", "largest_random_high"]].tolist() == pytest.approx(
        np.sort(largest)[[6, -1]].tolist(), abs=1e-9
    )
    assert row["largest_worse_than_random"] == (1 + (largest <= row["largest_after"]).sum()) / 38


def test_a_broker_is_missed_more_than_chance_and_an_isolate_is_not(build):
    # Two cliques of twelve that only the broker m joins; the leaders are in the first.
    clique = [(f"{c}{i:02d}", f"{c}{j:02d}") for c in "ab" for i in range(12) for j in range(i)]
    arcs = [*clique, ("a05", "m"), ("m", "b00"), ("m", "b01")]
    ids = sorted({end for arc in arcs for end in arc} | {"z"})
    graph = build(arcs, people=ids, leaders=["a00", "a01"], function=[one[0] for one in ids])
    removals = [r.Removal(one, "person", (one,)) for one in ("m", "z")]
    table = r.removal_table(graph, removals, random_draws=99, seed=1).set_index("name")
    assert table.loc["m", "groups_cut_off"] == "b"
    assert table.loc["m", "groups_isolated"] == "a; b"
    assert table.loc["m", "reach_leaders_worse_than_random"] < 0.1
    assert table.loc["m", "largest_worse_than_random"] < 0.1
    assert table.loc["z", ["worse_than_random", "reach_leaders_worse_than_random"]].tolist() == [1, 1]
    assert table.loc["z", "strength_lost"] == 0


def test_same_seed_same_bytes_and_one_row_does_not_depend_on_the_others(lazega, monkeypatch):
    removals = r.broker_removals(lazega, tops=[1, 5, 0.2])
    table = r.removal_table(lazega, removals, column="office", random_draws=70, seed=9)
    alone = r.removal_table(lazega, removals[1:2], column="office", random_draws=70, seed=9)
    # All but q, which is about all of them, and the sentence that tells it.
    corrected = ["largest_q", "reach_leaders_q", "q", "sentence"]
    one = table.iloc[[1]].reset_index(drop=True)
    pd.testing.assert_frame_equal(one.drop(columns=corrected), alone.drop(columns=corrected), check_exact=True)
    monkeypatch.setattr(running, "WORTH_A_THREAD", 0)
    monkeypatch.setattr(running, "cores", lambda: 3)
    again = r.removal_table(lazega, removals, column="office", random_draws=70, seed=9)
    pd.testing.assert_frame_equal(table, again, check_exact=True)
    other = r.removal_table(lazega, removals, column="office", random_draws=70, seed=10)
    assert not table["leaders_within_2_random_low"].equals(other["leaders_within_2_random_low"])


@given(data=st.data(), seed=st.integers(0, 99))
@FEW
def test_relabelling_people_changes_nothing(build, relabelled, data, seed):
    graph = data.draw(companies(build))
    other, new = relabelled(graph, seed)
    pd.testing.assert_frame_equal(r.loss_table(graph).rename(index=new).sort_index(), r.loss_table(other))
    gone = tuple(graph.persons[::2])[: graph.size - 1]
    one = r.removal_table(graph, [r.Removal("half", "random", gone)], random_draws=0, seed=1)
    renamed = tuple(new[person] for person in gone)
    two = r.removal_table(other, [r.Removal("half", "random", renamed)], random_draws=0, seed=1)
    assert one["strength_lost"].tolist() == pytest.approx(two["strength_lost"].tolist(), nan_ok=True)
    unlike = ["strength_lost"]
    pd.testing.assert_frame_equal(one.drop(columns=unlike), two.drop(columns=unlike), check_exact=True)


@given(data=st.data())
@FEW
def test_strength_direction_and_loops_do_not_matter(build, doubled, data):
    graph = data.draw(companies(build))
    table = r.loss_table(graph)
    removal = [r.Removal("some", "random", tuple(graph.persons[:2]))]
    row = r.removal_table(graph, removal, random_draws=5, seed=1)
    # Twice the strength changes no digit, that of the strength lost included.
    twice = doubled(graph)
    pd.testing.assert_frame_equal(table, r.loss_table(twice), check_exact=True)
    pd.testing.assert_frame_equal(row, r.removal_table(twice, removal, random_draws=5, seed=1), check_exact=True)
    ties = graph.ties
    back = ties.rename(columns={"source": "target", "target": "source"})
    loops = pd.DataFrame({"source": graph.persons, "target": graph.persons, "channel": "all", "strength": 1.0})
    wild = ties.assign(strength=10.0 ** np.linspace(-12, 12, len(ties)))
    for changed in (pd.concat([ties, back]), pd.concat([back, loops]), wild):
        other = graph.with_ties(changed[["source", "target", "channel", "strength"]])
        pd.testing.assert_frame_equal(table, r.loss_table(other), check_exact=True)
        again = r.removal_table(other, removal, random_draws=5, seed=1)
        columns = [name for name in row if name != "strength_lost"]
        pd.testing.assert_frame_equal(row[columns], again[columns], check_exact=True)


def test_strength_lost_over_strengths_of_any_size(build):
    graph = build([("a", "b", 1e12), ("b", "c", 1e-12), ("c", "d", 3.0), ("d", "b", 1.0)], function=list("xxyy"))
    table = r.removal_table(graph, [r.Removal(p, "person", (p,)) for p in "abcd"], random_draws=0, seed=1)
    total = 1e12 + 1e-12 + 4.0
    expected = [1e12 / total, (1e12 + 1e-12 + 1.0) / total, (1e-12 + 3.0) / total, 4.0 / total]
    assert table["strength_lost"].tolist() == pytest.approx(expected, rel=1e-12)


def test_roles_are_combinations_of_columns(build):
    ids = list("abcdefgh")
    graph = build([("a", "b")], people=ids, function=["x", "x", "y", "y", "y", "", "x", "z"], level=list("12111122"))
    roles = r.role_removals(graph, largest=0.5)
    assert [(role.name, role.people) for role in roles] == [
        ("level 1, function y", ("c", "d", "e")),
        ("level 2, function x", ("b", "g")),
    ]
    assert [role.name for role in r.role_removals(graph, largest=0.3)] == ["level 2, function x"]
    single = r.role_removals(graph, columns=["function"], min_group=1, largest=0.2)
    assert [(role.name, role.kind, role.people) for role in single] == [("function z", "role", ("h",))]
    assert r.role_removals(graph, columns=["level", "function"], min_group=4) == []


def test_brokers_go_in_steps_that_hold_one_another(lazega):
    from metrics.centrality import betweenness

    removals = r.broker_removals(lazega)
    # 71 lawyers: 1 % is one person, which is there already, and 5 % are four.
    assert [removal.name for removal in removals] == [f"top {n} by betweenness" for n in ("1", "5 %", "5", "10")]
    assert [len(removal.people) for removal in removals] == [1, 4, 5, 10]
    top = betweenness(lazega).sort_values(ascending=False).index
    for removal in removals:
        assert set(removal.people) == set(top[: len(removal.people)])
        assert removal.kind == "brokers"


def test_equal_scores_go_by_id_and_that_is_said(build):
    graph = build([("a", "b")], people=list("abcde"))
    scores = pd.Series({"e": 2.0, "d": 1.0, "b": 1.0, "a": np.nan, "c": 1.0}, name="power")
    removals = r.broker_removals(graph, scores, tops=[1, 2, 3, 4, 5, 0.5])
    assert [(removal.name, removal.people) for removal in removals] == [
        ("top 1 by power", ("e",)),
        ("top 2 by power (1 of 3 with the same score, by id)", ("e", "b")),
        ("top 3 by power (2 of 3 with the same score, by id)", ("e", "b", "c")),
        ("top 4 by power", ("e", "b", "c", "d")),
    ]
    endless = r.broker_removals(graph, pd.Series({"a": np.inf, "b": 2.0, "c": np.nan}), tops=[1, 2, 3])
    assert [removal.people for removal in endless] == [("a",), ("a", "b")]
    # A rounding error must not make 8 of 7 % of 100.
    crowd = build([], people=[f"p{k:02d}" for k in range(100)])
    everyone = pd.Series(np.arange(100.0), index=crowd.persons)
    assert len(r.broker_removals(crowd, everyone, tops=[0.07])[0].people) == 7
    assert r.broker_removals(crowd, everyone, tops=[0.07])[0].name == "top 7 % by score"


def test_a_curve_is_a_series_of_removals(lazega):
    from metrics.centrality import betweenness

    score = betweenness(lazega)
    curve = r.attack_curve(lazega, score, steps=8, most=0.4, random_draws=20, seed=2)
    assert list(curve) == list(r.ATTACK_COLUMNS)
    assert curve["removed"].tolist() == [0, 4, 7, 11, 14, 18, 21, 25, 28]
    top = r.broker_removals(lazega, score, tops=curve["removed"].tolist()[1:])
    table = r.removal_table(lazega, top, column="office", random_draws=0, seed=1)
    assert curve["largest"].tolist()[1:] == table["largest_after"].tolist()
    assert curve["reach_leaders"].tolist()[1:] == table["reach_leaders_after"].tolist()
    assert curve["last_score"].tolist()[1:] == [score[removal.people[-1]] for removal in top]
    first = curve.iloc[0]
    assert first["largest"] == first["largest_random_low"] == first["largest_random_high"]
    assert isnan(first["last_score"])


def test_a_star_falls_apart_under_attack_and_hardly_by_chance(build):
    # Albert, Jeong & Barabási 2000: networks with hubs stand failures and fall to attacks.
    graph = build([("hub", f"p{k:02d}") for k in range(59)], leaders=["p00"], function=["x"] * 60)
    degree = pd.Series(np.where(graph.persons == "hub", 59.0, 1.0), index=graph.persons)
    curve = r.attack_curve(graph, degree, steps=6, most=0.1, random_draws=50, seed=1).set_index("removed")
    assert curve.loc[1, "largest"] == pytest.approx(1 / 59)
    assert curve.loc[1, "largest_random_high"] == 1
    assert curve.loc[1, "reach_leaders"] == 0
    assert curve.loc[1, "reach_leaders_random_high"] == 1
    bare = r.attack_curve(graph, degree, steps=3, most=0.1, random_draws=0, seed=1)
    assert bare["largest_random_low"].isna().all()


def test_small_organisations_have_fewer_steps_and_people_without_a_score_stay(build):
    graph = build([("a", "b"), ("b", "c")], function=list("xyz"))
    curve = r.attack_curve(graph, pd.Series({"b": 1.0}), steps=20, most=0.9, random_draws=2, seed=1)
    assert curve["removed"].tolist() == [0, 1]
    assert curve["reach_leaders"].isna().all()
    assert r.attack_curve(graph, pd.Series({"b": 1.0}), most=0.1, random_draws=2, seed=1)["removed"].tolist() == [0]


def test_progress_counts_up_to_the_end(lazega, monkeypatch):
    monkeypatch.setattr(_removed, "_LEADERS_AT_ONCE", 10)
    removals, score = r.broker_removals(lazega, tops=[1, 5]), pd.Series(1.0, index=lazega.persons)
    for work in (
        partial(r.removal_table, lazega, removals, column="office", random_draws=200, seed=1),
        partial(r.attack_curve, lazega, score, steps=4, random_draws=60, seed=1),
        partial(r.loss_table, lazega, column="office"),
    ):
        seen: list[tuple[int, int]] = []
        work(progress=lambda done, of, seen=seen: seen.append((done, of)))
        assert len(seen) > 2
        assert seen == sorted(seen)
        assert seen[-1] == (1000, 1000)


def test_leaders_taken_up_in_parts_change_nothing(lazega, monkeypatch):
    removals = r.broker_removals(lazega, tops=[1, 5])
    table, losses_ = r.removal_table(lazega, removals, column="office", seed=1), r.loss_table(lazega, column="office")
    monkeypatch.setattr(_removed, "_LEADERS_AT_ONCE", 5)
    pd.testing.assert_frame_equal(r.removal_table(lazega, removals, column="office", seed=1), table, check_exact=True)
    pd.testing.assert_frame_equal(r.loss_table(lazega, column="office"), losses_, check_exact=True)


def test_fewer_draws_for_large_networks(lazega, monkeypatch):
    removal = [r.Removal("one", "person", (str(lazega.persons[0]),))]

    def made(**asked):
        return r.removal_table(lazega, removal, column="office", seed=1, **asked)["draws"].tolist()

    assert made() == [r.DRAWS_OF_FEW]
    assert r.attack_curve(lazega, pd.Series(1.0, index=lazega.persons), steps=2, seed=1)["draws"].tolist()[0] == r.DRAWS
    monkeypatch.setattr(r, "FEW_TIES", 5)
    assert made() == [r.DRAWS]
    monkeypatch.setattr(r, "MANY_TIES", 10)
    assert made() == [r.DRAWS_OF_MANY]
    assert made(random_draws=7) == [7]


CHANCE = {
    "largest": ("largest_worse_than_random", "largest_q"),
    "reach_leaders": ("reach_leaders_worse_than_random", "reach_leaders_q"),
    "leaders_within_2": ("worse_than_random", "q"),
}


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_band_and_verdict_never_contradict_each_other(build, data):
    graph = data.draw(companies(build, most=20))
    draws, confidence = data.draw(st.integers(1, 60)), data.draw(st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]))
    some = data.draw(st.permutations(list(graph.persons)))
    removals = [r.Removal("some", "random", tuple(some[:size])) for size in (1, 2, graph.size // 2)]
    table = r.removal_table(graph, removals, random_draws=draws, seed=1, confidence=confidence)
    alpha = round(1 - confidence, 10)
    for row in table.to_dict(orient="records"):
        for name, (p, q) in CHANCE.items():
            after, low, high = row[f"{name}_after"], row[f"{name}_random_low"], row[f"{name}_random_high"]
            # To the last bit: no tolerance on either side.
            assert (after < low) == (row[p] <= alpha)
            assert isnan(row[p]) or low <= high or (isnan(low) and 1 / (draws + 1) > alpha)
            assert row[q] >= row[p] - 1e-12 or isnan(row[p])
    for p, q in CHANCE.values():
        assert table[q].tolist() == pytest.approx(benjamini_hochberg(table[p].to_numpy()).tolist(), nan_ok=True)


@given(data=st.data())
@FEW
def test_a_curve_below_its_band_is_a_clear_loss(build, data):
    graph = data.draw(companies(build, most=20))
    score = pd.Series(np.arange(float(graph.size)), index=graph.persons)
    curve = r.attack_curve(graph, score, steps=5, most=0.5, random_draws=39, seed=1)
    # Two of 39 draws at most put those left as low as what lies below the band, or lower: p = 2 / 40.
    assert (curve["largest_random_low"] <= curve["largest_random_high"]).all()
    assert curve["largest"].iloc[0] == curve["largest_random_low"].iloc[0]


def test_no_removals_make_an_empty_table(lazega):
    table = r.removal_table(lazega, [], column="office", seed=1)
    assert list(table) == list(r.REMOVAL_COLUMNS)
    assert table.empty


@pytest.mark.parametrize(
    ("removal", "message"),
    [
        (r.Removal("all", "role", ("a", "b", "c")), "takes everybody away"),
        (r.Removal("none", "role", ()), "takes nobody away"),
        (r.Removal("ann", "person", ("ann",)), "names 'ann', who is not in the roster"),
        (r.Removal("twice", "person", ("a", "a")), "names somebody twice"),
        (r.Removal("odd", "team", ("a",)), "is of kind 'team'; use person, role, brokers, random"),
    ],
)
def test_removals_that_cannot_be_made(build, removal, message):
    graph = build([("a", "b"), ("b", "c")], function=list("xyz"))
    with pytest.raises(StudyError, match=message):
        r.removal_table(graph, [removal], seed=1)


def test_what_else_is_refused(build):
    graph = build([("a", "b"), ("b", "c")], function=list("xyz"))
    score = pd.Series(1.0, index=graph.persons)
    with pytest.raises(StudyError, match="no column 'team'"):
        r.loss_table(graph, column="team")
    with pytest.raises(StudyError, match="confidence of 1"):
        r.removal_table(graph, [], seed=1, confidence=1.0)
    with pytest.raises(StudyError, match="-1 random removals"):
        r.removal_table(graph, [], seed=1, random_draws=-1)
    with pytest.raises(StudyError, match="0 steps"):
        r.attack_curve(graph, score, steps=0, seed=1)
    with pytest.raises(StudyError, match=r"1\.5 is no share"):
        r.attack_curve(graph, score, most=1.5, seed=1)
    with pytest.raises(StudyError, match="name 'q', who is not"):
        r.attack_curve(graph, pd.Series({"q": 1.0}), seed=1)
    with pytest.raises(StudyError, match="name 'a' twice"):
        r.broker_removals(graph, pd.Series([1.0, 2.0], index=["a", "a"]))
    for top in (0, -1, 1.5):
        with pytest.raises(StudyError, match="no number of people and no share"):
            r.broker_removals(graph, score, tops=[top])
    with pytest.raises(StudyError, match="none is listed"):
        r.role_removals(graph, columns=[])
    with pytest.raises(StudyError, match="is the text 'function' and no list"):
        r.role_removals(graph, columns="function")
    with pytest.raises(StudyError, match="role of 0 people"):
        r.role_removals(graph, columns=["function"], min_group=0)
    with pytest.raises(StudyError, match="no share"):
        r.role_removals(graph, columns=["function"], largest=1.0)
