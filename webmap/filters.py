"""What a reader asked to see, read from the address and written back into it."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from geomatch.db.pages import AREA_KINDS
from geomatch.model import Mode, ResourceKind
from webmap.errors import ParameterError
from webmap.maps import View

Arguments = MultiDict[str, str]

SHOW = ("all", "needs", "unmatched", "matched", "offers", "aspirations")
KINDS = tuple(str(kind) for kind in ResourceKind)
COLOURS = ("unmet", "coverage", "none")
"""What the areas of the map may be coloured by, the usual first."""
MOST_MINUTES = 60
_CONTROLS = {*range(32), *range(127, 160)} - {9, 10, 13}
"""Code points of control characters, but for tabs and the ends of lines."""
_MOST_PAGES = 100_000
BRITAIN = (-9.0, 49.0, 3.0, 61.5)
"""West, south, east, north in degrees: beyond it the grid means nothing."""


@dataclass(frozen=True, slots=True)
class Filters:
    """One choice of what to show.

    ``within`` is (kind, code) of an area; ``view`` is where the map looks; ``place`` what was typed to be
    found, and ``spot`` the (lon, lat) of the one chosen where several are called so. ``colour`` is what
    areas are coloured by; ``minutes`` and ``mode`` leave what is within so many minutes of the place, and say
    how far coverage is counted.
    """

    show: str = "all"
    kind: str | None = None
    areas: str | None = None
    within: tuple[str, str] | None = None
    page: int = 1
    view: View | None = None
    place: str | None = None
    spot: tuple[float, float] | None = None
    colour: str = COLOURS[0]
    minutes: int | None = None
    mode: Mode = Mode.CAR

    def address(self, **changes: Any) -> dict[str, str | int]:
        """These choices as parameters of an address, what goes without saying left out."""
        chosen = replace(self, **changes)
        view = chosen.view
        parts: dict[str, str | int | None] = {
            "show": None if chosen.show == "all" else chosen.show,
            "kind": chosen.kind,
            "areas": chosen.areas,
            "within": "/".join(chosen.within) if chosen.within else None,
            "page": None if chosen.page == 1 else chosen.page,
            "at": f"{view.zoom:g}/{view.lat:.4f}/{view.lon:.4f}" if view else None,
            "place": chosen.place,
            "spot": "{:.6f},{:.6f}".format(*chosen.spot) if chosen.spot and chosen.place else None,
            "colour": None if chosen.colour == COLOURS[0] else chosen.colour,
            "minutes": chosen.minutes if chosen.place or chosen.colour == "coverage" else None,
            "mode": str(chosen.mode) if chosen.mode != Mode.CAR else None,
        }
        return {name: value for name, value in parts.items() if value is not None}


def read(arguments: Arguments) -> Filters:
    """The choices in an address. Raises ParameterError naming the parameter that is wrong."""
    return Filters(
        show=one_of(arguments, "show", SHOW) or "all",
        kind=one_of(arguments, "kind", KINDS),
        areas=one_of(arguments, "areas", AREA_KINDS),
        within=_within(arguments),
        page=whole(arguments, "page", default=1, most=_MOST_PAGES, least=1),
        view=_view(arguments),
        place=once(arguments, "place"),
        spot=spot(arguments),
        colour=one_of(arguments, "colour", COLOURS) or COLOURS[0],
        minutes=whole(arguments, "minutes", default=0, least=1, most=MOST_MINUTES) or None,
        mode=Mode(one_of(arguments, "mode", tuple(Mode)) or Mode.CAR),
    )


def once(arguments: Arguments, name: str) -> str | None:
    """A parameter's text, or None when it is absent or empty. Raises ParameterError when given twice."""
    given = arguments.getlist(name)
    if len(given) > 1:
        raise ParameterError(name, "it once", ", ".join(given))
    return given[0].strip() or None if given else None


def readable(arguments: Arguments) -> None:
    """Raises ParameterError for a text with characters that nobody can type or read."""
    for name, text in arguments.items(multi=True):
        if any(ord(letter) in _CONTROLS for letter in name + text):
            raise ParameterError(name[:60], "text without control characters", text)


def one_of(arguments: Arguments, name: str, allowed: Collection[str]) -> str | None:
    """A parameter that must be one of some words. Raises ParameterError for any other."""
    text = once(arguments, name)
    if text is not None and text not in allowed:
        raise ParameterError(name, "one of " + ", ".join(allowed), text)
    return text


def whole(arguments: Arguments, name: str, *, default: int, most: int, least: int = 0) -> int:
    """A whole number from ``least`` to ``most``. Raises ParameterError for anything else."""
    text = once(arguments, name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise ParameterError(name, f"a whole number from {least} to {most}", text)
    return int(text)


def only(arguments: Arguments, allowed: Collection[str]) -> None:
    """Raises ParameterError for a parameter that is not known: a misspelt filter must not show everything."""
    for name in arguments:
        if name not in allowed:
            raise ParameterError(name, "one of the parameters " + ", ".join(allowed), arguments[name])


def _within(arguments: Arguments) -> tuple[str, str] | None:
    text = once(arguments, "within")
    if text is None:
        return None
    kind, _, code = text.partition("/")
    if kind not in AREA_KINDS or not code:
        raise ParameterError("within", "kind/code of an area, such as parish/E04011198", text)
    return kind, code


def _view(arguments: Arguments) -> View | None:
    text = once(arguments, "at")
    if text is None:
        return None
    numbers = _numbers(text, "/")
    if len(numbers) != 3 or not (0 <= numbers[0] <= 22 and 49 <= numbers[1] <= 62 and -10 <= numbers[2] <= 4):
        raise ParameterError("at", "zoom/latitude/longitude within Great Britain, such as 11/52.6/-2.7", text)
    return View(zoom=numbers[0], lat=numbers[1], lon=numbers[2])


def spot(arguments: Arguments) -> tuple[float, float] | None:
    """``spot=lon,lat`` in degrees, or None. Raises ParameterError outside Great Britain."""
    text = once(arguments, "spot")
    if text is None:
        return None
    numbers = _numbers(text, ",")
    west, south, east, north = BRITAIN
    if len(numbers) != 2 or not (west <= numbers[0] <= east and south <= numbers[1] <= north):
        raise ParameterError("spot", "longitude,latitude within Great Britain, such as -2.72,52.37", text)
    return numbers[0], numbers[1]


def _numbers(text: str | None, separator: str) -> list[float]:
    """The finite numbers in a text, or none when any part of it is something else."""
    try:
        found = [float(part) for part in (text or "").split(separator)]
    except ValueError:
        return []
    return found if all(math.isfinite(number) for number in found) else []
