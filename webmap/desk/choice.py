"""The basket: what a broker chose for a need, kept in the address and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from geomatch.availability import clock
from geomatch.model import Window
from webmap import filters
from webmap.errors import ParameterError

PICK = "pick-"
MOST_PICKS = 50
NUMBERS = ("into", "replaces", "round", "series")
"""Which bundle, booking, round and series a choice is for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Resources by role, a window, in which bundle and whose place, of which round, for what series."""

    picks: Mapping[str, tuple[str, ...]]
    window: Window | None = None
    into: int | None = None
    replaces: int | None = None
    round: int | None = None
    series: int | None = None

    def address(self) -> dict[str, Any]:
        """The same as parameters of an address."""
        told: dict[str, Any] = {PICK + role: list(refs) for role, refs in self.picks.items()}
        if self.window:
            told |= times(self.window)
        for name in NUMBERS:
            if getattr(self, name) is not None:
                told[name] = getattr(self, name)
        return told


def read(given: "MultiDict[str, str]") -> Choice:
    """The choice in an address or a form. Raises ParameterError naming what is wrong."""
    picks = {
        name.removeprefix(PICK): tuple(dict.fromkeys(each for each in given.getlist(name) if each))
        for name in given
        if name.startswith(PICK)
    }
    if sum(map(len, picks.values())) > MOST_PICKS:
        raise ParameterError(PICK, f"at most {MOST_PICKS} things", str(len(picks)))
    numbers = {name: filters.whole(given, name, default=0, most=999_999_999) or None for name in NUMBERS}
    kept = {role: refs for role, refs in picks.items() if refs}
    return Choice(kept, window(given), **numbers)


def window(given: "MultiDict[str, str]") -> Window | None:
    """``day``, ``from`` and ``to``, else ``when`` as one of the need's own windows; ``None`` for neither.

    An end at or before the beginning is on the next day.
    """
    day = filters.once(given, "day")
    if day:
        starts = _moment(given, day, "from")
        ends = _moment(given, day, "to")
        return Window(starts, ends if ends > starts else ends + timedelta(days=1))
    text = filters.once(given, "when")
    if not text:
        return None
    try:
        starts, ends = (datetime.fromisoformat(part) for part in text.split("/", 1))
        return Window(starts, ends)
    except (TypeError, ValueError):
        raise ParameterError("when", "two times, such as 2026-12-03T19:00/2026-12-03T21:00", text) from None


def times(when: Window) -> dict[str, str]:
    """``day``, ``from`` and ``to`` of a window of less than a day, else ``when``."""
    if when.ends - when.starts >= timedelta(days=1):
        return {"when": str(when)}
    return {"day": f"{when.starts:%Y-%m-%d}", "from": f"{when.starts:%H:%M}", "to": f"{when.ends:%H:%M}"}


def _moment(given: "MultiDict[str, str]", day: str, name: str) -> datetime:
    text = filters.once(given, name) or ""
    try:
        found = datetime.combine(date.fromisoformat(day), time.fromisoformat(text))
    except ValueError:
        wrong = "day" if text else name
        raise ParameterError(
            wrong, "a day and times, such as 2026-12-03, 19:00 and 21:00", f"{day} {text}"
        ) from None
    clock.require_real(found)
    return found
