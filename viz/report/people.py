"""Sections of a report about people: candidate sponsors, the proposed pairings, the load of sponsors and the plan.

Only the analyst's edition shows rows of these; the leader's gets totals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from viz.charts import load_slots, plan_curve
from viz.charts.plan import gap_in, split_curves, split_measures
from viz.numbers import is_absent, number, records
from viz.report.blocks import Block, Fold, Section, Table, figure, table
from viz.report.content import ReportContent
from viz.report.sections import missing
from viz.words import versus

MOST_PROTEGES = 20
MOST_PAIRINGS = 20
MOST_SPONSORS = 20
COMPONENTS = {
    "power": "Power",
    "new_reach": "New reach",
    "warm_path": "Warm path",
    "function_fit": "Function fit",
    "spare_capacity": "Spare capacity",
}
ARROW = " → "
CANDIDATE = (
    "A candidate is a suggestion for people to judge, never a verdict. People who report to one another, who are "
    "paired already or who have no room left are filtered out, not marked down."
)
NO_PAIRINGS = "No pairings were given, so who is paired already is not known, and everybody's room counts as free."

Label = Callable[[object], str]


def labels(people: pd.DataFrame | None) -> Label:
    """How a person is called on the page: by name, with the id behind it where two share a name, else by id.

    Examples
    --------
    >>> people = pd.DataFrame({"name": ["Ana", "Ana", "Bo"]}, index=["p1", "p2", "p3"])
    >>> [labels(people)(person) for person in ("p1", "p3", "p9")]
    ['Ana (p1)', 'Bo', 'p9']
    """
    if people is None or "name" not in people:
        return str
    names = people["name"]
    twice = names.duplicated(keep=False)
    known = {
        str(person): str(person) if is_absent(name) else f"{name} ({person})" if both else str(name)
        for person, name, both in zip(people.index, names, twice, strict=True)
    }
    return lambda person: known.get(str(person), str(person))


def pairings_given(content: ReportContent) -> bool:
    """Whether the study knows who is paired: a table of mentors and sponsors, or an empty one that nobody explains."""
    rows = content.sponsorship
    return rows is not None and (not rows.empty or "sponsorship" not in content.why_absent)


def candidates_section(content: ReportContent) -> Section:
    """The best candidates of the first people on the list, each component shown."""
    candidates, people, why = content.candidates, content.people, content.why_absent
    if candidates is None or candidates.empty:
        default = "No candidates were looked for, or nobody lacks a sponsor."
        return Section("candidates", "Candidate sponsors", (), (missing(why, "candidates", default),))
    label = labels(people)
    ordered = by_best_score(candidates)
    shown = ordered[:MOST_PROTEGES]
    lead = [CANDIDATE if pairings_given(content) else f"{CANDIDATE} {NO_PAIRINGS}"]
    total = number(len(ordered))
    if len(ordered) > len(shown):
        lead.append(
            f"Candidates were found for {total} people. The {len(shown)} with the strongest first candidate are here; "
            "tables/candidates.csv holds all."
        )
    else:
        lead.append(f"Candidates were found for {total} people, here in the order of their strongest first candidate.")
    rows = candidates[candidates["protege"].isin(shown)]
    folds = [_fold(protege, rows[rows["protege"] == protege], people, label) for protege in shown]
    return Section("candidates", "Candidate sponsors", tuple(lead), tuple(folds))


def by_best_score(candidates: pd.DataFrame) -> list[str]:
    """Protégés by the score of their first candidate, best first, ids among equals."""
    best = candidates.groupby("protege", sort=True)["score"].max()
    ordered = best.sort_values(ascending=False, kind="stable", na_position="last")
    return [str(person) for person in ordered.index]


def _fold(protege: str, rows: pd.DataFrame, people: pd.DataFrame | None, label: Label) -> Fold:
    ranked = rows.sort_values(["rank", "candidate"], kind="stable")
    first = ranked.iloc[0]
    about = _about(protege, people)
    count = "1 candidate" if len(rows) == 1 else f"{len(rows)} candidates"
    summary = (
        f"{label(protege)}{about}: {count}, first {label(first['candidate'])} ({number(first['score'], decimals=2)})"
    )
    headers = ["Candidate", "Score", *COMPONENTS.values(), "Introduction"]
    cells = [
        [
            f"{number(row['rank'])}. {label(row['candidate'])}",
            number(row["score"], decimals=2),
            *(number(row.get(name), decimals=2) for name in COMPONENTS),
            path_in_words(row.get("path"), label),
        ]
        for row in records(ranked)
    ]
    remarks = tuple(
        (label(row["candidate"]), *_for_and_against(row.get("reasons"), row.get("cautions"))) for row in records(ranked)
    )
    made = table(f"Candidate sponsors of {label(protege)}", headers, cells, words=(0, len(headers) - 1))
    return Fold(summary, made, remarks)


def _for_and_against(reasons: object, cautions: object) -> list[str]:
    """What speaks for and what against, each as a line."""
    parts = (("For", _words(reasons)), ("Against", _words(cautions)))
    return [f"{name}: {said}" for name, said in parts if said]


def _about(person: str, people: pd.DataFrame | None) -> str:
    if people is None or person not in people.index:
        return ""
    row = people.loc[person]
    known = [str(row[name]) for name in ("level", "function") if name in people and not is_absent(row[name])]
    return f" ({', '.join(known)})" if known else ""


def _words(value: object) -> str:
    return "" if is_absent(value) else str(value)


def _first(reasons: object, *, most: int = 2) -> str:
    """The first reasons of a list joined by semicolons."""
    return "; ".join(_words(reasons).split("; ")[:most])


def path_in_words(path: object, label: Label) -> str:
    """Through whom the two would meet.

    Examples
    --------
    >>> path_in_words("a → b → c", str), path_in_words("a → c", str), path_in_words("", str)
    ('through b', 'they are in touch', 'nobody known')
    """
    if is_absent(path) or not str(path):
        return "nobody known"
    between = str(path).split(ARROW)[1:-1]
    return f"through {ARROW.join(label(person) for person in between)}" if between else "they are in touch"


def pairings_section(content: ReportContent) -> Section:
    """The pairings proposed together, what they would change, and whose hands they would fill."""
    assignment, unassigned, why = content.assignment, content.unassigned, content.why_absent
    label = labels(content.people)
    held_known = pairings_given(content)
    blocks: list[Block] = []
    if assignment is None or assignment.empty:
        blocks.append(missing(why, "assignment", "No pairings were proposed."))
    else:
        blocks.append(_pairings(assignment, label))
    if unassigned is not None and not unassigned.empty:
        blocks.append(_left_over(unassigned))
    blocks += plan_blocks(content.plan, why)
    load = sponsor_load(content.candidates, assignment, label)
    if not load.empty:
        blocks.append(_load(load, held_known=held_known))
    lead = ("One proposal for everybody at once, so that no sponsor is asked beyond capacity.",)
    return Section("pairings", "Proposed pairings", lead, tuple(blocks))


def _pairings(assignment: pd.DataFrame, label: Label) -> Table:
    ordered = assignment.sort_values(["score", "protege"], ascending=[False, True], kind="stable").head(MOST_PAIRINGS)
    headers = ["Protégé", "Proposed sponsor", "Score", "Place in their list", "Introduction", "First reasons"]
    cells = [
        [
            label(row["protege"]),
            label(row["sponsor"]),
            number(row["score"], decimals=2),
            number(row["rank"]),
            path_in_words(row.get("path"), label),
            _first(row.get("reasons")),
        ]
        for row in records(ordered)
    ]
    total = len(assignment)
    said = f"All {number(total)}" if total == len(ordered) else f"{len(ordered)} of {number(total)}, strongest first"
    note = "" if total == len(ordered) else "tables/assignment.csv holds all pairings."
    return table(f"Proposed pairings ({said})", headers, cells, words=(0, 1, 4, 5), note=note)


def _left_over(unassigned: pd.DataFrame) -> Table:
    """How many people are left without a proposal, for each reason."""
    counts = unassigned["reason"].value_counts().sort_index()
    ordered = counts.sort_values(ascending=False, kind="stable")
    return table(
        "People without a proposed sponsor", ["Why", "People"], [[str(why), number(n)] for why, n in ordered.items()]
    )


def plan_blocks(plan: pd.DataFrame | None, why: Mapping[str, str]) -> list[Block]:
    """The gap against the number of pairings made, a picture for each measure."""
    if plan is None or plan.empty:
        return [missing(why, "plan", "What the pairings would change was not calculated.")]
    return [_plan(rows, at) for at, rows in enumerate(split_measures(plan), start=1)]


def _plan(plan: pd.DataFrame, at: int) -> Block:
    what = gap_in(plan)
    cells = [
        [versus(*pair), number(row["pairings"]), number(row["gap"], decimals=3, signed=True)]
        for pair, rows in split_curves(plan)
        for row in records(_few(rows))
    ]
    return figure(
        f"plan-{at}",
        f"What the pairings would change: the {what}",
        "What is left of the gap after each number of pairings, the strongest first, if nothing else changes. It need "
        "not shrink: pairings go to whoever lacks a sponsor, in either group.",
        chart=lambda width, ident: plan_curve(plan, width=width, ident=ident),
        numbers=table(f"{what.capitalize()} by number of pairings", ["Comparison", "Pairings made", "Gap"], cells),
        printed=False,
    )


def _few(rows: pd.DataFrame, *, most: int = 12) -> pd.DataFrame:
    """First, last and evenly spread rows between."""
    if len(rows) <= most:
        return rows
    picked = sorted({round(i * (len(rows) - 1) / (most - 1)) for i in range(most)})
    return rows.iloc[picked]


def sponsor_load(candidates: pd.DataFrame | None, assignment: pd.DataFrame | None, label: Label) -> pd.DataFrame:
    """Sponsors who hold or would get protégés: ``label``, ``held``, ``assigned``, ``capacity``, fullest first."""
    columns = ["label", "held", "assigned", "capacity"]
    if candidates is None or candidates.empty:
        return pd.DataFrame(columns=columns)
    each = candidates.drop_duplicates("candidate").set_index("candidate")[["held", "capacity"]].sort_index()
    counts = {} if assignment is None else assignment["sponsor"].value_counts().to_dict()
    each["assigned"] = [int(counts.get(person, 0)) for person in each.index]
    each["label"] = [label(person) for person in each.index]
    each["left"] = each["capacity"] - each["held"] - each["assigned"]
    busy = each[(each["held"] + each["assigned"]) > 0]
    return busy.sort_values(["left", "assigned", "label"], ascending=[True, False, True], kind="stable")[columns]


def _load(load: pd.DataFrame, *, held_known: bool) -> Block:
    """Sponsors against what they can carry; without pairings nobody knows whom they hold already."""
    load = load if held_known else load.assign(held=float("nan"))
    shown = load.head(MOST_SPONSORS).reset_index(drop=True)
    cells = [
        [str(row["label"]), number(row["held"]), number(row["assigned"]), number(row["capacity"])]
        for row in records(load)
    ]
    lead = "Protégés held now and proposed here, against what each can carry."
    if not held_known:
        lead = (
            "Protégés proposed here, against what each can carry. No pairings were given: whom they hold is not known."
        )
    cut = f" The {len(shown)} fullest of {number(len(load))} are drawn." if len(load) > len(shown) else ""
    return figure(
        "load-1",
        "Load of sponsors",
        f"{lead}{cut}",
        chart=lambda width, ident: load_slots(shown, width=width, ident=ident),
        numbers=table("Load of sponsors", ["Sponsor", "Held now", "Proposed", "Capacity"], cells),
        printed=False,
    )


def totals(assignment: pd.DataFrame | None, *, at_least: int) -> tuple[str, ...]:
    """How many pairings are proposed, for people who must not see persons; fewer than `at_least` are only called few.

    For how many people candidates were found is not told: it is the number without a sponsor, and with the shares shown
    for some groups it would tell those of the others.

    Examples
    --------
    >>> totals(pd.DataFrame({"protege": ["a", "b"], "sponsor": ["x", "x"]}), at_least=5)
    ('Fewer than 5 pairings are proposed.',)
    """
    if assignment is None or assignment.empty:
        return ()
    count = _count(len(assignment), at_least)
    return (f"{count[:1].upper()}{count[1:]} pairings are proposed.",)


def _count(value: int, at_least: int) -> str:
    return number(value) if value >= at_least or value == 0 else f"fewer than {at_least}"
