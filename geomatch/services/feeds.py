"""Calendar feeds: of a resource for everybody, times alone; of a broker for who has the token."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from geomatch.availability import clock
from geomatch.db import bookings, feeds
from geomatch.db.bookings import Filter
from geomatch.errors import UnknownPlaceError
from geomatch.exporters import ical
from geomatch.exporters.ical import Event
from geomatch.model import ResourceKind
from geomatch.services.booking import By

KEPT = timedelta(days=92)
"""How long past bookings stay in a feed."""

_STATUS = {"proposed": "TENTATIVE", "confirmed": "CONFIRMED", "done": "CONFIRMED"}
_PUBLIC = {"TENTATIVE": "Held", "CONFIRMED": "Booked", "CANCELLED": "Cancelled"}


def of_resource(connection: sa.Connection, county: int, ref: str, now: datetime) -> bytes:
    """When a resource is held or booked, and by nobody in particular.

    Raises UnknownPlaceError for what is not loaded, and for volunteers, whose days are their own.
    """
    found = feeds.resource(connection, county, ref)
    if found is None or found["kind"] == ResourceKind.VOLUNTEER:
        raise UnknownPlaceError(f"there is no calendar of {ref!r} in this county")
    rows = bookings.listed(connection, county, Filter(resource=found["ref"]), now, since=_since(now))
    return ical.calendar(found["name"], [_event(row, _PUBLIC[_status(row)]) for row in rows])


def of_broker(connection: sa.Connection, token: str, now: datetime) -> bytes:
    """What one broker has booked. Raises UnknownPlaceError for a token that is none, or no longer."""
    found = feeds.broker(connection, _digest(token))
    if found is None:
        raise UnknownPlaceError("there is no calendar at this address; perhaps it was revoked")
    wanted = Filter(broker=found["broker"])
    rows = bookings.listed(connection, found["county_id"], wanted, now, since=_since(now))
    return ical.calendar(f"Bookings of {found['broker']}", [_event(row, *_broker_words(row)) for row in rows])


def make_token(door: sa.Engine, county: int, by: By) -> str:
    """A new secret address part for the feed of ``by.who``; it is told once and kept as a digest only."""
    token = secrets.token_urlsafe(32)
    with door.begin() as connection:
        feeds.add(connection, county_id=county, digest=_digest(token), broker=by.who, made_at=by.now)
    return token


def revoke(door: sa.Engine, county: int, by: By) -> int:
    """Close every feed of ``by.who`` in a county; gives how many were open."""
    with door.begin() as connection:
        return feeds.revoke(connection, county, by.who, by.now)


def _event(row: bookings.Row, summary: str, description: str = "") -> Event:
    return Event(
        uid=f"{row['uid']}@geomatch",
        sequence=row["sequence"],
        starts=row["starts"],
        ends=row["ends"],
        status=_status(row),
        changed=row["changed_at"],
        summary=summary,
        description=description,
    )


def _status(row: bookings.Row) -> str:
    return _STATUS.get(row["status"], "CANCELLED")


def _broker_words(row: bookings.Row) -> tuple[str, str]:
    wanted = f": {row['need_title']}" if row["need_title"] else ""
    units = f"{row['quantity']} × " if row["quantity"] > 1 else ""
    role = f" as {row['role']}" if row["role"] else ""
    return f"{units}{row['resource_name']}{wanted}", f"{row['status'].capitalize()}{role}"


def _since(now: datetime) -> datetime:
    utc = (now - KEPT).astimezone(UTC).replace(tzinfo=None)
    return clock.moment(clock.wall(clock.minute(utc)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
