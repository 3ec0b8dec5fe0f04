"""The facts and hand-drawn lines the sample county is made from, read from ``data/boundaries``."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from geomatch.errors import UnavailableError
from geomatch.model import Point
from geomatch.sample.noise import Floats

FOLDER = Path(__file__).resolve().parents[2] / "data" / "boundaries"
"""Where the project keeps its boundary inputs."""

_SQUARES = {"SJ": (300_000, 300_000), "SO": (300_000, 200_000)}
"""South-west corners of the National Grid's 100 km squares that Shropshire lies in, metres."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A parish, its main settlement and that one's point. ``residents`` is 0 where we state none."""

    code: str
    name: str
    settlement: str
    point: Point
    residents: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of one parish that lies in one division, and the point it is grown from."""

    division: str
    division_name: str
    parish: str
    point: Point | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """A named place that is not a parish's seat: town, village, hamlet or road junction."""

    kind: str
    name: str
    point: Point
    residents: int


@dataclass(frozen=True, slots=True)
class MainRoad:
    """A road by the places it joins, in order; ``@`` marks a crossing."""

    ref: str
    name: str
    highway: str
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything stated about the county. Points and lines are EPSG:27700 metres.

    ``crossings`` are the few places where a road passes a river or ridge: its name and the point.
    """

    seats: tuple[Seat, ...]
    pieces: tuple[Piece, ...]
    settlements: tuple[Settlement, ...]
    roads: tuple[MainRoad, ...]
    crossings: dict[str, tuple[str, Point]]
    outline: Floats
    river: shapely.LineString
    ridges: dict[str, shapely.LineString]


def read(folder: Path = FOLDER) -> Facts:
    """All facts. Raises UnavailableError when the folder is not there."""
    lines = _lines(folder)
    return Facts(
        seats=tuple(_seat(row) for row in rows(folder / "seats.csv")),
        pieces=tuple(_piece(row) for row in rows(folder / "divisions.csv")),
        settlements=tuple(
            Settlement(row["kind"], row["name"], _point(row), int(row["residents"]))
            for row in rows(folder / "settlements.csv")
        ),
        roads=tuple(
            MainRoad(row["ref"], row["name"], row["class"], tuple(row["through"].split("; ")))
            for row in rows(folder / "main_roads.csv")
        ),
        crossings={row["name"]: (row["over"], _point(row)) for row in rows(folder / "crossings.csv")},
        outline=np.array(lines["outline", "Shropshire"], dtype=float),
        river=shapely.LineString(lines["river", "River Severn"]),
        ridges={name: shapely.LineString(line) for (kind, name), line in lines.items() if kind == "ridge"},
    )


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of one of our own tables. Raises UnavailableError when the file is not there."""
    if not path.is_file():
        raise UnavailableError(f"{path} is not there; the sample county needs the project's own folder")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _lines(folder: Path) -> dict[tuple[str, str], list[Point]]:
    lines: dict[tuple[str, str], list[Point]] = {}
    for row in rows(folder / "lines.csv"):
        lines.setdefault((row["kind"], row["name"]), []).append(_point(row))
    return lines


def _point(row: dict[str, str]) -> Point:
    return float(row["easting"]), float(row["northing"])


def _seat(row: dict[str, str]) -> Seat:
    square = row["square"]
    east, north = _SQUARES[square[:2]]
    point = (
        east + int(square[2:4]) * 1000.0 + int(row["east"]),
        north + int(square[4:]) * 1000.0 + int(row["north"]),
    )
    return Seat(row["code"], row["name"], row["settlement"], point, int(row["residents"] or 0))


def _piece(row: dict[str, str]) -> Piece:
    point = _point(row) if row["easting"] else None
    return Piece(row["code"], row["name"], row["parish"], point)
