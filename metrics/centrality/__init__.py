"""Centrality: who is tied to many, who stands between, who is near, who is heeded.

``strength`` is larger for closer people; ``distance`` = 1 / strength is what paths are measured on. The two are never
passed for each other. Everyone in the roster has a value: a person without ties has degree 0, closeness 0, reach 0.
`centralities` measures several at once and shares what they have in common.
"""

from metrics.centrality.betweenness import betweenness, betweenness_estimate, path_estimates
from metrics.centrality.closeness import closeness, closeness_estimate
from metrics.centrality.cores import coreness, simple_network
from metrics.centrality.degrees import degree, in_degree, in_strength, out_degree, out_strength
from metrics.centrality.precision import PRECISION_COLUMNS
from metrics.centrality.reach import reach
from metrics.centrality.sampling import EXACT_PEOPLE, EXACT_PEOPLE_STEPS, SOURCES, Estimate
from metrics.centrality.spectral import authorities, eigenvector, hubs
from metrics.centrality.table import (
    CENTRALITIES,
    CENTRALITY_COLUMNS,
    Centrality,
    centralities,
    centrality_table,
)
from metrics.centrality.walks import DAMPING, KATZ_SHARE, influence, katz

__all__ = [
    "CENTRALITIES",
    "CENTRALITY_COLUMNS",
    "DAMPING",
    "EXACT_PEOPLE",
    "EXACT_PEOPLE_STEPS",
    "KATZ_SHARE",
    "PRECISION_COLUMNS",
    "SOURCES",
    "Centrality",
    "Estimate",
    "authorities",
    "betweenness",
    "betweenness_estimate",
    "centralities",
    "centrality_table",
    "closeness",
    "closeness_estimate",
    "coreness",
    "degree",
    "eigenvector",
    "hubs",
    "in_degree",
    "in_strength",
    "influence",
    "katz",
    "out_degree",
    "out_strength",
    "path_estimates",
    "reach",
    "simple_network",
]
