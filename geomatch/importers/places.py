"""Named points that become resources or organisations: OpenStreetMap extracts, registers of schools,
libraries and surgeries, or any table or file of shapes with an id, a name and a position.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from geomatch import model
from geomatch.crs import in_great_britain
from geomatch.errors import InputError
from geomatch.importers import positions, tables, vector
from geomatch.importers.report import IssueKind, Provenance, Reading, Report
from geomatch.importers.tables import Row
from geomatch.model import Feature, Organisation, Point, Resource, ResourceKind, Truth

Where = Mapping[str, Sequence[str]]
Place = Resource | Organisation

ORGANISATION = "organisation"

IDS = {
    "id": "",
    "osm_ref": "osm",
    "osm_id": "osm",
    "@id": "osm",
    "urn": "urn",
    "org_code": "ods",
}
"""Columns with the publisher's own stable id, in the order of trust, and the prefix it gets with us."""

NAMES = ("name", "establishment_name", "establishmentname")
TAGS = ("amenity", "leisure", "tourism", "shop", "office", "building")
"""OpenStreetMap keys that say what a place is, the most telling first."""

REGISTERS = {"urn": "school", "org_code": "doctors", "statutory_10": "library"}
"""What the rows of a register are, by a column only it has."""

CLOSED = ("closed", "close_date", "closedate")
WHEELCHAIR = {"yes": Truth.YES, "designated": Truth.YES, "no": Truth.NO}
"""OpenStreetMap's wheelchair=*; ``limited`` means not everywhere, which is neither."""

_PUBLIC = ("school", "library", "doctors", "clinic", "hospital", "townhall", "fire_station", "police")
_PRIVATE = ("pub", "pharmacy", "post_office", "cafe", "restaurant", "bar")


def read(
    path: Path,
    *,
    kind: ResourceKind | str = ResourceKind.VENUE,
    subkind: str | None = None,
    where: Where | None = None,
    vintage: date | str | None = None,
    source: str | None = None,
    licence: str | None = None,
) -> tuple[list[Place], Report]:
    """Resources of ``kind``, or organisations for ``kind="organisation"``, sorted by id.

    ``where`` keeps the rows whose every named attribute has one of the allowed values; others are not
    counted as read. ``subkind`` is what they are, by default the value of the tag, or what the register
    lists. A shape stands for a point inside it. Raises InputError for an unknown kind or attribute.
    """
    reading = Reading(path.name)
    maker = _maker(kind)
    found: dict[str, Place] = {}
    for row, point in _rows(path, reading, where or {}):
        place = _place(row, point, subkind or _subkind(row, where or {}), maker)
        if place is None:
            continue
        if place.id in found:
            row.refuse(None, f"{place.id} stands in an earlier row", IssueKind.DUPLICATE)
        else:
            found[place.id] = place
    places = [found[key] for key in sorted(found)]
    return places, reading.report("places", [path], Provenance.stated(vintage, source, licence))


def _rows(path: Path, reading: Reading, where: Where) -> Iterator[tuple[Row, Point | None]]:
    if vector.is_vector(path):
        yield from _shapes(path, reading, where)
        return
    for row in tables.rows(path, reading, check=lambda header: _check(header, where, path)):
        if _wanted(row, where):
            yield row, positions.of(row)
        else:
            reading.read -= 1


def _shapes(path: Path, reading: Reading, where: Where) -> Iterator[tuple[Row, Point | None]]:
    layer = vector.read(path, reading)
    names = [name.lower() for name in layer.fields]
    _check([*names, "lon", "lat"], where, path)
    for index, values in enumerate(zip(*layer.fields.values(), strict=True)):
        row = Row(index + 1, dict(zip(names, values, strict=True)), reading)
        if not _wanted(row, where):
            continue
        reading.read += 1
        yield row, _inside(row, layer.geometries[index])


def _inside(row: Row, shape: vector.Shape | None) -> Point | None:
    if shape is None or shape.is_empty:
        return None
    point = shape.representative_point()
    if in_great_britain(point.x, point.y):
        return point.x, point.y
    row.refuse(None, f"({point.x:.0f}, {point.y:.0f}) is not in Great Britain", IssueKind.OUTSIDE)
    return None


def _check(header: Sequence[str], where: Where, path: Path) -> None:
    there = ", ".join(header)
    unknown = [name for name in where if name.lower() not in header]
    if unknown:
        raise InputError(f"{path.name}: where names {', '.join(unknown)}; there are {there}")
    if not any(name in header for name in NAMES):
        raise InputError(f"{path.name}: no column with the name ({' or '.join(NAMES)}); there are {there}")
    if not positions.has_columns(header):
        raise InputError(f"{path.name}: no easting and northing, nor lon and lat; there are {there}")


def _wanted(row: Row, where: Where) -> bool:
    return all(row.text(name.lower()) in allowed for name, allowed in where.items())


def _subkind(row: Row, where: Where) -> str:
    for register, what in REGISTERS.items():
        if register in row.cells:
            return what
    tags = (row.text(name.lower()) for name in (*where, *TAGS))
    return next((tag for tag in tags if tag), "")


Maker = Callable[[str, str, str, Row, Point], Place]


def _place(row: Row, point: Point | None, subkind: str, maker: Maker) -> Place | None:
    name = _name(row, subkind)
    closed = next((row.text(column) for column in CLOSED if row.text(column)), "")
    if closed:
        row.refuse(None, f"{name} closed: {closed}", IssueKind.CLOSED)
    elif not name:
        row.refuse("name", "neither a name nor a word for what it is", IssueKind.MISSING)
    elif point is None and not row.bad:
        row.refuse(None, f"{name} has no coordinates", IssueKind.NO_POSITION)
    if row.bad or point is None:
        return None
    return maker(_identifier(row, name, subkind), name, subkind, row, point)


def _name(row: Row, subkind: str) -> str:
    """The name; a place without one is still a place, and is called by what it is, with an issue."""
    column = next(column for column in NAMES if column in row.cells)
    given = row.text(column)
    if given or not subkind:
        return given
    street = row.text("addr_street")
    made = f"Unnamed {subkind.replace('_', ' ')}" + (f", {street}" if street else "")
    row.remark(column, f"no name; called {made!r}", IssueKind.MISSING)
    return made


def _identifier(row: Row, name: str, subkind: str) -> str:
    for column, prefix in IDS.items():
        given = row.text(column).removesuffix(".0")
        if given:
            return _slug(prefix, row.text("osm_type_layer"), given)
    return _slug(subkind, name, row.text("postcode") or row.text("addr_postcode"))


def _slug(*parts: str) -> str:
    words = (re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts)
    return "-".join(word for word in words if word)


def _maker(kind: ResourceKind | str) -> Maker:
    if kind == ORGANISATION:
        return _organisation
    try:
        resource_kind = ResourceKind(kind)
    except ValueError:
        kinds = ", ".join((*ResourceKind, ORGANISATION))
        raise InputError(f"places of kind {kind!r}; expected one of {kinds}") from None

    def resource(identifier: str, name: str, subkind: str, row: Row, point: Point) -> Place:
        return Resource(
            id=identifier,
            kind=resource_kind,
            name=name,
            subkind=subkind,
            description=row.text("addr_street"),
            point=point,
            postcode=_postcode(row),
            features=_features(row),
        )

    return resource


def _organisation(identifier: str, name: str, subkind: str, row: Row, point: Point) -> Place:
    sector = "public" if subkind in _PUBLIC else "private" if subkind in _PRIVATE else "voluntary"
    return Organisation(
        id=identifier,
        name=name,
        sector=sector,
        point=point,
        postcode=_postcode(row),
        url=row.text("website") or None,
    )


def _features(row: Row) -> tuple[Feature, ...]:
    if "wheelchair" not in row.cells:
        return ()
    return (Feature("step_free", WHEELCHAIR.get(row.text("wheelchair"), Truth.UNKNOWN)),)


def _postcode(row: Row) -> str | None:
    """The postcode where it is one; a position is known without it, so a bad one is no reason to refuse."""
    try:
        return model.postcode(row.text("postcode") or row.text("addr_postcode"))
    except InputError:
        return None
