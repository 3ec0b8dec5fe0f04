"""The secret of this installation: given by the environment, or made once and kept in the home."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def of(home: Path, given: str | None) -> str:
    """What was given, else what the home keeps: made once, readable by its owner alone, the same for all."""
    if given is not None:
        return given
    kept, fresh = home / "secret", home / f".secret-{os.getpid()}"
    home.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32), "ascii")
        with suppress(FileExistsError):
            kept.hardlink_to(fresh)
        fresh.unlink()
    return kept.read_text("ascii")
