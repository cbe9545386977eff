"""Sections that say what is asked: the study, its ties, its candidates and its outputs."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from ona.settings.base import Name, Section


class StudySection(Section):
    """What is asked."""

    title: Name
    question: str = ""
    seed: Annotated[int, Field(ge=0)] = 1
    min_group: Annotated[int, Field(ge=2)] = 5


class TiesSection(Section):
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


class CandidatesSection(Section):
    """Who may be proposed as a sponsor."""

    levels_up: Annotated[int, Field(ge=1)] = 2
    max_steps: Literal[1, 2] = 2
    top: Annotated[int, Field(ge=1)] = 5
    capacity: Annotated[int, Field(ge=1)] = 3
    weights: dict[str, float] | None = None
    focus: dict[str, str] = Field(default_factory=dict)


class OutputsSection(Section):
    """How people appear in an analyst's outputs, and which group column colours the map."""

    people: Literal["pseudonyms", "ids", "names"] = "pseudonyms"
    map_group: str | None = None
