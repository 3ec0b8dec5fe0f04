"""What each bench runs on."""

from pathlib import Path
from typing import Any

from geomatch import sample
from geomatch.errors import UnavailableError
from geomatch.model import Mode
from geomatch.progress import Progress, silent
from geomatch.services import roadfiles, travelbench
from geomatch.travel import compiled

ROADS = "roads.osm.pbf"


def travel(roads: Path | None, home: Path, *, progress: Progress = silent) -> dict[str, Any]:
    """The bench of journeys on a road file, or on the sample county's roads and with floors.

    Raises UnavailableError without numba.
    """
    if not compiled.available():
        raise UnavailableError("the bench needs numba, which is not installed; type: pip install numba")
    network = roadfiles.network(
        roads or _sample_roads(home / "sample", progress), Mode.CAR, home / "roads", progress=progress
    )
    return travelbench.run(network, home, floors=roads is None, progress=progress)


def _sample_roads(folder: Path, progress: Progress) -> Path:
    if not (folder / ROADS).is_file():
        sample.write(folder, progress=progress)
    return folder / ROADS
