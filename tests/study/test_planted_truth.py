"""Does the toolkit find what was planted in the sample organisation, in the amounts that were planted?

``data/sample/truth.json`` holds what each quantity is expected to be: means over 400 redraws of the generator.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from ona.study import gaps_of, sample_study

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def measured() -> tuple[pd.DataFrame, pd.DataFrame]:
    found = gaps_of(sample_study())
    raw = found["exposure"].query("strata == 'none'")
    return found["gaps"].set_index(["column", "measure"]), raw.set_index("column")


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads((ROOT / "data" / "sample" / "truth.json").read_text(encoding="utf-8"))["expected"]


@pytest.mark.parametrize("column", ["gender", "ethnicity"])
@pytest.mark.parametrize("measure", ["leader_ties", "leader_share", "leaders_within_2"])
def test_the_adjusted_gap_is_inside_its_interval(
    column: str, measure: str, measured: tuple[pd.DataFrame, pd.DataFrame], expected: dict[str, Any]
) -> None:
    row = measured[0].loc[(column, measure)]
    assert row["adjusted_low"] <= expected[column][measure]["adjusted_gap"]["mean"] <= row["adjusted_high"]


@pytest.mark.parametrize("column", ["gender", "ethnicity"])
@pytest.mark.parametrize("part", ["gap", "exposure", "bias"])
def test_exposure_and_bias_are_inside_their_intervals(
    column: str, part: str, measured: tuple[pd.DataFrame, pd.DataFrame], expected: dict[str, Any]
) -> None:
    row = measured[1].loc[column]
    assert row[f"{part}_low"] <= expected[column]["chain_excluded_there_too"][part]["mean"] <= row[f"{part}_high"]


def test_bias_is_found_where_it_was_planted(measured: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Women's ties to leaders form at 0.65 of the rate: the adjusted gap and the bias are below zero, and clearly."""
    gaps, exposure = measured
    assert gaps.loc[("gender", "leader_ties"), "adjusted_high"] < 0
    assert gaps.loc[("gender", "leader_ties"), "q"] < 0.05
    assert exposure.loc["gender", "bias_high"] < 0


def test_composition_is_not_taken_for_bias(measured: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Ethnicity was planted as composition alone: a raw gap, and nothing left within level and function."""
    gaps, exposure = measured
    row = gaps.loc[("ethnicity", "leader_ties")]
    assert row["difference"] < -0.3
    assert row["p_raw"] < 0.05
    assert row["adjusted_low"] < 0 < row["adjusted_high"]
    assert exposure.loc["ethnicity", "exposure_high"] < 0
    assert exposure.loc["ethnicity", "bias_low"] < 0 < exposure.loc["ethnicity", "bias_high"]


@pytest.fixture(scope="module")
def planted_coverage(monkeypatch_module: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch_module.syspath_prepend(str(ROOT / "data"))
    spec = importlib.util.spec_from_file_location("planted_coverage", ROOT / "benchmarks" / "planted_coverage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def monkeypatch_module() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_intervals_hold_the_truth_as_often_as_they_promise(planted_coverage: ModuleType) -> None:
    """One draw can be lucky: over 24 redraws the ten 95 % intervals hold the truth nine times in ten at least.

    ``benchmarks/planted_coverage.py`` gives the figures over 200.
    """
    shares = planted_coverage.coverage(24, permutations=300)
    assert len(shares) == 10
    assert shares.mean() >= 0.9
    assert shares.min() >= 0.75
