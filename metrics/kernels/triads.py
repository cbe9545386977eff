"""Compiled kernels over triads: what two people's common contacts add up to, and who brokers between whose groups.

This module imports numba, which takes most of a second: import it inside functions. Two people tied to each other are
looked at once, in the row of the one with more contacts, whose contacts lie open in an array; those of the other are
gone through. So people tied to half the company cost no more than their contacts' contacts. Where much is gone through,
indices are unsigned, so that none need be asked whether it counts from the end: that saves a quarter of the time.

References
----------
Chiba & Nishizeki 1985, *SIAM Journal on Computing* 14, 210–223, for going through the shorter of two lists.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.kernels.compiling import compiled, part

Starts = NDArray[np.int64]
Ends = NDArray[np.int32]
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@part
def _comes_first(starts: Starts, one: int, other: int) -> bool:
    """Whether the pair is looked at in the other's row: the other's list is longer, or as long and further on."""
    here, there = starts[one + 1] - starts[one], starts[other + 1] - starts[other]
    return here < there or (here == there and one < other)


@compiled
def pairs_by_row(starts: Starts, contacts: Ends, rows: Starts) -> None:
    """Where the pairs looked at in each row start, when all pairs stand in one list."""
    rows[0] = 0
    for i in range(len(starts) - 1):
        count = 0
        for e in range(starts[i], starts[i + 1]):
            if _comes_first(starts, contacts[e], i):
                count += 1
        rows[i + 1] = rows[i] + count


@compiled
def common_contacts(
    starts: Starts,
    contacts: Ends,
    strength: Floats,
    inverse: Floats,
    rows: Starts,
    first: int,
    last: int,
    shared: Floats,
    passed: Floats,
) -> None:
    """Σ_q p_iq w_jq and Σ_q p_qi w_qj over the common contacts q of each pair (i, j) tied to each other, in row i.

    p_iq is w_iq ``inverse[i]``. Both are products of a share and a strength, and so never run over. Pairs stand as
    `pairs_by_row` has them; those of rows ``first`` to ``last`` are filled in. A contact of one only adds 0, which
    costs less than asking.
    """
    near = np.zeros((len(starts) - 1, 2))
    for i in range(first, last):
        at = rows[i]
        if at == rows[i + 1]:
            continue
        for e in range(starts[i], starts[i + 1]):
            q = contacts[e]
            near[q, 0] = strength[e] * inverse[i]
            near[q, 1] = strength[e] * inverse[q]
        for e in range(starts[i], starts[i + 1]):
            j = contacts[e]
            if not _comes_first(starts, j, i):
                continue
            one, other = 0.0, 0.0
            for f in range(np.uint64(starts[j]), np.uint64(starts[j + 1])):
                common = np.uint64(contacts[f])
                one += strength[f] * near[common, 0]
                other += strength[f] * near[common, 1]
            shared[at] = one
            passed[at] = other
            at += 1
        for e in range(starts[i], starts[i + 1]):
            near[contacts[e]] = 0.0


@compiled
def holes_of_rows(
    starts: Starts,
    contacts: Ends,
    strength: Floats,
    total: Floats,
    inverse: Floats,
    against_largest: Floats,
    shared: Floats,
    passed: Floats,
    constraint: Floats,
    redundancy: Floats,
) -> None:
    """Σ_j c_ij and Σ_j Σ_q p_iq m_jq of everybody, from the sums over common contacts. Both hold zeros before."""
    at = 0
    for i in range(len(starts) - 1):
        for e in range(starts[i], starts[i + 1]):
            j = contacts[e]
            if not _comes_first(starts, j, i):
                continue
            invested = strength[e] + passed[at]
            constraint[i] += (invested * inverse[i]) ** 2
            constraint[j] += (invested * inverse[j]) ** 2
            redundancy[i] += shared[at] * against_largest[j]
            redundancy[j] += shared[at] * inverse[j] * (total[i] * against_largest[i])
            at += 1


@compiled
def disorder_of_rows(
    starts: Starts,
    contacts: Ends,
    strength: Floats,
    inverse: Floats,
    passed: Floats,
    constraint: Floats,
    disorder: Floats,
) -> None:
    """Σ_j r_j ln r_j of everybody, with r_j = c_ij N / C_i over N contacts. ``disorder`` holds zeros before."""
    at = 0
    for i in range(len(starts) - 1):
        for e in range(starts[i], starts[i + 1]):
            j = contacts[e]
            if not _comes_first(starts, j, i):
                continue
            invested = strength[e] + passed[at]
            for v in (i, np.int64(j)):
                ratio = (invested * inverse[v]) ** 2 / (constraint[v] / (starts[v + 1] - starts[v]))
                if ratio > 0:
                    disorder[v] += ratio * np.log(ratio)
            at += 1


@compiled
def brokered(
    arcs: Starts,
    targets: Ends,
    arcs_in: Starts,
    alike: Starts,
    sources: Ends,
    codes: NDArray[np.int32],
    groups: int,
    first: int,
    last: int,
    counts: Counts,
) -> None:
    """Add what these rows say about how many pairs each person brokers in each role.

    Two-paths a → v → b by the groups of the three, less those that end where they began, less those closed by an arc
    a → b. The latter are counted arc by arc: the a with arcs to both ends of v → b, found in the row of whichever end
    has more arcs in. Columns: coordinator, consultant, representative, gatekeeper, liaison.

    ``sources[arcs_in[i]:alike[i]]`` are of i's own group, those from there to ``arcs_in[i + 1]`` are not.
    """
    near = np.zeros(len(arcs) - 1, np.uint8)  # 1: has an arc to the row's person; 2: and is of the same group
    tally = np.zeros(groups, np.int64)
    for i in range(first, last):
        own = codes[i]
        for e in range(arcs_in[i], arcs_in[i + 1]):
            near[sources[e]] = 3 if e < alike[i] else 1
            tally[codes[sources[e]]] += 1
        _open_paths(arcs, targets, arcs_in, alike, codes, i, near, tally, counts)
        for e in range(arcs[i], arcs[i + 1]):
            j = targets[e]
            if _comes_first(arcs_in, j, i):
                of_j, others, of_i = _common_sources(arcs_in, alike, sources, j, near)
                if codes[j] == own:
                    counts[i, 0] -= of_j
                    counts[i, 3] -= others
                else:
                    counts[i, 1] -= of_j
                    counts[i, 2] -= of_i
                    counts[i, 4] -= others - of_i
        for e in range(arcs_in[i], arcs_in[i + 1]):
            j = sources[e]
            if _comes_first(arcs_in, j, i):
                of_j, others, of_i = _common_sources(arcs_in, alike, sources, j, near)
                if codes[j] == own:
                    counts[j, 0] -= of_j
                    counts[j, 3] -= others
                else:
                    counts[j, 1] -= of_i
                    counts[j, 2] -= of_j
                    counts[j, 4] -= others - of_i
        for e in range(arcs_in[i], arcs_in[i + 1]):
            near[sources[e]] = 0
            tally[codes[sources[e]]] = 0


@part
def _open_paths(
    arcs: Starts,
    targets: Ends,
    arcs_in: Starts,
    alike: Starts,
    codes: NDArray[np.int32],
    i: int,
    near: NDArray[np.uint8],
    tally: Counts,
    counts: Counts,
) -> None:
    """Add the two-paths through i that do not end where they began."""
    in_alike, in_other = alike[i] - arcs_in[i], arcs_in[i + 1] - alike[i]
    out_alike, out_other, back_alike, back_other, same_end = 0, 0, 0, 0, 0
    for e in range(arcs[i], arcs[i + 1]):
        b = targets[e]
        if codes[b] == codes[i]:
            out_alike += 1
            back_alike += near[b] & 1
        else:
            out_other += 1
            back_other += near[b] & 1
            same_end += tally[codes[b]]
    counts[i, 0] += in_alike * out_alike - back_alike
    counts[i, 1] += same_end - back_other
    counts[i, 2] += in_alike * out_other
    counts[i, 3] += in_other * out_alike
    counts[i, 4] += in_other * out_other - same_end


@part
def _common_sources(
    arcs_in: Starts, alike: Starts, sources: Ends, j: int, near: NDArray[np.uint8]
) -> tuple[int, int, int]:
    """How many with an arc to j also have one to the row's person: of j's group, of others, and of the row's."""
    of_j, others, of_i = 0, 0, 0
    for e in range(np.uint64(arcs_in[j]), np.uint64(alike[j])):
        of_j += near[np.uint64(sources[e])] & 1
    for e in range(np.uint64(alike[j]), np.uint64(arcs_in[j + 1])):
        mark = near[np.uint64(sources[e])]
        others += mark & 1
        of_i += mark >> 1
    return of_j, others, of_i
