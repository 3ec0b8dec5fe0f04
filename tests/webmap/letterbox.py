"""A site nobody is signed in to, and a real mail server that keeps its letters."""

import email
import email.policy
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from aiosmtpd.controller import Controller
from flask.testing import FlaskClient

import webmap
from geomatch import mail
from geomatch.db import accounts, engine
from geomatch.db.accounts import Held
from geomatch.services import credentials, letters, visitors
from geomatch.services.credentials import Keys
from geomatch.services.database import APP_ROLE, DESK_ROLE
from geomatch.services.visitors import Coming

SECRET = "not the secret of anybody, and long enough"  # noqa: S105
KEYS = Keys(SECRET)
GOOD, OTHER = "copper walrus bridges nettle", "violet anchors humming quietly"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
HERE = Coming("192.0.2.1", "Firefox on Windows", NOW)


@cache
def _hashed(password: str) -> str:
    return credentials.new_password(password)


class Server:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


class House:
    """A site nobody is signed in to, its mail server, and a browser."""

    def __init__(self, url: str, where: str, server: Server) -> None:
        self.owner, self.door = engine.connect(url), engine.connect(url, role=DESK_ROLE)
        self.app_door, self.server = engine.connect(url, role=APP_ROLE), server
        config = webmap.WebConfig(secret=SECRET, site="http://localhost")
        box = mail.postbox(where)

        def post() -> None:
            letters.send(self.door, box, sender="desk@geomatch.example", now=lambda: datetime.now(UTC))

        self.app = webmap.create_app(self.app_door, config=config, desk=self.door, post=post)
        self.client = self.app.test_client()

    def send(self, client: FlaskClient, page: str, to: str | None = None, **data: str) -> Any:
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
        assert found, page
        return client.post(to or page, data={"csrf_token": found[1], **data})

    def letter(self, address: str) -> str:
        """The way of the link in the newest letter to somebody."""
        newest = [each for each in self.server.taken if address in str(each["To"])][-1]
        found = re.search(r"http://localhost(/account/link/\S+)", newest.get_content())
        assert found
        return found[1]

    def account(self, address: str, *roles: str, password: str | None = None) -> int:
        with self.owner.begin() as connection:
            number = accounts.add(connection, address)
            for role in roles:
                accounts.give_role(connection, number, Held(role))
            if password:
                accounts.change(connection, number, password=_hashed(password))
        return number

    def close(self) -> None:
        for one in (self.owner, self.door, self.app_door):
            one.dispose()


def came(house: House, token: str, now: datetime = NOW) -> visitors.Visitor | None:
    """Who is signed in by a session's token."""
    return visitors.visitor(house.door, token, now)


@contextmanager
def listening() -> Iterator[tuple[str, Server]]:
    """A mail server at work: where letters go, and what it took."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}", server
    controller.stop()


@contextmanager
def opened(url: str) -> Iterator[House]:
    """Such a site over an empty database, with one county that has nothing in it."""
    with listening() as (where, server):
        made = House(url, where, server)
        with made.owner.begin() as connection:
            connection.execute(sa.text("insert into county (slug, name) values ('vale', 'Vale')"))
        yield made
        made.close()
