"""What a password may be, how it is kept, and what changing it does."""

from datetime import UTC, datetime, timedelta

import pytest

from geomatch.db import accounts, sessions
from geomatch.errors import InputError
from geomatch.services import credentials, visitors
from tests.webmap.letterbox import GOOD, OTHER, House

POOR = "password1234"


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


def test_a_poor_password_is_told_at_its_field_and_nothing_else_is_lost(house: House) -> None:
    house.account("poor@vale.example")
    client = house.app.test_client()
    house.send(client, "/account/sign-in", email="poor@vale.example", do="link")
    house.send(client, house.letter("poor@vale.example"))
    answer = house.send(client, "/account/", password=POOR, do="password")
    assert answer.status_code == 400
    assert "easily guessed" in answer.text
    assert 'aria-describedby="password-hint wrong"' in answer.text
    assert POOR not in answer.text
    assert house.send(client, "/account/", password=GOOD, do="password").status_code == 303
