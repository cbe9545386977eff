"""What would be lost when the best placed, a role, or one person leaves."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pandas as pd

from viz.charts import attack_lines
from viz.numbers import is_absent, number, percent, probability, records
from viz.report.blocks import Block, Fold, Note, Points, Section, Table, figure, table
from viz.report.people import Label
from viz.report.sections import said_in

MOST_PEOPLE = 15
MOST_ROLES = 15
MOST_NAMED = 3
"""Roles named in sentences; the others stand in the table."""
UNHARMED = 0.99
"""Where at least this share is still together and in reach of a leader, nothing is lost that a picture would show."""
_TESTS = {
    "worse_than_random": "q",
    "reach_leaders_worse_than_random": "reach_leaders_q",
    "largest_worse_than_random": "largest_q",
}


def loss_section(
    removals: pd.DataFrame | None,
    curve: pd.DataFrame | None,
    loss: pd.DataFrame | None,
    label: Label,
    *,
    people: pd.DataFrame | None = None,
) -> Section | None:
    """What is lost when the best placed, a role, or one person leaves; leaders as `people` has them."""
    blocks: list[Block] = []
    # A network that holds has nothing to draw, and its sentence stands among the findings.
    if curve is not None and not curve.empty and not holds(curve):
        blocks.append(_falling_apart(curve))
    if removals is not None and not removals.empty:
        blocks += _removals(removals)
    if loss is not None and not loss.empty:
        blocks += _people_missed(loss, people, label)
    if not blocks:
        return None
    lead = ("People are thought away, and what the others then reach is counted; reach includes the management chain.",)
    return Section("loss", "What would be lost", lead, tuple(blocks))


def holds(curve: pd.DataFrame | None) -> bool:
    """Whether hardly anybody loses anything however many of these people leave: then there is nothing to draw."""
    if curve is None or curve.empty:
        return False
    return bool((curve[["largest", "reach_leaders"]].fillna(1.0) >= UNHARMED).all(axis=None))


def holding(curve: pd.DataFrame) -> str:
    """That the network does not hang on the best placed, in a clause."""
    most = number(curve["removed"].iloc[-1])
    whole = bool((curve[["largest", "reach_leaders"]].fillna(1.0) == 1.0).all(axis=None))
    led = "" if curve["reach_leaders"].isna().all() else " or from leaders"
    who = "nobody left is" if whole else "hardly anybody left is"
    return f"Though up to {most} of the best placed leave (by betweenness), {who} cut off from the others{led}"


def alpha_of(removals: pd.DataFrame) -> float:
    """The level of the table's tests."""
    return round(1.0 - float(removals["confidence"].iloc[0]), 10)


def clear(removals: pd.DataFrame) -> pd.Series:
    """Which departures cost clearly more than chance takes, the number of departures in the table considered."""
    level = alpha_of(removals)
    found = pd.Series(False, index=removals.index)
    for p, q in _TESTS.items():
        found |= (removals[p] <= level) & (removals[q] <= level)
    return found


def standing_out(removals: pd.DataFrame) -> pd.Series:
    """Which departures cost more than chance takes, each looked at by itself."""
    return (removals[list(_TESTS)] <= alpha_of(removals)).any(axis=1)


def clear_roles(removals: pd.DataFrame) -> pd.DataFrame:
    """Roles whose leaving costs clearly more than chance takes, those that take most first."""
    roles = removals[(removals["kind"] != "brokers") & clear(removals)]
    taken = roles["leaders_within_2_before"] - roles["leaders_within_2_after"]
    return roles.loc[taken.sort_values(ascending=False, kind="stable", na_position="last").index]


def roles_told(removals: pd.DataFrame) -> str:
    """How many roles, and which, cost clearly more than chance takes; and how many would seem to by chance alone."""
    roles = removals[removals["kind"] != "brokers"]
    tested = int(removals[list(_TESTS)].notna().any(axis=1).sum())
    if not tested or roles.empty:
        return ""
    by_chance = f"{number(tested * alpha_of(removals), decimals=0)} of the {number(tested)} departures tested"
    found = clear_roles(removals)
    of = f"of {number(len(roles))} {'role' if len(roles) == 1 else 'roles'}"
    if found.empty:
        alone = int(standing_out(roles).sum())
        told = f"None {of} would be missed clearly more than as many people drawn by lot"
        if not alone:
            return f"{told}."
        return f"{told}; {number(alone)} would without correction, where about {by_chance} do by chance."
    names = [str(name) for name in found["name"].head(MOST_NAMED)]
    more = f" and {number(len(found) - MOST_NAMED)} more" if len(found) > MOST_NAMED else ""
    return (
        f"O{of[1:]}, {number(len(found))} would be missed clearly more than as many people drawn by lot (corrected: "
        f"about {by_chance} would seem so by chance): {'; '.join(names)}{more}."
    )


def _falling_apart(curve: pd.DataFrame) -> Block:
    cells = [
        [
            number(row["removed"]),
            percent(row["reach_leaders"]),
            _range(row, "reach_leaders"),
            percent(row["largest"]),
            _range(row, "largest"),
        ]
        for row in records(curve)
    ]
    headers = ["People who leave", "Others who reach a leader", "By lot", "Others in the largest part", "By lot"]
    return figure(
        "attack-1",
        "As the best placed leave, one after another",
        "People leave in the order of their betweenness. The shaded area is where as many leaders and others "
        "drawn by lot would put those who stay; below it, the network hangs on its brokers.",
        chart=partial(_attack, curve),
        numbers=table("What holds together as the best placed leave", headers, cells),
        printed=False,
    )


def _range(row: dict[str, Any], name: str) -> str:
    low, high = row[f"{name}_random_low"], row[f"{name}_random_high"]
    return percent(None) if is_absent(low) else f"{percent(low)} to {percent(high)}"


def _attack(curve: pd.DataFrame, width: float, ident: str) -> str:
    return attack_lines(curve, width=width, ident=ident)


def _removals(removals: pd.DataFrame) -> list[Block]:
    """Brokers and the roles whose leaving costs most, in sentences and numbers."""
    brokers = removals[removals["kind"] == "brokers"]
    roles = removals[removals["kind"] != "brokers"]
    keys = ["q", "worse_than_random", "name"]
    roles = roles.sort_values(keys, kind="stable", na_position="last").head(MOST_ROLES)
    shown = pd.concat([brokers, roles])
    said = [*said_in(brokers), roles_told(removals), *said_in(clear_roles(removals).head(MOST_NAMED))]
    return [
        Points(tuple(filter(None, said))),
        Fold("By broker and role, in numbers", _in_numbers(shown), printed=True),
    ]


def _in_numbers(shown: pd.DataFrame) -> Table:
    """A row a departure; what nobody would lose is said once instead of in a column."""
    ways = bool((shown["reach_leaders_before"] > shown["reach_leaders_after"]).any())
    cut = bool(shown["groups_cut_off"].astype(bool).any())
    cells = [
        [
            _named(row),
            number(row["removed"]),
            *([_change(row, "reach_leaders", percent)] if ways else []),
            _change(row, "leaders_within_2", partial(number, decimals=2)),
            "every draw" if row["worse_than_random"] == 1 else probability(row["worse_than_random"]),
            probability(row["q"]),
            *([str(row["groups_cut_off"]) or "none"] if cut else []),
        ]
        for row in records(shown)
    ]
    headers = [
        "Who leaves",
        "People",
        *(["Others who reach a leader"] if ways else []),
        "Leaders within two steps",
        "By lot as bad (p)",
        "q",
        *(["Groups cut off"] if cut else []),
    ]
    told = [
        "By lot as bad: the share of departures of as many leaders and others, drawn by lot, after which those left "
        "have as few leaders within two steps or fewer. q: the same, corrected for the number of departures tested."
    ]
    if not ways and shown["reach_leaders_after"].notna().any():
        told.append("Everybody left would keep a way to a leader, whichever of these leave.")
    if not cut:
        told.append("No group would be cut off from leaders.")
    if (shown["kind"] != "brokers").any():
        told.append("A role may be missed for one of its members alone: compare with the table of single people.")
    words = (0, len(headers) - 1) if cut else (0,)
    return table("What is lost when people leave together", headers, cells, words=words, note=" ".join(told))


def _named(row: dict[str, Any]) -> str:
    """A removal's name, and tops of a measure in words: "the 5 people with the highest betweenness"."""
    top = re.fullmatch(r"top \S+(?: %)? by (.+)", str(row["name"])) if row["kind"] == "brokers" else None
    if top is None:
        return str(row["name"])
    who = "the person" if row["removed"] == 1 else f"the {number(row['removed'])} people"
    return f"{who} with the highest {top[1]}"


def brokers_missed(removals: pd.DataFrame) -> str:
    """The fewest brokers whose leaving clearly costs more than chance takes, in a clause; empty without any."""
    brokers = removals[(removals["kind"] == "brokers") & clear(removals)].head(1)
    for row in records(brokers):
        lost = row["leaders_within_2_before"] - row["leaders_within_2_after"]
        fewer = number(lost, decimals=1 if lost >= 1 else 2)
        what = f"have {fewer} fewer leaders within two steps on average" if lost > 0 else "lose ways to leaders"
        return f"without {_named(row)} those left would {what}, clearly more than chance takes"
    return ""


def _either(parts: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _change(row: dict[str, Any], name: str, shown: Any) -> str:
    return f"{shown(row[f'{name}_before'])} → {shown(row[f'{name}_after'])}"


_MISSED = {
    "people_cut_from_leaders": ("Cut from leaders", "cut anybody off from all leaders"),
    "people_cut_off": ("Cut off", "break the network apart"),
    "leaders_lost_reach": (
        "Pairs of a person and a leader no longer within two steps",
        "take a leader out of anybody's two steps",
    ),
    "sole_contacts": ("Only contact of", "take anybody's only contact"),
}


def _people_missed(loss: pd.DataFrame, people: pd.DataFrame | None, label: Label) -> list[Block]:
    """The people whose own leaving would take most from others; what nobody's would take is said once.

    Leaders are not among them: with a leader goes every pair with that leader, so they would fill the table.
    """
    keys = ["people_cut_from_leaders", "people_cut_off", "leaders_lost_reach"]
    aside, whose = "", "Nobody's leaving"
    if people is not None and "leader" in people:
        loss = loss[~loss.index.isin(people.index[people["leader"].astype(bool)])]
        aside = " Leaders are not listed, since a leader's leaving counts every pair with that leader."
        whose = "Leaders aside, nobody's leaving"
    ordered = loss.sort_values(keys, ascending=False, kind="stable", na_position="last")
    shown = ordered[(ordered[keys].fillna(0) > 0).any(axis=1)].head(MOST_PEOPLE)
    if shown.empty:
        return [Note(f"{whose} alone would cut anybody off from leaders or from one another.")]
    told = [name for name in _MISSED if (shown[name].fillna(0) > 0).any()]
    never = [said for name, (_, said) in _MISSED.items() if loss[name].notna().any() and not (loss[name] > 0).any()]
    cells = [
        [label(person), *(number(row[name]) for name in told)]
        for person, row in zip(shown.index, records(shown), strict=True)
    ]
    note = f"tables/loss.csv holds all.{aside}"
    if never:
        note = f"{whose} alone would {_either(never)}. {note}"
    those = " who are no leaders and" if aside else ""
    caption = f"The {len(shown)} people{those} who would be missed most"
    if len(shown) == 1:
        caption = f"The person{those.replace('are no leaders', 'is no leader')} who would be missed most"
    made = table(caption, ["Person", *(_MISSED[name][0] for name in told)], cells, note=note)
    return [Fold("If one person leaves", made)]
