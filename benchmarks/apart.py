"""Work done in a process of its own, so that its peak of memory is its own."""

from __future__ import annotations

import contextlib
import ctypes
import gc
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

import pyarrow as pa

GIGABYTE = 1e9
_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Apart:
    """What a child process found, its seconds, and its peaks in bytes: in all, and beyond what it began with."""

    found: Any
    seconds: float
    peak: int
    own: int


def in_child(work: Callable[[], Any], *, before: Callable[[], object] | None = None) -> Apart:
    """Do the work in a forked child, which begins with all that the parent holds; what it finds must suit JSON.

    ``before`` is done in the child first and does not count: the same work on next to nothing, so that the code it
    needs, of which a child begins with none, is in memory. The peak less what is there then is the work's own.
    """
    sys.stdout.flush()
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        code = 1
        try:
            if before is not None:
                before()
            _give_back()
            _forget_peak()
            began, start = _resident(), time.perf_counter()
            found = work()
            seconds, peak = time.perf_counter() - start, _peak()
            with os.fdopen(writes, "w", encoding="utf-8") as answer:
                json.dump([found, seconds, peak, max(peak - began, 0)], answer)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writes)
    with os.fdopen(reads, encoding="utf-8") as answer:
        told = answer.read()
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        raise SystemExit("what was to be done in a process of its own failed there")
    return Apart(*json.loads(told))


def _give_back() -> None:
    """Hand memory that is held but not used back to the system, lest the work find it there and seem to need none."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _forget_peak() -> None:
    """Let Linux count this process's peak from now on; elsewhere it stays that of its whole life."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> int:
    """The most this process has had in memory, in bytes."""
    return _told("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def _resident() -> int:
    """What this process has in memory now, in bytes; its peak where the system does not say."""
    return _told("VmRSS") or _peak()


def _told(what: str) -> int:
    """A number of bytes that Linux tells of this process; 0 elsewhere."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith(what):
                return int(line.split()[1]) * 1024
    return 0
