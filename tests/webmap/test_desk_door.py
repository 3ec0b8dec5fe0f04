"""The desk opens on this machine alone, by this machine's own name, and takes only our own forms."""

from collections.abc import Iterator
from typing import Any

import flask
import pytest
import sqlalchemy as sa

import webmap
from geomatch.db import engine
from geomatch.services.database import DESK_ROLE


@pytest.fixture
def desk(site: Any) -> Iterator[sa.Engine]:
    made = engine.connect(site.owner.url.render_as_string(hide_password=False), role=DESK_ROLE)
    yield made
    made.dispose()


def _app(desk: sa.Engine, *, open_desk: bool) -> flask.Flask:
    return webmap.create_app(desk, config=webmap.WebConfig(open_desk=open_desk), desk=desk)


def test_unless_opened_the_desk_says_how_it_opens(desk: sa.Engine) -> None:
    answer = _app(desk, open_desk=False).test_client().get("/broker/")
    assert answer.status_code == 403
    assert "GEOMATCH_OPEN_DESK=1" in answer.text


def test_without_a_role_of_its_own_the_desk_stays_closed(desk: sa.Engine) -> None:
    app = webmap.create_app(desk, config=webmap.WebConfig(open_desk=True))
    assert app.test_client().get("/broker/").status_code == 403


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_from_this_machine_by_its_own_name_the_desk_is_open(desk: sa.Engine, name: str) -> None:
    answer = _app(desk, open_desk=True).test_client().get("/broker/", headers={"Host": name})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.7", {"Host": "localhost"}),
        ("127.0.0.1", {"Host": "desk.attacker.example"}),
        ("127.0.0.1", {"Host": "localhost", "X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", {"Host": "localhost", "Forwarded": "for=192.0.2.7"}),
    ],
)
def test_nobody_from_elsewhere_comes_in(desk: sa.Engine, address: str, headers: dict[str, str]) -> None:
    answer = (
        _app(desk, open_desk=True)
        .test_client()
        .get("/broker/", headers=headers, environ_base={"REMOTE_ADDR": address})
    )
    assert answer.status_code == 403


def test_a_form_without_its_token_is_refused(desk: sa.Engine) -> None:
    app = _app(desk, open_desk=True)
    app.add_url_rule("/broker/try", "try", lambda: "done", methods=["POST"])
    answer = app.test_client().post("/broker/try", data={"a": "b"})
    assert answer.status_code == 400
    assert "Open its page again" in answer.text
