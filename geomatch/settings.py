"""The environment, read once, at the door, and handed down as a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geomatch.errors import InputError

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are on this machine.

    ``home`` holds the private cluster and everything made here (``GEOMATCH_HOME``, by default
    ``.geomatch/`` beside the program). ``database_url`` (``GEOMATCH_DATABASE_URL``) names a server to use
    in place of the private one.
    """

    home: Path
    database_url: str | None = None


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from environment variables.

    Raises InputError when ``GEOMATCH_DATABASE_URL`` is not a PostgreSQL address.
    """
    url = environ.get("GEOMATCH_DATABASE_URL") or None
    if url and not url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise InputError(f"GEOMATCH_DATABASE_URL is {url!r}; expected postgresql://user@host/database")
    home = Path(environ.get("GEOMATCH_HOME") or CHECKOUT / ".geomatch")
    return Settings(home=home.expanduser().resolve(), database_url=url)
