"""Change over windows against what networkx, igraph and scipy say, and against sets of ties kept in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.access import leader_share
from metrics.change import (
    ACCESS_CHANGE_COLUMNS,
    ACCESS_FLOW_COLUMNS,
    COMPARABLE,
    NETWORK_COLUMNS,
    PEOPLE_TURNOVER_COLUMNS,
    SURVIVAL_COLUMNS,
    TURNOVER_COLUMNS,
    access_changes,
    access_flow_table,
    network_over_windows,
    tie_survival,
    tie_turnover,
    turnover_people,
)
from metrics.change.over_windows import rarefied
from metrics.segregation import e_i_whole
from metrics.trend import Window
from ona.model import InfluenceGraph, influence_graph

DAYS = [("2024-01-01", "2024-03-31"), ("2024-04-01", "2024-06-30"), ("2024-07-01", "2024-09-30")]
STARTS = [None, "2019-05-01", "2024-01-01", "2024-02-10", "2024-05-05", "2024-08-01", "2025-01-01"]


def random_windows(seed: int, *, most: int = 40) -> list[Window]:
    """Three windows of the same people: some new, some leaders, a reporting tree, ties that partly stay."""
    rng = np.random.default_rng(seed)
    size = 3 + int((most - 2) * rng.random() ** 3)
    ids = [f"p{i:02d}" for i in range(size)]
    people = pd.DataFrame(
        {
            "person": ids,
            "manager": ["", *(ids[int(rng.integers(0, i))] for i in range(1, size))],
            "start": pd.to_datetime(rng.choice(np.array(STARTS, object), size, p=[0.2, 0.4, *[0.08] * 5])),
            "function": rng.choice(["x", "y", ""], size),
            "leader": rng.random(size) < 0.3,
        }
    )
    lasting = rng.random((size, size)) < rng.random() * 0.3
    ties = []
    for channel in ("0", "1", "2"):
        source, target = np.nonzero((lasting & (rng.random((size, size)) < 0.7)) | (rng.random((size, size)) < 0.05))
        # Powers of two add up without rounding.
        strength, count = rng.choice([0.25, 0.5, 1.0, 2.0], len(source)), rng.integers(1, 5, len(source))
        found = {"source": np.array(ids)[source], "target": np.array(ids)[target], "channel": channel}
        ties.append(pd.DataFrame({**found, "strength": strength, "count": count}))
    whole = influence_graph(people, pd.concat(ties, ignore_index=True))
    channels = whole.ties["channel"].to_numpy()
    return [Window(*when, whole.keeping_ties(channels == str(at))) for at, when in enumerate(DAYS)]


@dataclass(frozen=True)
class Plain:
    """The same in sets and dictionaries."""

    there: list[set[str]]
    ties: list[dict[tuple[str, str], float]]
    leaders: set[str]
    chains: dict[str, set[str]]
    group: dict[str, str]
    start: dict[str, pd.Timestamp]

    @staticmethod
    def of(windows: Sequence[Window]) -> Plain:
        graph = windows[0].graph
        start = dict(graph.people["start"].dropna())
        late = [{p for p, day in start.items() if day > pd.Timestamp(window.last_day)} for window in windows]
        arcs = [window.graph.arcs for window in windows]
        return Plain(
            there=[set(graph.persons) - those for those in late],
            ties=[{(a, b): s for a, b, s in zip(t["source"], t["target"], t["strength"], strict=True)} for t in arcs],
            leaders=set(graph.leaders),
            chains=_chains(graph.people["manager"].dropna().to_dict(), graph.persons),
            group=graph.people["function"].dropna().to_dict(),
            start=start,
        )

    def arcs(self, at: int, people: set[str]) -> dict[tuple[str, str], float]:
        return {pair: s for pair, s in self.ties[at].items() if pair[0] in people and pair[1] in people}

    def contacts(self, at: int, people: set[str]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {person: set() for person in self.chains}
        for a, b in self.arcs(at, people):
            found[a].add(b)
            found[b].add(a)
        return found

    def led(self, at: int, people: set[str]) -> dict[str, set[str]]:
        """The leaders each person is tied to, own chain left out."""
        return {p: (met & self.leaders) - self.chains[p] for p, met in self.contacts(at, people).items()}

    def class_of(self, pair: tuple[str, str]) -> set[str]:
        a, b = pair
        found = {"all"}
        if (a in self.leaders and a not in self.chains[b]) or (b in self.leaders and b not in self.chains[a]):
            found.add("with leaders")
        if a in self.group and b in self.group:
            found.add(f"same {self.group[a]}" if self.group[a] == self.group[b] else "across")
        return found


def _chains(manager: dict[str, str], persons: Sequence[str]) -> dict[str, set[str]]:
    chains: dict[str, set[str]] = {}
    for person in persons:
        chain, at = set(), manager.get(person)
        while at is not None:
            chain.add(at)
            at = manager.get(at)
        chains[person] = chain
    return chains


def changed(windows: Sequence[Window], **how: object) -> list[Window]:
    """The same windows with every graph changed alike."""
    times = float(how.get("times", 1.0))  # type: ignore[arg-type]
    found = []
    for window in windows:
        graph: InfluenceGraph = window.graph
        ties = graph.ties.assign(strength=times * graph.ties["strength"])
        if how.get("loops"):
            ties = pd.concat([ties, pd.DataFrame({"source": graph.persons, "target": graph.persons})]).fillna(
                {"channel": "tie", "strength": 1.0, "count": 1}
            )
        people = graph.people
        if how.get("isolates"):
            extra = pd.DataFrame({"person": ["z0", "z1"], "start": pd.to_datetime(["2019-01-01"] * 2)})
            people = pd.concat([people.reset_index(), extra]).fillna({"leader": False}).astype({"leader": bool})
        found.append(Window(window.first_day, window.last_day, influence_graph(people, ties)))
    return found


def relabelled(windows: Sequence[Window], seed: int) -> tuple[list[Window], dict[str, str]]:
    persons = windows[0].graph.persons
    places = np.random.default_rng(seed).permutation(len(persons))
    new = {old: f"q{place:02d}" for old, place in zip(persons, places, strict=True)}
    return [Window(w.first_day, w.last_day, w.graph.relabel(new)) for w in windows], new


def same(one: object, other: object) -> bool:
    return bool(np.isclose(float(one), float(other), rtol=1e-9, atol=1e-12, equal_nan=True))  # type: ignore[arg-type]


@settings(max_examples=70, deadline=None)
@given(seed=st.integers(0, 10**6), threshold=st.sampled_from([0.0, 0.5]))
def test_windows_are_what_other_libraries_and_plain_sets_say(seed, threshold):
    """Three graphs each time, so 210 in all."""
    windows = random_windows(seed)
    plain = Plain.of(windows)
    for at, window in enumerate(windows):
        the_network_is_what_networkx_and_igraph_say(window, plain, at)
    ties_kept_lost_and_formed_are_those_of_plain_sets(windows, plain, threshold)
    contacts_are_those_of_plain_sets(windows, plain)
    access_is_that_of_plain_sets(windows, plain)


def the_network_is_what_networkx_and_igraph_say(window: Window, plain: Plain, at: int) -> None:
    row = network_over_windows([window]).iloc[0].to_dict()
    people = plain.there[at]
    kept = plain.arcs(at, people)
    directed = nx.DiGraph()
    directed.add_nodes_from(sorted(people))
    directed.add_edges_from(kept)
    simple = directed.to_undirected()
    n, degrees = len(people), [d for _, d in simple.degree()]
    assert (row["people"], row["ties"], row["ties_set_aside"]) == (n, len(kept), len(plain.ties[at]) - len(kept))
    assert row["active"] == sum(d > 0 for d in degrees)
    assert same(row["strength"], sum(kept.values()))
    assert same(row["density"], nx.density(directed) if n > 1 else np.nan)
    assert same(row["reciprocity"], nx.reciprocity(directed) if kept else np.nan)
    assert same(row["mean_degree"], np.mean(degrees) if n else np.nan)
    assert same(row["median_degree"], np.median(degrees) if n else np.nan)
    assert same(row["largest_share"], max(map(len, nx.connected_components(simple))) / n if n else np.nan)
    network = igraph.Graph.TupleList(simple.edges())
    assert same(row["clustering"], network.transitivity_undirected(mode="nan"))
    signs = [1 if plain.group[a] != plain.group[b] else -1 for a, b in kept if {a, b} <= set(plain.group)]
    assert same(row["e_i"], np.mean(signs) if signs else np.nan)
    if not row["ties_set_aside"]:
        assert same(row["e_i"], e_i_whole(window.graph, column="function"))
    met = [len(met) for person, met in plain.led(at, people).items() if person in people - plain.leaders]
    assert same(row["mean_leader_ties"], np.mean(met) if met else np.nan)
    summed: nx.Graph = nx.Graph()
    for (a, b), strength in kept.items():
        summed.add_edge(a, b, weight=strength + kept.get((b, a), 0.0))
    constraint = list(nx.constraint(summed, weight="weight").values()) if kept else [np.nan]
    assert same(row["median_constraint"], np.median(constraint))
    outside = {pair: s for pair, s in kept.items() if pair[0] not in plain.chains[pair[1]]}
    of_leaders = sum(s for (a, _), s in outside.items() if a in plain.leaders)
    assert same(row["leaders_share_of_strength"], of_leaders / sum(outside.values()) if outside else np.nan)


def ties_kept_lost_and_formed_are_those_of_plain_sets(windows: list[Window], plain: Plain, threshold: float) -> None:
    table = tie_turnover(windows, columns=["function"], threshold=threshold)
    assert tuple(table.columns) == TURNOVER_COLUMNS
    strong_enough = [{pair for pair, s in ties.items() if s > threshold} for ties in plain.ties]
    possible = [Counter(c for p in permutations(plain.there[at], 2) for c in plain.class_of(p)) for at in (0, 1)]
    for row in table.to_dict(orient="records"):
        at, people, pairs = row["before"] - 1, plain.there[row["before"] - 1], row["pairs"]
        before, after = ({p for p in strong_enough[k] if set(p) <= people} for k in (at, at + 1))
        median = np.median([plain.ties[at][p] for p in before]) if before else 0.0
        mine, now = ({p for p in ties if pairs in plain.class_of(p)} for ties in (before, after))
        seen = {end for pair in plain.ties[at + 1] for end in pair}
        strong = {p for p in mine if plain.ties[at][p] > median}
        assert (row["ties_before"], row["ties_after"], row["kept"]) == (len(mine), len(now), len(mine & now))
        assert (row["lost"], row["formed"]) == (len(mine - now), len(now - mine))
        assert row["lost_silent"] == sum(not set(p) <= seen for p in mine - now)
        assert row["possible"] == possible[at][pairs] - len(mine)
        assert (row["strong"], row["weak"]) == (len(strong), len(mine - strong))
        assert same(row["survival"], share(mine & now, mine))
        assert same(row["jaccard"], share(mine & now, mine | now))
        assert same(row["overlap"], share(mine & now, min(mine, now, key=len)))
        assert same(row["survival_strong"], share(strong & now, strong))
        assert same(row["survival_weak"], share((mine - strong) & now, mine - strong))
        assert same(row["formation"], len(now - mine) / row["possible"] if row["possible"] else np.nan)
    survival = tie_survival(windows, columns=["function"], threshold=threshold)
    assert tuple(survival.columns) == SURVIVAL_COLUMNS
    for row in survival.to_dict(orient="records"):
        sets = [{p for p in ties if set(p) <= plain.there[0]} for ties in strong_enough[: row["window"]]]
        mine = {p for p in sets[0] if row["pairs"] in plain.class_of(p)}
        counts = [row["ties"], row["there"], row["never_gone"]]
        assert counts == [len(mine), len(mine & sets[-1]), len(mine.intersection(*sets))]
        assert same(row["share_never_gone"], share(mine.intersection(*sets), mine))


def share(part: set[tuple[str, str]], whole: set[tuple[str, str]]) -> float:
    return len(part) / len(whole) if whole else np.nan


def contacts_are_those_of_plain_sets(windows: list[Window], plain: Plain) -> None:
    table = turnover_people(windows)
    assert tuple(table.columns) == PEOPLE_TURNOVER_COLUMNS
    for ending, sets_of in (("", plain.contacts), ("_leaders", plain.led)):
        names = [ending.removeprefix("_") or "contacts", f"kept{ending}", f"lost{ending}", f"formed{ending}"]
        totals = {person: np.zeros(4) for person in plain.chains}
        for at in (0, 1):
            was, now = (sets_of(k, plain.there[at]) for k in (at, at + 1))
            for p in plain.there[at]:
                totals[p] += [len(was[p]), len(was[p] & now[p]), len(was[p] - now[p]), len(now[p] - was[p])]
        expected = np.array([totals[p] if p in plain.there[1] else np.full(4, np.nan) for p in table.index])
        np.testing.assert_array_equal(table[names], expected)
        with np.errstate(invalid="ignore"):
            np.testing.assert_allclose(table[f"survival{ending}"], expected[:, 1] / expected[:, 0])
    assert table["steps"].tolist() == [(p in plain.there[0]) + (p in plain.there[1]) for p in table.index]


def access_is_that_of_plain_sets(windows: list[Window], plain: Plain) -> None:
    changes = access_changes(windows, measures=["leader_ties", "leader_share"])
    assert tuple(changes.columns)[: len(ACCESS_CHANGE_COLUMNS)] == ACCESS_CHANGE_COLUMNS
    first, last = plain.led(0, plain.there[0]), plain.led(2, plain.there[2])
    for row in changes.reset_index().to_dict(orient="records"):
        person = row["person"]
        was, now = first[person], last[person]
        if person not in plain.there[2]:
            assert pd.isna(row["state"])
            assert np.isnan([row["leaders_last"], row["leaders_kept"], row["leader_ties_last"]]).all()
            continue
        had_has = {(False, False): "never", (False, True): "gained", (True, False): "lost"}
        assert row["state"] == had_has.get((bool(was), bool(now)), "kept" if was & now else "turned over")
        counts = [row["leaders_kept"], row["leaders_lost"], row["leaders_gained"]]
        assert counts == [len(was & now), len(was - now), len(now - was)]
        assert same(row["leaders_first"], len(was) if person in plain.there[0] else np.nan)
        new = person in plain.start and plain.start[person] > pd.Timestamp(DAYS[0][0])
        assert row["newcomer"] == new
        assert same(row["gained_access"], np.nan if was or new else bool(now))
        assert same(row["lost_access"], np.nan if not was or new else not now)
    flows = access_flow_table(changes, windows[2].graph, columns=["function"], min_group=1)
    assert tuple(flows.columns) == ACCESS_FLOW_COLUMNS
    who = ~changes["newcomer"] & ~windows[0].graph.is_leader & changes["state"].notna()
    assert flows["people"][0] == who.sum()
    assert same(flows["share_gained"][0], changes.loc[who, "gained_access"].mean())
    assert same(flows["share_lost"][0], changes.loc[who, "lost_access"].mean())
    states = flows[["gained", "lost", "kept", "turned_over", "never"]]
    assert (states.sum(axis=1) == flows["people"]).all()


def test_the_leaders_share_is_that_of_everybody_together():
    """One person only is influenced: the whole share is their own."""
    people = pd.DataFrame({"person": list("abcd"), "manager": ["", "", "", "a"], "leader": [True, True, False, False]})
    ties = pd.DataFrame({"source": list("abc"), "target": ["d"] * 3, "strength": [8.0, 1.0, 3.0]})
    graph = influence_graph(people, ties)
    row = network_over_windows([Window(*DAYS[0], graph)]).iloc[0]
    assert row["leaders_share_of_strength"] == leader_share(graph)["d"] == 0.25


@settings(max_examples=100, deadline=None)
@given(counts=st.lists(st.integers(1, 4), min_size=1, max_size=4), drawn=st.integers(1, 8))
def test_rarefaction_is_the_mean_over_every_draw(counts, drawn):
    events = np.repeat(np.arange(len(counts)), counts)
    drawn = min(drawn, len(events))
    every = [len(set(events[list(one)])) for one in combinations(range(len(events)), drawn)]
    assert rarefied(np.array(counts), drawn) == pytest.approx(np.mean(every), abs=1e-9)
    assert rarefied(np.array(counts), 10**6) == len(counts)


def test_rates_and_ties_at_the_same_volume():
    people = pd.DataFrame({"person": list("ab")})
    ties = pd.DataFrame({"source": list("ab"), "target": list("ba"), "count": [3, 1], "strength": [1.5, 0.5]})
    busy, quiet = influence_graph(people, ties), influence_graph(people, ties.assign(count=[1, 1]))
    none = influence_graph(people, ties.iloc[:0])
    windows = [
        Window("2024-01-01", "2024-01-14", busy),
        Window("2024-01-15", "2024-01-21", quiet),
        Window("2024-01-22", "2024-01-28", none),
    ]
    table = network_over_windows(windows)
    assert tuple(table.columns) == NETWORK_COLUMNS
    assert set(COMPARABLE) < set(NETWORK_COLUMNS)
    assert table["days"].tolist() == [14, 7, 7]
    assert table["events"].tolist() == [4, 2, 0]
    assert table["events_per_person_week"].tolist() == [1.0, 1.0, 0.0]
    assert table["strength_per_person_week"].tolist() == [0.5, 1.0, 0.0]
    # Of four events on two ties, three and one, two draws miss the single one in 3 of 6 pairs: 1.5 ties, two people.
    np.testing.assert_allclose(table["ties_per_person_same_volume"], [0.75, 1.0, np.nan])


def test_a_person_alone_and_a_company_not_yet_begun():
    alone = influence_graph(pd.DataFrame({"person": ["a"]}), pd.DataFrame({"source": ["a"], "target": ["a"]}))
    row = network_over_windows([Window(*DAYS[0], alone)]).iloc[0]
    assert (row["people"], row["active"], row["ties"], row["largest_share"]) == (1, 0, 0, 1.0)
    undefined = ["density", "reciprocity", "clustering", "e_i", "median_constraint", "leaders_share_of_strength"]
    assert row[[*undefined, "ties_per_person_same_volume"]].isna().all()
    people = pd.DataFrame({"person": list("ab"), "start": pd.to_datetime(["2025-01-01"] * 2)})
    later = influence_graph(people, pd.DataFrame({"source": ["a"], "target": ["b"]}))
    windows = [Window(*DAYS[0], later), Window(*DAYS[1], later)]
    row = network_over_windows(windows).iloc[0]
    assert (row["people"], row["ties"], row["ties_set_aside"]) == (0, 0, 1)
    assert row[["mean_degree", "median_degree", "largest_share", "mean_leader_ties"]].isna().all()
    assert tie_turnover(windows)["survival"].isna().all()
    assert turnover_people(windows).drop(columns="steps").isna().all(axis=None)
    assert access_changes(windows)["state"].isna().all()


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_other_names_stronger_ties_loops_and_isolates(seed):
    """Names change nothing; doubled strengths only strengths, to the last digit; loops nothing; isolates no tie."""
    windows = random_windows(seed, most=12)
    tables = [network_over_windows(windows), tie_turnover(windows, columns=["function"]), turnover_people(windows)]
    strengths = ["strength", "strength_per_person_week"]
    for how in ({"times": 2.0}, {"times": 1e12}, {"times": 1e-12}, {"loops": True}):
        other = changed(windows, **how)
        exact = how.get("times") != 1e12 and how.get("times") != 1e-12
        network = network_over_windows(other)
        pd.testing.assert_frame_equal(
            network.drop(columns=strengths), tables[0].drop(columns=strengths), check_exact=exact
        )
        if "times" in how:
            np.testing.assert_allclose(network["strength"], how["times"] * tables[0]["strength"], rtol=1e-12)
        pd.testing.assert_frame_equal(tie_turnover(other, columns=["function"]), tables[1])
        pd.testing.assert_frame_equal(turnover_people(other), tables[2])
    other, new = relabelled(windows, seed)
    pd.testing.assert_frame_equal(network_over_windows(other), tables[0])
    pd.testing.assert_frame_equal(tie_turnover(other, columns=["function"]), tables[1])
    pd.testing.assert_frame_equal(turnover_people(other).loc[list(new.values())], tables[2].rename(index=new))
    more = changed(windows, isolates=True)
    counts = ["ties_before", "ties_after", "kept", "lost", "formed", "survival", "jaccard"]
    pd.testing.assert_frame_equal(tie_turnover(more, columns=["function"])[counts], tables[1][counts])
    assert (network_over_windows(more)["people"] == tables[0]["people"] + 2).all()
    pd.testing.assert_frame_equal(turnover_people(more).loc[windows[0].graph.persons], tables[2])
