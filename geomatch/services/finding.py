"""From what a person typed to a place, or to the choices where there are several; nobody else is asked."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from geomatch import crs
from geomatch import locate as core
from geomatch.db import finding
from geomatch.db.counties import County
from geomatch.errors import InputError, UnknownPlaceError
from geomatch.locate import (
    Located,
    Match,
    Named,
    PostcodePart,
    PostcodeStart,
    Question,
    Reading,
    Spot,
    Uprn,
    choosing,
    spelling,
    telling,
)
from geomatch.model import Point

USUAL_MATCHES = 10
MOST_MATCHES = 50

WIDELY_KNOWN = ("england", "britain", "great britain", "uk", "united kingdom")
"""What may stand after a comma without telling two places apart, beside the county's own name."""

TOWN_METRES = 10_000
"""How far from the town after the comma a place may be: "Newton, Wem" is not in the parish of Wem."""

UPRN_METRES = 10
"""A UPRN's point lies on its property (Ordnance Survey, OS Open UPRN technical specification)."""

_UNIT_METRES = {10: 100, 20: 100, 30: 150, 40: 500, 50: 500, 60: 3000}
"""How far a postcode's addresses may be from its point, by Code-Point's quality; 100 if unknown."""

_SPARE = 3
"""Rows asked for to each match wanted, as several may be one place."""

_LIKE = 0.3
"""How much less alike than the likest a misspelt name may be and still be shown."""

_DEEPEST = 2
"""How many "near" may stand within each other."""


@dataclass(frozen=True, slots=True)
class _Search:
    """Where is looked, and how many matches are wanted."""

    connection: sa.Connection
    county: County
    limit: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """Matches of one reading, best first, and what has to be said of them."""

    matches: tuple[Match, ...] = ()
    note: str = ""
    asked: str = ""
    """The name that was looked for, where it is not the whole text."""
    ordered: bool = False
    """Whether their order already says which is meant."""

    @property
    def certain(self) -> bool:
        return any(match.exact and match.in_county for match in self.matches)

    @property
    def inside(self) -> bool:
        return any(match.in_county for match in self.matches)


def locate(connection: sa.Connection, county: County, text: str, *, limit: int = USUAL_MATCHES) -> Located:
    """Every place that a text may mean, best first, with what was understood.

    Nothing found is an answer with no match. Raises InputError for a text that cannot be a place.
    """
    return _locate(_Search(connection, county, limit), text)


def place(connection: sa.Connection, county: County, text: str, *, chosen: Point | None = None) -> Match:
    """The one place that a text means; among several the one at ``chosen`` (EPSG:27700 metres).

    Raises UnknownPlaceError when there is none and InputError, listing the choices, when there are several.
    """
    found = locate(connection, county, text)
    if chosen is not None and found.matches:
        return found.nearest(chosen) or found.matches[0]
    if not found.matches:
        raise UnknownPlaceError(found.understood)
    if found.best is None:
        choices = "; ".join(match.label for match in found.matches)
        raise InputError(f"{found.understood} {choices}")
    return found.best


def _locate(search: _Search, text: str) -> Located:
    question = core.understand(text)
    found = _likeliest(search, question.readings, _FINDERS)
    if not found.matches and not found.note:
        found = _likeliest(search, question.readings, _MENDERS)
    return _told(search, question, found)


def _likeliest(
    search: _Search, readings: Sequence[Reading], finders: dict[type[Any], Callable[..., _Found]]
) -> _Found:
    """What the first reading gives that leads into the county, or else anywhere.

    A position that is not the first reading (axes the other way round) counts only in the county.
    """
    tried: list[_Found] = []
    for reading in readings:
        find = finders.get(type(reading))
        found = find(search, reading) if find else _Found()
        if found.certain:
            return found
        if found.inside or not (tried and isinstance(reading, Spot)):
            tried.append(found)
    answers = [found for found in tried if found.inside] + [found for found in tried if found.matches]
    return answers[0] if answers else next((found for found in tried if found.note), _Found())


def _told(search: _Search, question: Question, found: _Found) -> Located:
    matches = tuple(match.vaguer() for match in found.matches) if question.near else found.matches
    matches = choosing.distinct(matches)[: search.limit]
    county, asked = search.county.name, found.asked or question.text
    choose = not found.ordered and choosing.must_choose(matches)
    if not matches:
        words = found.note or telling.nothing(asked, county=county)
    elif matches[0].score < 1:
        words = telling.alike(asked, matches, county=county, choose=choose)
    elif choose:
        words = telling.several(asked, matches, county=county)
    else:
        words = telling.one(matches[0], county=county, near=question.near, note=found.note)
    return Located(question.text, words, matches, choose)


def _spot(search: _Search, spot: Spot) -> _Found:
    made = _matches(search, [(spot.label, spot.kind, spot.point, spot.precision_metres)])
    return _Found(made, spot.note, ordered=True)


def _uprn(search: _Search, reading: Uprn) -> _Found:
    point, loaded = finding.uprn(search.connection, search.county.id, reading.number)
    if point is None:
        reason = f"UPRN {reading.number} is not loaded" if loaded else "no UPRNs are loaded"
        return _Found(note=f"{reason} for {search.county.name}")
    return _Found(_matches(search, [(f"UPRN {reading.number}", "uprn", point, UPRN_METRES)]), ordered=True)


def _postcode_part(search: _Search, part: PostcodePart) -> _Found:
    if part.kind == "postcode":
        return _unit(search, part.text)
    whole = _middle(search, part)
    if not whole:
        return _around(search, part.text, ("outcode",) if part.kind == "sector" else ())
    return _Found(whole + _units(search, part.text.replace(" ", ""), limit=search.limit - 1), ordered=True)


def _unit(search: _Search, postcode: str) -> _Found:
    """The postcode itself; where it is not loaded, the middle of its sector or else of its outcode."""
    rows = finding.postcodes(search.connection, search.county.id, postcode.replace(" ", ""), limit=1)
    row = rows[0] if rows else finding.postcode_named(search.connection, search.county.id, postcode)
    if row is not None:
        return _Found(_placed_units(search, [row], exact=True), ordered=True)
    return _around(search, postcode, ("sector", "outcode"))


def _around(search: _Search, missing: str, kinds: Sequence[str]) -> _Found:
    """The smallest part round a postcode or sector that is not loaded."""
    parts = {"sector": missing[:-2], "outcode": missing.partition(" ")[0]}
    for kind in kinds:
        whole = _middle(search, PostcodePart(kind, parts[kind]), exact=False)
        if whole:
            return _Found(whole, f"{missing} itself is not among the postcodes loaded", ordered=True)
    return _Found(note=f"{missing} is not among the postcodes loaded for {search.county.name}")


def _middle(search: _Search, part: PostcodePart, *, exact: bool = True) -> tuple[Match, ...]:
    row = finding.postcode_part(search.connection, search.county.id, part.text)
    if row is None:
        return ()
    precision = 100 * math.ceil(max(row["metres"], 100) / 100)
    return _matches(
        search, [(part.text, part.kind, (row["easting"], row["northing"]), precision)], exact=exact
    )


def _postcode_start(search: _Search, start: PostcodeStart) -> _Found:
    units = _units(search, start.packed, limit=search.limit)
    return _Found(units, "" if units else f"no postcode that begins with {start.packed} is loaded")


def _units(search: _Search, packed: str, *, limit: int) -> tuple[Match, ...]:
    rows = finding.postcodes(search.connection, search.county.id, packed, limit=max(limit, 0))
    return _placed_units(search, rows, exact=False)


def _placed_units(search: _Search, rows: Sequence[finding.Row], *, exact: bool) -> tuple[Match, ...]:
    told = [
        (
            str(row["postcode"]),
            "postcode",
            (row["easting"], row["northing"]),
            _UNIT_METRES.get(row["quality"], 100),
        )
        for row in rows
    ]
    return _matches(search, told, exact=exact)


def _named(search: _Search, named: Named) -> _Found:
    wanted = _wanted(search, named)
    if wanted is None:
        return _Found()
    rows = finding.names(search.connection, search.county.id, wanted, limit=search.limit * _SPARE)
    found = _Found(_named_matches(rows), asked=named.name, ordered=wanted.near is not None)
    if found.matches or not named.within:
        return found
    return _beside(search, named)


def _wanted(search: _Search, named: Named) -> finding.Wanted | None:
    """The question to the names; None when it is asked near something that is nowhere."""
    if named.near:
        near = _point_of(search, named.near)
        return None if near is None else finding.Wanted(named.name, kind=named.kind, near=near)
    county = search.county.name.casefold()
    said = (named.within or "").casefold()
    within = None if said in (*WIDELY_KNOWN, county, county.partition(" (")[0]) else named.within
    return finding.Wanted(named.name, within=within, kind=named.kind)


def _beside(search: _Search, named: Named) -> _Found:
    """A place that is not in the parish named with it, but near the town of that name."""
    try:
        near = _point_of(search, named.within or "")
    except InputError:
        return _Found()
    if near is None:
        return _Found()
    wanted = finding.Wanted(named.name, near=near)
    rows = finding.names(search.connection, search.county.id, wanted, limit=search.limit * _SPARE)
    close = [row for row in rows if math.dist(near, (row["easting"], row["northing"])) <= TOWN_METRES]
    return _Found(_named_matches(close), asked=named.name, ordered=True)


def _point_of(search: _Search, text: str) -> Point | None:
    if search.depth >= _DEEPEST:
        return None
    inner = _Search(search.connection, search.county, 1, search.depth + 1)
    found = _locate(inner, text)
    return found.matches[0].point if found.matches else None


def _alike(search: _Search, named: Named) -> _Found:
    wanted = _wanted(search, named)
    if wanted is None:
        return _Found()
    rows = finding.alike(
        search.connection,
        search.county.id,
        wanted,
        swapped=spelling.swapped(named.name),
        limit=search.limit * _SPARE,
    )
    likest = max((row["score"] for row in rows), default=0.0)
    alike = [row for row in rows if row["score"] >= likest - _LIKE]
    return _Found(_named_matches(alike), asked=named.name, ordered=wanted.near is not None)


def _named_matches(rows: Sequence[finding.Row]) -> tuple[Match, ...]:
    lons, lats = crs.to_lonlat([row["easting"] for row in rows], [row["northing"] for row in rows])
    return tuple(
        Match(
            label=telling.label(row["name"], row["kind"], row["parish"]),
            name=row["name"],
            kind=row["kind"],
            easting=row["easting"],
            northing=row["northing"],
            lon=float(lon),
            lat=float(lat),
            precision_metres=row["precision_metres"],
            in_county=not row["outside"],
            parish=(row["parish_code"], row["parish"]) if row["parish_code"] else None,
            ref=row["ref"],
            exact=row["fit"] == 0,
            score=float(row["score"]),
        )
        for row, lon, lat in zip(rows, lons, lats, strict=True)
    )


def _matches(
    search: _Search, told: Sequence[tuple[str, str, Point, int]], *, exact: bool = True
) -> tuple[Match, ...]:
    """Matches of (label, kind, point, precision in metres), with the ground they stand on."""
    points = [point for _, _, point, _ in told]
    ground = finding.ground(search.connection, search.county.id, points) if points else []
    lons, lats = crs.to_lonlat([point[0] for point in points], [point[1] for point in points])
    return tuple(
        Match(
            label=label,
            name=label,
            kind=kind,
            easting=point[0],
            northing=point[1],
            lon=float(lon),
            lat=float(lat),
            precision_metres=precision,
            in_county=under["inside"],
            parish=(under["code"], under["name"]) if under["code"] else None,
            exact=exact,
        )
        for (label, kind, point, precision), under, lon, lat in zip(told, ground, lons, lats, strict=True)
    )


_FINDERS: dict[type[Any], Callable[..., _Found]] = {
    Spot: _spot,
    PostcodePart: _postcode_part,
    PostcodeStart: _postcode_start,
    Uprn: _uprn,
    Named: _named,
}
_MENDERS: dict[type[Any], Callable[..., _Found]] = {Named: _alike}
"""How each reading is looked up, and how again when nothing was found."""
