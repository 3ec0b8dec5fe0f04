"""Whether the audit still says what it said, told against what was noted outside the database before."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from geomatch.db import audit
from geomatch.db.audit import Head, Verdict
from geomatch.errors import InputError


def verify(door: sa.Engine, folder: Path, *, noted: Iterable[Head] = ()) -> Verdict:
    """Check the whole chain, also against the head kept in ``folder`` at the last check; keep the new one.

    Where it does not hold, the head that was kept stays.
    """
    with door.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        name = audit.name(connection)
        kept = folder / f"audit-head-{name}.json"
        before = [_read(kept)] if kept.exists() else []
        verdict = audit.verify(connection, noted=[*before, *noted])
    if not verdict.broken:
        _keep(kept, verdict.head)
    return verdict


def start_again(door: sa.Engine, folder: Path) -> None:
    """Keep the head as it is now: after a restore the chain is the backup's, and goes on from there."""
    with door.connect() as connection:
        _keep(folder / f"audit-head-{audit.name(connection)}.json", audit.head(connection))


def head(text: str) -> Head:
    """A head as somebody noted it: ``number:hash``. Raises InputError for anything else."""
    number, _, sha256 = text.strip().partition(":")
    known = set("0123456789abcdef")
    if not (number.isascii() and number.isdigit()) or len(sha256) != 64 or not set(sha256) <= known:
        raise InputError(f"{text!r} is not a head of the audit; expected number:hash as it was printed")
    return Head(int(number), sha256)


def _read(path: Path) -> Head:
    try:
        told = json.loads(path.read_text("ascii"))
        return head(f"{told['number']}:{told['sha256']}")
    except (ValueError, KeyError, TypeError) as broken:
        raise InputError(f"{path} is not the head of an audit; if you know why, delete it") from broken


def _keep(path: Path, found: Head) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    fresh.write_text(json.dumps({"number": found.number, "sha256": found.sha256}) + "\n", "ascii")
    fresh.replace(path)
