"""Centrality: who is tied to many, who stands between, who is near, who is heeded.

``strength`` is larger for closer people; ``distance`` = 1 / strength is what paths are measured on. The two are never
passed for each other. Everyone in the roster has a value: a person without ties has degree 0, closeness 0, reach 0.
Converting to igraph costs more than some measures, so every measure that needs it takes ``network=graph.to_igraph()``
made once.
"""

from metrics.centrality.betweenness import betweenness, betweenness_estimate, path_estimates
from metrics.centrality.closeness import closeness, closeness_estimate
from metrics.centrality.cores import coreness
from metrics.centrality.degrees import degree, in_degree, in_strength, out_degree, out_strength
from metrics.centrality.reach import reach
from metrics.centrality.sampling import EXACT_PEOPLE, EXACT_PEOPLE_STEPS, SOURCES, Estimate
from metrics.centrality.table import centrality_table
from metrics.centrality.walks import DAMPING, influence

__all__ = [
    "DAMPING",
    "EXACT_PEOPLE",
    "EXACT_PEOPLE_STEPS",
    "SOURCES",
    "Estimate",
    "betweenness",
    "betweenness_estimate",
    "centrality_table",
    "closeness",
    "closeness_estimate",
    "coreness",
    "degree",
    "in_degree",
    "in_strength",
    "influence",
    "out_degree",
    "out_strength",
    "path_estimates",
    "reach",
]
