"""Pairings: who mentors whom and who sponsors whom, as programmes record them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ingest.columns import check_keys, positions
from ingest.dates import dates
from ingest.files import Layout, Sheet, read_sheet
from ingest.identity import person_finder
from ingest.read import Read, count_reasons, cure_for, most_common, nothing_usable, set_aside_table
from ingest.roster import Recodes, check_values, recode
from ona.model import InputError, StudyError, pairings_table
from ona.model.pairings import KINDS, STATUSES
from ona.model.text import legible

SECTION = "pairings"


def read_pairings(
    path: str | Path,
    *,
    columns: Mapping[str, str | int],
    ids: pd.Series,
    kind: str | None = None,
    values: Recodes | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    header: bool = True,
    header_rows: int = 1,
    skip_rows: int = 0,
    sheet: str | None = None,
    date_format: str | None = None,
) -> Read:
    r"""Read mentoring and sponsorship pairings.

    A pairing runs senior → junior: mentor → mentee, sponsor → protégé. A mentor advises; a sponsor spends reputation
    to move someone's career. The two kinds are never mixed.

    Parameters
    ----------
    path : str or Path
        CSV (any separator) or XLSX.
    columns : mapping of str to str or int
        ``senior`` and ``junior``, and optionally ``kind``, ``start``, ``end``, ``status`` and ``program`` → the file's
        header, or the place counted from 1.
    ids : Series
        Person id by alias: ``aliases`` of the roster's `Read`.
    kind : str, optional
        The kind of every pairing in the file, where no column says it: mentor, sponsor, peer, reverse or group.
    values : mapping, optional
        Recodes for each of our columns: ``{"kind": {"Coach": "mentor"}}``.
    delimiter, encoding, header, header_rows, skip_rows, sheet
        See `ingest.files.Layout`.
    date_format : str, optional
        A strptime pattern for ``start`` and ``end``.

    Returns
    -------
    Read
        ``table`` is a pairings table; an empty status is ``active``. Set aside: somebody who is not in the roster,
        a pairing with oneself, one that ends before it starts, and the same pairing again.

    Raises
    ------
    InputError
        A file or column that is not there, a kind or status that is not known, a bad date, or no row that can be used.
    StudyError
        Neither a column nor a word for the kind, or columns that pairings do not have.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "pairs.csv"
    >>> _ = file.write_text("Mentor,Mentee\na,b\na,z\n")
    >>> read = read_pairings(file, columns={"senior": "Mentor", "junior": "Mentee"}, kind="mentor",
    ...                      ids=pd.Series({"a": "a", "b": "b"}))
    >>> read.table[["senior", "junior", "kind", "status"]].values.tolist(), dict(read.reasons)
    ([['a', 'b', 'mentor', 'active']], {'junior not in the roster': 1})
    """
    optional = ("kind", "start", "end", "status", "program")
    check_keys(columns, section=SECTION, required=("senior", "junior"), optional=optional)
    check_values(values or {}, list(columns), section=SECTION)
    if ("kind" in columns) == (kind is not None):
        raise StudyError("pairings need either a column for their kind or one kind for all", cure="give one of the two")
    content = read_sheet(path, Layout(delimiter, encoding, header, header_rows, skip_rows, sheet))
    place = positions(columns, content.header, width=content.width, file=content.file, section=SECTION)
    texts = {ours: recode(content.column(at), (values or {}).get(ours, {})) for ours, at in place.items()}
    frame = pd.DataFrame(
        {
            "senior": texts["senior"],
            "junior": texts["junior"],
            "kind": _words(texts.get("kind", [kind or ""] * len(content.records)), "kind", KINDS, content, None),
            "status": _words(texts.get("status", [""] * len(content.records)), "status", STATUSES, content, "active"),
            "program": pd.Series(texts.get("program", [""] * len(content.records)), dtype="str").replace("", None),
        },
        dtype="str",
    )
    for ours in ("start", "end"):
        frame[ours] = dates(
            texts.get(ours, [""] * len(frame)),
            lines=content.lines,
            what=f"{ours} date",
            file=content.file,
            key=f"{SECTION}.date_format",
            date_format=date_format,
        )
    find = person_finder(ids)
    written = frame[["senior", "junior"]].copy()
    for ours in ("senior", "junior"):
        frame[ours] = pd.Series([find(text) for text in written[ours]], dtype="str")
    return _sorted_out(frame, written, content)


def _words(texts: list[str], ours: str, known: tuple[str, ...], content: Sheet, where_empty: str | None) -> list[str]:
    """Kinds or statuses in our words; an error for any other, since mentor and sponsor must not be guessed."""
    found = [text.casefold() or where_empty or "" for text in texts]
    for word, text, line in zip(found, texts, content.lines, strict=True):
        if word not in known:
            what = f"{ours} '{legible(text)}' is not one of {', '.join(known)}" if text else f"the {ours} is empty"
            raise InputError(
                what, file=content.file, line=line, cure=f"fix it, or recode it under {SECTION}.values.{ours}"
            )
    return found


def _sorted_out(frame: pd.DataFrame, written: pd.DataFrame, content: Sheet) -> Read:
    reason = pd.Series("", index=frame.index, dtype="object")
    shown = pd.Series("", index=frame.index, dtype="object")
    checks = {
        "senior not in the roster": frame["senior"].isna(),
        "junior not in the roster": frame["junior"].isna(),
        "paired with oneself": frame["senior"] == frame["junior"],
        "ends before it starts": frame["end"] < frame["start"],
    }
    for words, wrong in checks.items():
        fresh = wrong.to_numpy(dtype=bool) & (reason == "").to_numpy()
        reason[fresh] = words
        if words.endswith("not in the roster"):
            side = words.split()[0]
            shown[fresh] = f"{side} '" + written[side][fresh] + "' is not in the roster | "
    fresh = (reason == "").to_numpy()
    reason[fresh & frame[fresh].duplicated().reindex(frame.index, fill_value=False).to_numpy()] = "repeated row"
    kept = (reason == "").to_numpy()
    reasons = count_reasons(reason[~kept])
    if not kept.any():
        common = most_common(reasons)
        raise InputError(
            nothing_usable(len(frame), reasons),
            file=content.file,
            line=content.lines[int((reason == common).to_numpy().argmax())],
            cure=cure_for(common, SECTION),
        )
    rows = zip(content.records, reason, shown, strict=True)
    return Read(
        file=content.file,
        rows=len(frame),
        accepted=int(kept.sum()),
        table=pairings_table(frame[kept]),
        set_aside_rows=set_aside_table(
            (content.file, record.line, why, before + record.text) for record, why, before in rows if why
        ),
        reasons=reasons,
        notes=content.notes,
    )
