"""A report of one area as a single file: it opens from a memory stick and asks nobody for anything.

folium composes its map of a picture of the ground; what is told of needs and offers is put beside it as data
and as text, never handed to folium. Scripts and styles stand in the file, and its policy names each by its
content, so that nothing else runs.
"""

import base64
import difflib
import hashlib
import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import flask
import shapely
from markupsafe import Markup

from geomatch import crs
from geomatch.db import pages
from geomatch.errors import InputError, UnknownPlaceError
from geomatch.model import PEOPLE, Mode, ResourceKind
from geomatch.progress import Progress, silent
from geomatch.services.covering import Asked
from webmap import assets, basemap, coverage_api, drawing, helping, here, maps, mosaic, words
from webmap.maps import View

MINUTES = 20.0
_COVERED = (ResourceKind.VENUE, ResourceKind.EQUIPMENT, ResourceKind.VOLUNTEER)
_EVERYTHING = 1_000_000
_WIDTH = 900


def report(app: flask.Flask, county: str | None, area: str, *, progress: Progress = silent) -> str:
    """The file's text. ``area`` is ``kind/code`` or a name.

    Raises UnknownPlaceError for an area that is not there, InputError for a name that several have.
    """
    with app.test_request_context("/", query_string={"county": county} if county else {}):
        found = _area(area)
        progress(f"telling of {found['name']}", 0, None)
        told = _told(found)
        covered = []
        for done, kind in enumerate(_COVERED):
            progress("counting who is within reach", done, len(_COVERED))
            covered.append((kind, _coverage(found, kind)))
        return _page(found, told, covered)


def _area(text: str) -> pages.Row:
    connection, county = here.connection(), here.county().id
    kind, _, code = text.partition("/")
    if kind in pages.AREA_KINDS and code:
        return pages.area(connection, county, kind, code)
    named = [
        (row["name"], row["kind"], row["code"])
        for each in pages.area_kinds(connection, county)
        for row in pages.areas(connection, county, each)
    ]
    same = [each for each in named if each[0].casefold() == text.strip().casefold()]
    if len(same) > 1:
        choices = ", ".join(f"{kind}/{code}" for _, kind, code in same)
        raise InputError(f"several areas are called {text!r}; say which: {choices}")
    if not same:
        near = difflib.get_close_matches(text, [name for name, _, _ in named], n=3)
        hint = f"; is it {' or '.join(near)}?" if near else ""
        raise UnknownPlaceError(f"no parish, division or LJC is called {text!r}{hint}")
    return pages.area(connection, county, *same[0][1:])


def _told(area: pages.Row) -> dict[str, Any]:
    """What is needed and offered, how many people help, and who is at home in the area."""
    connection, county = here.connection(), here.county().id
    inside = pages.within(connection, county, area["kind"], area["code"])
    whole = (_EVERYTHING, 0)
    offers = pages.items(connection, county, pages.Wanted(needs=False, within=inside), slice_=whole)
    wished = pages.Wanted(offers=False, state="aspiration", within=inside)
    return {
        "wishes": pages.items(connection, county, wished, slice_=whole),
        "needs": pages.items(connection, county, pages.Wanted(offers=False, within=inside), slice_=whole),
        "offers": [row for row in offers.rows if row["kind"] not in PEOPLE],
        "people": helping.told().of(area["kind"], area["code"], here.today()),
        "reasons": pages.reasons(connection, county, inside),
        "matches": pages.matches(connection, county, inside),
        "groups": pages.groups(connection, county, inside),
    }


def _coverage(area: pages.Row, kind: ResourceKind) -> dict[str, Any]:
    today = datetime.now(ZoneInfo("Europe/London")).date()
    question = Asked(here.county().slug, area["kind"], kind, MINUTES, today, Mode.CAR)
    rows = coverage_api.covered(question)["rows"]
    return next(dict(row) for row in rows if row["code"] == area["code"])


def _page(area: pages.Row, told: dict[str, Any], covered: list[tuple[ResourceKind, dict[str, Any]]]) -> str:
    live = _map(area)
    script = "\n".join(filter(None, [_leaflet("leaflet.js"), _own("report.js"), live]))
    style = _leaflet("leaflet.css") + _own("report.css")
    return flask.render_template(
        "report.html",
        area=area,
        county=here.county(),
        covered=covered,
        credit=_credit(),
        data=_data(area, told),
        day=datetime.now(ZoneInfo("Europe/London")).date(),
        minutes_away=MINUTES,
        picture=Markup(_picture(area, told)),  # noqa: S704 - our own drawing, its texts escaped
        policy=f"default-src 'none'; img-src data:; script-src {_hash(script)}; style-src {_hash(style)}",
        script=Markup(script),  # noqa: S704 - our own and Leaflet's
        style=Markup(style),  # noqa: S704
        **told,
    )


def _map(area: pages.Row) -> str:
    """The live map's script: folium's, over a picture of the ground, or none where no map is drawn."""
    archive = basemap.archive(here.county().slug)
    if archive is None:
        return ""
    box = _box(area)
    lons, lats = crs.to_lonlat([box.west, box.east], [box.south, box.north])
    edges = (float(lons[0]), float(lats[0]), float(lons[1]), float(lats[1]))
    png, (west, south, east, north) = mosaic.picture(archive, edges)
    uri = "data:image/png;base64," + base64.b64encode(png).decode()
    view = View(10, (south + north) / 2, (west + east) / 2)
    return maps.compose_picture(view, uri, [[south, west], [north, east]])


def _box(area: pages.Row) -> pages.Box:
    return pages.Box(area["west"], area["south"], area["east"], area["north"]).grown(0.3)


def _picture(area: pages.Row, told: dict[str, Any]) -> str:
    """The same map as a drawing, for print and where no script runs."""
    frame = drawing.frame(_box(area), width=_WIDTH, shape=0.7)
    title = f"Map of {area['name']} with what is needed and offered there"
    connection, county = here.connection(), here.county().id
    picture = drawing.ground(connection, county, frame, title=title, here=(area["kind"], area["code"]))
    for row in _placed(told):
        picture.mark((row["easting"], row["northing"]), need=row["state"])
    picture.labels(pages.places(connection, county, frame.box), ranks=3)
    return picture.svg()


def _placed(told: dict[str, Any]) -> list[pages.Row]:
    rows = (*told["offers"], *told["needs"].rows, *told["wishes"].rows)
    return [row for row in rows if drawing.named(row)]


def _data(area: pages.Row, told: dict[str, Any]) -> Markup:
    """Outline, marks and names as JSON that no markup can break out of."""
    connection, county = here.connection(), here.county().id
    rows = _placed(told)
    places = pages.places(connection, county, _box(area))
    shapes = pages.area_shapes(connection, county, area["kind"])
    outline = next(row["geometry"] for row in shapes if row["code"] == area["code"])
    found = {
        "outline": json.loads(outline),
        "bounds": list(shapely.from_geojson(outline).bounds),
        "marks": [
            [*at, row["name"], words.record(row["thing"], row["kind"], row["state"]), _sort(row)]
            for row, at in zip(rows, _lat_lon(rows), strict=True)
        ],
        "names": [[*at, row["name"], row["rank"]] for row, at in zip(places, _lat_lon(places), strict=True)],
    }
    text = json.dumps(found, separators=(",", ":"), ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704 - no markup left


def _sort(row: pages.Row) -> str:
    if row["thing"] != "need":
        return "wish" if row["thing"] == "aspiration" else "offer"
    return "met" if row["state"] in ("matched", "met") else "need"


def _lat_lon(rows: Any) -> list[tuple[float, float]]:
    lons, lats = crs.to_lonlat([row["easting"] for row in rows], [row["northing"] for row in rows])
    return [(round(float(lat), 5), round(float(lon), 5)) for lat, lon in zip(lats, lons, strict=True)]


def _credit() -> str:
    found = basemap.archive(here.county().slug)
    return found.credit if found else ""


def _own(name: str) -> str:
    return assets.text(name)


def _leaflet(name: str) -> str:
    return assets.leaflet_text(name)


def _hash(text: str) -> str:
    """How a policy names what stands in the page, as the browser reads it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
