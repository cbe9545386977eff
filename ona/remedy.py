"""From access to remedy: who could sponsor whom, all together, and what it would do to the gaps."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

import metrics
from ona.asked import comparisons
from ona.model import InfluenceGraph, StudyError
from ona.settings import Study

LONGER = 5
"""How many times longer than what is shown the lists are that the joint assignment chooses from."""


def candidate_tables(
    study: Study, graph: InfluenceGraph, access: pd.DataFrame, influence: pd.Series, *, longer: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Candidate sponsors of everyone who lacks one, and the people for whom there is none.

    ``longer`` times as many are listed for each as the study shows: short lists leave sponsors' places empty when all
    are assigned together.
    """
    options = study.candidates
    found = metrics.candidate_table(
        graph,
        access=access,
        influence=influence,
        levels_up=options.levels_up,
        max_steps=options.max_steps,
        top=options.top * longer,
        capacity=options.capacity,
        weights=options.weights,
    )
    without = metrics.without_candidates(
        graph, found, access=access, max_steps=options.max_steps, capacity=options.capacity
    )
    return found, without


def listed(candidates: pd.DataFrame, assignment: pd.DataFrame, *, top: int) -> pd.DataFrame:
    """The candidates to show: the first ``top`` of each list, and whoever was assigned from further down."""
    assigned = set(zip(assignment["protege"], assignment["sponsor"], strict=True))
    pairs = zip(candidates["protege"], candidates["candidate"], strict=True)
    kept: np.ndarray = (candidates["rank"] <= top).to_numpy(bool) | np.array(
        [pair in assigned for pair in pairs], dtype=bool
    )
    return candidates[kept].reset_index(drop=True)


def plan_tables(study: Study, graph: InfluenceGraph, assignment: pd.DataFrame) -> pd.DataFrame:
    """What the joint assignment would do to each gap: sponsors held, and leaders within two steps."""
    counted: tuple[Literal["sponsors", "leaders_within_2"], ...]
    counted = ("leaders_within_2",) if graph.pairings.empty else ("sponsors", "leaders_within_2")
    tables = [
        metrics.plan_table(
            graph,
            assignment,
            comparisons=comparisons(study, graph),
            measure=measure_name,
            strata=tuple(study.gaps.strata),
            among=study.gaps.among,
            min_group=study.study.min_group,
        )
        for measure_name in counted
    ]
    return pd.concat(tables, ignore_index=True)


def shortfall(graph: InfluenceGraph, access: pd.DataFrame) -> pd.Series:
    """How much access to leaders a person lacks: the share of leaders they do not reach within two steps, 0 to 1.

    Own management chain excluded. Where sponsors are scarce, the joint assignment goes first to those who lack most.
    """
    return (1 - access["leaders_within_2"] / max(len(graph.leaders), 1)).clip(0, 1).rename("shortfall")


def priorities(study: Study, graph: InfluenceGraph, access: pd.DataFrame) -> pd.Series:
    """Who goes first where sponsors are scarce, 0 to 1: by `shortfall`, a programme's own group before the others.

    With ``candidates.focus`` a person's priority is half their shortfall, plus one half for people in the group named.

    Raises
    ------
    StudyError
        A column or group of ``candidates.focus`` that the roster does not have.
    """
    lacking, people = shortfall(graph, access), graph.people
    if not study.candidates.focus:
        return lacking
    chosen = pd.Series(False, index=graph.persons)
    for column, group in study.candidates.focus.items():
        members = (people[column] == group).fillna(False)
        if not members.any():
            raise StudyError(f"candidates.focus: nobody is in the group '{group}' of {column}", cure="correct it")
        chosen |= members
    return (lacking + chosen) / 2
