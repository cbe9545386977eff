"""The influence graph: everyone counts, nothing changes it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ona.model import InfluenceGraph, InputError, StudyError, influence_graph, mark_leaders, people_table


def small() -> InfluenceGraph:
    people = people_table(
        pd.DataFrame(
            {
                "person": list("abcde"),
                "manager": ["", "a", "b", "b", ""],
                "level": [3, 2, 1, 1, 1],
                "function": list("xxyyy"),
                "gender": list("wmwmw"),
            }
        )
    )
    ties = pd.DataFrame(
        {
            "source": ["c", "a", "a", "d", "d"],
            "target": ["a", "c", "c", "d", "b"],
            "channel": ["mail", "mail", "chat", "mail", "chat"],
            "strength": [1.0, 2.0, 2.0, 9.0, 0.5],
        }
    )
    pairings = pd.DataFrame(
        {
            "senior": ["a", "a", "b"],
            "junior": ["c", "d", "e"],
            "kind": ["sponsor", "mentor", "mentor"],
            "end": [None, "2023-12-31", None],
        }
    )
    rules = {"last_day": pd.Timestamp("2024-01-31")}
    return influence_graph(mark_leaders(people, at_or_above="3"), ties, pairings=pairings, rules=rules)


def test_everyone_counts_with_or_without_a_tie() -> None:
    graph = small()
    assert graph.size == 5
    assert graph.persons.tolist() == list("abcde")
    assert graph.matrix.shape == (5, 5)
    assert graph.matrix.toarray()[:, 4].sum() + graph.matrix.toarray()[4].sum() == 0


def test_channels_add_up_and_distance_is_the_inverse_of_strength() -> None:
    arcs = small().arcs
    assert arcs[["source", "target", "strength", "distance", "count"]].values.tolist() == [
        ["a", "c", 4.0, 0.25, 2],
        ["c", "a", 1.0, 1.0, 1],
        ["d", "b", 0.5, 2.0, 1],
    ]


def test_the_matrix_reads_row_influences_column() -> None:
    graph = small()
    assert graph.matrix[0, 2] == 4.0
    assert graph.matrix[2, 0] == 1.0
    assert graph.positions(pd.Index(["c", "nobody", "a"])).tolist() == [2, -1, 0]


def test_arcs_and_matrix_hold_the_same_in_the_same_order() -> None:
    rng = np.random.default_rng(1)
    ids = np.array([f"p{k}" for k in range(30)])
    ties = pd.DataFrame({"source": ids[rng.integers(0, 30, 900)], "target": ids[rng.integers(0, 30, 900)]})
    ties = ties.assign(channel=rng.choice(["mail", "chat"], 900), strength=rng.lognormal(0, 3, 900))
    graph = influence_graph(pd.DataFrame({"person": ids}), ties)
    arcs, (source, target), matrix = graph.arcs, graph.arc_ends, graph.matrix
    assert graph.persons[source].tolist() == arcs["source"].tolist()
    assert graph.persons[target].tolist() == arcs["target"].tolist()
    assert matrix.data.tolist() == arcs["strength"].tolist()
    assert matrix.indices.tolist() == target.tolist()
    assert np.repeat(np.arange(30), np.diff(matrix.indptr)).tolist() == source.tolist()
    assert matrix.indices.dtype == matrix.indptr.dtype == np.int32
    expected = ties[ties["source"] != ties["target"]].groupby(["source", "target"])["strength"].sum()
    np.testing.assert_allclose(arcs["strength"], expected.to_numpy(), rtol=1e-12)


def test_loops_are_dropped_and_counted() -> None:
    assert small().self_loops_dropped == 1


def test_the_chain_of_command() -> None:
    graph = small()
    assert graph.chain_of("c") == ("b", "a")
    assert graph.chain_of("a") == ()
    assert graph.chain_of("nobody") == ()
    assert graph.chain.toarray().astype(int).tolist() == [
        [0, 0, 0, 0, 0],
        [1, 0, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]


def test_a_reporting_loop_is_refused_also_by_the_graph() -> None:
    with pytest.raises(InputError, match="the reporting line goes in a circle: a → b → a; correct one manager in it"):
        influence_graph(
            pd.DataFrame({"person": ["a", "b"], "manager": ["b", "a"]}), pd.DataFrame(columns=["source", "target"])
        )


def test_leaders() -> None:
    graph = small()
    assert graph.leaders.tolist() == ["a"]
    assert graph.is_leader.tolist() == [True, False, False, False, False]


def test_layers_keep_everyone() -> None:
    graph = small()
    assert graph.channels == ("chat", "mail")
    assert graph.layer("chat").arcs[["source", "target"]].values.tolist() == [["a", "c"], ["d", "b"]]
    assert graph.layer("sponsor").arcs[["source", "target", "strength"]].values.tolist() == [["a", "c", 1.0]]
    assert graph.layer("mentor").arcs[["source", "target"]].values.tolist() == [["b", "e"]], "a → d ended before"
    assert graph.layer("reporting").arcs[["source", "target"]].values.tolist() == [["a", "b"], ["b", "c"], ["b", "d"]]
    assert {graph.layer(name).size for name in ("chat", "mail", "sponsor", "mentor", "reporting")} == {5}
    with pytest.raises(StudyError) as caught:
        graph.layer("fax")
    assert str(caught.value) == "there is no layer 'fax'; use one of chat, mail, mentor, sponsor, reporting"


@pytest.mark.parametrize(
    ("ties", "pairings", "message"),
    [
        (
            {"source": ["a"], "target": ["z"]},
            None,
            "the tie a → z names 'z', who is not in the roster; add the person to the roster or leave the row out",
        ),
        (
            {"source": [], "target": []},
            {"senior": ["z"], "junior": ["a"], "kind": ["mentor"]},
            "the pairing z → a names 'z', who is not in the roster; add the person to the roster or leave the row out",
        ),
    ],
)
def test_somebody_unknown(ties: dict[str, list[str]], pairings: dict[str, list[str]] | None, message: str) -> None:
    people = pd.DataFrame({"person": ["a", "b"]})
    with pytest.raises(InputError) as caught:
        influence_graph(people, pd.DataFrame(ties), pairings=None if pairings is None else pd.DataFrame(pairings))
    assert str(caught.value) == message


def test_a_table_with_a_person_twice_does_not_pass_for_checked() -> None:
    people = small().people
    with pytest.raises(InputError, match="person 'a' is already on line 2"):
        influence_graph(pd.concat([people, people]).sort_index(), pd.DataFrame(columns=["source", "target"]))


def test_changing_what_is_handed_out_changes_nothing() -> None:
    graph = small()
    before = (graph.people, graph.ties, graph.pairings, graph.arcs, graph.matrix, graph.chain, graph.is_leader)
    kept = [x.copy() for x in before]
    for table, column, value in (
        (graph.people, "gender", "?"),
        (graph.ties, "strength", 0.0),
        (graph.arcs, "distance", 9.0),
    ):
        table[column] = value
        table.loc[table.index[0], column] = value
    people = graph.people
    people.loc["a", "leader"] = False
    pairings = graph.pairings
    pairings["kind"] = "peer"
    graph.matrix.data[:] = 0
    graph.chain.data[:] = False
    graph.is_leader[:] = False
    after = (graph.people, graph.ties, graph.pairings, graph.arcs)
    for old, new in zip(kept[:4], after, strict=True):
        pd.testing.assert_frame_equal(old, new)
    assert (graph.matrix.toarray() == kept[4].toarray()).all()
    assert (graph.chain.toarray() == kept[5].toarray()).all()
    assert (graph.is_leader == kept[6]).all()


def test_changing_what_was_given_changes_nothing() -> None:
    people = people_table(pd.DataFrame({"person": ["a", "b"], "gender": ["w", "m"]}))
    ties = pd.DataFrame({"source": ["a"], "target": ["b"], "strength": [2.0]})
    rules = {"half_life_days": 60}
    graph = influence_graph(people, ties, rules=rules)
    people.loc["a", "gender"] = "?"
    ties.loc[0, "strength"] = 7.0
    rules["half_life_days"] = 1
    assert graph.people["gender"].tolist() == ["w", "m"]
    assert graph.arcs["strength"].tolist() == [2.0]
    assert graph.rules["half_life_days"] == 60
    with pytest.raises(AttributeError):
        graph.self_loops_dropped = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        graph.rules["half_life_days"] = 2  # type: ignore[index]


def test_other_ties_or_pairings_make_another_graph() -> None:
    graph = small()
    other = graph.with_ties(pd.DataFrame({"source": ["e"], "target": ["a"]}))
    assert other.arcs["source"].tolist() == ["e"]
    assert len(graph.arcs) == 3
    assert other.rules == graph.rules
    assert len(other.pairings) == 3
    assert graph.with_pairings(graph.pairings.iloc[:0]).pairings.empty


def test_the_last_day_comes_from_the_rules_or_the_latest_tie() -> None:
    people = pd.DataFrame({"person": ["a", "b"]})
    ties = pd.DataFrame({"source": ["a", "b"], "target": ["b", "a"], "last": ["2024-01-01", "2024-02-01"]})
    assert small().last_day == pd.Timestamp("2024-01-31")
    assert influence_graph(people, ties).last_day == pd.Timestamp("2024-02-01")
    assert influence_graph(people, ties.drop(columns="last")).last_day is None


def test_another_people_table_keeps_ties_pairings_and_rules() -> None:
    graph = small()
    other = graph.with_people(graph.people.assign(gender=["x", None, "x", "x", "x"]))
    assert other.people["gender"].fillna("-").tolist() == ["x", "-", "x", "x", "x"]
    assert graph.people["gender"].tolist() == list("wmwmw")
    pd.testing.assert_frame_equal(other.ties, graph.ties)
    pd.testing.assert_frame_equal(other.pairings, graph.pairings)
    assert other.rules == graph.rules
    assert other.leaders.tolist() == ["a"]
    assert other.chain_of("c") == ("b", "a")
    with pytest.raises(InputError, match="names 'd', who is not in the roster"):
        graph.with_people(graph.people.drop(index="d"))


def test_some_of_the_people() -> None:
    graph = small()
    some = graph.among(["e", "c", "a", "nobody"])
    assert some.persons.tolist() == ["a", "c", "e"]
    assert some.arcs[["source", "target", "strength"]].values.tolist() == [["a", "c", 4.0], ["c", "a", 1.0]]
    assert some.pairings[["senior", "junior"]].values.tolist() == [["a", "c"]]
    assert some.chain_of("c") == (), "the manager between them is left out"
    assert some.leaders.tolist() == ["a"]
    assert some.rules == graph.rules
    assert list(some.people["level"].cat.categories) == list(graph.people["level"].cat.categories)
    assert graph.size == 5


def test_all_of_the_people_or_none() -> None:
    graph = small()
    every = graph.among(graph.persons)
    pd.testing.assert_frame_equal(every.people, graph.people)
    pd.testing.assert_frame_equal(every.ties, graph.ties)
    pd.testing.assert_frame_equal(every.pairings, graph.pairings)
    none = graph.among([])
    assert (none.size, len(none.arcs), len(none.leaders)) == (0, 0, 0)


@settings(deadline=None, max_examples=30)
@given(st.sets(st.sampled_from("abcde")))
def test_ties_among_some_are_those_with_both_ends_there(kept: set[str]) -> None:
    graph = small()
    some = graph.among(sorted(kept))
    at = graph.positions(some.persons)
    assert (some.matrix.toarray() == graph.matrix.toarray()[np.ix_(at, at)]).all()
    assert set(some.people["manager"].dropna()) <= kept


# --- other ids -------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=20)
@given(st.permutations(["P-1", "P-2", "P-3", "q", "A"]))
def test_other_ids_are_the_same_organisation(names: list[str]) -> None:
    graph = small()
    mapping = dict(zip("abcde", names, strict=True))
    other = graph.relabel(mapping)
    assert other.persons.tolist() == sorted(names)
    order = other.positions(pd.Index([mapping[p] for p in graph.persons]))
    assert (other.matrix.toarray()[np.ix_(order, order)] == graph.matrix.toarray()).all()
    assert (other.chain.toarray()[np.ix_(order, order)] == graph.chain.toarray()).all()
    assert other.leaders.tolist() == [mapping["a"]]
    assert other.chain_of(mapping["c"]) == (mapping["b"], mapping["a"])
    assert {(s, j) for s, j in other.pairings[["senior", "junior"]].values} == {
        (mapping[s], mapping[j]) for s, j in graph.pairings[["senior", "junior"]].values
    }
    assert (other.self_loops_dropped, other.rules, other.channels) == (1, graph.rules, graph.channels)
    back = other.relabel(pd.Series(list(mapping), index=list(mapping.values())))
    pd.testing.assert_frame_equal(back.people, graph.people)
    pd.testing.assert_frame_equal(back.ties, graph.ties)
    pd.testing.assert_frame_equal(back.pairings, graph.pairings)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"a": "1", "b": "2"}, "person 'c' has no new id; give every person one"),
        (
            {"a": "1", "b": "2", "c": "1", "d": "3", "e": "4"},
            "persons 'a' and 'c' would both be called '1'; give each their own",
        ),
        (pd.Series(["1", "2"], index=["a", "a"]), "person 'a' is given two new ids"),
    ],
)
def test_ids_that_are_not_one_to_one(mapping: dict[str, str] | pd.Series, message: str) -> None:
    with pytest.raises(StudyError) as caught:
        small().relabel(mapping)
    assert str(caught.value) == message
