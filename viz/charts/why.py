"""Where gaps come from, in brief: the splits of one comparison under one another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from viz.charts import draw
from viz.charts.decomposition import TOTAL, decomposition_comparisons, decomposition_panel, describe_decomposition
from viz.charts.exposure import describe_exposure, exposure_comparisons, exposure_panel, is_raw, same_place
from viz.charts.parts import Panel, part_bars
from viz.charts.reach import describe_reach, reach_comparisons, reach_panel


def why_bars(
    exposure: pd.DataFrame | None,
    reach: pd.DataFrame | None,
    decomposition: pd.DataFrame | None,
    *,
    width: float = draw.WIDE,
    ident: str = "why",
) -> str:
    """Exposure and bias, the parts of a gap in reach, and explained against unexplained, each under its heading.

    Parameters
    ----------
    exposure, reach, decomposition : DataFrame or None
        Rows of the three tables, for the comparisons to draw. Of exposure's rows those within strata are drawn where
        there are any, of a decomposition the totals.
    width : float
        Width of the drawing; under `draw.SPLIT` labels stand above their bars.
    ident : str
        Unique in its page.

    Returns
    -------
    str
        SVG. Each split has its own unit, named under it.
    """
    panels: list[Panel] = []
    said: list[str] = []
    if exposure is not None and not exposure.empty:
        rows = [like_with_like(each) for each in exposure_comparisons(exposure)]
        panels += [_exposure(row) for row in rows]
        said.append(describe_exposure(pd.DataFrame(rows)))
    if reach is not None and not reach.empty:
        panels += [_titled(reach_panel(rows), "Leaders within two steps") for rows in reach_comparisons(reach)]
        said.append(describe_reach(reach))
    if decomposition is not None and not decomposition.empty:
        totals = decomposition[decomposition["factor"] == TOTAL]
        for rows in decomposition_comparisons(totals):
            made = decomposition_panel(rows)
            panels.append(_titled(made, made.caption.split(":")[0]))
        said.append(describe_decomposition(totals))
    return part_bars(panels, width=width, ident=ident, title="Where the gap comes from", description=" ".join(said))


def like_with_like(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Of a comparison's rows the one within strata, else the one as it is.

    Examples
    --------
    >>> like_with_like([{"strata": "none", "gap": 1.0}, {"strata": "level", "gap": 0.5}])
    {'strata': 'level', 'gap': 0.5}
    """
    within = [row for row in rows if not is_raw(row) and row.get("gap") == row.get("gap")]
    return (within or rows)[0]


def _exposure(row: dict[str, Any]) -> Panel:
    held = "" if is_raw(row) else f", {same_place(row)}"
    return _titled(exposure_panel([row]), f"Leader share{held}")


def _titled(panel: Panel, what: str) -> Panel:
    return replace(panel, heading=f"{what}: {panel.heading}")
