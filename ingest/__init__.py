"""From files to people, pairings, events and ties: one reader for each kind of source.

Every reader gives a `Read`: what it accepted, and what it set aside with file, line and reason. Nothing is lost in
silence.
"""

from ingest.edges import read_edges
from ingest.meetings import read_meetings
from ingest.messages import read_messages, read_reviews
from ingest.network import read_network
from ingest.pairings import read_pairings
from ingest.read import Read
from ingest.roster import read_roster
from ingest.survey import read_survey

__all__ = [
    "Read",
    "read_edges",
    "read_meetings",
    "read_messages",
    "read_network",
    "read_pairings",
    "read_reviews",
    "read_roster",
    "read_survey",
]
