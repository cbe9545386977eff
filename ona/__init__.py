"""`ona`: organisational network analysis on your own machine.

The public face. Everything here is loaded when it is first used, so that ``ona --help`` does not pay for pandas.

>>> import ona
>>> ona.read_study.__module__
'ona.settings'
"""

from __future__ import annotations

import importlib
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metrics import (
        Comparison,
        access_table,
        assign,
        brokerage_table,
        candidate_table,
        centrality_table,
        exposure_table,
        gap_table,
        mixing_table,
        segregation_table,
    )
    from ona.model import InfluenceGraph, OnaError, from_igraph, from_networkx, influence_graph, people_table
    from ona.settings import Study, read_study
    from ona.study import StudyResult, run_study
    from viz import network_map, report

ROOMS = ("ingest", "metrics", "viz")

_HOME = {
    "metrics": (
        "Comparison",
        "access_table",
        "assign",
        "brokerage_table",
        "candidate_table",
        "centrality_table",
        "exposure_table",
        "gap_table",
        "mixing_table",
        "segregation_table",
    ),
    "ona.model": ("InfluenceGraph", "OnaError", "from_igraph", "from_networkx", "influence_graph", "people_table"),
    "ona.settings": ("Study", "read_study"),
    "ona.study": ("StudyResult", "run_study"),
    "viz": ("network_map", "report"),
}
_HOME_OF = {name: home for home, names in _HOME.items() for name in names}

__all__ = [
    "Comparison",
    "InfluenceGraph",
    "OnaError",
    "Study",
    "StudyResult",
    "access_table",
    "assign",
    "brokerage_table",
    "candidate_table",
    "centrality_table",
    "exposure_table",
    "from_igraph",
    "from_networkx",
    "gap_table",
    "influence_graph",
    "mixing_table",
    "network_map",
    "people_table",
    "read_study",
    "report",
    "run_study",
    "segregation_table",
]


def _hidden_room(rooms: tuple[str, ...] = ROOMS) -> str | None:
    """One sentence when another module hides one of our folders; None when all is well.

    ``ingest``, ``metrics`` and ``viz`` are common names. A file ``metrics.py`` beside the script that is run, or
    another installed package, would be imported in place of ours and fail far from the cause.
    """
    ours = Path(__file__).resolve().parent.parent
    for room in rooms:
        found = util.find_spec(room)
        origin = None if found is None else found.origin
        if origin is None:
            return f"ona cannot find its own package '{room}'; install ona again from its checkout or wheel"
        if Path(origin).resolve() != ours / room / "__init__.py":
            return f"another module named '{room}' hides ona's own: {origin}; rename it, or run ona from another folder"
    return None


_sentence = _hidden_room()
if _sentence:
    raise ImportError(_sentence)
del _sentence


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib import metadata

        return metadata.version("ona")
    if name in _HOME_OF:
        return getattr(importlib.import_module(_HOME_OF[name]), name)
    raise AttributeError(f"module 'ona' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
