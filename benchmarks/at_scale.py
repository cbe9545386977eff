"""The whole suite on a large company, and single measures on a million people: time, peak of memory, progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from apart import GIGABYTE, Apart, in_child
from company import company
from sides import Done, compared, row

from ona.model import InfluenceGraph

Progress = Callable[[int, int], None]

TIES_FOR_TWO_MILLION = 22.6
"""Arcs drawn a person, of which a ninth are drawn twice: two million at 100,000 people."""

MINUTES, GIGABYTES = 10.0, 4.0
"""The most the whole suite may take."""

TIMES_MATRIX, GIGABYTES_MILLION = 4.0, 12.0
"""The most one measure of a million people may take: beyond the graph, and with it."""

OF_IGRAPH = 0.1
"""The most of igraph's time that constraint and effective size may take there."""

SMALL, SOURCES = 300, 256


def suite(graph: InfluenceGraph) -> dict[str, Callable[[Progress], object]]:
    """All tables of the default suite, by name."""
    from metrics.access import access_table
    from metrics.brokerage import brokerage_table
    from metrics.centrality import centralities
    from metrics.communities import communities_table
    from metrics.mixing import homophily_table, mixing_table
    from metrics.resilience import loss_table
    from metrics.segregation import segregation_table

    by = {"columns": ["gender", "function"], "strata": ["level"], "permutations": 2000, "seed": 1}
    return {
        "centralities": lambda progress: centralities(graph, progress=progress),
        "brokerage": lambda progress: brokerage_table(graph, column="function", progress=progress),
        "mixing": lambda progress: mixing_table(graph, columns=by["columns"]),
        "homophily": lambda progress: homophily_table(graph, **by, progress=progress),
        "segregation": lambda progress: segregation_table(graph, **by, progress=progress),
        "communities": lambda progress: communities_table(graph, seed=1, progress=progress),
        "access": lambda progress: access_table(graph, progress=progress),
        "resilience": lambda progress: loss_table(graph, progress=progress),
    }


def single(graph: InfluenceGraph) -> dict[str, Callable[[], object]]:
    """The measures a million people are given one by one."""
    from metrics.brokerage import role_counts, structural_holes
    from metrics.centrality import betweenness_estimate, coreness, in_strength, influence, out_strength

    return {
        "strength in and out": lambda: (in_strength(graph), out_strength(graph)),
        "influence": lambda: influence(graph),
        "constraint, effective size": lambda: structural_holes(graph),
        "Gould–Fernandez": lambda: role_counts(graph, column="function"),
        "coreness": lambda: coreness(graph),
        f"betweenness, {SOURCES} sources": lambda: betweenness_estimate(graph, sources=SOURCES, seed=1),
    }


def warmed_up() -> Done:
    """Every kernel compiled by its first call, on a company so small that nothing else takes time."""
    graph = company(SMALL).graph()
    begun = time.perf_counter()
    parts = []
    jobs: dict[str, Callable[[], object]] = {
        **single(graph),
        **{name: (lambda run=run: run(_nothing)) for name, run in suite(graph).items()},
    }
    for name, job in jobs.items():
        start = time.perf_counter()
        job()
        parts.append(f"{name} {time.perf_counter() - start:.1f} s")
    title = "compiling, paid once on a machine"
    return Done(
        title, [row(title, "first calls", f"{time.perf_counter() - begun:.3g} s", "", "", "; ".join(parts))], True
    )


def whole_suite(people: int) -> Done:
    """The default suite in a process of its own, from ties to tables."""

    def work() -> dict[str, Any]:
        graph = company(people, ties=TIES_FOR_TWO_MILLION).graph()
        told, seconds = [time.perf_counter()], {}
        start = told[0]
        for name, run in suite(graph).items():
            begun = time.perf_counter()
            run(lambda done, of: told.append(time.perf_counter()))
            told.append(time.perf_counter())
            seconds[name] = told[-1] - begun
        return {
            "arcs": len(graph.arcs),
            "seconds": seconds,
            "all": told[-1] - start,
            "calls": len(told) - 2,
            "gap": float(np.diff(told).max()),
        }

    made = in_child(work)
    found = made.found
    minutes, peak = found["all"] / 60, made.peak / GIGABYTE
    title = f"the whole suite, {people:,} people, {found['arcs']:,} arcs"
    parts = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in found["seconds"].items())
    said = (
        f"{found['calls'] / minutes:.0f} calls of progress a minute, {found['gap']:.1f} s the longest without; {parts}"
    )
    rows = [
        row(title, "all tables", f"{minutes:.2g} min", "", f"{MINUTES:g} min", said),
        row("", "peak of memory, graph and all", f"{peak:.2g} GB", "", f"{GIGABYTES:g} GB", ""),
    ]
    return Done(title, rows, minutes <= MINUTES and peak <= GIGABYTES)


def measures_of_a_million(people: int) -> Iterator[Done]:
    """Each measure in a process of its own, forked from one that holds the graph."""
    start = time.perf_counter()
    graph = company(people).graph()
    matrix = graph.matrix
    whole = matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes
    built = time.perf_counter() - start
    arcs = matrix.nnz
    del matrix
    title = f"{people:,} people, {arcs:,} arcs: the graph, made up and built"
    yield Done(
        title, [row(title, "`influence_graph`", f"{built:.3g} s", "", "", f"matrix {whole / GIGABYTE:.2g} GB")], True
    )
    first = single(company(SMALL).graph())
    for name, measure in single(graph).items():
        yield _alone(f"{people:,} people: {name}", measure, whole, before=first[name])
    yield _against_igraph(f"{people:,} people: constraint against igraph", graph)


def _alone(title: str, measure: Callable[[], object], matrix: int, *, before: Callable[[], object]) -> Done:
    made: Apart = in_child(lambda: (measure(), None)[1], before=before)
    times, gigabytes = made.own / matrix, made.peak / GIGABYTE
    rows = [
        row(
            title,
            "own peak of memory, of the matrix",
            f"{made.seconds:.3g} s",
            f"{times:.2f} ×",
            f"{TIMES_MATRIX:g} ×",
            "",
        ),
        row("", "peak with the graph", "", f"{gigabytes:.2g} GB", f"{GIGABYTES_MILLION:g} GB", ""),
    ]
    return Done(title, rows, times <= TIMES_MATRIX and gigabytes <= GIGABYTES_MILLION)


def _against_igraph(title: str, graph: InfluenceGraph) -> Done:
    """Constraint and effective size once more, beside igraph's constraint alone on a network made before."""

    def work() -> list[Any]:
        from metrics.brokerage import structural_holes

        network = graph.to_igraph()
        start = time.perf_counter()
        ours = structural_holes(graph)["constraint"]
        middle = time.perf_counter()
        theirs = network.constraint(weights="strength")
        end = time.perf_counter()
        return [middle - start, end - middle, compared(ours, theirs, within=1e-9, what=title)]

    ours, theirs, answers = in_child(work).found
    rows = [
        row(title, "`structural_holes`", f"{ours:.3g} s", "", "", answers),
        row("", "igraph, constraint alone", f"{theirs:.3g} s", f"{ours / theirs:.3f} ×", f"{OF_IGRAPH:g} ×", ""),
    ]
    return Done(title, rows, ours <= OF_IGRAPH * theirs)


def _nothing(done: int, of: int) -> None:
    """Progress nobody looks at."""
