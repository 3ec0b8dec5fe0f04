"""Letters are sent: each in a transaction of its own, so that one bad address holds up no other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from geomatch.db import letters
from geomatch.errors import InputError, UnavailableError
from geomatch.mail import Letter, Postbox

NEVER = timedelta(days=36500)
"""How far a letter is put off that cannot be sent as it is."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How many letters went, and how many could not, with the last reason."""

    sent: int
    waiting: int
    refusal: str = ""


def send(
    door: sa.Engine, postbox: Postbox, *, sender: str, now: Callable[[], datetime], most: int = 200
) -> Sent:
    """Send what is due, the longest waiting first.

    A letter that the server would not take stays and is tried again later; the first such refusal ends the
    round, for the next letter would meet the same server. Processes may send at once: no letter goes twice.
    A process that dies between handing over and writing that down sends that one again, under the same
    message id.
    """
    sent = 0
    for _ in range(most):
        with door.begin() as connection:
            row = letters.next_due(connection, now())
            if row is None:
                return Sent(sent, 0)
            try:
                postbox(_letter(row, sender))
            except InputError as refused:
                letters.put_off(connection, row["id"], now() + NEVER, refusal=str(refused))
                continue
            except UnavailableError as refused:
                letters.put_off(connection, row["id"], now(), refusal=str(refused))
                return Sent(sent, 1, str(refused))
            letters.mark_sent(connection, row["id"], now())
        sent += 1
    return Sent(sent, 0)


def _letter(row: sa.RowMapping, sender: str) -> Letter:
    return Letter(
        key=f"letter-{row['id']}-{row['written_at'].isoformat()}",
        sender=sender,
        address=row["address"],
        name=row["name"],
        subject=row["subject"],
        body=row["body"],
        written=row["written_at"],
    )
