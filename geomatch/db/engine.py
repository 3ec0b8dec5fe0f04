"""Doors to the database."""

import select
from typing import Any

import psycopg
import sqlalchemy as sa


def connect(url: str, *, role: str | None = None) -> sa.Engine:
    """An engine over psycopg 3 for any libpq URL, mended when the server restarts under it.

    Options in the address are kept. ``role`` is taken on every connection, so that a page runs with less
    than its login may do.
    """
    address = sa.make_url(url)
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    stated = address.query.get("options", "")
    own = stated if isinstance(stated, str) else " ".join(stated)
    options = f"{own} -c jit=off -c timezone=Europe/London -c search_path=public".strip()
    if role:
        options += f" -c role={role}"
    made = sa.create_engine(address, connect_args={"options": options})
    sa.event.listen(made, "checkout", _still_there)
    return made


def _still_there(connection: psycopg.Connection, *_: Any) -> None:
    """Let no question go to a server that has gone: it has closed its end of the line, which shows here.

    Asking it would tell as well, and cost a journey there and back before every page.
    """
    try:
        line = select.poll()
        line.register(connection.pgconn.socket, select.POLLIN)
        while line.poll(0):
            connection.pgconn.consume_input()
    except psycopg.OperationalError as gone:
        raise sa.exc.DisconnectionError("the server has gone") from gone
