"""Shapes with attributes from a publisher's file, moved to EPSG:27700: GeoJSON, GeoPackage, Shapefile.

Only these three are opened, and only when their first bytes say so: GDAL knows formats that read other
files or the network.
"""

import re
import struct
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from geomatch import crs
from geomatch.crs import in_great_britain
from geomatch.errors import InputError
from geomatch.importers.report import IssueKind, Reading

Shape = BaseGeometry

SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".zip")

_GEOPACKAGE = b"SQLite format 3\0"
_SHAPEFILE = b"\0\0\x27\x0a"
_JSON = re.compile(rb"(\xef\xbb\xbf)?\s*\{")
_CUT_PAGE = re.compile(rb'"exceededTransferLimit"\s*:\s*true')
_PAGE_ENDS = 65_536


def ogr() -> Any:
    """pyogrio, read in at first use: it brings pandas, which whoever only writes a record down can spare."""
    import pyogrio
    import pyogrio.errors
    import pyogrio.raw

    return pyogrio


def _errors() -> tuple[type[Exception], ...]:
    told = ogr().errors
    return (told.DataLayerError, told.DataSourceError, told.FeatureError, told.FieldError, told.GeometryError)


@dataclass(frozen=True, slots=True)
class Layer:
    """Features in the order of the file, whose numbers in issues count from 1.

    ``fields``: texts by the publisher's field name, empty for null. ``geometries``: shapely, EPSG:27700,
    ``None`` where there is none. ``mended``: rings that were open or too short, closed by the reader.
    """

    source: str
    fields: dict[str, list[str]]
    geometries: NDArray[np.object_]
    mended: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.geometries)


def is_vector(path: Path) -> bool:
    """Whether the name is one of a file of shapes."""
    return path.suffix.lower() in SUFFIXES


def read(path: Path, reading: Reading, *, layers: Sequence[str] = ()) -> Layer:
    """The one layer of a file, or the first of ``layers`` that it has.

    Raises InputError for a file that is missing, cut short, of another format, without a CRS, with
    coordinates that are not in Great Britain, or with several layers and none of those named.
    """
    dataset = _dataset(path)
    try:
        layer = _chosen(path, [str(name) for name, _ in ogr().list_layers(dataset)], layers)
        with warnings.catch_warnings(record=True) as remarks:
            warnings.simplefilter("always")
            meta, _, shapes, columns = ogr().raw.read(dataset, layer=layer, force_2d=True)
    except _errors() as error:
        raise InputError(
            f"{path.name}: cannot be read ({_first(error)}); it is cut short or damaged"
        ) from error
    for remark in remarks:
        reading.note(IssueKind.READER, str(remark.message))
    if not len(shapes):
        raise InputError(f"{path.name}: layer {layer!r} holds no features")
    strict = shapely.from_wkb(shapes, on_invalid="ignore")
    closed = shapely.from_wkb(shapes, on_invalid="fix")
    fields = {str(name): _texts(column) for name, column in zip(meta["fields"], columns, strict=True)}
    mended = shapely.is_missing(strict) & ~shapely.is_missing(closed)
    return Layer(path.name, fields, _on_grid(path.name, closed, meta["crs"]), mended)


def _dataset(path: Path) -> str:
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected a file of shapes ({', '.join(SUFFIXES)})")
    if path.suffix.lower() == ".zip":
        return _zipped(path)
    with path.open("rb") as file:
        start = file.read(512)
        file.seek(max(0, path.stat().st_size - _PAGE_ENDS))
        end = file.read()
    _check_start(path.name, path.suffix.lower(), start, path.stat().st_size)
    if _CUT_PAGE.search(start) or _CUT_PAGE.search(end):
        raise InputError(f"{path.name}: one page of a longer answer (exceededTransferLimit); fetch all pages")
    return str(path)


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if _suffix(info) in SUFFIXES[:-1]]
            if len(members) != 1:
                names = ", ".join(info.filename for info in members or archive.infolist()[:5])
                raise InputError(f"{path.name}: expected one file of shapes in the zip; it holds {names}")
            with archive.open(members[0]) as file:
                start = file.read(512)
    except zipfile.BadZipFile as error:
        raise InputError(f"{path.name}: not a whole zip ({error}); it is cut short or damaged") from error
    _check_start(f"{path.name}/{members[0].filename}", _suffix(members[0]), start, members[0].file_size)
    return f"/vsizip/{{{path.resolve()}}}/{members[0].filename}"


def _suffix(member: zipfile.ZipInfo) -> str:
    return Path(member.filename).suffix.lower()


def _check_start(source: str, suffix: str, start: bytes, size: int) -> None:
    known = {
        ".gpkg": start.startswith(_GEOPACKAGE),
        ".shp": start.startswith(_SHAPEFILE) and len(start) >= 28,
        ".geojson": bool(_JSON.match(start)),
        ".json": bool(_JSON.match(start)),
    }
    if not known.get(suffix, False):
        raise InputError(f"{source}: not what its name says; expected {', '.join(SUFFIXES)}")
    if suffix == ".shp" and struct.unpack(">i", start[24:28])[0] * 2 != size:
        raise InputError(f"{source}: {size} bytes, not as long as its header says; it is cut short")


def _chosen(path: Path, there: list[str], wanted: Sequence[str]) -> str:
    if len(there) == 1:
        return there[0]
    found = [name for name in wanted if name in there]
    if not found:
        raise InputError(f"{path.name}: several layers ({', '.join(there)}); say which one to read")
    return found[0]


def _first(error: Exception) -> str:
    return str(error).partition(";")[0].splitlines()[0]


def _texts(column: NDArray[np.object_]) -> list[str]:
    return ["" if value is None or value != value else str(value).strip() for value in column]


def _on_grid(source: str, geometries: NDArray[np.object_], system: str | None) -> NDArray[np.object_]:
    if not system:
        raise InputError(
            f"{source}: no coordinate reference system (for a Shapefile, its .prj); expected one"
        )
    try:
        moved = crs.geometries_to_grid(geometries, system)
    except ProjError as error:
        raise InputError(f"{source}: cannot go from {system[:60]!r} to EPSG:27700 ({error})") from error
    shaped = ~(shapely.is_missing(moved) | shapely.is_empty(moved))
    inside = np.array([within_grid(geometry) for geometry in moved[shaped]], dtype=bool)
    if 2 * inside.sum() < len(inside):
        x, y = shapely.bounds(geometries[shaped][~inside][0])[:2]
        raise InputError(
            f"{source}: ({x:.6g}, {y:.6g}) in {system[:60]} is not in Great Britain, as most of the file; "
            "its coordinate reference system is wrong or misses, or longitude and latitude are swapped"
        )
    return moved


def within_grid(geometry: shapely.Geometry) -> bool:
    """Whether a shape on EPSG:27700 lies wholly on the National Grid's squares."""
    west, south, east, north = shapely.bounds(geometry)
    return in_great_britain(west, south) and in_great_britain(east, north)
