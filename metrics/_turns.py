"""Long work in turns, so that it can be told how far it is."""

from __future__ import annotations

from collections.abc import Callable

from metrics.kernels.running import shared_out

Progress = Callable[[int, int], None]
"""Called as ``progress(done, of)``."""


def in_turns(
    work: Callable[[int, int], None], total: int, *, turn: int, cost: int, progress: Progress | None = None
) -> None:
    """Do ``work(start, stop)`` for consecutive parts of ``total`` rows on every core, reporting after so many."""
    for start in range(0, total, turn):
        if progress:
            progress(start, total)

        def part(first: int, last: int, start: int = start) -> None:
            work(start + first, start + last)

        shared_out(part, min(turn, total - start), cost=cost)
    if progress:
        progress(total, total)


def portion(progress: Progress | None, first: int, last: int, of: int) -> Progress | None:
    """Progress of a piece of work that takes it from ``first`` to ``last``, ``of`` being the whole."""
    if progress is None:
        return None
    tell = progress

    def told(done: int, total: int) -> None:
        tell(first + (last - first) * done // max(total, 1), of)

    return told
