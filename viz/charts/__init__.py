"""Static pictures: each function takes a table and returns SVG as text.

``gap_dots`` gaps by measure · ``exposure_bars`` composition against bias · ``reach_bars`` own ties and contacts' ties ·
``decomposition_bars`` explained and unexplained · ``why_bars`` these three in brief · ``visibility_curves`` share of
the most influential · ``representation_dots`` share of each level · ``sponsor_bars`` mentors and sponsors a head ·
``power_bars`` how much power sponsors have · ``mixing_matrix`` ties between groups against chance ·
``separation_dots`` E–I index · ``robustness_dots`` the gap under other ways of looking · ``trend_lines`` the gap over
time · ``silo_dots`` contact that stays inside groups · ``attack_lines`` what holds as the best placed leave ·
``load_slots`` load of sponsors · ``plan_curve`` the gap as pairings are made.
"""

from viz.charts.decomposition import decomposition_bars
from viz.charts.exposure import exposure_bars
from viz.charts.gaps import gap_dots
from viz.charts.load import load_slots
from viz.charts.mixing import mixing_matrix
from viz.charts.plan import plan_curve
from viz.charts.power import power_bars
from viz.charts.reach import reach_bars
from viz.charts.representation import representation_dots
from viz.charts.resilience import attack_lines
from viz.charts.robustness import robustness_dots
from viz.charts.separation import separation_dots
from viz.charts.silos import silo_dots
from viz.charts.sponsors import sponsor_bars
from viz.charts.trend import trend_lines
from viz.charts.visibility import visibility_curves
from viz.charts.why import why_bars

__all__ = [
    "attack_lines",
    "decomposition_bars",
    "exposure_bars",
    "gap_dots",
    "load_slots",
    "mixing_matrix",
    "plan_curve",
    "power_bars",
    "reach_bars",
    "representation_dots",
    "robustness_dots",
    "separation_dots",
    "silo_dots",
    "sponsor_bars",
    "trend_lines",
    "visibility_curves",
    "why_bars",
]
