"""What changed from window to window, in sentences that say what else could have made it look so."""

from __future__ import annotations

from datetime import date
from math import isfinite, isnan

from metrics.words._phrases import (
    WORDINGS,
    Plurals,
    Row,
    alpha_of,
    called,
    capital,
    number,
    place_of,
    spaced,
    wording_of,
)

_DOUBTFUL = 0.2
_FOLLOWABLE = 0.3
_FAITHFUL = 0.7
_HARDLY = 0.4


def network_sentence(first: Row, last: Row) -> str:
    """How the whole network moved from one window to another, told in what can be compared.

    Windows of different length, and windows in which a fifth more or less was recorded for each person and week, are
    told as such.

    Parameters
    ----------
    first, last : mapping
        Rows of `metrics.change.network_over_windows`.

    Returns
    -------
    str

    Examples
    --------
    >>> first = {"first_day": "2024-01-01", "last_day": "2024-03-31", "days": 91, "people": 400, "active": 380,
    ...          "events_per_person_week": 20.0, "ties_per_person_same_volume": 9.0, "density": 0.03}
    >>> last = {**first, "first_day": "2024-04-01", "last_day": "2024-06-30", "active": 371,
    ...         "events_per_person_week": 12.0, "ties_per_person_same_volume": 8.5}
    >>> network_sentence(first, last)
    'From the window until 31 March 2024 to the one until 30 June 2024, at the same volume, ties a head went from 9.0 to
    8.5 (380 of 400 people with any tie, then 371 of 400); 40 % less was recorded for each person and week, so the ties
    themselves, density and degrees cannot be compared.'
    """
    same = first["ties_per_person_same_volume"], last["ties_per_person_same_volume"]
    sizes = (
        f"{int(first['active']):,} of {int(first['people']):,} people with any tie, then "
        f"{int(last['active']):,} of {int(last['people']):,}"
    )
    when = f"From the window until {_day(first['last_day'])} to the one until {_day(last['last_day'])}"
    if not (isfinite(same[0]) and isfinite(same[1])):
        return f"{when} nothing can be told of the ties, because one of the two holds no events ({sizes})."
    moved = f"{when}, at the same volume, ties a head {_moved(number(same[0], 1), number(same[1], 1))} ({sizes})"
    why = []
    if first["days"] != last["days"]:
        why.append(f"the windows have {int(first['days'])} and {int(last['days'])} days")
    share = float(last["events_per_person_week"]) / float(first["events_per_person_week"]) - 1.0
    if abs(share) >= _DOUBTFUL:
        why.append(f"{100 * abs(share):.0f} % {'more' if share > 0 else 'less'} was recorded for each person and week")
    if not why:
        return f"{moved}."
    return f"{moved}; {' and '.join(why)}, so the ties themselves, density and degrees cannot be compared."


def stability_sentence(row: Row) -> str:
    """How far a measure puts people into the same order in one window as in the next.

    From .7 the order largely holds, below .4 hardly; in between partly. The two bounds are conventions, not tests.

    Parameters
    ----------
    row : mapping
        A row of `metrics.change.measure_stability`, all but its sentence.

    Returns
    -------
    str

    Examples
    --------
    >>> stability_sentence({"measure": "leader_ties", "before": 1, "after": 2, "people": 400, "stability": 0.34})
    'From window 1 to window 2 the order of people in ties to leaders hardly holds (rank correlation 0.34, 400 people):
    that anybody in particular rose or fell cannot be told from this, as short windows alone would do as much.'
    """
    what = _measure(str(row["measure"]))
    began = f"From window {int(row['before'])} to window {int(row['after'])}"
    held, people = float(row["stability"]), f"{int(row['people']):,} people"
    if isnan(held):
        return f"{began} too few people differ in {what} to say whether their order holds ({people})."
    told = f"rank correlation {_signed(held)}, {people}"
    if held >= _FAITHFUL:
        return f"{began} the order of people in {what} largely holds ({told})."
    if held >= _HARDLY:
        return (
            f"{began} the order of people in {what} partly holds ({told}): read rises and falls over many people, not "
            "one by one."
        )
    return (
        f"{began} the order of people in {what} hardly holds ({told}): that anybody in particular rose or fell cannot "
        "be told from this, as short windows alone would do as much."
    )


def turnover_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """Which part of the ties of one window is there in the next, and what speaks against reading it as it is.

    It says where ties of people without any later tie could lower it, where fewer ties were seen at all, and, for all
    ties, where the Jaccard index is below .3 or .2 (Snijders, van de Bunt & Steglich 2010).

    Parameters
    ----------
    row : mapping
        A row of `metrics.change.tie_turnover`, all but its sentence.
    plurals : mapping, optional
        As in `metrics.gaps.gap_table`.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"before": 1, "after": 2, "column": None, "pairs": "all", "ties_before": 1000, "ties_after": 700,
    ...        "kept": 500, "lost_silent": 50, "formed": 200, "survival": 0.5, "survival_active": 0.526,
    ...        "jaccard": 0.417, "overlap": 0.714}
    >>> turnover_sentence(row)
    'Of 1,000 ties in window 1, 50 % are there in window 2, and 200 are new (53 % without those of people who have no
    tie in the later window and may have left); fewer ties were seen in the later window, so at most 70 % could be
    there.'
    """
    before, after = int(row["ties_before"]), int(row["ties_after"])
    pairs, column = str(row["pairs"]), row["column"]
    which = "" if pairs == "all" else f" {_class(pairs, column, plurals)}"
    if not before:
        return f"In window {int(row['before'])} there are no ties{which}, so none could last."
    told = (
        f"Of {before:,} ties{which} in window {int(row['before'])}, {_percent(row['survival'])} are there in window "
        f"{int(row['after'])}, and {int(row['formed']):,} are new"
    )
    if row["lost_silent"] and isfinite(row["survival_active"]):
        told += (
            f" ({_percent(row['survival_active'])} without those of people who have no tie in the later window and may "
            "have left)"
        )
    # Not where the share would read as all of them.
    if round(100 * after / before) < 100:
        told += f"; fewer ties were seen in the later window, so at most {_percent(after / before)} could be there"
    if pairs == "all" and row["jaccard"] < _FOLLOWABLE:
        much = "is doubtful" if row["jaccard"] < _DOUBTFUL else "is hard to follow"
        told += (
            f"; with a Jaccard index of {float(row['jaccard']):.2f} so much is different that change between them "
            f"{much}: longer windows hold more of the ties that last"
        )
    return f"{told}."


def newcomers_sentence(row: Row, *, plurals: Plurals | None = None, step_days: int | None = None) -> str:
    """How long a group of newcomers takes, and whether that differs from the rest.

    When somebody gets there is known to within a step of time only. Where the earliest it can have been for half of
    them lies less than a step before the latest, or the step is not known, the weeks are told as the most it took, for
    they follow the length of the step; otherwise both ends are.

    With α = 1 − confidence: p ≤ α, that they get there sooner or later than the rest, with the ratio and, where q > α,
    that among all the differences looked at it could still be chance; otherwise that no difference can be told.

    Parameters
    ----------
    row : mapping
        A row of `metrics.change.newcomer_groups_table`, all but its sentence.
    plurals : mapping, optional
        As in `metrics.gaps.gap_table`.
    step_days : int, optional
        The length of the steps in which newcomers were followed, in days.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"outcome": "contacts", "column": "gender", "group": "woman", "newcomers": 34, "reached": 29,
    ...        "median_weeks": 11.0, "median_low": 8.0, "median_high": 15.0, "median_earliest": 6.0, "by_weeks": 13.0,
    ...        "share_by": 0.6, "rest": 61, "rest_reached": 57, "rest_median_weeks": 7.0, "rate_ratio": 0.55,
    ...        "rate_low": 0.36, "rate_high": 0.85, "p": 0.008, "q": 0.03, "strata": "level × function",
    ...        "confidence": 0.95}
    >>> newcomers_sentence(row, step_days=28)
    'Half of the newcomers who are women had as many contacts as their established peers between 6 and 11 weeks after
    their first day, as far as steps of 28 days tell (29 of 34 got there while they were seen); half of the rest after
    at most 7 weeks (57 of 61). At the same level and in the same function they get there more slowly: 0.55 times as
    often in a week (95 % interval 0.36 to 0.85).'
    """
    what = _OUTCOMES[str(row["outcome"])]
    size, reached = int(row["newcomers"]), int(row["reached"])
    column = row["column"]
    who = "newcomers" if not isinstance(column, str) else f"newcomers who are {_members(row, plurals)}"
    interval = f"{100 * float(row['confidence']):g} % interval"
    counted = f"{reached:,} of {size:,} got there while they were seen"
    if isnan(row["median_weeks"]):
        if isnan(row["median_low"]) and isnan(row["share_by"]) and isnan(row.get("median_earliest", row["share_by"])):
            told = f"By when half of the {who} {what} cannot be told ({counted})"
        else:
            told = f"Fewer than half of the {who} {what} while they were seen ({counted})"
            if isfinite(row["share_by"]):
                told += f"; {_percent(row['share_by'])} within {_weeks(row['by_weeks'])}"
    else:
        told = f"Half of the {who} {what} {_when(row, step_days)} ({counted})"
    if not isinstance(column, str):
        return f"{told}."
    rest = f"{int(row['rest_reached']):,} of {int(row['rest']):,}"
    if isfinite(row["rest_median_weeks"]):
        told += f"; half of the rest after at most {_weeks(row['rest_median_weeks'])} ({rest})"
    else:
        told += f", of the rest {rest}"
    place = place_of(row)
    if isnan(row["p"]):
        return f"{told}. Too few can be compared{f' {place}' if place else ''} to say whether they differ."
    at = f"{capital(place)} " if place else ""
    ratio = (
        f"{_ratio(row['rate_ratio'])} times as often in a week ({interval} {_ratio(row['rate_low'])} to "
        f"{_ratio(row['rate_high'])})"
    )
    alpha = alpha_of(row)
    if row["p"] > alpha:
        return f"{told}. {capital(f'{at}no difference can be told: {ratio}')}."
    pace = "more slowly" if row["rate_ratio"] < 1 else "sooner"
    caution = ""
    if row["q"] > alpha:
        caution = f"; among all the differences looked at, this one could still be chance (q = {float(row['q']):.2g})"
    return f"{told}. {capital(f'{at}they get there {pace}: {ratio}')}{caution}."


def access_flow_sentence(row: Row, *, plurals: Plurals | None = None) -> str:
    """How many of a group gained access to leaders and how many lost it, with what would make it so by itself.

    Parameters
    ----------
    row : mapping
        A row of `metrics.change.access_flow_table`, all but its sentence.
    plurals : mapping, optional
        As in `metrics.gaps.gap_table`.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"column": "gender", "group": "woman", "people": 140, "newcomers": 12, "gained": 9, "lost": 20,
    ...        "kept": 60, "turned_over": 11, "never": 40, "share_gained": 9 / 49, "share_lost": 20 / 91,
    ...        "all_mean_first": 2.4, "all_mean_last": 1.9}
    >>> access_flow_sentence(row)
    'Of women without a tie to a leader 9 of 49 (18 %) gained one, and of those with any 20 of 91 (22 %) lost all, from
    the first window to the last; 12 newcomers are not counted. Ties to leaders of all compared went from 2.4 to 1.9 a
    head, so part of it may be what was recorded; some gain and some lose where nothing has changed, as extremes fall
    back.'
    """
    people = "people" if not isinstance(row["column"], str) else _members(row, plurals)
    without = int(row["gained"]) + int(row["never"])
    with_any = int(row["people"]) - without
    gained = _of(int(row["gained"]), without, float(row["share_gained"]))
    lost = _of(int(row["lost"]), with_any, float(row["share_lost"]))
    told = (
        f"Of {people} without a tie to a leader {gained} gained one, and of those with any {lost} lost all, from the "
        "first window to the last"
    )
    new = int(row["newcomers"])
    if new:
        told += f"; {new:,} newcomer{'s are' if new > 1 else ' is'} not counted"
    first, last = float(row["all_mean_first"]), float(row["all_mean_last"])
    fall = "some gain and some lose where nothing has changed, as extremes fall back"
    if not (isfinite(first) and isfinite(last)):
        return f"{told}. {capital(fall)}."
    moved = f"Ties to leaders of all compared {_moved(number(first, 1), number(last, 1))} a head"
    why = ", so part of it may be what was recorded" if number(first, 1) != number(last, 1) else ""
    return f"{told}. {moved}{why}; {fall}."


_OUTCOMES = {
    "contacts": "had as many contacts as their established peers",
    "leader": "had a first tie to a leader outside their own line",
}


def _members(row: Row, plurals: Plurals | None) -> str:
    """How a group's people are called, as in every other sentence."""
    return called({**row, "focal": row["group"]}, "focal", plurals)[0]


def _class(pairs: str, column: object, plurals: Plurals | None) -> str:
    """A class of pairs after "ties": "with leaders", "among women", "between people whose gender differs"."""
    if column is None or not isinstance(column, str):
        return pairs
    if pairs == "across":
        return f"between people whose {spaced(column)} differs"
    return f"among {_members({'column': column, 'group': pairs.removeprefix('same ')}, plurals)}"


def _measure(name: str) -> str:
    """What a measure is called; one that has no wording by its name, in words."""
    return wording_of(name).what.rstrip(",") if name in WORDINGS else spaced(name)


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _day(day: object) -> str:
    """A day as people write it: "31 March 2024"."""
    when = date.fromisoformat(str(day)[:10])
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def _moved(first: str, last: str) -> str:
    return f"stayed at {first}" if first == last else f"went from {first} to {last}"


def _percent(share: float) -> str:
    return f"{number(100.0 * float(share), 0)} %"


def _of(part: int, whole: int, share: float) -> str:
    return f"{part:,} of {whole:,}" + (f" ({_percent(share)})" if isfinite(share) else "")


def _when(row: Row, step_days: int | None) -> str:
    """When half had got there, to within what steps of this length can tell."""
    latest, earliest = float(row["median_weeks"]), float(row.get("median_earliest", float("nan")))
    if step_days is None:
        return f"after at most {_weeks(latest)}; how much sooner cannot be told"
    # Weeks are whole days: less than half a day apart is rounding.
    if latest - earliest > (step_days - 0.5) / 7:
        between = f"between {_plain(earliest)} and {_weeks(latest)}"
        return f"{between} after their first day, as far as steps of {step_days} days tell"
    which = f"their first {step_days}-day step" if earliest == 0 else f"a {step_days}-day step"
    return f"by the end of {which}, after at most {_weeks(latest)}; sooner cannot be told"


def _weeks(weeks: float) -> str:
    text = _plain(weeks)
    return f"{text} week" if text == "1" else f"{text} weeks"


def _plain(weeks: float) -> str:
    return f"{float(weeks):.1f}".removesuffix(".0")


def _ratio(ratio: float) -> str:
    return f"{float(ratio):.2g}" if isfinite(ratio) else "any number of"


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
