"""What everything stands on: people, pairings, events, ties, the influence graph, disclosure control and errors."""

from ona.model.disclosure import (
    DisclosurePlan,
    audit,
    disclosure_plan,
    gives_away,
    leave_out_small,
    pseudonyms,
    refuse_persons,
    safe_counts,
    scan_for_persons,
)
from ona.model.errors import DisclosureError, InputError, OnaError, StudyError
from ona.model.exchange import from_igraph, from_networkx, plain_people, to_igraph, to_networkx
from ona.model.graph import InfluenceGraph, influence_graph
from ona.model.pairings import active_pairings, pairings_table
from ona.model.people import group_columns, level_rank, mark_leaders, people_table
from ona.model.strength import TiesMade, ties_expression, ties_from_events
from ona.model.text import printable
from ona.model.ties import ties_table

__all__ = [
    "DisclosureError",
    "DisclosurePlan",
    "InfluenceGraph",
    "InputError",
    "OnaError",
    "StudyError",
    "TiesMade",
    "active_pairings",
    "audit",
    "disclosure_plan",
    "from_igraph",
    "from_networkx",
    "gives_away",
    "group_columns",
    "influence_graph",
    "leave_out_small",
    "level_rank",
    "mark_leaders",
    "pairings_table",
    "people_table",
    "plain_people",
    "printable",
    "pseudonyms",
    "refuse_persons",
    "safe_counts",
    "scan_for_persons",
    "ties_expression",
    "ties_from_events",
    "ties_table",
    "to_igraph",
    "to_networkx",
]
