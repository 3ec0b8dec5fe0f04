"""A road file made ready for journeys, without any database."""

from pathlib import Path

from geomatch import travel
from geomatch.errors import InputError
from geomatch.importers import open_roads, osm
from geomatch.model import Mode
from geomatch.progress import Progress, silent
from geomatch.roads import RoadGraph
from geomatch.services import hierarchies

GEOPACKAGE = ".gpkg"


def read(path: Path, *, progress: Progress = silent) -> RoadGraph:
    """The roads of an OS Open Roads GeoPackage (by its ending), or of an OpenStreetMap file.

    Raises InputError for a file that is missing or is neither.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected an .osm.pbf or an Open Roads .gpkg")
    reader = open_roads.read if path.suffix.lower() == GEOPACKAGE else osm.read
    return reader(path, progress=progress)


def network(path: Path, mode: Mode, cache: Path, *, progress: Progress = silent) -> travel.Network:
    """The file's network for one mode with its hierarchy, which is kept in the folder ``cache``."""
    graph = read(path, progress=progress)
    return hierarchies.contracted(travel.prepare(graph, mode), cache, progress=progress)
