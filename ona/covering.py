"""Which numbers about sets of people to keep back so that no few people follow from the numbers that stay.

Whoever knows the mean of a group and its size knows a sum over its people, and with it every sum and difference of such
sums. So the sets of people behind all numbers of one kind are looked at together: every set that is a sum of multiples
of them is as good as told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

MOST_JOINED = 12
"""So many sets of people that do not follow from one another are looked at together; more are not told."""

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Fact:
    """Something known of each person, of which sums may be told.

    Attributes
    ----------
    values : array of float, shape (people,)
        NaN for people who have none: they are in no sum.
    alike : bool
        Whether it tells of people that all of them are alike. It does not where the value is what somebody has beyond
        others' one, say, and all have nothing beyond.
    """

    values: np.ndarray
    alike: bool = True


@dataclass(frozen=True, eq=False)
class Item:
    """Numbers that are told or kept back together.

    Attributes
    ----------
    told : tuple of (str, array of bool)
        The facts of which sums follow from them, and over whom.
    rank : int
        Where one of several may go, those of the highest rank are kept back first.
    """

    told: tuple[tuple[str, np.ndarray], ...]
    rank: int = 0

    @property
    def smallest(self) -> int:
        """How many people the smallest of its sets holds."""
        return min((int(members.sum()) for _, members in self.told), default=0)


def tells_of_few(fact: Fact, sets: np.ndarray, *, min_group: int) -> np.ndarray:
    """Which sums over sets of people would tell of a few of them.

    A sum tells where fewer than ``min_group`` people have a value, or where all but a few have the same, as in
    `ona.model.gives_away`. A set in which nobody has a value tells nothing.

    Parameters
    ----------
    fact : Fact
    sets : array of bool, shape (sets, people)
    min_group : int

    Returns
    -------
    array of bool, shape (sets,)

    Examples
    --------
    >>> fact = Fact(np.array([1, 1, 1, 1, 1, 0, 2, 3, 4, 5.0]))
    >>> tells_of_few(fact, np.array([[True] * 6 + [False] * 4, [True] * 10]), min_group=5).tolist()
    [True, False]
    """
    known = ~np.isnan(fact.values)
    code = np.unique(fact.values[known].round(12), return_inverse=True)[1]
    people = np.asarray(sets, float)[:, known]
    counts = people @ np.eye(code.max(initial=-1) + 1)[code]
    size, most = people.sum(axis=1), counts.max(axis=1, initial=0)
    others = size - most
    nearly_alike = (most >= 2) & (others < min_group)
    if not fact.alike:
        return np.asarray(nearly_alike & (others > 0))
    return np.asarray((size > 0) & ((size < min_group) | nearly_alike))


def derivable(sets: Sequence[np.ndarray]) -> np.ndarray | None:
    """Every set of people the sum over which follows from the sums over these sets.

    Those are the vectors of noughts and ones in the space the sets span. In the basis that has an identity matrix at
    some people, the vector's values there are its coordinates; so each choice of noughts and ones there is tried.

    Parameters
    ----------
    sets : sequence of array of bool, shape (people,)

    Returns
    -------
    array of bool, shape (found, people), or None
        None where more than `MOST_JOINED` of the sets do not follow from one another.

    Examples
    --------
    >>> all_of_them, some = np.array([True] * 4), np.array([True, True, False, False])
    >>> sorted(derivable([all_of_them, some]).astype(int).tolist())
    [[0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 1, 1]]
    """
    patterns, place = np.unique(np.asarray(sets, float), axis=1, return_inverse=True)
    basis = _reduced(patterns)
    if len(basis) > MOST_JOINED:
        return None
    if not len(basis):
        return np.zeros((0, len(place.ravel())), bool)
    coordinates = np.array(list(product((0.0, 1.0), repeat=len(basis))))[1:]
    found = coordinates @ basis
    whole = (np.minimum(np.abs(found), np.abs(found - 1.0)) < _ROUNDING).all(axis=1)
    return np.asarray(found[whole][:, place.ravel()] > 0.5)


def _reduced(rows: np.ndarray) -> np.ndarray:
    """The reduced row echelon form, without rows of noughts."""
    left, at = rows.copy(), 0
    for column in range(left.shape[1]):
        if at == len(left):
            break
        pivot = at + int(np.abs(left[at:, column]).argmax())
        if abs(left[pivot, column]) < _ROUNDING:
            continue
        left[[at, pivot]] = left[[pivot, at]]
        left[at] /= left[at, column]
        others = np.arange(len(left)) != at
        left[others] -= np.outer(left[others, column], left[at])
        at += 1
    return left[:at]


def shown_items(
    items: Sequence[Item], facts: Mapping[str, Fact], *, known: Sequence[np.ndarray], min_group: int
) -> list[bool]:
    """Whether each item may be told, so that nothing told, nor what follows from it, tells of a few people.

    Parameters
    ----------
    items : sequence of Item
    facts : mapping of str to Fact
        What the items name.
    known : sequence of array of bool, shape (people,)
        Sets of people of whom every sum is taken as known anyway, such as everyone.
    min_group : int
        Fewer people than that are few.

    Returns
    -------
    list of bool
        One for each item. Of those that tell together, the one goes without which the others tell least; of several
        such, one of the highest rank, and then the one about the fewest people.

    Examples
    --------
    Two groups of a column may be told, but with the total they would tell of the three others:

    >>> team = np.repeat([0, 1, 2], [8, 9, 3])
    >>> facts = {"ties": Fact(np.arange(20.0))}
    >>> items = [Item((("ties", team == group),)) for group in (0, 1)]
    >>> shown_items(items, facts, known=[team >= 0], min_group=5)
    [False, True]
    """
    shown = [not any(_alone(facts[name], members, min_group) for name, members in item.told) for item in items]
    names = dict.fromkeys(name for item in items for name, _ in item.told)
    settled = False
    while not settled:
        settled = True
        for name in names:
            about = [at for at, item in enumerate(items) if shown[at] and any(name == fact for fact, _ in item.told)]
            if about and _together(facts[name], [items[at] for at in about], name, known, min_group):
                shown[_first_to_go(facts[name], items, about, name, known, min_group)] = False
                settled = False
    return shown


def _first_to_go(
    fact: Fact,
    items: Sequence[Item],
    about: Sequence[int],
    name: str,
    known: Sequence[np.ndarray],
    min_group: int,
) -> int:
    """Of items that tell together, the one without which the others tell least."""

    def left(at: int) -> tuple[float, int, int, int]:
        others = [items[other] for other in about if other != at]
        return _together(fact, others, name, known, min_group), -items[at].rank, items[at].smallest, at

    return min(about, key=left)


def _alone(fact: Fact, members: np.ndarray, min_group: int) -> bool:
    return bool(tells_of_few(fact, members[None], min_group=min_group)[0])


def _together(fact: Fact, items: Sequence[Item], name: str, known: Sequence[np.ndarray], min_group: int) -> float:
    """How many sets that tell of a few people follow from all that these items tell of a fact."""
    valued = ~np.isnan(fact.values)
    told = [members & valued for item in items for about, members in item.told if about == name]
    sets = _followed(tuple(sorted({one.tobytes() for one in [*told, *(one & valued for one in known)]})), len(valued))
    return np.inf if sets is None else float(tells_of_few(fact, sets, min_group=min_group).sum())


@lru_cache(maxsize=32)
def _followed(sets: tuple[bytes, ...], people: int) -> np.ndarray | None:
    """As `derivable`; most facts are told of the same sets."""
    known = [np.frombuffer(one, bool) for one in sets]
    return derivable(known) if known else np.zeros((0, people), bool)
