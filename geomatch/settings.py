"""The environment, read once, at the door, and handed down as a value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from geomatch.errors import InputError

SAMPLE_SECRET = "sample-secret-to-be-replaced-before-anybody-comes-in"  # noqa: S105 - a secret to nobody
"""As the documents show it; whoever copies it is told."""

LEAST_SECRET, LEAST_LETTERS = 32, 10
"""Characters, and different ones among them."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")

CHECKOUT = Path(__file__).resolve().parent.parent
HERE = "http://127.0.0.1:8000"
"""How the site is called where nobody said: on this machine, at the usual port."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are on this machine.

    ``home`` holds the private cluster and everything made here (``GEOMATCH_HOME``, by default
    ``.geomatch/`` beside the program). ``database_url`` (``GEOMATCH_DATABASE_URL``) names a server to use
    in place of the private one. Letters go to ``mail`` (``GEOMATCH_MAIL``: ``smtp://host:port`` or a folder,
    by default ``outbox/`` in the home) from ``mail_from`` (``GEOMATCH_MAIL_FROM``); links in them begin with
    ``site`` (``GEOMATCH_SITE``). ``secret`` (``GEOMATCH_SECRET``) masks homes, signs and seals;
    without it one is made and kept at home.
    ``basemap_url`` (``GEOMATCH_BASEMAP_URL``) takes the tiles under the map from elsewhere, owed to
    ``basemap_attribution`` (``GEOMATCH_BASEMAP_ATTRIBUTION``).
    """

    home: Path
    database_url: str | None = None
    mail: str = "outbox"
    mail_from: str = "geomatch@localhost"
    site: str = HERE
    basemap_url: str = ""
    basemap_attribution: str = ""
    secret: str | None = field(default=None, repr=False)

    @property
    def in_production(self) -> bool:
        """Whether others than this machine's own user come: the site's name is not this machine's own."""
        parts = urlsplit(self.site)
        return parts.scheme == "https" or parts.hostname not in LOOPBACK


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
        site=_site(environ.get("GEOMATCH_SITE") or HERE),
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


def require_secret(found: Settings) -> None:
    """Raises InputError where others come in and no secret is set: one made by itself would not do there."""
    if found.in_production and found.secret is None:
        raise InputError(
            f"GEOMATCH_SITE is {found.site}, so others come in, and GEOMATCH_SECRET is not set; "
            "set it to the output of: openssl rand -hex 32"
        )


def _secret(given: str | None) -> str | None:
    if given is None:
        return None
    if given == SAMPLE_SECRET or len(given) < LEAST_SECRET or len(set(given)) < LEAST_LETTERS:
        raise InputError(
            "GEOMATCH_SECRET is the sample's, or easily guessed; expected the output of: openssl rand -hex 32"
        )
    return given


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
