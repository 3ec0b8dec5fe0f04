"""Parameters of the API: each is said once, and read and documented from that."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, TypeVar, cast

from geomatch import crs
from geomatch.db.pages import Box
from webmap import filters
from webmap.errors import ParameterError
from webmap.filters import Arguments

T = TypeVar("T")
U = TypeVar("U")
W = TypeVar("W", bound=str)

Schema = Mapping[str, Any]
"""A JSON Schema (2020-12), as OpenAPI 3.1 takes it."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True, eq=False)
class Parameter(Generic[T]):
    """A parameter of an address: how it is called, what it is for, what it may be, and how it is read.

    ``parse`` makes the value of its text and raises ValueError for what it may not be; ``expected``
    says so in words. Absent or empty it is ``otherwise``, or refused where it is ``needed``.
    """

    name: str
    what: str
    schema: Schema
    parse: Callable[[str], T]
    expected: str
    otherwise: Any = None
    needed: bool = False
    example: str | None = None
    repeated: bool = False

    def read(self, arguments: Arguments) -> T:
        """The value in an address. Raises ParameterError naming the parameter where it is wrong."""
        if self.repeated:
            return cast(
                T, tuple(self._one(text.strip()) for text in arguments.getlist(self.name) if text.strip())
            )
        text = filters.once(arguments, self.name)
        if text is None:
            if self.needed:
                raise ParameterError(self.name, self.expected, None)
            return cast(T, self.otherwise)
        return self._one(text)

    def _one(self, text: str) -> T:
        try:
            return self.parse(text)
        except ValueError:
            raise ParameterError(self.name, self.expected, text) from None

    def required(self: "Parameter[U | None]", example: str) -> "Parameter[U]":
        """The same, refused where it is absent; ``example`` is one that may be tried."""
        return cast("Parameter[U]", replace(self, needed=True, example=example))

    def several(self: "Parameter[U | None]") -> "Parameter[tuple[U, ...]]":
        """The same, given as often as one likes: each value in turn, none where it is absent."""
        return cast("Parameter[tuple[U, ...]]", replace(self, repeated=True))

    def default(self: "Parameter[U | None]", value: U) -> "Parameter[U]":
        """The same, being ``value`` where the address does not say."""
        return cast("Parameter[U]", replace(self, otherwise=value))

    def document(self) -> dict[str, Any]:
        """The OpenAPI parameter object."""
        schema = dict(self.schema)
        if self.repeated:
            listed = {"type": "array", "items": schema}
            told: dict[str, Any] = {
                "name": self.name,
                "in": "query",
                "description": self.what,
                "schema": listed,
            }
            return told | {"style": "form", "explode": True}
        if self.otherwise not in (None, False):
            schema["default"] = self.otherwise
        told = {"name": self.name, "in": "query", "description": self.what, "schema": schema}
        if self.needed:
            told |= {"required": True, "example": _typed(self.example or "", schema)}
        else:
            told["allowEmptyValue"] = True
        if schema["type"] == "array":
            told |= {"style": "form", "explode": False}
        return told


def _typed(example: str, schema: Schema) -> Any:
    """An example as its schema would have it."""
    if schema["type"] == "array":
        return [float(part) for part in example.split(",")]
    return float(example) if schema["type"] == "number" else example


def choice(name: str, what: str, words: Sequence[W]) -> Parameter[W | None]:
    """One of some words."""
    known = {str(word): word for word in words}

    def parse(text: str) -> W:
        if text not in known:
            raise ValueError(text)
        return known[text]

    return Parameter(name, what, {"type": "string", "enum": list(known)}, parse, "one of " + ", ".join(known))


def whole(name: str, what: str, *, least: int, most: int) -> Parameter[int | None]:
    """A whole number between two others, both inclusive."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Parameter(name, what, schema, parse, f"a whole number from {least} to {most}")


def number(name: str, what: str, *, least: float, most: float, unit: str) -> Parameter[float | None]:
    """A number of some unit between two others, both inclusive."""

    def parse(text: str) -> float:
        value = _finite(text)
        if not least <= value <= most:
            raise ValueError(text)
        return value

    schema = {"type": "number", "minimum": least, "maximum": most}
    return Parameter(name, what, schema, parse, f"{unit} from {least:g} to {most:g}")


def text(name: str, what: str, *, longest: int, pattern: str | None = None) -> Parameter[str | None]:
    """A text of so many characters at most, of a certain shape where a pattern is given."""

    def parse(given: str) -> str:
        if len(given) > longest or (pattern and not re.fullmatch(pattern, given)):
            raise ValueError(given)
        return given

    schema: dict[str, Any] = {"type": "string", "maxLength": longest}
    shape = f" like {pattern}" if pattern else ""
    if pattern:
        schema["pattern"] = f"^(?:{pattern})$"
    return Parameter(name, what, schema, parse, f"text of at most {longest} characters{shape}")


def day(name: str, what: str) -> Parameter[date | None]:
    """A day in ISO 8601, of this century or the last."""

    def parse(given: str) -> date:
        found = date.fromisoformat(given) if len(given) == 10 else date.max
        if not 1900 <= found.year <= 2099:
            raise ValueError(given)
        return found

    schema = {"type": "string", "format": "date", "pattern": "^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$"}
    return Parameter(name, what, schema, parse, "a day from 1900 to 2099 such as 2026-11-02")


def flag(name: str, what: str) -> Parameter[bool]:
    """``1`` for yes, ``0`` or nothing for no."""
    known = {"0": False, "1": True}

    def parse(given: str) -> bool:
        if given not in known:
            raise ValueError(given)
        return known[given]

    return Parameter(name, what, {"type": "string", "enum": list(known)}, parse, "1 or 0", otherwise=False)


def point(name: str, what: str) -> Parameter[tuple[float, float] | None]:
    """``lon,lat`` in degrees (WGS 84) in or about Great Britain."""
    west, south, east, north = filters.BRITAIN

    def parse(given: str) -> tuple[float, float]:
        lon, lat = (_finite(part) for part in given.split(","))
        if not (west <= lon <= east and south <= lat <= north):
            raise ValueError(given)
        return lon, lat

    items = [_degrees("Longitude", west, east), _degrees("Latitude", south, north)]
    schema = {"type": "array", "prefixItems": items, "items": False, "minItems": 2, "maxItems": 2}
    return Parameter(
        name, what, schema, parse, "longitude,latitude within Great Britain, such as -2.72,52.37"
    )


def box(name: str, what: str) -> Parameter[Box | None]:
    """``west,south,east,north`` in degrees, read as a box in EPSG:27700 metres that holds it."""

    def parse(given: str) -> Box:
        west, south, east, north = (_finite(part) for part in given.split(","))
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValueError(given)
        return _box(west, south, east, north)

    longitude, latitude = _degrees("Longitude", -180, 180), _degrees("Latitude", -90, 90)
    items = [longitude, latitude, longitude, latitude]
    schema = {"type": "array", "prefixItems": items, "items": False, "minItems": 4, "maxItems": 4}
    return Parameter(name, what, schema, parse, "west,south,east,north in degrees")


def _box(*degrees: float) -> Box:
    """The box on the grid round a box of degrees, as much of it as lies about Great Britain."""
    limited = [
        min(max(each, filters.BRITAIN[i % 2]), filters.BRITAIN[2 + i % 2]) for i, each in enumerate(degrees)
    ]
    west, south, east, north = limited
    middle = (west + east) / 2
    eastings, northings = crs.from_lonlat(
        [west, west, east, east, middle, middle], [south, north, south, north, south, north]
    )
    return Box(float(eastings.min()), float(northings.min()), float(eastings.max()), float(northings.max()))


def _degrees(what: str, least: float, most: float) -> dict[str, Any]:
    return {"type": "number", "minimum": least, "maximum": most, "description": f"{what}, degrees"}


def _finite(text: str) -> float:
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise ValueError(text)
    return value
