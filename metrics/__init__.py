"""From an influence graph to tables: one file a family, one short function a measure.

Reads as the room's table of contents.
"""

from metrics.access import (
    access_table,
    from_leaders,
    leader_share,
    leader_sponsors,
    leader_strength,
    leader_ties,
    pairings_held,
    sponsor_influence,
    sponsor_levels_up,
    to_leaders,
)
from metrics.assignment import assign, unassigned
from metrics.brokerage import (
    bridge_dependence,
    brokerage_table,
    constraint,
    e_i,
    effective_size,
    efficiency,
    everett_valente,
    hierarchy,
)
from metrics.candidates import candidate_table, without_candidates
from metrics.centrality import (
    betweenness,
    centrality_table,
    closeness,
    coreness,
    degree,
    in_degree,
    in_strength,
    influence,
    out_degree,
    out_strength,
    reach,
)
from metrics.communities import communities, communities_table
from metrics.coverage import coverage_table
from metrics.decompose import decomposition_table
from metrics.dyads import dyad_table, mrqap
from metrics.exposure import exposure_table, leaders_around
from metrics.gaps import Comparison, comparison_members, gap_table, with_gap_sentences
from metrics.inference import benjamini_hochberg, permutation_p, stratified_permutations
from metrics.mixing import coleman_homophily, e_i_groups, homophily_table, mixing_matrix, mixing_table
from metrics.paths import leaders_within, paths_to_leaders, steps_to_leader
from metrics.plan import plan_table
from metrics.reach_parts import reach_table
from metrics.robustness import robustness_table, verdict_table
from metrics.roles import role_counts, role_expectations, role_scores, role_table, role_totals
from metrics.segregation import (
    assortativity,
    e_i_expected,
    e_i_p,
    e_i_whole,
    freeman_segregation,
    odds_ratio_within,
    segregation_table,
    yules_q,
)
from metrics.sponsorship import sponsorship_table
from metrics.spread import cascade_reach, influence_from_leaders
from metrics.trend import Window, trend_table
from metrics.visibility import Visibility, representation_table, visibility_tables
from metrics.words import (
    decomposition_sentence,
    dyad_sentence,
    exposure_sentence,
    gap_sentence,
    reach_sentence,
    robustness_sentence,
    segregation_sentence,
    trend_sentence,
    visibility_sentence,
    why_clause,
)

__all__ = [
    "Comparison",
    "Visibility",
    "Window",
    "access_table",
    "assign",
    "assortativity",
    "benjamini_hochberg",
    "betweenness",
    "bridge_dependence",
    "brokerage_table",
    "candidate_table",
    "cascade_reach",
    "centrality_table",
    "closeness",
    "coleman_homophily",
    "communities",
    "communities_table",
    "comparison_members",
    "constraint",
    "coreness",
    "coverage_table",
    "decomposition_sentence",
    "decomposition_table",
    "degree",
    "dyad_sentence",
    "dyad_table",
    "e_i",
    "e_i_expected",
    "e_i_groups",
    "e_i_p",
    "e_i_whole",
    "effective_size",
    "efficiency",
    "everett_valente",
    "exposure_sentence",
    "exposure_table",
    "freeman_segregation",
    "from_leaders",
    "gap_sentence",
    "gap_table",
    "hierarchy",
    "homophily_table",
    "in_degree",
    "in_strength",
    "influence",
    "influence_from_leaders",
    "leader_share",
    "leader_sponsors",
    "leader_strength",
    "leader_ties",
    "leaders_around",
    "leaders_within",
    "mixing_matrix",
    "mixing_table",
    "mrqap",
    "odds_ratio_within",
    "out_degree",
    "out_strength",
    "pairings_held",
    "paths_to_leaders",
    "permutation_p",
    "plan_table",
    "reach",
    "reach_sentence",
    "reach_table",
    "representation_table",
    "robustness_sentence",
    "robustness_table",
    "role_counts",
    "role_expectations",
    "role_scores",
    "role_table",
    "role_totals",
    "segregation_sentence",
    "segregation_table",
    "sponsor_influence",
    "sponsor_levels_up",
    "sponsorship_table",
    "steps_to_leader",
    "stratified_permutations",
    "to_leaders",
    "trend_sentence",
    "trend_table",
    "unassigned",
    "verdict_table",
    "visibility_sentence",
    "visibility_tables",
    "why_clause",
    "with_gap_sentences",
    "without_candidates",
    "yules_q",
]
