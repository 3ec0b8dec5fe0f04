"""Ordnance Survey's Open Roads GeoPackage (``road_link``), as published, to a road graph.

Only ``road_link`` is read: every link carries the ids of its two nodes and is drawn from the one to the
other, so a link cut out by a box never loses an end. What Open Roads does not hold: one-way streets, speed
limits, turn restrictions, paths. Every link may be used both ways (each line of a dual carriageway too), on
foot and by cycle as well except motorways.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from scipy.spatial import cKDTree

from geomatch.crs import BRITISH_NATIONAL_GRID
from geomatch.errors import InputError
from geomatch.importers import vector
from geomatch.model import Mode
from geomatch.progress import Progress, silent
from geomatch.roads import SPEEDS, RoadClass, RoadFlag, RoadGraph, SpeedTable, deciseconds, permission

LAYER = "road_link"

PUBLISHED = (
    "id",
    "fictitious",
    "road_classification",
    "road_function",
    "form_of_way",
    "road_classification_number",
    "name_1",
    "name_1_lang",
    "name_2",
    "name_2_lang",
    "road_structure",
    "length",
    "length_uom",
    "loop",
    "primary_route",
    "trunk_road",
    "start_node",
    "end_node",
    "road_number_toid",
    "road_name_toid",
)
"""Columns of ``road_link`` in Ordnance Survey's published schema."""

NEEDED = (
    "id",
    "road_function",
    "form_of_way",
    "road_classification_number",
    "name_1",
    "road_structure",
    "length",
    "primary_route",
    "trunk_road",
    "start_node",
    "end_node",
)

_CLASS = {
    "Motorway": RoadClass.MOTORWAY,
    "A Road": RoadClass.A_OTHER,
    "B Road": RoadClass.B,
    "Minor Road": RoadClass.MINOR,
    "Local Road": RoadClass.LOCAL,
    "Local Access Road": RoadClass.ACCESS,
    "Restricted Local Access Road": RoadClass.ACCESS,
    "Secondary Access Road": RoadClass.ACCESS,
}
_DUAL = ("Dual Carriageway", "Collapsed Dual Carriageway")
_SLIP = ("Slip Road", "Roundabout")
_TUNNEL = "Road In Tunnel"
_BUSES_ONLY = "Guided Busway"

NEIGHBOURHOOD_METRES = 200.0
NEIGHBOURHOOD_NODES = 5
"""A link is built-up with so many junctions and road ends within that distance of its middle.

Open Roads does not say. On OpenStreetMap's Rutland of 2021, where limits, lamps and residential streets are
recorded, this rule agrees with the record on 86 % of the length of A to local roads (it finds 84 % of
what is built-up, and takes 13 % of the open road for built-up).
"""

Box = tuple[float, float, float, float]
"""West, south, east, north in EPSG:27700 metres."""


@dataclass(frozen=True, slots=True)
class _Links:
    columns: dict[str, NDArray[Any]]
    coords: NDArray[np.float64]
    offsets: NDArray[np.int64]


def read(
    path: Path, *, bbox: Box | None = None, speeds: SpeedTable = SPEEDS, progress: Progress = silent
) -> RoadGraph:
    """The roads of an Open Roads GeoPackage, or of those links that touch ``bbox`` (EPSG:27700 metres).

    Node ids are numbers in the order of the publisher's ids, which are text.

    Raises InputError for a file that cannot be read, has not the published columns or another CRS, or has
    no link in the box.
    """
    if bbox is not None and not (bbox[0] < bbox[2] and bbox[1] < bbox[3]):
        raise InputError(
            f"bbox {bbox}; expected west, south, east, north in metres, west and south the lesser"
        )
    progress("reading Open Roads links", 0, None)
    links = _read_links(path, bbox)
    progress("joining links", 0, None)
    return _graph(links, str(path), speeds)


def _read_links(path: Path, bbox: Box | None) -> _Links:
    pyogrio = vector.ogr()
    try:
        _check_layer(path)
        _, _, shapes, values = pyogrio.raw.read(path, layer=LAYER, columns=list(NEEDED), bbox=bbox)
        found = pyogrio.read_info(path, layer=LAYER)["fields"]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); expected an Open Roads GeoPackage") from error
    if len(shapes) == 0:
        where = f" within {bbox}" if bbox else ""
        raise InputError(f"{path}: no road link{where}; expected at least one")
    # pyogrio gives the columns in the file's order, whatever the order asked for.
    names = [name for name in found if name in NEEDED]
    columns = dict(zip(names, values, strict=True))
    order = np.argsort(columns["id"].astype(str), kind="stable")
    lines = shapely.from_wkb(shapes[order])
    _check_lines(lines, columns["id"][order], path)
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    counts = np.bincount(owner, minlength=len(lines))
    return _Links(
        columns={name: column[order] for name, column in columns.items()},
        coords=coords,
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
    )


def _check_layer(path: Path) -> None:
    pyogrio = vector.ogr()
    layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    if LAYER not in layers:
        raise InputError(f"{path}: layers {', '.join(layers) or 'none'}; expected {LAYER} of Open Roads")
    about = pyogrio.read_info(path, layer=LAYER)
    missing = [name for name in NEEDED if name not in about["fields"]]
    if missing:
        unexpected = [str(name) for name in about["fields"] if name not in PUBLISHED]
        raise InputError(
            f"{path}: {LAYER} without {', '.join(missing)}; unexpected: {', '.join(unexpected) or 'none'}; "
            "expected the columns of Open Roads"
        )
    if not about["crs"] or CRS.from_user_input(about["crs"]).to_epsg() != BRITISH_NATIONAL_GRID:
        raise InputError(f"{path}: CRS {about['crs'] or 'not stated'}; expected EPSG:27700 as published")


def _check_lines(lines: NDArray[np.object_], ids: NDArray[Any], path: Path) -> None:
    wrong = np.flatnonzero(
        (shapely.get_type_id(lines) != shapely.GeometryType.LINESTRING) | shapely.is_empty(lines)
    )
    if len(wrong):
        raise InputError(f"{path}: link {ids[wrong[0]]} is not drawn as a line; expected LINESTRING")


def _graph(links: _Links, source: str, speeds: SpeedTable) -> RoadGraph:
    ends = np.column_stack([_text(links, "start_node"), _text(links, "end_node")])
    names, example, inverse = np.unique(ends.reshape(-1), return_index=True, return_inverse=True)
    rows: NDArray[np.int32] = np.asarray(inverse, dtype=np.int32).reshape(-1, 2)
    places = np.column_stack([links.offsets[:-1], links.offsets[1:] - 1]).reshape(-1)[example]
    node_xy = links.coords[places]
    road_class = _classes(links, source)
    metres = links.columns["length"].astype(np.float64)
    flags = _flags(links, road_class) | _built_up(links, rows, node_xy)
    limits = np.zeros(len(metres), dtype=np.int16)
    return RoadGraph(
        node_ids=np.arange(len(names), dtype=np.int64),
        node_xy=node_xy,
        source=np.ascontiguousarray(rows[:, 0]),
        target=np.ascontiguousarray(rows[:, 1]),
        metres=metres,
        road_class=road_class,
        flags=flags,
        limit_kmh=limits,
        deciseconds=deciseconds(metres, road_class, flags, limits, speeds),
        names=tuple(_text(links, "name_1").tolist()),
        refs=tuple(_text(links, "road_classification_number").tolist()),
        coords=links.coords,
        offsets=links.offsets,
    )


def _text(links: _Links, name: str) -> NDArray[np.str_]:
    return np.array(["" if value is None else str(value) for value in links.columns[name]], dtype=np.str_)


def _classes(links: _Links, source: str) -> NDArray[np.int8]:
    functions, rows = np.unique(_text(links, "road_function"), return_inverse=True)
    unknown = [function for function in functions.tolist() if function not in _CLASS]
    if unknown:
        raise InputError(f"{source}: road_function {unknown[0]!r}; expected one of {', '.join(_CLASS)}")
    classes = np.array([_CLASS[function] for function in functions.tolist()], dtype=np.int8)[rows]
    form = _text(links, "form_of_way")
    a_road = classes == RoadClass.A_OTHER
    primary = _yes(links, "primary_route") | _yes(links, "trunk_road")
    classes[a_road & primary] = RoadClass.A_PRIMARY
    classes[a_road & np.isin(form, _DUAL)] = RoadClass.A_DUAL
    ordinary = (classes <= RoadClass.B) & np.isin(form, _SLIP)
    motorway = classes == RoadClass.MOTORWAY
    classes[ordinary & ~motorway] = RoadClass.LINK
    return classes


def _yes(links: _Links, name: str) -> NDArray[np.bool_]:
    return np.asarray(np.isin(np.char.lower(_text(links, name)), ("true", "1")))


def _flags(links: _Links, road_class: NDArray[np.int8]) -> NDArray[np.int32]:
    """Everybody both ways, on a motorway cars alone, on a guided busway nobody."""
    cars = permission(Mode.CAR, forward=True) | permission(Mode.CAR, forward=False)
    others = RoadFlag(0)
    for mode in (Mode.FOOT, Mode.CYCLE):
        others |= permission(mode, forward=True) | permission(mode, forward=False)
    flags = np.where(road_class == RoadClass.MOTORWAY, int(cars), int(cars | others)).astype(np.int32)
    flags[_text(links, "form_of_way") == _BUSES_ONLY] = 0
    flags[_text(links, "road_structure") == _TUNNEL] |= int(RoadFlag.TUNNEL)
    return flags


def _built_up(links: _Links, rows: NDArray[np.int32], node_xy: NDArray[np.float64]) -> NDArray[np.int32]:
    degree = np.bincount(rows.reshape(-1), minlength=len(node_xy))
    lines = shapely.linestrings(links.coords, indices=np.repeat(np.arange(len(rows)), np.diff(links.offsets)))
    middles = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))
    real = node_xy[degree != 2]
    if len(real) == 0:
        return np.zeros(len(rows), dtype=np.int32)
    near = cKDTree(real).query_ball_point(middles, NEIGHBOURHOOD_METRES, return_length=True)
    return np.where(near >= NEIGHBOURHOOD_NODES, np.int32(RoadFlag.BUILT_UP), np.int32(0))
