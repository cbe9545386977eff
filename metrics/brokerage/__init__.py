"""Brokerage: who stands between people who do not meet, whether others do as well, and who would be missed.

Structural holes, Gould–Fernandez roles, broker overlap, the E–I index of a person, Everett and Valente's measure and
bridge dependence; `brokerages` measures them all.
"""

from metrics.brokerage.bridging import (
    EVERETT_VALENTE_COLUMNS,
    bridge_dependence,
    everett_valente,
    everett_valente_estimate,
)
from metrics.brokerage.crossing import CROSSING_COLUMNS, e_i, e_i_expected_people, e_i_table
from metrics.brokerage.holes import (
    STRUCTURAL_HOLES_COLUMNS,
    constraint,
    effective_size,
    efficiency,
    hierarchy,
    structural_holes,
)
from metrics.brokerage.overlap import (
    OVERLAP_COLUMNS,
    broker_overlap,
    overlap_table,
    partial_brokerage,
    sole_brokerage,
)
from metrics.brokerage.roles import (
    ROLES,
    ROLES_COLUMNS,
    role_counts,
    role_expectations,
    role_scores,
    role_table,
    role_totals,
)
from metrics.brokerage.table import BROKERAGE_COLUMNS, Brokerage, brokerage_table, brokerages

__all__ = [
    "BROKERAGE_COLUMNS",
    "CROSSING_COLUMNS",
    "EVERETT_VALENTE_COLUMNS",
    "OVERLAP_COLUMNS",
    "ROLES",
    "ROLES_COLUMNS",
    "STRUCTURAL_HOLES_COLUMNS",
    "Brokerage",
    "bridge_dependence",
    "broker_overlap",
    "brokerage_table",
    "brokerages",
    "constraint",
    "e_i",
    "e_i_expected_people",
    "e_i_table",
    "effective_size",
    "efficiency",
    "everett_valente",
    "everett_valente_estimate",
    "hierarchy",
    "overlap_table",
    "partial_brokerage",
    "role_counts",
    "role_expectations",
    "role_scores",
    "role_table",
    "role_totals",
    "sole_brokerage",
    "structural_holes",
]
