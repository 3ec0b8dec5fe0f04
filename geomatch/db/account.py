"""Whose name PostgreSQL runs under: it refuses root, so as root we drop to an ordinary user."""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from geomatch.errors import UnavailableError

ORDINARY_USERS = ("postgres", "nobody")
"""Tried in this order. PostgreSQL looks its user up by name, so a bare number would not do."""


@dataclass(frozen=True)
class Account:
    """A user of this machine. ``drop`` says that we are root and have to become that user."""

    name: str
    uid: int
    gid: int
    drop: bool

    def run(
        self, command: Sequence[str], *, environment: Mapping[str, str], pass_on: Sequence[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, lending it descriptors; its own failure is the caller's to explain.

        Raises:
            UnavailableError: this process may not become that user.
        """
        try:
            return subprocess.run(  # noqa: S603 - our own words and paths, no shell
                command,
                user=self.uid if self.drop else None,
                group=self.gid if self.drop else None,
                extra_groups=[] if self.drop else None,
                env=environment,
                pass_fds=pass_on,
                cwd="/",
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except PermissionError as error:
            raise UnavailableError(f"cannot run {command[0]} as the user {self.name}: {error}") from error

    def own(self, path: Path, mode: int) -> None:
        """Give a path to this user, with the mode."""
        path.chmod(mode)
        if self.drop:
            os.chown(path, self.uid, self.gid)


def for_data(data: Path) -> Account:
    """Who runs the server of a data folder: ourselves; as root its owner, else an ordinary user.

    Raises:
        UnavailableError: root with no ordinary user to become, or a data folder of somebody else.
    """
    owner = data.stat().st_uid if data.is_dir() else 0
    if os.geteuid() != 0:
        me = _named(os.geteuid())
        if data.is_dir() and owner != me.uid:
            raise UnavailableError(
                f"the database in {data} belongs to the user {_named(owner).name}, not to {me.name}: run as "
                "that user, or type `GEOMATCH_HOME=$HOME/.geomatch scripts/run` for one of your own"
            )
        return me
    return _named(owner) if owner else _ordinary()


def require_entry(account: Account, folder: Path) -> None:
    """See that the account we drop to can get to a folder.

    Raises:
        UnavailableError: it may not enter the folder named, on the way to it.
    """
    closed = _first_closed_folder(account, folder) if account.drop else None
    if closed is not None:
        raise UnavailableError(
            f"PostgreSQL does not run as root but as the user {account.name}, who may not enter {closed}: "
            "type `GEOMATCH_HOME=/var/lib/geomatch scripts/run`"
        )


def _first_closed_folder(account: Account, folder: Path) -> Path | None:
    way = [str(one) for one in (*reversed(folder.parents), folder)]
    script = 'for one in "$@"; do cd "$one" 2>/dev/null || { printf %s "$one"; exit 0; }; done'
    answer = account.run(["/bin/sh", "-c", script, "sh", *way], environment={}).stdout
    return Path(answer) if answer else None


def _ordinary() -> Account:
    for name in ORDINARY_USERS:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise UnavailableError(
        "PostgreSQL does not run as root and this machine has neither a user postgres nor nobody; "
        "type `useradd --system postgres` or run as an ordinary user"
    )


def _named(uid: int) -> Account:
    try:
        return _account(pwd.getpwuid(uid))
    except KeyError as error:
        raise UnavailableError(
            f"the user number {uid} has no name on this machine and PostgreSQL asks for one: "
            f"add it to /etc/passwd, or run as a user who is there"
        ) from error


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, drop=os.geteuid() == 0)
