"""What every command shares: ``--json``, ``--county``, the progress bar and the way to the database."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa

from geomatch import settings
from geomatch.services import database
from geomatch.services import secret as service_secret

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
county_option = click.option("--county", metavar="SLUG", help="Which county, when several are loaded.")

_BAR = 24
_QUIET_SECONDS = 5.0


def emit(document: Any, words: str, *, as_json: bool) -> None:
    """Print the document as JSON, or else the words."""
    click.echo(json.dumps(document, ensure_ascii=False, default=str) if as_json else words)


@dataclass
class Bar:
    """A progress bar on stderr; on anything but a terminal, a line at each step and then seldom."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    step: str = ""
    said: float = 0.0

    def __call__(self, step: str, done: int, total: int | None) -> None:
        step, now = step[:1].upper() + step[1:], time.monotonic()
        if self.stream.isatty():
            self._draw(step, done, total, now)
        elif step != self.step or now - self.said > _QUIET_SECONDS:
            share = f" {done / total:.0%}" if total else ""
            print(f"{step}{share}" if step == self.step else step, file=self.stream, flush=True)
            self.step, self.said = step, now

    def _draw(self, step: str, done: int, total: int | None, now: float) -> None:
        finished = total is not None and done >= total
        if step == self.step and not finished and now - self.said < 0.1:
            return
        if step != self.step and self.step:
            print(file=self.stream)
        filled = round(_BAR * min(1.0, done / total)) if total else int(now * 4) % _BAR
        bar = "█" * filled + "·" * (_BAR - filled)
        print(f"\r\x1b[K{bar} {step}", end="", file=self.stream, flush=True)
        self.step, self.said = step, now

    def close(self) -> None:
        """Leave the cursor on a line of its own."""
        if self.step and self.stream.isatty():
            print(file=self.stream, flush=True)
        self.step = ""


@contextmanager
def progress_bar() -> Iterator[Bar]:
    """A bar that leaves the terminal tidy, whatever happens."""
    bar = Bar()
    try:
        yield bar
    finally:
        bar.close()


def today() -> date:
    """Today's date in Britain."""
    return datetime.now(ZoneInfo("Europe/London")).date()


def environment() -> settings.Settings:
    """The settings of this process."""
    return settings.read(os.environ)


@contextmanager
def owner(progress: Callable[[str, int, int | None], None]) -> Iterator[sa.Engine]:
    """The migrated database of this environment, as its owner."""
    found = environment()
    with database.owner(found.home, found.database_url, progress=progress, secret=secret()) as door:
        yield door


def secret() -> bytes:
    """What masks homes here."""
    found = environment()
    return service_secret.of(found.home, found.secret).encode()
