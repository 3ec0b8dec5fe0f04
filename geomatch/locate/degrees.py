"""Longitude and latitude as people write them: decimal, or degrees with minutes and seconds, in any order."""

import math
import re
from dataclasses import dataclass

from geomatch import crs
from geomatch.errors import InputError
from geomatch.locate.readings import Spot

KIND = "lonlat"

LATITUDES, LONGITUDES = (49.0, 61.5), (-9.0, 2.5)
"""Degrees within which Great Britain lies; no latitude is a longitude, so the order of axes never matters."""

METRES_PER_DEGREE = 111_320.0
"""Along a meridian, and so the most that one degree of either axis may come to."""

LEAST_PRECISION_METRES = 2
"""What the change of datum leaves (see ``geomatch.crs``)."""

_NUMBER = r"[+-]?\d{1,3}(?:\.\d{1,12})?"
_DECIMAL_PAIR = re.compile(rf"({_NUMBER})\s*[,;/ ]\s*({_NUMBER})")
_UNITS = str.maketrans({"º": "°", "˚": "°", "’": "'", "‘": "'", "′": "'", "“": '"', "”": '"', "″": '"'})
_AXIS = re.compile(
    r"""(?P<before>[NSEW])?\s*
        (?P<sign>[+-]?)(?P<degrees>\d{1,3}(?:\.\d{1,12})?)\s*(?:[°d:]|deg(?:rees)?\b)?\s*
        (?:(?P<minutes>\d{1,2}(?:\.\d{1,10})?)\s*(?:['m:]|min(?:utes)?\b)?\s*
          (?:(?P<seconds>\d{1,2}(?:\.\d{1,8})?)\s*(?:"|''|s(?=[^a-z]|[nsew]\b|$)|sec(?:onds)?\b)?\s*)?)?
        (?P<after>[NSEW])?""",
    re.VERBOSE | re.IGNORECASE,
)
_NAMED = re.compile(
    rf"(lat(?:itude)?|lon(?:g(?:itude)?)?|lng)\s*[:=]?\s*({_NUMBER})\s*[,;& ]*\s*"
    rf"(lat(?:itude)?|lon(?:g(?:itude)?)?|lng)\s*[:=]?\s*({_NUMBER})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Angle:
    """Degrees, the size of one unit of the last figure in degrees, and the letter that names the axis."""

    degrees: float
    unit: float
    letter: str = ""

    @property
    def axis(self) -> str:
        return "lat" if self.letter in ("N", "S") else "lon" if self.letter else ""


def parse(text: str) -> tuple[Spot, ...]:
    """Where a pair of angles may point, the likeliest first; empty for what is no such pair.

    Without letters the ranges of Great Britain tell the axes apart. A longitude typed without its minus is
    read again as west. Raises InputError for a pair that is not in Great Britain in either order.
    """
    pair = _pair(text.translate(_UNITS).strip())
    if pair is None:
        return ()
    first, second = pair
    if first.axis and first.axis == second.axis:
        raise InputError(f"{text!r} gives the same axis twice; expected a latitude and a longitude")
    swapped = first.axis == "lat" or second.axis == "lon" or (not first.axis and _is_latitude(first))
    lon, lat = (second, first) if swapped else (first, second)
    if not _is_latitude(lat) or not _is_longitude(lon):
        raise InputError(
            f"{text!r} is not in Great Britain; expected a longitude from {LONGITUDES[0]:g} to "
            f"{LONGITUDES[1]:g} and a latitude from {LATITUDES[0]:g} to {LATITUDES[1]:g}"
        )
    note = "latitude typed first" if swapped and not (first.letter and second.letter) else ""
    spots = [_spot(lon, lat, note)]
    if lon.degrees > 0 and not lon.letter:
        spots.append(_spot(_Angle(-lon.degrees, lon.unit), lat, "taken as west, as no minus was typed"))
    found = tuple(spot for spot in spots if spot is not None)
    if not found:
        raise InputError(f"{text!r} is not in Great Britain")
    return found


def _pair(text: str) -> tuple[_Angle, _Angle] | None:
    decimal = _DECIMAL_PAIR.fullmatch(text.removeprefix("geo:").strip("()[] "))
    if decimal and ("." in text or all(_in_britain(each) for each in decimal.groups())):
        return _decimal(decimal[1]), _decimal(decimal[2])
    named = _NAMED.fullmatch(text)
    if named:
        letters = ["N" if word.lower().startswith("lat") else "E" for word in (named[1], named[3])]
        return _decimal(named[2], letters[0]), _decimal(named[4], letters[1])
    return _sexagesimal(text)


def _decimal(text: str, letter: str = "") -> _Angle:
    return _Angle(float(text), 10.0 ** -len(text.partition(".")[2]), letter)


def _in_britain(text: str) -> bool:
    angle = _decimal(text)
    return _is_latitude(angle) or _is_longitude(angle)


def _sexagesimal(text: str) -> tuple[_Angle, _Angle] | None:
    """Two angles with letters, or with a comma between them and minutes in both; None for anything else."""
    for middle in _breaks(text):
        sides = [_AXIS.fullmatch(part.strip(" ,;/")) for part in (text[:middle], text[middle:])]
        if sides[0] and sides[1] and _agree(sides[0], sides[1], comma="," in text):
            first, second = _angle(sides[0]), _angle(sides[1])
            return None if first is None or second is None else (first, second)
    return None


def _breaks(text: str) -> list[int]:
    """Where one angle may end and the next begin: at a comma, else after or before a letter."""
    commas = [each.start() for each in re.finditer(r"[,;/]", text)]
    if commas:
        return commas if len(commas) == 1 else []
    return [each.start() for each in re.finditer(r"(?<=[NSEWnsew])\s*(?=[\d+-])|\s+(?=[NSEWnsew+-])", text)]


def _agree(first: re.Match[str], second: re.Match[str], *, comma: bool) -> bool:
    """Both with a letter on the same side, or both without letters, with minutes, and a comma between."""
    letters = [(bool(side["before"]), bool(side["after"])) for side in (first, second)]
    if letters[0] != letters[1] or letters[0] == (True, True):
        return False
    return any(letters[0]) or (comma and bool(first["minutes"]) and bool(second["minutes"]))


def _angle(side: re.Match[str]) -> _Angle | None:
    given = [side[name] for name in ("degrees", "minutes", "seconds") if side[name] is not None]
    if any("." in part for part in given[:-1]) or any(float(part) >= 60 for part in given[1:]):
        return None
    size = sum(float(part) / 60**place for place, part in enumerate(given))
    unit = 10.0 ** -len(given[-1].partition(".")[2]) / 60 ** (len(given) - 1)
    letter = (side["before"] or side["after"] or "").upper()
    negative = (side["sign"] == "-") != (letter in ("S", "W"))
    return _Angle(-size if negative else size, unit, letter)


def _is_latitude(angle: _Angle) -> bool:
    return LATITUDES[0] <= angle.degrees <= LATITUDES[1]


def _is_longitude(angle: _Angle) -> bool:
    return LONGITUDES[0] <= angle.degrees <= -LONGITUDES[0]


def _spot(lon: _Angle, lat: _Angle, note: str) -> Spot | None:
    easting, northing = (float(metres) for metres in crs.from_lonlat(lon.degrees, lat.degrees))
    if not crs.in_great_britain(easting, northing):
        return None
    label = f"longitude {_plain(lon.degrees)}, latitude {_plain(lat.degrees)}"
    metres = math.ceil(max(lon.unit, lat.unit) * METRES_PER_DEGREE - 1e-6)
    return Spot(KIND, label, easting, northing, max(LEAST_PRECISION_METRES, metres), note)


def _plain(degrees: float) -> str:
    return f"{degrees:.6f}".rstrip("0").rstrip(".")
