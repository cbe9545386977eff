"""Two groups' means among people in the same place, and their gap on a scale that having fewer ties does not shrink."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from metrics._arrays import strata_codes
from metrics.gaps import Among, Comparison, comparison_members
from metrics.inference import difference_weights
from metrics.inference.contrasts import informative
from ona.model import InfluenceGraph

_ROUNDING = 1e-12


def groups_of(
    graph: InfluenceGraph, comparison: Comparison, held: Sequence[str], *, among: Among, min_group: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Focal people, people compared at all, and strata of one comparison."""
    focal, reference = comparison_members(graph, comparison, among=among, min_group=min_group)
    return focal, focal | reference, strata_codes(graph, tuple(held))


def group_means(
    measured: pd.DataFrame, groups: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]], min_group: int
) -> np.ndarray:
    """Means of focal and reference people within strata, shape (comparisons, measures, 2).

    NaN where fewer than `min_group` people of either group are in strata that hold both.
    """
    values = measured.to_numpy(float)
    return np.array([[_within(y, *group, least=max(min_group, 1)) for y in values.T] for group in groups])


def _within(
    values: np.ndarray, focal: np.ndarray, compared: np.ndarray, strata: np.ndarray, *, least: int
) -> tuple[float, float]:
    """Both groups' means over strata that hold both, the reference group weighted like the focal group."""
    known = compared & ~np.isnan(values)
    y, z, held = values[known], focal[known], strata[known]
    if not len(z):
        return np.nan, np.nan
    counted = informative(z, held)
    if min((z & counted).sum(), (~z & counted).sum()) < least:
        return np.nan, np.nan
    mean = float(y[z & counted].mean())
    gap = float(z @ difference_weights(y, z, held))
    nothing = _ROUNDING * np.abs(y).max()
    other = mean if abs(gap) <= nothing else mean - gap
    return mean, 0.0 if abs(other) <= nothing else other


def scaled_gap(means: np.ndarray) -> np.ndarray:
    """The gap over the mean of both groups' means; NaN where nobody has any. The last axis holds the two groups."""
    level = means.sum(axis=-1) / 2
    gap = means[..., 0] - means[..., 1]
    return np.asarray(np.divide(gap, level, out=np.full(gap.shape, np.nan), where=level > 0))


def relative_gap(means: np.ndarray, base: float) -> np.ndarray:
    """How much is left of a gap that was ``base`` on the scale of `scaled_gap`; NaN where there was none."""
    scaled = scaled_gap(means)
    # Adding 0 keeps nothing divided by something negative from reading "−0".
    return np.asarray(np.divide(scaled, base, out=np.full(scaled.shape, np.nan), where=base != 0)) + 0.0
