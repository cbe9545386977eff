"""The jobs of the benchmark of measures: each compares the answers of all sides, then hands them over to be timed.

Our side is always the public function, given a made graph; igraph is given a network converted before the clock starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import igraph
import numpy as np
import pandas as pd
from company import Company, company
from role_rivals import HAS_GRAPHBLAS, by_graphblas, by_scipy, split_arcs
from sides import Job, Side, compared

from ona.model import InfluenceGraph

ROLES = ["coordinator", "consultant", "representative", "gatekeeper", "liaison"]
SMALL, MIDDLE, LARGE = 1_000, 20_000, 100_000
HUBS = 3
SOURCES, PASSES = 256, 2
TOP, LEAST_OF_TOP = 100, 80


@dataclass(frozen=True)
class Sizes:
    """How many people: those asked for, or each job's own."""

    asked: tuple[int, ...] = ()

    def of(self, *own: int) -> tuple[int, ...]:
        return self.asked or own


@lru_cache(maxsize=2)
def made(people: int, hubs: int = 0) -> Company:
    return company(people, hubs=hubs)


@lru_cache(maxsize=1)
def graph_of(people: int, hubs: int = 0) -> InfluenceGraph:
    graph = made(people, hubs).graph()
    graph.matrix  # noqa: B018 - made once, so that no side pays for it
    return graph


@lru_cache(maxsize=1)
def network_of(people: int, hubs: int = 0) -> igraph.Graph:
    return graph_of(people, hubs).to_igraph()


def forget() -> None:
    """Let go of graphs made for the jobs before."""
    for held in (made, graph_of, network_of):
        held.cache_clear()


def structural_holes(sizes: Sizes) -> Iterator[Job]:
    from metrics.brokerage import structural_holes as ours

    for people, hubs in _with_hubs(sizes.of(SMALL, MIDDLE, LARGE)):
        graph, network = graph_of(people, hubs), network_of(people, hubs)
        title = f"constraint and effective size, {_people(people, hubs)}"
        answers = compared(ours(graph)["constraint"], network.constraint(weights="strength"), within=1e-9, what=title)
        limit = 0.02 if hubs else 0.25 if people >= LARGE else None
        yield Job(
            title,
            [
                Side("`structural_holes`", lambda g=graph: ours(g)),
                Side("igraph, constraint alone", lambda n=network: n.constraint(weights="strength"), limit),
            ],
            answers,
        )


def roles(sizes: Sizes) -> Iterator[Job]:
    from metrics.brokerage.roles import role_counts

    for people, hubs in _with_hubs(sizes.of(SMALL, MIDDLE, LARGE)):
        graph, arcs = graph_of(people, hubs), split_arcs(made(people, hubs))
        title = f"Gould–Fernandez, all roles, {_people(people, hubs)}"
        ours = role_counts(graph, column="function")[ROLES]
        answers = [compared(ours, by_scipy(arcs), within=0.0, what=title)]
        sides = [
            Side("`role_counts`", lambda g=graph: role_counts(g, column="function")),
            Side("scipy, masked product", lambda c=arcs: by_scipy(c), 0.25 if people >= LARGE else None),
        ]
        if HAS_GRAPHBLAS:
            answers.append(compared(ours, by_graphblas(arcs), within=0.0, what=title))
            limit = 0.5 if hubs else 0.8 if people >= LARGE else None
            sides.append(Side("GraphBLAS, masked product", lambda c=arcs: by_graphblas(c), limit))
        yield Job(title, sides, "; ".join(dict.fromkeys(answers)))


def closeness_in_steps(sizes: Sizes) -> Iterator[Job]:
    from metrics.centrality import closeness_estimate

    for people in sizes.of(10_000, MIDDLE):
        graph, network = graph_of(people), network_of(people)
        title = f"harmonic closeness in steps, exact, {_people(people)}"

        def ours(graph: InfluenceGraph = graph) -> np.ndarray:
            return closeness_estimate(graph, exact=True, steps=True).values.to_numpy()

        def theirs(network: igraph.Graph = network) -> list[float]:
            return network.harmonic_centrality(mode="in", normalized=False)

        answers = compared(ours(), theirs(), within=1e-9, what=title)
        sides = [Side("`closeness_estimate`", ours), Side("igraph", theirs, 0.06 if people >= 10_000 else None)]
        yield Job(title, sides, answers)


def betweenness_exact(sizes: Sizes) -> Iterator[Job]:
    from metrics.centrality import betweenness

    for people in sizes.of(SMALL, 10_000):
        graph, network = graph_of(people), network_of(people)
        title = f"betweenness by distance, exact, {_people(people)}"

        def theirs(network: igraph.Graph = network) -> list[float]:
            return network.betweenness(weights="distance")

        answers = compared(exact_betweenness(people), theirs(), within=1e-9, what=title)
        ours = Side("`betweenness`", lambda g=graph: betweenness(g, exact=True))
        yield Job(title, [ours, Side("igraph", theirs, 0.6 if people >= 10_000 else None)], answers)


def betweenness_from_sources(sizes: Sizes) -> Iterator[Job]:
    """The searches alone, since which people a sample begins from, and how searches are weighed, are its own matter."""
    from metrics.centrality._searches import arcs_of, path_sums_from

    for people in sizes.of(LARGE):
        graph, network = graph_of(people), network_of(people)
        title = f"betweenness by distance from {SOURCES} sources, {_people(people)}"
        drawn = np.sort(np.random.default_rng(1).choice(people, SOURCES, replace=False))

        def ours(graph: InfluenceGraph = graph, drawn: np.ndarray = drawn) -> np.ndarray:
            arcs = arcs_of(graph, directed=True, steps=False)
            return path_sums_from(arcs, arcs.reversed(), drawn, drawn[:0], scaled=False)[0][0]

        def theirs(network: igraph.Graph = network, drawn: np.ndarray = drawn) -> list[float]:
            return network.betweenness(weights="distance", sources=drawn.tolist())

        answers = compared(ours(), theirs(), within=1e-9, what=title)
        yield Job(
            title,
            [Side("its searches", ours), Side("igraph, the same sources", theirs, 0.5 if people >= LARGE else None)],
            answers,
        )


def betweenness_sampled(sizes: Sizes) -> Iterator[Job]:
    from metrics.centrality import betweenness, betweenness_estimate

    for people in sizes.of(10_000):
        graph, truth = graph_of(people), exact_betweenness(people)
        found = betweenness_estimate(graph, exact=False, seed=1)
        values, widths = found.values.to_numpy(), found.error.to_numpy()
        both = len({*np.argsort(-truth)[:TOP].tolist()} & {*np.argsort(-values)[:TOP].tolist()})
        off = np.abs(values - truth)
        most = widths.max() / found.epsilon
        answers = (
            f"{both} of the true top {TOP} (at least {LEAST_OF_TOP}); with δ = {found.delta:g} all errors at most "
            f"ε = {found.epsilon:.2g} of the largest possible, the worst was {off.max() / most:.1g}; "
            f"{'nobody' if (off <= widths).all() else 'SOMEBODY'} is further off than their own bound"
        )
        sides = [
            Side(
                f"`betweenness_estimate`, {found.sources:,} searches",
                lambda g=graph: betweenness_estimate(g, exact=False),
            ),
            Side("`betweenness`, exact", lambda g=graph: betweenness(g, exact=True)),
        ]
        yield Job(f"the hundred who stand between most, {_people(people)}", sides, answers, kept=both >= LEAST_OF_TOP)


def influence(sizes: Sizes) -> Iterator[Job]:
    from metrics.centrality import influence

    for people in sizes.of(SMALL, MIDDLE, LARGE):
        graph = graph_of(people)
        back = network_of(people).copy()
        back.reverse_edges()
        title = f"influence, {_people(people)}"

        def theirs(back: igraph.Graph = back) -> list[float]:
            return back.pagerank(weights="strength", damping=0.85)

        answers = compared(influence(graph), theirs(), within=1e-9, what=title)
        sides = [
            Side("`influence`", lambda g=graph: influence(g)),
            Side("igraph's pagerank, arcs reversed before", theirs, 1.0 if people >= LARGE else None),
        ]
        yield Job(title, sides, answers)


def coreness(sizes: Sizes) -> Iterator[Job]:
    from metrics.centrality import coreness

    for people in sizes.of(LARGE):
        graph, network = graph_of(people), network_of(people)
        title = f"coreness, {_people(people)}"

        def theirs(network: igraph.Graph = network) -> list[int]:
            return network.as_undirected(mode="collapse").coreness()

        answers = compared(coreness(graph), theirs(), within=0.0, what=title)
        sides = [
            Side("`coreness`", lambda g=graph: coreness(g)),
            Side("igraph, made undirected", theirs, 1.1 if people >= LARGE else None),
        ]
        yield Job(title, sides, answers)


def leiden(sizes: Sizes) -> Iterator[Job]:
    """Two passes each: igraph's own rule for when to stop may never be met."""
    from metrics.communities import communities

    for people in sizes.of(LARGE):
        graph, network = graph_of(people), network_of(people)

        def ours(graph: InfluenceGraph = graph) -> pd.Series:
            return communities(graph, seed=1, passes=PASSES)

        def theirs(network: igraph.Graph = network) -> igraph.VertexClustering:
            tied = network.as_undirected(mode="collapse", combine_edges={"strength": "sum"})
            return tied.community_leiden(objective_function="modularity", weights="strength", n_iterations=PASSES)

        found = theirs()
        quality = found.graph.modularity(ours().tolist(), weights="strength")
        limit = 1.1 if people >= LARGE else None
        yield Job(
            f"Leiden, {PASSES} passes, {_people(people)}",
            [Side("`communities`", ours), Side("igraph, made undirected", theirs, limit)],
            f"modularity {quality:.4f} and {found.modularity:.4f}",
        )


@cache
def exact_betweenness(people: int) -> np.ndarray:
    from metrics.centrality import betweenness

    return betweenness(graph_of(people), exact=True).to_numpy()


def _with_hubs(sizes: tuple[int, ...]) -> list[tuple[int, int]]:
    """Each size as it is, and the middle one with hubs, which take igraph and scipy minutes in a larger company."""
    return [(people, 0) for people in sizes] + [(MIDDLE, HUBS)] * (MIDDLE in sizes)


def _people(people: int, hubs: int = 0) -> str:
    return f"{people:,} people" + (f", {hubs} tied to half of them" if hubs else "")


JOBS: dict[str, Callable[[Sizes], Iterator[Job]]] = {
    "holes": structural_holes,
    "roles": roles,
    "closeness": closeness_in_steps,
    "betweenness": betweenness_exact,
    "sources": betweenness_from_sources,
    "sample": betweenness_sampled,
    "influence": influence,
    "coreness": coreness,
    "leiden": leiden,
}
