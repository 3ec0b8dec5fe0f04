"""Signing in: by a one-time link or a password, then by a second step for whoever may do more.

Tries are counted by address and by where they come from. Too many make the password wait, a quarter of an
hour at most; the link in a letter always works, so nobody can lock anybody else out.
"""

import hmac
import re
from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote

import sqlalchemy as sa

from geomatch.db import accounts, audit, letters, sessions
from geomatch.db.audit import What
from geomatch.errors import InputError
from geomatch.services import credentials
from geomatch.services.credentials import Keys
from geomatch.services.visitors import LONG, SHORT, Coming, Visitor, count_tries, entry, wants_second

LINK_LASTS = timedelta(minutes=20)
INVITATION_LASTS = timedelta(days=3)
"""How long the link lasts that `geomatch user add` prints."""


def address(text: str) -> str:
    """An e-mail address as accounts have it. Raises InputError for anything else."""
    given = text.strip().lower()
    if not re.fullmatch(r"[^@\s\x00-\x1f<>\",;:]+@[^@\s\x00-\x1f<>\",;:]+", given) or len(given) > 200:
        raise InputError(
            f"{text.strip()[:80]!r} is not an e-mail address; expected one such as ann@example.org"
        )
    return given


def ask_for_link(
    door: sa.Engine, keys: Keys, site: str, email: str, coming: Coming, *, wanted: str = ""
) -> None:
    """Write a letter with a one-time link, whether there is an account or not: nobody learns which.

    ``wanted`` is the path of the site that it leads to in the end. Raises TooOftenError when too many were
    asked for; those sent already still work.
    """
    told = "letters were asked for; use the newest one you got"
    count_tries(door, keys, coming, {"link-address": email, "link-place": coming.place}, told)
    with door.begin() as connection:
        row = accounts.by_email(connection, email)
        if row is not None and row["closed_at"] is not None:
            return
        token = sessions.make_link(connection, email, now=coming.now, until=coming.now + LINK_LASTS)
        link = f"{site}/account/link/{token}" + (f"?next={quote(wanted, safe='/')}" if wanted else "")
        body = (_SIGN_IN if row else _JOIN).format(link=link)
        letters.write(
            connection,
            None,
            (email, row["name"] if row else ""),
            subject="Your link to geomatch",
            body=body,
            about={"account": row["id"] if row else None},
        )


def write_invitation(connection: sa.Connection, site: str, to: tuple[str, str], token: str) -> None:
    """A letter to (address, name) whom an administrator gave an account, with the link to come in by."""
    body = _INVITED.format(link=f"{site}/account/link/{token}")
    letters.write(connection, None, to, subject="Your account with geomatch", body=body)


def by_link(door: sa.Engine, token: str, coming: Coming) -> str:
    """Use a one-time link up; gives the token of a new session. An account is made where there is none.

    Raises UnknownPlaceError when the link was used, or its time is over.
    """
    with door.begin() as connection:
        email = sessions.link(connection, token, now=coming.now, use=True)
        known = accounts.by_email(connection, email)
        number = known["id"] if known else accounts.add(connection, email)
        if known is not None and known["closed_at"] is not None:
            raise InputError("this account is closed; ask an administrator")
        if known is None:
            audit.write(connection, entry(number, What.ACCOUNT, did="made"))
        return _start(connection, number, coming, way="link")


def by_password(
    door: sa.Engine, keys: Keys, email: str, password: str, coming: Coming, *, mark: str = ""
) -> str | None:
    """The token of a new session, or ``None`` when address and password do not belong together.

    ``mark`` is what the device kept of an earlier time it came in by this address: strangers who try the
    address elsewhere do not make it wait. Raises TooOftenError after too many tries.
    """
    both = f"{email} {coming.place}"
    subjects = {"password-both": both, "password-place": coming.place}
    if not hmac.compare_digest(mark.encode(), known_mark(keys, email).encode()):
        subjects["password-address"] = email
    count_tries(door, keys, coming, subjects, "wrong tries; ask for a link by e-mail, which always works")
    with door.connect() as connection:
        row = accounts.by_email(connection, email)
    fits = credentials.password_fits(row["password"] if row else None, password)
    if row is None or not fits or row["closed_at"] is not None:
        return None
    with door.begin() as connection:
        for what, subject in (("password-both", both), ("password-address", email)):
            sessions.forgive(connection, what, keys.subject(subject))
        return _start(connection, row["id"], coming, way="password")


def known_mark(keys: Keys, email: str) -> str:
    """What a device keeps, to be known again by this address; it opens nothing."""
    return hmac.new(keys.of("known"), email.encode(), sha256).hexdigest()


def set_password(door: sa.Engine, who: Visitor, text: str) -> None:
    """Give somebody a password, or another; all their other sessions end.

    Raises InputError for one that is too easily guessed.
    """
    kept = credentials.new_password(text, told=(who.email, *who.email.split("@"), who.name))
    with door.begin() as connection:
        accounts.change(connection, who.account, password=kept)
        sessions.end(connection, who.account, but=who.session)
        audit.write(connection, entry(who.account, What.ACCOUNT, did="password changed"))
        letters.write(
            connection,
            None,
            (who.email, who.name),
            subject="Your password was changed",
            body=_CHANGED,
            about={"account": who.account},
        )


def _start(connection: sa.Connection, number: int, coming: Coming, *, way: str) -> str:
    staff = wants_second(accounts.roles(connection, number))
    until = coming.now + (SHORT if staff else LONG)
    audit.write(connection, entry(number, What.SIGN_IN, way=way))
    return sessions.start(connection, number, now=coming.now, until=until, device=coming.device[:200])


_SIGN_IN = """Hello,

somebody, most likely you, wants to come in to geomatch by this address. This link does it, once, within
20 minutes:

  {link}

If it was not you, do nothing: without the link nobody comes in.
"""
_JOIN = """Hello,

somebody, most likely you, wants to come in to geomatch by this address. Nobody has an account with it yet.
This link makes one, once, within 20 minutes:

  {link}

If it was not you, do nothing: without the link nothing is made.
"""
_INVITED = """Hello,

an administrator of geomatch has made an account for you by this address. Come in by this link, once, within
three days; later, ask for another at the page "Your account":

  {link}
"""
_CHANGED = """Hello,

the password of your account with geomatch was changed just now, and everybody who was signed in with it
elsewhere is signed out. If it was not you, ask for a link by e-mail, come in with it and set another.
"""
