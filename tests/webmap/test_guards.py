"""Guards of the web that no page shows: each was taken away once, and one of these failed."""

import ast
import csv
import io
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import webmap
from geomatch.db import accounts, sessions
from geomatch.exporters.spreadsheet import FORMULA
from geomatch.services import credentials

LIVE = '=HYPERLINK("http://evil.example")'
MARKED_SAFE = {
    "webmap/ljc/choropleth.py", "webmap/words.py", "webmap/reports.py", "webmap/templates/ljc/print.html",
    "webmap/templates/map.html",
}  # fmt: skip
"""What draws pictures, or holds our own scripts and sheets; each escapes what people typed."""
WEAK = re.compile(r"\b(md5|sha1|MD5|SHA1|ARC4|TripleDES|Blowfish|ECB)\b")
BY_CHANCE = {"geomatch/sample", "geomatch/matching"}
"""Where ``random`` may be used: what is drawn is told, and keeps no secret."""


def _sources(root: Path, *endings: str) -> Iterator[tuple[str, str]]:
    for package in ("geomatch", "webmap"):
        for path in sorted((root / package).rglob("*")):
            if path.suffix in endings:
                yield str(path.relative_to(root)), path.read_text("utf-8")


def test_templates_escape_by_themselves_and_nothing_is_marked_safe_that_people_typed(
    root: Path, site: Any
) -> None:
    app = site.app
    assert app.jinja_env.autoescape("any.html") is True
    assert app.jinja_env.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
    marked = {
        name
        for name, text in _sources(root, ".html", ".py")
        if re.search(r"\|\s*safe\b|Markup\(|render_template_string|autoescape", text)
    }
    assert marked == MARKED_SAFE


@pytest.fixture(scope="module")
def hostile(town: Any) -> Any:
    """The county of every page, in which everything that has a name is named to hurt a spreadsheet."""
    owner = town.app.extensions["geomatch"].matcher
    with owner.begin() as connection:
        for table, column in (
            ("need", "title"),
            ("resource", "name"),
            ("organisation", "name"),
            ("area", "name"),
            ("county", "name"),
        ):  # fmt: skip
            connection.execute(sa.text(f"update {table} set {column} = :live"), {"live": LIVE})
    town.app.config["WTF_CSRF_ENABLED"] = False
    return town


def _addresses(app: Any) -> list[str]:
    quarter = "/ljc/west-vale.csv"
    more = ["/shown.csv", quarter, "/api/v1/ljc/west-vale", "/api/v1/areas?kind=parish"]
    more += [f"/broker/templates/{kind}.csv" for kind in ("needs", "resources", "organisations")]
    return [*webmap.every_kind_of_page(app), *more]


def test_no_csv_that_is_served_holds_a_live_formula(hostile: Any) -> None:
    client, told = hostile.app.test_client(), {}
    for address in _addresses(hostile.app):
        answer = client.get(address, headers={"Accept": "text/csv, */*;q=0.1"})
        if answer.status_code == 200 and answer.content_type.startswith("text/csv"):
            rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
            cells = [cell for row in rows for cell in row]
            live = [cell for cell in cells if cell.startswith(FORMULA) and not _number(cell)]
            assert live == [], address
            told[address.partition("?")[0]] = f"'{LIVE}" in cells
    person = client.post("/admin/rights/", data={"who": "steward", "do": "csv"})
    assert LIVE not in [cell for row in csv.reader(io.StringIO(person.text)) for cell in row]
    for wanted in ("/shown.csv", "/api/v1/needs", "/api/v1/resources", "/api/v1/areas"):
        assert told.get(wanted), f"{wanted} told no such name, so it proved nothing: {told}"


def _number(text: str) -> bool:
    return re.fullmatch(r"[-+]?[0-9.]+(e[-+]?\d+)?", text) is not None


@pytest.mark.parametrize(
    "address", ["/", "/api/v1/needs", "/api/v1/openapi.json", "/account/sign-in", "/nothing"]
)
@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_no_answer_is_opened_to_other_sites(client: Any, address: str, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        answer = client.open(address, method=method, headers={"Origin": origin})
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]


def test_what_must_not_be_guessed_is_long_and_never_the_same(house: Any) -> None:
    now = datetime.now(UTC)
    with house.owner.begin() as connection:
        number, until = accounts.add(connection, "long@vale.example"), now + timedelta(hours=1)
        made = [sessions.start(connection, number, now=now, until=until, device="x") for _ in range(20)]
        made += [sessions.make_link(connection, "long@vale.example", now=now, until=until) for _ in range(20)]
        made += [sessions.make_token(connection, number, "x", now=now, until=until) for _ in range(20)]
    assert len(set(made)) == 60
    assert min(map(len, made)) * 6 >= 256
    assert len(credentials.new_secret()) * 5 == 160
    codes = [code for _ in range(20) for code in credentials.new_codes()]
    assert len(set(codes)) == 200
    assert len({letter for code in codes for letter in code} - {"-"}) == 31, "all of the letters come up"


def test_no_weak_cipher_or_hash_is_used(root: Path) -> None:
    found = [name for name, text in _sources(root, ".py") if WEAK.search(text)]
    assert found == []
    drawn = {
        name
        for name, text in _sources(root, ".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import) and any(each.name == "random" for each in node.names)
    }
    assert {name for name in drawn if not name.startswith(tuple(BY_CHANCE))} == set()


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static/own/", "/static/own/0/", "/static/own/0/../../__init__.py", "/.git/config",
     "/static/own/0/%2e%2e%2f__init__.py", "/static/leaflet/1.9/../../../etc/passwd", "/webmap/__init__.py"],
)  # fmt: skip
def test_nothing_is_served_from_a_folder(client: Any, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/api/v1/needs", "/account/sign-in"])
def test_trace_and_debugging_are_off(client: Any, path: str) -> None:
    assert client.open(path, method="TRACE").status_code == 405
    assert client.application.debug is False
    assert client.application.testing is False
    assert client.application.config["PROPAGATE_EXCEPTIONS"] is None


def test_signing_out_clears_and_no_script_stores_anything(root: Path, house: Any) -> None:
    client = house.app.test_client()
    house.account("clear@vale.example")
    house.send(client, "/account/sign-in", email="clear@vale.example", do="link")
    house.send(client, house.letter("clear@vale.example"))
    out = house.send(client, "/account/", "/account/sign-out")
    assert '"cache"' in out.headers["Clear-Site-Data"]
    stores = re.compile(
        r"localStorage|sessionStorage|indexedDB|document\.cookie|innerHTML|postMessage|\beval\("
    )
    assert [name for name, text in _sources(root, ".js", ".html") if stores.search(text)] == []


@pytest.mark.parametrize("path", ["/api/v1/needs?kind=venue&kind=fund", "/?show=offers&show=matched"])
def test_a_parameter_that_stands_twice_is_refused(client: Any, path: str) -> None:
    assert client.get(path).status_code == 400


def test_what_is_refused_is_logged_without_a_name(house: Any, caplog: pytest.LogCaptureFixture) -> None:
    number = house.account("logged@vale.example")
    client = house.app.test_client()
    with caplog.at_level(logging.WARNING):
        given = {"email": "logged@vale.example", "password": "wrong horse", "do": "password"}
        house.send(client, "/account/sign-in", **given)
        client.post("/account/sign-in", data=given)
        house.send(client, "/account/sign-in", email="logged@vale.example", do="link")
        house.send(client, house.letter("logged@vale.example"))
        client.get("/admin/?text=secret")
        client.get("/account/link/guessed-token")
        house.app.test_client().post("/account/codes")
    said = [record.getMessage() for record in caplog.records]
    assert said[0] == "refused with 400: account.come_in by a stranger", "a wrong password"
    assert said[1] == "refused with 400: account.come_in by a stranger", "a form without its token"
    assert f"refused with 403: admin.index by account {number}" in said
    for word in ("logged@", "wrong horse", "secret", "guessed-token"):
        assert not [line for line in said if word in line]


def test_what_succeeds_is_not_logged_as_refused(client: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        client.get("/")
        client.get("/nothing")
        client.get("/account/")
    assert [record for record in caplog.records if "refused" in record.getMessage()] == []
