"""How far a computation has come that ends when its changes are small enough."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import log

Progress = Callable[[int, int], None] | None

_PARTS = 100


def nearing(progress: Progress, enough: float) -> Callable[[float], None]:
    """What to call with each change: tells of the orders of magnitude behind, from a change of 1 to one small enough.

    Changes need not shrink at every step; the progress told of never goes back.
    """
    if progress is None:
        return lambda change: None
    furthest = 0

    def tell(change: float) -> None:
        nonlocal furthest
        here = log(min(max(change, enough), 1.0)) / log(enough)
        furthest = max(furthest, int(_PARTS * here))
        progress(furthest, _PARTS)

    return tell


def halves(progress: Progress) -> tuple[Progress, Progress]:
    """The progress of two computations that follow each other and take as long."""
    if progress is None:
        return None, None
    return partial(_half, progress, 0), partial(_half, progress, 1)


def _half(progress: Callable[[int, int], None], behind: int, done: int, of: int) -> None:
    progress(behind * of + done, 2 * of)
