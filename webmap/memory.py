"""Things costly to draw and the same for everybody, kept until the county changes."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")

Key = tuple[int, Hashable]
"""The county's id, 0 for what is of none, and whatever else tells one thing from another."""


@dataclass(slots=True)
class _Kept:
    version: str
    value: object
    made: float
    address: str
    asked: float


class Memory:
    """The last ``most`` answers by key, each with the version of its county that it was made of.

    Of whole files (``bytes``) only the last that come to ``most_bytes`` together.
    """

    def __init__(
        self, most: int = 512, most_bytes: int = 20_000_000, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._most_bytes, self._clock = most, most_bytes, clock
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._makers: WeakValueDictionary[Key, Lock] = WeakValueDictionary()
        self._lock = Lock()

    def recall(
        self, key: Key, version: str, make: Callable[[], T], *, address: str = "", old_will_do: bool = False
    ) -> T:
        """What is kept under ``key`` of this version, or of any where an old one will do; else a new one.

        Whoever wants what somebody else is making waits for it. ``address`` is where it was asked for.
        """
        kept = self._found(key, address)
        if kept is None or (kept.version != version and not old_will_do):
            with self._maker(key):
                kept = self._found(key, address)
                if kept is None or kept.version != version:
                    began = self._clock()
                    kept = _Kept(version, make(), began, address, self._clock())
                    self._keep(key, kept)
        return kept.value  # type: ignore[return-value]

    def lately(self, county: int, seconds: float) -> list[str]:
        """The addresses that were asked of a county in so many seconds, the latest first, each once."""
        since = self._clock() - seconds
        with self._lock:
            kept = [kept for key, kept in self._kept.items() if key[0] == county and kept.asked >= since]
        kept.sort(key=lambda each: each.asked, reverse=True)
        return list(dict.fromkeys(each.address for each in kept if each.address))

    def forget(self, county: int, *, before: float) -> None:
        """Let go what was made of a county before a moment of the clock."""
        with self._lock:
            old = [key for key, kept in self._kept.items() if key[0] == county and kept.made < before]
            for key in old:
                del self._kept[key]

    def _found(self, key: Key, address: str) -> _Kept | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and address:
                self._kept.move_to_end(key)
                kept.address, kept.asked = address, self._clock()
            return kept

    def _maker(self, key: Key) -> Lock:
        with self._lock:
            return self._makers.setdefault(key, Lock())

    def _keep(self, key: Key, made: _Kept) -> None:
        with self._lock:
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            if isinstance(made.value, bytes):
                self._lighten()

    def _lighten(self) -> None:
        files = {key: len(kept.value) for key, kept in self._kept.items() if isinstance(kept.value, bytes)}
        heavy = sum(files.values())
        for key, size in files.items():
            if heavy <= self._most_bytes:
                return
            del self._kept[key]
            heavy -= size
