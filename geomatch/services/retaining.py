"""What is kept of people no longer than the county says: run it every day, or whenever."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta

from geomatch.db import audit, counties, persons, query
from geomatch.db.audit import Entry, What
from geomatch.db.counties import County
from geomatch.privacy.retention import Retention
from geomatch.services.persons import stand_in

_PLAIN = ("needs", "matches", "letters", "complaints")
_QUERIES = {"needs": "contacts"}


def retain(door: sa.Engine, *, secret: bytes, now: datetime) -> dict[str, dict[str, int]]:
    """Let go what is older than each county's settings say; gives how much, by county. For the owner."""
    with door.connect() as connection:
        every = counties.every(connection)
    done = {}
    for county in every:
        with door.begin() as connection:
            done[county.slug] = _one(connection, county, secret, now)
    with door.begin() as connection:
        months = max((kept(county).audit for county in every), default=Retention().audit)
        done["audit"] = {"lines": audit.let_go(connection, now - relativedelta(months=months))}
    return done


def kept(county: County) -> Retention:
    """For how long a county keeps things."""
    return Retention.of(county.settings.get("retention", {}))


def _one(connection: sa.Connection, county: County, secret: bytes, now: datetime) -> dict[str, int]:
    rule = kept(county)
    before = {name: now - relativedelta(months=getattr(rule, name)) for name in ("volunteers", *_PLAIN)}
    gone: dict[str, Any] = {}
    stale = query.rows(connection, "retain_volunteers", county=county.id, before=before["volunteers"])
    for row in stale:
        person = persons.find(connection, county.id, row["ref"])
        person = person.offers_only() if person.accounts else person
        persons.erase(connection, person, stand_in(row["ref"], secret))
    gone["volunteers"] = len(stale)
    for name in _PLAIN:
        wanted = f"retain_{_QUERIES.get(name, name)}"
        gone[name] = len(query.rows(connection, wanted, county=county.id, before=before[name]))
    if any(gone.values()):
        audit.write(connection, Entry("retention", What.RETENTION, county_id=county.id, detail=gone))
    return gone
