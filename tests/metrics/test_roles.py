"""Gould–Fernandez roles against published totals, brute force and exact enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import block_diag

from metrics.brokerage._role_chances import moments
from metrics.brokerage.roles import ROLES, role_counts, role_expectations, role_scores, role_table, role_totals
from ona.model import StudyError

# No deadline: how long one example takes on a busy machine says nothing about the code.
FEW = settings(max_examples=25, deadline=None)
# Ten networks side by side in each of twenty examples.
TWENTY = settings(max_examples=20, deadline=None)
SIZES = st.lists(st.integers(3, 40), min_size=10, max_size=10)
SEEDS = st.integers(0, 2**32 - 1)


def role_of(a, v, b):
    if a == v == b:
        return "coordinator"
    if a == b:
        return "consultant"
    if a == v:
        return "representative"
    return "gatekeeper" if v == b else "liaison"


def brute_force(graph, column, threshold=0.0):
    """Every ordered triple looked at, one by one."""
    group = graph.people[column]
    arcs = graph.arcs[graph.arcs["strength"] > threshold]
    there = set(zip(arcs["source"], arcs["target"], strict=True))
    counts = pd.DataFrame(0, index=graph.persons, columns=list(ROLES))
    for a, v, b in itertools.permutations(graph.persons, 3):
        if (a, v) in there and (v, b) in there and (a, b) not in there:
            counts.loc[v, role_of(group[a], group[v], group[b])] += 1
            counts.loc[v, "brokerage"] += 1
    return counts


def test_the_middle_of_a_line_into_another_group_is_a_representative(build):
    # Gould & Fernandez 1989: who passes on what comes from the own group to another represents it.
    counts = role_counts(build([("1", "2"), ("2", "3")], function=["1", "1", "2"]), column="function")
    assert counts.loc["2"].to_dict() == {**dict.fromkeys(ROLES, 0), "representative": 1, "brokerage": 1}
    assert counts.loc[["1", "3"]].to_numpy().sum() == 0


def test_lazega_by_office(lazega_recorded):
    # Lazega's advice arcs as recorded; computed independently, and agreeing with R's sna package.
    totals = role_totals(lazega_recorded, column="office")["count"]
    assert totals.tolist() == [3446, 175, 1413, 1213, 125, 6372]


def test_lazega_by_gender(lazega_recorded):
    # As above.
    totals = role_totals(lazega_recorded, column="gender")["count"]
    assert totals.tolist() == [3531, 580, 957, 1304, 0, 6372]


@pytest.mark.parametrize("column", ["office", "gender"])
def test_reversing_every_arc_swaps_representative_and_gatekeeper(lazega, lazega_recorded, column):
    one = role_counts(lazega_recorded, column=column)
    other = role_counts(lazega, column=column)
    swapped = one.rename(columns={"representative": "gatekeeper", "gatekeeper": "representative"})[list(ROLES)]
    pd.testing.assert_frame_equal(other, swapped)


@FEW
@given(data=st.data())
def test_equals_every_triple_looked_at(graphs, data):
    graph = data.draw(graphs())
    threshold = data.draw(st.sampled_from([0.0, 0.5, 1.0]))
    counts = role_counts(graph, column="function", threshold=threshold)
    np.testing.assert_array_equal(counts, brute_force(graph, "function", threshold))
    assert (counts[list(ROLES[:5])].sum(axis=1) == counts["brokerage"]).all()


def by_matrices(graph, column):
    """The same by products of dense matrices: two-paths a → v → b, a ≠ b, that no arc closes."""
    arc = (graph.matrix.toarray() > 0).astype(int)
    group = graph.people[column].to_numpy()
    alike = group[:, None] == group
    missing = (1 - arc) * (1 - np.eye(len(arc), dtype=int))
    pairs = {
        "coordinator": (alike, alike, alike),
        "consultant": (~alike, ~alike, alike),
        "representative": (alike, ~alike, ~alike),
        "gatekeeper": (~alike, alike, ~alike),
        "liaison": (~alike, ~alike, ~alike),
        "brokerage": (alike | ~alike,) * 3,
    }
    # Σ_a Σ_b in[a, v] · missing[a, b] · out[v, b]
    counts = {r: (((arc * x).T @ (missing * z)) * (arc * y)).sum(axis=1) for r, (x, y, z) in pairs.items()}
    return pd.DataFrame(counts, index=graph.persons)


def made_up(build, sizes, seed):
    """Networks at random side by side; the first few people of each are tied to half of the others each way."""
    rng, parts = np.random.default_rng(seed), []
    for people in sizes:
        there = rng.random((people, people)) < rng.uniform(0, 12) / people
        hubs = rng.integers(3)
        there[:hubs] |= rng.random((hubs, people)) < 0.5
        there[:, :hubs] |= rng.random((people, hubs)) < 0.5
        np.fill_diagonal(there, False)
        parts.append(there)
    names = [f"p{k:03d}" for k in range(sum(sizes))]
    arcs = [(names[a], names[b]) for a, b in np.argwhere(block_diag(*parts))]
    return build(arcs, people=names, function=rng.choice(list("uvwxyz")[: 1 + seed % 6], len(names)).tolist())


@TWENTY
@given(sizes=SIZES, seed=SEEDS)
def test_equals_dense_matrices(build, sizes, seed):
    graph = made_up(build, sizes, seed)
    np.testing.assert_array_equal(role_counts(graph, column="function"), by_matrices(graph, "function"))


def enumerate_graphs(groups, arcs):
    """Counts of every person and role over all directed graphs on these people, and each graph's chance.

    Arcs fall independently with the density of a graph of so many arcs.
    """
    size = len(groups)
    pairs = list(itertools.permutations(range(size), 2))
    density = arcs / len(pairs)
    bits = (np.arange(2 ** len(pairs))[:, None] >> np.arange(len(pairs))) & 1
    there = {pair: bits[:, i].astype(bool) for i, pair in enumerate(pairs)}
    held = bits.sum(axis=1)
    chance = density**held * (1 - density) ** (len(pairs) - held)
    counts = np.zeros((len(bits), size, len(ROLES)))
    for a, v, b in itertools.permutations(range(size), 3):
        brokered = there[a, v] & there[v, b] & ~there[a, b]
        counts[:, v, ROLES.index(role_of(groups[a], groups[v], groups[b]))] += brokered
        counts[:, v, -1] += brokered
    return counts, chance


@pytest.mark.parametrize("groups", ["xxx", "xxy", "xyz", "xxxx", "xxxy", "xxyy", "xyxz", "wxyz"])
@pytest.mark.parametrize("arcs", [2, 5, 9])
def test_means_and_variances_equal_enumeration(build, groups, arcs):
    people = list("abcd")[: len(groups)]
    arcs = min(arcs, len(people) * (len(people) - 1))
    pairs = list(itertools.permutations(people, 2))[:arcs]
    graph = build(pairs, people=people, function=list(groups))
    counts, chance = enumerate_graphs(groups, arcs)
    means, variances = role_expectations(graph, column="function")
    exact = np.einsum("g,gvr->vr", chance, counts)
    np.testing.assert_allclose(means, exact, atol=1e-12)
    np.testing.assert_allclose(variances, np.einsum("g,gvr->vr", chance, counts**2) - exact**2, atol=1e-12)
    totals = role_totals(graph, column="function")
    whole = counts.sum(axis=1)
    mean = chance @ whole
    np.testing.assert_allclose(totals["expected"], mean, atol=1e-12)
    np.testing.assert_allclose(totals["variance"], chance @ whole**2 - mean**2, atol=1e-12)


def test_means_and_variances_for_five_people_equal_enumeration(build):
    # Five people in groups of two, two and one: every formula has a term that four people cannot show.
    pairs = list(itertools.permutations("abcde", 2))[:7]
    graph = build(pairs, people=list("abcde"), function=list("xxyyz"))
    counts, chance = enumerate_graphs("xxyyz", 7)
    means, variances = role_expectations(graph, column="function")
    exact = np.einsum("g,gvr->vr", chance, counts)
    np.testing.assert_allclose(means, exact, atol=1e-9)
    np.testing.assert_allclose(variances, np.einsum("g,gvr->vr", chance, counts**2) - exact**2, atol=1e-9)
    whole = counts.sum(axis=1)
    expected = chance @ whole**2 - (chance @ whole) ** 2
    np.testing.assert_allclose(role_totals(graph, column="function")["variance"], expected, atol=1e-9)


def test_z_is_the_distance_from_the_mean_in_standard_deviations(lazega_recorded):
    means, variances = role_expectations(lazega_recorded, column="office")
    expected = (role_counts(lazega_recorded, column="office") - means) / np.sqrt(variances)
    z = role_scores(lazega_recorded, column="office")
    pd.testing.assert_frame_equal(z, expected)
    table = role_table(lazega_recorded, column="office")
    pd.testing.assert_frame_equal(table[[f"{role}_z" for role in ROLES]], z.add_suffix("_z"))
    totals = role_totals(lazega_recorded, column="office")
    assert totals["expected"].to_dict() == pytest.approx(means.sum().to_dict())
    np.testing.assert_allclose(totals["z"], (totals["count"] - totals["expected"]) / np.sqrt(totals["variance"]))


def test_z_is_undefined_where_nothing_can_vary(build):
    two_groups = role_scores(build([("a", "b")], people=list("abcd"), function=list("xxyy")), column="function")
    assert two_groups["liaison"].isna().all()
    assert two_groups["coordinator"].isna().all()
    assert two_groups["brokerage"].notna().all()
    empty = build([], people=list("abc"), function=list("xyz"))
    assert role_scores(empty, column="function").isna().all(axis=None)
    assert role_totals(empty, column="function")["z"].isna().all()
    full = build(list(itertools.permutations("abc", 2)), function=list("xyz"))
    assert role_scores(full, column="function").isna().all(axis=None)


def test_what_cannot_vary_is_undefined_in_a_large_company_too():
    # Two groups of sizes whose products have more digits than a float: nobody can be a liaison.
    means, variances = moments(np.array([700_001, 2_300_003]), 1e-5)
    liaison = ROLES.index("liaison")
    assert means[:, liaison].tolist() == variances[:, liaison].tolist() == [0.0, 0.0]


def test_people_whose_group_is_unknown_take_no_part(build):
    arcs = [("a", "b"), ("b", "c"), ("d", "b"), ("b", "d")]
    with_unknown = build(arcs, function=["x", "x", "y", ""])
    without = build(arcs[:2], function=["x", "x", "y"])
    table = role_table(with_unknown, column="function")
    assert table.loc["d"].isna().all()
    pd.testing.assert_frame_equal(table.drop(index="d"), role_table(without, column="function"))
    pd.testing.assert_frame_equal(role_totals(with_unknown, column="function"), role_totals(without, column="function"))


def test_nobody_whose_group_is_known(build):
    graph = build([("a", "b")])
    assert role_table(graph, column="function").isna().all(axis=None)
    assert role_totals(graph, column="function")[["expected", "variance", "z"]].isna().all(axis=None)


def test_one_person(build):
    counts = role_table(build([], people=["a"], function=["x"]), column="function")
    assert counts[list(ROLES)].to_numpy().tolist() == [[0.0] * 6]
    assert counts[[f"{role}_z" for role in ROLES]].isna().all(axis=None)


def test_unknown_column(build):
    with pytest.raises(StudyError, match="the roster has no column 'team'; use one of function"):
        role_counts(build([("a", "b")], function=["x", "y"]), column="team")
