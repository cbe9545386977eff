"""Measures against igraph, scipy and GraphBLAS, in one run; a whole suite; and a million people.

    python benchmarks/measures.py
    python benchmarks/measures.py --only holes roles --people 1000 --repeats 3
    python benchmarks/measures.py --million

Companies are made up (`company.py`), about twenty ties a person. Before a job is timed the answers of all its sides are
compared. Compilation is timed by itself, with an empty cache. GraphBLAS takes part where python-graphblas can be
imported. Rows of jobs that are not run stay on the page as they were.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

CACHE = tempfile.TemporaryDirectory(prefix="ona-benchmark-")
os.environ["NUMBA_CACHE_DIR"] = CACHE.name

from at_scale import measures_of_a_million, warmed_up, whole_suite  # noqa: E402
from measure_jobs import JOBS, Sizes, forget  # noqa: E402
from role_rivals import HAS_GRAPHBLAS  # noqa: E402
from sides import Done, done, write_page  # noqa: E402

HERE = Path(__file__).resolve().parent
SUITE = "suite"
ORDER = (
    "constraint", "Gould", "harmonic", "betweenness by distance, exact", "betweenness by distance from",
    "the hundred", "influence", "coreness", "Leiden", "the whole suite", "1,000,000", "compiling",
)  # fmt: skip
HEADING = """# Measures

2 cores; medians of the sides of a job, taken in turn in one process after their answers were compared. Seconds vary
with the machine, ratios much less. Sides are given a made graph, igraph one converted before: neither pays for that.
Memory is in units of the sparse matrix of strengths (12 bytes an arc), beyond the graph and all that was in memory
before. Jobs may be of different runs."""
NO_GRAPHBLAS = "python-graphblas cannot be imported here, so GraphBLAS takes no part."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=[*JOBS, SUITE], help="jobs by name")
    parser.add_argument("--people", nargs="+", type=int, default=[], help="in place of each job's own numbers")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--million", action="store_true", help="a million people, each measure in its own process")
    parser.add_argument("--out", type=Path, default=HERE / "results" / "metrics.md")
    options = parser.parse_args()
    kept = True
    for one in found(options):
        print("\n".join(one.rows), flush=True)
        write_page(options.out, HEADING, [one], order=ORDER)
        kept &= one.kept
    if not HAS_GRAPHBLAS:
        print(NO_GRAPHBLAS)
    return 0 if kept else 1


def found(options: argparse.Namespace) -> Iterator[Done]:
    """Each job done, as soon as it is."""
    names = options.only or [*JOBS, SUITE]
    sizes = Sizes(tuple(options.people))
    yield warmed_up()
    if options.million:
        yield from measures_of_a_million(*sizes.of(1_000_000))
        return
    if SUITE in names:  # First: later on this process holds graphs and igraph networks.
        yield from map(whole_suite, sizes.of(100_000))
    for name in names:
        if name in JOBS:
            start = time.perf_counter()
            for job in JOBS[name](sizes):
                yield done(job, repeats=options.repeats)
            print(f"{name}: {time.perf_counter() - start:.0f} s in all", flush=True)
    forget()


if __name__ == "__main__":
    raise SystemExit(main())
