"""Somebody asks to belong to a group; one of its members or a broker answers, and each hears of the other."""

from datetime import timedelta

import sqlalchemy as sa

from geomatch.db import accounts, audit, joining, letters
from geomatch.db.audit import Entry, What
from geomatch.errors import ConflictError, ForbiddenError, UnknownPlaceError
from geomatch.services.booking import By

AGAIN = timedelta(days=30)
"""For how long the answer no stands."""
MOST_WAITING = 5
"""Groups that somebody may wait for at once: every one is a letter to others."""


def ask(connection: sa.Connection, county: int, site: str, ref: str, words: str, by: By) -> str:
    """Somebody asks to belong to a group; gives its name. Its members are told by letter.

    Raises UnknownPlaceError for a group that is not shown, and ConflictError for whoever belongs to it, waits
    already, was refused within a month or waits for many others.
    """
    group = next(iter(joining.named(connection, county, "", ref=ref)), None)
    if group is None:
        raise UnknownPlaceError(f"there is no group {ref!r}")
    mine = _account(by)
    _require_room(connection, county, mine, ref, by)
    joining.ask(connection, mine, group["id"], " ".join(words.split())[:500], by.now)
    _write_down(connection, county, by, mine, group["ref"], "asked to join")
    who = accounts.one(connection, mine)
    for each in joining.members(connection, group["id"]):
        body = _ASKED.format(
            who=who["name"] or who["email"], email=who["email"], group=group["name"], site=site
        )
        letters.write(
            connection, county, (each["email"], each["name"]), subject="Somebody asks to join", body=body
        )
    return str(group["name"])


def answer(connection: sa.Connection, county: int, site: str, number: int, by: By, *, yes: bool) -> str:
    """A broker, or a member of the group, says yes or no, and by letter; gives whom it was about."""
    row = joining.one(connection, county, number)
    if yes:
        accounts.join(connection, row["account_id"], row["organisation_id"])
        joining.forget(connection, row["account_id"], row["organisation_id"])
    else:
        joining.refuse(connection, number, by.now)
    _write_down(connection, county, by, row["account_id"], row["ref"], "joined" if yes else "refused")
    body = (_YES if yes else _NO).format(group=row["name"], site=site)
    to = (row["email"], row["person"])
    letters.write(connection, county, to, subject=f"You asked to join {row['name']}", body=body)
    return str(row["person"] or row["email"])


def answer_as_member(
    connection: sa.Connection, county: int, site: str, number: int, by: By, *, yes: bool
) -> str:
    """The same by a member. Raises UnknownPlaceError for a group that is not theirs, there or not."""
    row = joining.one(connection, county, number)
    if not _belongs(connection, county, _account(by), row["ref"]):
        raise UnknownPlaceError(f"nobody waits to be answered under the number {number}")
    return answer(connection, county, site, number, by, yes=yes)


def leave(connection: sa.Connection, county: int, ref: str, by: By) -> None:
    """Somebody belongs to a group no more, or asks to no more. What they posted for it stays its own."""
    found = accounts.organisation_id(connection, county, ref)
    if found is None:
        raise UnknownPlaceError(f"there is no group {ref!r}")
    accounts.leave(connection, _account(by), found)
    kept = next(
        (row for row in joining.asked_by(connection, county, _account(by)) if row["ref"] == ref), None
    )
    if kept is not None and kept["refused_at"] is None:
        joining.forget(connection, _account(by), found)
    _write_down(connection, county, by, _account(by), ref, "left")


def _require_room(connection: sa.Connection, county: int, mine: int, ref: str, by: By) -> None:
    if _belongs(connection, county, mine, ref):
        raise ConflictError("you belong to that group already")
    rows = joining.asked_by(connection, county, mine)
    same = next((row for row in rows if row["ref"] == ref), None)
    if same is not None and same["refused_at"] is None:
        raise ConflictError("you asked already, and wait for an answer")
    if same is not None and same["refused_at"] + AGAIN > by.now:
        raise ConflictError("the answer was no; you may ask again a month after it")
    if sum(row["refused_at"] is None for row in rows) >= MOST_WAITING:
        raise ConflictError(f"you wait for {MOST_WAITING} groups already; wait for an answer first")


def _belongs(connection: sa.Connection, county: int, number: int, ref: str) -> bool:
    return any(row["ref"] == ref for row in accounts.organisations(connection, number, county))


def _account(by: By) -> int:
    if by.account is None:
        raise ForbiddenError("This is for whoever is signed in.")
    return by.account


def _write_down(connection: sa.Connection, county: int, by: By, about: int, ref: str, did: str) -> None:
    detail = {"did": did, "group": ref}
    line = Entry(
        by.accountable, What.ROLE_CHANGE, f"account/{about}", "", by.account, county, detail
    )  # fmt: skip
    audit.write(connection, line)


_ASKED = """Hello,

{who} ({email}) asks to belong to {group}, and could then post and change things for it as you can.
Say yes only if you know them. Yes or no:

  {site}/account/posts/groups

With thanks,
the broker's desk
"""
_YES = """Hello,

You belong to {group} now, and may post for it:

  {site}/account/posts/

With thanks,
the broker's desk
"""
_NO = """Hello,

You asked to belong to {group}; the answer is no. If you think that this is a mistake, speak to somebody of
the group, and ask again in a month.

With thanks,
the broker's desk
"""
