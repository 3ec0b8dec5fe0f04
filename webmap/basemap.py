"""The map under needs and offers: tiles out of a county's own file, or another publisher's by configuration.

A file is looked at anew when it is replaced; a tile's address holds a mark of the file, so that a browser may
keep the tile for good.
"""

import hashlib
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import flask
from pmtiles.reader import Reader
from pmtiles.tile import deserialize_directory, tileid_to_zxy, zxy_to_tileid

from geomatch.errors import UnknownPlaceError
from geomatch.services import basemaps
from webmap import here

blueprint = flask.Blueprint("basemap", __name__, url_prefix="/basemap")

_FOREVER = "public, max-age=31536000, immutable"
_CLOSEST_ELSEWHERE = 19


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """One county's file, open: where each tile lies in it. Bounds are west, south, east, north in degrees."""

    mark: str
    drawn_from: str
    credit: str
    zooms: tuple[int, int]
    bounds: tuple[float, float, float, float]
    _bytes: mmap.mmap
    _at: dict[int, tuple[int, int]]

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """A PNG, or None where nothing is drawn. Raises UnknownPlaceError for what is no tile of this map."""
        least, most = self.zooms
        if not least <= zoom <= most or not (0 <= x < 2**zoom and 0 <= y < 2**zoom):
            raise UnknownPlaceError(
                f"no tile {zoom}/{x}/{y}; this map has zoom levels {least} to {most}, "
                "columns and rows from 0 to 2^zoom - 1"
            )
        found = self._at.get(zxy_to_tileid(zoom, x, y))
        return self._bytes[found[0] : found[0] + found[1]] if found else None

    def some(self, count: int) -> list[tuple[int, int, int]]:
        """Zoom, column and row of so many tiles, spread over the file."""
        numbers = sorted(self._at)
        return [tileid_to_zxy(number) for number in numbers[:: max(1, len(numbers) // count)][:count]]

    def first_view(self) -> int:
        """Bytes of the tiles that a map of the whole county shows at first, where none is kept."""
        level = min(self.zooms[0] + 3, self.zooms[1])
        return sum(length for number, (_, length) in self._at.items() if tileid_to_zxy(number)[0] == level)

    def first(self) -> bytes:
        """Any tile, to see what tiles are like."""
        offset, length = next(iter(self._at.values()))
        return self._bytes[offset : offset + length]


@dataclass(frozen=True, slots=True)
class Source:
    """What the map is drawn on: a tile's address with ``{z}``, ``{x}`` and ``{y}``, whom it is owed to."""

    url: str
    credit: str
    least: int
    most: int
    bounds: tuple[float, float, float, float] | None

    @property
    def elsewhere(self) -> bool:
        return self.bounds is None

    @property
    def offset(self) -> int:
        return 0 if self.elsewhere else 1


def source() -> Source | None:
    """Another publisher's map where one is configured, the county's own where it is up to date, else None."""
    config = here.house().config
    if config.basemap_url:
        return Source(config.basemap_url, config.basemap_attribution, 0, _CLOSEST_ELSEWHERE, None)
    found = archive(here.county().slug)
    if found is None or found.drawn_from != here.remembered("basemap", _mark):
        return None
    url = flask.url_for("basemap.tile", mark=found.mark, zoom=0, x=0, y=0)
    url = url.removesuffix("0/0/0.png") + "{z}/{x}/{y}.png"
    return Source(url, found.credit, *found.zooms, found.bounds)


def archive(slug: str) -> Archive | None:
    """One county's own map, or None where none is drawn."""
    folder = here.house().config.basemaps
    path = folder / f"{slug}.pmtiles" if folder else None
    try:
        seen = path.stat() if path else None
    except OSError:
        return None
    return _open(path, seen.st_mtime_ns, seen.st_size) if path and seen else None


def origin(url: str) -> str:
    """The host that a browser has to be let ask for another publisher's tiles."""
    parts = urlsplit(url.replace("{s}", "*"))
    return f"{parts.scheme}://{parts.netloc}"


@blueprint.get("/<mark>/<int:zoom>/<int:x>/<int:y>.png")
def tile(mark: str, zoom: int, x: int, y: int) -> flask.Response:
    """One tile; 204 where nothing is drawn."""
    for found in _every():
        if found.mark == mark:
            png = found.tile(zoom, x, y)
            answer = flask.make_response(png or b"", 200 if png else 204)
            answer.content_type = "image/png"
            answer.headers["Cache-Control"] = _FOREVER
            answer.set_etag(f"{mark}-{zoom}-{x}-{y}")
            return answer
    raise UnknownPlaceError("this map has been drawn anew; open the page again")


def _every() -> Iterator[Archive]:
    folder = here.house().config.basemaps
    for path in sorted(folder.glob("*.pmtiles")) if folder else ():
        found = archive(path.stem)
        if found:
            yield found


def _mark() -> str:
    return basemaps.mark(here.connection(), here.county().id)


@lru_cache(maxsize=16)
def _open(path: Path, _changed: int, _size: int) -> Archive:
    with path.open("rb") as file:
        kept = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    reader = Reader(lambda offset, length: kept[offset : offset + length])
    header, about = reader.header(), reader.metadata()
    data = header["tile_data_offset"]
    edges = (header[f"{name}_e7"] / 1e7 for name in ("min_lon", "min_lat", "max_lon", "max_lat"))
    west, south, east, north = edges
    return Archive(
        mark=hashlib.sha256(kept[:data]).hexdigest()[:12],
        drawn_from=about["drawn_from"],
        credit=about["attribution"],
        zooms=(header["min_zoom"], header["max_zoom"]),
        bounds=(west, south, east, north),
        _bytes=kept,
        _at=dict(_entries(kept, header, header["root_offset"], header["root_length"])),
    )


def _entries(kept: mmap.mmap, header: Any, offset: int, length: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Number of every tile and where it lies, from a directory and those below it."""
    for entry in deserialize_directory(kept[offset : offset + length]):
        if entry.run_length:
            place = (header["tile_data_offset"] + entry.offset, entry.length)
            yield from ((entry.tile_id + more, place) for more in range(entry.run_length))
        else:
            below = header["leaf_directory_offset"] + entry.offset
            yield from _entries(kept, header, below, entry.length)
