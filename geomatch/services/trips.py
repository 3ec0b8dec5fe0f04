"""Cost matrices and isochrones over a road file: read, time, write."""

import csv
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomatch import travel
from geomatch.errors import InputError
from geomatch.importers import spots
from geomatch.importers.spots import Spots
from geomatch.model import Mode
from geomatch.progress import Progress, silent
from geomatch.services import isochrones, roadfiles
from geomatch.travel import CostMatrix, Reason, Snapped

_ROWS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Roads:
    """Which roads, by which mode, and the folder where what was worked out for them is kept."""

    file: Path
    mode: Mode
    cache: Path


def matrix(
    roads: Roads,
    ends: tuple[Path, Path],
    output: Path,
    *,
    max_minutes: float | None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write ``origin,destination,minutes`` of all pairs within the limit; gives what ``--json`` prints.

    ``ends`` are the files of origins and of destinations.
    """
    began = time.perf_counter()
    origins, destinations = (spots.read(path) for path in ends)
    network = roadfiles.network(roads.file, roads.mode, roads.cache, progress=progress)
    costs = travel.matrix(
        network, origins.points, destinations.points, max_minutes=max_minutes, progress=progress
    )
    _write(output, costs, (origins.ids, destinations.ids), progress)
    leaving = np.diff(costs.starts)
    arriving = np.bincount(costs.column, minlength=len(destinations.ids))
    return {
        "mode": str(roads.mode),
        "max_minutes": max_minutes,
        "output": str(output),
        "pairs": len(costs.column),
        "origins": _described(origins, costs.origins, leaving),
        "destinations": _described(destinations, costs.destinations, arriving),
        "issues": [issue.as_dict() for issue in (*origins.issues, *destinations.issues)],
        "seconds": round(time.perf_counter() - began, 3),
    }


def _described(points: Spots, snapped: Snapped, pairs: NDArray[np.integer]) -> list[dict[str, Any]]:
    """Each point: metres to the road, in how many pairs, and the reason when in none."""
    return [
        {
            "id": name,
            "metres": round(float(metres), 1) if np.isfinite(metres) else None,
            "pairs": int(count),
            "reason": None if count else str(snapped.reason(row) or Reason.BEYOND_LIMIT),
        }
        for row, (name, metres, count) in enumerate(zip(points.ids, snapped.metres, pairs, strict=True))
    ]


def _write(
    output: Path, costs: CostMatrix, names: tuple[Sequence[str], Sequence[str]], progress: Progress
) -> None:
    try:
        with output.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines, lineterminator="\n")
            writer.writerow(("origin", "destination", "minutes"))
            for row, name in enumerate(names[0]):
                if row % _ROWS_AT_ONCE == 0:
                    progress("writing the matrix", row, len(names[0]))
                found = slice(costs.starts[row], costs.starts[row + 1])
                minutes = np.round(costs.deciseconds[found] / 600, 4).tolist()
                others = costs.column[found].tolist()
                writer.writerows(
                    (name, names[1][other], one) for other, one in zip(others, minutes, strict=True)
                )
    except OSError as error:
        raise InputError(f"{output}: {error.strerror or error}; expected a file to write to") from error


def isochrone(
    roads: Roads,
    at: tuple[float, float],
    *,
    minutes: float,
    towards: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """A GeoJSON Feature of everywhere within so many minutes of a point (lon, lat), WGS 84."""
    network = travel.prepare(roadfiles.read(roads.file, progress=progress), roads.mode)
    ground = travel.ground(network, progress=progress)
    return isochrones.feature(ground, isochrones.Asked(at, minutes, roads.mode, towards))
