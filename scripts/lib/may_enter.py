"""`may_enter.py HOME`: says so, with exit code 3, when the user PostgreSQL runs as may not enter it.

Runs before anything is installed, so on the standard library alone.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from geomatch.db import account
from geomatch.errors import EXIT_CODES, UnavailableError


def main(home: Path) -> None:
    """Look with the eyes of the owner of the newest data there, else of the user of a new server."""
    data = max(home.glob("pg*/data"), default=home / "data")
    try:
        account.require_entry(account.for_data(data), home)
    except UnavailableError as error:
        print(error, file=sys.stderr)
        sys.exit(EXIT_CODES[UnavailableError])


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
