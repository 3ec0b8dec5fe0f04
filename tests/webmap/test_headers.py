"""Policy, keeping and size of answers."""

import gzip
import re
from typing import Any

import brotli
import pytest


@pytest.mark.parametrize(
    "address", ["/", "/needs/warm", "/nothing", "/api/v1/needs", "/api/v1/needs?kind=x", "/map.svg"]
)
def test_every_answer_carries_the_policy(client: Any, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; object-src 'none'; script-src 'self' 'nonce-")
    assert "unsafe" not in policy
    assert policy.endswith("base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_the_nonce_is_new_each_time_and_its_page_is_not_kept(client: Any) -> None:
    nonces = []
    for _ in range(2):
        answer = client.get("/")
        nonces += re.findall(r'nonce="([^"]+)"', answer.text)
        assert f"'nonce-{nonces[-1]}'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "ETag" not in answer.headers
    assert len(set(nonces)) == 2


@pytest.mark.parametrize(
    "address", ["/api/v1/areas?kind=parish", "/needs/warm", "/map.svg", "/api/v1/map/background"]
)
def test_public_data_is_asked_again_by_its_etag(client: Any, address: str) -> None:
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_text_travels_small(client: Any) -> None:
    plain = client.get("/api/v1/needs")
    small = client.get("/api/v1/needs", headers={"Accept-Encoding": "br, gzip"})
    older = client.get("/api/v1/needs", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "br"
    assert brotli.decompress(small.data) == plain.data
    assert gzip.decompress(older.data) == plain.data
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Accept" in plain.headers["Vary"].split(", ")


def test_types_have_different_etags(client: Any) -> None:
    tags = {
        client.get("/api/v1/needs", headers={"Accept": kind}).headers["ETag"]
        for kind in ("text/csv", "application/json")
    }
    assert len(tags) == 2


def test_files_are_named_by_their_content_and_kept_for_good(client: Any) -> None:
    text = client.get("/").text
    found = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
    assert {address.rsplit("/", 1)[1] for address in found} == {
        "leaflet.js",
        "leaflet.css",
        "site.css",
        "map.css",
        "map.js",
        "find.js",
        "find.css",
        "icon.svg",
    }
    for address in found:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert b"sourceMappingURL" not in answer.data
    stale = re.sub(r"/own/\w+/", "/own/0/", next(each for each in found if "site.css" in each))
    assert "immutable" not in client.get(stale).headers["Cache-Control"]


def test_no_page_points_a_browser_at_another_host(client: Any) -> None:
    for address in ["/", "/needs/warm", "/resources/hall", "/areas/ljc/west-vale", "/about/data"]:
        loaded = re.findall(
            r'<(?:script|link|img|iframe)[^>]+(?:src|href)="([^"]+)"', client.get(address).text
        )
        assert all(each.startswith("/") for each in loaded), loaded


def test_the_style_sheet_is_small(client: Any) -> None:
    address, *others = re.findall(r'href="(/static/own/[^"]+\.css)"', client.get("/").text)
    assert len(client.get(address).data) <= 10_500
    assert sum(len(client.get(other).data) for other in others) <= 5_500
    assert not [each for each in others if "map.css" in each and each in client.get("/find").text]
