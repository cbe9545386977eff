"""XML from outside: what could make a parser fetch or grow is refused before anything is parsed in earnest."""

from __future__ import annotations

from pathlib import Path
from typing import IO, NoReturn
from xml.parsers import expat

from ona.model import InputError

CHUNK = 1 << 16


class _PrologOver(Exception):
    """The root element has begun; a document type can no longer follow."""


def refuse_entities(stream: IO[bytes], *, file: str | Path) -> None:
    """Refuse XML that declares a document type, the only place where entities can be defined.

    The parser itself looks, not a text search, so that no encoding hides the declaration. Only what stands before the
    root element is read.

    Parameters
    ----------
    stream : binary file
        XML.
    file : str or Path
        The file to name in the error.

    Raises
    ------
    InputError
        A document type, or bytes that are not XML.
    """
    parser = expat.ParserCreate()

    def refuse(*_: object) -> NoReturn:
        raise InputError(
            "the file declares XML entities or a document type, which can be used to attack the reader",
            file=file,
            cure="export it again without a DOCTYPE",
        )

    def begun(*_: object) -> NoReturn:
        raise _PrologOver

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = begun
    try:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _PrologOver:
        return
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = error.lineno if isinstance(error, expat.ExpatError) else None
        raise InputError("this is not XML", file=file, line=line, cure="check that it is the right file") from None


def edge_lines(path: Path) -> dict[tuple[str, str], int]:
    """The line of the first ``edge`` element for each source and target, as the file names them.

    Call `refuse_entities` first.
    """
    parser = expat.ParserCreate()
    found: dict[tuple[str, str], int] = {}

    def begun(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "edge" and "source" in attributes and "target" in attributes:
            found.setdefault((attributes["source"], attributes["target"]), parser.CurrentLineNumber)

    parser.StartElementHandler = begun
    with path.open("rb") as stream:
        try:
            parser.ParseFile(stream)
        except expat.ExpatError as error:
            raise InputError(
                "the XML breaks off or is malformed here", file=path, line=error.lineno, cure="export it again"
            ) from None
    return found
