"""What speaks for a candidate sponsor and what speaks against, in plain words. Names are shown where there are any."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from metrics._candidate_pairs import Ground
from metrics.access import pairings_held
from ona.model import InfluenceGraph, active_pairings

Words = tuple[list[str], list[str]]
"""Reasons, and cautions."""

PHRASES = (
    (("mail",), "e-mails {}", "gets e-mail from {}"),
    (("meet", "calendar"), "meets {} in meetings", "meets {} in meetings"),
    (("review",), "reviews the work of {}", "has work reviewed by {}"),
    (("chat", "slack", "teams"), "chats with {}", "gets chat messages from {}"),
)
"""Parts of a channel's name, and how a tie through it reads when the first person sends, or only receives."""


def shown_names(graph: InfluenceGraph) -> np.ndarray:
    """Each person's name where the roster has one, else the id, in the order of ``graph.persons``."""
    ids = graph.persons.to_numpy(object)
    people = graph.people
    if "name" not in people:
        return ids
    names = people["name"].to_numpy(object)
    return np.where(people["name"].notna().to_numpy(), names, ids)


def tie_phrase(channel: str, *, outward: bool, name: str) -> str:
    """How somebody is tied to ``name``, e.g. ``e-mails Ana``."""
    for parts, sends, receives in PHRASES:
        if any(part in channel.casefold() for part in parts):
            return (sends if outward else receives).format(name)
    return f"is tied to {name} ({channel})"


def strongest_channels(
    graph: InfluenceGraph, one: np.ndarray, other: np.ndarray
) -> dict[tuple[int, int], tuple[str, bool]]:
    """For pairs of positions: the channel that carries most of their tie, and whether ``one`` sends in it.

    Both directions are added up; among equals the channel first in the alphabet.
    """
    ties = graph.ties
    source, target = graph.positions(ties["source"]).astype(np.int64), graph.positions(ties["target"]).astype(np.int64)
    strength, channel = ties["strength"].to_numpy(), ties["channel"].to_numpy(object)
    wanted = np.unique(one.astype(np.int64) * graph.size + other)
    both = pd.DataFrame(
        {
            "pair": np.r_[source * graph.size + target, target * graph.size + source],
            "channel": np.r_[channel, channel],
            "strength": np.r_[strength, strength],
            "sent": np.r_[strength, np.zeros(len(strength))],
        }
    )
    both = both[np.isin(both["pair"].to_numpy(), wanted)]
    summed = both.groupby(["pair", "channel"], as_index=False)[["strength", "sent"]].sum()
    ordered = summed.sort_values(["pair", "strength", "channel"], ascending=[True, False, True], kind="stable")
    first = ordered.drop_duplicates("pair")
    return {
        (pair // graph.size, pair % graph.size): (name, sent > 0)
        for pair, name, sent in zip(
            first["pair"].tolist(), first["channel"].tolist(), first["sent"].tolist(), strict=True
        )
    }


def for_and_against(
    graph: InfluenceGraph, ground: Ground, picks: pd.DataFrame, *, levels_up: int
) -> tuple[list[str], list[str]]:
    """Reasons and cautions of each pick, joined by ``"; "``.

    Parameters
    ----------
    graph : InfluenceGraph
        People, ties and pairings.
    ground : Ground
        What the picks were made on.
    picks : DataFrame
        Columns ``protege``, ``candidate`` and ``introducer`` (positions), ``leader`` (column of the ground),
        ``level_gap``, ``steps``, ``weaker``, ``new_leaders`` and ``function_fit``.
    levels_up : int
        How many levels above were asked for.

    Returns
    -------
    tuple of two lists of str
    """
    names = shown_names(graph)
    channels = _channels_on_paths(graph, picks)
    pairings = _pairings_of(graph)
    manager = graph.positions(graph.people["manager"])
    chain = set(zip(*(part.tolist() for part in graph.chain.nonzero()), strict=True))
    sponsored = pairings_held(graph, "sponsor").to_numpy() > 0
    function, site = (graph.people[column].tolist() for column in ("function", "site"))
    known = ground.level[~np.isnan(ground.level)]
    top = known.max() if known.size else np.nan
    # Without any pairing on file, whom a leader sponsors is unknown, not nobody.
    recorded = not graph.pairings.empty
    reasons: list[str] = []
    cautions: list[str] = []
    for pick in picks.to_dict(orient="records"):
        protege, introducer = pick["protege"], pick["introducer"]
        name = str(names[protege])
        said = [
            _of_level(pick, name, levels_up, highest=bool(ground.level[pick["candidate"]] == top)),
            _of_influence(ground, pick["leader"]),
            _of_reach(pick["new_leaders"], name),
            _of_path(pick, names, channels),
            _of_faintness(pick["weaker"] < ground.faint_strength, introducer >= 0),
            _of_introducer(introducer, names, name, manager[protege], (protege, introducer) in chain),
            _of_fit(pick["function_fit"], function[pick["candidate"]], site[pick["candidate"]]),
            _of_room(int(ground.held[pick["leader"]]), int(ground.capacity[pick["leader"]])) if recorded else ([], []),
            _of_pairings(pairings.get((protege, pick["candidate"]), []), name),
            ([], [f"{name} already has a sponsor"] if sponsored[protege] else []),
        ]
        reasons.append("; ".join(word for part in said for word in part[0]))
        cautions.append("; ".join(word for part in said for word in part[1]))
    return reasons, cautions


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 leader``, ``3 leaders``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _of_level(pick: dict[Hashable, Any], name: str, levels_up: int, *, highest: bool) -> Words:
    if np.isnan(pick["level_gap"]):
        return [], [f"how many levels above {name} is not known"]
    gap = int(pick["level_gap"])
    above = f"{counted(gap, 'level')} above {name}"
    if gap < levels_up:
        why = ", and there is no higher one" if highest else ": nobody higher qualified"
        return [f"stands {above}"], [f"only {above}, where {levels_up} are asked{why}"]
    return [f"stands {above}"], []


def _of_influence(ground: Ground, leader: int) -> Words:
    rank, below, others = ground.influence_rank[leader], ground.influence_below[leader], len(ground.leaders) - 1
    if np.isnan(rank):
        return [], []
    than = f"{below} of the {others} other leaders"
    if rank >= 0.5:
        if below == others:
            return [
                f"has {'more influence than the other leader' if others == 1 else 'the most influence of all leaders'}"
            ], []
        return [f"has more influence than {than}"] if below else [], []
    if rank >= 0.25:
        return [], []
    if below:
        return [], [f"has more influence than only {than}"]
    return [], [f"has no more influence than {'the' if others == 1 else 'any'} other leader"]


def _of_reach(new_leaders: int, name: str) -> Words:
    if new_leaders:
        return [f"would bring {counted(new_leaders, 'new leader')} within reach of {name}"], []
    return [], [f"brings no new leader within reach of {name}"]


def _of_path(pick: dict[Hashable, Any], names: np.ndarray, channels: dict[tuple[int, int], tuple[str, bool]]) -> Words:
    protege, introducer, candidate = pick["protege"], pick["introducer"], pick["candidate"]

    def step(one: int, other: int) -> str:
        channel, outward = channels[one, other]
        return tie_phrase(channel, outward=outward, name=str(names[other]))

    if pick["steps"] == 1:
        return [f"already in touch: {names[protege]} {step(protege, candidate)}"], []
    if pick["steps"] == 2:
        first, second = step(protege, introducer), step(introducer, candidate)
        return [f"warm path: {names[protege]} {first}, who {second}"], []
    return [], [f"nobody is known who could introduce {names[protege]} to {names[candidate]}"]


def _of_faintness(faint: bool, introduced: bool) -> Words:
    if not faint:
        return [], []
    return [], [
        "a tie on this path is among the weakest quarter" if introduced else "their tie is among the weakest quarter"
    ]


def _of_introducer(introducer: int, names: np.ndarray, name: str, manager: int, in_chain: bool) -> Words:
    if introducer >= 0 and introducer == manager:
        return [], [f"the introducer, {names[introducer]}, is {name}'s own manager"]
    if introducer >= 0 and in_chain:
        return [], [f"the introducer, {names[introducer]}, is in {name}'s own management chain"]
    return [], []


def _of_fit(fit: float, function: str, site: str) -> Words:
    if np.isnan(fit):
        return [], ["the function of one of the two is not known"]
    if fit == 1.0:
        return [f"works in the same function ({function})"], []
    if fit > 0:
        return [f"works in another function ({function}) at the same site ({site})"], []
    return [], [f"works in another function ({function}) and not at the same site"]


def _of_room(held: int, capacity: int) -> Words:
    room = capacity - held
    sponsors = f"sponsors {counted(held, 'person', 'people')}" if held else "sponsors nobody yet"
    return [f"{sponsors} and has room for {room}{' more' if held else ''}"], []


def _of_pairings(pairings: list[tuple[str, str, bool]], name: str) -> Words:
    """Pairings of the two on record; those that say the two are sponsor and protégé now never come this far."""
    reasons, cautions = [], []
    for kind, status, candidate_is_senior in pairings:
        if status == "active" and kind == "mentor" and candidate_is_senior:
            reasons.append(f"already mentors {name}: the mentoring could become a sponsorship")
        elif status == "active" and kind != "sponsor":
            reasons.append(f"is already paired with {name} ({kind})")
        elif kind == "sponsor":
            cautions.append(f"on record for the two: a sponsorship that is {status}")
    return reasons, cautions


def _channels_on_paths(graph: InfluenceGraph, picks: pd.DataFrame) -> dict[tuple[int, int], tuple[str, bool]]:
    protege, candidate = picks["protege"].to_numpy(int), picks["candidate"].to_numpy(int)
    introducer, steps = picks["introducer"].to_numpy(int), picks["steps"].to_numpy(int)
    one, two = steps == 1, steps == 2
    return strongest_channels(
        graph,
        np.r_[protege[one], protege[two], introducer[two]],
        np.r_[candidate[one], introducer[two], candidate[two]],
    )


def _pairings_of(graph: InfluenceGraph) -> dict[tuple[int, int], list[tuple[str, str, bool]]]:
    """(protégé, candidate) → kind, status and whether the candidate is the senior, each once, in a fixed order.

    A pairing marked active whose dates say otherwise is ``ended`` or ``to begin``.
    """
    pairings, day = graph.pairings, graph.last_day
    held = pairings.index.isin(active_pairings(pairings, on=day).index)
    begins = (pairings["start"] > day) if day is not None else pd.Series(False, index=pairings.index)
    dated = np.where(begins, "to begin", "ended")
    status = np.where((pairings["status"] == "active") & ~held, dated, pairings["status"].to_numpy(object))
    found: dict[tuple[int, int], list[tuple[str, str, bool]]] = {}
    senior, junior = graph.positions(pairings["senior"]).tolist(), graph.positions(pairings["junior"]).tolist()
    for up, down, kind, state in zip(senior, junior, pairings["kind"].tolist(), status.tolist(), strict=True):
        for key, is_senior in (((down, up), True), ((up, down), False)):
            record = (str(kind), str(state), is_senior)
            if record not in found.setdefault(key, []):
                found[key].append(record)
    return {key: sorted(records) for key, records in found.items()}
