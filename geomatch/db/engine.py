"""Doors to the database."""

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
    return sa.create_engine(address, pool_pre_ping=True, connect_args={"options": options})
