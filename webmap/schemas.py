"""The shapes of answers, in JSON Schema: rows in three types, and the few words that rows are made of."""

from collections.abc import Mapping
from typing import Any

from geomatch.model import ACCESSIBILITY, Truth
from webmap.formats import CSV, GEOJSON, JSON
from webmap.parameters import Schema

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
DAY_OR_NULL: Schema = {"type": ["string", "null"], "format": "date"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
WHOLE_OR_NULL: Schema = {"type": ["integer", "null"], "minimum": 0}
NUMBER: Schema = {"type": "number"}
NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}
YES_OR_NO: Schema = {"type": "boolean"}
ACCESS: Schema = {
    "type": "object",
    "description": "What is known of access; unknown is not no.",
    "properties": {name: {"enum": [str(each) for each in Truth]} for name in ACCESSIBILITY},
    "required": list(ACCESSIBILITY),
}
GEOMETRY: Schema = {"$ref": "#/components/schemas/Geometry"}
PROBLEM: Schema = {"$ref": "#/components/schemas/Problem"}
_PLACED = ("lon", "lat")
_MEND = {"parameter": {"type": "string", "description": "The one to mend."}, "issues": {"type": "array"}}


def listed(schema: Schema) -> Schema:
    """So many of the same."""
    return {"type": "array", "items": schema}


def record(columns: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """An object with exactly these members, and perhaps the optional ones."""
    return {
        "type": "object",
        "properties": {**columns, **(optional or {})},
        "required": list(columns),
        "additionalProperties": False,
    }


def rows(
    name: str,
    columns: Mapping[str, Schema],
    *,
    paged: bool = False,
    more: Mapping[str, Schema] | None = None,
    drawn: Mapping[str, Schema] | None = None,
) -> dict[str, Schema]:
    """Answers made by ``formats.answer``: rows under ``name`` as JSON, GeoJSON and CSV.

    ``more`` stands beside the rows in JSON, ``drawn`` in the properties of GeoJSON alone.
    """
    told = {key: schema for key, schema in columns.items() if key not in _PLACED}
    beside = {"next": TEXT} if paged else {}
    return {
        JSON: record({name: listed(record(columns)), **(more or {})}, beside),
        GEOJSON: record(
            {"type": {"const": "FeatureCollection"}, "features": listed(feature(told | dict(drawn or {})))}
        ),
        CSV: {"type": "string", "description": "The same columns, with a byte order mark for spreadsheets."},
    }


def feature(properties: Mapping[str, Schema]) -> Schema:
    """A GeoJSON Feature; its geometry is null where it has no place."""
    return record(
        {
            "type": {"const": "Feature"},
            "geometry": {"anyOf": [GEOMETRY, {"type": "null"}]},
            "properties": record(properties),
        }
    )


def components() -> dict[str, Any]:
    """What the shapes above refer to."""
    position: Any = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
    line, ring = listed(position), {"type": "array", "items": position, "minItems": 4}
    deep = {
        "Point": position,
        "LineString": line,
        "MultiLineString": listed(line),
        "Polygon": listed(ring),
        "MultiPolygon": listed(listed(ring)),
    }
    shapes = [record({"type": {"const": kind}, "coordinates": inside}) for kind, inside in deep.items()]
    problem = {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}
    return {
        "Geometry": {"description": "RFC 7946, longitude first, WGS 84.", "oneOf": shapes},
        "Problem": {"description": "RFC 9457."}
        | dict(
            record(
                problem,
                {
                    "parameter": {"type": "string", "description": "The one to mend."},
                    "issues": {"type": "array"},
                },
            )
        ),
    }
