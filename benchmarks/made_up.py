"""Made-up organisations whose truth is known: no gap at all, or a composition and a bias that were planted.

People have a level, a function and a team; leaders are the highest level. Somebody's group may depend on level and
function (women are fewer at the top, say) and on nothing else, so that within strata the label means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ona.model import InfluenceGraph, influence_graph

LEVELS = 5
TEAM = 12
"""People in a team, on average."""


@dataclass(frozen=True)
class MadeUp:
    """An organisation, and its network in two halves of the year."""

    graph: InfluenceGraph
    halves: tuple[InfluenceGraph, InfluenceGraph]


def organisation(seed: int, *, network: str, focal: int, by_team: bool = False) -> MadeUp:
    """An organisation in which the group makes no difference once level and function are held.

    Parameters
    ----------
    seed : int
    network : {"random", "clustered", "hubs"}
        Ties anywhere alike; mostly inside teams and functions; or clustered with some people tied to very many.
    focal : int
        People in the focal group who are not leaders.
    by_team : bool
        The group follows teams too, as where whole teams are of one kind. Then people of one stratum are *not*
        interchangeable, and a test within level and function alone is not calibrated.
    """
    rng = np.random.default_rng(seed)
    size = max(60, int(focal * rng.uniform(2.5, 5.0)))
    functions = int(rng.integers(2, 7))
    level = rng.choice(LEVELS, size=size, p=_shape(rng))
    level[: max(3, size // 25)] = LEVELS - 1
    function = rng.choice(functions, size=size, p=rng.dirichlet(np.full(functions, 4.0)))
    team = function * size + rng.integers(
        0, np.maximum(1, np.bincount(function, minlength=functions) // TEAM)[function]
    )
    lean = rng.normal(0.0, 0.8, LEVELS)[level] + rng.normal(0.0, 0.6, functions)[function]
    if by_team:
        lean = lean + rng.normal(0.0, 1.5, team.max() + 1)[team]
    leader = level == LEVELS - 1
    # The largest keys of independent Gumbel numbers are a draw without replacement in proportion to exp(lean).
    keys = np.where(leader, -np.inf, lean + rng.gumbel(size=size))
    group = np.where(leader & (rng.random(size) < 0.3), "woman", "man").astype(object)
    group[np.argsort(-keys, kind="stable")[:focal]] = "woman"
    ids = np.array([f"P{k:04d}" for k in range(size)])
    people = pd.DataFrame(
        {
            "person": ids,
            "level": level,
            "function": [f"F{k}" for k in function],
            "team": [f"T{k}" for k in team],
            "gender": group,
            "leader": leader,
        }
    )
    open_to = rng.lognormal(0.0, 0.6, size) * np.where(leader, 1.5, 1.0)
    if network == "hubs":
        open_to[rng.choice(size, max(1, size // 50), replace=False)] *= 10.0
    if by_team:
        # Some teams sit nearer to the leaders than others.
        open_to = open_to * rng.lognormal(0.0, 0.7, team.max() + 1)[team]
    halves = []
    for _ in range(2):
        ties = _ties(rng, function=function, team=team, level=level, open_to=open_to, network=network)
        halves.append(ties.assign(source=ids[ties["source"]], target=ids[ties["target"]]))
    both = pd.concat(halves).groupby(["source", "target"], as_index=False)["strength"].sum()
    graph = influence_graph(people, both)
    return MadeUp(graph=graph, halves=(graph.with_ties(halves[0]), graph.with_ties(halves[1])))


def _shape(rng: np.random.Generator) -> np.ndarray:
    """How many people each level holds: fewer the higher."""
    steepness = rng.uniform(0.3, 0.8)
    weight = steepness ** np.arange(LEVELS)
    return weight / weight.sum()


def _ties(
    rng: np.random.Generator,
    *,
    function: np.ndarray,
    team: np.ndarray,
    level: np.ndarray,
    open_to: np.ndarray,
    network: str,
) -> pd.DataFrame:
    """Arcs drawn one by one in proportion to openness, seniority and nearness; drawn twice they are stronger."""
    size = len(function)
    chance = np.outer(open_to * (1.0 + 0.4 * level), open_to)
    if network != "random":
        chance *= 0.15 + 1.0 * (function[:, None] == function) + 4.0 * (team[:, None] == team)
    np.fill_diagonal(chance, 0.0)
    drawn = rng.choice(size * size, size=4 * size, p=(chance / chance.sum()).ravel())
    arcs, times = np.unique(drawn, return_counts=True)
    strength = times * rng.lognormal(0.0, 0.5, len(arcs))
    return pd.DataFrame({"source": arcs // size, "target": arcs % size, "strength": strength})


@dataclass(frozen=True)
class Planted:
    """An organisation with a composition and a bias planted in it, and what the numbers should come to."""

    graph: InfluenceGraph
    gap: float
    exposure: float
    bias: float
    adjusted: float


def planted(seed: int, *, roster: int, readily: tuple[float, float] = (0.6, 0.9)) -> Planted:
    """An organisation whose leader shares are known in expectation.

    Each contact who influences a person is a leader with probability φ_g · x, x the share of leaders among the other
    people of the person's function and φ_g how readily ties to leaders form for the person's group. So a person's
    leader share is expected to be φ_g · x exactly, whoever they are; with the roster fixed, exposure, bias and the gap
    within functions follow by arithmetic.

    Parameters
    ----------
    seed : int
        Of the contacts.
    roster : int
        Of the people: who works where.
    readily : tuple of float
        φ of women, and of men.
    """
    draw = np.random.default_rng(roster)
    size, functions = 300, 6
    function = draw.choice(functions, size=size, p=draw.dirichlet(np.full(functions, 6.0)))
    leader = draw.random(size) < draw.uniform(0.08, 0.35, functions)[function]
    woman = draw.random(size) < draw.uniform(0.2, 0.6, functions)[function]
    counts, led = np.bincount(function, minlength=functions), np.bincount(function, leader, minlength=functions)
    around = (led[function] - leader) / (counts[function] - 1.0)
    rng = np.random.default_rng(seed)
    ids = np.array([f"P{k:04d}" for k in range(size)])
    source: list[int] = []
    target: list[int] = []
    for person in np.flatnonzero(~leader):
        beside = np.flatnonzero(function == function[person])
        chance = readily[0 if woman[person] else 1] * around[person]
        contacts = 2 + rng.poisson(6.0)
        for met in rng.random(contacts) < chance:
            among = beside[leader[beside] == met]
            among = among[among != person]
            source.append(int(rng.choice(among)))
            target.append(int(person))
    people = pd.DataFrame(
        {
            "person": ids,
            "function": [f"F{k}" for k in function],
            "gender": np.where(woman, "woman", "man"),
            "leader": leader,
        }
    )
    ties = pd.DataFrame({"source": ids[source], "target": ids[target], "strength": 1.0})
    ties = ties.groupby(["source", "target"], as_index=False)["strength"].sum()
    women, men = woman & ~leader, ~woman & ~leader
    x_f, x_r = around[women].mean(), around[men].mean()
    within = np.array(
        [around[women & (function == k)].mean() if (women & (function == k)).any() else 0.0 for k in range(functions)]
    )
    both = np.array([(women & (function == k)).any() and (men & (function == k)).any() for k in range(functions)])
    share = np.bincount(function[women], minlength=functions) * both
    return Planted(
        graph=influence_graph(people, ties),
        gap=float(readily[0] * x_f - readily[1] * x_r),
        exposure=float((x_f - x_r) * sum(readily) / 2),
        bias=float((readily[0] - readily[1]) * (x_f + x_r) / 2),
        adjusted=float((readily[0] - readily[1]) * (share * within).sum() / share.sum()),
    )
