"""Several centralities in one call: the same numbers as one by one, and how exact they are in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import centrality as c
from metrics.centrality.precision import precision_table
from metrics.centrality.sampling import Estimate
from ona.model import StudyError

# No deadline: how long one example takes on a busy machine says nothing about the code.
FEW = settings(max_examples=15, deadline=None)
WHOLE = ("in_degree", "out_degree", "degree", "coreness")


def alone(graph, name):
    return getattr(c, name)(graph)


@FEW
@given(data=st.data())
def test_equals_each_measure_alone(graphs, data):
    graph = data.draw(graphs(most=20))
    found = c.centralities(graph)
    assert tuple(found.values) == c.CENTRALITY_COLUMNS
    assert found.values.index.equals(graph.persons)
    for name in c.CENTRALITIES:
        column = "reach_2" if name == "reach" else name
        # The searches behind betweenness and closeness are shared, and their sums taken in another order.
        np.testing.assert_allclose(found.values[column], alone(graph, name), rtol=1e-12, err_msg=name)
    assert (found.values[["betweenness_error", "closeness_error"]] == 0).all(axis=None)
    assert found.precision["method"].tolist() == ["exact", "exact"]


@FEW
@given(data=st.data())
def test_new_ids_and_doubled_strengths(graphs, relabelled, doubled, data):
    graph = data.draw(graphs(most=20))
    values = c.centralities(graph).values
    other, new = relabelled(graph, data.draw(st.integers(0, 99)))
    expected = values.rename(index=new).sort_index()
    np.testing.assert_allclose(c.centralities(other).values, expected, rtol=1e-9, atol=1e-12)
    scaled = [name for name in values if name in ("in_strength", "out_strength", "closeness")]
    twice = values.assign(**{name: 2 * values[name] for name in scaled})
    np.testing.assert_array_equal(c.centralities(doubled(graph)).values, twice)


def test_columns_and_types(build):
    graph = build([("a", "b", 2), ("b", "a"), ("b", "c")], people=list("abcd"))
    values = c.centralities(graph, steps=3).values
    assert tuple(values) == (*c.CENTRALITY_COLUMNS[:-1], "reach_3")
    assert {str(values[name].dtype) for name in WHOLE} == {"int64"}
    assert {str(dtype) for dtype in values.drop(columns=list(WHOLE)).dtypes} == {"float64"}
    assert values.index.name == "person"
    some = c.centralities(graph, measures=["reach", "closeness", "hubs", "degree", "degree"])
    assert tuple(some.values) == ("degree", "closeness", "closeness_error", "hubs", "reach_2")
    assert some.precision["measure"].tolist() == ["closeness"]
    none = c.centralities(graph, measures=["degree"]).precision
    assert (tuple(none), len(none)) == (c.PRECISION_COLUMNS, 0)
    assert none.dtypes.tolist() == some.precision.dtypes.tolist()


def test_every_name_can_be_asked_for_alone(build):
    graph = build([("a", "b", 2), ("b", "a"), ("b", "c")])
    for name, meaning in c.CENTRALITIES.items():
        values = c.centralities(graph, measures=[name]).values
        np.testing.assert_allclose(values.iloc[:, 0], alone(graph, name), rtol=1e-12)
        assert meaning
    with pytest.raises(TypeError):
        c.CENTRALITIES["degree"] = "something else"


@pytest.mark.parametrize("people", [["a"], ["a", "b"]])
def test_nobody_is_tied(people, build):
    found = c.centralities(build([], people=people))
    assert found.values.index.tolist() == people
    expected = dict.fromkeys(c.CENTRALITY_COLUMNS, 0.0) | {"katz": 1.0, "influence": 1 / len(people)}
    expected |= dict.fromkeys(["eigenvector", "hubs", "authorities"], np.nan)
    if len(people) < 2:
        expected["reach_2"] = np.nan
    for column, value in expected.items():
        np.testing.assert_equal(found.values[column].tolist(), [value] * len(people), err_msg=column)


def test_what_is_not_known(build):
    graph = build([("a", "b")])
    with pytest.raises(StudyError, match=r"there is no centrality 'pagerank'; use some of in_strength, .*, reach$"):
        c.centralities(graph, measures=["degree", "pagerank"])
    with pytest.raises(StudyError, match="no centrality is asked for; use some of in_strength"):
        c.centralities(graph, measures=[])
    with pytest.raises(StudyError, match="reach within 0 steps says nothing; use 1 or more steps"):
        c.centralities(graph, steps=0)
    assert len(c.centralities(graph, measures=["degree"], steps=0).values) == 2


def test_a_sample_says_how_far_it_may_be_off(lazega):
    found = c.centralities(lazega, measures=["betweenness", "closeness"], sources=40, delta=0.05, seed=4)
    between, near = c.path_estimates(lazega, sources=40, delta=0.05, seed=4)
    pd.testing.assert_series_equal(found.values["betweenness"], between.values)
    pd.testing.assert_series_equal(found.values["closeness_error"], near.error, check_names=False)
    exact = c.centralities(lazega, measures=["betweenness", "closeness"]).values
    for name in ("betweenness", "closeness"):
        assert (found.values[f"{name}_error"] > 0).any()
        assert ((found.values[name] - exact[name]).abs() <= found.values[f"{name}_error"]).all()
    rows = found.precision.set_index("measure")
    assert rows.loc["betweenness", ["method", "sources", "people", "delta"]].tolist() == ["sampled", 40, 71, 0.05]
    assert rows.loc["betweenness", "epsilon"] == between.epsilon
    assert rows.loc["closeness", "unit"] == near.unit
    alone = c.centralities(lazega, measures=["closeness"], sources=40, seed=4)
    pd.testing.assert_series_equal(alone.values["closeness"], c.closeness(lazega, sources=40, seed=4))


def estimate(error, **others):
    known = {"sources": 1024, "people": 100_000, "epsilon": 0.1, "delta": 0.1, "unit": "strength", "exact": False}
    series = pd.Series([0.0, error])
    return Estimate(**{"values": series, "error": series, **known, **others})


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            estimate(1234.56),
            "Betweenness is estimated from 1,024 searches, each from a person drawn at random among 100,000; with a "
            "probability of at least 90 % every value is within 10 % of the largest value possible of the exact one "
            "(1,240, strength). That is a guarantee for everybody at once: typical errors are far smaller.",
        ),
        (
            estimate(0.0012341, sources=1, delta=0.001),
            "Betweenness is estimated from 1 search, from a person drawn at random among 100,000; with a "
            "probability of at least 99.9 % every value is within 10 % of the largest value possible of the exact one "
            "(0.00124, strength). That is a guarantee for everybody at once: typical errors are far smaller.",
        ),
        (
            estimate(np.nan),
            "Betweenness is not known: none of the searches drawn among 100,000 people tells it.",
        ),
        (
            estimate(0.0, exact=True, sources=2000, people=2000),
            "Betweenness is exact: the shortest ways from all 2,000 people were searched.",
        ),
        (
            estimate(0.0, exact=True, sources=1, people=1),
            "Betweenness is exact: the shortest ways from the only person were searched.",
        ),
    ],
)
def test_sentences(found, sentence):
    assert precision_table({"betweenness": found})["sentence"].item() == sentence


def test_progress_moves_with_every_block(build):
    rng = np.random.default_rng(1)
    ids = [f"p{k:03d}" for k in range(400)]
    arcs = sorted({(ids[a], ids[b]) for a, b in rng.integers(0, 400, (2400, 2)) if a != b})
    graph = build(arcs, people=ids)
    seen = []
    c.centralities(graph, progress=lambda done, of: seen.append((done, of)))
    done, of = np.array(seen).T
    assert (np.diff(done) >= 0).all()
    assert done[-1] == of[-1]
    assert len(set(of)) == 1
    # More steps than measures: the searches report their blocks.
    assert len(set(done)) > len(c.CENTRALITIES) + 3


def test_the_table_of_a_study(build):
    graph = build([("a", "b", 2), ("b", "a"), ("b", "c")])
    seen = []
    table = c.centrality_table(graph, steps=1, progress=lambda done, of: seen.append((done, of)))
    assert table.columns.tolist() == [
        *("in_strength", "out_strength", "in_degree", "out_degree", "degree", "betweenness", "closeness", "influence"),
        *("coreness", "reach_1"),
    ]
    assert table["degree"].tolist() == [1, 2, 1]
    assert {str(table[name].dtype) for name in WHOLE} == {"int64"}
    assert seen[-1][0] == seen[-1][1]
