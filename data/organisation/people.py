"""The roster: who works at Alderbrook, where, at which level, and under whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from organisation.draws import Array, pick, shuffled, stream
from organisation.names import AWKWARD, FAMILY, GIVEN, addresses

LEVELS = ("Associate", "Senior Associate", "Manager", "Senior Manager", "Director", "Vice President")
LEADER_LEVEL = 4
JUNIOR_SHARES = (0.42, 0.36, 0.14, 0.08)
SITES = ("Northgate", "Harbour", "Lakeside")
SITE_SHARES = (0.5, 0.3, 0.2)


@dataclass(frozen=True)
class Function:
    """A function: its size, its leaders, and the groups' shares in it (women: at the level of Manager)."""

    name: str
    size: int
    vice_presidents: int
    directors: int
    women: float
    focal_ethnicity: float


FUNCTIONS = (
    Function("Engineering", 140, 2, 12, 0.27, 0.11),
    Function("Operations", 110, 1, 3, 0.55, 0.30),
    Function("Sales", 100, 2, 10, 0.33, 0.10),
    Function("Support", 70, 1, 1, 0.72, 0.32),
    Function("Product", 60, 2, 7, 0.29, 0.09),
    Function("Marketing", 50, 1, 1, 0.66, 0.20),
    Function("Finance", 40, 1, 6, 0.31, 0.08),
    Function("People", 30, 1, 1, 0.72, 0.20),
)
"""Functions with many leaders have few women and few of the focal ethnicity: the composition that is planted."""

GENDERS = ("woman", "man", "non-binary")
WOMEN_BY_LEVEL = (0.45, 0.30, 0.0, -0.35, -0.70, -0.90)
"""Added to the log odds of being a woman, most junior level first."""

ETHNICITIES = ("Asian", "Black", "Hispanic or Latino", "Mixed", "White")
FOCAL_ETHNICITY = "Black"
REFERENCE_ETHNICITY = "White"
OTHER_ETHNICITIES = (("Asian", 0.24), ("Hispanic or Latino", 0.15), ("Mixed", 0.08), ("White", 0.53))
FOCAL_AMONG_LEADERS = 0.5
"""The focal ethnicity's share among a function's leaders, in proportion to its share among the others."""

NON_BINARY = 4
NO_ETHNICITY = 12


@dataclass(frozen=True, eq=False)
class Organisation:
    """The people as a table, and as the arrays that everything else is drawn from; all in the order of the ids."""

    table: pd.DataFrame
    level: Array
    function: Array
    site: Array
    gender: Array
    ethnicity: Array
    manager: Array
    leader: Array
    chain: Array

    @property
    def size(self) -> int:
        """How many people are in the roster."""
        return len(self.level)


def _grid() -> tuple[Array, Array]:
    """Function and level of everyone: leaders as listed, the others by `JUNIOR_SHARES`."""
    function: list[int] = []
    level: list[int] = []
    for at, unit in enumerate(FUNCTIONS):
        rest = unit.size - unit.vice_presidents - unit.directors
        counts = [round(rest * share) for share in JUNIOR_SHARES]
        counts[0] += rest - sum(counts)
        for rank, count in enumerate([*counts, unit.directors, unit.vice_presidents]):
            level += [rank] * count
            function += [at] * count
    return np.array(function), np.array(level)


def _managers(rng: np.random.Generator, function: Array, level: Array) -> Array:
    """The reporting tree. Leaders report to leaders, so no team holds leaders and others side by side."""
    manager = np.full(len(level), -1)
    product = next(i for i, unit in enumerate(FUNCTIONS) if unit.name == "Product")
    head = int(np.flatnonzero((function == product) & (level == 5))[0])
    manager[(level == 5) & (np.arange(len(level)) != head)] = head
    ladder = {
        4: ((5, 1.0),),
        3: ((4, 1.0),),
        2: ((3, 0.8), (4, 0.2)),
        1: ((2, 0.75), (3, 0.25)),
        0: ((2, 0.9), (3, 0.1)),
    }
    for unit in range(len(FUNCTIONS)):
        for rank, above in ladder.items():
            people = shuffled(rng, np.flatnonzero((function == unit) & (level == rank)))
            start = 0
            for place, (superior, share) in enumerate(above):
                end = len(people) if place == len(above) - 1 else start + round(share * len(people))
                bosses = np.flatnonzero((function == unit) & (level == superior))
                bosses = shuffled(rng, bosses[bosses != head])
                manager[people[start:end]] = bosses[np.arange(end - start) % len(bosses)]
                start = end
    return manager


def _names(rng: np.random.Generator, gender: Array) -> list[str]:
    names = []
    for code, a, b, c in zip(gender, *rng.random((3, len(gender))), strict=True):
        pool = GIVEN[GENDERS[code]] if code < 2 and a < 0.88 else GIVEN["either"]
        names.append(f"{pool[int(b * len(pool))]} {FAMILY[int(c * len(FAMILY))]}")
    for at, (kind, name) in enumerate(AWKWARD):
        names[shuffled(rng, np.flatnonzero(gender == GENDERS.index(kind)))[at]] = name
    return names


def _starts(rng: np.random.Generator, level: Array) -> list[str]:
    """Everyone joined before the half year began; seniors earlier, and nothing else depends on it."""
    years = 0.1 + rng.random(len(level)) * (2.0 + 2.2 * level) + 0.6 * level
    return [str(np.datetime64("2024-12-31") - int(days)) for days in years * 365.25]


def _sites(rng: np.random.Generator, level: Array, manager: Array) -> Array:
    """Three in four sit where their manager sits."""
    site = pick(rng, SITE_SHARES, len(level))
    stays = rng.random(len(level)) < 0.75
    for person in np.argsort(-level, kind="stable"):
        if stays[person] and manager[person] >= 0 and level[person] < LEADER_LEVEL:
            site[person] = site[manager[person]]
    return site


def _ethnicities(rng: np.random.Generator, function: Array, level: Array, gender: Array) -> Array:
    """Ethnicity by function only; `NO_ETHNICITY` people did not say (−1).

    Within a function the ethnicities are spread evenly over levels and genders (steps of the golden ratio along the
    list of people, not independent draws), so that nothing but the function tells them apart.
    """
    order = np.lexsort((level, gender, function, level >= LEADER_LEVEL))
    even = np.empty(len(level))
    even[order] = (rng.random() + np.arange(len(level)) * (np.sqrt(5) - 1) / 2) % 1
    focal = np.array([unit.focal_ethnicity for unit in FUNCTIONS])[function]
    focal = np.where(level >= LEADER_LEVEL, FOCAL_AMONG_LEADERS, 1.0) * focal
    edges = np.cumsum([share for _, share in OTHER_ETHNICITIES])
    others = np.array([ETHNICITIES.index(name) for name, _ in OTHER_ETHNICITIES])
    rest = np.searchsorted(edges[:-1], (even - focal) / (1 - focal), side="right")
    drawn = np.where(even < focal, ETHNICITIES.index(FOCAL_ETHNICITY), others[rest])
    drawn[shuffled(rng, np.arange(len(level)))[:NO_ETHNICITY]] = -1
    return drawn


def make_people(seed: int) -> Organisation:
    """Draw the roster."""
    rng = stream(seed, 1)
    function, level = _grid()
    order = shuffled(rng, np.arange(len(level)))
    function, level = function[order], level[order]
    women = np.array([unit.women for unit in FUNCTIONS])[function]
    odds = np.log(women / (1 - women)) + np.asarray(WOMEN_BY_LEVEL)[level]
    gender = np.where(rng.random(len(level)) < 1 / (1 + np.exp(-odds)), 0, 1)
    gender[shuffled(rng, np.flatnonzero(level < 3))[:NON_BINARY]] = 2
    ethnicity = _ethnicities(rng, function, level, gender)
    manager = _managers(rng, function, level)
    site = _sites(rng, level, manager)
    names = _names(rng, gender)
    ids = np.array([f"P{number:04d}" for number in range(1, len(level) + 1)])
    table = pd.DataFrame(
        {
            "person": ids,
            "name": names,
            "email": addresses(names),
            "manager": [ids[boss] if boss >= 0 else "" for boss in manager],
            "level": np.array(LEVELS)[level],
            "function": np.array([unit.name for unit in FUNCTIONS])[function],
            "site": np.array(SITES)[site],
            "start": _starts(rng, level),
            "gender": np.array(GENDERS)[gender],
            "ethnicity": np.array([*ETHNICITIES, ""])[ethnicity],
        }
    )
    chain = np.zeros((len(level), len(level)), dtype=bool)
    for person in range(len(level)):
        above = manager[person]
        while above >= 0:
            chain[person, above] = True
            above = manager[above]
    return Organisation(
        table=table,
        level=level,
        function=function,
        site=site,
        gender=gender,
        ethnicity=ethnicity,
        manager=manager,
        leader=level >= LEADER_LEVEL,
        chain=chain,
    )
