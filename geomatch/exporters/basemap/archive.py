"""One PMTiles file (version 3) of PNG tiles: the same tiles are the same bytes wherever they are written."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pmtiles.reader import Reader
from pmtiles.tile import Compression, MagicNumberNotFound, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geomatch.exporters.basemap.drawing import Tile


def write(
    target: Path,
    tiles: Iterable[Tile],
    *,
    bounds: tuple[float, float, float, float],
    about: Mapping[str, Any],
) -> int:
    """Put tiles into ``target`` at once or not at all, and count them.

    ``bounds`` are west, south, east and north in degrees; ``about`` is kept as the file's metadata.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}-{os.getpid()}")
    kept = sorted((zxy_to_tileid(zoom, x, y), png) for zoom, x, y, png in tiles)
    try:
        with fresh.open("wb") as file:
            writer = Writer(file)
            for number, png in kept:
                writer.write_tile(number, png)
            writer.finalize(_header(bounds), dict(about))
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return len(kept)


def serves(path: Path, drawn_from: str, closest: int) -> bool:
    """Whether a file is there, was drawn from this, and holds tiles that close."""
    try:
        with path.open("rb") as file:
            reader = Reader(lambda offset, length: os.pread(file.fileno(), length, offset))
            reached = int(reader.header()["max_zoom"])
            return reader.metadata()["drawn_from"] == drawn_from and reached >= closest
    except (OSError, ValueError, KeyError, MagicNumberNotFound):
        return False


def _header(bounds: tuple[float, float, float, float]) -> dict[str, Any]:
    west, south, east, north = (round(edge * 10_000_000) for edge in bounds)
    return {
        "tile_type": TileType.PNG,
        "tile_compression": Compression.NONE,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": 9,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }
