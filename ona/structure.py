"""The network itself: its communities, silos and bridges, what it would lose, and who carries how much of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

import metrics
from metrics.load import OVERLOAD_COLUMNS
from ona.asked import compared_columns, mixing_columns
from ona.gather import Progress
from ona.model import InfluenceGraph
from ona.settings import Study

MOST_ROLES = 50
"""Roles thought away, the largest first; a company may have thousands."""


def structure_tables(
    study: Study, graph: InfluenceGraph, betweenness: pd.Series, *, progress: Progress | None = None
) -> dict[str, pd.DataFrame]:
    """Every table about the network itself, by the name of its file; people under the roster's ids."""
    seed, column, confidence = study.study.seed, study.structure.column, study.gaps.confidence
    strata, compared = tuple(study.gaps.strata), compared_columns(study, graph)

    def within(what: str) -> Callable[[int, int], None] | None:
        return partial(progress, what) if progress else None

    scan = metrics.community_scan(
        graph,
        resolutions=study.structure.resolutions,
        seeds=study.structure.seeds,
        seed=seed,
        progress=within("Finding communities"),
    )
    communities = metrics.communities_table(
        graph, seed=seed, seeds=study.structure.seeds, progress=within("Asking whether communities are stable")
    )
    homophily = metrics.homophily_table(
        graph,
        columns=mixing_columns(study, graph),
        strata=strata,
        permutations=study.gaps.permutations,
        confidence=confidence,
        seed=seed,
        progress=within("Testing each group's mixing"),
    )
    load = metrics.load_table(graph, strata=strata, min_group=study.study.min_group)
    return {
        "communities": communities,
        "community_scan": scan,
        "homophily": homophily,
        "silos": metrics.silo_table(graph, column=column, communities=communities["community"]),
        "bridges": metrics.bridges_table(graph, column=column),
        "bridging": metrics.bridging(graph, column=column),
        "loss": metrics.loss_table(graph, column=column, progress=within("Measuring what each person's leaving takes")),
        **removal_tables(study, graph, betweenness, progress=progress),
        "load": load,
        "overload": metrics.overload_table(graph, load, columns=compared, plurals=study.gaps.plurals or None)
        if compared
        else pd.DataFrame(columns=list(OVERLOAD_COLUMNS)),
    }


def removal_tables(
    study: Study, graph: InfluenceGraph, betweenness: pd.Series, *, progress: Progress | None = None
) -> dict[str, pd.DataFrame]:
    """What is lost when roles and brokers leave, and as ever more brokers do."""
    asked = study.resilience
    recorded = [column for column in asked.roles if graph.people[column].notna().any()]
    roles = metrics.role_removals(graph, columns=recorded, min_group=study.study.min_group) if recorded else []
    largest = sorted(roles, key=lambda removal: (-len(removal.people), removal.name))[:MOST_ROLES]
    tops = [top for top in asked.brokers if top < graph.size]
    removals = [*(metrics.broker_removals(graph, betweenness, tops=tops) if tops else []), *largest]
    drawn: dict[str, Any] = {"random_draws": asked.draws, "seed": study.study.seed, "confidence": study.gaps.confidence}
    return {
        "removals": metrics.removal_table(
            graph,
            removals,
            column=study.structure.column,
            progress=partial(progress, "Thinking people away") if progress else None,
            **drawn,
        ),
        "attack_curve": metrics.attack_curve(
            graph,
            betweenness,
            progress=partial(progress, "Thinking the best placed away") if progress else None,
            **drawn,
        ),
    }
