"""Who relates to whom, and how often they write, meet, chat and review: drawn before any event.

A tie between somebody who is no leader and a leader outside the own management chain comes about in one place only,
`leader_chances`, and there alone gender counts. Level, function and site count everywhere, ethnicity and years of
service nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from organisation.draws import Array, shuffled
from organisation.people import GENDERS, Organisation

BIAS = 0.65
"""A woman's chance of a tie with a leader, as a share of that of anybody else at her level, function and site."""

SAME_FUNCTION = (12.0, 20.0, 34.0, 54.0)
"""Ties within the function if everybody there were a leader, by level: the share of leaders there decides the rest."""

OTHER_FUNCTIONS = (4.0, 7.0, 12.0, 22.0)
"""The same for the rest of the organisation."""

SAME_SITE, OTHER_SITE = 1.2, 0.85
PEERS, ELSEWHERE = 6.5, 2.0
"""Ties to people of the own function outside the team, and outside the function, that each person has on average."""

LEVEL_DISTANCE = (1.0, 0.75, 0.45, 0.25, 0.15, 0.1)
SKIP_LEVEL = 0.35
LEADERS_SAME_FUNCTION, LEADERS_OTHER = 0.45, 0.14
PROJECTS, PROJECT_SIZE = 96, 6

KINDS = ("reporting", "skip level", "team", "function", "elsewhere", "leader", "between leaders", "project")
REPORTING, SKIP, TEAM, FUNCTION, ELSEWHERE_KIND, LEADER, BETWEEN, PROJECT = range(8)
EMAILS = np.array([4.5, 1.0, 2.6, 2.0, 1.3, 2.6, 2.6, 2.2])
CHATS = np.array([7.0, 0.5, 6.5, 2.2, 0.9, 1.1, 1.2, 3.0])
MEETINGS = np.array([2.4, 0.3, 0.1, 0.14, 0.1, 0.4, 0.7, 0.1])
REVIEWS = np.array([1.8, 0.3, 0.6, 0.35, 0.2, 0.6, 0.0, 0.4])
"""Events one way in the half year for each of `KINDS`; meetings for each pair, since one serves both ways."""


@dataclass(frozen=True, eq=False)
class Relations:
    """Arcs both ways between people who relate, with how lively each relation is; and the groups that meet."""

    source: Array
    target: Array
    kind: Array
    lively: Array
    projects: tuple[Array, ...]
    teams: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Chances:
    """Every pair of people once, the kind of relation they could have, and how likely it is."""

    one: Array
    other: Array
    kind: Array
    chance: Array
    teams: tuple[Array, ...]


def leader_chances(org: Organisation, junior: Array, leader: Array, *, bias: float = BIAS) -> Array:
    """The chance of a tie between people who are no leaders and leaders outside their chain, pair by pair.

    (expected ties at that level) / (people there are to meet) × site, times `bias` where the junior is a woman.
    """
    level, same = org.level[junior], org.function[junior] == org.function[leader]
    sizes = np.bincount(org.function)[org.function[junior]]
    within = np.asarray(SAME_FUNCTION)[level] / (sizes - 1)
    beyond = np.asarray(OTHER_FUNCTIONS)[level] / (org.size - 1)
    site = np.where(org.site[junior] == org.site[leader], SAME_SITE, OTHER_SITE)
    fair: Array = np.minimum(np.where(same, within, beyond) * site, 0.95)
    return fair * np.where(org.gender[junior] == GENDERS.index("woman"), bias, 1.0)


def pair_chances(org: Organisation, *, bias: float = BIAS) -> Chances:
    """The chance of a relation for every pair of people; the same for every draw."""
    one, other = np.triu_indices(org.size, 1)
    in_chain = org.chain[one, other] | org.chain[other, one]
    above = np.where(org.manager >= 0, org.manager[org.manager], -1)
    same = org.function[one] == org.function[other]
    leaders = org.leader[one].astype(int) + org.leader[other]
    distance = np.asarray(LEVEL_DISTANCE)[np.abs(org.level[one] - org.level[other])]
    sizes = np.bincount(org.function)[org.function[one]]
    kind = np.full(len(one), ELSEWHERE_KIND)
    chance = ELSEWHERE / (org.size - 1) * distance

    def put(where: Array, what: int, how: Array | float) -> None:
        kind[where] = what
        chance[where] = how if np.isscalar(how) else np.asarray(how)[where]

    put(same, FUNCTION, np.minimum(PEERS / (sizes - 1) * distance, 0.95))
    put(leaders == 2, BETWEEN, np.where(same, LEADERS_SAME_FUNCTION, LEADERS_OTHER))
    mixed = (leaders == 1) & ~in_chain
    junior = np.where(org.leader[one], other, one)[mixed]
    kind[mixed] = LEADER
    chance[mixed] = leader_chances(org, junior, np.where(org.leader[one], one, other)[mixed], bias=bias)
    put(in_chain, SKIP, 0.0)
    put((above[one] == other) | (above[other] == one), SKIP, SKIP_LEVEL)
    put((org.manager[one] == other) | (org.manager[other] == one), REPORTING, 1.0)
    put((org.manager[one] == org.manager[other]) & (org.manager[one] >= 0), TEAM, 1.0)
    bosses = np.unique(org.manager[org.manager >= 0])
    teams = tuple(np.append(boss, np.flatnonzero(org.manager == boss)) for boss in bosses)
    possible = chance > 0
    return Chances(one[possible], other[possible], kind[possible], chance[possible], teams)


def draw_relations(rng: np.random.Generator, org: Organisation, pairs: Chances) -> Relations:
    """Draw who relates to whom. Projects mix people of all functions, leaders aside."""
    made = rng.random(len(pairs.chance)) < pairs.chance
    staff = np.flatnonzero(~org.leader)
    order = np.concatenate([shuffled(rng, staff), shuffled(rng, staff)])
    projects = tuple(order[at * PROJECT_SIZE : (at + 1) * PROJECT_SIZE] for at in range(PROJECTS))
    ends = [np.array([(a, b) for a in group for b in group if a < b]) for group in projects]
    worked = np.concatenate(ends)
    one = np.concatenate([pairs.one[made], worked[:, 0]])
    other = np.concatenate([pairs.other[made], worked[:, 1]])
    kind = np.concatenate([pairs.kind[made], np.full(len(worked), PROJECT)])
    lively = np.minimum(0.3 - 0.7 * np.log1p(-rng.random(len(one))), 5.0)
    return Relations(
        source=np.concatenate([one, other]),
        target=np.concatenate([other, one]),
        kind=np.concatenate([kind, kind]),
        lively=np.concatenate([lively, lively]),
        projects=projects,
        teams=pairs.teams,
    )
