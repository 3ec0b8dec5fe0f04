"""The same rows as JSON, GeoJSON (RFC 7946) or CSV, whichever the program on the other end accepts."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import flask
import sqlalchemy as sa
from werkzeug.exceptions import NotAcceptable

from geomatch import crs
from geomatch.exporters.spreadsheet import harmless
from webmap import security

GEOJSON, CSV, JSON = "application/geo+json", "text/csv", "application/json"
Rows = Sequence[Mapping[str, Any]] | Sequence[sa.RowMapping]


def wanted(types: Sequence[str] = (JSON, GEOJSON, CSV)) -> str:
    """The type to answer with, the first when the request does not say. Raises 406 when none will do."""
    accepted = flask.request.accept_mimetypes
    if not accepted:
        return types[0]
    weights = {kind: accepted[kind] for kind in types}
    best = max(types, key=weights.__getitem__)  # the first of equals
    if not weights[best]:
        raise NotAcceptable(f"This address answers with {' or '.join(types)}.")
    return best


def answer(name: str, rows: Rows, **more: Any) -> flask.Response:
    """Rows in the wanted type. Each may hold ``geometry`` (GeoJSON text) or easting and northing.

    ``next``, the address of the rest, stands in JSON and in the ``Link`` header (RFC 8288) of every type.
    """
    made = _answer(name, with_lonlat(rows), more)
    if "next" in more:
        made.headers["Link"] = f'<{more["next"]}>; rel="next"'
    return made


def _answer(name: str, told: list[dict[str, Any]], more: Mapping[str, Any]) -> flask.Response:
    kind = wanted()
    if kind == CSV:
        return reply(_csv(told), "text/csv; charset=utf-8", name=f"{name}.csv")
    if kind == GEOJSON:
        return reply(_collection(told), GEOJSON)
    plain = [{key: value for key, value in row.items() if key != "geometry"} for row in told]
    return reply(dumped({name: plain} | dict(more)), JSON)


def file(rows: Rows, kind: str) -> bytes:
    """Rows as the content of a file of one type."""
    told = with_lonlat(rows)
    return (_csv(told) if kind == CSV else _collection(told)).encode()


def saved(name: str, body: bytes, kind: str) -> flask.Response:
    """A file of one type to save, whatever the request accepts."""
    if kind == CSV:
        return reply(body, "text/csv; charset=utf-8", name=f"{name}.csv")
    return reply(body, GEOJSON, name=f"{name}.geojson")


def with_lonlat(rows: Rows) -> list[dict[str, Any]]:
    """Rows with ``easting`` and ``northing`` as ``lon`` and ``lat``, five decimals; null stays null."""
    told = [dict(row) for row in rows]
    placed = [row for row in told if row.get("easting") is not None]
    lons, lats = crs.to_lonlat([row["easting"] for row in placed], [row["northing"] for row in placed])
    for row, lon, lat in zip(placed, lons, lats, strict=True):
        row["lon"], row["lat"] = round(float(lon), 5), round(float(lat), 5)
    for row in told:
        if "easting" in row:
            del row["easting"], row["northing"]
            row.setdefault("lon", None)
            row.setdefault("lat", None)
    return told


def spreadsheet(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV for spreadsheets: with a byte order mark and without live formulas."""
    return _csv(rows)


def dumped(value: Any) -> str:
    """Compact JSON; days in ISO 8601."""
    return _ENCODER.encode(value)


def reply(body: str | bytes, kind: str, *, name: str | None = None) -> flask.Response:
    """Public data that may be kept a little while; ``name`` makes it a file to save."""
    made = flask.make_response(body)
    made.content_type = kind
    made.vary.add("Accept")
    if name:
        made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return security.public(made)


def _told(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value)


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=_told, allow_nan=False)


def _collection(rows: Iterable[Mapping[str, Any]]) -> str:
    return '{"type":"FeatureCollection","features":[' + ",".join(map(_feature, rows)) + "]}"


def _feature(row: Mapping[str, Any]) -> str:
    if "geometry" in row:
        geometry = row["geometry"]
    elif row.get("lon") is None:
        geometry = "null"
    else:
        geometry = dumped({"type": "Point", "coordinates": [row["lon"], row["lat"]]})
    properties = {key: value for key, value in row.items() if key not in ("geometry", "lon", "lat")}
    return f'{{"type":"Feature","geometry":{geometry},"properties":{dumped(properties)}}}'


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """With a byte order mark and without live formulas, for spreadsheets."""
    flat = [_flat(row) for row in rows]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(flat[0]) if flat else [])
    writer.writeheader()
    writer.writerows(flat)
    return "\ufeff" + out.getvalue()


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, Mapping):
            told.update(value)
        elif key != "geometry":
            told[key] = value
    return {key: harmless(value) for key, value in told.items()}
