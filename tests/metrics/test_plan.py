from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.access import pairings_held
from metrics.gaps import Comparison, gap_table
from metrics.paths import leaders_within
from metrics.plan import PLAN_COLUMNS, plan_table
from ona.model import InfluenceGraph, StudyError, influence_graph, people_table

WOMEN = Comparison("gender", "woman", "man")


@pytest.fixture
def graph() -> InfluenceGraph:
    """Two leaders who know each other, four people below, of whom c knows b."""
    people = pd.DataFrame(
        {
            "person": ["a", "b", "c", "d", "lea", "max"],
            "gender": ["woman", "woman", "man", "man", "man", "woman"],
            "level": [1, 2, 1, 3, 5, 5],
            "manager": ["", "", "", "max", "", ""],
            "leader": [False, False, False, False, True, True],
        }
    )
    ties = pd.DataFrame({"source": ["lea", "c", "d"], "target": ["max", "b", "lea"]})
    return influence_graph(
        people, ties, pairings=pd.DataFrame({"senior": ["lea"], "junior": ["d"], "kind": ["sponsor"]})
    )


def chosen(*pairs: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["protege", "sponsor", "score"])


def test_sponsors_by_hand(graph: InfluenceGraph) -> None:
    pairs = chosen(("b", "lea", 0.5), ("c", "max", 0.9), ("a", "lea", 0.5))
    plan = plan_table(graph, pairs, comparisons=[WOMEN], strata=("level",), min_group=1)
    assert tuple(plan.columns) == PLAN_COLUMNS
    # d holds a sponsor. Then c (0.9), then a before b (0.5 each).
    assert plan["mean_focal"].tolist() == [0.0, 0.0, 0.5, 1.0]
    assert plan["mean_reference"].tolist() == [0.5, 1.0, 1.0, 1.0]
    assert plan["gap"].tolist() == [-0.5, -1.0, -0.5, 0.0]
    # Only level 1 holds both groups: a against c.
    assert plan["gap_within"].tolist() == [0.0, -1.0, 0.0, 0.0]
    assert plan["pairings"].tolist() == [0, 1, 2, 3]
    assert plan["pairings_focal"].tolist() == [0, 0, 1, 2]
    assert plan["pairings_reference"].tolist() == [0, 1, 1, 1]
    assert set(plan["measure"]) == {"sponsors"}


def test_leaders_within_two_by_hand(graph: InfluenceGraph) -> None:
    pairs = chosen(("b", "lea", 0.9), ("a", "max", 0.5))
    plan = plan_table(graph, pairs, comparisons=[WOMEN], measure="leaders_within_2", strata=(), min_group=1)
    # d reaches lea; max is d's manager and does not count. b – lea brings lea and max to b, and lea to c through b.
    # a – max brings max and lea to a.
    assert plan["mean_focal"].tolist() == [0.0, 1.0, 2.0]
    assert plan["mean_reference"].tolist() == [0.5, 1.0, 1.0]
    assert plan["gap"].tolist() == [-0.5, 0.0, 1.0]
    assert plan["gap_within"].tolist() == pytest.approx([-0.5, 0.0, 1.0])


def test_everyone_else_is_a_reference_without_a_name(graph: InfluenceGraph) -> None:
    plan = plan_table(graph, chosen(), comparisons=[Comparison("gender", "man")], min_group=1)
    assert plan["reference"].tolist() == [None]
    assert plan["gap"].tolist() == [0.5]


def test_a_pairing_held_already_adds_nothing(graph: InfluenceGraph) -> None:
    for measure in ("sponsors", "leaders_within_2"):
        plan = plan_table(graph, chosen(("d", "lea", 0.5)), comparisons=[WOMEN], measure=measure, min_group=1)
        assert plan["gap"][0] == plan["gap"][1]


def test_no_stratum_with_both_groups_leaves_the_gap_within_undefined(graph: InfluenceGraph) -> None:
    lone = influence_graph(graph.people.assign(site=["w", "w", "m", "m", "", ""]).reset_index(), graph.ties)
    plan = plan_table(lone, chosen(), comparisons=[WOMEN], strata=("site",), min_group=1)
    assert plan["gap_within"].isna().all()
    assert plan["gap"].notna().all()


def test_no_comparison(graph: InfluenceGraph) -> None:
    plan = plan_table(graph, chosen(), comparisons=[])
    assert plan.empty
    assert tuple(plan.columns) == PLAN_COLUMNS


def test_wrong_requests(graph: InfluenceGraph) -> None:
    with pytest.raises(
        StudyError, match="there is no plan for the measure 'mentors'; use sponsors or leaders_within_2"
    ):
        plan_table(graph, chosen(), comparisons=[], measure="mentors")  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="the assignment names 'zoe', who is not in the roster"):
        plan_table(graph, chosen(("a", "zoe", 0.5)), comparisons=[])


def random_case(seed: int, size: int) -> tuple[InfluenceGraph, pd.DataFrame]:
    """A random organisation, and pairings of different people with leaders outside their chain."""
    rng = np.random.default_rng(seed)
    ids = [f"p{i:02d}" for i in range(size)]
    roster = pd.DataFrame({"person": ids, "manager": ["", *(ids[rng.integers(0, i)] for i in range(1, size))]})
    roster["gender"] = np.where(np.arange(size) % 2, "woman", "man")
    roster["level"] = rng.integers(1, 3, size)
    roster["leader"] = (rng.random(size) < 0.4) & (np.arange(size) > 3)
    ends = pd.DataFrame(rng.choice(ids, (int(1.2 * size), 2)), columns=["source", "target"]).drop_duplicates()
    pairs = pd.DataFrame(rng.choice(ids, (3, 2)), columns=["senior", "junior"]).assign(kind="sponsor")
    graph = influence_graph(people_table(roster), ends, pairings=pairs)
    leaders = list(graph.leaders)
    rows = [
        (protege, leaders[rng.integers(0, len(leaders))], float(rng.integers(0, 4)) / 4)
        for protege in rng.permutation(ids)[: size // 2]
        if leaders
    ]
    fit = [r for r in rows if r[0] != r[1] and r[1] not in graph.chain_of(r[0]) and r[0] not in graph.chain_of(r[1])]
    return graph, chosen(*fit)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(6, 24))
def test_each_row_is_the_gap_of_the_organisation_with_those_pairings_made(seed: int, size: int) -> None:
    graph, pairs = random_case(seed, size)
    ordered = pairs.sort_values(["score", "protege"], ascending=[False, True])
    options = {"comparisons": [WOMEN], "min_group": 1, "among": "everyone"}
    sponsors = plan_table(graph, pairs, **options)  # type: ignore[arg-type]
    reach = plan_table(graph, pairs, measure="leaders_within_2", **options)  # type: ignore[arg-type]
    woman = (graph.people["gender"] == "woman").to_numpy()
    for made in range(len(pairs) + 1):
        first = ordered.iloc[:made]
        ties = first.rename(columns={"sponsor": "source", "protege": "target"})[["source", "target"]]
        held = first.rename(columns={"sponsor": "senior", "protege": "junior"})[["senior", "junior"]]
        later = influence_graph(
            graph.people,
            pd.concat([graph.ties[["source", "target"]], ties]),
            pairings=pd.concat([graph.pairings[["senior", "junior", "kind"]], held.assign(kind="sponsor")]),
        )
        for plan, values in ((sponsors, pairings_held(later, "sponsor")), (reach, leaders_within(later, steps=2))):
            now = values.to_numpy()
            assert plan["gap"][made] == pytest.approx(now[woman].mean() - now[~woman].mean())


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_the_first_row_is_the_table_of_gaps(seed: int) -> None:
    graph, pairs = random_case(seed, 24)
    measures = pd.DataFrame({"sponsors": pairings_held(graph, "sponsor"), "leaders_within_2": leaders_within(graph)})
    options = {"comparisons": [WOMEN], "strata": ("level",), "min_group": 1}
    gaps = gap_table(graph, measures, measures=list(measures), seed=1, permutations=20, **options).set_index("measure")  # type: ignore[arg-type]
    for measure in ("sponsors", "leaders_within_2"):
        first = plan_table(graph, pairs, measure=measure, **options).iloc[0]  # type: ignore[arg-type]
        assert first["gap"] == pytest.approx(gaps["difference"][measure])
        assert first["gap_within"] == pytest.approx(gaps["adjusted"][measure])
