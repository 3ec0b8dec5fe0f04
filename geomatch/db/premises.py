"""The folder a private server lives in: made, and seen to be fit before anything is started."""

import os
from pathlib import Path

from geomatch.db import account
from geomatch.db.binaries import Binaries
from geomatch.db.server import Server
from geomatch.errors import UnavailableError

LONGEST_DATA_PATH = 900
"""Bytes; PostgreSQL's own limit is 1024 with its file names below the folder (``MAXPGPATH``)."""


def premises(home: Path, binaries: Binaries, *, durable: bool) -> Server:
    """The server of a home, its folder made and seen to be fit; nothing is started.

    Raises:
        UnavailableError: a path too long, a folder we may not write or the server's user may not enter,
            data of another user or of another major version.
    """
    home = home.resolve()
    folder = home / f"pg{binaries.major}"
    if len(bytes(folder)) > LONGEST_DATA_PATH:
        raise UnavailableError(
            f"{home} is too long for a database ({len(bytes(folder))} bytes, at most {LONGEST_DATA_PATH}): "
            "set GEOMATCH_HOME to a shorter folder"
        )
    try:
        who = account.for_data(folder / "data")
        _make(folder, who)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(f"no permission to write to {folder}")
    except OSError as error:
        raise UnavailableError(
            f"cannot use {home}: {error}; set GEOMATCH_HOME to a folder you may write"
        ) from error
    account.require_entry(who, folder)
    server = Server(folder, binaries, who, durable)
    _require_version(server)
    return server


def _make(folder: Path, who: account.Account) -> None:
    """Make a folder and those above it; what root makes lets the server's user pass, whatever the umask."""
    for one in (*reversed(folder.parents), folder):
        if not one.is_dir():
            one.mkdir(exist_ok=True)
            if who.drop:
                one.chmod(0o755)


def _require_version(server: Server) -> None:
    if server.is_built:
        version = (server.data / "PG_VERSION").read_text().strip()
        if version != str(server.binaries.major):
            raise UnavailableError(
                f"{server.data} was made by PostgreSQL {version} and this one is {server.binaries.major}: "
                "move the folder away, or install that version again"
            )
