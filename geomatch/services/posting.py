"""Self-service: people post for themselves, a broker looks at what strangers post, and they hear of it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from geomatch.db import accounts, audit, letters, posting
from geomatch.db.audit import Entry, What
from geomatch.errors import ConflictError, ForbiddenError, InputError, UnknownPlaceError
from geomatch.services import intake
from geomatch.services.booking import By
from geomatch.services.importing import Job
from geomatch.services.intake import Look

WORDS = {"needs": "need", "aspirations": "wish for one day", "resources": "offer", "organisations": "group"}


@dataclass(frozen=True, slots=True)
class Own:
    """A record that somebody may change: the number of its posting, where it was posted, and its state.

    ``mine`` where they posted it themselves, and not another of their group.
    """

    kind: str
    ref: str
    posting: int | None
    state: str
    mine: bool = False


def own(connection: sa.Connection, county: int, account: int, kind: str, ref: str) -> Own:
    """A record that is theirs. Raises UnknownPlaceError when it is not, whether it is there or not."""
    for row in posting.of_account(connection, county, account):
        if (row["kind"], row["ref"]) == (kind, ref):
            return Own(kind, ref, row["posting"], row["state"], row["mine"])
    raise UnknownPlaceError(f"you posted nothing under {ref!r}")


def post(job: Job, account: int, seen: Look, now: datetime, *, kind: str) -> str:
    """Keep one record that somebody typed, in the caller's transaction; gives its state.

    It is ``published`` at once for a trusted organisation, or when a broker published something of theirs
    before; else it is ``waiting``, and nobody else sees it. Raises RefusedError as ``intake.keep``, and
    ForbiddenError for an organisation that is not theirs.
    """
    [record] = seen.records or [None]
    groups = accounts.organisations(job.connection, account, job.county.id)
    named = getattr(record, "organisation", None)
    theirs = next((row for row in groups if row["ref"] == named), None)
    if named is not None and theirs is None:
        raise ForbiddenError("You do not belong to that group.")
    intake.keep(job, seen)
    assert record is not None  # noqa: S101 - intake refuses to keep nothing
    number = posting.add(job.connection, job.county.id, account, kind, record.id, now)
    if kind == "organisations":
        _join(job, account, record.id)
    at_once = _trusted(job, account, theirs)
    posting.show(job.connection, job.county.id, kind, record.id, yes=at_once, now=now)
    if at_once:
        posting.decide(job.connection, number, "published", by="", now=now)
    return "published" if at_once else "waiting"


def change(job: Job, mine: Own, seen: Look, now: datetime) -> None:
    """Keep what somebody changed of their own; what waited, or was withdrawn, is still not shown."""
    intake.keep(job, seen)
    if mine.state != "published":
        posting.show(job.connection, job.county.id, mine.kind, mine.ref, yes=False, now=now)


def withdraw(connection: sa.Connection, county: int, account: int, mine: Own, now: datetime) -> None:
    """Take back something of one's own."""
    posting.show(connection, county, mine.kind, mine.ref, yes=False, now=now)
    number = mine.posting or posting.add(connection, county, account, mine.kind, mine.ref, now)
    posting.decide(connection, number, "withdrawn", by="", now=now)


def publish(
    connection: sa.Connection, county: int, site: str, number: int, by: By, *, trust: bool = False
) -> str:
    """A broker lets everybody see it; gives its name. With ``trust`` the group's posts wait no more.

    Raises ConflictError when it does not wait any more, or its group still does.
    """
    row = _waiting(connection, county, number)
    if row["organisation_waits"]:
        raise ConflictError(f"the group {row['organisation_name']} waits too; publish that first")
    posting.show(connection, county, row["kind"], row["ref"], yes=True, now=by.now)
    posting.decide(connection, number, "published", by=by.who, now=by.now)
    if trust:
        group = row["ref"] if row["kind"] == "organisations" else row["organisation"]
        found = group and accounts.organisation_id(connection, county, group)
        if found:
            accounts.trust(connection, found, yes=True)
    _write_down(connection, county, row, by, did="published", trust=trust)
    way = {"needs": "needs", "aspirations": "needs", "resources": "resources"}.get(row["kind"])
    link = f"\n\n  {site}/{way}/{row['ref']}" if way else ""
    _tell(connection, county, row, "is published", f"“{row['name']}” can be seen by everybody now.{link}")
    return str(row["name"])


def refuse(connection: sa.Connection, county: int, number: int, reason: str, by: By) -> str:
    """A broker does not publish it, and says why; gives its name.

    Raises InputError without a reason, ConflictError when it does not wait any more.
    """
    why = " ".join(reason.split())[:500]
    if not why:
        raise InputError("say why, so that whoever posted it can mend it")
    row = _waiting(connection, county, number)
    posting.decide(connection, number, "refused", by=by.who, now=by.now, reason=why)
    _write_down(connection, county, row, by, did="refused", trust=False)
    _tell(
        connection,
        county,
        row,
        "is not published",
        f"“{row['name']}” is not published, for this reason: {why}",
    )
    return str(row["name"])


def turned_into_need(connection: sa.Connection, county: int, site: str, ref: str, by: By) -> None:
    """A broker made a need of what was wished for one day: written down, and told to whoever posted it."""
    line = Entry(
        by.accountable, What.PUBLISHED, f"need/{ref}", "", by.account, county, {"did": "made a need"}
    )
    audit.write(connection, line)
    row = posting.turn_into_need(connection, county, ref)
    if row is None:
        return
    words = f"“{row['name']}” is asked for now, and looked at with the next matching.\n\n  {site}/needs/{ref}"
    _tell(connection, county, row, "has become a need", words)


def _trusted(job: Job, account: int, theirs: sa.RowMapping | None) -> bool:
    if theirs is not None:
        return bool(theirs["trusted"]) and not theirs["withdrawn"]
    return posting.published_before(job.connection, account)


def _join(job: Job, account: int, ref: str) -> None:
    made = accounts.organisation_id(job.connection, job.county.id, ref)
    assert made is not None  # noqa: S101 - kept a moment ago
    accounts.join(job.connection, account, made)


def _waiting(connection: sa.Connection, county: int, number: int) -> sa.RowMapping:
    state = posting.one(connection, county, number)["state"]
    if state != "waiting":
        raise ConflictError(f"this does not wait any more; it is {state}")
    return next(row for row in posting.waiting(connection, county) if row["id"] == number)


def _write_down(
    connection: sa.Connection, county: int, row: sa.RowMapping, by: By, *, did: str, trust: bool
) -> None:
    detail = {"did": did, "trusted": trust}
    line = Entry(
        by.accountable, What.PUBLISHED, f"posting/{row['id']}", "", by.account, county, detail
    )  # fmt: skip
    audit.write(connection, line)


def _tell(connection: sa.Connection, county: int, row: sa.RowMapping, how: str, words: str) -> None:
    if row["email"] is None:
        return
    to = (row["email"], row["poster"] or "")
    subject = f"Your {WORDS[row['kind']]} {how}"
    letters.write(
        connection,
        county,
        to,
        subject=subject,
        body=f"Hello,\n\n{words}\n\nWith thanks,\nthe broker's desk\n",
    )
