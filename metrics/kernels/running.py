"""Compiled kernels put to work: on every core, and also where their machine code cannot be kept on disk.

Numba is not imported here, so that asking for the number of cores costs nothing.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

WORTH_A_THREAD = 500_000
"""Steps of work below which a second thread costs more than it brings."""


def shared_out(work: Callable[[int, int], None], total: int, *, cost: int, step: int = 1) -> None:
    """Do ``work(start, stop)`` for consecutive parts of ``total`` rows that cost so much each, on every core.

    Parts are multiples of ``step`` rows, but for the last.
    """
    workers = min(cores(), -(-total // step))
    if workers < 2 or total * cost < WORTH_A_THREAD:
        work(0, total)
        return
    length = step * max(1, round(total / (4 * workers * step)))
    starts = range(0, total, length)
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, starts, [min(start + length, total) for start in starts]))


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(kernel: Callable[..., None], *arguments: object) -> None:
    """Call a compiled kernel, also where its machine code cannot be kept on disk, or what is kept there is damaged."""
    try:
        kernel(*arguments)
    except (TimeoutError, InterruptedError):
        # Somebody's alarm, not the disk: to run again would count twice.
        raise
    except (OSError, EOFError, pickle.UnpicklingError):
        # Kernels themselves touch no files, so nothing has run yet.
        _in_memory(kernel)(*arguments)


@cache
def _in_memory(kernel: Callable[..., None]) -> Callable[..., None]:
    """The kernel compiled again, without the disk."""
    from metrics.kernels.compiling import part

    return part(getattr(kernel, "py_func", kernel))
