"""Sections that name files: the roster, pairings and channels, and who the leaders are."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from ona.settings.base import Column, Name, Section


class FileSection(Section):
    """What any file may need said about it. Everything is found out by looking where it is left unsaid."""

    file: Name
    delimiter: str | None = None
    encoding: str | None = None
    header: bool = True
    header_rows: Annotated[int, Field(ge=1)] = 1
    skip_rows: Annotated[int, Field(ge=0)] = 0
    sheet: str | None = None


class PeopleSection(FileSection):
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


class LeadersSection(Section):
    """Who is able to sponsor."""

    at_or_above: str | None = None
    people: list[str] | None = None

    @model_validator(mode="after")
    def _some_rule(self) -> LeadersSection:
        if self.at_or_above is None and self.people is None:
            raise ValueError("no rule says who the leaders are; set at_or_above to a level, or people to a list of ids")
        return self


class PairingsSection(FileSection):
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


class ChannelSection(FileSection):
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
