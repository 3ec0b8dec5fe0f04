"""What pages, answers and tiles cost the server, beside what is promised and beside a map of stock folium.

Costs are CPU seconds of this process and of the database's for its one connection. Every address is asked
for once before it counts, as one reader does for the next; lists and boxes are then different each time.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

import flask
import sqlalchemy as sa
from werkzeug.test import TestResponse

from geomatch import crs
from geomatch.db import pages, rivals
from geomatch.progress import Progress, silent
from geomatch.services.ratios import Row, absent
from webmap import basemap, here

PROMISED_MS = {"page": 25.0, "api": 10.0, "tile": 15.0}
PROMISED_BYTES = {"html": 15_000, "map": 180_000}
STOCK_FLOORS = {"cpu": 20.0, "bytes": 2.0}
_EACH = 12
"""Addresses of a sort."""
_SMALL = {"Accept-Encoding": "br"}


@dataclass(frozen=True, slots=True)
class Cost:
    """What some requests took: milliseconds of the processor, each."""

    ms: tuple[float, ...]

    def row(self, name: str, promised: float) -> Row:
        """How many times what is promised holds what was measured."""
        middle, worst, best = median(self.ms), quantiles(self.ms, n=20)[-1], min(self.ms)
        found = [round(promised / each, 2) for each in (middle, worst, best)]
        note = f"{promised:g} ms promised, {middle:.1f} taken, {worst:.1f} by the slowest of twenty"
        return Row(name, found[0], found[1], found[2], 1.0, True, note)


class Meter:
    """Asks one application, and counts the processor's time on both sides."""

    def __init__(self, app: flask.Flask, engine: sa.Engine) -> None:
        self._client = app.test_client()
        with engine.connect() as connection:
            self._database: Callable[[], float] = rivals.clock(connection)

    def get(self, address: str, **headers: str) -> TestResponse:
        """One answer."""
        return self._client.get(address, headers=_SMALL | headers)

    def seconds(self, address: str) -> float:
        """Seconds of the processor for one answer."""
        began = time.process_time() + self._database()
        answered = self.get(address)
        spent = time.process_time() + self._database() - began
        if answered.status_code not in (200, 204):
            raise RuntimeError(f"{address} answered {answered.status_code}")
        return spent

    def cost(self, addresses: Sequence[str]) -> Cost:
        """What so many addresses cost, each asked for a second time."""
        for address in addresses:
            self.get(address)
        return Cost(tuple(1000 * self.seconds(address) for address in addresses))


def promised(app: flask.Flask, engine: sa.Engine, *, more: str = "") -> list[Row]:
    """Pages, API calls, tiles and bytes beside what is promised; ``more`` ends the names."""
    meter, found = Meter(app, engine), _addresses(app)
    rows = [
        meter.cost(found[sort]).row(sort + more, limit)
        if found[sort]
        else absent(sort + more, "no map drawn", floor=1)
        for sort, limit in PROMISED_MS.items()
    ]
    html, whole = len(meter.get("/").data), _whole(meter, app)
    same = _same(meter)
    for name, size in (("html", html), ("map", whole)):
        ratio = round(PROMISED_BYTES[name] / size, 2)
        note = f"{PROMISED_BYTES[name] / 1000:g} KB promised, {size / 1000:.1f} sent"
        rows.append(Row(f"{name}-bytes{more}", ratio, ratio, ratio, 1.0, same, note))
    return rows


def stock(app: flask.Flask, engine: sa.Engine, *, progress: Progress = silent) -> list[Row]:
    """The map page with all it fetches, beside the same county as stock folium would make it."""
    meter = Meter(app, engine)
    progress("making the same map with stock folium", 0, None)
    with TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("areas.geojson", "records.geojson")]
        geojson = {"Accept": "application/geo+json", "Accept-Encoding": "identity"}
        files[0].write_bytes(meter.get("/api/v1/areas?kind=parish", **geojson).data)
        files[1].write_bytes(meter.get("/shown.geojson", **geojson).data)
        command = [sys.executable, "-m", "webmap.stock", *map(str, files)]
        theirs = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603
    wanted = _fetched(app)
    for address in wanted:
        meter.get(address)
    ours = [sum(map(meter.seconds, wanted)) for _ in range(5)]
    ratios = sorted(round(theirs["seconds"] / each, 1) for each in ours)
    same = theirs["markers"] == _marks(meter)
    note = f"{theirs['seconds']:.2f} s against {median(ours):.3f} s, everything fetched"
    size = _whole(meter, app)
    smaller = round(theirs["bytes"] / size, 1)
    told = f"{theirs['bytes'] / 1000:,.0f} KB against {size / 1000:.0f} KB, without stock folium's libraries"
    return [
        Row("stock-folium-cpu", median(ratios), ratios[0], ratios[-1], STOCK_FLOORS["cpu"], same, note),
        Row("stock-folium-bytes", smaller, smaller, smaller, STOCK_FLOORS["bytes"], same, told),
    ]


def _addresses(app: flask.Flask) -> dict[str, list[str]]:
    """Addresses of every sort that is promised something."""
    with app.test_request_context("/"):
        connection, county = here.connection(), here.county().id
        wanted = pages.items(connection, county, pages.Wanted(), slice_=(4000, 0)).rows
        needs = [row["ref"] for row in wanted if row["thing"] == "need"][:: max(1, len(wanted) // 40)][:_EACH]
        offers = [row["ref"] for row in wanted if row["thing"] != "need"][:: max(1, len(wanted) // 40)][
            :_EACH
        ]
        boxes = list(_boxes())
        tiles = _tiles()
        lists = [
            *(flask.url_for("public.index", page=2 + number) for number in range(_EACH)),
            *(flask.url_for("public.index", areas="parish", show="unmatched", page=1 + n) for n in range(3)),
            *(flask.url_for("public.need", ref=ref) for ref in needs),
            *(flask.url_for("public.resource", ref=ref) for ref in offers),
        ]
        calls = [
            *(flask.url_for("layers.points", bbox=box, zoom=10) for box in boxes),
            *(flask.url_for("layers.points", bbox=box, zoom=12) for box in list(_boxes(0.1))),
            *(flask.url_for("layers.items", bbox=box) for box in boxes[:4]),
            *(flask.url_for("api.needs", limit=50, offset=50 * number) for number in range(4)),
            *(flask.url_for("api.resources", limit=50, offset=50 * number) for number in range(4)),
            flask.url_for("overlays.shaded", areas="ljc"),
            flask.url_for("layers.names"),
        ]
    return {"page": lists, "api": calls, "tile": tiles}


def _boxes(wide: float = 0.6) -> Iterator[str]:
    """Boxes as a map shows them, so many degrees wide, each a little further."""
    box = pages.extent(here.connection(), here.county().id)
    if box is None:
        return
    lons, lats = crs.to_lonlat([box.west, box.east], [box.south, box.north])
    for number in range(_EACH):
        west = float(lons[0]) + 0.03 * number
        south = float(lats[0] + lats[1] - wide) / 2
        yield f"{west:.2f},{south:.2f},{west + wide:.2f},{south + 0.7 * wide:.2f}"


def _tiles() -> list[str]:
    """Tiles of the map's middle zoom levels, where one is drawn."""
    found = basemap.archive(here.county().slug)
    numbers = found.some(3 * _EACH) if found else []
    mark = found.mark if found else ""
    return [flask.url_for("basemap.tile", mark=mark, zoom=zoom, x=x, y=y) for zoom, x, y in numbers]


def _fetched(app: flask.Flask) -> list[str]:
    """The map page and what its script asks for at first, tiles aside."""
    with app.test_request_context("/"):
        box = pages.extent(here.connection(), here.county().id)
        lons, lats = crs.to_lonlat([box.west, box.east], [box.south, box.north]) if box else ([0, 1], [0, 1])
        bbox = f"{lons[0]:.2f},{lats[0]:.2f},{lons[1]:.2f},{lats[1]:.2f}"
        by = next(iter(pages.area_kinds(here.connection(), here.county().id)))
        return [
            "/",
            flask.url_for("api.areas", kind=by),
            flask.url_for("overlays.shaded", areas=by),
            flask.url_for("layers.names"),
            flask.url_for("layers.points", bbox=bbox, zoom=9),
        ]


def _whole(meter: Meter, app: flask.Flask) -> int:
    """Bytes of the map page with all that it loads, tiles included."""
    geojson = {"Accept": "application/geo+json"}
    first, areas, *data = _fetched(app)
    text = meter.get(first, **{"Accept-Encoding": "identity"}).text
    files = {part.split('"')[0] for part in text.split('"/static/')[1:]}
    with app.test_request_context("/"):
        found = basemap.archive(here.county().slug)
        tiles = found.first_view() if found else 0
    loaded = [meter.get(each) for each in [first, *data, *(f"/static/{file}" for file in sorted(files))]]
    return sum(len(each.data) for each in [*loaded, meter.get(areas, **geojson)]) + tiles


def _marks(meter: Meter) -> int:
    found = meter.get("/api/v1/map/points?bbox=-9,49,3,61&zoom=7", **{"Accept-Encoding": "identity"})
    marks: list[dict[str, Any]] = json.loads(found.data)["marks"]
    return sum(int(each["items"]) for each in marks)


def _same(meter: Meter) -> bool:
    """Whether the map holds as many records as the file of the same filters."""
    rows = json.loads(meter.get("/shown.geojson", **{"Accept-Encoding": "identity"}).data)["features"]
    return _marks(meter) == sum(1 for row in rows if row["geometry"])
