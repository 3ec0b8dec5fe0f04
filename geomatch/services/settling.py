"""One transaction, tried again when two of them got into each other's way."""

import time
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from psycopg import errors

from geomatch.errors import BusyError, ConflictError

T = TypeVar("T")

ATTEMPTS = 6
WAIT_SECONDS = 5
"""Longest wait for somebody else's booking; it takes them a few milliseconds."""
_PAUSE_SECONDS = 0.02
_AGAIN = (errors.DeadlockDetected, errors.SerializationFailure)


def settled(door: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    """What ``work`` gives in a transaction of its own; all of it happens, or none.

    Raises BusyError when others kept the same things locked, and ConflictError when the database itself
    refuses to hold something twice or to go from one state to another.
    """
    for attempt in range(ATTEMPTS):
        try:
            with door.begin() as connection:
                connection.execute(sa.text(f"set local lock_timeout = '{WAIT_SECONDS}s'"))
                return work(connection)
        except sa.exc.OperationalError as refused:
            if isinstance(refused.orig, errors.LockNotAvailable):
                break
            if not isinstance(refused.orig, _AGAIN):
                raise
            time.sleep(_PAUSE_SECONDS * (attempt + 1))
        except sa.exc.IntegrityError as refused:
            raise _conflict(refused) from refused
    raise BusyError("somebody else is booking the same things just now; please try again in a moment")


def _conflict(refused: sa.exc.IntegrityError) -> Exception:
    if isinstance(refused.orig, errors.ExclusionViolation):
        return ConflictError("somebody else has just booked one of these things at this time; look again")
    if isinstance(refused.orig, errors.CheckViolation):
        return ConflictError(str(refused.orig).splitlines()[0])
    return refused
