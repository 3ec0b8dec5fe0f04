"""Who is here: somebody who wants to come in, somebody who has, and how long that lasts."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from geomatch.db import accounts, sessions
from geomatch.db.accounts import Held
from geomatch.db.audit import Entry, What
from geomatch.errors import TooOftenError
from geomatch.services.credentials import Keys

WINDOW = timedelta(minutes=15)
"""Tries are counted within this time, and nobody waits longer."""

MOST_TRIES = {
    "link-address": 4,
    "link-place": 30,
    "password-both": 5,
    "password-address": 20,
    "password-place": 60,
    "code-account": 6,
}
"""Tries within the window: of one address, from one place, or of one address from one place."""

WITH_SECOND = ("broker", "administrator")
"""Whoever holds one of these gives a second factor."""

SHORT, SHORT_IDLE = timedelta(hours=12), timedelta(hours=2)
LONG, LONG_IDLE = timedelta(days=30), timedelta(days=14)
"""How long somebody stays signed in, and without coming back; the short ones for whoever may do more."""

FRESH = timedelta(minutes=30)
"""For so long after coming in somebody may change how they come in."""

_SEEN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who wants to come in: from where (an address of the network), with which device, and when."""

    place: str
    device: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is here, since when.

    ``second`` is what is missing of the second step: nothing, ``code`` or ``set-up``; ``session`` is ``None``
    for a program.
    """

    account: int
    email: str
    name: str
    roles: frozenset[Held]
    session: int | None
    second: str | None
    since: datetime

    @property
    def called(self) -> str:
        """As the record of the desk names them."""
        return self.name or self.email

    def is_(self, role: str, county: int | None = None) -> bool:
        """Whether they hold a role, in this county where one is named."""
        return any(
            each.role == role and (county is None or each.county in (None, county)) for each in self.roles
        )

    def is_member_of(self, county: int, area: str) -> bool:
        """Whether they are a member of an area, ``ljc/slug``."""
        return Held("ljc_member", county, area) in self.roles

    def fresh(self, now: datetime) -> bool:
        """Whether they came in a short while ago, so that it is surely they who change how they come in."""
        return now - self.since <= FRESH


def visitor(door: sa.Engine, token: str, now: datetime) -> Visitor | None:
    """Who is signed in by a session's token, if it still runs."""
    with door.begin() as connection:
        row = sessions.found(connection, token, now)
        if row is None:
            return None
        roles = accounts.roles(connection, row["account_id"])
        staff = wants_second(roles)
        lasts, idle = (SHORT, SHORT_IDLE) if staff else (LONG, LONG_IDLE)
        if now > row["made_at"] + lasts or now > row["seen_at"] + idle:
            sessions.end(connection, row["account_id"], only=row["id"])
            return None
        if now - row["seen_at"] > _SEEN:
            sessions.seen(connection, row["id"], now)
    return Visitor(
        row["account_id"], row["email"], row["name"], roles, row["id"], _missing(row, staff), row["made_at"]
    )


def program(door: sa.Engine, token: str, now: datetime) -> Visitor | None:
    """On whose behalf a program comes, by its token; the account's second step guarded the making of it."""
    with door.begin() as connection:
        number = sessions.token(connection, token, now)
        if number is None:
            return None
        row = accounts.one(connection, number)
        return Visitor(number, row["email"], row["name"], accounts.roles(connection, number), None, None, now)


def wants_second(roles: frozenset[Held]) -> bool:
    """Whether whoever holds these roles gives a second factor."""
    return any(each.role in WITH_SECOND for each in roles)


def count_tries(door: sa.Engine, keys: Keys, coming: Coming, subjects: dict[str, str], told: str) -> None:
    """Note a try before it is made, so that many at once are counted too.

    ``told`` says of what there were too many. Raises TooOftenError when there were.
    """
    with door.begin() as connection:
        counts = {
            what: sessions.tried(connection, what, keys.subject(text), now=coming.now, within=WINDOW)
            for what, text in subjects.items()
        }
    if any(count > MOST_TRIES[what] for what, count in counts.items()):
        minutes = math.ceil(WINDOW.total_seconds() / 60)
        raise TooOftenError(
            f"too many {told}. Otherwise try again in {minutes} minutes", seconds=WINDOW.total_seconds()
        )


def entry(number: int, what: What, **detail: object) -> Entry:
    """A line of the audit about somebody's own account."""
    return Entry(f"account {number}", what, about=f"account/{number}", account_id=number, detail=dict(detail))


def _missing(row: sa.RowMapping, staff: bool) -> str | None:
    if row["second_at"] is not None:
        return None
    if row["has_second"]:
        return "code"
    return "set-up" if staff else None
