"""Sections about the network itself: how exactly it is measured, its communities, and what it would lose."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ona.settings.base import Name, Names, Section

Resolution = Annotated[float, Field(gt=0, allow_inf_nan=False)]


def _rising(values: list[float]) -> list[float]:
    """Refuse values out of order, or there twice."""
    if sorted(set(values)) != values:
        raise ValueError("the numbers must rise; write them in order, each once")
    return values


class MeasuresSection(Section):
    """How far measures of long paths are exact; see `metrics.centrality`."""

    exact: bool | Literal["auto"] = "auto"
    sources: Annotated[int, Field(ge=2)] | None = None
    delta: Annotated[float, Field(gt=0, lt=1)] = 0.1

    @model_validator(mode="after")
    def _everybody_or_some(self) -> MeasuresSection:
        if self.exact is True and self.sources is not None:
            raise ValueError("exact = true searches from everybody; leave out sources")
        return self


class StructureSection(Section):
    """Whose silos and bridges are looked at, and how communities are found."""

    column: Name = "function"
    resolutions: Annotated[list[Resolution], Field(min_length=1), AfterValidator(_rising)] = Field(
        default_factory=lambda: [0.25, 0.5, 1.0, 2.0, 4.0]
    )
    seeds: Annotated[int, Field(ge=2, le=1000)] | None = None


class ResilienceSection(Section):
    """Who is thought away to see what the organisation would lose."""

    roles: Names = Field(default_factory=lambda: ["level", "function"])
    brokers: Annotated[list[Annotated[int, Field(ge=1)]], AfterValidator(_rising)] = Field(
        default_factory=lambda: [1, 5, 10]
    )
    draws: Annotated[int, Field(ge=20, le=10_000)] | None = None
