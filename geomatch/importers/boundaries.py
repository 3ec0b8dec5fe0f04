"""Boundaries of parishes, divisions, authorities and LSOAs, as the publishers give them out."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geomatch.errors import InputError
from geomatch.importers import fields, vector
from geomatch.importers.fields import Fields
from geomatch.importers.report import IssueKind, Provenance, Reading, Report
from geomatch.importers.vector import Layer
from geomatch.model import Area, AreaKind, gss_code

_POLYGONS = ("Polygon", "MultiPolygon")

FAR_METRES = 30_000.0
"""Areas whose box is further than this from the county's are left out: half an hour's drive, our choice."""


def read(
    path: Path,
    *,
    kind: AreaKind | str,
    code: str | None = None,
    name: str | None = None,
    vintage: date | str | None = None,
    source: str | None = None,
    licence: str | None = None,
    within: BaseGeometry | None = None,
    outside: bool = False,
    layer: str | None = None,
) -> tuple[list[Area], Report]:
    """Areas on EPSG:27700, sorted by code.

    ``code`` and ``name`` are fields, found by the publishers' patterns when not given. ``within`` is the
    county's outline on EPSG:27700: areas of which less than half lies in it are marked as outside, and far
    ones are left out and counted. ``outside`` marks them all. ``layer`` chooses among several.

    Raises InputError for a file that cannot be read (see ``vector.read``), lacks the fields, or has nothing
    in the county.
    """
    area_kind = _kind(kind)
    reading = Reading(path.name)
    wanted = (layer,) if layer else fields.LAYERS.get(area_kind, ())
    shapes = vector.read(path, reading, layers=wanted)
    found = fields.choose(list(shapes.fields), kind=area_kind, code=code, name=name, source=path.name)
    if not vintage and found.year:
        vintage = str(found.year)
        reading.note(
            IssueKind.GUESSED, f"vintage not given; the year {vintage} is taken from the field {found.code}"
        )
    areas = _placed(list(_areas(shapes, found, area_kind, reading)), reading, within, outside)
    provenance = Provenance.stated(vintage, source, licence)
    return areas, reading.report("boundaries", [path], provenance)


def _kind(kind: AreaKind | str) -> AreaKind:
    try:
        return AreaKind(kind)
    except ValueError:
        raise InputError(f"area kind {kind!r}; expected one of {', '.join(AreaKind)}") from None


def _areas(shapes: Layer, found: Fields, kind: AreaKind, reading: Reading) -> Iterator[Area]:
    first_at: dict[str, int] = {}
    for index in range(len(shapes)):
        reading.read += 1
        code = _code(shapes.fields[found.code][index], kind, reading, (index + 1, found.code))
        name = found.clean_name(shapes.fields[found.name][index])
        shape = _shape(shapes, index, reading, code) if code else None
        if not code or shape is None:
            continue
        if not name:
            reading.reject(IssueKind.MISSING, f"{code} has no name", line=index + 1, column=found.name)
        elif first_at.setdefault(code, index + 1) != index + 1:
            message = f"{code} is feature {first_at[code]} already"
            reading.reject(IssueKind.DUPLICATE, message, line=index + 1, column=found.code, value=code)
        else:
            yield Area(str(kind), code, name, shape)


def _code(text: str, kind: AreaKind, reading: Reading, where: tuple[int, str]) -> str | None:
    line, column = where
    if not text:
        reading.reject(IssueKind.MISSING, "no code", line=line, column=column)
        return None
    if kind is AreaKind.LJC:
        return text
    try:
        return gss_code(text)
    except InputError as error:
        reading.reject(IssueKind.INVALID, str(error), line=line, column=column, value=text)
        return None


def _shape(shapes: Layer, index: int, reading: Reading, code: str) -> BaseGeometry | None:
    """The polygon of a feature, mended where it crosses itself; ``None`` and an issue where none is left."""
    line = index + 1
    given: BaseGeometry | None = shapes.geometries[index]
    if given is None or shapely.is_empty(given) or given.geom_type not in _POLYGONS:
        what = "no shape" if given is None or shapely.is_empty(given) else f"a {given.geom_type}"
        reading.reject(IssueKind.GEOMETRY, f"{code} has {what}; expected a polygon", line=line, value=code)
        return None
    if not vector.within_grid(given):
        reading.reject(IssueKind.OUTSIDE, f"{code} is not in Great Britain", line=line, value=code)
        return None
    if given.is_valid and not shapes.mended[index]:
        return given
    reason = "a ring was not closed" if given.is_valid else shapely.is_valid_reason(given)
    mended = polygons_of(shapely.make_valid(given))
    if mended.is_empty:
        reading.reject(IssueKind.GEOMETRY, f"{code} encloses nothing: {reason}", line=line, value=code)
        return None
    reading.note(IssueKind.REPAIRED, f"{code} was mended: {reason}", line=line, value=code)
    return mended


def polygons_of(geometry: BaseGeometry) -> BaseGeometry:
    """The parts of a geometry that enclose something, as one Polygon or MultiPolygon."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return shapely.union_all([part for part in parts if part.geom_type == "Polygon"])


def _placed(areas: list[Area], reading: Reading, within: BaseGeometry | None, outside: bool) -> list[Area]:
    if within is None:
        placed = [_marked(area, outside) for area in areas]
    else:
        shapely.prepare(within)
        far = shapely.box(*within.bounds).buffer(FAR_METRES, join_style="mitre")
        near = [area for area in areas if far.intersects(shapely.box(*shapely.bounds(area.geometry)))]
        reading.reject_many(
            IssueKind.OUTSIDE,
            len(areas) - len(near),
            f"areas lie over {FAR_METRES / 1000:.0f} km away and are left out",
        )
        placed = [_marked(area, outside or not _mostly_in(area.geometry, within)) for area in near]
        if not outside and all(area.outside for area in placed):
            raise InputError(f"{reading.source}: none of its {len(areas)} areas lies in the county's outline")
    return sorted(placed, key=lambda area: area.code)


def _mostly_in(geometry: shapely.Geometry, outline: BaseGeometry) -> bool:
    if outline.contains(geometry):
        return True
    return bool(2 * shapely.area(outline.intersection(geometry)) >= shapely.area(geometry))


def _marked(area: Area, outside: bool) -> Area:
    return Area(area.kind, area.code, area.name, area.geometry, outside)
