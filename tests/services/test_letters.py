"""Letters go through a real mail server, once, and none is lost."""

import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from geomatch import mail
from geomatch.db import engine, letters
from geomatch.errors import InputError, UnknownPlaceError
from geomatch.services import letters as service

NOW = datetime(2036, 11, 22, 10, 0, tzinfo=UTC)
SENDER = "desk@geomatch.example"


class Server:
    """A mail server that keeps what it takes, and refuses whom it is told to refuse."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.refuse: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802
        self, _s: Any, _c: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[tuple[Server, str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def door(database_url: str) -> Iterator[sa.Engine]:
    made = engine.connect(database_url)
    with made.begin() as connection:
        connection.execute(sa.text("insert into county (slug, name) values ('t', 'T')"))
    yield made
    made.dispose()


def _write(door: sa.Engine, address: str, subject: str = "A hall for Thursday") -> int:
    with door.begin() as connection:
        county = connection.scalar(sa.text("select id from county"))
        to = (address, "Ann Évans")
        return letters.write(connection, county, to, subject=subject, body="Ydych chi’n rhydd?\n")


def _send(door: sa.Engine, where: str, now: datetime = NOW) -> service.Sent:
    return service.send(door, mail.postbox(where), sender=SENDER, now=lambda: now)


def test_a_letter_arrives_once_with_its_words_whole(door: sa.Engine, mail_server: tuple[Server, str]) -> None:
    handler, where = mail_server
    _write(door, "ann@hall.example")
    assert _send(door, where) == service.Sent(1, 0)
    assert _send(door, where) == service.Sent(0, 0)
    (letter,) = handler.taken
    assert letter["To"] == "Ann Évans <ann@hall.example>"
    assert letter["Subject"] == "A hall for Thursday"
    assert letter.get_content().splitlines() == ["Ydych chi’n rhydd?"]
    assert letter["Auto-Submitted"] == "auto-generated"


def test_a_letter_of_a_transaction_that_fails_was_never_written(door: sa.Engine) -> None:
    with door.connect() as connection, connection.begin() as transaction:
        letters.write(connection, 1, ("a@b.example", ""), subject="x", body="y")
        transaction.rollback()
    with door.connect() as connection:
        assert letters.unsent(connection) == []


def test_when_the_server_is_down_the_letter_waits_and_goes_later(
    door: sa.Engine, mail_server: tuple[Server, str]
) -> None:
    handler, where = mail_server
    _write(door, "ann@hall.example")
    refused = _send(door, "smtp://127.0.0.1:1")
    assert refused.sent == 0
    assert "127.0.0.1:1 took no letter" in refused.refusal
    assert _send(door, where).sent == 0, "it is put off"
    assert _send(door, where, NOW + timedelta(minutes=2)).sent == 1
    assert len(handler.taken) == 1


def test_one_address_that_is_refused_for_ever_holds_up_no_other(
    door: sa.Engine, mail_server: tuple[Server, str]
) -> None:
    handler, where = mail_server
    handler.refuse["gone@hall.example"] = "550 no such person"
    _write(door, "gone@hall.example")
    _write(door, "ann@hall.example")
    assert _send(door, where).sent == 1
    with door.connect() as connection:
        (left,) = letters.unsent(connection)
    assert "550 no such person" in left["refusal"]


def test_two_senders_at_once_send_no_letter_twice(door: sa.Engine) -> None:
    first, second = _write(door, "a@b.example"), _write(door, "c@d.example")
    with door.begin() as one, door.begin() as other:
        held, next_ = letters.next_due(one, NOW), letters.next_due(other, NOW)
        assert held is not None
        assert held["id"] == first
        assert next_ is not None
        assert next_["id"] == second


def test_without_a_server_letters_are_kept_as_files(door: sa.Engine, tmp_path: Path) -> None:
    _write(door, "ann@hall.example")
    assert _send(door, str(tmp_path / "outbox")).sent == 1
    (kept,) = (tmp_path / "outbox").iterdir()
    read = email.message_from_bytes(kept.read_bytes(), policy=email.policy.default)
    assert str(read["To"]).startswith("Ann")


@pytest.mark.parametrize("bad", ["no address", "a@b\nBcc: all@x", "@", "a@b@c"])
def test_no_head_of_a_letter_can_be_smuggled(bad: str) -> None:
    with pytest.raises(InputError, match="no letter can go to"):
        mail.Letter("k", SENDER, bad, "", "Hello", "", NOW)
    with pytest.raises(InputError, match="no letter can go to"):
        mail.Letter("k", SENDER, "a@b.example", "", "Hello\nBcc: all@x", "", NOW)


@pytest.mark.parametrize("bad", ["http://mail.example", "smtp://", "ftp://x/y"])
def test_where_letters_go_is_a_mail_server_or_a_folder(bad: str) -> None:
    with pytest.raises(InputError, match="expected smtp://host:port"):
        mail.postbox(bad)


def test_a_link_works_until_it_is_used_or_its_time_is_over(connection: sa.Connection) -> None:
    county = connection.execute(
        sa.text("insert into county (slug, name) values ('t', 'T') returning id")
    ).scalar_one()
    until = NOW + timedelta(days=7)
    token = letters.make_link(connection, county, "answer", about={"booking": 7}, now=NOW, until=until)
    assert letters.follow(connection, token, "answer", now=NOW)["about"] == {"booking": 7}
    for wrong in ((token, "other", NOW), (token + "x", "answer", NOW), (token, "answer", until)):
        with pytest.raises(UnknownPlaceError, match="used already"):
            letters.follow(connection, wrong[0], wrong[1], now=wrong[2])
    letters.follow(connection, token, "answer", now=NOW, use=True)
    with pytest.raises(UnknownPlaceError):
        letters.follow(connection, token, "answer", now=NOW, use=True)
    stored = connection.execute(sa.text("select token_sha256 from people.link")).scalar_one()
    assert token.encode() not in bytes(stored)


@pytest.mark.parametrize(
    ("role", "closed"),
    [("geomatch_app", "people.letter"), ("geomatch_app", "people.link"), ("geomatch_desk", "homes.home")],
)
def test_pages_open_no_letter_and_the_desk_opens_no_home(
    connection: sa.Connection, role: str, closed: str
) -> None:
    connection.execute(sa.text(f"set local role {role}"))
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), connection.begin_nested():
        connection.execute(sa.text(f"select * from {closed}"))
