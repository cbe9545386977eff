"""How kernels are compiled.

This module imports numba, which takes most of a second: kernels are imported inside the functions that call them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile on first use, without Python's lock, and keep the machine code on disk where there is a place for it."""
    try:
        return cast(F, numba.njit(nogil=True, cache=True)(function))
    except RuntimeError:  # Neither beside this file nor in the user's own folder can anything be kept.
        return part(function)


def part(function: F) -> F:
    """Compile as part of the kernels that call it, which are what is kept on disk."""
    return cast(F, numba.njit(nogil=True)(function))
