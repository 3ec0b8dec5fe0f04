"""Coming in by a real letter, a password and a second step, and what is said to whoever may not."""

import re
from urllib.parse import urlencode

import pyotp
import pytest

from geomatch.db import accounts
from tests.webmap.letterbox import GOOD, House
from webmap import gate


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
