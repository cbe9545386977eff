"""Chance, from uniform numbers alone: their stream is the one thing numpy keeps the same between versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def stream(seed: int, *path: int) -> np.random.Generator:
    """A generator of its own for each purpose, so that one part of the sample can change without the others."""
    return np.random.default_rng([seed, *path])


def poisson(rng: np.random.Generator, rates: Array) -> Array:
    """Poisson counts by inversion of one uniform number each; meant for rates below about 50."""
    left = rng.random(len(rates))
    term = np.exp(-rates)
    counts = np.zeros(len(rates), dtype=np.int64)
    live = np.flatnonzero(left >= term)
    left, term, rate = left[live] - term[live], term[live], rates[live]
    step = 0
    while live.size and step < 1000:
        step += 1
        counts[live] = step
        term = term * rate / step
        stay = left >= term
        live, left, term, rate = live[stay], (left - term)[stay], term[stay], rate[stay]
    return counts


def pick(rng: np.random.Generator, weights: Array | Sequence[float], size: int) -> Array:
    """Positions drawn with replacement, in proportion to weights."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    found: Array = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return np.minimum(found, len(edges) - 1)


def shuffled(rng: np.random.Generator, values: Array) -> Array:
    """The values in random order."""
    return np.asarray(values)[np.argsort(rng.random(len(values)), kind="stable")]
