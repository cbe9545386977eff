"""The inference engine: permutations within strata, their p-values, closed-form checks, and false discovery rates.

Labels are shuffled among people of the same stratum only, so what the strata hold constant (say level and function)
cannot produce the result. It answers "could a label that means nothing have done this?"; it proves no cause.

The r-th permutation depends on the seed, the labels and the strata alone, and is the same arrangement whatever is
made of it: labels, differences of means, or arcs within groups.
"""

from metrics.inference.arcs import permuted_mixing, permuted_within, within_moments
from metrics.inference.differences import (
    difference_sd,
    difference_weights,
    group_mean_moments,
    inverted_interval,
    permuted_differences,
    stratified_permutations,
)
from metrics.inference.p_values import Alternative, benjamini_hochberg, permutation_p, sequential_p

__all__ = [
    "Alternative",
    "benjamini_hochberg",
    "difference_sd",
    "difference_weights",
    "group_mean_moments",
    "inverted_interval",
    "permutation_p",
    "permuted_differences",
    "permuted_mixing",
    "permuted_within",
    "sequential_p",
    "stratified_permutations",
    "within_moments",
]
