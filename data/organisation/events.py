"""Half a year of e-mail, meetings, chat and reviews, drawn along the relations; and the noise that real data holds.

Every tie between two people of the roster runs along a planned relation: extra recipients of a message are other
contacts of its sender, and groups meet as groups. Broadcasts are the exception; all are above the cap of 25.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from organisation.draws import Array, pick, poisson
from organisation.people import FUNCTIONS, Organisation
from organisation.relations import CHATS, EMAILS, MEETINGS, REVIEWS, Relations
from organisation.rhythm import meeting_starts, moments, working_days

EXTRA = (0, 1, 2, 3, 5, 8)
EXTRA_CHANCES = (0.76, 0.11, 0.06, 0.03, 0.02, 0.02)
"""How many other contacts of the sender an e-mail also goes to."""

WITH_EXTERNAL = 0.04
TEAM_MEETINGS, PROJECT_MEETINGS = 9.0, 8.0
ABSENT = 0.1
WITH_ROOM = 0.25
LEAVERS, EXTERNALS = 10, 30
OTHERS = ("build-bot", "news", "support", "room-harbour-2", "room-northgate-4", "room-lakeside-1")
BUILD_BOT, NEWS, SUPPORT, ROOMS = 0, 1, 2, 3


@dataclass(frozen=True, eq=False)
class Messages:
    """One row for each recipient: event number, seconds since the first midnight, sender, recipient.

    People are positions in the roster; from its size on, outsiders (see `outsiders`).
    """

    event: Array
    time: Array
    sender: Array
    recipient: Array


@dataclass(frozen=True, eq=False)
class Meetings:
    """One row for each person in a meeting, organiser first; start and minutes for each meeting."""

    meeting: Array
    person: Array
    start: Array
    minutes: Array


@dataclass(frozen=True, eq=False)
class Events:
    """Everything one draw of the half year holds."""

    email: Messages
    chat: Messages
    reviews: Messages
    meetings: Meetings


def outsiders(org: Organisation) -> tuple[list[str], list[str]]:
    """Addresses and chat handles of those who are in the events and not in the roster, in order of position.

    People who left, people elsewhere, a robot, shared mailboxes and rooms.
    """
    leavers = [f"former.colleague{n}@example.org" for n in range(1, LEAVERS + 1)]
    elsewhere = [
        f"contact{n}@{'client.example.com' if n % 3 else 'supplier.example.net'}" for n in range(1, EXTERNALS + 1)
    ]
    mail = [*leavers, *elsewhere, *(f"{name}@example.org" for name in OTHERS)]
    handles = [f"P{org.size + n:04d}" for n in range(1, LEAVERS + 1)]
    return mail, [*handles, *elsewhere, *OTHERS]


def _stacked(parts: list[Messages]) -> Messages:
    """Several lists of messages as one, with event numbers that do not clash."""
    before = np.cumsum([0] + [int(part.event.max(initial=-1)) + 1 for part in parts[:-1]])
    return Messages(
        event=np.concatenate([part.event + at for part, at in zip(parts, before, strict=True)]),
        time=np.concatenate([part.time for part in parts]),
        sender=np.concatenate([part.sender for part in parts]),
        recipient=np.concatenate([part.recipient for part in parts]),
    )


def _site_of(org: Organisation, sender: Array) -> Array:
    """The sender's site; outsiders keep the hours of the first."""
    return np.where(sender < org.size, org.site[np.minimum(sender, org.size - 1)], 0)


def _single(rng: np.random.Generator, org: Organisation, sender: Array, recipient: Array) -> Messages:
    """Messages to one recipient each."""
    return Messages(np.arange(len(sender)), moments(rng, _site_of(org, sender)), sender, recipient)


def _along(rng: np.random.Generator, relations: Relations, rates: Array) -> Array:
    """The arc of each event: Poisson counts at the rate of the relation."""
    return np.repeat(np.arange(len(relations.kind)), poisson(rng, rates[relations.kind] * relations.lively))


def _mail(rng: np.random.Generator, org: Organisation, relations: Relations) -> Messages:
    """E-mail along the relations, some of it with other contacts of the sender copied in."""
    arc = _along(rng, relations, EMAILS)
    sender, first = relations.source[arc], relations.target[arc]
    by_source = np.argsort(relations.source, kind="stable")
    contacts, begins = (
        relations.target[by_source],
        np.searchsorted(relations.source[by_source], np.arange(org.size + 1)),
    )
    copied = np.repeat(np.arange(len(arc)), np.asarray(EXTRA)[pick(rng, EXTRA_CHANCES, len(arc))])
    known = (begins[1:] - begins[:-1])[sender[copied]]
    extra = contacts[begins[sender[copied]] + (rng.random(len(copied)) * known).astype(np.int64)]
    abroad = np.flatnonzero(rng.random(len(arc)) < WITH_EXTERNAL)
    foreign = org.size + LEAVERS + pick(rng, np.ones(EXTERNALS), len(abroad))
    event = np.concatenate([np.arange(len(arc)), copied, abroad])
    recipient = np.concatenate([first, extra, foreign])
    width = org.size + LEAVERS + EXTERNALS + len(OTHERS)
    event, recipient = np.divmod(np.unique(event * width + recipient), width)
    time = moments(rng, org.site[sender])
    return Messages(event, time[event], sender[event], recipient)


def _broadcasts(rng: np.random.Generator, org: Organisation) -> Messages:
    """The head to everybody, each function's vice president to the function, a newsletter to many."""
    head = int(np.flatnonzero(org.manager < 0)[0])
    everybody = np.arange(org.size)
    lists = [(head, everybody[everybody != head])] * 3
    for at in range(len(FUNCTIONS)):
        here = np.flatnonzero(org.function == at)
        voice = here[np.argmax(org.level[here])]
        lists.append((int(voice), here[here != voice]))
    news = org.size + LEAVERS + EXTERNALS + NEWS
    lists += [(news, np.flatnonzero(rng.random(org.size) < 0.4)) for _ in range(3)]
    sizes = np.array([len(to) for _, to in lists])
    day = np.flatnonzero(working_days())[np.arange(len(lists)) * 8 + 5]
    time = day * 86400 + 9 * 3600 + (rng.random(len(lists)) * 3600).astype(np.int64)
    event = np.repeat(np.arange(len(lists)), sizes)
    sender = np.array([voice for voice, _ in lists])
    return Messages(event, time[event], sender[event], np.concatenate([to for _, to in lists]))


def _between(rng: np.random.Generator, org: Organisation, who: tuple[int, int], staff: Array, count: int) -> Messages:
    """Single messages both ways between outsiders (from, number of them) and people of the roster."""
    outside = who[0] + pick(rng, np.ones(who[1]), count)
    inside = staff[pick(rng, np.ones(len(staff)), count)]
    out = rng.random(count) < 0.5
    return _single(rng, org, np.where(out, inside, outside), np.where(out, outside, inside))


def _leavers(rng: np.random.Generator, org: Organisation, count: int) -> Messages:
    """Messages of those who left, up to the day on which each of them did, with eight former colleagues each."""
    which = pick(rng, np.ones(LEAVERS), count)
    mate = (which * 61 + 7 * pick(rng, np.ones(8), count)) % org.size
    out = rng.random(count) < 0.5
    made = _single(rng, org, np.where(out, org.size + which, mate), np.where(out, mate, org.size + which))
    stayed = made.time < (25 + 14 * which) * 86400
    return Messages(np.arange(stayed.sum()), made.time[stayed], made.sender[stayed], made.recipient[stayed])


def _messages(rng: np.random.Generator, org: Organisation, relations: Relations, rates: Array) -> Messages:
    """Chat or reviews: one recipient each, along the relations. Rates may be by kind and seniority of the sender."""
    arc = _along(rng, relations, rates)
    return _single(rng, org, relations.source[arc], relations.target[arc])


def _reviews(rng: np.random.Generator, org: Organisation, relations: Relations) -> Messages:
    """Reviews go from the reviewer to the author; across levels the senior reviews."""
    down = org.level[relations.source] >= org.level[relations.target]
    downward = Relations(
        relations.source[down], relations.target[down], relations.kind[down], relations.lively[down], (), ()
    )
    return _messages(rng, org, downward, REVIEWS)


def _meetings(rng: np.random.Generator, org: Organisation, relations: Relations) -> Meetings:
    """Teams, projects, pairs, town halls and last conversations with those who leave."""
    groups: list[Array] = []
    for group, rate in [(g, TEAM_MEETINGS) for g in relations.teams] + [
        (g, PROJECT_MEETINGS) for g in relations.projects
    ]:
        groups += [group] * int(poisson(rng, np.array([rate]))[0])
    groups = [np.append(g[0], g[1:][rng.random(len(g) - 1) >= ABSENT]) for g in groups]
    groups = [g for g in groups if len(g) > 1]
    half = len(relations.kind) // 2
    first = Relations(
        relations.source[:half], relations.target[:half], relations.kind[:half], relations.lively[:half], (), ()
    )
    arc = _along(rng, first, MEETINGS)
    swap = rng.random(len(arc)) < 0.5
    organiser = np.where(swap, first.target[arc], first.source[arc])
    guest = np.where(swap, first.source[arc], first.target[arc])
    groups += list(np.stack([organiser, guest], axis=1))
    for at in range(len(FUNCTIONS)):
        here = np.flatnonzero(org.function == at)
        voice = here[np.argmax(org.level[here])]
        groups.append(np.append(voice, here[here != voice]))
    groups += [np.array([(n * 61) % org.size, org.size + n]) for n in range(LEAVERS)]
    sizes = np.array([len(g) for g in groups])
    site = np.array([org.site[g[0]] for g in groups])
    start = meeting_starts(rng, site)
    start[-LEAVERS:] %= 21 * 86400
    room = np.flatnonzero(rng.random(len(groups)) < WITH_ROOM)
    rooms = org.size + LEAVERS + EXTERNALS + ROOMS + pick(rng, np.ones(len(OTHERS) - ROOMS), len(room))
    meeting = np.concatenate([np.repeat(np.arange(len(groups)), sizes), room])
    person = np.concatenate([*groups, rooms])
    order = np.argsort(meeting, kind="stable")
    minutes = np.array([15, 30, 45, 60, 90])[pick(rng, (0.1, 0.4, 0.15, 0.3, 0.05), len(groups))]
    return Meetings(meeting[order], person[order], start, minutes)


def draw_events(rng: np.random.Generator, org: Organisation, relations: Relations) -> Events:
    """Draw the half year."""
    staff = np.arange(org.size)
    others = org.size + LEAVERS + EXTERNALS
    engineers = np.flatnonzero(org.function == 0)
    mail = [
        _mail(rng, org, relations),
        _broadcasts(rng, org),
        _leavers(rng, org, 500),
        _between(rng, org, (org.size + LEAVERS, EXTERNALS), staff, 500),
        _between(rng, org, (others + SUPPORT, 1), staff, 200),
        _between(rng, org, (others + BUILD_BOT, 1), engineers, 300),
    ]
    chat = [
        _messages(rng, org, relations, CHATS),
        _leavers(rng, org, 400),
        _between(rng, org, (others + BUILD_BOT, 1), engineers, 500),
    ]
    return Events(_stacked(mail), _stacked(chat), _reviews(rng, org, relations), _meetings(rng, org, relations))
