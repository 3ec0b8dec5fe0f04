"""Where somebody would go, said in one of four ways: anywhere, minutes, parishes by name, or a drawn area."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import flask
from werkzeug.datastructures import MultiDict

from geomatch import crs
from geomatch.db import pages
from geomatch.errors import InputError
from geomatch.importers import catchment_text
from webmap import assets, basemap, here
from webmap.desk.intake_fields import Section

SECTION = Section("Where you would go", (), template="posts/serves.html")
FIELDS = ("serves", "serves_minutes", "serves_parishes", "serves_area")
KEPT = "kept"
"""As it stands: an area that somebody else of the group drew, and that is not shown."""

MOST_CHARACTERS = 60_000
"""Of an area that is pasted."""
_MOST_PARISHES = 500

_CELLS = MappingProxyType(
    {"minutes": "{} minutes", "parishes": "parishes {}", "area": "{}", "anywhere": "anywhere"}
)
_EMPTY = MappingProxyType(
    {
        "minutes": "say how many minutes, such as 20",
        "parishes": "choose one parish or more",
        "area": "draw an area on the map, or say where you would go in another way",
    }
)


def field(way: str) -> str:
    """The field in which something is said in one of the ways."""
    return f"serves_{way}" if way in _EMPTY else "serves"


def shown(cell: str, *, veiled: bool = False) -> dict[str, str]:
    """What stands in the fields for a catchment as the templates write it; of a ``veiled`` one no line."""
    told = dict.fromkeys(FIELDS, "") | {"serves": "anywhere"}
    if veiled:
        return told | {"serves": KEPT}
    if cell.endswith(" minutes"):
        return told | {"serves": "minutes", "serves_minutes": cell.removesuffix(" minutes")}
    if cell.startswith("parishes "):
        return told | {"serves": "parishes", "serves_parishes": cell.removeprefix("parishes ")}
    if "POLYGON" in cell:
        return told | {"serves": "area", "serves_area": catchment_text.as_geojson(catchment_text.read(cell))}
    return told


def sent(given: "MultiDict[str, str]", stands: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What came with a form: its fields with the cell ``catchment`` they come to, and what to mend.

    The way that is chosen counts; where none is, the one that is filled in.
    """
    told = {
        "serves": given.get("serves", "")[:20],
        "serves_minutes": given.get("serves_minutes", "").strip()[:20],
        "serves_parishes": ";".join(given.getlist("serves_parishes")[:_MOST_PARISHES]),
        "serves_area": given.get("serves_area", "").strip()[:MOST_CHARACTERS],
    }
    filled = [way for way in _EMPTY if told[field(way)]]
    if not told["serves"] and len(filled) > 1:
        twice = "say where you would go in one of these ways, and leave the others empty"
        return told, {field(filled[1]): twice}
    way = told["serves"] or (filled[0] if filled else KEPT if stands["serves"] == KEPT else "anywhere")
    told["serves"] = way
    if way == KEPT or told == {name: stands[name] for name in FIELDS}:
        return told | {"catchment": stands["catchment"]}, {}
    return _read(way, told)


def _read(way: str, told: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    if way not in _CELLS:
        return told, {"serves": "choose one of these ways"}
    cell = _CELLS[way].format(told.get(field(way), ""))
    if way in _EMPTY and not told[field(way)]:
        return told, {field(way): _EMPTY[way]}
    try:
        catchment_text.read(cell)
    except InputError as refused:
        return told, {field(way): str(refused)}
    return told | {"catchment": cell}, {}


def sources() -> dict[str, Any] | None:
    """What a map to draw on is made of, fetched only once somebody wants it; None without boundaries."""
    box = pages.extent(here.connection(), here.county().id)
    if box is None:
        return None
    lons, lats = crs.to_lonlat([box.west, box.east], [box.south, box.north])
    return {
        "bounds": [[round(float(lat), 4), round(float(lon), 4)] for lat, lon in zip(lats, lons, strict=True)],
        "styles": [assets.leaflet("leaflet.css"), assets.own("map.css")],
        "scripts": [assets.leaflet("leaflet.js"), assets.own("ground.js"), assets.own("draw.js")],
        "tiles": _tiles(),
        "names": flask.url_for("layers.names"),
        "areas": flask.url_for("api.areas", kind="parish"),
        "locate": flask.url_for("api.locate"),
        "reach": flask.url_for("api.isochrone"),
    }


def _tiles() -> dict[str, Any] | None:
    """As Leaflet takes them: of our own file every tile is twice as long as usual."""
    found = basemap.source()
    if found is None:
        return None
    least, most = found.least + found.offset, found.most + found.offset
    return {"url": found.url, "credit": found.credit, "least": least, "most": most, "offset": found.offset}
