"""Change over windows of time: the network, people's measures, ties, newcomers, and access to leaders.

Everything takes windows of the same people (`metrics.trend.Window`), earliest first. Whether a *gap between groups*
changed is for `metrics.trend`; here is what changed.
"""

from metrics.change.access import (
    ACCESS_CHANGE_COLUMNS,
    ACCESS_FLOW_COLUMNS,
    STATES,
    access_changes,
    access_flow_table,
)
from metrics.change.contacts import PEOPLE_TURNOVER_COLUMNS, turnover_people
from metrics.change.measures import (
    MEASURE_CHANGE_COLUMNS,
    MEASURE_COLUMNS,
    STABILITY_COLUMNS,
    measure_change,
    measure_stability,
    measures_over_windows,
)
from metrics.change.newcomer_groups import NEWCOMER_GROUP_COLUMNS, newcomer_groups_table
from metrics.change.newcomers import NEWCOMER_COLUMNS, newcomers_table
from metrics.change.over_windows import COMPARABLE, NETWORK_COLUMNS, network_over_windows
from metrics.change.ties import SURVIVAL_COLUMNS, TURNOVER_COLUMNS, tie_survival, tie_turnover

__all__ = [
    "ACCESS_CHANGE_COLUMNS",
    "ACCESS_FLOW_COLUMNS",
    "COMPARABLE",
    "MEASURE_CHANGE_COLUMNS",
    "MEASURE_COLUMNS",
    "NETWORK_COLUMNS",
    "NEWCOMER_COLUMNS",
    "NEWCOMER_GROUP_COLUMNS",
    "PEOPLE_TURNOVER_COLUMNS",
    "STABILITY_COLUMNS",
    "STATES",
    "SURVIVAL_COLUMNS",
    "TURNOVER_COLUMNS",
    "access_changes",
    "access_flow_table",
    "measure_change",
    "measure_stability",
    "measures_over_windows",
    "network_over_windows",
    "newcomer_groups_table",
    "newcomers_table",
    "tie_survival",
    "tie_turnover",
    "turnover_people",
]
