"""What an operator sees and does of accounts from the machine itself, by e-mail address."""

from typing import Any

import sqlalchemy as sa

from geomatch.db import accounts, audit, counties, sessions
from geomatch.db.audit import Entry, What
from geomatch.errors import UnknownPlaceError
from geomatch.services import people, signing
from geomatch.services.booking import By
from geomatch.services.people import Wish

_AT_ONCE = 1000


def number(door: sa.Engine, email: str) -> int:
    """The account of an address. Raises UnknownPlaceError where there is none, InputError for no address."""
    with door.connect() as connection:
        return _row(connection, email)["id"]  # type: ignore[no-any-return]


def listed(door: sa.Engine, text: str | None, by: By) -> list[dict[str, Any]]:
    """Every account whose address or name holds a text, each as ``told`` has it, by address."""
    with door.connect() as connection:
        found: list[dict[str, Any]] = []
        while rows := accounts.listed(connection, text, slice_=(_AT_ONCE, len(found))):
            found += [_told(connection, row, by) for row in rows]
        return found


def told(door: sa.Engine, email: str, by: By) -> dict[str, Any]:
    """One account: its roles, its groups, where it is signed in, whether it has a second step."""
    with door.connect() as connection:
        return _told(connection, _row(connection, email), by)


def take(door: sa.Engine, email: str, wish: Wish, by: By) -> None:
    """Somebody no longer holds a role, named as it was given.

    Raises UnknownPlaceError where they do not hold it, ConflictError when nobody would be left to manage
    the others.
    """
    with door.connect() as connection:
        row = _row(connection, email)
        wanted = people.held(connection, wish)
        rows = accounts.role_rows(connection, row["id"])
    same = (wanted.role, wanted.county, wanted.area)
    role = next(
        (each["id"] for each in rows if (each["role"], each["county_id"], each["area"]) == same), None
    )
    if role is None:
        holds = "; ".join(_role(each) for each in rows) or "none"
        raise UnknownPlaceError(f"{row['email']} does not hold this role; held are: {holds}")
    people.take(door, row["id"], role, by)


def belong(door: sa.Engine, email: str, county: str | None, ref: str, by: By, *, yes: bool) -> None:
    """Somebody belongs to a group from now on, or no more; what they posted for it stays the group's."""
    with door.begin() as connection:
        row, where = _row(connection, email), counties.chosen(connection, county).id
        group = accounts.organisation_id(connection, where, ref)
        if group is None:
            raise UnknownPlaceError(f"there is no group {ref!r}; expected the id of an organisation")
        (accounts.join if yes else accounts.leave)(connection, row["id"], group)
        detail = {"did": "joined" if yes else "left", "group": ref}
        about = f"account/{row['id']}"
        audit.write(
            connection, Entry(by.accountable, What.ROLE_CHANGE, about, county_id=where, detail=detail)
        )


def _row(connection: sa.Connection, email: str) -> sa.RowMapping:
    given = signing.address(email)
    row = accounts.by_email(connection, given)
    if row is None:
        raise UnknownPlaceError(f"nobody has an account as {given}; `geomatch user add` makes one")
    return row


def _told(connection: sa.Connection, row: sa.RowMapping, by: By) -> dict[str, Any]:
    number = row["id"]
    groups = [
        each["ref"]
        for county in counties.every(connection)
        for each in accounts.organisations(connection, number, county.id)
    ]
    return {
        "account": number,
        "email": row["email"],
        "name": row["name"],
        "roles": [_role(each) for each in accounts.role_rows(connection, number)],
        "groups": groups,
        "sessions": len(sessions.listed(connection, number, by.now)),
        "second_step": bool(accounts.one(connection, number)["totp"]),
        "closed": row["closed_at"] is not None,
    }


def _role(row: sa.RowMapping) -> str:
    where = row["area"] or row["county"] or ("every county" if row["role"] == "broker" else "")
    return f"{row['role']} of {where}" if where else str(row["role"])
