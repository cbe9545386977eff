"""Network surveys: influence runs from the named to the one who names them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ingest import Read, read_survey
from ona.model import InputError, StudyError

Write = Callable[..., Path]
LONG = {"respondent": "who", "named": "whom", "score": "often", "question": "q"}
QUALTRICS = (
    "ResponseId,Q1,Q2_1,Q2_2,Q2_3\n"
    '"Response ID","Your ""badge""\nplease","How often? - Ann@x.com","How often? - b","How often? - c"\n'
    '"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}",x,y,z\n'
    "R_1,a,,Weekly,Never\n"
    "R_2,b,Daily,,\n"
    "R_3,c,,,\n"
)


def _read(path: Path, ids: pd.Series, **options: Any) -> Read:
    return read_survey(path, channel="advice", ids=ids, **{"columns": LONG, **options})


def _ties(read: Read) -> list[list[Any]]:
    assert read.table is not None
    return read.table[["source", "target", "channel", "strength"]].values.tolist()


def test_long_form(write: Write, ids: pd.Series) -> None:
    rows = ["a,b,3,", "a,c,,", "b,Ann@x.com,1,trust", "b,zoe,1,", "zoe,b,1,", "a,a,1,", "a,,,", ",a,,"]
    rows += ["b,c,0,", "b,c,often,", "a,bob@x.com,5,"]
    read = _read(write("survey.csv", "who,whom,often,q\n" + "\n".join(rows) + "\n"), ids)
    assert _ties(read) == [
        ["a", "b", "advice: trust", 1.0],
        ["b", "a", "advice", 3.0],
        ["c", "a", "advice", 1.0],
    ]
    assert (read.rows, read.accepted) == (11, 3)
    assert read.set_aside.values.tolist() == [
        ["survey.csv", 5, "named person not in the roster", "named person 'zoe' is not in the roster | b,zoe,1,"],
        ["survey.csv", 6, "respondent not in the roster", "respondent 'zoe' is not in the roster | zoe,b,1,"],
        ["survey.csv", 7, "named oneself", "a,a,1,"],
        ["survey.csv", 8, "nobody named", "a,,,"],
        ["survey.csv", 9, "no respondent", ",a,,"],
        ["survey.csv", 10, "score is not a number above 0", "b,c,0,"],
        ["survey.csv", 11, "score is not a number above 0", "b,c,often,"],
        ["survey.csv", 12, "repeated row", "a,bob@x.com,5,"],
    ]


def test_too_few_answers_are_said(write: Write, ids: pd.Series) -> None:
    columns = {"respondent": "who", "named": "whom"}
    read = _read(write("survey.csv", "who,whom\na,b\nb,\n"), ids, columns=columns)
    assert read.notes == (
        "2 of 3 people answered (67 %)",
        "fewer than 80 % answered: ties of the others are missing, so read gaps with care",
    )
    everyone = _read(write("survey.csv", "who,whom\na,b\nb,\nc,\n"), ids, columns=columns)
    assert everyone.notes == ("3 of 3 people answered (100 %)",)


def test_a_matrix(write: Write, ids: pd.Series) -> None:
    path = write("survey.csv", "id;a;b;Cem@x.com;zoe\na;;2;0;4\nb;1;;x;\nzoe;1;;;\nc;;;;\n")
    read = _read(path, ids, form="matrix", columns={"respondent": "id"})
    assert _ties(read) == [["a", "b", "advice", 1.0], ["b", "a", "advice", 2.0]]
    assert read.set_aside.values.tolist() == [
        ["survey.csv", 2, "named person not in the roster", "named person 'zoe' is not in the roster | a → zoe: 4"],
        ["survey.csv", 3, "score is not a number above 0", "b → Cem@x.com: x"],
        ["survey.csv", 4, "respondent not in the roster", "respondent 'zoe' is not in the roster | zoe → a: 1"],
    ]
    assert (read.rows, read.accepted) == (5, 2)
    assert read.notes[0] == "2 of 3 people answered (67 %)"


def test_three_header_rows_and_answers_in_words(write: Write, ids: pd.Series) -> None:
    path = write("survey.csv", QUALTRICS)
    scores = {"score": {"daily": "5", "weekly": "4", "never": "0"}}
    respondent = 'Your "badge"\nplease'
    read = _read(path, ids, form="matrix", columns={"respondent": 2}, skip_rows=1, header_rows=2, values=scores)
    assert _ties(read) == [["a", "b", "advice", 5.0], ["b", "a", "advice", 4.0]]
    by_name = _read(
        path, ids, form="matrix", columns={"respondent": respondent}, skip_rows=1, header_rows=2, values=scores
    )
    assert _ties(by_name) == _ties(read)


def test_a_long_survey_below_three_header_rows(write: Write, ids: pd.Series) -> None:
    path = write("survey.csv", "Q1,Q2\nWho are you?,To whom do you turn?\nid1,id2\na,b\n")
    read = _read(path, ids, columns={"respondent": "Q1", "named": "Q2"}, header_rows=3)
    assert _ties(read) == [["b", "a", "advice", 1.0]]


def test_a_workbook(workbook: Write, ids: pd.Series) -> None:
    path = workbook("survey.xlsx", [["id", "a", "b"], ["a", None, 3]])
    assert _ties(_read(path, ids, form="matrix", columns={"respondent": "id"})) == [["b", "a", "advice", 3.0]]


def test_surveys_that_cannot_be_used(write: Write, ids: pd.Series) -> None:
    columns = {"respondent": "who", "named": "whom"}
    with pytest.raises(InputError) as error:
        _read(write("s.csv", "who,whom\na,x\nb,y\n"), ids, columns=columns)
    assert str(error.value) == (
        "s.csv line 2: none of its 2 rows can be used: named person not in the roster; "
        "check that the roster holds these ids, or name the column that does in people.aliases"
    )
    with pytest.raises(InputError) as error:
        _read(write("s.csv", "who,a\na,0\n"), ids, columns={"respondent": "who"}, form="matrix")
    assert str(error.value) == "s.csv: nobody names anybody in it; check the columns of 'advice'"
    with pytest.raises(StudyError, match="'advice' is a matrix without a header"):
        _read(write("s.csv", "a,0\n"), ids, columns={"respondent": 1}, form="matrix", header=False)
