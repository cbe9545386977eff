"""What the documentation says is so: settings, options, columns, examples, sentences, links."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from pydantic import BaseModel

from ona.settings import Study, read_study

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: the page it stands on, its line, its language, its text, and the line of prose before it."""

    page: str
    line: int
    language: str
    text: str
    before: str


def blocks_of(page: Path) -> list[Block]:
    """Every fenced block of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        prose = [line for line in text[: match.start()].splitlines() if line.strip()]
        found.append(
            Block(
                page=page.relative_to(ROOT).as_posix(),
                line=text.count("\n", 0, match.start()) + 1,
                language=match[1],
                text=match[2],
                before=prose[-1] if prose else "",
            )
        )
    return found


def files_of_the_tutorial() -> dict[str, str]:
    """The files that the tutorial tells its reader to make: those named right before a block."""
    named = {}
    for block in blocks_of(DOCS / "tutorial.md"):
        match = re.fullmatch(r"`([\w.-]+)`:", block.before)
        if match:
            named[match[1]] = block.text
    return named


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tutorial's files and a copy of the sample organisation."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "data" / "sample", folder / "data" / "sample")
    for name, text in files_of_the_tutorial().items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def typed(desk: Path) -> Callable[[str], Result]:
    """Type a line as the documentation shows it; the same line is run once."""
    from ona.cli import ona

    done: dict[str, Result] = {}

    def run(line: str) -> Result:
        if line not in done:
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(desk)
                done[line] = CliRunner().invoke(ona, words(line))
        return done[line]

    return run


def words(line: str) -> list[str]:
    """What stands after ``ona`` on a line, without its comment."""
    return shlex.split(line, comments=True)[1:]


PAGES = [ROOT / "README.md", ROOT / "data" / "README.md", *sorted(DOCS.glob("*.md"))]
BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def of_language(language: str) -> list[pytest.ParameterSet]:
    return [pytest.param(b, id=f"{b.page}:{b.line}") for b in BLOCKS if b.language == language]


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of its kind."""
    after = text.split(f"\n{heading}", 1)
    assert len(after) == 2, f"no heading {heading!r}"
    return after[1].split("\n## ", 1)[0]


def first_cells(text: str) -> list[str]:
    """The first cell of every row of the tables in a text, without the heads."""
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    return [row.split("|")[1] for row in rows]


# --- settings ---------------------------------------------------------------------------------------------------------


def sections_of_a_study() -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in Study.model_fields.items():
        annotation = field.annotation
        inner = getattr(annotation, "__args__", (annotation,))[0]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield name, inner


SECTIONS = dict(sections_of_a_study())
EVERY_FILE = {"file", "delimiter", "encoding", "header", "header_rows", "skip_rows", "sheet"}


@pytest.mark.parametrize("name", SECTIONS)
def test_every_key_of_a_study_is_described_and_nothing_else_is(name: str) -> None:
    text = (DOCS / "study-file.md").read_text(encoding="utf-8")
    heading = next(line for line in text.splitlines() if line.startswith("## ") and f"[{name}]" in line)
    described = set(re.findall(r"`(\w+)`", " ".join(first_cells(section(text, heading)))))
    kinds = {"messages", "meetings", "reviews", "survey", "edges", "network"} if name == "channels" else set()
    keys = set(SECTIONS[name].model_fields)
    shared = EVERY_FILE & keys
    dated = {"date_format"} & keys
    assert described - kinds == keys - shared - dated
    if shared:
        common = section(text, "## Every file")
        assert set(re.findall(r"`(\w+)`", " ".join(first_cells(common)))) == EVERY_FILE
        assert "`date_format`" in common


def test_defaults_that_are_told_are_the_defaults() -> None:
    text = (DOCS / "study-file.md").read_text(encoding="utf-8")
    for name, model in SECTIONS.items():
        heading = next(line for line in text.splitlines() if line.startswith("## ") and f"[{name}]" in line)
        for row in section(text, heading).splitlines():
            told = re.match(r"\| `(\w+)` \| ([\d.]+|true|false) \|", row)
            if told:
                default = model.model_fields[told[1]].default
                assert float(default) == float({"true": 1, "false": 0}.get(told[2], told[2])), (name, told[1])


def test_components_of_the_score_are_named_with_their_weights() -> None:
    from metrics.candidates import DEFAULT_WEIGHTS

    method = (DOCS / "method.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \| (0\.\d+) \|", method, re.MULTILINE))
    assert {name: float(weight) for name, weight in told.items()} == dict(DEFAULT_WEIGHTS)
    keys = (DOCS / "study-file.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in keys for name in DEFAULT_WEIGHTS)


# --- commands ---------------------------------------------------------------------------------------------------------


def test_every_command_and_option_is_described_and_nothing_else_is() -> None:
    from ona.cli import ona

    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    table = text.split("## Options")[0]
    described = set(re.findall(r"^\| `ona (\w+)", table, re.MULTILINE))
    assert described == set(ona.commands)
    told: dict[str, set[str]] = {}
    for row in section(text, "## Options").splitlines():
        cells = row.replace(r"\|", "/").split("|")
        if row.startswith("| `-"):
            names = re.findall(r"(?<![\w-])(--?[a-z][a-z-]*)", cells[1])
            named = set(re.findall(r"`(\w+)`", cells[2]))
            rest = set(ona.commands) if cells[2].strip().startswith("all") else set()
            commands = rest - named if "all but" in cells[2] else rest | named
            for command in commands:
                told.setdefault(command, set()).update(names)
    context = click.Context(ona)
    for name, command in {**ona.commands, "ona": ona}.items():
        real = {
            option for part in command.get_params(context) if isinstance(part, click.Option) for option in part.opts
        }
        real |= {"--help", "-h"}
        assert told[name] == real, name


@pytest.mark.parametrize("name", ["demo", "run", "check", "map", "gaps", "candidates", "who"])
def test_help_shows_an_example(name: str, typed: Callable[[str], Result]) -> None:
    assert f"Example:  ona {name}" in typed(f"ona {name} --help").output


# --- tables -----------------------------------------------------------------------------------------------------------


def test_every_column_of_every_table_is_described_and_nothing_else_is(
    typed: Callable[[str], Result], desk: Path
) -> None:
    assert typed("ona demo --out demo").exit_code == 0
    text = (DOCS / "tables.md").read_text(encoding="utf-8")
    files = [*sorted((desk / "demo" / "analyst" / "tables").glob("*.csv")), desk / "demo" / "analyst" / "set_aside.csv"]
    assert sorted(re.findall(r"^## (\S+\.csv)$", text, re.MULTILINE)) == sorted(file.name for file in files)
    for file in files:
        described = re.findall(r"`(\w+)`", " ".join(first_cells(section(text, f"## {file.name}"))))
        assert sorted(described) == sorted(pd.read_csv(file, nrows=0).columns), file.name


def test_a_leader_s_folder_holds_what_is_said(typed: Callable[[str], Result], desk: Path) -> None:
    typed("ona demo --out demo")
    assert {file.name for file in (desk / "demo" / "leader").iterdir()} == {"map.html", "report.html", "study.json"}


# --- examples ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", of_language("toml"))
def test_toml_examples_are_studies_or_parts_of_one(block: Block, tmp_path: Path) -> None:
    raw = tomllib.loads(block.text)
    if "study" in raw:
        (tmp_path / "study.toml").write_text(block.text, encoding="utf-8")
        read_study(tmp_path / "study.toml")
        return
    for name, content in raw.items():
        assert name in SECTIONS
        for part in content if isinstance(content, list) else [content]:
            if name in ("people", "pairings", "channels", "leaders"):
                SECTIONS[name].model_validate({"person": "p", **part} if name == "people" else part)
            assert set(part) <= set(SECTIONS[name].model_fields)


@pytest.mark.parametrize("path", sorted((DOCS / "examples").glob("*.toml")), ids=lambda path: path.name)
def test_example_studies_are_valid(path: Path, tmp_path: Path) -> None:
    assert read_study(path, data=tmp_path).study.title


@pytest.mark.parametrize("block", of_language("python"))
def test_python_examples_run(block: Block, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    roster = pd.read_csv("people.csv").rename(columns={"employee_id": "person"})
    roster["level"] = roster["grade"].map({"Associate": 1, "Manager": 2, "Director": 3})
    mail = pd.read_csv("email.csv").rename(columns={"from": "source", "to": "target"})
    ties = mail[mail["target"].isin(roster["person"])][["source", "target"]]
    people = roster.assign(leader=roster["grade"] == "Director").drop(columns="grade")
    exec(compile(block.text, f"{block.page}:{block.line}", "exec"), {"people": people, "ties": ties})


def test_there_are_lines_to_type() -> None:
    lines = [line for block in BLOCKS if block.language == "console" for line in ona_lines(block.text)]
    assert len(lines) >= 10


def ona_lines(text: str) -> list[str]:
    """The lines of a console block that call ``ona``; the others set it up."""
    return [line.strip() for line in text.splitlines() if line.startswith("ona ")]


@pytest.mark.parametrize("block", of_language("console"))
def test_lines_to_type_do_what_the_next_block_shows(block: Block, typed: Callable[[str], Result]) -> None:
    output = ""
    for line in ona_lines(block.text):
        done = typed(line)
        assert done.exit_code == 0, f"{line}: {done.output}{done.exception}"
        output += done.output
    at = BLOCKS.index(block)
    if at + 1 < len(BLOCKS) and BLOCKS[at + 1].language == "text" and BLOCKS[at + 1].page == BLOCKS[at].page:
        seen = {" ".join(line.split()) for line in output.splitlines()}
        for line in BLOCKS[at + 1].text.splitlines():
            assert " ".join(line.split()) in seen


# --- sentences and numbers --------------------------------------------------------------------------------------------

MISTAKES: dict[str, tuple[str, dict[str, str]]] = {
    '`level = "grad"`': ("study.toml", {'level = "grade"': 'level = "grad"'}),
    "`starta` for `strata`": ("study.toml", {"strata": "starta"}),
    "no `levels`": ("study.toml", {r"levels = .*\n": ""}),
    '`at_or_above = "Chief"`': ("study.toml", {'at_or_above = "Director"': 'at_or_above = "Chief"'}),
    '`focal = "women"`': ("study.toml", {'focal = "woman"': 'focal = "women"'}),
    "E01 twice": ("people.csv", {"E02": "E01"}),
    "addresses in the log, ids in the roster": ("email.csv", {r"E(\d\d)": r"e\1@x.org"}),
    "dates such as 04.03.2025": ("email.csv", {"03-1[34]T": "03-10T", r"2025-03-(\d\d)T": r"\1.03.2025 "}),
    "another file name": ("study.toml", {r"email\.csv": "mail.csv"}),
}
"""What somebody does to one of the tutorial's files: patterns, and what is put in their place."""


def told_mistakes() -> dict[str, str]:
    text = section((DOCS / "tutorial.md").read_text(encoding="utf-8"), "### 9. What mistakes look like")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")][1:]
    return {cells[0].strip(): cells[1].strip() for cells in rows}


def test_every_mistake_that_is_told_is_tried() -> None:
    assert set(told_mistakes()) == set(MISTAKES)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_mistakes_look_like(mistake: str, tmp_path: Path) -> None:
    from ona.model import OnaError
    from ona.study import check_study

    for name, text in files_of_the_tutorial().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    file, changes = MISTAKES[mistake]
    text = (tmp_path / file).read_text(encoding="utf-8")
    for pattern, put in changes.items():
        text, times = re.subn(pattern, put, text)
        assert times
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(OnaError) as caught:
        check_study(read_study(tmp_path / "study.toml"))
    assert str(caught.value) == told_mistakes()[mistake]


def test_numbers_told_of_the_sample(typed: Callable[[str], Result], desk: Path) -> None:
    typed("ona demo --out demo")
    tables = desk / "demo" / "analyst" / "tables"
    gaps = pd.read_csv(tables / "gaps.csv").set_index(["column", "measure"])
    plan = pd.read_csv(tables / "plan.csv").query("column == 'gender' and measure == 'sponsors'")
    exposure = pd.read_csv(tables / "exposure.csv").query("strata == 'none'").set_index("column")
    paired = len(pd.read_csv(tables / "assignment.csv"))
    listed = pd.read_csv(tables / "candidates.csv")["protege"].nunique()
    women = gaps.loc["gender"]
    tutorial = " ".join((DOCS / "tutorial.md").read_text(encoding="utf-8").split())
    method = " ".join((DOCS / "method.md").read_text(encoding="utf-8").split())
    minus = str.maketrans("-", "−")
    for told in (
        f"The raw gap is {women.loc['leader_ties', 'difference']:.2f}".translate(minus),
        f"{-100 * exposure.loc['gender', 'gap']:.1f} points lower: {-100 * exposure.loc['gender', 'exposure']:.1f} "
        f"because fewer leaders are around them, {-100 * exposure.loc['gender', 'bias']:.1f} because",
        f"more mentors ({women.loc['mentors', 'mean_focal']:.2f} against {women.loc['mentors', 'mean_reference']:.2f}",
        f"fewer sponsors ({women.loc['sponsors', 'mean_focal']:.2f} against "
        f"{women.loc['sponsors', 'mean_reference']:.2f})",
        f"a raw gap of {-100 * women.loc['has_leader_tie', 'difference']:.0f} points",
        f"It pairs {paired} of the {listed} people",
    ):
        assert told in tutorial
    first, last = plan.iloc[0], plan.iloc[-1]
    told = (
        f"the {paired} pairings take the raw gap in sponsors a head (women against men) from {first['gap']:.3f} to "
        f"{last['gap']:+.3f}, and the gap within level and function from {first['gap_within']:.3f} to "
        f"{last['gap_within']:.3f}"
    )
    assert told.translate(minus) in method


def test_coverage_told_is_coverage_measured() -> None:
    rows = (ROOT / "benchmarks" / "results" / "planted_coverage.md").read_text(encoding="utf-8")
    shares = {
        name: float(share) for name, share in re.findall(r"^\| (\w+: [\w ]+) \| ([\d.]+)% \|", rows, re.MULTILINE)
    }
    adjusted = [share for name, share in shares.items() if "adjusted" in name]
    parts = [share for name, share in shares.items() if "adjusted" not in name]
    method = " ".join((DOCS / "method.md").read_text(encoding="utf-8").split())
    assert f"{min(adjusted):.1f} to {max(adjusted):.1f} % of the time" in method
    assert f"{min(parts):.1f} to {max(parts):g} % of the time" in method


def test_calibration_told_is_calibration_measured() -> None:
    row = re.compile(r"^\| ([^|]+) \|(?: [\d,]+ \|)? ([\d.]+) ?% \| (?:([\d.]+) ?%|–) \|$", re.MULTILINE)
    results = (ROOT / "benchmarks" / "results" / "calibration.md").read_text(encoding="utf-8").split("The four gaps")[0]
    measured = {name: rest for name, *rest in row.findall(results)}
    method = section((DOCS / "method.md").read_text(encoding="utf-8"), "## Calibration and power")
    assert {name: rest for name, *rest in row.findall(method)} == measured
    assert len(measured) == 16
    for found, held in measured.values():
        assert 3 <= float(found) <= 7
        assert not held or 93 <= float(held) <= 97


def test_no_placeholder_is_left() -> None:
    for page in PAGES:
        prose = FENCE.sub("", page.read_text(encoding="utf-8"))
        assert not re.findall(r"\b[A-Z]{3,}_[A-Z]+\b|\bTODO\b", re.sub(r"`[^`]*`", "", prose)), page.name


# --- links ------------------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL), re.M
    )
    plain = (re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


# --- measures ---------------------------------------------------------------------------------------------------------

PARTS_OF_A_PAGE = (
    "**Formula**",
    "**Direction and weight**",
    "**High value means**",
    "**Undefined**",
    "**When not to trust it**",
    "**Reference**",
)


def pages_of_measures() -> dict[str, str]:
    """What stands under each heading of a measure."""
    text = (DOCS / "metrics.md").read_text(encoding="utf-8")
    found = re.split(r"^### (.+)$", text, flags=re.MULTILINE)[1:]
    return {name: page.split("\n## ")[0] for name, page in zip(found[::2], found[1::2], strict=True)}


@pytest.mark.parametrize("name", list(pages_of_measures()))
def test_every_page_of_a_measure_is_whole(name: str) -> None:
    page = pages_of_measures()[name]
    assert [part for part in PARTS_OF_A_PAGE if part not in page] == []


def test_every_column_about_people_has_a_page() -> None:
    from metrics.access import PAIRING_MEASURES, TWICE
    from metrics.brokerage import BROKERAGE_COLUMNS
    from metrics.centrality import CENTRALITY_COLUMNS
    from metrics.resilience import LOSS_COLUMNS
    from metrics.silos import BRIDGING_COLUMNS

    text = (DOCS / "metrics.md").read_text(encoding="utf-8")
    columns = (*CENTRALITY_COLUMNS, *BROKERAGE_COLUMNS, *TWICE, *PAIRING_MEASURES, *LOSS_COLUMNS, *BRIDGING_COLUMNS)
    named = {column.removesuffix("_error").removesuffix("_z") for column in columns}
    assert sorted(name for name in named if f"`{name}`" not in text) == []
