"""How long somebody stays signed in, what ends it, and what a browser is told to keep."""

import re
from datetime import timedelta

import webmap
from geomatch.services import signing, visitors
from tests.webmap.letterbox import GOOD, HERE, KEYS, NOW, SECRET, House, came


def test_whoever_may_do_more_is_signed_out_sooner(house: House) -> None:
    house.account("plain@vale.example", password=GOOD)
    house.account("staff@vale.example", "administrator", password=GOOD)
    for address, idle, lasts in (
        ("plain@vale.example", visitors.LONG_IDLE, visitors.LONG),
        ("staff@vale.example", visitors.SHORT_IDLE, visitors.SHORT),
    ):
        token = signing.by_password(house.door, KEYS, address, GOOD, HERE)
        assert token
        assert came(house, token, NOW + idle)
        seen = NOW + idle
        while seen + idle <= NOW + lasts:
            seen += idle
            assert came(house, token, seen)
        assert came(house, token, NOW + lasts + timedelta(seconds=1)) is None
        other = signing.by_password(house.door, KEYS, address, GOOD, HERE)
        assert other
        assert came(house, other, NOW + idle + timedelta(seconds=1)) is None


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


def test_over_https_cookies_and_headers_hold_the_browser_to_it(house: House) -> None:
    config = webmap.WebConfig(secret=SECRET, site="https://share.example")
    app = webmap.create_app(house.app_door, config=config, desk=house.door)
    house.account("tls@vale.example", password=GOOD)
    client = app.test_client()
    base = "https://share.example"
    page = client.get("/account/sign-in", base_url=base)
    assert page.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
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


def test_a_form_opened_before_coming_in_is_worth_nothing_after(house: House) -> None:
    house.account("before@vale.example", password=GOOD)
    client = house.app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account/sign-in").text)
    assert token
    house.send(client, "/account/sign-in", email="before@vale.example", password=GOOD, do="password")
    answer = client.post("/account/", data={"csrf_token": token[1], "name": "Somebody else's words"})
    assert answer.status_code == 400
    assert "Somebody else" not in client.get("/account/").text
