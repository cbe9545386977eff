"""Static pictures: each function takes a table and returns SVG as text.

``gap_dots`` gaps by measure · ``exposure_bars`` composition against bias · ``sponsor_bars`` mentors and sponsors a
head · ``mixing_matrix`` ties between groups against chance · ``separation_dots`` E–I index · ``load_slots`` load of
sponsors · ``plan_curve`` the gap as pairings are made.
"""

from viz.charts.exposure import exposure_bars
from viz.charts.gaps import gap_dots
from viz.charts.load import load_slots
from viz.charts.mixing import mixing_matrix
from viz.charts.plan import plan_curve
from viz.charts.separation import separation_dots
from viz.charts.sponsors import sponsor_bars

__all__ = [
    "exposure_bars",
    "gap_dots",
    "load_slots",
    "mixing_matrix",
    "plan_curve",
    "separation_dots",
    "sponsor_bars",
]
