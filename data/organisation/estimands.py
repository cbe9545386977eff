"""The quantities the toolkit estimates, computed here on their own from one draw; nothing of the toolkit is used."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from organisation.draws import Array
from organisation.events import Events, Meetings, Messages
from organisation.people import Organisation
from organisation.rhythm import DAYS

HALF_LIFE_DAYS, CAP = 60.0, 25
READINGS = ("chain_excluded", "chain_excluded_there_too", "chain_left_in_denominator", "chain_included")
MEASURES = ("leader_ties", "has_leader_tie", "leaders_within_2", "leader_share")


def strengths(org: Organisation, events: Events) -> Array:
    """Strength of every arc, row influences column: Σ 1/(size − 1) · ½^(age in days / 60), at most 25 recipients.

    Age is counted back from the midnight that ends the last day.
    """
    last = DAYS * 86400
    total = _meeting_strengths(org, events.meetings, last)
    for part in (events.email, events.chat, events.reviews):
        total += _message_strengths(org, part, last)
    return total.reshape(org.size, org.size)


def _kept(age: Array, size: Array) -> Array:
    return np.where(size - 1 <= CAP, 1.0 / np.maximum(size - 1, 1), 0.0) * 0.5 ** (age / 86400 / HALF_LIFE_DAYS)


def _message_strengths(org: Organisation, rows: Messages, last: int) -> Array:
    size = np.bincount(rows.event)[rows.event] + 1
    value = _kept(last - rows.time, size)
    inside = (rows.sender < org.size) & (rows.recipient < org.size) & (value > 0)
    cell = rows.sender[inside] * org.size + rows.recipient[inside]
    return np.bincount(cell, weights=value[inside], minlength=org.size**2)


def _meeting_strengths(org: Organisation, rows: Meetings, last: int) -> Array:
    total = np.zeros(org.size**2)
    size = np.bincount(rows.meeting)
    begins = np.cumsum(size) - size
    for people in np.unique(size[(size > 1) & (size - 1 <= CAP)]):
        which = np.flatnonzero(size == people)
        members = rows.person[begins[which][:, None] + np.arange(people)]
        value = _kept(last - rows.start[which], size[which])
        one, other = (side.ravel() for side in np.nonzero(~np.eye(people, dtype=bool)))
        sender, recipient = members[:, one], members[:, other]
        inside = (sender < org.size) & (recipient < org.size)
        worth = np.broadcast_to(value[:, None], sender.shape)[inside]
        total += np.bincount(sender[inside] * org.size + recipient[inside], weights=worth, minlength=org.size**2)
    return total


def person_measures(org: Organisation, strength: Array) -> dict[str, Array]:
    """Each person's access to leaders, with the own management chain out of sight unless the name says otherwise."""
    tied = (strength > 0) | (strength.T > 0)
    open_ties = tied & ~org.chain
    ties = (open_ties & org.leader).sum(axis=1)
    steps = open_ties.astype(np.float32)
    two = ((steps + steps @ tied.astype(np.float32)) > 0) & org.leader & ~org.chain
    np.fill_diagonal(two, False)
    free = np.where(org.chain.T, 0.0, strength)
    from_leaders, from_anybody = free[org.leader].sum(axis=0), free.sum(axis=0)
    everything = strength.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = {
            "chain_excluded": from_leaders / from_anybody,
            "chain_excluded_there_too": from_leaders / from_anybody,
            "chain_left_in_denominator": from_leaders / everything,
            "chain_included": strength[org.leader].sum(axis=0) / everything,
        }
    return {
        "leader_ties": ties.astype(float),
        "has_leader_tie": (ties > 0).astype(float),
        "leaders_within_2": two.sum(axis=1).astype(float),
        "leader_share": shares["chain_excluded"],
        **{f"share_{name}": values for name, values in shares.items()},
    }


def present(org: Organisation, *, with_chain: bool = True) -> Array:
    """The share of leaders among the other people of each person's function, or of those outside their chain."""
    same = org.function[:, None] == org.function
    np.fill_diagonal(same, False)
    if not with_chain:
        same &= ~org.chain
    there: Array = (same & org.leader).sum(axis=1) / same.sum(axis=1)
    return there


def gaps(org: Organisation, values: Array, focal: Array, reference: Array) -> dict[str, float]:
    """Raw gap, and gap within level × function weighted by the focal counts; people without a value are left out."""
    known = np.isfinite(values)
    f, r = focal & known, reference & known
    strata = org.level * (org.function.max() + 1) + org.function
    cells = strata.max() + 1
    n_f, n_r = np.bincount(strata[f], minlength=cells), np.bincount(strata[r], minlength=cells)
    both = (n_f > 0) & (n_r > 0)
    sum_f = np.bincount(strata[f], weights=values[f], minlength=cells)[both]
    sum_r = np.bincount(strata[r], weights=values[r], minlength=cells)[both]
    adjusted = ((sum_f / n_f[both] - sum_r / n_r[both]) * n_f[both]).sum() / n_f[both].sum()
    return {"raw_gap": float(values[f].mean() - values[r].mean()), "adjusted_gap": float(adjusted)}


def decomposition(share: Array, there: Array, focal: Array, reference: Array) -> dict[str, float]:
    """Leader share gap = exposure + bias, unit = function (after Chetty et al. 2022)."""
    f, r = focal & np.isfinite(share), reference & np.isfinite(share)
    e_f, e_r, x_f, x_r = (float(part.mean()) for part in (share[f], share[r], there[f], there[r]))
    phi_f, phi_r = e_f / x_f, e_r / x_r
    return {
        "share_focal": e_f,
        "share_reference": e_r,
        "present_focal": x_f,
        "present_reference": x_r,
        "gap": e_f - e_r,
        "exposure": (x_f - x_r) * (phi_f + phi_r) / 2,
        "bias": (phi_f - phi_r) * (x_f + x_r) / 2,
    }


def estimands(org: Organisation, strength: Array, groups: Mapping[str, tuple[Array, Array]]) -> dict[str, float]:
    """Every quantity of the truth file for one draw, by a flat name ``comparison/measure/quantity``."""
    values = person_measures(org, strength)
    there, there_outside_chain = present(org), present(org, with_chain=False)
    found: dict[str, float] = {}
    for name, (focal, reference) in groups.items():
        for measure in MEASURES:
            for quantity, value in gaps(org, values[measure], focal, reference).items():
                found[f"{name}/{measure}/{quantity}"] = value
        for reading in READINGS:
            around = there if reading != "chain_excluded_there_too" else there_outside_chain
            for quantity, value in decomposition(values[f"share_{reading}"], around, focal, reference).items():
                found[f"{name}/{reading}/{quantity}"] = value
    return found
