"""Compiled kernel of the inference engine: sums over the people drawn in each stratum, kept apart by stratum.

This module imports numba, which takes most of a second: import it inside functions. The arrangements are those of
`metrics.kernels.drawing`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled
from metrics.kernels.drawing import _draw, _largest, _restore, _states


@compiled
def draw_stratum_sums(
    weights: NDArray[np.int64],
    bounds: NDArray[np.int64],
    drawn: NDArray[np.int64],
    key: np.uint64,
    first: int,
    out: NDArray[np.int64],
) -> None:
    """Add to ``out[row, s]`` (a row a permutation, ``first`` on) the weights of the places drawn of stratum s."""
    columns = weights.shape[1]
    states = _states(key, first, out.shape[0])
    place = np.arange(_largest(bounds)).astype(np.int32)
    picks = np.empty_like(place)
    for s in range(len(drawn)):
        low, count = bounds[s], drawn[s]
        size = bounds[s + 1] - low
        for row in range(out.shape[0]):
            _draw(place, picks, size, count, states, row)
            for j in range(count):
                person = low + place[j]
                for c in range(columns):
                    out[row, s, c] += weights[person, c]
            _restore(place, picks, size, count)
