"""Tiles put together into one picture."""

import math
from io import BytesIO

from PIL import Image

from webmap.basemap import Archive

_WIDEST_PIXELS = 1400
_BEYOND = "#e4e9e2"

Edges = tuple[float, float, float, float]
"""West, south, east and north in degrees."""


def picture(archive: Archive, edges: Edges) -> tuple[bytes, Edges]:
    """A PNG of the ground within ``edges``, and the edges of the picture itself, which are a little wider."""
    west, north = _square(edges[0], edges[3])
    east, south = _square(edges[2], edges[1])
    side = _side(archive)
    least, most = archive.zooms
    zoom = max(
        (z for z in range(least, most + 1) if (east - west) * side * 2**z <= _WIDEST_PIXELS), default=least
    )
    pixels = side * 2**zoom
    left, top = math.floor(west * pixels), math.floor(north * pixels)
    right, bottom = math.ceil(east * pixels), math.ceil(south * pixels)
    whole = Image.new("RGB", (right - left, bottom - top), _BEYOND)
    for x in range(left // side, (right - 1) // side + 1):
        for y in range(top // side, (bottom - 1) // side + 1):
            png = archive.tile(zoom, x, y)
            if png:
                whole.paste(Image.open(BytesIO(png)).convert("RGB"), (x * side - left, y * side - top))
    kept = BytesIO()
    whole.quantize(64, dither=Image.Dither.NONE).save(kept, "PNG", compress_level=9)
    first, last = _degrees(left / pixels, top / pixels), _degrees(right / pixels, bottom / pixels)
    return kept.getvalue(), (first[0], last[1], last[0], first[1])


def _side(archive: Archive) -> int:
    """Pixels along the side of a tile."""
    return Image.open(BytesIO(archive.first())).width


def _square(lon: float, lat: float) -> tuple[float, float]:
    """Degrees on the square of web maps: 0 to 1 eastward and southward."""
    return (lon + 180) / 360, (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2


def _degrees(x: float, y: float) -> tuple[float, float]:
    return x * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
