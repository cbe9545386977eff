"""A study file: what is asked, of which people, from which files, by which rules.

``study.toml`` is read into frozen pydantic models; an unknown key is an error that names the key it was meant to be.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from ona.model.errors import InputError, OnaError
from ona.settings.asked import CandidatesSection, OutputsSection, StudySection, TiesSection
from ona.settings.base import Section
from ona.settings.errors import as_sentence, unknown_key
from ona.settings.files import ChannelSection, LeadersSection, PairingsSection, PeopleSection
from ona.settings.gaps import DEFAULT_STRATA, FOLLOWED, CompareSection, GapsSection, RobustnessSection, TrendSection
from ona.settings.structure import MeasuresSection, ResilienceSection, StructureSection

__all__ = [
    "DEFAULT_STRATA",
    "FOLLOWED",
    "CandidatesSection",
    "ChannelSection",
    "CompareSection",
    "GapsSection",
    "LeadersSection",
    "MeasuresSection",
    "OutputsSection",
    "PairingsSection",
    "PeopleSection",
    "ResilienceSection",
    "RobustnessSection",
    "StructureSection",
    "Study",
    "StudySection",
    "TiesSection",
    "TrendSection",
    "read_study",
]


class Study(Section):
    """A whole study file."""

    study: StudySection
    people: PeopleSection
    leaders: LeadersSection
    pairings: list[PairingsSection] = Field(default_factory=list)
    channels: list[ChannelSection] = Field(min_length=1)
    ties: TiesSection = Field(default_factory=TiesSection)
    gaps: GapsSection = Field(default_factory=GapsSection)
    robustness: RobustnessSection = Field(default_factory=RobustnessSection)
    trend: TrendSection = Field(default_factory=TrendSection)
    measures: MeasuresSection = Field(default_factory=MeasuresSection)
    structure: StructureSection = Field(default_factory=StructureSection)
    resilience: ResilienceSection = Field(default_factory=ResilienceSection)
    candidates: CandidatesSection = Field(default_factory=CandidatesSection)
    outputs: OutputsSection = Field(default_factory=OutputsSection)
    path: Path = Field(exclude=True)
    root: Path = Field(exclude=True)

    @model_validator(mode="after")
    def _channel_names_differ(self) -> Study:
        names = [channel.name for channel in self.channels]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"two channels are called '{repeated[0]}'; give each channel a name of its own")
        return self

    def locate(self, file: str) -> Path:
        """Where a file named in the study lies: beside the study file, or in the data folder that was given."""
        return self.root / file


def read_study(path: str | Path, *, data: str | Path | None = None) -> Study:
    """Read a study file.

    Parameters
    ----------
    path : str or Path
        The TOML file.
    data : str or Path, optional
        The folder that the files named in it are relative to; the study file's own folder without it.

    Returns
    -------
    Study
        Frozen settings, with defaults filled in.

    Raises
    ------
    InputError
        No such file, not TOML, or settings that are unknown, missing or of the wrong kind, with the line where one is.
    """
    path = Path(path)
    if not path.is_file():
        what = "this is a folder" if path.is_dir() else "no such study file"
        raise InputError(what, file=path, cure="give the path of a study.toml; docs/tutorial.md shows how to write one")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("this is not UTF-8 text", file=path, cure="save it as UTF-8") from error
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"this is not TOML: {error}", file=path, cure="correct the line") from error
    root = Path(data) if data is not None else path.parent
    if not root.is_dir():
        raise OnaError(f"there is no data folder '{root}'", cure="give the folder that holds the study's files")
    for reserved in ("path", "root"):
        if reserved in raw:
            raise unknown_key((reserved,), text, path, model=Study)
    try:
        return Study(**raw, path=path, root=root)
    except ValidationError as error:
        raise as_sentence(error, text, path, model=Study) from None
