"""Eigenvectors of the strengths: whoever influences the influential, and hubs beside authorities."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from metrics._arrays import by_person
from metrics.centrality._leading import leading
from metrics.centrality._nearing import Progress
from metrics.centrality._parts import leading_within, strong_parts, unit_of, within
from metrics.centrality._rows import Floats, rows_of, times
from ona.model import InfluenceGraph

_TOLD_APART = 1e-13


def eigenvector(graph: InfluenceGraph, *, progress: Progress = None) -> pd.Series:
    """Who influences the influential: a person is as high as those they influence are, weighed by strength.

    x_i = Σ_j a_ij x_j / λ with a_ij the strength of i → j and λ the largest eigenvalue; the squares add up to 1.

    This has one answer only where everybody influences everybody else, directly or through others. So it is taken
    within one strongly connected part, the one that holds more than half of all people with a tie, from the ties inside
    it. In most organisations there is one. Across such parts the equation puts everyone beyond the strongest part at 0
    or at the mercy of one tie, which says nothing about people: use `katz` to compare everybody.

    Parameters
    ----------
    progress : callable, optional
        Called as ``progress(done, of)`` after every product of the matrix and a vector.

    Returns
    -------
    Series
        Index ``person``. Within the part above 0 (but for rounding), people without ties 0, everybody else NaN. NaN for
        all where no part holds more than half of those with ties, so also without arcs; and where the largest
        eigenvalue cannot be told from the next. Doubling every strength changes nothing.

    References
    ----------
    Bonacich 1972, *Journal of Mathematical Sociology* 2, 113–120; on when there is one answer, the theorem of Perron
    and Frobenius: Horn & Johnson 2013, *Matrix Analysis*, section 8.4.

    Examples
    --------
    >>> from ona.model import influence_graph
    >>> people = pd.DataFrame({"person": list("abc")})
    >>> ties = pd.DataFrame({"source": ["a", "b"], "target": ["b", "a"], "strength": [4.0, 1.0]})
    >>> eigenvector(influence_graph(people, ties)).round(4).tolist()
    [0.8944, 0.4472, 0.0]
    """
    matrix = graph.matrix
    return by_person(graph, of_the_influential(matrix, strong_parts(matrix), progress=progress), "eigenvector")


def of_the_influential(matrix: csr_array, parts: NDArray[np.integer], *, progress: Progress = None) -> Floats:
    """`eigenvector` from the strengths as a matrix, and everyone's strongly connected part."""
    values = np.full(len(parts), np.nan)
    tied = np.diff(matrix.indptr) > 0
    tied[matrix.indices] = True
    sizes = np.bincount(parts[tied]) if tied.any() else np.zeros(1, np.int64)
    heart = int(sizes.argmax())
    if 2 * sizes[heart] <= tied.sum() or sizes[heart] < 2:
        return values
    member = parts == heart
    heart_alone = np.where(member, 0, -1)
    found = leading_within(within(matrix, heart_alone), heart_alone, progress=progress)
    if found.settled:
        values[~tied] = 0.0
        values[member] = found.vector[member]
    return values


class HubsAuthorities(NamedTuple):
    """Shares of both, in the order of people."""

    hubs: Floats
    authorities: Floats


def hubs(graph: InfluenceGraph, *, progress: Progress = None) -> pd.Series:
    """Who influences those whom many such people influence: the hub side of hubs and authorities.

    h_i ∝ Σ_j a_ij u_j and u_j ∝ Σ_i a_ij h_i with a_ij the strength of i → j and u the `authorities`: h is the left
    singular vector of the strengths for the largest singular value. A high hub sends where other high hubs send.

    Parameters
    ----------
    progress : callable, optional
        Called as ``progress(done, of)`` after every two products of the matrix and a vector.

    Returns
    -------
    Series
        Index ``person``, shares that add up to 1. 0 for somebody who influences nobody, and for everybody outside the
        part of the network that has the largest singular value: this measure sees one part only. Where several parts
        share that value exactly, they share the sum as they do when everybody starts with the same and the two
        equations are applied over and over; ids and their order play no role. NaN for all without arcs, and where the
        largest singular value cannot be told from the next. Doubling every strength changes nothing.

    Notes
    -----
    A person's share below 10⁻¹³ of the largest is beyond double precision and given as 0.

    References
    ----------
    Kleinberg 1999, *Journal of the ACM* 46(5), 604–632.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> hubs(line()).tolist(), authorities(line()).tolist()
    ([0.0, 1.0, 0.0], [0.0, 0.0, 1.0])
    """
    return by_person(graph, hubs_authorities(graph.matrix, progress=progress).hubs, "hubs")


def authorities(graph: InfluenceGraph, *, progress: Progress = None) -> pd.Series:
    """Whom the high hubs influence: the authority side of hubs and authorities, see `hubs`.

    u_j ∝ Σ_i a_ij h_i. An authority is high for being *told*: much strength comes in, from people who send to others of
    that kind. It is not a measure of being heeded; that is `influence`.

    Parameters
    ----------
    progress : callable, optional
        As in `hubs`.

    Returns
    -------
    Series
        Index ``person``, shares that add up to 1; 0 for somebody whom nobody influences; otherwise as `hubs`.

    References
    ----------
    Kleinberg 1999, *Journal of the ACM* 46(5), 604–632.

    Examples
    --------
    >>> from metrics.centrality._example import line
    >>> authorities(line()).tolist()
    [0.0, 0.0, 1.0]
    """
    return by_person(graph, hubs_authorities(graph.matrix, progress=progress).authorities, "authorities")


def hubs_authorities(matrix: csr_array, *, progress: Progress = None) -> HubsAuthorities:
    """Both sides from the strengths as a matrix."""
    if matrix.nnz == 0:
        undefined = np.full(matrix.shape[0], np.nan)
        return HubsAuthorities(undefined, undefined)
    forth, back, unit = rows_of(matrix), rows_of(matrix.T.tocsr()), unit_of(matrix)
    start = np.ones(matrix.shape[0])
    found = leading(lambda vector: times(forth, times(back, vector) / unit) / unit, start, progress=progress)
    if not found.settled:
        undefined = np.full(matrix.shape[0], np.nan)
        return HubsAuthorities(undefined, undefined)
    to = _shares(times(back, found.vector))
    return HubsAuthorities(_shares(times(forth, to)), to)


def _shares(values: Floats) -> Floats:
    kept = np.where(values > _TOLD_APART * values.max(), values, 0.0)
    return np.asarray(kept / kept.sum())
