"""The site over a database of the tests, and over a socket for a browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import flask
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server

import webmap
from geomatch.db import engine
from geomatch.services.database import APP_ROLE

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass(frozen=True)
class Site:
    """One database, the application over it as its own role, and the owner's way in."""

    app: flask.Flask
    owner: sa.Engine

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()


@contextmanager
def opened(url: str) -> Iterator[Site]:
    """The public site over a database, as its own role."""
    owner, role = engine.connect(url), engine.connect(url, role=APP_ROLE)
    app = webmap.create_app(role, config=webmap.WebConfig(page_size=5, reads_per_second=1_000_000))
    yield Site(app, owner)
    role.dispose()
    owner.dispose()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own name
        """Requests of a test are no news."""


@contextmanager
def served(app: flask.Flask) -> Iterator[str]:
    """The address at which an application answers a browser until the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
