"""Letters leave the house: to a mail server, or into a folder where somebody can read them."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from geomatch.errors import InputError, UnavailableError

SECONDS = 20.0
"""How long a mail server may take to answer."""

_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter in plain text. ``key`` is its own for ever, so that a letter sent twice is known as one.

    Raises InputError when the address or the subject cannot stand in a letter's head.
    """

    key: str
    sender: str
    address: str
    name: str
    subject: str
    body: str
    written: datetime

    def __post_init__(self) -> None:
        self.message()

    def message(self) -> EmailMessage:
        """The letter as it travels (RFC 5322)."""
        made = EmailMessage()
        try:
            made["From"] = self.sender
            made["To"] = Address(display_name=self.name, addr_spec=self.address)
            made["Subject"] = self.subject
        except (ValueError, IndexError, MessageError) as refused:
            raise InputError(f"no letter can go to {self.address!r} ({self.subject!r}): {refused}") from None
        made["Date"] = format_datetime(self.written)
        made["Message-ID"] = (
            f"<{sha256(self.key.encode()).hexdigest()[:32]}@{self.sender.rpartition('@')[2]}>"
        )
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(self.body)
        return made


Postbox = Callable[[Letter], None]
"""Sends one letter; raises UnavailableError when it could not, InputError when it never can."""


def postbox(where: str) -> Postbox:
    """The way out that an address names: ``smtp://[user:password@]host[:port]``, ``smtps://…`` or a folder.

    ``smtp`` turns to TLS when the server offers it and, with a password, insists on it.

    Raises InputError when the address is neither.
    """
    parts = urlsplit(where)
    if parts.scheme in _PORTS:
        if not parts.hostname:
            raise InputError(f"mail goes to {where!r}; expected smtp://host:port or a folder")
        return _Server(
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            tls=parts.scheme == "smtps",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )
    if parts.scheme:
        raise InputError(f"mail goes to {parts.scheme}://…; expected smtp://host:port, smtps:// or a folder")
    return _Folder(Path(where))


@dataclass(frozen=True, slots=True)
class _Folder:
    path: Path

    def __call__(self, letter: Letter) -> None:
        """Write the letter as an ``.eml`` file that any mail program opens."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            name = f"{letter.written:%Y%m%d-%H%M%S}-{sha256(letter.key.encode()).hexdigest()[:12]}.eml"
            unfinished = self.path / f".{name}"
            unfinished.write_bytes(letter.message().as_bytes())
            unfinished.replace(self.path / name)
        except OSError as refused:
            raise UnavailableError(f"no letter can be kept in {self.path}: {refused.strerror}") from refused


@dataclass(frozen=True, slots=True)
class _Server:
    host: str
    port: int
    tls: bool
    user: str
    password: str

    def __call__(self, letter: Letter) -> None:
        """Hand the letter to the mail server."""
        try:
            with self._line() as line:
                self._introduce(line)
                line.send_message(letter.message())
        except smtplib.SMTPRecipientsRefused as refused:
            _, (code, reason) = refused.recipients.popitem()
            words = (
                f"{self.host} takes no letter to {letter.address}: {code} {reason.decode(errors='replace')}"
            )
            raise (InputError if code >= 500 else UnavailableError)(words) from refused
        except (OSError, smtplib.SMTPException) as refused:
            raise UnavailableError(
                f"the mail server {self.host}:{self.port} took no letter: {refused}"
            ) from refused

    def _line(self) -> smtplib.SMTP:
        if self.tls:
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=SECONDS, context=ssl.create_default_context()
            )
        return smtplib.SMTP(self.host, self.port, timeout=SECONDS)

    def _introduce(self, line: smtplib.SMTP) -> None:
        line.ehlo()
        if not self.tls and line.has_extn("starttls"):
            line.starttls(context=ssl.create_default_context())
            line.ehlo()
        elif not self.tls and self.password:
            raise smtplib.SMTPException("it offers no TLS, and a password does not travel in the open")
        if self.password:
            line.login(self.user, self.password)
