"""Finding the distribution's own PostgreSQL with PostGIS."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geomatch.errors import UnavailableError

PROGRAMS = ("initdb", "pg_ctl", "postgres")
"""What a server needs. ``pg_config`` is no proof of one: development packages ship it alone."""

UNPACKED = "unpacked"
"""Folder under the home where ``scripts/run`` unpacks the distribution's packages without root."""


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL server with PostGIS: its major version, programs and the environment they need."""

    major: int
    folder: Path
    environment: Mapping[str, str]

    def program(self, name: str) -> str:
        """The full path of ``initdb``, ``pg_ctl`` or ``postgres``."""
        return str(self.folder / name)


def find_binaries(home: Path, *, system: Path = Path("/")) -> Binaries:
    """The server to use for a home: of the version that home already holds data of, else the newest.

    Looks in Debian's layout below ``system`` and below the rootless unpack in ``home``; PostGIS has to be
    there for the same major version.

    Raises:
        UnavailableError: no such server; the message says what to type.
    """
    home = home.resolve()
    found = [*_servers_below(system), *_servers_below(home / UNPACKED)]
    if not found:
        raise UnavailableError(
            f"no PostgreSQL server with PostGIS under {system} or {home / UNPACKED}; type `scripts/run`, "
            "which installs both, or `sudo apt-get install postgresql-15-postgis-3`, or set "
            "GEOMATCH_DATABASE_URL to a server of your own"
        )
    return max(found, key=lambda one: ((home / f"pg{one.major}" / "data").is_dir(), one.major))


def _servers_below(root: Path) -> Iterator[Binaries]:
    for folder in sorted(root.glob("usr/lib/postgresql/*/bin")):
        version = folder.parent.name
        control = root / "usr/share/postgresql" / version / "extension" / "postgis.control"
        if version.isdecimal() and control.is_file() and all((folder / name).is_file() for name in PROGRAMS):
            yield Binaries(int(version), folder, _environment(root))


def _environment(root: Path) -> dict[str, str]:
    """English messages and no ``PG…`` variable of the caller's; an unpacked server needs its libraries."""
    words = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    if root != Path("/"):
        libraries = [*sorted(root.glob("usr/lib/*-linux-gnu*")), *sorted(root.glob("lib/*-linux-gnu*"))]
        words["LD_LIBRARY_PATH"] = ":".join(str(folder) for folder in libraries)
        words["PROJ_DATA"] = str(root / "usr/share/proj")
    return words
