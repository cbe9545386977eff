"""One function a command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ona.cli.options import audience_option, json_option, open_study, out_option, people_option, study_options
from ona.cli.printing import print_json, print_table, probability, progress_bar, say

if TYPE_CHECKING:
    from ona.views import Audience


@click.command(
    short_help="Run the sample study and say where its map and report are.", epilog="Example:  ona demo --out demo"
)
@out_option("demo", "Folder for the two sets of outputs, analyst/ and leader/.")
@click.option("--quiet", "-q", is_flag=True, help="No progress and no summary.")
@click.option("--debug", is_flag=True, help="Show the whole traceback when something fails.")
def demo(out: Path, quiet: bool, debug: bool) -> None:
    """Run the study of the sample organisation, made up but realistic, and say where its map and report are."""
    from ona.study import run_demo, summary

    with progress_bar(quiet=quiet) as progress:
        analyst, leader = run_demo(out, progress=progress)
    if quiet:
        return
    for line in summary(analyst):
        say(line)
    say("")
    say(f"For the analyst and the programme:  {analyst.out / 'map.html'}")
    say(f"                                    {analyst.out / 'report.html'}")
    say(f"                                    {analyst.out / 'network.html'}")
    say(f"For the leader, no person in it:    {leader.out / 'report.html'}")
    say(f"                                    {leader.out / 'map.html'}")
    say(f"Tables for a spreadsheet:           {analyst.out / 'tables'}")


@click.command(
    short_help="Run a whole study: map, report and tables.",
    epilog="Example:  ona run study.toml --out results --audience leader",
)
@study_options
@people_option
@out_option("results", "Folder to write; replaced as a whole when an earlier run wrote it.")
@audience_option
def run(
    study: Path, data: Path | None, people: str | None, out: Path, audience: Audience, quiet: bool, debug: bool
) -> None:
    """Run a whole study: from its files to map, report and tables."""
    from ona.study import run_study, summary

    settings = open_study(study, data=data, people=people)
    with progress_bar(quiet=quiet) as progress:
        result = run_study(settings, out=out, audience=audience, progress=progress)
    if quiet:
        return
    for line in summary(result):
        say(line)
    say("")
    for name in ("map.html", "report.html", "network.html", "tables"):
        if (result.out / name).exists():
            say(f"Written: {result.out / name}")


@click.command(
    short_help="Read everything and say what was understood.", epilog="Example:  ona check study.toml --data exports/"
)
@study_options
@people_option
@json_option
def check(study: Path, data: Path | None, people: str | None, as_json: bool, quiet: bool, debug: bool) -> None:
    """Read everything a study names and say what was understood, without measuring anything."""
    from ona.study import check_study

    settings = open_study(study, data=data, people=people)
    with progress_bar(quiet=quiet) as progress:
        found = check_study(settings, progress=progress)
    if as_json:
        print_json(found.as_json())
        return
    say(settings.study.title)
    print_table(
        found.files,
        columns={"file": "File", "rows": "Rows", "accepted": "Accepted", "set_aside": "Set aside", "reasons": "Why"},
    )
    print_table(found.groups, columns={"column": "Column", "group": "Group", "people": "People", "leaders": "Leaders"})
    for line in found.lines:
        say(line)


@click.command("map", epilog="Example:  ona map study.toml --out map.html --people names")
@study_options
@people_option
@out_option("map.html", "File to write.")
@audience_option
def map_(
    study: Path, data: Path | None, people: str | None, out: Path, audience: Audience, quiet: bool, debug: bool
) -> None:
    """Draw the interactive map alone."""
    from ona.study import draw_map

    settings = open_study(study, data=data, people=people)
    with progress_bar(quiet=quiet) as progress:
        written = draw_map(settings, out=out, audience=audience, progress=progress)
    if not quiet:
        say(f"Written: {written}")


GAP_QUESTIONS = {
    "How large, and how sure": ("gaps",),
    "Why": ("exposure", "reach", "decomposition", "dyads"),
    "Could it be the data?": ("verdicts",),
    "Is it changing?": ("changes",),
    "Left out": ("remarks",),
}
"""Under which heading ``ona gaps`` prints the sentences of which tables."""

OF_THE_FAMILY = ("gaps", "decomposition")
"""Tables of every measure, of which it prints what is about the study's questions alone."""


@click.command(
    short_help="Compare groups' access to leaders.", epilog="Example:  ona gaps study.toml --json > gaps.json"
)
@study_options
@people_option
@json_option
def gaps(study: Path, data: Path | None, people: str | None, as_json: bool, quiet: bool, debug: bool) -> None:
    """Compare groups' access to leaders, level and function held equal."""
    from ona.outputs import rows_as_json
    from ona.study import gaps_of

    settings = open_study(study, data=data, people=people)
    with progress_bar(quiet=quiet) as progress:
        found = gaps_of(settings, progress=progress)
    if as_json:
        print_json({name: rows_as_json(table) for name, table in found.items()})
        return
    headings = {
        "column": "Column",
        "focal": "Focal",
        "reference": "Reference",
        "measure": "Measure",
        "n_focal": "n",
        "n_reference": "n ref.",
        "n_informative": "comparable",
        "difference": "Raw gap",
        "adjusted": "Adjusted",
        "adjusted_low": "from",
        "adjusted_high": "to",
        "p": "p",
        "q": "q",
    }
    table = found["gaps"]
    readable = table.assign(p=table["p"].map(probability), q=table["q"].map(probability))
    print_table(readable, columns=headings)
    asked = set(table.loc[table["family"], "measure"])
    for heading, names in GAP_QUESTIONS.items():
        tables = {name: found[name] for name in names}
        about = [t[t["measure"].isin(asked)] if name in OF_THE_FAMILY else t for name, t in tables.items()]
        sentences = [sentence for rows in about for sentence in rows["sentence"] if sentence]
        if sentences:
            say(f"\n{heading}")
        for sentence in sentences:
            say(f"· {sentence}")


@click.command(
    short_help="List candidate sponsors, with reasons for and against.",
    epilog="Example:  ona candidates study.toml --person E0142 --people ids",
)
@study_options
@people_option
@click.option("--person", help="Only this person's candidates, by the id shown.")
@click.option("--most", type=click.IntRange(1), default=10, show_default=True, help="People to print.")
@json_option
def candidates(
    study: Path,
    data: Path | None,
    people: str | None,
    person: str | None,
    most: int,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """List candidate sponsors for people who lack one, with the reasons for and against."""
    from ona.outputs import rows_as_json
    from ona.study import candidates_of

    settings = open_study(study, data=data, people=people)
    with progress_bar(quiet=quiet) as progress:
        table, without = candidates_of(settings, person=person, progress=progress)
    if as_json:
        print_json(rows_as_json(table))
        return
    if table.empty:
        for reason in without["reason"]:
            say(f"{person}: {reason}" if person else reason)
        if without.empty:
            say(f"{person} is a leader or has a sponsor." if person else "Nobody lacks a sponsor.")
        return
    shown = table["protege"].drop_duplicates().head(most)
    named = "protege_name" in table
    print_table(
        table[table["protege"].isin(shown)],
        columns={
            "protege": "Protégé",
            **({"protege_name": "Name"} if named else {}),
            "rank": "#",
            "candidate": "Candidate",
            **({"candidate_name": "Name"} if named else {}),
            "score": "Score",
            "path": "Path",
            "reasons": "Reasons",
            "cautions": "Against",
        },
    )
    rest = table["protege"].nunique() - len(shown)
    if rest:
        say(f"… and {rest:,} people more: ask for one with --person, for all with --most {rest + most} or --json.")


@click.command(short_help="Say who a pseudonym stands for.", epilog="Example:  ona who study.toml P-7QK2M")
@study_options
@click.argument("shown", nargs=-1, required=True, metavar="PSEUDONYM…")
def who(study: Path, data: Path | None, shown: tuple[str, ...], quiet: bool, debug: bool) -> None:
    """Say which person of the roster a pseudonym stands for. Only the holder of the study's files can."""
    from ona.study import people_behind

    settings = open_study(study, data=data, people="pseudonyms")
    with progress_bar(quiet=quiet) as progress:
        for pseudonym, person in people_behind(settings, shown, progress=progress):
            say(f"{pseudonym}  {person}")
