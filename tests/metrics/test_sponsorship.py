from __future__ import annotations

import pandas as pd
import pytest

from metrics.access import sponsor_influence, sponsor_levels_up
from metrics.sponsorship import SPONSORSHIP_COLUMNS, held_pairings, sponsorship_table
from ona.model import InfluenceGraph, StudyError, influence_graph

NO_TIES = pd.DataFrame({"source": [], "target": []})
INFLUENCE = pd.Series({"boss": 0.5, "e": 0.3, "a": 0.1, "b": 0.06, "c": 0.02, "d": 0.02})


@pytest.fixture
def graph() -> InfluenceGraph:
    people = pd.DataFrame(
        {
            "person": ["a", "b", "c", "d", "e", "boss"],
            "level": ["2", "1", "1", "1", None, "3"],
            "gender": ["woman", "woman", "woman", "man", None, "man"],
            "leader": [False, False, False, False, False, True],
        }
    )
    pairings = pd.DataFrame(
        [
            ("boss", "b", "mentor", "active", None),
            ("d", "b", "mentor", "active", None),
            ("boss", "b", "mentor", "active", None),  # listed twice, held once
            ("d", "c", "mentor", "cancelled", None),
            ("boss", "d", "sponsor", "active", None),
            ("boss", "c", "sponsor", "active", "2024-01-01"),  # ended before the last day
            ("boss", "a", "mentor", "active", None),
            ("boss", "a", "sponsor", "active", None),
            ("e", "e", "sponsor", "active", None),  # with oneself: none
            ("a", "boss", "reverse", "active", None),
        ],
        columns=["senior", "junior", "kind", "status", "end"],
    )
    return influence_graph(people, NO_TIES, pairings=pairings, rules={"last_day": "2024-06-30"})


def test_every_row_by_hand(graph: InfluenceGraph) -> None:
    table = sponsorship_table(graph, columns=["gender"], influence=INFLUENCE)
    assert tuple(table.columns) == SPONSORSHIP_COLUMNS
    nan = float("nan")
    expected = [
        ["man", "all", 1, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 2.0, 1.0],
        ["man", "1", 1, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 2.0, 1.0],
        # a: one mentor, one sponsor; b: two mentors, no sponsor; c: neither (one ended, one cancelled)
        ["woman", "all", 3, 1.0, 1 / 3, 2 / 3, 1 / 3, 1 / 3, 1 / 3, 1.0, 1.0],
        ["woman", "1", 2, 1.0, 0.0, 0.5, 0.0, 0.5, 0.0, nan, nan],
        ["woman", "2", 1, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0],
        ["not recorded", "all", 1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, nan, nan],
        ["not recorded", "not recorded", 1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, nan, nan],
    ]
    for row, values in zip(table.drop(columns="column").values.tolist(), expected, strict=True):
        assert row[:2] == values[:2]
        assert row[2:] == pytest.approx(values[2:], nan_ok=True)


def test_a_sponsor_without_power_shows(graph: InfluenceGraph) -> None:
    table = sponsorship_table(graph, columns=["gender"], influence=INFLUENCE)
    assert table.loc[table["group"] == "man", "sponsor_influence"].tolist() == [1.0, 1.0]
    weaker = graph.with_pairings(pd.DataFrame({"senior": ["a", "c"], "junior": ["d", "d"], "kind": ["sponsor"] * 2}))
    man = sponsorship_table(weaker, columns=["gender"], influence=INFLUENCE).iloc[0]
    # Both sponsors are no leaders; a is one level up and has more influence than three of the five others.
    assert man[["sponsors_per_head", "leader_sponsors_per_head", "sponsor_levels_up"]].tolist() == [2.0, 0.0, 1.0]
    assert man["sponsor_influence"] == pytest.approx(3 / 5)


def test_averages_over_those_who_hold_a_sponsor_only(graph: InfluenceGraph) -> None:
    table = sponsorship_table(graph, columns=["gender"], influence=INFLUENCE)
    held = pd.concat([sponsor_levels_up(graph), sponsor_influence(graph, influence=INFLUENCE)], axis=1)
    women = graph.people.index[(graph.people["gender"] == "woman") & ~graph.is_leader]
    row = table[(table["group"] == "woman") & (table["level"] == "all")].iloc[0]
    for name in held:
        assert row[name] == pytest.approx(held.loc[women, name].dropna().mean())


def test_everyone_counts_leaders_too(graph: InfluenceGraph) -> None:
    table = sponsorship_table(graph, columns=["gender"], among="everyone")
    assert table[(table["group"] == "man") & (table["level"] == "all")]["people"].tolist() == [2]
    assert table[table["level"] == "all"]["people"].sum() == graph.size


def test_levels_of_a_group_add_up_to_the_group(graph: InfluenceGraph) -> None:
    table = sponsorship_table(graph, columns=["gender", "function"], among="everyone")
    per_level = table[table["level"] != "all"].groupby(["column", "group"])["people"].sum()
    whole = table[table["level"] == "all"].set_index(["column", "group"])["people"]
    pd.testing.assert_series_equal(per_level, whole, check_like=True)


def test_levels_are_in_their_own_order_and_not_the_alphabets() -> None:
    people = pd.DataFrame({"person": list("abc"), "level": [10, 9, 2], "team": "x"})
    pairings = pd.DataFrame({"senior": ["a"], "junior": ["b"], "kind": ["mentor"]})
    table = sponsorship_table(influence_graph(people, NO_TIES, pairings=pairings), columns=["team"])
    assert table["level"].tolist() == ["all", "2", "9", "10"]


def test_no_columns_give_an_empty_table(graph: InfluenceGraph) -> None:
    table = sponsorship_table(graph, columns=[])
    assert table.empty
    assert tuple(table.columns) == SPONSORSHIP_COLUMNS


def test_without_pairings_nothing_is_known(graph: InfluenceGraph) -> None:
    unknown = influence_graph(graph.people, NO_TIES)
    table = sponsorship_table(unknown, columns=["gender"])
    assert table.empty
    assert tuple(table.columns) == SPONSORSHIP_COLUMNS
    with pytest.raises(StudyError, match="the roster has no column 'sex'"):
        sponsorship_table(unknown, columns=["sex"])


def test_unknown_column_is_named(graph: InfluenceGraph) -> None:
    with pytest.raises(StudyError, match=r"^the roster has no column 'sex'; use one of level, gender$"):
        sponsorship_table(graph, columns=["sex"])


def test_held_pairings_count_each_pair_once(graph: InfluenceGraph) -> None:
    assert held_pairings(graph, "mentor").values.tolist() == [["boss", "a"], ["boss", "b"], ["d", "b"]]


def test_without_any_day_only_the_status_counts(graph: InfluenceGraph) -> None:
    undated = influence_graph(graph.people, NO_TIES, pairings=graph.pairings)
    assert held_pairings(undated, "sponsor")["junior"].tolist() == ["a", "c", "d"]
