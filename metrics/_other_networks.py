"""The same organisation seen through other data: one channel, no hubs, other thresholds, ties gone missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

from metrics._arrays import both_ways
from ona.model import InfluenceGraph, StudyError

WEAKEST = 0.25
"""The share of ties, the weakest, that one check leaves out."""

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Check:
    """A network to compare the groups on again: what kind of check, its name, and who is left out of it.

    ``network`` makes it, so that no more than one need be in memory. ``one_channel`` says whether it is a single
    channel of several.
    """

    kind: str
    name: str
    network: Callable[[], InfluenceGraph]
    left_out: np.ndarray
    one_channel: bool = False


def checks_of(graph: InfluenceGraph, *, variants: Mapping[str, InfluenceGraph], hubs: float) -> list[Check]:
    """Every network on which a gap is looked at again, the one as studied first; missing ties are not among them.

    A check that cannot change anything (no channel but one, no tie weaker than another) is not there, and no network is
    there twice: of two channels, without the one is the other alone, and stands as the former.

    Raises
    ------
    StudyError
        A variant of other people.
    """
    everyone = np.zeros(graph.size, bool)
    checks = [Check("base", "as studied", lambda: graph, everyone)]
    channels, channel = graph.channels, graph.ties["channel"]
    two = len(channels) == 2
    if len(channels) > 2:
        checks += [
            Check("channel", f"{c} alone", partial(only_ties, graph, channel == c), everyone, one_channel=True)
            for c in channels
        ]
    if len(channels) > 1:
        checks += [
            Check("without_channel", f"without {c}", partial(only_ties, graph, channel != c), everyone, one_channel=two)
            for c in channels
        ]
    best = best_connected(graph, hubs)
    if best.any():
        name = f"without the best-connected {100 * hubs:g} %"
        checks.append(Check("hubs", name, partial(without_people, graph, best), best))
    for name, variant in variants.items():
        if not variant.persons.equals(graph.persons):
            raise StudyError(f"the network '{name}' is not of the same people", cure="make it from the same roster")
        checks.append(Check("threshold", name, partial(_itself, variant), everyone))
    strong = stronger_ties(graph)
    if not strong.all():
        kept = partial(only_ties, graph, strong)
        checks.append(Check("threshold", "without the weakest quarter of ties", kept, everyone))
    return checks


def _itself(graph: InfluenceGraph) -> InfluenceGraph:
    return graph


def only_ties(graph: InfluenceGraph, kept: ArrayLike) -> InfluenceGraph:
    """The same people with these rows of ``graph.ties`` alone."""
    return graph.keeping_ties(np.asarray(kept, bool))


def without_people(graph: InfluenceGraph, out: np.ndarray) -> InfluenceGraph:
    """The same people, some of them without any tie and no longer leaders.

    They stay in the roster, so that nobody's management chain changes.
    """
    ids = graph.persons[out]
    people, ties = graph.people, graph.ties
    people["leader"] = graph.is_leader & ~out
    kept = ~(ties["source"].isin(ids) | ties["target"].isin(ids))
    return only_ties(graph, kept).with_people(people)


def best_connected(graph: InfluenceGraph, share: float) -> np.ndarray:
    """True for this share of people, at least one, with the most distinct contacts in either direction.

    Everyone who ties at the cut goes with them, unless that would more than double their number: then all who tie there
    stay, because nobody stands out.
    """
    if share <= 0 or not graph.size:
        return np.zeros(graph.size, bool)
    contacts = np.diff(both_ways(graph).indptr)
    places = max(1, ceil(share * graph.size - _ROUNDING))
    cut = np.sort(contacts)[-min(places, graph.size)]
    best: np.ndarray = (contacts >= cut) & (contacts > 0)
    return best if best.sum() <= 2 * places else contacts > cut


def stronger_ties(graph: InfluenceGraph) -> np.ndarray:
    """For each row of ``graph.ties``, whether its two people are not among the weakest quarter of tied pairs.

    A pair's strength is that of all channels and both directions. Pairs exactly at the cut are all kept, so at most a
    quarter is left out, and none where all are as strong.
    """
    pair, pairs = _pairs(graph)
    if not pairs:
        return np.ones(0, bool)
    strength = np.bincount(pair, graph.ties["strength"].to_numpy(), minlength=pairs)
    cut = np.sort(strength)[int(WEAKEST * pairs)]
    return np.asarray(strength[pair] >= cut * (1.0 - _ROUNDING))


def with_missing_ties(graph: InfluenceGraph, *, missing: float, draws: int, seed: int) -> Iterator[InfluenceGraph]:
    """The same people with a share of the tied pairs gone at random, both directions and all channels together."""
    merged = graph.with_ties(graph.arcs.drop(columns="distance"))
    pair, pairs = _pairs(merged)
    gone = round(missing * pairs)
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        kept = np.ones(pairs, bool)
        kept[rng.choice(pairs, gone, replace=False)] = False
        yield merged.keeping_ties(kept[pair])


def _pairs(graph: InfluenceGraph) -> tuple[np.ndarray, int]:
    """For each row of ``graph.ties`` a code of its two people whichever way, and how many such pairs there are."""
    source, target = (graph.positions(graph.ties[end]) for end in ("source", "target"))
    low, high = np.minimum(source, target).astype(np.int64), np.maximum(source, target)
    pairs, code = np.unique(low * graph.size + high, return_inverse=True)
    return code, len(pairs)
