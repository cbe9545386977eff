"""What `ona --help` costs, against what any command line made with click costs.

    python benchmarks/startup.py --repeats 15

`python -m ona --help` and `python -c "import click"` are started in turn as processes of their own; the figure is the
ratio of their median times. More than 3 fails: something heavy is imported where it is not needed.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

LIMIT = 3.0
COMMANDS = {
    "ona --help": [sys.executable, "-m", "ona", "--help"],
    "import click": [sys.executable, "-c", "import click"],
    "python": [sys.executable, "-c", "pass"],
}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent / "results" / "startup.md")
    options = parser.parse_args()
    for command in COMMANDS.values():
        seconds(command)  # compiled files and disk caches
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(options.repeats):
        for name, command in COMMANDS.items():
            taken[name].append(seconds(command))
    median = {name: statistics.median(times) for name, times in taken.items()}
    ratio = median["ona --help"] / median["import click"]
    lines = [
        "# Start-up",
        "",
        f"2 cores; median of {options.repeats} processes each, started in turn.",
        "",
        "| | time | against `import click` |",
        "|---|---:|---:|",
        *(f"| `{name}` | {t:.3f} s | {t / median['import click']:.2f} × |" for name, t in median.items()),
        "",
        f"`ona --help` costs {ratio:.2f} × `import click`; the limit is {LIMIT:g}.",
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(text, encoding="utf-8")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
