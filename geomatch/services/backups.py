"""Backups: made, let go when they are too old, restored without whoever was erased since."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta

from geomatch.db import audit, counties, engine, migrate, persons
from geomatch.db import backup as files
from geomatch.db.audit import Entry, What
from geomatch.db.persons import Erasure
from geomatch.errors import ConflictError, UnknownPlaceError
from geomatch.privacy.retention import Retention
from geomatch.progress import Progress, silent
from geomatch.services import auditing, database
from geomatch.services import persons as rights
from geomatch.services.persons import Asker
from geomatch.services.retaining import kept

_AGAIN = Asker("restore", "erased after the backup was made")


@dataclass(frozen=True, slots=True)
class Restored:
    """How many erasures were known to be made since the backup, and how many rows went again.

    ``head`` is where the audit that was replaced had ended, ``number:hash``; empty where there was none.
    """

    erasures: int
    rows: int
    head: str


def make(
    home: Path, url: str | None, file: Path, *, now: datetime, progress: Progress = silent
) -> tuple[int, list[Path]]:
    """All into one file; gives its bytes, and older backups that went. Raises as ``db.backup.dump``."""
    with database.addresses(home, url, progress=progress) as found:
        progress("Writing the backup", 0, None)
        size = files.dump(database.plain(found.owner), file, home=home)
        _note(home, {**_noted(home), str(file.resolve()): now})
        door = engine.connect(found.owner)
        try:
            return size, let_go(door, home, now=now)
        finally:
            door.dispose()


def let_go(door: sa.Engine, home: Path, *, now: datetime) -> list[Path]:
    """Remove the backups written from this home that are older than any county keeps them; gives which."""
    with door.connect() as connection:
        months = min((kept(each).backups for each in counties.every(connection)), default=Retention().backups)
    noted = _noted(home)
    old = [name for name, made in noted.items() if made < now - relativedelta(months=months)]
    gone = [Path(name) for name in old if files.is_backup(Path(name))]
    for each in gone:
        each.unlink()
    if old:
        _note(home, {name: made for name, made in noted.items() if name not in old})
    return gone


def restore(
    home: Path, url: str | None, file: Path, *, secret: bytes, progress: Progress = silent
) -> Restored:
    """What a file holds in place of all there is, in the newest schema, without whoever was erased since.

    Who that is, is known from the database that is replaced. Raises as ``db.backup.restore``, and
    ConflictError where somebody erased since is by now the last who may manage accounts.
    """
    with database.addresses(home, url, progress=progress) as found:
        door = engine.connect(found.owner)
        try:
            before, head = _erasures(door), _head(door)
            progress("Restoring the backup", 0, None)
            files.restore(door, file, home=home)
            migrate.upgrade(door)
            with door.begin() as connection:
                audit.write(connection, Entry("restore", What.RESTORE, detail={"replaced": head}))
            auditing.start_again(door, home)
            since = before - _erasures(door)
            return Restored(len(since), _erase_again(door, since, secret, progress), head)
        finally:
            door.dispose()


def _head(door: sa.Engine) -> str:
    with door.connect() as connection:
        if connection.scalar(sa.text("select to_regclass('audit.head')")) is None:
            return ""
        end = audit.head(connection)
        return f"{end.number}:{end.sha256}"


def _erasures(door: sa.Engine) -> frozenset[Erasure]:
    with door.connect() as connection:
        return persons.erasures(connection)


def _erase_again(door: sa.Engine, since: frozenset[Erasure], secret: bytes, progress: Progress) -> int:
    """Whoever goes by something that was erased, found by the stand-in that it would leave."""
    gone = {(each.county, each.stand_in) for each in since}
    with door.connect() as connection:
        known = [
            (county.slug, given)
            for county in counties.every(connection)
            for given in sorted(persons.identifiers(connection, county.id))
            if (county.slug, rights.stand_in(given, secret)) in gone
        ]
    rows, refused = 0, None
    for at, (slug, given) in enumerate(known):
        progress("Erasing again whoever was erased since", at, len(known))
        try:
            rows += sum(rights.erase(door, slug, given, _AGAIN, secret=secret)["removed"].values())
        except UnknownPlaceError:
            continue  # gone with another of their names
        except ConflictError as last:
            refused = last
    if refused is not None:
        raise refused
    return rows


def _ledger(home: Path) -> Path:
    return home / "backups.json"


def _noted(home: Path) -> dict[str, datetime]:
    """When which backup was written from here."""
    if not _ledger(home).is_file():
        return {}
    return {
        name: datetime.fromisoformat(made)
        for name, made in json.loads(_ledger(home).read_text("utf-8")).items()
    }


def _note(home: Path, noted: dict[str, datetime]) -> None:
    home.mkdir(parents=True, exist_ok=True)
    fresh = _ledger(home).with_suffix(".new")
    fresh.write_text(json.dumps({name: made.isoformat() for name, made in noted.items()}, indent=1), "utf-8")
    fresh.replace(_ledger(home))
