"""When things happen: nights, weekends, public holidays and the seasons, as chances of every hour of the half year."""

from __future__ import annotations

import numpy as np

from organisation.draws import Array

FIRST_DAY = np.datetime64("2025-01-01")
DAYS = 181
HOLIDAYS = ("2025-01-01", "2025-01-02", "2025-01-03", "2025-04-18", "2025-04-21", "2025-05-01", "2025-05-26")
WEEK = (1.0, 1.1, 1.1, 1.05, 0.8, 0.05, 0.04)
"""Monday to Sunday."""

_MORNING = (0.02, 0.01, 0.01, 0.01, 0.01, 0.03, 0.1, 0.4, 1.0, 1.4, 1.5, 1.4)
_LATER = (0.8, 1.1, 1.4, 1.4, 1.2, 0.8, 0.3, 0.15, 0.12, 0.1, 0.06, 0.03)
HOURS = _MORNING + _LATER
SLOTS = (1.0, 0.6, 1.0, 0.7, 1.0, 0.8, 0.3, 0.2, 0.9, 0.7, 1.0, 0.6, 0.8, 0.4)
"""Half hours in which meetings begin, from 09:00."""

SITE_HOURS = np.array([0, 1, 2])
"""Hours to add to the time at each site to have UTC."""


def day_chances() -> Array:
    """The liveliness of every day: the week, holidays, a slow January, a lull at Easter, a busy end of quarter."""
    days = FIRST_DAY + np.arange(DAYS)
    weekday = (days.astype("datetime64[D]").astype(int) + 3) % 7
    chance: Array = np.asarray(WEEK)[weekday]
    at = np.arange(DAYS)
    chance = chance * np.clip(0.75 + at / 40, None, 1.0)
    chance[(at >= 100) & (at < 115)] *= 0.75
    chance[(at >= 76) & (at < 90)] *= 1.12
    chance[np.isin(days, np.array(HOLIDAYS, dtype="datetime64[D]"))] *= 0.05
    return chance


def working_days() -> Array:
    """True for every day that is neither in a weekend nor a holiday."""
    return np.asarray(day_chances() > 0.2)


def _draw(uniform: Array, chances: Array) -> tuple[Array, Array]:
    """The cell of a table of chances that each uniform number falls into: its row and its column."""
    edges = np.cumsum(chances)
    cell = np.minimum(np.searchsorted(edges, uniform * edges[-1], side="right"), chances.size - 1)
    return cell // chances.shape[1], cell % chances.shape[1]


def moments(rng: np.random.Generator, site: Array) -> Array:
    """Seconds since the first midnight (UTC) of messages sent from each site."""
    day, hour = _draw(rng.random(len(site)), np.outer(day_chances(), HOURS))
    local = day * 86400 + hour * 3600 + (rng.random(len(site)) * 3600).astype(np.int64)
    there: Array = (local + SITE_HOURS[site] * 3600) % (DAYS * 86400)
    return there


def meeting_starts(rng: np.random.Generator, site: Array) -> Array:
    """Seconds since the first midnight (UTC) at which meetings begin: working days, on the half hour."""
    working = np.where(working_days(), day_chances(), 0.0)
    day, slot = _draw(rng.random(len(site)), np.outer(working, SLOTS))
    there: Array = day * 86400 + (9 * 2 + slot) * 1800 + SITE_HOURS[site] * 3600
    return there


def as_text(seconds: Array) -> Array:
    """``YYYY-MM-DD HH:MM:SS`` (UTC)."""
    times = FIRST_DAY.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
    return np.char.replace(np.datetime_as_string(times, unit="s"), "T", " ")
