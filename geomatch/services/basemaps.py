"""A county's own map, drawn from what the database holds into one file of tiles."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from geomatch import crs
from geomatch.db import basemap, counties, pages
from geomatch.db.counties import County
from geomatch.errors import InputError
from geomatch.progress import Progress, silent

FURTHEST_OUT, CLOSEST = 7, 14
"""The zoom levels of a whole map, as maps of the usual tiles count them; the file's, whose tiles are twice as
large, are one less."""

ENOUGH = 11
"""The closest that is drawn before a county is shown for the first time: a tenth of the work."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One county's map: the file, how many tiles and bytes it holds, and its zoom levels."""

    county: str
    file: str
    tiles: int
    bytes: int
    sha256: str
    min_zoom: int
    max_zoom: int

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)


def folder(home: Path) -> Path:
    """Where the maps of all counties lie."""
    return home / "basemap"


def file(home: Path, slug: str) -> Path:
    """Where one county's map lies."""
    return folder(home) / f"{slug}.pmtiles"


def build(
    door: sa.Engine, slug: str | None, home: Path, *, closest: int = CLOSEST, progress: Progress = silent
) -> Drawn:
    """Draw one county's map anew. Raises InputError before boundaries are loaded."""
    with door.connect() as connection:
        county = counties.chosen(connection, slug)
        return _build(connection, county, file(home, county.slug), closest, progress)


def wanting(door: sa.Engine, home: Path, *, closest: int = CLOSEST) -> list[str]:
    """Slugs of counties with boundaries whose map is not drawn that close, or has changed since."""
    from geomatch.exporters.basemap import archive

    with door.connect() as connection:
        return [
            county.slug
            for county in counties.every(connection)
            if pages.extent(connection, county.id) is not None
            and not archive.serves(file(home, county.slug), mark(connection, county.id), closest - 1)
        ]


def mark(connection: sa.Connection, county: int) -> str:
    """How a map of the county as it stands is marked: the same until roads or boundaries change."""
    from geomatch.exporters.basemap import style

    told = f"{style.STYLE_VERSION} {basemap.stamp(connection, county)}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _build(
    connection: sa.Connection, county: County, target: Path, closest: int, progress: Progress
) -> Drawn:
    from geomatch.exporters.basemap import archive, drawing

    box = pages.extent(connection, county.id)
    if box is None:
        raise InputError(f"no boundaries are loaded for {county.name}; type: geomatch import boundaries FILE")
    progress("reading roads and boundaries", 0, None)
    ground = basemap.ground(connection, county.id)
    land = drawing.land(ground.lines, ground.road_class, ground.built_up, ground.areas)
    lons, lats = crs.to_lonlat([box.west, box.east], [box.south, box.north])
    about = {
        "name": county.name,
        "format": "png",
        "attribution": basemap.credit(connection, county.id),
        "drawn_from": mark(connection, county.id),
    }
    made = _tiles(land, closest, progress)
    bounds = (float(lons[0]), float(lats[0]), float(lons[1]), float(lats[1]))
    count = archive.write(target, made, bounds=bounds, about=about)
    whole = target.read_bytes()
    digest = hashlib.sha256(whole).hexdigest()
    return Drawn(county.slug, str(target), count, len(whole), digest, FURTHEST_OUT, closest)


def _tiles(land: Any, closest: int, progress: Progress) -> Iterator[Any]:
    """Every tile of every zoom level, telling how far the drawing has come."""
    from geomatch.exporters.basemap import drawing

    levels = range(FURTHEST_OUT - 1, closest)
    total = sum(len(drawing.sheets(land, zoom)) for zoom in levels)
    done = 0
    for zoom in levels:
        for sheet in drawing.tiles(land, zoom):
            progress("drawing the map", done, total)
            yield from sheet
            done += 1
    progress("drawing the map", total, total)
