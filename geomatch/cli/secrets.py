"""What signs cookies and keeps roundings from being repeated: one secret of each home."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def secret(home: Path) -> str:
    """Made once, readable by its owner alone, the same for every worker."""
    kept, fresh = home / "secret", home / f".secret-{os.getpid()}"
    home.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32), "ascii")
        with suppress(FileExistsError):
            kept.hardlink_to(fresh)
        fresh.unlink()
    return kept.read_text("ascii")
