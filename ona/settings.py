"""A study file: what is asked, of which people, from which files, by which rules.

``study.toml`` is read into frozen pydantic models; an unknown key is an error that names the key it was meant to be.
"""

from __future__ import annotations

import datetime as dt
import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ona.model.errors import InputError, OnaError
from ona.model.groups import BETWEEN

Column = str | Annotated[int, Field(ge=1)]
"""A column by its header, or by its place counted from 1 in a file without one."""

Name = Annotated[str, Field(min_length=1)]


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


_FITS = {
    "messages": {
        "columns",
        "reverse",
        "recipients_file",
        "recipients_columns",
        "recipients_separator",
        "time_format",
    },
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


class GapsSection(_Section):
    """What is compared, what is held equal, and how sure a study wants to be."""

    compare: list[CompareSection] = Field(default_factory=list)
    intersections: list[Annotated[list[Name], Field(min_length=2)]] = Field(default_factory=list)
    measures: list[str] | None = None
    family: list[str] | None = None
    strata: list[str] = Field(default_factory=lambda: ["level", "function"])
    factors: list[str] | None = None
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

    @field_validator("tenure_years")
    @classmethod
    def _years_rise(cls, value: list[float]) -> list[float]:
        if sorted(set(value)) != value:
            raise ValueError("the years must rise; write them in order, each once")
        return value

    @property
    def crossed(self) -> tuple[tuple[str, ...], ...]:
        """The columns of every intersection asked for, under ``intersections`` or in a comparison."""
        compared = [tuple(c.column.split(BETWEEN)) for c in self.compare if BETWEEN in c.column]
        return tuple(dict.fromkeys([*map(tuple, self.intersections), *compared]))


class RobustnessSection(_Section):
    """How the gaps are put to the test; see `metrics.robustness`."""

    measures: list[str] = Field(default_factory=lambda: ["leader_ties", "leader_share", "leaders_within_2"])
    hubs: Annotated[float, Field(gt=0, lt=0.5)] = 0.01
    missing: Annotated[float, Field(gt=0, lt=1)] = 0.2
    draws: Annotated[int, Field(ge=10)] = 50


class TrendSection(_Section):
    """Into how many windows of equal length the study's days are cut, to see gaps change."""

    windows: Annotated[int, Field(ge=0)] = 4
    measures: list[str] = Field(default_factory=lambda: ["leader_ties", "leader_share", "leaders_within_2"])


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
            raise _unknown_key((reserved,), text, path)
    try:
        return Study(**raw, path=path, root=root)
    except ValidationError as error:
        raise _as_sentence(error, text, path) from None


def _as_sentence(error: ValidationError, text: str, path: Path) -> InputError:
    """The first thing wrong, in words; unknown keys first, since a misspelt key is also a missing one."""
    problems = sorted(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
    problem = problems[0]
    where = tuple(problem["loc"])
    if problem["type"] == "extra_forbidden":
        return _unknown_key(where, text, path)
    if problem["type"] == "missing":
        section = _section(where[:-1])
        return InputError(f"{section} needs the key '{where[-1]}'", file=path, cure=f"add {where[-1]} = … to it")
    key = ".".join(str(part) for part in where if isinstance(part, str))
    words, _, cure = problem["msg"].removeprefix("Value error, ").partition("; ")
    value = problem["input"]
    shown = f" (it is {value!r})" if isinstance(value, str | int | float | bool) else ""
    line = _line_of(where, text) if where else None
    place = f"{key}: " if key else ""
    return InputError(f"{place}{words}{shown}", file=path, line=line, cure=cure or "correct the value")


def _unknown_key(where: tuple[str | int, ...], text: str, path: Path) -> InputError:
    key = str(where[-1])
    known = _known_keys(where[:-1])
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    cure = f"did you mean '{close[0]}'?" if close else f"it may hold {', '.join(known)}"
    return InputError(
        f"unknown key '{key}' in {_section(where[:-1])}", file=path, line=_line_of(where, text), cure=cure
    )


def _known_keys(where: tuple[str | int, ...]) -> list[str]:
    """The keys a section may hold."""
    model: type[BaseModel] = Study
    for part in where:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation
        inner = getattr(annotation, "__args__", (annotation,))[0]
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return [name for name in model.model_fields if not (model is Study and name in ("path", "root"))]


def _section(where: tuple[str | int, ...]) -> str:
    """How the section is written in the file: ``[people]``, ``[[channels]] no. 2``, or ``the study file``."""
    names = [part for part in where if isinstance(part, str)]
    if not names:
        return "the study file"
    place = next((part for part in reversed(where) if isinstance(part, int)), None)
    dotted = ".".join(names)
    return f"[{dotted}]" if place is None else f"[[{dotted}]] no. {place + 1}"


def _line_of(where: tuple[str | int, ...], text: str) -> int | None:
    """The line a key stands on: the first line that begins with it inside its section; None when not found."""
    names = [part for part in where if isinstance(part, str)]
    if not names:
        return None
    index = next((part for part in where if isinstance(part, int)), 0)
    if isinstance(where[-1], int):
        headers = [n for n, line in enumerate(text.splitlines(), start=1) if line.strip() == f"[[{'.'.join(names)}]]"]
        return headers[index] if index < len(headers) else None
    key, sections = names[-1], names[:-1]
    wanted = ".".join(sections)
    current, seen, top = "", -1, None
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if bare.startswith("["):
            current = bare.split("]")[0].strip("[ ")
            if current == wanted:
                seen += 1
            if current.split(".")[-1] == key and current.rpartition(".")[0] == wanted:
                return number
            continue
        matches = bare.split("=")[0].strip().strip('"') == key
        if matches and current == wanted and seen in (-1, index):
            return number
        if matches and top is None:
            top = number
    return top
