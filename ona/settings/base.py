"""What the sections of a study file have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

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


class Section(BaseModel):
    """A section of the study file: frozen, and no key but those it knows."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
