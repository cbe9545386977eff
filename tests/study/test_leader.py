"""What a leader may see of a study, attacked with what stands in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ona.gather import Gathered
from ona.leader import LeaderView, leader_view
from ona.measure import Tables, measure
from ona.model import gives_away
from ona.settings import Study, read_study
from ona.study import _gathered, run_study, sample_study
from ona.variants import variants_of

MIN_GROUP = 5
Viewed = tuple[Gathered, Tables, LeaderView]


def _view(study: Study) -> Viewed:
    with _gathered(study, None) as gathered:
        variants = variants_of(study, gathered)
        tables = measure(study, gathered, variants)
        return gathered, tables, leader_view(study, gathered, tables, variants)


@pytest.fixture(scope="module")
def sample() -> Viewed:
    return _view(sample_study())


def _staff(view: LeaderView) -> tuple[pd.DataFrame, pd.DataFrame]:
    people = view.graph.people
    return people[~people["leader"]], view.access[~view.graph.is_leader]


def test_people_in_small_groups_are_in_nothing(sample: Viewed) -> None:
    """The sample has four non-binary people, who are in no table and no total."""
    gathered, tables, view = sample
    assert (gathered.roster_graph.people["gender"] == "non-binary").sum() == 4
    assert view.left_out
    assert "non-binary" not in set(view.graph.people["gender"])
    assert "non-binary" not in set(view.sponsorship["group"])
    hidden = set(gathered.roster_graph.persons) - set(view.graph.persons)
    shown = gathered.key[view.assignment["protege"]].tolist()
    assert not hidden & set(shown)
    assert len(view.assignment) < len(tables.assignment)


def test_no_share_shown_tells_of_nearly_every_member(sample: Viewed) -> None:
    people, access = _staff(sample[2])
    facts: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
        "share_mentored": lambda t: t["mentors"] > 0,
        "share_sponsored": lambda t: t["sponsors"] > 0,
        "share_mentored_not_sponsored": lambda t: (t["mentors"] > 0) & (t["sponsors"] == 0),
    }
    checked = 0
    for _, row in sample[2].sponsorship.iterrows():
        values = people[row["column"]]
        group = access[(values.isna() if row["group"] == "not recorded" else values == row["group"]).to_numpy(bool)]
        for name, fact in facts.items():
            if pd.notna(row[name]):
                checked += 1
                assert not gives_away(fact(group).astype(float), min_group=MIN_GROUP), (row["group"], name)
        if pd.notna(row["share_mentored"]) and pd.notna(row["share_mentored_not_sponsored"]):
            both = ((group["mentors"] > 0) & (group["sponsors"] > 0)).sum()
            assert both >= MIN_GROUP, row["group"]
    assert checked > 5


def test_hidden_groups_of_a_column_cover_one_another(sample: Viewed) -> None:
    """The total of a column may be known from another: what is hidden, taken together, must not be told of either."""
    people, access = _staff(sample[2])
    sponsored = (access["sponsors"] > 0).astype(float)
    for column, rows in sample[2].sponsorship.groupby("column"):
        hidden = rows.loc[rows["share_sponsored"].isna(), "group"]
        if len(hidden):
            values = people[column].fillna("not recorded")
            assert not gives_away(sponsored[values.isin(hidden).to_numpy()], min_group=MIN_GROUP), column


def test_the_plan_does_not_tell_what_the_gap_table_hides(sample: Viewed) -> None:
    keys = ["column", "focal", "measure"]
    view = sample[2]
    assert set(view.plan[keys].itertuples(index=False, name=None)) <= set(
        view.gaps[keys].itertuples(index=False, name=None)
    )
    begun = view.plan[view.plan["pairings"] == 0].set_index(keys)
    told = view.gaps.set_index(keys).loc[begun.index]
    np.testing.assert_allclose(begun["gap"], told["difference"])


def test_a_gap_row_about_a_few_is_not_shown(sample: Viewed) -> None:
    """Four of the 94 Black people who count hold a sponsor."""
    people, access = _staff(sample[2])
    sponsored = access.loc[(people["ethnicity"] == "Black").to_numpy(bool), "sponsors"] > 0
    assert 0 < sponsored.sum() < MIN_GROUP
    gaps = sample[2].gaps
    assert "sponsors" not in set(gaps.loc[gaps["column"] == "ethnicity", "measure"])
    assert "leader_ties" in set(gaps.loc[gaps["column"] == "ethnicity", "measure"])


def test_leaders_around_are_counted_among_those_who_stay(small_study: Path) -> None:
    """With one unit and no chain, leaders / leaders around is the unit's size less one: nobody hidden may be in it."""
    people = small_study.parent / "people.csv"
    lines = people.read_text(encoding="utf-8").splitlines()
    lines = [line.replace(",Tech,", ",Sales,") for line in lines]
    lines += [f"x{k},Xe {k},,Analyst,Sales,other,2022-03-0{k + 1}" for k in range(2)]
    people.write_text("\n".join(lines) + "\n", encoding="utf-8")
    small_study.write_text(small_study.read_text(encoding="utf-8").replace('manager = "boss"\n', ""), encoding="utf-8")
    email = small_study.parent / "email.csv"
    written = "".join(f"d{1 + k % 3},a{k},2024-05-{1 + k:02d}T09:00:00\n" * (1 + k % 4) for k in range(0, 24, 2))
    email.write_text(email.read_text(encoding="utf-8") + written, encoding="utf-8")
    gathered, _, view = _view(read_study(small_study))
    assert gathered.roster_graph.size - view.graph.size == 2
    row = view.exposure.iloc[0]
    assert len(view.graph.leaders) / row["present_focal"] == pytest.approx(view.graph.size - 1)


def test_what_cannot_be_compared_once_some_are_out_is_said_and_not_an_error(small_study: Path, tmp_path: Path) -> None:
    """Women work in Sales and men in Tech; the only two who share a function are alone in it, and so left out."""
    people = small_study.parent / "people.csv"
    rows = [line.split(",") for line in people.read_text(encoding="utf-8").splitlines()]
    analysts = [row for row in rows if row[3] == "Analyst"]
    for row in [row for row in rows if row[3] in ("Analyst", "Manager")]:
        row[4] = {"woman": "Sales", "man": "Tech"}[row[5]]
    for sex in ("woman", "man"):
        next(row for row in analysts if row[5] == sex)[4] = "Tiny"
    people.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    study = read_study(small_study)
    _, tables, view = _view(study)
    assert len(tables.gaps) > 0
    assert view.gaps.empty
    assert set(view.graph.people["function"]) == {"Sales", "Tech"}
    result = run_study(study, out=tmp_path / "out", audience="leader")
    said = "Once people in groups of fewer than 3 are left out, no comparison can be made or shown"
    assert said in (result.out / "report.html").read_text(encoding="utf-8")
