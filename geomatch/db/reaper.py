"""Knows whether a private server lives, stops it, and as a small process waits for its last user to go.

Run as a script by its path, so that nothing but the standard library may be imported here. Every fact rests
on locks of the kernel (``flock``), which vanish with their holder however it dies:

- ``start.lock``, exclusive: whoever starts, stops or builds the server;
- ``users.lock``, shared: every user of the server, forked children included;
- ``server.lock``, exclusive: inherited by the postmaster and all its backends, so it is held exactly as long
  as one of them lives, whatever ``postmaster.pid`` says;
- ``reaper.lock``, exclusive: the one reaper.

Order is ``start.lock`` before all others; nobody waits for it with another one in hand.
"""

import contextlib
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

STOP_SECONDS = 60.0
"""How long a fast shutdown may take (it writes a checkpoint) before it is made an immediate one."""

KEEP = "keep"
"""A file of this name says that the server stays when its last user has gone."""

_PAUSE_SECONDS = 0.02


def take(path: Path, kind: int, *, seconds: float = 0.0) -> int | None:
    """Lock a file (``fcntl.LOCK_EX`` or ``LOCK_SH``), waiting at most so long; ``None`` when others hold it.

    The lock is held until the descriptor, and every copy a forked or started process inherited, is closed.
    """
    deadline = time.monotonic() + seconds
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        while True:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
                return descriptor
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    break
                time.sleep(_PAUSE_SECONDS)
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def is_held(path: Path) -> bool:
    """Whether anybody holds the lock exclusively."""
    if not path.exists():
        return False
    descriptor = take(path, fcntl.LOCK_SH)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def is_alive(folder: Path) -> bool:
    """Whether a postmaster or a backend of the server in this folder lives."""
    return is_held(folder / "server.lock") or postmaster(folder) is not None


def postmaster(folder: Path) -> int | None:
    """Process number of the postmaster, or ``None``.

    The number in ``postmaster.pid`` may be missing, a zombie's or by now somebody else's: it counts only when
    that process works in the data folder.
    """
    data = folder / "data"
    try:
        number = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        works_in = Path(f"/proc/{number}/cwd").readlink()
    except (OSError, ValueError):
        return None
    return number if works_in == data.resolve() else None


def socket_folder(folder: Path) -> Path | None:
    """Where the server listens, from the fifth line of ``postmaster.pid``; ``None`` while that is missing."""
    try:
        return Path((folder / "data" / "postmaster.pid").read_text().splitlines()[4])
    except (OSError, IndexError):
        return None


def stop(folder: Path) -> None:
    """Stop the server and wait until its last process has gone. The caller holds ``start.lock``.

    Raises:
        TimeoutError: it lives on after an immediate shutdown too.
    """
    for how in (signal.SIGINT, signal.SIGQUIT):
        number = postmaster(folder)
        if number is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, how)
        if _gone_within(folder, STOP_SECONDS):
            return
    raise TimeoutError(f"the database server in {folder} does not stop")


def _gone_within(folder: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(folder):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True


@contextlib.contextmanager
def _waited_for(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def watch(folder: Path, own_lock: int) -> None:
    """Wait for the last user to go, then stop the server, unless it is to be kept; give up ``own_lock`` last.

    A user may come between the last one's leaving and ours: that is looked at again under ``start.lock``.
    """
    while True:
        with _waited_for(folder / "users.lock"):
            pass
        with _waited_for(folder / "start.lock"):
            alone = take(folder / "users.lock", fcntl.LOCK_EX)
            if alone is None:
                continue
            if not (folder / KEEP).exists():
                stop(folder)
            os.close(own_lock)
            return


def main(arguments: list[str]) -> None:
    """``reaper.py FOLDER DESCRIPTOR``: watch from the background; a folder that vanished ends the watch."""
    if os.fork():
        os._exit(0)
    os.setsid()
    with contextlib.suppress(FileNotFoundError):
        watch(Path(arguments[0]), int(arguments[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
