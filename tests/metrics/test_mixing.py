"""Mixing between groups against published values and brute force."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from metrics import mixing as m
from metrics.words.mixing import homophily_sentence
from ona.model import StudyError

# No deadline: how long one example takes on a busy machine says nothing about the code.
MANY = settings(max_examples=200, deadline=None)
GROUPS, SITES = ["x", "y", "z"], ["north", "south"]


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


def arcs_between(sources, targets, count):
    pairs = ((a, b) for a in sources for b in targets if a != b)
    return list(itertools.islice(pairs, count))


@pytest.fixture
def coleman(build):
    """Sixty and forty people whose arcs mix as (45, 15; 20, 20)."""
    boys, girls = [f"b{i:02d}" for i in range(60)], [f"g{i:02d}" for i in range(40)]
    arcs = [
        *arcs_between(boys, boys, 45),
        *arcs_between(boys, girls, 15),
        *arcs_between(girls, boys, 20),
        *arcs_between(girls, girls, 20),
    ]
    return build(arcs, people=[*boys, *girls], gender=["boy"] * 60 + ["girl"] * 40)


def test_coleman_homophily(coleman):
    # Worked example of Coleman 1958's index as R's netseg documents it: 0.38125 and 0.175.
    assert m.mixing_matrix(coleman, column="gender").to_numpy().tolist() == [[45, 15], [20, 20]]
    assert m.coleman_homophily(coleman, column="gender").to_dict() == pytest.approx({"boy": 0.38125, "girl": 0.175})


def test_coleman_below_chance_and_undefined(build):
    avoids = build([("a", "c"), ("b", "c"), ("c", "d")], function=["x", "x", "y", "z"])
    values = m.coleman_homophily(avoids, column="function")
    assert values["x"] == -1.0
    assert np.isnan(values["y"])  # one person cannot have ties of their own kind
    assert np.isnan(values["z"])  # no arcs out


def test_enron_recipients_by_gender(enron):
    # Perry & Wolfe 2013: recipients of the 21,635 messages by gender of sender and receiver.
    table = m.mixing_table(enron, columns=["gender"]).set_index(["source_group", "target_group"])
    assert table["count"].to_dict() == {
        ("Female", "Female"): 7529,
        ("Female", "Male"): 8061,
        ("Male", "Female"): 5310,
        ("Male", "Male"): 17488,
    }
    assert table["ties"].sum() == len(enron.arcs)
    assert table["people_source"].to_dict()["Female", "Male"] == (enron.people["gender"] == "Female").sum()


@MANY
@given(number=st.integers(0, 2**32 - 1))
def test_tables_equal_counting_arc_by_arc(drawn, number):
    graph = drawn(number)
    group, site = graph.people["function"].to_dict(), graph.people["site"].to_dict()
    columns = ["source", "target", "count", "strength"]
    arcs = [Arc(*row, group[row[0]], group[row[1]]) for row in graph.arcs[columns].itertuples(index=False, name=None)]
    table = m.mixing_table(graph, columns=["function", "site"])
    assert tuple(table.columns) == m.MIXING_COLUMNS
    assert table["column"].drop_duplicates().tolist() == ["function", "site"]
    rows = table[table["column"] == "function"]
    check_cells(rows.to_dict(orient="records"), group, arcs)
    homophily = m.homophily_table(graph, columns=["function"], strata=["site"], permutations=1, seed=1)
    assert tuple(homophily.columns) == m.HOMOPHILY_COLUMNS
    anybody = dict.fromkeys(site, 0)
    for row in homophily.to_dict(orient="records"):
        check_group(row, group, arcs)
        for where, name in ((anybody, "e_i_expected"), (site, "e_i_expected_within")):
            assert row[name] == pytest.approx(index_by_chance(row["group"], group, where, arcs), abs=1e-9, nan_ok=True)
        for where, name in ((anybody, "e_i_expected_active"), (site, "e_i_expected_active_within")):
            members = [person for person in group if group[person] == row["group"]]
            expected = index_by_activity(members, where, arcs)[0]
            assert row[name] == pytest.approx(expected, abs=1e-9, nan_ok=True)


class Arc(NamedTuple):
    source: str
    target: str
    count: int
    strength: float
    one: str
    other: str


def check_cells(rows, group, arcs):
    """Every cell of a mixing table, counted one by one."""
    people = Counter(group.values())
    possible = len(group) * (len(group) - 1)
    assert [(row["source_group"], row["target_group"]) for row in rows] == list(
        itertools.product(sorted(people), repeat=2)
    )
    for row in rows:
        one, other = row["source_group"], row["target_group"]
        here = [arc for arc in arcs if (arc.one, arc.other) == (one, other)]
        pairs = people[one] * (people[other] - (one == other))
        assert (row["ties"], row["count"]) == (len(here), sum(arc.count for arc in here))
        assert (row["people_source"], row["people_target"]) == (people[one], people[other])
        assert row["strength"] == pytest.approx(sum(arc.strength for arc in here), abs=1e-9)
        expected = len(arcs) * pairs / possible
        assert row["expected"] == pytest.approx(expected, abs=1e-9)
        assert row["ratio"] == pytest.approx(len(here) / expected if expected > 0 else np.nan, abs=1e-9, nan_ok=True)
        four = (
            len(here) * (possible - pairs - (len(arcs) - len(here))),
            (len(arcs) - len(here)) * (pairs - len(here)),
        )
        log_odds = np.log(four[0] / four[1]) if all(four) else np.nan
        assert row["log_odds"] == pytest.approx(log_odds, abs=1e-9, nan_ok=True)


def check_group(row, group, arcs):
    """A group's arcs, E–I index and Coleman homophily, counted one by one."""
    name, people = row["group"], list(group.values())
    out, into = sum(arc.one == name for arc in arcs), sum(arc.other == name for arc in arcs)
    inside = sum(arc.one == arc.other == name for arc in arcs)
    outside = out + into - 2 * inside
    assert row["people"] == people.count(name)
    assert (row["ties_out"], row["ties_in"], row["ties_within"]) == (out, into, inside)
    e_i = (outside - inside) / (outside + inside) if outside + inside else np.nan
    assert row["e_i"] == pytest.approx(e_i, abs=1e-9, nan_ok=True)
    by_chance = out * (people.count(name) - 1) / (len(people) - 1)
    room = out - by_chance if inside > by_chance else by_chance
    coleman = (inside - by_chance) / room if room else np.nan
    assert row["coleman"] == pytest.approx(coleman, abs=1e-9, nan_ok=True)


def index_by_chance(name, group, stratum, arcs):
    """E–I of the arcs to be expected: for every arc the chances of its two ends, shuffled within strata."""
    size, held = Counter(stratum.values()), Counter(stratum[person] for person in stratum if group[person] == name)
    internal = external = 0.0
    for arc in arcs:
        one, other = stratum[arc.source], stratum[arc.target]
        first, second = held[one] / size[one], held[other] / size[other]
        both = first * second
        if one == other:
            both = held[one] * (held[one] - 1) / (size[one] * (size[one] - 1))
        internal += both
        external += first + second - 2 * both
    return (external - internal) / (external + internal) if external + internal else np.nan


def index_by_activity(members, stratum, arcs):
    """E–I of the arcs that activity puts inside, and how far those observed are beyond them, pair by pair."""
    out, into = Counter(arc.source for arc in arcs), Counter(arc.target for arc in arcs)
    cells = Counter((stratum[arc.source], stratum[arc.target]) for arc in arcs)
    inside = variance = 0.0
    for (one, other), count in cells.items():
        sources, targets = ([p for p in stratum if stratum[p] == place] for place in (one, other))
        every = sum(out[a] * into[b] for a in sources for b in targets if a != b)
        own = sum(out[a] * into[b] for a in sources for b in targets if a != b and a in members and b in members)
        x = sum(out[a] for a in sources if a in members) / sum(out[a] for a in sources)
        y = sum(into[b] for b in targets if b in members) / sum(into[b] for b in targets)
        inside += count * own / every
        variance += count * x * (1 - x) * y * (1 - y)
    ends = sum(out[p] + into[p] for p in members)
    seen = sum(arc.source in members and arc.target in members for arc in arcs)
    far = (seen - inside) / variance**0.5 if variance else np.inf
    return (ends - 3 * inside) / (ends - inside) if ends else np.nan, far


def test_p_by_activity_equals_every_shuffle(build):
    ends = [("a", "d"), ("d", "a"), ("a", "b"), ("b", "c"), ("c", "f"), ("f", "e"), ("a", "e"), ("b", "a"), ("e", "d")]
    groups, places, people = list("xxyyxy"), list("nnnsss"), list("abcdef")
    graph = build(ends, people=people, function=groups, site=places)
    table = m.homophily_table(graph, columns=["function"], strata=["site"], permutations=20_000, seed=2)
    arcs = [Arc(*pair, 1, 1.0, "", "") for pair in ends]
    for at, row in enumerate(table.to_dict(orient="records")):
        for place, name in ((dict.fromkeys(people, 0), ""), (dict(zip(people, places, strict=True)), "_within")):
            far = {}
            for members in itertools.combinations(people, 3):
                here = [place[p] for p in members]
                if sorted(here) == sorted(
                    place[p] for p, group in zip(people, groups, strict=True) if group == "xy"[at]
                ):
                    far[members] = index_by_activity(members, place, arcs)[1]
            observed = far[tuple(p for p, group in zip(people, groups, strict=True) if group == "xy"[at])]
            exact = np.mean(np.array(list(far.values())) >= observed - 1e-12)
            assert row[f"p_active{name}"] == pytest.approx(exact, abs=0.03)


@pytest.mark.parametrize(("prefers", "least", "most"), [(1.0, 0, 5), (2.0, 28, 30)])
def test_a_more_active_group_is_not_one_that_keeps_to_itself(build, prefers, least, most):
    """Thirty networks in which three in ten are twice as active, at 5 %."""
    ids, active = [f"p{k:03d}" for k in range(100)], np.arange(100) < 30
    names = np.where(active, "x", "y")
    roster = build([], people=ids, function=names.tolist())
    found, by_chance = [], []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        rate = np.where(active, 2.0, 1.0) * rng.lognormal(0, 0.3, 100)
        chance = np.outer(rate, rate) * np.where(active[:, None] == active, prefers, 1.0)
        np.fill_diagonal(chance, 0)
        one, other = np.nonzero(rng.random((100, 100)) < 1000 * chance / chance.sum())
        ties = pd.DataFrame({"source": np.array(ids)[one], "target": np.array(ids)[other], "strength": 1.0})
        table = m.homophily_table(
            roster.with_ties(ties), columns=["function"], strata=[], permutations=99, seed=seed
        ).set_index("group")
        found.append(table.loc["x", "p_active"] <= 0.05)
        by_chance.append(table.loc["x", "p"] <= 0.05)
    assert least <= sum(found) <= most
    assert all(by_chance)


def test_many_strata_are_looked_at_a_few_shuffles_at_a_time(lazega, monkeypatch):
    options = {"columns": ["gender"], "strata": ["level", "office"], "permutations": 150, "seed": 3}
    expected = m.homophily_table(lazega, **options)
    monkeypatch.setattr("metrics._activity._AT_ONCE", 20)
    pd.testing.assert_frame_equal(m.homophily_table(lazega, **options), expected)


def test_expected_is_the_mean_over_all_shuffles(build):
    arcs = [("a", "b"), ("b", "a"), ("a", "c"), ("d", "e"), ("e", "a")]
    groups = list("xxyyy")
    shuffles = set(itertools.permutations(groups))
    tables = [m.mixing_matrix(build(arcs, function=list(s)), column="function").to_numpy() for s in shuffles]
    expected = m.mixing_table(build(arcs, function=groups), columns=["function"])["expected"]
    assert expected.tolist() == pytest.approx(np.mean(tables, axis=0).ravel().tolist())


def test_people_whose_group_is_unknown_are_left_out(build):
    with_unknown = build([("a", "b"), ("b", "c"), ("d", "a")], function=["x", "y", "y", ""])
    without = build([("a", "b"), ("b", "c")], function=["x", "y", "y"])
    pd.testing.assert_frame_equal(
        m.mixing_table(with_unknown, columns=["function"]), m.mixing_table(without, columns=["function"])
    )


def test_levels_keep_their_order(build):
    graph = build([("a", "b"), ("c", "b")], level=[10, 2, 10])
    assert m.mixing_table(graph, columns=["level"])["source_group"].tolist() == ["2", "2", "10", "10"]


def test_homophily_table(coleman):
    table = m.homophily_table(coleman, columns=["gender"], permutations=99, seed=1).set_index("group")
    assert table.loc["boy", ["people", "ties_out", "ties_in", "ties_within"]].tolist() == [60, 60, 65, 45]
    # External arcs 15 out and 20 in against 45 inside.
    assert table.loc["boy", "e_i"] == pytest.approx((35 - 45) / 80)
    assert m.e_i_groups(coleman, column="gender")["girl"] == pytest.approx((35 - 20) / 55)
    assert table["coleman"].tolist() == pytest.approx([0.38125, 0.175])
    # Of pairs with a boy 2 · 40 · 60 go across and 60 · 59 do not; for girls 40 · 39.
    assert table["e_i_expected"].tolist() == pytest.approx([(4800 - 3540) / 8340, (4800 - 1560) / 6360])
    assert table["strata"].tolist() == ["level × function"] * 2


def test_groups_add_up_to_the_whole_network(lazega):
    # Lazega 2001: E–I −.405830, mean of all shuffles −.232193 (computed independently).
    table = m.homophily_table(lazega, columns=["gender"], strata=["level"], permutations=2000, seed=1)
    touched = table["ties_out"] + table["ties_in"] - table["ties_within"]
    external = (touched - table["ties_within"]).sum() / 2
    assert (external - table["ties_within"].sum()) / len(lazega.arcs) == pytest.approx(-0.405830, abs=5e-7)
    # The same of all ordered pairs of people: those across are counted from either side.
    sizes = table["people"]
    pairs = 2 * sizes * (71 - sizes) + sizes * (sizes - 1)
    across = ((1 + table["e_i_expected"]) / 2 * pairs).sum() / 2
    assert 2 * across / (71 * 70) - 1 == pytest.approx(-0.232193, abs=5e-7)
    assert table["n_informative"].tolist() == [71, 71]


@pytest.mark.parametrize("held", [(), ("level",)])
def test_p_of_groups_equals_shuffling_by_numpy(lazega, held):
    table = m.homophily_table(lazega, columns=["gender"], strata=held, permutations=20_000, seed=3).set_index("group")
    source, target = lazega.arc_ends
    woman = (lazega.people["gender"] == "woman").to_numpy()
    partner = (lazega.people["level"] == "partner").to_numpy() if held else np.zeros(71, bool)
    rng = np.random.default_rng(5)
    drawn = np.empty((4000, 2))
    for at in range(-1, len(drawn)):
        of = woman.copy()
        if at >= 0:
            for place in (partner, ~partner):
                of[place] = rng.permutation(of[place])
        alike, both = of[source] == of[target], of[source] & of[target]
        inside = np.array([(alike & ~both).sum(), both.sum()])
        outside = (~alike).sum()
        index = (outside - inside) / (outside + inside)
        if at < 0:
            observed = index
        else:
            drawn[at] = index
    assert table.loc[["man", "woman"], "e_i"].tolist() == pytest.approx(observed.tolist())
    expected = (drawn <= observed + 1e-12).mean(axis=0)
    found = table.loc[["man", "woman"], "p_within" if held else "p"]
    assert found.tolist() == pytest.approx(expected.tolist(), abs=0.03)
    if not held:
        assert table["p_within"].isna().all()
        assert (table["permutations_within"] == 0).all()


def test_p_of_groups_equals_every_shuffle(build):
    arcs = [("a", "d"), ("d", "a"), ("b", "c"), ("c", "f"), ("f", "e"), ("a", "e")]
    groups, places, people = list("xyyzxz"), list("nnnsss"), list("abcdef")
    table = m.homophily_table(
        build(arcs, people=[*people, "g"], function=[*groups, ""], site=[*places, "n"]),
        columns=["function"], strata=["site"], permutations=20_000, seed=2,
    ).set_index("group")  # fmt: skip
    drawn = {name: [] for name in "xyz"}
    for first, last in itertools.product(itertools.permutations(groups[:3]), itertools.permutations(groups[3:])):
        of = dict(zip(people, [*first, *last], strict=True))
        for name, values in drawn.items():
            inside = sum(of[a] == of[b] == name for a, b in arcs)
            outside = sum((of[a] == name) != (of[b] == name) for a, b in arcs)
            values.append((outside - inside) / (outside + inside) if inside + outside else -np.inf)
    for name, values in drawn.items():
        exact = np.mean(np.array(values) <= table.loc[name, "e_i"] + 1e-12)
        assert table.loc[name, "p_within"] == pytest.approx(exact, abs=0.03)
    # z is in the south only, y in the north only: who else is there decides whose place could be another's.
    assert table["n_informative"].tolist() == [6, 3, 3]


def test_q_is_over_all_rows_and_progress_counts_groups(lazega):
    seen = []
    table = m.homophily_table(
        lazega, columns=["office", "gender"], strata=["level", "gender"], permutations=200, seed=7, confidence=0.9,
        progress=lambda done, of: seen.append((done, of)),
    )  # fmt: skip
    assert seen == [(k, 5) for k in range(1, 6)]
    assert table["strata"].tolist() == ["level × gender"] * 3 + ["level"] * 2
    assert table["q"].tolist() == pytest.approx(stats.false_discovery_control(table["p"]).tolist())
    assert (table["q_within"] >= table["p_within"]).all()
    assert set(table["confidence"]) == {0.9}
    assert set(table["seed"]) == {7}
    again = m.homophily_table(
        lazega, columns=["office", "gender"], strata=["level", "gender"], permutations=200, seed=7, confidence=0.9
    )
    pd.testing.assert_frame_equal(again, table)


@pytest.mark.parametrize("factor", [2.0, 1e-12, 1e12])
def test_strength_does_not_matter_to_counts(lazega, factor):
    other = lazega.with_ties(lazega.ties.assign(strength=factor * lazega.ties["strength"]))
    options = {"columns": ["gender"], "strata": ["level"], "permutations": 50, "seed": 1}
    pd.testing.assert_frame_equal(m.homophily_table(other, **options), m.homophily_table(lazega, **options))
    here, there = (m.mixing_table(graph, columns=["gender"]) for graph in (lazega, other))
    np.testing.assert_allclose(there.pop("strength"), factor * here.pop("strength"), rtol=1e-12)
    pd.testing.assert_frame_equal(there, here)


def test_new_ids_and_people_without_ties(lazega, relabelled):
    other, _ = relabelled(lazega, 3)
    options = {"columns": ["office"], "strata": ["level"], "permutations": 50, "seed": 1}
    table = m.homophily_table(lazega, **options)
    drawn = [name for name in table if name.startswith(("p_", "q_", "permutations", "sentence")) or name in ("p", "q")]
    pd.testing.assert_frame_equal(
        m.homophily_table(other, **options).drop(columns=drawn),
        m.homophily_table(lazega, **options).drop(columns=drawn),
    )
    tied = lazega.persons.isin([*lazega.arcs["source"], *lazega.arcs["target"]])
    fewer = m.mixing_table(lazega.among(lazega.persons[tied]), columns=["office"])
    assert fewer["ties"].tolist() == m.mixing_table(lazega, columns=["office"])["ties"].tolist()


def test_groups_nobody_can_join_or_leave(build):
    one = m.homophily_table(build([("a", "b")], function=["x", "x"]), columns=["function"], permutations=9, seed=1)
    assert one[["p", "p_within"]].isna().all(axis=None)
    assert one["e_i_expected"].tolist() == [-1.0]
    assert one["sentence"].tolist() == [
        "Everybody whose function is known is of this group (people whose function is x), so their ties have no other "
        "to go to."
    ]
    fixed = build([("a", "b"), ("b", "c")], function=["x", "y", "y"], site=["n", "s", "s"])
    table = m.homophily_table(fixed, columns=["function"], strata=["site"], permutations=9, seed=1)
    assert table["p_within"].isna().all()
    assert table["n_informative"].tolist() == [0, 0]
    alone = m.homophily_table(
        build([("a", "b")], people=list("abc"), function=["x", "x", "y"]), columns=["function"], permutations=9, seed=1
    ).set_index("group")
    assert np.isnan(alone.loc["y", ["e_i", "p"]].astype(float)).all()
    assert alone.loc["y", "sentence"] == (
        "People whose function is y have no ties to anybody whose function is known: whether they keep to themselves "
        "is open."
    )


def test_no_columns_and_nobody_known(build):
    graph = build([("a", "b")])
    for columns in ([], ["site"]):
        mixing, homophily = m.mixing_table(graph, columns=columns), m.homophily_table(graph, columns=columns, seed=1)
        assert mixing.empty
        assert homophily.empty
        assert tuple(mixing.columns) == m.MIXING_COLUMNS
        assert tuple(homophily.columns) == m.HOMOPHILY_COLUMNS


def test_one_person(build):
    row = m.mixing_table(build([], people=["a"], function=["x"]), columns=["function"]).iloc[0]
    assert (row["people_source"], row["ties"]) == (1, 0)
    assert row[["expected", "ratio", "log_odds"]].isna().all()
    row = m.homophily_table(build([], people=["a"], function=["x"]), columns=["function"], seed=1).iloc[0]
    assert row[["e_i", "e_i_expected", "p", "coleman", "q"]].isna().all()


def test_unknown_column(build):
    with pytest.raises(StudyError, match=r"the roster has no column 'team'; name one under people.groups"):
        m.mixing_table(build([("a", "b")]), columns=["team"])


def told(**changes):
    row = {
        "column": "gender", "group": "woman", "ties_out": 600, "ties_in": 800, "ties_within": 200, "e_i": -0.4,
        "e_i_expected": 0.2, "p": 0.005, "e_i_expected_active": 0.0, "p_active": 0.01,
        "e_i_expected_active_within": -0.1, "p_active_within": 0.02, "strata": "level × team", "q_active": 0.03,
        "q_active_within": 0.04, "confidence": 0.95,
    }  # fmt: skip
    return homophily_sentence(row | changes, plurals={"Tech": "engineers"})


MORE = (
    "omen keep to themselves more than their activity alone would make them (70.0 % of their 1,200 ties are with one "
)
KEEP = f"W{MORE}another, against 50.0 % if contacts followed activity, p = 0.01"
TELL = f"w{MORE}another, against 50.0 % if contacts followed activity, p = 0.2)"
PLACE = "at the same level and with the same team"
NUMBER = "Ties of women stay among them more than their number alone would make them (70.0 % of their 1,200 ties are "
NUMBER += "with one another, against 40.0 % by number, p = 0.005); "
SENTENCES = [
    ({}, f"{KEEP}), and they still do among people {PLACE} (against 55.0 % by activity, p = 0.02)."),
    ({"q_active": 0.06, "q_active_within": 0.2}, f"{KEEP}; among all the groups looked at, that could still be chance, "
     f"q = 0.06), and they still do among people {PLACE} (against 55.0 % by activity, p = 0.02; among all the groups "
     "looked at, that could still be chance, q = 0.2)."),
    ({"p_active_within": 0.3}, f"{KEEP}); who has which level and team may account for it, because among people "
     f"{PLACE} activity alone gives 55.0 %, and beyond that the study cannot tell (p = 0.3)."),
    ({"p_active_within": 0.3, "e_i_expected_active_within": 0.1}, f"{KEEP}); whether they do so among people {PLACE}, "
     "the study cannot tell (against 45.0 % by activity, p = 0.3)."),
    ({"p_active_within": np.nan}, f"{KEEP}); whether they do so among people {PLACE} cannot be said, because those are "
     "always alike."),
    ({"strata": "", "p_active_within": np.nan}, f"{KEEP}); nothing was held equal."),
    ({"p_active": 0.2}, f"Overall, the study cannot tell whether {TELL}, but among people {PLACE} they do (against "
     "55.0 % by activity, p = 0.02)."),
    ({"p_active": 0.2, "p_active_within": 0.0004}, f"Overall, the study cannot tell whether {TELL}, but among people "
     f"{PLACE} they do (against 55.0 % by activity, p < 0.001)."),
    ({"p": 0.3, "p_active": 0.2, "p_active_within": 0.4}, f"The study cannot tell whether {TELL}, nor can it tell "
     f"among people {PLACE} (against 55.0 % by activity, p = 0.4)."),
    ({"p": 0.3, "p_active": 0.2, "p_active_within": np.nan}, f"The study cannot tell whether {TELL}, and people "
     f"{PLACE} cannot be compared, because they are always alike."),
    # More active, and no more than that.
    ({"p_active": 0.2, "p_active_within": 0.4}, f"{NUMBER}that they are more active may account for it, because "
     "activity alone gives 50.0 %, and beyond that the study cannot tell whether they keep to themselves (p = 0.2), "
     f"nor can it tell among people {PLACE} (against 55.0 % by activity, p = 0.4)."),
    ({"p_active": 0.2, "e_i_expected_active": 0.3, "strata": "", "p_active_within": np.nan}, f"{NUMBER}activity alone "
     "gives 35.0 %, and the study cannot tell whether they keep to themselves (p = 0.2); nothing was held equal."),
    ({"p_active": 0.01, "e_i_expected_active": -0.5, "p": 0.3, "p_active_within": 0.3}, "The study gives no sign that "
     f"{TELL.replace('50.0', '75.0').replace('0.2', '0.01')}, nor can it tell among people {PLACE} (against 55.0 % by "
     "activity, p = 0.3)."),
    ({"p_active": np.nan}, "Of women, or of everybody else, nobody sends ties or nobody receives them (70.0 % of their "
     "1,200 ties are with one another, against 50.0 % if contacts followed activity): whether they keep to themselves "
     "is open."),
    ({"p": 0.9, "p_active": 0.9, "p_active_within": np.nan, "strata": "", "e_i_expected_active": -0.5, "ties_out": 1,
      "ties_in": 1, "ties_within": 1, "column": "function", "group": "Tech"}, "The study gives no sign that engineers "
     "keep to themselves more than their activity alone would make them (70.0 % of their one tie is with one another, "
     "against 75.0 % if contacts followed activity, p = 0.9); nothing was held equal."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), SENTENCES)
def test_sentences(changes, sentence):
    assert told(**changes) == sentence
