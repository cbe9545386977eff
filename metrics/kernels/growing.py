"""Lists that grow inside compiled kernels.

This module imports numba, which takes most of a second: import it inside functions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import part


@part
def longer(values: NDArray[np.int32]) -> NDArray[np.int32]:
    """The same numbers, with room for as many again."""
    more = np.empty(2 * len(values), np.int32)
    more[: len(values)] = values
    return more
