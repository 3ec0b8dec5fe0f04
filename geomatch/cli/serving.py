"""A real HTTP server for the pages: gunicorn to stay, a thread of its own to try every page once."""

import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from gunicorn.app.base import BaseApplication
from werkzeug.serving import WSGIRequestHandler, make_server

from geomatch.errors import UnavailableError
from geomatch.services.searchload import Server

WORKERS = 2
THREADS = 4
HOST = "127.0.0.1"
START_SECONDS = 120.0


class Pages(BaseApplication):  # type: ignore[misc]
    """gunicorn over the pages; each worker makes its own application, and so its own connections."""

    def __init__(self, make: Callable[[], Flask], *, port: int, ready: Callable[[], None]) -> None:
        self.make = make
        self.options = {
            "bind": f"{HOST}:{port}",
            "workers": WORKERS,
            "threads": THREADS,
            "worker_class": "gthread",
            "loglevel": "warning",
            "when_ready": lambda _server: ready(),
        }
        super().__init__()

    def load_config(self) -> None:
        """gunicorn asks for its settings."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """gunicorn asks a new worker for its application."""
        return self.make()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own name
        """Requests of a check are no news."""


@contextmanager
def briefly(app: Flask) -> Iterator[str]:
    """Serve on any free port of this machine while the block runs; gives the address."""
    server = make_server(HOST, 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def beside() -> Iterator[Server]:
    """``geomatch serve`` as a process of its own while the block runs."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "geomatch", "serve", "--port", str(port)]
    with subprocess.Popen(  # noqa: S603 - ourselves; a session of its own, as a service has
        command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    ) as server:
        try:
            _wait(server, f"http://{HOST}:{port}/healthz")
            yield Server(HOST, port, server.pid)
        finally:
            server.terminate()


def _wait(server: "subprocess.Popen[bytes]", address: str) -> None:
    began = time.monotonic()
    while time.monotonic() - began < START_SECONDS and server.poll() is None:
        try:
            if status(address) == 200:
                return
        except urllib.error.URLError:
            time.sleep(0.2)
    raise UnavailableError(f"the pages were not served within {START_SECONDS:.0f} seconds")


def status(address: str) -> int:
    """HTTP status of one page."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - our own address
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return int(refused.code)
