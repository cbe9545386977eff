"""A small organisation on disk, whole and correct, for tests to break one thing of."""

from __future__ import annotations

from pathlib import Path

import pytest

PEOPLE = """\
id,name,boss,grade,team,sex,joined
d1,Dana One,,Director,Sales,woman,2015-03-01
d2,Dov Two,d1,Director,Tech,man,2016-03-01
d3,Dia Three,d1,Director,Sales,man,2014-03-01
m1,Mia Four,d1,Manager,Sales,woman,2018-03-01
m2,Moe Five,d2,Manager,Tech,man,2018-03-01
"""

STUDY = """\
[study]
title = "A small organisation"
seed = 7
min_group = 3

[people]
file = "people.csv"
person = "id"
name = "name"
manager = "boss"
level = "grade"
function = "team"
start = "joined"
levels = ["Analyst", "Manager", "Director"]
groups = { gender = "sex" }

[leaders]
at_or_above = "Director"

[[pairings]]
file = "pairings.csv"
senior = "senior"
junior = "junior"
kind = "kind"

[[channels]]
name = "email"
kind = "messages"
file = "email.csv"
columns = { sender = "from", recipient = "to", time = "sent" }

[gaps]
strata = ["function"]
permutations = 200

[[gaps.compare]]
column = "gender"
focal = "woman"
reference = "man"

[candidates]
levels_up = 1
"""


def small_files() -> dict[str, str]:
    """File name → text. Twenty-four analysts; men write with directors more often than women do."""
    people = PEOPLE
    email = ["from,to,sent"]
    for number in range(24):
        boss, team = ("m1", "Sales") if number % 2 else ("m2", "Tech")
        sex = "woman" if number % 3 else "man"
        people += f"a{number},Ann {number},{boss},Analyst,{team},{sex},2022-01-{number + 1:02d}\n"
        day = f"2024-05-{number + 1:02d}T09:00:00"
        email += [f"a{number},{boss},{day}", f"{boss},a{number},{day}", f"a{number},a{(number + 3) % 24},{day}"]
        if sex == "man":
            email += [f"d3,a{number},{day}", f"a{number},d2,{day}"]
    email += ["m1,d1,2024-05-20T10:00:00", "d2,m2,2024-05-21T10:00:00", "d3,m1,2024-05-22T11:00:00"]
    return {
        "people.csv": people,
        "email.csv": "\n".join(email) + "\n",
        "pairings.csv": "senior,junior,kind\nm1,a1,mentor\nd3,a0,sponsor\n",
        "study.toml": STUDY,
    }


@pytest.fixture
def small_study(tmp_path: Path) -> Path:
    """Path of a study.toml with all its files beside it."""
    folder = tmp_path / "small"
    folder.mkdir()
    for name, text in small_files().items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "study.toml"
