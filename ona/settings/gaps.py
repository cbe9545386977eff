"""Sections about gaps: what is compared, how it is put to the test, and how it is followed over time."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from ona.model.groups import BETWEEN, parts_of
from ona.settings.base import Measures, Name, Names, Section

DEFAULT_STRATA = ("level", "function")
"""What is held equal unless a study says otherwise, where the roster records it."""

FOLLOWED = ("leader_ties", "leader_share", "leaders_within_2")
"""Measures put to the test and followed over time unless a study names others."""


class CompareSection(Section):
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


class GapsSection(Section):
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


class RobustnessSection(Section):
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


class TrendSection(Section):
    """Into how many windows of equal length the study's days are cut, and how long a newcomer's steps are."""

    windows: Annotated[int, Field(ge=0)] = 4
    step_days: Annotated[int, Field(ge=7)] = 28
    measures: Measures = Field(default_factory=lambda: list(FOLLOWED))

    @field_validator("windows")
    @classmethod
    def _none_or_two(cls, value: int) -> int:
        if value == 1:
            raise ValueError("a single window shows no change; write 0 for no trend, or 2 and more")
        return value
