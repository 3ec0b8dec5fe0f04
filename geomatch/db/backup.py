"""The whole database into one file and back, by PostgreSQL's own programs."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from geomatch.db.binaries import find_binaries
from geomatch.errors import InputError, UnavailableError

SCHEMAS = ("homes", "people", "audit", "public")
ROLES = ("geomatch_app", "geomatch_desk")
_SIGNATURE = b"PGDMP"
"""What a file of pg_dump's custom format begins with."""

_HEAD_LINES = 200
"""Where settings stand, before anything that is data."""

_CLEAR = "set client_min_messages = 'warning';\nset lock_timeout = '60s';\n" + "".join(
    f"drop schema if exists {name} cascade;\n" for name in SCHEMAS
) + "create schema public;\n"  # fmt: skip


def dump(url: str, file: Path, *, home: Path) -> int:
    """Write everything to a file that only its owner may read; gives its bytes.

    Raises InputError for a file that cannot be written, UnavailableError with PostgreSQL's own reason.
    """
    unfinished = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        unfinished.touch(mode=0o600)
        _run(home, "pg_dump", "--format=custom", "--no-owner", f"--file={unfinished}", f"--dbname={url}")
        unfinished.replace(file)
    except OSError as refused:
        raise InputError(f"{file}: {refused.strerror}; expected a file to write to") from refused
    finally:
        unfinished.unlink(missing_ok=True)
    return file.stat().st_size


def restore(door: sa.Engine, file: Path, *, home: Path) -> None:
    """Put what a file holds in place of everything there is, in one transaction: all of it or nothing.

    Raises InputError for a file that is no backup, UnavailableError with PostgreSQL's own reason.
    """
    _require_backup(file)
    with door.begin() as connection:
        for role in ROLES:
            if not connection.scalar(sa.text("select 1 from pg_roles where rolname = :r"), {"r": role}):
                connection.execute(sa.text(f"create role {role}"))
    url = door.url.set(drivername="postgresql").render_as_string(hide_password=False)
    door.dispose()
    with tempfile.TemporaryDirectory() as folder:
        clear, told, readable = (Path(folder) / name for name in ("clear.sql", "told.sql", "readable.sql"))
        clear.write_text(_CLEAR, "utf-8")
        _run(home, "pg_restore", "--no-owner", f"--file={told}", str(file))
        _made_readable(told, readable)
        quiet = ("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1")
        _run(
            home,
            "psql",
            *quiet,
            "--single-transaction",
            f"--file={clear}",
            f"--file={readable}",
            f"--dbname={url}",
        )


def is_backup(file: Path) -> bool:
    """Whether a file is there and is a backup."""
    try:
        _require_backup(file)
    except InputError:
        return False
    return True


def _require_backup(file: Path) -> None:
    try:
        with file.open("rb") as opened:
            start = opened.read(len(_SIGNATURE))
    except OSError as refused:
        raise InputError(f"{file}: {refused.strerror}; expected a backup") from refused
    if start != _SIGNATURE:
        raise InputError(f"{file} is no backup; expected a file that `geomatch db backup` wrote")


def _made_readable(told: Path, readable: Path) -> None:
    """The schema is made before; and without its path the comparisons of triggers are not found again."""
    instead = {
        "CREATE SCHEMA public;": "",
        "SELECT pg_catalog.set_config('search_path', '', false);": "set search_path = public;",
    }
    with told.open("rb") as lines, readable.open("wb") as kept:
        for number, line in enumerate(lines):
            known = instead.get(line.decode("utf-8", "replace").strip()) if number < _HEAD_LINES else None
            kept.write(line if known is None else known.encode() + b"\n")


def _run(home: Path, name: str, *arguments: str) -> None:
    program, environment = _program(home, name)
    done = subprocess.run(  # noqa: S603 - our own words and paths, no shell
        [program, *arguments], env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise UnavailableError(f"{name} gave up: {_reason(done.stderr)}")


def _program(home: Path, name: str) -> tuple[str, dict[str, str]]:
    """The program beside the private server's, else on the path."""
    usual = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    try:
        binaries = find_binaries(home)
        if Path(binaries.program(name)).is_file():
            return binaries.program(name), dict(binaries.environment)
    except UnavailableError:
        pass  # a server of somebody's own; its programs may be on the path
    found = shutil.which(name)
    if found is None:
        raise UnavailableError(f"no {name} on this machine; type: sudo apt-get install postgresql-client")
    return found, usual


def _reason(words: str) -> str:
    lines: Sequence[str] = [line for line in words.splitlines() if line.strip()]
    telling = [line for line in lines if "ERROR" in line or "error" in line]
    return " / ".join((telling or lines)[:2]) or "it gave no reason"
