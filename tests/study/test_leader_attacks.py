"""Attacks on what a leader is told: small studies in which a few people once followed from numbers that stand apart.

In every study people have as many ties to leaders as its lists say, so what an attack would find is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ona.leader import LeaderView, leader_view
from ona.measure import measure
from ona.settings import read_study
from ona.study import _gathered
from ona.variants import variants_of
from ona.views import provenance

STUDY = """\
[study]
title = "Attacked"
seed = 7
min_group = 5
[people]
file = "people.csv"
person = "id"
manager = "boss"
level = "grade"
function = "team"
site = "site"
levels = ["Analyst", "Manager", "Director"]
groups = {{ gender = "sex", ethnicity = "eth" }}
[leaders]
at_or_above = "Director"
[[channels]]
name = "email"
kind = "messages"
file = "email.csv"
columns = {{ sender = "from", recipient = "to", time = "sent" }}
[ties]
first_day = 2024-05-01
last_day = 2024-05-28
[robustness]
measures = ["leader_ties"]
draws = 10
[candidates]
levels_up = 1
capacity = 9
{pairings}
[gaps]
permutations = 100
{gaps}
{compare}
[trend]
windows = {windows}
"""
PAIRINGS = '[[pairings]]\nfile = "pairings.csv"\nsenior = "senior"\njunior = "junior"\nkind = "kind"\n'
GENDER = (("gender", "woman", "man"),)
LEVEL = 'strata = ["level"]'
Person = dict[str, Any]


def some(number: int, ties: Sequence[int], **about: Any) -> list[Person]:
    """So many people of one kind; their ties to leaders go round the list."""
    kind: Person = {"boss": "", "grade": "Analyst", "team": "Ops", "site": "North", "sex": "woman", "eth": "White"}
    return [{**kind, **about, "ties": ties[k % len(ties)]} for k in range(number)]


def leaders(number: int = 6) -> list[Person]:
    return [person | {"sex": ("woman", "man")[k % 2]} for k, person in enumerate(some(number, [0], grade="Director"))]


def attacked(
    folder: Path,
    people: Sequence[Person],
    gaps: str = LEVEL,
    *,
    compare: Sequence[tuple[str, ...]] = GENDER,
    pairings: Sequence[tuple[str, str, str]] = (),
    days: Sequence[int] = (2, 10, 18, 26),
    windows: int = 0,
) -> tuple[LeaderView, dict[str, str]]:
    """The leader's view of a study of these people, and what its pages say they come from.

    Everybody writes to the next of those who are no leaders; leaders write to them, one on each of the days.
    """
    named = [person | {"id": f"pp{k}x"} for k, person in enumerate(people)]
    top = [person["id"] for person in named if person["grade"] == "Director"]
    staff = [person for person in named if person["grade"] != "Director"]
    rows = []
    for k, person in enumerate(staff):
        rows += [(person["id"], staff[(k + 1) % len(staff)]["id"], f"2024-05-{day:02d}T09:00:00") for day in days]
        rows += [
            (top[(tie + k) % len(top)], person["id"], f"2024-05-{days[tie % len(days)]:02d}T10:00:00")
            for tie in range(person["ties"])
        ]
        rows += [(person["boss"], person["id"], "2024-05-02T11:00:00")] if person["boss"] else []
    pd.DataFrame(named).drop(columns="ties").to_csv(folder / "people.csv", index=False)
    pd.DataFrame(rows, columns=["from", "to", "sent"]).to_csv(folder / "email.csv", index=False)
    pd.DataFrame(pairings, columns=["senior", "junior", "kind"]).to_csv(folder / "pairings.csv", index=False)
    asked = "".join(
        f'[[gaps.compare]]\ncolumn = "{c[0]}"\nfocal = "{c[1]}"\n' + (f'reference = "{c[2]}"\n' if c[2:] else "")
        for c in compare
    )
    text = STUDY.format(pairings=PAIRINGS * bool(pairings), gaps=gaps, compare=asked, windows=windows)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    study = read_study(folder / "study.toml")
    with _gathered(study, None) as gathered:
        variants = variants_of(study, gathered)
        view = leader_view(study, gathered, measure(study, gathered, variants), variants)
        return view, provenance(study, gathered, view.graph, audience="leader")


def told(rows: pd.DataFrame, focal: str) -> set[str]:
    """The measures told of a group's comparison."""
    return set(rows.loc[rows["focal"] == focal, "measure"])


CROSSED = LEVEL + '\nintersections = [["gender", "ethnicity"]]'
PAIRS = [
    *GENDER,
    ("gender × ethnicity", "woman × Black", "man × Black"),
    ("gender × ethnicity", "woman × White", "man × White"),
]
FOURS = [0, 1, 2, 3]


def crossed_people(black: Sequence[int] = FOURS) -> list[Person]:
    men: Person = {"sex": "man"}
    return [
        *some(24, FOURS), *some(13, black, eth="Black"),
        *some(24, FOURS, **men), *some(14, FOURS, eth="Black", **men),
    ]  # fmt: skip


def test_people_who_lack_one_part_of_an_intersection_are_a_group_of_their_own(tmp_path: Path) -> None:
    """Women less Black and White women would be three whose ethnicity is not stated."""
    lacking = [*some(3, [5, 6, 4], eth=""), *some(2, [1, 2], eth="", sex="man")]
    view, _ = attacked(tmp_path, [*leaders(), *crossed_people(), *lacking], CROSSED, compare=PAIRS)
    assert view.graph.people["ethnicity"].notna().all()
    rows = view.gaps[view.gaps["measure"] == "leader_ties"].set_index("focal")
    parts = rows.loc[["woman × Black", "woman × White"]]
    assert rows.loc["woman", "n_focal"] == parts["n_focal"].sum()
    total = rows.loc["woman", "n_focal"] * rows.loc["woman", "mean_focal"]
    assert total == pytest.approx((parts["n_focal"] * parts["mean_focal"]).sum())


def test_a_hidden_group_does_not_follow_from_those_shown(tmp_path: Path) -> None:
    """Two of the 13 Black women have no tie to a leader; women less White women are those 13."""
    few = [1, 2, 3, 1, 2, 0, 3, 2, 1, 2, 3, 0, 1]
    view, _ = attacked(tmp_path, [*leaders(), *crossed_people(few)], CROSSED, compare=PAIRS)
    shown = {
        focal for focal in ("woman", "woman × Black", "woman × White") if "has_leader_tie" in told(view.gaps, focal)
    }
    assert "woman × Black" not in shown
    assert shown != {"woman", "woman × White"}
    assert "leader_ties" in told(view.gaps, "woman")


def test_everyone_else_does_not_give_a_hidden_group_away(tmp_path: Path) -> None:
    """Ten of the twelve Asian people have no tie: White and Black people, each against all others, would tell."""
    people = [*leaders(), *some(25, FOURS), *some(20, FOURS, eth="Black"), *some(12, [0] * 10 + [1, 3], eth="Asian")]
    compare = [("ethnicity", group) for group in ("White", "Black", "Asian")]
    view, _ = attacked(tmp_path, people, LEVEL + '\nmeasures = ["leader_ties", "has_leader_tie"]', compare=compare)
    for name in ("leader_ties", "has_leader_tie"):
        assert set(view.gaps.loc[view.gaps["measure"] == name, "focal"]) == {"White"}


def test_leaders_of_a_group_do_not_follow_where_everyone_is_compared(tmp_path: Path) -> None:
    """Two leaders are Black women: sixteen Black women less the fourteen who are no leaders."""
    top = [
        *some(6, [0], grade="Director"), *some(2, [0], grade="Director", eth="Black"),
        *some(8, [0], grade="Director", sex="man"), *some(6, [0], grade="Director", sex="man", eth="Black"),
    ]  # fmt: skip
    held = [(f"pp{k % 6}x", f"pp{22 + k}x", "mentor") for k in range(0, 70, 2)]
    gaps = CROSSED + '\namong = "everyone"\nmeasures = ["leader_ties", "mentors"]'
    view, _ = attacked(tmp_path, [*top, *crossed_people()], gaps, compare=PAIRS, pairings=held)
    sizes = view.sponsorship.set_index("group")["people"]
    for row in view.gaps.to_dict(orient="records"):
        for group, counted in ((row["focal"], row["n_focal"]), (row["reference"], row["n_reference"])):
            if group in sizes and view.disclosure.may_show_below_leaders(*_cell(row["column"], group)):
                assert not 0 < counted - sizes[group] < 5, group


def _cell(column: str, group: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(column.split(" × ")), tuple(group.split(" × "))


def test_a_decomposition_about_nearly_everybody_is_not_told(tmp_path: Path) -> None:
    """Two men are at a site of their own: its difference beside the raw one would be their ties."""
    kinds = [(team, sex, number) for team in ("Ops", "Sales", "Tech") for sex, number in (("woman", 9), ("man", 10))]
    teams = [person for team, sex, number in kinds for person in some(number, FOURS, team=team, sex=sex)]
    paris = some(2, [6, 5], team="Tech", sex="man", site="Paris")
    view, _ = attacked(tmp_path, [*leaders(), *teams, *paris], 'strata = ["level", "function"]')
    assert "leader_ties" in told(view.gaps, "woman")
    assert view.decomposition.empty


def test_a_few_people_without_anybody_like_them_do_not_follow(tmp_path: Path) -> None:
    """Three women are managers, no man is: women's mean and the gap among analysts would tell of the three."""
    people = [*leaders(), *some(17, FOURS), *some(3, [6, 5, 6], grade="Manager"), *some(20, FOURS, sex="man")]
    view, _ = attacked(tmp_path, people)
    for rows in (view.gaps, view.reach, view.verdicts, view.plan):
        assert "leader_ties" not in set(rows["measure"])
        assert "leaders_within_2" not in set(rows["measure"])


def test_exposure_counts_the_people_the_gap_counts(tmp_path: Path) -> None:
    """Three women have no site, where people are taken to meet: they are in no number then."""
    men = {"sex": "man"}
    people = [*leaders(), *some(18, FOURS), *some(3, [3, 3, 4], site=""), *some(22, FOURS, site="South", **men)]
    people += [*some(6, FOURS, **men), *some(6, FOURS, site="South")]
    view, _ = attacked(tmp_path, people, LEVEL + '\nunit = "site"')
    assert len(view.exposure)
    assert view.graph.people["site"].notna().all()
    assert set(view.exposure["n_focal"]) == set(view.gaps["n_focal"]) == {24}


def test_a_window_in_which_one_person_has_a_tie_is_not_told(tmp_path: Path) -> None:
    people = [*leaders(9), *some(20, [0, 1, 1, 1, 2, 3]), *some(20, [1, 0, 3, 1, 1, 1, 2], sex="man")]
    rare = [person | {"ties": person["ties"] + (k == 14)} for k, person in enumerate(people)]
    view, _ = attacked(tmp_path, rare, windows=4)
    assert "leader_ties" in told(view.gaps, "woman")
    for rows in (view.trend, view.changes):
        assert "leader_ties" not in set(rows["measure"])


def test_spread_is_not_told_of_small_groups(tmp_path: Path) -> None:
    """From mean, standard deviation and interval the ties of eight women can be listed."""
    people = [*leaders(9), *some(8, [0, 0, 1, 1, 2, 3, 5, 8]), *some(9, [1, 2, 2, 3, 4, 4, 5, 6, 7], sex="man")]
    view, _ = attacked(tmp_path, people, LEVEL + '\nmeasures = ["leader_ties"]')
    row = view.gaps.iloc[0]
    assert np.isnan(row["standardised"])
    assert np.isnan(row["detectable"])
    assert view.decomposition.empty
    for end in ("adjusted_low", "adjusted_high"):
        assert row[end] == pytest.approx(round(row[end], 1))


def test_reach_does_not_repeat_a_gap_that_is_hidden(tmp_path: Path) -> None:
    """Three of the twenty women have ties to leaders; "own ties to leaders" of their reach is the same difference."""
    people = [*leaders(9), *some(20, [0] * 17 + [1, 2, 3]), *some(20, FOURS, sex="man")]
    view, _ = attacked(tmp_path, people)
    assert "leader_ties" not in told(view.gaps, "woman")
    assert view.reach.empty


def paired(women: Sequence[int], men: Sequence[int]) -> list[tuple[str, str, str]]:
    """Sponsors held by thirty women, pp16x and on, and thirty men after them."""
    held, sponsor = [], 0
    for k, number in enumerate([*women, *men]):
        for _ in range(number):
            held.append((f"pp{sponsor % 16}x", f"pp{16 + k}x", "sponsor"))
            sponsor += 1
    return held


SIXTY = [*leaders(16), *some(30, [1, 2, 3]), *some(30, [2, 3, 1], sex="man")]


def test_a_plan_does_not_tell_how_few_are_paired(tmp_path: Path) -> None:
    """Two of the thirty men lack a sponsor: the gap after all pairings would tell that two of them are men."""
    held = paired([0] * 12 + [1, 2] * 9, [0] * 2 + [1, 2] * 14)
    view, _ = attacked(tmp_path, SIXTY, pairings=held)
    assert view.plan.empty
    assert "sponsors" in told(view.gaps, "woman")


def test_a_share_beside_a_mean_does_not_tell_who_has_two(tmp_path: Path) -> None:
    """One man holds two sponsors: 23 sponsors a 30 beside 22 of 30 who have one."""
    view, _ = attacked(tmp_path, SIXTY, pairings=paired([0] * 10 + [1] * 20, [0] * 8 + [1] * 21 + [2]))
    men = view.sponsorship.set_index("group").loc["man"]
    assert men["sponsors_per_head"] == pytest.approx(23 / 30)
    assert np.isnan(men["share_sponsored"])


def test_a_measure_with_the_own_chain_does_not_tell_who_reports_to_a_leader(tmp_path: Path) -> None:
    """Two women and three men report to a leader."""
    people = [*leaders(9), *some(20, FOURS), *some(20, [1, 2, 3, 0], sex="man")]
    for at, boss in ((9, 5), (13, 5), (30, 6), (31, 6), (34, 6)):
        people[at] = people[at] | {"boss": f"pp{boss}x"}
    both = LEVEL + '\nmeasures = ["from_leaders", "from_leaders_with_chain"]'
    view, _ = attacked(tmp_path, people, both)
    assert told(view.gaps, "woman") == {"from_leaders"}


def test_few_leaders_are_not_counted(tmp_path: Path) -> None:
    people = [*leaders(3), *some(20, FOURS), *some(20, FOURS, sex="man")]
    view, said = attacked(tmp_path, people)
    assert said["People"] == "40 who are not leaders"
    assert view.exposure.empty
