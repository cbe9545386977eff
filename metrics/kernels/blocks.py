"""Sums over many searches, shared out over every core in blocks whose sums are added in one fixed order.

Floating-point sums depend on the order of their terms. Every block adds up in an array of its own, and the arrays are
added in the order of the blocks, so the digits are the same whatever the number of threads. Only as many arrays exist
at a time as there are threads, and one more for each that waits for its turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.running import WORTH_A_THREAD, cores

Progress = Callable[[int, int], None] | None


def added_up(
    work: Callable[[int, int, NDArray[Any]], None],
    total: int,
    *,
    length: int,
    like: NDArray[Any],
    cost: int,
    progress: Progress = None,
) -> NDArray[Any]:
    """The sum of what ``work(start, stop, sums)`` adds to zeros, over consecutive blocks of so many of ``total``.

    Parameters
    ----------
    work : callable
        Adds to ``sums`` what the searches from ``start`` up to ``stop`` bring. Called from several threads.
    total, length : int
        How many searches, and how many are a block, which must not depend on the number of threads.
    like : array
        Of the shape and type of the sums.
    cost : int
        Steps of work a search takes, about.
    progress : callable, optional
        Called as ``progress(searches done, total)`` after each block, by the caller's own thread.
    """
    sums = np.zeros_like(like)

    def block(start: int) -> tuple[int, NDArray[Any]]:
        stop = min(start + length, total)
        own = np.zeros_like(like)
        work(start, stop, own)
        return stop, own

    def add(done: tuple[int, NDArray[Any]]) -> None:
        np.add(sums, done[1], out=sums)
        if progress is not None:
            progress(done[0], total)

    starts = range(0, total, length)
    workers = min(cores(), len(starts))
    if workers < 2 or total * cost < WORTH_A_THREAD:
        for start in starts:
            add(block(start))
        return sums
    waiting: deque[Future[tuple[int, NDArray[Any]]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for start in starts:
            waiting.append(pool.submit(block, start))
            if len(waiting) > workers:
                add(waiting.popleft().result())
        while waiting:
            add(waiting.popleft().result())
    return sums
