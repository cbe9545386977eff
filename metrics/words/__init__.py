"""One true sentence for each finding, for a reader who will not look at the table.

Which sentence is chosen follows the rules in each function; the numbers in it are those of the row. Group labels come
from the data and may be anything ("woman", "F", "3"), so no plural is guessed from them.
"""

from metrics.words._phrases import DEFAULT_PLURALS
from metrics.words.exposure import exposure_sentence
from metrics.words.gaps import gap_sentence

__all__ = ["DEFAULT_PLURALS", "exposure_sentence", "gap_sentence"]
