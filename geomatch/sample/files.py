"""Writes the sample county's files in publishers' formats and our own templates."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import shapely

from geomatch import crs
from geomatch.model import Area, AreaKind, Feature, Need, Organisation, Role, Truth, Window
from geomatch.safeguarding import Contact, With

Row = dict[str, object]

FIELDS = {AreaKind.PARISH: ("PAR19CD", "PAR19NM"), AreaKind.DIVISION: ("WD19CD", "WD19NM")}
"""Code and name as the Office for National Statistics calls them."""


def boundaries(areas: Sequence[Area], kind: AreaKind) -> str:
    """One kind of area as GeoJSON text (RFC 7946): EPSG:4326 lon, lat to six decimals, sorted by code."""
    chosen = sorted((area for area in areas if area.kind is kind), key=lambda area: area.code)
    shapes = crs.geometries_to_lonlat(np.array([area.geometry for area in chosen], dtype=object))
    code, name = FIELDS[kind]
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {code: area.code, name: area.name},
                "geometry": _geometry(shape),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for area, shape in zip(chosen, shapes, strict=True)
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def _geometry(shape: shapely.Geometry) -> dict[str, object]:
    wound = shapely.get_parts(shapely.orient_polygons(shape))
    parts = sorted([_ring(ring) for ring in (part.exterior, *part.interiors)] for part in wound)
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    """A ring from its least corner on, so that it is written the same however it was put together."""
    corners = np.round(shapely.get_coordinates(ring), 6)[:-1].tolist()
    first = corners.index(min(corners))
    turned = corners[first:] + corners[:first]
    return [*turned, turned[0]]


def read_boundaries(path: Path, kind: AreaKind) -> list[Area]:
    """Areas from a file that ``boundaries`` wrote, EPSG:27700 metres."""
    code, name = FIELDS[kind]
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    return [
        Area(kind, feature["properties"][code], feature["properties"][name], shape)
        for feature, shape in zip(features, crs.geometries_to_grid(shapes, "EPSG:4326"), strict=True)
    ]


def table(path: Path, rows: Iterable[Row], columns: Sequence[str]) -> None:
    """A CSV in UTF-8 with a header; what a row does not state is left empty."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def organisation_rows(organisations: Iterable[Organisation]) -> list[Row]:
    """Rows of the organisations' template."""
    return [
        {
            "id": one.id,
            "name": one.name,
            "description": one.description,
            "sector": one.sector,
            "themes": ";".join(one.themes),
            "small": one.small,
            "postcode": one.postcode or "",
            "email": one.email or "",
            "telephone": one.telephone or "",
        }
        | _position(one.point)
        for one in organisations
    ]


def need_rows(needs: Iterable[Need]) -> list[Row]:
    """Rows of the needs' template, one for each role."""
    return [_need(need) | row for need in needs for row in (map(_role, need.roles) if need.roles else ({},))]


def _need(need: Need) -> Row:
    return {
        "id": need.id,
        "organisation": need.organisation or "",
        "title": need.title,
        "description": need.description,
        "parish": need.parish or "",
        "postcode": need.postcode or "",
        "weight": need.weight,
        "all_or_nothing": "yes" if need.all_or_nothing else "no",
        "asked": need.asked or "",
        "closes": need.closes or "",
        "mode": need.mode,
        "max_minutes": need.max_minutes or "",
        "windows": "; ".join(_window(window) for window in need.windows),
        "aspiration": "yes" if need.aspiration else "",
    } | _position(need.point)


def _role(role: Role) -> Row:
    return {
        "role": role.id,
        "kind": role.kind,
        "subkind": role.subkind,
        "substitutes": ";".join(role.substitutes),
        "quantity": role.quantity,
        "minimum": role.minimum,
        "role_max_minutes": role.max_minutes or "",
        "features": "; ".join(_feature(feature) for feature in role.features),
        "dbs_level": role.check,
        "carries": role.carries or "",
    } | _contact(role.contact)


def _contact(contact: Contact) -> Row:
    if contact.people is With.NOBODY:
        return {}
    return {
        "contact": contact.people,
        "contact_days": contact.days_in_30 or "",
        "overnight": contact.overnight,
        "personal_care": contact.personal_care,
        "supervised": contact.supervised,
    }


def _position(point: tuple[float, float] | None) -> Row:
    return {"easting": int(point[0]), "northing": int(point[1])} if point else {}


def _window(window: Window) -> str:
    return f"{window.starts:%Y-%m-%d %H:%M}-{window.ends:%H:%M}"


def _feature(feature: Feature) -> str:
    return feature.name if feature.value is Truth.YES else f"{feature.name}={feature.value:g}"
