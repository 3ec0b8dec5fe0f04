"""Coming in by a real letter, a password and a second step; nobody guesses, nobody is locked out."""

import email
import email.policy
import re
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pyotp
import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from flask.testing import FlaskClient

import webmap
from geomatch import mail
from geomatch.db import accounts, audit, engine, sessions
from geomatch.db.accounts import Held
from geomatch.errors import ConflictError, InputError, TooOftenError
from geomatch.services import credentials, letters, people, second_step, signing, visitors
from geomatch.services.booking import By
from geomatch.services.credentials import Keys
from geomatch.services.database import APP_ROLE, DESK_ROLE
from geomatch.services.people import Wish
from geomatch.services.visitors import MOST_TRIES, WINDOW, Coming
from webmap import gate

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


@pytest.fixture(scope="module")
def house(make_database: Callable[[], str]) -> Iterator[House]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    url = make_database()
    door = engine.connect(url)
    with door.begin() as connection:
        connection.execute(sa.text("insert into county (slug, name) values ('vale', 'Vale')"))
    door.dispose()
    made = House(url, f"smtp://127.0.0.1:{port}", server)
    yield made
    made.close()
    controller.stop()


@pytest.fixture(autouse=True)
def _forgiven(house: House) -> Iterator[None]:
    yield
    with house.owner.begin() as connection:
        connection.execute(sa.text("delete from people.attempt"))


def _came(house: House, token: str, now: datetime = NOW) -> visitors.Visitor | None:
    return visitors.visitor(house.door, token, now)


def test_from_a_letter_to_the_desk_with_a_telephone_set_up_on_the_way(house: House) -> None:
    house.account("ann@broker.example", "broker")
    client = house.app.test_client()
    turned = client.get("/broker/today")
    assert turned.status_code == 303
    page = turned.headers["Location"]
    assert page == "/account/sign-in?next=/broker/today"
    assert "ann@broker.example" in house.send(client, page, email=" Ann@Broker.example ", do="link").text
    link = house.letter("ann@broker.example")
    assert client.get(link).status_code == client.get(link).status_code == 200, "looking uses nothing up"
    assert client.get("/broker/").status_code == 303
    came = house.send(client, link)
    assert came.headers["Location"] == "/account/second/set-up?next=/broker/today"
    assert client.get("/broker/today").headers["Location"].startswith("/account/second/set-up")
    shown = client.get(came.headers["Location"]).text
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', shown)
    sealed = re.search(r'name="sealed" value="([^"]+)"', shown)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert secret
    assert sealed
    assert token
    assert 'src="data:image/svg+xml' in shown
    before = client.get_cookie("geomatch-in")
    code = pyotp.TOTP(secret[1].replace(" ", "")).now()
    form = {"csrf_token": token[1], "sealed": sealed[1], "code": "000 000"}
    assert client.post(came.headers["Location"], data=form).status_code == 400
    codes = client.post(came.headers["Location"], data=form | {"code": code}).text
    assert len(re.findall(r"<code>[a-z2-9]{5}-[a-z2-9]{5}</code>", codes)) == 10
    assert 'href="/broker/today"' in codes
    after = client.get_cookie("geomatch-in")
    assert before
    assert after
    assert before.value != after.value, "whoever knew the old one knows nothing"
    assert client.get("/broker/today").status_code == 200
    assert house.app.test_client().get(link).status_code == 404, "a link works once"


def test_whoever_is_new_gets_an_account_by_the_link_and_nobody_learns_who_is_not(house: House) -> None:
    house.account("old@vale.example")
    said = []
    for address in ("old@vale.example", "new@vale.example"):
        client = house.app.test_client()
        said.append(house.send(client, "/account/sign-in", email=address).text.replace(address, "X"))
    assert said[0] == said[1]
    with house.owner.connect() as connection:
        assert accounts.by_email(connection, "new@vale.example") is None
    link = house.letter("new@vale.example")
    assert house.send(client, link).headers["Location"] == "/account/"
    assert "new@vale.example" in client.get("/account/").text


@pytest.mark.parametrize(
    "address", ["", "ann", "a@b@c", "a b@c", "ann@vale.example\r\nBcc: x@y", "x" * 250 + "@y"]
)
def test_what_is_no_address_is_refused_and_stays_to_be_mended(house: House, address: str) -> None:
    answer = house.send(house.app.test_client(), "/account/sign-in", email=address, do="link")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_a_password_comes_in_and_a_wrong_one_says_the_same_as_no_account(house: House) -> None:
    house.account("pat@vale.example", password=GOOD)
    client = house.app.test_client()
    wrong = [
        house.send(client, "/account/sign-in", email=who, password=text, do="password").text
        for who, text in (("pat@vale.example", "wrong"), ("nobody@vale.example", GOOD))
    ]
    tidy = [re.sub(r'(value|nonce)="[^"]*"', "", each) for each in wrong]
    assert tidy[0] == tidy[1]
    assert "do not belong together" in tidy[0]
    came = house.send(client, "/account/sign-in", email="pat@vale.example", password=GOOD, do="password")
    assert came.headers["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize("text", ["short", "password1234", "pat@vale.example", "x" * 201])
def test_an_easily_guessed_password_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        credentials.new_password(text, told=("pat@vale.example",))


def test_a_password_is_kept_by_argon2id_alone() -> None:
    kept = credentials.new_password(GOOD)
    assert kept.startswith("$argon2id$")
    assert credentials.password_fits(kept, GOOD)
    assert not credentials.password_fits(kept, GOOD + " ")
    assert not credentials.password_fits(None, GOOD)


def test_too_many_wrong_passwords_wait_a_quarter_of_an_hour_and_no_longer(house: House) -> None:
    house.account("wait@vale.example", password=GOOD)

    def come(now: datetime, text: str = "wrong") -> str | None:
        there = Coming("192.0.2.9", "", now)
        return signing.by_password(house.door, KEYS, "wait@vale.example", text, there)

    for _ in range(MOST_TRIES["password-both"]):
        assert come(NOW) is None
    with pytest.raises(TooOftenError) as refused:
        come(NOW, GOOD)
    assert refused.value.seconds == WINDOW.total_seconds()
    assert come(NOW + WINDOW + timedelta(seconds=1), GOOD) is not None


def test_strangers_who_try_an_address_make_neither_its_link_nor_its_known_device_wait(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST_TRIES, "password-address", 6)
    house.account("vic@vale.example", password=GOOD)
    for number in range(MOST_TRIES["password-address"] + 3):
        elsewhere = Coming(f"198.51.100.{number}", "", NOW)
        try:
            signing.by_password(house.door, KEYS, "vic@vale.example", "wrong", elsewhere)
        except TooOftenError:
            assert number >= MOST_TRIES["password-address"]
    with pytest.raises(TooOftenError, match="ask for a link by e-mail"):
        signing.by_password(house.door, KEYS, "vic@vale.example", GOOD, HERE)
    mark = signing.known_mark(KEYS, "vic@vale.example")
    assert signing.by_password(house.door, KEYS, "vic@vale.example", GOOD, HERE, mark=mark)
    signing.ask_for_link(house.door, KEYS, "http://localhost", "vic@vale.example", HERE)


def test_strangers_who_ask_for_links_leave_one_that_works_in_the_letter_box(house: House) -> None:
    house.account("box@vale.example")
    for number in range(MOST_TRIES["link-address"]):
        there = Coming(f"198.51.100.{number}", "", NOW)
        signing.ask_for_link(house.door, KEYS, "http://localhost", "box@vale.example", there)
    with pytest.raises(TooOftenError, match="use the newest one you got"):
        signing.ask_for_link(house.door, KEYS, "http://localhost", "box@vale.example", HERE)
    with house.owner.connect() as connection:
        body = connection.scalar(
            sa.text(
                "select body from people.letter where address = 'box@vale.example' order by id desc limit 1"
            )
        )
    token = re.search(r"/link/(\S+)", str(body))
    assert token
    latest = NOW + WINDOW
    assert signing.by_link(house.door, token[1], Coming("192.0.2.1", "", latest))
    assert signing.LINK_LASTS > WINDOW


def test_one_telephone_code_comes_in_once_and_a_recovery_code_once(house: House) -> None:
    number = house.account("two@vale.example", "broker", password=GOOD)
    secret, sealed = second_step.start(KEYS)
    code = pyotp.TOTP(secret)

    def come(now: datetime) -> visitors.Visitor:
        token = signing.by_password(house.door, KEYS, "two@vale.example", GOOD, Coming("h", "", now))
        assert token
        who = _came(house, token, now)
        assert who
        return who

    made = second_step.set_up(house.door, KEYS, come(NOW), sealed, code.at(NOW), NOW)
    assert made
    session, codes = made
    assert _came(house, session, NOW).second is None  # type: ignore[union-attr]
    later = NOW + timedelta(seconds=60)
    who = come(later)
    assert who.second == "code"
    assert second_step.give_code(house.door, KEYS, who, code.at(NOW), later) is None, "used already"
    assert second_step.give_code(house.door, KEYS, who, code.at(later), later)
    assert second_step.give_code(house.door, KEYS, come(later), code.at(later), later) is None, "once"
    assert second_step.give_code(house.door, KEYS, come(later), codes[0].upper(), later)
    assert second_step.give_code(house.door, KEYS, come(later), codes[0], later) is None
    with house.owner.connect() as connection:
        assert accounts.codes_left(connection, number) == 9
        kept = connection.execute(
            sa.text("select totp from people.account where id = :n"), {"n": number}
        ).scalar()
    assert secret.encode() not in bytes(kept), "sealed"
    half = come(later)
    with pytest.raises(InputError, match="there is a second step already"):
        second_step.set_up(house.door, KEYS, half, sealed, code.at(later), later)
    for _ in range(MOST_TRIES["code-account"]):
        try:
            second_step.give_code(house.door, KEYS, half, "000000", later)
        except TooOftenError:
            break
    with pytest.raises(TooOftenError):
        second_step.give_code(house.door, KEYS, half, codes[1], later)


def test_whoever_may_do_more_is_signed_out_sooner(house: House) -> None:
    house.account("plain@vale.example", password=GOOD)
    house.account("staff@vale.example", "administrator", password=GOOD)
    for address, idle, lasts in (
        ("plain@vale.example", visitors.LONG_IDLE, visitors.LONG),
        ("staff@vale.example", visitors.SHORT_IDLE, visitors.SHORT),
    ):
        token = signing.by_password(house.door, KEYS, address, GOOD, HERE)
        assert token
        assert _came(house, token, NOW + idle)
        seen = NOW + idle
        while seen + idle <= NOW + lasts:
            seen += idle
            assert _came(house, token, seen)
        assert _came(house, token, NOW + lasts + timedelta(seconds=1)) is None
        other = signing.by_password(house.door, KEYS, address, GOOD, HERE)
        assert other
        assert _came(house, other, NOW + idle + timedelta(seconds=1)) is None


def test_signing_out_ends_the_session_itself_and_not_only_the_cookie(house: House) -> None:
    house.account("out@vale.example", password=GOOD)
    client = house.app.test_client()
    house.send(client, "/account/sign-in", email="out@vale.example", password=GOOD, do="password")
    kept = client.get_cookie("geomatch-in")
    assert kept
    assert house.send(client, "/account/", "/account/sign-out").status_code == 303
    thief = house.app.test_client()
    thief.set_cookie("geomatch-in", kept.value)
    assert thief.get("/account/").headers["Location"].startswith("/account/sign-in")


def test_a_new_password_ends_all_other_sessions_and_is_told_by_letter(house: House) -> None:
    house.account("change@vale.example", password=GOOD)
    here, there = house.app.test_client(), house.app.test_client()
    for client in (here, there):
        house.send(client, "/account/sign-in", email="change@vale.example", password=GOOD, do="password")
    listed = here.get("/account/").text
    assert listed.count("Sign out there") == 1
    answer = house.send(here, "/account/", password=OTHER, do="password")
    assert answer.status_code == 303
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 303
    assert "password" in str(house.server.taken[-1]["Subject"])


def test_a_browser_left_open_does_not_change_how_its_owner_comes_in(house: House) -> None:
    house.account("left@vale.example")
    with house.owner.begin() as connection:
        number = accounts.add(connection, "left@vale.example")
        old = datetime.now(UTC) - visitors.FRESH - timedelta(minutes=1)
        until = old + timedelta(days=1)
        token = sessions.start(connection, number, now=old, until=until, device="x")
    client = house.app.test_client()
    client.set_cookie("geomatch-in", token)
    page = client.get("/account/")
    assert "sign out and come in again" in page.text
    assert house.send(client, "/account/", password=GOOD, do="password").status_code == 409
    assert house.send(client, "/account/", "/account/codes").status_code == 409


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "javascript:alert(1)", "evil.example", "/a\r\nLocation: x", " //evil.example", "///evil.example", ""],
)  # fmt: skip
def test_no_way_leads_from_signing_in_to_elsewhere(house: House, wanted: str) -> None:
    assert gate.own_path(wanted, "/mine") == "/mine"
    house.account("next@vale.example", password=GOOD)
    client = house.app.test_client()
    page = "/account/sign-in?" + urlencode({"next": wanted})
    came = house.send(client, page, email="next@vale.example", password=GOOD, do="password")
    assert came.headers["Location"] == "/account/"


def test_a_closed_account_opens_nothing_and_somebody_is_left_to_manage(house: House) -> None:
    by = By("command", NOW)
    first, token = people.invite(house.owner, "adm@vale.example", "Adm", [Wish("administrator")], by)
    second = house.account("tmp@vale.example", password=GOOD)
    session = signing.by_password(house.door, KEYS, "tmp@vale.example", GOOD, HERE)
    people.close(house.door, second, by, yes=True)
    assert session
    assert _came(house, session) is None
    assert signing.by_password(house.door, KEYS, "tmp@vale.example", GOOD, HERE) is None
    with house.owner.begin() as connection:
        connection.execute(
            sa.text("delete from people.role_held where role = 'administrator' and account_id <> :n"),
            {"n": first},
        )
        [role] = accounts.role_rows(connection, first)
    for way in (
        lambda: people.close(house.door, first, by, yes=True),
        lambda: people.take(house.door, first, role["id"], by),
    ):
        with pytest.raises(ConflictError, match="nobody would be left"):
            way()
    assert signing.by_link(house.door, token, HERE)


def test_every_change_of_a_role_is_written_down_without_names(house: House) -> None:
    by = By("Ann Smith", NOW, 7)
    number, _ = people.invite(house.owner, "role@vale.example", "Role Holder", [Wish("broker", "vale")], by)
    with house.owner.connect() as connection:
        [role] = accounts.role_rows(connection, number)
    people.take(house.door, number, role["id"], by)
    with house.owner.connect() as connection:
        lines = audit.lines(connection, what="role-change", about=f"account/{number}")
        assert audit.verify(connection).broken == ()
    assert [(line["who"], line["detail"]["did"], line["detail"]["role"]) for line in lines] == [
        ("account 7", "taken", "broker"),
        ("account 7", "given", "broker"),
    ]
    assert "Holder" not in str(lines)
    assert "role@" not in str(lines)


@pytest.mark.parametrize(
    "wish",
    [Wish("king"), Wish("broker", "atlantis"), Wish("ljc_member"), Wish("ljc_member", "vale", "ljc/nowhere"),
     Wish("broker", "vale", "ljc/x")],
)  # fmt: skip
def test_no_role_is_given_that_there_is_not(house: House, wish: Wish) -> None:
    with pytest.raises(InputError):
        people.invite(house.owner, "none@vale.example", "", [wish], By("command", NOW))
    with house.owner.connect() as connection:
        assert accounts.by_email(connection, "none@vale.example") is None


def test_over_https_cookies_and_headers_hold_the_browser_to_it(house: House) -> None:
    config = webmap.WebConfig(secret=SECRET, site="https://share.example")
    app = webmap.create_app(house.app_door, config=config, desk=house.door)
    house.account("tls@vale.example", password=GOOD)
    client = app.test_client()
    base = "https://share.example"
    page = client.get("/account/sign-in", base_url=base)
    assert page.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    form = {"csrf_token": token[1], "email": "tls@vale.example", "password": GOOD, "do": "password"}
    came = client.post(
        "/account/sign-in", data=form, base_url=base, headers={"Referer": base + "/account/sign-in"}
    )
    assert came.status_code == 303
    cookies = [*page.headers.getlist("Set-Cookie"), *came.headers.getlist("Set-Cookie")]
    kept = [each for each in cookies if "=;" not in each]
    assert {each.split("=")[0] for each in kept} == {
        "__Host-geomatch",
        "__Host-geomatch-in",
        "__Host-geomatch-known",
    }
    for each in kept:
        assert "Secure" in each
        assert "HttpOnly" in each
        assert "SameSite=Lax" in each
        assert "Path=/" in each
        assert "Domain" not in each
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_on_this_machine_cookies_have_plain_names_and_no_lasting_promise_is_made(house: House) -> None:
    page = house.app.test_client().get("/account/sign-in")
    assert page.headers["Set-Cookie"].startswith("geomatch=")
    assert "Strict-Transport-Security" not in page.headers
    assert page.headers["X-Frame-Options"] == "DENY"
