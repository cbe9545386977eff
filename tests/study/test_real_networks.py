"""The whole way on two real networks, from the study files of docs/examples."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ona.settings import read_study
from ona.study import StudyResult, run_study

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


@pytest.fixture(scope="module")
def enron(datasets: Path, tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    study = read_study(EXAMPLES / "enron.toml", data=datasets / "enron-perry-wolfe")
    return run_study(study, out=tmp_path_factory.mktemp("enron") / "out")


@pytest.fixture(scope="module")
def lazega(datasets: Path, tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    study = read_study(EXAMPLES / "lazega.toml", data=datasets / "lazega-law")
    return run_study(study, out=tmp_path_factory.mktemp("lazega") / "out")


def test_enron_recipients_by_gender(enron: StudyResult) -> None:
    """Counts of Perry & Wolfe's (2013) data: recipients of each gender by gender of the sender."""
    mixing = pd.read_csv(enron.out / "tables" / "mixing.csv")
    gender = mixing[mixing["column"] == "gender"].set_index(["source_group", "target_group"])["count"]
    assert gender.to_dict() == {
        ("Female", "Female"): 7529,
        ("Female", "Male"): 8061,
        ("Male", "Female"): 5310,
        ("Male", "Male"): 17488,
    }


def test_enron_is_read_whole(enron: StudyResult) -> None:
    """156 employees, 38,388 recipients and 2,715 ordered pairs, by the README of the data."""
    roster, messages = enron.gathered.reads
    assert (roster.rows, roster.accepted) == (156, 156)
    assert (messages.rows, messages.accepted) == (38_388, 38_388)
    assert len(enron.gathered.graph.arcs) == 2715


def test_enron_gap_in_ties_to_senior_staff(enron: StudyResult, datasets: Path) -> None:
    """Raw and within department, against counts made here from the data's own files."""
    folder = datasets / "enron-perry-wolfe"
    staff = pd.read_csv(folder / "employees_noname.csv").set_index("id")
    messages = pd.read_csv(folder / "messages_id_time_sender.tsv", sep="\t", header=None, names=["m", "t", "a"])
    received = pd.read_csv(folder / "recipients.tsv", sep="\t", header=None, names=["m", "k", "b"])
    wrote = received.merge(messages, on="m").query("a != b")
    ends = pd.concat([wrote[["a", "b"]], wrote[["b", "a"]].set_axis(["a", "b"], axis=1)]).drop_duplicates()
    senior = ends[ends["b"].map(staff["seniority"]) == "Senior"].groupby("a").size()
    junior = staff[staff["seniority"] == "Junior"]
    junior = junior.assign(ties=senior.reindex(junior.index).fillna(0.0))
    means = junior.pivot_table(values="ties", index="department", columns="gender", aggfunc="mean")
    women = junior[junior["gender"] == "Female"]["department"].value_counts()
    within = ((means["Female"] - means["Male"]) * women / women.sum()).sum()
    row = enron.tables.gaps.set_index("measure").loc["leader_ties"]
    by_gender = junior.groupby("gender")["ties"].agg(["size", "mean"])
    assert (row["n_focal"], row["n_reference"]) == (by_gender.loc["Female", "size"], by_gender.loc["Male", "size"])
    assert row["difference"] == pytest.approx(by_gender.loc["Female", "mean"] - by_gender.loc["Male", "mean"])
    assert row["adjusted"] == pytest.approx(within)
    assert row["strata"] == "function"
    assert row.drop("reference").notna().all()
    assert row["adjusted_low"] < row["adjusted"] < row["adjusted_high"]


def test_lazega_sentence_says_what_status_does(lazega: StudyResult) -> None:
    sentence = lazega.tables.segregation.set_index("column").loc["gender", "sentence"]
    assert "more often than chance alone would make them" in sentence
    assert "who has which level may account for it" in sentence
    assert "beyond that the study cannot tell (p = 0.078)" in sentence


def test_lazega_separation_by_gender(lazega: StudyResult) -> None:
    """Computed independently with R: E–I and its shuffle mean exactly, p near .0017, within status near .080."""
    table = pd.read_csv(lazega.out / "tables" / "segregation.csv").set_index("column").loc["gender"]
    assert table["e_i"] == pytest.approx(-0.405830, abs=5e-7)
    assert table["e_i_expected"] == pytest.approx(-0.232193, abs=5e-7)
    assert table["p"] == pytest.approx(0.0017, abs=0.0010)
    assert table["p_within"] == pytest.approx(0.080, abs=0.008)


def test_lazega_exposure_and_bias(lazega: StudyResult) -> None:
    """Associates' share of advice from partners, unit = office; computed independently."""
    row = pd.read_csv(lazega.out / "tables" / "exposure.csv").iloc[0]
    found = [row[name] for name in ("share_reference", "present_reference", "share_focal", "present_focal")]
    assert found == pytest.approx([0.6281, 0.4927, 0.5416, 0.5099], abs=5e-5)
    assert [row["gap"], row["exposure"], row["bias"]] == pytest.approx([-0.0865, 0.0201, -0.1066], abs=5e-5)


@pytest.mark.parametrize("example", ["enron", "lazega"])
def test_real_networks_are_presented_whole(example: str, request: pytest.FixtureRequest) -> None:
    result: StudyResult = request.getfixturevalue(example)
    for name in ("map.html", "report.html"):
        assert (result.out / name).stat().st_size > 20_000
    assert len(result.tables.candidates) > 0
    assert len(result.tables.assignment) > 0


@pytest.mark.parametrize("example", ["enron", "lazega"])
def test_real_networks_may_be_shown_to_a_leader(example: str, datasets: Path, tmp_path: Path) -> None:
    folder = {"enron": "enron-perry-wolfe", "lazega": "lazega-law"}[example]
    study = read_study(EXAMPLES / f"{example}.toml", data=datasets / folder)
    result = run_study(study, out=tmp_path / "out", audience="leader")
    assert (result.out / "report.html").is_file()
