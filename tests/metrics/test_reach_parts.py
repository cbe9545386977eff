"""Reach split into ways to leaders: counts one by one, parts that add up, published cases of the product rule."""

from __future__ import annotations

from itertools import permutations as orders

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.access import leader_ties
from metrics.gaps import Comparison, gap_table
from metrics.paths import leaders_within
from metrics.reach_parts import REACH_COLUMNS, REACH_PARTS, _split, reach_counts, reach_table
from ona.model import InfluenceGraph, StudyError, influence_graph

WOMEN = Comparison("gender", "woman", "man")


@st.composite
def firms(draw: st.DrawFn) -> InfluenceGraph:
    """Up to 16 people with managers, leaders anywhere, ties in either direction."""
    size = draw(st.integers(6, 16))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    ids = [f"p{i:02d}" for i in range(size)]
    people = pd.DataFrame(
        {
            "person": ids,
            "manager": ["" if i == 0 or rng.random() < 0.2 else ids[rng.integers(i)] for i in range(size)],
            "level": rng.choice(["1", "2"], size),
            "gender": ["woman", "man"] * 2 + rng.choice(["woman", "man"], size - 4).tolist(),
            "leader": [False] * 4 + (rng.random(size - 4) < draw(st.sampled_from([0.2, 0.6]))).tolist(),
        }
    )
    people.loc[size - 1, "leader"] = True
    pairs = np.argwhere(rng.random((size, size)) < draw(st.sampled_from([0.05, 0.2, 0.5])))
    return influence_graph(people, pd.DataFrame([(ids[i], ids[j]) for i, j in pairs], columns=["source", "target"]))


@settings(max_examples=40, deadline=None)
@given(graph=firms())
def test_ways_are_those_found_one_by_one(graph):
    found = reach_counts(graph)
    arcs = graph.arcs
    tied = {p: set() for p in graph.persons}
    for source, target in zip(arcs["source"], arcs["target"], strict=True):
        tied[source].add(target)
        tied[target].add(source)
    leaders = set(graph.leaders)
    for at, person in enumerate(graph.persons):
        above = set(graph.chain_of(person))
        contacts = tied[person] - above
        ways = [
            leader
            for contact in contacts
            for leader in tied[contact] & leaders
            if leader != person and leader not in above and leader not in contacts
        ]
        assert found.direct[at] == len(contacts & leaders)
        assert (found.contacts[at], found.brought[at], found.new[at]) == (len(contacts), len(ways), len(set(ways)))
    assert (found.direct == leader_ties(graph)).all()
    assert (found.direct + found.new == leaders_within(graph, steps=2)).all()


@settings(max_examples=30, deadline=None)
@given(graph=firms(), strata=st.sampled_from([(), ("level",)]))
def test_parts_add_up_to_the_adjusted_gap(graph, strata):
    options = {"comparisons": [WOMEN], "seed": 1, "strata": strata, "permutations": 50, "min_group": 1}
    table = reach_table(graph, **options)
    assert list(table) == list(REACH_COLUMNS)
    assert table["part"].tolist() == list(REACH_PARTS)
    rows = table.set_index("part")
    whole = rows.loc["gap"]
    assert (table["n_informative"] + table["n_uninformative"] == table["n_focal"] + table["n_reference"]).all()
    assert (table["sentence"] == "").tolist() == [False, True, True, True, True]
    within = pd.DataFrame({"leaders_within_2": leaders_within(graph), "leader_ties": leader_ties(graph)})
    if whole["n_informative"] == 0:
        assert table["contribution"].isna().all()
        return
    gaps = gap_table(graph, within, measures=list(within), **options)
    for part, (_, gap) in zip(("gap", "direct"), gaps.iterrows(), strict=True):
        row = rows.loc[part]
        assert row["contribution"] == pytest.approx(gap["adjusted"], abs=1e-12)
        assert row[["low", "high", "p"]].tolist() == pytest.approx(
            gap[["adjusted_low", "adjusted_high", "p"]].tolist(), nan_ok=True
        )
        assert row["factor_focal"] - row["factor_reference"] == pytest.approx(row["contribution"], abs=1e-12)
    for side in ("factor_focal", "factor_reference"):
        if rows[side].notna().all():
            product = rows[side]["contacts"] * rows[side]["known"] * rows[side]["overlap"]
            assert rows[side]["direct"] + product == pytest.approx(rows[side]["gap"])
    if rows["contribution"].notna().all():
        assert rows["contribution"][1:].sum() == pytest.approx(whole["contribution"], abs=1e-12)
    else:
        assert min(rows["factor_focal"]["gap"] - rows["factor_focal"]["direct"],
                   rows["factor_reference"]["gap"] - rows["factor_reference"]["direct"]) == 0  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(means=st.lists(st.floats(0.05, 20.0), min_size=8, max_size=8))
def test_factors_are_changed_in_every_order(means):
    focal, reference = np.array(means[:4]), np.array(means[4:])
    parts = _split(focal, reference)
    assert parts[0] == pytest.approx(parts[1:].sum(), abs=1e-9)
    first = np.array([reference[1], reference[2] / reference[1], reference[3] / reference[2]])
    last = np.array([focal[1], focal[2] / focal[1], focal[3] / focal[2]])
    expected = np.zeros(3)
    for order in orders(range(3)):
        at = first.copy()
        for factor in order:
            before = at.prod()
            at[factor] = last[factor]
            expected[factor] += (at.prod() - before) / 6
    assert parts[2:] == pytest.approx(expected, rel=1e-9, abs=1e-9)


def circle(*, women: str, leaders: int = 4) -> InfluenceGraph:
    """Eight women and eight men, each tied to one contact of their own; how the women differ is planted."""
    people, ties = [], []
    for i in range(leaders):
        people.append((f"l{i}", "", True))
    for gender in ("woman", "man"):
        for i in range(8):
            person, other = f"{gender}{i}", f"x{gender}{i}"
            people += [(person, gender, False), (other, "", False)]
            ties.append((person, other))
            brings = 1 if gender == "woman" and women == "knows fewer" else 2
            ties += [(other, f"l{(i + k) % leaders}") for k in range(brings)]
            if not (gender == "woman" and women == "fewer direct"):
                ties.append((person, f"l{(i + 2) % leaders}"))
            if gender == "man" or women != "fewer contacts":
                people.append((f"y{gender}{i}", "", False))
                ties.append((person, f"y{gender}{i}"))
                # A second contact who knows the fourth leader, or one whom the first brings already.
                known = i if gender == "woman" and women == "same leaders" else i + 3
                ties.append((f"y{gender}{i}", f"l{known % leaders}"))
    roster = pd.DataFrame(people, columns=["person", "gender", "leader"]).replace({"gender": {"": None}})
    return influence_graph(roster, pd.DataFrame(ties, columns=["source", "target"]))


@pytest.mark.parametrize(
    ("planted", "part"),
    [("fewer direct", "direct"), ("knows fewer", "known"), ("same leaders", "overlap")],
)
def test_what_is_planted_is_found(planted, part):
    table = reach_table(circle(women=planted), comparisons=[WOMEN], seed=1, permutations=200).set_index("part")
    assert table["contribution"]["gap"] == pytest.approx(-1.0)
    assert table["contribution"][part] < -0.5
    if part != "direct":
        assert table["contribution"]["direct"] == 0.0


def test_fewer_contacts_are_found():
    table = reach_table(circle(women="fewer contacts"), comparisons=[WOMEN], seed=1, permutations=200).set_index("part")
    # Three contacts against two for men and women, leaders among them; all leaders are tied to no other leader.
    assert table.loc["contacts", ["factor_focal", "factor_reference"]].tolist() == [2.0, 3.0]
    assert table.loc["known", ["factor_focal", "factor_reference"]].tolist() == [1.0, 1.0]
    assert table["contribution"].tolist() == pytest.approx([-1.0, 0.0, -1.0, 0.0, 0.0])


def test_without_contacts_who_bring_leaders_there_is_nothing_to_split():
    people = pd.DataFrame(
        {"person": list("abcdefl"), "gender": ["woman"] * 3 + ["man"] * 3 + [None], "leader": [False] * 6 + [True]}
    )
    graph = influence_graph(people, pd.DataFrame({"source": list("dddea"), "target": list("lefab")}))
    table = reach_table(graph, comparisons=[WOMEN], seed=1, min_group=3, permutations=100).set_index("part")
    assert table["contribution"].isna().tolist() == [False, False, True, True, True]
    assert np.isfinite(table.loc[["contacts", "known"], "factor_focal"]).all()
    assert np.isnan(table.loc["overlap", "factor_focal"])
    assert table.loc["contacts":, ["low", "high", "p"]].isna().all(axis=None)


def test_strata_of_which_none_holds_both_groups():
    people = pd.DataFrame(
        {
            "person": list("abcdl"),
            "gender": ["woman", "woman", "man", "man", "man"],
            "level": ["1", "1", "2", "2", "3"],
            "leader": [False] * 4 + [True],
        }
    )
    graph = influence_graph(people, pd.DataFrame({"source": list("abc"), "target": list("cdl")}))
    table = reach_table(graph, comparisons=[WOMEN], seed=1, min_group=2)
    assert table[["contribution", "low", "high", "p", "factor_focal"]].isna().all(axis=None)
    assert table["n_uninformative"].tolist() == [4] * 5
    assert table["sentence"][0].startswith("The study cannot compare women and men at the same level")


def test_ids_and_order_change_no_part():
    graph = circle(women="knows fewer")
    other = graph.relabel({person: person[::-1] for person in graph.persons})
    options = {"comparisons": [WOMEN], "seed": 1, "permutations": 200}
    first, second = reach_table(graph, **options), reach_table(other, **options)
    for name in ("contribution", "factor_focal", "factor_reference"):
        assert second[name].tolist() == pytest.approx(first[name].tolist())
    pd.testing.assert_frame_equal(reach_table(graph, **options), first)


def test_nobody_to_reach_and_nothing_to_compare(lazega):
    people = lazega.people.assign(leader=False)
    with pytest.raises(StudyError, match="nobody in the roster is a leader, so there is nobody to reach"):
        reach_table(lazega.with_people(people), comparisons=[WOMEN], seed=1)
    empty = reach_table(lazega, comparisons=[], seed=1)
    assert (len(empty), list(empty)) == (0, list(REACH_COLUMNS))


def test_lazega_associates_reach_partners(lazega):
    table = reach_table(lazega, comparisons=[WOMEN], seed=1, strata=("level",), permutations=500).set_index("part")
    within = leaders_within(lazega)[~lazega.is_leader]
    gender = lazega.people["gender"][~lazega.is_leader]
    assert table["factor_focal"]["gap"] == pytest.approx(within[gender == "woman"].mean())
    assert table["contribution"][1:].sum() == pytest.approx(table["contribution"]["gap"], abs=1e-12)
    assert ((table["low"] <= table["contribution"]) & (table["contribution"] <= table["high"])).all()
