"""The second step of signing in: a code of a telephone's app, or a recovery code, each good once."""

import re
from datetime import datetime

import sqlalchemy as sa

from geomatch.db import accounts, audit, sessions
from geomatch.db.audit import What
from geomatch.errors import InputError, UnavailableError
from geomatch.services import credentials
from geomatch.services.credentials import Keys
from geomatch.services.visitors import Coming, Visitor, count_tries, entry


def give_code(door: sa.Engine, keys: Keys, who: Visitor, code: str, now: datetime) -> str | None:
    """The second step: a code of the telephone or a recovery code; gives a new session's token in place of
    the old one's, or ``None`` when the code is wrong.

    Raises TooOftenError after too many tries.
    """
    subject = f"account {who.account}"
    coming = Coming("", "", now)
    count_tries(door, keys, coming, {"code-account": subject}, "wrong codes")
    with door.begin() as connection:
        row = accounts.one(connection, who.account, lock=True)
        used = _used(connection, keys, row, code, now)
        if used is None:
            return None
        sessions.forgive(connection, "code-account", keys.subject(subject))
        audit.write(connection, entry(who.account, What.SIGN_IN, way=used))
        return _renew(connection, who, now)


def start(keys: Keys) -> tuple[str, str]:
    """A secret for a telephone's app, and the same sealed, to come back with the form."""
    secret = credentials.new_secret()
    return secret, keys.seal(secret).decode("ascii")


def sealed_secret(keys: Keys, sealed: str) -> str:
    """The secret that came back with a form. Raises InputError for what is none of ours."""
    try:
        return keys.unseal(sealed.encode("ascii", "replace"))
    except UnavailableError as broken:
        raise InputError("this form has lain too long; open its page again") from broken


def set_up(
    door: sa.Engine, keys: Keys, who: Visitor, sealed: str, code: str, now: datetime
) -> tuple[str, list[str]] | None:
    """Keep the secret once its first code is right: gives the session's new token and the recovery codes.

    ``None`` when the code is wrong. Raises InputError where there is a second step already, and it was not
    given: nobody who only has a password may set another.
    """
    count_tries(door, keys, Coming("", "", now), {"code-account": f"account {who.account}"}, "wrong codes")
    secret = sealed_secret(keys, sealed)
    step = credentials.step_of(secret, code, now.timestamp())
    if step is None:
        return None
    with door.begin() as connection:
        row = accounts.one(connection, who.account, lock=True)
        if row["totp"] is not None and who.second is not None:
            raise InputError("there is a second step already; give its code first")
        accounts.change(connection, who.account, totp=keys.seal(secret), totp_step=step)
        codes = _new_codes(connection, keys, who.account)
        sessions.end(connection, who.account, but=who.session)
        audit.write(connection, entry(who.account, What.ACCOUNT, did="second step set up"))
        return _renew(connection, who, now), codes


def renew_codes(door: sa.Engine, keys: Keys, who: Visitor) -> list[str]:
    """New recovery codes; the old ones open nothing any more."""
    with door.begin() as connection:
        audit.write(connection, entry(who.account, What.ACCOUNT, did="recovery codes made anew"))
        return _new_codes(connection, keys, who.account)


def _new_codes(connection: sa.Connection, keys: Keys, number: int) -> list[str]:
    codes = credentials.new_codes()
    accounts.save_codes(connection, number, [credentials.code_hash(keys, each) for each in codes])
    return codes


def _used(connection: sa.Connection, keys: Keys, row: sa.RowMapping, code: str, now: datetime) -> str | None:
    """How a code is right: as the telephone's, each once, or as a recovery code; ``None`` when it is not."""
    digits = re.sub(r"\s", "", code)
    if len(digits) == 6 and digits.isdigit():
        if row["totp"] is None:
            return None
        step = credentials.step_of(keys.unseal(row["totp"]), digits, now.timestamp())
        return "code" if step is not None and accounts.use_step(connection, row["id"], step) else None
    hashed = credentials.code_hash(keys, code)
    return "recovery code" if accounts.use_code(connection, row["id"], hashed, now) else None


def _renew(connection: sa.Connection, who: Visitor, now: datetime) -> str:
    """A new token for a session that may do more than before, so that the old one is worth nothing."""
    old = next(row for row in sessions.listed(connection, who.account, now) if row["id"] == who.session)
    sessions.end(connection, who.account, only=who.session)
    token = sessions.start(connection, who.account, now=now, until=old["until"], device=old["device"])
    row = sessions.found(connection, token, now)
    assert row is not None  # noqa: S101 - made in this transaction
    sessions.second_given(connection, row["id"], now)
    return token
