"""Work done in a process of its own, so that its peak of memory is its own."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GIGABYTE = 1e9
_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Apart:
    """What a child process found, its seconds, and its peaks in bytes: in all, and beyond what it began with."""

    found: Any
    seconds: float
    peak: int
    own: int


def in_child(work: Callable[[], Any]) -> Apart:
    """Do the work in a forked child, which begins with all that the parent holds; what it finds must suit JSON.

    A child's peak begins at what its parent has in memory, so the peak less that is the work's own.
    """
    sys.stdout.flush()
    before = _resident()
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        code = 1
        try:
            start = time.perf_counter()
            found = work()
            with os.fdopen(writes, "w", encoding="utf-8") as answer:
                json.dump([found, time.perf_counter() - start], answer)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writes)
    with os.fdopen(reads, encoding="utf-8") as answer:
        told = answer.read()
    _, status, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit("a measure failed in its own process")
    found, seconds = json.loads(told)
    peak = used.ru_maxrss * _UNIT
    return Apart(found, seconds, peak, max(peak - before, 0))


def peak_so_far() -> int:
    """The most this process has had in memory, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def _resident() -> int:
    """What this process has in memory now, in bytes; its peak where the system does not say."""
    try:
        with Path("/proc/self/statm").open(encoding="ascii") as told:
            return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return peak_so_far()
