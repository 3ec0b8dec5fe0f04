"""The page of a quarter as files: the very same figures for a spreadsheet, a map and a program."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import flask

from geomatch.db import quarters
from webmap import formats
from webmap.desk import door
from webmap.ljc import choropleth, pdf, rooms
from webmap.ljc.told import Page


def rows(page: Page) -> list[dict[str, Any]]:
    """The whole LJC, its wards and its parishes, one row each, with every figure."""
    document = page.document
    about = {"quarter": str(page.quarter), "as_of": page.as_of.isoformat(), "illustrative": page.illustrative}
    figures = {key: value for key, value in document["figures"].items() if key != "helpers"}
    told = [_row("ljc", {"code": document["code"], "name": document["name"]} | figures)]
    told += [_row("division", row) for row in document["wards"]]
    told += [_row("parish", row) for row in document["parishes"]]
    return [row | about for row in told]


def document(page: Page) -> dict[str, Any]:
    """Everything that the page says, with changes and how far targets have come."""
    facts = {name: value for name, value in asdict(page).items() if name in ("illustrative", "over")}
    return (
        page.document
        | facts
        | {"changes": page.changes, "targets": page.targets, "before": page.before, "year": page.year}
    )


def send(page: Page, kind: str) -> flask.Response:
    """One of the files, to be saved."""
    body, media = _MAKERS[kind](page)
    answer = flask.make_response(body)
    answer.content_type = media
    way = "inline" if kind == "pdf" else "attachment"
    name = f"{page.document['code']}-{page.quarter}.{kind}"
    answer.headers["Content-Disposition"] = f'{way}; filename="{name}"'
    return answer


def _csv(page: Page) -> tuple[str, str]:
    return formats.spreadsheet(rows(page)), "text/csv; charset=utf-8"


def _json(page: Page) -> tuple[str, str]:
    return formats.dumped(document(page)), formats.JSON


def _geojson(page: Page) -> tuple[str, str]:
    """The parishes, each with its figures."""
    drawn = quarters.shapes(
        door.connection(), rooms.number(page), page.document["code"], frame=choropleth.FRAME
    )
    shapes = {row["code"]: json.loads(row["geometry"]) for row in drawn}
    features = [
        {"type": "Feature", "geometry": shapes.get(row["code"]), "properties": row}
        for row in rows(page)
        if row["kind"] == "parish"
    ]
    return formats.dumped({"type": "FeatureCollection", "features": features}), formats.GEOJSON


def _pdf(page: Page) -> tuple[bytes, str]:
    return pdf.printed(page), "application/pdf"


_MAKERS: Mapping[str, Callable[[Page], tuple[str | bytes, str]]] = {
    "pdf": _pdf,
    "csv": _csv,
    "geojson": _geojson,
    "json": _json,
}
KINDS = tuple(_MAKERS)
"""Endings that a page of a quarter may have."""


def _row(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its kind first, lists as text."""
    told = {
        key: "; ".join(value) if isinstance(value, list) else value
        for key, value in row.items()
        if key not in ("code", "name")
    }
    wards = told.pop("wards", None)
    return {"kind": kind, "code": row["code"], "name": row["name"], "wards": wards} | told
