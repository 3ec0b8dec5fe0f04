"""What each bench runs on."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from geomatch import sample
from geomatch.db import counties, rivals
from geomatch.db.counties import County
from geomatch.errors import UnavailableError
from geomatch.model import Mode
from geomatch.progress import Progress, silent
from geomatch.services import firstlight, roadfiles, searchbench, searchload, travelbench
from geomatch.services.ratios import Row
from geomatch.travel import Network, compiled

PLACES = 400
"""Postcodes and names that a load's searches start from, and as many points."""
ROADS = "roads.osm.pbf"


def travel(roads: Path | None, home: Path, *, progress: Progress = silent) -> dict[str, Any]:
    """The bench of journeys on a road file, or on the sample county's roads and with floors.

    Raises UnavailableError without numba.
    """
    network = _network(roads, home, progress)
    return travelbench.run(network, home, floors=roads is None, progress=progress)


@dataclass(frozen=True, slots=True)
class Searches:
    """A county that is loaded, and searches to ask of it."""

    county: County
    addresses: list[str]


def search(roads: Path | None, home: Path, *, progress: Progress = silent) -> list[Row]:
    """A search against pgRouting and a straight line, on a road file or the sample county's.

    Raises UnavailableError without numba.
    """
    return searchbench.compared(
        _network(roads, home, progress), home, floors=roads is None, progress=progress
    )


def searches(door: sa.Engine, home: Path, *, today: date, progress: Progress = silent) -> Searches:
    """Searches of the first county by name; with none loaded, of the sample county, which is loaded."""
    firstlight.prepare(door, home / "sample", today=today, progress=progress)
    with door.connect() as connection:
        loaded = counties.every(connection)
        places = rivals.places(connection, loaded[0].id, PLACES)
    asked = searchload.addresses(places, searchload.needed(), today=today, seed=searchbench.SEED)
    if len(loaded) > 1:
        asked = [f"{address}&county={loaded[0].slug}" for address in asked]
    return Searches(loaded[0], asked)


def _network(roads: Path | None, home: Path, progress: Progress) -> Network:
    if not compiled.available():
        raise UnavailableError("the bench needs numba, which is not installed; type: pip install numba")
    read = roads or _sample_roads(home / "sample", progress)
    return roadfiles.network(read, Mode.CAR, home / "roads", progress=progress)


def _sample_roads(folder: Path, progress: Progress) -> Path:
    if not (folder / ROADS).is_file():
        sample.write(folder, progress=progress)
    return folder / ROADS
