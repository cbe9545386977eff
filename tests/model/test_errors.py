"""An error says what is wrong, where, and the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from ona.model import DisclosureError, InputError, OnaError, StudyError


def test_one_sentence_from_its_parts() -> None:
    error = InputError("the date '2024-13-01' is no date", file=Path("in/x.csv"), line=3, cure="fix it")
    assert str(error) == "x.csv line 3: the date '2024-13-01' is no date; fix it"
    assert str(StudyError("nobody is a leader")) == "nobody is a leader"
    assert str(StudyError("it is empty", file="a.csv")) == "a.csv: it is empty"


@pytest.mark.parametrize("kind", [InputError, StudyError, DisclosureError])
def test_all_can_be_caught_as_one(kind: type[OnaError]) -> None:
    with pytest.raises(OnaError):
        raise kind("no")
