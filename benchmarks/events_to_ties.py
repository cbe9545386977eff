"""Events to ties: the Ibis expression against the same aggregation in pandas and in DuckDB SQL, in one run.

    python benchmarks/events_to_ties.py --rows 2000000 --repeats 5

Made-up events (seeded, people in communities, messages to one or several) go to Parquet; then each engine turns them
into ties in a process of its own, in turn, so that a slow minute of the machine is shared by all. Times are from the
start of reading to the finished table of ties, without the start of Python and the import of libraries; memory is the
most the process ever held. All three must agree to 1e-9.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
HALF_LIFE, CAP, WEIGHTS = 60.0, 25, {"mail": 1.0, "chat": 0.5, "meeting": 2.0}
ENGINES = ("ibis", "sql", "pandas")
NAMES = {"ibis": "the Ibis expression of `ona`, on DuckDB", "sql": "DuckDB SQL by hand", "pandas": "pandas"}


def make_events(folder: Path, *, rows: int, seed: int) -> list[Path]:
    """Two Parquet files of events, about `rows` recipient rows together."""
    rng = np.random.default_rng(seed)
    people = max(rows // 400, 200)
    events = max(rows // 4, 10)
    recipients = np.minimum(rng.geometric(0.27, events), 60)
    event = np.repeat(np.arange(events), recipients)
    sender = rng.integers(0, people, events)[event]
    # Nine in ten within a community of about fifty, the rest to anybody; some people far more often than others.
    near = sender // 50 * 50 + (50 * rng.random(len(event)) ** 2).astype(int)
    recipient = np.where(
        rng.random(len(event)) < 0.9, np.minimum(near, people - 1), rng.integers(0, people, len(event))
    )
    seconds = rng.integers(0, 180 * 86_400_000, events)[event]
    table = pd.DataFrame(
        {
            "source": rng.choice(list(WEIGHTS), events, p=[0.6, 0.3, 0.1])[event],
            "event": pd.Series(event).map("e{}".format),
            "time": pd.Timestamp("2024-01-01") + pd.to_timedelta(seconds, unit="ms"),
            "sender": pd.Series(sender).map("person-{:06d}".format),
            "recipient": pd.Series(recipient).map("person-{:06d}".format),
            "size": recipients[event] + 1,
            "minutes": np.nan,
        }
    )
    table = table[sender != recipient]
    table["time"] = table["time"].mask(rng.random(len(table)) < 0.001)
    paths = [folder / "a.parquet", folder / "b.parquet"]
    table.iloc[: len(table) // 2].to_parquet(paths[0], index=False)
    table.iloc[len(table) // 2 :].to_parquet(paths[1], index=False)
    return paths


def with_ibis(paths: list[Path]) -> Callable[[], pd.DataFrame]:
    import ibis

    from ona.model.strength import ties_from_events

    ibis.duckdb.connect().disconnect()  # pays for the imports
    return lambda: ties_from_events(paths, weights=WEIGHTS, half_life_days=HALF_LIFE, broadcast_cap=CAP).ties


def with_sql(paths: list[Path]) -> Callable[[], pd.DataFrame]:
    import duckdb

    files = ", ".join(f"'{path}'" for path in paths)
    weight = " ".join(f"WHEN '{channel}' THEN {value}" for channel, value in WEIGHTS.items())
    query = f"""
        WITH last AS (SELECT date_trunc('day', max(time)) + INTERVAL 1 DAY AS midnight FROM read_parquet([{files}]))
        SELECT sender AS source, recipient AS target, source AS channel,
               sum(CASE source {weight} END / (size - 1) * coalesce(
                   pow(0.5, epoch(midnight - date_trunc('second', time)) / {HALF_LIFE * 86_400}), 1)) AS strength,
               count(*) AS count, max(time) AS last
        FROM read_parquet([{files}]), last WHERE size - 1 <= {CAP}
        GROUP BY ALL ORDER BY 1, 2, 3
    """
    return lambda: duckdb.connect().execute(query).df()


def with_pandas(paths: list[Path]) -> Callable[[], pd.DataFrame]:
    def run() -> pd.DataFrame:
        columns = ["source", "time", "sender", "recipient", "size"]
        rows = pd.concat([pd.read_parquet(path, columns=columns) for path in paths], ignore_index=True)
        midnight = rows["time"].max().normalize() + pd.Timedelta(days=1)
        rows = rows[rows["size"] - 1 <= CAP]
        age = (midnight - rows["time"].dt.floor("s")).dt.total_seconds() / 86_400
        fade = (0.5 ** (age / HALF_LIFE)).fillna(1.0)
        rows = rows.assign(strength=rows["source"].map(WEIGHTS) / (rows["size"] - 1) * fade)
        ties = rows.groupby(["sender", "recipient", "source"], as_index=False).agg(
            strength=("strength", "sum"), count=("strength", "size"), last=("time", "max")
        )
        return ties.rename(columns={"source": "channel", "sender": "source", "recipient": "target"})

    return run


def child(engine: str, folder: Path) -> None:
    """Run one engine once; print what it cost and leave its ties beside the events."""
    prepare = {"ibis": with_ibis, "sql": with_sql, "pandas": with_pandas}[engine]
    run = prepare([folder / "a.parquet", folder / "b.parquet"])
    start = time.perf_counter()
    ties = run()
    seconds = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    kept = ties[["source", "target", "channel", "strength", "count"]]
    kept.to_parquet(folder / f"{engine}.ties", index=False)
    print(json.dumps({"seconds": seconds, "gigabytes": peak / 2**30}))


def differences(folder: Path) -> dict[str, float]:
    """Largest relative difference of a strength from the Ibis expression's; the rest must be equal."""
    ours = pd.read_parquet(folder / "ibis.ties")
    found = {}
    for engine in ENGINES[1:]:
        other = pd.read_parquet(folder / f"{engine}.ties").sort_values(
            ["source", "target", "channel"], ignore_index=True
        )
        keys = ["source", "target", "channel", "count"]
        if not (ours[keys].to_numpy() == other[keys].to_numpy()).all():
            raise SystemExit(f"{engine} has other ties than ibis")
        found[engine] = float((ours["strength"] / other["strength"] - 1).abs().max())
        if found[engine] > 1e-9:
            raise SystemExit(f"{engine} differs from ibis by {found[engine]:.2g}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000, help="recipient rows, about")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=HERE / "results" / "events_to_ties.md")
    parser.add_argument("--child", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.folder)
        return
    with tempfile.TemporaryDirectory(prefix="ona-benchmark-") as name:
        folder = Path(name)
        paths = make_events(folder, rows=options.rows, seed=options.seed)
        cost: dict[str, list[dict[str, float]]] = {engine: [] for engine in ENGINES}
        for repeat in range(options.repeats):
            for engine in ENGINES[repeat % 3 :] + ENGINES[: repeat % 3]:
                command = [sys.executable, __file__, "--child", engine, "--folder", name]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                cost[engine].append(json.loads(done.stdout))
        different = differences(folder)
        rows = sum(len(pd.read_parquet(path, columns=["size"])) for path in paths)
        ties = len(pd.read_parquet(folder / "ibis.ties", columns=["count"]))
    seconds = {engine: statistics.median(run["seconds"] for run in runs) for engine, runs in cost.items()}
    memory = {engine: statistics.median(run["gigabytes"] for run in runs) for engine, runs in cost.items()}
    lines = [
        "# Events to ties",
        "",
        f"{rows:,} recipient rows in two Parquet files to {ties:,} ties; 2 cores; median of {options.repeats} runs",
        "each, taken in turn, every run in a process of its own. Seconds vary with the machine, ratios much less.",
        "",
        "| | time | against pandas | against SQL | peak memory | largest relative difference |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for engine in ENGINES:
        lines.append(
            f"| {NAMES[engine]} | {seconds[engine]:.2f} s | {seconds[engine] / seconds['pandas']:.2f} × "
            f"| {seconds[engine] / seconds['sql']:.2f} × | {memory[engine]:.2f} GB "
            f"| {'–' if engine == 'ibis' else f'{different[engine]:.1e}'} |"
        )
    lines += [
        "",
        "Memory is the whole process, libraries included. The Ibis expression does more than the other two: it adds up",
        "in integers, so that the ties are equal to the last bit however many threads took part and in whatever order,",
        "and a pass before that counts the rows left out by reason and finds the data's last day.",
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
