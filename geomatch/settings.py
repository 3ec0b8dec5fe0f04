"""The environment, read once, at the door, and handed down as a value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geomatch.errors import InputError

SHORTEST_SECRET = 32

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are on this machine.

    ``home`` holds the private cluster and everything made here (``GEOMATCH_HOME``, by default
    ``.geomatch/`` beside the program). ``database_url`` (``GEOMATCH_DATABASE_URL``) names a server to use
    in place of the private one. Letters go to ``mail`` (``GEOMATCH_MAIL``: ``smtp://host:port`` or a folder,
    by default ``outbox/`` in the home) from ``mail_from`` (``GEOMATCH_MAIL_FROM``); links in them begin with
    ``site`` (``GEOMATCH_SITE``). ``open_desk`` (``GEOMATCH_OPEN_DESK=1``) opens the broker's desk to this
    machine alone. ``secret`` (``GEOMATCH_SECRET``) masks homes and signs what a browser keeps; without it one
    is made and kept at home. ``basemap_url`` (``GEOMATCH_BASEMAP_URL``) takes the tiles under the map from
    elsewhere, owed to ``basemap_attribution`` (``GEOMATCH_BASEMAP_ATTRIBUTION``).
    """

    home: Path
    database_url: str | None = None
    mail: str = "outbox"
    mail_from: str = "geomatch@localhost"
    site: str = "http://127.0.0.1:8000"
    open_desk: bool = False
    secret: str | None = field(default=None, repr=False)
    basemap_url: str = ""
    basemap_attribution: str = ""


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from environment variables.

    Raises InputError when one of them is not what it should be.
    """
    url = environ.get("GEOMATCH_DATABASE_URL") or None
    if url and not url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise InputError(f"GEOMATCH_DATABASE_URL is {url!r}; expected postgresql://user@host/database")
    home = Path(environ.get("GEOMATCH_HOME") or CHECKOUT / ".geomatch").expanduser().resolve()
    return Settings(
        home=home,
        database_url=url,
        mail=environ.get("GEOMATCH_MAIL") or str(home / "outbox"),
        mail_from=_address(environ.get("GEOMATCH_MAIL_FROM") or "geomatch@localhost"),
        site=_site(environ.get("GEOMATCH_SITE") or "http://127.0.0.1:8000"),
        open_desk=_yes("GEOMATCH_OPEN_DESK", environ.get("GEOMATCH_OPEN_DESK") or "0"),
        secret=_secret(environ.get("GEOMATCH_SECRET") or None),
        basemap_url=_tiles(environ),
        basemap_attribution=environ.get("GEOMATCH_BASEMAP_ATTRIBUTION") or "",
    )


def _address(given: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", given):
        raise InputError(f"GEOMATCH_MAIL_FROM is {given!r}; expected an e-mail address")
    return given


def _site(given: str) -> str:
    if not re.fullmatch(r"https?://[^/?#\s]+(/[^?#\s]*)?", given):
        raise InputError(f"GEOMATCH_SITE is {given!r}; expected https://host")
    return given.rstrip("/")


def _secret(given: str | None) -> str | None:
    if given is not None and len(given) < SHORTEST_SECRET:
        raise InputError(f"GEOMATCH_SECRET has {len(given)} characters; expected {SHORTEST_SECRET} or more")
    return given


def _yes(name: str, given: str) -> bool:
    if given not in ("0", "1"):
        raise InputError(f"{name} is {given!r}; expected 1 or 0")
    return given == "1"


def _tiles(environ: Mapping[str, str]) -> str:
    """The address of another publisher's tiles, who has to be named."""
    given = environ.get("GEOMATCH_BASEMAP_URL") or ""
    if not given:
        return ""
    shape = r"https?://[^/?#\s;,']+/[^\s;,']*"
    if not re.fullmatch(shape, given) or not all(part in given for part in ("{z}", "{x}", "{y}")):
        raise InputError(
            f"GEOMATCH_BASEMAP_URL is {given!r}; expected https://host/.../{{z}}/{{x}}/{{y}}.png"
        )
    if not environ.get("GEOMATCH_BASEMAP_ATTRIBUTION"):
        raise InputError("GEOMATCH_BASEMAP_URL without GEOMATCH_BASEMAP_ATTRIBUTION; name whose map it is")
    return given
