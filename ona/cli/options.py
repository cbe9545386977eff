"""Options that several commands share, each written once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from ona.settings import Study

Command = TypeVar("Command", bound=Callable[..., Any])


people_option = click.option(
    "--people",
    type=click.Choice(["pseudonyms", "ids", "names"]),
    help="How people appear: overrides outputs.people of the study file.",
)


def study_options(command: Command) -> Command:
    """The study file and what any command may say about it."""
    for decorate in (
        click.option("--debug", is_flag=True, help="Show the whole traceback when something fails."),
        click.option("--quiet", "-q", is_flag=True, help="No progress and no summary."),
        click.option(
            "--data",
            type=click.Path(file_okay=False, path_type=Path),
            help="Folder that the study's files are relative to.  [default: the study file's folder]",
        ),
        click.argument("study", type=click.Path(path_type=Path), metavar="STUDY.toml"),
    ):
        command = decorate(command)
    return command


def out_option(default: str, text: str) -> Callable[[Command], Command]:
    """``--out``, with what it is for."""
    return click.option("--out", "-o", type=click.Path(path_type=Path), default=default, show_default=True, help=text)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")

audience_option = click.option(
    "--audience",
    type=click.Choice(["analyst", "leader"]),
    default="analyst",
    show_default=True,
    help="Leader: groups of at least min_group people, and no person at all.",
)


def open_study(path: Path, *, data: Path | None, people: str | None) -> Study:
    """Read a study file, with what the command line overrides."""
    from ona.settings import read_study

    study = read_study(path, data=data)
    if people is None:
        return study
    outputs = study.outputs.model_copy(update={"people": people})
    return study.model_copy(update={"outputs": outputs})
