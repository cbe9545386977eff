"""How many people of a group carry far more recorded contact than their peers, in a sentence."""

from __future__ import annotations

from math import isfinite

from metrics.words._phrases import Plurals, Row, called


def overload_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """Two short sentences for one row of an overload table.

    How many people of the group have at least twice the recorded contact of their peers' median and are among the
    highest of them, and which share of all people compared has. That the two shares differ is not said: nothing has
    been tested. Where nobody of the group can be compared, it says so.

    Parameters
    ----------
    row : mapping
        A row of `metrics.load.overload_table`, all but its sentence.
    plurals : mapping, optional
        How to call a group's people, as in `metrics.words.gap_sentence`.

    Returns
    -------
    str

    Examples
    --------
    >>> overload_sentence({"column": "gender", "group": "woman", "people": 226, "unknown": 3, "overloaded": 12,
    ...                    "share_overloaded": 12 / 226, "share_of_all": 0.041})
    'Of 226 women, 12 (5.3 %) have at least twice the recorded contact of a typical peer and are among the highest of
    their peers; of all people compared, 4.1 % do. Recorded contact is not workload (3 without enough peers left out).'
    """
    people, unknown, many = int(row["people"]), int(row["unknown"]), int(row["overloaded"])
    who = called(row, "group", plurals)[0]
    if not isfinite(row["share_overloaded"]):
        return f"Nobody among {who} ({unknown:,}) has enough peers with recorded contact to be compared with."
    left_out = f" ({unknown:,} without enough peers left out)" if unknown else ""
    of_whom = f"{people:,} {who}" if people > 1 else f"the one person compared among {who}"
    share = f"{many:,} ({_percent(row['share_overloaded'])} %)" if many else "nobody"
    verbs = ("have", "are") if many > 1 else ("has", "is")
    return (
        f"Of {of_whom}, {share} {verbs[0]} at least twice the recorded contact of a typical peer and {verbs[1]} among "
        f"the highest of their peers; of all people compared, {_percent(row['share_of_all'])} % do. "
        f"Recorded contact is not workload{left_out}."
    )


def _percent(share: float) -> str:
    """Whole from ten per cent; below, a decimal where there is any to tell."""
    return f"{100 * share:.0f}" if share >= 0.0995 else f"{100 * share:.1f}".removesuffix(".0")
