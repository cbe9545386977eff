"""The committed files are what the script makes, and what they say they are."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from ona.model import mark_leaders, people_table
from ona.settings import read_study

LEVELS = ["Associate", "Senior Associate", "Manager", "Senior Manager", "Director", "Vice President"]


@pytest.fixture(scope="module")
def people(sample: Path) -> pd.DataFrame:
    return people_table(pd.read_csv(sample / "people.csv", dtype="str"), levels=LEVELS)


@pytest.fixture(scope="module")
def truth(sample: Path) -> dict:
    return json.loads((sample / "truth.json").read_text(encoding="utf-8"))


def test_the_same_seed_gives_the_committed_bytes(make_sample, sample, tmp_path):
    make_sample.write_sample(tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted({path.name for path in sample.iterdir()} - {"study.toml", "truth.json"})
    for name in made:
        again, committed = tmp_path / name, sample / name
        if name.endswith(".parquet") and _writer(again) != _writer(committed):
            # Another version of Arrow signs its files differently; what they hold is the same.
            assert pq.read_table(again).equals(pq.read_table(committed))
            continue
        assert _digest(again) == _digest(committed), name


def test_two_runs_give_the_same_bytes(make_sample, tmp_path):
    for folder in ("one", "two"):
        make_sample.write_sample(tmp_path / folder)
    for path in (tmp_path / "one").iterdir():
        assert _digest(path) == _digest(tmp_path / "two" / path.name)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _writer(path: Path) -> str:
    return pq.ParquetFile(path).metadata.created_by


def test_another_seed_gives_other_people(make_sample, sample, tmp_path):
    make_sample.write_sample(tmp_path, seed=1)
    assert (tmp_path / "people.csv").read_bytes() != (sample / "people.csv").read_bytes()


def test_all_files_together_stay_below_five_megabytes(sample):
    assert sum(path.stat().st_size for path in sample.iterdir()) <= 5_000_000


def test_the_roster_is_an_organisation_of_six_hundred(people):
    assert len(people) == 600
    assert people["manager"].isna().sum() == 1
    assert people["function"].nunique() == 8
    assert people["site"].nunique() == 3
    assert set(people["level"]) == set(LEVELS)
    assert 45 <= mark_leaders(people, at_or_above="Director")["leader"].sum() <= 55
    assert people["start"].max() < pd.Timestamp("2025-01-01")
    assert people["email"].is_unique


def test_leaders_report_to_leaders_so_no_team_mixes_the_two(people):
    leader = mark_leaders(people, at_or_above="Director")["leader"]
    with_manager = people["manager"].dropna()
    assert leader[with_manager[leader[with_manager.index]]].all()
    mixed = leader[with_manager.index].groupby(with_manager.to_numpy()).nunique()
    assert (mixed == 1).all()


def test_one_gender_is_too_small_to_show_and_some_did_not_say_their_ethnicity(people, sample):
    counts = people["gender"].value_counts()
    smallest = read_study(sample / "study.toml").study.min_group
    assert counts.index[counts < smallest].tolist() == ["non-binary"]
    assert counts["non-binary"] in (3, 4)
    assert people["ethnicity"].isna().sum() == 12
    assert people["ethnicity"].value_counts().min() >= smallest


def test_names_hold_what_breaks_naive_readers(people):
    names = people["name"]
    for awkward in (",", "'", '"', "<", "&", "ø", "Null"):
        assert names.str.contains(awkward, regex=False).any(), awkward
    assert names.duplicated().any()
    assert names.notna().all()


def test_every_address_is_on_a_domain_reserved_for_examples(sample):
    text = "".join((sample / name).read_text(encoding="utf-8") for name in ("people.csv", "email.csv", "meetings.csv"))
    domains = set(re.findall(r"@([\w.-]+)", text))
    assert domains == {"example.org", "client.example.com", "supplier.example.net"}


def test_rows_malformed_and_outside_the_roster_are_as_counted(sample, people, truth):
    addresses, ids = set(people["email"]), set(people.index)
    found = {}
    for name, known, ends in (
        ("email.csv", addresses, ("sender", "recipient")),
        ("reviews.csv", ids, ("reviewer", "author")),
        ("chat.parquet", ids, ("sender", "recipient")),
    ):
        path = sample / name
        rows = pd.read_parquet(path) if name.endswith("parquet") else pd.read_csv(path, dtype="str")
        who = rows[list(ends)]
        broken = who.isna().any(axis=1) | pd.to_datetime(rows["time"], errors="coerce").isna()
        outside = ~broken & ~who.isin(known).all(axis=1)
        found[name] = {"rows": len(rows), "malformed": int(broken.sum()), "outside_roster": int(outside.sum())}
    assert found == {name: truth["rows"][name] for name in found}


def test_meetings_are_as_counted(sample, people, truth):
    addresses = set(people["email"])
    with (sample / "meetings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    broken = [row for row in rows if not row["attendees"] or "-13-" in row["start"]]
    sound = [row for row in rows if row not in broken]
    present = [[row["organiser"], *row["attendees"].split(";")] for row in sound]
    assert all(len(set(who)) == len(who) for who in present)
    assert truth["rows"]["meetings.csv"] == {
        "rows": len(rows),
        "malformed": len(broken),
        "fewer_than_two_of_the_roster": sum(len(addresses.intersection(who)) < 2 for who in present),
        "more_than_25_others": sum(len(who) > 26 for who in present),
    }


def test_half_a_year_with_nights_weekends_holidays_and_seasons(sample):
    time = pd.to_datetime(pd.read_csv(sample / "email.csv")["time"], errors="coerce").dropna()
    assert time.min().date() == pd.Timestamp("2025-01-01").date()
    assert time.max().date() == pd.Timestamp("2025-06-30").date()
    assert (time.dt.hour < 6).mean() < 0.02
    assert (time.dt.day_of_week >= 5).mean() < 0.03
    per_day = time.dt.normalize().value_counts()
    usual = per_day[per_day.index.day_of_week < 5].median()
    for holiday in ("2025-04-18", "2025-04-21", "2025-05-01", "2025-05-26"):
        assert per_day.get(pd.Timestamp(holiday), 0) < 0.2 * usual, holiday
    easter, june = (time.between(*days).sum() for days in (("2025-04-14", "2025-04-18"), ("2025-06-16", "2025-06-20")))
    assert easter < 0.8 * june


def test_people_write_to_no_more_than_a_few_or_to_hundreds(sample):
    mail = pd.read_csv(sample / "email.csv")
    sizes = mail.groupby("message")["recipient"].size()
    assert ((sizes <= 12) | (sizes > 25)).all()
    assert sizes.max() == 599


def test_leavers_robots_and_outsiders_write_too(sample, people):
    mail = pd.read_csv(sample / "email.csv")
    senders = set(mail["sender"].dropna()) - set(people["email"])
    assert {"build-bot@example.org", "news@example.org", "support@example.org"} <= senders
    assert sum(sender.startswith("former.colleague") for sender in senders) == 10


def test_women_are_over_mentored_and_under_sponsored(sample, people, truth):
    pairings = pd.read_csv(sample / "pairings.csv", dtype="str")
    assert set(pairings["status"]) == {"active", "completed", "cancelled", "pending"}
    assert set(pairings["kind"]) == {"mentor", "sponsor", "peer", "reverse"}
    held = pairings[(pairings["status"] == "active") & pairings["junior"].isin(people.index)]
    staff = people[people["level"] < "Director"]
    for kind, planted in (("mentor", truth["planted"]["mentored"]), ("sponsor", truth["planted"]["sponsored"])):
        paired = staff.index.isin(held.loc[held["kind"] == kind, "junior"])
        share = pd.Series(paired, index=staff.index).groupby(staff["gender"]).mean()
        for gender in ("woman", "man"):
            spread = np.sqrt(planted[gender] * (1 - planted[gender]) / (staff["gender"] == gender).sum())
            assert abs(share[gender] - planted[gender]) < 4 * spread, (kind, gender)
        assert (share["woman"] > share["man"]) == (kind == "mentor")


def test_pairings_respect_chain_level_and_roster_but_for_one_leaver(sample, people):
    pairings = pd.read_csv(sample / "pairings.csv", dtype="str")
    outside = ~pairings[["senior", "junior"]].isin(people.index).all(axis=1)
    assert outside.sum() == 1
    rank = people["level"].cat.codes
    for row in pairings[~outside & pairings["kind"].isin(["mentor", "sponsor"])].itertuples():
        above, at = set(), people["manager"].get(row.junior)
        while isinstance(at, str):
            above.add(at)
            at = people["manager"].get(at)
        assert row.senior not in above
        assert rank[row.senior] > rank[row.junior]


def test_promotions_lead_to_the_level_in_the_roster(sample, people):
    promotions = pd.read_csv(sample / "promotions.csv")
    assert len(promotions) >= 15
    now = people["level"].astype("str")[promotions["person"]].to_numpy()
    assert (promotions["to"].to_numpy() == now).all()
    steps = promotions["to"].map(LEVELS.index) - promotions["from"].map(LEVELS.index)
    assert (steps == 1).all()


def test_the_study_file_names_columns_that_are_there(sample):
    study = read_study(sample / "study.toml")
    for channel in study.channels:
        path = sample / channel.file
        header = pq.read_schema(path).names if path.suffix == ".parquet" else _header(path)
        assert set(channel.columns.values()) <= set(header)
    assert {"gender", "ethnicity", study.people.person, study.people.manager} <= set(
        _header(sample / study.people.file)
    )


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))
