"""What was understood, in words."""

from collections.abc import Sequence

from geomatch.locate.matches import Match

_KINDS = {
    "postcode": "a postcode",
    "sector": "a postcode sector, by the middle of its postcodes",
    "outcode": "a postcode district, by the middle of its postcodes",
    "grid_reference": "an OS grid reference, by the middle of its square",
    "easting_northing": "an easting and northing on the National Grid",
    "lonlat": "a longitude and latitude",
    "uprn": "a UPRN",
    "ljc": "a Local Joint Committee area",
    "lad": "a local authority",
}

_AREAS = {"parish": "parish", "division": "division", "ljc": "LJC", "lad": "council area"}


def label(name: str, kind: str, parish: str | None) -> str:
    """A name with what tells it from others: what sort of area it is, or the parish it lies in."""
    if kind in _AREAS:
        return f"{name} ({_AREAS[kind]})"
    if parish is None or parish.casefold() in name.casefold():
        return name
    return f"{name}, {parish}"


def kind(code: str) -> str:
    """``a village``; ``a postcode``."""
    words = code.replace("_", " ")
    return _KINDS.get(code) or f"{'an' if words[:1] in 'aeiou' else 'a'} {words}"


def distance(metres: float) -> str:
    """``100 m``, ``1.2 km``."""
    return f"{metres:,.0f} m" if metres < 1000 else f"{metres / 1000:.1f}".removesuffix(".0") + " km"


def one(match: Match, *, county: str, near: bool = False, note: str = "") -> str:
    """One place, its precision, and whether it lies outside the county."""
    precision = distance(match.precision_metres)
    found = f"{'near ' if near else ''}{match.label}: {kind(match.kind)}, to within {precision}"
    outside = "" if match.in_county else f"; outside {county}"
    return found + (f"; {note}" if note else "") + outside


def several(asked: str, matches: Sequence[Match], *, county: str) -> str:
    """Several places, of which one has to be chosen."""
    exact = sum(match.exact for match in matches)
    outside = "" if any(match.in_county for match in matches) else f", all outside {county}"
    if exact > 1:
        return f"{exact} places are called “{asked}”{outside}; which one?"
    return f"several places answer to “{asked}”{outside}; which one?"


def alike(asked: str, matches: Sequence[Match], *, county: str, choose: bool) -> str:
    """Nothing is called so; what is spelt nearly so."""
    if choose:
        return f"nothing is called “{asked}”; spelt much the same are {len(matches)} places; which one?"
    return f"nothing is called “{asked}”; taken for {one(matches[0], county=county)}"


def nothing(asked: str, *, county: str) -> str:
    """Nothing found."""
    return f"no place called “{asked}” is known in or near {county}"
