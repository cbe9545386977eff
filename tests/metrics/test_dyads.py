"""Double semi-partialling against plain loops, and what a tie to a leader depends on."""

from __future__ import annotations

from itertools import permutations as orders_of

import numpy as np
import pandas as pd
import pytest

from metrics.dyads import DYAD_COLUMNS, dyad_table, mrqap
from metrics.gaps import Comparison
from metrics.inference import differences, semi_partialling
from metrics.inference.semi_partialling import who_takes_whose_place
from metrics.words.dyads import dyad_sentence
from ona.model import InfluenceGraph, StudyError, influence_graph

WOMEN = Comparison("gender", "woman", "man")


def by_hand(y, predictors, orders, *, rows_only=False, counted=None):
    """Double semi-partialling cell by cell: one least-squares fit for every term and permutation."""
    counted = np.ones(y.shape, bool) if counted is None else counted.copy()
    if not rows_only:
        np.fill_diagonal(counted, False)
    names, found = list(predictors), []
    # With people in rows alone, the cells of a row go together.
    row = np.broadcast_to(np.arange(len(y))[:, None], y.shape)[counted] if rows_only else None
    for name in names:
        others = [np.ones(y.shape), *(predictors[other] for other in names if other != name)]
        z = np.column_stack([matrix[counted] for matrix in others])
        x = predictors[name][counted]
        residual = np.zeros(y.shape)
        residual[counted] = x - z @ np.linalg.lstsq(z, x, rcond=None)[0]
        estimate, observed = t_of(y[counted], np.column_stack([z, x]), row)
        null = []
        for order in orders:
            moved = residual[order] if rows_only else residual[np.ix_(order, order)]
            null.append(t_of(y[counted], np.column_stack([z, moved[counted]]), row)[1])
        slack, null = 1e-10 * abs(observed), np.array(null)
        if rows_only:
            extreme = 2 * min(1 + np.sum(null <= observed + slack), 1 + np.sum(null >= observed - slack))
        else:
            extreme = 1 + np.sum(np.abs(null) >= abs(observed) - slack)
        found.append((estimate, observed, min(1.0, extreme / (len(orders) + 1))))
    return pd.DataFrame(found, index=names, columns=["estimate", "t", "p"])


def t_of(y, x, row=None):
    """The last column's coefficient and its classical t, or one whose standard error lets cells of a row go together.

    The latter is the sandwich without corrections: (X'X)⁻¹ Σ_i X_i'u_i u_i'X_i (X'X)⁻¹, i a row.
    """
    b = np.linalg.lstsq(x, y, rcond=None)[0]
    if row is not None:
        bread, scores = np.linalg.inv(x.T @ x), x * (y - x @ b)[:, None]
        each = np.array([scores[row == one].sum(axis=0) for one in np.unique(row)])
        return b[-1], b[-1] / np.sqrt((bread @ each.T @ each @ bread)[-1, -1])
    left = ((y - x @ b) ** 2).sum() / (len(y) - x.shape[1])
    return b[-1], b[-1] / np.sqrt(left * np.linalg.inv(x.T @ x)[-1, -1])


def compare(table: pd.DataFrame, expected: pd.DataFrame) -> None:
    found = table.set_index("term").loc[expected.index]
    for column in ("estimate", "t", "p"):
        assert found[column].tolist() == pytest.approx(expected[column].tolist(), abs=1e-9, nan_ok=True), column


def orders_drawn(strata: np.ndarray, *, permutations: int, seed: int) -> np.ndarray:
    return np.concatenate(list(who_takes_whose_place(strata, permutations=permutations, seed=seed)))


@pytest.fixture(scope="module")
def lawyers(lazega_recorded):
    """Who asks whom for advice (Lazega 2001), and what the two have in common."""
    people = lazega_recorded.people
    same = {
        f"same_{column}": np.equal.outer(people[column].to_numpy(str), people[column].to_numpy(str)).astype(float)
        for column in ("gender", "office", "level")
    }
    partner = (people["level"] == "partner").to_numpy(float)
    asks = (lazega_recorded.matrix.toarray() > 0).astype(float)
    return asks, {**same, "asks_partner": np.tile(partner, (len(partner), 1))}


def test_lazega_advice_agrees_with_plain_loops_on_the_same_permutations(lawyers):
    orders = orders_drawn(np.zeros(71, int), permutations=60, seed=3)
    compare(mrqap(*lawyers, permutations=60, seed=3), by_hand(*lawyers, orders))


def test_lazega_advice_agrees_with_other_shuffles_within_chance(lawyers):
    rng = np.random.default_rng(99)
    expected = by_hand(*lawyers, [rng.permutation(71) for _ in range(300)])
    p = mrqap(*lawyers, permutations=2000, seed=1).set_index("term")["p"]
    for term, other in expected["p"].items():
        # Four standard errors of a share out of 300.
        assert p[term] == pytest.approx(other, abs=4 * np.sqrt(max(other * (1 - other), 0.003) / 300))
    # Lawyers ask within their office and among equals: nobody would doubt either.
    assert p["same_office"] < 0.001


def test_the_intercept_is_that_of_least_squares(lawyers):
    import statsmodels.api as sm

    y, predictors = lawyers
    off = ~np.eye(71, dtype=bool)
    fit = sm.OLS(y[off], sm.add_constant(np.column_stack([m[off] for m in predictors.values()]))).fit()
    table = mrqap(y, predictors, permutations=10, seed=1)
    assert table["term"].tolist() == ["intercept", *predictors]
    assert table["estimate"].tolist() == pytest.approx(fit.params.tolist(), abs=1e-9)
    assert table["t"].tolist() == pytest.approx(fit.tvalues.tolist(), abs=1e-8)
    assert np.isnan(table["p"][0])


def rectangle(seed: int, *, people: int = 30, leaders: int = 7) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(seed)
    woman = np.repeat(rng.integers(0, 2, (people, 1)), leaders, axis=1).astype(float)
    same = rng.integers(0, 2, (people, leaders)).astype(float)
    far = 1000 + 50 * (same + rng.normal(size=(people, leaders)))
    leader = np.tile(rng.normal(size=leaders), (people, 1))
    y = 0.4 * same - 0.2 * woman + leader + rng.normal(size=(people, 1)) + rng.normal(size=same.shape)
    return y, {"woman": woman, "same": same, "far": far, "leader": leader}, rng.random(y.shape) < 0.06


@pytest.fixture(params=["wide", "wide in blocks", "tall", "tall in blocks"])
def way(request, monkeypatch):
    """Each way in which permuted rows are multiplied; all face the same expectations."""
    monkeypatch.setattr(semi_partialling, "_TALL", 0 if "tall" in request.param else 20)
    if "blocks" in request.param:
        for module in (differences, semi_partialling):
            monkeypatch.setattr(module, "_BLOCK_CELLS", 700)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("masked", [False, True])
def test_rows_alone_agree_with_plain_loops(masked):
    y, predictors, missing = rectangle(5)
    counted = ~missing if masked else np.ones(y.shape, bool)
    expected = by_hand(
        y,
        predictors,
        orders_drawn(np.zeros(30, int), permutations=80, seed=2),
        rows_only=True,
        counted=counted,
    )
    # What depends on the column alone never moves: no permutation says anything about it.
    expected.loc["leader", "p"] = np.nan
    table = mrqap(np.where(counted, y, np.nan), predictors, permutations=80, seed=2, rows_only=True)
    compare(table, expected)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("masked", [False, True])
def test_column_effects_agree_with_a_dummy_for_each_column(masked):
    y, predictors, missing = rectangle(5)
    del predictors["leader"]
    counted = ~missing if masked else np.ones(y.shape, bool)
    columns = {str(at): np.tile(np.eye(7)[at], (30, 1)) for at in range(6)}
    orders = orders_drawn(np.zeros(30, int), permutations=80, seed=2)
    expected = by_hand(y, {**predictors, **columns}, orders, rows_only=True, counted=counted).loc[list(predictors)]
    options = {"permutations": 80, "seed": 2, "rows_only": True, "column_effects": True}
    table = mrqap(np.where(counted, y, np.nan), predictors, **options)
    compare(table, expected)
    assert table.loc[0, ["estimate", "t", "p"]].isna().all()


def test_square_with_missing_cells_agrees_with_plain_loops():
    y, predictors, missing = rectangle(6, people=15, leaders=15)
    predictors = {name: predictors[name] for name in ("same", "far")}
    expected = by_hand(y, predictors, orders_drawn(np.zeros(15, int), permutations=80, seed=2), counted=~missing)
    # A cell that is missing in a predictor is as missing as one without an outcome.
    predictors["far"] = np.where(missing, np.nan, predictors["far"])
    compare(mrqap(y, predictors, permutations=80, seed=2), expected)


def test_every_permutation_of_a_tiny_network_gives_the_exact_p():
    y, predictors, _ = rectangle(8, people=5, leaders=5)
    predictors = {name: predictors[name] for name in ("same", "far")}
    everyone = [np.array(order) for order in orders_of(range(5))]
    exact = by_hand(y, predictors, everyone)["p"] * (len(everyone) + 1) - 1
    table = mrqap(y, predictors, permutations=20_000, seed=1).set_index("term")
    for term, count in exact.items():
        assert table.loc[term, "p"] == pytest.approx(count / len(everyone), abs=0.015)


def test_within_strata_people_change_places_with_their_like_only():
    y, predictors, _ = rectangle(9)
    strata = np.arange(30) // 10
    table = mrqap(y, predictors, permutations=80, seed=2, rows_only=True, strata=strata)
    expected = by_hand(y, predictors, orders_drawn(strata, permutations=80, seed=2), rows_only=True).drop(
        index="leader"
    )
    compare(table, expected)


def test_units_change_estimates_alone_and_the_seed_decides():
    y, predictors, _ = rectangle(10)
    first = mrqap(y, predictors, permutations=99, seed=4, rows_only=True)
    pd.testing.assert_frame_equal(mrqap(y, predictors, permutations=99, seed=4, rows_only=True), first)
    scaled = mrqap(y, {**predictors, "far": predictors["far"] * 1e6 - 5}, permutations=99, seed=4, rows_only=True)
    assert scaled["p"].equals(first["p"])
    assert scaled["t"][1:].tolist() == pytest.approx(first["t"][1:].tolist())
    assert scaled["estimate"][3] == pytest.approx(first["estimate"][3] / 1e6)


def test_terms_without_variation_of_their_own_are_dropped():
    y, predictors, _ = rectangle(11)
    whole = mrqap(y, predictors, permutations=50, seed=1, rows_only=True).set_index("term")
    more = {**predictors, "always": np.full(y.shape, 3.0), "again": 1 - predictors["same"]}
    table = mrqap(y, more, permutations=50, seed=1, rows_only=True).set_index("term")
    assert table.loc[["always", "again"]].isna().all(axis=None)
    compare(table.reset_index(), whole.loc[list(predictors)])


def test_a_perfect_fit_and_a_regression_without_room_have_no_p():
    seats = np.abs(np.subtract.outer(np.arange(6), np.arange(6))).astype(float)
    exact = mrqap(2 * seats + 1, {"apart": seats}, permutations=50, seed=1)
    assert exact["estimate"].tolist() == pytest.approx([1.0, 2.0])
    assert exact["t"][1] == np.inf
    assert exact["p"][1] <= 0.1
    few = mrqap(
        np.array([[0.0, 1.0], [3.0, 0.0]]), {"apart": np.array([[0.0, 1.0], [2.0, 0.0]])}, permutations=5, seed=1
    )
    assert few["estimate"].tolist() == pytest.approx([-1.0, 2.0])
    assert few[["t", "p"]].isna().all(axis=None)
    flat = mrqap(np.ones((4, 4)), {"apart": seats[:4, :4]}, permutations=5, seed=1)
    assert flat.loc[1, ["t", "p"]].isna().all()


@pytest.mark.parametrize(
    ("outcome", "predictors", "message"),
    [
        (np.ones((3, 3)), {}, "no predictor"),
        (np.ones((3, 3)), {"intercept": np.ones((3, 3))}, "a predictor is called 'intercept'"),
        (np.ones((3, 2)), {"x": np.ones((3, 2))}, "rows_only=True"),
        (np.ones((3, 3)), {"x": np.ones((3, 2))}, r"the matrix 'x' is of shape \(3, 2\)"),
        (np.full((3, 3), np.nan), {"x": np.ones((3, 3))}, "no cell of the matrix counts"),
    ],
)
def test_matrices_that_cannot_be_regressed_are_refused(outcome, predictors, message):
    with pytest.raises(StudyError, match=message):
        mrqap(outcome, predictors, permutations=5, seed=1)


def test_columns_that_are_permuted_have_no_effects():
    with pytest.raises(StudyError, match="columns that are permuted cannot have effects of their own"):
        mrqap(np.ones((3, 3)), {"x": np.eye(3)}, permutations=5, seed=1, column_effects=True)


def company(seed: int, *, size: int = 90, effect: float = 0.0, chains: bool = True) -> InfluenceGraph:
    """A company whose ties to leaders depend on level and function, of which women hold other ones than men."""
    rng = np.random.default_rng(seed)
    woman = rng.random(size) < 0.4
    level = np.clip(rng.integers(1, 5, size) - (woman & (rng.random(size) < 0.4)), 1, 4)
    leader = np.arange(size) < size // 8
    function = np.where(rng.random(size) < 0.2 + 0.3 * woman, "care", rng.choice(["build", "sell"], size))
    ids = np.array([f"p{i:03d}" for i in range(size)])
    people = pd.DataFrame(
        {"person": ids, "gender": np.where(woman, "woman", "man"), "level": np.where(leader, 5, level)}
    )
    people = people.assign(function=function, leader=leader, site=rng.choice(["north", "south"], size))
    people["manager"] = np.where(leader | (not chains), "", ids[rng.integers(0, size // 8, size)])
    chance = 0.1 + 0.05 * level[:, None] + 0.25 * (function[:, None] == function[leader]) + effect * woman[:, None]
    tied = (rng.random(chance.shape) < chance) & ~leader[:, None]
    person, other = np.nonzero(tied)
    ends = ids[person], ids[leader][other]
    swapped = rng.random(len(person)) < 0.5
    ties = pd.DataFrame({"source": np.where(swapped, *ends), "target": np.where(swapped, *ends[::-1])})
    return influence_graph(people, ties)


def test_dyads_are_regressed_as_mrqap_would():
    graph = company(1, effect=-0.15)
    table = dyad_table(graph, comparisons=[WOMEN], seed=5, permutations=300)
    assert list(table) == list(DYAD_COLUMNS)
    assert table["term"].tolist() == ["focal", "same", "levels_apart", "same_function", "same_site"]
    people = graph.people
    staff, leaders = people[~people["leader"]], people[people["leader"]]
    tied = {frozenset(pair) for pair in graph.arcs[["source", "target"]].itertuples(index=False)}
    y = np.array([[float(frozenset((a, b)) in tied) for b in leaders.index] for a in staff.index])
    own = np.array([[b in graph.chain_of(a) for b in leaders.index] for a in staff.index])

    def both(column: str) -> np.ndarray:
        return np.equal.outer(staff[column].to_numpy(str), leaders[column].to_numpy(str)).astype(float)

    def across(values: pd.Series) -> np.ndarray:
        return np.tile(values.to_numpy(float)[:, None], (1, len(leaders)))

    terms = {
        "focal": across(staff["gender"] == "woman"),
        "same": both("gender") - both("gender").mean(axis=1, keepdims=True),
        "same_function": both("function"),
        "same_site": both("site"),
    }
    # Every leader but the first has a coefficient of their own.
    controls = {b: np.tile((leaders.index == b).astype(float), (len(staff), 1)) for b in leaders.index[1:]}
    for column in ("level", "function", "site"):
        for value in sorted(staff[column].astype("str").unique())[1:]:
            controls[f"{column} {value}"] = across(staff[column].astype("str") == value)
    expected = mrqap(np.where(own, np.nan, y), {**controls, **terms}, permutations=300, seed=5, rows_only=True)
    compare(table, expected.set_index("term").loc[list(terms), ["estimate", "t", "p"]])
    # All leaders are of one level, so how far apart the two are says nothing that the person's level does not.
    assert table.set_index("term").loc["levels_apart", ["estimate", "t", "p"]].isna().all()
    row = table.iloc[0]
    assert (row["people"], row["drawn_from"], row["leaders"]) == (len(staff), len(staff), len(leaders))
    assert (row["dyads"], row["ties"]) == ((~own).sum(), y[~own].sum())
    assert row["p"] < 0.05
    assert row["sentence"].startswith("Once level, function and site are held, ties between women and leaders are ")
    assert (table["sentence"][1:] == "").all()


def test_q_is_over_the_focal_terms_alone():
    graph = company(1, effect=-0.15)
    asked = [WOMEN, Comparison("site", "north", "south"), Comparison("function", "care", "build")]
    table = dyad_table(graph, comparisons=asked, seed=5, permutations=99, confidence=0.9)
    focal = table[table["term"] == "focal"]
    # Benjamini & Hochberg 1995: p times the number of tests over its rank, made to rise.
    p = np.sort(focal["p"])
    expected = np.minimum.accumulate((p * 3 / np.arange(1, 4))[::-1])[::-1].clip(max=1.0)
    assert np.sort(focal["q"]).tolist() == pytest.approx(expected.tolist())
    assert table.loc[table["term"] != "focal", "q"].isna().all()
    assert set(table["confidence"]) == {0.9}


def test_a_group_that_varies_more_than_another_is_not_told_from_it():
    # Thirty women of whom about a quarter are tied to most and the others to nobody, 150 men who are all alike; both
    # are tied to a fifth of leaders. Cells taken for independent would find a difference in 31 % of such studies.
    found, studies = 0, 150
    for seed in range(studies):
        rng = np.random.default_rng(seed)
        chance = np.r_[np.where(rng.random(30) < 0.25, 0.8, 0.0), np.full(150, 0.2)]
        tied = (rng.random((180, 20)) < chance[:, None]).astype(float)
        woman = np.repeat((np.arange(180) < 30)[:, None], 20, axis=1)
        table = mrqap(tied, {"woman": woman}, permutations=99, seed=seed, rows_only=True, column_effects=True)
        found += table["p"][1] <= 0.05
    assert found / studies <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / studies)


def test_few_people_with_few_ties_may_be_found_to_have_more():
    # Their t has a long tail on the other side, in which |t| would lose them.
    found = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        tied = (rng.random((110, 20)) < np.repeat([0.05, 0.008], [10, 100])[:, None]).astype(float)
        focal = np.repeat((np.arange(110) < 10)[:, None], 20, axis=1)
        found += mrqap(tied, {"x": focal}, permutations=99, seed=seed, rows_only=True)["p"][1] <= 0.05
    assert found > 40


def test_the_focal_term_is_the_average_over_the_leaders_there_are():
    graph = company(2, effect=-0.1, chains=False)
    table = dyad_table(graph, comparisons=[WOMEN], seed=1, held=(), permutations=20).set_index("term")
    people = graph.people
    tied = graph.matrix.toarray() + graph.matrix.toarray().T > 0
    share = pd.Series(tied[:, people["leader"].to_numpy()].mean(axis=1), people.index)[~people["leader"]]
    means = share.groupby(people["gender"]).mean()
    assert table.loc["focal", "estimate"] == pytest.approx(means["woman"] - means["man"])


def test_more_dyads_than_allowed_are_drawn_by_the_seed():
    graph = company(3)
    options = {"comparisons": [WOMEN], "permutations": 30, "most_dyads": 11 * 40}
    table = dyad_table(graph, seed=1, **options)
    row = table.iloc[0]
    assert (row["people"], row["n_focal"], row["n_reference"]) == (40, 20, 20)
    assert row["drawn_from"] == (~graph.is_leader).sum()
    assert row["sentence"].endswith(f"11 leaders; people drawn at random from {row['drawn_from']}).")
    pd.testing.assert_frame_equal(dyad_table(graph, seed=1, **options), table)
    assert not dyad_table(graph, seed=2, **options)["estimate"].equals(table["estimate"])
    fewest = dyad_table(graph, seed=1, **{**options, "most_dyads": 1})
    assert (fewest["n_focal"][0], fewest["n_reference"][0]) == (5, 5)


def test_new_ids_change_no_estimate():
    graph = company(4)
    places = np.random.default_rng(1).permutation(graph.size)
    new = {old: f"q{place:03d}" for old, place in zip(graph.persons, places, strict=True)}
    first = dyad_table(graph, comparisons=[WOMEN], seed=1, permutations=20)
    again = dyad_table(graph.relabel(new), comparisons=[WOMEN], seed=1, permutations=20)
    np.testing.assert_allclose(again[["estimate", "t"]], first[["estimate", "t"]], atol=1e-9)


def test_unknown_levels_groups_and_functions():
    graph = company(5)
    people = graph.people
    blank = people.assign(
        level=people["level"].where(np.arange(graph.size) % 7 > 0),
        function=people["function"].where(np.arange(graph.size) % 5 > 0),
        gender=people["gender"].where(np.arange(graph.size) != 3),
        site=np.nan,
    )
    other = graph.with_people(blank)
    table = dyad_table(other, comparisons=[Comparison("gender", "woman")], seed=1, permutations=20)
    assert table["term"].tolist() == ["focal", "same", "levels_apart", "same_function"]
    assert set(table["held"]) == {"level × function"}
    assert table["estimate"].notna().all()
    assert "than ties between everyone else and leaders" in table["sentence"][0]


def test_everyone_may_be_counted_and_nobody_is_paired_with_themselves():
    graph = company(6)
    row = dyad_table(graph, comparisons=[WOMEN], seed=1, among="everyone", permutations=20).iloc[0]
    assert row["people"] == graph.size
    assert row["dyads"] == graph.size * 11 - 11 - (~graph.is_leader).sum()


def test_what_cannot_be_asked_is_refused_or_said():
    graph = company(7)
    with pytest.raises(StudyError, match="nobody in the roster is a leader"):
        dyad_table(graph.with_people(graph.people.assign(leader=False)), comparisons=[WOMEN], seed=1)
    with pytest.raises(StudyError, match="the roster has no column 'floor'"):
        dyad_table(graph, comparisons=[WOMEN], held=["floor"], seed=1)
    alone = graph.people.assign(function=graph.people["gender"].map({"woman": "x", "man": "y"}))
    table = dyad_table(graph.with_people(alone), comparisons=[WOMEN], held=["function"], seed=1, permutations=20)
    assert table.loc[0, ["estimate", "t", "p"]].isna().all()
    assert table["sentence"][0].startswith(
        "The study cannot compare ties between women and leaders with ties between men and leaders once function is "
        "held, because nothing is left in which the two groups differ ("
    )
    people = graph.people.assign(
        leader=graph.persons == "p000", manager=np.where(graph.persons == "p000", None, "p000")
    )
    under = dyad_table(graph.with_people(people), comparisons=[WOMEN], seed=1, permutations=20)
    assert under[["dyads", "ties"]].eq(0).all(axis=None)
    assert under["sentence"][0].startswith(
        "Women and men have no leaders but their own managers, so there are no ties to"
    )
    none = dyad_table(graph.with_ties(graph.ties.iloc[:0]), comparisons=[WOMEN], seed=1, permutations=20)
    assert none["sentence"][0].startswith("Own managers aside, nobody is tied to any leader among women and men, so ")


ROW = {
    "column": "gender", "focal": "woman", "reference": "man", "term": "focal", "estimate": -0.021, "p": 0.0035,
    "n_focal": 141, "n_reference": 309, "people": 450, "drawn_from": 450, "leaders": 52, "dyads": 23_000,
    "ties": 1_400, "held": "level × function × site", "q": 0.01, "confidence": 0.95,
}  # fmt: skip


def test_what_is_said():
    assert dyad_sentence(ROW) == (
        "Once level, function and site are held, ties between women and leaders are 2.1 percentage points less likely "
        "than ties between men and leaders (p = 0.0035; 141 women, 309 men, 52 leaders)."
    )
    assert dyad_sentence({**ROW, "p": 0.21, "estimate": 0.004, "held": "function"}) == (
        "Once function is held, the study cannot tell whether ties between women and leaders are more or less likely "
        "than ties between men and leaders (0.4 percentage points more, p = 0.21; 141 women, 309 men, 52 leaders)."
    )
    assert dyad_sentence({**ROW, "held": "none", "leaders": 1, "drawn_from": 12_345}) == (
        "With nothing held, ties between women and leaders are 2.1 percentage points less likely than ties between men "
        "and leaders (p = 0.0035; 141 women, 309 men, 1 leader; people drawn at random from 12,345)."
    )
    could_be_chance = "52 leaders); among all the differences looked at, this one could still be chance (q = 0.07)."
    assert dyad_sentence({**ROW, "q": 0.07}).endswith(could_be_chance)
    assert "the study cannot tell whether" in dyad_sentence({**ROW, "confidence": 0.999})
    assert dyad_sentence({**ROW, "p": 0.1, "q": 0.1, "confidence": 0.9}).endswith(
        "(p = 0.1; 141 women, 309 men, 52 leaders)."
    )
    assert dyad_sentence({**ROW, "ties": 23_000}).startswith(
        "Own managers aside, everybody is tied to every leader among"
    )
