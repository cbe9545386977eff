"""What chance alone gives brokerage roles: means and variances when every arc falls independently, groups fixed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def moments(sizes: NDArray[np.int64], density: float) -> tuple[Numbers, Numbers]:
    """Mean and variance of the counts of a broker of each group (row) in each role and in all (column)."""
    # Python's whole numbers: what is 0 must come out as 0, also where terms have more digits than a float.
    n = sizes.astype(object)
    total, squares, cubes = n.sum(), (n**2).sum(), (n**3).sum()
    q, shared = density**2 * (1 - density), (density * (1 - density)) ** 3
    # Sums of the sizes of the groups that are not the broker's, of their squares and of their cubes.
    rest, rest_squares, rest_cubes = total - n, squares - n**2, cubes - n**3
    one_out = rest * (n - 1)
    one_out_couples = (n - 1) * rest * (rest - 1) + rest * (n - 1) * (n - 2)
    anybody = 0 * n + (total - 1) * (total - 2)
    pairs = [
        (n - 1) * (n - 2),
        rest_squares - rest,
        one_out,
        one_out,
        rest**2 - rest_squares,
        anybody,
    ]
    couples = [
        2 * (n - 1) * (n - 2) * (n - 3),
        2 * (rest_cubes - 3 * rest_squares + 2 * rest),
        one_out_couples,
        one_out_couples,
        2 * ((rest**2 - rest) * rest + (1 - 2 * rest) * rest_squares + rest_cubes),
        2 * anybody * (total - 3),
    ]
    means = q * np.column_stack(pairs).astype(float)
    variances = means * (1 - q) + shared * np.column_stack(couples).astype(float)
    return means, variances


def total_variances(sizes: NDArray[np.int64], density: float) -> Numbers:
    """Variance of the whole network's count of each role.

    For an arc from group g to group h, ``there[g, h]`` is the number of the role's triples that need it and
    ``missing[g, h]`` the number that need it absent. Two triples on the same three people may share two arcs, each
    there in one and missing in the other: ``twins`` of them for each triple would count twice and come off once.
    """
    n, total = sizes.astype(float), float(sizes.sum())
    q, shared = density**2 * (1 - density), (density * (1 - density)) ** 3
    both_missing = density**5 * (1 - density)
    same = np.eye(len(n))
    other = 1 - same
    source, target = n[:, None] + 0 * other, n[None, :] + 0 * other
    arcs = source * (target - same)
    rest = total - source - target
    alike, outside = same * (source - 2), same * (total - source)
    there_missing_twins = [
        (2 * alike, alike, 2),
        (other * (source + target - 2), outside, 0),
        (outside + other * (source - 1), other * (source - 1), 1),
        (outside + other * (target - 1), other * (target - 1), 1),
        (2 * other * rest, other * rest, 2),
        (np.full_like(arcs, 2 * (total - 2)), np.full_like(arcs, total - 2), 2),
    ]
    variances = []
    for there, missing, twins in there_missing_twins:
        triples = (arcs * missing).sum()
        variances.append(
            triples * q * (1 - q)
            + shared * (arcs * there * (there - 1)).sum()
            + both_missing * (arcs * missing * (missing - 1)).sum()
            - q**2 * ((2 * arcs * there * missing).sum() - twins * triples)
        )
    return np.array(variances)
