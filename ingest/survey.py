"""Network surveys: people name those they turn to. Influence runs from the named to the one who names them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import pandas as pd

from ingest.columns import check_keys, positions
from ingest.files import Layout, Sheet, read_sheet
from ingest.identity import person_finder
from ingest.read import Read, count_reasons, cure_for, most_common, nothing_usable, set_aside_table
from ingest.roster import Recodes, check_values, recode
from ona.model import InputError, StudyError, ties_table

ENOUGH = 0.8
"""Below this share of answers what is missing can change the picture (Borgatti, Carley & Krackhardt 2006)."""


class _Named(NamedTuple):
    """One naming as written: the file's line, its text, who names whom, how strongly, and at which question."""

    line: int
    text: str
    respondent: str
    named: str
    score: str
    question: str


def read_survey(
    path: str | Path,
    *,
    channel: str,
    columns: Mapping[str, str | int],
    ids: pd.Series,
    form: Literal["long", "matrix"] = "long",
    values: Recodes | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    header: bool = True,
    header_rows: int = 1,
    skip_rows: int = 0,
    sheet: str | None = None,
) -> Read:
    r"""Read a network survey ("to whom do you turn for advice?").

    An arc runs named → respondent: whom I turn to influences me.

    Parameters
    ----------
    path : str or Path
        CSV (any separator) or XLSX.
    channel : str
        The channel's name. With a ``question`` column each question is a channel of its own, ``channel: question``.
    columns : mapping of str to str or int
        Long form: ``respondent`` and ``named``, and optionally ``score`` and ``question`` → the file's header, or the
        place counted from 1. Matrix form: ``respondent``; every other column is one named person, by id or alias in
        the header (after the last ``" - "``, where survey tools put the question first).
    ids : Series
        Person id by alias: ``aliases`` of the roster's `Read`.
    form : {"long", "matrix"}
        One naming a row, or one respondent a row and one colleague a column.
    values : mapping, optional
        Recodes, for answers in words: ``{"score": {"weekly": "4", "never": "0"}}``.
    delimiter, encoding, header, header_rows, skip_rows, sheet
        See `ingest.files.Layout`. Qualtrics writes three header rows: ``header_rows=3``.

    Returns
    -------
    Read
        ``table`` is a ties table; strength is the score (a number above 0), or 1 without one. In a matrix a row is a
        filled cell; empty cells and zeros are no naming and no row. Notes give the response rate: people of the
        roster with a row in the file (in a matrix, with a filled cell), and a warning below 80 %.

        Set aside: respondents or named people who are not in the roster, nobody named, named oneself, a score that is
        not a number above 0, and the same naming again.

    Raises
    ------
    InputError
        A file or column that is not there, or no row that can be used.
    StudyError
        Columns that surveys do not have, or lack; a matrix without a header.

    References
    ----------
    Borgatti, Carley & Krackhardt (2006), On the robustness of centrality measures under conditions of imperfect data,
    Social Networks 28.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "survey.csv"
    >>> _ = file.write_text("who,a,b\na,,3\nb,0,\n")
    >>> read = read_survey(file, channel="advice", form="matrix", columns={"respondent": "who"},
    ...                    ids=pd.Series({"a": "a", "b": "b"}))
    >>> read.table[["source", "target", "strength"]].values.tolist(), read.notes
    ([['b', 'a', 3.0]], ('2 of 2 people answered (100 %)',))
    """
    long = form == "long"
    optional = ("score", "question") if long else ()
    check_keys(columns, section=channel, required=("respondent", *(["named"] if long else [])), optional=optional)
    check_values(values or {}, ["score", "question"], section=channel)
    if not (long or header):
        raise StudyError(f"'{channel}' is a matrix without a header, so nobody is named", cure="set header = true")
    content = read_sheet(path, Layout(delimiter, encoding, header, header_rows, skip_rows, sheet))
    place = positions(columns, content.header, width=content.width, file=content.file, section=channel)
    find = person_finder(ids)
    named = list(_long(content, place, values or {}) if long else _matrix(content, place["respondent"], values or {}))
    kept, aside = [], []
    seen: set[tuple[str | None, str | None, str]] = set()
    for one in named:
        respondent, other = find(one.respondent), _find_named(one.named, find)
        key = (respondent, other, one.question)
        reason, fault = _reason(one, respondent, other)
        if not reason and key in seen:
            reason = "repeated row"
        if reason:
            aside.append((content.file, one.line, reason, fault + one.text))
        else:
            seen.add(key)
            name = f"{channel}: {one.question}" if one.question else channel
            kept.append((other, respondent, name, float(one.score) if one.score else 1.0))
    reasons = count_reasons(reason for _, _, reason, _ in aside)
    if not kept:
        raise _nobody(content, named, reasons, aside, channel)
    return Read(
        file=content.file,
        rows=len(named),
        accepted=len(kept),
        table=ties_table(pd.DataFrame(kept, columns=["source", "target", "channel", "strength"])),
        set_aside_rows=set_aside_table(aside),
        reasons=reasons,
        notes=(*content.notes, *_response(content, named, place, ids, long=long)),
    )


def _long(content: Sheet, place: Mapping[str, int], values: Recodes) -> Iterator[_Named]:
    empty = [""] * len(content.records)
    columns = {
        ours: recode(content.column(place[ours]), values.get(ours, {})) if ours in place else empty
        for ours in ("respondent", "named", "score", "question")
    }
    for record, *values_of in zip(content.records, *columns.values(), strict=True):
        yield _Named(record.line, record.text, *values_of)


def _matrix(content: Sheet, at: int, values: Recodes) -> Iterator[_Named]:
    header = content.header or ()
    for record in content.records:
        respondent = record.fields[at] if at < len(record.fields) else ""
        scores = recode(record.fields, values.get("score", {}))
        for i, (name, score) in enumerate(zip(header, scores, strict=False)):
            if i != at and score and _number(score) != 0:
                yield _Named(record.line, f"{respondent} → {name}: {record.fields[i]}", respondent, name, score, "")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _find_named(text: str, find: Callable[[str], str | None]) -> str | None:
    """A named person by id or alias; survey tools write ``question - person``."""
    return find(text) or find(text.rpartition(" - ")[2])


def _reason(one: _Named, respondent: str | None, other: str | None) -> tuple[str, str]:
    """Why a naming cannot be used, and who is at fault; empty where it can."""
    if not one.respondent:
        return "no respondent", ""
    if respondent is None:
        return "respondent not in the roster", f"respondent '{one.respondent}' is not in the roster | "
    if not one.named:
        return "nobody named", ""
    if other is None:
        return "named person not in the roster", f"named person '{one.named}' is not in the roster | "
    if respondent == other:
        return "named oneself", ""
    score = _number(one.score) if one.score else 1.0
    if score is None or not (math.isfinite(score) and score > 0):
        return "score is not a number above 0", ""
    return "", ""


def _nobody(
    content: Sheet,
    named: list[_Named],
    reasons: Mapping[str, int],
    aside: list[tuple[str, int, str, str]],
    channel: str,
) -> InputError:
    if not named:
        return InputError("nobody names anybody in it", file=content.file, cure=f"check the columns of '{channel}'")
    common = most_common(reasons)
    line = next(line for _, line, reason, _ in aside if reason == common)
    return InputError(nothing_usable(len(named), reasons), file=content.file, line=line, cure=cure_for(common, channel))


def _response(
    content: Sheet, named: list[_Named], place: Mapping[str, int], ids: pd.Series, *, long: bool
) -> tuple[str, ...]:
    """How many people of the roster answered, and a warning where they are too few."""
    find = person_finder(ids)
    if long:
        texts = set(content.column(place["respondent"]))
    else:
        at = place["respondent"]
        texts = {r.fields[at] for r in content.records if at < len(r.fields) and any(_others(r.fields, at))}
    answered = len({person for text in texts if text and (person := find(text)) is not None})
    everyone = ids.nunique()
    share = answered / everyone
    said = f"{answered:,} of {everyone:,} people answered ({100 * share:.0f} %)"
    if share >= ENOUGH:
        return (said,)
    return (said, f"fewer than {100 * ENOUGH:.0f} % answered: ties of the others are missing, so read gaps with care")


def _others(fields: tuple[str, ...], at: int) -> Iterator[str]:
    return (value for i, value in enumerate(fields) if i != at)
