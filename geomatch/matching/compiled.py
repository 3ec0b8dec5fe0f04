"""Numba, where it is installed: loops compiled once and kept on disk beside their module."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


def available() -> bool:
    """Whether loops can be compiled here."""
    return find_spec("numba") is not None


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The same function as machine code where numba is installed, else the function: same answers, slowly.

    Kept on disk by the function's own file: a compiled function may only call others of its file, or a
    change there would go unnoticed.
    """
    if not available():
        return function
    import numba

    return cast(Callable[P, R], numba.njit(function, cache=True, nogil=True))
