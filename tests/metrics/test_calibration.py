"""A short run of the calibration and recovery benchmarks: no gap, seldom one found; a planted one, found.

The figures of the long runs are in ``benchmarks/results/calibration.md`` and ``recovery.md``.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
STUDIES = 36


@pytest.fixture(scope="module")
def benchmark_named() -> Iterator[dict[str, ModuleType]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield {name: importlib.import_module(name) for name in ("calibration", "recovery")}


@pytest.fixture(scope="module")
def found(benchmark_named: dict[str, ModuleType]) -> pd.DataFrame:
    """Two studies of each network and group size."""
    return pd.concat([benchmark_named["calibration"].one_study(number) for number in range(STUDIES)])


@pytest.mark.slow
def test_every_test_of_the_engine_is_calibrated(found: pd.DataFrame) -> None:
    """Of 36 sound tests at 5 % more than 8 reject with probability .00005."""
    tested = found.groupby("tested")["p"]
    assert {name.split()[0].rstrip(":") for name in tested.groups} == {
        "gap", "exposure", "bias", "reach", "decomposition", "visibility", "E–I", "change", "MRQAP",
    }  # fmt: skip
    assert tested.size().min() >= STUDIES / 2
    assert tested.agg(lambda p: int((p <= 0.05).sum())).max() <= 8


def test_p_is_spread_evenly(found: pd.DataFrame) -> None:
    """The mean of 36 even p-values is .5 with a standard deviation of .048; ties only push it up."""
    means = found[found["tested"] != "decomposition: unexplained"].groupby("tested")["p"].mean()
    assert means.min() > 0.5 - 4 * 0.048


def test_an_interval_holds_0_exactly_where_p_is_large(found: pd.DataFrame) -> None:
    gaps = found[found["tested"].str.startswith(("gap", "change"))]
    assert ((gaps["p"] > 0.05) == gaps["holds"].astype(bool)).all()


def test_planted_composition_and_bias_are_recovered(benchmark_named: dict[str, ModuleType]) -> None:
    recovery = benchmark_named["recovery"]
    rows = [row for number in range(STUDIES) for row in recovery.recovered(number)]
    table = recovery.summarised(pd.DataFrame(rows))
    # The mean error of n studies has a standard error of 1 / √n of theirs.
    assert table["leans"].abs().max() <= 4 / np.sqrt(STUDIES)
    assert table["held"].min() >= 0.8
