"""Complaints about what is kept of people: acknowledged at once by letter, kept, and answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from geomatch.db import audit, letters
from geomatch.db.audit import Entry, What
from geomatch.db.tables import complaint
from geomatch.errors import ConflictError, InputError, UnknownPlaceError

MOST_WORDS = 4000
MOST_A_DAY = 5
"""Complaints that one address may make in a day; the rest waits until tomorrow, or goes by post."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody complains of, and how they are reached. Raises InputError for what cannot be answered."""

    name: str
    email: str
    words: str

    def __post_init__(self) -> None:
        local, at, domain = self.email.partition("@")
        if not (local and at and domain) or "@" in domain or any(each.isspace() for each in self.email):
            raise InputError(f"email: {self.email!r}; expected an address such as ann@example.org")
        if not self.name.strip() or len(self.name) > 200 or any(sign in self.name for sign in "\r\n"):
            raise InputError("name: expected your name, so that we know whom we answer")
        if not self.words.strip() or len(self.words) > MOST_WORDS:
            raise InputError(f"words: expected what is wrong, in {MOST_WORDS:,} letters or fewer")


def make(connection: sa.Connection, county_id: int, made: Complaint, now: datetime) -> int:
    """Keep a complaint and acknowledge it by letter; gives its number."""
    recent = sa.select(sa.func.count()).where(
        sa.func.lower(complaint.c.email) == made.email.lower(), complaint.c.made_at > now - timedelta(days=1)
    )
    if (connection.scalar(recent) or 0) >= MOST_A_DAY:
        raise ConflictError("we have several complaints of yours from today, and will answer them first")
    name, said = made.name.strip(), made.words.strip()
    row = {"county_id": county_id, "name": name, "email": made.email, "words": said}
    number = int(
        connection.execute(
            complaint.insert().values(**row, made_at=now).returning(complaint.c.id)
        ).scalar_one()
    )
    body = _RECEIVED.format(name=name, number=number, day=f"{now:%-d %B %Y}", words=said)
    subject = f"We have your complaint (number {number})"
    letters.write(connection, county_id, (made.email, name), subject=subject, body=body)
    audit.write(
        connection, Entry("anybody", What.COMPLAINT, about=f"complaint/{number}", county_id=county_id)
    )
    return number


def waiting(connection: sa.Connection, county_id: int) -> Sequence[sa.RowMapping]:
    """Complaints of a county that nobody has answered yet, the longest waiting first."""
    mine = complaint.select().where(complaint.c.county_id == county_id, complaint.c.answered_at.is_(None))
    return connection.execute(mine.order_by(complaint.c.made_at, complaint.c.id)).mappings().all()


def answer(
    connection: sa.Connection, county_id: int, number: int, words: str, by: tuple[str, datetime]
) -> None:
    """Answer a complaint by letter and close it. Raises UnknownPlaceError when none such waits."""
    who, now = by
    if not words.strip() or len(words) > MOST_WORDS:
        raise InputError(f"answer: expected {MOST_WORDS:,} letters or fewer, and some")
    open_ = sa.and_(
        complaint.c.id == number, complaint.c.county_id == county_id, complaint.c.answered_at.is_(None)
    )
    done = complaint.update().where(open_).values(answer=words.strip(), answered_at=now, answered_by=who)
    row = connection.execute(done.returning(complaint)).mappings().one_or_none()
    if row is None:
        raise UnknownPlaceError(f"no complaint {number} waits for an answer here")
    body = _ANSWER.format(name=row["name"], day=f"{row['made_at']:%-d %B %Y}", words=words.strip())
    to = (row["email"], row["name"])
    letters.write(
        connection, county_id, to, subject=f"Our answer to your complaint (number {number})", body=body
    )
    audit.write(connection, Entry(who, What.COMPLAINT, about=f"complaint/{number}", county_id=county_id))


_RECEIVED = """Dear {name},

We have your complaint of {day}; its number is {number}. We will look into it and write to you.
You wrote:

{words}

You may also complain to the Information Commissioner's Office, ico.org.uk.

With thanks,
the broker's desk
"""
_ANSWER = """Dear {name},

You complained on {day}. Our answer:

{words}

If you are not content with it, you may complain to the Information Commissioner's Office, ico.org.uk.

With thanks,
the broker's desk
"""
