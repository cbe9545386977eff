"""A leader's tables have no more digits than are printed, so that no coordinate of a picture tells more."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from viz.charts.gaps import gap_dots, in_deviations
from viz.numbers import records
from viz.report.rounded import rounded
from viz.report.sections import gap_numbers


def gaps(shift: float = 0.0) -> pd.DataFrame:
    row = {
        "column": "gender",
        "focal": "women",
        "reference": "men",
        "strata": "level",
        "n_focal": 40,
        "n_reference": 50,
    }
    row |= {"measure": "leader_ties", "mean_focal": 2.4141, "mean_reference": 3.2222, "difference": -0.8081}
    row |= {"ratio": 0.7491, "adjusted": -0.6121, "adjusted_low": -1.1123, "adjusted_high": -0.1121, "p": 0.0123}
    row |= {"q": 0.0241, "standardised": -0.4081, "n_informative": 88}
    share = row | {"measure": "leader_share", "mean_focal": 0.2141, "mean_reference": 0.3121, "difference": -0.0981}
    share |= {"adjusted": -0.0911, "adjusted_low": -0.1511, "adjusted_high": -0.0311, "standardised": -0.5511}
    table = pd.DataFrame([row, share])
    numbers = table.select_dtypes("float").columns
    return table.assign(**{name: table[name] + shift for name in numbers if name != "standardised"})


def test_digits_that_are_not_printed_are_not_drawn() -> None:
    one, other = rounded(gaps()), rounded(gaps(shift=2e-5))
    assert gap_dots(gaps()) != gap_dots(gaps(shift=2e-5))
    assert gap_dots(one) == gap_dots(other)


def test_what_is_printed_stays_as_it_was() -> None:
    assert gap_numbers(rounded(gaps())) == gap_numbers(gaps())


def test_the_standard_deviation_keeps_three_digits() -> None:
    """0.6121 / 0.4081 is 1.4999, and 0.0911 / 0.5511 is 0.1653."""
    drawn = [in_deviations(row) for row in records(rounded(gaps()))]
    assert [place[1] for place in drawn] == pytest.approx([-0.61 / 1.5, -0.091 / 0.165])


def test_what_is_not_there_stays_away() -> None:
    rows = gaps().assign(adjusted=np.nan, standardised=np.nan, adjusted_low=-np.inf)
    told = rounded(rows)
    assert told["adjusted"].isna().all()
    assert told["standardised"].isna().all()
    assert np.isinf(told["adjusted_low"]).all()
    assert rounded(rows.iloc[:0]).empty
