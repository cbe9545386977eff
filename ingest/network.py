"""Network files, GraphML and GEXF: ties that another program has already drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ingest.files import find_files
from ingest.identity import person_finder
from ingest.markup import edge_lines, refuse_entities
from ingest.read import Read, count_reasons, cure_for, most_common, nothing_usable, set_aside_table
from ona.model import InputError, ties_table
from ona.model.text import legible

SUFFIXES = (".graphml", ".gexf")
NAMES = ("label", "name")


class _Edge(NamedTuple):
    source: str
    target: str
    strength: Any


def read_network(
    path: str | Path, *, channel: str, ids: pd.Series, strength: str = "weight", reverse: bool = False
) -> Read:
    """Read a GraphML or GEXF file.

    An arc runs source → target: the source influences the target. An undirected edge is an arc each way.

    Parameters
    ----------
    path : str or Path
        A ``.graphml`` or ``.gexf`` file.
    channel : str
        The channel's name.
    ids : Series
        Person id by alias: ``aliases`` of the roster's `Read`. A node is known by its id, or else by its attribute
        ``label`` or ``name``.
    strength : str
        The edge attribute that holds strength (a number above 0, larger is closer), never a length; 1 where an edge
        has none.
    reverse : bool
        True when influence runs from target to source.

    Returns
    -------
    Read
        ``table`` is a ties table; parallel edges add up. A row is an edge, counted once even where it runs both ways.
        Set aside: somebody who is not in the roster, ties to oneself, and strengths that are not numbers above 0.

    Raises
    ------
    InputError
        Another kind of file, XML that declares a document type, a file that networkx cannot read, or no edge that can
        be used.

    Examples
    --------
    >>> import tempfile
    >>> import networkx as nx
    >>> file = Path(tempfile.mkdtemp()) / "net.graphml"
    >>> nx.write_graphml(nx.Graph([("a", "b", {"weight": 2.0})]), file)
    >>> read = read_network(file, channel="net", ids=pd.Series({"a": "a", "b": "b"}))
    >>> read.table[["source", "target", "strength"]].values.tolist()
    [['a', 'b', 2.0], ['b', 'a', 2.0]]
    """
    file = find_files(path)[0]
    network, lines = _open(file)
    find = person_finder(ids)
    people = {node: _person(str(node), data, find) for node, data in network.nodes(data=True)}
    ties: list[tuple[str | None, str | None, float]] = []
    aside: list[tuple[str, int, str, str]] = []
    unweighted = 0
    for edge in _edges(network, strength):
        source, target = people[edge.source], people[edge.target]
        value = 1.0 if edge.strength is None else _number(edge.strength)
        unweighted += edge.strength is None
        reason, fault = _reason(edge, source, target, value)
        if reason:
            line = lines.get((edge.source, edge.target)) or lines.get((edge.target, edge.source)) or 0
            aside.append((file.name, line, reason, f"{fault}{edge.source} → {edge.target}"))
            continue
        ties.append((target, source, value) if reverse else (source, target, value))
        if not network.is_directed():
            ties.append((source, target, value) if reverse else (target, source, value))
    rows = network.number_of_edges()
    reasons = count_reasons(reason for _, _, reason, _ in aside)
    if not ties:
        raise _nothing(file, rows, reasons, aside, channel)
    table = pd.DataFrame(ties, columns=["source", "target", "strength"]).assign(channel=channel)
    note = f"no edge has the attribute '{strength}', so every tie counts 1"
    return Read(
        file=file.name,
        rows=rows,
        accepted=rows - len(aside),
        table=ties_table(table),
        set_aside_rows=set_aside_table(sorted(aside)),
        reasons=reasons,
        notes=(note,) if unweighted == rows else (),
    )


def _open(file: Path) -> tuple[Any, dict[tuple[str, str], int]]:
    """The network, and the line of each of its edges."""
    import networkx as nx

    kind = file.suffix.lower()
    if kind not in SUFFIXES:
        raise InputError("network files are .graphml or .gexf", file=file, cure="export it as one of the two")
    with file.open("rb") as stream:
        refuse_entities(stream, file=file)
    lines = edge_lines(file)
    try:
        network = nx.read_graphml(file, force_multigraph=True) if kind == ".graphml" else nx.read_gexf(file)
    except Exception as error:
        # networkx lets anything through here, from KeyError to its own; whichever it is, the file is at fault.
        words = str(error).strip("'\" ").rstrip(".") or type(error).__name__
        raise InputError(
            f"networkx cannot read it as {kind[1:].upper().replace('GRAPHML', 'GraphML')} "
            f"({legible(words, longest=200)})",
            file=file,
            cure="export it again from the program that made it",
        ) from error
    return network, lines


def _person(node: str, data: dict[str, Any], find: Any) -> str | None:
    texts = [node, *(str(data[name]) for name in NAMES if data.get(name) is not None)]
    return next((person for text in texts if (person := find(text)) is not None), None)


def _edges(network: Any, strength: str) -> Iterator[_Edge]:
    for source, target, data in network.edges(data=True):
        yield _Edge(source, target, data.get(strength))


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _reason(edge: _Edge, source: str | None, target: str | None, strength: float) -> tuple[str, str]:
    """Why an edge cannot be used, and who is at fault; empty where it can."""
    if source is None:
        return "source not in the roster", f"source '{edge.source}' is not in the roster | "
    if target is None:
        return "target not in the roster", f"target '{edge.target}' is not in the roster | "
    if source == target:
        return "tie to oneself", ""
    if not (math.isfinite(strength) and strength > 0):
        return "strength is not a number above 0", ""
    return "", ""


def _nothing(
    file: Path, rows: int, reasons: dict[str, int], aside: list[tuple[str, int, str, str]], channel: str
) -> InputError:
    if not rows:
        return InputError("the network has no edges", file=file, cure="check that it is the right file")
    common = most_common(reasons)
    line = min(line for _, line, reason, _ in aside if reason == common)
    return InputError(nothing_usable(rows, reasons), file=file, line=line, cure=cure_for(common, channel))
