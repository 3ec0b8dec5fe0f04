"""Nobody guesses a way in, and nobody who tries locks somebody else out."""

import re
from datetime import datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa

from geomatch.db import accounts
from geomatch.errors import InputError, TooOftenError
from geomatch.services import second_step, signing, visitors
from geomatch.services.visitors import MOST_TRIES, WINDOW, Coming
from tests.webmap.letterbox import GOOD, HERE, KEYS, NOW, House, came


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
        who = came(house, token, now)
        assert who
        return who

    made = second_step.set_up(house.door, KEYS, come(NOW), sealed, code.at(NOW), NOW)
    assert made
    session, codes = made
    assert came(house, session, NOW).second is None  # type: ignore[union-attr]
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
