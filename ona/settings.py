"""A study file: what is asked, of which people, from which files, by which rules.

``study.toml`` is read into frozen pydantic models; an unknown key is an error that names the key it was meant to be.
"""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from ona.model.errors import InputError, OnaError
from ona.model.groups import BETWEEN, parts_of
from ona.settings_errors import as_sentence, unknown_key

Column = str | Annotated[int, Field(ge=1)]
"""A column by its header, or by its place counted from 1 in a file without one."""

Name = Annotated[str, Field(min_length=1)]


def _each_once(names: list[str]) -> list[str]:
    """Refuse a name that is there twice: it would be counted twice."""
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"'{twice}' is there twice; name it once")
    return names


Names = Annotated[list[Name], AfterValidator(_each_once)]
Measures = Annotated[list[Name], Field(min_length=1), AfterValidator(_each_once)]
"""Columns of ``access.csv``; leaving the key out is how to ask for all, an empty list asks for nothing."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class _FileSection(_Section):
    """What any file may need said about it. Everything is found out by looking where it is left unsaid."""

    file: Name
    delimiter: str | None = None
    encoding: str | None = None
    header: bool = True
    header_rows: Annotated[int, Field(ge=1)] = 1
    skip_rows: Annotated[int, Field(ge=0)] = 0
    sheet: str | None = None


class StudySection(_Section):
    """What is asked."""

    title: Name
    question: str = ""
    seed: Annotated[int, Field(ge=0)] = 1
    min_group: Annotated[int, Field(ge=2)] = 5


class PeopleSection(_FileSection):
    """The roster and which of its columns mean what."""

    person: Column
    name: Column | None = None
    manager: Column | None = None
    level: Column | None = None
    function: Column | None = None
    site: Column | None = None
    start: Column | None = None
    groups: dict[str, Column] = Field(default_factory=dict)
    levels: list[str] | None = None
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    aliases: list[Column] = Field(default_factory=list)
    unknown_manager: Literal["error", "ignore"] = "error"
    date_format: str | None = None

    @field_validator("groups", mode="before")
    @classmethod
    def _groups_may_be_a_list(cls, value: Any) -> Any:
        """``groups = ["gender"]`` is short for ``groups = { gender = "gender" }``."""
        return {name: name for name in value} if isinstance(value, list) else value


class LeadersSection(_Section):
    """Who is able to sponsor."""

    at_or_above: str | None = None
    people: list[str] | None = None

    @model_validator(mode="after")
    def _some_rule(self) -> LeadersSection:
        if self.at_or_above is None and self.people is None:
            raise ValueError("no rule says who the leaders are; set at_or_above to a level, or people to a list of ids")
        return self


class PairingsSection(_FileSection):
    """Mentoring and sponsorship pairings. ``kind`` names a column; ``all_are`` says one kind for the whole file."""

    senior: Column
    junior: Column
    kind: Column | None = None
    all_are: Literal["mentor", "sponsor", "peer", "reverse", "group"] | None = None
    start: Column | None = None
    end: Column | None = None
    status: Column | None = None
    program: Column | None = None
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    date_format: str | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> PairingsSection:
        if (self.kind is None) == (self.all_are is None):
            raise ValueError("say what the pairings are; set kind to a column or all_are to a kind, one of the two")
        return self


_RECIPIENTS = ("recipients_file", "recipients_columns", "recipients_separator")
_FITS = {
    "messages": {"columns", "reverse", "time_format", *_RECIPIENTS},
    "meetings": {"columns", "attendees_separator", "largest", "time_format"},
    "reviews": {"columns", "reverse", "time_format"},
    "survey": {"columns", "form", "values"},
    "edges": {"columns", "reverse"},
    "network": {"reverse", "strength"},
}
"""Keys that mean something for one kind of channel or another, besides those of every file."""


class ChannelSection(_FileSection):
    """One source of ties."""

    name: Name
    kind: Literal["messages", "meetings", "reviews", "survey", "edges", "network"]
    weight: Annotated[float, Field(gt=0)] = 1.0
    columns: dict[str, Column] = Field(default_factory=dict)
    reverse: bool = False
    recipients_file: str | None = None
    recipients_columns: dict[str, Column] | None = None
    recipients_separator: str | None = None
    attendees_separator: str = ";"
    time_format: str | None = None
    largest: Annotated[int, Field(ge=2)] = 50
    form: Literal["long", "matrix"] = "long"
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    strength: str = "weight"

    @model_validator(mode="after")
    def _keys_fit_the_kind(self) -> ChannelSection:
        of_some_kind = set().union(*_FITS.values())
        stray = sorted((self.model_fields_set & of_some_kind) - _FITS[self.kind])
        if stray:
            kinds = " or ".join(kind for kind, keys in _FITS.items() if stray[0] in keys)
            raise ValueError(f"'{stray[0]}' means nothing for kind = '{self.kind}'; leave it out, it is for {kinds}")
        return self


class TiesSection(_Section):
    """How events become ties."""

    half_life_days: Annotated[float, Field(gt=0)] | None = 60.0
    broadcast_cap: Annotated[int, Field(ge=1)] | None = 25
    first_day: dt.date | None = None
    last_day: dt.date | None = None

    @field_validator("half_life_days", "broadcast_cap", mode="before")
    @classmethod
    def _none_as_a_word(cls, value: Any) -> Any:
        """TOML has no null: ``"none"`` switches the rule off."""
        return None if value == "none" else value


DEFAULT_STRATA = ("level", "function")
"""What is held equal unless a study says otherwise, where the roster records it."""

FOLLOWED = ("leader_ties", "leader_share", "leaders_within_2")
"""Measures put to the test and followed over time unless a study names others."""


class CompareSection(_Section):
    """One comparison: a focal group against a reference group, or against everyone else."""

    column: Name
    focal: Name
    reference: str | None = None

    @field_validator("column", "focal", "reference", mode="before")
    @classmethod
    def _several_make_an_intersection(cls, value: Any) -> Any:
        """``column = ["gender", "ethnicity"]`` is short for ``column = "gender × ethnicity"``."""
        return BETWEEN.join(map(str, value)) if isinstance(value, list) else value

    def in_order(self, columns: tuple[str, ...]) -> CompareSection:
        """The same comparison with the columns of its intersection in another order."""
        place = [parts_of(self.column).index(column) for column in columns]
        groups = (self.focal.split(BETWEEN), (self.reference or "").split(BETWEEN))
        # A group that does not fit the columns is left as it is, to be refused by the name the study gives it.
        named = [BETWEEN.join(parts[at] for at in place if len(parts) == len(place)) for parts in groups]
        return CompareSection(
            column=BETWEEN.join(columns), focal=named[0] or self.focal, reference=named[1] or self.reference
        )


class GapsSection(_Section):
    """What is compared, what is held equal, and how sure a study wants to be."""

    intersections: list[Annotated[list[Name], Field(min_length=2)]] = Field(default_factory=list)
    compare: list[CompareSection] = Field(default_factory=list)
    measures: Measures | None = None
    family: Measures | None = None
    strata: Names = Field(default_factory=lambda: list(DEFAULT_STRATA))
    factors: Names | None = None
    tenure_years: Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=1)] = Field(
        default_factory=lambda: [1.0, 3.0, 5.0, 10.0]
    )
    unit: str = "function"
    among: Literal["non-leaders", "everyone"] = "non-leaders"
    interval: Literal["inverted studentised permutation test", "inverted permutation test", "stratified bootstrap"] = (
        "inverted studentised permutation test"
    )
    permutations: Annotated[int, Field(ge=100)] = 2000
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    plurals: dict[str, str] = Field(default_factory=dict)

    @field_validator("compare")
    @classmethod
    def _one_name_for_an_intersection(cls, value: list[CompareSection], info: ValidationInfo) -> list[CompareSection]:
        """``ethnicity × gender`` becomes ``gender × ethnicity`` where that comes first, and its groups likewise."""
        named = [tuple(parts) for parts in info.data.get("intersections", [])]
        found: list[CompareSection] = []
        for asked in value:
            parts = parts_of(asked.column)
            order = next((known for known in named if sorted(known) == sorted(parts)), parts)
            named.append(order)
            one = asked if order == parts else asked.in_order(order)
            if one in found:
                raise ValueError(f"{one.column} '{one.focal}' is compared with the same people twice; ask for it once")
            found.append(one)
        return found

    @field_validator("tenure_years")
    @classmethod
    def _years_rise(cls, value: list[float]) -> list[float]:
        if sorted(set(value)) != value:
            raise ValueError("the years must rise; write them in order, each once")
        return value

    @model_validator(mode="after")
    def _enough_permutations(self) -> GapsSection:
        """A two-sided p of R permutations is never below 2 / (R + 1)."""
        rarest = round(1 - self.confidence, 10)
        if 2 / (self.permutations + 1) > rarest:
            least = math.ceil(round(2 / rarest, 6)) - 1
            raise ValueError(
                f"{self.permutations} permutations can show nothing at a confidence of {self.confidence:g}; "
                f"it needs at least {least} permutations"
            )
        return self

    @property
    def crossed(self) -> tuple[tuple[str, ...], ...]:
        """The columns of every intersection asked for, under ``intersections`` or in a comparison."""
        compared = [parts_of(asked.column) for asked in self.compare if parts_of(asked.column)]
        return tuple(dict.fromkeys([*map(tuple, self.intersections), *compared]))


class RobustnessSection(_Section):
    """How the gaps are put to the test; see `metrics.robustness`. 0 switches a check off."""

    measures: Measures = Field(default_factory=lambda: list(FOLLOWED))
    hubs: Annotated[float, Field(ge=0, lt=0.5)] = 0.01
    missing: Annotated[float, Field(ge=0, lt=1)] = 0.2
    draws: Annotated[int, Field(ge=0, le=10_000)] = 50

    @field_validator("draws")
    @classmethod
    def _none_or_enough(cls, value: int) -> int:
        if 0 < value < 10:
            raise ValueError("too few draws to tell anything by; write 0 for none, or 10 and more")
        return value


class TrendSection(_Section):
    """Into how many windows of equal length the study's days are cut, to see gaps change."""

    windows: Annotated[int, Field(ge=0)] = 4
    measures: Measures = Field(default_factory=lambda: list(FOLLOWED))

    @field_validator("windows")
    @classmethod
    def _none_or_two(cls, value: int) -> int:
        if value == 1:
            raise ValueError("a single window shows no change; write 0 for no trend, or 2 and more")
        return value


class CandidatesSection(_Section):
    """Who may be proposed as a sponsor."""

    levels_up: Annotated[int, Field(ge=1)] = 2
    max_steps: Literal[1, 2] = 2
    top: Annotated[int, Field(ge=1)] = 5
    capacity: Annotated[int, Field(ge=1)] = 3
    weights: dict[str, float] | None = None
    focus: dict[str, str] = Field(default_factory=dict)


class OutputsSection(_Section):
    """How people appear in an analyst's outputs, and which group column colours the map."""

    people: Literal["pseudonyms", "ids", "names"] = "pseudonyms"
    map_group: str | None = None


class Study(_Section):
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
