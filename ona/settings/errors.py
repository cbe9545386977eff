"""What is wrong with a study file, in one sentence: the line, the setting, and the form it must have."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ona.model.errors import InputError
from ona.model.groups import close_name

Where = tuple[str | int, ...]

FORMS: Mapping[str, Any] = {
    "aliases": ["work_email"],
    "factors": ["level", "function"],
    "family": ["leader_ties", "leader_share"],
    "intersections": [["gender", "ethnicity"]],
    "levels": ["Analyst", "Manager", "Director"],
    "measures": ["leader_ties", "leader_share"],
    "people": ["E0815", "E0816"],
    "strata": ["level", "function"],
    "tenure_years": [1, 3, 5, 10],
}
"""What lists look like, by their key."""

_BLOCKS = ("channels", "pairings", "compare")
_BOUNDS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "of at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "of at most"),
}
_BRANCHES = ("str", "constrained-str", "int", "constrained-int")
"""How pydantic marks the two ways to name a column, at the end of a place."""


def as_sentence(error: ValidationError, text: str, path: Path, *, model: type[BaseModel]) -> InputError:
    """The first thing wrong, in words; unknown keys first, since a misspelt key is also a missing one.

    Parameters
    ----------
    error : ValidationError
    text : str
        The study file as it stands, to find the line in.
    path : Path
        Its path.
    model : type of BaseModel
        What the file was read into.

    Returns
    -------
    InputError
    """
    problem = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    where = tuple(problem["loc"])
    # A column may be named in two ways, and pydantic says at the end of a place which of them it tried.
    either = len(where) > 2 and where[-1] in _BRANCHES
    where = where[:-1] if either else where
    if problem["type"] == "extra_forbidden":
        return unknown_key(where, text, path, model=model)
    if problem["type"] == "missing":
        section, key = _section(where[:-1]), where[-1]
        return InputError(f"{section} needs the key '{key}'", file=path, cure=f"add {key} = … to it")
    if either:
        words, cure = _said_of(where, problem["input"]), "write the column's header, or its place counted from 1"
    else:
        words, cure = _words_and_cure(problem, where, model)
    return InputError(words, file=path, line=_line_of(where, text), cure=cure)


def unknown_key(where: Where, text: str, path: Path, *, model: type[BaseModel]) -> InputError:
    """A key that its section does not hold, with the key it was meant to be."""
    key = str(where[-1])
    known = _known_keys(where[:-1], model)
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    cure = f"did you mean '{close[0]}'?" if close else f"it may hold {', '.join(known)}"
    return InputError(
        f"unknown key '{key}' in {_section(where[:-1])}", file=path, line=_line_of(where, text), cure=cure
    )


def _words_and_cure(problem: Mapping[str, Any], where: Where, model: type[BaseModel]) -> tuple[str, str]:
    """What is wrong with a value, and the form it must have."""
    kind, value, bounds = problem["type"], problem["input"], problem.get("ctx", {})
    key = next((part for part in reversed(where) if isinstance(part, str)), "")
    if kind == "value_error":
        words, _, cure = problem["msg"].removeprefix("Value error, ").partition("; ")
        shown = f" (it is {value!r})" if isinstance(value, str | int | float | bool) else ""
        place = _dotted(where)
        return f"{f'{place}: ' if place else ''}{words}{shown}", cure or "correct the value"
    said, such_as = _said_of(where, value), _example(key, _field(where, model))
    if kind == "list_type" and key in _BLOCKS:
        names = ".".join(part for part in where if isinstance(part, str))
        return f"{names} is no list of blocks", f"write [[{names}]] over each of them"
    if kind == "list_type":
        # A lone text where a list of texts belongs is a list of one.
        form = [value] if isinstance(value, str) and not isinstance(where[-1], int) and key != "intersections" else None
        return f"{said}, which is no list", _written(key, form)
    if kind == "too_short":
        or_else = "" if isinstance(where[-1], int) else ", or leave it out"
        return f"{said}, which {'is too short' if value else 'names nothing'}", f"{_written(key, None)}{or_else}"
    if kind in _BOUNDS:
        bound, word = _BOUNDS[kind]
        number = "numbers" if isinstance(where[-1], int) else "a number"
        return said, f"write {number} {word} {bounds[bound]:g}{such_as}"
    if kind == "literal_error":
        return said, close_name(str(value), re.findall(r"'([^']*)'", bounds["expected"]))
    if kind == "dict_type":
        return f"{said}, which is no table", f'write {key} = {{ … = "…" }}'
    if kind.startswith(("model", "dataclass")):
        return f"{said}, which is no section", f"write {_section(where)} and its keys below it"
    what = {
        "int": "a whole number",
        "float": "a number",
        "bool": "true or false",
        "date": "a day, such as 2025-01-01",
        "string": "a text in quotes",
    }.get(kind.partition("_")[0])
    if what is None:
        return f"{_dotted(where)}: {problem['msg']}", "correct the value"
    return said, f"write {what}{such_as}"


def _said_of(where: Where, value: Any) -> str:
    """What the file says: ``gaps.family is "leader_ties"``, ``gaps.tenure_years holds -1``."""
    verb = "holds" if isinstance(where[-1], int) else "is"
    return f"{_dotted(where)} {verb} {_as_toml(value)}"


def _as_toml(value: Any) -> str:
    """A value as it is written in the file."""
    if isinstance(value, date):
        return value.isoformat()
    try:
        return json.dumps(value, ensure_ascii=False)
    except TypeError:
        return repr(value)


def _written(key: str, form: Any) -> str:
    """How a list is to be written."""
    shown = form or FORMS.get(key)
    return f"write {key} = {_as_toml(shown)}" if shown else "write a list in square brackets"


def _example(key: str, field: FieldInfo | None) -> str:
    """``, such as 0.01``: the default where it is a number, or the form of a list."""
    if key in FORMS:
        return f", such as {_as_toml(FORMS[key])}"
    default = None if field is None else field.default
    return f", such as {default:g}" if isinstance(default, int | float) and not isinstance(default, bool) else ""


def _dotted(where: Where) -> str:
    return ".".join(part for part in where if isinstance(part, str))


def _inner(field: FieldInfo) -> type[BaseModel] | None:
    """The section that a field holds, alone or in a list; None for a plain setting."""
    inner = getattr(field.annotation, "__args__", (field.annotation,))[0]
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _field(where: Where, model: type[BaseModel]) -> FieldInfo | None:
    """The setting at a place; None for a key of a free table."""
    section: type[BaseModel] | None = model
    found: FieldInfo | None = None
    for part in where:
        if isinstance(part, str):
            found = section.model_fields.get(part) if section else None
            section = _inner(found) if found else None
    return found


def _known_keys(where: Where, model: type[BaseModel]) -> list[str]:
    """The keys that the section at a place may hold; what a reader of the file adds itself is none of them."""
    field = _field(where, model)
    section = model if not _dotted(where) else _inner(field) if field else None
    return [name for name, setting in section.model_fields.items() if not setting.exclude] if section else []


def _section(where: Where) -> str:
    """How the section is written in the file: ``[people]``, ``[[channels]] no. 2``, or ``the study file``."""
    dotted = _dotted(where)
    if not dotted:
        return "the study file"
    place = next((part for part in reversed(where) if isinstance(part, int)), None)
    return f"[{dotted}]" if place is None else f"[[{dotted}]] no. {place + 1}"


def _line_of(where: Where, text: str) -> int | None:
    """The line a key stands on: the first line that begins with it inside its section; None when not found."""
    inside = len(where) - next((n for n, part in enumerate(reversed(where)) if isinstance(part, str)), len(where))
    names = [part for part in where[:inside] if isinstance(part, str)]
    if not names:
        return None
    lines = list(enumerate(text.splitlines(), start=1))
    blocks = [number for number, line in lines if line.split("#")[0].strip() == f"[[{'.'.join(names)}]]"]
    if inside < len(where) and blocks:
        place = int(where[inside])
        return blocks[place] if place < len(blocks) else None
    # Which of several blocks of the same name the key stands in; 0 where there is one.
    index = next((part for part in where[:inside] if isinstance(part, int)), 0)
    key, wanted = names[-1], ".".join(names[:-1])
    current, seen, top = "", -1, None
    for number, line in lines:
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
