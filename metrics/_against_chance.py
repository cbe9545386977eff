"""What departures cost against what as many leaving at random would cost."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from metrics._removed import Left, Network
from metrics.words._phrases import alpha_of

TESTED = ("largest", "reach_leaders", "leaders_within_2")


def drawn_alike(network: Network, leaders: int, others: int, *, draws: int, seed: int) -> Iterator[NDArray[np.int32]]:
    """So many leaders and so many others, taken at random: positions, for each draw."""
    # What is drawn for one removal does not depend on which others a table holds.
    rng = np.random.default_rng([seed, leaders, others])
    for _ in range(draws):
        some = rng.choice(network.leaders, leaders, replace=False, shuffle=False)
        more = rng.choice(network.others, others, replace=False, shuffle=False)
        yield np.concatenate([some, more])


def drawn_in_steps(
    network: Network, leaders: NDArray[np.int64], others: NDArray[np.int64], *, draws: int, seed: int
) -> Iterator[NDArray[np.int32]]:
    """For each draw and each step the first of a random order of the leaders, and of one of the others."""
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        some, more = rng.permutation(network.leaders), rng.permutation(network.others)
        for first, then in zip(leaders.tolist(), others.tolist(), strict=True):
            yield np.concatenate([some[:first], more[:then]])


def outcome(left: Left, at: int, chance: Left, *, confidence: float) -> dict[str, float]:
    """One departure's numbers, and where chance would have left the same people; the columns of `removal_table`.

    Parameters
    ----------
    left : Left
        All departures.
    at : int
        Which of them.
    chance : Left
        Draws of as many leaders and as many others.
    confidence : float
        1 − the level of the test, which the band follows: see `_band`.
    """
    people, others = int(left.people[at]), int(left.others[at]) if left.led else 0
    # What all of those left had before, what they have, what the draws took from as many, and by how many to divide.
    # The largest part is held against nothing: as many are left in every draw.
    sums = {
        "largest": (0, left.largest[at], -chance.largest, people),
        "reach_leaders": (
            left.reaching_before[at],
            left.reaching[at],
            chance.reaching_before - chance.reaching,
            others,
        ),
        "leaders_within_2": (left.near_before[at], left.near[at], chance.near_before - chance.near, others),
    }
    row: dict[str, float] = {}
    for name, (before, after, drawn, by) in sums.items():
        # Whole numbers until the last division: a draw that takes exactly as much must give exactly the same number.
        least, most = _band(drawn, confidence=confidence)
        worse = "worse_than_random" if name == "leaders_within_2" else f"{name}_worse_than_random"
        row |= {
            f"{name}_before": _divided(before, by),
            f"{name}_after": _divided(after, by),
            f"{name}_random_low": _divided(before - most, by),
            f"{name}_random_high": _divided(before - least, by),
            worse: (1 + int((drawn >= before - after).sum())) / (len(drawn) + 1) if len(drawn) and by else np.nan,
        }
    del row["largest_before"]
    reaching = int(left.reaching[at])
    steps = {"steps_before": left.steps_before[at], "steps_after": left.steps[at]}
    return row | {name: _divided(total, reaching) for name, total in steps.items()}


def _band(drawn: NDArray[np.int64], *, confidence: float) -> tuple[float, float]:
    """The least that a draw takes, and the most that is still no clear loss.

    A loss is clear where p = (1 + #{draws that take at least as much}) / (R + 1) ≤ α = 1 − confidence. Where c is the
    most draws that may take as much, the (c + 1)-th largest loss is the limit: exactly what exceeds it is clear. With
    fewer than 1 / α − 1 draws nothing is, and there is no limit.
    """
    if not len(drawn):
        return np.nan, np.nan
    alpha = alpha_of({"confidence": confidence})
    allowed = int(((1 + np.arange(len(drawn))) / (len(drawn) + 1) <= alpha).sum())
    most = float(np.partition(drawn, -allowed)[-allowed]) if allowed else np.nan
    return float(drawn.min()), most


def _divided(total: float, by: int) -> float:
    return float(total) / by if by else float("nan")
