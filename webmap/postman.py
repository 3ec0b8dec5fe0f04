"""Letters leave in the background, so that nobody at the desk waits for a mail server."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread

import sqlalchemy as sa

from geomatch import mail
from geomatch.services import afterwards, letters, still
from geomatch.services.booking import By

_log = logging.getLogger(__name__)

AGAIN = 60.0
"""Seconds after which letters that were put off are tried again, though nobody wrote a new one."""


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def start(engine: sa.Engine, *, where: str, sender: str, site: str) -> Callable[[], None]:
    """A postman of this process's own; call what is given to send him on his way at once.

    On every round he first asks of what is over whether it happened, and of what is offered whether it still
    is true; links begin with ``site``.

    Raises InputError when ``where`` is neither a mail server nor a folder.
    """
    postbox, woken = mail.postbox(where), Event()

    def walk() -> None:
        while True:
            woken.wait(AGAIN)
            woken.clear()
            try:
                afterwards.ask(engine, site, By("postman", now()))
                still.ask(engine, site, By("postman", now()))
                done = letters.send(engine, postbox, sender=sender, now=now)
            except sa.exc.DBAPIError as refused:
                _log.warning("letters wait: the database does not answer: %s", refused.orig)
                continue
            if done.refusal:
                _log.warning("letters wait: %s", done.refusal)

    Thread(target=walk, name="postman", daemon=True).start()
    return woken.set
