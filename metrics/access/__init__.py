"""Access: what each person can reach of those who decide.

Leaders are the people a study names as able to sponsor. Every measure is read twice: with the person's own management
chain excluded (the plain name), because a tie to one's own manager comes with the job and opens no second door; and
included (``…_with_chain``). A leader's access is to *other* leaders.
"""

from metrics.access.pairings import (
    leader_sponsors,
    pairings_held,
    sponsor_influence,
    sponsor_levels_up,
    without_noise,
)
from metrics.access.table import PAIRING_MEASURES, TWICE, WITH_CHAIN, access_table
from metrics.access.ties import from_leaders, leader_share, leader_strength, leader_ties, to_leaders

__all__ = [
    "PAIRING_MEASURES",
    "TWICE",
    "WITH_CHAIN",
    "access_table",
    "from_leaders",
    "leader_share",
    "leader_sponsors",
    "leader_strength",
    "leader_ties",
    "pairings_held",
    "sponsor_influence",
    "sponsor_levels_up",
    "to_leaders",
    "without_noise",
]
