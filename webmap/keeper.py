"""When a county changes, what was lately asked of it is made anew in the background.

Meanwhile whoever is not signed in gets it as it was, for no longer than a browser may keep it anyway; so
neither an import nor a booking makes every reader wait at once.
"""

import logging
import time
from collections.abc import Callable
from threading import Thread

import flask
import sqlalchemy as sa

from geomatch.db import counties, pages
from webmap.memory import Memory

_log = logging.getLogger(__name__)

MINE = "geomatch.keeper"
"""In a request's environment where the keeper asks: he wants it new. No header can set it."""

LATELY = 600.0
"""Seconds: what nobody has asked for since is made when somebody does."""
_EVERY = 1.0
_ALIVE = 15.0
"""Seconds after which a keeper who has not been heard of is not relied on."""


class Keeper:
    """One process's: he looks for changes and asks for pages; others ask him whether an old one will do."""

    def __init__(
        self, memory: Memory, patience: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._memory, self._patience, self._clock = memory, patience, clock
        self._settled: dict[int, str] = {}
        self._since: dict[int, float] = {}
        self._heard = -_ALIVE

    def start(self, app: flask.Flask, engine: sa.Engine, site: str) -> None:
        """Look round every second, in a thread of his own."""
        client = app.test_client()

        def ask(address: str) -> None:
            headers = {"Accept-Encoding": "br"}
            client.get(
                address, base_url=site, headers=headers, environ_overrides={MINE: True, "REMOTE_ADDR": ""}
            )

        def walk() -> None:
            while True:
                try:
                    self.look(engine, ask, rest=time.sleep)
                except sa.exc.DBAPIError as refused:
                    _log.warning("nothing is made anew: the database does not answer: %s", refused.orig)
                time.sleep(_EVERY)

        Thread(target=walk, name="keeper", daemon=True).start()

    def will_do(self, county: int, version: str) -> bool:
        """Whether something made before this version may still be shown."""
        now = self._clock()
        if self._settled.get(county) == version or now - self._heard > _ALIVE:
            return False
        return now - self._since.setdefault(county, now) < self._patience

    def look(self, engine: sa.Engine, ask: Callable[[str], None], *, rest: Callable[[float], None]) -> None:
        """Once: of every county that has changed make anew what was lately asked, and let the rest go."""
        began = self._clock()
        for county, version in self._versions(engine).items():
            if self._settled.get(county, version) != version:
                self._since.setdefault(county, began)
                self._renew(county, ask, rest)
                self._memory.forget(county, before=began)
            self._settled[county] = version
            self._since.pop(county, None)

    def _versions(self, engine: sa.Engine) -> dict[int, str]:
        with engine.connect() as connection:
            found = {each.id: pages.version(connection, each.id) for each in counties.every(connection)}
        self._heard = self._clock()
        return found

    def _renew(self, county: int, ask: Callable[[str], None], rest: Callable[[float], None]) -> None:
        """He rests after each as long as it took, so that readers have the other half of the time."""
        for address in self._memory.lately(county, LATELY):
            began = self._clock()
            ask(address)
            self._heard = self._clock()
            rest(self._heard - began)
