"""The sample, and the script that makes it: data/ is no package, so its folder is put on the path."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="session")
def sample() -> Path:
    """The sample organisation as committed."""
    return DATA / "sample"


@pytest.fixture(scope="session")
def make_sample() -> Iterator[ModuleType]:
    """The script."""
    sys.path.insert(0, str(DATA))
    try:
        import make_sample

        yield make_sample
    finally:
        sys.path.remove(str(DATA))


@pytest.fixture(scope="session")
def org(make_sample: ModuleType):
    """The people, drawn again."""
    from organisation.people import make_people

    return make_people(make_sample.SEED)


@pytest.fixture(scope="session")
def strength(make_sample: ModuleType, org):
    """Strengths of the draw in the files, from the arrays it was drawn in."""
    from organisation.estimands import strengths
    from organisation.truth import sample_events

    return strengths(org, sample_events(org, make_sample.SEED))
