"""Several ways to do one job, timed in turn, and the page on which their figures stand.

A page is one table. Its rows are known by the job in their first column: a run replaces those of the jobs it did and
leaves all others, so that one part can be run again by itself.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

TABLE = ("| job | by | time | ours against it | at most | answers |", "|---|---|---:|---:|---:|---|")


@dataclass(frozen=True)
class Side:
    """One way to do a job; `limit` is the most of its time that ours, the first side, may take."""

    name: str
    run: Callable[[], object]
    limit: float | None = None


@dataclass(frozen=True)
class Job:
    """A job, its sides with ours first, what the comparison of their answers came to, and whether that is enough."""

    title: str
    sides: Sequence[Side]
    answers: str
    kept: bool = True


@dataclass(frozen=True)
class Done:
    """A job's rows of the page, and whether ours kept within all limits."""

    title: str
    rows: Sequence[str]
    kept: bool


def timed(sides: Sequence[Side], *, repeats: int) -> list[float]:
    """Median seconds of each side, the sides taken in turn and each round begun by another."""
    taken: list[list[float]] = [[] for _ in sides]
    for repeat in range(repeats):
        for place in range(len(sides)):
            at = (repeat + place) % len(sides)
            start = time.perf_counter()
            sides[at].run()
            taken[at].append(time.perf_counter() - start)
    return [statistics.median(times) for times in taken]


def done(job: Job, *, repeats: int) -> Done:
    """Time a job whose answers have been compared."""
    ours, *others = timed(job.sides, repeats=repeats)
    rows = [row(job.title, job.sides[0].name, f"{ours:.3g} s", "", "", job.answers)]
    kept = job.kept
    for side, seconds in zip(job.sides[1:], others, strict=True):
        limit = "" if side.limit is None else f"{side.limit:g} ×"
        kept &= side.limit is None or ours <= side.limit * seconds
        rows.append(row("", side.name, f"{seconds:.3g} s", f"{ours / seconds:.3f} ×", limit, ""))
    return Done(job.title, rows, kept)


def row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def compared(ours: ArrayLike, theirs: ArrayLike, *, within: float, what: str) -> str:
    """How far apart the answers are, of the largest; ends the run where that is too far."""
    one, other = np.asarray(ours, float), np.asarray(theirs, float)
    if one.shape != other.shape or (np.isnan(one) != np.isnan(other)).any():
        raise SystemExit(f"{what}: the answers are not about the same people")
    apart = float(np.nanmax(np.abs(one - other), initial=0.0) / max(np.nanmax(np.abs(other), initial=0.0), 1e-300))
    if apart > within:
        raise SystemExit(f"{what}: the answers differ by {apart:.0e} of the largest, more than {within:.0e}")
    return "the same" if apart == 0 else f"within {apart:.0e}"


def write_page(path: Path, heading: str, found: Sequence[Done], *, order: Sequence[str]) -> None:
    """Put the rows in place of those of the same jobs, all jobs in the order of how their titles begin."""
    blocks = _blocks(path) | {one.title: list(one.rows) for one in found}
    places = [next((k for k, begin in enumerate(order) if title.startswith(begin)), len(order)) for title in blocks]
    titles = [title for _, title in sorted(zip(places, blocks, strict=True), key=lambda pair: pair[0])]
    lines = [heading.rstrip(), "", *TABLE, *(line for title in titles for line in blocks[title])]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _blocks(path: Path) -> dict[str, list[str]]:
    """The rows of each job on a page written before."""
    blocks: dict[str, list[str]] = {}
    title = None
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if not line.startswith("|") or line in TABLE:
            continue
        title = line.split("|")[1].strip() or title
        if title is not None:
            blocks.setdefault(title, []).append(line)
    return blocks
