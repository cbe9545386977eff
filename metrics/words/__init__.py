"""One true sentence for each finding, for a reader who will not look at the table.

Which sentence is chosen follows the rules in each function; the numbers in it are those of the row. Group labels come
from the data and may be anything ("woman", "F", "3"), so no plural is guessed from them.
"""

from metrics.words._phrases import DEFAULT_PLURALS
from metrics.words.decompose import decomposition_sentence
from metrics.words.dyads import dyad_sentence
from metrics.words.exposure import exposure_sentence, why_clause
from metrics.words.gaps import gap_sentence
from metrics.words.reach import reach_sentence
from metrics.words.robustness import robustness_sentence
from metrics.words.segregation import segregation_sentence
from metrics.words.trend import trend_sentence
from metrics.words.visibility import visibility_sentence

__all__ = [
    "DEFAULT_PLURALS",
    "decomposition_sentence",
    "dyad_sentence",
    "exposure_sentence",
    "gap_sentence",
    "reach_sentence",
    "robustness_sentence",
    "segregation_sentence",
    "trend_sentence",
    "visibility_sentence",
    "why_clause",
]
