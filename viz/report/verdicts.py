"""The one-line verdict on a finding: whether it survives other ways of looking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from viz.numbers import is_absent, records

SAME = ("column", "focal", "reference", "measure")
LONGEST = 60
"""A badge names what a finding depends on up to this length."""
WITHOUT = "without "
NOT_ENOUGH = "not enough evidence"


def verdict_of(verdicts: pd.DataFrame | None, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The verdict on a gap, by comparison and measure; None where there is none."""
    if verdicts is None or verdicts.empty:
        return None
    for verdict in records(verdicts):
        if all(_same(verdict.get(name), row.get(name)) for name in SAME):
            return verdict
    return None


def _same(one: Any, other: Any) -> bool:
    return _key(one) == _key(other)


def _key(value: Any) -> str | None:
    return None if is_absent(value) or value == "" else str(value)


def verdict_badge(verdict: Mapping[str, Any] | None) -> str:
    """A verdict in a word or two; empty where there is none.

    Examples
    --------
    >>> verdict_badge({"verdict": "robust"}), verdict_badge({"verdict": "depends", "depends_on": "without email"})
    ('Robust', 'Depends on email')
    >>> verdict_badge({"verdict": "not enough evidence"}), verdict_badge(None)
    ('Not enough evidence', '')
    """
    if verdict is None or is_absent(verdict.get("verdict")):
        return ""
    name = str(verdict["verdict"])
    if name != "depends":
        return name[:1].upper() + name[1:]
    on = verdict.get("depends_on")
    said = "" if is_absent(on) else str(on).strip()
    if said.startswith(WITHOUT) and ";" not in said and len(said) <= LONGEST:
        return f"Depends on {said.removeprefix(WITHOUT)}"
    return "Depends on how it is measured"


def verdict_text(verdict: Mapping[str, Any] | None) -> str:
    """What stands beside the badge: the verdict's sentence without the word or two the badge says already.

    Examples
    --------
    >>> verdict_text({"verdict": "robust", "sentence": "Robust: the gap stays in all 3 checks."})
    'The gap stays in all 3 checks.'
    >>> verdict_text({"verdict": "robust", "sentence": float("nan")})
    ''
    """
    said = "" if verdict is None or is_absent(verdict.get("sentence")) else str(verdict["sentence"]).strip()
    head, colon, rest = said.partition(": ")
    if colon and head == verdict_badge(verdict):
        return rest[:1].upper() + rest[1:]
    return said
