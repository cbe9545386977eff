"""Where everyone stands: groups as discs, people within the disc of their group. Nothing moves afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SPACING = 44.0
"""Distance between neighbouring people, in the map's own units."""

_MARGIN = 30.0
_GAP = 70.0
_GOLDEN = np.pi * (3.0 - np.sqrt(5.0))
_MANY_GROUPS = 150


@dataclass(frozen=True, eq=False)
class Layout:
    """Positions of people and of the discs that hold them.

    Attributes
    ----------
    people : DataFrame
        Index person; ``x``, ``y`` (whole numbers, x to the right, y downwards) and ``group`` (row of `discs`).
    discs : DataFrame
        One row a group, in the order given; ``group``, ``x``, ``y``, ``radius``, ``people``.
    """

    people: pd.DataFrame
    discs: pd.DataFrame


def two_level_layout(
    groups: pd.Series,
    matrix: csr_array | None = None,
    *,
    rank: Sequence[float] | np.ndarray | None = None,
    seed: int = 0,
    spacing: float = SPACING,
) -> Layout:
    """Groups as discs that never overlap, people spread evenly within their group's disc.

    Discs of groups with much strength between them are drawn together; the whole is a little wider than high.
    Within a disc, people with a higher `rank` stand nearer the middle, and people of equal rank stand on the side of
    the groups they are tied to. Places within a disc lie on a sunflower spiral, so that two people are never closer
    than about 0.9 × `spacing`, and no pass over all pairs of people is needed.

    Parameters
    ----------
    groups : Series
        The group of each person, indexed by person. Discs come in the order of its categories, or sorted. A missing
        value is a group of its own, last.
    matrix : csr_array, shape (people, people), optional
        Strength of ties in the order of `groups`; direction does not matter here.
    rank : sequence of float, optional
        Seniority, larger is nearer the middle; NaN stands outermost.
    seed : int
        Breaks ties between people whom nothing else tells apart.
    spacing : float
        Distance between neighbouring people.

    Returns
    -------
    Layout
        Whole-number positions: the same input gives the same map.

    Examples
    --------
    >>> made = two_level_layout(pd.Series(["a", "a", "b"], index=["p", "q", "r"]), rank=[2, 1, 1])
    >>> made.discs[["group", "people"]].values.tolist()
    [['a', 2], ['b', 1]]
    >>> bool((made.people.loc["p", ["x", "y"]] == made.people.loc["p", ["x", "y"]].round()).all())
    True
    """
    ordered = isinstance(groups.dtype, pd.CategoricalDtype)
    names = list(groups.cat.categories) if ordered else sorted(groups.dropna().unique(), key=str)
    codes = pd.Categorical(groups, categories=names).codes.astype(int)
    if (codes < 0).any():
        codes = np.where(codes < 0, len(names), codes)
        names = [*names, None]
    sizes = np.bincount(codes, minlength=len(names))
    radii = disc_radius(sizes, spacing=spacing)
    centres = place_discs(radii, _between(codes, len(names), matrix), seed=seed)
    x, y = _within(codes, sizes, centres, matrix, rank, seed, spacing)
    people = pd.DataFrame({"x": x, "y": y, "group": codes}, index=groups.index)
    discs = pd.DataFrame(
        {
            "group": pd.Series(names, dtype=object),
            "x": centres[:, 0].astype(int),
            "y": centres[:, 1].astype(int),
            "radius": np.ceil(radii).astype(int),
            "people": sizes,
        }
    )
    return Layout(people=people, discs=discs)


def disc_radius(sizes: np.ndarray, *, spacing: float = SPACING) -> np.ndarray:
    """Radius of a disc that holds so many people at the given spacing, with a margin.

    Examples
    --------
    >>> disc_radius(np.array([1, 100])).round().tolist()
    [66.0, 268.0]
    """
    return np.asarray(np.maximum(spacing * 0.54 * np.sqrt(sizes) + _MARGIN, 1.5 * spacing), dtype=float)


def place_discs(
    radii: np.ndarray, strength: np.ndarray | None = None, *, seed: int = 0, gap: float = _GAP
) -> np.ndarray:
    """Centres of discs that do not overlap, strongly tied ones near one another, the whole a little wider than high.

    Parameters
    ----------
    radii : ndarray, shape (groups,)
        Radius of each disc.
    strength : ndarray, shape (groups, groups), optional
        Strength between groups, symmetric.
    seed : int
        Turns the starting ring.
    gap : float
        Room kept between discs.

    Returns
    -------
    ndarray, shape (groups, 2)
        Whole numbers, the middle of all discs at (0, 0).

    Examples
    --------
    >>> place_discs(np.array([60.0])).tolist()
    [[0.0, 0.0]]
    """
    count = len(radii)
    if count <= 1:
        return np.zeros((count, 2))
    if count > _MANY_GROUPS:
        order = np.argsort(-radii, kind="stable")
        centres = np.empty((count, 2))
        step = 2.0 * float(radii.max()) + gap
        at = np.arange(count)
        across = int(np.ceil(np.sqrt(count * 1.6)))
        centres[order] = np.column_stack([(at % across) * step, (at // across) * step])
        return np.asarray(np.rint(centres - centres.mean(axis=0)))
    start = _ring_order(radii, strength, seed)
    return np.asarray(np.rint(_settle(start, radii, strength, gap)))


def _ring_order(radii: np.ndarray, strength: np.ndarray | None, seed: int) -> np.ndarray:
    """A starting ring on which strongly tied groups are neighbours: the Fiedler order of the strengths between them."""
    count = len(radii)
    turn = np.random.default_rng(seed).uniform(0.0, 1e-3, count)
    if strength is None or strength.sum() <= 0:
        angle = np.arange(count) * 2 * np.pi / count
    else:
        share = strength / np.sqrt(np.outer(radii, radii)) ** 2
        weight = share / share.max() + 1e-6
        np.fill_diagonal(weight, 0.0)
        laplacian = np.diag(weight.sum(axis=1)) - weight
        vectors = np.linalg.eigh(laplacian)[1][:, 1 : min(3, count)]
        flip = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])])
        plane = np.round(vectors * np.where(flip == 0, 1, flip), 9)
        direction = plane[:, 0] if plane.shape[1] == 1 else np.arctan2(plane[:, 1], plane[:, 0])
        angle = np.empty(count)
        angle[np.argsort(direction, kind="stable")] = np.arange(count) * 2 * np.pi / count
    reach = radii.sum() / np.pi + radii.max()
    return np.asarray(reach * np.column_stack([1.5 * np.cos(angle + turn), np.sin(angle + turn)]))


def _settle(centres: np.ndarray, radii: np.ndarray, strength: np.ndarray | None, gap: float) -> np.ndarray:
    """Pull discs to the middle and to their strongest neighbours, push overlapping ones apart, until none overlap."""
    count = len(radii)
    pull = np.zeros((count, count))
    if strength is not None and strength.max() > 0:
        pull = strength / np.maximum(strength.sum(axis=1, keepdims=True), 1e-12)
    apart = radii[:, None] + radii[None, :] + gap
    np.fill_diagonal(apart, 0.0)
    rounds = 200
    for step in range(rounds):
        calm = 1.0 - step / rounds
        if calm > 0.15:
            centres = centres - 0.05 * calm * centres * np.array([0.55, 1.0])
            centres = centres + 0.04 * calm * (pull @ centres - centres * pull.sum(axis=1, keepdims=True))
        centres = _push_apart(centres, apart)
    for _ in range(400):
        moved = _push_apart(centres, apart)
        if np.abs(moved - centres).max() < 1e-9:
            break
        centres = moved
    low, high = (centres - radii[:, None]).min(axis=0), (centres + radii[:, None]).max(axis=0)
    return np.asarray(centres - (low + high) / 2)


def _push_apart(centres: np.ndarray, apart: np.ndarray) -> np.ndarray:
    delta = centres[:, None, :] - centres[None, :, :]
    length = np.sqrt((delta**2).sum(axis=2))
    np.fill_diagonal(length, 1.0)
    overlap = np.maximum(apart - length, 0.0)
    np.fill_diagonal(overlap, 0.0)
    push = (overlap / np.maximum(length, 1e-9))[:, :, None] * delta
    return np.asarray(centres + 0.5 * push.sum(axis=1) / np.maximum((overlap > 0).sum(axis=1), 1)[:, None])


def _between(codes: np.ndarray, count: int, matrix: csr_array | None) -> np.ndarray | None:
    """Strength between groups, both directions added up, for as many groups as can be compared pair by pair."""
    if matrix is None or count > _MANY_GROUPS:
        return None
    arcs = matrix.tocoo()
    flat = codes[arcs.coords[0]] * count + codes[arcs.coords[1]]
    total = np.bincount(flat, weights=arcs.data, minlength=count * count).reshape(count, count)
    total = total + total.T
    np.fill_diagonal(total, 0.0)
    return np.asarray(total)


def _within(
    codes: np.ndarray,
    sizes: np.ndarray,
    centres: np.ndarray,
    matrix: csr_array | None,
    rank: Sequence[float] | np.ndarray | None,
    seed: int,
    spacing: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Everyone's place: a sunflower of places in each disc, filled by rank from the middle and by direction of ties."""
    count = len(codes)
    generator = np.random.default_rng(seed)
    level = np.zeros(count) if rank is None else np.nan_to_num(np.asarray(rank, dtype=float), nan=-np.inf)
    toward = _direction(codes, centres, matrix, generator)
    by_rank = np.lexsort((np.arange(count), -level, codes))
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if len(sizes) else np.zeros(0, int)
    slot = np.arange(count) - first[codes[by_rank]]
    angle = (slot * _GOLDEN) % (2 * np.pi)
    # Places are shared out ring by ring (equal rank, same group): within a ring, place and person are matched by angle.
    ring = np.cumsum(
        np.concatenate([[0], (np.diff(codes[by_rank]) != 0) | (np.diff(_dense(level[by_rank])) != 0)]).astype(int)
    )
    places = np.lexsort((angle, ring))
    people = by_rank[np.lexsort((toward[by_rank], ring))]
    radius = spacing * 0.54 * np.sqrt(slot[places] + np.where(sizes[codes[people]] > 1, 0.5, 0.0))
    radius = np.where(sizes[codes[people]] == 1, 0.0, radius)
    x, y = np.empty(count), np.empty(count)
    x[people] = centres[codes[people], 0] + radius * np.cos(angle[places])
    y[people] = centres[codes[people], 1] + radius * np.sin(angle[places])
    return np.rint(x).astype(int), np.rint(y).astype(int)


def _dense(values: np.ndarray) -> np.ndarray:
    """Values as whole numbers that are equal where the values are, infinities included."""
    return np.unique(values, return_inverse=True)[1]


def _direction(
    codes: np.ndarray, centres: np.ndarray, matrix: csr_array | None, generator: np.random.Generator
) -> np.ndarray:
    """The angle from each person's disc towards the discs they are tied to; random for people without such ties."""
    count = len(codes)
    free = generator.uniform(0.0, 2 * np.pi, count)
    if matrix is None or not matrix.nnz:
        return free
    both = matrix + matrix.T
    home = centres[codes]
    offset = both @ home - both.sum(axis=1)[:, None] * home
    away = np.hypot(offset[:, 0], offset[:, 1]) > 1e-9
    return np.where(away, np.arctan2(offset[:, 1], offset[:, 0]) % (2 * np.pi), free)
