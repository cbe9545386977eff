"""Mentoring and sponsorship pairings, and promotions. They neither follow from the events nor shape them."""

from __future__ import annotations

import numpy as np

from organisation.draws import Array, pick, shuffled, stream
from organisation.events import outsiders
from organisation.people import GENDERS, LEADER_LEVEL, LEVELS, Organisation

MENTORED = {"woman": 0.40, "man": 0.20, "non-binary": 0.30}
SPONSORED = {"woman": 0.05, "man": 0.13, "non-binary": 0.08}
"""Chances that somebody who is no leader has a mentor, and a sponsor, now: women are over-mentored, under-sponsored."""

SPONSORS_CAPACITY, MENTORS_CAPACITY = 3, 4
PAST = 0.3
"""Share of pairings drawn beside the ones held that are over, called off or not yet begun."""

PROMOTED, SPONSORED_ODDS = 0.06, 2.0
"""A person's chance of a promotion in the half year, and how much likelier somebody with a sponsor is to have one."""

ROUNDS = ("2025-01-01", "2025-04-01")
PROGRAMMES = {"mentor": ("Compass", "Open Door"), "sponsor": ("Lift",), "peer": ("Circles",), "reverse": ("Upward",)}

Row = dict[str, str]


def _day(offset: float) -> str:
    return str(np.datetime64("2025-01-01") + int(offset))


def _seniors(org: Organisation, junior: int, kind: str, held: Array) -> Array:
    """Who could mentor or sponsor somebody: above them, outside their chain, with a place free."""
    if kind == "sponsor":
        fits = org.leader & (held < SPONSORS_CAPACITY)
    else:
        above = org.level - org.level[junior]
        fits = (above >= 1) & (above <= 2) & (held < MENTORS_CAPACITY)
    return np.flatnonzero(fits & ~org.chain[junior])


def make_pairings(seed: int, org: Organisation) -> list[Row]:
    """Draw the pairings; one of them is with somebody who has left, and is no longer in the roster."""
    rng = stream(seed, 5)
    ids = org.table["person"].tolist()
    rows: list[Row] = []
    for kind, chances in (("mentor", MENTORED), ("sponsor", SPONSORED)):
        held = np.zeros(org.size, dtype=int)
        for junior in np.flatnonzero(org.level < LEADER_LEVEL):
            chance = chances[GENDERS[org.gender[junior]]]
            for state, u in zip(("active", "past"), rng.random(2), strict=True):
                if u >= (chance if state == "active" else chance * PAST):
                    continue
                free = _seniors(org, int(junior), kind, held)
                near = np.where(org.function[free] == org.function[junior], 8.0, 1.0)
                senior = int(free[pick(rng, near, 1)[0]])
                held[senior] += state == "active"
                rows.append(_pairing(rng, ids[senior], ids[junior], kind, state))
    staff = shuffled(rng, np.flatnonzero(org.level < 2))
    bosses = shuffled(rng, np.flatnonzero(org.leader))
    rows += [_pairing(rng, ids[a], ids[b], "peer", "active") for a, b in zip(staff[:8], staff[8:16], strict=True)]
    rows += [_pairing(rng, ids[a], ids[b], "reverse", "active") for a, b in zip(staff[16:22], bosses[:6], strict=True)]
    rows.append(_pairing(rng, ids[bosses[6]], outsiders(org)[1][0], "mentor", "active"))
    return sorted(rows, key=lambda row: (row["start"], row["senior"], row["junior"], row["kind"]))


def _pairing(rng: np.random.Generator, senior: str, junior: str, kind: str, state: str) -> Row:
    """One pairing: held on the last day of June 2025, or completed, cancelled or pending."""
    a, b, c, d = rng.random(4)
    programme = PROGRAMMES[kind][int(a * len(PROGRAMMES[kind]))]
    start, end, status = -500 + b * 620, "", "active"
    if state == "active" and c < 0.4:
        end = _day(200 + d * 300)
    if state == "past":
        status = ("completed", "cancelled", "pending")[int(c * 3)]
        start = 185 + b * 40 if status == "pending" else -900 + b * 800
        end = "" if status == "pending" else _day(start + 60 + d * 100)
    return {
        "senior": senior,
        "junior": junior,
        "kind": kind,
        "start": _day(start),
        "end": end,
        "status": status,
        "program": programme,
    }


def make_promotions(seed: int, org: Organisation, pairings: list[Row]) -> list[Row]:
    """Draw the promotions of the half year: each to the level that the roster shows."""
    rng = stream(seed, 6)
    ids = org.table["person"].to_numpy()
    held = [row["junior"] for row in pairings if row["kind"] == "sponsor" and row["status"] == "active"]
    chance = PROMOTED * np.where(np.isin(ids, held), SPONSORED_ODDS, 1.0)
    lucky = np.flatnonzero((rng.random(org.size) < chance) & (org.level > 0) & (org.level < LEADER_LEVEL + 1))
    rounds = pick(rng, np.ones(len(ROUNDS)), len(lucky))
    rows = [
        {"person": ids[at], "date": ROUNDS[which], "from": LEVELS[org.level[at] - 1], "to": LEVELS[org.level[at]]}
        for at, which in zip(lucky, rounds, strict=True)
    ]
    return sorted(rows, key=lambda row: (row["date"], row["person"]))
