"""Every way we refuse, sorted by whose turn it is to act.

Anything raised that is not one of these is our own bug.
"""


class GeomatchError(Exception):
    """Base of every refusal. The message names what was given, what was expected and where."""


class InputError(GeomatchError, ValueError):
    """Mend the input: a file, a parameter or a setting is wrong. Waiting does not help."""


class UnknownPlaceError(InputError, LookupError):
    """A place, area, need or resource that is not in our data."""


class ConflictError(InputError):
    """Somebody was there first, or things have moved on: choose another time, thing or step."""


class ForbiddenError(GeomatchError):
    """Not for whoever asks; the message says for whom it is, or how it opens."""


class StrangerError(ForbiddenError):
    """Nobody is signed in, or by a token that opens nothing, and this wants somebody."""


class UnavailableError(GeomatchError):
    """Something we need is missing: a server, a program, room on the disk. The message says what to do."""


class BusyError(UnavailableError):
    """Somebody else is using it just now. Try again later."""


class TooOftenError(BusyError):
    """Somebody asked, or tried, too often; ``seconds`` says after how many it will do again."""

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


EXIT_CODES: dict[type[GeomatchError], int] = {
    InputError: 2,
    ForbiddenError: 2,
    UnavailableError: 3,
}
"""Process exit code by kind of refusal; the nearest base class counts. 0 is done, 1 is our bug."""

HTTP_STATUS: dict[type[GeomatchError], int] = {
    UnknownPlaceError: 404,
    ConflictError: 409,
    StrangerError: 401,
    ForbiddenError: 403,
    InputError: 400,
    TooOftenError: 429,
    BusyError: 503,
    UnavailableError: 503,
}
"""HTTP status by kind of refusal; the nearest base class counts."""


def code_for(error: GeomatchError, table: dict[type[GeomatchError], int], default: int) -> int:
    """Look an error up in one of the two tables by its nearest listed base class."""
    for kind in type(error).__mro__:
        if kind in table:
            return table[kind]
    return default
